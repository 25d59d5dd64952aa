"""Figures of the page Operations: waves against limits, open hours and storms by month, how long things take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboards.figures.operations import day_axis, hatched, marked, month_axis
from dashboards.theme import AMBER, BLUE, FAINT, GREEN, INK, ORANGE, PURPLE, SKY, laid_out

Floats = NDArray[np.float64]
Words = Callable[..., str]
DASHES: Final = ("dash", "dot", "dashdot", "longdash")
COLOURS: Final = (ORANGE, GREEN, PURPLE, INK)
HATCHES: Final = ("", "/", "x", ".")
STORM_HATCHES: Final = ("\\", "")
SEA_PX: Final = 480
MONTHS_PX: Final = 380


@dataclass(frozen=True, eq=False)
class Strip:
    """Stretches of time in one row below the waves.

    Attributes
    ----------
    label : of the row.
    kind : of time, for its look.
    begin_ms, duration_ms : on Japan's clock.
    hover : what is said of each.
    """

    label: str
    kind: str
    begin_ms: Floats
    duration_ms: Floats
    hover: Sequence[str]


def sea_figure(
    time_ms: Floats, hs_m: Floats, limits: Sequence[tuple[str, float]], strips: Sequence[Strip],
    ends_ms: Sequence[float], words: Words,
) -> go.Figure:  # fmt: skip
    """Return waves over time with the limits of work, and below them when work was closed and what storms brought.

    Parameters
    ----------
    time_ms, hs_m : significant wave height, held until the next time; on Japan's clock.
    limits : what each is called, and its height [m].
    strips : rows below, from top to bottom.
    ends_ms : first and last instant of the axis.
    words : texts by key.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=time_ms, y=hs_m, mode="lines", line={"color": BLUE, "width": 1.2, "shape": "hv"}, fill="tozeroy",
        fillcolor="rgba(0, 114, 178, 0.12)", name=words("operations.sea.hs"),
        hovertemplate="%{x|%Y-%m-%d %H:%M} JST<br>%{y:.1f} m<extra></extra>",
    )  # fmt: skip
    for (label, height_m), dash, colour in zip(limits, DASHES, COLOURS, strict=False):
        figure.add_scatter(
            x=list(ends_ms), y=[height_m, height_m], mode="lines", line={"color": colour, "width": 1.6, "dash": dash},
            name=f"{label} {height_m:.1f} m", hoverinfo="skip",
        )  # fmt: skip
    for one in strips:
        figure.add_bar(
            y=[one.label] * len(one.hover), x=one.duration_ms, base=one.begin_ms, orientation="h", yaxis="y2",
            marker=marked(one.kind), showlegend=False, width=0.7, customdata=list(one.hover),
            hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip
    day_axis(figure, words("operations.axis.jst"), ends_ms)
    below = 0.07 * len(strips)
    rows = [one.label for one in strips][::-1]
    head = {"xref": "paper", "yref": "paper", "x": 0.0, "xanchor": "left", "y": below, "yanchor": "bottom"}
    figure.update_layout(
        barmode="overlay",
        annotations=[{**head, "text": words("operations.sea.rows"), "showarrow": False, "font": {"color": FAINT}}],
        xaxis={"anchor": "y2"},
        yaxis={"domain": [below + 0.1, 1.0], "title": {"text": words("operations.axis.hs")}, "rangemode": "tozero"},
        yaxis2={
            "domain": [0.0, below], "type": "category", "categoryorder": "array", "categoryarray": rows,
            "range": [-0.5, len(rows) - 0.5], "fixedrange": True, "showgrid": False, "automargin": True,
        },
    )  # fmt: skip
    return laid_out(figure, SEA_PX)


def open_figure(months: Sequence[str], spread: Mapping[str, Floats], words: Words) -> go.Figure:
    """Return the share of hours in which limits are open, month by month.

    Parameters
    ----------
    months : as shown.
    spread : what a limit is called → P10, P50 and P90 of each month [%], shape (3, months).
    words : texts by key.
    """
    figure = go.Figure()
    for (label, fan), colour, hatch in zip(spread.items(), (BLUE, AMBER, GREEN, SKY), HATCHES, strict=False):
        low, middle, high = fan
        hover = f"%{{x}} · {label}<br>{words('operations.hover.open')}<extra></extra>"
        figure.add_bar(
            x=list(months), y=middle, name=label, customdata=np.stack([low, high], axis=1), hovertemplate=hover,
            marker={"color": colour, **hatched(colour, hatch)},
            error_y=_whiskers(low, middle, high),
        )  # fmt: skip
    _months(figure, months, words("operations.axis.open"), words)
    return laid_out(figure, MONTHS_PX)


def chance_figure(months: Sequence[str], chances: Mapping[str, Floats], words: Words) -> go.Figure:
    """Return how likely something is in each month, with its interval.

    Parameters
    ----------
    months : as shown.
    chances : what it is called → probability with the ends of its interval [%], shape (3, months).
    words : texts by key.
    """
    figure = go.Figure()
    for (label, (middle, low, high)), hatch in zip(chances.items(), STORM_HATCHES, strict=False):
        hover = f"%{{x}} · {label}<br>{words('operations.hover.chance')}<extra></extra>"
        figure.add_bar(
            x=list(months), y=middle, name=label, marker={"color": ORANGE, **hatched(ORANGE, hatch)},
            customdata=np.stack([low, high], axis=1), hovertemplate=hover, error_y=_whiskers(low, middle, high),
        )  # fmt: skip
    _months(figure, months, words("operations.axis.chance"), words)
    return laid_out(figure, MONTHS_PX)


def _whiskers(low: Floats, middle: Floats, high: Floats) -> dict[str, Any]:
    ends = {"array": high - middle, "arrayminus": middle - low}
    return {"type": "data", **ends, "color": INK, "thickness": 1.2, "width": 3}


def _months(figure: go.Figure, months: Sequence[str], axis: str, words: Words) -> None:
    month_axis(figure, months, words("operations.axis.month"))
    figure.update_yaxes(title={"text": axis}, range=[0.0, 105.0], dtick=25)
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0.08)


