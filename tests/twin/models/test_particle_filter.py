"""Particle filters (truth: derived, the exact filters of Kalman and Hamilton, unless a test says otherwise)."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ops_data.errors import ModelError
from tests.twin.models.state_models import (
    CHANGES,
    DAYS,
    FIRST,
    level_density,
    level_model,
    level_readings,
    level_start,
    level_step,
    regime_emission,
    regime_path,
    regime_readings,
    regimes_density,
    regimes_start,
    regimes_step,
)
from twin.models.hidden_markov import filter_regimes
from twin.models.kalman import LinearGaussian, kalman_filter
from twin.models.particle_filter import (
    ParticleFiltered,
    SwitchingLinearGaussian,
    bootstrap_filter,
    switching_filter,
    systematic_resample,
)

Floats = NDArray[np.float64]


def level_filter(readings: Floats, count: int, seed: int) -> ParticleFiltered:
    return bootstrap_filter(readings, level_start, level_step, level_density, count, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("count", "runs", "spread", "mean_error"),
    [
        (100, 40, (0.9, 2.1), (0.034, 0.052)),
        (1_000, 20, (0.25, 0.7), (0.010, 0.016)),
        (10_000, 6, (0.07, 0.3), (0.0032, 0.0052)),
    ],
)
def test_errors_against_the_kalman_filter_shrink_with_the_particles(
    count: int, runs: int, spread: tuple[float, float], mean_error: tuple[float, float]
) -> None:
    """Facts, one AR(1) year: spread of the log likelihood 1.35, 0.40, 0.16 and error of the mean 0.043, 0.013, 0.004.

    Here AR(1) of 0.9 moved by 0.25 a day and read to 0.5, log likelihood -340 to the facts' -348: a comparable signal.
    Measured 1.63, 0.53, 0.17 and 0.043, 0.013, 0.0043; bands for the chance of so few runs.
    """
    readings = level_readings(DAYS, np.random.default_rng(1))
    exact = kalman_filter(level_model(), readings)
    found = [level_filter(readings, count, seed) for seed in range(runs)]
    off = np.array([one.log_evidence for one in found]) - exact.log_likelihood
    error = np.sqrt(np.mean([(one.mean - exact.mean) ** 2 for one in found]))
    assert spread[0] < np.std(off, ddof=1) < spread[1]
    assert mean_error[0] < error < mean_error[1]
    assert found[0].variance == pytest.approx(exact.covariance[:, :, 0], rel=30.0 / np.sqrt(count), abs=0.02)


def test_the_evidence_is_unbiased() -> None:
    """Del Moral: the mean of the likelihood itself, not of its logarithm, is exact; four standard errors."""
    readings = level_readings(10, np.random.default_rng(2))
    exact = kalman_filter(level_model(), readings).log_likelihood
    ratio = np.exp([level_filter(readings, 50, seed).log_evidence - exact for seed in range(600)])
    assert ratio.mean() == pytest.approx(1.0, abs=4.0 * ratio.std() / np.sqrt(600))


@pytest.mark.parametrize(("count", "runs", "spread"), [(1_000, 20, (0.3, 1.8)), (10_000, 4, (0.05, 0.6))])
def test_regimes_of_a_year_agree_with_hamiltons_filter(count: int, runs: int, spread: tuple[float, float]) -> None:
    """Facts, three regimes: spread of the log likelihood 1.03 and 0.25, error of the chances 0.0006 and 0.0002."""
    random = np.random.default_rng(3)
    readings = regime_readings(regime_path(DAYS, random), random)
    emission = regime_emission(readings)
    exact = filter_regimes(emission, CHANGES, FIRST)
    found = [
        bootstrap_filter(readings, regimes_start, regimes_step, regimes_density(emission), count,
                         np.random.default_rng(seed))
        for seed in range(runs)
    ]  # fmt: skip
    off = np.array([one.log_evidence for one in found]) - exact.log_likelihood
    assert spread[0] < np.sqrt(np.mean(off**2)) < spread[1]
    assert np.mean([np.abs(one.mean - exact.probability).mean() for one in found]) < 0.1 / np.sqrt(count)


def test_steps_without_readings_predict_and_weigh_nothing() -> None:
    readings = np.r_[level_readings(20, np.random.default_rng(4)), np.full(5, np.nan)]
    found, exact = level_filter(readings, 20_000, 5), kalman_filter(level_model(), readings)
    assert (found.log_density[20:] == 0.0).all()
    assert found.mean[20:] == pytest.approx(exact.mean[20:], abs=0.02)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40), st.integers(0, 1_000))
def test_each_particle_goes_on_as_often_as_its_weight_says_to_less_than_one(weights: list[float], seed: int) -> None:
    weight = np.array(weights) + 1e-300
    kept = systematic_resample(weight, np.random.default_rng(seed))
    times = np.bincount(kept, minlength=len(weight))
    expected = weight / weight.sum() * len(weight)
    assert times.sum() == len(weight)
    assert (np.abs(times - expected) < 1.0 + 1e-9).all()


def test_a_particle_without_weight_never_goes_on() -> None:
    for seed in range(200):
        kept = systematic_resample([0.0, 0.3, 0.0, 0.7, 0.0], np.random.default_rng(seed), 50)
        assert set(kept.tolist()) == {1, 3}


@given(st.integers(0, 1_000), st.floats(-500.0, 500.0))
def test_weights_sum_to_one_and_a_constant_moves_only_the_evidence(seed: int, shift: float) -> None:
    readings = level_readings(6, np.random.default_rng(seed))
    plain = level_filter(readings, 30, seed)
    moved = bootstrap_filter(
        readings, level_start, level_step, lambda x, y, t: level_density(x, y, t) + shift, 30,
        np.random.default_rng(seed),
    )  # fmt: skip
    assert plain.weight.sum() == pytest.approx(1.0, abs=1e-12)
    assert moved.mean == pytest.approx(plain.mean, abs=1e-7)
    assert moved.log_evidence == pytest.approx(plain.log_evidence + 6 * shift, abs=1e-7)


def test_kernel_noise_spreads_resampled_particles_by_its_share() -> None:
    """Derived: variance grows by the squared width, (N^(-1/5))² for one number; the mean stays."""

    def still(x: Floats, t: int, random: np.random.Generator) -> Floats:
        return x

    found = bootstrap_filter(
        [0.0, np.nan], level_start, still, lambda x, y, t: np.zeros(len(x)), 20_000, np.random.default_rng(6),
        resample_below=1.0, kernel=3.0,
    )  # fmt: skip
    assert found.variance[1] == pytest.approx(found.variance[0], rel=1e-9)  # even weights are not resampled
    uneven = bootstrap_filter(
        [0.0, np.nan], level_start, still, lambda x, y, t: np.where(x[:, 0] > 0.0, 0.0, -np.inf), 20_000,
        np.random.default_rng(6), kernel=3.0, resample_below=0.6,
    )  # fmt: skip
    grown = 1.0 + 9.0 * 20_000 ** (-0.4)
    assert uneven.variance[1] == pytest.approx(grown * uneven.variance[0], rel=0.03)
    assert uneven.mean[1] == pytest.approx(uneven.mean[0], abs=0.03)


def switching(random: np.random.Generator) -> SwitchingLinearGaussian:
    """Return two regimes of two numbers, read twice."""

    def covariance(n: int) -> Floats:
        root = random.standard_normal((2, n, n))
        return np.asarray(root @ np.swapaxes(root, -1, -2) + 0.2 * np.eye(n))

    return SwitchingLinearGaussian(
        regimes=np.array([[0.8, 0.2], [0.4, 0.6]]), initial_regimes=np.array([0.3, 0.7]),
        transition=0.5 * random.standard_normal((2, 2, 2)), drift=random.standard_normal((2, 2)),
        state_noise=covariance(2), observation=random.standard_normal((2, 2, 2)),
        offset=2.0 * random.standard_normal((2, 2)), observation_noise=covariance(2),
        initial_mean=random.standard_normal(2), initial_covariance=covariance(2)[0],
    )  # fmt: skip


def along(model: SwitchingLinearGaussian, path: NDArray[np.int64]) -> LinearGaussian:
    """Return the model along one path of regimes."""
    return LinearGaussian(
        model.transition[path], model.state_noise[path], model.observation[path], model.observation_noise[path],
        model.initial_mean, model.initial_covariance, model.drift[path], model.offset[path],
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_the_switching_filter_agrees_with_a_kalman_filter_along_every_path(seed: int) -> None:
    """Tolerance: what 20,000 particles leave; readings have gaps and a whole step without."""
    random, steps = np.random.default_rng(seed), 6
    model = switching(random)
    readings, extra = 2.0 * random.standard_normal((steps, 2)), random.standard_normal((steps, 2))
    readings[1, 0], readings[4] = np.nan, np.nan
    found = switching_filter(model, readings, 20_000, random, extra)
    paths = np.array(list(itertools.product(range(2), repeat=steps)))
    prior = model.initial_regimes[paths[:, 0]] * np.prod(model.regimes[paths[:, :-1], paths[:, 1:]], axis=1)
    exact = [kalman_filter(along(model, path), readings) for path in paths]
    told = np.array([extra[np.arange(steps), path] for path in paths])
    for t in range(steps):
        log_density = [one.log_density[: t + 1].sum() for one in exact] + told[:, : t + 1].sum(axis=1)
        weight = prior * np.exp(log_density)
        chance = weight / weight.sum()
        mean = chance @ np.array([one.mean[t] for one in exact])
        assert found.probability[t] == pytest.approx(np.bincount(paths[:, t], chance, 2), abs=0.015)
        assert found.mean[t] == pytest.approx(mean, abs=0.05)
        off = np.array([one.mean[t] for one in exact]) - mean
        spread = np.array([one.covariance[t] for one in exact]) + off[:, :, None] * off[:, None, :]
        assert found.covariance[t] == pytest.approx(np.tensordot(chance, spread, 1), abs=0.15)
    whole = prior * np.exp([one.log_likelihood for one in exact] + told.sum(axis=1))
    assert found.log_evidence == pytest.approx(np.log(whole.sum()), abs=0.03)


def test_with_one_regime_the_switching_filter_is_the_kalman_filter_even_with_one_particle() -> None:
    readings = level_readings(60, np.random.default_rng(7))
    readings[10:20] = np.nan
    level = level_model()
    one = SwitchingLinearGaussian(
        np.eye(1), np.ones(1), level.transition[None], np.zeros((1, 1)), level.state_noise[None],
        level.observation[None], np.zeros((1, 1)), level.observation_noise[None], level.initial_mean,
        level.initial_covariance,
    )  # fmt: skip
    found, exact = switching_filter(one, readings, 1, np.random.default_rng(8)), kalman_filter(level, readings)
    assert found.mean == pytest.approx(exact.mean, abs=1e-12)
    assert found.covariance == pytest.approx(exact.covariance, abs=1e-12)
    assert found.log_evidence == pytest.approx(exact.log_likelihood, abs=1e-9)


def test_particles_that_nothing_explains_or_of_weights_below_any_number_do_no_harm() -> None:
    """By hand: regimes that stay and levels 0 and 1000 read to 1, first in doubt, then far apart, never resampled."""
    one = np.ones((2, 1, 1))
    model = SwitchingLinearGaussian(
        regimes=np.eye(2), initial_regimes=np.array([0.5, 0.5]), transition=one, drift=np.zeros((2, 1)),
        state_noise=0.0 * one, observation=0.0 * one, offset=np.array([[0.0], [1000.0]]), observation_noise=one,
        initial_mean=np.zeros(1), initial_covariance=np.eye(1),
    )  # fmt: skip
    doubt = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, -np.inf], [0.0, 0.0]])
    readings = [np.nan, 0.0, np.nan, 0.0]
    found = switching_filter(model, readings, 40, np.random.default_rng(10), doubt, resample_below=0.0)
    assert found.probability[1:] == pytest.approx(np.array([[1.0, 0.0]] * 3), abs=1e-12)
    share = (found.weight > 0.0).mean()  # of the particles, those that began in the first regime
    assert found.weight.sum() == pytest.approx(1.0)
    assert found.log_evidence == pytest.approx(np.log(share) - np.log(2.0 * np.pi), abs=1e-9)


def test_a_drifting_rate_is_followed_through_regimes_that_do_not_show_it() -> None:
    """Made: tonnes of up days follow a rate that wanders, down days show none; error within its own spread."""
    random = np.random.default_rng(9)
    one = np.ones((2, 1, 1))
    model = SwitchingLinearGaussian(
        regimes=np.array([[0.9, 0.1], [0.3, 0.7]]), initial_regimes=np.array([0.5, 0.5]), transition=one,
        drift=np.zeros((2, 1)), state_noise=25.0 * one, observation=np.array([[[1.0]], [[0.0]]]),
        offset=np.zeros((2, 1)), observation_noise=np.array([[[400.0]], [[100.0]]]), initial_mean=np.array([300.0]),
        initial_covariance=np.array([[900.0]]),
    )  # fmt: skip
    regime, rate = 0, 320.0
    readings, rates, regimes = np.empty(300), np.empty(300), np.empty(300, dtype=np.int64)
    for t in range(300):
        regime = int(random.random() > model.regimes[regime, 0])
        rate += 5.0 * random.standard_normal()
        readings[t] = rate + 20.0 * random.standard_normal() if regime == 0 else 10.0 * random.standard_normal()
        rates[t], regimes[t] = rate, regime
    found = switching_filter(model, readings, 200, random)
    hits = (found.probability.argmax(axis=1) == regimes).mean()
    scaled = (found.mean[:, 0] - rates) / np.sqrt(found.covariance[:, 0, 0])
    assert hits > 0.99
    assert 0.6 < np.sqrt(np.mean(np.square(scaled))) < 1.4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: level_filter(np.zeros(1), 0, 0), "number of particles is 0"),
        (lambda: systematic_resample([0.0, 0.0], np.random.default_rng(0)), "sum of weights is 0"),
        (lambda: systematic_resample([1.0, -1.0], np.random.default_rng(0)), "weight is -1 at state 1"),
        (
            lambda: bootstrap_filter([0.0], lambda n, r: np.zeros(n), level_step, level_density, 3,
                                     np.random.default_rng(0)),
            "particles have shape (3,); it must be (3, n)",
        ),
        (
            lambda: bootstrap_filter([0.0], level_start, level_step, lambda x, y, t: np.full(len(x), -np.inf), 3,
                                     np.random.default_rng(0)),
            "no particle can give the readings of step 0",
        ),
        (
            lambda: bootstrap_filter([0.0], level_start, level_step, lambda x, y, t: np.full(len(x), np.nan), 3,
                                     np.random.default_rng(0)),
            "log density of step 0 is NaN",
        ),
        (
            lambda: bootstrap_filter([0.0], level_start, level_step, level_density, 3, np.random.default_rng(0), 1.5),
            "resampling below a share of 1.5",
        ),
        (
            lambda: switching_filter(switching(np.random.default_rng(0)), np.zeros((2, 3)), 5,
                                     np.random.default_rng(0)),
            "observation has shape (2, 2, 2); it must be (2, 3, 2)",
        ),
        (
            lambda: switching_filter(switching(np.random.default_rng(0)), np.zeros((2, 2)), 5, np.random.default_rng(0),
                                     np.zeros((2, 3))),
            "log emission has shape (2, 3); it must be (2, 2)",
        ),
        (
            lambda: switching_filter(
                replace(switching(np.random.default_rng(0)), regimes=np.ones((2, 2))), np.zeros((2, 2)), 5,
                np.random.default_rng(0)),
            "sum of regimes is 2",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError) as error:
        call()
    assert words in str(error.value)
