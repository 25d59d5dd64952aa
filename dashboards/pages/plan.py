"""Page *Plan a run*: a form for a scenario, what the run would cost, and the queue that plays it.

The draft stands in the address as it was typed. The server is asked after every change; what it says stands at the
fields. When the address changes otherwise (a copied link, back, a clone), the form is drawn anew from it.
"""

from typing import Any

from dash import Dash, dcc, html
from dash.development.base_component import Component

from dashboards import components
from dashboards.data import Data
from dashboards.forms import read_draft
from dashboards.page import Page, View
from dashboards.pages.plan_draft import NAME, settled
from dashboards.pages.plan_form import LIVE, form
from dashboards.pages.plan_jobs import add_jobs
from dashboards.pages.plan_moves import add_moves
from dashboards.pages.plan_progress import QUICK_MS


def head(view: View) -> list[Component]:
    """Return the page: the form, what is said of it, and the queue."""
    words = view.words
    draft, remarks = settled(read_draft(view.state.values), words)
    held = {"search": "", "base": draft.base, "from": draft.cloned_from}
    empty = ("plan-asked", "plan-judged", "plan-wish", "plan-ask", "plan-answered", "plan-now")
    stores: dict[str, Any] = {"plan-held": held, "plan-mark": "", "plan-states": ""}
    submit = html.Button(words("plan.submit"), id="plan-submit", className="button", type="button")
    told = [
        html.H2(words("plan.summary")),
        html.Div(id="plan-summary", **LIVE),
        submit,
        html.Div(id="plan-told", **LIVE),
    ]
    queue = [
        html.H2(words("plan.queue")),
        html.Div(id="plan-alert", **LIVE),
        html.Div(html.P(words("common.drawing"), className="drawing"), id="plan-queue"),
    ]
    return [
        *[components.message("note", remark) for remark in remarks],
        html.Div(
            [
                html.Section(
                    [html.H2(words("plan.form")), html.Div(form(draft, words), id="plan-form")], className="panel"
                ),
                html.Div([html.Section(part, className="panel") for part in (told, queue)], className="beside"),
            ],
            className="panels plan",
        ),
        dcc.Interval(id="plan-tick", interval=QUICK_MS),
        *[dcc.Store(id=name, data=value) for name, value in stores.items()],
        *[dcc.Store(id=name) for name in empty],
    ]


def add_callbacks(app: Dash, data: Data) -> None:
    """Add what the page does."""
    add_moves(app, data)
    add_jobs(app, data)


PAGE = Page(NAME, (), head=head, needs_run=False, add_callbacks=add_callbacks)
