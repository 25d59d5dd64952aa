"""What is on offer in a year of a draw: mixes of sellers, capacities, offtakes, and what levers add."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ops_data.reference.supply.network_rows import MUD, RECYCLING
from ops_data.supply_names import GROUPS, STAGES
from twin.models.capacity_options import available_share, success_by
from twin.supply.network_structure import (
    ALLY,
    CENTRAL_ASIA,
    GROUP_OF,
    INDIA,
    LIGHT,
    MIXED,
    ORE,
    OXIDE,
    PARTNER,
    Floats,
    Structure,
    by_group,
    picked,
)

CLUSTERS = ("east", "central", "kyushu")


@dataclass(frozen=True)
class Offer:
    """Tonnes of element on offer from one seller, and who takes them: tiers of buyers, in order.

    ``amount_t`` is by element, shape (8,), or of a plant that serves what is needed, by group, shape (2,).
    """

    name: str
    seller: int
    amount_t: Floats
    tiers: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Market:
    """What is on offer in a year.

    Attributes
    ----------
    mix : share of a seller in what a buyer takes beside offers; sums to 1 or 0, shape (5, buyers, origins, 2).
    capacity_t : of origins by stage and group [t element], shape (5, origins, 2).
    open_t : what Japan can buy of it beside firm volumes; infinite where nothing limits it, same shape.
    offers : by stage, in the order in which they are taken: the mud, recycling, contracts, plants that levers add.
    yields : element handed on over element taken in, into each stage from the one before, shape (5,); first is 1.
    follow : how far metal making follows the oxide that Japan holds, 0 to 1.
    largest_share : what one foreign seller may have at most, 0 to 1.
    partners : who makes metal for Japan, in order.
    """

    mix: Floats
    capacity_t: Floats
    open_t: Floats
    offers: Mapping[int, tuple[Offer, ...]]
    yields: Floats
    follow: float
    largest_share: float
    partners: tuple[int, ...]


def market(
    values: Mapping[str, float], structure: Structure, year: int, mud_t: Floats, recycled_t: Floats
) -> Market:
    """Return what is on offer in a year of a draw; see :class:`Market`.

    Parameters
    ----------
    values : numbers of the draw by key.
    structure : the tables as arrays.
    year : calendar year.
    mud_t, recycled_t : separated oxide of the mud and of recycling, as element [t], shape (8,).
    """
    capacity = _capacity(values, structure, year)
    contracts, firm = _contracts(values, structure, year, capacity)
    _, japan, _, _ = structure.named
    partner = structure.number(PARTNER)
    first = _own_offers(values, structure, mud_t, recycled_t)
    offers: dict[int, tuple[Offer, ...]] = {stage: tuple(contracts.get(stage, ())) for stage in range(len(STAGES))}
    offers[OXIDE] = (*first, *offers[OXIDE], *_added(values, structure, year))
    yields = np.ones(len(STAGES))
    yields[1:] = [values[f"network.yield_{name}_share"] for name in STAGES[1:]]
    return Market(
        mix=_mix(values, structure),
        capacity_t=capacity,
        open_t=_open(values, structure, capacity, firm),
        offers=offers,
        yields=yields,
        follow=values["network.follow_contracts_share"],
        largest_share=values["network.max_supplier_share"],
        partners=(japan, partner),
    )


def _mix(values: Mapping[str, float], structure: Structure) -> Floats:
    """Shares of the draw, brought back to a sum of one; the mud and recycling are fed by themselves."""
    rows, count = structure.mix, len(structure.origins)
    found = np.zeros((len(STAGES), count + 1, count, len(GROUPS)))
    found[rows.stage, rows.buyer, rows.seller, rows.group] = picked(values, rows.keys)
    for name in (MUD, RECYCLING):
        own = structure.number(name)
        found[:, own] = 0.0
        found[ORE : OXIDE + 1, own, own] = 1.0
    total = found.sum(axis=2, keepdims=True)
    scaled: Floats = found / np.where(total > 0.0, total, 1.0)
    return scaled


def _capacity(values: Mapping[str, float], structure: Structure, year: int) -> Floats:
    rows = structure.plants
    late = np.where(rows.running, 0.0, values["network.project_delay_years"])
    built = rows.running | (np.array([values.get(key, 0.0) for key in rows.luck]) <= rows.chance)
    there = picked(values, rows.keys) * available_share(year, rows.start_year, late, rows.ramp_years) * built
    found = np.zeros((len(STAGES), len(structure.origins), len(GROUPS)))
    np.add.at(found, (rows.stage, rows.origin, rows.group), there)
    up = sum(values[f"network.cluster_{name}_share"] * values[f"network.cluster_{name}_up"] for name in CLUSTERS)
    whole = sum(values[f"network.cluster_{name}_share"] for name in CLUSTERS)
    found[OXIDE:, structure.named[1]] *= up / whole
    return found


def _contracts(
    values: Mapping[str, float], structure: Structure, year: int, capacity: Floats
) -> tuple[dict[int, list[Offer]], Floats]:
    """Offers of the contracts that run, limited by their seller's capacity, and what they take of it."""
    rows = structure.offtakes
    firm = np.zeros_like(capacity)
    offers: dict[int, list[Offer]] = {}
    if not rows.keys:
        return offers, firm
    late = np.where(rows.running, 0.0, values["network.project_delay_years"])
    built = rows.running | (np.array([values.get(key, 0.0) for key in rows.luck]) <= rows.chance)
    runs = available_share(year, rows.start_year, late, rows.ramp_years) * built * (rows.end_year >= year)
    volume = picked(values, rows.keys) + values["network.option_share"] * rows.option_t
    wanted = (volume * runs)[:, None] * rows.per_unit
    for at in np.flatnonzero(wanted.sum(axis=1) > 0.0).tolist():
        stage, seller = int(rows.stage[at]), int(rows.seller[at])
        asked = by_group(wanted[at])
        left = np.maximum(capacity[stage, seller] - firm[stage, seller], 0.0)
        part = np.minimum(1.0, left / np.where(asked > 0.0, asked, 1.0))
        amount = wanted[at] * np.where(asked > 0.0, part, 0.0)[GROUP_OF]
        firm[stage, seller] += by_group(amount)
        tiers = tuple(_tier(structure, taker) for taker in rows.takers[at])
        offers.setdefault(stage, []).append(Offer(rows.keys[at], seller, amount, tiers))
    return offers, firm


