"""Sharing out a shortage under four rules (truth: derived, by hand and by HiGHS, and properties of any shortage)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from ops_data.errors import ModelError
from twin.models.allocation import (
    RULE_NUMBERS,
    RULES,
    linear_programme,
    minimum_shares,
    pro_rata,
    strict_priority,
)
from twin.models.allocation_kernel import SHARING, share_out
from twin.models.compiled import compiled
from twin.models.limits import FloatArray

AMOUNT = st.one_of(st.just(0.0), st.floats(1e-3, 100.0))


@st.composite
def shortages(draw: st.DrawFn) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return needs, amounts and weights of up to nine sectors and six materials."""
    sectors, materials = draw(st.integers(1, 9)), draw(st.integers(1, 6))
    need = np.array(draw(st.lists(AMOUNT, min_size=sectors * materials, max_size=sectors * materials)))
    left = np.array(draw(st.lists(AMOUNT, min_size=materials, max_size=materials)))
    weight = np.array(draw(st.lists(st.floats(0.1, 9.0), min_size=sectors, max_size=sectors)))
    return need.reshape(sectors, materials), left, weight


def filled(rule: str, need: FloatArray, left: FloatArray, weight: FloatArray) -> FloatArray:
    """Return what the compiled rules give."""
    fill, order = np.zeros(len(need)), np.argsort(-weight, kind="stable").astype(np.int64)
    given_out, least, top = left.copy(), np.full(len(need), 0.2), np.ones(len(need))
    share = compiled(SHARING)["share_out"]
    share(RULE_NUMBERS[rule], need, given_out, order, weight, least, top, fill)
    return fill


@given(shortages())
def test_no_rule_hands_out_more_than_there_is(case: tuple[FloatArray, FloatArray, FloatArray]) -> None:
    """Derived: conservation, and fills between 0 and 1."""
    need, left, weight = case
    for rule in RULES:
        fill = filled(rule, need, left, weight)
        assert (fill >= 0.0).all()
        assert (fill <= 1.0 + 1e-12).all()
        assert (fill @ need <= left + 1e-9 * (1.0 + left)).all(), rule


@given(shortages())
def test_the_compiled_programme_is_as_good_as_highs(case: tuple[FloatArray, FloatArray, FloatArray]) -> None:
    """Derived: an independent solver finds no larger weighted sum."""
    need, left, weight = case
    other = linprog(-weight, A_ub=need.T, b_ub=left, bounds=(0.0, 1.0), method="highs")
    mine = float(weight @ filled("linear_programme", need, left, weight))
    assert mine == pytest.approx(-other.fun, rel=1e-6, abs=1e-6)
    assert float(weight @ linear_programme(need, left, weight)) == pytest.approx(mine, rel=1e-6, abs=1e-6)


@given(shortages())
def test_under_pro_rata_no_fill_can_rise_unless_a_smaller_or_equal_one_falls(
    case: tuple[FloatArray, FloatArray, FloatArray],
) -> None:
    """Derived: what max-min fair means: a sector below 1 needs a used-up material of which none has more than it."""
    need, left, weight = case
    fill = filled("pro_rata", need, left, weight)
    over = left - fill @ need
    for k in np.flatnonzero(fill < 1.0 - 1e-9):
        tight = [p for p in np.flatnonzero(need[k] > 0.0) if over[p] <= 1e-9 * (1.0 + left[p])]
        assert any(fill[need[:, p] > 0.0].max() <= fill[k] + 1e-9 for p in tight)


@given(shortages())
def test_plain_and_compiled_rules_give_the_same_bits(case: tuple[FloatArray, FloatArray, FloatArray]) -> None:
    """Derived: the compiled code is the plain code."""
    need, left, weight = case
    for rule in RULES:
        fill, order = np.zeros(len(need)), np.argsort(-weight, kind="stable").astype(np.int64)
        least, top = np.full(len(need), 0.2), np.ones(len(need))
        share_out(RULE_NUMBERS[rule], need, left.copy(), order, weight, least, top, fill)
        assert fill.tobytes() == filled(rule, need, left, weight).tobytes(), rule


def test_a_sector_that_lacks_one_element_leaves_the_other_to_the_rest() -> None:
    """Derived: by hand; the first sector needs both elements, of the second there is a quarter."""
    need = [[2.0, 4.0], [2.0, 0.0]]
    assert strict_priority(need, [3.0, 1.0], [1, 2]).tolist() == [0.25, 1.0]
    assert pro_rata(need, [2.0, 1.0]).tolist() == [0.25, 0.75]


def test_minimum_shares_come_before_weights_and_shrink_together_if_they_do_not_go_round() -> None:
    """Derived: by hand; 6 of 10 tonnes, minima 0.2 and 0.4, then evenly until all is gone."""
    assert minimum_shares([[5.0], [5.0]], [6.0], [0.2, 0.4], [1.0, 1.0]).round(12).tolist() == [0.5, 0.7]
    assert minimum_shares([[5.0], [5.0]], [1.5], [0.2, 0.4], [1.0, 1.0]).round(12).tolist() == [0.1, 0.2]


def test_sectors_without_need_are_full_and_enough_for_all_fills_all() -> None:
    """Derived: nothing is short."""
    assert strict_priority([[0.0], [3.0]], [1.0], [1, 2]).round(12).tolist() == [1.0, 0.333333333333]
    assert linear_programme([[0.0], [3.0]], [0.0], [1.0, 1.0]).tolist() == [1.0, 0.0]
    for fills in (pro_rata([[1.0], [2.0]], [3.0]), minimum_shares([[1.0], [2.0]], [5.0], 0.1, 1.0)):
        assert fills.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("need", "left", "ranks", "words"),
    [
        ([[1.0], [2.0]], [-1.0], [1, 2], "allocation: available amount [t] is -1 at state 0; it must be 0 or above"),
        ([[1.0], [-2.0]], [1.0], [1, 2], "allocation: need [t] is -2 at state 1"),
        ([[1.0], [2.0]], [1.0], [1, 1], "2 different ranks are needed"),
        ([[1.0], [2.0]], [1.0, 1.0], [1, 2], "amounts of 2 elements for needs of 1 found"),
    ],
)
def test_bad_amounts_and_ranks_are_named(
    need: list[list[float]], left: list[float], ranks: list[int], words: str
) -> None:
    """Derived: the rules of the inputs."""
    with pytest.raises(ModelError) as error:
        strict_priority(need, left, ranks)
    assert words in str(error.value)


def test_shares_above_one_and_weights_of_nothing_are_refused() -> None:
    """Derived: the rules of the inputs."""
    with pytest.raises(ModelError, match=r"minimum share \[1\] is 1.2"):
        minimum_shares([[1.0]], [1.0], 1.2, 1.0)
    with pytest.raises(ModelError, match=r"weight \[1\] is 0 at state 1"):
        linear_programme([[1.0], [1.0]], [1.0], [1.0, 0.0])
