"""Settling of grains: alone, hindered by others, and what slip does to concentrations in an up-going pipe.

Two classes travel in the riser. Fines (the mud) do not slip: 30 um flocs fall at 0.03 mm/s. Coarse grains (nodules,
micronodules, lumps) fall through the rising mud at their hindered velocity and so are denser in the pipe than in what
it delivers.
"""

from typing import Final

import numpy as np
from fluids.drag import v_terminal
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive, refuse_where
from twin.models.roots import increasing_root

GRAVITY_M_S2: Final = 9.80665  # standard gravity

_FALL: Final = np.vectorize(v_terminal, otypes=[np.float64])


def terminal_velocity(
    diameter_m: ArrayLike, solids_density_kg_m3: ArrayLike, fluid_density_kg_m3: ArrayLike, viscosity_pa_s: ArrayLike
) -> FloatArray:
    """Return the velocity at which one sphere falls through a still fluid.

    Parameters
    ----------
    diameter_m : diameter d [m], above 0, any shape.
    solids_density_kg_m3 : density of the grain rho_s [kg/m3], above the fluid's.
    fluid_density_kg_m3, viscosity_pa_s : of a Newtonian fluid, rho, mu, above 0.

    Returns
    -------
    Terminal velocity [m/s], broadcast shape.

    Notes
    -----
    Balance of weight and drag, the drag curve of spheres from the library ``fluids``; valid from creeping flow to a
    Reynolds number of 1e6. Natural grains fall slower: see :func:`ruby_zanke`. A yield stress can hold small
    grains for good; this function knows nothing of it and so errs to the side of settling.

    References
    ----------
    Barati, Neyshabouri and Ahmadi (2014), Powder Technol. 257, 11-19 (drag curve).

    Examples
    --------
    A nodule of 10 mm in bottom water:

    >>> float(terminal_velocity(0.010, 2000.0, 1042.0, 1.75e-3).round(2))
    0.55
    """
    d, rho_s, rho, mu = _grain(diameter_m, solids_density_kg_m3, fluid_density_kg_m3, viscosity_pa_s)
    return np.asarray(_FALL(d, rho_s, rho, mu))


def ruby_zanke(
    diameter_m: ArrayLike,
    solids_density_kg_m3: ArrayLike,
    fluid_density_kg_m3: ArrayLike,
    viscosity_pa_s: ArrayLike,
    gravity_m_s2: float = GRAVITY_M_S2,
) -> FloatArray:
    """Return the velocity at which one natural grain falls through a still fluid.

    Parameters
    ----------
    diameter_m : sieve diameter d [m], above 0, any shape.
    solids_density_kg_m3 : density of the grain rho_s [kg/m3], above the fluid's.
    fluid_density_kg_m3, viscosity_pa_s : of a Newtonian fluid, rho, mu, above 0.
    gravity_m_s2 : acceleration of gravity g [m/s2].

    Returns
    -------
    Terminal velocity [m/s], broadcast shape.

    Notes
    -----
    v = 10 nu/d (sqrt(1 + s g d^3/(100 nu^2)) - 1), s = rho_s/rho - 1, nu = mu/rho. Fitted to quartz sand up to some
    millimetres; written without the difference of two near numbers, so that small grains keep their digits.

    References
    ----------
    Ruby (1933), Am. J. Sci. 25, 325-338; Zanke (1977), Mitt. Franzius-Inst. 46, 243-262.

    Examples
    --------
    >>> float(ruby_zanke(0.0002, 2650.0, 998.2, 1.005e-3).round(4))
    0.0257
    """
    d, rho_s, rho, mu = _grain(diameter_m, solids_density_kg_m3, fluid_density_kg_m3, viscosity_pa_s)
    nu = mu / rho
    x = (rho_s / rho - 1.0) * gravity_m_s2 * d**3 / (100.0 * nu**2)
    return np.asarray(10.0 * nu / d * x / (np.sqrt(1.0 + x) + 1.0))


def richardson_zaki_exponent(reynolds: ArrayLike) -> FloatArray:
    """Return the exponent of hindered settling.

    Parameters
    ----------
    reynolds : rho v d/mu of the grain falling alone [-], 0 or above, any shape.

    Returns
    -------
    Exponent b [-], same shape; 4.7 in creeping flow down to 2.34 at large Reynolds numbers.

    Notes
    -----
    b = (4.7 + 0.41 Re^0.75)/(1 + 0.175 Re^0.75), a smooth curve through the ranges of Richardson and Zaki.

    References
    ----------
    Richardson and Zaki (1954), Trans. Inst. Chem. Eng. 32, 35-53; Rowe (1987), Chem. Eng. Sci. 42, 2795-2796.

    Examples
    --------
    >>> float(richardson_zaki_exponent(0.0)), float(richardson_zaki_exponent(3300.0).round(2))
    (4.7, 2.37)
    """
    power = not_negative("Richardson-Zaki", "Reynolds number [-]", reynolds, "count the fall as positive") ** 0.75
    return np.asarray((4.7 + 0.41 * power) / (1.0 + 0.175 * power))


