"""Read and check reference rows from CSV (standard library only)."""

import csv
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar

from ops_data.errors import FailedError, did_you_mean

LAWS: Final = ("fixed", "triangular", "uniform", "lognormal")
EVENT_LAWS: Final = ("none", "triangular", "exponential", "lognormal")
CONFIDENCES: Final = ("H", "M", "L", "D", "A")
VESSEL_KINDS: Final = ("mining", "shuttle", "carrier")
ASSET_KINDS: Final = (*VESSEL_KINDS, "island")
LIFE_LAWS: Final = ("exponential", "weibull")
REPAIR_CLASSES: Final = ("in_place", "rov", "string_trip", "port")
ASSUMPTION: Final = "assumption:"
R = TypeVar("R")
SHORTEST_REASON: Final = 12  # characters; "assumption: guess" is not a reason


@dataclass(frozen=True, slots=True)
class Parameter:
    """One quantity: best value, range of ignorance, spread from event to event, allowed range, unit, source.

    ``law`` says how the best value is drawn between ``low`` and ``high`` (``fixed``: the range is shown, not drawn);
    ``event_law`` how single events scatter round it. Confidence: H primary source, M secondary, L weak, D derived by
    arithmetic, A assumption.
    """

    key: str
    value: float
    low: float
    high: float
    law: str
    event_law: str
    event_low: float | None
    event_high: float | None
    minimum: float
    maximum: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class VesselRow:
    """One ship: hold and its range of ignorance [m3], payload [t], draughts in ballast and fully loaded [m], fuel
    tanks [t], service speed [kn].
    """

    name: str
    kind: str
    hold_m3: float
    hold_low_m3: float
    hold_high_m3: float
    payload_t: float
    ballast_draught_m: float
    loaded_draught_m: float
    fuel_capacity_t: float
    speed_kn: float
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """One thing that fails: wear in operating hours of the named activities, then a repair of a class.

    ``escalation_probability`` is the chance that a repair in place or by ROV becomes a string trip, or a string trip a
    port call. ``spares`` are used up by repairs; with none left a repair first waits ``resupply_h``.
    """

    name: str
    asset_kind: str
    wears_during: tuple[str, ...]
    mtbf_h: float
    mtbf_low_h: float
    mtbf_high_h: float
    life_law: str
    weibull_shape: float
    repair_h: float
    repair_low_h: float
    repair_high_h: float
    repair_class: str
    escalation_probability: float
    spares: int
    resupply_h: float
    source: str
    confidence: str
    note: str


class CsvRow:
    """One CSV line on the way to a record: typed cells, and errors that name file, line and key."""

    def __init__(self, path: Path, line: int, cells: dict[str, str]) -> None:
        self.place = f"{path.name}:{line}: key '{next(iter(cells.values()))}'"
        self.cells = cells

    def fail(self, found: str, rule: str, remedy: str) -> FailedError:
        """Return the error that says what was found here, the rule and the remedy."""
        return FailedError(f"{self.place}: {found} found; {rule}; {remedy}")

    def number(self, column: str) -> float:
        """Return a finite number."""
        text = self.cells[column]
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.fail(f"{column} '{text}'", "a finite number is needed", "correct the cell")
        return value

    def optional(self, column: str) -> float | None:
        """Return a finite number, None for an empty cell."""
        return self.number(column) if self.cells[column] else None

    def word(self, column: str, allowed: Sequence[str]) -> str:
        """Return one of the allowed words."""
        text = self.cells[column]
        if text not in allowed:
            raise self.fail(f"{column} '{text}'", f"one of {', '.join(allowed)}", did_you_mean(text, allowed))
        return text

    def ordered(self, columns: Sequence[str]) -> None:
        """Check that the numbers of some columns do not fall from one to the next."""
        values = [self.number(column) for column in columns]
        if values != sorted(values):
            found = ", ".join(f"{column} {value:g}" for column, value in zip(columns, values, strict=True))
            raise self.fail(found, " ≤ ".join(columns), "order the cells")

    def source(self) -> str:
        """Return the source: there, with its reason if assumed, and in line with the confidence."""
        text = self.cells["source"]
        if not text:
            raise self.fail("no source", "every row has one", f"cite it in full or write '{ASSUMPTION} reason'")
        if text.startswith(ASSUMPTION) and len(text) < len(ASSUMPTION) + SHORTEST_REASON:
            raise self.fail(f"'{text}'", "an assumption gives its reason", f"write it after '{ASSUMPTION}'")
        assumed = self.word("confidence", CONFIDENCES) == "A"
        if assumed != text.startswith(ASSUMPTION):
            raise self.fail(f"confidence {self.cells['confidence']}", "A and only A is an assumption", "align the two")
        return text


def _rows(path: Path, columns: Sequence[str]) -> Iterable[CsvRow]:
    """Yield checked lines of a CSV file; the first column is the key and may not repeat."""
    seen: set[str] = set()
    with path.open(newline="", encoding="utf-8-sig") as file:  # a spreadsheet marks UTF-8
        reader = csv.DictReader(file)
        if list(reader.fieldnames or ()) != list(columns):
            found = ",".join(reader.fieldnames or ())
            raise FailedError(f"{path.name}:1: header '{found}' found; columns are fixed; write {','.join(columns)}")
        for cells in reader:
            row = CsvRow(path, reader.line_num, cells)
            if any(not isinstance(cell, str) for cell in cells.values()) or len(cells) != len(columns):
                raise row.fail("a wrong number of cells", f"{len(columns)} per line", "quote cells that hold commas")
            key = cells[columns[0]]
            if not key or key in seen:
                raise row.fail("an empty or repeated key", "keys are unique", "rename or delete the row")
            seen.add(key)
            yield row


