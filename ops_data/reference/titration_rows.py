"""What an acid phosphate liquor holds in solution by pH: the rows of ``phosphate_titration.csv``.

Source: equilibrium calculations with PHREEQC (package ``phreeqc`` 1.1.1, its database llnl.dat) of a liquor of 0.5
mol/kg Cl, 0.12 Ca, 0.005 Fe(III), 0.010 Al, 0.0005 Nd and 0.00007 Dy at 25 °C, brought to a pH with NaOH (below pH 0.85
with HCl). Solids that form: phosphates and hydroxides of Nd and Dy, strengite, Fe(OH)3, and boehmite from a saturation
index of 1.5 on. Confidence D: derived by arithmetic from a published database; equilibrium only.
"""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import FailedError
from ops_data.reference.rows import CsvRow, collect

FILE: Final = Path(__file__).with_name("phosphate_titration.csv")


@dataclass(frozen=True, slots=True)
class TitrationRow:
    """One point: phosphorus in the liquor before NaOH [mol/kg], pH, and log10 of solubilities [mol/kg]."""

    point: str
    phosphorus_mol_kg: float
    ph: float
    La: float
    Ce: float
    Pr: float
    Nd: float
    Sm: float
    Eu: float
    Gd: float
    Tb: float
    Dy: float
    Ho: float
    Er: float
    Tm: float
    Yb: float
    Lu: float
    Fe: float
    Al: float
    U: float
    Th: float


COLUMNS: Final = tuple(field.name for field in fields(TitrationRow))
SOLUTES: Final = COLUMNS[3:]  # yttrium is not in the database


@dataclass(frozen=True, eq=False)
class Titration:
    """The table as arrays.

    Attributes
    ----------
    phosphorus_mol_kg : ascending, shape (m,).
    ph : ascending, shape (h,).
    log_solubility : log10 of solubilities [mol/kg], shape (m, h, len(SOLUTES)).
    """

    phosphorus_mol_kg: NDArray[np.float64]
    ph: NDArray[np.float64]
    log_solubility: NDArray[np.float64]


def read_titration(path: Path) -> Titration:
    """Return the table of a titration file; FailedError if a number is missing or the points make no grid."""
    rows = [*collect(path, TitrationRow, _point).values()]
    phosphorus, ph = (np.unique([getattr(row, name) for row in rows]) for name in COLUMNS[1:3])
    grid = [(row.phosphorus_mol_kg, row.ph) for row in rows]
    if grid != [(float(amount), float(value)) for amount in phosphorus for value in ph]:
        raise FailedError(
            f"{path.name}: {len(rows)} points found; every phosphorus with every pH, ascending, is the rule; sort them"
        )
    values = np.array([[getattr(row, name) for name in SOLUTES] for row in rows])
    return Titration(phosphorus, ph, values.reshape(len(phosphorus), len(ph), len(SOLUTES)))


def _point(row: CsvRow) -> TitrationRow:
    return TitrationRow(row.cells["point"], *(row.number(name) for name in COLUMNS[1:]))


@cache
def titration() -> Titration:
    """Return the packaged table; treat its arrays as read-only."""
    return read_titration(FILE)
