"""What a role sees and may do in a real browser, and what its console is refused (truth: the table of roles)."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from dashboards.app import PAGES
from dashboards.roles import MATRIX, ROLES
from tests.browser.driving import Desk, Watched
from tests.dashboards.stores import base_run

pytestmark = pytest.mark.browser
Open = Callable[..., Watched]
SOON_MS = 30_000
UPDATE = "/_dash-update-component"
REPEAT = """async body => {
  const answer = await fetch("/_dash-update-component",
    {method: "POST", credentials: "same-origin", headers: {"Content-Type": "application/json"}, body});
  return [answer.status, await answer.text()];
}"""
ASK = "async path => (await fetch(path)).status"
REFUSED = re.compile(r"error: Failed to load resource: the server responded with a status of 403")


@pytest.mark.parametrize("role", ROLES)
def test_a_person_is_led_to_the_pages_of_the_role_and_to_no_other(role: str, desk: Desk, person: Open) -> None:
    one = person(role=role)
    shown = one.open(f"/runs?run={base_run(desk.store)}&lang=en")
    expect(shown.locator(".who")).to_contain_text(f"anna ({role})")
    named = shown.locator("nav a").evaluate_all("all => all.map(link => new URL(link.href).pathname.slice(1))")
    assert named == [page.name for page in PAGES if role in MATRIX[f"page:{page.name}"]]
    assert (shown.locator("a[href^='/download/run/']").count() == 1) is (role in MATRIX["export:run"])
    shown = one.open("/plan?lang=en")
    may = role in MATRIX["page:plan"]
    assert (shown.locator("#plan-submit").count() == 1) is may
    assert (shown.locator(".message.wrong", has_text="You may not see this page").count() == 1) is not may
    one.assert_clean()


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_what_a_planner_sent_is_refused_when_somebody_else_sends_it(role: str, desk: Desk, person: Open) -> None:
    """All that a planner's browser asked for on the page Plan, from opening it to a cancelled job, is sent again."""
    sent = _planners_requests(desk, person())
    one = person("bob", role)
    shown = one.open(f"/overview?run={base_run(desk.store)}&lang=en")
    before = [(job.job_id, job.state) for job in desk.queue.jobs()]
    for output, body in sent.items():
        status, text = shown.evaluate(REPEAT, body)
        if output.startswith("..page.children"):
            assert "You may not see this page" in text
            assert "plan-submit" not in text
        else:
            assert (status, "Not allowed" in text) == (403, True), output
    assert [(job.job_id, job.state) for job in desk.queue.jobs()] == before
    assert [line for line in one.console if not REFUSED.match(line)] == []


def _planners_requests(desk: Desk, one: Watched) -> dict[str, str]:
    """Return output and body of the requests that a planner's browser sends while a run is submitted and cancelled."""
    sent: dict[str, str] = {}

    def note(asked: Request) -> None:
        if UPDATE in asked.url and asked.post_data:
            sent[json.loads(asked.post_data)["output"]] = asked.post_data

    one.page.on("request", note)
    page: Page = one.page
    page.goto(f"{one.base}/plan?base=calm&replicates=2&seed=90&lang=en")
    expect(page.locator("#plan-summary p").first).to_be_visible(timeout=SOON_MS)
    page.locator("#plan-submit").click()
    chosen = page.locator("#plan-queue .job.chosen")
    chosen.get_by_role("button", name=re.compile("Cancel")).click(timeout=SOON_MS)
    expect(chosen.locator(".job-state.cancelled")).to_be_visible(timeout=SOON_MS)
    assert desk.newest().state == "cancelled"
    told = " ".join(sent)
    assert all(part in told for part in ("plan-told", "plan-queue", "plan-summary", "plan-alert"))
    return sent


@pytest.mark.parametrize("role", ROLES)
def test_the_files_of_a_run_are_given_to_the_roles_that_may_take_them_away(role: str, desk: Desk, person: Open) -> None:
    one, run = person(role=role), base_run(desk.store)
    shown = one.open(f"/overview?run={run}&lang=en")
    for action, path in (
        ("export:csv", f"/download/csv/overview/when?run={run}&lang=en"),
        ("export:weekly", f"/download/weekly/{run}/2027-W03?lang=ja"),
        ("export:run", f"/download/run/{run}"),
    ):
        assert shown.evaluate(ASK, path) == (200 if role in MATRIX[action] else 403), path
    assert [line for line in one.console if not REFUSED.match(line)] == []


def test_nobody_gets_in_past_the_proxy(desk: Desk, profile: Open) -> None:
    one = profile(desk.base)
    answer = one.page.goto(f"{desk.base}/overview?lang=en")
    assert answer is not None
    assert answer.status == 401
    text = one.page.locator("main").inner_text()
    assert len(text) > 20
    assert "Traceback" not in text
