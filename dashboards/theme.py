"""How figures look: colours that colour-blind readers tell apart, one template, times in UTC and Japan's."""

from typing import Final

import plotly.graph_objects as go

INK: Final = "#1d2733"
FAINT: Final = "#52606d"  # 6.2 to 1 on white
GRID: Final = "#e3e8ee"
BLUE: Final = "#0072b2"  # colours of Okabe and Ito
ORANGE: Final = "#d55e00"
GREEN: Final = "#009e73"
PURPLE: Final = "#cc79a7"
SKY: Final = "#56b4e9"
AMBER: Final = "#e69f00"
GREY: Final = "#8c8c8c"
FONT: Final = '"Twin Japanese", system-ui, "Segoe UI", "Helvetica Neue", sans-serif'
LEFT_PX: Final = 56

# What time is used for: the same colours and hatches on every page. Hatches tell them apart without colour.
TIME_COLOURS: Final = {
    "productive": BLUE,
    "planned": SKY,
    "weather": AMBER,
    "storm": ORANGE,
    "failure": PURPLE,
    "shuttle": "#7b3294",
    "other": GREY,
}


def template() -> go.layout.Template:
    """Return the look that every figure of the dashboard shares."""
    axis = {"gridcolor": GRID, "linecolor": GRID, "zerolinecolor": GRID, "title": {"standoff": 8}, "automargin": True}
    layout = go.Layout(
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor="white",
        plot_bgcolor="white",
        colorway=[BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER, GREY, INK],
        xaxis=axis,
        yaxis=axis,
        hoverlabel={"bgcolor": "white", "bordercolor": FAINT, "font": {"color": INK, "size": 13}},
        legend={"orientation": "h", "x": 0.0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}},
        margin={"l": LEFT_PX, "r": 16, "t": 40, "b": 44},
    )
    return go.layout.Template(layout=layout)


TEMPLATE: Final = template()


def laid_out(figure: go.Figure, height_px: int) -> go.Figure:
    """Give a figure the common look, the width of its panel and a height."""
    figure.update_layout(template=TEMPLATE, autosize=True, height=height_px, dragmode="zoom", hovermode="closest")
    return figure


def faint(colour: str, opacity: float) -> str:
    """Return a colour of six hexadecimal digits that lets the ground through."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
