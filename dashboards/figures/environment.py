"""Maps of a plume study: concentration, hours above a level, deposit, and how likely each level is exceeded."""

import math
from collections.abc import Sequence
from html import escape
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboards.figures.environment_layers import (
    QUANTITIES,
    Atlas,
    Layer,
    Quantity,
    View,
    joined,
)
from dashboards.theme import BLUE, FAINT, GRID, INK, ORANGE, laid_out
from dashboards.words import Words
from ops_data.reference.japanese import title
from ops_data.units import METRES_PER_KM
from twin.environment.zone_check import PlacedZone
from twin.models.plume import Floats

HEIGHT_PX: Final = 560
SAME_HOLE_KM: Final = 10.0 / METRES_PER_KM  # holes of one square of this side are drawn once
HALO: Final = "rgba(255, 255, 255, 0.75)"
BEYOND: Final = "#eef1f4"  # where the grid ends and nothing is known
WATER: Final = "Cividis_r"  # of even steps in lightness: light for little, dark for much, for colour-blind readers too
BED: Final = "YlOrBr"
COLOURS: Final[dict[Quantity, str]] = {
    "highest": WATER, "hours": WATER, "concentration_probability": WATER, "deposit": BED, "deposit_probability": BED,
}  # fmt: skip
ZONE_LINES: Final = {"PRZ": (ORANGE, "solid"), "IRZ": (BLUE, "dash"), "other": (INK, "dot")}
STOPS: Final = 48  # of a colour scale in powers of ten
VALUE: Final = "%{z:,.3~r}"


def plume_figure(drawn: Atlas, quantity: Quantity, level: float, view: View, words: Words) -> go.Figure:
    """Return the map of one quantity.

    Parameters
    ----------
    drawn : all maps.
    quantity : which.
    level : screening level of a quantity that has a map for each; of the others the line drawn thick.
    view : what is shown when it opens; double-click returns there.
    words : language.
    """
    layer = drawn.layer(quantity, level)
    figure = go.Figure([_heat_map(layer, words), _remark(layer, view, words), _bar(layer, words)])
    _draw_over(figure, drawn, layer, level, words)
    laid_out(figure, HEIGHT_PX)
    _lay_out(figure, drawn, view, words)
    figure.update_layout(dragmode="zoom", margin={"l": 56, "r": 12, "t": 12, "b": 108})
    figure.update_yaxes(constrain="range")
    figure.update_xaxes(constrain="range")
    return figure


def plume_figures(drawn: Atlas, words: Words) -> dict[Quantity, go.Figure]:
    """Return a map for each quantity, with a trace for each level to choose from.

    Parameters
    ----------
    drawn : all maps.
    words : language.

    Returns
    -------
    Figures by name. In each the first traces are the maps of its levels in their order (or its one map), then as many
    remarks that say when a map is empty; those of the lowest level are seen. All open at the view around the plume.
    """
    figures = {}
    for quantity in QUANTITIES:
        layers = drawn.layers[quantity]
        figure = go.Figure()
        for traces in (
            [_heat_map(layer, words) for layer in layers],
            [_remark(layer, drawn.near, words) for layer in layers],
        ):
            figure.add_traces([trace.update(visible=number == 0) for number, trace in enumerate(traces)])
        for layer in layers[:1]:
            figure.add_trace(_bar(layer, words))
            _draw_over(figure, drawn, layer, math.nan, words)
        _lay_out(figure, drawn, drawn.near, words)
        figure.update_layout(
            template="plotly_white", autosize=True, dragmode=False, font={"color": INK, "size": 12},
            margin={"l": 55, "r": 10, "t": 30, "b": 100},
        )  # fmt: skip
        figures[quantity] = figure
    return figures


def named(layer: Layer, words: Words) -> str:
    """Return what a map of a level is called, as its trace and in lists."""
    if layer.level is None:
        return words(f"environment.quantity.{layer.quantity}")
    unit = "mm" if layer.quantity == "deposit_probability" else "mg/L"
    return words("environment.map.above", {"level": f"{layer.level:g} {unit}"})


def _remark(layer: Layer, view: View, words: Words) -> go.Scatter:
    """Return what to say at the top of an empty map; an empty text on others."""
    least = {"least": f"{layer.least:g} {layer.unit}"}
    nothing = words("environment.map.nothing", least) if layer.in_powers else words("environment.map.in_no_member")
    said = nothing if layer.told else words("environment.map.not_told")
    return go.Scatter(
        x=[(view.west + view.east) / 2.0], y=[view.north], mode="text", text=[said if layer.empty else ""],
        textposition="bottom center", textfont={"color": INK, "size": 13}, hoverinfo="skip", name="remark",
        showlegend=False,
    )  # fmt: skip


def _heat_map(layer: Layer, words: Words) -> go.Heatmap:
    coarse = words("environment.map.coarse", {"times": str(layer.times)}) if layer.times > 1 else ""
    fill = {"east": "%{x:.2f}", "north": "%{y:.2f}", "value": f"{VALUE} {layer.unit}{coarse}"}
    return go.Heatmap(
        z=layer.cells,
        x0=layer.west_km + layer.cell_km / 2.0, dx=layer.cell_km,
        y0=layer.south_km + layer.cell_km / 2.0, dy=layer.cell_km,
        name=named(layer, words),
        zmin=layer.least, zmax=layer.most,
        colorscale=_in_powers(layer) if layer.in_powers else COLOURS[layer.quantity],
        showscale=False,
        hoverongaps=False,
        hovertemplate=words("environment.map.hover", fill) + "<extra></extra>",
    )  # fmt: skip


