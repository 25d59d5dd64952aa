"""Published economics, losses and targets: as printed, side by side, and their arithmetic."""

import pytest

from ops_data.reference.supply.policy_rows import read_policy
from twin.supply.comparisons import loss_scales, ndpr_in_magnets_t
from twin.supply.conflicts import check
from twin.supply_case import load_case

PUBLISHED = read_policy().published
VALUES = {key: row.value for key, row in read_policy().quantities_policy.items()}


def published(key: str) -> float:
    return PUBLISHED[key].value


def test_v33_the_loss_of_three_months_scales_to_that_of_a_year() -> None:
    """Published: V33, Nomura Research Institute: 0.66 trillion yen in three months, 2.6 in a year; within 2 %."""
    assert (published("nri_quarter"), published("nri_year")) == (0.66e12, 2.6e12)
    found = loss_scales(published("nri_quarter"), 4.0, published("nri_year"))
    assert found.left == pytest.approx(2.64e12)
    assert found.verdict == "consistent"


@pytest.mark.parametrize(("magnets_t", "oxide_t"), [(30000.0, 10200.0), (40000.0, 13600.0)])
def test_v32_30_to_40_thousand_t_of_magnets_hold_10200_to_13600_t_of_oxide(magnets_t: float, oxide_t: float) -> None:
    """Algebra: V32, stoichiometry."""
    found = ndpr_in_magnets_t(magnets_t, VALUES["policy.rare_earth_in_magnet_share"], 0.79, 0.0)
    assert found == pytest.approx(oxide_t, rel=0.005)


def test_new_magnets_need_13_to_17_thousand_t_with_process_loss() -> None:
    """Derived: the same with 20 % lost (Heim and Vander Wal 2023), against 6,000 to 8,000 t of separation."""
    conflicts = {row.conflict: row for row in check(read_policy(), load_case().central, {})}
    low, high = conflicts["separation_magnets"], conflicts["separation_magnets_high"]
    assert [low.left, high.left] == pytest.approx([12800.0, 17000.0], rel=0.005)
    assert (low.right, high.right) == (8000.0, 6000.0)
    assert low.verdict == high.verdict == "conflict"


def test_v8_v9_comparators_stand_as_printed() -> None:
    """Published: V8 Guyonnet and others 2015; V9 Habib and others 2014. Shown beside, not targets."""
    assert (published("eu_nd_magnets"), published("eu_dy_magnets")) == (1230.0, 230.0)
    assert (PUBLISHED["eu_nd_recycled"].low, PUBLISHED["eu_nd_recycled"].high) == (170.0, 230.0)
    assert (published("denmark_nd_waste"), published("denmark_dy_waste")) == (175.0, 11.4)
    assert (PUBLISHED["denmark_nd_waste"].low, PUBLISHED["denmark_dy_waste"].low) == (3.0, 0.2)


def test_published_economics_of_2016_add_up() -> None:
    """Published: METI and JOGMEC 2016: revenue less cost is -53, -39 and +17 billion yen; write-off over 20 years."""
    for world, result in (("low", -53e9), ("mean", -39e9), ("peak", 17e9)):
        computed = published(f"meti2016_revenue_{world}") - published("meti2016_cost")
        assert published(f"meti2016_result_{world}") == result == pytest.approx(computed, abs=0.5e9)
    assert 20 * published("meti2016_depreciation") == pytest.approx(256e9)
    assert published("meti2016_investment") == 262.2e9


def test_published_economics_contradict_each_other_and_none_is_picked() -> None:
    """Published: three studies with opposite signs; all stay in the table."""
    studies = {row.study for row in PUBLISHED.values() if row.topic == "economics"}
    assert {"METI and JOGMEC 2016", "Dai-ichi Life Research Institute 2026", "Kato 2025"} <= studies
    conflicts = {row.conflict: row.verdict for row in check(read_policy(), load_case().central, {})}
    assert conflicts["profit_2016_2025"] == conflicts["cost_2016_2026"] == conflicts["loss_spread"] == "conflict"


def test_published_losses_differ_sevenfold() -> None:
    """Published: 2.6 trillion yen (Nomura) to 18 trillion (Daiwa, with other minerals)."""
    assert published("daiwa_minerals") / published("nri_year") == pytest.approx(6.9, abs=0.05)
    assert published("mizuho_full") == 0.0088 and published("nri_gdp") == 0.0043


def test_the_dry_reading_of_the_2016_case_fits_its_grade() -> None:
    """Derived: 3,560 to 4,330 t of oxide a year are 2,820 to 3,430 ppm if dry, 6,900 to 8,400 ppm if wet."""
    conflicts = {row.conflict: row for row in check(read_policy(), load_case().central, {})}
    assert 2820.0 <= conflicts["dry_2016"].left <= 3430.0 and conflicts["dry_2016"].verdict == "consistent"
    assert 6900.0 <= conflicts["wet_2016"].left <= 8400.0 and conflicts["wet_2016"].verdict == "conflict"


def test_two_kg_per_tonne_is_the_rich_layer_if_wet_and_a_middling_mud_if_dry() -> None:
    """Derived: 4,060 and 1,664 ppm."""
    conflicts = {row.conflict: row for row in check(read_policy(), load_case().central, {})}
    assert (round(conflicts["two_kg"].left, -1), round(conflicts["two_kg"].right)) == (4060.0, 1664)


def test_the_recycled_content_target_is_many_times_the_mud() -> None:
    """Published: 15 % of 5,500 t is 825 t a year."""
    conflicts = {row.conflict: row for row in check(read_policy(), load_case().central, {})}
    assert conflicts["recycled_content"].left == pytest.approx(825.0)
    assert conflicts["recycling_demand"].left / conflicts["recycling_demand"].right == pytest.approx(0.80, abs=0.005)


def test_the_worked_example_of_cover_is_reproduced() -> None:
    """Algebra: 60 days at 70 % dependence are 85.7 days, with 1 % of demand from the mud 87.0."""
    conflicts = {row.conflict: row for row in check(read_policy(), load_case().central, {})}
    assert (round(conflicts["cover"].left, 1), round(conflicts["cover"].right, 1)) == (85.7, 87.0)