def _tier(structure: Structure, taker: int) -> tuple[int, ...]:
    """Japan as a taker is its plants and its sectors alike."""
    return (taker, structure.use) if taker == structure.named[1] else (taker,)


def _own_offers(values: Mapping[str, float], structure: Structure, mud_t: Floats, recycled_t: Floats) -> list[Offer]:
    _, japan, mud, recycling = structure.named
    tiers = (_tier(structure, japan), (structure.number(PARTNER),))
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
    _, japan, _, _ = structure.named
    tiers = (_tier(structure, japan),)
    start = values["network.central_asia_start_year"]
    stands = float(success_by(values["network.failure_hazard_per_year"], max(year - start, 0.0))) * (year >= start)
    light = np.arange(len(GROUPS)) == LIGHT
    added = [
        ("added separation in Japan", japan, np.full(2, values["network.domestic_separation_added_t"])),
        ("added separation of an ally", structure.number(ALLY), np.full(2, values["network.allied_refining_added_t"])),
        (CENTRAL_ASIA, structure.number(CENTRAL_ASIA), light * values["network.central_asia_oxide_t"] * stands),
    ]
    return [Offer(name, seller, amount, tiers) for name, seller, amount in added if amount.any()]


def _open(values: Mapping[str, float], structure: Structure, capacity: Floats, firm: Floats) -> Floats:
    china, japan, mud, recycling = structure.named
    taken = values["network.competing_offtake_share"] * (1.0 - values["network.joint_offtake_share"])
    found: Floats = np.maximum(capacity - firm, 0.0)
    abroad = ~structure.home
    found[MIXED : OXIDE + 1, abroad] *= 1.0 - taken
    found[OXIDE, structure.number(INDIA)] *= 1.0 - values["network.india_domestic_priority_share"]
    found[ORE] = np.inf
    found[:, [china, mud, recycling]] = np.inf
    return found
