"""The parts of a supply study one by one, as ``twin supply --show`` prints them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ops_data.supply_names import BASES, SECTOR_TITLES, SECTORS, STAGE_TITLES, STAGES, SUPPLY_ELEMENTS
from ops_data.units import PERCENT
from twin.commands.output import paragraph, plain_table
from twin.commands.supply_tables_text import (
    MET,
    contribution_table,
    items_of,
    read,
    reading_title,
    recovers,
    worth_table,
    worth_words,
)
from twin.indicators.summary import Spread
from twin.indicators.words import percent
from twin.supply_view import SupplyView
from twin.supply_words import (
    FLOWS,
    JPY_BN,
    NO_FIGURE,
    READINGS,
    RULES,
    UNKNOWN,
    brief,
    figure,
    mass,
    plain,
    ranged,
    share_words,
    told_in,
)

if TYPE_CHECKING:
    from pandas import DataFrame
    from rich.console import Console
    from rich.table import Table

YEARS: Final = (2024, 2030, 2035, 2040, 2050)
USD_M: Final = 1e6
CLASSES: Final = ("agency", "trading", "local")
MOST_SELLERS: Final = 3
LATER: Final = 2030  # year for which the mud's part in an index is told
OF_MUD: Final = ("hhi_without_mud", "hhi_change")
NEEDED: Final = {"stated": "rich mud, dry", "wet": "as lifted, wet", "dry": "as lifted, dry"}
RATES: Final = {
    "end_of_life_recycling_rate": "Recycled of what comes to its end",
    "recycling_input_rate": "Recycled over makers' demand",
}
OWN_DEMAND: Final = (
    "Network and shocks count on this path. Of Dy in 2030 it has less than the 1,250 t of oxide that JOGMEC tells, "
    "of Nd in waste of 2050 less than the published forecast (both in --show kpis); only the share of future "
    "demand uses the figure of JOGMEC."
)
RULES_BESIDE: Final = 2  # in a table of eighty letters
WHOLE: Final = {
    "survive_days": "survives, d",
    "lost_sector_days": "sector-days lost",
}


def print_contribution(out: "Console", view: SupplyView) -> None:
    """Print every element's readings, all oxides with their value, the campaign by year, and what the spread is of."""
    for element in SUPPLY_ELEMENTS:
        out.print()
        out.print(contribution_table(view, element))
    heads = ("as oxide", "USD m", "JPY bn")
    table = plain_table("All eight", *heads, right=heads)
    for reading in READINGS:
        for basis in BASES:
            told = [
                read(view, f"contribution_{name}", reading, basis, "all")
                for name in ("oxide_t", "value_usd", "value_jpy")
            ]
            if told[0] is not None:
                cells = [ranged(one, unit) for one, unit in zip(told, (1.0, USD_M, JPY_BN), strict=True)]
                table.add_row(f"{reading_title(view, reading)}, {basis}", *cells)
    out.print()
    out.print(table)
    _print_years(out, view)
    _print_needed(out, view)
    _print_criteria(out, view)
    _print_drivers(out, view)


def _print_needed(out: "Console", view: SupplyView) -> None:
    """Print the mud a day that a quarter of demand needs."""
    keys = items_of(view, "mud_needed_t_d", 2)
    kinds = list(dict.fromkeys(key[1] for key in keys))
    heads = [NEEDED.get(kind, kind) for kind in kinds]
    table = plain_table("Mud for a quarter of demand, t/d", *heads, right=heads)
    for element in dict.fromkeys(key[0] for key in keys):
        table.add_row(element, *(ranged(read(view, "mud_needed_t_d", element, kind)) for kind in kinds))
    if table.row_count:
        out.print()
        out.print(table)


def _print_criteria(out: "Console", view: SupplyView) -> None:
    """Print criteria of a choice without and with the mud."""
    rows = view.table("supply_criteria").to_dict("records")
    heads = ("without", "with the mud", "better")
    for reading in dict.fromkeys(str(one["reading"]) for one in rows):
        table = plain_table(f"Criteria: {reading_title(view, reading)}", *heads, right=heads[:2])
        for one in (one for one in rows if one["reading"] == reading):
            (without, unit), (with_it, _) = (told_in(one[name], one["unit"]) for name in ("without", "with_mud"))
            name = f"{plain(str(one['output']))} {f'({unit})' if unit else ''}".rstrip()
            table.add_row(name, figure(without), figure(with_it), one["better"])
        out.print()
        out.print(table)
    if rows:
        paragraph(out, "Side by side, at central values; never added up unless weights of one's own are set.")


