"""What a person may change when asking where the sediment of a sealed run goes: nothing that changes the campaign."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from ops_data.errors import FailedError, ScenarioError, did_you_mean
from ops_data.manifest import canonical_json
from ops_data.reference import parameters
from twin.environment_rules import environment_problems
from twin.overrides import override
from twin.quantities import Quantity
from twin.scenario import Scenario
from twin.scenario_file import SET_PLACE, Entry, parse_set, problem
from twin.scenario_rules import settings_problems
from twin.settings import Environment

SECTION: Final = "environment"
# Quantities that only plumes depend on: no row of a campaign and no indicator of a run changes with them.
PLUME_ONLY: Final = ("plume.", "current.", "near_field.", "discharge.")


def with_choices(sealed: Mapping[str, Any], run_id: str, sets: Sequence[str]) -> Scenario:
    """Return the scenario of a sealed run with environmental settings and plume quantities of one's own.

    Parameters
    ----------
    sealed : the resolved scenario as the run's manifest holds it.
    run_id : name of the run, for messages.
    sets : ``key=value`` texts, as ``--set`` takes them.

    Raises
    ------
    FailedError
        The run was made by a version that had no environmental settings.
    ScenarioError
        A key that is not known here, or a value that breaks a rule; one line with place, key, value, rule and remedy.
    """
    if SECTION not in sealed:
        raise FailedError(
            f"run '{run_id}': it has no environmental settings, for an older version made it; make the run again"
        )
    missing = sorted(set(parameters()) - set(sealed["quantities"])) or sorted(
        set(Environment.model_fields) - set(sealed[SECTION])
    )
    if missing:
        raise FailedError(
            f"run '{run_id}': it has no value '{missing[0]}', for an older version made it; make the run again"
        )
    tree = dict(sealed)
    for entry in map(parse_set, sets):
        section, _, name = entry.key.partition(".")
        if section == SECTION and name in Environment.model_fields:
            tree[SECTION] = {**tree[SECTION], name: entry.value}
        elif entry.key in tree["quantities"] and entry.key.startswith(PLUME_ONLY):
            quantity = Quantity.model_validate(tree["quantities"][entry.key])
            changed, line = override(quantity, entry)
            if line:
                raise ScenarioError(line)
            tree["quantities"] = {**tree["quantities"], entry.key: changed.model_dump(mode="json")}
        else:
            raise ScenarioError(_not_here(entry, tree))
    scenario = _read(tree, sets)
    broken = environment_problems(scenario)
    if broken:
        keys, found, rule, remedy = broken[0]
        raise ScenarioError(problem(SET_PLACE, keys[0], found, rule, remedy))
    return scenario


def _read(tree: Mapping[str, Any], sets: Sequence[str]) -> Scenario:
    """Return the scenario of a tree of JSON values; ScenarioError for a setting of the wrong kind."""
    places = {parse_set(text).key: SET_PLACE for text in sets}
    try:
        environment = Environment.model_validate(_tuples(tree[SECTION]))
    except ValidationError as error:
        lines = settings_problems(error, {key.removeprefix(f"{SECTION}."): SET_PLACE for key in places}, SET_PLACE)
        raise ScenarioError(lines[0].replace("key '", f"key '{SECTION}.")) from None
    return Scenario.from_json(canonical_json({**tree, SECTION: environment.model_dump(mode="json")}))


def _tuples(section: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in section.items()}


def _not_here(entry: Entry, tree: Mapping[str, Any]) -> str:
    plumes = [key for key in tree["quantities"] if key.startswith(PLUME_ONLY)]
    known = [*(f"{SECTION}.{name}" for name in Environment.model_fields), *plumes]
    section = entry.key.partition(".")[0]
    if entry.key in tree["quantities"] or (section in tree and section != SECTION):
        rule = "a sealed run keeps its campaign: only environmental settings and plume quantities change here"
        return problem(SET_PLACE, entry.key, "it is a value of the campaign", rule, "make another run with it")
    return problem(SET_PLACE, entry.key, "unknown", "keys are fixed", did_you_mean(entry.key, known))
