"""Lead times by month: what is timed, where it is told, and what waits (truth: *derived*, counted by hand)."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from ops_data.customs_records import HEADER, read_customs
from ops_data.supply_tables import LOGISTICS
from tests.twin.supply.shock_cases import case
from twin.supply.logistics import (
    BACKLOG,
    CUSTOMS,
    LICENCE,
    OWN,
    SHIPPING,
    SIMULATED,
    PanelRow,
    Tracked,
    days_from,
    expected_arrivals,
    from_records,
    from_stream,
    joined,
    panel_columns,
    panels,
)
from twin.supply.shock import shock
from twin.supply.shock_stream import Consignments
from twin.supply.shock_trades import HOME, LICENSED, OPEN, Trade

START = date(2027, 4, 1)
NEVER = np.nan


def consignments(*days: tuple[float, float, float, float, float], element: str = "Dy") -> Tracked:
    """Return consignments that apply, are decided, ship, arrive and are cleared on days after 1 April 2027."""
    columns = [days_from(START, np.array(column, dtype=np.float64)) for column in zip(*days, strict=True)]
    names = [f"C{place}" for place in range(len(days))]
    count = len(days)
    return Tracked(names, [element] * count, ["china"] * count, ["2846.90"] * count, *columns)


def told(rows: list[PanelRow], panel: str, item: str) -> dict[str, tuple[float, float, int]]:
    return {one.month: (one.median, one.p95, one.count) for one in rows if (one.panel, one.item) == (panel, item)}


def test_each_time_is_told_in_the_month_in_which_it_ends() -> None:
    """45 days of licence end on 16 May, 60 on 31 May, 70 on 10 June; transits of 4, 6 and 5 days; customs 2 days."""
    rows = panels(
        consignments((0, 45, 46, 50, 52), (0, 60, 61, 67, 69), (0, 70, 71, 76, 78)),
        SIMULATED, "S2", START, date(2027, 12, 31),
    )  # fmt: skip
    assert told(rows, LICENCE, "Dy") == {
        "2027-05": (52.5, pytest.approx(59.25), 2),
        "2027-06": (70.0, 70.0, 1),
    }
    assert told(rows, LICENCE, "all") == told(rows, LICENCE, "Dy")
    assert told(rows, SHIPPING, "china") == {"2027-05": (4.0, 4.0, 1), "2027-06": (5.5, pytest.approx(5.95), 2)}
    assert told(rows, CUSTOMS, "2846.90")["2027-06"] == (2.0, 2.0, 2)
    assert {(one.origin, one.scenario) for one in rows} == {("simulated", "S2")}


def test_the_backlog_counts_applications_without_a_decision_day_by_day() -> None:
    """Both wait from 1 April; one is decided on 16 April, the other never: 15 days of two, then one."""
    rows = panels(
        consignments((0, 15, NEVER, NEVER, NEVER), (0, NEVER, NEVER, NEVER, NEVER)),
        SIMULATED, "S3", START, date(2027, 5, 31),
    )  # fmt: skip
    waiting = told(rows, BACKLOG, "all")
    assert waiting["2027-04"] == (1.5, 2.0, 1)
    assert waiting["2027-05"] == (1.0, 1.0, 1)
    assert told(rows, LICENCE, "all") == {"2027-04": (15.0, 15.0, 1)}
    assert told(rows, SHIPPING, "all") == {}


def test_the_backlog_of_several_draws_is_their_mean() -> None:
    one = (0.0, NEVER, NEVER, NEVER, NEVER)
    alone = panels(consignments(one), SIMULATED, "S3", START, date(2027, 4, 30))
    four = panels(consignments(one, one, one, one), SIMULATED, "S3", START, date(2027, 4, 30), draws=4)
    assert told(four, BACKLOG, "all") == told(alone, BACKLOG, "all") == {"2027-04": (1.0, 1.0, 1)}


def test_little_s_law_holds_for_the_queue() -> None:
    """Derived (Little 1961): one application a day, each decided after 20 days, keeps 20 waiting."""
    days = [(float(day), day + 20.0, NEVER, NEVER, NEVER) for day in range(200)]
    waiting = told(panels(consignments(*days), SIMULATED, "S1", START, date(2027, 8, 31)), BACKLOG, "all")
    assert [waiting[month][0] for month in ("2027-05", "2027-06", "2027-07")] == [20.0, 20.0, 20.0]


def test_consignments_without_a_licence_are_neither_timed_nor_waiting() -> None:
    rows = panels(consignments((NEVER, NEVER, 1, 5, 6)), SIMULATED, "S1", START, date(2027, 12, 31))
    assert {one.panel for one in rows} == {SHIPPING, CUSTOMS}


def test_no_consignment_gives_no_row() -> None:
    none = days_from(START, np.zeros(0))
    assert panels(Tracked([], [], [], [], none, none, none, none, none), OWN, "", START, START) == []


def test_own_records_are_labelled_so_and_fill_the_columns_of_the_table(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    lines = [
        "A-1,2846.90,china,Dy,10,2027-01-04,2027-03-01,2027-03-05,2027-03-09,2027-03-12",
        "A-2,8505.11,china,all,10,2027-02-01,,,,",
    ]
    file.write_text("\n".join([",".join(HEADER), *lines, ""]), encoding="utf-8")
    records = read_customs(file, ["china"], date(2027, 6, 30))
    rows = panels(from_records(records), OWN, "", date(2027, 1, 1), date(2027, 3, 31))
    assert told(rows, LICENCE, "Dy") == {"2027-03": (56.0, 56.0, 1)}
    assert told(rows, BACKLOG, "all")["2027-02"] == (2.0, 2.0, 2)
    assert {one.origin for one in rows} == {"own records"}
    columns = panel_columns(rows)
    assert set(columns) == {column.name for column in LOGISTICS.columns}
    for column in LOGISTICS.columns:
        cells = columns[column.name]
        assert len(cells) == len(rows)  # type: ignore[arg-type]
        if column.allowed:
            assert set(cells) <= set(column.allowed)  # type: ignore[arg-type]


def test_what_is_under_way_is_expected_from_transits_longer_than_it_has_taken_already() -> None:
    """Past transits of 4, 6 and 10 days; after 5 days under way only 6 and 10 are left: median 8, 95 % 9.8 → 10."""
    past = [(NEVER, NEVER, 0.0, took, NEVER) for took in (4.0, 6.0, 10.0)]
    under_way = (NEVER, NEVER, 20.0, NEVER, NEVER)
    (one,) = expected_arrivals(consignments(*past, under_way), START + timedelta(days=25))
    assert (one.name, one.under_way_d, one.based_on) == ("C3", 5, 2)
    assert (one.arrives, one.at_the_latest) == (START + timedelta(days=28), START + timedelta(days=30))
    (late,) = expected_arrivals(consignments(*past, under_way), START + timedelta(days=40))
    assert (late.arrives, late.at_the_latest, late.based_on) == (None, None, 0)


def played(kinds: tuple[int, ...] = (LICENSED, OPEN, HOME)) -> Consignments:
    """Return two consignments each of Dy oxide from China, Nd and Pr metal from China and Dy oxide made in Japan.

    The first is refused, or waits, for ever; the second of each arrives. The last row leaked of the first trade.
    """
    flows = np.zeros((3, 8))
    flows[0, 2], flows[1, :2], flows[2, 2] = 1.0, 1.0, 1.0
    places = [("china", 2), ("china", 3), ("japan", 2)]
    kept = tuple(
        Trade(origin, stage, kind, flow) for (origin, stage), kind, flow in zip(places, kinds, flows, strict=True)
    )
    trade = np.array([0, 0, 1, 1, 2, 0])
    applied = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    decided = np.array([NEVER, 40.0, NEVER, NEVER, NEVER, 40.0])
    shipped = np.array([NEVER, 41.0, NEVER, 5.0, NEVER, 41.0])
    arrived = np.array([NEVER, 45.0, NEVER, 15.0, NEVER, 60.0])
    cleared = arrived + 2.0
    leaked = np.array([False, False, False, False, False, True])
    amount = np.ones(6)
    return Consignments(trade, amount, applied, decided, shipped, arrived, cleared, leaked, kept, ("sea", "", ""))


def test_a_simulated_stream_is_tracked_with_licences_only_where_they_are_needed_and_without_domestic_trade() -> None:
    found = from_stream(played(), START, "d0-")
    assert list(found.name) == ["d0-0", "d0-1", "d0-2", "d0-3", "d0-5"]
    assert list(found.element) == ["Dy", "Dy", "light", "light", "Dy"]
    assert list(found.route) == ["sea", "sea", "china", "china", "sea"]
    assert list(found.product) == ["2846.90", "2846.90", "2805.30", "2805.30", "2846.90"]
    rows = panels(found, SIMULATED, "S2", START, date(2027, 6, 30))
    assert told(rows, LICENCE, "all") == {"2027-05": (40.0, 40.0, 1)}
    assert told(rows, BACKLOG, "all")["2027-04"] == (2.0, 2.0, 2)
    assert told(rows, BACKLOG, "all")["2027-06"] == (1.0, 1.0, 1)
    assert told(rows, SHIPPING, "china") == {"2027-04": (10.0, 10.0, 1)}
    assert told(rows, SHIPPING, "sea")["2027-05"] == pytest.approx((11.5, 18.25, 2))


def test_plays_are_joined_and_their_backlog_is_the_mean() -> None:
    both = joined([from_stream(played(), START, f"d{draw}-") for draw in range(2)])
    assert len(both.name) == len(both.applied) == 10
    rows = panels(both, SIMULATED, "S2", START, date(2027, 4, 30), draws=2)
    assert told(rows, BACKLOG, "all") == {"2027-04": (2.0, 2.0, 2)}
    assert len(joined([]).name) == 0


def backlog(scenario: str) -> list[int]:
    """Return how many applications wait at the end of each month of a simulated scenario."""
    start, days = date(2027, 4, 1), 730
    found = from_stream(shock(case(scenario)).consignments, start)
    rows = panels(found, SIMULATED, scenario, start, start + timedelta(days=days - 1))
    return [row.count for row in rows if row.panel == BACKLOG and row.item == "all"]


def test_where_there_was_no_licence_nobody_waits_for_one() -> None:
    """Published: in 2010 goods were held at the ports, there was no licence system: no queue is told."""
    assert backlog("R2010") == []
    assert backlog("S2") != []


def test_the_queue_of_quiet_times_does_not_grow_without_end() -> None:
    """Derived: what leaves under a general licence was never in the queue, so it stays about as long as it was."""
    waiting = backlog("S1")
    assert 0 < np.mean(waiting[-6:]) < 2.0 * np.mean(waiting[:6])
