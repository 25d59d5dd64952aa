"""Pictures of the plants: oxide by date with its fan, and what each step costs or emits, by what it is for."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboards.figures.ranges import BAR, lay_out_rows, write_names
from dashboards.theme import AMBER, BLUE, GREY, ORANGE, SKY, faint, laid_out
from dashboards.words import Words

if TYPE_CHECKING:
    import pandas as pd

FAN_PX: Final = 340
LEGEND_PX: Final = 64
# what ledger items are for → colour and hatch; hatches tell them apart without colour
GROUPS: Final[Mapping[str, tuple[str, str]]] = {
    "reagents": (BLUE, ""),
    "energy": (AMBER, "/"),
    "water": (SKY, "."),
    "service": (ORANGE, "x"),
    "waste": (GREY, "\\"),
}
TICKS: Final = (  # between which distances of ticks they are written so; no names of months, in any language
    (None, "M1", "%m-%d\n%Y"),
    ("M1", None, "%Y-%m"),
)


def oxide_fan(rows: "pd.DataFrame", words: Words) -> go.Figure:
    """Return oxide made up to each day: median, and the range from P10 to P90.

    Parameters
    ----------
    rows : date (ISO 8601, Japan), p10_kg, p50_kg, p90_kg; one row per day on which any replicate makes oxide.
    words : language.
    """
    days = rows["date"].tolist()
    ends = {"low": "%{customdata[0]:,.3~r}", "value": "%{y:,.3~r}", "high": "%{customdata[1]:,.3~r}"}
    hover = words("processing.oxide.hover", ends | {"day": "%{x|%Y-%m-%d}"})
    line: dict[str, Any] = {"shape": "hv", "width": 0}
    figure = go.Figure(
        [
            go.Scatter(
                x=days, y=rows["p10_kg"], mode="lines", line=line, hoverinfo="skip", showlegend=False, name="P10",
            ),
            go.Scatter(
                x=days, y=rows["p90_kg"], mode="lines", line=line, fill="tonexty", fillcolor=faint(BLUE, 0.22),
                hoverinfo="skip", name=words("processing.oxide.range"),
            ),
            go.Scatter(
                x=days, y=rows["p50_kg"], mode="lines", line={"shape": "hv", "color": BLUE, "width": 2},
                name=words("processing.oxide.median"), customdata=rows[["p10_kg", "p90_kg"]].to_numpy(),
                hovertemplate=f"{hover}<extra></extra>",
            ),
        ]
    )  # fmt: skip
    figure.update_xaxes(
        type="date", nticks=6,
        tickformatstops=[{"dtickrange": [low, high], "value": text} for low, high, text in TICKS],
    )  # fmt: skip
    figure.update_yaxes(
        title={"text": words("processing.oxide.axis")}, rangemode="tozero", exponentformat="none",
        separatethousands=True,
    )  # fmt: skip
    return laid_out(figure, FAN_PX)


def ledger_bars(sums: "pd.DataFrame", steps: Sequence[tuple[str, str, str]], axis: str, words: Words) -> go.Figure:
    """Return what each step takes as one bar, parted by what it is for.

    Parameters
    ----------
    sums : step, group (a key of `GROUPS`), value; what is given back is negative.
    steps : name, title and value as text of each step, from top to bottom.
    axis : title of the axis, with the unit.
    words : language.
    """
    figure, value = go.Figure(), sums.set_index(["group", "step"])["value"]
    for group, (colour, hatch) in GROUPS.items():
        values = np.array([float(value.get((group, name), 0.0)) for name, _, _ in steps])
        if not values.any():
            continue
        said = words(f"processing.group.{group}")
        figure.add_trace(
            go.Bar(
                orientation="h", x=values, y=-np.arange(len(steps), dtype=np.float64), width=BAR, name=said,
                marker={
                    "color": faint(colour, 0.75), "line": {"color": colour, "width": 1},
                    "pattern": {"shape": hatch, "fgcolor": colour, "size": 6, "solidity": 0.25},
                },
                customdata=[title for _, title, _ in steps],
                hovertemplate=f"<b>%{{customdata}}</b><br>{said}: %{{x:,.3~r}}<extra></extra>",
            )
        )  # fmt: skip
    write_names(figure, [(title, told) for _, title, told in steps])
    lay_out_rows(figure, len(steps), axis, top_px=LEGEND_PX)
    figure.update_layout(barmode="relative")
    return figure
