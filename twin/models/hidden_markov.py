"""Hidden Markov chain: which regime a day was in, exactly, from what each regime makes of the day's readings.

A day is a step; K regimes; row i of a transition matrix holds the chances of tomorrow's regime after regime i. Readings
enter as log emissions: the log density of a day's readings in each regime, a row of zeros where a day has none. Where a
transition has a first axis of days, entry t leads from t - 1 to t and entry 0 is not used.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.errors import ModelError
from twin.models.conjugate import Dirichlet
from twin.models.limits import FloatArray, not_negative, refuse_where

Ints = NDArray[np.int64]

PLACE: Final = "regime filter"
LEAST: Final = float(np.finfo(np.float64).min)
ROUNDING: Final = 1e-9  # a row of chances may miss a sum of 1 by no more


@dataclass(frozen=True, eq=False)
class RegimesFiltered:
    """What the days up to and with each day say of its regime.

    Attributes
    ----------
    log_predicted : logarithm of the chances before the day's readings, shape (T, K).
    log_probability : the same with them, shape (T, K).
    log_density : of each day's readings given those before, shape (T,).
    """

    log_predicted: FloatArray
    log_probability: FloatArray
    log_density: FloatArray

    @property
    def predicted(self) -> FloatArray:
        """Chances before each day's readings, shape (T, K)."""
        return np.exp(self.log_predicted)

    @property
    def probability(self) -> FloatArray:
        """Chances with each day's readings, shape (T, K)."""
        return np.exp(self.log_probability)

    @property
    def log_likelihood(self) -> float:
        """Logarithm of the density of all readings."""
        return float(self.log_density.sum())


@dataclass(frozen=True, eq=False)
class RegimesSmoothed:
    """What all days say of each.

    Attributes
    ----------
    probability : chances of each day's regime, shape (T, K).
    change : chances of regime i on day t and j on day t + 1, shape (T - 1, K, K).
    """

    probability: FloatArray
    change: FloatArray

    @property
    def transitions(self) -> FloatArray:
        """Expected number of changes from regime to regime, shape (K, K)."""
        return np.asarray(self.change.sum(axis=0))


def filter_regimes(log_emission: ArrayLike, transition: ArrayLike, initial: ArrayLike) -> RegimesFiltered:
    """Return the chances of every day's regime and the exact likelihood of the readings.

    Parameters
    ----------
    log_emission : log density of each day's readings in each regime, shape (T, K); -inf where one cannot give them.
    transition : chances, shape (K, K) or (T, K, K).
    initial : chances on day 0 before its readings, shape (K,).

    Raises
    ------
    ModelError : shapes do not agree, a row of chances does not sum to 1, or no regime can give a day's readings.

    Notes
    -----
    p_t|t-1 = A' p_t-1, p_t proportional to p_t|t-1 exp(e_t), all in logarithms: a regime that looks hopeless for weeks
    comes back as soon as the readings say so.

    References
    ----------
    Hamilton (1989), Econometrica 57, 357-384; Rabiner (1989), Proc. IEEE 77, 257-286.

    Examples
    --------
    A coin toss between two regimes that stay; the first is three times as likely to give the readings of each day:

    >>> found = filter_regimes(np.log([[3.0, 1.0], [3.0, 1.0]]), np.eye(2), [0.5, 0.5])
    >>> found.probability.round(6).tolist(), round(float(np.exp(found.log_likelihood)), 9)
    ([[0.75, 0.25], [0.9, 0.1]], 5.0)
    """
    emission, A, start = _emission(log_emission), _transition(transition), chances("initial chances", initial)
    days, count = emission.shape
    _fits(days, count, A, start)
    log_A, log_p = log_chances(A), log_chances(start)
    highest = np.maximum(emission.max(axis=1, initial=-np.inf), LEAST)
    relative = emission - highest[:, np.newaxis]
    predicted, probability, total = np.empty((days, count)), np.empty((days, count)), np.empty(days)
    for t in range(days):
        if t:
            log_p = np.logaddexp.reduce(log_p[:, np.newaxis] + (log_A[t] if A.ndim == 3 else log_A), axis=0)
        predicted[t] = log_p
        log_p = log_p + relative[t]
        total[t] = density = np.logaddexp.reduce(log_p)
        if density == -np.inf:
            raise ModelError(
                f"{PLACE}: no regime that can follow gives the readings of day {t}; one must: "
                "give its transition or its emission a chance above 0"
            )
        log_p = log_p - density
        probability[t] = log_p
    return RegimesFiltered(predicted, probability, total + highest)


