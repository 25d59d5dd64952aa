"""``twin rehearse``, ``state``, ``calibrate`` and ``forecast`` as typed (truth: the hidden campaign; by hand)."""

import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops_data.ingest.log_book import entries
from ops_data.ingest.sealing import all_readings
from twin.__main__ import main
from twin.operations import codes as c
from twin.rehearsal.truth import Truth, known
from twin.scenario import load_scenario

NAME = "pilot-2027"
AT = "2027-02-05T00:00:00Z"  # 28 days after the start, the end of a rehearsed day
AT_S = 1_801_785_600
ISSUED = "2027-02-05T01:00:00Z"
SMALL = ("--days", "10", "--members", "6", "--workers", "1")


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A campaign told for 40 days, with forecasts of 6 members for 10 days every 14 days."""
    folder = tmp_path_factory.mktemp("rehearsed") / "store"
    words = ["rehearse", NAME, "--store", str(folder), "--days", "40", "--every", "14", "--horizon", "10"]
    assert main([*words, "--members", "6", "--workers", "1", "--json"]) == 0
    yield folder


def test_a_rehearsal_tells_loop_and_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--store", str(tmp_path / "s")]
    words = [
        "rehearse",
        NAME,
        *where,
        "--days",
        "31",
        "--every",
        "28",
        "--horizon",
        "2",
        "--members",
        "4",
        "--workers",
        "1",
    ]
    assert main([*words, "--imperfections", "late,duplicate,correction", "--json"]) == 0
    found = told(capsys)
    assert found["told"]["refused"] == 0 and found["told"]["files"] > 90
    assert len(found["forecasts"]) == 2
    assert {one["values"] for one in found["scores"]} == {"calibrated", "planned"}
    keys = {one["key"] for one in found["believed"]}
    assert {"mining.shift_h", "string.run_joint_h"} <= keys
    assert main(words) == 2
    assert "its log book holds a campaign already" in capsys.readouterr().err


def test_many_rehearsals_tell_coverage_and_gain(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["rehearse", "calm", "--set", 'campaign.variability="drawn"', "--times", "4", "--members", "8"]
    words += ["--horizon", "7", "--workers", "1"]
    assert main([*words, "--json"]) == 0
    found = told(capsys)
    assert found["rehearsals"] == 4
    (whole,) = [one for one in found["held"] if one["key"] == "all"]
    assert whole["inside"] / whole["count"] > 0.7
    gains = {(one["which"], one["series"], one["lead_d"]): one["gain"] for one in found["gained"]}
    assert gains["all", "lifted_dry_t", 7] > 0.3
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "4 hidden campaigns rehearsed" in said and "truth in 90 % range" in said


def test_the_state_of_the_log_is_told_with_its_age(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["state", "--store", str(store), "--at", AT, "--json"]) == 0
    found = told(capsys)
    assert (found["origin"], found["at_utc"], found["stale_s"]) == ("measured", AT, 0)
    assert set(found["log_reaches_utc"]) == {"chikyu", "shuttle-1", "shuttle-2", "island", "carrier-1"}
    truth = Truth.drawn(load_scenario(NAME), 1)
    told_assets = {one["name"]: one for one in found["assets"]}
    for name, rows in known(truth, AT_S).rows.items():
        code = int(rows[-1, c.R_CODE])
        words = (
            c.ACTIVITIES[code % 256],
            c.STATES[code % c.CAUSE_UNIT // c.STATE_UNIT],
            c.CAUSES[code // c.CAUSE_UNIT],
        )
        vessel = told_assets[name]
        assert (vessel["activity"], vessel["state"], vessel["cause"]) == words
        assert vessel["age_s"] >= AT_S - rows[-1, c.R_START]
    late = "2027-02-19T12:00:00Z"  # the log ends 2027-02-17
    assert main(["state", "--store", str(store), "--at", late, "--json"]) == 0
    found = told(capsys)
    assert found["at_utc"] == "2027-02-17T00:00:00Z" and found["stale_s"] == 60 * 3600
    assert main(["state", "--store", str(store), "--at", late]) == 0
    assert "the log ends here, 2.5 d before the instant asked for" in " ".join(capsys.readouterr().out.split())


def test_a_measured_state_can_be_written_and_read(store: Path, tmp_path: Path) -> None:
    from twin.state import read_state

    file = tmp_path / "now.json"
    assert main(["state", "--store", str(store), "--at", AT, "--replicate", "3", "--out", str(file)]) == 0
    found = read_state(file)
    assert (found.origin, found.replicate, found.state.time_s) == ("measured", 3, AT_S)


def test_a_calibrated_scenario_names_its_data_and_plays(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "calibrated.toml"
    words = ["calibrate", "--store", str(store), "--at", AT, "--members", "200"]
    assert main([*words, "--out", str(file)]) == 0
    said = capsys.readouterr().out
    assert "calibrated with the log up to" in said and "Not identified; as planned" in said
    scenario = load_scenario(str(file))
    learnt = scenario.quantities["mining.shift_h"]
    assert learnt.source.startswith("calibrated from ") and "log until 2027-02-05T00:00:00Z" in learnt.source
    truth = Truth.drawn(load_scenario(NAME), 1).values["mining.shift_h"]
    assert abs(learnt.value - truth) < abs(load_scenario(NAME).quantities["mining.shift_h"].value - truth)
    assert main(["run", str(file), "--replicates", "2", "--store", str(tmp_path / "s"), "--workers", "1"]) == 0
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    again = told(capsys)
    assert {one["key"] for one in again["numbers"] if one["identified"]} >= {"mining.shift_h", "string.run_joint_h"}


def forecast(store: Path, *more: str) -> list[str]:
    return ["forecast", "--store", str(store), "--from", AT, *SMALL, *more]


def test_the_same_forecast_is_made_once_and_told_as_text_json_and_csv(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(forecast(store, "--values", "planned", "--json", "--total-t", "100")) == 0
    first = told(capsys)
    assert first["origin_utc"] == AT and first["values"] == "planned" and first["calibration"] == ""
    assert [one["lead_d"] for one in first["days"]] == list(range(11))
    last = first["days"][-1]
    assert last["lifted_dry_t"]["p10"] <= last["lifted_dry_t"]["p50"] <= last["lifted_dry_t"]["p90"]
    assert 0.0 <= last["target_reached"] <= 1.0 and 0.0 <= last["total_reached"] <= 1.0
    sealed = store / "artefacts" / first["forecast"] / "manifest.json"
    stamp = sealed.stat().st_mtime_ns
    assert main(forecast(store, "--values", "planned", "--csv", "-")) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 6 * 7 * 11 and set(rows[0]) == {"member", "date", "name", "value"}
    assert main(forecast(store, "--values", "planned")) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert first["forecast"] in said and "values as planned" in said and "350 t/d reached" in said
    assert sealed.stat().st_mtime_ns == stamp


def test_what_was_known_then_gives_the_forecast_that_was_archived_then(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rehearsal issued it an hour after the day; asked for now, as of then, it is the same to the last bit."""
    archived = {path.name for path in (store / "artefacts").glob(f"{NAME}-measured-forecast-*")}
    assert main(forecast(store, "--as-of", ISSUED, "--json")) == 0
    assert told(capsys)["forecast"] in archived


