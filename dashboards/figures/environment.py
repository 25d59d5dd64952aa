"""Maps of a plume study: concentration, hours above a level, deposit, and how likely each level is exceeded."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final, cast

import numpy as np
import plotly.graph_objects as go

from ops_data.units import METRES_PER_KM, PERCENT
from twin.environment.zone_check import PlacedZone, ZoneContact
from twin.models.plume import Bools, Floats, Grid

MOST_CELLS: Final = 300  # along a side of a drawn map; a longer side is drawn in coarser cells
LEAST_HALF_KM: Final = 0.5  # of a view, so that a small plume looks small
MARGIN: Final = 1.15
SAME_HOLE_M: Final = 10.0  # holes of one square of this side are drawn once
EDGE: Final = "rgba(255, 255, 255, 0.75)"
INK: Final = "#1d2733"
FAINT: Final = "#5b6b7a"
WATER: Final = "Cividis_r"  # of even steps in lightness: light for little, dark for much, for colour-blind readers too
BED: Final = "YlOrBr"
ZONE_LINES: Final = {"PRZ": ("#d55e00", "solid"), "IRZ": ("#0072b2", "dash"), "other": (INK, "dot")}
STOPS: Final = 48  # of a colour scale in powers of ten


@dataclass(frozen=True, eq=False)
class PlumeMaps:
    """What the maps show; fields have the shape of the grid, row 0 in the south, and stand above background.

    Attributes
    ----------
    title, note : above the page; the note is one or two sentences.
    statistic : which figure over the members highest and deposit are: "P50", "largest" …; hours are the mean.
    members : how many members there are.
    grid : the grid of every field.
    concentration_levels_mg_l, deposit_levels_mm : screening levels, ascending.
    highest_mg_l : highest concentration; nan everywhere from a model that has none, as the hours.
    hours_above : hours above each level, shape (levels, rows, columns).
    concentration_probability : share of the members above each level, 0 to 1, same shape.
    deposit_mm : thickness of the deposit.
    deposit_probability : share of the members above each level of deposit, shape (levels, rows, columns).
    hole_x_m, hole_y_m : holes east and north of the site.
    zones, contacts : zones on the grid and how often they are touched; empty without zones.
    """

    title: str
    note: str
    statistic: str
    members: int
    grid: Grid
    concentration_levels_mg_l: Sequence[float]
    deposit_levels_mm: Sequence[float]
    highest_mg_l: Floats
    hours_above: Floats
    concentration_probability: Floats
    deposit_mm: Floats
    deposit_probability: Floats
    hole_x_m: Floats
    hole_y_m: Floats
    zones: tuple[PlacedZone, ...]
    contacts: tuple[ZoneContact, ...]


@dataclass(frozen=True)
class View:
    """A square part of the sea bed [km], east and north of the site."""

    west: float
    east: float
    south: float
    north: float


@dataclass(frozen=True, eq=False)
class _Layer:
    """One field to draw: values, colours, and the values from which on it is seen and at which the colours end."""

    name: str
    values: Floats
    unit: str
    colours: str
    least: float
    most: float
    in_powers: bool


def plume_figures(maps: PlumeMaps) -> dict[str, go.Figure]:
    """Return a map for each of highest, hours, concentration_probability, deposit, deposit_probability.

    Parameters
    ----------
    maps : what to draw.

    Returns
    -------
    Figures by name. In each the first traces are the maps of its levels in their order (or its one map), then as many
    remarks that say when a map is empty; those of the lowest level are seen. All open at `plume_view`.
    """
    levels = {"highest": maps.concentration_levels_mg_l, "deposit": maps.deposit_levels_mm}
    view = plume_view(maps)
    return {name: _figure(maps, layers, levels.get(name, ()), view) for name, layers in _layers(maps).items()}


def _layers(maps: PlumeMaps) -> dict[str, list[_Layer]]:
    suspended, fallen = maps.concentration_levels_mg_l, maps.deposit_levels_mm
    at_least_mg_l, at_least_mm = min(suspended, default=1.0) / 10.0, min(fallen, default=1.0) / 10.0
    hours_most = _largest(maps.hours_above, 10.0)
    return {
        "highest": [
            _Layer("highest", maps.highest_mg_l, "mg/L", WATER, at_least_mg_l,
                   _largest(maps.highest_mg_l, max(suspended, default=1.0)), True)
        ],
        "hours": [
            _Layer(f"above {level:g} mg/L", values, "h", WATER, 0.1, hours_most, True)
            for level, values in zip(suspended, maps.hours_above, strict=True)
        ],
        "concentration_probability": [
            _Layer(f"above {level:g} mg/L", values / PERCENT, "%", WATER, 0.0, 100.0, False)
            for level, values in zip(suspended, maps.concentration_probability, strict=True)
        ],
        "deposit": [
            _Layer("deposit", maps.deposit_mm, "mm", BED, at_least_mm,
                   _largest(maps.deposit_mm, max(fallen, default=1.0)), True)
        ],
        "deposit_probability": [
            _Layer(f"above {level:g} mm", values / PERCENT, "%", BED, 0.0, 100.0, False)
            for level, values in zip(fallen, maps.deposit_probability, strict=True)
        ],
    }  # fmt: skip


def _largest(values: Floats, least: float) -> float:
    """Return the largest number there is, at least ``least``."""
    return float(np.nanmax(np.append(values, least)))


def _figure(maps: PlumeMaps, layers: Sequence[_Layer], lines_at: Sequence[float], view: View) -> go.Figure:
    figure = go.Figure()
    for traces in ([_heat_map(maps.grid, layer) for layer in layers], [_remark(layer, view) for layer in layers]):
        figure.add_traces([trace.update(visible=number == 0) for number, trace in enumerate(traces)])
    figure.add_traces([_bar(layer) for layer in layers[:1]])
    levels = [_level_line(maps.grid, layers[0].values, level, layers[0].unit) for level in lines_at]
    lines = [trace for group in (*levels, *map(_zone_line, maps.zones)) for trace in group]
    figure.add_traces([*lines, _holes(maps)])
    _lay_out(figure, view)
    return figure


def _remark(layer: _Layer, view: View) -> go.Scatter:
    """Return what to say at the top of an empty map; an empty text on others."""
    nothing = f"nothing above {layer.least:g} {layer.unit} here" if layer.in_powers else "in no member"
    said = "not told by this model" if np.isnan(layer.values).all() else nothing
    words = "" if _seen(layer).any() else said
    return go.Scatter(
        x=[(view.west + view.east) / 2.0], y=[view.north], mode="text", text=[words], textposition="bottom center",
        textfont={"color": INK, "size": 13}, hoverinfo="skip", name="remark",
    )  # fmt: skip


def _seen(layer: _Layer) -> Bools:
    found: Bools = layer.values > layer.least
    return found


def _heat_map(grid: Grid, layer: _Layer) -> go.Heatmap:
    """Return the part of a field in which something is seen, in cells coarse enough to draw."""
    seen = _seen(layer)
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    first_row, first_column = (int(places[0]) if len(places) else 0 for places in (rows, columns))
    part = np.where(seen, layer.values, np.nan)
    part = part[first_row : rows[-1] + 1, first_column : columns[-1] + 1] if len(rows) else part[:1, :1]
    times = math.ceil(max(part.shape) / MOST_CELLS)
    cell_km = times * grid.cell_m / METRES_PER_KM
    west_km = (grid.west_m + first_column * grid.cell_m) / METRES_PER_KM
    south_km = (grid.south_m + first_row * grid.cell_m) / METRES_PER_KM
    coarse = f" (highest of {times} x {times} cells)" if times > 1 else ""
    return go.Heatmap(
        z=coarsened(part, times).astype(np.float32),
        x0=west_km + cell_km / 2.0, dx=cell_km, y0=south_km + cell_km / 2.0, dy=cell_km,
        name=layer.name,
        zmin=layer.least, zmax=layer.most,
        colorscale=_in_powers(layer) if layer.in_powers else layer.colours,
        showscale=False,
        hoverongaps=False,
        hovertemplate=f"%{{x:.2f}} km east, %{{y:.2f}} km north: %{{z:.3g}} {layer.unit}{coarse}<extra></extra>",
    )  # fmt: skip


def coarsened(values: Floats, times: int) -> Floats:
    """Return the highest of each square of some cells along a side; nan where all of them are.

    Examples
    --------
    >>> coarsened(np.array([[1.0, 2.0, 5.0], [3.0, np.nan, np.nan]]), 2).tolist()
    [[3.0, 5.0]]
    """
    rows, columns = (math.ceil(count / times) for count in values.shape)
    padded = np.full((rows * times, columns * times), -np.inf)
    padded[: values.shape[0], : values.shape[1]] = np.where(np.isnan(values), -np.inf, values)
    highest: Floats = padded.reshape(rows, times, columns, times).max(axis=(1, 3))
    return np.where(np.isneginf(highest), np.nan, highest)


def _in_powers(layer: _Layer) -> list[tuple[float, str]]:
    """Return a colour scale whose colours follow the logarithm of the value, over the plain values of a map."""
    from plotly.colors import sample_colorscale

    shares = np.linspace(0.0, 1.0, STOPS)
    values = layer.least * (layer.most / layer.least) ** shares
    places = (values - layer.least) / (layer.most - layer.least)
    places[-1] = 1.0
    return list(zip(places.tolist(), sample_colorscale(layer.colours, shares.tolist()), strict=True))


def _bar(layer: _Layer) -> go.Scatter:
    """Return a trace without points that carries the colour bar, below the map and as wide as it."""
    bar: dict[str, Any] = {"orientation": "h", "x": 0.5, "y": 0.0, "yref": "container", "yanchor": "bottom", "ypad": 4}
    bar |= {"len": 1.0, "thickness": 10, "outlinewidth": 0}
    low, high = layer.least, layer.most
    if layer.in_powers:
        low, high = math.log10(low), math.log10(high)
        ticks = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
        bar |= {"tickvals": list(ticks), "ticktext": [f"{10.0**tick:g}" for tick in ticks]}
    marker = {
        "color": [low],
        "cmin": low,
        "cmax": high,
        "colorscale": layer.colours,
        "showscale": True,
        "colorbar": bar,
    }
    return go.Scatter(x=[None], y=[None], mode="markers", marker=marker, hoverinfo="skip", name="colours")


def _level_line(grid: Grid, values: Floats, level: float, unit: str) -> tuple[go.Scatter, ...]:
    """Return where a field crosses a level, as one line in pieces."""
    import contourpy

    east, north = grid.x_m / METRES_PER_KM, grid.y_m / METRES_PER_KM
    lines = cast(list[Floats], contourpy.contour_generator(east, north, np.nan_to_num(values)).lines(level))
    told = f"{level:g} {unit}: screening level, not a rule"
    if not lines:
        return ()
    x, y = _joined(lines)
    top = int(np.nanargmax(y))
    return _lines(lines, f"{level:g}", (float(x[top]), float(y[top])), {"color": INK, "width": 1}, told)


def _lines(
    lines: Sequence[Floats], name: str, at: tuple[float, float], line: dict[str, Any], told: str
) -> tuple[go.Scatter, ...]:
    """Return some lines as one, on a white edge so that it is seen on dark colours, with its name at a place."""
    x, y = _joined(lines)
    font = {"color": line["color"], "size": 12, "shadow": f"0 0 3px {EDGE}, 0 0 2px {EDGE}"}
    edge = {"color": EDGE, "width": line["width"] + 2}
    return (
        go.Scatter(x=x, y=y, mode="lines", line=edge, hoverinfo="skip", name=f"edge of {name}"),
        go.Scatter(x=x, y=y, mode="lines", line=line, hovertemplate=f"{told}<extra></extra>", name=name),
        go.Scatter(
            x=[at[0]], y=[at[1]], mode="text", text=[name], textposition="top center", textfont=font, hoverinfo="skip",
            name=f"name of {name}",
        ),
    )  # fmt: skip


def _joined(lines: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the east and north of some lines one after another, with a nan after each."""
    if not lines:
        return np.empty(0), np.empty(0)
    found = np.vstack([np.vstack([line, np.full((1, 2), np.nan)]) for line in lines])
    return found[:, 0], found[:, 1]


