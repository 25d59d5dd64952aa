"""The supply statement as a PDF/A document in English or Japanese: what the mud contributes, told first and whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from ops_data.export.report_blocks import Block
from ops_data.export.report_data import Figures, Language
from ops_data.export.report_text import Words
from ops_data.export.report_writer import Writer
from ops_data.export.statement_answers import answers
from ops_data.export.statement_contribution import Statement, contribution
from ops_data.export.statement_data import FIGURES, StatementData
from ops_data.export.statement_finance import finance, foundations, logistics
from ops_data.export.statement_more import criteria_table, needed_table, shown
from ops_data.export.statement_network import demand, dependency
from ops_data.export.statement_shock import levers, shocks, targets
from ops_data.export.statement_words import english_only, named, statement_words
from ops_data.export.typesetting import TIME, Sheets, check_figures, set_pdf

CHANGES_TOLD = 30  # on the cover; every one is in statement.json and in the workbook


def _contribution(write: Statement) -> Sequence[Block]:
    return contribution(write, lambda of: shown(of, needed_table, criteria_table))


PARTS = (
    answers, _contribution, demand, dependency, shocks, targets, levers, finance, logistics, foundations,
)  # fmt: skip


def statement_pdf(data: StatementData, figures: Figures, language: Language) -> bytes:
    """Return the statement as a PDF/A-2a document.

    Parameters
    ----------
    data : what it says.
    figures : SVG pictures by name, drawn in this language; one that is missing is left out with its caption.
    language : ``en`` or ``ja``.

    Raises
    ------
    FailedError
        A figure of an unknown name, or a document that cannot be set.

    Notes
    -----
    The document bears the sealing time, so two calls with the same input return the same bytes.
    """
    check_figures("statement", figures, FIGURES)
    words = statement_words(language)
    sheets = Sheets(
        kind="statement",
        title=data.title,
        running=words.text("document", "running").format(study_id=data.study_id),
        description=english_only(words, data.description),
        cover=cover_lines(data, words),
        what=words.text("cover", "what"),
        warning=words.text("cover", "honest"),
        notes=data.notes,
        blocks=statement_sections(data, figures, words),
        figures=figures,
        sealed=data.sealed,
        beside=changes(data, words),
    )
    return set_pdf(sheets, words)


def statement_sections(data: StatementData, figures: Figures, words: Words) -> list[Block]:
    """Return the whole statement as blocks."""
    write = Writer(data, figures, words)
    return [_with_bands(block) for part in PARTS for block in part(write)]


def _with_bands(block: Block) -> Block:
    """Return a block whose table repeats its subheadings where it goes on over the page."""
    return block if block.table is None else replace(block, table=replace(block.table, bands=True))


def changes(data: StatementData, words: Words) -> tuple[str, ...]:
    """Return what was changed against the packaged case, a title first; nothing where nothing was."""
    if not data.changes:
        return ()
    rest = len(data.changes) - CHANGES_TOLD
    more = [words.text("document", "changed_more").format(count=f"{rest:,}")] if rest > 0 else []
    title = english_only(words, words.text("document", "changed_title"))
    return (title, *data.changes[:CHANGES_TOLD], *more)


def cover_lines(data: StatementData, words: Words) -> Sequence[tuple[str, str]]:
    """Return which study it is, label and value line by line."""
    lines = {
        "scenario": data.title,
        "study": data.study_id,
        **{f"run_{name}": run_id for name, run_id in data.run_ids.items()},
        **{f"target_{basis}": f"{data.target_t_d[basis]:,.4g} t/d ({named(words, 'mass_basis', basis)})"
           for basis in data.bases if basis in data.target_t_d},
        "sealed": data.sealed.astimezone(UTC).strftime(TIME),
        "draws": f"{data.draws:,}",
        "seed": str(data.seed),
        "rate": words.text("document", "rate").format(rate=f"{data.jpy_per_usd:g}"),
        "version": data.version,
        "lock": data.lock_sha256,
    }  # fmt: skip
    return [(words.text("cover", key), value) for key, value in lines.items()]
