"""What may be asked for through the queue of requests: packaged scenarios, no files, within limits.

Whoever submits a request checks it here, and so does the worker that plays it: a queue may be written by others.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ops_data.errors import ScenarioError, UnknownNameError, UsageError, did_you_mean
from ops_data.jobs import KINDS, RUN
from ops_data.manifest import RunIdentity
from twin.lift_system import check
from twin.run import identity
from twin.scenario import Scenario, load_scenario
from twin.scenario_file import SET_PLACE, packaged_names, parse_set, problem, shown
from twin.supply_case import load_case

FILE_SETTINGS: Final = (
    "resource.cores",
    "weather.record",
    "storms.tracks",
    "environment.current_record",
    "environment.zones",
)
MOST_REPLICATES: Final = 1_000
MOST_DRAWS: Final = 1_000
MOST_SEED: Final = 2**63 - 1
MOST_SETS: Final = 100
LONGEST_SET: Final = 500  # characters
LONGEST_TITLE: Final = 120
UNREADABLE: Final = re.compile("[\ud800-\udfff\ufffd]")  # half a letter, and what stands for one
PLACE: Final = "request"
RUN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}-[0-9a-f]{8}")
ENVIRONMENT: Final = ("environment", "environmental-review")
SUPPLY: Final = ("supply", "supply-statement")


@dataclass(frozen=True)
class CheckedRequest:
    """A request that may be played.

    Attributes
    ----------
    kind : of job.
    request : every key with its value, as JSON values.
    scenario : name of the scenario it is about.
    run_id : the run it gives or rests on.
    """

    kind: str
    request: Mapping[str, Any]
    scenario: str
    run_id: str


def check_request(kind: str, request: Mapping[str, Any]) -> CheckedRequest:
    """Return a request with its defaults filled in.

    Parameters
    ----------
    kind : one of `ops_data.jobs.KINDS`.
    request : keys and values as typed; a run takes scenario, sets, replicates, seed and parameters; what rests on a
        sealed run takes run and sets, and members (environment) or draws and no_scale_up (supply).

    Raises
    ------
    UsageError
        A key that is not known, a value of the wrong kind or out of its range, a setting that names a file.
    ScenarioError
        A setting or number breaks a rule of the scenario or of the supply case.
    """
    if kind not in KINDS:
        raise UsageError(f"{PLACE} of kind '{kind}': not known; {did_you_mean(kind, KINDS)}")
    if kind == RUN:
        filled = _run_values(request)
        return CheckedRequest(kind, filled, filled["scenario"], _identity(check_run_request(filled), filled).run_id)
    filled = _study_values(kind, request)
    run_id: str = filled["run"]
    return CheckedRequest(kind, filled, run_id[:-9], run_id)


def check_run_request(request: Mapping[str, Any]) -> Scenario:
    """Return the scenario of a request of kind ``run``, after every check that needs no campaign."""
    filled = _run_values(request)
    scenario = load_scenario(filled["scenario"], filled["sets"])
    check(scenario)
    return scenario


def run_identity(request: Mapping[str, Any]) -> RunIdentity:
    """Return what a request of kind ``run`` would make: its ``run_id`` tells whether that is sealed already."""
    return _identity(check_run_request(request), _run_values(request))


def check_title(text: str) -> str:
    """Return what a person calls a request, on one line; UsageError when it is too long or no text.

    Examples
    --------
    >>> check_title("  three shuttles,  calm sea ")
    'three shuttles, calm sea'
    """
    if UNREADABLE.search(text):
        rule = "every letter has to be one of Unicode"
        raise UsageError(_line("title", "a broken letter found", rule, "type the title again"))
    title = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(title) > LONGEST_TITLE:
        raise UsageError(_line("title", f"{len(title)} characters found", f"at most {LONGEST_TITLE}", "shorten it"))
    return title


def _identity(scenario: Scenario, filled: Mapping[str, Any]) -> RunIdentity:
    parameters: Literal["fixed", "drawn"] = filled["parameters"]
    return identity(scenario, filled["seed"], filled["replicates"], parameters)


def _run_values(request: Mapping[str, Any]) -> dict[str, Any]:
    given = _known(request, {"scenario": None, "sets": [], "replicates": 200, "seed": 1, "parameters": "drawn"})
    name = given["scenario"]
    if name not in packaged_names():
        remedy = did_you_mean(str(name), packaged_names())
        raise UnknownNameError(_line("scenario", _found(name), "the name of a packaged scenario is needed", remedy))
    if given["parameters"] not in ("fixed", "drawn"):
        raise UsageError(_line("parameters", _found(given["parameters"]), "fixed or drawn is needed", "choose one"))
    _whole(given, "replicates", 1, MOST_REPLICATES)
    _whole(given, "seed", 0, MOST_SEED)
    return {**given, "sets": _sets(given["sets"])}


def _study_values(kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
    own: dict[str, Any] = {"members": None} if kind in ENVIRONMENT else {"draws": None, "no_scale_up": False}
    given = _known(request, {"run": None, "sets": [], **own})
    if not isinstance(given["run"], str) or not RUN_ID.fullmatch(given["run"]):
        rule = "the whole id of a sealed run is needed"
        raise UsageError(_line("run", _found(given["run"]), rule, "take it from the list of runs"))
    sets = _sets(given["sets"])
    if kind in ENVIRONMENT:
        from twin.environment_study import MOST_MEMBERS

        if given["members"] is not None:
            _whole(given, "members", 1, MOST_MEMBERS)
    else:
        if given["draws"] is not None:
            _whole(given, "draws", 1, MOST_DRAWS)
        if not isinstance(given["no_scale_up"], bool):
            raise UsageError(
                _line("no_scale_up", _found(given["no_scale_up"]), "true or false is needed", "choose one")
            )
        load_case(None, sets)
    return {**given, "sets": sets}


def _known(request: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    for name in request:
        if name not in defaults:
            raise UsageError(_line(str(name), "unknown", "keys are fixed", did_you_mean(str(name), defaults)))
    return {**defaults, **request}


def _whole(given: Mapping[str, Any], name: str, least: int, most: int) -> None:
    found = given[name]
    if type(found) is not int or not least <= found <= most:
        rule = f"a whole number from {least} to {most:,} is needed"
        raise UsageError(_line(name, _found(found), rule, f"give for example {min(most, max(least, 200))}"))


def _sets(found: object) -> list[str]:
    """Return ``key=value`` texts after checking that none names a file, or the scenario itself."""
    if not isinstance(found, list | tuple) or not all(isinstance(text, str) for text in found):
        raise UsageError(_line("sets", _found(found), "a list of key=value texts is needed", "give each as a text"))
    if len(found) > MOST_SETS:
        rule = f"at most {MOST_SETS} are taken"
        raise UsageError(_line("sets", f"{len(found)} values found", rule, "make a scenario file and use 'twin run'"))
    for text in found:
        if len(text) > LONGEST_SET:
            rule = f"at most {LONGEST_SET} characters each"
            raise UsageError(_line("sets", f"{len(text)} characters found", rule, "shorten the value"))
        key = parse_set(text).key
        if key in FILE_SETTINGS:
            rule = "a request names no files: others could be read that way"
            raise ScenarioError(problem(SET_PLACE, key, "it names a file", rule, "use 'twin run' on your own machine"))
        if key == "name":
            rule = "a request keeps the name of its scenario"
            raise ScenarioError(problem(SET_PLACE, key, "given", rule, "call the request something instead"))
    return list(found)


def _line(key: str, found: str, rule: str, remedy: str) -> str:
    return problem(PLACE, key, found, rule, remedy)


def _found(value: object) -> str:
    return f"{'none' if value is None else shown(value)} found"
