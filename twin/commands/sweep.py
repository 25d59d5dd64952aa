"""``twin sweep``: a run at every point of a grid, a table and a picture of what changes."""

import re
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import ModelError, SimulationError, UsageError
from twin.commands.files import STANDARD_OUTPUT, check_outputs
from twin.commands.output import console, document, note, paragraph, plain_table, tell_warnings
from twin.commands.progress import progress
from twin.commands.run import INTERRUPTED, Attempt, asked_to_stop
from twin.commands.study_output import picture_title, write_outputs

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from ops_data.manifest import RunIdentity
    from ops_data.sealed import Run
    from ops_data.store import Store
    from twin.outcome_names import Outcome
    from twin.sweep import Axis, Grid, Point

HEADING: Final = 12  # letters of a swept key in one line of a table's head


def sweep(options: Namespace) -> int:
    """Obey ``twin sweep``."""
    from twin.outcome_names import read_labels
    from twin.sweep import grid

    check_outputs(options)
    labels = read_labels(options.outcomes)
    found = grid(options.scenario, options.sets, options.axes)
    if options.figure is not None:
        from dashboards.figures.sweep import MOST_KEYS

        if len(found.axes) > MOST_KEYS:
            raise UsageError(
                f"--figure: {len(found.axes)} keys found; a picture shows up to {MOST_KEYS}; sweep fewer keys, "
                "or take the table with --csv"
            )
    from ops_data.store import open_store

    tell_warnings()
    store = open_store(options.store, create=True)
    with asked_to_stop() as stop:
        attempt = Sweep(store, found, options.seed, options.replicates, options.parameters, options.workers)
        wanted = attempt.announce(labels)
        runs = attempt.make(stop, options.json)
    if runs is None:
        return INTERRUPTED
    _tell(options, found, wanted, runs)
    return 0


@dataclass(frozen=True)
class Sweep:
    """The points of a grid as ordinary runs of one store."""

    store: "Store"
    grid: "Grid"
    seed: int
    replicates: int
    parameters: Any
    workers: int

    def announce(self, labels: Sequence[tuple[str, str | None]]) -> "list[Outcome]":
        """Say how much is to be played and how long that takes; return the outcomes the labels mean."""
        from twin.commands.probe import probe, spoken
        from twin.outcome_names import resolve

        points = self.grid.points
        left = [point for point in points if self.store.find(self._identity(point)) is None]
        reused = f", {len(points) - len(left)} of them sealed before" if len(left) < len(points) else ""
        note(f"{len(points)} points of {_replicates(self.replicates)}{reused}")
        with _named(points[0]):
            found = probe(points[0].scenario, self.seed)
        wanted = resolve(labels, found.outcomes)
        if left:
            seconds = len(left) * self.replicates * found.seconds / self.workers
            campaigns = f"{len(left) * self.replicates:,} campaigns"
            note(f"{campaigns} take {spoken(seconds)} once under way; Ctrl-C keeps what is done")
        return wanted

    def make(self, stop: Callable[[], bool], quiet: bool) -> "list[Run] | None":
        """Return the sealed run of every point, played where it is missing; None when a stop was asked for."""
        total = len(self.grid.points) * self.replicates
        runs: list[Run] = []
        with progress(0, total, quiet) as on_done:
            for point in self.grid.points:
                with _named(point):
                    run = self._made(point, stop, on_done)
                if run is None:
                    break
                runs.append(run)
        if len(runs) == len(self.grid.points):
            return runs
        note(f"interrupted: {len(runs)} of {len(self.grid.points)} points are sealed; the same command resumes")
        return None

    def _identity(self, point: "Point") -> "RunIdentity":
        from twin.run import identity

        return identity(point.scenario, self.seed, self.replicates, self.parameters)

    def _made(self, point: "Point", stop: Callable[[], bool], on_done: Callable[[int], None]) -> "Run | None":
        from twin.run import Job

        who = self._identity(point)
        sealed = self.store.find(who)
        if sealed is not None:
            on_done(self.replicates)
            return sealed
        with self.store.begin(who) as writer:
            missing = writer.missing()
            if kept := self.replicates - len(missing):
                on_done(kept)
            job = Job(point.scenario.to_json(), self.seed, self.parameters)
            return Attempt(point.scenario, job, self.workers).play(writer, missing, stop, on_done)


@contextmanager
def _named(point: "Point") -> "Iterator[None]":
    """Put the name of a point before an error of a campaign that cannot be played there."""
    try:
        yield
    except (ModelError, SimulationError) as error:
        raise SimulationError(f"point {point.name}: {error}") from error


def _replicates(count: int) -> str:
    return f"{count:,} replicate{'' if count == 1 else 's'}"


