"""The form of a scenario: its settings as fields, what a person types into them, and the request that becomes of it.

Fields come from the JSON schema of the scenario. What was typed is a draft that stands in the address as it was typed,
right or wrong, so that nothing is lost; only a draft without a complaint becomes a request.
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, TypeGuard

from dashboards.words import JST
from ops_data.reference import vessels
from twin.parameters_table import number
from twin.quantities import Quantity
from twin.request_rules import FILE_SETTINGS, MOST_REPLICATES, MOST_SEED
from twin.scenario import RESOLVED, json_schema
from twin.scenario_file import HEADINGS, packaged_names

Kind = Literal["number", "whole", "choice", "choices", "yes_no", "instant", "days", "numbers", "file", "text"]
VESSEL_ROLES: Final = {"mining.vessel": "mining", "shuttles.vessel": "shuttle", "carriers.vessel": "carrier"}
SET: Final = "set."  # what the keys of an address that change the scenario begin with
NONE: Final = "[]"  # a list without anything in it, as typed; an empty text means the base scenario's value
MOST_CHANGES: Final = 50  # so many fit into an address
PARAMETERS: Final = ("drawn", "fixed")
EXACT: Final = 1e15  # whole numbers below it are written without a decimal point
JOB_ID: Final = re.compile(r"job-[0-9a-f]{12}")
GROUPED: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")

# Which family of numbers a quantity belongs to, by the first word of its key.
GROUPS: Final = {
    "campaign": "site setup departure transit port crew bunkering emergency string learning transfer",
    "mining": "mining tool mine",
    "lift": "lift riser slurry mud pump subsea_pump airlift blockage water",
    "sea": "weather storms limits dp",
    "resource": "resource composition host tracer",
    "ships": "shuttle carrier island",
    "failures": "components",
    "processing": "beneficiate dewater leach wash purify calcine separation circuit toll plant",
    "energy": "power fuel",
    "money": "cost price demand",
    "environment": "plume current near_field discharge emission noise light seabed air metal",
}
GROUP_OF: Final = {word: group for group, words in GROUPS.items() for word in words.split()}


@dataclass(frozen=True)
class Field:
    """One setting of the form.

    Attributes
    ----------
    key : dotted, such as ``campaign.target_t_d``.
    kind : how it is put in.
    unit : of a number, "1" without.
    low, high : allowed range of a number, or of each of several.
    choices : what can be chosen.
    text : what it means, in English.
    """

    key: str
    kind: Kind
    unit: str = "1"
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    text: str = ""

    @property
    def section(self) -> str:
        """Name of its section."""
        return self.key.partition(".")[0]


@dataclass(frozen=True)
class Complaint:
    """Why a typed text cannot be taken: the text ``plan.said.<key>`` with what its braces hold."""

    key: str
    fill: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """What a person has put in, as typed.

    Attributes
    ----------
    base : packaged scenario it starts from.
    sets : setting or number → typed text, for those that are to be otherwise.
    replicates, seed, parameters, title : of the run.
    cloned_from : job id it was copied from; empty for none.
    """

    base: str
    sets: Mapping[str, str] = field(default_factory=dict)
    replicates: str = "200"
    seed: str = "1"
    parameters: str = "drawn"
    title: str = ""
    cloned_from: str = ""


def fields_of(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the settings of a scenario in the order of its schema; what no file writes directly is left out."""
    found: list[Field] = []
    for section, told in schema["properties"].items():
        if section in HEADINGS or section in RESOLVED:
            continue
        inside = schema["$defs"][told["$ref"].rpartition("/")[2]]
        found += [_field(f"{section}.{name}", one) for name, one in inside["properties"].items()]
    return tuple(found)


def all_fields() -> tuple[Field, ...]:
    """Return the settings of a scenario."""
    return fields_of(json_schema())


def _field(key: str, told: Mapping[str, Any]) -> Field:
    items = told.get("items", {})
    numbers = items or told
    low = numbers.get("minimum", numbers.get("exclusiveMinimum", -math.inf))
    rest = {"unit": told.get("unit", "1"), "low": low, "high": numbers.get("maximum", math.inf)}
    choices = tuple(told.get("enum", items.get("enum", ())))
    if key in VESSEL_ROLES:
        choices = tuple(row.name for row in vessels().values() if row.kind == VESSEL_ROLES[key])
    return Field(key, _kind(key, told, items, bool(choices)), choices=choices, text=told["description"], **rest)


