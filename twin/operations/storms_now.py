"""The storms of a replicate as seen from an origin: those that are not there left out, an active one gone on with."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ObservationError
from ops_data.units import KNOT_M_S, METRES_PER_KM, SECONDS_PER_HOUR
from twin.models.cyclones import HourlyTracks, StormField, project_km
from twin.models.storm_analog import StormAnalogs, continued_storm, storm_analogs
from twin.models.storm_forecast import NEVER, storm_alerts
from twin.models.storm_years import PlacedStorms
from twin.models.streams import uniforms
from twin.operations.weather import Storms, overlay, site_tracks, swell_tail_h
from twin.operations.weather_settings import WeatherSettings

Floats = NDArray[np.float64]

MAXIMUM_STORM_WIND_KN: Final = 200.0
MAXIMUM_STORM_SPEED_KN: Final = 80.0
LEAST_LEVEL: Final = 0.1  # m and m/s; below it a ratio of two levels says nothing


@dataclass(frozen=True)
class StormNow:
    """An active tropical cyclone as last reported.

    Attributes
    ----------
    time_s : Unix UTC second of the report.
    latitude_deg, longitude_deg : its centre then [°N, °E].
    wind_kn : its maximum sustained wind then, averaged as in the tracks (packaged ``jtwc``: 1 min) [kn].
    course_deg, speed_kn : whither [° clockwise from north] and how fast [kn] it moves; both or, if not known, None.

    Raises
    ------
    ObservationError
        A value is out of range, or course or speed stands alone.
    """

    time_s: int
    latitude_deg: float
    longitude_deg: float
    wind_kn: float
    course_deg: float | None = None
    speed_kn: float | None = None

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name, value, low, high in (
            ("latitude_deg", self.latitude_deg, -90.0, 90.0),
            ("longitude_deg", self.longitude_deg, -180.0, 360.0),
            ("wind_kn", self.wind_kn, 0.0, MAXIMUM_STORM_WIND_KN),
            ("course_deg", self.course_deg, 0.0, 360.0),
            ("speed_kn", self.speed_kn, 0.0, MAXIMUM_STORM_SPEED_KN),
        ):
            if value is not None and not low <= value <= high:
                raise ObservationError(f"active storm: {name} is {value:g}; it must be {low:g} … {high:g}; correct it")
        if (self.course_deg is None) != (self.speed_kn is None):
            raise ObservationError("active storm: course_deg and speed_kn belong together; give both or none")

    def motion_km_h(self) -> tuple[float, float] | None:
        """Return how fast it moves east and north [km/h]; None: not known.

        Examples
        --------
        >>> east, north = StormNow(0, 20.0, 155.0, 60.0, 90.0, 10.0).motion_km_h()
        >>> round(east, 2), round(north, 2)
        (18.52, 0.0)
        """
        if self.course_deg is None or self.speed_kn is None:
            return None
        speed_km_h = self.speed_kn * KNOT_M_S * SECONDS_PER_HOUR / METRES_PER_KM
        course = math.radians(self.course_deg)
        return speed_km_h * math.sin(course), speed_km_h * math.cos(course)


def without_those_there(
    tracks: HourlyTracks, placed: PlacedStorms, settings: WeatherSettings, seed: int, replicate: int, now_h: int
) -> PlacedStorms:
    """Return the storms of a year without those that would be there at the origin."""
    rule = settings.alert
    tail_h = max(swell_tail_h(settings.field), rule.swell_tail_h)
    lasts_h = tracks.first_point[placed.storm + 1] - tracks.first_point[placed.storm]
    ahead_h = rule.horizon_h if rule.perfect else 0
    alive = (placed.start_hour - ahead_h <= now_h) & (placed.start_hour + lasts_h + tail_h >= now_h)
    number = np.flatnonzero(alive)
    some = PlacedStorms(placed.storm[number], placed.start_hour[number], placed.year[number])
    alerts = storm_alerts(tracks, some, rule, seed, replicate)
    last_issue = alerts.issue_hour == now_h // rule.issue_interval_h * rule.issue_interval_h
    there = set(number[alerts.placed[last_issue & (alerts.arrival_hour < NEVER)]].tolist())
    reach_km = max(settings.field.radius_km, rule.radius_km)
    for one, storm, start in zip(number.tolist(), some.storm, some.start_hour, strict=True):
        life = slice(tracks.first_point[storm], tracks.first_point[storm + 1])
        since_h = now_h - start - np.flatnonzero(tracks.distance_km[life] <= reach_km)
        if ((since_h >= 0) & (since_h <= tail_h)).any():
            there.add(one)
    kept = np.setdiff1d(np.arange(len(placed.storm)), np.array(sorted(there), np.int64))
    return PlacedStorms(placed.storm[kept], placed.start_hour[kept], placed.year[kept])


def active_storm(settings: WeatherSettings, seed: int, replicate: int, storm: StormNow) -> Storms:
    """Return the active storm as it goes on in one replicate: a track of its own, and where it stands in time."""
    tracks = site_tracks(settings.tracks, settings.latitude_deg, settings.longitude_deg)
    analogs = _storm_analogs(settings.tracks, settings.latitude_deg, settings.longitude_deg, storm)
    draw = float(uniforms(seed, replicate, "storm_analog", str(storm.time_s), 1)[0])
    return continued_storm(tracks, analogs, storm.time_s, draw)


@lru_cache(maxsize=8)
def _storm_analogs(name: str, latitude_deg: float, longitude_deg: float, storm: StormNow) -> StormAnalogs:
    place = np.array([storm.latitude_deg]), np.array([storm.longitude_deg])
    east_km, north_km = project_km(*place, latitude_deg, longitude_deg)
    tracks = site_tracks(name, latitude_deg, longitude_deg)
    return storm_analogs(
        tracks, storm.time_s, float(east_km[0]), float(north_km[0]), storm.wind_kn, storm.motion_km_h()
    )


def raise_by_active(
    hs_m: NDArray[np.float32],
    wind_m_s: NDArray[np.float32],
    origin_h: int,
    active: Storms,
    field: StormField,
    measured: Floats,
) -> None:
    """Raise waves and wind, in place, to those of the active storm, lowered to what was measured last."""
    own = np.zeros((2, len(hs_m)), np.float32)
    overlay(own[0], own[1], origin_h, *active, field)
    for series, raised, told in zip((hs_m, wind_m_s), own, measured, strict=True):
        seen = np.flatnonzero(~np.isnan(told))
        if len(seen) and raised[seen[-1]] > told[seen[-1]]:
            since_h = np.arange(len(series)) - seen[-1]
            off = np.log(max(told[seen[-1]], LEAST_LEVEL) / raised[seen[-1]])
            lowered = np.exp(off * np.exp(-np.maximum(since_h, 0) / field.swell_decay_h))
            raised *= lowered.astype(np.float32)
        np.maximum(series, raised, out=series)
