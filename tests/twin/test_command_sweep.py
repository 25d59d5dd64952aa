"""``twin sweep`` as a person uses it: ordinary runs, reused, paired, resumable (truth: derived)."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ops_data.columns import TableData
from ops_data.errors import ModelError
from ops_data.store import open_store
from twin.__main__ import main
from twin.run import Job

SMALL = ("--replicates", "4", "--workers", "1", "--seed", "2")
FOUR_KEYS = ("shuttles.count", "carriers.count", "island.berths", "mining.vessels")
AXES = ("calm", "shuttles.count=1,2", "mining.cycle_h=1.5:2:2")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = str(tmp_path_factory.mktemp("store"))
    assert main(["sweep", *AXES, *SMALL, "--store", place, "--json"]) == 0
    return place


def test_points_are_ordinary_runs_and_say_what_they_are(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", *AXES, *SMALL, "--store", store, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["keys"] == ["shuttles.count", "mining.cycle_h"]
    values = [tuple(point["values"].values()) for point in told["points"]]
    assert values == [("1", "1.5"), ("1", "2.0"), ("2", "1.5"), ("2", "2.0")]
    assert [row.run_id for row in open_store(store).runs()] == [point["run_id"] for point in told["points"]]
    assert (
        main(["run", "calm", "--set", "shuttles.count=2", "--set", "mining.cycle_h=2.0", *SMALL, "--store", store]) == 0
    )
    assert f"run {told['points'][3]['run_id']} was sealed before and is used again" in capsys.readouterr().err


def test_differences_are_those_of_compare(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", *AXES, *SMALL, "--store", store, "--json", "--outcomes", "lifted_wet_t"]) == 0
    points = json.loads(capsys.readouterr().out)["points"]
    ids = [point["run_id"] for point in points]
    assert main(["compare", ids[0], ids[1], "--store", store, "--json"]) == 0
    (pair,) = json.loads(capsys.readouterr().out)["comparisons"]
    (known,) = [one for one in pair["differences"] if one["name"] == "lifted_wet_t"]
    told = points[1]["outcomes"]["lifted_wet_t"]
    assert told["difference"] == known["mean"] < 0.0  # a slower cycle lifts less
    assert told["standard_error"] == known["standard_error"]
    assert points[0]["outcomes"]["lifted_wet_t"]["difference"] == 0.0


def test_a_sweep_that_is_there_is_not_played_again(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", *AXES, *SMALL, "--store", store]) == 0
    said = capsys.readouterr()
    assert "4 points of 4 replicates, 4 of them sealed before" in said.err
    assert max(map(len, said.out.splitlines())) <= 80
    heads = [line for line in said.out.splitlines() if line.startswith("count")]
    assert len(heads) == 5 and all(head.startswith("count      cycle_h ") for head in heads)
    assert "…" not in said.out


def test_the_table_and_the_picture_are_written_whole(store: str, tmp_path: Path) -> None:
    table, picture = tmp_path / "sweep.csv", tmp_path / "sweep.html"
    words = ("--csv", str(table), "--figure", str(picture), "--outcomes", "lifted_wet_t,fuel_t")
    assert main(["sweep", *AXES, *SMALL, "--store", store, *words]) == 0
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert len(rows) == 8
    assert [row["outcome"] for row in rows] == ["lifted_wet_t"] * 4 + ["fuel_t[total]"] * 4
    assert rows[3]["mining.cycle_h"] == "2.0"
    assert picture.read_text().rstrip().endswith("</html>")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sweep.csv", "sweep.html"]


def test_a_table_may_go_to_standard_output_alone(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", *AXES, *SMALL, "--store", store, "--csv", "-"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert {row["shuttles.count"] for row in rows} == {"1", "2"}


def test_a_moved_start_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("sweep", "calm", "start=2027-01-01:2027-03-11:2", "--replicates", "1", "--workers", "1")
    assert main([*words, "--store", str(tmp_path)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "campaign.charter_end and campaign.end move by as many days" in said
    assert "they are left out: 2027-02-28" in said
    assert "2027-03-11" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("calm",), "KEY=VALUES: not given; 'twin sweep' needs it"),
        (("calm", "shuttle.count=1,2"), "sweep key 'shuttle.count': unknown; keys are those of --set; did you mean"),
        (("calm", "shuttles.count=0,1"), "point shuttles.count=0: --set: key 'shuttles.count': 0 shuttles found"),
        (("calm", "shuttles.count=1,2", "--outcomes", "lost_days"), "outcome 'lost_days': it has no total but items"),
        (("calm", "shuttles.count=1,2", "--csv", "."), "--csv .: it is not a plain file"),
        (
            ("calm", *(f"{key}=1,2" for key in FOUR_KEYS), "--figure", "x.html"),
            "--figure: 4 keys found; a picture shows up to 3",
        ),
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
    assert main(["sweep", *words, "--replicates", "1", "--store", "store"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"twin: {message}")
    assert [path.name for path in tmp_path.rglob("*") if path.name not in ("store", "catalogue.sqlite")] == []


def test_a_campaign_that_cannot_be_played_names_its_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(_job: Job, first: int, _last: int) -> dict[str, TableData]:
        raise ModelError(f"lift circuit: no flow in replicate {first}")

    words = ("sweep", "calm", "shuttles.count=1,2", "--replicates", "1", "--workers", "1", "--store", str(tmp_path))
    monkeypatch.setattr(Job, "play", breaks)
    assert main(words) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "twin: 2 points of 1 replicate"
    assert told[-1] == "twin: point shuttles.count=1: lift circuit: no flow in replicate 0"


def test_a_point_whose_lift_cannot_work_is_refused_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", "pilot-2027", "riser.flow_m3_h=10:100:4", "--store", str(tmp_path / "store")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "twin: point riser.flow_m3_h=10: scenario 'pilot-2027', at its stated values: lift circuit: "
    )
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("verb", ["envelope", "sensitivity", "sweep"])
def test_help_fits_a_terminal(verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main([verb, "--help"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


@pytest.mark.heavy
def test_a_sweep_that_is_interrupted_goes_on_where_it_was(tmp_path: Path) -> None:
    words = ("pilot-2027", "shuttles.count=1:4:4", "--replicates", "60", "--json", "--store", str(tmp_path))
    command = [sys.executable, "-m", "twin", "sweep", *words]
    cut = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while cut.poll() is None and not list(tmp_path.glob("pilot-2027-*")):
        time.sleep(0.01)
    os.killpg(cut.pid, signal.SIGINT)
    output, errors = cut.communicate(timeout=120)
    assert (cut.returncode, output) == (130, "")
    assert "of 4 points are sealed; the same command resumes" in errors
    sealed = {path.parent.name: path.stat().st_mtime_ns for path in tmp_path.glob("pilot-*/manifest.json")}
    assert 1 <= len(sealed) < 4
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "of them sealed before" in done.stderr
    assert len(json.loads(done.stdout)["points"]) == 4
    after = {path.parent.name: path.stat().st_mtime_ns for path in tmp_path.glob("pilot-*/manifest.json")}
    assert len(after) == 4
    assert {name: after[name] for name in sealed} == sealed
