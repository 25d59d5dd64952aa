"""Making a supply study: reads the sealed runs and a person's own files, plays the draws, seals the artefact."""

import hashlib
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twin.commands.output import note
from twin.commands.progress import begin_stage, progress
from twin.commands.run import asked_to_stop
from twin.commands.supply_options import DRAWS
from twin.commands.supply_runs import StudyRuns, study_runs

if TYPE_CHECKING:
    from ops_data.artefacts import Artefact, ArtefactIdentity
    from ops_data.customs_records import CustomsRecords
    from ops_data.sealed import Run
    from ops_data.store import Store
    from twin.supply_case import SupplyCase
    from twin.supply_runs import RunNumbers
    from twin.supply_study import Background, SupplyJob

KIND: Final = "supply"
PARTS: Final = "rows"  # working folder of the parts that workers write
REFUSED: Final = "customs_refused.csv"  # lines of a person's own shipments that were not read, and why
TOLD: Final = 20  # refused lines, and shipments under way, that are told one by one
BY_DRAW: Final = ("outcomes", "supply_shock_months")


class InterruptedStudyError(Exception):
    """A stop was asked for before all draws were played."""


def supply_study(options: Namespace, store: "Store") -> "Artefact | None":
    """Return the supply study the options ask for, made now if there is none yet; None when a stop was asked for.

    Raises
    ------
    FailedError, UsageError
        Whatever is wrong with the case, the tables, the records or the runs; one line.
    """
    from ops_data.artefacts import find, make
    from ops_data.units import DAYS_PER_YEAR
    from twin.supply_case import load_case
    from twin.supply_runs import campaign_days

    case = load_case(options.case, options.sets, options.tables)
    today = datetime.now(UTC).date()
    records = _records(options.customs, case, today)
    runs = study_runs(options, store)
    if runs is None:
        return None
    who = _identity(runs, case, options, today)
    found = find(store.folder, who)
    if found is not None:
        note(f"study {found.artefact_id} was sealed before and is used again")
        return found
    asked = runs.asked.manifest.scenario
    years = campaign_days(asked["campaign"]) / DAYS_PER_YEAR
    document = {"title": asked["title"], "campaign_years": years, **case.document}
    with asked_to_stop() as stop:
        making = Making(runs, case, records, today, draws_of(options), options.workers, options.json, stop)
        try:
            sealed = make(store.folder, who, document, making.fill)
        except InterruptedStudyError:
            note("interrupted: nothing of the study is kept; repeat the command")
            return None
        return None if stop() else sealed


def draws_of(options: Namespace) -> int:
    """Return how many draws a study has."""
    return DRAWS if options.draws is None else int(options.draws)


def _records(path: str | None, case: "SupplyCase", today: date) -> "CustomsRecords | None":
    from ops_data.customs_records import read_customs

    return None if path is None else read_customs(Path(path).expanduser(), case.tables.network.origins, today)


def _identity(runs: StudyRuns, case: "SupplyCase", options: Namespace, today: date) -> "ArtefactIdentity":
    from ops_data.artefacts import ArtefactIdentity
    from ops_data.manifest import json_sha256
    from twin.run import DISTRIBUTION, code_sha256

    asked = runs.asked.manifest
    names = {basis: run.run_id for basis, run in runs.by_basis.items()}
    if runs.scale is not None:
        names["scale"] = runs.scale.run_id
    customs = {}
    if options.customs is not None:  # judged on a day: what lies after it is refused
        data = Path(options.customs).expanduser().read_bytes()
        customs = {"sha256": hashlib.sha256(data).hexdigest(), "day": today.isoformat()}
    choices: dict[str, Any] = {
        "case_sha256": json_sha256(case.document),
        "customs": customs,
        "draws": draws_of(options),
        "seed": asked.identity.seed,
        "basis": asked.identity.mass_basis,
        "runs": names,
        "run_sha256": runs.hashes,
    }
    code = f"{version(DISTRIBUTION)}+code.{code_sha256(commands=True)[:12]}"
    return ArtefactIdentity(KIND, asked.run_id, asked.sha256, choices, code)


