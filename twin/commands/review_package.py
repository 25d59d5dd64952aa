"""The folder of an environmental review: tables, grids, vectors, inputs, reports and the crate that describes them."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ops_data.columns import TableData
from ops_data.export.software import installed
from ops_data.files import write_whole
from ops_data.sealed import Run
from ops_data.table_records import Table
from ops_data.units import KG_M3_PER_MG_L, METRES_PER_MM
from twin.environment_view import StudyView
from twin.run import DISTRIBUTION, Job

if TYPE_CHECKING:
    import pandas as pd

    from twin.review_report import Material

LANGUAGES: Final = ("en", "ja")
OWN_FILES: Final = (  # settings that may name a file of one's own: told without its folder
    ("environment", "zones"), ("environment", "current_record"), ("resource", "cores"), ("weather", "record"),
    ("storms", "tracks"),
)  # fmt: skip
STUDY_TABLES: Final = ("releases", "currents", "closure", "drawn", "contacts")
REPOSITORY: Final = Path(__file__).parent.parent.parent
LOCK: Final = "requirements.lock"
METHOD: Final = "docs/environment.md"
README: Final = """Review package of run {run_id}

What it is: where the sediment of a simulated mining campaign goes, what else it gives off, how sure that is.
It is a simulation, not a measurement. Levels are screening levels, not a rule.

report/report_en.pdf, report_ja.pdf   the report
summary.csv                           the numbers of its summary page, each with file and rule
recheck.py                            rebuilds every one of them: python recheck.py (numpy, pandas, xarray, netCDF4)
tables/                               ledgers and results; every table as CSV, Parquet and table schema
grids/                                maps: over all members (maps.nc), of every member (members.nc); CF-1.11
vectors/                              contours, holes and zones as GeoParquet, and all in review.gpkg
inputs/                               scenario, every number with its source, settings
software/                             versions of this software and of all it stands on; environment.md: the method
ro-crate-metadata.json                what every file is; RO-Crate 1.1, Process Run Crate
manifest-sha256.txt                   SHA-256 of every file: sha256sum -c manifest-sha256.txt

