"""Absorption of sound by sea water."""

import numpy as np
from numpy.typing import ArrayLike

from ops_data.units import METRES_PER_KM
from twin.models.limits import FloatArray, not_negative, positive, refuse_where

ZERO_K = 273.0  # as the fit has it


def absorption_db_km(
    frequency_hz: ArrayLike,
    temperature_c: ArrayLike,
    salinity_g_kg: ArrayLike,
    depth_m: ArrayLike,
    ph: ArrayLike,
) -> FloatArray:
    """Return how much sound sea water absorbs.

    Parameters
    ----------
    frequency_hz : frequency f [Hz], 100 to 1e6 fitted; below, boric acid goes on with f squared, any shape.
    temperature_c : temperature T [degC], -2 to 40.
    salinity_g_kg : salinity S [g/kg], 0 to 42.
    depth_m : depth D [m], 0 to 11,000 (fitted to 7,000).
    ph : acidity, 7 to 8.5.

    Returns
    -------
    Absorption [dB/km], broadcast shape.

    Notes
    -----
    Three terms A P f_r f^2/(f_r^2 + f^2) of boric acid, magnesium sulfate and (without relaxation) water, f in kHz:
    A1 = 8.86/c 10^(0.78 pH - 5), f_1 = 2.8 (S/35)^0.5 10^(4 - 1245/(T + 273));
    A2 = 21.44 S/c (1 + 0.025 T), P2 = 1 - 1.37e-4 D + 6.2e-9 D^2,
    f_2 = 8.17 10^(8 - 1990/(T + 273))/(1 + 0.0018 (S - 35)); A3 a cubic of T, P3 = 1 - 3.83e-5 D + 4.9e-10 D^2;
    c = 1412 + 3.21 T + 1.19 S + 0.0167 D. Good to about 5 % between 10 and 500 kHz, 10 % otherwise.

    References
    ----------
    Francois and Garrison (1982), J. Acoust. Soc. Am. 72, 896-907 and 1879-1890.

    Examples
    --------
    Machinery is hardly absorbed, a transponder of 26 kHz within kilometres:

    >>> absorption_db_km([100.0, 1e3, 26e3], 27.0, 35.0, 50.0, 8.1).round(4).tolist()
    [0.0006, 0.0525, 3.1851]
    """
    place = "sound absorption"
    f = positive(place, "frequency [Hz]", frequency_hz, "give hertz") / METRES_PER_KM
    T = np.asarray(temperature_c, dtype=np.float64)
    refuse_where(
        ~((T >= -2.0) & (T <= 40.0)), place, "temperature [degC]", T, "must be -2 to 40", "give degrees Celsius"
    )
    S = not_negative(place, "salinity [g/kg]", salinity_g_kg, "the open sea has about 35")
    refuse_where(S > 42.0, place, "salinity [g/kg]", S, "must be at most 42", "give grams per kilogram")
    D = not_negative(place, "depth [m]", depth_m, "count it downwards")
    refuse_where(D > 11_000.0, place, "depth [m]", D, "must be at most 11,000", "give metres")
    pH = np.asarray(ph, dtype=np.float64)
    refuse_where(~((pH >= 7.0) & (pH <= 8.5)), place, "pH", pH, "must be 7 to 8.5", "surface water has about 8.1")

    c = 1412.0 + 3.21 * T + 1.19 * S + 0.0167 * D
    boric = 2.8 * np.sqrt(S / 35.0) * 10.0 ** (4.0 - 1245.0 / (T + ZERO_K))
    sulfate = 8.17 * 10.0 ** (8.0 - 1990.0 / (T + ZERO_K)) / (1.0 + 0.0018 * (S - 35.0))
    cold = 4.937e-4 - 2.59e-5 * T + 9.11e-7 * T**2 - 1.50e-8 * T**3
    warm = 3.964e-4 - 1.146e-5 * T + 1.45e-7 * T**2 - 6.5e-10 * T**3
    return np.asarray(
        8.86 / c * 10.0 ** (0.78 * pH - 5.0) * boric * f**2 / (boric**2 + f**2)
        + 21.44 * S / c * (1.0 + 0.025 * T) * (1.0 - 1.37e-4 * D + 6.2e-9 * D**2) * sulfate * f**2
        / (sulfate**2 + f**2)
        + np.where(T <= 20.0, cold, warm) * (1.0 - 3.83e-5 * D + 4.9e-10 * D**2) * f**2
    )  # fmt: skip
