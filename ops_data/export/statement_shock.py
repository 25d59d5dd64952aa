"""Shocks, targets and levers in a supply statement; a shock is never shown under one rule alone."""

from collections.abc import Iterable, Sequence
from math import isinf
from typing import Any, Final

from ops_data.export.report_blocks import Block, Table
from ops_data.export.report_text import percent
from ops_data.export.statement_contribution import Statement
from ops_data.export.statement_data import ELEMENTS, SHARE, Spread
from ops_data.export.statement_more import replay_table, shown, weighted_table
from ops_data.export.statement_network import some_years, spread_of
from ops_data.export.statement_words import (
    Cells,
    alike,
    between,
    named,
    noted,
    ordered,
    pair,
    printed,
    scaled,
    share,
    titled,
    translated,
    unit_of,
    when,
)
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS

TIMES: Final = ("survive_days", "recover_days", "lost_sector_days")
YEARS_TOLD: Final = 3  # of the target lines
SPARED: Final = ("mud_in_embargo_sector_days", "mud_worth_in_embargo_jpy")
SECTOR_MEASURES: Final = ("fill_rate_in_shock", "worst_month_fill", "line_down_days")
RULES_BESIDE: Final = 2  # more of them are told in a table a measure
STILL_ON: Final = "shock_still_on"
HALF: Final = 0.5


def shocks(write: Statement) -> Sequence[Block]:
    """Return the scenarios with their weights, and what each does under each rule."""
    return [
        write.head("shock"),
        write.lead("shock"),
        write.table(weight_table(write)),
        write.lead("shock_rules"),
        *write.show("fill_rate"),
        *(write.table(table) for table in sector_tables(write)),
        write.table(time_table(write)),
        write.table(lost_table(write)),
        write.table(cover_table(write)),
        write.head("worth", 2),
        write.lead("worth"),
        write.table(worth_table(write)),
        *shown(write, weighted_table, replay_table),
    ]


def targets(write: Statement) -> Sequence[Block]:
    """Return targets against what is computed, and where targets contradict each other or the data."""
    return [
        write.head("targets"),
        write.lead("targets"),
        write.table(target_table(write)),
        write.head("conflicts", 2),
        write.lead("conflicts"),
        write.table(conflict_table(write)),
    ]


def levers(write: Statement) -> Sequence[Block]:
    """Return each lever at full strength and the output it moves, on a sheet across."""
    return [Block("landscape"), write.head("levers"), write.lead("levers"), write.table(lever_table(write))]


def weight_table(write: Statement) -> Table:
    """Return printed and renormalised probabilities of the scenarios."""
    words, lines = write.words, list[Cells]()
    rows = write.data.rows("supply_weights")
    for row in rows:
        low, high = float(row["printed_low"]), float(row["printed_high"])
        as_printed = between(Spread(low, low, high, SHARE), words) or share(low)
        numbers = (float(row[name]) for name in ("weight", "weight_low_end", "weight_high_end"))
        title = named(words, "scenarios", str(row["scenario"]))
        lines.append((title, as_printed, *(percent(number) for number in numbers)))
    sums = [sum(_numbers(row[name] for row in rows)) for name in ("printed_low", "printed_high")]
    names = ("weight", "weight_low_end", "weight_high_end")
    weights = [_numbers(row[name] for row in rows) for name in names]
    if rows:
        whole = between(Spread(sums[0], sums[0], sums[1], SHARE), words) or share(sums[0])
        added = (percent(round(sum(part), 12)) if part else "–" for part in weights)
        lines.append((words.text("document", "sum"), whole, *added))
    head = tuple(words.text("columns", key) for key in ("scenario", "as_printed", *names))
    note = words.text("document", "weights_note")
    return Table(words.text("tables", "weights"), head, tuple(lines), (1, 0, 0, 0, 0), "lrrrr", note)


def _numbers(values: Iterable[Any]) -> list[float]:
    """Return the numbers of some values that are there."""
    return [float(value) for value in values if float(value) == float(value)]


