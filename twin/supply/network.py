"""Japan's supply of a year: five stages from ore to magnet, balanced at every node."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.reference.supply.network_rows import PARTNER
from ops_data.supply_names import GROUPS, SECTORS, STAGES, SUPPLY_ELEMENTS
from twin.models.limits import not_negative
from twin.supply.network_flows import flows
from twin.supply.network_market import market
from twin.supply.network_structure import (
    GROUP_OF,
    MAGNET,
    OXIDE,
    Bools,
    Floats,
    Structure,
    by_group,
    structure,
)

OXIDE_SECTORS: Final = ("phosphors",)  # they take separated oxide; all others take magnets
TAKES_OXIDE: Final = np.array([name in OXIDE_SECTORS for name in SECTORS])
SMALLEST_T: Final = 1e-9  # of a flow that is told

__all__ = [
    "Network",
    "closure",
    "cover_of_stages",
    "flow_rows",
    "network",
    "purchases_t",
    "structure",
    "traced_shares",
]


@dataclass(frozen=True)
class Network:
    """What serves Japan in a year.

    Attributes
    ----------
    year : calendar year.
    known : whether an element has a demand figure; one that has none flows nowhere, shape (8,).
    handed_t : element handed over [t], shape (5 stages of the material, buyers, sellers, 8): buyers are the origins
        and, last, the sectors in Japan.
    mix : shares by which a buyer without flows would buy, shape (5, buyers, origins, 2).
    yields : element handed on over element taken in, by the stage made, shape (5,).
    capacity_t : of origins, by stage and group [t element/yr], shape (5, origins, 2).
    open_t : what Japan can buy of it beside firm volumes; infinite where nothing limits it, same shape.
    used_t : name of an offer (mud, mud abroad, recycling, ``contracts.<key>``, ``nodes.<key>``, added plants) → what is
        taken of it [t], shape (8,).
    offered_t : name → on offer [t], shape (8,), or (2,) where a group's capacity serves what is asked for.
    """

    year: int
    structure: Structure
    known: Bools
    handed_t: Floats
    mix: Floats
    yields: Floats
    capacity_t: Floats
    open_t: Floats
    used_t: Mapping[str, Floats]
    offered_t: Mapping[str, Floats]


def network(
    values: Mapping[str, float],
    structure: Structure,
    year: int,
    demand_t: Floats,
    mud_t: Floats,
    recycled_t: Floats,
) -> Network:
    """Return how Japan's demand of a year is served.

    Parameters
    ----------
    values : numbers of the draw: ``network.*``, ``feeds.*``, ``nodes.*``, ``contracts.*``.
    structure : of the tables, made once.
    year : calendar year; plants, delays and contracts follow it. The mix of sellers is that of 2010 until then, that
        of the base year from 2014 on, and between the two on the straight line between them.
    demand_t : demand by sector and element [t element/yr], shape (9, 8); not a number: no demand figure. It counts the
        metal that enters magnet making for Japan, as the industry's figures do, or the oxide phosphors take.
    mud_t : separated oxide of the mud, as element [t/yr], shape (8,).
    recycled_t : separated oxide of recycling in Japan, as element [t/yr], shape (8,).

    Returns
    -------
    Flows and what limits them; see :class:`Network`.

    Raises
    ------
    ModelError : a demand, or what the mud or recycling gives, is negative or not finite.

    Notes
    -----
    The mud comes first, then recycling; contracts and plants that levers add share what is then needed, new supply
    what is needed after them; but ``network.kept_sellers_share`` of what is needed after the mud and recycling stays
    with the mix. Japan's plants and sectors take all these before partners who make metal for Japan, or in proportion
    with them where a contract says so. What nobody needs is left over: see ``used_t`` and ``offered_t``.
    Sectors get what the demand gives in magnets, demand × yield of magnet making, whoever makes them.
    """
    demand = np.asarray(demand_t, dtype=np.float64)
    known: Bools = np.asarray(~np.isnan(demand).all(axis=0))
    there = not_negative("network", "demand [t]", np.where(np.isnan(demand), 0.0, demand), "count what is needed")
    mud = not_negative("network", "mud [t]", mud_t, "count what the mud gives; nothing is 0")
    recycled = not_negative("network", "recycled [t]", recycled_t, "count what recycling gives; nothing is 0")
    offered = market(values, structure, year, mud, recycled)
    magnets = there[~TAKES_OXIDE].sum(axis=0) * offered.yields[MAGNET]
    found = flows(structure, offered, magnets, there[TAKES_OXIDE].sum(axis=0))
    return Network(
        year=year,
        structure=structure,
        known=known,
        handed_t=found.handed_t,
        mix=offered.mix,
        yields=offered.yields,
        capacity_t=offered.capacity_t,
        open_t=offered.open_t,
        used_t=found.used_t,
        offered_t={one.name: one.amount_t for stage in range(len(STAGES)) for one in offered.offers(stage)},
    )


def purchases_t(network: Network) -> Floats:
    """Return what plants and sectors in Japan take from each seller [t element/yr], shape (5 stages, origins, 8).

    Home sellers are in it: what plants in Japan make for the next ones, the mud, recycling.
    """
    found: Floats = network.handed_t[:, network.structure.japanese].sum(axis=1)
    return found


def closure(network: Network) -> float:
    """Return the largest gap of a node's balance over the largest flow: intake × yield less what is handed on.

    The mud's ore and recycling are sources; every other node of a stage above ore is balanced, and so is the use.
    """
    count = len(network.structure.origins)
    largest = float(network.handed_t.max())
    if largest == 0.0:
        return 0.0
    worst = 0.0
    for stage in range(1, len(STAGES)):
        intake = network.handed_t[stage - 1, :count].sum(axis=1) * network.yields[stage]
        out = network.handed_t[stage].sum(axis=0)
        gap = np.abs(intake - out)
        gap[network.structure.named[3]] = 0.0
        worst = max(worst, float(gap.max()))
    return worst / largest


def traced_shares(network: Network) -> Floats:
    """Return the share of each seller in what a buyer takes, shape (5, origins, origins, 8).

    Of a buyer without flows it is the share of its mix.
    """
    count = len(network.structure.origins)
    handed = network.handed_t[:, :count]
    total = handed.sum(axis=2, keepdims=True)
    mixed = network.mix[:, :count][..., GROUP_OF]
    found: Floats = np.where(total > 0.0, handed / np.where(total > 0.0, total, 1.0), mixed)
    return found


def cover_of_stages(network: Network) -> Floats:
    """Return what is open to Japan outside China over what it needs, by stage and group, shape (5, 2).

    Below 1 a stage cannot do without China. Ore is not limited and is infinite; not a number where nothing is needed.
    """
    china = network.structure.named[0]
    need = by_group(purchases_t(network).sum(axis=1))
    partner = network.structure.number(PARTNER)
    need[OXIDE] += by_group(network.handed_t[OXIDE, partner].sum(axis=0))  # what it makes into metal for Japan
    firm = np.zeros_like(need)
    outside = np.delete(network.open_t, china, axis=1)
    there = np.where(np.isfinite(outside), outside, 0.0).sum(axis=1)
    firm[OXIDE] = sum((by_group(used) for name, used in network.used_t.items()), np.zeros(len(GROUPS)))
    found = np.where(need > 0.0, (there + firm) / np.where(need > 0.0, need, 1.0), np.nan)
    found[0] = np.inf
    return found


def flow_rows(network: Network) -> Iterator[tuple[str, int, str, str, str, float]]:
    """Yield rows of the table supply_flows: element, year, stage, seller, buyer, mass [t].

    What is lost in making a stage is handed over to ``loss`` by the node that makes it, as material of the stage it
    took in, so that every node's rows sum to nothing.
    """
    names, buyers = network.structure.origins, network.structure.buyers
    for stage, buyer, seller, element in np.argwhere(network.handed_t > SMALLEST_T).tolist():
        mass = float(network.handed_t[stage, buyer, seller, element])
        yield SUPPLY_ELEMENTS[element], network.year, STAGES[stage], names[seller], buyers[buyer], mass
    intake = network.handed_t[:-1, : len(names)].sum(axis=2)
    lost = intake * (1.0 - network.yields[1:, None, None])
    for stage, origin, element in np.argwhere(lost > SMALLEST_T).tolist():
        mass = float(lost[stage, origin, element])
        yield SUPPLY_ELEMENTS[element], network.year, STAGES[stage], names[origin], "loss", mass
