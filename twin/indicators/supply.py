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
from twin.supply import criteria
from twin.supply.chain import Chain
from twin.supply.demand import recycled_in
from twin.supply.dependency import ALL, BASES, ITEMS
from twin.supply.network import purchases_t
from twin.supply.network_structure import MAGNET, ORE, OXIDE

Told: TypeAlias = Mapping[tuple[str, str], float]  # (item, period) → value; what there is none of is left out
Floats: TypeAlias = NDArray[np.float64]

YEARS: Final = (2024, 2026, 2027, 2028, 2029, 2030, 2031, 2035, 2040)  # the base, the plan, and what comes after
DEMAND_YEARS: Final = range(2010, 2051)
DUST: Final = 1e-12
MASS_DIRECT: Final = BASES[0]


def known(found: Mapping[tuple[str, str], float]) -> Told:
    """Return what is a number; what rounding leaves of nothing is nothing."""
    return {key: value if abs(value) > DUST else 0.0 for key, value in found.items() if not math.isnan(value)}


def _contribution(name: str) -> Callable[[Chain], Told]:
    def told(one: Chain) -> Told:
        rows = one.contributions
        return known({(row.item, row.period): float(row.indicators()[name][0]) for row in rows})

    told.__name__ = name
    return told


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


def separation_capacity_t(one: Chain) -> Told:
    """Return what plants in Japan can separate, by group [t]."""
    return {
        (group, str(year)): value
        for year in one.years
        for group, value in zip(GROUPS, _at_home(one, year, OXIDE), strict=True)
    }


def magnet_output_t(one: Chain) -> Told:
    """Return what magnet lines in Japan can make, mass of magnets [t]."""
    share = one.values["policy.rare_earth_in_magnet_share"]
    return {("", str(year)): sum(_at_home(one, year, MAGNET)) / share for year in one.years}


def _at_home(one: Chain, year: int, stage: int) -> list[float]:
    """Return capacity of the plants in Japan at a stage by group, mud and recycling left out [t element/yr]."""
    japan = one.structure.named[1]
    found: list[float] = one.network(year).capacity_t[stage, japan].tolist()
    return [value if math.isfinite(value) else 0.0 for value in found]


def domestic_ore_t(one: Chain) -> Told:
    """Return rare earths in what is mined in Japan, all elements followed [t]."""
    mud = one.structure.named[2]
    return {("", str(year)): float(one.network(year).handed_t[ORE, :, mud].sum()) for year in one.years}


def staffed_separation_t(one: Chain) -> Told:
    """Return separation in Japan that engineers can run, as oxide [t]."""
    return {("", str(year)): criteria.staffed_separation_t(one.values, math.inf, year) for year in one.years}


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


OF_SUPPLY: Final[tuple[Callable[[Chain], Told], ...]] = (
    *(
        _contribution(f"contribution_{name}")
        for name in ("oxide_t", "element_t", "share_current", "share_future", "value_usd", "value_jpy")
    ),
    china_share,
    import_dependence,
    hhi,
    hhi_change,
    largest_share,
    eu_supply_risk,
    supply_t,
    separation_capacity_t,
    magnet_output_t,
    domestic_ore_t,
    staffed_separation_t,
    demand_t,
    stock_in_use_t,
    end_of_life_t,
    recycled_t,
)
