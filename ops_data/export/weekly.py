"""The weekly summary as a PDF/A document of two pages in English or Japanese, for a meeting."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from ops_data.export.report_blocks import Block, heading, paragraph
from ops_data.export.report_data import Language
from ops_data.export.report_text import Words
from ops_data.export.typesetting import check_figures, compiled
from ops_data.export.weekly_data import FIGURES, WeekFacts, WeekNumbers
from ops_data.export.weekly_short import short, unsure
from ops_data.export.weekly_tables import held_table, hours_table, week_table
from ops_data.export.weekly_words import amount, basis, full_day, sealed, unbroken, weekly_words

TEMPLATE: Final = Path(__file__).with_name("weekly.typ")
CHANGES_TOLD: Final = 4
WEEKS_DRAWN: Final = 26  # of a longer campaign the figure shows the last half-year


def weekly_pdf(numbers: WeekNumbers, figures: Mapping[str, bytes], language: Language) -> bytes:
    """Return the summary of a week as a PDF/A-2a document.

    Parameters
    ----------
    numbers : what it says.
    figures : SVG pictures by name, drawn in this language; one that is missing is left out with its caption.
    language : ``en`` or ``ja``.

    Raises
    ------
    FailedError
        A figure of an unknown name, or a document that cannot be set.

    Notes
    -----
    The document bears the sealing time of the run, so two calls with the same input return the same bytes.
    """
    check_figures("weekly summary", figures, FIGURES)
    said = weekly_words(language)
    facts, week = numbers.facts, numbers.week
    first, last = (full_day(day, said) for day in (week.monday, week.sunday))
    origin = said.text("origins", facts.origin)
    content = {
        "language": language,
        "title": said.text("document", "title"),
        "subtitle": said.text("document", "subtitle").format(week=week.label, first=first, last=last),
        "about": facts.title,
        "zone": said.text("document", "zone"),
        "head": head_lines(facts, said),
        "honest": said.text("honest", facts.origin),
        "running": said.text("document", "running").format(week=week.label, run_id=facts.run_id, origin=origin),
        "page": said.text("document", "page"),
        "sheets": [[asdict(block) for block in sheet] for sheet in weekly_sheets(numbers, figures, said)],
        "figures": {name: svg.decode("utf-8") for name, svg in figures.items()},
    }
    return compiled("weekly summary", TEMPLATE, content, facts.sealed)


def head_lines(facts: WeekFacts, said: Words) -> Sequence[tuple[str, str]]:
    """Return which run it is, label and value line by line."""
    gaps = {"replicates": f"{facts.replicates:,}", "seed": str(facts.seed)}
    played = said.text("facts", "played" if facts.replicates > 1 else "played_once")
    target = said.text("facts", "target").format(target=amount(facts.target_t_d, said), basis=basis(facts, said))
    days = {
        "first": full_day(facts.first, said, "plain"),
        "last": full_day(facts.last, said, "plain"),
        "vessels": str(facts.vessels),
    }
    lines = {
        "scenario": facts.scenario,
        "run": facts.run_id,
        "origin": said.text("origins", facts.origin),
        "target": target,
        "played": played.format_map({**gaps, "parameters": said.text("facts", facts.parameters)}),
        "calendar": said.text("facts", "vessel" if facts.vessels == 1 else "vessels").format_map(days),
        "sealed": sealed(facts.sealed, said),
        "version": facts.version,
    }
    told = said.text("document", "comma").join(facts.changes[:CHANGES_TOLD])
    rest = len(facts.changes) - CHANGES_TOLD
    if told:
        lines["changes"] = told + (said.text("document", "more").format(count=f"{rest:,}") if rest > 0 else "")
    return [(said.text("head", key), value) for key, value in lines.items()]


def weekly_sheets(numbers: WeekNumbers, figures: Mapping[str, bytes], said: Words) -> Sequence[Sequence[Block]]:
    """Return the blocks of each page."""
    first = [
        _head("short", said),
        Block("list", lines=short(numbers, said)),
        _head("week", said),
        Block("table", table=week_table(numbers, said)),
        *_figure("mud", numbers, figures, said),
    ]
    second = [
        _head("hours", said),
        Block("table", table=hours_table(numbers, said)),
        *_figure("hours", numbers, figures, said),
        _head("held", said),
        *_held(numbers, said),
        _head("unsure", said),
        Block("list", lines=unsure(numbers, said)),
        _head("reading", said),
        Block("list", lines=tuple(unbroken(line.format(basis=basis(numbers.facts, said)))
                                  for line in said.lines("reading", "lines"))),
    ]  # fmt: skip
    return first, second


def _head(key: str, said: Words) -> Block:
    return heading(said.text("headings", key), 1)


def _figure(name: str, numbers: WeekNumbers, figures: Mapping[str, bytes], said: Words) -> Sequence[Block]:
    if name not in figures:
        return []
    weeks = len(numbers.days) / 7
    caption = said.text("captions", "mud_late" if name == "mud" and weeks > WEEKS_DRAWN + 1 else name)
    text = caption.format(basis=basis(numbers.facts, said), weeks=WEEKS_DRAWN)
    return [Block("figure", text, figure=name, alt=said.text("alts", name))]


def _held(numbers: WeekNumbers, said: Words) -> Sequence[Block]:
    if not numbers.held:
        return [paragraph(said.text("text", "no_dates"))]
    return [Block("table", table=held_table(numbers.held, said))]
