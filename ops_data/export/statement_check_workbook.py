"""The workbook of a supply statement against its tables: every cell of every sheet but the first."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ops_data.export.statement_check_base import DIFFERENT, Frames, line, lines

if TYPE_CHECKING:
    import pandas as pd

WORKBOOK: Final = "supply_statement.xlsx"
ABOUT: Final = "about"  # first sheet, which says what the workbook is
HEAD: Final = 2  # lines of a sheet before its rows: names and units
DIGITS: Final = 1e-14  # relative; a cell keeps sixteen digits
ENDLESS: Final = {"∞": math.inf, "−∞": -math.inf}
BY_DRAW: Final = "replicate"  # column of tables that have no sheet


def workbook_lines(folder: Path, frames: Frames) -> Iterator[str]:
    """Hold every cell of the workbook against the table of its sheet; a sheet or table without the other is told."""
    path = folder / WORKBOOK
    if not path.is_file():
        yield f"{DIFFERENT}{WORKBOOK}: is missing"
        return
    from zipfile import BadZipFile

    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except BadZipFile as error:
        yield f"{DIFFERENT}{WORKBOOK}: cannot be read: {error}"
        return
    wanted = {name.removeprefix("supply_"): name for name, rows in frames.items() if BY_DRAW not in rows}
    names = [name for name in book.sheetnames if name != ABOUT]
    yield line("sheets of the workbook", sorted(names) == sorted(wanted),
               f"{', '.join(sorted(set(names) ^ set(wanted))) or 'a name'} has no table or no sheet")  # fmt: skip
    counts = {}
    for name in names:
        if name in wanted:
            counts[name] = len(frames[wanted[name]])
            cells = list(book[name].iter_rows(values_only=True))
            wrong = list(_sheet(cells, frames[wanted[name]], _units(folder, wanted[name])))
            yield from lines(f"{frames[wanted[name]].size:,} cells of sheet {name}", wrong)
    listed = {row[0]: row[2] for row in book[ABOUT].iter_rows(values_only=True) if len(row) > 2}
    wrong = [f"{name} has {count} rows, told {listed.get(name)}" for name, count in counts.items()
             if listed.get(name) != count]  # fmt: skip
    yield from lines("rows told on the first sheet", wrong)
    book.close()


def _units(folder: Path, table: str) -> list[str] | None:
    """Return the units that the schema beside a table has, as a sheet shows them; None: there is no schema."""
    path = folder / "tables" / f"{table}.schema.json"
    if not path.is_file():
        return None
    fields = json.loads(path.read_text(encoding="utf-8"))["fields"]
    return ["" if field.get("unit", "-") == "-" else str(field["unit"]) for field in fields]


def _sheet(cells: list[tuple[Any, ...]], rows: "pd.DataFrame", units: list[str] | None) -> Iterator[str]:
    names = [str(name) for name in rows]
    head = [["" if cell is None else str(cell) for cell in row] for row in cells[:HEAD]]
    head = [[*row, *[""] * (len(names) - len(row))] for row in head]
    if not head or head[0] != names:
        yield "names of columns are not those of the table"
        return
    if units is not None and (len(head) < HEAD or head[1] != units):
        yield "units of columns are not those of the table"
    body = [row for row in cells[HEAD:] if any(cell is not None for cell in row)]
    if len(body) != len(rows):
        yield f"{len(body)} rows, the table has {len(rows)}"
        return
    for place, name in enumerate(names):
        shown = [row[place] if place < len(row) else None for row in body]
        if rows[name].dtype.kind in "iuf":
            apart = _numbers_apart(shown, rows[name].to_numpy(np.float64))
        else:
            texts = ["" if cell is None else str(cell) for cell in shown]
            apart = [
                at for at, (one, other) in enumerate(zip(texts, rows[name].astype(str), strict=True)) if one != other
            ]
        for at in apart:
            yield f"{name} of row {at + 1} is {shown[at]}, in the table {rows[name].iloc[at]}"


def _numbers_apart(shown: list[Any], told: "np.ndarray[Any, np.dtype[np.float64]]") -> list[int]:
    numbers = np.array([_number(cell) for cell in shown], dtype=np.float64)
    unread = np.array([isinstance(cell, str) and cell not in ENDLESS for cell in shown], dtype=bool)
    fits = np.isclose(numbers, told, rtol=DIGITS, atol=0.0, equal_nan=True)
    return [int(at) for at in np.flatnonzero(unread | ~fits)]


def _number(cell: Any) -> float:
    if isinstance(cell, str):
        return ENDLESS.get(cell, math.nan)
    return math.nan if cell is None else float(cell)
