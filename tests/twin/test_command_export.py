"""``twin export``, ``verify`` and ``compare`` as a reviewer uses them: one small run, whose package others can check.

Truth: the compliance checker of IOOS, the GeoParquet validator and roc-validator by their own rules; derived otherwise.
"""

import json
import shlex
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest

from ops_data.export.package import MANIFEST
from tests.ops_data.export.validators import (
    PROFILES,
    RDFLIB,
    cached_context,
    cf_errors,
    compliance,
    crate_issues,
    geoparquet_faults,
    libraries_of,
    missing_attributes,
    pdf_metadata,
    squeezed,
    words_of,
)
from tests.twin.reviews import AFAR, AT_SITE, MOMENTS, REPLICATES, Made, bytes_of, campaign, in_process, made, rows_of
from twin.__main__ import main

PLAYER = "tests.twin.reviews"
ALONE = """
import runpy, sys
sys.argv = ["recheck.py"]
try:
    runpy.run_path({script!r}, run_name="__main__")
except SystemExit as end:
    print(end.code, sorted({{name.split(".")[0] for name in sys.modules}} & {{"twin", "ops_data", "dashboards"}}))
"""
LAYERS = ("concentration_p50", "concentration_p90", "deposit_p50", "deposit_p90", "holes", "zones")
SENTENCES = {
    "en": ("This report tells what a simulation found. It is not a measurement", "screening levels, not rules",
           "Each is a row of summary.csv; recheck.py rebuilds it", "P10 and P90 the ends of its 80 % interval",
           "layer of return water"),
    "ja": ("本報告書はシミュレーションの結果を示すものであり、実測値でも", "スクリーニング水準であり規制値ではない",
           "鉱業法", "P10 と P90 の欄にその 80 % 区間", "余水の層"),
}  # fmt: skip


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the run and its package; tests change copies of it."""
    return made(tmp_path_factory)


@pytest.fixture
def copy(review: Made, tmp_path: Path) -> Path:
    """Return a copy of the package."""
    return Path(shutil.copytree(review.package, tmp_path / "review"))


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    """Obey some words in this process; return both streams."""
    capsys.readouterr()
    assert main(words) == code
    return capsys.readouterr()


def refused(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> str:
    """Return the one line that a refused command says."""
    out, line = said(capsys, *words, code=code)
    assert (out, line.count("\n")) == ("", 1)
    return line


def test_a_package_verifies_and_says_how_many_files_and_numbers(
    review: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    files, numbers = len(bytes_of(review.package)) - 1, len(review.summary)
    text, _ = said(capsys, "verify", str(review.package))
    assert text == f"{review.package} is sound: {files} files as sealed, {numbers} numbers rebuilt from them\n"
    assert numbers > 100


def test_the_script_of_the_package_rebuilds_every_number_without_this_software(review: Made, tmp_path: Path) -> None:
    script = review.package / "recheck.py"
    done = in_process(tmp_path, "-I", "-W", "error", "-c", ALONE.format(script=str(script)))
    *lines, total, end = done.stdout.splitlines()
    assert (end, done.stderr) == ("0 []", "")
    assert total == f"{len(review.summary)} numbers, 0 different"
    assert [line.split()[0] for line in lines] == ["OK"] * len(review.summary)


def test_the_script_names_no_library_but_numpy_pandas_and_xarray(review: Made) -> None:
    assert libraries_of(review.package / "recheck.py") == {"numpy", "pandas", "xarray"}


def test_a_flipped_byte_a_changed_number_and_a_lost_file_are_each_named(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tonne more in one table, one number of the summary, one map of all members, one table that is gone."""
    table, summary = copy / "tables" / "closure.csv", copy / "summary.csv"
    header, *rows = table.read_text().splitlines()
    first = rows[0].split(",")
    place = header.split(",").index("deposited_t")
    first[place] = repr(float(first[place]) + 1.0)
    table.write_text("\n".join([header, ",".join(first), *rows[1:]]) + "\n")
    lines = summary.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("co2_t,"))
    value = lines[at].split(",")[3]
    lines[at] = lines[at].replace(value, repr(float(value) * (1.0 + 1e-6)), 1)
    summary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (copy / "tables" / "holes.parquet").unlink()
    text, notes = said(capsys, "verify", str(copy), code=1)
    found = [line.removeprefix(f"{copy}/") for line in text.splitlines()]
    assert found[:3] == [
        "tables/holes.parquet: missing",
        f"summary.csv: its SHA-256 differs from the one in {MANIFEST}",
        f"tables/closure.csv: its SHA-256 differs from the one in {MANIFEST}",
    ]
    different = [line.split("DIFFERENT  ")[1].split(": ")[0] for line in found[3:]]
    assert different == ["co2_t", "deposited_t", "plume_residual"]
    assert f"package '{copy}': 6 problems found" in notes


