"""Noise of a campaign (truth: derived, sums and ranges by hand)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.reference.noise_group_rows import noise_groups
from tests.twin.indicators.made_up import doing
from twin.indicators import noise
from twin.indicators.record import Replicate
from twin.models.underwater_sound import DAY_DB, weighting_db

LEVELS = ("noise.ship_db", "noise.support_ship_db", "noise.lift_db", "noise.tool_db", "noise.usbl_db")


def with_levels(change: dict[str, float]) -> Replicate:
    """Return a replicate with other source levels."""
    one = doing(("hang_off", "waiting", "storm", 5.0))
    return replace(one, values={**one.values, **change})


def alone(key: str, level_db: float) -> Replicate:
    """Return a replicate in which only one source is heard."""
    return with_levels({other: level_db if other == key else -300.0 for other in LEVELS})


def test_the_level_of_all_sources_is_the_sum_of_their_energies() -> None:
    found = noise.noise_source_db(with_levels({}))
    parts = [level for name, level in found.items() if name != "total"]
    assert len(parts) == 5
    assert found["total"] == pytest.approx(10.0 * np.log10(sum(10.0 ** (level / 10.0) for level in parts)))
    assert found["drillship"] == pytest.approx(190.0)


def test_beacons_count_with_the_time_they_sound() -> None:
    """Derived: one per cent is 20 dB."""
    assert noise.noise_source_db(with_levels({}))["positioning"] == pytest.approx(190.0 - 20.0)


def test_a_drillship_of_190_db_disturbs_to_3_km_or_46_km_by_the_way_sound_spreads() -> None:
    """Derived: facts 2.2, a little less for absorption."""
    found = noise.noise_range_km(alone("noise.ship_db", 190.0))
    assert found["disturbance 20 lg R"] == pytest.approx(3.16, rel=0.02)
    assert found["disturbance 15 lg R"] == pytest.approx(46.4, rel=0.1)
    assert found["disturbance 20 lg R with surface image"] < found["disturbance 20 lg R"]


def test_hearing_is_lost_for_a_time_further_out_than_for_good() -> None:
    found = noise.noise_range_km(with_levels({}))
    for code in noise_groups():
        assert found[f"{code} TTS"] > found[f"{code} injury"] > 0.0
        assert found[f"{code} TTS"] / found[f"{code} injury"] <= 10.0 + 1e-6  # 20 dB of spherical spreading at most
        assert found[f"{code} TTS 15 lg R"] > found[f"{code} injury 15 lg R"] > 0.0


def test_hearing_is_lost_much_further_out_where_sound_spreads_less() -> None:
    """Derived: by hand at default values; spreading is the largest uncertainty of these ranges [km]."""
    found = noise.noise_range_km(with_levels({}))
    told = {code: (found[f"{code} TTS"], found[f"{code} TTS 15 lg R"]) for code in ("LF", "HF", "VHF")}
    assert told["LF"] == pytest.approx((0.85, 7.8), rel=0.01)
    assert told["HF"] == pytest.approx((0.18, 0.93), rel=0.01)
    assert told["VHF"] == pytest.approx((0.90, 4.2), rel=0.02)


def test_a_lone_beacon_reaches_each_group_as_far_as_its_weighted_day_says() -> None:
    """Derived: one band, spherical spreading; absorption only shortens it."""
    found = noise.noise_range_km(alone("noise.usbl_db", 190.0))
    for code, group in noise_groups().items():
        weight = weighting_db(
            10.0**4.4, a=group.a, b=group.b, f1_khz=group.f1_khz, f2_khz=group.f2_khz, gain_db=group.gain_db
        )
        loss_db = 170.0 + float(weight) + DAY_DB - group.tts_db
        spherical_km, between_km = (10.0 ** (loss_db / per_decade_db) / 1e3 for per_decade_db in (20.0, 15.0))
        assert found[f"{code} TTS"] <= spherical_km
        assert found[f"{code} TTS"] == pytest.approx(spherical_km, rel=0.35)
        assert found[f"{code} TTS"] < found[f"{code} TTS 15 lg R"] <= between_km


def test_a_louder_ship_is_heard_further_by_every_group() -> None:
    quiet, loud = (noise.noise_range_km(with_levels({"noise.ship_db": level})) for level in (180.0, 196.0))
    assert list(quiet) == list(loud)
    assert all(loud[item] > quiet[item] for item in quiet)


def test_a_higher_level_of_disturbance_is_nearer_and_changes_no_other_range() -> None:
    usual, strict = (
        noise.noise_range_km(with_levels({})),
        noise.noise_range_km(with_levels({"noise.behaviour_db": 110.0})),
    )
    assert strict["disturbance 20 lg R"] > usual["disturbance 20 lg R"]
    assert {item for item in usual if strict[item] != usual[item]} == {i for i in usual if i.startswith("disturbance")}


def test_sources_that_are_all_faint_have_no_range() -> None:
    assert set(noise.noise_range_km(with_levels(dict.fromkeys(LEVELS, 50.0))).values()) == {0.0}
