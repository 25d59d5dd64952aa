"""Which unknown numbers matter: bars of Sobol shares and of Morris effects, two panels per outcome."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MOST_BARS: Final = 12  # effects shown per outcome, strongest first
BAR_PX: Final = 26
FRAME_PX: Final = 30  # of a panel, without its bars
GAP_PX: Final = 105  # between panels: an axis, and the title of the next one
TITLE_PX: Final = 22  # from the top of the page, as the next two
LEGEND_PX: Final = 96
TOP_PX: Final = 170
MOVE: Final = "when the value goes up by half of its probability"
TOTAL, FIRST, EFFECT = "#9bbfd9", "#1f6091", "#c07a2c"


def sensitivity_figure(frame: "pd.DataFrame", title: str) -> "go.Figure":
    """Return a figure of a sensitivity study.

    Parameters
    ----------
    frame : one row per outcome and quantity, strongest effect first: outcome, title, unit, key, mu_star, mu_star_95,
        first, first_95, total, total_95 (NaN where a quantity shares in no variance).
    title : above the figure.

    Returns
    -------
    For each outcome shares of the variance, total and first order; below, the effect of each quantity by screening.
    The panels stand in one column and are as wide as the window.
    """
    from plotly.subplots import make_subplots

    panels = [rows for _, rows in frame.groupby("outcome", sort=False)]
    shared = [rows[rows["total"].fillna(0.0) > 0.0].sort_values("total") for rows in panels]
    screened = [rows.head(MOST_BARS).iloc[::-1] for rows in panels]
    bars = [len(part) for upper, lower in zip(shared, screened, strict=True) for part in (upper, lower)]
    heights = [FRAME_PX + BAR_PX * count for count in bars]
    inside = sum(heights) + GAP_PX * max(0, len(heights) - 1)
    figure = make_subplots(
        rows=max(1, len(heights)), cols=1, row_heights=heights or None, vertical_spacing=GAP_PX / max(1, inside),
        subplot_titles=[f"{rows['title'].iloc[0]}: {what}" for rows in panels for what in ("shares", "effects")],
    )  # fmt: skip
    for place, rows in enumerate(panels):
        upper, lower = 2 * place + 1, 2 * place + 2
        for column, colour, name in (("total", TOTAL, "total order"), ("first", FIRST, "first order")):
            figure.add_trace(_bars(shared[place], column, colour, name, first=place == 0), row=upper, col=1)
        effects = _bars(screened[place], "mu_star", EFFECT, "effect by screening", first=place == 0)
        figure.add_trace(effects, row=lower, col=1)
        figure.update_xaxes(title_text="share of the variance", row=upper, col=1)
        unit = rows["unit"].iloc[0]
        figure.update_xaxes(title_text=f"mean change{f' [{unit}]' if unit else ''}<br>{MOVE}", row=lower, col=1)
    height = TOP_PX + inside + GAP_PX
    figure.update_xaxes(rangemode="tozero", title_standoff=8)
    figure.update_yaxes(ticksuffix="  ")
    figure.update_layout(
        title={"text": title, "x": 0.02, "yref": "container", "y": 1.0 - TITLE_PX / height, "yanchor": "top"},
        barmode="group", template="plotly_white", height=height, autosize=True, modebar={"orientation": "v"},
        margin={"l": 240, "r": 30, "t": TOP_PX, "b": GAP_PX},
        legend={
            "orientation": "h", "x": 0.02, "xref": "container",
            "y": 1.0 - LEGEND_PX / height, "yref": "container", "yanchor": "top",
        },
    )  # fmt: skip
    return figure


def _bars(rows: "pd.DataFrame", column: str, colour: str, name: str, first: bool) -> "go.Bar":
    import plotly.graph_objects as go

    return go.Bar(
        x=rows[column], y=rows["key"], orientation="h", name=name, legendgroup=name, showlegend=first,
        marker_color=colour, error_x={"array": rows[f"{column}_95"], "thickness": 1, "width": 3, "color": "#333333"},
    )  # fmt: skip
