"""Wall friction of turbulent pipe flow, Newtonian and not, and the friction of whichever regime holds.

Three families: Wilson-Thomas (a thicker viscous layer at the wall), Darby-Melson (a fitted friction factor) and
Dodge-Metzner (power law only, :mod:`twin.models.pipe_power_law`). None was fitted to mud of the site; where they
differ is the model's uncertainty.
"""

from typing import Final, Literal, assert_never

import numpy as np
from fluids.friction import friction_factor
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive
from twin.models.pipe_laminar import wall_stress
from twin.models.pipe_power_law import dodge_metzner
from twin.models.slurry import HerschelBulkley
from twin.models.wall_law import flow_state, wall_stress_of_profile

Turbulence = Literal["wilson_thomas", "darby_melson", "dodge_metzner"]

NEGLIGIBLE_WEIGHT: Final = 1e-9  # of the Newtonian side, below which it is not worth its cost
LOWEST_REYNOLDS: Final = 100.0  # below it no pipe flow is turbulent and the turbulent formulas have no meaning
HEDSTROM_DECAY: Final = 2.9e-5  # of Darby-Melson's exponent; beyond a Hedstrom number of 1e5 nothing is left of it

_DARCY: Final = np.vectorize(friction_factor, otypes=[np.float64])


def newtonian(
    velocity_m_s: ArrayLike,
    diameter_m: ArrayLike,
    density_kg_m3: ArrayLike,
    viscosity_pa_s: ArrayLike,
    roughness_m: ArrayLike = 0.0,
) -> FloatArray:
    """Return the wall stress of a Newtonian fluid, laminar or turbulent.

    Parameters
    ----------
    velocity_m_s : mean velocity V [m/s], 0 or above, any shape.
    diameter_m : bore D [m], above 0.
    density_kg_m3, viscosity_pa_s : rho, mu, above 0.
    roughness_m : height of the wall's roughness [m], 0 or above; new steel has 4.5e-5.

    Returns
    -------
    Wall stress tau_w [Pa], broadcast shape.

    Notes
    -----
    tau_w = f rho V^2/8 with Darcy's f from the library ``fluids``: 64/Re up to Re = 2040, then Colebrook's equation
    (as solved by Clamond), which fits measurements to a few percent.

    References
    ----------
    Colebrook (1939), J. Inst. Civ. Eng. 11, 133-156; Clamond (2009), Ind. Eng. Chem. Res. 48, 3665-3671.

    Examples
    --------
    >>> float(newtonian(1.5, 0.2, 1042.0, 1.75e-3, 4.5e-5).round(3))
    5.135
    """
    V, D, rho = flow_state(velocity_m_s, diameter_m, density_kg_m3)
    mu = positive("Newtonian friction", "viscosity [Pa s]", viscosity_pa_s, "water has about 0.001")
    rough = not_negative("Newtonian friction", "roughness [m]", roughness_m, "a smooth wall has 0")
    reynolds = np.where(V > 0.0, rho * V * D / mu, 1.0)
    return np.asarray(_DARCY(reynolds, rough / D) * rho * V**2 / 8.0)


