"""How far Japan depends on whom: by element, stage, mass or value, by the last seller or traced to the ore.

Two readings of "made in China" are kept apart, and no single number is given. *Direct* is the country that made what
Japan takes over at a stage, as customs count it. *Origin-adjusted* traces the same material back: ``china_share`` is
then what passed through a Chinese node at that stage or any earlier one, ``china_ore_share`` what was mined in China.
Metal from Viet Nam made of Chinese oxide is Chinese in the first sense of the second reading only; Chinese oxide made
of Burmese ore is Chinese by any step, and Burmese by ore. ``use_china_step_share`` looks the other way: the part of
what the sectors use that passed through China at that stage or any later one.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.elements import oxide_factor
from ops_data.reference.supply.dependency_rows import MEASURED, MEASURES, DependencyFigureRow
from ops_data.supply_names import GROUPS, STAGES, SUPPLY_ELEMENTS
from twin.models.concentration import evenness, governance_hhi, hhi, largest_share, shares, supply_risk
from twin.supply.network import Network, purchases_t, traced_shares
from twin.supply.network_structure import GROUP_OF, IS_GROUP, MAGNET, METAL, MIXED, OXIDE, Floats, Structure
from twin.supply.published import Published

ALL: Final = "all"
ITEMS: Final = (*SUPPLY_ELEMENTS, *GROUPS, ALL)
BASES: Final = MEASURED
INDICES: Final = ("hhi", "hhi_without_mud", "hhi_change", "eu_supply_risk")
NO_DEMAND: Final = "no demand figure"
NO_PURCHASE: Final = "Japan buys nothing at this stage"
NO_IMPORT: Final = "Japan buys none abroad at this stage: what comes later holds the dependence"
CUSTOMS: Final = "the country that did the last step, as customs count it; what it is made of may be from elsewhere"
EU_FORM: Final = "form of the index as commonly printed, not checked against the method; compare stages and years only"
MEMBERS: Final = np.vstack([np.eye(len(SUPPLY_ELEMENTS)), *IS_GROUP, np.ones(8)])


@dataclass(frozen=True)
class Dependency:
    """Measures of a year, shape (11 items, 5 stages, 4 bases) each; items, bases and measures as named above.

    ``china_in_imports`` is China's share by mass in what Japan brings in of all elements as carbonate, separated oxide
    and metal together, as trade statistics add it up; not a number: nothing is brought in.
    """

    year: int
    measures: Mapping[str, Floats]
    china_in_imports: float

    def value(self, item: str, stage: str, basis: str, measure: str) -> float:
        """Return one measure; not a number where there is none."""
        return float(self.measures[measure][ITEMS.index(item), STAGES.index(stage), BASES.index(basis)])


def dependency(values: Mapping[str, float], network: Network, prices_usd_kg: Mapping[str, float]) -> Dependency:
    """Return all measures of a year.

    Parameters
    ----------
    values : numbers of the draw; ``network.wgi_*`` and ``network.substitution_index_*``.
    network : flows of the year.
    prices_usd_kg : price of the oxide by element [USD/kg], weighs the elements of a group by value; an element without
        a price counts nothing by value.

    Notes
    -----
    China's share of supply counts home-made and home-mined supply in the whole; ``china_import_share`` leaves it out.
    The index without the mud is of the same purchases less what the mud gave. A group by mass is ruled by its largest
    element: yttrium among the heavies.
    """
    structure = network.structure
    direct = purchases_t(network)
    shares_of = traced_shares(network)
    ores = _ore_origins(direct, shares_of)
    stepped = _any_step(direct, shares_of, structure.named[0])
    used = _use_steps(network, shares_of)
    weights = _weights(prices_usd_kg)
    found = {name: np.full((len(ITEMS), len(STAGES), len(BASES)), np.nan) for name in MEASURES}
    for at, weight in enumerate(weights):
        mass = _by_item(direct, weight)
        ore = _by_item(ores, weight)
        _fill(found, structure, mass, 2 * at)
        _fill(found, structure, ore, 2 * at + 1)
        world = _world(network, direct, weight)
        _risk(found, structure, values, (mass, ore), world, at)
        whole = mass.sum(axis=0)
        found["china_share"][:, :, 2 * at + 1] = _over(_by_item(stepped[:, None], weight)[0], whole)
        found["china_ore_share"][:, :, 2 * at + 1] = _over(ore[structure.named[0]], whole)
        part, all_use = _by_item(used[:, None, 0], weight)[0], _by_item(used[:, None, 1], weight)[0]
        found["use_china_step_share"][:, :, 2 * at + 1] = _over(part, all_use)
    for table in found.values():
        table[: len(SUPPLY_ELEMENTS)][~network.known] = np.nan
    return Dependency(network.year, found, _china_in_imports(structure, direct))


def dependency_rows(found: Dependency) -> Iterator[tuple[str, str, str, int, str, float, str, str]]:
    """Yield rows of supply_dependency: element or group, stage, basis, year, measure, value, unit, note.

    What has no meaning for a basis has no row there.
    """
    for measure, table in found.measures.items():
        unit = "1"
        for (item, stage, basis), value in np.ndenumerate(table):
            traced = BASES[basis].endswith("origin-adjusted")
            if measure in ("china_ore_share", "use_china_step_share") and not traced:
                continue
            if measure == "china_import_share" and traced:
                continue
            note = _note(found, item, stage, measure, value, traced)
            yield ITEMS[item], STAGES[stage], BASES[basis], found.year, measure, float(value), unit, note


def _note(found: Dependency, item: int, stage: int, measure: str, value: float, traced: bool) -> str:
    if not np.isnan(value) and measure == "eu_supply_risk":
        return EU_FORM
    if found.measures["import_dependence"][item, stage, 0] == 0.0:
        return NO_IMPORT
    if np.isnan(value):
        return NO_DEMAND if np.isnan(found.measures["hhi"][item]).all() else NO_PURCHASE
    return "" if traced else CUSTOMS


def _china_in_imports(structure: Structure, direct: Floats) -> float:
    traded = direct[MIXED : METAL + 1]
    abroad = float(traded[:, ~structure.home].sum())
    return float(traded[:, structure.named[0]].sum()) / abroad if abroad > 0.0 else math.nan


def beside(figures: Mapping[str, DependencyFigureRow], found_in: Callable[[int], Dependency]) -> Iterator[Published]:
    """Yield the published figures as rows of supply_published, each with what is computed that it may be held against.

    Nothing is computed for a figure on all products, on the world or on an element that is not followed; the mix of
    2010 alone, which is set by such a figure, is told beside it.

    Parameters
    ----------
    figures : rows of dependency_figures.csv.
    found_in : calendar year → measures of it; each figure stands beside those of its own year.
    """
    for row in figures.values():
        if not row.item:
            computed = math.nan
        elif row.stage == ALL:
            computed = found_in(row.year).china_in_imports
        else:
            computed = found_in(row.year).value(row.item, row.stage, row.basis, row.measure)
        quantity = f"{row.what}, {row.stage}, {row.basis}, {row.year}"
        yield Published(
            "dependency", row.study, quantity, row.value, row.low, row.high, row.unit, computed,
            row.source, row.confidence, row.note,
        )  # fmt: skip


def _weights(prices_usd_kg: Mapping[str, float]) -> tuple[Floats, Floats]:
    """By mass and by value: what a tonne of each element counts in each item, shape (11, 8)."""
    price = np.array([prices_usd_kg.get(name, 0.0) * oxide_factor(name) for name in SUPPLY_ELEMENTS])
    alone = np.eye(len(ITEMS), len(SUPPLY_ELEMENTS), dtype=bool)
    return MEMBERS, np.where(alone, 1.0, MEMBERS * np.nan_to_num(price))


def _by_item(amounts_t: Floats, weight: Floats) -> Floats:
    """From (5 stages, n, 8 elements) to (n, 11 items, 5 stages)."""
    found: Floats = np.moveaxis(amounts_t @ weight.T, 0, 2)
    return found


def _over(part: Floats, whole: Floats) -> Floats:
    found: Floats = np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), np.nan)
    return found


def _ore_origins(direct: Floats, shares_of: Floats) -> Floats:
    """Purchases of each stage by where the ore was mined, shape (5, origins, 8)."""
    found = np.empty_like(direct)
    carried = np.zeros_like(direct[0])
    for stage in range(len(STAGES) - 1, -1, -1):
        carried = direct[stage]
        for before in range(stage - 1, -1, -1):
            carried = np.einsum("be,bse->se", carried, shares_of[before])
        found[stage] = carried
    return found


def _any_step(direct: Floats, shares_of: Floats, china: int) -> Floats:
    """Purchases of each stage that passed through China at it or any earlier stage, shape (5, 8)."""
    found = np.empty((len(STAGES), direct.shape[2]))
    passed = np.zeros_like(direct[0])
    for stage in range(len(STAGES)):
        if stage:
            passed = np.einsum("bse,se->be", shares_of[stage - 1], passed)
        passed[china] = 1.0
        found[stage] = (direct[stage] * passed).sum(axis=0)
    return found


def _use_steps(network: Network, shares_of: Floats) -> Floats:
    """Use that passed through China at a stage or any later one, and all use that has the stage, shape (5, 2, 8)."""
    china = network.structure.named[0]
    taken = network.handed_t[:, network.structure.use]
    found = np.zeros((len(STAGES), 2, taken.shape[2]))
    for start in range(len(STAGES)):
        passed = np.zeros_like(taken[0])
        for stage in range(start, len(STAGES)):
            if stage > start:
                passed = np.einsum("bse,se->be", shares_of[stage - 1], passed)
            passed[china] = 1.0
            if stage in (OXIDE, MAGNET):
                found[start, 0] += (taken[stage] * passed).sum(axis=0)
                found[start, 1] += taken[stage].sum(axis=0)
    return found


def _fill(found: Mapping[str, Floats], structure: Structure, amounts: Floats, basis: int) -> None:
    """Write what follows from a distribution over origins, shape (origins, 11, 5)."""
    china, _, mud, _ = structure.named
    part = shares(amounts)
    abroad = amounts[~structure.home].sum(axis=0)
    index, without = hhi(amounts), amounts.copy()
    without[mud] = 0.0
    found["china_share"][:, :, basis] = part[china]
    found["china_import_share"][:, :, basis] = _over(amounts[china], abroad)
    found["largest_share"][:, :, basis] = largest_share(amounts)
    found["hhi"][:, :, basis] = index
    found["hhi_without_mud"][:, :, basis] = hhi(without)
    found["hhi_change"][:, :, basis] = index - found["hhi_without_mud"][:, :, basis]
    found["evenness"][:, :, basis] = evenness(amounts)
    found["import_dependence"][:, :, basis] = _over(abroad, amounts.sum(axis=0))


def _world(network: Network, direct: Floats, weight: Floats) -> Floats:
    """World supply by origin, group shares weighed by what Japan buys of each, shape (origins, 11, 5)."""
    capacity = np.repeat(network.structure.mine_kt[:, None], len(GROUPS), axis=1)
    world = np.stack([capacity, *network.capacity_t[1:]])
    total = world.sum(axis=1, keepdims=True)
    part = world / np.where(total > 0.0, total, 1.0)
    bought = np.where(direct.sum(axis=1) > 0.0, direct.sum(axis=1), 1.0)
    return _by_item(part[..., GROUP_OF] * bought[:, None, :], weight)


def _risk(
    found: Mapping[str, Floats],
    structure: Structure,
    values: Mapping[str, float],
    amounts: tuple[Floats, Floats],
    world: Floats,
    at: int,
) -> None:
    """Write the supply risk of the EU type for the direct and the traced distribution."""
    names = ["japan" if home else name for name, home in zip(structure.origins, structure.home, strict=True)]
    governance = np.array([values[f"network.wgi_{name}"] for name in names])
    trade = values["network.eu_trade_parameter"]
    index = np.array([values[f"network.substitution_index_{name}"] for name in GROUPS])
    substitution = np.array([*index[GROUP_OF], *index, index.mean()])[:, None]
    recycled = shares(amounts[1])[structure.named[3]]
    for step, one in enumerate(amounts):
        basis = 2 * at + step
        reliance = found["import_dependence"][:, :, basis]
        found["eu_supply_risk"][:, :, basis] = supply_risk(
            governance_hhi(world, governance, trade), governance_hhi(one, governance, trade), reliance, recycled,
            substitution,
        )  # fmt: skip
