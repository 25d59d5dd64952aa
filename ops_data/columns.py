"""How rows travel in memory: plain arrays by column, text as small codes beside a list of names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Coded:
    """A text column without a Python string per row.

    Parameters
    ----------
    codes : integer array, shape (rows,); each 0 … len(names) - 1.
    names : what the codes stand for; names that no row uses do no harm.

    Examples
    --------
    >>> Coded(np.array([1, 0, 1]), ("lift", "shift")).words()
    ['shift', 'lift', 'shift']
    """

    codes: NDArray[np.integer[Any]]
    names: tuple[str, ...]

    def words(self) -> list[str]:
        """Return one word per row."""
        return [self.names[code] for code in self.codes.tolist()]


ColumnData: TypeAlias = NDArray[Any] | Coded | Sequence[str] | Sequence[float]
TableData: TypeAlias = Mapping[str, ColumnData]
