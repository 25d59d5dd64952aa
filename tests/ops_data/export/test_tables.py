"""A table of the package reads back the same from Parquet and from CSV, and its schema says what it holds.

Truth: derived; the CSV text by hand.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ops_data.columns import Coded
from ops_data.errors import StoreError
from ops_data.export.tables import write_table
from ops_data.table_records import Column, Table

FINDS = Table(
    "finds",
    "a find",
    (
        Column("number", "int32", "-", "number of the find"),
        Column("time_utc", "int64", "s", "when"),
        Column("kind", "text", "-", "what it is", ("shell", "stone")),
        Column("note", "text", "-", "remark"),
        Column("mass_kg", "float64", "kg", "its mass"),
    ),
)
ROWS: dict[str, Any] = {
    "number": np.array([1, 2, 3], dtype=np.int32),
    "time_utc": np.array([1_800_000_000, 0, 1]),
    "kind": Coded(np.array([1, 0, 1]), ("shell", "stone")),
    "note": ["南鳥島, north", 'a "word"', ""],
    "mass_kg": np.array([0.1 + 0.2, np.nan, np.inf]),
}


def test_the_csv_is_utf_8_with_numbers_that_read_back_exactly(tmp_path: Path) -> None:
    write_table(tmp_path, FINDS, ROWS)
    assert (tmp_path / "finds.csv").read_bytes().decode() == (
        "number,time_utc,kind,note,mass_kg\n"
        '1,1800000000,stone,"南鳥島, north",0.30000000000000004\n'
        '2,0,shell,"a ""word""",\n'
        "3,1,stone,,INF\n"
    )
    found = pd.read_csv(tmp_path / "finds.csv")
    assert found["mass_kg"][0] == 0.1 + 0.2
    assert found["mass_kg"][2] == np.inf


def test_parquet_holds_the_same_rows_with_units(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    write_table(tmp_path, FINDS, ROWS)
    found = pq.read_table(tmp_path / "finds.parquet")
    assert found.column("note").to_pylist() == ROWS["note"]
    assert found.column("mass_kg").to_pylist() == [0.1 + 0.2, None, np.inf]
    assert found.schema.field("mass_kg").metadata[b"unit"] == b"kg"
    assert [str(kind) for kind in found.schema.types] == ["int32", "int64", "string", "string", "double"]


def test_the_schema_names_types_units_and_allowed_words(tmp_path: Path) -> None:
    write_table(tmp_path, FINDS, ROWS)
    schema = json.loads((tmp_path / "finds.schema.json").read_text(encoding="utf-8"))
    assert [field["type"] for field in schema["fields"]] == ["integer", "integer", "string", "string", "number"]
    assert schema["fields"][2]["constraints"] == {"required": False, "enum": ["shell", "stone"]}
    assert schema["fields"][4]["unit"] == "kg"
    assert schema["missingValues"] == [""]


def test_two_writings_have_the_same_bytes_and_leave_nothing_else(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_table(tmp_path / name, FINDS, ROWS)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["finds.csv", "finds.parquet", "finds.schema.json"]
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)


def test_a_table_without_rows_has_its_header_and_its_types(tmp_path: Path) -> None:
    empty: dict[str, list[Any]] = {column.name: [] for column in FINDS.columns}
    write_table(tmp_path, FINDS, empty)
    assert (tmp_path / "finds.csv").read_text(encoding="utf-8") == "number,time_utc,kind,note,mass_kg\n"
    assert len(pd.read_parquet(tmp_path / "finds.parquet")) == 0


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("kind", ["shell", "stone", "bone"], "column 'kind' may not hold 'bone'; did you mean 'stone'?"),
        ("note", ["a", "b", 3], "column 'note' holds text, found 3; give words"),
        ("number", np.array([1.5, 2.0, 3.0]), "column 'number' holds int32, found float64"),
        ("number", np.array([1, 2, 2**40]), "column 'number' holds int32, found a value beyond it"),
        ("mass_kg", ["a", "b", "c"], "column 'mass_kg' holds float64, found <U1"),
        ("mass_kg", Coded(np.array([0, 0, 0]), ("a",)), "column 'mass_kg' holds float64, found text"),
        ("colour", ["a", "b", "c"], "column 'colour' is not declared; allowed: kind, mass_kg, note, number, time_utc"),
        ("mass_kg", None, "column 'mass_kg' is missing; give every declared column"),
        (
            "note",
            ["a"],
            "columns differ in length (number 3, time_utc 3, kind 3, note 1, mass_kg 3); give one value per row",
        ),
    ],
)
def test_rows_that_break_the_declaration_are_refused(tmp_path: Path, column: str, values: Any, message: str) -> None:
    rows = {key: value for key, value in (ROWS | {column: values}).items() if value is not None}
    with pytest.raises(StoreError) as caught:
        write_table(tmp_path, FINDS, rows)
    assert str(caught.value) == f"table 'finds': {message}"
    assert list(tmp_path.iterdir()) == []
