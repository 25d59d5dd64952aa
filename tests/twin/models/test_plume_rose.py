"""The mean plume over a rose: against Ermak's points, moments of the column, and limits (derived)."""

import math

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models import lattice
from twin.models.currents import Rose
from twin.models.ermak import Source, bed_flux_kg_m2_s, layer_mean_kg_m3
from twin.models.plume import BedRule, Field, Floats, Grid, Layer, Releases, Water
from twin.models.plume_rose import mean_field

SPAN_S = 86_400.0
LAYER = Layer(0.0, 5.0)
GRID = Grid(-1025.0, -1025.0, 50.0, 121, 41)  # the middle of a cell is at the origin


def mud(bed: BedRule = "flux", lid_m: float = 65.0) -> Water:
    return Water(np.array([2e-4, 1e-3]), 1e-3, 0.1, lid_m, bed)


def released(x: Floats, y: Floats, spread_m: float = 20.0) -> Releases:
    n = len(x)
    rates = np.full((n, 2), 0.05)
    return Releases(np.arange(n), np.full(n, 3600.0), x, y, np.full(n, 3.0), np.full(n, spread_m), rates)


def east(speed_m_s: float = 0.035) -> Rose:
    return Rose(np.array([0.0]), np.array([speed_m_s]), np.array([1.0]))


def one(rose: Rose, water: Water | None = None) -> Field:
    return mean_field(released(np.zeros(1), np.zeros(1)), water or mud(), rose, GRID, LAYER, SPAN_S, 3)


def test_one_direction_is_ermaks_plume_averaged_over_cells() -> None:
    """Derived: Ermak's points in a cell, averaged; mixing along the current, which he leaves out, is 3 % here."""
    found = one(east())
    source = Source(np.array([0.05, 0.05]) * 3600.0 / SPAN_S, 3.0, 20.0, 0.035)
    within = (np.arange(10) + 0.5) * 5.0 - 25.0
    for column in (24, 30, 60):
        x = (GRID.x_m[column] + within)[:, np.newaxis]
        y = (GRID.y_m[:, np.newaxis] + within).ravel()
        mean = layer_mean_kg_m3(x, y, LAYER, source, mud()).reshape(10, 41, 10).mean(axis=(0, 2))
        down = SPAN_S * bed_flux_kg_m2_s(x, y, source, mud()).reshape(10, 41, 10).mean(axis=(0, 2))
        assert found.mean_kg_m3[:, column] == pytest.approx(mean, abs=0.03 * mean.max())
        assert found.deposit_kg_m2[:, column] == pytest.approx(down, abs=0.03 * down.max())


def test_released_is_deposited_and_beyond_and_the_whole_is_down_on_a_large_grid() -> None:
    """Derived: 1e-3 of the release, and that nothing is made."""
    found = one(east())
    assert found.released_kg == pytest.approx(360.0)
    assert found.deposited_kg + found.beyond_kg == pytest.approx(found.released_kg, rel=1e-12)
    assert found.deposit_kg_m2.sum() * GRID.cell_m2 == pytest.approx(found.deposited_kg, rel=1e-12)
    assert 0.5 * found.released_kg < found.deposited_kg < found.released_kg
    wide = Grid(-2525.0, -2525.0, 50.0, 1001, 101)
    whole = mean_field(released(np.zeros(1), np.zeros(1)), mud(), east(), wide, LAYER, SPAN_S, 0)
    assert whole.deposited_kg == pytest.approx(360.0, rel=1e-3)


@pytest.mark.parametrize("bed", ["flux", "first_touch"])
def test_grains_come_down_where_the_column_says(bed: BedRule) -> None:
    """Derived: mean run-out U (h/ws + K/ws2) where grains may rise again and U h/ws where they may not; 0.2 %."""
    water = Water(np.array([1e-3]), 1e-3, 0.1, math.inf, bed)
    given = released(np.zeros(1), np.zeros(1))
    single = Releases(
        given.start_s, given.duration_s, given.x_m, given.y_m, given.height_m, given.spread_m, given.rate_kg_s[:, :1]
    )
    found = mean_field(single, water, east(), GRID, LAYER, SPAN_S, 0)
    mean_x = (found.deposit_kg_m2.sum(axis=0) @ GRID.x_m) * GRID.cell_m2 / found.deposited_kg
    assert mean_x == pytest.approx(0.035 * (3000.0 + (1000.0 if bed == "flux" else 0.0)), rel=2e-3)