def _in_powers(layer: Layer) -> list[tuple[float, str]]:
    """Return a colour scale whose colours follow the logarithm of the value, over the plain values of a map."""
    from plotly.colors import sample_colorscale

    shares = np.linspace(0.0, 1.0, STOPS)
    values = layer.least * (layer.most / layer.least) ** shares
    places = (values - layer.least) / (layer.most - layer.least)
    places[-1] = 1.0
    shades = sample_colorscale(COLOURS[layer.quantity], shares.tolist())
    return list(zip(places.tolist(), shades, strict=True))


def _bar(layer: Layer, words: Words) -> go.Scatter:
    """Return a trace without points that carries the colour bar, below the map and as wide as it."""
    heading = {"text": words(f"environment.bar.{layer.quantity}", {"unit": layer.unit}), "side": "top"}
    bar: dict[str, Any] = {"orientation": "h", "x": 0.5, "y": 0.0, "yref": "container", "yanchor": "bottom", "ypad": 2}
    bar |= {"len": 1.0, "thickness": 10, "outlinewidth": 0, "title": heading | {"font": {"size": 12}}}
    low, high = layer.least, layer.most
    if layer.in_powers:
        low, high = math.log10(low), math.log10(high)
        ticks = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
        bar |= {"tickvals": list(ticks), "ticktext": [f"{10.0**tick:,.{max(-tick, 0)}f}" for tick in ticks]}
    marker = {
        "color": [low],
        "cmin": low,
        "cmax": high,
        "colorscale": COLOURS[layer.quantity],
        "showscale": True,
        "colorbar": bar,
    }
    return go.Scatter(
        x=[None], y=[None], mode="markers", marker=marker, hoverinfo="skip", name="colours", showlegend=False
    )


def _draw_over(figure: go.Figure, drawn: Atlas, layer: Layer, level: float, words: Words) -> None:
    """Draw the screening levels of a map, the zones and the holes."""
    for at, east, north in layer.lines:
        told = words("environment.map.level_line", {"level": f"{at:g} {layer.unit}"})
        top = int(np.nanargmax(north))
        line = {"color": INK, "width": 2.5 if at == level else 1}
        figure.add_traces(_lines(east, north, f"{at:g}", (float(east[top]), float(north[top])), line, told))
    for zone in drawn.zones:
        figure.add_traces(_zone_lines(zone, words))
    figure.add_trace(_holes(drawn, words))


def _lines(
    east: Floats, north: Floats, name: str, at: tuple[float, float], line: dict[str, Any], told: str
) -> list[go.Scatter]:
    """Return some lines as one, on a white edge so that it is seen on dark colours, with its name at a place."""
    font = {"color": line["color"], "size": 12, "shadow": f"0 0 3px {HALO}, 0 0 2px {HALO}"}
    edge = {"color": HALO, "width": line["width"] + 2}
    return [
        go.Scatter(x=east, y=north, mode="lines", line=edge, hoverinfo="skip", name=f"edge of {name}"),
        go.Scatter(x=east, y=north, mode="lines", line=line, hovertemplate=f"{told}<extra></extra>", name=name),
        go.Scatter(
            x=[at[0]], y=[at[1]], mode="text", text=[name], textposition="top center", textfont=font, hoverinfo="skip",
            name=f"name of {name}",
        ),
    ]  # fmt: skip


def _zone_lines(zone: PlacedZone, words: Words) -> list[go.Scatter]:
    colour, dash = ZONE_LINES[zone.kind]
    east, north = joined([ring / METRES_PER_KM for ring in zone.outlines_m])
    top = (float(np.nanmin(east) + np.nanmax(east)) / 2.0, float(np.nanmax(north)))
    name = escape(zone.name, quote=False)
    told = f"{title('zone_kind', zone.kind, words.lang)}: {name}"
    return _lines(east, north, name, top, {"color": colour, "width": 2, "dash": dash}, told)


def _holes(drawn: Atlas, words: Words) -> go.Scatter:
    """Return the holes as dots; those nearer than a dot is wide are drawn once."""
    places = np.unique(np.rint(np.column_stack(drawn.holes_km) / SAME_HOLE_KM), axis=0) * SAME_HOLE_KM
    return go.Scatter(
        x=places[:, 0], y=places[:, 1], mode="markers", name="holes",
        marker={"color": "white", "size": 4, "line": {"color": INK, "width": 0.5}},
        hovertemplate=words("environment.map.hole") + "<extra></extra>",
    )  # fmt: skip


def _lay_out(figure: go.Figure, drawn: Atlas, view: View, words: Words) -> None:
    west, east, south, north = drawn.edge_km
    ground: dict[str, Any] = {"type": "rect", "x0": west, "x1": east, "y0": south, "y1": north, "layer": "below"}
    axis: dict[str, Any] = {
        "constrain": "domain", "zeroline": False, "gridcolor": GRID, "ticks": "outside", "nticks": 6,
        "exponentformat": "none", "separatethousands": True,
    }  # fmt: skip
    figure.update_layout(
        showlegend=False,
        plot_bgcolor=BEYOND,
        shapes=[ground | {"fillcolor": "white", "line": {"color": FAINT, "width": 1}}],
        xaxis={**axis, "title": {"text": words("environment.map.east")}, "range": [view.west, view.east]},
        yaxis={
            **axis, "title": {"text": words("environment.map.north"), "standoff": 4},
            "range": [view.south, view.north], "scaleanchor": "x",
        },
    )  # fmt: skip


def keys(zone_kinds: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return colour, style of line and name of what is drawn over the maps: levels, then kinds of zones."""
    return [(INK, "solid", "level"), *((*ZONE_LINES[kind], kind) for kind in zone_kinds)]
