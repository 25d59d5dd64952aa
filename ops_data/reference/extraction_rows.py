"""How strongly acidic extractants take the rare earths: one row of ``extraction.csv`` per extractant and element."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.elements import ELEMENTS
from ops_data.errors import FailedError
from ops_data.reference.rows import CsvRow, collect

FILE: Final = Path(__file__).with_name("extraction.csv")
EXTRACTANTS: Final = ("pc88a", "d2ehpa")
SODIUM: Final = "Na"  # of a saponified solvent
KINDS: Final = ("measured", "interpolated", "extrapolated", "assumed")


@dataclass(frozen=True, slots=True)
class ExtractionRow:
    """Coefficients of log10 D = a + ph_slope pH + exponent (log10(C/C0) - activity (sqrt C - sqrt C0)) at 298 K.

    C is the free dimer of the extractant [mol/L], C0 is ``reference_mol_l``; ``low`` and ``high`` bound a; the law was
    measured from ``ph_low`` to ``ph_high``. ``kind`` is one of ``KINDS``: extrapolated is what lies beyond the elements
    anybody published for this law, assumed what is no measurement at all.
    """

    key: str
    extractant: str
    element: str
    a: float
    low: float
    high: float
    ph_slope: float
    exponent: float
    activity: float
    reference_mol_l: float
    ph_low: float
    ph_high: float
    kind: str
    source: str
    confidence: str
    note: str


def read_extraction(path: Path) -> dict[str, dict[str, ExtractionRow]]:
    """Return the rows of a file of coefficients by extractant and element, elements in the order of ``ELEMENTS``, Na.

    Raises
    ------
    FailedError
        The header, a word or a number breaks a rule, or a row is missing; one line with file, line, key, rule, remedy.
    """
    rows = collect(path, ExtractionRow, _row)
    found: dict[str, dict[str, ExtractionRow]] = {}
    for extractant in EXTRACTANTS:
        for element in (*ELEMENTS, SODIUM):
            key = f"{extractant}.{element}"
            if key not in rows:
                raise FailedError(f"{path.name}: key '{key}': no row found; every element has one; add it")
            found.setdefault(extractant, {})[element] = rows[key]
    return found


def _row(row: CsvRow) -> ExtractionRow:
    extractant = row.word("extractant", EXTRACTANTS)
    element = row.word("element", (*ELEMENTS, SODIUM))
    if row.cells["key"] != f"{extractant}.{element}":
        raise row.fail(f"key of {extractant} and {element}", "the key is extractant.element", "rename it")
    row.ordered(["low", "a", "high"])
    row.ordered(["ph_low", "ph_high"])
    for column in ("ph_slope", "exponent", "reference_mol_l"):
        if row.number(column) <= 0.0:
            raise row.fail(f"{column} {row.cells[column]}", "above zero", "correct the cell")
    if row.number("activity") < 0.0:
        raise row.fail(f"activity {row.cells['activity']}", "0 or more", "correct the cell")
    return ExtractionRow(
        row.cells["key"], extractant, element, row.number("a"), row.number("low"), row.number("high"),
        row.number("ph_slope"), row.number("exponent"), row.number("activity"), row.number("reference_mol_l"),
        row.number("ph_low"), row.number("ph_high"), row.word("kind", KINDS),
        row.source(), row.cells["confidence"], row.cells["note"],
    )  # fmt: skip


@cache
def extraction() -> dict[str, dict[str, ExtractionRow]]:
    """Return the packaged rows by extractant and element; treat the dictionaries as read-only."""
    return read_extraction(FILE)
