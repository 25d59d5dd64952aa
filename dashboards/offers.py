"""Buttons that ask for a run, a study or a package to be made, and show in place how far it is.

A page puts an offer where something is missing. Who may not ask gets words only. What is asked for is checked on the
server again; the queue plays it. Somebody who comes back finds the own job under way; of another person's is told.
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
from dashboards.roles import allowed, may_cancel, require_cancel
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
    mine = allowed(view.user, OFFERS[what][0])
    if not mine or lacks_study(view.data, wanted, view.user):
        said = words("plan.offer.study_first" if mine else refusal)
        return html.Div([html.P(text), html.P(said, className="remark")], className="offer")
    return html.Div([html.P(text), _offer(what, wanted, words)], className="offer")


def lacks_study(data: Data, wanted: Wanted, user: User) -> bool:
    """Say whether a package would have to make its study first, which this person may not."""
    if wanted.kind not in PACKAGE_KINDS or allowed(user, OFFERS["study"][0]):
        return False
    run = data.run(wanted.run)
    return (data.environment(run) if wanted.kind == PACKAGE_KINDS[0] else data.supply(run)) is None


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
        _add_cancel(app, data, what)


def _part(what: str, part: str) -> dict[str, Any]:
    return {"part": f"{what}-{part}", "offer": MATCH}


def _add_press(app: Dash, data: Data, what: str) -> None:
    action, kinds = OFFERS[what]

    def press(clicks: int | None, told: object, search: str | None) -> tuple[Any, Any]:
        """Ask for what is offered, unless one's own job for it is under way already."""
        if not clicks:
            return no_update, no_update
        words, wanted = read_words(read_state("/", search or "").lang), _wanted(told, kinds)
        try:
            job = ask_for(data, wanted, current_user())
            if job is None:
                return no_update, [html.P(words("plan.offer.study_first"), className="remark")]
            return job.job_id, no_update
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
            user = current_user()
            job = job_of(queue, _wanted(told, kinds), pressed or seen or "", data, user)
            if job is None:
                return no_update, False, SLOW_MS, answered, no_update
            every_ms = SLOW_MS if job.is_over else QUICK_MS
            waits = job.submitted_by == user.name and not job.is_over
            shown = told_job(queue, job, words, state, user)
            if not job.is_over and not job.cancel_asked and may_cancel(user, job.submitted_by):
                shown.append(_cancel_button(what, job, _wanted(told, kinds).name, words))
            return shown, waits, every_ms, answered, job.job_id
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


def _cancel_button(what: str, job: Job, offer: str, words: Words) -> Component:
    named = components.named(words("plan.cancel_one", {"job": job.job_id}))
    part_id = {"part": f"{what}-cancel", "offer": offer}
    return html.Button(words("plan.cancel"), id=part_id, className="plain", type="button", **named)


def _add_cancel(app: Dash, data: Data, what: str) -> None:
    def cancel(clicks: int | None, job_id: str | None, search: str | None) -> tuple[Any, Any]:
        """Ask for the job that is shown to be stopped."""
        if not clicks or not job_id:
            return no_update, no_update
        try:
            stop(data, str(job_id))
        except TwinError as error:
            return no_update, [components.went_wrong(read_words(read_state("/", search or "").lang), error)]
        return job_id, no_update

    cancel.__name__ = f"cancel_{what}"
    wiring = (
        Output(_part(what, "job"), "data", allow_duplicate=True),
        Output(_part(what, "place"), "children", allow_duplicate=True),
        Input(_part(what, "cancel"), "n_clicks"),
        State(_part(what, "seen"), "data"),
        State("url", "search"),
    )
    guarded(app, "do:cancel", *wiring, initially=False)(cancel)


def stop(data: Data, job_id: str) -> None:
    """Ask for a job to be stopped: one's own, or any as admin; another person's ends the request."""
    queue = data.queue()
    require_cancel(queue.job(job_id).submitted_by)
    queue.ask_cancel(job_id)


def _wanted(told: object, kinds: tuple[str, ...]) -> Wanted:
    """Return what an offer of a browser is about; a kind that this right does not cover ends the request."""
    if not isinstance(told, dict):
        raise UsageError("offer: what it is about is not understood; reload the page")
    if told.get("kind") not in kinds:
        abort(403)
    return Wanted(str(told["kind"]), str(told.get("run") or ""))


def ask_for(data: Data, wanted: Wanted, user: User) -> Job | None:
    """Return the job of a person that makes what is wanted: the one under way, or a new one.

    None when it would make a study that this person may not make.
    """
    queue, checked = data.queue(), wanted.checked(data)
    if lacks_study(data, wanted, user):
        return None
    own = next((job for job in _alive(queue, checked) if job.submitted_by == user.name), None)
    return own or queue.submit(
        checked.kind, checked.request, scenario=checked.scenario, run_id=checked.run_id, submitted_by=user.name
    )


def job_of(queue: Queue, wanted: Wanted, job_id: str, data: Data, user: User) -> Job | None:
    """Return the job to show in the place of an offer: the person's own under way, else the one shown there before.

    Without either it is another person's job for the same, None if there is none.
    """
    alive = _alive(queue, wanted.checked(data))
    own = [job for job in alive if job.submitted_by == user.name]
    if job_id and not own:
        job = queue.job(job_id)
        return job if job.kind == wanted.kind else None
    return next(iter([*own, *alive]), None)


def _alive(queue: Queue, checked: CheckedRequest) -> list[Job]:
    """Return the jobs for a request that wait or run, the oldest first."""
    same = [job for job in queue.jobs() if (job.kind, job.request) == (checked.kind, checked.request)]
    return [job for job in reversed(same) if not job.is_over]


def told_job(queue: Queue, job: Job, words: Words, state: PageState, user: User) -> list[Component]:
    """Return how far a job is, who asked for it and who else did, and the link to what it made."""
    place = queue.place_in_queue(job.job_id) if job.state == SUBMITTED else 0
    shown: list[Component] = [html.P(said, className="hint") for said in _who_asked(queue, job, words, user)]
    shown += progress(words, job, place, time.time())
    if not job.is_over and not queue.live_workers():
        shown.append(components.message("note", words("plan.no_worker"), words("plan.no_worker_remedy")))
    return [*shown, *result_link(words, state, job)]


def _who_asked(queue: Queue, job: Job, words: Words, user: User) -> list[str]:
    said = [words("plan.offer.under_way", {"who": job.submitted_by or words("plan.nobody")})]
    if job.is_over:
        return said
    if job.submitted_by != user.name:
        return [*said, words("plan.offer.of_another")]
    same = _alive(queue, CheckedRequest(job.kind, job.request, job.scenario, job.run_id))
    others = dict.fromkeys(one.submitted_by or words("plan.nobody") for one in same if one.submitted_by != user.name)
    return [*said, *(words("plan.offer.also", {"who": who}) for who in others)]
