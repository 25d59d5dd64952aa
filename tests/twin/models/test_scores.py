"""Scores of forecasts (truth: derived, numerical integration and double sums, unless a test says otherwise)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.integrate import quad

from ops_data.errors import ModelError
from twin.models.scores import (
    bias,
    brier,
    coverage,
    crps_ensemble,
    crps_gaussian,
    pinball,
    pit_ensemble,
    pit_gaussian,
    ranks,
    rmse,
    uniformity,
)

Floats = NDArray[np.float64]
NUMBERS = st.floats(-1e6, 1e6)


def crps_of_steps(members: Floats, weights: Floats, y: float) -> float:
    """Return the integral of (F - 1[x >= y])², interval by interval."""
    edge = np.unique(np.append(members, y))
    middle = 0.5 * (edge[1:] + edge[:-1])
    below = (weights / weights.sum()) @ (members[:, np.newaxis] <= middle)
    return float((np.diff(edge) * (below - (middle >= y)) ** 2).sum())


@given(st.lists(st.tuples(NUMBERS, st.floats(0.01, 10.0)), min_size=1, max_size=30), NUMBERS)
def test_the_score_of_an_ensemble_is_the_integral_over_its_steps(pairs: list[tuple[float, float]], y: float) -> None:
    members, weights = np.array(pairs).T
    score = float(crps_ensemble(members, y, weights))
    assert score == pytest.approx(crps_of_steps(members, weights, y), rel=1e-9, abs=1e-6)
    assert score >= 0.0
    plain = float(crps_ensemble(members, y))
    assert plain == pytest.approx(crps_of_steps(members, np.ones(len(members)), y), rel=1e-9, abs=1e-6)
    assert plain <= np.abs(members - y).mean() + 1e-9


def test_whole_weights_are_members_repeated_and_stacks_are_each_by_itself() -> None:
    random = np.random.default_rng(1)
    x, y = random.standard_normal((3, 4)), random.standard_normal(3)
    repeated = np.repeat(x, [1, 2, 3, 4], axis=1)
    assert crps_ensemble(x, y, [1.0, 2.0, 3.0, 4.0]) == pytest.approx(crps_ensemble(repeated, y), rel=1e-12)
    for at in range(3):
        assert crps_ensemble(x, y)[at] == pytest.approx(float(crps_ensemble(x[at], y[at])))


def test_the_fair_score_is_the_double_sum_without_the_diagonal_and_does_not_know_the_size() -> None:
    """Ferro (2014): its mean is that of an ensemble without end; four standard errors of 20,000 cases."""
    random = np.random.default_rng(2)
    x = random.standard_normal(6)
    pairs = np.abs(np.subtract.outer(x, x)).sum() / (2.0 * 6 * 5)
    assert crps_ensemble(x, 0.3, fair=True) == pytest.approx(np.abs(x - 0.3).mean() - pairs, rel=1e-12)
    y = random.standard_normal(20_000)
    whole = 1.0 / np.sqrt(np.pi)  # of a standard normal forecast of standard normal observations
    for members in (2, 5, 20):
        score = crps_ensemble(random.standard_normal((20_000, members)), y, fair=True)
        assert score.mean() == pytest.approx(whole, abs=4.0 * score.std() / np.sqrt(20_000))


def test_the_gaussian_score_is_its_integral_and_that_of_many_members() -> None:
    for mean, sd, y in ((0.0, 1.0, 0.0), (3.0, 2.0, -1.0), (350.0, 40.0, 410.0)):
        low = quad(lambda x, m=mean, s=sd: stats.norm.cdf(x, m, s) ** 2, min(mean - 12 * sd, y), y)[0]
        high = quad(lambda x, m=mean, s=sd: stats.norm.sf(x, m, s) ** 2, y, max(mean + 12 * sd, y))[0]
        assert crps_gaussian(mean, sd, y) == pytest.approx(low + high, rel=1e-7)
        members = stats.norm.ppf((np.arange(4_000) + 0.5) / 4_000, mean, sd)
        assert crps_ensemble(members, y) == pytest.approx(low + high, rel=1e-3)


def test_the_truth_as_forecast_scores_best_of_all_gaussians() -> None:
    y = np.random.default_rng(3).standard_normal(50_000)
    true = crps_gaussian(0.0, 1.0, y).mean()
    for mean, sd in ((0.2, 1.0), (0.0, 0.7), (0.0, 1.4)):
        assert crps_gaussian(mean, sd, y).mean() > true


def test_twice_the_pinball_loss_over_all_quantiles_is_the_score() -> None:
    """Laio and Tamea (2007): CRPS = 2 ∫ loss dp."""
    p = (np.arange(20_000) + 0.5) / 20_000
    loss = pinball(stats.norm.ppf(p, 1.0, 2.0), 2.5, p)
    assert 2.0 * loss.mean() == pytest.approx(float(crps_gaussian(1.0, 2.0, 2.5)), rel=1e-5)


@given(NUMBERS, NUMBERS, st.floats(0.0, 1.0))
def test_losses_are_never_negative(forecast: float, observed: float, p: float) -> None:
    assert pinball(forecast, observed, p) >= 0.0
    assert crps_gaussian(forecast, abs(observed), 0.0) >= 0.0
    assert 0.0 <= brier(p, observed > 0.0) <= 1.0


def test_bias_and_rmse_are_what_they_say() -> None:
    forecast, observed = np.array([1.0, 4.0, 4.0]), np.array([0.0, 4.0, 6.0])
    assert bias(forecast, observed) == pytest.approx(-1.0 / 3.0)
    assert rmse(forecast, observed) == pytest.approx(np.sqrt(5.0 / 3.0))


def test_ranges_of_ninety_percent_hold_nine_of_ten() -> None:
    y = np.random.default_rng(4).standard_normal(4_000)
    half = float(stats.norm.ppf(0.95))
    found = coverage(-half, half, y, 0.99)
    assert found.count == 4_000
    assert found.low < 0.9 < found.high
    assert found.low < found.share < found.high
    assert coverage(-0.5 * half, 0.5 * half, y).high < 0.9
    assert coverage([0.0], [1.0], [1.0]).inside == 1


def test_ranks_of_observations_like_the_members_are_even_and_others_are_found_out() -> None:
    random = np.random.default_rng(5)
    y, x = random.standard_normal(4_000), random.standard_normal((4_000, 9))
    assert uniformity(ranks(x, y, random), 9).p_value > 0.01
    for wrong in (x + 0.3, 0.7 * x, 1.4 * x):
        assert uniformity(ranks(wrong, y, random), 9).p_value < 1e-6


def test_ties_are_broken_evenly() -> None:
    """By hand: dry days of an ensemble that is mostly dry."""
    random = np.random.default_rng(6)
    x, y = random.integers(0, 2, (4_000, 9)), random.integers(0, 2, 4_000)
    assert uniformity(ranks(x, y, random), 9).p_value > 0.01
    transform = pit_ensemble(x, y, random)
    assert stats.kstest(transform, "uniform").pvalue > 0.01


def test_p_values_of_even_ranks_are_even_themselves() -> None:
    random = np.random.default_rng(7)
    p = [uniformity(random.integers(0, 100, 500), 99, 12).p_value for _ in range(400)]
    assert stats.kstest(p, "uniform").pvalue > 0.01


@given(st.integers(1, 60), st.integers(2, 61))
def test_bins_together_hold_all_ranks_in_shares_of_their_size(members: int, bins: int) -> None:
    used = min(bins, members + 1)
    found = uniformity(np.arange(members + 1), members, used)
    assert found.counts == pytest.approx(found.expected)
    assert found.chi_square == pytest.approx(0.0, abs=1e-12)
    assert found.expected.max() - found.expected.min() < 1.0 + 1e-9


def test_transforms_of_good_forecasts_are_even() -> None:
    random = np.random.default_rng(8)
    y = 3.0 + 2.0 * random.standard_normal(3_000)
    assert stats.kstest(pit_gaussian(3.0, 2.0, y), "uniform").pvalue > 0.01
    x = 3.0 + 2.0 * random.standard_normal((3_000, 7))
    assert stats.kstest(pit_ensemble(x, y, random), "uniform").pvalue > 0.01
    heavy = pit_ensemble(np.array([[0.0, 1.0]]), np.array([0.5]), random, [1.0, 1e9])
    assert 0.0 < heavy[0] < 0.34


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: crps_ensemble([[1.0, 2.0]], [1.0, 2.0]), "ensemble has shape (1, 2) for observations of shape (2,)"),
        (lambda: crps_ensemble([], 1.0), "ensemble has shape (0,)"),
        (lambda: crps_ensemble([1.0, np.nan], 1.0), "member is nan at state 1; it must be finite"),
        (lambda: crps_ensemble([1.0, 2.0], 1.0, [0.0, 0.0]), "sum of weights is 0"),
        (lambda: crps_ensemble([1.0, 2.0], 1.0, [-1.0, 2.0]), "weight is -1"),
        (lambda: crps_ensemble([1.0], 1.0, fair=True), "take two members"),
        (lambda: crps_gaussian(0.0, -1.0, 0.0), "spread is -1; it must be 0 or above"),
        (lambda: pit_gaussian(0.0, 0.0, 0.0), "spread is 0; it must be above 0"),
        (lambda: pinball(0.0, 0.0, 1.5), "chance of the quantile is 1.5"),
        (lambda: brier(1.2, True), "chance of the forecast is 1.2"),
        (lambda: coverage(1.0, 0.0, 0.5), "low end is 1; it must not exceed the high end: swap them"),
        (lambda: coverage(0.0, 1.0, []), "there is no observation"),
        (lambda: coverage(0.0, 1.0, 0.5, 1.0), "confidence is 1"),
        (lambda: bias([], []), "there is no observation"),
        (lambda: uniformity([5], 3), "rank is 5 at state 0; it must be 0 to 3"),
        (lambda: uniformity([1], 3, 9), "9 bins for 4 ranks"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError) as error:
        call()
    assert words in str(error.value)
