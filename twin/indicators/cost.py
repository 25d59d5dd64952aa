"""Fuel, carbon dioxide and marine cost of a campaign.

Assets are paid, and burn fuel that is counted, for as long as the campaign needs them: idle time between their last
work and the horizon is not paid, so the cost of a finished campaign does not depend on where the horizon is put.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from ops_data.units import GRAMS_PER_TONNE, SECONDS_PER_DAY
from twin.indicators.production import lifted_dry_t
from twin.indicators.record import KINDS, Replicate, Rows
from twin.operations import codes as c
from twin.operations.yard import burn_rates

_CARRIER_SAILS: Final = ("sail_to_island", "sail_to_mainland")
_DAY_RATES: Final = {
    "mining_vessel": ("mining", "cost.mining_vessel_day_jpy"),
    "guard_vessel": ("mining", "cost.guard_vessel_day_jpy"),  # one with each mining vessel
    "shuttle": ("shuttle", "cost.shuttle_day_jpy"),
    "carrier": ("carrier", "cost.carrier_day_jpy"),
    "island": ("island", "cost.island_day_jpy"),
}


def carrier_fuel_g(rows: Rows, burn_g_s: Mapping[str, int], since_s: int) -> int:
    """Return the fuel a carrier burnt [g] in the rows that start at or after a second, at its burn rates [g/s]."""
    rate_g_s = np.where(rows.does(*_CARRIER_SAILS), burn_g_s["sail"], burn_g_s["idle"])
    rate_g_s[rows.does("off_hire")] = 0
    return int(rate_g_s @ np.where(rows.start_s >= since_s, rows.duration_s, 0))


def _last_s(one: Replicate, rows: Rows, *activities: str) -> int:
    """Return the end [UTC s] of the last working row, of these activities if any are named; departure without one."""
    working = rows.state == c.WORKING
    ends = rows.end_s[working & rows.does(*activities) if activities else working]
    return int(ends[-1]) if len(ends) else one.start_s


def hire_ends_s(one: Replicate, kind: str) -> tuple[int, ...]:
    """Return until when each asset of a kind is paid [UTC s].

    Notes
    -----
    Mining vessels and shuttles: until they are off hire for good, or until the horizon if the campaign is not over by
    then. Carriers: until the end of their last working row, which is the last unloading once all cake is delivered.
    The island: until its last working row, the last unloading of a shuttle or the last loading of a carrier, whichever
    is latest. An asset that never worked is paid nothing.
    """
    if kind == "carrier":
        return tuple(_last_s(one, rows) for rows in one.rows[kind])
    if kind == "island":
        ships = [_last_s(one, rows, "unload") for rows in one.rows["shuttle"]]
        ships += [_last_s(one, rows, "load") for rows in one.rows["carrier"]]
        return tuple(max(_last_s(one, rows), *ships) for rows in one.rows[kind])
    return tuple(one.end_s if rows.off_hire_s is None else rows.off_hire_s for rows in one.rows[kind])


def fuel_t(one: Replicate) -> dict[str, float]:
    """Return fuel burnt while on hire [t] by kind of asset, and in total.

    Notes
    -----
    Mining vessels: of the energy ledger, hour by hour (`indicators.ledger`). The others never take fuel, so what
    their state counts down from zero is what they burnt; of a carrier's that leaves out what waiting between the end
    of hire and the horizon took (shuttles off hire and an idle plant burn nothing). The fuel of the guard vessel is in
    its day rate.
    """
    burnt_g = {kind: -sum(state[c.FUEL_G] for state in one.fields[kind]) for kind in KINDS[1:]}
    burn = burn_rates(one.values, "carrier")
    carriers = zip(one.rows["carrier"], hire_ends_s(one, "carrier"), strict=True)
    burnt_g["carrier"] -= sum(carrier_fuel_g(rows, burn, end) for rows, end in carriers)
    burnt_t = {"mining": float(one.ledger.fuel_t.sum())}
    burnt_t |= {kind: grams / GRAMS_PER_TONNE for kind, grams in burnt_g.items()}
    return burnt_t | {"total": sum(burnt_t.values())}


def co2_t(one: Replicate) -> float:
    """Return carbon dioxide from that fuel [t]."""
    return fuel_t(one)["total"] * one.values["fuel.co2_t_per_t"]


def hire_days(one: Replicate, kind: str) -> float:
    """Return days on hire of all assets of a kind, each from departure until its end of :func:`hire_ends_s`."""
    return sum(end - one.start_s for end in hire_ends_s(one, kind)) / SECONDS_PER_DAY


def marine_cost_jpy(one: Replicate) -> dict[str, float]:
    """Return the cost of the marine campaign [JPY] by what it is paid for, and in total.

    One guard and supply vessel is paid for the days of each mining vessel; its operations are not simulated.
    """
    cost = {"mobilisation": one.values["cost.mobilisation_jpy"]}
    for item, (kind, key) in _DAY_RATES.items():
        cost[item] = hire_days(one, kind) * one.values[key]
    cost["fuel"] = fuel_t(one)["total"] * one.values["cost.fuel_jpy_per_t"]
    cost["total"] = sum(cost.values())
    return cost


def cost_per_dry_t_jpy(one: Replicate) -> float | None:
    """Return marine cost per tonne of dry solids lifted [JPY/t]; no value when nothing was lifted."""
    lifted = lifted_dry_t(one)
    return marine_cost_jpy(one)["total"] / lifted if lifted else None
