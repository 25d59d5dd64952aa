"""The queue on the page *Plan a run*: who asked for what, how far it is, what came of it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.data import Data, RunRow
from dashboards.forms import draft_of_request, draft_values
from dashboards.pages.plan_check import base_scenario
from dashboards.pages.plan_progress import QUICK_MS, SLOW_MS, instant, progress, result_link
from dashboards.people import User
from dashboards.roles import may_cancel
from dashboards.state import PageState, address, with_values
from dashboards.words import Words
from ops_data.errors import TwinError, UnknownNameError
from ops_data.jobs import RUN, RUNNING, SEALED, Job, Queue
from ops_data.reference.japanese import known, title
from twin.scenario_file import packaged_names

CANCEL: Final = "plan-cancel"
JOB: Final = "job"  # key of the address that names the job looked at
MOST_JOBS: Final = 60
SHOWN: Final = 8  # the others stand below a fold
SHOWN_SETS: Final = 4


@dataclass(frozen=True)
class Look:
    """Who looks at the queue, when and from where.

    Attributes
    ----------
    words : of the page.
    state : the address.
    user : the person.
    now_s : Unix UTC seconds.
    """

    words: Words
    state: PageState
    user: User
    now_s: float


@dataclass(frozen=True)
class Queued:
    """What the queue held at one moment: jobs newest first, job id → place of those that wait, workers alive."""

    jobs: tuple[Job, ...]
    places: dict[str, int]
    workers: int

    @property
    def is_busy(self) -> bool:
        """Whether something waits or runs."""
        return any(not job.is_over for job in self.jobs)

    @property
    def every_ms(self) -> int:
        """How long a page waits before it looks again."""
        return QUICK_MS if self.is_busy else SLOW_MS

    @property
    def states(self) -> str:
        """A text that changes when a job is added or changes its state."""
        return " ".join(f"{job.job_id}:{job.state}" for job in self.jobs)

    def mark(self, look: Look) -> str:
        """Return a mark that changes when something else has to be shown."""
        running = any(job.state == RUNNING for job in self.jobs)
        told = [asdict(job) | {"lease_until_s": 0.0} for job in self.jobs]
        where = [look.state.lang, look.state.run, look.state.values.get(JOB, ""), round(look.now_s) if running else 0]
        text = json.dumps([told, self.places, self.workers, where], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def queued(queue: Queue) -> Queued:
    """Return what the queue holds now."""
    jobs = tuple(queue.jobs(MOST_JOBS))
    waiting = [job.job_id for job in reversed(jobs) if not job.is_over and job.state != RUNNING]
    places = {job_id: queue.place_in_queue(job_id) for job_id in waiting}
    return Queued(jobs, places, len(queue.live_workers()))


def queue_list(found: Queued, queue: Queue, runs: Sequence[RunRow], look: Look) -> list[Component]:
    """Return the queue as a person sees it: the job looked at first, then the newest, the older ones below a fold."""
    words, shown = look.words, list[Component]()
    if not found.workers:
        shown.append(components.message("note", words("plan.no_worker"), words("plan.no_worker_remedy")))
    asked = look.state.values.get(JOB, "")
    jobs = list(found.jobs)
    if asked:
        try:
            first = queue.job(asked)
            jobs = [first, *(job for job in jobs if job.job_id != asked)]
        except UnknownNameError as error:
            shown.append(components.went_wrong(words, error))
    if not jobs:
        return [*shown, components.message("nothing", words("plan.no_job"), words("plan.no_job_text"))]
    cards = [job_card(job, found.places.get(job.job_id, 0), runs, look, job.job_id == asked) for job in jobs]
    shown.append(html.Div(cards[:SHOWN], className="jobs"))
    if cards[SHOWN:]:
        more = html.Summary(words("plan.older", {"n": str(len(cards) - SHOWN)}))
        shown.append(html.Details([more, html.Div(cards[SHOWN:], className="jobs")]))
    return shown


def job_card(job: Job, place: int, runs: Sequence[RunRow], look: Look, is_chosen: bool) -> Component:
    """Return one job: what it is, whose, how far, and what can be done with it."""
    words, lang = look.words, look.words.lang
    head = job.title or (title("scenario", job.scenario, lang) if known("scenario", job.scenario) else job.scenario)
    whose = words("plan.you") if job.submitted_by == look.user.name else job.submitted_by
    fill = {"who": whose or words("plan.nobody"), "when": instant(words, job.submitted_s)}
    asked = words("plan.by", fill) + (words("plan.cloned", {"job": job.cloned_from}) if job.cloned_from else "")
    parts = [
        html.H3(head),
        html.P([title("job_kind", job.kind, lang), " · ", html.Code(job.job_id), " · ", asked]),
        html.P(_asked_for(job, words), className="hint"),
        *progress(words, job, place, look.now_s),
        html.Div(_deeds(job, runs, look, is_chosen), className="deeds"),
    ]
    return html.Article(parts, className=f"job{' chosen' if is_chosen else ''}")


def _asked_for(job: Job, words: Words) -> str:
    """Return what a job plays, on one line."""
    sets = [str(text) for text in job.request.get("sets", [])]
    more = [words("plan.more_sets", {"n": str(len(sets) - SHOWN_SETS)})] if len(sets) > SHOWN_SETS else []
    changed = ", ".join([*sets[:SHOWN_SETS], *more]) or words("plan.as_packaged")
    if job.kind != RUN:
        return " · ".join([job.run_id, *([changed] if sets else [])])
    draft = draft_of_request(job.request)
    count = words("common.replicates", {"count": draft.replicates})
    seed = words("plan.seed", {"seed": draft.seed})
    mode = title("parameters_mode", draft.parameters, words.lang)
    return " · ".join([job.scenario, count, seed, mode, changed])


def _deeds(job: Job, runs: Sequence[RunRow], look: Look, is_chosen: bool) -> list[Component]:
    words, deeds = look.words, result_link(look.words, look.state, job)
    if job.state == SEALED and job.kind == RUN:
        base = base_run(job, runs)
        if base:
            there = PageState("compare", look.state.lang, base, {"with": job.result})
            deeds.append(components.link(words("plan.compare", {"run": base}), address(there)))
    if not is_chosen:
        there = with_values(look.state, {JOB: job.job_id})
        deeds.append(components.link(words("plan.look"), address(there)))
    if job.kind == RUN:
        draft = draft_values(draft_of_request(job.request, job.title, job.job_id))
        clone = PageState("plan", look.state.lang, look.state.run, draft)
        deeds.append(components.link(words("plan.clone"), address(clone)))
    if not job.is_over and not job.cancel_asked and may_cancel(look.user, job.submitted_by):
        name = components.named(words("plan.cancel_one", {"job": job.job_id}))
        part_id = {"part": CANCEL, "job": job.job_id}
        deeds.append(html.Button(words("plan.cancel"), id=part_id, className="plain", type="button", **name))
    return deeds


def base_run(job: Job, runs: Sequence[RunRow]) -> str:
    """Return the newest sealed run of the packaged scenario that a job's run can be paired with; empty for none."""
    if job.scenario not in packaged_names():
        return ""
    packaged = base_scenario(job.scenario).hash
    request = job.request
    found = [
        row.run_id
        for row in runs
        if row.scenario_sha256 == packaged
        and (row.seed, row.parameters) == (request.get("seed"), request.get("parameters"))
        and row.run_id != job.result
    ]
    return found[0] if found else ""


@dataclass(frozen=True)
class Told:
    """What a page gets to know of the queue.

    Attributes
    ----------
    shown : the list, None when it is on the page already.
    mark : of what is on the page.
    states : changes when a job is added or changes its state.
    every_ms : when to look again.
    """

    shown: list[Component] | None
    mark: str
    states: str
    every_ms: int


def told_queue(data: Data, look: Look, shown: str) -> Told:
    """Return what a page gets to know of the queue.

    Parameters
    ----------
    data, look : the store, and who looks.
    shown : mark of what is on the page.
    """
    try:
        queue = data.queue()
        found = queued(queue)
        mark = found.mark(look)
        cards = None if mark == shown else queue_list(found, queue, data.runs(), look)
        return Told(cards, mark, found.states, found.every_ms)
    except TwinError as error:
        return Told([components.went_wrong(look.words, error)], "", "", SLOW_MS)
