"""Percentiles and their uncertainty over replicates."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, ndtri


def percentiles(values: ArrayLike, shares: Sequence[float]) -> NDArray[np.float64]:
    """Return percentiles by linear interpolation between order statistics; infinite values count as beyond any other.

    Parameters
    ----------
    values : at least one number, shape (n,); +inf where something never happened.
    shares : e.g. 0.1 for P10, each 0 to 1.

    Returns
    -------
    Shape (shares,); +inf where the percentile, or the upper of the two values it lies between, is infinite.

    Examples
    --------
    >>> percentiles([1.0, 2.0, 3.0, 4.0, np.inf], [0.1, 0.5, 0.9]).tolist()
    [1.4, 3.0, inf]
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    place = np.asarray(shares, dtype=np.float64) * (len(ordered) - 1)
    below = np.floor(place).astype(np.int64)
    above = np.ceil(place).astype(np.int64)
    low, high = ordered[below], ordered[above]
    part = np.isfinite(high) & (above > below)
    step = np.where(part, high, 0.0) - np.where(part, low, 0.0)
    found: NDArray[np.float64] = np.where(part, np.where(part, low, 0.0) + (place - below) * step, high)
    return found


def wilson_interval(successes: int, trials: int, confidence: float) -> tuple[float, float]:
    """Return Wilson's interval for a probability.

    Parameters
    ----------
    successes, trials : counts, 0 ≤ successes ≤ trials, trials above 0.
    confidence : e.g. 0.8, above 0 and below 1.

    Notes
    -----
    The values p with |k/n − p| ≤ z sqrt(p (1−p) / n).

    References
    ----------
    Wilson, E. B. (1927): Probable inference, the law of succession, and statistical inference. J. Am. Stat. Assoc.
    22(158), 209-212.

    Examples
    --------
    81 of 263 at 95 % (Newcombe 1998, table I, method 3):

    >>> [round(limit, 4) for limit in wilson_interval(81, 263, 0.95)]
    [0.2553, 0.3662]
    """
    z = float(ndtri(0.5 + confidence / 2.0))
    p = successes / trials
    middle = p + z * z / (2.0 * trials)
    half = z * math.sqrt(p * (1.0 - p) / trials + z * z / (4.0 * trials * trials))
    scale = 1.0 + z * z / trials
    low = 0.0 if successes == 0 else (middle - half) / scale
    return low, 1.0 if successes == trials else (middle + half) / scale


def median_ranks(count: int, confidence: float) -> tuple[int, int] | None:
    """Return the places (from 0) of the two order statistics that enclose the median with at least this confidence.

    None when `count` values are too few for it. No distribution is assumed: the number of values below the median is
    binomial (count, 1/2).

    Examples
    --------
    Ten values at 95 %: the second and the ninth (97.9 %).

    >>> median_ranks(10, 0.95), median_ranks(5, 0.95)
    ((1, 8), None)
    """
    tail = (1.0 - confidence) / 2.0
    below = np.flatnonzero(bdtr(np.arange(count), count, 0.5) <= tail)
    if not len(below):
        return None
    low = int(below[-1])
    return low, count - 1 - low


def median_interval(values: ArrayLike, confidence: float) -> tuple[float, float] | None:
    """Return an interval that holds the median with at least this confidence; None when the values are too few."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    ranks = median_ranks(len(ordered), confidence)
    return None if ranks is None else (float(ordered[ranks[0]]), float(ordered[ranks[1]]))
