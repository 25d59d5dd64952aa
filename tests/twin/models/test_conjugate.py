"""Beliefs about rates and shares (truth: derived, numerical integration, unless a test says otherwise)."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.integrate import quad

from ops_data.errors import ModelError
from twin.models.conjugate import BetaShare, Dirichlet, GammaRate, contraction
from twin.models.prior_range import law_range
from twin.models.scores import ranks, uniformity

Floats = NDArray[np.float64]
P = np.array([0.05, 0.5, 0.95])


def integrated(density: Callable[[float], float], low: float, high: float, where: float) -> tuple[float, float, float]:
    """Return the integral of a density, and mean and variance under it, by quadrature; `where` is inside its bulk."""
    total = quad(density, low, high, points=[where], limit=400, epsabs=0.0)[0]
    mean = quad(lambda x: x * density(x), low, high, points=[where], limit=400, epsabs=0.0)[0] / total
    square = quad(lambda x: x * x * density(x), low, high, points=[where], limit=400, epsabs=0.0)[0] / total
    return total, mean, square - mean * mean


def test_a_rate_after_counts_is_prior_times_likelihood() -> None:
    prior, events, exposure = GammaRate(2.5, 900.0), np.array([3, 0, 2]), np.array([500.0, 200.0, 400.0])

    def joint(rate: float) -> float:
        counts = stats.poisson.pmf(events, rate * exposure).prod()
        return float(stats.gamma.pdf(rate, 2.5, scale=1.0 / 900.0) * counts)

    after = prior.after(events.sum(), exposure.sum())
    total, mean, variance = integrated(joint, 0.0, 0.05, 0.004)
    assert prior.log_marginal(events, exposure) == pytest.approx(np.log(total), rel=1e-8)
    assert (after.mean, after.variance) == pytest.approx((mean, variance), rel=1e-8)
    assert after.quantile(P) == pytest.approx(stats.gamma.ppf(P, 7.5, scale=1.0 / 2_000.0), rel=1e-9)


def test_a_rate_after_lives_of_which_some_are_cut_off_is_prior_times_likelihood() -> None:
    prior, lives, ended = (
        GammaRate(2.0, 800.0),
        np.array([100.0, 700.0, 30.0, 250.0]),
        np.array([True, False, True, True]),
    )

    def joint(rate: float) -> float:
        return float(stats.gamma.pdf(rate, 2.0, scale=1 / 800.0) * np.prod(rate**ended * np.exp(-rate * lives)))

    total, mean, variance = integrated(joint, 0.0, 0.05, 0.003)
    after = prior.after(ended.sum(), lives.sum())
    assert prior.log_marginal_lives(lives, ended) == pytest.approx(np.log(total), rel=1e-8)
    assert (after.mean, after.variance) == pytest.approx((mean, variance), rel=1e-8)


def test_one_count_follows_the_negative_binomial() -> None:
    n = np.arange(30)
    found = [GammaRate(3.0, 50.0).log_marginal(k, 20.0) for k in n]
    assert found == pytest.approx(stats.nbinom.logpmf(n, 3.0, 50.0 / 70.0), rel=1e-10)
    assert GammaRate(3.0, 50.0).log_marginal(0, 0.0) == 0.0


def test_a_share_after_trials_is_prior_times_likelihood() -> None:
    prior = BetaShare(2.0, 5.0)

    def joint(share: float) -> float:
        return float(stats.beta.pdf(share, 2.0, 5.0) * stats.binom.pmf(7, 9, share))

    total, mean, variance = integrated(joint, 0.0, 1.0, 0.6)
    after = prior.after(7, 2)
    assert prior.log_marginal(7, 2) == pytest.approx(np.log(total), rel=1e-8)
    assert (after.mean, after.variance) == pytest.approx((mean, variance), rel=1e-8)
    assert after.quantile(P) == pytest.approx(stats.beta.ppf(P, 9.0, 7.0), rel=1e-9)
    assert np.exp([prior.log_marginal(k, 9 - k) for k in range(10)]).sum() == pytest.approx(1.0, rel=1e-12)


def test_shares_of_two_kinds_are_those_of_a_beta_and_chances_of_sequences_multiply() -> None:
    prior, counts = Dirichlet(np.array([2.0, 5.0])), np.array([7.0, 2.0])
    one = BetaShare(2.0, 5.0)
    assert prior.after(counts).quantile(P[:, np.newaxis])[:, 0] == pytest.approx(one.after(7, 2).quantile(P))
    assert prior.after(counts).variance[0] == pytest.approx(float(one.after(7, 2).variance))
    three, step = Dirichlet(np.array([0.5, 1.0, 2.0])), 0.0
    for kind in (0, 2, 2, 1, 2):
        case = np.eye(3)[kind]
        step += float(np.log(three.mean[kind]))
        three = three.after(case)
    assert Dirichlet(np.array([0.5, 1.0, 2.0])).log_marginal([1, 1, 3]) == pytest.approx(step, rel=1e-12)


def test_draws_have_the_moments_of_their_belief() -> None:
    """Tolerance four standard errors of 40,000 draws."""
    random, n = np.random.default_rng(1), 40_000
    for belief in (GammaRate(2.5, 900.0), BetaShare(2.0, 5.0), Dirichlet(np.array([0.05, 1.0, 3.0]))):
        drawn = belief.draw(n, random)
        off = np.abs(drawn.mean(axis=0) - belief.mean)
        assert (off < 4.0 * np.sqrt(belief.variance / n)).all()
        assert drawn.var(axis=0) == pytest.approx(belief.variance, rel=0.08)


def test_shares_drawn_from_the_smallest_concentrations_still_sum_to_one() -> None:
    drawn = Dirichlet(np.full(4, 1e-4)).draw(1_000, np.random.default_rng(2))
    assert drawn.sum(axis=1) == pytest.approx(np.ones(1_000), abs=1e-12)


def test_a_stack_of_beliefs_is_each_belief_by_itself() -> None:
    stack = GammaRate(np.array([1.0, 2.0]), np.array([10.0, 30.0])).after(np.array([3, 0]), np.array([5.0, 8.0]))
    assert stack.mean.tolist() == [4.0 / 15.0, 2.0 / 38.0]
    assert stack.draw(5, np.random.default_rng(3)).shape == (5, 2)
    rows = Dirichlet(np.ones((2, 3))).after([[1, 0, 0], [0, 0, 4]])
    assert rows.log_marginal(np.zeros((2, 3))).tolist() == [0.0, 0.0]


@given(st.floats(1e-6, 1e6), st.floats(1.01, 50.0))
def test_a_rate_matched_to_a_range_has_it(low: float, factor: float) -> None:
    found = GammaRate.matched(low, low * factor).quantile([0.05, 0.95])
    assert found == pytest.approx([low, low * factor], rel=1e-6)


@given(st.floats(0.002, 0.99), st.floats(0.02, 0.98))
def test_a_share_matched_to_a_range_has_it(low: float, part: float) -> None:
    high = low + part * (0.999 - low)
    assert BetaShare.matched(low, high).quantile([0.05, 0.95]) == pytest.approx([low, high], abs=1e-6)


def test_ranges_of_laws_are_their_5_and_95_percent_points() -> None:
    """Published laws, by scipy."""
    assert law_range("uniform", 3.0, 2.0, 6.0) == pytest.approx((2.2, 5.8))
    for low, mode, high in ((1.0, 4.0, 5.0), (1.0, 1.0, 5.0), (1.0, 5.0, 5.0), (1.0, 1.1, 9.0)):
        law = stats.triang((mode - low) / (high - low), low, high - low)
        assert law_range("triangular", mode, low, high) == pytest.approx(law.ppf([0.05, 0.95]), rel=1e-12)


def test_the_expected_contraction_is_the_mean_of_what_data_bring() -> None:
    """Derived: over data drawn from the prior, the mean posterior variance; four standard errors of 20,000 draws."""
    random, n = np.random.default_rng(4), 20_000
    rate, share = GammaRate(3.0, 400.0), BetaShare(4.0, 2.0)
    events = random.poisson(rate.draw(n, random) * 600.0)
    yes = random.binomial(12, share.draw(n, random))
    kinds = Dirichlet(np.array([1.0, 2.0, 3.0]))
    counts = np.array([random.multinomial(7, one) for one in kinds.draw(n, random)])
    for prior, after, expected in (
        (rate.variance, rate.after(events, 600.0).variance, rate.expected_contraction(600.0)),
        (share.variance, share.after(yes, 12 - yes).variance, share.expected_contraction(12)),
        (kinds.variance[0], kinds.after(counts).variance[:, 0], kinds.expected_contraction(7)),
    ):
        brought = contraction(prior, after)
        assert brought.mean() == pytest.approx(float(expected), abs=4.0 * brought.std() / np.sqrt(n))


def test_simulation_based_calibration_of_rates_and_shares_is_even() -> None:
    """Talts et al. (2018): truths from the prior rank evenly among 19 draws from their posteriors."""
    random, n = np.random.default_rng(5), 2_000
    rate, share = GammaRate(2.0, 300.0), BetaShare(3.0, 1.5)
    rates, shares = rate.draw(n, random), share.draw(n, random)
    after_rate = rate.after(random.poisson(rates * 500.0), 500.0).draw(19, random).T
    yes = random.binomial(8, shares)
    after_share = share.after(yes, 8 - yes).draw(19, random).T
    assert uniformity(ranks(after_rate, rates, random), 19).p_value > 0.01
    assert uniformity(ranks(after_share, shares, random), 19).p_value > 0.01
    too_sure = rate.after(2.0 * random.poisson(rates * 500.0), 1_000.0).draw(19, random).T
    assert uniformity(ranks(too_sure, rates, random), 19).p_value < 1e-6  # data counted twice are found out


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: GammaRate(0.0, 1.0), "shape of a rate is 0; it must be above 0: the events a belief is worth"),
        (lambda: GammaRate(1.0, 1.0).after(-1, 2.0), "events is -1; it must be 0 or above: count what happened"),
        (lambda: GammaRate(1.0, 1.0).after(1, np.nan), "exposure is nan"),
        (lambda: GammaRate(1.0, 1.0).log_marginal(1, 0.0), "exposure is 0; it must be above 0 where events happen"),
        (lambda: GammaRate(1.0, 1.0).quantile(1.5), "chance of a quantile is 1.5"),
        (lambda: GammaRate.matched(2.0, 1.0), "high end of a rate is 1; it must exceed the low end"),
        (lambda: GammaRate.matched(1.0, 1.0 + 1e-9), "the range is too wide or too narrow"),
        (lambda: BetaShare(1.0, -1.0), "failures of a share is -1"),
        (lambda: BetaShare.matched(0.5, 1.2), "range of a share is 0.5 to 1.2; it must lie"),
        (lambda: Dirichlet(np.array(1.0)), "concentration is one number"),
        (lambda: Dirichlet(np.ones(3)).after([1.0, 2.0]), "cases have shape (2,); it must end like"),
        (lambda: contraction(0.0, 0.0), "prior variance is 0; it must be above 0"),
        (lambda: law_range("triangle", 1.0, 0.0, 2.0), "it must have a range: did you mean 'triangular'?"),
        (lambda: law_range("uniform", 1.0, 2.0, 2.0), "low, value, high are 2, 1, 2; they must ascend"),
        (lambda: law_range("lognormal", 1.0, 0.0, 2.0), "above 0 for a lognormal"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError) as error:
        call()
    assert words in str(error.value)
