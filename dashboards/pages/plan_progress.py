"""How far a job is, in words and as a bar; and how often a page asks for it without asking twice at a time."""

from datetime import UTC, datetime
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboards.components import link, named
from dashboards.state import PageState, address, at_page
from dashboards.words import Words
from ops_data.jobs import FAILED, RUN, RUNNING, SEALED, SUBMITTED, Job
from ops_data.reference.japanese import title
from ops_data.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

STAGES: Final = ("starting", "playing", "members", "draws", "sealing", "writing")
STUDY_PAGES: Final = {"environment": "environment", "supply": "supply"}
QUICK_MS: Final = 1_000  # between two looks while something waits or runs
SLOW_MS: Final = 10_000
TELLING: Final = 0.05  # of a job; before that is done, its pace is that of its start
MOST_SEEN: Final = 256
Attempt = tuple[str, int, float, str, int]  # job, number, start, stage and total of an attempt
_SEEN: Final[dict[Attempt, tuple[float, int]]] = {}  # when it was first seen, and what was done by then


def duration(words: Words, seconds: float) -> str:
    """Return a length of time as people say it.

    Examples
    --------
    >>> from dashboards.words import read_words
    >>> [duration(read_words("en"), seconds) for seconds in (0.2, 42.0, 600.0, 9_000.0)]
    ['1 s', '42 s', '10 min', '2.5 h']
    """
    if seconds < 1.5 * SECONDS_PER_MINUTE:
        return words("plan.time.s", {"n": f"{max(1.0, seconds):.0f}"})
    if seconds < 1.5 * SECONDS_PER_HOUR:
        return words("plan.time.min", {"n": f"{seconds / SECONDS_PER_MINUTE:.0f}"})
    return words("plan.time.h", {"n": f"{seconds / SECONDS_PER_HOUR:.2g}"})


def first_seen(job: Job, now_s: float) -> tuple[float, int]:
    """Return when the attempt of a job was first looked at, and what was done by then.

    A job that is taken up again begins with what was kept: only what has been added since tells its pace.
    """
    attempt = (job.job_id, job.attempt, job.started_s, job.stage, job.total)
    while len(_SEEN) >= MOST_SEEN and attempt not in _SEEN:
        oldest, *_ = tuple(_SEEN)  # a copy: other threads add to it
        _SEEN.pop(oldest, None)
    return _SEEN.setdefault(attempt, (now_s, job.done))


def left_s(job: Job, now_s: float, seen: tuple[float, int]) -> float | None:
    """Return how many seconds a running job still takes if it goes on as it went; None when that cannot be said.

    Parameters
    ----------
    job : a job.
    now_s : Unix UTC seconds.
    seen : as `first_seen` gives it.
    """
    since_s, before = seen
    added = job.done - before
    if job.state != RUNNING or added <= 0 or added < job.total * TELLING or job.done >= job.total or now_s <= since_s:
        return None
    return (now_s - since_s) * (job.total - job.done) / added


def state_line(words: Words, job: Job, place: int, now_s: float) -> str:
    """Return where a job is: its place in the queue, how far it is and how long it takes, or how it ended.

    Parameters
    ----------
    words : of the page.
    job : a job.
    place : in the queue, 1 is next.
    now_s : Unix UTC seconds.
    """
    said = [title("job_state", job.state, words.lang)]
    if job.state == SUBMITTED:
        said.append(words("plan.place", {"place": str(place)}))
    if job.state == RUNNING:
        stage = job.stage if job.stage in STAGES else STAGES[0]
        said.append(words(f"plan.stage.{stage}", {"done": f"{job.done:,}", "total": f"{job.total:,}"}))
        left = left_s(job, now_s, first_seen(job, now_s))
        said += [words("plan.left", {"time": duration(words, left)})] if left is not None else []
        said += [words("plan.lost")] if job.lease_until_s < now_s else []
        said += [words("plan.cancelling")] if job.cancel_asked else []
    if job.attempt > 1:
        said.append(words("plan.attempt", {"n": str(job.attempt)}))
    if job.is_over and job.started_s:
        said.append(words("plan.took", {"time": duration(words, job.ended_s - job.started_s)}))
    return " · ".join(said)


def progress(words: Words, job: Job, place: int, now_s: float) -> list[Component]:
    """Return where a job is, a bar while it runs, and what it says when it failed or waits."""
    shown: list[Component] = [html.P(state_line(words, job, place, now_s), className=f"job-state {job.state}")]
    if job.state == RUNNING:
        name = named(words("plan.bar", {"name": job.title or job.scenario}))
        known: dict[str, Any] = {"value": str(job.done), "max": str(job.total)} if job.total else {}
        shown.append(html.Progress(**known, **name))
    if job.message:
        shown.append(html.P(job.message, className="job-message", lang="en"))
    if job.state == FAILED:
        shown.append(html.P(words("plan.failed_remedy"), className="remark"))
    return shown


def result_link(words: Words, state: PageState, job: Job) -> list[Component]:
    """Return the link to what a sealed job made; nothing for any other."""
    if job.state != SEALED or not job.result:
        return []
    if job.kind == RUN:
        there = PageState("overview", state.lang, job.result, {})
        return [link(words("plan.open_run", {"run": job.result}), address(there), {"className": "button"})]
    if job.kind in STUDY_PAGES:
        page = at_page(PageState("", state.lang, job.run_id, {}), STUDY_PAGES[job.kind])
        return [html.A(words("plan.open_study"), href=address(page), className="button")]
    return [html.A(words("plan.open_package"), href=f"/download/package/{job.result}", className="button", download="")]


def instant(words: Words, seconds: float) -> str:
    """Return a Unix second as people read it."""
    return words.instant(datetime.fromtimestamp(seconds, UTC))
