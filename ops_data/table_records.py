"""What a table and a column are, and what many tables share."""

from dataclasses import dataclass
from typing import Final

from ops_data.errors import UnknownNameError, did_you_mean

UTC_S: Final = "s since 1970-01-01 00:00 UTC"
NO_UNIT: Final = "-"


@dataclass(frozen=True)
class Column:
    """One column: name, type (int32, int64, float64, text), unit, meaning and the words it may hold (empty: any)."""

    name: str
    type: str
    unit: str
    description: str
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its name, what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def by_replicate(self) -> bool:
        """True when rows belong to replicates, so that ensemble workers may write them piece by piece."""
        return any(column.name == "replicate" for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called ``name``; raise `UnknownNameError` naming the closest one."""
        for column in self.columns:
            if column.name == name:
                return column
        remedy = did_you_mean(name, [column.name for column in self.columns])
        raise UnknownNameError(f"table '{self.name}': no column '{name}'; {remedy}")


REPLICATE: Final = Column("replicate", "int32", NO_UNIT, "replicate number, 0 or more")
