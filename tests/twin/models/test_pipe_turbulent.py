"""Turbulent friction: limits, roughness, the choice of regime, many states at once, refusals."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import ModelError
from twin.models.limits import FloatArray
from twin.models.pipe_laminar import wall_stress
from twin.models.pipe_power_law import dodge_metzner
from twin.models.pipe_turbulent import Turbulence, darby_melson, friction_gradient, newtonian, wilson_thomas
from twin.models.slurry import HerschelBulkley

MODELS: tuple[Turbulence, ...] = get_args(Turbulence)
WATER = HerschelBulkley(0.0, 1.75e-3, 1.0)
MUD = HerschelBulkley(2.5, 4e-3, 1.0)
RHO = 1100.0


def wilson_velocity(tau_w: float, bore: float, fluid: HerschelBulkley, rho: float) -> float:
    """Return the velocity of Wilson and Thomas for a Bingham fluid, written out term by term."""
    tau_y, mu_p = float(fluid.yield_pa), float(fluid.consistency_pa_sn)
    xi = tau_y / tau_w
    shear = np.sqrt(tau_w / rho)
    secant = tau_w / ((tau_w - tau_y) / mu_p)
    newton = 2.5 * shear * np.log(rho * shear * bore / secant)
    omega = -2.5 * np.log(1.0 - xi) - 2.5 * xi * (1.0 + 0.5 * xi)
    return float(newton + shear * (11.6 * xi - 2.5 * np.log(1.0 + xi) - omega))


@pytest.mark.parametrize("velocity", [0.2, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("fluid", [MUD, HerschelBulkley(20.0, 8e-3, 1.0), HerschelBulkley(0.01, 2e-3, 1.0)])
def test_the_stress_of_wilson_and_thomas_gives_back_the_velocity(velocity: float, fluid: HerschelBulkley) -> None:
    """Derived: the published forward equation at the root found."""
    tau_w = float(wilson_thomas(velocity, 0.2, fluid, RHO))
    assert wilson_velocity(tau_w, 0.2, fluid, RHO) == pytest.approx(velocity, rel=1e-7)


def test_wilson_thomas_of_a_power_law_thickens_the_layer_by_two_over_one_plus_n() -> None:
    """Derived: area ratio 2/(1 + n) of a power law, Thomas and Wilson 1987, written out."""
    k, n, bore = 0.05, 0.7, 0.2
    tau_w = float(wilson_thomas(2.0, bore, HerschelBulkley(0.0, k, n), RHO))
    shear = np.sqrt(tau_w / RHO)
    alpha = 2.0 / (1.0 + n)
    newton = 2.5 * np.log(RHO * shear * bore * (tau_w / k) ** (1.0 / n) / tau_w)
    assert shear * (newton + 11.6 * (alpha - 1.0) - 2.5 * np.log(alpha)) == pytest.approx(2.0, rel=1e-8)


def test_without_a_yield_stress_wilson_thomas_is_colebrook_to_three_percent() -> None:
    """Derived: smooth within 1.2 %, rough within 3 %, Re of 1e4 to 1e6."""
    velocity = np.geomspace(1e4, 1e6, 7) * 1.75e-3 / (1042.0 * 0.2)
    for roughness, tolerance in ((0.0, 0.012), (4.5e-5, 0.02), (2e-3, 0.03)):
        ours = wilson_thomas(velocity, 0.2, WATER, 1042.0, roughness)
        np.testing.assert_allclose(ours, newtonian(velocity, 0.2, 1042.0, 1.75e-3, roughness), rtol=tolerance)


def test_a_rough_wall_costs_pressure() -> None:
    """Derived: monotone in the roughness."""
    stress = wilson_thomas(3.0, 0.2, MUD, RHO, np.array([0.0, 1e-5, 1e-4, 1e-3]))
    assert (np.diff(stress) > 0.0).all()


def test_darby_melson_alone_halves_the_friction_of_water_and_the_gradient_mends_that() -> None:
    """Derived: the fitted exponent at He = 0 against Colebrook's, Re of 1e5; then the limit of friction_gradient."""
    velocity = 1e5 * 1.75e-3 / (1042.0 * 0.2)
    true = float(newtonian(velocity, 0.2, 1042.0, 1.75e-3))
    assert float(darby_melson(velocity, 0.2, WATER, 1042.0)) / true == pytest.approx(0.5, abs=0.01)
    thin = HerschelBulkley(np.array([0.0, 1e-9, 1e-6]), 1.75e-3, 1.0)
    gradient = friction_gradient(velocity, 0.2, thin, 1042.0, "darby_melson")
    np.testing.assert_allclose(gradient, 4.0 * true / 0.2, rtol=1e-3)


