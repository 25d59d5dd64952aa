"""Puffs against closed forms and the walk of grains, and what must not matter (derived, unless a test says so)."""

import dataclasses
import math

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models import ermak, puff_tree, puffs
from twin.models.plume import BedRule, Current, Field, Floats, Grid, Layer, Releases, Water
from twin.models.puff_records import Column, frame_row, in_order, release_rows
from twin.models.puffs import puff_field, solved, walked
from twin.models.random_walk import random_walk

BEGIN = 1_800_000_000
DAY = 86_400
LAYER = Layer(0.0, 5.0)
LEVELS = np.array([1e-4, 1e-3, 1e-2])
GRID = Grid(-3000.0, -3000.0, 100.0, 60, 60)
CLASSES = np.array([5e-5, 2e-4, 1e-3, 5e-3])


def water(bed: BedRule = "flux", settling: Floats = CLASSES, lid_m: float = 20.0) -> Water:
    return Water(settling, 1e-3, 0.1, lid_m, bed)


def turning(days: int, mean_m_s: float = 0.03) -> Current:
    """Return a mean, a tide and an inertial motion, every ten minutes."""
    t = np.arange(0, days * DAY + 1, 600)
    tide, inertial = 2.0 * math.pi * t / 44_714.0, 2.0 * math.pi * t / 104_688.0
    u = mean_m_s + 0.025 * np.cos(tide) + 0.02 * np.cos(inertial)
    return Current(t + BEGIN, u, 0.02 * np.sin(tide) - 0.02 * np.sin(inertial))


def steady(days: int, u_m_s: float) -> Current:
    return Current(np.array([0, days * DAY]) + BEGIN, np.full(2, u_m_s), np.zeros(2))


def pulses(count: int, days: float, seed: int = 3) -> Releases:
    luck = np.random.default_rng(seed)
    return Releases(
        BEGIN + luck.integers(0, int(days * DAY), count),
        luck.uniform(1800.0, 7200.0, count),
        luck.uniform(-100.0, 100.0, count),
        luck.uniform(-100.0, 100.0, count),
        luck.choice([3.0, 8.0], count),
        luck.uniform(5.0, 20.0, count),
        0.1 * luck.dirichlet(np.ones(4), count),
    )


def one(start_s: int = 0, duration_s: float = 3600.0, rate_kg_s: float = 0.1, spread_m: float = 20.0) -> Releases:
    ones = np.ones(1)
    rate = np.full((1, 1), rate_kg_s)
    return Releases(
        np.array([BEGIN + start_s]), duration_s * ones, 0.0 * ones, 0.0 * ones, 3.0 * ones, spread_m * ones, rate
    )


def joined(*parts: Releases) -> Releases:
    return Releases(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in dataclasses.fields(Releases)))


def played(releases: Releases, sea: Water, current: Current, grid: Grid = GRID, step_s: float = 600.0) -> Field:
    return puff_field(releases, sea, current, grid, LAYER, LEVELS, solved(releases, sea, LAYER, current), step_s=step_s)


def off(field: Field) -> float:
    """Return what is missing in the balance of masses, per mass released."""
    return (field.deposited_kg + field.beyond_kg + field.afloat_kg) / field.released_kg - 1.0


@pytest.mark.parametrize("bed", ["flux", "first_touch"])
def test_puffs_are_what_the_walk_of_grains_becomes(bed: BedRule) -> None:
    """The other model: with 6,000 grains per release and class the sampling error of a cell is some per cent."""
    releases, sea, current = pulses(6, 1.0), water(bed), turning(2)
    smooth = played(releases, sea, current)
    grains = random_walk(releases, sea, current, GRID, LAYER, LEVELS, 6_000, 7).field
    for found, sampled, share in (
        (smooth.deposit_kg_m2, grains.deposit_kg_m2, 0.1),
        (smooth.mean_kg_m3, grains.mean_kg_m3, 0.1),
        (smooth.max_kg_m3, grains.max_kg_m3, 0.2),
    ):
        thick = sampled > share * sampled.max()
        assert found[thick].sum() == pytest.approx(sampled[thick].sum(), rel=0.03)
        assert found[thick] == pytest.approx(sampled[thick], rel=0.35)
        assert np.sqrt(np.mean((found[thick] / sampled[thick] - 1.0) ** 2)) < 0.12
        assert found.sum() == pytest.approx(sampled.sum(), rel=0.03)
    for name in ("deposited_kg", "beyond_kg"):
        assert getattr(smooth, name) == pytest.approx(getattr(grains, name), abs=0.006 * smooth.released_kg)
    assert smooth.suspended_kg[1:] == pytest.approx(grains.suspended_kg[5::6], abs=0.01 * grains.suspended_kg.max())
    assert smooth.above_s.sum(axis=(1, 2))[:2] == pytest.approx(grains.above_s.sum(axis=(1, 2))[:2], rel=0.08)


