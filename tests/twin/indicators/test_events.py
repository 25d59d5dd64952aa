"""Counts read from the order of rows (truth: derived, rows made up by hand)."""

from tests.twin.indicators.made_up import Line, doing
from twin.indicators import events

PULL: Line = ("recover_string", "working", "none", 40)
RUN: Line = ("run_string", "working", "none", 50)
LIFT: Line = ("lift", "working", "none", 1)


def causes(*lines: Line) -> list[str]:
    """Return the causes of the recoveries of a vessel that does these things."""
    return events.recoveries(doing(*lines).mining[0])


def responses(*lines: Line) -> float:
    """Return the storm responses of a vessel that does these things."""
    return events.storm_alerts(doing(*lines))


def test_a_recovery_that_waits_repairs_or_hangs_off_is_still_the_same_one() -> None:
    wait: Line = ("recover_string", "waiting", "weather", 30)
    mend: Line = ("repair", "repairing", "failure", 6)
    ride: Line = ("hang_off", "waiting", "emergency", 12)
    assert causes(LIFT, PULL, wait, PULL, mend, PULL, ride, PULL) == ["planned"]


def test_a_string_run_again_makes_the_next_recovery_another_one() -> None:
    broken: Line = ("recover_string", "working", "failure", 40)
    storm: Line = ("recover_string", "working", "storm", 40)
    assert causes(LIFT, broken, RUN, LIFT, storm, ("evade", "working", "storm", 16), RUN, PULL) == [
        "failure",
        "storm",
        "planned",
    ]


def test_a_recovery_that_never_pulled_a_joint_was_not_begun() -> None:
    assert causes(LIFT, ("recover_string", "waiting", "weather", 30)) == []


def test_string_trips_are_counted_by_cause_with_zeros() -> None:
    found = events.string_trips(doing(LIFT, PULL))
    assert found["planned"] == 1.0
    assert sum(found.values()) == 1.0
    assert tuple(found) == events.TRIP_CAUSES


def test_flushing_securing_and_hanging_off_is_one_storm_response() -> None:
    hang: tuple[Line, ...] = (
        ("flush", "working", "storm", 1),
        ("secure", "working", "storm", 6),
        ("hang_off", "waiting", "storm", 40),
    )
    again: Line = ("restart", "working", "storm", 36)
    assert responses(LIFT, *hang, again, LIFT) == 1.0
    assert responses(LIFT, *hang, again, *hang, again) == 2.0


def test_a_wait_for_the_sea_while_a_storm_is_near_is_no_response() -> None:
    assert responses(LIFT, ("shift", "waiting", "storm", 40), LIFT) == 0.0


def test_recovering_and_sailing_clear_is_one_storm_response() -> None:
    assert responses(
        LIFT,
        ("flush", "working", "storm", 1),
        ("recover_string", "working", "storm", 60),
        ("recover_string", "waiting", "weather", 10),
        ("recover_string", "working", "storm", 60),
        ("evade", "working", "storm", 16),
        ("evade", "waiting", "storm", 40),
        ("return_to_site", "working", "storm", 16),
        ("run_string", "working", "storm", 120),
    ) == 1.0  # fmt: skip


def test_a_repair_that_waits_for_a_spare_counts_once() -> None:
    found = events.failures(
        doing(LIFT, ("repair", "waiting", "failure", 24), ("repair", "repairing", "failure", 6), LIFT)
    )
    assert found == {"mining": 1.0, "shuttle": 0.0, "island": 0.0, "carrier": 0.0}


def test_disconnects_are_counted_and_a_string_that_hangs_on_is_not_lost() -> None:
    cut: Line = ("disconnect", "working", "emergency", 1)
    one = doing(LIFT, cut, ("hang_off", "waiting", "emergency", 10), ("reconnect", "working", "emergency", 48), cut)
    assert events.emergency_disconnects(one) == 2.0
    assert events.string_lost(one) == 0.0
