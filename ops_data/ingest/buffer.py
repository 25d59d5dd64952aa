"""The durable buffer: readings that are not sealed yet, what was read from which file, and every refused row.

<store>/readings/buffer.sqlite, with a write-ahead log and every commit flushed to the disk. A chunk of a file is one
transaction: its readings, its refused rows and the counts of its file are all there or none of them. A reading is told
by (source, tag, time_utc, seq): what comes again changes nothing. Writers wait for one another.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import StoreError
from ops_data.files import Lock, told
from ops_data.ingest.checks import Checked
from ops_data.ingest.kept import FUTURE, QUALITIES, Kept, Pair, merged, none_kept
from ops_data.ingest.rows import Refused
from ops_data.readings_manifest import FOLDER
from ops_data.units import SECONDS_PER_DAY

NAME: Final = "buffer.sqlite"
FORMAT: Final = 1
WAIT_S: Final = 600.0  # for another writer
FETCHED: Final = 50_000
BEGUN, DONE, CUT_OFF, FAILED = "begun", "done", "cut off", "failed"
_SCHEMA: Final = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, tag TEXT NOT NULL, UNIQUE (source, tag));
CREATE TABLE IF NOT EXISTS readings (
    series INTEGER NOT NULL, time_utc INTEGER NOT NULL, seq INTEGER NOT NULL, value REAL, quality INTEGER NOT NULL,
    received_utc INTEGER NOT NULL, PRIMARY KEY (series, time_utc, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL, format TEXT NOT NULL, sha256 TEXT NOT NULL,
    mapping_sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, received_utc INTEGER NOT NULL, state TEXT NOT NULL,
    chunks INTEGER NOT NULL, counts TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS batches_of_bytes ON batches (sha256, mapping_sha256);
CREATE TABLE IF NOT EXISTS refused (
    batch INTEGER NOT NULL, row INTEGER NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refused_of_batch ON refused (batch);
PRAGMA user_version = 1;
COMMIT;
"""
_SETTINGS: Final = """
PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;
"""
_TEMPORARY: Final = """
CREATE TEMP TABLE incoming (
    series INTEGER, time_utc INTEGER, seq INTEGER, place INTEGER, PRIMARY KEY (series, time_utc, seq)) WITHOUT ROWID;
"""

_one_at_a_time = threading.Lock()  # of those who make a buffer; the lock file keeps processes apart


@dataclass
class Counts:
    """What became of the rows of a file; flags are readings of each quality but good, among the accepted."""

    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    conflicting: int = 0
    refused: int = 0
    late: int = 0
    out_of_order: int = 0
    flags: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """One file, or one stream, as it was ingested; ``chunks`` of it are committed."""

    id: int
    name: str
    source: str
    format: str
    sha256: str
    mapping_sha256: str
    bytes: int
    received_utc: int
    state: str
    chunks: int
    counts: Counts


@dataclass(frozen=True)
class RefusedRow:
    """A refused row with the file it came from."""

    file: str
    row: int
    reason: str
    text: str


