"""The mud of a scenario: grade of holes, ground of an area, what the tool reaches (derived by hand and by limits)."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ops_data.elements import ELEMENTS
from ops_data.errors import CoreError, ModelError, ScenarioError, UsageError
from twin.models.grade_profile import profile_of, window_mean
from twin.resource import blocks, hole_grades, hole_shares, reference_shares
from twin.resource_estimate import (
    check_depth,
    default_area_km2,
    estimate,
    ground,
    holdings,
    mine_summary,
    reach,
    site_column,
)
from twin.scenario import Scenario, load_scenario

BLOCKS = 'resource.model="blocks"'
CALM = ("resource.hole_sd=0", "resource.hole_peak_sd_m=0")
DEPTHS = np.arange(0.0, 10.5, 0.5)


def pilot(*sets: str) -> tuple[Scenario, dict[str, float]]:
    scenario = load_scenario("pilot-2027", sets)
    return scenario, {key: quantity.value for key, quantity in scenario.quantities.items()}


def grades(*sets: str, seed: int = 1, replicate: int = 0, count: int = 20) -> NDArray[np.float64]:
    scenario, values = pilot(*sets)
    return hole_grades(scenario, values, seed, replicate, count)


@pytest.fixture
def cores(tmp_path: Path) -> Path:
    """Return a file with one core at the site and one 10 km east of it."""
    lines = ["core_id,x_km,y_km,top_m,bottom_m,rey_ppm"]
    for name, x, peak in (("A", 0.0, 2.5), ("B", 10.0, 6.0)):
        for top, bottom in pairwise(DEPTHS.tolist()):
            ppm = 400.0 + 4_000.0 * np.exp(-(((top + bottom) / 2 - peak) ** 2))
            lines.append(f"{name},{x},0,{top},{bottom},{ppm}")
    path = tmp_path / "cores.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_in_the_uniform_model_every_hole_has_the_profiles_mean_over_the_stroke() -> None:
    """Derived: the table of windows, 0-3 m 2,250 ppm and 0-5 m 2,780 ppm."""
    assert grades().tolist() == pytest.approx([2_251.1] * 20, abs=0.1)
    assert grades("tool.stroke_m=5")[0] == pytest.approx(2_780.0, rel=1e-3)
    assert grades(count=0).shape == (0,)


def test_a_deeper_peak_leaves_a_tool_of_three_metres_with_background() -> None:
    """Derived: direction, and the limit of background."""
    found = [grades(f"resource.peak_depth_m={depth}")[0] for depth in (2, 3, 4, 5, 8)]
    assert found == sorted(found, reverse=True)
    assert found[-1] == pytest.approx(450.0, rel=0.01)


@pytest.mark.parametrize("model", ["uniform", "blocks"])
def test_a_tool_longer_than_the_mud_is_refused(model: str) -> None:
    with pytest.raises(
        ScenarioError, match=r"'tool\.stroke_m': 12 m found; .*mud_thickness_m 10.*; shorten the stroke"
    ):
        grades("tool.stroke_m=12", f'resource.model="{model}"')
    assert grades("tool.stroke_m=12", "resource.mud_thickness_m=15", f'resource.model="{model}"').shape == (20,)
    assert grades("tool.stroke_m=10", f'resource.model="{model}"').shape == (20,)


def test_a_range_of_strokes_that_reaches_beyond_the_mud_is_refused_before_a_run_and_such_values_by_themselves() -> None:
    with pytest.raises(ScenarioError, match=r"a stroke of up to 3\.3 m found; .*mud_thickness_m 3; .*narrow its range"):
        pilot("resource.mud_thickness_m=3")
    scenario, values = pilot("resource.mud_thickness_m=3", "tool.stroke_m=3")
    with pytest.raises(ModelError, match=r"mud: tool\.stroke_m is 3\.036 m; .*mud_thickness_m 3"):
        hole_grades(scenario, values | {"tool.stroke_m": 3.036}, 1, 0, 5)


def test_cores_that_reach_below_the_mud_are_refused(cores: Path) -> None:
    """Derived: the cores reach to 10 m; of a mud of 8 m the first sample below ends at 8.5 m."""
    with pytest.raises(CoreError, match=r"line 18: core 'A': .* 8\.5 found; .* 8 m \(resource\.mud_thickness_m\)"):
        grades(BLOCKS, f'resource.cores="{cores}"', "resource.mud_thickness_m=8")


def test_a_longer_request_begins_with_the_shorter_one() -> None:
    assert grades(BLOCKS, count=300)[:20].tolist() == grades(BLOCKS).tolist()


def test_holes_of_a_block_share_its_field_and_scatter_about_it() -> None:
    """Derived: without scatter of holes one value; with it one tenth about the same mean."""
    assert np.ptp(grades(BLOCKS, *CALM, count=500)) == 0.0
    scattered = grades(BLOCKS, "resource.hole_peak_sd_m=0", count=4_000)
    assert scattered.mean() == pytest.approx(grades(BLOCKS, *CALM)[0], rel=0.01)
    assert scattered.std() / scattered.mean() == pytest.approx(0.1, rel=0.05)


def test_the_luck_of_a_replicate_is_its_field() -> None:
    assert grades(BLOCKS).tolist() == grades(BLOCKS).tolist()
    assert grades(BLOCKS)[0] != grades(BLOCKS, replicate=1)[0]
    assert grades(BLOCKS)[0] != grades(BLOCKS, seed=2)[0]


def test_with_central_values_blocks_have_the_median_place_and_no_scatter() -> None:
    """Derived: peak at 5 m, so a stroke of 3 m finds background and the foot of the tail."""
    found = grades(BLOCKS, 'campaign.variability="central"')
    assert np.ptp(found) == 0.0
    assert found[0] == pytest.approx(450.0 * np.exp(-0.5 * 0.2**2), rel=0.02)


def test_a_hole_at_a_core_has_the_cores_grade(cores: Path) -> None:
    """Derived: mean of the core's first six samples; the block's centre is the site."""
    wanted = np.mean([400.0 + 4_000.0 * np.exp(-((z - 2.5) ** 2)) for z in DEPTHS[:6] + 0.25])
    for replicate in range(3):
        found = grades(BLOCKS, f'resource.cores="{cores}"', *CALM, replicate=replicate)
        assert found[0] == pytest.approx(wanted, rel=1e-6)


def test_cores_narrow_what_is_not_known(cores: Path) -> None:
    """Derived: at the site nothing is left open; over the area less than without cores."""
    sets = [BLOCKS, f'resource.cores="{cores}"', *CALM, "resource.area_km2=900"]
    scenario, _ = pilot(*sets)
    with_cores = estimate(scenario, 900.0, 10.0, 1, 40, "fixed")
    without = estimate(pilot(BLOCKS, *CALM, "resource.area_km2=900")[0], 900.0, 10.0, 1, 40, "fixed")
    assert with_cores.hole_ppm.p90 - with_cores.hole_ppm.p10 == pytest.approx(0.0, abs=1e-6)
    assert with_cores.mean_ppm.p90 - with_cores.mean_ppm.p10 < without.mean_ppm.p90 - without.mean_ppm.p10
    assert with_cores.peak_beyond_stroke_share == 0.0


def test_cores_in_the_uniform_model_are_refused_as_they_would_be_ignored(cores: Path) -> None:
    with pytest.raises(
        ScenarioError, match=r'\'resource\.cores\': .* found; cores are honoured by resource\.model "blocks"'
    ):
        grades(f'resource.cores="{cores}"')


def test_peak_depths_upside_down_are_refused() -> None:
    with pytest.raises(
        ScenarioError, match=r"'resource\.block_peak_shallow_m': 9 m found; it lies above .*_deep_m, 8 m"
    ):
        grades(BLOCKS, "resource.block_peak_shallow_m=9")


def test_a_mine_that_outgrows_its_area_is_refused() -> None:
    """Derived: a square of 100 m has some 840 places."""
    with pytest.raises(ModelError, match=r"hole \d+ of 2000 lies beyond the area of 0\.01 km2; .*enlarge resource"):
        grades(BLOCKS, "resource.area_km2=0.01", count=2_000)


def test_the_first_hole_lies_in_the_block_of_the_site() -> None:
    """Derived: centre of an odd grid, corner of an even one."""
    assert [blocks(area, 10.0).site for area in (100.0, 400.0, 900.0)] == [0, 3, 4]
    grid = blocks(2_500.0, 10.0)
    assert (grid.x_km[grid.site], grid.y_km[grid.site]) == (0.0, 0.0)
    assert blocks(2_500.0, 1_000.0).per_side == 1


def test_overlapping_holes_find_part_of_their_mud_gone() -> None:
    """Derived: 1 without overlap; at 0.9 bores six lenses less in the middle of a field."""
    scenario, values = pilot("mine.spacing_bores=0.9")
    shares = hole_shares(scenario, values, 1, 0, 500)
    assert hole_shares(*pilot(), 1, 0, 500).tolist() == [1.0] * 500
    assert shares[0] == 1.0 and shares.min() < 0.9


def test_shares_of_the_elements_are_values_of_the_replicate() -> None:
    _, values = pilot("composition.nd_percent=21")
    assert reference_shares(values)[ELEMENTS.index("Nd")] == 21.0
    assert reference_shares(values)[ELEMENTS.index("Dy")] == 4.2


def test_the_ground_of_the_uniform_model_is_one_block_with_the_profile() -> None:
    scenario, values = pilot()
    found = ground(scenario, values, 1, 0, 100.0, 10.0)
    assert found.grade_ppm.shape == (1, 20)
    assert found.block_mean_ppm[0] == pytest.approx(float(window_mean(profile_of(values), 0.0, 10.0)))
    assert ground(scenario, values, 1, 0, 100.0, 3.2).edges_m[-2:].tolist() == [3.0, 3.2]


def test_layers_of_any_thickness_hold_the_same_rare_earths() -> None:
    """Derived: integrals are exact, so the sum does not depend on the layers."""
    held = [
        holdings(ground(s, v, 1, 0, 50.0, 10.0), 50.0, v).rey_t for s, v in (pilot(), pilot("resource.layer_m=3.3"))
    ]
    assert held[0] == pytest.approx(held[1], rel=1e-12)


def test_the_blocks_of_a_replicate_hold_on_average_what_the_published_area_holds() -> None:
    """Calibration (the law's mean is the published one): 964 ppm and 15.9 Mt over many fields, 5 %."""
    scenario, _ = pilot(BLOCKS, "resource.correlation_km=1")
    found = estimate(scenario, default_area_km2(scenario), 10.0, 1, 40, "fixed")
    assert found.mean_ppm.mean == pytest.approx(964.0, rel=0.05)
    assert found.reo_t.mean == pytest.approx(15.9e6, rel=0.05)
    assert found.mean_ppm.p10 <= found.mean_ppm.p50 <= found.mean_ppm.p90


def test_an_estimate_counts_in_proportion_to_area_and_knows_depth() -> None:
    scenario, _ = pilot()
    one, ten = (estimate(scenario, area, 10.0, 1, 3, "fixed") for area in (1.0, 10.0))
    shallow = estimate(scenario, 1.0, 3.0, 1, 3, "fixed")
    assert ten.reo_t.mean == pytest.approx(10.0 * one.reo_t.mean)
    assert shallow.mean_ppm.mean == pytest.approx(2_251.1, abs=0.1)
    assert shallow.dry_t.mean == pytest.approx(0.3 * one.dry_t.mean)
    with pytest.raises(UsageError, match=r"--depth-m 12: the mud is described to 10 m"):
        check_depth(scenario, 12.0)


def test_the_oxides_of_an_estimate_sum_to_all_of_them_and_give_the_years() -> None:
    """Derived: mass balance; years are oxide over the row's demand."""
    found = estimate(pilot()[0], 105.0, 10.0, 1, 2, "fixed")
    assert sum(one.mean for one in found.oxide_t.values()) == pytest.approx(found.reo_t.mean)
    (dysprosium,) = [one for one in found.supply if one.oxide == "Dy2O3"]
    assert dysprosium.years.mean == pytest.approx(found.oxide_t["Dy2O3"].mean / dysprosium.demand_t_y)
    assert [one.oxide for one in found.supply] == ["Eu2O3", "Tb4O7", "Dy2O3", "Y2O3"]


def test_the_reach_of_the_tool_says_what_the_stroke_takes() -> None:
    """Derived: table of windows; the best stroke is where the grade falls to the mean above it (about 4.05 m)."""
    scenario, values = pilot()
    found = reach(site_column(scenario, values, 1, 0), 3.0, 3.0)
    assert found.grade_ppm == pytest.approx(2_251.0, abs=1.0)
    assert (found.peak_ppm, found.peak_depth_m) == pytest.approx((6_600.0, 3.0), rel=1e-3)
    assert found.rey_share == pytest.approx(2_251.0 * 3.0 / 17_657.0, rel=1e-3)
    assert found.best_stroke_m == pytest.approx(4.05, abs=0.05)
    assert found.best_grade_ppm > found.grade_ppm
    assert found.layer_base_m == pytest.approx(4.4)


def test_the_column_at_the_site_of_blocks_is_that_of_the_holes() -> None:
    scenario, values = pilot(BLOCKS, *CALM)
    found = reach(site_column(scenario, values, 1, 4), 3.0, 3.0)
    assert found.grade_ppm == pytest.approx(hole_grades(scenario, values, 1, 4, 1)[0], rel=1e-3)


def test_the_mine_plan_needs_12_2_holes_a_day_wet_and_30_dry() -> None:
    """Derived: facts case V11, 28.6 t wet and 11.7 t dry a hole."""
    wet, dry = (mine_summary(*pilot(f'campaign.mass_basis="{basis}"'), 2_251.0) for basis in ("wet", "dry"))
    assert (wet.holes_per_day, dry.holes_per_day) == pytest.approx((12.2, 30.0), rel=0.02)
    assert (wet.hours_per_hole, dry.hours_per_hole) == pytest.approx((1.96, 0.80), rel=0.02)
    assert wet.days_per_ha == pytest.approx(wet.holes_per_ha / wet.holes_per_day)
    assert wet.rey_kg == pytest.approx(11.66 * 2.251, rel=0.01)
    assert wet.areal_recovery == pytest.approx(0.95 * wet.pattern_share)
