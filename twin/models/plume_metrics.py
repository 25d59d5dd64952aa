"""What a plume's field amounts to: how far, how large, how long, how much; each level and each radius on its own.

A cell is above a level when its value is at the level or over it. It counts whole, and lies where its middle is.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import KDTree

from ops_data.units import KG_PER_TONNE, M2_PER_KM2, METRES_PER_KM, SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.models.limits import FloatArray, not_negative, positive
from twin.models.plume import Field, Floats, Grid

MM_PER_M: Final = 1_000.0
PLACE: Final = "plume metrics"


@dataclass(frozen=True, eq=False)
class PlumeMetrics:
    """Numbers of one field. nan where the field's model does not tell what they need.

    Attributes
    ----------
    furthest_km : largest distance from the nearest release of a cell whose maximum is above each level, (levels,); 0
        if there is none.
    area_km2 : area whose maximum is above each level, (levels,).
    area_time_km2_d : area times the time it is above each level, (levels,).
    longest_h : longest unbroken time a cell is above each level, (levels,).
    volume_flux_m3_s : volume of water that came to be above each level, per time of the field's span, (levels,).
    deposit_furthest_km, deposit_area_km2 : the same of deposit thickness, (deposit levels,).
    deposited_share : share of the released mass that lies within each radius of a release [1], (radii,); 0 if nothing
        was released.
    suspended_max_t, suspended_mean_t : dry mass in suspension, highest and mean of the field's series.
    """

    furthest_km: Floats
    area_km2: Floats
    area_time_km2_d: Floats
    longest_h: Floats
    volume_flux_m3_s: Floats
    deposit_furthest_km: Floats
    deposit_area_km2: Floats
    deposited_share: Floats
    suspended_max_t: float
    suspended_mean_t: float


def plume_metrics(
    field: Field,
    grid: Grid,
    distance_m: Floats,
    levels_kg_m3: ArrayLike,
    deposit_levels_mm: ArrayLike,
    dry_density_kg_m3: float,
    within_km: ArrayLike,
) -> PlumeMetrics:
    """Return the numbers of one field.

    Parameters
    ----------
    field, grid : what a plume left, and where.
    distance_m : distance of each cell from the nearest release (see `nearest_m`), shape of the grid.
    levels_kg_m3 : concentrations above background, those of the field in its order [kg/m3], (levels,).
    deposit_levels_mm : thicknesses [mm], above 0, (deposit levels,).
    dry_density_kg_m3 : dry mass of fresh deposit per its volume [kg/m3], above 0.
    within_km : radii about the releases [km], 0 or above, (radii,).

    Examples
    --------
    A cell of 100 m half a kilometre away held 2 mg/L for three hours and got all of a tonne:

    >>> one, grid = np.array([[0.0, 1.0]]), Grid(0.0, 0.0, 100.0, 2, 1)
    >>> field = Field(
    ...     0.002 * one, 0.001 * one, 10_800 * one[None], 10_800 * one[None], np.array([5e4]), 0.1 * one,
    ...     np.array([1000.0, 0.0]), np.array([0, 36_000]), 36_000.0, 1000.0, 1000.0, 0.0, 0.0,
    ... )
    >>> found = plume_metrics(field, grid, nearest_m(grid, [-350.0], [50.0]), [0.001], [0.1, 1.0], 250.0, [0.45, 1.0])
    >>> found.furthest_km.tolist(), found.area_km2.tolist(), found.area_time_km2_d.tolist(), found.longest_h.tolist()
    ([0.5], [0.01], [0.00125], [3.0])
    >>> found.deposit_furthest_km.tolist(), found.deposit_area_km2.tolist(), found.deposited_share.tolist()
    ([0.5, 0.0], [0.01, 0.0], [0.0, 1.0])
    """
    levels = positive(PLACE, "level [kg/m3]", levels_kg_m3, "1 mg/L is 0.001 kg/m3")
    thick = positive(PLACE, "deposit level [mm]", deposit_levels_mm, "0.1 mm is common")
    deposit_mm = thickness_mm(field.deposit_kg_m2, dry_density_kg_m3)
    return PlumeMetrics(
        furthest_km=furthest_km(field.max_kg_m3, levels, distance_m),
        area_km2=area_km2(field.max_kg_m3, levels, grid),
        area_time_km2_d=field.above_s.sum(axis=(1, 2)) / SECONDS_PER_DAY * grid.cell_m2 / M2_PER_KM2,
        longest_h=field.longest_s.max(axis=(1, 2)) / SECONDS_PER_HOUR,
        volume_flux_m3_s=field.entered_m3 / field.span_s,
        deposit_furthest_km=furthest_km(deposit_mm, thick, distance_m),
        deposit_area_km2=area_km2(deposit_mm, thick, grid),
        deposited_share=deposited_share(field, grid, distance_m, within_km),
        suspended_max_t=float(field.suspended_kg.max(initial=0.0)) / KG_PER_TONNE,
        suspended_mean_t=float(field.suspended_kg.mean()) / KG_PER_TONNE if len(field.suspended_kg) else 0.0,
    )


def nearest_m(grid: Grid, x_m: ArrayLike, y_m: ArrayLike) -> Floats:
    """Return the distance of each cell's middle from the nearest of some points.

    Parameters
    ----------
    grid : the cells.
    x_m, y_m : points east and north of the site's origin [m], (points,).

    Returns
    -------
    Distance [m], shape of the grid; infinity where there are no points.

    Examples
    --------
    >>> nearest_m(Grid(0.0, 0.0, 10.0, 3, 1), [5.0, 26.0], [5.0, 5.0]).tolist()
    [[0.0, 10.0, 1.0]]
    """
    points = np.unique(np.column_stack([np.asarray(x_m, np.float64), np.asarray(y_m, np.float64)]), axis=0)
    if not len(points):
        return np.full(grid.shape, math.inf)
    x, y = np.meshgrid(grid.x_m, grid.y_m)
    found: Floats = KDTree(points).query(np.column_stack([x.ravel(), y.ravel()]))[0].reshape(grid.shape)
    return found


def thickness_mm(deposit_kg_m2: ArrayLike, dry_density_kg_m3: ArrayLike) -> FloatArray:
    """Return the thickness of a fresh deposit.

    Parameters
    ----------
    deposit_kg_m2 : dry mass per area [kg/m2], 0 or above, any shape.
    dry_density_kg_m3 : dry mass per volume of deposit [kg/m3], above 0.

    Examples
    --------
    >>> float(thickness_mm(0.25, 250.0))
    1.0
    """
    mass = not_negative(PLACE, "deposit [kg/m2]", deposit_kg_m2, "nothing is 0")
    return np.asarray(mass / positive(PLACE, "dry density [kg/m3]", dry_density_kg_m3, "mud has 150 to 550") * MM_PER_M)


def furthest_km(values: Floats, levels: ArrayLike, distance_m: Floats) -> Floats:
    """Return the largest distance of a cell above each level; 0 if none is, nan where values are nan.

    Parameters
    ----------
    values, distance_m : value and distance of each cell [m], same shape.
    levels : in the unit of the values, (levels,).

    Examples
    --------
    >>> furthest_km(np.array([[1.0, 2.0]]), [1.5, 3.0], np.array([[4000.0, 3000.0]])).tolist()
    [3.0, 0.0]
    """
    found = [distance_m[values >= level].max(initial=0.0) / METRES_PER_KM for level in np.asarray(levels).tolist()]
    return _known(values, np.array(found))


def area_km2(values: Floats, levels: ArrayLike, grid: Grid) -> Floats:
    """Return the area of the cells above each level; nan where values are nan.

    Parameters
    ----------
    values : value of each cell, shape of the grid.
    levels : in the unit of the values, (levels,).

    Examples
    --------
    >>> area_km2(np.array([[1.0, 2.0]]), [0.5, 1.5, 3.0], Grid(0.0, 0.0, 100.0, 2, 1)).tolist()
    [0.02, 0.01, 0.0]
    """
    counted = [np.count_nonzero(values >= level) for level in np.asarray(levels).tolist()]
    return _known(values, np.array(counted, dtype=np.float64) * grid.cell_m2 / M2_PER_KM2)


def deposited_share(field: Field, grid: Grid, distance_m: Floats, within_km: ArrayLike) -> Floats:
    """Return the share of the released mass on the bed within each radius of a release; 0 if nothing was released.

    Parameters
    ----------
    field, grid : what a plume left, and where; a radius that reaches beyond the grid finds what lies on it.
    distance_m : distance of each cell from the nearest release [m], shape of the grid.
    within_km : radii [km], 0 or above, (radii,).
    """
    radii = not_negative(PLACE, "radius [km]", within_km, "5 km is common") * METRES_PER_KM
    mass = [field.deposit_kg_m2[distance_m <= radius].sum() * grid.cell_m2 for radius in radii.tolist()]
    return np.array(mass) / field.released_kg if field.released_kg > 0.0 else np.zeros(len(radii))


def _known(values: Floats, found: Floats) -> Floats:
    return np.full(found.shape, np.nan) if np.isnan(values).any() else found
