"""What a reader of files hands to the checks: rows as a file says them, and rows that cannot be read.

A reader turns one file into chunks and never holds more than one of them. The same bytes with the same mapping give the
same chunks: a file whose reading was cut off goes on after the last chunk that was committed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ops_data.ingest.mapping import Mapping_

CHUNK_ROWS: Final = 100_000
TEXT_LETTERS: Final = 500  # of a refused row that are kept

Words: TypeAlias = NDArray[np.object_]
Whole: TypeAlias = NDArray[np.int64]
Real: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RawRows:
    """What a file says, before any check; arrays of one length.

    Attributes
    ----------
    tag : register tag, after the mapping; object array of str.
    time_utc : whole seconds since 1970.
    value : as found, in ``unit``; NaN where the file has none.
    unit : declared unit; "" = none.
    quality : "" = none, else good, uncertain or bad.
    seq : number that tells readings of one tag and second apart; None: all 0. Readers of times with fractions of a
        second give the microseconds: a number that neither the order nor the division of files changes.
    row : line or row of the file, from 1.
    """

    tag: Words
    time_utc: Whole
    value: Real
    unit: Words
    quality: Words
    seq: Whole | None
    row: Whole

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.row)

    def part(self, places: "NDArray[Any] | slice") -> "RawRows":
        """Return some of the rows."""
        seq = None if self.seq is None else self.seq[places]
        return RawRows(
            self.tag[places], self.time_utc[places], self.value[places], self.unit[places], self.quality[places], seq,
            self.row[places],
        )  # fmt: skip


@dataclass(frozen=True)
class Refused:
    """A row that is not taken: kept for ever with its place, the reason with its remedy, and its text as found."""

    row: int
    reason: str
    text: str


Chunk: TypeAlias = tuple[RawRows, Sequence[Refused]]


class Reader(Protocol):
    """Reads one file in chunks of at most `CHUNK_ROWS` rows; ObservationError if it cannot be read as a whole.

    A file cut off inside its last row yields what can be read and that row as refused with the reason `CUT_OFF`.
    """

    def __call__(self, path: Path, mapping: Mapping_) -> Iterator[Chunk]:
        """Yield the chunks of a file."""


CUT_OFF: Final = "the file ends within this row; wait until it is written to its end, and ingest it again"


def no_rows() -> RawRows:
    """Return rows without any."""
    words, whole = np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    return RawRows(words, whole, np.empty(0), words, words, None, whole)


def repeated(word: str, rows: int) -> Words:
    """Return an array that holds one word so many times."""
    return np.full(rows, word, dtype=object)


@dataclass
class RowsInHand:
    """Rows that a reader finds one by one, on their way into a chunk; columns as of `RawRows`."""

    tag: list[str] = field(default_factory=list)
    time_utc: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    unit: list[str] = field(default_factory=list)
    quality: list[str] = field(default_factory=list)
    seq: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def full(self) -> bool:
        """Say whether they are as many as a chunk holds."""
        return len(self.row) >= CHUNK_ROWS or len(self.refused) >= CHUNK_ROWS

    def chunk(self) -> Chunk:
        """Return them as a chunk."""
        if not self.row:
            return no_rows(), self.refused
        words = [np.array(column, dtype=object) for column in (self.tag, self.unit, self.quality)]
        whole = [np.array(column, dtype=np.int64) for column in (self.time_utc, self.seq, self.row)]
        value = np.array(self.value, dtype=np.float64)
        return RawRows(words[0], whole[0], value, words[1], words[2], whole[1], whole[2]), self.refused
