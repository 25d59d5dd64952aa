"""Page Environment: where the sediment goes, what it touches, noise, emissions, and the package for a reviewer."""

from contextlib import suppress
from typing import Final

import numpy as np
import pandas as pd
from dash import Dash, html
from dash.development.base_component import Component

from dashboards import components
from dashboards.data import Data
from dashboards.figures.environment import keys, plume_figure
from dashboards.figures.environment_layers import OF_WHAT, QUANTITIES, Atlas, Layer, Quantity, beyond
from dashboards.figures.environment_layers import View as Square
from dashboards.packages import add_package_download, package_panel
from dashboards.page import Control, Drawn, Page, Panel, View
from dashboards.pages.environment_air import draw_air, draw_noise, draw_surroundings
from dashboards.pages.environment_reach import draw_closure, draw_reach, draw_zones
from dashboards.pages.environment_study import (
    ITEMS,
    LAYERS,
    atlas_of,
    cut_off,
    layers_of,
    no_study,
    nothing_released,
    study_of,
)
from ops_data.errors import TwinError
from ops_data.reference.japanese import title
from twin.environment_view import StudyView

PACKAGE: Final = "environmental-review"
LOOKS: Final = ("plume", "grid")


def controls(view: View) -> list[Control]:
    """Return what can be chosen on the map; without a study what could be."""
    study = None
    with suppress(TwinError):  # of a damaged study the panels say what is wrong
        study = study_of(view)
    chosen = (view.scenario if study is None else study.scenario).environment
    levels = {"concentration": chosen.concentration_levels_mg_l, "deposit": chosen.deposit_levels_mm}
    layers = list(LAYERS)[:1] if study is None else layers_of(study)
    found = [Control("quantity", tuple((name, view.text(f"quantity.{name}")) for name in QUANTITIES), QUANTITIES[0])]
    for of_what, values in levels.items():
        options = tuple((f"{level:g}", view.text(f"level.{of_what}", {"level": f"{level:g}"})) for level in values)
        found.append(Control(of_what, options, options[0][0]))
    named = tuple((name, title("layer", ITEMS[name], view.state.lang)) for name in layers)
    found.append(Control("layer", named, layers[0]))
    return [*found, Control("look", tuple((name, view.text(f"look.{name}")) for name in LOOKS), LOOKS[0])]


def draw_map(view: View) -> Drawn:
    """Draw the map of the chosen quantity around the holes, or on the whole grid."""
    study = study_of(view)
    if study is None:
        return no_study(view, offer=True)
    if study.releases.empty:
        return nothing_released(view, study)
    quantity: Quantity = next(one for one in QUANTITIES if one == view.value("quantity"))
    drawn = atlas_of(view, study, view.value("layer"))
    level = float(view.value(OF_WHAT[quantity]))
    layer = drawn.layer(quantity, level)
    look = drawn.near_of[OF_WHAT[quantity]] if view.value("look") == LOOKS[0] else drawn.whole
    body: list[Component] = [
        components.graph(plume_figure(drawn, quantity, level, look, view.words), _alt(view, drawn, layer)),
        _keys(view, drawn, layer),
    ]
    return Drawn(
        body,
        _rows(layer),
        layer.unit,
        _alt(view, drawn, layer),
        _note(view, study, drawn, layer, look),
        study.artefact.artefact_id,
        study.artefact.created,
    )


def _alt(view: View, drawn: Atlas, layer: Layer) -> str:
    if layer.empty:
        return view.text("alt.empty_map", {"quantity": _named(view, layer)})
    most = float(np.nanmax(layer.cells))
    cells = int(np.isfinite(layer.cells).sum())
    area = cells * layer.cell_km**2
    fill = {"quantity": _named(view, layer), "most": f"{view.words.number(most)} {layer.unit}"}
    return view.text("alt.map", fill | {"area": view.words.number(area), "least": f"{layer.least:g} {layer.unit}"})


