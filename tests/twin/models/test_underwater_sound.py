"""Levels, weights and ranges of underwater sound (truth: derived; limits with an answer by hand)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.parabolic_check import Steps, Waveguide, flat_site, mean_loss_db, parabolic_loss_db
from twin.models.seawater import column
from twin.models.sound_absorption import absorption_db_km
from twin.models.sound_range import (
    BANDS_HZ,
    Heard,
    machinery_bands_db,
    range_to_level_m,
    received_db,
    tone_bands_db,
)
from twin.models.underwater_sound import (
    DAY_DB,
    energy_sum_db,
    exposure_db,
    image_phase,
    spreading_loss_db,
    surface_image_db,
    weighting_db,
)

LF = {"a": 0.99, "b": 5.0, "f1_khz": 0.168, "f2_khz": 26.6, "gain_db": 0.12}
NO_IMAGE = np.full(len(BANDS_HZ), np.inf)


def ship(per_decade_db: float = 20.0, absorption: float = 0.0, image: np.ndarray = NO_IMAGE) -> Heard:
    """Return a ship of 190 dB, heard unweighted."""
    bands = machinery_bands_db(190.0, 100.0)[np.newaxis]
    return Heard(bands, np.array([per_decade_db]), np.full(len(BANDS_HZ), absorption), image[np.newaxis])


def test_ten_equal_sources_are_ten_decibels_more_and_silence_adds_nothing() -> None:
    assert float(energy_sum_db(np.full(10, 100.0))) == pytest.approx(110.0)
    assert float(energy_sum_db([100.0, -np.inf])) == 100.0
    assert float(energy_sum_db([-np.inf, -np.inf])) == -np.inf


def test_the_sum_of_very_loud_and_very_faint_levels_neither_overflows_nor_vanishes() -> None:
    assert energy_sum_db([[4_000.0, 4_000.0], [-4_000.0, -4_000.0]]).tolist() == pytest.approx([4_003.01, -3_996.99])


def test_exposure_grows_by_ten_decibels_with_ten_times_the_time() -> None:
    assert exposure_db([100.0, 100.0], [1.0, 10.0]).tolist() == [100.0, 110.0]
    assert float(exposure_db(0.0, 86_400.0)) == DAY_DB


def test_far_from_its_corners_a_weight_falls_with_the_stated_slopes() -> None:
    """Derived: 20 a dB per decade below, 20 b above."""
    low = weighting_db([0.01, 0.1], **LF)
    high = weighting_db([1e8, 1e9], **LF)
    assert float(low[1] - low[0]) == pytest.approx(20.0 * LF["a"], abs=1e-4)
    assert float(high[0] - high[1]) == pytest.approx(20.0 * LF["b"], abs=1e-4)


def test_a_weight_of_an_array_is_that_of_each_of_its_frequencies() -> None:
    frequency_hz = [50.0, 500.0, 5e4]
    assert weighting_db(frequency_hz, **LF).tolist() == [float(weighting_db(one, **LF)) for one in frequency_hz]


def test_the_far_end_of_the_surface_image_is_40_lg_r_and_its_near_end_twice_the_energy() -> None:
    """Derived: Lloyd's mirror."""
    phase = image_phase(50.0, 10.0, 50.0, 1_500.0)
    near, far, further = surface_image_db([0.1, 1e5, 1e6], phase)
    assert float(near) == pytest.approx(10.0 * np.log10(2.0), abs=1e-3)
    assert float(far - further) == pytest.approx(20.0, abs=1e-3)
    exact = 10.0 * np.log10(4.0 * np.sin(phase / 1e5) ** 2)
    assert float(far) == pytest.approx(exact, abs=1e-3)


def test_bands_of_a_machine_and_of_a_tone_keep_their_energy() -> None:
    assert float(energy_sum_db(machinery_bands_db(185.0, 60.0))) == pytest.approx(185.0)
    assert float(energy_sum_db(tone_bands_db(190.0, 26e3, 0.01))) == pytest.approx(170.0)


def test_bands_rise_with_their_width_below_the_corner_and_fall_alike_beyond() -> None:
    """Derived: flat, then minus 20 dB per decade, times a width in proportion to frequency."""
    bands = machinery_bands_db(190.0, 1_000.0)
    assert float(bands[10] - bands[0]) == pytest.approx(10.0, abs=0.1)
    assert float(bands[35] - bands[30]) == pytest.approx(-5.0, abs=0.1)


def test_the_level_at_the_range_found_is_the_threshold() -> None:
    phase = image_phase(BANDS_HZ, 10.0, 50.0, 1_530.0)
    for one in (ship(), ship(15.0), ship(20.0, 0.5), ship(20.0, 0.01, phase)):
        range_m = range_to_level_m(one, 120.0)
        assert received_db(range_m, one).tolist() == pytest.approx([120.0], abs=1e-6)


def test_without_absorption_and_image_the_range_is_a_power_of_ten() -> None:
    """Derived: 190 - 20 lg R = 120."""
    assert range_to_level_m(ship(), 120.0).tolist() == pytest.approx([10.0**3.5])


def test_absorption_and_image_shorten_a_range_and_slower_spreading_lengthens_it() -> None:
    phase = image_phase(BANDS_HZ, 10.0, 50.0, 1_530.0)
    plain = float(range_to_level_m(ship(), 120.0)[0])
    assert float(range_to_level_m(ship(20.0, 5.0), 120.0)[0]) < plain
    assert float(range_to_level_m(ship(20.0, 0.0, phase), 120.0)[0]) < plain
    assert float(range_to_level_m(ship(15.0), 120.0)[0]) > plain


