"""Pictures of a supply study: contribution, what drives it, demand, where supply comes from, targets, lead times."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ops_data.supply_names import BASES, GROUPS, SECTOR_TITLES, SECTORS, STAGES, SUPPLY_ELEMENTS
from ops_data.units import PERCENT
from twin.indicators.words import number

if TYPE_CHECKING:
    import pandas as pd

INK: Final = "#1d2733"
FAINT: Final = "#5b6b7a"
GRID: Final = "#e3e8ee"
BLUE: Final = "#0072b2"  # colours of Okabe and Ito, told apart by colour-blind readers
ORANGE: Final = "#d55e00"
GREEN: Final = "#009e73"
PURPLE: Final = "#cc79a7"
SKY: Final = "#56b4e9"
AMBER: Final = "#e69f00"
YELLOW: Final = "#f0e442"
GREY: Final = "#999999"
COLOURS: Final = (BLUE, AMBER, GREEN, ORANGE, SKY, PURPLE, YELLOW, GREY, INK)
BASIS_COLOURS: Final = {"wet": BLUE, "dry": ORANGE}
SHARE_COLOURS: Final = ((0.0, "#f7f9fb"), (0.5, "#f8cf9f"), (1.0, "#e8832f"))  # ink is read on each
STAGE_HEADS: Final = {"mixed_oxide": "mixed<br>oxide", "separated_oxide": "separated<br>oxide"}
READINGS: Final[Mapping[str, str]] = {
    "campaign": "Campaign as simulated (t)",
    "achieved_rate": "A year at the achieved rate (t/yr)",
    "run_rate": "A year at the target rate (t/yr)",
    "extrapolation": "The pilot’s mud times the ratio of rates (t/yr)",
    "full_scale_run": "Run at full scale, mean year (t/yr)",
}
PANELS: Final[Mapping[str, str]] = {
    "licence delay": "Licence delay (days)",
    "shipping time": "Shipping time (days)",
    "customs lead time": "Customs lead time (days)",
    "licence backlog": "Licence backlog (applications waiting)",
}
ROW_PX: Final = 30  # of one element
GAP_PX: Final = 64  # between panels: an axis and a title
KPI_PX: Final = 58  # of one target: two lines of words above its dot
KPI_LETTERS: Final = 50
LEAST_RATIO: Final = 1e-3  # of computed to target; smaller ones stand at the edge
MOST_POWERS: Final = 6  # of ten on an axis with a tick at each
OFFSET: Final = 0.17  # of the two bases from the middle of their row


def contribution_figure(indicators: "pd.DataFrame", demand_t: Mapping[str, float]) -> go.Figure:
    """Return what the mud gives of each element, read in each way, wet and dry beside each other.

    Parameters
    ----------
    indicators : rows of ``contribution_element_t``: item "<reading> <basis> <element>", period, value, low, high.
    demand_t : present demand of Japan by element [t/yr]; elements without a figure are left out.

    Returns
    -------
    A panel for each reading: a dot for the median, a bar from P10 to P90, a tick for demand. What is zero or unknown is
    not drawn: the axis has no zero.
    """
    rows = indicators[(indicators["name"] == "contribution_element_t") & (indicators["period"] == "")]
    told = {tuple(item.split(" ")): cells for item, *cells in cells_of(rows, "item", "value", "low", "high")}
    readings = [name for name in READINGS if any(key[0] == name for key in told)]
    elements = [name for name in SUPPLY_ELEMENTS if any(key[-1] == name for key in told)]
    figure = stacked([READINGS[name] for name in readings], ROW_PX * max(1, len(elements)) + 10)
    for row, reading in enumerate(readings, start=1):
        for basis in BASES:
            points = [
                (place + (OFFSET if basis == "wet" else -OFFSET), element, *told[reading, basis, element])
                for place, element in enumerate(reversed(elements))
                if (reading, basis, element) in told
            ]
            figure.add_trace(_ranges(points, basis, row == 1), row=row, col=1)
        figure.add_trace(_ticks(elements, demand_t, row == 1), row=row, col=1)
    drawn = [x for trace in figure.data for x in trace.x]
    step = 1 if len(drawn) < 2 or math.log10(max(drawn) / min(drawn)) < MOST_POWERS else 2
    figure.update_xaxes(
        type="log", dtick=step, tickformat=",~r", tickangle=0, gridcolor=GRID, matches="x", showticklabels=True,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(elements))),
        ticktext=elements[::-1],
        range=[-0.6, len(elements) - 0.4],
        showgrid=False,
        zeroline=False,
    )
    return figure


def _ranges(points: Sequence[tuple[float, str, float, float, float]], basis: str, first: bool) -> go.Scatter:
    """Return dots with bars from P10 to P90 of one basis."""
    drawn = [one for one in points if math.isfinite(one[2]) and one[2] > 0.0]
    middles = [one[2] for one in drawn]
    down = [value - max(low, value * LEAST_RATIO) for _, _, value, low, _ in drawn]
    up = [high - value for _, _, value, _, high in drawn]
    return go.Scatter(
        x=middles, y=[one[0] for one in drawn], mode="markers", name=f"{basis} basis", legendgroup=basis,
        showlegend=first, marker={"color": BASIS_COLOURS[basis], "size": 8},
        error_x={
            "type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 5, "width": 0,
            "color": faint(BASIS_COLOURS[basis], 0.35),
        },
        customdata=[[one[1], number(one[2]), number(one[3]), number(one[4])] for one in drawn],
        hovertemplate=f"%{{customdata[0]}}, {basis}: P50 %{{customdata[1]}} t (P10 %{{customdata[2]}}, "
        "P90 %{customdata[3]})<extra></extra>",
    )  # fmt: skip


def _ticks(elements: Sequence[str], demand_t: Mapping[str, float], first: bool) -> go.Scatter:
    """Return a tick for the demand of each element that has a figure."""
    known = [
        (place, element, demand_t[element])
        for place, element in enumerate(reversed(elements))
        if math.isfinite(demand_t.get(element, math.nan))
    ]
    return go.Scatter(
        x=[one[2] for one in known], y=[one[0] for one in known], mode="markers", name="Japan’s demand now",
        legendgroup="demand", showlegend=first, text=[f"{element}: {number(t)} t/yr" for _, element, t in known],
        marker={"symbol": "line-ns", "size": 18, "line": {"color": INK, "width": 2.5}},
        hovertemplate="demand of %{text}<extra></extra>",
    )  # fmt: skip


def drivers_figure(drivers: "pd.DataFrame") -> go.Figure:
    """Return what share of the spread of each element's contribution each unknown makes; views: both, wet, dry.

    Parameters
    ----------
    drivers : rows of the table of drivers: basis, element, factor, share.

    Returns
    -------
    Bars of 100 % by element, one trace per basis and factor.
    """
    factors = list(drivers.groupby("factor")["share"].mean().sort_values(ascending=False).index)
    figure = go.Figure()
    bases = [name for name in ("both", *BASES) if name in set(drivers["basis"])]
    for basis in bases:
        for place, factor in enumerate(factors):
            rows = drivers[(drivers["basis"] == basis) & (drivers["factor"] == factor)]
            shares = {element: share / PERCENT for element, share in cells_of(rows, "element", "share")}
            kept = [element for element in SUPPLY_ELEMENTS if element in shares]
            bar = go.Bar(
                x=[shares[element] for element in kept], y=kept, orientation="h", name=factor, meta=basis,
                visible=basis == bases[0], marker={"color": COLOURS[place % len(COLOURS)]},
                hovertemplate=f"%{{y}}: {factor} %{{x:.0f}} %<extra></extra>",
            )  # fmt: skip
            figure.add_trace(bar)
    figure.update_layout(barmode="relative", bargap=0.25)
    figure.update_xaxes(title_text="share of the variance of the logarithm (%)", gridcolor=GRID)
    figure.update_yaxes(autorange="reversed", type="category")
    return laid_out(figure, 70 + ROW_PX * len(set(drivers["element"])), bottom=48)


def demand_figure(demand: "pd.DataFrame") -> go.Figure:
    """Return Japan's demand by sector over the years, medians, one view per element.

    Parameters
    ----------
    demand : rows of the table of demand; those of the flow ``demand`` are drawn.
    """
    rows = demand[(demand["flow"] == "demand") & (demand["sector"] != "all") & demand["value"].notna()]
    figure, seen = go.Figure(), [name for name in SUPPLY_ELEMENTS if name in set(rows["element"])]
    for element in seen:
        for place, sector in enumerate(SECTORS):
            part = rows[(rows["element"] == element) & (rows["sector"] == sector)].sort_values("year")
            area = go.Scatter(
                x=part["year"].tolist(), y=part["value"].tolist(), name=SECTOR_TITLES[sector], meta=element,
                mode="lines", stackgroup=element, visible=element == seen[0],
                line={"width": 0.6, "color": COLOURS[place]}, fillcolor=faint(COLOURS[place], 0.75),
                hovertemplate=f"%{{x}}: {SECTOR_TITLES[sector]} %{{y:,.3~g}} t<extra></extra>",
            )  # fmt: skip
            figure.add_trace(area)
    figure.update_yaxes(title_text="t/yr of element", rangemode="tozero", gridcolor=GRID, tickformat=",")
    figure.update_xaxes(gridcolor=GRID, nticks=8)
    return laid_out(figure, 400, bottom=36)


def dependency_figure(dependency: "pd.DataFrame", measure: str = "china_share") -> go.Figure:
    """Return one measure as a table of colours, element and group by stage; a view for each basis and year.

    Parameters
    ----------
    dependency : rows of the table of dependency.
    measure : which one; a share of 0 to 1.
    """
    rows = dependency[dependency["measure"] == measure]
    names = [name for name in (*SUPPLY_ELEMENTS, *GROUPS, "all") if name in set(rows["element"])]
    stages = [name for name in STAGES if name in set(rows["stage"])]
    figure = go.Figure()
    for place, ((year, basis), part) in enumerate(rows.groupby(["year", "basis"], sort=True)):
        told = {(element, stage): cells for element, stage, *cells in cells_of(part, "element", "stage", *RANGE)}
        grid = [[told.get((element, stage), NOTHING) for stage in stages] for element in names]
        heat = go.Heatmap(
            x=[STAGE_HEADS.get(name, name) for name in stages], y=names,
            z=[[_drawn(cell[0]) for cell in line] for line in grid],
            text=[[_share(cell[0]) for cell in line] for line in grid],
            customdata=[[[_share(cell[1]), _share(cell[2])] for cell in line] for line in grid],
            texttemplate="%{text}", textfont={"color": INK}, meta=f"{basis}, {year}", visible=place == 0,
            zmin=0.0, zmax=1.0, colorscale=[list(stop) for stop in SHARE_COLOURS], showscale=False, xgap=2, ygap=2,
            hovertemplate="%{y}: P50 %{text} (P10 %{customdata[0]}, P90 %{customdata[1]})<extra></extra>",
        )  # fmt: skip
        figure.add_trace(heat)
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(side="top", type="category", tickangle=0, tickfont={"size": 10})
    return laid_out(figure, 56 + ROW_PX * len(names), top=40, bottom=8)


RANGE: Final = ("value", "low", "high")
NOTHING: Final = (math.nan, math.nan, math.nan)


def kpi_figure(kpis: "pd.DataFrame") -> go.Figure:
    """Return each target against what is computed, in the last year of its target line, as computed over target.

    Parameters
    ----------
    kpis : rows of the table of targets; rows that are not computed, or whose target is zero, are left out.

    Returns
    -------
    A dot for the median and a bar from P10 to P90, green where the target is met, orange where it is not; the line in
    the middle is the target. Anything under a thousandth of its target stands at the edge.
    """
    rows = kpis[(kpis["met"] != "not computed") & (kpis["target"] > 0.0)].sort_values("year")
    rows = rows.drop_duplicates(["kpi", "item"], keep="last").sort_values(["kpi", "item"], ignore_index=True)
    figure, count = go.Figure(), len(rows)
    for met, colour, words in (("yes", GREEN, "target met"), ("no", ORANGE, "target not met")):
        part = rows[rows["met"] == met]
        ratios = [_ratios(one) for one in part.to_dict("records")]
        dots = go.Scatter(
            x=[one[0] for one in ratios], y=[count - 1 - place for place in part.index], mode="markers", name=words,
            marker={"color": colour, "size": 10},
            error_x={
                "type": "data", "symmetric": False, "thickness": 5, "width": 0, "color": faint(colour, 0.35),
                "array": [one[2] - one[0] for one in ratios], "arrayminus": [one[0] - one[1] for one in ratios],
            },
            text=[_kpi_words(one) for one in part.to_dict("records")], hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
        figure.add_trace(dots)
    for place, one in rows.iterrows():
        figure.add_annotation(
            x=0.0, xref="paper", y=count - 1 - int(str(place)), yshift=7, text=_kpi_title(one.to_dict()),
            showarrow=False, xanchor="left", yanchor="bottom", align="left", font={"size": 11, "color": INK},
            bgcolor="rgba(255, 255, 255, 0.85)",
        )  # fmt: skip
    figure.add_vline(x=1.0, line={"color": INK, "width": 1.5, "dash": "dash"})
    figure.update_xaxes(
        type="log", title_text="computed ÷ target", gridcolor=GRID, dtick=1,
        tickvals=[1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0], ticktext=["≤ 1/1000", "1/100", "1/10", "1", "10", "100"],
    )  # fmt: skip
    figure.update_yaxes(visible=False, range=[-0.5, count - 0.2])
    return laid_out(figure, 60 + KPI_PX * count, bottom=48, left=16)


def _ratios(one: Mapping[Any, Any]) -> list[float]:
    """Return P50, P10 and P90 over the target; an end that is not known is at the middle."""
    ends = [one[name] if math.isfinite(one[name]) else one["value"] for name in RANGE]
    return [max(LEAST_RATIO, end / one["target"]) for end in ends]


def _kpi_title(one: Mapping[Any, Any]) -> str:
    item = f", {one['item'].replace('_', ' ')}" if one["item"] else ""
    lines = textwrap.wrap(f"{one['kpi']} {one['title']}{item} ({one['year']})", KPI_LETTERS)
    return "<br>".join(escape(line) for line in lines)


def _kpi_words(one: Mapping[Any, Any]) -> str:
    return (
        f"target {number(one['target'])} {one['unit']}<br>computed {number(one['value'])} "
        f"(P10 {number(one['low'])}, P90 {number(one['high'])})"
    )


def logistics_figure(logistics: "pd.DataFrame") -> go.Figure:
    """Return the four panels month by month, one view per scenario or own records: median, and one in twenty above it.

    Parameters
    ----------
    logistics : rows of the table of lead times; those of all items together are drawn.
    """
    rows = logistics[logistics["item"] == "all"]
    kept = [name for name in PANELS if name in set(rows["panel"])]
    figure = stacked([PANELS[name] for name in kept], 150)
    names = [_source(*one) for one in dict.fromkeys(zip(rows["origin"], rows["scenario"], strict=True))]
    for (origin, scenario), part in rows.groupby(["origin", "scenario"], sort=False):
        view = _source(str(origin), str(scenario))
        for row, panel in enumerate(kept, start=1):
            found = part[part["panel"] == panel].sort_values("month")
            for name, column, dash in (("median", "median", "solid"), ("exceeded by one in twenty", "p95", "dot")):
                line = go.Scatter(
                    x=found["month"].tolist(), y=found[column].tolist(), name=name, legendgroup=name, meta=view,
                    mode="lines+markers", showlegend=row == 1, visible=view == names[0], marker={"size": 5},
                    line={"color": BLUE, "width": 2, "dash": dash}, customdata=found["count"].tolist(),
                    hovertemplate=f"%{{x}}: {name} %{{y:,.3~g}}, %{{customdata}} in the month<extra></extra>",
                )  # fmt: skip
                figure.add_trace(line, row=row, col=1)
    figure.update_xaxes(type="category", nticks=6, gridcolor=GRID, tickangle=0)
    figure.update_yaxes(rangemode="tozero", gridcolor=GRID, nticks=5)
    return figure


def _source(origin: str, scenario: str) -> str:
    return f"{origin}: {scenario}" if scenario else origin


def views(figure: go.Figure) -> list[str]:
    """Return the views a figure has to pick from: what its traces carry as ``meta``, in their order."""
    return list(dict.fromkeys(trace.meta for trace in figure.data if trace.meta))


def keys(figure: go.Figure) -> dict[str, tuple[str, str]]:
    """Return colour and form of what a legend tells, by name: traces of the first panel and of any view.

    The forms are "bar" for a filled one, "dash" and "dot" for broken lines, "tick", and "line" for all others.
    """
    found: dict[str, tuple[str, str]] = {}
    for trace in figure.data:
        if trace.showlegend is False or not trace.name:
            continue
        if trace.type == "bar":
            found.setdefault(trace.name, (trace.marker.color, "bar"))
        elif trace.mode == "markers":
            tick = trace.marker.symbol == "line-ns"
            found.setdefault(trace.name, (INK if tick else trace.marker.color, "tick" if tick else "bar"))
        elif trace.stackgroup:
            found.setdefault(trace.name, (trace.line.color, "bar"))
        elif trace.type == "scatter":
            dash = trace.line.dash
            found.setdefault(trace.name, (trace.line.color, "line" if dash in (None, "solid") else dash))
    return found


def stacked(titles: Sequence[str], panel_px: int) -> go.Figure:
    """Return empty panels of a height below each other, with their titles at the left."""
    count = max(1, len(titles))
    inside = panel_px * count + GAP_PX * (count - 1)
    figure = make_subplots(rows=count, cols=1, subplot_titles=list(titles), vertical_spacing=GAP_PX / inside)
    figure.update_annotations(x=0.0, xanchor="left", font={"size": 13, "color": INK})
    return laid_out(figure, inside + 64, top=28, bottom=36)


def laid_out(figure: go.Figure, height_px: int, top: int = 12, bottom: int = 40, left: int = 48) -> go.Figure:
    """Give a figure the look of all: its width that of the window, its legend left to the page (see `keys`)."""
    figure.update_layout(
        template="plotly_white", autosize=True, height=height_px, dragmode=False, hovermode="closest",
        margin={"l": left, "r": 14, "t": top, "b": bottom}, font={"color": INK, "size": 12}, showlegend=False,
    )  # fmt: skip
    return figure


def cells_of(rows: "pd.DataFrame", *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns row by row."""
    return list(rows[list(columns)].itertuples(index=False, name=None))


def _drawn(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _share(value: float) -> str:
    return f"{value:.0%}" if math.isfinite(value) else "–"


def faint(colour: str, opacity: float) -> str:
    """Return a colour of six hexadecimal digits that lets the ground through."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
