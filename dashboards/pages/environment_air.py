"""Panels of what a run gives off besides sediment: noise, emissions to the air, light, carbon and water."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.emissions import Emitted, emission_figure
from dashboards.figures.noise import HARMS, Heard, noise_figure
from dashboards.figures.ranges import told
from dashboards.page import Drawn, View
from dashboards.pages.environment_reach import spread_table
from dashboards.pages.environment_study import study_of
from dashboards.pages.processing_values import GROUP_OF, outcomes_of, replicates_of
from ops_data.reference.indicator_rows import indicator_row
from ops_data.reference.japanese import title
from twin.indicators.record import Floats
from twin.indicators.statistics import percentiles
from twin.indicators.summary import SHARES, SURROUNDINGS, Spread, read_spreads

RANGES, SOURCES = "noise_range_km", "noise_source_db"
GASES, PER_TONNE = "air_emissions_t", "air_co2_per_dry_t"
OWN_PANELS: Final = (RANGES, SOURCES, GASES, PER_TONNE)
TOTAL: Final = "total"
CO2E: Final = "co2e_well_to_wake"
ASSETS: Final = ("mining", "shuttle", "carrier", "island")
PLANTS: Final = ("reagents", "energy", "waste", "water", "service")


def surroundings(view: View) -> list[Spread]:
    """Return the run's other proxies of the environment; with the settings of its study where these differ."""
    study = study_of(view)
    if study is not None and study.own_surroundings:
        return study.own_surroundings
    told = read_spreads(view.data.table(view.run, "indicators").astype({"name": str, "item": str, "unit": str}))
    return [one for one in told if indicator_row(one.name).group == SURROUNDINGS]


def draw_noise(view: View) -> Drawn:
    """Draw how far from the vessel each level of noise is met, by group of animals; and the sources."""
    every = surroundings(view)
    ranges, sources = ([one for one in every if one.name == name] for name in (RANGES, SOURCES))
    heard = [_heard(view, one) for one in ranges]
    first = heard[0]
    alt = view.text("alt.noise", told(view.words, {"km": first.value_km, "low": first.low_km, "high": first.high_km}))
    heads = [view.text(f"reach.{name}") for name in ("what", "p10", "p50", "p90")]
    table = spread_table(view, sources, heads, SOURCES)
    body: list[Component] = [
        components.graph(noise_figure(heard, view.words), alt),
        components.table(table, heads[1:], view.text("noise.sources")),
    ]
    return Drawn(body, spread_rows([*ranges, *sources]), "", alt, view.text("noise.note"))


def _heard(view: View, one: Spread) -> Heard:
    """Return one range: "LF TTS 15 lg R", "disturbance 20 lg R"; losses of hearing are with 20 lg R unless they say."""
    words = one.item.split(" ", 1)
    if words[0] in HARMS:
        row, harm, spreading = view.text("noise.disturbance_row"), words[0], words[1]
    else:
        harm, _, spreading = words[1].partition(" ")
        row, spreading = title("hearing_group", words[0], view.state.lang), spreading or "20 lg R"
    return Heard(row, harm, spreading, one.low, one.value, one.high)


def spread_rows(spreads: Sequence[Spread]) -> pd.DataFrame:
    """Return indicators as data: indicator, item, p10, p50, p90, unit."""
    rows = [(one.name, one.item, one.low, one.value, one.high, one.unit) for one in spreads]
    return pd.DataFrame(rows, columns=["indicator", "item", "p10", "p50", "p90", "unit"])


def draw_air(view: View) -> Drawn:
    """Draw greenhouse gases by who gives them off, and show all gases."""
    emitted = _emitted(view)
    whole = emitted[0]
    ends = {"low": whole.low_t, "value": whole.value_t, "high": whole.high_t}
    alt = view.text("alt.air", told(view.words, ends))
    gases = [one for one in surroundings(view) if one.name in (GASES, PER_TONNE)]
    heads = [view.text(f"reach.{name}") for name in ("what", "p10", "p50", "p90")]
    body: list[Component] = [
        components.graph(emission_figure(emitted, view.text("air.axis"), view.words), alt),
        components.table(spread_table(view, gases, heads, GASES), heads[1:], view.text("air.caption")),
    ]
    own = pd.DataFrame(
        [("co2e_by_source_t", one.name, one.low_t, one.value_t, one.high_t, "t") for one in emitted],
        columns=["indicator", "item", "p10", "p50", "p90", "unit"],
    )
    return Drawn(body, pd.concat([own, spread_rows(gases)], ignore_index=True), "", alt, view.text("air.note"))


def _emitted(view: View) -> list[Emitted]:
    """Return greenhouse gases of all together, of each kind of asset, and of what the plants use [t CO2e]."""
    gases, fuel, plants = (_by_item(view, name) for name in (GASES, "fuel_t", "processing_co2e_t"))
    ships_t, burnt_t = gases[CO2E], fuel[TOTAL]
    per_t = np.divide(ships_t, burnt_t, out=np.zeros_like(ships_t), where=burnt_t > 0.0)
    none = np.zeros_like(ships_t)
    parts = {name: fuel.get(name, none) * per_t for name in ASSETS}
    for group in PLANTS:
        items = [values for item, values in plants.items() if item != TOTAL and GROUP_OF.get(item) == group]
        parts[group] = np.sum(items, axis=0) if items else none
    whole = ships_t + plants.get(TOTAL, none)
    found = []
    for name, values in ({TOTAL: whole} | parts).items():
        low, middle, high = percentiles(values, SHARES).tolist()
        if high > 0.0:
            label = title("asset_kind", name, view.state.lang) if name in ASSETS else view.text(f"air.{name}")
            kind = TOTAL if name == TOTAL else "ships" if name in ASSETS else "plants"
            found.append(Emitted(name, label, low, middle, high, kind))
    return found


def _by_item(view: View, name: str) -> dict[str, Floats]:
    """Return an indicator by item, a number for each replicate; 0 where a replicate has none."""
    first, count = replicates_of(view)
    rows, found = outcomes_of(view, name), {}
    for item, part in rows.groupby("item"):
        values = np.zeros(count)
        values[part["replicate"].to_numpy(np.int64) - first] = part["value"].to_numpy(np.float64)
        found[str(item)] = values
    return found


def draw_surroundings(view: View) -> Drawn:
    """Show the other proxies: sea bed, carbon, recovery elsewhere, light, water of island and ships."""
    others = [one for one in surroundings(view) if one.name not in OWN_PANELS]
    others = [one for one in others if one.low or one.value or one.high]
    if not others:
        return Drawn(components.nothing(view.words, view.text("nothing.surroundings")))
    heads = [view.text(f"reach.{name}") for name in ("what", "p10", "p50", "p90")]
    table = components.table(spread_table(view, others, heads), heads[1:], view.text("surroundings.caption"))
    return Drawn(table, spread_rows(others), note=view.text("surroundings.note"))
