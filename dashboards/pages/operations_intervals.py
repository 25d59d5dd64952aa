"""From rows of the table intervals to what the page Operations draws: kinds of time, bars, hours, durations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.units import SECONDS_PER_HOUR
from twin.indicators.categories import CATEGORIES, LOST, OFF_HIRE, PLANNED, PRODUCTIVE, category

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
KINDS: Final = ("productive", "planned", "weather", "storm", "failure", "shuttle", "other", "off_hire")
WORKING: Final = "working"
GROUPS: Final = ("productive", "planned", "lost", "off_hire")
COLUMNS: Final = (
    "replicate", "asset", "activity", "state", "cause", "hole", "dry_t", "start_utc", "duration_s",
)  # fmt: skip
_KIND_OF_CATEGORY: Final = {
    **dict.fromkeys(PRODUCTIVE, "productive"),
    **dict.fromkeys(PLANNED, "planned"),
    "weather": "weather",
    "storm": "storm",
    "emergency": "storm",
    "failure": "failure",
    "waiting_shuttle": "shuttle",
    OFF_HIRE: "off_hire",
}
_KIND_OF_CAUSE: Final = {
    "none": "productive",
    "weather": "weather",
    "storm": "storm",
    "emergency": "storm",
    "failure": "failure",
    **dict.fromkeys(("shuttle", "berth", "stock", "mud", "cake"), "shuttle"),
}


def item(activity: str, cause: str, mining: bool) -> str:
    """Return what an interval counts as: of a mining vessel the category, of others the activity or what it waits for.

    Examples
    --------
    >>> item("lift", "none", True), item("sail_to_island", "none", False), item("unload", "weather", False)
    ('lifting', 'sail_to_island', 'weather')
    """
    if mining:
        return category(activity, cause)
    return activity if cause == "none" else cause


def kind(activity: str, cause: str, mining: bool) -> str:
    """Return the kind of time of an interval, one of `KINDS`.

    Examples
    --------
    >>> kind("transit_home", "emergency", True), kind("wait_at_site", "mud", False), kind("off_hire", "none", False)
    ('planned', 'shuttle', 'off_hire')
    """
    if mining:
        return kind_of_category(category(activity, cause))
    return OFF_HIRE if activity == OFF_HIRE else _KIND_OF_CAUSE.get(cause, "other")


def kind_of_category(name: str) -> str:
    """Return the kind of time of a category of a mining vessel."""
    return _KIND_OF_CATEGORY.get(name, "other")


def group_of_kind(name: str) -> str:
    """Return what people add up to the calendar: productive, planned, lost or off hire."""
    return name if name in GROUPS else "lost"


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals as arrays, each of shape (rows,), in the order of the table: by replicate, asset and start.

    Attributes
    ----------
    assets, activities, states, causes : the words that the numbers in the fields of the same name stand for.
    replicate, asset, activity, state, cause, hole : numbers.
    dry_t : dry solids lifted or moved.
    start_s, end_s : UTC seconds.
    mining : whether the asset is a mining vessel.
    """

    assets: tuple[str, ...]
    activities: tuple[str, ...]
    states: tuple[str, ...]
    causes: tuple[str, ...]
    replicate: Ints
    asset: Ints
    activity: Ints
    state: Ints
    cause: Ints
    hole: Ints
    dry_t: Floats
    start_s: Ints
    end_s: Ints
    mining: NDArray[np.bool_]

    def of(self, rows: NDArray[Any]) -> "Intervals":
        """Return some of the rows."""
        words = self.assets, self.activities, self.states, self.causes
        fields = (
            self.replicate, self.asset, self.activity, self.state, self.cause, self.hole, self.dry_t, self.start_s,
            self.end_s, self.mining,
        )  # fmt: skip
        return Intervals(*words, *(one[rows] for one in fields))

    def within(self, begin_s: int, end_s: int) -> "Intervals":
        """Return the rows that touch a time."""
        return self.of((self.end_s > begin_s) & (self.start_s < end_s))

    def does(self, *names: str) -> NDArray[np.bool_]:
        """Tell of each row whether its activity is one of these."""
        return np.isin(self.activity, [self.activities.index(name) for name in names if name in self.activities])

    def works(self) -> NDArray[np.bool_]:
        """Tell of each row whether planned work was done."""
        return np.isin(self.state, [at for at, name in enumerate(self.states) if name == WORKING])

    def kinds(self) -> Ints:
        """Return the kind of time of each row, a place in `KINDS`."""
        return self._looked_up(lambda a, c, m: KINDS.index(kind(a, c, m)))

    def items(self, names: Sequence[str]) -> Ints:
        """Return what each row counts as (see `item`), a place in `names`."""
        place = {name: at for at, name in enumerate(names)}
        return self._looked_up(lambda a, c, m: place.get(item(a, c, m), -1))

    def _looked_up(self, number: Callable[[str, str, bool], int]) -> Ints:
        table = [[[number(a, c, m) for a in self.activities] for c in self.causes] for m in (False, True)]
        found: Ints = np.array(table, dtype=np.int64)[self.mining.astype(np.int64), self.cause, self.activity]
        return found


