"""What the campaign does to the sea bed: ground taken, sediment stirred up, carbon moved, how long recovery takes."""

import numpy as np

from ops_data.reference.fauna_rows import recovery_clocks
from ops_data.units import M2_PER_KM2
from twin.indicators.production import insertions, lifted_dry_t, lifted_wet_t
from twin.indicators.record import Replicate, Rows
from twin.models import mine_plan
from twin.models import seabed as bed
from twin.operations import codes as c
from twin.resource import pattern


def _under_way(rows: Rows) -> bool:
    """Say whether the tool was last pushed into a hole that is not used up."""
    pushed = rows.does("insert", "disaggregate") & (rows.state == c.WORKING)
    at = np.flatnonzero(pushed | rows.does("lift"))
    return bool(len(at)) and bool(pushed[at[-1]])


def holes(one: Replicate) -> float:
    """Return into how many holes the tool was pushed: lifted, broken off, or under way at the end."""
    used = sum(state[c.LIFTS] for state in one.fields["mining"])
    return float(used + sum(_under_way(rows) for rows in one.mining))


def seabed_worked_m2(one: Replicate) -> float:
    """Return ground of the mine plan up to the last hole [m2], that between the holes and of obstacles included."""
    laid = pattern(one.values)
    return holes(one) / mine_plan.holes_per_km2(laid.spacing_m, laid.obstacle_share) * M2_PER_KM2


def seabed_cut_m2(one: Replicate) -> float:
    """Return ground that the holes took [m2], each place counted once."""
    laid = pattern(one.values)
    return seabed_worked_m2(one) * mine_plan.areal_recovery(laid.spacing_m, laid.bore_m, laid.obstacle_share)


def seabed_m2_per_wet_t(one: Replicate) -> float | None:
    """Return ground taken per mud lifted [m2/t wet]; no value when nothing was lifted."""
    lifted = lifted_wet_t(one)
    return seabed_cut_m2(one) / lifted if lifted else None


def seabed_m2_per_dry_t(one: Replicate) -> float | None:
    """Return ground taken per dry solids lifted [m2/t dry]; no value when nothing was lifted."""
    lifted = lifted_dry_t(one)
    return seabed_cut_m2(one) / lifted if lifted else None


def holes_dry_t(one: Replicate) -> float:
    """Return dry solids of all holes [t]: one from which nothing was lifted counts like the mean of the others.

    Where nothing was lifted at all, it counts like a full stroke.
    """
    lifted, raised, v = lifted_dry_t(one), insertions(one), one.values
    if raised:
        return lifted * max(1.0, holes(one) / raised)
    stroke_m3 = float(bed.cut_area_m2(holes(one), v["tool.bore_m"])) * v["tool.stroke_m"]
    return stroke_m3 * v["mud.dry_bulk_density_t_m3"]


def seabed_loss_dry_t(one: Replicate) -> float:
    """Return dry solids that insertions left in the water at the sea bed [t]; 0 where the scenario counts none."""
    if one.scenario.environment.seabed_loss == "none":
        return 0.0
    return one.values["seabed.loss_share"] * holes_dry_t(one)


def organic_carbon_t(one: Replicate) -> dict[str, float]:
    """Return organic carbon moved [t]: lifted with the mud, stirred up at the sea bed, and both."""
    moved = {"lifted": lifted_dry_t(one), "stirred_up": seabed_loss_dry_t(one)}
    moved["total"] = sum(moved.values())
    percent = one.values["seabed.organic_carbon_percent"]
    return {name: float(bed.organic_carbon_t(dry_t, percent)) for name, dry_t in moved.items()}


def oxygen_demand_t(one: Replicate) -> dict[str, float]:
    """Return oxygen that the carbon moved takes if all of it is oxidised [t], an upper bound."""
    return {name: float(bed.oxygen_bound_t(carbon_t)) for name, carbon_t in organic_carbon_t(one).items()}


def organic_carbon_co2_t(one: Replicate) -> float:
    """Return carbon dioxide if all organic carbon moved is oxidised, an upper bound [t]."""
    return float(bed.carbon_dioxide_bound_t(organic_carbon_t(one)["total"]))


def recovery_years(one: Replicate) -> dict[str, float]:
    """Return how long each class of life and chemistry takes to recover [years]; 0 where no hole was made."""
    made, position = holes(one) > 0.0, one.values["seabed.recovery_position"]
    return {
        name: float(bed.recovery_y(clock.low_y, clock.high_y, position)) if made else 0.0
        for name, clock in recovery_clocks().items()
    }
