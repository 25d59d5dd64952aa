"""The store: sealed runs in a folder, each complete and unchanging or not there at all.

<store>/<run_id>/manifest.json          what the run is, and the hash of each table
<store>/<run_id>/<table>.parquet        its rows
<store>/.<run_id>.partial/              a run being made: finished parts, kept when interrupted
<store>/.<run_id>.lock                  the claim of the process that makes it
<store>/catalogue.sqlite                the list of runs, made again from the manifests when needed
"""

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from ops_data import writer
from ops_data.catalogue import Catalogue, RunRow, open_inside, open_url
from ops_data.errors import StoreError, UnknownNameError, did_you_mean
from ops_data.files import Lock, remove_tree, told
from ops_data.manifest import MANIFEST, RunIdentity
from ops_data.sealed import Run, open_folder
from ops_data.writer import RunWriter

LATEST: Final = "latest"
_LOG: Final = logging.getLogger(__name__)
_WARNED: Final[set[str]] = set()  # of this process: a served store is opened every second


@dataclass(frozen=True, eq=False)
class Store:
    """A folder of runs and the catalogue that lists them; got from `open_store`."""

    folder: Path
    catalogue: Catalogue

    def runs(self) -> list[RunRow]:
        """Return the sealed runs, oldest first."""
        return self.catalogue.rows()

    def unfinished(self) -> list[RunIdentity]:
        """Return the runs that were begun and not sealed: interrupted, or being made now."""
        found = []
        with told(self.folder, "list the runs"):
            for path in sorted(self.folder.glob(f".*.partial/{writer.IDENTITY}")):
                try:
                    found.append(RunIdentity(**json.loads(path.read_bytes())))
                except (ValueError, TypeError, StoreError) as error:
                    _warn_once(f"{path}: not understood ({error}); the unfinished run is passed over")
        return [identity for identity in found if not (self.folder / identity.run_id / MANIFEST).exists()]

    def find(self, identity: RunIdentity) -> Run | None:
        """Return the sealed run with this identity, or None if there is none yet.

        Raises
        ------
        StoreError
            Its manifest is damaged, or another identity has the same name.
        """
        folder = self.folder / identity.run_id
        if not folder.exists():
            return None
        run = open_folder(folder)
        if run.manifest.identity != identity:
            raise StoreError(f"{folder}: another run has the same name; keep this one in another store (--store)")
        return run

    def begin(self, identity: RunIdentity) -> RunWriter:
        """Begin a run, or go on with an interrupted one; see `ops_data.writer.begin`."""
        return writer.begin(self.folder, identity, self._list)

    def _list(self, run: Run) -> None:
        """Add a run to the catalogue; the run is sealed already, so a catalogue that refuses is told of, not fatal."""
        try:
            self.catalogue.add([run.manifest])
        except StoreError as error:
            _LOG.warning("%s (run '%s' is sealed; it will be listed when the store is next opened)", error, run.run_id)

    def open(self, name: str) -> Run:
        """Return a sealed run by its id, the beginning of its id, its scenario (then the newest), or ``latest``.

        A run that was made to be read with another (a rerun, linked to it) is never the newest of a kind.

        Raises
        ------
        UnknownNameError
            No run has that name, or several ids begin with it.
        StoreError
            The manifest is damaged or of a newer version.
        """
        folders = _run_folders(self.folder)
        if name in folders:
            return open_folder(self.folder / name)
        rows = self.runs()
        named = [row for row in rows if name in (LATEST, row.scenario) and not row.linked]
        if named:
            return open_folder(self.folder / named[-1].run_id)
        begun = [run_id for run_id in folders if name and run_id.startswith(name)]
        if len(begun) == 1:
            return open_folder(self.folder / begun[0])
        if begun:
            raise UnknownNameError(
                f"run '{name}': {len(begun)} runs begin so; give more of one: {', '.join(begun[:5])}"
            )
        if not folders:
            raise UnknownNameError(f"run '{name}': store {self.folder} holds no run yet; make one with 'twin run'")
        remedy = did_you_mean(name, [LATEST, *folders, *(row.scenario for row in rows)])
        raise UnknownNameError(f"run '{name}': not in store {self.folder}; {remedy}")


def open_store(location: str | Path, catalogue_url: str | None = None, create: bool = False) -> Store:
    """Open a store and bring its catalogue up to date with what is in the folder.

    Parameters
    ----------
    location : a folder, or a ``file://`` URL.
    catalogue_url : SQLAlchemy URL of the catalogue; None: an SQLite file inside the store.
    create : make the folder if it is not there.

    Raises
    ------
    StoreError
        The folder is not there, is a file, or may not be written (with ``create``); the catalogue cannot be reached.
    """
    folder = folder_of(location)
    if create:
        with told(f"store {folder}", "make the folder"):
            folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise StoreError(f"store {folder}: it may not be written; choose a folder you may write to with --store")
    if not folder.exists():
        raise StoreError(f"store {folder}: there is no such folder; make a run first, or name the folder with --store")
    if not folder.is_dir():
        raise StoreError(f"store {folder}: it is a file, not a folder; choose a folder with --store")
    writable = os.access(folder, os.W_OK | os.X_OK)
    catalogue = open_inside(folder, writable) if catalogue_url is None else open_url(catalogue_url, folder)
    _bring_up_to_date(folder, catalogue)
    if writable:
        _tidy(folder)
    return Store(folder, catalogue)


def folder_of(location: str | Path) -> Path:
    """Return the folder that a path or a ``file://`` URL names, there or not; StoreError for another kind of URL."""
    if isinstance(location, Path) or "://" not in location:
        return Path(location).expanduser()
    parts = urlsplit(location)
    if parts.scheme != "file":
        raise StoreError(
            f"store {location}: '{parts.scheme}' is not served by this version; give a folder or file:// URL"
        )
    return Path(unquote(parts.path))


def _run_folders(store: Path) -> list[str]:
    with told(store, "list the runs"):
        return sorted(path.parent.name for path in store.glob(f"*/{MANIFEST}") if not path.parent.name.startswith("."))


def _bring_up_to_date(store: Path, catalogue: Catalogue) -> None:
    """Add runs that are in the folder only, remove rows whose run is gone; a damaged run is told of and passed over."""
    listed = {row.run_id for row in catalogue.rows()}
    present = set(_run_folders(store))
    manifests = []
    for run_id in sorted(present - listed):
        try:
            manifests.append(open_folder(store / run_id).manifest)
        except StoreError as error:
            _warn_once(f"{error} (left out of the catalogue)")
    if manifests:
        _LOG.info("catalogue %s: %d runs added from their manifests", catalogue.place, len(manifests))
        catalogue.add(manifests)
    if listed - present:
        catalogue.remove(sorted(listed - present))


def _warn_once(message: str) -> None:
    _LOG.log(logging.INFO if message in _WARNED else logging.WARNING, "%s", message)
    _WARNED.add(message)


def _tidy(store: Path) -> None:
    """Remove working folders of runs that were sealed just before their process died."""
    for run_id in _run_folders(store):
        left = writer.working_folder(store, run_id)
        if left.exists():
            try:
                with Lock(writer.lock_file(store, run_id)), told(left, "tidy up"):
                    remove_tree(left)
            except StoreError as error:
                _LOG.info("%s", error)
