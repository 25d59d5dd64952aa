"""Source terms of a replicate close against its rows (truth: derived; rows summed by hand, and real runs)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from ops_data.columns import Coded, TableData
from twin.environment.releases import (
    EMERGENCY_DUMP,
    INTERVAL_COLUMNS,
    LOT_COLUMNS,
    RETURN_WATER,
    SEABED_LOSS,
    Closure,
    Sources,
    outlet_depth_m,
    sources,
)
from twin.models import mine_plan
from twin.resource import pattern
from twin.run import Job
from twin.scenario import Scenario, draw_parameters, load_scenario

Line = tuple[str, str, str, int, float, int, int]  # asset, activity, state, hole, dry t, start, duration
Pressed = tuple[int, str, float, float]  # second, stage, dry t, water t
SEED, REPLICATE = 3, 4
OFF = {
    SEABED_LOSS: 'environment.seabed_loss="none"',
    EMERGENCY_DUMP: 'environment.emergency_dump="none"',
    RETURN_WATER: 'environment.return_water="none"',
}
MID_WATER = 'environment.return_water="mid_water"'


def stroke(ship: str, hole: int, start_s: int, dry_t: float) -> list[Line]:
    """Return an insertion as a ship logs it: 600 s of pushing, 1,200 s of breaking up, 3,000 s of lifting, a shift."""
    return [
        (ship, "insert", "working", hole, 0.0, start_s, 600),
        (ship, "disaggregate", "working", hole, 0.0, start_s + 600, 1_200),
        (ship, "lift", "working", hole, dry_t, start_s + 1_800, 3_000),
        (ship, "shift", "working", hole, 0.0, start_s + 4_800, 400),
    ]


BROKEN: list[Line] = [  # a push that waits for better weather, and then goes on with the same hole
    ("one", "insert", "working", 1, 0.0, 20_000, 300),
    ("one", "insert", "waiting", 1, 0.0, 20_300, 5_000),
    ("one", "insert", "working", 1, 0.0, 25_300, 300),
    ("one", "disaggregate", "working", 1, 0.0, 25_600, 900),
    ("one", "lift", "working", 1, 30.0, 26_500, 3_000),
]
ABANDONED: list[Line] = [
    ("one", "insert", "working", 2, 0.0, 40_000, 500),
    ("one", "repair", "repairing", -1, 0.0, 40_500, 60),
]
EMERGENCY: list[Line] = [
    *stroke("two", 1, 30_000, 0.0)[:3],
    ("two", "disconnect", "working", -1, 7.5, 33_000, 1_800),
]
ASHORE: list[Line] = [
    ("shuttle", "load", "working", -1, 0.0, 5_000, 900),
    ("island", "dewater", "working", -1, 0.0, 50_000, 3_600),
    ("island", "repair", "repairing", -1, 0.0, 53_600, 600),
    ("island", "dewater", "working", -1, 0.0, 54_200, 1_800),
    ("island", "dewater", "working", -1, 0.0, 56_000, 2_000),
]
CAMPAIGN = [*stroke("one", 0, 10_000, 20.0), *BROKEN, *ABANDONED, *stroke("two", 0, 11_000, 40.0), *EMERGENCY, *ASHORE]
LOTS: list[Pressed] = [
    (56_000, "filtrate", 1.5, 600.0),
    (56_000, "cake", 50.0, 40.0),
    (58_000, "filtrate", 0.5, 300.0),
    (58_000, "cake", 20.0, 16.0),
]


@lru_cache
def plan(*sets: str) -> Scenario:
    """Return the scenario of calm weather with two mining vessels."""
    return load_scenario("calm", ["mining.vessels=2", *sets])


def frames(lines: Iterable[Line], lots: Iterable[Pressed] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows as the store gives them."""
    rows = pd.DataFrame(
        [(REPLICATE, asset, activity, state, hole, dry_t, start_s, lasts_s)
         for asset, activity, state, hole, dry_t, start_s, lasts_s in lines],
        columns=list(INTERVAL_COLUMNS),
    )  # fmt: skip
    pressed = pd.DataFrame(
        [(REPLICATE, stage, second, dry_t, water_t, 0.0, "island") for second, stage, dry_t, water_t in lots],
        columns=list(LOT_COLUMNS),
    )
    texts = {"asset": "category", "activity": "category", "state": "category"}
    return rows.astype(texts), pressed.astype({"stage": "category", "from_asset": "category"})


