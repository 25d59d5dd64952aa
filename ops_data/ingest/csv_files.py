"""Readings from text tables (CSV and its kin), one a row or a column for each tag; see `ops_data.ingest.layout`."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from ops_data.errors import ObservationError
from ops_data.ingest.layout import Layout, layout_of, rows_of
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.rows import TEXT_LETTERS, Chunk, Refused, Whole, no_rows
from ops_data.ingest.text_lines import Block, blocks_of

_DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True)
class _Table:
    """What the header of a file says: its columns, their meaning, and the letter between cells."""

    header: list[str]
    delimiter: str
    layout: Layout


def read_csv_file(path: Path, mapping: Mapping_) -> Iterator[Chunk]:
    """Yield the readings of a text table, chunk by chunk, and the rows that cannot be read.

    Raises
    ------
    ObservationError
        The file is empty, binary, or its header has no column of times or of values.
    """
    table: _Table | None = None
    rows = 0
    for block in blocks_of(path, mapping):
        lines, numbers = block.lines, np.asarray(block.numbers, dtype=np.int64)
        refused = block.refused
        if table is None:
            first = next((at for at, line in enumerate(lines) if line.strip()), None)
            if first is None:
                raise ObservationError(f"{path}: its header cannot be read{_why(block)}; see its first line")
            table = _table(str(path), lines[first], mapping)
            text = lines[first].decode()[:TEXT_LETTERS]
            refused = [*refused, *(Refused(int(numbers[first]), why, text) for why in table.layout.unread.values())]
            lines, numbers = lines[first + 1 :], numbers[first + 1 :]
        rows += len(lines) + len(block.refused)
        yield from _chunks(table, lines, numbers, refused, mapping)
    if table is None:
        raise ObservationError(f"{path}: there is no line in it; fetch it again")
    if not rows:
        raise ObservationError(f"{path}: it holds a header and no row; fetch it again")


def _why(block: Block) -> str:
    return f": {block.refused[0].reason}" if block.refused else ""


def _table(place: str, line: bytes, mapping: Mapping_) -> _Table:
    text = line.decode()
    delimiter = mapping.delimiter or max(
        _DELIMITERS, key=lambda letter: (text.count(letter), -_DELIMITERS.index(letter))
    )
    header = [cell.strip() for cell in next(csv.reader([text.rstrip("\r")], delimiter=delimiter))]
    while header and not header[-1]:  # a delimiter at the end of each line
        header.pop()
    return _Table(header, delimiter, layout_of(place, header, mapping))


def _chunks(
    table: _Table, lines: list[bytes], numbers: Whole,
    refused: list[Refused], mapping: Mapping_,
) -> Iterator[Chunk]:  # fmt: skip
    """Yield the chunks of a block of lines."""
    step = table.layout.rows
    if not lines and refused:
        yield no_rows(), refused
    for begin in range(0, len(lines), step):
        part, at = lines[begin : begin + step], numbers[begin : begin + step]
        cells, at, part, broken = _cells(table, part, at)
        raw, wrong = rows_of(cells, table.layout, mapping, at)
        bad = [
            Refused(int(at[place]), why, part[place].decode()[:TEXT_LETTERS]) for place, why in sorted(wrong.items())
        ]
        yield raw, [*(refused if begin == 0 else []), *broken, *bad]


def _cells(table: _Table, lines: list[bytes], numbers: Whole) -> tuple[pa.Table, Whole, list[bytes], list[Refused]]:
    """Return the cells of lines as texts, the numbers and texts of the lines they stand in, and the other lines."""
    names = table.header
    try:
        found = arrow_csv.read_csv(
            pa.BufferReader(b"\n".join(lines) + b"\n"),
            arrow_csv.ReadOptions(column_names=names, block_size=1 << 26),
            arrow_csv.ParseOptions(delimiter=table.delimiter),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        found = None  # some line has too many cells or too few: one by one
    if found is not None and found.num_rows == len(lines):
        return found, numbers, lines, []
    columns: list[list[str]] = [[] for _ in names]
    places, broken = [], []
    for place, line in enumerate(lines):
        if line.strip():
            cells, why = _split(line, table)
            if why:
                broken.append(Refused(int(numbers[place]), why, line.decode()[:TEXT_LETTERS]))
            else:
                places.append(place)
                for column, cell in zip(columns, cells, strict=True):
                    column.append(cell)
    arrays = [pa.array(column, type=pa.string()) for column in columns]
    return pa.table(arrays, names=names), numbers[places], [lines[place] for place in places], broken


def _split(line: bytes, table: _Table) -> tuple[Sequence[str], str]:
    """Return the cells of a line, or why it has none."""
    try:
        rows = list(csv.reader(io.StringIO(line.decode().rstrip("\r")), delimiter=table.delimiter, strict=True))
    except csv.Error as error:
        return (), f"the line cannot be taken apart: {error}; correct its quotes"
    cells = rows[0]
    while len(cells) > len(table.header) and not cells[-1].strip():
        cells.pop()
    if len(cells) != len(table.header):
        return (), f"the line has {len(cells)} cells, the header {len(table.header)}; correct the line"
    return cells, ""
