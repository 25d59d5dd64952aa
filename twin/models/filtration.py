"""Filtration of a batch press: time to form a compressible cake, the best cycle and the area a plant needs."""

import numpy as np
from numpy.typing import ArrayLike

from ops_data.units import KG_PER_TONNE, SECONDS_PER_HOUR
from twin.models.limits import FloatArray, not_negative, positive, refuse_where

PLACE = "press"


def specific_resistance_m_kg(
    pressure_pa: ArrayLike, at_reference_m_kg: ArrayLike, reference_pa: ArrayLike, compressibility: ArrayLike
) -> FloatArray:
    """Return the mean resistance of a cake per mass of its solids.

    Parameters
    ----------
    pressure_pa : pressure over the cake P [Pa], above 0, any shape.
    at_reference_m_kg : resistance at a reference pressure alpha_r [m/kg], above 0; clay has 1e12 to 1e14.
    reference_pa : that pressure P_r [Pa], above 0.
    compressibility : exponent n [1], 0 or above; below 1 pressure helps, clay has 0.5 to 1.

    Returns
    -------
    Resistance alpha [m/kg], broadcast shape.

    Notes
    -----
    alpha = alpha_r (P/P_r)^n. Holds between the pressures it was measured at, and not where grains clog the cloth.

    References
    ----------
    Ruth (1935), Ind. Eng. Chem. 27, 708-723; Tiller (1953), Chem. Eng. Prog. 49, 467-479. Ranges from memory.

    Examples
    --------
    >>> specific_resistance_m_kg([1e5, 4e5], 1e13, 1e5, 0.5).tolist()
    [10000000000000.0, 20000000000000.0]
    """
    ratio = _above("pressure [Pa]", pressure_pa) / _above("reference pressure [Pa]", reference_pa)
    n = not_negative(PLACE, "compressibility [1]", compressibility, "sand has 0")
    return np.asarray(_above("specific resistance [m/kg]", at_reference_m_kg) * ratio**n)


def cake_per_filtrate_kg_m3(
    solids_mass_share: ArrayLike, cake_water_fraction: ArrayLike, water_density_kg_m3: ArrayLike
) -> FloatArray:
    """Return the dry solids that settle on the cloth per volume of filtrate.

    Parameters
    ----------
    solids_mass_share : dry solids per mass of slurry x [1], 0 to below those of the cake, any shape.
    cake_water_fraction : water by mass in the cake w [1], 0 to below 1.
    water_density_kg_m3 : of the filtrate rho [kg/m3], above 0.

    Returns
    -------
    c [kg/m3], broadcast shape.

    Notes
    -----
    c = rho x/(1 - x/(1 - w)): the cake keeps some of the water.

    Examples
    --------
    >>> float(cake_per_filtrate_kg_m3(0.2, 0.45, 1025.0).round(1))
    322.1
    """
    x = not_negative(PLACE, "solids mass share [1]", solids_mass_share, "clear water has 0")
    w = not_negative(PLACE, "cake water fraction [1]", cake_water_fraction, "0.45 is 45 % by mass")
    refuse_where(w >= 1.0, PLACE, "cake water fraction [1]", w, "must be below 1", "0.45 is 45 % by mass")
    refuse_where(x >= 1.0 - w, PLACE, "solids mass share [1]", x, "must be below that of the cake", "thin the slurry")
    return np.asarray(_above("water density [kg/m3]", water_density_kg_m3) * x / (1.0 - x / (1.0 - w)))


def forming_time_s(
    filtrate_m: ArrayLike,
    pressure_pa: ArrayLike,
    resistance_m_kg: ArrayLike,
    cake_kg_m3: ArrayLike,
    cloth_1_m: ArrayLike,
    viscosity_pa_s: ArrayLike,
) -> FloatArray:
    """Return the time in which a volume of filtrate passes the cloth at constant pressure.

    Parameters
    ----------
    filtrate_m : filtrate per area of filter v [m3/m2], 0 or above, any shape.
    pressure_pa : pressure over cake and cloth P [Pa], above 0.
    resistance_m_kg : mean specific resistance of the cake alpha [m/kg], above 0.
    cake_kg_m3 : dry solids per filtrate c [kg/m3], above 0; see :func:`cake_per_filtrate_kg_m3`.
    cloth_1_m : resistance of the cloth R_m [1/m], 0 or above.
    viscosity_pa_s : of the filtrate mu [Pa s], above 0.

    Returns
    -------
    Time [s], broadcast shape.

    Notes
    -----
    t = mu alpha c v^2/(2 P) + mu R_m v/P. Laminar flow, uniform cake, solids do not settle beside the cloth.

    References
    ----------
    Ruth (1935), Ind. Eng. Chem. 27, 708-723.

    Examples
    --------
    Half of the filtrate takes a quarter of the time where the cake resists, half where the cloth does:

    >>> (forming_time_s([0.02, 0.04], 6e5, 1e13, 300.0, 0.0, 1e-3) / 60).round(1).tolist()
    [16.7, 66.7]
    >>> forming_time_s([0.02, 0.04], 6e5, 1e13, 1e-9, 3e11, 1e-3).round(1).tolist()
    [10.0, 20.0]
    """
    v = not_negative(PLACE, "filtrate [m3/m2]", filtrate_m, "nothing is 0")
    cake, cloth = _resistances(pressure_pa, resistance_m_kg, cake_kg_m3, cloth_1_m, viscosity_pa_s)
    return np.asarray(cake * v**2 + cloth * v)


