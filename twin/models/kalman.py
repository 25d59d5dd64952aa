"""Linear Gaussian filter and smoother: exact state and likelihood of what drifts slowly and is measured with noise."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.errors import ModelError
from twin.models.limits import FloatArray, refuse_where

PLACE: Final = "Kalman filter"
LOG_2_PI: Final = float(np.log(2.0 * np.pi))
ROUNDING: Final = 1e-9  # relative; a covariance may miss symmetry and an eigenvalue its sign by no more


@dataclass(frozen=True, eq=False)
class LinearGaussian:
    """A state of n numbers that moves linearly, seen through m linear readings, all noise Gaussian.

    Every matrix is constant, or has a first axis of T steps; entry t of the state's own matrices leads from t - 1 to t
    (entry 0 is not used, as the state begins at step 0).

    Attributes
    ----------
    transition : F, shape (n, n) or (T, n, n).
    state_noise : Q, covariance of what moves the state by chance, shape (n, n) or (T, n, n).
    observation : H, shape (m, n) or (T, m, n).
    observation_noise : R, covariance of the readings about H x, shape (m, m) or (T, m, m).
    initial_mean : of the state at step 0 before its reading, shape (n,).
    initial_covariance : of the same, shape (n, n).
    drift : b added to F x, shape (n,) or (T, n); None for 0.
    offset : d added to H x, shape (m,) or (T, m); None for 0.
    """

    transition: FloatArray
    state_noise: FloatArray
    observation: FloatArray
    observation_noise: FloatArray
    initial_mean: FloatArray
    initial_covariance: FloatArray
    drift: FloatArray | None = None
    offset: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class KalmanFiltered:
    """What the readings up to and with each step say of its state.

    Attributes
    ----------
    predicted_mean, predicted_covariance : before the reading of the step, shapes (T, n) and (T, n, n).
    mean, covariance : with it, same shapes.
    log_density : of each step's reading given those before it, 0 where it has none, shape (T,).
    """

    predicted_mean: FloatArray
    predicted_covariance: FloatArray
    mean: FloatArray
    covariance: FloatArray
    log_density: FloatArray

    @property
    def log_likelihood(self) -> float:
        """Logarithm of the density of all readings."""
        return float(self.log_density.sum())


@dataclass(frozen=True, eq=False)
class KalmanSmoothed:
    """What all readings say of each step's state: mean and covariance, shapes (T, n) and (T, n, n)."""

    mean: FloatArray
    covariance: FloatArray


def kalman_filter(model: LinearGaussian, observed: ArrayLike) -> KalmanFiltered:
    """Return the state at every step and the exact likelihood of the readings.

    Parameters
    ----------
    model : how state and readings come about.
    observed : readings y, NaN where one is missing, shape (T, m), or (T,) for m = 1. Steps without any reading are
        predictions: append some for a forecast.

    Returns
    -------
    State of every step with the readings up to it.

    Raises
    ------
    ModelError : shapes do not agree, a covariance is not one, a reading is infinite, or readings without noise
        contradict one another.

    Notes
    -----
    x_t = F x_(t-1) + b + w, y_t = H x_t + d + v. With S = H P H' + R the gain is K = P H' S^-1; the covariance is
    updated as (I - K H) P (I - K H)' + K R K', which stays one under rounding (Joseph's form).

    References
    ----------
    Kalman (1960), J. Basic Eng. 82, 35-45; Bucy and Joseph (1968), Filtering for Stochastic Processes with Applications
    to Guidance.

    Examples
    --------
    A level known to be about 0 read once as 2, as exact as the belief: halfway, and log N(2; 0, 2).

    >>> one = np.eye(1)
    >>> found = kalman_filter(LinearGaussian(one, 0 * one, one, one, np.zeros(1), one), [2.0])
    >>> found.mean.round(9).tolist(), found.covariance.round(9).tolist(), round(found.log_likelihood, 6)
    ([[1.0]], [[[0.5]]], -2.265512)
    """
    readings = as_readings(PLACE, observed)
    steps, m = readings.shape
    n = len(np.atleast_1d(model.initial_mean))
    _check(model, steps, n, m)
    F, Q = _stack(model.transition, steps, 2), _stack(model.state_noise, steps, 2)
    H, R = _stack(model.observation, steps, 2), _stack(model.observation_noise, steps, 2)
    drift = _stack(np.zeros(n) if model.drift is None else model.drift, steps, 1)
    offset = _stack(np.zeros(m) if model.offset is None else model.offset, steps, 1)
    found = KalmanFiltered(
        np.empty((steps, n)), np.empty((steps, n, n)), np.empty((steps, n)), np.empty((steps, n, n)), np.zeros(steps)
    )
    x, P = np.asarray(model.initial_mean, dtype=np.float64), np.asarray(model.initial_covariance, dtype=np.float64)
    seen = ~np.isnan(readings)
    for t in range(steps):
        if t:
            x, P = F[t] @ x + drift[t], F[t] @ P @ F[t].T + Q[t]
        found.predicted_mean[t], found.predicted_covariance[t] = x, P
        if seen[t].any():
            rows = seen[t]
            off = readings[t, rows] - H[t][rows] @ x - offset[t, rows]
            x, P, found.log_density[t] = _update(x, P, off, H[t][rows], R[t][np.ix_(rows, rows)], t)
        found.mean[t], found.covariance[t] = x, P
    return found


