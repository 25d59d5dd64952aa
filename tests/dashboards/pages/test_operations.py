"""Page Operations: what its panels draw of a real run; the numbers below them by hand (test_operations_numbers.py)."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboards.page import Drawn, View
from dashboards.pages import operations
from dashboards.pages.operations_days import days_of
from dashboards.pages.operations_intervals import COLUMNS, GROUPS, hours, read_intervals
from dashboards.pages.operations_sea import sea_of
from dashboards.pages.operations_span import (
    Span,
    campaign_span,
    chosen_span,
    cut_to_calendar,
    mining_names,
    replicates,
)
from dashboards.pages.operations_time import use_of
from ops_data.units import HOURS_PER_DAY, SECONDS_PER_HOUR
from twin.indicators.categories import CATEGORIES

ViewOf = Callable[..., View]
PANELS = [panel.name for panel in operations.PAGE.panels]
FIGURES = ["gantt", "ramp", "mud", "use", "months", "sea", "windows", "storms", "cycles"]


def drawn(view: View, name: str) -> Drawn:
    """Return what a panel draws."""
    panel = operations.PAGE.panel(name)
    assert panel is not None
    return panel.draw(view)


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", FIGURES)
def test_each_panel_draws_a_figure_that_is_told_in_words_with_its_data(view_of: ViewOf, name: str, lang: str) -> None:
    found = drawn(view_of("operations", lang=lang), name)
    assert isinstance(found.body, go.Figure)
    assert found.alt and "{" not in found.alt + found.note
    assert found.unit
    assert found.rows is not None and len(found.rows)


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", ["interruptions", "durations"])
def test_the_tables_have_their_data_too(view_of: ViewOf, name: str, lang: str) -> None:
    found = drawn(view_of("operations", lang=lang), name)
    assert found.rows is not None and len(found.rows)


def test_without_readings_the_panel_says_so(view_of: ViewOf) -> None:
    found = drawn(view_of("operations"), "readings")
    assert found.rows is None
    assert "No data" in str(found.body)


def test_the_log_of_the_gantt_holds_each_interval_and_tiles_the_time_of_each_asset(view_of: ViewOf) -> None:
    """Truth: the table intervals and the calendar of the scenario."""
    view = view_of("operations", {"replicate": "2"})
    rows = drawn(view, "gantt").rows
    assert rows is not None
    assert len(rows) == len(view.data.calendar(view.run, 2))
    calendar_h = (view.scenario.end_s - view.scenario.start_s) / SECONDS_PER_HOUR
    assert rows.groupby("asset")["duration_h"].sum().to_numpy() == pytest.approx(calendar_h)


def test_fewer_days_show_each_interval_by_itself(view_of: ViewOf) -> None:
    whole = drawn(view_of("operations"), "gantt")
    view = view_of("operations", {"from": "2027-03-01", "to": "2027-03-02"})
    few = drawn(view, "gantt")
    assert whole.rows is not None and few.rows is not None and isinstance(few.body, go.Figure)
    assert isinstance(whole.body, go.Figure)
    assert sum(len(trace.x) for trace in few.body.data) == len(few.rows)
    assert sum(len(trace.x) for trace in whole.body.data) < len(whole.rows)


def test_use_of_time_adds_up_to_the_calendar_and_to_the_indicators_of_the_run(view_of: ViewOf) -> None:
    """Truth: the run's own outcomes `calendar_days`, worked out from the rows while it was played."""
    view = view_of("operations")
    rows = drawn(view, "use").rows
    assert rows is not None
    outcomes = view.data.outcomes(view.run)
    days = outcomes[outcomes["name"] == "calendar_days"].groupby("item")["value"].mean()
    found = rows.groupby("group")["mean_h"].sum() / HOURS_PER_DAY
    assert {name: found.get(name, 0.0) for name in GROUPS} == pytest.approx(days.to_dict())
    assert rows["share_of_calendar"].sum() == pytest.approx(1.0)


def test_hours_from_the_intervals_are_those_of_the_daily_series(view_of: ViewOf) -> None:
    """Truth: two tables of the run that were made from the same rows in two ways."""
    view = view_of("operations", {"from": "2027-01-20", "to": "2027-03-09"})
    span = operations_span(view)
    found = use_of(view, span)
    frame = view.data.table(view.run, "intervals", COLUMNS)
    rows = read_intervals(frame[frame["asset"] == "chikyu"], mining_names(view.scenario))
    begin_s, end_s = cut_to_calendar(span, view.scenario)
    edges = [begin_s, *(one.begin_s for one in span.months()[1:]), end_s]
    own = hours(rows, rows.items(CATEGORIES), len(CATEGORIES), 0, len(replicates(view)), edges)
    assert found is not None
    assert found.items == CATEGORIES
    assert found.values_h == pytest.approx(own)


def operations_span(view: View) -> Span:
    """Return the days that a view chooses."""
    span = chosen_span(view)
    assert span is not None
    return span


