"""Runs against a baseline: differences with their intervals, ranges side by side, mud over time."""

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go

from dashboards.components import plain
from dashboards.theme import BLUE, FAINT, GREEN, INK, ORANGE, PURPLE, SKY, faint, laid_out
from dashboards.words import Words

if TYPE_CHECKING:
    import pandas as pd

RUN_COLOURS: Final = (INK, BLUE, ORANGE, GREEN, PURPLE, SKY)  # the baseline first
SYMBOLS: Final = ("circle", "diamond", "square", "triangle-up", "cross", "star")
LABEL_PX: Final = 24  # of the line that names a row
LINE_PX: Final = 16  # of every further line of it
LINE_COLUMNS: Final = 46  # that a narrow screen shows whole; a Japanese letter takes two
RUN_PX: Final = 18  # of each run below it
AROUND_PX: Final = 118  # legend above, axis below
MARGIN: Final = {"l": 12, "r": 16, "t": 56, "b": 54}


@dataclass(frozen=True)
class Interval:
    """Difference of one run from the baseline in one row: how it reads, its mean, its 80 % and 95 % intervals."""

    run: int
    said: str
    mean: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


@dataclass(frozen=True)
class Row:
    """A row of a figure: what it is called, and one interval per run."""

    label: str
    intervals: tuple[Interval, ...]


@dataclass(frozen=True)
class Spread:
    """One run: what it is called, how it reads, its P10, P50 and P90, None where that never happens."""

    run: int
    name: str
    said: str
    low: float | None
    middle: float | None
    high: float | None


