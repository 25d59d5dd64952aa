"""Draws from the posterior of several numbers, members carried from the prior to the data in steps of rising weight."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, refuse_where

PLACE: Final = "tempered sampler"
KEPT: Final = 0.5  # effective share of the members that a step keeps
MOST_STEPS: Final = 200
MOVES: Final = 5  # random-walk moves after each step
LAST_MOVES: Final = 20  # after the last one
START: Final = 2.38  # of a random walk's length, over the root of the dimension
WANTED: Final = 0.3  # share of moves accepted
SMALLEST: Final = 1e-8  # spread of a random walk that members all alike still get

LogLikelihood = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, eq=False)
class Sampled:
    """Members of a posterior.

    Attributes
    ----------
    members : shape (N, d), as the prior's.
    log_likelihood : of each, shape (N,).
    evidence : logarithm of the mean likelihood under the prior.
    accepted : share of the last moves that were accepted.
    """

    members: FloatArray
    log_likelihood: FloatArray
    evidence: float
    accepted: float


def sample(prior: FloatArray, moved: int, log_likelihood: LogLikelihood, random: np.random.Generator) -> Sampled:
    """Return members of the posterior that data make of members of a prior.

    Parameters
    ----------
    prior : draws of the prior, shape (N, d). The first `moved` columns are uniform on 0 to 1 (quantiles of a prior) and
        independent of the others, which are carried along as they are.
    moved : columns that are moved, at least 1.
    log_likelihood : of members, (N, d) → (N,), finite: what the data exclude has a floor.
    random : source of resampling and moves.

    Notes
    -----
    Sequential Monte Carlo: the weight β of the data rises from 0 to 1 so that the effective number of members stays at
    one half; members are resampled (systematic) and moved by Metropolis steps of a random walk, reflected at 0 and 1,
    whose covariance is that of the members. The walk's length follows the share of moves accepted.

    References
    ----------
    Del Moral, Doucet and Jasra (2006), J. R. Statist. Soc. B 68, 411-436; Chopin (2002), Biometrika 89, 539-552.

    Examples
    --------
    A number from 0 to 1 read as 0.5 ± 0.1:

    >>> random = np.random.default_rng(1)
    >>> found = sample(random.random((2000, 1)), 1, lambda x: -50.0 * (x[:, 0] - 0.5) ** 2, random)
    >>> round(float(found.members.mean()), 1), round(float(found.members.std()), 2)
    (0.5, 0.1)
    """
    X = np.array(prior, dtype=np.float64)
    if X.ndim != 2 or len(X) < 2 or not 1 <= moved <= X.shape[1]:
        raise ModelError(f"{PLACE}: prior of shape {X.shape}, {moved} columns moved; it must be (N, d), 1 to d moved")
    log_l = _checked(log_likelihood(X))
    beta, evidence, length, accepted = 0.0, 0.0, START / np.sqrt(moved), 1.0
    for _ in range(MOST_STEPS):
        rise = _rise(log_l, 1.0 - beta)
        weight = np.exp(rise * (log_l - log_l.max()))
        evidence += float(np.log(weight.mean()) + rise * log_l.max())
        beta = 1.0 if rise >= 1.0 - beta else beta + rise
        chosen = systematic(weight / weight.sum(), random)
        X, log_l = X[chosen], log_l[chosen]
        root = _root(X[:, :moved])
        for _ in range(LAST_MOVES if beta == 1.0 else MOVES):
            X, log_l, accepted = _move(X, log_l, beta, length * root, log_likelihood, random)
            length = float(np.clip(length * np.exp(accepted - WANTED), 1e-3, 4.0))
        if beta == 1.0:
            return Sampled(X, log_l, evidence, accepted)
    raise ModelError(f"{PLACE}: {MOST_STEPS} steps do not reach the data; raise the floor of the likelihood")


def systematic(share: FloatArray, random: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return which member each of as many places takes, in proportion to shares that sum to 1; one draw for all."""
    places = (random.random() + np.arange(len(share))) / len(share)
    found = np.searchsorted(np.cumsum(share), places).astype(np.int64)
    return np.minimum(found, len(share) - 1)


def _rise(log_l: FloatArray, left: float) -> float:
    """Return by how much the weight of the data may rise so that the effective share of members stays at `KEPT`."""
    off = log_l - log_l.max()

    def effective(rise: float) -> float:
        weight = np.exp(rise * off)
        return float(weight.sum() ** 2 / (weight @ weight) / len(weight))

    if effective(left) >= KEPT:
        return left
    low, high = 0.0, left
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(middle) >= KEPT else (low, middle)
    return max(low, 1e-12)


def _root(X: FloatArray) -> FloatArray:
    """Return the lower root of the members' covariance."""
    covariance = np.atleast_2d(np.cov(X, rowvar=False))
    return np.asarray(np.linalg.cholesky(covariance + SMALLEST**2 * np.eye(len(covariance))))


def _move(
    X: FloatArray, log_l: FloatArray, beta: float, root: FloatArray, log_likelihood: LogLikelihood,
    random: np.random.Generator,
) -> tuple[FloatArray, FloatArray, float]:  # fmt: skip
    moved = len(root)
    tried = X.copy()
    walked = X[:, :moved] + random.standard_normal((len(X), moved)) @ root.T
    tried[:, :moved] = 1.0 - np.abs(1.0 - np.mod(walked, 2.0))
    tried_log_l = _checked(log_likelihood(tried))
    taken = np.log(random.random(len(X))) < beta * (tried_log_l - log_l)
    return np.where(taken[:, np.newaxis], tried, X), np.where(taken, tried_log_l, log_l), float(taken.mean())


def _checked(log_l: FloatArray) -> FloatArray:
    refuse_where(~np.isfinite(log_l), PLACE, "log-likelihood", log_l, "must be finite", "floor what the data exclude")
    return log_l
