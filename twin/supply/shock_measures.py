"""What is told of a shock: fill rates, line-down days, times to survive and to recover, lost service, cover."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.units import DAYS_PER_YEAR
from twin.models.limits import FloatArray
from twin.models.stock_cover import cover_days
from twin.supply.shock_case import ShockCase
from twin.supply.shock_paths import Regime

AHEAD_D: Final = 30  # days over which arrivals are averaged for the cover of a day
MONTH_D: Final = DAYS_PER_YEAR / 12.0
ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Measures of one scenario, draw and rule; sectors without demand are nan.

    Attributes
    ----------
    fill_rate : mean over all days, shape (9,) [1].
    fill_in_shock : mean over the days from the start of the shock to its end, or to the last day, shape (9,) [1].
    worst_month_fill : mean of the worst month, counted from the first day, shape (9,) [1].
    line_down_d : days on which a sector's fill is below its threshold, shape (9,).
    survive_d : days from the start of the shock to the first such day, shape (9,); infinite: none.
    survive_any_d : the same for the first sector.
    recover_d : days from the end of the shock until every sector's fill stays at ``shock.recovered_fill`` or above;
        0: it never falls below, or not after the end; infinite: not within the days followed, or the shock that made
        it fall does not end within them.
    lost_t : need that is not served, by element, shape (8,) [t].
    lost_days : sum over days of 1 - fill, shape (9,) [d].
    lost_sector_d : the same over all sectors [sector-days].
    still_on : whether the shock has not ended by the last day.
    cover_start_d : stock over what is missing on average while the shock lasts, shape (8,) [d]; infinite: nothing is.
    cover_least_d : smallest cover of any day, against need of the day and arrivals of the next 30 days, shape (8,) [d].
    cover_d : cover of each day, shape (days, 8) [d].
    """

    fill_rate: FloatArray
    fill_in_shock: FloatArray
    worst_month_fill: FloatArray
    line_down_d: FloatArray
    survive_d: FloatArray
    survive_any_d: float
    recover_d: float
    lost_t: FloatArray
    lost_days: FloatArray
    lost_sector_d: float
    still_on: bool
    cover_start_d: FloatArray
    cover_least_d: FloatArray
    cover_d: FloatArray


def measures(
    case: ShockCase,
    rules: Regime,
    fill: FloatArray,
    lost_t: FloatArray,
    stock_t: FloatArray,
    flows_t_d: tuple[FloatArray, FloatArray],
) -> Measures:
    """Return the measures of an outcome.

    Parameters
    ----------
    case, rules : the case and what its scenario does.
    fill : shape (9, days); nan: no demand.
    lost_t : shape (9, 8) [t].
    stock_t : all stock at the start of each day, as separated oxide, shape (days, 8) [t].
    flows_t_d : need and arrivals of each day, as separated oxide, shape (days, 8) [t/d].
    """
    known = ~np.isnan(fill[:, 0])
    down = fill < np.asarray(case.threshold, np.float64)[:, np.newaxis] - ROUNDING
    survive = np.where(known, first_day(down) - rules.start_d, np.nan)
    first, last = span(rules, fill.shape[1])
    lost = (1.0 - fill).sum(axis=1)
    cover, start = covers(rules, stock_t, flows_t_d[0], flows_t_d[1])
    return Measures(
        fill.mean(axis=1),
        fill[:, first:last].mean(axis=1),
        monthly(fill.T).min(axis=0),
        np.where(known, down.sum(axis=1), np.nan),
        survive,
        float(np.nanmin(survive)) if known.any() else np.inf,
        recovery_d(fill[known], rules.end_d, case.values["shock.recovered_fill"]),
        lost_t.sum(axis=0),
        lost,
        float(lost[known].sum()),
        rules.end_d >= fill.shape[1],
        start,
        cover.min(axis=0),
        cover,
    )


def span(rules: Regime, days: int) -> tuple[int, int]:
    """Return the first day of the shock and the day after its last one, one at least, within the days followed."""
    first = min(max(round(rules.start_d), 0), days - 1)
    return first, max(min(round(min(rules.end_d, days)), days), first + 1)


def first_day(down: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> FloatArray:
    """Return the first true day of each row, infinite if there is none.

    Examples
    --------
    >>> first_day(np.array([[False, True], [False, False]])).tolist()
    [1.0, inf]
    """
    return np.where(down.any(axis=1), down.argmax(axis=1).astype(np.float64), np.inf)


def recovery_d(fill: FloatArray, end_d: float, level: float) -> float:
    """Return days from the end of a shock until all fills stay at a level or above to the last day.

    Examples
    --------
    The shock ends with day 1; day 2 is still short:

    >>> recovery_d(np.array([[1.0, 0.4, 0.9, 1.0]]), 1.0, 0.99)
    2.0
    """
    days = fill.shape[1]
    short = np.flatnonzero((fill < level - ROUNDING).any(axis=0))
    if not len(short):
        return 0.0
    if end_d >= days or short[-1] == days - 1:
        return np.inf
    return max(float(short[-1]) + 1.0 - end_d, 0.0)


def covers(
    rules: Regime, stock_t: FloatArray, need_t_d: FloatArray, arrivals_t_d: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the cover of each day, shape (days, 8), and that at the start of the shock, shape (8,) [d].

    Notes
    -----
    S/(D - s). Of a day: D its need, s the mean arrivals of the next 30 days (fewer at the end). At the start: the mean
    need and arrivals while the shock lasts.
    """
    days = len(stock_t)
    total = np.concatenate((np.zeros((1, stock_t.shape[1])), np.cumsum(arrivals_t_d, axis=0)))
    upto = np.minimum(np.arange(days) + AHEAD_D, days)
    first = np.minimum(np.arange(days), np.maximum(days - AHEAD_D, 0))
    mean = np.maximum(total[upto] - total[first], 0.0) / (upto - first)[:, np.newaxis]
    begin, end = span(rules, days)
    start = cover_days(stock_t[begin], need_t_d[begin:end].mean(axis=0), arrivals_t_d[begin:end].mean(axis=0))
    idle = need_t_d.max(axis=0) <= 0.0
    daily = cover_days(stock_t, need_t_d, mean)
    daily[:, idle], start[idle] = np.nan, np.nan
    return daily, start


def monthly(series: FloatArray) -> FloatArray:
    """Return means by month, from the first day on; days on the first axis, the last month may be short.

    Infinite days are left out; a month of them is infinite.

    Examples
    --------
    >>> monthly(np.arange(61.0)).round(1).tolist()
    [15.0, 45.5]
    """
    month = (np.arange(len(series)) / MONTH_D).astype(np.int64)
    begins = np.flatnonzero(np.diff(month, prepend=-1))
    finite = np.isfinite(series)
    total = np.add.reduceat(np.where(finite, series, 0.0), begins, axis=0)
    count = np.add.reduceat(finite, begins, axis=0, dtype=np.float64)
    endless = np.logical_or.reduceat(np.isinf(series), begins, axis=0)
    empty = np.where(endless, np.inf, np.nan)
    return np.divide(total, count, out=empty, where=count > 0.0)
