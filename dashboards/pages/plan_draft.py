"""The draft of a run between the form, the address and the server."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from dash import ALL, State

from dashboards.forms import Draft, draft_values
from dashboards.pages.plan_check import tidy
from dashboards.pages.plan_form import SET, typed_text
from dashboards.pages.plan_queue import JOB
from dashboards.state import PageState, read_state
from dashboards.words import Words, read_words
from ops_data.errors import did_you_mean
from twin.scenario_file import packaged_names

NAME: Final = "plan"
RUN_FIELDS: Final = ("replicates", "seed", "parameters", "title")
# What the form holds, for a callback: the values of settings and numbers, those of the run, then these.
VALUES: Final = State({"part": SET, "key": ALL}, "value")
OF_RUN: Final = tuple(State(f"plan-{name}", "value") for name in RUN_FIELDS)
AROUND: Final = (State({"part": SET, "key": ALL}, "id"), State("plan-held", "data"), State("url", "search"))


def settled(draft: Draft, words: Words) -> tuple[Draft, list[str]]:
    """Return a draft on a scenario that there is, and what has to be said about it."""
    names = packaged_names()
    if draft.base in names:
        return tidy(draft), []
    remark = {"found": draft.base[:60], "base": names[0], "remedy": did_you_mean(draft.base, names)}
    return tidy(replace(draft, base=names[0])), [words("plan.no_base", remark)]


def base_trouble(held: Mapping[str, Any], words: Words) -> str:
    """Return why the base scenario that a form holds cannot be played; empty when it can."""
    found, names = typed_text(held["base"]), packaged_names()
    if found in names:
        return ""
    return words("plan.no_base_here", {"found": found[:60], "remedy": did_you_mean(found, names)})


def place_of(search: str | None) -> PageState:
    """Return what the address of the page says."""
    return read_state(f"/{NAME}", typed_text(search))


def state_with(state: PageState, draft: Draft, job: str = "") -> PageState:
    """Return the address of a draft that keeps what else the address says."""
    job = job or state.values.get(JOB, "")
    return replace(state, values={**draft_values(draft), **({JOB: job} if job else {})})


def typed_draft(
    held: Mapping[str, Any], values: Sequence[Any], ids: Sequence[Mapping[str, str]], run: Sequence[Any]
) -> Draft:
    """Return the draft that a form holds; `run`: replicates, seed, parameters and title."""
    sets = {one["key"]: typed_text(value) for one, value in zip(ids, values, strict=True)}
    replicates, seed, parameters, called = map(typed_text, run)
    usual = Draft("")
    draft = Draft(
        base=typed_text(held["base"]),
        sets={key: sets[key] for key in sorted(sets)},
        replicates=replicates.strip() or usual.replicates,
        seed=seed.strip() or usual.seed,
        parameters=parameters or usual.parameters,
        title=called,
        cloned_from=typed_text(held["from"]),
    )
    return settled(draft, read_words("en"))[0]
