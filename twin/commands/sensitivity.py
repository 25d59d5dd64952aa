"""``twin sensitivity``: play what is missing of two designs, keep them, say which unknown numbers matter."""

import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ops_data.errors import UsageError
from twin.commands.files import STANDARD_OUTPUT, check_outputs
from twin.commands.output import note, tell_warnings
from twin.commands.progress import progress
from twin.commands.run import INTERRUPTED, asked_to_stop
from twin.commands.study_output import picture_title, write_outputs

if TYPE_CHECKING:
    from ops_data.studies import Study, StudyIdentity
    from twin.design import Design
    from twin.indicators.record import Floats
    from twin.scenario import Scenario
    from twin.sensitivity import Effort

Labels = Sequence[tuple[str, str | None]]


def sensitivity(options: Namespace) -> int:
    """Obey ``twin sensitivity``."""
    from twin.environment_choices import PLUME_ONLY
    from twin.outcome_names import read_labels
    from twin.scenario import load_scenario

    check_outputs(options)
    labels = read_labels(options.outcomes)
    scenario = load_scenario(options.scenario, options.sets)
    keys = [key for key in scenario.ignorance.keys if not key.startswith(PLUME_ONLY)]
    if not keys:
        raise UsageError(f"scenario '{scenario.name}': every number is fixed; give one a range (low, high) to rank it")
    from ops_data.store import open_store
    from twin.lift_system import check
    from twin.sensitivity import Effort
    from twin.sensitivity import sensitivity as analysed

    check(scenario)
    tell_warnings()
    store = open_store(options.store, create=True)
    effort = Effort(options.trajectories, options.top, options.samples, options.replicates, options.seed)
    with asked_to_stop() as stop:
        studies = Studies(store.folder, scenario, effort, labels, options.workers, stop, options.json)
        studies.announce(keys)
        result = analysed(keys, effort, studies.evaluate)
    if result is None:
        return INTERRUPTED
    from dashboards.figures.sensitivity import sensitivity_figure
    from twin.commands.sensitivity_report import EFFECTS, Report

    report = Report(scenario, effort, result, *map(studies.sealed, (result.screening, result.shares)))
    title = picture_title(scenario.title, "which unknown numbers matter")
    write_outputs(options, report.frame(), EFFECTS, lambda frame: sensitivity_figure(frame, title))
    if options.json:
        report.print_document()
    elif options.csv != STANDARD_OUTPUT:
        report.print_text()
    return 0


@dataclass(frozen=True)
class Studies:
    """Designs played on the ensemble engine and kept in the store.

    Parameters
    ----------
    store : folder of the store.
    scenario, effort, labels : what is asked for.
    workers, stop, quiet : how it is played.
    """

    store: Path
    scenario: "Scenario"
    effort: "Effort"
    labels: Labels
    workers: int
    stop: Callable[[], bool]
    quiet: bool

    def announce(self, keys: Sequence[str]) -> None:
        """Say how much is to be played and how long that takes; refuse outcomes that a campaign does not have."""
        from twin.commands.probe import probe, spoken
        from twin.outcome_names import resolve
        from twin.sensitivity import morris_design

        screening = morris_design(keys, self.effort)
        strongest = min(self.effort.top, len(keys))
        shares = self.effort.samples * (strongest + 2) * self.effort.replicates
        if self.find(screening) is not None:
            return
        note(
            f"screening {len(keys)} uncertain quantities: {screening.cases:,} campaigns; "
            f"then the shares of the strongest {strongest}: {shares:,} campaigns"
        )
        found = probe(self.scenario, self.effort.seed)
        resolve(self.labels, found.outcomes)
        seconds = (screening.cases + shares) * found.seconds / self.workers
        note(f"together {spoken(seconds)} once under way; Ctrl-C keeps it all")

    def evaluate(self, design: "Design") -> "Mapping[str, Floats] | None":
        """Return outcome → values of a design, shape (rows, replicates); None when a stop was asked for."""
        from twin.outcome_names import resolve, values_of

        study = self.find(design)
        if study is None:
            study = self._make(design)
        else:
            note(f"study {study.study_id} was sealed before and is used again")
        if study is None:
            return None
        frame = study.outcomes()
        names = frame[["name", "item"]].drop_duplicates().itertuples(index=False, name=None)
        wanted = resolve(self.labels, {(str(name), str(item)) for name, item in names})
        found = values_of(frame, wanted, design.cases)
        return {label: values.reshape(design.rows, design.replicates) for label, values in found.items()}

    def find(self, design: "Design") -> "Study | None":
        """Return the sealed study of a design, None if it is not sealed yet."""
        from ops_data.studies import find

        return find(self.store, self._identity(design))

    def sealed(self, design: "Design") -> "Study":
        """Return the study of a design that `evaluate` has sealed or found."""
        study = self.find(design)
        if study is None:
            raise UsageError(f"study {self._identity(design).study_id}: removed meanwhile; repeat the command")
        return study

    def _identity(self, design: "Design") -> "StudyIdentity":
        from ops_data.studies import StudyIdentity
        from twin.run import identity

        return StudyIdentity(
            scenario=self.scenario.name,
            scenario_sha256=self.scenario.hash,
            method=design.method,
            design_sha256=design.sha256,
            rows=design.rows,
            replicates=design.replicates,
            seed=self.effort.seed,
            code_version=identity(self.scenario, self.effort.seed, 1, "fixed").code_version,
        )

    def _make(self, design: "Design") -> "Study | None":
        """Play what is missing of a design and seal it; None when a stop was asked for, told on standard error."""
        import numpy as np

        from ops_data.studies import StudyDesign, begin
        from twin.ensemble import play_ensemble
        from twin.run import Job

        start = time.perf_counter()
        values = [design.values(self.scenario, row) for row in range(design.rows)]
        table = np.array([[one[key] for key in design.keys] for one in values])
        with begin(self.store, self._identity(design), StudyDesign(design.keys, design.quantiles, table)) as writer:
            missing, total = writer.missing(), design.cases
            if kept := total - len(missing):
                note(f"{kept:,} of {total:,} campaigns were kept from an interrupted study; playing the others")
            with progress(kept, total, self.quiet) as on_done:
                job = Job(self.scenario.to_json(), self.effort.seed, "fixed", design)
                write = writer.parts.write
                play_ensemble(job, missing, write, workers=self.workers, on_done=on_done, stop=self.stop)
            if self.stop():
                kept = total - len(writer.missing())
                note(f"interrupted: {kept:,} of {total:,} campaigns kept; the same command resumes")
                return None
            return writer.seal(self.scenario.model_dump(mode="json"), time.perf_counter() - start)
