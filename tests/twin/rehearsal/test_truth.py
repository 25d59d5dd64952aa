"""The hidden truth and what sensors say of it (truth: derived; the simulation's own state at the second)."""

import random
from functools import cache

import numpy as np
import pytest

from ops_data.reference.sensor_rows import sensors
from twin.operations import codes as c
from twin.operations.campaign import State, play_campaign, simulate
from twin.rehearsal.instruments import slurry_density_kg_m3, string_joints, true_series
from twin.rehearsal.truth import Truth, hidden_seed, known
from twin.scenario import load_scenario

DAY_S = 86_400
CASES = ("pilot-2027", "storm-season", "calm", "connection-test-2026")
CALM_HOLDS = {"chikyu": "chikyu.hold.volume", "shuttle-1": "shuttle-1.hold.volume"}


@cache
def truth_of(name: str, seed: int = 0) -> Truth:
    return Truth.drawn(load_scenario(name), seed)


def states(truth: Truth, count: int) -> list[tuple[int, State]]:
    """Return seconds of a campaign with the state of the simulation there."""
    rng = random.Random(truth.scenario.name)
    seconds = [rng.randrange(truth.scenario.start_s + 1, truth.scenario.end_s) for _ in range(count)]
    return [(at, play_campaign(truth.luck, truth.tables, None, at, compiled=True).state) for at in seconds]


def test_a_truth_is_a_simulation_with_a_seed_that_no_forecast_takes() -> None:
    scenario = load_scenario("pilot-2027")
    truth, again = truth_of("pilot-2027", 3), Truth.drawn(scenario, 3)
    alone = simulate(scenario, hidden_seed(3), 0)
    for name, rows in truth.played.rows.items():
        assert (rows == again.played.rows[name]).all() and (rows == alone.rows[name]).all()
    assert all((one.value == again.measured[tag].value).all() for tag, one in truth.measured.items())
    assert (truth.played.rows["chikyu"][:40] != simulate(scenario, 3, 0).rows["chikyu"][:40]).any()
    assert hidden_seed(0) < 0 and len({hidden_seed(seed) for seed in range(100)} | set(range(100))) == 200


@pytest.mark.parametrize("name", CASES)
def test_what_is_known_later_begins_with_what_was_known_before(name: str) -> None:
    truth = truth_of(name)
    early, late = (known(truth, truth.scenario.start_s + days * DAY_S + 4_321) for days in (20, 45))
    for asset, rows in early.rows.items():
        assert (rows[1:, c.R_START] == rows[:-1, c.R_END]).all() and rows[-1, c.R_END] == early.until_s
        assert (rows[:-1] == late.rows[asset][: len(rows) - 1]).all()
    assert early.lots == late.lots[: len(early.lots)]
    for tag, one in early.measured.items():
        count = len(one.time_s)
        assert (one.time_s < early.until_s).all()
        assert (one.time_s == late.measured[tag].time_s[:count]).all()
        assert (one.value == late.measured[tag].value[:count]).all()


@pytest.mark.parametrize("name", CASES)
def test_the_string_is_as_deep_as_the_simulation_has_it_within_the_joint_in_hand(name: str) -> None:
    truth = truth_of(name)
    for at_s, state in states(truth, 25):
        found = string_joints(truth.luck, truth.played.rows["chikyu"], "chikyu", np.array([at_s]))
        assert abs(float(found[0]) - state.assets["chikyu"][c.DEPTH]) < 1.0


