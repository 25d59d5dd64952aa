"""Forecasts of a campaign under way (truth: the simulation that wrote the log; sums by hand)."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from ops_data.columns import Coded
from ops_data.errors import FailedError
from ops_data.units import SECONDS_PER_DAY
from tests.twin.test_logged import World
from twin.campaign_log import Series
from twin.forecast import (
    SERIES,
    ForecastJob,
    daily,
    day_name,
    day_start_s,
    jst_day_of,
    lean,
    log_sha256,
    sea_now,
)
from twin.forecast_scores import score
from twin.forecast_view import ForecastDays, days_of, known_then, measured_days, persistence
from twin.operations import codes as c
from twin.operations.campaign import roles_of
from twin.operations.world import Lot

HOUR_S = 3_600
LIFTED = SERIES.index("lifted_dry_t")


@cache
def world() -> World:
    return World("pilot-2027", 3)


def job(at_days: float = 55.4, days: int = 10, seed: int = 5) -> ForecastJob:
    log = world().logged(world().at(at_days)).log
    return ForecastJob(world().scenario, lean(log), sea_now(log), {}, seed, days)


def row(activity: str, state: int, cause: str, start_h: float, end_h: float, dry_t: float = 0.0) -> list[int]:
    code = c.ACTIVITY[activity] + state * c.STATE_UNIT + c.CAUSE[cause] * c.CAUSE_UNIT
    return [code, round(start_h * HOUR_S), round(end_h * HOUR_S), -1, round(dry_t * 1e6), 0]


def test_days_count_lifts_where_they_end_and_hours_where_they_pass() -> None:
    """By hand, JST day 0 from hour -9 to 15: 4 h of lifting on it, 2 h on the next; 10 h of waiting across the edge."""
    rows = {
        "v": np.array(
            [
                row("lift", c.WORKING, "none", 11, 17, 20.0),
                row("lift", c.WAITING, "weather", 17, 27),
                row("repair", c.REPAIRING, "failure", 27, 30),
                row("lift", c.WORKING, "none", 30, 31, 5.0),
            ]
        ),
        "s": np.array([row("load", c.WORKING, "none", 0, 30)]),
    }
    lots = [Lot(0, "product", "island", 16 * HOUR_S, "s", "island", 1, 7_000_000, 1)]
    lots.append(Lot(1, "product", "landed", 3 * HOUR_S, "v", "mainland", 1, 2_000_000, 1))
    found = dict(zip(SERIES, daily(rows, lots, {"v": "mining", "s": "shuttle"}, 2.5, 0, 2), strict=True))
    assert found["lifted_dry_t"].tolist() == [0.0, 25.0]
    assert found["lifted_wet_t"].tolist() == [0.0, 62.5]
    assert found["island_dry_t"].tolist() == [0.0, 7.0]
    assert found["delivered_dry_t"].tolist() == [2.0, 0.0]
    assert found["mining_h"] == pytest.approx([4.0, 3.0])
    assert found["weather_h"] == pytest.approx([0.0, 10.0])
    assert found["failure_h"] == pytest.approx([0.0, 3.0])


def test_days_add_up_to_the_campaign() -> None:
    played, scenario = world().played, world().scenario
    first = jst_day_of(scenario.start_s)
    days = jst_day_of(scenario.end_s - 1) - first + 1
    found = daily(played.rows, played.lots, roles_of(scenario), 2.0, first, days)
    rows = played.rows["chikyu"]
    lifts = rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"]
    assert found[LIFTED].sum() == pytest.approx(rows[lifts, c.R_DRY_G].sum() / 1e6)
    assert (found[SERIES.index("mining_h")] <= 24.0).all()
    landed = sum(lot.dry_g for lot in played.lots if lot.stage in ("delivered", "landed")) / 1e6
    assert found[SERIES.index("delivered_dry_t")].sum() == pytest.approx(landed)


def test_a_member_depends_on_its_number_only() -> None:
    one = job()
    whole, first, second = one.play(0, 4), one.play(0, 1), one.play(2, 4)
    pieces = [np.asarray(part["value"]) for part in (first, second)]
    assert np.array_equal(np.asarray(whole["value"]), np.concatenate(pieces))
    dates = whole["date"]
    assert isinstance(dates, Coded)
    assert list(dates.words()[:2]) == [day_name(one.first_day), day_name(one.first_day + 1)]
    other = job(seed=6).play(0, 4)
    assert not np.array_equal(np.asarray(whole["value"]), np.asarray(other["value"]))


def test_the_first_day_holds_what_was_measured_of_it_and_goes_on() -> None:
    one = job()
    log = one.log
    before = daily(log.rows, log.lots, roles_of(one.scenario), 2.0, one.first_day, 1)[LIFTED, 0]
    days = np.array([one.member(number)[LIFTED] for number in range(20)])
    assert (days[:, 0] >= before - 1e-9).all() and before > 0.0
    hours = np.array([one.member(number)[SERIES.index("mining_h")] for number in range(20)])
    assert (hours <= 24.0 + 1e-9).all()
    assert days[:, 1:].std() > 0.0


def test_a_member_takes_its_draws_together() -> None:
    """Members beyond the draws begin with the first draw again."""
    one = replace(job(), draws={"mining.cycle_h": np.array([1.3, 1.4]), "learning.rate": np.array([0.81, 0.82])})
    values = [one.luck(number).values for number in range(3)]
    assert [own["mining.cycle_h"] for own in values] == [1.3, 1.4, 1.3]
    assert [own["learning.rate"] for own in values] == [0.81, 0.82, 0.81]
    assert values[0]["limits.mining_hs_m"] != values[2]["limits.mining_hs_m"]


def test_a_forecast_covers_what_came() -> None:
    """The truth is one of the model's campaigns: over several origins its sum lies in the 98 % range nearly always."""
    inside = []
    for replicate in range(4):
        truth = World("pilot-2027", replicate)
        for at_days in (42.3, 61.7):
            at_s = truth.at(at_days)
            log = truth.logged(at_s).log
            one = ForecastJob(truth.scenario, lean(log), sea_now(log), {}, 11, 10)
            sums = np.array([one.member(number)[LIFTED].sum() for number in range(60)])
            came = daily(truth.played.rows, [], roles_of(truth.scenario), 1.0, one.first_day, 11)[LIFTED].sum()
            inside.append(sums.min() - 1e-6 <= came <= sums.max() + 1e-6)
    assert sum(inside) >= 6


