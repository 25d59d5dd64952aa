"""Demand, origins and dependency in a supply statement: by element, stage and basis, without a headline number."""

from collections.abc import Sequence
from typing import Any, Final

from ops_data.export.report_blocks import Block, Table
from ops_data.export.statement_contribution import Statement
from ops_data.export.statement_data import ELEMENTS, Spread
from ops_data.export.statement_more import plant_table, rate_table, region_table, shown, stage_table
from ops_data.export.statement_words import (
    Cells,
    alike,
    named,
    noted,
    ordered,
    pair,
    share,
    titled,
    translated,
    unit_of,
    when,
)
from ops_data.supply_names import GROUPS, SECTORS, STAGES

CHINA: Final = "china_share"
INDICES: Final = ("hhi", "hhi_without_mud", "hhi_change", "evenness", "eu_supply_risk")  # all else is a share
MEASURES: Final = (  # printed beside China's share; the table has more
    "use_china_step_share", "largest_share", "hhi", "hhi_without_mud", "import_dependence", "eu_supply_risk",
)  # fmt: skip
MEASURED_ON: Final = "mass origin-adjusted"  # the basis on which measures other than China's share are printed
YEARS_TOLD: Final = 5
FLOWS: Final = ("demand", "domestic_inflow", "stock", "end_of_life", "recycled")
PUBLISHED_TOPIC: Final = "dependency"
NO_DEMAND: Final = "no demand figure"
NO_SET: Final = "no set stops that much"


def demand(write: Statement) -> Sequence[Block]:
    """Return demand by sector, and what comes back at the end of life."""
    return [
        write.head("demand"),
        write.lead("demand"),
        write.table(demand_table(write)),
        write.table(flow_table(write)),
        *shown(write, rate_table),
        write.lead("own_demand"),
    ]


def dependency(write: Statement) -> Sequence[Block]:
    """Return where supply comes from."""
    return [
        write.head("dependency"),
        write.warn("no_headline"),
        write.lead("dependency"),
        write.table(china_table(write)),
        write.table(measure_table(write)),
        write.head("dependency_published", 2),
        write.lead("dependency_published"),
        write.table(published_table(write, (PUBLISHED_TOPIC,))),
        write.head("cuts", 2),
        write.lead("cuts"),
        write.table(cut_table(write)),
        *shown(write, stage_table, plant_table),
        write.head("regions", 2),
        write.lead("regions"),
        write.table(region_table(write)),
    ]


def spread_of(row: dict[str, Any]) -> Spread:
    """Return P10, P50 and P90 of a row."""
    return Spread(float(row["low"]), float(row["value"]), float(row["high"]), str(row["unit"]))


def _measured(row: dict[str, Any]) -> Spread:
    """Return a measure of dependency, shares as such."""
    return spread_of(row) if row["measure"] in INDICES else spread_of(row).as_share()


def some_years(rows: Sequence[dict[str, Any]], most: int = YEARS_TOLD) -> list[int]:
    """Return the first and last year and those evenly between."""
    years = sorted({int(row["year"]) for row in rows})
    if len(years) <= most:
        return years
    step = (len(years) - 1) / (most - 1)
    return [years[round(place * step)] for place in range(most)]


def _by_year(write: Statement, rows: Sequence[dict[str, Any]], label: str, kind: str, caption: str) -> Table:
    """Return rows as bands of elements, a line per word of a column, a column per year."""
    words, years = write.words, some_years(rows)
    found: dict[tuple[str, str, int], Spread] = {
        (str(row["element"]), str(row[label]), int(row["year"])): spread_of(row) for row in rows
    }
    lines: list[Cells] = []
    for element in ordered((key[0] for key in found), ELEMENTS):
        lines.append((words.text("element_names", element),))
        for word in ordered((key[1] for key in found if key[0] == element), words.table[kind]):
            spreads = [found.get((element, word, year)) for year in years]
            lines.append(
                (named(words, kind, word), *("–" if spread is None else pair(spread, words) for spread in spreads))
            )
    head = (words.text("columns", label), *(when(str(year), words) for year in years))
    widths = (1.7, *(1.0 for _ in years))
    note = words.text("document", "demand_note")
    return Table(words.text("tables", caption), head, tuple(lines), widths, "l" + "r" * len(years), note)


def demand_table(write: Statement) -> Table:
    """Return demand of each element by sector in some years."""
    rows = [row for row in write.data.rows("supply_demand") if row["flow"] == "demand" and row["sector"] in SECTORS]
    return _by_year(write, rows, "sector", "sectors", "demand")


def flow_table(write: Statement) -> Table:
    """Return demand, stock in use, end of life and recycling of each element over all sectors, in some years."""
    rows = [row for row in write.data.rows("supply_demand") if row["sector"] == "all"]
    return _by_year(write, rows, "flow", "flows", "flows")


def china_table(write: Statement) -> Table:
    """Return China's share by element, stage and basis; a column a stage."""
    rows = [row for row in write.data.rows("supply_dependency") if row["measure"] == CHINA]
    words, lines = write.words, list[Cells]()
    years = sorted({int(row["year"]) for row in rows})
    stages = ordered((row["stage"] for row in rows), STAGES)
    for year in [*years[:1], *years[1:][-1:]]:
        of_year = [row for row in rows if int(row["year"]) == year]
        for basis in ordered((row["basis"] for row in of_year), words.table["bases"]):
            found = {(row["element"], row["stage"]): _measured(row) for row in of_year if row["basis"] == basis}
            lines.append((f"{when(str(year), words)} · {named(words, 'bases', basis)}",))
            for element in ordered((key[0] for key in found), (*GROUPS, *ELEMENTS)):
                cells = (pair(found[element, stage], words) if (element, stage) in found else "–" for stage in stages)
                lines.append((named(words, "elements", element), *cells))
    head = (words.text("columns", "element"), *(named(words, "stages", stage) for stage in stages))
    widths = (1.1, *(1.0 for _ in stages))
    note = words.text("document", "pair_note")
    return Table(words.text("tables", "china_share"), head, tuple(lines), widths, "l" + "r" * len(stages), note)


