"""What is on offer in a year of a draw: mixes of sellers, capacities, offtakes, and what levers add."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ops_data.reference.supply.network_rows import ALLY, BOTH, CENTRAL_ASIA, INDIA, MUD, PARTNER, RECYCLING
from ops_data.supply_names import GROUPS, STAGES
from twin.models.capacity_options import available_share, k_of_n, success_by
from twin.supply.network_structure import (
    BASE_MIX_FROM,
    BASE_YEAR,
    EARLY_MIX_TO,
    EVEN,
    GROUP_OF,
    LIGHT,
    MIXED,
    ORE,
    OXIDE,
    Floats,
    Mix,
    Structure,
    by_group,
    picked,
)

CLUSTERS = ("east", "central", "kyushu")


@dataclass(frozen=True)
class Offer:
    """Tonnes of element on offer from one seller, and who takes them: tiers of buyers, in order.

    ``amount_t`` is by element, shape (8,), or of a plant that serves what is needed, by group, shape (2,).
    ``together``: the first tier gets no more at first than its part of what the first two need; by element only.
    """

    name: str
    seller: int
    amount_t: Floats
    tiers: tuple[tuple[int, ...], ...]
    together: bool = False


@dataclass(frozen=True)
class Market:
    """What is on offer in a year.

    Attributes
    ----------
    mix : share of a seller in what a buyer takes beside offers; sums to 1 or 0, shape (5, buyers, origins, 2).
    capacity_t : of origins by stage and group, with what levers add [t element], shape (5, origins, 2).
    open_t : what Japan can buy beside firm volumes and new supply; infinite where nothing limits it, same shape.
    own : by stage, offers that come first and one after the other: the mud, recycling.
    committed : by stage, offers that share what is then needed: contracts, plants that levers add.
    new : by stage, offers that share what is needed after them: open supply of plants since the base year.
    yields : element handed on over element taken in, into each stage from the one before, shape (5,); first is 1.
    follow : how far metal making follows the oxide that Japan holds, 0 to 1.
    kept : part of what a buyer needs beside the mud and recycling that stays with its usual sellers, 0 to 1.
    largest_share : what one foreign seller may have at most, 0 to 1.
    partners : who makes metal for Japan, in order.
    """

    mix: Floats
    capacity_t: Floats
    open_t: Floats
    own: Mapping[int, tuple[Offer, ...]]
    committed: Mapping[int, tuple[Offer, ...]]
    new: Mapping[int, tuple[Offer, ...]]
    yields: Floats
    follow: float
    kept: float
    largest_share: float
    partners: tuple[int, ...]

    def offers(self, stage: int) -> tuple[Offer, ...]:
        """Return all offers of a stage."""
        return (*self.own.get(stage, ()), *self.committed.get(stage, ()), *self.new.get(stage, ()))


def market(values: Mapping[str, float], structure: Structure, year: int, mud_t: Floats, recycled_t: Floats) -> Market:
    """Return what is on offer in a year of a draw; see :class:`Market`.

    Parameters
    ----------
    values : numbers of the draw by key.
    structure : the tables as arrays.
    year : calendar year.
    mud_t, recycled_t : separated oxide of the mud and of recycling, as element [t], shape (8,).
    """
    rows = _plants(values, structure, year)
    capacity = _capacity(values, structure, rows)
    contracts, firm = _contracts(values, structure, year, rows, values["network.contract_renewed_share"])
    new, open_t = _open(values, structure, rows, capacity, firm)
    added = _added(values, structure, year)
    committed = {stage: tuple(found) for stage, found in contracts.items()}
    committed[OXIDE] = (*committed.get(OXIDE, ()), *added)
    for one in added:
        capacity[OXIDE, one.seller] += one.amount_t
    yields = np.ones(len(STAGES))
    yields[1:] = [values[f"network.yield_{name}_share"] for name in STAGES[1:]]
    return Market(
        mix=_mix(values, structure, year),
        capacity_t=capacity,
        open_t=open_t,
        own={OXIDE: tuple(_own_offers(values, structure, mud_t, recycled_t))},
        committed=committed,
        new={stage: tuple(found) for stage, found in new.items()},
        yields=yields,
        follow=values["network.follow_contracts_share"],
        kept=values["network.kept_sellers_share"],
        largest_share=values["network.max_supplier_share"],
        partners=(structure.named[1], structure.number(PARTNER)),
    )


def _mix(values: Mapping[str, float], structure: Structure, year: int) -> Floats:
    """Shares of the draw in the year; the mud and recycling are fed by themselves."""
    found = _scaled(values, structure, structure.mix)
    early = min(max((BASE_MIX_FROM - year) / (BASE_MIX_FROM - EARLY_MIX_TO), 0.0), 1.0)
    if early > 0.0:
        then = _scaled(values, structure, structure.early_mix)
        found = np.where(then.any(axis=2, keepdims=True), early * then + (1.0 - early) * found, found)
    for name in (MUD, RECYCLING):
        own = structure.number(name)
        found[:, own] = 0.0
        found[ORE : OXIDE + 1, own, own] = 1.0
    return found


def _scaled(values: Mapping[str, float], structure: Structure, rows: Mix) -> Floats:
    """Shares of a table, brought back to a sum of one for each buyer, stage and group that it names."""
    count = len(structure.origins)
    found = np.zeros((len(STAGES), count + 1, count, len(GROUPS)))
    found[rows.stage, rows.buyer, rows.seller, rows.group] = picked(values, rows.keys)
    total = found.sum(axis=2, keepdims=True)
    scaled: Floats = found / np.where(total > 0.0, total, 1.0)
    return scaled


def _plants(values: Mapping[str, float], structure: Structure, year: int) -> Floats:
    """Capacity of each row of nodes.csv in the year [t element], shape (rows,)."""
    rows = structure.plants
    late = np.where(rows.running, 0.0, values["network.project_delay_years"])
    built = rows.running | (np.array([values.get(key, EVEN) for key in rows.luck]) <= rows.chance)
    found: Floats = picked(values, rows.keys) * available_share(year, rows.start_year, late, rows.ramp_years) * built
    return found


def _capacity(values: Mapping[str, float], structure: Structure, there: Floats) -> Floats:
    """Capacity by stage, origin and group; what stands in a cluster of Japan that is lost is out."""
    rows = structure.plants
    found = np.zeros((len(STAGES), len(structure.origins), len(GROUPS)))
    np.add.at(found, (rows.stage, rows.origin, rows.group), there)
    up = sum(values[f"network.cluster_{name}_share"] * values[f"network.cluster_{name}_up"] for name in CLUSTERS)
    whole = sum(values[f"network.cluster_{name}_share"] for name in CLUSTERS)
    found[OXIDE:, structure.named[1]] *= up / whole
    return found


def _contracts(
    values: Mapping[str, float], structure: Structure, year: int, there: Floats, renewed: float
) -> tuple[dict[int, list[Offer]], Floats]:
    """Offers of the contracts that run, limited by their plants, and what they take of each row of nodes.csv.

    After its end a share ``renewed`` of a contract goes on.
    """
    rows = structure.offtakes
    firm = np.zeros_like(there)
    offers: dict[int, list[Offer]] = {}
    if not rows.keys:
        return offers, firm
    late = np.where(rows.running, 0.0, values["network.project_delay_years"])
    built = rows.running | (np.array([values.get(key, EVEN) for key in rows.luck]) <= rows.chance)
    runs = available_share(year, rows.start_year, late, rows.ramp_years) * built
    runs = runs * np.where(rows.start_year == year, rows.first_year_share, 1.0)
    runs = runs * np.where(rows.end_year >= year, 1.0, renewed) * values["network.contract_delivered_share"]
    volume = picked(values, rows.keys) + values["network.option_share"] * rows.option_t
    kept = np.where(rows.seller == structure.number(INDIA), values["network.india_domestic_priority_share"], 0.0)
    wanted = (volume * runs * (1.0 - kept))[:, None] * rows.per_unit
    for at in np.flatnonzero(wanted.sum(axis=1) > 0.0).tolist():
        amount = wanted[at] * _granted(by_group(wanted[at]), rows.plants[at], there, firm)[GROUP_OF]
        together = rows.takers[at] == BOTH
        tiers = _tiers(structure, PARTNER in rows.takers[at], together)
        offers.setdefault(int(rows.stage[at]), []).append(
            Offer(rows.keys[at], int(rows.seller[at]), amount, tiers, together)
        )
    return offers, firm


def _granted(asked: Floats, plants: Sequence[Sequence[int]], there: Floats, firm: Floats) -> Floats:
    """Part of a volume, by group, that its plants can deliver beside earlier contracts; ``firm`` is changed."""
    found = np.zeros(len(GROUPS))
    for group, rows in enumerate(plants):
        at = list(rows)
        left = np.maximum(there[at] - firm[at], 0.0)
        if asked[group] > 0.0 and left.sum() > 0.0:
            found[group] = min(1.0, float(left.sum()) / asked[group])
            firm[at] += found[group] * asked[group] * left / left.sum()
    return found


def _tiers(structure: Structure, partner: bool, together: bool = False) -> tuple[tuple[int, ...], ...]:
    """Who takes: plants and sectors in Japan, then a partner that makes metal for Japan; together: and Japan again."""
    home = (structure.named[1], structure.use)
    if together:
        return home, (structure.number(PARTNER),), home
    return (home, (structure.number(PARTNER),)) if partner else (home,)


def _own_offers(values: Mapping[str, float], structure: Structure, mud_t: Floats, recycled_t: Floats) -> list[Offer]:
    _, _, mud, recycling = structure.named
    tiers = _tiers(structure, True)
    whole = float(mud_t.sum())
    bound = min(1.0, values["network.mud_separation_limit_t"] / whole) if whole > 0.0 else 1.0
    abroad = values["network.mud_abroad_share"]
    return [
        Offer("mud", mud, mud_t * bound * (1.0 - abroad), tiers),
        Offer("mud abroad", structure.number(ALLY), mud_t * bound * abroad, tiers),
        Offer("recycling", recycling, recycled_t, tiers),
    ]


def _added(values: Mapping[str, float], structure: Structure, year: int) -> list[Offer]:
    """Oxide of plants that levers add; a group's capacity serves its elements as they are needed."""
    japan = structure.named[1]
    tiers = _tiers(structure, True)
    start = values["network.central_asia_start_year"]
    stands = float(success_by(values["network.failure_hazard_per_year"], max(year - start, 0.0))) * (year >= start)
    light = np.arange(len(GROUPS)) == LIGHT
    added = [
        ("added separation in Japan", japan, np.full(2, values["network.domestic_separation_added_t"])),
        ("added separation of an ally", structure.number(ALLY), np.full(2, values["network.allied_refining_added_t"])),
        (CENTRAL_ASIA, structure.number(CENTRAL_ASIA), light * values["network.central_asia_oxide_t"] * stands),
    ]
    return [Offer(name, seller, amount, tiers) for name, seller, amount in added if amount.any()]


