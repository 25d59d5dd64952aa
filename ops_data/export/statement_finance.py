"""Money, logistics and what a supply statement rests on: economics side by side, inputs with their grades."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from ops_data.export.report_blocks import Block, Table
from ops_data.export.report_text import number, plain
from ops_data.export.statement_contribution import Statement
from ops_data.export.statement_data import ELEMENTS, Spread
from ops_data.export.statement_more import bridge_table, shown, support_table, trap_table
from ops_data.export.statement_network import PUBLISHED_TOPIC, published_table, some_years, spread_of, topics_of
from ops_data.export.statement_words import (
    Cells,
    fitted,
    named,
    ordered,
    pair,
    scaled,
    share,
    three,
    titled,
    translated,
    unit_of,
    when,
)
from ops_data.reference.glossary_rows import glossary

MEASURES: Final = (
    "project_oxide_t", "oxide_cost_jpy_kg", "project_npv_jpy", "project_npv_operation_jpy", "project_loses_money",
    "project_irr", "project_dscr", "project_llcr", "project_valley_years", "project_price_factor",
    "project_public_cost_jpy", "revenue_gap_jpy",
)  # fmt: skip
KINDS: Final = {"oxide_cost_jpy_kg": ("elements",)}  # what the words of an item are, if not price world and class
ECONOMICS: Final = ("economics", "basket")  # topics that are told in the section on money
LINES: Final = (  # of the accounts, those that the statement prints
    "revenue", "floor_receipts", "opex", "feed", "renewals", "tax", "capex", "grant", "free_cash",
    "free_cash_so_far", "cfads", "cfads_contracted", "debt_service", "mezzanine", "paid_to_agency",
    "paid_to_trading", "paid_to_local",
)  # fmt: skip
DSCR: Final = "project_dscr"
LENDERS: Final = ("senior", "mezzanine")  # told where debt is carried
OF_GLOSSARY: Final = ("rare_earth_mud", "lifting", "ensemble", "percentiles", "assumption")
CALENDAR: Final = ("a", "y")  # units of a calendar year, if it is large
FIRST_YEAR: Final = 1900.0
GRADES: Final = ("H", "M", "L", "D", "A")


def finance(write: Statement) -> Sequence[Block]:
    """Return what it costs and earns, in each price world, beside what others have published."""
    return [
        Block("portrait"),
        write.head("finance"),
        write.tell("finance", {"rate": f"{write.data.jpy_per_usd:g}"}),
        write.table(result_table(write)),
        *shown(write, bridge_table, support_table, trap_table),
        write.head("economics", 2),
        write.lead("economics"),
        write.table(published_table(write, economics_of(write))),
        write.head("cash_flow", 2),
        write.lead("cash_flow"),
        write.table(cash_table(write)),
        write.head("prices", 2),
        write.lead("prices"),
        *write.show("prices"),
        write.table(price_table(write)),
    ]


def logistics(write: Statement) -> Sequence[Block]:
    """Return lead times, labelled as simulated or as a person's own records."""
    return [
        write.head("logistics"),
        write.lead("logistics"),
        write.table(logistics_table(write)),
    ]


def foundations(write: Statement) -> Sequence[Block]:
    """Return published figures, inputs with source and grade, events, balances and files."""
    others = [topic for topic in topics_of(write) if topic not in (PUBLISHED_TOPIC, *economics_of(write))]
    return [
        write.head("published"),
        write.lead("published"),
        write.table(published_table(write, others)),
        write.head("closure"),
        write.lead("closure"),
        write.table(closure_table(write)),
        write.head("inputs"),
        write.lead("inputs"),
        write.table(grade_table(write)),
        write.table(input_table(write)),
        write.head("notes"),
        write.lead("notes"),
        write.table(note_table(write)),
        write.head("glossary"),
        write.table(glossary_table(write)),
        write.head("references"),
        write.say("references"),
        write.table(reference_table(write)),
        write.head("files"),
        write.lead("files"),
        write.table(file_table(write)),
        write.say("check"),
    ]


def economics_of(write: Statement) -> list[str]:
    """Return the topics of published figures about money."""
    return [topic for topic in topics_of(write) if topic in ECONOMICS]


def result_table(write: Statement) -> Table:
    """Return cost, net present value, rate of return and debt cover of each project in each price world."""
    data, words, lines = write.data, write.words, list[Cells]()
    for project in ordered((item.split(" ")[0] for name in MEASURES for item in data.items(name)),
                           words.table["projects"]):  # fmt: skip
        lines.append((named(words, "projects", project),))
        indebted = any(item.split(" ")[0] == project for item in data.items(DSCR))
        for name in MEASURES:
            for item in data.items(name):
                first, *rest = item.split(" ")
                if first == project and (indebted or not {*rest} & {*LENDERS}):
                    spread = fitted(data.spread(name, item), words)
                    lines.append((_measure(name, rest, write), *three(spread, words), unit_of(spread, words)))
        if not indebted:
            lines.append((words.text("columns", DSCR), words.text("document", "no_debt")))
    head = tuple(words.text("columns", key) for key in ("measure", "low", "value", "high", "unit"))
    note = words.text("document", "finance_note")
    return Table(words.text("tables", "results"), head, tuple(lines), (1, 0, 0, 0, 0), "lrrrl", note)


