"""What was derived from a run later is sealed whole or not there at all (truth: derived)."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ops_data.artefacts import FORMAT, Artefact, ArtefactIdentity, find, make, of_run, open_artefact, write_rows
from ops_data.errors import StoreError, UnknownNameError
from ops_data.files import Lock
from ops_data.manifest import MANIFEST

WHO = ArtefactIdentity("environment", "calm-0a1b2c3d", "f" * 64, {"members": 2, "files": {}}, "1.0+code.abc")
SCENARIO = {"name": "calm", "environment": {"grid_km": 4}}
Fill = Callable[[Path], tuple[str, ...]]


def filled(folder: Path) -> tuple[str, ...]:
    """Write a table of two rows and a file of bytes."""
    write_rows(folder, "drawn", [{"replicate": [0], "key": ["plume.kz_m2_s"], "value": np.array([1e-3])}] * 2)
    (folder / "maps.nc").write_bytes(b"maps")
    return ("one reading was mended",)


def made(store: Path, who: ArtefactIdentity = WHO, fill: Fill = filled) -> Artefact:
    """Make an artefact in a store."""
    return make(store, who, SCENARIO, fill)


def names(store: Path) -> list[str]:
    """Return everything in the folder of artefacts."""
    return sorted(path.name for path in (store / "artefacts").iterdir())


def rewritten(artefact: Artefact, **changes: object) -> None:
    """Change entries of the manifest behind the back of the store."""
    path = artefact.folder / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_an_artefact_bears_its_run_its_kind_and_a_hash_of_what_it_is() -> None:
    assert WHO.artefact_id.startswith("calm-0a1b2c3d-environment-")
    others = (
        replace(WHO, kind="other"),
        replace(WHO, run_sha256="e" * 64),
        replace(WHO, choices={"members": 3, "files": {}}),
        replace(WHO, choices={"members": 2, "files": {"zones": "abc"}}),
        replace(WHO, code_version="1.1"),
    )
    assert len({WHO.artefact_id, *(one.artefact_id for one in others)}) == 1 + len(others)


def test_what_was_made_is_found_again_with_its_files_and_notes(tmp_path: Path) -> None:
    assert find(tmp_path, WHO) is None
    sealed = made(tmp_path)
    found = find(tmp_path, WHO)
    assert found is not None
    assert (found.folder, found.identity, found.scenario) == (sealed.folder, WHO, SCENARIO)
    assert found.notes == ("one reading was mended",)
    assert found.table("drawn")["value"].tolist() == [1e-3, 1e-3]
    assert found.file("maps.nc").read_bytes() == b"maps"
    assert find(tmp_path, replace(WHO, code_version="2.0")) is None
    assert names(tmp_path) == [WHO.artefact_id]


def test_artefacts_of_a_run_are_told_oldest_first_and_those_of_a_longer_name_are_not_its(tmp_path: Path) -> None:
    assert of_run(tmp_path, WHO.run_id, WHO.kind) == []
    for members in (3, 1, 2):
        made(tmp_path, replace(WHO, choices={"members": members}))
    made(tmp_path, replace(WHO, run_id=f"{WHO.run_id}-environment"))
    made(tmp_path, replace(WHO, kind="other"))
    found = of_run(tmp_path, WHO.run_id, WHO.kind)
    assert sorted(one.identity.choices["members"] for one in found) == [1, 2, 3]
    assert [one.created for one in found] == sorted(one.created for one in found)


@pytest.mark.parametrize("error", [StoreError("the disk is full"), KeyboardInterrupt(), ValueError("odd")])
def test_a_writer_that_raises_leaves_nothing_under_the_name_nor_beside_it(tmp_path: Path, error: BaseException) -> None:
    def breaks(folder: Path) -> tuple[str, ...]:
        filled(folder)
        raise error

    with pytest.raises(type(error)):
        made(tmp_path, fill=breaks)
    assert names(tmp_path) == []
    assert find(tmp_path, WHO) is None
    assert made(tmp_path).table("drawn")["replicate"].tolist() == [0, 0]


def test_what_an_attempt_that_was_killed_left_behind_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / "artefacts" / f".{WHO.artefact_id}.partial"
    left.mkdir(parents=True)
    (left / "half.parquet").write_bytes(b"half")
    sealed = made(tmp_path)
    assert "half.parquet" not in sealed.manifest["files"]
    assert names(tmp_path) == [WHO.artefact_id]


def test_an_artefact_that_another_process_has_sealed_meanwhile_is_not_made_over(tmp_path: Path) -> None:
    before = made(tmp_path).manifest

    def never(folder: Path) -> tuple[str, ...]:
        raise AssertionError(folder)

    assert made(tmp_path, fill=never).manifest == before
    assert names(tmp_path) == [WHO.artefact_id]


def test_two_makers_of_the_same_artefact_do_not_mix(tmp_path: Path) -> None:
    folder = tmp_path / "artefacts"
    folder.mkdir()
    with (
        Lock(folder / f".{WHO.artefact_id}.lock"),
        pytest.raises(StoreError, match=f"process {os.getpid()}"),
    ):
        made(tmp_path)
    assert made(tmp_path).artefact_id == WHO.artefact_id


def test_a_store_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "artefacts").write_text("in the way")
    with pytest.raises(StoreError, match="cannot make an artefact: a file stands where a folder is needed"):
        made(tmp_path)


def test_a_file_that_was_changed_is_found_damaged_with_what_to_do(tmp_path: Path) -> None:
    sealed = made(tmp_path)
    (sealed.folder / "maps.nc").write_bytes(b"Maps")
    with pytest.raises(StoreError, match=r"maps\.nc: the artefact is damaged: its SHA-256 differs.*remove its folder"):
        sealed.file("maps.nc")
    (sealed.folder / "drawn.parquet").unlink()
    with pytest.raises(StoreError, match="cannot read the artefact: a file or folder has gone"):
        sealed.table("drawn")


def test_a_file_it_never_had_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"has no file 'map\.nc'; did you mean 'maps\.nc'"):
        made(tmp_path).file("map.nc")


@pytest.mark.parametrize(
    ("entry", "value"),
    [("notes", ["another"]), ("scenario", {}), ("files", {}), ("identity", {"kind": "x"}), ("format", "one")],
)
def test_a_manifest_that_was_changed_is_refused(tmp_path: Path, entry: str, value: object) -> None:
    sealed = made(tmp_path)
    rewritten(sealed, **{entry: value})
    with pytest.raises(StoreError, match="the artefact is damaged"):
        find(tmp_path, WHO)


def test_the_time_and_the_length_of_the_making_are_told_and_not_sealed(tmp_path: Path) -> None:
    sealed = made(tmp_path)
    rewritten(sealed, created="2020-01-01T00:00:00+00:00", wall_s=9.0)
    assert open_artefact(sealed.folder).created == "2020-01-01T00:00:00+00:00"


def test_an_artefact_of_a_newer_version_asks_for_an_upgrade(tmp_path: Path) -> None:
    sealed = made(tmp_path)
    rewritten(sealed, format=FORMAT + 1)
    with pytest.raises(StoreError, match="written by a newer version of this software; upgrade it"):
        open_artefact(sealed.folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "\0", '{"format": 1}'])
def test_a_manifest_that_is_none_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    sealed = made(tmp_path)
    (sealed.folder / MANIFEST).write_text(text)
    with pytest.raises(StoreError, match="it is not a manifest in JSON") as caught:
        open_artefact(sealed.folder)
    assert "\n" not in str(caught.value)


def test_an_artefact_under_another_name_is_refused(tmp_path: Path) -> None:
    sealed = made(tmp_path)
    other = sealed.folder.rename(sealed.folder.with_name("another-environment-00000000"))
    with pytest.raises(StoreError, match="its manifest does not fit"):
        open_artefact(other)
    (other / MANIFEST).unlink()
    with pytest.raises(StoreError, match="cannot read the manifest: a file or folder has gone"):
        open_artefact(other)
