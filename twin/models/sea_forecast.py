"""Forecasts of the sea itself: until when, as seen at the last issue, does a limit hold?

A forecast multiplies the true sea by exp(s(lead) * z): s grows linearly from 0 through its values at 24 and 72 h and
is held beyond; z is standard normal, one per issue, first-order autoregressive from issue to issue and drawn afresh at
the first issue of each UTC month, so that it does not depend on where a span starts. Waves and wind share the factor.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.units import HOURS_PER_DAY
from twin.models.sea_state import month_hours
from twin.models.storm_forecast import NEVER, autoregression
from twin.models.streams import generator

GROWTH_LEADS_H: Final = (0.0, 24.0, 72.0)


@dataclass(frozen=True, eq=False)
class SeaForecastErrors:
    """Errors of every issue of a span.

    Attributes
    ----------
    issue_interval_h : hours from one issue to the next; divides 24.
    spread_24h, spread_72h : relative standard deviation of the sea at 24 and 72 h lead [-].
    score : standard normal error of each issue, shape (issues,); all zero under perfect foresight.
    """

    issue_interval_h: int
    spread_24h: float
    spread_72h: float
    score: NDArray[np.float64]


def issue_scores(
    seed: int, replicate: int, first_month: int, last_month: int, issue_interval_h: int, correlation: float
) -> NDArray[np.float64]:
    """Return the error score of every issue of whole UTC months.

    Parameters
    ----------
    seed, replicate : which luck; stream ``sea_forecast``, owner ``YYYY-MM``.
    first_month, last_month : UTC months counted from January 1970 = 0, both included.
    issue_interval_h : hours between issues; divides 24, so that a month holds a whole number of issues.
    correlation : correlation from issue to issue [-], 0 … 1.
    """
    scores = []
    for month in range(first_month, last_month + 1):
        count = month_hours(month) // issue_interval_h
        owner = f"{1970 + month // 12:04d}-{month % 12 + 1:02d}"
        normals = generator(seed, replicate, "sea_forecast", owner).standard_normal(count)
        longest = 31 * HOURS_PER_DAY // issue_interval_h
        scores.append(autoregression(longest, correlation)[:count, :count] @ normals)
    return np.concatenate(scores)


def closing_hour(load: NDArray[np.float32], errors: SeaForecastErrors) -> NDArray[np.int64]:
    """Return, for every hour, the first later hour that the last issue at or before it expects to be closed.

    Parameters
    ----------
    load : the true sea over its limit, hourly [-], shape (hours,), hours a whole number of issues; an hour is closed
        when its forecast load is above 1.
    errors : the errors of every issue of the same hours.

    Returns
    -------
    index of the first closed hour after this one, or :data:`NEVER`; the hour itself is taken as observed.
    """
    step = errors.issue_interval_h
    growing = max(int(GROWTH_LEADS_H[-1]), step + 1)
    leads = np.arange(growing, dtype=np.float64)
    spread = np.interp(leads, GROWTH_LEADS_H, (0.0, errors.spread_24h, errors.spread_72h))
    padded = np.append(load, np.zeros(growing, np.float32))
    ahead = np.lib.stride_tricks.sliding_window_view(padded, growing)[: len(load) : step]
    allowed = np.exp(-np.outer(errors.score, spread)).astype(np.float32)
    closed = ahead > allowed
    issue = np.arange(len(closed)) * step
    held = np.exp(-errors.score * errors.spread_72h).astype(np.float32)
    far = first_above(load, np.minimum(issue + growing, len(load)), held)
    later = closed[:, step:]
    nearest = np.where(later.any(axis=1), issue + step + later.argmax(axis=1), far)
    closing = np.empty((len(closed), step), np.int64)
    for lead in range(step - 1, -1, -1):
        closing[:, lead] = nearest
        nearest = np.where(closed[:, lead], issue + lead, nearest)
    return closing.ravel()


def first_above(values: NDArray[np.float32], start: NDArray[np.int64], level: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the first index at or after a start where a series is above a level, or :data:`NEVER`.

    Parameters
    ----------
    values : the series, shape (n,).
    start : first index to look at, 0 … n, shape (queries,).
    level : the level of each query, shape (queries,).

    Notes
    -----
    Binary lifting over the maxima of 1, 2, 4 … values: about log2(n) comparisons a query, whatever the run's length.
    """
    maxima = [np.append(values, np.float32(-np.inf))]
    while 2 ** len(maxima) <= len(values):
        half, below = 2 ** (len(maxima) - 1), maxima[-1]
        above = below.copy()
        np.maximum(below[:-half], below[half:], out=above[:-half])
        maxima.append(above)
    at = np.minimum(start, len(values))
    for power in range(len(maxima) - 1, -1, -1):
        low = maxima[power][at] <= level
        at = np.where(low, np.minimum(at + 2**power, len(values)), at)
    found = (at < len(values)) & (maxima[0][at] > level)
    return np.where(found, at, NEVER)
