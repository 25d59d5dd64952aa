"""Panels of what the mud contributes: by element, in all readings, why it is so much, and what makes the spread."""

import math
from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd
from dash import html

from dashboards.figures.supply import READINGS, contributed, contribution_figure, drivers_figure, readings_figure
from dashboards.page import Drawn, View
from dashboards.pages.supply_shared import (
    MILLION,
    THOUSAND,
    element_name,
    heads,
    kept,
    listed,
    long_rows,
    mass_words,
    nothing,
    rows_of,
    share_words,
    short,
    spread,
    spread_words,
)
from ops_data.reference.japanese import explanation, title
from ops_data.supply_names import BASES
from ops_data.units import PERCENT
from twin.indicators.summary import Spread
from twin.supply.contribution import SCALE
from twin.supply_sentences import AREA_MEAN_PPM, demand_now_t, times_sentence
from twin.supply_view import SupplyView
from twin.supply_words import figure

MASS: Final = "contribution_element_t"
SHARES: Final = ("contribution_share_current", "contribution_share_future")
VALUES: Final = ("contribution_value_usd", "contribution_value_jpy")
ITEM: Final = ("reading", "basis", "element")
WHY: Final = (  # what the contribution is made of: text, indicator, element, scale
    ("grade", "mud_grade_ppm", "", 1.0),
    ("recovery_Nd", "mud_recovery", " Nd", 1.0 / PERCENT),
    ("recovery_Dy", "mud_recovery", " Dy", 1.0 / PERCENT),
    ("days", "mud_days", "", 1.0),
    ("dry", "mud_dry_t", "", 1.0 / THOUSAND),
)
NEEDED: Final = ("Nd", "Dy")  # elements for which the mud of a quarter of demand is told


def readings_of(study: SupplyView) -> list[str]:
    """Return the readings the study has."""
    there = {item.split(" ")[0] for name, item, _ in study.spreads if name == MASS}
    return [name for name in READINGS if name in there]


def reading_name(view: View, study: SupplyView, reading: str) -> str:
    """Return what a reading is called, the extrapolation with its factor and rate."""
    called = title("reading", reading, view.state.lang)
    if reading != "extrapolation":
        return called
    rate = view.words.number(float(study.choices["extrapolation_t_d"]))
    return view.text("extrapolated", {"name": called, "times": times_sentence(study), "rate": rate})


def demand_of(view: View, study: SupplyView) -> Mapping[str, float]:
    """Return present demand by element [t/yr], only of those with a figure."""
    return kept(view, study, "demand now", lambda: demand_now_t(study))


def contribution(view: View, study: SupplyView) -> Drawn:
    """Draw what the mud gives of each element in the chosen reading."""
    given, demand_t, reading = rows_of(view, study, "indicators"), demand_of(view, study), view.value("reading")
    cells = {key: told for key, told in contributed(given).items() if key[0] == reading}
    if not any(told[0] > 0.0 for told in cells.values()):
        return nothing(view, "mud")
    rows = [(*key, low, value, high, demand_t.get(key[2], math.nan)) for key, (value, low, high) in cells.items()]
    head = [*ITEM, "p10_t", "p50_t", "p90_t", "demand_now_t_per_year"]
    fill = {"reading": reading_name(view, study, reading), "parts": _both(view, study, reading, "Nd")}
    said = explanation("reading", reading, view.state.lang)
    note = f"{said}{view.text('sentence_space')}{view.text('note.contribution')}"
    return Drawn(
        contribution_figure(given, demand_t, view.words, [reading]),
        pd.DataFrame(rows, columns=head),
        view.text("unit.mass" if reading == "campaign" else "unit.yearly"),
        view.text("alt.contribution", fill),
        note,
    )


def _both(view: View, study: SupplyView, reading: str, element: str) -> str:
    """Return what a reading gives of an element on each basis, in words."""
    found = {basis: spread(study, MASS, f"{reading} {basis} {element}") for basis in BASES}
    parts = [f"{title('basis', basis, view.state.lang)} {mass_words(view, one)}" for basis, one in found.items() if one]
    return f"{element}: {view.text('comma').join(parts)}"


def readings(view: View, study: SupplyView) -> Drawn:
    """Draw what the mud gives of the chosen element in all readings, none without the others."""
    given, element = rows_of(view, study, "indicators"), view.value("element")
    cells = {key: told for key, told in contributed(given).items() if key[2] == element}
    if not any(told[0] > 0.0 for told in cells.values()):
        return nothing(view, "mud")
    rows = [(*key, low, value, high) for key, (value, low, high) in cells.items()]
    names = {name: _with_unit(view, study, name) for name in readings_of(study)}
    fill = {"element": element_name(view, element), "parts": _both(view, study, "run_rate", element)}
    return Drawn(
        readings_figure(given, element, demand_of(view, study), names, view.words),
        pd.DataFrame(rows, columns=[*ITEM, "p10_t", "p50_t", "p90_t"]),
        view.text("unit.mass_or_yearly"),
        view.text("alt.readings", fill),
        view.text("note.readings"),
    )


