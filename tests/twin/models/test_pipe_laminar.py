"""Laminar Herschel-Bulkley flow: closed forms, both directions, limits, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from ops_data.errors import ModelError
from twin.models.pipe_laminar import buckingham_reiner, centreline_velocity, mean_velocity, wall_stress
from twin.models.slurry import HerschelBulkley

MUD = HerschelBulkley(2.5, 4e-3, 1.0)


def test_the_mean_velocity_is_the_integral_of_the_profile() -> None:
    """Derived: shear rate ((tau - tau_y)/K)^(1/n) integrated twice over the radius by quadrature."""
    tau_w, bore, tau_y, k, n = 9.0, 0.2, 2.5, 0.3, 0.7
    radius = bore / 2.0

    def rate(r: float) -> float:
        return float((max(tau_w * r / radius - tau_y, 0.0) / k) ** (1.0 / n))

    plug = radius * tau_y / tau_w
    flow, _ = quad(lambda r: np.pi * r**2 * rate(r), plug, radius, epsabs=0.0, epsrel=1e-12)
    centre, _ = quad(rate, plug, radius, epsabs=0.0, epsrel=1e-12)
    law = HerschelBulkley(tau_y, k, n)
    assert float(mean_velocity(tau_w, bore, law)) == pytest.approx(flow / (np.pi * radius**2), rel=1e-10)
    assert float(centreline_velocity(tau_w, bore, law)) == pytest.approx(centre, rel=1e-10)


def test_a_newtonian_fluid_follows_poiseuille() -> None:
    """Derived: tau_w = 8 mu V/D, twice the mean at the centre."""
    water = HerschelBulkley(0.0, 1e-3, 1.0)
    assert float(wall_stress(0.5, 0.1, water)) == pytest.approx(8.0 * 1e-3 * 0.5 / 0.1, rel=1e-12)
    assert float(centreline_velocity(0.04, 0.1, water)) == pytest.approx(1.0, rel=1e-12)


def test_nothing_flows_up_to_the_yield_stress_and_rest_needs_it() -> None:
    """Derived: the plug fills the pipe."""
    np.testing.assert_array_equal(mean_velocity([0.0, 1.0, 2.5], 0.2, MUD), 0.0)
    np.testing.assert_array_equal(buckingham_reiner([0.0, 1.0, 2.5], 0.2, 2.5, 4e-3), 0.0)
    np.testing.assert_array_equal(centreline_velocity([0.0, 2.5], 0.2, MUD), 0.0)
    assert float(wall_stress(0.0, 0.2, MUD)) == 2.5
    assert float(wall_stress(0.0, 0.2, HerschelBulkley(0.0, 1e-3, 1.0))) == 0.0
    assert float(mean_velocity(0.0, 0.2, HerschelBulkley(0.0, 1e-3, 1.0))) == 0.0
    assert float(wall_stress(1e-9, 0.2, MUD)) == pytest.approx(2.5, rel=1e-4)


@given(
    velocity=st.floats(1e-6, 20.0),
    bore=st.floats(0.01, 2.0),
    tau_y=st.one_of(st.just(0.0), st.floats(1e-6, 500.0)),
    k=st.floats(1e-4, 10.0),
    n=st.floats(0.2, 1.5),
)
def test_wall_stress_and_velocity_are_inverse_to_each_other(
    velocity: float, bore: float, tau_y: float, k: float, n: float
) -> None:
    """Derived: the two directions agree to 1e-9 in the stress, and the wall carries at least the yield stress."""
    law = HerschelBulkley(tau_y, k, n)
    tau_w = wall_stress(velocity, bore, law)
    assert float(tau_w) > tau_y or float(tau_w) == pytest.approx(tau_y, rel=1e-15)
    either_side = mean_velocity(np.array([1.0 - 1e-9, 1.0 + 1e-9]) * tau_w, bore, law)
    assert either_side[0] <= velocity <= either_side[1]


@given(velocity=st.floats(0.01, 5.0), bore=st.floats(0.05, 0.5), tau_y=st.floats(0.0, 50.0), k=st.floats(1e-3, 1.0))
def test_bingham_flow_is_buckingham_reiner(velocity: float, bore: float, tau_y: float, k: float) -> None:
    """Derived: the closed polynomial of a Bingham fluid."""
    tau_w = wall_stress(velocity, bore, HerschelBulkley(tau_y, k, 1.0))
    closed = float(buckingham_reiner(tau_w, bore, tau_y, k))
    assert closed == pytest.approx(velocity, rel=1e-9)


def test_many_states_give_what_single_states_give() -> None:
    """Derived: element by element, with arrays that broadcast against each other."""
    velocity = np.array([[0.0], [0.3], [2.0]])
    bore = np.array([0.1, 0.2])
    law = HerschelBulkley(np.array([0.0, 3.0]), np.array([0.5, 0.01]), np.array([0.6, 1.0]))
    table = wall_stress(velocity, bore, law)
    assert table.shape == (3, 2)
    for i, j in np.ndindex(3, 2):
        one = HerschelBulkley(law.yield_pa[j], law.consistency_pa_sn[j], law.index[j])  # type: ignore[index]
        single = wall_stress(velocity[i, 0], bore[j], one)
        assert single.shape == ()
        assert float(single) == pytest.approx(table[i, j], rel=1e-9)
        if velocity[i, 0] > 0.0:
            assert float(mean_velocity(table[i, j], bore[j], one)) == pytest.approx(velocity[i, 0], rel=1e-8)


@pytest.mark.parametrize(
    ("velocity", "bore", "message"),
    [
        (-1.0, 0.2, r"velocity \[m/s\] is -1; it must be 0 or above: count it along the flow"),
        (1.0, 0.0, r"bore \[m\] is 0; it must be above 0: give the inner diameter"),
        (float("nan"), 0.2, r"velocity \[m/s\] is nan; it must be 0 or above"),
        (1.0, float("inf"), r"bore \[m\] is inf; it must be above 0"),
    ],
)
def test_impossible_states_are_refused_with_value_rule_and_remedy(velocity: float, bore: float, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        wall_stress(velocity, bore, MUD)


def test_the_first_bad_state_of_many_is_named() -> None:
    with pytest.raises(ModelError, match=r"bore \[m\] is 0 at state 2; it must be above 0"):
        wall_stress(1.0, [0.2, 0.1, 0.0], MUD)
    with pytest.raises(ModelError, match=r"wall stress \[Pa\] is -3 at state 1"):
        mean_velocity([1.0, -3.0], 0.2, MUD)
