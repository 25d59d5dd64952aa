"""A package is whole under its name or not there, and verify finds whatever was changed in it.

Truth: derived; an undisturbed package beside each disturbed one.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops_data.errors import StoreError
from ops_data.export.package import MANIFEST, building, verify
from tests.ops_data.export.made_up_package import build, build_tables_only

PLAYER = "tests.ops_data.export.made_up_package"


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return name → bytes of every file."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a whole package; tests change copies of it."""
    target = tmp_path_factory.mktemp("package") / "review"
    build(target)
    return target


@pytest.fixture
def copy(package: Path, tmp_path: Path) -> Path:
    """Return a copy of the package."""
    return Path(shutil.copytree(package, tmp_path / "review"))


def test_a_package_verifies_and_names_every_file(package: Path) -> None:
    found = verify(package)
    assert (found.problems, found.numbers) == ((), 20)
    assert found.files == len(bytes_of(package)) - 1
    assert found.recheck[-1] == "20 numbers, 0 different"


def test_the_manifest_is_what_sha256sum_checks(package: Path) -> None:
    lines = [line.split("  ") for line in (package / MANIFEST).read_text().splitlines()]
    named = {name: digest for digest, name in lines}
    expected = {name: hashlib.sha256(data).hexdigest() for name, data in bytes_of(package).items() if name != MANIFEST}
    assert named == expected
    assert list(named) == sorted(named)


def test_two_builds_in_two_processes_have_the_same_bytes_and_name_no_machine(
    package: Path, root: Path, tmp_path: Path
) -> None:
    target = tmp_path / "elsewhere" / "another-name"
    subprocess.run([sys.executable, "-m", PLAYER, "build", str(target)], cwd=root, check=True)
    one, two = bytes_of(package), bytes_of(target)
    assert [name for name in one if one[name] != two.get(name)] == []
    assert set(one) == set(two)
    here = [str(root), str(package.parent), str(tmp_path), str(Path.home())]
    assert [name for name, data in two.items() for place in here if place.encode() in data] == []


def test_changed_added_lost_and_linked_files_are_each_told(copy: Path) -> None:
    (copy / "tables" / "holes.csv").write_text("hole,x_m,y_m\n0,0.0,0.0\n1,3.0,5.0\n")
    (copy / "note.txt").write_text("added")
    (copy / "vectors" / "zones.parquet").unlink()
    (copy / "summary.parquet").unlink()
    (copy / "summary.parquet").symlink_to(copy / "tables" / "closure.parquet")
    found = verify(copy).problems
    assert found[:4] == (
        f"{copy}/vectors/zones.parquet: missing",
        f"{copy}/note.txt: not named in {MANIFEST}",
        f"{copy}/summary.parquet: its SHA-256 differs from the one in {MANIFEST}",
        f"{copy}/tables/holes.csv: its SHA-256 differs from the one in {MANIFEST}",
    )
    assert [line.split(": ")[1] for line in found[4:]] == ["DIFFERENT  one"]


def test_a_script_that_is_not_ours_is_not_run(copy: Path, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    script = f"open({str(trap)!r}, 'w')\n"
    (copy / "recheck.py").write_text(script)
    lines = (copy / MANIFEST).read_text().splitlines()
    fitting = [
        f"{hashlib.sha256(script.encode()).hexdigest()}  recheck.py" if line.endswith("  recheck.py") else line
        for line in lines
    ]
    (copy / MANIFEST).write_text("\n".join(fitting) + "\n")
    found = verify(copy)
    assert not trap.exists()
    assert found.problems == ()
    assert found.recheck[0] == "recheck.py of the package is of another version; the one of this software was run"


def test_a_package_whose_summary_is_gone_fails_in_one_line(copy: Path) -> None:
    (copy / "summary.csv").unlink()
    found = verify(copy)
    assert found.problems[0] == f"{copy}/summary.csv: missing"
    assert "FAILED     recheck.py broke off: FileNotFoundError" in found.problems[1]


def test_a_folder_that_is_no_package_and_a_damaged_manifest_are_told(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        verify(tmp_path)
    assert str(caught.value) == f"{tmp_path}: no review package: {MANIFEST} is missing; name the folder of an export"
    (copy / MANIFEST).write_text("nonsense\n")
    with pytest.raises(StoreError, match="the manifest is damaged: a line is not 'hash  name'"):
        verify(copy)


def test_what_is_there_is_never_written_over(copy: Path, tmp_path: Path) -> None:
    before = bytes_of(copy)
    with pytest.raises(StoreError) as caught:
        build_tables_only(copy)
    assert str(caught.value) == (
        f"{copy}: a review package is there and is not written over; remove it or give --out a new name"
    )
    assert bytes_of(copy) == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="a folder that is not empty is there"):
        build_tables_only(tmp_path / "mine")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StoreError, match="a file is there"):
        build_tables_only(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    build_tables_only(tmp_path / "empty")
    assert (tmp_path / "empty" / MANIFEST).is_file()


def test_an_error_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    def break_off(error: BaseException) -> None:
        with building(tmp_path / "review") as folder:
            (folder / "half.txt").write_text("half")
            raise error

    for error in (StoreError("the disk is full"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            break_off(error)
        assert list(tmp_path.iterdir()) == []


def test_two_processes_cannot_build_under_one_name(tmp_path: Path) -> None:
    with building(tmp_path / "review") as folder:
        (folder / "a.txt").write_text("a")
        with pytest.raises(StoreError, match="is writing this run now"):
            build_tables_only(tmp_path / "review")
    assert sorted(path.name for path in (tmp_path / "review").iterdir()) == ["a.txt", MANIFEST]


def test_a_build_killed_at_any_step_is_whole_or_absent_and_the_next_one_succeeds(root: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", PLAYER, "kill", str(tmp_path)], cwd=root, check=True)
    build_tables_only(tmp_path / "undisturbed")
    whole = bytes_of(tmp_path / "undisturbed")
    steps = sorted(path for path in tmp_path.iterdir() if path.name != "undisturbed")
    assert len(steps) > 25
    absent = 0
    for place in steps:
        if (place / "out").exists():
            assert bytes_of(place / "out") == whole, place.name
            continue
        absent += 1
        build_tables_only(place / "out")
        assert bytes_of(place / "out") == whole, place.name
        assert [path.name for path in place.iterdir()] == ["out"], place.name
    assert 20 < absent < len(steps)
