"""Shares of the elements in the rare earths of the mud: one row of ``composition.csv`` each."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.elements import ELEMENTS
from ops_data.errors import FailedError
from ops_data.reference.rows import CsvRow, collect

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
    rows = collect(path, ShareRow, _share)
    missing = [element for element in ELEMENTS if element not in rows]
    if missing:
        raise FailedError(f"{path.name}: element '{missing[0]}': no row found; every element has one; add it")
    return {element: rows[element] for element in ELEMENTS}


def _share(row: CsvRow) -> ShareRow:
    element = row.word("element", ELEMENTS)
    percent, low, high, rich = (row.number(column) for column in NUMBERS)
    row.ordered(["low", "percent", "high"])
    if min(low, rich) <= 0.0 or max(high, rich) >= 100.0:
        raise row.fail(
            f"low {low:g}, high {high:g}, rich {rich:g}", "shares lie between 0 and 100", "correct the cells"
        )
    return ShareRow(element, percent, low, high, rich, row.source(), row.cells["confidence"], row.cells["note"])


@cache
def composition() -> dict[str, ShareRow]:
    """Return the packaged rows by element, in the order of ``ELEMENTS``; treat the dictionary as read-only."""
    return read_composition(FILE)
