"""From log entries to what is known of a campaign (truth: the simulation whose work the entries tell)."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ops_data.errors import FailedError
from ops_data.ingest.log_entries import LogEntry
from tests.twin.made_logs import entries_of, kept
from twin.logged import Logged, campaign_log, series_of
from twin.operations import codes as c
from twin.operations.campaign import Played, play_campaign, tables_of
from twin.operations.inference import infer
from twin.operations.laws import Luck
from twin.operations.program import SeaTables
from twin.operations.world import Lot
from twin.scenario import Scenario, draw_parameters, load_scenario

NOTHING = pd.DataFrame({"tag": [], "time_utc": [], "value": [], "quality": []})
DAY_S = 86_400


class World:
    """A campaign that was played, and what its ideal log says."""

    def __init__(self, name: str, replicate: int = 0) -> None:
        self.scenario: Scenario = load_scenario(name)
        values = draw_parameters(self.scenario, 7, replicate, "fixed")
        self.luck = Luck(self.scenario, values, 7, replicate)
        self.sea: SeaTables = tables_of(self.luck)
        self.played: Played = play_campaign(self.luck, self.sea, None, self.scenario.end_s, True)

    def at(self, days: float) -> int:
        return self.scenario.start_s + round(days * DAY_S)

    def logged(self, at_s: int) -> Logged:
        return campaign_log(self.scenario, kept(entries_of(self.played, at_s)), NOTHING, at_s)


@pytest.fixture(scope="module", params=["pilot-2027", "calm", "scale-up-3500"])
def world(request: pytest.FixtureRequest) -> World:
    return World(str(request.param))


def key(lot: Lot) -> tuple[str, str, int, str, str]:
    return lot.kind, lot.stage, lot.time_s, lot.from_asset, lot.to_asset


def test_parcels_follow_from_the_entries_at_whose_end_they_left(world: World) -> None:
    """Slurry carries water as the central concentration has it; what the log names is kept to the gram and litre."""
    at_s = world.at(70.37)
    true = [lot for lot in world.played.lots if lot.time_s <= at_s]
    found = world.logged(at_s).log.lots
    assert len(true) > 5
    assert sorted(map(key, found)) == sorted(map(key, true))
    theirs = {key(lot): lot for lot in true}
    for lot in found:
        other = theirs[key(lot)]
        assert (lot.volume_l, lot.dry_g) == pytest.approx((other.volume_l, other.dry_g), abs=2)
        assert lot.water_g == pytest.approx(other.water_g, rel=0.01, abs=1e6)


def test_the_state_from_the_log_is_that_from_the_rows_of_the_simulation(world: World) -> None:
    at_s = world.at(50.61)
    log = world.logged(at_s).log
    assert log.until_s == at_s
    for name, rows in log.rows.items():
        true = world.played.rows[name]
        true = true[true[:, c.R_START] < at_s]
        assert (rows[:, [c.R_CODE, c.R_START, c.R_HOLE]] == true[:, [c.R_CODE, c.R_START, c.R_HOLE]]).all()
    from_log = infer(world.luck, log.rows, log.lots, at_s, sea=world.sea).state
    from_rows = infer(world.luck, world.played.rows, world.played.lots, at_s, sea=world.sea).state
    assert (from_log.partner, from_log.berthed, from_log.gone) == (from_rows.partner, from_rows.berthed, from_rows.gone)
    for name, amount in from_rows.stocks.items():
        assert from_log.stocks[name] == pytest.approx(amount, rel=0.01, abs=1e6), name
    for name, vector in from_rows.assets.items():
        mine = from_log.assets[name]
        assert [mine[i] for i in (c.PC, c.DEPTH, c.FAULT)] == [vector[i] for i in (c.PC, c.DEPTH, c.FAULT)], name
        assert mine[c.HOLD_DRY_G] == pytest.approx(vector[c.HOLD_DRY_G], rel=1e-6, abs=1_000), name


def some_day(days: float = 40.0) -> tuple[World, list[LogEntry], int]:
    world = World("calm")
    at_s = world.at(days)
    return world, entries_of(world.played, at_s), at_s


def test_masses_in_another_basis_become_dry_solids_and_are_told() -> None:
    world, entries, at_s = some_day()
    wet = world.luck.wet_per_dry()
    told = [
        replace(one, dry_t=None, wet_t=one.dry_t * wet) if one.activity == "lift" and one.dry_t else one
        for one in entries
    ]
    found = campaign_log(world.scenario, kept(told), NOTHING, at_s)
    rows, true = found.log.rows["chikyu"], world.logged(at_s).log.rows["chikyu"]
    assert rows[:, c.R_DRY_G] == pytest.approx(true[:, c.R_DRY_G], abs=2)
    assert any(note.what == "lifts" and "mud in situ" in note.how for note in found.notes)


def test_a_lift_that_names_nothing_is_taken_as_typical_and_told() -> None:
    world, entries, at_s = some_day()
    told = [replace(one, dry_t=None) if one.activity == "lift" else one for one in entries]
    found = campaign_log(world.scenario, kept(told), NOTHING, at_s)
    rows = found.log.rows["chikyu"]
    lifts = (rows[:, c.R_CODE] == c.ACTIVITY["lift"]) & (rows[:, c.R_END] < at_s)
    assert set(rows[lifts, c.R_DRY_G]) == {round(float(world.luck.typical_stroke().dry_t) * 1e6)}
    assert any(note.what == "lifts" and "a typical lift" in note.how for note in found.notes)


def test_a_ship_that_sails_with_what_no_entry_names_is_told_and_nothing_is_made_up() -> None:
    world, entries, at_s = some_day()
    told = [replace(one, dry_t=None, slurry_m3=None) if one.activity == "offload" else one for one in entries]
    found = campaign_log(world.scenario, kept(told), NOTHING, at_s)
    assert not [lot for lot in found.log.lots if lot.stage == "transfer"]
    said = [note for note in found.notes if note.what == "cargo"]
    assert len(said) == len([lot for lot in world.logged(at_s).log.lots if lot.stage == "transfer"])
    assert "no entry says what it took: give slurry_m3 or dry_t" in said[0].how


def test_gaps_ends_and_silent_assets_are_told() -> None:
    world, entries, at_s = some_day()
    vessel = sorted((one for one in entries if one.asset == "chikyu"), key=lambda one: one.start_utc)
    hole = vessel[len(vessel) // 2]
    early = world.at(38.0)
    told = [
        one for one in entries
        if one is not hole and one.asset != "carrier-1" and (one.asset != "island" or one.end_utc < early)
    ]  # fmt: skip
    found = campaign_log(world.scenario, kept(told), NOTHING, at_s)
    said = {(note.asset, note.what): note.how for note in found.notes}
    assert said["chikyu", "gap"].startswith("nothing is logged from ")
    assert "taken to stand as at the start" in said["carrier-1", "log"]
    assert found.heard_s["island"] < early and "what was under way is taken to last" in said["island", "log"]


def test_a_log_that_is_older_than_the_time_asked_for_ends_where_it_ends() -> None:
    world, entries, at_s = some_day()
    later = at_s + 5 * DAY_S
    found = campaign_log(world.scenario, kept(entries), NOTHING, later)
    assert found.log.until_s == at_s


def test_strange_assets_and_empty_logs_are_refused_in_one_line() -> None:
    world, entries, at_s = some_day()
    strange = [replace(entries[0], asset="chikyuu"), *entries[1:]]
    with pytest.raises(FailedError, match=r"^log.csv, row 0: asset 'chikyuu' is none of scenario 'calm'; .*'chikyu'"):
        campaign_log(world.scenario, kept(strange), NOTHING, at_s)
    with pytest.raises(FailedError, match=r"^log book: it says nothing from .*twin ingest"):
        campaign_log(world.scenario, [], NOTHING, at_s)


def test_bad_readings_are_left_out() -> None:
    frame = pd.DataFrame(
        {
            "tag": ["a", "a", "a", "b", "b"],
            "time_utc": [1, 2, 3, 1, 9],
            "value": [1.0, np.nan, 3.0, 4.0, 5.0],
            "quality": ["good", "good", "stuck", "uncertain", "good"],
        }
    )
    found = series_of(frame, 5)
    assert {tag: (one.time_s.tolist(), one.value.tolist()) for tag, one in found.items()} == {
        "a": ([1], [1.0]),
        "b": ([1], [4.0]),
    }


ENDS = ("lift", "offload", "unload", "dewater")


@pytest.mark.parametrize("activity", ENDS)
def test_a_log_that_ends_with_something_finished_loses_and_doubles_nothing(activity: str) -> None:
    """What was lifted before and after is what is held, handed over and lost, to the gram that rounding leaves."""
    world = World("calm")
    named = [one for one in entries_of(world.played, world.at(60.0)) if one.activity == activity and one.dry_t]
    for last_s in {one.end_utc for one in named[len(named) // 2 : len(named) // 2 + 3]}:
        log = campaign_log(world.scenario, kept(entries_of(world.played, last_s)), NOTHING, last_s).log
        state = infer(world.luck, log.rows, log.lots, log.until_s, sea=world.sea).state
        rest = play_campaign(world.luck, world.sea, state, world.scenario.end_s, True)
        lifted_g = sum(
            int(rows[rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"], c.R_DRY_G].sum())
            for played in (log.rows, rest.rows)
            for rows in played.values()
        )
        end = rest.state
        held_g = sum(vector[c.HOLD_DRY_G] for vector in end.assets.values())
        stocks_g = sum(end.stocks[f"{name}_dry_g"] for name in ("tank", "cake", "lost", "delivered", "landed"))
        assert held_g + stocks_g == pytest.approx(lifted_g, abs=200), (activity, last_s)
        whole_g = int(world.played.rows["chikyu"][:, c.R_DRY_G].sum())
        assert lifted_g == pytest.approx(whole_g, rel=0.02), (activity, last_s)


def test_an_origin_inside_an_entry_that_is_known_whole_counts_nothing_of_it() -> None:
    world = World("calm")
    rows = world.played.rows["chikyu"]
    lifts = rows[(rows[:, c.R_CODE] == c.ACTIVITY["lift"]) & (rows[:, c.R_DRY_G] > 0)]
    middle_s = int(lifts[20, c.R_START] + lifts[20, c.R_END]) // 2
    known_whole = entries_of(world.played, world.at(90.0))
    log = campaign_log(world.scenario, kept(known_whole), NOTHING, middle_s).log
    last = log.rows["chikyu"][-1]
    assert (int(last[c.R_END]), int(last[c.R_DRY_G])) == (middle_s, 0)
    assert log.rows["chikyu"][:, c.R_DRY_G].sum() == lifts[:20, c.R_DRY_G].sum()


def test_a_last_lift_that_is_over_counts_in_any_basis() -> None:
    world, entries, _ = some_day()
    end = max(one.end_utc for one in entries if one.activity == "lift" and one.dry_t)
    wet = world.luck.wet_per_dry()
    told = [
        replace(one, dry_t=None, wet_t=one.dry_t * wet) if one.activity == "lift" and one.dry_t else one
        for one in entries_of(world.played, end)
    ]
    log = campaign_log(world.scenario, kept(told), NOTHING, end).log
    true = campaign_log(world.scenario, kept(entries_of(world.played, end)), NOTHING, end).log
    assert log.rows["chikyu"][-1, c.R_DRY_G] == pytest.approx(true.rows["chikyu"][-1, c.R_DRY_G], abs=2)
    assert len(log.unweighed) == len([one for one in told if one.wet_t]) and not true.unweighed


def test_a_log_that_begins_late_does_not_leave_the_vessel_at_home() -> None:
    world, entries, at_s = some_day()
    out = ("transit_out", "set_up", "run_string", "land_string")
    half = [one for one in entries if one.activity not in out]
    log = campaign_log(world.scenario, kept(half), NOTHING, at_s).log
    found = infer(world.luck, log.rows, log.lots, at_s, sea=world.sea)
    true = infer(world.luck, world.played.rows, world.played.lots, at_s, sea=world.sea)
    mine, theirs = found.state.assets["chikyu"], true.state.assets["chikyu"]
    assert [mine[i] for i in (c.PLACE, c.LANDED, c.DEPTH)] == [theirs[i] for i in (c.PLACE, c.LANDED, c.DEPTH)]
    assert any(note.what == "log" and "the way out" in note.how for note in found.notes)


def test_an_entry_that_began_before_the_campaign_counts_from_its_start() -> None:
    world, entries, at_s = some_day()
    early = [
        replace(one, start_utc=one.start_utc - 6 * 3_600, duration_s=one.duration_s + 6 * 3_600)
        if one.activity == "transit_out"
        else one
        for one in entries
    ]
    log = campaign_log(world.scenario, kept(early), NOTHING, at_s).log
    assert log.rows["chikyu"][0, c.R_START] == world.scenario.start_s
    assert log.rows["chikyu"][0, c.R_CODE] == c.ACTIVITY["transit_out"]


def test_an_offload_without_a_shuttle_that_loads_waits_for_one_and_goes_on() -> None:
    world = World("calm")
    offloads = [one for one in entries_of(world.played, world.at(60.0)) if one.activity == "offload"]
    at_s = offloads[len(offloads) // 2].start_utc + 3_600
    told = [one for one in entries_of(world.played, at_s) if one.activity != "load"]
    log = campaign_log(world.scenario, kept(told), NOTHING, at_s).log
    found = infer(world.luck, log.rows, log.lots, log.until_s, sea=world.sea)
    rest = play_campaign(world.luck, world.sea, found.state, world.scenario.end_s, True)
    assert (rest.rows["chikyu"][:, c.R_DRY_G] > 0).any()
    if not found.state.partner:
        assert any(note.what == "offload" for note in found.notes)
