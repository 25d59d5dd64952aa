"""The folder that goes to a reader: built whole or not at all, checked, and compared with another one.

A review package carries its own recheck.py; a supply statement, known by its file statement.json, is checked here.

manifest-sha256.txt names every other file with its SHA-256, in the form of ``sha256sum``.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from ops_data.errors import StoreError
from ops_data.export.statement_check import STATEMENT, recheck_statement
from ops_data.files import Lock, move_folder, remove_tree, sync_folder, told, write_whole

MANIFEST: Final = "manifest-sha256.txt"
RECHECK: Final = "recheck.py"
OPTION: Final = "--out"  # of the command line, names the folder
_RECHECK_LIMIT_S: Final = 3600


@dataclass(frozen=True)
class Verification:
    """What came of checking a package: how many files and numbers, what is wrong, what the script said."""

    files: int
    numbers: int
    problems: tuple[str, ...]
    recheck: tuple[str, ...]


@contextmanager
def building(target: Path) -> Iterator[Path]:
    """Give a working folder that becomes ``target`` in one step when the block ends well.

    The working folder is a hidden sibling of ``target``. On any error it is removed; after a power cut or a kill it
    stays behind under its hidden name and the next attempt removes it. Put `add_recheck` and the crate in yourself; the
    manifest is written here.

    Parameters
    ----------
    target : where the package shall be; nothing, or an empty folder, may be there.

    Raises
    ------
    StoreError
        Something is there already, another process is building it, or the disk refuses.
    """
    target = target.absolute()
    working = target.with_name(f".{target.name}.partial")
    with told(target.parent, "make the folder", OPTION):
        target.parent.mkdir(parents=True, exist_ok=True)
    with _claim(target):
        check_target(target)
        with told(working, "begin the package", OPTION):
            remove_tree(working)
            working.mkdir()
        try:
            yield working
            with told(target, "finish the package", OPTION):
                _finish(working, target)
        finally:
            with told(working, "tidy up", OPTION):
                remove_tree(working)


def add_recheck(folder: Path) -> None:
    """Put the script that rebuilds the summary into a package, byte for byte as this software ships it."""
    with told(folder / RECHECK, "write the script"):
        write_whole(folder / RECHECK, _shipped_recheck())


def write_manifest(folder: Path) -> None:
    """Write the hash of every other file, sorted by name."""
    lines = [f"{digest}  {name}" for name, digest in sorted(file_hashes(folder).items())]
    write_whole(folder / MANIFEST, ("\n".join(lines) + "\n").encode())


def verify(folder: Path) -> Verification:
    """Check every file of a package against its manifest, then run its recheck.py, or add up a statement's tables.

    Returns
    -------
    Problems are one line each: a file that differs, is missing or is not named, a number that cannot be rebuilt. The
    script is run only when it is the one this software ships, in a process of its own; a package of another version
    is told as such, and the script shipped here is run on it instead.

    Raises
    ------
    StoreError
        The folder is no review package.
    """
    named = read_manifest(folder)
    with told(folder, "read the package"):
        found = file_hashes(folder)
    problems = [f"{folder / name}: missing" for name in sorted(set(named) - set(found))]
    problems += [f"{folder / name}: not named in {MANIFEST}" for name in sorted(set(found) - set(named))]
    problems += [
        f"{folder / name}: its SHA-256 differs from the one in {MANIFEST}"
        for name in sorted(set(named) & set(found))
        if named[name] != found[name]
    ]
    if STATEMENT in named:
        said = recheck_statement(folder)
        numbers = sum(line.startswith(("OK ", "DIFFERENT ")) for line in said)
        problems += [f"{folder}: {line}" for line in said if line.startswith(("DIFFERENT ", "FAILED "))]
        return Verification(len(found), numbers, tuple(problems), said)
    said = _run_recheck(folder)
    if named.get(RECHECK) != hashlib.sha256(_shipped_recheck()).hexdigest():
        said = (f"{RECHECK} of the package is of another version; the one of this software was run", *said)
    numbers = sum(line.startswith(("OK ", "DIFFERENT ")) for line in said)
    problems += [f"{folder / 'summary.csv'}: {line}" for line in said if line.startswith(("DIFFERENT ", "FAILED "))]
    return Verification(len(found), numbers, tuple(problems), said)


def read_manifest(folder: Path) -> dict[str, str]:
    """Return file → SHA-256 as the manifest of a package names them; StoreError when the folder is no package."""
    path = folder / MANIFEST
    if not path.is_file():
        raise StoreError(f"{folder}: no review package: {MANIFEST} is missing; name the folder of an export")
    with told(path, "read the manifest"):
        lines = path.read_bytes().decode(errors="replace").splitlines()
    pairs = [line.split("  ", 1) for line in lines]
    if any(len(pair) != 2 or len(pair[0]) != 64 for pair in pairs):
        raise StoreError(f"{path}: the manifest is damaged: a line is not 'hash  name'; restore it from a copy")
    return {name: digest for digest, name in pairs}


@contextmanager
def _claim(target: Path) -> Iterator[None]:
    with told(target, "claim the name", OPTION):
        lock = Lock(target.with_name(f".{target.name}.lock"))
    with lock:
        yield


def check_target(target: Path) -> None:
    """Refuse, before any work, a place where something stands already or nothing may be made; StoreError."""
    if target.is_symlink() or target.is_file():
        raise StoreError(f"{target}: a file is there; give --out a new name")
    above = next(folder for folder in target.absolute().parents if folder.exists())
    if not above.is_dir():
        raise StoreError(f"{target}: the file {above} stands where a folder is needed; give --out a place in a folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise StoreError(f"{target}: {above} may not be written to; give --out a place in a folder of your own")
    if target.is_dir() and any(target.iterdir()):
        what = "a review package" if (target / MANIFEST).is_file() else "a folder that is not empty"
        raise StoreError(f"{target}: {what} is there and is not written over; remove it or give --out a new name")


def _finish(working: Path, target: Path) -> None:
    """Write the manifest, flush all to the disk, and name the folder in one step."""
    write_manifest(working)
    for path in sorted(working.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(working)
    move_folder(working, target)


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a package but the manifest, as they are now."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = "a link"
        elif path.is_file() and name != MANIFEST:
            with path.open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _shipped_recheck() -> bytes:
    return resources.files("ops_data.export").joinpath(RECHECK).read_bytes()


def _run_recheck(folder: Path) -> tuple[str, ...]:
    """Return the lines that the shipped script prints about a folder; a line FAILED when it does not come to an end."""
    with resources.as_file(resources.files("ops_data.export").joinpath(RECHECK)) as script:
        command = [sys.executable, "-I", str(script), str(folder.absolute())]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_RECHECK_LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return (f"FAILED     {RECHECK} did not end within {_RECHECK_LIMIT_S} s",)
    lines = done.stdout.decode(errors="replace").splitlines()
    if not lines or not lines[-1].endswith("different"):
        told_last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no word"]
        lines.append(f"FAILED     {RECHECK} broke off: {told_last[0]}")
    return tuple(lines)
