"""How good forecasts were: scores of ensembles, ranges and chances against what happened.

Scores are losses: smaller is better. An ensemble has its members along the last axis. One forecast
against another: `twin.models.skill`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtr

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, not_negative, refuse_where

Ints = NDArray[np.int64]

PLACE: Final = "score"
ROOT_PI: Final = float(np.sqrt(np.pi))
ROOT_2_PI: Final = float(np.sqrt(2.0 * np.pi))
FAR: Final = 50.0  # deviations at which a normal distribution is 0 or 1 to the last bit


def crps_ensemble(
    ensemble: ArrayLike, observed: ArrayLike, weights: ArrayLike | None = None, fair: bool = False
) -> FloatArray:
    """Return the continuous ranked probability score of ensembles.

    Parameters
    ----------
    ensemble : members, shape (..., N).
    observed : what happened, shape (...).
    weights : of the members, 0 or above with a sum above 0, broadcast to (..., N); None for equal ones.
    fair : correct for the number of members, so that ensembles of different sizes compare; may fall below 0.

    Returns
    -------
    Score in the unit of the observation, shape (...): for one member the absolute error.

    Notes
    -----
    E|X - y| - E|X - X'| / 2; fair divides the second term by 1 - Σw² (equal weights: 1 - 1/N).

    References
    ----------
    Gneiting and Raftery (2007), J. Am. Stat. Assoc. 102, 359-378; Ferro (2014), Q. J. R. Meteorol. Soc. 140, 1917-1923.

    Examples
    --------
    >>> crps_ensemble([0.0, 2.0], 1.0).tolist(), crps_ensemble([0.0, 2.0], 1.0, fair=True).tolist()
    (0.5, 0.0)
    """
    off, w = _members(ensemble, observed, weights)
    error = (w * np.abs(off)).sum(axis=-1)
    order = np.argsort(off, axis=-1)
    off, w = np.take_along_axis(off, order, -1), np.take_along_axis(w, order, -1)
    below = np.cumsum(w, axis=-1)
    spread = (w * off * (2.0 * below - w - 1.0)).sum(axis=-1)
    if not fair:
        return np.asarray(np.maximum(error - spread, 0.0))
    apart = 1.0 - (w * w).sum(axis=-1)
    refuse_where(
        apart <= 1e-12, PLACE, "ensemble's share of pairs", apart, "must be above 0", "take two members or more"
    )
    return np.asarray(error - spread / apart)


def crps_gaussian(mean: ArrayLike, spread: ArrayLike, observed: ArrayLike) -> FloatArray:
    """Return the continuous ranked probability score of Gaussian forecasts.

    Parameters
    ----------
    mean, spread : of the forecast, spread 0 or above; broadcast with ``observed``.

    Notes
    -----
    (y - μ) (2 Φ(z) - 1) + σ (2 φ(z) - 1/√π), z = (y - μ) / σ; |y - μ| for σ = 0.

    References
    ----------
    Gneiting, Raftery, Westveld and Goldman (2005), Mon. Weather Rev. 133, 1098-1118.

    Examples
    --------
    >>> crps_gaussian(0.0, [1.0, 0.0], [0.0, 3.0]).round(6).tolist()
    [0.233695, 3.0]
    """
    sd = not_negative(PLACE, "spread", spread, "a standard deviation")
    off, sd = np.broadcast_arrays(as_finite("observation", observed) - as_finite("mean", mean), sd)
    least = np.maximum(sd, np.abs(off) / FAR)
    z = np.divide(off, least, out=np.zeros(off.shape), where=least > 0.0)
    score = off * (2.0 * ndtr(z) - 1.0) + sd * (2.0 * np.exp(-0.5 * z * z) / ROOT_2_PI - 1.0 / ROOT_PI)
    return np.asarray(np.maximum(score, 0.0))


def pinball(quantile: ArrayLike, observed: ArrayLike, p: ArrayLike) -> FloatArray:
    """Return the loss of forecasts of the p quantile: p or 1 - p times the error above or below; all broadcast.

    References
    ----------
    Koenker and Bassett (1978), Econometrica 46, 33-50.

    Examples
    --------
    >>> pinball(10.0, [12.0, 8.0], 0.9).round(9).tolist()
    [1.8, 0.2]
    """
    chance = _chances("quantile", p)
    off = as_finite("observation", observed) - as_finite("forecast", quantile)
    return np.asarray(np.maximum(chance * off, (chance - 1.0) * off))


def brier(chance: ArrayLike, happened: ArrayLike) -> FloatArray:
    """Return the squared difference of stated chances from what happened (1 or 0); broadcast.

    References
    ----------
    Brier (1950), Mon. Weather Rev. 78, 1-3.

    Examples
    --------
    >>> brier([0.5, 1.0], [True, False]).tolist()
    [0.25, 1.0]
    """
    return np.asarray((_chances("forecast", chance) - _chances("event", happened)) ** 2)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many observations lay in their ranges, and what that says of the chance of it.

    Attributes
    ----------
    inside, count : observations in their range, and all of them.
    low, high : Wilson's range of the chance to lie inside.
    """

    inside: int
    count: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share of observations inside."""
        return self.inside / self.count


def coverage(low: ArrayLike, high: ArrayLike, observed: ArrayLike, confidence: float = 0.9) -> Coverage:
    """Return how often observations lie in their ranges, ends included.

    Parameters
    ----------
    low, high : ends of the ranges; broadcast with ``observed``.
    confidence : of Wilson's range, above 0 and below 1. It holds for observations independent of one another.

    Raises
    ------
    ModelError : there is no observation, or a range has its ends swapped.

    References
    ----------
    Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.

    Examples
    --------
    >>> found = coverage(0.0, 1.0, [0.5] * 81 + [2.0] * 182, 0.95)
    >>> found.inside, round(found.low, 4), round(found.high, 4)
    (81, 0.2553, 0.3662)
    """
    from scipy.stats import binomtest  # here, so that reading this module stays quick

    ends = np.broadcast_arrays(
        as_finite("low end", low), as_finite("high end", high), as_finite("observation", observed)
    )
    refuse_where(ends[0] > ends[1], PLACE, "low end", ends[0], "must not exceed the high end", "swap them")
    if not 0.0 < confidence < 1.0:
        raise ModelError(f"{PLACE}: confidence is {confidence:g}; it must be between 0 and 1: 0.9 is usual")
    _some(ends[2])
    inside = int(((ends[0] <= ends[2]) & (ends[2] <= ends[1])).sum())
    wilson = binomtest(inside, ends[2].size).proportion_ci(confidence, method="wilson")
    return Coverage(inside, ends[2].size, float(wilson.low), float(wilson.high))


def bias(forecast: ArrayLike, observed: ArrayLike) -> float:
    """Return the mean of forecast less observation; broadcast, at least one.

    Examples
    --------
    >>> bias([1.0, 4.0], [0.0, 2.0])
    1.5
    """
    return float(_some(as_finite("forecast", forecast) - as_finite("observation", observed)).mean())


def rmse(forecast: ArrayLike, observed: ArrayLike) -> float:
    """Return the root of the mean squared difference of forecast and observation; broadcast, at least one.

    Examples
    --------
    >>> rmse([1.0, 7.0], 0.0)
    5.0
    """
    off = _some(as_finite("forecast", forecast) - as_finite("observation", observed))
    return float(np.sqrt(np.mean(off * off)))


def ranks(ensemble: ArrayLike, observed: ArrayLike, random: np.random.Generator) -> Ints:
    """Return the place of each observation among its members, 0 below all to N above all, shape (...).

    Parameters
    ----------
    ensemble : shape (..., N).
    observed : shape (...).
    random : decides among members equal to the observation.

    References
    ----------
    Hamill (2001), Mon. Weather Rev. 129, 550-560; Talts et al. (2018), arXiv:1804.06788 (of draws from a posterior).
    """
    off, _ = _members(ensemble, observed, None)
    below, equal = (off < 0.0).sum(axis=-1), (off == 0.0).sum(axis=-1)
    return np.asarray(below + random.integers(0, equal + 1), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Uniformity:
    """Whether ranks are spread evenly.

    Attributes
    ----------
    counts : ranks in each bin, shape (bins,).
    expected : the same if even, shape (bins,).
    """

    counts: Ints
    expected: FloatArray

    @property
    def chi_square(self) -> float:
        """Sum of squared differences over expected counts."""
        return float(((self.counts - self.expected) ** 2 / self.expected).sum())

    @property
    def p_value(self) -> float:
        """Chance of so large a sum from even ranks: small where forecasts are biased, too narrow or too wide."""
        return float(chdtrc(len(self.counts) - 1, self.chi_square))


def uniformity(rank: ArrayLike, members: int, bins: int | None = None) -> Uniformity:
    """Return the histogram of ranks, and whether it is even.

    Parameters
    ----------
    rank : from :func:`ranks`, 0 to members, any shape.
    members : N of the ensembles.
    bins : neighbouring ranks together in so many bins, as equal as can be; None for each rank its own. Chi-square wants
        about five cases a bin.

    Examples
    --------
    >>> found = uniformity([0, 0, 1, 2, 3, 3, 3, 3], 3)
    >>> found.counts.tolist(), found.chi_square
    ([2, 1, 1, 4], 3.0)
    """
    found = np.asarray(rank, dtype=np.int64).reshape(-1)
    wanted = members + 1 if bins is None else bins
    refuse_where((found < 0) | (found > members), PLACE, "rank", found.astype(np.float64), f"must be 0 to {members}",
                 "count the members below")  # fmt: skip
    if not 2 <= wanted <= members + 1:
        raise ModelError(
            f"{PLACE}: {wanted} bins for {members + 1} ranks; they must be 2 or more, a rank in each: fewer"
        )
    _some(found)
    sizes = np.bincount(np.arange(members + 1) * wanted // (members + 1), minlength=wanted)
    counts = np.bincount(found * wanted // (members + 1), minlength=wanted)
    return Uniformity(counts, np.asarray(sizes * (found.size / (members + 1)), dtype=np.float64))


def pit_ensemble(
    ensemble: ArrayLike, observed: ArrayLike, random: np.random.Generator, weights: ArrayLike | None = None
) -> FloatArray:
    """Return the probability integral transform of observations in ensembles: even on 0 to 1 for good ones.

    Parameters
    ----------
    ensemble, observed, weights : as in :func:`crps_ensemble`.
    random : draws within the step of the ensemble's distribution; the observation takes the place of one more member.

    Notes
    -----
    (N · weight below + u (1 + N · weight equal)) / (N + 1), u even on 0 to 1: for equal weights the rank made smooth.

    References
    ----------
    Dawid (1984), J. R. Stat. Soc. A 147, 278-292; Czado, Gneiting and Held (2009), Biometrics 65, 1254-1261.
    """
    off, w = _members(ensemble, observed, weights)
    below, equal = np.where(off < 0.0, w, 0.0).sum(axis=-1), np.where(off == 0.0, w, 0.0).sum(axis=-1)
    count = off.shape[-1]
    return np.asarray((count * below + random.random(below.shape) * (1.0 + count * equal)) / (count + 1.0))


def pit_gaussian(mean: ArrayLike, spread: ArrayLike, observed: ArrayLike) -> FloatArray:
    """Return the probability integral transform of observations in Gaussian forecasts, spread above 0; broadcast.

    Examples
    --------
    >>> pit_gaussian(1.0, 2.0, [1.0]).tolist()
    [0.5]
    """
    sd = not_negative(PLACE, "spread", spread, "a standard deviation")
    refuse_where(sd == 0.0, PLACE, "spread", sd, "must be above 0", "a forecast without spread has no transform")
    return np.asarray(ndtr((as_finite("observation", observed) - as_finite("mean", mean)) / sd))


def _members(ensemble: ArrayLike, observed: ArrayLike, weights: ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """Return members less observation and weights that sum to 1, shape (..., N)."""
    X, y = as_finite("member", ensemble), as_finite("observation", observed)
    if X.ndim == 0 or X.shape[-1] == 0 or X.shape[:-1] != y.shape:
        raise ModelError(f"{PLACE}: ensemble has shape {X.shape} for observations of shape {y.shape}; it must be "
                         "the same with one axis of members more: match them")  # fmt: skip
    w = np.ones(X.shape) if weights is None else not_negative(PLACE, "weight", weights, "1 for each will do")
    w = np.broadcast_to(w, X.shape)
    total = w.sum(axis=-1, keepdims=True)
    refuse_where(total[..., 0] <= 0.0, PLACE, "sum of weights", total[..., 0], "must be above 0", "weigh some member")
    return X - y[..., np.newaxis], w / total


def _some(values: FloatArray | Ints) -> FloatArray | Ints:
    if values.size == 0:
        raise ModelError(f"{PLACE}: there is no observation; there must be one: score later")
    return values


def _chances(name: str, values: ArrayLike) -> FloatArray:
    array = as_finite(f"chance of the {name}", values)
    refuse_where((array < 0.0) | (array > 1.0), PLACE, f"chance of the {name}", array, "must be 0 to 1", "a fraction")
    return array


def as_finite(name: str, values: ArrayLike) -> FloatArray:
    """Return values as an array, refused unless finite.

    Examples
    --------
    >>> as_finite("loss", [1, 2]).tolist()
    [1.0, 2.0]
    """
    array = np.asarray(values, dtype=np.float64)
    refuse_where(~np.isfinite(array), PLACE, name, array, "must be finite", "leave out what is missing")
    return array
