"""Capacity that is not there yet (truth: derived; straight lines and binomials by hand)."""

import itertools

import pytest

from ops_data.errors import ModelError
from twin.models.capacity_options import available_share, k_of_n, success_by


def test_a_delay_moves_the_ramp() -> None:
    """Derived: a year late is a year later."""
    on_time = available_share([2026, 2027, 2028, 2029], 2027, 0.0, 3.0)
    late = available_share([2027, 2028, 2029, 2030], 2027, 1.0, 3.0)
    assert on_time.tolist() == late.tolist() == pytest.approx([0.0, 1 / 3, 2 / 3, 1.0])


@pytest.mark.parametrize(("sites", "needed"), list(itertools.product((1, 3, 5), (0, 1))))
def test_k_of_n_is_the_sum_over_all_states(sites: int, needed: int) -> None:
    """Derived: every state of the sites counted one by one."""
    chance = 0.8
    total = 0.0
    for state in itertools.product((0, 1), repeat=sites):
        if sum(state) >= needed:
            total += chance ** sum(state) * (1 - chance) ** (sites - sum(state))
    assert k_of_n(chance, sites, needed) == pytest.approx(total)


def test_the_chance_to_stand_falls_with_time_and_never_below_nothing() -> None:
    """Derived: exp(-h t)."""
    assert success_by(0.08, [0.0, 10.0, 1e6]).tolist() == pytest.approx([1.0, 0.449329, 0.0], abs=1e-6)


def test_numbers_out_of_range_are_refused() -> None:
    """Derived: one line with value and rule."""
    with pytest.raises(ModelError, match=r"availability is 1\.2"):
        k_of_n(1.2, 3, 2)
    with pytest.raises(ModelError, match="4 of 3 needed"):
        k_of_n(0.9, 3, 4)
    with pytest.raises(ModelError, match=r"ramp \[a\] is 0"):
        available_share(2030, 2027, 0.0, 0.0)
    with pytest.raises(ModelError, match=r"hazard \[1/a\] is -0.1"):
        success_by(-0.1, 1.0)
