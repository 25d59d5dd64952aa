"""``twin bottleneck``: what held each day of a sealed run back, and what easing each constraint would give."""

import json
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ops_data.errors import FailedError, ScenarioError, UsageError
from twin.changes import words_for
from twin.commands.eased_runs import EasedRuns, mode_of
from twin.commands.files import STANDARD_OUTPUT, check_outputs, write_text
from twin.commands.output import document
from twin.commands.run import INTERRUPTED, asked_to_stop
from twin.commands.runs import opened
from twin.commands.summary import replicate_count

if TYPE_CHECKING:
    from ops_data.sealed import Run
    from twin.bottleneck import Explained
    from twin.bottleneck_gains import Gain
    from twin.indicators.record import Floats, Rows
    from twin.operations.laws import Luck
    from twin.scenario import Scenario

REPLICATES: Final = 50  # of a rerun, when nothing else is asked for
BLOCK: Final = 500  # replicates read at once


def bottleneck(options: Namespace) -> int:
    """Obey ``twin bottleneck``."""
    check_outputs(options)
    store = opened(options)
    run = store.open(options.run)
    replicates = _replicates(run, options.replicates)
    scenario = _scenario(run)
    explained = _explained(run, scenario)
    gains: list[Gain] | None = []
    if replicates:
        with asked_to_stop() as stop:
            quiet = options.json or options.csv == STANDARD_OUTPUT
            gains = EasedRuns(store, run, replicates, options.workers, quiet, stop).gains(scenario, explained)
    if gains is None:
        return INTERRUPTED
    _answer(options, run, scenario, explained, gains)
    return 0


def _replicates(run: "Run", asked: int | None) -> int:
    """Return how many replicates are rerun; refuse a run without intervals, or more replicates than it has."""
    who = run.manifest.identity
    has = replicate_count(who)
    if who.detail != "intervals":
        scenario = words_for(run.manifest.scenario) or who.scenario
        again = f"twin run {scenario} --set campaign.detail=intervals --replicates {has} --seed {who.seed}"
        raise UsageError(
            f"run '{run.run_id}': it was kept with detail '{who.detail}', and what held a day back is read from "
            f"intervals; play it again with them: {again} --parameters {who.parameters}"
        )
    if asked is not None and asked > has:
        rule = f"a rerun is paired with the run's own replicates, and it has {has}"
        raise UsageError(f"--replicates {asked}: {rule}; give at most {has}, or make a run with more")
    return min(REPLICATES, has) if asked is None else asked


def _scenario(run: "Run") -> "Scenario":
    """Return the scenario of a run; refuse one that lacks what this version plays."""
    from ops_data.reference import parameters
    from twin.scenario import Scenario

    try:
        scenario = Scenario.from_json(json.dumps(run.manifest.scenario))
        lacking = [key for key in parameters() if key not in scenario.quantities]
    except ScenarioError:
        lacking = ["settings"]
    if lacking:
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        raise FailedError(
            f"run '{run.run_id}': an older version made it, without {lacking[0]}{more}, and this one plays with it; "
            f"make the run again: twin run {words_for(run.manifest.scenario) or run.manifest.identity.scenario}"
        )
    return scenario


def _explained(run: "Run", scenario: "Scenario") -> "Explained":
    from twin.bottleneck import explain
    from twin.bottleneck_rows import COLUMNS, DAY_COLUMNS, lifted_by_day, with_luck

    who = run.manifest.identity
    numbers, values = lifted_by_day(run.table("daily", DAY_COLUMNS), who.mass_basis)
    day_t = dict(zip(numbers.tolist(), values, strict=True))

    def replicates() -> "Iterator[tuple[Luck, Sequence[Rows], Sequence[Rows], Floats]]":
        for first in range(who.first_replicate, who.last_replicate + 1, BLOCK):
            some = range(first, min(first + BLOCK, who.last_replicate + 1))
            intervals = run.table("intervals", COLUMNS, some)
            yield from with_luck(scenario, who.seed, mode_of(run), intervals, day_t)

    return explain(scenario, replicates())


def _answer(options: Namespace, run: "Run", scenario: "Scenario", explained: "Explained", gains: "list[Gain]") -> None:
    from twin.commands import bottleneck_text as text

    if options.figure is not None:
        from dashboards.figures.bottleneck import bottleneck_figure

        head = f"{scenario.title}: {run.run_id}"
        figure = bottleneck_figure(text.day_frame(explained, gains), text.gain_frame(gains), head, text.basis(run))
        write_text("--figure", options.figure, figure.to_html(include_plotlyjs=True))
    if options.csv is not None:
        lines: str = text.day_frame(explained, gains).to_csv(index=False, lineterminator="\n")
        if options.csv == STANDARD_OUTPUT:
            print(lines, end="")
            return
        write_text("--csv", options.csv, lines)
    if options.json:
        document(text.as_document(run, scenario, explained, gains))
    else:
        text.print_answer(run, scenario, explained, gains, options.store)
