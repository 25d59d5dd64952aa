"""``twin export supply-statement``: tables in three forms, a workbook, the statement in two languages, and hashes."""

import hashlib
import json
from argparse import Namespace
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ops_data.export.software import installed
from ops_data.files import write_whole
from ops_data.supply_names import BASES
from ops_data.table_records import Table
from twin.commands.progress import begin_stage
from twin.commands.run import INTERRUPTED
from twin.run import DISTRIBUTION
from twin.supply_report import Study

if TYPE_CHECKING:
    import pandas as pd

    from ops_data.artefacts import Artefact
    from ops_data.export.statement_data import StatementData
    from ops_data.export.workbook import Sheet
    from ops_data.store import Store

LANGUAGES: Final[tuple[Literal["en", "ja"], ...]] = ("en", "ja")
FORMAT: Final = 1
WORKBOOK: Final = "supply_statement.xlsx"
REFUSED: Final = "tables/customs_refused.csv"
README: Final = """Supply statement of study {study_id}

What it is: what rare-earth mud of Minamitorishima would contribute to Japan's supply, what drives that, and what it
would be worth in a shock. It is a simulation, not a forecast. Read wet beside dry, and all readings together.

report/statement_en.pdf, statement_ja.pdf   the statement
supply_statement.xlsx                       all tables in one workbook, with units and sources
tables/                                     every table as CSV (UTF-8 with byte order mark), Parquet and table schema
statement.json                              which study: runs, rates, seed, draws, settings
software/versions.txt                       versions of this software and of all it stands on
ro-crate-metadata.json                      what every file is; RO-Crate 1.1, Process Run Crate
manifest-sha256.txt                         SHA-256 of every file: sha256sum -c manifest-sha256.txt

'twin verify DIR' checks the hashes and adds up again what the tables allow.
Data licence: CC-BY-4.0. All times are those of the sealed runs; a second export gives the same bytes.
"""
REPORTED: Final = (
    ("report/statement_en.pdf", "statement_en"), ("report/statement_ja.pdf", "statement_ja"), (WORKBOOK, "workbook"),
    ("tables/indicators.csv", "indicators"), ("tables/outcomes.csv", "outcomes"),
    ("tables/supply_drivers.csv", "drivers"), ("tables/supply_demand.csv", "demand"),
    ("tables/supply_flows.csv", "flows"), ("tables/supply_dependency.csv", "dependency"),
    ("tables/supply_shock_months.csv", "months"), ("tables/supply_kpis.csv", "kpis"),
    ("tables/supply_levers.csv", "levers"), ("tables/supply_cash_flow.csv", "cash_flow"),
    ("tables/supply_published.csv", "published"), ("tables/supply_inputs.csv", "inputs"),
    ("statement.json", "study"), ("manifest-sha256.txt", "manifest"),
)  # fmt: skip
_WORDS: Final = {
    "README.txt": "what lies where", "statement.json": "runs, rates, seed, draws and settings of the study",
    REFUSED: "lines of own shipments that were not read, and why",
    WORKBOOK: "all tables in one workbook", "report/statement_en.pdf": "statement in English",
    "report/statement_ja.pdf": "statement in Japanese",
    "software/versions.txt": "versions of this software and of all it stands on",
}  # fmt: skip


def supply_statement(options: Namespace) -> int:
    """Obey ``twin export supply-statement``: options as of ``twin supply``, and ``out``."""
    from ops_data.export.package import check_target
    from ops_data.store import open_store
    from twin.commands.output import tell_warnings
    from twin.commands.supply_made import supply_study

    check_target(Path(options.out).expanduser())
    tell_warnings()
    store = open_store(options.store, create=True)
    sealed = supply_study(options, store)
    if sealed is None:
        return INTERRUPTED
    return export_statement(viewed(store, sealed), options.out, options.json)


def viewed(store: "Store", sealed: "Artefact") -> Study:
    """Return a sealed supply study with the runs it rests on, as a statement needs them."""
    from twin.commands.environment_made import sealing_time
    from twin.supply_report import ViewedStudy
    from twin.supply_view import SupplyView

    view = SupplyView(sealed)
    runs = {basis: store.open(run_id).manifest for basis, run_id in view.run_ids.items() if basis in BASES}
    return ViewedStudy(view, runs, max(sealing_time(run) for run in runs.values()))


def export_statement(study: Study, out: str, as_json: bool) -> int:
    """Write the statement of a study into a new folder and tell so.

    Parameters
    ----------
    study : the sealed study.
    out : folder to make, as typed; nothing, or an empty folder, may be there.
    as_json : whether it is told as JSON.

    Raises
    ------
    StoreError
        Something is there already, or the disk refuses.
    """
    from twin.commands.output import document

    written = write_statement(study, Path(out).expanduser())
    if as_json:
        document({"package": out, "study_id": study.artefact_id, "runs": dict(study.run_ids), "tables": written})
    else:
        print(f"{out}: supply statement of study {study.artefact_id}, {written} tables")
        print(f"  twin verify {out}      checks every file, and adds up again what the tables allow")
    return 0


def write_statement(study: Study, target: Path) -> int:
    """Write the statement of a study into a new folder; return how many tables it has."""
    from ops_data.export.package import building

    begin_stage("writing")
    with building(target) as folder:
        return SupplyStatement(study).write(folder)


