"""``twin sensitivity`` as a person uses it: kept, found again, resumed to the same numbers (truth: derived)."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ops_data.columns import TableData
from ops_data.studies import Study
from twin.__main__ import main
from twin.commands.sensitivity import Studies
from twin.design import Design
from twin.run import Job
from twin.scenario import load_scenario
from twin.sensitivity import Effort

UNCERTAIN = ("mining.cycle_h", "tool.bore_m", "cost.mobilisation_jpy", "weather.hs_factor")
SMALL = ("--trajectories", "3", "--top", "2", "--samples", "4", "--replicates", "2", "--seed", "3", "--workers", "1")
OUTCOMES = ("--outcomes", "lifted_wet_t,marine_cost_jpy")


def scenario_file(folder: Path, base: str) -> str:
    """Write a scenario in which all but a few quantities are fixed; return its path."""
    stated = load_scenario(base)
    lines = [f'extends = "{base}"', 'campaign.detail = "daily"']
    for key in stated.ignorance.keys:
        if key not in UNCERTAIN:
            lines.append(f"{key} = {stated.quantities[key].value!r}")
    path = folder / "few.toml"
    path.write_text("\n".join(lines))
    return str(path)


def studies_of(store: Path) -> dict[str, str]:
    """Return method → hash of every sealed study."""
    found = {}
    for path in (store / "studies").glob("[!.]*/manifest.json"):
        document = json.loads(path.read_text())
        found[document["identity"]["method"]] = document["sha256"]
    return found


def document(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["sensitivity", *words, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> str:
    return scenario_file(tmp_path_factory.mktemp("calm"), "calm")


@pytest.fixture(scope="module")
def store(few: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a study of a calm world: no weather, no failures, every replicate the same."""
    place = tmp_path_factory.mktemp("store")
    assert main(["sensitivity", few, *SMALL, *OUTCOMES, "--store", str(place), "--json"]) == 0
    return place


