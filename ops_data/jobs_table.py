"""Where requests are kept: two tables in SQL, made once and never anew; by default a file of their own in the store.

<store>/jobs.sqlite          requests and who works on them; SQLite, write-ahead log
<store>/.jobs.lock           held while that file is made
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from ops_data.errors import StoreError
from ops_data.files import Lock, sync_folder, told

FILE: Final = "jobs.sqlite"
PATIENCE_S: Final = 30.0  # for another process to finish writing
_MAKING: Final = threading.Lock()  # the lock of a file keeps processes apart, not threads
_TABLES: Final = sa.MetaData()
JOBS: Final = sa.Table(
    "jobs",
    _TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True, comment="order of submission"),
    sa.Column("job_id", sa.String(64), nullable=False, unique=True),
    sa.Column("store", sa.String(512), nullable=False, index=True, comment="what the paths of the store begin with"),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("scenario", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False, comment="JSON"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("submitted_by", sa.Text, nullable=False),
    sa.Column("cloned_from", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False, comment="the run it rests on or will give"),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("submitted_s", sa.Double, nullable=False),
    sa.Column("started_s", sa.Double, nullable=False),
    sa.Column("ended_s", sa.Double, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("stage", sa.String(32), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("worker", sa.String(128), nullable=False),
    sa.Column("lease_until_s", sa.Double, nullable=False),
    sa.Column("ready_s", sa.Double, nullable=False, comment="not taken up before"),
    sa.Column("cancel_asked", sa.Boolean, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("playing", sa.String(64), unique=True, comment="hash of what it makes, while it runs: one at a time"),
)
WORKERS: Final = sa.Table(
    "workers",
    _TABLES,
    sa.Column("worker", sa.String(128), primary_key=True),
    sa.Column("store", sa.String(512), primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("seen_s", sa.Double, nullable=False),
)


def open_inside(store: Path) -> sa.Engine:
    """Open the queue inside a store, making its file when there is none yet or nothing in it.

    Raises
    ------
    StoreError
        The store may not be written; the file is damaged or of another version. It is never made anew then: nothing
        else knows what was asked for.
    """
    path = store / FILE
    with told(path, "make the queue of requests"):
        if not holds_something(path):
            with _MAKING, Lock(store / ".jobs.lock", wait=True):
                if not holds_something(path):
                    _make_file(path)
    engine = _sqlite(path)
    with refusals(str(path)):
        try:
            sound = _has_tables(engine)
            with engine.connect() as connection:
                sound = sound and connection.execute(sa.text("PRAGMA quick_check")).scalar_one() == "ok"
        except DatabaseError as error:
            if type(error) is not DatabaseError:  # locked, full, not readable
                raise
            sound = False
    if not sound:
        raise StoreError(
            f"queue {path}: the file is damaged or of another version; it is not made anew, for requests would be "
            "lost: put a copy back, or move it away to begin an empty queue (sealed runs are not touched)"
        )
    return engine


def holds_something(path: Path) -> bool:
    """Say whether a file is there and not empty."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def open_url(url: str) -> tuple[sa.Engine, str]:
    """Open the queue in any database SQLAlchemy knows; return it and what to call it in messages."""
    try:
        place = sa.make_url(url).render_as_string(hide_password=True)
        engine = sa.create_engine(url, poolclass=NullPool)
    except SQLAlchemyError as error:
        raise StoreError("queue URL: not understood; write it like postgresql+psycopg://host/database") from error
    except ModuleNotFoundError as error:
        raise StoreError(f"queue {place}: its driver '{error.name}' is not installed; install it") from error
    with refusals(place):
        if not _has_tables(engine):
            _make_tables(engine)
        sound = _has_tables(engine)
    if not sound:
        raise StoreError(
            f"queue {place}: its tables are of another version; let the workers of that version finish, then rename "
            "the tables jobs and workers to begin an empty queue (sealed runs are not touched)"
        )
    return engine, place


@contextmanager
def refusals(place: str) -> Iterator[None]:
    """Turn what a database refuses inside the block into a one-line `StoreError`."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(
            f"queue {place}: {reason}; check that the database is there, has room and may be written"
        ) from error


def _sqlite(path: Path, mode: str = "rw") -> sa.Engine:
    """Return what connects to a file; with mode ``rw`` a file that is gone is refused, not made empty."""
    place = f"{path.absolute().as_uri()}?mode={mode}"
    return sa.create_engine(
        "sqlite://", poolclass=NullPool, creator=lambda: sqlite3.connect(place, timeout=PATIENCE_S, uri=True)
    )


def _make_file(path: Path) -> None:
    """Make an empty queue under another name and then name it, so that a file is whole or not there."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with refusals(str(path)):
        engine = _sqlite(new, "rwc")
        with engine.connect() as connection:
            connection.execute(sa.text("PRAGMA journal_mode=WAL"))
        _TABLES.create_all(engine)
    for log in ("-wal", "-shm"):  # of a file that was moved away: they would be played into the new one
        path.with_name(path.name + log).unlink(missing_ok=True)
    new.rename(path)
    sync_folder(path.parent)


def _make_tables(engine: sa.Engine) -> None:
    try:
        _TABLES.create_all(engine, checkfirst=True)
    except DatabaseError:
        if not _has_tables(engine):  # another process has not just made them either
            raise


def _has_tables(engine: sa.Engine) -> bool:
    inspector = sa.inspect(engine)
    return all(
        inspector.has_table(table.name)
        and {column["name"] for column in inspector.get_columns(table.name)} == set(table.c.keys())
        for table in _TABLES.sorted_tables
    )
