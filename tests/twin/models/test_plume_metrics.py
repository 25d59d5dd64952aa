"""What maps say in one number each (truth: derived; maps of a few cells, counted by hand)."""

import numpy as np
import pytest

from twin.models.plume import Bools, Grid
from twin.models.plume_metrics import (
    area_km2,
    area_time_km2_d,
    furthest_km,
    longest_h,
    nearest_m,
    share_within,
)

GRID = Grid(-500.0, -500.0, 100.0, 10, 10)
HERE = np.array([50.0])  # middle of a cell, both ways
NOWHERE = np.zeros(0)


def cells(*at: tuple[int, int]) -> Bools:
    """Return a map of the grid that is true in some cells, by row and column."""
    found = np.zeros(GRID.shape, dtype=np.bool_)
    for row, column in at:
        found[row, column] = True
    return found


def test_the_furthest_cell_is_measured_from_its_middle_to_the_nearest_release() -> None:
    """By hand: three cells east and four north is 500 m."""
    above = cells((5, 5), (9, 8), (5, 6))
    assert furthest_km(above, GRID, HERE, HERE) == pytest.approx(0.5)
    both = np.array([50.0, 350.0])
    assert furthest_km(above, GRID, both, np.array([50.0, 450.0])) == pytest.approx(0.1)


def test_without_a_cell_or_without_a_release_nothing_is_far() -> None:
    assert furthest_km(cells(), GRID, HERE, HERE) == 0.0
    assert furthest_km(cells((0, 0)), GRID, NOWHERE, NOWHERE) == 0.0
    assert np.isinf(nearest_m(GRID, NOWHERE, NOWHERE)).all()


def test_distances_are_those_of_the_nearest_place() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-900.0, 900.0, (2, 17))
    east, north = np.meshgrid(GRID.x_m, GRID.y_m)
    every = np.hypot(east[..., np.newaxis] - x, north[..., np.newaxis] - y).min(axis=2)
    assert nearest_m(GRID, x, y) == pytest.approx(every)


def test_area_counts_cells_and_area_times_time_adds_their_seconds_up() -> None:
    """By hand: cells of a hectare; one for a day and two for half a day are two hectare-days."""
    seconds = np.zeros(GRID.shape, dtype=np.int32)
    seconds[1, 1], seconds[2, 2], seconds[3, 3] = 86_400, 43_200, 43_200
    assert area_km2(seconds > 0, GRID) == pytest.approx(0.03)
    assert area_time_km2_d(seconds, GRID) == pytest.approx(0.02)
    assert longest_h(seconds) == 24.0


def test_seconds_of_many_cells_do_not_overflow() -> None:
    wide = Grid(0.0, 0.0, 1_000.0, 100, 100)
    assert area_time_km2_d(np.full(wide.shape, 2_000_000_000, dtype=np.int32), wide) == pytest.approx(2e13 / 86_400.0)


def test_the_share_within_a_distance_counts_cells_by_their_middle() -> None:
    """By hand: half of 2 t lies in the cell of the release, a quarter 300 m off, nothing is known of the rest."""
    deposit = np.zeros(GRID.shape)
    deposit[5, 5], deposit[5, 8] = 0.1, 0.05  # kg/m2 over a hectare: 1 t and 0.5 t
    away_m = nearest_m(GRID, HERE, HERE)
    told = [share_within(deposit, GRID, away_m, far_km, 2_000.0) for far_km in (0.0, 0.299, 0.3, 9.0)]
    assert told == pytest.approx([0.5, 0.5, 0.75, 0.75])


def test_nothing_released_and_no_place_give_no_share() -> None:
    deposit = np.ones(GRID.shape)
    assert share_within(deposit, GRID, nearest_m(GRID, HERE, HERE), 1.0, 0.0) == 0.0
    assert share_within(deposit, GRID, nearest_m(GRID, NOWHERE, NOWHERE), 1.0, 5.0) == 0.0
