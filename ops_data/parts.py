"""Parts: what ensemble workers write while a run is being made, and what survives when it is interrupted.

A part holds some successive replicates: one Parquet file per table, then a ``done`` marker with row counts and hashes.
A part without a fitting marker does not exist: its replicates are made again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from ops_data import schemas
from ops_data.columns import TableData
from ops_data.errors import StoreError
from ops_data.files import sync_folder, told, write_whole
from ops_data.manifest import canonical_json
from ops_data.tables import read_parquet, to_arrow, write_parquet

_MARKER: Final = "done.json"


@dataclass(frozen=True)
class PartFile:
    """One table of a part."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Part:
    """A finished part: replicates ``first`` to ``last``, both included, and its tables."""

    first: int
    last: int
    tables: Mapping[str, PartFile]


@dataclass(frozen=True)
class PartWriter:
    """Writes finished replicates into the working folder of a run; small enough to be sent to a worker.

    Parameters
    ----------
    folder : where the parts go.
    """

    folder: Path

    def write(self, first_replicate: int, last_replicate: int, tables: Mapping[str, TableData]) -> None:
        """Write the rows of some successive replicates; when this returns they survive a crash.

        Parameters
        ----------
        first_replicate, last_replicate : replicates in the part, both included.
        tables : table name → columns; rows sorted by replicate, in the order they are to have in the sealed run.

        Raises
        ------
        StoreError
            Rows break the declaration of their table, or the disk refuses.
        """
        stem = _stem(first_replicate, last_replicate)
        checked = {name: to_arrow(name, data) for name, data in tables.items()}
        for name, rows in checked.items():
            _check_replicates(name, rows, first_replicate, last_replicate)
        with told(self.folder, f"write replicates {first_replicate} to {last_replicate}"):
            written: dict[str, PartFile] = {}
            for name, rows in checked.items():
                count, _, sha256 = write_parquet(self.folder / f"{stem}.{name}.parquet", name, [rows])
                written[name] = PartFile(count, sha256)
            part = Part(first_replicate, last_replicate, written)
            write_whole(self.folder / f"{stem}.{_MARKER}", canonical_json(asdict(part)).encode())
            sync_folder(self.folder)


def _stem(first: int, last: int) -> str:
    return f"{first:06d}-{last:06d}"


def _check_replicates(name: str, rows: pa.Table, first: int, last: int) -> None:
    if not schemas.table(name).by_replicate:
        raise StoreError(f"table '{name}': its rows belong to no replicate; give it when the run is sealed")
    numbers = rows.column("replicate").to_numpy()
    if len(numbers) and (numbers[0] < first or numbers[-1] > last or bool(np.any(np.diff(numbers) < 0))):
        raise StoreError(f"table '{name}': replicates must rise from {first} to {last}; sort the rows by replicate")


def read_part(folder: Path, part: Part, name: str) -> pa.Table:
    """Return the rows of one table of a part, after checking its hash."""
    path = folder / f"{_stem(part.first, part.last)}.{name}.parquet"
    with told(path, "read finished replicates"):
        data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != part.tables[name].sha256:
        raise StoreError(f"{path}: finished replicates are damaged; repeat the command: they will be made again")
    return read_parquet(pa.py_buffer(data))


def sound_parts(folder: Path) -> list[Part]:
    """Return the parts whose files all fit their marker, by first replicate; remove what does not fit."""
    sound = []
    with told(folder, "read finished replicates"):
        for marker in sorted(folder.glob(f"*.{_MARKER}")):
            part = _read_marker(folder, marker)
            if part is None:
                marker.unlink(missing_ok=True)
            else:
                sound.append(part)
    return sorted(sound, key=lambda part: (part.first, part.last))


def _read_marker(folder: Path, marker: Path) -> Part | None:
    """Return the part a marker speaks of, or None if anything about it does not fit."""
    try:
        document = json.loads(marker.read_bytes())
        tables = {name: PartFile(**entry) for name, entry in document["tables"].items()}
        part = Part(int(document["first"]), int(document["last"]), tables)
    except (ValueError, KeyError, TypeError, AttributeError, FileNotFoundError):
        return None
    stem = _stem(part.first, part.last)
    for name, entry in part.tables.items():
        data = b""
        with suppress(FileNotFoundError):
            data = (folder / f"{stem}.{name}.parquet").read_bytes()
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            return None
    return part if marker.name == f"{stem}.{_MARKER}" else None


def coverage(parts: Sequence[Part], first: int, last: int) -> tuple[list[tuple[Part, int, int]], list[int]]:
    """Choose, for each replicate of a run, the part to take it from.

    Parameters
    ----------
    parts : finished parts; they may overlap, and then hold the same rows.
    first, last : replicates of the run, both included.

    Returns
    -------
    Stretches (part, first replicate, last replicate) in replicate order, and the replicates that no part holds.
    """
    chosen: list[tuple[Part, int, int]] = []
    missing: list[int] = []
    following = first
    for part in sorted(parts, key=lambda part: (part.first, -part.last)):
        end = min(part.last, last)
        if end < following:
            continue
        start = max(part.first, following)
        missing += range(following, min(start, last + 1))
        if start <= end:
            chosen.append((part, start, end))
        following = max(following, end + 1)
    missing += range(following, last + 1)
    return chosen, missing
