"""``twin balance`` as a person uses it (truth: derived; the rows that were sealed)."""

import csv
import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ops_data.columns import TableData
from ops_data.elements import CONSTITUENTS
from ops_data.errors import FailedError, UsageError
from ops_data.manifest import RunIdentity, json_sha256
from ops_data.schemas import TABLES
from ops_data.store import open_store
from twin.__main__ import main
from twin.commands.balance import balance

SCENARIO = {"name": "made-up", "title": "Made-up campaign", "description": "By hand."}
WAYS = (
    ("sea bed", "mining vessels", "flow", 100.0),
    ("mining vessels", "leach", "flow", 90.0),
    ("mining vessels", "dumped from the pipe", "loss", 10.0),
    ("leach", "oxide Nd", "product", 70.0),
    ("leach", "residue", "loss", 20.0),
)
REPLICATES = 3


def rows(lost_kg: float = 0.0) -> TableData:
    """Return the ways for Nd, ten times as much in each further replicate; ``lost_kg`` missing from the residue."""
    many = WAYS * REPLICATES
    number = np.repeat(np.arange(REPLICATES), len(WAYS))
    missing_kg = np.array([lost_kg * (target == "residue") for _, target, _, _ in many])
    return {
        "replicate": number,
        "constituent": ["Nd"] * len(many),
        "source": [source for source, _, _, _ in many],
        "target": [target for _, target, _, _ in many],
        "kind": [kind for _, _, kind, _ in many],
        "mass_kg": np.array([mass_kg for _, _, _, mass_kg in many]) * 10.0**number - missing_kg,
    }


def sealed(place: Path, name: str, tables: dict[str, TableData]) -> str:
    """Seal a run that holds just these tables; return its id."""
    who = RunIdentity(
        scenario=name, scenario_sha256=json_sha256(SCENARIO), seed=1, first_replicate=0,
        last_replicate=REPLICATES - 1, parameters="drawn", detail="daily", mass_basis="wet", code_version="0.1.0",
    )  # fmt: skip
    with open_store(str(place), create=True).begin(who) as writer:
        writer.parts.write(0, REPLICATES - 1, tables)
        return writer.seal(SCENARIO, {}, wall_s=1.0).run_id


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with a run that closes, one that does not, and one of before there were balances."""
    place = tmp_path_factory.mktemp("store")
    sealed(place, "closed", {"balance": rows()})
    sealed(place, "open", {"balance": rows(lost_kg=2.0)})
    old: TableData = {"replicate": [0], "date": ["2027-01-01"], "name": ["lifted_dry_t"], "value": [1.0]}
    sealed(place, "old", {"daily": old})
    return str(place)


def said(
    capsys: pytest.CaptureFixture[str], store: str, run: str = "closed", code: int = 0, **given: Any
) -> tuple[str, str]:
    """Run the command in this process; return both streams."""
    capsys.readouterr()
    usual = {"element": "Nd", "csv": None, "figure": None, "json": False}
    assert balance(Namespace(run=run, store=store, **usual | given)) == code
    return capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], store: str, **given: Any) -> Any:
    """Run the command with --json; return the one document it prints."""
    return json.loads(said(capsys, store, json=True, **given)[0])


def test_every_way_has_its_percentiles_and_its_share_of_the_sea_bed(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, store)
    assert [(way["source"], way["target"], way["kind"]) for way in found["ways"]] == [way[:3] for way in WAYS]
    assert [way["p50"] for way in found["ways"]] == pytest.approx([10.0 * way[3] for way in WAYS])
    assert [way["share"] for way in found["ways"]] == pytest.approx([way[3] / 100.0 for way in WAYS])
    lifted = found["ways"][0]
    assert (lifted["p10"], lifted["p90"]) == pytest.approx((280.0, 8_200.0))
    assert {one["name"]: one["p50"] for one in found["sums"]} == pytest.approx(
        {"from the sea bed": 1_000.0, "in products": 700.0, "lost": 300.0}
    )
    (neodymium,) = found["elements"]
    assert neodymium["recovered"] == pytest.approx({"p10": 0.7, "p50": 0.7, "p90": 0.7})
    assert found["closing_error"] <= 1e-9
    assert (found["replicates"], found["unit"], found["element"]) == (REPLICATES, "kg", "Nd")


def test_the_text_is_plain_and_80_letters_wide(
    store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text, notes = said(capsys, store)
    prose = [line for line in text.splitlines() if store not in line]
    assert [line for line in prose if len(line) > 80 or line != line.rstrip()] == []
    assert "mining vessels → dumped from the pipe" in text
    assert "Sea bed to product: 70 % of the Nd (P10 70 %, P90 70 %)" in text
    assert "The balance closes" in text
    assert notes == ""


def test_an_element_that_nothing_lifts_is_said_to_be_absent(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No Dy leaves the sea bed" in said(capsys, store, element="Dy")[0]
    found = told(capsys, store, element="Dy")
    assert (found["ways"], found["sums"]) == ([], [])


def test_a_balance_that_does_not_close_says_where_and_fails(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    text, notes = said(capsys, store, "open", code=1)
    assert "The balance does not close" in text
    assert "the balance of Nd is open by 2.0e-02 over the whole chain" in notes
    assert "open by 2.2e-02 over 'leach'" in notes


def test_csv_and_figure_are_written_as_asked(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, picture = tmp_path / "balance.csv", tmp_path / "balance.html"
    _, notes = said(capsys, store, csv=str(table), figure=str(picture))
    assert f"twin: csv written to {table}" in notes
    written = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [float(row["mass_kg"]) for row in written] == pytest.approx([10.0 * way[3] for way in WAYS])
    assert {row["constituent"] for row in written} == {"Nd"}
    page = picture.read_text(encoding="utf-8")
    assert "sankey" in page
    assert "dumped from the pipe" in page
    streamed, _ = said(capsys, store, csv="-")
    assert streamed == table.read_text(encoding="utf-8")


def test_a_run_without_a_balance_is_refused_with_what_to_do(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(
        FailedError, match=r"run 'old-.*': it holds no table 'balance'.*make the run again: twin run old"
    ):
        said(capsys, store, "old")


def test_a_picture_that_cannot_be_written_is_refused_before_any_work(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match=r"let its name end in \.html"):
        said(capsys, "no-store-here", figure="balance.png")


def test_the_table_is_declared_with_the_columns_that_are_read() -> None:
    declared = {column.name: column for column in TABLES["balance"].columns}
    assert list(declared) == ["replicate", "constituent", "source", "target", "kind", "mass_kg"]
    assert declared["constituent"].allowed == CONSTITUENTS


def test_the_element_is_read_by_the_command_line(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["balance", "latest", "--element", "Pm", "--store", store]) == 2
    assert "'Pm' found; one of La, Ce, Pr" in capsys.readouterr().err


def test_elements_of_sea_salt_are_told_with_where_the_sea_water_comes_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "calm", "--replicates", "1", "--store", str(tmp_path)]) == 0
    for element, told in (("Na", True), ("Nd", False)):
        capsys.readouterr()
        assert main(["balance", "latest", "--element", element, "--store", str(tmp_path)]) == 0
        assert ("sea water in the mud comes in" in " ".join(capsys.readouterr().out.split())) == told
