"""Near field of a dense release and return water in a current: limits and conservation (derived)."""

import math

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models import cross_flow
from twin.models.near_field import passive_share, radial_deposit_kg_m2
from twin.models.plume import Grid

GRID = Grid(-1000.0, -800.0, 40.0, 50, 40)


def test_thin_releases_stay_whole_dense_ones_keep_their_share_and_between_it_falls_evenly() -> None:
    solids = np.geomspace(1e-3, 1e3, 301)
    found = passive_share(solids, 0.05)
    assert np.all(found[solids <= 0.1] == 1.0) and found[solids >= 1.0] == pytest.approx(0.05)
    assert np.all(np.diff(found) <= 0.0)
    assert passive_share(math.sqrt(0.1), 0.05) == pytest.approx(math.sqrt(0.05))


def test_without_a_near_field_all_is_passive() -> None:
    assert passive_share([0.0, 1.0, 100.0], 1.0).tolist() == [1.0, 1.0, 1.0]


def test_thresholds_that_cross_are_refused() -> None:
    with pytest.raises(ModelError, match="dense threshold"):
        passive_share(1.0, 0.05, clear_kg_m3=2.0, dense_kg_m3=1.0)
    with pytest.raises(ModelError, match="at most 1"):
        passive_share(1.0, 5.0)


def test_a_radial_deposit_has_the_mass_of_its_places_on_the_grid_and_beyond() -> None:
    """Derived: 1e-12; places in the middle, at an edge and in a corner."""
    mass, x, y = np.array([10.0, 500.0, 40.0]), np.array([3.0, 999.0, -1000.0]), np.array([7.0, 0.0, -800.0])
    field, beyond = radial_deposit_kg_m2(mass, x, y, 66.0, GRID)
    assert field.sum() * GRID.cell_m2 + beyond == pytest.approx(550.0, rel=1e-12)
    corner = 550.0 - 10.0 - 0.5 * 500.0 - 0.25 * 40.0  # nearly all, one half and one quarter lie on the grid
    assert beyond == pytest.approx(corner, rel=0.01)
    assert np.all(field >= 0.0)


def test_a_radial_deposit_thins_by_e_over_its_length() -> None:
    """Derived: M/(2 pi L2) exp(-r/L) at the middles of cells, and the mean over the cell at the place; 1 %."""
    field, _ = radial_deposit_kg_m2(np.array([1000.0]), np.array([20.0]), np.array([20.0]), 200.0, GRID)
    r = np.hypot(GRID.x_m - 20.0, GRID.y_m[:, np.newaxis] - 20.0)
    point = 1000.0 / (2.0 * math.pi * 200.0**2) * np.exp(-r / 200.0)
    near = r < 600.0
    assert field[near & (r > 0.0)] == pytest.approx(point[near & (r > 0.0)], rel=0.01)
    assert field.max() == pytest.approx(point.max() * (1.0 - 0.3826 * 40.0 / 200.0), rel=0.01)


def test_many_places_make_the_sum_of_each() -> None:
    """Derived: 1e-12 of the highest; the order of the places does not matter."""
    x, y, mass = np.array([-33.0, 12.0, 200.0]), np.array([5.0, 60.0, -70.0]), np.array([1.0, 2.0, 3.0])
    together, _ = radial_deposit_kg_m2(mass, x, y, 66.0, GRID)
    alone = sum(radial_deposit_kg_m2(mass[i : i + 1], x[i : i + 1], y[i : i + 1], 66.0, GRID)[0] for i in range(3))
    backwards, _ = radial_deposit_kg_m2(mass[::-1], x[::-1], y[::-1], 66.0, GRID)
    assert together == pytest.approx(alone, abs=1e-4 * together.max())
    assert together == pytest.approx(backwards, abs=1e-12 * together.max())


def test_nothing_dense_leaves_an_empty_map() -> None:
    field, beyond = radial_deposit_kg_m2(np.zeros(0), np.zeros(0), np.zeros(0), 66.0, GRID)
    assert field.tolist() == np.zeros(GRID.shape).tolist() and beyond == 0.0


def test_light_water_rises_as_far_as_water_as_heavy_falls() -> None:
    flux = cross_flow.buoyancy_flux_m4_s3(0.05, [-4.0, 0.0, 4.0], 1033.0)
    rise = cross_flow.rise_or_fall_m(flux, 0.05, 2.5e-3)
    assert rise[0] == -rise[2] and rise[0] > 0.0 and rise[1] == 0.0


def test_rise_follows_its_three_thirds() -> None:
    """Derived: eight times the flux doubles it, eight times the current or the stratification squared halves it."""
    first = cross_flow.rise_or_fall_m(1e-3, 0.05, 1e-3)
    assert cross_flow.rise_or_fall_m(8e-3, 0.05, 1e-3) == pytest.approx(2.0 * first)
    assert cross_flow.rise_or_fall_m(1e-3, 0.4, 1e-3) == pytest.approx(0.5 * first)
    assert cross_flow.rise_or_fall_m(1e-3, 0.05, math.sqrt(8.0) * 1e-3) == pytest.approx(0.5 * first)


def test_solids_weigh_down_warm_water() -> None:
    """Derived by hand: 10 kg/m3 of grains take the place of 4.11 kg of water."""
    assert cross_flow.excess_density_kg_m3(1028.1, 10.0, 2500.0, 1033.0) == pytest.approx(-4.9 + 10.0 - 4.1124)


def test_water_that_does_not_move_off_is_not_thinned() -> None:
    assert cross_flow.dilution([0.0, 1e-6], 0.05, 1.0).tolist() == [1.0, 1.0]
    assert cross_flow.dilution(-20.0, 0.05, 0.1) == cross_flow.dilution(20.0, 0.05, 0.1) > 50.0


def test_still_water_and_water_without_layers_are_refused() -> None:
    with pytest.raises(ModelError, match="not bent over"):
        cross_flow.rise_or_fall_m(1e-3, 0.0, 1e-3)
    with pytest.raises(ModelError, match="never stops"):
        cross_flow.rise_or_fall_m(1e-3, 0.05, 0.0)
