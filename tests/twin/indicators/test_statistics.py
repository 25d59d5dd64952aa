"""Percentiles and their uncertainty (truth: published tables, closed forms, simulation of known probabilities)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.indicators.statistics import median_interval, median_ranks, percentiles, wilson_interval

finite = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_the_published_ones(successes: int, trials: int, low: float, high: float) -> None:
    """Published: Newcombe 1998, Statistics in Medicine 17, 857-872, table I, score method without correction, 95 %."""
    assert wilson_interval(successes, trials, 0.95) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.99))
def test_a_wilson_interval_holds_the_share_and_stays_within_0_and_1(counts: tuple[int, int], confidence: float) -> None:
    low, high = wilson_interval(*counts, confidence)
    assert 0.0 <= low <= counts[0] / counts[1] <= high <= 1.0


@pytest.mark.parametrize(
    ("count", "ranks"), [(5, None), (6, (0, 5)), (8, (0, 7)), (9, (1, 7)), (10, (1, 8)), (20, (5, 14)), (100, (39, 60))]
)
def test_the_ranks_round_the_median_are_those_of_the_sign_test_table(count: int, ranks: tuple[int, int] | None) -> None:
    """Published: 95 % sign-test intervals in any table of it, e.g. Conover 1999: r = 1, 1, 2, 2, 6, 40 for these n."""
    assert median_ranks(count, 0.95) == ranks


def test_the_interval_of_the_median_holds_it_as_often_as_it_says() -> None:
    """Derived: 2,000 samples of a law with median 0; coverage is at least 80 % less three standard errors."""
    samples = np.random.default_rng(3).standard_cauchy((2_000, 25))
    held = 0
    for sample in samples:
        interval = median_interval(sample, 0.8)
        assert interval is not None
        held += interval[0] <= 0.0 <= interval[1]
    assert held / 2_000 > 0.8 - 3 * np.sqrt(0.16 / 2_000)


@given(st.lists(finite, min_size=1, max_size=50), st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_percentiles_of_finite_values_are_those_of_numpy(values: list[float], shares: list[float]) -> None:
    np.testing.assert_allclose(percentiles(values, shares), np.quantile(values, shares), rtol=1e-9, atol=1e-6)


@given(st.lists(finite, min_size=1, max_size=30), st.integers(0, 30))
def test_never_counts_as_later_than_everything(values: list[float], never: int) -> None:
    """Derived: P10 ≤ P50 ≤ P90, and no percentile is undefined."""
    low, middle, high = percentiles([*values, *[np.inf] * never], [0.1, 0.5, 0.9]).tolist()
    assert low <= middle <= high
    assert not np.isnan([low, middle, high]).any()


def test_a_percentile_between_a_value_and_never_is_never() -> None:
    """Derived: of four values the P90 lies between the third and the fourth."""
    assert percentiles([1.0, 2.0, 3.0, np.inf], [0.1, 0.5, 0.9]).tolist() == [1.3, 2.5, np.inf]
    assert percentiles([np.inf, np.inf], [0.5]).tolist() == [np.inf]