Data licence: CC-BY-4.0. All times are those of the sealed run; a second export gives the same bytes.
"""


@dataclass(frozen=True)
class ReviewPackage:
    """A review package to be written: a sealed run and its environmental study."""

    run: Run
    view: StudyView

    def write(self, folder: Path) -> int:
        """Write everything but the manifest into a folder; return how many numbers the summary has."""
        from ops_data.export.package import add_recheck
        from ops_data.export.tables import SUMMARY, write_table
        from twin.review_numbers import summary_columns

        for name in ("tables", "grids", "vectors", "inputs", "report", "software"):
            (folder / name).mkdir()
        for name, table, rows in self._tables():
            write_table(folder / "tables", Table(name, table.row, table.columns), rows)
        write_table(folder, SUMMARY, summary_columns(list(self.material.numbers)))
        for name in ("maps.nc", "members.nc"):
            shutil.copyfile(self.view.artefact.file(name), folder / "grids" / name)
        self._write_vectors(folder / "vectors")
        self._write_inputs(folder / "inputs")
        self._write_software(folder / "software")
        write_whole(folder / "README.txt", README.format(run_id=self.run.run_id).encode())
        add_recheck(folder)
        self._write_reports(folder)
        self._write_crate(folder)
        return len(self.material.numbers)

    @cached_property
    def outcomes(self) -> "pd.DataFrame":
        """The run's own indicators that the summary tells, member by member."""
        from twin.review_numbers import told_outcomes

        return told_outcomes(self.run.table("outcomes"), self.view, self.replicates)

    @property
    def replicates(self) -> range:
        """The replicates that are members of the study."""
        first = self.run.manifest.identity.first_replicate
        return range(first, first + self.view.members)

    @cached_property
    def emissions(self) -> TableData:
        """Fuel and emissions of every interval of the members."""
        from twin.review_emissions import emission_rows
        from twin.scenario import Scenario

        who, parameters = self.run.manifest.identity, self.run.manifest.identity.parameters
        scenario = Scenario.from_json(json.dumps(self.run.manifest.scenario))
        job = Job(scenario.to_json(), who.seed, "drawn" if parameters == "drawn" else "fixed")
        return emission_rows(job, self.replicates, self.run.run_id, self.run.table("outcomes"))

    @cached_property
    def material(self) -> "Material":
        """What the report and the summary are made of."""
        import pandas as pd

        from twin.environment.field_comparison import comparisons
        from twin.environment.verification import cases
        from twin.review_numbers import numbers
        from twin.review_report import Material

        ledger = pd.DataFrame({name: self.emissions[name] for name in ("replicate", "fuel_t", "co2_t")})
        return Material(
            run=self.run.manifest,
            view=self.view,
            numbers=numbers(self.view, self.outcomes, ledger),
            outcomes=self.outcomes,
            cases=cases(),
            comparisons=comparisons(),
            version=self.run.manifest.identity.code_version,
            lock_sha256=hashlib.sha256(installed().encode()).hexdigest(),
        )

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """The resolved scenario of the study; files of one's own by their names, for folders are nobody's business."""
        told = {section: dict(held) if isinstance(held, dict) else held
                for section, held in self.view.artefact.scenario.items()}  # fmt: skip
        for section, name in OWN_FILES:
            told[section][name] = Path(told[section][name]).name
        return told

    def _tables(self) -> list[tuple[str, Table, TableData]]:
        """Return name, declaration and rows of every table."""
        from ops_data.export import review_tables as tables
        from ops_data.schemas import INDICATORS, OUTCOMES, TABLES
        from twin.review_numbers import columns_of
        from twin.review_report import input_rows, thresholds, zone_rows

        read = self.view.artefact.table
        holes = read("releases")[["replicate", "hole", "x_m", "y_m", "latitude_deg", "longitude_deg"]]
        fields = type(self.view.scenario.environment).model_fields
        settings = [(f"environment.{name}", json.dumps(value, ensure_ascii=False), fields[name].description or "")
                    for name, value in self.scenario["environment"].items()]  # fmt: skip
        return [
            *((name, TABLES[name], columns_of(read(name))) for name in STUDY_TABLES),
            ("plume_outcomes", OUTCOMES, columns_of(read("outcomes"))),
            ("plume_indicators", INDICATORS, columns_of(read("indicators"))),
            ("run_outcomes", OUTCOMES, columns_of(self.outcomes)),
            ("holes", tables.HOLES, columns_of(holes.drop_duplicates())),
            ("thresholds", tables.THRESHOLDS, _records(tables.THRESHOLDS, list(thresholds(self.view)))),
            ("zone_check", tables.ZONE_CHECK, _records(tables.ZONE_CHECK, list(zone_rows(self.view)))),
            ("emissions", tables.EMISSIONS, self.emissions),
            ("verification", tables.VERIFICATION, _records(tables.VERIFICATION, list(self.material.cases))),
            ("field_studies", tables.FIELD_STUDIES, _records(tables.FIELD_STUDIES, list(self.material.comparisons))),
            ("parameters", tables.INPUTS, input_rows(self.view.scenario)),
            ("settings", tables.SETTINGS,
             {name: [row[place] for row in settings] for place, name in enumerate(("key", "value", "description"))}),
        ]  # fmt: skip

    def _write_vectors(self, folder: Path) -> None:
        import numpy as np

        from ops_data.vectors import Features, contours, points, write_geopackage, write_geoparquet
        from ops_data.zones import read_zones

        view, chosen = self.view, self.view.scenario.environment
        grid = view.grid

        def outlines(name: str, variable: str, levels: Sequence[float], scale: float, unit: str) -> Features:
            values = view.maps[variable].to_numpy().astype(np.float64) / scale
            return contours(name, values, grid.x_m, grid.y_m, levels, unit)

        holes = view.releases[["replicate", "hole", "x_m", "y_m"]].drop_duplicates()
        places = holes["x_m"].to_numpy(np.float64), holes["y_m"].to_numpy(np.float64)
        zones = read_zones(view.artefact.file("zones.parquet")) if view.zones else ()
        told = {"name": [zone.name for zone in zones], "kind": [zone.kind for zone in zones]}
        layers = [
            outlines("concentration_p50", "max_concentration_p50", chosen.concentration_levels_mg_l, KG_M3_PER_MG_L,
                     "mg/L"),
            outlines("concentration_p90", "max_concentration_p90", chosen.concentration_levels_mg_l, KG_M3_PER_MG_L,
                     "mg/L"),
            outlines("deposit_p50", "deposit_thickness_p50", chosen.deposit_levels_mm, METRES_PER_MM, "mm"),
            outlines("deposit_p90", "deposit_thickness_p90", chosen.deposit_levels_mm, METRES_PER_MM, "mm"),
            points("holes", *places, {name: holes[name].to_numpy(np.int32) for name in ("replicate", "hole")}),
            Features("zones", "MultiPolygon", [zone.area for zone in zones], told, lonlat=True),
        ]  # fmt: skip
        for layer in layers:
            write_geoparquet(folder / f"{layer.name}.parquet", layer, view.site)
        write_geopackage(folder / "review.gpkg", layers, view.site, self._created)

    @property
    def _created(self) -> str:
        from twin.commands.environment_made import sealing_time

        return sealing_time(self.run.manifest)

    def _write_inputs(self, folder: Path) -> None:
        text = json.dumps(self.scenario, indent=1, ensure_ascii=False, sort_keys=True)
        write_whole(folder / "scenario.json", f"{text}\n".encode())
        who = self.run.manifest.identity
        run = {
            "run_id": self.run.run_id, "run_sha256": self.run.manifest.sha256, "seed": who.seed,
            "first_replicate": who.first_replicate, "last_replicate": who.last_replicate,
            "parameters": who.parameters, "members": self.view.members, "sealed": self._created,
            "study": dict(self.view.artefact.identity.choices), "notes": list(self.view.artefact.notes),
        }  # fmt: skip
        write_whole(folder / "run.json", (json.dumps(run, indent=1, sort_keys=True) + "\n").encode())

    def _write_software(self, folder: Path) -> None:
        write_whole(folder / "versions.txt", installed().encode())
        for extra in (LOCK, METHOD):  # of a checkout; an installed wheel has neither
            if (REPOSITORY / extra).is_file():
                shutil.copyfile(REPOSITORY / extra, folder / Path(extra).name)

    def _write_reports(self, folder: Path) -> None:
        from ops_data.export.report import report_pdf
        from ops_data.export.report_text import words
        from twin.commands.review_figures import figures
        from twin.review_report import report_data

        data = report_data(self.material, [(path, key) for path, key in REPORTED if (folder / path).exists()])
        for language in LANGUAGES:
            drawn = figures(self.view, data, words(language))
            write_whole(folder / "report" / f"report_{language}.pdf", report_pdf(data, drawn, language))

    def _write_crate(self, folder: Path) -> None:
        from ops_data.export.crate import CrateAbout, CrateFile, media_type, write_crate
        from ops_data.export.package import MANIFEST

        manifest = self.run.manifest
        about = CrateAbout(
            name=f"Environmental review package: {self.view.scenario.title}",
            description=(
                "Simulated sediment plumes, deposit and other environmental proxies of a mining campaign, with inputs, "
                "sources, uncertainty and a script that rebuilds every number of the summary. Not a measurement."
            ),
            run_id=manifest.run_id,
            created=self._created,
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            licence_name="Creative Commons Attribution 4.0 International",
            software_name="minamitorishima-twin",
            software_version=version(DISTRIBUTION),
            software_url="https://example.org/minamitorishima-twin",
            author_name="authors of minamitorishima-twin",
            author_url="https://example.org/minamitorishima-twin#authors",
            command=f"twin export environmental-review {manifest.run_id} --out DIR",
            inputs=("inputs/scenario.json", "inputs/run.json", "tables/parameters.csv", "tables/settings.csv"),
        )
        found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        described = [CrateFile(path, _described(path), media_type(path)) for path in found]
        write_crate(folder, about, described, [CrateFile(MANIFEST, "SHA-256 of every file", "text/plain")])


