"""Pictures of demand and of where supply comes from: by sector, by stage, over the years."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go

from dashboards.figures.supply_parts import COLOURS, HOVER, band, cells_of, said
from dashboards.theme import GREY, INK, faint, laid_out
from dashboards.words import Words
from ops_data.reference.japanese import title
from ops_data.supply_names import GROUPS, SECTORS, STAGES, SUPPLY_ELEMENTS
from ops_data.units import PERCENT

if TYPE_CHECKING:
    import pandas as pd

RANGE: Final = ("value", "low", "high")
NOTHING: Final = (math.nan, math.nan, math.nan)
SHARE: Final = "china_share"
SHARES: Final = (
    "china_share", "china_import_share", "china_ore_share", "use_china_step_share", "largest_share",
    "import_dependence",
)  # fmt: skip
LIMITS: Final = {  # of the colours of a measure
    **dict.fromkeys((*SHARES, "evenness"), (0.0, 1.0)),
    **dict.fromkeys(("hhi", "hhi_without_mud"), (0.0, 10_000.0)),
}
CHANGE: Final = "hhi_change"
WANTED: Final = ("evenness", CHANGE)  # of these, what is far from nought is welcome
BAD: Final = ((0.0, "#f7f9fb"), (0.5, "#f8cf9f"), (1.0, "#e8832f"))  # ink is read on each
GOOD: Final = ((0.0, "#f7f9fb"), (0.5, "#bfe3d4"), (1.0, "#5fbf9b"))
NAMES: Final = (*SUPPLY_ELEMENTS, *GROUPS, "all")
ALMOST_ALL: Final = 99  # per cent; more is not told as all
ROW_PX: Final = 38  # of one element: two lines of numbers
MOST_SECTORS: Final = 5  # by name; the smaller ones are told as one
SMALLER: Final = "smaller"
STAGE_DASHES: Final = dict(zip(STAGES, ("dot", "dashdot", "solid", "dash", "longdash"), strict=True))


def demand_figure(
    demand: "pd.DataFrame", words: Words, elements: Sequence[str] = SUPPLY_ELEMENTS, most: int = len(SECTORS)
) -> go.Figure:
    """Return Japan's demand by sector over the years, medians, one view per element.

    Parameters
    ----------
    demand : rows of the table of demand; those of the flow ``demand`` are drawn.
    words : texts by key.
    elements : those that are drawn, of those the rows hold.
    most : sectors that are told by name, the largest; the others are added up.
    """
    rows = demand[(demand["flow"] == "demand") & (demand["sector"] != "all") & demand["value"].notna()]
    figure, seen = go.Figure(), [name for name in elements if name in set(rows["element"])]
    for element in seen:
        own = rows[rows["element"] == element]
        sizes = own.groupby("sector")["value"].sum().sort_values(ascending=False, kind="stable")
        largest = [str(name) for name in sizes.index[: most if len(sizes) > most else len(sizes)]]
        table = own.assign(sector=own["sector"].where(own["sector"].isin(largest), SMALLER))
        by_year = table.pivot_table(index="sector", columns="year", values="value", aggfunc="sum")
        for sector in [*largest, *([SMALLER] if SMALLER in by_year.index else [])]:
            years, values = by_year.columns.tolist(), by_year.loc[[sector]].to_numpy()[0].tolist()
            called = _sector(sector, words)
            colour = GREY if sector == SMALLER else COLOURS[SECTORS.index(sector)]
            area = go.Scatter(
                x=years, y=values, name=called, meta=title("element", element, words.lang),
                mode="lines", stackgroup=element, visible=element == seen[0], line={"width": 0.8, "color": colour},
                fillcolor=faint(colour, 0.75), hovertemplate=HOVER,
                text=[f"{year}: {called} {words.number(value)} {words('supply.unit.yearly')}"
                      for year, value in zip(years, values, strict=True)],
            )  # fmt: skip
            figure.add_trace(area)
    figure.update_yaxes(
        title_text=words("supply.axis.demand"), rangemode="tozero", separatethousands=True, exponentformat="none"
    )
    figure.update_xaxes(nticks=7, title_text=words("supply.axis.year"))
    return laid_out(figure, 420)


def _sector(sector: str, words: Words) -> str:
    return words("supply.smaller_sectors") if sector == SMALLER else title("supply_sector", sector, words.lang)


def dependency_figure(
    dependency: "pd.DataFrame",
    words: Words,
    drawn: Sequence[tuple[str, int]],
    measure: str = SHARE,
    later: int | None = None,
) -> go.Figure:
    """Return one measure as a table of colours, element and group by stage; a view for each basis and year.

    Parameters
    ----------
    dependency : rows of the table of dependency.
    words : texts by key.
    drawn : basis and year of each view.
    measure : which one.
    later : a year whose median stands below that of the view; None: no other.
    """
    rows = dependency[dependency["measure"] == measure]
    names = [name for name in NAMES if name in set(rows["element"])]
    stages = [name for name in STAGES if name in set(rows["stage"])]
    told = {key[:4]: key[4:] for key in cells_of(rows, "basis", "year", "element", "stage", *RANGE)}
    low, high = LIMITS.get(measure) or _limits([cells[0] for cells in told.values()])
    figure = go.Figure()
    for place, (basis, year) in enumerate(drawn):
        grid = [[told.get((basis, year, name, stage), NOTHING) for stage in stages] for name in names]
        then = [[told.get((basis, later, name, stage), NOTHING)[0] for stage in stages] for name in names]
        heat = go.Heatmap(
            x=[words(f"supply.stage_head.{name}") for name in stages],
            y=[words(f"supply.element_head.{name}") if name not in SUPPLY_ELEMENTS else name for name in names],
            z=[[_depth(cell[0], other, measure) for cell, other in zip(*lines, strict=True)]
               for lines in zip(grid, then, strict=True)],
            text=[[_both(cell[0], other, measure) for cell, other in zip(*lines, strict=True)]
                  for lines in zip(grid, then, strict=True)],
            customdata=[[_cell(name, stage, cell, measure, words) for stage, cell in zip(stages, line, strict=True)]
                        for name, line in zip(names, grid, strict=True)],
            texttemplate="%{text}", textfont={"color": INK, "size": 12}, zmin=low, zmax=high, showscale=False,
            meta=f"{title('dependency_basis', basis, words.lang)}, {year}", visible=place == 0, xgap=2, ygap=2,
            colorscale=[list(stop) for stop in (GOOD if measure in WANTED else BAD)],
            hovertemplate="%{customdata}<extra></extra>", hoverongaps=False,
        )  # fmt: skip
        figure.add_trace(heat)
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False, ticks="")
    figure.update_xaxes(side="top", type="category", tickangle=0, tickfont={"size": 11}, showgrid=False, ticks="")
    laid_out(figure, 70 + (ROW_PX if later else 30) * max(1, len(names)))
    return figure.update_layout(margin={"t": 52, "b": 10})


def _depth(now: float, later: float, measure: str) -> float | None:
    """Return how deep the colour of a cell is; what the mud changes shows only later."""
    value = later if measure == CHANGE and math.isfinite(later) else now
    return abs(value) if math.isfinite(value) else None


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the colours of a measure whose size is not known beforehand."""
    known = [abs(value) for value in values if math.isfinite(value)]
    return 0.0, max(known, default=1.0) or 1.0


