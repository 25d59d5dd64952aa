"""Figures of the page Calibration: each number as planned and as learnt, and how one number was learnt over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import plotly.graph_objects as go

from dashboards.components import plain
from dashboards.figures.operations import day_axis
from dashboards.theme import AMBER, BLUE, FAINT, GREY, INK, faint, laid_out
from dashboards.words import Words

ROW_PX: Final = 62
TOP_PX: Final = 44
BELOW_PX: Final = 52
NAME_UP: Final = 0.42  # how far above the middle of its bars a name stands; rows are 1 apart
TOLD_UP: Final = 0.16
WIDE_PX, NARROW_PX = 13, 6  # of the bar as planned, and as learnt upon it
FURTHEST: Final = 1.5  # widths of the plan that a range may stand beside it before it is cut off
MARGIN: Final = 0.06
HISTORY_PX: Final = 380
Three = tuple[float, float, float]


@dataclass(frozen=True)
class Learnt:
    """One number before and after; 5, 50 and 95 % points.

    Attributes
    ----------
    label, told : what it is, and both ranges in words.
    prior, posterior : in its unit.
    identified : whether the data say something of it.
    hover : for those who point at it, with plotly's line breaks.
    """

    label: str
    told: str
    prior: Three
    posterior: Three
    identified: bool
    hover: str


def placed(points: Three, prior: Three) -> Three:
    """Return where points stand between the 5 % point of a plan (0) and its 95 % point (1); 0.5 where both are one.

    Examples
    --------
    >>> placed((1.0, 1.5, 3.0), (1.0, 2.0, 3.0))
    (0.0, 0.25, 1.0)
    """
    low, _, high = prior
    if not high > low:
        return 0.5, 0.5, 0.5
    first, middle, last = ((point - low) / (high - low) for point in points)
    return first, middle, last


def learnt_figure(rows: Sequence[Learnt], words: Words) -> go.Figure:
    """Return the range of each number as learnt upon that as planned, each on the scale of its own plan.

    Parameters
    ----------
    rows : from top to bottom.
    words : texts ``calibration.figure.…``.
    """
    figure = go.Figure()
    groups: tuple[tuple[str, str, int, list[tuple[int, Three]]], ...] = (
        (words("calibration.figure.prior"), faint(GREY, 0.45), WIDE_PX,
         [(-place, placed(one.prior, one.prior)) for place, one in enumerate(rows)]),
        (words("calibration.figure.posterior"), BLUE, NARROW_PX,
         [(-place, placed(one.posterior, one.prior)) for place, one in enumerate(rows) if one.identified]),
        (words("calibration.figure.unknown"), AMBER, NARROW_PX,
         [(-place, placed(one.posterior, one.prior)) for place, one in enumerate(rows) if not one.identified]),
    )  # fmt: skip
    for name, colour, width, bars in groups:
        if bars:
            _add_bars(figure, bars, name, colour, width)
    _add_middles(figure, rows)
    _add_texts(figure, rows)
    every = [point for _, _, _, bars in groups for _, points in bars for point in points]
    low, high = max(min(every, default=0.0), -FURTHEST), min(max(every, default=1.0), 1.0 + FURTHEST)
    room = MARGIN * (high - low)
    laid_out(figure, TOP_PX + ROW_PX * max(len(rows), 1) + BELOW_PX)
    figure.update_yaxes(visible=False, range=[-len(rows) + 0.65, 0.85], fixedrange=True)
    figure.update_xaxes(
        range=[low - room, high + room], fixedrange=True, zeroline=False, tickvals=[0.0, 1.0],
        ticktext=[words("calibration.figure.low"), words("calibration.figure.high")],
        title_text=words("calibration.figure.axis"),
    )  # fmt: skip
    return figure.update_layout(margin={"l": 12, "r": 12, "t": TOP_PX, "b": BELOW_PX}, dragmode=False)


def _add_bars(figure: go.Figure, bars: Sequence[tuple[int, Three]], name: str, colour: str, width: int) -> None:
    x: list[float | None] = []
    y: list[float | None] = []
    for place, (low, _, high) in bars:
        x += [low, high, None]
        y += [place, place, None]
    line = {"color": colour, "width": width}
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, name=name, hoverinfo="skip"))


def _add_middles(figure: go.Figure, rows: Sequence[Learnt]) -> None:
    """Mark the medians: of the plan by a stroke, of what was learnt by a dot that tells all when pointed at."""
    strokes = [placed(one.prior, one.prior)[1] for one in rows]
    dots = [placed(one.posterior, one.prior)[1] for one in rows]
    places = [-place for place in range(len(rows))]
    stroke: dict[str, Any] = {"symbol": "line-ns", "size": 14, "line": {"color": FAINT, "width": 2}}
    figure.add_trace(go.Scatter(x=strokes, y=places, mode="markers", marker=stroke, hoverinfo="skip", showlegend=False))
    figure.add_trace(
        go.Scatter(
            x=dots, y=places, mode="markers", showlegend=False, customdata=[one.hover for one in rows],
            marker={"symbol": "circle", "size": 10, "color": "white", "line": {"color": INK, "width": 2}},
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip


def _add_texts(figure: go.Figure, rows: Sequence[Learnt]) -> None:
    figure.update_layout(
        annotations=[
            {
                "x": 0.0, "xref": "paper", "xanchor": "left", "y": up - place, "yanchor": "bottom", "showarrow": False,
                "text": plain(text), "align": "left", "font": {"size": size, "color": colour},
            }
            for place, one in enumerate(rows)
            for text, up, size, colour in ((one.label, NAME_UP, 12, INK), (one.told, TOLD_UP, 11, FAINT))
        ]
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """What one calibration said of a number: its origin in Japan's time, 5, 50 and 95 % points, whether identified."""

    when: str
    points: Three
    identified: bool


