"""A scenario: frozen, validated, complete. What a campaign is run on, each number with its source.

Settings (choices) are sections such as ``scenario.mining``; quantities (numbers with ranges) are in
``scenario.quantities`` by dotted key. Numbers resolve in this order: reference row, base scenario of ``extends``, the
file itself, ``--set``. A sea record of one's own is used as it is, unless ``weather.marginals`` is given with it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ops_data.errors import ScenarioError
from ops_data.observations import SEA_RECORDS
from ops_data.reference import ComponentRow, VesselRow, components, parameters
from ops_data.reference.composition_rows import composition
from twin.overrides import override
from twin.quantities import (
    Ignorance,
    Quantity,
    draw_quantities,
    from_component,
    from_parameter,
    from_share,
    from_vessel,
    ignorance,
    without_events,
)
from twin.scenario_file import (
    HEADINGS,
    PACKAGED,
    SET_PLACE,
    Entry,
    Source,
    flatten,
    name_problems,
    packaged_names,
    parse_set,
    problem,
    read_chain,
    read_source,
    unknown_keys,
)
from twin.scenario_rules import fleet_of, rule_problems, settings_problems
from twin.settings import (
    Bunkering,
    Campaign,
    Carriers,
    Environment,
    Failures,
    Island,
    Lift,
    Mining,
    Processing,
    Resource,
    Shuttles,
    Site,
    Storms,
    Transfer,
    Weather,
)

FLEET_KEYS: Final = ("mining.hold_m3", "shuttle.hold_m3", "carrier.payload_t")
RESOLVED: Final = ("quantities", "fleet", "components")  # fields of a scenario that no file writes directly


class Scenario(BaseModel):
    """A resolved scenario; everything a run depends on is in it.

    ``quantities`` are by dotted key, ``fleet`` holds the vessel rows by role (mining, shuttle, carrier) and
    ``components`` the component rows by name (mean life and repair time are the quantities
    ``components.<name>.mtbf_h`` and ``.repair_h``, capacity of the ships ``mining.hold_m3``, ``shuttle.hold_m3`` and
    ``carrier.payload_t``: scenarios may override those).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    title: str
    description: str
    campaign: Campaign
    site: Site
    mining: Mining
    lift: Lift
    resource: Resource
    transfer: Transfer
    shuttles: Shuttles
    island: Island
    carriers: Carriers
    processing: Processing
    environment: Environment
    weather: Weather
    storms: Storms
    failures: Failures
    bunkering: Bunkering
    quantities: Mapping[str, Quantity]
    fleet: Mapping[str, VesselRow]
    components: Mapping[str, ComponentRow]

    @property
    def start_s(self) -> int:
        """Departure, Unix UTC second."""
        return int(self.campaign.start.timestamp())

    @property
    def end_s(self) -> int:
        """Horizon, Unix UTC second."""
        return int(self.campaign.end.timestamp())

    @property
    def charter_end_s(self) -> int:
        """End of the charter, Unix UTC second."""
        return int(self.campaign.charter_end.timestamp())

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, 64 hexadecimal characters."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @cached_property
    def ignorance(self) -> Ignorance:
        """What is drawn once per replicate, as arrays."""
        return ignorance(self.quantities)

    def to_json(self) -> str:
        """Return the canonical JSON text: sorted keys, no spaces, times in UTC."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Scenario":
        """Return the scenario of a JSON text written by :meth:`to_json`; ScenarioError if it is not one."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
            rule, remedy = "a sealed scenario is needed", f"use a text to_json wrote{more}"
            raise ScenarioError(problem("scenario JSON", key, first["msg"], rule, remedy)) from None


@dataclass(frozen=True, slots=True)
class ScenarioTitle:
    """What a list of scenarios shows."""

    name: str
    title: str
    description: str


def setting_keys() -> list[str]:
    """Return the dotted keys of all settings, headings first."""
    keys: list[str] = []
    for name, field in Scenario.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            keys += [f"{name}.{key}" for key in section.model_fields]
        elif name not in RESOLVED:
            keys.append(name)
    return keys


def _reference_quantities() -> dict[str, Quantity]:
    found = {key: from_parameter(row) for key, row in parameters().items()}
    for row in components().values():
        found |= {quantity.key: quantity for quantity in from_component(row)}
    return found | {quantity.key: quantity for quantity in map(from_share, composition().values())}


