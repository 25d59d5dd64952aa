"""The supply network serves a demand stage by stage (truth: derived; shares, yields and limits by hand)."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.elements import oxide_factor
from ops_data.errors import ModelError
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin.supply.network_case import (
    BASE_YEAR,
    DEMAND_T,
    FULL,
    NOTHING,
    PLAIN,
    central,
    demand_t,
    handed,
    of,
    packaged,
    tables,
    year,
)
from twin.supply.network import closure, flow_rows, network, purchases_t
from twin.supply.network_market import cluster_chances, earliest_year, firm_t
from twin.supply.network_structure import MAGNET, METAL, MIXED, ORE, OXIDE

ND = SUPPLY_ELEMENTS.index("Nd")


def test_the_plain_network_is_demand_times_shares_over_yields() -> None:
    """Derived: one path by hand, no contracts, no new supply, no following."""
    values = central() | PLAIN
    found = year(BASE_YEAR, changed=PLAIN)
    magnets = DEMAND_T["Nd"] * values["network.yield_magnet_share"]
    assert found.handed_t[MAGNET, found.structure.use, :, ND].sum() == pytest.approx(magnets)
    assert handed(found, MAGNET, "japan_use", "japan", "Nd") == pytest.approx(0.80 * magnets)
    assert handed(found, METAL, "japan", "vietnam", "Nd") == pytest.approx(0.54 * 0.80 * DEMAND_T["Nd"])
    viet = 0.80 * 0.54 + 0.02 * 0.20  # for Japan's magnets, and for magnets made elsewhere for Japan
    oxide = viet * DEMAND_T["Nd"] / values["network.yield_metal_share"]
    assert handed(found, OXIDE, "vietnam", "china", "Nd") == pytest.approx(0.5 * oxide)


def test_phosphors_take_oxide_and_no_magnets() -> None:
    """Derived: all yttrium of the case is for phosphors."""
    found = year(BASE_YEAR)
    place = SUPPLY_ELEMENTS.index("Y")
    assert found.handed_t[OXIDE, found.structure.use, :, place].sum() == pytest.approx(DEMAND_T["Y"])
    assert found.handed_t[METAL:, :, :, place].sum() == 0.0


def test_an_element_without_a_demand_figure_flows_nowhere_and_says_so() -> None:
    """Derived: gadolinium and lutetium have no figure in the case."""
    found = year(2030, mud_t=of(Gd=7.0, Nd=10.0))
    assert dict(zip(SUPPLY_ELEMENTS, found.known.tolist(), strict=True)) == {
        name: name in DEMAND_T for name in SUPPLY_ELEMENTS
    }
    assert found.handed_t[..., SUPPLY_ELEMENTS.index("Gd")].sum() == 0.0
    assert found.used_t["mud"][SUPPLY_ELEMENTS.index("Gd")] == 0.0
    assert found.offered_t["mud"][SUPPLY_ELEMENTS.index("Gd")] == 7.0


@given(
    at=st.integers(2024, 2050),
    scale=st.floats(0.0, 300.0),
    spread=st.floats(0.2, 1.0),
    added=st.floats(0.0, 9000.0),
    abroad=st.floats(0.0, 1.0),
    kyushu=st.sampled_from([0.0, 1.0]),
)
def test_every_node_balances_whatever_levers_are_pulled(
    at: int, scale: float, spread: float, added: float, abroad: float, kyushu: float
) -> None:
    """Derived: intake times yield is what is handed on, to 1e-9 of the largest flow; nothing is negative."""
    changed = {
        "network.max_supplier_share": spread,
        "network.domestic_separation_added_t": added,
        "network.allied_refining_added_t": added / 2,
        "network.central_asia_oxide_t": added / 3,
        "network.mud_abroad_share": abroad,
        "network.cluster_kyushu_up": kyushu,
        "network.option_share": spread,
    }
    found = year(at, of(Nd=31, Pr=7.4, Dy=6.8, Tb=1.2, Y=44, Lu=1) * scale, of(Nd=20, Dy=2) * scale, changed)
    assert closure(found) <= 1e-9
    assert found.handed_t.min() >= -1e-9
    use = found.handed_t[:, found.structure.use].sum(axis=(0, 1))
    wanted = np.nan_to_num(demand_t()).sum(axis=0)
    wanted[:-1] *= found.yields[MAGNET]
    np.testing.assert_allclose(use, wanted, rtol=1e-9, atol=1e-9)
    for name, used in found.used_t.items():
        offered = found.offered_t[name]
        assert used.sum() <= offered.sum() * (1 + 1e-9) + 1e-9, name


def test_mud_comes_before_recycling_and_both_before_purchases() -> None:
    """Derived: oxide need of Japan's own plants by hand; the mud takes it all, recycling what is left."""
    values = central() | PLAIN
    own = (0.80 * 0.15 + 0.02 * 0.20) * DEMAND_T["Nd"] / values["network.yield_metal_share"]
    found = year(BASE_YEAR, of(Nd=own - 100.0), of(Nd=150.0), PLAIN)
    assert found.used_t["mud"][ND] == pytest.approx(own - 100.0)
    assert handed(found, OXIDE, "japan", "recycling", "Nd") == pytest.approx(100.0)
    assert handed(found, OXIDE, "vietnam", "recycling", "Nd") == pytest.approx(50.0)
    assert handed(found, OXIDE, "japan", "china", "Nd") == pytest.approx(0.0, abs=1e-9)


