"""What burning fuel gives to the air: carbon dioxide, methane, nitrous oxide, nitrogen oxides, sulfur dioxide."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.units import GRAMS_PER_KG, GRAMS_PER_TONNE, KG_PER_TONNE, PERCENT
from twin.models.limits import FloatArray, not_negative, refuse_where

SO2_PER_S: Final = 2.0  # mass of SO2 per mass of sulfur, rounded (64.06 / 32.06 = 1.998)


@dataclass(frozen=True)
class Factors:
    """Emission factors of one fuel.

    Attributes
    ----------
    co2_t_per_t, ch4_kg_t, n2o_kg_t : per tonne burnt [t/t, kg/t, kg/t], 0 or above.
    nox_g_kwh : nitrogen oxides, counted as NO2, per energy of the engine [g/kWh], 0 or above.
    sulfur_percent : sulfur in the fuel [% by mass], 0 to 5.
    gwp_ch4, gwp_n2o : warming over 100 years relative to the same mass of carbon dioxide [1].
    heating_mj_kg : lower heating value [MJ/kg].
    well_to_tank_g_mj : greenhouse gases of making and bringing the fuel, as carbon dioxide [g/MJ].
    """

    co2_t_per_t: float
    ch4_kg_t: float
    n2o_kg_t: float
    nox_g_kwh: float
    sulfur_percent: float
    gwp_ch4: float
    gwp_n2o: float
    heating_mj_kg: float
    well_to_tank_g_mj: float


@dataclass(frozen=True, eq=False)
class Emissions:
    """Mass given to the air [t], arrays of one shape.

    ``co2e`` counts carbon dioxide, methane and nitrous oxide of the funnel (tank to wake) as carbon dioxide;
    ``co2e_well_to_wake`` also what making and bringing the fuel takes.
    """

    co2: FloatArray
    ch4: FloatArray
    n2o: FloatArray
    nox: FloatArray
    so2: FloatArray
    co2e: FloatArray
    co2e_well_to_wake: FloatArray


def emissions_t(fuel_t: ArrayLike, energy_kwh: ArrayLike, factors: Factors) -> Emissions:
    """Return what burning fuel gives to the air.

    Parameters
    ----------
    fuel_t : fuel burnt m [t], 0 or above, any shape.
    energy_kwh : what the engines made of it E [kWh], 0 or above; broadcasts.
    factors : of the fuel.

    Returns
    -------
    Masses [t], broadcast shape.

    Notes
    -----
    CO2, CH4 and N2O are m times their factors; NO_x is E times its factor; SO2 is 0.02 S m with S in per cent, all
    sulfur burnt and no scrubber; CO2e = CO2 + 28 CH4 + 265 N2O at the stated potentials (here AR5); well to wake adds
    m H g with heating value H and factor g. NO_x of an engine depends on its load and rating; one mean is taken.
    Particles and black carbon are left out.

    References
    ----------
    IMO, MEPC.364(79), section 2.2.1 (CO2); Third IMO GHG Study 2014 (CH4, N2O); IPCC AR5 WG1, table 8.7 (potentials);
    Regulation (EU) 2023/1805, annex II (well to tank); MARPOL Annex VI, regulation 13 (NO_x).

    Examples
    --------
    A tonne of marine gas oil with 0.1 % sulfur, burnt at 200 g/kWh:

    >>> gas_oil = Factors(3.206, 0.06, 0.16, 10.5, 0.1, 28.0, 265.0, 42.7, 14.4)
    >>> one = emissions_t(1.0, 5_000.0, gas_oil)
    >>> [round(float(x), 4) for x in (one.co2, one.nox, one.so2, one.co2e, one.co2e_well_to_wake)]
    [3.206, 0.0525, 0.002, 3.2501, 3.865]
    """
    place = "air emissions"
    fuel = not_negative(place, "fuel [t]", fuel_t, "nothing burnt is 0")
    energy = not_negative(place, "energy [kWh]", energy_kwh, "nothing made is 0")
    sulfur = not_negative(place, "sulfur [%]", factors.sulfur_percent, "0.1 is 0.1 % by mass")
    refuse_where(sulfur > 5.0, place, "sulfur [%]", sulfur, "must be at most 5", "0.1 is 0.1 % by mass")
    fuel, energy = np.broadcast_arrays(fuel, energy)
    co2 = fuel * factors.co2_t_per_t
    ch4, n2o = fuel * factors.ch4_kg_t / KG_PER_TONNE, fuel * factors.n2o_kg_t / KG_PER_TONNE
    co2e = co2 + factors.gwp_ch4 * ch4 + factors.gwp_n2o * n2o
    making = fuel * factors.heating_mj_kg * factors.well_to_tank_g_mj / GRAMS_PER_KG
    return Emissions(
        co2=co2,
        ch4=ch4,
        n2o=n2o,
        nox=energy * factors.nox_g_kwh / GRAMS_PER_TONNE,
        so2=fuel * sulfur * PERCENT * SO2_PER_S,
        co2e=co2e,
        co2e_well_to_wake=co2e + making,
    )