def kalman_smoother(model: LinearGaussian, filtered: KalmanFiltered) -> KalmanSmoothed:
    """Return the state at every step given the readings of all steps.

    Parameters
    ----------
    model : the one that was filtered.
    filtered : from :func:`kalman_filter`.

    Notes
    -----
    Backward: G = P_t F' Ppred_(t+1)^-1, x_t|T = x_t + G (x_(t+1)|T - xpred_(t+1)), P_t|T = P_t + G (P_(t+1)|T -
    Ppred_(t+1)) G'. Where a prediction has no spread the pseudo-inverse leaves what is known alone.

    References
    ----------
    Rauch, Tung and Striebel (1965), AIAA J. 3, 1445-1450.
    """
    F = _stack(model.transition, len(filtered.mean), 2)
    mean, covariance = filtered.mean.copy(), filtered.covariance.copy()
    for t in range(len(mean) - 2, -1, -1):
        ahead = filtered.predicted_covariance[t + 1]
        gain = filtered.covariance[t] @ F[t + 1].T @ np.linalg.pinv(ahead, hermitian=True)
        mean[t] += gain @ (mean[t + 1] - filtered.predicted_mean[t + 1])
        covariance[t] += gain @ (covariance[t + 1] - ahead) @ gain.T
    return KalmanSmoothed(mean, covariance)


def _update(
    x: FloatArray, P: FloatArray, off: FloatArray, H: FloatArray, R: FloatArray, step: int
) -> tuple[FloatArray, FloatArray, float]:
    """Return mean, covariance and log density of one step's readings, which are `off` the prediction."""
    S = H @ P @ H.T + R
    try:
        L = np.linalg.cholesky(S)
    except np.linalg.LinAlgError as error:
        raise ModelError(
            f"{PLACE}: readings of step {step} have no spread of their own; state and noise must leave some: "
            "give the readings a noise above 0"
        ) from error
    white = np.linalg.solve(L, np.column_stack([off, H @ P]))
    e, half = white[:, 0], white[:, 1:]
    gain = np.linalg.solve(L.T, half).T
    rest = np.eye(len(x)) - gain @ H
    density = -0.5 * (e @ e + len(off) * LOG_2_PI) - np.log(np.diagonal(L)).sum()
    return x + half.T @ e, rest @ P @ rest.T + gain @ R @ gain.T, float(density)


def _stack(values: ArrayLike, steps: int, axes: int) -> FloatArray:
    """Return values with a first axis of steps."""
    array = np.asarray(values, dtype=np.float64)
    return array if array.ndim > axes else np.broadcast_to(array, (steps, *array.shape))


def _check(model: LinearGaussian, steps: int, n: int, m: int) -> None:
    """Raise unless every shape fits and every covariance is one."""
    shapes = {
        "transition": (n, n), "state_noise": (n, n), "observation": (m, n), "observation_noise": (m, m),
        "initial_mean": (n,), "initial_covariance": (n, n), "drift": (n,), "offset": (m,),
    }  # fmt: skip
    for name, shape in shapes.items():
        values: FloatArray | None = getattr(model, name)
        if values is None:
            continue
        found, fixed = np.shape(values), name.startswith("initial")
        if found != shape and (fixed or found != (steps, *shape)):
            allowed = f"{shape}" if fixed else f"{shape} or {(steps, *shape)}"
            raise ModelError(f"{PLACE}: {name} has shape {found}; it must have {allowed}: match state and readings")
        refuse_where(~np.isfinite(values), PLACE, name, values, "must be finite", "leave out what is unknown")
    for name in ("state_noise", "observation_noise", "initial_covariance"):
        check_covariance(PLACE, name, getattr(model, name))


def as_readings(place: str, observed: ArrayLike) -> FloatArray:
    """Return readings as an array (steps, m); those of shape (steps,) get m = 1.

    Raises
    ------
    ModelError : they have other axes, or one is infinite; NaN is a missing one.

    Examples
    --------
    >>> as_readings("filter", [1.0, 2.0]).tolist()
    [[1.0], [2.0]]
    """
    readings = np.asarray(observed, dtype=np.float64)
    readings = readings[:, np.newaxis] if readings.ndim == 1 else readings
    if readings.ndim != 2:
        raise ModelError(f"{place}: readings have {readings.ndim} axes; they must have (steps, readings): reshape them")
    refuse_where(np.isinf(readings), place, "reading", readings, "must be finite", "mark a missing one as NaN")
    return readings


def check_covariance(place: str, name: str, values: ArrayLike) -> None:
    """Raise unless the last two axes hold covariances.

    Parameters
    ----------
    place, name : of the formula and the quantity.
    values : shape (..., n, n), finite.

    Raises
    ------
    ModelError : one is not symmetric or has a negative eigenvalue.

    Examples
    --------
    >>> check_covariance("filter", "noise", [[1.0, 2.0], [2.0, 1.0]])
    Traceback (most recent call last):
    ops_data.errors.ModelError: filter: least eigenvalue of noise is -1; it must be 0 or above: give a covariance
    """
    array = np.asarray(values, dtype=np.float64)
    turned: NDArray[np.float64] = np.swapaxes(array, -1, -2)
    size = np.abs(array).max(initial=0.0)
    refuse_where(
        np.asarray((np.abs(array - turned) > ROUNDING * size).any()), place, f"asymmetry of {name}",
        np.abs(array - turned).max(initial=0.0), "must be 0", "give a covariance",
    )  # fmt: skip
    least = np.linalg.eigvalsh(array).min(axis=-1, initial=0.0)
    refuse_where(least < -ROUNDING * size, place, f"least eigenvalue of {name}", least, "must be 0 or above",
                 "give a covariance")  # fmt: skip
