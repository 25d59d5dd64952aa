"""The exact posterior of one number on a grid of the quantiles of its own prior, refined where the data put it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, refuse_where

PLACE: Final = "grid posterior"
POINTS: Final = 2000
ROUNDS: Final = 4
DEPTH: Final = 25.0  # what lies so far below the greatest log-likelihood holds less than 1e-10 of the belief
CENTRES: Final = (np.arange(POINTS) + 0.5) / POINTS


@dataclass(frozen=True, eq=False)
class GridPosterior:
    """A belief as cells of equal width, each with its share.

    Attributes
    ----------
    low, high : ends of the grid in quantiles of the prior, within 0 to 1.
    share : of each cell, shape (POINTS,), summing to 1.
    """

    low: float
    high: float
    share: FloatArray

    def quantile(self, p: ArrayLike) -> FloatArray:
        """Return the quantiles of the prior below which the belief has the chances `p`, linear within cells."""
        whole = np.concatenate([[0.0], np.cumsum(self.share)])
        edges = np.linspace(self.low, self.high, POINTS + 1)
        return np.asarray(np.interp(np.asarray(p, dtype=np.float64), whole / whole[-1], edges))

    def draws(self, count: int, random: np.random.Generator) -> FloatArray:
        """Return draws, one from each of `count` slices of equal chance, in random order, shape (count,)."""
        return self.quantile(random.permutation((np.arange(count) + random.random(count)) / count))


def grid_posterior(log_likelihood: Callable[[FloatArray], FloatArray]) -> GridPosterior:
    """Return the belief about a number after data, on quantiles u of its prior (uniform on 0 to 1).

    Parameters
    ----------
    log_likelihood : of quantiles, shape (n,) → (n,); minus infinity where the data exclude a number.

    Raises
    ------
    ModelError : it is not a number somewhere, or excludes everything.

    Notes
    -----
    Midpoint rule on 2,000 cells; the grid is laid again, up to three times, over the cells that matter, so that beliefs
    down to 1e-8 of the prior's width are resolved.

    Examples
    --------
    A uniform prior and 7 of 10 trials give a Beta(8, 4) of mean 2/3:

    >>> found = grid_posterior(lambda u: 7 * np.log(u) + 3 * np.log1p(-u))
    >>> round(float(found.quantile([0.5])[0]), 4)
    0.6762
    """
    low, high = 0.0, 1.0
    for _ in range(ROUNDS):
        log_share = np.asarray(log_likelihood(low + (high - low) * CENTRES), dtype=np.float64)
        refuse_where(np.isnan(log_share), PLACE, "log-likelihood", log_share, "must be a number", "check the data")
        most = log_share.max()
        if not most > -np.inf:
            raise ModelError(f"{PLACE}: the data exclude every value of the prior; give each datum a small floor")
        share = np.exp(log_share - most)
        inside = np.flatnonzero(log_share > most - DEPTH)
        first, last = max(int(inside[0]) - 1, 0), min(int(inside[-1]) + 2, POINTS)
        if last - first > POINTS // 4:
            break
        low, high = low + (high - low) * first / POINTS, low + (high - low) * last / POINTS
    else:
        log_share = np.asarray(log_likelihood(low + (high - low) * CENTRES), dtype=np.float64)
        share = np.exp(log_share - log_share.max())
    return GridPosterior(low, high, share / share.sum())
