"""Page Live: where a measured campaign stands, how old that knowledge is, and what comes, beside what was forecast."""

from dash import Dash
from dash.development.base_component import Component

from dashboards.data import Data
from dashboards.measured import AS_OF, CAMPAIGN, asked_by, controls
from dashboards.page import Control, Page, Panel, View
from dashboards.pages.live_alarms import add_alarm_callbacks, draw_alarms, refresher
from dashboards.pages.live_decisions import add_decision_callbacks, draw_decisions
from dashboards.pages.live_expected import draw_expected
from dashboards.pages.live_outlook import (
    BASIS,
    FORECAST_KEY,
    draw_chance,
    draw_daily,
    draw_total,
    outlook_controls,
)
from dashboards.pages.live_state import draw_now, draw_state
from dashboards.pages.live_tags import draw_quality, draw_tags
from dashboards.pages.measured_shared import looked_back

KNOWN = (CAMPAIGN, AS_OF)


def _controls(view: View) -> list[Control]:
    made = controls(view)
    return [*made, *outlook_controls(view, asked_by(view, made))]


def _head(view: View) -> list[Component]:
    return [*looked_back(view), *refresher(view.data)]


def _add_callbacks(app: Dash, data: Data) -> None:
    add_alarm_callbacks(app, data)
    add_decision_callbacks(app, data)


PAGE = Page(
    "live",
    (
        Panel("now", draw_now, (*KNOWN, FORECAST_KEY, BASIS), of_run=False, wide=True, live=True),
        Panel("alarms", draw_alarms, KNOWN, of_run=False, live=True),
        Panel("expected", draw_expected, KNOWN, of_run=False, live=True),
        Panel("state", draw_state, KNOWN, of_run=False, wide=True, live=True),
        Panel("total", draw_total, (*KNOWN, FORECAST_KEY, BASIS), of_run=False, live=True),
        Panel("daily", draw_daily, (*KNOWN, FORECAST_KEY, BASIS), of_run=False, live=True),
        Panel("chance", draw_chance, (*KNOWN, FORECAST_KEY), of_run=False, live=True),
        Panel("decisions", draw_decisions, (*KNOWN, FORECAST_KEY), of_run=False, live=True),
        Panel("quality", draw_quality, KNOWN, of_run=False, wide=True, live=True),
        Panel("tags", draw_tags, KNOWN, of_run=False, wide=True, live=True),
    ),
    _controls,
    _head,
    needs_run=False,
    add_callbacks=_add_callbacks,
)
