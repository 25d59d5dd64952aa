"""Figures of the page Forecast skill (truth: what is given to them)."""

import pytest

from dashboards.figures.skill import (
    ByLead,
    Said,
    bias_figure,
    coverage_figure,
    loss_figure,
    place_figure,
    said_figure,
)
from dashboards.words import read_words

WORDS = read_words("en")
GROUPS = [
    ByLead("calibrated", (1, 7), (10.0, 20.0), (3, 2)),
    ByLead("persistence", (1, 3, 7), (15.0, 30.0, 60.0), (3, 3, 2)),
]


def test_bars_stand_at_their_lead_and_a_missing_lead_has_none() -> None:
    figure = loss_figure(GROUPS, [1, 3, 7], "t", WORDS)
    assert [list(one.x) for one in figure.data] == [[0, 2], [0, 1, 2]]
    assert [list(one.y) for one in figure.data] == [[10.0, 20.0], [15.0, 30.0, 60.0]]
    assert list(figure.layout.xaxis.ticktext) == ["1", "3", "7"]
    assert figure.data[0].customdata[1][1:4] == ["7", "20", "2"]
    assert figure.data[0].marker.pattern.shape != figure.data[1].marker.pattern.shape


def test_coverage_has_its_range_and_the_nominal_line() -> None:
    own = ByLead("calibrated", (1,), (80.0,), (10,), (55.0,), (93.0,))
    figure = coverage_figure([own], [1], WORDS)
    assert list(figure.data[0].error_y.array) == pytest.approx([13.0])
    assert list(figure.data[0].error_y.arrayminus) == pytest.approx([25.0])
    assert figure.layout.shapes[0].y0 == 90.0


def test_a_bias_below_nought_is_drawn_below_nought() -> None:
    figure = bias_figure([ByLead("planned", (1,), (-4.0,), (2,))], [1], "h", WORDS)
    assert list(figure.data[0].y) == [-4.0] and figure.layout.shapes[0].y0 == 0.0


def test_the_histogram_counts_and_says_what_is_expected() -> None:
    figure = place_figure([2, 0, 1, 0, 2], 1.0, WORDS)
    assert list(figure.data[0].y) == [2, 0, 1, 0, 2]
    assert list(figure.data[0].x) == [10.0, 30.0, 50.0, 70.0, 90.0]
    assert figure.data[0].customdata[0] == "0–20 %" and figure.layout.shapes[0].y0 == 1.0


def test_what_came_stands_once_at_each_origin_beside_what_was_said() -> None:
    rows = [
        Said("calibrated", "2027-02-01T00:00:00", 1.0, 2.0, 4.0, 3.0),
        Said("planned", "2027-02-01T00:00:00", 0.0, 2.0, 5.0, 3.0),
    ]
    ours, plan, came = said_figure(rows, "t", WORDS).data
    assert (list(ours.error_y.array), list(ours.error_y.arrayminus)) == ([2.0], [1.0])
    assert list(plan.y) == [2.0] and list(came.y) == [3.0]
    assert ours.x[0] < came.x[0] < plan.x[0]
