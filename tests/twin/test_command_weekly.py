"""``twin export weekly-summary`` as a planner uses it. Truth: derived (what the run holds; bytes repeat)."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ops_data.store import open_store
from tests.ops_data.export.validators import squeezed, words_of
from twin.__main__ import main

VOYAGE = "connection-test-2026"  # a short campaign, soon played
WEEK = "2026-W05"
EXPORT = ("export", "weekly-summary", "latest")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with one run in which a setting is changed."""
    folder = str(tmp_path_factory.mktemp("weekly"))
    words = ["run", VOYAGE, "--replicates", "3", "--workers", "1", "--json", "--store", folder]
    assert main([*words, "--set", "failures.enabled=false"]) == 0
    return folder


def refused(capsys: pytest.CaptureFixture[str], store: str, *words: str, code: int = 2) -> str:
    """Return the one line that a refused command says."""
    capsys.readouterr()
    assert main([*EXPORT, "--store", store, *words]) == code
    out, line = capsys.readouterr()
    assert (out, line.count("\n")) == ("", 1)
    return line


def test_a_week_is_written_as_pdf_and_told_in_one_line(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "week.pdf"
    capsys.readouterr()
    assert main([*EXPORT, "--week", WEEK, "--out", str(out), "--store", store]) == 0
    run_id = open_store(store).open("latest").run_id
    days = "(2026-01-26 to 2026-02-01, days in Japan)"
    assert capsys.readouterr().out == f"{out}: weekly summary of run {run_id}, {WEEK} {days}\n"
    text = words_of(out.read_bytes())
    wanted = (run_id, WEEK, "simulated, not measured", "failures.enabled = false", "Weekly summary")
    assert [word for word in wanted if squeezed(word) not in text] == []


def test_a_second_export_in_another_process_has_the_same_bytes(store: str, tmp_path: Path, root: Path) -> None:
    words = [*EXPORT, "--week", WEEK, "--lang", "ja", "--store", store, "--out"]
    here, there = tmp_path / "here.pdf", tmp_path / "there.pdf"
    assert main([*words, str(here)]) == 0
    done = subprocess.run([sys.executable, "-m", "twin", *words, str(there)], cwd=root, capture_output=True, check=True)
    assert done.stderr == b""
    assert here.read_bytes() == there.read_bytes()
    assert squeezed("シミュレーションの結果であり、実測値ではない") in words_of(here.read_bytes())


def test_json_tells_file_week_and_hash(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "week.pdf"
    capsys.readouterr()
    assert main([*EXPORT, "--week", WEEK, "--out", str(out), "--store", store, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    found = (told["file"], told["week"], told["first"], told["last"], told["language"])
    assert found == (str(out), WEEK, "2026-01-26", "2026-02-01", "en")


@pytest.mark.parametrize("week", ["2026-W60", "2031-W05", "nonsense"])
def test_a_week_the_run_does_not_have_is_refused_with_those_it_has(
    week: str, store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Departure on Monday 12 January 2026."""
    out = tmp_path / "week.pdf"
    line = refused(capsys, store, "--week", week, "--out", str(out))
    assert f"week '{week}': " in line and "this run has weeks 2026-W03 to " in line
    assert not out.exists()


def test_without_a_week_the_weeks_of_the_run_are_named(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, store, "--out", str(tmp_path / "week.pdf"))
    assert line.startswith("twin: --week: not given; ") and "this run has weeks 2026-W03 to " in line


@pytest.mark.parametrize("out", ["week.txt", "-", "nowhere/week.pdf", "."])
def test_what_is_no_pdf_file_to_write_is_refused_before_any_work(
    out: str, store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = refused(capsys, store, "--week", WEEK, "--out", out)
    assert line.startswith(f"twin: --out {out}: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", [("--set", "a=1"), ("--draws", "4"), ("--zones", "z.geojson"), ("--no-scale-up",)])
def test_options_of_other_exports_are_refused(
    option: tuple[str, ...], store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, store, "--week", WEEK, "--out", str(tmp_path / "week.pdf"), *option)
    assert line.startswith(f"twin: {option[0]}: it belongs to 'twin export ")
    assert line.endswith("; leave it out of weekly-summary\n")


def test_other_exports_refuse_a_week_and_a_language(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in (("--week", WEEK), ("--lang", "ja")):
        words = ["export", "environmental-review", "latest", "--store", store, "--out", str(tmp_path / "review")]
        capsys.readouterr()
        assert main([*words, *option]) == 2
        assert f"{option[0]}: it belongs to 'twin export weekly-summary'" in capsys.readouterr().err


def test_an_unknown_language_is_refused(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(capsys, store, "--week", WEEK, "--lang", "de", "--out", str(tmp_path / "week.pdf"))
    assert "--lang: 'de' found; one of en, ja is needed" in line
