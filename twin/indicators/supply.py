"""Indicators of a supply study that say what the mud gives and where supply comes from, draw by draw.

Items are words with a space between them, for example ``run_rate wet Nd`` or ``light metal mass direct``; a period is a
calendar year or a Japanese fiscal year, empty for a whole campaign or study.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ops_data.supply_names import GROUPS, SECTORS, STAGES, SUPPLY_ELEMENTS, group_of
from twin.models.contribution import tonnes_for_share
from twin.supply import network_market
from twin.supply.chain import Chain
from twin.supply.contribution import SCALE, MudOutput
from twin.supply.demand import recycled_in
from twin.supply.demand_checks import recycling_rates
from twin.supply.dependency import ALL, BASES, ITEMS
from twin.supply.network import cover_of_stages, purchases_t
from twin.supply.network_structure import MAGNET, METAL, OXIDE

Told: TypeAlias = Mapping[tuple[str, str], float]  # (item, period) → value; what there is none of is left out
Floats: TypeAlias = NDArray[np.float64]

YEARS: Final = (2024, 2026, 2027, 2028, 2029, 2030, 2031, 2035, 2040)  # the base, the plan, and what comes after
DEMAND_YEARS: Final = range(2010, 2051)
QUARTER: Final = 0.25  # of demand, as a published plan for 2028 has it
DUST: Final = 1e-12
MASS_DIRECT: Final = BASES[0]


def known(found: Mapping[tuple[str, str], float]) -> Told:
    """Return what is a number; what rounding leaves of nothing is nothing."""
    return {key: value if abs(value) > DUST else 0.0 for key, value in found.items() if not math.isnan(value)}


def _contribution(one: Chain, name: str) -> Told:
    return known({(row.item, row.period): float(row.indicators()[name][0]) for row in one.contributions})


def contribution_oxide_t(one: Chain) -> Told:
    """Return what the mud contributes, by reading, basis and element [t oxide], a campaign also by year."""
    return _contribution(one, "contribution_oxide_t")


def contribution_element_t(one: Chain) -> Told:
    """Return the same as element [t]."""
    return _contribution(one, "contribution_element_t")


def contribution_share_current(one: Chain) -> Told:
    """Return the same over current demand; an element without a demand figure is left out."""
    return _contribution(one, "contribution_share_current")


def contribution_share_future(one: Chain) -> Told:
    """Return the same over future demand; an element without a figure is left out."""
    return _contribution(one, "contribution_share_future")


def contribution_value_usd(one: Chain) -> Told:
    """Return what it is worth at the stated quotes [USD]."""
    return _contribution(one, "contribution_value_usd")


def contribution_value_jpy(one: Chain) -> Told:
    """Return what it is worth at the stated quotes and exchange rate [JPY]."""
    return _contribution(one, "contribution_value_jpy")


def mud_needed_t_d(one: Chain) -> Told:
    """Return the mud a day that covers a quarter of current demand [t/d]: of stated rich mud, and as the run has it.

    Items: ``Nd stated`` (dry, the quantities ``contribution.needed_*``), ``Nd wet`` and ``Nd dry`` (solids, grade and
    recovery of the run on its operating days). Nothing where the run brought no mud or there is no demand figure.
    """
    values, demand_t = one.values, one.assumed.current_t
    found: dict[tuple[str, str], float] = {}
    for element in ("Nd", "Dy"):
        share: float | None = None
        for basis, made in one.mud.items():
            given = (made.solids_share, made.grade_ppm, made.element_share[element], made.recovery_share[element])
            days = values["contribution.operating_days_d"]
            if days > 0.0 and all(float(value[0]) > 0.0 for value in given):
                mud = tonnes_for_share(QUARTER, demand_t[element], days, *given)
                found[f"{element} {basis}", ""] = float(mud[0])
                share = float(made.element_share[element][0])
        if share is not None:
            stated = (
                values["contribution.needed_days_d"], values["contribution.needed_solids_share"],
                values["contribution.needed_grade_ppm"], share, values["contribution.needed_recovery_share"],
            )  # fmt: skip
            found[f"{element} stated", ""] = float(tonnes_for_share(QUARTER, demand_t[element], *stated)[0])
    return known(found)


def mud_grade_ppm(one: Chain) -> Told:
    """Return the rare earths in the dry solids lifted, as element [ppm]: ``wet``, ``dry`` and ``scale`` runs."""
    return known({(run, ""): float(made.grade_ppm[0]) for run, made in _runs(one)})


def mud_recovery(one: Chain) -> Told:
    """Return what becomes oxide of an element in mud at the target [1], by run and element."""
    return known({
        (f"{run} {element}", ""): float(made.recovery_share[element][0])
        for run, made in _runs(one)
        for element in SUPPLY_ELEMENTS
    })  # fmt: skip


def mud_days(one: Chain) -> Told:
    """Return the days a year a rate counts on [d]: operating days; of the run at full scale, days with mud on deck."""
    found = {(basis, ""): one.values["contribution.operating_days_d"] for basis in one.mud}
    if one.scale is not None:
        found[SCALE, ""] = float(one.scale.output.lifting_days_d[0]) / one.scale.years
    return found


def mud_dry_t(one: Chain) -> Told:
    """Return the dry solids lifted in a year [t]: at the target on operating days, and by the run at full scale."""
    days = one.values["contribution.operating_days_d"]
    found = {(basis, ""): made.target_t_d * float(made.solids_share[0]) * days for basis, made in one.mud.items()}
    if one.scale is not None:
        found[SCALE, ""] = float(one.scale.dry_t[0]) / one.scale.years
    return known(found)


def _runs(one: Chain) -> list[tuple[str, MudOutput]]:
    beside = [] if one.scale is None else [(SCALE, one.scale.output)]
    return [*one.mud.items(), *beside]


def by_group(values: Floats) -> dict[str, float]:
    """Return what belongs to each element, group and all: the sum over the elements that have a number.

    Parameters
    ----------
    values : by element, shape (8,); not a number where there is none.
    """
    found = dict(zip(SUPPLY_ELEMENTS, values.tolist(), strict=True))
    for group in GROUPS:
        mine = [found[name] for name in SUPPLY_ELEMENTS if group_of(name) == group]
        found[group] = math.fsum(value for value in mine if not math.isnan(value))
    found[ALL] = math.fsum(found[group] for group in GROUPS)
    return found


def _dependency(one: Chain, measure: str, bases: tuple[str, ...]) -> Told:
    found: dict[tuple[str, str], float] = {}
    for year in one.years:
        table = one.dependency(year).measures[measure]
        for basis in bases:
            at = BASES.index(basis)
            found |= {
                (f"{item} {stage} {basis}", str(year)): float(table[i, s, at])
                for i, item in enumerate(ITEMS)
                for s, stage in enumerate(STAGES)
            }
    return known(found)


def china_share(one: Chain) -> Told:
    """Return China's share of what Japan takes in, by element or group, stage and basis."""
    return _dependency(one, "china_share", BASES)


