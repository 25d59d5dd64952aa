"""Where the days go (truth: derived, rows made up by hand; conservation on simulated campaigns)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.schemas import ACTIVITIES, CAUSES
from tests.twin.indicators.made_up import Line, doing, replicate, rows_from, scenario
from twin.indicators import phases, time_use
from twin.indicators.categories import CATEGORIES, LOST_CAUSES, category
from twin.indicators.record import Replicate, read_replicate
from twin.indicators.replicate import category_hours
from twin.operations.campaign import simulate
from twin.scenario import draw_parameters, load_scenario

VOYAGE: tuple[Line, ...] = (
    ("transit_out", "working", "none", 120),
    ("set_up", "waiting", "weather", 12),
    ("set_up", "working", "none", 12),
    ("run_string", "working", "none", 96),
    ("land_string", "working", "none", 24),
    ("shift", "working", "none", 1),
    ("insert", "working", "none", 1),
    ("disaggregate", "working", "none", 1),
    ("lift", "working", "none", 1),
    ("lift", "waiting", "storm", 20),
    ("offload", "waiting", "shuttle", 24),
    ("offload", "working", "none", 8),
    ("recover_string", "working", "failure", 72),
    ("transit_home", "working", "emergency", 120),
)


def pilot(number: int, name: str = "storm-season") -> Replicate:
    """Return a simulated replicate."""
    plan = load_scenario(name)
    return read_replicate(plan, draw_parameters(plan, 7, number, "drawn"), simulate(plan, 7, number))


def test_every_hour_of_a_voyage_goes_to_one_category() -> None:
    """Derived: the hours of the rows above."""
    one = doing(*VOYAGE)
    hours = {name: days * 24 for name, days in zip(CATEGORIES, one.category_s / 86_400, strict=True) if days}
    away = sum(line[3] for line in VOYAGE)
    assert hours == pytest.approx(
        {
            "lifting": 4,
            "offloading": 8,
            "string_handling": 96,
            "transit": 240,
            "set_up": 36,
            "weather": 12,
            "storm": 20,
            "failure": 72,
            "waiting_shuttle": 24,
            "off_hire": 122 * 24 - away,
        }
    )


def test_productive_planned_lost_and_off_hire_days_are_the_calendar() -> None:
    one = doing(*VOYAGE)
    assert time_use.calendar_days(one) == pytest.approx(
        {"productive": 0.5, "planned": 15.5, "lost": 128 / 24, "off_hire": 122.0 - 512 / 24}
    )
    lost = {cause: days for cause, days in time_use.lost_days(one).items() if days}
    assert lost == pytest.approx({"weather": 0.5, "storm": 20 / 24, "failure": 3.0, "shuttle": 1.0})


def test_the_trip_home_after_an_emergency_is_planned_and_a_trip_for_a_repair_is_lost() -> None:
    assert category("transit_home", "emergency") == "transit"
    assert category("transit_home", "failure") == "failure"
    assert category("transit_home", "bunkering") == "bunkering"
    assert "emergency" not in {cause for cause, days in time_use.lost_days(doing(*VOYAGE)).items() if days}


def test_every_activity_with_every_cause_has_a_category() -> None:
    found = {category(activity, cause) for activity in ACTIVITIES for cause in CAUSES}
    assert found <= set(CATEGORIES)


def test_shares_of_the_stay_and_of_the_time_away_are_those_of_the_rows() -> None:
    one = doing(*VOYAGE)
    away = sum(line[3] for line in VOYAGE)
    assert time_use.lifting_share_on_site(one) == pytest.approx(4 / (away - 240))
    assert phases.lifting_window_share(one) == pytest.approx(28 / (away - 240))


def test_a_call_at_port_is_no_time_on_site() -> None:
    """Derived: two stays of 24 and 48 hours."""
    out, home = ("transit_out", "working", "none", 120.0), ("transit_home", "working", "failure", 120.0)
    one = doing(
        out,
        ("lift", "working", "none", 24),
        home,
        ("port_call", "working", "failure", 48),
        ("repair", "repairing", "failure", 12),
        out,
        ("lift", "working", "none", 48),
        home,
    )
    assert time_use.on_site_s(one.mining[0]) == 72 * 3_600
    assert time_use.lifting_share_on_site(one) == 1.0


def test_a_vessel_still_at_work_at_the_horizon_is_on_site_until_then() -> None:
    plan = scenario()
    one = replicate(plan, rows_from(plan.start_s, [VOYAGE[0], ("shift", "working", "none", 117 * 24)], plan.end_s))
    assert time_use.on_site_s(one.mining[0]) == 117 * 86_400
    assert phases.home_day(one) is None
    assert phases.home_by_horizon(one) == 0.0
    assert phases.charter_overrun_days(one) == 28.0


def test_a_repair_in_port_after_the_voyage_delays_off_hire_and_not_the_return() -> None:
    """Derived: home after 240 hours, repaired for 48."""
    sail = (("transit_out", "working", "none", 120.0), ("transit_home", "working", "none", 120.0))
    one = doing(*sail, ("repair", "repairing", "failure", 48))
    assert phases.home_day(one) == 10.0
    assert one.mining[0].off_hire_s == one.start_s + 12 * 86_400


@pytest.mark.parametrize("name", ["pilot-2027", "storm-season", "connection-test-2026"])
def test_the_categories_of_simulated_campaigns_fill_the_calendar_to_the_second(name: str) -> None:
    for number in range(4):
        one = pilot(number, name)
        calendar_s = (one.end_s - one.start_s) * len(one.mining)
        assert int(one.category_s.sum()) == calendar_s
        assert sum(time_use.time_use(one).values()) == pytest.approx(1.0, abs=1e-12)
        days = time_use.calendar_days(one)
        assert sum(days.values()) == pytest.approx(calendar_s / 86_400)
        assert sum(time_use.lost_days(one).values()) == pytest.approx(days["lost"])


def test_hours_by_day_in_japan_have_the_same_sums_and_whole_days() -> None:
    one = pilot(0)
    hours = category_hours(one)
    np.testing.assert_allclose(hours.sum(axis=0), one.category_s / 3_600, atol=1e-9)
    np.testing.assert_allclose(hours.sum(axis=1)[1:-1], 24.0, atol=1e-9)


def test_a_row_across_midnight_in_japan_is_split_there() -> None:
    """Derived: departure is at 09:00 in Japan, so 15 hours of the first row are on the first day."""
    one = doing(("transit_out", "working", "none", 20), ("set_up", "working", "none", 4))
    hours = category_hours(one)
    assert hours[0, CATEGORIES.index("transit")] == 15.0
    assert hours[1, CATEGORIES.index("transit")] == 5.0
    assert hours[1, CATEGORIES.index("set_up")] == 4.0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(set(ACTIVITIES) - {"off_hire"})),
            st.sampled_from(["working", "waiting", "repairing"]),
            st.sampled_from(list(CAUSES)),
            st.integers(1, 60).map(float),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_a_vessel_does_its_days_add_up(lines: list[Line]) -> None:
    one = doing(*lines)
    days = time_use.calendar_days(one)
    assert sum(days.values()) == pytest.approx(122.0)
    assert sum(time_use.lost_days(one).values()) == pytest.approx(days["lost"])
    np.testing.assert_allclose(category_hours(one).sum(), 122.0 * 24)
    assert set(time_use.lost_days(one)) == set(LOST_CAUSES)
    assert time_use.lifting_share_on_site(one) >= 0.0
