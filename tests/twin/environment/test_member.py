"""One member's plumes: mass is conserved, releases are felt, and every effect can be left out (truth: derived)."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from twin.environment.closed_form import closed_form
from twin.environment.current import current_of, mean_speed_m_s
from twin.environment.member import Member, Study, member
from twin.environment.releases import INTERVAL_COLUMNS, LOT_COLUMNS, RETURN_WATER
from twin.environment.water import grid_of
from twin.environment_rows import member_rows
from twin.models.plume import Current, Field
from twin.scenario import Scenario, draw_parameters, load_scenario

SEED, REPLICATE = 5, 2
BEGIN_S = 1_800_000_000
SMALL = ("environment.grid_km=4", "environment.cell_m=100", "environment.step_s=900")
HOUR_S = 3_600
MID_WATER, NEAR_BED = 'environment.return_water="mid_water"', 'environment.return_water="near_bed"'
Insertion = tuple[int, float, float]  # hole, hour, dry t


@lru_cache
def plan(*sets: str) -> Scenario:
    """Return the scenario of calm weather on a small grid, holes far apart."""
    return load_scenario("calm", [*SMALL, *sets])


def rows(
    insertions: list[Insertion], emergency_h: float | None = None, pressed: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a replicate with some insertions, an emergency at an hour, and two lots pressed ashore."""
    lines = []
    for hole, at_h, dry_t in insertions:
        start_s = BEGIN_S + round(at_h * HOUR_S)
        lines += [
            (REPLICATE, "ship", "insert", "working", hole, 0.0, start_s, 1_800),
            (REPLICATE, "ship", "disaggregate", "working", hole, 0.0, start_s + 1_800, 1_800),
            (REPLICATE, "ship", "lift", "working", hole, dry_t, start_s + 3_600, 1_800),
        ]
    if emergency_h is not None:
        start_s = BEGIN_S + round(emergency_h * HOUR_S)
        lines.append((REPLICATE, "ship", "disconnect", "working", -1, 7.0, start_s, 1_800))
    lots = []
    if pressed:
        for start_s, lasts_s in ((BEGIN_S + 3 * HOUR_S, 10_000), (BEGIN_S + 9 * HOUR_S, 8_000)):
            lines.append((REPLICATE, "island", "dewater", "working", -1, 0.0, start_s, lasts_s))
            lots.append((REPLICATE, "filtrate", start_s + lasts_s, 3.0, 900.0, 30.0, "island"))
    return pd.DataFrame(lines, columns=list(INTERVAL_COLUMNS)), pd.DataFrame(lots, columns=list(LOT_COLUMNS))


WORK: list[Insertion] = [(0, 0.0, 40.0), (1, 4.0, 40.0), (2, 8.0, 40.0)]


def played(
    sets: tuple[str, ...] = (),
    insertions: list[Insertion] = WORK,
    *,
    emergency_h: float | None = 10.0,
    pressed: bool = True,
    record: Current | None = None,
    stated: Mapping[str, float] | None = None,
) -> Member:
    """Return the member of rows made up by hand, followed for two days; a fifth of each hole is lost."""
    scenario = plan(*sets)
    usual = {"seabed.loss_share": 0.2, "plume.follow_d": 2.0, "mine.spacing_bores": 150.0}
    chosen = draw_parameters(scenario, SEED, REPLICATE, "fixed") | usual | dict(stated or {})
    study = Study(scenario, SEED, False, record)
    return member(study, chosen, REPLICATE, *rows(insertions, emergency_h, pressed))


def fields(one: Member) -> list[Field]:
    """Return the fields of a member."""
    return [one.bed] if one.afar is None else [one.bed, one.afar.field]


def hours(one: Member) -> np.ndarray:
    """Return hours above the lowest level near the bed, by cell."""
    found: np.ndarray = one.bed.above_s[0] / HOUR_S
    return found


@pytest.mark.parametrize("vertical", ["solved", "walked"])
@pytest.mark.parametrize("outlet", ["none", "mid_water", "near_bed"])
def test_what_is_released_is_found_again_wherever_water_is_returned(outlet: str, vertical: str) -> None:
    """Near field, deposit, what left the maps and what is afloat are summed apart; released mass to 1e-12."""
    one = played((f'environment.return_water="{outlet}"', f'environment.vertical="{vertical}"'))
    released_kg = float(one.passive.sources.mass_kg.sum())
    near_kg = float(one.passive.near_kg.sum())
    laid_near_kg = float(one.near_kg_m2.sum()) * grid_of(plan()).cell_m2
    assert laid_near_kg + one.near_beyond_kg == pytest.approx(near_kg, rel=1e-12)
    drifting_kg = float(one.passive.releases.mass_kg.sum())
    assert near_kg + drifting_kg == pytest.approx(released_kg, rel=1e-12)
    found_kg = sum(field.deposited_kg + field.beyond_kg + field.afloat_kg for field in fields(one))
    assert near_kg + found_kg == pytest.approx(released_kg, rel=1e-12)
    returned_kg = 0.0 if outlet == "none" else 6_000.0
    assert released_kg == pytest.approx(0.2 * 120_000.0 + 7_000.0 + returned_kg, rel=1e-12)
    assert (one.afar is not None) == (outlet == "mid_water")
    bed_kg = float(one.deposit_kg_m2.sum()) * grid_of(plan()).cell_m2
    assert bed_kg == pytest.approx(laid_near_kg + sum(field.deposited_kg for field in fields(one)), rel=1e-12)