def import_dependence(one: Chain) -> Told:
    """Return the share of apparent use that is not made in Japan, by element or group and stage."""
    return _dependency(one, "import_dependence", (MASS_DIRECT,))


def hhi(one: Chain) -> Told:
    """Return the concentration of origins, by element or group and stage."""
    return _dependency(one, "hhi", (MASS_DIRECT,))


def hhi_change(one: Chain) -> Told:
    """Return by how much the mud changes that concentration."""
    return _dependency(one, "hhi_change", (MASS_DIRECT,))


def largest_share(one: Chain) -> Told:
    """Return the share of the largest origin, by element or group and stage."""
    return _dependency(one, "largest_share", (MASS_DIRECT,))


def eu_supply_risk(one: Chain) -> Told:
    """Return the supply risk of the form the European Union uses, by element or group and stage."""
    return _dependency(one, "eu_supply_risk", (MASS_DIRECT,))


def supply_t(one: Chain) -> Told:
    """Return what Japan takes in, by element or group and stage [t]."""
    found: dict[tuple[str, str], float] = {}
    for year in one.years:
        bought = purchases_t(one.network(year)).sum(axis=1)
        for s, stage in enumerate(STAGES):
            sums = by_group(np.where(one.network(year).known, bought[s], np.nan))
            found |= {(f"{item} {stage}", str(year)): value for item, value in sums.items()}
    return known(found)


