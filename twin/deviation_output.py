"""Output of the last days against an archived forecast."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from twin.deviation_found import Deviation
from twin.deviation_week import Expected, Week
from twin.forecast import SERIES, day_start_s, jst_day_of
from twin.forecast_view import ForecastDays, measured_days

OUTPUT: Final = "dry solids lifted"
LEAST_T: Final = 0.01  # error of a sum of logged tonnes
OUTPUT_SERIES: Final = "lifted_dry_t"


def compared_output(week: Week, forecast: ForecastDays | None) -> Iterator[Deviation]:
    """Yield the dry solids lifted on whole JST days since a forecast's first day against its members.

    The chance is that of the members smoothed by the bandwidth of `Expected`: the smallest chance that their ranks
    could tell is two in as many as there are members. Nothing without a forecast with a day behind it.
    """
    span = forecast_days(week, forecast)
    if forecast is None or span is None:
        return
    first, measured = measured_days(week.log)
    begin = forecast.first_day - first
    total = float(measured[SERIES.index(OUTPUT_SERIES), begin : begin + span].sum())
    sums = forecast.of(OUTPUT_SERIES)[:, :span].sum(axis=1)
    expected = Expected(sums, np.full(len(sums), LEAST_T))
    ends_s = day_start_s(forecast.first_day), day_start_s(forecast.first_day + span)
    vessel = week.vessels[0].name if len(week.vessels) == 1 else "mining"
    yield Deviation("output", vessel, OUTPUT, *ends_s, total, *expected.points(), "t", expected.p_value(total))


def forecast_days(week: Week, forecast: ForecastDays | None) -> int | None:
    """Return how many days of a forecast are over by the end of the log, at most those compared; None for none."""
    if forecast is None:
        return None
    over = jst_day_of(week.end_s) - forecast.first_day
    days = min(over, week.days, forecast.values.shape[2])
    return days if days > 0 else None


def lost_hours(week: Week, forecast: ForecastDays) -> dict[str, tuple[float, float]]:
    """Return measured hours and the median of a forecast by series of hours, over its days that are over."""
    span = forecast_days(week, forecast)
    if span is None:
        return {}
    first, measured = measured_days(week.log)
    begin = forecast.first_day - first
    return {
        name: (
            float(measured[SERIES.index(name), begin : begin + span].sum()),
            float(np.median(forecast.of(name)[:, :span].sum(axis=1))),
        )
        for name in SERIES
        if name.endswith("_h")
    }
