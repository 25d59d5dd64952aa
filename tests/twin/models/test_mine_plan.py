"""Holes on the hexagonal grid: derived by hand, by geometry and by counting points."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import ModelError
from twin.models.mine_plan import CLOSEST, MinePlan, Order, Pattern, areal_recovery, holes_per_km2, lens_share, plan

WIDE = Pattern(3.45, 3.0, "rows", 100.0, 0.0, 50.0)
ORDERS: tuple[Order, ...] = ("rows", "spiral")


def apart(found: MinePlan) -> np.ndarray:
    """Return all distances between holes [m]."""
    x, y = found.x_m, found.y_m
    return np.hypot(x[:, np.newaxis] - x, y[:, np.newaxis] - y)[~np.eye(len(x), dtype=bool)]


@pytest.mark.parametrize("order", ORDERS)
@given(st.integers(1, 400), st.floats(0.0, 0.6))
def test_a_hole_is_mined_once_and_none_is_nearer_than_the_spacing(order: Order, count: int, share: float) -> None:
    found = plan(replace(WIDE, order=order, obstacle_share=share), count, 3, 0)
    assert len(found.x_m) == count
    assert count == 1 or apart(found).min() >= WIDE.spacing_m * (1.0 - 1e-9)


@pytest.mark.parametrize("order", ORDERS)
def test_a_longer_plan_begins_with_the_shorter_one(order: Order) -> None:
    pattern = replace(WIDE, order=order, obstacle_share=0.3, spacing_m=2.8)
    short, long = plan(pattern, 70, 3, 1), plan(pattern, 900, 3, 1)
    assert long.x_m[:70].tolist() == short.x_m.tolist()
    assert long.fresh[:70].tolist() == short.fresh.tolist()


def test_rows_go_to_and_fro_and_stay_within_their_length() -> None:
    """Derived by hand: 29 spacings of 3.45 m in a row of 100 m, thirty holes, the next row half a spacing further."""
    found = plan(WIDE, 65, 1, 0)
    assert found.x_m.max() <= 100.0 + 3.45
    assert found.y_m[28] == 0.0
    assert found.y_m[29] == pytest.approx(3.45 * math.sqrt(3) / 2)
    steps = np.hypot(np.diff(found.x_m), np.diff(found.y_m))
    assert steps == pytest.approx(np.full(64, 3.45))


def test_a_spiral_fills_rings_of_six_twelve_and_eighteen() -> None:
    """Derived: ring k of a hexagonal grid has 6 k places, none farther than k spacings."""
    found = plan(replace(WIDE, order="spiral"), 37, 1, 0)
    far = np.hypot(found.x_m, found.y_m) / 3.45
    assert far[0] == 0.0
    assert far[1:7] == pytest.approx(np.ones(6))
    assert far[7:19].min() > 1.7 and far[7:19].max() == pytest.approx(2.0)
    assert far[19:37].max() == pytest.approx(3.0)


def test_obstacles_are_skipped_in_proportion_and_are_the_same_for_every_spacing() -> None:
    """Derived: the share of ground, over many patches of 20 m; patches belong to places, not to holes."""
    pattern = replace(WIDE, obstacle_share=0.3, obstacle_patch_m=20.0, row_m=600.0)
    found = plan(pattern, 20_000, 7, 0)
    assert found.skipped / (found.skipped + 20_000) == pytest.approx(0.3, abs=0.05)
    sparse = plan(replace(pattern, spacing_m=6.9), 2_000, 7, 0)
    patches = {(int(x // 20), int(y // 20)) for x, y in zip(found.x_m, found.y_m, strict=True)}
    inside = (sparse.x_m < 590.0) & (sparse.y_m < 300.0)
    visited = {(int(x // 20), int(y // 20)) for x, y in zip(sparse.x_m[inside], sparse.y_m[inside], strict=True)}
    assert visited <= patches


def test_obstacles_lie_elsewhere_in_another_replicate_and_nowhere_without_a_share() -> None:
    pattern = replace(WIDE, obstacle_share=0.5, obstacle_patch_m=10.0)
    assert plan(pattern, 300, 7, 0).x_m.tolist() != plan(pattern, 300, 7, 1).x_m.tolist()
    assert plan(WIDE, 300, 7, 0).skipped == 0


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("spacing", [2.6, 2.8, 2.999])
def test_what_overlap_leaves_is_the_area_that_the_discs_cover_together(order: Order, spacing: float) -> None:
    """Derived: points of a fine grid that lie in any of 60 holes, counted; 1 %."""
    found = plan(replace(WIDE, spacing_m=spacing, order=order, row_m=20.0), 60, 1, 0)
    step = 0.05
    x, y = np.meshgrid(*(np.arange(side.min() - 2.0, side.max() + 2.0, step) for side in (found.x_m, found.y_m)))
    covered = np.zeros(x.shape, dtype=bool)
    for east, north in zip(found.x_m, found.y_m, strict=True):
        covered |= np.hypot(x - east, y - north) < 1.5
    assert found.fresh.sum() * math.pi / 4 * 9.0 == pytest.approx(covered.sum() * step**2, rel=0.01)
    assert found.fresh[0] == 1.0


def test_holes_that_do_not_touch_lose_nothing() -> None:
    assert plan(WIDE, 50, 1, 0).fresh.tolist() == [1.0] * 50
    assert lens_share(3.0, 3.0) == 0.0


def test_areal_recovery_is_that_of_discs_on_a_hexagonal_grid() -> None:
    """Derived: pi / (2 sqrt 3) where holes touch, all of it at 0.866 bores; a denser grid gains nothing."""
    assert areal_recovery(3.0, 3.0) == pytest.approx(math.pi / (2 * math.sqrt(3)))
    assert areal_recovery(6.0, 3.0) == pytest.approx(math.pi / (8 * math.sqrt(3)))
    assert areal_recovery(CLOSEST * 3.0, 3.0) == pytest.approx(1.0, abs=1e-6)
    assert areal_recovery(3.45, 3.0, 0.05) == pytest.approx(0.95 * areal_recovery(3.45, 3.0))


def test_holes_on_a_square_kilometre_times_their_area_are_the_recovered_ground() -> None:
    """Derived: two ways to the same share, with overlap."""
    for spacing in (2.7, 3.0, 3.45):
        own = math.pi / 4 * 9.0 * (1.0 - 3.0 * lens_share(spacing, 3.0))
        assert holes_per_km2(spacing) * own / 1e6 == pytest.approx(areal_recovery(spacing, 3.0))


def test_a_plan_with_holes_too_close_is_refused_with_the_remedy() -> None:
    with pytest.raises(
        ModelError, match=r"spacing 2\.4 m of holes of 3 m found; at least 0\.866 bores .*spacing_bores"
    ):
        plan(replace(WIDE, spacing_m=2.4), 10, 1, 0)


def test_no_holes_are_an_empty_plan() -> None:
    found = plan(WIDE, 0, 1, 0)
    assert (len(found.x_m), len(found.fresh), found.skipped) == (0, 0, 0)