@dataclass(frozen=True)
class Making:
    """A study being made.

    Parameters
    ----------
    runs, case, records, today : what it rests on, and the day on which records are read.
    draws, workers, quiet, stop : how it is played.
    """

    runs: StudyRuns
    case: "SupplyCase"
    records: "CustomsRecords | None"
    today: date
    draws: int
    workers: int
    quiet: bool
    stop: Callable[[], bool]

    def fill(self, folder: Path) -> tuple[str, ...]:
        """Write every table into a folder; return what a reader must know of a person's own files."""
        from ops_data.customs_records import rejected_csv
        from ops_data.files import remove_tree, write_whole
        from ops_data.parts import PartWriter
        from twin.ensemble import play_ensemble
        from twin.supply_study import SupplyJob

        job = SupplyJob(self.case, self._background())
        writer = PartWriter(folder / PARTS)
        (folder / PARTS).mkdir()
        with progress(0, self.draws, self.quiet, "draws") as on_done:
            play_ensemble(job, range(self.draws), writer.write, workers=self.workers, on_done=on_done, stop=self.stop)
        if self.stop():
            raise InterruptedStudyError
        begin_stage("sealing")
        self._write(folder, job)
        if self.records is not None and self.records.rejected:
            write_whole(folder / REFUSED, rejected_csv(self.records).encode())
        remove_tree(folder / PARTS)
        return self._notes()

    def _background(self) -> "Background":
        from twin.supply_study import Background

        bases = {basis: _numbers(run) for basis, run in self.runs.by_basis.items()}
        scale = None if self.runs.scale is None else _numbers(self.runs.scale)
        who = self.runs.asked.manifest.identity
        return Background(who.seed, who.mass_basis, bases, scale)

    def _write(self, folder: Path, job: "SupplyJob") -> None:
        import pandas as pd
        import pyarrow as pa

        from ops_data.artefacts import write_rows
        from ops_data.parts import coverage, read_part, sound_parts
        from ops_data.tables import write_parquet
        from twin.indicators.summary import SUPPLY, indicator_columns, summarise
        from twin.supply_rows import study_tables

        parts = folder / PARTS
        stretches, _ = coverage(sound_parts(parts), 0, self.draws - 1)
        for name in BY_DRAW:
            write_parquet(folder / f"{name}.parquet", name, (read_part(parts, part, name) for part, _, _ in stretches))
        played = [read_part(parts, part, "outcomes") for part, _, _ in stretches]
        outcomes: pd.DataFrame = pa.concat_tables(played).unify_dictionaries().to_pandas()
        spreads = summarise(outcomes, self.draws, SUPPLY)
        write_rows(folder, "indicators", [indicator_columns(spreads)])
        for name, rows in study_tables(job, self.draws, spreads, outcomes, self.records).items():
            write_rows(folder, name, [rows])

    def _notes(self) -> tuple[str, ...]:
        """Return what became of a person's own shipments: how many were read, which were not, what is expected."""
        if self.records is None:
            return ()
        from twin.supply.logistics import expected_arrivals, from_records

        coming = [
            f"{one.name} by {one.route}: {one.under_way_d} d under way, "
            + (
                f"expected {one.arrives}, at the latest {one.at_the_latest}"
                if one.arrives
                else "overdue: none took longer"
            )
            for one in expected_arrivals(from_records(self.records), self.today)
        ]
        refused = [one.words(self.records.name) for one in self.records.rejected[:TOLD]]
        more = len(self.records.rejected) - len(refused)
        rest = [f"{self.records.name}: and {more:,} more lines; all of them in {REFUSED} of the study"] if more else []
        return (self.records.told(), *refused, *rest, *coming[:TOLD])


def _numbers(run: "Run") -> "RunNumbers":
    from twin.supply_runs import run_numbers

    return run_numbers(run.manifest, run.table("outcomes"), run.table("daily"))
