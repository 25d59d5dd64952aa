"""States inferred from a log (truth: the state that the simulation which wrote the log was in)."""

import random
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from ops_data.errors import SimulationError
from twin.operations import codes as c
from twin.operations.campaign import Played, State, simulate, tables_of
from twin.operations.inference import Inferred, infer
from twin.operations.inferred import Gauged
from twin.operations.laws import Luck
from twin.operations.program import SeaTables
from twin.operations.standing import Standing, standings
from twin.scenario import Scenario, draw_parameters, load_scenario

SEED, DAY_S = 7, 86_400
CASES = [
    ("pilot-2027", ()),
    ("storm-season", ()),
    ("storm-season", ('storms.policy="hang_off"',)),
    ("calm", ("shuttles.count=3",)),
    ("scale-up-3500", ()),
]
# What a log cannot say: what a fault is, how often nothing was drawn; what was decided within the second.
KNOWN = (
    "PLACE", "SET_UP", "LANDED", "LANDINGS", "STORMY", "SECURED", "DISCONNECTED", "STRINGS", "LIFTS", "LIFTS_HERE",
    "LIFT_T", "LIFT_2_T", "LIFT_3_T", "LOCATIONS", "CREW_DUE", "PORT", "COUPLED",
)  # fmt: skip


@cache
def world(name: str, sets: tuple[str, ...], replicate: int) -> tuple[Scenario, Luck, SeaTables, Played]:
    scenario = load_scenario(name, sets)
    luck = Luck(scenario, draw_parameters(scenario, SEED, replicate, "drawn"), SEED, replicate)
    return scenario, luck, tables_of(luck), simulate(scenario, SEED, replicate)


def cuts(name: str, sets: tuple[str, ...], count: int) -> Iterator[tuple[Luck, SeaTables, Played, State, Inferred]]:
    """Give logs cut at random seconds: the true state there and the inferred one."""
    rng = random.Random(f"{name}{sets}")
    for replicate in (0, 1):
        scenario, luck, sea, whole = world(name, sets, replicate)
        last_s = min(scenario.end_s, scenario.start_s + 150 * DAY_S)
        for _ in range(count):
            time_s = rng.randrange(scenario.start_s + 1, last_s)
            true = simulate(scenario, SEED, replicate, until_s=time_s).state
            yield luck, sea, whole, true, infer(luck, whole.rows, whole.lots, time_s, sea=sea)


@pytest.mark.parametrize(("name", "sets"), CASES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES)])
def test_an_inferred_state_stands_where_the_simulation_stood(name: str, sets: tuple[str, ...]) -> None:
    for luck, sea, _, true, found in cuts(name, sets, 10):
        assert found.state.stocks == true.stocks
        assert (found.state.gone, set(found.state.berthed)) == (true.gone, set(true.berthed))
        assert sorted(found.state.partner) == sorted(true.partner)
        pairs = zip(standings(luck, sea, found.state), standings(luck, sea, true), strict=True)
        for mine, theirs in pairs:
            assert told(mine) == told(theirs), (mine.name, true.time_s)
            assert mine.hold_dry_t == pytest.approx(theirs.hold_dry_t, rel=1e-6, abs=0.1)
            assert mine.hold_m3 == pytest.approx(theirs.hold_m3, rel=1e-5, abs=0.5)
            if theirs.depth_m:
                assert mine.depth_m == pytest.approx(theirs.depth_m, abs=15 * luck.values["string.joint_m"])
            vector, truth = found.state.assets[mine.name], true.assets[mine.name]
            if mine.role == "mining":
                known = {field: vector[getattr(c, field)] for field in KNOWN}
                assert known == {field: truth[getattr(c, field)] for field in KNOWN}, (mine.name, true.time_s)


def told(one: Standing) -> tuple[object, ...]:
    """Return what is known of an asset for certain; a wait for weather may begin with the very second."""
    return one.activity, one.place, one.landed, one.coupled, one.holes, one.locations


