"""``twin environment`` as a person uses it (truth: derived; rows of the run, numpy over members)."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import twin.commands.environment_made as environment_made
import twin.ensemble
import twin.environment_study
from ops_data.columns import TableData
from ops_data.errors import StoreError
from ops_data.grids import read_grid
from ops_data.manifest import MANIFEST, RunIdentity, json_sha256
from ops_data.store import open_store
from tests.twin.studies import VOYAGE, left, run_id, said, studies, study, told
from twin.__main__ import main

MEMBERS = 5


def sealed_before_there_were_settings(place: str) -> str:
    """Seal a run whose scenario knows nothing of the environment; return its id."""
    scenario = {"name": "old", "title": "Old", "description": "Made before."}
    who = RunIdentity(
        scenario="old", scenario_sha256=json_sha256(scenario), seed=1, first_replicate=0, last_replicate=0,
        parameters="drawn", detail="intervals", mass_basis="wet", code_version="0.0.1",
    )  # fmt: skip
    rows: TableData = {"replicate": [0], "date": ["2027-01-01"], "name": ["lifted_dry_t"], "value": [1.0]}
    with open_store(place, create=True).begin(who) as writer:
        writer.parts.write(0, 0, {"daily": rows})
        return writer.seal(scenario, {}, wall_s=1.0).run_id


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with a voyage of five replicates, one that never lifts, one without intervals, an old one."""
    place = str(tmp_path_factory.mktemp("store"))
    words = ["run", "--store", place, "--workers", "1", "--replicates"]
    assert main([*words, str(MEMBERS), VOYAGE]) == 0
    assert main([*words, "2", "pilot-2027", "--set", "limits.setup_hs_m=0.1"]) == 0
    assert main([*words, "1", "calm", "--set", "campaign.detail=daily"]) == 0
    sealed_before_there_were_settings(place)
    return place


