"""What the queue takes: packaged scenarios, no files, within limits (truth: derived, from the settings themselves)."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from ops_data.errors import ScenarioError, UnknownNameError, UsageError
from ops_data.jobs import KINDS
from twin.request_rules import (
    FILE_SETTINGS,
    LONGEST_TITLE,
    MOST_SETS,
    CheckedRequest,
    check_request,
    check_run_request,
    check_title,
    run_identity,
)
from twin.run import identity
from twin.scenario import Scenario, load_scenario
from twin.scenario_file import HEADINGS
from twin.supply_settings import Supply

FLEET = ("mining.vessel", "shuttles.vessel", "carriers.vessel")  # rows of the packaged table of vessels


def test_every_setting_of_free_text_is_a_heading_a_row_of_a_table_or_refused() -> None:
    sections = {name: field.annotation for name, field in Scenario.model_fields.items()}
    free = {
        f"{name}.{key}"
        for name, section in sections.items()
        if isinstance(section, type) and issubclass(section, BaseModel)
        for key, field in section.model_fields.items()
        if field.annotation is str
    }
    assert free == {*FLEET, *FILE_SETTINGS}
    assert {name for name, kind in sections.items() if kind is str} == set(HEADINGS)
    assert not [key for key, field in Supply.model_fields.items() if field.annotation is str]


def test_a_run_gets_its_defaults_and_the_identity_that_the_command_gives_it() -> None:
    found = check_request("run", {"scenario": "calm", "sets": ["shuttles.count=3"], "replicates": 20})
    filled = {"scenario": "calm", "sets": ["shuttles.count=3"], "replicates": 20, "seed": 1, "parameters": "drawn"}
    who = identity(load_scenario("calm", ["shuttles.count=3"]), 1, 20, "drawn")
    assert found == CheckedRequest("run", filled, "calm", who.run_id)
    assert check_request("run", found.request) == found
    assert run_identity(found.request) == who
    assert check_run_request(found.request).shuttles.count == 3


@pytest.mark.parametrize(
    ("kind", "request_", "filled"),
    [
        ("environment", {}, {"sets": [], "members": None}),
        ("environmental-review", {"members": 200}, {"sets": [], "members": 200}),
        ("supply", {"draws": 1000}, {"sets": [], "draws": 1000, "no_scale_up": False}),
        (
            "supply-statement",
            {"sets": ["finance.jpy_per_usd=140"], "no_scale_up": True},
            {"sets": ["finance.jpy_per_usd=140"], "draws": None, "no_scale_up": True},
        ),
    ],
)
def test_what_rests_on_a_run_names_it_whole(kind: str, request_: Mapping[str, Any], filled: Mapping[str, Any]) -> None:
    found = check_request(kind, {"run": "storm-season-0a1b2c3d", **request_})
    run = {"run": "storm-season-0a1b2c3d"}
    assert found == CheckedRequest(kind, {**run, **filled}, "storm-season", "storm-season-0a1b2c3d")


@pytest.mark.parametrize("key", FILE_SETTINGS)
@pytest.mark.parametrize("text", ['{}="/etc/hostname"', " {} = mine.csv", "{}=north-pacific"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_request_names_a_file(kind: str, key: str, text: str) -> None:
    place = {"scenario": "calm"} if kind == "run" else {"run": "calm-00000000"}
    with pytest.raises(ScenarioError) as caught:
        check_request(kind, {**place, "sets": [text.format(key)]})
    assert str(caught.value) == (
        f"--set: key '{key}': it names a file; a request names no files: others could be read that way; "
        "use 'twin run' on your own machine"
    )


@pytest.mark.parametrize("name", ["./mine.toml", "mine.toml", "../calm", "/etc/calm.toml", "", None, ["calm"], 7])
def test_only_packaged_scenarios_are_taken(name: object) -> None:
    with pytest.raises(UnknownNameError, match=r"^request: key 'scenario': .* a packaged scenario is needed"):
        check_request("run", {"scenario": name})


@pytest.mark.parametrize(
    ("kind", "request_", "message"),
    [
        ("runs", {}, "request of kind 'runs': not known; did you mean 'run'?"),
        ("run", {"sed": 3}, "request: key 'sed': unknown; keys are fixed; did you mean 'seed'?"),
        ("run", {"replicates": 0}, "request: key 'replicates': 0 found; a whole number from 1 to 1,000 is needed;"),
        ("run", {"replicates": 1001}, "request: key 'replicates': 1001 found; a whole number from 1 to 1,000"),
        ("run", {"replicates": True}, "request: key 'replicates': true found; a whole number"),
        ("run", {"replicates": "20"}, "request: key 'replicates': \"20\" found; a whole number"),
        ("run", {"seed": -1}, "request: key 'seed': -1 found; a whole number from 0 to"),
        ("run", {"seed": 2**63}, "request: key 'seed': 9223372036854775808 found; a whole number"),
        ("run", {"seed": 1.0}, "request: key 'seed': 1 found; a whole number"),
        ("run", {"parameters": "free"}, "request: key 'parameters': \"free\" found; fixed or drawn is needed"),
        ("run", {"sets": "a=1"}, "request: key 'sets': \"a=1\" found; a list of key=value texts is needed"),
        ("run", {"sets": [1]}, "request: key 'sets': [1] found; a list of key=value texts is needed"),
        ("run", {"sets": ["seed=1"] * (MOST_SETS + 1)}, "request: key 'sets': 101 values found; at most 100"),
        ("run", {"sets": ["title=" + "x" * 500]}, "request: key 'sets': 506 characters found; at most 500"),
        ("run", {"sets": ["name=other"]}, "--set: key 'name': given; a request keeps the name of its scenario"),
        ("run", {"sets": ["shuttles.count=-1"]}, "--set: key 'shuttles.count': "),
        ("run", {"sets": ["shuttle.cuont=1"]}, "--set: "),
        ("run", {"sets": ['weather={record="x"}']}, "--set: key 'weather': no table; a section holds keys"),
        ("environment", {}, "request: key 'run': none found; the whole id of a sealed run is needed"),
        ("environment", {"run": "latest"}, "request: key 'run': \"latest\" found; the whole id"),
        ("environment", {"run": "../calm-00000000"}, "request: key 'run': \"../calm-00000000\" found; the whole id"),
        ("environment", {"run": "calm-00000000", "members": 0}, "request: key 'members': 0 found; a whole number"),
        ("environment", {"run": "calm-00000000", "draws": 1}, "request: key 'draws': unknown; keys are fixed"),
        ("supply", {"run": "calm-00000000", "draws": 1001}, "request: key 'draws': 1001 found; a whole number"),
        ("supply", {"run": "calm-00000000", "no_scale_up": 1}, "request: key 'no_scale_up': 1 found; true or false"),
        ("supply", {"run": "calm-00000000", "sets": ["supply.rule=x"]}, "--set: key 'supply.rule': unknown"),
    ],
)
def test_what_breaks_a_rule_is_told_in_one_line(kind: str, request_: Mapping[str, Any], message: str) -> None:
    place = {"scenario": "pilot-2027"} if kind == "run" else {}
    with pytest.raises(UsageError) as caught:
        check_request(kind, {**place, **request_})
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_lift_that_cannot_work_is_refused_before_it_is_played() -> None:
    with pytest.raises(ScenarioError, match="scenario 'pilot-2027', at its stated values: "):
        check_request("run", {"scenario": "pilot-2027", "sets": ["riser.flow_m3_h=10"]})


def test_a_title_is_one_line_and_not_long() -> None:
    assert check_title(" 三隻の\tシャトル\r\n<b>\x00 ") == "三隻の シャトル <b>"
    assert check_title("x" * LONGEST_TITLE) == "x" * LONGEST_TITLE
    with pytest.raises(UsageError, match="request: key 'title': 121 characters found; at most 120; shorten it"):
        check_title("x" * (LONGEST_TITLE + 1))
    for broken in ("a\ud800b", "a\ufffdb"):
        with pytest.raises(UsageError, match="request: key 'title': a broken letter found"):
            check_title(broken)