def test_a_calm_world_is_ranked_as_one_expects(few: str, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Derived: a larger tool lifts more, a slower one less; mobilisation is paid once and changes no tonne."""
    told = document(capsys, few, *SMALL, *OUTCOMES, "--store", str(store))
    lifted, cost = told["outcomes"]
    effects = {effect["key"]: effect for effect in lifted["screening"]}
    assert set(effects) == set(UNCERTAIN)
    assert effects["tool.bore_m"]["mu"] == effects["tool.bore_m"]["mu_star"] > 0.0
    assert effects["mining.cycle_h"]["mu"] == -effects["mining.cycle_h"]["mu_star"] < 0.0
    assert effects["cost.mobilisation_jpy"]["mu_star"] == effects["weather.hs_factor"]["mu_star"] == 0.0
    paid = {effect["key"]: effect for effect in cost["screening"]}
    quantity = load_scenario(few).quantities["cost.mobilisation_jpy"]
    assert 0.0 < paid["cost.mobilisation_jpy"]["mu"] < quantity.high - quantity.low
    assert lifted["luck"] == 0.0
    assert (told["quantities"], told["seed"]) == (4, 3)


def test_a_finished_study_is_found_again_and_not_played_again(
    few: str, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuses(_job: Job, _first: int, _last: int) -> dict[str, TableData]:
        raise AssertionError("played again")

    monkeypatch.setattr(Job, "play", refuses)
    before = studies_of(store)
    assert main(["sensitivity", few, *SMALL, *OUTCOMES, "--store", str(store)]) == 0
    assert capsys.readouterr().err.count("was sealed before and is used again") == 2
    assert studies_of(store) == before
    assert set(before) == {"morris", "sobol"}


def test_other_outcomes_need_no_new_screening(few: str, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", few, *SMALL, "--outcomes", "lifted_dry_t,fuel_t[mining]", "--store", str(store)]) == 0
    said = capsys.readouterr()
    assert "few-morris-" in said.err and "was sealed before and is used again" in said.err
    assert "Fuel: mining [t]" in said.out


def test_people_read_ranks_intervals_and_where_it_is_kept(
    few: str, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sensitivity", few, *SMALL, *OUTCOMES, "--store", str(store)]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines()[:-2])) <= 80
    for words in (
        "Mud lifted, wet [t]",
        "total ± 95 %",
        "NOT resolved",
        "by half of its probability",
        "they do not cover the choice",
    ):
        assert words in " ".join(out.split()), words
    assert str(store / "studies") in out


def test_the_table_and_the_picture_are_written_whole(few: str, store: Path, tmp_path: Path) -> None:
    table, picture = tmp_path / "ranking.csv", tmp_path / "ranking.html"
    words = ("--csv", str(table), "--figure", str(picture))
    assert main(["sensitivity", few, *SMALL, *OUTCOMES, "--store", str(store), *words, "--json"]) == 0
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["outcome"] for row in rows] == ["lifted_wet_t"] * 4 + ["marine_cost_jpy[total]"] * 4
    assert {row["key"] for row in rows} == set(UNCERTAIN)
    assert sum(row["total"] != "" for row in rows) == 4  # two quantities share in each outcome
    page = picture.read_text()
    assert page.rstrip().endswith("</html>") and "tool.bore_m" in page
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ranking.csv", "ranking.html"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("calm", "--outcomes", "lifted_wt_t"), "outcome 'lifted_wt_t': no indicator 'lifted_wt_t'; did you mean"),
        (("calm", "--outcomes", "fuel_t[mine]"), "outcome 'fuel_t[mine]': 'fuel_t' has no item 'mine'; did you mean"),
        (("calm", "--samples", "100"), "--samples: '100' found; a power of two is needed"),
        (("calm", "--trajectories", "1"), "--trajectories: '1' found; a whole number from 2 to 1,000 is needed"),
        (("calm", "--csv", "-", "--json"), "--csv -: standard output holds the JSON document"),
        (("calm", "--figure", "-"), "--figure -: a picture goes into a file"),
        (("calm", "--figure", "nowhere/x.html"), "--figure nowhere/x.html: there is no folder nowhere"),
        (("clam",), "scenario 'clam': no packaged scenario has this name; did you mean 'calm'?"),
    ],
)
def test_wrong_words_are_one_line_and_leave_nothing(
    words: Sequence[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sensitivity", *words, "--store", "store"]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"twin: {message}")
    assert [path.name for path in tmp_path.rglob("*") if path.name not in ("store", "catalogue.sqlite")] == []


def test_a_scenario_without_any_uncertain_number_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{key} = {q.value!r}" for key, q in load_scenario("calm").quantities.items() if q.low < q.high]
    (tmp_path / "sure.toml").write_text("\n".join(['extends = "calm"', *lines]))
    assert main(["sensitivity", str(tmp_path / "sure.toml"), "--store", str(tmp_path / "store")]) == 2
    assert "every number is fixed; give one a range (low, high) to rank it" in capsys.readouterr().err


def test_an_interrupted_study_plays_no_case_twice_and_gives_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped twice on the way, on real weather; every case is counted as it is played."""
    scenario = load_scenario(scenario_file(tmp_path, "pilot-2027"))
    rows = np.linspace(0.1, 0.9, 10)[:, None].repeat(2, axis=1)
    design = Design("morris", ("mining.cycle_h", "tool.bore_m"), rows, 5, 3)
    played: list[int] = []

    play = Job.play

    def counted(job: Job, first: int, last: int) -> dict[str, TableData]:
        played.extend(range(first, last + 1))
        return play(job, first, last)

    monkeypatch.setattr(Job, "play", counted)
    labels = [("lifted_wet_t", None)]

    def attempt(store: Path, most: int) -> Study | None:
        begun = len(played)
        studies = Studies(store, scenario, Effort(), labels, 1, lambda: len(played) - begun >= most, True)
        values = studies.evaluate(design)
        return None if values is None else studies.sealed(design)

    assert attempt(tmp_path / "cut", 7) is None
    assert attempt(tmp_path / "cut", 9) is None
    resumed = attempt(tmp_path / "cut", 1_000)
    assert sorted(played) == list(range(30))
    undisturbed = attempt(tmp_path / "whole", 1_000)
    assert resumed is not None and undisturbed is not None
    assert resumed.manifest["sha256"] == undisturbed.manifest["sha256"]


def started(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "twin", "sensitivity", *words]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.heavy
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_command_that_is_cut_goes_on_where_it_was(number: signal.Signals, tmp_path: Path) -> None:
    few = scenario_file(tmp_path, "pilot-2027")
    effort = ("--trajectories", "20", "--top", "2", "--samples", "8", "--replicates", "3", "--workers", "2")
    words = (few, *effort, *OUTCOMES, "--json", "--store")
    cut = started(*words, str(tmp_path / "cut"))
    parts = tmp_path / "cut" / "studies"
    while cut.poll() is None and len(list(parts.glob(".*.partial/parts/*.done.json"))) < 4:
        time.sleep(0.01)
    os.killpg(cut.pid, number)
    _, errors = cut.communicate(timeout=120)
    assert studies_of(tmp_path / "cut") == {}
    if number == signal.SIGINT:
        assert cut.returncode == 130
        assert "campaigns kept; the same command resumes" in errors
    again, undisturbed = started(*words, str(tmp_path / "cut")), started(*words, str(tmp_path / "whole"))
    told = [process.communicate(timeout=300) for process in (again, undisturbed)]
    assert (again.returncode, undisturbed.returncode) == (0, 0)
    assert "campaigns were kept from an interrupted study; playing the others" in told[0][1]
    assert json.loads(told[0][0]) == json.loads(told[1][0])
    assert studies_of(tmp_path / "cut") == studies_of(tmp_path / "whole")
    left = {path.name for path in parts.iterdir() if path.name.startswith(".") and not path.name.endswith(".lock")}
    assert left == set()
