"""From the buffer into sealed days, and both read as one.

A day is sealed in one transaction of the buffer: its rows are read, merged with what was sealed of the day before,
written and named by the manifest, and only then let go of in the buffer. Who is killed in between leaves rows that are
both sealed and buffered; they count once for every reader, and the next sealing takes them out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from ops_data.ingest.buffer import Buffer, closing, existing_buffer
from ops_data.ingest.kept import GOOD, QUALITIES, Kept, judged, merged, none_kept, window_s
from ops_data.ingest.sealed_days import begin_of, day_of, sealed_files, sealed_rows
from ops_data.readings_sealing import seal_day
from ops_data.reference.sensor_rows import Sensor, sensors
from ops_data.tables import to_arrow
from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR

GRACE_S: Final = 6 * SECONDS_PER_HOUR  # assumption: the files of a day have come six hours after its end


@dataclass(frozen=True)
class SealedDay:
    """A day that was sealed now: its version, its readings, how many are new in it, and how many have which flag."""

    day: str
    version: int
    rows: int
    added: int
    flags: Mapping[str, int]


def seal_days(
    store: Path, received_utc: int, register: Mapping[str, Sensor], grace_s: int = GRACE_S
) -> list[SealedDay]:
    """Seal every UTC day that is over and has readings in the buffer; late ones become a new version of their day.

    Parameters
    ----------
    store : folder of the store.
    received_utc : the present, by the clock that readings are received with.
    register : which tags can be stuck, and when.
    grace_s : a day is sealed so long after its end.

    Returns
    -------
    The days whose sealed file is new. A day whose readings are judged differently for what came late before it is one.
    """
    buffer = existing_buffer(store)
    if buffer is None:
        return []
    found = []
    with closing(buffer):
        for number in buffer.days_before(received_utc - grace_s):
            with buffer.writing():
                begin = number * SECONDS_PER_DAY
                after = begin + SECONDS_PER_DAY
                followed = sealed_files(store, after, after + window_s(register))
                numbers = [number, *(begin_of(day) // SECONDS_PER_DAY for day in followed)]
                found += [day for one in numbers if (day := _seal(buffer, one, register, one == number)) is not None]
                buffer.drop(begin, after)
    return found


def _seal(buffer: Buffer, number: int, register: Mapping[str, Sensor], with_buffered: bool) -> SealedDay | None:
    """Seal one day if that changes anything; within `Buffer.writing`.

    Rows of a day after the one being sealed stay in the buffer until its own turn.
    """
    begin, day = number * SECONDS_PER_DAY, day_of(number)
    end = begin + SECONDS_PER_DAY
    before = sealed_rows(buffer.store, begin, end)
    added = buffer.rows(begin, end) if with_buffered else none_kept()
    tail = merged(
        [sealed_rows(buffer.store, begin - window_s(register), begin), buffer.rows(begin - window_s(register), begin)]
    )
    now = judged(merged([tail, before, added]), register).between(begin, end)
    if now.same_as(before):
        return None
    seal_day(buffer.store, day, now.table_data())
    version = sealed_files(buffer.store, begin, end)[day].version
    counts = np.bincount(now.quality, minlength=len(QUALITIES)).tolist()
    flags = {word: count for word, count in zip(QUALITIES, counts, strict=True) if count and word != QUALITIES[GOOD]}
    return SealedDay(day.isoformat(), version, len(now), len(now) - len(before), flags)


def all_rows(
    store: Path,
    tags: Sequence[str] | None,
    begin_utc: int,
    end_utc: int,
    as_of_utc: int | None = None,
    register: Mapping[str, Sensor] | None = None,
) -> Kept:
    """Return sealed and buffered readings of a range of time as one, by tag, source and time; see `all_readings`."""
    known = sensors() if register is None else register
    begin = begin_utc - window_s(known)
    buffer = existing_buffer(store)
    buffered = none_kept()
    if buffer is not None:
        with closing(buffer):
            buffered = buffer.rows(begin, end_utc, tags)  # before the manifest: what is sealed meanwhile is in both
    rows = merged([sealed_rows(store, begin, end_utc, tags), buffered])
    if as_of_utc is not None:
        rows = rows.part(np.flatnonzero(rows.received_utc <= as_of_utc))
    return judged(rows, known).between(begin_utc, end_utc)


def all_readings(
    store: Path,
    tags: Sequence[str] | None,
    begin_utc: int,
    end_utc: int,
    as_of_utc: int | None = None,
    register: Mapping[str, Sensor] | None = None,
) -> pa.Table:
    """Return every reading of a range of time, sealed or not yet, once.

    Parameters
    ----------
    store : folder of the store.
    tags : tags asked for; None: all.
    begin_utc, end_utc : range, the end not included.
    as_of_utc : only what had been received by then, judged as it could be judged then; None: all that is known.
    register : which tags can be stuck, and when; None: the packaged one.

    Returns
    -------
    The ``readings`` table, sorted by tag, time, number and source.

    Raises
    ------
    StoreError
        A sealed file is missing or damaged, or the buffer cannot be read.
    """
    rows = all_rows(store, tags, begin_utc, end_utc, as_of_utc, register)
    names = sorted({tag for tag, _ in rows.pairs})
    tag = np.array([names.index(one) for one, _ in rows.pairs], dtype=np.int64)[rows.pair]
    return to_arrow("readings", rows.part(np.lexsort((rows.pair, rows.seq, rows.time_utc, tag))).table_data())
