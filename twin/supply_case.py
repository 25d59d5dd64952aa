"""The case of a supply study: choices, quantities with their ranges, and tables; packaged, or changed by a person."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ops_data.errors import FailedError, ScenarioError, did_you_mean
from ops_data.reference.rows import Parameter
from ops_data.reference.supply import reading
from ops_data.reference.supply.tables import SupplyTables, read_tables
from twin.overrides import override
from twin.quantities import REFERENCE, Ignorance, Quantity, draw_quantities, from_parameter, ignorance
from twin.scenario_file import SET_PLACE, Entry, Source, flatten, parse_set, problem, read_source, shown, unknown_keys
from twin.scenario_rules import settings_problems
from twin.supply.criteria import BETTER
from twin.supply_checks import check_case
from twin.supply_settings import Supply

SECTION: Final = "supply"
LIST_OF_RUNS: Final = '[2027-02-28] or ["leach"]'  # what a campaign has lists of
SUM_TOLERANCE: Final = 1e-6  # of a person's own weights
BASE: Final = "base.toml"
RANGED: Final = ("value", "low", "high", "unit", "source", "confidence", "note")
TOLD_ONLY: Final = ("published", "replays", "dependency_figures")  # held against results, never an input
LEAST_NAMED: Final = {
    "rules": (2, "two or more rules are needed: a shock is never shown under one alone"),
    "scenarios": (1, "one or more scenarios are needed"),
}
SHOCK_YEARS: Final = (2010, 2050)  # from the first replay to the last year of demand
TOPICS: Final = ("contribution", "demand", "network", "shock", "finance", "policy")


@dataclass(frozen=True)
class SupplyCase:
    """What a supply study is made with, but for the run it rests on.

    Attributes
    ----------
    choices : settings.
    quantities : every number with its range and source, by key; rows of tables by ``<table>.<key>``.
    tables : what the rows say beside their numbers.
    own_tables : names of the tables that are a person's own.
    """

    choices: Supply
    quantities: Mapping[str, Quantity]
    tables: SupplyTables
    own_tables: tuple[str, ...] = ()

    @cached_property
    def ignorance(self) -> Ignorance:
        """What is drawn once per draw."""
        return ignorance(self.quantities)

    @property
    def central(self) -> dict[str, float]:
        """Every quantity as stated."""
        return {key: quantity.value for key, quantity in self.quantities.items()}

    def drawn(self, seed: int, draw: int) -> dict[str, float]:
        """Return one value per quantity for one draw; each key has its own stream."""
        return draw_quantities(self.ignorance, seed, draw)

    @cached_property
    def changes(self) -> tuple[str, ...]:
        """What differs from the packaged case, in words: own tables, settings, numbers."""
        packaged = _packaged_choices()
        told = [f"own table {name}" for name in self.own_tables]
        for name in Supply.model_fields:
            mine, theirs = getattr(self.choices, name), getattr(packaged, name)
            if mine != theirs:
                told.append(f"{SECTION}.{name} = {shown(mine)}, packaged {shown(theirs)}")
        told += [
            f"{key} = {one.value:g} {one.unit}".rstrip()
            for key, one in self.quantities.items()
            if one.origin != REFERENCE
        ]
        return tuple(told)

    @cached_property
    def document(self) -> dict[str, Any]:
        """Choices, quantities and the hash of the tables as JSON values."""
        told = json.dumps(_rows_of(self.tables), sort_keys=True, ensure_ascii=False)
        return {
            SECTION: self.choices.model_dump(mode="json"),
            "quantities": {key: quantity.model_dump(mode="json") for key, quantity in self.quantities.items()},
            "changes": list(self.changes),
            "tables_sha256": hashlib.sha256(told.encode()).hexdigest(),
        }


def _packaged_choices() -> Supply:
    chosen = {entry.key: entry for entry in flatten(read_source(reading.HERE / BASE, BASE), ())}
    return Supply.model_validate({
        key.removeprefix(f"{SECTION}."): tuple(entry.value) if isinstance(entry.value, list) else entry.value
        for key, entry in chosen.items()
    })  # fmt: skip


def _rows_of(tables: SupplyTables) -> dict[str, Any]:
    return {
        one.name: {key: str(row) for key, row in getattr(topic, one.name).items()}
        for topic in tables.topics
        for one in fields(topic)
    }


def load_case(path: str | None = None, sets: Sequence[str] = (), own: str | None = None) -> SupplyCase:
    """Return the packaged case with a person's file, tables and ``--set`` values on top.

    Parameters
    ----------
    path : TOML file with single lines of one's own; None: none.
    sets : ``key=value`` texts; a number fixes its quantity.
    own : folder of tables of one's own, which take the place of the packaged ones of the same name.

    Raises
    ------
    FailedError
        A table breaks a rule; one line with file, line, key, value, rule and remedy.
    ScenarioError
        A key that is not known, or a value that breaks a rule; likewise.
    """
    folder = None if own is None else Path(own).expanduser()
    if folder is not None:
        reading.check_own(folder)
    tables = read_tables(folder)
    quantities = {key: from_parameter(row) for key, row in _parameters(tables, folder).items()}
    _check_governance(tables, quantities)
    settings = [f"{SECTION}.{name}" for name in Supply.model_fields]
    entries = flatten(read_source(reading.HERE / BASE, BASE), quantities)
    changes = [] if path is None else flatten(_own_file(path), quantities)
    changes += [parse_set(text) for text in sets]
    problems = unknown_keys([*entries, *changes], [*settings, *quantities])
    chosen: dict[str, Entry] = {}
    for entry in [*entries, *changes]:
        if entry.key in quantities:
            quantities[entry.key], line = override(quantities[entry.key], entry)
            problems += [line] if line else []
        elif entry.key in settings:
            chosen[entry.key] = entry
    choices, broken = _choices(chosen, tables)
    problems += broken
    if problems or choices is None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ScenarioError(problems[0] + more)
    mine = () if folder is None else tuple(sorted(path.name for path in folder.glob("*.csv")))
    case = SupplyCase(choices, quantities, tables, mine)
    check_case(case)
    return case


def _parameters(tables: SupplyTables, own: Path | None) -> dict[str, Parameter]:
    """Return every number by key: scalars of the topics, and the rows of tables that have a range."""
    found: dict[str, Parameter] = {}
    for topic in TOPICS:
        found |= reading.read_topic(topic, own)
    for part in tables.topics:
        for one in fields(part):
            rows = getattr(part, one.name)
            first = next(iter(rows.values()), None)
            ranged = all(hasattr(first, name) for name in RANGED) and not isinstance(first, Parameter)
            if ranged and one.name not in TOLD_ONLY:
                found |= reading.uncertain(one.name, rows)
    return found


def _check_governance(tables: SupplyTables, quantities: Mapping[str, Quantity]) -> None:
    """Refuse an origin abroad without a governance score."""
    for name, row in tables.network.origins.items():
        key = f"network.wgi_{name}"
        if row.home == "no" and key not in quantities:
            raise FailedError(
                f"origins.csv: key '{name}': no number '{key}' found; every origin abroad has a governance score, 0 "
                "(best) to 10 (worst); add the row to a quantities_network.csv of your own"
            )


def _own_file(path: str) -> Source:
    file = Path(path).expanduser()
    if not file.is_file():
        raise ScenarioError(f"--case {path}: no such file; a TOML file is needed; check the path")
    return read_source(file, path)


def _too_few(chosen: Mapping[str, Entry]) -> list[str]:
    """Return a problem line where a list names fewer than a study needs."""
    problems = []
    for name, (least, rule) in LEAST_NAMED.items():
        entry = chosen[f"{SECTION}.{name}"]
        if isinstance(entry.value, list) and len(entry.value) < least:
            problems.append(problem(entry.place, entry.key, f"{shown(entry.value)} found", rule, "name another"))
    return problems


def _named_twice(choices: Supply, chosen: Mapping[str, Entry]) -> str:
    """Return the problem line of a word that a list names twice; empty: there is none."""
    for name in LEAST_NAMED:
        told = getattr(choices, name)
        twice = next((word for word in told if told.count(word) > 1), None)
        if twice is not None:
            entry = chosen[f"{SECTION}.{name}"]
            rule = "each is named once"
            return problem(entry.place, entry.key, f'"{twice}" twice found', rule, "leave one of the two out")
    return ""


def _choices(chosen: Mapping[str, Entry], tables: SupplyTables) -> tuple[Supply | None, list[str]]:
    values = {
        entry.key.removeprefix(f"{SECTION}."): tuple(entry.value) if isinstance(entry.value, list) else entry.value
        for entry in chosen.values()
    }
    short = _too_few(chosen)
    if short:
        return None, short
    try:
        choices = Supply.model_validate(values)
    except ValidationError as error:
        places = {entry.key.removeprefix(f"{SECTION}."): entry.place for entry in chosen.values()}
        lines = settings_problems(error, places, SET_PLACE)
        told = [line.replace("key '", f"key '{SECTION}.") for line in lines]
        return None, [line.replace(LIST_OF_RUNS, '["strict_priority", "pro_rata"]') for line in told]
    twice = _named_twice(choices, chosen)
    if twice:
        return None, [twice]
    unknown = _unknown_names(choices, chosen, tables) or _weights_problem(choices, chosen)
    if unknown:
        return None, [unknown]
    if not SHOCK_YEARS[0] <= choices.shock_start.year <= SHOCK_YEARS[1]:
        entry = chosen[f"{SECTION}.shock_start"]
        found = f"{choices.shock_start} found"
        rule = f"demand is known for the years {SHOCK_YEARS[0]} to {SHOCK_YEARS[1]}"
        return None, [problem(entry.place, entry.key, found, rule, "choose a day of these years")]
    return choices, []


def _unknown_names(choices: Supply, chosen: Mapping[str, Entry], tables: SupplyTables) -> str | None:
    """Return the problem of the first setting that names a scenario or a route no table has."""
    routes = sorted({leg.route for leg in tables.shock.routes.values()})
    known = {"scenarios": list(tables.shock.shock_scenarios), "closed_routes": routes, "opened_routes": routes}
    for name, words in known.items():
        for word in getattr(choices, name):
            if word not in words:
                entry = chosen[f"{SECTION}.{name}"]
                return problem(
                    entry.place, entry.key, f'"{word}" found', "a name of the tables", did_you_mean(word, words)
                )
    return None


def _weights_problem(choices: Supply, chosen: Mapping[str, Entry]) -> str | None:
    """Return the problem of a person's own weights of the criteria: how many, below 0, or not summing to one."""
    weights = choices.criteria_weights
    if not weights or (
        len(weights) == len(BETTER) and min(weights) >= 0.0 and abs(sum(weights) - 1.0) <= SUM_TOLERANCE
    ):
        return None
    entry = chosen[f"{SECTION}.criteria_weights"]
    found = f"{len(weights)} weights that sum to {sum(weights):g} found"
    rule = f"{len(BETTER)} weights of 0 or more that sum to 1, or none"
    return problem(entry.place, entry.key, found, rule, f"weigh in this order: {', '.join(BETTER)}")
