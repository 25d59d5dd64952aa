"""Every indicator by name: the function that calculates it for one replicate."""

from collections.abc import Callable
from typing import Final, TypeAlias

from twin.indicators import (
    air,
    composition,
    cost,
    energy,
    environment,
    events,
    noise,
    oxides,
    phases,
    production,
    refining,
    seabed,
    target,
    time_use,
)
from twin.indicators.plume import OF_MAPS
from twin.indicators.processed import Processed
from twin.indicators.record import Replicate

Value: TypeAlias = float | dict[str, float] | None

_OF_CAMPAIGN: Final[tuple[Callable[[Replicate], Value], ...]] = (
    production.lifted_wet_t,
    production.lifted_dry_t,
    production.lifted_per_day_t,
    production.lifted_per_lifting_day_t,
    production.best_day_t,
    production.best_rolling_24h_t,
    production.lifting_days,
    production.insertions,
    composition.lifted_rey_kg,
    composition.lifted_nd_kg,
    composition.lifted_dy_kg,
    composition.mean_grade_ppm,
    target.days_at_target,
    target.held_target_1d,
    target.held_target_3d,
    target.held_target_7d,
    target.held_target_rolling_1d,
    target.held_target_rolling_3d,
    target.held_target_rolling_7d,
    phases.ramp_days,
    phases.on_site_day,
    phases.string_down_day,
    phases.first_mud_day,
    phases.last_lift_day,
    phases.home_day,
    phases.mud_by_horizon,
    phases.home_by_horizon,
    phases.charter_overrun_days,
    phases.lifting_window_share,
    production.lifting_share_calendar,
    time_use.lifting_share_on_site,
    time_use.time_use,
    time_use.calendar_days,
    time_use.lost_days,
    time_use.weather_days,
    time_use.storm_days,
    time_use.waiting_shuttle_days,
    time_use.over_limit_hours,
    time_use.overruns,
    events.string_trips,
    events.storm_alerts,
    events.failures,
    events.emergency_disconnects,
    events.string_lost,
    energy.energy_mwh,
    energy.energy_per_dry_t_kwh,
    energy.generator_load_mean_mw,
    energy.generator_load_peak_mw,
    energy.generator_load_share,
    energy.overload_hours,
    cost.fuel_t,
    energy.mining_fuel_t,
    cost.co2_t,
    cost.marine_cost_jpy,
    cost.cost_per_dry_t_jpy,
    production.delivered_cake_t,
    production.delivered_dry_t,
    production.landed_dry_t,
    production.waiting_dry_t,
    production.lost_dry_t,
)
_OF_CHAIN: Final[tuple[Callable[[Processed], Value], ...]] = (
    oxides.received_dry_t,
    oxides.mixed_oxide_kg,
    oxides.oxide_kg,
    oxides.first_oxide_day,
    oxides.last_oxide_day,
    oxides.oxide_at_target_kg_d,
    oxides.product_kg,
    oxides.product_purity,
    oxides.recovery,
    oxides.step_recovery,
    refining.processing_cost_jpy,
    refining.processing_cost_per_dry_t_jpy,
    refining.chain_cost_per_wet_t_jpy,
    refining.chain_cost_per_oxide_kg_jpy,
    refining.oxide_value_jpy,
    refining.beneficiation_must_save_jpy,
    refining.reagent_kg,
    refining.reagent_per_oxide_kg,
    refining.plant_power_kwh,
    refining.processing_co2e_t,
    refining.residue_dry_t,
    refining.effluent_t,
    refining.hf_released_kg,
    refining.activity_bq_g,
    environment.island_discharge_dry_t,
    environment.island_discharge_mg_l,
)
_OF_SURROUNDINGS: Final[tuple[Callable[[Replicate], Value], ...]] = (
    seabed.seabed_cut_m2,
    seabed.seabed_worked_m2,
    seabed.seabed_m2_per_wet_t,
    seabed.seabed_m2_per_dry_t,
    seabed.seabed_loss_dry_t,
    seabed.organic_carbon_t,
    seabed.oxygen_demand_t,
    seabed.organic_carbon_co2_t,
    seabed.recovery_years,
    noise.noise_source_db,
    noise.noise_range_km,
    environment.station_hours,
    air.air_emissions_t,
    air.air_co2_per_dry_t,
    environment.lamp_kwh,
    environment.deck_light_hours,
    environment.return_water_heat_k,
    environment.return_water_metal_nmol_l,
)
# every indicator, in the order of the reference file
FUNCTIONS: Final = {
    function.__name__: function for function in (*_OF_CAMPAIGN, *_OF_CHAIN, *_OF_SURROUNDINGS, *OF_MAPS)
}

# Read on the mass basis of the scenario: two runs on different bases do not say the same thing here.
ON_BASIS: Final = frozenset(
    name
    for name in FUNCTIONS
    if name.startswith(("lifted_per_", "best_", "days_at_target", "held_target", "ramp_days", "oxide_at_target_"))
)


def outcomes(one: Processed) -> list[tuple[str, str, float]]:
    """Return (name, item, value) of every indicator of a replicate; what never happened is left out."""
    values = [(function.__name__, function(one.campaign)) for function in _OF_CAMPAIGN]
    values += [(function.__name__, function(one)) for function in _OF_CHAIN]
    values += [(function.__name__, function(one.campaign)) for function in _OF_SURROUNDINGS]
    found = []
    for name, value in values:
        if isinstance(value, dict):
            found += [(name, item, number) for item, number in value.items()]
        elif value is not None:
            found.append((name, "", value))
    return found
