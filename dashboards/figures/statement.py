"""Charts of the supply statement as SVG: readings side by side, what makes the spread, shocks, prices."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from dashboards.figures.review_style import BLUE, FAINT, GREEN, ORANGE, PURPLE, WIDTH_IN, canvas, look, to_svg
from ops_data.export.report_text import Words, plain
from ops_data.export.statement_contribution import BOTH, CURRENT, TOLD, of_full_scale
from ops_data.export.statement_data import StatementData
from ops_data.export.statement_words import named, ordered, reading_title
from ops_data.supply_names import SUPPLY_ELEMENTS
from ops_data.units import PERCENT

COLOURS: Final = (BLUE, ORANGE, GREEN, PURPLE, "#999999", "#e69f00", "#56b4e9")
FOLLOWED: Final = "ev"  # sector whose months are drawn
OFFSET: Final = 0.17  # of the two bases from the middle of a line
PRICED: Final = ("Nd", "Dy")
SMALLEST: Final = 1e-6  # share that a logarithmic axis starts from where nothing is contributed
SHARES: Final = (0.1, 0.5, 0.9)


def statement_figures(data: StatementData, words: Words) -> dict[str, bytes]:
    """Return the charts by name, as SVG in the language of the words; one without rows is left out."""
    drawn = {
        "contribution": contribution_chart(data, words),
        "drivers": driver_chart(data, words),
        "fill_rate": fill_chart(data, words),
        "prices": price_chart(data, words),
    }
    return {name: svg for name, svg in drawn.items() if svg is not None}


def contribution_chart(data: StatementData, words: Words) -> bytes | None:
    """Return the share of present demand, one panel a reading, wet and dry; logarithmic."""
    elements = [
        element
        for element in SUPPLY_ELEMENTS
        if any(data.spread(CURRENT, f"{reading} {basis} {element}").value > 0.0
               for reading in TOLD for basis in data.bases)
    ]  # fmt: skip
    if not elements:
        return None
    places = np.arange(len(elements))[::-1]
    with look(words):
        figure = Figure(figsize=(WIDTH_IN, 0.9 + 0.3 * len(elements)), layout="constrained")
        readings = (*TOLD, *of_full_scale(data))
        panels: Sequence[Axes] = figure.subplots(1, len(readings), sharex=True, sharey=True)
        for axes, reading in zip(panels, readings, strict=True):
            axes.set_xscale("log")
            axes.set_title(reading_title(data, words, reading, "panels_of_readings"), fontsize=8.0)
            for basis, colour, side in zip(data.bases, (BLUE, ORANGE), (OFFSET, -OFFSET), strict=False):
                _ranges(axes, data, [f"{reading} {basis} {element}" for element in elements], places + side, colour)
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.tick_params(axis="y", length=0.0)
            axes.grid(axis="x", color="#e2e8ec", linewidth=0.6)
            axes.set_axisbelow(True)
        panels[0].set_yticks(places, elements)
        _basis_legend(panels[-1], data, words)
        figure.supxlabel(words.text("axes", "share_of_demand"), fontsize=8.0)
        return to_svg(figure)


def _ranges(axes: Axes, data: StatementData, items: Sequence[str], places: Any, colour: str) -> None:
    """Draw P10 to P90 as a bar and P50 as a mark; what is nought has neither."""
    for item, place in zip(items, places.tolist(), strict=True):
        spread = data.spread(CURRENT, item)
        if spread.value > 0.0 and np.isfinite(spread.high):
            low, middle, high = (max(one, SMALLEST) / PERCENT for one in (spread.low, spread.value, spread.high))
            axes.plot([low, high], [place, place], color=colour, linewidth=4.5, alpha=0.35, solid_capstyle="butt")
            axes.plot([middle], [place], marker="D", markersize=3.5, color=colour, linestyle="none")


def _basis_legend(axes: Axes, data: StatementData, words: Words) -> None:
    for basis, colour in zip(data.bases, (BLUE, ORANGE), strict=False):
        axes.plot([], [], color=colour, linewidth=4.5, alpha=0.5, label=named(words, "mass_basis", basis))
    axes.legend(loc="upper left", fontsize=7.0)


def driver_chart(data: StatementData, words: Words) -> bytes | None:
    """Return the share of each unknown in the spread, both bases pooled, as stacked bars."""
    rows = [row for row in data.rows("supply_drivers") if row["basis"] == BOTH]
    if not rows:
        return None
    elements = ordered((row["element"] for row in rows), SUPPLY_ELEMENTS)
    factors = ordered((row["factor"] for row in rows), words.table["factors"])
    found = {(row["element"], row["factor"]): float(row["share"]) / PERCENT for row in rows}
    places = np.arange(len(elements))[::-1]
    with look(words):
        figure, axes = canvas(1.0 + 0.26 * len(elements))
        left = np.zeros(len(elements))
        for factor, colour in zip(factors, COLOURS * 3, strict=False):
            width = np.array([max(found.get((element, factor), 0.0), 0.0) for element in elements])
            axes.barh(places, width, 0.62, left, color=colour, alpha=0.8, label=named(words, "factors", factor))
            left += width
        axes.set_yticks(places, elements)
        axes.tick_params(axis="y", length=0.0)
        axes.set_xlim(0.0, max(100.0, float(left.max())))
        axes.set_xlabel(words.text("axes", "share_of_variance"))
        figure.legend(loc="outside upper center", ncols=min(len(factors), 6), fontsize=7.0)
        return to_svg(figure)


def fill_chart(data: StatementData, words: Words) -> bytes | None:
    """Return how much of the demand of one sector is filled by month, one panel a scenario, one band a rule."""
    months = data.table("supply_shock_months")
    months = months[(months["series"] == "fill_rate") & (months["item"] == FOLLOWED)]
    scenarios = ordered(months["scenario"].tolist(), words.table["scenarios"])
    if not scenarios:
        return None
    rules = ordered(months["rule"].tolist(), words.table["rules"])
    columns = min(3, len(scenarios))
    lines = -(-len(scenarios) // columns)
    with look(words):
        figure = Figure(figsize=(WIDTH_IN, 0.8 + 1.4 * lines), layout="constrained")
        panels = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, scenario in zip(panels, scenarios, strict=False):
            axes.set_title(named(words, "scenarios", scenario))
            for rule, colour in zip(rules, COLOURS, strict=False):
                rows = months[(months["scenario"] == scenario) & (months["rule"] == rule)]
                _band(axes, rows["month"], rows["value"] / PERCENT, colour, named(words, "rules", rule))
            axes.set_ylim(0.0, 105.0)
            axes.grid(axis="y", color="#e2e8ec", linewidth=0.6)
        for axes in panels[len(scenarios) :]:
            axes.set_visible(False)
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(rules), fontsize=7.0)
        figure.supxlabel(words.text("axes", "month"), fontsize=8.0)
        figure.supylabel(words.text("axes", "filled"), fontsize=8.0)
        return to_svg(figure)


def _band(axes: Axes, place: Any, values: Any, colour: str, label: str) -> None:
    """Draw P50 as a line and P10 to P90 as a band over what is drawn at each place."""
    found = values.groupby(place.to_numpy(), sort=True).quantile(list(SHARES)).unstack()
    if len(found):
        along = found.index.to_numpy(np.float64)
        axes.fill_between(along, found[SHARES[0]], found[SHARES[2]], color=colour, alpha=0.2, linewidth=0.0)
        axes.plot(along, found[SHARES[1]], color=colour, linewidth=1.2, label=label)


def price_chart(data: StatementData, words: Words) -> bytes | None:
    """Return prices of two oxides over the years, one band a price world; logarithmic."""
    rows = data.table("supply_prices")
    elements = [element for element in PRICED if element in set(rows["element"])]
    if not elements:
        return None
    worlds = ordered(rows["world"].tolist(), words.table["worlds"])
    with look(words):
        figure = Figure(figsize=(WIDTH_IN, 2.3), layout="constrained")
        panels = figure.subplots(1, len(elements), squeeze=False).ravel()
        for axes, element in zip(panels, elements, strict=True):
            axes.set_title(words.text("element_names", element))
            axes.set_yscale("log")
            for world, colour in zip(worlds, COLOURS, strict=False):
                one = rows[(rows["element"] == element) & (rows["world"] == world)].sort_values("year")
                axes.fill_between(one["year"], one["low"], one["high"], color=colour, alpha=0.2, linewidth=0.0)
                axes.plot(one["year"], one["value"], color=colour, linewidth=1.2, label=named(words, "worlds", world))
            axes.yaxis.set_major_formatter(lambda value, _: plain(float(f"{value:.3g}")))
            axes.yaxis.set_minor_formatter(NullFormatter())
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.grid(axis="y", which="both", color=FAINT, alpha=0.15, linewidth=0.6)
        panels[0].set_ylabel(words.text("axes", "price"))
        panels[0].legend(fontsize=7.0)
        return to_svg(figure)