def _measure(name: str, rest: Sequence[str], write: Statement) -> str:
    """Return a measure of money with its price world and class."""
    kinds = KINDS.get(name, ("worlds", "classes"))
    said = [named(write.words, kind, code) for kind, code in zip(kinds, rest, strict=False)]
    colon, comma = (write.words.text("document", key) for key in ("colon", "comma"))
    return write.words.text("columns", name) + (colon + comma.join(said) if said else "")


def cash_table(write: Statement) -> Table:
    """Return the lines of each project's accounts in some years, as P50 over P10 to P90."""
    data, words, lines = write.data, write.words, list[Cells]()
    rows = data.rows("supply_cash_flow")
    years = some_years(rows)
    unit = ""
    for project, world in dict.fromkeys((str(row["project"]), str(row["world"])) for row in rows):
        of = [row for row in rows if (row["project"], row["world"]) == (project, world)]
        lines.append((f"{named(words, 'projects', project)} · {named(words, 'worlds', world)}",))
        found = {(str(row["line"]), int(row["year"])): spread_of(row) for row in of}
        for line in ordered((row["line"] for row in of if row["line"] in LINES), LINES):
            spreads = [found.get((line, year)) for year in years]
            unit = unit or next((unit_of(spread, words) for spread in spreads if spread is not None), "")
            cells = ("–" if spread is None else pair(spread, words) for spread in spreads)
            lines.append((named(words, "lines", line), *cells))
    head = (
        words.text("columns", "line"),
        *(words.text("document", "project_year").format(year=year) for year in years),
    )
    caption = words.text("tables", "cash_flow").format(unit=unit)
    widths = (1.8, *(1.0 for _ in years))
    return Table(caption, head, tuple(lines), widths, "l" + "r" * len(years), words.text("document", "pair_note"))


def price_table(write: Statement) -> Table:
    """Return the price of each oxide in each price world in some years."""
    data, words, lines = write.data, write.words, list[Cells]()
    rows = data.rows("supply_prices")
    years = some_years(rows)
    unit = words.unit(str(rows[0]["unit"])) if rows else ""
    for world in ordered((row["world"] for row in rows), words.table["worlds"]):
        found = {(str(row["element"]), int(row["year"])): spread_of(row) for row in rows if row["world"] == world}
        lines.append((named(words, "worlds", world),))
        for element in ordered((key[0] for key in found), ELEMENTS):
            cells = (pair(found[element, year], words) if (element, year) in found else "–" for year in years)
            lines.append((named(words, "elements", element), *cells))
    head = (words.text("columns", "element"), *(when(str(year), words) for year in years))
    caption = words.text("tables", "prices").format(unit=unit)
    widths = (1.0, *(1.0 for _ in years))
    return Table(caption, head, tuple(lines), widths, "l" + "r" * len(years), words.text("document", "pair_note"))


def logistics_table(write: Statement) -> Table:
    """Return lead times over the months, simulated ones and a person's own apart."""
    data, words, lines = write.data, write.words, list[Cells]()
    rows = data.rows("supply_logistics")
    keys = ("origin", "scenario", "panel")
    bands = dict.fromkeys(tuple(str(row[key]) for key in keys) for row in rows)
    for band in sorted(bands, key=lambda band: (band[0] != "own records", *band[1:])):
        of = [row for row in rows if tuple(str(row[key]) for key in keys) == band]
        label = [named(words, "sources", band[0])]
        label += [named(words, "scenarios", band[1])] if band[1] else []
        lines.append((" · ".join([*label, named(words, "panels", band[2])]),))
        for item, members in groupby(sorted(of, key=lambda row: str(row["item"])), lambda row: str(row["item"])):
            lines.append((titled(item, data, words), *_lead_times(list(members), write)))
    head = tuple(words.text("columns", key) for key in ("item", "months", "median_low", "median_high", "p95", "count"))
    note = words.text("document", "logistics_note")
    return Table(words.text("tables", "logistics"), head, tuple(lines), (1, 0, 0, 0, 0, 0), "llrrrr", note)


def _lead_times(rows: Sequence[dict[str, Any]], write: Statement) -> Cells:
    """Return first and last month, lowest and highest monthly median, highest P95 and how many there are."""
    months = sorted(str(row["month"]) for row in rows)
    medians = [float(row["median"]) for row in rows if float(row["median"]) == float(row["median"])]
    late = [float(row["p95"]) for row in rows if float(row["p95"]) == float(row["p95"])]
    numbers = (min(medians, default=float("nan")), max(medians, default=float("nan")), max(late, default=float("nan")))
    span = months[0] if months[0] == months[-1] else f"{months[0]} – {months[-1]}"
    shown = three(Spread(*numbers, "d"), write.words)
    return span, *shown, f"{sum(int(row['count']) for row in rows):,}"


