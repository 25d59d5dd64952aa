"""Page Processing: where an element goes between sea bed and oxide, what each step recovers, loses and takes."""

import math
from dataclasses import asdict
from typing import Final

import pandas as pd
from dash import html

from dashboards import components
from dashboards.figures.ranges import Range, one_in, range_bars, told
from dashboards.figures.sankey import sankey_figure
from dashboards.page import Control, Drawn, Page, Panel, View
from dashboards.pages.processing_plants import MEASURES, draw_ledger, draw_oxide
from dashboards.pages.processing_values import TO_MAINLAND, WHOLE, balance, losses, recoveries, replicates_of, ways
from dashboards.theme import BLUE, GREEN, INK, ORANGE
from ops_data.elements import CONSTITUENTS, ELEMENTS
from ops_data.errors import TwinError
from ops_data.reference.japanese import title
from ops_data.units import PERCENT
from twin.balance import CLOSED, closure, spread, sums
from twin.models.composition import SEA_SALT

DEFAULT: Final = "Nd"
SEA_BED: Final = "sea bed"
FULL: Final = 104.0  # per cent, with room for the line that ends at all


def controls(view: View) -> list[Control]:
    """Return what can be chosen: the element, and what the ledger is told in."""
    elements = tuple((name, element_words(view, name)) for name in _counted(view))
    default = DEFAULT if DEFAULT in dict(elements) else elements[0][0]
    measures = tuple((name, view.text(f"measure.{name}")) for name in MEASURES)
    return [Control("element", elements, default), Control("measure", measures, MEASURES[0])]


def _counted(view: View) -> list[str]:
    """Return what the balance of the run holds; all rare earths where it holds nothing or cannot be read."""
    try:
        found = balance(view)
    except TwinError:  # its panels say why
        return list(ELEMENTS)
    moved = [name for name, kg in zip(CONSTITUENTS, found.mass_kg, strict=True) if kg.any()]
    return moved or list(ELEMENTS)


def element_words(view: View, element: str) -> str:
    """Return name and symbol of an element."""
    return view.words("processing.element", {"name": title("element", element, view.state.lang), "symbol": element})


def draw_sankey(view: View) -> Drawn:
    """Draw the way of the element from the sea bed to oxide."""
    element, words = view.value("element"), view.words
    rows, name = ways(view, element), element_words(view, element)
    if rows.empty:
        return Drawn(components.nothing(words, view.text("nothing.element", {"element": name})))
    bed_kg = float(rows.loc[(rows["source"] == SEA_BED) & (rows["kind"] != "reagent"), "mean_kg"].sum())
    made_kg = float(rows.loc[rows["kind"] == "product", "mean_kg"].sum())
    share = words.percent(made_kg / bed_kg if bed_kg else math.nan)
    alt = view.text("alt.sankey", {"element": name, "share": share, **told(words, {"bed": bed_kg, "made": made_kg})})
    note = view.text("note.salt" if element in SEA_SALT else "note.sankey", {"element": name})
    return Drawn(sankey_figure(rows, name, words), rows, view.text("unit.kg_element"), alt, note)


def draw_recovery(view: View) -> Drawn:
    """Draw what each step recovers, and the whole chain."""
    element, words = view.value("element"), view.words
    if element not in ELEMENTS:
        return Drawn(components.nothing(words, view.text("nothing.recovery")))
    found, (_, count) = recoveries(view, element), replicates_of(view)
    if not found[0].replicates:
        return Drawn(components.nothing(words, view.text("nothing.lifted")))
    bars = []
    for one in found:
        fill = {"low": words.percent(one.p10), "high": words.percent(one.p90)}
        more = view.text("recovery.more", fill | {"n": str(one.replicates), "count": str(count)})
        colour = {WHOLE: GREEN, TO_MAINLAND: INK}.get(one.step, BLUE)
        ends = (one.p10 / PERCENT, one.p50 / PERCENT, one.p90 / PERCENT)
        bars.append(Range(step_words(view, one.step), *ends, words.percent(one.p50), more, colour))
    alt = {"element": element_words(view, element), "share": words.percent(found[-1].p50)}
    return Drawn(
        range_bars(bars, view.text("recovery.axis"), FULL),
        pd.DataFrame([asdict(one) for one in found]),
        "%",
        view.text("alt.recovery", alt),
        view.text("note.recovery", {"n": str(found[0].replicates), "count": str(count)}),
    )


