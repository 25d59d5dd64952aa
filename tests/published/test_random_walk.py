"""The random walk against closed forms and a published test setting (facts cases V7, V8, V10).

V7: inverse Gaussian first passage; Kreft and Zuber (1978), Chem. Eng. Sci. 33, 1471 (flux-averaged); other trackers at
the same setting: OpenDrift 1,006 m and 100.7 m, Parcels 1,004.5 m and 100.2 m. V8: shares from a semi-analytic column.
V10: the Brownian test setting of Parcels. V11, the tide, stands with the currents.
"""

import math

import numpy as np
import pytest

from twin.models.plume import BedRule, Current, Grid, Layer, Releases, Water
from twin.models.random_walk import Walk, random_walk, vertical_walk

BED_LAYER = Layer(0.0, 5.0)


def pulse(height_m: float, water: Water, u_m_s: float, lasts_s: int, particles: int, step_s: float) -> Walk:
    """Release 1 kg at the origin within a second into a steady current."""
    one = np.ones(1)
    release = Releases(np.zeros(1, np.int64), one, 0.0 * one, 0.0 * one, height_m * one, 0.0 * one, np.ones((1, 1)))
    current = Current(np.array([0, lasts_s]), np.full(2, u_m_s), np.zeros(2))
    grid = Grid(-5000.0, -5000.0, 500.0, 20, 20)
    return random_walk(release, water, current, grid, BED_LAYER, np.array([1e-3]), particles, 7, step_s)


@pytest.mark.parametrize("step_s", [600.0, 43_200.0])
def test_v7_the_first_touch_of_the_bed_is_the_inverse_gaussian_at_any_step(step_s: float) -> None:
    """Published: 20 m, 1 mm/s, Kz 1e-4, 5 cm/s: mean 1,000 m, deviation 100 m, CDF to 0.01 absolute."""
    found = pulse(20.0, Water(np.array([1e-3]), 1e-4, 0.0, math.inf, "first_touch"), 0.05, 43_200, 40_000, step_s)
    assert np.isfinite(found.settled_s).all()
    assert found.x_m.mean() == pytest.approx(1000.0, rel=0.003)
    assert found.x_m.std() == pytest.approx(100.0, rel=0.02)
    for share, expected in {0.8: 0.0143, 1.0: 0.5199, 1.2: 0.9698}.items():
        assert np.mean(found.x_m <= share * 1000.0) == pytest.approx(expected, abs=0.01)


V8 = {
    ("first_touch", 1e-4): (0.4008, 0.5999, 0.7616, 0.8763, 0.9476),
    ("flux", 1e-4): (0.0941, 0.2101, 0.3758, 0.5729, 0.7660),
    ("first_touch", 1e-3): (0.0146, 0.1909, 0.6162, 0.9273, 0.9969),
    ("flux", 1e-3): (0.0052, 0.1070, 0.4838, 0.8778, 0.9937),
}


@pytest.mark.parametrize(("bed", "settling_m_s"), V8)
def test_v8_both_rules_of_the_bed_deposit_what_the_column_does(bed: BedRule, settling_m_s: float) -> None:
    """Published: facts table V8, 5 m, Kz 1e-3, Peclet numbers 0.5 and 5, at 1/4 to 4 settling times; 0.01 absolute."""
    ages_s = np.array([0.25, 0.5, 1.0, 2.0, 4.0]) * 5.0 / settling_m_s
    water = Water(np.array([settling_m_s]), 1e-3, 0.0, math.inf, bed)
    found = vertical_walk(water, 5.0, BED_LAYER, ages_s, 60_000, 11)
    assert found.deposited[0] == pytest.approx(V8[bed, settling_m_s], abs=0.006)


@pytest.mark.parametrize(("kh_m2_s", "sd_m"), [(100.0, 1200.0), (50.0, 848.5)])
def test_v10_grains_spread_as_brownian_motion_does(kh_m2_s: float, sd_m: float) -> None:
    """Published: Parcels' test setting, 2 h; three standard errors of a deviation and of a mean."""
    found = pulse(1e3, Water(np.array([1e-6]), 0.0, kh_m2_s, math.inf, "flux"), 0.0, 7_200, 40_000, 7_200.0)
    for place in (found.x_m, found.y_m):
        assert place.std() == pytest.approx(sd_m, rel=3.0 / math.sqrt(2 * 40_000))
        assert abs(place.mean()) < 3.0 * sd_m / math.sqrt(40_000)
    assert found.field.afloat_kg + found.field.beyond_kg == pytest.approx(1.0)