def test_the_row_of_the_closure_says_the_same() -> None:
    scenario = plan(MID_WATER)
    (row,) = pd.DataFrame(dict(member_rows(scenario, played((MID_WATER,)), ()).tables["closure"])).to_dict("records")
    went = row["near_field_t"] + row["deposited_t"] + row["beyond_t"] + row["afloat_t"]
    assert went == pytest.approx(row["released_t"], rel=1e-12)
    kinds = row["seabed_loss_t"] + row["emergency_dump_t"] + row["return_water_t"]
    assert kinds == pytest.approx(row["released_t"], rel=1e-12)
    assert row["seabed_loss_t"] == pytest.approx(0.2 * (row["lifted_t"] + row["unlifted_t"]), rel=1e-12)
    assert (row["lifted_t"], row["dumped_t"], row["filtrate_t"]) == (120.0, 7.0, 6.0)


def test_walking_particles_and_the_closed_form_of_their_walk_agree() -> None:
    """Derived: the same random walk; 5,000 grains a class leave some per cent of noise in the cells that count."""
    one, other = (played((f'environment.vertical="{way}"',)) for way in ("solved", "walked"))
    much = one.bed.deposit_kg_m2 > 0.2 * one.bed.deposit_kg_m2.max()
    assert other.bed.deposit_kg_m2[much] == pytest.approx(one.bed.deposit_kg_m2[much], rel=0.3)
    assert other.bed.deposit_kg_m2[much].sum() == pytest.approx(one.bed.deposit_kg_m2[much].sum(), rel=0.03)
    assert other.bed.deposited_kg == pytest.approx(one.bed.deposited_kg, rel=0.02)


def test_a_release_moved_in_time_moves_the_hours_above_a_level() -> None:
    """Only the middle release is moved, by half a tide: the water carries it elsewhere."""
    before = hours(played(insertions=WORK, emergency_h=None))
    after = hours(played(insertions=[WORK[0], (1, 10.0, 40.0), WORK[2]], emergency_h=None))
    assert before.max() > 0.0
    assert np.abs(after - before).max() >= 0.25
    still = hours(played(insertions=list(WORK), emergency_h=None))
    assert (still == before).all()


def test_a_release_moved_in_place_takes_its_hours_along() -> None:
    """Hole 1 is east of hole 0 by 450 m: without current the hours stand at the one, then at the other."""
    rest = 'environment.current="none"'
    here, there = (
        played((rest,), [(0, 0.0, 40.0), (hole, 2.0, 400.0)], emergency_h=None, stated={"mine.obstacle_share": 0.0})
        for hole in (1, 2)
    )
    grid = grid_of(plan())

    def middle_m(one: Member) -> tuple[float, float]:
        weight = hours(one) - hours(alone)
        return tuple(float((weight * axis).sum() / weight.sum()) for axis in np.meshgrid(grid.x_m, grid.y_m))  # type: ignore[return-value]

    alone = played((rest,), [(0, 0.0, 40.0)], emergency_h=None, stated={"mine.obstacle_share": 0.0})
    for one in (here, there):
        source = one.passive.sources
        assert middle_m(one) == pytest.approx((source.x_m[1], source.y_m[1]), abs=100.0)
    assert not np.array_equal(hours(here), hours(there))


def test_a_window_without_releases_is_a_map_of_zeros_and_adds_nothing() -> None:
    one = played(insertions=[], emergency_h=None, pressed=False)
    assert (one.current, one.afar) == (None, None)
    maps = member_rows(plan(), one, ()).maps
    assert {name: bool(values.any()) for name, values in maps.items()} == dict.fromkeys(maps, False)
    assert one.closure.released_t.tolist() == [0.0, 0.0, 0.0]
    assert closed_form(plan(), one).mean_kg_m3.max() == 0.0


def test_a_member_whose_only_releases_are_far_above_the_bed_has_a_closed_form_of_zeros() -> None:
    sets = ('environment.seabed_loss="none"', 'environment.emergency_dump="none"', MID_WATER)
    one = played(sets)
    assert one.afar is not None
    assert one.afar.field.max_kg_m3.max() > 0.0
    assert closed_form(plan(*sets), one).deposit_kg_m2.max() == 0.0


