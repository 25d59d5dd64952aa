"""Tables of the review report: from records to printed cells in one language."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from ops_data.export.report_blocks import Table
from ops_data.export.report_data import (
    AssumptionRow,
    ClosureRow,
    ComparisonRow,
    FactRow,
    FileRow,
    ProxyRow,
    Quantity,
    ReportData,
    SummaryRow,
    ThresholdRow,
    VerificationRow,
    ZoneRow,
)
from ops_data.export.report_text import DASH, Words, number, percent, plain
from ops_data.reference.glossary_rows import GlossaryRow

Cells = tuple[str, ...]
SPREAD: tuple[str, ...] = ("low", "value", "high", "unit")

YEAR: Final = re.compile(r"\b(19|20)\d\d\b")
NO_REFERENCE: Final = ("assumption:", "definition:", "derived:")


def _head(words: Words, *keys: str) -> Cells:
    return tuple(words.text("columns", key) for key in keys)


def _caption(words: Words, key: str) -> str:
    return words.text("tables", key)


def _named(words: Words, name: str, detail: str) -> str:
    found = words.name(name)
    return f"{found}{words.text('document', 'colon')}{words.detail(detail)}" if detail else found


def _spread(row: SummaryRow | ThresholdRow | ClosureRow | ProxyRow, words: Words) -> Cells:
    return number(row.low), number(row.value), number(row.high), words.unit(row.unit)


def summary_table(rows: Iterable[SummaryRow], words: Words) -> Table:
    """Return the numbers of the summary page, by section."""
    cells: list[Cells] = []
    for section, members in groupby(rows, lambda row: row.section):
        cells.append((words.text("sections", section),))
        cells += [(_named(words, row.name, row.detail), *_spread(row, words)) for row in members]
    return Table(_caption(words, "summary"), _head(words, "item", *SPREAD), tuple(cells), (1, 0, 0, 0, 0), "lrrrl")


def facts_table(rows: Iterable[FactRow], words: Words) -> Table:
    """Return what the scenario states about the project."""
    cells = tuple((words.name(row.name), row.value) for row in rows)
    return Table(_caption(words, "facts"), _head(words, "item", "default"), cells, (2, 3), "ll")


def level_title(row: ThresholdRow, words: Words) -> str:
    """Return what a row is about: quantity, level and, far above the bed, the layer."""
    said = words.text("axes", f"{row.quantity}_level").format(level=plain(row.level), unit=words.unit(row.level_unit))
    return f"{said}{words.text('document', 'colon')}{words.detail(row.layer)}" if row.layer else said


def threshold_table(rows: Sequence[ThresholdRow], quantity: Quantity, words: Words) -> Table:
    """Return metrics above each screening level of a quantity, with the share of members that exceed it at all."""
    shown = [row for row in rows if row.quantity == quantity]
    cells: list[Cells] = []
    for title, members in groupby(shown, lambda row: level_title(row, words)):
        cells.append((title,))
        cells += [(words.name(row.metric), *_spread(row, words), percent(row.probability)) for row in members]
    head = _head(words, "metric", *SPREAD, "probability")
    note = words.text("cover", "screening")
    return Table(_caption(words, quantity), head, tuple(cells), (1, 0, 0, 0, 0, 0), "lrrrlr", note)


def zone_table(rows: Sequence[ZoneRow], words: Words) -> Table:
    """Return whether plume or deposit touch each zone, yes or no, with the probability."""
    cells: list[Cells] = []
    for (zone, kind), members in groupby(rows, lambda row: (row.zone, row.kind)):
        cells.append((f"{zone}{words.text('document', 'colon')}{words.text('kinds', kind)}",))
        cells += [_zone_cells(row, words) for row in members]
    head = _head(words, "level", "contact", "touched", "probability", "at_most")
    return Table(_caption(words, "zones"), head, tuple(cells), (1, 0, 0, 0, 0), "llrrr")


def _zone_cells(row: ZoneRow, words: Words) -> Cells:
    level = words.text("axes", f"{row.quantity}_level").format(level=plain(row.level), unit=words.unit(row.level_unit))
    if row.layer:
        level += f"{words.text('document', 'separator')}{words.detail(row.layer)}"
    contact = words.text("document", "yes" if row.touched else "no")
    share = row.touched / row.members if row.members else float("nan")
    return level, contact, f"{row.touched} / {row.members}", percent(share), percent(row.at_most)


def closure_table(rows: Iterable[ClosureRow], section: str, words: Words) -> Table:
    """Return the terms of a mass balance."""
    cells = tuple((words.name(row.name), *_spread(row, words)) for row in rows if row.section == section)
    return Table(_caption(words, section), _head(words, "term", *SPREAD), cells, (1, 0, 0, 0, 0), "lrrrl")


def proxy_table(rows: Iterable[ProxyRow], group: str, words: Words) -> Table:
    """Return the proxies of a group; their sources stand below."""
    shown = [row for row in rows if row.group == group]
    cells: list[Cells] = []
    for name, members in groupby(shown, lambda row: row.name):
        items = list(members)
        if len(items) > 1:
            cells.append((words.name(name),))
            cells += [(words.detail(row.detail), *_spread(row, words), row.threshold or DASH) for row in items]
        else:
            row = items[0]
            cells.append((_named(words, name, row.detail), *_spread(row, words), row.threshold or DASH))
    head = _head(words, "item", *SPREAD, "threshold")
    note = _sources((row.source for row in shown), words)
    return Table(_caption(words, group), head, tuple(cells), (3, 0, 0, 0, 0, 1), "lrrrll", note)


def _sources(sources: Iterable[str], words: Words) -> str:
    once = dict.fromkeys(source for source in sources if source)
    head = words.text("document", "sources") + words.text("document", "colon")
    return head + words.text("document", "separator").join(once) if once else ""


def assumption_table(rows: Iterable[AssumptionRow], words: Words) -> Table:
    """Return inputs by the group of their key, with range, source and confidence."""
    groups: dict[str, list[Cells]] = {}
    for row in rows:
        groups.setdefault(row.key.split(".")[0], []).append(_assumption_cells(row, words))
    cells = [line for group, lines in groups.items() for line in ((group,), *lines)]
    head = _head(words, "key", "default", "range", "unit", "law", "given", "confidence", "source")
    codes = words.table["confidence"]
    note = words.text("document", "separator").join(f"{code} {words.text('confidence', code)}" for code in codes)
    return Table(_caption(words, "assumptions"), head, tuple(cells), (0, 0, 0, 0, 0, 0, 0, 1), "lrrllccl", note)


def _assumption_cells(row: AssumptionRow, words: Words) -> Cells:
    spread = DASH if row.law == "fixed" else f"{plain(row.low)} – {plain(row.high)}"
    given = "G" if row.given else ""
    law = words.text("laws", row.law)
    return row.key, plain(row.value), spread, words.unit(row.unit), law, given, row.confidence, row.source


def comparison_table(rows: Iterable[ComparisonRow], words: Words) -> Table:
    """Return model against field studies, ratios as they are."""
    cells = tuple(_comparison_cells(row, words) for row in rows)
    head = _head(words, "case", "study", "field", "model", "unit", "ratio", "factor", "remark")
    return Table(_caption(words, "comparison"), head, cells, (0, 3, 0, 0, 0, 0, 0, 4), "llrrlrll")


def _comparison_cells(row: ComparisonRow, words: Words) -> Cells:
    judged = DASH if row.within is None else words.text("document", "yes" if row.within else "no")
    within = words.text("document", "within")
    factor = judged if row.factor is None else within.format(factor=plain(row.factor), judged=judged)
    study = f"{row.study}{words.text('document', 'colon')}{row.quantity}"
    return (
        row.id,
        study,
        number(row.field),
        number(row.model),
        words.unit(row.unit),
        number(row.ratio),
        factor,
        row.remark,
    )


def verification_table(rows: Iterable[VerificationRow], words: Words) -> Table:
    """Return the cases with a known answer."""
    cells = tuple(
        (
            row.id,
            row.what,
            f"{row.expected:.6g}",
            f"{row.found:.6g}",
            row.tolerance,
            words.text("document", "yes" if row.passed else "no"),
            row.source,
        )
        for row in rows
    )
    head = _head(words, "case", "content", "expected", "found", "tolerance", "passed", "source")
    return Table(_caption(words, "verification"), head, cells, (0, 4, 0, 0, 0, 0, 4), "llrrlll")


def glossary_table(rows: Iterable[GlossaryRow], words: Words) -> Table:
    """Return the terms in both languages and what they mean in this one."""
    cells = tuple((row.en, row.ja, row.meaning_ja if words.language == "ja" else row.meaning_en) for row in rows)
    return Table(_caption(words, "glossary"), _head(words, "term_en", "term_ja", "meaning"), cells, (3, 3, 6), "lll")


def file_table(rows: Iterable[FileRow], words: Words) -> Table:
    """Return the files of the package."""
    cells = tuple((row.path, words.text("files", row.name) if row.name else DASH) for row in rows)
    return Table(_caption(words, "files"), _head(words, "file", "content"), cells, (1, 1), "ll")


def references(data: ReportData) -> tuple[str, ...]:
    """Return every dated source that a row names, once, in alphabetical order; what is assumed or derived has none."""
    sources = {row.source for rows in (data.proxies, data.assumptions, data.verification) for row in rows}
    kept = {source for source in sources if YEAR.search(source) and not source.startswith(NO_REFERENCE)}
    return tuple(sorted(kept, key=str.casefold))
