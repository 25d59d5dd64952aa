"""Numbers of a plume's maps (derived by hand from maps of a few cells)."""

import numpy as np
import pytest

from twin.models.plume import Grid
from twin.models.plume_metrics import (
    area_km2,
    area_time_km2_d,
    flux_m3_s,
    furthest_km,
    longest_h,
    nearest_m,
    share_within,
)

GRID = Grid(-150.0, -50.0, 100.0, 4, 1)  # middles at -100, 0, 100, 200 m
SITE = np.zeros(1)


def test_area_and_distance_count_whole_cells_by_their_middles() -> None:
    above = np.array([[False, True, True, False]])
    assert area_km2(above, GRID) == pytest.approx(0.02)
    assert furthest_km(above, GRID, SITE, SITE) == pytest.approx(0.1)


def test_distance_counts_from_the_nearest_release() -> None:
    x, y = np.array([0.0, 200.0, 200.0]), np.array([0.0, 0.0, 30.0])
    assert nearest_m(GRID, x, y).tolist() == [[100.0, 0.0, 100.0, 0.0]]
    ends = np.array([[True, False, False, True]])
    assert furthest_km(ends, GRID, SITE, SITE) == pytest.approx(0.2)
    assert furthest_km(ends, GRID, x, y) == pytest.approx(0.1)


def test_nothing_above_a_level_and_no_release_give_zero() -> None:
    none = np.zeros((1, 4), dtype=bool)
    assert furthest_km(none, GRID, SITE, SITE) == area_km2(none, GRID) == 0.0
    assert furthest_km(~none, GRID, np.zeros(0), np.zeros(0)) == 0.0
    assert np.isinf(nearest_m(GRID, np.zeros(0), np.zeros(0))).all()
    assert share_within(np.ones((1, 4)), GRID, nearest_m(GRID, SITE, SITE), 1.0, 0.0) == 0.0
    assert flux_m3_s(10.0, 0.0) == 0.0


def test_times_are_added_over_cells_or_taken_from_the_worst() -> None:
    seconds = np.array([[0, 7_200, 1_800, 0]], dtype=np.int32)
    assert area_time_km2_d(seconds, GRID) == pytest.approx(0.01 * 2.5 / 24.0)
    assert longest_h(seconds) == 2.0
    assert flux_m3_s(86_400.0, 86_400.0) == 1.0


def test_the_share_within_a_radius_grows_with_it_up_to_what_lies_on_the_map() -> None:
    deposit = np.array([[0.0, 0.25, 0.025, 0.025]])  # 2,500, 250 and 250 kg
    away = nearest_m(GRID, SITE, SITE)
    found = [share_within(deposit, GRID, away, far, 4_000.0) for far in (0.0, 0.1, 5.0)]
    assert found == pytest.approx([0.625, 0.6875, 0.75])
