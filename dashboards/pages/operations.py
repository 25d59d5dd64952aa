"""Page Operations: what each asset does when, mud on deck, the use of time, weather, how long things take, readings."""

from typing import Final

import numpy as np
from dash import Dash

from dashboards.data import Data
from dashboards.page import Control, Page, Panel, View
from dashboards.pages.operations_cycles import draw_cycles, draw_durations
from dashboards.pages.operations_days import LIFTED, MEANS, days_of
from dashboards.pages.operations_gantt import draw_gantt, draw_interruptions
from dashboards.pages.operations_mud import basis_name, draw_mud, draw_ramp
from dashboards.pages.operations_readings import add_readings, draw_readings
from dashboards.pages.operations_span import (
    FLEET,
    MOST_DAYS,
    asset_names,
    asset_title,
    campaign_span,
    first_days,
    last_days,
    mining_names,
    replicates,
)
from dashboards.pages.operations_time import draw_months, draw_use
from dashboards.pages.operations_weather import draw_sea, draw_storms, draw_windows
from ops_data.reference.japanese import title

DAYS: Final = ("from", "to")


def controls(view: View) -> list[Control]:
    """Return what can be chosen: replicate, days, asset, mass basis, and over how many days mud is averaged."""
    whole = campaign_span(view.scenario)
    firsts, lasts = first_days(whole), last_days(whole)
    numbers, middle = view.data.derived(view.run, ("operations replicates", view.state.lang), lambda: _replicates(view))
    smooth = tuple((name, view.text(f"smooth.{name}")) for name in MEANS)
    bases = tuple((name, title("basis", name, view.state.lang)) for name in LIFTED)
    return [
        Control("replicate", numbers, middle),
        Control("from", tuple((day, day) for day in firsts), firsts[0]),
        Control("to", tuple((day, day) for day in lasts), lasts[-1]),
        Control("asset", _assets(view), FLEET),
        Control("basis", bases, view.scenario.campaign.mass_basis),
        Control("smooth", smooth, "day" if whole.days <= MOST_DAYS else "month"),
    ]


def _replicates(view: View) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the replicates with the mud each lifted, and the one whose mud is nearest to the median."""
    basis = view.scenario.campaign.mass_basis
    lifted_t = days_of(view).of(LIFTED[basis]).sum(axis=1)
    said = basis_name(view, basis)
    options = [
        (str(number), view.text("replicate", {"n": str(number), "mud": f"{mud:,.0f}", "basis": said}))
        for number, mud in zip(replicates(view), lifted_t, strict=True)
    ]
    nearest = int(np.abs(lifted_t - np.median(lifted_t)).argmin())
    return tuple(options), options[nearest][0]


def _assets(view: View) -> tuple[tuple[str, str], ...]:
    """Return all mining vessels together, and each asset; a single mining vessel not twice."""
    mining = mining_names(view.scenario)
    single = [name for name in asset_names(view) if len(mining) > 1 or name not in mining]
    return (FLEET, view.text("fleet")), *((name, asset_title(name, view.state.lang)) for name in single)


def add_callbacks(app: Dash, data: Data) -> None:
    """Add the callback of the readings."""
    add_readings(app, data)


PAGE: Final = Page(
    "operations",
    (
        Panel("gantt", draw_gantt, ("replicate", *DAYS), wide=True),
        Panel("ramp", draw_ramp, ("replicate", *DAYS, "basis", "smooth")),
        Panel("mud", draw_mud, ("replicate", *DAYS, "basis")),
        Panel("use", draw_use, (*DAYS, "asset")),
        Panel("months", draw_months, (*DAYS, "asset")),
        Panel("interruptions", draw_interruptions, ("replicate", *DAYS), wide=True),
        Panel("sea", draw_sea, ("replicate", *DAYS), wide=True),
        Panel("windows", draw_windows),
        Panel("storms", draw_storms),
        Panel("cycles", draw_cycles, ("replicate", *DAYS)),
        Panel("durations", draw_durations, ("replicate", *DAYS)),
        Panel("readings", draw_readings, of_run=False, wide=True),
    ),
    controls,
    add_callbacks=add_callbacks,
)
