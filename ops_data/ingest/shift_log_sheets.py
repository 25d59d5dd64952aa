"""Rows of cells out of a CSV file or a workbook, with their numbers in the file."""

import csv
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

from ops_data.errors import ObservationError, did_you_mean
from ops_data.ingest.rows import TEXT_LETTERS
from ops_data.ingest.shift_log_times import Cell

WORKBOOKS: Final = (".xlsx", ".xlsm")
OLD_WORKBOOKS: Final = (".xls", ".xlsb", ".ods")
DAMAGED: Final = (  # what reading a workbook with wrong bytes ends in
    zipfile.BadZipFile, zlib.error, NotImplementedError, KeyError, IndexError, ValueError, TypeError, AttributeError,
    EOFError, ParseError,
)  # fmt: skip
LARGEST_BYTES: Final = 64 << 20  # a log of work is written by people


def sheet_rows(path: Path, encoding: str, delimiter: str, sheet: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield number and cells of the rows of a file, from 1.

    Parameters
    ----------
    encoding, delimiter : of a CSV file; "": UTF-8, a comma.
    sheet : of a workbook; "": the first.

    Raises
    ------
    ObservationError
        Not there, too large, damaged, of another encoding, or without that sheet.
    """
    suffix = path.suffix.lower()
    if suffix in OLD_WORKBOOKS:
        raise ObservationError(f"{path}: a workbook of the old kind ({suffix}); save it again as .xlsx")
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            most = f"{LARGEST_BYTES >> 20} MiB"
            raise ObservationError(f"{path}: {size >> 20} MiB; a log of work has at most {most}; split it")
        if suffix in WORKBOOKS:
            yield from _workbook(path, sheet)
        else:
            yield from _csv(path, encoding or "utf-8-sig", delimiter or ",")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ObservationError(f"{path}: cannot be read: {reason}; check the path and the rights") from error


def _csv(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    line = 1
    try:
        with path.open(newline="", encoding=encoding) as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise ObservationError(
            f"{path}: not {encoding}: {error.reason} at byte {error.start}; say encoding in the mapping, such as "
            "cp932 for a file of a Japanese spreadsheet"
        ) from error
    except csv.Error as error:
        raise ObservationError(
            f"{path}: line {line}: not CSV: {error}; wait until it is whole, or export it again"
        ) from error


def _workbook(path: Path, sheet: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    from openpyxl import load_workbook

    try:
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True)
            if sheet and sheet not in book.sheetnames:
                raise ObservationError(f"{path}: no sheet '{sheet}'; {did_you_mean(sheet, book.sheetnames)}")
            yield from enumerate(book[sheet or book.sheetnames[0]].iter_rows(values_only=True), start=1)
    except DAMAGED as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ObservationError(
            f"{path}: no workbook that can be read ({first}); wait until it is whole, take off its password, or save "
            "it again as .xlsx"
        ) from error


def text_of(cell: Cell) -> str:
    """Return a cell as text without blanks around it.

    Examples
    --------
    >>> text_of(12.0), text_of(None), text_of(" a  b ")
    ('12', '', 'a b')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def row_text(cells: Sequence[Cell]) -> str:
    """Return a row as one text, for people."""
    return " | ".join(text_of(cell) for cell in cells).strip(" |")[:TEXT_LETTERS]