def smooth_regimes(filtered: RegimesFiltered, transition: ArrayLike) -> RegimesSmoothed:
    """Return the chances of every day's regime and change given all days.

    Parameters
    ----------
    filtered : from :func:`filter_regimes`.
    transition : the one it was made with.

    Examples
    --------
    Regimes that stay: what day 1 says holds for day 0.

    >>> found = filter_regimes(np.log([[1.0, 1.0], [3.0, 1.0]]), np.eye(2), [0.5, 0.5])
    >>> smooth_regimes(found, np.eye(2)).probability.round(9).tolist()
    [[0.75, 0.25], [0.75, 0.25]]
    """
    A = _transition(transition)
    days, count = filtered.log_probability.shape
    _fits(days, count, A, filtered.log_predicted[0])
    log_A, smoothed = log_chances(A), filtered.log_probability.copy()
    change = np.empty((max(days - 1, 0), count, count))
    for t in range(days - 2, -1, -1):
        ahead = filtered.log_predicted[t + 1]
        gain = np.where(ahead > -np.inf, smoothed[t + 1] - np.maximum(ahead, LEAST), -np.inf)
        step = log_A[t + 1] if A.ndim == 3 else log_A
        log_change = filtered.log_probability[t][:, np.newaxis] + step + gain
        change[t] = np.exp(log_change)
        smoothed[t] = np.logaddexp.reduce(log_change, axis=1)
    return RegimesSmoothed(np.exp(smoothed), change)


def draw_paths(filtered: RegimesFiltered, transition: ArrayLike, paths: int, random: np.random.Generator) -> Ints:
    """Return paths of regimes drawn from all that the readings leave possible, shape (paths, T).

    Parameters
    ----------
    filtered : from :func:`filter_regimes`.
    transition : the one it was made with.
    paths : how many.
    random : source of the draws.

    Notes
    -----
    Forward filter, backward sample: the last day from its filtered chances, then day t from p_t(i) A(i, j), j drawn.

    References
    ----------
    Carter and Kohn (1994), Biometrika 81, 541-553.
    """
    A = _transition(transition)
    days, count = filtered.log_probability.shape
    _fits(days, count, A, filtered.log_predicted[0])
    log_A, found = log_chances(A), np.empty((paths, days), dtype=np.int64)
    u = random.random((days, paths))
    found[:, -1] = draw_columns(np.broadcast_to(filtered.log_probability[-1], (paths, count)), u[-1])
    for t in range(days - 2, -1, -1):
        back = (filtered.log_probability[t][:, np.newaxis] + (log_A[t + 1] if A.ndim == 3 else log_A)).T
        found[:, t] = draw_columns(back[found[:, t + 1]], u[t])
    return found


def predict_regimes(probability: ArrayLike, transition: ArrayLike, days: int) -> FloatArray:
    """Return the chances of the regimes of the next days, shape (days, K).

    Parameters
    ----------
    probability : today's chances, shape (K,).
    transition : constant chances, shape (K, K), or of the days ahead, entry 0 leading to tomorrow, shape (days, K, K).
    days : how many.

    Examples
    --------
    >>> predict_regimes([1.0, 0.0], [[0.9, 0.1], [0.5, 0.5]], 2).round(9).tolist()
    [[0.9, 0.1], [0.86, 0.14]]
    """
    p, A = chances("today's chances", probability), _transition(transition)
    _fits(days, len(p), A, p)
    found = np.empty((days, len(p)))
    for t in range(days):
        p = p @ (A[t] if A.ndim == 3 else A)
        found[t] = p
    return found


def stationary(transition: ArrayLike) -> FloatArray:
    """Return the share of days that a chain spends in each regime in the long run, shape (K,).

    Parameters
    ----------
    transition : chances, shape (K, K), with one set of regimes that is never left.

    Raises
    ------
    ModelError : there is more than one such set: the share hangs on where the chain began.

    Examples
    --------
    >>> stationary([[0.9, 0.1], [0.4, 0.6]]).round(9).tolist()
    [0.8, 0.2]
    """
    A = _transition(transition)
    if A.ndim != 2:
        raise ModelError(f"{PLACE}: transition changes from day to day; a long-run share needs a constant: take one")
    count = len(A)
    equations = np.vstack([A.T - np.eye(count), np.ones(count)])
    found, _, rank, _ = np.linalg.lstsq(equations, np.r_[np.zeros(count), 1.0], rcond=None)
    if rank < count:
        raise ModelError(
            f"{PLACE}: {count - rank + 1} sets of regimes are never left; a long-run share needs one such set: "
            "give every regime a way to the others"
        )
    kept = np.maximum(found, 0.0)
    return np.asarray(kept / kept.sum())


