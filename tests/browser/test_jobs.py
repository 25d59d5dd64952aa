"""Asking for runs on the pages, in a real browser with real workers (truth: what a person may expect of a queue)."""

import re
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from ops_data.jobs import open_queue
from tests.browser.driving import Desk, Watched, served, working

pytestmark = pytest.mark.browser
Open = Callable[..., Watched]
SOON_MS, PLAYED_MS = 30_000, 120_000
REMEMBER = """() => {
  const place = document.getElementById("plan-queue"), seen = window.seen = [];
  const note = () => place.querySelectorAll(".job.chosen .job-state").forEach(one => seen.push(one.textContent));
  new MutationObserver(note).observe(place, { childList: true, subtree: true, characterData: true });
  note();
}"""


def form(one: Watched, query: str) -> Page:
    """Open the page with a draft; the form is there and judged."""
    one.page.goto(f"{one.base}/plan?{query}")
    expect(one.page.locator("#plan-summary p").first).to_be_visible(timeout=SOON_MS)
    expect(one.page.locator("#plan-queue .job, #plan-queue .message").first).to_be_visible(timeout=SOON_MS)
    return one.page


def submitted(one: Watched, query: str) -> str:
    """Submit a draft; return the id of its job, as the address says it."""
    page = form(one, query)
    page.locator("#plan-submit").click()
    page.wait_for_url(re.compile(r"[?&]job=job-"), timeout=SOON_MS)
    expect(chosen(page)).to_be_visible(timeout=SOON_MS)
    return parse_qs(urlsplit(page.url).query)["job"][0]


def chosen(page: Page) -> Locator:
    """Return the card of the job that is looked at."""
    return page.locator("#plan-queue .job.chosen")


def state(page: Page, name: str = "") -> Locator:
    """Return the line that says where the job is, once it is in a state."""
    return chosen(page).locator(f".job-state{name and f'.{name}'}")


def test_a_run_is_asked_for_watched_opened_and_compared(desk: Desk, person: Open) -> None:
    """The job waits until a worker is there, and says so; a reload in the middle shows the same job going on."""
    one = person()
    job = submitted(one, "base=pilot-2027&replicates=60&set.shuttles.count=4&title=Four shuttles&lang=en")
    page = one.page
    expect(page.locator("#plan-told")).to_contain_text(job)
    expect(state(page)).to_contain_text("place 1 in the queue")
    expect(page.locator("#plan-queue .message")).to_contain_text("No worker is running")
    page.evaluate(REMEMBER)
    with working(desk.store, "--workers", "1"):
        expect(state(page)).to_contain_text(" of 60 replicates", timeout=SOON_MS)
        assert "job=" + job in page.url
        before = page.evaluate("window.seen")
        page.reload()
        expect(chosen(page)).to_contain_text(job, timeout=SOON_MS)
        page.evaluate(REMEMBER)
        opens = chosen(page).locator("a.button")
        expect(opens).to_be_visible(timeout=PLAYED_MS)
    seen = before + page.evaluate("window.seen")
    done = [int(count[1]) for line in seen if (count := re.search(r"(\d+) of 60 replicates", line))]
    assert done == sorted(done)
    assert len(set(done)) > 1, "progress moved"
    assert any("left" in line for line in seen)
    made = desk.queue.job(job)
    assert (made.state, made.submitted_by, made.title) == ("sealed", "anna", "Four shuttles")
    assert made.result in desk.sealed()
    opens.click()
    page.wait_for_url(re.compile(rf"/overview\?run={made.result}"))
    one.settle()
    assert page.locator(".message.wrong").count() == 0
    page.go_back()
    chosen(page).get_by_role("link", name=re.compile("Compare with")).click(timeout=SOON_MS)
    page.wait_for_url(re.compile(r"/compare\?"))
    one.settle()
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["run"][0] in desk.sealed()
    assert asked["with"] == [made.result]
    assert page.locator(".message.wrong").count() == 0
    one.assert_clean()


