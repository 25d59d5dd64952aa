"""Ensemble smoother with multiple data assimilation: fixed parameters of a model that can only be run, from data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, positive, refuse_where

PLACE: Final = "ensemble smoother"
ROUNDING: Final = 1e-9  # reciprocals of the coefficients may miss 1 by no more
FOUR_STEPS: Final = (4.0, 4.0, 4.0, 4.0)


@dataclass(frozen=True, eq=False)
class Assimilated:
    """Parameters after the last step.

    Attributes
    ----------
    ensemble : members, shape (N, p).
    mismatch : of each member before each step, see :func:`data_mismatch`, shape (steps, N).
    """

    ensemble: FloatArray
    mismatch: FloatArray


def assimilate(
    prior: ArrayLike,
    forward: Callable[[FloatArray], FloatArray],
    observed: ArrayLike,
    errors: ArrayLike,
    random: np.random.Generator,
    coefficients: Sequence[float] = FOUR_STEPS,
    kept: float = 0.9999,
) -> Assimilated:
    """Return the members of a prior moved, in steps, to where the model shows what was observed.

    Parameters
    ----------
    prior : members of the parameters, shape (N, p), N at least 2. Parameters with bounds come transformed, so that
        every number is allowed (logarithm, logit); ``forward`` transforms them back.
    forward : what the model shows of members: (N, p) → (N, d). It is run once a step.
    observed : data, shape (d,).
    errors : covariance of what separates data and model, shape (d, d), or its diagonal, shape (d,).
    random : source of the perturbations of the data.
    coefficients : α of each step, at least 1 each, reciprocals summing to 1. Large first steps help curved models.
    kept : share of the predictions' variance, in units of the errors, whose directions are used; above 0, at most 1.

    Raises
    ------
    ModelError : shapes do not agree, reciprocals do not sum to 1, or the model shows something not finite.

    Notes
    -----
    A step is the update of an ensemble smoother with errors α times as variable: x += C_xd (C_dd + α C_e)^-1
    (d + √α e - g(x)), covariances of the ensemble. Predictions are divided by the root of C_e and decomposed into
    singular values s, of which the smallest are dropped; the inverse is 1 / (s² + α). Exact for a linear model and N
    without end; few members make the posterior narrower than it is.

    References
    ----------
    Emerick and Reynolds (2013), Comput. Geosci. 55, 3-15.

    Examples
    --------
    A number believed 0 ± 1 and read as 2 ± 1:

    >>> random = np.random.default_rng(1)
    >>> found = assimilate(random.standard_normal((20_000, 1)), lambda x: x, [2.0], [1.0], random)
    >>> round(float(found.ensemble.mean()), 1), round(float(found.ensemble.var()), 1)
    (1.0, 0.5)
    """
    X, d, root = _checked(prior, observed, errors)
    alphas = _checked_coefficients(coefficients)
    if not 0.0 < kept <= 1.0:
        raise ModelError(
            f"{PLACE}: share of variance kept is {kept:g}; it must be above 0 and at most 1: keep nearly all"
        )
    mismatch = np.empty((len(alphas), len(X)))
    for step, alpha in enumerate(alphas):
        shown = _shown(forward, X, d)
        white, off = _scaled(root, shown), _scaled(root, d - shown)
        mismatch[step] = np.mean(off * off, axis=1)
        off += np.sqrt(alpha) * random.standard_normal(off.shape)
        X = X + off @ _gain(X, white, alpha, kept)
    return Assimilated(X, mismatch)


def data_mismatch(predicted: ArrayLike, observed: ArrayLike, errors: ArrayLike) -> FloatArray:
    """Return how far predictions are from data in units of the errors: mean square over data, about 1 for a good fit.

    Parameters
    ----------
    predicted : of each member, shape (N, d).
    observed, errors : as in :func:`assimilate`.

    Examples
    --------
    >>> data_mismatch([[1.0, 2.0], [3.0, 6.0]], [1.0, 2.0], [4.0, 4.0]).tolist()
    [0.0, 2.5]
    """
    Y, d, root = _checked(predicted, observed, errors)
    if Y.shape[1] != len(d):
        raise ModelError(f"{PLACE}: predictions have shape {Y.shape}; it must be (N, {len(d)}): show every datum")
    off = _scaled(root, d - Y)
    return np.asarray(np.mean(off * off, axis=1))


def equal_steps(steps: int) -> tuple[float, ...]:
    """Return coefficients of equal steps: as many times their number."""
    return (float(steps),) * steps


def falling_steps(steps: int, ratio: float) -> tuple[float, ...]:
    """Return coefficients that fall by a ratio from step to step, reciprocals summing to 1.

    Parameters
    ----------
    steps : 1 or more.
    ratio : of one coefficient to the next, at least 1.

    Examples
    --------
    >>> falling_steps(3, 2.0)
    (7.0, 3.5, 1.75)
    """
    if steps < 1 or not ratio >= 1.0:
        raise ModelError(f"{PLACE}: {steps} steps with ratio {ratio:g}; they must be at least 1 each: take more")
    weight = ratio ** np.arange(steps)
    return tuple((weight.sum() / weight).tolist())


def _gain(X: FloatArray, white: FloatArray, alpha: float, kept: float) -> FloatArray:
    """Return the gain (d, p) on scaled differences, of members and their scaled predictions."""
    U, s, Vt = np.linalg.svd((white - white.mean(axis=0)) / np.sqrt(len(X) - 1.0), full_matrices=False)
    energy = np.cumsum(s * s)
    if energy.size == 0 or energy[-1] == 0.0:  # no member shows anything else than another: nothing to learn
        return np.zeros((white.shape[1], X.shape[1]))
    count = int(np.searchsorted(energy, kept * energy[-1] * (1.0 - ROUNDING))) + 1
    U, s, Vt = U[:, :count], s[:count], Vt[:count]
    spread = U.T @ (X - X.mean(axis=0)) / np.sqrt(len(X) - 1.0)
    return np.asarray((Vt.T * (s / (s * s + alpha))) @ spread)


def _scaled(root: FloatArray, off: FloatArray) -> FloatArray:
    """Return differences (N, d) in units of the errors, whose deviations (d,) or lower root (d, d) is given."""
    return np.asarray(off / root if root.ndim == 1 else np.linalg.solve(root, off.T).T, dtype=np.float64)


def _shown(forward: Callable[[FloatArray], FloatArray], X: FloatArray, d: FloatArray) -> FloatArray:
    shown = np.asarray(forward(X), dtype=np.float64)
    if shown.shape != (len(X), len(d)):
        raise ModelError(
            f"{PLACE}: the model shows shape {shown.shape}; it must be ({len(X)}, {len(d)}): every datum of each member"
        )
    refuse_where(~np.isfinite(shown), PLACE, "what the model shows", shown, "must be finite", "bound the parameters")
    return shown


def _checked_coefficients(coefficients: Sequence[float]) -> FloatArray:
    alphas = positive(PLACE, "coefficient", coefficients, "as many steps, as many times the error")
    total = float((1.0 / alphas).sum()) if alphas.ndim == 1 else np.nan
    if not abs(total - 1.0) <= ROUNDING:
        raise ModelError(
            f"{PLACE}: reciprocals of the coefficients sum to {total:g}; it must be 1, or data count more or less than "
            "once: take equal_steps or falling_steps"
        )
    return alphas


def _checked(members: ArrayLike, observed: ArrayLike, errors: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return members, data and the root of the errors' covariance."""
    X, d, E = (np.asarray(one, dtype=np.float64) for one in (members, observed, errors))
    if X.ndim != 2 or len(X) < 2 or d.ndim != 1 or E.shape not in (d.shape, d.shape * 2):
        raise ModelError(
            f"{PLACE}: members, data and errors have shapes {X.shape}, {d.shape} and {E.shape}; they must be (N, p), "
            "(d,) and (d,) or (d, d), N at least 2: match them"
        )
    for name, values in (("member", X), ("datum", d), ("error", E)):
        refuse_where(~np.isfinite(values), PLACE, name, values, "must be finite", "leave out what is missing")
    if E.ndim == 1:
        return X, d, np.sqrt(positive(PLACE, "variance of an error", E, "data and models have errors"))
    positive(PLACE, "eigenvalue of the errors", np.linalg.eigvalsh(E), "data and models have errors")
    return X, d, np.asarray(np.linalg.cholesky(E), dtype=np.float64)
