"""Linear Gaussian filter and smoother (truth: derived, the dense multivariate normal, unless a test says otherwise)."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ops_data.errors import ModelError
from tests.twin.models.state_models import DAYS, MOVE, NOISE, PHI, level_model, level_readings
from twin.models.kalman import LinearGaussian, kalman_filter, kalman_smoother

Floats = NDArray[np.float64]


def random_model(steps: int, random: np.random.Generator) -> LinearGaussian:
    """Return a model of two numbers and three readings whose every matrix changes from step to step."""

    def covariance(n: int) -> Floats:
        root = random.standard_normal((steps, n, n))
        return np.asarray(root @ np.swapaxes(root, -1, -2) + 0.1 * np.eye(n))

    return LinearGaussian(
        transition=0.6 * random.standard_normal((steps, 2, 2)), state_noise=covariance(2),
        observation=random.standard_normal((steps, 3, 2)), observation_noise=covariance(3),
        initial_mean=random.standard_normal(2), initial_covariance=covariance(2)[0],
        drift=random.standard_normal((steps, 2)), offset=random.standard_normal((steps, 3)),
    )  # fmt: skip


def dense(model: LinearGaussian, steps: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mean and covariance of all states stacked, H and d of all readings stacked."""
    n, m = 2, 3
    mean, cov = np.zeros(steps * n), np.zeros((steps * n, steps * n))
    look, d = np.zeros((steps * m, steps * n)), np.zeros(steps * m)
    assert model.drift is not None and model.offset is not None
    for t in range(steps):
        now, before = slice(t * n, t * n + n), slice(t * n - n, t * n)
        if t == 0:
            mean[now], cov[now, now] = model.initial_mean, model.initial_covariance
        else:
            move = model.transition[t]
            mean[now] = move @ mean[before] + model.drift[t]
            cov[now, : t * n] = move @ cov[before, : t * n]
            cov[: t * n, now] = cov[now, : t * n].T
            cov[now, now] = move @ cov[before, before] @ move.T + model.state_noise[t]
        look[t * m : t * m + m, now], d[t * m : t * m + m] = model.observation[t], model.offset[t]
    return mean, cov, look, d


def log_normal(off: Floats, cov: Floats) -> float:
    return float(-0.5 * (off @ np.linalg.solve(cov, off) + np.linalg.slogdet(2.0 * np.pi * cov)[1]))


def test_the_likelihood_of_a_year_of_ar1_is_that_of_the_dense_normal() -> None:
    readings = level_readings(DAYS, np.random.default_rng(1))
    lag = np.abs(np.subtract.outer(np.arange(DAYS), np.arange(DAYS)))
    cov = MOVE**2 / (1.0 - PHI**2) * PHI**lag + NOISE**2 * np.eye(DAYS)
    assert kalman_filter(level_model(), readings).log_likelihood == pytest.approx(log_normal(readings, cov), abs=1e-9)


def test_missing_readings_leave_the_dense_normal_of_the_others() -> None:
    random = np.random.default_rng(2)
    readings = level_readings(100, random)
    readings[random.random(100) < 0.4] = np.nan
    seen = np.flatnonzero(~np.isnan(readings))
    cov = MOVE**2 / (1.0 - PHI**2) * PHI ** np.abs(np.subtract.outer(seen, seen)) + NOISE**2 * np.eye(len(seen))
    found = kalman_filter(level_model(), readings)
    assert found.log_likelihood == pytest.approx(log_normal(readings[seen], cov), abs=1e-9)
    assert (found.log_density[np.isnan(readings)] == 0.0).all()


