"""The next days of a sea whose last day is known: real days of a record that began like it, moved onto today's level.

Waves and wind are worked with as *scores*: the standard normal quantile of their rank within the calendar month (see
`sea_state`). What is measured of the last 24 hours before the *anchor* hour (the hours of `LAGS`, as far as they were
measured) is the state. A linear regression over the hours of the record in the same season says what a difference in
that state means for every later hour. The analogs of today are the hours whose states differ least in what they mean
for the hours at `JUDGED_LEADS_H`; one is drawn by a kernel that falls to 0 at the farthest of them, and followed as the
record went on. The difference between today's state and the analog's is added with the regression's coefficients, so
the path starts at today's score and forgets the difference as fast as the record itself forgets one.

Measurements have errors. The states of the record are therefore seen through the same instruments: each gets errors of
the stated size before the regression and the search. What the regression then makes of a difference, and what stays
between an analog and today, hold for today's state with its errors too; a path starts at what the sea probably was.

After `FOLLOWED_H` the path turns into the replicate's own resampled sea over `BLENDED_H`: path · cos + own · sin, which
keeps the variance of two independent standard normal series; from then on the sea is the replicate's own.

Known limits: the wind's direction, the swell's period and the large-scale weather are not part of the state; a state
more extreme than any in the record leans on the regression; scores beyond ±`SCORE_LIMIT` are held there.

References
----------
Lorenz, E. N. (1969): Atmospheric predictability as revealed by naturally occurring analogues. Journal of the
Atmospheric Sciences 26, 636-646 (forecasts by analogs).
Beaumont, M. A., Zhang, W., Balding, D. J. (2002): Approximate Bayesian computation in population genetics. Genetics
162, 2025-2035 (neighbours moved by a regression onto the observed state).
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri_exp

from ops_data.errors import ModelError
from ops_data.units import DAYS_PER_YEAR, HOURS_PER_DAY
from twin.models.sea_state import RankedRecord, SiteMarginals, lognormal_parameters
from twin.models.streams import generator

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Lag: TypeAlias = tuple[int, int]

HS, WIND = 0, 1  # rows of a pair of scores
LAGS: Final[tuple[Lag, ...]] = (
    *((HS, lag) for lag in (0, 1, 2, 3, 6, 12, 24)),
    *((WIND, lag) for lag in (0, 1, 2, 3, 6, 12)),
)
LONGEST_LAG_H: Final = max(lag for _, lag in LAGS)
FOLLOWED_H: Final = 168
BLENDED_H: Final = 48
CONDITIONED_H: Final = FOLLOWED_H + BLENDED_H
JUDGED_LEADS_H: Final = (6, 12, 24, 48)
NEIGHBOURS: Final = 800  # of 11,000; 200 and 400 give intervals a little too narrow and no better scores
LEAST_CANDIDATES: Final = 400
SHORT_RECORD_SHARE: Final = 4  # of a short record one candidate in so many serves
THINNED_H: Final = 3  # hours of the record from one candidate to the next
SEASON_H: Final = 45 * HOURS_PER_DAY  # either side of the middle of the anchor's month
YEAR_H: Final = round(DAYS_PER_YEAR * HOURS_PER_DAY)
HALF_MONTH_H: Final = 15 * HOURS_PER_DAY
LEAST_HS_M: Final = 0.01  # for its logarithm
LEAST_VARIANCE: Final = 1e-9  # of a score, where nothing stays unexplained
SCORE_LIMIT: Final = 4.0  # about the largest of 23,000 hours, thirty years of one month


@dataclass(frozen=True, eq=False)
class AnalogLibrary:
    """Hours of a record in one season, as analogs of a state.

    Attributes
    ----------
    scores : scores of Hs and wind of the whole record, shape (2, hours).
    lags : what the state holds: (row of `scores`, hours before the anchor) each, length p.
    hour : hour in the record of each candidate, ascending, shape (n,).
    seen : state of each candidate as today's instruments would have seen it, shape (n, p).
    response : what a difference in the state means for both scores, by lead, shape (CONDITIONED_H + 1, 2, p).
    meaning : turns a state into what it means at `JUDGED_LEADS_H`, over what stays unexplained, shape (q, p).
    meant : what the candidates' states mean there, shape (q, n).
    """

    scores: Floats
    lags: tuple[Lag, ...]
    hour: Ints
    seen: Floats
    response: Floats
    meaning: Floats
    meant: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The analogs of one state: which candidates, and the running sum of their chances, shape (k,) each."""

    candidate: Ints
    running_chance: Floats