def _named(view: View, layer: Layer) -> str:
    said = view.text(f"quantity.{layer.quantity}")
    if layer.level is None:
        return said
    level = view.text(f"level.{OF_WHAT[layer.quantity]}", {"level": f"{layer.level:g}"})
    return view.text("at_level", {"quantity": said, "level": level})


def _note(view: View, study: StudyView, drawn: Atlas, layer: Layer, look: Square) -> str:
    """Return what the numbers are over the members, where, and where the site lies."""
    fill = {"statistic": drawn.statistic, "count": str(drawn.members)}
    probability = layer.quantity in ("concentration_probability", "deposit_probability")
    which = "hours" if layer.quantity == "hours" else "probability" if probability else "statistic"
    site, chosen = study.site, study.scenario.environment
    place = {
        "latitude": f"{site.latitude_deg:.2f}", "longitude": f"{site.longitude_deg:.2f}",
        "depth": view.words.number(site.depth_m), "cell": f"{study.grid.cell_m:g}",
        "layer": f"{chosen.bed_layer_m:g}",
    }  # fmt: skip
    parts = [view.text(f"map.of_{which}", fill)]
    if OF_WHAT[layer.quantity] != "deposit":
        parts.append(view.text(f"map.layer_{view.value('layer')}", place))
    parts += [view.text("map.site", place), view.text("not_a_rule")]
    if view.value("layer") == "bed":
        parts.append(view.text("map.passive"))
    cut = cut_off(view, study)
    if cut:
        parts.append(view.text("map.cut_off", {"n": str(cut), "count": str(study.members)}))
    out = beyond(drawn.zones, look)
    if out:
        parts.append(view.text("map.beyond", {"zones": ", ".join(out)}))
    joint = "" if view.state.lang == "ja" else " "
    return joint.join(parts)


def _keys(view: View, drawn: Atlas, layer: Layer) -> Component:
    """Return what dots and lines on the map are."""
    parts: list[Component] = [html.Span(["○ ", view.text("map.hole")])]
    for colour, dash, name in keys(list(dict.fromkeys(zone.kind for zone in drawn.zones))):
        if name == "level" and not layer.lines:
            continue
        said = view.text("map.levels") if name == "level" else title("zone_kind", name, view.state.lang)
        mark = {"solid": "━ ", "dash": "╍ ", "dot": "┅ "}[dash]
        parts.append(html.Span([html.Span(mark, style={"color": colour}), said]))
    return html.P([item for part in parts for item in (part, "\u2003")], className="remark")


def _rows(layer: Layer) -> pd.DataFrame:
    """Return the cells of a map in which something is seen: centre and value."""
    rows, columns = np.nonzero(np.isfinite(layer.cells))
    unit = {"%": "percent", "mg/L": "mg_l"}.get(layer.unit, layer.unit)
    return pd.DataFrame(
        {
            "east_km": np.round(layer.west_km + (columns + 0.5) * layer.cell_km, 4),
            "north_km": np.round(layer.south_km + (rows + 0.5) * layer.cell_km, 4),
            f"{layer.quantity}_{unit}": layer.cells[rows, columns],
        }
    )


def draw_package(view: View) -> Drawn:
    """Show the review packages of the run, and offer to have one made."""
    return package_panel(view, PACKAGE)


def add_callbacks(app: Dash, data: Data) -> None:
    """Add the download of packages."""
    add_package_download(app.server, data)


MAP: Final = ("quantity", "concentration", "deposit", "layer", "look")
PAGE: Final = Page(
    "environment",
    (
        Panel("map", draw_map, MAP),
        Panel("reach", draw_reach),
        Panel("zones", draw_zones),
        Panel("closure", draw_closure),
        Panel("noise", draw_noise),
        Panel("air", draw_air),
        Panel("surroundings", draw_surroundings),
        Panel("package", draw_package, live=True),
    ),
    controls,
    add_callbacks=add_callbacks,
)
