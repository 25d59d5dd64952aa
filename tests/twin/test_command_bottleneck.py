"""``twin bottleneck`` as a person uses it (truth: derived; what stands in the tables it was made from)."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import twin.run
from ops_data.sealed import verify
from ops_data.store import open_store
from twin.__main__ import main

REPLICATES = 3
ALL = "all together"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with one run of the pilot that its reruns follow."""
    place = str(tmp_path_factory.mktemp("store"))
    assert (
        main(["run", "pilot-2027", "--replicates", str(REPLICATES), "--workers", "1", "--json", "--store", place]) == 0
    )
    return place


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with one run of the calm campaign, one shuttle that sails for long."""
    place = str(tmp_path_factory.mktemp("calm"))
    sets = ("--set", "shuttles.count=1", "--set", "shuttle.sail_h=300")
    assert main(["run", "calm", *sets, "--replicates", "2", "--workers", "1", "--json", "--store", place]) == 0
    return place


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    """Run the command in this process; return both streams."""
    capsys.readouterr()
    assert main(["bottleneck", *words]) == code
    return capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Run the command with --json; return the one document it prints."""
    return json.loads(said(capsys, *words, "--json", "--workers", "1")[0])


def folders(place: str) -> list[str]:
    return sorted(path.name for path in Path(place).iterdir() if path.is_dir())


def test_the_days_of_a_run_and_the_gains_of_its_reruns_fit_its_tables(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, "pilot-2027", "--store", store)
    run = open_store(store).open(found["run_id"])
    daily = run.table("daily")
    lifted = daily[daily["name"] == "lifted_wet_t"].groupby("date", observed=True)["value"].mean()
    assert {day["date"]: day["lifted_t"] for day in found["days"]} == pytest.approx(dict(lifted))
    assert [sum(day["share_bound"].values()) for day in found["days"]] == pytest.approx([1.0] * 123)
    assert sum(one["days"] for one in found["summary"]) == pytest.approx(123.0)
    outcomes = {one["constraint"]: one for one in found["gains"]}
    before = run.table("outcomes")
    for one in (outcomes["weather"], outcomes[ALL]):
        after = open_store(store).open(one["run_id"]).table("outcomes")
        means = [rows[rows["name"] == "lifted_wet_t"]["value"].mean() for rows in (before, after)]
        assert one["gain_t"]["pairs"] == REPLICATES
        assert one["gain_t"]["mean"] == pytest.approx(means[1] - means[0])
        by_day = [day["gain_t"][one["constraint"]] for day in found["days"]]
        assert sum(by_day) == pytest.approx(one["gain_t"]["mean"])
    assert found["gains"][-1]["constraint"] == ALL