def test_a_forecast_ends_with_the_campaign() -> None:
    one = job(at_days=118.0, days=30)
    assert one.until_s == one.scenario.end_s
    assert one.member(0)[:, 6:].sum() == 0.0
    log = replace(one.log, until_s=one.scenario.end_s)
    with pytest.raises(FailedError, match=r"^forecast from .*: the campaign of scenario 'pilot-2027' ends .*earlier"):
        ForecastJob(one.scenario, log, one.now, {}, 1, 5)


def made(values: list[list[float]], before: float = 10.0, reached_before: bool = False) -> ForecastDays:
    """Return a forecast of lifted dry solids alone."""
    whole = np.zeros((len(values), len(SERIES), len(values[0])))
    whole[:, LIFTED] = values
    sums = np.zeros(len(SERIES))
    sums[LIFTED] = before
    return ForecastDays(20_000, whole, sums, 100.0, False, reached_before)


def test_sums_ranges_and_chances_by_hand() -> None:
    found = made([[0.0, 100.0, 0.0], [50.0, 50.0, 50.0], [0.0, 0.0, 120.0], [0.0, 0.0, 0.0]])
    assert found.total("lifted_dry_t")[1].tolist() == [60.0, 110.0, 160.0]
    assert found.reached().tolist() == [0.0, 0.25, 0.5]
    assert found.chance_of_total("lifted_dry_t", 110.0).tolist() == [0.0, 0.5, 0.75]
    assert found.fan("lifted_dry_t")[1].tolist() == [10.0, 60.0, 120.0]
    assert made([[0.0, 0.0]], reached_before=True).reached().tolist() == [1.0, 1.0]


def test_what_was_known_is_kept_and_read_back() -> None:
    one = job()
    log = one.log
    known = known_then(log, one.days)
    part = one.play(0, 2)
    columns = {name: own.words() if isinstance(own, Coded) else own for name, own in part.items()}
    frame = pd.DataFrame(columns)
    found = days_of(known, frame)
    assert found.values.shape == (3, len(SERIES), 11)
    assert found.values[1] == pytest.approx(one.member(1))
    first, measured = measured_days(log)
    assert found.before == pytest.approx(measured[:, : one.first_day - first].sum(axis=1))
    assert found.days[0] == day_name(one.first_day)


def test_persistence_goes_on_with_the_mean_of_the_last_seven_days() -> None:
    log = world().logged(world().at(60.25)).log
    first, measured = measured_days(log)
    today = jst_day_of(log.until_s) - first
    rate = measured[LIFTED, today - 7 : today].mean()
    left = (day_start_s(first + today + 1) - log.until_s) / SECONDS_PER_DAY
    found = persistence(log, 3)["lifted_dry_t"]
    assert found == pytest.approx(measured[LIFTED].sum() + rate * (left + np.arange(4)))


def test_scores_by_hand_and_only_of_days_that_are_over() -> None:
    """The log ends within the fourth day: leads 0 to 2 are over, lead 3 is not."""
    truth = world()
    now = truth.logged(truth.at(58.9)).log
    first_day = jst_day_of(truth.at(55.9))
    members = np.zeros((2, len(SERIES), 10))
    members[:, LIFTED, 0] = [10.0, 30.0]
    found = ForecastDays(first_day, members, np.zeros(len(SERIES)), 350.0, True, False)
    steady = {name: [5.0] * 10 for name in SERIES}
    scored = [one for one in score(found, steady, now, range(9)) if one.series == "lifted_dry_t"]
    assert [one.lead_d for one in scored] == [0, 1, 2]
    first, measured = measured_days(now)
    came = measured[LIFTED, first_day - first : first_day - first + 3].sum()
    last = scored[-1]
    assert last.observed == pytest.approx(came)
    assert last.crps == pytest.approx(np.abs(np.array([10.0, 30.0]) - came).mean() - 10.0)
    assert last.persistence == pytest.approx(abs(5.0 - came)) and last.bias == pytest.approx(20.0 - came)
    assert last.inside == (11.0 <= came <= 29.0)


def test_equal_knowledge_has_an_equal_hash_and_the_last_day_of_readings_is_what_members_get() -> None:
    log = world().logged(world().at(50.0)).log
    again = World("pilot-2027", 3).logged(world().at(50.0)).log
    assert log_sha256(log) == log_sha256(again)
    old, new = log.until_s - 3 * SECONDS_PER_DAY, log.until_s - 60
    both, alone = Series(np.array([old, new]), np.array([1.0, 2.0])), Series(np.array([old]), np.array([1.0]))
    told = replace(log, measured={"a": both, "b": alone})
    assert log_sha256(told) != log_sha256(log)
    assert {tag: one.value.tolist() for tag, one in lean(told).measured.items()} == {"a": [2.0]}
