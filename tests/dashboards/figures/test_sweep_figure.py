"""Pictures of sweeps show every point and never a number for what never happened (truth: derived, by hand)."""

import math

import pandas as pd
import pytest

from dashboards.figures.sweep import sweep_figure


def frame(keys: dict[str, list[str]], p50: list[float], outcomes: tuple[str, ...] = ("lifted_wet_t",)) -> pd.DataFrame:
    """Return a table of made-up points, P10 and P90 one below and above P50."""
    rows = []
    for outcome in outcomes:
        for place, middle in enumerate(p50):
            point = {key: values[place] for key, values in keys.items()}
            told = {"outcome": outcome, "title": outcome.title(), "unit": "t"}
            rows.append(
                point
                | told
                | {"p10": middle - 1, "p50": middle, "p90": middle + 1, "difference": 0.0, "standard_error": 0.1}
            )
    return pd.DataFrame(rows)


def test_one_numeric_key_gives_a_line_in_order_with_its_band() -> None:
    figure = sweep_figure(frame({"a": ["3.0", "1.0", "2.0"]}, [30.0, 10.0, 20.0]), [("a", False)], "title")
    band, line = figure.data
    assert (list(line.x), list(line.y)) == ([1.0, 2.0, 3.0], [10.0, 20.0, 30.0])
    assert (list(band.x), list(band.y)) == ([1.0, 2.0, 3.0, 3.0, 2.0, 1.0], [9.0, 19.0, 29.0, 31.0, 21.0, 11.0])
    assert figure.layout.title.text == "title"


def test_where_something_never_happened_line_and_band_break() -> None:
    figure = sweep_figure(frame({"a": ["1", "2", "3", "4"]}, [1.0, math.inf, 3.0, 4.0]), [("a", False)], "")
    *bands, line = figure.data
    assert list(line.y) == [1.0, None, 3.0, 4.0]
    assert [list(band.x) for band in bands] == [[3.0, 4.0, 4.0, 3.0]]


def test_dates_stay_dates() -> None:
    days = ["2027-01-08T09:00:00+09:00", "2027-02-08T09:00:00+09:00"]
    assert list(sweep_figure(frame({"start": days}, [1.0, 2.0]), [("start", False)], "").data[-1].x) == days


def test_words_give_markers_with_bars_in_the_order_typed() -> None:
    (dots,) = sweep_figure(frame({"policy": ["b", "a"]}, [5.0, 6.0]), [("policy", True)], "").data
    assert (list(dots.x), list(dots.y), dots.mode) == (["b", "a"], [5.0, 6.0], "markers")
    assert (list(dots.error_y.array), list(dots.error_y.arrayminus)) == ([1.0, 1.0], [1.0, 1.0])


def test_two_keys_give_a_heat_map_with_every_point_in_its_cell() -> None:
    points = {"a": ["1", "1", "2", "2"], "b": ["x", "y", "x", "y"]}
    figure = sweep_figure(frame(points, [1.0, 2.0, 3.0, math.inf]), [("a", False), ("b", True)], "")
    (heat,) = figure.data
    assert [list(line) for line in heat.z] == [[1.0, 3.0], [2.0, None]]
    assert (list(heat.x), list(heat.y)) == (["1", "2"], ["x", "y"])
    assert [note.text for note in figure.layout.annotations][-1] == "never"


def test_three_keys_give_a_heat_map_for_every_value_of_the_third() -> None:
    points = {"a": ["1", "1", "2", "2"], "b": ["3", "3", "3", "3"], "c": ["x", "y", "x", "y"]}
    figure = sweep_figure(frame(points, [1.0, 2.0, 3.0, 4.0]), [("a", False), ("b", False), ("c", True)], "")
    assert [[list(line) for line in heat.z] for heat in figure.data] == [[[1.0, 3.0]], [[2.0, 4.0]]]
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["Lifted_Wet_T [t]<br>c = x", "Lifted_Wet_T [t]<br>c = y"]


@pytest.mark.parametrize("keys", [1, 2])
def test_every_outcome_has_its_row_and_its_unit(keys: int) -> None:
    points = {"a": ["1", "2"], "b": ["1", "1"]} if keys == 2 else {"a": ["1", "2"]}
    named = [(key, False) for key in points]
    figure = sweep_figure(frame(points, [1.0, 2.0], ("one_t", "two_t")), named, "")
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["One_T [t]", "Two_T [t]"]


@pytest.mark.parametrize("keys", [1, 2, 3])
def test_the_picture_is_as_wide_as_the_window_and_its_panels_stand_in_one_column(keys: int) -> None:
    points = {"a": ["1", "1"], "b": ["2", "2"], "c": ["3", "4"]}
    named = [(key, False) for key in points][-keys:]
    figure = sweep_figure(frame({key: points[key] for key, _ in named}, [1.0, 2.0]), named, "")
    assert (figure.layout.width, figure.layout.autosize) == (None, True)
    assert {figure.layout[name].domain for name in figure.layout if name.startswith("xaxis")} == {(0.0, 1.0)}


def test_numbers_in_cells_are_written_as_in_the_table() -> None:
    points = {"a": ["1", "1", "2", "2"], "b": ["x", "y", "x", "y"]}
    (heat,) = sweep_figure(frame(points, [21889.4, 246.6, 4.368, 0.0]), [("a", False), ("b", True)], "").data
    assert [list(line) for line in heat.text] == [["21,889", "4.37"], ["247", "0"]]
    assert heat.customdata[0][0].startswith("P50 21,889 t (P10 21,888, P90 21,890)")
