"""Pictures of the page *Compare*: what is drawn where (derived by hand)."""

import pandas as pd
import pytest

from dashboards.figures.compare import Interval, Path, Row, Spread, forest, in_lines, paths, side_by_side
from dashboards.figures.tornado import Bar, ShareBar, shares, tornado
from dashboards.words import read_words

EN = read_words("en")
ROWS = [
    Row(
        "Mud lifted", (Interval(1, "B: +2", 2.0, 1.0, 3.0, 0.5, 3.5), Interval(2, "C: -1", -1.0, -2.0, 0.0, -3.0, 1.0))
    ),
    Row("Fuel <b>", (Interval(1, "B: +9", 9.0, 8.0, 10.0, 7.0, 11.0),)),
]


def test_a_forest_has_thick_and_thin_lines_a_mark_for_each_mean_and_a_zero_line() -> None:
    figure = forest(ROWS, ["A base", "B other", "C third"], "Difference [%]")
    marks = {trace.name: list(trace.x) for trace in figure.data if trace.mode == "markers"}
    assert marks == {"B other": [2.0, 9.0], "C third": [-1.0]}
    thin, thick = [trace for trace in figure.data if trace.mode == "lines"][:2]
    assert list(thin.x) == [0.5, 3.5, None, 7.0, 11.0, None] and list(thick.x) == [1.0, 3.0, None, 8.0, 10.0, None]
    assert thick.line.width > thin.line.width
    assert [shape.x0 for shape in figure.layout.shapes if shape.x0 == shape.x1] == [0.0]
    low, high = figure.layout.xaxis.range
    assert low == -high and high > 11.0


def test_each_row_lies_below_its_label_and_user_text_is_shown_as_it_is() -> None:
    figure = forest(ROWS, ["A", "B", "C"], "x")
    labels = [(note.text, note.y) for note in figure.layout.annotations]
    assert labels == [("Mud lifted", 0), ("Fuel &lt;b&gt;", -1)]
    (second,) = [trace.y for trace in figure.data if trace.mode == "markers" and trace.name == "B"]
    assert 0.0 > second[0] > -1.0 > second[1] > -2.0


def test_intervals_far_wider_than_every_difference_are_cut_at_the_edge() -> None:
    """By hand: three times the largest mean, with a margin of 8 %."""
    figure = forest([Row("a", (Interval(1, "", 1.0, -50.0, 52.0, -80.0, 82.0),))], ["A", "B"], "x")
    assert list(figure.layout.xaxis.range) == pytest.approx([-3.24, 3.24])


def test_long_labels_take_more_lines_that_a_narrow_screen_shows_whole() -> None:
    """46 narrow letters a line; a Japanese letter is as wide as two."""
    assert in_lines("a" * 20 + " " + "b" * 20) == "a" * 20 + " " + "b" * 20
    assert in_lines("a" * 30 + " " + "b" * 30).split("<br>") == ["a" * 30, "b" * 30]
    assert [len(line) for line in in_lines("泥" * 30).split("<br>")] == [23, 7]


def test_ranges_stand_side_by_side_and_what_never_happens_has_no_mark() -> None:
    figure = side_by_side([Spread(0, "A", "A: 5", 1.0, 5.0, 9.0), Spread(1, "B", "B: never", 2.0, None, None)], "t")
    assert [list(trace.x) for trace in figure.data if trace.mode == "lines"] == [[1.0, 9.0]]
    assert [list(trace.x) for trace in figure.data if trace.mode == "markers"] == [[5.0], []]


def path(run: int, name: str, end: float) -> Path:
    frame = pd.DataFrame({"day": [0, 1], "date": ["2027-01-08", "2027-01-09"], "p10": [0.0, 1.0], "p50": [0.0, end]})
    return Path(run, name, frame.assign(p90=[0.0, 2.0 * end]))


@pytest.mark.parametrize(("by_date", "x"), [(True, ["2027-01-08", "2027-01-09"]), (False, [0, 1])])
def test_mud_over_time_has_a_median_and_a_band_for_every_run(by_date: bool, x: list[object]) -> None:
    figure = paths([path(0, "A", 5.0), path(1, "B", 7.0)], by_date, "Mud [t]", EN)
    bands, lines = figure.data[:2], figure.data[2:]
    assert [list(one.y) for one in lines] == [[0.0, 5.0], [0.0, 7.0]] and list(lines[0].x) == x
    assert list(bands[0].y) == [0.0, 10.0, 1.0, 0.0] and all(not one.showlegend for one in bands)
    assert "UTC" not in str(figure.layout.xaxis.title.text) and len({one.line.dash for one in lines}) == 2


def test_a_tornado_runs_from_the_mean_where_a_number_is_low_to_where_it_is_high() -> None:
    figure = tornado([Bar("Cycle", 4.0, 9.0, "said"), Bar("Waves", 7.0, 5.0, "")], 6.0, "Mud [t]", EN)
    low, high = figure.data
    assert (list(low.x), list(high.x)) == ([-2.0, 1.0], [3.0, -1.0]) and (low.base, high.base) == (6.0, 6.0)
    assert [note.text for note in figure.layout.annotations] == ["Cycle", "Waves"]


def test_shares_have_their_intervals() -> None:
    figure = shares([ShareBar("Cycle", 0.8, 0.1, 0.7, 0.2, "said")], EN)
    assert [(list(one.x), list(one.error_x.array)) for one in figure.data] == [([0.8], [0.1]), ([0.7], [0.2])]
