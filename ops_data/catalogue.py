"""The list of runs in SQL: a convenience that can always be made again from the manifests.

By default an SQLite file inside the store; any other database by its SQLAlchemy URL.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from ops_data import schemas
from ops_data.errors import StoreError
from ops_data.files import Lock, told
from ops_data.manifest import Manifest

FILE: Final = "catalogue.sqlite"
_LOG: Final = logging.getLogger(__name__)
_SQL_TYPES: Final[Mapping[str, sa.types.TypeEngine[Any]]] = {
    "int32": sa.Integer(),
    "int64": sa.BigInteger(),
    "float64": sa.Double(),
    "text": sa.Text(),
}
_RUNS: Final = sa.Table(
    "runs",
    sa.MetaData(),
    *(
        sa.Column(
            column.name,
            sa.String(512) if column.name == "path" else _SQL_TYPES[column.type],
            primary_key=column.name == "path",
            nullable=False,
            comment=column.description,
        )
        for column in schemas.RUNS.columns
    ),
)


@dataclass(frozen=True)
class RunRow:
    """One row of the ``runs`` table; see ``twin describe runs``."""

    run_id: str
    origin: str
    scenario: str
    scenario_sha256: str
    code_version: str
    seed: int
    first_replicate: int
    last_replicate: int
    parameters: str
    detail: str
    mass_basis: str
    created: str
    wall_s: float
    state: str
    path: str
    linked: tuple[str, ...]

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return self.last_replicate - self.first_replicate + 1


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Rows about the runs of one store.

    Parameters
    ----------
    engine : the database.
    place : what to call it in messages.
    prefix : what the paths of this store begin with; empty for a catalogue inside the store.
    """

    engine: sa.Engine
    place: str
    prefix: str

    def rows(self) -> list[RunRow]:
        """Return the runs of this store, oldest first."""
        query = (
            sa.select(_RUNS)
            .where(_RUNS.c.path.startswith(self.prefix, autoescape=True))
            .order_by(_RUNS.c.created, _RUNS.c.run_id)
        )
        try:
            with self.engine.connect() as connection:
                found = connection.execute(query).mappings().all()
        except SQLAlchemyError as error:
            raise _refused(self.place, error) from error
        return [RunRow(**{**row, "linked": tuple(row["linked"].split())}) for row in found]

    def add(self, manifests: Iterable[Manifest]) -> None:
        """Add or replace the rows of some runs."""
        for manifest in manifests:
            row = self._row(manifest)
            try:
                with self.engine.begin() as connection:
                    connection.execute(sa.delete(_RUNS).where(_RUNS.c.path == row["path"]))
                    connection.execute(sa.insert(_RUNS).values(row))
            except IntegrityError:
                continue  # another process has just added the same run
            except SQLAlchemyError as error:
                raise _refused(self.place, error) from error

    def remove(self, run_ids: Sequence[str]) -> None:
        """Remove the rows of runs that are no longer in the store."""
        paths = [self.prefix + run_id for run_id in run_ids]
        try:
            with self.engine.begin() as connection:
                connection.execute(sa.delete(_RUNS).where(_RUNS.c.path.in_(paths)))
        except SQLAlchemyError as error:
            raise _refused(self.place, error) from error

    def _row(self, manifest: Manifest) -> dict[str, Any]:
        told_apart = {"run_id", "created", "wall_s", "state", "path", "linked"}
        names = [column.name for column in schemas.RUNS.columns if column.name not in told_apart]
        return {
            **{name: getattr(manifest.identity, name) for name in names},
            "run_id": manifest.run_id,
            "created": manifest.created,
            "wall_s": manifest.wall_s,
            "state": "sealed",
            "path": self.prefix + manifest.run_id,
            "linked": " ".join(manifest.linked),
        }


def open_inside(store: Path, writable: bool) -> Catalogue:
    """Open the SQLite catalogue inside a store; one that is missing or damaged is made anew, empty.

    A store that may not be written gets a catalogue in memory.
    """
    if not writable:
        engine = sa.create_engine("sqlite://", poolclass=StaticPool)
        _RUNS.metadata.create_all(engine)
        return Catalogue(engine, "catalogue in memory", "")
    path = store / FILE
    engine = sa.create_engine(f"sqlite:///{path.absolute()}", poolclass=NullPool)
    catalogue = Catalogue(engine, str(path), "")
    if not _is_sound(path, engine):
        with told(path, "make the catalogue anew"), Lock(store / ".catalogue.lock", wait=True):
            if not _is_sound(path, engine):
                if path.exists():
                    _LOG.warning(
                        "%s: the catalogue is damaged or of another version; made anew from the manifests", path
                    )
                path.unlink(missing_ok=True)
                path.with_name(f"{FILE}-journal").unlink(missing_ok=True)
                _create(catalogue)
    return catalogue


def open_url(url: str, store: Path) -> Catalogue:
    """Open a catalogue in any database SQLAlchemy knows; several stores may share it."""
    try:
        place = sa.make_url(url).render_as_string(hide_password=True)
        catalogue = Catalogue(sa.create_engine(url, poolclass=NullPool), place, f"{store.absolute()}/")
    except SQLAlchemyError as error:
        raise StoreError("catalogue URL: not understood; write it like postgresql+psycopg://host/database") from error
    except ModuleNotFoundError as error:
        raise StoreError(f"catalogue {place}: its driver '{error.name}' is not installed; install it") from error
    _create(catalogue)
    return catalogue


def _create(catalogue: Catalogue) -> None:
    try:
        _RUNS.metadata.create_all(catalogue.engine, checkfirst=True)
    except SQLAlchemyError as error:
        raise _refused(catalogue.place, error) from error


def _is_sound(path: Path, engine: sa.Engine) -> bool:
    """Return True when the file is an SQLite database with the columns of today; raise if it cannot be asked."""
    if not path.exists():
        return False
    try:
        inspector = sa.inspect(engine)
        if not inspector.has_table(_RUNS.name):
            return False
        with engine.connect() as connection:
            whole = connection.execute(sa.text("PRAGMA quick_check")).scalar_one() == "ok"
        return whole and {column["name"] for column in inspector.get_columns(_RUNS.name)} == set(_RUNS.c.keys())
    except DatabaseError as error:
        if type(error) is DatabaseError:  # not a database, or malformed; subclasses say locked, full, not readable
            return False
        raise _refused(str(path), error) from error


def _refused(place: str, error: SQLAlchemyError) -> StoreError:
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return StoreError(f"catalogue {place}: {reason}; check that the database is there, has room and may be written")
