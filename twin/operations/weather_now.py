"""The sea of a replicate as seen from an origin: what is known of it then, and from there on one way it may go on.

* Hours before the origin hold what was measured: the mean of the readings of each hour; up to `BRIDGED_H` hours without
  any are bridged linearly, in a longer gap the replicate's own resampled sea stays. What lies ahead starts at what
  the sea probably was, given the error of a reading (register of sensors), the readings of a day and the record.
* Ahead, a forecast file is followed as long as it has skill, each hour times exp(error). The error's spread grows with
  the hours since the issue, from 0 through the settings' at 24 and 72 h and on at that rate, and is correlated along
  the lead as the settings' errors are from issue to issue; one path a replicate, waves and wind share it. How far the
  file is off at the last measured hour is known: it is taken along and forgotten at the same pace. The skill is lost
  where the spread reaches that of the month's sea itself, or at the end of the file.
* From the last hour of Hs known so (of the wind, if Hs is more than `BRIDGED_H` hours older), an analog of the real
  record takes over and turns into the replicate's own sea after 7 to 9 days (`twin.models.sea_analog`); later hours are
  those of `build_sea` to the last bit. The level of the site moves from the month of that last hour to the months ahead
  over the first 7 days, so that no month begins with a step.
* Storms of the replicate's year that would be there at the origin are left out, because they are not: those that the
  last issue expects, and those whose wind or swell reaches the site. A storm stated as active goes on as storms before
  it (`twin.models.storm_analog`). Where its formula gives more wind or waves at the last measured hour than were
  measured, it is lowered to them, by a factor that returns to 1 with the e-folding time of swell. Storms raise no hour
  that was measured or that the file says.

A calm sea stays calm, whatever was measured.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ObservationError, ScenarioError
from ops_data.observations.record_files import stamp
from ops_data.observations.user_files import MAXIMUM_HS_M, MAXIMUM_WIND_M_S
from ops_data.reference.sensor_rows import sensor
from ops_data.sea_forecasts import SeaForecast, check_ascending, check_levels
from ops_data.units import HOURS_PER_DAY, SECONDS_PER_HOUR
from twin.models.sea_analog import (
    CONDITIONED_H,
    FOLLOWED_H,
    HS,
    LAGS,
    LONGEST_LAG_H,
    WIND,
    analog_library,
    follow,
    nearest,
    to_scores,
    to_values,
    turned,
)
from twin.models.streams import uniforms
from twin.operations.sea_ahead import add_file
from twin.operations.storms_now import LEAST_LEVEL, StormNow, active_storm, raise_by_active, without_those_there
from twin.operations.weather import (
    Sea,
    build_sea,
    calendar_month,
    overlay,
    quiet_sea,
    ranked_record,
    sea_with_alerts,
    season_storms,
)
from twin.operations.weather_settings import WeatherSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BRIDGED_H: Final = 6
LED_H: Final = 2 * LONGEST_LAG_H  # hours kept of what was known before the first hour of the sea
NOISE_STEP: Final = 0.02  # scores; errors are taken in such steps, so that replicates share what is worked out for them


@dataclass(frozen=True)
class ReadingError:
    """What a reading may be off: standard deviation in its unit, and as a fraction of the value, added as squares."""

    absolute: float
    relative: float


EXACT: Final = ReadingError(0.0, 0.0)


def registered_error(tag: str) -> ReadingError:
    """Return what a reading of a tag may be off by the register of sensors."""
    return ReadingError(sensor(tag).error_sd, sensor(tag).relative_error)


@dataclass(frozen=True, eq=False)
class SeaNow:
    """What is known of the sea at the origin of a forecast.

    Attributes
    ----------
    time_s : Unix UTC second of the origin.
    hs_time_s, hs_m : readings of significant wave height, until the origin: UTC seconds, ascending; [m].
    wind_time_s, wind_m_s : readings of the 10 m wind, likewise [m/s].
    storm : the active tropical cyclone; None: none is known.
    forecast : a forecast file; None: none is given.
    hs_error, wind_error : what one reading may be off, independent of the next; else as the register of sensors says.

    Raises
    ------
    ObservationError
        Times do not ascend or lie after the origin, a value is out of range, the forecast ends before the origin or
        begins more than `BRIDGED_H` hours after it.
    """

    time_s: int
    hs_time_s: Ints
    hs_m: Floats
    wind_time_s: Ints
    wind_m_s: Floats
    storm: StormNow | None = None
    forecast: SeaForecast | None = None
    hs_error: ReadingError = field(default_factory=lambda: registered_error("site.sea.hs"))
    wind_error: ReadingError = field(default_factory=lambda: registered_error("site.wind.speed"))

    def __post_init__(self) -> None:
        """Check the rules."""
        for name, times, values, highest, unit in (
            ("Hs", self.hs_time_s, self.hs_m, MAXIMUM_HS_M, "m"),
            ("wind", self.wind_time_s, self.wind_m_s, MAXIMUM_WIND_M_S, "m/s"),
        ):
            place = f"measured {name}"
            if len(times) != len(values):
                raise ObservationError(f"{place}: {len(times)} times and {len(values)} values; give one value per time")
            check_ascending(place, times)
            check_levels(place, name, times, values, highest, unit)
            if len(times) and times[-1] > self.time_s:
                raise ObservationError(
                    f"{place}: the last reading is of {stamp(times[-1])}, after the origin {stamp(self.time_s)}; leave "
                    "out what was not known then"
                )
        if self.storm is not None and self.storm.time_s > self.time_s:
            raise ObservationError(
                f"active storm: reported for {stamp(self.storm.time_s)}, after the origin {stamp(self.time_s)}; give "
                "the last report before it"
            )
        if self.forecast is not None:
            self._check_forecast(self.forecast)

    def _check_forecast(self, forecast: SeaForecast) -> None:
        first_s, last_s = int(forecast.time_s[0]), int(forecast.time_s[-1])
        if forecast.issued_s > self.time_s or last_s <= self.time_s:
            raise ObservationError(
                f"sea forecast: issued {stamp(forecast.issued_s)}, ends {stamp(last_s)}; the origin "
                f"{stamp(self.time_s)} must lie between; give the last one issued before it"
            )
        if first_s > self.time_s + BRIDGED_H * SECONDS_PER_HOUR:
            raise ObservationError(
                f"sea forecast: its first time is {stamp(first_s)}, more than {BRIDGED_H} h after the origin "
                f"{stamp(self.time_s)}; give one that covers the origin"
            )


def build_sea_now(settings: WeatherSettings, seed: int, replicate: int, start_s: int, end_s: int, now: SeaNow) -> Sea:
    """Return the sea of one replicate, conditioned on what is known at an origin.

    Parameters
    ----------
    settings, seed, replicate, start_s, end_s : see `weather.build_sea`; the span is widened to hold the origin.
    now : what is known.

    Raises
    ------
    ScenarioError
        The origin is not before the end of the span, or a storm is active in a world without storms.
    ModelError
        The record has too few hours of the season, or no track was ever near the active storm.
    """
    if now.time_s >= end_s:
        raise ScenarioError(f"the origin {stamp(now.time_s)} is not before the end {stamp(end_s)}; move one of them")
    start_s = min(start_s, now.time_s)
    if settings.kind == "calm":
        return build_sea(settings, seed, replicate, start_s, end_s)
    if now.storm is not None and settings.storms == "none":
        raise ScenarioError(
            'storms.kind is "none" and a storm is active; set it to "resampled", or leave the storm out'
        )
    origin_h, hs_m, wind_m_s = quiet_sea(settings, seed, replicate, start_s, end_s)
    hours = len(hs_m)
    measured = measured_hours(now, origin_h, hours)
    known = measured.copy()
    if now.forecast is not None:
        add_file(known, origin_h - LED_H, settings, seed, replicate, now.time_s, now.forecast)
    _go_on(hs_m, wind_m_s, known, origin_h, settings, seed, replicate, now)
    now_h = now.time_s // SECONDS_PER_HOUR
    storms = [
        (tracks, without_those_there(tracks, placed, settings, seed, replicate, now_h))
        for tracks, placed in season_storms(settings, seed, replicate, origin_h, hours)
    ]
    for tracks, placed in storms:
        overlay(hs_m, wind_m_s, origin_h, tracks, placed, settings.field)
    if now.storm is not None:
        active = active_storm(settings, seed, replicate, now.storm)
        raise_by_active(hs_m, wind_m_s, origin_h, active, settings.field, measured[:, LED_H:])
        storms.append(active)
    for series, told in zip((hs_m, wind_m_s), known[:, LED_H:], strict=True):
        series[...] = np.where(np.isnan(told), series, told)
    return sea_with_alerts(settings, seed, replicate, origin_h, hs_m, wind_m_s, storms)


@lru_cache(maxsize=4)
def measured_hours(now: SeaNow, origin_h: int, hours: int) -> Floats:
    """Return hourly means of what was measured, short gaps bridged, NaN where nothing is known.

    Parameters
    ----------
    now : what is known.
    origin_h, hours : Unix UTC hour of the sea's first hour, and its length.

    Returns
    -------
    Hs [m] and wind [m/s] of the sea's hours and, before them, of LED_H more, shape (2, LED_H + hours).
    """
    first_h, count = origin_h - LED_H, LED_H + hours
    known = np.full((2, count), np.nan)
    for row, time_s, value in ((HS, now.hs_time_s, now.hs_m), (WIND, now.wind_time_s, now.wind_m_s)):
        hour = time_s // SECONDS_PER_HOUR - first_h
        here = (hour >= 0) & (hour < count)
        readings = np.bincount(hour[here], minlength=count)
        total = np.bincount(hour[here], weights=value[here], minlength=count)
        np.divide(total, readings, out=known[row], where=readings > 0)
        _bridge(known[row])
    known.setflags(write=False)
    return known


def _bridge(series: Floats) -> None:
    """Fill short gaps between known hours linearly, in place."""
    at = np.flatnonzero(~np.isnan(series))
    if not len(at):
        return
    gap = np.arange(at[0], at[-1] + 1)
    place = np.searchsorted(at, gap)
    short = at[place] - at[np.maximum(place - 1, 0)] <= BRIDGED_H + 1
    series[gap[short]] = np.interp(gap[short], at, series[at])


def _go_on(
    hs_m: NDArray[np.float32],
    wind_m_s: NDArray[np.float32],
    known: Floats,
    origin_h: int,
    settings: WeatherSettings,
    seed: int,
    replicate: int,
    now: SeaNow,
) -> None:
    """Let an analog follow on what is known, in place, until it has turned into the replicate's own sea."""
    last = [int(np.flatnonzero(~np.isnan(one)).max(initial=-1)) for one in known]
    anchor = last[HS] if last[HS] >= last[WIND] - BRIDGED_H else last[WIND]
    if anchor < LONGEST_LAG_H:
        return
    record = ranked_record(settings.record)
    day = np.arange(anchor - LONGEST_LAG_H, anchor + 1)
    month = int(calendar_month(np.array([(origin_h - LED_H + anchor) * SECONDS_PER_HOUR]))[0])
    today = to_scores(record, settings.site, known[:, day], np.full(len(day), month))
    lags = tuple((of, lag) for of, lag in LAGS if not np.isnan(today[of, LONGEST_LAG_H - lag]))
    state = np.array([today[of, LONGEST_LAG_H - lag] for of, lag in lags])
    measured = measured_hours(now, origin_h, len(hs_m))[:, anchor]
    noise = _noise(now, settings, measured, month)
    library = analog_library(record, month, lags, noise)
    draws = uniforms(seed, replicate, "sea_analog", str(now.time_s), 1)
    path = follow(library, nearest(library, state), state, draws)[0]
    hour = np.arange(anchor - LED_H, anchor - LED_H + CONDITIONED_H)
    inside = (hour >= 0) & (hour < len(hs_m))
    hour = hour[inside]
    months = calendar_month((origin_h + hour) * SECONDS_PER_HOUR)
    own = np.zeros((2, CONDITIONED_H))
    level = np.stack([hs_m[hour], wind_m_s[hour]]).astype(np.float64)
    own[:, inside] = to_scores(record, settings.site, level, months)
    ahead = turned(path[:, :CONDITIONED_H], own)[:, inside]
    first = to_values(record, settings.site, ahead, np.full(len(hour), month))
    later = to_values(record, settings.site, ahead, months)
    share = np.minimum(np.flatnonzero(inside) / FOLLOWED_H, 1.0)
    hs_m[hour], wind_m_s[hour] = (1.0 - share) * first + share * later


