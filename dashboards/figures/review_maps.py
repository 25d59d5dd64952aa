"""Maps of the review report: concentration, hours, deposit, probability around the holes, with scale bar and north."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, Colormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from dashboards.figures.review_style import FAINT, INK, ORANGE, PURPLE, WIDTH_IN, look, to_svg
from ops_data.export.report_data import Quantity
from ops_data.export.report_text import Words, plain
from twin.models.plume import Bools, Floats, Grid

Measure = Literal["hours", "probability"]

SCALES_KM: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
LEAST_HALF_KM: Final = 0.5  # a map shows at least 1 km, so that a small plume looks small
MARGIN: Final = 1.15
MAP_HEIGHT_IN: Final = 3.5
MAP_BOX: Final = (0.09, 0.13, 0.46, 0.854)  # left, bottom, width, height as shares of the figure: square
BAR_BOX: Final = (0.59, 0.16, 0.022, 0.78)
LEAST_PERCENT: Final = 1e-6  # every member counts: a cell that one of them exceeds has a colour
EDGES: Final[dict[Measure, tuple[float, ...]]] = {
    "probability": (LEAST_PERCENT, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 100.0),
    "hours": (0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0),
}
ZONE_LINES: Final[dict[str, Literal["solid", "dashed"]]] = {"PRZ": "solid", "IRZ": "dashed"}


@dataclass(frozen=True, eq=False)
class ZoneOutline:
    """Rings of a zone, outer and inner: points east and north of the site's origin [m], shape (points, 2) each."""

    name: str
    kind: str
    lines_m: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Scene:
    """What every map shows besides its values: the grid, the holes and the zones."""

    grid: Grid
    holes_x_m: Floats
    holes_y_m: Floats
    zones: tuple[ZoneOutline, ...]


@dataclass(frozen=True)
class _Frame:
    """Part of the grid that is shown [km]: a square."""

    west: float
    east: float
    south: float
    north: float


def site_map(scene: Scene, words: Words) -> bytes:
    """Return the grid with holes and zones."""
    with look(words):
        figure, axes = _map_canvas()
        _dress(axes, scene, _whole(scene.grid), words)
        _name_zones(axes, scene)
        _legend(figure, scene, False, words)
        return to_svg(figure)


def level_map(scene: Scene, values: Floats, levels: Sequence[float], quantity: Quantity, words: Words) -> bytes:
    """Return a map of concentration [mg/L] or deposit [mm] with a line at each screening level.

    Parameters
    ----------
    scene : grid, holes, zones.
    values : in mg/L or mm, shape of the grid; nan is left white.
    levels : screening levels, ascending.
    quantity : ``concentration`` or ``deposit``.
    words : language.
    """
    edges = _half_decades(values, levels)
    shades = _shades("viridis_r" if quantity == "concentration" else "YlOrBr", len(edges) - 1)
    with look(words):
        figure, axes = _map_canvas()
        image = _paint(axes, scene.grid, values, edges, shades)
        _lines(axes, scene.grid, values, levels)
        shown = values >= edges[0]
        _dress(axes, scene, _around(scene, shown), words)
        _name_zones(axes, scene)
        if not shown.any():
            _say(axes, words.text("axes", "below"))
        bar = figure.colorbar(image, cax=figure.add_axes(BAR_BOX), ticks=edges, extend="max", spacing="uniform")
        bar.ax.set_yticklabels([plain(float(edge)) for edge in edges])
        bar.set_label(words.text("axes", quantity))
        for level in levels:
            bar.ax.axhline(level, color=INK, linewidth=1.4)
        _legend(figure, scene, True, words)
        return to_svg(figure)


