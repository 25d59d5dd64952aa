"""Rows of the shocks: scenarios and replays, what each is made of, what was published of the replays, sea routes."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ops_data.errors import FailedError, did_you_mean
from ops_data.reference.rows import CsvRow, Parameter
from ops_data.reference.supply.reading import RANGE, Rules, check_sums, read_quantities, read_table
from ops_data.supply_names import SECTORS

SHARES: Final = (
    "flow_controlled",
    "flow_others",
    "floor",
    "approval",
    "general_licence",
    "leakage",
    "competing_offtake",
)
SCENARIO_INPUTS: Final = (
    "start_day", "duration_d", "recovery_d", "flow_controlled", "flow_others", "decline_per_year", "floor",
    "licence_before_wd", "licence_delay_wd", "licence_after_wd", "approval", "general_licence", "leakage",
    "competing_offtake", "preemptive", "catch_up", "premium",
)  # fmt: skip
KINDS: Final = ("scenario", "replay")
ROLES: Final = ("input", "calibration", "comparator")
MEASURES: Final = (
    "none", "flow_in_shock", "days_of_cut", "imports_over_march_2011", "china_share", "demand_fall", "elements_held_up",
    "magnet_trough", "magnet_trough_month", "flow_over_month_before", "magnets_t", "magnets_mean_t",
)  # fmt: skip
STATES: Final = ("open", "closed")


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One scenario with its probability as printed, or a replay of an event, which has none.

    ``start``: first day of a replay, ISO 8601; empty: the day the study asks for. ``policy``: what the printed
    scenario expects of the state.
    """

    key: str
    title: str
    title_ja: str
    kind: str
    printed_low: float | None
    printed_high: float | None
    start: str
    policy: str
    policy_ja: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class InputRow:
    """One number a scenario is made of."""

    key: str
    scenario: str
    quantity: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """One dated figure of a replayed event.

    ``role``: what went in, what an input was tuned to (calibration), or what was published of the outcome and nothing
    was tuned to (comparator). ``measure``: what is computed beside it; none: nothing is comparable.
    """

    key: str
    scenario: str
    date: str
    what: str
    role: str
    measure: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class LegRow:
    """One leg of a route: days under way. The routes of an origin come in the order in which they are preferred."""

    key: str
    origin: str
    route: str
    step: int
    mode: str
    state: str
    capacity_t_yr: float | None
    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class ShockTables:
    """The tables of the shocks; dicts by key, named as their files, and the quantities."""

    shock_scenarios: dict[str, ScenarioRow]
    shock_inputs: dict[str, InputRow]
    replays: dict[str, ReplayRow]
    routes: dict[str, LegRow]
    quantities: dict[str, Parameter]


def read_shock(own: Path | None = None) -> ShockTables:
    """Return the tables of the shocks, checked as a whole.

    Parameters
    ----------
    own : folder of a person's own tables; a file of the same name there takes the place of the packaged one.

    Raises
    ------
    FailedError
        A row breaks a rule; a scenario is unknown, or lacks an input; steps of a route have gaps. One line.
    """
    probability = {"printed_low": (0.0, 1.0), "printed_high": (0.0, 1.0)}
    rules = Rules(words={"kind": KINDS}, bounds=probability, check=_scenario)
    scenarios = read_table("shock_scenarios", ScenarioRow, rules, own)
    names = tuple(scenarios)
    words = {"scenario": names, "quantity": SCENARIO_INPUTS}
    signed = dict.fromkeys(RANGE, (-1.0, math.inf))  # buying ahead is of either sign, see _input
    inputs = read_table("shock_inputs", InputRow, Rules(words=words, bounds=signed, check=_input), own)
    _complete(names, inputs)
    words = {"scenario": names, "role": ROLES, "measure": MEASURES}
    replays = read_table("replays", ReplayRow, Rules(words=words, check=_dated), own)
    routes = read_table("routes", LegRow, Rules(words={"state": STATES}, check=_leg), own)
    _steps(routes.values())
    quantities = read_quantities("shock", own)
    keys = [f"shock.loss_share_{sector}" for sector in SECTORS]
    shares = {key: quantities[key].value for key in keys if key in quantities}
    check_sums("quantities_shock.csv", {"loss of a full stop": shares})
    return ShockTables(scenarios, inputs, replays, routes, quantities)


