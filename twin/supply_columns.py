"""Rows by column name as the columns of a declared table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ops_data.columns import TableData
from ops_data.schemas import table


def columns(name: str, rows: Sequence[Mapping[str, Any]]) -> TableData:
    """Return rows by column name as the columns of a declared table."""
    found: dict[str, Any] = {}
    for column in table(name).columns:
        cells = [row[column.name] for row in rows]
        if column.type == "text":
            found[column.name] = [str(cell) for cell in cells]
        else:
            found[column.name] = np.array(cells, dtype=np.int32 if column.type == "int32" else np.float64)
    return found
