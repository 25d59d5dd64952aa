"""One way the sea may go by a forecast file, hour by hour, in one replicate (the rules: `weather_now`)."""

from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.sea_forecasts import SeaForecast
from ops_data.units import SECONDS_PER_HOUR
from twin.models.sea_analog import HS, WIND, log_spread
from twin.models.sea_forecast import GROWTH_LEADS_H
from twin.models.streams import generator
from twin.operations.storms_now import LEAST_LEVEL
from twin.operations.weather import calendar_month, ranked_record
from twin.operations.weather_settings import WeatherSettings

Floats = NDArray[np.float64]

RECENT_H: Final = 6  # a measurement this old still says how far the file is off


def add_file(
    known: Floats,
    first_h: int,
    settings: WeatherSettings,
    seed: int,
    replicate: int,
    time_s: int,
    forecast: SeaForecast,
) -> None:
    """Write one way the sea may go by a forecast file into the hours after those measured, in place.

    Parameters
    ----------
    known : Hs [m] and wind [m/s], NaN where nothing is known, shape (2, hours).
    first_h : Unix UTC hour of its first hour.
    settings, seed, replicate : as of the sea.
    time_s : Unix UTC second of the origin.
    forecast : the file; before its first time, its first values hold.
    """
    now_place = time_s // SECONDS_PER_HOUR - first_h
    begin = max(now_place - RECENT_H, 0)
    hour_s = (first_h + np.arange(begin, known.shape[1])) * SECONDS_PER_HOUR
    hour_s = hour_s[hour_s <= forecast.time_s[-1]]
    spread = file_spread(settings, np.maximum((hour_s - forecast.issued_s) / SECONDS_PER_HOUR, 0.0))
    sea_spread = log_spread(ranked_record(settings.record), settings.site)[calendar_month(hour_s)]
    skilled = int(np.logical_and.accumulate(spread < sea_spread).sum())
    per_hour = settings.forecast_correlation ** (1.0 / settings.issue_interval_h)
    error = _error_path(seed, replicate, time_s, len(hour_s), per_hour)
    for row, values in ((HS, forecast.hs_m), (WIND, forecast.wind_m_s)):
        recent = np.flatnonzero(~np.isnan(known[row, begin : now_place + 1]))
        at = int(recent[-1]) if len(recent) else now_place - begin
        ahead = slice(at, max(skilled, at))
        said, own_spread = np.interp(hour_s[ahead], forecast.time_s, values), spread[ahead]
        if not len(said):
            continue
        off = np.zeros(len(said))
        if len(recent):
            kept = per_hour ** np.arange(len(said), dtype=np.float64)
            off = kept * np.log(max(known[row, begin + at], LEAST_LEVEL) / max(said[0], LEAST_LEVEL))
            own_spread = np.sqrt(np.maximum(own_spread**2 - (own_spread[0] * kept) ** 2, 0.0))
        after = slice(int(len(recent) > 0), None)
        told = said * np.exp(off + own_spread * error[ahead])
        known[row, begin + ahead.start : begin + ahead.stop][after] = told[after]


def _error_path(seed: int, replicate: int, time_s: int, count: int, per_hour: float) -> Floats:
    """Return a stationary standard normal path, first-order autoregressive from hour to hour, shape (count,)."""
    normals = generator(seed, replicate, "sea_file_error", str(time_s)).standard_normal(count)
    normals[1:] *= np.sqrt(1.0 - per_hour**2)
    return np.fromiter(accumulate(normals, lambda before, new: per_hour * before + new), np.float64, count)


def file_spread(settings: WeatherSettings, lead_h: Floats) -> Floats:
    """Return the relative standard deviation of a forecast file by hours since its issue [-], same shape.

    It grows linearly from 0 through the settings' at 24 and 72 h, and beyond at the rate between the two.
    """
    _, day_h, three_days_h = GROWTH_LEADS_H
    rate = (settings.spread_72h - settings.spread_24h) / (three_days_h - day_h)
    within = np.interp(lead_h, GROWTH_LEADS_H, (0.0, settings.spread_24h, settings.spread_72h))
    return np.asarray(within + max(rate, 0.0) * np.maximum(lead_h - three_days_h, 0.0))
