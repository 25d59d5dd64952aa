"""Pictures of what goes over time in a supply study: a shock month by month, a project year by year, prices."""

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboards.figures.supply_parts import BAND, COLOURS, HOVER, band, cells_of, lines_of, plain, said, stacked
from dashboards.theme import AMBER, BLUE, FAINT, GREEN, INK, ORANGE, PURPLE, SKY, faint, laid_out
from dashboards.words import Lang, Words
from ops_data.reference.japanese import known, title
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from ops_data.units import PERCENT

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
WORLD_DASHES: Final = ("solid", "dash", "dot")
SCENARIO_DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SHARES: Final = (0.1, 0.5, 0.9)
SHOCK_PX: Final = 104  # of one scenario
CASH_PX: Final = 180  # of the years, and of their sum
PRICE_PX: Final = 520
LEAD_PX: Final = 170  # of one kind of lead time
YEN: Final[dict[Lang, float]] = {"en": 1e9, "ja": 1e8}  # in which sums are told: thousand millions, hundred millions
TOTAL: Final = "free_cash_so_far"
CASH_BARS: Final = {  # lines of the accounts that make one bar together, and its colour
    "revenue": (("revenue",), BLUE),
    "support": (("floor_receipts", "grant", "upside_paid"), GREEN),
    "investment": (("capex", "renewals"), FAINT),
    "opex": (("opex",), ORANGE),
    "feed": (("feed",), AMBER),
    "tax": (("tax", "working_capital", "closure"), PURPLE),
}
LEAD_TIMES: Final = ("licence delay", "licence backlog", "shipping time", "customs lead time")
OWN: Final = "own records"
LEAD_CELLS: Final = ("month", "median", "p95", "count")


def scenario_title(scenario: str, english: str, lang: str) -> str:
    """Return what a shock is called after its short name; a person's own keeps the words of its table."""
    called = title("shock_scenario", scenario, lang) if known("shock_scenario", scenario) else english
    return f"{scenario} {called}".strip()


def shock_figure(
    months: "pd.DataFrame", weights: "pd.DataFrame", words: Words, sectors: Sequence[str] = SECTORS
) -> go.Figure:
    """Return how far each sector is supplied month by month under each rule; a panel per scenario, a view per sector.

    Parameters
    ----------
    months : rows of the table of shock months; those of the series ``fill_rate`` are drawn.
    weights : rows of the table of weights, for titles.
    words : texts by key.
    sectors : those that are drawn, of those the rows hold.

    Returns
    -------
    A line for the median of the draws and a band from P10 to P90; a sector's traces carry its title as ``meta``.
    """
    rows = months[(months["series"] == "fill_rate") & months["item"].isin(list(sectors))]
    rows = rows.astype({"item": "str", "scenario": "str", "rule": "str"})
    scenarios = list(dict.fromkeys(rows["scenario"]))
    names = dict(cells_of(weights, "scenario", "title"))
    heads = [scenario_title(one, names.get(one, ""), words.lang) for one in scenarios]
    figure = stacked([lines_of(plain(head), words) for head in heads], SHOCK_PX)
    seen = [name for name in sectors if name in set(rows["item"])]
    rules = [name for name in RULE_COLOURS if name in set(rows["rule"])]
    keys = ["item", "scenario", "rule", "month"]
    spread = (rows.groupby(keys, sort=True)["value"].quantile(np.array(SHARES)) / PERCENT).unstack()
    parts = dict(iter(spread.groupby(level=keys[:-1])))
    for sector, scenario, rule in (key for key in product(seen, scenarios, rules) if key in parts):
        part = parts[sector, scenario, rule]
        x = part.index.get_level_values("month").tolist()
        low, middle, high = (part[share].tolist() for share in SHARES)
        colour, called = RULE_COLOURS[rule], title("rule", rule, words.lang)
        fills = [{"month": str(month), "what": called} for month in x]
        shared = {
            "meta": title("supply_sector", sector, words.lang),
            "visible": sector == seen[0],
            "legendgroup": rule,
        }
        line = go.Scatter(
            shared, x=x, y=middle, mode="lines", showlegend=scenario == scenarios[0], name=called,
            line={"color": colour, "width": 2, "dash": RULE_DASHES[rule]}, hovertemplate=HOVER,
            text=[said(words("supply.hover.month", fill), cells, "%", words)
                  for fill, *cells in zip(fills, middle, low, high, strict=True)],
        )  # fmt: skip
        for trace in (band(x, low, high, colour).update(shared), line):
            figure.add_trace(trace, row=scenarios.index(scenario) + 1, col=1)
    figure.update_yaxes(range=[-4, 104], tickvals=[0, 50, 100], ticktext=["0 %", "50 %", "100 %"])
    figure.update_xaxes(dtick=6, zeroline=False)
    figure.update_xaxes(title_text=words("supply.axis.month"), title_standoff=4, row=max(1, len(scenarios)), col=1)
    return figure


