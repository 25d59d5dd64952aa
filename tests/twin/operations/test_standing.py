"""What a state says in words (truth: the rows that the uncut run writes over that second)."""

import random

import numpy as np
import pytest

from twin.operations import codes as c
from twin.operations.campaign import Played, State, roles_of, simulate, tables_of
from twin.operations.laws import Luck
from twin.operations.standing import Standing, standings, stocks_in_units
from twin.scenario import Scenario, draw_parameters, load_scenario

SEED = 7
CASES = [
    ("pilot-2027", ()),
    ("storm-season", ()),
    ("storm-season", ('storms.policy="hang_off"',)),
    ("calm", ("mining.vessels=2", "shuttles.count=3")),
]


def luck_of(scenario: Scenario, replicate: int) -> Luck:
    return Luck(scenario, draw_parameters(scenario, SEED, replicate, "drawn"), SEED, replicate)


def at(scenario: Scenario, replicate: int, time_s: int) -> tuple[State, list[Standing]]:
    state = simulate(scenario, SEED, replicate, until_s=time_s).state
    luck = luck_of(scenario, replicate)
    return state, standings(luck, tables_of(luck), state)


def row_over(whole: Played, name: str, time_s: int) -> tuple[str, str, str, int]:
    """Return activity, state, cause and start of the row that covers a second."""
    rows = whole.rows[name]
    row = rows[int(np.searchsorted(rows[:, c.R_START], time_s, side="right")) - 1]
    code = int(row[c.R_CODE])
    state, cause = code % c.CAUSE_UNIT // c.STATE_UNIT, code // c.CAUSE_UNIT
    return c.ACTIVITIES[code % c.STATE_UNIT], c.STATES[state], c.CAUSES[cause], int(row[c.R_START])


@pytest.mark.parametrize(("name", "sets"), CASES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES)])
def test_what_is_under_way_is_the_row_that_the_uncut_run_writes(name: str, sets: tuple[str, ...]) -> None:
    scenario, rng = load_scenario(name, sets), random.Random(f"{name}{sets}")
    for replicate in (0, 1):
        whole = simulate(scenario, SEED, replicate)
        for _ in range(12):
            time_s = rng.randrange(scenario.start_s + 1, scenario.charter_end_s)
            for one in at(scenario, replicate, time_s)[1]:
                found = (one.activity, one.state, one.cause, one.since_utc)
                assert found == row_over(whole, one.name, time_s), (one.name, time_s)


def test_counts_holds_and_depth_are_those_of_the_rows_before() -> None:
    scenario = load_scenario("calm")
    whole = simulate(scenario, SEED, 0)
    rows = whole.rows["chikyu"]
    lifts = rows[(rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"]) & (rows[:, c.R_DRY_G] > 0)]
    for number in (5, 40, len(lifts) - 2):
        time_s = int(lifts[number, c.R_END]) + 1
        state, (vessel, *others) = at(scenario, 0, time_s)
        assert vessel.holes == number + 1
        assert vessel.landed and vessel.place == "site" and vessel.role == "mining"
        assert vessel.depth_m == pytest.approx(luck_of(scenario, 0).values["site.water_depth_m"], abs=20.0)
        moved_t = sum(lot.dry_g for lot in whole.lots if lot.stage == "transfer" and lot.time_s <= time_s) / 1e6
        lifted_t = lifts[: number + 1, c.R_DRY_G].sum() / 1e6
        if not vessel.coupled:
            assert vessel.hold_dry_t == pytest.approx(lifted_t - moved_t, abs=1e-6)
        assert [one.name for one in others] == list(roles_of(scenario))[1:]
        assert stocks_in_units(state.stocks)["tank_m3"] == state.stocks["tank_l"] / 1e3


def test_components_age_while_they_work_and_are_new_when_mended() -> None:
    scenario = load_scenario("pilot-2027")
    whole = simulate(scenario, SEED, 0)
    rows = whole.rows["chikyu"]
    component = scenario.components["disaggregation_drive"]
    wears = [c.ACTIVITY[one] for one in component.wears_during]
    time_s = (scenario.start_s + scenario.charter_end_s) // 2
    vessel = at(scenario, 0, time_s)[1][0]
    found = next(one for one in vessel.wear if one.component == "disaggregation_drive")
    working = np.isin(rows[:, c.R_CODE] % c.STATE_UNIT, wears) & (
        rows[:, c.R_CODE] % c.CAUSE_UNIT // c.STATE_UNIT == c.WORKING
    )
    worked_s = np.minimum(rows[:, c.R_END], time_s) - rows[:, c.R_START]
    most_s = int(worked_s[working & (rows[:, c.R_START] < time_s)].sum())
    assert 0 <= found.age_s <= most_s


def test_a_roster_names_every_asset_in_rank_order() -> None:
    scenario = load_scenario("calm", ("mining.vessels=2", "shuttles.count=1"))
    assert list(roles_of(scenario).values()) == ["mining", "mining", "shuttle", "island", "carrier"]
    assert set(roles_of(scenario)) == set(simulate(scenario, SEED, 0).rows)
    alone = load_scenario("connection-test-2026")
    assert list(roles_of(alone)) == list(simulate(alone, SEED, 0).rows)
