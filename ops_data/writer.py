"""Making a run: claim its name, collect parts, seal them in one step."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ops_data import schemas
from ops_data.columns import TableData
from ops_data.errors import StoreError
from ops_data.files import Lock, move_folder, remove_tree, sync_folder, told, write_whole
from ops_data.manifest import (
    MANIFEST,
    Manifest,
    RunIdentity,
    TableFile,
    canonical_json,
    json_sha256,
    library_versions,
)
from ops_data.parts import Part, PartWriter, coverage, read_part, sound_parts
from ops_data.sealed import Run
from ops_data.tables import to_arrow, write_parquet

IDENTITY: Final = "identity.json"


def working_folder(store: Path, run_id: str) -> Path:
    """Return where a run is made before it is sealed."""
    return store / f".{run_id}.partial"


def lock_file(store: Path, run_id: str) -> Path:
    """Return the file whose lock is the claim on a run's name."""
    return store / f".{run_id}.lock"


@dataclass(frozen=True, eq=False)
class RunWriter:
    """A claim on a run that is not yet sealed; got from ``store.begin``, used as a context manager.

    Leaving the block without sealing (Ctrl-C, an error) keeps the finished parts for the next time and frees the claim.

    Parameters
    ----------
    store : folder of the store.
    identity : what the run is.
    lock : the claim.
    on_sealed : called with the run once it is sealed.
    """

    store: Path
    identity: RunIdentity
    lock: Lock
    on_sealed: Callable[[Run], None]

    @property
    def parts(self) -> PartWriter:
        """What workers write with; it can be pickled."""
        return PartWriter(self._folder / "parts")

    @property
    def _folder(self) -> Path:
        return working_folder(self.store, self.identity.run_id)

    def __enter__(self) -> "RunWriter":
        """Return the writer itself."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Free the claim; remove the working folder if nothing in it is worth keeping."""
        with told(self._folder, "leave the run"):
            if not any((self._folder / "parts").glob("*")):
                remove_tree(self._folder)
            self.lock.release()

    def missing(self) -> list[int]:
        """Return the replicates that no sound part holds yet, in order; damaged parts are thrown away."""
        return self._coverage()[1]

    def read(self, name: str) -> Iterator[pa.Table]:
        """Yield the finished rows of a table in replicate order, a part at a time: what indicators are made from."""
        return _rows(self._folder / "parts", self._coverage()[0], name)

    def seal(
        self,
        scenario: Mapping[str, Any],
        tables: Mapping[str, TableData],
        wall_s: float,
        linked: Sequence[str] = (),
    ) -> Run:
        """Put the parts together and give the run its name, in one step.

        Parameters
        ----------
        scenario : the resolved scenario as JSON values; its hash must be the identity's.
        tables : tables that belong to no replicate, such as ``indicators``.
        wall_s : wall time the run took [s].
        linked : run ids it is to be read with, such as the same luck on another mass basis.

        Returns
        -------
        The sealed run.

        Raises
        ------
        StoreError
            Replicates are missing, rows break their declaration, or the disk refuses; finished parts are kept.
        """
        run_id = self.identity.run_id
        if json_sha256(scenario) != self.identity.scenario_sha256:
            raise StoreError(f"run '{run_id}': the scenario is not the one the run was begun with; begin again with it")
        chosen, missing = self._coverage()
        if missing:
            raise StoreError(f"run '{run_id}': {len(missing)} replicates are missing, first {missing[0]}; write them")
        new = self._folder / "sealed"
        final = self.store / run_id
        try:
            with told(final, "seal the run"):
                remove_tree(new)
                new.mkdir()
                files = self._write_tables(new, chosen, tables)
                manifest = Manifest(
                    identity=self.identity,
                    scenario=scenario,
                    tables=files,
                    versions=library_versions(),
                    created=datetime.now(UTC).isoformat(timespec="microseconds"),
                    wall_s=wall_s,
                    linked=tuple(linked),
                )
                write_whole(new / MANIFEST, manifest.to_json().encode())
                sync_folder(new)
                move_folder(new, final)
        finally:
            remove_tree(new)
        run = Run(final, manifest)
        self.on_sealed(run)
        with told(self._folder, "tidy up"):
            remove_tree(self._folder)
        return run

    def _coverage(self) -> tuple[list[tuple[Part, int, int]], list[int]]:
        parts = sound_parts(self._folder / "parts")
        return coverage(parts, self.identity.first_replicate, self.identity.last_replicate)

    def _write_tables(
        self, folder: Path, chosen: list[tuple[Part, int, int]], given: Mapping[str, TableData]
    ) -> dict[str, TableFile]:
        from_parts = {name for part, _, _ in chosen for name in part.tables}
        for name in given:
            if schemas.table(name).by_replicate:
                raise StoreError(f"table '{name}': its rows belong to replicates; write them as parts")
        files = {}
        for name in sorted({*from_parts, *given}):
            pieces = (
                _rows(self._folder / "parts", chosen, name)
                if name in from_parts
                else iter([to_arrow(name, given[name])])
            )
            rows, size, sha256 = write_parquet(folder / f"{name}.parquet", name, pieces)
            columns = tuple((column.name, column.type, column.unit) for column in schemas.table(name).columns)
            files[name] = TableFile(f"{name}.parquet", rows, size, sha256, columns)
        return files


def _rows(folder: Path, chosen: list[tuple[Part, int, int]], name: str) -> Iterator[pa.Table]:
    for part, first, last in chosen:
        if name not in part.tables:
            continue
        rows = read_part(folder, part, name)
        if (first, last) != (part.first, part.last):
            number = rows.column("replicate")
            rows = rows.filter(pc.and_(pc.greater_equal(number, first), pc.less_equal(number, last)))
        yield rows


def begin(store: Path, identity: RunIdentity, on_sealed: Callable[[Run], None]) -> RunWriter:
    """Claim a run's name and make its working folder ready; parts of an interrupted attempt are kept.

    Raises
    ------
    StoreError
        The run is sealed already, another process is writing it, or the folder may not be written.
    """
    run_id, folder = identity.run_id, working_folder(store, identity.run_id)
    with told(store, "begin a run"):
        lock = Lock(lock_file(store, run_id))
    try:
        with told(store, "begin a run"):
            if (store / run_id).exists():
                raise StoreError(
                    f"{store / run_id}: the run is sealed already; open it, or remove the folder to redo it"
                )
            (folder / "parts").mkdir(parents=True, exist_ok=True)
            for left in folder.rglob("*.tmp"):
                left.unlink(missing_ok=True)
            write_whole(folder / IDENTITY, canonical_json(asdict(identity)).encode())
    except StoreError:
        lock.release()
        raise
    return RunWriter(store, identity, lock, on_sealed)
