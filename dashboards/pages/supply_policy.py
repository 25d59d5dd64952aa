"""Panels of targets, of claims that contradict each other, and of levers."""

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.supply_targets import NOT_COMPUTED, kpi_figure, kpi_title, last_of_each
from dashboards.page import Drawn, View
from dashboards.pages.supply_shared import heads, listed, nothing, once, ranged, rows_of, told, told_words
from ops_data.reference.japanese import item_title, known, title
from twin.supply_view import SupplyView

VERDICTS: Final = ("conflict", "consistent", "note")
MOST_LEVERS: Final = 15
LISTED: Final = ";"  # between the owners of a lever


def targets(view: View, study: SupplyView) -> Drawn:
    """Draw what is computed over each target of the roadmaps in the last year of its line, and all of them by name."""
    table = rows_of(view, study, "supply_kpis")
    if not len(table):
        return nothing(view, "rows")
    last = last_of_each(table)
    fill = met_counts(last)
    alt = view.text("alt.targets", fill)
    head = heads(view, "target_of", "item", "year", "target", "computed", "verdict")
    named = once([_target(view, one) for one in last.to_dict("records")])
    body: list[Component] = [
        html.P(view.text("targets_met", fill)),
        components.graph(kpi_figure(table, view.words, named=False), alt),
        html.Details([
            html.Summary(view.text("all_targets", fill)),
            listed(named, head, head[3:5], view.text("caption.targets")),
        ]),
    ]  # fmt: skip
    return Drawn(body, table, view.text("unit.ratio"), alt, view.text("note.targets"))


def met_counts(last: pd.DataFrame) -> dict[str, str]:
    """Return how many targets are met, missed and not computed in their last years."""
    counts = last["met"].value_counts()
    found = {
        key: str(int(counts.get(name, 0))) for key, name in (("met", "yes"), ("missed", "no"), ("open", NOT_COMPUTED))
    }
    return found | {"all": str(len(last))}


def _target(view: View, one: Mapping[Any, Any]) -> tuple[str, ...]:
    unit = str(one["unit"])
    cells = [told(view, float(one[name]), unit)[0] for name in ("value", "low", "high")]
    computed = (
        view.text("not_computed") if one["met"] == NOT_COMPUTED else ranged(view, cells, told(view, 0.0, unit)[1])
    )
    return (
        f"{one['kpi']} {kpi_title(one['kpi'], one['title'], view.state.lang)}",
        item_title("supply_kpis", str(one["item"]), view.state.lang),
        str(one["year"]),
        told_words(view, float(one["target"]), unit),
        computed,
        title("met", one["met"], view.state.lang),
    )


def conflicts(view: View, study: SupplyView) -> Drawn:
    """Draw the published targets and claims that contradict each other or the data, contradictions first."""
    table = rows_of(view, study, "supply_conflicts")
    if not len(table):
        return nothing(view, "rows")
    counts = table["verdict"].value_counts()
    fill = {name: str(int(counts.get(name, 0))) for name in VERDICTS}
    head = heads(view, "claim", "left", "right")
    parts: list[Component] = [html.P(view.text("claims", fill))]
    for verdict in VERDICTS:
        rows = [_claim(view, one) for one in table[table["verdict"] == verdict].to_dict("records")]
        tag = html.Span(title("verdict", verdict, view.state.lang), className=f"tag {verdict}")
        called = html.Summary([tag, f" ({len(rows)})"])
        parts += [html.Details([called, listed(rows, head, head[1:])], open=verdict == VERDICTS[0])] if rows else []
    return Drawn(parts, table)


def _claim(view: View, one: Mapping[Any, Any]) -> tuple[str, str, str]:
    key, unit = str(one["conflict"]), str(one["unit"])
    statement = title("conflict", key, view.state.lang) if known("conflict", key) else str(one["statement"])
    left, right = (told_words(view, float(one[side]), unit) for side in ("left", "right"))
    return statement, left, right


def levers(view: View, study: SupplyView) -> Drawn:
    """Draw the levers that move their output most, at full strength and alone."""
    table = rows_of(view, study, "supply_levers")
    if not len(table):
        return nothing(view, "rows")
    change = (table["with_lever"] - table["without"]).abs() / table["without"].abs().where(lambda base: base > 0.0)
    order = change.fillna(math.inf).where(table["with_lever"] != table["without"], -1.0)
    most = table.loc[order.sort_values(ascending=False, kind="stable").index[:MOST_LEVERS]]
    lines = [_lever(view, one) for one in most.to_dict("records")]
    head = heads(view, "lever", "owners", "output", "without", "with", "from_year")
    fill = {"shown": str(len(lines)), "all": str(len(table)), "stated": str(int((table["as_stated"] == "yes").sum()))}
    return Drawn(
        listed(lines, head, head[3:5], view.text("caption.levers", fill)),
        table,
        note=view.text("note.levers", fill),
    )


def _lever(view: View, one: Mapping[Any, Any]) -> tuple[str, ...]:
    lang, key, output = view.state.lang, str(one["lever"]), str(one["output"])
    owners = [title("owner", name, lang) if known("owner", name) else name for name in str(one["owners"]).split(LISTED)]
    years = float(one["ramp_years"])
    fill = {"year": str(one["start_year"]), "years": view.words.number(years)}
    ramp = view.text("ramp", fill) if years > 0.0 else fill["year"]
    return (
        title("lever", key, lang) if known("lever", key) else str(one["title"]),
        view.text("comma").join(owners),
        title("output", output, lang) if known("output", output) else output,
        told_words(view, float(one["without"]), str(one["unit"])),
        told_words(view, float(one["with_lever"]), str(one["unit"])),
        ramp,
    )
