"""Pictures of what goes over time in a supply study: a shock month by month, a project year by year, prices."""

from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import plotly.graph_objects as go

from dashboards.figures.supply import (
    AMBER,
    BLUE,
    FAINT,
    GREEN,
    GREY,
    GRID,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    YELLOW,
    cells_of,
    faint,
    laid_out,
    stacked,
)
from ops_data.supply_names import SECTOR_TITLES, SECTORS, SUPPLY_ELEMENTS
from ops_data.units import PERCENT
from twin.supply_words import WORLDS, project_title

if TYPE_CHECKING:
    import pandas as pd

RULE_COLOURS: Final = {
    "strict_priority": BLUE,
    "pro_rata": ORANGE,
    "minimum_shares": GREEN,
    "linear_programme": AMBER,
}
RULE_DASHES: Final = {  # so that lines on top of each other are both seen
    "strict_priority": "solid",
    "pro_rata": "dash",
    "minimum_shares": "dot",
    "linear_programme": "dashdot",
}
RULE_TITLES: Final = {
    "strict_priority": "strict priority",
    "pro_rata": "pro rata",
    "minimum_shares": "minimum shares",
    "linear_programme": "linear programme",
}
SHARES: Final = (0.1, 0.5, 0.9)
JPY_BN: Final = 1e9
TOTAL: Final = "free_cash_so_far"


def shock_figure(months: "pd.DataFrame", weights: "pd.DataFrame") -> go.Figure:
    """Return how far each sector is supplied month by month under each rule; a panel per scenario, a view per sector.

    Parameters
    ----------
    months : rows of the table of shock months; those of the series ``fill_rate`` are drawn.
    weights : rows of the table of weights, for titles.

    Returns
    -------
    A line for the median of the draws and a band from P10 to P90; a sector's traces carry its title as ``meta``.
    """
    rows = months[months["series"] == "fill_rate"]
    scenarios = list(dict.fromkeys(rows["scenario"]))
    names = dict(cells_of(weights, "scenario", "title"))
    figure = stacked([f"{one} {names.get(one, '')}".strip() + ": demand met (%)" for one in scenarios], 150)
    sectors = [name for name in SECTORS if name in set(rows["item"])]
    rules = [name for name in RULE_COLOURS if name in set(rows["rule"])]
    keys = ["item", "scenario", "rule", "month"]
    spread = (rows.groupby(keys, sort=True)["value"].quantile(np.array(SHARES)) / PERCENT).unstack()
    parts = dict(iter(spread.groupby(level=keys[:-1])))
    for sector, scenario, rule in (key for key in product(sectors, scenarios, rules) if key in parts):
        part = parts[sector, scenario, rule]
        x = part.index.get_level_values("month").tolist()
        low, middle, high = (part[share].tolist() for share in SHARES)
        first, row = scenario == scenarios[0], scenarios.index(scenario) + 1
        shared = {"meta": SECTOR_TITLES[sector], "visible": sector == sectors[0], "legendgroup": rule}
        colour = RULE_COLOURS[rule]
        band = go.Scatter(
            shared, x=x + x[::-1], y=low + high[::-1], fill="toself", mode="lines", line={"width": 0},
            fillcolor=faint(colour, 0.18), hoverinfo="skip", showlegend=False, name=f"{rule} band",
        )  # fmt: skip
        line = go.Scatter(
            shared, x=x, y=middle, mode="lines", showlegend=first,
            line={"color": colour, "width": 2, "dash": RULE_DASHES[rule]},
            name=RULE_TITLES[rule], customdata=list(zip(low, high, strict=True)),
            hovertemplate=f"month %{{x}}, {RULE_TITLES[rule]}: %{{y:.0f}} % (P10 %{{customdata[0]:.0f}}, "
            "P90 %{customdata[1]:.0f})<extra></extra>",
        )  # fmt: skip
        for trace in (band, line):
            figure.add_trace(trace, row=row, col=1)
    figure.update_yaxes(range=[-4, 104], tickvals=[0, 50, 100], gridcolor=GRID)
    figure.update_xaxes(gridcolor=GRID, dtick=6, zeroline=False)
    figure.update_xaxes(title_text="months since the shock began", title_standoff=4, row=max(1, len(scenarios)), col=1)
    figure.update_layout(margin={"b": 52})
    return figure