def cash_flow_figure(
    cash_flow: "pd.DataFrame", words: Words, drawn: Sequence[tuple[str, str]] | None = None
) -> go.Figure:
    """Return a project's cash before financing year by year, and its running total; a view per project and world.

    Parameters
    ----------
    cash_flow : rows of the table of cash flow [JPY], medians. Lines are drawn as bars, those that `CASH_BARS` puts
        together as one, what is paid below zero, and `TOTAL` as a line below them.
    words : texts by key.
    drawn : project and price world of each view; None: all that the rows hold.
    """
    figure = stacked([words(f"supply.cash_panel.{name}") for name in ("yearly", "total")], CASH_PX)
    yen = YEN[words.lang]
    pairs = list(dict.fromkeys(zip(cash_flow["project"], cash_flow["world"], strict=True))) if drawn is None else drawn
    for project, world in pairs:
        rows = cash_flow[(cash_flow["project"] == project) & (cash_flow["world"] == world)]
        shared = {"meta": project_title(project, world, words.lang), "visible": (project, world) == pairs[0]}
        for name, (lines, colour) in CASH_BARS.items():
            by_year = rows[rows["line"].isin(lines)].groupby("year")["value"].sum() / yen
            if not by_year.any():
                continue
            called = words(f"supply.cash.{name}")
            bar = go.Bar(
                shared, x=by_year.index.tolist(), y=by_year.tolist(), name=called, marker={"color": colour},
                text=[_year_words(year, called, value, words) for year, value in by_year.items()],
                textposition="none", hovertemplate=HOVER,
            )  # fmt: skip
            figure.add_trace(bar, row=1, col=1)
        net = rows[rows["line"] == TOTAL].sort_values("year")
        years, values = net["year"].tolist(), (net["value"] / yen).tolist()
        called = title("cash_line", TOTAL, words.lang)
        total = go.Scatter(
            shared, x=years, y=values, mode="lines", line={"color": INK, "width": 2.5}, name=called, showlegend=False,
            text=[_year_words(year, called, value, words) for year, value in zip(years, values, strict=True)],
            hovertemplate=HOVER, fill="tozeroy", fillcolor=faint(INK, BAND),
        )  # fmt: skip
        figure.add_trace(total, row=2, col=1)
    figure.update_layout(barmode="relative", bargap=0.15)
    figure.update_xaxes(dtick=5, zeroline=False, matches="x")
    figure.update_xaxes(title_text=words("supply.axis.project_year"), title_standoff=4, row=2, col=1)
    return figure.update_yaxes(separatethousands=True, exponentformat="none", nticks=5)


def _year_words(year: object, what: str, value: float, words: Words) -> str:
    fill = {"year": str(year), "what": what, "value": words.number(value)}
    return words("supply.hover.cash", fill)


def project_title(project: str, world: str, lang: str) -> str:
    """Return what a project in a price world is called.

    Examples
    --------
    >>> project_title("3500", "ex_china", "en")
    'Run at 3,500 t/d · Prices outside China'
    """
    return f"{title('project', project, lang)} · {title('world', world, lang)}"


def price_figure(prices: "pd.DataFrame", words: Words, elements: Sequence[str] = SUPPLY_ELEMENTS) -> go.Figure:
    """Return the price of each oxide in each price world, median with P10 to P90; a view per element.

    Parameters
    ----------
    prices : rows of the table of prices [USD/kg of oxide].
    words : texts by key.
    elements : those that are drawn, of those the rows hold.
    """
    figure = go.Figure()
    seen = [name for name in elements if name in set(prices["element"])]
    worlds = list(dict.fromkeys(prices["world"]))
    for element in seen:
        for place, world in enumerate(worlds):
            part = prices[(prices["element"] == element) & (prices["world"] == world)].sort_values("year")
            x, value, low, high = (part[name].tolist() for name in ("year", "value", "low", "high"))
            shared = {
                "meta": title("element", element, words.lang),
                "visible": element == seen[0],
                "legendgroup": world,
            }
            colour, called = (BLUE, ORANGE, GREEN)[place % 3], title("world", world, words.lang)
            line = go.Scatter(
                shared, x=x, y=value, mode="lines", name=called, hovertemplate=HOVER,
                line={"color": colour, "width": 2, "dash": WORLD_DASHES[place % 3]},
                text=[said(f"{year}, {called}", cells, "USD/kg", words)
                      for year, *cells in zip(x, value, low, high, strict=True)],
            )  # fmt: skip
            figure.add_traces([band(x, low, high, colour).update(shared), line])
    figure.update_xaxes(nticks=7, title_text=words("supply.axis.year"))
    figure.update_yaxes(
        title_text=words("supply.axis.price"), rangemode="tozero", separatethousands=True, exponentformat="none"
    )
    return laid_out(figure, PRICE_PX)


