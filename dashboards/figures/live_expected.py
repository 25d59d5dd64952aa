"""Figure of the page Live on the last days: what was measured upon the range that was expected, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from dashboards.components import plain
from dashboards.figures.calibration import Three, placed
from dashboards.theme import BLUE, FAINT, GREY, INK, ORANGE, faint, laid_out
from dashboards.words import Words

ROW_PX: Final = 58
TOP_PX: Final = 44
BELOW_PX: Final = 52
NAME_UP: Final = 0.42  # how far above the middle of its bar a name stands; rows are 1 apart
TOLD_UP: Final = 0.16
WIDE_PX: Final = 13
FURTHEST: Final = 1.5  # widths of the expected range that a mark may stand beside it; what is further is at the edge
MARGIN: Final = 0.08


@dataclass(frozen=True)
class Compared:
    """One comparison.

    Attributes
    ----------
    label, told : what it is, and its numbers in words.
    expected : 5, 50 and 95 % points of what was expected.
    measured : in the same unit.
    deviates : whether it is further off than chance explains.
    hover : for those who point at it, with plotly's line breaks.
    """

    label: str
    told: str
    expected: Three
    measured: float
    deviates: bool
    hover: str


def expected_figure(rows: Sequence[Compared], words: Words) -> go.Figure:
    """Return what was measured upon what was expected, each on the scale of its own expected range.

    Parameters
    ----------
    rows : from top to bottom, one at least.
    words : texts ``live.figure.…``.
    """
    figure = go.Figure()
    x: list[float | None] = []
    y: list[float | None] = []
    for place in range(len(rows)):
        x += [0.0, 1.0, None]
        y += [-place, -place, None]
    bar: dict[str, Any] = {"color": faint(GREY, 0.45), "width": WIDE_PX}
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=bar, name=words("live.figure.expected"), hoverinfo="skip"))
    stroke: dict[str, Any] = {"symbol": "line-ns", "size": 14, "line": {"color": FAINT, "width": 2}}
    middles = [placed(one.expected, one.expected)[1] for one in rows]
    places = [-place for place in range(len(rows))]
    figure.add_trace(go.Scatter(x=middles, y=places, mode="markers", marker=stroke, hoverinfo="skip", showlegend=False))
    for key, colour, symbol, deviates in (
        ("as_expected", BLUE, "circle", False), ("deviates", ORANGE, "diamond", True),
    ):  # fmt: skip
        own = [(-place, one) for place, one in enumerate(rows) if one.deviates is deviates]
        if own:
            figure.add_trace(
                go.Scatter(
                    x=[_within(one) for _, one in own], y=[place for place, _ in own], mode="markers",
                    marker={"symbol": symbol, "size": 11, "color": colour, "line": {"color": "white", "width": 1}},
                    name=words(f"live.figure.{key}"), customdata=[one.hover for _, one in own],
                    hovertemplate="%{customdata}<extra></extra>",
                )
            )  # fmt: skip
    every = [0.0, 1.0, *(_within(one) for one in rows)]
    room = MARGIN * (max(every) - min(every))
    laid_out(figure, TOP_PX + ROW_PX * len(rows) + BELOW_PX)
    _add_texts(figure, rows)
    figure.update_yaxes(visible=False, range=[-len(rows) + 0.65, 0.85], fixedrange=True)
    figure.update_xaxes(
        range=[min(every) - room, max(every) + room], fixedrange=True, zeroline=False, tickvals=[0.0, 1.0],
        ticktext=["5 %", "95 %"], title_text=words("live.figure.expected_axis"),
    )  # fmt: skip
    return figure.update_layout(margin={"l": 12, "r": 12, "t": TOP_PX, "b": BELOW_PX}, dragmode=False)


def _within(one: Compared) -> float:
    """Return where a measurement stands on the scale of its row, at the edge where it is further off."""
    place = placed((one.measured,) * 3, one.expected)[0]
    return min(max(place, -FURTHEST), 1.0 + FURTHEST)


def _add_texts(figure: go.Figure, rows: Sequence[Compared]) -> None:
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
