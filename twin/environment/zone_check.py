"""Do plumes or deposits touch the zones of a person's file: yes or no, and with what probability."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ops_data.errors import ScenarioError
from ops_data.units import METRES_PER_KM
from ops_data.zones import Zone
from twin.models.limits import refuse_where
from twin.models.plume import Bools, Floats, Grid, Ints

if TYPE_CHECKING:
    import shapely

Quantity = Literal["concentration", "deposit"]

UNITS: Final[dict[Quantity, str]] = {"concentration": "mg/L", "deposit": "mm"}
CONFIDENCE: Final = 0.95
BLOCK: Final = 32  # cells along a block that is asked as a whole before its cells are


@dataclass(frozen=True, eq=False)
class PlacedZone:
    """A zone on a grid.

    Attributes
    ----------
    name, kind : as in the file.
    outlines_m : its rings, outer and inner, as points east and north of the site [m], shape (points, 2) each.
    cells : the cells that have a point in common with it, shape (rows, columns).
    """

    name: str
    kind: str
    outlines_m: tuple[Floats, ...]
    cells: Bools


@dataclass(frozen=True)
class ZoneContact:
    """How often a level is exceeded somewhere in a zone.

    Attributes
    ----------
    zone, kind : which zone.
    quantity, level, unit : what is exceeded.
    layer : of a concentration: empty at the bed, else in words.
    members, touched : how many members there are, and in how many the level is exceeded.
    highest : highest value in the zone over all members; 0 where there is no member.
    """

    zone: str
    kind: str
    quantity: Quantity
    level: float
    unit: str
    members: int
    touched: int
    highest: float
    layer: str = ""

    @property
    def touches(self) -> bool:
        """Whether any member touches the zone."""
        return self.touched > 0

    @property
    def probability(self) -> float:
        """Share of the members that touch the zone; nan where there is no member."""
        return self.touched / self.members if self.members else math.nan

    @property
    def at_most(self) -> float:
        """Upper end of the probability: so few members tell no more, at 95 % (one-sided, Clopper and Pearson 1934)."""
        from scipy.special import betaincinv

        missed = self.members - self.touched
        return float(betaincinv(self.touched + 1, missed, CONFIDENCE)) if missed else 1.0


def place_zones(zones: Sequence[Zone], grid: Grid, latitude_deg: float, longitude_deg: float) -> tuple[PlacedZone, ...]:
    """Return which cells each zone has a point in common with.

    Parameters
    ----------
    zones : as read from the file.
    grid : where fields are told; x and y count from the site.
    latitude_deg, longitude_deg : the site.

    Raises
    ------
    ScenarioError
        A zone lies wholly or partly off the grid, so that "not touched" could not be said of all of it.

    Notes
    -----
    The plane is the azimuthal equidistant projection of WGS 84 at the site. A cell counts as soon as it has one point
    in common with the zone, its edge included: the answer errs towards contact, by less than a cell.
    """
    return tuple(_placed(zone, grid, latitude_deg, longitude_deg) for zone in zones)


def _placed(zone: Zone, grid: Grid, latitude_deg: float, longitude_deg: float) -> PlacedZone:
    import shapely

    area = _on_plane(zone, latitude_deg, longitude_deg)
    _check_inside(zone, area, grid)
    rings = [ring for part in shapely.get_parts(area) for ring in (part.exterior, *part.interiors)]
    outlines = tuple(np.asarray(shapely.get_coordinates(ring), dtype=np.float64) for ring in rings)
    return PlacedZone(zone.name, zone.kind, outlines, _cells(area, grid))


def _on_plane(zone: Zone, latitude_deg: float, longitude_deg: float) -> "shapely.Geometry":
    import shapely
    from pyproj import CRS, Transformer

    plane = CRS.from_proj4(f"+proj=aeqd +lat_0={latitude_deg!r} +lon_0={longitude_deg!r} +datum=WGS84 +units=m")
    turn = Transformer.from_crs("OGC:CRS84", plane, always_xy=True)

    def turned(points: Floats) -> Floats:
        return np.column_stack(turn.transform(points[:, 0], points[:, 1]))

    return shapely.transform(zone.area, turned)


def _check_inside(zone: Zone, area: "shapely.Geometry", grid: Grid) -> None:
    west, south, east, north = area.bounds
    middle_x = grid.west_m + grid.columns * grid.cell_m / 2.0
    middle_y = grid.south_m + grid.rows * grid.cell_m / 2.0
    half_x, half_y = grid.columns * grid.cell_m / 2.0, grid.rows * grid.cell_m / 2.0
    reach_x, reach_y = max(middle_x - west, east - middle_x), max(middle_y - south, north - middle_y)
    beyond_km = max(reach_x - half_x, reach_y - half_y) / METRES_PER_KM
    if beyond_km <= 0.0:
        return
    wholly = west > middle_x + half_x or east < middle_x - half_x or south > middle_y + half_y
    wholly = wholly or north < middle_y - half_y
    needed_km = math.ceil(2.0 * max(reach_x, reach_y) / METRES_PER_KM)
    raise ScenarioError(
        f"environment.zones: zone '{zone.name}' lies {'wholly' if wholly else 'partly'} off the grid, it reaches "
        f"{beyond_km:.3g} km beyond its edge; contact can be told only on the grid; set environment.grid_km to "
        f"{needed_km} or more (and a coarser cell_m if that is slow), or cut the zone"
    )


def _cells(area: "shapely.Geometry", grid: Grid) -> Bools:
    """Return the cells that meet the area: first asked of whole blocks, then of the cells of blocks on its edge."""
    import shapely

    shapely.prepare(area)
    found = np.zeros(grid.shape, dtype=np.bool_)
    rows, columns = (np.arange(0, count, BLOCK) for count in grid.shape)
    row, column = (part.ravel() for part in np.meshgrid(rows, columns, indexing="ij"))
    blocks = _boxes(grid, row, column, BLOCK)
    inside = shapely.contains(area, blocks)
    for at in np.flatnonzero(inside):
        found[row[at] : row[at] + BLOCK, column[at] : column[at] + BLOCK] = True
    for at in np.flatnonzero(shapely.intersects(area, blocks) & ~inside):
        part = found[row[at] : row[at] + BLOCK, column[at] : column[at] + BLOCK]
        r, c = np.indices(part.shape)
        part[:] = shapely.intersects(area, _boxes(grid, r + row[at], c + column[at], 1))
    return found


def _boxes(grid: Grid, row: Ints, column: Ints, side: int) -> Any:
    """Return squares of some cells along each side, by their south-west cell; same shape."""
    import shapely

    west, south = grid.west_m + column * grid.cell_m, grid.south_m + row * grid.cell_m
    length_m = side * grid.cell_m
    return shapely.box(west, south, west + length_m, south + length_m)


def zone_peaks(placed: Sequence[PlacedZone], field: Floats) -> Floats:
    """Return the highest value of a field in each zone, shape (zones,).

    Parameters
    ----------
    placed : zones on the grid of the field.
    field : one member's values, shape (rows, columns).
    """
    return np.array([field[zone.cells].max() for zone in placed], dtype=np.float64)


def zone_contacts(
    placed: Sequence[PlacedZone], quantity: Quantity, levels: Sequence[float], peaks: Floats, layer: str = ""
) -> list[ZoneContact]:
    """Return how often each level is exceeded in each zone.

    Parameters
    ----------
    placed : the zones.
    quantity : what the peaks are of: ``concentration`` [mg/L] or ``deposit`` [mm].
    levels : screening levels in that unit; exceeded means above, not at.
    peaks : highest value in each zone per member, shape (members, zones).
    layer : of a concentration.

    Returns
    -------
    One contact per zone and level, zones in their order, then levels in theirs.
    """
    members = len(peaks)
    place, rule = "zone check", "must be a number: a field of maxima, which the closed form has not"
    refuse_where(np.isnan(peaks), place, f"{quantity} [{UNITS[quantity]}]", peaks, rule, "use the model of pulses")
    return [
        ZoneContact(
            zone.name, zone.kind, quantity, level, UNITS[quantity], members,
            int((values > level).sum()), float(values.max(initial=0.0)), layer,
        )
        for zone, values in zip(placed, np.reshape(peaks, (members, len(placed))).T, strict=True)
        for level in levels
    ]  # fmt: skip
