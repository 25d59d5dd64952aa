"""The environmental study that the page Environment shows, read once for all who look; and what to say without one."""

import threading
from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.environment_layers import Atlas, atlas, maps_of
from dashboards.offers import study_offer
from dashboards.page import Drawn, View
from twin.environment_view import StudyView

LAYERS: Final = {"bed": "", "return": "return_"}  # begin of the names of the maps of a layer
ITEMS: Final = {"bed": "sea bed", "return": "return water"}  # what the indicators call it
_READING: Final = threading.Lock()  # the library that reads grids is not made for threads


def study_of(view: View) -> StudyView | None:
    """Return the newest environmental study of the run, None if there is none."""
    return view.data.environment(view.run)


def layers_of(study: StudyView) -> list[str]:
    """Return the layers in which the study tells concentration: at the sea bed, and where water is returned at sea."""
    told = set(study.outcomes.loc[study.outcomes["name"] == "plume_highest_mg_l", "item"])
    return [name for name, item in ITEMS.items() if item in told] or ["bed"]


def atlas_of(view: View, study: StudyView, layer: str) -> Atlas:
    """Return all maps of a layer, ready to be drawn, kept while the run is looked at.

    The grids are read anew where nothing is kept: they are far larger than what is drawn of them.
    """

    def read() -> Atlas:
        whole = StudyView(study.artefact)
        with _READING:
            return atlas(maps_of(whole, LAYERS[layer]))

    return view.data.derived(view.run, ("atlas", study.artefact.artefact_id, layer), read)


def cut_off(view: View, study: StudyView) -> int:
    """Return how many members have a plume or a deposit above the lowest level at the edge of the maps."""

    def read() -> int:
        with _READING:
            return StudyView(study.artefact).cut_off

    return view.data.derived(view.run, ("cut off", study.artefact.artefact_id), read)


def no_study(view: View, offer: bool = False) -> Drawn:
    """Return what stands where a study would be shown: that there is none, and how to get one."""
    if not offer:
        return Drawn(components.nothing(view.words, view.text("nothing.study_short")))
    command = html.P([view.text("nothing.command"), " ", html.Code(f"twin environment {view.run.run_id}")])
    remedy: list[Component] = [study_offer(view, "environment"), command]
    return Drawn(components.nothing(view.words, view.text("nothing.study"), remedy))


def nothing_released(view: View, study: StudyView) -> Drawn:
    """Return what stands where a plume would be shown when nothing is released in any member."""
    said = components.message("note", view.text("nothing.zero"), view.text("nothing.released"))
    return Drawn(said, source=study.artefact.artefact_id, sealed=study.artefact.created)
