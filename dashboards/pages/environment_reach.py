"""Panels of an environmental study: how far each level reaches, contact with zones, where the sediment went."""

import math
from collections.abc import Sequence
from typing import Final

import pandas as pd
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.ranges import Range, one_in, range_bars, told
from dashboards.page import Drawn, View
from dashboards.pages.environment_study import ITEMS, layers_of, no_study, nothing_released, study_of
from dashboards.theme import AMBER, BLUE, GREY, ORANGE
from ops_data.reference.indicator_rows import indicator_row
from ops_data.reference.japanese import item_title, title
from twin.environment.zone_check import UNITS, PlacedZone, Quantity
from twin.environment_view import StudyView
from twin.indicators.summary import Spread

METRICS: Final[dict[Quantity, tuple[str, ...]]] = {
    "concentration": ("plume_furthest_km", "plume_area_km2", "plume_area_time_km2_d", "plume_longest_hours"),
    "deposit": ("deposit_furthest_km", "deposit_area_km2"),
}
ALONE: Final = (
    "plume_highest_mg_l", "deposit_thickest_mm", "suspended_highest_t", "suspended_mean_t", "deposited_share",
)  # fmt: skip
# column of the closure → colour of its bar: what was released and how, where it went
SUMS: Final = {
    "seabed_loss_t": ORANGE, "emergency_dump_t": ORANGE, "return_water_t": ORANGE,
    "near_field_t": BLUE, "deposited_t": BLUE, "beyond_t": AMBER, "afloat_t": GREY,
}  # fmt: skip
ALWAYS: Final = ("seabed_loss_t", "near_field_t", "deposited_t", "beyond_t", "afloat_t")
AT_BED: Final = "bed"
HUNDRED_GRAMS: Final = 4  # decimals of a tonne that are told


def draw_reach(view: View) -> Drawn:
    """Show how far, wide and long each screening level is exceeded, and in how many members."""
    study = study_of(view)
    if study is None:
        return no_study(view)
    if study.releases.empty:
        return nothing_released(view, study)
    asked: list[tuple[Quantity, str]] = [("concentration", layer) for layer in layers_of(study)]
    asked.append(("deposit", AT_BED))
    body = [*(_levels(view, study, quantity, layer) for quantity, layer in asked), _alone(view, study)]
    rows = [(one.name, one.item, one.low, one.value, one.high, one.unit) for one in study.spreads]
    for quantity, layer in asked:
        for level, share in study.exceeded(quantity, _item(layer)):
            item = f"{_item(layer)} {level:g} {UNITS[quantity]}".strip()
            rows.append(("members_above", item, math.nan, share, math.nan, "1"))
    data = pd.DataFrame(rows, columns=["indicator", "item", "p10", "p50", "p90", "unit"])
    note = view.text("reach.note", {"count": str(study.members)})
    return Drawn(body, data, note=note, source=study.artefact.artefact_id, sealed=study.artefact.created)


def _item(layer: str) -> str:
    """Return how items of indicators of a layer begin."""
    return "" if layer == AT_BED else ITEMS[layer]


def _levels(view: View, study: StudyView, quantity: Quantity, layer: str) -> Component:
    """Return a table with a column for each level."""
    unit, lang = UNITS[quantity], view.state.lang
    exceeded = study.exceeded(quantity, _item(layer))
    heads = [view.text("reach.above"), *(f"{level:g} {unit}" for level, _ in exceeded)]
    rows = [[view.text("reach.members"), *(view.words.percent(share) for _, share in exceeded)]]
    for name in METRICS[quantity]:
        metric = {"metric": title("indicator", name, lang), "unit": _unit(view, name)}
        cells = [_cell(view, study.spread(name, f"{_item(layer)} {level:g} {unit}".strip())) for level, _ in exceeded]
        rows.append([view.text("reach.metric", metric), *cells])
    which = "deposit" if quantity == "deposit" else layer
    return components.table(pd.DataFrame(rows, columns=heads), heads[1:], view.text(f"reach.caption.{which}"))


def _unit(view: View, name: str) -> str:
    return title("unit", indicator_row(name).unit, view.state.lang)


def _cell(view: View, one: Spread | None) -> str:
    if one is None:
        return "–"
    return view.text("reach.cell", told(view.words, {"low": one.low, "value": one.value, "high": one.high}))


