"""Bytes that are either wholly on disk or not there: durable files, atomic names, locks, one-line reasons.

Every change the store makes to a disk goes through this module.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from ops_data.errors import StoreError

_REASONS: Final = {
    errno.ENOSPC: ("the disk is full", "free some space and repeat the command: finished replicates are kept"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and repeat the command: finished replicates are kept"),
    errno.EFBIG: ("the file would pass the size limit", "raise the limit (ulimit -f) and repeat the command"),
    errno.EACCES: ("it may not be written here", "choose a folder you may write to with {option}"),
    errno.EPERM: ("it may not be written here", "choose a folder you may write to with {option}"),
    errno.EROFS: ("the disk is read-only", "choose a folder you may write to with {option}"),
    errno.ENOTDIR: ("a file stands where a folder is needed", "choose a folder with {option}"),
    errno.EEXIST: ("a file stands where a folder is needed", "choose a folder with {option}"),
    errno.ENOENT: ("a file or folder has gone", "repeat the command"),
}
_held: set[Path] = set()


@contextmanager
def told(place: Path | str, doing: str, option: str = "--store") -> Iterator[None]:
    """Turn an operating-system error inside the block into a one-line `StoreError` about ``place``.

    Parameters
    ----------
    place : file or folder, or the name of a run.
    doing : what the block does to it, after "cannot".
    option : of the command line, which chooses another place.
    """
    try:
        yield
    except OSError as error:
        unknown = (error.strerror or str(error).splitlines()[0], "check the disk and repeat the command")
        reason, remedy = _REASONS.get(error.errno or 0, unknown)
        raise StoreError(f"{place}: cannot {doing}: {reason}; {remedy.format(option=option)}") from error


class DurableFile:
    """A new file that gets its name only when it is whole, and knows its size and SHA-256.

    Used as a context manager: on success the bytes are flushed to the disk and the file renamed to ``path``, on any
    error the temporary file is removed. It has the methods that pyarrow asks of a file.

    Parameters
    ----------
    path : final name; the temporary one beside it ends in ``.<pid>.tmp``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.closed = False
        self._hash = hashlib.sha256()
        self._temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        self._number = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)

    @property
    def sha256(self) -> str:
        """Hash of what was written so far, in hexadecimal digits."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Append ``data`` (anything with bytes in it); return its length in bytes.

        A writer on top that is only now being let go must not write any more once the block has ended: the number of
        the file may be another file's by then.
        """
        if self.closed:
            raise ValueError(f"{self.path}: write to a closed file")
        rest = memoryview(data)
        self._hash.update(rest)
        length = len(rest)
        while rest:
            rest = rest[os.write(self._number, rest) :]
        self.size += length
        return length

    def tell(self) -> int:
        """Return the number of bytes written."""
        return self.size

    def flush(self) -> None:
        """Do nothing: nothing is buffered here."""

    def writable(self) -> bool:
        """Return True."""
        return True

    def close(self) -> None:
        """Do nothing: the file is closed, and named, when its block ends."""

    def __enter__(self) -> "DurableFile":
        """Return the file itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Name the file if the block succeeded, else remove it."""
        self.closed = True
        try:
            if kind is None:
                os.fsync(self._number)
        finally:
            os.close(self._number)
            if kind is not None:
                with suppress(OSError):
                    self._temporary.unlink()
        if kind is None:
            self._temporary.replace(self.path)


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file so that it is there with all its bytes, or not at all."""
    with DurableFile(path) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def move_folder(source: Path, target: Path) -> None:
    """Rename a folder in one step and flush the new name to the disk."""
    source.rename(target)
    sync_folder(target.parent)


def remove_tree(folder: Path) -> None:
    """Remove a folder and what is in it; one that is already gone is no error."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


class Lock:
    """An exclusive claim on a name, held by this process and given back by the system when the process dies.

    A POSIX record lock: forked workers do not inherit it, so they cannot keep it alive after their parent is killed.

    Parameters
    ----------
    path : lock file; holds the process id of the owner, removed on release.
    wait : wait for the present owner instead of raising.

    Raises
    ------
    StoreError
        Another living process holds the lock and ``wait`` is False.
    """

    def __init__(self, path: Path, wait: bool = False) -> None:
        self.path = path
        self._owner = os.getpid()
        if path in _held:  # opening the file again and closing it would give the claim up
            raise StoreError(_held_message(path, str(os.getpid())))
        self._number = _claim(path, wait)
        _held.add(path)

    def release(self) -> None:
        """Give the claim back; a second call, or a call in a forked child, does nothing."""
        if self.path in _held and self._owner == os.getpid():
            with suppress(FileNotFoundError):
                self.path.unlink()
            _held.discard(self.path)
            os.close(self._number)

    def __enter__(self) -> "Lock":
        """Return the lock itself."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Give the claim back."""
        self.release()


def _claim(path: Path, wait: bool) -> int:
    """Return the descriptor of the locked file that still has the name ``path``."""
    while True:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.lockf(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except (BlockingIOError, PermissionError) as error:
            owner = os.read(number, 32).decode(errors="replace").strip()
            os.close(number)
            raise StoreError(_held_message(path, owner or "unknown")) from error
        if _is_same_file(number, path):
            os.ftruncate(number, 0)
            os.write(number, f"{os.getpid()}\n".encode())
            return number
        os.close(number)  # the owner before us removed the name while we waited: ask again


def _is_same_file(number: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(number), path.stat())
    except FileNotFoundError:
        return False


def _held_message(path: Path, owner: str) -> str:
    return f"{path}: process {owner} is writing this run now; wait until it has finished, or stop it, and repeat"
