"""Mud slurry: density and viscosity of a mixture, and its flow law against the concentration of solids.

A flow law is always a :class:`HerschelBulkley`: a yield stress of 0 makes it a power law, an index of 1 a Bingham
fluid, both together a Newtonian one. No law measured on the mud of the site is public, so the constants come from the
reference rows ``slurry.*`` with their ranges.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive, refuse_where

REFERENCE_SHEAR_RATE_1_S: Final = 100.0  # rate at which a consistency is tied to a plastic viscosity


@dataclass(frozen=True)
class HerschelBulkley:
    """Flow law tau = yield + consistency * rate ** index; scalars or arrays that broadcast.

    Attributes
    ----------
    yield_pa : yield stress [Pa], 0 or above.
    consistency_pa_sn : consistency [Pa s^n], above 0; the plastic viscosity of a Bingham fluid.
    index : flow index n [-], above 0.

    Raises
    ------
    ModelError : where a value breaks its rule.

    Examples
    --------
    >>> float(HerschelBulkley(8.0, 0.1, 1.0).stress(20.0))
    10.0
    """

    yield_pa: float | FloatArray
    consistency_pa_sn: float | FloatArray
    index: float | FloatArray

    def __post_init__(self) -> None:
        not_negative("Herschel-Bulkley law", "yield stress [Pa]", self.yield_pa, "a fluid without one has 0")
        positive("Herschel-Bulkley law", "consistency [Pa s^n]", self.consistency_pa_sn, "water has about 0.001")
        positive("Herschel-Bulkley law", "flow index [-]", self.index, "a Bingham fluid has 1")

    def stress(self, shear_rate_1_s: ArrayLike) -> FloatArray:
        """Return the shear stress [Pa] at a shear rate [1/s] above 0."""
        return np.asarray(self.yield_pa + self.consistency_pa_sn * np.asarray(shear_rate_1_s) ** self.index)


def mixture_density(
    solids_volume_fraction: ArrayLike, fluid_density_kg_m3: ArrayLike, solids_density_kg_m3: ArrayLike
) -> FloatArray:
    """Return the density of a mixture of fluid and solids.

    Parameters
    ----------
    solids_volume_fraction : solids by volume C_v [-], 0 to 1, any shape.
    fluid_density_kg_m3, solids_density_kg_m3 : densities rho_w, rho_s [kg/m3], broadcast.

    Returns
    -------
    Density rho_m [kg/m3], broadcast shape.

    Notes
    -----
    rho_m = rho_w + C_v (rho_s - rho_w), exact for volumes that add up.

    Examples
    --------
    >>> float(mixture_density(0.05, 1042.0, 2500.0).round(1))
    1114.9
    """
    fraction = not_negative(
        "mixture density", "solids volume fraction [-]", solids_volume_fraction, "clear water has 0"
    )
    refuse_where(
        fraction > 1.0, "mixture density", "solids volume fraction [-]", fraction, "must be at most 1", "0.05 is 5 %"
    )
    fluid = np.asarray(fluid_density_kg_m3, dtype=np.float64)
    return np.asarray(fluid + fraction * (np.asarray(solids_density_kg_m3, dtype=np.float64) - fluid))


def thomas_relative_viscosity(solids_volume_fraction: ArrayLike) -> FloatArray:
    """Return the viscosity of a suspension of spheres that do not stick together, relative to the fluid's.

    Parameters
    ----------
    solids_volume_fraction : solids by volume C_v [-], 0 to 0.6, any shape.

    Returns
    -------
    Relative viscosity [-], same shape.

    Notes
    -----
    mu_r = 1 + 2.5 C_v + 10.05 C_v^2 + 0.00273 exp(16.6 C_v). Valid to about 0.6; at C_v = 0 it is 1.00273 and not 1,
    as published. A lower bound for mud: clay in sea water forms flocs and is thicker, which the factor of
    :func:`herschel_bulkley` stands for.

    References
    ----------
    Thomas, D. G. (1965), Transport characteristics of suspension VIII, J. Colloid Sci. 20, 267-277.

    Examples
    --------
    >>> [float(v) for v in thomas_relative_viscosity([0.02, 0.06, 0.10]).round(3)]
    [1.058, 1.194, 1.365]
    """
    place, name = "Thomas viscosity", "solids volume fraction [-]"
    fraction = not_negative(place, name, solids_volume_fraction, "clear water has 0")
    refuse_where(fraction > 0.6, place, name, fraction, "must be at most 0.6", "the formula ends at dense packing")
    return np.asarray(1.0 + 2.5 * fraction + 10.05 * fraction**2 + 0.00273 * np.exp(16.6 * fraction))


def pumpable(place: str, solids_volume_fraction: ArrayLike, packing_fraction: ArrayLike) -> FloatArray:
    """Return concentrations as an array, all from 0 to below the packing limit.

    Parameters
    ----------
    place : the formula that asks, for the error.
    solids_volume_fraction : solids by volume C_v [-], any shape.
    packing_fraction : concentration at which the grains lock, that of mud in place [-], above 0.

    Raises
    ------
    ModelError : at or above the limit, or below 0.

    Examples
    --------
    >>> float(pumpable("riser", 0.05, 0.22))
    0.05
    """
    name = "solids volume fraction [-]"
    fraction = not_negative(place, name, solids_volume_fraction, "clear water has 0")
    limit = positive(place, "packing fraction [-]", packing_fraction, "mud in place has about 0.22")
    rule = f"must be below the packing fraction {float(np.min(limit)):g}"
    refuse_where(fraction >= limit, place, name, fraction, rule, "dilute the slurry")
    return fraction


def herschel_bulkley(
    solids_volume_fraction: ArrayLike,
    *,
    water_viscosity_pa_s: ArrayLike,
    yield_coefficient_pa: ArrayLike,
    yield_exponent: ArrayLike,
    index: ArrayLike,
    viscosity_factor: ArrayLike,
    packing_fraction: ArrayLike,
) -> HerschelBulkley:
    """Return the yield-stress law of a mud slurry at a concentration.

    Parameters
    ----------
    solids_volume_fraction : solids by volume C_v [-], 0 to below the packing fraction, any shape.
    water_viscosity_pa_s : viscosity of the sea water mu_w [Pa s].
    yield_coefficient_pa, yield_exponent : a [Pa] at or above 0 and b [-] of the yield stress.
    index : flow index n [-], above 0; 1 is Bingham.
    viscosity_factor : times the viscosity after Thomas, f [-], for flocs; above 0.
    packing_fraction : concentration at which the grains lock [-].

    Returns
    -------
    Law with arrays of the broadcast shape.

    Notes
    -----
    tau_y = a C_v^b; mu_p = f mu_Thomas(C_v) mu_w; K = mu_p * 100^(1 - n), so that the viscous part K rate^n of the
    stress is mu_p * rate at the reference rate of 100 1/s, where pipe walls work (8 V / D is 20 to 80 1/s), whatever
    the index. The form fits measured flow curves of the mud (Shimizu et al. 2019); the constants are assumptions.

    References
    ----------
    Shimizu et al. (2019), J. MMIJ 135(7), 52-62 (form only).

    Examples
    --------
    >>> law = herschel_bulkley(0.04, water_viscosity_pa_s=1.75e-3, yield_coefficient_pa=2e4, yield_exponent=3.0,
    ...     index=1.0, viscosity_factor=2.0, packing_fraction=0.22)
    >>> round(float(law.yield_pa), 2), round(float(law.consistency_pa_sn), 5)
    (1.28, 0.00392)
    """
    place = "Herschel-Bulkley slurry"
    fraction = pumpable(place, solids_volume_fraction, packing_fraction)
    water = positive(place, "water viscosity [Pa s]", water_viscosity_pa_s, "sea water has 0.001 to 0.002")
    coefficient = not_negative(place, "yield coefficient [Pa]", yield_coefficient_pa, "no yield stress is 0")
    exponent = positive(place, "yield exponent [-]", yield_exponent, "clays have 2 to 4")
    n = positive(place, "flow index [-]", index, "a Bingham fluid has 1")
    factor = positive(place, "viscosity factor [-]", viscosity_factor, "separate grains have 1")
    viscosity = factor * thomas_relative_viscosity(fraction) * water
    consistency = viscosity * REFERENCE_SHEAR_RATE_1_S ** (1.0 - n)
    tau_y, consistency, n = np.broadcast_arrays(coefficient * fraction**exponent, consistency, n)
    return HerschelBulkley(tau_y, consistency, n)


def power_law(
    solids_volume_fraction: ArrayLike,
    *,
    water_viscosity_pa_s: ArrayLike,
    consistency_pa_sn: ArrayLike,
    growth: ArrayLike,
    index_slope: ArrayLike,
    index_least: ArrayLike,
    packing_fraction: ArrayLike,
) -> HerschelBulkley:
    """Return the law without a yield stress of a mud slurry at a concentration.

    Parameters
    ----------
    solids_volume_fraction : solids by volume C_v [-], 0 to below the packing fraction, any shape.
    water_viscosity_pa_s : viscosity of the sea water mu_w [Pa s].
    consistency_pa_sn, growth : K_0 [Pa s^n] and k [-] of the consistency, at or above 0.
    index_slope, index_least : fall of the index with concentration s [-] and its least value [-].
    packing_fraction : concentration at which the grains lock [-].

    Returns
    -------
    Law with a yield stress of 0 and arrays of the broadcast shape.

    Notes
    -----
    K = mu_w + K_0 (exp(k C_v) - 1); n = max(1 - s C_v, n_min); clear water at C_v = 0. Power laws were measured on
    mud of the region from 1 to 13 % by volume; their constants are not readable, those of the reference rows are
    placeholders of the same trend (consistency rises, index falls).

    References
    ----------
    Shape: measurements on three cores named in the project's facts on slurry; constants: assumption.

    Examples
    --------
    >>> law = power_law(0.05, water_viscosity_pa_s=1.75e-3, consistency_pa_sn=0.01, growth=35.0, index_slope=4.0,
    ...     index_least=0.4, packing_fraction=0.22)
    >>> round(float(law.consistency_pa_sn), 4), round(float(law.index), 3)
    (0.0493, 0.8)
    """
    place = "power-law slurry"
    fraction = pumpable(place, solids_volume_fraction, packing_fraction)
    water = positive(place, "water viscosity [Pa s]", water_viscosity_pa_s, "sea water has 0.001 to 0.002")
    scale = not_negative(place, "consistency [Pa s^n]", consistency_pa_sn, "0 is clear water")
    rise = not_negative(place, "growth [-]", growth, "0 is clear water")
    slope = not_negative(place, "slope of the index [-]", index_slope, "a constant index has 0")
    least = positive(place, "least index [-]", index_least, "0.4 is a strongly thinning mud")
    consistency = water + scale * np.expm1(rise * fraction)
    index = np.maximum(1.0 - slope * fraction, np.minimum(least, 1.0))
    tau_y, consistency, index = np.broadcast_arrays(np.zeros(()), consistency, index)
    return HerschelBulkley(tau_y, consistency, index)
