"""``twin rehearse``, ``state``, ``calibrate`` and ``forecast`` as typed (truth: the hidden campaign; by hand)."""

import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ops_data.artefacts import Artefact, ArtefactIdentity
from ops_data.ingest.log_book import entries
from ops_data.ingest.sealing import all_readings
from twin.__main__ import main
from twin.forecast_scores import Score
from twin.measured_results import chosen, mean_scores
from twin.operations import codes as c
from twin.rehearsal.truth import Truth, known
from twin.scenario import load_scenario
from twin.scenario_file import PACKAGED

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
    assert [one["date_jst"] for one in again["regimes"]][-1] == "2027-02-04"  # the last whole day
    assert all(sum(one["as_known_that_day"].values()) == pytest.approx(1.0) for one in again["regimes"])
    assert "Days by regime" in said


def test_a_campaign_with_a_file_of_its_own_is_calibrated_and_forecast(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A packaged scenario copied under another name; then the file that its calibration gave, and a change to that."""
    own, learnt, again = tmp_path / "mine.toml", tmp_path / "learnt.toml", tmp_path / "again.toml"
    packaged = (PACKAGED / f"{NAME}.toml").read_text(encoding="utf-8")
    own.write_text(packaged.replace(f'name = "{NAME}"', 'name = "mine"'), encoding="utf-8")
    words = ["calibrate", "--store", str(store), "--at", AT, "--members", "100"]
    assert main([*words, "--scenario", str(own), "--out", str(learnt)]) == 0
    text = learnt.read_text(encoding="utf-8")
    assert text.startswith(f'extends = "{own}"') and "held fixed, not identified alone: only the product" in text
    changed = "campaign.target_t_d=300"
    assert main([*words, "--scenario", str(learnt), "--set", changed, "--out", str(again)]) == 0
    found = load_scenario(str(again))
    assert found.campaign.target_t_d == 300
    assert "calibrated from" in found.quantities["mining.shift_h"].source
    capsys.readouterr()
    for file in (own, learnt):
        assert main([*forecast(store, "--scenario", str(file), "--json")]) == 0
        assert told(capsys)["calibration"]


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
    """The rehearsal issued it an hour after the day; asked now, as of then or not, it is the same to the bit."""
    archived = {path.name for path in (store / "artefacts").glob(f"{NAME}-measured-forecast-*")}
    for more in (("--as-of", ISSUED), ("--as-of", "2027-02-05T02:00:00Z"), ()):
        assert main(forecast(store, "--json", *more)) == 0
        found = told(capsys)
        assert found["forecast"] in archived and f"as known at {ISSUED}" in found["notes"]


def test_what_had_not_been_received_is_told_with_when_it_was(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rehearsal delivers its first day an hour after it: 2027-01-09 at 01:00."""
    assert main(forecast(store, "--as-of", "2027-01-09T00:59:00Z")) == 1
    assert "the first was at 2027-01-09T01:00:00Z" in capsys.readouterr().err


def test_the_last_day_is_shown_and_the_end_of_the_campaign_cuts(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pilot ends on 2027-05-10 at 00:00 UTC, 95 days after the log; the log ends at 09:00 in Japan."""
    words = ["forecast", "--store", str(store), "--from", AT, "--members", "2", "--workers", "1", "--values", "planned"]
    assert main([*words, "--days", "366"]) == 0
    whole = capsys.readouterr().out
    assert "\n2027-05-10  " in whole and "2027-05-11" not in whole and "wet P50" in whole
    assert "the campaign at 2027-05-10T00:00:00Z; no day after that is forecast" in " ".join(whole.split())
    assert main([*words, "--days", "95", "--json"]) == 0
    cut = told(capsys)
    assert cut["forecast"] in whole and cut["days"][-1]["date_jst"] == "2027-05-10"
    assert main([*words, "--days", "4"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "2027-02-09 " in said and "so the last 15 h of 2027-02-05 are forecast" in said
    assert "campaign at" not in said


def test_archived_forecasts_are_scored_against_what_came(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["forecast", "--store", str(store), "--from", "2027-02-17T00:00:00Z", "--scores"]
    assert main([*words, "--json"]) == 0
    found = told(capsys)
    ours = [one for one in found["summary"] if one["series"] == "lifted_dry_t" and one["lead_d"] == 7]
    assert {one["values"] for one in ours} == {"calibrated", "planned"}
    assert all(0.0 <= one["inside_90"] <= 1.0 for one in ours)
    assert found["paired"] and len({one["forecasts"] for one in ours}) == 1
    assert main(words) == 0
    assert "archived forecasts, scored" in capsys.readouterr().out


def sealed(name: str, origin: int, values: str, members: int = 6, **more: object) -> Artefact:
    choices = {"origin_utc": origin, "values": values, "members": members, "scenario_sha256": "s", "storm": None}
    identity = ArtefactIdentity("forecast", "m", "", {**choices, "sea_forecast_sha256": "", **more}, "")
    return Artefact(Path(name), {"identity": asdict(identity), "notes": []})


def test_only_forecasts_that_compare_are_scored() -> None:
    archived = [
        sealed("a", 1, "calibrated", 8),
        sealed("b", 1, "calibrated"),
        sealed("c", 1, "planned"),
        sealed("d", 1, "planned"),
        sealed("e", 2, "calibrated"),
        sealed("f", 1, "planned", 99, storm=[20.0, 150.0, 60.0]),
        sealed("g", 1, "planned", 99, sea_forecast_sha256="x"),
        sealed("h", 1, "planned", 99, scenario_sha256="t"),
    ]
    found = chosen(archived, "s")
    assert [one.artefact_id for one in found.forecasts] == ["a", "d"] and found.paired
    assert dict(found.left_out) == {
        "of the same origin and values, with fewer members or older": 2,
        "told a storm or a sea forecast": 2,
        "of another plan": 1,
        "of an origin without the other values": 1,
    }
    alone = chosen([archived[0], archived[4]], "s")
    assert len(alone.forecasts) == 2 and not alone.paired and not alone.left_out


def test_paired_means_hold_the_same_origins_at_each_lead() -> None:
    """The planned forecast of origin 2 does not reach seven days: nor does the other count there."""
    archived = [
        sealed(f"{values}{origin}", origin, values) for origin in (1, 2) for values in ("calibrated", "planned")
    ]
    scored = {
        one.artefact_id: [Score("lifted_dry_t", lead, 5.0, 6.0, 4.0, 8.0, 1.0, 2.0) for lead in (1, 7)]
        for one in archived
    }
    scored["planned2"] = scored["planned2"][:1]
    counts = {(one["values"], one["lead_d"]): one["forecasts"] for one in mean_scores(archived, scored, True)}
    assert counts == {(values, lead): n for values in ("calibrated", "planned") for lead, n in ((1, 2), (7, 1))}
    assert mean_scores(archived, scored)[1]["forecasts"] == 2


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
        (["forecast", "--from", AT, "--storm", "22,150,0"], 2, "the wind of a storm is above 0 kn"),
        (
            ["forecast", "--from", AT, "--scores", "--days", "30", "--csv", "-"],
            2,
            "--scores with --csv, --days: it makes",
        ),
        (["forecast", "--from", "2027-01-05"], 2, "the campaign of scenario 'pilot-2027' begins 2027-01-08T00:00:00Z"),
        (["rehearse", NAME, "--times", "2", "--days", "3"], 2, "--times with --days"),
        (["rehearse", NAME, "--times", "2", "--imperfections", "late"], 2, "--times with --imperfections"),
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
