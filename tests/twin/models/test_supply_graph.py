"""Smallest sets of nodes (truth: derived; a case by hand, and brute force over every set of small random graphs)."""

import itertools

import numpy as np
import pytest
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from ops_data.errors import ModelError
from twin.models.supply_graph import (
    Graph,
    lost_share,
    most_that_can_stop,
    rerouted_loss,
    smallest_cut,
    smallest_rerouted_cut,
    throughput,
    vertex_cut,
    worst_rerouted,
)

Floats = NDArray[np.float64]


def by_hand() -> Graph:
    """Return two mines (60 and 40 %), one refiner of the first and half of the second, a home refiner of the rest.

    Nodes: 0 mine A, 1 mine B, 2 refiner abroad (A 0.75, B 0.25), 3 refiner at home (B alone). Use: 80 and 20 %.
    """
    shares = np.zeros((4, 4))
    shares[2, :2] = 0.75, 0.25
    shares[3, 1] = 1.0
    return Graph(shares, np.array([0.0, 0.0, 0.8, 0.2]), np.array([True, True, True, False]))


def random_graph(random: Generator) -> Graph:
    """Return a graph of three layers, some nodes at home, some sources among the later ones."""
    sizes = random.integers(1, 4, 3)
    layer = np.repeat(np.arange(3), sizes)
    count = layer.size
    shares = np.zeros((count, count))
    for node in range(count):
        before = np.flatnonzero(layer == layer[node] - 1)
        if before.size and random.random() < 0.9:
            part = random.random(before.size) * (random.random(before.size) < 0.7)
            if part.sum() > 0:
                shares[node, before] = part / part.sum()
    use = random.random(count) * (layer == 2)
    return Graph(shares, use / use.sum(), random.random(count) < 0.7)


def paths(graph: Graph) -> list[tuple[int, ...]]:
    """Return every path from a source to the use, with what it carries above nothing."""
    found: list[tuple[int, ...]] = []

    def back(path: tuple[int, ...]) -> None:
        feeders = np.flatnonzero(graph.shares[path[0]])
        if not feeders.size:
            found.append(path)
        for feeder in feeders.tolist():
            back((feeder, *path))

    for node in np.flatnonzero(graph.use).tolist():
        back((node,))
    return found


def loss_by_paths(graph: Graph, lost: set[int]) -> float:
    """Return what flows on paths through a lost node."""
    total = 0.0
    for path in paths(graph):
        carried = graph.use[path[-1]]
        for feeder, node in itertools.pairwise(path):
            carried *= graph.shares[node, feeder]
        total += carried * bool(lost & set(path))
    return float(total)


def test_the_case_by_hand() -> None:
    """Derived: mine A carries 60 %, the refiner abroad 80, mine B 40; A and B stop all, and so do B and the refiner."""
    graph = by_hand()
    assert throughput(graph).tolist() == pytest.approx([0.6, 0.4, 0.8, 0.2])
    assert lost_share(graph, np.eye(4, dtype=bool)).tolist() == pytest.approx([0.6, 0.4, 0.8, 0.2])
    assert smallest_cut(graph, 0.5).nodes == (2,)
    assert smallest_cut(graph, 0.85).nodes == (1, 2)
    assert smallest_cut(graph, 1.0).nodes == (0, 1)
    assert smallest_cut(graph, 1.0).lost_share == pytest.approx(1.0)


def test_what_is_mined_and_made_at_home_cannot_be_stopped() -> None:
    """Derived: with mine B at home the refiner abroad is the most; asked for all there is no set."""
    graph = Graph(by_hand().shares, by_hand().use, np.array([True, False, True, False]))
    assert smallest_cut(graph, 1.0).nodes is None
    assert smallest_cut(graph, 1.0).lost_share == pytest.approx(0.8)
    assert most_that_can_stop(graph).nodes == (2,)
    home = Graph(by_hand().shares, by_hand().use, np.zeros(4, dtype=bool))
    assert most_that_can_stop(home).nodes is None


def test_loss_is_the_sum_over_paths_through_lost_nodes() -> None:
    """Derived: every path of random graphs counted one by one."""
    random = default_rng(7)
    for _ in range(60):
        graph = random_graph(random)
        lost = random.random((4, graph.use.size)) < 0.4
        expected = [loss_by_paths(graph, set(np.flatnonzero(row).tolist())) for row in lost]
        assert lost_share(graph, lost).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.9, 1.0])
