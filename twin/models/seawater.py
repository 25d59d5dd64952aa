"""Sea water against depth, once as a table: density, pressure and sound speed from TEOS-10, viscosity from a fit."""

from dataclasses import dataclass, fields
from typing import Final

import gsw
import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, not_negative, positive, refuse_where

PASCAL_PER_DBAR: Final = 1e4
STEP_M: Final = 25.0  # of the table; linear interpolation is then good to 2e-4 of the value


@dataclass(frozen=True, eq=False)
class SeawaterColumn:
    """Sea water at depths, arrays of one shape.

    Attributes
    ----------
    depth_m : depth below the surface [m].
    pressure_pa : pressure of the water alone, 0 at the surface [Pa].
    temperature_c : temperature in place [degC].
    salinity_g_kg : absolute salinity [g/kg].
    density_kg_m3 : density in place [kg/m3].
    sound_speed_m_s : speed of sound [m/s].
    viscosity_pa_s : dynamic viscosity [Pa s], see :func:`viscosity`.
    """

    depth_m: FloatArray
    pressure_pa: FloatArray
    temperature_c: FloatArray
    salinity_g_kg: FloatArray
    density_kg_m3: FloatArray
    sound_speed_m_s: FloatArray
    viscosity_pa_s: FloatArray

    def at(self, depth_m: ArrayLike) -> "SeawaterColumn":
        """Return the water at other depths [m] within the table, by linear interpolation."""
        depth = not_negative("sea water", "depth [m]", depth_m, "count it downwards")
        deepest = float(self.depth_m[-1])
        rule = f"must be at most {deepest:g}, the end of the table"
        refuse_where(depth > deepest, "sea water", "depth [m]", depth, rule, "make the column deeper")
        return SeawaterColumn(*(np.asarray(np.interp(depth, self.depth_m, v)) for v in self._columns()))

    def mean(self) -> "SeawaterColumn":
        """Return the mean over the column's depth, scalars."""
        span = self.depth_m[-1] - self.depth_m[0]
        return SeawaterColumn(*(np.asarray(np.trapezoid(v, self.depth_m) / span) for v in self._columns()))

    def _columns(self) -> list[FloatArray]:
        return [getattr(self, field.name) for field in fields(self)]


