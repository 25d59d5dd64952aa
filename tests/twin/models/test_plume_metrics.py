"""Numbers of a plume's field (derived by hand from fields of a few cells)."""

import dataclasses
import math

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.plume import Field, Grid
from twin.models.plume_metrics import (
    area_km2,
    deposited_share,
    furthest_km,
    nearest_m,
    plume_metrics,
    thickness_mm,
)

GRID = Grid(-150.0, -50.0, 100.0, 4, 1)  # middles at -100, 0, 100, 200 m
LEVELS = np.array([0.001, 0.01])


def field() -> Field:
    return Field(
        max_kg_m3=np.array([[0.0, 0.02, 0.001, 0.0005]]),
        mean_kg_m3=np.zeros((1, 4)),
        above_s=np.array([[[0.0, 7200.0, 1800.0, 0.0]], [[0.0, 3600.0, 0.0, 0.0]]]),
        longest_s=np.array([[[0.0, 5400.0, 1800.0, 0.0]], [[0.0, 3600.0, 0.0, 0.0]]]),
        entered_m3=np.array([86_400.0, 43_200.0]),
        deposit_kg_m2=np.array([[0.0, 0.25, 0.025, 0.025]]),
        suspended_kg=np.array([0.0, 2000.0, 1000.0]),
        times_s=np.array([0, 3600, 7200]),
        span_s=86_400.0,
        released_kg=4000.0,
        deposited_kg=3000.0,
        beyond_kg=1000.0,
        afloat_kg=0.0,
    )


def test_every_number_of_a_small_field_is_what_a_hand_finds() -> None:
    found = plume_metrics(field(), GRID, nearest_m(GRID, [0.0], [0.0]), LEVELS, [0.1, 1.0], 250.0, [0.0, 0.1, 5.0])
    assert found.furthest_km.tolist() == [0.1, 0.0]
    assert found.area_km2.tolist() == [0.02, 0.01]
    assert found.area_time_km2_d == pytest.approx([0.01 * 2.5 / 24.0, 0.01 / 24.0])
    assert found.longest_h.tolist() == [1.5, 1.0]
    assert found.volume_flux_m3_s.tolist() == [1.0, 0.5]
    assert found.deposit_furthest_km.tolist() == [0.2, 0.0]
    assert found.deposit_area_km2.tolist() == [0.03, 0.01]
    assert found.deposited_share == pytest.approx([2500.0 / 4000.0, 2750.0 / 4000.0, 3000.0 / 4000.0])
    assert (found.suspended_max_t, found.suspended_mean_t) == (2.0, 1.0)


def test_distance_counts_from_the_nearest_release() -> None:
    assert nearest_m(GRID, [0.0, 200.0, 200.0], [0.0, 0.0, 30.0]).tolist() == [[100.0, 0.0, 100.0, 0.0]]
    values = np.array([[1.0, 0.0, 0.0, 1.0]])
    assert furthest_km(values, [0.5], nearest_m(GRID, [0.0], [0.0])).tolist() == [0.2]
    assert furthest_km(values, [0.5], nearest_m(GRID, [0.0, 200.0], [0.0, 0.0])).tolist() == [0.1]


def test_a_field_without_releases_has_zeros() -> None:
    empty = dataclasses.replace(
        field(), max_kg_m3=np.zeros((1, 4)), deposit_kg_m2=np.zeros((1, 4)), released_kg=0.0, suspended_kg=np.zeros(0)
    )
    nowhere = nearest_m(GRID, [], [])
    assert np.all(np.isinf(nowhere))
    found = plume_metrics(empty, GRID, nowhere, LEVELS, [0.1], 250.0, [5.0])
    assert found.furthest_km.tolist() == [0.0, 0.0] and found.area_km2.tolist() == [0.0, 0.0]
    assert found.deposited_share.tolist() == [0.0] and found.suspended_max_t == 0.0 == found.suspended_mean_t


def test_a_model_without_maxima_has_no_numbers_of_them() -> None:
    closed = dataclasses.replace(
        field(),
        max_kg_m3=np.full((1, 4), math.nan),
        above_s=np.full((2, 1, 4), math.nan),
        longest_s=np.full((2, 1, 4), math.nan),
    )
    found = plume_metrics(closed, GRID, nearest_m(GRID, [0.0], [0.0]), LEVELS, [0.1], 250.0, [5.0])
    for values in (found.furthest_km, found.area_km2, found.area_time_km2_d, found.longest_h):
        assert np.all(np.isnan(values))
    assert found.deposit_area_km2.tolist() == [0.03]


def test_a_cell_at_a_level_is_above_it_and_a_higher_level_holds_no_more() -> None:
    values = np.random.default_rng(1).uniform(0.0, 1.0, (1, 4))
    levels = np.linspace(0.01, 1.0, 20)
    assert np.all(np.diff(area_km2(values, levels, GRID)) <= 0.0)
    assert np.all(np.diff(furthest_km(values, levels, np.ones((1, 4)))) <= 0.0)
    assert area_km2(np.array([[1.0, 1.0, 0.0, 0.0]]), [1.0], GRID).tolist() == [0.02]


def test_a_wider_radius_holds_more_and_a_millimetre_of_mud_a_quarter_kilogram() -> None:
    share = deposited_share(field(), GRID, nearest_m(GRID, [-100.0], [0.0]), np.linspace(0.0, 1.0, 11))
    assert np.all(np.diff(share) >= 0.0) and share[-1] == pytest.approx(0.75)
    assert thickness_mm([0.25, 0.5], [250.0, 500.0]).tolist() == [1.0, 1.0]


def test_levels_and_density_must_be_above_nothing() -> None:
    distance = nearest_m(GRID, [0.0], [0.0])
    with pytest.raises(ModelError, match="dry density"):
        plume_metrics(field(), GRID, distance, LEVELS, [0.1], 0.0, [5.0])
    with pytest.raises(ModelError, match="deposit level"):
        plume_metrics(field(), GRID, distance, LEVELS, [0.0], 250.0, [5.0])
    with pytest.raises(ModelError, match="radius"):
        plume_metrics(field(), GRID, distance, LEVELS, [0.1], 250.0, [-5.0])
