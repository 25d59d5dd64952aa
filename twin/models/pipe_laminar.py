"""Laminar pipe flow of a Herschel-Bulkley fluid, exact in both directions.

The plug in the middle, where the stress is below the yield stress, moves as one; the formulas integrate the sheared
ring around it. Newtonian, Bingham and power-law fluids are special cases and need no formulas of their own.
"""

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive
from twin.models.roots import increasing_root
from twin.models.slurry import HerschelBulkley


def mean_velocity(wall_stress_pa: ArrayLike, diameter_m: ArrayLike, fluid: HerschelBulkley) -> FloatArray:
    """Return the mean velocity that a wall shear stress drives in laminar flow.

    Parameters
    ----------
    wall_stress_pa : tau_w = D/4 * pressure gradient [Pa], 0 or above, any shape.
    diameter_m : bore D [m], above 0.
    fluid : flow law (tau_y, K, n).

    Returns
    -------
    Mean velocity V [m/s], broadcast shape; 0 where the wall stress does not exceed the yield stress.

    Notes
    -----
    V = D/2 (tau_w/K)^m (1 - p)^(m + 1) [(1 - p)^2/(m + 3) + 2 p (1 - p)/(m + 2) + p^2/(m + 1)], m = 1/n,
    p = tau_y/tau_w. With n = 1 it is Buckingham-Reiner, with tau_y = 0 the power law, with both Poiseuille's law.
    Exact for steady laminar flow without slip at the wall.

    References
    ----------
    Chhabra and Richardson (2008), Non-Newtonian Flow and Applied Rheology, 2nd ed., section 3.2.

    Examples
    --------
    >>> float(mean_velocity(20.0, 0.04, HerschelBulkley(8.0, 0.1, 1.0)).round(6))
    0.4752
    """
    tau_w = not_negative("laminar flow", "wall stress [Pa]", wall_stress_pa, "give it along the flow")
    D = positive("laminar flow", "bore [m]", diameter_m, "give the inner diameter of the pipe")
    m = 1.0 / np.asarray(fluid.index, dtype=np.float64)
    excess = np.maximum(tau_w - fluid.yield_pa, 0.0)
    sheared = excess / np.where(excess > 0.0, tau_w, 1.0)  # 1 - p
    return np.asarray(D / 2.0 * (excess / fluid.consistency_pa_sn) ** m * sheared * _ring(sheared, m))


def wall_stress(velocity_m_s: ArrayLike, diameter_m: ArrayLike, fluid: HerschelBulkley) -> FloatArray:
    """Return the wall shear stress of laminar flow at a mean velocity: the inverse of :func:`mean_velocity`.

    Parameters
    ----------
    velocity_m_s : mean velocity V [m/s], 0 or above, any shape.
    diameter_m : bore D [m], above 0.
    fluid : flow law (tau_y, K, n).

    Returns
    -------
    Wall stress tau_w [Pa], broadcast shape, to 1e-9; at rest the yield stress, the limit of ever slower flow.

    Notes
    -----
    Solved for u = ln(tau_w - tau_y), in which ln V is nearly a straight line (slope m + 1 near the yield stress, m
    far above it). The bracket is closed: the bracket term of V lies between 1/(m + 3) and 1/(m + 1), and 1 - p
    between half of and the whole of min(1, (tau_w - tau_y)/tau_y).

    Examples
    --------
    >>> float(wall_stress(0.4752, 0.04, HerschelBulkley(8.0, 0.1, 1.0)).round(6))
    20.0
    """
    V = not_negative("laminar flow", "velocity [m/s]", velocity_m_s, "count it along the flow")
    D = positive("laminar flow", "bore [m]", diameter_m, "give the inner diameter of the pipe")
    V, D, tau_y, K, n = np.broadcast_arrays(V, D, fluid.yield_pa, fluid.consistency_pa_sn, fluid.index)
    m = 1.0 / n
    log_k = np.log(K)
    log_rate = np.log(2.0 / D * np.where(V > 0.0, V, 1.0))
    log_yield = np.log(np.where(tau_y > 0.0, tau_y, np.finfo(np.float64).tiny))

    def surplus(u: FloatArray) -> tuple[FloatArray, FloatArray]:
        excess = np.exp(u)
        sheared = excess / (excess + tau_y)
        ring = _ring(sheared, m)
        value = m * (u - log_k) + np.log(sheared * ring) - log_rate
        plug = 1.0 - sheared
        towards = 2.0 * sheared / (m + 3.0) + 2.0 * (plug - sheared) / (m + 2.0) - 2.0 * plug / (m + 1.0)
        return value, m + plug + towards * sheared * plug / ring

    def end(log_speed: FloatArray) -> FloatArray:
        return np.asarray(np.maximum(log_k + n * log_speed, (m * log_k + log_yield + log_speed) / (m + 1.0)))

    slack = 1e-9  # keeps a bracket that is exact from failing on rounding
    u = increasing_root(
        surplus,
        end(log_rate + np.log(m + 1.0)) - slack,
        end(log_rate + np.log(2.0 * (m + 3.0))) + slack,
        lambda i: f"laminar flow of {V.flat[i]:g} m/s in a bore of {D.flat[i]:g} m (state {i})",
    )
    return np.asarray(tau_y + np.where(V > 0.0, np.exp(u), 0.0))


