"""Currents near the bed: laws of their parts and their integrals (derived), and facts case V11 (derived, exact)."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.currents import (
    M2_PERIOD_S,
    Synthetic,
    displacement,
    inertial_period_s,
    resampled,
    rose,
    still,
    synthetic,
    travelled,
)
from twin.models.plume import Current

DAY = 86_400
START = 1_800_000_000
NOTHING = Synthetic(0.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.0, 10.0, 24.3)
TIDE = replace(NOTHING, m2_m_s=0.03)
ALL = Synthetic(0.01, 180.0, 60.0, 15.0, 0.025, -0.4, 0.02, 8.0, 24.3)


def test_a_tide_of_3_cm_s_spans_427_m_and_brings_water_back_after_12_42_h() -> None:
    """Derived: facts case V11, 2 U/omega, to 1 m."""
    current = synthetic(TIDE, START, START + 2 * DAY, 1, 0)
    x, y = travelled(current, START + np.linspace(0.0, M2_PERIOD_S, 2001))
    places = x + 1j * y
    assert abs(places[-1]) < 1.0
    span_m = np.abs(places[:, np.newaxis] - places[np.newaxis, ::20]).max()
    assert span_m == pytest.approx(2.0 * 0.03 * M2_PERIOD_S / (2.0 * math.pi), abs=1.0)
    assert span_m == pytest.approx(427.0, abs=1.0)


def test_a_tide_turns_on_its_ellipse_in_the_sense_of_its_minor_share() -> None:
    """Derived: u v' - v u' has the sign of the sense; speeds lie between the two axes and reach both."""
    for share in (-0.4, 0.0, 0.4):
        current = synthetic(replace(TIDE, m2_minor_share=share), START, START + 5 * DAY, 1, 0)
        flow = current.u_m_s + 1j * current.v_m_s
        turned = (np.conj(flow[:-1]) * flow[1:]).imag.sum()
        assert turned == pytest.approx(0.0, abs=1e-9) if share == 0.0 else turned * share > 0.0
        assert np.abs(flow).max() == pytest.approx(0.03, rel=1e-3)
        assert np.abs(flow).min() == pytest.approx(0.03 * abs(share), abs=2e-3)


def test_inertial_motion_has_its_speed_its_period_and_its_sense_on_both_sides_of_the_equator() -> None:
    """Derived: 29.08 h at 24.3 N; clockwise in the north; the memory is longer than the series."""
    for latitude, sense in ((24.3, -1.0), (-24.3, 1.0)):
        parts = replace(NOTHING, inertial_m_s=0.02, inertial_d=1e4, latitude_deg=latitude)
        current = synthetic(parts, START, START + 3 * DAY, 3, 0)
        angle = np.unwrap(np.angle(current.u_m_s + 1j * current.v_m_s))
        turned = (angle[-1] - angle[0]) / (current.time_s[-1] - current.time_s[0])
        assert turned == pytest.approx(sense * 2.0 * math.pi / inertial_period_s(latitude), rel=0.02)
    speeds = [synthetic(replace(parts, inertial_d=2.0), START, START + 60 * DAY, 1, k).u_m_s for k in range(40)]
    assert np.sqrt(2.0 * np.mean(np.square(speeds))) == pytest.approx(0.02, rel=0.05)
    with pytest.raises(ModelError, match=r"latitude \[deg\] is 1; it must be 2 to 90, north or south"):
        inertial_period_s(1.0)


def test_the_slow_flow_keeps_its_speed_and_turns_about_its_average_as_told() -> None:
    """Derived: the angle is normal with the given deviation and forgets itself exponentially."""
    parts = replace(NOTHING, mean_m_s=0.01, towards_deg=90.0, turning_deg=20.0, turning_d=2.0)
    flows = [synthetic(parts, START, START + 100 * DAY, 1, k, 3600) for k in range(40)]
    angle = np.array([np.arctan2(flow.v_m_s, flow.u_m_s) for flow in flows])
    assert np.hypot(flows[0].u_m_s, flows[0].v_m_s) == pytest.approx(0.01, abs=2e-7)
    assert np.degrees(angle.std()) == pytest.approx(20.0, rel=0.05)
    assert angle.mean() == pytest.approx(0.0, abs=0.03)
    lag = 48
    assert np.corrcoef(angle[:, :-lag].ravel(), angle[:, lag:].ravel())[0, 1] == pytest.approx(math.exp(-1.0), abs=0.06)


def test_a_direction_is_where_the_flow_goes_clockwise_from_north() -> None:
    """Derived: the four quarters, by hand."""
    for towards, (u, v) in {0.0: (0.0, 0.01), 90.0: (0.01, 0.0), 180.0: (0.0, -0.01), 270.0: (-0.01, 0.0)}.items():
        found = synthetic(replace(NOTHING, mean_m_s=0.01, towards_deg=towards), START, START + DAY, 1, 0)
        assert (found.u_m_s[0], found.v_m_s[0]) == (u, v)


def test_the_same_names_give_the_same_current_and_a_longer_one_begins_with_the_shorter() -> None:
    short, long = (synthetic(ALL, START, START + days * DAY, 1, 4) for days in (3, 9))
    assert np.array_equal(long.u_m_s[: len(short.u_m_s)], short.u_m_s)
    assert not np.array_equal(synthetic(ALL, START, START + 3 * DAY, 1, 5).u_m_s, short.u_m_s)
    assert short.time_s[0] == START and short.time_s[-1] == START + 3 * DAY
    assert synthetic(ALL, START, START + 1000, 1, 4).time_s.tolist() == [START, START + 600, START + 1200]


def test_leaving_one_part_out_changes_no_other() -> None:
    """Derived: flows add."""
    parts = (replace(ALL, m2_m_s=0.0, inertial_m_s=0.0), replace(ALL, mean_m_s=0.0, inertial_m_s=0.0),
             replace(ALL, mean_m_s=0.0, m2_m_s=0.0))  # fmt: skip
    whole = synthetic(ALL, START, START + 5 * DAY, 1, 0)
    added = sum(synthetic(part, START, START + 5 * DAY, 1, 0).u_m_s for part in parts)
    assert added == pytest.approx(whole.u_m_s, abs=3e-7)


def test_still_water_carries_nothing() -> None:
    x, y = displacement(still(START, START + DAY), START, START + DAY)
    assert (float(x), float(y)) == (0.0, 0.0)


def test_ways_are_the_exact_integral_of_straight_lines_and_add_up() -> None:
    """Derived: against a fine trapezoid sum over uneven points, and by parts."""
    rng = np.random.default_rng(2)
    times = START + np.cumsum(rng.integers(60, 4000, 40))
    current = Current(times, rng.normal(0.0, 0.05, 40), rng.normal(0.0, 0.05, 40))
    fine = np.unique(np.concatenate([times, np.linspace(times[0], times[-1], 9001)]))
    u = np.interp(fine, times, current.u_m_s)
    summed = np.concatenate([[0.0], np.cumsum(0.5 * (u[1:] + u[:-1]) * np.diff(fine))])
    assert travelled(current, fine)[0] == pytest.approx(summed, abs=1e-6)
    a, b, c = times[0] + 10.5, times[7] + 0.25, times[-1]
    assert displacement(current, a, c)[1] == pytest.approx(
        displacement(current, a, b)[1] + displacement(current, b, c)[1], abs=1e-9
    )
    with pytest.raises(ModelError, match=rf"current: time \[s\] is .* it must be {times[0]} to {times[-1]}"):
        travelled(current, times[-1] + 1.0)


def test_blocks_of_a_record_keep_its_tide_running() -> None:
    """Derived: a record that is only a tide comes back as that tide, whatever the blocks."""
    record = synthetic(TIDE, 0, 60 * DAY, 1, 0)
    found = resampled(record, START, START + 40 * DAY, 5.0 * DAY, 1, 0)
    angle = 2.0 * math.pi * (found.time_s - START) / M2_PERIOD_S
    basis = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    fit = basis @ np.linalg.lstsq(basis, found.u_m_s, rcond=None)[0]
    assert np.abs(found.u_m_s - fit).max() < 1e-4
    assert found.u_m_s.max() == pytest.approx(record.u_m_s.max(), rel=0.01)


def test_blocks_stay_inside_the_record_and_differ_between_replicates() -> None:
    """Derived: a record that counts its own time shows where each block was taken."""
    seconds = np.arange(0, 40 * DAY, 1800)
    record = Current(seconds, seconds / DAY, np.zeros(len(seconds)))
    first, second = (resampled(record, START, START + 30 * DAY, 7.0 * DAY, 1, k).u_m_s for k in (0, 1))
    assert first.min() >= 0.0 and first.max() <= 40.0
    assert not np.array_equal(first, second)
    jumps = np.flatnonzero(np.abs(np.diff(first) - 1800 / DAY) > 1e-6) + 1
    assert set((jumps % (7 * 48)).tolist()) == {0} and len(jumps) >= 3
    again = resampled(record, START, START + 30 * DAY, 7.0 * DAY, 1, 0)
    assert np.array_equal(again.u_m_s, first)


def test_a_record_too_short_for_its_blocks_is_refused() -> None:
    record = still(0, 5 * DAY)
    with pytest.raises(ModelError, match=r"a record of 5\.00 d found for blocks of 5\.00 d; .*shorten the blocks"):
        resampled(record, START, START + DAY, 5.0 * DAY, 1, 0)
    with pytest.raises(ModelError, match=r"length \[s\] is 0; it must be above 0"):
        resampled(record, START, START + DAY, 0.0, 1, 0)


def test_a_rose_keeps_the_time_and_the_way_of_the_current() -> None:
    """Derived: shares sum to 1; the way of all classes, each in its direction, is that of the points to the width."""
    current = synthetic(ALL, START, START + 60 * DAY, 1, 0)
    found = rose(current, 72)
    assert found.share.sum() == pytest.approx(1.0)
    speed = np.hypot(current.u_m_s, current.v_m_s)
    weight = np.r_[0.5, np.ones(len(speed) - 2), 0.5]
    assert (found.speed_m_s * found.share).sum() == pytest.approx(np.average(speed, weights=weight))
    east = (found.share * found.speed_m_s * np.cos(found.towards_rad)).sum()
    assert east == pytest.approx(np.average(current.u_m_s, weights=weight), abs=2e-4)
    assert rose(still(0, 600)).speed_m_s.tolist() == [0.0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mean_m_s": -0.01}, r"mean speed \[m/s\] is -0\.01; it must be 0 or above"),
        ({"inertial_d": 0.0}, r"memory of the inertial motion \[d\] is 0; it must be above 0"),
        ({"m2_minor_share": 1.5}, r"minor share \[1\] is 1\.5; it must be -1 to 1"),
        ({"towards_deg": math.nan}, r"direction \[deg\] is nan; it must be a number"),
    ],
)
def test_parts_out_of_range_are_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        synthetic(replace(ALL, **change), START, START + DAY, 1, 0)


def test_a_current_needs_time() -> None:
    with pytest.raises(ModelError, match=r"time covered \[s\] is 0; it must be above 0"):
        synthetic(ALL, START, START, 1, 0)
