"""Figure of the page Live on the last days (truth: what is given to it)."""

from dashboards.figures.live_expected import FURTHEST, Compared, expected_figure
from dashboards.words import read_words

ROWS = (
    Compared("a <b>", "told", (1.0, 2.0, 3.0), 2.5, False, "a"),
    Compared("b", "told", (10.0, 20.0, 30.0), 500.0, True, "b"),
)


def test_what_deviates_is_told_apart_and_what_is_far_off_stands_at_the_edge() -> None:
    figure = expected_figure(ROWS, read_words("en"))
    bar, middles, fits, odd = figure.data
    assert [x for x in bar.x if x is not None] == [0.0, 1.0, 0.0, 1.0]
    assert list(middles.x) == [0.5, 0.5]
    assert (list(fits.x), list(fits.y)) == ([0.75], [0])
    assert (list(odd.x), list(odd.y)) == ([1.0 + FURTHEST], [-1])
    assert fits.marker.symbol != odd.marker.symbol and fits.marker.color != odd.marker.color
    assert [one.text for one in figure.layout.annotations][::2] == ["a &lt;b&gt;", "b"]
