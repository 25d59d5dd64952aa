"""Numbers of the page Operations from made-up rows; truth: by hand."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboards.pages.operations_cycles import classes
from dashboards.pages.operations_days import Days, read_days, spread, trailing_mean
from dashboards.pages.operations_durations import insertion_cycles, round_trips, string_trips
from dashboards.pages.operations_intervals import KINDS, Intervals, bars, hours, interruptions, read_intervals
from dashboards.pages.operations_sea import SeaOf, share_open
from dashboards.pages.operations_span import Span, first_days, last_days, percent_tenths
from dashboards.pages.operations_time import Use, kinds_of_items, month_rows, use_rows
from dashboards.pages.operations_weather import by_month, happened

HOUR = 3_600
Row = tuple[str, str, str, str, float]


def rows_of(rows: Sequence[Row], hole: Sequence[int] = (), dry_t: Sequence[float] = ()) -> Intervals:
    """Return intervals of replicate 0 that follow one another from second 0: asset, activity, state, cause, hours."""
    frame = pd.DataFrame(rows, columns=["asset", "activity", "state", "cause", "hours"])
    frame["duration_s"] = (frame["hours"] * HOUR).astype(int)
    frame["start_utc"] = frame.groupby("asset", sort=False)["duration_s"].cumsum() - frame["duration_s"]
    frame["hole"] = hole or -1
    frame["dry_t"] = dry_t or 0.0
    return read_intervals(frame.assign(replicate=0), ["ship"])


def worked(activity: str, length_h: float = 1.0, asset: str = "ship") -> Row:
    return asset, activity, "working", "none", length_h


def waited(activity: str, cause: str, length_h: float = 1.0, asset: str = "ship") -> Row:
    return asset, activity, "waiting", cause, length_h


def test_few_intervals_have_a_bar_each() -> None:
    found = bars(rows_of([worked("shift"), worked("insert"), worked("offload")]), 3, 0.0)
    assert found.count.tolist() == [1, 1, 1]


def test_neighbours_of_the_same_kind_become_one_bar_that_holds_all_their_time_and_mud() -> None:
    rows = rows_of(
        [
            worked("shift"),
            worked("lift", 2.0),
            waited("shift", "weather"),
            worked("offload"),
            worked("sail", 1.0, "tug"),
        ],
        dry_t=[0.0, 9.0, 0.0, 3.0, 0.0],
    )
    found = bars(rows, 4, 0.0)
    assert [KINDS[at] for at in found.kind] == ["productive", "weather", "productive", "productive"]
    assert found.count.tolist() == [2, 1, 1, 1]
    assert ((found.end_s - found.start_s) / HOUR).tolist() == [3.0, 1.0, 1.0, 1.0]
    assert found.dry_t.tolist() == [9.0, 0.0, 3.0, 0.0]


def test_bars_too_short_to_be_seen_are_drawn_as_what_took_most_of_their_time() -> None:
    rows = rows_of([part for _ in range(50) for part in (worked("lift", 0.7), waited("lift", "weather", 0.3))])
    found = bars(rows, 20, 10.0 * HOUR)
    assert len(found.row) == 1
    assert KINDS[found.kind[0]] == "productive"
    assert (found.start_s[0], found.end_s[0], found.count[0]) == (0, 50 * HOUR, 100)


def test_a_long_bar_between_short_ones_stays() -> None:
    short = [part for _ in range(15) for part in (worked("lift", 0.7), waited("lift", "weather", 0.3))]
    found = bars(rows_of([*short, waited("repair", "failure", 30.0), *short]), 20, 5.0 * HOUR)
    assert [KINDS[at] for at in found.kind] == ["productive", "failure", "productive"]
    assert ((found.end_s - found.start_s) / HOUR).tolist() == [15.0, 30.0, 15.0]


def test_the_trip_home_after_an_emergency_is_planned_and_other_time_with_a_cause_is_lost() -> None:
    rows = rows_of(
        [
            ("ship", "transit_home", "working", "emergency", 1.0),
            ("ship", "reconnect", "working", "emergency", 1.0),
            waited("offload", "shuttle"),
            ("ship", "crew_change", "working", "crew_change", 1.0),
            ("ship", "off_hire", "idle", "none", 1.0),
            waited("wait_at_site", "mud", asset="tug"),
            ("tug", "off_hire", "idle", "none", 1.0),
        ]
    )
    expected = ["planned", "storm", "shuttle", "other", "off_hire", "shuttle", "off_hire"]
    assert [KINDS[at] for at in rows.kinds()] == expected


def test_an_interval_across_the_edge_of_two_stretches_counts_in_parts() -> None:
    rows = rows_of([worked("lift", 3.0), waited("lift", "weather", 4.0), worked("offload", 3.0)])
    place = rows.items(["lifting", "weather", "offloading"])
    found = hours(rows, place, 3, 0, 1, [0, 5 * HOUR, 9 * HOUR])
    assert found.tolist() == [[[3.0, 2.0, 0.0], [0.0, 2.0, 2.0]]]


def test_what_another_asset_does_and_waits_for_are_its_uses_of_time() -> None:
    rows = rows_of([worked("load", asset="tug"), waited("unload", "weather", asset="tug")])
    assert kinds_of_items(rows) == {"load": "productive", "unload": "productive", "weather": "weather"}
    assert rows.items(["load", "unload", "weather"]).tolist() == [0, 2]


def test_uses_of_time_stand_by_group_and_length_with_their_range() -> None:
    """Two replicates of 10 h: P10 and P90 lie a tenth inside the two values."""
    values = np.array([[[6.0, 3.0, 0.0, 1.0]], [[2.0, 5.0, 0.0, 3.0]]])
    use = Use(("lifting", "weather", "storm", "offloading"), ("productive", "weather", "storm", "productive"), values)
    rows = use_rows(use)
    assert rows["item"].tolist() == ["lifting", "offloading", "weather"]
    assert rows["mean_h"].tolist() == [4.0, 2.0, 4.0]
    assert rows["p10_h"].tolist() == pytest.approx([2.4, 1.2, 3.2])
    assert rows["p90_h"].tolist() == pytest.approx([5.6, 2.8, 4.8])
    assert rows["share_of_calendar"].sum() == pytest.approx(1.0)


def test_kinds_of_a_month_make_up_all_of_it() -> None:
    values = np.array([[[6.0, 3.0, 1.0], [1.0, 1.0, 2.0]]])
    rows = month_rows(Use(("a", "b", "c"), ("productive", "weather", "productive"), values), ["2027-01", "2027-02"])
    assert rows["share_percent"].tolist() == pytest.approx([70.0, 75.0, 30.0, 25.0])
    assert rows.groupby("month_jst")["share_percent"].sum().tolist() == pytest.approx([100.0, 100.0])


def test_an_interruption_goes_on_as_long_as_its_cause_does() -> None:
    rows = rows_of(
        [
            worked("lift"),
            ("ship", "disconnect", "working", "emergency", 1.0),
            waited("hang_off", "emergency", 20.0),
            ("ship", "reconnect", "working", "emergency", 4.0),
            waited("run_string", "weather", 6.0),
            worked("run_string"),
            waited("run_string", "weather", 7.0),
            ("ship", "transit_home", "working", "emergency", 90.0),
            waited("load", "weather", 80.0, "tug"),
        ]
    )
    found = interruptions(rows, 2)
    assert ((found.end_s - found.start_s) / HOUR).tolist() == [25.0, 7.0]
    assert (found.row[0], found.last[0]) == (1, 3)


def test_without_losses_there_is_no_interruption() -> None:
    assert not len(interruptions(rows_of([worked("lift")]), 10).row)


def test_a_cycle_is_the_work_in_a_hole_whose_mud_came_up() -> None:
    """Hole 0 waits two hours for weather, hole 1 is given up before its lift, hole 2 is done."""
    rows = rows_of(
        [
            worked("shift", 1.5),
            waited("insert", "weather", 2.0),
            worked("insert", 0.5),
            worked("disaggregate", 1.0),
            worked("lift", 1.0),
            worked("shift", 9.0),
            worked("shift", 1.0),
            worked("insert", 1.0),
            worked("lift", 0.5),
        ],
        hole=[0, 0, 0, 0, 0, 1, 2, 2, 2],
        dry_t=[0.0, 0.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.0, 11.0],
    )
    found = insertion_cycles(rows)
    assert found.work_h.tolist() == [[1.5, 0.5, 1.0, 1.0], [1.0, 1.0, 0.0, 0.5]]
    assert found.cycle_h.tolist() == [4.0, 2.5]
    assert found.elapsed_h.tolist() == [6.0, 2.5]
    assert found.within(7 * HOUR, 99 * HOUR).cycle_h.tolist() == [2.5]


def test_a_run_of_the_string_goes_on_after_an_interruption_and_ends_with_the_way_back() -> None:
    rows = rows_of(
        [
            worked("run_string", 30.0),
            waited("run_string", "weather", 8.0),
            ("ship", "repair", "repairing", "failure", 5.0),
            worked("run_string", 20.0),
            worked("lift", 2.0),
            worked("recover_string", 45.0),
            worked("run_string", 50.0),
        ]
    )
    assert string_trips(rows, "run_string").hours.tolist() == [50.0, 50.0]
    assert string_trips(rows, "recover_string").hours.tolist() == [45.0]


def test_a_round_trip_lasts_from_one_start_to_the_next_of_the_same_ship() -> None:
    one = [worked("sail_to_site", 10.0, "a"), worked("load", 5.0, "a"), worked("sail_to_island", 11.0, "a")]
    other = [worked(activity, length_h, "b") for _, activity, _, _, length_h in one]
    rows = rows_of([*one, waited("unload", "berth", 4.0, "a"), *one, *other])
    found = round_trips(rows, "sail_to_site")
    assert found.hours.tolist() == [30.0]


def test_days_without_a_row_are_nought_and_days_after_the_calendar_are_left_out() -> None:
    frame = pd.DataFrame(
        [
            (3, "2027-01-02", "a_t", 5.0),
            (4, "2027-01-01", "a_t", 7.0),
            (4, "2027-01-09", "a_t", 1.0),
            (3, "2027-01-01", "c", 9.0),
        ],
        columns=["replicate", "date", "name", "value"],
    )
    days = Days(read_days(frame, ["a_t", "b_h"], Span(date(2027, 1, 1), date(2027, 1, 3)), range(3, 5)), 2)
    assert days.of("a_t").tolist() == [[0.0, 5.0, 0.0], [7.0, 0.0, 0.0]]
    assert not days.of("b_h").any()


def test_percentiles_lie_between_order_statistics() -> None:
    assert spread(np.arange(11.0)[:, None]).tolist() == [[1.0], [5.0], [9.0]]


def test_a_mean_of_one_day_is_the_day() -> None:
    values = np.array([[3.0, 1.0, 4.0]])
    assert trailing_mean(values, 1).tolist() == values.tolist()


def test_months_part_the_days_of_a_span_across_the_year() -> None:
    months = Span(date(2027, 11, 20), date(2028, 1, 2)).months()
    assert [one.days for one in months] == [11, 31, 2]
    assert months[1] == Span(date(2027, 12, 1), date(2027, 12, 31))
    assert months[0].end_s == months[1].begin_s


def test_a_span_begins_at_midnight_in_japan() -> None:
    """Midnight in Japan is 15:00 UTC of the day before."""
    assert Span(date(1970, 1, 2), date(1970, 1, 2)).begin_s == 15 * HOUR


def test_of_a_long_campaign_months_can_be_chosen() -> None:
    short, long = Span(date(2027, 1, 8), date(2027, 1, 10)), Span(date(2030, 1, 8), date(2031, 5, 20))
    assert first_days(short) == last_days(short) == ["2027-01-08", "2027-01-09", "2027-01-10"]
    assert first_days(long)[:2] == ["2030-01-08", "2030-02-01"]
    assert last_days(long)[-2:] == ["2031-04-30", "2031-05-20"]


def test_parts_in_per_cent_add_up() -> None:
    assert sum(percent_tenths([1.0, 2.0, 3.0, 1.0])) == pytest.approx(100.0)
    assert percent_tenths([1.0, 0.0]) == [100.0, 0.0]


def test_the_share_of_open_hours_counts_waves_and_wind() -> None:
    """Of ten hours two have high waves and one has high wind: 7 of 10, all within January in Japan."""
    waves = np.array([1, 1, 1, 4, 4, 1, 1, 1, 1, 1], dtype=np.float32)
    wind = np.array([5, 5, 5, 5, 5, 5, 5, 5, 5, 30], dtype=np.float32)
    month = Span(date(1970, 1, 1), date(1970, 1, 31))
    of = SeaOf(0, waves, wind, np.zeros(10, dtype=np.bool_), {"mining": 3.0}, 20.0)
    assert share_open(of, ["mining"], [month]).tolist() == [[0.7]]


def test_a_campaign_of_years_is_shown_by_month_of_the_year() -> None:
    """Three years, each January 1 and every other month 0, in two replicates."""
    whole = Span(date(2030, 1, 1), date(2032, 12, 31))
    values = np.tile(np.eye(12)[0], 3)[None, :].repeat(2, axis=0)
    months, fans = by_month(whole, values)
    assert months[0] == "01" and len(months) == 12
    assert fans[:, 0].tolist() == [1.0, 1.0, 1.0] and not fans[:, 1:].any()
    assert happened(whole, values > 0.0) == (months, [6] + [0] * 11, [6] * 12)


def test_classes_of_durations_hold_all_of_them() -> None:
    edges, share, own = classes(np.linspace(1.0, 5.0, 1_000), np.array([1.0, 5.0]))
    assert (share.sum(), own.sum()) == (pytest.approx(100.0), pytest.approx(100.0))
    assert own[0] == own[-1] == 50.0
    assert np.all(np.diff(edges) > 0.0)
