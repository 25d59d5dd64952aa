"""A design: rows of quantiles of uncertain quantities, each played on the same few seeds.

A *case* is one campaign: a row of the design on one replicate's weather and luck. Cases are numbered row by row, so
that an ensemble plays them as it plays replicates.
"""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from twin.quantities import Ignorance, at_quantiles
from twin.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Design:
    """Where a scenario is to be played; small, and it can be pickled.

    Attributes
    ----------
    method : how the rows were sampled, for example ``"morris"``.
    keys : quantities that vary; every other one has its stated value.
    quantiles : shape (rows, keys), each 0 to 1; the quantile of the quantity's own law of ignorance.
    block : rows that belong together, one after the other (a trajectory, a base point with its exchanges).
    replicates : campaigns per row; every row has the same weather and luck in replicate 0, 1, …
    first_row : number of the first row, above 0 in a part of a design.
    """

    method: str
    keys: tuple[str, ...]
    quantiles: NDArray[np.float64]
    block: int
    replicates: int
    first_row: int = 0

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.quantiles)

    @property
    def cases(self) -> int:
        """Number of campaigns."""
        return self.rows * self.replicates

    @property
    def sha256(self) -> str:
        """Hash of all that defines the cases, in hexadecimal digits."""
        digest = hashlib.sha256(f"{self.method}\0{self.block}\0{self.replicates}".encode())
        digest.update("\0".join(self.keys).encode())
        digest.update(np.ascontiguousarray(self.quantiles, dtype="<f8").tobytes())
        return digest.hexdigest()

    def case(self, number: int) -> tuple[int, int]:
        """Return row and replicate of a case.

        Examples
        --------
        >>> Design("morris", ("a",), np.zeros((2, 1)), 2, 4).case(6)
        (1, 2)
        """
        return divmod(number, self.replicates)

    def values(self, scenario: Scenario, row: int) -> dict[str, float]:
        """Return one central value per quantity key for a row, in the quantity's unit."""
        return at_quantiles(_drawn(scenario.ignorance, self.keys), self.quantiles[row - self.first_row])

    def part(self, cases: range) -> "Design":
        """Return the rows that successive cases need, so that a worker is not sent all of them."""
        first, last = cases[0] // self.replicates, cases[-1] // self.replicates
        rows = self.quantiles[first - self.first_row : last + 1 - self.first_row]
        return replace(self, quantiles=rows, first_row=first)


def _drawn(table: Ignorance, keys: tuple[str, ...]) -> Ignorance:
    """Return the table with only some of its keys drawn, in the order given."""
    place = {key: number for number, key in enumerate(table.keys)}
    chosen = [place[key] for key in keys]
    laws = tuple(table.laws[number] for number in chosen)
    return Ignorance(table.values, keys, laws, table.bounds[:, chosen])