def _zone_line(zone: PlacedZone) -> tuple[go.Scatter, ...]:
    colour, dash = ZONE_LINES[zone.kind]
    rings = [ring / METRES_PER_KM for ring in zone.outlines_m]
    x, y = _joined(rings)
    top = (float(np.nanmin(x) + np.nanmax(x)) / 2.0, float(np.nanmax(y)))
    name = escape(zone.name)
    return _lines(rings, name, top, {"color": colour, "width": 2, "dash": dash}, f"{zone.kind} {name}")


def _holes(maps: PlumeMaps) -> go.Scatter:
    """Return the holes as dots; those nearer than a dot is wide are drawn once."""
    places = np.column_stack([maps.hole_x_m, maps.hole_y_m])
    drawn = np.unique(np.rint(places / SAME_HOLE_M), axis=0) * SAME_HOLE_M / METRES_PER_KM
    return go.Scatter(
        x=drawn[:, 0], y=drawn[:, 1], mode="markers", name="holes",
        marker={"color": "white", "size": 4, "line": {"color": INK, "width": 1}},
        hovertemplate="hole<extra></extra>",
    )  # fmt: skip


def plume_view(maps: PlumeMaps) -> View:
    """Return the square that shows the holes and all that the maps show, but not the zones."""
    grid = maps.grid
    seen = np.zeros(grid.shape, dtype=np.bool_)
    for layers in _layers(maps).values():
        for layer in layers:
            seen |= _seen(layer)
    rows, columns = np.nonzero(seen)
    x_m = np.concatenate([grid.x_m[columns], maps.hole_x_m])
    y_m = np.concatenate([grid.y_m[rows], maps.hole_y_m])
    return _square(x_m, y_m) if len(x_m) else whole_view(maps)