def test_reruns_are_sealed_linked_to_the_run_and_used_again(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = told(capsys, "pilot-2027", "--store", store)
    kept = folders(store)
    assert told(capsys, "pilot-2027", "--store", store) == first
    assert folders(store) == kept
    for one in first["gains"]:
        rerun = open_store(store).open(one["run_id"])
        assert rerun.manifest.linked == (first["run_id"],)
        assert verify(rerun) == []
        assert rerun.manifest.identity.seed == first["seed"]


def test_the_latest_run_is_not_one_of_its_reruns(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = told(capsys, "pilot-2027", "--store", store)
    assert told(capsys, "latest", "--replicates", "0", "--store", store)["run_id"] == first["run_id"]


def test_a_campaign_with_one_slow_shuttle_names_it_and_gains_most_of_all_by_more_of_them(
    calm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, "calm", "--store", calm)
    assert max(found["summary"][:-1], key=lambda one: one["days"])["bound_by"] == "shuttle"
    gains = {one["constraint"]: one["gain_t"] for one in found["gains"]}
    assert min(gain["mean"] for gain in gains.values()) >= 0.0
    assert {gain["standard_error"] for gain in gains.values()} == {0.0}
    alone = {name: gain["mean"] for name, gain in gains.items() if name != ALL}
    assert max(alone, key=lambda name: alone[name]) == "shuttle"
    assert gains[ALL]["mean"] > alone["shuttle"]
    assert not {"weather", "storm", "failure", "emergency", "bunkering"} & set(gains)


def test_without_reruns_only_the_days_are_told(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "pilot-2027", "--replicates", "0", "--store", store)
    assert (found["gains"], found["replicates"]) == ([], REPLICATES)
    text, _ = said(capsys, "pilot-2027", "--replicates", "0", "--store", store)
    assert "Day by day" in text
    assert "easing" not in text


def test_the_text_is_plain_and_80_letters_wide(
    store: str, calm: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for place, name in ((store, "pilot-2027"), (calm, "calm")):
        text, _ = said(capsys, name, "--store", place)
        prose = [line for line in text.splitlines() if place not in line]
        assert [line for line in prose if len(line) > 80 or line != line.rstrip()] == []
        assert "…" not in text
        for words in ("Days by what binds them", "Day by day", "What easing one constraint gives", "do not add up"):
            assert words in text
        assert ('lift.system = "stated"' in text) == (name == "calm")


def test_every_day_is_written_as_csv(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "days.csv"
    _, notes = said(capsys, "pilot-2027", "--csv", str(file), "--store", store)
    assert f"twin: csv written to {file}" in notes
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    found = told(capsys, "pilot-2027", "--store", store)
    assert [row["date"] for row in rows] == [day["date"] for day in found["days"]]
    for row, day in zip(rows, found["days"], strict=True):
        assert float(row["share_tool_cycle"]) == day["share_bound"].get("tool cycle", 0.0)
        assert float(row["short_campaign_over_t"]) == day["short_t"].get("campaign over", 0.0)
        assert float(row["gain_all_together_t"]) == day["gain_t"][ALL]
    streamed, notes = said(capsys, "pilot-2027", "--csv", "-", "--store", store)
    assert (streamed, notes) == (file.read_text(encoding="utf-8"), "")


def test_a_picture_is_written_that_needs_nothing_but_a_browser(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "picture.html"
    said(capsys, "pilot-2027", "--figure", str(file), "--store", store)
    text = file.read_text(encoding="utf-8")
    assert "Share of replicates bound by each constraint" in text
    assert not re.search(r"<script[^>]* src=", text)


def test_a_run_made_by_another_version_is_played_anew_for_its_pairs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(tmp_path)
    with monkeypatch.context() as older:
        older.setattr(twin.run, "code_sha256", lambda: "0" * 64)
        assert main(["run", "calm", "--replicates", "2", "--workers", "1", "--json", "--store", place]) == 0
    capsys.readouterr()
    text, notes = said(capsys, "calm", "--store", place)
    assert "was made by another version or with other data; reruns need this one" in notes
    assert "rerun before the others: nothing eased" in notes
    assert "Paired reruns of 2 replicates" in text
    assert [name for name in folders(place) if name.startswith("calm-nothing-eased-")]
    assert said(capsys, "calm", "--store", place)[0] == text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--replicates", "4"), r"--replicates 4: a rerun is paired with the run's own replicates, and it has 3; give"),
        (("--figure", "-"), r"--figure -: a picture goes into a file; name one"),
        (("--csv", "-", "--json"), r"--csv -: standard output holds the JSON document already; name a file"),
        (("--csv", "no-such-folder/days.csv"), r"--csv no-such-folder/days.csv: there is no folder no-such-folder"),
        (("--workers", "0"), r"--workers: '0' found; a whole number from 1"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    words: tuple[str, ...], message: str, store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, errors = said(capsys, "pilot-2027", *words, "--store", store, code=2)
    assert re.match(f"twin: {message}", errors)
    assert errors.count("\n") == 1


def test_a_run_without_intervals_is_refused_with_the_command_that_makes_them(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rerun = told(capsys, "pilot-2027", "--store", store)["gains"][0]["run_id"]
    _, errors = said(capsys, rerun, "--store", store, code=2)
    assert "it was kept with detail 'daily', and what held a day back is read from intervals; play it again" in errors
    assert f"--set campaign.detail=intervals --replicates {REPLICATES} --seed 1 --parameters drawn" in errors


def test_a_run_of_an_older_version_without_todays_parameters_is_refused(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ops_data import reference

    newer = reference.parameters() | {"dredge.depth_m": reference.parameters()["tool.bore_m"]}
    monkeypatch.setattr(reference, "parameters", lambda: newer)
    _, errors = said(capsys, "pilot-2027", "--store", store, code=1)
    assert "an older version made it, without dredge.depth_m, and this one plays with it; make the run again" in errors


def test_an_unknown_run_is_refused(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, errors = said(capsys, "pilot-2028", "--store", store, code=2)
    assert errors.startswith("twin: run 'pilot-2028': not in store")


@pytest.mark.heavy
def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path)
    assert main(["run", "pilot-2027", "--replicates", "12", "--json", "--store", place]) == 0
    words = ("bottleneck", "pilot-2027", "--workers", "1", "--store", place)
    process = subprocess.Popen([sys.executable, "-m", "twin", *words, "--json"], stdout=-1, stderr=-1, text=True)
    wait_until(lambda: len(folders(place)) >= 3, process)
    os.kill(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, output) == (130, "")
    match = re.search(r"interrupted: (\d+) of \d+ reruns are whole; the same command goes on", errors)
    assert match is not None
    kept = [name for name in folders(place) if not name.startswith(".")]
    assert len(kept) == 1 + int(match[1])
    capsys.readouterr()
    found = told(capsys, "pilot-2027", "--store", place)
    assert {one["run_id"] for one in found["gains"]} >= set(kept) - {found["run_id"]}
    assert not [name for name in folders(place) if name.endswith(".partial")]


def wait_until(done: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something has happened, or the process has ended."""
    while process.poll() is None and not done():
        time.sleep(0.01)