def test_the_closed_form_lays_the_passive_share_of_plumes_on_the_bed() -> None:
    """Derived: what has settled on endless ground is all of it, so on the maps at least what the pulses laid there."""
    chosen = 'environment.near_field="none"'
    one = played((chosen,), emergency_h=None, pressed=False, stated={"plume.follow_d": 6.0})
    found = closed_form(plan(chosen), one)
    assert found.deposited_kg <= found.released_kg * (1.0 + 1e-9)
    assert found.released_kg == pytest.approx(float(one.passive.releases.mass_kg.sum()), rel=1e-9)
    assert found.deposited_kg == pytest.approx(one.bed.deposited_kg, rel=0.15)


# --- every effect has a sibling that leaves it out ------------------------------------------------------------------


def test_without_a_current_the_water_is_still_and_the_deposit_lies_around_the_hole() -> None:
    one = played(('environment.current="none"',), WORK[:1], emergency_h=None, pressed=False)
    assert one.current is not None
    assert not one.current.u_m_s.any() and not one.current.v_m_s.any()
    assert mean_speed_m_s(one.current) == 0.0
    bed = one.bed.deposit_kg_m2
    assert bed == pytest.approx(bed[::-1], rel=1e-6) and bed == pytest.approx(bed.T, rel=1e-6)
    carried = played((), WORK[:1], emergency_h=None, pressed=False)
    assert carried.bed.deposit_kg_m2 != pytest.approx(carried.bed.deposit_kg_m2[::-1], rel=1e-6)


def test_without_a_near_field_all_of_a_dense_release_drifts_on() -> None:
    dense = {"plume.loss_concentration_kg_m3": 50.0, "near_field.passive_share": 0.05}
    parted = played((), WORK[:1], emergency_h=None, pressed=False, stated=dense)
    whole = played(('environment.near_field="none"',), WORK[:1], emergency_h=None, pressed=False, stated=dense)
    assert parted.passive.near_kg == pytest.approx(0.95 * parted.passive.sources.mass_kg)
    assert not whole.passive.near_kg.any() and not whole.near_kg_m2.any()
    assert whole.passive.releases.mass_kg.sum() == pytest.approx(whole.passive.sources.mass_kg.sum(), rel=1e-12)
    assert whole.bed.deposited_kg > 15.0 * parted.bed.deposited_kg


def test_what_drifts_on_of_a_dense_release_is_its_finest_part_and_the_rest_lies_near_the_hole() -> None:
    """By hand: of 20, 40, 30 and 10 % in classes from slow to fast, 5 % are all of the slowest."""
    dense = {"plume.loss_concentration_kg_m3": 50.0, "near_field.passive_share": 0.05}
    one = played((), WORK[:1], emergency_h=None, pressed=False, stated=dense)
    by_class = one.passive.releases.mass_kg.sum(axis=0)
    assert by_class[0] == pytest.approx(0.05 * one.passive.sources.mass_kg.sum())
    assert not by_class[1:].any()
    assert by_class.sum() + one.passive.near_kg.sum() == pytest.approx(one.passive.sources.mass_kg.sum(), rel=1e-12)


def test_the_solids_of_return_water_are_the_finest_of_the_mud_that_the_press_lets_through() -> None:
    one = played((MID_WATER,), stated={"island.solids_capture": 0.7})
    back = one.passive.sources.kind == RETURN_WATER
    parts = one.passive.releases.mass_kg[back].sum(axis=0)
    assert parts / parts.sum() == pytest.approx([2.0 / 3.0, 1.0 / 3.0, 0.0, 0.0])  # 20 of 30, then 10 of the next class


def test_return_water_that_is_clear_when_it_reaches_the_bed_drifts_on_whole() -> None:
    """Derived: thinned over its fall, some grams per litre become tens of milligrams, below the clear threshold."""
    one = played((NEAR_BED,), stated={"discharge.excess_density_kg_m3": 0.0, "discharge.near_bed_height_m": 20.0})
    back = one.passive.sources.kind == RETURN_WATER
    assert (one.passive.sources.concentration_kg_m3[back] > one.values["near_field.clear_kg_m3"]).all()
    assert not one.passive.near_kg[back].any()


