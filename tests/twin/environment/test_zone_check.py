"""Zones on a grid and contact with plumes (derived by hand on small grids; the plane by a second projection)."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.stats import binom

from ops_data.errors import ModelError, ScenarioError
from ops_data.zones import Zone
from twin.environment.zone_check import (
    PlacedZone,
    ZoneContact,
    place_zones,
    zone_contacts,
    zone_peaks,
)
from twin.models.plume import Grid

LATITUDE_DEG, LONGITUDE_DEG = 24.3, 153.98
GRID = Grid(-5_000.0, -5_000.0, 100.0, 100, 100)


def at(x_m: float, y_m: float) -> tuple[float, float]:
    """Return longitude and latitude of a place, by bearing and distance from the site."""
    bearing = np.degrees(np.arctan2(x_m, y_m))
    longitude, latitude, _ = Geod(ellps="WGS84").fwd(LONGITUDE_DEG, LATITUDE_DEG, bearing, np.hypot(x_m, y_m))
    return longitude, latitude


def zone(*corners_m: tuple[float, float], name: str = "north", kind: str = "PRZ") -> Zone:
    return Zone(name, kind, shapely.Polygon([at(*corner) for corner in corners_m]))


def box(west: float, south: float, east: float, north: float, name: str = "north") -> Zone:
    return zone((west, south), (east, south), (east, north), (west, north), name=name)


def placed(*zones: Zone, grid: Grid = GRID) -> tuple[PlacedZone, ...]:
    return place_zones(zones, grid, LATITUDE_DEG, LONGITUDE_DEG)


def test_a_zone_covers_the_cells_it_has_a_point_in_common_with() -> None:
    """Derived: from 1,010 to 1,290 m east and 2,050 to 2,150 m north are 3 columns and 2 rows of 100 m."""
    (one,) = placed(box(1_010.0, 2_050.0, 1_290.0, 2_150.0))
    row, column = np.nonzero(one.cells)
    assert set(row) == {70, 71} and set(column) == {60, 61, 62} and one.cells.sum() == 6
    (outline,) = one.outlines_m
    assert outline.min(axis=0) == pytest.approx([1_010.0, 2_050.0], abs=1e-3)
    assert outline.max(axis=0) == pytest.approx([1_290.0, 2_150.0], abs=1e-3)


def test_a_zone_smaller_than_a_cell_and_a_hole_in_a_zone_are_kept() -> None:
    (small,) = placed(box(-40.0, -40.0, -30.0, -30.0))
    assert np.argwhere(small.cells).tolist() == [[49, 49]]
    outer = shapely.Polygon([at(*c) for c in ((-2_000.0, -2_000.0), (2_000, -2_000), (2_000, 2_000), (-2_000, 2_000))])
    inner = shapely.Polygon([at(*c) for c in ((-1_000.0, -1_000.0), (1_000, -1_000), (1_000, 1_000), (-1_000, 1_000))])
    (ring,) = placed(Zone("ring", "IRZ", outer - inner))
    assert len(ring.outlines_m) == 2
    assert not ring.cells[50, 50] and ring.cells[50, 65]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(-4_900, 4_900), st.floats(-4_900, 4_900)), min_size=3, max_size=8))
def test_asking_blocks_first_finds_the_same_cells_as_asking_every_cell(corners: list[tuple[float, float]]) -> None:
    hull = shapely.MultiPoint(corners).convex_hull
    if hull.geom_type != "Polygon" or hull.area < 1.0:
        return
    (one,) = placed(zone(*hull.exterior.coords[:-1]))
    area = shapely.Polygon(one.outlines_m[0])
    y, x = np.meshgrid(GRID.y_m, GRID.x_m, indexing="ij")
    every = shapely.intersects(area, shapely.box(x - 50.0, y - 50.0, x + 50.0, y + 50.0))
    assert np.array_equal(one.cells, every)


def test_a_zone_off_the_grid_is_named_with_how_far_and_the_grid_that_holds_it() -> None:
    """Derived: the grid ends 5 km from the site; a zone to 7.2 km needs twice that."""
    with pytest.raises(ScenarioError) as caught:
        placed(box(0.0, 0.0, 100.0, 100.0), box(4_000.0, 0.0, 7_200.0, 100.0, name="reef"))
    assert str(caught.value) == (
        "environment.zones: zone 'reef' lies partly off the grid, it reaches 2.2 km beyond its edge; contact can be "
        "told only on the grid; set environment.grid_km to 15 or more (and a coarser cell_m if that is slow), or cut "
        "the zone"
    )
    with pytest.raises(
        ScenarioError, match=r"lies wholly off the grid, it reaches 16 km beyond its edge; .* 42 or more"
    ):
        placed(box(-21_000.0, 0.0, -20_000.0, 100.0))
    wide = Grid(-21_000.0, -21_000.0, 500.0, 84, 84)
    assert placed(box(-21_000.0 + 1.0, 0.0, -20_000.0, 100.0), grid=wide)[0].cells.any()


def test_contact_counts_the_members_whose_highest_value_in_the_zone_is_above_the_level() -> None:
    """Derived: four members with 0, 0.1, 0.5 and 2 mg/L in one cell of the zone; at a level is not above it."""
    zones = placed(box(1_010.0, 2_010.0, 1_090.0, 2_090.0), box(-1_090.0, 2_010.0, -1_010.0, 2_090.0, name="west"))
    peaks = np.zeros((4, 2))
    for member, value in enumerate((0.0, 0.1, 0.5, 2.0)):
        field = np.zeros(GRID.shape)
        field[70, 60], field[0, 0] = value, 99.0
        peaks[member] = zone_peaks(zones, field)
    found = zone_contacts(zones, "concentration", [0.1, 1.0], peaks)
    assert [(c.zone, c.level, c.touched, c.probability, c.touches, c.highest) for c in found] == [
        ("north", 0.1, 2, 0.5, True, 2.0),
        ("north", 1.0, 1, 0.25, True, 2.0),
        ("west", 0.1, 0, 0.0, False, 0.0),
        ("west", 1.0, 0, 0.0, False, 0.0),
    ]
    assert {(c.kind, c.unit, c.quantity, c.members) for c in found} == {("PRZ", "mg/L", "concentration", 4)}
    assert zone_contacts(zones, "deposit", [1.0], peaks)[0].unit == "mm"


def test_few_members_leave_room_for_a_probability_that_none_of_them_showed() -> None:
    """Derived: none of n rules out more than 1 - 0.05^(1/n); with some, that many or fewer have a chance of 5 %."""

    def contact(members: int, touched: int) -> ZoneContact:
        return ZoneContact("north", "PRZ", "deposit", 1.0, "mm", members, touched, 0.0)

    assert contact(200, 0).at_most == pytest.approx(1.0 - 0.05 ** (1.0 / 200.0), rel=1e-12)
    assert binom.cdf(10, 40, contact(40, 10).at_most) == pytest.approx(0.05, rel=1e-9)
    assert contact(40, 40).at_most == 1.0
    assert np.isnan(contact(0, 0).probability)


def test_no_zones_make_no_contacts_and_a_model_without_maxima_is_refused() -> None:
    assert placed() == ()
    assert zone_contacts((), "deposit", [0.1], np.zeros((3, 0))) == []
    assert zone_peaks((), np.zeros(GRID.shape)).shape == (0,)
    zones = placed(box(0.0, 0.0, 100.0, 100.0))
    with pytest.raises(ModelError, match=r"zone check: concentration \[mg/L\] is nan at state 0; it must be a number"):
        zone_contacts(zones, "concentration", [0.1], np.full((1, 1), np.nan))


def test_a_large_zone_on_a_fine_grid_has_the_area_it_was_drawn_with() -> None:
    grid = Grid(-25_000.0, -25_000.0, 50.0, 1_000, 1_000)
    angles = np.linspace(0.0, 2.0 * np.pi, 200)[:-1]
    round_zone = zone(*[(20_000.0 * np.cos(a), 20_000.0 * np.sin(a)) for a in angles])
    (one,) = placed(round_zone, grid=grid)
    assert one.cells.sum() * grid.cell_m2 == pytest.approx(np.pi * 20_000.0**2, rel=0.01)
