"""What stands beside the form: what changes, what is wrong, what it would cost, whether it is there already."""

from dataclasses import dataclass
from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.data import Data
from dashboards.forms import Draft, replicates_of
from dashboards.pages.plan_check import Verdict, base_scenario, changes_of, field_of, label_of, under_way
from dashboards.pages.plan_estimate import Estimate, estimate, pasts_of, simulated_days
from dashboards.pages.plan_form import shown_value, unit_of
from dashboards.pages.plan_progress import duration
from dashboards.pages.plan_queue import JOB, Look
from dashboards.state import PageState, address, with_values
from dashboards.words import Words
from ops_data.errors import StoreError
from ops_data.jobs import Job
from twin.indicators.summary import FEWEST
from twin.request_rules import CheckedRequest, check_run_request

MB: Final = 1e6  # bytes
OWN_FIELDS: Final = ("replicates", "seed", "parameters", "title")


@dataclass(frozen=True)
class Around:
    """What is known about the store when a draft is judged: jobs of the queue, or why they cannot be told."""

    jobs: tuple[Job, ...]
    trouble: StoreError | None = None


def around(data: Data) -> Around:
    """Return the jobs of the queue; a queue that cannot be read hinders submitting, not the form."""
    try:
        return Around(tuple(data.queue().jobs()))
    except StoreError as error:
        return Around((), error)


def summary(draft: Draft, verdict: Verdict, data: Data, look: Look) -> list[Component]:
    """Return all that is said of a draft as a whole."""
    words = look.words
    shown = [*_changes(draft, words), *_wrong(draft, verdict, words)]
    checked = verdict.checked
    if checked is None:
        return shown
    known = around(data)
    shown += _cost(checked, data, words)
    shown += _few(draft, words)
    shown += _there_already(checked, data, known, look)
    return shown + ([components.went_wrong(words, known.trouble)] if known.trouble else [])


def _changes(draft: Draft, words: Words) -> list[Component]:
    changes = changes_of(draft)
    if not changes:
        return [html.P(words("plan.no_change", {"base": draft.base}))]
    rows = []
    for one in changes:
        unit = unit_of(one.unit, words.lang)
        before, after = (shown_value(one.key, text, words) for text in (one.before, one.after))
        to = html.Span([before, " → ", html.Strong(after), f" {unit}" if unit else ""])
        rows.append(html.Li([label_of(one.key, words.lang), " ", html.Code(one.key), ": ", to]))
    head = words("plan.changes", {"n": str(len(changes)), "base": draft.base})
    return [html.P(head), html.Ul(rows, className="changes")]


def _wrong(draft: Draft, verdict: Verdict, words: Words) -> list[Component]:
    if not verdict.said and not verdict.whole:
        return []
    lines = [html.Li(f"{_name(key, words)}: {said}") for key, said in verdict.said.items()]
    lines += [html.Li(text) for text in verdict.whole]
    return [components.message("wrong", words("plan.wrong", {"n": str(len(lines))}), "", [html.Ul(lines)])]


def _name(key: str, words: Words) -> str:
    return words(f"plan.field.{key}") if key in OWN_FIELDS else label_of(key, words.lang)


def _cost(checked: CheckedRequest, data: Data, words: Words) -> list[Component]:
    scenario = check_run_request(checked.request)
    replicates = int(checked.request["replicates"])
    days = simulated_days(scenario)
    pasts = pasts_of(data, checked.scenario)
    found = estimate(pasts, checked.scenario, scenario.campaign.detail, replicates * days)
    played = words("plan.played", {"replicates": f"{replicates:,}", "days": words.number(days)})
    if found is None:
        return [html.P([html.Strong(words("plan.cost")), " ", played, " ", words("plan.cost_unknown")])]
    return [html.P([html.Strong(words("plan.cost")), " ", played, " ", *_said_cost(found, checked.scenario, words)])]


def _said_cost(found: Estimate, scenario: str, words: Words) -> list[str]:
    spread = {"low": duration(words, found.low_s), "high": duration(words, found.high_s)}
    fill = {"time": duration(words, found.wall_s), "size": f"{max(0.1, found.size_bytes / MB):.1f}"}
    basis = {"n": str(found.runs), "scenario": scenario, **spread}
    told = [words("plan.cost_said", fill), " "]
    key = "same" if found.same_scenario else "others"
    told.append(words(f"plan.cost_{key}", basis))
    return [*told, " ", words("plan.cost_sure")]


def _few(draft: Draft, words: Words) -> list[Component]:
    replicates = replicates_of(draft)
    if not isinstance(replicates, int) or replicates >= FEWEST:
        return []
    fill = {"n": str(replicates), "fewest": str(FEWEST)}
    return [components.message("note", words("plan.few"), words("plan.few_text", fill))]


def _there_already(checked: CheckedRequest, data: Data, known: Around, look: Look) -> list[Component]:
    words, shown = look.words, []
    if any(row.run_id == checked.run_id for row in data.runs()):
        there = address(PageState("overview", words.lang, checked.run_id, {}))
        open_it = components.link(words("plan.open_run", {"run": checked.run_id}), there, {"className": "button"})
        text = words("plan.played_before_text")
        shown.append(components.message("note", words("plan.played_before"), text, [open_it]))
    for job in under_way(known.jobs, checked):
        who = words("plan.you") if job.submitted_by == look.user.name else job.submitted_by or words("plan.nobody")
        there = address(with_values(look.state, {JOB: job.job_id}))
        head, text = words("plan.asked_before", {"who": who}), words("plan.asked_before_text")
        shown.append(components.message("note", head, text, [components.link(job.job_id, there)]))
    return shown


def said_at(key: str, draft: Draft, verdict: Verdict, words: Words) -> list[Component]:
    """Return what stands below one field: that it is changed and from what, and why it cannot be taken."""
    shown: list[Component] = []
    change = next((one for one in changes_of(draft) if one.key == key), None)
    if change is not None and (field_of(key) is not None or key in base_scenario(draft.base).quantities):
        before = words("plan.base", {"value": shown_value(key, change.before, words)})
        shown.append(html.Span([html.Mark(words("plan.changed")), " ", before], className="hint"))
    if key in verdict.said:
        shown.append(html.Div(verdict.said[key], className="refused"))
    return shown
