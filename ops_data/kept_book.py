"""Small durable books of a store: SQLite in <store>/readings/, appended to and never changed.

Write-ahead log, every commit flushed to the disk, writers wait for one another. Triggers of the schema refuse a change
of what stands in a book, so that what was known at any earlier instant can be told.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops_data.errors import StoreError
from ops_data.files import told
from ops_data.readings_manifest import FOLDER

WAIT_S: Final = 600.0  # for another writer


@dataclass(frozen=True)
class Book:
    """What a book is.

    Attributes
    ----------
    name : of its file.
    words : what it is called in messages.
    version : newest version of its schema that can be read.
    schema : statements that make its tables; run in one transaction.
    tables : names of its tables, which can only be appended to.
    """

    name: str
    words: str
    version: int
    schema: str
    tables: tuple[str, ...]

    def path(self, store: Path) -> Path:
        """Return where it is kept in a store."""
        return store / FOLDER / self.name

    def _script(self) -> str:
        kept = [
            f"CREATE TRIGGER IF NOT EXISTS {table}_{what.lower()} BEFORE {what} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'what stands in the book is never changed'); END;"
            for table in self.tables
            for what in ("UPDATE", "DELETE")
        ]
        return "\n".join(("BEGIN IMMEDIATE;", self.schema, *kept, f"PRAGMA user_version = {self.version};", "COMMIT;"))

    @contextmanager
    def opened(self, store: Path) -> Iterator[sqlite3.Connection]:
        """Open the book of a store, made if it is not there; closed at the end of the block.

        Raises
        ------
        StoreError
            It cannot be written, is damaged, or a newer version wrote it.
        """
        path = self.path(store)
        with told(path.parent, f"keep the {self.words}"):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._in_one_line(path):
            book = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
            try:
                book.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
                version = int(book.execute("PRAGMA user_version").fetchone()[0])
                if version > self.version:
                    raise StoreError(
                        f"{path}: written by a newer version; this one reads up to {self.version}; upgrade the software"
                    )
                if version < self.version:
                    book.executescript(self._script())
                yield book
            finally:
                book.close()

    @contextmanager
    def _in_one_line(self, path: Path) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            remedy = "free the disk, or wait for the other writer, and repeat: what was acknowledged is kept"
            raise StoreError(f"{path}: the {self.words} cannot be used: {error}; {remedy}") from error
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path}: the {self.words} is damaged: {error}; restore the file from a copy") from error


@contextmanager
def writing(book: sqlite3.Connection) -> Iterator[None]:
    """Make the block one transaction that no other writer comes between; durable when the block has ended."""
    book.execute("BEGIN IMMEDIATE")
    done = False
    try:
        yield
        done = True
    finally:
        if book.in_transaction:
            book.execute("COMMIT" if done else "ROLLBACK")
