"""Fuel on board a mining vessel at any second: what each row burns, full tanks after bunkering and in port."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.units import GRAMS_PER_TONNE
from twin.operations import codes as c
from twin.operations.inferred import activity_of, state_code_of
from twin.operations.laws import Luck
from twin.operations.player import plain_rows
from twin.operations.program import Ints, SeaTables
from twin.operations.yard import Yard
from twin.rehearsal.levels import Floats

REFILLS: Final = {"bunker": "bunkering.hours", "port_call": "port.turnaround_h"}  # activity → how long it takes


def fuel_t(luck: Luck, tables: SeaTables, rows: Ints, name: str, time_s: Ints) -> Floats:
    """Return the fuel on board a mining vessel at seconds [t]; its tanks are full when the campaign begins.

    Parameters
    ----------
    luck, tables : the replicate.
    rows, name : rows of the vessel, and which it is.
    time_s : UTC seconds, ascending, shape (n,).
    """
    built = Yard(luck, tables).build("mining", name, 0)
    full_g = float(plain_rows(built.conf)[0].fuel_capacity_g)
    rate_g_s = _rates_g_s(plain_rows(built.prog))[state_code_of(rows), activity_of(rows)]
    burnt_g = rate_g_s * (rows[:, c.R_END] - rows[:, c.R_START])
    begin_g = np.empty(len(rows))
    left_g = full_g
    for at, refilled in enumerate(_refilled(luck, rows, name).tolist()):
        begin_g[at] = left_g
        left_g = full_g if refilled else left_g - float(burnt_g[at])
    number = np.maximum(np.searchsorted(rows[:, c.R_START], time_s, side="right") - 1, 0)
    into_s = np.minimum(time_s, rows[number, c.R_END]) - rows[number, c.R_START]
    return np.asarray((begin_g[number] - rate_g_s[number] * into_s) / GRAMS_PER_TONNE)


def _rates_g_s(steps: list[Any]) -> Floats:
    """Return what is burnt by state and activity [g/s]: that of the step, and of its activity where it only waits."""
    rates = np.zeros((len(c.STATES), len(c.ACTIVITIES)))
    for step in reversed(steps):  # of two steps of an activity the first counts
        rates[:, step.code % c.STATE_UNIT] = step.burn_g_s
    for step in steps:
        rates[step.code % c.CAUSE_UNIT // c.STATE_UNIT, step.code % c.STATE_UNIT] = step.burn_g_s
    return rates


def _refilled(luck: Luck, rows: Ints, name: str) -> NDArray[np.bool_]:
    """Say of each row whether it ended with full tanks: the replicate's draws say when bunkering was finished."""
    found = np.zeros(len(rows), np.bool_)
    for activity, key in REFILLS.items():
        own = np.flatnonzero((activity_of(rows) == c.ACTIVITY[activity]) & (state_code_of(rows) == c.WORKING))
        worked_s = np.cumsum(rows[own, c.R_END] - rows[own, c.R_START])
        took_s = np.cumsum(np.broadcast_to(luck.durations(key, name, max(len(own), 1)), max(len(own), 1)))
        found[own[np.isin(worked_s, took_s)]] = True
    return found
