"""Figures of the page Operations: what each asset did when, mud on deck, and how time was used."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboards.theme import BLUE, FAINT, GRID, INK, ORANGE, TIME_COLOURS, faint, laid_out

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Words = Callable[..., str]
ROW_PX: Final = 44
NAME_AT: Final = -0.3  # of a row of the chart of assets: where the name stands, and the middle of its bars
BAR_AT: Final = 0.2
ABOVE_PX: Final = 150  # legend, axis and its title
BELOW_PX: Final = 72  # axis and its title, where there is no legend
SAID_PX: Final = 84  # for what stands behind the longest bar
USE_PX: Final = 27
HALF_DAY_H: Final = 12
DAY_MS: Final = 86_400_000
FEW_DAYS: Final = 31  # up to which each day has its dot
MOST_TICKS: Final = 5
FEW_MONTHS: Final = 12  # up to which each is written
RAMP_PX: Final = 380
MONTHS_PX: Final = 430
OFF_HIRE: Final = "#eef2f5"
PATTERNS: Final[Mapping[str, str]] = {
    "productive": "", "planned": "/", "weather": "x", "storm": "\\", "failure": ".", "shuttle": "-", "other": "|",
    "off_hire": "",
}  # fmt: skip
KIND_LEGEND: Final = {"entrywidth": 95, "font": {"size": 11}, "traceorder": "normal"}  # two columns on phones
TICKS: Final = (  # between which distances of ticks [ms] they are written so; without names of months, in any language
    (None, DAY_MS, "%H:%M\n%m-%d"),
    (DAY_MS, "M1", "%m-%d\n%Y"),
    ("M1", None, "%Y-%m"),
)


def marked(kind: str) -> dict[str, Any]:
    """Return how a bar of a kind of time looks: a colour, and a hatch that tells it apart without colour."""
    colour = TIME_COLOURS.get(kind, OFF_HIRE)
    line = {"width": 0.5, "color": FAINT} if kind == "off_hire" else {"width": 0}
    return {"color": colour, "line": line, **hatched(colour, PATTERNS[kind])}


def hatched(colour: str, shape: str) -> dict[str, Any]:
    """Return the hatch of bars of a colour; nothing for an empty shape."""
    if not shape:
        return {}
    return {
        "pattern": {
            "shape": shape,
            "bgcolor": colour,
            "fgcolor": "white",
            "fgopacity": 0.75,
            "size": 7,
            "solidity": 0.2,
        }
    }


def day_axis(figure: go.Figure, title: str, limits: Sequence[Any]) -> None:
    """Make the horizontal axis one of dates, in any language."""
    figure.update_xaxes(
        type="date", title={"text": title}, range=list(limits), tickangle=0,
        tickformatstops=[{"dtickrange": [low, high], "value": text} for low, high, text in TICKS],
    )  # fmt: skip


def month_axis(figure: go.Figure, months: Sequence[str], title: str) -> None:
    """Make the horizontal axis one of months ``2027-02``; of few the year stands below the first and each January."""
    figure.update_xaxes(type="category", title={"text": title}, nticks=13)
    if len(months) <= FEW_MONTHS:
        parts = [month.split("-") for month in months]
        below = [at == 0 or part[-1] == "01" for at, part in enumerate(parts)]
        texts = ["<br>".join(part[::-1] if full else part[-1:]) for part, full in zip(parts, below, strict=True)]
        figure.update_xaxes(tickvals=list(months), ticktext=texts, tickangle=0)


def gantt_figure(
    bars: "pd.DataFrame", assets: Sequence[str], limits: Sequence[float], apart: bool, words: Words
) -> go.Figure:
    """Return a chart of what each asset did from when to when, its name above each row: so phones have room for bars.

    Parameters
    ----------
    bars : columns row (place in `assets`), kind, start_ms (of Japan's clock), duration_ms, hover.
    assets : names from top to bottom.
    limits : first and last instant of the axis [ms].
    apart : whether a fine gap parts neighbours.
    words : texts by key.
    """
    figure = go.Figure()
    edge = {"line": {"width": 1, "color": "white"}} if apart else {}
    for kind in PATTERNS:
        own = bars[bars["kind"] == kind]
        if len(own):
            figure.add_bar(
                y=own["row"].to_numpy() + BAR_AT, x=own["duration_ms"].to_numpy(), base=own["start_ms"].to_numpy(),
                customdata=own["hover"].tolist(), orientation="h", name=words(f"operations.kind.{kind}"), width=0.5,
                marker=marked(kind) | edge, hovertemplate="%{customdata}<extra></extra>",
            )  # fmt: skip
    name = {"xref": "paper", "x": 0.0, "xanchor": "left", "yanchor": "middle", "showarrow": False, "font": {"size": 12}}
    day_axis(figure, words("operations.axis.jst"), limits)
    figure.update_yaxes(range=[len(assets) - 0.5, -0.5], showticklabels=False, showgrid=False, fixedrange=True)
    laid_out(figure, ABOVE_PX + ROW_PX * len(assets))
    names = [{**name, "y": row + NAME_AT, "text": text} for row, text in enumerate(assets)]
    return figure.update_layout(barmode="overlay", legend=KIND_LEGEND, annotations=names, margin={"l": 24})


def fan_figure(
    dates: Sequence[str],
    fan: Floats,
    one: Floats,
    one_name: str,
    axis: str,
    target: tuple[float, str] | None,
    words: Words,
) -> go.Figure:
    """Return P10, P50 and P90 of replicates day by day with one replicate as a thin line.

    Parameters
    ----------
    dates : days, ISO 8601.
    fan : shape (3, days).
    one, one_name : values of one replicate, and what it is called.
    axis : title of the vertical axis, with its unit.
    target : a level to be drawn as a line, and what stands at it.
    words : texts by key.
    """
    low, middle, high = fan
    mode = "lines+markers" if len(dates) <= FEW_DAYS else "lines"
    ranges = np.stack([low, high], axis=1)
    number = ",.0f" if max(float(np.max(high)), float(np.max(one)), 1.0) >= 20.0 else ",.3~g"
    hover = (
        f"%{{x|%Y-%m-%d}}<br>P50 %{{y:{number}}}<br>P10–P90 %{{customdata[0]:{number}}} – %{{customdata[1]:{number}}}"
    )
    figure = go.Figure(
        [
            go.Scatter(x=dates, y=high, mode="lines", line={"width": 0}, hoverinfo="skip", showlegend=False),
            go.Scatter(
                x=dates, y=low, mode="lines", line={"width": 0}, fill="tonexty", fillcolor=faint(BLUE, 0.25),
                hoverinfo="skip", name="P10–P90",
            ),
            go.Scatter(
                x=dates, y=middle, mode=mode, line={"color": BLUE, "width": 2.5}, customdata=ranges, name="P50",
                hovertemplate=f"{hover}<extra></extra>",
            ),
            go.Scatter(
                x=dates, y=one, mode=mode, line={"color": INK, "width": 1, "dash": "dot"}, name=one_name,
                hovertemplate=f"%{{x|%Y-%m-%d}}<br>{one_name} %{{y:{number}}}<extra></extra>",
            ),
        ]
    )  # fmt: skip
    if target is not None:
        level, said = target
        across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": level, "y1": level}
        figure.update_layout(
            shapes=[{**across, "line": {"color": ORANGE, "width": 2, "dash": "dash"}}],
            annotations=[
                {
                    "text": said, "xref": "paper", "x": 0.0, "xanchor": "left", "y": level, "yanchor": "bottom",
                    "showarrow": False, "font": {"color": INK}, "bgcolor": "rgba(255, 255, 255, 0.75)",
                }
            ],
        )  # fmt: skip
        highest = max(level, float(np.max(high)), float(np.max(one)))
        figure.update_yaxes(range=[0.0, 1.12 * highest])
    half_day = np.timedelta64(HALF_DAY_H, "h")
    limits = np.array([dates[0], dates[-1]], dtype="datetime64[h]") + np.array([-half_day, half_day])
    day_axis(figure, words("operations.axis.day"), limits.astype(str).tolist())
    if len(dates) <= FEW_DAYS:
        figure.update_xaxes(dtick=DAY_MS * -(-len(dates) // MOST_TICKS))
    figure.update_yaxes(title={"text": axis}, rangemode="tozero", exponentformat="none", separatethousands=True)
    return laid_out(figure, RAMP_PX)


def use_figure(rows: "pd.DataFrame", unit: str, words: Words) -> go.Figure:
    """Return the mean time of each use as bars, with a line from P10 to P90.

    Parameters
    ----------
    rows : columns label, kind, mean, p10, p90, said (what stands behind the bar); the first row on top.
    unit : of mean, p10 and p90, as shown.
    words : texts by key.
    """
    figure = go.Figure()
    for kind in PATTERNS:
        own = rows[rows["kind"] == kind]
        if len(own):
            hover = "%{y}<br>" + words("operations.hover.use", {"unit": unit}) + "<extra></extra>"
            figure.add_bar(
                y=own["label"].tolist(), x=own["mean"].to_numpy(), orientation="h", marker=marked(kind), width=0.66,
                name=words(f"operations.kind.{kind}"), customdata=own[["p10", "p90"]].to_numpy(), hovertemplate=hover,
            )  # fmt: skip
    ends: list[float | None] = []
    for low, high in zip(rows["p10"], rows["p90"], strict=True):
        ends += [low, high, None]
    figure.add_scatter(
        y=[label for label in rows["label"] for _ in range(3)], x=ends, mode="lines+markers", name="P10–P90",
        line={"color": INK, "width": 1.5}, hoverinfo="skip",
        marker={"symbol": "line-ns", "size": 8, "line": {"width": 1.5, "color": INK}},
    )  # fmt: skip
    reach = rows[["mean", "p90"]].max(axis=1)
    figure.add_scatter(
        y=rows["label"].tolist(), x=reach.to_numpy(), mode="text", text=[f"  {said}" for said in rows["said"]],
        textposition="middle right", textfont={"size": 12, "color": INK}, cliponaxis=False, hoverinfo="skip",
    )  # fmt: skip
    figure.update_xaxes(exponentformat="none", separatethousands=True)
    figure.update_xaxes(
        title={"text": words("operations.axis.use", {"unit": unit})}, range=[0.0, 1.04 * float(reach.max())]
    )
    figure.update_yaxes(
        categoryorder="array", categoryarray=rows["label"].tolist()[::-1], showgrid=False, fixedrange=True
    )
    laid_out(figure, BELOW_PX + USE_PX * len(rows))
    return figure.update_layout(barmode="overlay", showlegend=False, margin={"t": 8, "r": SAID_PX})


def months_figure(
    months: Sequence[str], shares: Mapping[str, Sequence[float]], hover: Mapping[str, Sequence[str]], words: Words
) -> go.Figure:
    """Return how the hours of each month were used, in per cent of its calendar.

    Parameters
    ----------
    months : as shown.
    shares : kind of time → per cent of each month.
    hover : kind of time → what is said of each month.
    words : texts by key.
    """
    figure = go.Figure()
    for kind in PATTERNS:
        if kind in shares:
            figure.add_bar(
                x=list(months), y=list(shares[kind]), name=words(f"operations.kind.{kind}"), marker=marked(kind),
                customdata=list(hover[kind]), hovertemplate="%{customdata}<extra></extra>",
            )  # fmt: skip
    month_axis(figure, months, words("operations.axis.share"))
    figure.update_yaxes(range=[0.0, 100.0], gridcolor=GRID)
    laid_out(figure, MONTHS_PX)
    return figure.update_layout(barmode="stack", bargap=0.25, legend=KIND_LEGEND, margin={"l": 44})
