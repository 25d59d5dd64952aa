"""Tables of the short answer of ``twin supply``: contribution, dependency, shocks, projects; and targets, counted."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ops_data.supply_names import BASES, GROUPS, SECTORS, STAGE_TITLES, STAGES
from ops_data.supply_targets import count_at
from ops_data.units import PERCENT
from twin.commands.output import plain_table
from twin.indicators.summary import Spread
from twin.indicators.words import percent
from twin.supply.shock_worth import STUDIES
from twin.supply_sentences import times_sentence
from twin.supply_view import SupplyView
from twin.supply_words import (
    JPY_BN,
    NO_FIGURE,
    READINGS,
    RULES,
    UNKNOWN,
    brief,
    figure,
    mass,
    plain,
    project_title,
    ranged,
    share_words,
)

if TYPE_CHECKING:
    from rich.table import Table

MASS: Final = ("mass direct", "mass origin-adjusted")
EMBARGO: Final = ("none", "run_rate", "extrapolation")  # how much mud there is in it
MET: Final = "fill_rate_in_shock"
HALF: Final = 0.5
ORDINARY: Final = "ordinary"


def items_of(view: SupplyView, name: str, words: int) -> list[tuple[str, ...]]:
    """Return the items of an indicator over the whole study, each as so many words, in their order."""
    keys = [tuple(item.split(" ")) for known, item, period in view.spreads if known == name and not period]
    return [key for key in keys if len(key) == words]


def read(view: SupplyView, name: str, *words: str) -> Spread | None:
    """Return one indicator over the whole study; None where there is none."""
    return view.spreads.get((name, " ".join(words), ""))


def reading_title(view: SupplyView, reading: str) -> str:
    """Return what a reading of the contribution is called."""
    rate = figure(float(view.choices["extrapolation_t_d"]))
    return READINGS[reading].format(rate=rate, times=times_sentence(view))


def contribution_table(view: SupplyView, element: str) -> "Table":
    """Return the readings of one element, wet and dry, with shares of demand now and in future."""
    heads = ("as element", "% of demand now", "% of future demand")
    table = plain_table(element, *heads, right=heads)
    for reading in READINGS:
        for basis in BASES:
            key = (reading, basis, element)
            made = read(view, "contribution_element_t", *key)
            if made is None:
                continue
            told = (read(view, f"contribution_share_{when}", *key) for when in ("current", "future"))
            shares = [ranged(one, PERCENT, NO_FIGURE) for one in told]
            table.add_row(f"{reading_title(view, reading)}, {basis}", mass(made), *shares)
    return table


def dependency_table(view: SupplyView) -> "Table":
    """Return the share from China by stage for the groups, direct and by origin, in the first year."""
    rows = view.table("supply_dependency")
    rows = rows[rows["measure"] == "china_share"]
    rows = rows[rows["year"] == rows["year"].min()]
    cells = zip(rows["element"], rows["stage"], rows["basis"], rows["value"], strict=True)
    told = {(group, stage, basis): float(value) for group, stage, basis, value in cells}
    year = f"{int(rows['year'].min())}" if len(rows) else "year"
    heads = [f"{group}{how}" for group in GROUPS for how in ("", " by origin")]
    table = plain_table(f"From China, {year}", *heads, right=heads)
    for stage in STAGES:
        shares = [told.get((group, stage, basis)) for group in GROUPS for basis in MASS]
        if all(one is None or math.isnan(one) for one in shares):
            continue  # nothing is bought there
        table.add_row(STAGE_TITLES[stage], *(UNKNOWN if one is None else share_words(one) for one in shares))
    return table


def shock_table(view: SupplyView) -> "Table":
    """Return each scenario under each rule: least-supplied sector and its fills, survival, recovery, days lost."""
    heads = ("least supplied", "met", "worst mo.", "survives, d", "recovers, d", "lost")
    table = plain_table("Shock", *heads, right=heads[1:])
    for scenario, rule in items_of(view, "lost_sector_days", 2):
        fills = {sector: one for sector in SECTORS if (one := read(view, MET, scenario, rule, sector))}
        least = min(fills, key=lambda sector: fills[sector].value) if fills else ""
        worst = read(view, "worst_month_fill", scenario, rule, least)
        survives, lost = (read(view, name, scenario, rule) for name in ("survive_days", "lost_sector_days"))
        table.add_row(
            f"{scenario}, {RULES[rule]}",
            plain(least),
            share_words(fills[least].value) if least else UNKNOWN,
            UNKNOWN if worst is None else share_words(worst.value),
            "throughout" if survives is None else figure(survives.value, "throughout"),
            recovers(view, scenario, rule),
            UNKNOWN if lost is None else figure(lost.value),
        )
    return table


def recovers(view: SupplyView, scenario: str, rule: str) -> str:
    """Return how long a scenario takes to recover: days, or whether the shock goes on or recovery takes longer."""
    found, still_on = read(view, "recover_days", scenario, rule), read(view, "shock_still_on", scenario)
    if found is not None and math.isfinite(found.value):
        return figure(found.value)
    if still_on is not None and still_on.value >= HALF:
        return "goes on"
    return f"not in {view.choices['shock_months']} mo"


def worth_table(view: SupplyView) -> "Table":
    """Return what the mud is worth in an embargo: sector-days lost with none, at the target and scaled up; and yen."""
    larger = f"at {figure(float(view.choices['extrapolation_t_d']))} t/d"
    heads = ("no mud", "target rate", larger, "spared, JPY bn", "and so, JPY bn")
    table = plain_table("Lost in an embargo", *heads, right=heads)
    for rule in dict.fromkeys(key[1] for key in items_of(view, "mud_in_embargo_sector_days", 2)):
        lost = [read(view, "mud_in_embargo_sector_days", reading, rule) for reading in EMBARGO]
        spared = [_by_study(view, reading, rule) for reading in EMBARGO[1:]]
        days = (UNKNOWN if one is None else figure(one.value) for one in lost)
        table.add_row(RULES[rule], *days, *spared)
    return table


def _by_study(view: SupplyView, reading: str, rule: str) -> str:
    """Return the medians of the loss spared, from the lowest to the highest published loss of a full stop."""
    told = [read(view, "mud_worth_in_embargo_jpy", reading, rule, study) for study in STUDIES]
    known = [one.value / JPY_BN for one in told if one is not None]
    return f"{brief(min(known))}–{brief(max(known))}" if known else UNKNOWN


def worth_words(view: SupplyView) -> str:
    """Return what the table of the mud's worth shows, and what a year of the pilot costs."""
    cost = read(view, "project_cost_jpy_yr", "pilot", "total")
    beside = "" if cost is None else f" Running the pilot for a year costs JPY {brief(cost.value / JPY_BN)} bn."
    return (
        "Sector-days and yen, medians. Spared: at the lowest and the highest of three published losses of a full stop "
        f"({', '.join(STUDIES)}), sectors weighed by their assumed share of it, at the target rate and at the "
        f"extrapolated one, as if the mud ran at that rate in {view.choices['shock_start'][:4]}; the chance of an "
        f"embargo is left aside.{beside}"
    )


