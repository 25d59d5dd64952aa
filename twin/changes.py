"""What a run changes against the packaged scenario whose name it bears or which it extends."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

SHOWN: Final = 3
EXTENDS: Final = re.compile(r"Extends (\S+)\.")  # the description that a scenario without one of its own gets
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
COMPARED: Final = ("value", "low", "high", "law")
COMPARED_EVENTS: Final = ("event_law", "event_low", "event_high")


def base_of(sealed: Mapping[str, Any]) -> str | None:
    """Return the packaged scenario to compare with: the one of the same name, else the one extended; None if unknown.

    Parameters
    ----------
    sealed : resolved scenario as a manifest holds it.
    """
    from twin.scenario_file import packaged_names

    extended = EXTENDS.fullmatch(str(sealed["description"]))
    for name in (sealed["name"], extended[1] if extended else None):
        if name in packaged_names():
            return str(name)
    return None


def changed(sealed: Mapping[str, Any]) -> list[str]:
    """Return ``key = value`` of every setting and quantity that the packaged scenario has otherwise.

    Parameters
    ----------
    sealed : resolved scenario as a manifest holds it.

    Returns
    -------
    One text per key, settings first; empty when nothing differs or when there is nothing known to compare with.
    """
    base = base_of(sealed)
    if base is None:
        return []
    settings, quantities = _differences(sealed, _packaged(base))
    texts = [f"{key} = {_toml(value)}" for key, value in settings.items()]
    for key, quantity in quantities.items():
        unit = "" if quantity["unit"] == "1" else f" {quantity['unit']}"
        spread = "" if quantity["law"] == "fixed" else f" ({quantity['low']:g} to {quantity['high']:g})"
        texts.append(f"{key} = {quantity['value']:g}{unit}{spread}")
    return texts


def words_for(sealed: Mapping[str, Any]) -> str | None:
    """Return what follows ``twin parameters`` to get the numbers of a sealed scenario; None if no base is known."""
    from twin.scenario_file import SET_PLACE

    base = base_of(sealed)
    if base is None:
        return None
    settings, quantities = _differences(sealed, _packaged(base))
    sets = [f"{key}={_toml(value)}" for key, value in settings.items()]
    for key, quantity in quantities.items():
        given = {name: quantity[name] for name in COMPARED + COMPARED_EVENTS if quantity[name] is not None}
        table = ", ".join(f"{name} = {json.dumps(value)}" for name, value in given.items())
        sets.append(f"{key}={quantity['value']!r}" if quantity["origin"] == SET_PLACE else f"{key}={{{table}}}")
    return typed(base, sets)


def typed(scenario: str, sets: Sequence[str]) -> str:
    """Return a scenario and its overrides as a person types them."""
    return shlex.join([scenario, *(word for text in sets for word in ("--set", text))])


def shortened(texts: Sequence[str]) -> str:
    """Return changes as one text, the first few of them and how many more there are.

    Examples
    --------
    >>> shortened(["a = 1", "b = 2", "c = 3", "d = 4"])
    'a = 1, b = 2, c = 3 and 1 more'
    """
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more


def as_packaged(scenario: str, sha256: str) -> bool:
    """Say whether a resolved scenario, by its name and hash, is the packaged one of today."""
    from twin.scenario_file import packaged_names

    return scenario in packaged_names() and _hash(scenario) == sha256


@cache
def _packaged(name: str) -> dict[str, Any]:
    from twin.scenario import load_scenario

    return load_scenario(name).model_dump(mode="json")


@cache
def _hash(name: str) -> str:
    from twin.scenario import load_scenario

    return load_scenario(name).hash


def _differences(
    sealed: Mapping[str, Any], packaged: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return settings and quantities that differ; what only follows from another choice (a ship's hold) is left out."""
    from twin.quantities import REFERENCE
    from twin.scenario import RESOLVED

    settings = {
        f"{section}.{key}": value
        for section, values in sealed.items()
        if section not in RESOLVED and isinstance(values, dict)
        for key, value in values.items()
        if value != packaged.get(section, {}).get(key)
    }
    fields = COMPARED if "campaign.variability" in settings else COMPARED + COMPARED_EVENTS
    before = packaged["quantities"]
    quantities = {
        key: quantity
        for key, quantity in sealed["quantities"].items()
        if quantity["origin"] != REFERENCE and any(quantity[name] != before.get(key, {}).get(name) for name in fields)
    }
    return settings, quantities


def _toml(value: Any) -> str:
    """Return a setting as ``--set`` takes it: words and times bare."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "[" + ", ".join(item if DAY.fullmatch(str(item)) else json.dumps(item) for item in value) + "]"
    return json.dumps(value)
