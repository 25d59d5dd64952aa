"""Which unknown numbers matter: bars of Sobol shares and of Morris effects, one row of panels per outcome."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MOST_BARS: Final = 12  # effects shown per outcome, strongest first
BAR_PX: Final = 26
FRAME_PX: Final = 110  # of a panel, without its bars
LEGEND_PX: Final = 70  # from the top of the page
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
    Left of each row: shares of the variance, total and first order; right: effect of each quantity by screening.
    """
    from plotly.subplots import make_subplots

    panels = [(str(name), rows) for name, rows in frame.groupby("outcome", sort=False)]
    bars = [min(MOST_BARS, len(rows)) for _, rows in panels]
    heights = [FRAME_PX + BAR_PX * count for count in bars]
    titles = [text for _, rows in panels for text in _titles(rows)]
    figure = make_subplots(
        rows=max(1, len(panels)), cols=2, subplot_titles=titles, row_heights=heights or None,
        horizontal_spacing=0.28, vertical_spacing=min(0.1, 90 / max(1, sum(heights))),
    )  # fmt: skip
    for row, (_, rows) in enumerate(panels, start=1):
        shared = rows[rows["total"].fillna(0.0) > 0.0].sort_values("total")
        for column, colour, name in (("total", TOTAL, "total order"), ("first", FIRST, "first order")):
            bar = _bars(shared, column, colour, name, first=row == 1)
            figure.add_trace(bar, row=row, col=1)
        screened = rows.head(MOST_BARS).iloc[::-1]
        figure.add_trace(_bars(screened, "mu_star", EFFECT, "effect by screening", first=row == 1), row=row, col=2)
        figure.update_xaxes(title_text="share of the variance", rangemode="tozero", row=row, col=1)
        unit = rows["unit"].iloc[0]
        said = "mean change from 12.5 % to 87.5 % point"
        figure.update_xaxes(title_text=f"{said} [{unit}]" if unit else said, rangemode="tozero", row=row, col=2)
    height = 180 + sum(heights)
    figure.update_yaxes(ticksuffix="  ")
    figure.update_layout(
        title=title, barmode="group", template="plotly_white", height=height, width=1250,
        margin={"l": 250, "r": 40, "t": 140, "b": 70},
        legend={"orientation": "h", "x": 0, "y": 1.0 - LEGEND_PX / height, "yref": "container", "yanchor": "top"},
    )  # fmt: skip
    return figure


def _titles(rows: "pd.DataFrame") -> tuple[str, str]:
    name = str(rows["title"].iloc[0])
    return f"{name}: shares", f"{name}: effects"


def _bars(rows: "pd.DataFrame", column: str, colour: str, name: str, first: bool) -> "go.Bar":
    import plotly.graph_objects as go

    return go.Bar(
        x=rows[column], y=rows["key"], orientation="h", name=name, legendgroup=name, showlegend=first,
        marker_color=colour, error_x={"array": rows[f"{column}_95"], "thickness": 1, "width": 3, "color": "#333333"},
    )  # fmt: skip
