"""What the mud contributes, in a supply statement: readings side by side, by element, year, money; what drives it."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from ops_data.export.report_blocks import Block, Table
from ops_data.export.report_writer import Writer
from ops_data.export.statement_data import ALL, ELEMENTS, FULL_SCALE, NOTHING, READINGS, Spread, StatementData
from ops_data.export.statement_words import (
    Cells,
    inline,
    joined,
    named,
    ordered,
    pair,
    reading_title,
    share,
    three,
    unit_of,
    when,
)
from ops_data.export.statement_words import in_full as in_unit
from ops_data.supply_names import SUPPLY_ELEMENTS

Statement: TypeAlias = Writer[StatementData]

TOLD: Final = ("campaign", "run_rate", "extrapolation")  # side by side, never one alone
ELEMENT_T: Final = "contribution_element_t"
CURRENT, FUTURE = "contribution_share_current", "contribution_share_future"
OF_DEMAND: Final = (CURRENT, FUTURE)
MONEY: Final = ("contribution_value_usd", "contribution_value_jpy")
BOTH: Final = "both"


def contribution(write: Statement, more: Callable[[Statement], Sequence[Block]]) -> Sequence[Block]:
    """Return the contribution in full, with further tables before what drives it."""
    return [
        write.head("contribution"),
        write.tell("contribution", terms(write)),
        *(write.table(in_full(write, name)) for name in ("contribution_oxide_t", ELEMENT_T, *OF_DEMAND)),
        write.head("contribution_value", 2),
        write.tell("contribution_value", {"rate": f"{write.data.jpy_per_usd:g}"}),
        write.table(value_table(write)),
        write.head("contribution_years", 2),
        write.lead("contribution_years"),
        write.table(year_table(write)),
        *more(write),
        write.head("drivers", 2),
        write.lead("drivers"),
        *write.show("drivers"),
        write.table(driver_table(write)),
    ]


def terms(write: Statement) -> dict[str, str]:
    """Return the targets of the runs and what the extrapolation is called as words."""
    rates = [
        f"{named(write.words, 'mass_basis', basis)} {write.data.target_t_d[basis]:,.4g} t/d"
        for basis in write.data.bases
        if basis in write.data.target_t_d
    ]
    return {
        "targets": write.words.text("document", "comma").join(rates),
        "extrapolation": reading_title(write.data, write.words, "extrapolation", "reading_names"),
    }


def told(write: Statement, name: str, reading: str, basis: str, element: str, period: str = "") -> Spread:
    """Return a contribution of one reading, basis and element."""
    return write.data.spread(name, f"{reading} {basis} {element}", period)


def reckoned(spread: Spread, write: Statement) -> str:
    """Return a number for a sentence, or in words that there is none."""
    return inline(spread, write.words) if spread.known else write.words.text("document", "no_reckoning")


def _more(write: Statement, key: str) -> str:
    return write.words.text("document", "sentence_space") + write.words.text("document", key)


def _without_demand(write: Statement, reading: str, element: str) -> Cells:
    """Return the line of an element that has no published demand figure: its tonnes instead."""
    words = write.words
    tonnes = [
        words.text("document", "tonnes_instead").format(
            basis=named(words, "mass_basis", basis),
            tonnes=reckoned(told(write, ELEMENT_T, reading, basis, element), write),
        )
        for basis in write.data.bases
        if reading != FULL_SCALE or told(write, ELEMENT_T, reading, basis, element).known
    ]
    line = words.text("no_demand_lines", reading).format(tonnes=joined(tonnes, words))
    return named(words, "elements", element), line


def of_full_scale(data: StatementData) -> dict[str, tuple[str, ...]]:
    """Return the reading of the run at full scale with its mass basis; nothing where there was none."""
    items = [item.split(" ") for item in data.items(ELEMENT_T)]
    bases = dict.fromkeys(item[1] for item in items if item[0] == FULL_SCALE)
    return {FULL_SCALE: tuple(bases)} if bases else {}


def _elements(name: str) -> tuple[str, ...]:
    return SUPPLY_ELEMENTS if name in OF_DEMAND else ELEMENTS


def side_by_side(write: Statement, name: str) -> Table:
    """Return campaign, run-rate and extrapolation beside each other, wet and dry, element by element."""
    data, words = write.data, write.words
    readings = dict.fromkeys(TOLD, data.bases) | of_full_scale(data)
    columns = [(reading, basis) for reading, bases in readings.items() for basis in bases]
    rows: list[Cells] = []
    for element in _elements(name):
        spreads = [told(write, name, reading, basis, element) for reading, basis in columns]
        if name in OF_DEMAND and not any(spread.known for spread in spreads):
            rows.append(_without_demand(write, "run_rate", element))
        elif any(spread is not NOTHING for spread in spreads):
            rows.append((named(words, "elements", element), *(pair(spread, words) for spread in spreads)))
    groups = (("", 1), *((reading_title(data, words, reading), len(bases)) for reading, bases in readings.items()))
    head = (words.text("columns", "element"), *(named(words, "mass_basis", basis) for _, basis in columns))
    widths = (1.15, *(1.0 for _ in columns))
    empty = data.nothing_lifted
    note = words.text("document", "pair_note") + (_more(write, "nothing_note") if empty else "")
    return Table(
        words.text("tables", name), head, tuple(rows), widths, "l" + "r" * len(columns), note, groups, unbroken=True
    )


def in_full(write: Statement, name: str) -> Table:
    """Return a contribution of every reading with P10, P50 and P90, wet and dry."""
    data, words = write.data, write.words
    rows: list[Cells] = []
    for reading in (*READINGS, FULL_SCALE):
        lines = [
            (element, [told(write, name, reading, basis, element) for basis in data.bases])
            for element in _elements(name)
            if any((name, f"{reading} {basis} {element}", "") in data.indicators for basis in data.bases)
        ]
        if lines or (reading in READINGS and data.nothing_lifted):
            rows.append((reading_title(data, words, reading, "reading_sentences"),))
        unknown = not any(one.known for _, spreads in lines for one in spreads)
        if unknown and reading in READINGS and data.nothing_lifted:
            rows.append((words.text("elements", ALL), words.text("document", "no_reckoning")))
            continue
        for element, spreads in lines:
            if name in OF_DEMAND and not any(spread.known for spread in spreads):
                rows.append(_without_demand(write, reading, element))
            else:
                cells = (cell for spread in spreads for cell in three(spread, words))
                rows.append((named(words, "elements", element), *cells))
    note = words.text("document", "no_demand_note") if name in OF_DEMAND else ""
    return _triples(write, words.text("tables_in_full", name), rows, note)


def value_table(write: Statement) -> Table:
    """Return what the contribution is worth in dollars and yen, by reading, wet and dry."""
    data, words = write.data, write.words
    columns = [(name, basis) for basis in data.bases for name in MONEY]
    rows: list[Cells] = []
    units = {name: unit_of(in_unit(Spread(0.0, 0.0, 0.0, name[-3:].upper()), words), words) for name in MONEY}
    for reading in (*READINGS, FULL_SCALE):
        lines: list[Cells] = []
        for element in ELEMENTS:
            spreads = [in_unit(told(write, name, reading, basis, element), words) for name, basis in columns]
            if any(spread.known for spread in spreads):
                lines.append((named(words, "elements", element), *(pair(spread, words) for spread in spreads)))
        rows += [(reading_title(data, words, reading, "reading_sentences"),), *lines] if lines else []
    head = (words.text("columns", "element"), *(units[name] for name, _ in columns))
    groups = (("", 1), *((named(words, "mass_basis", basis), len(MONEY)) for basis in data.bases))
    return Table(
        words.text("tables", "value"), head, tuple(rows), (1.2, *(1.0 for _ in columns)), "l" + "r" * len(columns),
        words.text("document", "pair_note"), groups,
    )  # fmt: skip


def year_table(write: Statement) -> Table:
    """Return the campaign's tonnes as element by calendar year and by fiscal year, wet and dry."""
    data, words, rows = write.data, write.words, list[Cells]()
    for period in data.periods(ELEMENT_T):
        rows.append((when(period, words),))
        for element in ELEMENTS:
            spreads = [told(write, ELEMENT_T, "campaign", basis, element, period) for basis in data.bases]
            if any(spread is not NOTHING for spread in spreads):
                cells = (cell for spread in spreads for cell in three(spread, words))
                rows.append((named(words, "elements", element), *cells))
    return _triples(write, words.text("tables", "years"), rows, words.text("document", "fiscal_note"))