def _kind(key: str, told: Mapping[str, Any], items: Mapping[str, Any], chosen: bool) -> Kind:
    if key in FILE_SETTINGS:
        return "file"
    if told["type"] == "array":
        return "choices" if chosen else "days" if items.get("format") == "date" else "numbers"
    if chosen:
        return "choice"
    kinds: dict[str, Kind] = {"boolean": "yes_no", "integer": "whole", "number": "number"}
    return "instant" if told.get("format") == "date-time" else kinds.get(told["type"], "text")


def plain(text: str) -> str:
    """Return a typed text with full-width letters and digits made narrow, without spaces around it.

    Examples
    --------
    >>> plain(" \uff13\uff15\uff10\uff0e\uff15 ")
    '350.5'
    """
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()


def read_number(text: str) -> float | None:
    """Return the number that a text says, thousands perhaps set apart by commas; None if it says none.

    Examples
    --------
    >>> read_number("1,200.5"), read_number("1,20"), read_number("inf")
    (1200.5, None, None)
    """
    typed = plain(text)
    try:
        value = float(typed.replace(",", "") if GROUPED.fullmatch(typed) else typed)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_complaint(found: object) -> TypeGuard[Complaint]:
    """Say whether what `read_typed` returned is a complaint."""
    return isinstance(found, Complaint)


def read_typed(one: Field, text: str) -> Any:
    """Return the value that a typed text gives a setting, or a `Complaint`; two texts of one value give the same."""
    return _READERS[one.kind](one, plain(text))


def _number(one: Field, text: str) -> float | Complaint:
    value = read_number(text)
    if value is None:
        return Complaint("number", {"text": text[:60]})
    return value if one.low <= value <= one.high else out_of_range(one.low, one.high, one.unit)


def _whole(one: Field, text: str) -> int | Complaint:
    value = _number(one, text)
    if isinstance(value, Complaint):
        return value
    return int(value) if value == int(value) else Complaint("whole", {"text": text[:60]})


def out_of_range(low: float, high: float, unit: str) -> Complaint:
    """Return the complaint about a number outside its range."""
    shown = "" if unit == "1" else f" {unit}"
    return Complaint("range", {"low": number(low), "high": number(high), "unit": shown})


def _choice(one: Field, text: str) -> str | Complaint:
    chosen = text.strip('"')
    return chosen if chosen in one.choices else _no_choice(text, one.choices)


def _choices(one: Field, text: str) -> tuple[str, ...] | Complaint:
    chosen = _parts(text)
    strange = next((part for part in chosen if part not in one.choices), None)
    kept = tuple(choice for choice in one.choices if choice in chosen)
    return kept if strange is None else _no_choice(strange, one.choices)


def _yes_no(_one: Field, text: str) -> bool | Complaint:
    known = {"true": True, "false": False}
    return known[text] if text in known else _no_choice(text, tuple(known))


def _no_choice(text: str, choices: Sequence[str]) -> Complaint:
    return Complaint("choice", {"text": text[:60], "choices": ", ".join(choices)})


def _instant(_one: Field, text: str) -> datetime | Complaint:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return Complaint("instant", {"text": text[:60]})
    if when.tzinfo is None:
        return Complaint("zone", {"text": text[:60]})
    try:
        return when.astimezone(UTC)
    except OverflowError:  # before the year 1 or after 9999 in UTC
        return Complaint("years", {"text": text[:60]})


def _days(_one: Field, text: str) -> tuple[date, ...] | Complaint:
    try:
        return tuple(date.fromisoformat(part) for part in _parts(text))
    except ValueError:
        return Complaint("days", {"text": text[:60]})


def _numbers(one: Field, text: str) -> tuple[float, ...] | Complaint:
    found = [_number(one, part) for part in _parts(text)]
    complaint = next((part for part in found if isinstance(part, Complaint)), None)
    return complaint or tuple(part for part in found if not isinstance(part, Complaint))


def _file(_one: Field, _text: str) -> Complaint:
    return Complaint("file")


def _text(_one: Field, text: str) -> str:
    return text


def _parts(text: str) -> list[str]:
    return [part.strip(" \"'") for part in text.strip("[]").split(",") if part.strip()]


_READERS: Final[Mapping[Kind, Callable[[Field, str], Any]]] = {
    "number": _number, "whole": _whole, "choice": _choice, "choices": _choices, "yes_no": _yes_no,
    "instant": _instant, "days": _days, "numbers": _numbers, "file": _file, "text": _text,
}  # fmt: skip


def text_of(one: Field, value: Any) -> str:
    """Return what stands in the field of a setting for a value, as a resolved scenario holds it in JSON."""
    if one.kind == "instant":
        return datetime.fromisoformat(value).astimezone(JST).isoformat(timespec="minutes")
    if one.kind in ("choices", "days", "numbers"):
        return ", ".join(toml_of(part) for part in value) or NONE
    return toml_of(value)