def _open(
    values: Mapping[str, float], structure: Structure, there: Floats, capacity: Floats, firm: Floats
) -> tuple[dict[int, list[Offer]], Floats]:
    """Return what new plants abroad offer, by stage, and what is open of all others."""
    china, _, mud, recycling = structure.named
    rows = structure.plants
    competing = np.zeros(len(STAGES))
    competing[MIXED : OXIDE + 1] = values["network.competing_offtake_share"]
    competing *= 1.0 - values["network.joint_offtake_share"]
    reach = (1.0 - competing[rows.stage]) * rows.open_share * np.maximum(there - firm, 0.0)
    found = np.zeros_like(capacity)
    np.add.at(found, (rows.stage, rows.origin, rows.group), reach)
    found[:, structure.home] = capacity[:, structure.home]
    found[OXIDE, structure.number(INDIA)] *= 1.0 - values["network.india_domestic_priority_share"]
    tiers = _tiers(structure, True)
    offers: dict[int, list[Offer]] = {}
    is_new = (rows.start_year > BASE_YEAR) & ~structure.home[rows.origin] & (rows.origin != china)
    for at in np.flatnonzero(is_new & (reach > 0.0)).tolist():
        stage, origin, group = int(rows.stage[at]), int(rows.origin[at]), int(rows.group[at])
        amount = values["network.new_supply_share"] * reach[at]
        found[stage, origin, group] = max(found[stage, origin, group] - amount, 0.0)
        shared = rows.parts[at] if rows.parts[at].any() else np.arange(len(GROUPS)) == group
        offers.setdefault(stage, []).append(Offer(rows.keys[at], origin, amount * shared, tiers))
    found[ORE] = np.inf
    found[:, [china, mud, recycling]] = np.inf
    return offers, found


def firm_t(values: Mapping[str, float], structure: Structure, year: int) -> Floats:
    """Return what contracts in force give Japan in a year [t element], shape (8,).

    What is delivered of the volumes, limited by the capacity of the sellers; options count as far as the draw calls
    them, renewals do not.
    """
    offers, _ = _contracts(values, structure, year, _plants(values, structure, year), 0.0)
    total: Floats = sum((one.amount_t for found in offers.values() for one in found), np.zeros(len(GROUP_OF)))
    return total


def cluster_chances(values: Mapping[str, float]) -> tuple[float, float, float]:
    """Return the chance that at least one, at least two and all three of Japan's midstream clusters work."""
    one, two, three = (k_of_n(values["network.cluster_availability_share"], 3, needed) for needed in (1, 2, 3))
    return one, two, three


def earliest_year(values: Mapping[str, float], kind: str, decision_year: int) -> float:
    """Return the first year in which a plant decided in a year can deliver.

    Parameters
    ----------
    values : numbers of the draw.
    kind : mine, separation or magnet.
    decision_year : calendar year of the decision.
    """
    return decision_year + values[f"network.lead_time_{kind}_years"]
