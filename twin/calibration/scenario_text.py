"""A calibration as a scenario file: overrides that name the data they come from."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np

from ops_data.errors import UsageError
from twin.calibration import grade, strokes
from twin.calibration.result import Calibration, Number, iso
from twin.changes import base_of
from twin.models.grade_profile import GradeProfile, window_mean
from twin.scenario import RESOLVED, Scenario, load_scenario

DIGITS: Final = 6
COMPARED: Final = ("value", "low", "high", "law", "event_law", "event_low", "event_high")
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[+-]\d{2}:\d{2}))?")


def calibrated_scenario_text(calibration: Calibration, extends: str = "") -> str:
    """Return a scenario file whose overrides are what the log says, each with its data as its source.

    Parameters
    ----------
    calibration : its identified numbers become ranges: 5 % and 95 % points, the median the value, lognormal where that
        is possible. Numbers that are not identified keep the row of the scenario.
    extends : name or path of the scenario that was calibrated; left out, the packaged one of its name. What the
        campaign changed against it is written too.

    Notes
    -----
    A file holds ranges of single rows, not joint draws. Of what only a product identifies (the dry solids of a stroke,
    the mean grade) all factors but one are fixed at their medians and one carries the range of the product.

    Raises
    ------
    UsageError : no packaged scenario is known to extend.
    """
    scenario = calibration.scenario
    base = extends or base_of(scenario.model_dump(mode="json"))
    if not base:
        raise UsageError(
            f"calibration: '{scenario.name}' extends no packaged scenario; name the file it was read from in 'extends'"
        )
    entries: dict[str, dict[str, Any] | Any] = _changes(scenario, base)
    for number in calibration.numbers:
        if number.identified:
            entries[number.key] = _range(number, calibration)
    entries |= _stroke_rows(calibration) | _grade_rows(calibration)
    until = iso(calibration.origin_s)
    lines = [
        f"extends = {_toml(base)}",
        f"name = {_toml(f'{scenario.name}-calibrated')}",
        f"title = {_toml(f'{scenario.title}, calibrated')}",
        f"description = {_toml(f'What the log of the campaign says until {until}; see the source of each row.')}",
        "",
        *(f"{key} = {_toml(value)}" for key, value in sorted(entries.items())),
    ]
    return "\n".join(lines) + "\n"


def _range(number: Number, calibration: Calibration) -> dict[str, Any]:
    """Return the override of an identified number."""
    low, value, high = number.posterior
    return _row(low, value, high, _source(number.block, calibration), number.note)


def _row(low: float, value: float, high: float, source: str, note: str) -> dict[str, Any]:
    law = "fixed" if not low < high else "lognormal" if low > 0.0 else "triangular"
    low, value, high = (float(f"{one:.{DIGITS}g}") for one in (low, value, high))
    told: dict[str, Any] = {"value": value, "low": low, "high": high, "law": law}
    return told | {"source": source, "confidence": "D"} | ({"note": note} if note else {})


def _held(median: float, source: str, note: str) -> dict[str, Any]:
    """Return the override of a factor that only a product identifies and that does not carry its range."""
    return _row(median, median, median, source, f"held fixed, not identified alone: {note}")


def _source(block: str, calibration: Calibration) -> str:
    data = next(used.data for used in calibration.used if used.block == block)
    return f"calibrated from {data}, log until {iso(calibration.origin_s)}"


def _stroke_rows(calibration: Calibration) -> dict[str, dict[str, Any]]:
    """Return the rows of a stroke: factors fixed at their medians but one, which carries the range of the product."""
    told = _product(calibration, strokes.PRODUCT)
    if told is None:
        return {}
    quantities = calibration.scenario.quantities
    source = _source(strokes.NAME, calibration)
    medians = {key: _median(calibration, key) for key in strokes.POWERS}
    keys = [key for key in strokes.POWERS if key in calibration.draws]
    carrier, whole = keys[0], np.pi / 4.0 * np.prod([medians[key] ** n for key, n in strokes.POWERS.items()])
    scale = (np.array(told.posterior) / whole) ** (1.0 / strokes.POWERS[carrier])
    q = quantities[carrier]
    low, value, high = np.clip(medians[carrier] * scale, q.minimum, q.maximum).tolist()
    found = {key: _held(medians[key], source, strokes.NOTE) for key in keys[1:]}
    return found | {carrier: _row(low, value, high, source, strokes.NOTE)}


def _grade_rows(calibration: Calibration) -> dict[str, dict[str, Any]]:
    """Return the rows of the profile: fixed at their medians but that grade which makes most of the mean.

    The mean over a stroke is linear in the four grades of the profile; the one carries the range of the mean.
    """
    told = _product(calibration, grade.PRODUCT)
    keys = [key for key in grade.KEYS if key in calibration.draws]
    if told is None or not keys:
        return {}
    source = _source(grade.NAME, calibration)
    medians = {key: _median(calibration, key) for key in grade.KEYS}
    stroke_m = _median(calibration, grade.STROKE)

    def mean_ppm(values: Mapping[str, float]) -> float:
        return float(window_mean(GradeProfile(*(values[key] for key in grade.KEYS)), 0.0, stroke_m))

    whole = mean_ppm(medians)
    shares = {key: whole - mean_ppm({**medians, key: 0.0}) for key in keys if key.endswith("_ppm")}
    carrier = max(shares, key=lambda key: shares[key])
    q = calibration.scenario.quantities[carrier]
    scale = 1.0 + (np.array(told.posterior) - whole) / shares[carrier]
    low, value, high = np.clip(medians[carrier] * scale, q.minimum, q.maximum).tolist()
    found = {key: _held(medians[key], source, grade.NOTE) for key in keys if key != carrier}
    return found | {carrier: _row(low, value, high, source, grade.NOTE)}


def _product(calibration: Calibration, name: str) -> Number | None:
    return next((one for one in calibration.products if one.key == name and one.identified), None)


def _median(calibration: Calibration, key: str) -> float:
    if key in calibration.draws:
        return float(np.median(calibration.draws[key]))
    return calibration.scenario.quantities[key].value


def _changes(scenario: Scenario, base: str) -> dict[str, Any]:
    """Return what a campaign changed against the scenario it comes from, by key."""
    sealed, before_it = scenario.model_dump(mode="json"), load_scenario(base).model_dump(mode="json")
    found: dict[str, Any] = {}
    for section, values in sealed.items():
        if section not in RESOLVED and isinstance(values, dict):
            found |= {f"{section}.{key}": v for key, v in values.items() if v != before_it[section].get(key)}
    for key, quantity in sealed["quantities"].items():
        before: Mapping[str, Any] = before_it["quantities"].get(key, {})
        if any(quantity[name] != before.get(name) for name in COMPARED):
            kept = {name: quantity[name] for name in COMPARED if quantity[name] is not None}
            found[key] = kept | {"source": quantity["source"], "confidence": quantity["confidence"]}
    return found


def _toml(value: Any) -> str:
    """Return a value in TOML: tables inline, instants and days bare."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, str) and DATE.fullmatch(value):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(value)
