"""Particle filters: any model that can be drawn from and whose readings have a density; regimes, exact inside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.errors import ModelError
from twin.models.hidden_markov import chances, draw_columns, log_chances
from twin.models.kalman import LOG_2_PI, as_readings, check_covariance
from twin.models.limits import FloatArray, not_negative, positive, refuse_where

Ints = NDArray[np.int64]

PLACE: Final = "particle filter"
RESAMPLE_BELOW: Final = 0.5  # of the particles

Initial = Callable[[int, np.random.Generator], FloatArray]
Step = Callable[[FloatArray, int, np.random.Generator], FloatArray]
LogDensity = Callable[[FloatArray, FloatArray, int], FloatArray]


@dataclass(frozen=True, eq=False)
class ParticleFiltered:
    """What the readings up to and with each step say of its state.

    Attributes
    ----------
    mean, variance : weighted, shapes (T, n).
    log_density : estimate for each step's readings given those before it, shape (T,).
    effective : particles that the weights are worth, before any resampling, shape (T,).
    particles, weight : of the last step, shapes (N, n) and (N,).
    """

    mean: FloatArray
    variance: FloatArray
    log_density: FloatArray
    effective: FloatArray
    particles: FloatArray
    weight: FloatArray

    @property
    def log_evidence(self) -> float:
        """Logarithm of an unbiased estimate of the density of all readings."""
        return float(self.log_density.sum())


def bootstrap_filter(
    observed: ArrayLike,
    initial: Initial,
    step: Step,
    log_density: LogDensity,
    count: int,
    random: np.random.Generator,
    resample_below: float = RESAMPLE_BELOW,
    kernel: float = 0.0,
) -> ParticleFiltered:
    """Return the state at every step, from particles that move by the model and are weighed by the readings.

    Parameters
    ----------
    observed : readings, shape (T, m) or (T,) for m = 1; NaN where one is missing. Steps without any weigh nothing.
    initial : (N, random) → particles at step 0 before its readings, shape (N, n).
    step : (particles, t, random) → particles at step t, from those at t - 1; shape (N, n).
    log_density : (particles, readings of the step (m,), t) → log density of the readings at each, shape (N,).
    count : particles N, 1 or more.
    random : source of all draws.
    resample_below : effective share of the particles below which they are resampled, 0 (never) to 1 (always).
    kernel : width of the noise that resampled particles get, in units of the usual one, N^(-1/(n+4)) of their spread;
        0 for none. A model without chance of its own needs some, at the price of a little spread.

    Raises
    ------
    ModelError : shapes do not agree, or no particle can give the readings of a step.

    References
    ----------
    Gordon, Salmond and Smith (1993), IEE Proc. F 140, 107-113; Musso, Oudjane and Le Gland (2001), in: Sequential Monte
    Carlo Methods in Practice, 247-271 (kernel).

    Examples
    --------
    A coin, 0 or 1 for good, that shows itself with chance 0.9: seen as 1 twice.

    >>> def coin(number, random): return random.integers(0, 2, (number, 1)).astype(float)
    >>> def likely(x, y, t): return np.where(x[:, 0] == y[0], np.log(0.9), np.log(0.1))
    >>> found = bootstrap_filter([1.0, 1.0], coin, lambda x, t, r: x, likely, 10_000, np.random.default_rng(1))
    >>> found.mean.round(2).tolist(), round(float(np.exp(found.log_evidence)), 2)
    ([[0.9], [0.99]], 0.41)
    """
    readings = as_readings(PLACE, observed)
    _check_settings(count, resample_below)
    X = _particles(initial(count, random), count)
    n = X.shape[1]
    mean, variance = np.empty((len(readings), n)), np.empty((len(readings), n))
    density, effective = np.zeros(len(readings)), np.empty(len(readings))
    log_w = np.full(count, -np.log(count))
    for t, reading in enumerate(readings):
        if t:
            if effective[t - 1] < resample_below * count:
                X = _resampled(X, np.exp(log_w), kernel, random)
                log_w = np.full(count, -np.log(count))
            X = _particles(step(X, t, random), count)
        if not np.isnan(reading).all():
            density[t], log_w = _weighed(log_w, log_density(X, reading, t), t)
        w = np.exp(log_w)
        effective[t] = 1.0 / (w @ w)
        mean[t] = w @ X
        variance[t] = w @ (X - mean[t]) ** 2
    return ParticleFiltered(mean, variance, density, effective, X, np.exp(log_w))


def systematic_resample(weight: ArrayLike, random: np.random.Generator, count: int | None = None) -> Ints:
    """Return which particles go on, each as often as its weight says, to less than one; shape (count,).

    Parameters
    ----------
    weight : 0 or above with a sum above 0, shape (N,).
    random : source of one draw.
    count : how many go on; None for as many as there are.

    References
    ----------
    Carpenter, Clifford and Fearnhead (1999), IEE Proc. Radar Sonar Navig. 146, 2-7.

    Examples
    --------
    >>> systematic_resample([0.5, 0.0, 0.25, 0.25], np.random.default_rng(1)).tolist()
    [0, 0, 2, 3]
    """
    edge = np.cumsum(not_negative(PLACE, "weight", weight, "take the exponential of a logarithm"))
    positive(PLACE, "sum of weights", edge[-1:], "weigh some particle")
    wanted = len(edge) if count is None else count
    comb = (np.arange(wanted) + random.random()) / wanted * edge[-1]
    last = int(np.searchsorted(edge, edge[-1]))  # the last particle with weight
    return np.asarray(np.minimum(np.searchsorted(edge, comb, side="right"), last), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class SwitchingLinearGaussian:
    """A state of n numbers that moves and is read linearly, in a way of its own in each of K regimes.

    Attributes
    ----------
    regimes : chances of tomorrow's regime after each, shape (K, K).
    initial_regimes : chances at step 0, shape (K,).
    transition, drift, state_noise : F (K, n, n), b (K, n), Q (K, n, n) of the regime that is entered.
    observation, offset, observation_noise : H (K, m, n), d (K, m), R (K, m, m) of the regime of the reading.
    initial_mean, initial_covariance : of the state at step 0 before its readings, shapes (n,) and (n, n).
    """

    regimes: FloatArray
    initial_regimes: FloatArray
    transition: FloatArray
    drift: FloatArray
    state_noise: FloatArray
    observation: FloatArray
    offset: FloatArray
    observation_noise: FloatArray
    initial_mean: FloatArray
    initial_covariance: FloatArray


@dataclass(frozen=True, eq=False)
class SwitchingFiltered:
    """What the readings up to and with each step say of its regime and its state.

    Attributes
    ----------
    probability : chances of the regimes, shape (T, K).
    mean, covariance : of the state over regimes, shapes (T, n) and (T, n, n).
    log_density : estimate for each step's readings given those before it, shape (T,).
    regime, state_mean, state_covariance, weight : particles at the last step, shapes (N,), (N, n), (N, n, n) and (N,).
    """

    probability: FloatArray
    mean: FloatArray
    covariance: FloatArray
    log_density: FloatArray
    regime: Ints
    state_mean: FloatArray
    state_covariance: FloatArray
    weight: FloatArray

    @property
    def log_evidence(self) -> float:
        """Logarithm of an unbiased estimate of the density of all readings."""
        return float(self.log_density.sum())


def switching_filter(
    model: SwitchingLinearGaussian,
    observed: ArrayLike,
    count: int,
    random: np.random.Generator,
    log_emission: ArrayLike | None = None,
    resample_below: float = RESAMPLE_BELOW,
) -> SwitchingFiltered:
    """Return regime and state at every step: particles carry the path of regimes, an exact filter in each the state.

    Parameters
    ----------
    model : how regimes, state and readings come about.
    observed : readings, NaN where one is missing, shape (T, m), or (T,) for m = 1.
    count : particles N, 1 or more.
    random : source of all draws.
    log_emission : log density, in each regime, of whatever else is read that says nothing of the state, shape (T, K).
    resample_below : as in :func:`bootstrap_filter`.

    Raises
    ------
    ModelError : shapes do not agree, or no regime of any particle can give the readings of a step.

    Notes
    -----
    Each particle tries every next regime, so that a regime is drawn with the reading seen and the particle weighed by
    the sum over regimes; what is reported is the mixture before the draw. With one regime this is the Kalman filter.

    References
    ----------
    Chen and Liu (2000), J. R. Stat. Soc. B 62, 493-508 (mixture Kalman filter); Doucet, de Freitas, Murphy and Russell
    (2000), Proc. UAI, 176-183.
    """
    readings = as_readings(PLACE, observed)
    _check_settings(count, resample_below)
    steps, K, n = len(readings), len(model.regimes), len(model.initial_mean)
    _check_model(model, readings.shape[1])
    extra = np.zeros((steps, K)) if log_emission is None else np.asarray(log_emission, dtype=np.float64)
    if extra.shape != (steps, K) or np.isnan(extra).any():
        raise ModelError(f"{PLACE}: log emission has shape {extra.shape}; it must be {(steps, K)} without NaN: fill it")
    log_A, log_first = log_chances(model.regimes), log_chances(model.initial_regimes)
    probability, density = np.empty((steps, K)), np.empty(steps)
    mean, covariance = np.empty((steps, n)), np.empty((steps, n, n))
    regime, at = np.zeros(count, dtype=np.int64), np.arange(count)
    x, P = np.broadcast_to(model.initial_mean, (count, n)), np.broadcast_to(model.initial_covariance, (count, n, n))
    log_w = np.full(count, -np.log(count))
    for t, reading in enumerate(readings):
        if t:
            tried, spread = _moved(model, x, P)
            log_next = log_A[regime] + extra[t]
        else:
            tried, spread = np.repeat(x[:, np.newaxis], K, axis=1), np.repeat(P[:, np.newaxis], K, axis=1)
            log_next = log_first + extra[t] + np.zeros((count, 1))
        tried, spread, fit = _read(model, tried, spread, reading, t)
        density[t], joint = _weighed(log_w[:, np.newaxis], log_next + fit, t)
        chance = np.exp(joint)
        probability[t] = chance.sum(axis=0)
        mean[t] = np.einsum("ik,ikn->n", chance, tried)
        off = tried - mean[t]
        covariance[t] = np.einsum("ik,iknm->nm", chance, spread) + np.einsum("ik,ikn,ikm->nm", chance, off, off)
        log_w = np.logaddexp.reduce(joint, axis=1)
        w = np.exp(log_w)
        if 1.0 / (w @ w) < resample_below * count:
            kept = systematic_resample(w, random)
            joint, tried, spread, log_w = joint[kept], tried[kept], spread[kept], np.full(count, -np.log(count))
        alive = np.isfinite(joint).any(axis=1, keepdims=True)  # one that nothing explains weighs nothing from now on
        regime = draw_columns(np.where(alive, joint, 0.0), random.random(count))
        x, P = tried[at, regime], spread[at, regime]
    return SwitchingFiltered(probability, mean, covariance, density, regime, x, P, np.exp(log_w))


def _moved(model: SwitchingLinearGaussian, x: FloatArray, P: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return means (N, K, n) and covariances (N, K, n, n) of every particle in every next regime."""
    F = model.transition
    ahead = np.einsum("kab,ib->ika", F, x) + model.drift
    return ahead, F @ P[:, np.newaxis] @ np.swapaxes(F, -1, -2) + model.state_noise