def measure_table(write: Statement) -> Table:
    """Return the other measures by element and stage, by origin-adjusted mass, in the last year told."""
    rows = [row for row in write.data.rows("supply_dependency") if row["measure"] in MEASURES]
    words, lines = write.words, list[Cells]()
    rows = [row for row in rows if row["basis"] == MEASURED_ON]
    last = max((int(row["year"]) for row in rows), default=0)
    rows = [row for row in rows if int(row["year"]) == last]
    measures = ordered((row["measure"] for row in rows), MEASURES)
    for stage in ordered((row["stage"] for row in rows), STAGES):
        found = {(row["element"], row["measure"]): _measured(row) for row in rows if row["stage"] == stage}
        lines.append((named(words, "stages", stage),))
        for element in ordered((key[0] for key in found), (*GROUPS, *ELEMENTS)):
            cells = (
                pair(found[element, measure], words) if (element, measure) in found else "–" for measure in measures
            )
            lines.append((named(words, "elements", element), *cells))
    head = (words.text("columns", "element"), *(named(words, "measures", measure) for measure in measures))
    caption = words.text("tables", "measures").format(
        basis=named(words, "bases", MEASURED_ON), year=when(str(last), words)
    )
    widths = (1.1, *(1.0 for _ in measures))
    return Table(
        caption, head, tuple(lines), widths, "l" + "r" * len(measures), words.text("document", "measures_note")
    )


def cut_table(write: Statement) -> Table:
    """Return the smallest sets of nodes without which a share of a flow stops."""
    words, lines = write.words, list[Cells]()
    rows = write.data.rows("supply_cuts")
    for element in ordered((row["element"] for row in rows), ELEMENTS):
        lines.append((words.text("element_names", element),))
        mine = [row for row in rows if row["element"] == element]
        if all(row["note"] == NO_DEMAND for row in mine):
            years = dict.fromkeys(when(str(row["year"]), words) for row in mine)
            lines.append((words.text("document", "comma").join(years), named(words, "cut_notes", NO_DEMAND)))
            continue
        for row in mine:
            lost = "–" if int(row["size"]) < 0 else share(float(row["lost_share"]))
            told = named(words, "rerouting", str(row["rerouting"]))
            cells = (share(float(row["asked_share"])), _set(row, write), lost)
            lines.append((when(str(row["year"]), words), told, *cells))
    head = tuple(words.text("columns", key) for key in ("year", "rerouting", "asked_share", "nodes", "lost_share"))
    return Table(words.text("tables", "cuts"), head, tuple(lines), (0, 0, 0, 1, 0), "llrlr")


def _set(row: dict[str, Any], write: Statement) -> str:
    """Return a set of nodes, or why there is none and how much can be stopped at most."""
    if int(row["size"]) >= 0:
        return _nodes(str(row["nodes"]), write)
    most = float(row["lost_share"])
    if row["note"] in ("", NO_SET) and most > 0.0:
        return write.words.text("document", "no_such_set_most").format(most=share(most))
    return named(write.words, "cut_notes", str(row["note"] or NO_SET))


def _nodes(text: str, write: Statement) -> str:
    """Return nodes as people call them: origin and stage, told as ``china metal, vietnam metal``."""
    words, said = write.words, []
    for node in text.split(", "):
        origin, _, stage = node.partition(" ")
        label = titled(origin, write.data, words)
        of_stage = words.text("document", "with_range").format(value=label, range=named(words, "stages", stage))
        said.append(of_stage if stage else label)
    return words.text("document", "separator").join(said)


def published_table(write: Statement, topics: Sequence[str]) -> Table:
    """Return published figures of some topics beside what is computed here, none picked."""
    words, data, lines = write.words, write.data, list[Cells]()
    rows = [row for row in data.rows("supply_published") if row["topic"] in topics]
    for topic in ordered((row["topic"] for row in rows), topics):
        lines.append((named(words, "topics", topic),))
        for row in (row for row in rows if row["topic"] == topic):
            found = float(row["computed"])
            spread, computed = alike([spread_of(row), Spread(found, found, found, str(row["unit"]))], words)
            lines.append(
                (
                    str(row["study"]),
                    _with_note(row, write),
                    pair(spread, words),
                    pair(computed, words),
                    unit_of(spread, words),
                    str(row["confidence"]),
                    data.cited(str(row["source"])),
                )
            )
    head = tuple(
        words.text("columns", key) for key in ("study", "quantity", "printed", "computed", "unit", "grade", "number_of")
    )
    texts = (str(row[name]) for row in rows for name in ("quantity", "note"))
    note = noted(words.text("document", "published_note"), texts, data, words)
    return Table(words.text("tables", "published"), head, tuple(lines), (2, 3, 0, 0, 0, 0, 0), "llrrlcr", note)


def _with_note(row: dict[str, Any], write: Statement) -> str:
    """Return what a published figure is of, and on lines below what a reader must know of it and what is computed."""
    said = [translated(str(row[name]), write.data, write.words) for name in ("quantity", "note") if row[name]]
    computed = write.words.table["computed_words"].get(str(row["quantity"]), "")
    return "\n".join([*said, *([computed] if computed and float(row["computed"]) == float(row["computed"]) else [])])


def topics_of(write: Statement) -> list[str]:
    """Return the topics of the published figures in the order of the text table."""
    return ordered((row["topic"] for row in write.data.rows("supply_published")), write.words.table["topics"])
