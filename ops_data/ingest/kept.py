"""Readings as they are kept: columns of numbers, sorted, each key once; and what their neighbours say of them.

Quality words in order of priority: bad (the source says so), out_of_range, future, uncertain (the source says so),
stuck. Being stuck is a matter of the neighbours in time, which may arrive later: it comes last, so that it can be taken
off again and judged anew without losing what was said before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ops_data.columns import Coded, TableData
from ops_data.errors import StoreError
from ops_data.reference.sensor_rows import Sensor

QUALITIES: Final = (
    "good",
    "bad",
    "out_of_range",
    "future",
    "uncertain",
    "stuck",
)  # codes never change: they are on disk
GOOD, BAD, OUT_OF_RANGE, FUTURE, UNCERTAIN, STUCK = range(len(QUALITIES))

Pair: TypeAlias = tuple[str, str]  # tag, source
Whole: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Kept:
    """Readings; arrays of one length, and the tags with their sources that ``pair`` counts, in alphabetical order."""

    pairs: tuple[Pair, ...]
    pair: Whole
    time_utc: Whole
    seq: Whole
    value: NDArray[np.float64]
    quality: Whole
    received_utc: Whole

    def __len__(self) -> int:
        """Return the number of readings."""
        return len(self.time_utc)

    def part(self, places: NDArray[Any]) -> "Kept":
        """Return some of the readings."""
        columns = (self.pair, self.time_utc, self.seq, self.value, self.quality, self.received_utc)
        pair, time_utc, seq, value, quality, received_utc = (column[places] for column in columns)
        return Kept(self.pairs, pair, time_utc, seq, value, quality, received_utc)

    def between(self, begin_utc: int, end_utc: int) -> "Kept":
        """Return the readings of a range of time, the end not included."""
        return self.part(np.flatnonzero((self.time_utc >= begin_utc) & (self.time_utc < end_utc)))

    def table_data(self) -> TableData:
        """Return the columns of the ``readings`` table."""
        return {
            "source": Coded(self.pair, tuple(source for _, source in self.pairs)),
            "tag": Coded(self.pair, tuple(tag for tag, _ in self.pairs)),
            "time_utc": self.time_utc,
            "value": self.value,
            "quality": Coded(self.quality, QUALITIES),
            "received_utc": self.received_utc,
            "seq": self.seq,
        }

    def same_as(self, other: "Kept") -> bool:
        """Say whether sorted readings are the same as others, to the last bit of the values."""
        if len(self) != len(other):
            return False
        own, its = np.unique(self.pair), np.unique(other.pair)
        if [self.pairs[code] for code in own.tolist()] != [other.pairs[code] for code in its.tolist()]:
            return False
        numbers = ("time_utc", "seq", "quality", "received_utc")
        return (
            np.array_equal(np.searchsorted(own, self.pair), np.searchsorted(its, other.pair))
            and all(np.array_equal(getattr(self, name), getattr(other, name)) for name in numbers)
            and np.array_equal(self.value, other.value, equal_nan=True)
        )


def none_kept() -> Kept:
    """Return no readings."""
    whole = np.empty(0, dtype=np.int64)
    return Kept((), whole, whole, whole, np.empty(0), whole, whole)


def from_table(table: pa.Table) -> Kept:
    """Return rows of the ``readings`` table; StoreError for a quality word that is not ours."""
    words = {name: table.column(name).combine_chunks() for name in ("tag", "source", "quality")}
    names = {name: column.dictionary.to_pylist() for name, column in words.items()}
    codes = {name: column.indices.to_numpy(zero_copy_only=False).astype(np.int64) for name, column in words.items()}
    for word in names["quality"]:
        if word not in QUALITIES:
            raise StoreError(f"sealed readings: quality '{word}' is none of {', '.join(QUALITIES)}; seal the day anew")
    quality = np.array([QUALITIES.index(word) for word in names["quality"]], dtype=np.int64)
    both = codes["tag"] * max(len(names["source"]), 1) + codes["source"]
    found, pair = np.unique(both, return_inverse=True)
    pairs = [(names["tag"][one // len(names["source"])], names["source"][one % len(names["source"])]) for one in found]
    numbers = {name: table.column(name).to_numpy() for name in ("time_utc", "seq", "value", "received_utc")}
    kept = Kept(
        tuple(pairs), pair.astype(np.int64), numbers["time_utc"], numbers["seq"], numbers["value"],
        quality[codes["quality"]] if len(quality) else codes["quality"], numbers["received_utc"],
    )  # fmt: skip
    return with_pairs(kept, sorted(set(pairs)))


def with_pairs(kept: Kept, pairs: Sequence[Pair]) -> Kept:
    """Return the readings counted by another list of tags and sources, which holds all of theirs."""
    places = {pair: place for place, pair in enumerate(pairs)}
    new = np.array([places[pair] for pair in kept.pairs], dtype=np.int64)
    return replace(kept, pairs=tuple(pairs), pair=new[kept.pair] if len(new) else kept.pair)


def merged(parts: Sequence[Kept]) -> Kept:
    """Return the readings of several parts, sorted by tag, source, time and number; of one key the first part's."""
    pairs = sorted({pair for part in parts for pair in part.pairs})
    alike = [with_pairs(part, pairs) for part in parts] or [none_kept()]
    columns = ("pair", "time_utc", "seq", "value", "quality", "received_utc")
    pair, time_utc, seq, value, quality, received = (
        np.concatenate([getattr(part, name) for part in alike]) for name in columns
    )
    whole = Kept(tuple(pairs), pair, time_utc, seq, value, quality, received)
    order = np.lexsort((seq, time_utc, pair))  # stable: of one key the first part comes first
    whole = whole.part(order)
    first = np.ones(len(whole), dtype=bool)
    first[1:] = (np.diff(whole.pair) != 0) | (np.diff(whole.time_utc) != 0) | (np.diff(whole.seq) != 0)
    return whole if first.all() else whole.part(np.flatnonzero(first))


def window_s(register: Mapping[str, Sensor]) -> int:
    """Return how far before a reading its neighbours can decide whether it is stuck [s]."""
    return max((one.stuck_after_s + one.gap_after_s for one in register.values() if one.stuck_after_s), default=0)


def judged(kept: Kept, register: Mapping[str, Sensor]) -> Kept:
    """Return sorted readings with stuck judged anew: a pure function of the rows, whatever order they arrived in.

    A reading is stuck when it and all before it for at least ``stuck_after_s`` have one value other than zero, without
    a silence longer than ``gap_after_s`` between them. Judge with the `window_s` before the range that matters.
    """
    quality = np.where(kept.quality == STUCK, GOOD, kept.quality)
    if not len(kept):
        return kept
    sensors = [register.get(tag) for tag, _ in kept.pairs]
    limit = np.array([0 if one is None else one.stuck_after_s for one in sensors], dtype=np.int64)[kept.pair]
    silence = np.array([0 if one is None else one.gap_after_s for one in sensors], dtype=np.int64)[kept.pair]
    begins = np.ones(len(kept), dtype=bool)
    begins[1:] = (
        (np.diff(kept.pair) != 0)
        | (kept.value[1:] != kept.value[:-1])  # a missing value differs from every other
        | (np.diff(kept.time_utc) > silence[1:])
    )
    start = np.maximum.accumulate(np.where(begins, np.arange(len(kept)), 0))
    lasted = kept.time_utc - kept.time_utc[start]
    stuck = (limit > 0) & (lasted >= limit) & (kept.value != 0.0) & (quality == GOOD)
    return replace(kept, quality=np.where(stuck, STUCK, quality).astype(np.int64))
