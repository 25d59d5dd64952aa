"""``twin resource`` as a person uses it (truth: derived)."""

import csv
import io
import json
import math
from pathlib import Path

import pytest

from twin.__main__ import main
from twin.scenario import draw_parameters, load_scenario


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    """Run the command in this process; return both streams."""
    capsys.readouterr()
    assert main(["resource", *words]) == code
    return capsys.readouterr()


def test_the_answer_fits_eighty_columns_and_tells_the_main_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    text, _ = said(capsys, "pilot-2027", "--draws", "5")
    assert max(map(len, text.splitlines())) <= 80
    flat = " ".join(text.split())
    assert "one profile everywhere" in flat
    assert "takes mud of 2,251 ppm on average (0–3.00 m), 38 % of the rare earths" in flat
    assert "The tool is too short for the whole layer, which goes on to 4.4 m." in flat
    assert "350 t/d wet needs 12.2 holes a day, one every 1.96 h" in flat
    assert "Dy2O3" in flat and "Years of supply" in flat


@pytest.mark.parametrize(
    ("stroke", "words"),
    [
        ("2", "The tool is too short for the peak: it ends 1.0 m above it."),
        ("2.97", "it ends 0.03 m above it."),
        ("3", "too short for the whole layer"),
        ("4", "too short for the whole layer"),
        ("5", "The tool takes the whole layer."),
    ],
)
def test_it_says_plainly_whether_the_tool_reaches_the_peak(
    capsys: pytest.CaptureFixture[str], stroke: str, words: str
) -> None:
    text, _ = said(capsys, "pilot-2027", "--draws", "2", "--set", f"tool.stroke_m={stroke}")
    assert words in " ".join(text.split())


def test_a_peak_below_the_mud_is_told_instead_of_a_highest_grade(capsys: pytest.CaptureFixture[str]) -> None:
    flat = " ".join(said(capsys, "pilot-2027", "--draws", "2", "--set", "resource.peak_depth_m=20")[0].split())
    assert "The peak, 20.0 m down, lies below the 10 m of mud described (resource.mud_thickness_m)" in flat
    assert "The peak has" not in flat and "highest mean" not in flat


def test_the_mine_plan_of_blocks_is_that_of_the_replicate(capsys: pytest.CaptureFixture[str]) -> None:
    """Derived: dry solids of a hole are bore, stroke, share taken and density of the same draw."""
    words = ("pilot-2027", "--draws", "2", "--set", "resource.model=blocks", "--replicate", "1")
    text, found = said(capsys, *words)[0], json.loads(said(capsys, *words, "--json")[0])
    assert "Profile at the site (field and values of replicate 1)" in text
    assert "Mine plan (field and values of replicate 1)" in text
    tool, plan, scenario = found["stroke"], found["mine_plan"], load_scenario("pilot-2027", words[4:5])
    taken = draw_parameters(scenario, 1, 1, "drawn")["tool.extraction_fraction"]
    m3 = math.pi / 4.0 * tool["bore_m"] ** 2 * tool["stroke_m"] * taken
    assert plan["dry_t"] == pytest.approx(m3 * found["mud"]["dry_bulk_density_t_m3"])
    assert plan["rey_kg"] == pytest.approx(plan["dry_t"] * tool["grade_ppm"] / 1e3)


def test_the_document_holds_what_the_text_says(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "pilot-2027", "--draws", "4", "--json", "--area-km2", "105")[0])
    assert found["in_place"]["area_km2"] == 105.0
    assert set(found["in_place"]["mean_ppm"]) == {"mean", "p10", "p50", "p90"}
    assert len(found["in_place"]["oxide_t"]) == 15
    assert found["stroke"]["grade_ppm"] == pytest.approx(2251.0, abs=1.0)
    assert found["mine_plan"]["holes_per_day"] == pytest.approx(12.2, abs=0.1)
    assert found["mud"]["porosity"] == pytest.approx(0.78)
    assert [row["top_m"] for row in found["profile"]] == [float(metre) for metre in range(10)]


def test_the_table_of_blocks_has_a_row_per_block_and_layer_and_keeps_the_mass(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Derived: 4 blocks x 20 layers; dry solids are area x depth x density."""
    words = ("pilot-2027", "--draws", "1", "--set", "resource.model=blocks", "--parameters", "fixed")
    text, _ = said(capsys, *words, "--area-km2", "400", "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4 * 20
    assert sum(float(row["dry_t"]) for row in rows) == pytest.approx(400e6 * 10.0 * 0.55)
    assert sum(float(row["rey_t"]) for row in rows) == pytest.approx(
        sum(float(row["dry_t"]) * float(row["grade_ppm"]) * 1e-6 for row in rows)
    )
    assert {row["x_km"] for row in rows} == {"-5.0", "5.0"}


@pytest.mark.parametrize("model", ["uniform", "blocks"])
def test_files_are_written_whole_and_told_on_standard_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, model: str
) -> None:
    picture, table = tmp_path / "ground.html", tmp_path / "blocks.csv"
    words = ("pilot-2027", "--draws", "2", "--set", f"resource.model={model}")
    text, notes = said(capsys, *words, "--csv", str(table), "--figure", str(picture))
    assert "Profile at the site" in text
    assert f"csv written to {table}" in notes and f"figure written to {picture}" in notes
    page = picture.read_text(encoding="utf-8")
    assert "Profile at the site," in page and "<script" in page
    assert table.read_text(encoding="utf-8").startswith("block,x_km,y_km")


def test_cores_are_counted_and_their_density_is_compared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "cores.csv"
    path.write_text(
        "core_id,x_km,y_km,top_m,bottom_m,rey_ppm,dry_density_t_m3\nA,0,0,0,2,500,0.60\nA,0,0,2,5,4000,0.60\n",
        encoding="utf-8",
    )
    sets = ("--set", "resource.model=blocks", "--set", f"resource.cores={path}")
    text, _ = said(capsys, "pilot-2027", "--draws", "2", *sets)
    assert "honours 1 core, whose dry density is 0.60 t/m3 on average (0.55 is used:" in " ".join(text.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("pilot-2027", "--depth-m", "40"), "--depth-m 40: the mud is described to 10 m; ask for less"),
        (("pilot-2027", "--area-km2", "0"), "--area-km2: '0' found; a number from 1e-06 to 10,000,000 is needed"),
        (("pilot-2027", "--area-km2", "wide"), "--area-km2: 'wide' found; a number"),
        (("pilot-2027", "--area"), "'--area': not an option of 'twin resource'; did you mean '--area-km2'?"),
        (("pilot-2027", "--set", "tool.stroke_m=12"), "key 'tool.stroke_m': 12 m found"),
        (("pilot-2027", "--set", "resource.cores=x.csv"), "resource.cores"),
        (("pilot-2027", "--set", "resource.model=blocks", "--set", "resource.cores=x.csv"), "x.csv"),
        (("pilot-2027", "--csv", "-", "--json"), "standard output holds the JSON document already"),
        (("pilot-2027", "--figure", "-"), "--figure -: a picture goes into a file"),
        (("pilot-2027", "--figure", "no/such/folder/a.html"), "there is no folder no/such/folder"),
    ],
)
def test_wrong_words_are_answered_in_one_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    text, notes = said(capsys, *words, code=2)
    assert text == ""
    assert message in notes and notes.count("\n") == 1
