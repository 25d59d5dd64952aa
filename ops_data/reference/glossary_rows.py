"""Terms of the field in English and Japanese with what they mean: the rows of ``glossary.csv``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.reference.rows import CsvRow, collect

FILE: Final = Path(__file__).with_name("glossary.csv")


@dataclass(frozen=True, slots=True)
class GlossaryRow:
    """One term in both languages."""

    key: str
    en: str
    ja: str
    meaning_en: str
    meaning_ja: str


def read_glossary(path: Path) -> dict[str, GlossaryRow]:
    """Return the rows of a glossary file by key; FailedError names file, line, key and rule of the first bad row."""
    return collect(path, GlossaryRow, _row)


def _row(row: CsvRow) -> GlossaryRow:
    empty = [column for column, cell in row.cells.items() if not cell.strip()]
    if empty:
        raise row.fail(f"no {empty[0]}", "every term has both languages and both meanings", "fill the cell")
    return GlossaryRow(*row.cells.values())


@cache
def glossary() -> tuple[GlossaryRow, ...]:
    """Return the packaged terms in file order."""
    return tuple(read_glossary(FILE).values())
