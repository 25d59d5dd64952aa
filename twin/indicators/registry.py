"""Every indicator by name: the function that calculates it for one replicate."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from twin.indicators import composition, cost, energy, events, phases, production, target, time_use
from twin.indicators.record import Replicate

Value: TypeAlias = float | dict[str, float] | None

_LISTED: Final[tuple[Callable[[Replicate], Value], ...]] = (
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
FUNCTIONS: Final[Mapping[str, Callable[[Replicate], Value]]] = {function.__name__: function for function in _LISTED}

# Read on the mass basis of the scenario: two runs on different bases do not say the same thing here.
ON_BASIS: Final = frozenset(
    name
    for name in FUNCTIONS
    if name.startswith(("lifted_per_", "best_", "days_at_target", "held_target", "ramp_days"))
)


def outcomes(one: Replicate) -> list[tuple[str, str, float]]:
    """Return (name, item, value) of every indicator of a replicate; what never happened is left out."""
    found = []
    for name, function in FUNCTIONS.items():
        value = function(one)
        if isinstance(value, dict):
            found += [(name, item, number) for item, number in value.items()]
        elif value is not None:
            found.append((name, "", value))
    return found
