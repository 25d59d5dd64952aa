"""The phosphate trap: how little of the rare earths an acid phosphate liquor holds once its pH is raised."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.models.limits import FloatArray, not_negative, refuse_where

_PLACE = "phosphate trap"


def solubility(
    ph: ArrayLike,
    phosphorus_mol_l: ArrayLike,
    table_ph: ArrayLike,
    table_phosphorus_mol_l: ArrayLike,
    log_solubility: ArrayLike,
) -> FloatArray:
    """Return what a phosphate liquor can hold in solution at a pH, from a table of equilibria.

    Parameters
    ----------
    ph : pH the liquor is brought to [-], at most the table's last, shape (n,).
    phosphorus_mol_l : phosphorus of the liquor before it falls out [mol/L], 0 to the table's last, shape (n,).
    table_ph, table_phosphorus_mol_l : axes of the table, ascending, shapes (h,) and (m,); phosphorus above 0.
    log_solubility : log10 of solubilities [mol/L], shape (m, h, k).

    Returns
    -------
    Solubility of each of k solutes [mol/L], shape (n, k).

    Raises
    ------
    ModelError : pH or phosphorus above the table; below it the table's first counts (see notes).

    Notes
    -----
    log10 S is linear in pH and in log10 of phosphorus between points. Liquor more acid than the table is taken at its
    first pH and holds more than said; less phosphorus than the table's first counts as that much, which at 1e-6 mol/L
    is liquor without phosphate.

    Examples
    --------
    Ten times less per unit of pH, ten times less per decade of phosphorus:

    >>> table = np.array([[[-2.0], [-3.0]], [[-3.0], [-4.0]]])
    >>> solubility([1.5], [0.01], [1.0, 2.0], [0.01, 0.1], table).round(6).tolist()
    [[0.003162]]
    """
    grid_ph, grid_p = np.asarray(table_ph, np.float64), np.asarray(table_phosphorus_mol_l, np.float64)
    value = np.asarray(log_solubility, np.float64)
    acid, phosphorus = np.atleast_1d(np.asarray(ph, np.float64)), np.atleast_1d(np.asarray(phosphorus_mol_l))
    acid, phosphorus = np.broadcast_arrays(acid, phosphorus)
    last = f"must be at most {grid_ph[-1]:g}"
    refuse_where(~(acid <= grid_ph[-1]), _PLACE, "pH [-]", acid, last, "the table ends there")
    not_negative(_PLACE, "phosphorus [mol/L]", phosphorus, "none is 0")
    most = f"must be at most {grid_p[-1]:g}"
    refuse_where(phosphorus > grid_p[-1], _PLACE, "phosphorus [mol/L]", phosphorus, most, "the table ends there")
    at_ph, part_ph = _between(acid, grid_ph)
    at_p, part_p = _between(np.log10(np.maximum(phosphorus, grid_p[0])), np.log10(grid_p))
    low = value[at_p, at_ph] * (1.0 - part_ph) + value[at_p, at_ph + 1] * part_ph
    high = value[at_p + 1, at_ph] * (1.0 - part_ph) + value[at_p + 1, at_ph + 1] * part_ph
    return np.asarray(10.0 ** (low * (1.0 - part_p) + high * part_p))


def left_in_solution(dissolved_mol_l: ArrayLike, solubility_mol_l: ArrayLike) -> FloatArray:
    """Return which share of each solute stays dissolved at equilibrium.

    Parameters
    ----------
    dissolved_mol_l : what is dissolved before [mol/L], 0 or more, any shape.
    solubility_mol_l : what can be [mol/L], 0 or more.

    Returns
    -------
    Share [-], broadcast shape, 0 to 1; 1 where nothing is dissolved.

    Notes
    -----
    min(1, S/c). Equilibrium: supersaturated liquors can hold rare earths for hours, so this is a limit and no
    prediction.

    Examples
    --------
    >>> left_in_solution([0.0005, 0.0], [0.0002, 0.0002]).tolist()
    [0.4, 1.0]
    """
    c = not_negative(_PLACE, "dissolved [mol/L]", dissolved_mol_l, "none is 0")
    S = not_negative(_PLACE, "solubility [mol/L]", solubility_mol_l, "none is 0")
    c, S = np.broadcast_arrays(c, S)
    return np.asarray(np.divide(S, c, out=np.ones(c.shape), where=c > S))


def _between(values: FloatArray, grid: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    """Return the interval of a grid that values lie in, and how far along it, shape (n, 1); below it: its start."""
    at = np.clip(np.searchsorted(grid, values, side="right") - 1, 0, len(grid) - 2)
    part = np.clip((values - grid[at]) / (grid[at + 1] - grid[at]), 0.0, 1.0)
    return at, part[:, np.newaxis]
