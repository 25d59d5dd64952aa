"""The pipe as a queue, restart and surge. Truth: derived, or the reference results where a test says so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import ModelError
from twin.models.transients import filled, gel_pressure, joukowsky, push, reflection_s, transit_s

PIPE_M3 = 176.0


@given(st.lists(st.tuples(st.floats(0.0, 400.0), st.floats(0.0, 0.2)), max_size=60))
def test_volume_and_solids_are_conserved_whatever_is_pushed(pushes: list[tuple[float, float]]) -> None:
    """Derived: what was in the pipe plus what went in is what is in it plus what came out."""
    content = filled(PIPE_M3, 0.03)
    solids_in, solids_out = content.solids_m3, 0.0
    for volume_m3, fraction in pushes:
        content, delivered = push(content, volume_m3, fraction)
        solids_in += volume_m3 * fraction
        solids_out += delivered.solids_m3
        assert content.pipe_m3 == pytest.approx(PIPE_M3, rel=1e-12)
        assert delivered.pipe_m3 == pytest.approx(volume_m3, rel=1e-12, abs=1e-12)
    assert content.solids_m3 + solids_out == pytest.approx(solids_in, rel=1e-12, abs=1e-12)


def test_a_front_arrives_after_the_length_over_the_velocity() -> None:
    """Derived: lag H/V; 5,600 m at 0.93 m/s, in steps that do not divide the pipe."""
    flow_m3_s, step_s = 0.0292, 60.0
    content, solids, at_s = filled(PIPE_M3, 0.0), 0.0, 0.0
    while solids == 0.0:
        content, delivered = push(content, flow_m3_s * step_s, 0.05)
        solids, at_s = delivered.solids_m3, at_s + step_s
    arrival_s = at_s - solids / 0.05 / flow_m3_s
    assert arrival_s == pytest.approx(PIPE_M3 / flow_m3_s, rel=1e-9)
    assert arrival_s == pytest.approx(float(transit_s(PIPE_M3, flow_m3_s)), rel=1e-9)


def test_a_dense_wave_keeps_its_length_and_its_concentration_on_the_way_up() -> None:
    """Derived: plug flow; 20 m3 of 8 % in 4 % move 88 m3 up without change."""
    content = filled(PIPE_M3, 0.04)
    content, _ = push(content, 20.0, 0.08)
    content, _ = push(content, 88.0 - 20.0, 0.04)
    profile = content.profile(44)  # cells of 4 m3
    np.testing.assert_allclose(profile[:17], 0.04)
    np.testing.assert_allclose(profile[17:22], 0.08)
    np.testing.assert_allclose(profile[22:], 0.04)


def test_flushing_takes_one_pipe_volume_and_delivers_the_inventory() -> None:
    """Published (reference results): 0.20 m holds 176 m3, 18.6 t dry at 4 % of 2,650 kg/m3."""
    content, delivered = push(filled(np.pi / 4 * 0.2**2 * 5600.0, 0.04), 176.0, 0.0)
    assert delivered.solids_m3 * 2.650 == pytest.approx(18.6, abs=0.06)
    assert content.solids_m3 < 0.01


def test_pushing_more_than_a_pipe_leaves_the_pipe_full_of_the_last() -> None:
    content, delivered = push(filled(10.0, 0.1), 25.0, 0.02)
    assert content.solids_m3 == pytest.approx(0.2)
    assert delivered.solids_m3 == pytest.approx(1.0 + 15.0 * 0.02)


def test_nothing_pushed_changes_nothing() -> None:
    content, delivered = push(filled(10.0, 0.1), 0.0, 0.05)
    assert content.solids_m3 == pytest.approx(1.0)
    assert delivered.pipe_m3 == 0.0


def test_flow_down_the_riser_is_refused() -> None:
    with pytest.raises(ModelError, match=r"^pipe: volume pushed in \[m3\] is -1"):
        push(filled(10.0, 0.1), -1.0, 0.05)


def test_the_transit_of_5600_m_is_that_of_the_reference_results() -> None:
    """Published (reference results): 62 min at 1.5 m/s, 47 to 93 min at 2 to 1 m/s."""
    minutes = transit_s(5600.0 * 0.0314, np.array([1.5, 2.0, 1.0]) * 0.0314) / 60.0
    np.testing.assert_allclose(minutes, [62.0, 47.0, 93.0], atol=0.5)


def test_gel_and_surge_are_those_of_the_reference_results() -> None:
    """Published (reference results): 0.11 MPa per Pa of gel; 1.9 MPa for 1.5 m/s at 1,150 m/s; 2L/a 9.7 s."""
    assert float(gel_pressure(1.0, 5600.0, 0.20)) == pytest.approx(0.11e6, rel=0.02)
    assert float(joukowsky(1106.0, 1150.0, 1.5)) == pytest.approx(1.9e6, rel=0.01)
    assert float(reflection_s(5600.0, 1150.0)) == pytest.approx(9.7, abs=0.05)


def test_vectors_equal_scalars() -> None:
    bores = np.array([0.15, 0.20, 0.25])
    np.testing.assert_array_equal(
        gel_pressure(3.0, 5600.0, bores), [float(gel_pressure(3.0, 5600.0, bore)) for bore in bores]
    )
    np.testing.assert_array_equal(transit_s(176.0, bores), [float(transit_s(176.0, bore)) for bore in bores])
