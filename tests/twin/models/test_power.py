"""Force of the sea, thrusters and generators (truth: derived, arithmetic by hand and limits of the formulas)."""

import math

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.power import (
    AIR_KG_M3,
    SEA_WATER_KG_M3,
    Hull,
    Plant,
    Thrusters,
    environmental_force,
    fuel_factor,
    fuel_t_h,
    holding_force,
    online_mw,
    sets_online,
    thruster_mw,
)

HULL = Hull(wind_drag_area_m2=2_500.0, current_drag_area_m2=600.0, beam_m=38.0, drift_coefficient=0.5)
SIX = Thrusters(count=6.0, rated_mw=4.15, diameter_m=3.8, efficiency=0.65, no_load_share=0.1, dynamic_factor=1.5)
PLANT = Plant(large_mw=5.0, large_sets=6, small_mw=2.5, small_sets=2, highest_load_share=0.85, fuel_g_kwh=200.0)


def test_the_force_is_the_sum_of_three_terms_by_hand() -> None:
    wind_n = 0.5 * 1.2 * 2_500.0 * 10.0**2
    waves_n = 0.5 * 1_025.0 * 9.80665 * 38.0 / 16.0 * 3.0**2
    current_n = 0.5 * 1_025.0 * 600.0 * 0.5**2
    assert environmental_force(10.0, 3.0, 0.5, HULL) == pytest.approx(wind_n + waves_n + current_n, rel=1e-12)
    assert (AIR_KG_M3, SEA_WATER_KG_M3) == (1.2, 1_025.0)


def test_a_wall_of_the_beam_takes_half_the_energy_density_of_a_regular_wave_per_metre() -> None:
    """Derived: rho g a^2 / 2 per metre of reflecting wall; a regular wave of amplitude a has the variance of an
    irregular sea with H = 4 a / sqrt(2).
    """
    wall = Hull(0.0, 0.0, 1.0, 1.0)
    amplitude_m = 1.7
    found = environmental_force(0.0, 4.0 * amplitude_m / math.sqrt(2.0), 0.0, wall)
    assert found == pytest.approx(1_025.0 * 9.80665 * amplitude_m**2 / 2.0, rel=1e-12)


def test_calm_without_current_pushes_nothing_and_leaves_the_thrusters_turning() -> None:
    assert environmental_force(0.0, 0.0, 0.0, HULL) == 0.0
    assert thruster_mw(0.0, SIX) == pytest.approx(0.1 * 6 * 4.15, rel=1e-12)
    assert thruster_mw(0.0, Thrusters(6.0, 4.15, 3.8, 0.65, 0.0, 1.5)) == 0.0


def test_one_ideal_thruster_takes_the_power_of_its_jet() -> None:
    """Derived: momentum theory at rest. T = 2 rho A v^2 and P = T v with v the speed through the disc."""
    one = Thrusters(1.0, 50.0, 3.8, 1.0, 0.0, 1.0)
    through_m_s = 5.0
    thrust_n = 2.0 * 1_025.0 * math.pi / 4.0 * 3.8**2 * through_m_s**2
    assert thruster_mw(thrust_n, one) == pytest.approx(thrust_n * through_m_s / 1e6, rel=1e-12)


def test_power_over_the_least_grows_with_the_force_to_the_power_one_and_a_half_and_sharing_saves() -> None:
    twice, once = (float(thruster_mw(force, SIX)) - 2.49 for force in (400e3, 200e3))
    assert twice / once == pytest.approx(2.0**1.5, rel=1e-12)
    free = Thrusters(6.0, 4.15, 3.8, 0.65, 0.0, 1.5)
    half = Thrusters(3.0, 4.15, 3.8, 0.65, 0.0, 1.5)
    assert thruster_mw(200e3, half) / thruster_mw(200e3, free) == pytest.approx(math.sqrt(2.0), rel=1e-12)


def test_no_thruster_takes_more_than_its_rating_and_the_holding_force_is_where_that_begins() -> None:
    limit_n = holding_force(SIX)
    assert thruster_mw(limit_n * (1.0 - 1e-9), SIX) == pytest.approx(6 * 4.15, rel=1e-8)
    assert thruster_mw([2.0 * limit_n, 1e12], SIX).tolist() == pytest.approx([6 * 4.15, 6 * 4.15])
    assert holding_force(Thrusters(6.0, 4.15, 3.8, 0.65, 1.0, 1.5)) == 0.0


@pytest.mark.parametrize("what", ["wind", "waves", "current"])
def test_power_never_falls_with_wind_waves_or_current(what: str) -> None:
    rising = {"wind": np.linspace(0.0, 40.0, 81), "waves": np.linspace(0.0, 12.0, 81), "current": np.linspace(0, 3, 81)}
    sea = {name: values if name == what else np.full(81, values[20]) for name, values in rising.items()}
    power_mw = thruster_mw(environmental_force(sea["wind"], sea["waves"], sea["current"], HULL), SIX)
    steps = np.diff(power_mw)
    below = power_mw[1:] < 6 * 4.15
    assert (steps >= 0.0).all()
    assert (steps[below] > 0.0).all()
    assert below.sum() > 10


