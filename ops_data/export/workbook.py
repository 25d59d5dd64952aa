"""Tables as one workbook (Office Open XML) for people: a sheet each, units below the names; the bytes repeat."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import StoreError
from ops_data.files import told, write_whole
from ops_data.table_records import Table

if TYPE_CHECKING:
    import pandas as pd
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ABOUT: Final = "about"
MOST_ROWS: Final = 1_048_576 - 2  # of a sheet, below its two lines of head
LONGEST_NAME: Final = 31  # letters of a sheet's name
WIDEST: Final = 60
MEASURED_ROWS: Final = 200  # rows that the width of a column is taken from
NUMBERS: Final = {  # how numbers of a unit are shown; sixteen digits of them are kept
    "share": "0.00%", "JPY": "#,##0", "USD": "#,##0", "JPY/y": "#,##0", "USD/y": "#,##0",
}  # fmt: skip
NUMBER: Final = "[>=100]#,##0;[<=-100]-#,##0;0.0000"
WHOLE: Final = "0"
OF_UNIT: Final = ("value", "low", "high", "target", "gap", "computed", "left", "right", "without", "with_lever")


@dataclass(frozen=True)
class Sheet:
    """One sheet: the declaration of its table, and the rows."""

    table: Table
    rows: "pd.DataFrame"

    @property
    def name(self) -> str:
        """Name of the sheet."""
        return self.table.name.removeprefix("supply_")


@dataclass(frozen=True)
class _Formats:
    """How cells look."""

    title: "Format"
    head: "Format"
    unit: "Format"
    text: "Format"
    numbers: dict[str, "Format"]


def write_workbook(path: Path, title: str, about: Sequence[tuple[str, str]], sheets: Sequence[Sheet],
                   created: datetime) -> None:  # fmt: skip
    """Write a workbook: a sheet that tells what it is and what each sheet holds, then a sheet per table.

    Parameters
    ----------
    path : where it shall be.
    title : of the workbook.
    about : label and value, line by line.
    sheets : in this order.
    created : time that it bears, with time zone; no other is in the file.

    Raises
    ------
    StoreError
        A table has more rows than a sheet holds, two sheets have one name, or the disk refuses.

    Notes
    -----
    Words are written as words: nothing becomes a formula or a link. A missing number is an empty cell, infinity the
    sign ∞.
    """
    import xlsxwriter

    _check(path, sheets)
    memory = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(memory, options) as book:
        made = created.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": title, "created": made})
        look = _formats(book)
        _write_about(book.add_worksheet(ABOUT), title, about, sheets, look)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, look)
    with told(path, "write the workbook"):
        write_whole(path, memory.getvalue())


def _check(path: Path, sheets: Sequence[Sheet]) -> None:
    names = [ABOUT, *(sheet.name for sheet in sheets)]
    for sheet in sheets:
        if names.count(sheet.name) > 1 or len(sheet.name) > LONGEST_NAME:
            raise StoreError(
                f"{path}: sheet '{sheet.name}': a name stands once and has {LONGEST_NAME} letters at most; rename it"
            )
        if len(sheet.rows) > MOST_ROWS:
            raise StoreError(
                f"{path}: sheet '{sheet.name}' has {len(sheet.rows):,} rows; a sheet holds {MOST_ROWS:,}; leave it to "
                "the CSV and Parquet files"
            )


def _formats(book: "xlsxwriter.Workbook") -> _Formats:
    head = {"bold": True, "font_color": "#0b4f6c", "bottom": 1, "valign": "top"}
    codes = {*NUMBERS.values(), NUMBER, WHOLE}
    return _Formats(
        title=book.add_format({"bold": True, "font_size": 14, "font_color": "#0b4f6c"}),
        head=book.add_format(head),
        unit=book.add_format({"italic": True, "font_color": "#5b6b7a", "bottom": 1}),
        text=book.add_format({"valign": "top"}),
        numbers={code: book.add_format({"num_format": code, "valign": "top"}) for code in sorted(codes)},
    )


def _write_about(sheet: "Worksheet", title: str, about: Sequence[tuple[str, str]], sheets: Sequence[Sheet],
                 look: _Formats) -> None:  # fmt: skip
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, title, look.title)
    line = 2
    for label, value in about:
        sheet.write_string(line, 0, label, look.text)
        sheet.write_string(line, 1, value, look.text)
        line += 1
    line += 1
    for place, word in enumerate(("sheet", "what a row is", "rows")):
        sheet.write_string(line, place, word, look.head)
    for one in sheets:
        line += 1
        sheet.write_string(line, 0, one.name, look.text)
        sheet.write_string(line, 1, one.table.row, look.text)
        sheet.write_number(line, 2, len(one.rows), look.numbers[WHOLE])


def _write_sheet(sheet: "Worksheet", one: Sheet, look: _Formats) -> None:
    """Write names, units and rows; the head stays in view, and rows can be filtered."""
    columns = one.table.columns
    units = one.rows["unit"].astype(str).tolist() if "unit" in one.rows else None
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.name, look.head)
        sheet.write_string(1, place, "" if column.unit == "-" else column.unit, look.unit)
        values = one.rows[column.name].tolist()
        if column.type == "text":
            texts = [str(value) for value in values]
            for line, text in enumerate(texts, 2):
                sheet.write_string(line, place, text, look.text)
        else:
            own = units if column.name in OF_UNIT else None
            texts = _write_numbers(sheet, place, column.type, values, own, look)
        widths = (len(text) for text in (column.name, column.unit, *texts[:MEASURED_ROWS]))
        sheet.set_column(place, place, min(WIDEST, 2 + max(widths)))
    sheet.freeze_panes(2, 0)
    if len(one.rows):
        sheet.autofilter(1, 0, len(one.rows) + 1, len(columns) - 1)


def _write_numbers(sheet: "Worksheet", place: int, kind: str, values: Sequence[Any], units: Sequence[str] | None,
                   look: _Formats) -> list[str]:  # fmt: skip
    """Write a column of numbers; return about what is seen of them."""
    seen = []
    for line, value in enumerate(values):
        number = float(value)
        if math.isnan(number):
            continue
        if math.isinf(number):
            sheet.write_string(line + 2, place, "∞" if number > 0.0 else "−∞", look.text)
            continue
        code = WHOLE if kind.startswith("int") else NUMBERS.get(units[line] if units else "", NUMBER)
        sheet.write_number(line + 2, place, number, look.numbers[code])
        seen.append(f"{number:,.4f}" if abs(number) < 100.0 else f"{number:,.0f}")
    return seen
