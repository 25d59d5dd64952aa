"""A study is whole under its name or not there, and nothing finished is made twice. Truth: derived."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ops_data import studies
from ops_data.columns import TableData
from ops_data.errors import StoreError
from ops_data.studies import Study, StudyDesign, StudyIdentity, StudyWriter

SCENARIO = {"name": "made-up", "seed": 1}
IDENTITY = StudyIdentity("made up!", "a" * 64, "morris", "b" * 64, 4, 3, 7, "0.1+code.x")
DESIGN = StudyDesign(
    ("mining.cycle_h", "tool.bore_m"), np.arange(8.0).reshape(4, 2) / 8.0, np.arange(8.0).reshape(4, 2)
)
PARTS = ((0, 1), (2, 4), (5, 5), (6, 11))


def outcomes(first: int, last: int) -> dict[str, TableData]:
    """Return two outcomes of each case; a function of the case's number."""
    cases = np.repeat(np.arange(first, last + 1, dtype=np.int32), 2)
    names = ["lifted_wet_t", "fuel_t"] * (last + 1 - first)
    value = cases * 10.0 + np.tile([0.0, 1.0], last + 1 - first)
    return {
        "outcomes": {
            "replicate": cases,
            "name": names,
            "item": [""] * len(cases),
            "period": [""] * len(cases),
            "value": value,
        }
    }


def begun(store: Path, identity: StudyIdentity = IDENTITY) -> StudyWriter:
    return studies.begin(store, identity, DESIGN)


def made(store: Path) -> Study:
    with begun(store) as writer:
        for first, last in PARTS:
            writer.parts.write(first, last, outcomes(first, last))
        return writer.seal(SCENARIO, 1.5)


def test_a_sealed_study_is_found_again_with_its_design_and_outcomes(tmp_path: Path) -> None:
    assert studies.find(tmp_path, IDENTITY) is None
    assert made(tmp_path).study_id == IDENTITY.study_id
    found = studies.find(tmp_path, IDENTITY)
    assert found is not None
    frame = found.outcomes()
    assert frame["replicate"].tolist() == np.repeat(np.arange(12), 2).tolist()
    assert frame["value"].tolist() == outcomes(0, 11)["outcomes"]["value"].tolist()  # type: ignore[union-attr]
    design = found.design()
    assert design["row"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert design["key"].astype(str).tolist() == list(DESIGN.keys) * 4
    assert design["quantile"].tolist() == DESIGN.quantiles.ravel().tolist()
    assert design["value"].tolist() == DESIGN.values.ravel().tolist()
    assert found.manifest["scenario"] == SCENARIO
    assert "SALib" in found.manifest["versions"]


def test_nothing_but_the_sealed_folder_is_left(tmp_path: Path) -> None:
    study = made(tmp_path)
    assert [path.name for path in (tmp_path / "studies").iterdir()] == [study.study_id]
    assert sorted(path.name for path in study.folder.iterdir()) == [
        "design.parquet",
        "manifest.json",
        "outcomes.parquet",
    ]


def test_the_order_and_size_of_parts_leave_no_trace(tmp_path: Path) -> None:
    whole = made(tmp_path / "parts").manifest
    with begun(tmp_path / "other") as writer:
        for first, last in ((6, 11), (0, 5)):
            writer.parts.write(first, last, outcomes(first, last))
        other = writer.seal(SCENARIO, 99.0).manifest
    assert other["sha256"] == whole["sha256"]


def test_an_interrupted_study_keeps_its_parts_and_asks_for_the_rest_only(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), begun(tmp_path) as writer:
        writer.parts.write(2, 4, outcomes(2, 4))
        raise KeyboardInterrupt
    with begun(tmp_path) as writer:
        assert writer.missing() == [0, 1, *range(5, 12)]
        with pytest.raises(StoreError, match=r"9 cases are missing, first 0; write them"):
            writer.seal(SCENARIO, 1.0)
        writer.parts.write(0, 1, outcomes(0, 1))
        writer.parts.write(5, 11, outcomes(5, 11))
        sealed = writer.seal(SCENARIO, 1.0)
    assert sealed.manifest["sha256"] == made(tmp_path / "undisturbed").manifest["sha256"]


def test_a_damaged_part_is_made_again(tmp_path: Path) -> None:
    with begun(tmp_path) as writer:
        for first, last in PARTS:
            writer.parts.write(first, last, outcomes(first, last))
        path = writer.parts.folder / "000002-000004.outcomes.parquet"
        path.write_bytes(path.read_bytes()[:-20])
        assert writer.missing() == [2, 3, 4]


def test_leaving_without_any_part_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), begun(tmp_path):
        raise KeyboardInterrupt
    assert list((tmp_path / "studies").iterdir()) == []


def test_a_study_cannot_be_made_twice_or_by_two(tmp_path: Path) -> None:
    with begun(tmp_path), pytest.raises(StoreError, match="is writing this run now"):
        begun(tmp_path)
    made(tmp_path)
    with pytest.raises(StoreError, match="the study is sealed already; open it, or remove the folder to redo it"):
        begun(tmp_path)


@pytest.mark.parametrize("name", ["outcomes.parquet", "design.parquet"])
def test_a_damaged_table_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    study = made(tmp_path)
    path = study.folder / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    read = study.outcomes if name == "outcomes.parquet" else study.design
    with pytest.raises(StoreError) as caught:
        read()
    assert str(caught.value) == (
        f"{path}: the study is damaged: its SHA-256 differs from the sealed one; "
        "remove its folder and repeat the command"
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256": "x", "identity": {}, "files": {}}'])
def test_a_damaged_manifest_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    path = made(tmp_path).folder / "manifest.json"
    path.write_text(text)
    with pytest.raises(StoreError, match=r"the study is damaged: .*; remove its folder and repeat the command"):
        studies.find(tmp_path, IDENTITY)


def test_a_changed_manifest_is_noticed(tmp_path: Path) -> None:
    path = made(tmp_path).folder / "manifest.json"
    document = json.loads(path.read_text())
    document["files"]["outcomes.parquet"]["rows"] += 1
    path.write_text(json.dumps(document))
    with pytest.raises(StoreError, match="its manifest does not fit"):
        studies.find(tmp_path, IDENTITY)


def test_everything_that_changes_a_row_changes_the_name() -> None:
    others = [
        replace(IDENTITY, scenario_sha256="c" * 64), replace(IDENTITY, method="sobol"), replace(IDENTITY, seed=8),
        replace(IDENTITY, design_sha256="c" * 64), replace(IDENTITY, rows=5), replace(IDENTITY, replicates=2),
        replace(IDENTITY, code_version="0.2"),
    ]  # fmt: skip
    names = {one.study_id for one in (IDENTITY, *others)}
    assert len(names) == len(others) + 1
    assert IDENTITY.study_id.startswith("made-up-morris-")
