"""Comparing two packages names every file, column and number that differs, and nothing else.

Truth: derived; one change at a time.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest

from ops_data.errors import StoreError
from ops_data.export.compare import compare
from ops_data.export.package import write_manifest
from tests.ops_data.export import made_up_package
from tests.ops_data.export.made_up_package import build


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a whole package; tests change copies of it."""
    target = tmp_path_factory.mktemp("package") / "review"
    build(target)
    return target


@pytest.fixture
def other(package: Path, tmp_path: Path) -> Path:
    """Return a copy of the package."""
    return Path(shutil.copytree(package, tmp_path / "other"))


def edit(path: Path, old: str, new: str) -> None:
    """Change one text in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_package_is_like_itself_and_its_copy(package: Path, other: Path) -> None:
    assert compare(package, package) == compare(package, other) == []


def test_numbers_columns_rows_and_files_that_differ_are_each_named(package: Path, other: Path) -> None:
    edit(other / "summary.csv", ",0.0525,0.0285,0.0525,", ",0.06,0.0285,0.0525,")
    edit(other / "tables" / "closure.csv", "1,2.0,1.5,0.5", "1,2.5,1.5,0.5")
    with (other / "tables" / "holes.csv").open("a") as file:
        file.write("2,1.0,1.0\n")
    (other / "vectors" / "zones.parquet").unlink()
    (other / "note.txt").write_text("added")
    (other / "vectors" / "review.gpkg").write_bytes(b"other")
    write_manifest(other)
    assert compare(package, other) == [
        f"vectors/zones.parquet: only in {package}",
        f"note.txt: only in {other}",
        "summary.csv: area: value 0.0525 and 0.06 km2",
        "tables/closure.csv: column released_t: 1 of 3 values differ, largest difference 0.5",
        "tables/holes.csv: 2 and 3 rows",
        "vectors/review.gpkg: the bytes differ",
    ]


def test_maps_are_compared_variable_by_variable(package: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (other / "grids" / "members.nc").unlink()
    (other / "grids" / "maps.nc").unlink()
    monkeypatch.setattr(made_up_package, "plume", lambda member: np.full((7, 9), 1e-3 * member))
    made_up_package.write_maps(other / "grids")
    write_manifest(other)
    assert [line.split(":")[:2] for line in compare(package, other)] == [
        ["grids/maps.nc", " variable exceedance_probability concentration_level 0"],
        ["grids/maps.nc", " variable max_concentration"],
        ["grids/maps.nc", " variable mean_thickness"],
        ["grids/maps.nc", " variable p90_thickness"],
        ["grids/members.nc", " variable above_time member 0"],
        ["grids/members.nc", " variable deposit_thickness member 0"],
        ["grids/members.nc", " variable max_concentration member 0"],
    ]
    assert compare(package, other)[1].endswith(": 63 of 63 values differ, largest difference 0.004")


def test_words_and_columns_that_differ_are_told(package: Path, other: Path) -> None:
    edit(other / "tables" / "outcomes.csv", "replicate,name,", "replicate,label,")
    edit(other / "tables" / "outcomes.csv", "2,never_h", "2,ever_h")
    edit(other / "summary.csv", "one,plume", "two,plume")
    write_manifest(other)
    assert compare(package, other) == [
        "summary.csv: one: only in the first",
        "summary.csv: two: only in the second",
        "tables/outcomes.csv: columns only in the first: name",
        "tables/outcomes.csv: columns only in the second: label",
    ]


def test_a_table_that_cannot_be_read_is_told_in_one_line(package: Path, other: Path) -> None:
    (other / "tables" / "closure.csv").write_bytes(b"\xff\xfe,\n")
    write_manifest(other)
    with pytest.raises(StoreError, match=r"closure\.csv: cannot be compared with"):
        compare(package, other)
    (other / "manifest-sha256.txt").unlink()
    with pytest.raises(StoreError, match="no review package"):
        compare(package, other)