@dataclass(frozen=True, eq=False)
class _Season:
    """How the hours of a season went on; p is the length of `LAGS`.

    `hour`, `state` : candidates and their states, shape (n,), (n, p); `among` : covariances within the states, shape
    (p, p); `ahead` : of the states with both scores by lead, shape (p, CONDITIONED_H + 1, 2); `later` : variance of
    those scores, shape (CONDITIONED_H + 1, 2).
    """

    hour: Ints
    state: Floats
    among: Floats
    ahead: Floats
    later: Floats


@lru_cache(maxsize=24)
def _season(record: RankedRecord, month: int) -> _Season:
    scores, hour = record_scores(record), _season_hours(record, month)
    if len(hour) < LEAST_CANDIDATES:
        raise ModelError(
            f"the record holds {len(hour)} hours of the season, {THINNED_H} h apart; analogs need {LEAST_CANDIDATES}; "
            "name a record of several years as weather.record"
        )
    state = np.column_stack([scores[row][hour - lag] for row, lag in LAGS])
    weights = (state - state.mean(axis=0)).T / len(hour)
    ahead, later = np.empty((len(LAGS), CONDITIONED_H + 1, 2)), np.empty((CONDITIONED_H + 1, 2))
    for lead in range(CONDITIONED_H + 1):
        came = scores[:, hour + lead]
        ahead[:, lead], later[lead] = weights @ came.T, came.var(axis=1)
    return _Season(hour, state, weights @ state, ahead, later)


@lru_cache(maxsize=64)
def analog_library(
    record: RankedRecord, month: int, lags: tuple[Lag, ...], noise: tuple[float, float] = (0.0, 0.0)
) -> AnalogLibrary:
    """Return the candidates of a season and what differences between them mean.

    Parameters
    ----------
    record : the ranked record.
    month : calendar month of the anchor, January = 0; the season reaches 45 days either side of its middle.
    lags : what is known of today, some of :data:`LAGS`.
    noise : standard deviation of the error of an hour's measured score, of Hs and of the wind [-].

    Raises
    ------
    ModelError
        Nothing is known, or the record holds too few hours of that season.
    """
    if not lags:
        raise ModelError("no hour of Hs or wind is known at the anchor; an analog needs at least one")
    season = _season(record, month)
    used = [LAGS.index(lag) for lag in lags]
    error = np.array([noise[row] for row, _ in lags])
    draws = generator(0, 0, "sea_analog_noise", str(month)).standard_normal(season.state.shape)
    seen = season.state[:, used] + error * draws[:, used]
    ahead = season.ahead[used]
    inverse = np.linalg.pinv(season.among[np.ix_(used, used)] + np.diag(error**2), rcond=1e-12, hermitian=True)
    slopes = np.tensordot(inverse, ahead, axes=1)
    unexplained = np.maximum(season.later - (slopes * ahead).sum(axis=0), LEAST_VARIANCE)
    response = slopes.transpose(1, 2, 0)
    judged = list(JUDGED_LEADS_H)
    meaning = (response[judged] / np.sqrt(unexplained[judged])[..., None]).reshape(-1, len(lags))
    meant = (meaning @ seen.T).astype(np.float32)
    return AnalogLibrary(record_scores(record), lags, season.hour, seen, response, meaning, meant)


