"""Posteriors on a grid (truth: conjugate beliefs in closed form)."""

import numpy as np
import pytest
from scipy.special import gammaincinv

from ops_data.errors import ModelError
from twin.models.conjugate import GammaRate
from twin.models.grid_posterior import grid_posterior
from twin.models.limits import FloatArray

P = np.array([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])


@pytest.mark.parametrize(("events", "exposure"), [(0, 0.0), (3, 1000.0), (4000, 1.5e6), (2, 3000.0)])
def test_a_grid_gives_the_quantiles_of_a_conjugate_rate(events: int, exposure: float) -> None:
    """Derived: a gamma belief about a rate after Poisson events, whatever the data weigh against the prior."""
    prior = GammaRate.matched(1 / 900, 1 / 300)
    shape, scale = float(prior.shape), 1.0 / float(prior.exposure)

    def rate(u: FloatArray) -> FloatArray:
        return np.asarray(gammaincinv(shape, u) * scale)

    found = grid_posterior(lambda u: events * np.log(rate(u)) - exposure * rate(u))
    np.testing.assert_allclose(rate(found.quantile(P)), prior.after(events, exposure).quantile(P), rtol=1e-3)


def test_draws_are_spread_like_the_belief_and_repeat_with_their_seed() -> None:
    found = grid_posterior(lambda u: 7 * np.log(u) + 3 * np.log1p(-u))
    draws = found.draws(4000, np.random.default_rng(3))
    assert abs(draws.mean() - 8 / 12) < 1e-4
    assert abs(draws.var() - 8 * 4 / (12**2 * 13)) < 1e-5
    np.testing.assert_array_equal(draws, found.draws(4000, np.random.default_rng(3)))


def test_a_needle_far_narrower_than_a_cell_is_found() -> None:
    """Derived: a normal likelihood of width 1e-7 of the prior's."""
    found = grid_posterior(lambda u: -0.5 * ((u - 0.123456789) / 1e-7) ** 2)
    middle, high = found.quantile([0.5, 0.95])
    assert abs(middle - 0.123456789) < 1e-9
    assert abs((high - middle) / 1e-7 - 1.645) < 0.02


def test_data_that_exclude_everything_are_an_error_that_says_so() -> None:
    with pytest.raises(ModelError, match="exclude every value"):
        grid_posterior(lambda u: np.full(len(u), -np.inf))
    with pytest.raises(ModelError, match="must be a number"):
        grid_posterior(lambda u: np.full(len(u), np.nan))
