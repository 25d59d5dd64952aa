"""The random walk: limits with a hand answer, the exact column and the mean plume of other modules (derived)."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models import random_walk as module
from twin.models.currents import Rose
from twin.models.plume import BedRule, Current, Floats, Grid, Layer, Releases, Water
from twin.models.plume_rose import mean_field
from twin.models.random_walk import Walk, random_walk, vertical_walk
from twin.models.settling_layer import shares

BEDS: tuple[BedRule, ...] = ("flux", "first_touch")
LAYER = Layer(0.0, 5.0)
LEVELS = np.array([1e-4, 1e-3, 1e-2])
MUD = Water(np.array([2e-4, 1e-3, 5e-3]), 1e-3, 0.1, 30.0, "flux")
AGES = np.array([0.0, 600.0, 3600.0, 14_400.0, 86_400.0])


def steady(u_m_s: float, hours: float, v_m_s: float = 0.0) -> Current:
    return Current(np.array([0, round(3600 * hours)]), np.full(2, u_m_s), np.full(2, v_m_s))


def releases(
    start_s: list[int], x_m: list[float], rate_kg_s: tuple[float, ...] = (0.1, 0.2, 0.3), height_m: float = 3.0
) -> Releases:
    n = len(start_s)
    return Releases(
        np.array(start_s, dtype=np.int64), np.full(n, 3600.0), np.array(x_m), np.zeros(n), np.full(n, height_m),
        np.full(n, 10.0), np.tile(np.array(rate_kg_s), (n, 1)),
    )  # fmt: skip


GRID = Grid(-500.0, -500.0, 50.0, 60, 20)
TIDAL = Current(np.arange(0, 86_401, 3600), 0.04 * np.sin(np.arange(25) / 2.0), 0.02 * np.cos(np.arange(25) / 2.0))


def walked(given: Releases, water: Water = MUD, current: Current = TIDAL, particles: int = 300, seed: int = 1) -> Walk:
    return random_walk(given, water, current, GRID, LAYER, LEVELS, particles, seed)


@pytest.mark.parametrize("bed", BEDS)
@pytest.mark.parametrize("lid_m", [30.0, math.inf])
def test_grains_are_where_the_exact_column_has_them(bed: BedRule, lid_m: float) -> None:
    """Derived: shares in the layer and on the bed of the closed form, four standard errors and 0.002 of step error."""
    water = replace(MUD, bed=bed, lid_m=lid_m)
    found = vertical_walk(water, 3.0, LAYER, AGES, 20_000, 3)
    in_layer, deposited = shares(AGES[1:], 3.0, LAYER, water)
    for share, exact in ((found.in_layer[:, 1:], in_layer), (found.deposited[:, 1:], deposited)):
        error = np.sqrt(np.clip(exact * (1.0 - exact), 1e-5, None) / 20_000)
        assert (np.abs(share - exact) < 4.0 * error + 0.002).all()
    assert found.in_layer[:, 0].tolist() == [1.0, 1.0, 1.0] and found.height_m[:, 0].tolist() == [3.0, 3.0, 3.0]


def test_mixing_without_settling_evens_out_below_the_lid() -> None:
    """Derived: the mean height of even mud is half the lid; settling of 1e-9 m/s moves nothing in ten days."""
    found = vertical_walk(replace(MUD, settling_m_s=np.array([1e-9])), 3.0, LAYER, np.array([864_000.0]), 20_000, 2)
    assert found.height_m[0, 0] == pytest.approx(15.0, abs=0.3)
    assert found.in_layer[0, 0] == pytest.approx(5.0 / 30.0, abs=0.012)


@pytest.mark.parametrize("bed", BEDS)
def test_without_mixing_every_grain_falls_like_a_stone(bed: BedRule) -> None:
    """Derived: 3 m at 1 mm/s are 3,000 s."""
    still = Water(np.array([1e-3]), 0.0, 0.0, math.inf, bed)
    found = vertical_walk(still, 3.0, LAYER, np.array([2990.0, 3010.0]), 10, 1)
    assert found.deposited[0].tolist() == [0.0, 1.0] and found.height_m[0, 0] == pytest.approx(0.01)
    lot = random_walk(releases([0], [0.0], (1.0,)), still, steady(0.05, 3.0), GRID, LAYER, LEVELS, 50, 1)
    born_s = lot.settled_s - 3000.0
    assert born_s.min() > 0.0 and born_s.max() < 3600.0 and np.ptp(born_s) > 3400.0
    assert (lot.x_m - 150.0).std() == pytest.approx(10.0, rel=0.25)


def test_a_grain_released_on_the_bed_is_taken_by_the_rules_as_they_say() -> None:
    """Derived: first touch takes all at once; the flux rule first lets some be mixed up."""
    water = replace(MUD, settling_m_s=np.array([1e-3]))
    found = [vertical_walk(replace(water, bed=bed), 0.0, LAYER, np.array([300.0]), 2000, 1) for bed in BEDS]
    assert found[1].deposited[0, 0] == 1.0
    assert 0.3 < found[0].deposited[0, 0] < 0.7


def test_shares_are_counts_that_never_fall_and_the_seed_decides_them() -> None:
    first, same, other = (vertical_walk(MUD, 3.0, LAYER, AGES, 500, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.in_layer, same.in_layer) and not np.array_equal(first.in_layer, other.in_layer)
    assert (np.diff(first.deposited, axis=1) >= 0.0).all()
    assert np.array_equal(first.deposited * 500, np.rint(first.deposited * 500))


def test_classes_walk_the_same_alone_and_together_with_more_grains() -> None:
    """Derived: a grain's stream has its class and number in its name, so the first class knows nothing of the rest."""
    alone = vertical_walk(replace(MUD, settling_m_s=MUD.settling_m_s[:1]), 3.0, LAYER, AGES, 500, 1)
    assert np.array_equal(vertical_walk(MUD, 3.0, LAYER, AGES, 500, 1).in_layer[:1], alone.in_layer)