def test_a_source_below_the_threshold_has_no_range() -> None:
    both = Heard(np.array([[119.0], [140.0]]), np.full(2, 20.0), np.zeros(1), np.full((2, 1), np.inf))
    assert range_to_level_m(both, 120.0).tolist() == pytest.approx([0.0, 10.0])


def test_cases_together_are_the_cases_one_by_one() -> None:
    levels = np.array([[150.0], [160.0], [171.0]])
    several = Heard(levels, np.array([20.0, 15.0, 10.0]), np.array([0.2]), np.full((3, 1), np.inf))
    alone = []
    for level, per_decade in zip(levels, several.per_decade_db, strict=True):
        one = Heard(level[np.newaxis], np.array([per_decade]), np.array([0.2]), np.full((1, 1), np.inf))
        alone.append(float(range_to_level_m(one, 120.0)[0]))
    assert range_to_level_m(several, 120.0).tolist() == pytest.approx(alone)


def test_a_level_that_never_falls_to_its_threshold_is_an_error_that_names_it() -> None:
    with pytest.raises(ModelError, match="sound range: case 0, threshold -500 dB: no root in the bracket"):
        range_to_level_m(ship(), -500.0)


def test_absorption_rises_with_frequency_and_falls_with_depth_where_sulfate_absorbs() -> None:
    frequency_hz = np.geomspace(10.0, 1e6, 200)
    assert (np.diff(absorption_db_km(frequency_hz, 20.0, 35.0, 0.0, 8.1)) > 0.0).all()
    shallow, deep = absorption_db_km(26e3, 2.0, 35.0, [0.0, 5_600.0], 7.8)
    assert deep < 0.7 * shallow


def test_fresh_water_absorbs_like_fresh_water() -> None:
    """Derived: without salt only the third term is left, 0.00024 f^2 dB/km at 25 degC."""
    assert float(absorption_db_km(100e3, 25.0, 0.0, 0.0, 7.0)) == pytest.approx(1.9, abs=0.15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spreading_loss_db(0.5), "range .m. is 0.5; it must be at least 1"),
        (lambda: spreading_loss_db(-1.0), "range .m. is -1; it must be above 0"),
        (lambda: exposure_db(120.0, 0.0), "duration .s. is 0; it must be above 0"),
        (lambda: weighting_db(0.0, **LF), "frequency .Hz. is 0; it must be above 0"),
        (lambda: image_phase(50.0, 0.0, 50.0, 1_500.0), "source depth .m. is 0"),
        (lambda: surface_image_db(100.0, 0.0), "phase .m rad. is 0"),
        (lambda: absorption_db_km(100.0, 60.0, 35.0, 0.0, 8.1), "temperature .degC. is 60; it must be -2 to 40"),
        (lambda: absorption_db_km(100.0, 20.0, 35.0, 0.0, 12.0), "pH is 12; it must be 7 to 8.5"),
        (lambda: absorption_db_km(100.0, 20.0, 350.0, 0.0, 8.1), "salinity .g/kg. is 350; it must be at most 42"),
        (lambda: absorption_db_km(100.0, 20.0, 35.0, 2e4, 8.1), "depth .m. is 20000; it must be at most 11,000"),
        (lambda: tone_bands_db(190.0, 26e3, 0.0), "duty share .1. is 0; it must be above 0"),
        (lambda: received_db(0.0, ship()), "range .m. is 0"),
    ],
)
def test_values_out_of_range_are_refused_by_name(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError, match=message):
        call()


def guide() -> Waveguide:
    """Return a shallow tank of one sound speed."""
    return Waveguide(np.array([0.0]), np.array([[1_500.0]]), np.zeros(1), np.array([[0.0, 100.0]]), 1_700.0, 1.5, 0.5)


def test_the_parabolic_check_refuses_a_receiver_in_the_bed() -> None:
    with pytest.raises(ModelError, match=r"receiver depth \[m\] is 150; it must be above the sea bed at 100"):
        parabolic_loss_db(50.0, 10.0, 150.0, guide(), Steps(1_500.0, 50.0, 2.0, 1_000.0))


def test_without_its_library_the_parabolic_check_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyram.PyRAM", None)
    with pytest.raises(ModelError, match=r"pyram is not installed; it is an optional extra; .* \[acoustics\]"):
        parabolic_loss_db(50.0, 10.0, 50.0, guide(), Steps(1_500.0, 50.0, 2.0, 1_000.0))


def test_a_site_is_its_water_over_a_flat_bed() -> None:
    water = column(
        23.2, 5_600.0, surface_temperature_c=27.0, bottom_temperature_c=1.5, surface_salinity_g_kg=35.17,
        bottom_salinity_g_kg=34.87, thermocline_m=500.0,
    )  # fmt: skip
    site = flat_site(water)
    assert site.bed_m.tolist() == [[0.0, 5_600.0]]
    assert site.sound_speed_m_s.shape == (len(water.depth_m), 1)


def test_a_mean_loss_is_that_of_the_mean_energy() -> None:
    """Derived: half the energy is 3 dB."""
    assert mean_loss_db([1.0, 2.0, 9.0], [60.0, np.inf, 0.0], 0.0, 5.0) == pytest.approx(63.01, abs=0.005)
