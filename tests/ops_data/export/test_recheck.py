"""The script in the package rebuilds each number of the summary, and finds each that was changed.

Truth: derived; the numbers of `made_up_package.summary_rows`, by hand there, and twin's own percentiles and intervals.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ops_data.export import recheck
from tests.ops_data.export.made_up_package import build
from tests.ops_data.export.validators import libraries_of
from twin.indicators.statistics import percentiles, wilson_interval


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a whole package."""
    target = tmp_path_factory.mktemp("package") / "review"
    build(target)
    return target


def changed(package: Path, tmp_path: Path, file: str, old: str, new: str) -> Path:
    """Return a copy of a package with one text in one file changed."""
    target = tmp_path / "review"
    subprocess.run(["cp", "-r", str(package), str(target)], check=True)
    text = (target / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (target / file).write_text(text.replace(old, new), encoding="utf-8")
    return target


def test_every_number_of_the_summary_is_rebuilt(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recheck.main(package) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "20 numbers, 0 different"
    assert lines[0] == "OK         lifted = 20 t"
    assert all(line.startswith("OK  ") for line in lines[:-1])


def test_the_script_runs_alone_from_the_folder_it_lies_in(package: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(package / "recheck.py")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "20 numbers, 0 different"


def test_the_script_is_short_and_needs_only_numpy_pandas_and_xarray() -> None:
    assert libraries_of(Path(recheck.__file__)) == {"numpy", "pandas", "xarray"}
    assert Path(recheck.__file__).read_text(encoding="utf-8").count("\n") <= 250


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("summary.csv", ",0.0525,0.0285,0.0525,", ",0.0525,0.0286,0.0525,", {"area"}),
        ("summary.csv", "far,plume,made up,0.111803", "far,plume,made up,0.111804", {"far"}),
        ("tables/outcomes.csv", "2,lifted_t,,,30.0", "2,lifted_t,,,31.0", {"lifted", "sum"}),
        ("tables/closure.csv", "1,2.0,1.5,0.5", "1,2.0,1.5,0.6", {"left", "closes"}),
        ("tables/holes.csv", "0,0.0,0.0", "0,0.0,1.0", {"far"}),
    ],
)
def test_a_number_changed_anywhere_is_found(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, named: set[str]
) -> None:
    assert recheck.main(changed(package, tmp_path, file, old, new)) == 1
    wrong = [line for line in capsys.readouterr().out.splitlines() if line.startswith("DIFFERENT ")]
    assert {line.split(":")[0].removeprefix("DIFFERENT  ") for line in wrong} == named


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("tables/holes.csv,value; column=y_m", "tables/hills.csv,value; column=y_m", "No such file"),
        ("column=y_m; where.hole=1", "column=y_m", "2 rows fit the rule"),
        ("column=y_m; where.hole=1", "column=z_m; where.hole=1", "'z_m'"),
        ("value; column=y_m; where.hole=1", "guess", "unknown rule 'guess'"),
        (
            "name=longest_h; variable=above_time; level=0.001",
            "name=longest_h; variable=above_time; level=0.002",
            "level",
        ),
        ("metric; name=furthest_km", "metric; name=nearest_km", "unknown measure 'nearest_km'"),
        ("where.name=never_h", "where.name=ever_h", "0 rows fit the rule"),
        ("never,plume", "lifted,plume", "the id stands twice"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_told_and_counts_as_different(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    assert recheck.main(changed(package, tmp_path, "summary.csv", old, new)) == 1
    wrong = [line for line in capsys.readouterr().out.splitlines() if line.startswith("DIFFERENT ")]
    assert len(wrong) == 1
    assert words in wrong[0]


def test_zones_whose_names_look_like_numbers_or_truths_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("zone,highest\n7,1.0\n007,2.0\n", encoding="utf-8")
    (tmp_path / "others.csv").write_text("zone,highest\nTrue,3.0\nFalse,4.0\n", encoding="utf-8")
    asked = {"7": "contacts.csv", "007": "contacts.csv", "True": "others.csv", "False": "others.csv"}
    rules = {zone: f"value; column=highest; where.zone={zone}" for zone in asked}
    found = [recheck.rebuilt(tmp_path, file, rules[zone])[0] for zone, file in asked.items()]
    assert found == [1.0, 2.0, 3.0, 4.0]


def test_percentiles_and_intervals_are_those_of_the_project() -> None:
    values = np.random.default_rng(5).normal(size=37)
    for sample in (values, np.append(values, [np.inf] * 9), values[:1], np.array([np.inf])):
        expected = percentiles(sample, [0.5, 0.1, 0.9])
        np.testing.assert_allclose(recheck.percentiles(sample), expected, rtol=1e-14)
    for count in (0, 3, 10):
        happened = np.arange(10) < count
        found = recheck.probability(happened, {"confidence": "0.8"})
        np.testing.assert_allclose(found, (count / 10, *wilson_interval(count, 10, 0.8)), rtol=1e-9, atol=1e-15)
