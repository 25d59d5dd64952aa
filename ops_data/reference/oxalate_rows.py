"""How much of each constituent oxalic acid precipitates: one row of ``oxalate.csv`` each."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.elements import CONSTITUENTS, ELEMENTS
from ops_data.errors import FailedError
from ops_data.reference.rows import CsvRow, collect

FILE: Final = Path(__file__).with_name("oxalate.csv")


@dataclass(frozen=True, slots=True)
class OxalateRow:
    """Curve of one constituent: dose at which 1/e of it is precipitated [g oxalic acid per L], and how steep it is."""

    constituent: str
    dose_g_l: float
    exponent: float
    source: str
    confidence: str
    note: str


def read_oxalate(path: Path) -> dict[str, OxalateRow]:
    """Return the rows of an oxalate file by constituent; constituents without a row do not precipitate.

    Raises
    ------
    FailedError
        The header, a constituent or a number breaks a rule; one line with file, line, constituent, rule and remedy.
    """
    rows = collect(path, OxalateRow, _curve)
    missing = [element for element in ELEMENTS if element not in rows]
    if missing:
        raise FailedError(f"{path.name}: element '{missing[0]}': no row found; every rare earth has one; add it")
    return rows


def _curve(row: CsvRow) -> OxalateRow:
    constituent = row.word("constituent", CONSTITUENTS)
    dose, exponent = row.number("dose_g_l"), row.number("exponent")
    if dose <= 0.0 or exponent <= 0.0:
        raise row.fail(f"dose {dose:g}, exponent {exponent:g}", "both are above zero", "correct the cells")
    return OxalateRow(constituent, dose, exponent, row.source(), row.cells["confidence"], row.cells["note"])


@cache
def oxalate() -> dict[str, OxalateRow]:
    """Return the packaged rows by constituent; treat the dictionary as read-only."""
    return read_oxalate(FILE)
