"""Beliefs about counts that data update in closed form: rates of events, shares, and shares of several kinds.

A belief is frozen; ``after`` returns the one that data make of it. Parameters may be arrays: a stack of independent
beliefs. How much data would teach is :func:`contraction`, and ``expected_contraction`` before they are seen: near 0
means that such data do not identify the number. Beliefs about durations and lines: `twin.models.conjugate_normal`; a
belief from a stated range: ``matched`` and `twin.models.prior_range`.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, betaln, expit, gammaincinv, gammaln, xlogy

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, not_negative, positive, refuse_where
from twin.models.prior_range import EDGES, matched_shape

PLACE: Final = "conjugate update"
COUNT: Final = "count what happened"
LOGIT: Final = 27.0  # of the least and the highest mean share of a belief


@dataclass(frozen=True, eq=False)
class GammaRate:
    """Belief about the rate of events per unit of exposure, such as failures per operating hour.

    Attributes
    ----------
    shape : a, events that the belief is worth; above 0.
    exposure : b, exposure that it is worth, any unit; above 0. Broadcast.
    """

    shape: FloatArray | float
    exposure: FloatArray | float

    def __post_init__(self) -> None:
        positive(PLACE, "shape of a rate", self.shape, "the events a belief is worth")
        positive(PLACE, "exposure of a rate", self.exposure, "the exposure a belief is worth")

    @classmethod
    def matched(cls, low: float, high: float) -> Self:
        """Return the belief whose 5 % and 95 % points are given, both above 0 and per unit of exposure.

        For a mean time between events, pass the reciprocals of its range.

        Examples
        --------
        >>> GammaRate.matched(1 / 900, 1 / 300).quantile([0.05, 0.95]).round(6).tolist()
        [0.001111, 0.003333]
        """
        positive(PLACE, "low end of a rate", low, "events per exposure")
        refuse_where(np.asarray(high <= low), PLACE, "high end of a rate", np.asarray(high), "must exceed the low end",
                     "a number without a range needs no update")  # fmt: skip
        wanted = np.log(high / low)
        shape = matched_shape(lambda a: float(np.log(np.divide(*gammaincinv(a, EDGES[::-1])))) - wanted)
        return cls(shape, float(gammaincinv(shape, EDGES[1])) / high)

    @property
    def mean(self) -> FloatArray:
        """Mean rate a / b."""
        return np.asarray(self.shape, dtype=np.float64) / self.exposure

    @property
    def variance(self) -> FloatArray:
        """Variance of the rate, a / b²."""
        return self.mean / self.exposure

    def after(self, events: ArrayLike, exposure: ArrayLike) -> Self:
        """Return the belief after some events in some exposure, both 0 or above.

        For lives, ended or cut off (right-censored): events is how many ended, exposure the sum of all.

        Examples
        --------
        >>> GammaRate(2.0, 800.0).after(1, 400.0).mean.tolist()
        0.0025
        """
        return type(self)(self.shape + _counts("events", events), self.exposure + _counts("exposure", exposure))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Return the rate that is not exceeded with chance p."""
        return np.asarray(gammaincinv(self.shape, _chance(p)) / self.exposure)

    def draw(self, count: int, random: np.random.Generator) -> FloatArray:
        """Return so many rates, shape (count, ...)."""
        shape = np.broadcast_shapes(np.shape(self.shape), np.shape(self.exposure))
        return np.asarray(random.standard_gamma(self.shape, (count, *shape)) / self.exposure)

    def log_marginal(self, events: ArrayLike, exposure: ArrayLike) -> FloatArray:
        """Return the log probability of counts in exposures (negative binomial), summed along their last axis.

        Parameters
        ----------
        events, exposure : of cells that share the rate, shape (..., cells) or one number each.
        """
        n, T = np.broadcast_arrays(_counts("events", events), _counts("exposure", exposure))
        refuse_where(
            (T == 0.0) & (n > 0.0), PLACE, "exposure", T, "must be above 0 where events happened", "count both"
        )
        cells = np.atleast_1d(xlogy(n, T) - gammaln(n + 1.0)).sum(axis=-1)
        return np.asarray(cells + self._log_kernel(np.atleast_1d(n).sum(axis=-1), np.atleast_1d(T).sum(axis=-1)))

    def log_marginal_lives(self, lives: ArrayLike, ended: ArrayLike) -> FloatArray:
        """Return the log density of exponential lives, along the last axis; those that did not end are cut off."""
        T, n = _counts("life", lives), np.asarray(ended, dtype=np.float64)
        return self._log_kernel(n.sum(axis=-1), T.sum(axis=-1))

    def expected_contraction(self, exposure: ArrayLike) -> FloatArray:
        """Return which part of the variance an exposure is expected to take away: T / (b + T)."""
        T = _counts("exposure", exposure)
        return T / (self.exposure + T)

    def _log_kernel(self, n: FloatArray, T: FloatArray) -> FloatArray:
        a, b = np.asarray(self.shape, dtype=np.float64), np.asarray(self.exposure, dtype=np.float64)
        return np.asarray(gammaln(a + n) - gammaln(a) - a * np.log1p(T / b) - xlogy(n, b + T))