def test_the_mud_is_fed_by_its_own_ore_through_the_yields() -> None:
    """Derived: oxide over two yields is the element in the ore."""
    found = year(BASE_YEAR, of(Nd=100.0))
    mixed = 100.0 / found.yields[OXIDE]
    assert handed(found, MIXED, "japan_mud", "japan_mud", "Nd") == pytest.approx(mixed)
    assert handed(found, ORE, "japan_mud", "japan_mud", "Nd") == pytest.approx(mixed / found.yields[MIXED])


def test_mud_separated_abroad_comes_back_as_foreign_oxide_of_own_ore() -> None:
    """Derived: half of 100 t is handed over by the ally, who is fed with concentrate of the mud."""
    found = year(BASE_YEAR, of(Nd=100.0), changed={"network.mud_abroad_share": 0.5})
    assert handed(found, OXIDE, "japan", "us", "Nd") == pytest.approx(50.0)
    assert handed(found, MIXED, "us", "japan_mud", "Nd") == pytest.approx(50.0 / found.yields[OXIDE])


def test_a_separation_limit_binds_the_mud() -> None:
    """Derived: 60 of 100 t, pro rata."""
    found = year(BASE_YEAR, of(Nd=80.0, Pr=20.0), changed={"network.mud_separation_limit_t": 60.0})
    assert found.used_t["mud"][:2].tolist() == pytest.approx([48.0, 12.0])


def test_firm_contracts_start_end_and_never_exceed_their_sellers_capacity() -> None:
    """Derived: the Lynas volume as element: 297 of 365 days of half of it, then all; what is delivered of it.

    And with a seller that makes a tenth of it.
    """
    values, element = central(), 0.77 / oxide_factor("Nd") + 0.23 / oxide_factor("Pr")
    delivered = values["network.contract_delivered_share"]
    before = firm_t(values, packaged(), 2025)
    for at, part in ((2026, 0.5 * 0.81), (2027, 1.0), (2038, 1.0)):
        after = firm_t(values, packaged(), at) - before * (at <= 2035)  # of India, to 2035
        assert after[:2].sum() == pytest.approx(5000 * element * part * delivered)
    assert round(297 / 365, 2) == 0.81
    values["nodes.malaysia.separated_oxide.light"] = 300.0
    small = firm_t(values, packaged(), 2027) - before
    assert small[:2].sum() == pytest.approx(300.0)
    assert firm_t(central(), packaged(), 2045).sum() == 0.0