def _nested(entries: Sequence[Entry]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for entry in entries:
        section, _, key = entry.key.rpartition(".")
        value = tuple(entry.value) if isinstance(entry.value, list) else entry.value
        (tree.setdefault(section, {}) if section else tree)[key] = value
    return tree


def _headings(chain: Sequence[Source], entries: Sequence[Entry]) -> dict[str, Any]:
    """Return name, title and description: the last file's own, for those of a base scenario would mislead."""
    own = chain[-1]
    name = own.table.get("name", own.path.stem)
    headings: dict[str, Any] = {"name": name}
    if len(chain) > 1:
        headings |= {"title": name, "description": f"Extends {chain[-2].table.get('name', chain[-2].path.stem)}."}
    headings |= {key: own.table[key] for key in HEADINGS if key in own.table}
    return headings | {
        entry.key: entry.value for entry in entries if entry.key in HEADINGS and entry.place == SET_PLACE
    }


def _own_record(layers: Sequence[Sequence[Entry]]) -> list[Entry]:
    """Return ``weather.marginals = "record"`` as an entry if a record of one's own would be re-scaled unasked.

    ``layers`` are the entries of each file, base first, then those of ``--set``. Marginals count as asked for when
    the layer that names the record, or a later one, gives them.
    """
    given: dict[str, tuple[int, Entry]] = {}
    for number, entries in enumerate(layers):
        given |= {entry.key: (number, entry) for entry in entries}
    if "weather.record" not in given:
        return []
    at, record = given["weather.record"]
    asked = "weather.marginals" in given and given["weather.marginals"][0] >= at
    if asked or not isinstance(record.value, str) or record.value in SEA_RECORDS:
        return []
    return [Entry(record.place, "weather.marginals", "record")]


def _fail(problems: Sequence[str]) -> None:
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ScenarioError(problems[0] + more)


def load_scenario(name_or_path: str, sets: Sequence[str] = ()) -> Scenario:
    """Return the scenario of a packaged name or a TOML file, with ``key=value`` overrides on top.

    Parameters
    ----------
    name_or_path : name of a packaged scenario, or a path that ends in ``.toml``.
    sets : ``key=value`` texts, the value in TOML; a number fixes its quantity (no range of ignorance).

    Notes
    -----
    A ``weather.record`` that is not packaged makes ``weather.marginals`` "record" (its own values are kept),
    unless the file or ``--set`` that names the record, or a later one, gives ``weather.marginals``.

    Raises
    ------
    UnknownNameError if no packaged scenario has the name; ScenarioError, one line with place, key, value, rule and
    remedy, for the first broken rule, with the count of the others.
    """
    chain = read_chain(name_or_path)
    base = _reference_quantities()
    settings = setting_keys()
    known = [*settings, *base, *FLEET_KEYS]
    layers = [flatten(source, [*base, *FLEET_KEYS]) for source in chain] + [[parse_set(text) for text in sets]]
    entries = [entry for layer in [*layers, _own_record(layers)] for entry in layer]
    problems = unknown_keys(entries, known)
    places = {entry.key: entry.place for entry in entries}
    headings = _headings(chain, entries)
    name_place = SET_PLACE if places.get("name") == SET_PLACE else chain[-1].place
    problems += name_problems(headings["name"], chain[-1].path, name_place)
    tree = headings | _nested([e for e in entries if e.key in settings and e.key not in HEADINGS])
    fleet, fleet_problems = fleet_of(tree, places)
    base |= {quantity.key: quantity for quantity in map(from_vessel, fleet.values())}
    for entry in entries:
        if entry.key in base:
            base[entry.key], line = override(base[entry.key], entry)
            problems += [line] if line else []
    if tree.get("campaign", {}).get("variability") == "central":
        base = {key: without_events(quantity) for key, quantity in base.items()}
    try:
        scenario = Scenario.model_validate(tree | {"quantities": base, "fleet": fleet, "components": components()})
    except ValidationError as error:
        _fail([*problems, *fleet_problems, *settings_problems(error, places, chain[-1].place)])
        raise
    _fail([*problems, *fleet_problems])
    _fail(rule_problems(scenario, places, chain[-1].place))
    return scenario


def list_scenarios() -> list[ScenarioTitle]:
    """Return name, title and description of the packaged scenarios, the default first."""
    found = []
    for name in packaged_names():
        table = read_source(PACKAGED / f"{name}.toml", f"{name}.toml").table
        found.append(ScenarioTitle(name, str(table["title"]), str(table["description"])))
    return found


def draw_parameters(scenario: Scenario, seed: int, replicate: int, mode: Literal["fixed", "drawn"]) -> dict[str, float]:
    """Return one central value per quantity key for one replicate, in the quantity's unit.

    ``fixed`` (or a scenario with ``campaign.variability = "central"``) gives every value as stated; ``drawn`` draws
    each from its law of ignorance, once per replicate and from its own stream. The stated value of a triangular law is
    its mode, so the mean of drawn values may lie beside it.
    """
    if mode == "fixed" or scenario.campaign.variability == "central":
        return {key: quantity.value for key, quantity in scenario.quantities.items()}
    return draw_quantities(scenario.ignorance, seed, replicate)


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a scenario file: settings and quantities with unit, range and description."""
    schema = Scenario.model_json_schema()
    for name in RESOLVED:
        del schema["properties"][name]
    schema["required"] = [name for name in schema["required"] if name not in RESOLVED]
    used = schema["$defs"]
    schema["$defs"] = {name: used[name] for name in used if name not in ("Quantity", "VesselRow", "ComponentRow")}
    schema["quantities"] = {
        key: {
            "type": "number", "minimum": quantity.minimum, "maximum": quantity.maximum,
            "default": quantity.value, "unit": quantity.unit, "description": quantity.note,
        }
        for key, quantity in _reference_quantities().items()
    }  # fmt: skip
    return schema
