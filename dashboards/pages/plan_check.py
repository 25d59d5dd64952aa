"""What is said of a draft: which fields cannot be taken and why, what it would make, whether that is there already."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from dashboards.forms import (
    MOST_CHANGES,
    PARAMETERS,
    Complaint,
    Draft,
    Field,
    all_fields,
    is_changed,
    is_complaint,
    number_complaint,
    number_toml,
    read_typed,
    replicates_of,
    seed_of,
    sets_of,
    text_of,
    toml_of,
)
from dashboards.words import Words
from ops_data.errors import TwinError
from ops_data.jobs import RUN, Job
from ops_data.reference.japanese import known, title
from twin.request_rules import CheckedRequest, check_request, check_title
from twin.scenario import Scenario, load_scenario

PLACE: Final = re.compile(r"^(?:--set|request): key '([^']+)': ")
MORE: Final = re.compile(r" \(and \d+ more\)$")  # the others are said at their own fields
NO_VALUE: Final = re.compile(r"^--set '([^'=]+)=")
DOUBLE_S: Final = 10.0  # the same request by the same person within so many seconds is a double click


@dataclass(frozen=True)
class Verdict:
    """What is said of a draft.

    Attributes
    ----------
    said : field → why it cannot be taken, in the language of the page.
    whole : what is wrong and stands at no field.
    checked : the request, None while anything is wrong.
    title : of the request, on one line.
    """

    said: Mapping[str, str] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    checked: CheckedRequest | None = None
    title: str = ""


@dataclass(frozen=True)
class Change:
    """One value that a draft has otherwise: key, what the base scenario has, what the draft has, unit."""

    key: str
    before: str
    after: str
    unit: str


@cache
def base_scenario(name: str) -> Scenario:
    """Return a packaged scenario."""
    return load_scenario(name)


@cache
def base_texts(name: str) -> Mapping[str, str]:
    """Return setting → what stands in its field, for a packaged scenario."""
    sealed = base_scenario(name).model_dump(mode="json")
    parts = {one.key: one.key.split(".", 1) for one in all_fields()}
    return {one.key: text_of(one, sealed[parts[one.key][0]][parts[one.key][1]]) for one in all_fields()}


@cache
def _fields() -> Mapping[str, Field]:
    return {one.key: one for one in all_fields()}


def field_of(key: str) -> Field | None:
    """Return the field of a setting, None if there is no such setting."""
    return _fields().get(key)


def tidy(draft: Draft) -> Draft:
    """Return a draft without settings that are as in its base scenario."""
    texts = base_texts(draft.base)
    kept = {}
    for key, text in draft.sets.items():
        one = field_of(key)
        if text.strip() and (one is None or is_changed(one, text, texts[key])):
            kept[key] = text
    return replace(draft, sets=kept)


def label_of(key: str, lang: str) -> str:
    """Return what a setting or a number is called; its key where it is neither."""
    kind = "setting" if field_of(key) is not None else "parameter"
    return title(kind, key, lang) if known(kind, key) else key


def changes_of(draft: Draft) -> list[Change]:
    """Return what a draft has otherwise than its base scenario."""
    texts, quantities = base_texts(draft.base), base_scenario(draft.base).quantities
    found = []
    for key, text in draft.sets.items():
        one, quantity = field_of(key), quantities.get(key)
        if one is not None:
            found.append(Change(key, texts[key], text, one.unit))
        elif quantity is not None:
            found.append(Change(key, toml_of(quantity.value), text, quantity.unit))
        else:
            found.append(Change(key, "–", text, "1"))
    return found


def judge(draft: Draft, words: Words) -> Verdict:
    """Return what is said of a draft; nothing is asked of the store."""
    said = {key: words(f"plan.said.{one.key}", one.fill) for key, one in _complaints(draft).items()}
    whole = []
    if len(draft.sets) > MOST_CHANGES:
        whole.append(words("plan.said.too_many", {"n": str(len(draft.sets)), "most": str(MOST_CHANGES)}))
    called = ""
    try:
        called = check_title(draft.title)
    except TwinError as error:
        said["title"] = _told(words, error)
    sets = {key: _toml(key, text) for key, text in draft.sets.items() if key not in said}
    checked = None
    for _ in range(len(sets) + 2):  # every round takes out the value that a rule names, until no rule is broken
        found = _check(draft, sets, said)
        if isinstance(found, CheckedRequest):
            checked = found
            break
        key = _key_of(found)
        if key in said or (key not in sets and key not in ("replicates", "seed", "parameters")):
            whole.append(str(found))
            break
        said[key] = _told(words, found)
        sets.pop(key, None)
    return Verdict(said, tuple(whole), None if said or whole else checked, called)


def _complaints(draft: Draft) -> dict[str, Complaint]:
    """Return field → complaint, for what can be said without the scenario's own rules."""
    found: dict[str, Any] = {"replicates": replicates_of(draft), "seed": seed_of(draft)}
    if draft.parameters not in PARAMETERS:
        found["parameters"] = Complaint("choice", {"text": draft.parameters[:60], "choices": ", ".join(PARAMETERS)})
    quantities = base_scenario(draft.base).quantities
    for key, text in draft.sets.items():
        one = field_of(key)
        if one is not None:
            found[key] = read_typed(one, text)
        elif key in quantities:
            found[key] = number_complaint(quantities[key], text)
        else:
            found[key] = Complaint("unknown", {"key": key[:60]})
    return {key: one for key, one in found.items() if is_complaint(one)}


def _toml(key: str, text: str) -> str:
    one = field_of(key)
    return number_toml(text) if one is None else toml_of(read_typed(one, text))


def _check(draft: Draft, sets: Mapping[str, str], said: Mapping[str, str]) -> CheckedRequest | TwinError:
    """Return the checked request of those values that no complaint is about, or the next error."""
    request: dict[str, Any] = {"scenario": draft.base, "sets": sets_of(sets)}
    for name, value in (("replicates", replicates_of(draft)), ("seed", seed_of(draft))):
        request |= {} if name in said else {name: value}
    request |= {} if "parameters" in said else {"parameters": draft.parameters}
    try:
        return check_request(RUN, request)
    except TwinError as error:
        return error


def _key_of(error: TwinError) -> str:
    found = PLACE.match(str(error)) or NO_VALUE.match(str(error))
    return found[1].strip() if found else ""


def _told(words: Words, error: TwinError) -> str:
    """Return an error as it stands at its field: without the place, which the field is."""
    return words("plan.said.rule", {"rule": MORE.sub("", PLACE.sub("", str(error)))})


def double(jobs: Sequence[Job], user: str, checked: CheckedRequest, now_s: float) -> Job | None:
    """Return the job that the same person has just submitted with the same request, None if there is none.

    Parameters
    ----------
    jobs : of the queue.
    user : who submits.
    checked : what is to be submitted.
    now_s : Unix UTC seconds.
    """
    same = [
        job
        for job in jobs
        if not job.is_over
        and job.submitted_by == user
        and (job.kind, job.request) == (checked.kind, checked.request)
        and now_s - job.submitted_s <= DOUBLE_S
    ]
    return same[-1] if same else None


def under_way(jobs: Sequence[Job], checked: CheckedRequest) -> list[Job]:
    """Return the jobs of anybody that wait or run and would make the same run."""
    return [job for job in jobs if not job.is_over and job.kind == RUN and job.run_id == checked.run_id]