@dataclass(frozen=True, eq=False)
class BetaShare:
    """Belief about a share or chance.

    Attributes
    ----------
    yes, no : successes and failures that the belief is worth; above 0, broadcast.
    """

    yes: FloatArray | float
    no: FloatArray | float

    def __post_init__(self) -> None:
        positive(PLACE, "successes of a share", self.yes, "the successes a belief is worth")
        positive(PLACE, "failures of a share", self.no, "the failures a belief is worth")

    @classmethod
    def matched(cls, low: float, high: float) -> Self:
        """Return the belief whose 5 % and 95 % points are given, 0 < low < high < 1.

        Examples
        --------
        >>> BetaShare.matched(0.8, 0.95).quantile([0.05, 0.95]).round(6).tolist()
        [0.8, 0.95]
        """
        if not 0.0 < low < high < 1.0:
            raise ModelError(f"{PLACE}: range of a share is {low:g} to {high:g}; it must lie inside 0 to 1, low first: "
                             "give it as a fraction")  # fmt: skip

        def mean_of(total: float) -> float:
            """Return the mean with which, given what the belief is worth, the low end is right."""

            def miss(logit: float) -> float:
                mean = float(expit(logit))
                return float(betainc(mean * total, (1.0 - mean) * total, low) - EDGES[0])

            return float(expit(brentq(miss, -LOGIT, LOGIT, xtol=1e-13)))

        def above(total: float) -> float:
            mean = mean_of(total)
            return float(betainc(mean * total, (1.0 - mean) * total, high) - EDGES[1])

        total = matched_shape(above)
        mean = mean_of(total)
        return cls(mean * total, (1.0 - mean) * total)

    @property
    def mean(self) -> FloatArray:
        """Mean share."""
        return np.asarray(self.yes / (np.asarray(self.yes) + self.no))

    @property
    def variance(self) -> FloatArray:
        """Variance of the share."""
        return self.mean * (1.0 - self.mean) / (np.asarray(self.yes) + self.no + 1.0)

    def after(self, yes: ArrayLike, no: ArrayLike) -> Self:
        """Return the belief after some successes and failures, 0 or above.

        Examples
        --------
        >>> BetaShare(1.0, 1.0).after(8, 0).mean.tolist()
        0.9
        """
        return type(self)(self.yes + _counts("successes", yes), self.no + _counts("failures", no))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Return the share that is not exceeded with chance p."""
        return np.asarray(betaincinv(self.yes, self.no, _chance(p)))

    def draw(self, count: int, random: np.random.Generator) -> FloatArray:
        """Return so many shares, shape (count, ...)."""
        shape = np.broadcast_shapes(np.shape(self.yes), np.shape(self.no))
        return np.asarray(random.beta(self.yes, self.no, (count, *shape)))

    def log_marginal(self, yes: ArrayLike, no: ArrayLike) -> FloatArray:
        """Return the log probability of so many successes among so many trials (beta-binomial)."""
        s, f = _counts("successes", yes), _counts("failures", no)
        ways = gammaln(s + f + 1.0) - gammaln(s + 1.0) - gammaln(f + 1.0)
        return np.asarray(ways + betaln(self.yes + s, self.no + f) - betaln(self.yes, self.no))

    def expected_contraction(self, trials: ArrayLike) -> FloatArray:
        """Return which part of the variance so many trials are expected to take away: n / (yes + no + n)."""
        n = _counts("trials", trials)
        return n / (np.asarray(self.yes) + self.no + n)


@dataclass(frozen=True, eq=False)
class Dirichlet:
    """Belief about the shares of K kinds, such as a row of a transition matrix.

    Attributes
    ----------
    concentration : cases of each kind that the belief is worth, above 0, shape (..., K).
    """

    concentration: FloatArray

    def __post_init__(self) -> None:
        array = positive(PLACE, "concentration", self.concentration, "the cases a belief is worth")
        if array.ndim == 0:
            raise ModelError(f"{PLACE}: concentration is one number; it must be one per kind: list them")

    @property
    def total(self) -> FloatArray:
        """Cases that the belief is worth, shape (..., 1)."""
        return np.asarray(self.concentration.sum(axis=-1, keepdims=True))

    @property
    def mean(self) -> FloatArray:
        """Mean shares, shape (..., K)."""
        return self.concentration / self.total

    @property
    def variance(self) -> FloatArray:
        """Variances of the shares, shape (..., K)."""
        return self.mean * (1.0 - self.mean) / (self.total + 1.0)

    def after(self, counts: ArrayLike) -> Self:
        """Return the belief after cases of each kind, 0 or above, shape (..., K).

        Examples
        --------
        >>> Dirichlet(np.ones(3)).after([4, 1, 2]).mean.tolist()
        [0.5, 0.2, 0.3]
        """
        return type(self)(self.concentration + self._cases(counts))

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Return each share's own p quantile, shape (..., K); shares taken together do not sum to 1."""
        return np.asarray(betaincinv(self.concentration, self.total - self.concentration, _chance(p)))

    def draw(self, count: int, random: np.random.Generator) -> FloatArray:
        """Return so many sets of shares, shape (count, ..., K).

        Notes
        -----
        Gamma draws over their sum, in logarithms: G(a) = G(a + 1) U^(1/a), which small concentrations do not turn into
        0 / 0 (Marsaglia and Tsang 2000, ACM Trans. Math. Softw. 26, 363-372).
        """
        shape = (count, *self.concentration.shape)
        log_g = np.log(random.standard_gamma(self.concentration + 1.0, shape))
        log_g += np.log1p(-random.random(shape)) / self.concentration
        weight = np.exp(log_g - log_g.max(axis=-1, keepdims=True))
        return np.asarray(weight / weight.sum(axis=-1, keepdims=True))

    def log_marginal(self, counts: ArrayLike) -> FloatArray:
        """Return the log probability of cases in the order they came (no factor for their orderings), shape (...)."""
        n = self._cases(counts)
        kinds = (gammaln(self.concentration + n) - gammaln(self.concentration)).sum(axis=-1)
        total = self.total[..., 0]
        return np.asarray(kinds + gammaln(total) - gammaln(total + n.sum(axis=-1)))

    def expected_contraction(self, cases: ArrayLike) -> FloatArray:
        """Return which part of each variance so many cases are expected to take away: n / (total + n), shape (...)."""
        n = _counts("cases", cases)
        return n / (self.total[..., 0] + n)

    def _cases(self, counts: ArrayLike) -> FloatArray:
        n = _counts("cases", counts)
        if n.shape[-1:] != self.concentration.shape[-1:]:
            raise ModelError(f"{PLACE}: cases have shape {n.shape}; it must end like the concentration's, "
                             f"{self.concentration.shape}: count every kind")  # fmt: skip
        return n


def contraction(prior_variance: ArrayLike, posterior_variance: ArrayLike) -> FloatArray:
    """Return which part of a variance data took away: 1 - posterior / prior.

    Parameters
    ----------
    prior_variance : above 0, any shape.
    posterior_variance : 0 or above; broadcast.

    Returns
    -------
    1 for a number that is now known, 0 for one the data say nothing of; below 0 where they surprise.

    References
    ----------
    Schad, Betancourt and Vasishth (2021), Psychol. Methods 26, 103-126 (posterior contraction).

    Examples
    --------
    >>> contraction([4.0, 4.0], [1.0, 4.0]).tolist()
    [0.75, 0.0]
    """
    before = positive(PLACE, "prior variance", prior_variance, "a number known before needs no data")
    return 1.0 - not_negative(PLACE, "posterior variance", posterior_variance, "square a deviation") / before


def _counts(name: str, values: ArrayLike) -> FloatArray:
    return not_negative(PLACE, name, values, COUNT)


def _chance(p: ArrayLike) -> FloatArray:
    array = np.asarray(p, dtype=np.float64)
    refuse_where(
        ~((array >= 0.0) & (array <= 1.0)), PLACE, "chance of a quantile", array, "must be 0 to 1", "a fraction"
    )
    return array
