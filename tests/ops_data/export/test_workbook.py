"""The workbook holds every number and word of its tables. Truth: derived (what was written is read back)."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from ops_data.errors import StoreError
from ops_data.export.statement_tables import SOURCES, shock_spread, source_rows
from ops_data.export.workbook import MOST_ROWS, Sheet, write_workbook
from ops_data.supply_tables import PUBLISHED, SHOCK_MONTHS
from ops_data.table_records import Column, Table
from tests.ops_data.export.made_up_statement import tables

CREATED = datetime(2026, 9, 20, 4, 5, 6, tzinfo=UTC)
PRICES = Table(
    "supply_prices",
    "a price",
    (
        Column("oxide", "text", "-", "which"),
        Column("year", "int32", "a", "calendar year"),
        Column("value", "float64", "unit of the row", "what it is"),
        Column("unit", "text", "-", "unit of the row"),
    ),
)
ROWS = pd.DataFrame(
    {
        "oxide": ["=1+1", "http://x", "酸化物", "12"],
        "year": np.array([2027, 2028, 2029, 2030], dtype=np.int32),
        "value": [0.1 + 0.2, np.nan, np.inf, -39e9],
        "unit": ["share", "1", "d", "JPY"],
    }
)


def write(path: Path, sheets: list[Sheet]) -> None:
    write_workbook(path, "Made up", [("Study", "supply-0123abcd")], sheets, CREATED)


def test_numbers_words_units_and_rows_read_back_as_they_are(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", [Sheet(PRICES, ROWS)])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["about", "prices"]
    sheet = book["prices"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[:2] == [["oxide", "year", "value", "unit"], ["", "a", "unit of the row", ""]]
    assert cells[2:] == [
        ["=1+1", 2027, pytest.approx(0.1 + 0.2, rel=1e-15), "share"], ["http://x", 2028, None, "1"],
        ["酸化物", 2029, "∞", "d"], ["12", 2030, -39e9, "JPY"],
    ]  # fmt: skip
    assert [sheet.cell(row, 1).data_type for row in (3, 4, 6)] == ["s", "s", "s"]  # no formula, no number
    assert [sheet.cell(row, 3).number_format for row in (3, 6)] == ["0.00%", "#,##0"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:D6")
    assert [cell.value for cell in book["about"]["A"] if cell.value] == ["Made up", "Study", "sheet", "prices"]


def test_a_second_workbook_has_the_same_bytes_and_bears_the_sealing_time_alone(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, [Sheet(PRICES, ROWS)])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as file:
        assert {entry.date_time[:3] for entry in file.infolist()} == {(1980, 1, 1)}
        assert b"2026-09-20T04:05:06Z" in file.read("docProps/core.xml")


def test_a_table_without_rows_has_its_head(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", [Sheet(PRICES, ROWS.iloc[:0])])
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["prices"].max_row == 2


def test_too_many_rows_and_names_that_stand_twice_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    long = pd.DataFrame({name: np.zeros(MOST_ROWS + 1, dtype=np.int8) for name in ("oxide", "year", "value", "unit")})
    with pytest.raises(StoreError, match=r"sheet 'prices' has 1,048,575 rows; a sheet holds 1,048,574"):
        write(tmp_path / "a.xlsx", [Sheet(PRICES, long)])
    with pytest.raises(StoreError, match=r"sheet 'prices': a name stands once"):
        write(tmp_path / "a.xlsx", [Sheet(PRICES, ROWS), Sheet(PRICES, ROWS)])
    assert not (tmp_path / "a.xlsx").exists()


def test_the_months_of_a_shock_are_told_as_percentiles_of_their_draws() -> None:
    """Truth: derived; by hand of eleven draws 0, 0.1 … 1, one of them never."""
    rows = [(draw, "S3", "pro_rata", "cover_days", "Dy", 4, draw / 10.0) for draw in range(11)]
    months = pd.DataFrame(rows, columns=[column.name for column in SHOCK_MONTHS.columns])
    told = pd.DataFrame(dict(shock_spread(months)))
    assert told[["value", "low", "high", "draws"]].to_numpy().tolist() == [[0.5, 0.1, 0.9, 11.0]]
    months.loc[months["replicate"] >= 9, "value"] = np.inf
    assert pd.DataFrame(dict(shock_spread(months)))["high"].tolist() == [np.inf]


def test_every_source_is_told_with_its_grade_and_how_many_figures_rest_on_it() -> None:
    made = tables()
    told = pd.DataFrame(dict(source_rows(made)))
    assert list(told.columns) == [column.name for column in SOURCES.columns]
    assert told["figures"].sum() == sum(len(made[name]) for name in ("supply_inputs", PUBLISHED.name, "supply_notes"))
    assert set(told["confidence"]) == {"H", "M", "D", "A"}
