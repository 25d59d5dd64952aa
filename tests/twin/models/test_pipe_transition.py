"""Where laminar flow ends: identities, limits, refusals."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.pipe_laminar import wall_stress
from twin.models.pipe_transition import critical_reynolds, metzner_reed, transition_velocity
from twin.models.pipe_turbulent import wilson_thomas
from twin.models.slurry import HerschelBulkley


def test_the_reynolds_number_of_a_newtonian_fluid_is_the_usual_one() -> None:
    """Derived: rho V D/mu."""
    found = metzner_reed([0.5, 2.0], 0.1, HerschelBulkley(0.0, 1e-3, 1.0), 1000.0)
    np.testing.assert_allclose(found, [5e4, 2e5], rtol=1e-9)


def test_a_yield_stress_lowers_the_reynolds_number() -> None:
    """Derived: 8 rho V^2/tau_w with a larger wall stress."""
    law = HerschelBulkley(np.array([0.0, 1.0, 10.0]), 4e-3, 1.0)
    assert (np.diff(metzner_reed(1.0, 0.2, law, 1100.0)) < 0.0).all()


def test_laminar_flow_of_thinning_fluids_ends_between_2100_and_2400_down_to_an_index_of_0_25() -> None:
    """Published: Ryan and Johnson 1959, maximum near 2,400 at an index of about 0.4."""
    index = np.linspace(0.25, 1.0, 76)
    critical = critical_reynolds(index)
    assert critical.max() == pytest.approx(2397.0, abs=5.0)
    assert 0.35 < index[critical.argmax()] < 0.45
    assert critical.min() > 2090.0


def test_the_rule_of_thumb_lies_near_the_crossing_of_the_friction_models() -> None:
    """Derived: bisection for the crossing of laminar and Wilson-Thomas friction; the rule is within 25 %."""
    law, rho = HerschelBulkley(10.24, 4.46e-3, 1.0), 1170.0
    velocity = np.linspace(0.5, 5.0, 451)
    turbulent = wilson_thomas(velocity, 0.2, law, rho) > wall_stress(velocity, 0.2, law)
    crossing = velocity[turbulent.argmax()]
    assert float(transition_velocity(10.24, rho)) == pytest.approx(crossing, rel=0.25)
    assert float(transition_velocity(0.0, rho)) == 0.0


def test_impossible_states_are_refused() -> None:
    with pytest.raises(ModelError, match=r"velocity \[m/s\] is 0; it must be above 0: at rest there is no Reynolds"):
        metzner_reed(0.0, 0.2, HerschelBulkley(0.0, 1e-3, 1.0), 1000.0)
    with pytest.raises(ModelError, match=r"flow index \[-\] is 0 at state 1; it must be above 0"):
        critical_reynolds([1.0, 0.0])
    with pytest.raises(ModelError, match=r"yield stress \[Pa\] is -1; it must be 0 or above"):
        transition_velocity(-1.0, 1000.0)
