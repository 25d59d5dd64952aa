"""What the queue of the page *Plan a run* does: takes a request once, shows how far it is, cancels it."""

import time
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props
from dash.development.base_component import Component

from dashboards import components
from dashboards.callbacks import guarded, in_browser
from dashboards.data import Data
from dashboards.forms import JOB_ID, Draft
from dashboards.offers import stop
from dashboards.pages.plan_check import Verdict, double, judge
from dashboards.pages.plan_draft import AROUND, OF_RUN, VALUES, base_trouble, place_of, state_with, typed_draft
from dashboards.pages.plan_queue import CANCEL, Look, told_queue
from dashboards.people import current_user
from dashboards.state import query
from dashboards.words import Words, read_words
from ops_data.errors import TwinError


def add_jobs(app: Dash, data: Data) -> None:
    """Add the callbacks of the queue."""
    _add_submit(app, data)
    _add_queue(app, data)
    _add_cancel(app, data)


def _add_submit(app: Dash, data: Data) -> None:
    in_browser(app, "once", Output("plan-submit", "disabled"), Input("plan-submit", "n_clicks"))

    @guarded(
        app,
        "do:submit",
        Output("plan-told", "children"),
        Output("plan-submit", "disabled", allow_duplicate=True),
        Output("plan-now", "data"),
        Input("plan-submit", "n_clicks"),
        VALUES,
        *OF_RUN,
        *AROUND,
        initially=False,
    )
    def submit(
        clicks: int | None, values: list[Any], replicates: Any, seed: Any, parameters: Any, called: Any,
        ids: list[dict[str, str]], held: dict[str, Any], search: str | None,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Put the draft into the queue, once."""
        if not clicks:
            return no_update, no_update, no_update
        state = place_of(search)
        words = read_words(state.lang)
        trouble = base_trouble(held, words)
        if trouble:
            told = components.message("wrong", words("plan.not_submitted"), trouble)
            return [told], False, no_update
        draft = typed_draft(held, values, ids, [replicates, seed, parameters, called])
        verdict = judge(draft, words)
        try:
            told, job_id = put_in_queue(data, draft, verdict, words)
        except TwinError as error:
            told, job_id = components.went_wrong(words, error), ""
        if job_id:
            set_props("plan-wish", {"data": {"search": query(state_with(state, draft, job_id))}})
        return [told], False, {"job": job_id, "at": time.time()}


def put_in_queue(data: Data, draft: Draft, verdict: Verdict, words: Words) -> tuple[Component, str]:
    """Return what is said after a request was submitted, and the id of its job; no id when it was not.

    A second press of the button within seconds is told of, and makes no second job; another person's does.
    """
    checked = verdict.checked
    if checked is None:
        return components.message("wrong", words("plan.not_submitted"), words("plan.not_submitted_text")), ""
    queue, user = data.queue(), current_user()
    before = double(queue.jobs(), user.name, checked, time.time())
    if before is None:
        job = queue.submit(
            checked.kind,
            checked.request,
            scenario=checked.scenario,
            run_id=checked.run_id,
            title=verdict.title,
            submitted_by=user.name,
            cloned_from=draft.cloned_from if JOB_ID.fullmatch(draft.cloned_from) else "",
        )
        return components.message("note", words("plan.submitted", {"job": job.job_id})), job.job_id
    return components.message("note", words("plan.submitted_twice", {"job": before.job_id})), before.job_id


def _add_queue(app: Dash, data: Data) -> None:
    in_browser(
        app,
        "gate",
        Output("plan-ask", "data"),
        Input("plan-tick", "n_intervals"),
        State("plan-ask", "data"),
        State("plan-answered", "data"),
    )

    @guarded(
        app,
        "do:queue",
        Output("plan-queue", "children"),
        Output("plan-mark", "data"),
        Output("plan-states", "data"),
        Output("plan-tick", "interval"),
        Output("plan-answered", "data"),
        Input("plan-ask", "data"),
        Input("plan-now", "data"),
        Input("url", "search"),
        State("plan-mark", "data"),
        State("plan-states", "data"),
        State("plan-tick", "interval"),
    )
    def look(
        asked: dict[str, Any] | None, _now: Any, search: str | None, mark: str, states: str, every_ms: int
    ) -> tuple[Any, ...]:
        """Show the queue as it is now."""
        state = place_of(search)
        told = told_queue(data, Look(read_words(state.lang), state, current_user(), time.time()), mark)
        return (
            no_update if told.shown is None else told.shown,
            told.mark,
            no_update if told.states == states else told.states,
            no_update if told.every_ms == every_ms else told.every_ms,
            asked["at"] if asked else no_update,
        )


def _add_cancel(app: Dash, data: Data) -> None:
    @guarded(
        app,
        "do:cancel",
        Output("plan-alert", "children"),
        Output("plan-now", "data", allow_duplicate=True),
        Input({"part": CANCEL, "job": ALL}, "n_clicks"),
        State("url", "search"),
        initially=False,
    )
    def cancel(clicks: list[int | None], search: str | None) -> tuple[Any, Any]:
        """Ask for a job to be stopped: one's own, or any as admin."""
        if not any(clicks):
            return no_update, no_update
        words, job_id = read_words(place_of(search).lang), str(ctx.triggered_id["job"])
        try:
            stop(data, job_id)
        except TwinError as error:
            return [components.went_wrong(words, error)], no_update
        return [], {"job": job_id, "at": time.time()}
