"""The sea of one replicate: hourly waves and wind, storms and their forecasts, and the tables a campaign looks up.

Everything exists before the run, in whole UTC months and for whole UTC months, so that two spans that overlap see the
same sea, the same storms and the same forecasts in the overlap. No event is simulated here.

The packaged or named files are read once per process; ranking the record and interpolating the tracks is kept too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ops_data.observations import load_sea_record, load_tracks
from ops_data.units import SECONDS_PER_HOUR
from twin.models.cyclones import HourlyTracks, StormField, hourly_tracks, storm_wave_m, storm_wind_m_s
from twin.models.sea_forecast import SeaForecastErrors, closing_hour, issue_scores
from twin.models.sea_state import RankedRecord, background, rank_record
from twin.models.storm_forecast import NEVER, issue_tables, near_hours, storm_alerts
from twin.models.storm_years import PlacedStorms, place_storms
from twin.operations.weather_settings import WeatherSettings

FAR: Final = NEVER
SWELL_TAIL_EFOLDINGS: Final = 5.0
Storms: TypeAlias = tuple[HourlyTracks, PlacedStorms]


@dataclass(frozen=True, eq=False)
class Sea:
    """The sea of one replicate, hour by hour, shape (hours,) each.

    Attributes
    ----------
    origin_s : Unix UTC second of hour 0, 00:00 on the first of the month in which the span starts.
    hs_m, wind_m_s : significant wave height [m] and 10 m wind [m/s], storms included, float32; hour h holds from
        origin_s + 3600 h up to the next hour.
    storm_near : a storm is truly inside the alert radius, or its swell tail lasts.
    arrival_s : UTC second at which the last issue at or before the hour expects a storm inside the alert radius;
        :data:`FAR` when none is expected; the issue's own second when a storm or its swell tail is there at the issue.
    clear_s : UTC second at which that issue expects the last of these storms gone, swell tail included; 0: no alert.
    """

    origin_s: int
    hs_m: NDArray[np.float32]
    wind_m_s: NDArray[np.float32]
    storm_near: NDArray[np.bool_]
    arrival_s: NDArray[np.int64]
    clear_s: NDArray[np.int64]


def build_sea(settings: WeatherSettings, seed: int, replicate: int, start_s: int, end_s: int) -> Sea:
    """Return the sea of one replicate for the whole UTC months that hold a span.

    Parameters
    ----------
    settings : what it depends on.
    seed, replicate : which luck.
    start_s, end_s : the span, Unix UTC seconds, ``end_s`` excluded and later than ``start_s``.
    """
    origin_h, hs_m, wind_m_s = quiet_sea(settings, seed, replicate, start_s, end_s)
    storms = season_storms(settings, seed, replicate, origin_h, len(hs_m))
    for tracks, placed in storms:
        overlay(hs_m, wind_m_s, origin_h, tracks, placed, settings.field)
    return sea_with_alerts(settings, seed, replicate, origin_h, hs_m, wind_m_s, storms)


def quiet_sea(
    settings: WeatherSettings, seed: int, replicate: int, start_s: int, end_s: int
) -> tuple[int, NDArray[np.float32], NDArray[np.float32]]:
    """Return the Unix UTC hour of the first hour, hourly Hs [m] and wind [m/s] without storms; see `build_sea`."""
    first_month, last_month = _month(start_s), _month(end_s - 1)
    origin_h = _month_start_hour(first_month)
    hours = _month_start_hour(last_month + 1) - origin_h
    if settings.kind == "calm":
        return origin_h, np.zeros(hours, np.float32), np.zeros(hours, np.float32)
    record = ranked_record(settings.record)
    return origin_h, *background(record, settings.site, seed, replicate, first_month, last_month)


def season_storms(settings: WeatherSettings, seed: int, replicate: int, origin_h: int, hours: int) -> list[Storms]:
    """Return the storms of the years that a span of hours touches: none, or tracks and what is placed of them."""
    if settings.kind == "calm" or settings.storms == "none":
        return []
    first_month, after = _month(origin_h * SECONDS_PER_HOUR), _month((origin_h + hours) * SECONDS_PER_HOUR)
    tracks = site_tracks(settings.tracks, settings.latitude_deg, settings.longitude_deg)
    return [(tracks, place_storms(tracks, seed, replicate, 1970 + first_month // 12, 1970 + after // 12))]


def sea_with_alerts(
    settings: WeatherSettings,
    seed: int,
    replicate: int,
    origin_h: int,
    hs_m: NDArray[np.float32],
    wind_m_s: NDArray[np.float32],
    storms: Sequence[Storms],
) -> Sea:
    """Return a sea with what is forecast of its storms, whose waves and wind are in it already.

    Parameters
    ----------
    settings, seed, replicate : see :func:`build_sea`.
    origin_h : Unix UTC hour of the first hour.
    hs_m, wind_m_s : the sea, shape (hours,).
    storms : tracks and what is placed of them, as many sets as there are.
    """
    hours = len(hs_m)
    storm_near = np.zeros(hours, np.bool_)
    arrival_h, clear_h = np.full(hours, NEVER, np.int64), np.zeros(hours, np.int64)
    for tracks, placed in storms:
        near = near_hours(tracks, placed, settings.alert) - origin_h
        storm_near[near[(near >= 0) & (near < hours)]] = True
        alerts = storm_alerts(tracks, placed, settings.alert, seed, replicate)
        arrival, clear = issue_tables(alerts, settings.alert, origin_h, hours)
        arrival_h, clear_h = np.minimum(arrival_h, arrival), np.maximum(clear_h, clear)
    expected = arrival_h < NEVER
    return Sea(
        origin_s=origin_h * SECONDS_PER_HOUR,
        hs_m=hs_m,
        wind_m_s=wind_m_s,
        storm_near=storm_near,
        arrival_s=np.where(expected, np.where(expected, arrival_h, 0) * SECONDS_PER_HOUR, FAR),
        clear_s=clear_h * SECONDS_PER_HOUR,
    )


def build_forecast_errors(settings: WeatherSettings, seed: int, replicate: int, sea: Sea) -> SeaForecastErrors:
    """Return the errors of every sea forecast issued during a sea's months, for :func:`forecast_table`."""
    first_month = _month(sea.origin_s)
    last_month = _month(sea.origin_s + len(sea.hs_m) * SECONDS_PER_HOUR - 1)
    scores = issue_scores(
        seed, replicate, first_month, last_month, settings.issue_interval_h, settings.forecast_correlation
    )
    return SeaForecastErrors(settings.issue_interval_h, settings.spread_24h, settings.spread_72h, scores)


