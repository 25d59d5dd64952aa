"""Figures of the page Operations: what their traces hold; truth: the made-up values they are given."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.figures.operations import (
    PATTERNS,
    fan_figure,
    gantt_figure,
    marked,
    month_axis,
    months_figure,
    use_figure,
)
from dashboards.figures.operations_weather import (
    Strip,
    chance_figure,
    histogram_figure,
    open_figure,
    sea_figure,
)
from dashboards.pages.operations_intervals import KINDS
from dashboards.theme import TIME_COLOURS
from dashboards.words import read_words

WORDS = read_words("en")


def test_each_kind_of_time_looks_different_without_colour_too() -> None:
    assert tuple(PATTERNS) == KINDS
    assert set(TIME_COLOURS) == set(KINDS) - {"off_hire"}
    looks = [(marked(kind).get("pattern", {}).get("shape", ""), marked(kind)["line"]["width"]) for kind in KINDS]
    assert len(set(looks)) == len(KINDS)


def test_a_hatched_bar_keeps_the_colour_of_its_kind_as_its_ground() -> None:
    assert marked("weather")["pattern"]["bgcolor"] == TIME_COLOURS["weather"]


def test_the_gantt_has_a_trace_for_each_kind_and_a_name_for_each_asset() -> None:
    bars = pd.DataFrame(
        {
            "row": [0, 0, 1],
            "kind": ["productive", "weather", "productive"],
            "start_ms": [0.0, 10.0, 5.0],
            "duration_ms": [10.0, 5.0, 7.0],
            "hover": ["a", "b", "c"],
        }
    )
    figure = gantt_figure(bars, ["Ship", "Tug"], [0.0, 20.0], True, WORDS)
    assert [trace.name for trace in figure.data] == ["Productive", "Weather"]
    assert list(figure.data[0].base) == [0.0, 5.0] and list(figure.data[0].x) == [10.0, 7.0]
    assert list(figure.data[0].customdata) == ["a", "c"]
    assert [note.text for note in figure.layout.annotations] == ["Ship", "Tug"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # the first asset on top


def test_the_fan_holds_its_percentiles_and_the_target_is_within_the_axis() -> None:
    dates = ["2027-01-01", "2027-01-02"]
    fan = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    figure = fan_figure(dates, fan, np.array([9.0, 0.0]), "Replicate 3", "t/d", (350.0, "Target"), WORDS)
    high, low, middle, one = figure.data
    assert [list(trace.y) for trace in (low, middle, high, one)] == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [9.0, 0.0]]
    assert low.fill == "tonexty"
    (line,) = figure.layout.shapes
    assert line.y0 == line.y1 == 350.0
    assert figure.layout.yaxis.range[1] > 350.0
    assert figure.layout.xaxis.range == ("2026-12-31T12", "2027-01-02T12")


def test_without_a_target_there_is_no_line() -> None:
    fan = np.zeros((3, 1))
    assert not fan_figure(["2027-01-01"], fan, np.zeros(1), "one", "t", None, WORDS).layout.shapes


def test_uses_of_time_stand_from_top_to_bottom_with_a_line_from_p10_to_p90() -> None:
    rows = pd.DataFrame(
        {
            "label": ["Lifting", "Weather"],
            "kind": ["productive", "weather"],
            "mean": [5.0, 3.0],
            "p10": [4.0, 0.0],
            "p90": [6.0, 8.0],
            "said": ["5.0", "3.0"],
        }
    )
    figure = use_figure(rows, "d", WORDS)
    assert [list(trace.x) for trace in figure.data[:2]] == [[5.0], [3.0]]
    assert list(figure.data[2].x) == [4.0, 6.0, None, 0.0, 8.0, None]
    assert list(figure.data[3].x) == [6.0, 8.0]
    assert figure.layout.yaxis.categoryarray == ("Weather", "Lifting")
    assert "d" in figure.layout.xaxis.title.text


def test_months_are_stacked_to_a_hundred_per_cent() -> None:
    shares = {"productive": [60.0, 0.0], "weather": [40.0, 100.0]}
    figure = months_figure(["2027-01", "2027-02"], shares, {name: ["", ""] for name in shares}, WORDS)
    assert figure.layout.barmode == "stack"
    assert np.sum([trace.y for trace in figure.data], axis=0).tolist() == [100.0, 100.0]


def test_months_are_written_short_with_the_year_where_it_begins() -> None:
    figure = go.Figure()
    month_axis(figure, ["2027-11", "2027-12", "2028-01", "2028-02"], "Month")
    assert figure.layout.xaxis.ticktext == ("11<br>2027", "12", "01<br>2028", "02")
    month_axis(figure, ["01", "02"], "Month of the year")
    assert figure.layout.xaxis.ticktext == ("01", "02")


def test_the_sea_has_its_limits_with_their_heights_and_a_row_for_each_strip() -> None:
    strip = Strip("Mining", "weather", np.array([0.0]), np.array([5.0]), ["closed"])
    empty = Strip("Near", "storm", np.zeros(0), np.zeros(0), [])
    limits = [("Mining", 3.0), ("String", 2.5)]
    figure = sea_figure(np.array([0.0, 1.0]), np.array([1.0, 4.0]), limits, [strip, empty], [0.0, 9.0], WORDS)
    assert [trace.name for trace in figure.data[1:3]] == ["Mining 3.0 m", "String 2.5 m"]
    assert list(figure.data[1].y) == [3.0, 3.0]
    assert figure.layout.yaxis2.categoryarray == ("Near", "Mining")
    assert list(figure.data[3].base) == [0.0]


@pytest.mark.parametrize("make", [open_figure, chance_figure])
def test_whiskers_reach_from_the_low_to_the_high_end(make: object) -> None:
    fan = np.array([[10.0, 20.0], [40.0, 50.0], [60.0, 90.0]])
    if make is open_figure:
        bar = open_figure(["2027-01", "2027-02"], {"Mining": fan}, WORDS).data[0]
    else:
        bar = chance_figure(["2027-01", "2027-02"], {"Storm": fan[[1, 0, 2]]}, WORDS).data[0]
    assert list(bar.y) == [40.0, 50.0]
    assert list(bar.error_y.array) == [20.0, 40.0]
    assert list(bar.error_y.arrayminus) == [30.0, 30.0]


def test_the_histogram_marks_its_percentiles() -> None:
    edges = np.array([1.0, 2.0, 3.0])
    figure = histogram_figure(edges, np.array([40.0, 60.0]), np.array([100.0, 0.0]), [("P50", 2.2)], "one", WORDS)
    assert list(figure.data[0].x) == [1.5, 2.5] and list(figure.data[0].y) == [40.0, 60.0]
    assert list(figure.data[1].y) == [100.0, 0.0]
    assert [
        (shape.x0, note.text) for shape, note in zip(figure.layout.shapes, figure.layout.annotations, strict=True)
    ] == [(2.2, "P50")]