def _items(write: Statement, name: str, place: int) -> list[str]:
    """Return the words at a place of an indicator's items."""
    return [item.split(" ")[place] for item in write.data.items(name) if len(item.split(" ")) > place]


def _scenarios(write: Statement, name: str) -> list[str]:
    return ordered(_items(write, name, 0), write.words.table["scenarios"])


def _rules(write: Statement, name: str) -> list[str]:
    return ordered(_items(write, name, 1), write.words.table["rules"])


def sector_tables(write: Statement) -> list[Table]:
    """Return what is filled and how long lines are down by sector; a table a measure where there are many rules."""
    if len(_rules(write, SECTOR_MEASURES[0])) <= RULES_BESIDE:
        return [_sector_table(write, SECTOR_MEASURES)]
    return [_sector_table(write, (name,)) for name in SECTOR_MEASURES]


def _sector_table(write: Statement, measures: Sequence[str]) -> Table:
    """Return measures by sector, under each rule beside the other."""
    data, words, lines = write.data, write.words, list[Cells]()
    rules = _rules(write, measures[0])
    columns = [(name, rule) for rule in rules for name in measures]
    for scenario in _scenarios(write, measures[0]):
        lines.append((named(words, "scenarios", scenario),))
        for sector in ordered(_items(write, measures[0], 2), ("all", *SECTORS)):
            spreads = [data.spread(name, f"{scenario} {rule} {sector}") for name, rule in columns]
            if any(spread.known for spread in spreads):
                lines.append((named(words, "sectors", sector), *(pair(spread, words) for spread in spreads)))
    groups = (("", 1), *((named(words, "rules", rule), len(measures)) for rule in rules))
    head = (words.text("columns", "sector"), *(words.text("columns", name) for name, _ in columns))
    widths = (1.7, *(1.0 for _ in columns))
    note = words.text("document", "pair_note")
    return Table(words.text("tables", "fill"), head, tuple(lines), widths, "l" + "r" * len(columns), note, groups)


def time_table(write: Statement) -> Table:
    """Return time to survive, time to recover, whether the shock is over, and lost service by scenario and rule."""
    data, words, lines = write.data, write.words, list[Cells]()
    for scenario in _scenarios(write, TIMES[0]):
        lines.append((named(words, "scenarios", scenario),))
        still_on = data.spread(STILL_ON, scenario)
        for rule in _rules(write, TIMES[0]):
            survive, recover, lost = (data.spread(name, f"{scenario} {rule}") for name in TIMES)
            if survive.known or recover.known or lost.known:
                goes_on = words.text("document", "goes_on") if still_on.value >= HALF else _within(write, "not_within")
                times = (_days(survive, _within(write, "never_stops"), write), _days(recover, goes_on, write))
                cells = (*times, pair(still_on, words), pair(lost, words))
                lines.append((named(words, "rules", rule), *cells))
    head = tuple(words.text("columns", key) for key in ("rule", *TIMES[:2], STILL_ON, TIMES[2]))
    note = _within(write, "times_note")
    return Table(words.text("tables", "times"), head, tuple(lines), (1.4, 1.2, 1.2, 1, 1), "lrrrr", note)


def _within(write: Statement, key: str) -> str:
    """Return words with how many months a shock is followed."""
    months = write.data.shock_months
    return write.words.text("document", key).format(months=months or "–")


def _days(spread: Spread, never: str, write: Statement) -> str:
    """Return days; what never is within the time followed is told in words."""
    if not isinf(spread.value):
        return pair(spread, write.words)
    below = between(spread, write.words)
    return f"{never}\n{below}" if below else never