def _read(
    model: SwitchingLinearGaussian, x: FloatArray, P: FloatArray, reading: FloatArray, step: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return means, covariances and log densities (N, K) after the readings of a step."""
    seen = ~np.isnan(reading)
    if not seen.any():
        return x, P, np.zeros(x.shape[:2])
    H, R = model.observation[:, seen], model.observation_noise[:, seen][:, :, seen]
    off = reading[seen] - model.offset[:, seen] - np.einsum("kma,ika->ikm", H, x)
    cross = H @ P
    try:
        root = np.linalg.cholesky(cross @ np.swapaxes(H, -1, -2) + R)
    except np.linalg.LinAlgError as error:
        raise ModelError(
            f"{PLACE}: readings of step {step} have no spread in some regime; state and noise must leave some: "
            "give the readings a noise above 0"
        ) from error
    white = np.linalg.solve(root, np.concatenate([off[..., np.newaxis], cross], axis=-1))
    e, half = white[..., 0], white[..., 1:]
    fit = -0.5 * ((e * e).sum(axis=-1) + e.shape[-1] * LOG_2_PI)
    fit -= np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
    gain = np.swapaxes(np.linalg.solve(np.swapaxes(root, -1, -2), half), -1, -2)
    rest = np.eye(x.shape[-1]) - gain @ H
    spread = rest @ P @ np.swapaxes(rest, -1, -2) + gain @ R @ np.swapaxes(gain, -1, -2)
    return x + np.einsum("ikma,ikm->ika", half, e), spread, fit


def _weighed(log_w: FloatArray, log_density: ArrayLike, step: int) -> tuple[float, FloatArray]:
    """Return the log density of a step's readings and the new log weights, which sum to 1."""
    joint = log_w + np.asarray(log_density, dtype=np.float64)
    if np.shape(log_density)[:1] != log_w.shape[:1] or np.isnan(joint).any():
        raise ModelError(f"{PLACE}: log density of step {step} is NaN or not one per particle; it must be: correct it")
    highest = float(joint.max(initial=-np.inf))
    if not np.isfinite(highest):
        raise ModelError(
            f"{PLACE}: no particle can give the readings of step {step}; one must: take more or widen the noise"
        )
    total = highest + float(np.log(np.exp(joint - highest).sum()))
    return total, joint - total


def _resampled(X: FloatArray, w: FloatArray, kernel: float, random: np.random.Generator) -> FloatArray:
    """Return resampled particles, with noise of their own covariance if asked for."""
    kept = X[systematic_resample(w, random)]
    if kernel == 0.0:
        return kept
    off = X - w @ X
    values, axes = np.linalg.eigh((off.T * w) @ off)
    width = kernel * len(X) ** (-1.0 / (X.shape[1] + 4.0))
    noise = random.standard_normal(X.shape) * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(kept + width * noise @ axes.T)


def _particles(values: ArrayLike, count: int) -> FloatArray:
    X = np.asarray(values, dtype=np.float64)
    if X.ndim != 2 or len(X) != count:
        raise ModelError(f"{PLACE}: particles have shape {X.shape}; it must be ({count}, n): one row each")
    return X


def _check_settings(count: int, resample_below: float) -> None:
    positive(PLACE, "number of particles", count, "take some hundreds")
    if not 0.0 <= resample_below <= 1.0:
        raise ModelError(f"{PLACE}: resampling below a share of {resample_below:g}; it must be 0 to 1: half is usual")


def _check_model(model: SwitchingLinearGaussian, m: int) -> None:
    K, n = len(model.regimes), len(model.initial_mean)
    shapes = {
        "regimes": (K, K), "initial_regimes": (K,), "transition": (K, n, n), "drift": (K, n), "state_noise": (K, n, n),
        "observation": (K, m, n), "offset": (K, m), "observation_noise": (K, m, m),
        "initial_mean": (n,), "initial_covariance": (n, n),
    }  # fmt: skip
    for name, shape in shapes.items():
        values: FloatArray = getattr(model, name)
        if np.shape(values) != shape:
            raise ModelError(f"{PLACE}: {name} has shape {np.shape(values)}; it must be {shape}: match the regimes")
        refuse_where(~np.isfinite(values), PLACE, name, values, "must be finite", "leave out what is unknown")
    for name in ("regimes", "initial_regimes"):
        chances(name, getattr(model, name))
    for name in ("state_noise", "observation_noise", "initial_covariance"):
        check_covariance(PLACE, name, getattr(model, name))
