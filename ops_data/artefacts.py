"""Artefacts: what was derived from a sealed run later, kept beside the runs of a store, unchanging or not there at all.

<store>/artefacts/<artefact_id>/manifest.json     what it is, the hash of the run it rests on, and of each file
<store>/artefacts/<artefact_id>/<file>            its tables (Parquet) and grids (NetCDF)
<store>/artefacts/.<artefact_id>.partial/         one being made; removed when that fails
<store>/artefacts/.<artefact_id>.lock             the claim of the process that makes it
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ops_data.columns import TableData
from ops_data.errors import StoreError, UnknownNameError, did_you_mean
from ops_data.files import Lock, move_folder, remove_tree, sync_folder, told, write_whole
from ops_data.manifest import MANIFEST, json_sha256, library_versions
from ops_data.tables import read_parquet, to_arrow, write_parquet

if TYPE_CHECKING:
    import pandas as pd

FORMAT: Final = 1
FOLDER: Final = "artefacts"
PACKAGES: Final = "packages"  # beside it: what is exported for people who ask from a browser
_TOLD_ONLY: Final = ("created", "wall_s", "sha256")


@dataclass(frozen=True)
class ArtefactIdentity:
    """Everything that defines an artefact; the same identity always gives the same rows and grids.

    Parameters
    ----------
    kind : what it is, for example ``environment``.
    run_id, run_sha256 : the sealed run it rests on, and that run's hash.
    choices : settings of its own, as JSON values: hash of the scenario, members, hashes of a person's files.
    code_version : version of the software that makes it.
    """

    kind: str
    run_id: str
    run_sha256: str
    choices: Mapping[str, Any]
    code_version: str

    @property
    def artefact_id(self) -> str:
        """Name of the artefact: its run, its kind and eight hexadecimal digits of this identity's hash."""
        return f"{self.run_id}-{self.kind}-{json_sha256(asdict(self))[:8]}"


@dataclass(frozen=True)
class Artefact:
    """A sealed artefact: its folder and its manifest."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def artefact_id(self) -> str:
        """Name of the artefact."""
        return self.folder.name

    @property
    def identity(self) -> ArtefactIdentity:
        """What it was made of."""
        return ArtefactIdentity(**self.manifest["identity"])

    @property
    def created(self) -> str:
        """When it was sealed, ISO 8601 UTC."""
        return str(self.manifest["created"])

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The resolved scenario it was made with, as JSON values."""
        found: Mapping[str, Any] = self.manifest["scenario"]
        return found

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of a person's own files: repairs, remarks."""
        return tuple(self.manifest["notes"])

    def file(self, name: str) -> Path:
        """Return the path of one of its files after checking its hash; StoreError if missing or damaged."""
        if name not in self.manifest["files"]:
            remedy = did_you_mean(name, self.manifest["files"])
            raise UnknownNameError(f"artefact '{self.artefact_id}' has no file '{name}'; {remedy}")
        path = self.folder / name
        with told(path, "read the artefact"):
            found = _sha256(path)
        if found != self.manifest["files"][name]:
            raise _damaged(path, "its SHA-256 differs from the sealed one")
        return path

    def table(self, name: str) -> "pd.DataFrame":
        """Return the rows of one of its tables; StoreError if missing or damaged."""
        path = self.file(f"{name}.parquet")
        frame: pd.DataFrame = read_parquet(pa.py_buffer(path.read_bytes())).to_pandas()
        return frame


def write_rows(folder: Path, name: str, pieces: Iterable[TableData]) -> None:
    """Write a table of an artefact that is being made: column data, piece by piece, in row order."""
    write_parquet(folder / f"{name}.parquet", name, (to_arrow(name, piece) for piece in pieces))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(path: Path, what: str) -> StoreError:
    return StoreError(f"{path}: the artefact is damaged: {what}; remove its folder and repeat the command")


def find(store: Path, identity: ArtefactIdentity) -> Artefact | None:
    """Return the sealed artefact with this identity, or None if there is none yet; StoreError if it is damaged."""
    folder = store / FOLDER / identity.artefact_id
    return open_artefact(folder) if folder.exists() else None


def open_artefact(folder: Path) -> Artefact:
    """Return the artefact in a folder; StoreError if its manifest is damaged or of a newer version."""
    path = folder / MANIFEST
    with told(path, "read the manifest"):
        data = path.read_bytes()
    try:
        document = json.loads(data)
        newer = document["format"] > FORMAT
        sound = document["sha256"] == _hash(document)
        artefact_id = ArtefactIdentity(**document["identity"]).artefact_id
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, "it is not a manifest in JSON") from error
    if newer:
        raise StoreError(f"{path}: written by a newer version of this software; upgrade it")
    if not sound or artefact_id != folder.name:
        raise _damaged(path, "its manifest does not fit")
    return Artefact(folder, document)


def of_run(store: Path, run_id: str, kind: str) -> list[Artefact]:
    """Return the sealed artefacts of one kind that rest on a run, oldest first."""
    folders = sorted((store / FOLDER).glob(f"{run_id}-{kind}-*/{MANIFEST}"))
    found = [open_artefact(path.parent) for path in folders]
    return sorted((one for one in found if one.identity.run_id == run_id), key=lambda one: (one.created, one.folder))


def make(
    store: Path,
    identity: ArtefactIdentity,
    scenario: Mapping[str, Any],
    fill: Callable[[Path], tuple[str, ...]],
) -> Artefact:
    """Make an artefact: let its files be written into a working folder, then give that its name in one step.

    Parameters
    ----------
    store : folder of the store.
    identity : what the artefact is.
    scenario : the resolved scenario it is made with, as JSON values.
    fill : writes the files into the folder it is given, and returns notes for the reader.

    Raises
    ------
    StoreError
        Another process is making it, or the disk refuses. Whatever goes wrong, nothing is left under its name.
    """
    final = store / FOLDER / identity.artefact_id
    working = final.with_name(f".{final.name}.partial")
    with told(store, "make an artefact"):
        final.parent.mkdir(parents=True, exist_ok=True)
    with Lock(final.with_name(f".{final.name}.lock")):
        if final.exists():  # another process has sealed it meanwhile
            return open_artefact(final)
        try:
            with told(working, "make an artefact"):
                remove_tree(working)
                working.mkdir()
            begin = datetime.now(UTC)
            notes = fill(working)
            with told(final, "seal the artefact"):
                _write_manifest(working, identity, scenario, notes, begin)
                sync_folder(working)
                move_folder(working, final)
        finally:
            remove_tree(working)
    return open_artefact(final)


def _write_manifest(
    folder: Path, identity: ArtefactIdentity, scenario: Mapping[str, Any], notes: tuple[str, ...], begin: datetime
) -> None:
    now = datetime.now(UTC)
    document = {
        "format": FORMAT,
        "identity": asdict(identity),
        "scenario": scenario,
        "notes": list(notes),
        "files": {path.name: _sha256(path) for path in sorted(folder.iterdir())},
        "versions": library_versions(),
        "created": now.isoformat(timespec="seconds"),
        "wall_s": (now - begin).total_seconds(),
    }
    document["sha256"] = _hash(document)
    write_whole(folder / MANIFEST, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())


def _hash(document: Mapping[str, Any]) -> str:
    return json_sha256({key: value for key, value in document.items() if key not in _TOLD_ONLY})