def test_every_member_closes_against_the_rows_of_its_run(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = told(capsys, store)
    closure = study(capsys, store).table("closure").set_index("replicate")
    releases = study(capsys, store).table("releases")
    intervals = open_store(store).open(VOYAGE).table("intervals")
    lifted_t = intervals[intervals["activity"] == "lift"].groupby("replicate")["dry_t"].sum()
    assert closure["lifted_t"].to_numpy() == pytest.approx(lifted_t.to_numpy(), rel=1e-12)
    stirred_t = closure["loss_share"] * (closure["lifted_t"] + closure["unlifted_t"])
    assert closure["seabed_loss_t"].to_numpy() == pytest.approx(stirred_t.to_numpy(), rel=1e-12)
    given_t = releases.groupby("replicate")["dry_kg"].sum() / 1e3
    assert closure["released_t"].to_numpy() == pytest.approx(given_t.to_numpy(), rel=1e-12)
    went_t = closure[["near_field_t", "deposited_t", "beyond_t", "afloat_t"]].sum(axis=1)
    assert closure["released_t"].to_numpy() == pytest.approx(went_t.to_numpy(), rel=1e-12)
    assert document["closure"]["residual"] <= 1e-12
    assert document["closure"]["sums"]["released_t"]["p50"] == pytest.approx(given_t.median())
    assert (document["members"], document["run_id"]) == (MEMBERS, run_id(store))


def test_maps_over_members_are_those_of_numpy_over_the_members_kept(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed = study(capsys, store)
    each, over = read_grid(sealed.file("members.nc")), read_grid(sealed.file("maps.nc"))
    highest = each["max_concentration"].to_numpy().astype(np.float64)
    assert highest.shape == (MEMBERS, 40, 40)
    assert highest.max() > 0.0
    assert over["max_concentration_p90"].to_numpy() == pytest.approx(np.percentile(highest, 90.0, axis=0), rel=1e-5)
    share = (highest[:, np.newaxis] > np.array([1e-4, 1e-3, 1e-2])[:, np.newaxis, np.newaxis]).mean(axis=0)
    assert over["exceedance_probability"].to_numpy() == pytest.approx(share, abs=1e-6)
    outcomes = sealed.table("outcomes")
    area = outcomes[(outcomes["name"] == "plume_area_km2") & (outcomes["item"] == "0.1 mg/L")]["value"].to_numpy()
    assert area == pytest.approx((highest > 1e-4).sum(axis=(1, 2)) * 0.01)
    assert told(capsys, store)["probability_above"]["0.1 mg/L"] == pytest.approx((area > 0.0).mean())


def test_the_text_is_plain_and_80_letters_wide(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text, notes = said(capsys, store)
    prose = [line for line in text.splitlines() if store not in line and "twin " not in line]
    assert [line for line in prose if len(line) > 80 or line != line.rstrip()] == []
    assert "Where the sediment goes; 5 members, seed 1." in text
    assert "not a rule" in text
    assert "Traceback" not in notes


def test_csv_and_figure_are_written_as_asked(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, page = tmp_path / "plumes.csv", tmp_path / "maps.html"
    _, notes = said(capsys, store, "--csv", str(table), "--figure", str(page))
    assert f"figure written to {page}" in notes
    rows = {(row["name"], row["item"]): row for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())}
    document = told(capsys, store)["indicators"]
    one = rows["plume_area_km2", "0.1 mg/L"]
    assert float(one["p90"]) == document["plume_area_km2[0.1 mg/L]"]["p90"]
    assert "plotly" in page.read_text(encoding="utf-8")
    assert said(capsys, store, "--csv", "-")[0] == table.read_text(encoding="utf-8")


def test_a_second_call_finds_the_sealed_study_and_another_choice_makes_another(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first = study(capsys, store)
    before = {path.name: path.stat().st_mtime_ns for path in first.folder.iterdir()}
    _, notes = said(capsys, store)
    assert f"study {first.artefact_id} was sealed before and is used again" in notes
    assert {path.name: path.stat().st_mtime_ns for path in first.folder.iterdir()} == before
    ids = {
        first.artefact_id,
        *(
            study(capsys, store, *words).artefact_id
            for words in (
                ("--set", 'environment.bed_rule="first_touch"'),
                ("--set", "plume.kz_m2_s=0.002"),
                ("--members", "3"),
            )
        ),
    }
    assert len(ids) == 4
    assert ids <= left(store)


def test_members_are_the_same_however_many_are_asked_for(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    some, whole = (study(capsys, store, *words).table("closure") for words in (("--members", "3"), ()))
    assert some["replicate"].tolist() == [0, 1, 2]
    pd.testing.assert_frame_equal(some, whole.iloc[:3].reset_index(drop=True))


def test_the_number_of_workers_leaves_no_trace(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file to the last byte, the manifest's hashes with them; the pool is made to start for so few members."""
    choice = ("--set", 'environment.return_water="mid_water"', "--set", "environment.step_s=1200")
    one = study(capsys, store, *choice)
    alone = {name: one.file(name).read_bytes() for name in one.manifest["files"]}
    moved = one.folder.rename(one.folder.with_name("moved"))
    used: list[int] = []
    play = twin.ensemble.play_ensemble

    def pooled(*words: Any, workers: int, **more: Any) -> None:
        used.append(workers)
        play(*words, workers=workers, pool_worth_s=0.0, **more)

    monkeypatch.setattr(twin.ensemble, "play_ensemble", pooled)
    other = study(capsys, store, *choice, "--workers", "2")
    assert used == [2]
    assert {name: other.file(name).read_bytes() for name in other.manifest["files"]} == alone
    before = json.loads((moved / MANIFEST).read_text())
    assert (other.manifest["sha256"], other.manifest["files"]) == (before["sha256"], before["files"])


def test_a_disk_that_refuses_a_member_leaves_nothing_of_the_study(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left(store)
    write = environment_made.MemberWriter.__call__

    def refuses(writer: environment_made.MemberWriter, first: int, last: int, played: Any) -> None:
        if last >= 2:
            raise StoreError("here: the disk is full; free some space")
        write(writer, first, last, played)

    monkeypatch.setattr(environment_made.MemberWriter, "__call__", refuses)
    _, notes = said(capsys, store, "--set", "environment.step_s=1000", code=1)
    assert notes.splitlines()[-1] == "twin: here: the disk is full; free some space"
    assert left(store) == before
    monkeypatch.undo()
    assert study(capsys, store, "--set", "environment.step_s=1000").artefact_id not in before


def test_a_fault_while_maps_are_written_leaves_nothing_of_the_study(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left(store)

    def refuses(*_words: Any) -> None:
        raise StoreError("maps: the disk is full")

    monkeypatch.setattr(environment_made.Making, "_write_grids", refuses)
    said(capsys, store, "--set", "environment.step_s=1100", code=1)
    assert left(store) == before


def test_a_request_to_stop_ends_with_130_and_leaves_nothing(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left(store)

    @contextmanager
    def asked() -> Iterator[Callable[[], bool]]:
        calls = iter([False] * 4)
        yield lambda: next(calls, True)

    monkeypatch.setattr(environment_made, "asked_to_stop", asked)
    _, notes = said(capsys, store, "--set", "environment.step_s=1300", code=130)
    assert "interrupted: nothing of the study is kept" in notes
    assert left(store) == before


def test_a_run_that_never_lifts_gives_an_honest_empty_answer(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    text, notes = said(capsys, store, run="pilot-2027")
    assert "No sediment is released in any member: nothing was lifted" in " ".join(text.split())
    assert "Traceback" not in notes
    (sealed,) = studies(store, "pilot-2027")
    for name in ("members.nc", "maps.nc"):
        maps = read_grid(sealed.file(name))
        assert not any(maps[one].to_numpy().any() for one in maps.data_vars if maps[one].dims[-2:] == ("y", "x"))
    assert sealed.table("releases").empty
    assert sealed.table("closure")["released_t"].tolist() == [0.0, 0.0]
    document = told(capsys, store, run="pilot-2027")
    assert set(document["probability_above"].values()) == {0.0}
    assert document["indicators"]["deposited_share"]["p50"] is None
    assert document["closure"]["residual"] == 0.0


def test_the_page_and_the_csv_of_a_run_that_never_lifts_can_be_made(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "empty.html"
    said(capsys, store, "--figure", str(page), "--csv", str(tmp_path / "empty.csv"), run="pilot-2027")
    assert page.stat().st_size > 1_000


def test_with_every_source_switched_off_nothing_is_released(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    off = ("--set", 'environment.seabed_loss="none"', "--set", 'environment.emergency_dump="none"')
    text, _ = said(capsys, store, *off)
    assert "every source is switched off" in " ".join(text.split())
    assert told(capsys, store, *off)["closure"]["sums"]["lifted_t"]["p10"] > 0.0


@pytest.mark.parametrize(
    ("run", "words", "code", "says"),
    [
        (VOYAGE, ("--set", "environment.grid=3"), 2, "did you mean 'environment.grid_km'"),
        (VOYAGE, ("--set", "mining.vessels=2"), 2, "a sealed run keeps its campaign"),
        (VOYAGE, ("--set", "environment.cell_m=1"), 2, "a side of the maps has 10 to 2,000 cells"),
        (VOYAGE, ("--set", "environment.deposit_levels_mm=[1, 0.1]"), 2, "each is above the one before"),
        (VOYAGE, ("--set", "plume.settling_2_mm_s=-1"), 2, "-1 found; allowed 1e-06 to 1000 mm/s"),
        (VOYAGE, ("--set", "near_field.clear_kg_m3=5"), 2, "the clear threshold lies below the dense one"),
        (VOYAGE, ("--members", "6"), 2, "has 5 replicates; ask for 5 or fewer"),
        (VOYAGE, ("--members", "0"), 2, "a whole number from 1"),
        (VOYAGE, ("--current", "nowhere.csv"), 2, "a file that is there is needed"),
        (VOYAGE, ("--zones", "nowhere.geojson"), 2, "a file that is there is needed"),
        (VOYAGE, ("--figure", "maps.png"), 2, "let its name end in .html"),
        ("calm", (), 1, "it kept no interval log (detail 'daily')"),
        ("old", (), 1, "it has no environmental settings, for an older version made it; make the run again"),
        ("nobody", (), 2, "run 'nobody': not in store"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_leaves_nothing(
    store: str, capsys: pytest.CaptureFixture[str], run: str, words: tuple[str, ...], code: int, says: str
) -> None:
    before = left(store)
    text, notes = said(capsys, store, *words, run=run, code=code)
    (line,) = notes.splitlines()
    assert line.startswith("twin: ")
    assert says in line
    assert (text, left(store)) == ("", before)


def test_no_more_members_than_the_usual_most_are_played_unless_asked_for(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twin.environment_study, "MOST_MEMBERS", 3)
    assert told(capsys, store)["members"] == 3
    assert told(capsys, store, "--members", str(MEMBERS))["members"] == MEMBERS


def test_a_damaged_study_is_told_with_what_to_do_and_can_be_made_again(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    choice = ("--set", "environment.step_s=1400", "--members", "1")
    sealed = study(capsys, store, *choice)
    path = sealed.folder / "closure.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    _, notes = said(capsys, store, *choice, code=1)
    assert "closure.parquet: the artefact is damaged" in notes
    assert "remove its folder and repeat the command" in notes
    for left_over in sealed.folder.iterdir():
        left_over.unlink()
    sealed.folder.rmdir()
    assert study(capsys, store, *choice).artefact_id == sealed.artefact_id


def test_the_runs_of_the_store_are_not_disturbed_by_its_studies(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    study(capsys, store)
    assert len(open_store(store).runs()) == 4
    assert main(["verify", VOYAGE, "--store", store]) == 0
    assert "is sound" in capsys.readouterr().out