def filtrate_m(
    time_s: ArrayLike,
    pressure_pa: ArrayLike,
    resistance_m_kg: ArrayLike,
    cake_kg_m3: ArrayLike,
    cloth_1_m: ArrayLike,
    viscosity_pa_s: ArrayLike,
) -> FloatArray:
    """Return the filtrate per area that passes in a time [m3/m2]; the inverse of :func:`forming_time_s`.

    Examples
    --------
    >>> filtrate_m([0.0, 1000.0], 6e5, 1e13, 300.0, 0.0, 1e-3).round(4).tolist()
    [0.0, 0.02]
    """
    t = not_negative(PLACE, "time [s]", time_s, "count it from the start")
    cake, cloth = _resistances(pressure_pa, resistance_m_kg, cake_kg_m3, cloth_1_m, viscosity_pa_s)
    # the root of the parabola, written without a difference of near numbers
    below = cloth + np.sqrt(cloth**2 + 4.0 * cake * t)
    return np.asarray(np.divide(2.0 * t, below, out=np.zeros(np.shape(below)), where=below > 0.0))


def best_filtrate_m(
    idle_s: ArrayLike,
    pressure_pa: ArrayLike,
    resistance_m_kg: ArrayLike,
    cake_kg_m3: ArrayLike,
    viscosity_pa_s: ArrayLike,
) -> FloatArray:
    """Return the filtrate per area after which a press should stop forming its cake, to filter most per day.

    Parameters
    ----------
    idle_s : squeeze, blow, wash, discharge and closing per cycle t_0 [s], above 0, any shape.
    pressure_pa, resistance_m_kg, cake_kg_m3, viscosity_pa_s : see :func:`forming_time_s`.

    Returns
    -------
    v [m3/m2], broadcast shape.

    Notes
    -----
    v/(a v^2 + b v + t_0) has its maximum at v = sqrt(t_0/a), a = mu alpha c/(2 P), whatever the cloth: forming against
    the cake then takes as long as all else. A thin cake may not fall off the cloth, so a press may need more.

    Examples
    --------
    >>> v = best_filtrate_m(1800.0, 6e5, 1e13, 300.0, 1e-3)
    >>> float(forming_time_s(v, 6e5, 1e13, 300.0, 0.0, 1e-3).round(6))
    1800.0
    """
    cake, _ = _resistances(pressure_pa, resistance_m_kg, cake_kg_m3, 0.0, viscosity_pa_s)
    return np.asarray(np.sqrt(_above("idle time [s]", idle_s) / cake))


def press_rate_kg_m2_h(
    filtrate_m: ArrayLike, cake_kg_m3: ArrayLike, forming_s: ArrayLike, idle_s: ArrayLike
) -> FloatArray:
    """Return what a batch press makes per area: cake of one cycle over the time of the cycle.

    Parameters
    ----------
    filtrate_m : filtrate per area and cycle v [m3/m2], 0 or above, any shape.
    cake_kg_m3 : dry solids per filtrate c [kg/m3], above 0.
    forming_s, idle_s : time with and without filtration per cycle [s], 0 or above, not both 0.

    Returns
    -------
    Dry solids [kg/(m2 h)], broadcast shape: c v/(t_f + t_0).

    Examples
    --------
    >>> float(press_rate_kg_m2_h(0.02, 300.0, 1000.0, 800.0))
    12.0
    """
    made = not_negative(PLACE, "filtrate [m3/m2]", filtrate_m, "nothing is 0") * _above("cake [kg/m3]", cake_kg_m3)
    forming = not_negative(PLACE, "forming time [s]", forming_s, "count it from the start")
    cycle_s = _above("cycle [s]", forming + not_negative(PLACE, "idle time [s]", idle_s, "none is 0"))
    return np.asarray(made / cycle_s * SECONDS_PER_HOUR)


def filter_area_m2(dry_t_h: ArrayLike, rate_kg_m2_h: ArrayLike, availability: ArrayLike = 1.0) -> FloatArray:
    """Return the area of filter that dewaters a flow of dry solids.

    Parameters
    ----------
    dry_t_h : dry solids [t/h], 0 or above, any shape.
    rate_kg_m2_h : of the press while it works [kg/(m2 h)], above 0.
    availability : share of the time it works [1], above 0 to 1.

    Returns
    -------
    Area [m2], broadcast shape.

    Examples
    --------
    >>> float(filter_area_m2(15.0, 12.0, 0.8))
    1562.5
    """
    flow = not_negative(PLACE, "dry solids [t/h]", dry_t_h, "nothing is 0")
    open_share = _above("availability [1]", availability)
    refuse_where(open_share > 1.0, PLACE, "availability [1]", open_share, "must be at most 1", "0.8 is 80 %")
    return np.asarray(flow * KG_PER_TONNE / _above("rate [kg/(m2 h)]", rate_kg_m2_h) / open_share)


def _above(name: str, values: ArrayLike) -> FloatArray:
    return positive(PLACE, name, values, "measure it, and mind its unit")


def _resistances(
    pressure_pa: ArrayLike,
    resistance_m_kg: ArrayLike,
    cake_kg_m3: ArrayLike,
    cloth_1_m: ArrayLike,
    viscosity_pa_s: ArrayLike,
) -> tuple[FloatArray, FloatArray]:
    """Return the time per squared filtrate [s/m2] and per filtrate [s/m]."""
    slowness = _above("viscosity [Pa s]", viscosity_pa_s) / _above("pressure [Pa]", pressure_pa)
    resistance = _above("specific resistance [m/kg]", resistance_m_kg) * _above("cake [kg/m3]", cake_kg_m3)
    cloth = slowness * not_negative(PLACE, "cloth resistance [1/m]", cloth_1_m, "none is 0")
    return 0.5 * slowness * resistance, cloth
