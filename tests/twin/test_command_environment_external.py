"""``twin environment --external`` as a person uses it, with a stand-in for the other program (truth: derived)."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twin.__main__ import main

SHORT = (
    *("--set", "campaign.charter_end=2027-02-18T09:00:00+09:00", "--set", "campaign.end=2027-02-22T09:00:00+09:00"),
    *("--set", "campaign.target_by=[2027-02-10]", "--set", 'campaign.variability="drawn"'),
)
STUDY = ("--members", "3", "--workers", "1", "--set", "environment.grid_km=4", "--set", "environment.cell_m=100")
WHERE_RELEASED = """
import sys, pathlib, numpy as np, xarray
folder = pathlib.Path(sys.argv[3])
rows = np.loadtxt(folder / "particles.csv", delimiter=",", skiprows=1)
data = {"x_m": rows[:, 1], "y_m": rows[:, 2], "height_m": 0.0 * rows[:, 3], "settled": 1.0 + 0.0 * rows[:, 3]}
found = {name: ("particle", values) for name, values in data.items()}
xarray.Dataset(found, attrs={"version": "9.8"}).to_netcdf(folder / "result.nc")
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = str(tmp_path_factory.mktemp("store"))
    assert main(["run", "calm", *SHORT, "--replicates", "3", "--workers", "1", "--store", place, "--json"]) == 0
    assert main(["environment", "calm", *STUDY, "--store", place, "--json"]) == 0
    return place


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder in which temporary files are made."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place


