"""Return water that leaves a pipe into a current: how far it rises or falls, and how much it is thinned on the way."""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive, refuse_where
from twin.models.settling import GRAVITY_M_S2

CROSS_FLOW: Final = 1.8  # rise or fall of a plume in a cross-flow, per (B/(U N2))^(1/3)


def rise_or_fall_m(buoyancy_flux_m4_s3: ArrayLike, speed_m_s: ArrayLike, stratification_per_s: ArrayLike) -> FloatArray:
    """Return how far a plume rises, or falls, in a current before it floats at its level.

    Parameters
    ----------
    buoyancy_flux_m4_s3 : buoyancy flux B [m4/s3], above 0 for water lighter than that around, below 0 for heavier.
    speed_m_s : current U [m/s], above 0.
    stratification_per_s : buoyancy frequency of the water around N [1/s], above 0.

    Returns
    -------
    Rise [m], negative for a fall, broadcast shape.

    Notes
    -----
    1.8 (|B|/(U N²))^(1/3) with the sign of B. Measured on hydrothermal plumes in 1 to 10 cm/s; it needs a plume bent
    over by the current, so that it is no bound in nearly still water, where B^(1/4) N^(-3/4) takes over. Particles
    that fall out of the plume on the way are left out (Mingotti and Woods 2022).

    References
    ----------
    Xu and Di Iorio (2012), Geochem. Geophys. Geosyst. 13, 10.1029/2012GC004188.

    Examples
    --------
    0.1 m3/s of water 5 kg/m3 too heavy, at 5 cm/s and N = 1e-3 1/s:

    >>> flux = buoyancy_flux_m4_s3(0.1, 5.0, 1040.0)
    >>> float(rise_or_fall_m(flux, 0.05, 1e-3).round(1))
    -81.9
    """
    place = "return water"
    B = np.asarray(buoyancy_flux_m4_s3, dtype=np.float64)
    refuse_where(~np.isfinite(B), place, "buoyancy flux [m4/s3]", B, "must be finite", "check the densities")
    U = positive(place, "speed [m/s]", speed_m_s, "in still water a plume is not bent over")
    N = positive(place, "buoyancy frequency [1/s]", stratification_per_s, "without it a plume never stops")
    return np.asarray(np.sign(B) * CROSS_FLOW * np.cbrt(np.abs(B) / (U * N**2)))


def buoyancy_flux_m4_s3(
    flow_m3_s: ArrayLike, excess_density_kg_m3: ArrayLike, ambient_density_kg_m3: ArrayLike
) -> FloatArray:
    """Return the buoyancy flux of a discharge, below 0 for one that is heavier than the water around it.

    Parameters
    ----------
    flow_m3_s : volume flow Q [m3/s], 0 or above, any shape.
    excess_density_kg_m3 : density of the discharge less that of the water around Δρ [kg/m3], either sign.
    ambient_density_kg_m3 : density of the water around ρ [kg/m3], above 0.

    Returns
    -------
    Buoyancy flux [m4/s3], broadcast shape.

    Notes
    -----
    -g Q Δρ/ρ.

    Examples
    --------
    >>> buoyancy_flux_m4_s3(0.1, [5.0, 0.0, -5.0], 1040.0).round(5).tolist()
    [-0.00471, -0.0, 0.00471]
    """
    Q = not_negative("return water", "flow [m3/s]", flow_m3_s, "nothing is 0")
    rho = positive("return water", "density [kg/m3]", ambient_density_kg_m3, "sea water has about 1,030")
    return np.asarray(-GRAVITY_M_S2 * Q * np.asarray(excess_density_kg_m3, dtype=np.float64) / rho)


def excess_density_kg_m3(
    water_kg_m3: ArrayLike, solids_kg_m3: ArrayLike, grain_kg_m3: ArrayLike, ambient_kg_m3: ArrayLike
) -> FloatArray:
    """Return how much denser a discharge is than the water around it.

    Parameters
    ----------
    water_kg_m3 : density of the discharged water without its solids, at the pressure of the outlet ρw [kg/m3], above 0,
        any shape.
    solids_kg_m3 : dry solids per volume of discharge C [kg/m3], 0 or above.
    grain_kg_m3 : density of the grains ρs [kg/m3], above 0.
    ambient_kg_m3 : density of the water around ρ [kg/m3], above 0.

    Returns
    -------
    Excess density [kg/m3], below 0 for a light discharge, broadcast shape.

    Notes
    -----
    ρw + C (1 - ρw/ρs) - ρ. Warm water from the deck is lighter by some kg/m3, which only solids of as much again make
    up for; both densities are taken at one pressure.

    Examples
    --------
    Water of 27 degrees with 1 kg/m3 of mud, in water of 3 degrees at 1,200 m:

    >>> excess_density_kg_m3(1028.1, [1.0, 10.0], 2500.0, 1033.0).round(2).tolist()
    [-4.31, 0.99]
    """
    rho_w = positive("return water", "density of the water [kg/m3]", water_kg_m3, "sea water has about 1,030")
    C = not_negative("return water", "solids [kg/m3]", solids_kg_m3, "clear water is 0")
    rho_s = positive("return water", "density of the grains [kg/m3]", grain_kg_m3, "mud has 2,500")
    rho = positive("return water", "density of the water around [kg/m3]", ambient_kg_m3, "sea water has about 1,030")
    return np.asarray(rho_w + C * (1.0 - rho_w / rho_s) - rho)


def dilution(rise_m: ArrayLike, speed_m_s: ArrayLike, flow_m3_s: ArrayLike, entrainment: ArrayLike = 0.6) -> FloatArray:
    """Return by how much a plume in a current is thinned when it has risen or fallen so far.

    Parameters
    ----------
    rise_m : rise or fall Δz [m], either sign, any shape.
    speed_m_s : current U [m/s], above 0.
    flow_m3_s : discharged volume flow Q [m3/s], above 0.
    entrainment : entrainment coefficient of a bent-over plume β [1], above 0.

    Returns
    -------
    Dilution [1], at least 1, broadcast shape.

    Notes
    -----
    A bent-over plume moves with the current, its radius β|Δz|: volume flow π β² Δz² U, per Q. β is 0.6 where the
    current blows through the plume (and 0.1 along it).

    References
    ----------
    Xu and Di Iorio (2012) for the coefficients; the cross-section is that of Briggs (1969), Plume Rise, USAEC
    TID-25075.

    Examples
    --------
    >>> dilution([-60.0, 0.0], 0.05, 0.5).round(1).tolist()
    [407.2, 1.0]
    """
    place = "return water"
    U = positive(place, "speed [m/s]", speed_m_s, "in still water a plume is not bent over")
    Q = positive(place, "flow [m3/s]", flow_m3_s, "nothing discharged is not thinned")
    beta = positive(place, "entrainment [1]", entrainment, "0.6 for a plume across a current")
    dz = np.asarray(rise_m, dtype=np.float64)
    return np.asarray(np.maximum(1.0, math.pi * beta**2 * dz**2 * U / Q))


def plume_radius_m(rise_m: ArrayLike, entrainment: ArrayLike = 0.6) -> FloatArray:
    """Return the radius of a bent-over plume after a rise or fall, β|Δz|; see :func:`dilution`.

    Examples
    --------
    >>> float(plume_radius_m(-60.0))
    36.0
    """
    beta = positive("return water", "entrainment [1]", entrainment, "0.6 for a plume across a current")
    return np.asarray(beta * np.abs(np.asarray(rise_m, dtype=np.float64)))