def _alone(view: View, study: StudyView) -> Component:
    """Return a table of what has no level: highest, thickest, afloat, deposited within a distance."""
    heads = [view.text(f"reach.{name}") for name in ("what", "p10", "p50", "p90")]
    return components.table(
        spread_table(view, [one for one in study.spreads if one.name in ALONE], heads),
        heads[1:],
        view.text("reach.caption.alone"),
    )


def spread_table(view: View, spreads: Sequence[Spread], heads: Sequence[str], brief: str = "") -> pd.DataFrame:
    """Return indicators as rows of text: what with its unit, P10, P50, P90; shares as per cent.

    Parameters
    ----------
    view : of the page.
    spreads : the indicators.
    heads : names of the four columns.
    brief : an indicator of which only the item is said.
    """
    rows, lang = [], view.state.lang
    for one in spreads:
        said = title("indicator", one.name, lang)
        item = item_title(one.name, one.item, lang)
        name = view.text("item", {"indicator": said, "item": item}) if item and one.name != brief else item or said
        share = one.unit == "1"
        values = [
            view.words.percent(value) if share else view.words.number(value) for value in (one.low, one.value, one.high)
        ]
        metric = {"metric": name, "unit": title("unit", one.unit, lang)}
        rows.append([name if share else view.text("reach.metric", metric), *values])
    return pd.DataFrame(rows, columns=list(heads))


def draw_zones(view: View) -> Drawn:
    """Show which zones any level touches, and how likely."""
    study = study_of(view)
    if study is None:
        return no_study(view)
    if not study.zones:
        said = components.nothing(view.words, view.text("nothing.zones"))
        return Drawn(said, source=study.artefact.artefact_id, sealed=study.artefact.created)
    body: list[Component] = [_contacts(view, study, zone) for zone in study.zones]
    rows = pd.DataFrame(
        [
            (one.zone, one.kind, one.quantity, one.layer, one.level, one.unit, one.members, one.touched,
             one.probability, one.at_most, one.highest)
            for one in study.contacts
        ],
        columns=["zone", "kind", "quantity", "layer", "level", "unit", "members", "touched", "probability",
                 "at_most_95", "highest"],
    )  # fmt: skip
    note = view.text("zones.touched_means")
    return Drawn(body, rows, note=note, source=study.artefact.artefact_id, sealed=study.artefact.created)


def _contacts(view: View, study: StudyView, zone: PlacedZone) -> Component:
    """Return a table of one zone, a row for each level."""
    heads = [view.text(f"zones.{name}") for name in ("more_than", "touched", "members", "at_most", "highest")]
    shown = []
    for one in study.contacts:
        if one.zone == zone.name:
            level = view.text(f"level.{one.quantity}", {"level": f"{one.level:g}"})
            layer = title("layer", one.layer, view.state.lang) if one.layer else ""
            shown.append(
                [
                    view.text("at_level", {"quantity": level, "level": layer}) if layer else level,
                    view.text("yes" if one.touches else "no"), view.words.percent(one.probability),
                    view.words.percent(one.at_most), f"{view.words.number(one.highest)} {one.unit}",
                ]
            )  # fmt: skip
    kind = {"zone": zone.name, "kind": title("zone_kind", zone.kind, view.state.lang)}
    return components.table(pd.DataFrame(shown, columns=heads), heads[1:], view.text("zones.caption", kind))


def draw_closure(view: View) -> Drawn:
    """Draw where the sediment came from and where it went."""
    study = study_of(view)
    if study is None:
        return no_study(view)
    if study.releases.empty:
        return nothing_released(view, study)
    sums = {name: [round(float(value), HUNDRED_GRAMS) for value in values] for name, values in study.sums().items()}
    bars = []
    for name, colour in SUMS.items():
        low, value, high = sums[name]
        if name in ALWAYS or high > 0.0:
            said = view.text("closure.told", told(view.words, {"low": low, "value": value, "high": high}))
            bars.append(Range(view.text(f"closure.{name}"), low, value, high, said, colour=colour))
    fill = told(view.words, {name: sums[f"{name}_t"][1] for name in ("lifted", "released", "near_field")})
    fill["parts"] = one_in(study.residual)
    rows = [(name, *values.tolist()) for name, values in study.sums().items() if name.endswith("_t")]
    return Drawn(
        range_bars(bars, view.text("closure.axis")),
        pd.DataFrame(rows, columns=["sum", "p10_t", "p50_t", "p90_t"]),
        view.text("closure.unit"),
        view.text("alt.closure", fill),
        view.text("closure.note", fill),
        study.artefact.artefact_id,
        study.artefact.created,
    )