@dataclass(frozen=True, eq=False)
class Buffer:
    """The buffer of a store; got from `open_buffer`."""

    path: Path
    database: sqlite3.Connection

    @property
    def store(self) -> Path:
        """Folder of the store."""
        return self.path.parent.parent

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make the block one transaction that no other writer comes between; durable when the block has ended."""
        with _in_one_line(self.path):
            self.database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.database.execute("COMMIT")
            finally:
                if self.database.in_transaction:  # something failed, perhaps the commit itself
                    self.database.execute("ROLLBACK")

    def batch_of(self, sha256: str, mapping_sha256: str) -> Batch | None:
        """Return the batch that read the same bytes in the same way, the latest of several, or None."""
        found = self._batches(
            "WHERE sha256 = ? AND mapping_sha256 = ? ORDER BY id DESC LIMIT 1", sha256, mapping_sha256
        )
        return found[0] if found else None

    def batches(self) -> list[Batch]:
        """Return every batch, in the order they were begun."""
        return self._batches("ORDER BY id")

    def _batches(self, where: str, *values: str | int) -> list[Batch]:
        with _in_one_line(self.path):
            rows = self.database.execute(f"SELECT * FROM batches {where}", values).fetchall()
        return [Batch(*(*row[:-1], Counts(**json.loads(row[-1])))) for row in rows]

    def begin(self, batch: Batch) -> Batch:
        """Keep a new batch durably and return it with its number."""
        with self.writing():
            columns = (*_plain(batch)[1:], json.dumps(asdict(batch.counts)))
            cursor = self.database.execute("INSERT INTO batches VALUES (NULL,?,?,?,?,?,?,?,?,?,?)", columns)
        return replace(batch, id=int(cursor.lastrowid or 0))

    def end(self, batch: Batch, state: str) -> Batch:
        """Say durably how the reading of a batch ended, and of which bytes it was."""
        with self.writing():
            asked = "UPDATE batches SET state = ?, sha256 = ? WHERE id = ?"
            self.database.execute(asked, (state, batch.sha256, batch.id))
        return replace(batch, state=state)

    def current(self, batch: Batch) -> Batch:
        """Return the batch as it is kept now; within `writing`, nobody changes it meanwhile."""
        return self._batches("WHERE id = ?", batch.id)[0]

    def keep_progress(self, batch: Batch) -> None:
        """Keep chunks and counts of a batch; within `writing`."""
        self.database.execute(
            "UPDATE batches SET chunks = ?, counts = ? WHERE id = ?",
            (batch.chunks, json.dumps(asdict(batch.counts)), batch.id),
        )

    def keep_refused(self, batch: Batch, refused: Sequence[Refused]) -> None:
        """Keep refused rows; within `writing`."""
        rows = [(batch.id, one.row, one.reason, one.text) for one in refused]
        self.database.executemany("INSERT INTO refused VALUES (?,?,?,?)", rows)

    def keep(self, source: str, rows: Checked, received_utc: int) -> list[tuple[int, str]]:
        """Keep sorted rows, no key twice among them; within `writing`.

        Returns
        -------
        The places of the rows whose key was there already: with "" where the reading is the same (a duplicate), else
        with what differs (a conflict: the reading that came first stays).
        """
        if not len(rows):
            return []
        present = np.unique(rows.code)
        series = np.zeros(len(rows.tags), dtype=np.int64)
        series[present] = [self._series(source, rows.tags[code]) for code in present.tolist()]
        columns = (series[rows.code], rows.time_utc, rows.seq, rows.value, rows.quality)
        lists = [column.tolist() for column in columns]
        known = self._known(lists) if self._may_know(series, rows) else []
        if known:
            new = np.ones(len(rows), dtype=bool)
            new[[place for place, _, _ in known]] = False
            lists = [column[new].tolist() for column in columns]
        self.database.executemany(
            f"INSERT INTO readings VALUES (?,?,?,?,?,{int(received_utc)})", zip(*lists, strict=True)
        )
        return [(place, difference(value, QUALITIES[quality], rows, place)) for place, value, quality in known]

    def _may_know(self, series: NDArray[np.int64], rows: Checked) -> bool:
        """Say whether any reading lies between the first and the last time of a tag among sorted rows."""
        starts = np.flatnonzero(np.append(True, np.diff(rows.code) != 0))
        ends = np.append(starts[1:], len(rows)) - 1
        asked = "SELECT 1 FROM readings WHERE series = ? AND time_utc BETWEEN ? AND ? LIMIT 1"
        spans = zip(
            series[rows.code[starts]].tolist(),
            rows.time_utc[starts].tolist(),
            rows.time_utc[ends].tolist(),
            strict=True,
        )
        return any(self.database.execute(asked, span).fetchone() is not None for span in spans)

    def _known(self, lists: list[list[float]]) -> list[tuple[int, float | None, int]]:
        """Return place, value and quality of the readings that are there already with the keys of some rows."""
        self.database.execute("DELETE FROM incoming")
        keys = zip(*lists[:3], range(len(lists[0])), strict=True)
        self.database.executemany("INSERT INTO incoming VALUES (?,?,?,?)", keys)
        return self.database.execute(
            "SELECT place, value, quality FROM incoming JOIN readings USING (series, time_utc, seq)"
        ).fetchall()

    def _series(self, source: str, tag: str) -> int:
        """Return the number of a tag of a source."""
        asked = "SELECT id FROM series WHERE source = ? AND tag = ?"
        found = self.database.execute(asked, (source, tag)).fetchone()
        if found is None:
            self.database.execute("INSERT INTO series (source, tag) VALUES (?, ?)", (source, tag))
            found = self.database.execute(asked, (source, tag)).fetchone()
        return int(found[0])

    def days_before(self, end_utc: int) -> list[int]:
        """Return the UTC days (counted from 1970-01-01) that hold readings and are over before a time, ascending."""
        asked = "SELECT min(time_utc) FROM readings WHERE series = ? AND time_utc >= ?"
        days: set[int] = set()
        with _in_one_line(self.path):
            for (series,) in self.database.execute("SELECT id FROM series").fetchall():
                day = -1
                while True:
                    found = self.database.execute(asked, (series, (day + 1) * SECONDS_PER_DAY)).fetchone()[0]
                    if found is None or (found // SECONDS_PER_DAY + 1) * SECONDS_PER_DAY > end_utc:
                        break
                    day = found // SECONDS_PER_DAY
                    days.add(day)
        return sorted(days)

    def rows(self, begin_utc: int, end_utc: int, tags: Sequence[str] | None = None) -> Kept:
        """Return the buffered readings of a range of time, the end not included; of some tags or (None) of all."""
        parts = []
        with _in_one_line(self.path):
            for series, source, tag in self.database.execute("SELECT id, source, tag FROM series").fetchall():
                if tags is None or tag in tags:
                    parts += self._of_series(series, (tag, source), begin_utc, end_utc)
        return merged(parts) if parts else none_kept()

    def _of_series(self, series: int, pair: Pair, begin_utc: int, end_utc: int) -> list[Kept]:
        cursor = self.database.execute(
            "SELECT time_utc, seq, value, quality, received_utc FROM readings "
            "WHERE series = ? AND time_utc >= ? AND time_utc < ? ORDER BY time_utc, seq",
            (series, begin_utc, end_utc),
        )
        parts = []
        while rows := cursor.fetchmany(FETCHED):
            time_utc, seq, value, quality, received = zip(*rows, strict=True)
            whole = [np.array(column, dtype=np.int64) for column in (time_utc, seq, quality, received)]
            values = np.array(value, dtype=np.float64)  # a value that is missing comes as None and becomes NaN
            codes = np.zeros(len(rows), dtype=np.int64)
            parts.append(Kept((pair,), codes, whole[0], whole[1], values, whole[2], whole[3]))
        return parts

    def drop(self, begin_utc: int, end_utc: int) -> None:
        """Let go of the readings of a range of time; within `writing`, after they are sealed."""
        for (series,) in self.database.execute("SELECT id FROM series").fetchall():
            self.database.execute(
                "DELETE FROM readings WHERE series = ? AND time_utc >= ? AND time_utc < ?", (series, begin_utc, end_utc)
            )

    def count(self) -> int:
        """Return the number of buffered readings."""
        with _in_one_line(self.path):
            return int(self.database.execute("SELECT count(*) FROM readings").fetchone()[0])

    def refused(self, file: str | None = None) -> Iterator[RefusedRow]:
        """Yield the refused rows of one file (its name, or the end of its path), or of all, in the order they came."""
        asked = "SELECT name, row, reason, text FROM refused JOIN batches ON batches.id = batch"
        values: tuple[str, ...] = ()
        if file is not None:
            asked, values = f"{asked} WHERE name = ? OR substr(name, -length(?)) = ?", (file, f"/{file}", f"/{file}")
        with _in_one_line(self.path):
            for name, row, reason, text in self.database.execute(f"{asked} ORDER BY refused.rowid", values):
                yield RefusedRow(name, row, reason, text)

    def first_refused(self, batch: Batch, most: int) -> list[Refused]:
        """Return the first refused rows of a batch."""
        asked = "SELECT row, reason, text FROM refused WHERE batch = ? ORDER BY rowid LIMIT ?"
        with _in_one_line(self.path):
            return [Refused(*found) for found in self.database.execute(asked, (batch.id, most)).fetchall()]


def difference(value: float | None, quality: str, rows: Checked, place: int) -> str:
    """Return "" if a row says the same as the reading that is kept with its key, else what differs, in words.

    That a reading was in the future when it came first is no difference.
    """
    new_value, new_quality = float(rows.value[place]), QUALITIES[int(rows.quality[place])]
    missing = (value is None or value != value, new_value != new_value)
    same_value = missing == (True, True) or value == new_value
    if same_value and (quality == new_quality or QUALITIES[FUTURE] in (quality, new_quality)):
        return ""
    old, new = (f"{value!r}", f"{new_value!r}") if not same_value else (quality, new_quality)
    return f"a reading of the same source, tag, time and number says {old}, this row {new}; the first stays"


def open_buffer(store: Path) -> Buffer:
    """Open the buffer of a store, made if it is not there.

    Raises
    ------
    StoreError
        It may not be written, is damaged, or a newer version wrote it.
    """
    path = store / FOLDER / NAME
    with told(path.parent, "keep readings"):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _in_one_line(path):
        database = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > FORMAT:
            raise StoreError(f"{path}: written by a newer version; this one reads up to {FORMAT}: upgrade the software")
        if version < FORMAT:
            with (
                told(path, "make the buffer of readings"),
                _one_at_a_time,
                Lock(path.with_name(".buffer.lock"), wait=True),
            ):
                database.executescript(f"PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; {_SCHEMA}")
        database.executescript(f"{_SETTINGS}{_TEMPORARY}")
    return Buffer(path, database)


def existing_buffer(store: Path) -> Buffer | None:
    """Open the buffer of a store if there is one."""
    return open_buffer(store) if (store / FOLDER / NAME).exists() else None


@contextmanager
def closing(buffer: Buffer) -> Iterator[Buffer]:
    """Close the buffer at the end of the block."""
    try:
        yield buffer
    finally:
        buffer.database.close()


@contextmanager
def _in_one_line(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        remedy = "free the disk, or wait for the other writer, and repeat the command: what was acknowledged is kept"
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            remedy = "restore the file from a copy; sealed days are not touched by it"
        raise StoreError(f"{path}: the buffer of readings cannot be used: {error}; {remedy}") from error


def _plain(batch: Batch) -> tuple[str | int, ...]:
    """Return the fields of a batch in the order of its columns, the counts left out."""
    return (
        batch.id, batch.name, batch.source, batch.format, batch.sha256, batch.mapping_sha256, batch.bytes,
        batch.received_utc, batch.state, batch.chunks,
    )  # fmt: skip
