"""The licence desk on a day by day timeline (truth: derived, by hand)."""

from datetime import date

import numpy as np
import pytest
import simpy

from tests.twin.supply.shock_cases import case, scenario_changes
from twin.supply.licence import Calendar, Desk, Process, Terms
from twin.supply.shock import shock
from twin.supply.shock_trades import LICENSED

MONDAY = date(2027, 4, 5)


def decided(terms: Terms, reviews_wd: list[float]) -> list[int]:
    """Return the day on which files handed in on a Monday are decided."""
    env = simpy.Environment()
    desk = Desk(env, terms, Calendar(MONDAY, 0, 400))
    days = [0] * len(reviews_wd)

    def file(number: int, review_wd: float) -> Process:
        yield from desk.decide(review_wd)
        days[number] = int(env.now)

    for number, review_wd in enumerate(reviews_wd):
        env.process(file(number, review_wd))
    env.run()
    return days


def test_working_days_skip_weekends_before_and_after_the_start() -> None:
    """Derived: a calendar."""
    calendar = Calendar(MONDAY, -14, 60)
    assert [calendar.after(0, days) for days in (0, 1, 4, 5, 10)] == [0, 1, 4, 7, 14]
    assert calendar.after(5, 1) == 8  # from a Saturday: Monday is the first, over on Tuesday
    assert calendar.after(-14, 5) == -7
    assert calendar.after(0, 0.5) == 1
    assert calendar.after(0, 45) == 63


def test_days_beyond_the_calendar_go_on_in_proportion() -> None:
    """Derived: five working days in seven."""
    assert Calendar(MONDAY, 0, 14).after(7, 10) == pytest.approx(Calendar(MONDAY, 0, 140).after(7, 10), abs=3)


def test_a_file_takes_its_review_and_no_less_than_the_examiner() -> None:
    """Derived: 10 working days are two weeks; a review of one day still takes the examiner's five."""
    terms = Terms(examiners=2, effort_wd=5.0, limit_wd=45.0, refile_d=7, tries=3)
    assert decided(terms, [10.0, 1.0]) == [14, 7]


def test_files_wait_for_the_only_examiner() -> None:
    """Derived: three files of five working days each, one examiner."""
    terms = Terms(examiners=1, effort_wd=5.0, limit_wd=45.0, refile_d=7, tries=3)
    assert decided(terms, [5.0, 5.0, 5.0]) == [7, 14, 21]


def test_a_review_beyond_the_legal_limit_comes_back_and_goes_on() -> None:
    """Derived: 50 working days with a limit of 45: 63 days, a week to file again, 5 working days more."""
    terms = Terms(examiners=1, effort_wd=1.0, limit_wd=45.0, refile_d=7, tries=3)
    assert decided(terms, [50.0]) == [63 + 7 + 7]
    assert decided(terms, [45.0]) == [63]


def test_delays_of_a_shock_lie_round_what_the_scenario_says() -> None:
    """Derived: 45 working days to the last decision are 63 days; every file that is shipped was decided before."""
    changes = scenario_changes("S1", {"general_licence": 0.0}) | {"shock.licence_spread": 0.05}
    rows = shock(case("S1", changes=changes)).consignments
    kind = np.array([trade.kind for trade in rows.trades])[rows.trade]
    mine = (kind == LICENSED) & (rows.applied_d >= 0) & np.isfinite(rows.decided_d) & (rows.applied_d < 400)
    assert 55.0 < np.median(rows.decided_d[mine] - rows.applied_d[mine]) < 75.0
    sent = np.isfinite(rows.shipped_d) & np.isfinite(rows.decided_d)
    assert (rows.shipped_d[sent] >= rows.decided_d[sent]).all()
    assert (np.diff(rows.applied_d) >= 0.0).all()


def test_few_examiners_make_a_queue() -> None:
    """Derived: half the staff that the usual files keep busy."""
    medians = []
    for ratio in (3.0, 0.4):
        rows = shock(case("S2", changes={"shock.examiner_capacity_ratio": ratio})).consignments
        waited = rows.decided_d - rows.applied_d
        medians.append(np.median(waited[np.isfinite(waited) & (rows.applied_d >= 0)]))
    assert medians[1] > medians[0] + 20.0
