"""Which nodes a flow cannot do without: what is lost with a set of them, and the smallest set that stops a share."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from ops_data.errors import ModelError
from twin.models.limits import FloatArray

Bools = NDArray[np.bool_]

ROUNDING: Final = 1e-9  # of a share: a sum that misses the asked one by no more than this reaches it
CHUNK: Final = 20_000  # sets looked at together
NONE: Final = -1  # size in a table: no set stops that much
UNITS: Final = 10_000_000  # into which the use is cut for a flow of whole numbers


@dataclass(frozen=True, slots=True)
class Graph:
    """Who is fed by whom: an order of nodes in which each is fed by earlier ones only.

    Attributes
    ----------
    shares : part of node j's intake that comes from node i, at [j, i], i before j; a row sums to 1, or to 0 for a
        source, shape (n, n).
    use : part of the final use that comes from each node; sums to 1, shape (n,).
    breakable : whether a node can be lost, shape (n,).
    """

    shares: FloatArray
    use: FloatArray
    breakable: Bools

    def __post_init__(self) -> None:
        """Refuse a graph whose order or sums are broken; ModelError."""
        if np.any(np.triu(self.shares) != 0.0):
            raise ModelError("supply graph: a node is fed by a later one; feeders come first: sort the nodes by stage")
        rows = self.shares.sum(axis=1)
        if np.any((np.abs(rows - 1.0) > 1e-6) & (rows != 0.0)) or abs(self.use.sum() - 1.0) > 1e-6:
            raise ModelError(
                "supply graph: shares do not sum to 1; each node and the use take all they need: scale them"
            )


@dataclass(frozen=True, slots=True)
class Cut:
    """A smallest set of nodes without which a share of the flow stops.

    ``nodes`` are numbers of nodes, None if no set stops that much; ``lost_share`` is what stops without them, or the
    most that can be stopped at all.
    """

    nodes: tuple[int, ...] | None
    lost_share: float


def lost_share(graph: Graph, lost: Bools) -> FloatArray:
    """Return the share of the final use that passed through a lost node, shape (m,).

    Parameters
    ----------
    graph : who is fed by whom.
    lost : sets of lost nodes, shape (m, n).

    Notes
    -----
    No re-routing: what a lost node handed over is gone, and who bought from several goes on with the rest. With
    l_j = 1 for a lost node and l_j = Σ_i share_ji l_i for any other, the loss is Σ_j use_j l_j. A mix is a mix: what
    a node hands on carries all its feeders in proportion.
    """
    found = lost.astype(np.float64)
    for node in range(graph.use.size):
        upstream = found[:, :node] @ graph.shares[node, :node]
        found[:, node] = np.maximum(found[:, node], upstream)
    result: FloatArray = found @ graph.use
    return result


def smallest_cut(graph: Graph, share: float) -> Cut:
    """Return a smallest set of breakable nodes whose loss stops at least a share of the final use.

    Parameters
    ----------
    graph : who is fed by whom.
    share : asked share, above 0, at most 1.

    Returns
    -------
    The set; of several of one size one that stops most.

    Raises
    ------
    ModelError : the share is out of range.

    Notes
    -----
    Exact. All sets of 1, 2, ... nodes are tried, but for nodes whose whole flow goes through another one. The set of
    :func:`vertex_cut` stops all that can be stopped, and bounds the search from above; asked for as much, it is the
    answer itself.
    """
    _check_share(share)
    candidates = _candidates(graph)
    most = _loss(graph, candidates)
    if most < share - ROUNDING:
        return Cut(None, most)
    whole = vertex_cut(graph)
    tried = _worth_trying(graph, candidates)
    for size in range(1, len(whole) + (share < most - ROUNDING)):
        best = _best_of(graph, tried, size)
        if best.lost_share >= share - ROUNDING:
            return best
    return Cut(whole, _loss(graph, whole))


def most_that_can_stop(graph: Graph) -> Cut:
    """Return a smallest set whose loss stops all that can be stopped; no nodes where nothing can."""
    whole = vertex_cut(graph)
    return Cut(whole or None, _loss(graph, whole))


def vertex_cut(graph: Graph) -> tuple[int, ...]:
    """Return a smallest set that meets every path to the use on which any node can be lost.

    Notes
    -----
    Menger: the least number of nodes is the maximum flow when a breakable node lets one unit pass and any other as
    many as like. A path without a breakable node cannot be stopped and must not count, so that the graph has two
    floors: a path starts on the lower one, goes up through its first breakable node, and only the upper one leads to
    the use. Of the least cuts the one nearest the sources is given.
    """
    count = graph.use.size
    source, sink, free = 4 * count, 4 * count + 1, count + 1
    arcs: list[tuple[int, int, int]] = []
    for node in range(count):
        into, out = (4 * node, 4 * node + 1), (4 * node + 2, 4 * node + 3)  # on the lower and the upper floor
        if graph.breakable[node]:
            arcs += [(into[0], into[1], free), (into[1], out[1], 1)]
        else:
            arcs += [(into[0], out[0], free), (into[1], out[1], free)]
        feeders = np.flatnonzero(graph.shares[node] > ROUNDING).tolist()
        arcs += [(4 * feeder + 2 + floor, into[floor], free) for feeder in feeders for floor in (0, 1)]
        if not feeders:
            arcs.append((source, into[0], free))
        if graph.use[node] > ROUNDING:
            arcs.append((out[1], sink, free))
    reached = _reached(arcs, 4 * count + 2, source, sink)
    halved = (node for node in range(count) if 4 * node + 1 in reached and 4 * node + 3 not in reached)
    return tuple(node for node in halved if graph.breakable[node])


def rerouted_loss(graph: Graph, headroom: FloatArray, lost: Sequence[int]) -> float:
    """Return the share of the final use that cannot be served without some nodes when the others take over.

    Parameters
    ----------
    graph : who is fed by whom; who buys from whom today may buy as much as it likes there.
    headroom : capacity of a node over what it hands on today, 1 or more, may be infinite, shape (n,).
    lost : numbers of the lost nodes.

    Notes
    -----
    One less the maximum flow from the sources to the use through nodes of the given capacity, counted as shares of
    the use (yields are in the shares). With a headroom of 1 nobody takes over: the loss is the one of today's paths.
    """
    count = graph.use.size
    through = throughput(graph)
    source, sink = 2 * count, 2 * count + 1
    room = np.minimum(through * np.asarray(headroom, np.float64), 1.0)
    room[list(lost)] = 0.0
    arcs: list[tuple[int, int, int]] = []
    for node in range(count):
        arcs.append((2 * node, 2 * node + 1, round(room[node] * UNITS)))
        feeders = np.flatnonzero(graph.shares[node] > ROUNDING).tolist()
        arcs += [(2 * feeder + 1, 2 * node, UNITS) for feeder in feeders]
        if not feeders:
            arcs.append((source, 2 * node, UNITS))
        if graph.use[node] > ROUNDING:
            arcs.append((2 * node + 1, sink, UNITS))
    begin, end, capacity = (np.array(part, dtype=np.int32) for part in zip(*arcs, strict=True))
    matrix = csr_array((capacity, (begin, end)), shape=(2 * count + 2,) * 2, dtype=np.int32)
    return max(0.0, 1.0 - float(maximum_flow(matrix, source, sink).flow_value) / UNITS)


def worst_rerouted(graph: Graph, headroom: FloatArray, largest: int = 2) -> tuple[Cut, ...]:
    """Return, for 1, 2, ... ``largest`` nodes, the set that stops most although others take over.

    Notes
    -----
    Exact. Nobody loses more with others taking over than without, so that sets are tried from the one that stops most
    without, until none can beat the best found; see :func:`rerouted_loss`.
    """
    candidates = _candidates(graph)
    found = [Cut(None, 0.0)]
    for size in range(1, min(largest, len(candidates)) + 1):
        sets = np.array(list(itertools.combinations(candidates, size)))
        lost = np.zeros((len(sets), graph.use.size), dtype=np.bool_)
        np.put_along_axis(lost, sets, True, axis=1)
        plain = lost_share(graph, lost)
        best = found[-1]
        for at in np.argsort(-np.round(plain, 9), kind="stable").tolist():
            if plain[at] <= best.lost_share + 1.0 / UNITS:
                break
            stopped = rerouted_loss(graph, headroom, sets[at].tolist())
            if stopped > best.lost_share + 1.0 / UNITS:
                best = Cut(tuple(sets[at].tolist()), stopped)
        found.append(best)
    return tuple(found[1:])


def smallest_rerouted_cut(worst: Sequence[Cut], share: float) -> Cut:
    """Return the first of the worst sets, in order of their size, that stops a share.

    Parameters
    ----------
    worst : as :func:`worst_rerouted` gives them.
    share : asked share, above 0, at most 1.

    Returns
    -------
    The set; without nodes where none stops that much, then with the most that is stopped.
    """
    _check_share(share)
    enough = (one for one in worst if one.nodes is not None and one.lost_share >= share - 1.0 / UNITS)
    return next(enough, Cut(None, max((one.lost_share for one in worst), default=0.0)))


def throughput(graph: Graph) -> FloatArray:
    """Return the share of the final use that goes through each node, shape (n,)."""
    found = graph.use.copy()
    for node in range(found.size - 1, 0, -1):
        found[:node] += found[node] * graph.shares[node, :node]
    return found


def _check_share(share: float) -> None:
    if not 0.0 < share <= 1.0:
        raise ModelError(f"supply graph: asked share is {share:g}; it must be above 0 and at most 1: correct it")


def _reached(arcs: Sequence[tuple[int, int, int]], size: int, source: int, sink: int) -> set[int]:
    """Nodes that the source still reaches once the maximum flow runs."""
    begin, end, capacity = (np.array(part, dtype=np.int32) for part in zip(*arcs, strict=True))
    matrix = csr_array((capacity, (begin, end)), shape=(size, size), dtype=np.int32)
    left = matrix - maximum_flow(matrix, source, sink).flow
    left.data[left.data < 0] = 0
    left.eliminate_zeros()
    return set(breadth_first_order(left, source, return_predecessors=False).tolist())


def _candidates(graph: Graph) -> tuple[int, ...]:
    """Breakable nodes whose loss stops anything at all."""
    alone = lost_share(graph, np.eye(graph.use.size, dtype=np.bool_))
    return tuple(int(node) for node in np.flatnonzero(graph.breakable & (alone > ROUNDING)))


def _worth_trying(graph: Graph, candidates: Sequence[int]) -> tuple[int, ...]:
    """Leave out nodes whose whole flow goes through another candidate: that one in their place stops no less."""
    kept = set(candidates)
    linked = graph.shares > 0.0
    for node in reversed(candidates):
        buyers, feeders = np.flatnonzero(linked[:, node]), np.flatnonzero(linked[node])
        through = {int(buyers[0])} if buyers.size == 1 and graph.use[node] == 0.0 else set()
        if feeders.size == 1:
            through.add(int(feeders[0]))
        if through & kept - {node}:
            kept.discard(node)
    return tuple(node for node in candidates if node in kept)


def _loss(graph: Graph, nodes: Sequence[int]) -> float:
    lost = np.zeros((1, graph.use.size), dtype=np.bool_)
    lost[0, list(nodes)] = True
    return float(lost_share(graph, lost)[0])


def _best_of(graph: Graph, candidates: Sequence[int], size: int) -> Cut:
    best = Cut(None, -1.0)
    for sets in _chunks(itertools.combinations(candidates, size)):
        lost = np.zeros((len(sets), graph.use.size), dtype=np.bool_)
        np.put_along_axis(lost, np.array(sets), True, axis=1)
        stopped = lost_share(graph, lost)
        first = int(np.argmax(np.round(stopped, 12)))
        if stopped[first] > best.lost_share + ROUNDING:
            best = Cut(sets[first], float(stopped[first]))
    return best


def _chunks(sets: Iterator[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    while chunk := list(itertools.islice(sets, CHUNK)):
        yield chunk
