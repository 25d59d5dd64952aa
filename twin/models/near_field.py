"""The first minutes of a dense release at the bed: what share of it goes on as a passive plume, where the rest lies."""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from twin.models import lattice
from twin.models.limits import FloatArray, not_negative, positive, refuse_where
from twin.models.plume import Floats, Grid

REACH: Final = 12.0  # e-fold lengths that a radial deposit is followed: (1 + 12) exp(-12) = 8e-5 lie beyond
FINE: Final = 4  # squares to an e-fold length, at least, on which a radial deposit is worked out


def passive_share(
    concentration_kg_m3: ArrayLike,
    share_of_dense: ArrayLike,
    clear_kg_m3: float = 0.1,
    dense_kg_m3: float = 1.0,
) -> FloatArray:
    """Return the share of a release that goes on as a passive plume; the rest comes down as a dense flow.

    Parameters
    ----------
    concentration_kg_m3 : solids in the released water C [kg/m3], 0 or above, any shape.
    share_of_dense : share f that leaves a dense release [1], above 0 to 1.
    clear_kg_m3 : concentration below which nothing sinks as a whole C1 [kg/m3], above 0.
    dense_kg_m3 : concentration above which a release behaves as a dense one C2 [kg/m3], above C1.

    Returns
    -------
    Share [1], broadcast shape: 1 below C1, f above C2, between them a power of C.

    Notes
    -----
    f^q, q = log(C/C1)/log(C2/C1) between 0 and 1. Excess density is about 0.6 C; below 0.1 kg/m3 that is less than
    what the water's own mixing carries, above 1 kg/m3 a release of a nodule collector spread as a turbidity current
    of which 2 to 8 % was found above 2 m. Both bounds are choices to be seen and changed: no insertion tool has been
    measured. The sibling without a near field is f = 1.

    References
    ----------
    Muñoz-Royo et al. (2022), Sci. Adv. 8, eabn1219 (share); bounds by excess density, facts of the environment 1.2.

    Examples
    --------
    >>> passive_share([0.0, 0.1, 0.3, 1.0, 500.0], 0.05).round(3).tolist()
    [1.0, 1.0, 0.239, 0.05, 0.05]
    """
    place = "near field"
    C = not_negative(place, "concentration [kg/m3]", concentration_kg_m3, "clear water is 0")
    f = positive(place, "passive share of a dense release [1]", share_of_dense, "0.05 is 5 %")
    refuse_where(f > 1.0, place, "passive share of a dense release [1]", f, "must be at most 1", "0.05 is 5 %")
    C1 = positive(place, "clear threshold [kg/m3]", clear_kg_m3, "0.1 is usual")
    C2 = positive(place, "dense threshold [kg/m3]", dense_kg_m3, "1 is usual")
    refuse_where(C2 <= C1, place, "dense threshold [kg/m3]", C2, "must be above the clear one", "raise it")
    power = np.log(np.maximum(C, C1) / C1) / np.log(C2 / C1)
    return np.asarray(f ** np.clip(power, 0.0, 1.0))


def radial_deposit_kg_m2(
    mass_kg: Floats, x_m: Floats, y_m: Floats, length_m: float, grid: Grid
) -> tuple[Floats, float]:
    """Return what comes down round some places, thinning by e over a length in every direction.

    Parameters
    ----------
    mass_kg : dry mass that comes down at each place M [kg], 0 or above, shape (n,).
    x_m, y_m : the places, east and north of the site's origin [m], shape (n,).
    length_m : e-fold length L [m], above 0.
    grid : where the deposit is told, as means of its cells.

    Returns
    -------
    Dry mass per area [kg/m2], shape of the grid, and the mass beyond the grid [kg]; together the whole mass.

    Notes
    -----
    M/(2πL²) exp(-r/L), cut off at 12 L, where 8e-5 of it is left, and scaled to the mass. It stands in for a flow
    that runs out on flat ground; slopes and currents are left out. It is worked out on squares of L/4 or less that
    fill the cells, the places split between the four nearest squares, by a convolution: thousands of places cost
    little more than one.

    Examples
    --------
    >>> grid = Grid(west_m=-500.0, south_m=-500.0, cell_m=20.0, columns=50, rows=50)
    >>> field, beyond_kg = radial_deposit_kg_m2(np.array([1000.0]), np.array([0.0]), np.array([0.0]), 60.0, grid)
    >>> round(float(field.sum() * grid.cell_m2) + beyond_kg, 9), round(beyond_kg, 1), float(field.max().round(3))
    (1000.0, 1.1, 0.034)
    """
    mass = not_negative("near field", "mass [kg]", mass_kg, "what rises does not come down")
    positive("near field", "e-fold length [m]", length_m, "a deposit at a point has no thickness")
    total = float(mass.sum())
    if total == 0.0:
        return np.zeros(grid.shape), 0.0
    parts = math.ceil(FINE * grid.cell_m / length_m)
    side_m = grid.cell_m / parts
    margin = math.ceil(REACH * length_m / grid.cell_m) + 1
    column = math.floor((x_m.min() - grid.west_m) / grid.cell_m) - margin
    row = math.floor((y_m.min() - grid.south_m) / grid.cell_m) - margin
    columns = math.floor((x_m.max() - grid.west_m) / grid.cell_m) + margin + 1 - column
    rows = math.floor((y_m.max() - grid.south_m) / grid.cell_m) + margin + 1 - row
    at_x = (x_m - grid.west_m) / side_m - column * parts - 0.5
    at_y = (y_m - grid.south_m) / side_m - row * parts - 0.5
    sources = lattice.split(mass, at_x, at_y, (rows * parts, columns * parts))
    kernel = _radial_kernel(length_m, side_m)
    half = kernel.shape[0] // 2
    fine = lattice.convolve(sources, kernel)[half:-half, half:-half]
    cells = fine.reshape(rows, parts, columns, parts).sum(axis=(1, 3))
    cells *= total / cells.sum()
    field = np.zeros(grid.shape)
    inside = lattice.add(field, cells, row, column)
    return field / grid.cell_m2, total - inside


def _radial_kernel(length_m: float, side_m: float) -> Floats:
    """Return exp(-r/L) on a lattice round its centre, 0 beyond the reach; the centre is the mean over its square."""
    reach = math.ceil(REACH * length_m / side_m)
    away = side_m * np.arange(-reach, reach + 1)
    r = np.hypot(away[np.newaxis, :], away[:, np.newaxis])
    kernel = np.where(r <= REACH * length_m, np.exp(-r / length_m), 0.0)
    inner = side_m * ((np.arange(32) + 0.5) / 32.0 - 0.5)
    kernel[reach, reach] = np.exp(-np.hypot(inner[np.newaxis, :], inner[:, np.newaxis]) / length_m).mean()
    return np.asarray(kernel / kernel.sum())
