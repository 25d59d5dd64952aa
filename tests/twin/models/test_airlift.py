"""The air lift: the void fraction against the library, the march against a fine one, limits."""

import fluids
import numpy as np
import pytest
from scipy.constants import R, atm

from ops_data.errors import ModelError
from twin.models.airlift import AIR_KG_MOL, AirLift, Column, void_fraction

AREA_M2 = np.pi / 4 * 0.2**2
TEMPERATURE_K = 278.0
LIFT = AirLift(0.5, 12_000 / 3600, 30e6, 4e6, 0.6, 0.2e6)


def column(flow_m3_h: float | np.ndarray, density_kg_m3: float = 1110.0, friction_pa_m: float = 60.0) -> Column:
    """Return a column of 2,800 m above an air inlet at 26 MPa."""
    flow = np.asarray(flow_m3_h, dtype=np.float64) / 3600.0
    density, friction = np.full_like(flow, density_kg_m3), np.full_like(flow, friction_pa_m)
    return Column(flow, AREA_M2, density, friction, np.full_like(flow, 26e6), 2800.0, 0.2e6, TEMPERATURE_K)


def test_the_void_fraction_is_that_of_the_library() -> None:
    """Published: Rouhani and Axelsson's relation as the library ``fluids`` has it, state by state."""
    for quality in (1e-4, 0.003, 0.05, 0.5):
        for gas_kg_m3 in (1.3, 40.0, 300.0):
            mine = float(void_fraction(quality, 1110.0, gas_kg_m3, 950.0))
            theirs = fluids.Rouhani_1(quality, 1110.0, gas_kg_m3, 0.075, 950.0 * AREA_M2, 0.2)
            assert mine == pytest.approx(theirs, rel=1e-12)


def test_the_height_is_that_of_a_fine_march_with_the_library() -> None:
    """Derived: 4,000 midpoint steps in pressure, void fraction by ``fluids``, against sixteen Gauss points."""
    gas_kg_s, lift = 0.7, column(105.0)
    flow, density = float(lift.flow_m3_s), float(lift.density_kg_m3)
    edges = np.geomspace(26e6, 0.2e6, 4_001)
    height = 0.0
    for above, below in zip(edges[1:], edges[:-1], strict=True):
        gas_density = np.sqrt(above * below) * AIR_KG_MOL / (R * TEMPERATURE_K)
        mass = gas_kg_s + flow * density
        alpha = fluids.Rouhani_1(gas_kg_s / mass, density, gas_density, 0.075, mass, 0.2)
        mixture = (1 - alpha) * density + alpha * gas_density
        faster = (gas_kg_s / gas_density + flow) / flow
        height += (below - above) / (mixture * (9.80665 + 60.0 / density * faster**2))
    assert float(lift.climb(gas_kg_s)[0]) == pytest.approx(height, rel=1e-4)


def test_the_air_found_lifts_the_column_over_its_height() -> None:
    lift = column(np.array([60.0, 105.0, 200.0]))
    air = lift.air_needed(4.0)
    np.testing.assert_allclose(lift.climb(air)[0], 2800.0, rtol=5e-4)
    assert (np.diff(air) > 0.0).all()


def test_a_column_that_needs_no_air_gets_none() -> None:
    light = column(105.0, density_kg_m3=900.0, friction_pa_m=1.0)
    assert float(light.air_needed(4.0)) == 0.0


def test_more_than_the_compressors_give_is_not_lifted() -> None:
    duty = LIFT.duty(column(np.array([105.0, 2_000.0])))
    assert duty.curve_use[0] < 1.0
    assert np.isinf(duty.curve_use[1])
    assert np.isinf(duty.power_w[1])


def test_the_compressors_work_isothermally_at_their_efficiency() -> None:
    """Derived: the library's isothermal work per mole, divided by the efficiency."""
    lift = column(105.0)
    duty = LIFT.duty(lift)
    moles = float(duty.curve_use) * LIFT.capacity_kg_s(TEMPERATURE_K) / AIR_KG_MOL
    work = fluids.isothermal_work_compression(P1=atm, P2=float(duty.pressure_pa), T=TEMPERATURE_K)
    assert float(duty.power_w) == pytest.approx(moles * work / 0.6, rel=1e-9)


def test_vectors_equal_scalars() -> None:
    flows = np.array([60.0, 105.0, 200.0])
    together = LIFT.duty(column(flows))
    for at, flow in enumerate(flows):
        alone = LIFT.duty(column(float(flow)))
        assert together.power_w[at] == pytest.approx(float(alone.power_w), rel=1e-12)
        assert together.pressure_pa[at] == pytest.approx(float(alone.pressure_pa), rel=1e-12)


def test_an_air_lift_without_air_is_refused() -> None:
    with pytest.raises(ModelError, match=r"^air lift: air capacity \[m3/s\] is 0"):
        AirLift(0.5, 0.0, 30e6, 4e6, 0.6, 0.2e6)
