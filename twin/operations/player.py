"""One asset and its arrays: what a process holds, whichever way the kernel runs."""

from collections.abc import Callable, MutableSequence
from dataclasses import make_dataclass
from functools import cache
from typing import Any

import numpy as np

from ops_data.units import SECONDS_PER_HOUR
from twin.operations import codes as c
from twin.operations.engine import pack
from twin.operations.program import Assembled, Ints, Rows, SeaTables

LEAST_ROWS = 256
HOURS_PER_ROW = 4  # first guess of the rows an asset writes; the buffer doubles when it is full


def as_list(numbers: Any) -> MutableSequence[int]:
    """Return whole numbers as a sequence of Python integers that shares memory with them."""
    shared: Any = numbers if isinstance(numbers, list) else memoryview(numbers)
    return shared  # type: ignore[no-any-return]  # a memory view of int64 is such a sequence


def plain_rows(rows: Rows) -> list[Any]:
    """Return the rows of a structured array as objects with the fields as attributes (whole Python numbers)."""
    names = rows.dtype.names or ()
    row_type = _row_type(names)
    return [row_type(*row) for row in rows.tolist()]


@cache
def _row_type(names: tuple[str, ...]) -> type[Any]:
    return make_dataclass("Row", names, slots=True)


Supply = Callable[[int], Assembled]  # an asset's tables with 2**n times as many draws as at first; the rest stays


class Player:
    """An asset that plays its program; the state vector is all it remembers.

    Parameters
    ----------
    name, rank : its name, and its place among events of the same second (0 first).
    supply : assembles its tables, with more draws when asked again.
    sea : the replicate's sea tables.
    play : `stretch.play` or its compiled twin.
    compiled : whether `play` wants int64 arrays (compiled) or lists and memory views (interpreted).
    """

    def __init__(
        self, name: str, rank: int, supply: Supply, sea: SeaTables, play: Callable[..., int], compiled: bool
    ) -> None:
        self.name, self.rank = name, rank
        self._supply, self._sea, self._play, self._compiled = supply, sea, play, compiled
        self._doublings = 0
        self._load(supply(0))
        self.s: Any = self._state.copy() if compiled else self._state.tolist()
        self.view = as_list(self.s)
        self._make_rows(np.zeros(0, np.int64), max(LEAST_ROWS, sea.hours // HOURS_PER_ROW))
        self._bind()

    def _bind(self) -> None:
        self._arguments: tuple[Any, ...] = (self.s, *self._tables, self._row_view)
        if self._compiled:
            self._arguments = (pack((self.s, *self._tables, self.rows)),)

    def _load(self, assembled: Assembled) -> None:
        self.pc, self.labels, self._state = assembled.pc, assembled.labels, assembled.state
        self.steps = plain_rows(assembled.prog)
        sea, draws = self._sea.values, assembled.draws
        if self._compiled:
            self._tables: tuple[Any, ...] = (assembled.prog, assembled.parts, assembled.conf, sea, draws)
        else:
            parts, conf = plain_rows(assembled.parts), plain_rows(assembled.conf)
            self._tables = (self.steps, parts, conf, as_list(sea), as_list(draws))

    def _make_rows(self, old: Ints, rows: int) -> None:
        self.rows = np.zeros(rows * c.ROW_FIELDS, dtype=np.int64)
        self.rows[: len(old)] = old
        self._row_view = as_list(self.rows)

    def take_rows(self) -> Ints:
        """Return the rows written, shape (n, ROW_FIELDS) int64; holes count from 0, NONE without one. Call it once."""
        rows = self.rows[: self.view[c.N_ROWS]].reshape(-1, c.ROW_FIELDS)
        rows[:, c.R_HOLE] -= 1
        return rows

    def play(self, until: int) -> int:
        """Play alone until the next meeting point, the end or `until`; return why it stopped (see `stretch.play`)."""
        self.view[c.RELEASE_T] = c.FAR
        why = self._play(*self._arguments, until)
        while why >= c.NEEDS_ROWS:
            if why == c.NEEDS_ROWS:
                self._make_rows(self.rows, 2 * len(self.rows) // c.ROW_FIELDS)
            else:
                self._doublings += 1
                self._load(self._supply(self._doublings))
            self._bind()
            why = self._play(*self._arguments, until)
        return why

    def wait_until(self, now: int, cause: int = c.NONE) -> None:
        """Log the wait at the meeting point since the asset got there; `cause` NONE takes the step's own."""
        view = self.view
        since = view[c.T]
        if now > since:
            step = self.steps[view[c.PC]]
            code = step.code
            if cause >= 0:
                code = code % c.CAUSE_UNIT + cause * c.CAUSE_UNIT
            n, rows = view[c.N_ROWS], self._row_view
            rows[n], rows[n + 1], rows[n + 2] = code, since, now
            view[c.N_ROWS] = n + c.ROW_FIELDS
            view[c.FUEL_G] -= step.burn_g_s * (now - since)
            view[c.T] = now

    def go_on(self, label: str) -> None:
        """Leave the meeting point: the next step is `label`."""
        self.view[c.PC] = self.pc[label]

    def label(self) -> str:
        """Return the label of the step under way."""
        return self.labels[self.view[c.PC]]

    def at(self, label: str) -> bool:
        """Tell whether the step under way is `label`."""
        return self.labels[self.view[c.PC]] == label

    def limit_open(self, label: str) -> bool:
        """Tell whether the sea limit of a step is observed open at the asset's clock."""
        hour = (self.view[c.T] - self._sea.origin_s) // SECONDS_PER_HOUR
        return int(self._sea.values[self.steps[self.pc[label]].limit + hour]) > 0

    def take(self, load_l: int, dry_g: int, water_g: int) -> None:
        """Set the parcel agreed at a meeting point."""
        view = self.view
        view[c.LOAD_L], view[c.LOAD_DRY_G], view[c.LOAD_WATER_G] = load_l, dry_g, water_g

    def fill(self, load_l: int, dry_g: int, water_g: int) -> None:
        """Put a parcel in the hold, as the next one to leave it."""
        view = self.view
        view[c.HOLD_L], view[c.HOLD_DRY_G], view[c.HOLD_WATER_G] = load_l, dry_g, water_g
        self.take(load_l, dry_g, water_g)

    def restore(self, vector: Any) -> None:
        """Take over a state vector; rows written since then are taken back."""
        written = self.view[c.N_ROWS]
        self.s[:] = vector
        for n in range(self.view[c.N_ROWS], written):
            self._row_view[n] = 0