def _triples(write: Statement, caption: str, rows: Sequence[Cells], note: str) -> Table:
    """Return a table with P10, P50 and P90 of each basis."""
    words, bases = write.words, write.data.bases
    spread_head = tuple(words.text("columns", key) for key in ("low", "value", "high"))
    groups = (("", 1), *((named(words, "mass_basis", basis), 3) for basis in bases))
    head = (words.text("columns", "element"), *(spread_head * len(bases)))
    count = 3 * len(bases)
    widths = (1.5, *(1.0 for _ in range(count)))
    return Table(caption, head, tuple(rows), widths, "l" + "r" * count, note, groups)


def shares_of(write: Statement, basis: str, element: str) -> list[tuple[str, float]]:
    """Return what makes the spread of an element, largest first."""
    rows = [row for row in write.data.rows("supply_drivers") if (row["basis"], row["element"]) == (basis, element)]
    return sorted(((str(row["factor"]), float(row["share"])) for row in rows), key=lambda pair: -pair[1])


def driver_table(write: Statement) -> Table:
    """Return the share of each unknown in the spread, element by element, for both bases together and each alone."""
    words, drivers = write.words, write.data.rows("supply_drivers")
    factors = ordered((row["factor"] for row in drivers), words.table["factors"])
    rows: list[Cells] = []
    for basis in ordered((row["basis"] for row in drivers), (BOTH, *write.data.bases)):
        rows.append((named(words, "driver_bases", basis),))
        for element in ordered((row["element"] for row in drivers), ELEMENTS):
            found = dict(shares_of(write, basis, element))
            if found:
                cells = (share(found[factor]) if factor in found else "–" for factor in factors)
                rows.append((named(words, "elements", element), *cells))
    head = (words.text("columns", "element"), *(named(words, "factors", factor) for factor in factors))
    widths = (1.1, *(1.0 for _ in factors))
    note = words.text("document", "drivers_note")
    return Table(words.text("tables", "drivers"), head, tuple(rows), widths, "l" + "r" * len(factors), note)