def _print_years(out: "Console", view: SupplyView) -> None:
    """Print the oxide of the campaign by calendar and by Japanese fiscal year."""
    told = {
        (item.split(" ")[1], item.split(" ")[2], period): one
        for (name, item, period), one in view.spreads.items()
        if name == "contribution_oxide_t" and period and item.startswith("campaign ")
    }
    periods = sorted({key[2] for key in told}, key=lambda period: (not period.isdigit(), period))
    for period in periods:
        table = plain_table(f"Campaign in {period}, oxide", *BASES, right=BASES)
        for element in (*SUPPLY_ELEMENTS, "all"):
            cells = [mass(told.get((basis, element, period))) for basis in BASES]
            if any(cell != UNKNOWN for cell in cells):
                table.add_row(element, *cells)
        out.print()
        out.print(table)
    if periods:
        paragraph(out, "FY: Japanese fiscal year, from April; days are days in Japan.")


def _print_drivers(out: "Console", view: SupplyView) -> None:
    rows = view.table("supply_drivers")
    rows = rows[rows["basis"] == "both"]
    elements = [name for name in SUPPLY_ELEMENTS if name in set(rows["element"])]
    cells = zip(rows["factor"], rows["element"], rows["share"], strict=True)
    shares = {(factor, element): float(share) for factor, element, share in cells}
    table = plain_table("% of the variance", *elements, right=elements)
    means = rows.groupby("factor")["share"].mean().sort_values(ascending=False)
    for factor in means.index:
        told = [shares.get((str(factor), element), math.nan) for element in elements]
        table.add_row(str(factor), *(figure(round(one / PERCENT)) if math.isfinite(one) else UNKNOWN for one in told))
    if table.row_count:
        out.print()
        out.print(table)
        paragraph(out, "Of the logarithm; wet and dry with equal weight; the shares of an element sum to one.")


def print_demand(out: "Console", view: SupplyView) -> None:
    """Print demand by sector and year of each element, and what is in use and comes back."""
    rows = view.table("supply_demand")
    rows = rows[rows["value"].notna()]
    years = [year for year in YEARS if year in set(rows["year"])] or sorted(set(rows["year"]))[-4:]
    heads = [str(year) for year in years]
    for element in (name for name in SUPPLY_ELEMENTS if name in set(rows["element"])):
        part = rows[rows["element"] == element]
        cells = zip(part["flow"], part["sector"], part["year"], part["value"], strict=True)
        told = {(flow, sector, int(year)): float(value) for flow, sector, year, value in cells}
        lines = [("demand", sector, SECTOR_TITLES[sector]) for sector in SECTORS]
        lines += [(flow, "all", f"all: {title}") for flow, title in FLOWS.items()]
        table = plain_table(f"{element}, t", *heads, right=heads)
        for flow, sector, title in lines:
            values = [told.get((flow, sector, year), math.nan) for year in years]
            if any(math.isfinite(value) for value in values):
                table.add_row(title, *(figure(value) for value in values))
        out.print()
        out.print(table)
    _print_rates(out, view)
    without = [name for name in SUPPLY_ELEMENTS if name not in set(rows["element"])]
    said = f" No demand figure is published for {', '.join(without)}." if without else ""
    paragraph(out, f"Medians over draws, as element.{said} {OWN_DEMAND}")


def _print_rates(out: "Console", view: SupplyView) -> None:
    """Print recycling rates of the years told: of what comes to its end, and of what makers take."""
    for name, title in RATES.items():
        keys = [(item, period) for known, item, period in view.spreads if known == name]
        years = sorted({period for _, period in keys})[-len(YEARS) :]
        table = plain_table(f"{title}, %", *years, right=years)
        for element in dict.fromkeys(item for item, _ in keys):
            told = [view.spreads.get((name, element, year)) for year in years]
            table.add_row(element, *(UNKNOWN if one is None else figure(one.value / PERCENT) for one in told))
        if table.row_count:
            out.print()
            out.print(table)