def lost_table(write: Statement) -> Table:
    """Return tonnes of each element that were asked for and not delivered, by scenario and rule."""
    data, words, lines, name = write.data, write.words, list[Cells](), "lost_service_t"
    found = {*_items(write, name, 2)}
    demanded = {str(element) for element in data.table("supply_demand")["element"].tolist()} | {"all"}
    kept = found & demanded if demanded & {*SUPPLY_ELEMENTS} else found
    elements = [element for element in ELEMENTS if element in kept]
    for scenario in _scenarios(write, name):
        lines.append((named(words, "scenarios", scenario),))
        for rule in _rules(write, name):
            spreads = (data.spread(name, f"{scenario} {rule} {element}") for element in elements)
            lines.append((named(words, "rules", rule), *(pair(spread, words) for spread in spreads)))
    head = (words.text("columns", "rule"), *(named(words, "elements", element) for element in elements))
    widths = (1.25, *(1.0 for _ in elements))
    note = words.text("document", "pair_note")
    if kept != found:
        note += words.text("document", "sentence_space") + words.text("document", "lost_note")
    return Table(words.text("tables", "lost"), head, tuple(lines), widths, "l" + "r" * len(elements), note)


def cover_table(write: Statement) -> Table:
    """Return days of cover of each element by scenario."""
    data, words, lines, name = write.data, write.words, list[Cells](), "cover_days"
    elements = [element for element in ELEMENTS if element in _items(write, name, 1)]
    for scenario in _scenarios(write, name):
        spreads = (data.spread(name, f"{scenario} {element}") for element in elements)
        lines.append((named(words, "scenarios", scenario), *(pair(spread, words) for spread in spreads)))
    head = (words.text("columns", "scenario"), *(named(words, "elements", element) for element in elements))
    widths = (1.25, *(1.0 for _ in elements))
    return Table(
        words.text("tables", "cover"), head, tuple(lines), widths, "l" + "r" * len(elements),
        words.text("document", "cover_note"),
    )  # fmt: skip


def worth_table(write: Statement) -> Table:
    """Return what the mud spares in an embargo, in sector-days and money, under each rule."""
    data, words, lines = write.data, write.words, list[Cells]()
    found = ordered(_items(write, SPARED[0], 0), words.table["mud_readings"])
    rules = _rules(write, SPARED[0])
    for reading in found:
        lines.append((named(words, "mud_readings", reading),))
        for rule in rules:
            days = pair(data.spread(SPARED[0], f"{reading} {rule}"), words)
            lines += [(label, days if first else "", *worth) for first, label, *worth in _spared(write, reading, rule)]
    head = tuple(words.text("columns", key) for key in ("rule", *SPARED, "unit"))
    note = words.text("document", "worth_note")
    return Table(words.text("tables", "worth"), head, tuple(lines), (1.5, 1, 1, 0), "lrrl", note)


def _spared(write: Statement, reading: str, rule: str) -> list[tuple[bool, str, str, str]]:
    """Return a line for each published loss at which sector-days spared are valued: first, label, worth, unit."""
    words, data = write.words, write.data
    items = [item for item in data.items(SPARED[1]) if item.split(" ")[:2] == [reading, rule]]
    told = []
    for place, item in enumerate(items or [f"{reading} {rule}"]):
        worth = data.spread(SPARED[1], item)
        label = words.text("document", "comma").join([named(words, "rules", rule), *item.split(" ")[2:]])
        told.append((place == 0, label, pair(worth, words), unit_of(worth, words) if worth.known else "–"))
    return told


def target_table(write: Statement) -> Table:
    """Return each target line against what is computed."""
    data, words, lines = write.data, write.words, list[Cells]()
    rows = data.rows("supply_kpis")
    years = some_years(rows, YEARS_TOLD)
    rows = [row for row in rows if int(row["year"]) in years]
    for kpi in dict.fromkeys((row["kpi"], row["title"]) for row in rows):
        code, title = kpi
        mine = [row for row in rows if (row["kpi"], row["title"]) == kpi]
        notes = dict.fromkeys(str(row["note"]) for row in mine)
        shared = translated("".join(notes), data, words) if len(notes) == 1 else ""
        lines.append(("\n".join([f"{code}  {translated(title, data, words)}", *([shared] if shared else [])]),))
        told = {""} if len(notes) > 1 else set(notes)
        for row in mine:
            spread = spread_of(row)
            note = str(row["note"])
            item = [titled(str(row["item"]), data, words), *([] if note in told else [translated(note, data, words)])]
            told.add(note)
            lines.append(
                (
                    "\n".join(item),
                    when(str(row["year"]), words),
                    _alike(float(row["target"]), spread.unit, write),
                    pair(spread, words),
                    _alike(float(row["gap"]), spread.unit, write),
                    unit_of(spread, words),
                    named(words, "met", str(row["met"])),
                )
            )
    head = tuple(words.text("columns", key) for key in ("item", "year", "target", "computed", "gap", "unit", "met"))
    note = noted(words.text("document", "pair_note"), (str(row["note"]) for row in rows), data, words)
    return Table(words.text("tables", "targets"), head, tuple(lines), (1, 0, 0, 0, 0, 0, 0), "llrrrll", note)


