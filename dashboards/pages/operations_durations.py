"""How long things take, from intervals: insertion cycles, runs of the string, round trips of shuttles and carriers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboards.pages.operations_intervals import Floats, Intervals, Ints
from ops_data.units import SECONDS_PER_HOUR

STEPS: Final = ("shift", "insert", "disaggregate", "lift")
STRING: Final = ("run_string", "recover_string", "disconnect")


@dataclass(frozen=True, eq=False)
class Cycles:
    """Insertions whose mud came on deck, arrays of shape (insertions,), by replicate and time.

    Attributes
    ----------
    replicate : its number.
    start_s : when its first step began [UTC s].
    work_h : hours of work, by step of `STEPS`, shape (insertions, steps).
    elapsed_h : hours from its first step to the end of its lift, whatever held it up.
    """

    replicate: Ints
    start_s: Ints
    work_h: Floats
    elapsed_h: Floats

    @property
    def cycle_h(self) -> Floats:
        """Hours of work of each."""
        total: Floats = self.work_h.sum(axis=1)
        return total

    def within(self, begin_s: int, end_s: int) -> "Cycles":
        """Return those that began in a time."""
        kept = (self.start_s >= begin_s) & (self.start_s < end_s)
        return Cycles(self.replicate[kept], self.start_s[kept], self.work_h[kept], self.elapsed_h[kept])


@dataclass(frozen=True, eq=False)
class Lasted:
    """Things that took time, arrays of shape (things,): replicate, start [UTC s], hours."""

    replicate: Ints
    start_s: Ints
    hours: Floats

    def within(self, begin_s: int, end_s: int) -> "Lasted":
        """Return those that began in a time."""
        kept = (self.start_s >= begin_s) & (self.start_s < end_s)
        return Lasted(self.replicate[kept], self.start_s[kept], self.hours[kept])


def insertion_cycles(rows: Intervals) -> Cycles:
    """Return the insertions of the mining vessels; work done again in the same hole counts in one."""
    own = rows.of(rows.mining & rows.does(*STEPS) & (rows.hole >= 0))
    if not len(own.start_s):
        return Cycles(_none(), _none(), np.zeros((0, len(STEPS))), np.zeros(0))
    begins = _begins(own, own.hole)
    lasts = np.r_[begins[1:], len(own.start_s)] - 1
    works_s = np.where(own.works(), own.end_s - own.start_s, 0)
    work_h = [np.add.reduceat(np.where(own.does(step), works_s, 0), begins) / SECONDS_PER_HOUR for step in STEPS]
    lifted = np.add.reduceat(np.where(own.does("lift"), own.dry_t, 0.0), begins) > 0.0
    elapsed_h = (own.end_s[lasts] - own.start_s[begins]) / SECONDS_PER_HOUR
    return Cycles(
        own.replicate[begins][lifted], own.start_s[begins][lifted], np.stack(work_h, axis=1)[lifted], elapsed_h[lifted]
    )


def string_trips(rows: Intervals, activity: str) -> Lasted:
    """Return how long the string was run, or recovered, each time: hours of work between turns of direction."""
    own = rows.of(rows.mining & rows.does(*STRING))
    if activity not in own.activities or not len(own.start_s):
        return Lasted(_none(), _none(), np.zeros(0))
    begins = _begins(own, own.activity)
    works_s = np.where(own.works(), own.end_s - own.start_s, 0)
    spent_h = np.add.reduceat(works_s, begins) / SECONDS_PER_HOUR
    wanted = (own.activity[begins] == own.activities.index(activity)) & (spent_h > 0.0)
    return Lasted(own.replicate[begins][wanted], own.start_s[begins][wanted], spent_h[wanted])


def round_trips(rows: Intervals, activity: str) -> Lasted:
    """Return the time from each start of an activity of a ship to its next, waits and all."""
    own = rows.of(~rows.mining & rows.does(activity) & rows.works())
    after = (own.asset[1:] == own.asset[:-1]) & (own.replicate[1:] == own.replicate[:-1])
    spent_h = np.diff(own.start_s)[after] / SECONDS_PER_HOUR
    return Lasted(own.replicate[:-1][after], own.start_s[:-1][after], spent_h)


def _begins(own: Intervals, what: Ints) -> Ints:
    """Return where runs of the same asset, replicate and number begin."""
    apart = np.zeros(len(what) - 1, dtype=np.bool_)
    for one in (what, own.asset, own.replicate):
        apart |= one[1:] != one[:-1]
    found: Ints = np.flatnonzero(np.r_[True, apart])
    return found


def _none() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)
