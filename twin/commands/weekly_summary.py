"""``twin export weekly-summary``: one week of a run as two printed pages."""

import hashlib
import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ops_data.errors import UsageError
from twin.commands.files import STANDARD_OUTPUT, check_file
from twin.commands.output import document
from twin.commands.runs import opened
from twin.commands.weekly_options import ENGLISH, WEEKLY

if TYPE_CHECKING:
    from ops_data.export.report_data import Language
    from ops_data.export.weekly_data import WeekNumbers
    from ops_data.sealed import Run
    from twin.scenario import Scenario

OUT: Final = "--out"


def weekly_summary(options: Namespace) -> int:
    """Obey ``twin export weekly-summary``: options ``run``, ``week``, ``lang``, ``out`` and ``json``."""
    from ops_data.files import told, write_whole

    _check_target(options.out)
    language: Language = options.lang or ENGLISH
    run = opened(options).open(options.run)
    numbers = _numbers(run, options.week)
    pdf = summary_pdf(numbers, language)
    with told(options.out, "write the summary", OUT):
        write_whole(Path(options.out).expanduser(), pdf)
    week = numbers.week
    if options.json:
        told_of = {"first": week.monday.isoformat(), "last": week.sunday.isoformat(), "language": language}
        sha256 = hashlib.sha256(pdf).hexdigest()
        document({"file": options.out, "run_id": run.run_id, "week": week.label, **told_of, "sha256": sha256})
    else:
        days = f"{week.monday.isoformat()} to {week.sunday.isoformat()}"
        print(f"{options.out}: weekly summary of run {run.run_id}, {week.label} ({days}, days in Japan)")
    return 0


def summary_pdf(numbers: "WeekNumbers", language: "Language") -> bytes:
    """Return the summary of a week as PDF/A with its figures, in one language."""
    from dashboards.figures.weekly import weekly_figures
    from ops_data.export.weekly import weekly_pdf
    from ops_data.export.weekly_words import weekly_words

    return weekly_pdf(numbers, weekly_figures(numbers, weekly_words(language)), language)


def _check_target(out: str) -> None:
    """Refuse, before any work, a file that is no PDF or cannot be written; UsageError."""
    if out == STANDARD_OUTPUT or Path(out).suffix.lower() != ".pdf":
        raise UsageError(f"{OUT} {out}: a {WEEKLY} is a PDF; name a file that ends in .pdf")
    check_file(OUT, out)


def _numbers(run: "Run", week: str | None) -> "WeekNumbers":
    from twin.scenario import Scenario
    from twin.weekly import read_week, week_numbers

    scenario = Scenario.from_json(json.dumps(run.manifest.scenario))
    chosen = read_week(_given(week, scenario), scenario)
    return week_numbers(scenario, run.manifest, run.table("daily"), run.table("outcomes"), chosen)


def _given(week: str | None, scenario: "Scenario") -> str:
    """Return the week that was typed; UsageError naming the weeks there are if none was."""
    from twin.weekly import weeks_of

    if week is not None:
        return week
    known = weeks_of(scenario)
    weeks = f"this run has weeks {known[0].label} to {known[-1].label}"
    raise UsageError(f"--week: not given; a {WEEKLY} is of one week; {weeks}; give for example --week {known[0].label}")