def _noise(now: SeaNow, settings: WeatherSettings, measured: Floats, month: int) -> tuple[float, float]:
    """Return the standard deviation of the error of an hour's mean, in scores, of Hs and of the wind.

    0 where the hour was not measured: then it is of the file's path, which is what the sea does in this replicate.
    """
    begin_s = now.time_s - SECONDS_PER_HOUR * HOURS_PER_DAY
    found = [0.0, 0.0]
    for row, error, time_s in ((HS, now.hs_error, now.hs_time_s), (WIND, now.wind_error, now.wind_time_s)):
        level = float(measured[row])
        readings = max(len(time_s) - int(np.searchsorted(time_s, begin_s)), HOURS_PER_DAY) / HOURS_PER_DAY
        off = np.hypot(error.absolute, error.relative * level) / np.sqrt(readings)
        if off > 0.0:  # not a number where nothing was measured
            around = np.full((2, 2), max(level, LEAST_LEVEL))
            around[row] = max(level - off, LEAST_LEVEL), max(level + off, 2.0 * LEAST_LEVEL)
            scores = to_scores(ranked_record(settings.record), settings.site, around, np.full(2, month))[row]
            found[row] = float(round((scores[1] - scores[0]) / 2 / NOISE_STEP) * NOISE_STEP)
    return found[0], found[1]