def column(
    latitude_deg: float,
    depth_m: float,
    *,
    surface_temperature_c: float,
    bottom_temperature_c: float,
    surface_salinity_g_kg: float,
    bottom_salinity_g_kg: float,
    thermocline_m: float,
) -> SeawaterColumn:
    """Return the water column of a site as a table from the surface to the seabed.

    Parameters
    ----------
    latitude_deg : latitude [deg], -90 to 90.
    depth_m : water depth H [m], above 0.
    surface_temperature_c, bottom_temperature_c : temperature in place at both ends [degC], -2 to 40.
    surface_salinity_g_kg, bottom_salinity_g_kg : absolute salinity at both ends [g/kg], 0 to 42.
    thermocline_m : depth L over which the difference to the bottom falls by a factor e [m], above 0.

    Returns
    -------
    Table every 25 m or closer, both ends included.

    Notes
    -----
    T(z) = T_b + (T_s - T_b) (exp(-z/L) - exp(-H/L))/(1 - exp(-H/L)), salinity alike. Pressure from depth and
    latitude, density and sound speed after TEOS-10 (``gsw``, 75-term polynomial). The relation of pressure and depth
    is that of a standard cold ocean; a warm upper layer weighs less, 0.04 MPa or 0.07 % at 5,600 m. The one-scale
    profile leaves out the salinity minimum near 600 m, 0.5 kg/m3 of density there.

    References
    ----------
    IOC, SCOR and IAPSO (2010), TEOS-10, Manuals and Guides 56; Roquet et al. (2015), Ocean Modell. 90, 29-43.

    Examples
    --------
    >>> sea = column(23.2, 5600.0, surface_temperature_c=27.0, bottom_temperature_c=1.5, surface_salinity_g_kg=35.1,
    ...     bottom_salinity_g_kg=34.87, thermocline_m=500.0)
    >>> round(float(sea.at(5600.0).pressure_pa) / 1e6, 1), round(float(sea.at(5600.0).density_kg_m3))
    (57.1, 1053)
    """
    place = "sea water"
    H = float(positive(place, "depth [m]", depth_m, "give the water depth of the site"))
    L = float(positive(place, "thermocline [m]", thermocline_m, "oceans have some hundred metres"))
    latitude = np.asarray(latitude_deg, dtype=np.float64)
    refuse_where(
        ~(np.abs(latitude) <= 90.0), place, "latitude [deg]", latitude, "must be -90 to 90", "north is above 0"
    )
    depth = np.linspace(0.0, H, int(np.ceil(H / STEP_M)) + 1)
    above = np.expm1((depth - H) / L) * np.exp(-depth / L) / np.expm1(-H / L)
    temperature = bottom_temperature_c + (surface_temperature_c - bottom_temperature_c) * above
    salinity = bottom_salinity_g_kg + (surface_salinity_g_kg - bottom_salinity_g_kg) * above
    cold, salty = ~((temperature >= -2.0) & (temperature <= 40.0)), ~((salinity >= 0.0) & (salinity <= 42.0))
    refuse_where(cold, place, "temperature [degC]", temperature, "must be -2 to 40", "the abyss has about 1.5")
    refuse_where(salty, place, "salinity [g/kg]", salinity, "must be 0 to 42", "the open sea has about 35")
    dbar = gsw.p_from_z(-depth, latitude)
    conservative = gsw.CT_from_t(salinity, temperature, dbar)
    return SeawaterColumn(
        depth_m=depth,
        pressure_pa=np.asarray(dbar * PASCAL_PER_DBAR),
        temperature_c=temperature,
        salinity_g_kg=salinity,
        density_kg_m3=np.asarray(gsw.rho(salinity, conservative, dbar)),
        sound_speed_m_s=np.asarray(gsw.sound_speed(salinity, conservative, dbar)),
        viscosity_pa_s=viscosity(temperature, salinity),
    )


def viscosity(temperature_c: ArrayLike, salinity_g_kg: ArrayLike) -> FloatArray:
    """Return the dynamic viscosity of sea water at atmospheric pressure.

    Parameters
    ----------
    temperature_c : temperature T [degC], 0 to 180 (from -2 accepted), any shape.
    salinity_g_kg : absolute salinity [g/kg], 0 to 150.

    Returns
    -------
    Viscosity mu [Pa s], broadcast shape.

    Notes
    -----
    mu = mu_w (1 + A S + B S^2), S in kg/kg, mu_w = 4.2844e-5 + 1/(0.157 (T + 64.993)^2 - 91.296),
    A = 1.541 + 1.998e-2 T - 9.52e-5 T^2, B = 7.974 - 7.561e-2 T + 4.724e-4 T^2. The fit holds to 1.5 %. Pressure is
    left out: 57 MPa makes cold water about 4 % thinner, so take the value at depth as good to 5 %.

    References
    ----------
    Sharqawy, Lienhard and Zubair (2010), Desalin. Water Treat. 16, 354-380, equations 22 and 23.

    Examples
    --------
    >>> float(viscosity(1.5, 34.87).round(6)), float(viscosity(20.0, 0.0).round(6))
    (0.001811, 0.001002)
    """
    T = np.asarray(temperature_c, dtype=np.float64)
    rule = "must be -2 to 180"
    refuse_where(~((T >= -2.0) & (T <= 180.0)), "sea water", "temperature [degC]", T, rule, "the fit ends there")
    S = not_negative("sea water", "salinity [g/kg]", salinity_g_kg, "the open sea has about 35")
    refuse_where(S > 150.0, "sea water", "salinity [g/kg]", S, "must be at most 150", "give grams per kilogram")
    S = S / 1000.0
    pure = 4.2844e-5 + 1.0 / (0.157 * (T + 64.993) ** 2 - 91.296)
    A = 1.541 + 1.998e-2 * T - 9.52e-5 * T**2
    B = 7.974 - 7.561e-2 * T + 4.724e-4 * T**2
    return np.asarray(pure * (1.0 + A * S + B * S**2))
