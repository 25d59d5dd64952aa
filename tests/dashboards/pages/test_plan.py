"""The page *Plan a run* (truth: the rules of requests and of the queue; sums by hand)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from dashboards.app import make_app
from dashboards.data import Data
from dashboards.forms import Draft, all_fields
from dashboards.page import View
from dashboards.pages import plan
from dashboards.pages.plan_check import base_texts, double, judge, tidy, under_way
from dashboards.pages.plan_draft import settled
from dashboards.pages.plan_estimate import Estimate, Past, estimate, pasts_of
from dashboards.pages.plan_form import number_options, typed_text
from dashboards.pages.plan_progress import first_seen, left_s, state_line
from dashboards.pages.plan_queue import Look, queued, told_queue
from dashboards.pages.plan_summary import summary
from dashboards.people import ROLES, User
from dashboards.settings import Settings
from dashboards.state import PageState
from dashboards.words import Lang, Words, read_words
from ops_data.jobs import CANCELLED, FAILED, RUN, RUNNING, SEALED, Job, Queue, open_queue
from tests.dashboards.attacking import Attacked
from tests.dashboards.stores import base_run
from twin.request_rules import FILE_SETTINGS, CheckedRequest, check_request

EN, JA = read_words("en"), read_words("ja")
ANNA, BOB = User("anna", frozenset({"planner"})), User("bob", frozenset({"planner"}))
SET_VALUE, SET_ID = '{"key":["ALL"],"part":"plan-set"}.value', '{"key":["ALL"],"part":"plan-set"}.id'
CANCEL = '{"job":["ALL"],"part":"plan-cancel"}.n_clicks'
NOW_S = 1_800_000_000.0


def parts_of(part: Any) -> Iterator[Component]:
    """Return all components of a tree."""
    if isinstance(part, Component):
        yield part
        yield from parts_of(getattr(part, "children", None))
    elif isinstance(part, list | tuple):
        for one in part:
            yield from parts_of(one)


def texts_of(part: Any) -> str:
    """Return all that can be read in some components."""
    if isinstance(part, Component):
        return texts_of(getattr(part, "children", None))
    if isinstance(part, list | tuple):
        return " ".join(texts_of(one) for one in part)
    return "" if part is None else str(part)


def ids_of(part: Any, kind: str) -> dict[str, Component]:
    """Return key → component, for those whose id is of a kind."""
    found = [one for one in parts_of(part) if isinstance(getattr(one, "id", None), dict)]
    return {one.id["key"]: one for one in found if one.id["part"] == kind}  # type: ignore[attr-defined]


def request(sets: tuple[str, ...] = (), replicates: int = 4, seed: int = 1) -> CheckedRequest:
    """Return the checked request of a short run."""
    return check_request(RUN, {"scenario": "calm", "sets": list(sets), "replicates": replicates, "seed": seed})


def submit(queue: Queue, checked: CheckedRequest, who: str = "anna", title: str = "") -> Job:
    return queue.submit(
        checked.kind, checked.request, scenario=checked.scenario, run_id=checked.run_id, title=title, submitted_by=who
    )


@pytest.fixture()
def queue(tmp_path: Path) -> Queue:
    return open_queue(tmp_path, clock=lambda: NOW_S)


# --- the form ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_form_has_an_input_with_a_label_for_every_setting_but_those_that_name_files(
    lang: Lang, view_of: Callable[..., View]
) -> None:
    shown = plan.head(view_of("plan", lang=lang))
    put_in = ids_of(shown, "plan-set")
    assert set(put_in) == {one.key for one in all_fields()} - set(FILE_SETTINGS)
    labelled = {getattr(one, "htmlFor", None) for one in parts_of(shown)}
    assert all(json.dumps(one.id, sort_keys=True, separators=(",", ":")) in labelled for one in put_in.values())  # type: ignore[attr-defined]
    text = texts_of(shown)
    assert text.count(read_words(lang)("plan.file_setting")) == len(FILE_SETTINGS)
    fill = {"low": "1", "high": "50", "unit": ""}
    assert {"en": "Number of mining vessels. Allowed: 1 to 50.", "ja": JA("plan.allowed", fill)}[lang] in text


def test_an_address_fills_the_form_and_what_is_wrong_in_it_is_kept_to_be_mended(view_of: Callable[..., View]) -> None:
    values = {"base": "calm", "set.mining.vessels": "99", "set.mining.cycle_h": "abc", "set.foo.bar": "1", "seed": "x"}
    shown = plan.head(view_of("plan", values))
    put_in = ids_of(shown, "plan-set")
    held = {key: getattr(put_in[key], "value", None) for key in ("mining.vessels", "mining.cycle_h", "foo.bar")}
    assert held == {"mining.vessels": "99", "mining.cycle_h": "abc", "foo.bar": "1"}
    inputs = [one for one in parts_of(shown) if isinstance(getattr(one, "id", None), str) and hasattr(one, "value")]
    named = {one.id: one.value for one in inputs}  # type: ignore[attr-defined]
    assert (named["plan-base"], named["plan-seed"]) == ("calm", "x")


def test_a_scenario_that_is_not_packaged_is_told_of_and_the_default_taken(view_of: Callable[..., View]) -> None:
    shown = texts_of(plan.head(view_of("plan", {"base": "pilot-2072"})))
    assert "no packaged scenario 'pilot-2072'" in shown and "pilot-2027 is taken instead" in shown


def test_a_number_is_found_by_its_name_and_key_and_shown_with_range_bounds_confidence_and_source(
    view_of: Callable[..., View],
) -> None:
    """parameters.csv: 1.8 h, from 1.2 to 3 h, allowed from 0.05 to 48 h."""
    options = number_options("pilot-2027", "mining", "en")
    assert {"value": "mining.cycle_h", "label": "Cycle of one insertion · mining.cycle_h [h]"} in options
    assert all(one["value"].split(".")[0] in ("mining", "tool", "mine") for one in options)
    shown = texts_of(plan.head(view_of("plan", {"set.mining.cycle_h": "2"})))
    assert "Base scenario: 1.8 h, drawn between 1.2 and 3 h (Triangular). Allowed: 0.05 to 48 h." in shown
    assert "Confidence: " in shown and "Source: " in shown


def test_a_setting_as_in_the_base_scenario_is_no_change_however_it_is_written() -> None:
    sets = {"campaign.start": "2027-01-08T00:00Z", "mining.vessels": "1.0", "shuttles.count": "3", "mining.cycle_h": ""}
    assert tidy(Draft("pilot-2027", sets)).sets == {"shuttles.count": "3"}
    assert base_texts("pilot-2027")["campaign.start"] == "2027-01-08T09:00+09:00"


def test_choices_of_a_list_become_one_text_and_none_of_them_too() -> None:
    assert [typed_text(value) for value in (["leach", "purify"], [], None, "5")] == ["leach, purify", "[]", "", "5"]


# --- what is said of a draft ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [EN, JA], ids=["en", "ja"])
def test_a_value_out_of_bounds_is_complained_about_at_its_field_with_what_is_allowed(words: Words) -> None:
    verdict = judge(Draft("pilot-2027", {"mining.vessels": "99", "mining.cycle_h": "100"}, "0"), words)
    assert set(verdict.said) == {"mining.vessels", "mining.cycle_h", "replicates"}
    assert "50" in verdict.said["mining.vessels"] and "48" in verdict.said["mining.cycle_h"]
    assert "1,000" in verdict.said["replicates"] and verdict.checked is None and verdict.whole == ()


def test_every_broken_rule_stands_at_a_field_that_breaks_it() -> None:
    """The charter ends before the start; separation needs oxides made before it (twin/scenario_rules.py)."""
    sets = {"campaign.charter_end": "2026-01-01T00:00Z", "processing.steps": "separate", "mining.cycle_h": "3 km"}
    verdict = judge(Draft("pilot-2027", sets), EN)
    assert set(verdict.said) == set(sets) and verdict.whole == ()
    assert "unit km found" in verdict.said["mining.cycle_h"]
    assert not any("--set" in text or "more)" in text for text in verdict.said.values())


def test_what_is_no_setting_and_what_names_a_file_cannot_be_submitted() -> None:
    verdict = judge(Draft("calm", {"foo.bar": "1", "weather.record": "/etc/passwd"}), EN)
    assert "no setting or number 'foo.bar'" in verdict.said["foo.bar"]
    assert "names a file" in verdict.said["weather.record"] and verdict.checked is None


def test_more_changes_than_an_address_holds_are_refused_as_a_whole() -> None:
    sets = {f"price.k{number}": "1" for number in range(51)}
    assert "51 values are changed" in judge(Draft("calm", sets), EN).whole[0]


def test_a_draft_without_a_complaint_is_the_request_that_the_rules_make_of_it() -> None:
    draft = Draft("calm", {"campaign.target_t_d": "\uff14\uff10\uff10"}, "4", "1", "fixed", "  mine  ")
    verdict = judge(draft, EN)
    told = {"scenario": "calm", "sets": ["campaign.target_t_d=400"], "replicates": 4, "seed": 1, "parameters": "fixed"}
    assert verdict.checked == check_request(RUN, told)
    assert verdict.title == "mine" and verdict.said == {}


# --- what it would cost -----------------------------------------------------------------------------------------------


def test_runs_of_the_same_scenario_tell_before_all_others() -> None:
    """By hand: 0.1 s and 10 bytes a replicate-day; the other scenario is ten times slower and is not asked."""
    pasts = [Past("calm", "daily", 100.0, 10.0, 1_000), Past("pilot", "daily", 100.0, 100.0, 9_000)]
    assert estimate(pasts, "calm", "daily", 50.0) == Estimate(5.0, 5.0, 5.0, 500.0, True, 1)


def test_other_runs_are_scaled_by_simulated_days_and_replicates() -> None:
    """By hand: together 96 s for 192 replicate-days, the quickest 0.25 s a day, the slowest 0.75 s."""
    pasts = [Past("calm", "daily", 96.0, 24.0, 1_000), Past("pilot", "intervals", 96.0, 72.0, 9_600)]
    assert estimate(pasts, "else", "intervals", 48.0) == Estimate(24.0, 12.0, 36.0, 4_800.0, False, 2)
    assert estimate([], "else", "daily", 50.0) is None


def test_a_sealed_run_tells_what_it_took_for_its_replicates_and_days(small_store: Path) -> None:
    """pilot-2027 spans 8 January to 10 May 2027: 122 days; its runs here have six replicates."""
    found = pasts_of(Data(str(small_store)), "pilot-2027")
    assert {past.scenario for past in found} == {"pilot-2027"}
    assert {past.replicate_days for past in found} == {6 * 122.0}
    assert all(past.wall_s > 0.0 and past.size_bytes > 10_000 for past in found)


def look(words: Words = EN, user: User = ANNA, values: dict[str, str] | None = None, now_s: float = NOW_S) -> Look:
    return Look(words, PageState("plan", words.lang, "", values or {}), user, now_s)


def test_few_replicates_and_a_run_that_is_there_already_are_told_of_before_submitting(small_store: Path) -> None:
    draft = Draft("pilot-2027", {}, "6")
    told = summary(draft, judge(draft, EN), Data(str(small_store)), look())
    text = texts_of(told)
    assert "These inputs were played before" in text and f"Open run {base_run(small_store)}" in text
    assert "P10 and P90 of 6 replicates are rough" in text
    more = Draft("pilot-2027", {"shuttles.count": "4"}, "30")
    text = texts_of(summary(more, judge(more, EN), Data(str(small_store)), look()))
    assert "played before" not in text and "rough" not in text and "2 → 4" in text.replace("  ", " ")


def test_somebody_elses_request_for_the_same_run_is_told_of(tmp_path: Path) -> None:
    draft = Draft("calm", {}, "4")
    checked = judge(draft, EN).checked
    assert checked is not None
    job = submit(open_queue(tmp_path), checked, "bob")
    text = texts_of(summary(draft, judge(draft, EN), Data(str(tmp_path)), look()))
    assert "Asked for already by bob" in text and job.job_id in text
    assert "No sealed run is there to judge by" in text


# --- one press, one job -----------------------------------------------------------------------------------------------


def test_a_second_press_finds_the_first_job_for_ten_seconds_and_another_person_does_not(queue: Queue) -> None:
    job = submit(queue, request())
    assert double(queue.jobs(), "anna", request(), NOW_S + 10.0) == job
    assert double(queue.jobs(), "anna", request(), NOW_S + 10.1) is None
    assert double(queue.jobs(), "bob", request(), NOW_S) is None
    assert double(queue.jobs(), "anna", request(seed=2), NOW_S) is None
    assert under_way(queue.jobs(), request()) == [job]
    queue.ask_cancel(job.job_id)
    assert double(queue.jobs(), "anna", request(), NOW_S) is None and under_way(queue.jobs(), request()) == []


# --- the queue --------------------------------------------------------------------------------------------------------


def test_the_time_left_goes_on_as_it_went(queue: Queue) -> None:
    """By hand: 10 of 40 in 30 s, so 30 more take 90 s."""
    made = replace(submit(queue, request()), state=RUNNING, started_s=NOW_S - 30.0, lease_until_s=NOW_S)
    job = replace(made, done=10, total=40, stage="playing")
    start = (NOW_S - 30.0, 0)
    assert left_s(job, NOW_S, start) == pytest.approx(90.0)
    assert first_seen(replace(job, done=0), NOW_S - 30.0) == start
    assert state_line(EN, job, 0, NOW_S) == "Running · 10 of 40 replicates · about 2 min left"
    assert state_line(EN, replace(job, attempt=2, done=0), 0, NOW_S) == "Running · 0 of 40 replicates · attempt 2"
    assert left_s(replace(job, done=0), NOW_S, start) is None
    assert left_s(replace(job, state=SEALED), NOW_S, start) is None
    assert left_s(replace(job, done=1), NOW_S, start) is None
    assert left_s(replace(job, done=2), NOW_S, start) == pytest.approx(570.0)


def test_what_was_kept_of_an_earlier_attempt_does_not_tell_the_pace(queue: Queue) -> None:
    """By hand: 30 of 40 were kept, 5 more took 50 s, so the last 5 take 50 s; told by all 35 they would take 7 s."""
    made = replace(submit(queue, request()), state=RUNNING, started_s=NOW_S - 50.0, lease_until_s=NOW_S + 9.0)
    job = replace(made, done=30, total=40, stage="playing", attempt=2)
    assert "left" not in state_line(EN, job, 0, NOW_S - 50.0)
    assert "left" not in state_line(EN, job, 0, NOW_S)
    assert "about 50 s left" in state_line(EN, replace(job, done=35), 0, NOW_S)


def test_a_job_whose_worker_was_lost_says_that_it_is_taken_over(queue: Queue) -> None:
    job = replace(submit(queue, request()), state=RUNNING, lease_until_s=NOW_S - 1.0, done=1, total=4, stage="playing")
    assert "its worker is not heard of" in state_line(EN, job, 0, NOW_S)
    assert "not heard of" not in state_line(EN, replace(job, lease_until_s=NOW_S + 1.0), 0, NOW_S)


def test_the_queue_shows_place_owner_and_that_no_worker_runs(queue: Queue, tmp_path: Path) -> None:
    first, second = submit(queue, request(), "bob"), submit(queue, request(("mining.vessels=2",)), "anna", "two ships")
    data = Data(str(tmp_path))
    told = told_queue(data, look(), "")
    text = texts_of(told.shown)
    assert "No worker is running" in text and "twin worker" in text
    assert "place 1 in the queue" in text and "place 2 in the queue" in text
    assert "by bob" in text and "by you" in text and "two ships" in text and "mining.vessels=2" in text
    buttons = [one.id["job"] for one in parts_of(told.shown) if isinstance(getattr(one, "id", None), dict)]  # type: ignore[attr-defined]
    assert buttons == [second.job_id]
    assert told.every_ms == 1_000 and told_queue(data, look(), told.mark).shown is None
    admin = told_queue(data, look(user=User("root", frozenset({"admin"}))), "")
    assert len([one for one in parts_of(admin.shown) if isinstance(getattr(one, "id", None), dict)]) == 2
    queue.ask_cancel(first.job_id)
    assert told_queue(data, look(), told.mark).shown is not None


def test_what_came_of_a_job_is_shown_with_a_way_on(queue: Queue, tmp_path: Path) -> None:
    queue.beat("w", "host", 1)
    for state, result, message in ((SEALED, "calm-00000000", ""), (FAILED, "", "the disk is full; make room")):
        submit(queue, request())
        job = queue.claim("w", 60.0)
        assert job is not None and queue.finish(job, state, result, message)
    told = told_queue(Data(str(tmp_path)), look(values={"job": "job-000000000000"}), "")
    text = texts_of(told.shown)
    assert "Open run calm-00000000" in text and "the disk is full; make room" in text and "Clone it" in text
    assert "job 'job-000000000000': not in queue" in text and told.every_ms == 10_000


def test_a_running_job_has_a_bar_that_says_how_far_it_is(queue: Queue) -> None:
    submit(queue, request())
    job = queue.claim("w", 60.0)
    assert job is not None and queue.renew(job, 3, 4, "playing", 60.0) == "ours"
    found = queued(queue)
    assert found.is_busy and found.places == {} and found.jobs[0].done == 3
    shown = told_queue(Data(str(Path(queue.place).parent)), look(), "").shown
    (bar,) = [one for one in parts_of(shown) if type(one).__name__ == "Progress"]
    assert (bar.value, bar.max) == ("3", "4")  # type: ignore[attr-defined]


def test_a_page_in_japanese_says_it_in_japanese(queue: Queue, tmp_path: Path) -> None:
    submit(queue, request())
    text = texts_of(told_queue(Data(str(tmp_path)), look(JA), "").shown)
    assert "順番待ち" in text and "待ち行列の 1 番目" in text and "No worker" not in text


# --- through the update endpoint --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    store = tmp_path_factory.mktemp("planned") / "runs"
    store.mkdir()
    groups = {role: (role,) for role in ROLES}
    settings = Settings(str(store), sign_in="proxy", proxy_addresses=("127.0.0.1",), role_groups=groups)
    return Attacked(make_app(settings), store)


def held(sets: dict[str, str] | None = None, replicates: str = "2", base: str = "calm") -> dict[str, Any]:
    """Return what the form of a browser holds."""
    wild = [({"key": key}, text) for key, text in (sets or {}).items()]
    return {
        "plan-held.data": {"search": "", "base": base, "from": ""},
        "plan-replicates.value": replicates,
        SET_VALUE: wild,
        SET_ID: [(one, {"part": "plan-set", **one}) for one, _ in wild],
    }


def test_two_presses_make_one_job_and_two_people_two(served: Attacked) -> None:
    before = len(served.asked_for())
    for person in ("anna", "anna", "bob"):
        assert served.call("submit", held(), "planner", person).status_code == 200
    made = served.asked_for()[: len(served.asked_for()) - before]
    assert sorted(job.submitted_by for job in made) == ["anna", "bob"]
    assert len({job.job_id for job in made}) == 2 and len({job.run_id for job in made}) == 1


def test_a_wrong_draft_is_not_submitted_and_says_so(served: Attacked) -> None:
    before = len(served.asked_for())
    answer = served.call("submit", held({"mining.vessels": "99"}), "planner")
    assert len(served.asked_for()) == before and "Not submitted" in json.dumps(answer.get_json())


def test_checking_puts_the_draft_into_the_address_and_the_complaint_at_its_field(served: Attacked) -> None:
    told = served.call("check", held({"mining.vessels": "99"}, "40"), "planner").get_json()["response"]
    assert told["plan-judged"]["data"]["held"]["search"] == "?lang=en&base=calm&replicates=40&set.mining.vessels=99"
    assert "Outside the allowed range, 1 to 50." in json.dumps(told["plan-summary"])


@pytest.mark.parametrize("role", ["viewer", "reviewer", "operator"])
def test_who_may_not_plan_can_neither_ask_submit_nor_look(role: str, served: Attacked) -> None:
    before = len(served.asked_for())
    for name in ("check", "fill", "submit", "plan_jobs.look"):
        assert served.call(name, held(), role).status_code == 403, name
    assert len(served.asked_for()) == before


def test_a_job_is_cancelled_by_its_owner_and_by_admins_only(served: Attacked) -> None:
    for cancels, role, code, state in (
        ("bob", "planner", 403, "submitted"),
        ("anna", "planner", 200, CANCELLED),
        ("root", "admin", 200, CANCELLED),
    ):
        checked = request(seed=len(served.asked_for()) + 50)
        job = submit(open_queue(served.store), checked, "anna")
        answer = served.call("cancel", {CANCEL: [({"job": job.job_id}, 1)]}, role, cancels)
        assert (answer.status_code, open_queue(served.store).job(job.job_id).state) == (code, state)


def test_the_form_of_another_address_is_drawn_only_if_it_differs(served: Attacked) -> None:
    same = served.call("fill", {**held(), "plan-asked.data": "?base=calm&replicates=2&lang=en&job=x"}, "planner")
    assert "plan-form" not in same.get_json()["response"]
    other = served.call("fill", {**held(), "plan-asked.data": "?base=calm&set.mining.vessels=3"}, "planner")
    assert '"value": "3"' in json.dumps(other.get_json()["response"]["plan-form"])


def test_a_draft_on_an_unknown_scenario_is_settled_on_the_default() -> None:
    draft, remarks = settled(Draft("nowhere"), EN)
    assert draft.base == "pilot-2027" and len(remarks) == 1