def _alike(value: float, unit: str, write: Statement) -> str:
    """Return a number that has no spread, scaled as its row."""
    one = scaled(_alone(value, unit), write.words)
    return printed(one.value, one.unit)


def _alone(value: float, unit: str) -> Spread:
    return Spread(value, value, value, unit)


def conflict_table(write: Statement) -> Table:
    """Return what contradicts: both sides, the verdict, and why."""
    data, words, lines = write.data, write.words, list[Cells]()
    for row in data.rows("supply_conflicts"):
        left, right = alike([_alone(float(row[name]), str(row["unit"])) for name in ("left", "right")], words)
        statement = translated(str(row["statement"]), data, words)
        note = translated(str(row["note"]), data, words)
        lines.append(
            (
                f"{statement}\n{note}" if note else statement,
                pair(left, words),
                pair(right, words),
                unit_of(left, words),
                named(words, "verdicts", str(row["verdict"])),
                data.cited(str(row["source"])),
            )
        )
    head = tuple(words.text("columns", key) for key in ("statement", "left", "right", "unit", "verdict", "number_of"))
    note = noted(words.text("document", "conflicts_note"), _notes(data.rows("supply_conflicts")), data, words)
    return Table(words.text("tables", "conflicts"), head, tuple(lines), (1, 0, 0, 0, 0, 0), "lrrllr", note)


def lever_table(write: Statement) -> Table:
    """Return levers: who decides, what moves from where to where, when, for how much, and what comes of it."""
    data, words, lines = write.data, write.words, list[Cells]()
    for row in data.rows("supply_levers"):
        without, after = (_alone(float(row[name]), str(row["unit"])) for name in ("without", "with_lever"))
        cost = _alone(float(row["cost_jpy"]), "JPY")
        title, note = (translated(str(row[name]), data, words) for name in ("title", "note"))
        lines.append(
            (
                f"{title}\n{note}" if note else title,
                words.text("document", "comma").join(str(row["owners"]).split(";")),
                f"{row['parameter']}\n{_from_to(float(row['from_value']), float(row['to_value']), '', write)}",
                f"{when(str(row['start_year']), words)}\n"
                + words.text("document", "ramp").format(years=f"{float(row['ramp_years']):g}"),
                f"{pair(cost, words)} {unit_of(cost, words)}" if cost.known else "–",
                f"{titled(str(row['output']), data, words)}\n"
                + _from_to(without.value, after.value, without.unit, write),
                words.text("directions", str(row["direction"])),
                words.text("document", str(row["as_stated"])),
            )
        )
    keys = ("lever", "owners", "parameter", "start", "cost", "output", "direction", "as_stated")
    head = tuple(words.text("columns", key) for key in keys)
    note = noted(words.text("document", "levers_note"), _notes(data.rows("supply_levers")), data, words)
    return Table(words.text("tables", "levers"), head, tuple(lines), (2.7, 1.7, 3.6, 1, 0, 2.4, 0, 0), "llllrlll", note)


def _notes(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    return (str(row["note"]) for row in rows)


def _from_to(before: float, after: float, unit: str, write: Statement) -> str:
    """Return two values of one unit with an arrow between."""
    one, other = alike([_alone(value, unit) for value in (before, after)], write.words)
    said = "" if not one.unit or one.unit in ("1", SHARE) else f" {write.words.unit(one.unit)}"
    return f"{printed(one.value, one.unit)} → {printed(other.value, other.unit)}{said}"
