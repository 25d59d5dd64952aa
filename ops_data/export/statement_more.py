"""Short tables of a supply statement: mud needed, criteria, recycling rates, stages, cost of a year, supports, trap."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from ops_data.export.report_blocks import Block, Table
from ops_data.export.report_text import plain
from ops_data.export.statement_contribution import Statement
from ops_data.export.statement_data import ELEMENTS, NOTHING, Spread
from ops_data.export.statement_words import (
    Cells,
    named,
    noted,
    ordered,
    pair,
    reading_title,
    scaled,
    share,
    titled,
    translated,
    unit_of,
    when,
)
from ops_data.supply_names import GROUPS, STAGES
from ops_data.units import KG_PER_TONNE

MINISTRY: Final = "METI and JOGMEC 2016"
OF_MINISTRY: Final = {
    "cost": "yearly cost at 3,500 t/d",
    "grade": "grade of the mud, rare earths as element on dry mud",
    "dry": "mud a year",
    "oxide": "oxide a year that the two revenues imply",
}
COSTS: Final = ("vessels", "island", "fuel", "mobilisation", "plants", "total")
PILOT: Final = "pilot"
SCALE: Final = "scale"
REGION_RANKS: Final = ("availability_rank", "readiness_rank")
RATES: Final = ("end_of_life_recycling_rate", "recycling_input_rate")
YEARS_TOLD: Final = 5


def shown(write: Statement, *makers: Callable[[Statement], Table]) -> Sequence[Block]:
    """Return tables as blocks, without those that have no rows."""
    return [write.table(table) for table in (make(write) for make in makers) if table.rows]


def _columns(write: Statement, *keys: str) -> Cells:
    return tuple(write.words.text("columns", key) for key in keys)


def needed_table(write: Statement) -> Table:
    """Return the mud a day that a quarter of demand needs, by element."""
    data, words, name = write.data, write.words, "mud_needed_t_d"
    told = {tuple(item.split(" ")): data.spread(name, item) for item in data.items(name)}
    kinds = ordered((key[1] for key in told), words.table["needed"])
    lines = tuple(
        (named(words, "elements", element), *(pair(told.get((element, kind), NOTHING), words) for kind in kinds))
        for element in ordered((key[0] for key in told), ELEMENTS)
    )
    head = (*_columns(write, "element"), *(named(words, "needed", kind) for kind in kinds))
    widths = (1.0, *(1.0 for _ in kinds))
    return Table(words.text("tables", "needed"), head, lines, widths, "l" + "r" * len(kinds), _note(write))


def criteria_table(write: Statement) -> Table:
    """Return criteria of a choice without the mud and with each reading of it."""
    data, words, lines = write.data, write.words, list[Cells]()
    rows = data.rows("supply_criteria")
    for reading in dict.fromkeys(str(row["reading"]) for row in rows):
        lines.append((reading_title(data, words, reading),))
        for row in (row for row in rows if row["reading"] == reading):
            told = [_alone(float(row[side]), str(row["unit"])) for side in ("without", "with_mud")]
            cells = (pair(told[0], words), pair(told[1], words), unit_of(told[0], words))
            output = titled(str(row["output"]), data, words)
            lines.append((output, *cells, named(words, "directions", str(row["better"]))))
    head = _columns(write, "criterion", "without", "with_mud", "unit", "better")
    note = words.text("document", "criteria_note")
    return Table(words.text("tables", "criteria"), head, tuple(lines), (1, 0, 0, 0, 0), "lrrll", note)


def rate_table(write: Statement) -> Table:
    """Return recycling rates by element in some years."""
    data, words, lines = write.data, write.words, list[Cells]()
    years = _years(write, RATES[0])
    for name in RATES:
        found = [item for known, item, _ in data.indicators if known == name]
        lines += [(words.text("columns", name),)] if found else []
        for element in ordered(found, ELEMENTS):
            cells = (pair(data.spread(name, element, year), words) for year in years)
            lines.append((named(words, "elements", element), *cells))
    return _yearly(write, "rates", "element", years, lines)


def stage_table(write: Statement) -> Table:
    """Return what is open outside China over the need, by group and stage, in some years."""
    data, words, name = write.data, write.words, "stage_cover"
    years = _years(write, name)
    found = {item for known, item, _ in data.indicators if known == name}
    lines: list[Cells] = []
    for group in GROUPS:
        mine = [stage for stage in STAGES if f"{group} {stage}" in found]
        lines += [(named(words, "elements", group),)] if mine else []
        for stage in mine:
            cells = (pair(data.spread(name, f"{group} {stage}", year), words) for year in years)
            lines.append((named(words, "stages", stage), *cells))
    return _yearly(write, "stage_cover", "stage", years, lines)


def plant_table(write: Statement) -> Table:
    """Return when a new plant delivers, and the chance that clusters of plants in Japan work."""
    data, words, lines = write.data, write.words, list[Cells]()
    for item in data.items("earliest_year"):
        year = data.spread("earliest_year", item)
        cells = (f"{value:.0f}" for value in (year.low, year.value, year.high))
        lines.append((words.text("document", "earliest").format(kind=named(words, "plants", item)), *cells))
    for item in data.items("clusters_working"):
        chance = data.spread("clusters_working", item)
        count = item.split(" ")[0]
        cells = (share(value) for value in (chance.low, chance.value, chance.high))
        lines.append((words.text("document", "clusters").format(count=count), *cells))
    head = _columns(write, "measure", "low", "value", "high")
    return Table(words.text("tables", "plants"), head, tuple(lines), (1, 0, 0, 0), "lrrr", "")


def region_table(write: Statement) -> Table:
    """Return origins with the ranks of an article beside published and computed figures."""
    data, words, lines = write.data, write.words, list[Cells]()
    for row in data.rows("supply_regions"):
        ranks = (plain(float(row[name])) for name in REGION_RANKS)
        mined, reserves = (plain(float(row[name])) for name in ("mine_kt", "reserves_kt"))
        figures = (mined, share(float(row["mine_share"])), reserves, plain(float(row["governance"])))
        open_or_not = named(words, "routes", str(row["route"]))
        title = translated(str(row["title"]), data, words)
        lines.append((title, *ranks, *figures, share(float(row["supply_share"])), open_or_not))
    keys = ("origin", *REGION_RANKS, "mine_kt", "mine_share", "reserves_kt", "governance", "supply_share", "route")
    widths = (1.6, *(1.0 for _ in keys[1:]))
    note = words.text("document", "regions_note")
    return Table(words.text("tables", "regions"), _columns(write, *keys), tuple(lines), widths, "lrrrrrrrl", note)


def bridge_table(write: Statement) -> Table:
    """Return a year of cost, mud and oxide of each mine beside the published case of the ministry."""
    data, words, name = write.data, write.words, "project_cost_jpy_yr"
    projects = ordered((item.split(" ")[0] for item in data.items(name)), words.table["projects"])
    told = {str(row["quantity"]): row for row in data.rows("supply_published") if row["study"] == MINISTRY}

    def ministry(kind: str, scale: float = 1.0) -> str:
        row = told.get(OF_MINISTRY[kind])
        if row is None:
            return "–"
        low, value, high = (float(row[column]) / scale for column in ("low", "value", "high"))
        return pair(Spread(low, value, high, str(row["unit"])), words)

    lines: list[Cells] = []
    for cost in COSTS if projects else ():
        spreads = [data.spread(name, f"{project} {cost}") for project in projects]
        cells = (pair(spread, words) for spread in spreads)
        beside = ministry("cost") if cost == "total" else "–"
        lines.append((named(words, "costs", cost), *cells, beside, unit_of(spreads[0], words)))
    if projects:
        runs = [data.bases[0] if project == PILOT else SCALE for project in projects]
        grades = (pair(data.spread("mud_grade_ppm", run), words) for run in runs)
        lines.append((words.text("columns", "mud_grade_ppm"), *grades, ministry("grade"), "ppm"))
        dry = [_over(data.spread("mud_dry_t", SCALE), KG_PER_TONNE) if run == SCALE else NOTHING for run in runs]
        mud = (pair(spread, words) for spread in dry)
        lines.append((words.text("columns", "mud_dry_t"), *mud, ministry("dry", KG_PER_TONNE), words.unit("kt/yr")))
        made = (pair(data.spread("project_oxide_t", project), words) for project in projects)
        lines.append((words.text("columns", "project_oxide_t"), *made, ministry("oxide"), words.unit("t/yr")))
    head = (
        *_columns(write, "line"), *(named(words, "projects", project) for project in projects),
        *_columns(write, "ministry", "unit"),
    )  # fmt: skip
    widths = (1.6, *(1.0 for _ in projects), 1.0, 0.0)
    note = words.text("document", "bridge_note")
    return Table(
        words.text("tables", "bridge"), head, tuple(lines), widths, "l" + "r" * (len(projects) + 1) + "l", note
    )


def support_table(write: Statement) -> Table:
    """Return what each support alone adds to each project."""
    words, lines = write.words, list[Cells]()
    rows = write.data.rows("supply_supports")
    for project, world in dict.fromkeys((str(row["project"]), str(row["world"])) for row in rows):
        lines.append((f"{named(words, 'projects', project)} · {named(words, 'worlds', world)}",))
        for row in (row for row in rows if (row["project"], row["world"]) == (project, world)):
            money = (pair(_alone(float(row[name]), "JPY"), words) for name in ("npv_gain_jpy", "public_cost_jpy"))
            rates = (share(float(row[name])) for name in ("irr_gain", "equity_irr_gain"))
            lines.append((named(words, "supports", str(row["support"])), *money, *rates))
    unit = words.unit(scaled(_alone(1e9, "JPY"), words).unit)
    head = _columns(write, "support", "npv_gain", "public_cost", "irr_gain", "equity_irr_gain")
    caption = words.text("tables", "supports").format(unit=unit)
    return Table(caption, head, tuple(lines), (1, 0, 0, 0, 0), "lrrrr", words.text("document", "supports_note"))


def trap_table(write: Statement) -> Table:
    """Return what became of investing whenever the trailing price lay above cost, by element."""
    words, lines = write.words, list[Cells]()
    rows = write.data.rows("supply_investment_trap")
    for element in ordered((row["element"] for row in rows), ELEMENTS):
        mine = [row for row in rows if row["element"] == element]
        chosen = [row for row in mine if row["invests"] == "yes"]
        years = [int(row["year"]) for row in mine]
        means = (_mean(chosen, name) for name in ("expected_usd_kg", "realised_usd_kg"))
        cells = (f"{min(years)}–{max(years)}", f"{len(chosen)} / {len(mine)}")
        lines.append((named(words, "elements", element), *cells, *(pair(_alone(one, ""), words) for one in means)))
    head = _columns(write, "element", "years", "invests", "expected", "realised")
    return Table(words.text("tables", "trap"), head, tuple(lines), (1, 1, 1, 1, 1), "llrrr",
                 words.text("document", "trap_note"))  # fmt: skip


def weighted_table(write: Statement) -> Table:
    """Return sector-days lost and the loss the mud spares, weighed by the chances of the scenarios."""
    data, words, lines = write.data, write.words, list[Cells]()
    for item in data.items("weighted_lost_sector_days"):
        spread = data.spread("weighted_lost_sector_days", item)
        label = words.text("columns", "weighted_lost_sector_days")
        lines.append((label, named(words, "rules", item), pair(spread, words), unit_of(spread, words)))
    for item in data.items("mud_insurance_jpy"):
        reading, rule, *study = item.split(" ")
        spread = data.spread("mud_insurance_jpy", item)
        said = [words.text("columns", "mud_insurance_jpy"), named(words, "mud_readings", reading), *study]
        label = words.text("document", "comma").join(said)
        lines.append((label, named(words, "rules", rule), pair(spread, words), unit_of(spread, words)))
    head = _columns(write, "measure", "rule", "value", "unit")
    note = words.text("document", "weighted_note")
    return Table(words.text("tables", "weighted"), head, tuple(lines), (1.6, 1, 0, 0), "llrl", note)


def replay_table(write: Statement) -> Table:
    """Return figures of replayed events as published and as the replay gives them."""
    data, words, lines = write.data, write.words, list[Cells]()
    rows = [row for row in data.rows("supply_replays") if float(row["observed"]) == float(row["observed"])]
    for scenario in ordered((row["scenario"] for row in rows), words.table["scenarios"]):
        lines.append((named(words, "scenarios", scenario),))
        for row in (row for row in rows if row["scenario"] == scenario):
            unit = str(row["unit"])
            told = pair(Spread(float(row["low"]), float(row["observed"]), float(row["high"]), unit), words)
            computed = pair(_alone(float(row["computed"]), unit), words)
            what = "\n".join(
                [titled(str(row["what"]), data, words), str(row["date"]), *([row["note"]] if row["note"] else [])]
            )
            role = named(words, "roles", str(row["role"]))
            lines.append(
                (what, role, told, computed, unit_of(_alone(0.0, unit), words), data.cited(str(row["source"])))
            )
    head = _columns(write, "quantity", "role", "printed", "computed", "unit", "number_of")
    texts = (str(row[name]) for row in rows for name in ("what", "note"))
    note = noted(words.text("document", "replays_note"), texts, data, words)
    return Table(words.text("tables", "replays"), head, tuple(lines), (1, 0, 0, 0, 0, 0), "llrrlr", note)


def _alone(value: float, unit: str) -> Spread:
    return Spread(value, value, value, unit)


def _over(spread: Spread, size: float) -> Spread:
    return Spread(spread.low / size, spread.value / size, spread.high / size, spread.unit)


def _mean(rows: Sequence[dict[str, Any]], name: str) -> float:
    known = [float(row[name]) for row in rows if float(row[name]) == float(row[name])]
    return sum(known) / len(known) if known else float("nan")


def _years(write: Statement, name: str) -> list[str]:
    return [period for period in write.data.periods(name) if period.isdigit()][-YEARS_TOLD:]


def _yearly(write: Statement, caption: str, first: str, years: Sequence[str], lines: Sequence[Cells]) -> Table:
    head = (*_columns(write, first), *(when(year, write.words) for year in years))
    widths = (1.5, *(1.0 for _ in years))
    return Table(write.words.text("tables", caption), head, tuple(lines), widths, "l" + "r" * len(years), _note(write))


def _note(write: Statement) -> str:
    return write.words.text("document", "pair_note")
