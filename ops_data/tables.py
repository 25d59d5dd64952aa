"""Rows to Parquet and back, so that the same rows always give the same bytes.

A table is cut into blocks of a fixed number of rows. Each block is rewritten in one canonical form (one chunk, each
text column's dictionary holding just the words that occur, sorted) and becomes one row group. How the rows arrived, in
one piece or in many, leaves no trace.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ops_data import schemas
from ops_data.columns import Coded, ColumnData, TableData
from ops_data.errors import StoreError, did_you_mean
from ops_data.files import DurableFile

BLOCK_ROWS: Final = 65_536
_ZSTD_LEVEL: Final = 1
_DTYPES: Final = {"int32": np.int32, "int64": np.int64, "float64": np.float64}
_STATISTICS: Final = ("replicate", "start_utc", "time_utc")


def to_arrow(name: str, data: TableData) -> pa.Table:
    """Check the columns of a table against its declaration and return them as one arrow table.

    Parameters
    ----------
    name : a table of `ops_data.schemas`.
    data : column name → array of shape (rows,); text as `Coded`, or a sequence of strings for short tables.

    Raises
    ------
    StoreError
        A column is missing, not declared, of another length or type, or holds a word that is not allowed.
    """
    declared = schemas.table(name)
    names = [column.name for column in declared.columns]
    for given in data:
        if given not in names:
            raise StoreError(f"table '{name}': column '{given}' is not declared; {did_you_mean(given, names)}")
    missing = [column for column in names if column not in data]
    if missing:
        raise StoreError(f"table '{name}': column '{missing[0]}' is missing; give every declared column")
    arrays = [_array(name, column, data[column.name]) for column in declared.columns]
    lengths = {len(array) for array in arrays}
    if len(lengths) > 1:
        listed = ", ".join(f"{column} {len(array)}" for column, array in zip(names, arrays, strict=True))
        raise StoreError(f"table '{name}': columns differ in length ({listed}); give one value per row")
    return pa.Table.from_arrays(arrays, schema=schemas.arrow_schema(name))


def _array(table: str, column: schemas.Column, data: ColumnData) -> pa.Array:
    if column.type == "text":
        return _text(table, column, data)
    if isinstance(data, Coded):
        raise StoreError(f"table '{table}': column '{column.name}' holds {column.type}, found text; give numbers")
    found = np.asarray(data)
    wanted = np.dtype(_DTYPES[column.type])
    values = found.astype(wanted, copy=False) if found.dtype.kind in "iubf" else None
    if values is None or (found.dtype.kind == "f" and wanted.kind == "i" and len(found)):
        raise StoreError(
            f"table '{table}': column '{column.name}' holds {column.type}, found {found.dtype}; convert it"
        )
    if not np.can_cast(found.dtype, wanted) and wanted.kind == "i" and not np.array_equal(values, found):
        raise StoreError(f"table '{table}': column '{column.name}' holds {column.type}, found a value beyond it")
    return pa.array(values, type=schemas.arrow_schema(table).field(column.name).type)


def _text(table: str, column: schemas.Column, data: ColumnData) -> pa.Array:
    coded = data if isinstance(data, Coded) else _coded(table, column.name, data)
    codes = np.asarray(coded.codes)
    if codes.dtype.kind not in "iu" or (len(codes) and not 0 <= codes.min() <= codes.max() < len(coded.names)):
        raise StoreError(
            f"table '{table}': column '{column.name}' has codes beyond its {len(coded.names)} names; codes count from 0"
        )
    array = _dictionary(codes, coded.names)
    for word in array.dictionary.to_pylist() if column.allowed else ():
        if word not in column.allowed:
            remedy = f"{did_you_mean(word, column.allowed)} (or declare it in ops_data/schemas.py)"
            raise StoreError(f"table '{table}': column '{column.name}' may not hold '{word}'; {remedy}")
    return array


def _coded(table: str, column: str, data: ColumnData) -> Coded:
    words = np.asarray(data, dtype=object)
    for word in words:
        if not isinstance(word, str):
            raise StoreError(f"table '{table}': column '{column}' holds text, found {word!r}; give words")
    names, codes = np.unique(words.astype(str), return_inverse=True)
    return Coded(codes, tuple(names.tolist()))


def _dictionary(codes: NDArray[Any], names: tuple[str, ...]) -> pa.DictionaryArray:
    """Return codes as a dictionary array whose dictionary is the sorted list of the words that occur."""
    used = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    words = sorted({names[code] for code in used})
    place = {word: number for number, word in enumerate(words)}
    new_codes = np.zeros(len(names), dtype=np.int32)
    for code in used:
        new_codes[code] = place[names[code]]
    indices = new_codes[codes] if len(codes) else np.empty(0, dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(words, type=pa.string()))


def blocks(pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Cut a stream of tables into canonical blocks of `BLOCK_ROWS` rows, the last one shorter; hold few at a time."""
    waiting: list[pa.Table] = []
    rows = 0
    for piece in pieces:
        waiting.append(piece)
        rows += piece.num_rows
        if rows < BLOCK_ROWS:
            continue
        joined = pa.concat_tables(waiting)
        whole = rows - rows % BLOCK_ROWS
        for start in range(0, whole, BLOCK_ROWS):
            yield _canonical(joined.slice(start, BLOCK_ROWS))
        waiting, rows = [joined.slice(whole)], rows - whole
    if rows:
        yield _canonical(pa.concat_tables(waiting))


def _canonical(block: pa.Table) -> pa.Table:
    whole = block.unify_dictionaries().combine_chunks()
    arrays = []
    for field in whole.schema:
        array = whole.column(field.name).chunk(0)
        if pa.types.is_dictionary(field.type):
            array = _dictionary(array.indices.to_numpy(), tuple(array.dictionary.to_pylist()))
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=whole.schema)


def write_parquet(path: Path, name: str, pieces: Iterable[pa.Table]) -> tuple[int, int, str]:
    """Write a table, piece by piece, to a file that appears when it is whole.

    Parameters
    ----------
    path : final name of the file.
    name : a table of `ops_data.schemas`.
    pieces : arrow tables of that schema, in row order.

    Returns
    -------
    Rows, bytes, and the SHA-256 of the file.
    """
    rows = 0
    with DurableFile(path) as file:
        with _parquet_writer(file, name) as writer:
            for block in blocks(pieces):
                writer.write_table(block, row_group_size=BLOCK_ROWS)
                rows += block.num_rows
        return rows, file.size, file.sha256


@contextmanager
def _parquet_writer(file: DurableFile, name: str) -> Iterator[pq.ParquetWriter]:
    columns = schemas.table(name).columns
    text = [column.name for column in columns if column.type == "text"]
    writer = pq.ParquetWriter(
        file,
        schemas.arrow_schema(name),
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=text,
        column_encoding={c.name: "DELTA_BINARY_PACKED" for c in columns if c.type in ("int32", "int64")},
        write_statistics=[column.name for column in columns if column.name in _STATISTICS],
    )
    try:
        yield writer
        writer.close()
    finally:
        writer.is_open = False  # after an error: no second attempt to write the footer


def read_parquet(data: pa.Buffer, columns: list[str] | None = None, replicates: list[int] | None = None) -> pa.Table:
    """Read a table from the bytes of its file; text columns come as dictionaries.

    Parameters
    ----------
    data : the bytes, already known to be whole.
    columns : names to read, in this order; None: all.
    replicates : replicates to read; None: all.
    """
    wanted = None if replicates is None else [("replicate", "in", replicates)]
    read = pq.read_table(pa.BufferReader(data), columns=columns, filters=wanted, partitioning=None)
    return read.unify_dictionaries()