@pytest.mark.parametrize(("excess_kg_m3", "sign"), [(6.0, -1.0), (-8.0, 1.0)])
def test_return_water_sinks_or_rises_and_spreads_unless_its_plume_is_left_out(excess_kg_m3: float, sign: float) -> None:
    given = {"discharge.excess_density_kg_m3": excess_kg_m3}
    moved = played((MID_WATER,), stated=given)
    left = played((MID_WATER, 'environment.discharge_plume="none"'), stated=given)
    back = moved.passive.sources.kind == RETURN_WATER
    outlet_m = moved.passive.sources.height_m[back]
    assert left.passive.releases.height_m.tolist() == left.passive.sources.height_m.tolist()
    assert set(left.passive.releases.spread_m.tolist()) == {left.values["plume.source_spread_m"]}
    assert (sign * (moved.passive.releases.height_m[back] - outlet_m) > 1.0).all()
    assert (moved.passive.releases.spread_m[back] > left.passive.releases.spread_m[back]).all()
    assert moved.passive.releases.height_m[~back].tolist() == moved.passive.sources.height_m[~back].tolist()


def test_return_water_that_sinks_to_the_bed_undiluted_is_dense_like_what_the_tool_stirs_up() -> None:
    one = played((NEAR_BED,), stated={"discharge.excess_density_kg_m3": 20.0, "discharge.near_bed_height_m": 0.5})
    back = one.passive.sources.kind == RETURN_WATER
    assert set(one.passive.releases.height_m[back].tolist()) == {one.values["plume.source_height_m"]}
    assert (one.passive.near_kg[back] > 0.0).all()
    assert not one.passive.afar.any()


def test_an_outlet_near_the_bed_is_in_the_same_water_however_it_is_asked_for() -> None:
    """Derived: a stated depth of 10 m above the bed is the near-bed outlet; the water of mid-depth has no say in it."""
    stated = {
        "site.water_depth_m": 5_600.0,
        "discharge.near_bed_height_m": 10.0,
        "discharge.excess_density_kg_m3": -8.0,
    }
    near = played((NEAR_BED,), stated=stated)
    deep = ('environment.return_water="depth"', "environment.return_depth_m=5590")
    same = played(deep, stated=stated | {"discharge.stratification_mid_water_per_s": 0.009})
    other = played(deep, stated=stated | {"discharge.stratification_near_bed_per_s": 0.009})
    assert same.passive.releases.height_m == pytest.approx(near.passive.releases.height_m, rel=1e-12)
    assert same.bed.deposit_kg_m2 == pytest.approx(near.bed.deposit_kg_m2, rel=1e-9)
    assert other.passive.releases.height_m.max() < near.passive.releases.height_m.max()


@pytest.mark.parametrize(
    ("source", "left_kg"), [("seabed_loss", 7_000.0 + 6_000.0), ("emergency_dump", 24_000.0 + 6_000.0)]
)
def test_a_source_that_is_left_out_leaves_only_the_others_in_the_water(source: str, left_kg: float) -> None:
    one = played((f'environment.{source}="none"', NEAR_BED))
    went_kg = float(one.passive.near_kg.sum()) + one.bed.deposited_kg + one.bed.beyond_kg + one.bed.afloat_kg
    assert went_kg == pytest.approx(left_kg, rel=1e-12)
    assert one.bed.released_kg == pytest.approx(float(one.passive.releases.mass_kg.sum()), rel=1e-12)


def test_grains_that_stay_where_they_first_touch_the_bed_come_down_sooner() -> None:
    flux, touch = (played((f'environment.bed_rule="{rule}"',)) for rule in ("flux", "first_touch"))
    assert touch.bed.deposited_kg > 1.05 * flux.bed.deposited_kg
    assert touch.bed.afloat_kg < 0.95 * flux.bed.afloat_kg
    assert touch.bed.mean_kg_m3.sum() < 0.9 * flux.bed.mean_kg_m3.sum()


def test_a_record_of_ones_own_carries_the_plumes_instead() -> None:
    """By hand: water that goes east at 5 cm/s all the time leaves everything east of the hole."""
    record = Current(np.arange(0, 40 * 86_400, HOUR_S), np.full(960, 0.05), np.zeros(960))
    one = played((), WORK[:1], emergency_h=None, pressed=False, record=record)
    assert one.current is not None
    assert one.current.u_m_s == pytest.approx(0.05) and one.current.v_m_s == pytest.approx(0.0)
    grid = grid_of(plan())
    west = one.bed.deposit_kg_m2[:, grid.x_m < -100.0].sum()
    assert west < 0.02 * one.bed.deposit_kg_m2.sum()


def test_the_made_up_current_differs_between_replicates_and_not_between_calls() -> None:
    values = draw_parameters(plan(), SEED, REPLICATE, "fixed")
    span = (BEGIN_S, BEGIN_S + 5 * 86_400)
    one, same, other = (current_of(plan(), values, SEED, number, *span, None) for number in (0, 0, 1))
    assert one.u_m_s.tolist() == same.u_m_s.tolist()
    assert one.u_m_s.tolist() != other.u_m_s.tolist()
    assert (one.time_s[0] <= span[0]) and (one.time_s[-1] >= span[1])