def project_table(view: SupplyView) -> "Table":
    """Return what each project costs and brings in each price world."""
    heads = ("NPV, JPY bn", "NPV < 0", "IRR, %", "JPY/kg")
    table = plain_table("Project", *heads, right=heads)
    for project, world in items_of(view, "project_npv_jpy", 2):
        npv, loses = (read(view, name, project, world) for name in ("project_npv_jpy", "project_loses_money"))
        irr, cost = read(view, "project_irr", project, world, ORDINARY), read(view, "oxide_cost_jpy_kg", project)
        table.add_row(
            project_title(project, world),
            ranged(npv, JPY_BN),
            UNKNOWN if loses is None else percent(loses.value),
            ranged(irr, PERCENT, "none"),
            UNKNOWN if cost is None else figure(cost.value),
        )
    return table


def kpi_counts(view: SupplyView) -> Iterator[str]:
    """Return how many targets are met in their last year, and how many claims contradict."""
    kpis = view.table("supply_kpis").sort_values("year").drop_duplicates(["kpi", "item"], keep="last")
    if len(kpis):
        met, missed, open_ = (int((kpis["met"] == word).sum()) for word in ("yes", "no", "not computed"))
        yield (
            f"Of {len(kpis)} targets of published roadmaps {met} are met in their last year by the median, {missed} "
            f"are not, {open_} are not computed (--show kpis). {count_at(kpis, worse=True)} are met at the "
            f"unfavourable end of P10–P90, {count_at(kpis, worse=False)} at the favourable one."
        )
    conflicts = view.table("supply_conflicts")
    wrong = conflicts[conflicts["verdict"] == "conflict"]
    if len(wrong):
        parts = "; ".join(str(text).rstrip(".") for text in wrong["statement"].head(3))
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        yield f"Contradictions among targets, claims and data ({len(wrong)}): {parts}{more}."
