"""Regimes of days (truth: days made by hand, and the exact filter's own laws)."""

from functools import cache

import numpy as np
import pytest

from twin.forecast import day_start_s, jst_day_of
from twin.regimes import READINGS, REGIMES, log_emission, regimes, regimes_of
from twin.rehearsal.truth import Truth, known
from twin.scenario import load_scenario

# lifted over the best day's, share of hours lost to weather and to failures
UP, HALF, STORM, BROKEN = (0.95, 0.0, 0.0), (0.45, 0.1, 0.2), (0.0, 0.9, 0.0), (0.0, 0.0, 0.95)


@cache
def truth() -> Truth:
    return Truth.drawn(load_scenario("pilot-2027"), 3)


def test_days_made_by_hand_are_what_they_were_made_as() -> None:
    days = [UP] * 6 + [HALF] * 4 + [STORM] * 3 + [UP] * 3 + [BROKEN] * 3 + [UP] * 4
    words = ["up"] * 6 + ["degraded"] * 4 + ["weather"] * 3 + ["up"] * 3 + ["down"] * 3 + ["up"] * 4
    found = regimes_of(np.array(days), 20_000)
    assert found.likeliest == words
    assert found.days[0] == "2024-10-04"


def test_chances_are_chances_and_the_last_day_is_the_same_then_and_now() -> None:
    random = np.random.default_rng(5)
    found = regimes_of(random.random((30, len(READINGS))), 20_000)
    for chances in (found.then, found.now, found.transition):
        np.testing.assert_allclose(chances.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(found.then[-1], found.now[-1])


def test_a_doubtful_day_takes_the_side_of_its_neighbours() -> None:
    """Derived: the readings say both alike, so what is around decides."""
    doubtful = (0.6, 0.05, 0.08)
    among_up = regimes_of(np.array([UP] * 5 + [doubtful] + [UP] * 5), 0).now[5]
    among_half = regimes_of(np.array([HALF] * 5 + [doubtful] + [HALF] * 5), 0).now[5]
    assert among_up[REGIMES.index("up")] > among_half[REGIMES.index("up")] + 0.2


def test_a_day_without_readings_says_nothing() -> None:
    assert log_emission(np.full((1, len(READINGS)), np.nan)).tolist() == [[0.0] * len(REGIMES)]


def test_days_of_a_simulated_campaign_follow_its_lost_hours() -> None:
    whole = truth().whole
    found = regimes(whole)
    assert found is not None
    weather, failure = (READINGS.index(name) for name in ("weather", "failure"))
    for word, day in zip(found.likeliest, found.readings, strict=True):
        if day[weather] > 0.85:
            assert word == "weather"
        if day[failure] > 0.9:
            assert word == "down"
        if day[0] > 0.95:
            assert word == "up"


def test_a_log_without_a_lift_has_no_regimes() -> None:
    begin_s = truth().scenario.start_s
    assert regimes(known(truth(), begin_s + 2 * 86_400)) is None


def test_the_day_under_way_is_left_out() -> None:
    noon_s = day_start_s(jst_day_of(truth().scenario.start_s) + 50) + 43_200
    found = regimes(known(truth(), noon_s))
    assert found is not None
    assert found.first_day + len(found.now) == jst_day_of(noon_s)


@pytest.mark.parametrize(("reading", "word"), [(UP, "up"), (HALF, "degraded"), (STORM, "weather"), (BROKEN, "down")])
def test_each_regime_is_the_likeliest_of_its_own_day(reading: tuple[float, ...], word: str) -> None:
    assert REGIMES[int(log_emission(np.array([reading])).argmax())] == word