def test_vectors_give_what_scalars_give_and_float32_is_as_good_as_float64() -> None:
    wind, hs = np.array([[0.0, 7.0], [15.0, 30.0]], np.float32), np.array([2.0, 5.0], np.float32)
    together = thruster_mw(environmental_force(wind, hs, 0.3, HULL), SIX)
    assert together.shape == (2, 2)
    assert together.dtype == np.float64
    for i in range(2):
        for j in range(2):
            alone = thruster_mw(environmental_force(float(wind[i, j]), float(hs[j]), 0.3, HULL), SIX)
            assert alone.ndim == 0
            assert together[i, j] == alone
    loads = np.linspace(0.0, 40.0, 201)
    assert fuel_t_h(loads, PLANT).tolist() == [float(fuel_t_h(load, PLANT)) for load in loads.tolist()]
    assert online_mw(loads, PLANT).tolist() == [float(online_mw(load, PLANT)) for load in loads.tolist()]


@pytest.mark.parametrize(
    ("load_mw", "large", "small"),
    [
        (0.0, 1, 0),  # a set runs in any case
        (2.5, 1, 1),  # 7.5 MW: 2.5 are left when the large one drops out
        (5.0, 2, 0),
        (7.5, 2, 1),
        (10.0, 3, 0),
        (12.5, 3, 1),
        (25.0, 6, 0),  # 0.85 times 30 is 25.5
        (25.6, 6, 1),  # above the highest load of six
        (27.5, 6, 1),
        (29.7, 6, 2),
        (60.0, 6, 2),  # more than there is
    ],
)
def test_sets_are_started_for_the_reserve_and_for_the_highest_load(load_mw: float, large: int, small: int) -> None:
    """Derived: least capacity C on the 2.5 MW grid with load at most 0.85 C and at most C - 5."""
    found = sets_online(load_mw, PLANT)
    assert (int(found[0]), int(found[1])) == (large, small)


def test_what_runs_always_carries_the_load_without_its_largest_set() -> None:
    loads = np.linspace(0.0, 28.0, 561)
    running = online_mw(loads, PLANT)
    assert (loads <= running - 5.0 + 1e-9).all()
    assert (loads <= 0.85 * running + 1e-9).all()
    assert (np.diff(running) >= 0.0).all()


def test_a_plant_of_one_set_keeps_no_reserve_and_one_of_equal_sizes_prefers_few_large_sets() -> None:
    assert online_mw([1.0, 9.0], Plant(5.0, 1, 2.5, 0, 0.85, 200.0)).tolist() == [5.0, 5.0]
    large, small = sets_online([4.0, 9.0], Plant(5.0, 4, 5.0, 4, 0.85, 200.0))
    assert (large + small).tolist() == [2, 3]


def test_part_load_takes_more_fuel_per_unit_of_energy() -> None:
    shares = np.linspace(0.05, 0.78, 74)
    assert (np.diff(fuel_factor(shares)) < 0.0).all()
    assert fuel_factor([1.0, 1.5, 9.0]).tolist() == [fuel_factor(1.0)] * 3
    assert fuel_t_h(0.0, PLANT) == 0.0


def test_fuel_rises_with_load_but_for_a_tenth_of_a_per_cent_where_a_set_starts() -> None:
    fuel = fuel_t_h(np.linspace(0.5, 35.0, 3_451), PLANT)
    assert (np.diff(fuel) > -0.002 * fuel[1:]).all()
    assert (fuel_t_h(np.arange(1.0, 35.0) + 1.0, PLANT) > fuel_t_h(np.arange(1.0, 35.0), PLANT)).all()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Thrusters(6.0, 4.15, 0.0, 0.65, 0.1, 1.5), r"Thrusters.diameter_m: 0 found; above 0 is needed"),
        (lambda: Thrusters(0.0, 4.15, 3.8, 0.65, 0.1, 1.5), r"Thrusters.count: 0 found"),
        (lambda: Thrusters(6.0, 4.15, 3.8, math.nan, 0.1, 1.5), r"Thrusters.efficiency: nan found"),
        (lambda: Plant(5.0, 0, 2.5, 2, 0.85, 200.0), r"Plant.large_sets: 0 found"),
        (lambda: Plant(5.0, 6, 2.5, 2, 0.0, 200.0), r"Plant.highest_load_share: 0 found"),
    ],
)
def test_what_cannot_turn_or_burn_is_refused_by_name(build: object, message: str) -> None:
    assert callable(build)
    with pytest.raises(ModelError, match=message) as caught:
        build()
    assert "\n" not in str(caught.value)
