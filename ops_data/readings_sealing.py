"""Sealing readings day by day: sorted Parquet that is quick to ask for one sensor, named by a manifest.

Within a day rows are sorted by tag, then time, then sequence number, in row groups of `GROUP_ROWS` with the least and
greatest tag and time of each: of a week of one sensor in fifty a reader opens seven groups in seventy.
"""

import os
import threading
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ops_data import schemas
from ops_data.columns import TableData
from ops_data.errors import StoreError
from ops_data.files import DurableFile, Lock, sync_folder, told
from ops_data.readings_manifest import FOLDER, NONE_YET, DayFile, TagDay, file_name, read_days, write_days
from ops_data.tables import to_arrow
from ops_data.units import SECONDS_PER_DAY

GROUP_ROWS: Final = 43_200  # measured: groups of one tag make a query slower, not faster
_ZSTD_LEVEL: Final = 1
_TEXT: Final = ["source", "tag", "quality"]
_DELTA: Final = dict.fromkeys(("time_utc", "received_utc", "seq"), "DELTA_BINARY_PACKED")
_STATISTICS: Final = ["tag", "time_utc"]
_one_at_a_time = threading.Lock()  # the lock file keeps processes apart, this the threads of one


def seal_day(store: Path, day: date, rows: TableData) -> None:
    """Seal the readings of one UTC day; they replace what was sealed of that day before.

    A late reading is sealed by giving the whole day again. The older file stays where it is for those who read it. When
    this returns the day survives a crash; until then readers see the day as it was. It waits while another process or
    thread seals.

    Parameters
    ----------
    store : folder of the store; made if it is not there.
    day : the UTC day.
    rows : columns of the ``readings`` table, rows in any order; none at all is a day without readings.

    Raises
    ------
    StoreError
        Columns break the declaration, a row is of another day, two rows are the same reading (source, tag, time_utc,
        seq), the manifest is damaged or newer, or the disk refuses.
    """
    name = day.isoformat()
    table = _in_order(name, _of_the_day(name, day, to_arrow("readings", rows)))
    tags = _tags_of(table)
    folder = store / FOLDER
    with told(folder, "seal a day of readings"):
        folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time, Lock(folder / ".lock", wait=True):
            _remove_cut_off(folder)
            before = (read_days(folder) or NONE_YET).days
            version = before[name].version + 1 if name in before else 1
            path = folder / file_name(name, version)
            size, sha256 = _write(path, table)
            sync_folder(folder)
            entry = DayFile(
                file=path.name, version=version, rows=table.num_rows, bytes=size, sha256=sha256,
                first_utc=min((one.first_utc for one in tags.values()), default=None),
                last_utc=max((one.last_utc for one in tags.values()), default=None),
                sealed=datetime.now(UTC).isoformat(timespec="seconds"), tags=tags,
            )  # fmt: skip
            write_days(folder, {**before, name: entry})


def _of_the_day(name: str, day: date, table: pa.Table) -> pa.Table:
    """Return the table, after checking that each row is of the day."""
    begin = int(datetime.combine(day, time(), UTC).timestamp())
    times = table.column("time_utc").to_numpy()
    outside = np.flatnonzero((times < begin) | (times >= begin + SECONDS_PER_DAY))
    if len(outside):
        tag = table.column("tag")[int(outside[0])].as_py()
        raise StoreError(
            f"readings of {name}: {len(outside)} rows are of another day, first tag '{tag}' at "
            f"time_utc {times[outside[0]]}; give {begin} <= time_utc < {begin + SECONDS_PER_DAY}"
        )
    return table


def _in_order(name: str, table: pa.Table) -> pa.Table:
    """Return the table sorted by tag, time, sequence number and source, after checking that no reading comes twice."""
    keys = [
        _codes(table, "source"),
        *(table.column(key).to_numpy() for key in ("seq", "time_utc")),
        _codes(table, "tag"),
    ]
    order = np.lexsort(keys)
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for key in keys:
        ordered = key[order]
        same &= ordered[1:] == ordered[:-1]
    if same.any():
        row = table.slice(int(order[int(np.argmax(same))]), 1).to_pylist()[0]
        raise StoreError(
            f"readings of {name}: {int(same.sum())} readings come twice, first tag '{row['tag']}' of source "
            f"'{row['source']}', time_utc {row['time_utc']}, seq {row['seq']}; keep one of each"
        )
    return table.take(pa.array(order)).combine_chunks()


def _codes(table: pa.Table, column: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Return the codes of a text column; they sort as its words do."""
    whole: np.ndarray[tuple[int], np.dtype[np.int32]] = table.column(column).combine_chunks().indices.to_numpy()
    return whole


def _tags_of(table: pa.Table) -> dict[str, TagDay]:
    """Return what sorted rows hold of each tag."""
    tag, source = (table.column(name).combine_chunks().dictionary.to_pylist() for name in ("tag", "source"))
    codes, sources, times = _codes(table, "tag"), _codes(table, "source"), table.column("time_utc").to_numpy()
    found, starts, counts = np.unique(codes, return_index=True, return_counts=True)
    return {
        tag[code]: TagDay(
            rows=int(count),
            first_utc=int(times[start]),
            last_utc=int(times[start + count - 1]),
            sources=tuple(source[one] for one in np.unique(sources[start : start + count])),
        )
        for code, start, count in zip(found, starts, counts, strict=True)
    }


def _write(path: Path, table: pa.Table) -> tuple[int, str]:
    """Write sorted rows to a file that appears when it is whole; return its size and SHA-256."""
    with DurableFile(path) as file:
        writer = pq.ParquetWriter(
            file, schemas.arrow_schema("readings"), compression="zstd", compression_level=_ZSTD_LEVEL,
            use_dictionary=_TEXT, column_encoding=_DELTA, write_statistics=_STATISTICS,
        )  # fmt: skip
        try:
            writer.write_table(table, row_group_size=GROUP_ROWS)
            writer.close()
        finally:
            writer.is_open = False  # after an error: no second attempt to write the footer
        return file.size, file.sha256


def _remove_cut_off(folder: Path) -> None:
    """Remove what a killed process was writing: nobody else writes while the lock is held."""
    for entry in list(os.scandir(folder)):
        if entry.name.endswith(".tmp"):
            Path(entry.path).unlink(missing_ok=True)
