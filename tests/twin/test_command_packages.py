"""``twin verify`` and ``twin compare`` on review packages (truth: derived; what was changed in made-up ones)."""

import json
import shutil
from pathlib import Path

import pytest

from ops_data.export.package import MANIFEST, write_manifest
from tests.ops_data.export.made_up_package import build
from twin.__main__ import main


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a whole package; tests change copies of it."""
    target = tmp_path_factory.mktemp("package") / "review"
    build(target)
    return target


@pytest.fixture
def changed(package: Path, tmp_path: Path) -> Path:
    """Return a copy in which a number of the summary is another."""
    copy = Path(shutil.copytree(package, tmp_path / "changed"))
    path = copy / "summary.csv"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    number = next(place for place, cell in enumerate(cells) if cell.replace(".", "", 1).isdigit())
    cells[number] = f"{float(cells[number]) + 1.0!r}"
    path.write_text("\n".join([head, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    return copy


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    """Run the command; return both streams."""
    capsys.readouterr()
    assert main(words) == code
    return capsys.readouterr()


def test_a_sound_package_is_said_to_be_sound(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, notes = said(capsys, "verify", str(package))
    assert (text.count("\n"), notes) == (1, "")
    assert "is sound" in text and "numbers rebuilt" in text
    document = json.loads(said(capsys, "verify", str(package), "--json")[0])
    assert (document["sound"], document["problems"], document["package"]) == (True, [], "review")
    assert document["numbers"] > 0


def test_a_package_with_another_number_is_told_and_fails(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, notes = said(capsys, "verify", str(changed), code=1)
    assert "summary.csv" in text
    assert "found" in notes and str(changed) in notes
    document = json.loads(said(capsys, "verify", str(changed), "--json", code=1)[0])
    assert document["sound"] is False
    assert document["problems"] == text.splitlines()


def test_two_copies_of_a_package_are_the_same(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(package, tmp_path / "copy")
    assert said(capsys, "compare", str(package), str(copy)) == ("the two packages are the same\n", "")
    document = json.loads(said(capsys, "compare", str(package), str(copy), "--json")[0])
    assert document == {"first": str(package), "second": str(copy), "differences": []}


def test_what_differs_between_two_packages_is_listed(
    package: Path, changed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_manifest(changed)
    text, _ = said(capsys, "compare", str(package), str(changed), code=1)
    assert "summary.csv" in text
    document = json.loads(said(capsys, "compare", str(package), str(changed), "--json", code=1)[0])
    assert document["differences"] == text.splitlines()


def test_a_package_is_not_compared_with_a_run_nor_with_two_others(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = str(package)
    for words in ((one, "latest"), ("latest", one), (one, str(tmp_path))):
        odd = next(word for word in words if word != one)
        text, notes = said(capsys, "compare", *words, code=2)
        assert notes == f"twin: '{odd}': it is no review package, the other one is; give two packages, or runs alone\n"
        assert text == ""
    assert "3 review packages found; two are compared" in said(capsys, "compare", one, one, one, code=2)[1]
    assert "one run found; a comparison needs two or more" in said(capsys, "compare", one, code=2)[1]


def test_a_folder_without_a_manifest_is_taken_for_the_name_of_a_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not (tmp_path / MANIFEST).exists()
    _, notes = said(capsys, "verify", str(tmp_path), "--store", str(tmp_path / "store"), code=1)
    assert notes.startswith("twin: ")
    assert notes.count("\n") == 1
