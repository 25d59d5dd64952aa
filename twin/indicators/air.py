"""What the campaign gives to the air: the fuel of all its assets times emission factors."""

from collections.abc import Mapping

from ops_data.units import GRAMS_PER_TONNE, KWH_PER_MWH
from twin.indicators.cost import fuel_t
from twin.indicators.production import lifted_dry_t
from twin.indicators.record import Replicate
from twin.models.air_emissions import Emissions, Factors, emissions_t
from twin.models.limits import FloatArray

GASES = ("co2", "ch4", "n2o", "nox", "so2", "co2e", "co2e_well_to_wake")


def factors_of(values: Mapping[str, float]) -> Factors:
    """Return the emission factors of the fuel of all assets."""
    return Factors(
        co2_t_per_t=values["fuel.co2_t_per_t"],
        ch4_kg_t=values["air.ch4_kg_t"],
        n2o_kg_t=values["air.n2o_kg_t"],
        nox_g_kwh=values["air.nox_g_kwh"],
        sulfur_percent=values["air.sulfur_percent"],
        gwp_ch4=values["air.gwp_ch4"],
        gwp_n2o=values["air.gwp_n2o"],
        heating_mj_kg=values["air.heating_mj_kg"],
        well_to_tank_g_mj=values["air.well_to_tank_g_mj"],
    )


def engine_kwh(fuel: FloatArray | float, values: Mapping[str, float]) -> FloatArray | float:
    """Return the energy that engines other than the mining vessels' make of fuel [kWh], fuel in t.

    Their loads are not simulated: they are taken to burn what the mining vessels burn per kilowatt-hour at best.
    """
    return fuel * (GRAMS_PER_TONNE / values["power.fuel_g_kwh"])


def campaign_emissions(one: Replicate) -> Emissions:
    """Return what all assets gave to the air while on hire [t]."""
    burnt = fuel_t(one)
    energy_kwh = float(one.ledger.energy_mwh.sum()) * KWH_PER_MWH
    energy_kwh += float(engine_kwh(burnt["total"] - burnt["mining"], one.values))
    return emissions_t(burnt["total"], energy_kwh, factors_of(one.values))


def air_emissions_t(one: Replicate) -> dict[str, float]:
    """Return what all assets gave to the air while on hire [t], gas by gas."""
    found = campaign_emissions(one)
    return {gas: float(getattr(found, gas)) for gas in GASES}


def air_co2_per_dry_t(one: Replicate) -> dict[str, float] | None:
    """Return carbon dioxide and its equivalents per dry solids lifted [t/t]; no value when nothing was lifted."""
    lifted, found = lifted_dry_t(one), air_emissions_t(one)
    return {gas: found[gas] / lifted for gas in GASES if gas.startswith("co2")} if lifted else None
