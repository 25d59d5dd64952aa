"""What maps of a plume study are drawn from: its fields, cut to what is seen and coarse enough, and views of them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from ops_data.units import KG_M3_PER_MG_L, METRES_PER_KM, METRES_PER_MM, PERCENT, SECONDS_PER_HOUR
from twin.environment.zone_check import PlacedZone, ZoneContact
from twin.environment_view import StudyView
from twin.models.plume import Bools, Floats, Grid

Quantity = Literal["highest", "hours", "concentration_probability", "deposit", "deposit_probability"]

QUANTITIES: Final[tuple[Quantity, ...]] = (
    "highest", "hours", "concentration_probability", "deposit", "deposit_probability",
)  # fmt: skip
OF_WHAT: Final[dict[Quantity, str]] = {
    "highest": "concentration", "hours": "concentration", "concentration_probability": "concentration",
    "deposit": "deposit", "deposit_probability": "deposit",
}  # fmt: skip
BY_LEVEL: Final[tuple[Quantity, ...]] = ("hours", "concentration_probability", "deposit_probability")
MOST_CELLS: Final = 300  # along a side of a drawn map; a longer side is drawn in coarser cells
LEAST_HALF_KM: Final = 0.5  # of a view, so that a small plume looks small
MARGIN: Final = 1.15
STATISTIC: Final = "P90"  # cell by cell over the members, of highest concentration and deposit


@dataclass(frozen=True, eq=False)
class PlumeMaps:
    """What the maps show; fields have the shape of the grid, row 0 in the south, and stand above background.

    Attributes
    ----------
    statistic : which figure over the members highest and deposit are: "P50", "largest" …; hours are the mean.
    members : how many members there are.
    grid : the grid of every field.
    concentration_levels_mg_l, deposit_levels_mm : screening levels, ascending.
    highest_mg_l : highest concentration; nan everywhere from a model that has none, as the hours.
    hours_above : hours above each level, shape (levels, rows, columns).
    concentration_probability : share of the members above each level, 0 to 1, same shape.
    deposit_mm : thickness of the deposit.
    deposit_probability : share of the members above each level of deposit, shape (levels, rows, columns).
    hole_x_m, hole_y_m : holes east and north of the site.
    zones, contacts : zones on the grid and how often they are touched; empty without zones.
    """

    statistic: str
    members: int
    grid: Grid
    concentration_levels_mg_l: Sequence[float]
    deposit_levels_mm: Sequence[float]
    highest_mg_l: Floats
    hours_above: Floats
    concentration_probability: Floats
    deposit_mm: Floats
    deposit_probability: Floats
    hole_x_m: Floats
    hole_y_m: Floats
    zones: tuple[PlacedZone, ...]
    contacts: tuple[ZoneContact, ...]


@dataclass(frozen=True)
class View:
    """A square part of the sea bed [km], east and north of the site."""

    west: float
    east: float
    south: float
    north: float


@dataclass(frozen=True, eq=False)
class Layer:
    """One field, ready to be drawn.

    Attributes
    ----------
    quantity, level : what it is; the level is None where all levels share one map.
    unit : of its values.
    least, most : values from which on it is seen and at which its colours end.
    in_powers : whether colours follow the logarithm.
    told : whether the model tells it at all.
    cells : what is drawn, nan where nothing is seen; row 0 in the south, single precision.
    west_km, south_km, cell_km : corner and side of these cells.
    times : how many cells of the grid one of them stands for, along a side.
    lines : for each level of its own the line along which it is crossed: east and north [km], pieces parted by nan.
    """

    quantity: Quantity
    level: float | None
    unit: str
    least: float
    most: float
    in_powers: bool
    told: bool
    cells: NDArray[np.float32]
    west_km: float
    south_km: float
    cell_km: float
    times: int
    lines: tuple[tuple[float, Floats, Floats], ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is seen on it."""
        return not bool(np.isfinite(self.cells).any())


@dataclass(frozen=True, eq=False)
class Atlas:
    """All maps of one layer of water, ready to be drawn.

    Attributes
    ----------
    statistic, members, zones, contacts : as in `PlumeMaps`.
    levels : of what ("concentration", "deposit") → screening levels.
    layers : quantity → its maps, one for each level or one.
    holes_km : east and north of the holes.
    near, whole : the square around holes and all maps, and the one that holds the grid.
    near_of : "concentration" and "deposit" → the square around holes and the maps of that.
    edge_km : west, east, south and north edge of the grid.
    """

    statistic: str
    members: int
    levels: dict[str, tuple[float, ...]]
    layers: dict[Quantity, tuple[Layer, ...]]
    holes_km: tuple[Floats, Floats]
    zones: tuple[PlacedZone, ...]
    contacts: tuple[ZoneContact, ...]
    near: View
    whole: View
    near_of: dict[str, View]
    edge_km: tuple[float, float, float, float]

    def layer(self, quantity: Quantity, level: float) -> Layer:
        """Return the map of a quantity at a level, the one of the lowest level where it has none at that."""
        found = self.layers[quantity]
        return next((one for one in found if one.level == level), found[0])


