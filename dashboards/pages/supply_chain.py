"""Panels of demand and of where supply comes from."""

import math
from typing import Final

import pandas as pd

from dashboards import components
from dashboards.figures.supply_origins import (
    SHARES,
    demand_figure,
    dependency_figure,
    dependency_years_figure,
    measured,
)
from dashboards.page import Drawn, View
from dashboards.pages.supply_shared import (
    cells_of,
    element_name,
    heads,
    listed,
    nothing,
    ranged,
    rows_of,
)
from ops_data.reference.japanese import explanation, item_title, known, title
from twin.supply_sentences import BASE_YEAR
from twin.supply_view import SupplyView

FLOWS: Final = ("demand", "stock", "end_of_life", "recycled")
TOLD_YEARS: Final = (BASE_YEAR, 2040)
MOST_SECTORS: Final = 5  # by name
LATER: Final = 2030  # the year of the roadmaps, beside the first one
MEASURES: Final = (  # measure and by what it is counted, in the order of the list to choose from
    *(("china_share", f"{by} {how}") for how in ("direct", "origin-adjusted") for by in ("mass", "value")),
    ("china_import_share", "mass direct"),
    ("china_ore_share", "mass origin-adjusted"),
    ("use_china_step_share", "mass origin-adjusted"),
    *((name, f"mass {how}") for name in ("largest_share", "hhi", "hhi_without_mud", "hhi_change", "evenness",
                                         "import_dependence", "eu_supply_risk")
      for how in ("direct", "origin-adjusted")),
)  # fmt: skip


def demand(view: View, study: SupplyView) -> Drawn:
    """Draw Japan's demand of the chosen element by sector, and what is in use, comes back and is recycled."""
    table, element = rows_of(view, study, "supply_demand"), view.value("element")
    own = table[(table["element"] == element) & table["value"].notna()]
    if not len(own):
        return nothing(view, "demand_figure")
    whole = own[own["sector"] == "all"]
    there = sorted({int(year) for year in whole["year"]})
    years = [year for year in TOLD_YEARS if year in there] or there[:1]
    cells = {
        (str(flow), int(year)): told for flow, year, *told in cells_of(whole, "flow", "year", "value", "low", "high")
    }
    lines = [
        (title("supply_flow", flow, view.state.lang),
         *(ranged(view, cells[flow, year]) if (flow, year) in cells else "–" for year in years))
        for flow in FLOWS
    ]  # fmt: skip
    head = [view.text("column.flow"), *(str(year) for year in years)]
    first = cells.get(("demand", years[0]), [math.nan])[0]
    alt = view.text(
        "alt.demand", {"element": element_name(view, element), "year": str(years[0]), "value": view.words.number(first)}
    )
    caption = view.text("caption.demand", {"element": element_name(view, element)})
    body = [
        components.graph(demand_figure(table, view.words, [element], MOST_SECTORS), alt),
        listed(lines, head, head[1:], caption),
    ]
    return Drawn(body, own.reset_index(drop=True), view.text("unit.yearly"), alt, view.text("note.demand"))


def measure_of(value: str) -> tuple[str, str]:
    """Return measure and counting of a choice of the control ``measure``."""
    measure, _, basis = value.partition(" ")
    return measure, basis


def measure_name(view: View, value: str) -> str:
    """Return what such a choice is called."""
    measure, basis = measure_of(value)
    counted = title("dependency_basis", basis, view.state.lang)
    return f"{title('measure', measure, view.state.lang)} · {counted}"


def _measured_rows(view: View, study: SupplyView, measure: str) -> pd.DataFrame:
    table = rows_of(view, study, "supply_dependency")
    return table[table["measure"] == measure].reset_index(drop=True)


def dependency(view: View, study: SupplyView) -> Drawn:
    """Draw the chosen measure of dependency, element and group by stage, in the first year and about 2030."""
    measure, basis = measure_of(view.value("measure"))
    rows = _measured_rows(view, study, measure)
    own = rows[(rows["basis"] == basis) & rows["value"].notna()]
    if not len(own):
        return nothing(view, "measure")
    years = sorted({int(year) for year in own["year"]})
    later = next((year for year in years if year >= LATER and year > years[0]), None)
    first = own[own["year"] == years[0]]["value"]
    fill = {
        "measure": measure_name(view, view.value("measure")),
        "year": str(years[0]),
        "low": measured(float(first.min()), measure),
        "high": measured(float(first.max()), measure),
        "later": "–" if later is None else str(later),
    }
    said = explanation("measure", measure, view.state.lang), explanation("dependency_basis", basis, view.state.lang)
    note = view.text("sentence_space").join([*said, view.text("note.dependency", fill)])
    return Drawn(
        dependency_figure(rows, view.words, [(basis, years[0])], measure, later),
        rows,
        "%" if measure in SHARES else title("measure", measure, view.state.lang),
        view.text("alt.dependency", fill),
        note,
    )


def dependency_years(view: View, study: SupplyView) -> Drawn:
    """Draw the chosen measure of the chosen element over the years, and which lost nodes stop its supply."""
    element = view.value("element")
    measure, basis = measure_of(view.value("measure"))
    rows = _measured_rows(view, study, measure)
    own = rows[(rows["basis"] == basis) & (rows["element"] == element) & rows["value"].notna()]
    if not len(own):
        return nothing(view, "measure")
    fill = {"element": element_name(view, element), "measure": measure_name(view, view.value("measure"))}
    alt = view.text("alt.dependency_years", fill)
    figure = dependency_years_figure(rows, view.words, measure, basis, element)
    return Drawn(figure, own.reset_index(drop=True), "%" if measure in SHARES else "", alt, note=fill["measure"])


def cuts(view: View, study: SupplyView) -> Drawn:
    """Draw the smallest sets of nodes abroad without which a share of the supply of the chosen element stops."""
    table, element = rows_of(view, study, "supply_cuts"), view.value("element")
    own = table[(table["element"] == element) & (table["note"] != "no demand figure")]
    if not len(own):
        return nothing(view, "demand_figure")
    own = own[own["year"] == own["year"].min()]
    asked = own[own["asked_share"].isin([0.25, 0.5, 0.9, 1.0])]
    lines = [
        (
            title("rerouting", rerouting, view.state.lang) if known("rerouting", rerouting) else rerouting,
            view.words.percent(share),
            _nodes(view, size, nodes),
            view.words.percent(lost) if size > 0 else "–",
        )
        for rerouting, share, size, nodes, lost in cells_of(
            asked, "rerouting", "asked_share", "size", "nodes", "lost_share"
        )
    ]
    head = heads(view, "rerouting", "asked", "nodes", "lost")
    fill = {"element": element_name(view, element), "year": str(int(own["year"].iloc[0]))}
    shown = listed(lines, head, [head[1], head[3]], view.text("caption.cuts", fill))
    return Drawn(shown, table[table["element"] == element].reset_index(drop=True), note=view.text("note.cuts"))


def _nodes(view: View, size: int, nodes: str) -> str:
    if size < 0:
        return view.text("no_set")
    return item_title("supply_cuts", nodes, view.state.lang)


def china_share(view: View, study: SupplyView, element: str) -> float:
    """Return China's share of separated oxide of an element or group in the first year, by mass and direct; or nan."""
    table = rows_of(view, study, "supply_dependency")
    keys = (("measure", "china_share"), ("basis", "mass direct"), ("element", element), ("stage", "separated_oxide"))
    for column, name in keys:
        table = table[table[column] == name]
    return float(table.sort_values("year")["value"].iloc[0]) if len(table) else math.nan
