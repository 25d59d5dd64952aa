"""Ensemble smoother (truth: derived, the exact posterior, unless a test says otherwise)."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ops_data.errors import ModelError
from twin.models.ensemble_smoother import assimilate, data_mismatch, equal_steps, falling_steps
from twin.models.scores import ranks, uniformity

Floats = NDArray[np.float64]

P, D = 3, 10
LINE = np.random.default_rng(0).standard_normal((D, P))
ERRORS = 0.5 + np.random.default_rng(1).random(D)


def forward(x: Floats) -> Floats:
    return x @ LINE.T


def exact(observed: Floats) -> tuple[Floats, Floats]:
    """Return mean and covariance of a standard normal prior with data of a line."""
    cov = np.linalg.inv(np.eye(P) + LINE.T @ (LINE / ERRORS[:, np.newaxis]))
    return cov @ (LINE.T @ (observed / ERRORS)), np.asarray(cov, dtype=np.float64)


@pytest.mark.parametrize(
    ("members", "runs", "mean_off", "variance_off"),
    [
        (100, 60, (0.08, 0.22), (0.08, 0.24)),
        (1_000, 30, (0.025, 0.075), (0.025, 0.09)),
        (10_000, 10, (0.007, 0.024), (0.007, 0.028)),
    ],
)
def test_four_steps_on_a_line_come_to_the_exact_posterior(
    members: int, runs: int, mean_off: tuple[float, float], variance_off: tuple[float, float]
) -> None:
    """Facts: mean off 0.15, 0.05, 0.014 deviations and variance 15 %, 7 %, 1.4 % for 100, 1,000, 10,000 members."""
    off, share = [], []
    for seed in range(runs):
        random = np.random.default_rng(seed)
        observed = random.standard_normal(P) @ LINE.T + np.sqrt(ERRORS) * random.standard_normal(D)
        found = assimilate(random.standard_normal((members, P)), forward, observed, ERRORS, random).ensemble
        mean, cov = exact(observed)
        off.append((found.mean(axis=0) - mean) / np.sqrt(np.diagonal(cov)))
        share.append(found.var(axis=0, ddof=1) / np.diagonal(cov) - 1.0)
    assert mean_off[0] < np.sqrt(np.mean(np.square(off))) < mean_off[1]
    assert variance_off[0] < np.sqrt(np.mean(np.square(share))) < variance_off[1]


@pytest.mark.parametrize("coefficients", [(1.0,), equal_steps(2), equal_steps(8), falling_steps(4, 3.0)])
def test_any_steps_whose_reciprocals_sum_to_one_agree_on_a_line(coefficients: tuple[float, ...]) -> None:
    random = np.random.default_rng(2)
    observed = random.standard_normal(D)
    found = assimilate(random.standard_normal((20_000, P)), forward, observed, ERRORS, random, coefficients)
    mean, cov = exact(observed)
    assert (found.ensemble.mean(axis=0) - mean) / np.sqrt(np.diagonal(cov)) == pytest.approx(np.zeros(P), abs=0.05)
    assert np.cov(found.ensemble.T) == pytest.approx(cov, abs=0.05 * cov.max())
    assert found.mismatch.shape == (len(coefficients), 20_000)


def test_errors_that_go_together_weigh_as_their_covariance_says() -> None:
    """By hand: two readings of one number whose errors are nearly the same count as little more than one."""
    random = np.random.default_rng(3)
    cov = np.array([[1.0, 0.9], [0.9, 1.0]])
    found = assimilate(
        random.standard_normal((40_000, 1)), lambda x: np.hstack([x, x]), [1.0, 1.0], cov, random
    ).ensemble  # fmt: skip
    weight = np.linalg.inv(cov).sum()
    assert found.mean() == pytest.approx(weight / (1.0 + weight), abs=0.02)
    assert found.var() == pytest.approx(1.0 / (1.0 + weight), rel=0.03)


def test_on_a_curve_several_steps_come_closer_to_the_exact_posterior_than_one() -> None:
    """Derived: exp of a standard normal read as 5 to 0.5; the posterior by numerical integration."""
    grid = np.linspace(-4.0, 4.0, 8_001)
    weight = np.exp(-0.5 * grid**2 - 0.5 * ((5.0 - np.exp(grid)) / 0.5) ** 2)
    exact_mean = float((weight * grid).sum() / weight.sum())
    off = []
    for steps in (1, 4, 16):
        random = np.random.default_rng(4)
        found = assimilate(
            random.standard_normal((20_000, 1)), np.exp, [5.0], [0.25], random, falling_steps(steps, 1.5)
        )
        off.append(abs(float(found.ensemble.mean()) - exact_mean))
    assert off[0] > 2.0 * off[1] > 2.0 * off[2]
    assert off[2] < 0.05


def test_more_data_than_members_and_directions_without_spread_are_no_obstacle() -> None:
    random = np.random.default_rng(5)
    wide = np.vstack([LINE] * 40)
    found = assimilate(
        random.standard_normal((30, P)), lambda x: x @ wide.T, np.zeros(400), np.ones(400), random
    )  # fmt: skip
    assert np.isfinite(found.ensemble).all()
    assert found.ensemble.std() < 0.3
    assert (np.diff(found.mismatch.mean(axis=1)) < 0.0).all()


def test_data_that_say_nothing_of_the_parameters_leave_the_prior() -> None:
    random = np.random.default_rng(6)
    prior = random.standard_normal((50, 2))
    found = assimilate(prior, lambda x: np.ones((len(x), 3)), np.zeros(3), np.ones(3), random)
    assert (found.ensemble == prior).all()
    assert found.mismatch == pytest.approx(np.ones((4, 50)))


def test_the_mismatch_of_the_truth_is_one_and_falls_towards_it_step_by_step() -> None:
    random = np.random.default_rng(7)
    truth = np.array([1.5, -1.0, 2.0])
    observed = truth @ LINE.T + np.sqrt(ERRORS) * random.standard_normal(D)
    found = assimilate(random.standard_normal((1_000, P)), forward, observed, ERRORS, random)
    path = [*found.mismatch.mean(axis=1), data_mismatch(forward(found.ensemble), observed, ERRORS).mean()]
    assert (np.diff(path) < 0.0).all()
    many = truth @ LINE.T + np.sqrt(ERRORS) * random.standard_normal((10_000, D))
    assert data_mismatch(many, truth @ LINE.T, np.diag(ERRORS)).mean() == pytest.approx(1.0, abs=0.02)


def test_simulation_based_calibration_on_a_line_is_even() -> None:
    """Talts et al. (2018): the truth drawn from the prior ranks evenly among 19 of 400 members, each parameter."""
    random, found, truths = np.random.default_rng(8), [], []
    for _ in range(400):
        truth = random.standard_normal(P)
        observed = truth @ LINE.T + np.sqrt(ERRORS) * random.standard_normal(D)
        ensemble = assimilate(random.standard_normal((400, P)), forward, observed, ERRORS, random).ensemble
        found.append(ensemble[:19].T)
        truths.append(truth)
    place = ranks(np.array(found), np.array(truths), random)
    for parameter in range(P):
        assert uniformity(place[:, parameter], 19, 10).p_value > 0.01


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: assimilate(np.zeros((4, 1)), lambda x: x, [0.0], [1.0], r, (2.0, 3.0)), "sum to 0.833333; it must"),
        (lambda r: assimilate(np.zeros((4, 1)), lambda x: x, [0.0], [1.0], r, (-1.0, 0.5)), "coefficient is -1"),
        (lambda r: assimilate(np.zeros((4, 1)), lambda x: x, [0.0], [1.0], r, ()), "sum to 0; it must be 1"),
        (lambda r: assimilate(np.zeros((4, 1)), lambda x: x, [0.0, 1.0], [1.0, 1.0], r), "model shows shape (4, 1)"),
        (lambda r: assimilate(np.zeros((4, 1)), np.log, [0.0], [1.0], r), "what the model shows is -inf at state 0"),
        (lambda r: assimilate(np.zeros((4, 1)), lambda x: x, [0.0], [0.0], r), "variance of an error is 0"),
        (lambda r: assimilate(np.zeros((4, 1)), lambda x: x, [0.0], [[-1.0]], r), "eigenvalue of the errors is -1"),
        (lambda r: assimilate(np.zeros(4), lambda x: x, [0.0], [1.0], r), "have shapes (4,), (1,) and (1,)"),
        (lambda r: assimilate(np.zeros((4, 1)), lambda x: x, [0.0], [1.0], r, kept=0.0), "variance kept is 0"),
        (lambda r: assimilate(np.zeros((4, 1)), lambda x: x, [np.nan], [1.0], r), "datum is nan"),
        (lambda r: data_mismatch(np.zeros((4, 2)), [0.0], [1.0]), "predictions have shape (4, 2); it must be (N, 1)"),
        (lambda r: falling_steps(0, 1.0), "0 steps with ratio 1"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")  # log of 0 is what is to be refused
def test_what_cannot_be_is_refused_by_name(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError) as error:
        call(np.random.default_rng(0))
    assert words in str(error.value)
