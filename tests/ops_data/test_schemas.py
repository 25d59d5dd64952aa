"""Tables are declared once (truth: derived, by reading the declarations)."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pyarrow as pa
import pytest

from ops_data import schemas
from ops_data.columns import Coded
from ops_data.environment_tables import CLOSURE, CONTACTS, CURRENTS, DRAWN, RELEASES
from ops_data.errors import UnknownNameError
from ops_data.manifest import RunIdentity
from ops_data.sealed import columns_of
from ops_data.supply_tables import SHOCK_MONTHS
from ops_data.tables import to_arrow


@pytest.mark.parametrize("name", list(schemas.TABLES))
def test_every_column_has_a_type_a_unit_a_meaning_and_its_own_name(name: str) -> None:
    declared = schemas.table(name)
    names = [column.name for column in declared.columns]
    assert declared.row
    assert len(set(names)) == len(names)
    for column in declared.columns:
        assert column.type in {"int32", "int64", "float64", "text"}
        assert column.unit
        assert column.description
        assert not column.allowed or column.type == "text"


@pytest.mark.parametrize("name", list(schemas.TABLES))
def test_the_arrow_schema_says_the_same_and_allows_no_gap(name: str) -> None:
    schema = schemas.arrow_schema(name)
    assert columns_of(schema) == [(c.name, c.type, c.unit) for c in schemas.table(name).columns]
    assert not any(field.nullable for field in schema)
    assert pa.schema(list(schema)).equals(schema)


@pytest.mark.parametrize("name", [name for name, table in schemas.TABLES.items() if name != "runs"])
def test_a_table_without_rows_can_be_made(name: str) -> None:
    empty = {column.name: list[str]() for column in schemas.table(name).columns}
    assert to_arrow(name, empty).num_rows == 0


def test_the_interval_columns_are_those_everybody_agreed_on() -> None:
    assert [column.name for column in schemas.INTERVALS.columns] == [
        "replicate",
        "asset",
        "activity",
        "state",
        "cause",
        "hole",
        "batch_id",
        "dry_t",
        "start_utc",
        "duration_s",
        "over_limit_s",
    ]


def test_masses_and_durations_end_in_their_unit() -> None:
    for table in schemas.TABLES.values():
        for column in table.columns:
            for unit in ("t", "s"):
                ends = column.name.endswith(f"_{unit}") and not column.name.endswith(("_kg_s", "_m_s"))
                assert (column.unit == unit) == ends, f"{table.name}.{column.name}"


def test_an_identity_is_made_of_columns_of_the_runs_table() -> None:
    names = {column.name for column in schemas.RUNS.columns}
    assert {part.name for part in fields(RunIdentity)} <= names


def test_tables_written_piece_by_piece_are_those_with_a_replicate() -> None:
    assert {name for name, table in schemas.TABLES.items() if table.by_replicate} == {
        "intervals",
        "lots",
        "ledger",
        "balance",
        "daily",
        "outcomes",
        *(table.name for table in (RELEASES, CURRENTS, CLOSURE, DRAWN, CONTACTS, SHOCK_MONTHS)),
    }


def test_a_table_is_described_in_plain_lines() -> None:
    lines = schemas.describe("daily").splitlines()
    assert lines == [
        "daily: one replicate-day of a series that people plot",
        "",
        "column     type     unit              meaning",
        "replicate  int32    -                 replicate number, 0 or more",
        "date       text     -                 calendar day in Japan standard time, ISO 8601",
        "name       text     -                 name of the series; ends in its unit",
        "value      float64  unit in the name  value of the day",
    ]
    assert "state is one of: working, waiting, repairing, idle" in schemas.describe("intervals").splitlines()


def test_an_unknown_table_or_column_is_told_with_a_remedy() -> None:
    with pytest.raises(UnknownNameError) as caught:
        schemas.table("interval")
    assert str(caught.value) == "no table 'interval'; did you mean 'intervals'?"
    with pytest.raises(UnknownNameError) as caught:
        schemas.INTERVALS.column("durations")
    assert str(caught.value) == "table 'intervals': no column 'durations'; did you mean 'duration_s'?"


def test_coded_text_gives_its_words_back() -> None:
    import numpy as np

    assert Coded(np.array([1, 0, 1], dtype=np.int8), ("lift", "shift")).words() == ["shift", "lift", "shift"]


def test_declarations_load_no_heavy_library(root: Path) -> None:
    code = (
        "import sys, ops_data, ops_data.schemas, ops_data.columns; "
        "print(*sorted({'pandas', 'pyarrow', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
