"""Shares of the elements in the rare earths of the mud: one row of ``composition.csv`` each."""

import csv
import math
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.elements import ELEMENTS
from ops_data.errors import FailedError

FILE: Final = Path(__file__).with_name("composition.csv")
NUMBERS: Final = ("percent", "low", "high", "rich_percent")


@dataclass(frozen=True, slots=True)
class ShareRow:
    """Mass share of one element in ΣREY [%] in mud of up to 1,000 ppm, its range of ignorance, and from 6,000 ppm on.

    ``rich_percent`` differs from ``percent`` only where the share is known to fall or rise with the grade; shares are
    brought to a sum of one afterwards.
    """

    element: str
    percent: float
    low: float
    high: float
    rich_percent: float
    source: str
    confidence: str
    note: str


def read_composition(path: Path) -> dict[str, ShareRow]:
    """Return the rows of a composition file by element, in the order of ``ELEMENTS``.

    Raises
    ------
    FailedError
        The header, an element or a number breaks a rule; one line with file, line, element, rule and remedy.
    """
    columns = [field.name for field in fields(ShareRow)]
    rows: dict[str, ShareRow] = {}
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        if (header := next(lines, [])) != columns:
            found = ",".join(header)
            raise FailedError(f"{path.name}:1: header '{found}' found; columns are fixed; write {','.join(columns)}")
        for cells in lines:
            place = f"{path.name}:{lines.line_num}: element '{cells[0] if cells else ''}'"
            if len(cells) != len(columns):
                raise FailedError(
                    f"{place}: {len(cells)} cells found; {len(columns)} per line; quote cells with commas"
                )
            row = _row(place, dict(zip(columns, cells, strict=True)))
            if row.element in rows:
                raise FailedError(f"{place}: stands twice; one row per element; delete one")
            rows[row.element] = row
    missing = [element for element in ELEMENTS if element not in rows]
    if missing:
        raise FailedError(f"{path.name}: element '{missing[0]}': no row found; every element has one; add it")
    return {element: rows[element] for element in ELEMENTS}


def _row(place: str, cells: dict[str, str]) -> ShareRow:
    if cells["element"] not in ELEMENTS:
        raise FailedError(f"{place}: not counted here; one of {', '.join(ELEMENTS)}; correct the cell")
    numbers: dict[str, float] = {}
    for name in NUMBERS:
        try:
            numbers[name] = float(cells[name])
        except ValueError:
            numbers[name] = math.nan
        if not 0.0 < numbers[name] < 100.0:
            raise FailedError(f"{place}: {name} '{cells[name]}' found; a number between 0 and 100; correct the cell")
    if not numbers["low"] <= numbers["percent"] <= numbers["high"]:
        raise FailedError(f"{place}: percent {cells['percent']} found; low ≤ percent ≤ high; order the cells")
    if not cells["source"] or cells["source"].startswith("assumption:") != (cells["confidence"] == "A"):
        raise FailedError(f"{place}: confidence {cells['confidence']} found; A and only A is an assumption; align them")
    return ShareRow(
        cells["element"], numbers["percent"], numbers["low"], numbers["high"], numbers["rich_percent"],
        cells["source"], cells["confidence"], cells["note"],
    )  # fmt: skip


@cache
def composition() -> dict[str, ShareRow]:
    """Return the packaged rows by element, in the order of ``ELEMENTS``; treat the dictionary as read-only."""
    return read_composition(FILE)
