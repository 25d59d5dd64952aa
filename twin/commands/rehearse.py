"""``twin rehearse``: a hidden campaign told day by day by files, and the loop that learns from them.

With ``--times`` many hidden campaigns are played in memory instead, and what the loop believed is held against them.
"""

from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import UsageError
from ops_data.store import folder_of
from twin.commands.forecast_made import Asked, forecast_of
from twin.commands.ingest import read_files
from twin.commands.measured import measured_of
from twin.commands.output import console, document, note, paragraph, plain_table
from twin.commands.progress import progress
from twin.commands.run import asked_to_stop

if TYPE_CHECKING:
    from datetime import date

    from ops_data.artefacts import Artefact
    from twin.rehearsal.oracle import Rehearsed
    from twin.rehearsal.truth import Truth
    from twin.scenario import Scenario

SOURCE: Final = "rehearsal"
FILES: Final = "rehearsal"  # folder of the store into which the files go
DELIVERED_S: Final = 3_600  # after the end of the day
DAY_S: Final = 86_400


def rehearse(options: Namespace) -> int:
    """Obey ``twin rehearse``."""
    from twin.scenario import load_scenario

    if options.times and (options.days or options.imperfections):
        given = "--days" if options.days else "--imperfections"
        raise UsageError(f"--times with {given}: campaigns played in memory write no files; leave one of the two out")
    scenario = load_scenario(options.scenario, options.sets)
    if options.times:
        return _many(options, scenario)
    return _one(options, scenario)


def _one(options: Namespace, scenario: "Scenario") -> int:
    """Tell one hidden campaign by files, day by day, into an empty store; forecast now and then; score at the end."""
    from twin.rehearsal.days import days_of
    from twin.rehearsal.truth import Truth

    store = folder_of(options.store)
    _refuse_used(store)
    truth = Truth.drawn(scenario, options.seed)
    days = days_of(truth)[: options.days or None]
    folder = store / FILES
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Artefact] = []
    told = {"files": 0, "refused": 0}
    with progress(0, len(days), options.json, "days") as on_done:
        for number, day in enumerate(days, 1):
            _take_in(truth, day, store, folder, options.imperfections, told)
            if number % options.every == 0 and number < len(days):
                made += _loop(options, scenario, store, day)
            on_done(1)
    _tell_one(options, truth, store, days[-1], made, told)
    return 0


def _refuse_used(store: Path) -> None:
    from ops_data.ingest.log_book import entries

    if entries(store, 0, 2**40):
        raise UsageError(
            f"--store {store}: its log book holds a campaign already; a rehearsal is told into an empty store: name one"
        )


def _take_in(
    truth: "Truth", day: "date", store: Path, folder: Path, imperfections: tuple[str, ...], told: dict[str, int]
) -> None:
    """Write the files of a day and take them in as delivered an hour after midnight UTC."""
    from ops_data.ingest.ingesting import FileReport, Setting
    from ops_data.ingest.mapping import Mapping_
    from ops_data.reference.sensor_rows import sensors
    from twin.rehearsal.days import begin_of
    from twin.rehearsal.playing import write_day

    paths = write_day(truth, day, folder, imperfections)
    setting = Setting(Mapping_(source=SOURCE), sensors(), begin_of(day) + DAY_S + DELIVERED_S)
    for report in read_files(store, [str(path) for path in paths], setting):
        told["files"] += 1
        told["refused"] += report.counts.refused if isinstance(report, FileReport) else report.recorded.refused


def _loop(options: Namespace, scenario: "Scenario", store: Path, day: "date") -> "list[Artefact]":
    """Calibrate and forecast from the end of a day, with what was learnt and as planned."""
    from twin.rehearsal.days import begin_of

    at_s = begin_of(day) + DAY_S
    logged = measured_of(store, scenario, at_s, at_s + DELIVERED_S)
    made = []
    for values in ("calibrated", "planned"):
        asked = Asked(
            options.horizon, options.members, options.seed, values, at_s + DELIVERED_S,
            workers=options.workers, quiet=True,
        )  # fmt: skip
        sealed = forecast_of(store, logged, asked)
        if sealed is not None:
            made.append(sealed)
    return made


