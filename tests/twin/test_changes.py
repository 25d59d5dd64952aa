"""What a run changes is told wherever the run is named (truth: derived from the scenarios that are compared)."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from ops_data.store import open_store
from twin.__main__ import main
from twin.changes import changed, words_for
from twin.commands.parser import parse
from twin.commands.summary import _cells
from twin.indicators.summary import Spread
from twin.scenario import Scenario, load_scenario

SHORT = ("--replicates", "1", "--workers", "1")
OWN_FILE = """
extends = "pilot-2027"
[shuttles]
count = 3
[campaign]
target_by = [2027-02-20]
[mining]
cycle_h = { value = 1.5, low = 1.2, high = 2.0, event_low = 1.4, event_high = 1.7 }
"""


def sealed(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as a manifest holds it."""
    found: dict[str, Any] = json.loads(scenario.to_json())
    return found


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command; return what it prints, lines joined."""
    capsys.readouterr()
    assert main(words) == 0
    return " ".join(capsys.readouterr().out.split())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with the calm scenario as packaged, and with two values of one's own."""
    place = str(tmp_path_factory.mktemp("store"))
    assert main(["run", "calm", *SHORT, "--json", "--store", place]) == 0
    sets = ("--set", "mining.cycle_h=1.5", "--set", "campaign.mass_basis=dry")
    assert main(["run", "calm", *SHORT, *sets, "--json", "--store", place]) == 0
    return place


@pytest.mark.parametrize("name", ["pilot-2027", "calm", "connection-test-2026", "scale-up-3500"])
def test_a_packaged_scenario_changes_nothing(name: str) -> None:
    assert changed(sealed(load_scenario(name))) == []
    assert words_for(sealed(load_scenario(name))) == name


def test_what_only_follows_from_a_choice_is_not_told() -> None:
    """The ship brings another hold; the person chose the ship."""
    sets = ["shuttles.vessel=shuttle-20000", "island.slurry_tank_m3=40000"]
    found = changed(sealed(load_scenario("pilot-2027", sets)))
    assert found == ["shuttles.vessel = shuttle-20000", "island.slurry_tank_m3 = 40000 m3"]


def test_central_values_are_one_change_though_every_event_law_ends() -> None:
    assert changed(sealed(load_scenario("pilot-2027", ["campaign.variability=central"]))) == [
        "campaign.variability = central"
    ]


def test_a_file_of_ones_own_is_compared_with_what_it_extends(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN_FILE)
    found = sealed(load_scenario(str(file)))
    assert changed(found) == [
        "campaign.target_by = [2027-02-20]",
        "shuttles.count = 3",
        "mining.cycle_h = 1.5 h (1.2 to 2)",
    ]
    file.write_text('description = "Mine."\n' + OWN_FILE)
    unknown = sealed(load_scenario(str(file)))
    assert (changed(unknown), words_for(unknown)) == ([], None)


@pytest.mark.parametrize(
    "sets", [[], ["limits.mining_hs_m=3.0"], ["campaign.start=2027-01-09T09:00:00+09:00", "failures.enabled=false"]]
)
def test_the_command_for_the_numbers_gives_the_numbers_of_the_run(sets: list[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN_FILE)
    run = load_scenario(str(file), sets)
    words = words_for(sealed(run))
    assert words is not None
    options = parse(["parameters", *shlex.split(words)])
    again = load_scenario(options.scenario, options.sets)
    plain = {"source", "origin", "confidence", "note"}
    assert {key: one.model_dump(exclude=plain) for key, one in again.quantities.items()} == {
        key: one.model_dump(exclude=plain) for key, one in run.quantities.items()
    }
    assert (again.campaign, again.shuttles, again.failures) == (run.campaign, run.shuttles, run.failures)


def test_the_summary_the_list_and_a_comparison_tell_the_changes(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    plain, other = (row.run_id for row in sorted(open_store(store).runs(), key=lambda row: row.mass_basis == "dry"))
    changes = "campaign.mass_basis = dry, mining.cycle_h = 1.5 h"
    text = said(capsys, "show", other, "--store", store)
    assert f"Changed against the packaged calm: {changes} - Lifted" in text
    assert "twin parameters calm --set campaign.mass_basis=dry --set mining.cycle_h=1.5 every number" in text
    assert "Changed" not in said(capsys, "show", plain, "--store", store)
    assert said(capsys, "runs", "--store", store).endswith(
        f"Changed against the packaged scenario: - {other}: {changes}"
    )
    assert f"{other}: changed {changes}." in said(capsys, "compare", plain, other, "--store", store)
    listed = json.loads(said(capsys, "runs", "--json", "--store", store))["runs"]
    assert {row["run_id"]: row["changed"] for row in listed} == {plain: [], other: changes.split(", ")}


def test_a_run_repeats_the_path_and_the_overrides_as_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "my plans" / "mine.toml"
    file.parent.mkdir()
    file.write_text('extends = "calm"\n')
    text = said(capsys, "run", str(file), *SHORT, "--set", "mining.cycle_h=1.50", "--store", str(tmp_path / "runs"))
    assert f"twin parameters '{file}' --set mining.cycle_h=1.50 every number" in text


def test_central_values_are_not_called_drawn(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "show", "calm", "--store", store)
    assert "1 replicate, seed 1, central values, target read as " in text
    assert not re.search("drawn|probability", text)


def test_a_cost_without_mud_and_a_day_that_never_comes_have_words_of_their_own() -> None:
    inf = float("inf")
    assert _cells(Spread("cost_per_dry_t_jpy", "", "", inf, inf, inf, "JPY/t")) == ("no mud", "no mud", "no mud", "")
    assert _cells(Spread("cost_per_dry_t_jpy", "", "", 3e6, 2e6, inf, "JPY/t")) == ("2", "3", "no mud", "million JPY/t")
    assert _cells(Spread("first_mud_day", "", "", inf, 40.0, inf, "d")) == ("40", "never", "never", "d")
