"""A folder that files are dropped into: each whole file is handed over once, then put away.

A file counts as whole when its size and time of change have stood still for a settle time, or at once when a file of
its name with ``.done`` behind it lies beside it. Names that copying programs use for what is on its way, hidden files,
links and folders are left alone. What was taken goes to ``done/``, what was refused as a whole to ``failed/`` with a
``.reason.txt`` beside it; no file there is ever overwritten: a second one of a name gets a number. Whoever is stopped
at any moment, also between handing over and putting away, finds the file still there and hands it over again:
ingesting twice changes nothing.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ops_data.errors import ObservationError, UsageError
from ops_data.files import sync_folder, told, write_whole

DONE: Final = "done"
FAILED: Final = "failed"
MARKER: Final = ".done"
REASON: Final = ".reason.txt"
TEMPORARY: Final = (".part", ".tmp", ".temp", ".filepart", ".partial", ".crdownload", ".swp", "~")
HIDDEN: Final = (".", "~$")
SETTLE_S: Final = 10.0
POLL_S: Final = 2.0


@dataclass(frozen=True)
class Handled:
    """What became of a file: its name, where it lies now (None: in the folder), why it was refused ("": taken)."""

    name: str
    path: Path | None
    reason: str


@dataclass(frozen=True)
class _Look:
    """How a file looked, and since when it has looked so [s of the clock]."""

    bytes: int
    changed_ns: int
    since_s: float


@dataclass
class DropFolder:
    """The folder, and what was seen of it; nothing of that needs to outlive the process.

    Parameters
    ----------
    folder : must be there; ``done`` and ``failed`` are made in it.
    ingest : takes one whole file, returns why it is refused as a whole, or "" when it was taken. Its `UsageError` and
        `ObservationError` are such reasons too; any other error leaves the file where it is and goes to the caller.
    settle_s : how long a file must stand still.
    now_s : clock that only goes forward.
    """

    folder: Path
    ingest: Callable[[Path], str]
    settle_s: float = SETTLE_S
    now_s: Callable[[], float] = time.monotonic
    _seen: dict[str, _Look] = field(default_factory=dict)

    def sweep(self) -> Iterator[Handled]:
        """Hand over every file that is whole now, in order of name; yield what became of each.

        Raises
        ------
        StoreError
            The folder cannot be read, or a file in it not moved.
        UsageError
            There is no such folder.
        """
        if not self.folder.is_dir():
            raise UsageError(f"{self.folder}: no such folder; make it, or name the one that files are dropped into")
        with told(self.folder, "look into the folder", "--watch"):
            looks = self._looks()
        for name in sorted(looks):
            settled = self.now_s() - looks[name].since_s >= self.settle_s
            whole = settled or (self.folder / f"{name}{MARKER}").is_file()
            if whole and (self.folder / name).is_file():
                yield self._handled(name, looks[name])

    def _looks(self) -> dict[str, _Look]:
        """Return the files that may be handed over, with how they look."""
        now_s, looks = self.now_s(), {}
        for entry in os.scandir(self.folder):
            if not _candidate(entry.name) or not entry.is_file(follow_symlinks=False):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # taken away between the two looks
                continue
            last = self._seen.get(entry.name)
            same = last is not None and (last.bytes, last.changed_ns) == (found.st_size, found.st_mtime_ns)
            since_s = last.since_s if same and last is not None else now_s
            looks[entry.name] = _Look(found.st_size, found.st_mtime_ns, since_s)
        self._seen = dict(looks)
        return looks

    def _handled(self, name: str, look: _Look) -> Handled:
        path = self.folder / name
        try:
            reason = self.ingest(path)
        except (UsageError, ObservationError) as error:
            reason = str(error)
        with told(path, "put it away", "--watch"):
            now = path.stat() if path.exists() else None
            if now is None or (now.st_size, now.st_mtime_ns) != (look.bytes, look.changed_ns):
                self._seen.pop(name, None)
                return Handled(name, None, reason or "it changed while it was read; it will be read again")
            (self.folder / f"{name}{MARKER}").unlink(missing_ok=True)  # first: it must not speak for a later file
            target = _put_away(path, self.folder / (FAILED if reason else DONE), reason)
        self._seen.pop(name, None)
        return Handled(name, target, reason)


def _candidate(name: str) -> bool:
    lower = name.lower()
    return not (lower.startswith(HIDDEN) or lower.endswith((*TEMPORARY, MARKER)) or lower in (DONE, FAILED))


def _put_away(path: Path, folder: Path, reason: str) -> Path:
    """Move a file into a folder under a name that is free there, its reason first; return where it is."""
    folder.mkdir(exist_ok=True)
    number = 1
    while True:
        target = folder / (path.name if number == 1 else f"{path.stem}-{number}{path.suffix}")
        note = target.with_name(target.name + REASON)
        number += 1
        if note.exists():
            continue
        try:
            os.close(
                os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644)
            )  # the name is ours now
        except FileExistsError:
            if target.stat().st_size or not path.stat().st_size:
                continue  # an empty file is what a process leaves that was killed between this line and the renaming
        moved = False
        try:
            if reason:
                write_whole(note, f"{reason}\n".encode())
            path.replace(target)
            moved = True
        finally:
            if not moved:
                target.unlink(missing_ok=True)
                note.unlink(missing_ok=True)
        sync_folder(folder)
        return target


def watch(
    drop: DropFolder, poll_s: float = POLL_S, sleep: Callable[[float], None] = time.sleep, sweeps: int | None = None
) -> Iterator[Handled]:
    """Sweep the folder again and again, yield what became of each file; an interrupt leaves everything consistent.

    Parameters
    ----------
    poll_s : pause between two sweeps [s].
    sweeps : how many; None: without end.
    """
    count = 0
    while sweeps is None or count < sweeps:
        yield from drop.sweep()
        count += 1
        if sweeps is None or count < sweeps:
            sleep(poll_s)