def toml_of(value: Any) -> str:
    """Return a value that `read_typed` gave as ``--set`` takes it.

    Examples
    --------
    >>> toml_of((date(2027, 2, 28),)), toml_of(("leach",)), toml_of(350.0), toml_of(0.5), toml_of(True)
    ('[2027-02-28]', '["leach"]', '350', '0.5', 'true')
    """
    if isinstance(value, tuple):
        return f"[{', '.join(json.dumps(part) if isinstance(part, str) else toml_of(part) for part in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):  # an instant is one too
        return value.isoformat()
    if isinstance(value, float) and value == int(value) and abs(value) < EXACT:
        return str(int(value))
    return value if isinstance(value, str) else repr(value)


def number_complaint(quantity: Quantity, text: str) -> Complaint | None:
    """Return why a typed number cannot be a quantity's, None when it can or only the scenario can tell."""
    value = read_number(text)
    if value is None or quantity.minimum <= value <= quantity.maximum:
        return None
    return out_of_range(quantity.minimum, quantity.maximum, quantity.unit)


def number_toml(text: str) -> str:
    """Return a quantity's own value as ``--set`` takes it: a number, one with its unit, or a table."""
    value = read_number(text)
    return plain(text) if value is None else toml_of(value)


def is_changed(one: Field, text: str, base: str) -> bool:
    """Say whether a typed text gives a setting another value than the text of the base scenario's."""
    if not text.strip() or text == base:
        return False
    if one.kind == "file":
        return True
    return bool(read_typed(one, text) != read_typed(one, base))


def read_draft(values: Mapping[str, str]) -> Draft:
    """Return the draft that an address holds."""
    default = Draft(packaged_names()[0])
    return Draft(
        base=values.get("base") or default.base,
        sets={key.removeprefix(SET): text for key, text in sorted(values.items()) if key.startswith(SET) and text},
        replicates=values.get("replicates") or default.replicates,
        seed=values.get("seed") or default.seed,
        parameters=values.get("parameters") or default.parameters,
        title=values.get("title", ""),
        cloned_from=values.get("from", ""),
    )


def draft_values(draft: Draft) -> dict[str, str]:
    """Return what stands in the address for a draft; what is as usual is left out."""
    usual = Draft("")
    told = {
        "base": draft.base,
        "replicates": draft.replicates if draft.replicates != usual.replicates else "",
        "seed": draft.seed if draft.seed != usual.seed else "",
        "parameters": draft.parameters if draft.parameters != usual.parameters else "",
        "title": draft.title,
        "from": draft.cloned_from,
        **{SET + key: text for key, text in sorted(draft.sets.items())},
    }
    return {key: text for key, text in told.items() if text}


def draft_of_request(request: Mapping[str, Any], title: str = "", cloned_from: str = "") -> Draft:
    """Return the draft that gives a request of kind ``run`` again."""
    pairs = [str(text).partition("=") for text in request.get("sets", [])]
    usual = Draft(str(request.get("scenario", "")))
    return Draft(
        base=usual.base,
        sets={key.strip(): value.strip() for key, _, value in pairs},
        replicates=str(request.get("replicates", usual.replicates)),
        seed=str(request.get("seed", usual.seed)),
        parameters=str(request.get("parameters", usual.parameters)),
        title=title,
        cloned_from=cloned_from,
    )


def whole_number(text: str, low: int, high: int) -> int | Complaint:
    """Return the whole number that a text says, or why it is none that may be given."""
    return _whole(Field("", "whole", low=low, high=high), plain(text))


def replicates_of(draft: Draft) -> int | Complaint:
    """Return how many replicates a draft asks for."""
    return whole_number(draft.replicates, 1, MOST_REPLICATES)


def seed_of(draft: Draft) -> int | Complaint:
    """Return the seed of a draft."""
    typed = plain(draft.seed)  # read as it is: a seed has more digits than a decimal number keeps
    if typed.isascii() and typed.isdigit():
        digits = typed.lstrip("0") or "0"
        fits = len(digits) <= len(str(MOST_SEED)) and int(digits) <= MOST_SEED
        return int(digits) if fits else out_of_range(0, MOST_SEED, "1")
    return whole_number(typed, 0, MOST_SEED)


def sets_of(values: Mapping[str, str]) -> Sequence[str]:
    """Return ``key=value`` texts in the order of their keys: the same for two drafts that say the same."""
    return [f"{key}={value}" for key, value in sorted(values.items())]
