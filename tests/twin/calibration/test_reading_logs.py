"""What rows of a log say, read by hand."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pytest

from twin.calibration.incidents import PORT, SPOT, TRIP, incidents
from twin.calibration.jobs import VesselRows, jobs_of, rows_of
from twin.calibration.limits import Hours, hourly_sea, hours_of, windy_hours
from twin.calibration.strings import trips
from twin.campaign_log import CampaignLog, Series
from twin.operations import codes as c
from twin.scenario import Scenario, load_scenario

H = 3600
Told = tuple[str, int, str, float]  # activity, state, cause, hours; optional seconds over the limit are 0


@pytest.fixture(scope="module")
def pilot() -> Scenario:
    return load_scenario("pilot-2027")


def log_of(
    scenario: Scenario,
    told: list[Told],
    measured: Mapping[str, Series] | None = None,
    over: Mapping[int, int] | None = None,
) -> tuple[CampaignLog, VesselRows]:
    """Return a log whose rows follow one another from the start of the campaign; lifts bring up 10 t."""
    rows, at = [], scenario.start_s
    for number, (activity, state, cause, hours) in enumerate(told):
        end = at + round(hours * H)
        dry_g = 10_000_000 if activity == "lift" and state == c.WORKING else 0
        code = c.ACTIVITY[activity] + state * c.STATE_UNIT + c.CAUSE[cause] * c.CAUSE_UNIT
        rows.append((code, at, end, 0, dry_g, (over or {}).get(number, 0)))
        at = end
    found = CampaignLog(scenario, at, {"chikyu": np.array(rows, dtype=np.int64)}, (), measured or {})
    return found, rows_of(found, "chikyu")


def work(activity: str, hours: float, cause: str = "none") -> Told:
    return activity, c.WORKING, cause, hours


def wait(activity: str, hours: float, cause: str = "weather") -> Told:
    return activity, c.WAITING, cause, hours


def mend(hours: float) -> Told:
    return "repair", c.REPAIRING, "failure", hours


def test_steps_are_pieced_together_over_repairs_and_waits(pilot: Scenario) -> None:
    _, vessel = log_of(pilot, [
        work("shift", 1.0), work("insert", 0.5), mend(8.0), work("insert", 0.25), wait("disaggregate", 3.0),
        work("disaggregate", 1.0), work("lift", 0.9),
        work("shift", 1.0), work("insert", 0.2), work("flush", 1.0, "storm"),
        work("shift", 0.7),
    ])  # fmt: skip
    jobs = jobs_of(vessel)
    told = {step: [(job.worked_s / H, job.done) for job in own] for step, own in jobs.items()}
    assert told["shift"] == [(1.0, True), (1.0, True), (pytest.approx(0.7), False)]
    assert told["insert"] == [(0.75, True), (0.2, False)]
    assert told["disaggregate"] == [(1.0, True)]
    assert told["lift"] == [(0.9, True)]
    assert jobs["lift"][0].dry_g == 10_000_000


def test_only_trips_whose_joints_are_known_count(pilot: Scenario) -> None:
    log, vessel = log_of(pilot, [
        work("run_string", 100.0), wait("run_string", 20.0), work("run_string", 50.0), work("land_string", 8.0),
        work("recover_string", 60.0, "storm"), work("run_string", 30.0, "storm"), work("land_string", 8.0),
        work("recover_string", 120.0), work("transit_home", 5.0),
    ])  # fmt: skip
    assert [(one.activity, one.joints, one.worked_s / H, one.whole) for one in trips(log, vessel)] == [
        ("run_string", 560, 150.0, True), ("recover_string", 560, 120.0, True),
    ]  # fmt: skip


def test_a_trip_under_way_takes_longer_than_it_has_lasted(pilot: Scenario) -> None:
    log, vessel = log_of(pilot, [work("set_up", 24.0), work("run_string", 100.0)])
    assert [(one.joints, one.worked_s / H, one.whole) for one in trips(log, vessel)] == [(560, 100.0, False)]


def test_a_depth_sensor_tells_the_joints_of_a_stretch(pilot: Scenario) -> None:
    told = [work("run_string", 40.0), work("recover_string", 10.0, "storm")]
    time_s = pilot.start_s + np.arange(0, 50 * H, 600)
    hours = (time_s - pilot.start_s) / H
    depth = np.where(hours <= 40.0, 40.0 * hours, 1600.0 - 50.0 * (hours - 40.0))
    log, vessel = log_of(pilot, told, {"chikyu.string.depth": Series(time_s, depth)})
    down, up = trips(log, vessel)
    assert (round(down.joints), down.worked_s, down.whole) == (160, 40 * H, True)
    assert abs(up.joints - 50.0) < 1.0


def test_hours_worked_and_waited_are_read_by_the_rule_of_each_step(pilot: Scenario) -> None:
    start = pilot.start_s // H
    log, vessel = log_of(pilot, [
        work("set_up", 2.0), wait("set_up", 3.0), work("set_up", 1.0),  # hours 0-1, 2-4, 5
        work("run_string", 2.5), wait("run_string", 2.5), work("run_string", 1.0),  # 6-8, 8-10, 11
        wait("lift", 2.0), work("lift", 2.0), work("disconnect", 1.0, "emergency"),  # 12-13, 14-15, 16
    ], over={7: 1800})  # fmt: skip
    told: defaultdict[str, Hours] = defaultdict(Hours)
    hours_of(log, vessel, told)

    def since(hours: set[int]) -> list[int]:
        return sorted(hour - start for hour in hours)

    assert since(told["setup"].open) == [0, 1, 5]
    assert since(told["setup"].closed) == [2, 3, 4]
    assert since(told["string"].open) == [6, 7, 8, 11]
    assert since(told["string"].closed) == [9, 10]
    assert since(told["mining"].open) == [14]  # the window closed while the lift went on
    assert [hour - start for hour in told["mining"].refused[0]] == [12]
    assert since(told["mining"].closed) == [13]
    assert since(told["hang_off"].closed) == [16]
    assert since(told["hang_off"].open) == list(range(8, 16))


def test_the_sea_of_an_hour_is_smoothed_and_windy_hours_are_known(pilot: Scenario) -> None:
    """Derived: a steady sea of 2 m read with the register's error is known better than by one hour's readings."""
    random, time_s = np.random.default_rng(1), pilot.start_s + np.arange(0, 400 * H, 1800)
    sea = Series(time_s, 2.0 + 0.14 * random.standard_normal(len(time_s)))
    wind = Series(time_s[:4], np.array([5.0, 40.0, 5.0, 5.0]))
    log, _ = log_of(pilot, [work("set_up", 500.0)], {"site.sea.hs": sea, "site.wind.speed": wind})
    found = hourly_sea(log)
    assert found is not None
    levels = np.array(list(found.mean_m.values()))
    assert np.quantile(np.abs(levels - 2.0), 0.99) < 0.15
    assert np.median(list(found.sd_m.values())) < 0.08
    assert windy_hours(log) == {pilot.start_s // H}
    assert windy_hours(log_of(pilot, [work("set_up", 1.0)])[0]) is None


def test_failures_are_read_with_where_and_how_they_were_mended(pilot: Scenario) -> None:
    parts = [row for row in pilot.components.values() if row.asset_kind == "mining"]
    _, vessel = log_of(pilot, [
        work("lift", 10.0), mend(8.0), work("lift", 5.0),  # on the spot
        wait("repair", 60.0, "failure"), mend(12.0), mend(6.0), work("lift", 1.0),  # with a spare; two in a row
        work("insert", 2.0), work("flush", 1.0, "failure"), work("recover_string", 120.0, "failure"), mend(24.0),
        work("run_string", 150.0, "failure"),
        work("shift", 1.0), work("transit_home", 120.0, "failure"), mend(400.0),
    ])  # fmt: skip
    found, total_h = incidents(vessel, parts)
    assert [one.kind for one in found] == [SPOT, SPOT, SPOT, TRIP, PORT]
    assert [one.repair_s / H for one in found] == [8.0, 12.0, 6.0, 24.0, 400.0]
    assert [one.done for one in found] == [True, True, True, True, False]
    assert [one.activity for one in found] == ["lift", "lift", "", "insert", "shift"]
    assert found[1].spare_s == 60 * H
    lifts = [part.name for part in parts].index("surface_mud_pump")
    assert [one.worked_h[lifts] for one in found] == [10.0, 15.0, 15.0, 16.0, 16.0]
    assert total_h[lifts] == 16.0
