"""``twin ingest`` of logs of work, and of a folder that files come into. Truth: derived, by hand."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ops_data.ingest.log_book import entries
from tests.ops_data.ingest.made_up_files import BEGIN, FLOW, rows_in, write_csv
from twin.__main__ import main

LOG = """asset,activity,state,cause,hole,dry_t,start_utc,duration_s,over_limit_s
chikyu,transit_out,working,none,-1,0,1799366400,200000,0
chikyu,set_up,working,none,-1,0,1799566400,100000,0
chikyu,run_strin,working,none,-1,0,1799666400,100000,0
"""
WHEN = "2027-02-01T00:00:00Z"
WAIT_S = 60.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder, which is the present one, with a log of work and a file of readings."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shift.csv").write_text(LOG)
    write_csv(tmp_path / "night.csv", [(FLOW, BEGIN + 60 * at, 300.0) for at in range(3)])
    return tmp_path


def test_a_log_of_work_goes_into_the_log_book_beside_readings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ingest", "night.csv", "shift.csv", "--store", "s", "--received", WHEN]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "night.csv: csv, source night" in told
    assert "shift.csv: log of work, source shift" in told
    assert "2 new, 1 refused" in told
    assert "row 4: activity 'run_strin' is not known; did you mean 'run_string'?" in " ".join(told.split())
    kept = entries(folder / "s", 0, 2**40)
    assert [(one.entry.activity, one.entry.duration_s) for one in kept] == [
        ("transit_out", 200_000),
        ("set_up", 100_000),
    ]
    assert len(rows_in(folder / "s")) == 3
    assert main(words) == 0
    assert "the same bytes as shift.csv; nothing was read again" in capsys.readouterr().out
    assert main(["ingest", "--rejected", "shift.csv", "--store", "s", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rejected"]
    assert (row["file"], row["row"]) == ("shift.csv", 4)


def until(there: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + WAIT_S
    while not there():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_files_that_come_into_a_folder_are_taken_and_put_away(folder: Path) -> None:
    drop = folder / "drop"
    drop.mkdir()
    words = ["ingest", "--watch", "drop", "--settle", "0.3", "--store", "s", "--seal", "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "twin", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            (drop / "junk.csv").write_text("junk\n")
            (folder / "night.csv").rename(drop / "night.csv")
            (folder / "shift.csv").rename(drop / "shift.csv")
            put = [drop / "done" / "night.csv", drop / "done" / "shift.csv", drop / "failed" / "junk.csv"]
            until(lambda: all(path.exists() for path in put))
        finally:
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == 130
    assert "no column of times" in (drop / "failed" / "junk.csv.reason.txt").read_text()
    reports = [json.loads(line) for line in out.splitlines()]
    assert {Path(one["file"]["file"]).name: one["file"]["state"] for one in reports} == {
        "junk.csv": "failed", "night.csv": "done", "shift.csv": "done",
    }  # fmt: skip
    assert "night.csv: put into drop/done/night.csv" in err
    assert len(rows_in(folder / "s")) == 3
    assert len(entries(folder / "s", 0, 2**40)) == 2


def test_a_watched_folder_takes_no_files_and_no_time_and_must_be_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, said in (
        (["--watch", "nowhere"], "nowhere: no such folder"),
        (["--watch", ".", "night.csv"], "--watch: it takes what comes into the folder; leave out the files"),
        (["--watch", ".", "--received", WHEN], "--received: a file that comes into a watched folder is received then"),
        ([], "no file is named; give the files to ingest, or --watch, --seal or --rejected"),
    ):
        assert main(["ingest", *words, "--store", "s"]) == 2
        assert said in capsys.readouterr().err
