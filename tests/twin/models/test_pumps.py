"""The pump: curve, limits, power; truth is derived by hand unless a test says otherwise."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.pumps import Pump

PUMP = Pump(shutoff_pa=14e6, free_flow_m3_s=0.08, pressure_limit_pa=10e6, power_limit_w=1e6, efficiency=0.6)


def test_the_curve_falls_from_shut_off_to_nothing_at_free_flow_and_stays_there() -> None:
    """Derived: 14 (1 - 1/4) = 10.5 at half of the free flow."""
    np.testing.assert_allclose(PUMP.curve_pa([0.0, 0.04, 0.08, 0.1]), [14e6, 10.5e6, 0.0, 0.0])


def test_lift_power_lies_where_the_reference_results_put_it() -> None:
    """Published (reference results): 60-300 m3/h at 4-10 MPa and efficiency 0.6 draw 0.1 to 1.4 MW."""
    least, most = PUMP.duty(60 / 3600, 4e6).power_w, PUMP.duty(300 / 3600, 10e6).power_w
    assert float(least) == pytest.approx(0.1e6, rel=0.15)
    assert float(most) == pytest.approx(1.4e6, rel=0.02)


def test_what_is_used_of_each_limit_is_need_over_what_is_allowed() -> None:
    """Derived: 0.04 m3/s at 5.25 MPa."""
    duty = PUMP.duty(0.04, 5.25e6)
    assert float(duty.curve_use) == pytest.approx(0.5)
    assert float(duty.pressure_use) == pytest.approx(0.525)
    assert float(duty.power_use) == pytest.approx(0.04 * 5.25e6 / 0.6 / 1e6)


def test_beyond_its_free_flow_a_pump_cannot_add_any_pressure() -> None:
    assert np.isinf(PUMP.duty(0.09, 1.0).curve_use)


def test_many_duties_at_once_equal_one_after_the_other() -> None:
    flows, rises = np.array([0.01, 0.05, 0.09]), np.array([[1e6], [9e6]])
    together = PUMP.duty(flows, rises)
    for row, rise in enumerate(rises[:, 0]):
        for column, flow in enumerate(flows):
            alone = PUMP.duty(flow, rise)
            for name in ("pressure_pa", "power_w", "curve_use", "pressure_use", "power_use"):
                assert getattr(together, name)[row, column] == getattr(alone, name)


def test_a_pump_without_a_limit_is_refused_with_the_reason() -> None:
    with pytest.raises(ModelError, match=r"^pump: power limit \[W\] is 0; it must be above 0: give what its drive"):
        Pump(14e6, 0.08, 10e6, 0.0, 0.6)
