"""One forecast against another (truth: derived, by hand and by repetition)."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ops_data.errors import ModelError
from twin.models.skill import compare

Floats = NDArray[np.float64]


def alike(shape: tuple[int, int], phi: float, random: np.random.Generator) -> Floats:
    """Return rows of AR(1) series of unit variance."""
    x = random.standard_normal(shape)
    for t in range(1, shape[1]):
        x[:, t] = phi * x[:, t - 1] + np.sqrt(1.0 - phi**2) * x[:, t]
    return x


def test_the_error_of_neighbours_alike_is_the_sum_of_newey_and_west_by_hand() -> None:
    loss, other = np.array([1.0, 2.0, 4.0, 3.0]), np.zeros(4)
    off = loss - 2.5
    gamma = [float(off[k:] @ off[: 4 - k]) / 4.0 for k in range(3)]
    variance = (gamma[0] + 2.0 * (2.0 / 3.0 * gamma[1] + 1.0 / 3.0 * gamma[2])) / 4.0
    found = compare(loss, other, 2)
    assert found.difference_error == pytest.approx(np.sqrt(variance), rel=1e-12)
    assert np.isnan(found.skill)  # the other is without loss


def test_equals_whose_losses_are_alike_from_day_to_day_are_seldom_told_apart() -> None:
    """Repetition: 400 pairs of AR(1) 0.6 losses, 300 days; a 5 % test rejects at most 10 %, but often without lags."""
    random = np.random.default_rng(1)
    ours, theirs = (3.0 + alike((400, 300), 0.6, random) for _ in range(2))
    with_lags = [compare(a, b, 12).p_value < 0.05 for a, b in zip(ours, theirs, strict=True)]
    without = [compare(a, b, 0).p_value < 0.05 for a, b in zip(ours, theirs, strict=True)]
    assert 0.02 < np.mean(with_lags) < 0.10
    assert np.mean(without) > 0.20


def test_the_error_of_the_skill_is_its_spread_over_repetitions() -> None:
    """Repetition: 400 pairs of independent losses, 200 days each; ratio of mean losses 0.7."""
    random = np.random.default_rng(2)
    found = [compare(random.gamma(4.0, 0.7, 200), random.gamma(4.0, 1.0, 200)) for _ in range(400)]
    skill = np.array([one.skill for one in found])
    assert skill.mean() == pytest.approx(0.3, abs=4.0 * skill.std() / 20.0)
    assert np.mean([one.skill_error for one in found]) == pytest.approx(skill.std(), rel=0.12)


def test_the_better_forecast_is_told_and_the_same_one_is_not() -> None:
    random = np.random.default_rng(3)
    other = random.gamma(4.0, 1.0, 100)
    better = compare(0.7 * other, other)
    assert better.skill == pytest.approx(0.3, rel=1e-12)
    assert better.skill_error == pytest.approx(0.0, abs=1e-12)  # each loss is 0.7 of the other's: the ratio is sure
    assert better.p_value < 1e-6
    same = compare(other, other)
    assert (same.skill, same.difference, same.p_value) == (0.0, 0.0, 1.0)
    assert compare([1.0, 1.0], [2.0, 2.0]).p_value == 0.0


@pytest.mark.parametrize(
    ("loss", "other", "lags", "words"),
    [
        ([1.0], [2.0], None, "losses have shapes (1,) and (1,)"),
        ([1.0, 2.0], [2.0, 1.0, 3.0], None, "pair them"),
        ([1.0, np.inf], [2.0, 1.0], None, "loss is inf at state 1"),
        ([1.0, 2.0], [2.0, 1.0], -1, "-1 lags; they must be 0 or more"),
    ],
)
def test_what_cannot_be_is_refused_by_name(loss: Floats, other: Floats, lags: int | None, words: str) -> None:
    with pytest.raises(ModelError) as error:
        compare(loss, other, lags)
    assert words in str(error.value)