def test_archived_forecasts_are_scored_against_what_came(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["forecast", "--store", str(store), "--from", "2027-02-17T00:00:00Z", "--scores"]
    assert main([*words, "--json"]) == 0
    found = told(capsys)
    ours = [one for one in found["summary"] if one["series"] == "lifted_dry_t" and one["lead_d"] == 7]
    assert {one["values"] for one in ours} == {"calibrated", "planned"}
    assert all(one["crps"] >= 0.0 and 0.0 <= one["inside_90"] <= 1.0 for one in ours)
    assert main(words) == 0
    assert "archived forecasts, scored" in capsys.readouterr().out


def test_a_storm_and_a_sea_forecast_change_what_is_expected(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ahead.csv"
    hours = [(AT_S + 3_600 * at, 9.0, 15.0) for at in range(0, 121)]
    lines = [f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(at))},{hs},{wind}" for at, hs, wind in hours]
    file.write_text("time_utc,hs_m,wind_m_s\n" + "\n".join(lines) + "\n")
    plain: list[Any] = []
    rough: list[Any] = []
    for found, more in ((plain, ()), (rough, ("--sea-forecast", str(file)))):
        assert main(forecast(store, "--values", "planned", "--json", *more)) == 0
        found += told(capsys)["days"]
    assert rough[3]["mining_h"]["p90"] < plain[3]["mining_h"]["p90"] + 1e-9
    assert rough[4]["mining_h"]["p90"] - rough[1]["mining_h"]["p90"] < 24.0
    assert main(forecast(store, "--values", "planned", "--storm", "22.0,150.0,80", "--json")) == 0
    assert told(capsys)["forecast"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["forecast", "--from", AT, "--storm", "22,150"], 2, "latitude, longitude and wind are needed"),
        (["forecast", "--from", "2027-02-05"], 1, "log book: it says nothing from"),
        (["calibrate", "--at", AT], 1, "log book: it says nothing from"),
        (["state", "--at", AT], 1, "log book: it says nothing from"),
        (["state", "--at", AT, "--scenario", "pilot-2028"], 2, "did you mean"),
        (["forecast", "--from", "yesterday"], 2, "an instant is needed"),
        (["rehearse", NAME, "--imperfections", "lates"], 2, "imperfection 'lates': not known; did you mean 'late'"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    words: list[str], code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--store", str(tmp_path / "s")]) == code
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error


def test_an_asset_of_another_campaign_is_told(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["state", "--store", str(store), "--at", AT, "--set", "shuttles.count=1"]) == 1
    assert "asset 'shuttle-2' is none of scenario" in capsys.readouterr().err


def contents(store: Path) -> tuple[int, int]:
    return len(entries(store, 0, 2**40)), all_readings(store, None, 0, 2**40).num_rows


@pytest.mark.parametrize("moments", [4, pytest.param(50, marks=pytest.mark.heavy)])
def test_who_is_killed_while_calibrating_or_forecasting_leaves_the_store_whole(
    root: Path, store: Path, moments: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Killed at random moments, it leaves no half artefact; the command repeated gives the one that was meant."""
    before = contents(store)
    command = [sys.executable, "-m", "tests.twin.killed_loop", str(store), str(moments), AT]
    killer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=600)
    assert int(killer.stdout) > moments // 2
    assert main(forecast(store, "--seed", str(10_000 + moments), "--json")) == 0
    name = told(capsys)["forecast"]
    assert (store / "artefacts" / name / "manifest.json").is_file()
    assert contents(store) == before