def history_figure(steps: Sequence[Step], prior: Three, unit: str, words: Words) -> go.Figure:
    """Return how a number was learnt: its range by the origin of each calibration, upon the range as planned.

    Parameters
    ----------
    steps : in order of their origins, one at least.
    prior : 5, 50 and 95 % points of the plan.
    unit : of the number, as people read it.
    words : texts ``calibration.figure.…``.
    """
    whens = [one.when for one in steps]
    figure = go.Figure()
    low, middle, high = prior
    ends = [_shifted(whens[0], -2), _shifted(whens[-1], 2)]
    flat: dict[str, Any] = {"mode": "lines", "hoverinfo": "skip", "x": ends}
    figure.add_trace(go.Scatter(y=[low, low], line={"width": 0}, showlegend=False, **flat))
    figure.add_trace(
        go.Scatter(
            y=[high, high], line={"width": 0}, fill="tonexty", fillcolor=faint(GREY, 0.25),
            name=words("calibration.figure.prior"), **flat,
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(y=[middle, middle], line={"color": FAINT, "width": 1, "dash": "dash"}, showlegend=False, **flat)
    )
    for name, colour, chosen in (
        (words("calibration.figure.posterior"), BLUE, [one for one in steps if one.identified]),
        (words("calibration.figure.unknown"), AMBER, [one for one in steps if not one.identified]),
    ):
        if chosen:
            figure.add_trace(_steps(chosen, name, colour, unit, words))
    laid_out(figure, HISTORY_PX)
    day_axis(figure, words("calibration.figure.origin_axis"), ends)
    return figure.update_yaxes(title_text=unit, exponentformat="none", separatethousands=True)


def _steps(steps: Sequence[Step], name: str, colour: str, unit: str, words: Words) -> go.Scatter:
    """Return the dots of some calibrations with their ranges."""
    return go.Scatter(
        x=[one.when for one in steps], y=[one.points[1] for one in steps], mode="markers", name=name,
        marker={"size": 9, "color": colour},
        error_y={
            "type": "data", "symmetric": False, "color": colour, "thickness": 2, "width": 5,
            "array": [one.points[2] - one.points[1] for one in steps],
            "arrayminus": [one.points[1] - one.points[0] for one in steps],
        },
        customdata=[[words.number(point) for point in one.points] for one in steps],
        hovertemplate=words("calibration.figure.step_hover", {"unit": unit}),
    )  # fmt: skip


def _shifted(when: str, days: int) -> str:
    return (datetime.fromisoformat(when) + timedelta(days=days)).isoformat()
