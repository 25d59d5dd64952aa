"""Forecasts of storms and of the sea.

Truth: *derived* = straight tracks by hand, moments of the error law, brute force over every hour; *published* = the
45 years of packaged tracks.
"""

import dataclasses
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from ops_data.observations import load_tracks
from twin.models.cyclones import HourlyTracks, hourly_tracks
from twin.models.sea_forecast import SeaForecastErrors, closing_hour, first_above, issue_scores
from twin.models.sea_state import month_hours
from twin.models.storm_forecast import (
    NEVER,
    AlertRule,
    autoregression,
    count_alarms,
    issue_tables,
    near_hours,
    storm_alerts,
    track_sigma_km,
)
from twin.models.storm_years import PlacedStorms, place_storms

ERRORS_KM = (75.0, 140.0, 210.0, 375.0)
RULE = AlertRule(
    radius_km=500.0,
    wind_kn=34.0,
    swell_tail_h=24,
    horizon_h=120,
    issue_interval_h=6,
    track_error_km=ERRORS_KM,
    correlation=0.7,
    perfect=False,
)
PERFECT = dataclasses.replace(RULE, perfect=True)
EXACT = dataclasses.replace(RULE, track_error_km=(0.0, 0.0, 0.0, 0.0))
JANUARY_2027 = 57 * 12


def seen(storm_id: tuple[str, ...], first_row: list[int], hours: list[int], lat: list[float]) -> HourlyTracks:
    return hourly_tracks(
        storm_id,
        np.array(first_row),
        np.array(hours) * 3_600,
        np.array(lat),
        np.full(len(hours), 150.0),
        np.full(len(hours), 50.0),
        wind_period_min=10,
        site_lat_deg=20.0,
        site_lon_deg=150.0,
    )


@pytest.fixture(scope="module")
def straight() -> HourlyTracks:
    """One storm born at hour 1,200, 20° south of the site; it moves 0.1° an hour north and dies 20° north of it.

    It is inside 500 km (4.4966°) from hour 156 to hour 244 of its life.
    """
    return seen(("A",), [0, 2], [1_200, 1_600], [0.0, 40.0])


@pytest.fixture(scope="module")
def real() -> HourlyTracks:
    tracks = load_tracks("jtwc")
    return hourly_tracks(
        tracks.storm_id,
        tracks.first_row,
        tracks.time_s,
        tracks.lat_deg,
        tracks.lon_deg,
        tracks.wind_kn,
        wind_period_min=1,
        site_lat_deg=24.3,
        site_lon_deg=153.98,
    )


def as_it_was(tracks: HourlyTracks) -> PlacedStorms:
    year = tracks.start_hour.astype("datetime64[h]").astype("datetime64[Y]").astype(np.int64) + 1970
    return PlacedStorms(np.arange(len(tracks.start_hour)), tracks.start_hour, year)