def maps_of(study: StudyView, layer: str = "") -> PlumeMaps:
    """Return what the maps of a study show.

    Parameters
    ----------
    study : a sealed study.
    layer : begin of the names of its maps: "" at the sea bed, "return_" in the layer of return water.
    """
    chosen, maps = study.scenario.environment, study.maps

    def of(name: str, unit: float = 1.0) -> Floats:
        found: Floats = maps[name].to_numpy().astype(np.float64) / unit
        return found

    east, north = study.holes_m
    return PlumeMaps(
        statistic=STATISTIC,
        members=study.members,
        grid=study.grid,
        concentration_levels_mg_l=chosen.concentration_levels_mg_l,
        deposit_levels_mm=chosen.deposit_levels_mm,
        highest_mg_l=of(f"{layer}max_concentration_p90", KG_M3_PER_MG_L),
        hours_above=of(f"{layer}above_time_mean", SECONDS_PER_HOUR),
        concentration_probability=of(f"{layer}exceedance_probability"),
        deposit_mm=of("deposit_thickness_p90", METRES_PER_MM),
        deposit_probability=of("deposit_probability"),
        hole_x_m=east,
        hole_y_m=north,
        zones=study.zones,
        contacts=tuple(study.contacts),
    )


def atlas(maps: PlumeMaps) -> Atlas:
    """Return all maps, ready to be drawn; nothing in it is as large as the grid."""
    grid = maps.grid
    fields = list(_fields(maps))
    corner_x, corner_y = grid.west_m / METRES_PER_KM, grid.south_m / METRES_PER_KM
    side = grid.cell_m / METRES_PER_KM
    return Atlas(
        statistic=maps.statistic,
        members=maps.members,
        levels={"concentration": tuple(maps.concentration_levels_mg_l), "deposit": tuple(maps.deposit_levels_mm)},
        layers={name: tuple(_layer(grid, one) for one in fields if one.quantity == name) for name in QUANTITIES},
        holes_km=(maps.hole_x_m / METRES_PER_KM, maps.hole_y_m / METRES_PER_KM),
        zones=maps.zones,
        contacts=maps.contacts,
        near=plume_view(maps),
        whole=whole_view(maps),
        near_of={of_what: plume_view(maps, of_what) for of_what in ("concentration", "deposit")},
        edge_km=(corner_x, corner_x + grid.columns * side, corner_y, corner_y + grid.rows * side),
    )


@dataclass(frozen=True, eq=False)
class _Field:
    """A field on the whole grid; see `Layer`."""

    quantity: Quantity
    level: float | None
    values: Floats
    unit: str
    least: float
    most: float
    in_powers: bool
    lines_at: Sequence[float] = ()

    @property
    def seen(self) -> Bools:
        """Where it is drawn."""
        found: Bools = self.values > self.least
        return found


def _fields(maps: PlumeMaps) -> Iterator[_Field]:
    suspended, fallen = maps.concentration_levels_mg_l, maps.deposit_levels_mm
    at_least_mg_l, at_least_mm = min(suspended, default=1.0) / 10.0, min(fallen, default=1.0) / 10.0
    most = _largest(maps.highest_mg_l, max(suspended, default=1.0))
    yield _Field("highest", None, maps.highest_mg_l, "mg/L", at_least_mg_l, most, True, suspended)
    most = _largest(maps.hours_above, 10.0)
    for level, values in zip(suspended, maps.hours_above, strict=True):
        yield _Field("hours", level, values, "h", 0.1, most, True)
    for level, values in zip(suspended, maps.concentration_probability, strict=True):
        yield _Field("concentration_probability", level, values / PERCENT, "%", 0.0, 100.0, False)
    most = _largest(maps.deposit_mm, max(fallen, default=1.0))
    yield _Field("deposit", None, maps.deposit_mm, "mm", at_least_mm, most, True, fallen)
    for level, values in zip(fallen, maps.deposit_probability, strict=True):
        yield _Field("deposit_probability", level, values / PERCENT, "%", 0.0, 100.0, False)


def _largest(values: Floats, least: float) -> float:
    """Return the largest number there is, at least ``least``."""
    return float(np.nanmax(np.append(values, least)))


