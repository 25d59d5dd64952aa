"""Picture of the ground: a map of the blocks' mean grade, and the profile at the site with the tool's stroke."""

import textwrap
from collections.abc import Sequence
from typing import Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

Floats = NDArray[np.float64]

PROFILE_TITLE: Final = "Profile at the site,<br>layer by layer"
PANEL_PX: Final = 360
ABOVE_PX: Final = 130  # for the tool bar, two lines of title and the titles of the panels
HEAD_LETTERS: Final = 60  # in a line of the title: what a page of 600 px holds
SITE: Final = "#d62728"
STROKE: Final = "rgba(214, 39, 40, 0.15)"
PROFILE: Final = "#08306b"
RICH_PPM: Final = ((400.0, "REY-rich"), (2_000.0, "highly"), (5_000.0, "extremely"))


def resource_figure(
    x_km: Floats, y_km: Floats, block_mean_ppm: Floats,
    edges_m: Floats, grade_ppm: Floats, site_block: int, stroke_m: float,
    cores: Sequence[tuple[str, float, float]], site_band_ppm: tuple[Floats, Floats], head: str,
) -> go.Figure:  # fmt: skip
    """Return a figure of two panels, or of the profile alone where there is one block.

    Parameters
    ----------
    x_km, y_km : centres of the blocks east and north of the site [km], shape (n,).
    block_mean_ppm : mean grade of each block [mass ppm], shape (n,).
    edges_m : depths that part the layers [m], shape (L + 1,).
    grade_ppm : grade by block and layer [mass ppm], shape (n, L).
    site_block : number of the block in which the site lies.
    stroke_m : how deep the tool reaches [m].
    cores : name and place east and north [km] of each core.
    site_band_ppm : lower and upper grade of each layer at the site over draws [mass ppm], shape (L,) each.
    head : title.
    """
    if len(x_km) == 1:
        return _profile_alone(edges_m, grade_ppm[site_block], site_band_ppm, stroke_m, head)
    titles = (f"Mean grade of<br>{len(x_km):,} blocks, 0–{edges_m[-1]:g} m", PROFILE_TITLE)
    figure = make_subplots(rows=1, cols=2, column_widths=[0.55, 0.45], horizontal_spacing=0.18, subplot_titles=titles)
    _add_map(figure, x_km, y_km, block_mean_ppm, cores)
    _add_profile(figure, edges_m, grade_ppm[site_block], site_band_ppm, stroke_m, column=2)
    _lay_out(figure, head, 200)
    return figure


def _profile_alone(
    edges_m: Floats, site_ppm: Floats, site_band_ppm: tuple[Floats, Floats], stroke_m: float, head: str
) -> go.Figure:
    figure = make_subplots(rows=1, cols=1, subplot_titles=(PROFILE_TITLE,))
    _add_profile(figure, edges_m, site_ppm, site_band_ppm, stroke_m, column=1)
    _lay_out(figure, head, 120)
    return figure


def _lay_out(figure: go.Figure, head: str, below_px: int) -> None:
    """Give the figure its title, and room below the panels for axes, colour bar and legend; as wide as the page."""
    figure.update_layout(
        title={"text": "<br>".join(textwrap.wrap(head, HEAD_LETTERS)), "x": 0.01, "y": 0.94, "yanchor": "top"},
        title_font_size=15,
        template="plotly_white",
        autosize=True,
        height=PANEL_PX + ABOVE_PX + below_px,
        margin={"l": 60, "r": 20, "t": ABOVE_PX, "b": below_px},
        legend={"orientation": "h", "y": (40 - below_px) / PANEL_PX},
    )
    figure.update_annotations(selector={"showarrow": False, "yref": "paper"}, font_size=13)


def _add_map(
    figure: go.Figure, x_km: Floats, y_km: Floats, block_mean_ppm: Floats, cores: Sequence[tuple[str, float, float]]
) -> None:
    columns, rows = np.unique(x_km), np.unique(y_km)
    blocks = go.Heatmap(
        x=columns,
        y=rows,
        z=block_mean_ppm.reshape(len(rows), len(columns)),
        colorscale="Viridis",
        colorbar={
            "title": {"text": "ppm ΣREY", "side": "top"},
            "orientation": "h",
            "x": 0.225,
            "len": 0.45,
            "thickness": 12,
            "y": -0.16,
            "yanchor": "top",
            "nticks": 6,
        },
        hovertemplate="%{x:.1f} km east, %{y:.1f} km north: %{z:,.0f} ppm<extra></extra>",
    )
    figure.add_trace(blocks, row=1, col=1)
    site = go.Scatter(
        x=[0.0], y=[0.0], mode="markers", name="site",
        marker={"color": SITE, "symbol": "circle-open", "size": 18, "line": {"width": 3}},
        hovertemplate="site<extra></extra>",
    )  # fmt: skip
    figure.add_trace(site, row=1, col=1)
    if cores:
        names, east, north = zip(*cores, strict=True)
        marks = go.Scatter(
            x=east, y=north, text=names, mode="markers", name="core",
            marker={"color": "white", "size": 8, "line": {"color": "black", "width": 1.5}},
            hovertemplate="core %{text}<extra></extra>",
        )  # fmt: skip
        figure.add_trace(marks, row=1, col=1)
    figure.update_xaxes(title_text="east of the site (km)", constrain="domain", row=1, col=1)
    figure.update_yaxes(title_text="north of the site (km)", scaleanchor="x", constrain="domain", row=1, col=1)


def _add_profile(
    figure: go.Figure,
    edges_m: Floats,
    site_ppm: Floats,
    site_band_ppm: tuple[Floats, Floats],
    stroke_m: float,
    column: int,
) -> None:
    depths = np.repeat(edges_m, 2)[1:-1]
    low, high = (np.repeat(side, 2) for side in site_band_ppm)
    band = go.Scatter(
        x=np.concatenate([low, high[::-1]]), y=np.concatenate([depths, depths[::-1]]), fill="toself",
        fillcolor="rgba(66, 146, 198, 0.25)", line={"width": 0}, name="P10–P90 of the draws", hoverinfo="skip",
    )  # fmt: skip
    figure.add_trace(band, row=1, col=column)
    line = go.Scatter(
        x=np.repeat(site_ppm, 2), y=depths, name="profile at the site",
        line={"color": PROFILE, "width": 2}, hovertemplate="%{y:g} m: %{x:,.0f} ppm<extra></extra>",
    )  # fmt: skip
    figure.add_trace(line, row=1, col=column)
    figure.add_hrect(y0=0.0, y1=stroke_m, fillcolor=STROKE, line_width=0, row=1, col=column)
    figure.add_hline(
        y=stroke_m, line={"color": SITE, "width": 1.5, "dash": "dash"}, row=1, col=column,
        annotation={"text": f"stroke {stroke_m:.1f} m", "font": {"color": SITE}},
        annotation_position="bottom right",
    )  # fmt: skip
    for limit, word in RICH_PPM:
        figure.add_vline(
            x=limit, line={"color": "#969696", "width": 1, "dash": "dot"}, row=1, col=column,
            annotation={"text": word, "font": {"size": 10, "color": "#636363"}, "textangle": -90},
            annotation_position="bottom right",
        )  # fmt: skip
    top = max(2_500.0, 1.08 * float(site_ppm.max()), 1.02 * float(high.max()))
    figure.update_xaxes(title_text="ΣREY per dry solids (ppm)", range=[0.0, top], row=1, col=column)
    figure.update_yaxes(title_text="depth below the sea bed (m)", range=[edges_m[-1], 0.0], row=1, col=column)
