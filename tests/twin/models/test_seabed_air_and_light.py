"""Ground, carbon, recovery, emissions, dilution and night (truth: derived; limits with an answer by hand)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.air_emissions import Factors, emissions_t
from twin.models.daylight import day_length_s, night_s
from twin.models.discharge import above_baseline, diluted_excess
from twin.models.seabed import (
    CO2_PER_CARBON,
    O2_PER_CARBON,
    carbon_dioxide_bound_t,
    cut_area_m2,
    organic_carbon_t,
    oxygen_bound_t,
    recovery_y,
)

DAY_S = 86_400
GAS_OIL = Factors(3.206, 0.06, 0.16, 10.5, 0.1, 28.0, 265.0, 42.7, 14.4)


def test_no_holes_take_no_ground_and_twice_the_bore_takes_four_times() -> None:
    assert cut_area_m2([0, 1, 1], [3.0, 1.0, 2.0]).tolist() == pytest.approx([0.0, np.pi / 4.0, np.pi])


def test_carbon_dioxide_is_carbon_and_the_oxygen_it_took() -> None:
    """Derived: mass is kept."""
    assert pytest.approx(1.0 + O2_PER_CARBON) == CO2_PER_CARBON
    assert float(carbon_dioxide_bound_t(2.0)) == pytest.approx(2.0 + float(oxygen_bound_t(2.0)))
    assert float(organic_carbon_t(100.0, 0.2)) == pytest.approx(0.2)


def test_recovery_lies_at_the_ends_and_in_the_geometric_middle_of_its_range() -> None:
    assert recovery_y(2.0, 50.0, [0.0, 0.5, 1.0]).tolist() == pytest.approx([2.0, 10.0, 50.0])
    assert float(recovery_y(7.0, 7.0, 0.3)) == 7.0


def test_nothing_burnt_gives_nothing_and_emissions_add_up() -> None:
    whole, parts = emissions_t(7.0, 30e3, GAS_OIL), emissions_t([0.0, 3.0, 4.0], [0.0, 10e3, 20e3], GAS_OIL)
    for gas in ("co2", "ch4", "n2o", "nox", "so2", "co2e", "co2e_well_to_wake"):
        assert float(getattr(parts, gas)[0]) == 0.0
        assert float(getattr(parts, gas).sum()) == pytest.approx(float(getattr(whole, gas)))


def test_nitrogen_oxides_follow_the_energy_and_all_else_the_fuel() -> None:
    more = emissions_t(1.0, [1e3, 2e3], GAS_OIL)
    assert float(more.nox[1] / more.nox[0]) == pytest.approx(2.0)
    assert float(more.co2e[0]) == float(more.co2e[1])


def test_undiluted_water_keeps_its_excess_and_much_diluted_water_is_the_sea() -> None:
    assert diluted_excess([10.0, -4.0], [1.0, 2.0]).tolist() == [10.0, -2.0]
    assert above_baseline(96.0, 4.0, [1.0, 1e12]).tolist() == pytest.approx([96.0, 4.0])
    assert float(above_baseline(5.0, 5.0, 7.0)) == 5.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cut_area_m2(-1, 3.0), "holes .1. is -1; it must be 0 or above"),
        (lambda: cut_area_m2(1, 0.0), "bore .m. is 0; it must be above 0"),
        (lambda: organic_carbon_t(1.0, 101.0), "carbon .%. is 101; it must be at most 100"),
        (lambda: recovery_y(3.0, 2.0, 0.5), "high end .years. is 2; it must not be below the low end"),
        (lambda: recovery_y(1.0, 2.0, 1.5), "position .1. is 1.5; it must be at most 1"),
        (lambda: emissions_t(-1.0, 0.0, GAS_OIL), "fuel .t. is -1; it must be 0 or above"),
        (lambda: diluted_excess(10.0, 0.5), "dilution .1. is 0.5; it must be at least 1"),
        (lambda: day_length_s(0, 91.0), "latitude .deg. is 91; it must be -90 to 90"),
        (lambda: night_s([10.0], [5.0], 0.0, 0.0), "end .s. is 5"),
    ],
)
def test_values_out_of_range_are_refused_by_name(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError, match=message):
        call()


def test_at_the_equator_every_day_is_a_little_longer_than_half_a_day() -> None:
    """Derived: sunrise counts the upper edge and refraction, 2 x 0.833 degrees or 6.7 minutes."""
    days = day_length_s(np.arange(20_000, 20_366), 0.0)
    assert (np.abs(days / 60.0 - 726.9) < 0.7).all()


def test_beyond_the_polar_circle_there_are_days_without_night_and_nights_without_day() -> None:
    """Derived: 21 June and 21 December 2026 at 80 N, night counted over the days before and after."""
    june, december = 20_625 * DAY_S, 20_808 * DAY_S
    found = night_s([june, december], [june + 3 * DAY_S, december + 3 * DAY_S], 80.0, 0.0)
    assert found.tolist() == pytest.approx([0.0, 3.0 * DAY_S], abs=1.0)


def test_a_year_has_half_its_time_night_and_the_tropics_share_it_evenly() -> None:
    """Derived: a little less than half, by refraction."""
    start = 20_454 * DAY_S
    nights = float(night_s([start], [start + 365 * DAY_S], 23.2, 154.9)[0]) / (365 * DAY_S)
    assert nights == pytest.approx(0.4945, abs=0.002)


def test_nights_of_pieces_add_up_to_the_night_of_the_whole() -> None:
    edges = np.sort(np.random.default_rng(3).uniform(0.0, 30.0 * DAY_S, 60)) + 20_500 * DAY_S
    pieces = night_s(edges[:-1], edges[1:], 23.2, 154.9)
    assert (pieces >= 0.0).all()
    assert (pieces <= np.diff(edges) + 1e-6).all()
    assert float(pieces.sum()) == pytest.approx(float(night_s(edges[:1], edges[-1:], 23.2, 154.9)[0]))


def test_the_sun_rises_and_sets_at_the_times_of_the_almanac() -> None:
    """Published: almanacs, Greenwich on 20 March 2026: rises at about 06:05, sets at about 18:13 UTC."""
    day = 20_532 * DAY_S
    minutes = np.arange(24 * 60) * 60 + day
    dark = night_s(minutes, minutes + 60, 51.48, 0.0) > 30.0
    rise, fall = np.flatnonzero(np.diff(dark.astype(int)))
    assert int(rise) == pytest.approx(6 * 60 + 5, abs=4)
    assert int(fall) == pytest.approx(18 * 60 + 13, abs=4)
