"""Turbulent friction of power-law fluids."""

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, refuse_where
from twin.models.slurry import HerschelBulkley
from twin.models.wall_law import flow_state, wall_stress_of_profile


def dodge_metzner(
    velocity_m_s: ArrayLike, diameter_m: ArrayLike, fluid: HerschelBulkley, density_kg_m3: ArrayLike
) -> FloatArray:
    """Return the wall stress of turbulent flow of a power-law fluid in a smooth pipe after Dodge and Metzner.

    Parameters
    ----------
    velocity_m_s : mean velocity V [m/s], 0 or above, any shape.
    diameter_m : bore D [m], above 0.
    fluid : flow law without a yield stress.
    density_kg_m3 : density of the slurry rho [kg/m3].

    Returns
    -------
    Wall stress tau_w [Pa], broadcast shape; 0 at rest. Below laminar friction it has no meaning.

    Raises
    ------
    ModelError : for a fluid with a yield stress.

    Notes
    -----
    1/sqrt(f) = 4/n^0.75 log10(Re f^(1 - n/2)) - 0.4/n^1.2, Fanning's f, Re of Metzner and Reed; with
    f = 2 (u/V)^2 the right side depends on u = sqrt(tau_w/rho) alone, so V follows from tau_w without a root.
    Measured for n of 0.36 to 1 and Re of 2,900 to 36,000; the Newtonian limit lies within 1 % of Colebrook's.

    References
    ----------
    Dodge and Metzner (1959), AIChE J. 5, 189-204.

    Examples
    --------
    >>> float(dodge_metzner(2.0, 0.2, HerschelBulkley(0.0, 0.05, 0.8), 1115.0).round(2))
    12.32
    """
    V, D, rho = flow_state(velocity_m_s, diameter_m, density_kg_m3)
    tau_y = np.asarray(fluid.yield_pa, dtype=np.float64)
    rule = "must be 0 for Dodge-Metzner"
    refuse_where(tau_y > 0.0, "turbulent flow", "yield stress [Pa]", tau_y, rule, "take wilson_thomas")
    V, D, rho, tau_y, K, n = np.broadcast_arrays(V, D, rho, tau_y, fluid.consistency_pa_sn, fluid.index)
    unit = D**n * 2.0 ** (1.0 - n / 2.0) * rho / (8.0 ** (n - 1.0) * K * ((3.0 * n + 1.0) / (4.0 * n)) ** n)
    per_decade = np.sqrt(2.0) * 4.0 / n**0.75 / np.log(10.0)

    def profile(u: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        tau_w = np.exp(u)
        value = per_decade * np.log(unit * (tau_w / rho) ** (1.0 - n / 2.0)) - np.sqrt(2.0) * 0.4 / n**1.2
        return tau_w, value, per_decade * (1.0 - n / 2.0)

    return wall_stress_of_profile(profile, V, D, rho, tau_y)
