"""``twin plant`` from the outside: what it prints, its files, its mistakes. Truth: derived, or the model's own."""

import csv
import json
from collections import defaultdict
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ops_data.elements import ELEMENTS
from twin.__main__ import main
from twin.commands.output import console
from twin.commands.parser import parse
from twin.commands.plant import answered
from twin.commands.plant_answer import as_document
from twin.commands.plant_choices_text import print_separation
from twin.plant_service import Circuit
from twin.processing.circuit_design import SERIES, Aim, design
from twin.scenario import load_scenario


def output(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command that works; return what it prints on standard output."""
    capsys.readouterr()
    assert main(("plant", *words)) == 0
    return capsys.readouterr().out


def mistake(capsys: pytest.CaptureFixture[str], code: int, *words: str) -> str:
    """Run a command that is wrong; return the one line it says on standard error."""
    capsys.readouterr()
    assert main(("plant", *words)) == code
    printed, errors = capsys.readouterr()
    assert (printed, errors.count("\n")) == ("", 1)
    return errors


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """Return the JSON document of a command."""
    found: dict[str, Any] = json.loads(output(capsys, *words, "--json"))
    return found


def test_the_answer_tells_the_way_from_mud_to_oxide(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(output(capsys, "pilot-2027").split())
    assert "Fed: 1,000 t of dry solids (2,455 t of in-situ mud) as cake with 818 t of water" in text
    assert "leach → washing → purification → calcination → separation" in text
    assert "Switches: acid hydrochloric, reductant none" in text
    for heading in (
        "Step by step, recovery of what each step is fed",
        "What is used, per tonne of dry solids",
        "Where Nd and Dy are lost",
        "Oxalic acid: three rules for its dose",
        "Phosphate trap: what stays in solution at equilibrium, by pH",
        "Beneficiation: what it would have to save",
        "Uranium, thorium and fluorine",
        "Separation: toll treatment",
    ):
        assert heading in text
    assert "g of Nd2O3 and" in text
    assert "They disagree by a factor of" in text
    assert 'Route "neutralise", filtered at pH 3.5, would lose' in text
    assert "It is not in the chain (processing.steps)" in text
    assert "are assumptions, for no plant has treated this mud" in text


@pytest.mark.parametrize(
    "words",
    [
        ("pilot-2027",),
        ("scale-up-3500",),
        ("connection-test-2026", "--mass", "400000"),
        ("pilot-2027", "--set", "processing.purification=neutralise", "--set", "processing.acid=sulfuric"),
    ],
)
def test_no_line_is_wider_than_80_letters_and_no_row_breaks(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    lines = output(capsys, *words).splitlines()
    assert max(len(line) for line in lines) <= 80
    assert sum(line.startswith("  land dewatering") for line in lines) >= 1


def test_a_chain_tells_only_what_it_has(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(output(capsys, "pilot-2027", "--set", "processing.steps=[]").split())
    assert "The chain has no steps (processing.steps): the mud is stored as it comes." in text
    assert "Step by step" not in text
    text = " ".join(output(capsys, "pilot-2027", "--set", 'processing.steps=["leach"]').split())
    assert "The chain ends with leach: no separate oxides are made." in text
    assert "Switches: acid hydrochloric, reductant none. Step" in text
    assert "Oxalic acid" not in text
    assert "Beneficiation" not in text


def test_beneficiation_in_the_chain_is_told_as_done(capsys: pytest.CaptureFixture[str]) -> None:
    steps = 'processing.steps=["beneficiate","leach","solid_liquid","purify","calcine","separate"]'
    text = " ".join(output(capsys, "pilot-2027", "--set", steps).split())
    assert "It is in the chain. On this mud, with upgrade 2 and recovery 0.7" in text
    assert "classifier stated, acid hydrochloric" in text
    out, inside = told(capsys, "pilot-2027")["beneficiation"], told(capsys, "pilot-2027", "--set", steps)
    assert out["in_chain"] is False
    assert inside["beneficiation"]["in_chain"] is True
    assert out["with_it"] == pytest.approx(inside["beneficiation"]["with_it"], rel=1e-9)
    assert out["with_it"]["cost_usd_per_dry_t"] == pytest.approx(inside["cost_usd_per_dry_t"])


def test_the_document_holds_the_whole_answer(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "pilot-2027", "--mass", "100", "--grade", "5000")
    assert (found["fed"]["dry_t"], found["fed"]["grade_dry_ppm"]) == (100.0, pytest.approx(5_000.0))
    assert [step["step"] for step in found["steps"]] == found["processing"]["steps"]
    cost = sum(use["cost_usd_per_dry_t"] for step in found["steps"] for use in step["uses"])
    assert cost == pytest.approx(found["cost_usd_per_dry_t"])
    lost = sum(loss["share"]["Dy"] for loss in found["losses"])
    assert lost + found["recovery"]["Dy"] == pytest.approx(1.0, abs=1e-8)
    content_kg, part = found["fed"]["content_kg"]["Nd"], found["recovery"]["Nd"]
    assert found["oxides"]["kg_per_dry_t"]["Nd2O3"] == pytest.approx(content_kg * part * 1.16638 / 100.0, rel=1e-4)
    assert [dose["rule"] for dose in found["oxalic_acid"]] == ["curve", "stoichiometric", "efficiency"]
    assert [route["name"] for route in found["phosphate_trap"]["routes"]] == ["direct", "neutralise"]
    assert found["separation"]["by"] == "toll"
    assert found["beneficiation"]["needed_jpy_per_dry_t_fed"] > 0.0


def test_a_wet_parcel_with_a_wet_grade_is_the_dry_one(capsys: pytest.CaptureFixture[str]) -> None:
    dry = told(capsys, "pilot-2027", "--mass", "110", "--grade", "2700")
    ratio = dry["fed"]["wet_t"] / 110.0
    wet = ("--mass", str(110.0 * ratio), "--mass-basis", "wet", "--grade", str(2700.0 / ratio), "--grade-basis", "wet")
    assert told(capsys, "pilot-2027", *wet)["oxides"]["by_element_kg"] == pytest.approx(dry["oxides"]["by_element_kg"])
    assert "ppm per in-situ mud)" in " ".join(output(capsys, "pilot-2027", *wet).split())


def test_every_stream_is_written_and_closes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = list(csv.DictReader(StringIO(output(capsys, "pilot-2027", "--csv", "-"))))
    assert set(rows[0]) == {"constituent", "source", "target", "kind", "mass_kg"}
    net: dict[tuple[str, str], float] = defaultdict(float)
    size: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        mass = float(row["mass_kg"])
        for place, sign in ((row["source"], -1.0), (row["target"], 1.0)):
            net[row["constituent"], place] += sign * mass
            size[row["constituent"], place] += mass
    steps = {"leach", "washing", "purification", "calcination", "separation"}
    inner = [key for key in net if key[1] in steps]
    assert len(inner) > 26 * 3
    assert all(abs(net[key]) <= 1e-8 * size[key] for key in inner)
    output(capsys, "pilot-2027", "--csv", str(tmp_path / "streams.csv"))
    assert len((tmp_path / "streams.csv").read_text().splitlines()) == 1 + len(rows)


def test_circuits_of_an_own_plant_are_told_with_their_floor_and_their_stages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Derived: a cut laid out by hand; Fenske 12.1 for 99/99 at a separation factor of 2.14 in an even feed."""
    feed_mol = np.array([float(element in ("Pr", "Nd")) for element in ELEMENTS])
    log_d = np.array([np.log10(2.14) * SERIES.index(element) for element in ELEMENTS])
    plan = design("Pr/Nd", feed_mol, log_d, Aim(0.98, 0.98, 1.1, 1.2, 99))
    assert plan is not None
    answer = answered(parse(("plant", "pilot-2027")), load_scenario("pilot-2027"))
    own = load_scenario("pilot-2027", ["processing.separation=own_circuit"])
    shown = replace(answer, scenario=own, circuits=[Circuit(plan, (9, 10, 8), 0.01, 2.44, 0.25, (0.1, 2.5))])
    capsys.readouterr()
    print_separation(console(), shown)
    text = " ".join(capsys.readouterr().out.split())
    assert "Separation: own circuits with pc88a" in text
    assert "Pr/Nd 25.0 % 2.14 12.1 0.88 1.05 9+10+8 0.0–2.4" in text
    assert "measured at pH 0.1 to 2.5 and is carried on with its slope in the cuts Pr/Nd" in text
    assert "27 stages built in all" in text
    document = as_document(shown)["separation"]
    assert (document["by"], document["extractant"]) == ("own_circuit", "pc88a")
    assert document["circuits"][0]["stages_in_all"] == 27
    json.dumps(document, allow_nan=False)


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (2, ("--mass", "100", "--mass-basis", "wet", "--grade", "2000"), "a dry grade times wet tonnes is no mass"),
        (2, ("--grade", "2000", "--grade-basis", "wet"), "a wet grade times dry tonnes is no mass"),
        (2, ("--grade", "30000"), "'grade_ppm' is 30,000; at most"),
        (2, ("--mass", "-1"), "--mass: '-1' found; a number from 0.001 to 1,000,000,000 is needed"),
        (2, ("--mass", "nan"), "--mass: 'nan' found; a number from"),
        (2, ("--grade", "2000000"), "--grade: '2000000' found; a number from 1 to 1,000,000"),
        (2, ("--mass-basis", "damp"), "--mass-basis: 'damp' found; one of wet, dry is needed"),
        (2, ("--set", "processing.acid=nitric"), "processing.acid"),
        (2, ("--set", 'processing.steps=["leach","leach"]'), '"leach" found twice'),
        (2, ("--set", "wash.soluble_loss=1.5"), "'wash.soluble_loss': 1.5 found; allowed"),
        (2, ("--csv", "-", "--json"), "--csv -: standard output holds the JSON document already"),
        (2, ("--csv", "/nowhere/streams.csv"), "there is no folder /nowhere"),
        (2, ("--figure", "x.html"), "'--figure': not an option of 'twin plant'"),
    ],
)
def test_mistakes_end_in_one_line_with_a_remedy(
    capsys: pytest.CaptureFixture[str], code: int, words: tuple[str, ...], said: str
) -> None:
    assert said in mistake(capsys, code, "pilot-2027", *words)
