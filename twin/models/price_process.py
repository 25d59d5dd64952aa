"""Prices that return to a mean: the logarithm as Ornstein-Uhlenbeck process with leaps, exact in time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import lfilter

from twin.models.finance import Floats
from twin.models.limits import not_negative, positive, refuse_where


def ou_moments(start: float, mean: float, reversion: float, sigma: float, years: float) -> tuple[float, float]:
    """Return mean and variance of an Ornstein-Uhlenbeck process after a time.

    Parameters
    ----------
    start, mean : value now and in the long run (of a logarithm here).
    reversion : κ [1/a], above 0.
    sigma : σ [a^-0.5], 0 or more.
    years : t [a], 0 or more.

    Notes
    -----
    μ + (x0 - μ) e^(-κt), and σ² (1 - e^(-2κt)) / 2κ. The price exp(x) has the median exp(mean) and the mean
    exp(mean + variance / 2).

    References
    ----------
    Uhlenbeck, G. E., Ornstein, L. S. (1930), Phys. Rev. 36, 823-841.

    Examples
    --------
    >>> centre, variance = ou_moments(np.log(123.0), np.log(62.0), 0.57, 0.42, 1.0)
    >>> round(float(np.exp(centre)), 1), round(float(np.exp(centre + variance / 2)), 1)
    (91.3, 96.3)
    """
    positive("price process", "reversion [1/a]", reversion, "a price that never returns has no mean")
    kept = float(np.exp(-reversion * years))
    return mean + (start - mean) * kept, sigma**2 * (1.0 - kept**2) / (2.0 * reversion)


@dataclass(frozen=True, slots=True)
class Fit:
    """An Ornstein-Uhlenbeck process fitted to the logarithms of a yearly record.

    Attributes
    ----------
    slope : of each value on the one before [1].
    reversion : κ [1/a]; mean : of the price, unit of the price; sigma : σ of yearly means [a^-0.5].
    """

    slope: float
    reversion: float
    mean: float
    sigma: float


def fit_yearly(prices: ArrayLike) -> Fit:
    """Return the process that a record of yearly prices follows best.

    Parameters
    ----------
    prices : one a year without a gap, above 0, four or more, shape (n,).

    Raises
    ------
    ModelError : too few prices, one not above 0, or no return to a mean (a slope of 1 and above or 0 and below).

    Notes
    -----
    Least squares of ln p on its value of the year before: slope b, κ = -ln b, σ² = s² 2κ / (1 - b²) with the residual
    variance s² of n - 3 degrees of freedom. A dozen years leave b uncertain by 0.1 to 0.3, and a record of averages
    understates σ.

    Examples
    --------
    >>> fit = fit_yearly(np.exp([1.0, 0.5, 0.25, 0.125]))
    >>> round(fit.slope, 9), round(fit.mean, 9), abs(round(fit.sigma, 6))
    (0.5, 1.0, 0.0)
    """
    given = np.log(positive("price fit", "price", prices, "leave out years without a price"))
    few = np.asarray(len(given) < 4)
    refuse_where(few, "price fit", "years", np.asarray(len(given)), "must be 4 or more", "add years")
    x, y = given[:-1], given[1:]
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    none = np.asarray(not 0.0 < slope < 1.0)
    refuse_where(none, "price fit", "slope [1]", np.asarray(slope), "must be between 0 and 1", "take a longer record")
    level = float(y.mean() - slope * x.mean())
    residual = y - level - slope * x
    kappa = -float(np.log(slope))
    variance = float(residual @ residual) / (len(residual) - 2) * 2.0 * kappa / (1.0 - slope**2)
    return Fit(slope, kappa, float(np.exp(level / (1.0 - slope))), float(np.sqrt(variance)))


def ou_paths(
    start: ArrayLike,
    mean: ArrayLike,
    reversion: ArrayLike,
    sigma: ArrayLike,
    normals: Floats,
    step_years: float,
    leaps: Floats | None = None,
) -> Floats:
    """Return paths of Ornstein-Uhlenbeck processes at even steps, the start left out.

    Parameters
    ----------
    start, mean, reversion, sigma : of each process, as in :func:`ou_moments`, shape (m,).
    normals : standard normal numbers, shape (m, steps).
    step_years : between two steps [a], above 0.
    leaps : added to the value at the end of each step, shape (m, steps); they die away with the reversion. None: none.

    Returns
    -------
    Values, shape (m, steps).

    Notes
    -----
    The exact law at the steps, whatever their length: x' = μ + (x - μ) a + σ √((1 - a²)/2κ) z + leap, a = e^(-κΔ).

    Examples
    --------
    Without spread it is the exponential return to the mean:

    >>> ou_paths([1.0], [0.0], [np.log(2.0)], [0.0], np.zeros((1, 3)), 1.0).round(12).tolist()
    [[0.5, 0.25, 0.125]]
    """
    count = normals.shape[0]
    x0, mu, kappa, spread = (
        np.broadcast_to(np.asarray(one, np.float64), count) for one in (start, mean, reversion, sigma)
    )
    positive("price process", "reversion [1/a]", kappa, "a price that never returns has no mean")
    not_negative("price process", "sigma [a^-0.5]", spread, "no spread is 0")
    positive("price process", "step [a]", step_years, "time goes forward")
    kept = np.exp(-kappa * step_years)
    pushed = normals * (spread * np.sqrt((1.0 - kept**2) / (2.0 * kappa)))[:, np.newaxis]
    if leaps is not None:
        pushed = pushed + leaps
    found = np.empty_like(pushed)
    for at in range(count):
        found[at] = mu[at] + lfilter([1.0], [1.0, -kept[at]], pushed[at], zi=[kept[at] * (x0[at] - mu[at])])[0]
    return found


def mix(correlation: ArrayLike, normals: Floats) -> Floats:
    """Return correlated standard normal numbers.

    Parameters
    ----------
    correlation : matrix, shape (m, m), symmetric with ones on its diagonal.
    normals : independent standard normal numbers, shape (m, n).

    Raises
    ------
    ModelError : the matrix is no correlation matrix: no set of series has those correlations.

    Examples
    --------
    >>> mix([[1.0, 0.6], [0.6, 1.0]], np.array([[1.0], [1.0]])).round(12).tolist()
    [[1.0], [1.4]]
    """
    given = np.asarray(correlation, np.float64)
    lowest = np.asarray(float(np.linalg.eigvalsh(given).min()))
    refuse_where(
        lowest <= 0.0, "price process", "lowest eigenvalue of the correlations [1]", lowest,
        "must be above 0", "bring the correlations closer together",
    )  # fmt: skip
    return np.asarray(np.linalg.cholesky(given) @ normals, np.float64)


def leaps(rate: float, mean: float, spread: float, uniforms: Floats, normals: Floats, step_years: float) -> Floats:
    """Return leaps at even steps, 0 in most of them, shape (steps,).

    Parameters
    ----------
    rate : leaps a year [1/a], 0 or more; at most one in a step.
    mean, spread : of a leap.
    uniforms, normals : random numbers, uniform on [0, 1) and standard normal, shape (steps,).
    step_years : length of a step [a].

    Notes
    -----
    A step has a leap with the probability 1 - exp(-λΔ).

    Examples
    --------
    >>> leaps(1.0, 0.4, 0.1, np.array([0.0, 0.9]), np.array([1.0, 1.0]), 0.5).round(12).tolist()
    [0.5, 0.0]
    """
    chance = -np.expm1(-rate * step_years)
    return np.asarray(np.where(uniforms < chance, mean + spread * normals, 0.0), np.float64)
