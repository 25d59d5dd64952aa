"""The mean plume of many releases over a current rose: closed forms on a grid, without particles.

Every release is taken as a share of a steady one, and the current as a set of steady ones that last for shares of the
time. So this gives means and deposits, at once and without sampling noise, and no maxima or hours: those of pulses in
a turning current come from particles.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from twin.models import lattice, settling_layer
from twin.models.currents import Rose
from twin.models.limits import not_negative, positive, refuse_where
from twin.models.plume import Field, Floats, Grid, Ints, Layer, Releases, Water

GROWTH: Final = 0.1  # a step of age is at most this share of the age
FIRST: Final = 0.02  # first step, in times to fall or to mix over the release height
SHORTEST_S: Final = 1.0  # of the steps
MOVED: Final = 0.5  # a step carries a cloud by at most this share of its spread, or of a cell
OUTSIDE: Final = 6.0  # spreads beyond the grid at which a cloud is given up
DOWN: Final = 1e-7  # share still afloat at which a cloud is given up
LONGEST_S: Final = 1e9  # age at which it is in any case: thirty years


@dataclass(frozen=True, eq=False)
class _Box:
    """Cells of the grid that hold releases: first row and column, and how many."""

    row: int
    column: int
    rows: int
    columns: int


def mean_field(
    releases: Releases,
    water: Water,
    rose: Rose,
    grid: Grid,
    layer: Layer,
    span_s: float,
    levels: int,
) -> Field:
    """Return mean concentration and deposit of releases over a current rose.

    Parameters
    ----------
    releases : what is given off; only masses, places, heights and spreads count, not when.
    water : settling velocities, diffusivities, lid and rule of the bed.
    rose : how often the current goes where and how fast; a speed of 0 is still water.
    grid, layer : where mean concentration and deposit are told.
    span_s : time the mean is taken over [s], above 0.
    levels : how many levels the field is to have; what counts time above them is nan.

    Returns
    -------
    The field: maxima and times above levels nan, no series of mass in suspension, nothing afloat in the end.

    Raises
    ------
    ModelError : shares that do not add up to 1, a release off the grid or above the lid, velocities out of range.

    Notes
    -----
    A cloud of age t is a Gaussian of variance spread² + 2 Kh t round the place to which the current has carried it,
    integrated over every cell; over height it is the exact column under the lid. The mean is the integral over age,
    in steps in which a cloud moves by half of its spread, or of a cell, at most; the deposit of a step is the exact
    difference of the share on the bed. Mixing along the current is in it, unlike in Ermak's plume. Releases of equal
    height, spread and class shares are worked out together, each place split between its four nearest cells, which
    blurs it by up to a cell.

    References
    ----------
    The column is that of Ermak (1977), Atmos. Environ. 11, 231-237; see ``settling_column`` and ``settling_layer``.

    Examples
    --------
    1 t of silt in a current that runs east for three quarters of the time and else west:

    >>> mud = Water(np.array([1e-3]), kz_m2_s=1e-3, kh_m2_s=0.1, lid_m=65.0, bed="flux")
    >>> one = Releases(*(np.array([v]) for v in (0, 3600.0, 25.0, 25.0, 3.0, 5.0)), np.array([[1000.0 / 3600.0]]))
    >>> grid = Grid(-2000.0, -500.0, 50.0, 80, 20)
    >>> tide = Rose(np.array([0.0, math.pi]), np.array([0.035, 0.035]), np.array([0.75, 0.25]))
    >>> found = mean_field(one, mud, tide, grid, Layer(0.0, 5.0), 86_400.0, 3)
    >>> round(found.deposited_kg, 3), round(float(found.deposit_kg_m2[:, 41:].sum() * grid.cell_m2), 1)
    (1000.0, 719.6)
    """
    _check(releases, water, rose, grid, span_s)
    place_x = (releases.x_m - grid.west_m) / grid.cell_m - 0.5
    place_y = (releases.y_m - grid.south_m) / grid.cell_m - 0.5
    box = _box(place_x, place_y)
    held, down = np.zeros(grid.shape), np.zeros(grid.shape)
    mass = releases.mass_kg.sum(axis=1)
    for height_m, spread_m, classes, rows in _alike(releases):
        at_x, at_y = place_x[rows] - box.column, place_y[rows] - box.row
        sources = lattice.split(mass[rows], at_x, at_y, (box.rows, box.columns))
        kernels = _kernels(height_m, spread_m, classes, water, rose, grid, layer, box)
        for field, kernel in zip((held, down), kernels, strict=True):
            inside = (
                slice(box.rows - 1, box.rows - 1 + grid.rows),
                slice(box.columns - 1, box.columns - 1 + grid.columns),
            )
            field += lattice.convolve(sources, kernel)[inside]
    released_kg, deposited_kg = float(mass.sum()), float(down.sum())
    nothing = np.full((levels, *grid.shape), math.nan)
    return Field(
        max_kg_m3=np.full(grid.shape, math.nan),
        mean_kg_m3=held / (grid.cell_m2 * layer.thickness_m * span_s),
        above_s=nothing,
        longest_s=nothing.copy(),
        deposit_kg_m2=down / grid.cell_m2,
        suspended_kg=np.zeros(0),
        times_s=np.zeros(0, dtype=np.int64),
        span_s=span_s,
        released_kg=released_kg,
        deposited_kg=deposited_kg,
        beyond_kg=released_kg - deposited_kg,
        afloat_kg=0.0,
    )


def _check(releases: Releases, water: Water, rose: Rose, grid: Grid, span_s: float) -> None:
    """Refuse what the mean has no meaning for."""
    place = "mean plume"
    positive(place, "settling velocity [m/s]", water.settling_m_s, "count it downwards, 1e-3 is 1 mm/s")
    not_negative(place, "released rate [kg/s]", releases.rate_kg_s, "a sink is no source")
    not_negative(place, "speed of the rose [m/s]", rose.speed_m_s, "turn the direction round")
    not_negative(place, "share of a current [1]", rose.share, "leave out what does not occur")
    total = np.asarray(float(rose.share.sum()))
    refuse_where(
        abs(total - 1.0) > 1e-9, place, "sum of the shares of the rose [1]", total, "must be 1", "divide by it"
    )
    positive(place, "span [s]", span_s, "a mean needs a time")
    for name, at, half, middle in (
        ("x", releases.x_m, 0.5 * grid.columns * grid.cell_m, float(grid.x_m.mean())),
        ("y", releases.y_m, 0.5 * grid.rows * grid.cell_m, float(grid.y_m.mean())),
    ):
        off = np.abs(at - middle) > half
        refuse_where(off, place, f"{name} of a release [m]", at, "must lie on the grid", "make the grid larger")


def _box(place_x: Floats, place_y: Floats) -> _Box:
    """Return the cells between which releases are split; it may stick out of the grid by a cell."""
    if not len(place_x):
        return _Box(0, 0, 2, 2)
    column, row = math.floor(place_x.min()), math.floor(place_y.min())
    return _Box(row, column, math.floor(place_y.max()) - row + 2, math.floor(place_x.max()) - column + 2)


def _alike(releases: Releases) -> list[tuple[float, float, Floats, Ints]]:
    """Return height, spread and class shares of the releases that have them in common, and which those are."""
    mass = releases.mass_kg
    total = mass.sum(axis=1)
    some = np.flatnonzero(total > 0.0)
    if not len(some):
        return []
    shares = mass[some] / total[some, np.newaxis]
    kinds = np.column_stack([releases.height_m[some], releases.spread_m[some], shares.round(12)])
    _, firsts, which = np.unique(kinds, axis=0, return_index=True, return_inverse=True)
    return [
        (float(kinds[first, 0]), float(kinds[first, 1]), shares[first], some[which.ravel() == kind])
        for kind, first in enumerate(firsts)
    ]


def _kernels(
    height_m: float,
    spread_m: float,
    classes: Floats,
    water: Water,
    rose: Rose,
    grid: Grid,
    layer: Layer,
    box: _Box,
) -> tuple[Floats, Floats]:
    """Return what a kilogram in a cell of the box leaves over all offsets from it to the grid: kg s, kg on the bed."""
    rows, columns = grid.rows + box.rows - 1, grid.columns + box.columns - 1
    west_m = (0.5 - box.column - box.columns) * grid.cell_m
    south_m = (0.5 - box.row - box.rows) * grid.cell_m
    edges_x = west_m + grid.cell_m * np.arange(columns + 1, dtype=np.float64)
    edges_y = south_m + grid.cell_m * np.arange(rows + 1, dtype=np.float64)
    across_m = math.hypot(rows, columns) * grid.cell_m
    held, down = np.zeros((rows, columns)), np.zeros((rows, columns))
    for towards_rad, speed, share in zip(rose.towards_rad.tolist(), rose.speed_m_s.tolist(), rose.share, strict=True):
        u, v = speed * math.cos(towards_rad), speed * math.sin(towards_rad)
        ages = _ages(height_m, spread_m, classes, water, speed, grid.cell_m, across_m)
        time_s, fallen = _shares(ages, height_m, classes, water, layer)
        middle: Floats = 0.5 * (ages[1:] + ages[:-1])
        wide = np.sqrt(spread_m**2 + 2.0 * water.kh_m2_s * middle)
        over_x = _cell_shares(edges_x, middle * u, wide)
        over_y = _cell_shares(edges_y, middle * v, wide)
        held += (over_y * (share * time_s)[:, np.newaxis]).T @ over_x
        down += (over_y * (share * fallen)[:, np.newaxis]).T @ over_x
    return held, down


def _ages(
    height_m: float, spread_m: float, classes: Floats, water: Water, speed_m_s: float, cell_m: float, across_m: float
) -> Floats:
    """Return the ages between which clouds are taken as one, from 0 until they are down or away."""
    present = water.settling_m_s[classes > 0.0]
    mixed_s = height_m**2 / water.kz_m2_s if water.kz_m2_s > 0.0 else math.inf
    first_s = max(SHORTEST_S, FIRST * min(mixed_s, height_m / float(present.max())))
    ages = [0.0]
    while True:
        age_s = ages[-1]
        wide_m = math.sqrt(spread_m**2 + 2.0 * water.kh_m2_s * age_s)
        if age_s >= LONGEST_S or speed_m_s * age_s > across_m + OUTSIDE * wide_m:
            return np.array(ages)
        if len(ages) % 16 == 0 and _afloat(age_s, height_m, float(present.min()), water) < DOWN:
            return np.array(ages)
        step_s = max(first_s, GROWTH * age_s)
        if speed_m_s > 0.0:
            step_s = min(step_s, max(SHORTEST_S, MOVED * max(wide_m, cell_m) / speed_m_s))
        ages.append(age_s + step_s)


def _afloat(age_s: float, height_m: float, settling_m_s: float, water: Water) -> float:
    age = np.array([age_s])
    down = settling_layer.deposited_share(age, height_m, settling_m_s, water.kz_m2_s, water.lid_m, water.bed)
    return 1.0 - float(down[0])


def _shares(ages: Floats, height_m: float, classes: Floats, water: Water, layer: Layer) -> tuple[Floats, Floats]:
    """Return per step of age the time a kilogram is in the layer [s], by Simpson's rule, and the share that falls."""
    both = np.sort(np.concatenate([ages, 0.5 * (ages[1:] + ages[:-1])]))
    in_layer, on_bed = settling_layer.shares(both, height_m, layer, water)
    there, fallen = classes @ in_layer, classes @ on_bed
    time_s = np.diff(ages) / 6.0 * (there[:-2:2] + 4.0 * there[1::2] + there[2::2])
    return time_s, np.diff(fallen[::2])


def _cell_shares(edges_m: Floats, centre_m: Floats, wide_m: Floats) -> Floats:
    """Return which share of each Gaussian lies in each cell of an axis, shape (clouds, cells)."""
    wide = np.maximum(wide_m, 1e-9)[:, np.newaxis]
    found: Floats = np.diff(ndtr((edges_m[np.newaxis, :] - centre_m[:, np.newaxis]) / wide), axis=1)
    return found