def cash_flow_figure(cash_flow: "pd.DataFrame") -> go.Figure:
    """Return a project's cash before financing year by year, and its running total; a view per project and world.

    Parameters
    ----------
    cash_flow : rows of the table of cash flow [JPY], medians. The lines in `CASH_LINES` are drawn as bars, what is
        paid below zero, and `TOTAL` as a line; in one draw the bars of the years so far add up to it.
    """
    figure = go.Figure()
    pairs = list(dict.fromkeys(zip(cash_flow["project"], cash_flow["world"], strict=True)))
    for project, world in pairs:
        rows = cash_flow[(cash_flow["project"] == project) & (cash_flow["world"] == world)]
        shared = {"meta": project_title(project, world), "visible": (project, world) == pairs[0]}
        for line, (title, colour) in CASH_LINES.items():
            part = rows[rows["line"] == line].sort_values("year")
            if not part["value"].any():
                continue
            bar = go.Bar(
                shared, x=part["year"].tolist(), y=(part["value"] / JPY_BN).tolist(), name=title,
                marker={"color": colour},
                hovertemplate=f"year %{{x}}: {title} %{{y:,.3~g}} JPY bn<extra></extra>",
            )  # fmt: skip
            figure.add_trace(bar)
        net = rows[rows["line"] == TOTAL].sort_values("year")
        total = go.Scatter(
            shared, x=net["year"].tolist(), y=(net["value"] / JPY_BN).tolist(), mode="lines",
            line={"color": INK, "width": 2.5}, name="free cash so far",
            hovertemplate="up to year %{x}: %{y:,.4~g} JPY bn<extra></extra>",
        )  # fmt: skip
        figure.add_trace(total)
    figure.update_layout(barmode="relative", bargap=0.15)
    figure.update_xaxes(title_text="year of the project", gridcolor=GRID, dtick=5, zeroline=False)
    figure.update_yaxes(title_text="JPY bn, constant money", gridcolor=GRID)
    return laid_out(figure, 380, bottom=48, left=56)


CASH_LINES: Final = {
    "revenue": ("revenue", BLUE),
    "floor_receipts": ("price floor", SKY),
    "grant": ("grant", GREEN),
    "capex": ("investment", FAINT),
    "opex": ("running cost", ORANGE),
    "feed": ("feed", AMBER),
    "renewals": ("renewals", YELLOW),
    "tax": ("tax", "#7b3294"),
    "upside_paid": ("upside paid back", PURPLE),
    "working_capital": ("working capital", "#c9c9c9"),
    "closure": ("closure", GREY),
}


def price_figure(prices: "pd.DataFrame") -> go.Figure:
    """Return the price of each oxide in each price world, median with P10 to P90; a view per element.

    Parameters
    ----------
    prices : rows of the table of prices [USD/kg of oxide].
    """
    figure = go.Figure()
    seen = [name for name in SUPPLY_ELEMENTS if name in set(prices["element"])]
    worlds = list(dict.fromkeys(prices["world"]))
    for element in seen:
        for place, world in enumerate(worlds):
            part = prices[(prices["element"] == element) & (prices["world"] == world)].sort_values("year")
            x, low, high = (part[name].tolist() for name in ("year", "low", "high"))
            shared = {"meta": element, "visible": element == seen[0], "legendgroup": world}
            colour, title = (BLUE, ORANGE, GREEN)[place % 3], WORLDS.get(world, world)
            band = go.Scatter(
                shared, x=x + x[::-1], y=low + high[::-1], fill="toself", mode="lines", line={"width": 0},
                fillcolor=faint(colour, 0.18), hoverinfo="skip", showlegend=False, name=f"{title} band",
            )  # fmt: skip
            line = go.Scatter(
                shared, x=x, y=part["value"].tolist(), mode="lines", line={"color": colour, "width": 2}, name=title,
                hovertemplate=f"%{{x}}, {title}: P50 %{{y:,.3~g}} USD/kg<extra></extra>",
            )  # fmt: skip
            figure.add_traces([band, line])
    figure.update_xaxes(gridcolor=GRID, nticks=8)
    figure.update_yaxes(title_text="USD/kg of oxide", gridcolor=GRID, rangemode="tozero")
    return laid_out(figure, 320, bottom=36, left=56)
