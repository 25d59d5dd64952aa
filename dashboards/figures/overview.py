"""Pictures of a run at a glance: when things happen, what the time goes into, where it all lies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import plotly.graph_objects as go

from dashboards.theme import AMBER, BLUE, FAINT, GREEN, GREY, INK, ORANGE, PURPLE, SKY, faint, laid_out

Say = Callable[..., str]
ROW_PX: Final = 44
BAR_PX: Final = 150
MAP_PX: Final = 420
SHARE_COLOURS: Final = {
    "lifting": BLUE, "offloading": "#004b7a", "string_handling": SKY, "transit": "#9fb8c8", "set_up": "#c3d3de",
    "port": "#dfe7ec", "other": "#b0b0b0", "weather": AMBER, "storm": ORANGE, "failure": PURPLE, "emergency": "#7b3294",
    "waiting_shuttle": GREEN, "crew_change": "#66a61e", "bunkering": "#a6761d", "waiting_other": GREY,
}  # fmt: skip


@dataclass(frozen=True)
class Milestone:
    """Something that happens once in a campaign.

    Attributes
    ----------
    title : what it is.
    low, middle, high : P10, P50 and P90 over replicates; None: later than the end, or never.
    share : replicates in which it happens at all, 0 to 1.
    """

    title: str
    low: datetime | None
    middle: datetime | None
    high: datetime | None
    share: float


def milestones_figure(found: Sequence[Milestone], end: datetime, words: Say) -> go.Figure:
    """Return when things happen: a dot at the median, a bar from P10 to P90, open at the end where some never do.

    Parameters
    ----------
    found : in the order to show, from the top.
    end : last instant of the picture; a bar that has no end is drawn to it, with an arrow.
    words : texts ``overview.…``.
    """
    figure, count = go.Figure(), len(found)
    for place, one in enumerate(found):
        row = count - 1 - place
        if one.low is not None:
            last = one.high or end
            figure.add_trace(
                go.Scatter(
                    x=[one.low, last], y=[row, row], mode="lines+markers", showlegend=False, hoverinfo="skip",
                    line={"color": faint(BLUE, 0.35), "width": 9},
                    marker={"symbol": ["line-ns", "line-ns" if one.high else "triangle-right"], "color": BLUE,
                            "size": [1, 1 if one.high else 13]},
                )
            )  # fmt: skip
        if one.middle is not None:
            told = [_day(one.low), _day(one.middle), _day(one.high) or words("overview.later"), f"{one.share:.0%}"]
            figure.add_trace(
                go.Scatter(
                    x=[one.middle], y=[row], mode="markers", marker={"color": BLUE, "size": 11}, showlegend=False,
                    customdata=[told], hovertemplate=words("overview.milestone_hover", {"title": one.title}),
                )
            )  # fmt: skip
        figure.add_annotation(
            x=0.0, xref="paper", y=row, yshift=14, text=one.title, showarrow=False, xanchor="left",
            font={"size": 12, "color": INK},
        )  # fmt: skip
    figure.update_yaxes(visible=False, range=[-0.6, count - 0.2])
    figure.update_xaxes(type="date", tickformat="%Y-%m", nticks=8)
    return laid_out(figure, 60 + ROW_PX * count).update_layout(margin={"l": 12, "r": 16, "t": 12, "b": 36})


def _day(when: datetime | None) -> str:
    return "" if when is None else f"{when:%Y-%m-%d}"


def time_figure(shares: Sequence[tuple[str, str, float]], words: Say) -> go.Figure:
    """Return what the time away from port goes into, one bar of 100 %.

    Parameters
    ----------
    shares : category, its title and its mean share (0 to 1), in the order to stack; they add up to one.
    words : texts ``overview.…``.
    """
    figure = go.Figure()
    for name, title, share in shares:
        figure.add_trace(
            go.Bar(
                x=[100.0 * share], y=[""], orientation="h", name=title,
                marker={"color": SHARE_COLOURS.get(name, GREY), "line": {"color": "white", "width": 1}},
                text=f"{100.0 * share:.0f} %" if share >= 0.06 else "", textposition="inside",
                insidetextanchor="middle",
                hovertemplate=f"{title}: %{{x:.1f}} %<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(barmode="stack", bargap=0.2, legend={"y": -0.5, "yanchor": "top", "traceorder": "normal"})
    figure.update_xaxes(title_text=words("overview.time_axis"), range=[0, 100], ticksuffix=" %")
    return laid_out(figure, BAR_PX + 22 * -(-len(shares) // 2)).update_layout(margin={"l": 10, "r": 16, "t": 10})


@dataclass(frozen=True)
class Place:
    """A place on the map."""

    title: str
    latitude_deg: float
    longitude_deg: float
    kind: str


PLACE_MARKS: Final = {"site": ("star", ORANGE, 15), "island": ("circle", BLUE, 10), "port": ("square", INK, 9)}


def map_figure(places: Sequence[Place]) -> go.Figure:
    """Return where the site, the island and the port lie; coast lines come from this server."""
    figure = go.Figure()
    ports = [one for one in places if one.kind != "island"]
    figure.add_trace(
        go.Scattergeo(
            lon=[one.longitude_deg for one in ports], lat=[one.latitude_deg for one in ports], mode="lines",
            line={"color": faint(BLUE, 0.6), "width": 1.5, "dash": "dot"}, hoverinfo="skip", showlegend=False,
        )
    )  # fmt: skip
    for one in places:
        symbol, colour, size = PLACE_MARKS[one.kind]
        figure.add_trace(
            go.Scattergeo(
                lon=[one.longitude_deg], lat=[one.latitude_deg], mode="markers+text", text=[one.title],
                textposition="bottom center" if one.kind == "site" else "top center",
                marker={"symbol": symbol, "color": colour, "size": size}, showlegend=False,
                hovertemplate=f"{one.title}: {one.latitude_deg:.2f} N, {one.longitude_deg:.2f} E<extra></extra>",
            )
        )  # fmt: skip
    figure.update_geos(
        projection_type="mercator", scope="asia", resolution=50, showland=True,
        landcolor="#e9e4d8", showocean=True, oceancolor="#eaf3f9", showcoastlines=True, coastlinecolor=FAINT,
        showcountries=False, showlakes=False, framecolor="#c3d3de",
        lataxis={"range": [18, 46], "showgrid": True, "gridcolor": "#d5e3ec", "dtick": 10},
        lonaxis={"range": [125, 163], "showgrid": True, "gridcolor": "#d5e3ec", "dtick": 10},
    )  # fmt: skip
    return laid_out(figure, MAP_PX).update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 4}, dragmode=False)


def after(start: datetime, days: float) -> datetime | None:
    """Return an instant some days after another; None where the days are not finite (it never happens)."""
    return start + timedelta(days=days) if days < float("inf") else None
