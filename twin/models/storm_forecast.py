"""Forecasts of storms near a site, issue by issue, with track errors that grow with lead time.

Every ``issue_interval_h`` (counted from 1970-01-01 00:00 UTC) each storm that already has a first best-track record
and still lives is forecast hour by hour to the horizon. Forecast position = true position + displacement; the
displacement is isotropic Gaussian, sigma(lead) * (z_east, z_north), with one pair z per storm and issue: a track is
displaced as a whole, more the further ahead. Successive issues are correlated, first-order autoregressive:
z_i = c z_(i-1) + sqrt(1 - c^2) e_i, z_0 = e_0. Intensity and the storm's end are forecast without error, and a storm
not yet born is not forecast; so misses come from births and turns, false alarms from turns.

Perfect foresight: z = 0, and every storm is known a horizon ahead of each of its hours, born or not.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.models.cyclones import HourlyTracks
from twin.models.storm_years import PlacedStorms
from twin.models.streams import generator

NEVER: Final = 2**62
TRACK_ERROR_LEADS_H: Final = (0.0, 24.0, 48.0, 72.0, 120.0)


@dataclass(frozen=True)
class AlertRule:
    """What makes an alert, and how good the forecast is.

    Attributes
    ----------
    radius_km : radius of the circle around the site [km].
    wind_kn : least maximum wind of a storm that counts [kn].
    swell_tail_h : hours an alert lasts after the storm has left the circle.
    horizon_h : how far ahead a forecast looks [h].
    issue_interval_h : hours from one forecast to the next.
    track_error_km : mean great-circle error at 24, 48, 72 and 120 h lead [km]; held beyond.
    correlation : correlation of the error from one issue to the next [-], 0 … 1.
    perfect : no error, and storms known before they are born.
    """

    radius_km: float
    wind_kn: float
    swell_tail_h: int
    horizon_h: int
    issue_interval_h: int
    track_error_km: tuple[float, float, float, float]
    correlation: float
    perfect: bool


@dataclass(frozen=True, eq=False)
class StormAlerts:
    """One row per storm and issue, shape (rows,) each; rows of a storm stand together, in time order.

    Attributes
    ----------
    placed : index of the placed storm.
    issue_hour : Unix UTC hour of the issue.
    arrival_hour : hour at which the storm is expected inside; the issue's own hour when it is inside, or its swell
        tail is; :data:`NEVER` when it is not expected.
    clear_hour : hour from which storm and swell tail are expected gone; 0 when it is not expected. A storm still
        inside at the horizon counts as leaving there.
    """

    placed: NDArray[np.int64]
    issue_hour: NDArray[np.int64]
    arrival_hour: NDArray[np.int64]
    clear_hour: NDArray[np.int64]


def track_sigma_km(
    lead_h: NDArray[np.float64], track_error_km: tuple[float, float, float, float]
) -> NDArray[np.float64]:
    """Return the standard deviation per axis [km] of the forecast position at a lead time.

    Parameters
    ----------
    lead_h : lead times [h], 0 or more.
    track_error_km : mean error at 24, 48, 72, 120 h [km].

    Notes
    -----
    The size of an isotropic Gaussian displacement is Rayleigh distributed with mean sigma * sqrt(pi / 2); the mean
    grows linearly between the given leads, from 0 at lead 0, and is held after 120 h.

    Examples
    --------
    >>> float(track_sigma_km(np.array([24.0]), (75.0, 140.0, 210.0, 375.0))[0] * math.sqrt(math.pi / 2))
    75.0
    """
    return np.interp(lead_h, TRACK_ERROR_LEADS_H, (0.0, *track_error_km)) / math.sqrt(math.pi / 2)


@lru_cache(maxsize=32)
def autoregression(count: int, correlation: float) -> NDArray[np.float64]:
    """Return the matrix that turns independent normals into a stationary first-order autoregressive series.

    Parameters
    ----------
    count : length of the series.
    correlation : correlation of neighbours [-], 0 … 1.
    """
    step = np.subtract.outer(np.arange(count), np.arange(count))
    weights = np.where(step >= 0, float(correlation) ** np.maximum(step, 0), 0.0)
    weights[:, 1:] *= math.sqrt(1.0 - correlation**2)
    weights.setflags(write=False)
    return weights


def storm_alerts(tracks: HourlyTracks, placed: PlacedStorms, rule: AlertRule, seed: int, replicate: int) -> StormAlerts:
    """Forecast every placed storm at every issue of its life.

    Parameters
    ----------
    tracks, placed : the storms.
    rule : alert and forecast rule.
    seed, replicate : which luck; stream ``track_error``, owner ``YYYY/storm_id``.
    """
    rows, errors = [], []
    for number in range(len(placed.storm)):
        issue, error = _issues(tracks, placed, number, rule, seed, replicate)
        rows.append(np.stack([np.full(len(issue), number), issue, issue - placed.start_hour[number]]))
        errors.append(error)
    table = np.concatenate([np.empty((3, 0), np.int64), *rows], axis=1)
    numbers, issues, age = table[0], table[1], table[2]
    storm = placed.storm[numbers]
    first, last = _forecast_inside(tracks, storm, age, np.concatenate([np.empty((0, 2)), *errors]), rule)
    tail = _tail_left(tracks, storm, age, rule)
    expected = first < NEVER
    arrival = np.where(expected, issues + np.where(expected, first, 0), NEVER)
    clear = np.where(expected, issues + last + 1 + rule.swell_tail_h, 0)
    return StormAlerts(
        placed=numbers,
        issue_hour=issues,
        arrival_hour=np.where(tail > 0, issues, arrival),
        clear_hour=np.maximum(clear, np.where(tail > 0, issues + tail, 0)),
    )


def _issues(
    tracks: HourlyTracks, placed: PlacedStorms, number: int, rule: AlertRule, seed: int, replicate: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the issue hours that look at one storm, and its error scores east and north, shape (issues, 2)."""
    step, ahead = rule.issue_interval_h, rule.horizon_h if rule.perfect else 0
    storm, start = int(placed.storm[number]), int(placed.start_hour[number])
    end = start + int(tracks.first_point[storm + 1] - tracks.first_point[storm]) - 1
    issue = np.arange(-(-(start - ahead) // step), (end + rule.swell_tail_h) // step + 1) * step
    error = np.zeros((len(issue), 2))
    alive = int((issue <= end).sum())
    if not rule.perfect and alive:
        owner = f"{placed.year[number]:04d}/{tracks.storm_id[storm]}"
        normals = generator(seed, replicate, "track_error", owner).standard_normal((alive, 2))
        longest = int(np.diff(tracks.first_point).max()) // step + 1
        error[:alive] = autoregression(longest, rule.correlation)[:alive, :alive] @ normals
    return issue, error


def _forecast_inside(
    tracks: HourlyTracks,
    storm: NDArray[np.int64],
    age: NDArray[np.int64],
    error: NDArray[np.float64],
    rule: AlertRule,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last lead [h] at which each row's forecast is inside; (NEVER, 0) when it never is."""
    leads = np.arange(rule.horizon_h + 1)
    sigma = track_sigma_km(leads.astype(np.float64), rule.track_error_km)
    counts = tracks.wind_kn >= rule.wind_kn
    east = np.append(np.where(counts, tracks.east_km, np.inf), np.inf)
    north = np.append(np.where(counts, tracks.north_km, np.inf), np.inf)
    begin, after = tracks.first_point[storm, None], tracks.first_point[storm + 1, None]
    point = begin + age[:, None] + leads
    point = np.where((point >= begin) & (point < after), point, len(tracks.wind_kn))
    shifted_east = east[point] + sigma * error[:, :1]
    shifted_north = north[point] + sigma * error[:, 1:]
    inside = shifted_east**2 + shifted_north**2 <= rule.radius_km**2
    any_inside = inside.any(axis=1)
    first = np.where(any_inside, inside.argmax(axis=1), NEVER)
    last = np.where(any_inside, rule.horizon_h - inside[:, ::-1].argmax(axis=1), 0)
    return first, last


def _tail_left(
    tracks: HourlyTracks, storm: NDArray[np.int64], age: NDArray[np.int64], rule: AlertRule
) -> NDArray[np.int64]:
    """Return the hours [h] until the storm last seen inside, now or before, is gone with its tail; 0 or less: gone."""
    inside = (tracks.distance_km <= rule.radius_km) & (tracks.wind_kn >= rule.wind_kn)
    points = np.arange(len(inside))
    last_seen = np.maximum.accumulate(np.where(inside, points, -1))
    begin, after = tracks.first_point[storm], tracks.first_point[storm + 1]
    now = begin + age
    seen = last_seen[np.clip(now, begin, after - 1)]
    return np.where((seen >= begin) & (now >= begin), seen + 1 + rule.swell_tail_h - now, 0)


def near_hours(tracks: HourlyTracks, placed: PlacedStorms, rule: AlertRule) -> NDArray[np.int64]:
    """Return every Unix UTC hour with a storm truly inside the circle, or its swell tail, sorted."""
    inside = (tracks.distance_km <= rule.radius_km) & (tracks.wind_kn >= rule.wind_kn)
    hours = [
        np.flatnonzero(inside[tracks.first_point[storm] : tracks.first_point[storm + 1]]) + start
        for storm, start in zip(placed.storm, placed.start_hour, strict=True)
    ]
    seen = np.unique(np.concatenate(hours)) if hours else np.empty(0, np.int64)
    return np.unique((seen[:, None] + np.arange(rule.swell_tail_h + 1)).ravel())


def issue_tables(
    alerts: StormAlerts, rule: AlertRule, first_hour: int, hours: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for every hour, the expected arrival and clearing hour as forecast at the last issue at or before it.

    Parameters
    ----------
    alerts : the rows of :func:`storm_alerts`.
    rule : the rule they were made with.
    first_hour, hours : Unix UTC hour of the table's first entry, and its length.

    Returns
    -------
    arrival (:data:`NEVER` when no storm is expected) and clearing hour (0 when no storm is expected), shape (hours,).
    """
    step = rule.issue_interval_h
    first_issue = first_hour // step
    count = (first_hour + hours - 1) // step - first_issue + 1
    arrival, clear = np.full(count, NEVER, np.int64), np.zeros(count, np.int64)
    slot = alerts.issue_hour // step - first_issue
    within = (slot >= 0) & (slot < count)
    np.minimum.at(arrival, slot[within], alerts.arrival_hour[within])
    np.maximum.at(clear, slot[within], alerts.clear_hour[within])
    of_hour = (first_hour + np.arange(hours)) // step - first_issue
    return arrival[of_hour], clear[of_hour]


@dataclass(frozen=True)
class AlarmCounts:
    """How storms and alarms met: warned in time, too late or never warned, and alarms for nothing."""

    in_time: int
    too_late: int
    false_alarms: int


def count_alarms(
    tracks: HourlyTracks, placed: PlacedStorms, alerts: StormAlerts, rule: AlertRule, notice_h: int
) -> AlarmCounts:
    """Count storms that came with enough notice, with too little, and alarms for storms that never came.

    Parameters
    ----------
    tracks, placed, alerts, rule : the storms and their forecasts.
    notice_h : a storm is warned of in time when an issue at least this long before its entry expected it [h].
    """
    inside = (tracks.distance_km <= rule.radius_km) & (tracks.wind_kn >= rule.wind_kn)
    first_alarm = np.full(len(placed.storm), NEVER, np.int64)
    expected = alerts.arrival_hour < NEVER
    np.minimum.at(first_alarm, alerts.placed[expected], alerts.issue_hour[expected])
    in_time = too_late = false_alarms = 0
    for number, (storm, start) in enumerate(zip(placed.storm, placed.start_hour, strict=True)):
        seen = np.flatnonzero(inside[tracks.first_point[storm] : tracks.first_point[storm + 1]])
        if not len(seen):
            false_alarms += int(first_alarm[number] < NEVER)
        elif first_alarm[number] <= start + seen[0] - notice_h:
            in_time += 1
        else:
            too_late += 1
    return AlarmCounts(in_time, too_late, false_alarms)
