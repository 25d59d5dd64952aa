"""Packages for readers elsewhere: which of a run are there, their download as one zip, and the offer to make one."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pandas as pd
from dash import html
from dash.development.base_component import Component
from flask import Flask, Response, abort

from dashboards import components
from dashboards.callbacks import download
from dashboards.data import Data
from dashboards.offers import package_offer
from dashboards.page import Drawn, View
from dashboards.roles import allowed
from ops_data.errors import TwinError

KIND: Final = "package"  # of the download
ACTION: Final = "export:package"
DIGITS: Final = re.compile(r"[0-9a-f]{8}")
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the first date a zip can hold; the same bytes give the same file
READABLE: Final = 0o644 << 16
PIECE: Final = 1 << 20
MB: Final = 1e6


@dataclass(frozen=True)
class Package:
    """A package of the store, whole.

    Attributes
    ----------
    name : of its folder.
    folder : where it is.
    made : when.
    bytes : of all its files.
    files : how many there are.
    """

    name: str
    folder: Path
    made: datetime
    bytes: int
    files: int


def packages_of(data: Data, run_id: str, kind: str) -> list[Package]:
    """Return the packages of one kind that were made of a run, the newest first.

    Parameters
    ----------
    data : the store.
    run_id : the run.
    kind : "environmental-review" or "supply-statement".
    """
    head = f"{run_id}-{kind}-"
    found = [_package(folder) for folder in _folders(data) if _is_of(folder.name, head)]
    return sorted(found, key=lambda one: (one.made, one.name), reverse=True)


def _is_of(name: str, head: str) -> bool:
    return name.startswith(head) and DIGITS.fullmatch(name.removeprefix(head)) is not None


def _folders(data: Data) -> list[Path]:
    """Return the folders of all packages that are whole; one under way has a hidden name."""
    place = data.packages
    if not place.is_dir():
        return []
    return [path for path in sorted(place.iterdir()) if path.is_dir() and not path.name.startswith(".")]


def _package(folder: Path) -> Package:
    sizes = [path.stat().st_size for path in _files(folder)]
    return Package(folder.name, folder, datetime.fromtimestamp(folder.stat().st_mtime, UTC), sum(sizes), len(sizes))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


@dataclass
class _Sink:
    """Takes what a zip writes and gives it on piece by piece."""

    pieces: list[bytes] = field(default_factory=list)
    written: int = 0

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self.pieces.append(bytes(data))
        self.written += len(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is taken is given on by `given`."""

    def given(self) -> bytes:
        """Return what was taken since the last time."""
        found = b"".join(self.pieces)
        self.pieces.clear()
        return found


def zipped(folder: Path) -> Iterator[bytes]:
    """Yield a folder as a zip, piece by piece: files by name below the folder's own, always the same bytes.

    Parameters
    ----------
    folder : a package that is whole.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        for path in _files(folder):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, READABLE
            entry.file_size = path.stat().st_size
            with path.open("rb") as file, archive.open(entry, "w") as target:
                while piece := file.read(PIECE):
                    target.write(piece)
                    yield sink.given()
            yield sink.given()
    yield sink.given()


def add_package_download(server: Flask, data: Data) -> None:
    """Serve ``/download/package/<name>``: a package of the store as a zip."""

    @download(server, ACTION, KIND)
    def package_zip(rest: list[str]) -> Response:
        """Give a package; 404 for any name that no package has, and when the store is gone."""
        try:
            folder = next((one for one in _folders(data) if [one.name] == rest), None)
        except TwinError as error:
            return Response(f"{components.without_folders(str(error))}\n", 404, mimetype="text/plain")
        if folder is None:
            abort(404)
        saved_as = f'attachment; filename="{folder.name}.zip"'
        headers = {"Content-Disposition": saved_as, "Cache-Control": "private, no-store"}
        return Response(zipped(folder), mimetype="application/zip", headers=headers)


def package_panel(view: View, kind: str) -> Drawn:
    """Return the packages of the run with their downloads, and the offer to have one made.

    Parameters
    ----------
    view : of the page.
    kind : "environmental-review" or "supply-statement".
    """
    words = view.words
    found = packages_of(view.data, view.run.run_id, kind)
    rows = pd.DataFrame(
        [(one.name, one.made.isoformat(timespec="seconds"), one.files, one.bytes) for one in found],
        columns=["package", "made_utc", "files", "bytes"],
    )
    parts: list[Component] = []
    if not found:
        parts.append(components.nothing(words, words("package.none")))
    elif allowed(view.user, ACTION):
        parts += [_link(view, one) for one in found]
    else:
        parts.append(components.message("note", words("package.not_yours"), words("common.ask_for_role")))
    parts.append(package_offer(view, kind))
    command = f"twin export {kind} {view.run.run_id} --out {kind}"
    parts.append(html.P([words("package.command"), " ", html.Code(command)], className="remark"))
    return Drawn(parts, rows if found else None, note=words(f"package.what.{kind}"))


def _link(view: View, one: Package) -> Component:
    fill = {"files": str(one.files), "size": view.words.number(one.bytes / MB), "when": view.words.instant(one.made)}
    link = html.A(view.words("package.download"), href=f"/download/{KIND}/{one.name}", className="button", download="")
    return html.P([link, html.Code(one.name), html.Br(), view.words("package.about", fill)])