def given(
    lines: Iterable[Line] = CAMPAIGN,
    lots: Iterable[Pressed] = LOTS,
    *,
    sets: tuple[str, ...] = (),
    stated: Mapping[str, float] | None = None,
) -> tuple[Sources, Closure]:
    """Return the source terms of rows made up by hand, a tenth of each hole lost."""
    scenario = plan(*sets)
    central = draw_parameters(scenario, SEED, REPLICATE, "fixed")
    keys = {"seabed.loss_share": 0.1} | dict(stated or {})
    return sources(scenario, central | keys, SEED, REPLICATE, *frames(lines, lots))


def of_kind(found: Sources, kind: int) -> dict[str, list[float]]:
    """Return the columns of the releases of one kind."""
    mine = found.kind == kind
    names = ("start_s", "duration_s", "x_m", "y_m", "height_m", "mass_kg", "water_kg", "hole")
    return {name: getattr(found, name)[mine].tolist() for name in names}


def test_an_insertion_is_one_release_from_the_first_push_to_the_end_of_breaking_up() -> None:
    found, _ = given(stroke("one", 0, 10_000, 20.0), ())
    assert (found.kind.tolist(), found.start_s.tolist(), found.duration_s.tolist()) == (
        [SEABED_LOSS],
        [10_000],
        [1_800],
    )
    assert found.mass_kg.tolist() == [2_000.0]


def test_every_hole_of_every_vessel_gives_its_share_and_a_broken_push_gives_it_in_parts() -> None:
    """By hand: 20, 40 and 30 t came on deck; holes without mud count like their mean, 30 t; a tenth of each is lost."""
    found, closure = given()
    loss = of_kind(found, SEABED_LOSS)
    assert list(zip(loss["start_s"], loss["duration_s"], strict=True)) == [
        (10_000, 1_800), (11_000, 1_800), (20_000, 300), (25_300, 1_200), (30_000, 1_800), (40_000, 500),
    ]  # fmt: skip
    assert loss["mass_kg"] == pytest.approx([2_000.0, 4_000.0, 600.0, 2_400.0, 3_000.0, 3_000.0], rel=1e-12)
    assert (closure.lifted_t, closure.unlifted_t, closure.loss_share) == (90.0, 60.0, 0.1)
    assert sum(loss["mass_kg"]) / 1e3 == pytest.approx(0.1 * (90.0 + 60.0), rel=1e-12)


def test_vessels_take_the_holes_of_the_plan_in_turn() -> None:
    found, _ = given()
    loss = of_kind(found, SEABED_LOSS)
    assert loss["hole"] == [0, 1, 2, 2, 3, 4]
    values = draw_parameters(plan(), SEED, REPLICATE, "fixed")
    laid = mine_plan.plan(pattern(values), 5, SEED, REPLICATE)
    assert loss["x_m"] == laid.x_m[[0, 1, 2, 2, 3, 4]].tolist()
    assert loss["y_m"] == laid.y_m[[0, 1, 2, 2, 3, 4]].tolist()


def test_an_emergency_lets_go_what_its_row_says_over_the_last_hole_of_that_vessel() -> None:
    found, closure = given(stated={"plume.dump_s": 1_200.0, "plume.dump_height_m": 12.0})
    dump = of_kind(found, EMERGENCY_DUMP)
    assert (dump["start_s"], dump["duration_s"], dump["mass_kg"]) == ([33_000], [1_200], [7_500.0])
    assert (dump["hole"], dump["height_m"]) == ([3], [12.0])
    assert closure.dumped_t == 7.5