def _layer(grid: Grid, field: _Field) -> Layer:
    """Return the part of a field in which something is seen, in cells coarse enough to draw."""
    seen = field.seen
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    first_row, first_column = (int(places[0]) if len(places) else 0 for places in (rows, columns))
    part = np.where(seen, field.values, np.nan)
    part = part[first_row : rows[-1] + 1, first_column : columns[-1] + 1] if len(rows) else part[:1, :1]
    times = math.ceil(max(part.shape) / MOST_CELLS)
    cell_km = times * grid.cell_m / METRES_PER_KM
    west_km = (grid.west_m + first_column * grid.cell_m) / METRES_PER_KM
    south_km = (grid.south_m + first_row * grid.cell_m) / METRES_PER_KM
    cells = coarsened(part, times)
    lines = [(level, *_line(cells, level, west_km, south_km, cell_km)) for level in field.lines_at]
    return Layer(
        field.quantity, field.level, field.unit, field.least, field.most, field.in_powers,
        not bool(np.isnan(field.values).all()), cells.astype(np.float32), west_km, south_km, cell_km, times,
        tuple(line for line in lines if len(line[1])),
    )  # fmt: skip


def coarsened(values: Floats, times: int) -> Floats:
    """Return the highest of each square of some cells along a side; nan where all of them are.

    Examples
    --------
    >>> coarsened(np.array([[1.0, 2.0, 5.0], [3.0, np.nan, np.nan]]), 2).tolist()
    [[3.0, 5.0]]
    """
    rows, columns = (math.ceil(count / times) for count in values.shape)
    padded = np.full((rows * times, columns * times), -np.inf)
    padded[: values.shape[0], : values.shape[1]] = np.where(np.isnan(values), -np.inf, values)
    highest: Floats = padded.reshape(rows, times, columns, times).max(axis=(1, 3))
    return np.where(np.isneginf(highest), np.nan, highest)


def _line(cells: Floats, level: float, west_km: float, south_km: float, cell_km: float) -> tuple[Floats, Floats]:
    """Return where some cells cross a level, closed within a rim of one cell in which nothing is."""
    import contourpy

    rimmed = np.pad(np.nan_to_num(cells), 1)
    east = west_km + (np.arange(rimmed.shape[1]) - 0.5) * cell_km
    north = south_km + (np.arange(rimmed.shape[0]) - 0.5) * cell_km
    return joined(cast(list[Floats], contourpy.contour_generator(east, north, rimmed).lines(level)))


def joined(lines: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the east and north of some lines one after another, with a nan after each."""
    if not lines:
        return np.empty(0), np.empty(0)
    found = np.vstack([np.vstack([line, np.full((1, 2), np.nan)]) for line in lines])
    return found[:, 0], found[:, 1]


def plume_view(maps: PlumeMaps, of_what: str = "") -> View:
    """Return the square that shows the holes and all that maps (of concentration, of deposit) show, but not zones."""
    grid = maps.grid
    seen = np.zeros(grid.shape, dtype=np.bool_)
    for field in _fields(maps):
        if OF_WHAT[field.quantity] == of_what or not of_what:
            seen |= field.seen
    rows, columns = np.nonzero(seen)
    x_m = np.concatenate([grid.x_m[columns], maps.hole_x_m])
    y_m = np.concatenate([grid.y_m[rows], maps.hole_y_m])
    return _square(x_m, y_m) if len(x_m) else whole_view(maps)


def whole_view(maps: PlumeMaps) -> View:
    """Return the square that holds the grid, and with it every zone."""
    grid = maps.grid
    x_m = np.array([grid.west_m, grid.west_m + grid.columns * grid.cell_m])
    y_m = np.array([grid.south_m, grid.south_m + grid.rows * grid.cell_m])
    return _square(x_m, y_m)


def _square(x_m: Floats, y_m: Floats) -> View:
    sides = [(float(values.min()) / METRES_PER_KM, float(values.max()) / METRES_PER_KM) for values in (x_m, y_m)]
    half = max(LEAST_HALF_KM, *(MARGIN * (high - low) / 2.0 for low, high in sides))
    (west, east), (south, north) = (((low + high) / 2.0 - half, (low + high) / 2.0 + half) for low, high in sides)
    return View(west, east, south, north)


def beyond(zones: Sequence[PlacedZone], view: View) -> list[str]:
    """Return the names of zones that lie wholly outside a view."""
    found = []
    for zone in zones:
        x_km, y_km = (value / METRES_PER_KM for value in zone.outlines_m[0].T)
        out = x_km.min() > view.east or x_km.max() < view.west or y_km.min() > view.north or y_km.max() < view.south
        found += [zone.name] * bool(out)
    return found
