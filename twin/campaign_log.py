"""What is known of a campaign up to a second: who did what, what was handed over, what was measured.

The same shape whether a log book and sensors say it or a rehearsal does, so that a state, a calibration and a forecast
never see which.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from twin.operations import codes as c
from twin.operations.program import Ints
from twin.operations.world import Lot
from twin.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Series:
    """Readings of one tag in the unit of the register, in order of time.

    Attributes
    ----------
    time_s : UTC seconds, ascending, shape (n,) int64.
    value : shape (n,), finite.
    """

    time_s: Ints
    value: NDArray[np.float64]

    def between(self, begin_s: int, end_s: int) -> "Series":
        """Return the readings from one second up to another, the end not included."""
        first, last = np.searchsorted(self.time_s, (begin_s, end_s))
        return Series(self.time_s[first:last], self.value[first:last])


@dataclass(frozen=True, eq=False)
class CampaignLog:
    """What is known of a campaign up to a second.

    Attributes
    ----------
    scenario : the campaign as it was planned.
    until_s : UTC second up to which it is told; the forecast's origin.
    rows : interval rows of each asset by name, shape (n, ROW_FIELDS), see `codes.R_CODE` …, in order of time; each
        begins before `until_s`. A row that reaches beyond it is under way: its end and masses are not known.
    lots : parcels handed over before, in order of time.
    measured : readings by tag, before `until_s`.
    unweighed : (asset, start) of lifts whose dry solids nobody logged: filled in from another basis or a typical lift.
    """

    scenario: Scenario
    until_s: int
    rows: Mapping[str, Ints]
    lots: tuple[Lot, ...]
    measured: Mapping[str, Series]
    unweighed: frozenset[tuple[str, int]] = frozenset()

    def up_to(self, time_s: int) -> "CampaignLog":
        """Return what was known at an earlier second: rows under way then are cut there, their masses not known."""
        rows = {}
        for name, own in self.rows.items():
            kept = own[own[:, c.R_START] < time_s].copy()
            open_ended = kept[:, c.R_END] > time_s
            kept[open_ended, c.R_END], kept[open_ended, c.R_DRY_G] = time_s, 0
            rows[name] = kept
        lots = tuple(lot for lot in self.lots if lot.time_s <= time_s)
        begin_s = self.scenario.start_s
        measured = {tag: one.between(min(begin_s, time_s), time_s) for tag, one in self.measured.items()}
        return replace(self, until_s=time_s, rows=rows, lots=lots, measured=measured)