def _tell_one(
    options: Namespace, truth: "Truth", store: Path, day: "date", made: "list[Artefact]", told: dict[str, int]
) -> None:
    from twin.measured_results import mean_scores, scores_of
    from twin.rehearsal.days import begin_of

    log = measured_of(store, truth.scenario, begin_of(day) + DAY_S).log
    scored = {one.artefact_id: scores_of(one, log) for one in made}
    means = mean_scores(made, scored)
    believed = _believed(truth, made)
    if options.json:
        document({"told": told, "forecasts": [one.artefact_id for one in made], "scores": means, "believed": believed})
        return
    out = console()
    out.print(f"{truth.scenario.title}: rehearsed until {day}", style="bold")
    said = f"{told['files']:,} files in {store / FILES} were taken in, {told['refused']:,} rows refused. "
    said += f"{len(made)} forecasts were archived on the way"
    paragraph(out, f"{said}; the hidden truth is told below." if believed else f"{said}.")
    if means:
        headings = ("values", "sum of", "lead", "n", "CRPS", "persistence", "in 90 % range")
        table = plain_table(*headings, right=headings[2:])
        for one in means:
            table.add_row(
                one["values"], one["series"], f"{one['lead_d']} d", str(one["forecasts"]), f"{one['crps']:,.1f}",
                f"{one['persistence']:,.1f}", f"{100 * one['inside_90']:.0f} %",
            )  # fmt: skip
        out.print()
        out.print(table)
    if believed:
        out.print()
        table = plain_table("number", "truth", "believed at last", "inside", right=("truth",))
        for row in believed:
            low, high = row["low"], row["high"]
            table.add_row(
                row["key"], f"{row['truth']:.4g}", f"{low:.4g} to {high:.4g}", "yes" if row["inside"] else "no"
            )
        out.print(table)


def _believed(truth: "Truth", made: "list[Artefact]") -> list[dict[str, Any]]:
    """Return the last calibration's 90 % ranges of identified numbers beside the hidden truth."""
    from twin.calibration.result import read_text
    from twin.measured_results import WHOLE

    learnt = [one for one in made if one.identity.choices["values"] == "calibrated"]
    if not learnt:
        return []
    path = learnt[-1].file(WHOLE)
    found = read_text(path.read_text(encoding="utf-8"), str(path))
    return [
        {
            "key": one.key,
            "truth": truth.values[one.key],
            "low": one.posterior[0],
            "high": one.posterior[2],
            "inside": bool(one.posterior[0] <= truth.values[one.key] <= one.posterior[2]),
        }
        for one in found.numbers
        if one.identified
    ]


def _many(options: Namespace, scenario: "Scenario") -> int:
    """Play many hidden campaigns in memory and tell how well the loop knew them; 130 when interrupted."""
    from twin.ensemble import play_ensemble
    from twin.rehearsal.oracle import RehearsalsJob, RehearsalsWriter, pace_of_prior, read_rehearsals
    from twin.rehearsal.oracle_summary import as_document

    leads = tuple(sorted({lead for lead in (1, 3, 7) if lead < options.horizon} | {options.horizon}))
    pace = pace_of_prior(scenario)
    job = RehearsalsJob(scenario.to_json(), options.seed, options.after, leads, options.members, pace)
    with TemporaryDirectory() as name, asked_to_stop() as stop:
        write = RehearsalsWriter(Path(name))
        with progress(0, options.times, options.json, "rehearsals") as on_done:
            play_ensemble(job, range(options.times), write, workers=options.workers, on_done=on_done, stop=stop)
        if stop():
            note("interrupted: nothing is kept; repeat the command")
            return 130
        found = read_rehearsals(Path(name))
    if options.json:
        document(as_document(found))
    else:
        _tell_many(options, scenario, found)
    return 0


def _tell_many(options: Namespace, scenario: "Scenario", found: "list[Rehearsed]") -> None:
    from twin.calibration.result import IDENTIFIED_FROM
    from twin.rehearsal.oracle_summary import FAR, gained, held

    out = console()
    out.print(f"{scenario.title}: {options.times} hidden campaigns rehearsed", style="bold")
    far = sum(abs(one.pace_off) >= FAR for one in found)
    said = (
        f"In {len(found)} of them the log ends {options.after} days after the first mud on deck; the others lift none "
        f"in time. In {far} the truth's pace lies {FAR:g} prior standard deviation or more from what was planned."
    )
    paragraph(out, said)
    if not found:
        return
    headings = ("truths", "sum of", "lead", "n", "learnt", "planned", "steady", "gain", "in 90 %")
    table = plain_table(*headings, right=headings[2:])
    table.columns[0].no_wrap = True
    for one in gained(found):
        gain = "no loss"
        if one.gain is not None and one.gain_error is not None:
            gain = f"{100 * one.gain:.0f} ± {100 * one.gain_error:.0f} %"
        table.add_row(
            one.which, one.series, f"{one.lead_d} d", str(one.count), _loss(one.calibrated), _loss(one.planned),
            _loss(one.persistence), gain, f"{100 * one.inside:.0f} %",
        )  # fmt: skip
    out.print()
    out.print(table)
    out.print()
    paragraph(
        out,
        "Losses in tonnes and hours, smaller is better: CRPS of the ensembles that learnt and that did not; steady is "
        "the absolute error of 'the last seven days go on'.",
    )
    shown = held(found, IDENTIFIED_FROM)
    table = plain_table("number", "truth in 90 % range", "of", "chance", right=("truth in 90 % range", "of", "chance"))
    for one_held in shown:
        sure = f"{100 * one_held.low:.0f} to {100 * one_held.high:.0f} %"
        share = f"{100 * one_held.inside / one_held.count:.0f} %"
        table.add_row(one_held.key, share, str(one_held.count), sure)
    out.print()
    out.print(table)


def _loss(value: float) -> str:
    """Return a loss with what a narrow column holds of it."""
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.1f}"