def _with_unit(view: View, study: SupplyView, reading: str) -> str:
    unit = view.text("unit.mass" if reading == "campaign" else "unit.yearly")
    return view.text("with_unit", {"name": reading_name(view, study, reading), "unit": unit})


def shares(view: View, study: SupplyView) -> Drawn:
    """Draw the chosen element in all readings as masses, shares of demand and sums of money, wet beside dry."""
    element, lines = view.value("element"), []
    for reading in readings_of(study):
        for basis in BASES:
            item = f"{reading} {basis} {element}"
            one = spread(study, MASS, item)
            if one is None:
                continue
            now, then = (spread(study, name, item) for name in SHARES)
            usd, jpy = (spread_words(view, spread(study, name, item), 1.0 / MILLION) for name in VALUES)
            named = reading_name(view, study, reading), title("basis", basis, view.state.lang)
            lines.append((*named, mass_words(view, one), share_words(view, now), share_words(view, then), usd, jpy))
    if not lines:
        return nothing(view, "mud")
    head = heads(view, "reading", "basis", "element_mass", "share_now", "share_future", "usd_m", "jpy_m")
    caption = view.text("caption.shares", {"element": element_name(view, element)})
    rate = figure(float(study.quantities["finance.jpy_per_usd"]["value"]))
    given = long_rows(rows_of(view, study, "indicators"), (MASS, *SHARES, *VALUES), ITEM)
    return Drawn(
        listed(lines, head, head[2:], caption),
        given,
        note=view.text("note.shares", {"rate": rate}),
    )


def drivers(view: View, study: SupplyView) -> Drawn:
    """Draw which unknowns make the spread of a year at the target rate, either basis, wet and dry."""
    table = rows_of(view, study, "supply_drivers")
    if not len(table):
        return nothing(view, "rows")
    both = table[table["basis"] == table["basis"].iloc[-1]]
    means = both.groupby("factor")["share"].mean().sort_values(ascending=False)
    names = [title("factor", str(name), view.state.lang) for name in means.index[:2]]
    parts = [f"{name} {view.words.percent(float(share))}" for name, share in zip(names, means, strict=False)]
    alt = view.text("alt.drivers", {"parts": view.text("comma").join(parts)})
    return Drawn(drivers_figure(table, view.words), table, "%", alt, view.text("note.drivers"))


def why(view: View, study: SupplyView) -> Drawn:
    """Draw why the contribution is what it is: grade, recovery and days, and the mud that a quarter of demand takes."""
    runs = [name for name in (*BASES, SCALE) if spread(study, "mud_grade_ppm", name)]
    lines = []
    for run in runs:
        told = [spread_words(view, spread(study, name, f"{run}{of}"), scale) for _, name, of, scale in WHY]
        needed = [
            spread_words(view, spread(study, "mud_needed_t_d", f"{element} {run}"), 1.0 / THOUSAND)
            for element in NEEDED
        ]
        called = view.text("full_scale") if run == SCALE else title("basis", run, view.state.lang)
        lines.append((called, *told, *needed))
    head = [view.text("column.run"), *(view.text(f"why.{one[0]}") for one in WHY)]
    head += [view.text("why.needed", {"element": element}) for element in NEEDED]
    table = listed(lines, head, head[1:], view.text("caption.why"))
    parts = [*(html.P(line) for line in _reasons(view, study)), table]
    names_of = ("mud_grade_ppm", "mud_recovery", "mud_days", "mud_dry_t", "mud_needed_t_d")
    rows = long_rows(rows_of(view, study, "indicators"), names_of, ("run_or_element", "element_or_basis"))
    return Drawn(parts, rows, note=view.text("note.why"))


def _reasons(view: View, study: SupplyView) -> Iterator[str]:
    grade, scale = (spread(study, "mud_grade_ppm", name) for name in (study.basis, SCALE))
    if grade is not None and grade.value < AREA_MEAN_PPM:
        yield view.text("why.poorer")
        if scale is not None and scale.value > AREA_MEAN_PPM:
            yield view.text("why.deeper")
    stated = [f"{one} {short(view, needed.value)}" for one, needed in _stated(study)]
    yield view.text("why.others", {"stated": view.text("comma").join(stated)})


def _stated(study: SupplyView) -> Iterator[tuple[str, Spread]]:
    for element in NEEDED:
        found = spread(study, "mud_needed_t_d", f"{element} stated")
        if found is not None:
            yield element, found
