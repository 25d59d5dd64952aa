"""The energy ledger of a replicate: what its mining vessels used, summed over pieces of their rows (`load_pieces`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.units import HOURS_PER_DAY, JST_OFFSET_S, SECONDS_PER_HOUR
from twin.indicators.categories import CATEGORIES
from twin.indicators.load_pieces import pieces
from twin.operations.loads import DP, GROUPS, OFF_HIRE, Demand

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


def vessel_ledger(rows: "Rows", demand: Demand, first_day: int, days: int) -> Ledger:
    """Return what one mining vessel used.

    Parameters
    ----------
    rows : its rows, without gaps.
    demand : what the mining vessels of the replicate need; its hours hold the rows.
    first_day, days : number of the first JST day of the calendar, counted from 1970-01-01, and how many there are.
    """
    groups, cut = len(GROUPS), pieces(rows, demand)
    day = (cut.hour + JST_OFFSET_H) // HOURS_PER_DAY - first_day
    hours = _sums(day * groups + cut.group, cut.lasts_h, days * groups).reshape(days, groups)
    energy_mwh = hours @ demand.constant_mw
    energy_mwh[:, DP] = _sums(day, cut.dp_mw * cut.lasts_h, days)
    return Ledger(
        energy_mwh=energy_mwh,
        fuel_t=_sums(day, cut.fuel_t, days),
        category_fuel_t=_sums(rows.category, cut.by_row(cut.fuel_t), len(CATEGORIES)),
        running_h=float(hours.sum() - hours[:, OFF_HIRE].sum()),
        online_mwh=float((cut.online_mw * cut.lasts_h * (cut.group != OFF_HIRE)).sum()),
        peak_mw=float(cut.load_mw.max()),
        overload_h=float(cut.lasts_h[cut.load_mw > demand.plant.installed_mw].sum()),
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
