"""Which uncertain numbers an outcome hangs on: bars from replicates of one run, and shares from a sensitivity study."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import plotly.graph_objects as go

from dashboards.components import plain
from dashboards.figures.compare import in_lines, label_px
from dashboards.theme import BLUE, FAINT, INK, ORANGE, SKY, laid_out
from dashboards.words import Words

BAR_PX: Final = 24  # of a row below its label
AROUND_PX: Final = 122
MARGIN: Final = {"l": 12, "r": 16, "t": 62, "b": 58}


@dataclass(frozen=True)
class Bar:
    """One quantity: what it is called, mean outcome where it is low and where it is high, how that reads."""

    label: str
    low: float
    high: float
    said: str


@dataclass(frozen=True)
class ShareBar:
    """One quantity of a sensitivity study: shares of the variance with half their 95 % intervals, how that reads."""

    label: str
    total: float
    total_95: float
    first: float
    first_95: float
    said: str


def tornado(bars: Sequence[Bar], middle: float, axis: str, words: Words) -> go.Figure:
    """Return bars from the mean outcome at low values of a quantity to that at high values, strongest on top.

    Parameters
    ----------
    bars : strongest first.
    middle : mean of the outcome over all replicates.
    axis : title of the axis, with its unit.
    words : of the page.
    """
    figure = go.Figure()
    head_px = label_px([bar.label for bar in bars])
    levels, width = [_level(place, head_px) for place in range(len(bars))], 0.7 * BAR_PX / (head_px + BAR_PX)
    for side, colour, key in (("low", SKY, "compare.where_low"), ("high", ORANGE, "compare.where_high")):
        figure.add_bar(
            x=[getattr(bar, side) - middle for bar in bars], base=middle, y=levels, orientation="h", width=width,
            marker={"color": colour, "line": {"color": INK, "width": 0.5}}, name=words(key),
            customdata=[plain(bar.said) for bar in bars], hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=middle, line={"color": FAINT, "width": 1.5})
    _labels(figure, [bar.label for bar in bars])
    figure.update_xaxes(title_text=axis, tickformat=",.4~r", zeroline=False)
    figure.update_layout(barmode="overlay")
    laid_out(figure, AROUND_PX + (head_px + BAR_PX) * len(bars)).update_layout(margin=MARGIN)
    return figure


def shares(bars: Sequence[ShareBar], words: Words) -> go.Figure:
    """Return the shares of an outcome's variance that quantities have, total and on their own, with 95 % intervals.

    Parameters
    ----------
    bars : largest first.
    words : of the page.
    """
    figure = go.Figure()
    head_px = label_px([bar.label for bar in bars])
    width = 0.42 * BAR_PX / (head_px + BAR_PX)
    for side, colour, shift in (("total", BLUE, 0.5 * width), ("first", SKY, -0.5 * width)):
        ends = [getattr(bar, f"{side}_95") for bar in bars]
        figure.add_bar(
            x=[getattr(bar, side) for bar in bars], y=[_level(place, head_px) + shift for place in range(len(bars))],
            orientation="h", width=width, marker={"color": colour}, name=words(f"compare.share_{side}"),
            error_x={"array": ends, "thickness": 1, "width": 3, "color": INK},
            customdata=[plain(bar.said) for bar in bars], hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip
    _labels(figure, [bar.label for bar in bars])
    figure.update_xaxes(title_text=words("compare.axis_share"), tickformat=".0%", rangemode="tozero")
    figure.update_layout(barmode="overlay")
    laid_out(figure, AROUND_PX + (head_px + BAR_PX) * len(bars)).update_layout(margin=MARGIN)
    return figure


def _level(place: int, head_px: int) -> float:
    return -place - (head_px + 0.5 * BAR_PX) / (head_px + BAR_PX)


def _labels(figure: go.Figure, labels: Sequence[str]) -> None:
    for place, label in enumerate(labels):
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=-place - 0.04, yref="y", yanchor="top", showarrow=False, borderpad=0,
            text=in_lines(label), align="left", font={"size": 12, "color": INK}, bgcolor="rgba(255,255,255,0.8)",
        )  # fmt: skip
    figure.update_yaxes(range=[-max(len(labels), 1), 0.0], showticklabels=False, showgrid=False, zeroline=False)