def test_a_clone_fills_the_form_and_a_sealed_run_of_the_same_inputs_is_offered(desk: Desk, person: Open) -> None:
    one = person()
    with working(desk.store, "--workers", "1"):
        job = submitted(one, "base=calm&replicates=2&set.shuttles.count=3&title=Three&lang=en")
        page = one.page
        expect(state(page, "sealed")).to_have_text(re.compile("^Sealed"), timeout=PLAYED_MS)
        chosen(page).get_by_role("link", name="Clone").click()
        page.wait_for_url(re.compile(f"from={job}"))
        expect(page.locator("#plan-replicates")).to_have_value("2", timeout=SOON_MS)
        expect(page.locator("#plan-title")).to_have_value("Three")
        expect(page.locator("input[id*='shuttles.count']")).to_have_value("3")
        note = page.locator("#plan-summary .message", has_text="played before")
        expect(note.locator("a.button")).to_have_attribute("href", re.compile(desk.queue.job(job).result))
        page.locator("#plan-submit").click()
        page.wait_for_url(re.compile(r"[?&]job=job-"), timeout=SOON_MS)
        expect(state(page, "sealed")).to_have_text(re.compile("^Sealed"), timeout=PLAYED_MS)
    again = desk.newest()
    assert again.job_id != job
    assert (again.cloned_from, again.request) == (job, desk.queue.job(job).request)
    assert again.result == desk.queue.job(job).result, "the run was there: nothing was played twice"
    one.assert_clean()


def test_a_late_answer_about_the_draft_before_leaves_a_clone_a_clone(desk: Desk, person: Open) -> None:
    """The form is judged while a person goes on to a clone, and the answer comes after the form of the clone."""
    one, clone = person(), "job-0123456789ab"
    page = form(one, "base=calm&replicates=2&lang=en")
    late: list[Route] = []

    def hold(route: Route) -> None:
        judged = "plan-summary.children" in (route.request.post_data or "")
        late.append(route) if judged and not late else route.continue_()

    page.route(re.compile("/_dash-update-component"), hold)
    page.locator("#plan-title").fill("Before")
    page.locator("#plan-title").press("Enter")
    for _ in range(100):
        page.wait_for_timeout(0 if late else 100)
    assert late, "the form was not judged after the title"
    page.evaluate(f"dash_clientside.set_props('url', {{search: '?base=calm&replicates=9&from={clone}&lang=en'}})")
    expect(page.locator("#plan-replicates")).to_have_value("9", timeout=SOON_MS)
    page.wait_for_timeout(500)
    late[0].continue_()
    page.wait_for_timeout(500)
    page.locator("#plan-submit").click()
    page.wait_for_url(re.compile(r"[?&]job=job-"), timeout=SOON_MS)
    asked = desk.newest()
    assert (asked.cloned_from, asked.request["replicates"]) == (clone, 9)
    chosen(page).get_by_role("button", name=re.compile("Cancel")).click()
    expect(state(page, "cancelled")).to_have_text(re.compile("^Cancelled"), timeout=SOON_MS)
    one.assert_clean()


def test_a_long_run_is_cancelled_and_seals_nothing(desk: Desk, person: Open) -> None:
    one, before = person(), desk.sealed()
    with working(desk.store, "--workers", "1"):
        job = submitted(one, "base=pilot-2027&replicates=1000&seed=5&lang=en")
        page = one.page
        expect(state(page)).to_contain_text(re.compile(r"[1-9]\d* of 1,000 replicates"), timeout=PLAYED_MS)
        expect(chosen(page).locator("progress")).to_be_visible()
        chosen(page).get_by_role("button", name=re.compile("Cancel")).click()
        expect(state(page, "cancelled")).to_have_text(re.compile("^Cancelled"), timeout=PLAYED_MS)
        expect(chosen(page).get_by_role("button")).to_have_count(0)
        expect(chosen(page).locator("a.button")).to_have_count(0)
    assert desk.queue.job(job).state == "cancelled"
    assert desk.sealed() == before
    one.assert_clean()


