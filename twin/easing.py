"""Constraints of a campaign eased one at a time, as overrides that anybody could type.

An eased quantity keeps its law: value and range move by one factor, so that every replicate has its own draw times the
factor and a comparison with the run as sealed is paired, luck for luck.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ops_data.errors import ScenarioError
from twin.overrides import override
from twin.quantities import Quantity
from twin.scenario import Scenario
from twin.scenario_file import SET_PLACE, packaged_names, parse_set
from twin.scenario_rules import rule_problems

TOGETHER: Final = "all together"
HALF: Final = 0.5
TWICE: Final = 2.0
TEN: Final = 10.0
DRIVES: Final = {"surface_pumps": "pump", "subsea_pump": "subsea_pump", "air_lift": "airlift"}
DRIVE_LIMITS: Final = ("_limit_mpa", "_limit_mw", ".shutoff_mpa", ".free_flow_m3_h", ".capacity_m3_h")
MOST_SHUTTLES: Final = 200
MOST_BERTHS: Final = 20
SET_UP_KEYS: Final = (
    "setup.survey_h",
    "setup.rig_up_h",
    "setup.first_mud_h",
    "setup.land_h",
    "storms.restart_h",
    "string.flush_h",
    "string.restart_h",
    "mining.relocate_h",
)


@dataclass(frozen=True)
class Easing:
    """One constraint eased: its name, how in plain words, and the overrides ``key=value`` that do it."""

    constraint: str
    how: str
    sets: tuple[str, ...]


NOTHING: Final = Easing("nothing", "as it was", ())


def easings(scenario: Scenario) -> list[Easing]:
    """Return what can be eased in a campaign, one constraint at a time.

    Sailing between port and site is not among them, for the site is where it is.

    Examples
    --------
    >>> from twin.scenario import load_scenario
    >>> found = {one.constraint: one for one in easings(load_scenario("pilot-2027"))}
    >>> found["storm"].sets, found["shuttle"].sets
    (('storms.kind=none',), ('shuttles.count=20',))
    """
    found = [
        Easing("tool cycle", "tool steps in half the time", _times(scenario, HALF, "mining.cycle_h", "mining.shift_h")),
        Easing("learning", "every insertion like a practised one", ("learning.first_factor=1",)),
        *_lift(scenario),
        Easing("hold", "ten times the hold", _times(scenario, TEN, "mining.hold_m3")),
    ]
    if scenario.transfer.method != "none":
        found += _chain(scenario)
    if scenario.weather.kind != "calm":
        found += _sea(scenario)
    if scenario.failures.enabled:
        found.append(Easing("failure", "nothing fails", ("failures.enabled=false",)))
    longest_d = scenario.quantities["crew.interval_d"].maximum
    faster = _times(scenario, HALF, "string.run_joint_h", "string.recover_joint_h")
    return [
        *found,
        Easing("crew change", "no crew change", (f"crew.interval_d={longest_d!r}", "crew.change_h=0")),
        Easing("bunkering", "fuel taken in no time", ("bunkering.method=at_sea", "bunkering.hours=0")),
        Easing("string", "string run and recovered in half the time", faster),
        Easing("set-up", "set-up, landing and restart in half the time", _times(scenario, HALF, *SET_UP_KEYS)),
    ]


def _sea(scenario: Scenario) -> list[Easing]:
    """Return the easings of the sea; without waves there are no storms either."""
    most_m = scenario.quantities["limits.hang_off_hs_m"].maximum
    hung = (f"limits.hang_off_hs_m={most_m!r}", "emergency.string_loss_probability=0")
    found = [Easing("weather", "flat calm, no storms", ("weather.kind=calm", "storms.kind=none"))]
    if scenario.storms.kind != "none":
        found.append(Easing("storm", "no tropical cyclones", ("storms.kind=none",)))
    return [*found, Easing("emergency", "the string can hang in any sea", hung)]


def together(found: Sequence[Easing]) -> Easing:
    """Return all easings at once."""
    sets = tuple(dict.fromkeys(text for one in found for text in one.sets))
    return Easing(TOGETHER, "everything above at once", sets)


def _lift(scenario: Scenario) -> list[Easing]:
    """Return the easings of the lift: its drive, where there is one, and the solids in the slurry.

    The crew aims at a concentration above every replicate's trip limit, so each runs at its own.
    """
    most = scenario.quantities["slurry.max_solids_fraction"].high
    thick = Easing("concentration", "slurry at the trip limit", (f"slurry.solids_volume_fraction={most!r}",))
    if scenario.lift.system == "stated":
        return [thick]
    section = DRIVES[scenario.lift.system]
    drive = [key for key in scenario.quantities if key.startswith(f"{section}.") and key.endswith(DRIVE_LIMITS)]
    sets = _times(scenario, TWICE, "riser.flow_m3_h") + _times(scenario, TEN, *drive)
    return [Easing("pump", "twice the flow, pumps ten times as strong", sets), thick]


def _chain(scenario: Scenario) -> list[Easing]:
    """Return the easings of what takes mud away: shuttles, transfer, island."""
    count = min(MOST_SHUTTLES, round(TEN) * scenario.shuttles.count)
    berths = min(MOST_BERTHS, round(TEN) * scenario.island.berths)
    quick = _times(scenario, TEN, "transfer.hose_rate_m3_h") + _times(scenario, 1.0 / TEN, "transfer.mooring_h")
    ashore = _times(scenario, TEN, "island.slurry_tank_m3", "island.dewatering_rate_t_h", "island.cake_stock_t")
    return [
        Easing("shuttle", "ten times the shuttles", (f"shuttles.count={count}",)),
        Easing("transfer", "mooring and pumping ten times as fast", quick),
        Easing("dewatering", "ten times berths, tank, plant and stock ashore", (f"island.berths={berths}", *ashore)),
    ]


def _times(scenario: Scenario, factor: float, *keys: str) -> tuple[str, ...]:
    """Return overrides that multiply quantities and their ranges, as far as the whole range stays allowed."""
    return tuple(_scaled(scenario.quantities[key], factor) for key in keys)


def _scaled(q: Quantity, factor: float) -> str:
    fits = min(factor, q.maximum / q.high) if q.high > 0.0 else factor
    fits = max(fits, q.minimum / q.low) if q.low > 0.0 else fits
    low, value, high = (min(max(x * fits, q.minimum), q.maximum) for x in (q.low, q.value, q.high))
    return f'{q.key}={{value = {value!r}, low = {low!r}, high = {high!r}, law = "{q.law}"}}'


def eased(scenario: Scenario, one: Easing) -> Scenario:
    """Return a resolved scenario with overrides on top, under a name of its own.

    Only the daily detail of its runs is kept: no interval of theirs is asked for.

    Parameters
    ----------
    scenario : as a run was sealed with it.
    one : what to ease.

    Raises
    ------
    ScenarioError : the overrides break a rule of scenarios.
    """
    document = scenario.model_dump(mode="json")
    word = one.constraint.replace(" ", "-")
    document["name"] = f"{scenario.name}-{word}-eased"
    document["title"] = f"{scenario.title}, {one.constraint} eased"
    if scenario.name in packaged_names():
        document["description"] = f"Extends {scenario.name}."
    document["campaign"]["detail"] = "daily"
    keys = _put(document, one.sets)
    found = Scenario.from_json(json.dumps(document))
    problems = rule_problems(found, dict.fromkeys(keys, SET_PLACE), document["name"])
    if problems:
        raise ScenarioError(f"easing {one.constraint}: {problems[0]}")
    return found


def _put(document: dict[str, Any], sets: Iterable[str]) -> list[str]:
    """Put overrides into a scenario document; return their keys."""
    keys = []
    for entry in map(parse_set, sets):
        keys.append(entry.key)
        quantities = document["quantities"]
        if entry.key in quantities:
            changed, problem = override(Quantity.model_validate(quantities[entry.key]), entry)
            if problem:
                raise ScenarioError(problem)
            quantities[entry.key] = changed.model_dump(mode="json")
        else:
            section, _, name = entry.key.partition(".")
            document[section][name] = entry.value
    return keys