def _both(now: float, later: float, measure: str) -> str:
    if not math.isfinite(now):
        return "–"
    return measured(now, measure) + (f"<br>→ {measured(later, measure)}" if math.isfinite(later) else "")


def _cell(name: str, stage: str, cell: Sequence[float], measure: str, words: Words) -> str:
    what = f"{title('supply_element', name, words.lang)}, {title('supply_stage', stage, words.lang)}"
    if not math.isfinite(cell[0]):
        return f"{what}: {words('supply.nothing.bought')}"
    value, low, high = (measured(one, measure) for one in cell)
    return f"{what}: P50 {value} (P10 {low}, P90 {high})"


def measured(value: float, measure: str) -> str:
    """Return a measure of dependency in few letters: shares in per cent, indices whole.

    Examples
    --------
    >>> measured(0.284, "china_share"), measured(0.9995, "china_share"), measured(8490.4, "hhi")
    ('28 %', '> 99 %', '8,490')
    """
    if not math.isfinite(value):
        return "–"
    if measure in SHARES:
        rounded = f"{value / PERCENT:.0f} %"
        return f"> {ALMOST_ALL} %" if ALMOST_ALL * PERCENT < value < 1.0 else rounded
    return f"{value + 0.0:,.0f}" if measure.startswith("hhi") else f"{value + 0.0:.2f}"


def dependency_years_figure(
    dependency: "pd.DataFrame", words: Words, measure: str, basis: str, element: str
) -> go.Figure:
    """Return one measure of one element over the years, a line for each stage with its range.

    Parameters
    ----------
    dependency : rows of the table of dependency.
    words : texts by key.
    measure, basis, element : which rows.
    """
    keys = (("measure", measure), ("basis", basis), ("element", element))
    rows = dependency[dependency["value"].notna()]
    for column, name in keys:
        rows = rows[rows[column] == name]
    scale = 1.0 / PERCENT if measure in SHARES else 1.0
    figure = go.Figure()
    for place, stage in enumerate(name for name in STAGES if name in set(rows["stage"])):
        part = rows[rows["stage"] == stage].sort_values("year")
        years, called = part["year"].tolist(), title("supply_stage", stage, words.lang)
        value, low, high = ((scale * part[name]).tolist() for name in RANGE)
        line = go.Scatter(
            x=years, y=value, mode="lines+markers", name=called,
            line={"color": COLOURS[place], "width": 2, "dash": STAGE_DASHES[stage]},
            text=[said(f"{year}, {called}", cells, "%" if measure in SHARES else "", words)
                  for year, *cells in zip(years, value, low, high, strict=True)],
            hovertemplate=HOVER,
        )  # fmt: skip
        figure.add_traces([band(years, low, high, COLOURS[place]), line])
    figure.update_xaxes(nticks=7, title_text=words("supply.axis.year"))
    figure.update_yaxes(
        title_text=f"{title('measure', measure, words.lang)}{' (%)' if measure in SHARES else ''}",
        exponentformat="none", separatethousands=True, rangemode="tozero",
    )  # fmt: skip
    return laid_out(figure, 420)
