"""Rows of a mining vessel cut where an hour of its sea ends: within a piece all loads are constant."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ops_data.units import SECONDS_PER_HOUR
from twin.models.power import fuel_factor, online_mw
from twin.operations import codes as c
from twin.operations.loads import HAS_DP, IN_PORT, OF_STATE_AND_ACTIVITY, STATED, Demand

if TYPE_CHECKING:
    from twin.indicators.record import Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pieces:
    """What a mining vessel runs piece by piece, arrays of shape (pieces,) in the order of time.

    Attributes
    ----------
    begins : number of the first piece of each row, shape (rows,).
    hour : hour of the sea, counted from 1970-01-01.
    lasts_h : how long [h].
    group : which loads run, numbers of `operations.loads.GROUPS`.
    dp_mw : station keeping [MW].
    load_mw : all loads [MW].
    online_mw : rating of the generator sets that run for them [MW].
    fuel_t : fuel burnt [t].
    """

    begins: Ints
    hour: Ints
    lasts_h: Floats
    group: Ints
    dp_mw: Floats
    load_mw: Floats
    online_mw: Floats
    fuel_t: Floats

    def by_row(self, values: Floats) -> Floats:
        """Return values of pieces summed over the pieces of each row, shape (rows,)."""
        return np.add.reduceat(values, self.begins) if len(self.begins) else np.zeros(0)


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


def pieces(rows: "Rows", demand: Demand) -> Pieces:
    """Return what a mining vessel runs piece by piece.

    Parameters
    ----------
    rows : its rows, without gaps.
    demand : what the mining vessels of the replicate need; its hours hold the rows.
    """
    first_hour = rows.start_s // SECONDS_PER_HOUR
    count = (rows.end_s - 1) // SECONDS_PER_HOUR - first_hour + 1
    begins = np.cumsum(count) - count
    hour = np.arange(int(count.sum())) + np.repeat(first_hour - begins, count)
    start_s = hour * SECONDS_PER_HOUR
    start_s[begins] = rows.start_s
    lasts_h = np.diff(start_s, append=rows.end_s[-1:]) / SECONDS_PER_HOUR
    group = np.repeat(load_groups(rows), count)
    dp_mw = demand.dp_mw[hour - demand.origin_s // SECONDS_PER_HOUR] * HAS_DP[group]
    load_mw = demand.constant_mw.sum(axis=1)[group] + dp_mw
    online = online_mw(load_mw, demand.plant)
    factor = np.where(STATED[group], 1.0, fuel_factor(load_mw / online))
    fuel_t = demand.plant.fuel_t_mwh * load_mw * factor * lasts_h
    return Pieces(begins, hour, lasts_h, group, dp_mw, load_mw, online, fuel_t)