def limit_table(sea: Sea, hs_limit_m: float, wind_limit_m_s: float) -> NDArray[np.int64]:
    """Return, for every hour, when the run of open hours ends, or when the next open hour starts.

    Parameters
    ----------
    sea : the sea.
    hs_limit_m, wind_limit_m_s : an hour is open when neither is exceeded [m], [m/s]; compared in float32.

    Returns
    -------
    +s for an open hour: UTC second at which its run of open hours ends. -s for a closed hour: UTC second at which the
    next open hour starts. Runs that reach the end of the sea get :data:`FAR` for s. Shape (hours,).
    """
    return run_table(_open(sea, hs_limit_m, wind_limit_m_s), sea.origin_s)


def run_table(open_hour: NDArray[np.bool_], origin_s: int) -> NDArray[np.int64]:
    """Return the table of :func:`limit_table` for hours that are open or not, hour 0 at `origin_s`."""
    edges = np.r_[np.flatnonzero(open_hour[1:] != open_hour[:-1]) + 1, len(open_hour)]
    ends_s = origin_s + edges * SECONDS_PER_HOUR
    ends_s[-1] = FAR
    table = np.repeat(ends_s, np.diff(edges, prepend=0))
    return np.where(open_hour, table, -table)


def forecast_table(sea: Sea, hs_limit_m: float, wind_limit_m_s: float, errors: SeaForecastErrors) -> NDArray[np.int64]:
    """Return, for every hour, until when the last forecast at or before it expects the limits to hold.

    Parameters
    ----------
    sea : the sea.
    hs_limit_m, wind_limit_m_s : the limits [m], [m/s], above 0.
    errors : the forecast errors of the same months, from :func:`build_forecast_errors`.

    Returns
    -------
    UTC second at which the first later hour expected closed starts, :data:`FAR` when none is; 0 for an hour that is
    itself observed closed. Equals ``max(limit_table, 0)`` when the errors are zero. Shape (hours,).
    """
    open_hour = _open(sea, hs_limit_m, wind_limit_m_s)
    load = np.maximum(sea.hs_m / np.float32(hs_limit_m), sea.wind_m_s / np.float32(wind_limit_m_s))
    just_closed = np.nextafter(np.float32(1.0), np.float32(2.0))
    load = np.where(open_hour, np.minimum(load, np.float32(1.0)), np.maximum(load, just_closed))
    closing = closing_hour(load, errors)
    found = closing < NEVER
    until_s = np.where(found, sea.origin_s + np.where(found, closing, 0) * SECONDS_PER_HOUR, FAR)
    return np.where(open_hour, until_s, 0)