def test_time_in_the_layer_is_mass_in_it() -> None:
    """Derived: with a layer from bed to lid the mean mass is rate x mean life, h/ws + K/ws2 less what the lid takes."""
    water = Water(np.array([1e-3]), 1e-4, 0.1, 60.0, "flux")
    given = released(np.zeros(1), np.zeros(1))
    single = Releases(
        given.start_s, given.duration_s, given.x_m, given.y_m, given.height_m, given.spread_m, given.rate_kg_s[:, :1]
    )
    found = mean_field(single, water, east(), GRID, Layer(0.0, 60.0), SPAN_S, 0)
    afloat_kg = found.mean_kg_m3.sum() * GRID.cell_m2 * 60.0
    assert afloat_kg == pytest.approx(180.0 / SPAN_S * (3000.0 + 100.0), rel=1e-3)


def test_opposite_currents_mirror_the_field_and_shares_weigh_it() -> None:
    square = Grid(-1025.0, -1025.0, 50.0, 41, 41)
    there_and_back = Rose(np.array([0.0, math.pi]), np.array([0.035, 0.035]), np.array([0.5, 0.5]))
    north = Rose(np.array([0.5 * math.pi]), np.array([0.035]), np.array([1.0]))
    source = released(np.zeros(1), np.zeros(1))
    both, up, right = (
        mean_field(source, mud(), rose, square, LAYER, SPAN_S, 0) for rose in (there_and_back, north, east())
    )
    top = right.deposit_kg_m2.max()
    assert up.deposit_kg_m2 == pytest.approx(right.deposit_kg_m2.T, abs=1e-12 * top)
    mirrored = 0.5 * (right.deposit_kg_m2 + right.deposit_kg_m2[:, ::-1])
    assert both.deposit_kg_m2 == pytest.approx(mirrored, abs=1e-12 * top)


def test_still_water_leaves_a_round_patch() -> None:
    found = one(east(0.0))
    assert found.deposited_kg == pytest.approx(found.released_kg, rel=1e-3)
    patch = found.deposit_kg_m2[:, :41]
    assert patch == pytest.approx(patch.T, abs=1e-12 * patch.max())
    assert int(patch.argmax()) == 20 * 41 + 20


def test_many_releases_are_the_sum_of_each_and_their_order_does_not_matter() -> None:
    """Derived: 1e-12 of the highest; places off the middles of cells, of two heights."""
    x, y = np.array([-30.0, 110.0, 7.0]), np.array([12.0, -260.0, 3.0])
    given = released(x, y)
    mixed = Releases(given.start_s, given.duration_s, x, y, np.array([3.0, 10.0, 3.0]), given.spread_m, given.rate_kg_s)
    together = mean_field(mixed, mud(), east(), GRID, LAYER, SPAN_S, 0)
    rows = [mean_field(mixed.take(np.array([i])), mud(), east(), GRID, LAYER, SPAN_S, 0) for i in range(3)]
    top = together.mean_kg_m3.max()
    assert together.mean_kg_m3 == pytest.approx(sum(row.mean_kg_m3 for row in rows), abs=1e-12 * top)
    turned = mean_field(mixed.take(np.array([2, 0, 1])), mud(), east(), GRID, LAYER, SPAN_S, 0)
    assert together.mean_kg_m3 == pytest.approx(turned.mean_kg_m3, abs=1e-12 * top)


def test_no_releases_leave_an_empty_map_and_maxima_are_not_told() -> None:
    found = mean_field(released(np.zeros(0), np.zeros(0)), mud(), east(), GRID, LAYER, SPAN_S, 3)
    assert not found.mean_kg_m3.any() and not found.deposit_kg_m2.any() and found.released_kg == 0.0
    assert np.isnan(found.max_kg_m3).all() and np.isnan(found.above_s).all()
    assert found.above_s.shape == found.longest_s.shape == (3, 41, 121)


@pytest.mark.parametrize(
    ("rose", "x", "what"),
    [
        (Rose(np.zeros(1), np.array([0.03]), np.array([0.9])), 0.0, "sum of the shares of the rose"),
        (Rose(np.zeros(1), np.array([-0.03]), np.ones(1)), 0.0, "speed of the rose"),
        (east(), 1e5, "must lie on the grid"),
    ],
)
def test_what_has_no_meaning_is_refused(rose: Rose, x: float, what: str) -> None:
    with pytest.raises(ModelError, match=what):
        mean_field(released(np.array([x]), np.zeros(1)), mud(), rose, GRID, LAYER, SPAN_S, 0)


def test_a_lattice_keeps_mass() -> None:
    """Derived: 1e-14."""
    random = np.random.default_rng(1)
    nodes = lattice.split(
        random.uniform(1.0, 2.0, 50), random.uniform(0.0, 8.0, 50), random.uniform(0.0, 4.0, 50), (6, 10)
    )
    kernel = random.uniform(0.0, 1.0, (3, 4))
    assert lattice.convolve(nodes, kernel).sum() == pytest.approx(nodes.sum() * kernel.sum(), rel=1e-13)