def level_panels(
    scene: Scene, values: Floats, levels: Sequence[float], quantity: Quantity, measure: Measure, words: Words
) -> bytes:
    """Return one map per level, side by side: hours above it, or the probability of exceeding it.

    Parameters
    ----------
    scene : grid, holes, zones.
    values : hours, or shares 0 to 1; shape (levels, rows, columns).
    levels : screening levels [mg/L or mm].
    quantity : what the levels are levels of.
    measure : ``hours`` or ``probability``.
    words : language.
    """
    shown = 100.0 * values if measure == "probability" else values
    edges = np.array(EDGES[measure])
    shades = _shades("cividis_r" if measure == "probability" else "viridis_r", len(edges) - 1)
    frame = _around(scene, (shown >= edges[0]).any(axis=0))
    with look(words):
        figure = Figure(figsize=(WIDTH_IN, 2.9))
        row = [figure.add_axes(box) for box in _boxes(len(levels))]
        for axes, one, level in zip(row, shown, levels, strict=True):
            image = _paint(axes, scene.grid, one, edges, shades)
            _dress(axes, scene, frame, words)
            unit = "mg/L" if quantity == "concentration" else "mm"
            axes.set_title(words.text("axes", "above").format(level=plain(level), unit=unit))
            if axes is not row[0]:
                axes.set_ylabel("")
                axes.set_yticklabels([])
            if not (one > 0.0).any():
                _say(axes, words.text("axes", "never"))
        bar = figure.colorbar(
            image, cax=figure.add_axes((0.2, 0.14, 0.6, 0.035)), orientation="horizontal", ticks=edges
        )
        bar.ax.set_xticklabels([">0" if edge == LEAST_PERCENT else plain(float(edge)) for edge in edges])
        bar.set_label(words.text("axes", measure))
        return to_svg(figure)


def _boxes(count: int) -> list[tuple[float, float, float, float]]:
    """Return places of maps side by side, as shares of the figure: left, bottom, width, height."""
    step = 0.91 / max(count, 2)
    return [(0.085 + number * step, 0.34, step - 0.03, 0.58) for number in range(count)]


def _half_decades(values: Floats, levels: Sequence[float]) -> Floats:
    """Return class limits 1, 3, 10 … from the lowest level to above the highest value and the highest level."""
    most = max(float(np.nanmax(values, initial=0.0)), levels[-1])
    low = math.floor(2.0 * math.log10(levels[0]) + 1e-9)
    high = max(math.ceil(2.0 * math.log10(most) - 1e-9), low + 2)
    steps = range(low, min(high, low + 12) + 1)
    limits = [(3.0 if step % 2 else 1.0) * 10.0 ** (step // 2) for step in steps]
    return np.unique(np.array([*limits, *levels], dtype=np.float64))


def _shades(name: str, count: int) -> Colormap:
    base: Colormap = matplotlib.colormaps[name]
    shades = ListedColormap(base(np.linspace(0.08, 0.95, count)))
    return shades.with_extremes(under="none", bad="none", over=base(1.0))


def _paint(axes: Axes, grid: Grid, values: Floats, edges: Floats, shades: Colormap) -> AxesImage:
    x, y = _corners_km(grid)
    return axes.imshow(
        values,
        origin="lower",
        extent=(x[0], x[1], y[0], y[1]),
        norm=BoundaryNorm(edges, shades.N),
        cmap=shades,
        interpolation="nearest",
        zorder=1,
    )


def _corners_km(grid: Grid) -> tuple[tuple[float, float], tuple[float, float]]:
    west, south = grid.west_m / 1000.0, grid.south_m / 1000.0
    side = grid.cell_m / 1000.0
    return (west, west + grid.columns * side), (south, south + grid.rows * side)


def _whole(grid: Grid) -> _Frame:
    x, y = _corners_km(grid)
    return _Frame(*x, *y)


def _around(scene: Scene, coloured: Bools) -> _Frame:
    """Return a square around the holes and every coloured cell, with some margin, inside the grid."""
    rows, columns = np.nonzero(coloured)
    x = np.concatenate([scene.holes_x_m, scene.grid.x_m[columns]]) / 1000.0
    y = np.concatenate([scene.holes_y_m, scene.grid.y_m[rows]]) / 1000.0
    whole = _whole(scene.grid)
    if not len(x):
        return whole
    middle_x, middle_y = 0.5 * (x.min() + x.max()), 0.5 * (y.min() + y.max())
    half = max(LEAST_HALF_KM, MARGIN * 0.5 * max(float(np.ptp(x)), float(np.ptp(y))))
    if 2.0 * half >= min(whole.east - whole.west, whole.north - whole.south):
        return whole
    west = min(max(middle_x - half, whole.west), whole.east - 2.0 * half)
    south = min(max(middle_y - half, whole.south), whole.north - 2.0 * half)
    return _Frame(west, west + 2.0 * half, south, south + 2.0 * half)


def _lines(axes: Axes, grid: Grid, values: Floats, levels: Sequence[float]) -> None:
    """Draw a line at each screening level that is reached."""
    filled = np.nan_to_num(values, nan=0.0)
    reached = [level for level in levels if filled.min() < level < filled.max()]
    if reached:
        x, y = grid.x_m / 1000.0, grid.y_m / 1000.0
        axes.contour(x, y, filled, levels=reached, colors=INK, linewidths=0.8, zorder=2)


def _dress(axes: Axes, scene: Scene, frame: _Frame, words: Words) -> None:
    """Add holes, zones, scale bar, north mark and axes to a map."""
    axes.scatter(scene.holes_x_m / 1000.0, scene.holes_y_m / 1000.0, s=2.0, color=ORANGE, linewidths=0.0, zorder=4)
    for zone in scene.zones:
        for line in zone.lines_m:
            shape = Polygon(line / 1000.0, fill=False, edgecolor=PURPLE, linewidth=1.2, zorder=3)
            shape.set_linestyle(ZONE_LINES.get(zone.kind, "dotted"))
            axes.add_patch(shape)
    axes.set_xlim(frame.west, frame.east)
    axes.set_ylim(frame.south, frame.north)
    axes.set_aspect("equal")
    axes.set_xlabel(words.text("axes", "east"))
    axes.set_ylabel(words.text("axes", "north"))
    axes.locator_params(nbins=5)
    _scale_bar(axes, frame)
    axes.annotate(
        words.text("axes", "north_mark"),
        xy=(0.95, 0.97), xytext=(0.95, 0.83), xycoords="axes fraction", ha="center", va="center",
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.0}, zorder=6,
    )  # fmt: skip


def _scale_bar(axes: Axes, frame: _Frame) -> None:
    width, height = frame.east - frame.west, frame.north - frame.south
    length = max([scale for scale in SCALES_KM if scale <= 0.3 * width], default=SCALES_KM[0])
    x, y = frame.west + 0.04 * width, frame.south + 0.05 * height
    axes.plot([x, x + length], [y, y], color=INK, linewidth=2.5, solid_capstyle="butt", zorder=6)
    axes.text(x + 0.5 * length, y + 0.02 * height, f"{plain(length)} km", ha="center", va="bottom", zorder=6)


def _map_canvas() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH_IN, MAP_HEIGHT_IN))
    return figure, figure.add_axes(MAP_BOX)


