"""From a wall law, the mean velocity as a multiple of the shear velocity, to the wall stress of a velocity."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive
from twin.models.roots import increasing_root

EXCESS_RANGE_PA: Final = (1e-40, 1e12)  # wall stress above the yield stress, where roots are looked for
SMOOTH_FRICTION: Final = 0.0025  # Fanning's f of the first guess

Profile = Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]


def flow_state(
    velocity_m_s: ArrayLike, diameter_m: ArrayLike, density_kg_m3: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return velocity, bore and density as arrays, each within its rule.

    Examples
    --------
    >>> [float(value) for value in flow_state(1, 0.2, 1042)]
    [1.0, 0.2, 1042.0]
    """
    return (
        not_negative("pipe flow", "velocity [m/s]", velocity_m_s, "count it along the flow"),
        positive("pipe flow", "bore [m]", diameter_m, "give the inner diameter of the pipe"),
        positive("pipe flow", "density [kg/m3]", density_kg_m3, "sea water has about 1042"),
    )


def wall_stress_of_profile(
    profile: Profile, V: FloatArray, D: FloatArray, rho: FloatArray, tau_y: FloatArray
) -> FloatArray:
    """Return the wall stress at which a wall law gives a mean velocity.

    Parameters
    ----------
    profile : for v = ln(tau_w - tau_y) gives tau_w, B = V/u and the slope dB/dv, with u = sqrt(tau_w/rho).
    V, D, rho, tau_y : velocity [m/s], bore [m], density [kg/m3], yield stress [Pa]; one shape.

    Returns
    -------
    Wall stress [Pa], same shape, to 1e-9 of its excess over the yield stress; the yield stress at rest.

    Notes
    -----
    Solves u B/V - 1 = 0; the first guess is a Fanning factor of 0.0025 over the yield stress.

    Examples
    --------
    A wall law of constant B = 20 gives tau_w = rho (V/20)^2:

    >>> one, twenty, none = np.ones(1), np.full(1, 20.0), np.zeros(1)
    >>> law = lambda v: (np.exp(v), twenty, none)
    >>> wall_stress_of_profile(law, 2.0 * one, one, 1000.0 * one, none).round(6).tolist()
    [10.0]
    """
    speed = np.where(V > 0.0, V, 1.0)

    def surplus(v: FloatArray) -> tuple[FloatArray, FloatArray]:
        tau_w, value, slope = profile(v)
        share = np.sqrt(tau_w / rho) / speed
        return share * value - 1.0, share * (0.5 * (1.0 - tau_y / tau_w) * value + slope)

    low, high = (np.full(V.shape, np.log(end)) for end in EXCESS_RANGE_PA)
    v = increasing_root(
        surplus,
        low,
        high,
        lambda i: f"turbulent flow of {V.flat[i]:g} m/s in a bore of {D.flat[i]:g} m (state {i})",
        start=np.log(SMOOTH_FRICTION * rho / 2.0) + 2.0 * np.log(speed),
    )
    return np.asarray(tau_y + np.where(V > 0.0, np.exp(v), 0.0))