def stand_in(folder: Path, text: str) -> str:
    """Return a program in the place of an interpreter; it gets -I, the driver and the folder."""
    path = folder / "python"
    path.write_text(f"#!{sys.executable}\n{text}", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def asked(store: str, python: str, *words: str, program: str = "parcels") -> list[str]:
    """Return the words of the command."""
    return ["environment", "calm", *STUDY, "--store", store, "--external", program, "--python", python, *words]


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """Return the JSON document of a command."""
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def mistake(capsys: pytest.CaptureFixture[str], code: int, words: list[str]) -> str:
    """Run a command that is wrong; return what it says on standard error."""
    capsys.readouterr()
    assert main(words) == code
    printed, errors = capsys.readouterr()
    assert printed == ""
    return errors


def test_both_models_stand_side_by_side(
    store: str, tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Derived: the stand-in lays every particle down where it was released, and all of it within 1 km."""
    capsys.readouterr()
    assert main(asked(store, stand_in(tmp_path, WHERE_RELEASED), "--particles", "500")) == 0
    said = capsys.readouterr()
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "this project parcels" in lines
    assert "version 0.1.0 9.8" in lines
    (within,) = (line for line in lines if line.startswith("deposited within 1 km"))
    assert within.endswith(" 100.0 %")
    assert "still afloat, t 0" in "\n".join(lines) or any(line.startswith("still afloat, t") for line in lines)
    assert max(map(len, said.out.splitlines())) <= 80
    assert "releases go to parcels; this may take minutes" in said.err
    assert not any(temporary.iterdir())


def test_the_other_program_is_given_what_drifts_near_the_bed(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Derived: the particles weigh what our own plumes release; the current covers the case; both books close."""
    kept = tmp_path / "made" / "exchange"
    found = told(capsys, *asked(store, stand_in(tmp_path, WHERE_RELEASED), "--keep", str(kept), "--step", "120"))
    ours, theirs = found["models"]
    assert (ours["name"], theirs["name"], theirs["version"]) == ("this project", "parcels", "9.8")
    rows = np.loadtxt(kept / "particles.csv", delimiter=",", skiprows=1)
    assert len(rows) == found["particles"] and found["releases_left_out"] == 0
    assert rows[:, 5].sum() == pytest.approx(1e3 * ours["released_t"], rel=1e-12)
    assert theirs["released_t"] == ours["released_t"] > 0.0
    assert max(one["unaccounted"] for one in (ours, theirs)) < 1e-12
    assert theirs["deposited_share"] == {f"within {far} km": pytest.approx(1.0) for far in (1, 5, 10)}
    assert 0.0 < ours["deposited_share"]["within 1 km"] < 1.0
    assert list(ours["furthest_km"]) == ["0.1 mm", "1 mm", "10 mm"]
    case = json.loads((kept / "case.json").read_text())
    current = np.loadtxt(kept / "current.csv", delimiter=",", skiprows=1)
    assert case["step_s"] == found["step_s"] == 120.0
    assert current[0, 0] <= rows[:, 0].min() and current[-1, 0] >= case["until_s"]


def test_the_member_with_the_median_release_goes_unless_another_is_asked_for(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    python = stand_in(tmp_path, WHERE_RELEASED)
    found = {number: told(capsys, *asked(store, python, "--replicate", str(number))) for number in range(3)}
    released = {number: one["models"][0]["released_t"] for number, one in found.items()}
    assert len(set(released.values())) == 3
    assert [one["replicate"] for one in found.values()] == [0, 1, 2]
    study = told(capsys, "environment", "calm", *STUDY, "--store", store)
    default = told(capsys, *asked(store, python))
    assert default["study_id"] == study["study_id"]
    assert default == {**found[default["replicate"]], "models": default["models"]}
    errors = mistake(capsys, 2, asked(store, python, "--replicate", "7"))
    assert "--replicate 7: the study has 0 to 2; name one of these or raise --members" in errors


def test_options_that_do_not_go_together_are_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = str(tmp_path / "nowhere")
    here = sys.executable
    for words, expected in (
        (("--python", here), "--python: it belongs to --external; add --external parcels or --external opendrift"),
        (("--replicate", "1"), "--replicate: it belongs to --external"),
        (("--particles", "9"), "--particles: it belongs to --external"),
        (("--step", "60"), "--step: it belongs to --external"),
        (("--keep", nowhere), "--keep: it belongs to --external"),
        (("--external", "parcels"), "--external parcels: --python is needed: the interpreter in which parcels is "),
        (("--external", "parcel", "--python", here), "did you mean 'parcels'?"),
        (("--external", "parcels", "--python", nowhere), f"--python {nowhere}: there is no such program; name the "),
        (("--external", "parcels", "--python", here, "--csv", "-"), "--csv: it shows the study, --external a compari"),
        (("--external", "opendrift", "--python", here, "--keep", str(tmp_path)), "it is there already; name a folder"),
    ):
        errors = mistake(capsys, 2, ["environment", "calm", "--store", nowhere, *words])
        assert expected in errors and errors.count("\n") == 1, words
    assert not Path(nowhere).exists()


def test_a_study_without_releases_has_nothing_to_hand_over(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Derived: both sources near the bed are switched off."""
    none = ("--set", 'environment.seabed_loss="none"', "--set", 'environment.emergency_dump="none"')
    errors = mistake(capsys, 1, asked(store, stand_in(tmp_path, WHERE_RELEASED), *none))
    assert "no member releases sediment; there is nothing to hand over" in errors


def test_a_program_that_fails_leaves_its_folder_and_one_that_cannot_leaves_none(
    store: str, tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    errors = mistake(capsys, 1, asked(store, stand_in(tmp_path, "import sys\nsys.exit('the sea is dry')")))
    (left,) = temporary.iterdir()
    assert f"parcels: ended with code 1 (the sea is dry); its files are in {left}: " in errors
    assert (left / "particles.csv").exists()
    touch = ("--set", 'environment.bed_rule="first_touch"')
    errors = mistake(capsys, 1, asked(store, sys.executable, *touch, program="opendrift"))
    assert "opendrift: bed rule is 'first_touch'; its bed is the flux rule" in errors
    errors = mistake(capsys, 2, asked(store, sys.executable))
    assert "has no parcels (No module named 'parcels'); install it there with: pip install parcels" in errors
    assert list(temporary.iterdir()) == [left]
