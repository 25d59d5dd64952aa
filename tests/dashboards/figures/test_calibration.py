"""Figures of the page Calibration (truth: what is given to them)."""

import pytest

from dashboards.figures.calibration import Learnt, Step, history_figure, learnt_figure, placed
from dashboards.words import read_words

WORDS = read_words("en")
ROWS = (
    Learnt("a <b>", "told", (1.0, 2.0, 3.0), (2.0, 2.2, 2.4), True, "a"),
    Learnt("b", "told", (10.0, 20.0, 30.0), (8.0, 19.0, 30.0), False, "b"),
)


def test_a_number_is_placed_on_the_scale_of_its_own_plan() -> None:
    """Derived: by hand; a plan without a width has no scale."""
    assert placed((2.0, 3.0, 5.0), (1.0, 2.0, 3.0)) == (0.5, 1.0, 2.0)
    assert placed((2.0, 3.0, 5.0), (2.0, 2.0, 2.0)) == (0.5, 0.5, 0.5)


def test_ranges_stand_upon_each_other_and_unidentified_ones_apart() -> None:
    figure = learnt_figure(ROWS, WORDS)
    prior, learnt, unknown, strokes, dots = figure.data
    assert [x for x in prior.x if x is not None] == [0.0, 1.0, 0.0, 1.0]
    assert [x for x in learnt.x if x is not None] == pytest.approx([0.5, 0.7])
    assert [x for x in unknown.x if x is not None] == pytest.approx([-0.1, 1.0])
    assert list(strokes.x) == [0.5, 0.5] and list(dots.x) == pytest.approx([0.6, 0.45])
    assert [one.text for one in figure.layout.annotations][::2] == ["a &lt;b&gt;", "b"]
    assert figure.layout.xaxis.range[0] < -0.1


def test_a_range_far_from_the_plan_does_not_squeeze_the_others() -> None:
    far = Learnt("far", "told", (1.0, 2.0, 3.0), (100.0, 110.0, 120.0), True, "far")
    low, high = learnt_figure([*ROWS, far], WORDS).layout.xaxis.range
    assert high < 3.0 and low > -2.0


def test_the_history_has_a_dot_and_a_range_for_each_calibration_upon_the_plan() -> None:
    steps = [
        Step("2027-02-01T00:00:00", (1.0, 2.0, 4.0), False),
        Step("2027-02-08T00:00:00", (1.5, 2.0, 2.5), True),
    ]
    figure = history_figure(steps, (0.5, 2.0, 5.0), "h", WORDS)
    marks = [one for one in figure.data if one.mode == "markers"]
    assert [list(one.y) for one in marks] == [[2.0], [2.0]]
    assert [list(one.error_y.array) for one in marks] == [[0.5], [2.0]]
    assert [list(one.error_y.arrayminus) for one in marks] == [[0.5], [1.0]]
    assert len({one.marker.color for one in marks}) == 2
    assert list(figure.data[0].y) == [0.5, 0.5] and list(figure.data[1].y) == [5.0, 5.0]
