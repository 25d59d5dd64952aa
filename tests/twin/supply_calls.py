"""``twin supply`` called on a store of small runs, for several test files."""

import json
from pathlib import Path
from typing import Any

import pytest

from ops_data.artefacts import Artefact, of_run
from ops_data.store import open_store
from twin.__main__ import main

RUN = "calm"  # central values: soon played, and every replicate makes oxide
DRAWS = 3
SMALL = ("--draws", str(DRAWS), "--no-scale-up")
FEW = ("--set", 'supply.scenarios=["S3"]', "--set", "supply.shock_months=6")  # a study that is made in a second


def play(place: str, *words: str, replicates: int = 2) -> None:
    """Play and seal a run."""
    assert main(["run", *words, "--store", place, "--workers", "1", "--replicates", str(replicates), "--json"]) == 0


def call(
    capsys: pytest.CaptureFixture[str], store: str, *words: str, run: str = RUN, code: int = 0, workers: int = 1
) -> tuple[str, str]:
    """Run the command with few draws; return both streams."""
    capsys.readouterr()
    small = () if "--draws" in words else SMALL
    assert main(["supply", run, "--store", store, "--workers", str(workers), *small, *words]) == code
    return capsys.readouterr()


def answer(capsys: pytest.CaptureFixture[str], store: str, *words: str, run: str = RUN, workers: int = 1) -> Any:
    """Run the command with --json; return the one document it prints."""
    return json.loads(call(capsys, store, "--json", *words, run=run, workers=workers)[0])


def study(capsys: pytest.CaptureFixture[str], store: str, *words: str, run: str = RUN, workers: int = 1) -> Artefact:
    """Make a study, or find it; return it."""
    told = answer(capsys, store, *words, "--show", "logistics", run=run, workers=workers)  # a short document
    (found,) = (one for one in of_run(Path(store), asked_run(told), "supply") if one.artefact_id == told["study_id"])
    return found


def asked_run(told: Any) -> str:
    """Return the run that a study was asked of."""
    return str(told["study_id"]).rpartition("-supply-")[0]


def linked(store: str, run_id: str) -> tuple[str, ...]:
    """Return the runs that a run is to be read with."""
    return open_store(store).open(run_id).manifest.linked
