"""What a run is, and the manifest that says so beside its tables."""

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from ops_data import schemas
from ops_data.errors import StoreError, did_you_mean
from ops_data.files import told

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_UNHASHED: Final = ("created", "wall_s", "sha256")
_LIBRARIES: Final = ("numpy", "pandas", "pyarrow", "numba", "scipy", "simpy")


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys and no spaces: one text for one value. NaN and infinity are refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def json_sha256(value: object) -> str:
    """Return the SHA-256 of `canonical_json`, in hexadecimal digits: the hash of a resolved scenario."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


@dataclass(frozen=True)
class RunIdentity:
    """Everything that defines the rows of a run; the same identity always gives the same rows.

    Parameters
    ----------
    scenario : name of the scenario.
    scenario_sha256 : `json_sha256` of the resolved scenario.
    seed : seed of the ensemble.
    first_replicate, last_replicate : replicates of the run, both included.
    parameters : ``fixed`` or ``drawn``.
    detail : ``intervals`` or ``daily``.
    mass_basis : ``wet`` or ``dry``.
    code_version : version of the software that makes the rows.
    origin : ``simulated``, ``measured`` or ``forecast``.

    Raises
    ------
    StoreError
        A word that the ``runs`` table does not allow, or no replicate at all.
    """

    scenario: str
    scenario_sha256: str
    seed: int
    first_replicate: int
    last_replicate: int
    parameters: str
    detail: str
    mass_basis: str
    code_version: str
    origin: str = "simulated"

    def __post_init__(self) -> None:
        """Check the words against the declaration of the ``runs`` table."""
        for part in fields(self):
            allowed, found = schemas.RUNS.column(part.name).allowed, getattr(self, part.name)
            if allowed and found not in allowed:
                raise StoreError(f"run identity: {part.name} may not be '{found}'; {did_you_mean(found, allowed)}")
        if not 0 <= self.first_replicate <= self.last_replicate:
            found = f"{self.first_replicate} to {self.last_replicate}"
            raise StoreError(f"run identity: replicates {found}; give 0 or more, the first not after the last")

    @cached_property
    def run_id(self) -> str:
        """Name of the run: the scenario's name and eight hexadecimal digits of this identity's hash."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", self.scenario).strip(".-_") or "run"
        return f"{plain[:80]}-{json_sha256(asdict(self))[:8]}"


@dataclass(frozen=True)
class TableFile:
    """One table of a sealed run: its file, size, hash, and the columns (name, type, unit) it was written with."""

    file: str
    rows: int
    bytes: int
    sha256: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Manifest:
    """The record beside the tables of a sealed run.

    ``created`` (ISO 8601 UTC) and ``wall_s`` are told but not hashed, so two sealings of the same rows by the same
    software carry the same ``sha256``.
    """

    identity: RunIdentity
    scenario: Mapping[str, Any]
    tables: Mapping[str, TableFile]
    versions: Mapping[str, str]
    created: str
    wall_s: float
    linked: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self.identity.run_id

    @cached_property
    def sha256(self) -> str:
        """Hash of all that is hashed: the identity of the sealed run as a whole."""
        return json_sha256({key: value for key, value in _plain(self).items() if key not in _UNHASHED})

    def to_json(self) -> str:
        """Return the text of the manifest file."""
        document = {**_plain(self), "sha256": self.sha256}
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest as what JSON gives back."""
    document: dict[str, Any] = json.loads(json.dumps({"run_id": manifest.run_id, **asdict(manifest)}, allow_nan=False))
    return document


def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that can change a row or a byte."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def read_manifest(run_folder: Path) -> Manifest:
    """Read and check the manifest of a sealed run.

    Raises
    ------
    StoreError
        It cannot be read, breaks the format, was changed after sealing, or a newer version wrote it.
    """
    path = run_folder / MANIFEST
    if not path.exists():
        raise _damaged(path, "it is missing")
    with told(path, "read the manifest"):
        data = path.read_bytes()
    try:
        document = json.loads(data)
        newer = document["format"] > FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, "it is not a manifest in JSON") from error
    if newer:
        raise StoreError(
            f"{path}: key 'format' is {document['format']}, written by a newer version; "
            f"this one reads up to {FORMAT}: upgrade the software"
        )
    try:
        manifest = _manifest(document)
    except (KeyError, TypeError, ValueError, AttributeError, StoreError) as error:
        raise _damaged(path, f"a key is missing or of the wrong kind ({error})") from error
    if manifest.sha256 != document.get("sha256"):
        raise _damaged(path, "its own SHA-256 does not fit")
    if manifest.run_id != run_folder.name:
        raise _damaged(path, f"it is the manifest of run '{manifest.run_id}'")
    return manifest


def _manifest(document: dict[str, Any]) -> Manifest:
    tables = {
        name: TableFile(**{**entry, "columns": tuple((str(n), str(t), str(u)) for n, t, u in entry["columns"])})
        for name, entry in document["tables"].items()
    }
    return Manifest(
        identity=RunIdentity(**document["identity"]),
        scenario=document["scenario"],
        tables=tables,
        versions=document["versions"],
        created=document["created"],
        wall_s=float(document["wall_s"]),
        linked=tuple(document["linked"]),
        format=document["format"],
    )


def _damaged(path: Path, rule: str) -> StoreError:
    return StoreError(
        f"{path}: the manifest is damaged: {rule}; restore the folder from a copy, or remove it and rerun"
    )