def test_gauges_stand_where_the_simulation_has_its_stocks_when_nothing_is_pumped() -> None:
    for name in ("pilot-2027", "calm"):
        truth = truth_of(name)
        true = true_series(truth.luck, truth.sea, truth.tables, truth.played)
        compared = 0
        for at_s, state in states(truth, 60):
            under_way = {
                asset: c.ACTIVITIES[int(rows[(rows[:, c.R_START] <= at_s) & (at_s < rows[:, c.R_END])][0, 0] % 256)]
                for asset, rows in truth.played.rows.items()
            }
            if {"lift", "offload", "load", "unload"} & set(under_way.values()):
                continue
            compared += 1
            read = {tag: float(np.interp(at_s, one.time_s, one.value)) for tag, one in true.items()}

            for asset, tag in CALM_HOLDS.items():
                assert read[tag] == pytest.approx(state.assets[asset][c.HOLD_L] / 1e3, abs=30.0)
            assert read["island.tank.volume"] == pytest.approx(state.stocks["tank_l"] / 1e3, abs=60.0)
            heap_t = (state.stocks["cake_dry_g"] + state.stocks["cake_water_g"]) / 1e6
            assert read["island.cake.stock"] == pytest.approx(heap_t, abs=60.0)
        assert compared > 10


def test_what_was_lifted_is_counted_and_the_flow_runs_while_it_is() -> None:
    truth = truth_of("calm")
    true = true_series(truth.luck, truth.sea, truth.tables, truth.played)
    rows = truth.whole.rows["chikyu"]
    lifts = rows[rows[:, c.R_DRY_G] > 0]
    assert true["chikyu.lift.dry_total"].value[-1] == pytest.approx(lifts[:, c.R_DRY_G].sum() / 1e6, rel=1e-9)
    flow, density = true["chikyu.lift.flow"], true["chikyu.lift.density"]
    lifting = np.zeros(len(flow.time_s), np.bool_)
    for row in rows[rows[:, c.R_CODE] == c.ACTIVITY["lift"]]:
        lifting |= (flow.time_s >= row[c.R_START]) & (flow.time_s < row[c.R_END])
    assert (flow.value[lifting] == truth.luck.flow_l_h / 1e3).all() and not flow.value[~lifting].any()
    by_hand = 1_000 * (
        truth.values["dewater.water_density_t_m3"] * (1 - truth.luck.solids_fraction)
        + truth.values["mud.grain_density_t_m3"] * truth.luck.solids_fraction
    )
    assert slurry_density_kg_m3(truth.values, truth.luck.solids_fraction) == pytest.approx(by_hand)
    assert density.value[lifting] == pytest.approx(by_hand)
    last = rows[rows[:, c.R_CODE] == c.ACTIVITY["lift"]][-1]
    grade = true["chikyu.grade.rey"]
    end_s = grade.time_s[-1]
    inside = (lifts[:, c.R_END] > end_s - 21_600) & (lifts[:, c.R_END] <= end_s)
    mean = np.average(truth.played.lift_grades_ppm["chikyu"][inside], weights=lifts[inside, c.R_DRY_G])
    assert grade.value[-1] == pytest.approx(mean) and end_s - last[c.R_END] < 21_600


def test_noise_has_the_standard_deviation_of_the_register_and_stays_in_its_range() -> None:
    truth = truth_of("pilot-2027")
    true = true_series(truth.luck, truth.sea, truth.tables, truth.played)
    assert set(truth.measured) == set(true) and set(true) <= set(sensors())
    for tag, one in truth.measured.items():
        row = sensors()[tag]
        assert (one.value >= row.low).all() and (one.value <= row.high).all()
        sd = row.error(true[tag].value)
        inside = (true[tag].value - 5 * sd > row.low) & (true[tag].value + 5 * sd < row.high)
        if inside.sum() > 1_000:
            score = (one.value - true[tag].value)[inside] / sd[inside]
            assert abs(score.std() - 1.0) < 0.05 and abs(score.mean()) < 0.1, tag
            assert abs(np.corrcoef(score[1:], score[:-1])[0, 1]) < 0.1, tag


def test_fuel_is_what_the_simulation_has_left_between_long_pieces_of_work() -> None:
    truth = truth_of("calm")
    true = true_series(truth.luck, truth.sea, truth.tables, truth.played)["chikyu.fuel.stock"]
    errors = [
        abs(float(np.interp(at_s, true.time_s, true.value)) - state.assets["chikyu"][c.FUEL_G] / 1e6)
        for at_s, state in states(truth, 40)
    ]
    assert np.median(errors) < 5.0
