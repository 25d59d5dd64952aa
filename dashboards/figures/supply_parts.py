"""What the pictures of a supply study share: panels below each other, medians with their range, words of ranges."""

import math
import textwrap
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboards.theme import AMBER, BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, faint, laid_out
from dashboards.words import Words

if TYPE_CHECKING:
    import pandas as pd

COLOURS: Final = (BLUE, AMBER, GREEN, ORANGE, SKY, PURPLE, "#7b3294", INK, GREY)
HOVER: Final = "%{text}<extra></extra>"
GAP_PX: Final = 62  # between panels: an axis and a title
ABOVE_PX: Final = 26  # between the first panel and the legend: a title
HEAD_PX: Final = 84  # legend of up to two lines, and a title
FOOT_PX: Final = 52  # axis and its title
LETTERS: Final = 46  # in a line that a narrow screen shows whole
WIDE_LETTERS: Final = 0.6  # of them in Japanese
BAND: Final = 0.16  # how dark a band from P10 to P90 is


def stacked(titles: Sequence[str], panel_px: int) -> go.Figure:
    """Return empty panels of a height below each other, with their titles at the left and the legend above all."""
    count = max(1, len(titles))
    inside = panel_px * count + GAP_PX * (count - 1)
    gap = GAP_PX / inside if count > 1 else 0.0
    figure = make_subplots(rows=count, cols=1, subplot_titles=list(titles), vertical_spacing=gap)
    figure.update_annotations(x=0.0, xanchor="left", align="left", font={"size": 13, "color": INK})
    figure.update_layout(legend={"y": 1.0 + ABOVE_PX / inside})
    return laid_out(figure, inside + HEAD_PX + FOOT_PX)


def lines_of(text: str, words: Words, letters: int = LETTERS) -> str:
    """Return a text in lines that a narrow screen shows whole."""
    return "<br>".join(textwrap.wrap(text, letters if words.lang == "en" else int(WIDE_LETTERS * letters)))


def said(what: str, cells: Sequence[float], unit: str, words: Words) -> str:
    """Return what stands beside a point: its name, and its P50, P10 and P90."""
    value, low, high = cells
    fill = {"what": what, "value": words.number(value), "unit": unit}
    if not (math.isfinite(low) and math.isfinite(high)):
        return words("supply.hover.value", fill)
    return words("supply.hover.range", fill | {"low": words.number(low), "high": words.number(high)})


def bars(low: Sequence[float], middle: Sequence[float], high: Sequence[float], colour: str) -> dict[str, Any]:
    """Return bars from P10 to P90 about medians, as plotly's error bars."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [most - value for most, value in zip(high, middle, strict=True)],
        "arrayminus": [value - least for least, value in zip(low, middle, strict=True)],
        "thickness": 5,
        "width": 0,
        "color": faint(colour, 0.35),
    }


def band(x: Sequence[Any], low: Sequence[float], high: Sequence[float], colour: str) -> go.Scatter:
    """Return a band from P10 to P90."""
    return go.Scatter(
        x=[*x, *reversed(x)], y=[*low, *reversed(high)], fill="toself", mode="lines", line={"width": 0},
        fillcolor=faint(colour, BAND), hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def views(figure: go.Figure) -> list[str]:
    """Return the views a figure has to pick from: what its traces carry as ``meta``, in their order."""
    return list(dict.fromkeys(trace.meta for trace in figure.data if trace.meta))


def cells_of(rows: "pd.DataFrame", *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns row by row."""
    return list(rows[list(columns)].itertuples(index=False, name=None))


def plain(text: str) -> str:
    """Return a text that plotly, which reads a little HTML, shows as it is."""
    return escape(text, quote=False)
