"""Underwater sound against published numbers.

Truth: *published* where a source prints the number (NMFS 2024 and 2018, the reference run of RAM, Ainslie and McColm
1998); *derived* where the facts computed it from a stated formula.
"""

from pathlib import Path

import numpy as np
import pyram
import pytest

from ops_data.reference.noise_group_rows import noise_groups
from twin.models.parabolic_check import Steps, Waveguide, flat_site, mean_loss_db, parabolic_loss_db
from twin.models.seawater import column
from twin.models.sound_absorption import absorption_db_km
from twin.models.sound_range import BANDS_HZ, Heard, range_to_level_m
from twin.models.underwater_sound import (
    exposure_db,
    image_phase,
    spreading_loss_db,
    surface_image_db,
    weighting_db,
)

TTS_2024 = {"LF": 177, "HF": 181, "VHF": 161, "PW": 175, "OW": 179}
INJURY_2024 = {"LF": 197, "HF": 201, "VHF": 181, "PW": 195, "OW": 199}
TTS_2018 = {"LF": 179, "MF": 178, "HF": 153, "PW": 181, "OW": 199}
INJURY_2018 = {"LF": 199, "MF": 198, "HF": 173, "PW": 201, "OW": 219}


def test_v14_thresholds_are_those_of_both_editions() -> None:
    """Published: NMFS-OPR-71 (2024) and NMFS-OPR-59 (2018), non-impulsive sound."""
    for edition, tts, injury in (("2024", TTS_2024, INJURY_2024), ("2018", TTS_2018, INJURY_2018)):
        groups = noise_groups(edition)
        assert {code: row.tts_db for code, row in groups.items()} == tts
        assert {code: row.injury_db for code, row in groups.items()} == injury


def test_v14_injury_is_20_db_above_temporary_loss_and_that_is_gain_plus_constant() -> None:
    """Published: how both editions build their thresholds."""
    for row in (*noise_groups("2024").values(), *noise_groups("2018").values()):
        assert row.injury_db == row.tts_db + 20.0, row.key
        assert round(row.k_db + row.gain_db) == row.tts_db, row.key


def test_the_gain_of_every_group_makes_its_highest_weight_zero() -> None:
    """Published: the definition of C; it is printed to 0.01 dB, so a wrong corner or exponent would show."""
    frequency_hz = np.geomspace(10.0, 4e5, 20_001)
    for row in (*noise_groups("2024").values(), *noise_groups("2018").values()):
        weight = weighting_db(frequency_hz, a=row.a, b=row.b, f1_khz=row.f1_khz, f2_khz=row.f2_khz, gain_db=row.gain_db)
        assert float(weight.max()) == pytest.approx(0.0, abs=0.006), row.key


def test_a_day_adds_49_4_db_so_127_6_db_held_for_a_day_begins_to_deafen_baleen_whales() -> None:
    """Derived: facts 2.2."""
    assert float(exposure_db(0.0, 86_400.0)) == pytest.approx(49.4, abs=0.05)
    assert float(exposure_db(127.6, 86_400.0)) == pytest.approx(noise_groups()["LF"].tts_db, abs=0.05)


def range_km(source_db: float, per_decade_db: float) -> float:
    """Return the range to 120 dB of one band that nothing absorbs."""
    one = Heard(np.array([[source_db]]), np.array([per_decade_db]), np.zeros(1), np.array([[np.inf]]))
    return float(range_to_level_m(one, 120.0)[0]) / 1e3


@pytest.mark.parametrize(
    ("source_db", "spherical_km", "between_km"),
    [(175, 0.56, 4.6), (180, 1.0, 10), (184, 1.6, 18), (190, 3.2, 46), (196, 6.3, 117)],
)
def test_ranges_to_120_db_are_those_of_the_facts(source_db: float, spherical_km: float, between_km: float) -> None:
    """Derived: facts 2.2, two digits printed."""
    assert range_km(source_db, 20.0) == pytest.approx(spherical_km, rel=0.02)
    assert range_km(source_db, 15.0) == pytest.approx(between_km, rel=0.03)


def test_120_db_at_4_to_6_km_is_a_source_of_192_to_196_or_174_to_177_db() -> None:
    """Published: Williams et al. 2022 (4-6 km, via press); derived: the source levels of facts 2.2."""
    ends = np.array([4e3, 6e3])
    assert (120.0 + spreading_loss_db(ends, 20.0)).round().tolist() == [192, 196]
    assert (120.0 + spreading_loss_db(ends, 15.0)).round().tolist() == [174, 177]


