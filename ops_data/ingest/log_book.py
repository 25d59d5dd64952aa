"""The log book of a store: measured intervals as shift logs and daily reports say them, durable, with their history.

<store>/readings/logbook.sqlite, with a write-ahead log and every commit flushed to the disk. A file is one transaction:
its entries, its refused rows and its name are all there or none of them. An entry is told by source, asset and start.
One that comes again changes nothing; one with the same key and other content supersedes the older, which is kept with
the time at which it lost its place, so that `entries` can say what was known then. What a superseded version said does
not come back by delivering that older file again. Entries that overlap, of one source or of several, are all kept and
told; `log_tiling` says which counts. Writers wait for one another.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ops_data.errors import StoreError
from ops_data.files import told
from ops_data.ingest.log_entries import Finding, LogEntry, ShiftLog, findings
from ops_data.ingest.log_tiling import KeptEntry, Tiled, as_intervals
from ops_data.kept_book import writing
from ops_data.readings_manifest import FOLDER

NAME: Final = "logbook.sqlite"
FORMAT: Final = 1
WAIT_S: Final = 600.0  # for another writer
_SAID: Final = (
    "activity", "state", "cause", "duration_s", "hole", "dry_t", "wet_t", "slurry_m3", "over_limit_s", "remark"
)  # fmt: skip
_ENTRY: Final = ("asset", "start_utc", *_SAID, "row")
_SCHEMA: Final = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL,
    sha256 TEXT NOT NULL, mapping_sha256 TEXT NOT NULL,
    received_utc INTEGER NOT NULL, UNIQUE (source, sha256, mapping_sha256));
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, asset TEXT NOT NULL, start_utc INTEGER NOT NULL,
    activity TEXT NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, duration_s INTEGER NOT NULL,
    hole INTEGER NOT NULL,
    dry_t REAL, wet_t REAL, slurry_m3 REAL, over_limit_s INTEGER NOT NULL, remark TEXT NOT NULL,
    row INTEGER NOT NULL,
    file INTEGER NOT NULL REFERENCES files (id), received_utc INTEGER NOT NULL, superseded_utc INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS current_entries ON entries (source, asset, start_utc) WHERE superseded_utc IS NULL;
CREATE INDEX IF NOT EXISTS entries_by_time ON entries (start_utc);
CREATE INDEX IF NOT EXISTS entries_by_key ON entries (source, asset, start_utc);
CREATE TABLE IF NOT EXISTS refused (
    file INTEGER NOT NULL REFERENCES files (id), row INTEGER NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL);
PRAGMA user_version = 1;
COMMIT;
"""


@dataclass(frozen=True)
class Recorded:
    """What became of a file of entries.

    Attributes
    ----------
    known_as : name under which the same bytes were recorded before, nothing was changed then; "" for a new file.
    new, superseding, duplicate : entries that are new, that took an older version's place, that were there already.
    outdated : entries that say what a superseded version said; nothing changes: to bring one back, alter its remark.
    future : entries, of any of these, that end after the file was received: kept, but their dates should be looked at.
    refused : rows that are no entries.
    findings : overlaps, gaps and disorder within the file.
    overlaps : entries of the file against those of the same asset, of any source, that stand in the book.
    """

    known_as: str = ""
    new: int = 0
    superseding: int = 0
    duplicate: int = 0
    outdated: int = 0
    future: int = 0
    refused: int = 0
    findings: tuple[Finding, ...] = ()
    overlaps: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class RefusedEntry:
    """A refused row with the name of its file."""

    file: str
    row: int
    reason: str
    text: str


def record(store: Path, log: ShiftLog, name: str, sha256: str, mapping_sha256: str, received_utc: int) -> Recorded:
    """Keep the entries and refused rows of one file; durable when it returns.

    Parameters
    ----------
    store : folder of the store; the book is made if it is not there.
    log : what the file says.
    name : of the file, for people.
    sha256, mapping_sha256 : of its bytes and of the mapping it was read with; the same two of a source are known.
    received_utc : when it became available, Unix second.

    Raises
    ------
    StoreError
        The book cannot be written, is damaged, or a newer version wrote it.
    """
    with _opened(store) as book, writing(book):
        asked = "SELECT name FROM files WHERE source = ? AND sha256 = ? AND mapping_sha256 = ?"
        known = book.execute(asked, (log.source, sha256, mapping_sha256)).fetchone()
        if known is not None:
            return Recorded(known_as=str(known[0]))
        columns = (name, log.source, sha256, mapping_sha256, received_utc)
        file = int(book.execute("INSERT INTO files VALUES (NULL,?,?,?,?,?)", columns).lastrowid or 0)
        counts = {"new": 0, "superseding": 0, "duplicate": 0, "outdated": 0}
        for one in log.entries:
            counts[_keep(book, log.source, one, file, received_utc)] += 1
        book.executemany(
            "INSERT INTO refused VALUES (?,?,?,?)", [(file, one.row, one.reason, one.text) for one in log.refused]
        )
        overlaps = _overlaps(book, log, file)
    future = sum(one.end_utc > received_utc for one in log.entries)
    return Recorded(
        "", **counts, future=future, refused=len(log.refused), findings=log.findings, overlaps=overlaps
    )  # fmt: skip