def test_far_from_water_the_gradient_of_darby_melson_is_the_published_one() -> None:
    """Derived: Hedstrom number 7e6, where the weight of the Newtonian side is below 1e-80."""
    gradient = friction_gradient([0.5, 1.0, 2.0, 3.0], 0.2, MUD, RHO, "darby_melson")
    np.testing.assert_allclose(gradient, 4.0 * darby_melson([0.5, 1.0, 2.0, 3.0], 0.2, MUD, RHO) / 0.2, rtol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_water_has_newtonian_friction_with_every_family(model: Turbulence) -> None:
    """Derived: laminar below 2,040, Colebrook above, rough wall included."""
    velocity = np.array([0.0, 0.005, 0.5, 2.0])
    expected = 4.0 * newtonian(velocity, 0.2, 1042.0, 1.75e-3, 4.5e-5) / 0.2
    np.testing.assert_allclose(friction_gradient(velocity, 0.2, WATER, 1042.0, model, 4.5e-5), expected, rtol=1e-12)


def test_slow_mud_is_laminar_and_fast_mud_turbulent() -> None:
    """Derived: the larger of both regimes, on both sides of the crossing near 26 sqrt(tau_y/rho) = 1.24 m/s."""
    slow, fast = friction_gradient([0.5, 3.0], 0.2, MUD, RHO) * 0.2 / 4.0
    assert slow == pytest.approx(float(wall_stress(0.5, 0.2, MUD)), rel=1e-12)
    assert fast == pytest.approx(float(wilson_thomas(3.0, 0.2, MUD, RHO)), rel=1e-12)
    assert slow > float(wilson_thomas(0.5, 0.2, MUD, RHO))
    assert fast > float(wall_stress(3.0, 0.2, MUD))


@pytest.mark.parametrize("model", ["wilson_thomas", "darby_melson"])
def test_mud_at_rest_holds_its_yield_stress(model: Turbulence) -> None:
    """Derived: 4 tau_y/D, the limit of ever slower flow."""
    rest, slow = friction_gradient([0.0, 1e-9], 0.2, MUD, RHO, model)
    assert rest == pytest.approx(4.0 * 2.5 / 0.2, rel=1e-12)
    assert slow == pytest.approx(rest, rel=1e-4)


@given(
    velocity=st.floats(0.0, 10.0),
    bore=st.floats(0.02, 1.0),
    tau_y=st.one_of(st.just(0.0), st.floats(1e-9, 200.0)),
    k=st.floats(5e-4, 2.0),
    n=st.floats(0.4, 1.2),
    model=st.sampled_from(("wilson_thomas", "darby_melson")),
)
def test_friction_is_never_below_laminar_and_rises_with_velocity(
    velocity: float, bore: float, tau_y: float, k: float, n: float, model: Turbulence
) -> None:
    """Derived: over the whole range of bores and muds, every state has a root."""
    fluid = HerschelBulkley(tau_y, k, n)
    gradient = friction_gradient(np.array([1.0, 1.05]) * velocity, bore, fluid, RHO, model)
    assert np.isfinite(gradient).all()
    if tau_y == 0.0 and n == 1.0:
        return  # the transition of the library lies at 2,040, where Colebrook's friction is the higher one
    assert gradient[0] * bore / 4.0 >= float(wall_stress(velocity, bore, fluid)) * (1.0 - 1e-9)
    assert gradient[1] >= gradient[0] * (1.0 - 1e-9)


@given(velocity=st.floats(1e-6, 10.0), bore=st.floats(0.02, 1.0), k=st.floats(5e-4, 2.0), n=st.floats(0.36, 1.0))
def test_dodge_metzner_satisfies_its_own_equation(velocity: float, bore: float, k: float, n: float) -> None:
    """Derived: the implicit published form at the root found."""
    tau_w = float(dodge_metzner(velocity, bore, HerschelBulkley(0.0, k, n), RHO))
    fanning = 2.0 * tau_w / (RHO * velocity**2)
    unit = 8.0 ** (n - 1.0) * k * ((3.0 * n + 1.0) / (4.0 * n)) ** n
    reynolds = RHO * velocity ** (2.0 - n) * bore**n / unit
    right = 4.0 / n**0.75 * np.log10(reynolds * fanning ** (1.0 - n / 2.0)) - 0.4 / n**1.2
    assert 1.0 / np.sqrt(fanning) == pytest.approx(right, rel=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_many_states_give_what_single_states_give(model: Turbulence) -> None:
    """Derived: element by element, a Newtonian, a thinning and (where allowed) two yield-stress fluids together."""
    plain = model == "dodge_metzner"
    tau_y: FloatArray = np.array([0.0, 0.0, 0.0 if plain else 0.3, 0.0 if plain else 8.0])
    k, n = np.array([1.75e-3, 0.05, 4e-3, 0.02]), np.array([1.0, 0.8, 1.0, 0.9])
    velocity = np.array([0.0, 0.01, 0.8, 3.0])[:, None]
    table = friction_gradient(velocity, 0.2, HerschelBulkley(tau_y, k, n), RHO, model, 1e-5)
    assert table.shape == (4, 4)
    for i, j in np.ndindex(4, 4):
        one = HerschelBulkley(float(tau_y[j]), float(k[j]), float(n[j]))
        single = friction_gradient(float(velocity[i, 0]), 0.2, one, RHO, model, 1e-5)
        assert single.shape == ()
        assert float(single) == pytest.approx(table[i, j], rel=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_any_argument_may_be_the_array(model: Turbulence) -> None:
    """Derived: two equal values in one argument give twice the single answer, water and mud."""
    for fluid in (WATER, HerschelBulkley(0.0, 0.02, 0.8), *(() if model == "dodge_metzner" else (MUD,))):
        single = float(friction_gradient(1.5, 0.2, fluid, RHO, model, 1e-5))
        arguments = (1.5, 0.2, fluid, RHO, model, 1e-5)
        for place in (0, 1, 3, 5):
            values = [np.full(2, a) if i == place else a for i, a in enumerate(arguments)]
            found = friction_gradient(*values)  # type: ignore[arg-type]
            np.testing.assert_allclose(found, [single, single], rtol=1e-9)


@pytest.mark.parametrize(
    ("velocity", "bore", "rho", "message"),
    [
        (-1.0, 0.2, RHO, r"velocity \[m/s\] is -1; it must be 0 or above"),
        (1.0, 0.0, RHO, r"bore \[m\] is 0; it must be above 0"),
        (1.0, 0.2, 0.0, r"density \[kg/m3\] is 0; it must be above 0"),
    ],
)
@pytest.mark.parametrize("model", MODELS)
def test_impossible_states_are_refused(
    model: Turbulence, velocity: float, bore: float, rho: float, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        friction_gradient(velocity, bore, WATER, rho, model)


def test_refusals_of_roughness_viscosity_and_of_a_yield_stress_in_dodge_metzner() -> None:
    with pytest.raises(ModelError, match=r"roughness \[m\] is -1e-05; it must be 0 or above"):
        wilson_thomas(1.0, 0.2, MUD, RHO, -1e-5)
    with pytest.raises(ModelError, match=r"viscosity \[Pa s\] is 0; it must be above 0"):
        newtonian(1.0, 0.2, 1000.0, 0.0)
    with pytest.raises(ModelError, match=r"yield stress \[Pa\] is 2.5; it must be 0 for Dodge-Metzner: take wilson"):
        friction_gradient(1.0, 0.2, MUD, RHO, "dodge_metzner")


def test_a_state_beyond_every_bracket_is_named() -> None:
    """Derived: 1e9 m/s needs more than 1e12 Pa."""
    with pytest.raises(
        ModelError, match=r"turbulent flow of 1e\+09 m/s in a bore of 0.2 m \(state 1\): no root in the"
    ):
        wilson_thomas([1.0, 1e9], 0.2, MUD, RHO)
