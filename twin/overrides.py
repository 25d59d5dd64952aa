"""Put what a scenario says about a quantity on top of the reference: bare numbers, texts with unit, tables."""

import math
import re
from typing import Any, Final

from pydantic import ValidationError

from ops_data.errors import did_you_mean
from twin.quantities import Quantity, scaled_events
from twin.scenario_file import SET_PLACE, Entry, problem, shown

NO_SOURCE: Final = "scenario file, no source given"
WITH_UNIT: Final = re.compile(r"\s*([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*")
NUMBERS: Final = ("value", "low", "high", "event_low", "event_high")
WORDS: Final = {
    "law": ("fixed", "triangular", "uniform", "lognormal"),
    "event_law": ("none", "triangular", "exponential", "lognormal"),
    "confidence": ("H", "M", "L", "D", "A"),
    "source": (),
    "note": (),
}


class RejectedError(Exception):
    """One problem line."""


def override(quantity: Quantity, entry: Entry) -> tuple[Quantity, str | None]:
    """Return the quantity as an entry makes it, and the problem line if the entry breaks a rule.

    A number (or a text such as ``"150 km"`` in the row's own unit) fixes the value and keeps the event law, its bounds
    in proportion. A table may give value, low, high, law, event_law, event_low, event_high, source, confidence, note.
    """
    try:
        changed = _from_table(quantity, entry) if isinstance(entry.value, dict) else _from_number(quantity, entry)
        _check(changed, entry)
    except RejectedError as rejected:
        return quantity, str(rejected)
    return changed, None


def _reject(entry: Entry, found: str, rule: str, remedy: str) -> RejectedError:
    return RejectedError(problem(entry.place, entry.key, found, rule, remedy))


def _number(quantity: Quantity, entry: Entry, value: Any) -> float:
    unit = quantity.unit
    rule = f"a number in {unit} is needed" if unit != "1" else "a plain number is needed"
    if isinstance(value, str) and (parts := WITH_UNIT.fullmatch(value)):
        if parts[2] != unit and not (unit == "1" and not parts[2]):
            found = f"unit {parts[2]} found" if parts[2] else f"{shown(value)} found"
            wanted = unit if unit != "1" else "a plain number"
            raise _reject(entry, found, rule, f"convert it to {wanted}" if parts[2] else "write it without quotes")
        return float(parts[1])
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _reject(entry, f"{shown(value)} found", rule, f"write for example {quantity.value:g}")
    try:
        number = float(value)
    except OverflowError:  # a whole number of more digits than a float holds
        number = math.inf if value > 0 else -math.inf
    if not math.isfinite(number):
        raise _reject(entry, f"{number} found", "a finite number is needed", f"write for example {quantity.value:g}")
    return number


def _origin(entry: Entry) -> str:
    if entry.place == SET_PLACE:
        return SET_PLACE
    return f"scenario file {entry.place.replace(chr(92), '/').rpartition('/')[2]}"


def _no_source(entry: Entry) -> str:
    return f"{SET_PLACE} at the command line" if entry.place == SET_PLACE else NO_SOURCE


def _from_number(quantity: Quantity, entry: Entry) -> Quantity:
    value = _number(quantity, entry, entry.value)
    told = {"value": value, "low": value, "high": value, "law": "fixed", "confidence": "A"}
    told |= {"source": _no_source(entry), "origin": _origin(entry)}
    return quantity.model_copy(update=told | scaled_events(quantity, value))


def _from_table(quantity: Quantity, entry: Entry) -> Quantity:
    table: dict[str, Any] = entry.value
    for name, value in table.items():
        if name not in NUMBERS and name not in WORDS:
            raise _reject(entry, f"field '{name}' found", "fields are fixed", did_you_mean(name, [*NUMBERS, *WORDS]))
        if name in WORDS and not isinstance(value, str):
            raise _reject(entry, f"{name} {shown(value)} found", "a text", "put it in quotes")
        if WORDS.get(name) and value not in WORDS[name]:
            rule = f"{name} is one of {', '.join(WORDS[name])}"
            raise _reject(entry, f"{name} {shown(value)} found", rule, did_you_mean(value, WORDS[name]))
    if ("low" in table) != ("high" in table):
        raise _reject(entry, "one of low and high found", "a range has both", "give both or neither")
    numbers = {name: _number(quantity, entry, table[name]) for name in NUMBERS if name in table}
    value = numbers.setdefault("value", quantity.value)
    low, high = numbers.setdefault("low", value), numbers.setdefault("high", value)
    keeps = quantity.law if quantity.law != "fixed" else "triangular"
    told: dict[str, Any] = scaled_events(quantity, value)
    told |= {"law": keeps if low < high else "fixed", "origin": _origin(entry), "confidence": "A"}
    told["source"] = _no_source(entry)
    told |= numbers | {name: table[name] for name in WORDS if name in table}
    if told.get("event_law", quantity.event_law) in ("none", "exponential"):
        told |= {"event_low": None, "event_high": None}
    try:
        return Quantity.model_validate(quantity.model_dump() | told)
    except ValidationError as error:  # the fields were checked above; this names what slipped through
        raise _reject(entry, error.errors()[0]["msg"], "a quantity", "correct the table") from None


def _check(quantity: Quantity, entry: Entry) -> None:
    q = quantity
    for name, value in (("value", q.value), ("low", q.low), ("high", q.high)):
        if not q.minimum <= value <= q.maximum:
            rule = f"allowed {q.minimum:g} to {q.maximum:g}{'' if q.unit == '1' else f' {q.unit}'}"
            called = "" if name == "value" else f"{name} "
            raise _reject(entry, f"{called}{value:g} found", rule, "choose a value in this range")
    if q.low > q.high:
        raise _reject(entry, f"low {q.low:g} above high {q.high:g}", "low ≤ value ≤ high", "exchange the two")
    if not q.low <= q.value <= q.high:
        found = f"value {q.value:g} outside {q.low:g} to {q.high:g}"
        raise _reject(entry, found, "low ≤ value ≤ high", "widen the range or move the value")
    if q.law == "lognormal" and q.low <= 0.0:
        raise _reject(entry, f"low {q.low:g} found", "lognormal needs low above zero", "raise it or change the law")
    if q.event_law in ("triangular", "lognormal"):
        _check_events(q, entry)


def _check_events(q: Quantity, entry: Entry) -> None:
    if q.event_low is None or q.event_high is None:
        rule = f"event_law {q.event_law} needs event_low and event_high"
        raise _reject(entry, "no event bounds", rule, "give both")
    if not q.event_low <= q.value <= q.event_high:
        found = f"value {q.value:g} outside events {q.event_low:g} to {q.event_high:g}"
        raise _reject(entry, found, "event_low ≤ value ≤ event_high", "widen the bounds or move the value")
    if q.event_law == "lognormal" and q.event_low <= 0.0:
        raise _reject(entry, f"event_low {q.event_low:g} found", "lognormal needs it above zero", "raise it")