def _open(sea: Sea, hs_limit_m: float, wind_limit_m_s: float) -> NDArray[np.bool_]:
    within = (sea.hs_m <= np.float32(hs_limit_m)) & (sea.wind_m_s <= np.float32(wind_limit_m_s))
    return np.asarray(within)


def overlay(
    hs_m: NDArray[np.float32],
    wind_m_s: NDArray[np.float32],
    origin_h: int,
    tracks: HourlyTracks,
    placed: PlacedStorms,
    field: StormField,
) -> None:
    """Raise waves and wind, in place, to those of each placed storm and of the swell it leaves."""
    tail_h = swell_tail_h(field)
    for storm, start in zip(placed.storm, placed.start_hour, strict=True):
        life = slice(tracks.first_point[storm], tracks.first_point[storm + 1])
        first = int(start) - origin_h
        after = first + life.stop - life.start + tail_h
        if after <= 0 or first >= len(hs_m) or tracks.distance_km[life].min() > field.radius_km:
            continue
        wind = storm_wind_m_s(
            tracks.distance_km[life], tracks.wind_kn[life], tracks.latitude_deg[life], tracks.wind_period_min, field
        )
        wave = storm_wave_m(wind, field, tail_h)
        for series, storm_values in ((wind_m_s, wind), (hs_m, wave)):
            begin, end = max(first, 0), min(first + len(storm_values), len(series))
            if begin < end:
                seen = storm_values[begin - first : end - first].astype(np.float32)
                np.maximum(series[begin:end], seen, out=series[begin:end])


def calendar_month(time_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the calendar month of Unix UTC seconds, January = 0, same shape."""
    return time_s.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12


def swell_tail_h(field: StormField) -> int:
    """Return for how many hours the swell of a storm is followed after it."""
    return math.ceil(SWELL_TAIL_EFOLDINGS * field.swell_decay_h)


def _month(time_s: int) -> int:
    """Return the UTC month of a Unix second, January 1970 = 0."""
    return int(np.datetime64(time_s, "s").astype("datetime64[M]").astype(np.int64))


def _month_start_hour(month: int) -> int:
    return int(np.datetime64(month, "M").astype("datetime64[h]").astype(np.int64))


@lru_cache(maxsize=4)
def ranked_record(record: str) -> RankedRecord:
    """Return a sea record by name or path, ranked; read once per process."""
    loaded = load_sea_record(record)
    return rank_record(loaded.origin_s, loaded.hs_m, loaded.wind_m_s)


@lru_cache(maxsize=4)
def site_tracks(tracks: str, latitude_deg: float, longitude_deg: float) -> HourlyTracks:
    """Return storm tracks by name or path, hourly on the plane of a site; read once per process."""
    loaded = load_tracks(tracks)
    return hourly_tracks(
        loaded.storm_id,
        loaded.first_row,
        loaded.time_s,
        loaded.lat_deg,
        loaded.lon_deg,
        loaded.wind_kn,
        wind_period_min=loaded.wind_period_min,
        site_lat_deg=latitude_deg,
        site_lon_deg=longitude_deg,
    )