def test_metal_follows_the_oxide_that_japan_holds_up_to_its_capacity() -> None:
    """Derived: the sibling without following keeps the mix; with it, capacity of Viet Nam and Japan is the limit."""
    kept = year(2027, changed=FULL | PLAIN)
    moved = year(2027, changed=FULL)
    assert handed(kept, METAL, "japan", "china", "Nd") == pytest.approx(0.20 * 0.80 * DEMAND_T["Nd"])
    assert handed(moved, METAL, "japan", "china", "Nd") < 0.3 * handed(kept, METAL, "japan", "china", "Nd")
    light = moved.handed_t[METAL, moved.structure.number("japan"), :, :2].sum(axis=1)
    for name, capacity in (("japan", 1000.0), ("vietnam", 3000.0)):
        assert light[moved.structure.number(name)] <= capacity + 1e-9


def test_what_others_cannot_deliver_is_bought_in_china() -> None:
    """Derived: Viet Nam with capacity 0; its part of the mix moves."""
    found = year(BASE_YEAR, changed=PLAIN | {"nodes.vietnam.metal.light": 0.0})
    assert handed(found, METAL, "japan", "vietnam", "Nd") == pytest.approx(0.0, abs=1e-9)
    assert handed(found, METAL, "japan", "china", "Nd") == pytest.approx((0.20 + 0.54) * 0.80 * DEMAND_T["Nd"])


def test_a_lost_cluster_takes_its_share_of_japans_capacity() -> None:
    """Derived: the packaged share of the cluster is 0.25."""
    whole, lost = year(2027), year(2027, changed={"network.cluster_kyushu_up": 0.0})
    japan = whole.structure.number("japan")
    np.testing.assert_allclose(lost.capacity_t[OXIDE:, japan], 0.75 * whole.capacity_t[OXIDE:, japan])
    assert cluster_chances(central())[1] == pytest.approx(3 * 0.98**2 * 0.02 + 0.98**3)


def test_no_foreign_seller_exceeds_the_largest_share_where_others_have_capacity() -> None:
    """Derived: the ceiling holds for light oxide, and cannot hold for heavies before there are other plants."""
    found = year(BASE_YEAR, changed={"network.max_supplier_share": 0.25})
    bought = purchases_t(found)[OXIDE]
    share = bought / np.where(bought.sum(axis=0) > 0, bought.sum(axis=0), 1.0)
    foreign = share[~found.structure.home]
    assert foreign[:, ND].max() == pytest.approx(0.25)
    assert foreign[:, SUPPLY_ELEMENTS.index("Dy")].max() > 0.9


def test_indias_priority_takes_its_oxide_away() -> None:
    """Derived: at full priority nothing comes from India."""
    found = year(2027, changed={"network.india_domestic_priority_share": 1.0})
    india = found.structure.number("india")
    assert purchases_t(year(BASE_YEAR))[OXIDE, india].sum() > 0.0
    assert found.handed_t[OXIDE][[*found.structure.japanese], india].sum() == pytest.approx(0.0, abs=1e-9)


def test_new_supply_is_what_firm_volumes_and_competitors_leave() -> None:
    """Derived: Iluka's heavies of a full year, half to competitors, half of the rest to Japan; none at share 0."""
    values = central()
    key = "nodes.australia.separated_oxide.heavy"
    assert year(2035).offered_t[key].sum() == pytest.approx(values[key] * 0.5 * 0.5)
    less = year(2035, changed={"network.joint_offtake_share": 1.0}).offered_t[key]
    assert less.sum() == pytest.approx(values[key] * 0.5)
    assert year(2035, changed={"network.new_supply_share": 0.0}).offered_t[key].sum() == 0.0