def ainslie_mccolm_db_km(f_khz: np.ndarray, T: float, S: float, z_km: float, pH: float) -> np.ndarray:  # noqa: N803
    """Return absorption after the simplified formula of Ainslie and McColm (1998)."""
    boric = 0.78 * np.sqrt(S / 35.0) * np.exp(T / 26.0)
    sulfate = 42.0 * np.exp(T / 17.0)
    return np.asarray(
        0.106 * boric * f_khz**2 / (f_khz**2 + boric**2) * np.exp((pH - 8.0) / 0.56)
        + 0.52 * (1.0 + T / 43.0) * (S / 35.0) * sulfate * f_khz**2 / (f_khz**2 + sulfate**2) * np.exp(-z_km / 6.0)
        + 0.00049 * f_khz**2 * np.exp(-(T / 27.0 + z_km / 17.0))
    )


@pytest.mark.parametrize(
    ("temperature_c", "depth_m", "ph"), [(27.0, 50.0, 8.1), (10.0, 500.0, 7.9), (1.5, 5_600.0, 7.8)]
)
def test_absorption_agrees_with_the_simplified_formula_to_its_stated_10_per_cent(
    temperature_c: float, depth_m: float, ph: float
) -> None:
    """Published: Ainslie and McColm 1998, J. Acoust. Soc. Am. 103, 1671: within 10 % of Francois and Garrison."""
    frequency_hz = np.geomspace(100.0, 1e6, 81)
    found = absorption_db_km(frequency_hz, temperature_c, 35.0, depth_m, ph)
    simple = ainslie_mccolm_db_km(frequency_hz / 1e3, temperature_c, 35.0, depth_m / 1e3, ph)
    assert np.abs(simple / found - 1.0).max() < 0.12
    assert np.median(np.abs(simple / found - 1.0)) < 0.06


def test_v12_the_parabolic_equation_reproduces_the_reference_run_of_ram() -> None:
    """Published: the case shipped with RAM, 50 Hz in a wedge of 200 to 400 m; mean difference below 0.01 dB."""
    speeds = np.array([[1480.0, 1530.0], [1520.0, 1530.0], [1530.0, 1530.0]])
    bed = np.array([[0.0, 200.0], [40_000.0, 400.0]])
    wedge = Waveguide(np.array([0.0, 100.0, 400.0]), speeds, np.array([0.0, 25_000.0]), bed, 1_700.0, 1.5, 0.5)
    range_m, loss_db = parabolic_loss_db(50.0, 50.0, 50.0, wedge, Steps(1_600.0, 500.0, 2.0, 50_000.0))
    shipped = Path(pyram.__file__).parent / "Tests" / "tl_ref.line"
    reference = np.fromfile(shipped, sep="\t").reshape(-1, 2)
    assert range_m.tolist() == reference[:, 0].tolist()
    assert float(np.abs(loss_db - reference[:, 1]).mean()) < 0.01
    told = loss_db[np.searchsorted(range_m, [1e3, 5e3, 10e3, 25e3, 50e3])]
    assert told.tolist() == pytest.approx([46.064, 57.698, 61.130, 64.732, 76.964], abs=0.005)


def test_near_the_surface_the_image_takes_what_the_parabolic_equation_says_it_takes() -> None:
    """Derived: another method. 50 Hz, 10 m to 50 m depth, 1 and 5 km: 20 lg R alone is 15 to 24 dB too loud."""
    water = column(
        23.2, 5_600.0, surface_temperature_c=27.0, bottom_temperature_c=1.5, surface_salinity_g_kg=35.17,
        bottom_salinity_g_kg=34.87, thermocline_m=500.0,
    )  # fmt: skip
    range_m, loss_db = parabolic_loss_db(50.0, 10.0, 50.0, flat_site(water), Steps(1_500.0, 25.0, 2.5, 6_500.0))
    phase = image_phase(50.0, 10.0, 50.0, 1_530.0)
    for at_m in (1e3, 5e3):
        careful = mean_loss_db(range_m, loss_db, 0.8 * at_m, 1.2 * at_m)
        simple = float(spreading_loss_db(at_m))
        assert careful - simple > 10.0
        assert careful == pytest.approx(simple - float(surface_image_db(at_m, phase)), abs=4.0)


def test_bands_reach_from_machinery_to_the_beacons_of_positioning() -> None:
    """Derived: decidecades from 10 Hz; 26 kHz is the band of 25.1 kHz."""
    assert BANDS_HZ[[0, 10, 20, 30]].round(6).tolist() == [10.0, 100.0, 1_000.0, 10_000.0]
    assert BANDS_HZ[-2] == pytest.approx(25_119.0, abs=1.0)
