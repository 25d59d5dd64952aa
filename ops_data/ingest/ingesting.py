"""Files into the buffer: each is read in chunks, checked, and acknowledged chunk by chunk."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from ops_data.errors import ObservationError, UsageError
from ops_data.ingest.buffer import BEGUN, CUT_OFF, DONE, FAILED, Batch, Buffer, Counts, difference
from ops_data.ingest.checks import Checked, Checks
from ops_data.ingest.coverage import TagFacts
from ops_data.ingest.formats import format_of, reader_of
from ops_data.ingest.kept import QUALITIES
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.rows import CUT_OFF as CUT_OFF_REASON
from ops_data.ingest.rows import Chunk, RawRows, Refused
from ops_data.ingest.sealed_days import known_sealed
from ops_data.reference.sensor_rows import Sensor

REASONS: Final = 5  # refused rows that a report shows of a file


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    Attributes
    ----------
    file : as it was named.
    state : done; cut off (its last row is half written); known (the same bytes were read before, as ``same_as``);
        failed (it cannot be read as a whole, ``error`` says why).
    counts : of its rows.
    tags : what it holds of each tag.
    first_refused : the first refused rows.
    """

    file: str
    state: str
    source: str
    format: str
    received_utc: int
    counts: Counts
    tags: tuple[TagFacts, ...] = ()
    first_refused: tuple[Refused, ...] = ()
    same_as: str = ""
    error: str = ""


@dataclass(frozen=True)
class _Look:
    """What tells a file from the one that stood there before."""

    bytes: int
    changed_ns: int
    inode: int


@dataclass(frozen=True)
class Setting:
    """What a reading of files is done with: the mapping, the register of sensors, and when the files were received."""

    mapping: Mapping_
    register: Mapping[str, Sensor]
    received_utc: int


def ingest_file(buffer: Buffer, path: Path, setting: Setting, heard: Callable[[int], None] | None = None) -> FileReport:
    """Ingest one file; what cannot be read of it is in the report, never raised.

    Parameters
    ----------
    buffer : of the store.
    path : the file.
    setting : how to read it.
    heard : told the number of rows after each chunk that is durable.

    Raises
    ------
    StoreError
        The buffer or a sealed day cannot be used: no file can be ingested.
    UsageError
        The mapping names a format that is not known.
    """
    blank = FileReport(str(path), FAILED, "", "", setting.received_utc, Counts())
    try:
        if path.is_dir():
            raise ObservationError(f"{path}: it is a folder; name the files in it, as in {path}/*")
        look = _look(path)
        if look.bytes == 0:
            raise ObservationError(f"{path}: the file is empty; fetch it again")
        format_name = format_of(path, setting.mapping)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return replace(blank, error=_cannot_read(path, error))
    except ObservationError as error:
        return replace(blank, error=str(error))
    mapping_sha256 = setting.mapping.sha256(setting.register)
    before = buffer.batch_of(sha256, mapping_sha256)
    if before is not None and before.state in (DONE, CUT_OFF):
        known = FileReport(str(path), "known", before.source, before.format, before.received_utc, before.counts)
        return replace(known, same_as=before.name)
    source = setting.mapping.source or path.stem
    new = Batch(
        0, str(path), source, format_name, sha256, mapping_sha256, look.bytes, setting.received_utc, BEGUN, 0, Counts()
    )  # fmt: skip
    batch = buffer.begin(new) if before is None else before
    return _read(buffer, path, look, batch, setting, heard)


def _read(
    buffer: Buffer, path: Path, look: "_Look", batch: Batch, setting: Setting, heard: Callable[[int], None] | None
) -> FileReport:
    """Read a file from its beginning, and keep what is not kept of it yet.

    A chunk is kept only while the file looks as it did when its hash was taken: what is known by that hash is never
    what stood in other bytes.
    """
    checks = Checks(setting.register, batch.received_utc, setting.mapping.assume_register_units)
    error, cut_off = "", False
    try:
        for number, (raw, unread) in enumerate(_in_one_line(path, reader_of(batch.format)(path, setting.mapping))):
            if _look(path) != look:
                batch = replace(batch, sha256="")  # the bytes that were hashed are to be read when they come again
                raise ObservationError(f"{path}: it changed while it was read; ingest it again when it stands still")
            cut_off = cut_off or any(one.reason == CUT_OFF_REASON for one in unread)
            batch = keep_chunk(buffer, batch, number, checks, raw, unread)
            if heard is not None:
                heard(batch.counts.read)
    except (ObservationError, UsageError) as failure:  # the latter: the mapping does not tell what this format needs
        error = str(failure) if str(path) in str(failure) else f"{path}: {failure}"
    state = FAILED if error else CUT_OFF if cut_off else DONE
    batch = buffer.end(batch, state)
    tags = tuple(one.facts(tag) for tag, one in sorted(checks.coverage.items()))
    shown = tuple(buffer.first_refused(batch, REASONS))
    return FileReport(
        str(path), state, batch.source, batch.format, batch.received_utc, batch.counts, tags, shown, error=error
    )  # fmt: skip


