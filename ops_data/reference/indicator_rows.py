"""What people call the indicators: title, unit, group, threshold, source and description, one row each.

The calculation of a row is the function of the same name in ``twin.indicators``.
"""

import csv
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.errors import FailedError, UnknownNameError, did_you_mean

FILE: Final = Path(__file__).with_name("indicators.csv")
PROBABILITY: Final = "probability"  # unit of indicators that are 0 or 1 in a replicate


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator; ``threshold`` is the scenario key it is compared with, empty when there is none."""

    name: str
    title: str
    unit: str
    group: str
    threshold: str
    source: str
    description: str


def read_indicator_rows(path: Path) -> dict[str, IndicatorRow]:
    """Return the rows of an indicator file by name.

    Raises
    ------
    FailedError
        The header, a cell or a name breaks a rule; one line with file, line, name, rule and remedy.
    """
    columns = [field.name for field in fields(IndicatorRow)]
    rows: dict[str, IndicatorRow] = {}
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        if header != columns:
            found = ",".join(header)
            raise FailedError(f"{path.name}:1: header '{found}' found; columns are fixed; write {','.join(columns)}")
        for cells in lines:
            place = f"{path.name}:{lines.line_num}: name '{cells[0] if cells else ''}'"
            if len(cells) != len(columns):
                raise FailedError(
                    f"{place}: {len(cells)} cells found; {len(columns)} per line; quote cells with commas"
                )
            row = IndicatorRow(*cells)
            if not row.name.isidentifier() or row.name in rows:
                raise FailedError(f"{place}: an empty, odd or repeated name; names are unique words; rename the row")
            empty = [column for column in columns if column != "threshold" and not getattr(row, column)]
            if empty:
                raise FailedError(f"{place}: no {empty[0]}; every indicator says it; fill the cell")
            rows[row.name] = row
    return rows


@cache
def indicator_rows() -> dict[str, IndicatorRow]:
    """Return the packaged indicator rows by name, in file order; treat the dictionary as read-only."""
    return read_indicator_rows(FILE)


def indicator_row(name: str) -> IndicatorRow:
    """Return the row of an indicator; raise `UnknownNameError` naming the closest one."""
    rows = indicator_rows()
    if name not in rows:
        raise UnknownNameError(f"no indicator '{name}'; {did_you_mean(name, rows)}")
    return rows[name]
