"""Readings of sealed days, checked against the manifest before they are used."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ops_data.errors import StoreError
from ops_data.files import told
from ops_data.ingest.buffer import difference
from ops_data.ingest.checks import Checked
from ops_data.ingest.kept import GOOD, QUALITIES, STUCK, Kept, from_table, merged, none_kept
from ops_data.readings_manifest import FOLDER, DayFile, read_days
from ops_data.units import SECONDS_PER_DAY

_DAYS_KEPT: Final = 2
_FIRST: Final = date(1970, 1, 1)


def day_of(number: int) -> date:
    """Return the UTC day that comes so many days after 1970-01-01."""
    return _FIRST + timedelta(days=number)


def begin_of(day: date) -> int:
    """Return the second a UTC day begins with."""
    return int(datetime.combine(day, time(), UTC).timestamp())


def sealed_files(store: Path, begin_utc: int, end_utc: int, tags: Sequence[str] | None = None) -> dict[date, DayFile]:
    """Return the sealed days that touch a range of time, the end not included, and hold any of the tags (None: any)."""
    found = read_days(store / FOLDER)
    days = {} if found is None else {date.fromisoformat(day): file for day, file in found.days.items()}
    return {
        day: file
        for day, file in days.items()
        if begin_of(day) < end_utc
        and begin_of(day) + SECONDS_PER_DAY > begin_utc
        and (tags is None or any(tag in file.tags for tag in tags))
    }


def sealed_rows(store: Path, begin_utc: int, end_utc: int, tags: Sequence[str] | None = None) -> Kept:
    """Return the sealed readings of a range of time, the end not included; of some tags or (None) of all.

    Raises
    ------
    StoreError
        A file is missing or damaged.
    """
    files = sealed_files(store, begin_utc, end_utc, tags)
    wanted = None if tags is None else tuple(sorted(set(tags)))
    parts = [day_rows(store / FOLDER / file.file, file.sha256, wanted) for file in files.values()]
    return merged([part.between(begin_utc, end_utc) for part in parts]) if parts else none_kept()


@lru_cache(maxsize=_DAYS_KEPT)
def day_rows(path: Path, sha256: str, tags: tuple[str, ...] | None = None) -> Kept:
    """Return the readings of a sealed file with that hash, of some tags or of all; StoreError if it is not whole."""
    remedy = "restore it from a copy, or seal its day again"
    with told(path, "read the readings"):
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise StoreError(f"{path}: the readings cannot be read: it is missing; {remedy}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoreError(f"{path}: the readings cannot be read: it is damaged; {remedy}")
    file = pq.ParquetFile(pa.BufferReader(data))
    if tags is None:
        return from_table(file.read(use_threads=False))
    groups = [group for group in range(file.num_row_groups) if _may_hold(file.metadata.row_group(group), tags)]
    rows = from_table(file.read_row_groups(groups, use_threads=False))
    wanted = np.array([tag in tags for tag, _ in rows.pairs], dtype=bool)
    return rows.part(np.flatnonzero(wanted[rows.pair])) if len(rows) else rows


def _may_hold(group: pq.RowGroupMetaData, tags: tuple[str, ...]) -> bool:
    """Say whether a row group may hold readings of one of the tags: its rows are sorted by tag."""
    held = next(
        column.statistics for at in range(group.num_columns) if (column := group.column(at)).path_in_schema == "tag"
    )
    return held is None or any(held.min <= tag <= held.max for tag in tags)


def known_sealed(store: Path, source: str, rows: Checked) -> list[tuple[int, str]]:
    """Return the places of sorted rows whose key is sealed, with "" for the same reading, else with what differs."""
    if not len(rows):
        return []
    days = np.unique(rows.time_utc // SECONDS_PER_DAY)
    files = sealed_files(store, int(days[0]) * SECONDS_PER_DAY, (int(days[-1]) + 1) * SECONDS_PER_DAY, rows.tags)
    found = []
    for day in days.tolist():
        if day_of(day) in files:
            file = files[day_of(day)]
            places = np.flatnonzero(rows.time_utc // SECONDS_PER_DAY == day)
            found += _known_of_day(day_rows(store / FOLDER / file.file, file.sha256), source, rows, places)
    return found


def _known_of_day(
    sealed: Kept, source: str, rows: Checked, places: "np.ndarray[tuple[int], np.dtype[np.intp]]"
) -> list[tuple[int, str]]:
    """Return what a sealed day knows of the rows at some places; see `known_sealed`."""
    codes = {tag: code for code, tag in enumerate(rows.tags)}
    own = np.array([codes.get(tag, -1) if its == source else -1 for tag, its in sealed.pairs], dtype=np.int64)
    if not len(own) or own.max() < 0:
        return []
    there = np.flatnonzero(own[sealed.pair] >= 0)
    keys = [
        np.concatenate([own[sealed.pair[there]], rows.code[places]]),
        np.concatenate([sealed.time_utc[there], rows.time_utc[places]]),
        np.concatenate([sealed.seq[there], rows.seq[places]]),
    ]
    order = np.lexsort(keys[::-1])  # stable: the sealed reading of a key comes just before the row
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for key in keys:
        same &= np.diff(key[order]) == 0
    found = []
    for at in np.flatnonzero(same).tolist():
        before, place = int(there[order[at]]), int(places[order[at + 1] - len(there)])
        quality = int(sealed.quality[before])
        said = QUALITIES[GOOD if quality == STUCK else quality]
        found.append((place, difference(float(sealed.value[before]), said, rows, place)))
    return found