@pytest.mark.parametrize("bed", ["flux", "first_touch"])
def test_a_walked_column_gives_what_the_closed_form_gives(bed: BedRule) -> None:
    """Derived: 20,000 grains have a standard error of 0.4 % of the class at most."""
    releases, sea, current = pulses(4, 1.0), water(bed), turning(2)
    exact = played(releases, sea, current)
    grains = walked(releases, sea, LAYER, current, 20_000, 11)
    found = puff_field(releases, sea, current, GRID, LAYER, LEVELS, grains)
    assert found.deposited_kg == pytest.approx(exact.deposited_kg, abs=0.006 * exact.released_kg)
    assert found.mean_kg_m3.sum() == pytest.approx(exact.mean_kg_m3.sum(), rel=0.02)
    assert abs(off(found)) < 1e-12


@pytest.mark.parametrize("bed", ["flux", "first_touch"])
def test_a_steady_release_in_a_steady_current_is_ermaks_plume(bed: BedRule) -> None:
    """The closed form, averaged over cells and begun when the plume arrives; it leaves mixing along the current out."""
    speed, days = 0.05, 3
    sea, current = water(bed, np.array([2e-4, 1e-3]), 30.0), steady(days, speed)
    source = ermak.Source(np.array([0.06, 0.04]), 3.0, 20.0, speed)
    releases = dataclasses.replace(one(0, days * DAY), rate_kg_s=np.array([[0.06, 0.04]]))
    grid = Grid(-200.0, -500.0, 50.0, 64, 20)
    found = played(releases, sea, current, grid)
    within = (np.arange(5.0) - 2.0) * 10.0
    places = [(grid.x_m + a, grid.y_m[:, np.newaxis] + b) for a in within for b in within]
    held = [ermak.layer_mean_kg_m3(x, y, LAYER, source, sea) for x, y in places]
    lasting = [c * (1.0 - x / speed / (days * DAY)) for c, (x, _) in zip(held, places, strict=True)]
    mean, peak = np.mean(lasting, axis=0), np.mean(held, axis=0)
    far = (mean > 0.01 * mean.max()) & (grid.x_m > 150.0)
    assert far.sum() > 80
    assert found.mean_kg_m3[far] == pytest.approx(mean[far], rel=0.03)
    assert found.max_kg_m3[far] == pytest.approx(peak[far], rel=0.05)
    # what lies up to x began to arrive after x/speed: a steady deposit less that delay
    edge = grid.x_m[:24] + 25.0
    laid = np.cumsum(found.deposit_kg_m2.sum(axis=0))[:24] * grid.cell_m2 / found.released_kg
    expected = ermak.deposited_share(edge, source, sea)
    delay = np.concatenate([[0.0], np.cumsum(np.diff(expected) * (edge[1:] - 25.0))]) / (speed * days * DAY)
    assert laid[8:] == pytest.approx((expected - delay)[8:], abs=0.006)


def test_a_cloud_in_still_water_is_a_normal_distribution() -> None:
    """Derived: mass / (thickness 2π(spread² + 2 Kh t)), of which all is in the layer; the middle cell is small."""
    sea = Water(np.array([1e-9]), 1e-3, 0.1, 5.0, "flux")
    grid = Grid(-505.0, -505.0, 10.0, 101, 101)
    found = played(one(0, 1.0, 500.0, 30.0), sea, steady(1, 0.0), grid)
    peak = 500.0 / (5.0 * 2.0 * math.pi * (30.0**2 + 2.0 * 0.1 * 599.5 + 100.0 / 12.0))
    assert found.max_kg_m3.max() == pytest.approx(peak, rel=1e-3)
    assert found.max_kg_m3.argmax() == 50 * 101 + 50
    assert found.afloat_kg == pytest.approx(500.0, rel=1e-3)
    times = 600.0 * np.arange(1.0, 145.0)
    wide = 30.0**2 + 0.2 * times + 100.0 / 12.0
    lasts = 100.0 * np.count_nonzero(100.0 / (2.0 * math.pi * wide) >= 0.01)
    assert lasts == 100.0 * np.count_nonzero(found.longest_s[2, 50, 50] / 600.0 >= np.arange(1, 145))


