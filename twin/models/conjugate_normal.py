"""Beliefs about means, spreads and lines that Gaussian data update in closed form.

Durations are taken in logarithms: a mean and a spread of logarithms are those of a lognormal law. A learning curve is a
line in them: log duration against the logarithm of the repetition. See `twin.models.conjugate` for what beliefs share.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaln, ndtri, stdtrit

from ops_data.errors import ModelError
from twin.models.kalman import LOG_2_PI, check_covariance
from twin.models.limits import FloatArray, positive, refuse_where
from twin.models.prior_range import EDGES

PLACE: Final = "conjugate update"


@dataclass(frozen=True, eq=False)
class NormalMean:
    """Belief about a mean, the spread about it being known.

    Attributes
    ----------
    mean, variance : of the belief; the variance above 0. Broadcast.
    """

    mean: FloatArray | float
    variance: FloatArray | float

    def __post_init__(self) -> None:
        positive(PLACE, "variance of a mean", self.variance, "a number known before needs no update")

    @classmethod
    def matched(cls, low: float, high: float) -> Self:
        """Return the belief whose 5 % and 95 % points are given."""
        return cls(0.5 * (low + high), (_half(low, high) / float(ndtri(EDGES[1]))) ** 2)

    def after(self, values: ArrayLike, spread: ArrayLike) -> Self:
        """Return the belief after values along the last axis, each with its known standard deviation (broadcast).

        Examples
        --------
        >>> after = NormalMean(0.0, 1.0).after([2.0, 2.0, 2.0], 1.0)
        >>> float(after.mean), float(after.variance)
        (1.5, 0.25)
        """
        y, weight = self._weighed(values, spread)
        variance = 1.0 / (1.0 / np.asarray(self.variance) + weight.sum(axis=-1))
        return type(self)(variance * (self.mean / np.asarray(self.variance) + (weight * y).sum(axis=-1)), variance)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Return the mean that is not exceeded with chance p."""
        return np.asarray(self.mean + np.sqrt(self.variance) * ndtri(p))

    def draw(self, count: int, random: np.random.Generator) -> FloatArray:
        """Return so many means, shape (count, ...)."""
        shape = np.broadcast_shapes(np.shape(self.mean), np.shape(self.variance))
        return np.asarray(self.mean + np.sqrt(self.variance) * random.standard_normal((count, *shape)))

    def log_marginal(self, values: ArrayLike, spread: ArrayLike) -> FloatArray:
        """Return the log density of values along the last axis."""
        y, weight = self._weighed(values, spread)
        off = y - np.expand_dims(np.asarray(self.mean), -1)
        total, pull = weight.sum(axis=-1), (weight * off).sum(axis=-1)
        square = (weight * off * off).sum(axis=-1) - pull * pull / (total + 1.0 / np.asarray(self.variance))
        return np.asarray(-0.5 * (square + np.log1p(total * self.variance) + (LOG_2_PI - np.log(weight)).sum(axis=-1)))

    def expected_contraction(self, count: ArrayLike, spread: ArrayLike) -> FloatArray:
        """Return which part of the variance so many values of a spread take away: n v / (n v + spread²)."""
        known = np.asarray(count, dtype=np.float64) * self.variance
        return np.asarray(known / (known + np.square(spread)))

    def _weighed(self, values: ArrayLike, spread: ArrayLike) -> tuple[FloatArray, FloatArray]:
        y = _finite("value", values)
        sd = positive(PLACE, "spread of a value", spread, "its standard deviation")
        shown = np.broadcast_arrays(np.atleast_1d(y), sd)
        return shown[0], 1.0 / np.square(shown[1])


