"""Beliefs about means, spreads and lines (truth: derived, numerical integration, unless a test says otherwise)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from ops_data.errors import ModelError
from twin.models.conjugate import contraction
from twin.models.conjugate_normal import NormalInverseGamma, NormalMean, NormalRegression
from twin.models.scores import ranks, uniformity

Floats = NDArray[np.float64]
P = np.array([0.05, 0.5, 0.95])


def test_a_mean_of_known_spread_is_prior_times_likelihood() -> None:
    grid = np.linspace(-12.0, 14.0, 200_001)
    y, sd = np.array([1.0, 2.5, 4.0]), np.array([1.0, 0.5, 2.0])
    weight = stats.norm.pdf(grid, 0.5, 2.0) * stats.norm.pdf(y[:, np.newaxis], grid, sd[:, np.newaxis]).prod(axis=0)
    step, prior = grid[1] - grid[0], NormalMean(0.5, 4.0)
    after = prior.after(y, sd)
    mean = (weight * grid).sum() / weight.sum()
    assert after.mean == pytest.approx(mean, rel=1e-9)
    assert after.variance == pytest.approx((weight * (grid - mean) ** 2).sum() / weight.sum(), rel=1e-8)
    assert prior.log_marginal(y, sd) == pytest.approx(np.log(weight.sum() * step), rel=1e-9)
    assert after.quantile(P) == pytest.approx(stats.norm.ppf(P, after.mean, np.sqrt(after.variance)), rel=1e-12)


def test_a_range_makes_a_mean_and_values_narrow_it_as_expected() -> None:
    prior = NormalMean.matched(2.0, 6.0)
    assert prior.quantile(P) == pytest.approx([2.0, 4.0, 6.0])
    after = prior.after(np.full(9, 4.0), 3.0)
    assert contraction(prior.variance, after.variance) == pytest.approx(prior.expected_contraction(9, 3.0))
    drawn = after.draw(40_000, np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(4.0, abs=4.0 * float(np.sqrt(after.variance / 40_000)))


def test_values_stacked_along_the_last_axis_are_each_row_by_itself() -> None:
    rows = np.array([[1.0, 2.0], [3.0, 5.0]])
    stack = NormalMean(np.zeros(2), np.ones(2)).after(rows, 0.5)
    for at in range(2):
        assert np.asarray(stack.mean)[at] == pytest.approx(NormalMean(0.0, 1.0).after(rows[at], 0.5).mean)
    both = NormalMean(np.zeros(2), np.ones(2)).log_marginal(rows, 0.5)
    assert both == pytest.approx([float(NormalMean(0.0, 1.0).log_marginal(row, 0.5)) for row in rows])


def test_mean_and_spread_of_log_durations_are_prior_times_likelihood() -> None:
    y = np.log([0.21, 0.33, 0.28, 0.25])
    prior = NormalInverseGamma.matched(math.log(0.2), math.log(0.4), 0.25, 6.0)
    mu, sigma = np.meshgrid(np.linspace(-3.0, 0.0, 1_501), np.linspace(0.005, 2.0, 1_501), indexing="ij")
    variance = sigma**2
    weight = stats.norm.pdf(mu, prior.mean, sigma / np.sqrt(prior.worth))
    weight *= stats.invgamma.pdf(variance, prior.shape, scale=prior.scale) * 2.0 * sigma
    for one in y:
        weight *= stats.norm.pdf(one, mu, sigma)
    cell = (mu[1, 0] - mu[0, 0]) * (sigma[0, 1] - sigma[0, 0])
    total, after = weight.sum(), prior.after(y)
    middle = (weight * mu).sum() / total
    assert prior.log_marginal(y) == pytest.approx(np.log(total * cell), abs=1e-5)
    assert after.mean == pytest.approx(middle, abs=1e-6)
    assert after.variance == pytest.approx((weight * (mu - middle) ** 2).sum() / total, rel=1e-3)
    edge = np.cumsum(weight.sum(axis=0)) / total
    assert after.spread_quantile(P) == pytest.approx(np.interp(P, edge, sigma[0]), abs=2e-3)
    edge = np.cumsum(weight.sum(axis=1)) / total
    assert after.quantile(P) == pytest.approx(np.interp(P, edge, mu[:, 0]), abs=2e-3)


def test_the_next_value_follows_a_student_law_whose_density_is_the_marginal() -> None:
    belief = NormalInverseGamma(1.0, 2.0, 3.0, 0.5)
    centre, scale, freedom = belief.predict()
    for y in (-1.0, 1.0, 2.5):
        assert belief.log_marginal([y]) == pytest.approx(stats.t.logpdf(y, freedom, centre, scale), rel=1e-10)


def test_values_one_by_one_or_together_make_the_same_belief() -> None:
    y = np.random.default_rng(2).standard_normal(7)
    prior = NormalInverseGamma(0.3, 1.5, 2.0, 0.7)
    single, density = prior, 0.0
    for one in y:
        density += single.log_marginal([one])
        single = single.after([one])
    together = prior.after(y)
    assert (single.mean, single.worth, single.shape, single.scale) == pytest.approx(
        (together.mean, together.worth, together.shape, together.scale), rel=1e-12
    )
    assert prior.log_marginal(y) == pytest.approx(density, rel=1e-12)


def test_a_learning_curve_is_found_from_the_durations_of_a_repeated_task() -> None:
    """Made: first 2.0 h, 0.85 at each doubling, spread 0.1; 40 repetitions; the truth within three deviations."""
    random = np.random.default_rng(3)
    n = np.arange(1, 41)
    rows = np.column_stack([np.ones(40), np.log2(n)])
    y = np.log(2.0) + np.log(0.85) * np.log2(n) + 0.1 * random.standard_normal(40)
    prior = NormalRegression.matched(np.log([1.0, 0.7]), np.log([4.0, 1.0]), 0.2, 4.0)
    after = prior.after(rows, y)
    assert (np.abs(after.mean - np.log([2.0, 0.85])) < 3.0 * np.sqrt(after.variance)).all()
    assert after.spread == pytest.approx(0.1, abs=0.03)
    assert (contraction(prior.variance, after.variance) > 0.9).all()
    first = prior.expected_contraction(rows[:1])  # one repetition tells of the first duration, not of learning
    assert first[0] > 0.5
    assert first[1] < 1e-9


def test_a_line_agrees_with_the_dense_student_law_of_its_values() -> None:
    """Derived: y has a multivariate Student law of 2a degrees about X m with scale b/a (I + X Λ^-1 X')."""
    random = np.random.default_rng(4)
    rows, y = random.standard_normal((6, 2)), random.standard_normal(6)
    precision = np.array([[2.0, 0.5], [0.5, 1.0]])
    belief = NormalRegression(np.array([0.5, -1.0]), precision, 2.5, 1.2)
    spread = 1.2 / 2.5 * (np.eye(6) + rows @ np.linalg.inv(precision) @ rows.T)
    law = stats.multivariate_t(rows @ belief.mean, spread, 5.0)
    assert belief.log_marginal(rows, y) == pytest.approx(law.logpdf(y), rel=1e-10)
    centre, scale, freedom = belief.predict(rows)
    assert centre == pytest.approx(rows @ belief.mean)
    assert scale**2 == pytest.approx(np.diagonal(spread))
    assert freedom == 5.0


def test_draws_have_the_quantiles_of_their_belief() -> None:
    """Tolerance five standard errors of 40,000 draws in chance."""
    belief = NormalRegression(np.array([0.5, -1.0]), np.array([[2.0, 0.5], [0.5, 1.0]]), 2.5, 1.2)
    mean, sigma = belief.draw(40_000, np.random.default_rng(5))
    below = (mean[:, np.newaxis, :] <= belief.quantile(P[:, np.newaxis])).mean(axis=0)
    assert below == pytest.approx(np.column_stack([P, P]), abs=5.0 * 0.5 / 200.0)
    assert (sigma[:, np.newaxis] <= belief.spread_quantile(P)).mean(axis=0) == pytest.approx(P, abs=0.0125)
    z = (mean - belief.mean) / sigma[:, np.newaxis]
    assert np.cov(z.T) == pytest.approx(np.linalg.inv(belief.precision), abs=0.05)


@given(st.floats(-5.0, 5.0), st.floats(0.01, 4.0), st.floats(0.01, 2.0), st.floats(1.0, 50.0))
def test_a_belief_matched_to_a_range_has_it(low: float, width: float, spread: float, worth: float) -> None:
    found = NormalInverseGamma.matched(low, low + width, spread, worth)
    assert found.quantile([0.05, 0.95]) == pytest.approx([low, low + width], abs=1e-9 * (1.0 + abs(low)))
    assert found.spread == pytest.approx(spread, rel=1e-12)


def test_the_expected_contraction_of_a_mean_is_what_data_bring() -> None:
    """Derived: over data drawn from the prior; four standard errors of 4,000 sets of five values."""
    random, prior = np.random.default_rng(6), NormalInverseGamma(0.0, 2.0, 4.0, 3.0)
    mu, sigma = prior.draw(4_000, random)
    sets = mu[:, np.newaxis] + sigma[:, np.newaxis] * random.standard_normal((4_000, 5))
    brought = contraction(prior.variance, [prior.after(one).variance for one in sets])
    assert brought.mean() == pytest.approx(
        float(prior.expected_contraction(5)), abs=4.0 * brought.std() / np.sqrt(4_000)
    )


def test_simulation_based_calibration_of_mean_spread_and_line_is_even() -> None:
    """Talts et al. (2018): truths from the prior rank evenly among 19 draws from their posteriors."""
    random, found, truths = np.random.default_rng(7), [], []
    prior = NormalRegression(np.array([0.5, -1.0]), np.array([[2.0, 0.5], [0.5, 1.0]]), 2.5, 1.2)
    rows = np.column_stack([np.ones(6), np.arange(6.0)])
    for _ in range(600):
        line, sigma = prior.draw(1, random)
        y = rows @ line[0] + sigma[0] * random.standard_normal(6)
        lines, sigmas = prior.after(rows, y).draw(19, random)
        found.append(np.vstack([lines.T, sigmas]))
        truths.append([*line[0], sigma[0]])
    place = ranks(np.array(found), np.array(truths), random)
    for parameter in range(3):
        assert uniformity(place[:, parameter], 19, 10).p_value > 0.01


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: NormalMean(0.0, 0.0), "variance of a mean is 0; it must be above 0"),
        (lambda: NormalMean.matched(1.0, 1.0), "high less low end is 0"),
        (lambda: NormalMean(0.0, 1.0).after([1.0, np.nan], 1.0), "value is nan at state 1; it must be finite"),
        (lambda: NormalMean(0.0, 1.0).after([1.0], 0.0), "spread of a value is 0"),
        (lambda: NormalInverseGamma(0.0, -1.0, 1.0, 1.0), "least eigenvalue of precision is -1"),
        (lambda: NormalInverseGamma(0.0, 1.0, 0.0, 1.0), "shape of a spread is 0"),
        (lambda: NormalInverseGamma.matched(0.0, 1.0, 0.0, 3.0), "spread is 0; it must be above 0"),
        (lambda: NormalRegression(np.zeros(2), np.eye(3), 1.0, 1.0), "precision of shape (3, 3)"),
        (lambda: NormalRegression(np.zeros(2), np.diag([1.0, 0.0]), 1.0, 1.0), "believe something of every"),
        (lambda: NormalRegression(np.zeros(2), np.eye(2), 1.0, 1.0).predict(np.zeros((3, 1))), "rows of a line have"),
        (
            lambda: NormalRegression(np.zeros(1), np.eye(1), 1.0, 1.0).after(np.zeros((3, 1)), np.zeros(2)),
            "values have shape (2,); it must be (3,): one value per row",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError) as error:
        call()
    assert words in str(error.value)
