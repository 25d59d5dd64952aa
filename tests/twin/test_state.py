"""States as files (truth: the uncut run that a state was cut out of)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ops_data.errors import FailedError, UsageError
from ops_data.manifest import canonical_json, json_sha256
from ops_data.sealed import Run
from ops_data.store import open_store
from twin.__main__ import main
from twin.commands.state import kept_begins
from twin.operations.campaign import simulate
from twin.state import CampaignState, cut, from_document, read_state, to_document, to_text

DAY_S = 86_400


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    store = tmp_path_factory.mktemp("state") / "runs"
    assert main(["run", "pilot-2027", "--replicates", "3", "--workers", "1", "--store", str(store)]) == 0
    return open_store(store).open("latest")


def cut_of(run: Run, replicate: int, time_s: int) -> CampaignState:
    """Cut a state out of a run as the command does."""
    return cut(run.manifest, replicate, time_s, lambda: kept_begins(run, replicate, time_s))


@pytest.fixture(scope="module")
def found(run: Run) -> CampaignState:
    return cut_of(run, 1, 1_801_500_000)


def test_a_run_that_goes_on_from_a_file_is_the_uncut_run(run: Run, tmp_path: Path) -> None:
    """The same streams give the same rows, lots and end to the last number."""
    for replicate, days in ((0, 9), (1, 37), (2, 64)):
        scenario = cut_of(run, replicate, 1_801_000_000).scenario
        time_s = scenario.start_s + days * DAY_S + 12_345
        path = tmp_path / f"{replicate}.json"
        path.write_text(to_text(cut_of(run, replicate, time_s)), encoding="utf-8")
        back = read_state(path)
        who = run.manifest.identity
        whole = simulate(scenario, who.seed, replicate)
        rest = simulate(back.scenario, back.seed, back.replicate, parameters=back.parameters, start=back.state)
        for name, rows in whole.rows.items():
            np.testing.assert_array_equal(rest.rows[name], rows[len(rows) - len(rest.rows[name]) :])
            assert (rows[: len(rows) - len(rest.rows[name]), 2] <= time_s).all()
        assert rest.lots == whole.lots[len(whole.lots) - len(rest.lots) :]
        assert rest.state == whole.state


def test_a_state_survives_the_file_unchanged(found: CampaignState, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(to_text(found), encoding="utf-8")
    assert read_state(path) == found
    assert (found.origin, found.replicate) == ("simulated", 1)
    assert found.standings()[0].name == "chikyu"


def changed(found: CampaignState, **keys: Any) -> dict[str, Any]:
    """Return a state's document with other values, its hash made to fit."""
    body = {key: value for key, value in {**to_document(found), **keys}.items() if key != "sha256"}
    return {**body, "sha256": json_sha256(body)}


def test_a_file_that_is_not_a_state_of_this_software_is_refused_in_words(found: CampaignState, tmp_path: Path) -> None:
    for document, said in (
        ([], "it is not a state of a campaign"),
        ({"kind": "run"}, "it is not a state of a campaign"),
        (changed(found, format=9), "key 'format' is 9, this version reads 1"),
        ({**to_document(found), "seed": 5}, "its own SHA-256 does not fit, so it was changed"),
        (changed(found, software="0.0.1+code.abc"), "another version of the software wrote it"),
    ):
        with pytest.raises(FailedError, match=r"^here: ") as error:
            from_document(json.loads(json.dumps(document)), "here")
        assert said in str(error.value)
        assert "make the file again with 'twin state'" in str(error.value)
    path = tmp_path / "broken.json"
    path.write_text(to_text(found)[:500], encoding="utf-8")
    with pytest.raises(FailedError, match="it is not JSON"):
        read_state(path)
    with pytest.raises(FailedError, match="no-file"):
        read_state(tmp_path / "no-file.json")


def test_a_time_or_replicate_outside_the_run_is_refused(run: Run) -> None:
    with pytest.raises(UsageError, match=r"--replicate 3: run '.*' holds 0 to 2; choose one of them"):
        cut_of(run, 3, 1_801_500_000)
    with pytest.raises(UsageError, match=r"--at 1970-01-01T00:00:00Z: the campaign of run '.*' lasts from 2027-01-08"):
        cut_of(run, 0, 0)


def test_a_run_of_another_version_is_met_again_only_if_it_gives_the_same_rows(run: Run) -> None:
    older = replace(run.manifest, identity=replace(run.manifest.identity, code_version="0.0.1+code.older"))
    assert cut_of(replace(run, manifest=older), 0, 1_801_500_000).state == cut_of(run, 0, 1_801_500_000).state
    moved = replace(older, identity=replace(older.identity, seed=2))
    with pytest.raises(FailedError, match="another version of the software or of the weather records made it"):
        cut_of(replace(run, manifest=moved), 0, 1_801_500_000)


def test_the_command_tells_people_and_programs_the_same(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["state", "latest", "--at", "2027-02-20T12:00:00+09:00", "--store", str(run.folder.parent)]
    capsys.readouterr()
    assert main([*words, "--json", "--out", str(tmp_path / "now.json")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["at_utc"], told["at_jst"]) == ("2027-02-20T03:00:00Z", "2027-02-20T12:00:00+09:00")
    vessel = told["assets"][0]
    assert vessel["name"] == "chikyu" and vessel["age_s"] >= 0
    assert read_state(tmp_path / "now.json").run_id == told["run"] == run.run_id
    assert main(words) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert vessel["activity"] in shown and f"{vessel['holes']:,} holes used up" in shown
    assert main([*words, "--out", "-"]) == 0
    assert canonical_json(json.loads(capsys.readouterr().out)) == (tmp_path / "now.json").read_text().strip()
    for bad, said in (
        ("2027-02-20T12:00:00", "an instant says its zone; write 2027-02-20T12:00:00+09:00 for Japan"),
        ("yesterday", "an instant is needed; give for example 2027-02-10T06:00:00+09:00"),
    ):
        assert main(["state", "latest", "--at", bad, "--store", str(run.folder.parent)]) == 2
        assert said in capsys.readouterr().err


def test_a_day_begins_at_midnight_in_japan(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["state", "latest", "--at", "2027-02-20", "--store", str(run.folder.parent), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["at_jst"] == "2027-02-20T00:00:00+09:00"
