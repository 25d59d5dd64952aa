"""Which nodes abroad Japan cannot do without: the smallest sets whose loss stops a share of an element's flow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.reference.supply.network_rows import MUD, RECYCLING
from ops_data.supply_names import STAGES, SUPPLY_ELEMENTS
from twin.models.supply_graph import (
    NONE,
    Cut,
    Graph,
    most_that_can_stop,
    smallest_cut,
    smallest_rerouted_cut,
    worst_rerouted,
)
from twin.supply.network import Network
from twin.supply.network_structure import GROUP_OF, Floats, by_group

ASKED: Final = (0.25, 0.5, 0.9, 1.0)
SMALLEST: Final = 1e-6  # of the largest flow; less is no supplier


@dataclass(frozen=True)
class NodeCut:
    """A smallest set of nodes abroad, as ``origin stage``; size -1 and no nodes: no set stops that much."""

    element: str
    year: int
    asked_share: float
    size: int
    nodes: tuple[str, ...]
    lost_share: float


def cuts(network: Network, element: str, asked: Sequence[float] = ASKED) -> tuple[NodeCut, ...]:
    """Return the smallest sets of nodes abroad without which each asked share of an element's use stops.

    Parameters
    ----------
    network : flows of a year.
    element : one of the followed.
    asked : shares of the use, above 0, at most 1.

    Returns
    -------
    One for each asked share; where one asks for more than can be stopped, a last one stops all that can be.

    Notes
    -----
    A node is an origin at a stage. Nothing is re-routed: who loses a feeder goes on with the rest of its mix. That is
    the first weeks of a stop; the shock engine plays what comes later. An element without demand has no cut.
    """
    graph, names = graph_of(network, SUPPLY_ELEMENTS.index(element))
    if graph is None:
        return tuple(NodeCut(element, network.year, share, NONE, (), 0.0) for share in asked)
    found = [_named(element, network.year, share, smallest_cut(graph, share), names) for share in asked]
    if any(one.size == NONE for one in found):
        most = most_that_can_stop(graph)
        found.append(_named(element, network.year, most.lost_share, most, names))
    return tuple(found)


def rerouted_cuts(network: Network, element: str, asked: Sequence[float] = ASKED) -> tuple[NodeCut, ...]:
    """Return the smallest sets, of one or two nodes, whose loss stops a share although others take over.

    Who sells to Japan today gives all that is open of its capacity; nobody buys where it never bought. Capacity is a
    group's, so that an element's headroom is its group's. China's is not limited.
    """
    graph, names = graph_of(network, SUPPLY_ELEMENTS.index(element))
    if graph is None:
        return tuple(NodeCut(element, network.year, share, NONE, (), 0.0) for share in asked)
    headroom = _headroom(network, names, int(GROUP_OF[SUPPLY_ELEMENTS.index(element)]))
    worst = worst_rerouted(graph, headroom)
    return tuple(_named(element, network.year, share, smallest_rerouted_cut(worst, share), names) for share in asked)


def _headroom(network: Network, names: Sequence[str], group: int) -> Floats:
    """Capacity over what is handed on for Japan, 1 or more; of ore without limit but at home."""
    found = np.ones(len(names))
    handed = by_group(network.handed_t.sum(axis=1))
    for at, name in enumerate(names):
        origin, stage = name.split()
        number, step = network.structure.number(origin), STAGES.index(stage)
        bound = network.open_t[step, number, group] if network.structure.home[number] or step else np.inf
        if origin in (MUD, RECYCLING):
            bound = 0.0
        found[at] = max(1.0, bound / handed[step, number, group])
    return found


def _named(element: str, year: int, share: float, cut: Cut, names: Sequence[str]) -> NodeCut:
    if cut.nodes is None:
        return NodeCut(element, year, share, NONE, (), cut.lost_share)
    return NodeCut(element, year, share, len(cut.nodes), tuple(names[at] for at in cut.nodes), cut.lost_share)


def graph_of(network: Network, element: int) -> tuple[Graph | None, tuple[str, ...]]:
    """Return who feeds whom with an element for Japan, nodes sorted by stage, and their names; None without flows."""
    handed = network.handed_t[..., element]
    handed = np.where(handed > SMALLEST * handed.max(), handed, 0.0)
    if not handed.any():
        return None, ()
    out = handed.sum(axis=1)
    nodes = [(int(stage), int(origin)) for stage, origin in np.argwhere(out > 0.0)]
    place = {node: at for at, node in enumerate(nodes)}
    shares = np.zeros((len(nodes), len(nodes)))
    use = np.zeros(len(nodes))
    for (stage, origin), at in place.items():
        use[at] = handed[stage, network.structure.use, origin]
        if stage and network.structure.named[3] != origin:
            feeders = handed[stage - 1, origin]
            total = feeders.sum()
            for feeder in np.flatnonzero(feeders).tolist():
                shares[at, place[stage - 1, feeder]] = feeders[feeder] / total
    breakable = np.array([not network.structure.home[origin] for _, origin in nodes])
    names = tuple(f"{network.structure.origins[origin]} {STAGES[stage]}" for stage, origin in nodes)
    return Graph(shares, use / use.sum(), breakable), names