def test_the_smallest_set_is_the_smallest_of_all_sets(share: float) -> None:
    """Derived: brute force over every set of breakable nodes of random graphs."""
    random = default_rng(int(share * 100))
    for _ in range(60):
        graph = random_graph(random)
        breakable = np.flatnonzero(graph.breakable).tolist()
        sets = [set(one) for size in range(1, len(breakable) + 1) for one in itertools.combinations(breakable, size)]
        enough = [len(one) for one in sets if loss_by_paths(graph, one) >= share - 1e-9]
        found = smallest_cut(graph, share)
        assert (len(found.nodes) if found.nodes is not None else None) == (min(enough) if enough else None)
        if found.nodes is not None:
            assert loss_by_paths(graph, set(found.nodes)) == pytest.approx(found.lost_share)
            best = max(loss_by_paths(graph, one) for one in sets if len(one) == len(found.nodes))
            assert share >= 0.99 or found.lost_share == pytest.approx(best)


def test_the_vertex_cut_stops_all_that_can_be_stopped_with_the_fewest() -> None:
    """Derived: brute force: the fewest nodes that stop as much as all breakable nodes together."""
    random = default_rng(11)
    for _ in range(80):
        graph = random_graph(random)
        breakable = np.flatnonzero(graph.breakable).tolist()
        most = loss_by_paths(graph, set(breakable))
        whole = vertex_cut(graph)
        assert loss_by_paths(graph, set(whole)) == pytest.approx(most)
        fewest = next(
            size
            for size in range(len(breakable) + 1)
            if any(loss_by_paths(graph, set(one)) >= most - 1e-12 for one in itertools.combinations(breakable, size))
        )
        assert len(whole) == fewest


def test_without_headroom_nobody_takes_over() -> None:
    """Derived: with a headroom of 1 the loss of one node is its throughput."""
    graph = by_hand()
    for node, through in enumerate(throughput(graph)):
        assert rerouted_loss(graph, np.ones(4), [node]) == pytest.approx(through, abs=1e-6)


def test_others_take_over_as_far_as_their_capacity_goes() -> None:
    """Derived: refiner abroad lost; the one at home can double, and mine B gives 40 %: 40 % is served."""
    graph = by_hand()
    assert rerouted_loss(graph, np.array([1.0, 1.0, 1.0, 2.0]), [2]) == pytest.approx(0.6, abs=1e-6)
    assert rerouted_loss(graph, np.array([1.0, np.inf, 1.0, np.inf]), [2]) == pytest.approx(0.0, abs=1e-6)
    plenty = np.array([np.inf, np.inf, 1.0, np.inf])
    assert smallest_rerouted_cut(worst_rerouted(graph, plenty), 0.9).nodes == (0, 1)
    assert smallest_rerouted_cut(worst_rerouted(graph, plenty, 1), 0.9).nodes is None


def test_the_worst_sets_with_others_taking_over_are_the_worst_of_all_sets() -> None:
    """Derived: brute force over every set of one and of two nodes of random graphs with random capacities."""
    random = default_rng(13)
    for _ in range(40):
        graph = random_graph(random)
        headroom = 1.0 + 3.0 * random.random(graph.use.size)
        breakable = np.flatnonzero(graph.breakable).tolist()
        for size, found in enumerate(worst_rerouted(graph, headroom), start=1):
            sets = [one for most in range(1, size + 1) for one in itertools.combinations(breakable, most)]
            losses = [rerouted_loss(graph, headroom, one) for one in sets]
            assert found.lost_share == pytest.approx(max(losses, default=0.0), abs=1e-6)
            plain = [loss_by_paths(graph, set(one)) for one in sets]
            assert all(loss <= limit + 1e-6 for loss, limit in zip(losses, plain, strict=True))


def test_a_share_out_of_range_or_a_broken_graph_is_refused() -> None:
    """Derived: one line with what and the remedy."""
    with pytest.raises(ModelError, match="asked share is 0;"):
        smallest_cut(by_hand(), 0.0)
    with pytest.raises(ModelError, match="fed by a later one"):
        Graph(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([1.0, 0.0]), np.ones(2, dtype=bool))
    with pytest.raises(ModelError, match="do not sum to 1"):
        Graph(np.array([[0.0, 0.0], [0.5, 0.0]]), np.array([0.0, 1.0]), np.ones(2, dtype=bool))
