"""The metadata of the package is a valid RO-Crate and a valid Process Run Crate.

Truth: roc-validator with its own profiles; the JSON-LD context is the copy in tests/data, no network is used.
"""

import json
from pathlib import Path

import pytest

from ops_data.errors import StoreError
from ops_data.export.crate import METADATA, CrateAbout, CrateFile, write_crate
from tests.ops_data.export.made_up_package import SEALED, build
from tests.ops_data.export.validators import PROFILES, RDFLIB, cached_context, crate_issues


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a whole package."""
    target = tmp_path_factory.mktemp("package") / "review"
    build(target)
    return target


@pytest.fixture(scope="module")
def cache(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what takes the place of the web."""
    return cached_context(root, tmp_path_factory.mktemp("cache"))


@pytest.mark.filterwarnings(RDFLIB)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_validator_finds_nothing_against_what_must_and_should_be(package: Path, cache: Path, profile: str) -> None:
    assert crate_issues(package, cache, profile, "RECOMMENDED") == []


@pytest.mark.filterwarnings(RDFLIB)
def test_the_validator_does_see_what_is_wrong(cache: Path, tmp_path: Path) -> None:
    """So that the silence above means something: an action without a tool, a file that is not there."""
    build(tmp_path / "review")
    document = json.loads((tmp_path / "review" / METADATA).read_text(encoding="utf-8"))
    for entity in document["@graph"]:
        entity.pop("instrument", None)
    (tmp_path / "review" / METADATA).write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "review" / "summary.csv").unlink()
    found = crate_issues(tmp_path / "review", cache, "process-run-crate-0.5", "REQUIRED")
    assert any("instrument" in line for line in found)
    assert any(
        "summary.csv" in line for line in crate_issues(tmp_path / "review", cache, "ro-crate-1.1", "RECOMMENDED")
    )


def test_dates_are_the_sealing_time_and_nothing_is_named_at_random(package: Path) -> None:
    document = json.loads((package / METADATA).read_text(encoding="utf-8"))
    entities = {entity["@id"]: entity for entity in document["@graph"]}
    assert entities["./"]["datePublished"] == "2027-02-01T00:00:00+00:00"
    action = entities["#export-made-up-0123abcd"]
    assert (action["startTime"], action["endTime"]) == ("2027-02-01T00:00:00+00:00",) * 2
    assert action["object"] == {"@id": "tables/holes.csv"}
    files = {name for name, entity in entities.items() if entity["@type"] == "File"}
    there = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    assert files == there - {METADATA}


def test_every_file_must_be_described_and_every_described_file_be_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    about = CrateAbout("a", "a", "a", SEALED, "licence", "a", "a", "a", "software", "a", "author", "a", ())
    with pytest.raises(StoreError) as caught:
        write_crate(tmp_path, about, [])
    assert str(caught.value) == (
        f"{tmp_path}/a.txt: the file is in the package but not described; describe every file once"
    )
    with pytest.raises(StoreError) as caught:
        write_crate(tmp_path, about, [CrateFile("a.txt", "a", "text/plain"), CrateFile("b.txt", "b", "text/plain")])
    assert str(caught.value) == (
        f"{tmp_path}/b.txt: the file is described but not in the package; describe every file once"
    )


def test_an_author_with_the_url_of_the_software_would_be_lost_and_is_refused(tmp_path: Path) -> None:
    about = CrateAbout("a", "a", "a", SEALED, "licence", "a", "a", "a", "software", "a", "software", "a", ())
    with pytest.raises(StoreError, match="author, licence and software of a crate are told apart by their URLs"):
        write_crate(tmp_path, about, [])