def _tell(options: Namespace, found: "Grid", wanted: "Sequence[Outcome]", runs: "Sequence[Run]") -> None:
    """Print the sweep, and write the files that were asked for."""
    from dashboards.figures.sweep import sweep_figure
    from twin.indicators.comparison import RunOutcomes
    from twin.sweep import NUMBERS, table

    who = [run.manifest.identity for run in runs]
    outcomes = [
        RunOutcomes(run.run_id, one.seed, one.parameters, one.mass_basis, run.table("outcomes"))
        for run, one in zip(runs, who, strict=True)
    ]
    frame = table(found, outcomes, wanted, options.replicates)
    title = found.points[0].scenario.title
    heading = picture_title(title, f"sweep of {' and '.join(axis.key for axis in found.axes)}")
    keys = [(axis.key, axis.kind == "word") for axis in found.axes]
    write_outputs(options, frame, NUMBERS, lambda readable: sweep_figure(readable, keys, heading))
    if options.json:
        document(_document(options, found, frame))
    elif options.csv != STANDARD_OUTPUT:
        _print_sweep(options, found, frame, title)


def _document(options: Namespace, found: "Grid", frame: "pd.DataFrame") -> dict[str, Any]:
    from twin.indicators.summary import finite
    from twin.sweep import NUMBERS

    keys = [axis.key for axis in found.axes]
    points = []
    for run_id, rows in frame.groupby("run_id", sort=False):
        told = {
            row["outcome"]: {name: finite(row[name]) for name in NUMBERS}
            | {name: row[name] for name in ("unit", "note")}
            for row in rows.to_dict("records")
        }
        points.append({"run_id": run_id, "values": {key: rows[key].iloc[0] for key in keys}, "outcomes": told})
    return {
        "scenario": found.points[0].scenario.name,
        "seed": options.seed,
        "replicates": options.replicates,
        "parameters": options.parameters,
        "keys": keys,
        "notes": list(found.notes),
        "points": points,
    }


def _print_sweep(options: Namespace, found: "Grid", frame: "pd.DataFrame", title: str) -> None:
    out = console()
    out.print(f"{title}: sweep of {' and '.join(axis.key for axis in found.axes)}", style="bold")
    each = f"{_replicates(options.replicates)} each"
    out.print(f"{len(found.points)} points, {each}, seed {options.seed}, parameters {options.parameters}")
    for _, rows in frame.groupby("outcome", sort=False):
        out.print()
        _print_outcome(out, found.axes, rows)
    out.print()
    for line in (
        *found.notes,
        "difference: mean of this point minus the first one, replicate by replicate on the same weather and luck, over "
        "those in which both have a value; s.e.: its standard error. Within two of them it may be chance.",
        *sorted({f"Numbers on the mass basis are {note_}." for note_ in frame["note"] if note_}),
        "Every point is an ordinary run: 'twin runs' lists them, 'twin show' and 'twin compare' read them.",
    ):
        paragraph(out, line)


def _print_outcome(out: "Console", axes: "Sequence[Axis]", rows: "pd.DataFrame") -> None:
    from ops_data.reference.indicator_rows import PROBABILITY
    from twin.commands.summary import scaled
    from twin.indicators.words import number

    first = rows.iloc[0]
    scale, unit = scaled(first["unit"])
    chance = unit == PROBABILITY
    out.print(f"{first['title']} [{unit}]" if unit and not chance else str(first["title"]), style="bold")
    spread = ("low 80 %", "probability", "high 80 %") if chance else ("P10", "P50", "P90")
    numbers = (*spread, "difference", "s.e.")
    told = plain_table(*(folded(axis.key) for axis in axes), *numbers, right=numbers)
    for column in told.columns:
        column.vertical = "bottom"
    for column in told.columns[: len(axes)]:
        column.no_wrap, column.overflow = False, "fold"
    labels = [dict(zip(axis.values, axis.labels, strict=True)) for axis in axes]
    for place, row in enumerate(rows.to_dict("records")):
        cells = [known[row[axis.key]] for axis, known in zip(axes, labels, strict=True)]
        missing = "no mud" if row["unit"].startswith("JPY") else "never"
        cells += [number(row[name] / scale, missing) for name in ("p10", "p50", "p90")]
        gap = number(row["difference"] / scale, "?")
        cells += (
            ["", ""]
            if place == 0
            else [f"{'+' if row['difference'] > 0 else ''}{gap}", number(row["standard_error"] / scale, "?")]
        )
        told.add_row(*cells)
    out.print(told)


def folded(key: str) -> str:
    """Return a key in lines short enough for the head of a table, cut after dots and underscores only.

    Examples
    --------
    >>> folded("slurry.max_solids_fraction").splitlines(), folded("start")
    (['slurry.max_', 'solids_', 'fraction'], 'start')
    """
    lines = [""]
    for piece in re.findall(r"[^._]*[._]?", key):
        if lines[-1] and len(lines[-1] + piece) > HEADING:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)