def read_intervals(frame: "pd.DataFrame", mining: Sequence[str]) -> Intervals:
    """Return rows of the table intervals, text columns as categories, as arrays.

    Parameters
    ----------
    frame : the rows, with at least the columns of `COLUMNS`.
    mining : names of the mining vessels.
    """
    words: dict[str, tuple[str, ...]] = {}
    codes: dict[str, Ints] = {}
    for name in ("asset", "activity", "state", "cause"):
        text = frame[name].astype("category").cat
        words[name] = tuple(map(str, text.categories))
        codes[name] = np.asarray(text.codes, dtype=np.int64)
    start_s = frame["start_utc"].to_numpy(np.int64)
    is_mining = np.array([name in mining for name in words["asset"]], dtype=np.bool_)
    return Intervals(
        assets=words["asset"],
        activities=words["activity"],
        states=words["state"],
        causes=words["cause"],
        replicate=frame["replicate"].to_numpy(np.int64),
        asset=codes["asset"],
        activity=codes["activity"],
        state=codes["state"],
        cause=codes["cause"],
        hole=frame["hole"].to_numpy(np.int64),
        dry_t=frame["dry_t"].to_numpy(np.float64),
        start_s=start_s,
        end_s=start_s + frame["duration_s"].to_numpy(np.int64),
        mining=is_mining[codes["asset"]],
    )


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars of a chart of intervals, arrays of shape (bars,).

    Attributes
    ----------
    row : the first interval of each.
    count : how many intervals it stands for.
    kind : place in `KINDS`; of one that stands for several kinds the one that takes most of its time.
    start_s, end_s : UTC seconds.
    dry_t : dry solids of its intervals.
    """

    row: Ints
    count: Ints
    kind: Ints
    start_s: Ints
    end_s: Ints
    dry_t: Floats


def bars(rows: Intervals, most: int, shortest_s: float) -> Bars:
    """Return what is drawn of intervals of one replicate: each of them, or where they are many, neighbours as one.

    Parameters
    ----------
    rows : the intervals, in the order of the table.
    most : intervals up to which each has its own bar. Beyond, neighbours of the same asset and kind are one bar; where
        still more bars than that are left, also neighbours shorter than `shortest_s`, in steps of that length.
    shortest_s : what can just be seen [s].
    """
    ones = np.ones(len(rows.start_s), dtype=np.int64)
    own = Bars(np.arange(len(ones)), ones, rows.kinds(), rows.start_s, rows.end_s, rows.dry_t)
    if len(own.row) <= most:
        return own
    joined = _joined(own, rows.asset, _differs(own.kind))
    if len(joined.row) <= most:
        return joined
    short = joined.end_s - joined.start_s < shortest_s
    step = (joined.start_s // max(1.0, shortest_s)).astype(np.int64)
    coarse = _joined(joined, rows.asset, ~short[1:] | ~short[:-1] | _differs(step))
    return _joined(coarse, rows.asset, _differs(coarse.kind))


def _differs(values: Ints) -> NDArray[np.bool_]:
    return np.asarray(values[1:] != values[:-1])


def _joined(found: Bars, asset: Ints, apart: NDArray[np.bool_]) -> Bars:
    """Return bars with those joined to the one before that are not apart from it, nor of another asset or later."""
    of_asset = asset[found.row]
    begins = np.flatnonzero(np.r_[True, apart | _differs(of_asset) | (found.start_s[1:] != found.end_s[:-1])])
    lasts = np.r_[begins[1:], len(found.row)] - 1
    group = np.repeat(np.arange(len(begins)), lasts - begins + 1)
    spent_s = np.zeros((len(begins), len(KINDS)))
    np.add.at(spent_s, (group, found.kind), found.end_s - found.start_s)
    return Bars(
        row=found.row[begins],
        count=np.add.reduceat(found.count, begins),
        kind=spent_s.argmax(axis=1),
        start_s=found.start_s[begins],
        end_s=found.end_s[lasts],
        dry_t=np.add.reduceat(found.dry_t, begins),
    )


def hours(
    rows: Intervals, place: Ints, places: int, first_replicate: int, replicates: int, edges_s: Sequence[int]
) -> Floats:
    """Return the hours of intervals by replicate, stretch of time and place, shape (replicates, stretches, places).

    Parameters
    ----------
    rows : the intervals.
    place : of each of them, from 0.
    places : how many there are.
    first_replicate, replicates : number of the first, and how many.
    edges_s : UTC seconds at which stretches begin and, at last, end; an interval across an edge counts in parts.
    """
    cell = (rows.replicate - first_replicate) * places + place
    found = []
    for begin_s, end_s in pairwise(edges_s):
        inside_s = np.clip(np.minimum(rows.end_s, end_s) - np.maximum(rows.start_s, begin_s), 0, None)
        total_s = np.bincount(cell, weights=inside_s, minlength=replicates * places)
        found.append(total_s.reshape(replicates, places) / SECONDS_PER_HOUR)
    return np.stack(found, axis=1)


@dataclass(frozen=True, eq=False)
class Interruptions:
    """Stretches that a mining vessel lost without a break to one category of time, the longest first."""

    row: Ints
    last: Ints
    start_s: Ints
    end_s: Ints


def interruptions(rows: Intervals, most: int) -> Interruptions:
    """Return the longest interruptions of the mining vessels.

    Parameters
    ----------
    rows : intervals of one replicate in the order of the table.
    most : how many at most.
    """
    place = rows.items(CATEGORIES)
    lost = rows.mining & np.isin(place, [CATEGORIES.index(name) for name in LOST])
    if not lost.any():
        none = np.zeros(0, dtype=np.int64)
        return Interruptions(none, none, none, none)
    apart = _differs(np.where(lost, place, -1)) | _differs(rows.asset)
    begins = np.flatnonzero(np.r_[True, apart])
    lasts = np.r_[begins[1:], len(lost)] - 1
    kept = lost[begins]
    begins, lasts = begins[kept], lasts[kept]
    spent_s = rows.end_s[lasts] - rows.start_s[begins]
    order = np.argsort(-spent_s, kind="stable")[:most]
    begins, lasts = begins[order], lasts[order]
    return Interruptions(begins, lasts, rows.start_s[begins], rows.end_s[lasts])