def tables(tracks: HourlyTracks, rule: AlertRule, hours: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return issue_tables(storm_alerts(tracks, as_it_was(tracks), rule, 1, 0), rule, 0, hours)


@pytest.mark.parametrize("rule", [PERFECT, EXACT])
def test_a_straight_storm_without_error_is_forecast_by_hand(straight: HourlyTracks, rule: AlertRule) -> None:
    """Derived: entry at hour 1,356, last hour 1,444, clear 24 h after its end; seen first 120 h ahead."""
    arrival, clear = tables(straight, rule, 2_000)
    entry, gone = 1_200 + 156, 1_200 + 244 + 1 + 24
    assert (arrival[entry - 120], arrival[entry - 121]) == (entry, NEVER)
    assert (clear[entry - 120], clear[entry - 121]) == (entry + 1 + 24, 0)
    assert (arrival[entry - 1], clear[entry - 1]) == (entry, gone)
    assert arrival[entry + 6] == (entry + 6) // 6 * 6
    assert (clear[entry + 30], clear[gone - 1]) == (gone, gone)
    last_issue = (gone - 1) // 6 * 6
    assert (arrival[last_issue], arrival[last_issue + 6], clear[last_issue + 6]) == (last_issue, NEVER, 0)


def test_the_hours_with_a_storm_near_include_the_swell_tail(straight: HourlyTracks) -> None:
    """Derived: hours 1,356 to 1,444 inside, 24 more of swell."""
    hours = near_hours(straight, as_it_was(straight), RULE)
    assert hours.tolist() == list(range(1_356, 1_444 + 24 + 1))


def test_a_storm_is_not_forecast_before_it_is_born_except_by_perfect_foresight() -> None:
    """Derived: a storm born 300 km away, at hour 1,203; the next issue is at 1,206."""
    born_near = seen(("A",), [0, 2], [1_203, 1_260], [17.3, 20.0])
    arrival, _ = tables(born_near, EXACT, 1_400)
    assert np.flatnonzero(arrival < NEVER)[0] == 1_206
    perfect, _ = tables(born_near, PERFECT, 1_400)
    assert np.flatnonzero(perfect < NEVER)[0] == 1_203 // 6 * 6 - 120 + 6
    assert perfect[1_200] == 1_203


def test_under_perfect_foresight_the_alert_is_the_truth(real: HourlyTracks) -> None:
    """Derived: at each issue the alert says "now" exactly when a storm or its swell is there."""
    hours = 45 * 8_766
    alerts = storm_alerts(real, as_it_was(real), PERFECT, 1, 0)
    arrival, clear = issue_tables(alerts, PERFECT, 10 * 8_760, hours)
    at = 10 * 8_760 + np.arange(hours)
    near = np.isin(at, near_hours(real, as_it_was(real), PERFECT))
    issue = at % 6 == 0
    assert np.array_equal((arrival == at)[issue], near[issue])
    assert np.array_equal(clear > 0, arrival < NEVER)
    counts = count_alarms(real, as_it_was(real), alerts, PERFECT, 114)
    assert (counts.in_time, counts.too_late, counts.false_alarms) == (105, 0, 0)


def test_imperfect_forecasts_bring_false_alarms_and_late_warnings(real: HourlyTracks) -> None:
    """Published: 105 storms in 45 years, 64 % first recorded < 120 h out; recorded: about one false alarm for two."""
    alerts = storm_alerts(real, as_it_was(real), RULE, 1, 0)
    counts = {hours: count_alarms(real, as_it_was(real), alerts, RULE, hours) for hours in (0, 24, 72, 120)}
    assert all(count.in_time + count.too_late == 105 for count in counts.values())
    assert counts[24].in_time > counts[72].in_time > counts[120].in_time
    assert counts[120].in_time / 105 < 1.0 - 0.64
    assert 30 <= counts[24].false_alarms <= 80
    old = dataclasses.replace(RULE, track_error_km=(162.0, 267.0, 398.0, 670.0))
    worse = count_alarms(real, as_it_was(real), storm_alerts(real, as_it_was(real), old, 1, 0), old, 24)
    assert worse.false_alarms > counts[24].false_alarms


def test_track_errors_have_the_mean_asked_for() -> None:
    """Derived: the mean of a Rayleigh variable is sigma sqrt(pi / 2)."""
    leads = np.array([0.0, 12.0, 24.0, 48.0, 72.0, 120.0, 200.0])
    mean = track_sigma_km(leads, ERRORS_KM) * math.sqrt(math.pi / 2)
    assert mean == pytest.approx([0.0, 37.5, 75.0, 140.0, 210.0, 375.0, 375.0])


def test_errors_are_stationary_and_correlated_from_issue_to_issue() -> None:
    """Derived: covariance of a first-order autoregressive series is c^|i-j|."""
    weights = autoregression(12, 0.7)
    lag = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    assert weights @ weights.T == pytest.approx(0.7**lag)
    assert np.array_equal(autoregression(40, 0.7)[:12, :12], weights)
    assert np.array_equal(autoregression(5, 0.0), np.eye(5))


def test_a_storms_forecast_does_not_depend_on_the_span(real: HourlyTracks) -> None:
    long = storm_alerts(real, place_storms(real, 3, 1, 2027, 2030), RULE, 3, 1)
    short = storm_alerts(real, place_storms(real, 3, 1, 2029, 2030), RULE, 3, 1)
    first = (59 * 8_766) + 24
    for one, other in zip(issue_tables(long, RULE, first, 9_000), issue_tables(short, RULE, first, 9_000), strict=True):
        assert np.array_equal(one, other)


def test_no_storms_make_no_alerts(real: HourlyTracks) -> None:
    empty = np.empty(0, np.int64)
    alerts = storm_alerts(real, PlacedStorms(empty, empty, empty), RULE, 1, 0)
    arrival, clear = issue_tables(alerts, RULE, 7, 20)
    assert arrival.tolist() == [NEVER] * 20 and clear.tolist() == [0] * 20
    assert len(near_hours(real, PlacedStorms(empty, empty, empty), RULE)) == 0


def brute_force(load: NDArray[np.float32], errors: SeaForecastErrors) -> list[int]:
    """Return what :func:`closing_hour` promises, hour by hour, with plain loops."""
    found = []
    for hour in range(len(load)):
        issue = hour // errors.issue_interval_h
        z = errors.score[issue]
        answer = NEVER
        for later in range(hour + 1, len(load)):
            lead = later - issue * errors.issue_interval_h
            spread = np.interp(lead, (0.0, 24.0, 72.0), (0.0, errors.spread_24h, errors.spread_72h))
            if load[later] > np.float32(math.exp(-z * spread)):
                answer = later
                break
        found.append(answer)
    return found


@pytest.mark.parametrize("interval_h", [6, 12, 24])
def test_the_forecast_of_the_sea_equals_plain_loops(interval_h: int) -> None:
    """Derived: a made-up sea of 20 days."""
    rng = np.random.default_rng(7)
    load = np.repeat(0.6 + 0.5 * rng.random(80), 6).astype(np.float32)
    errors = SeaForecastErrors(interval_h, 0.1, 0.2, rng.standard_normal(480 // interval_h))
    assert closing_hour(load, errors).tolist() == brute_force(load, errors)


def test_the_first_value_above_a_level_is_found_whatever_the_run() -> None:
    """Derived: 200 random queries against plain search."""
    rng = np.random.default_rng(3)
    values = rng.random(777).astype(np.float32)
    start, level = rng.integers(0, 778, 200), (0.9 + 0.11 * rng.random(200)).astype(np.float32)
    found = first_above(values, start, level)
    for one, begin, above in zip(found.tolist(), start.tolist(), level, strict=True):
        later = np.flatnonzero(values[begin:] > above)
        assert one == (begin + int(later[0]) if len(later) else NEVER)


def test_scores_of_a_month_do_not_depend_on_the_span() -> None:
    whole = issue_scores(1, 2, JANUARY_2027, JANUARY_2027 + 2, 12, 0.8)
    february = issue_scores(1, 2, JANUARY_2027 + 1, JANUARY_2027 + 1, 12, 0.8)
    start = month_hours(JANUARY_2027) // 12
    assert np.array_equal(whole[start : start + len(february)], february)
    many = issue_scores(1, 2, JANUARY_2027, JANUARY_2027 + 1_199, 12, 0.8)
    assert many.std() == pytest.approx(1.0, abs=0.03)
    assert np.corrcoef(many[1:], many[:-1])[0, 1] == pytest.approx(0.8, abs=0.02)
