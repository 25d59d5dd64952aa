"""Ensemble Kalman analysis: members of a state moved towards what was observed, by the covariances they show."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, positive, refuse_where

PLACE: Final = "ensemble Kalman filter"


def stochastic_analysis(
    ensemble: ArrayLike, predicted: ArrayLike, observed: ArrayLike, noise: ArrayLike, random: np.random.Generator
) -> FloatArray:
    """Return the ensemble given observations, each member moved towards its own perturbed ones.

    Parameters
    ----------
    ensemble : members of a state, shape (N, n), N at least 2.
    predicted : what each member would show, shape (N, m).
    observed : what is seen, shape (m,).
    noise : R, covariance of observation errors, shape (m, m), positive definite.
    random : source of the perturbations, whose mean is made 0.

    Returns
    -------
    Members, shape (N, n).

    References
    ----------
    Burgers, van Leeuwen and Evensen (1998), Mon. Weather Rev. 126, 1719-1724.
    """
    X, Y, y, R = _checked(ensemble, predicted, observed, noise)
    A, D = X - X.mean(axis=0), Y - Y.mean(axis=0)
    errors = random.standard_normal(Y.shape) @ np.linalg.cholesky(R).T
    errors -= errors.mean(axis=0)
    innovation = D.T @ D + (len(X) - 1.0) * R
    return X + (y + errors - Y) @ np.linalg.solve(innovation, D.T @ A)


def square_root_analysis(
    ensemble: ArrayLike, predicted: ArrayLike, observed: ArrayLike, noise: ArrayLike
) -> FloatArray:
    """Return the ensemble given observations, without chance: its mean and its covariance are those of the analysis.

    Parameters
    ----------
    ensemble, predicted, observed, noise : as in :func:`stochastic_analysis`.

    Notes
    -----
    Symmetric square root of the ensemble transform: C = (I + S S')^-1 with S = Y' R^-1/2 / sqrt(N - 1), members
    x̄ + A' (C S (R^-1/2 d) sqrt(N - 1)^-1 + C^1/2), which keeps the mean and moves members least.

    References
    ----------
    Bishop, Etherton and Majumdar (2001), Mon. Weather Rev. 129, 420-436; Hunt, Kostelich and Szunyogh (2007), Physica D
    230, 112-126.
    """
    X, Y, y, R = _checked(ensemble, predicted, observed, noise)
    N, mean, shown = len(X), X.mean(axis=0), Y.mean(axis=0)
    root = np.linalg.cholesky(R)
    S = np.linalg.solve(root, (Y - shown).T).T / np.sqrt(N - 1.0)
    off = np.linalg.solve(root, y - shown)
    U, s, Vt = np.linalg.svd(S, full_matrices=False)
    shrink = 1.0 / (1.0 + s * s)
    to_mean = U @ (shrink * s * (Vt @ off)) / np.sqrt(N - 1.0)
    to_spread = np.eye(N) + (U * (np.sqrt(shrink) - 1.0)) @ U.T
    return np.asarray(mean + (to_mean + to_spread) @ (X - mean))


def turned(ensemble: ArrayLike, random: np.random.Generator) -> FloatArray:
    """Return other members, shape (N, n), with the same mean and covariance: a random rotation of their deviations.

    Few members that a square root moves in step drift away from a Gaussian; turning them after each analysis helps.

    References
    ----------
    Sakov and Oke (2008), Mon. Weather Rev. 136, 1042-1053.
    """
    X = np.asarray(ensemble, dtype=np.float64)
    N, mean = len(X), X.mean(axis=0)
    level = np.linalg.qr(np.column_stack([np.ones(N), random.standard_normal((N, N - 1))]))[0][:, 1:]
    q, r = np.linalg.qr(random.standard_normal((N - 1, N - 1)))
    return np.asarray(mean + level @ (q * np.sign(np.diagonal(r))) @ level.T @ (X - mean))


def inflated(ensemble: ArrayLike, factor: float) -> FloatArray:
    """Return the ensemble, shape (N, n), with deviations from its mean made larger by a factor above 0.

    Examples
    --------
    >>> inflated([[0.0], [2.0]], 1.5).tolist()
    [[-0.5], [2.5]]
    """
    positive(PLACE, "inflation", factor, "1 leaves the ensemble as it is")
    X = np.asarray(ensemble, dtype=np.float64)
    mean = X.mean(axis=0)
    return np.asarray(mean + factor * (X - mean))


def _checked(
    ensemble: ArrayLike, predicted: ArrayLike, observed: ArrayLike, noise: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    X, Y, y, R = (np.asarray(one, dtype=np.float64) for one in (ensemble, predicted, observed, noise))
    m = y.size
    if X.ndim != 2 or len(X) < 2 or Y.shape != (len(X), m) or y.shape != (m,) or R.shape != (m, m):
        raise ModelError(
            f"{PLACE}: ensemble, predicted, observed and noise have shapes {X.shape}, {Y.shape}, {y.shape} and "
            f"{R.shape}; they must be (N, n), (N, m), (m,) and (m, m), N at least 2: match them"
        )
    for name, values in (("ensemble", X), ("predicted", Y), ("observed", y), ("noise", R)):
        refuse_where(~np.isfinite(values), PLACE, name, values, "must be finite", "leave out what is missing")
    positive(PLACE, "eigenvalue of the noise", np.linalg.eigvalsh(R), "observations have errors")
    return X, Y, y, R
