"""Mistakes at the command line: the ten most likely ones literally, and that no other one ends in a traceback."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from twin.__main__ import main

SHORT = ("--replicates", "1", "--workers", "1")


def mistake(capsys: pytest.CaptureFixture[str], code: int, *words: str) -> str:
    """Run a command that is wrong; return the one line it says on standard error."""
    capsys.readouterr()
    assert main(words) == code
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("twin: ")
    assert errors.count("\n") == 1
    return errors.removeprefix("twin: ").removesuffix("\n")


TEN_MOST_LIKELY = {
    "a misspelt scenario": (
        ("run", "pilot-2072"),
        "scenario 'pilot-2072': no packaged scenario has this name; did you mean 'pilot-2027'?",
    ),
    "a misspelt key": (
        ("run", "pilot-2027", "--set", "mining.cycle=1.5"),
        "--set: key 'mining.cycle': unknown; keys are fixed; did you mean 'mining.cycle_h'?",
    ),
    "a value out of range": (
        ("run", "pilot-2027", "--set", "mining.cycle_h=180"),
        "--set: key 'mining.cycle_h': 180 found; allowed 0.05 to 48 h; choose a value in this range",
    ),
    "a wrong unit": (
        ("run", "pilot-2027", "--set", "mining.cycle_h=90 min"),
        "--set: key 'mining.cycle_h': unit min found; a number in h is needed; convert it to h",
    ),
    "no shuttles": (
        ("run", "pilot-2027", "--set", "shuttles.count=0"),
        "--set: key 'shuttles.count': 0 shuttles found; transfer.method \"hose\" needs at least one shuttle; "
        'add shuttles or set transfer.method = "none"',
    ),
    "a start after the end": (
        ("run", "pilot-2027", "--set", "campaign.start=2027-06-01T09:00:00+09:00"),
        "--set: key 'campaign.start': start 2027-06-01T00:00Z, end 2027-05-10T00:00Z found; "
        "the start is before the end; move one of the two",
    ),
    "no replicates": (
        ("run", "pilot-2027", "--replicates", "0"),
        "--replicates: '0' found; a whole number from 1 to 1,000,000 is needed; give for example 200",
    ),
    "a misspelt option": (
        ("run", "pilot-2027", "--replicate", "20"),
        "'--replicate': not an option of 'twin run'; did you mean '--replicates'?",
    ),
    "a misspelt verb": (("shwo", "latest"), "'shwo' is not a verb of twin; did you mean 'show'?"),
    "a scenario file that is not there": (
        ("run", "mine.toml"),
        "mine.toml: no such scenario file; a path to a TOML file is needed; check the path",
    ),
}


@pytest.mark.parametrize("words", TEN_MOST_LIKELY.values(), ids=TEN_MOST_LIKELY)
def test_the_ten_most_likely_mistakes_are_told_in_one_line(
    words: tuple[tuple[str, ...], str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert mistake(capsys, 2, *words[0]) == words[1]
    assert list(tmp_path.iterdir()) == []  # nothing half-written


USAGE = {
    "nothing to run": (("run",), "SCENARIO: not given; 'twin run' needs it; see 'twin run --help'"),
    "no value": (("run", "calm", "--seed"), "--seed: no value found; it needs one; see 'twin run --help'"),
    "a negative seed": (
        ("run", "calm", "--seed", "-1"),
        "--seed: '-1' found; a whole number from 0 to 9,223,372,036,854,775,807 is needed; give for example 1",
    ),
    "no worker": (
        ("run", "calm", "--workers", "0"),
        f"--workers: '0' found; a whole number from 1 to 1,024 is needed; "
        f"give for example {len(os.sched_getaffinity(0))}",
    ),
    "half a replicate": (
        ("run", "calm", "--replicates", "0.5"),
        "--replicates: '0.5' found; a whole number from 1 to 1,000,000 is needed; give for example 200",
    ),
    "another kind of parameters": (
        ("run", "calm", "--parameters", "fix"),
        "--parameters: 'fix' found; one of fixed, drawn is needed; did you mean 'fixed'?",
    ),
    "a value without a key": (
        ("run", "calm", "--set", "1.5"),
        "--set '1.5': no key and value found; the form is key=value; write both",
    ),
    "a word too many": (
        ("run", "calm", "storm-season"),
        "'storm-season': one word too many for 'twin run'; see 'twin run --help'",
    ),
    "an option before the verb": (
        ("--store", "x", "runs"),
        "'--store': not known before a verb; write the verb first, as in 'twin run SCENARIO --store'",
    ),
    "an empty store": (
        ("runs", "--store", ""),
        "--store: an empty text found; a folder is needed; give for example ./runs",
    ),
    "an unknown table": (("describe", "interval"), "no table 'interval'; did you mean 'intervals'?"),
    "one run to compare": (
        ("compare", "latest"),
        "'twin compare latest': one run found; a comparison needs two or more; name another",
    ),
    "a replicate without a calendar": (
        ("show", "latest", "--replicate", "3"),
        "--replicate: it chooses the calendar that --csv writes; give --csv FILE too",
    ),
}


@pytest.mark.parametrize("words", USAGE.values(), ids=USAGE)
def test_wrong_usage_is_told_in_one_line(
    words: tuple[tuple[str, ...], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert mistake(capsys, 2, *words[0]) == words[1]


def test_a_store_that_cannot_be_one_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    assert mistake(capsys, 1, "run", "calm", *SHORT, "--store", str(file)) == (
        f"store {file}: cannot make the folder: a file stands where a folder is needed; choose a folder with --store"
    )
    assert mistake(capsys, 1, "runs", "--store", str(tmp_path / "none")) == (
        f"store {tmp_path}/none: there is no such folder; make a run first, or name the folder with --store"
    )
    assert mistake(capsys, 1, "runs", "--store", "s3://bucket/runs") == (
        "store s3://bucket/runs: 's3' is not served by this version; give a folder or file:// URL"
    )
    assert file.read_text() == "mine"


def test_a_run_that_is_not_there_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = mistake(capsys, 2, "show", "pilot", "--store", str(tmp_path))
    assert line == f"run 'pilot': store {tmp_path} holds no run yet; make one with 'twin run'"


def test_a_calendar_that_cannot_be_written_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--store", str(tmp_path / "runs"))
    assert main(["run", "calm", *SHORT, "--json", *place]) == 0
    assert mistake(capsys, 1, "show", "calm", "--csv", str(tmp_path / "none" / "c.csv"), *place) == (
        f"--csv {tmp_path}/none/c.csv: cannot be written: No such file or directory; name another file"
    )
    assert mistake(capsys, 2, "show", "calm", "--csv", str(tmp_path), *place) == (
        f"--csv {tmp_path}: it is not a plain file; name a file, or '-' for standard output"
    )
    line = mistake(capsys, 2, "show", "calm", "--csv", "-", "--replicate", "1", *place)
    assert line.endswith("has replicates 0 to 0; choose one of them")


WEATHER = {
    "without rows": "time,hs_m,wind_m_s\n",
    "with a gap": "time,hs_m,wind_m_s\n2027-01-01T00:00Z,1,5\n2027-01-03T00:00Z,1,5\n",
    "with a word": "time,hs_m,wind_m_s\n2027-01-01T00:00Z,calm,5\n",
    "of bytes": "\x00\x01\x02",
}


@pytest.mark.parametrize("text", WEATHER.values(), ids=WEATHER)
def test_a_bad_weather_file_is_told_in_one_line_and_leaves_nothing(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sea.csv").write_text(text)
    told = mistake(capsys, 1, "run", "pilot-2027", *SHORT, "--set", "weather.record=sea.csv")
    assert told.startswith("sea.csv: ")
    assert [path.name for path in Path("runs").iterdir()] == ["catalogue.sqlite"]


def test_a_disk_without_room_is_told_in_one_line_and_leaves_nothing_under_the_runs_name(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the full disk."""
    assert (
        main(["run", "calm", *SHORT, "--json", "--store", str(tmp_path)]) == 0
    )  # the kernel is compiled, the list made
    command = [sys.executable, "-m", "twin", "run", "pilot-2027", *SHORT, "--store", str(tmp_path)]
    done = subprocess.run(
        command,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("twin: ")
    assert done.stderr.endswith(
        "the file would pass the size limit; raise the limit (ulimit -f) and repeat the command\n"
    )
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.glob("pilot-2027*")] == []


def test_a_store_that_may_not_be_written_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops_data.store.os.access", lambda _path, _mode: False)  # the superuser may write everywhere
    assert mistake(capsys, 1, "run", "calm", *SHORT, "--store", str(tmp_path)) == (
        f"store {tmp_path}: it may not be written; choose a folder you may write to with --store"
    )