def print_network(out: "Console", view: SupplyView) -> None:
    """Print where supply comes from by stage: China on every basis, other measures on their first; then cuts.

    What the mud does to an index is told for a later year: in the first one nothing of it is sold.
    """
    rows = view.table("supply_dependency")
    rows = rows[rows["value"].notna()]
    years = sorted(set(rows["year"]))
    if not years:
        paragraph(out, "Nothing is told of where supply comes from: there is no flow.")
        return
    later = next((year for year in years if year >= LATER), None)
    firsts = rows.groupby("measure", sort=False)["basis"].transform("first")
    rows = rows[(rows["measure"] == "china_share") | (rows["basis"] == firsts)]
    of_mud = rows["measure"].isin(OF_MUD)
    now, then = rows[(rows["year"] == years[0]) & ~of_mud], rows[(rows["year"] == later) & of_mud]
    left_out: set[str] = set()
    for part in (now, then):
        for (measure, basis), one in part.groupby(["measure", "basis"], sort=False):
            left_out |= _print_measure(out, str(measure), str(basis), one)
    paragraph(
        out,
        f"Central values of {years[0]}, and of the indices with and without the mud those of {later}. Direct: the "
        "country of the last step, as customs count; origin-adjusted: what passed through China at that stage or any "
        "earlier one. More years, bases and ranges: --show network --csv FILE.",
    )
    if left_out:
        names = " or ".join(plain(name) for name in STAGES if name in left_out)
        paragraph(
            out,
            f"Where a table has no column for {names}, Japan buys little or none of it: the dependence lies in what "
            "comes later.",
        )
    _print_sellers(out, view)
    _print_stages(out, view)
    _print_cuts(out, view)


def _print_measure(out: "Console", measure: str, basis: str, rows: "DataFrame") -> set[str]:
    """Print one measure on one basis by element and stage; return the stages that have too little to be a column."""
    items = list(dict.fromkeys(rows["element"]))
    cells = zip(rows["element"], rows["stage"], rows["value"], strict=True)
    told = {(element, stage): float(value) for element, stage, value in cells}
    known = {stage: sum((element, stage) in told for element in items) for stage in STAGES}
    stages = [stage for stage in STAGES if 2 * known[stage] > len(items)]
    titles = [STAGE_TITLES[name].split(" ")[0] for name in stages]
    table = plain_table(f"{plain(measure)}, {basis}, {int(rows['year'].iloc[0])}", *titles, right=titles)
    as_share = measure.endswith("share") or measure == "import_dependence"
    for element in items:
        values = [told.get((element, stage), math.nan) for stage in stages]
        if any(map(math.isfinite, values)):
            table.add_row(element, *(share_words(one) if as_share else figure(one) for one in values))
    out.print()
    out.print(table)
    return set(STAGES) - set(stages)


def _print_sellers(out: "Console", view: SupplyView) -> None:
    """Print the largest sellers to Japan of each element at each stage in the first year."""
    rows = view.table("supply_flows")
    rows = rows[(rows["year"] == rows["year"].min()) & (rows["buyer"] == "japan") & (rows["mass_t"] > 0.0)]
    table = plain_table("Japan buys", "t", "from", right=("t",))
    for (element, stage), part in rows.groupby(["element", "stage"], sort=False):
        total = float(part["mass_t"].sum())
        first = part.sort_values("mass_t", ascending=False).head(MOST_SELLERS)
        words = ", ".join(
            f"{plain(str(one.seller))} {percent(float(one.mass_t) / total)}" for one in first.itertuples()
        )
        table.add_row(f"{element} {plain(str(stage))}", figure(total), words)
    if table.row_count:
        out.print()
        out.print(table)


def _print_stages(out: "Console", view: SupplyView) -> None:
    """Print how far supply open outside China covers the need, when a new plant delivers, and how clusters fare."""
    found = [(item, period) for name, item, period in view.spreads if name == "stage_cover"]
    years = sorted({period for _, period in found})
    table = plain_table("Open outside China over need", *years[-4:], right=years[-4:])
    for item in dict.fromkeys(item for item, _ in found):
        told = [view.spreads.get(("stage_cover", item, year)) for year in years[-4:]]
        table.add_row(plain(item), *(UNKNOWN if one is None else figure(one.value) for one in told))
    if table.row_count:
        out.print()
        out.print(table)
        paragraph(out, "Below 1 the stage cannot do without China; the least of a group binds.")
    first = [(key[0], read(view, "earliest_year", *key)) for key in items_of(view, "earliest_year", 1)]
    chances = [(item, one) for (name, item, _), one in view.spreads.items() if name == "clusters_working"]
    if first:
        said = ", ".join(f"{kind} {one.value:.0f}" for kind, one in first if one is not None)
        paragraph(out, f"Earliest year of a plant decided at the start of the plan: {said}.")
    if chances:
        said = ", ".join(f"{item} {share_words(one.value)}" for item, one in chances)
        paragraph(out, f"Chance that so many clusters of plants in Japan work: {said}.")


