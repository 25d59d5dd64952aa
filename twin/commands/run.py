"""``twin run``: play what is missing of a run, seal it, say what came out."""

import signal
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from twin.changes import typed
from twin.commands.bases import other_basis, print_side_by_side
from twin.commands.output import document, note, tell_warnings
from twin.commands.progress import begin_stage, progress
from twin.commands.summary import print_summary, replicate_count, run_document

if TYPE_CHECKING:
    from ops_data.sealed import Run
    from ops_data.store import Store
    from ops_data.writer import RunWriter
    from twin.run import Job, Parameters
    from twin.scenario import Scenario

INTERRUPTED = 130


def run(options: Namespace) -> int:
    """Obey ``twin run``."""
    from twin.scenario import load_scenario

    scenario = load_scenario(options.scenario, options.sets)
    from ops_data.store import open_store
    from twin.lift_system import check

    check(scenario)
    tell_warnings()
    store = open_store(options.store, create=True)
    how = Playing(options.seed, options.replicates, options.parameters, options.workers, options.json)
    first = sealed_run(store, scenario, how)
    if first is None:
        return INTERRUPTED
    both: dict[str, Run] = {scenario.campaign.mass_basis: first}
    if options.both_bases:
        other = other_basis(scenario)
        second = sealed_run(store, other, how, (first.run_id,))
        if second is None:
            return INTERRUPTED
        both[other.campaign.mass_basis] = second
    if options.json:
        documents = {basis: run_document(sealed) for basis, sealed in both.items()}
        document({"bases": documents} if options.both_bases else documents[scenario.campaign.mass_basis])
        return 0
    print_summary(first, options.store, typed(options.scenario, options.sets))
    if options.both_bases:
        print_side_by_side(both, scenario.campaign.target_t_d)
    return 0


@dataclass(frozen=True)
class Playing:
    """How a run is played.

    Attributes
    ----------
    seed, replicates : of the ensemble.
    parameters : ``fixed`` or ``drawn``.
    workers : processes that play.
    quiet : whether progress is left untold.
    """

    seed: int
    replicates: int
    parameters: "Parameters"
    workers: int
    quiet: bool


def sealed_run(store: "Store", scenario: "Scenario", how: Playing, linked: Sequence[str] = ()) -> "Run | None":
    """Return the sealed run of a scenario, playing what is missing of it; None when a stop was asked for."""
    from twin.run import Job, identity

    who = identity(scenario, how.seed, how.replicates, how.parameters)
    sealed = store.find(who)
    if sealed is not None:
        note(f"run {sealed.run_id} was sealed before and is used again")
        return sealed
    with asked_to_stop() as stop, store.begin(who) as writer:
        job = Job(scenario.to_json(), how.seed, how.parameters)
        return Attempt(scenario, job, how.workers, linked).make(writer, stop, quiet=how.quiet)


@contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Give a function that tells whether Ctrl-C or a request to end has come; only the second one interrupts."""
    with signals_heard() as asked:
        yield lambda: bool(asked)


@contextmanager
def signals_heard() -> Iterator[list[int]]:
    """Give the list that Ctrl-C or a request to end is put into when it comes; only the second one interrupts."""
    asked: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        if len(asked) > 1:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True)
class Attempt:
    """One attempt at a run: the first, or one that goes on where another was interrupted.

    Attributes
    ----------
    scenario, job : what is played.
    workers : processes that play.
    linked : ids of the runs it is to be read with.
    """

    scenario: "Scenario"
    job: "Job"
    workers: int
    linked: Sequence[str] = ()

    def make(self, writer: "RunWriter", stop: Callable[[], bool], quiet: bool) -> "Run | None":
        """Play what is missing and seal the run; None when a stop was asked for, told on standard error."""
        missing = writer.missing()
        total = replicate_count(writer.identity)
        kept = total - len(missing)
        if kept:
            note(f"{kept} of {total} replicates were kept from an interrupted run; playing the others")
        with progress(kept, total, quiet) as on_done:
            sealed = self.play(writer, missing, stop, on_done)
        if sealed is None:
            kept = total - len(writer.missing())
            note(f"interrupted: {kept} of {total} replicates kept; the same command resumes")
        return sealed

    def play(
        self, writer: "RunWriter", missing: Sequence[int], stop: Callable[[], bool], on_done: Callable[[int], None]
    ) -> "Run | None":
        """Play missing replicates and seal the run; None when a stop was asked for."""
        from twin.ensemble import play_ensemble

        begin = time.perf_counter()
        play_ensemble(self.job, missing, writer.parts.write, workers=self.workers, on_done=on_done, stop=stop)
        return None if stop() else self._seal(writer, time.perf_counter() - begin)

    def _seal(self, writer: "RunWriter", wall_s: float) -> "Run":
        import pyarrow as pa

        from twin.indicators.summary import indicator_columns, summarise

        begin_stage("sealing")
        outcomes = pa.concat_tables(writer.read("outcomes")).unify_dictionaries().to_pandas()
        indicators = indicator_columns(summarise(outcomes, replicate_count(writer.identity)))
        stated = self.scenario.model_dump(mode="json")
        return writer.seal(stated, {"indicators": indicators}, wall_s, linked=self.linked)