@lru_cache(maxsize=4)
def record_scores(record: RankedRecord) -> Floats:
    """Return the scores of Hs and wind of a whole record, shape (2, hours)."""
    wind = -ndtri_exp(-np.exp(record.wind_log_hazard.astype(np.float64)))
    return np.stack([record.hs_score.astype(np.float64), wind])


def _season_hours(record: RankedRecord, month: int) -> Ints:
    """Return every third hour near a calendar month that has a day before it and all leads after it."""
    hours = np.arange(LONGEST_LAG_H, len(record.hs_score) - CONDITIONED_H, THINNED_H, dtype=np.int64)
    middle = int(record.month_hour[0, month]) + HALF_MONTH_H
    away = (hours - middle + YEAR_H // 2) % YEAR_H - YEAR_H // 2
    return hours[np.abs(away) <= SEASON_H]


def nearest(library: AnalogLibrary, state: Floats, excluded: tuple[int, int] | None = None) -> Neighbours:
    """Return the analogs of a state and the chance of each to be drawn.

    Parameters
    ----------
    library : the candidates.
    state : today's state, shape (p,), in the order of ``library.lags``.
    excluded : hours of the record from one up to another that may not serve, for hindcasts on the record itself.

    Notes
    -----
    The chance of a candidate at distance d is proportional to 1 - (d / D)², D the distance of the one after the
    `NEIGHBOURS` nearest.
    """
    off = library.meant - (library.meaning @ state).astype(np.float32)[:, None]
    squared = np.einsum("qn,qn->n", off, off)
    if excluded is not None:
        squared[(library.hour >= excluded[0]) & (library.hour < excluded[1])] = np.inf
    count = min(NEIGHBOURS, len(squared) // SHORT_RECORD_SHARE)
    order = np.argpartition(squared, count)[: count + 1]
    near = squared[order].astype(np.float64)
    chance = 1.0 - near / max(near.max(), np.finfo(np.float64).tiny)
    return Neighbours(order, np.cumsum(chance / chance.sum()))


def follow(library: AnalogLibrary, neighbours: Neighbours, state: Floats, draws: Floats) -> Floats:
    """Return the scores of the hours from the anchor on, one path per draw.

    Parameters
    ----------
    library, neighbours, state : see :func:`nearest`.
    draws : uniform on [0, 1), shape (paths,).

    Returns
    -------
    scores of Hs and wind, lead 0 (the anchor itself) … CONDITIONED_H, shape (paths, 2, CONDITIONED_H + 1).
    """
    last = len(neighbours.candidate) - 1
    place = np.minimum(np.searchsorted(neighbours.running_chance, draws, side="right"), last)
    drawn = neighbours.candidate[place]
    went_on = library.scores[:, library.hour[drawn][:, None] + np.arange(CONDITIONED_H + 1)]
    moved = np.einsum("lrp,np->nrl", library.response, state - library.seen[drawn])
    return np.asarray(np.clip(went_on.transpose(1, 0, 2) + moved, -SCORE_LIMIT, SCORE_LIMIT))


def turned(path: Floats, own: Floats) -> Floats:
    """Return a path that turns from an analog into a replicate's own scores.

    Parameters
    ----------
    path : scores by lead 0 … n - 1 from the anchor, shape (…, n), n at most CONDITIONED_H + 1.
    own : the replicate's own scores of the same hours, same shape.

    Examples
    --------
    >>> turned(np.ones(217), np.zeros(217))[[0, 168, 192, 216]].round(3).tolist()
    [1.0, 1.0, 0.707, 0.0]
    """
    turn = np.clip((np.arange(path.shape[-1]) - FOLLOWED_H) / BLENDED_H, 0.0, 1.0) * (math.pi / 2)
    return np.asarray(np.cos(turn) * path + np.sin(turn) * own)


def to_scores(record: RankedRecord, site: SiteMarginals | None, values: Floats, month: Ints) -> Floats:
    """Return the scores of waves and wind.

    Parameters
    ----------
    record : the ranked record, for its own marginals.
    site : the site's monthly distributions; None: those of the record.
    values : Hs [m] and wind [m/s], 0 or more, NaN where not known, shape (2, hours).
    month : calendar month of each hour, January = 0, shape (hours,).

    Returns
    -------
    Scores within ±SCORE_LIMIT, NaN where not known, shape (2, hours).
    """
    scores = np.empty_like(values)
    if site is None:
        for row, calendar_month in _by_month(month):
            here = month == calendar_month
            own, own_scores = _own_levels(record)[calendar_month][row]
            scores[row, here] = np.interp(values[row, here], own, own_scores)
    else:
        mu, sigma, scale = _site_arrays(site)
        with np.errstate(divide="ignore"):  # a calm: the lowest score
            logs = np.log(values)
        scores[HS] = (logs[HS] - mu[month]) / sigma[month]
        log_hazard = site.wind_weibull_shape * (logs[WIND] - np.log(scale)[month])
        scores[WIND] = -ndtri_exp(-np.exp(log_hazard))
    return np.clip(scores, -SCORE_LIMIT, SCORE_LIMIT)


def to_values(record: RankedRecord, site: SiteMarginals | None, scores: Floats, month: Ints) -> Floats:
    """Return Hs [m] and wind [m/s] of scores, shape (2, hours); the inverse of :func:`to_scores`."""
    values = np.empty_like(scores)
    if site is None:
        for row, calendar_month in _by_month(month):
            here = month == calendar_month
            own, own_scores = _own_levels(record)[calendar_month][row]
            values[row, here] = np.interp(scores[row, here], own_scores, own)
        return values
    mu, sigma, scale = _site_arrays(site)
    values[HS] = np.exp(mu[month] + sigma[month] * scores[HS])
    values[WIND] = scale[month] * np.exp(np.log(-log_ndtr(-scores[WIND])) / site.wind_weibull_shape)
    return values


def log_spread(record: RankedRecord, site: SiteMarginals | None) -> Floats:
    """Return the standard deviation of ln(Hs) of each calendar month, January first, shape (12,)."""
    if site is not None:
        return _site_arrays(site)[1]
    return np.array([np.log(np.maximum(levels[HS][0], LEAST_HS_M)).std() for levels in _own_levels(record)])


def _by_month(month: Ints) -> list[tuple[int, int]]:
    return [(row, int(one)) for row in (HS, WIND) for one in np.unique(month)]


def _site_arrays(site: SiteMarginals) -> tuple[Floats, Floats, Floats]:
    """Return mu and sigma of Hs and the Weibull scale of the wind [m/s], twelve each (see `sea_state.background`)."""
    hs = np.array([lognormal_parameters(mean, sd) for mean, sd in zip(site.hs_mean_m, site.hs_sd_m, strict=True)])
    scale = np.array(site.wind_mean_m_s) / math.gamma(1 + 1 / site.wind_weibull_shape)
    return hs[:, 0], hs[:, 1], scale


@lru_cache(maxsize=4)
def _own_levels(record: RankedRecord) -> list[list[tuple[Floats, Floats]]]:
    """Return, by calendar month and row, the record's sorted values and their scores."""
    scores = record_scores(record)
    values = np.stack([record.hs_m, record.wind_m_s]).astype(np.float64)
    month = np.empty(len(record.hs_m), np.int64)
    starts = np.append(record.month_hour.ravel(), len(month))
    for place in range(len(starts) - 1):
        month[max(int(starts[place]), 0) : max(int(starts[place + 1]), 0)] = place % 12
    return [
        [(np.sort(values[row, month == one]), np.sort(scores[row, month == one])) for row in (HS, WIND)]
        for one in range(12)
    ]
