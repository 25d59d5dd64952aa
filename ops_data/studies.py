"""Studies: designs of many campaigns, kept beside the runs of a store, complete and unchanging or not there at all.

<store>/studies/<study_id>/manifest.json       what the study is, and the hash of each file
<store>/studies/<study_id>/design.parquet      its rows: quantile and value of every quantity that varies
<store>/studies/<study_id>/outcomes.parquet    what came out; the column replicate holds the number of the case
<store>/studies/.<study_id>.partial/           a study being made: finished parts, kept when interrupted
<store>/studies/.<study_id>.lock               the claim of the process that makes it

A case is one campaign: row × replicates + replicate.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ops_data.errors import StoreError
from ops_data.files import DurableFile, Lock, move_folder, remove_tree, sync_folder, told, write_whole
from ops_data.manifest import MANIFEST, canonical_json, json_sha256, library_versions
from ops_data.parts import PartWriter, coverage, read_part, sound_parts
from ops_data.tables import read_parquet, write_parquet

if TYPE_CHECKING:
    import pandas as pd

FOLDER: Final = "studies"
FORMAT: Final = 1
DESIGN: Final = "design.parquet"
OUTCOMES: Final = "outcomes.parquet"
_TOLD_ONLY: Final = ("created", "wall_s", "sha256")  # in the manifest, not in its hash
_DESIGN_SCHEMA: Final = pa.schema(
    [
        pa.field("row", pa.int32(), nullable=False),
        pa.field("key", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("quantile", pa.float64(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
    ]
)


@dataclass(frozen=True)
class StudyIdentity:
    """Everything that defines the rows of a study; the same identity always gives the same rows.

    Parameters
    ----------
    scenario, scenario_sha256 : name and hash of the resolved scenario.
    method : how the design was sampled.
    design_sha256 : hash of the design.
    rows, replicates : rows of the design, campaigns per row.
    seed : seed of the ensemble.
    code_version : version of the software that makes the rows.
    """

    scenario: str
    scenario_sha256: str
    method: str
    design_sha256: str
    rows: int
    replicates: int
    seed: int
    code_version: str

    @property
    def study_id(self) -> str:
        """Name of the study: scenario, method and eight hexadecimal digits of this identity's hash."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", self.scenario).strip(".-_") or "study"
        return f"{plain[:80]}-{self.method}-{json_sha256(asdict(self))[:8]}"

    @property
    def cases(self) -> int:
        """Number of campaigns."""
        return self.rows * self.replicates