def wilson_thomas(
    velocity_m_s: ArrayLike,
    diameter_m: ArrayLike,
    fluid: HerschelBulkley,
    density_kg_m3: ArrayLike,
    roughness_m: ArrayLike = 0.0,
) -> FloatArray:
    """Return the wall stress of turbulent flow after Wilson and Thomas.

    Parameters
    ----------
    velocity_m_s : mean velocity V [m/s], 0 or above, any shape.
    diameter_m : bore D [m], above 0.
    fluid : flow law (tau_y, K, n).
    density_kg_m3 : density of the slurry rho [kg/m3].
    roughness_m : height of the wall's roughness [m], 0 or above.

    Returns
    -------
    Wall stress tau_w [Pa], broadcast shape; the yield stress at rest. Below laminar friction it has no meaning.

    Notes
    -----
    V = V_N + u [11.6 (a - 1) - 2.5 ln a - Omega] with u = sqrt(tau_w/rho), x = tau_y/tau_w and
    Omega = -2.5 ln(1 - x) - 2.5 x (1 + x/2); solved for tau_w. a is the area under the flow curve up to the wall's
    shear rate, over that of the Newtonian fluid of the same wall state: 2 (1 + n x)/(1 + n); 1 + x for a Bingham
    fluid, 2/(1 + n) for a power law. V_N is the velocity of that Newtonian fluid, 2.5 u ln(rho u D/mu), with the
    secant viscosity mu = tau_w/rate at the wall. A rough wall lowers V_N as it does in Colebrook's equation, by
    2.457 u ln(1 + roughness/(3.7 D) sqrt(8) (rho u D/mu)/2.51). For a Newtonian fluid tau_w lies within 1.2 % of
    Colebrook's in smooth pipes, 3 % in rough ones, for Reynolds numbers of 1e4 to 1e6.

    References
    ----------
    Wilson and Thomas (1985), Can. J. Chem. Eng. 63, 539-546; Thomas and Wilson (1987), same 65, 335-338.

    Examples
    --------
    >>> float(wilson_thomas(2.0, 0.2, HerschelBulkley(1.28, 3.924e-3, 1.0), 1106.0).round(2))
    8.93
    """
    V, D, rho = flow_state(velocity_m_s, diameter_m, density_kg_m3)
    rough = not_negative("turbulent flow", "roughness [m]", roughness_m, "a smooth wall has 0")
    V, D, rho, rough, tau_y, K, n = np.broadcast_arrays(
        V, D, rho, rough, fluid.yield_pa, fluid.consistency_pa_sn, fluid.index
    )
    log_k = np.log(K)
    colebrook, factor = 2.0 * np.sqrt(8.0) / np.log(10.0), rough / (3.7 * D) * np.sqrt(8.0) / 2.51

    def profile(u: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        tau_w = np.exp(u) + tau_y
        x = tau_y / tau_w
        log_sheared = u - np.log(tau_w)  # ln(1 - x)
        wall = rho * D * np.sqrt(tau_w / rho) * np.exp((u - log_k) / n) / tau_w  # rho u D/mu
        a = 2.0 * (1.0 + n * x) / (1.0 + n)
        value = 2.5 * np.log(wall) - colebrook * np.log1p(factor * wall) + 11.6 * (a - 1.0) - 2.5 * np.log(a)
        value += 2.5 * (log_sheared + x + 0.5 * x**2)
        wall_slope = 1.0 / n - 0.5 * (1.0 - x)
        slope = wall_slope * (2.5 - colebrook * factor * wall / (1.0 + factor * wall)) + 2.5 * x**3
        slope -= (11.6 - 2.5 / a) * 2.0 * n / (1.0 + n) * x * (1.0 - x)
        return tau_w, value, slope

    return wall_stress_of_profile(profile, V, D, rho, tau_y)


def darby_melson(
    velocity_m_s: ArrayLike, diameter_m: ArrayLike, fluid: HerschelBulkley, density_kg_m3: ArrayLike
) -> FloatArray:
    """Return the wall stress of a Bingham fluid in a smooth pipe after Darby and Melson, for all regimes.

    Parameters
    ----------
    velocity_m_s : mean velocity V [m/s], 0 or above, any shape.
    diameter_m : bore D [m], above 0.
    fluid : flow law (tau_y, K, n); for n other than 1 see the notes.
    density_kg_m3 : density of the slurry rho [kg/m3].

    Returns
    -------
    Wall stress tau_w [Pa], broadcast shape; the yield stress at rest.

    Notes
    -----
    f = (f_L^m + f_T^m)^(1/m), m = 1.7 + 40000/Re, f_T = 10^a Re^-0.193, a = -1.47 [1 + 0.146 exp(-2.9e-5 He)],
    Fanning's f, Re = rho V D/mu, He = rho D^2 tau_y/mu^2; f_L is the exact laminar one. With n other than 1 the
    viscosity is mu = K (8V/D)^(n - 1). Not to be used for He below 1e5: for water the fitted f_T is half of the
    true one at Re = 1e5 (0.0022 against 0.0045); :func:`friction_gradient` mends that.

    References
    ----------
    Darby and Melson (1981), Chem. Eng. 88, 28 Dec., 59-61, with the constants of Darby (2001), Chemical Engineering
    Fluid Mechanics, 2nd ed.

    Examples
    --------
    >>> float(darby_melson(2.0, 0.2, HerschelBulkley(1.28, 3.924e-3, 1.0), 1106.0).round(2))
    8.14
    """
    V, D, rho = flow_state(velocity_m_s, diameter_m, density_kg_m3)
    laminar = wall_stress(V, D, fluid)
    speed = np.where(V > 0.0, V, 1.0)
    mu = fluid.consistency_pa_sn * (8.0 * speed / D) ** (np.asarray(fluid.index) - 1.0)
    reynolds = rho * speed * D / mu
    m = 1.7 + 40_000.0 / reynolds
    a = -1.47 * (1.0 + 0.146 * np.exp(-HEDSTROM_DECAY * rho * D**2 * fluid.yield_pa / mu**2))
    turbulent = 10.0**a * reynolds**-0.193 * rho * speed**2 / 2.0
    larger = np.maximum(laminar, turbulent)
    ratio = np.minimum(laminar, turbulent) / np.where(larger > 0.0, larger, 1.0)
    return np.asarray(np.where(V > 0.0, larger * (1.0 + ratio**m) ** (1.0 / m), laminar))


def friction_gradient(
    velocity_m_s: ArrayLike,
    diameter_m: ArrayLike,
    fluid: HerschelBulkley,
    density_kg_m3: ArrayLike,
    model: Turbulence = "wilson_thomas",
    roughness_m: ArrayLike = 0.0,
) -> FloatArray:
    """Return the pressure gradient of wall friction in whichever regime holds.

    Parameters
    ----------
    velocity_m_s : mean velocity V [m/s], 0 or above, any shape.
    diameter_m : bore D [m], above 0.
    fluid : flow law (tau_y, K, n).
    density_kg_m3 : density of the slurry rho [kg/m3].
    model : the turbulent family; ``dodge_metzner`` needs a fluid without a yield stress.
    roughness_m : height of the wall's roughness [m]; taken by ``wilson_thomas`` and by Newtonian fluids.

    Returns
    -------
    Pressure gradient 4 tau_w/D [Pa/m], broadcast shape; at rest what the yield stress holds.

    Notes
    -----
    tau_w is the larger of laminar and turbulent; where they cross is the transition. Below a Metzner-Reed Reynolds
    number of 100 laminar alone. Fluids that are exactly Newtonian (tau_y = 0, n = 1) take :func:`newtonian` with any
    family. Darby-Melson is led to that limit: with w = exp(-2.9e-5 He), the weight that the fit itself gives to low
    Hedstrom numbers, its wall stress is mixed geometrically with the Newtonian one at the viscosity K (8V/D)^(n - 1).

    Examples
    --------
    >>> mud = HerschelBulkley(1.28, 3.924e-3, 1.0)
    >>> [round(float(g) * 5600.0 / 1e6, 2) for g in friction_gradient([0.5, 1.5], 0.2, mud, 1106.0)]
    [0.17, 0.56]
    """
    V, D, rho = flow_state(velocity_m_s, diameter_m, density_kg_m3)
    rough = not_negative("pipe flow", "roughness [m]", roughness_m, "a smooth wall has 0")
    laminar = wall_stress(V, D, fluid)
    fast = np.where(8.0 * rho * V**2 > LOWEST_REYNOLDS * laminar, V, 0.0)
    match model:
        case "wilson_thomas":
            turbulent = wilson_thomas(fast, D, fluid, rho, rough)
        case "dodge_metzner":
            turbulent = dodge_metzner(fast, D, fluid, rho)
        case "darby_melson":
            turbulent = _darby_melson_to_water(fast, D, fluid, rho, rough)
        case _:
            assert_never(model)
    plain = (np.asarray(fluid.yield_pa) == 0.0) & (np.asarray(fluid.index) == 1.0)
    tau_w, plain, *state = np.broadcast_arrays(
        np.maximum(laminar, turbulent), plain, V, D, rho, fluid.consistency_pa_sn, rough
    )
    if plain.any():
        tau_w = tau_w.copy()
        tau_w[plain] = newtonian(*(values[plain] for values in state))
    return np.asarray(4.0 * tau_w / D)


def _darby_melson_to_water(
    V: FloatArray, D: FloatArray, fluid: HerschelBulkley, rho: FloatArray, rough: FloatArray
) -> FloatArray:
    """Return Darby-Melson's wall stress, led to the Newtonian one at low Hedstrom numbers."""
    mu = fluid.consistency_pa_sn * (8.0 * np.where(V > 0.0, V, 1.0) / D) ** (np.asarray(fluid.index) - 1.0)
    weight = np.exp(-HEDSTROM_DECAY * rho * D**2 * fluid.yield_pa / mu**2)
    tau_w, weight, *state = np.broadcast_arrays(darby_melson(V, D, fluid, rho), weight, V, D, rho, mu, rough)
    near = (weight > NEGLIGIBLE_WEIGHT) & (state[0] > 0.0)
    if near.any():
        tau_w = tau_w.copy()
        water = newtonian(*(values[near] for values in state))
        tau_w[near] = tau_w[near] ** (1.0 - weight[near]) * water ** weight[near]
    return tau_w