def in_lines(label: str) -> str:
    """Return a label in lines that a narrow screen shows whole, ready for plotly."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in label)
    columns = max(8, round(LINE_COLUMNS * len(label) / (len(label) + wide))) if label else LINE_COLUMNS
    return "<br>".join(plain(line) for line in textwrap.wrap(label, columns))


def label_px(labels: Sequence[str]) -> int:
    """Return the height that the labels of rows need, the same for all."""
    return LABEL_PX + LINE_PX * max((in_lines(label).count("<br>") for label in labels), default=0)


def forest(rows: Sequence[Row], runs: Sequence[str], axis: str) -> go.Figure:
    """Return a forest plot: thick lines 80 %, thin lines 95 % intervals of the mean difference, around a zero line.

    Parameters
    ----------
    rows : from top to bottom.
    runs : what the runs are called, the baseline first.
    axis : title of the axis, with its unit.
    """
    figure = go.Figure()
    several = max((len(row.intervals) for row in rows), default=1)
    head_px = label_px([row.label for row in rows])
    for number in sorted({one.run for row in rows for one in row.intervals}):
        placed = [
            (_level(place, slot, several, head_px), one)
            for place, row in enumerate(rows)
            for slot, one in enumerate(row.intervals)
            if one.run == number
        ]
        _add_intervals(figure, placed, number, runs[number])
    for place, row in enumerate(rows):
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=-place, yref="y", yanchor="top", showarrow=False,
            text=in_lines(row.label), align="left", font={"size": 12, "color": INK}, borderpad=0,
            bgcolor="rgba(255,255,255,0.8)",
        )  # fmt: skip
    figure.add_vline(x=0.0, line={"color": FAINT, "width": 1.5})
    _rows_below(figure, len(rows), several)
    figure.update_xaxes(title_text=axis, range=_range(rows), tickformat=",.4~r", zeroline=False)
    laid_out(figure, AROUND_PX + (head_px + RUN_PX * several) * len(rows)).update_layout(margin=MARGIN)
    return figure


def _level(place: int, slot: int, several: int, head_px: int) -> float:
    """Return where an interval lies: rows are one apart, the upper part of each is its label."""
    return -place - (head_px + RUN_PX * (slot + 0.5)) / (head_px + RUN_PX * several)


def _rows_below(figure: go.Figure, rows: int, several: int) -> None:
    for place in range(1, rows):
        figure.add_hline(y=-place, line={"color": "#e3e8ee", "width": 1})
    figure.update_yaxes(range=[-max(rows, 1), 0.0], showticklabels=False, showgrid=False, zeroline=False)


def _range(rows: Sequence[Row]) -> list[float]:
    """Return an axis that shows every mean; intervals much wider than those are cut at its ends."""
    found = [one for row in rows for one in row.intervals]
    means = max((abs(one.mean) for one in found), default=1.0)
    ends = max((max(abs(one.low_95), abs(one.high_95)) for one in found), default=1.0)
    reach = 1.08 * min(ends, max(3.0 * means, 1e-12)) or 1.0
    return [-reach, reach]


def _add_intervals(figure: go.Figure, placed: Sequence[tuple[float, Interval]], run: int, name: str) -> None:
    colour = RUN_COLOURS[run]
    for width, ends in ((1.5, ("low_95", "high_95")), (5.0, ("low_80", "high_80"))):
        x: list[float | None] = []
        y: list[float | None] = []
        for level, one in placed:
            x += [getattr(one, ends[0]), getattr(one, ends[1]), None]
            y += [level, level, None]
        line = {"color": colour, "width": width}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, showlegend=False, legendgroup=name, hoverinfo="skip")
    figure.add_scatter(
        x=[one.mean for _, one in placed],
        y=[level for level, _ in placed],
        mode="markers",
        marker={"color": "white", "size": 8, "symbol": SYMBOLS[run], "line": {"color": colour, "width": 2}},
        name=plain(name),
        legendgroup=name,
        showlegend=True,
        customdata=[plain(one.said) for _, one in placed],
        hovertemplate="%{customdata}<extra></extra>",
    )


def side_by_side(spreads: Sequence[Spread], axis: str) -> go.Figure:
    """Return P10, P50 and P90 of each run on one axis, one row per run.

    Parameters
    ----------
    spreads : the baseline first.
    axis : title of the axis, with its unit.
    """
    figure = go.Figure()
    head_px = label_px([one.said for one in spreads])
    for place, one in enumerate(spreads):
        colour, level = RUN_COLOURS[one.run], _level(place, 0, 1, head_px)
        if one.low is not None and one.high is not None:
            line = {"color": colour, "width": 6}
            figure.add_scatter(
                x=[one.low, one.high], y=[level, level], mode="lines", line=line, opacity=0.55, showlegend=False,
                hoverinfo="skip",
            )  # fmt: skip
        shown = one.middle is not None
        figure.add_scatter(
            x=[one.middle] if shown else [], y=[level] if shown else [], mode="markers", showlegend=False,
            marker={"color": colour, "size": 12, "symbol": SYMBOLS[one.run]}, name=plain(one.name),
            hovertemplate=f"{plain(one.said)}<extra></extra>",
        )  # fmt: skip
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=-place, yref="y", yanchor="top", showarrow=False, borderpad=0,
            text=in_lines(one.said), align="left", font={"size": 12, "color": INK}, bgcolor="rgba(255,255,255,0.8)",
        )  # fmt: skip
    _rows_below(figure, len(spreads), 1)
    figure.update_xaxes(title_text=axis, tickformat=",.4~r", rangemode="tozero")
    laid_out(figure, 90 + (head_px + RUN_PX) * len(spreads)).update_layout(margin=MARGIN | {"t": 16})
    return figure


@dataclass(frozen=True)
class Path:
    """Mud of one run over time: columns day, date, p10, p50, p90 [t]."""

    run: int
    name: str
    frame: "pd.DataFrame"


def paths(found: Sequence[Path], by_date: bool, axis: str, words: Words) -> go.Figure:
    """Return what has come up by the end of each day: median and range of every run.

    Parameters
    ----------
    found : the baseline first.
    by_date : whether days stand as dates; else as days since departure, for runs that start on different days.
    axis : title of the axis of mud, with its unit.
    words : of the page.
    """
    figure = go.Figure()
    column = "date" if by_date else "day"
    for one in found:
        frame, colour = one.frame, RUN_COLOURS[one.run]
        x = [*frame[column], *frame[column][::-1]]
        y = [*frame["p90"], *frame["p10"][::-1]]
        figure.add_scatter(
            x=x, y=y, fill="toself", fillcolor=faint(colour, 0.14), line={"width": 0}, hoverinfo="skip",
            showlegend=False, legendgroup=one.name,
        )  # fmt: skip
    for one in found:
        frame = one.frame
        figure.add_scatter(
            x=frame[column], y=frame["p50"], mode="lines", name=plain(one.name), legendgroup=one.name,
            line={"color": RUN_COLOURS[one.run], "width": 2.5, "dash": _DASHES[one.run]},
            customdata=frame[["p10", "p90"]].to_numpy(),
            hovertemplate=words("compare.path_hover", {"name": plain(one.name)}) + "<extra></extra>",
        )  # fmt: skip
    key = "compare.axis_date" if by_date else "compare.axis_day"
    figure.update_xaxes(title_text=words(key), **({"tickformat": "%Y-%m-%d", "nticks": 5} if by_date else {}))
    figure.update_yaxes(title_text=axis, tickformat=",.4~r", rangemode="tozero")
    return laid_out(figure, 380)


_DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