@dataclass(frozen=True)
class StudyDesign:
    """The rows of a design: keys, and arrays of shape (rows, keys) of quantiles and of values in each key's unit."""

    keys: Sequence[str]
    quantiles: NDArray[np.float64]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Study:
    """A sealed study: its folder and its manifest."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def study_id(self) -> str:
        """Name of the study."""
        return self.folder.name

    def outcomes(self) -> "pd.DataFrame":
        """Return the rows of ``outcomes``, the number of the case as ``replicate``; StoreError if damaged."""
        frame: pd.DataFrame = read_parquet(pa.py_buffer(self._whole(OUTCOMES))).to_pandas()
        return frame

    def design(self) -> "pd.DataFrame":
        """Return the design: row, key, quantile and value; StoreError if damaged."""
        frame: pd.DataFrame = pq.read_table(pa.BufferReader(self._whole(DESIGN))).to_pandas()
        return frame

    def _whole(self, name: str) -> bytes:
        path = self.folder / name
        with told(path, "read the study"):
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != self.manifest["files"][name]["sha256"]:
            raise _damaged(path, "its SHA-256 differs from the sealed one")
        return data


def _damaged(path: Path, what: str) -> StoreError:
    return StoreError(f"{path}: the study is damaged: {what}; remove its folder and repeat the command")


def find(store: Path, identity: StudyIdentity) -> Study | None:
    """Return the sealed study with this identity, or None if there is none yet; StoreError if it is damaged."""
    folder = store / FOLDER / identity.study_id
    if not folder.exists():
        return None
    path = folder / MANIFEST
    with told(path, "read the manifest"):
        data = path.read_bytes()
    try:
        document = json.loads(data)
        sound = document["sha256"] == _hash(document) and document["identity"] == asdict(identity)
        named = {DESIGN, OUTCOMES} <= set(document["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, "it is not a manifest in JSON") from error
    if not sound or not named:
        raise _damaged(path, "its manifest does not fit")
    return Study(folder, document)


def _hash(document: Mapping[str, Any]) -> str:
    return json_sha256({key: value for key, value in document.items() if key not in _TOLD_ONLY})


@dataclass(frozen=True, eq=False)
class StudyWriter:
    """A claim on a study that is not yet sealed; got from `begin`, used as a context manager.

    Leaving the block without sealing (Ctrl-C, an error) keeps the finished parts for the next time and frees the claim.
    """

    store: Path
    identity: StudyIdentity
    lock: Lock

    @property
    def parts(self) -> PartWriter:
        """What workers write with, cases in place of replicates; it can be pickled."""
        return PartWriter(self._folder / "parts")

    @property
    def _folder(self) -> Path:
        return _working_folder(self.store, self.identity)

    def __enter__(self) -> "StudyWriter":
        """Return the writer itself."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Free the claim; remove the working folder if nothing in it is worth keeping."""
        with told(self._folder, "leave the study"):
            if not any((self._folder / "parts").glob("*")):
                remove_tree(self._folder)
            self.lock.release()

    def missing(self) -> list[int]:
        """Return the cases that no sound part holds yet, in order; damaged parts are thrown away."""
        return coverage(sound_parts(self._folder / "parts"), 0, self.identity.cases - 1)[1]

    def seal(self, scenario: Mapping[str, Any], wall_s: float) -> Study:
        """Put the parts together and give the study its name, in one step.

        Parameters
        ----------
        scenario : the resolved scenario as JSON values.
        wall_s : wall time the study took [s].

        Raises
        ------
        StoreError
            Cases are missing, or the disk refuses; finished parts are kept.
        """
        study_id, new = self.identity.study_id, self._folder / "sealed"
        if missing := self.missing():
            raise StoreError(f"study '{study_id}': {len(missing)} cases are missing, first {missing[0]}; write them")
        final = self.store / FOLDER / study_id
        try:
            with told(final, "seal the study"):
                remove_tree(new)
                new.mkdir()
                design = (self._folder / DESIGN).read_bytes()
                write_whole(new / DESIGN, design)
                rows, _, sha256 = write_parquet(new / OUTCOMES, "outcomes", self._rows())
                document = {
                    "format": FORMAT,
                    "study_id": study_id,
                    "identity": asdict(self.identity),
                    "scenario": scenario,
                    "files": {
                        DESIGN: {"sha256": hashlib.sha256(design).hexdigest()},
                        OUTCOMES: {"rows": rows, "sha256": sha256},
                    },
                    "versions": library_versions() | {"SALib": version("SALib")},
                    "created": datetime.now(UTC).isoformat(timespec="microseconds"),
                    "wall_s": wall_s,
                }
                document["sha256"] = _hash(document)
                write_whole(new / MANIFEST, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
                sync_folder(new)
                move_folder(new, final)
        finally:
            remove_tree(new)
        with told(self._folder, "tidy up"):
            remove_tree(self._folder)
        return Study(final, document)

    def _rows(self) -> Iterator[pa.Table]:
        folder = self._folder / "parts"
        for part, first, last in coverage(sound_parts(folder), 0, self.identity.cases - 1)[0]:
            rows = read_part(folder, part, "outcomes")
            number = rows.column("replicate").to_numpy()
            yield rows.filter(pa.array((number >= first) & (number <= last)))


def begin(store: Path, identity: StudyIdentity, design: StudyDesign) -> StudyWriter:
    """Claim a study's name and write down its design; parts of an interrupted attempt are kept.

    Raises
    ------
    StoreError
        The study is sealed already, another process is making it, or the folder may not be written.
    """
    folder = _working_folder(store, identity)
    with told(store, "begin a study"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = Lock(folder.parent / f".{identity.study_id}.lock")
    try:
        with told(store, "begin a study"):
            if (final := folder.parent / identity.study_id).exists():
                raise StoreError(f"{final}: the study is sealed already; open it, or remove the folder to redo it")
            (folder / "parts").mkdir(parents=True, exist_ok=True)
            for left in folder.rglob("*.tmp"):
                left.unlink(missing_ok=True)
            _write_design(folder / DESIGN, design)
            write_whole(folder / "identity.json", canonical_json(asdict(identity)).encode())
    except StoreError:
        lock.release()
        raise
    return StudyWriter(store, identity, lock)


def _working_folder(store: Path, identity: StudyIdentity) -> Path:
    return store / FOLDER / f".{identity.study_id}.partial"


def _write_design(path: Path, design: StudyDesign) -> None:
    rows, keys = design.quantiles.shape
    columns = [
        pa.array(np.repeat(np.arange(rows, dtype=np.int32), keys)),
        pa.DictionaryArray.from_arrays(np.tile(np.arange(keys, dtype=np.int32), rows), list(design.keys)),
        pa.array(design.quantiles.ravel()),
        pa.array(design.values.ravel()),
    ]
    with DurableFile(path) as file:
        pq.write_table(pa.Table.from_arrays(columns, schema=_DESIGN_SCHEMA), file, compression="zstd")