def test_a_project_without_luck_is_not_built_and_a_late_one_waits() -> None:
    """Derived: Caremag's chance is 0.75; its contract goes with it."""
    heavy = "nodes.france.separated_oxide.heavy.caremag"
    unlucky = year(2035, changed={"network.luck_caremag_share": 0.76})
    assert heavy not in unlucky.offered_t
    assert "contracts.caremag" not in unlucky.used_t
    assert "contracts.caremag" in year(2035).used_t
    assert "contracts.caremag" not in year(2028, changed={"network.project_delay_years": 3.0}).used_t


def test_added_separation_needs_concentrate_and_central_asia_waits_for_its_year() -> None:
    """Derived: Japan's carbonate purchases are the oxide made over the yield."""
    found = year(2027, changed={"network.domestic_separation_added_t": 500.0})
    japan = found.structure.number("japan")
    made = found.handed_t[OXIDE, :, japan].sum(axis=0)
    np.testing.assert_allclose(found.handed_t[MIXED, japan].sum(axis=0), made / found.yields[OXIDE])
    assert made[:2].sum() > 0.0
    asked = {"network.central_asia_oxide_t": 1000.0}
    assert "kazakhstan" not in year(2034, changed=asked).used_t
    offered = year(2040, changed=asked).offered_t["kazakhstan"].sum()
    assert offered == pytest.approx(1000.0 * np.exp(-0.08 * 5))


def test_rows_of_flows_sum_to_nothing_at_every_node() -> None:
    """Derived: what a node takes in is what it hands on and what it loses."""
    found = year(2030, of(Nd=30.0, Y=40.0), of(Nd=20.0))
    net: dict[tuple[str, str, str], float] = {}
    stages = ("ore", "mixed_oxide", "separated_oxide", "metal", "magnet")
    for element, _, stage, seller, buyer, mass in flow_rows(found):
        if buyer == "loss":
            after = stages[stages.index(stage) + 1]
            net[element, after, seller] = net.get((element, after, seller), 0.0) - mass
            continue
        net[element, stage, seller] = net.get((element, stage, seller), 0.0) - mass
        if buyer != "japan_use":
            after = stages[stages.index(stage) + 1]
            net[element, after, buyer] = net.get((element, after, buyer), 0.0) + mass
    sources = {"recycling"}
    open_nodes = {key: gap for key, gap in net.items() if key[1] != "ore" and key[2] not in sources}
    assert max(abs(gap) for gap in open_nodes.values()) < 1e-5


def test_a_negative_demand_or_mud_is_refused() -> None:
    """Derived: one line with what, how much and the remedy."""
    with pytest.raises(ModelError, match=r"network: mud \[t\] is -1"):
        year(2027, of(Nd=-1.0))
    wrong = demand_t()
    wrong[0, 0] = -5.0
    with pytest.raises(ModelError, match=r"network: demand \[t\] is -5"):
        network(central(), packaged(), 2027, wrong, NOTHING, NOTHING)


def test_a_decision_now_delivers_after_its_lead_time() -> None:
    """Derived: packaged central lead times."""
    assert earliest_year(central(), "mine", 2026) == 2038
    assert earliest_year(central(), "magnet", 2026) == 2028.5


def test_every_project_of_nodes_has_a_drawn_chance() -> None:
    """Derived: the tables against the quantities."""
    projects = {row.project for row in tables().nodes.values()} - {"running"}
    assert {f"network.luck_{name}_share" for name in projects} <= set(central())


def test_a_year_takes_a_few_milliseconds() -> None:
    """Derived: a hundred draws a second at the least, on any machine; it is some ten times faster here."""
    values, demand = central(), demand_t()
    taken = []
    for _ in range(20):
        begin = time.perf_counter()
        network(values, packaged(), 2030, demand, NOTHING, NOTHING)
        taken.append(time.perf_counter() - begin)
    assert min(taken) < 0.01
