"""Concentration of a supply (truth: derived; limits and sums by hand)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import ModelError
from twin.models.concentration import (
    evenness,
    governance_hhi,
    hhi,
    largest_share,
    shares,
    supply_risk,
)

AMOUNTS = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=12)


@given(AMOUNTS)
def test_the_index_lies_between_all_alike_and_one_alone(amounts: list[float]) -> None:
    """Derived: 10,000/n to 10,000."""
    found = float(hhi(amounts))
    assert 10_000 / len(amounts) - 1e-6 <= found <= 10_000 + 1e-6
    assert float(largest_share(amounts)) <= np.sqrt(found) / 100 + 1e-9


def test_evenness_is_one_where_all_are_alike_and_zero_where_one_is_alone() -> None:
    """Derived: three alike; one; 3 to 1 by hand: -(0.75 ln 0.75 + 0.25 ln 0.25)/ln 2 = 0.8113."""
    assert evenness(np.array([[2.0, 3.0, 3.0], [2.0, 0.0, 1.0], [2.0, 0.0, 0.0]])).tolist() == pytest.approx(
        [1.0, 0.0, 0.811278], abs=1e-6
    )


def test_nothing_supplied_has_no_concentration() -> None:
    """Derived: not a number, and no warning."""
    for formula in (shares, hhi, largest_share, evenness):
        assert np.isnan(formula(np.zeros((3, 2)))).all()


def test_vectors_equal_scalars() -> None:
    """Derived: a table column by column."""
    table = np.array([[1.0, 5.0], [2.0, 0.0], [3.0, 5.0]])
    for formula in (hhi, evenness, largest_share):
        assert formula(table).tolist() == pytest.approx([float(formula(table[:, at])) for at in range(2)])


def test_negative_amounts_and_governance_are_refused() -> None:
    """Derived: one line with the value and the remedy."""
    with pytest.raises(ModelError, match=r"amount is -1 at state 1; .*nothing is 0"):
        hhi([1.0, -1.0])
    with pytest.raises(ModelError, match="governance is -1"):
        governance_hhi([1.0, 1.0], [1.0, -1.0])


def test_supply_risk_in_its_limits() -> None:
    """Derived: no imports: sourcing alone; imports only: half and half; all recycled or all substitutable: none."""
    assert float(supply_risk(6.0, 2.0, 0.0, 0.0, 1.0)) == 2.0
    assert float(supply_risk(6.0, 2.0, 1.0, 0.0, 1.0)) == 4.0
    assert float(supply_risk(6.0, 2.0, 1.0, 1.0, 1.0)) == 0.0
    assert float(supply_risk(6.0, 2.0, 1.0, 0.0, 0.0)) == 0.0