def _keep(book: sqlite3.Connection, source: str, entry: LogEntry, file: int, received_utc: int) -> str:
    """Keep one entry; return which of the counts it belongs to."""
    key = (source, entry.asset, entry.start_utc)
    said = tuple(getattr(entry, name) for name in _SAID)
    asked = (
        f"SELECT id, superseded_utc, {', '.join(_SAID)} FROM entries WHERE source = ? AND asset = ? AND start_utc = ?"
    )
    versions = book.execute(asked, key).fetchall()
    current = next((row[0] for row in versions if row[1] is None), None)
    for row in versions:
        if tuple(row[2:]) == said:
            return "duplicate" if row[1] is None else "outdated"
    if current is not None:
        book.execute("UPDATE entries SET superseded_utc = ? WHERE id = ?", (received_utc, current))
    names = ("source", *_ENTRY, "file", "received_utc")
    values = (source, *(getattr(entry, name) for name in _ENTRY), file, received_utc)
    book.execute(f"INSERT INTO entries ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values)
    return "new" if current is None else "superseding"


def _overlaps(book: sqlite3.Connection, log: ShiftLog, file: int) -> tuple[Finding, ...]:
    """Return overlaps of a file's entries with those of other files in the book, whatever their source."""
    longest_s = int(book.execute("SELECT coalesce(max(duration_s), 0) FROM entries").fetchone()[0])
    columns = ", ".join(f"entries.{name}" for name in _ENTRY)
    asked = (
        f"SELECT name, entries.source, {columns} FROM entries JOIN files ON files.id = file "
        "WHERE superseded_utc IS NULL AND entries.source IN (SELECT source FROM files) AND asset = ? "  # for the index
        "AND start_utc > ? AND start_utc < ? AND start_utc + duration_s > ? AND file <> ? ORDER BY start_utc"
    )
    found = []
    for one in log.entries:
        near = (one.asset, one.start_utc - longest_s, one.end_utc, one.start_utc, file)
        for name, source, *row in book.execute(asked, near):
            other = _entry(row)
            if (source, other.start_utc) != (log.source, one.start_utc):
                begin, end = max(one.start_utc, other.start_utc), min(one.end_utc, other.end_utc)
                found.append(Finding("overlap", one.asset, begin, end, one.row, other.row, name))
    return tuple(found)


def _entry(row: Sequence[Any]) -> LogEntry:
    return LogEntry(**dict(zip(_ENTRY, row, strict=True)))


def entries(
    store: Path, begin_utc: int, end_utc: int, as_of_utc: int | None = None, sources: Iterable[str] | None = None
) -> list[KeptEntry]:
    """Return the entries that touch a range of time, by asset and start.

    Parameters
    ----------
    begin_utc, end_utc : range of time, the end not included.
    as_of_utc : what was known then: received by that second, and not superseded by it; None: what is known now.
    sources : of some sources only; None: all.
    """
    if not (store / FOLDER / NAME).exists():
        return []
    columns = ", ".join(f"entries.{name}" for name in _ENTRY)
    asked = (
        f"SELECT entries.source, entries.received_utc, name, {columns} FROM entries JOIN files ON files.id = file "
        "WHERE start_utc < ? AND start_utc + duration_s > ? AND "
    )
    values: list[int] = [end_utc, begin_utc]
    if as_of_utc is None:
        asked += "superseded_utc IS NULL"
    else:
        asked += "entries.received_utc <= ? AND (superseded_utc IS NULL OR superseded_utc > ?)"
        values += [as_of_utc, as_of_utc]
    with _opened(store) as book:
        rows = book.execute(f"{asked} ORDER BY asset, start_utc, entries.id", values).fetchall()
    wanted = None if sources is None else set(sources)
    return [KeptEntry(_entry(row[3:]), *row[:3]) for row in rows if wanted is None or row[0] in wanted]


def intervals(
    store: Path,
    begin_utc: int,
    end_utc: int,
    as_of_utc: int | None = None,
    gap_words: tuple[str, str, str] | None = None,
) -> Tiled:
    """Return the log book as an ``intervals`` table of a range of time, without overlaps; see `as_intervals`."""
    return as_intervals(entries(store, begin_utc, end_utc, as_of_utc), begin_utc, end_utc, gap_words)


def refused_entries(store: Path) -> list[RefusedEntry]:
    """Return every refused row, in the order they came."""
    if not (store / FOLDER / NAME).exists():
        return []
    with _opened(store) as book:
        rows = book.execute(
            "SELECT name, row, reason, text FROM refused JOIN files ON files.id = file ORDER BY refused.rowid"
        ).fetchall()
    return [RefusedEntry(*row) for row in rows]


def odd_entries(found: Iterable[KeptEntry]) -> dict[str, tuple[Finding, ...]]:
    """Return source → overlaps and gaps among entries of the book."""
    by_source: dict[str, list[LogEntry]] = {}
    for one in found:
        by_source.setdefault(one.source, []).append(one.entry)
    return {source: findings(own) for source, own in sorted(by_source.items())}


@contextmanager
def _opened(store: Path) -> Iterator[sqlite3.Connection]:
    """Open the book of a store, made if it is not there; closed at the end of the block."""
    path = store / FOLDER / NAME
    with told(path.parent, "keep a log book"):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _in_one_line(path):
        book = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
        try:
            book.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
            version = int(book.execute("PRAGMA user_version").fetchone()[0])
            if version > FORMAT:
                raise StoreError(
                    f"{path}: written by a newer version; this one reads up to {FORMAT}; upgrade the software"
                )
            if version < FORMAT:
                book.executescript(_SCHEMA)
            yield book
        finally:
            book.close()


@contextmanager
def _in_one_line(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        remedy = "free the disk, or wait for the other writer, and repeat the command: what was acknowledged is kept"
        raise StoreError(f"{path}: the log book cannot be used: {error}; {remedy}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: the log book is damaged: {error}; restore the file from a copy") from error