def lead_times_figure(logistics: "pd.DataFrame", words: Words) -> go.Figure:
    """Return simulated lead times by month since each shock began: medians, a panel per kind, a line per scenario.

    Parameters
    ----------
    logistics : rows of the table of lead times; simulated ones of all items together are drawn.
    words : texts by key.
    """
    rows = logistics[(logistics["item"] == "all") & (logistics["origin"] != OWN)]
    kept = [name for name in LEAD_TIMES if name in set(rows["panel"])]
    scenarios = list(dict.fromkeys(rows["scenario"]))
    start = {name: _month(rows[rows["scenario"] == name]["month"].min()) for name in scenarios}
    figure, named = stacked([_lead_title(name, words) for name in kept], LEAD_PX), set[str]()
    for (panel, scenario), part in rows.groupby(["panel", "scenario"], sort=False):
        place, found = scenarios.index(str(scenario)), part.sort_values("month")
        x = [_month(month) - start[str(scenario)] for month in found["month"]]
        line = go.Scatter(
            x=x, y=found["median"].tolist(), mode="lines", name=plain(str(scenario)), legendgroup=str(scenario),
            showlegend=str(scenario) not in named,
            line={"color": COLOURS[place % len(COLOURS)], "width": 2, "dash": SCENARIO_DASHES[place % 6]},
            text=[_lead_words(cells, words) for cells in cells_of(found, "scenario", *LEAD_CELLS)],
            hovertemplate=HOVER,
        )  # fmt: skip
        named.add(str(scenario))
        figure.add_trace(line, row=kept.index(str(panel)) + 1, col=1)
    figure.update_xaxes(dtick=6, zeroline=False)
    figure.update_xaxes(title_text=words("supply.axis.month"), title_standoff=4, row=max(1, len(kept)), col=1)
    figure.update_yaxes(rangemode="tozero", nticks=5, separatethousands=True)
    return figure


def records_figure(logistics: "pd.DataFrame", words: Words) -> go.Figure:
    """Return lead times of a person's own records by month: median, and what one in twenty exceeds.

    Parameters
    ----------
    logistics : rows of the table of lead times; own records of all items together are drawn.
    words : texts by key.
    """
    rows = logistics[(logistics["item"] == "all") & (logistics["origin"] == OWN)]
    kept = [name for name in LEAD_TIMES if name in set(rows["panel"])]
    figure = stacked([_lead_title(name, words) for name in kept], LEAD_PX)
    for row, panel in enumerate(kept, start=1):
        found = rows[rows["panel"] == panel].sort_values("month")
        told = [_lead_words(cells, words) for cells in cells_of(found, "origin", *LEAD_CELLS)]
        for name, dash in (("median", "solid"), ("p95", "dot")):
            line = go.Scatter(
                x=found["month"].tolist(), y=found[name].tolist(), name=words(f"supply.lead_time.{name}"),
                legendgroup=name, mode="lines+markers", showlegend=row == 1,
                line={"color": BLUE, "width": 2, "dash": dash},
                marker={"size": 5, "color": SKY}, text=told, hovertemplate=HOVER,
            )  # fmt: skip
            figure.add_trace(line, row=row, col=1)
    figure.update_xaxes(type="category", nticks=6, tickangle=0)
    figure.update_yaxes(rangemode="tozero", nticks=5, separatethousands=True)
    return figure


def _lead_title(panel: str, words: Words) -> str:
    unit = words("supply.unit.files" if panel == "licence backlog" else "supply.unit.days")
    return f"{title('panel', panel, words.lang)} ({unit})"


def _month(month: str) -> int:
    """Return the count of a month, ISO 8601."""
    return int(month[:4]) * 12 + int(month[5:7])


def _lead_words(cells: Sequence[Any], words: Words) -> str:
    who, month, median, p95, count = cells
    fill = {"who": plain(who), "month": month, "median": words.number(median), "p95": words.number(p95)}
    return words("supply.hover.lead", fill | {"count": f"{count:,}"})