def test_two_people_with_the_same_inputs_have_a_job_each(desk: Desk, person: Open) -> None:
    draft = "base=calm&replicates=3&seed=6&lang=en"
    anna, bob = person("anna"), person("bob", lang="en")
    first = submitted(anna, draft)
    form(bob, draft)
    expect(bob.page.locator("#plan-summary .message", has_text="Asked for already by anna")).to_be_visible()
    second = submitted(bob, draft)
    assert first != second
    assert [desk.queue.job(job).submitted_by for job in (first, second)] == ["anna", "bob"]
    of_anna = bob.page.locator("#plan-queue .job", has_text=first)
    expect(of_anna).to_contain_text("by anna")
    expect(of_anna.get_by_role("button")).to_have_count(0)
    expect(chosen(bob.page).get_by_role("button", name=re.compile("Cancel"))).to_have_count(1)
    with working(desk.store, "--workers", "1"):
        for one in (anna, bob):
            expect(state(one.page, "sealed")).to_have_text(re.compile("^Sealed"), timeout=PLAYED_MS)
    assert desk.queue.job(first).result == desk.queue.job(second).result
    for one in (anna, bob):
        one.assert_clean()


def test_a_second_press_of_the_button_makes_no_second_job(desk: Desk, person: Open) -> None:
    one = person()
    page = form(one, "base=calm&replicates=3&seed=7&lang=en")
    before = len(desk.queue.jobs())
    page.locator("#plan-submit").dblclick()
    page.wait_for_url(re.compile(r"[?&]job=job-"), timeout=SOON_MS)
    page.locator("#plan-submit").click()
    expect(page.locator("#plan-told")).to_contain_text("once only", timeout=SOON_MS)
    assert len(desk.queue.jobs()) == before + 1
    chosen(page).get_by_role("button", name=re.compile("Cancel")).click()
    expect(state(page, "cancelled")).to_have_text(re.compile("^Cancelled"), timeout=SOON_MS)
    one.assert_clean()


def test_the_job_of_a_killed_worker_is_taken_over_and_sealed(desk: Desk, person: Open) -> None:
    one = person(lang="ja")
    with working(desk.store, "--workers", "1") as worker:
        job = submitted(one, "base=pilot-2027&replicates=100&seed=8&lang=ja")
        page = one.page
        expect(chosen(page).locator("progress[value]:not([value='0'])")).to_be_visible(timeout=PLAYED_MS)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert desk.queue.job(job).state == "running"
    page.evaluate(REMEMBER)
    with working(desk.store, "--workers", "1"):
        expect(chosen(page).locator("a.button")).to_be_visible(timeout=PLAYED_MS)
    made = desk.queue.job(job)
    assert (made.state, made.attempt) == ("sealed", 2)
    assert made.result in desk.sealed()
    assert any("2" in line and "100" in line for line in page.evaluate("window.seen"))
    one.assert_clean()


def test_an_empty_store_offers_the_default_scenario_and_shows_it_when_it_is_played(
    profile: Open, tmp_path: Path
) -> None:
    store = tmp_path / "runs"
    with served(store, "--workers", "1", "--http-workers", "1") as address:
        one = profile(address)
        page = one.open("/")
        page.get_by_role("button", name="Play the default scenario").click(timeout=SOON_MS)
        expect(page.locator(".job-state").first).to_be_visible(timeout=SOON_MS)
        link = page.get_by_role("link", name=re.compile("Open"))
        expect(link.or_(page.locator(".cards")).first).to_be_visible(timeout=PLAYED_MS)
        if link.count():
            link.first.click()
        expect(page.locator(".cards .card").first).to_be_visible(timeout=SOON_MS)
        one.settle()
    (job,) = open_queue(store).jobs()
    assert job.scenario == "pilot-2027"
    assert job.result in page.url
    one.assert_clean()
