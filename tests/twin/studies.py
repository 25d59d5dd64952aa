"""Environmental studies of small runs, made by the command line, for several test files."""

import json
from pathlib import Path
from typing import Any

import pytest

from ops_data.artefacts import Artefact, of_run
from ops_data.store import open_store
from twin.__main__ import main

VOYAGE = "connection-test-2026"  # three insertions: a study of it is soon made
SMALL = ("--set", "environment.grid_km=4", "--set", "environment.cell_m=100", "--set", "plume.follow_d=3")


def run_id(store: str, name: str = VOYAGE) -> str:
    """Return the id of the run of a scenario."""
    (found,) = (row.run_id for row in open_store(store).runs() if row.run_id.startswith(name))
    return found


def studies(store: str, name: str = VOYAGE) -> list[Artefact]:
    """Return the sealed studies of a run."""
    return of_run(Path(store), run_id(store, name), "environment")


def left(store: str) -> set[str]:
    """Return every name in the folder of artefacts."""
    folder = Path(store) / "artefacts"
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def said(
    capsys: pytest.CaptureFixture[str], store: str, *words: str, run: str = VOYAGE, code: int = 0
) -> tuple[str, str]:
    """Run the command with small maps; return both streams."""
    capsys.readouterr()
    assert main(["environment", run, "--store", store, "--workers", "1", *SMALL, *words]) == code
    return capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], store: str, *words: str, run: str = VOYAGE) -> Any:
    """Run the command with --json; return the one document it prints."""
    return json.loads(said(capsys, store, "--json", *words, run=run)[0])


def study(capsys: pytest.CaptureFixture[str], store: str, *words: str) -> Artefact:
    """Make a study of the voyage, or find it; return it."""
    name = told(capsys, store, *words)["study_id"]
    (found,) = (one for one in studies(store) if one.artefact_id == name)
    return found