def centreline_velocity(wall_stress_pa: ArrayLike, diameter_m: ArrayLike, fluid: HerschelBulkley) -> FloatArray:
    """Return the velocity of the plug, the fastest mud in laminar flow.

    Parameters
    ----------
    wall_stress_pa : tau_w [Pa], 0 or above, any shape.
    diameter_m : bore D [m], above 0.
    fluid : flow law (tau_y, K, n).

    Returns
    -------
    Velocity at the centre [m/s], broadcast shape.

    Notes
    -----
    u_c = D/2 (tau_w/K)^m (1 - p)^(m + 1)/(m + 1), m = 1/n, p = tau_y/tau_w. Twice the mean for a Newtonian fluid.

    Examples
    --------
    >>> float(centreline_velocity(10.0, 0.04, HerschelBulkley(0.0, 0.1, 1.0)))
    1.0
    """
    tau_w = not_negative("laminar flow", "wall stress [Pa]", wall_stress_pa, "give it along the flow")
    D = positive("laminar flow", "bore [m]", diameter_m, "give the inner diameter of the pipe")
    m = 1.0 / np.asarray(fluid.index, dtype=np.float64)
    excess = np.maximum(tau_w - fluid.yield_pa, 0.0)
    sheared = excess / np.where(excess > 0.0, tau_w, 1.0)
    return np.asarray(D / 2.0 * (excess / fluid.consistency_pa_sn) ** m * sheared / (m + 1.0))


def buckingham_reiner(
    wall_stress_pa: ArrayLike, diameter_m: ArrayLike, yield_pa: ArrayLike, viscosity_pa_s: ArrayLike
) -> FloatArray:
    """Return the mean velocity of a Bingham fluid in laminar flow, in the closed form of the textbooks.

    Parameters
    ----------
    wall_stress_pa : tau_w [Pa], 0 or above, any shape.
    diameter_m : bore D [m], above 0.
    yield_pa, viscosity_pa_s : yield stress tau_y and plastic viscosity mu_p.

    Returns
    -------
    Mean velocity V [m/s], broadcast shape.

    Notes
    -----
    V = D tau_w/(8 mu_p) (1 - 4/3 p + p^4/3), p = tau_y/tau_w; the bracket is computed as (1 - p)^2 (3 + 2 p + p^2)/3,
    which is the same without loss of digits. An independent check of :func:`mean_velocity`.

    References
    ----------
    Buckingham (1921), Proc. ASTM 21, 1154-1161; Reiner (1926), Kolloid-Z. 39, 80-87.

    Examples
    --------
    >>> float(buckingham_reiner(20.0, 0.04, 8.0, 0.1).round(6))
    0.4752
    """
    tau_w = not_negative("Buckingham-Reiner", "wall stress [Pa]", wall_stress_pa, "give it along the flow")
    D = positive("Buckingham-Reiner", "bore [m]", diameter_m, "give the inner diameter of the pipe")
    mu = positive("Buckingham-Reiner", "viscosity [Pa s]", viscosity_pa_s, "water has about 0.001")
    tau_y = not_negative("Buckingham-Reiner", "yield stress [Pa]", yield_pa, "a fluid without one has 0")
    p = np.minimum(tau_y / np.where(tau_w > 0.0, tau_w, 1.0), 1.0)
    return np.asarray(D * tau_w / (8.0 * mu) * (1.0 - p) ** 2 * (3.0 + 2.0 * p + p**2) / 3.0)


def _ring(sheared: FloatArray, m: FloatArray) -> FloatArray:
    """Return the bracket of the mean velocity, (1-p)^2/(m+3) + 2p(1-p)/(m+2) + p^2/(m+1), from 1 - p."""
    p = 1.0 - sheared
    return np.asarray(sheared**2 / (m + 3.0) + 2.0 * p * sheared / (m + 2.0) + p**2 / (m + 1.0))
