"""Small state-space models with exact answers, for the tests of filters."""

import numpy as np
from numpy.typing import NDArray

from twin.models.kalman import LinearGaussian
from twin.models.particle_filter import LogDensity

Floats = NDArray[np.float64]

PHI, MOVE, NOISE = 0.9, 0.25, 0.5  # signal about its mean 0.57, error of the filtered mean 0.27
DAYS = 365
MEANS = np.array([350.0, 210.0, 0.0])  # of the days of three regimes
SPREADS = np.array([50.0, 45.0, 30.0])
CHANGES = np.array([[0.93, 0.04, 0.03], [0.10, 0.85, 0.05], [0.12, 0.03, 0.85]])
FIRST = np.array([0.5, 0.3, 0.2])


def level_model() -> LinearGaussian:
    """Return a level that returns to 0, stationary from the start, read with noise."""
    one = np.eye(1)
    return LinearGaussian(
        PHI * one, MOVE**2 * one, one, NOISE**2 * one, np.zeros(1), MOVE**2 / (1.0 - PHI**2) * one
    )  # fmt: skip


def level_readings(days: int, random: np.random.Generator) -> Floats:
    """Return readings of the level, shape (days,)."""
    x = random.standard_normal() * MOVE / np.sqrt(1.0 - PHI**2)
    found = np.empty(days)
    for t in range(days):
        found[t] = x + NOISE * random.standard_normal()
        x = PHI * x + MOVE * random.standard_normal()
    return found


def level_start(count: int, random: np.random.Generator) -> Floats:
    return np.asarray(random.standard_normal((count, 1)) * MOVE / np.sqrt(1.0 - PHI**2))


def level_step(x: Floats, t: int, random: np.random.Generator) -> Floats:
    return PHI * x + MOVE * random.standard_normal(x.shape)


def level_density(x: Floats, reading: Floats, t: int) -> Floats:
    return np.asarray(-0.5 * ((reading[0] - x[:, 0]) / NOISE) ** 2 - np.log(NOISE * np.sqrt(2.0 * np.pi)))


def log_normal_density(y: Floats, mean: Floats, spread: Floats) -> Floats:
    return np.asarray(-0.5 * ((y - mean) / spread) ** 2 - np.log(spread * np.sqrt(2.0 * np.pi)))


def regime_path(days: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return a path of three regimes."""
    path = np.empty(days, dtype=np.int64)
    path[0] = random.choice(3, p=FIRST)
    for t in range(1, days):
        path[t] = random.choice(3, p=CHANGES[path[t - 1]])
    return path


def regime_readings(path: NDArray[np.int64], random: np.random.Generator) -> Floats:
    """Return a day's tonnes in each regime of a path."""
    return np.asarray(MEANS[path] + SPREADS[path] * random.standard_normal(len(path)))


def regime_emission(y: Floats) -> Floats:
    """Return log emissions of readings, shape (days, 3)."""
    return log_normal_density(y[:, np.newaxis], MEANS, SPREADS)


def one_hot(regime: NDArray[np.int64]) -> Floats:
    return np.asarray(np.eye(3)[regime])


def regimes_start(count: int, random: np.random.Generator) -> Floats:
    """Return particles with 1 in the column of their regime."""
    return one_hot(random.choice(3, count, p=FIRST))


def regimes_step(x: Floats, t: int, random: np.random.Generator) -> Floats:
    edge = np.cumsum(CHANGES, axis=1)[x.argmax(axis=1)]
    return one_hot((edge <= random.random((len(x), 1))).sum(axis=1))


def regimes_density(emission: Floats) -> LogDensity:
    """Return the density of a day's reading at particles."""

    def density(x: Floats, reading: Floats, t: int) -> Floats:
        return np.asarray(emission[t, x.argmax(axis=1)])

    return density
