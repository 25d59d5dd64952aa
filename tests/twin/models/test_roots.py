"""The bracketed solver: roots of many functions, and states named where there is none."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.limits import FloatArray
from twin.models.roots import increasing_root

FIVE = np.array([1.0, 2.0, 8.0, 1e-6, 1e6])


def test_roots_of_many_functions_are_found_at_once() -> None:
    """Derived: cube roots, from brackets of very different size."""
    roots = increasing_root(lambda x: (x**3 - FIVE, 3.0 * x**2), np.zeros(5), np.full(5, 1e3), lambda i: f"cube {i}")
    np.testing.assert_allclose(roots, np.cbrt(FIVE), rtol=0.0, atol=1e-9)


def test_a_slope_of_zero_or_a_wild_step_falls_back_to_halving() -> None:
    """Derived: arctan, from where Newton's step diverges; and a function that reports no slope at all."""
    wild = increasing_root(
        lambda x: (np.arctan(x), 1.0 / (1.0 + x**2)), np.full(1, -50.0), np.full(1, 90.0), str, start=np.full(1, 80.0)
    )
    assert abs(wild[0]) < 1e-9
    flat = increasing_root(lambda x: (x - 3.0, np.zeros_like(x)), np.zeros(1), np.full(1, 10.0), str)
    assert flat[0] == pytest.approx(3.0, abs=1e-9)


def test_a_root_at_an_end_of_its_bracket_counts() -> None:
    """Derived: x - 0 on [0, 1] and x - 1 on [0, 1]."""
    ends = np.array([0.0, 1.0])
    found = increasing_root(lambda x: (x - ends, np.ones_like(x)), np.zeros(2), np.ones(2), str)
    np.testing.assert_allclose(found, ends, rtol=0.0, atol=1e-9)


def test_a_root_that_is_not_bracketed_names_its_state() -> None:
    def function(x: FloatArray) -> tuple[FloatArray, FloatArray]:
        return x - np.array([0.5, 7.0]), np.ones_like(x)

    with pytest.raises(ModelError, match=r"riser of 2 m/s \(state 1\): no root in the bracket.*-7 at its lower"):
        increasing_root(function, np.zeros(2), np.ones(2), lambda i: f"riser of 2 m/s (state {i})")


def test_a_function_that_is_no_number_names_its_state() -> None:
    with pytest.raises(ModelError, match="state 0: no root in the bracket, the function is nan"):
        increasing_root(
            lambda x: (np.full_like(x, np.nan), np.ones_like(x)), np.zeros(1), np.ones(1), lambda i: f"state {i}"
        )


def test_a_function_that_jumps_about_ends_in_an_error_and_not_in_an_endless_search() -> None:
    """Derived: a step at 0 without a slope, between -1e100 and 7e99, takes 370 halvings to 1e-10."""
    with pytest.raises(ModelError, match="state 0: no root after 200 steps; the function must increase"):
        increasing_root(
            lambda x: (np.where(x < 0.0, -1.0, 1.0), np.zeros_like(x)),
            np.full(1, -1e100),
            np.full(1, 7e99),
            lambda i: f"state {i}",
        )
