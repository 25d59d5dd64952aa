"""Smallest sets of nodes on the packaged network (truth: derived; flows added up again without them)."""

import numpy as np
import pytest

from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin.supply.network_case import BASE_YEAR, of, year
from twin.models.supply_graph import throughput
from twin.supply.network_cuts import ASKED, cuts, graph_of, rerouted_cuts
from twin.supply.network_structure import OXIDE


def test_one_node_stops_the_heavies_of_the_base_year() -> None:
    """Derived: China's separation; METI's hundred per cent is its mirror."""
    for share, found in zip(ASKED[:3], cuts(year(BASE_YEAR), "Dy"), strict=False):
        assert (found.asked_share, found.size, found.nodes) == (share, 1, ("china separated_oxide",))
        assert found.lost_share > 0.98


def test_with_the_contract_the_mine_of_the_contract_becomes_the_choke_point() -> None:
    """Derived: Malaysia works Australian ore alone, so that the ore stops more than the plant."""
    found = cuts(year(2027), "Nd")
    assert found[1].nodes == ("australia ore",)
    assert 0.5 <= found[1].lost_share < 0.9


def test_mud_and_recycling_cannot_be_stopped_from_abroad() -> None:
    """Derived: asked for all there is no set; a last row stops all that can be stopped."""
    found = cuts(year(2027, of(Nd=50.0), of(Nd=30.0)), "Nd")
    assert [one.asked_share for one in found[:4]] == list(ASKED)
    assert (found[3].size, found[3].nodes) == (-1, ())
    assert found[4].lost_share == pytest.approx(found[3].lost_share)
    assert found[4].size >= 2
    assert not any(name.startswith(("japan", "recycling")) for one in found for name in one.nodes)


def test_an_element_without_demand_has_no_cut() -> None:
    """Derived: gadolinium of the case."""
    assert all(one.size == -1 and one.lost_share == 0.0 for one in cuts(year(2027), "Gd"))


def test_the_graph_carries_the_flows_of_the_network() -> None:
    """Derived: the part of the use that goes through China's separation, from the flows in tonnes."""
    network = year(BASE_YEAR)
    element = SUPPLY_ELEMENTS.index("Nd")
    graph, names = graph_of(network, element)
    assert graph is not None
    through = dict(zip(names, throughput(graph), strict=True))
    handed = network.handed_t[OXIDE, :, :, element].sum(axis=0)
    china = handed[network.structure.number("china")] / handed.sum()
    assert through["china separated_oxide"] == pytest.approx(china, rel=1e-6)
    assert np.isclose(sum(through[name] for name in names if name.endswith(" magnet")), 1.0)


def test_re_routing_makes_no_set_more_harmful() -> None:
    """Derived: what one node stops with others taking over is no more than without."""
    network = year(2030, of(Nd=30.0))
    for element in ("Nd", "Dy"):
        plain = cuts(network, element, (0.25, 0.5))
        for before, after in zip(plain, rerouted_cuts(network, element, (0.25, 0.5)), strict=False):
            assert after.size == -1 or after.size >= before.size
