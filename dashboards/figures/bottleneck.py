"""Pictures of what holds a campaign back: mud and binding constraint by day, and what easing each one gives."""

from typing import Final

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twin.bottleneck import MET, OUTCOMES
from twin.easing import TOGETHER

COLOURS: Final = {  # what the tool and lift do warm, the chain blue, the sea green, planned work grey
    "tool cycle": "#b2451c",
    "learning": "#e08a4f",
    "pump": "#8c1d40",
    "concentration": "#d4658a",
    "hold": "#9ecae1",
    "shuttle": "#4292c6",
    "transfer": "#2171b5",
    "dewatering": "#08306b",
    "weather": "#41ab5d",
    "storm": "#006d2c",
    "emergency": "#bcbd22",
    "failure": "#6a3d9a",
    "crew change": "#cab2d6",
    "bunkering": "#b39b6b",
    "string": "#636363",
    "set-up": "#969696",
    "transit": "#bdbdbd",
    "campaign over": "#e6e6e6",
    MET: "#ffd92f",
}
ROWS: Final = (0.24, 0.38, 0.38)  # share of the height of each panel


def bottleneck_figure(days: pd.DataFrame, gains: pd.DataFrame, head: str, mass_basis: str) -> go.Figure:
    """Return a figure of two or three panels.

    Parameters
    ----------
    days : one row per day: date, target_t, lifted_t, and a column ``share_<outcome>`` for each of
        `twin.bottleneck.OUTCOMES` (spaces and hyphens as underscores).
    gains : one row per easing: constraint, how, mean_t, standard_error_t; without rows the panel is left out.
    head : title.
    mass_basis : wet or dry.
    """
    panels = 3 if len(gains) else 2
    titles = (
        f"Mud on deck, mean over replicates (t/d, {mass_basis})",
        "Share of replicates bound by each constraint",
        f"What easing one constraint gives over the campaign (t, {mass_basis}; bars: ± 1 standard error)",
    )
    figure = make_subplots(
        rows=panels, cols=1, row_heights=list(ROWS[:panels]), vertical_spacing=0.1, subplot_titles=titles[:panels]
    )
    _add_mud(figure, days)
    _add_shares(figure, days)
    figure.update_xaxes(title_text="day (Japan standard time)", row=2, col=1)
    figure.update_xaxes(matches="x", row=2, col=1)
    if panels == 3:
        _add_gains(figure, gains)
    figure.update_layout(
        title={"text": head, "x": 0.01},
        barmode="stack",
        bargap=0.0,
        template="plotly_white",
        height=420 * panels - 60,
        margin={"l": 70, "r": 20, "t": 90, "b": 60},
        legend={"traceorder": "normal", "y": 0.62 if panels == 3 else 0.5, "yanchor": "middle"},
    )
    return figure


def _add_mud(figure: go.Figure, days: pd.DataFrame) -> None:
    lifted = go.Scatter(x=days["date"], y=days["lifted_t"], name="mud on deck", line={"color": "#08306b", "width": 2})
    line = {"color": "#d62728", "width": 1.5, "dash": "dash"}
    whole_day_t = [days["target_t"].max()] * len(days)
    target = go.Scatter(x=days["date"], y=whole_day_t, name="target", line=line)
    for trace in (lifted, target):
        figure.add_trace(trace, row=1, col=1)
    figure.update_yaxes(
        title_text="t/d", range=[0.0, 1.08 * float(days[["lifted_t", "target_t"]].max().max())], row=1, col=1
    )


def _add_shares(figure: go.Figure, days: pd.DataFrame) -> None:
    for name in OUTCOMES:
        share = days[f"share_{name.replace(' ', '_').replace('-', '_')}"]
        if not share.any():
            continue
        bar = go.Bar(
            x=days["date"],
            y=100.0 * share,
            name=name,
            marker={"color": COLOURS[name], "line": {"width": 0}},
            hovertemplate="%{x}: %{y:.0f} %",
        )
        figure.add_trace(bar, row=2, col=1)
    figure.update_yaxes(title_text="replicates (%)", range=[0, 100], row=2, col=1)


def _add_gains(figure: go.Figure, gains: pd.DataFrame) -> None:
    colours = ["#252525" if name == TOGETHER else COLOURS[name] for name in gains["constraint"]]
    error_t = gains["standard_error_t"].fillna(0.0)
    bar = go.Bar(
        x=gains["mean_t"],
        y=gains["constraint"],
        orientation="h",
        error_x={"type": "data", "array": error_t, "color": "#737373"},
        marker={"color": colours},
        width=0.7,
        showlegend=False,
        hovertemplate="%{y}: %{x:,.0f} t<extra></extra>",
    )
    end_t = (gains["mean_t"] + error_t).clip(lower=0.0)
    words = go.Scatter(
        x=end_t,
        y=gains["constraint"],
        text=[f" {mean_t:+,.0f}: {how}" for mean_t, how in zip(gains["mean_t"], gains["how"], strict=True)],
        mode="text",
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
    )
    for trace in (bar, words):
        figure.add_trace(trace, row=3, col=1)
    low_t = min(0.0, float((gains["mean_t"] - error_t).min()))
    room = [1.05 * low_t, 1.35 * max(1.0, float(end_t.max()))]
    figure.update_xaxes(title_text="t over the campaign", range=room, row=3, col=1)
    figure.update_yaxes(autorange="reversed", type="category", row=3, col=1)
