"""Tables of a package: each as Parquet, as CSV in UTF-8, and with a Frictionless table schema beside them."""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ops_data.columns import Coded, ColumnData, TableData
from ops_data.errors import StoreError, did_you_mean
from ops_data.files import DurableFile, told, write_whole
from ops_data.table_records import NO_UNIT, Column, Table

TABLE_SCHEMA: Final = "https://specs.frictionlessdata.io/schemas/table-schema.json"
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_ARROW: Final = {"int32": pa.int32(), "int64": pa.int64(), "float64": pa.float64(), "text": pa.string()}
_FRICTIONLESS: Final = {"int32": "integer", "int64": "integer", "float64": "number", "text": "string"}

SUMMARY: Final = Table(
    "summary",
    "one number of the summary page, and how to rebuild it from the files",
    (
        Column("id", "text", NO_UNIT, "name of the number, never used twice"),
        Column("section", "text", NO_UNIT, "part of the summary page"),
        Column("item", "text", NO_UNIT, "what the number is, in words"),
        Column("value", "float64", "unit of the row", "the number; of an ensemble its median (P50)"),
        Column("low", "float64", "unit of the row", "P10 of an ensemble, low end of a probability's 80 % interval"),
        Column("high", "float64", "unit of the row", "P90 of an ensemble, high end of that interval; empty: none"),
        Column("unit", "text", NO_UNIT, "unit of value, low and high"),
        Column("file", "text", NO_UNIT, "file that the number is rebuilt from"),
        Column("rule", "text", NO_UNIT, "how recheck.py rebuilds it"),
    ),
)


def write_table(folder: Path, table: Table, data: TableData, marked: bool = False) -> None:
    """Write ``<name>.parquet``, ``<name>.csv`` and ``<name>.schema.json`` into a folder.

    Parameters
    ----------
    folder : an existing folder.
    table : name, meaning and columns (`ops_data.table_records`).
    data : column name → one value per row; NaN in a column of numbers is a missing value.
    marked : whether the CSV file begins with a byte order mark, by which spreadsheets know that it is UTF-8.

    Raises
    ------
    StoreError
        A column is missing, not declared, of another length or type, holds a word that is not allowed, or the disk
        refuses.

    Notes
    -----
    CSV: comma, line feed, header in the first line; numbers in the shortest form that reads back to the same value;
    missing values empty; infinity as INF and -INF.
    """
    rows = _arrow(table, data)
    with told(folder / table.name, "write the table"):
        with DurableFile(folder / f"{table.name}.parquet") as file:
            pq.write_table(rows, file, compression="zstd")
        write_whole(folder / f"{table.name}.csv", (BYTE_ORDER_MARK if marked else b"") + _csv(rows))
        text = json.dumps(table_schema(table), indent=1, ensure_ascii=False) + "\n"
        write_whole(folder / f"{table.name}.schema.json", text.encode())


def rule(word: str, keys: Mapping[str, str] | None = None) -> str:
    """Return the text of a rule of the summary as recheck.py reads it.

    Examples
    --------
    >>> rule("probability", {"column": "highest", "above": "0.1", "where.zone": "North; outer"})
    'probability; column=highest; above=0.1; where.zone=North%3B outer'
    """
    quoted = {key: text.replace("%", "%25").replace(";", "%3B") for key, text in (keys or {}).items()}
    return "; ".join([word, *(f"{key}={text}" for key, text in quoted.items())])


def table_schema(table: Table) -> dict[str, Any]:
    """Return the Frictionless table schema of a table, with the unit of each column.

    Examples
    --------
    >>> table_schema(SUMMARY)["fields"][3]
    {'name': 'value', 'type': 'number', 'description': 'the number; of an ensemble its median (P50)', \
'unit': 'unit of the row', 'constraints': {'required': False}}
    """
    return {
        "$schema": TABLE_SCHEMA,
        "name": table.name,
        "description": table.row,
        "missingValues": [""],
        "fields": [_field(column) for column in table.columns],
    }


def _field(column: Column) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": column.type in ("int32", "int64")}
    if column.allowed:
        rules["enum"] = list(column.allowed)
    return {
        "name": column.name,
        "type": _FRICTIONLESS[column.type],
        "description": column.description,
        "unit": column.unit,
        "constraints": rules,
    }


def _arrow(table: Table, data: TableData) -> pa.Table:
    names = [column.name for column in table.columns]
    for given in data:
        if given not in names:
            raise StoreError(f"table '{table.name}': column '{given}' is not declared; {did_you_mean(given, names)}")
    missing = [name for name in names if name not in data]
    if missing:
        raise StoreError(f"table '{table.name}': column '{missing[0]}' is missing; give every declared column")
    arrays = [_column(table.name, column, data[column.name]) for column in table.columns]
    if len({len(array) for array in arrays}) > 1:
        listed = ", ".join(f"{name} {len(array)}" for name, array in zip(names, arrays, strict=True))
        raise StoreError(f"table '{table.name}': columns differ in length ({listed}); give one value per row")
    fields = [
        pa.field(
            column.name,
            _ARROW[column.type],
            nullable=column.type == "float64",
            metadata={"unit": column.unit, "description": column.description},
        )
        for column in table.columns
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata={"description": table.row}))


def _column(table: str, column: Column, data: ColumnData) -> pa.Array:
    if column.type == "text":
        words = data.words() if isinstance(data, Coded) else list(data)
        for word in words:
            if not isinstance(word, str):
                raise StoreError(f"table '{table}': column '{column.name}' holds text, found {word!r}; give words")
            if column.allowed and word not in column.allowed:
                remedy = did_you_mean(word, column.allowed)
                raise StoreError(f"table '{table}': column '{column.name}' may not hold '{word}'; {remedy}")
        return pa.array([str(word) for word in words], type=pa.string())
    found = np.asarray([] if isinstance(data, Coded) else data)
    wanted = np.dtype(column.type)
    whole = found.dtype.kind in "iub" or not len(found)
    if isinstance(data, Coded) or not (whole or (found.dtype.kind == "f" and wanted.kind == "f")):
        raise StoreError(f"table '{table}': column '{column.name}' holds {column.type}, found {_kind(data)}")
    values = found.astype(wanted)
    if wanted.kind == "i" and not np.array_equal(values, found):
        raise StoreError(f"table '{table}': column '{column.name}' holds {column.type}, found a value beyond it")
    return pa.array(values, from_pandas=wanted.kind == "f")


def _kind(data: ColumnData) -> str:
    return "text" if isinstance(data, Coded) else str(np.asarray(data).dtype)


def _csv(rows: pa.Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows.column_names)
    columns: Sequence[list[Any]] = [[_word(value) for value in column.to_pylist()] for column in rows.columns]
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode()


def _word(value: Any) -> str:
    """Return a value as it stands in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, float) and math.isinf(value):
        return "INF" if value > 0.0 else "-INF"
    return repr(value) if isinstance(value, float) else str(value)