@dataclass(frozen=True)
class SupplyStatement:
    """A supply statement to be written."""

    study: Study

    def write(self, folder: Path) -> int:
        """Write everything but the manifest into a folder; return how many tables it has."""
        from ops_data.export.tables import BYTE_ORDER_MARK, write_table
        from twin.review_numbers import columns_of

        for name in ("tables", "report", "software"):
            (folder / name).mkdir()
        for table, rows in self.tables:
            write_table(folder / "tables", table, columns_of(rows), marked=True)
        if self.study.refused:
            write_whole(folder / REFUSED, BYTE_ORDER_MARK + self.study.refused.removeprefix(BYTE_ORDER_MARK))
        self._write_workbook(folder)
        self._write_about(folder)
        write_whole(folder / "software" / "versions.txt", installed().encode())
        write_whole(folder / "README.txt", README.format(study_id=self.study.artefact_id).encode())
        self._write_statements(folder)
        self._write_crate(folder)
        return len(self.tables)

    @cached_property
    def data(self) -> "StatementData":
        """What the statement says."""
        from twin.supply_report import statement_data

        lock = hashlib.sha256(installed().encode()).hexdigest()
        refused = [(REFUSED, "refused")] if self.study.refused else []
        return statement_data(self.study, lock, (*REPORTED, *refused))

    @cached_property
    def tables(self) -> "list[tuple[Table, pd.DataFrame]]":
        """Every table of the folder: those of the study, the spread of its shocks, and the sources."""
        import pandas as pd

        from ops_data.export.statement_data import STATEMENT_TABLES
        from ops_data.export.statement_tables import SHOCK_SPREAD, SOURCES, shock_spread, source_rows

        found = [(STATEMENT_TABLES[name], rows) for name, rows in self.data.tables.items()]
        if "supply_shock_months" in self.data.tables:
            spread = pd.DataFrame(dict(shock_spread(self.data.tables["supply_shock_months"])))
            found.append((SHOCK_SPREAD, spread))
        found.append((SOURCES, pd.DataFrame(dict(source_rows(dict(self.data.tables))))))
        return found

    @property
    def sheets(self) -> "list[Sheet]":
        """What stands in the workbook: every table but those with a row per draw."""
        from ops_data.export.workbook import Sheet

        return [Sheet(table, rows) for table, rows in self.tables if not table.by_replicate]

    def _write_workbook(self, folder: Path) -> None:
        from ops_data.export.statement import cover_lines
        from ops_data.export.statement_words import statement_words
        from ops_data.export.workbook import write_workbook

        words = statement_words("en")
        title = f"{words.text('document', 'title')}: {self.data.title}"
        about = [*cover_lines(self.data, words), ("Read this first", words.text("cover", "honest")),
                 ("Draws", "tables with a row per draw are in the folder tables, as CSV and Parquet"),
                 *((words.text("document", "changed_title"), change) for change in self.data.changes),
                 *(("Note", note) for note in self.data.notes)]  # fmt: skip
        write_workbook(folder / WORKBOOK, title, about, self.sheets, self.data.sealed)

    def _write_about(self, folder: Path) -> None:
        from ops_data.export.statement_check import STATEMENT

        data = self.data
        told = {
            "format": FORMAT, "study_id": data.study_id, "title": data.title, "runs": dict(data.run_ids),
            "target_t_d": dict(data.target_t_d), "extrapolation_t_d": data.extrapolation_t_d,
            "jpy_per_usd": data.jpy_per_usd, "seed": data.seed, "draws": data.draws, "version": data.version,
            "sealed": self.study.created, "settings": dict(self.study.choices), "notes": list(data.notes),
            "changes": list(data.changes),
        }  # fmt: skip
        text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
        write_whole(folder / STATEMENT, f"{text}\n".encode())

    def _write_statements(self, folder: Path) -> None:
        from dashboards.figures.statement import statement_figures
        from ops_data.export.statement import statement_pdf
        from ops_data.export.statement_words import statement_words

        for language in LANGUAGES:
            drawn = statement_figures(self.data, statement_words(language))
            write_whole(folder / "report" / f"statement_{language}.pdf", statement_pdf(self.data, drawn, language))

    def _write_crate(self, folder: Path) -> None:
        from ops_data.export.crate import CrateAbout, CrateFile, media_type, write_crate
        from ops_data.export.package import MANIFEST

        about = CrateAbout(
            name=f"Supply statement: {self.data.title}",
            description=(
                "Simulated contribution of rare-earth mud to Japan's supply, wet and dry, with demand, dependency, "
                "shocks, targets, levers, money, inputs, sources and uncertainty. Not a forecast."
            ),
            run_id=self.data.study_id,
            created=self.study.created,
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            licence_name="Creative Commons Attribution 4.0 International",
            software_name="minamitorishima-twin",
            software_version=version(DISTRIBUTION),
            software_url="https://example.org/minamitorishima-twin",
            author_name="authors of minamitorishima-twin",
            author_url="https://example.org/minamitorishima-twin#authors",
            command=f"twin export supply-statement {next(iter(self.data.run_ids.values()))} --out DIR",
            inputs=("statement.json", "tables/supply_inputs.csv"),
        )
        found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        described = [CrateFile(path, _described(path), media_type(path)) for path in found]
        write_crate(folder, about, described, [CrateFile(MANIFEST, "SHA-256 of every file", "text/plain")])


def _described(path: str) -> str:
    name = Path(path).name.split(".")[0].replace("_", " ")
    kind = "schema of the table" if path.endswith(".schema.json") else "table"
    return _WORDS.get(path, f"{kind} {name}")