def step_words(view: View, step: str) -> str:
    """Return what a step is called; the sea and the whole chain stand among them."""
    own = {TO_MAINLAND: "recovery.to_mainland", WHOLE: "recovery.whole"}
    return view.text(own[step]) if step in own else title("step", step, view.state.lang)


def draw_losses(view: View) -> Drawn:
    """Draw where the element is lost, most first."""
    element, words = view.value("element"), view.words
    found, name = losses(view, element), element_words(view, element)
    if not found:
        return Drawn(components.nothing(words, view.text("nothing.losses", {"element": name})))
    bars = []
    for one in found:
        said = view.text("losses.told", {"mass": words.number(one.mean_kg), "share": words.percent(one.share)})
        ends = {"low": one.p10_kg, "value": one.p50_kg, "high": one.p90_kg}
        place = title("place", one.place, view.state.lang)
        more = view.text("losses.more", told(words, ends))
        bars.append(Range(place, one.p10_kg, one.mean_kg, one.p90_kg, said, more, ORANGE))
    whole = words.percent(sum(one.share for one in found))
    alt = {"element": name, "place": bars[0].label, "mass": words.number(found[0].mean_kg), "share": whole}
    return Drawn(
        range_bars(bars, view.text("losses.axis", {"element": name})),
        pd.DataFrame([asdict(one) for one in found]),
        view.text("unit.kg_element"),
        view.text("alt.losses", alt),
        view.text("note.losses"),
    )


def draw_closure(view: View) -> Drawn:
    """Say whether what left the sea bed is all found again, and show the sum."""
    element, found, words = view.value("element"), balance(view), view.words
    worst = closure(found).worst
    fill = {
        "elements": str(sum(1 for one in found.mass_kg if one.any())),
        "places": str(len(found.inner)),
        "worst": one_in(worst),
        "allowed": one_in(CLOSED),
    }
    statement = html.P(view.text("closure.closes" if worst <= CLOSED else "closure.open", fill), className="remark")
    bed_kg = float(found.from_sea_bed_kg[CONSTITUENTS.index(element)].sum())
    shown, rows = [], []
    for name, kg in sums(found, element).items():
        values = (*spread(kg).tolist(), float(kg.mean()))
        share = float(kg.sum()) / bed_kg if bed_kg else math.nan
        rows.append((name, *values, share))
        said = view.text(f"sum.{name.replace(' ', '_')}")
        shown.append([said, *(words.number(value) for value in values), words.percent(share)])
    if not rows:
        return Drawn([statement])
    heads = [view.text(f"closure.{name}") for name in ("sum", "p10", "p50", "p90", "mean", "share")]
    caption = view.text("closure.caption", {"element": element_words(view, element)})
    table = components.table(pd.DataFrame(shown, columns=heads), heads[1:], caption)
    data = pd.DataFrame(rows, columns=["sum", "p10_kg", "p50_kg", "p90_kg", "mean_kg", "share_of_sea_bed"])
    return Drawn([statement, table], data.assign(closing_error_of_run=worst), view.text("unit.kg_element"))


PAGE: Final = Page(
    "processing",
    (
        Panel("sankey", draw_sankey, ("element",)),
        Panel("oxide", draw_oxide, ("element",)),
        Panel("recovery", draw_recovery, ("element",)),
        Panel("losses", draw_losses, ("element",)),
        Panel("ledger", draw_ledger, ("measure",), wide=True),
        Panel("closure", draw_closure, ("element",), wide=True),
    ),
    controls,
)
