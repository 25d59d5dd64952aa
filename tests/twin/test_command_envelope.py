"""``twin envelope`` from the outside: what it prints, its files, its mistakes. Truth: derived, or the model's own."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from twin.__main__ import main

QUICK = ("--draws", "20", "--points", "12")


def output(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command that works; return what it prints on standard output."""
    capsys.readouterr()
    assert main(("envelope", *words)) == 0
    return capsys.readouterr().out


def mistake(capsys: pytest.CaptureFixture[str], code: int, *words: str) -> str:
    """Run a command that is wrong; return the one line it says on standard error."""
    capsys.readouterr()
    assert main(("envelope", *words)) == code
    printed, errors = capsys.readouterr()
    assert (printed, errors.count("\n")) == ("", 1)
    return errors


def test_the_answer_says_what_binds_and_what_the_target_asks_on_both_bases(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(output(capsys, "pilot-2027", *QUICK).split())
    assert "105 m3/h at 5.0 % solids, 0.93 m/s: 13.1 t/h dry or 32.2 t/h wet" in text
    assert "More would first meet the limit of flow." in text
    assert "One insertion: 28.6 t wet, 11.7 t dry, 93 m3 of slurry" in text
    assert "wet 100 % 12.2 1.96 h 404 773 265 tool cycle" in text
    assert "dry 100 % 30.0 0.80 h 165 315 108 tool cycle" in text
    assert "20 drawn parameter sets" in text
    assert "start of a full pipe 51 % 10.0 MPa at rest" in text
    assert "Alone, flow could rise to 2.1 times and solids to 1.8 times what they are" in text
    assert "clear water circulates at the same flow for 0.05 MW" in text


def test_a_pipe_that_cannot_be_started_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    needs = "needs the pipe flushed before every stop longer than the gel takes"
    text = " ".join(output(capsys, "pilot-2027", *QUICK).split())
    assert f"the lift {needs}" not in text
    text = " ".join(output(capsys, "pilot-2027", *QUICK, "--set", "slurry.gel_factor=100").split())
    assert f"A full pipe at rest cannot be started: the lift {needs}." in text
    assert f": it {needs}." in text
    wide = ("--set", "pump.pressure_limit_mpa=50", "--set", "pump.shutoff_mpa=60", "--set", "slurry.gel_factor=1")
    text = " ".join(output(capsys, "pilot-2027", *QUICK, *wide).split())
    assert "A full pipe at rest can be started in every one that lifts." in text
    assert "start of a full pipe 73 % 30.0 MPa when air first enters" in " ".join(
        output(capsys, "pilot-2027", *QUICK, "--set", "lift.system=air_lift").split()
    )


def test_no_line_is_wider_than_80_letters(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("pilot-2027",), ("scale-up-3500",), ("pilot-2027", "--set", "lift.system=air_lift")):
        assert max(len(line) for line in output(capsys, *words, *QUICK).splitlines()) <= 80


def test_a_scenario_with_stated_durations_says_that_nothing_of_this_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(output(capsys, "calm", "--draws", "0").split())
    assert 'lift.system = "stated"' in text
    assert "shown is what pumps on deck would do" in text
    assert "drawn parameter sets" not in text


def test_the_document_holds_the_whole_answer(capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = json.loads(output(capsys, "pilot-2027", *QUICK, "--json"))
    assert found["operating_point"]["binding"] == "flow"
    assert [need["basis"] for need in found["needs"]] == ["wet", "wet", "dry", "dry"]
    assert found["operating_point"]["restart_use"] == pytest.approx(0.508, abs=1e-3)
    assert 0.0 <= found["spread"]["no_restart_share"] <= 1.0
    assert found["headroom"] == pytest.approx({"flow_factor": 2.073, "concentration_factor": 1.8}, abs=1e-3)
    assert found["spread"]["draws"] == 20
    assert sum(found["spread"]["binding_share"].values()) == pytest.approx(1.0)
    assert found["spread"]["dry_t_h"]["p10"] < found["spread"]["dry_t_h"]["p90"]
    assert len(found["grid"]["dry_t_h"]) == len(found["grid"]["solids_fraction"])


def test_the_document_is_valid_where_an_air_lift_cannot_lift(capsys: pytest.CaptureFixture[str]) -> None:
    weak = ("--set", "lift.system=air_lift", "--set", "airlift.capacity_m3_h=1500")
    found = json.loads(output(capsys, "pilot-2027", *weak, *QUICK, "--json"))
    assert found["operating_point"]["binding"] == "pump curve"


def test_the_grid_is_written_point_by_point(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = list(csv.DictReader(StringIO(output(capsys, "pilot-2027", *QUICK, "--csv", "-"))))
    assert len(rows) == 12 * 12
    for row in rows:
        dry_t_h = float(row["solids_fraction"]) * float(row["flow_m3_h"]) * 2.5
        assert float(row["dry_t_h"]) == pytest.approx(dry_t_h, rel=1e-4)
        margins = {name: float(value) for name, value in row.items() if name.startswith("margin_")}
        assert row["feasible"] == ("true" if min(margins.values()) >= -1e-9 else "false")
        assert row["limiting"].replace(" ", "_") == min(margins, key=lambda name: margins[name])[len("margin_") :]
    output(capsys, "pilot-2027", *QUICK, "--csv", str(tmp_path / "grid.csv"))
    assert len((tmp_path / "grid.csv").read_text().splitlines()) == 1 + 12 * 12


def test_the_figure_is_one_file_that_needs_no_network(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output(capsys, "pilot-2027", *QUICK, "--figure", str(tmp_path / "envelope.html"))
    text = (tmp_path / "envelope.html").read_text(encoding="utf-8")
    assert "lifting all day" in text
    assert '<script src="http' not in text


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (2, ("--set", "riser.bore_m=0"), "'riser.bore_m': 0 found; allowed 0.05 to 1.5 m"),
        (2, ("--set", "slurry.yield_coefficient_pa=-1"), "'slurry.yield_coefficient_pa': -1 found; allowed 0 to"),
        (2, ("--set", "slurry.solids_volume_fraction=0.3"), "'slurry.solids_volume_fraction': 0.3 found"),
        (
            2,
            ("--set", "slurry.packing_fraction=0.04"),
            "a slurry of up to 0.08 found; below slurry.packing_fraction, 0.04",
        ),
        (2, ("--set", "riser.flow_m3_h=10"), "riser.flow_m3_h 10 m3/h is 0.09 m/s in a bore of 0.2 m"),
        (2, ("--set", "pump.shutoff_mpa=0.2"), "even a slurry of 0.10% solids, at"),
        (2, ("--csv", "-", "--json"), "--csv -: standard output holds the JSON document already"),
        (2, ("--csv", "/"), "--csv /: it is not a plain file"),
        (2, ("--figure", "/nowhere/envelope.html"), "there is no folder /nowhere"),
        (2, ("--points", "1"), "--points: '1' found; a whole number from 2 to 1,000 is needed"),
    ],
)
def test_mistakes_end_in_one_line_with_a_remedy(
    capsys: pytest.CaptureFixture[str], code: int, words: tuple[str, ...], said: str
) -> None:
    assert said in mistake(capsys, code, "pilot-2027", *words)