def test_return_water_is_the_filtrate_given_off_while_its_lot_is_pressed() -> None:
    """By hand: the first lot is pressed from 50,000 on, with a repair in between, the second right after it."""
    found, closure = given(sets=(MID_WATER,))
    back = of_kind(found, RETURN_WATER)
    told = list(zip(back["start_s"], back["duration_s"], strict=True))
    assert [start for start, _ in told] == [50_000, told[1][0], 56_000]
    first_s = told[0][1] + told[1][1]  # the repair in between gives nothing off
    assert first_s < 6_000 and told[2][1] == 2_000
    part = told[0][1] / first_s
    assert back["mass_kg"] == pytest.approx([1_500.0 * part, 1_500.0 * (1.0 - part), 500.0])
    assert back["water_kg"] == pytest.approx([600_000.0 * part, 600_000.0 * (1.0 - part), 300_000.0])
    assert (closure.filtrate_t, closure.filtrate_water_t) == (2.0, 900.0)
    assert back["hole"] == [4, 4, 4]
    assert found.concentration_kg_m3[found.kind == RETURN_WATER] == pytest.approx([2.5, 2.5, 5.0 / 3.0])


def test_all_three_sources_close_and_stand_in_the_order_of_time() -> None:
    found, closure = given(sets=(MID_WATER,))
    assert closure.released_t == pytest.approx([15.0, 7.5, 2.0], rel=1e-12)
    assert closure.expected_t(plan(MID_WATER)) == pytest.approx(closure.released_t, rel=1e-12)
    assert (np.diff(found.start_s) >= 0).all()
    assert set(found.kind.tolist()) == {SEABED_LOSS, EMERGENCY_DUMP, RETURN_WATER}


@pytest.mark.parametrize("kind", OFF)
def test_a_source_that_is_switched_off_gives_nothing_and_the_others_stay(kind: int) -> None:
    sets = (OFF[kind],) if kind == RETURN_WATER else (MID_WATER, OFF[kind])
    whole, _ = given(sets=(MID_WATER,))
    found, closure = given(sets=sets)
    assert kind not in found.kind
    assert closure.released_t[kind] == closure.expected_t(plan(*sets))[kind] == 0.0
    for other in set(OFF) - {kind}:
        assert of_kind(found, other) == of_kind(whole, other)


def test_with_every_source_switched_off_nothing_is_released() -> None:
    found, closure = given(sets=tuple(OFF.values()))
    assert len(found.kind) == 0
    assert closure.released_t.tolist() == [0.0, 0.0, 0.0]
    assert closure.lifted_t == 90.0


def test_a_window_without_work_has_no_releases_and_closes_at_zero() -> None:
    found, closure = given(ASHORE[:1], ())
    assert len(found.kind) == 0
    assert closure.expected_t(plan()).tolist() == [0.0, 0.0, 0.0]


def test_where_nothing_came_on_deck_a_hole_counts_like_a_full_stroke() -> None:
    """By hand: a bore of 2 m and a stroke of 3 m hold 9.42 m3; at 0.5 t/m3 a tenth of that is 0.471 t."""
    found, closure = given(
        ABANDONED, (), stated={"tool.bore_m": 2.0, "tool.stroke_m": 3.0, "mud.dry_bulk_density_t_m3": 0.5}
    )
    assert found.mass_kg == pytest.approx([0.1 * np.pi * 3.0 * 500.0], rel=1e-12)
    assert (closure.lifted_t, closure.unlifted_t) == pytest.approx((0.0, np.pi * 1.5), rel=1e-12)


def test_rows_of_two_vessels_among_each_other_give_the_same_mass_at_the_same_holes() -> None:
    whole, _ = given(lots=())
    mixed, _ = given(sorted(CAMPAIGN, key=lambda line: (line[0] not in ("one", "two"), line[5])), ())
    for kind in (SEABED_LOSS, EMERGENCY_DUMP):
        one, other = of_kind(whole, kind), of_kind(mixed, kind)
        assert sum(other["mass_kg"]) == pytest.approx(sum(one["mass_kg"]), rel=1e-12)
        assert set(other["hole"]) == set(one["hole"])


