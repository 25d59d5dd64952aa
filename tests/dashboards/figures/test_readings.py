"""The picture of a sensor shows what there is, breaks where there is nothing, and says so (truth: derived, by hand)."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboards.figures.readings import MARKS, readings_figure
from ops_data.readings import Series

BEGIN = int(datetime(2027, 1, 5, 14, tzinfo=UTC).timestamp())
NAN = math.nan


def words(key: str, fill: Mapping[str, str] | None = None) -> str:
    """Return the key and what was to be filled in, as a text that shows both."""
    return " ".join([key, *(f"{name}={text}" for name, text in (fill or {}).items())])


def series(
    values: list[float],
    marks: list[tuple[float, str]] | None = None,
    rows: int = 0,
    flags: dict[str, int] | None = None,
) -> Series:
    """Return a series of a value every ten seconds and marks every minute."""
    marked = marks or []
    counted = {flag: sum(one == flag for _, one in marked) for _, flag in marked}
    return Series(
        tag="riser.pressure",
        begin_utc=BEGIN,
        end_utc=BEGIN + 3_600,
        time_utc=BEGIN + 10 * np.arange(len(values)),
        value=np.array(values, dtype=np.float64),
        rows=rows or len(values) + len(marked),
        thinned=bool(rows),
        flagged_time_utc=BEGIN + 60 * np.arange(len(marked)),
        flagged_value=np.array([value for value, _ in marked], dtype=np.float64),
        flagged_quality=tuple(flag for _, flag in marked),
        flags=counted if flags is None else flags,
    )


def traces(figure: go.Figure) -> list[Any]:
    """Return the traces of a figure."""
    return list(figure.data)


def sentence(figure: go.Figure) -> list[str]:
    """Return the words in the middle of a figure."""
    return [note.text for note in figure.layout.annotations]


def test_a_line_stands_at_its_times_in_utc_and_tells_those_of_japan() -> None:
    line, alone = traces(readings_figure(series([1.0, 2.0]), "riser.pressure", "bar", words))
    assert (line.type, line.mode, line.connectgaps) == ("scatter", "lines", False)
    assert line.x.tolist() == [BEGIN * 1e3, BEGIN * 1e3 + 10_000.0]
    assert line.y.tolist() == [1.0, 2.0]
    assert line.customdata.tolist() == ["2027-01-05T23:00:00", "2027-01-05T23:00:10"]
    assert "UTC" in line.hovertemplate
    assert "JST" in line.hovertemplate
    assert len(alone.x) == 0


def test_the_axes_show_the_range_asked_for_the_tag_and_its_unit() -> None:
    layout = readings_figure(series([1.0]), "riser.pressure", "bar", words).layout
    assert list(layout.xaxis.range) == [BEGIN * 1e3, (BEGIN + 3_600) * 1e3]
    assert (layout.xaxis.type, layout.xaxis.title.text) == ("date", "readings.time")
    assert (layout.yaxis.title.text, layout.yaxis.exponentformat) == ("riser.pressure (bar)", "none")
    assert readings_figure(series([1.0]), "riser.pressure", "", words).layout.yaxis.title.text == "riser.pressure"


def test_a_break_is_drawn_and_a_reading_between_two_of_them_is_a_dot() -> None:
    line, alone = traces(readings_figure(series([1.0, 2.0, NAN, 3.0, NAN, 4.0, 5.0]), "t", "", words))
    assert np.isnan(line.y).tolist() == [False, False, True, False, True, False, False]
    assert (alone.mode, alone.y.tolist(), alone.x.tolist()) == ("markers", [3.0], [(BEGIN + 30) * 1e3])
    _, single = traces(readings_figure(series([7.0]), "t", "", words))
    assert single.y.tolist() == [7.0]


def test_each_flag_has_a_mark_of_its_own_shape_and_says_how_many_there_are() -> None:
    marked = [(5.0, "stuck"), (9.0, "late"), (5.0, "stuck")]
    figure = readings_figure(series([1.0], marked, flags={"stuck": 1_200, "late": 1}), "t", "bar", words)
    _, _, stuck, late = traces(figure)
    assert (stuck.name, late.name) == ("readings.flag flag=stuck rows=1,200", "readings.flag flag=late rows=1")
    assert (stuck.y.tolist(), late.y.tolist()) == ([5.0, 5.0], [9.0])
    assert stuck.marker.symbol != late.marker.symbol
    assert (list(stuck.text), stuck.mode) == (["stuck", "stuck"], "markers")
    assert figure.layout.showlegend
    assert not readings_figure(series([1.0]), "t", "bar", words).layout.showlegend


def test_many_flags_share_the_last_mark() -> None:
    names = [f"flag{number}" for number in range(8)]
    marked = [(float(number), name) for number, name in enumerate(names)]
    found = traces(readings_figure(series([1.0], marked), "t", "", words))[2:]
    assert len(found) == len(MARKS)
    assert found[-1].name == "readings.other_flags flag= rows=4"
    assert list(found[-1].text) == names[4:]
    assert sorted(value for trace in found for value in trace.y.tolist()) == [float(number) for number in range(8)]


def test_nothing_found_and_nothing_but_missing_values_are_said_apart_and_zero_is_drawn() -> None:
    assert sentence(readings_figure(series([]), "t", "", words)) == ["readings.nothing"]
    missing = readings_figure(series([], [(NAN, "stuck")], rows=1_234), "t", "", words)
    assert sentence(missing) == ["readings.no_value rows=1,234"]
    assert sentence(readings_figure(series([0.0]), "t", "", words)) == []
    assert sentence(readings_figure(series([], [(0.0, "stuck")]), "t", "", words)) == []


def test_a_thinned_line_says_how_many_of_its_readings_are_drawn() -> None:
    figure = readings_figure(series([1.0, NAN, 2.0], [(1.0, "late")], rows=60_480), "t", "", words)
    assert figure.layout.xaxis.title.text.split("<br>") == [
        "readings.time", "readings.thinned drawn=3 rows=60,480", "readings.kept"
    ]  # fmt: skip


def test_names_of_a_person_are_neither_html_nor_templates() -> None:
    wild = "<a href='javascript:1'>%{x}</a>"
    figure = readings_figure(series([1.0], [(2.0, wild)]), wild, wild, words)
    told = json.dumps(figure.to_plotly_json()["layout"]["yaxis"]["title"]) + "".join(
        f"{trace.name}{trace.meta}{trace.text}" for trace in figure.data
    )
    assert "&lt;a href=" in told
    assert "<a" not in told
    assert "%{x}" not in told
    assert all("javascript" not in trace.hovertemplate for trace in figure.data)


def test_a_figure_of_two_thousand_points_is_small_on_the_wire() -> None:
    """Numbers travel as base 64 of their bytes: 8 bytes are 11 letters, and a time in Japan is 22."""
    text = readings_figure(series([float(number) for number in range(2_000)]), "t", "", words).to_json()
    assert len(text) < 2_000 * (11 + 11 + 22 + 1) + 20_000


def test_a_long_name_is_broken_beside_the_axis_and_keeps_its_unit() -> None:
    title = readings_figure(series([1.0]), "Rare earths and yttrium in the dry solids", "ppm", words).layout.yaxis.title
    assert title.text == "Rare earths and yttrium in<br>the dry solids (ppm)"
    assert (
        "<br>"
        in readings_figure(
            series([1.0]), "乾燥固体中のレアアース・イットリウム品位", "ppm", words
        ).layout.yaxis.title.text
    )
