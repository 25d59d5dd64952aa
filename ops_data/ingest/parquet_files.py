"""Readings from Parquet files, one a row or a column for each tag; see `ops_data.ingest.layout`."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ops_data.errors import ObservationError
from ops_data.ingest.layout import Layout, layout_of, rows_of
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.rows import TEXT_LETTERS, Chunk, Refused, no_rows


def read_parquet_file(path: Path, mapping: Mapping_) -> Iterator[Chunk]:
    """Yield the readings of a Parquet file, chunk by chunk, and the rows that cannot be read.

    Raises
    ------
    ObservationError
        It is not a whole Parquet file, or has no column of times or of values.
    """
    try:
        yield from _chunks(path, mapping)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        reason = str(error).splitlines()[0]
        raise ObservationError(f"{path}: cannot be read as Parquet: {reason}; copy it again from its source") from error


def _chunks(path: Path, mapping: Mapping_) -> Iterator[Chunk]:
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        layout = layout_of(str(path), names, mapping)
        if layout.unread:
            yield no_rows(), [Refused(0, why, name) for name, why in layout.unread.items()]
        wanted = [layout.time, *layout.long.values(), *layout.wide]
        first = 1
        for batch in file.iter_batches(batch_size=layout.rows, columns=wanted):
            table = pa.Table.from_batches([batch], schema=batch.schema)
            yield _chunk(table, layout, mapping, first)
            first += batch.num_rows


def _chunk(table: pa.Table, layout: Layout, mapping: Mapping_, first: int) -> Chunk:
    number = np.arange(first, first + table.num_rows, dtype=np.int64)
    raw, wrong = rows_of(table, layout, mapping, number)
    refused = []
    for place, why in sorted(wrong.items()):
        cells = ",".join(str(cell) for cell in table.slice(place, 1).to_pylist()[0].values())
        refused.append(Refused(int(number[place]), why, cells[:TEXT_LETTERS]))
    return raw, refused
