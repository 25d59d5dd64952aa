"""A thinned line keeps its extremes and its gaps (truth: derived; plain numpy and counting by hand)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ops_data.readings_lines import GAP_STEPS, LEAST_POINTS, POINTS_PER_WINDOW, flagged, kept, line

NAN = math.nan
NO_BREAKS = np.arange(0)


@st.composite
def lines(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return times in order, some of them equal or far apart, and values, few of them alike or all."""
    rows = draw(st.integers(1, 3_000))
    luck = np.random.default_rng(draw(st.integers(0, 2**32)))
    steps = luck.choice(draw(st.sampled_from([(0,), (0, 1), (10,), (9, 10, 11), (1, 10, 100_000)])), rows)
    times = draw(st.integers(-(10**9), 4 * 10**9)) + np.cumsum(steps)
    scale = draw(st.sampled_from([0.0, 1e-9, 1.0, 1e12]))
    values = luck.standard_normal(rows) * scale + draw(st.sampled_from([0.0, -5.0, 1e6]))
    values[luck.integers(0, rows, 3)] *= draw(st.sampled_from([1.0, -1.0, 1e3]))
    return times, values


@given(lines(), st.integers(1, 400))
def test_a_thinned_line_keeps_its_ends_and_the_extremes_of_the_range_and_of_every_window(
    asked: tuple[NDArray[np.int64], NDArray[np.float64]], points: int
) -> None:
    times, values = asked
    places = kept(times, values, points, NO_BREAKS)
    most = max(points, LEAST_POINTS)
    assert np.array_equal(places, np.unique(places))
    assert len(places) <= most
    if len(times) <= most:
        assert np.array_equal(places, np.arange(len(times)))
        return
    assert places[0] == 0
    assert places[-1] == len(times) - 1
    assert values[places].min() == values.min()
    assert values[places].max() == values.max()
    windows = most // POINTS_PER_WINDOW
    if times[0] == times[-1]:
        return
    inner = (times - times[0]) / (times[-1] - times[0]) * windows
    for window in range(windows):  # a rounded bound may put a reading into the next window: leave the rims out
        inside = (inner > window + 1e-9) & (inner < window + 1 - 1e-9)
        if inside.any():
            held = places[(inner[places] >= window - 1e-9) & (inner[places] <= window + 1 + 1e-9)]
            assert values[held].min() <= values[inside].min()
            assert values[held].max() >= values[inside].max()


def test_two_spikes_of_one_reading_each_side_by_side_survive() -> None:
    times = np.arange(60_480) * 10
    values = np.zeros(len(times))
    values[30_000], values[30_001] = 9.0, -7.0
    drawn = line(times, values, np.ones(len(times), dtype=bool), 2_000)
    assert drawn.thinned
    assert len(drawn.value) <= 2_000
    assert (drawn.value.max(), drawn.value.min()) == (9.0, -7.0)
    assert drawn.time_utc[drawn.value.argmax()] == 300_000


def test_a_short_line_is_left_as_it_is() -> None:
    drawn = line(np.arange(100), np.arange(100.0), np.ones(100, dtype=bool), 100)
    assert not drawn.thinned
    assert drawn.value.tolist() == list(range(100))


def test_a_pause_breaks_the_line_when_it_is_longer_than_five_usual_steps() -> None:
    assert GAP_STEPS == 5
    times = np.array([0, 10, 20, 30, 80, 90, 141, 151])
    drawn = line(times, np.ones(8), np.ones(8, dtype=bool), 100)
    assert drawn.time_utc.tolist() == [0, 10, 20, 30, 80, 90, 115, 141, 151]
    assert np.flatnonzero(np.isnan(drawn.value)).tolist() == [6]


@pytest.mark.parametrize("missing", [NAN, math.inf, -math.inf])
def test_a_missing_value_breaks_the_line(missing: float) -> None:
    drawn = line(np.arange(5) * 10, np.array([1.0, 2.0, missing, 4.0, 5.0]), np.ones(5, dtype=bool), 100)
    assert drawn.value.tolist()[:2] + drawn.value.tolist()[3:] == [1.0, 2.0, 4.0, 5.0]
    assert math.isnan(drawn.value[2])
    assert not drawn.thinned


def test_one_flagged_reading_is_passed_over_but_a_row_of_them_is_a_gap() -> None:
    good = np.ones(20, dtype=bool)
    good[3] = False
    good[10:16] = False
    drawn = line(np.arange(20) * 10, np.arange(20.0), good, 100)
    expected = [0, 1, 2, 4, 5, 6, 7, 8, 9, NAN, 16, 17, 18, 19]
    assert np.array_equal(drawn.value, np.array(expected), equal_nan=True)


def test_a_gap_in_a_thinned_line_begins_and_ends_where_readings_do() -> None:
    times = np.arange(50_000) * 10
    outage = (times > 123_450) & (times < 123_990)
    times = times[~outage]
    drawn = line(times, np.sin(times / 1e4), np.ones(len(times), dtype=bool), 1_000)
    (place,) = np.flatnonzero(np.isnan(drawn.value))
    assert drawn.time_utc[[place - 1, place + 1]].tolist() == [123_450, 123_990]


def test_a_thinned_line_full_of_gaps_stays_a_line_and_shows_the_longest_ones() -> None:
    times = np.cumsum(np.tile([1, 1, 1, 1, 60], 4_000))
    times[10_000:] += 7_200
    drawn = line(times, np.sin(times / 1e4), np.ones(len(times), dtype=bool), 1_600)
    breaks = np.flatnonzero(np.isnan(drawn.value))
    assert 1 <= len(breaks) < 800
    (hours,) = [place for place in breaks if drawn.time_utc[place + 1] - drawn.time_utc[place - 1] > 7_000]
    assert drawn.time_utc[hours - 1] == times[9_999]
    assert len(drawn.value) - len(breaks) <= 1_600


def test_nothing_and_one_reading_are_lines_too() -> None:
    empty = line(np.empty(0, np.int64), np.empty(0), np.empty(0, bool), 100)
    assert (len(empty.time_utc), empty.thinned) == (0, False)
    one = line(np.array([7]), np.array([3.0]), np.array([True]), 100)
    assert (one.time_utc.tolist(), one.value.tolist()) == ([7], [3.0])
    assert len(flagged(np.empty(0, np.int64), np.empty(0), [], 100)) == 0


def test_marks_of_a_frequent_flag_leave_room_for_a_rare_one_and_keep_its_extremes() -> None:
    rows = 10_000
    values = np.arange(rows, dtype=np.float64)
    values[5] = NAN
    quality = ["stuck"] * rows
    quality[5_000] = "late"
    places = flagged(np.arange(rows), values, quality, 200)
    assert np.array_equal(places, np.sort(places))
    assert {0, 5_000, rows - 1} <= set(places.tolist())
    assert 5 not in places
    assert len(places) <= 101
