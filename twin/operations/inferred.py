"""What is common to inferring a state from a log: rows up to a second, what is under way, what is left of it.

A log says what was done, not what will be: how long the work under way still lasts and how long components still live
is drawn, from the laws of the campaign given that it has lasted so long. The draw is the first of the replicate's own
that is longer, which is a draw of exactly that conditional law.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ops_data.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from twin.operations import codes as c
from twin.operations.laws import Luck
from twin.operations.player import plain_rows
from twin.operations.program import Assembled, Component, Ints, SeaTables
from twin.operations.world import Lot
from twin.operations.yard import Yard

HANDS_OVER: Final = ("offload", "load", "unload", "dewater")
OVERDUE_SHARE: Final = 0.1  # of work that has lasted longer than any draw, so much more is left
MOST_DOUBLINGS: Final = 2  # of the draws among which a longer one is looked for; then the work is overdue
MOST_REPAIRS: Final = 64  # draws of a repair among which one longer than the repair under way is looked for


@dataclass(frozen=True)
class Note:
    """Something that was not measured but inferred: which asset, what of it, how."""

    asset: str
    what: str
    how: str


class Gauged(NamedTuple):
    """What instruments of a mining vessel say at the second; None where none does.

    Attributes
    ----------
    depth_joints : joints below the rotary table.
    fuel_g : fuel on board [g].
    hold_l : slurry in the hold [l]; its dry solids stay those of the account.
    """

    depth_joints: int | None = None
    fuel_g: int | None = None
    hold_l: int | None = None


UNGAUGED: Final = Gauged()


def activity_of(rows: Ints) -> NDArray[np.int64]:
    """Return the activity codes of interval rows."""
    return np.asarray(rows[:, c.R_CODE] % c.STATE_UNIT)


def state_code_of(rows: Ints) -> NDArray[np.int64]:
    """Return the state codes (working, waiting, repairing, idle) of interval rows."""
    return np.asarray(rows[:, c.R_CODE] % c.CAUSE_UNIT // c.STATE_UNIT)


def cause_of(rows: Ints) -> NDArray[np.int64]:
    """Return the cause codes of interval rows."""
    return np.asarray(rows[:, c.R_CODE] // c.CAUSE_UNIT)


def begun(rows: Ints, time_s: int) -> Ints:
    """Return the rows that began before a second, in order of time, ends cut there; the last one is under way."""
    found = rows[rows[:, c.R_START] < time_s].copy()
    found = found[np.argsort(found[:, c.R_START], kind="stable")]
    found[found[:, c.R_END] > time_s, c.R_DRY_G] = 0  # what it will have lifted is not known yet
    found[:, c.R_END] = np.minimum(found[:, c.R_END], time_s)
    return found


class Draft:
    """A state vector under construction, with the tables of its asset.

    Parameters
    ----------
    luck, sea : the replicate.
    name, role : the asset.
    rows : its rows up to the second (see `begun`).
    time_s : the second.
    lots : parcels handed over until then.
    """

    def __init__(
        self, luck: Luck, sea: SeaTables, name: str, role: str, rows: Ints, time_s: int, lots: Sequence[Lot] = ()
    ) -> None:
        self._released_s = np.array([lot.time_s for lot in lots if lot.from_asset == name], dtype=np.int64)
        self._moved_s = {lot.time_s for lot in lots if name in (lot.from_asset, lot.to_asset)}
        self.luck, self.sea, self.name, self.role, self.rows, self.time_s = luck, sea, name, role, rows, time_s
        self.activity, self.state, self.cause = activity_of(rows), state_code_of(rows), cause_of(rows)
        self.notes: list[Note] = []
        self._doublings = 0
        self._load()
        self.vector = [int(x) for x in self.tables.state]
        self.vector[c.T] = time_s

    def _load(self) -> None:
        self.tables: Assembled = Yard(self.luck, self.sea).build(self.role, self.name, self._doublings)
        self.steps: list[Any] = plain_rows(self.tables.prog)
        self.parts: list[Any] = plain_rows(self.tables.parts)
        self.conf: Any = plain_rows(self.tables.conf)[0]

    def note(self, what: str, how: str) -> None:
        """Note that something was inferred."""
        self.notes.append(Note(self.name, what, how))

    def label(self, number: int) -> str:
        """Return the word of the activity of a row, counted from the end with negative numbers."""
        return c.ACTIVITIES[int(self.activity[number])]

    def is_waiting(self, number: int) -> bool:
        """Say whether a row is a wait."""
        return int(self.state[number]) == c.WAITING

    def ends_parcel(self, number: int) -> bool:
        """Say whether what followed a row is about another parcel: one was handed over at its end, or it was a wait."""
        if self.is_waiting(number) and int(self.cause[number]) == c.CAUSE["shuttle"]:
            return True
        return bool((np.abs(self._released_s - self.rows[number, c.R_END]) <= SECONDS_PER_MINUTE).any())

    def ended(self) -> bool:
        """Say whether the last row was finished with: its mud is on deck, or its parcel was handed over at its end.

        Of any other last row nobody knows: it is taken to be under way.
        """
        if not len(self.rows):
            return False
        if self.label(-1) == "lift":
            return int(self.rows[-1, c.R_DRY_G]) > 0
        return self.label(-1) in HANDS_OVER and int(self.rows[-1, c.R_END]) in self._moved_s

    def worked_s(self) -> int:
        """Return how long the activity under way has been worked on, waits and repairs in between left out."""
        worked, at = 0, len(self.rows) - 1
        current = next((int(a) for a in self.activity[::-1] if a != c.ACTIVITY["repair"]), -1)
        while at >= 0 and int(self.activity[at]) in (current, c.ACTIVITY["repair"]):
            if at < len(self.rows) - 1 and self.ends_parcel(at):
                break
            if int(self.activity[at]) == current and int(self.state[at]) == c.WORKING:
                worked += int(self.rows[at, c.R_END] - self.rows[at, c.R_START])
            at -= 1
        return worked

    def longer(self, table: str, number: int, kind: str, worked_s: int) -> int:
        """Return what is left of a law's first draw that is longer than what was worked; counts the draws taken.

        Parameters
        ----------
        table, number : ``steps`` or ``parts``, and the row.
        kind : which of its laws: empty for a step, ``life_`` for a component.
        worked_s : seconds worked so far.
        """
        while True:
            row = getattr(self, table)[number]
            slot, start, count = (getattr(row, f"{kind}{field}") for field in ("law", "at", "count"))
            values = self.tables.draws[start + self.vector[slot] : start + count]
            beyond = np.flatnonzero(values > worked_s)
            if len(beyond):
                self.vector[slot] += int(beyond[0]) + 1
                return int(values[beyond[0]]) - worked_s
            if self._doublings == MOST_DOUBLINGS:
                self.vector[slot] = count
                self.note("work left", f"what is under way has lasted longer than each of {count} draws of it")
                return max(1, round(OVERDUE_SHARE * worked_s))
            self._doublings += 1
            self._load()

    def leave(self, pc: int, worked_s: int) -> None:
        """Set how much work of a step is left, given how long it has lasted; nothing where it has not begun."""
        step = self.steps[pc]
        if worked_s <= 0:
            return
        if step.fixed_s > 0:
            self.vector[step.left] = max(1, step.fixed_s - worked_s)
        elif step.volume >= 0:
            whole_s = max(1, -(-self.vector[step.volume] * SECONDS_PER_HOUR // step.rate_h))
            self.vector[step.left] = max(1, whole_s - worked_s)
        elif step.law >= 0:
            self.vector[step.left] = self.longer("steps", pc, "", worked_s)

    def wear(self) -> None:
        """Give each component the life that is left after what it has worked since it was new or mended."""
        for number, used_s in enumerate(self._used_s().tolist()):
            self.vector[self.parts[number].life_law] = 0
            self.vector[self.parts[number].life] = self.longer("parts", number, "life_", int(used_s))

    def last_work(self) -> int:
        """Return the number of the last row that is no repair; of the last one where all are."""
        found = np.flatnonzero(self.activity != c.ACTIVITY["repair"])
        return int(found[-1]) if len(found) else len(self.rows) - 1

    def fault(self, most_class: int, steps: Mapping[int, str]) -> None:
        """Set the fault under repair: of the component most due, and how much of the wait or the repair is left.

        Parameters
        ----------
        most_class : a repair on the spot is of this class at most; one of a higher class counts as in place.
        steps : class → label of the step that mends it; ``repair`` for the others.
        """
        due = self.most_due()
        if due is None:
            return
        s = self.vector
        s[c.FAULT], part = due
        s[c.FAULT_CLASS] = part.repair_class if part.repair_class <= most_class else c.IN_PLACE
        since = len(self.rows) - 1
        while since > 0 and self.label(since - 1) == "repair" and self.is_waiting(since - 1) == self.is_waiting(since):
            since -= 1
        lasted_s = self.time_s - int(self.rows[since, c.R_START])
        longer = part.repair_s[part.repair_s > lasted_s]
        left_s = int(longer[0]) - lasted_s if len(longer) else max(1, round(OVERDUE_SHARE * lasted_s))
        waits = self.is_waiting(-1)
        s[c.REPAIR_S] = int(part.repair_s[0]) if waits else left_s
        s[c.PC] = self.tables.pc["await_spare" if waits else steps.get(s[c.FAULT_CLASS], "repair")]
        s[self.steps[s[c.PC]].left] = max(1, part.resupply_s - lasted_s) if waits else left_s
        self.note("fault", f"the component most due is taken to be under repair: {part.name}")

    def most_due(self) -> tuple[int, Component] | None:
        """Return number and component that was most due before the repair under way; None without components."""
        components = self.luck.components(self.role, self.name, MOST_REPAIRS)
        if not components:
            return None
        number = int(np.argmax(self._used_s(before_last_repair=True) / self._mtbf_s(components)))
        return number, components[number]

    def _mtbf_s(self, components: list[Component]) -> NDArray[np.float64]:
        hours = [self.luck.values[f"components.{one.name}.mtbf_h"] for one in components]
        return np.array(hours) * SECONDS_PER_HOUR

    def _used_s(self, before_last_repair: bool = False) -> NDArray[np.int64]:
        """Return how long each component has worked since it was new or mended [s].

        A log does not say which component a repair mended: it is taken to be the one that was most due.
        """
        components = self.luck.components(self.role, self.name, 1)
        used_s = np.zeros(len(components), np.int64)
        if not components:
            return used_s
        wears = np.array([[name in one.wears for name in c.ACTIVITIES] for one in components], dtype=bool)
        mtbf_s = self._mtbf_s(components)
        repairs = self.activity == c.ACTIVITY["repair"]
        for number in range(len(self.rows)):
            if repairs[number]:
                under_way = before_last_repair and bool(repairs[number:].all())
                if not under_way and (number == 0 or not repairs[number - 1]):
                    used_s[int(np.argmax(used_s / mtbf_s))] = 0
            elif int(self.state[number]) == c.WORKING:
                length_s = self.rows[number, c.R_END] - self.rows[number, c.R_START]
                used_s += wears[:, int(self.activity[number])] * length_s
        return used_s
