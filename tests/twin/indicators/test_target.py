"""Days and rolling days at the target (truth: derived, by hand or by brute force)."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.twin.indicators.made_up import lifts_at, replicate, scenario, utc_s
from twin.indicators import production, target
from twin.indicators.record import Replicate

DAY = 86_400
WET = ("campaign.target_t_d=40", "campaign.target_by=[2027-01-12, 2027-01-20]")  # 2 lifts of 10 t dry at 2 t/t wet


def lifting(times: list[str], *sets: str) -> Replicate:
    """Return a replicate with a lift of 10 t dry ending at each of these UTC times of January 2027."""
    plan = scenario(*(sets or WET))
    seconds = [utc_s(f"2027-01-{time}") for time in times]
    return replicate(plan, lifts_at(seconds, [10.0] * len(seconds), plan.start_s, plan.end_s))


def test_a_lift_a_second_before_midnight_in_japan_belongs_to_the_day_that_ends() -> None:
    """Derived: midnight in Japan is 15:00 UTC."""
    both = lifting(["10T03:00:00", "10T14:59:59"])
    assert production.best_day_t(both) == 40.0
    assert production.lifting_days(both) == 1.0


def test_a_lift_at_midnight_in_japan_belongs_to_the_day_that_begins() -> None:
    split = lifting(["10T03:00:00", "10T15:00:00"])
    assert production.best_day_t(split) == 20.0
    assert production.lifting_days(split) == 2.0
    assert target.days_at_target(split) == 0.0


def test_any_24_hours_may_hold_more_than_the_best_day_but_not_both_of_their_ends() -> None:
    """Derived: (t - 24 h, t] holds one of two lifts exactly a day apart."""
    assert production.best_rolling_24h_t(lifting(["10T03:00:00", "10T15:00:00"])) == 40.0
    assert production.best_rolling_24h_t(lifting(["10T03:00:00", "11T03:00:00"])) == 20.0
    assert production.best_rolling_24h_t(lifting(["10T03:00:00", "11T02:59:59"])) == 40.0


def test_the_target_is_read_on_the_basis_of_the_scenario_and_never_rescales_mass() -> None:
    times = ["10T03:00:00", "10T04:00:00"]
    dry = lifting(times, *WET, 'campaign.mass_basis="dry"')
    assert target.days_at_target(dry) == 0.0
    assert target.days_at_target(lifting(times)) == 1.0
    assert production.lifted_wet_t(dry) == production.lifted_wet_t(lifting(times)) == 40.0
    assert production.best_day_t(dry) == 20.0


def test_three_days_in_a_row_are_not_three_days() -> None:
    """Derived: days 10, 11, 13, 14 and 15 in Japan reach the target; the first run of three ends with the 15th."""
    times = [f"{day}T0{hour}:00:00" for day in (10, 11, 13, 14, 15) for hour in (3, 4)]
    found = lifting(times)
    assert target.days_at_target(found) == 5.0
    assert target.held_target_1d(found) == {"2027-01-12": 1.0, "2027-01-20": 1.0}
    assert target.held_target_3d(found) == {"2027-01-12": 0.0, "2027-01-20": 1.0}
    assert target.held_target_7d(found) == {"2027-01-12": 0.0, "2027-01-20": 0.0}


def test_a_day_counts_by_its_own_date_and_not_by_the_date_before() -> None:
    found = lifting(["12T03:00:00", "12T04:00:00"])
    assert target.held_target_1d(found) == {"2027-01-12": 1.0, "2027-01-20": 1.0}
    late = lifting(["12T15:00:00", "12T16:00:00"])
    assert target.held_target_1d(late) == {"2027-01-12": 0.0, "2027-01-20": 1.0}


def test_a_rolling_sum_holds_only_as_long_as_every_24_hours_are_full() -> None:
    """Derived: lifts every 12 h keep two of them in any 24 h; full from 9 January 16:00 UTC, an hour into the 10th."""
    steady = [f"{day:02d}T{hour}:00:00" for day in range(9, 14) for hour in ("04", "16")]
    found = lifting(steady)
    assert target.held_target_rolling_1d(found) == {"2027-01-12": 1.0, "2027-01-20": 1.0}
    assert target.held_target_rolling_3d(found) == {"2027-01-12": 0.0, "2027-01-20": 1.0}
    assert target.held_target_rolling_7d(found)["2027-01-20"] == 0.0


def test_without_mud_nothing_is_held_and_nothing_breaks() -> None:
    nothing = lifting([])
    assert target.held_target_1d(nothing) == {"2027-01-12": 0.0, "2027-01-20": 0.0}
    assert target.held_target_rolling_1d(nothing) == {"2027-01-12": 0.0, "2027-01-20": 0.0}
    assert production.best_rolling_24h_t(nothing) == 0.0


@given(st.lists(st.booleans(), max_size=40), st.sampled_from([1, 3, 7]))
def test_the_first_run_of_days_is_the_one_found_by_looking_at_each_day(days: list[bool], length: int) -> None:
    expected = next((i for i in range(length - 1, len(days)) if all(days[i - length + 1 : i + 1])), None)
    assert target.first_run_end(np.array(days, dtype=bool), length) == expected


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 5)), max_size=30),
    st.integers(1, 8),
    st.integers(1, 3),
)
def test_the_rolling_sum_is_held_from_the_moment_found_by_looking_at_each_hour(
    lifts: list[tuple[int, int]], least: int, days: int
) -> None:
    """Derived: brute force on a clock of whole hours."""
    lifts = sorted(lifts)
    hours = np.array([hour for hour, _ in lifts], dtype=np.int64)
    mass_t = np.array([float(mass) for _, mass in lifts])
    full = [sum(m for h, m in lifts if t - 24 < h <= t) >= least for t in range(500)]
    first = next((t for t in range(450) if all(full[max(0, t - 24 * days) : t]) and t >= 24 * days), None)
    end_s = 450 * 3_600
    found = target.first_rolling_end_s(hours * 3_600, mass_t, float(least), days, end_s)
    assert found == (None if first is None else first * 3_600)


@pytest.mark.parametrize("day", [date(2027, 1, 8), date(2027, 5, 10)])
def test_a_date_at_either_end_of_the_calendar_is_a_date_like_any_other(day: date) -> None:
    found = lifting(["12T03:00:00", "12T04:00:00"], WET[0], f"campaign.target_by=[{day.isoformat()}]")
    assert target.held_target_1d(found) == {day.isoformat(): float(day > date(2027, 1, 12))}