@pytest.mark.parametrize(("name", "sets"), CASES[:4], ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES[:4])])
def test_a_simulation_goes_on_from_an_inferred_state_and_loses_no_mud(name: str, sets: tuple[str, ...]) -> None:
    """What was lifted before and what is lifted after is what is delivered, landed, lost or held at the end."""
    for luck, _, whole, true, found in cuts(name, sets, 5):
        rest = simulate(luck.scenario, SEED, luck.replicate, start=found.state)
        for asset, rows in rest.rows.items():
            assert (rows[1:, c.R_START] == rows[:-1, c.R_END]).all(), asset
            assert (rows[:, c.R_END] <= luck.scenario.end_s).all()
        before = sum(lifted_g(rows[rows[:, c.R_END] <= true.time_s]) for rows in whole.rows.values())
        after = sum(lifted_g(rows) for rows in rest.rows.values())
        end = rest.state
        held = sum(vector[c.HOLD_DRY_G] for vector in end.assets.values())
        stocks = end.stocks
        kept = stocks["tank_dry_g"] + stocks["cake_dry_g"] + stocks["lost_dry_g"]
        out = stocks["delivered_dry_g"] + stocks["landed_dry_g"]
        assert held + kept + out == pytest.approx(before + after, rel=1e-6, abs=10.0)


def lifted_g(rows: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> int:
    """Return the dry solids lifted less those dumped at emergencies, of lifts that were in the hold's account."""
    activity = rows[:, c.R_CODE] % c.STATE_UNIT
    lifts = rows[activity == c.ACTIVITY["lift"], c.R_DRY_G].sum()
    return int(lifts - rows[activity == c.ACTIVITY["disconnect"], c.R_DRY_G].sum())


def test_what_is_left_is_drawn_given_how_long_it_has_lasted() -> None:
    """Sailing home has lasted 60 h of a law with mean 60.5 h or so: what is left is never negative, and differs."""
    scenario, _, _, whole = world("pilot-2027", (), 0)
    rows = whole.rows["chikyu"]
    sails = rows[(rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["transit_home"]) & (rows[:, c.R_HOLE] < 0)]
    start_s, end_s = int(sails[0, c.R_START]), int(sails[0, c.R_END])
    time_s = start_s + 9 * (end_s - start_s) // 10
    ends = []
    for replicate in range(6):
        luck = Luck(scenario, draw_parameters(scenario, SEED, replicate, "drawn"), SEED, replicate)
        found = infer(luck, whole.rows, whole.lots, time_s)
        rest = simulate(scenario, SEED, replicate, start=found.state)
        first = rest.rows["chikyu"][0]
        assert first[c.R_START] == time_s and first[c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["transit_home"]
        ends.append(int(first[c.R_END]))
    assert len(set(ends)) > 1
    assert min(ends) > time_s


def test_what_was_not_measured_is_named() -> None:
    _, luck, sea, whole = world("pilot-2027", (), 0)
    rows = whole.rows["chikyu"]
    runs = rows[(rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["run_string"])]
    time_s = int(runs[0, c.R_START] + runs[0, c.R_END]) // 2
    found = infer(luck, whole.rows, whole.lots, time_s, sea=sea)
    assert {note.what for note in found.notes if note.asset == "chikyu"} >= {"string depth", "fuel"}
    measured = infer(luck, whole.rows, whole.lots, time_s, {"chikyu": Gauged(77, 3_000_000_000)}, sea)
    assert measured.state.assets["chikyu"][c.DEPTH] == 77
    assert measured.state.assets["chikyu"][c.FUEL_G] == 3_000_000_000
    assert not {"string depth", "fuel"} & {note.what for note in measured.notes}


def test_a_log_of_a_strange_asset_is_refused() -> None:
    scenario, luck, sea, whole = world("pilot-2027", (), 0)
    with pytest.raises(SimulationError, match=r"log: asset 'chikyuu' is none of the scenario's; .*'chikyu'"):
        infer(luck, {"chikyuu": whole.rows["chikyu"]}, [], scenario.start_s + DAY_S, sea=sea)


def test_before_anything_was_logged_the_campaign_stands_at_its_start() -> None:
    scenario, luck, sea, whole = world("pilot-2027", (), 0)
    found = infer(luck, {"chikyu": whole.rows["chikyu"][:0]}, [], scenario.start_s, sea=sea)
    assert infer(luck, {}, [], scenario.start_s, sea=sea) == found
    assert {one.activity for one in standings(luck, sea, found.state)} == {"transit_out", "wait_at_site", "idle"}