def closure_table(write: Statement) -> Table:
    """Return the balances that were added up again."""
    words = write.words
    lines = tuple(
        (named(words, "balances", str(row["balance"])), f"{int(row['places']):,}", number(float(row["worst"])))
        for row in write.data.rows("supply_closure")
    )
    head = tuple(words.text("columns", key) for key in ("balance", "places", "worst"))
    return Table(words.text("tables", "closure"), head, lines, (1, 0, 0), "lrr")


def grade_table(write: Statement) -> Table:
    """Return how many inputs have which grade."""
    words = write.words
    count = Counter(str(row["confidence"]) for row in write.data.rows("supply_inputs"))
    every = sum(count.values())
    lines = tuple(
        (grade, named(words, "grades", grade), str(count[grade]), share(count[grade] / every))
        for grade in ordered(count, GRADES)
    )
    head = tuple(words.text("columns", key) for key in ("grade", "meaning", "inputs", "of_all"))
    return Table(words.text("tables", "grades"), head, lines, (0, 1, 0, 0), "clrr")


def input_table(write: Statement) -> Table:
    """Return every input with range, law, source and grade; those a person changed are marked."""
    words, data = write.words, write.data
    groups: dict[str, list[Cells]] = {}
    for row in data.rows("supply_inputs"):
        spread = spread_of(row)
        fixed = str(row["law"]) == "fixed"
        changed = "" if str(row["origin"]) == "reference" else words.text("document", "changed")
        groups.setdefault(str(row["key"]).split(".")[0], []).append(
            (
                str(row["key"]).split(".", 1)[-1],
                _as_chosen(spread, fixed, write),
                unit_of(spread, words),
                words.text("laws", str(row["law"])),
                f"{row['confidence']}{changed}",
                data.cited(str(row["source"])),
            )
        )
    lines = [line for group, members in groups.items() for line in ((group,), *members)]
    head = tuple(words.text("columns", key) for key in ("key", "number", "unit", "law", "grade", "source"))
    note = words.text("document", "inputs_note")
    return Table(words.text("tables", "inputs"), head, tuple(lines), (1, 0, 0, 0, 0, 0), "lrllcr", note)


def _as_chosen(spread: Spread, fixed: bool, write: Statement) -> str:
    """Return an input with no more digits than it has, and its range below it."""
    one = scaled(spread, write.words)
    if one.unit in CALENDAR and one.value >= FIRST_YEAR:
        return f"{one.value:.0f}"
    if fixed or one.low == one.high:
        return plain(one.value)
    shown = write.words.text("document", "range" if one.low >= 0.0 else "range_below_nought")
    return f"{plain(one.value)}\n{shown.format(low=plain(one.low), high=plain(one.high))}"


def note_table(write: Statement) -> Table:
    """Return events and statements told as context."""
    words, data = write.words, write.data
    lines = tuple(
        (
            str(row["date"]),
            translated(str(row["text"]), data, words),
            str(row["confidence"]),
            data.cited(str(row["source"])),
        )
        for row in sorted(data.rows("supply_notes"), key=lambda row: (str(row["date"]), str(row["key"])))
    )
    head = tuple(words.text("columns", key) for key in ("date", "event", "grade", "source"))
    return Table(words.text("tables", "notes"), head, lines, (0, 1, 0, 0), "llcr")


def glossary_table(write: Statement) -> Table:
    """Return the terms in both languages and what they mean in this one."""
    words = write.words
    lines = [
        (row.en, row.ja, row.meaning_ja if words.language == "ja" else row.meaning_en)
        for row in glossary()
        if row.key in OF_GLOSSARY
    ]
    lines += [(str(en), str(ja), str(meaning)) for en, ja, meaning in words.table["terms"]["own"]]
    head = tuple(words.text("columns", key) for key in ("term_en", "term_ja", "meaning"))
    return Table(words.text("tables", "glossary"), head, tuple(lines), (3, 3, 6), "lll")


def file_table(write: Statement) -> Table:
    """Return the files of the folder."""
    words = write.words
    lines = tuple((row.path, words.text("files", row.name) if row.name else "–") for row in write.data.files)
    head = tuple(words.text("columns", key) for key in ("file", "content"))
    return Table(words.text("tables", "files"), head, lines, (1, 1), "ll")


def reference_table(write: Statement) -> Table:
    """Return every source by its number; what is assumed or derived says so."""
    words = write.words
    lines = tuple((str(place), source) for source, place in write.data.source_numbers.items())
    head = tuple(words.text("columns", key) for key in ("number_of", "source"))
    return Table(words.text("tables", "sources"), head, lines, (0, 1), "rl")
