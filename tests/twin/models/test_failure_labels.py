"""Rates of failure with labels that are not logged (truth: exact beliefs where labels are known, even ranks)."""

import numpy as np
import pytest
from scipy.special import gamma

from ops_data.errors import ModelError
from twin.models.failure_labels import Incidents, sample_labels
from twin.models.scores import ranks, uniformity

GRID = np.linspace(200.0, 2000.0, 200)


def test_with_one_part_the_mean_life_is_that_of_a_grid() -> None:
    """Derived: five exponential lives, the last cut off."""
    worked = np.array([[300.0], [500.0], [1400.0], [1500.0]])
    asset = Incidents(worked, np.array([2300.0]), np.zeros((4, 1)))
    found = sample_labels([asset], np.ones(1), GRID[np.newaxis], np.ones((200, 1)), 4000, np.random.default_rng(1))
    log_weight = -4 * np.log(GRID) - 2300.0 / GRID
    weight = np.exp(log_weight - log_weight.max())
    exact = float((GRID * weight).sum() / weight.sum())
    assert abs(GRID[found.place[:, 0]].mean() / exact - 1.0) < 0.02
    assert set(np.unique(found.labels)) == {0}


def test_labels_follow_what_was_seen_of_an_incident() -> None:
    """Derived: equal rates, so that the chances are those of the fit alone."""
    fit = np.log(np.array([[0.9, 0.1]]))
    asset = Incidents(np.array([[500.0, 500.0]]), np.array([1000.0, 1000.0]), fit)
    grids = np.full((2, 200), 700.0)
    found = sample_labels([asset], np.ones(2), grids, np.ones((500, 2)), 5000, np.random.default_rng(2))
    assert abs((found.labels == 0).mean() - 0.9) < 0.02


def test_ranks_of_the_truth_are_even() -> None:
    """Simulation-based calibration: two parts, one that wears out, the log not saying which one failed."""
    shape, where = np.array([1.0, 2.0]), []
    for case in range(120):
        random = np.random.default_rng([7, case])
        place = random.integers(0, 200, 2)
        scale = GRID[place] / gamma(1.0 + 1.0 / shape)
        times = []
        for part in range(2):
            lives = scale[part] * random.exponential(size=60) ** (1.0 / shape[part])
            times += [(when, part) for when in np.cumsum(lives) if when < 4000.0]
        worked = np.array([[when, when] for when, _ in sorted(times)]).reshape(-1, 2)
        fit = np.array([[np.log(0.8 if part == own else 0.2) for own in range(2)] for _, part in sorted(times)])
        seen = np.array([[np.log(0.8), np.log(0.2)], [np.log(0.2), np.log(0.8)]])
        told = [random.choice(2, p=[0.8, 0.2] if part == 0 else [0.2, 0.8]) for _, part in sorted(times)]
        fit = seen[told] if told else fit.reshape(0, 2)
        asset = Incidents(worked, np.full(2, 4000.0), fit)
        found = sample_labels([asset], shape, np.stack([GRID, GRID]), np.ones((60, 2)), 99, random)
        where.append(ranks(found.place.T.astype(float), place.astype(float), random))
    for part in range(2):
        assert uniformity(np.array(where)[:, part], 99, 10).p_value > 0.01


def test_shapes_that_do_not_agree_are_refused() -> None:
    with pytest.raises(ModelError, match="match them"):
        sample_labels([], np.ones(1), GRID[np.newaxis], np.ones((10, 1)), 10, np.random.default_rng(1))