@dataclass(frozen=True, eq=False)
class NormalRegression:
    """Belief about the coefficients of a line and the spread about it.

    Given the spread σ the coefficients are Gaussian with covariance σ² Λ^-1; 1/σ² has a gamma law.

    Attributes
    ----------
    mean : of the coefficients, shape (p,).
    precision : Λ, in values that the belief is worth, shape (p, p), positive definite.
    shape, scale : a and b of the gamma law of 1/σ², above 0: 2a values that the belief about σ is worth, b/a about σ².
    """

    mean: FloatArray
    precision: FloatArray
    shape: float
    scale: float

    def __post_init__(self) -> None:
        count = len(np.atleast_1d(self.mean))
        if np.shape(self.mean) != (count,) or np.shape(self.precision) != (count, count):
            raise ModelError(
                f"{PLACE}: coefficients of shape {np.shape(self.mean)} have a precision of shape "
                f"{np.shape(self.precision)}; it must be square in them: match them"
            )
        _finite("coefficient", self.mean)
        check_covariance(PLACE, "precision", self.precision)
        least = np.linalg.eigvalsh(self.precision).min()
        positive(PLACE, "least eigenvalue of the precision", least, "believe something of every coefficient")
        positive(PLACE, "shape of a spread", self.shape, "half the values a belief is worth")
        positive(PLACE, "scale of a spread", self.scale, "the shape times a variance")

    @classmethod
    def matched(cls, lows: ArrayLike, highs: ArrayLike, spread: float, worth: float) -> Self:
        """Return the belief whose coefficients, independent of one another, have the given 5 % and 95 % points.

        Parameters
        ----------
        lows, highs : ends of each coefficient, shape (p,).
        spread : σ, known as well as from `worth` values; both above 0.

        Examples
        --------
        >>> belief = NormalRegression.matched([1.0], [3.0], 0.3, 8.0)
        >>> belief.quantile([[0.05], [0.95]]).round(9).tolist()
        [[1.0], [3.0]]
        """
        sd, values = (positive(PLACE, name, one, "a belief needs both").item()
                      for name, one in (("spread", spread), ("worth of a spread", worth)))  # fmt: skip
        low, high = np.atleast_1d(_finite("low end", lows)), np.atleast_1d(_finite("high end", highs))
        unit = _half(low, high) / stdtrit(values, EDGES[1])
        return cls(0.5 * (low + high), np.diag((sd / unit) ** 2), 0.5 * values, 0.5 * values * sd * sd)

    @property
    def freedom(self) -> float:
        """Degrees of freedom of every coefficient's Student law: 2a."""
        return 2.0 * self.shape

    @property
    def unit(self) -> FloatArray:
        """Scale of each coefficient's Student law, shape (p,)."""
        return np.sqrt(self.scale / self.shape * np.diagonal(np.linalg.inv(self.precision)))

    @property
    def variance(self) -> FloatArray:
        """Variance of each coefficient, infinite for a shape of 1 or less; shape (p,)."""
        return np.asarray(self.unit**2 * (self.shape / (self.shape - 1.0) if self.shape > 1.0 else np.inf))

    @property
    def spread(self) -> float:
        """Middle of the belief about σ: sqrt(b / a)."""
        return float(np.sqrt(self.scale / self.shape))

    def after(self, rows: ArrayLike, values: ArrayLike) -> Self:
        """Return the belief after values y seen at rows x of the line: y = x · coefficients + noise.

        Parameters
        ----------
        rows : shape (n, p).
        values : shape (n,).

        Notes
        -----
        Λ' = Λ + X'X, m' = Λ'^-1 (Λ m + X'y), a' = a + n/2, b' = b + (|y - X m'|² + (m' - m)' Λ (m' - m)) / 2.

        References
        ----------
        Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., chapter 14.
        """
        X, y = self._data(rows, values)
        precision = self.precision + X.T @ X
        mean = self.mean + np.linalg.solve(precision, X.T @ (y - X @ self.mean))
        off, moved = y - X @ mean, mean - self.mean
        scale = self.scale + 0.5 * float(off @ off + moved @ self.precision @ moved)
        return type(self)(mean, precision, self.shape + 0.5 * len(y), scale)

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Return each coefficient's own p quantile; p broadcasts with shape (p,)."""
        return np.asarray(self.mean + self.unit * stdtrit(self.freedom, p))

    def spread_quantile(self, p: ArrayLike) -> FloatArray:
        """Return the σ that is not exceeded with chance p."""
        return np.asarray(np.sqrt(self.scale / gammainccinv(self.shape, p)))

    def draw(self, count: int, random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Return so many sets of coefficients and their spreads σ, shapes (count, p) and (count,)."""
        sigma = np.sqrt(self.scale / random.standard_gamma(self.shape, count))
        z = random.standard_normal((count, len(self.mean)))
        root = np.linalg.cholesky(self.precision)
        return self.mean + sigma[:, np.newaxis] * np.linalg.solve(root.T, z.T).T, sigma

    def predict(self, rows: ArrayLike) -> tuple[FloatArray, FloatArray, float]:
        """Return centre, scale and degrees of freedom of the Student law of a new value at each row, shapes (n,)."""
        X = self._rows(rows)
        widen = 1.0 + np.einsum("ij,ij->i", X, np.linalg.solve(self.precision, X.T).T)
        return X @ self.mean, self.spread * np.sqrt(widen), self.freedom

    def log_marginal(self, rows: ArrayLike, values: ArrayLike) -> float:
        """Return the log density of values seen at rows."""
        found, n = self.after(rows, values), np.size(values)
        root = np.linalg.slogdet(self.precision)[1] - np.linalg.slogdet(found.precision)[1]
        shapes = gammaln(found.shape) - gammaln(self.shape)
        powers = self.shape * np.log(self.scale) - found.shape * np.log(found.scale)
        return float(0.5 * root + shapes + powers - 0.5 * n * LOG_2_PI)

    def expected_contraction(self, rows: ArrayLike) -> FloatArray:
        """Return which part of each coefficient's variance values at some rows are expected to take, shape (p,)."""
        X = self._rows(rows)
        after = np.diagonal(np.linalg.inv(self.precision + X.T @ X))
        return 1.0 - after / np.diagonal(np.linalg.inv(self.precision))

    def _rows(self, rows: ArrayLike) -> FloatArray:
        X = _finite("row of a line", rows)
        if X.ndim != 2 or X.shape[1] != len(self.mean):
            raise ModelError(
                f"{PLACE}: rows of a line have shape {X.shape}; it must be (n, {len(self.mean)}): one per coefficient"
            )
        return X

    def _data(self, rows: ArrayLike, values: ArrayLike) -> tuple[FloatArray, FloatArray]:
        X, y = self._rows(rows), _finite("value", values)
        if y.shape != (len(X),):
            raise ModelError(f"{PLACE}: values have shape {y.shape}; it must be ({len(X)},): one value per row")
        return X, y


@dataclass(frozen=True, eq=False)
class NormalInverseGamma:
    """Belief about the mean and the spread of values, such as the logarithms of durations: a line that is level.

    Of durations, exp(mean) is the median. Their own mean, exp(mean + σ²/2), has no finite expectation under such a
    belief: take quantiles of it over draws.

    Attributes
    ----------
    mean : m, middle of the belief about the mean.
    worth : κ, values that the belief about the mean is worth, above 0.
    shape, scale : a and b of the gamma law of 1/σ², see :class:`NormalRegression`.
    """

    mean: float
    worth: float
    shape: float
    scale: float

    def __post_init__(self) -> None:
        self._line()

    @classmethod
    def matched(cls, low: float, high: float, spread: float, worth: float) -> Self:
        """Return the belief whose mean has the given 5 % and 95 % points; see :meth:`NormalRegression.matched`.

        Examples
        --------
        A median duration of 0.21 to 0.35 h, a spread of 0.2 known as from five values:

        >>> belief = NormalInverseGamma.matched(float(np.log(0.21)), float(np.log(0.35)), 0.2, 5.0)
        >>> np.exp(belief.quantile([0.05, 0.5, 0.95])).round(6).tolist()
        [0.21, 0.271109, 0.35]
        """
        return cls._of(NormalRegression.matched([low], [high], spread, worth))

    @property
    def variance(self) -> float:
        """Variance of the mean, infinite for a shape of 1 or less."""
        return float(self._line().variance[0])

    @property
    def spread(self) -> float:
        """Middle of the belief about σ: sqrt(b / a)."""
        return self._line().spread

    def after(self, values: ArrayLike) -> Self:
        """Return the belief after values, shape (n,)."""
        y = _finite("value", values).reshape(-1)
        return self._of(self._line().after(np.ones((len(y), 1)), y))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Return the mean that is not exceeded with chance p."""
        return np.asarray(self.mean + self._line().unit[0] * stdtrit(2.0 * self.shape, p))

    def spread_quantile(self, p: ArrayLike) -> FloatArray:
        """Return the σ that is not exceeded with chance p."""
        return self._line().spread_quantile(p)

    def draw(self, count: int, random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Return so many means and spreads, shapes (count,)."""
        mean, sigma = self._line().draw(count, random)
        return mean[:, 0], sigma

    def predict(self) -> tuple[float, float, float]:
        """Return centre, scale and degrees of freedom of the Student law of the next value."""
        centre, scale, freedom = self._line().predict(np.ones((1, 1)))
        return float(centre[0]), float(scale[0]), freedom

    def log_marginal(self, values: ArrayLike) -> float:
        """Return the log density of values, shape (n,)."""
        y = _finite("value", values).reshape(-1)
        return self._line().log_marginal(np.ones((len(y), 1)), y)

    def expected_contraction(self, count: ArrayLike) -> FloatArray:
        """Return which part of the variance of the mean so many values are expected to take away: n / (κ + n)."""
        n = np.asarray(count, dtype=np.float64)
        return n / (self.worth + n)

    def _line(self) -> NormalRegression:
        return NormalRegression(np.array([self.mean]), np.array([[self.worth]]), self.shape, self.scale)

    @classmethod
    def _of(cls, line: NormalRegression) -> Self:
        return cls(float(line.mean[0]), float(line.precision[0, 0]), line.shape, line.scale)


def _half(low: ArrayLike, high: ArrayLike) -> FloatArray:
    """Return half the width of ranges, refused unless above 0."""
    width = np.subtract(high, low)
    return 0.5 * positive(PLACE, "high less low end", width, "a number without a range needs no update")


def _finite(name: str, values: ArrayLike) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    refuse_where(~np.isfinite(array), PLACE, name, array, "must be finite", "leave out what is missing")
    return array
