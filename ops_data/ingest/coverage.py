"""From when to when a tag was heard, and its silences; adding rows in any order gives the same."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class TagFacts:
    """What a file holds of one tag: rows taken, first and last time, and silences longer than ``gap_after_s``."""

    tag: str
    rows: int
    first_utc: int
    last_utc: int
    gaps: int
    silent_s: int
    longest_gap_s: int


@dataclass
class Coverage:
    """Stretches in which a tag is heard without a silence longer than ``gap_after_s``; grows as rows come."""

    gap_after_s: int
    rows: int = 0
    begins: Whole = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    ends: Whole = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def add(self, time_utc: Whole) -> None:
        """Add the times of rows, ascending."""
        if not len(time_utc):
            return
        breaks = np.flatnonzero(np.diff(time_utc) > self.gap_after_s)
        begins = np.concatenate([self.begins, time_utc[:1], time_utc[breaks + 1]])
        ends = np.concatenate([self.ends, time_utc[breaks], time_utc[-1:]])
        order = np.argsort(begins, kind="stable")
        begins, reached = begins[order], np.maximum.accumulate(ends[order])
        apart = np.flatnonzero(begins[1:] - reached[:-1] > self.gap_after_s)
        self.begins, self.ends = begins[np.append(0, apart + 1)], reached[np.append(apart, len(reached) - 1)]
        self.rows += len(time_utc)

    def facts(self, tag: str) -> TagFacts:
        """Return what is known of the tag; at least one row must have been added."""
        gaps = self.begins[1:] - self.ends[:-1]
        return TagFacts(
            tag, self.rows, int(self.begins[0]), int(self.ends[-1]), len(gaps), int(gaps.sum()),
            int(gaps.max(initial=0)),
        )  # fmt: skip