def histogram_figure(
    edges: Floats, share: Floats, own: Floats, marks: Sequence[tuple[str, float]], own_name: str, words: Words
) -> go.Figure:
    """Return how often a cycle takes how long, over all replicates and in one.

    Parameters
    ----------
    edges : of the classes [h].
    share : of all cycles in each class [%].
    own, own_name : the same of one replicate, and what it is called.
    marks : what is drawn as upright lines: name and hours.
    words : texts by key.
    """
    middles = (edges[1:] + edges[:-1]) / 2.0
    classes = [f"{low:.2f} – {high:.2f} h" for low, high in pairwise(edges)]
    figure = go.Figure()
    figure.add_bar(
        x=middles, y=share, width=np.diff(edges) * 0.94, marker={"color": SKY}, name=words("operations.cycle.all"),
        customdata=classes, hovertemplate="%{customdata}<br>%{y:.1f} %<extra></extra>",
    )  # fmt: skip
    steps: dict[str, Any] = {"color": INK, "width": 1.5, "shape": "hvh"}
    figure.add_scatter(
        x=middles, y=own, mode="lines", line=steps, name=own_name, customdata=classes,
        hovertemplate="%{customdata}<br>%{y:.1f} %<extra></extra>",
    )  # fmt: skip
    upright = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "line": {"color": FAINT, "width": 1, "dash": "dash"}}
    beside = {"yref": "paper", "y": 1.0, "yanchor": "top", "xanchor": "left", "showarrow": False, "font": {"size": 12}}
    figure.update_layout(
        shapes=[{**upright, "x0": hours, "x1": hours} for _, hours in marks],
        annotations=[{**beside, "text": name, "x": hours} for name, hours in marks],
    )
    figure.update_xaxes(title={"text": words("operations.axis.cycle")}, exponentformat="none")
    figure.update_yaxes(title={"text": words("operations.axis.cycles")}, rangemode="tozero", ticksuffix=" %")
    figure.update_layout(bargap=0.0)
    return laid_out(figure, MONTHS_PX)
