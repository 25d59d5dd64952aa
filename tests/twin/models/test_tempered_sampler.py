"""The tempered sampler (truth: Gaussian posteriors in closed form)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.tempered_sampler import sample, systematic


def test_members_have_the_moments_and_the_evidence_of_a_linear_model() -> None:
    """Derived: two numbers seen through one sum and one difference; the prior is flat where the data put them."""
    matrix, d, sd = np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([1.05, 0.1]), np.array([0.02, 0.05])
    random = np.random.default_rng(1)
    found = sample(
        random.random((4000, 2)), 2, lambda x: -0.5 * np.sum(((d - x @ matrix.T) / sd) ** 2, axis=1), random
    )  # fmt: skip
    exact = np.linalg.inv(matrix.T @ np.diag(sd**-2.0) @ matrix)
    np.testing.assert_allclose(found.members.mean(axis=0), np.linalg.solve(matrix, d), atol=0.002)
    np.testing.assert_allclose(np.cov(found.members.T), exact, rtol=0.15, atol=2e-5)
    assert abs(found.evidence - np.log(2.0 * np.pi * np.prod(sd) / 2.0)) < 0.25
    assert 0.1 < found.accepted < 0.7


def test_a_posterior_at_the_edge_of_the_prior_is_not_pushed_off_it() -> None:
    """Derived: exponential fall from the edge 0 with length 0.05."""
    random = np.random.default_rng(2)
    found = sample(random.random((4000, 1)), 1, lambda x: -x[:, 0] / 0.05, random)
    assert abs(found.members.mean() - 0.05) < 0.004


def test_columns_that_are_carried_along_are_weighted_but_not_moved() -> None:
    random = np.random.default_rng(3)
    carried = np.repeat([0.0, 1.0], 2000)
    start = np.column_stack([random.random(4000), carried])
    found = sample(start, 1, lambda x: np.where(x[:, 1] > 0.5, np.log(3.0), 0.0) - 50 * (x[:, 0] - 0.5) ** 2, random)
    assert set(np.unique(found.members[:, 1])) == {0.0, 1.0}
    assert abs(found.members[:, 1].mean() - 0.75) < 0.03


def test_resampling_takes_each_member_in_proportion() -> None:
    counts = np.bincount(systematic(np.array([0.5, 0.25, 0.25, 0.0]), np.random.default_rng(4)), minlength=4)
    assert counts.tolist() == [2, 1, 1, 0]


def test_a_likelihood_without_a_floor_is_an_error_that_says_so() -> None:
    random = np.random.default_rng(5)
    with pytest.raises(ModelError, match="floor"):
        sample(random.random((10, 1)), 1, lambda x: np.where(x[:, 0] > 0.5, 0.0, -np.inf), random)
    with pytest.raises(ModelError, match="columns moved"):
        sample(random.random((10, 1)), 2, lambda x: x[:, 0], random)