def whole_view(maps: PlumeMaps) -> View:
    """Return the square that holds the grid, and with it every zone."""
    grid = maps.grid
    x_m = np.array([grid.west_m, grid.west_m + grid.columns * grid.cell_m])
    y_m = np.array([grid.south_m, grid.south_m + grid.rows * grid.cell_m])
    return _square(x_m, y_m)


def _square(x_m: Floats, y_m: Floats) -> View:
    sides = [(float(values.min()) / METRES_PER_KM, float(values.max()) / METRES_PER_KM) for values in (x_m, y_m)]
    half = max(LEAST_HALF_KM, *(MARGIN * (high - low) / 2.0 for low, high in sides))
    (west, east), (south, north) = (((low + high) / 2.0 - half, (low + high) / 2.0 + half) for low, high in sides)
    return View(west, east, south, north)


def _lay_out(figure: go.Figure, view: View) -> None:
    axis = {"constrain": "domain", "zeroline": False, "gridcolor": "#e3e8ee", "ticks": "outside", "nticks": 6}
    figure.update_layout(
        template="plotly_white", autosize=True, dragmode=False, showlegend=False,
        margin={"l": 55, "r": 10, "t": 30, "b": 90}, font={"color": INK, "size": 12},
        xaxis={**axis, "title": {"text": "east of the site (km)"}, "range": [view.west, view.east]},
        yaxis={
            **axis, "title": {"text": "north of the site (km)", "standoff": 4}, "range": [view.south, view.north],
            "scaleanchor": "x",
        },
    )  # fmt: skip
