"""Shares of the elements by grade: derived by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.elements import ELEMENTS
from twin.models.composition import element_shares, oxide_mass

CE, ND = ELEMENTS.index("Ce"), ELEMENTS.index("Nd")


@given(st.lists(st.floats(0.0, 50_000.0), min_size=1, max_size=8))
def test_shares_sum_to_one_at_every_grade(grades: list[float]) -> None:
    shares = element_shares(grades)
    assert shares.shape == (len(grades), 15)
    assert shares.sum(axis=-1) == pytest.approx(np.ones(len(grades)), rel=1e-12)
    assert (shares > 0.0).all()


def test_cerium_falls_and_all_others_rise_alike_between_one_and_six_thousand_ppm() -> None:
    """Derived: 12.0 of 100.03 in poor mud, 6.0 of 94.03 in rich mud; flat outside."""
    poor, middle, rich = element_shares([1_000.0, 3_500.0, 6_000.0])
    assert (poor[CE], rich[CE]) == pytest.approx((12.0 / 100.03, 6.0 / 94.03), rel=1e-9)
    assert middle[CE] == pytest.approx(9.0 / 97.03, rel=1e-9)
    others = np.delete(rich / poor, CE)
    assert others == pytest.approx(np.full(14, 100.03 / 94.03), rel=1e-9)
    assert element_shares(10.0) == pytest.approx(poor)
    assert element_shares(20_000.0) == pytest.approx(rich)


def test_shares_of_ones_own_are_brought_to_a_sum_of_one() -> None:
    """Derived: equal shares of any size."""
    assert element_shares(500.0, np.full(15, 7.0)) == pytest.approx(np.full(15, 1 / 15))


def test_a_single_grade_gives_one_row_and_equals_that_of_many() -> None:
    """Derived: vector equals scalar."""
    assert element_shares(2_500.0).shape == (15,)
    assert element_shares([[2_500.0, 900.0]])[0, 0] == pytest.approx(element_shares(2_500.0))


def test_an_oxide_weighs_what_its_formula_says() -> None:
    """Derived by hand: Nd2O3, 2 x 144.24 + 3 x 15.999 over 2 x 144.24."""
    only = np.zeros(15)
    only[ND] = 10.0
    assert oxide_mass(only)[ND] == pytest.approx(10.0 * (2 * 144.24 + 3 * 15.999) / (2 * 144.24))
    assert oxide_mass(only).sum() == oxide_mass(only)[ND]