def test_what_comes_with_the_solids_follows_from_the_stated_concentrations() -> None:
    found, _ = given(stated={"plume.loss_concentration_kg_m3": 4.0, "slurry.solids_volume_fraction": 0.1})
    density_t_m3 = draw_parameters(plan(), SEED, REPLICATE, "fixed")["mud.grain_density_t_m3"]
    held = found.concentration_kg_m3
    assert held[found.kind == SEABED_LOSS] == pytest.approx(4.0)
    assert held[found.kind == EMERGENCY_DUMP] == pytest.approx(0.1 * density_t_m3 * 1e3)


@pytest.mark.parametrize(
    ("sets", "height_m"),
    [
        ((MID_WATER,), 5_600.0 - 1_200.0),
        (('environment.return_water="depth"', "environment.return_depth_m=5000"), 600.0),
        (('environment.return_water="near_bed"',), 10.0),
    ],
)
def test_return_water_leaves_at_the_depth_of_its_outlet(sets: tuple[str, ...], height_m: float) -> None:
    found, _ = given(sets=sets, stated={"site.water_depth_m": 5_600.0, "discharge.near_bed_height_m": 10.0})
    assert of_kind(found, RETURN_WATER)["height_m"] == pytest.approx([height_m] * 3)
    values = {
        "site.water_depth_m": 5_600.0,
        "discharge.near_bed_height_m": 10.0,
        "discharge.mid_water_depth_m": 1_200.0,
    }
    assert 5_600.0 - outlet_depth_m(plan(*sets), values) == pytest.approx(height_m)


def frame(table: TableData, names: tuple[str, ...]) -> pd.DataFrame:
    """Return some columns of a table that a replicate has just played."""
    told = {name: table[name] for name in names}
    return pd.DataFrame({name: one.words() if isinstance(one, Coded) else one for name, one in told.items()})


@pytest.mark.parametrize(
    ("name", "sets", "seed", "replicates"),
    [
        ("calm", (), 1, (0,)),
        ("pilot-2027", (), 1, (0, 1, 2, 3)),
        ("storm-season", ('storms.policy="ride_out"', "mining.vessels=2"), 42, (0, 1)),
        ("connection-test-2026", (), 1, (0, 1)),
    ],
)
def test_every_replicate_of_a_real_run_closes_to_rounding(
    name: str, sets: tuple[str, ...], seed: int, replicates: tuple[int, ...]
) -> None:
    """The run's own tables, added up here once more; in replicate 1 of the storm season an emergency lets mud go."""
    scenario = load_scenario(name, [*sets, MID_WATER])
    job = Job(scenario.to_json(), seed, "drawn")
    dumped_t = 0.0
    for number in replicates:
        tables = job.play(number, number)
        rows, lots = frame(tables["intervals"], INTERVAL_COLUMNS), frame(tables["lots"], LOT_COLUMNS)
        values = draw_parameters(scenario, seed, number, "drawn")
        found, closure = sources(scenario, values, seed, number, rows, lots)
        lifted_t = rows["dry_t"][rows["activity"] == "lift"].sum()
        let_go_t = rows["dry_t"][rows["activity"] == "disconnect"].sum()
        filtrate_t = lots["dry_t"][lots["stage"] == "filtrate"].sum()
        stirred_t = values["seabed.loss_share"] * (lifted_t + closure.unlifted_t)
        assert closure.lifted_t == pytest.approx(lifted_t, rel=1e-12)
        assert closure.released_t == pytest.approx([stirred_t, let_go_t, filtrate_t], rel=1e-12, abs=1e-15)
        assert closure.released_t == pytest.approx(closure.expected_t(scenario), rel=1e-12, abs=1e-15)
        told = frame(tables["outcomes"], ("name", "value")).set_index("name")["value"]
        assert closure.released_t[SEABED_LOSS] == pytest.approx(told["seabed_loss_dry_t"], rel=1e-12)
        assert (found.duration_s > 0).all() and (found.mass_kg > 0.0).all()
        assert (np.diff(found.start_s) >= 0).all()
        dumped_t += let_go_t
        holes = rows[(rows["activity"] == "insert") & (rows["state"] == "working")][["asset", "hole"]].drop_duplicates()
        assert len(set(found.hole[found.kind == SEABED_LOSS].tolist())) == len(holes)
    assert (dumped_t > 0.0) == (name == "storm-season")