def test_mass_is_released_on_the_bed_beyond_or_afloat() -> None:
    """Derived: 1e-12, with puffs over the edges, a window that ends early, and both rules of the bed."""
    small = Grid(-150.0, -400.0, 100.0, 7, 5)
    beds: tuple[BedRule, ...] = ("flux", "first_touch")
    for bed in beds:
        for seed, grid, days in ((1, GRID, 2), (2, small, 2), (3, small, 1), (4, Grid(9000.0, 0.0, 50.0, 3, 2), 1)):
            releases = pulses(5, days - 0.2, seed)
            found = played(releases, water(bed), turning(days), grid)
            assert abs(off(found)) < 1e-12
            assert min(found.deposited_kg, found.beyond_kg, found.afloat_kg) >= 0.0
            assert found.released_kg == pytest.approx(float(releases.mass_kg.sum()), rel=1e-14)
            assert found.deposit_kg_m2.sum() * grid.cell_m2 == pytest.approx(found.deposited_kg, rel=1e-12)


def test_mass_in_suspension_rises_with_a_release_and_ends_as_what_is_afloat() -> None:
    releases, sea = pulses(5, 0.5), water()
    found = played(releases, sea, turning(1), Grid(-20_000.0, -20_000.0, 400.0, 100, 100))
    assert found.suspended_kg[0] == 0.0
    assert found.suspended_kg[-1] == pytest.approx(found.afloat_kg, rel=1e-9)
    assert found.times_s[[0, -1]].tolist() == [BEGIN, BEGIN + DAY]


def test_the_mean_holds_all_the_time_that_mass_was_in_the_layer() -> None:
    """Derived: mass per class times the time its grains spend in the layer, from the column."""
    releases, current = one(600, 600.0), steady(2, 0.01)
    sea = water(settling=np.array([2e-4]))
    columns = solved(releases, sea, LAYER, current)
    found = puff_field(releases, sea, current, GRID, LAYER, LEVELS, columns)
    column = columns[3.0]
    ages = np.linspace(0.0, 2 * DAY - 900.0, 200_001)
    stay = np.trapezoid(np.interp(ages, column.age_s, column.in_layer[0]), ages)
    total = found.mean_kg_m3.sum() * GRID.cell_m2 * LAYER.thickness_m * found.span_s
    assert total == pytest.approx(60.0 * stay, rel=1e-4)


def test_moving_a_release_moves_its_hours_and_empty_days_add_none() -> None:
    """Derived: in a steady current an hour later is the same, an hour later; together they last longer."""
    sea, current = water(settling=np.array([5e-4])), steady(2, 0.02)
    early, late = played(one(3600), sea, current), played(one(7200), sea, current)
    assert early.above_s[1].sum() > 0.0
    assert late.above_s == pytest.approx(early.above_s, abs=1e-6)
    longer = played(one(3600), sea, steady(4, 0.02))
    assert longer.above_s.tolist() == early.above_s.tolist()
    apart, together = (played(joined(one(3600), one(start)), sea, current) for start in (DAY, 7200))
    assert apart.above_s[1].sum() == pytest.approx(2.0 * early.above_s[1].sum(), rel=0.02)
    assert together.above_s[1].sum() != pytest.approx(apart.above_s[1].sum(), rel=0.02)
    assert together.longest_s[1].max() > apart.longest_s[1].max()


def test_a_turned_tide_moves_the_hours_of_a_moved_release() -> None:
    sea, current = water(settling=np.array([5e-4])), turning(2, 0.0)
    early, late = played(one(3600), sea, current), played(one(3600 + 22_357), sea, current)
    assert late.above_s[1].sum() > 0.0
    assert np.count_nonzero(late.above_s[1] != early.above_s[1]) > 3


def test_no_releases_leave_nothing() -> None:
    found = played(pulses(3, 1.0).take(np.zeros(3, dtype=np.bool_)), water(), turning(1))
    assert found.released_kg == found.deposited_kg == found.beyond_kg == found.afloat_kg == 0.0
    for values in (found.max_kg_m3, found.mean_kg_m3, found.above_s, found.longest_s, found.deposit_kg_m2):
        assert not values.any()
    assert not found.suspended_kg.any()


def test_the_order_of_releases_and_of_levels_changes_no_bit() -> None:
    releases, sea, current = pulses(8, 1.0), water(), turning(2)
    first = played(releases, sea, current)
    second = played(releases.take(np.random.default_rng(5).permutation(8)), sea, current)
    for field in dataclasses.fields(Field):
        assert np.array_equal(getattr(first, field.name), getattr(second, field.name)), field.name
    columns = solved(releases, sea, LAYER, current)
    turned = puff_field(releases, sea, current, GRID, LAYER, LEVELS[[0, 2, 1]], columns, thin_share=0.01)
    assert turned.above_s[[0, 2, 1]].tolist() == first.above_s.tolist()