def _print_cuts(out: "Console", view: SupplyView) -> None:
    rows = view.table("supply_cuts")
    if not len(rows):
        return
    out.print()
    out.print("Smallest sets of nodes outside Japan whose loss stops a flow", style="bold")
    unknown = rows["note"] == NO_FIGURE
    for one in rows[(rows["year"] == rows["year"].min()) & ~unknown].itertuples():
        asked = percent(float(one.asked_share)) + ("" if one.rerouting == "none" else f", others with {one.rerouting}")
        if one.size < 0:
            paragraph(out, f"{one.element}, {asked}: no set stops that much.", indent=3, mark=" -")
            continue
        lost = percent(float(one.lost_share))
        paragraph(out, f"{one.element}, {asked}: {plain(one.nodes)} ({one.size}; {lost} stops).", indent=3, mark=" -")
    if unknown.any():
        paragraph(out, f"No demand figure, so no flow to stop: {', '.join(dict.fromkeys(rows[unknown]['element']))}.")


def print_shock(out: "Console", view: SupplyView) -> None:
    """Print weights, then sector by sector how far demand is met and how long lines are down, under each rule."""
    _print_weights(out, view)
    keys = items_of(view, MET, 3)
    for scenario in dict.fromkeys(key[0] for key in keys):
        rules = list(dict.fromkeys(key[1] for key in keys if key[0] == scenario))
        for first in range(0, len(rules), RULES_BESIDE):
            out.print()
            out.print(_sector_table(view, scenario, rules[first : first + RULES_BESIDE]))
    _print_cover(out, view)
    worth = worth_table(view)
    if worth.row_count:
        out.print()
        out.print(worth)
        paragraph(out, worth_words(view))
    paragraph(
        out,
        "P50 (P10–P90) over draws; met: while the shock lasts; down: days below the level at which the sector's lines "
        "stop.",
    )
    _print_replays(out, view)


def _sector_table(view: SupplyView, scenario: str, rules: Sequence[str]) -> "Table":
    """Return how each sector fares in a scenario under some rules, and the scenario as a whole."""
    heads = [head for rule in rules for head in (f"{RULES[rule]} met %", "down d")]
    table = plain_table(scenario, *heads, right=heads)
    for sector in (*SECTORS, "all"):
        cells = []
        for rule in rules:
            fill, down = (read(view, name, scenario, rule, sector) for name in (MET, "line_down_days"))
            cells += [ranged(fill, PERCENT), UNKNOWN if down is None else figure(down.value)]
        if any(cell != UNKNOWN for cell in cells):
            table.add_row(plain(sector), *cells)
    for name, title in WHOLE.items():
        table.add_row(title, *(cell for rule in rules for cell in ("", _days(read(view, name, scenario, rule)))))
    table.add_row("recovers, d", *(cell for rule in rules for cell in ("", recovers(view, scenario, rule))))
    return table


def _days(one: Spread | None) -> str:
    """Return days; what is left out of a study never comes to its end in any draw."""
    return "no end" if one is None else figure(one.value, "no end")


def _print_weights(out: "Console", view: SupplyView) -> None:
    rows = view.table("supply_weights")
    heads = ("as printed", "used")
    table = plain_table("Scenario", *heads, right=heads)
    for one in rows.to_dict("records"):
        low, high, weight = one["printed_low"], one["printed_high"], one["weight"]
        printed = UNKNOWN if math.isnan(low) else percent(low) if low == high else f"{percent(low)} to {percent(high)}"
        used = "no weight" if math.isnan(weight) else percent(weight)
        table.add_row(f"{one['scenario']} {one['title']}", printed, used)
    if table.row_count:
        out.print()
        out.print(table)


def _print_cover(out: "Console", view: SupplyView) -> None:
    keys = items_of(view, "cover_days", 2)
    elements = [name for name in SUPPLY_ELEMENTS if name in {key[1] for key in keys}]
    table = plain_table("Days that stocks cover", *elements, right=elements)
    for scenario in dict.fromkeys(key[0] for key in keys):
        table.add_row(scenario, *(_days(read(view, "cover_days", scenario, element)) for element in elements))
    if table.row_count:
        out.print()
        out.print(table)


def _print_replays(out: "Console", view: SupplyView) -> None:
    """Print what was published of replayed events beside what the replays give."""
    rows = view.table("supply_replays")
    heads = ("published", "computed", "role")
    table = plain_table("Replayed", *heads, right=heads[:2])
    for one in rows[rows["role"] != "computed"].to_dict("records"):
        unit = "" if one["unit"] in ("1", "share") else f", {one['unit']}"
        told = (brief(float(one[name])) for name in ("observed", "computed"))
        table.add_row(f"{one['scenario']}: {one['what']}{unit}", *told, str(one["role"]))
    if table.row_count:
        out.print()
        out.print(table)
        paragraph(
            out,
            "Input: put in; calibration: an input was tuned to it; comparator: neither. Central values, means of "
            "several plays; China's flow month by month: table supply_replays.",
        )
