"""Buttons that ask for a run, a study or a package to be made, and show in place how far it is.

A page puts an offer where something is missing. Who may not ask gets words only. What is asked for is checked on the
server again; the queue plays it. Somebody who comes back finds the job under way in place of the button.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dash import MATCH, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort

from dashboards import components
from dashboards.callbacks import guarded, in_browser
from dashboards.data import Data
from dashboards.page import View
from dashboards.pages.plan_progress import QUICK_MS, SLOW_MS, progress, result_link
from dashboards.people import User, current_user
from dashboards.roles import allowed
from dashboards.state import PageState, read_state
from dashboards.words import Words, read_words
from ops_data.errors import TwinError, UsageError
from ops_data.jobs import RUN, SUBMITTED, Job, Queue
from twin.request_rules import CheckedRequest, check_request
from twin.scenario_file import packaged_names

DEFAULT_REPLICATES: Final = 40
FIRST_MS: Final = 300  # until it is asked for the first time whether the job is under way already
# what is offered → the right it takes, and the kinds of job it may ask for
STUDY_KINDS: Final = ("environment", "supply")
PACKAGE_KINDS: Final = ("environmental-review", "supply-statement")
OFFERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "run": ("do:submit", (RUN,)),
    "study": ("do:study", STUDY_KINDS),
    "package": ("do:package", PACKAGE_KINDS),
}
LIVE: Final[Mapping[str, Any]] = {"aria-live": "polite"}


@dataclass(frozen=True)
class Wanted:
    """What an offer is about: the kind of job, and the run it rests on (empty where it makes one)."""

    kind: str
    run: str

    @property
    def name(self) -> str:
        """Name of the offer on a page."""
        return f"{self.kind}:{self.run}"

    def checked(self, data: Data) -> CheckedRequest:
        """Return the request that is made when the button is pressed; an error of the tree when it cannot be."""
        if self.kind == RUN:
            return check_request(RUN, {"scenario": packaged_names()[0], "replicates": DEFAULT_REPLICATES})
        checked = check_request(self.kind, {"run": self.run})
        data.run(self.run)  # says so when it is not there
        return checked


def run_offer(view: View) -> Component:
    """Return the offer to play the default scenario, for a store without a run."""
    if not allowed(view.user, "do:submit"):
        return components.nothing(view.words, view.words("plan.offer.run_viewer"))
    return components.nothing(view.words, view.words("plan.offer.run"), [_offer("run", Wanted(RUN, ""), view.words)])


def study_offer(view: View, kind: str) -> Component:
    """Return the offer to make a study of the run of a page.

    Parameters
    ----------
    view : of the page.
    kind : ``environment`` or ``supply``.
    """
    return _of_run(view, "study", kind, "plan.offer.not_yours")


def package_offer(view: View, kind: str) -> Component:
    """Return the offer to make a package of the run of a page.

    Parameters
    ----------
    view : of the page.
    kind : ``environmental-review`` or ``supply-statement``.
    """
    return _of_run(view, "package", kind, "plan.offer.package_not_yours")


def _of_run(view: View, what: str, kind: str, refusal: str) -> Component:
    words, wanted = view.words, Wanted(kind, view.run.run_id)
    text = words(f"plan.offer.{kind}")
    if not allowed(view.user, OFFERS[what][0]):
        return html.Div([html.P(text), html.P(words(refusal), className="remark")], className="offer")
    return html.Div([html.P(text), _offer(what, wanted, words)], className="offer")


def _offer(what: str, wanted: Wanted, words: Words) -> Component:
    """Return the button, the place where progress is shown, and what asks for it."""

    def named(part: str) -> dict[str, str]:
        return {"part": f"{what}-{part}", "offer": wanted.name}

    label = words(f"plan.offer.{wanted.kind}_button")
    told = {"kind": wanted.kind, "run": wanted.run}
    return html.Div(
        [
            html.Button(label, id=named("press"), className="button", type="button"),
            html.Div(id=named("place"), **LIVE),
            dcc.Interval(id=named("tick"), interval=FIRST_MS),
            dcc.Store(id=named("wanted"), data=told),
            *[dcc.Store(id=named(part)) for part in ("ask", "answered", "job", "seen")],
        ]
    )


def add_offer_callbacks(app: Dash, data: Data) -> None:
    """Add what the buttons do, once for all pages."""
    for what in OFFERS:
        _add_press(app, data, what)
        _add_look(app, data, what)


def _part(what: str, part: str) -> dict[str, Any]:
    return {"part": f"{what}-{part}", "offer": MATCH}


def _add_press(app: Dash, data: Data, what: str) -> None:
    action, kinds = OFFERS[what]

    def press(clicks: int | None, told: object, search: str | None) -> tuple[Any, Any]:
        """Ask for what is offered, unless it is under way already."""
        if not clicks:
            return no_update, no_update
        words = read_words(read_state("/", search or "").lang)
        try:
            return ask_for(data, _wanted(told, kinds), current_user()).job_id, no_update
        except TwinError as error:
            return no_update, [components.went_wrong(words, error)]

    press.__name__ = f"press_{what}"
    wiring = (
        Output(_part(what, "job"), "data"),
        Output(_part(what, "place"), "children", allow_duplicate=True),
        Input(_part(what, "press"), "n_clicks"),
        State(_part(what, "wanted"), "data"),
        State("url", "search"),
    )
    guarded(app, action, *wiring, initially=False)(press)
    in_browser(app, "once", Output(_part(what, "press"), "disabled"), Input(_part(what, "press"), "n_clicks"))


def _add_look(app: Dash, data: Data, what: str) -> None:
    action, kinds = OFFERS[what]

    def look(
        asked: dict[str, Any] | None, pressed: str | None, seen: str | None, told: object, search: str | None
    ) -> tuple[Any, ...]:
        """Show how far the job is that makes what is offered."""
        answered = asked["at"] if asked else no_update
        state = read_state("/", search or "")
        words = read_words(state.lang)
        try:
            queue = data.queue()
            job = job_of(queue, _wanted(told, kinds), pressed or seen or "", data)
            if job is None:
                return no_update, False, SLOW_MS, answered, no_update
            every_ms = SLOW_MS if job.is_over else QUICK_MS
            return told_job(queue, job, words, state), not job.is_over, every_ms, answered, job.job_id
        except TwinError as error:
            return [components.went_wrong(words, error)], False, SLOW_MS, answered, no_update

    look.__name__ = f"look_{what}"
    wiring = (
        Output(_part(what, "place"), "children"),
        Output(_part(what, "press"), "disabled", allow_duplicate=True),
        Output(_part(what, "tick"), "interval"),
        Output(_part(what, "answered"), "data"),
        Output(_part(what, "seen"), "data"),
        Input(_part(what, "ask"), "data"),
        Input(_part(what, "job"), "data"),
        State(_part(what, "seen"), "data"),
        State(_part(what, "wanted"), "data"),
        State("url", "search"),
    )
    guarded(app, action, *wiring, initially=False)(look)
    tick, ask, answered = (_part(what, part) for part in ("tick", "ask", "answered"))
    in_browser(
        app, "gate", Output(ask, "data"), Input(tick, "n_intervals"), State(ask, "data"), State(answered, "data")
    )


def _wanted(told: object, kinds: tuple[str, ...]) -> Wanted:
    """Return what an offer of a browser is about; a kind that this right does not cover ends the request."""
    if not isinstance(told, dict):
        raise UsageError("offer: what it is about is not understood; reload the page")
    if told.get("kind") not in kinds:
        abort(403)
    return Wanted(str(told["kind"]), str(told.get("run") or ""))


def ask_for(data: Data, wanted: Wanted, user: User) -> Job:
    """Return the job that makes what is wanted: the one under way, whoever asked, or a new one."""
    queue, checked = data.queue(), wanted.checked(data)
    under_way = _alive(queue, checked)
    if under_way is not None:
        return under_way
    return queue.submit(
        checked.kind, checked.request, scenario=checked.scenario, run_id=checked.run_id, submitted_by=user.name
    )


def job_of(queue: Queue, wanted: Wanted, job_id: str, data: Data) -> Job | None:
    """Return the job to show in the place of an offer: the one asked for there, else one under way for the same."""
    if job_id:
        job = queue.job(job_id)
        return job if job.kind == wanted.kind else None
    return _alive(queue, wanted.checked(data))


def _alive(queue: Queue, checked: CheckedRequest) -> Job | None:
    same = [job for job in queue.jobs() if (job.kind, job.request) == (checked.kind, checked.request)]
    return next((job for job in reversed(same) if not job.is_over), None)


def told_job(queue: Queue, job: Job, words: Words, state: PageState) -> list[Component]:
    """Return how far a job is, who asked for it, and the link to what it made."""
    place = queue.place_in_queue(job.job_id) if job.state == SUBMITTED else 0
    who = words("plan.offer.under_way", {"who": job.submitted_by or words("plan.nobody")})
    shown = [html.P(who, className="hint"), *progress(words, job, place, time.time())]
    if not job.is_over and not queue.live_workers():
        shown.append(components.message("note", words("plan.no_worker"), words("plan.no_worker_remedy")))
    return [*shown, *result_link(words, state, job)]
