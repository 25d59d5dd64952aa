"""Panels of how sure a supply study is, and what stands above the panels."""

import math
from collections.abc import Iterator
from typing import Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.supply_paths import YEN
from dashboards.figures.supply_targets import last_of_each
from dashboards.page import Drawn, View
from dashboards.pages.supply_chain import china_share
from dashboards.pages.supply_policy import met_counts
from dashboards.pages.supply_shared import element_name, mass_short, rows_of, share_words, short, spread
from ops_data.reference.japanese import title
from ops_data.supply_names import BASES, GROUPS
from twin.supply.contribution import SCALE
from twin.supply_sentences import FEW
from twin.supply_view import SupplyView
from twin.supply_words import figure

CARDS: Final = ("Nd", "Dy")
WORLDS: Final = ("china", "ex_china")
SHARE_NOW: Final = "contribution_share_current"
MOST_CHANGES: Final = 6  # told above the panels


def head_of(view: View, study: SupplyView) -> list[Component]:
    """Return what the study is, and its main numbers, none without the other basis or reading."""
    runs = [
        f"{view.text('full_scale') if name == SCALE else title('basis', name, view.state.lang)} {run}"
        for name, run in study.run_ids.items()
    ]
    fill = {"draws": f"{study.draws:,}", "seed": str(study.seed), "runs": view.text("comma").join(runs)}
    parts: list[Component] = [html.P(view.text("study", fill))]
    if study.changes:
        told = list(study.changes[:MOST_CHANGES]) + (["…"] if len(study.changes) > MOST_CHANGES else [])
        parts.append(components.message("note", view.text("changed"), "; ".join(told)))
    cards = [components.number_card(*card) for card in _cards(view, study)]
    return [*parts, html.Div(cards, className="cards")]


def _cards(view: View, study: SupplyView) -> Iterator[tuple[str, str, str]]:
    lang = view.state.lang
    for element in CARDS:
        yield from _contributed(view, study, element)
    shares = [china_share(view, study, group) for group in GROUPS]
    if all(math.isfinite(one) for one in shares):
        yield (
            view.text("card.china"),
            " / ".join(view.words.percent(one) for one in shares),
            view.text("card.china_below"),
        )
    kpis = rows_of(view, study, "supply_kpis")
    if len(kpis):
        fill = met_counts(last_of_each(kpis))
        yield view.text("card.targets"), view.text("card.met", fill), view.text("card.missed", fill)
    npv = {world: found for world in WORLDS if (found := spread(study, "project_npv_jpy", f"3500 {world}")) is not None}
    if npv:
        value = " / ".join(short(view, one.value / YEN[lang]) for one in npv.values())
        names = " / ".join(title("world", world, lang) for world in npv)
        head = view.text("card.npv", {"project": title("project", "3500", lang)})
        yield head, f"{value} {view.text('unit.yen')}", names


def _contributed(view: View, study: SupplyView, element: str) -> Iterator[tuple[str, str, str]]:
    """Yield the card of one element: a year at the target rate, wet and dry, beside demand."""
    values, below = [], []
    for basis in BASES:
        item = f"run_rate {basis} {element}"
        one = spread(study, "contribution_element_t", item)
        if one is not None and math.isfinite(one.value):
            called = title("basis", basis, view.state.lang)
            values.append(mass_short(view, one))
            below.append(f"{called}{view.text('colon')}{share_words(view, spread(study, SHARE_NOW, item))}")
    if values:
        fill = {"parts": view.text("comma").join(below)}
        head = view.text("card.run_rate", {"element": element_name(view, element)})
        yield head, " / ".join(values), view.text("card.of_demand", fill)


def sure(view: View, study: SupplyView) -> Drawn:
    """Draw what a reader must know of the numbers."""
    lines = list(_cautions(view, study))
    return Drawn(html.Ul([html.Li(line) for line in lines]), pd.DataFrame({"caution": lines}))


def _cautions(view: View, study: SupplyView) -> Iterator[str]:
    inputs = rows_of(view, study, "supply_inputs")
    assumed = int((inputs["confidence"] == "A").sum())
    yield view.text("sure.assumed", {"count": f"{assumed:,}", "all": f"{len(inputs):,}"})
    yield view.text("sure.basis")
    yield view.text("sure.reading")
    yield view.text("sure.rate", {"rate": figure(float(study.quantities["finance.jpy_per_usd"]["value"]))})
    if study.draws < FEW:
        yield view.text("sure.few", {"draws": f"{study.draws:,}", "few": str(FEW)})
    weights = rows_of(view, study, "supply_weights")
    told = weights[weights["weight"].notna()]
    if len(told):
        parts = [
            f"{name} {view.words.percent(weight)}"
            for name, weight in zip(told["scenario"], told["weight"], strict=True)
        ]
        yield view.text("sure.weights", {"parts": view.text("comma").join(parts)})
    yield view.text("sure.forecast")
    closure = rows_of(view, study, "supply_closure")
    if len(closure):
        yield view.text("sure.closure", {"places": f"{int(closure['places'].sum()):,}"})
    yield from study.notes
