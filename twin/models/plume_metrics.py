"""What maps of a plume say in one number each: how far, how wide, how long, how much nearby."""

import numpy as np
from numpy.typing import NDArray

from ops_data.units import M2_PER_KM2, METRES_PER_KM, SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.models.plume import Bools, Floats, Grid

Numbers = NDArray[np.float64] | NDArray[np.int32]


def nearest_m(grid: Grid, x_m: Floats, y_m: Floats) -> Floats:
    """Return the distance of every cell's centre from the nearest of some places [m], shape of the grid.

    Parameters
    ----------
    grid : the cells.
    x_m, y_m : places, east and north of the site's origin [m], shape (n,); none: infinitely far.

    Examples
    --------
    >>> nearest_m(Grid(0.0, 0.0, 10.0, 2, 1), np.array([5.0]), np.array([5.0])).tolist()
    [[0.0, 10.0]]
    """
    from scipy.spatial import cKDTree

    if not len(x_m):
        return np.full(grid.shape, np.inf)
    east, north = np.meshgrid(grid.x_m, grid.y_m)
    found, _ = cKDTree(np.column_stack([x_m, y_m])).query(np.column_stack([east.ravel(), north.ravel()]))
    return np.asarray(found, dtype=np.float64).reshape(grid.shape)


def furthest_km(above: Bools, grid: Grid, x_m: Floats, y_m: Floats) -> float:
    """Return the distance of the furthest cell that is above a level from the nearest release [km]; 0 without one.

    Parameters
    ----------
    above : which cells are, shape (rows, columns).
    grid : the cells.
    x_m, y_m : releases, east and north of the site's origin [m], shape (n,).

    Examples
    --------
    >>> grid = Grid(0.0, 0.0, 100.0, 3, 1)
    >>> furthest_km(np.array([[True, True, False]]), grid, np.array([50.0]), np.array([50.0]))
    0.1
    """
    from scipy.spatial import cKDTree

    if not above.any() or not len(x_m):
        return 0.0
    row, column = np.nonzero(above)
    found, _ = cKDTree(np.column_stack([x_m, y_m])).query(np.column_stack([grid.x_m[column], grid.y_m[row]]))
    return float(np.max(found)) / METRES_PER_KM


def area_km2(above: Bools, grid: Grid) -> float:
    """Return the area of the cells that are above a level [km2]."""
    return int(above.sum()) * grid.cell_m2 / M2_PER_KM2


def area_time_km2_d(above_s: Numbers, grid: Grid) -> float:
    """Return area times the time it was above a level [km2 d], from seconds per cell."""
    return float(above_s.sum(dtype=np.float64)) * grid.cell_m2 / M2_PER_KM2 / SECONDS_PER_DAY


def longest_h(longest_s: Numbers) -> float:
    """Return the longest unbroken time of any cell above a level [h], from seconds per cell."""
    return float(longest_s.max()) / SECONDS_PER_HOUR


def share_within(deposit_kg_m2: Floats, grid: Grid, away_m: Floats, within_km: float, released_kg: float) -> float:
    """Return the share of the released mass that lies within a distance of the nearest release [1].

    Parameters
    ----------
    deposit_kg_m2 : dry mass on the bed, shape (rows, columns).
    grid : the cells; one counts when its centre lies within.
    away_m : distance of each cell from the nearest release, from :func:`nearest_m` [m], same shape.
    within_km : the distance [km].
    released_kg : dry mass released [kg]; 0 gives 0.

    Examples
    --------
    >>> grid = Grid(0.0, 0.0, 1000.0, 2, 1)
    >>> share_within(np.array([[1.0, 1.0]]), grid, np.array([[0.0, 1000.0]]), 0.5, 4e6)
    0.25
    """
    if not released_kg:
        return 0.0
    near = away_m <= within_km * METRES_PER_KM
    return float(deposit_kg_m2[near].sum()) * grid.cell_m2 / released_kg
