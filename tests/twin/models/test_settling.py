"""Settling and slip: limits, trends, many states at once, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.constants import g

from ops_data.errors import ModelError
from twin.models.settling import (
    delivered_to_in_situ,
    richardson_zaki,
    richardson_zaki_exponent,
    ruby_zanke,
    terminal_velocity,
)

SEA = (1042.0, 1.75e-3)


def test_the_smallest_grains_fall_as_stokes_says() -> None:
    """Derived: (rho_s - rho) g d^2/(18 mu) for a sphere; Ruby and Zanke's own small limit is g s d^2/(20 nu)."""
    d = np.array([1e-7, 1e-6, 5e-6])
    stokes = (2650.0 - SEA[0]) * g * d**2 / (18.0 * SEA[1])
    np.testing.assert_allclose(terminal_velocity(d, 2650.0, *SEA), stokes, rtol=1e-3)
    np.testing.assert_allclose(ruby_zanke(d, 2650.0, *SEA), 0.9 * stokes, rtol=1e-4)


def test_large_grains_fall_with_the_square_root_of_their_size() -> None:
    """Derived: Ruby and Zanke's large limit sqrt(s g d)."""
    s = 2000.0 / SEA[0] - 1.0
    assert float(ruby_zanke(1.0, 2000.0, *SEA)) == pytest.approx(np.sqrt(s * g), rel=1e-3)


def test_the_exponent_falls_from_4_7_to_2_34() -> None:
    """Derived: limits of the formula, 4.7 and 0.41/0.175."""
    exponent = richardson_zaki_exponent([0.0, 1e-3, 1.0, 1e3, 1e12])
    assert exponent[0] == 4.7
    assert (np.diff(exponent) < 0.0).all()
    assert exponent[-1] == pytest.approx(0.41 / 0.175, rel=1e-6)


def test_grains_fall_slower_among_others_and_not_at_all_when_packed() -> None:
    """Derived: (1 - C)^b at C of 0, 0.05 and 1."""
    alone, among, packed = richardson_zaki(0.5, [0.0, 0.05, 1.0], 0.0)
    assert (alone, packed) == (0.5, 0.0)
    assert among == pytest.approx(0.5 * 0.95**4.7)


def test_without_slip_or_grains_the_pipe_holds_what_it_delivers() -> None:
    """Derived: v = 0, and C_d = 0."""
    np.testing.assert_allclose(delivered_to_in_situ([0.0, 0.01, 0.1], 1.0, 0.0, 0.0), [0.0, 0.01, 0.1], atol=1e-12)
    assert float(delivered_to_in_situ(0.0, 1.0, 0.5, 3000.0, 0.05)) == pytest.approx(0.0, abs=1e-12)


@given(
    delivered=st.floats(1e-4, 0.1),
    fines=st.floats(0.0, 0.1),
    fall=st.floats(1e-4, 1.0),
    margin=st.floats(1.01, 20.0),
    reynolds=st.floats(0.0, 1e5),
)
def test_grains_that_slip_arrive_at_the_rate_they_leave(
    delivered: float, fines: float, fall: float, margin: float, reynolds: float
) -> None:
    """Derived: balance C_i (V - v_h(C_i)) = C_d V at the concentration found."""
    velocity = margin * float(richardson_zaki(fall, fines + delivered, reynolds))
    inside = float(delivered_to_in_situ(delivered, velocity, fall, reynolds, fines))
    assert delivered <= inside < 1.0 - fines
    hindered = float(richardson_zaki(fall, fines + inside, reynolds))
    assert inside * (velocity - hindered) == pytest.approx(delivered * velocity, rel=1e-6)


def test_slow_flow_holds_more_coarse_grains() -> None:
    """Derived: monotone in the velocity of the mixture."""
    inside = delivered_to_in_situ(0.01, [0.6, 1.0, 2.0, 4.0], 0.55, 3300.0, 0.05)
    assert (np.diff(inside) < 0.0).all()
    assert inside[-1] < 0.012


def test_many_states_give_what_single_states_give() -> None:
    """Derived: element by element, for every function."""
    d, rho_s = np.array([1e-4, 1e-3, 1e-2]), np.array([[2000.0], [3150.0]])
    for formula in (terminal_velocity, ruby_zanke):
        table = formula(d, rho_s, *SEA)
        assert table.shape == (2, 3)
        assert float(formula(1e-3, 3150.0, *SEA)) == pytest.approx(table[1, 1], rel=1e-12)
    velocity = np.array([1.0, 2.0])[:, None]
    inside = delivered_to_in_situ(np.array([0.005, 0.02]), velocity, 0.5, 3000.0, 0.04)
    assert inside.shape == (2, 2)
    single = delivered_to_in_situ(0.02, 2.0, 0.5, 3000.0, 0.04)
    assert single.shape == ()
    assert float(single) == pytest.approx(inside[1, 1], rel=1e-8)
    assert float(richardson_zaki(0.5, [0.0, 0.1], 10.0)[1]) == float(richardson_zaki(0.5, 0.1, 10.0))


def test_grains_that_outrun_the_flow_are_refused_with_their_state() -> None:
    message = r"coarse grains in the riser: mixture velocity \[m/s\] is 0.3 at state 1; it must exceed the hindered"
    with pytest.raises(ModelError, match=message):
        delivered_to_in_situ(0.01, [1.5, 0.3], 0.55, 3300.0, 0.05)


@pytest.mark.parametrize(
    ("delivered", "velocity", "fines", "message"),
    [
        (-0.1, 1.0, 0.0, r"delivered fraction \[-\] is -0.1; it must be 0 or above"),
        (0.97, 1.0, 0.05, r"delivered fraction \[-\] is 0.97; it must leave room for water beside the fines"),
        (0.01, 0.0, 0.0, r"mixture velocity \[m/s\] is 0; it must be above 0"),
    ],
)
def test_impossible_mixtures_are_refused(delivered: float, velocity: float, fines: float, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        delivered_to_in_situ(delivered, velocity, 0.5, 3000.0, fines)


def test_impossible_grains_are_refused() -> None:
    with pytest.raises(ModelError, match=r"diameter \[m\] is 0; it must be above 0"):
        terminal_velocity(0.0, 2000.0, *SEA)
    with pytest.raises(ModelError, match=r"grain density \[kg/m3\] is 900; it must exceed the fluid's: it would float"):
        ruby_zanke(1e-3, 900.0, *SEA)
    with pytest.raises(ModelError, match=r"viscosity \[Pa s\] is -1; it must be above 0"):
        terminal_velocity(1e-3, 2000.0, 1042.0, -1.0)
    with pytest.raises(ModelError, match=r"solids volume fraction \[-\] is 1.5; it must be at most 1"):
        richardson_zaki(0.5, 1.5, 10.0)
