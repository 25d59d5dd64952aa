"""What a supply statement says: the tables of a sealed supply study with the words of its reference tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from ops_data.errors import UnknownNameError
from ops_data.export.report_data import FileRow
from ops_data.export.statement_data import STATEMENT_TABLES, StatementData
from ops_data.reference.supply.demand_rows import read_demand
from ops_data.reference.supply.network_rows import read_network
from ops_data.reference.supply.policy_rows import read_policy
from ops_data.reference.supply.shock_rows import read_shock
from ops_data.supply_names import BASES

if TYPE_CHECKING:
    import pandas as pd

    from ops_data.manifest import Manifest
    from twin.supply_view import SupplyView

JPY_PER_USD: Final = "finance.jpy_per_usd"
EXTRAPOLATION: Final = "extrapolation_t_d"
SHOCK_MONTHS: Final = "shock_months"
REFUSED: Final = "customs_refused.csv"  # in the folder of a study: what was refused of a person's own shipments
IN_JAPANESE: Final = "_ja"
IN_ENGLISH: Final = ("", "_en")  # ends of the names of the fields that a Japanese one belongs to
TITLES: Final = ("title", "title_en")


class Study(Protocol):
    """What a statement needs of a sealed supply study."""

    @property
    def artefact_id(self) -> str:
        """Name of the study."""

    @property
    def title(self) -> str:
        """Title of the scenario."""

    @property
    def description(self) -> str:
        """A sentence or two about the scenario; empty for none."""

    @property
    def run_ids(self) -> Mapping[str, str]:
        """Basis → run id of the paired runs; other keys are told beside them."""

    @property
    def targets_t_d(self) -> Mapping[str, float]:
        """Basis → target of its run, tonnes a day on that basis."""

    @property
    def choices(self) -> Mapping[str, Any]:
        """Settings of the study."""

    @property
    def quantities(self) -> Mapping[str, Any]:
        """Every number by key, with a field ``value``."""

    @property
    def seed(self) -> int:
        """Seed of the draws."""

    @property
    def draws(self) -> int:
        """How often what is not known was drawn."""

    @property
    def created(self) -> str:
        """When the later of its runs was sealed, ISO 8601 UTC; not when the study was made."""

    @property
    def code_version(self) -> str:
        """Version of the software that made the study."""

    @property
    def changes(self) -> tuple[str, ...]:
        """What the person who asked changed against the packaged case, in words."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of a person's own files."""

    @property
    def refused(self) -> bytes:
        """Lines of a person's own shipments that were refused, as CSV; empty for none."""

    def table(self, name: str) -> "pd.DataFrame":
        """Return the rows of one of its tables, words as plain text; UnknownNameError if it has none of the name."""


@dataclass(frozen=True)
class ViewedStudy:
    """A sealed study with the manifests of the runs it rests on, as a statement needs them.

    Attributes
    ----------
    view : the study.
    runs : basis → manifest of its run.
    created : when the later of them was sealed, ISO 8601 UTC.
    """

    view: "SupplyView"
    runs: "Mapping[str, Manifest]"
    created: str

    @property
    def artefact_id(self) -> str:
        """Name of the study."""
        return self.view.artefact_id

    @property
    def title(self) -> str:
        """Title of the scenario."""
        return self.view.title

    @property
    def description(self) -> str:
        """What the scenario says of itself."""
        return str(self.runs[self.view.basis].scenario.get("description", ""))

    @property
    def run_ids(self) -> Mapping[str, str]:
        """Names of the runs."""
        return self.view.run_ids

    @property
    def targets_t_d(self) -> Mapping[str, float]:
        """Target of each run."""
        return {basis: float(run.scenario["campaign"]["target_t_d"]) for basis, run in self.runs.items()}

    @property
    def choices(self) -> Mapping[str, Any]:
        """Settings of the study."""
        return self.view.choices

    @property
    def quantities(self) -> Mapping[str, Any]:
        """Every number by key."""
        return self.view.quantities

    @property
    def seed(self) -> int:
        """Seed of the draws."""
        return self.view.seed

    @property
    def draws(self) -> int:
        """How often what is not known was drawn."""
        return self.view.draws

    @property
    def code_version(self) -> str:
        """Version of the software that made the study."""
        return self.view.artefact.identity.code_version

    @property
    def changes(self) -> tuple[str, ...]:
        """What was changed against the packaged case."""
        return self.view.changes

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of a person's own files."""
        return self.view.notes

    @property
    def refused(self) -> bytes:
        """Lines that were refused, from the file beside the tables of the study."""
        path = self.view.artefact.folder / REFUSED
        return path.read_bytes() if path.is_file() else b""

    def table(self, name: str) -> "pd.DataFrame":
        """Return the rows of one of its tables."""
        return self.view.table(name)


@dataclass(frozen=True)
class Vocabulary:
    """Words of the reference tables: English title by code, and Japanese by English."""

    titles: Mapping[str, str]
    japanese: Mapping[str, str]


def statement_data(study: Study, lock_sha256: str, files: Sequence[tuple[str, str]]) -> StatementData:
    """Return what the statement of a study says; ``files`` are paths with the key of what each is."""
    words = vocabulary()
    return StatementData(
        title=study.title,
        description=study.description,
        study_id=study.artefact_id,
        run_ids=dict(study.run_ids),
        target_t_d={basis: float(study.targets_t_d[basis]) for basis in BASES if basis in study.targets_t_d},
        extrapolation_t_d=float(study.choices[EXTRAPOLATION]),
        jpy_per_usd=float(study.quantities[JPY_PER_USD]["value"]),
        seed=study.seed,
        draws=study.draws,
        sealed=datetime.fromisoformat(study.created).replace(microsecond=0),
        version=study.code_version,
        lock_sha256=lock_sha256,
        tables=study_tables(study),
        titles=words.titles,
        japanese=words.japanese,
        files=tuple(FileRow(path, name) for path, name in files),
        notes=study.notes,
        changes=study.changes,
        shock_months=int(study.choices.get(SHOCK_MONTHS, 0)),
    )


def study_tables(study: Study) -> dict[str, "pd.DataFrame"]:
    """Return the tables that the study has, by name, in the order in which a statement names them."""
    found = {}
    for name in STATEMENT_TABLES:
        try:
            found[name] = study.table(name)
        except UnknownNameError:  # of a part that was left out
            continue
    return found


def vocabulary() -> Vocabulary:
    """Return the words of the packaged reference tables; a person's own titles are printed as they wrote them."""
    titles: dict[str, str] = {}
    japanese: dict[str, str] = {}
    for key, row in _rows((read_demand(None), read_network(None), read_shock(None), read_policy(None))):
        names = {field.name for field in fields(row)}
        for name in names:
            if name.endswith(IN_JAPANESE):
                stem = name.removesuffix(IN_JAPANESE)
                for end in IN_ENGLISH:
                    if f"{stem}{end}" in names:
                        japanese[str(getattr(row, f"{stem}{end}"))] = str(getattr(row, name))
        title = next((str(getattr(row, name)) for name in TITLES if name in names), "")
        if title:
            titles.setdefault(key, title)
    return Vocabulary(titles, japanese)


def _rows(tables: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Yield every row of some tables with its key."""
    for one in tables:
        for field in fields(one):
            held = getattr(one, field.name)
            if isinstance(held, Mapping):
                yield from held.items()
