"""Pictures of what the mud contributes: by element, in each reading, and what makes the spread."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go

from dashboards.figures.supply_parts import COLOURS, HOVER, bars, cells_of, lines_of, said, stacked
from dashboards.theme import BLUE, FAINT, INK, ORANGE, laid_out
from dashboards.words import Words
from ops_data.reference.japanese import known, title
from ops_data.supply_names import BASES, SUPPLY_ELEMENTS
from ops_data.units import PERCENT

if TYPE_CHECKING:
    import pandas as pd

Cells = tuple[float, float, float]
BASIS_COLOURS: Final = {"wet": BLUE, "dry": ORANGE}
BASIS_SYMBOLS: Final = {"wet": "circle", "dry": "diamond"}  # told apart without colour
READINGS: Final = ("campaign", "achieved_rate", "run_rate", "extrapolation", "full_scale_run")
DRIVER_BASES: Final = ("both", *BASES)
ROW_PX: Final = 30  # of one element
READING_PX: Final = 58  # of one reading: a line of words above two dots
BAR_PX: Final = 20  # of one element's bar
LEAST_RATIO: Final = 1e-3  # of P10 to its median; what is smaller counts as nought, which the axis has not
EDGE_RATIO: Final = 0.1  # of the left edge to the smallest median whose P10 is nought
RIGHT_RATIO: Final = 1.6  # of the right edge to the largest number
LEAST_SHARE: Final = 0.005  # of the spread; unknowns that make less everywhere are told as others
MOST_POWERS: Final = 6  # of ten on an axis with a tick at each
OFFSET: Final = 0.17  # of the two bases from the middle of their row
OTHER: Final = "other"


def contributed(indicators: "pd.DataFrame") -> dict[tuple[str, str, str], Cells]:
    """Return (reading, basis, element) → P50, P10 and P90 of what the mud gives over a whole reading [t]."""
    rows = indicators[(indicators["name"] == "contribution_element_t") & (indicators["period"] == "")]
    told = {tuple(item.split(" ")): (value, low, high) for item, value, low, high in _spreads(rows)}
    return {(key[0], key[1], key[2]): cells for key, cells in told.items() if len(key) == 3}


def _spreads(rows: "pd.DataFrame") -> list[tuple[str, float, float, float]]:
    return cells_of(rows, "item", "value", "low", "high")


def contribution_figure(
    indicators: "pd.DataFrame", demand_t: Mapping[str, float], words: Words, readings: Sequence[str] = READINGS
) -> go.Figure:
    """Return what the mud gives of each element, read in each way, wet and dry beside each other.

    Parameters
    ----------
    indicators : rows of ``contribution_element_t``: item "<reading> <basis> <element>", period, value, low, high.
    demand_t : present demand of Japan by element [t/yr]; elements without a figure are left out.
    words : texts by key.
    readings : those that are drawn, of those the rows hold.

    Returns
    -------
    A panel for each reading: a dot for the median, a bar from P10 to P90, a tick for demand. What is zero or unknown is
    not drawn: the axis has no zero, and a bar that goes down to it ends at the left edge.
    """
    told = contributed(indicators)
    drawn = [name for name in READINGS if name in readings and any(key[0] == name for key in told)]
    elements = [name for name in SUPPLY_ELEMENTS if any(key[2] == name for key in told)]
    heads = [f"{title('reading', name, words.lang)} ({_unit(name, words)})" for name in drawn]
    figure = stacked(heads if len(drawn) > 1 else [""], ROW_PX * max(1, len(elements)) + 10)
    edge = _edge([cells for key, cells in told.items() if key[0] in drawn])
    for row, reading in enumerate(drawn, start=1):
        for basis in BASES:
            points = [
                (
                    place + (OFFSET if basis == "wet" else -OFFSET),
                    title("element", element, words.lang),
                    *told[reading, basis, element],
                )
                for place, element in enumerate(reversed(elements))
                if (reading, basis, element) in told
            ]
            figure.add_trace(_ranges(points, basis, _unit(reading, words), row == 1, edge, words), row=row, col=1)
        figure.add_trace(_ticks(elements, demand_t, row == 1, words), row=row, col=1)
    _powers(figure, edge)
    if len(drawn) == 1:
        figure.update_xaxes(title_text=words("supply.axis.mass", {"unit": _unit(drawn[0], words)}))
    figure.update_yaxes(
        tickvals=list(range(len(elements))), ticktext=elements[::-1], range=[-0.6, len(elements) - 0.4],
        showgrid=False, zeroline=False, ticklabelstandoff=6,
    )  # fmt: skip
    return figure


def readings_figure(
    indicators: "pd.DataFrame", element: str, demand_t: Mapping[str, float], names: Mapping[str, str], words: Words
) -> go.Figure:
    """Return what the mud gives of one element in all readings, wet and dry below each other, on one axis.

    Parameters
    ----------
    indicators, demand_t, words : as of `contribution_figure`.
    element : which one.
    names : reading → what it is called.
    """
    told = contributed(indicators)
    drawn = [name for name in READINGS if any((name, basis, element) in told for basis in BASES)]
    figure, places = go.Figure(), {name: len(drawn) - 1 - place for place, name in enumerate(drawn)}
    edge = _edge([cells for key, cells in told.items() if key[2] == element])
    for basis in BASES:
        points = [
            (places[name] - 0.12 - (0.0 if basis == "wet" else 0.26), names[name], *told[name, basis, element])
            for name in drawn
            if (name, basis, element) in told
        ]
        figure.add_trace(_ranges(points, basis, "t", True, edge, words))
    now_t = demand_t.get(element, math.nan)
    if math.isfinite(now_t):
        figure.add_trace(_line(now_t, len(drawn), words))
    for name in drawn:
        figure.add_annotation(
            x=0.0, xref="paper", y=places[name], text=lines_of(names[name], words), showarrow=False,
            xanchor="left", yanchor="bottom", align="left", yshift=2, font={"size": 12, "color": INK},
            bgcolor="rgba(255, 255, 255, 0.8)",
        )  # fmt: skip
    _powers(figure, edge)
    figure.update_xaxes(title_text=words("supply.axis.readings"))
    figure.update_yaxes(visible=False, range=[-0.65, len(drawn) - 0.4])
    laid_out(figure, READING_PX * max(1, len(drawn)) + 110)
    return figure.update_layout(margin={"l": 16})


def _unit(reading: str, words: Words) -> str:
    return words("supply.unit.mass" if reading == "campaign" else "supply.unit.yearly")


def _ranges(
    points: Sequence[tuple[float, str, float, float, float]],
    basis: str,
    unit: str,
    first: bool,
    edge: float,
    words: Words,
) -> go.Scatter:
    """Return dots with bars from P10 to P90 of one basis, none beyond the left edge."""
    drawn = [one for one in points if math.isfinite(one[2]) and one[2] > 0.0]
    name, middles = title("basis", basis, words.lang), [one[2] for one in drawn]
    colour = BASIS_COLOURS[basis]
    return go.Scatter(
        x=middles, y=[one[0] for one in drawn], mode="markers", name=name, legendgroup=basis, showlegend=first,
        marker={"color": colour, "size": 9, "symbol": BASIS_SYMBOLS[basis]},
        error_x=bars([max(one[3], edge) for one in drawn], middles, [one[4] for one in drawn], colour),
        text=[said(f"{what}, {name}", cells, unit, words) for _, what, *cells in drawn], hovertemplate=HOVER,
    )  # fmt: skip


def _ticks(elements: Sequence[str], demand_t: Mapping[str, float], first: bool, words: Words) -> go.Scatter:
    """Return a tick for the demand of each element that has a figure."""
    told = [
        (place, element, demand_t[element])
        for place, element in enumerate(reversed(elements))
        if math.isfinite(demand_t.get(element, math.nan))
    ]
    return go.Scatter(
        x=[one[2] for one in told], y=[one[0] for one in told], mode="markers", name=words("supply.demand_now"),
        legendgroup="demand", showlegend=first,
        text=[words("supply.hover.demand", {"what": what, "value": words.number(t)}) for _, what, t in told],
        marker={"symbol": "line-ns", "size": 18, "line": {"color": INK, "width": 2.5}}, hovertemplate=HOVER,
    )  # fmt: skip


def _line(now_t: float, rows: int, words: Words) -> go.Scatter:
    """Return an upright line at present demand."""
    told = words("supply.hover.demand", {"what": "", "value": words.number(now_t)}).strip()
    return go.Scatter(
        x=[now_t, now_t], y=[-0.65, rows - 0.4], mode="lines", name=words("supply.demand_now"),
        line={"color": INK, "width": 2, "dash": "dash"}, text=[told, told], hovertemplate=HOVER,
    )  # fmt: skip


def _edge(told: Sequence[Cells]) -> float:
    """Return where an axis of powers of ten begins: at the lowest P10, or left of a median whose P10 is nought."""
    ends = [
        low if low > LEAST_RATIO * value else EDGE_RATIO * value
        for value, low, _ in told
        if math.isfinite(value) and value > 0.0
    ]
    return min(ends, default=EDGE_RATIO)


def _powers(figure: go.Figure, edge: float) -> None:
    """Give a figure axes of powers of ten from an edge on, with numbers that people read."""
    most = [x + more for trace in figure.data for x, more in zip(trace.x, _above(trace), strict=True)]
    right = RIGHT_RATIO * max([edge, *most])
    step = 1 if math.log10(right / edge) < MOST_POWERS else 2
    figure.update_xaxes(
        type="log", dtick=step, range=[math.log10(edge), math.log10(right)], tickformat=",~r", tickangle=0,
        matches="x", showticklabels=True, exponentformat="none",
    )  # fmt: skip


def _above(trace: go.Scatter) -> Sequence[float]:
    """Return how far the bars of a trace reach above its points."""
    array: Sequence[float] | None = trace.error_x.array
    return [0.0] * len(trace.x) if array is None else array


def drivers_figure(drivers: "pd.DataFrame", words: Words) -> go.Figure:
    """Return what share of the spread of each element's contribution each unknown makes.

    Parameters
    ----------
    drivers : rows of the table of drivers: basis, element, factor, share.
    words : texts by key.

    Returns
    -------
    A panel for each basis, either first: bars of 100 % by element, one trace for each unknown.
    """
    bases = [name for name in DRIVER_BASES if name in set(drivers["basis"])]
    most = drivers.assign(share=drivers["share"].abs()).groupby("factor")["share"].max()
    factors = [str(name) for name in most.sort_values(ascending=False).index if most[name] >= LEAST_SHARE]
    factors = [name for name in factors if name != OTHER] + [OTHER]
    grouped = drivers.assign(factor=drivers["factor"].where(drivers["factor"].isin(factors), OTHER))
    shares = grouped.groupby(["basis", "factor", "element"])["share"].sum() / PERCENT
    elements = [name for name in SUPPLY_ELEMENTS if name in set(drivers["element"])]
    figure = stacked([words(f"supply.driver_basis.{basis}") for basis in bases], BAR_PX * max(1, len(elements)))
    for row, basis in enumerate(bases, start=1):
        for place, factor in enumerate(factors):
            told = [name for name in elements if (basis, factor, name) in shares.index]
            if not told:
                continue
            values = [float(shares[basis, factor, name]) for name in told]
            called = title("factor", factor, words.lang) if known("factor", factor) else factor
            bar = go.Bar(
                x=values, y=told, orientation="h", name=called, legendgroup=factor, showlegend=row == 1,
                marker={"color": FAINT if factor == OTHER else COLOURS[place % len(COLOURS)]},
                text=[f"{name}: {called} {value:.0f} %" for name, value in zip(told, values, strict=True)],
                textposition="none", hovertemplate=HOVER,
            )  # fmt: skip
            figure.add_trace(bar, row=row, col=1)
    figure.update_layout(barmode="relative", bargap=0.25)
    figure.update_xaxes(range=[-8, 104], ticksuffix=" %", zeroline=False)
    figure.update_xaxes(title_text=words("supply.axis.variance"), row=max(1, len(bases)), col=1)
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    return figure