def check_origins(routes: Iterable[LegRow], origins: Iterable[str]) -> None:
    """Refuse a leg whose origin is not one of the origins; FailedError."""
    known = set(origins)
    for leg in routes:
        if leg.origin not in known:
            raise FailedError(
                f"routes.csv: key '{leg.key}': origin '{leg.origin}' found; one of the origins is needed; "
                f"{did_you_mean(leg.origin, known)}"
            )


def _scenario(row: CsvRow) -> None:
    cells = row.cells
    given = [name for name in ("printed_low", "printed_high") if cells[name]]
    if (cells["kind"] == "scenario") != (len(given) == 2) or len(given) == 1:
        raise row.fail(f"{len(given)} printed probabilities", "a scenario has two, a replay none", "fill or empty both")
    if given:
        row.ordered(["printed_low", "printed_high"])
    if (cells["kind"] == "replay") != bool(cells["start"]):
        raise row.fail(f"start '{cells['start']}'", "a replay has a date, a scenario none", "correct the cell")
    if cells["start"]:
        _date(row, "start")


def _date(row: CsvRow, column: str) -> None:
    try:
        date.fromisoformat(row.cells[column])
    except ValueError:
        raise row.fail(f"{column} '{row.cells[column]}'", "a date as 2025-04-04", "correct the cell") from None


def _dated(row: CsvRow) -> None:
    _date(row, "date")


def _input(row: CsvRow) -> None:
    scenario, quantity = row.cells["scenario"], row.cells["quantity"]
    if row.cells["key"] != f"{scenario}.{quantity}":
        raise row.fail(f"key '{row.cells['key']}'", f"the key is {scenario}.{quantity}", "rename the row")
    if quantity != "preemptive" and row.number("low") < 0.0:
        raise row.fail(f"{quantity} {row.cells['low']}", "0 or more", "correct the cell")
    if quantity in SHARES and row.number("high") > 1.0:
        raise row.fail(f"{quantity} {row.cells['high']}", "0 to 1", "write a share, 0.9 for 90 %")
    if quantity in SHARES and row.cells["unit"] != "share":
        raise row.fail(f"unit '{row.cells['unit']}'", f"{quantity} is a share", "write share")
    if quantity == "premium" and row.number("low") < 1.0:
        raise row.fail(f"premium {row.cells['low']}", "1 or more times the usual price", "write 1 for none")


def _leg(row: CsvRow) -> None:
    for column in ("origin", "route", "mode"):
        if not row.cells[column]:
            raise row.fail(f"no {column}", "every leg has one", "fill the cell")


def _complete(names: tuple[str, ...], inputs: dict[str, InputRow]) -> None:
    wanted = [f"{name}.{quantity}" for name in names for quantity in SCENARIO_INPUTS]
    missing = [key for key in wanted if key not in inputs]
    if missing:
        raise FailedError(
            f"shock_inputs.csv: no row '{missing[0]}' found; every scenario has {len(SCENARIO_INPUTS)} inputs; "
            f"add {', '.join(missing[:4])}"
        )


def _steps(legs: Iterable[LegRow]) -> None:
    seen: dict[tuple[str, str], list[int]] = {}
    for leg in legs:
        seen.setdefault((leg.origin, leg.route), []).append(leg.step)
    for (origin, route), steps in seen.items():
        if steps != list(range(1, len(steps) + 1)):
            raise FailedError(
                f"routes.csv: route '{route}' of '{origin}': steps {steps} found; they count 1, 2, 3 … in file order; "
                "renumber them"
            )
