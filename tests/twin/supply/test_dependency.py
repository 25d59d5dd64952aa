"""Dependency measured several ways (truth: derived; shares and paths of the packaged tables by hand)."""

import math

import numpy as np
import pytest

from ops_data.elements import oxide_factor
from ops_data.reference.supply.dependency_rows import MEASURES
from ops_data.supply_names import SUPPLY_ELEMENTS
from ops_data.supply_tables import DEPENDENCY
from tests.twin.supply.network_case import BASE_YEAR, PLAIN, PRICES, central, of, tables, year
from twin.supply.dependency import (
    BASES,
    ITEMS,
    NO_DEMAND,
    NO_IMPORT,
    NO_PURCHASE,
    Dependency,
    beside,
    dependency,
    dependency_rows,
)
from twin.supply.network import Network, purchases_t
from twin.supply.network_structure import OXIDE

DIRECT, TRACED = "mass direct", "mass origin-adjusted"


def measured(found: Network) -> Dependency:
    """Return the measures of a network."""
    return dependency(central(), found, PRICES)


def test_direct_shares_are_those_of_the_last_seller() -> None:
    """Derived: the mix of metal of the base year; imports are what is not made at home."""
    found = measured(year(BASE_YEAR, changed=PLAIN))
    assert found.value("Nd", "metal", DIRECT, "china_share") == pytest.approx(0.20)
    assert found.value("Nd", "metal", DIRECT, "china_import_share") == pytest.approx(0.20 / 0.85)
    assert found.value("Nd", "metal", DIRECT, "import_dependence") == pytest.approx(0.85)
    assert found.value("Nd", "metal", DIRECT, "largest_share") == pytest.approx(0.54)
    mix = np.array([0.54, 0.20, 0.075, 0.015, 0.02, 0.15])
    assert found.value("Nd", "metal", DIRECT, "hhi") == pytest.approx(10_000 * (mix**2).sum())


def test_metal_of_a_third_country_is_chinese_as_far_as_its_oxide_is() -> None:
    """Derived: Σ seller × Chinese part of its oxide, the rule of the facts, by hand over six sellers."""
    found = measured(year(BASE_YEAR, changed=PLAIN))
    france = 0.10 + 0.40 * 0.0  # other European oxide has no Chinese step
    home = 0.28
    by_hand = 0.54 * 0.5 + 0.20 * 1.0 + 0.075 * 0.7 + 0.015 * france + 0.02 * 0.5 + 0.15 * home
    assert found.value("Nd", "metal", TRACED, "china_share") == pytest.approx(by_hand, rel=1e-6)


def test_burmese_ore_refined_in_china_is_chinese_by_any_step_and_burmese_by_ore() -> None:
    """Derived: heavies in China's oxide: 0.40 own carbonate, 0.97 of it own ore; the rest is mined elsewhere."""
    found = measured(year(BASE_YEAR, changed=PLAIN))
    assert found.value("Dy", "separated_oxide", TRACED, "china_share") == pytest.approx(1.0)
    assert found.value("Dy", "separated_oxide", TRACED, "china_ore_share") == pytest.approx(0.40 * 0.97)
    assert found.value("Dy", "separated_oxide", DIRECT, "china_share") == pytest.approx(1.0)


def test_the_use_sees_any_later_step_and_shrinks_from_stage_to_stage() -> None:
    """Derived: what passed China at a stage or later can only be less for a later stage, where all is in magnets."""
    found = measured(year(BASE_YEAR, changed=PLAIN))
    steps = [found.value("Nd", stage, TRACED, "use_china_step_share") for stage in ("ore", "metal", "magnet")]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] == pytest.approx(0.18)


