"""Panels of the plants on the page Processing: oxide by date, and the ledger of what each step takes."""

import math
from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.processing import ledger_bars, oxide_fan
from dashboards.figures.ranges import told
from dashboards.page import Drawn, View
from dashboards.pages.processing_values import ledger, outcomes_of, oxide_by_day, replicates_of
from dashboards.words import JST
from ops_data.elements import ELEMENTS, oxide_name
from ops_data.reference.japanese import title
from ops_data.units import KG_PER_TONNE
from twin.indicators.statistics import percentiles
from twin.indicators.summary import SHARES, with_never

MEASURES: Final = ("cost", "co2e")
MILLION: Final = 1e6
OXIDE_STEP: Final = "separate"
IN_UNITS: Final = {"cost": ("cost_jpy", MILLION), "co2e": ("co2e_kg", float(KG_PER_TONNE))}
UNIT_WORDS: Final = {"kwh": "kWh"}
SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def draw_oxide(view: View) -> Drawn:
    """Draw oxide of the element made up to each day, with the dates of the first and the last."""
    element, words = view.value("element"), view.words
    if element not in ELEMENTS:
        return Drawn(components.nothing(words, view.text("nothing.oxide_of", {"element": element})))
    if OXIDE_STEP not in view.scenario.processing.steps:
        steps = view.scenario.processing.steps
        last = title("step", steps[-1], words.lang) if steps else view.text("delivery")
        return Drawn(components.nothing(words, view.text("nothing.separation", {"step": last})))
    rows = oxide_by_day(view, element)
    if rows.empty:
        return Drawn(components.nothing(words, view.text("nothing.oxide")))
    oxide = oxide_name(element).translate(SUBSCRIPTS)
    kg = [words.number(value) for value in _spread(view, "oxide_kg", element)]
    first_day, last_day = _dates(view, "first_oxide_day"), _dates(view, "last_oxide_day")
    _, count = replicates_of(view)
    whole = outcomes_of(view, "oxide_kg")
    made = int((whole.loc[whole["item"] == "total", "value"] > 0.0).sum())
    cards = [
        components.number_card(view.text("card.oxide", {"oxide": oxide}), f"{kg[1]} kg", _range(view, kg)),
        components.number_card(view.text("card.first"), first_day[1], _range(view, first_day)),
        components.number_card(view.text("card.last"), last_day[1], _range(view, last_day)),
    ]
    alt = view.text("alt.oxide", {"oxide": oxide, "low": kg[0], "value": kg[1], "high": kg[2], "day": last_day[1]})
    body: list[Component] = [html.Div(cards, className="cards"), components.graph(oxide_fan(rows, words), alt)]
    note = view.text("note.oxide", {"n": str(made), "count": str(count)})
    return Drawn(body, rows, view.text("unit.kg_oxide"), alt, note)


def _spread(view: View, name: str, item: str) -> list[float]:
    """Return P10, P50 and P90 of an indicator over all replicates; infinite where one of them never comes to it."""
    rows = outcomes_of(view, name)
    values = rows.loc[rows["item"] == item, "value"].to_numpy("float64")
    return [float(one) for one in percentiles(with_never(values, replicates_of(view)[1]), SHARES)]


def _dates(view: View, name: str) -> list[str]:
    """Return P10, P50 and P90 of an indicator in days after departure as dates in Japan."""
    found = []
    for days in _spread(view, name, ""):
        when = view.scenario.campaign.start + timedelta(days=days) if math.isfinite(days) else None
        found.append(view.text("never") if when is None else view.words.day(when.astimezone(JST).date()))
    return found


def _range(view: View, said: Sequence[str]) -> str:
    return view.text("range", {"low": said[0], "high": said[2]})


def draw_ledger(view: View) -> Drawn:
    """Draw what each step takes, as bars of cost or emission and as a table of amounts."""
    measure, rows, words = view.value("measure"), ledger(view), view.words
    if rows.empty:
        return Drawn(components.nothing(words, view.text("nothing.ledger")))
    column, unit = IN_UNITS[measure]
    sums = rows.assign(value=rows[f"{column}_mean"] / unit).groupby(["step", "group"], sort=False)["value"].sum()
    by_step = {str(step): float(value) for step, value in sums.groupby(level="step", sort=False).sum().items()}
    total = sum(by_step.values())
    steps = []
    for step, value in by_step.items():
        share = words.percent(value / total if total else math.nan)
        said = view.text("ledger.told", {"value": words.number(value), "share": share})
        steps.append((step, title("step", step, words.lang), said))
    most = max(by_step, key=lambda step: by_step[step])
    fill = told(words, {"total": total, "value": by_step[most]}) | {"step": title("step", most, words.lang)}
    alt = view.text(f"alt.ledger.{measure}", fill)
    shown = _table(view, rows)
    figure = ledger_bars(sums.reset_index(), steps, view.text(f"ledger.axis.{measure}"), words)
    table = components.table(shown, list(shown.columns)[1:], view.text("ledger.caption"))
    return Drawn([components.graph(figure, alt), table], rows, "", alt, view.text("note.ledger"))


def _table(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    lang = view.state.lang
    heads = [view.text(f"ledger.{name}") for name in ("item", "amount", "per_kg", "cost", "co2e")]
    shown = []
    for row in rows.to_dict("records"):
        step, item = title("step", row["step"], lang), title("ledger_item", row["item"], lang)
        unit = f" {title('unit', UNIT_WORDS.get(row['unit'], row['unit']), lang)}"
        shown.append(
            [
                view.text("ledger.row", {"step": step, "item": item}),
                _cell(view, row, "amount", 1.0, unit),
                _cell(view, row, "per_oxide_kg", 1.0, unit),
                _cell(view, row, "cost_jpy", MILLION),
                _cell(view, row, "co2e_kg", KG_PER_TONNE),
            ]
        )
    return pd.DataFrame(shown, columns=heads)


def _cell(view: View, row: Mapping[Hashable, Any], name: str, divisor: float, unit: str = "") -> str:
    low, middle, high = (row[f"{name}_{end}"] / divisor for end in ("p10", "p50", "p90"))
    if not math.isfinite(middle):
        return view.words("common.no_value")
    return view.text("ledger.cell", told(view.words, {"low": low, "value": middle, "high": high}) | {"unit": unit})
