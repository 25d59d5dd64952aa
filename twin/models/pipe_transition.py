"""Where laminar pipe flow ends: Reynolds numbers of power-law fluids, a rule of thumb for yield-stress fluids."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive
from twin.models.pipe_laminar import wall_stress
from twin.models.slurry import HerschelBulkley
from twin.models.wall_law import flow_state

YIELD_TRANSITION: Final = 26.0  # velocity of transition over sqrt(yield stress/density)


def metzner_reed(
    velocity_m_s: ArrayLike, diameter_m: ArrayLike, fluid: HerschelBulkley, density_kg_m3: ArrayLike
) -> FloatArray:
    """Return the Reynolds number that makes laminar friction the same for every fluid.

    Parameters
    ----------
    velocity_m_s : mean velocity V [m/s], above 0, any shape.
    diameter_m : bore D [m], above 0.
    fluid : flow law (tau_y, K, n).
    density_kg_m3 : density rho [kg/m3].

    Returns
    -------
    Reynolds number [-], broadcast shape.

    Notes
    -----
    Re = 8 rho V^2/tau_w with the laminar wall stress, so that Fanning's f = 16/Re by definition. For a power law it
    is rho V^(2-n) D^n/(8^(n-1) K ((3n+1)/(4n))^n), for a Newtonian fluid rho V D/mu.

    References
    ----------
    Metzner and Reed (1955), AIChE J. 1, 434-440.

    Examples
    --------
    >>> float(metzner_reed(1.5, 0.2, HerschelBulkley(0.0, 1.75e-3, 1.0), 1042.0).round(0))
    178629.0
    """
    V, D, rho = flow_state(velocity_m_s, diameter_m, density_kg_m3)
    positive("Metzner-Reed", "velocity [m/s]", V, "at rest there is no Reynolds number")
    return np.asarray(8.0 * rho * V**2 / wall_stress(V, D, fluid))


def critical_reynolds(index: ArrayLike) -> FloatArray:
    """Return the Metzner-Reed Reynolds number at which laminar flow of a power-law fluid ends.

    Parameters
    ----------
    index : flow index n [-], above 0, any shape.

    Returns
    -------
    Reynolds number [-], same shape; 2,099 for a Newtonian fluid.

    Notes
    -----
    Re_c = 6464 n (2 + n)^((2 + n)/(1 + n))/(1 + 3n)^2. For fluids without a yield stress.

    References
    ----------
    Ryan and Johnson (1959), AIChE J. 5, 433-435.

    Examples
    --------
    >>> [float(re) for re in critical_reynolds([0.5, 1.0]).round(0)]
    [2381.0, 2099.0]
    """
    n = positive("Ryan-Johnson", "flow index [-]", index, "a Newtonian fluid has 1")
    return np.asarray(6464.0 * n * (2.0 + n) ** ((2.0 + n) / (1.0 + n)) / (1.0 + 3.0 * n) ** 2)


def transition_velocity(yield_pa: ArrayLike, density_kg_m3: ArrayLike) -> FloatArray:
    """Return the velocity at which a Bingham fluid with a strong yield stress turns turbulent, a rule of thumb.

    Parameters
    ----------
    yield_pa : yield stress tau_y [Pa], 0 or above, any shape.
    density_kg_m3 : density rho [kg/m3], above 0.

    Returns
    -------
    Mean velocity V_t [m/s], broadcast shape; independent of the bore.

    Notes
    -----
    V_t = 26 sqrt(tau_y/rho), for Hedstrom numbers above 1e5; without a yield stress it says nothing. The friction
    models do not use it: their transition is where laminar and turbulent friction cross.

    References
    ----------
    Slatter and Wasp (2000), 10th Int. Conf. on Transport and Sedimentation of Solid Particles, Wroclaw; the constant
    as used in the project's reference results, from memory.

    Examples
    --------
    >>> [float(v) for v in transition_velocity([1.28, 10.24], [1106.0, 1170.0]).round(2)]
    [0.88, 2.43]
    """
    tau_y = not_negative("transition", "yield stress [Pa]", yield_pa, "a fluid without one has 0")
    rho = positive("transition", "density [kg/m3]", density_kg_m3, "sea water has about 1042")
    return np.asarray(YIELD_TRANSITION * np.sqrt(tau_y / rho))
