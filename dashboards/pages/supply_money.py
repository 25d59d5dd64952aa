"""Panels of money: accounts of the projects, what they are worth, price worlds, published figures that disagree."""

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards.figures.supply_paths import (
    TOTAL,
    YEN,
    cash_flow_figure,
    price_figure,
    project_title,
)
from dashboards.page import Drawn, View
from dashboards.pages.supply_shared import (
    THOUSAND,
    element_name,
    heads,
    listed,
    long_rows,
    nothing,
    ranged,
    rows_of,
    spread,
    spread_words,
    told,
    told_words,
    yen_words,
)
from ops_data.reference.japanese import known, title
from twin.supply_view import SupplyView
from twin.supply_words import UNKNOWN

RESULTS: Final = (  # published results that nothing here is the same quantity as: their signs disagree
    "yearly result at prices of 2015", "yearly result at the mean price of ten years",
    "yearly result at the highest price of ten years",
    "lowest yearly result at 3,500 t/d over the prices of 20 years",
)  # fmt: skip
WITH_WORLD: Final = (
    "project_npv_jpy", "project_npv_operation_jpy", "project_loses_money", "project_irr", "project_dscr",
    "project_llcr", "project_valley_years", "project_price_factor", "project_public_cost_jpy",
)  # fmt: skip
BY_PROJECT: Final = ("project_oxide_t", "oxide_cost_jpy_kg", "project_cost_jpy_yr")


def projects_of(study: SupplyView) -> list[tuple[str, str]]:
    """Return project and price world of each set of accounts, in the study's order."""
    found = []
    for name, item, _ in study.spreads:
        if name == "project_npv_jpy":
            project, _, world = item.partition(" ")
            found.append((project, world))
    return found


def cash(view: View, study: SupplyView) -> Drawn:
    """Draw the cash of the chosen project in its price world, year by year."""
    table = rows_of(view, study, "supply_cash_flow")
    project, _, world = view.value("project").partition(" ")
    own = table[(table["project"] == project) & (table["world"] == world)]
    if not len(own):
        return nothing(view, "project")
    total = own[own["line"] == TOTAL].sort_values("year")["value"].iloc[-1] / YEN[view.state.lang]
    unit = view.text("unit.yen")
    fill = {
        "project": project_title(project, world, view.state.lang),
        "total": f"{view.words.number(float(total))} {unit}",
    }
    figure = cash_flow_figure(table, view.words, [(project, world)])
    return Drawn(figure, own.reset_index(drop=True), unit, view.text("alt.cash", fill), view.text("note.cash"))


def finance(view: View, study: SupplyView) -> Drawn:
    """Draw what each project is worth in each price world, side by side, none picked."""
    lang, lines = view.state.lang, []
    for project, world in projects_of(study):
        key = f"{project} {world}"
        loses = spread(study, "project_loses_money", key)
        lines.append((
            view.text("pair", {"first": title("project", project, lang), "second": view.text(f"world.{world}")}),
            yen_words(view, spread(study, "project_npv_jpy", key)),
            UNKNOWN if loses is None else view.words.percent(loses.value),
            _debt(view, study, "project_dscr", f"{key} total"),
            _debt(view, study, "project_llcr", key),
            spread_words(view, spread(study, "project_price_factor", key)),
            spread_words(view, spread(study, "oxide_cost_jpy_kg", project), 1.0 / THOUSAND),
        ))  # fmt: skip
    if not lines:
        return nothing(view, "rows")
    head = [
        view.text(f"column.{name}", {"unit": view.text("unit.yen")})
        for name in ("project", "npv", "loses", "dscr", "llcr", "price_factor", "oxide_cost")
    ]  # fmt: skip
    shown = listed(lines, head, head[1:], view.text("caption.finance"))
    given = rows_of(view, study, "indicators")
    rows = pd.concat(
        [
            long_rows(given, WITH_WORLD, ("project", "world", "investor_or_cover")),
            long_rows(given, BY_PROJECT, ("project", "element_or_cost")),
        ],
        ignore_index=True,
    )
    return Drawn(shown, rows, note=view.text("note.finance"))


def _debt(view: View, study: SupplyView, name: str, item: str) -> str:
    one = spread(study, name, item)
    return UNKNOWN if one is None or math.isnan(one.value) else spread_words(view, one)


def prices(view: View, study: SupplyView) -> Drawn:
    """Draw the price of the oxide of the chosen element in each price world."""
    table, element = rows_of(view, study, "supply_prices"), view.value("element")
    own = table[table["element"] == element]
    if not len(own):
        return nothing(view, "rows")
    last = own[own["year"] == own["year"].max()]
    parts = [
        f"{title('world', world, view.state.lang)} {view.words.number(value)} USD/kg"
        for world, value in zip(last["world"], last["value"], strict=True)
    ]
    fill = {
        "element": element_name(view, element),
        "year": str(int(own["year"].max())),
        "parts": view.text("comma").join(parts),
    }
    figure = price_figure(table, view.words, [element])
    return Drawn(figure, own.reset_index(drop=True), "USD/kg", view.text("alt.prices", fill), view.text("note.prices"))


def published(view: View, study: SupplyView) -> Drawn:
    """Draw published figures beside what is computed, those that disagree in sign among them."""
    table = rows_of(view, study, "supply_published")
    shown = table[table["computed"].notna() | table["quantity"].isin(RESULTS)]
    if not len(shown):
        return nothing(view, "rows")
    head = heads(view, "study", "quantity", "published", "computed")
    parts: list[Component] = [html.P(view.text("published", {"shown": str(len(shown)), "all": str(len(table))}))]
    for place, (topic, rows) in enumerate(shown.groupby("topic", sort=False)):
        called = title("topic", str(topic), view.state.lang) if known("topic", str(topic)) else str(topic)
        lines = [_published(view, one) for one in rows.to_dict("records")]
        shown_of = [html.Summary(f"{called} ({len(rows)})"), listed(lines, head, head[2:])]
        parts.append(html.Details(shown_of, open=place == 0))
    return Drawn(parts, table, note=view.text("note.published"))


def _published(view: View, one: Mapping[Any, Any]) -> tuple[str, ...]:
    unit, computed = str(one["unit"]), float(one["computed"])
    cells = [told(view, float(one[name]), unit)[0] for name in ("value", "low", "high")]
    return (
        _said(view, "study_of", str(one["study"])),
        _said(view, "quantity_of", str(one["quantity"])),
        ranged(view, cells, told(view, 0.0, unit)[1], as_printed=True),
        told_words(view, computed, unit) if math.isfinite(computed) else view.text("nothing_comparable"),
    )


def _said(view: View, part: str, english: str) -> str:
    """Return what a source or a quantity is called; one without words of its own keeps those of its table."""
    key = f"supply.{part}.{english}"
    return view.words(key) if view.words.has(key) else english
