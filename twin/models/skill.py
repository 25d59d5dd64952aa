"""One forecast against another: which was better on the same observations, and how sure that is."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from ops_data.errors import ModelError
from twin.models.limits import FloatArray
from twin.models.scores import as_finite

PLACE: Final = "skill"


@dataclass(frozen=True, slots=True)
class Skill:
    """One forecast's losses against another's, on the same observations.

    Attributes
    ----------
    skill : 1 - mean loss / mean loss of the other: 0.3 is 30 % better. NaN where the other is without loss.
    skill_error : standard error of it.
    difference : mean loss less the other's: below 0 is better.
    difference_error : standard error of it.
    p_value : chance of so large a difference, either way, between equals.
    """

    skill: float
    skill_error: float
    difference: float
    difference_error: float
    p_value: float


def compare(loss: ArrayLike, other: ArrayLike, lags: int | None = None) -> Skill:
    """Return how much better one forecast is than another, with errors that know that neighbours in time are alike.

    Parameters
    ----------
    loss, other : of the two forecasts in order of time, shape (n,), n at least 2.
    lags : neighbours that may be alike; at least the horizon in steps less 1 for forecasts that overlap. None for
        4 (n/100)^(2/9).

    Notes
    -----
    Variance of a mean by Newey and West: (γ_0 + 2 Σ (1 - k/(L + 1)) γ_k) / n; the test of Diebold and Mariano with
    Student's law of n - 1. The error of the ratio is linearised.

    References
    ----------
    Diebold and Mariano (1995), J. Bus. Econ. Stat. 13, 253-263; Newey and West (1987), Econometrica 55, 703-708;
    (1994), Rev. Econ. Stud. 61, 631-653 (lags); Harvey, Leybourne and Newbold (1997), Int. J. Forecast. 13, 281-291
    (Student).

    Examples
    --------
    >>> found = compare([1.0, 2.0, 1.0, 2.0], [2.0, 3.0, 3.0, 4.0], 0)
    >>> found.skill, found.difference, round(found.difference_error, 6)
    (0.5, -1.5, 0.25)
    """
    ours, theirs = as_finite("loss", loss), as_finite("other loss", other)
    n = ours.size
    if ours.shape != theirs.shape or ours.ndim != 1 or n < 2:
        raise ModelError(f"{PLACE}: losses have shapes {ours.shape} and {theirs.shape}; they must both be (n,), n at "
                         "least 2: pair them")  # fmt: skip
    used = int(4.0 * (n / 100.0) ** (2.0 / 9.0)) if lags is None else lags
    if used < 0:
        raise ModelError(f"{PLACE}: {used} lags; they must be 0 or more: the horizon in steps less 1")
    used = min(used, n - 1)
    apart, base = ours - theirs, float(theirs.mean())
    difference, error = float(apart.mean()), _error_of_mean(apart, used)
    ratio = float(ours.mean()) / base if base > 0.0 else np.nan
    relative = _error_of_mean(ours - ratio * theirs, used) / base if base > 0.0 else np.nan
    sure = 1.0 if difference == 0.0 else 0.0  # without any spread of the difference
    p_value = 2.0 * float(stdtr(n - 1, -abs(difference) / error)) if error > 0.0 else sure
    return Skill(1.0 - ratio, relative, difference, error, p_value)


def _error_of_mean(series: FloatArray, lags: int) -> float:
    """Return the standard error of a mean by Newey and West."""
    off = series - series.mean()
    n = len(off)
    total = off @ off
    for lag in range(1, lags + 1):
        total += 2.0 * (1.0 - lag / (lags + 1.0)) * (off[lag:] @ off[:-lag])
    return float(np.sqrt(max(total, 0.0)) / n)