def count_changes(path: ArrayLike, regimes: int) -> FloatArray:
    """Return how often each regime follows each in a known path, shape (regimes, regimes).

    Parameters
    ----------
    path : regime of every day, 0 to regimes - 1; -1 where it is not known, shape (T,).
    regimes : how many there are.

    Examples
    --------
    >>> count_changes([0, 0, 1, -1, 1, 0], 2).tolist()
    [[1.0, 1.0], [1.0, 0.0]]
    """
    days = np.asarray(path, dtype=np.int64)
    refuse_where((days < -1) | (days >= regimes), PLACE, "regime", days.astype(np.float64),
                 f"must be 0 to {regimes - 1}, or -1 where unknown", "number them from 0")  # fmt: skip
    known = (days[:-1] >= 0) & (days[1:] >= 0)
    flat = np.bincount(days[:-1][known] * regimes + days[1:][known], minlength=regimes * regimes)
    return flat.reshape(regimes, regimes).astype(np.float64)


def transition_posterior(prior: ArrayLike, changes: ArrayLike) -> Dirichlet:
    """Return what counted changes make of a belief about every row of a transition matrix.

    Parameters
    ----------
    prior : concentrations, row by row: changes that the belief is worth, shape (K, K), above 0.
    changes : known (:func:`count_changes`) or expected (``RegimesSmoothed.transitions``), shape (K, K).

    Notes
    -----
    Exact for a known path. Expected changes are the step of expectation maximisation: their spread is too small where
    days are doubtful; alternate :func:`draw_paths` with draws from this posterior (Gibbs) for the exact one.

    Examples
    --------
    >>> transition_posterior([[1.0, 1.0], [1.0, 1.0]], [[7.0, 1.0], [0.0, 0.0]]).mean.tolist()
    [[0.8, 0.2], [0.5, 0.5]]
    """
    return Dirichlet(np.asarray(prior, dtype=np.float64)).after(changes)


def chances(name: str, values: ArrayLike) -> FloatArray:
    """Return chances as an array whose last axis sums to 1 exactly but for rounding.

    Raises
    ------
    ModelError : one is negative or not finite, or a sum is not 1.

    Examples
    --------
    >>> chances("transition", [0.7, 0.2])
    Traceback (most recent call last):
    ops_data.errors.ModelError: regime filter: sum of transition is 0.9 at state 0; it must be 1: divide by the sum
    """
    array = not_negative(PLACE, name, values, "a chance is 0 to 1")
    total = np.atleast_1d(array.sum(axis=-1))
    refuse_where(np.abs(total - 1.0) > ROUNDING, PLACE, f"sum of {name}", total, "must be 1", "divide by the sum")
    return array


def log_chances(values: FloatArray) -> FloatArray:
    """Return logarithms, -inf for a chance of 0."""
    with np.errstate(divide="ignore"):
        return np.log(values)


def draw_columns(log_weight: FloatArray, u: FloatArray) -> Ints:
    """Return a column per row, drawn in proportion to the row's weights, of which one at least is above 0.

    Parameters
    ----------
    log_weight : logarithms, shape (rows, columns).
    u : uniform draws on [0, 1), shape (rows,).

    Examples
    --------
    >>> draw_columns(np.log([[1.0, 3.0], [1.0, 3.0]]) - 1e4, np.array([0.2, 0.3])).tolist()
    [0, 1]
    """
    edge = np.cumsum(np.exp(log_weight - log_weight.max(axis=1, keepdims=True)), axis=1)
    return np.asarray((edge <= (u * edge[:, -1])[:, np.newaxis]).sum(axis=1), dtype=np.int64)


def _emission(values: ArrayLike) -> FloatArray:
    emission = np.asarray(values, dtype=np.float64)
    if emission.ndim != 2:
        raise ModelError(f"{PLACE}: log emission has {emission.ndim} axes; it must have (days, regimes): reshape it")
    refuse_where(np.isnan(emission) | (emission == np.inf), PLACE, "log emission", emission, "must be a log density",
                 "give a day without readings a row of zeros")  # fmt: skip
    return emission


def _transition(values: ArrayLike) -> FloatArray:
    A = chances("a row of the transition", values)
    if A.ndim not in (2, 3) or A.shape[-1] != A.shape[-2]:
        raise ModelError(f"{PLACE}: transition has shape {A.shape}; it must be (K, K) or (T, K, K): reshape it")
    return A


def _fits(days: int, count: int, A: FloatArray, start: FloatArray) -> None:
    if start.shape != (count,) or A.shape not in ((count, count), (days, count, count)):
        raise ModelError(
            f"{PLACE}: {days} days of {count} regimes do not go with chances of shapes {start.shape} and {A.shape}; "
            f"they must have ({count},) and ({count}, {count}), with or without days: match them"
        )