def _names(record: Any) -> list[str]:
    return [field.name for field in fields(record)]


def collect(path: Path, record: type[R], build: Callable[[CsvRow], R]) -> dict[str, R]:
    """Return the records of a CSV file whose columns are a record's fields, by the first of them."""
    columns = _names(record)
    return {row.cells[columns[0]]: build(row) for row in _rows(path, columns)}


def _parameter(row: CsvRow) -> Parameter:
    row.ordered(["minimum", "low", "value", "high", "maximum"])
    if not row.cells["unit"]:
        raise row.fail("no unit", "every quantity has one", "write it, or 1 for a plain ratio")
    event_law = row.word("event_law", EVENT_LAWS)
    event_low, event_high = row.optional("event_low"), row.optional("event_high")
    spread = event_law in ("triangular", "lognormal")
    if spread != (event_low is not None) or spread != (event_high is not None):
        raise row.fail(f"event_law {event_law}", "triangular and lognormal need event_low and event_high", "fill both")
    if spread:
        row.ordered(["event_low", "value", "event_high"])
    law = row.word("law", LAWS)
    if "lognormal" in (law, event_law) and row.number("low") <= 0.0:
        raise row.fail(f"low {row.cells['low']}", "lognormal needs positive bounds", "raise it or choose another law")
    return Parameter(
        row.cells["key"], row.number("value"), row.number("low"), row.number("high"), law,
        event_law, event_low, event_high, row.number("minimum"), row.number("maximum"),
        row.cells["unit"], row.source(), row.cells["confidence"], row.cells["note"],
    )  # fmt: skip


def _vessel(row: CsvRow) -> VesselRow:
    for column in ("hold_low_m3", "payload_t", "ballast_draught_m", "fuel_capacity_t", "speed_kn"):
        if row.number(column) <= 0.0:
            raise row.fail(f"{column} {row.cells[column]}", "above zero", "correct the cell")
    row.ordered(["hold_low_m3", "hold_m3", "hold_high_m3"])
    row.ordered(["ballast_draught_m", "loaded_draught_m"])
    return VesselRow(
        row.cells["name"], row.word("kind", VESSEL_KINDS), row.number("hold_m3"),
        row.number("hold_low_m3"), row.number("hold_high_m3"), row.number("payload_t"),
        row.number("ballast_draught_m"), row.number("loaded_draught_m"), row.number("fuel_capacity_t"),
        row.number("speed_kn"), row.source(), row.cells["confidence"], row.cells["note"],
    )  # fmt: skip


def _component(row: CsvRow) -> ComponentRow:
    row.ordered(["mtbf_low_h", "mtbf_h", "mtbf_high_h"])
    row.ordered(["repair_low_h", "repair_h", "repair_high_h"])
    if row.number("mtbf_low_h") <= 0.0 or row.number("repair_low_h") < 0.0 or row.number("resupply_h") < 0.0:
        raise row.fail("a negative time", "times are positive", "correct the cell")
    probability = row.number("escalation_probability")
    if not 0.0 <= probability <= 1.0:
        raise row.fail(f"escalation_probability {probability:g}", "0 to 1", "correct the cell")
    spares = row.number("spares")
    if spares < 0.0 or spares != int(spares):
        raise row.fail(f"spares {row.cells['spares']}", "a whole number, 0 or more", "correct the cell")
    if row.number("weibull_shape") <= 0.0:
        raise row.fail(f"weibull_shape {row.cells['weibull_shape']}", "above zero", "write 1 for exponential")
    return ComponentRow(
        row.cells["name"], row.word("asset_kind", ASSET_KINDS), tuple(row.cells["wears_during"].split(";")),
        row.number("mtbf_h"), row.number("mtbf_low_h"), row.number("mtbf_high_h"),
        row.word("life_law", LIFE_LAWS), row.number("weibull_shape"),
        row.number("repair_h"), row.number("repair_low_h"), row.number("repair_high_h"),
        row.word("repair_class", REPAIR_CLASSES), probability, int(spares), row.number("resupply_h"),
        row.source(), row.cells["confidence"], row.cells["note"],
    )  # fmt: skip


def read_parameters(path: Path) -> dict[str, Parameter]:
    """Return the rows of a parameter file by key; FailedError names file, line, key and rule of the first bad row."""
    return collect(path, Parameter, _parameter)


def read_vessels(path: Path) -> dict[str, VesselRow]:
    """Return the rows of a vessel file by name; FailedError names file, line, name and rule of the first bad row."""
    return collect(path, VesselRow, _vessel)


def read_components(path: Path) -> dict[str, ComponentRow]:
    """Return the rows of a component file by name; FailedError names file, line, name and rule of a bad row."""
    return collect(path, ComponentRow, _component)