def test_a_steady_release_has_the_mean_and_the_deposit_of_the_closed_form() -> None:
    """Derived: the closed mean plume over one direction; errors of sampling, weighed by cell, and 2 % of the sums."""
    current, rose = steady(0.05, 40.0), Rose(np.zeros(1), np.full(1, 0.05), np.ones(1))
    given = releases([0] * 20, [25.0] * 20)
    given = replace(given, y_m=np.full(20, 25.0))  # the middle of a cell
    found = random_walk(given, MUD, current, GRID, LAYER, LEVELS, 400, 9).field
    exact = mean_field(given, MUD, rose, GRID, LAYER, found.span_s, 3)
    for sampled, closed in (
        (found.mean_kg_m3.sum(axis=0), exact.mean_kg_m3.sum(axis=0)),
        (found.deposit_kg_m2.sum(axis=0), exact.deposit_kg_m2.sum(axis=0)),
        (found.mean_kg_m3.sum(axis=1), exact.mean_kg_m3.sum(axis=1)),
        (found.deposit_kg_m2.sum(axis=1), exact.deposit_kg_m2.sum(axis=1)),
    ):
        assert np.abs(sampled - closed).sum() < 0.04 * closed.sum()
        assert sampled.sum() == pytest.approx(closed.sum(), rel=0.02)


@pytest.mark.parametrize("bed", BEDS)
def test_all_mass_is_on_the_bed_beyond_or_afloat(bed: BedRule) -> None:
    """Derived: to 1e-12 of what was released, some carried beyond the grid, a window that ends early."""
    given = releases([0, 7200, 40_000, 80_000], [0.0, 2300.0, 2450.0, -480.0])
    field = walked(given, replace(MUD, bed=bed)).field
    assert min(field.deposited_kg, field.beyond_kg, field.afloat_kg) > 0.0
    summed = field.deposited_kg + field.beyond_kg + field.afloat_kg
    assert summed == pytest.approx(field.released_kg, rel=1e-12)
    assert field.released_kg == pytest.approx(4 * 3600 * 0.6, rel=1e-12)
    assert field.deposit_kg_m2.sum() * GRID.cell_m2 == pytest.approx(field.deposited_kg, rel=1e-12)


def test_the_grains_tell_the_same_story_as_the_fields() -> None:
    """Derived: the mass in suspension at each sample is that of grains born and not settled."""
    found = walked(releases([0, 7200], [0.0, 500.0]))
    late = found.settled_s > found.field.times_s[60]
    assert found.field.suspended_kg[60] == pytest.approx(found.mass_kg[late | np.isnan(found.settled_s)].sum())
    assert found.field.suspended_kg[2] < found.field.suspended_kg[5]  # still being given off
    assert np.bincount(found.release).tolist() == [900, 900] and np.bincount(found.settling_class).tolist() == [600] * 3
    assert len(found.field.times_s) == 144 and found.field.times_s[-1] == 86_400


def test_exceedance_of_a_hand_made_case() -> None:
    """Derived: 1 kg of stones passes 5 m to 0 m over one cell, twice; 2,500 m2 x 5 m hold 8e-5 kg/m3."""
    still = Water(np.array([1e-3]), 0.0, 0.0, math.inf, "flux")
    given = replace(
        releases([0, 20_000], [25.0, 25.0], (1.0,), 4.9),
        duration_s=np.ones(2),
        spread_m=np.zeros(2),
        y_m=np.full(2, 25.0),
    )
    levels = np.array([7e-5, 9e-5])
    field = random_walk(given, still, steady(0.0, 8.0), GRID, LAYER, levels, 10, 1).field
    cell = 10, 10
    assert field.max_kg_m3[cell] == pytest.approx(8e-5) and np.count_nonzero(field.max_kg_m3) == 1
    assert field.above_s[0][cell] == 16 * 600.0 and field.longest_s[0][cell] == 8 * 600.0
    assert field.mean_kg_m3[cell] == pytest.approx(8e-5 * 16 / 48)
    assert field.deposit_kg_m2[cell] == pytest.approx(2.0 / 2500.0)