def _demand(one: Chain, flow: str) -> Told:
    """Return a flow of demand by element and group over all sectors, and by sector in the years told."""
    table, first = one.demand.flows()[flow], int(one.demand.years[0])
    found: dict[tuple[str, str], float] = {}
    for year in DEMAND_YEARS:
        of_year = table[:, :, year - first]
        known_elements = np.isfinite(of_year).any(axis=0)
        sums = by_group(np.where(known_elements, np.nansum(of_year, axis=0), np.nan))
        found |= {(item, str(year)): value for item, value in sums.items()}
    for year in one.years:
        for s, sector in enumerate(SECTORS):
            row = table[s, :, year - first]
            found |= {(f"{name} {sector}", str(year)): float(row[e]) for e, name in enumerate(SUPPLY_ELEMENTS)}
    return known(found)


def demand_t(one: Chain) -> Told:
    """Return what makers in Japan take, by element or group, and by sector [t]."""
    return _demand(one, "demand")


def stock_in_use_t(one: Chain) -> Told:
    """Return what is in goods in use in Japan [t]."""
    return _demand(one, "stock")


def end_of_life_t(one: Chain) -> Told:
    """Return what is in goods that come to their end in Japan [t]."""
    return _demand(one, "end_of_life")


def recycled_t(one: Chain) -> Told:
    """Return what comes back of it as material, by element or group, and by sector [t].

    Over all sectors it holds what is recovered from magnets brought to Japan at their end, which no sector has.
    """
    found = dict(_demand(one, "recycled"))
    for year in DEMAND_YEARS:
        back = by_group(recycled_in(one.demand, year))
        found |= {(item, str(year)): value for item, value in back.items() if (item, str(year)) in found}
    return found


def end_of_life_recycling_rate(one: Chain) -> Told:
    """Return what is recycled of what comes to its end in Japan, by element [1]."""
    return _rate(one, 0)


def recycling_input_rate(one: Chain) -> Told:
    """Return what is recycled, from abroad too, over makers' demand, by element [1]."""
    return _rate(one, 1)


def _rate(one: Chain, which: int) -> Told:
    return known({
        (element, str(year)): float(value)
        for year in one.years
        for element, value in zip(SUPPLY_ELEMENTS, recycling_rates(one.demand, year)[which], strict=True)
    })  # fmt: skip


def stage_cover(one: Chain) -> Told:
    """Return what is open to Japan outside China over its need, by group and stage [1]; the least of a group binds."""
    found: dict[tuple[str, str], float] = {}
    for year in one.years:
        cover = cover_of_stages(one.network(year))
        for stage in (OXIDE, METAL, MAGNET):
            found |= {(f"{group} {STAGES[stage]}", str(year)): float(cover[stage, g]) for g, group in enumerate(GROUPS)}
    return known(found)


def earliest_year(one: Chain) -> Told:
    """Return the year in which a plant decided at the start of the plan can deliver, by kind."""
    decided = round(one.values["policy.plan_start_year"])
    return {
        (kind, ""): network_market.earliest_year(one.values, kind, decided) for kind in ("mine", "separation", "magnet")
    }


def clusters_working(one: Chain) -> Told:
    """Return the chance that one, two or all of three clusters of plants in Japan work at a time [1]."""
    chances = network_market.cluster_chances(one.values)
    return {(f"{needed} of 3", ""): chance for needed, chance in enumerate(chances, 1)}


OF_SUPPLY: Final[tuple[Callable[[Chain], Told], ...]] = (
    contribution_oxide_t,
    contribution_element_t,
    contribution_share_current,
    contribution_share_future,
    contribution_value_usd,
    contribution_value_jpy,
    mud_needed_t_d,
    mud_grade_ppm,
    mud_recovery,
    mud_days,
    mud_dry_t,
    china_share,
    import_dependence,
    hhi,
    hhi_change,
    largest_share,
    eu_supply_risk,
    supply_t,
    demand_t,
    stock_in_use_t,
    end_of_life_t,
    recycled_t,
    end_of_life_recycling_rate,
    recycling_input_rate,
    stage_cover,
    earliest_year,
    clusters_working,
)
