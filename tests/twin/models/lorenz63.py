"""The three equations of Lorenz (1963) and cycles of assimilation in them, as commonly set up for comparison."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.models.ensemble_kalman import inflated, square_root_analysis, stochastic_analysis, turned
from twin.models.particle_filter import bootstrap_filter

Floats = NDArray[np.float64]
Analysis = Callable[[Floats, Floats, np.random.Generator], Floats]

STEP: Final = 0.01
STEPS: Final = 25  # from one observation to the next
NOISE: Final = 2.0 * np.eye(3)  # variance of the errors of x, y and z, all observed
START: Final = np.array([1.509, -1.531, 25.46])
START_VARIANCE: Final = 2.0
SETTLED: Final = 64  # cycles left out of the scores
LONG_RUN_SPREAD: Final = 7.6  # of a component about its mean: the error of always forecasting the mean


def slope(x: Floats) -> Floats:
    """Return dx/dt of states (..., 3), for sigma 10, rho 28, beta 8/3."""
    a, b, c = x[..., 0], x[..., 1], x[..., 2]
    return np.stack([10.0 * (b - a), a * (28.0 - c) - b, a * b - 8.0 / 3.0 * c], axis=-1)


def ahead(x: Floats) -> Floats:
    """Return states (..., 3) one observation later, by Runge and Kutta's fourth order."""
    for _ in range(STEPS):
        k1 = slope(x)
        k2 = slope(x + 0.5 * STEP * k1)
        k3 = slope(x + 0.5 * STEP * k2)
        k4 = slope(x + STEP * k3)
        x = x + STEP / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return x


def truth_and_readings(cycles: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Return true states and what is read of them, both (cycles, 3)."""
    x = START + np.sqrt(START_VARIANCE) * random.standard_normal(3)
    truth = np.empty((cycles, 3))
    for t in range(cycles):
        x = ahead(x)
        truth[t] = x
    return truth, truth + np.sqrt(2.0) * random.standard_normal(truth.shape)


def error(mean: Floats, truth: Floats) -> float:
    """Return the root mean square over components, averaged over settled cycles."""
    return float(np.sqrt(np.mean((mean - truth) ** 2, axis=1))[SETTLED:].mean())


def perturbed(inflation: float) -> Analysis:
    """Return the stochastic analysis followed by inflation."""

    def analysis(ensemble: Floats, reading: Floats, random: np.random.Generator) -> Floats:
        return inflated(stochastic_analysis(ensemble, ensemble, reading, NOISE, random), inflation)

    return analysis


def square_root(inflation: float) -> Analysis:
    """Return the square-root analysis, turned at random, followed by inflation."""

    def analysis(ensemble: Floats, reading: Floats, random: np.random.Generator) -> Floats:
        return inflated(turned(square_root_analysis(ensemble, ensemble, reading, NOISE), random), inflation)

    return analysis


def ensemble_error(analysis: Analysis, members: int, cycles: int, seed: int) -> float:
    """Return the error of the mean of an ensemble Kalman filter after each analysis."""
    random = np.random.default_rng(seed)
    truth, readings = truth_and_readings(cycles, random)
    ensemble, mean = START + np.sqrt(START_VARIANCE) * random.standard_normal((members, 3)), np.empty_like(truth)
    for t in range(cycles):
        ensemble = analysis(ahead(ensemble), readings[t], random)
        mean[t] = ensemble.mean(axis=0)
    return error(mean, truth)


def particle_error(particles: int, kernel: float, resample_below: float, cycles: int, seed: int) -> float:
    """Return the error of the mean of a particle filter whose resampled particles get a kernel's noise."""
    random = np.random.default_rng(seed)
    truth, readings = truth_and_readings(cycles, random)

    def begin(count: int, random: np.random.Generator) -> Floats:
        return ahead(START + np.sqrt(START_VARIANCE) * random.standard_normal((count, 3)))

    def move(x: Floats, t: int, random: np.random.Generator) -> Floats:
        return ahead(x)

    def fit(x: Floats, reading: Floats, t: int) -> Floats:
        return np.asarray(-0.25 * ((reading - x) ** 2).sum(axis=1) - 1.5 * np.log(4.0 * np.pi))

    found = bootstrap_filter(readings, begin, move, fit, particles, random, resample_below, kernel)
    return error(found.mean, truth)
