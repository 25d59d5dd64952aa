"""The folder of a supply statement. Truth: derived (what the made-up study says is read back; bytes repeat)."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from ops_data.errors import StoreError
from ops_data.export.package import MANIFEST
from ops_data.export.statement_data import STATEMENT_TABLES
from ops_data.export.tables import BYTE_ORDER_MARK
from tests.ops_data.export.made_up_statement import tables
from tests.ops_data.export.validators import PROFILES, RDFLIB, cached_context, crate_issues
from tests.twin.supply_studies import MadeUpStudy
from twin.__main__ import main
from twin.commands.supply_statement import WORKBOOK, SupplyStatement, export_statement
from twin.supply_report import statement_data, vocabulary

PLAYER = "tests.twin.supply_studies"


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return name → bytes of every file."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a whole folder."""
    target = tmp_path_factory.mktemp("supply") / "statement"
    assert export_statement(MadeUpStudy(), str(target), as_json=False) == 0
    return target


def test_every_table_stands_there_as_csv_with_byte_order_mark_parquet_and_schema(package: Path) -> None:
    for name, rows in tables().items():
        assert (package / "tables" / f"{name}.csv").read_bytes().startswith(BYTE_ORDER_MARK)
        again = pd.read_parquet(package / "tables" / f"{name}.parquet")
        pd.testing.assert_frame_equal(again, rows, check_dtype=False)
        fields = json.loads((package / "tables" / f"{name}.schema.json").read_text())["fields"]
        assert [field["unit"] for field in fields] == [column.unit for column in STATEMENT_TABLES[name].columns]


def test_the_workbook_has_a_sheet_for_every_table_but_those_of_single_draws(package: Path) -> None:
    book = openpyxl.load_workbook(package / WORKBOOK, read_only=True)
    wanted = {name.removeprefix("supply_") for name, table in STATEMENT_TABLES.items() if not table.by_replicate}
    assert set(book.sheetnames) == {"about", "sources", "shock_spread", *wanted}
    rows = list(book["published"].iter_rows(min_row=3, values_only=True))
    columns = [column.name for column in STATEMENT_TABLES["supply_published"].columns]
    assert [row[columns.index("value")] for row in rows][:2] == [0.63, 0.296]
    about = "\n".join(str(cell) for row in book["about"].iter_rows(values_only=True) for cell in row)
    assert all(word in about for word in ("supply-0123abcd", "pilot-wet-11112222", "wet mud or dry solids", "JPY 150"))


def test_two_exports_in_two_processes_have_the_same_bytes_and_name_no_machine(
    package: Path, root: Path, tmp_path: Path
) -> None:
    target = tmp_path / "elsewhere" / "another"
    subprocess.run([sys.executable, "-m", PLAYER, str(target)], cwd=root, check=True, capture_output=True)
    one, two = bytes_of(package), bytes_of(target)
    assert set(one) == set(two)
    assert [name for name in one if one[name] != two[name]] == []
    here = [str(root), str(package.parent), str(tmp_path), str(Path.home())]
    assert [name for name, data in two.items() for place in here if place.encode() in data] == []


def test_verify_checks_hashes_and_adds_up_the_tables(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(package)]) == 0
    assert "is sound: " in capsys.readouterr().out
    assert main(["verify", str(package), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] and told["files"] == len(bytes_of(package)) - 1
    assert told["numbers"] > 500 and told["recheck"][-1].endswith(" 0 different")


def test_verify_tells_a_changed_file_and_ends_with_one(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name, data in bytes_of(package).items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(data + b" " if name == "statement.json" else data)
    assert main(["verify", str(copy)]) == 1
    told = capsys.readouterr()
    assert told.out == f"{copy}/statement.json: its SHA-256 differs from the one in {MANIFEST}\n"
    assert "1 problem found" in told.err


def test_what_is_there_is_never_written_over_and_a_failed_export_leaves_nothing(package: Path, tmp_path: Path) -> None:
    before = bytes_of(package)
    with pytest.raises(StoreError, match="is there and is not written over"):
        export_statement(MadeUpStudy(), str(package), as_json=False)
    assert bytes_of(package) == before
    bad = tables()
    bad["supply_conflicts"] = bad["supply_conflicts"].assign(verdict="perhaps")
    with pytest.raises(StoreError, match="table 'supply_conflicts': column 'verdict' may not hold 'perhaps'"):
        export_statement(MadeUpStudy(held=bad), str(tmp_path / "new"), as_json=False)
    assert list(tmp_path.iterdir()) == [] or not (tmp_path / "new").exists()


def test_the_export_tells_runs_study_and_tables_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = {name: rows for name, rows in tables().items() if name in ("indicators", "outcomes", "supply_weights")}
    assert export_statement(MadeUpStudy(held=few), str(tmp_path / "out"), as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["study_id"], told["runs"]["dry"], told["tables"]) == ("supply-0123abcd", "pilot-dry-33334444", 4)


def test_statement_json_says_which_study_it_is(package: Path) -> None:
    told = json.loads((package / "statement.json").read_text(encoding="utf-8"))
    assert told["runs"] == {"wet": "pilot-wet-11112222", "dry": "pilot-dry-33334444", "scale": "scale-55556666"}
    assert (told["jpy_per_usd"], told["target_t_d"]["wet"], told["sealed"][:10]) == (150.0, 350.0, "2026-09-20")


@pytest.mark.filterwarnings(RDFLIB)
def test_the_crate_is_valid(package: Path, root: Path, tmp_path: Path) -> None:
    cache = cached_context(root, tmp_path)
    assert [issue for profile in PROFILES for issue in crate_issues(package, cache, profile, "REQUIRED")] == []


def test_titles_of_the_reference_tables_have_their_japanese() -> None:
    words = vocabulary()
    assert (words.titles["vietnam"], words.japanese[words.titles["vietnam"]]) == ("Viet Nam", "ベトナム")
    origins = [words.titles[code] for code in ("china", "kazakhstan", "japan_mud", "recycling")]
    assert [title for title in origins if title not in words.japanese] == []


def test_a_part_that_a_study_has_not_is_told_as_empty() -> None:
    few = {name: rows for name, rows in tables().items() if name != "supply_logistics"}
    data = statement_data(MadeUpStudy(held=few), "ab" * 32, ())
    assert len(data.table("supply_logistics")) == 0
    assert SupplyStatement(replace(MadeUpStudy(), held=few)).tables[-1][0].name == "sources"


def test_changes_and_refused_lines_of_own_shipments_go_with_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "licence delay of S3: 45 working days, packaged 64"
    refused = b"line,field,value,rule,remedy,text\n3,mass_kg,-2,above nought,correct it,x\n"
    study = MadeUpStudy(changes=(told,), refused=refused)
    folder = tmp_path / "out"
    assert export_statement(study, str(folder), as_json=False) == 0
    assert (folder / "tables" / "customs_refused.csv").read_bytes() == BYTE_ORDER_MARK + refused
    assert json.loads((folder / "statement.json").read_text(encoding="utf-8"))["changes"] == [told]
    about = openpyxl.load_workbook(folder / WORKBOOK, read_only=True)["about"]
    assert ("Changed against the packaged case", told) in {row[:2] for row in about.iter_rows(values_only=True)}
    assert "customs_refused.csv" in (folder / "ro-crate-metadata.json").read_text(encoding="utf-8")
    assert main(["verify", str(folder)]) == 0


def test_a_study_without_refused_lines_has_no_file_of_them(package: Path) -> None:
    assert not (package / "tables" / "customs_refused.csv").exists()
    assert json.loads((package / "statement.json").read_text(encoding="utf-8"))["changes"] == []