REPORTED: Final = (
    ("report/report_en.pdf", "report"), ("summary.csv", "summary"), ("recheck.py", "recheck"),
    ("grids/maps.nc", "maps"), ("grids/members.nc", "members"), ("tables/releases.csv", "releases"),
    ("tables/currents.csv", "currents"), ("tables/parameters.csv", "inputs"), ("tables/thresholds.csv", "thresholds"),
    ("tables/closure.csv", "closure"), ("tables/zone_check.csv", "zones"), ("vectors/review.gpkg", "contours"),
    ("software/requirements.lock", "lock"),
)  # fmt: skip
_WORDS: Final = {
    "README.txt": "what lies where", "recheck.py": "rebuilds every number of summary.csv",
    "grids/maps.nc": "maps over all members", "grids/members.nc": "maps of every member",
    "inputs/scenario.json": "resolved scenario with every default", "inputs/run.json": "run, seeds, members",
    "report/report_en.pdf": "report in English", "report/report_ja.pdf": "report in Japanese",
    "software/versions.txt": "versions of this software and of all it stands on",
    "software/requirements.lock": "lock file of this software", "software/environment.md": "method page",
    "vectors/review.gpkg": "all vector layers",
}  # fmt: skip


def _described(path: str) -> str:
    name = Path(path).name.split(".")[0].replace("_", " ")
    kinds = {".csv": "table", ".parquet": "table", ".json": "schema of the table"}
    if path.startswith("vectors/"):
        return _WORDS.get(path, f"layer {name}")
    return _WORDS.get(path, f"{kinds.get(Path(path).suffix, 'file')} {name}")


def _records(table: Table, rows: Sequence[Any]) -> TableData:
    """Return records as columns of a table: fields or properties of the same names; yes and no for true and false."""
    told: dict[str, Any] = {}
    for column in table.columns:
        values = [getattr(row, column.name) for row in rows]
        if column.type == "text":
            told[column.name] = [{True: "yes", False: "no"}.get(value, value) for value in values]
        else:
            told[column.name] = [float(value) for value in values] if column.type == "float64" else values
    return told