def test_every_asset_uses_the_whole_calendar(view_of: ViewOf) -> None:
    view = view_of("operations")
    whole = campaign_span(view.scenario)
    calendar_h = (view.scenario.end_s - view.scenario.start_s) / SECONDS_PER_HOUR
    for asset in ("mining", "shuttle-1", "island", "carrier-1"):
        found = use_of(replace(view, chosen={**view.chosen, "asset": asset}), whole)
        assert found is not None
        assert found.values_h.sum(axis=(1, 2)) == pytest.approx(calendar_h)


def test_mud_since_departure_ends_at_the_indicator_of_the_run(view_of: ViewOf) -> None:
    """Truth: the run's own indicator lifted_wet_t (P10, P50, P90 over replicates)."""
    view = view_of("operations")
    rows = drawn(view, "mud").rows
    assert rows is not None
    table = view.data.table(view.run, "indicators")
    (row,) = table[(table["name"] == "lifted_wet_t") & (table["item"] == "") & (table["period"] == "")].to_dict(
        "records"
    )
    last = rows.iloc[-1]
    found = [last[f"{name}_wet_t_so_far"] for name in ("p10", "p50", "p90")]
    assert found == pytest.approx([row["low"], row["value"], row["high"]])


def test_the_target_is_drawn_on_its_own_basis_alone(view_of: ViewOf) -> None:
    on_basis, off_basis = (drawn(view_of("operations", {"basis": basis}), "ramp") for basis in ("wet", "dry"))
    assert isinstance(on_basis.body, go.Figure) and isinstance(off_basis.body, go.Figure)
    assert [shape.y0 for shape in on_basis.body.layout.shapes] == [350.0]
    assert "350" in on_basis.body.layout.annotations[0].text
    assert not off_basis.body.layout.shapes
    assert "no line" in off_basis.note


def test_the_default_replicate_lifts_what_is_nearest_to_the_median(view_of: ViewOf) -> None:
    view = view_of("operations")
    lifted_t = days_of(view).of("lifted_wet_t").sum(axis=1)
    away_t = np.abs(lifted_t - np.median(lifted_t))
    assert away_t[int(view.value("replicate"))] == away_t.min()


def test_the_sea_is_the_one_the_run_was_played_in(view_of: ViewOf) -> None:
    """Truth: a wait of the string for weather ends, by the rules of the campaign, in an hour within its limit."""
    view = view_of("operations")
    ended = 0
    for number in replicates(view):
        of = sea_of(view, number)
        rows = view.data.calendar(view.run, number).astype({"activity": "str", "state": "str", "cause": "str"})
        waits = (rows["activity"] == "run_string") & (rows["state"] == "waiting") & (rows["cause"] == "weather")
        goes_on = (rows["activity"].shift(-1) == "run_string") & (rows["state"].shift(-1) == "working")
        ends = rows["start_utc"].shift(-1)[waits & goes_on].to_numpy(np.int64)
        assert of.open("string")[(ends - of.origin_s) // SECONDS_PER_HOUR].all()
        assert not of.open("string")[(ends - 1 - of.origin_s) // SECONDS_PER_HOUR].all() or not len(ends)
        ended += len(ends)
    assert ended > 0


def test_a_calm_sea_has_nothing_to_draw(view_of: ViewOf, calm_run: str) -> None:
    view = view_of("operations", run=calm_run)
    for name in ("sea", "windows", "storms"):
        assert "calm sea" in str(drawn(view, name).body)


@pytest.fixture(scope="module")
def calm_run(view_of: ViewOf) -> str:
    """Return the run with a calm sea."""
    return next(one.run_id for one in view_of("operations").data.runs() if one.scenario == "calm")


def test_where_insertions_take_the_same_time_a_sentence_says_so(view_of: ViewOf, calm_run: str) -> None:
    """Truth: the tool cycle of 2.6 h of the packaged scenario; only learning makes the first ones longer."""
    assert "take 2.6 h of work" in str(drawn(view_of("operations", run=calm_run), "cycles").body)


@pytest.mark.parametrize("name", ["gantt", "interruptions", "cycles", "durations"])
def test_a_run_without_intervals_says_how_to_get_them(view_of: ViewOf, name: str) -> None:
    view = view_of("operations")
    tables = {key: value for key, value in view.run.manifest.tables.items() if key != "intervals"}
    bare = replace(view)
    bare.__dict__["run"] = replace(view.run, manifest=replace(view.run.manifest, tables=tables))
    shown = str(drawn(bare, name).body)
    assert "daily series only" in shown and "/plan" in shown


@pytest.mark.parametrize("name", [name for name in PANELS if name not in ("windows", "storms", "readings")])
def test_days_that_end_before_they_begin_are_told(view_of: ViewOf, name: str) -> None:
    view = view_of("operations", {"from": "2027-03-05", "to": "2027-03-01"})
    assert "before they begin" in str(drawn(view, name).body)


@pytest.mark.parametrize("name", PANELS)
def test_a_single_day_is_drawn_or_said_to_be_empty(view_of: ViewOf, name: str) -> None:
    found = drawn(view_of("operations", {"from": "2027-03-05", "to": "2027-03-05"}), name)
    assert isinstance(found.body, go.Figure) == bool(found.alt)
