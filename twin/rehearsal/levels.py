"""What tanks and heaps hold at any second, from what went in and out of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from twin.operations import codes as c
from twin.operations.inferred import activity_of, state_code_of
from twin.operations.program import Ints

Floats: TypeAlias = NDArray[np.float64]
Move: TypeAlias = tuple[int, int, float]  # begin [UTC s], end [UTC s], amount: below 0 where it goes out
AT_ONCE_S = 1  # how long a move lasts of which only the second is known


def level(moves: Iterable[Move], time_s: Ints) -> Floats:
    """Return what has gone in less what has gone out at seconds, each move at an even rate from its begin to its end.

    Examples
    --------
    >>> level([(0, 10, 5.0), (20, 20, -2.0)], np.array([0, 4, 10, 20, 30])).tolist()
    [0.0, 2.0, 5.0, 5.0, 3.0]
    """
    table = np.array([one for one in moves if one[2]], dtype=np.float64).reshape(-1, 3)
    if not len(table):
        return np.zeros(len(time_s))
    begin_s, end_s = table[:, 0], np.maximum(table[:, 1], table[:, 0] + AT_ONCE_S)
    rate = table[:, 2] / (end_s - begin_s)
    edges_s = np.unique(np.concatenate((begin_s, end_s)))
    turns = np.zeros(len(edges_s))
    np.add.at(turns, np.searchsorted(edges_s, begin_s), rate)
    np.add.at(turns, np.searchsorted(edges_s, end_s), -rate)
    held = np.concatenate(([0.0], np.cumsum(np.cumsum(turns)[:-1] * np.diff(edges_s))))
    return np.interp(time_s.astype(np.float64), edges_s, held)


@dataclass(frozen=True, eq=False)
class Worked:
    """The rows in which an asset worked on one activity, in order of time."""

    rows: Ints

    @classmethod
    def of(cls, rows: Ints, activity: str) -> "Worked":
        """Return them out of all rows of an asset."""
        return cls(rows[(activity_of(rows) == c.ACTIVITY[activity]) & (state_code_of(rows) == c.WORKING)])

    @property
    def length_s(self) -> Ints:
        """Return how long each lasted [s]."""
        return np.asarray(self.rows[:, c.R_END] - self.rows[:, c.R_START])

    def done_s(self, time_s: Ints) -> Ints:
        """Return how long was worked up to seconds [s]."""
        if not len(self.rows):
            return np.zeros(len(time_s), np.int64)
        before_s = np.concatenate(([0], np.cumsum(self.length_s)))
        number = np.searchsorted(self.rows[:, c.R_START], time_s, side="right") - 1
        into_s = np.minimum(time_s, self.rows[number, c.R_END]) - self.rows[number, c.R_START]
        return np.where(number < 0, 0, before_s[number] + into_s)

    def at(self, time_s: Ints) -> NDArray[np.bool_]:
        """Say of seconds whether it was worked on then."""
        if not len(self.rows):
            return np.zeros(len(time_s), np.bool_)
        number = np.searchsorted(self.rows[:, c.R_START], time_s, side="right") - 1
        return np.asarray((number >= 0) & (time_s < self.rows[number, c.R_END]))

    def ending(self, time_s: int) -> tuple[int, int]:
        """Return begin and end of the row that ends at a second; the second alone if none does."""
        number = int(np.searchsorted(self.rows[:, c.R_END], time_s))
        if number < len(self.rows) and int(self.rows[number, c.R_END]) == time_s:
            return int(self.rows[number, c.R_START]), time_s
        return time_s, time_s

    def between(self, begin_s: int, end_s: int) -> tuple[int, int] | None:
        """Return begin of the first and end of the last row that began in a span; None if none did."""
        found = self.rows[(self.rows[:, c.R_START] >= begin_s) & (self.rows[:, c.R_START] < end_s)]
        return (int(found[0, c.R_START]), int(found[-1, c.R_END])) if len(found) else None
