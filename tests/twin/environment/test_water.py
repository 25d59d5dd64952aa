"""Classes, mixing, grid and layer of an environmental study (truth: derived; laws whose means are known)."""

import math

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.environment.water import bed_layer, bottom_water, class_shares, grid_of, mid_water, settling_m_s
from twin.scenario import draw_parameters, load_scenario

STATED = (0.2, 0.4, 0.3, 0.1)


def values(*shares: float, certainty: float = 6.0) -> dict[str, float]:
    """Return the quantity values of stated shares."""
    return {f"plume.share_{number}": share for number, share in enumerate(shares, 1)} | {
        "plume.share_certainty": certainty
    }


def test_shares_as_stated_are_exact_and_need_not_sum_to_one() -> None:
    for factor in (1.0, 3.0):
        found = class_shares(values(*(factor * share for share in STATED)), 1, 0, drawn=False)
        assert found == pytest.approx(STATED, rel=1e-15)


def test_drawn_shares_sum_to_one_and_have_the_stated_ones_as_their_mean() -> None:
    """Dirichlet law of weight 6: mean as stated, variance share (1 - share)/7; 4 standard errors of 4,000 draws."""
    drawn = np.array([class_shares(values(*STATED), 1, number, drawn=True) for number in range(4_000)])
    assert drawn.sum(axis=1) == pytest.approx(1.0, rel=1e-12)
    assert drawn.min() >= 0.0
    mean = np.array(STATED)
    spread = np.sqrt(mean * (1.0 - mean) / 7.0)
    assert np.abs(drawn.mean(axis=0) - mean).max() < 4.0 * spread.max() / math.sqrt(4_000.0)
    assert drawn.std(axis=0) == pytest.approx(spread, rel=0.05)


def test_a_greater_certainty_holds_the_shares_nearer_to_the_stated_ones() -> None:
    spreads = [
        np.array([class_shares(values(*STATED, certainty=weight), 1, number, drawn=True) for number in range(300)])
        .std(axis=0)
        .max()
        for weight in (2.0, 20.0, 2_000.0)
    ]
    assert spreads[0] > 2.0 * spreads[1] > 10.0 * spreads[2]


def test_shares_are_drawn_anew_for_each_replicate_and_seed_and_only_then() -> None:
    one = class_shares(values(*STATED), 1, 0, drawn=True).tolist()
    assert one == class_shares(values(*STATED), 1, 0, drawn=True).tolist()
    assert one != class_shares(values(*STATED), 1, 1, drawn=True).tolist()
    assert one != class_shares(values(*STATED), 2, 0, drawn=True).tolist()


def test_a_class_without_a_share_never_gets_one() -> None:
    drawn = np.array([class_shares(values(0.5, 0.0, 0.5, 0.0), 1, number, drawn=True) for number in range(50)])
    assert not drawn[:, [1, 3]].any()


def test_no_share_at_all_is_refused_with_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"sum of plume\.share_1 to plume\.share_4 is 0.*raise one of them"):
        class_shares(values(0.0, 0.0, 0.0, 0.0), 1, 0, drawn=True)


def test_a_negative_settling_speed_is_refused() -> None:
    speeds = {f"plume.settling_{number}_mm_s": 1.0 for number in range(1, 5)}
    assert settling_m_s(speeds).tolist() == [1e-3] * 4
    with pytest.raises(ModelError, match=r"plume\.settling_1_mm_s to _4_mm_s \[m/s\].*-0\.002"):
        settling_m_s(speeds | {"plume.settling_3_mm_s": -2.0})


def test_the_lid_is_that_of_the_mixed_layer_and_never_below_a_release() -> None:
    plan = load_scenario("calm")
    central = draw_parameters(plan, 1, 0, "fixed") | {"plume.mixed_layer_m": 65.0}
    assert bottom_water(plan, central, 3.0).lid_m == 65.0
    assert bottom_water(plan, central, 90.0).lid_m > 90.0


def test_water_far_above_the_bed_mixes_by_its_own_diffusivity_and_has_no_lid() -> None:
    plan = load_scenario("calm", ['environment.bed_rule="first_touch"'])
    central = draw_parameters(plan, 1, 0, "fixed") | {"discharge.kz_m2_s": 2e-5, "plume.kz_m2_s": 3e-3}
    found = mid_water(plan, central)
    assert (found.kz_m2_s, found.lid_m, found.bed) == (2e-5, math.inf, "first_touch")
    assert bottom_water(plan, central, 3.0).kz_m2_s == 3e-3


def test_the_grid_is_centred_on_the_first_place_of_the_mine_plan() -> None:
    grid = grid_of(load_scenario("calm", ["environment.grid_km=4", "environment.cell_m=100"]))
    assert (grid.columns, grid.rows, grid.cell_m) == (40, 40, 100.0)
    assert grid.x_m.sum() == grid.y_m.sum() == 0.0
    assert (grid.west_m, grid.south_m) == (-2_000.0, -2_000.0)


def test_concentration_is_told_in_the_stated_layer_at_the_bed() -> None:
    layer = bed_layer(load_scenario("calm", ["environment.bed_layer_m=7.5"]))
    assert (layer.bottom_m, layer.top_m) == (0.0, 7.5)