def test_a_group_by_value_is_weighed_by_price() -> None:
    """Derived: heavy oxide of China by value: purchases times price of the oxide times oxide per element."""
    network = year(2027)
    found, bought = measured(network), purchases_t(network)[OXIDE]
    names = [name for name in SUPPLY_ELEMENTS if name in ("Dy", "Tb", "Sm", "Y")]
    worth = {name: bought[:, SUPPLY_ELEMENTS.index(name)] * PRICES[name] * oxide_factor(name) for name in names}
    china = network.structure.number("china")
    share = sum(one[china] for one in worth.values()) / sum(one.sum() for one in worth.values())
    assert found.value("heavy", "separated_oxide", "value direct", "china_share") == pytest.approx(share)
    assert found.value("heavy", "separated_oxide", DIRECT, "china_share") != pytest.approx(share)
    for name in ("Dy", "Nd"):
        for measure in ("china_share", "hhi"):
            one = [found.value(name, "metal", basis, measure) for basis in (DIRECT, "value direct")]
            assert one[0] == pytest.approx(one[1])


def test_the_index_without_the_mud_is_that_of_the_other_purchases() -> None:
    """Derived: the closed form (1 - x)² HHI + (100 x)² with the mud's share x."""
    network = year(BASE_YEAR, of(Nd=100.0), changed=PLAIN)
    found = measured(network)
    bought = purchases_t(network)[OXIDE, :, 0]
    share = bought[network.structure.number("japan_mud")] / bought.sum()
    without = found.value("Nd", "separated_oxide", DIRECT, "hhi_without_mud")
    index = found.value("Nd", "separated_oxide", DIRECT, "hhi")
    assert index == pytest.approx((1.0 - share) ** 2 * without + (100.0 * share) ** 2)
    assert found.value("Nd", "separated_oxide", DIRECT, "hhi_change") == pytest.approx(index - without)
    bare = measured(year(BASE_YEAR, changed=PLAIN))
    assert without == pytest.approx(bare.value("Nd", "separated_oxide", DIRECT, "hhi"))


def test_the_mud_lowers_the_dependence_of_everything_made_of_it() -> None:
    """Derived: with mud the origin-adjusted share of China falls at oxide and metal, and never rises."""
    without, mud = measured(year(2027)), measured(year(2027, of(Dy=30.0, Tb=5.0, Y=200.0)))
    for item, stage in (("Dy", "metal"), ("Y", "separated_oxide"), ("heavy", "separated_oxide")):
        for measure in ("china_share", "import_dependence"):
            assert mud.value(item, stage, TRACED, measure) < without.value(item, stage, TRACED, measure)


def test_separation_at_home_lowers_dependence_at_oxide_and_not_at_ore() -> None:
    """Derived: its carbonate is bought abroad; no ore of Japan's is in it."""
    bare, added = measured(year(2027)), measured(year(2027, changed={"network.domestic_separation_added_t": 2000.0}))
    for item in ("light", "heavy"):
        direct = [one.value(item, "separated_oxide", DIRECT, "import_dependence") for one in (bare, added)]
        traced = [one.value(item, "separated_oxide", TRACED, "import_dependence") for one in (bare, added)]
        assert direct[1] < direct[0] - 0.1
        assert traced[1] == pytest.approx(traced[0], abs=1e-9)