@pytest.mark.parametrize("seed", range(5))
def test_matrices_that_change_every_step_with_gaps_give_likelihood_filter_and_smoother_of_the_dense_normal(
    seed: int,
) -> None:
    random, steps = np.random.default_rng(seed), 7
    model = random_model(steps, random)
    readings = 2.0 * random.standard_normal((steps, 3))
    readings[random.random((steps, 3)) < 0.3] = np.nan
    mean, cov, look, d = dense(model, steps)
    noise = np.zeros((steps * 3, steps * 3))
    for t in range(steps):
        noise[t * 3 : t * 3 + 3, t * 3 : t * 3 + 3] = model.observation_noise[t]
    found = kalman_filter(model, readings)
    smoothed = kalman_smoother(model, found)

    def given(last: int) -> tuple[Floats, Floats, float]:
        seen = np.flatnonzero(~np.isnan(readings[: last + 1].ravel()))
        total = look[seen] @ cov @ look[seen].T + noise[np.ix_(seen, seen)]
        gain = np.linalg.solve(total, look[seen] @ cov).T
        off = readings.ravel()[seen] - look[seen] @ mean - d[seen]
        return mean + gain @ off, cov - gain @ look[seen] @ cov, log_normal(off, total)

    whole, spread, likelihood = given(steps - 1)
    assert found.log_likelihood == pytest.approx(likelihood, abs=1e-9)
    for t in range(steps):
        now = slice(2 * t, 2 * t + 2)
        at, about, _ = given(t)
        assert found.mean[t] == pytest.approx(at[now], abs=1e-8)
        assert found.covariance[t] == pytest.approx(about[now, now], abs=1e-8)
        assert smoothed.mean[t] == pytest.approx(whole[now], abs=1e-8)
        assert smoothed.covariance[t] == pytest.approx(spread[now, now], abs=1e-8)


def test_steps_appended_without_readings_forecast_what_the_level_does() -> None:
    readings = level_readings(50, np.random.default_rng(3))
    found = kalman_filter(level_model(), np.r_[readings, np.full(10, np.nan)])
    ahead = PHI ** np.arange(1, 11)
    assert found.mean[50:, 0] == pytest.approx(found.mean[49, 0] * ahead, rel=1e-12)


def test_a_part_of_the_state_that_never_moves_is_smoothed_to_its_last_belief() -> None:
    """A constant: F = 1, Q = 0, so that every prediction is the belief before; and one known for sure stays so."""
    model = replace(level_model(), transition=np.eye(1), state_noise=np.zeros((1, 1)))
    found = kalman_filter(model, [1.0, 2.0, 3.0])
    assert kalman_smoother(model, found).mean[:, 0] == pytest.approx(np.full(3, found.mean[-1, 0]), rel=1e-12)
    sure = replace(model, initial_covariance=np.zeros((1, 1)))
    assert kalman_smoother(sure, kalman_filter(sure, [1.0, 2.0])).mean.tolist() == [[0.0], [0.0]]


def test_deviations_over_their_predicted_spread_are_standard_normal() -> None:
    """Derived: 400 series from the model; mean squares of the innovations are 1 to four standard errors."""
    random = np.random.default_rng(4)
    squares = []
    for _ in range(40):
        readings = level_readings(100, random)
        found = kalman_filter(level_model(), readings)
        spread = found.predicted_covariance[:, 0, 0] + NOISE**2
        squares.append(np.mean((readings - found.predicted_mean[:, 0]) ** 2 / spread))
    assert np.mean(squares) == pytest.approx(1.0, abs=4.0 * np.sqrt(2.0 / 4_000))


@pytest.mark.parametrize(
    ("change", "readings", "words"),
    [
        ({"transition": np.eye(2)}, [0.0], "transition has shape (2, 2); it must have (1, 1) or (1, 1, 1)"),
        ({"state_noise": -np.eye(1)}, [0.0], "least eigenvalue of state_noise is -1"),
        ({"initial_mean": np.array([np.nan])}, [0.0], "initial_mean is nan"),
        ({"initial_covariance": np.ones((1, 1, 1))}, [0.0], "initial_covariance has shape (1, 1, 1)"),
        ({}, [0.0, np.inf], "reading is inf at state 1; it must be finite: mark a missing one as NaN"),
        ({}, np.zeros((2, 1, 1)), "readings have 3 axes"),
        (
            {"observation_noise": np.zeros((1, 1)), "initial_covariance": np.zeros((1, 1))}, [0.0],
            "readings of step 0 have no spread of their own",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(change: dict[str, Floats], readings: Floats, words: str) -> None:
    with pytest.raises(ModelError) as error:
        kalman_filter(replace(level_model(), **change), readings)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_matrix_that_is_not_symmetric_is_no_covariance() -> None:
    random = np.random.default_rng(5)
    model = replace(random_model(1, random), initial_covariance=np.array([[1.0, 0.5], [0.0, 1.0]]))
    with pytest.raises(ModelError, match=r"asymmetry of initial_covariance is 0\.5; it must be 0"):
        kalman_filter(model, np.zeros((1, 3)))