def test_one_byte_changed_in_the_maps_is_found(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    maps = copy / "grids" / "maps.nc"
    data = bytearray(maps.read_bytes())
    data[len(data) // 2] ^= 1
    maps.write_bytes(data)
    told = json.loads(said(capsys, "verify", str(copy), "--json", code=1)[0])
    assert not told["sound"]
    assert told["problems"][0] == f"{maps}: its SHA-256 differs from the one in {MANIFEST}"


@pytest.mark.heavy
def test_an_export_in_another_process_folder_and_name_gives_the_same_bytes(
    review: Made, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "elsewhere" / "another name"
    words = ["environmental-review", *review.words("--out", str(other))]
    done = in_process(root, "-m", "twin", "export", *words, PYTHONHASHSEED="77", TZ="Asia/Tokyo", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    one, two = bytes_of(review.package), bytes_of(other)
    assert [name for name in one if one[name] != two.get(name)] == []
    assert set(one) == set(two)
    here = [str(place).encode() for place in (root, review.place, tmp_path, Path.home())]
    assert [name for name, data in two.items() for place in here if place in data] == []
    assert said(capsys, "compare", str(review.package), str(other))[0] == "the two packages are the same\n"


def test_a_package_with_other_levels_is_told_apart_number_by_number(
    review: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reports are left without pictures, which takes half of the time."""
    monkeypatch.setattr("twin.commands.review_figures.figures", lambda *_: {})
    assert review.export(tmp_path / "other", "--set", "environment.deposit_levels_mm=[0.2,1,10]") == 0
    text, _ = said(capsys, "compare", str(review.package), str(tmp_path / "other"), code=1)
    lines = text.splitlines()
    assert "summary.csv: deposit_area_km2[0.1 mm]: only in the first" in lines
    assert "summary.csv: deposit_area_km2[0.2 mm]: only in the second" in lines
    assert any(line.startswith("tables/settings.csv: column value: 1 of ") for line in lines)
    assert any(line.startswith("grids/maps.nc: variable deposit_level: 1 of 3 values differ") for line in lines)
    assert [line for line in lines if line.startswith(("tables/releases", "tables/emissions", "recheck.py"))] == []
    told = json.loads(said(capsys, "compare", str(review.package), str(tmp_path / "other"), "--json", code=1)[0])
    assert told["differences"] == lines


def test_only_two_packages_are_compared_and_only_with_each_other(
    review: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    one, store = str(review.package), ("--store", str(review.store))
    line = refused(capsys, "compare", one, review.run.run_id, *store, code=2)
    assert line == (
        f"twin: '{review.run.run_id}': it is no review package, the other one is; give two packages, or runs alone\n"
    )
    line = refused(capsys, "compare", one, one, one, code=2)
    assert line == "twin: 3 review packages found; two are compared; leave the others out\n"


@pytest.mark.parametrize("name", ["maps.nc", "members.nc"])
def test_grids_keep_cf_and_miss_no_attribute_of_acdd(review: Made, name: str) -> None:
    """A standard name is missing where the CF table has none: thickness, time above a level, probability."""
    findings = compliance(review.package / "grids" / name)
    assert cf_errors(findings) == []
    missing = missing_attributes(findings)
    assert {message for _, message in missing} == {"standard_name"}
    nameless = {text.split('"')[1] for text, _ in missing}
    assert [one for one in nameless if not any(word in one for word in ("deposit", "_time", "probability"))] == []


def test_outlines_holes_and_zones_are_valid_and_all_in_one_geopackage(review: Made) -> None:
    folder = review.package / "vectors"
    faults = {path.stem: geoparquet_faults(path) for path in sorted(folder.glob("*.parquet"))}
    assert faults == {layer: [] for layer in LAYERS}
    assert sorted(name for name, _ in pyogrio.list_layers(folder / "review.gpkg")) == list(LAYERS)
    read = {layer: pyogrio.read_dataframe(folder / "review.gpkg", layer=layer) for layer in LAYERS}
    assert sorted(read["zones"]["name"]) == sorted((AFAR, AT_SITE))
    assert len(read["holes"]) == len(review.table("holes")[["replicate", "hole"]].drop_duplicates())
    assert set(read["deposit_p90"]["level"]) <= {0.1, 1.0, 10.0}
    assert len(read["deposit_p90"]) > 0


@pytest.mark.filterwarnings(RDFLIB)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_crate_is_valid(review: Made, root: Path, tmp_path: Path, profile: str) -> None:
    assert crate_issues(review.package, cached_context(root, tmp_path), profile, "RECOMMENDED") == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_report_is_archivable_and_its_words_are_real_text(review: Made, language: str) -> None:
    document = (review.package / "report" / f"report_{language}.pdf").read_bytes()
    text = words_of(document)
    wanted = [*SENTENCES[language], AT_SITE, AFAR, review.run.run_id]
    assert [words for words in wanted if squeezed(words) not in text] == []
    part, letter, when = pdf_metadata(document, "pdfaid:part", "pdfaid:conformance", "xmp:CreateDate")
    assert (part, letter) == ("2", "A")
    assert when[:19] == review.run.manifest.created[:19]


def test_every_table_has_units_and_meanings_and_says_the_same_in_csv_and_parquet(review: Made) -> None:
    schemas = sorted(review.package.rglob("*.schema.json"))
    assert len(schemas) > 15
    for path in schemas:
        fields = json.loads(path.read_text(encoding="utf-8"))["fields"]
        stem = path.name.removesuffix(".schema.json")
        assert [one["name"] for one in fields if not one["unit"] or len(one["description"]) < 3] == [], stem
        plain, packed = pd.read_csv(path.with_name(f"{stem}.csv")), pd.read_parquet(path.with_name(f"{stem}.parquet"))
        assert list(plain) == list(packed) == [one["name"] for one in fields], stem
        assert len(plain) == len(packed), stem
        for name in packed.select_dtypes("number"):
            np.testing.assert_array_equal(plain[name].to_numpy(float), packed[name].to_numpy(float), err_msg=stem)


def test_every_input_has_a_source_and_a_confidence(review: Made) -> None:
    rows = review.table("parameters")
    assert len(rows) == len(set(rows["key"])) == len(review.run.manifest.scenario["quantities"])
    assert set(rows["confidence"]) <= set("HMLDA")
    assert rows["source"].str.len().min() > 20
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["high"]).all()


def test_every_release_is_what_settles_at_once_and_what_drifts(review: Made) -> None:
    rows = review.table("releases")
    assert set(rows["kind"]) == {"seabed_loss", "emergency_dump", "return_water"}
    rates = rows[[f"rate_{number}_kg_s" for number in range(1, 5)]].sum(axis=1)
    drifting = rates * rows["duration_s"]
    np.testing.assert_allclose(rows["near_kg"] + drifting, rows["dry_kg"], rtol=1e-9)
    sums = (rows.groupby("replicate")["dry_kg"].sum() / 1_000.0).reindex(range(REPLICATES), fill_value=0.0)
    np.testing.assert_allclose(sums, review.table("closure").set_index("replicate")["released_t"], rtol=1e-12)


def test_the_export_that_environment_names_is_that_of_the_same_study(
    review: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    text, note = said(capsys, "environment", *review.words())
    (line,) = (line for line in text.splitlines() if line.startswith("  twin export "))
    asked = ["twin", "export", "environmental-review", *review.words("--out", "review")]
    at = asked.index("--workers")
    assert sorted(shlex.split(line)) == sorted(asked[:at] + asked[at + 2 :])
    assert f"study {review.study.artefact.artefact_id} was sealed before and is used again" in note


def test_the_place_is_looked_at_before_any_work(
    review: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = bytes_of(review.package)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    monkeypatch.setattr("twin.commands.export.study_of", lambda *_: pytest.fail("work was done"))
    for target, words in (
        (review.package, "a review package is there and is not written over; remove it or give --out a new name"),
        (tmp_path / "mine", "a folder that is not empty is there and is not written over"),
        (tmp_path / "mine" / "letter.txt", "a file is there; give --out a new name"),
        (
            tmp_path / "mine" / "letter.txt" / "x" / "y",
            "letter.txt stands where a folder is needed; give --out a place",
        ),
    ):
        line = refused(capsys, "export", "environmental-review", *review.words("--out", str(target)), code=1)
        assert line.startswith(f"twin: {target}: ")
        assert words in line
    monkeypatch.setattr("os.access", lambda *_: False)
    words_of_it = review.words("--out", str(tmp_path / "new" / "review"))
    line = refused(capsys, "export", "environmental-review", *words_of_it, code=1)
    assert line.endswith(f"{tmp_path} may not be written to; give --out a place in a folder of your own\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine"]
    assert bytes_of(review.package) == before


@pytest.mark.heavy
def test_an_export_killed_at_any_moment_leaves_nothing_under_its_name_and_the_next_one_succeeds(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, place = tmp_path / "store", tmp_path / "place"
    place.mkdir()
    said(capsys, "run", "calm", "--replicates", "1", "--workers", "1", "--store", str(store))
    done = in_process(root, "-m", PLAYER, str(store), str(place))
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    assert ends == [*([moment, -9, []] for moment in MOMENTS), ["", 0, ["review"]], ["undisturbed", 0, []]], done.stderr
    assert sorted(path.name for path in place.iterdir()) == ["review", "undisturbed"]
    assert bytes_of(place / "review") == bytes_of(place / "undisturbed")
    assert [path.name for path in (store / "artefacts").iterdir() if path.name.startswith(".")] == []


def test_a_run_that_never_lifts_has_an_honest_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No sea is calm enough to run the string."""
    store, target = tmp_path / "store", tmp_path / "review"
    campaign(store, "--replicates", "2", "--set", "limits.string_hs_m=0.1")
    words = ["latest", "--store", str(store), "--workers", "1", "--set", "environment.cell_m=500"]
    said(capsys, "export", "environmental-review", *words, "--out", str(target))
    assert " is sound: " in said(capsys, "verify", str(target))[0]
    for language, words_there in (
        ("en", "Nothing was lifted in this run."),
        ("ja", "この計算では揚泥が一度も行われなかった。"),
    ):
        assert squeezed(words_there) in words_of((target / "report" / f"report_{language}.pdf").read_bytes())
    told = {name: row["value"] for name, row in rows_of(target).items()}
    assert (told["lifted_dry_t"], told["released_t"], told["plume_highest_mg_l[sea bed]"]) == (0.0, 0.0, 0.0)
    assert told["fuel_t[total]"] > 0.0
    assert [name for name in told if name.startswith("deposited_share")] == []
    assert len(pd.read_csv(target / "tables" / "releases.csv")) == 0