@pytest.mark.parametrize(
    ("lever", "full", "item", "stage", "basis", "measure", "sign"),
    [
        ("network.competing_offtake_share", 0.25, "heavy", "separated_oxide", TRACED, "china_share", -1),
        ("network.joint_offtake_share", 0.5, "heavy", "separated_oxide", TRACED, "china_share", -1),
        ("network.option_share", 1.0, "heavy", "separated_oxide", TRACED, "china_share", -1),
        ("network.allied_refining_added_t", 2000.0, "heavy", "separated_oxide", TRACED, "china_share", -1),
        ("network.allied_refining_added_t", 2000.0, "light", "separated_oxide", DIRECT, "hhi", -1),
        ("network.domestic_separation_added_t", 6000.0, "light", "separated_oxide", DIRECT, "import_dependence", -1),
        ("network.central_asia_oxide_t", 1500.0, "light", "separated_oxide", DIRECT, "hhi", -1),
        ("network.max_supplier_share", 0.65, "heavy", "separated_oxide", DIRECT, "hhi", -1),
        ("network.india_domestic_priority_share", 1.0, "light", "separated_oxide", DIRECT, "hhi", 1),
        ("network.new_supply_share", 1.0, "heavy", "separated_oxide", TRACED, "china_share", -1),
        ("network.follow_contracts_share", 0.0, "light", "metal", TRACED, "china_share", 1),
        ("network.cluster_east_up", 0.0, "light", "magnet", DIRECT, "china_share", 1),
    ],
)
def test_each_lever_moves_what_it_is_meant_to_move(
    lever: str, full: float, item: str, stage: str, basis: str, measure: str, sign: int
) -> None:
    """Derived: signs, in 2034, when all plants of the plans stand; options in 2027, when oxide is still short."""
    at = 2027 if lever == "network.option_share" else 2034
    early = {"network.central_asia_start_year": 2030.0}
    without, pulled = measured(year(at, changed=early)), measured(year(at, changed=early | {lever: full}))
    change = pulled.value(item, stage, basis, measure) - without.value(item, stage, basis, measure)
    assert sign * change > 1e-6


def test_rows_fit_their_table_and_say_why_there_is_no_number() -> None:
    """Derived: columns of supply_dependency; no row of a measure without meaning for its basis."""
    rows = list(dependency_rows(measured(year(2030, of(Nd=20.0)))))
    columns = [column.name for column in DEPENDENCY.columns]
    assert columns == ["element", "stage", "basis", "year", "measure", "value", "low", "high", "unit", "note"]
    assert {row[2] for row in rows} == set(BASES)
    assert {row[4] for row in rows} == set(MEASURES)
    assert len({row[:5] for row in rows}) == len(rows)
    notes = {row[:5]: row[7] for row in rows}
    assert notes["Gd", "metal", DIRECT, 2030, "hhi"] == NO_DEMAND
    assert notes["Y", "magnet", DIRECT, 2030, "hhi"] == NO_PURCHASE
    assert notes["Nd", "ore", DIRECT, 2030, "china_share"] == NO_IMPORT
    assert not any(math.isnan(row[5]) and not row[7] for row in rows)
    assert {row[0] for row in rows} == set(ITEMS)


def test_shares_stay_between_nothing_and_one() -> None:
    """Derived: all shares of a year with mud, recycling and levers."""
    found = measured(year(2035, of(Nd=300, Dy=40, Y=400), of(Nd=100), {"network.max_supplier_share": 0.4}))
    for measure in ("china_share", "china_import_share", "china_ore_share", "evenness", "import_dependence"):
        table = found.measures[measure]
        assert np.nanmin(table) >= -1e-12, measure
        assert np.nanmax(table) <= 1.0 + 1e-12, measure


def test_published_figures_stand_beside_what_is_computed_and_none_is_picked() -> None:
    """Derived: every row of the table once; a figure on all products or on the world has nothing beside it."""
    rows = list(beside(tables().dependency_figures, lambda at: measured(year(at, changed=PLAIN))))
    assert len(rows) == len(tables().dependency_figures)
    by_study = {(row.study, row.quantity): row for row in rows}
    yttrium = next(row for (_, quantity), row in by_study.items() if "yttrium" in quantity)
    assert yttrium.computed == pytest.approx(0.987, abs=0.005)
    heavy = next(row for (_, quantity), row in by_study.items() if "heavy rare earths" in quantity)
    assert heavy.computed == pytest.approx(1.0, abs=0.03)  # of 2025, when the first Dy and Tb came from Malaysia
    world = next(row for (_, quantity), row in by_study.items() if "refined output" in quantity)
    assert math.isnan(world.computed)
    early = measured(year(2010, changed=PLAIN)).china_in_imports
    told = {quantity: row.computed for (_, quantity), row in by_study.items() if "imports of rare earths" in quantity}
    assert [row for row in told.values() if not math.isnan(row)] == [early]
