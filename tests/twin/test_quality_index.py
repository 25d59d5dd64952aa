"""The quality index (truth: its formulas by hand, and a simulated campaign whose data are whole)."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ops_data.errors import UnknownNameError
from ops_data.units import SECONDS_PER_DAY
from twin.campaign_log import CampaignLog, Series
from twin.operations import codes as c
from twin.quality_index import (
    NEEDS,
    Part,
    calibration_age,
    completeness,
    covered,
    data_age,
    extrapolation,
    forecast_skill,
    joined,
    quality_of,
)
from twin.rehearsal.truth import Truth, known
from twin.scenario import load_scenario

DAY_S = SECONDS_PER_DAY
SCORES = [
    {"values": "calibrated", "series": "lifted_dry_t", "lead_d": 7, "forecasts": 12, "crps": 20.0, "persistence": 80.0},
    {"values": "planned", "series": "lifted_dry_t", "lead_d": 7, "forecasts": 12, "crps": 99.0, "persistence": 80.0},
]


@cache
def truth() -> Truth:
    return Truth.drawn(load_scenario("pilot-2027"), 3)


def log_at(days: float) -> CampaignLog:
    return known(truth(), truth().scenario.start_s + round(days * DAY_S))


def scores(indicator: str, log: CampaignLog, asked_s: int, calibrated_s: int | None) -> dict[str, float]:
    return {part.name: part.score for part in quality_of(indicator, log, asked_s, calibrated_s, SCORES).parts}


def test_data_are_as_good_as_new_up_to_their_interval_and_worthless_after_three_gaps() -> None:
    """By hand: interval 600 s, gap 1800 s, so the line falls from 600 to 5400 s."""
    for age_s, score in ((0.0, 1.0), (600.0, 1.0), (3_000.0, 0.5), (5_400.0, 0.0), (9e9, 0.0)):
        assert data_age({"hs": (age_s, 600.0, 1_800.0)}).score == score
    assert (
        data_age({"new": (0.0, 600.0, 1_800.0), "old": (3_000.0, 600.0, 1_800.0)}).said
        == "the last of old is 0.8 h old"
    )


def test_a_calibration_is_fresh_for_a_week_and_worthless_after_four() -> None:
    assert [calibration_age(days * DAY_S).score for days in (0.0, 7.0, 17.5, 28.0, 99.0)] == [1.0, 1.0, 0.5, 0.0, 0.0]
    assert calibration_age(None).score == 0.0


def test_skill_is_a_half_for_a_forecast_as_good_as_persistence() -> None:
    told = [forecast_skill(crps, 10.0, 3).score for crps in (0.0, 5.0, 10.0, 20.0, 50.0)]
    assert told == [1.0, 0.75, 0.5, 0.0, 0.0]
    assert forecast_skill(1.0, 10.0, 0).score == 0.0


def test_a_state_a_whole_range_outside_of_what_was_calibrated_is_a_guess() -> None:
    told = [extrapolation({"sea [m]": (value, 1.0, 3.0)}).score for value in (1.0, 2.9, 4.0, 5.0, 0.0, -9.0)]
    assert told == [1.0, 1.0, 0.5, 0.0, 0.5, 0.0]
    assert extrapolation({}).score == 0.0


def test_the_lowest_source_counts_for_completeness() -> None:
    assert completeness({"a": 0.9, "b": 0.4}).score == 0.4
    assert completeness({}).score == 0.0


def test_a_reading_covers_the_time_until_a_gap() -> None:
    series = Series(np.array([100, 110, 170]), np.zeros(3))
    assert covered(series, 20, 100, 200) == pytest.approx((10 + 20 + 20) / 100)


def test_the_index_is_its_weakest_part() -> None:
    found = joined("x", [Part("data_age", 0.9, "a"), Part("completeness", 0.3, "b")])
    assert (found.index, found.weakest.name) == (0.3, "completeness")


def test_whole_fresh_data_with_a_fresh_calibration_have_every_part_high() -> None:
    log = log_at(55.0)
    found = scores("lifted_dry_t", log, log.until_s, log.until_s - 2 * DAY_S)
    assert found["data_age"] > 0.8
    assert found["completeness"] > 0.95
    assert found["calibration_age"] == 1.0
    assert found["forecast_skill"] == 0.5 * (1 + 0.75)
    assert found["extrapolation"] > 0.5


def test_old_data_lower_the_age_and_leave_the_rest_to_say_what_it_says() -> None:
    log = log_at(55.0)
    fresh = scores("weather_h", log, log.until_s, log.until_s)
    old = scores("weather_h", log, log.until_s + 3 * DAY_S, log.until_s)
    assert old["data_age"] == 0.0 < fresh["data_age"]
    assert old["calibration_age"] == fresh["calibration_age"] == 1.0


def test_a_silent_sensor_and_a_hole_in_the_log_lower_completeness() -> None:
    log = log_at(55.0)
    hs = log.measured["site.sea.hs"]
    half = hs.time_s < log.until_s - 3.5 * DAY_S
    silent = replace(log, measured={**log.measured, "site.sea.hs": Series(hs.time_s[half], hs.value[half])})
    assert scores("weather_h", silent, log.until_s, None)["completeness"] == pytest.approx(0.5, abs=0.02)
    rows = log.rows["chikyu"]
    kept = rows[(rows[:, c.R_END] < log.until_s - 3.5 * DAY_S) | (rows[:, c.R_START] > log.until_s - DAY_S)]
    torn = replace(log, rows={**log.rows, "chikyu": kept})
    assert scores("mining_h", torn, log.until_s, None)["completeness"] < 0.65  # 2.5 of 7 days are missing


def test_without_a_calibration_the_index_is_0_and_says_why() -> None:
    log = log_at(55.0)
    found = quality_of("mining_h", log, log.until_s, None, [])
    assert found.index == 0.0
    assert "nothing was calibrated" in found.weakest.said


def test_a_tag_that_nobody_measures_is_left_out() -> None:
    log = replace(log_at(55.0), measured={})
    assert scores("weather_h", log, log.until_s, log.until_s)["completeness"] > 0.95


@pytest.mark.parametrize("indicator", sorted(NEEDS))
def test_every_indicator_has_an_index_between_0_and_1(indicator: str) -> None:
    log = log_at(60.0)
    found = quality_of(indicator, log, log.until_s + 3_600, log.until_s - 10 * DAY_S, SCORES)
    assert 0.0 <= found.index <= 1.0
    assert all(0.0 <= part.score <= 1.0 and part.said for part in found.parts)


def test_an_unknown_indicator_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'mining_h'"):
        quality_of("mining", log_at(50.0), 0, None, [])
