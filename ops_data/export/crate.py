"""The metadata file of the review package: RO-Crate 1.1 with the profile Process Run Crate, always the same bytes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import StoreError
from ops_data.files import told, write_whole

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

METADATA: Final = "ro-crate-metadata.json"
CRATE_VERSION: Final = "1.1"
PROCESS_RUN: Final = "https://w3id.org/ro/wfrun/process/0.5"


_MEDIA: Final = {
    ".csv": "text/csv", ".json": "application/json", ".nc": "application/netcdf",
    ".parquet": "application/vnd.apache.parquet", ".gpkg": "application/geopackage+sqlite3",
    ".md": "text/markdown",
    ".pdf": "application/pdf", ".py": "text/x-python", ".txt": "text/plain", ".lock": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def media_type(path: str) -> str:
    """Return the media type of a file of a package by the end of its name.

    Examples
    --------
    >>> media_type("tables/holes.csv"), media_type("LICENSE")
    ('text/csv', 'application/octet-stream')
    """
    return _MEDIA.get(Path(path).suffix, "application/octet-stream")


@dataclass(frozen=True)
class CrateFile:
    """One file of the package: path from its root, written with ``/``; what it holds; media type."""

    path: str
    description: str
    media_type: str


@dataclass(frozen=True)
class CrateAbout:
    """What the crate says about the package as a whole.

    Attributes
    ----------
    name, description : title and a few sentences.
    run_id : the sealed run.
    created : ISO 8601 UTC; the sealing time of the run, given as date of publication and as time of the action.
    licence_url, licence_name : licence of the data.
    software_name, software_version, software_url : what made it.
    author_name, author_url : organisation that speaks for it.
    command : the command as one types it, without paths of a machine.
    inputs : paths of the files that went in; all others came out.
    """

    name: str
    description: str
    run_id: str
    created: str
    licence_url: str
    licence_name: str
    software_name: str
    software_version: str
    software_url: str
    author_name: str
    author_url: str
    command: str
    inputs: tuple[str, ...]


def write_crate(folder: Path, about: CrateAbout, files: Sequence[CrateFile], later: Sequence[CrateFile] = ()) -> None:
    """Write ``ro-crate-metadata.json`` for the files of a folder.

    Parameters
    ----------
    folder : the package; all of ``files`` are in it.
    about : what is said of the whole.
    files : every file of the package but the metadata file itself and ``later``.
    later : files that are written afterwards, such as the manifest of hashes: described without their size.

    Raises
    ------
    StoreError
        A file of the folder is not described, a described one is missing, author, licence and software do not have a
        URL each, or the disk refuses.
    """
    if len({about.author_url, about.licence_url, about.software_url}) < 3:
        raise StoreError(f"{folder}: author, licence and software of a crate are told apart by their URLs; give three")
    with told(folder, "list the package"):
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {METADATA}
    described = {file.path for file in files}
    if odd := sorted(found ^ described):
        what = "is in the package but not described" if odd[0] in found else "is described but not in the package"
        raise StoreError(f"{folder / odd[0]}: the file {what}; describe every file once")
    sizes = {file.path: (folder / file.path).stat().st_size for file in files}
    document = _crate(about, sorted([*files, *later], key=lambda file: file.path), sizes).metadata.generate()
    document["@graph"] = sorted(document["@graph"], key=lambda entity: (entity["@id"] != METADATA, entity["@id"]))
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    with told(folder / METADATA, "write the crate"):
        write_whole(folder / METADATA, text.encode())


def _crate(about: CrateAbout, files: Sequence[CrateFile], sizes: dict[str, int]) -> "ROCrate":
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=CRATE_VERSION)

    def entity(name: str, kind: str, properties: dict[str, Any]) -> Any:
        return crate.add(ContextEntity(crate, name, properties={"@type": kind, **properties}))

    author = entity(about.author_url, "Organization", {"name": about.author_name, "url": about.author_url})
    licence = entity(about.licence_url, "CreativeWork", {"name": about.licence_name, "url": about.licence_url})
    profile = entity(PROCESS_RUN, "CreativeWork", {"name": "Process Run Crate", "version": "0.5"})
    software = entity(
        about.software_url,
        "SoftwareApplication",
        {"name": about.software_name, "url": about.software_url, "softwareVersion": about.software_version},
    )
    parts = {file.path: _part(crate, file, sizes) for file in files}
    time = datetime.fromisoformat(about.created).isoformat(timespec="seconds")
    action = crate.add_action(
        software,
        identifier=f"#export-{about.run_id}",
        object=_single([part for path, part in parts.items() if path in about.inputs]),
        result=_single([part for path, part in parts.items() if path not in about.inputs]),
        properties={
            "name": f"export of run {about.run_id}",
            "description": about.command,
            "startTime": time,
            "endTime": time,
            "agent": author,
            "actionStatus": "http://schema.org/CompletedActionStatus",
        },
    )
    root = crate.root_dataset
    for key, value in (
        ("name", about.name),
        ("description", about.description),
        ("identifier", about.run_id),
        ("datePublished", time),
        ("license", licence),
        ("author", author),
        ("publisher", author),
        ("conformsTo", profile),
        ("mentions", action),
    ):
        root[key] = value
    return crate


def _single(entities: list[Any]) -> Any:
    """Return the one of a list of one, as the specification would have it, else the list."""
    return entities[0] if len(entities) == 1 else entities


def _part(crate: "ROCrate", file: CrateFile, sizes: dict[str, int]) -> Any:
    size = {"contentSize": str(sizes[file.path])} if file.path in sizes else {}
    return crate.add_file(
        dest_path=file.path,
        properties={
            "name": file.path,
            "description": file.description,
            "encodingFormat": file.media_type,
            **size,
        },
    )
