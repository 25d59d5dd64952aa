"""Pictures of a sensitivity study show every share with its interval (truth: derived, by hand)."""

import math

import pandas as pd

from dashboards.figures.sensitivity import MOST_BARS, sensitivity_figure


def frame(count: int = 20) -> pd.DataFrame:
    """Return two outcomes of made-up quantities; the three strongest share in the variance, the third nothing."""
    rows = []
    for outcome in ("one_t", "two_t"):
        for place in range(count):
            share = {0: 0.3, 1: 0.6, 2: 0.0}.get(place, math.nan)
            told = {"outcome": outcome, "title": outcome.title(), "unit": "t", "key": f"k{place}"}
            effect = {"mu_star": float(count - place), "mu_star_95": 0.5}
            rows.append(told | effect | {"first": share, "first_95": 0.1, "total": share, "total_95": 0.1})
    return pd.DataFrame(rows)


def test_shares_come_by_size_without_those_of_nothing() -> None:
    total, first, _, *_ = sensitivity_figure(frame(), "title").data
    assert (list(total.y), list(total.x)) == (["k0", "k1"], [0.3, 0.6])  # upwards
    assert list(first.error_x.array) == [0.1, 0.1]


def test_the_strongest_effects_are_shown_strongest_on_top() -> None:
    effects = sensitivity_figure(frame(), "title").data[2]
    assert len(effects.y) == MOST_BARS
    assert (effects.y[-1], effects.x[-1]) == ("k0", 20.0)


def test_every_outcome_has_two_panels_and_the_legend_names_each_colour_once() -> None:
    figure = sensitivity_figure(frame(4), "title")
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["One_T: shares", "One_T: effects", "Two_T: shares", "Two_T: effects"]
    assert [trace.name for trace in figure.data if trace.showlegend] == [
        "total order",
        "first order",
        "effect by screening",
    ]
    assert figure.layout.xaxis2.title.text == "mean change [t]<br>when the value goes up by half of its probability"


def test_an_outcome_without_any_share_still_has_its_effects() -> None:
    empty = frame(3).assign(total=math.nan, first=math.nan)
    assert [len(trace.y) for trace in sensitivity_figure(empty, "").data] == [0, 0, 3, 0, 0, 3]


def test_the_picture_is_as_wide_as_the_window_and_its_panels_stand_in_one_column() -> None:
    figure = sensitivity_figure(frame(4), "title")
    assert (figure.layout.width, figure.layout.autosize) == (None, True)
    axes = [figure.layout[f"xaxis{place}"].domain for place in ("", 2, 3, 4)]
    assert axes == [(0.0, 1.0)] * 4