def keep_chunk(
    buffer: Buffer, batch: Batch, number: int, checks: Checks, raw: RawRows, unread: Iterable[Refused]
) -> Batch:
    """Check one chunk and keep it; when this returns it is durable. A chunk that is kept already is only checked.

    Parameters
    ----------
    number : of the chunk within its file or stream, from 0.
    checks : of that file, which has seen the chunks before.
    unread : rows that the reader refused.

    Returns
    -------
    The batch with its counts.
    """
    late, out_of_order = checks.late, checks.out_of_order
    checked, refused = checks.check(raw)
    refused = [*unread, *refused]
    once, repeated = _once(checked)
    with buffer.writing():
        batch = buffer.current(batch)
        if number < batch.chunks:
            return batch
        found = known_sealed(buffer.store, batch.source, once)
        rest = np.setdiff1d(np.arange(len(once)), [place for place, _ in found])
        fresh = once.part(rest)
        again = buffer.keep(batch.source, fresh, checks.received_utc)
        told = [(once, found), (fresh, again), (checked, repeated)]
        conflicts = [rows.refused(place, why) for rows, places in told for place, why in places if why]
        kept = np.setdiff1d(np.arange(len(fresh)), [place for place, _ in again])
        flags = np.bincount(fresh.quality[kept], minlength=len(QUALITIES))
        counts = _added(
            batch.counts,
            Counts(
                read=len(checked) + len(refused), accepted=len(kept), conflicting=len(conflicts), refused=len(refused),
                duplicate=len(checked) - len(kept) - len(conflicts), late=checks.late - late,
                out_of_order=checks.out_of_order - out_of_order,
                flags={QUALITIES[code]: int(count) for code, count in enumerate(flags.tolist()) if code and count},
            ),
        )  # fmt: skip
        batch = replace(batch, chunks=number + 1, counts=counts)
        buffer.keep_refused(batch, sorted([*refused, *conflicts], key=lambda one: one.row))
        buffer.keep_progress(batch)
    return batch


def _once(rows: Checked) -> tuple[Checked, list[tuple[int, str]]]:
    """Return sorted rows with each key once, the first of it, and the places of the others as `Buffer.keep` does."""
    same = np.zeros(len(rows), dtype=bool)
    same[1:] = (np.diff(rows.code) == 0) & (np.diff(rows.time_utc) == 0) & (np.diff(rows.seq) == 0)
    if not same.any():
        return rows, []
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(rows))))
    repeated = []
    for place in np.flatnonzero(same).tolist():
        kept = int(first[place])
        repeated.append((place, difference(float(rows.value[kept]), QUALITIES[int(rows.quality[kept])], rows, place)))
    return rows.part(np.flatnonzero(~same)), repeated


def _added(one: Counts, other: Counts) -> Counts:
    """Return the sums of two counts."""
    flags = {word: one.flags.get(word, 0) + other.flags.get(word, 0) for word in {**one.flags, **other.flags}}
    return Counts(
        one.read + other.read, one.accepted + other.accepted, one.duplicate + other.duplicate,
        one.conflicting + other.conflicting, one.refused + other.refused, one.late + other.late,
        one.out_of_order + other.out_of_order, flags,
    )  # fmt: skip


def _in_one_line(path: Path, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Yield the chunks; an error of the operating system becomes one line about the file."""
    try:
        yield from chunks
    except OSError as error:
        raise ObservationError(_cannot_read(path, error)) from error


def _look(path: Path) -> _Look:
    found = path.stat()
    return _Look(found.st_size, found.st_mtime_ns, found.st_ino)


def _cannot_read(path: Path, error: OSError) -> str:
    return f"{path}: cannot be read: {error.strerror or error}; check the path and the rights, and ingest it again"
