"""The licence desk on a day by day timeline (truth: derived, by hand)."""

from datetime import date

import numpy as np
import pytest

from tests.twin.supply.shock_cases import case, scenario_changes
from twin.supply.licence import Calendar, Desk, Terms
from twin.supply.shock import shock
from twin.supply.shock_trades import LICENSED

MONDAY = date(2027, 4, 5)


def decided(terms: Terms, reviews_wd: list[float]) -> list[int]:
    """Return the day on which files handed in on a Monday are decided."""
    desk: Desk[int] = Desk(terms, Calendar(MONDAY, 0, 400))
    for number, review_wd in enumerate(reviews_wd):
        desk.hand_in(0, number, review_wd)
    days = {number: day for day in range(400) for number in desk.work(day)}
    return [days[number] for number in range(len(reviews_wd))]


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


def test_where_no_licence_is_needed_nothing_is_applied_for() -> None:
    """Derived: in 2010 there was no licence system: no decision, no refusal, every order under quota is shipped."""
    rows = shock(case("R2010")).consignments
    assert np.isnan(rows.decided_d).all()
    assert np.isfinite(rows.shipped_d).all()


def test_what_is_not_decided_to_the_end_is_written_down_as_waiting() -> None:
    """Derived: an order under licence is in the book once at most: shipped, given up, or still at the desk; one that is
    let out when nothing is left of the quota is ordered anew.
    """
    played = case("S2", rules=("pro_rata",))
    rows = shock(played).consignments
    kind = np.array([trade.kind for trade in rows.trades])[rows.trade]
    mine = (kind == LICENSED) & ~rows.leaked
    for number in np.unique(rows.trade[mine]):
        applied = np.sort(rows.applied_d[mine & (rows.trade == number)])
        assert (np.diff(applied) >= played.values["shock.order_interval_d"]).all()
    waiting = mine & np.isnan(rows.decided_d) & np.isnan(rows.shipped_d)
    assert waiting.any()
    assert rows.applied_d[waiting].min() > played.days / 3
