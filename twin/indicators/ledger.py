"""The energy ledger of a replicate: what its mining vessels used, hour by hour of their own sea.

Every row is cut where an hour of the sea ends; within a piece all loads are constant, so that sums over pieces are
exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.units import HOURS_PER_DAY, JST_OFFSET_S, SECONDS_PER_HOUR
from twin.indicators.categories import CATEGORIES
from twin.models.power import fuel_factor, online_mw
from twin.operations import codes as c
from twin.operations.loads import DP, GROUPS, HAS_DP, IN_PORT, OF_STATE_AND_ACTIVITY, OFF_HIRE, STATED, Demand

if TYPE_CHECKING:
    from twin.indicators.record import Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
JST_OFFSET_H: Final = JST_OFFSET_S // SECONDS_PER_HOUR


@dataclass(frozen=True, eq=False)
class Ledger:
    """What mining vessels used.

    Attributes
    ----------
    energy_mwh : electrical energy by JST day and use, shape (days, uses).
    fuel_t : fuel by JST day, shape (days,).
    category_fuel_t : fuel by category of time, shape (categories,).
    running_h : hours on hire.
    online_mwh : capacity of the running generator sets, summed over those hours.
    peak_mw : highest load of a vessel.
    overload_h : hours in which the loads of a vessel asked for more than all its sets give.
    """

    energy_mwh: Floats
    fuel_t: Floats
    category_fuel_t: Floats
    running_h: float
    online_mwh: float
    peak_mw: float
    overload_h: float


def load_groups(rows: "Rows") -> Ints:
    """Return which loads run in each row of a mining vessel, shape (n,), numbers of `operations.loads.GROUPS`.

    A repair is in port where the last passage before it, if any, led home and the next one leads out.
    """
    group: Ints = OF_STATE_AND_ACTIVITY[rows.state, rows.activity]
    mends = np.flatnonzero(rows.does("repair"))
    if len(mends):
        passages = np.flatnonzero(rows.does("transit_out", "transit_home"))
        home = rows.activity[passages] == c.ACTIVITY["transit_home"]
        before = np.searchsorted(passages, mends)
        came_home, goes_home = np.append(True, home)[before], np.append(home, False)[before]
        group[mends[came_home & ~goes_home]] = IN_PORT
    return group


def vessel_ledger(rows: "Rows", demand: Demand, first_day: int, days: int) -> Ledger:
    """Return what one mining vessel used.

    Parameters
    ----------
    rows : its rows, without gaps.
    demand : what the mining vessels of the replicate need; its hours hold the rows.
    first_day, days : number of the first JST day of the calendar, counted from 1970-01-01, and how many there are.
    """
    groups = len(GROUPS)
    first_hour = rows.start_s // SECONDS_PER_HOUR
    pieces = (rows.end_s - 1) // SECONDS_PER_HOUR - first_hour + 1
    begins = np.cumsum(pieces) - pieces  # place of the first piece of every row
    hour = np.arange(int(pieces.sum())) + np.repeat(first_hour - begins, pieces)
    start_s = hour * SECONDS_PER_HOUR
    start_s[begins] = rows.start_s
    lasts_h = np.diff(start_s, append=rows.end_s[-1:]) / SECONDS_PER_HOUR
    row_group = load_groups(rows)
    group = np.repeat(row_group, pieces)
    day = (hour + JST_OFFSET_H) // HOURS_PER_DAY - first_day

    dp_mw = demand.dp_mw[hour - demand.origin_s // SECONDS_PER_HOUR] * HAS_DP[group]
    load_mw = demand.constant_mw.sum(axis=1)[group] + dp_mw
    online = online_mw(load_mw, demand.plant)
    factor = np.where(STATED[group], 1.0, fuel_factor(load_mw / online))
    fuel_t = demand.plant.fuel_t_mwh * load_mw * factor * lasts_h

    hours = _sums(day * groups + group, lasts_h, days * groups).reshape(days, groups)
    energy_mwh = hours @ demand.constant_mw
    energy_mwh[:, DP] = _sums(day, dp_mw * lasts_h, days)
    return Ledger(
        energy_mwh=energy_mwh,
        fuel_t=_sums(day, fuel_t, days),
        category_fuel_t=_sums(rows.category, np.add.reduceat(fuel_t, begins), len(CATEGORIES)),
        running_h=float(hours.sum() - hours[:, OFF_HIRE].sum()),
        online_mwh=float((online * lasts_h * (group != OFF_HIRE)).sum()),
        peak_mw=float(load_mw.max()),
        overload_h=float(lasts_h[load_mw > demand.plant.installed_mw].sum()),
    )


def _sums(place: NDArray[np.integer], values: Floats, places: int) -> Floats:
    return np.bincount(place, weights=values, minlength=places).astype(np.float64, copy=False)


def together(vessels: Sequence[Ledger]) -> Ledger:
    """Return the ledger of several vessels: sums, and the highest of the peaks."""
    return Ledger(
        energy_mwh=np.sum([own.energy_mwh for own in vessels], axis=0),
        fuel_t=np.sum([own.fuel_t for own in vessels], axis=0),
        category_fuel_t=np.sum([own.category_fuel_t for own in vessels], axis=0),
        running_h=sum(own.running_h for own in vessels),
        online_mwh=sum(own.online_mwh for own in vessels),
        peak_mw=max(own.peak_mw for own in vessels),
        overload_h=sum(own.overload_h for own in vessels),
    )