def test_a_release_told_in_pieces_is_the_same_release() -> None:
    sea, current = water(settling=np.array([2e-4])), turning(3)
    whole = played(one(3600, 36_000.0), sea, current)
    parts = played(joined(*(one(3600 + 4000 * k, 4000.0) for k in range(9))), sea, current)
    thick = whole.mean_kg_m3 > 0.01 * whole.mean_kg_m3.max()
    ratio = parts.mean_kg_m3[thick] / whole.mean_kg_m3[thick]
    assert np.sqrt(np.mean((ratio - 1.0) ** 2)) < 0.01
    thick = whole.max_kg_m3 > 2e-4
    assert parts.max_kg_m3[thick] == pytest.approx(whole.max_kg_m3[thick], rel=0.05)
    assert parts.above_s.sum(axis=(1, 2))[:2] == pytest.approx(whole.above_s.sum(axis=(1, 2))[:2], rel=0.02)


def test_leaving_thin_puffs_out_takes_little_from_the_time_above_the_lowest_level() -> None:
    releases, sea, current = pulses(12, 1.5), water(), turning(3)
    columns = solved(releases, sea, LAYER, current)
    full, usual = (
        puff_field(releases, sea, current, GRID, LAYER, LEVELS, columns, thin_share=share) for share in (1e-5, 0.01)
    )
    assert 0.99 * full.above_s[0].sum() < usual.above_s[0].sum() <= full.above_s[0].sum()
    assert usual.mean_kg_m3.tolist() == full.mean_kg_m3.tolist()
    assert np.all(usual.max_kg_m3 >= usual.mean_kg_m3)


def test_every_moment_of_a_release_belongs_to_one_puff_at_every_step() -> None:
    releases, current = in_order(joined(pulses(5, 1.5), pulses(1, 0.1, 9))), turning(2)
    releases = dataclasses.replace(releases, duration_s=np.array([7.0, 600.0, 1800.0, 5000.0, 5e4, 3600.0]))
    rows = release_rows(releases, np.zeros(6, dtype=np.int64), BEGIN)
    parts = puff_tree.puffs(rows, current, frame_row(GRID, LAYER, water(), (288, 600.0), 1e-6))
    most = 0
    for step in range(1, 289):
        active = parts[(parts["first"] <= step) & (step < parts["until"])]
        given = np.clip(600.0 * step - rows["begin_s"], 0.0, releases.duration_s)
        held = np.bincount(active["release"], active["end_s"] - active["begin_s"], 6)
        whole = 600.0 * step >= rows["end_s"]
        assert held[whole] == pytest.approx(given[whole], rel=1e-12)
        assert np.all((held <= given + 1e-6) & (held > given - 600.0))
        most = max(most, len(active))
    assert most > 20 and len(parts[parts["until"] > 288]) < 30


def test_interpreted_and_compiled_kernels_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    releases, sea = pulses(2, 0.1), water(settling=CLASSES[1:3])
    releases = dataclasses.replace(releases, rate_kg_s=releases.rate_kg_s[:, :2])
    current, grid = turning(1), Grid(-500.0, -500.0, 100.0, 12, 10)
    fast = played(releases, sea, current, grid, 3600.0)
    monkeypatch.setattr(puffs, "compiled", lambda functions: {each.__name__: each for each in functions})
    slow = played(releases, sea, current, grid, 3600.0)
    for field in dataclasses.fields(Field):
        assert getattr(slow, field.name) == pytest.approx(getattr(fast, field.name), rel=1e-10, abs=1e-15), field.name


def test_what_puffs_refuse() -> None:
    sea, current, releases = water(settling=np.array([2e-4])), steady(1, 0.02), one()
    columns = solved(releases, sea, LAYER, current)

    def refused(text: str, **other: object) -> None:
        given = {"releases": releases, "levels": LEVELS, "columns": columns, "step": 600.0, "thin": 0.01, **other}
        with pytest.raises(ModelError, match=text):
            puff_field(
                given["releases"], sea, current, GRID, LAYER, given["levels"], given["columns"],  # type: ignore[arg-type]
                given["step"], given["thin"],  # type: ignore[arg-type]
            )  # fmt: skip

    refused("end of a release", releases=one(DAY - 600))
    refused("level", levels=np.array([0.0]))
    refused("must have a column", releases=dataclasses.replace(releases, height_m=np.array([4.0])))
    short = {3.0: Column(columns[3.0].age_s[:9], columns[3.0].in_layer[:, :9], columns[3.0].deposited[:, :9])}
    refused("last age of a column", columns=short)
    refused("step of the samples", step=2.0 * DAY)
    refused("share that is thin", thin=1.0)
    refused("settling classes", releases=dataclasses.replace(releases, rate_kg_s=np.ones((1, 2))))
    two = joined(releases, dataclasses.replace(releases, height_m=np.array([4.0])))
    refused("those of the first", releases=two, columns={**columns, 4.0: short[3.0]})
