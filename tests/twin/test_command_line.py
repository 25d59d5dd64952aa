"""The command as a person uses it: real processes, real signals, what stands on which stream (truth: derived)."""

import csv
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ops_data.schemas import TABLES
from ops_data.store import open_store
from twin.__main__ import main

LONG_RUN = ("run", "annual-pilot", "--replicates", "120", "--seed", "4", "--json")
SHORT_RUN = ("run", "pilot-2027", "--replicates", "3", "--workers", "1")


def twin(*words: str, workers: int | None = None) -> subprocess.Popen[str]:
    """Start the command in a process group of its own, as a terminal does."""
    more = () if workers is None else ("--workers", str(workers))
    return subprocess.Popen(
        [sys.executable, "-m", "twin", *words, *more],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a command; return its exit code and both streams."""
    output, errors = process.communicate(timeout=300)
    return process.returncode, output, errors


def wait_for_parts(store: Path, process: subprocess.Popen[str], count: int) -> None:
    """Wait until a run under way has written so many parts."""
    while process.poll() is None and len(list(store.glob(".*.partial/parts/*.done.json"))) < count:
        time.sleep(0.01)


def hashes(store: Path, name: str = "latest") -> dict[str, str]:
    return {table: entry.sha256 for table, entry in open_store(store).open(name).manifest.tables.items()}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with two runs on the same luck."""
    place = str(tmp_path_factory.mktemp("store"))
    assert main([*SHORT_RUN, "--json", "--store", place]) == 0
    assert main(["run", "dry-basis", *SHORT_RUN[2:], "--json", "--store", place]) == 0
    return place


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the table hashes of the long run, made by one process."""
    place = tmp_path_factory.mktemp("undisturbed")
    assert main([*LONG_RUN, "--workers", "1", "--store", str(place)]) == 0
    return hashes(place)


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    """Run the command in this process; return both streams."""
    capsys.readouterr()
    assert main(words) == code
    return capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Run the command with --json; return the one document it prints."""
    return json.loads(said(capsys, *words, "--json")[0])


# --- running ----------------------------------------------------------------------------------------------------------


def test_a_run_prints_one_json_document_and_nothing_else(tmp_path: Path) -> None:
    code, output, errors = finished(twin(*SHORT_RUN, "--seed", "5", "--json", "--store", str(tmp_path)))
    assert (code, errors) == (0, "")
    found = json.loads(output)
    assert list(found) == ["run_id", "scenario", "replicates", "seed", "mass_basis", "wall_s", "indicators"]
    assert (found["scenario"], found["replicates"], found["seed"], found["mass_basis"]) == ("pilot-2027", 3, 5, "wet")
    assert set(found["indicators"]["lifted_wet_t"]) == {"p10", "p50", "p90", "unit"}
    assert found["run_id"] == open_store(tmp_path).open("latest").run_id


def test_repeating_a_sealed_run_uses_it_again_and_says_so(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    first, _ = said(capsys, "show", "pilot-2027", "--json", "--store", store)
    again, note = said(capsys, *SHORT_RUN, "--json", "--store", store)
    assert again == first
    assert note == f"twin: run {json.loads(first)['run_id']} was sealed before and is used again\n"


@pytest.mark.heavy
def test_ctrl_c_keeps_what_is_finished_and_the_same_command_resumes(
    tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    process = twin(*LONG_RUN, "--store", str(tmp_path), workers=2)
    wait_for_parts(tmp_path, process, 4)
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the workers too
    code, output, errors = finished(process)
    assert (code, output) == (130, "")
    told = re.fullmatch(r"twin: interrupted: (\d+) of 120 replicates kept; the same command resumes\n", errors)
    assert told is not None
    code, output, errors = finished(twin(*LONG_RUN, "--store", str(tmp_path), workers=1))
    assert code == 0
    assert errors == f"twin: {told[1]} of 120 replicates were kept from an interrupted run; playing the others\n"
    assert json.loads(output)["replicates"] == 120
    assert hashes(tmp_path) == undisturbed


@pytest.mark.heavy
@pytest.mark.parametrize("luck", [1, 2])
def test_a_run_killed_at_random_moments_ends_with_the_hashes_of_an_undisturbed_one(
    luck: int, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    moments = random.Random(luck)
    for attempt in range(3):
        process = twin(*LONG_RUN, "--store", str(tmp_path), workers=1 + attempt % 2)
        kept = len(list(tmp_path.glob(".*.partial/parts/*.done.json")))
        wait_for_parts(tmp_path, process, kept + moments.randint(1, 4))
        time.sleep(moments.uniform(0.0, 0.3))
        os.kill(process.pid, moments.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
        code, _, errors = finished(process)
        assert code in (-signal.SIGKILL, 130)
        assert "Traceback" not in errors
    code, _, errors = finished(twin(*LONG_RUN, "--store", str(tmp_path), workers=2))
    assert (code, "Traceback" in errors) == (0, False)
    assert hashes(tmp_path) == undisturbed


def test_an_unfinished_run_is_listed_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    process = twin(*LONG_RUN, "--store", str(tmp_path), workers=1)
    wait_for_parts(tmp_path, process, 2)
    process.kill()
    finished(process)
    text, _ = said(capsys, "runs", "--store", str(tmp_path))
    assert text.startswith(f"No sealed run in {tmp_path}; make one with 'twin run'.\n")
    assert re.search(r"^  annual-pilot-[0-9a-f]{8}  \(120 replicates, seed 4\)$", text, re.MULTILINE)
    assert [one["scenario"] for one in told(capsys, "runs", "--store", str(tmp_path))["unfinished"]] == ["annual-pilot"]


# --- reading ----------------------------------------------------------------------------------------------------------


def test_the_summary_answers_in_plain_words(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    text, errors = said(capsys, "show", "pilot-2027", "--store", store)
    assert errors == ""
    assert text.startswith("Pilot lift campaign, February 2027: pilot-2027-")
    for words in ("3 replicates, seed 1", "Mud lifted, wet", "Most days are lost to", "Kept in", "twin compare"):
        assert words in text


@pytest.mark.parametrize(
    "words",
    [
        ("show", "latest"),
        ("compare", "pilot-2027", "dry-basis"),
        ("runs",),
        ("verify", "latest"),
        ("scenarios",),
        ("parameters", "pilot-2027"),
        ("describe", "intervals"),
    ],
)
def test_text_in_a_file_is_plain_and_80_letters_wide(
    words: tuple[str, ...], store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    about_runs = words[0] in ("show", "compare", "runs", "verify")
    text, _ = said(capsys, *words, *(("--store", store) if about_runs else ()))
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    prose = [line for line in text.splitlines() if store not in line and "http" not in line]
    assert [line for line in prose if len(line) > 80 and " " in line.strip()] == []
    assert "…" not in text


def test_a_replicates_calendar_is_written_as_csv(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "calendar.csv"
    text, note = said(capsys, "show", "pilot-2027", "--csv", str(file), "--replicate", "2", "--store", store)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert (text, note) == ("", f"twin: {len(rows):,} intervals of replicate 2 written to {file}\n")
    assert rows[0]["asset"] == "chikyu"
    assert rows[0]["start_jst"] == "2027-01-08T09:00:00+09:00"
    streamed, note = said(capsys, "show", "pilot-2027", "--csv", "-", "--replicate", "2", "--store", store)
    assert (streamed, note) == (file.read_text(encoding="utf-8"), "")


def test_compare_pairs_replicates_and_names_the_basis(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = told(capsys, "compare", "pilot-2027", "dry-basis", "--store", store)["comparisons"]
    wet = next(one for one in found["differences"] if one["name"] == "lifted_wet_t")
    assert wet["pairs"] == 3
    assert wet["mean"] == pytest.approx(wet["second"] - wet["first"])
    text, _ = said(capsys, "compare", "pilot-2027", "dry-basis", "pilot-2027", "--store", store)
    assert re.match(r"dry-basis-\w+ minus pilot-2027-\w+\n", text)
    assert "read on different mass bases" in " ".join(text.split())
    assert len(re.findall(r" minus ", text)) == 2


def test_verify_finds_a_changed_byte_and_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--store", str(tmp_path))
    assert main([*SHORT_RUN, "--json", *place]) == 0
    text, _ = said(capsys, "verify", "latest", *place)
    assert re.fullmatch(r"pilot-2027-\w+ is sound: 7 tables, [\d,]+ rows as sealed\n", text)
    file = open_store(tmp_path).open("latest").folder / "lots.parquet"
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    text, note = said(capsys, "verify", "latest", *place, code=1)
    assert text == f"{file}: SHA-256 differs from the sealed one\n"
    assert re.fullmatch(r"twin: run 'pilot-2027-\w+': 1 problem found\n", note)
    capsys.readouterr()
    assert main(["verify", "latest", "--json", *place]) == 1
    assert json.loads(capsys.readouterr().out)["problems"] == [f"{file}: SHA-256 differs from the sealed one"]


def test_parameters_tell_value_range_source_and_who_set_it(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("parameters", "pilot-2027", "--set", "mining.cycle_h=1.5", "--filter", "mining.cycle")
    found = told(capsys, *words)["parameters"]
    assert [(one["key"], one["value"], one["origin"]) for one in found] == [("mining.cycle_h", "1.5", "--set")]
    text, _ = said(capsys, *words)
    assert text.startswith("mining.cycle_h = 1.5 h\n    confidence none (assumption), set by --set")
    _, note = said(capsys, "parameters", "calm", "--filter", "no such words")
    assert note == "twin: nothing in 'calm' holds 'no such words'\n"


def test_scenarios_and_tables_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "scenarios")[0]["name"] == "pilot-2027"
    assert said(capsys, "scenarios")[0].startswith("pilot-2027 (default)\n    Pilot lift campaign")
    assert [one["name"] for one in told(capsys, "describe")] == list(TABLES)
    text, _ = said(capsys, "describe", "intervals")
    for column in TABLES["intervals"].columns:
        assert f"  - {column.name}: {column.type}" in text


def test_the_store_is_what_twin_store_names(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWIN_STORE", store)
    assert len(told(capsys, "runs")["runs"]) == 2


# --- the shell --------------------------------------------------------------------------------------------------------


def test_help_needs_no_heavy_library(root: Path) -> None:
    code = (
        "import sys; from contextlib import suppress; from twin.__main__ import main\n"
        "with suppress(SystemExit): main(['run', '--help'])\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'numba', 'pydantic', 'sqlalchemy', 'rich', 'scipy'}\n"
        "print(*sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == ""
    assert "twin run pilot-2027 --replicates 20 --seed 1" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    with twin("parameters", "pilot-2027") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("site.water_depth_m")
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


def test_a_closed_standard_output_is_no_error(store: str) -> None:
    command = f"exec {sys.executable} -m twin show latest --store {store} >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_behind_standard_output_is_one_line(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the full disk."""
    for words in (["parameters", "calm"], ["scenarios", "--json"]):
        with (tmp_path / "output").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "twin", *words],
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert done.stderr == "twin: standard output: File too large; mend that and repeat the command\n"
