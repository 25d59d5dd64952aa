"""Hidden Markov chain (truth: derived, by listing every path, unless a test says otherwise)."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ops_data.errors import ModelError
from tests.twin.models.state_models import CHANGES, DAYS, FIRST, regime_emission, regime_path, regime_readings
from twin.models.hidden_markov import (
    count_changes,
    draw_paths,
    filter_regimes,
    predict_regimes,
    smooth_regimes,
    stationary,
    transition_posterior,
)
from twin.models.scores import ranks, uniformity

Floats = NDArray[np.float64]


def random_chain(days: int, count: int, random: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Return log emissions, a transition of every day and first chances."""
    emission = 3.0 * random.standard_normal((days, count))
    return emission, random.dirichlet(np.ones(count), (days, count)), random.dirichlet(np.ones(count))


def every_path(emission: Floats, transition: Floats, initial: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return all paths and the density of each with the readings."""
    days, count = emission.shape
    paths = np.array(list(itertools.product(range(count), repeat=days)))
    density = initial[paths[:, 0]] * np.exp(emission[0, paths[:, 0]])
    for t in range(1, days):
        density = density * transition[t, paths[:, t - 1], paths[:, t]] * np.exp(emission[t, paths[:, t]])
    return paths, density


@pytest.mark.parametrize("seed", range(5))
def test_filter_smoother_and_likelihood_are_those_of_all_paths(seed: int) -> None:
    random, days, count = np.random.default_rng(seed), 6, 3
    emission, transition, first = random_chain(days, count, random)
    emission[2] = 0.0  # a day without readings
    transition[4] = np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [0.0, 0.0, 1.0]])
    paths, density = every_path(emission, transition, first)
    found = filter_regimes(emission, transition, first)
    smoothed = smooth_regimes(found, transition)
    assert found.log_likelihood == pytest.approx(np.log(density.sum()), abs=1e-10)
    chance = density / density.sum()
    for t in range(days):
        exact = np.bincount(paths[:, t], chance, count)
        assert smoothed.probability[t] == pytest.approx(exact, abs=1e-12)
        some, share = every_path(emission[: t + 1], transition[: t + 1], first)
        assert found.probability[t] == pytest.approx(np.bincount(some[:, t], share, count) / share.sum(), abs=1e-12)
        if t:
            pair = np.bincount(paths[:, t - 1] * count + paths[:, t], chance, count * count)
            assert smoothed.change[t - 1].ravel() == pytest.approx(pair, abs=1e-12)
    assert smoothed.transitions.sum() == pytest.approx(days - 1)


def test_drawn_paths_have_the_chances_of_all_paths() -> None:
    """Tolerance five standard errors of 40,000 draws."""
    random = np.random.default_rng(6)
    emission, transition, first = random_chain(4, 2, random)
    paths, density = every_path(emission, transition, first)
    drawn = draw_paths(filter_regimes(emission, transition, first), transition, 40_000, random)
    share = np.bincount(drawn @ [8, 4, 2, 1], minlength=16) / 40_000
    chance = (density / density.sum())[np.argsort(paths @ [8, 4, 2, 1])]
    assert (np.abs(share - chance) <= 5.0 * np.sqrt(chance * (1.0 - chance) / 40_000) + 1e-12).all()


def test_a_year_of_three_regimes_is_told_apart() -> None:
    """Facts: 98.6 % of days hit by the filter in one such data set."""
    random = np.random.default_rng(7)
    path = regime_path(DAYS, random)
    emission = regime_emission(regime_readings(path, random))
    found = filter_regimes(emission, CHANGES, FIRST)
    hits = (found.probability.argmax(axis=1) == path).mean()
    smoothed = smooth_regimes(found, CHANGES)
    assert 0.93 < hits <= 1.0
    assert (smoothed.probability.argmax(axis=1) == path).mean() >= hits
    assert smoothed.transitions == pytest.approx(count_changes(path, 3), abs=12.0)


@given(st.integers(0, 10_000), st.floats(-1e6, 1e6))
def test_a_constant_added_to_a_days_log_emissions_moves_nothing_but_the_likelihood(seed: int, shift: float) -> None:
    random = np.random.default_rng(seed)
    emission, transition, first = random_chain(5, 3, random)
    moved = emission.copy()
    moved[3] += shift
    plain, other = filter_regimes(emission, transition, first), filter_regimes(moved, transition, first)
    assert other.probability == pytest.approx(plain.probability, abs=1e-8)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood + shift, abs=1e-6)
    assert other.probability.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-12)


def test_a_regime_hopeless_for_weeks_comes_back_when_the_readings_say_so() -> None:
    """By hand: regimes that stay; 60 days at odds of exp(-50), then 60 days at exp(50) and one at 3 to 1."""
    emission = np.zeros((121, 2))
    emission[:60, 1], emission[60:120, 1], emission[120, 1] = -50.0, 50.0, np.log(3.0)
    found = filter_regimes(emission, np.eye(2), [0.5, 0.5])
    assert found.probability[59, 1] == 0.0  # below the least number there is
    assert found.probability[-1] == pytest.approx([0.25, 0.75], rel=1e-9)
    assert smooth_regimes(found, np.eye(2)).probability[59] == pytest.approx([0.25, 0.75], rel=1e-9)
    drawn = draw_paths(found, np.eye(2), 1_000, np.random.default_rng(8))
    assert (drawn == drawn[:, :1]).all()
    assert drawn.mean() == pytest.approx(0.75, abs=0.06)


def test_days_without_readings_go_to_the_stationary_shares() -> None:
    long = filter_regimes(np.zeros((400, 3)), CHANGES, FIRST)
    assert long.log_likelihood == pytest.approx(0.0, abs=1e-9)
    assert long.probability[-1] == pytest.approx(stationary(CHANGES), abs=1e-9)
    assert stationary(CHANGES) @ CHANGES == pytest.approx(stationary(CHANGES), abs=1e-12)
    assert long.probability[1:11] == pytest.approx(predict_regimes(FIRST, CHANGES, 10), abs=1e-12)


def test_a_chain_that_alternates_and_one_with_a_last_stop_have_their_shares() -> None:
    assert stationary([[0.0, 1.0], [1.0, 0.0]]) == pytest.approx([0.5, 0.5])
    assert stationary([[0.9, 0.1], [0.0, 1.0]]) == pytest.approx([0.0, 1.0], abs=1e-12)


def test_known_changes_are_counted_and_teach_each_row_by_itself() -> None:
    counts = count_changes([0, 0, 1, 2, 2, 0, -1, 0], 3)
    assert counts.tolist() == [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 1.0]]
    found = transition_posterior(np.ones((3, 3)), counts)
    assert found.mean == pytest.approx((1.0 + counts) / (1.0 + counts).sum(axis=1, keepdims=True))
    drawn = found.draw(3, np.random.default_rng(9))
    assert drawn.shape == (3, 3, 3)
    assert drawn.sum(axis=-1) == pytest.approx(np.ones((3, 3)))


def test_gibbs_of_paths_and_rows_finds_the_transitions_of_a_hidden_year() -> None:
    """Derived: transitions drawn from the prior lie in the 90 % interval; here each of nine to three deviations."""
    random = np.random.default_rng(10)
    emission = regime_emission(regime_readings(regime_path(3 * DAYS, random), random))
    transition, kept = np.full((3, 3), 1.0 / 3.0), []
    for sweep in range(60):
        (path,) = draw_paths(filter_regimes(emission, transition, FIRST), transition, 1, random)
        (transition,) = transition_posterior(np.ones((3, 3)), count_changes(path, 3)).draw(1, random)
        if sweep >= 10:
            kept.append(transition)
    mean, spread = np.mean(kept, axis=0), np.std(kept, axis=0)
    assert (np.abs(mean - CHANGES) < 3.5 * spread).all()


def test_simulation_based_calibration_of_drawn_paths_is_even() -> None:
    """Talts et al. (2018): days up of a path drawn from the prior rank evenly among draws from its posterior."""
    random, members, found = np.random.default_rng(11), 19, []
    word = np.where(np.eye(3) > 0.0, 0.5, 0.25)  # what a doubtful log calls each regime
    for _ in range(400):
        path = regime_path(30, random)
        called = (np.cumsum(word, axis=1)[path] <= random.random((30, 1))).sum(axis=1)
        drawn = draw_paths(filter_regimes(np.log(word[:, called].T), CHANGES, FIRST), CHANGES, members, random)
        found.append([*(drawn == 0).sum(axis=1).tolist(), int((path == 0).sum())])
    table = np.array(found, dtype=np.float64)
    assert uniformity(ranks(table[:, :-1], table[:, -1], random), members, 10).p_value > 0.01


@pytest.mark.parametrize(
    ("emission", "transition", "initial", "words"),
    [
        (np.zeros(3), np.eye(2), [0.5, 0.5], "log emission has 1 axes"),
        ([[np.nan, 0.0]], np.eye(2), [0.5, 0.5], "log emission is nan at state 0"),
        (np.zeros((2, 2)), [[0.5, 0.4], [0.0, 1.0]], [0.5, 0.5], "sum of a row of the transition is 0.9"),
        (np.zeros((2, 2)), [[1.5, -0.5], [0.0, 1.0]], [0.5, 0.5], "a row of the transition is -0.5"),
        (np.zeros((2, 2)), np.eye(3), [0.5, 0.5], "they must have (2,) and (2, 2), with or without days"),
        (np.zeros((2, 2)), np.eye(2), [1.0], "2 days of 2 regimes do not go with chances of shapes (1,)"),
        ([[0.0, 0.0], [-np.inf, 0.0]], np.eye(2), [1.0, 0.0], "no regime that can follow gives the readings of day 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(emission: Floats, transition: Floats, initial: Floats, words: str) -> None:
    with pytest.raises(ModelError) as error:
        filter_regimes(emission, transition, initial)
    assert words in str(error.value)


def test_a_chain_with_two_last_stops_and_a_regime_without_a_number_are_refused() -> None:
    with pytest.raises(ModelError, match="2 sets of regimes are never left"):
        stationary(np.eye(2))
    with pytest.raises(ModelError, match="transition changes from day to day"):
        stationary(np.ones((3, 1, 1)))
    with pytest.raises(ModelError, match="regime is 2 at state 1; it must be 0 to 1, or -1 where unknown"):
        count_changes([0, 2], 2)