def richardson_zaki(
    terminal_velocity_m_s: ArrayLike, solids_volume_fraction: ArrayLike, reynolds: ArrayLike
) -> FloatArray:
    """Return the velocity at which grains fall among others.

    Parameters
    ----------
    terminal_velocity_m_s : v of one grain alone [m/s], 0 or above, any shape.
    solids_volume_fraction : all solids by volume C_v [-], 0 to 1.
    reynolds : rho v d/mu of the grain falling alone [-].

    Returns
    -------
    Hindered velocity against the mixture [m/s], broadcast shape.

    Notes
    -----
    v_h = v (1 - C_v)^b, b of :func:`richardson_zaki_exponent`.

    Examples
    --------
    >>> float(richardson_zaki(0.55, 0.05, 3300.0).round(2))
    0.49
    """
    v = not_negative("Richardson-Zaki", "velocity [m/s]", terminal_velocity_m_s, "count the fall as positive")
    name = "solids volume fraction [-]"
    fraction = not_negative("Richardson-Zaki", name, solids_volume_fraction, "clear water has 0")
    refuse_where(fraction > 1.0, "Richardson-Zaki", name, fraction, "must be at most 1", "0.05 is 5 %")
    return np.asarray(v * (1.0 - fraction) ** richardson_zaki_exponent(reynolds))


def delivered_to_in_situ(
    delivered_fraction: ArrayLike,
    velocity_m_s: ArrayLike,
    terminal_velocity_m_s: ArrayLike,
    reynolds: ArrayLike,
    fines_fraction: ArrayLike = 0.0,
) -> FloatArray:
    """Return the concentration of a slipping class inside an up-going pipe, from what the pipe delivers.

    Parameters
    ----------
    delivered_fraction : volume of the class per volume of mixture delivered C_d [-], 0 to below 1, any shape.
    velocity_m_s : mean velocity of the mixture upwards V [m/s], above 0.
    terminal_velocity_m_s, reynolds : of one grain of the class alone, v [m/s] and rho v d/mu [-].
    fines_fraction : solids that do not slip, by volume C_f [-]; they hinder the fall too.

    Returns
    -------
    Concentration of the class in the pipe C_i [-], broadcast shape, C_d or above; equal to it without slip.

    Raises
    ------
    ModelError : where the class falls at least as fast as the mixture rises, naming the state: it would not arrive.

    Notes
    -----
    C_i (V - v_h) = C_d V with v_h = v (1 - C_f - C_i)^b at the concentration in the pipe. Steady, one class, no
    effect of the wall. The root is unique where V exceeds v_h at C_i = C_d; the share C_f is kept as given.

    References
    ----------
    Richardson and Zaki (1954), Trans. Inst. Chem. Eng. 32, 35-53 (hindered velocity); balance: derived.

    Examples
    --------
    One percent of 10 mm nodules in a riser of 1.5 m/s:

    >>> float(delivered_to_in_situ(0.01, 1.5, 0.55, 3300.0, 0.05).round(4))
    0.0146
    """
    place, name = "coarse grains in the riser", "delivered fraction [-]"
    given = not_negative(place, name, delivered_fraction, "none is 0")
    velocity = positive(place, "mixture velocity [m/s]", velocity_m_s, "count it upwards")
    fall = not_negative(place, "terminal velocity [m/s]", terminal_velocity_m_s, "count the fall as positive")
    fines = not_negative(place, "fines fraction [-]", fines_fraction, "clear water has 0")
    C_d, V, v, C_f, b = np.broadcast_arrays(given, velocity, fall, fines, richardson_zaki_exponent(reynolds))
    room = 1.0 - C_f
    refuse_where(C_d >= room, place, name, C_d, "must leave room for water beside the fines", "0.05 is 5 %")
    slip = v * (room - C_d) ** b
    rule = "must exceed the hindered velocity of the grains, or they do not arrive"
    refuse_where(slip >= V, place, "mixture velocity [m/s]", V, rule, "raise the flow or screen out coarse grains")

    def surplus(c: FloatArray) -> tuple[FloatArray, FloatArray]:
        free = room - c
        hindered = v * free**b
        return c * (V - hindered) - C_d * V, V - hindered + c * b * v * free ** (b - 1.0)

    def state(i: int) -> str:
        return f"coarse grains of {v.flat[i]:g} m/s in a riser of {V.flat[i]:g} m/s (state {i})"

    return np.asarray(increasing_root(surplus, C_d + 0.0, room + 0.0, state, start=C_d + 0.0))


def _grain(
    diameter_m: ArrayLike, solids_density_kg_m3: ArrayLike, fluid_density_kg_m3: ArrayLike, viscosity_pa_s: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the values of grain and fluid as arrays, each within its rule."""
    place = "settling"
    d = positive(place, "diameter [m]", diameter_m, "mud has 1e-6 to 1e-4")
    rho = positive(place, "fluid density [kg/m3]", fluid_density_kg_m3, "sea water has about 1042")
    mu = positive(place, "viscosity [Pa s]", viscosity_pa_s, "sea water has 0.001 to 0.002")
    rho_s = positive(place, "grain density [kg/m3]", solids_density_kg_m3, "quartz has 2650")
    refuse_where(rho_s <= rho, place, "grain density [kg/m3]", rho_s, "must exceed the fluid's", "it would float")
    return d, rho_s, rho, mu