def test_moving_a_release_moves_its_hours_and_no_release_leaves_nothing() -> None:
    here, there = (walked(releases([0], [x])).field for x in (0.0, 400.0))
    assert np.array_equal(here.above_s[:, :, :40], there.above_s[:, :, 8:48]) and here.above_s.any()
    none = walked(releases([], [])).field
    assert not none.max_kg_m3.any() and not none.above_s.any() and none.released_kg == none.beyond_kg == 0.0


def test_interpreted_and_compiled_walks_are_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derived: it is one source."""

    def plain(functions: tuple[Callable[..., Any], ...]) -> dict[str, Callable[..., Any]]:
        return {function.__name__: function for function in functions}

    def both(water: Water) -> list[Floats]:
        walk = walked(releases([0, 7200], [0.0, 2400.0]), water, particles=3)
        vertical = vertical_walk(water, 3.0, LAYER, AGES[:3], 5, 1)
        field = walk.field
        return [walk.x_m, walk.settled_s, field.max_kg_m3, field.above_s, field.longest_s, field.deposit_kg_m2,
                field.suspended_kg, vertical.in_layer, vertical.height_m]  # fmt: skip

    waters = [replace(MUD, bed=bed) for bed in BEDS]
    compiled = [both(water) for water in waters]
    monkeypatch.setattr(module, "compiled", plain)
    with np.errstate(over="ignore"):
        interpreted = [both(water) for water in waters]
    for one, other in zip(compiled, interpreted, strict=True):
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("water", "message"),
    [
        (replace(MUD, settling_m_s=np.array([2e-4, -1e-3, 1e-3])), r"settling velocity \[m/s\] is -0\.001 at state 1"),
        (replace(MUD, kz_m2_s=-1.0), r"vertical diffusivity \[m2/s\] is -1; it must be 0 or above"),
        (replace(MUD, kh_m2_s=math.nan), r"horizontal diffusivity \[m2/s\] is nan"),
        (replace(MUD, lid_m=0.0), r"lid \[m\] is 0; it must be above 0"),
        (replace(MUD, lid_m=2.0), r"release height \[m\] is 3 at state 0; it must be at most the lid, 2 m: raise"),
        (replace(MUD, settling_m_s=np.array([1e-3])), r"settling classes \[1\] is 3; it must be 1, as in the water"),
    ],
)
def test_water_out_of_range_is_refused(water: Water, message: str) -> None:
    with pytest.raises(ModelError, match=f"random walk: {message}"):
        walked(releases([0], [0.0]), water)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start_s": np.array([-1])}, r"start of a release \[s\] is -1 at state 0; it must be at least 0"),
        ({"start_s": np.array([83_000])}, r"end of a release \[s\] is 86600 at state 0; it must be at most 86400"),
        ({"duration_s": np.zeros(1)}, r"duration of a release \[s\] is 0 at state 0"),
        ({"spread_m": np.array([-1.0])}, r"spread of a release \[m\] is -1 at state 0"),
        ({"rate_kg_s": np.array([[0.1, -0.1, 0.0]])}, r"rate of a release \[kg/s\] is -0\.1 at state 1"),
    ],
)
def test_releases_out_of_range_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=f"random walk: {message}"):
        walked(replace(releases([0], [0.0]), **change))


def test_layers_levels_steps_and_ages_out_of_range_are_refused() -> None:
    with pytest.raises(ModelError, match=r"thickness of the layer \[m\] is 0"):
        vertical_walk(MUD, 3.0, Layer(5.0, 5.0), AGES, 10, 1)
    with pytest.raises(ModelError, match=r"step of ages \[s\] is -300 at state 0; it must be above 0: sort the ages"):
        vertical_walk(MUD, 3.0, LAYER, np.array([600.0, 300.0]), 10, 1)
    with pytest.raises(ModelError, match=r"grains \[1\] is 0"):
        vertical_walk(MUD, 3.0, LAYER, AGES, 0, 1)
    with pytest.raises(ModelError, match=r"level \[kg/m3\] is 0 at state 0"):
        random_walk(releases([0], [0.0]), MUD, TIDAL, GRID, LAYER, np.zeros(1), 1, 1)
    with pytest.raises(ModelError, match=r"step of the samples \[s\] is 1e\+06; it must fit the current"):
        random_walk(releases([0], [0.0]), MUD, TIDAL, GRID, LAYER, LEVELS, 1, 1, 1e6)
