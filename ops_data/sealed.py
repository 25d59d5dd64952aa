"""Reading a sealed run, and checking that it is still what was sealed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from ops_data import schemas
from ops_data.errors import StoreError, UnknownNameError, did_you_mean
from ops_data.files import told
from ops_data.manifest import MANIFEST, Manifest, TableFile, json_sha256, read_manifest
from ops_data.tables import read_parquet

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Run:
    """A sealed run: its folder and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self.manifest.run_id

    def arrow(
        self, name: str, columns: Sequence[str] | None = None, replicates: Sequence[int] | None = None
    ) -> pa.Table:
        """Return rows of a table as arrow, text columns as dictionaries.

        Parameters
        ----------
        name : a table of the run.
        columns : names to read, in this order; None: all.
        replicates : replicates to read; None: all.

        Raises
        ------
        UnknownNameError
            The run has no such table, or the table no such column.
        StoreError
            The file is missing or damaged.
        """
        entry = self._entry(name)
        known = [column[0] for column in entry.columns]
        for column in [*(columns or ()), *(("replicate",) if replicates is not None else ())]:
            if column not in known:
                raise UnknownNameError(f"table '{name}': no column '{column}'; {did_you_mean(column, known)}")
        return read_parquet(
            self._whole_bytes(entry),
            None if columns is None else list(columns),
            None if replicates is None else [int(number) for number in replicates],
        )

    def table(
        self, name: str, columns: Sequence[str] | None = None, replicates: Sequence[int] | None = None
    ) -> "pd.DataFrame":
        """Return rows of a table as a data frame, text columns as categories; arguments and errors as `arrow`."""
        frame: pd.DataFrame = self.arrow(name, columns, replicates).to_pandas()
        return frame

    def _whole_bytes(self, entry: TableFile) -> pa.Buffer:
        """Return the bytes of a table's file, mapped into memory, after checking their hash."""
        path = self.folder / entry.file
        if not path.exists():
            raise self._unreadable(path, "it is missing")
        with told(path, "read the table"):
            if path.stat().st_size != entry.bytes:
                raise self._unreadable(path, "it is damaged")
            with pa.memory_map(str(path)) as file:
                data = file.read_buffer()
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise self._unreadable(path, "it is damaged")
        return data

    def _unreadable(self, path: Path, reason: str) -> StoreError:
        remedy = f"see 'twin verify {self.run_id}', then restore it from a copy, or remove the folder and rerun"
        return StoreError(f"{path}: the table cannot be read: {reason}; {remedy}")

    def _entry(self, name: str) -> TableFile:
        if name not in self.manifest.tables:
            kept = f"it was kept with detail '{self.manifest.identity.detail}'"
            remedy = did_you_mean(name, self.manifest.tables)
            raise UnknownNameError(f"run '{self.run_id}' has no table '{name}' ({kept}); {remedy}")
        return self.manifest.tables[name]


def open_folder(folder: Path) -> Run:
    """Return the sealed run in a folder; raise `StoreError` when its manifest is damaged or of a newer version."""
    return Run(folder, read_manifest(folder))


def verify(run: Run) -> list[str]:
    """Check a sealed run against its manifest, and the manifest against itself.

    Parameters
    ----------
    run : the run to check; its manifest is read again.

    Returns
    -------
    One line per problem, each naming the file, what was found and what was sealed; empty when all is well.
    """
    try:
        manifest = read_manifest(run.folder)
    except StoreError as error:
        return [str(error)]
    problems = []
    if json_sha256(manifest.scenario) != manifest.identity.scenario_sha256:
        problems.append(f"{run.folder / MANIFEST}: the scenario's SHA-256 does not fit the run's identity")
    for name, entry in manifest.tables.items():
        problems += _table_problems(run.folder / entry.file, name, entry)
    known = {MANIFEST, *(entry.file for entry in manifest.tables.values())}
    with told(run.folder, "list the run"):
        extra = sorted(path.name for path in run.folder.iterdir() if path.name not in known)
    return problems + [f"{run.folder / name}: not named in the manifest" for name in extra]


def _table_problems(path: Path, name: str, entry: TableFile) -> list[str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        return [f"{path}: cannot be read: {error.strerror or error}"]
    if len(data) != entry.bytes:
        return [f"{path}: {len(data)} bytes found, {entry.bytes} sealed"]
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        return [f"{path}: SHA-256 differs from the sealed one"]
    try:
        rows = read_parquet(pa.py_buffer(data))
    except (pa.ArrowException, OSError) as error:
        return [f"{path}: not readable as Parquet: {str(error).splitlines()[0]}"]
    problems = []
    if rows.num_rows != entry.rows:
        problems.append(f"{path}: {rows.num_rows} rows found, {entry.rows} sealed")
    sealed = [(column, kind, unit) for column, kind, unit in entry.columns]
    if columns_of(rows.schema) != sealed:
        problems.append(f"{path}: the columns differ from the sealed ones")
    if name not in schemas.TABLES:
        problems.append(f"{path}: '{name}' is not a table of this project")
    return problems


def columns_of(schema: pa.Schema) -> list[tuple[str, str, str]]:
    """Return (name, type, unit) of each column of an arrow schema, in the words of `ops_data.schemas`."""
    words = {pa.int32(): "int32", pa.int64(): "int64", pa.float64(): "float64"}
    found = []
    for field in schema:
        unit = (field.metadata or {}).get(b"unit", b"").decode()
        kind = "text" if pa.types.is_dictionary(field.type) else words.get(field.type, str(field.type))
        found.append((field.name, kind, unit))
    return found
