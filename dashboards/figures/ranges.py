"""Bars and marks with their range from P10 to P90, each below its name, so that long names fit a narrow screen."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboards.theme import BLUE, FAINT, INK, faint, laid_out
from dashboards.words import Words

ROW_PX: Final = 44
TOP_PX: Final = 12
BELOW_PX: Final = 52
BAR: Final = 0.34  # height of a bar; rows are 1 apart
NAME_UP: Final = 0.24  # how far above the middle of its bar a name stands
ROOM: Final = 1.04  # right of the largest value
LEAST_ERROR: Final = 1e-9  # an error below it is not told more closely: nobody can use the difference
FREE: Final[dict[str, Any]] = {"xref": "paper", "showarrow": False, "yanchor": "bottom"}


@dataclass(frozen=True)
class Range:
    """One row: a value and its range; not finite where there is none.

    Attributes
    ----------
    label : what it is.
    low, value, high : ends of the range and the value, in the unit of the axis.
    told : the value as text, at the right.
    more : further lines for those who point at it.
    colour : of the bar.
    """

    label: str
    low: float
    value: float
    high: float
    told: str
    more: str = ""
    colour: str = BLUE


def range_bars(rows: Sequence[Range], axis: str, most: float | None = None) -> go.Figure:
    """Return horizontal bars from zero with a line from the low to the high end of each range.

    Parameters
    ----------
    rows : from top to bottom.
    axis : title of the axis, with the unit.
    most : end of the axis; None: what the rows need.
    """
    places = -np.arange(len(rows), dtype=np.float64)
    values = np.array([one.value for one in rows])
    ends = [np.array([getattr(one, name) for one in rows]) for name in ("low", "high")]
    low, high = (np.where(np.isfinite(end), end, values) for end in ends)
    figure = go.Figure(
        go.Bar(
            orientation="h", x=values, y=places, width=BAR, name="values", showlegend=False,
            marker={
                "color": [faint(one.colour, 0.55) for one in rows],
                "line": {"color": [one.colour for one in rows], "width": 1},
            },
            error_x={
                "type": "data", "symmetric": False, "array": np.maximum(high - values, 0.0),
                "arrayminus": np.maximum(values - low, 0.0), "color": INK, "thickness": 1.5, "width": 5,
            },
            customdata=[_hover(one) for one in rows], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    write_names(figure, [(one.label, one.told) for one in rows])
    reach = np.append(high[np.isfinite(high)], values[np.isfinite(values)])
    end = most if most is not None else max(float(reach.max(initial=0.0)) * ROOM, np.finfo(float).tiny)
    lay_out_rows(figure, len(rows), axis)
    figure.update_xaxes(range=[0.0, end], rangemode="tozero")
    return figure


def _hover(one: Range) -> str:
    lines = [f"<b>{escape(one.label, quote=False)}</b>", escape(one.told, quote=False)]
    return "<br>".join([*lines, *([one.more] if one.more else [])])


def told(words: Words, values: Mapping[str, float]) -> dict[str, str]:
    """Return numbers as people read them, by their names: what the braces of a text hold."""
    return {name: words.number(float(value)) for name, value in values.items()}


def one_in(error: float) -> str:
    """Return how many parts hold one part of a relative error, in whole powers of ten.

    Examples
    --------
    >>> one_in(3e-9), one_in(1e-9)
    ('100,000,000', '1,000,000,000')
    """
    return f"{10 ** math.floor(-math.log10(max(error, LEAST_ERROR)) + 1e-9):,}"


def write_names(figure: go.Figure, names: Sequence[tuple[str, str]]) -> None:
    """Write the name of each row above it, and what is told of it at the right."""
    sides = (("left", 0.0, INK), ("right", 1.0, FAINT))
    figure.update_layout(
        annotations=[
            FREE
            | {"x": x, "y": NAME_UP - row, "xanchor": side, "font": {"size": 12, "color": colour}}
            | {"text": escape(text, quote=False)}
            for row, texts in enumerate(names)
            for text, (side, x, colour) in zip(texts, sides, strict=True)
            if text
        ]
    )


def lay_out_rows(figure: go.Figure, rows: int, axis: str, row_px: int = ROW_PX, top_px: int = TOP_PX) -> None:
    """Give a figure of named rows its height and axes."""
    laid_out(figure, top_px + row_px * max(rows, 1) + BELOW_PX)
    figure.update_layout(margin={"l": 8, "r": 12, "t": top_px, "b": BELOW_PX}, bargap=0.0, dragmode=False)
    figure.update_yaxes(visible=False, range=[-rows + 0.5 + BAR / 2.0, 0.78], fixedrange=True)
    figure.update_xaxes(
        title={"text": axis}, exponentformat="none", separatethousands=True, nticks=6, fixedrange=True, automargin=False
    )