def _legend(figure: Figure, scene: Scene, levels: bool, words: Words) -> None:
    """Say what dots and lines are, right of the map; only of what is drawn."""
    marks = [Line2D([], [], color=ORANGE, marker="o", markersize=3.0, linestyle="none")]
    names = [words.text("axes", "holes")]
    if levels:
        marks.append(Line2D([], [], color=INK, linewidth=0.8))
        names.append(words.text("axes", "level_line"))
    for kind in dict.fromkeys(zone.kind for zone in scene.zones):
        marks.append(Line2D([], [], color=PURPLE, linewidth=1.2, linestyle=ZONE_LINES.get(kind, "dotted")))
        names.append(f"{kind}: {words.text('kinds', kind)}" if kind in ZONE_LINES else words.text("kinds", kind))
    figure.legend(marks, names, loc="lower right", bbox_to_anchor=(1.0, 0.1), fontsize=7.0, handlelength=2.2)


def _name_zones(axes: Axes, scene: Scene) -> None:
    """Write the name of each zone over its northern edge, where that lies in the frame."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6}
    for zone in scene.zones:
        x, y = np.vstack(zone.lines_m).T / 1000.0
        middle, top = 0.5 * float(x.min() + x.max()), float(y.max())
        if west < middle < east and south < top < north:
            axes.annotate(
                zone.name, (middle, top), xytext=(0, 3), textcoords="offset points", ha="center", va="bottom",
                fontsize=7.0, color=PURPLE, zorder=5, bbox=paper,
            )  # fmt: skip


def _say(axes: Axes, text: str) -> None:
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    axes.text(0.5, 0.3, text, transform=axes.transAxes, ha="center", color=FAINT, zorder=6, bbox=paper)
