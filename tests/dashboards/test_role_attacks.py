"""What a person without the right tries by hand, past the pages (truth: the table of roles; rules of the browser)."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from dashboards.app import PAGES
from dashboards.roles import MATRIX, ROLES
from ops_data.jobs import open_queue
from tests.dashboards.attacking import PACKAGE, UPDATE, Attacked, body_of, headers_of, name_of, texts_in
from tests.dashboards.stores import base_run

HOSTILE = '<img src=x onerror="alert(1)">\'</script><script>alert(2)</script>'
CANCEL = '{"job":["ALL"],"part":"plan-cancel"}.n_clicks'
WANT = '{"page":["MATCH"],"panel":["MATCH"],"part":"want"}.data'


def wanted(page: str, panel: str, run: str) -> dict[str, Any]:
    """Return what a browser asks of a panel."""
    asked = {"page": page, "panel": panel, "lang": "en", "values": {"run": run}}
    return {WANT: [({"page": page, "panel": panel}, json.dumps(asked))]}


# --- the update endpoint ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_a_callback_called_by_hand_is_refused_exactly_where_the_table_says_so(role: str, attacked: Attacked) -> None:
    wrong = []
    for name, (action, _) in attacked.callbacks.items():
        before = attacked.files()
        answer = attacked.call(name, {}, role)
        refused = role not in MATRIX[action]
        if (answer.status_code == 403) is not refused or answer.status_code not in (200, 204, 403):
            wrong.append(f"{name}: {answer.status_code}")
        if refused and (attacked.files() != before or set(answer.get_json()) != {"error", "message"}):
            wrong.append(f"{name}: something happened")
    assert wrong == []
    assert len(attacked.callbacks) > 8


@pytest.mark.parametrize("role", ROLES)
def test_a_run_is_asked_for_by_those_alone_who_may(role: str, attacked: Attacked) -> None:
    """The same body puts a job into the queue for a planner: it is the role that refuses, not the body."""
    before = len(attacked.asked_for())
    form = {"plan-replicates.value": "2", "plan-seed.value": str(ROLES.index(role)), "url.search": "?base=calm"}
    answer = attacked.call("submit", form, role)
    made = len(attacked.asked_for()) - before
    assert (answer.status_code, made) == ((200, 1) if role in MATRIX["do:submit"] else (403, 0))


def test_a_job_is_cancelled_by_its_owner_and_an_admin_alone(attacked: Attacked) -> None:
    def job_of(person: str, seed: str) -> str:
        form = {"plan-replicates.value": "2", "plan-seed.value": seed}
        assert attacked.call("submit", form, "planner", person).status_code == 200
        return attacked.asked_for()[0].job_id

    def cancel(job: str, role: str, person: str) -> tuple[int, str]:
        pressed = {CANCEL: [({"job": job}, 1)]}
        code = attacked.call("cancel", pressed, role, person).status_code
        return code, open_queue(attacked.store).job(job).state

    first, second = job_of("bob", "11"), job_of("bob", "12")
    assert cancel(first, "viewer", "bob") == (403, "submitted")
    for role in ("reviewer", "operator", "planner"):
        assert cancel(first, role, "anna") == (403, "submitted"), role
    assert cancel(first, "planner", "bob") == (200, "cancelled")
    assert cancel(second, "admin", "anna") == (200, "cancelled")


def test_a_package_under_way_is_cancelled_in_its_place_by_who_asked_for_it(attacked: Attacked) -> None:
    offer = {"offer": f"supply-statement:{base_run(attacked.store)}"}

    def held(part: str, kind: str, value: object) -> dict[str, list[tuple[dict[str, str], object]]]:
        return {f'{{"offer":["MATCH"],"part":"package-{part}"}}.{kind}': [(offer, value)]}

    wanted = held("wanted", "data", {"kind": "supply-statement", "run": base_run(attacked.store)})
    assert attacked.call("press_package", held("press", "n_clicks", 1) | wanted, "reviewer", "rita").status_code == 200
    job = attacked.asked_for()[0]
    assert (job.submitted_by, job.state) == ("rita", "submitted")
    pressed = held("cancel", "n_clicks", 1) | held("seen", "data", job.job_id)
    shown = attacked.call("look_package", wanted | held("ask", "data", {"at": 1}), "reviewer", "rita")
    assert "package-cancel" in shown.get_data(as_text=True)
    for role, person, code, state in (
        ("viewer", "rita", 403, "submitted"),
        ("reviewer", "rob", 403, "submitted"),
        ("reviewer", "rita", 200, "cancelled"),
    ):
        assert attacked.call("cancel_package", pressed, role, person).status_code == code
        assert open_queue(attacked.store).job(job.job_id).state == state


def test_a_form_cannot_say_who_asks(attacked: Attacked) -> None:
    form = {"plan-replicates.value": "2", "plan-seed.value": "21", "url.search": "?submitted_by=boss&user=boss"}
    assert attacked.call("submit", form, "planner", "carl").status_code == 200
    assert attacked.asked_for()[0].submitted_by == "carl"


@pytest.mark.parametrize(
    ("offer", "own", "others"),
    [
        ("package", "supply-statement", ("run", "supply", "environment", "", "x")),
        ("study", "supply", ("run", "supply-statement", "x")),
        ("run", "run", ("supply", "environmental-review", "x")),
    ],
)
def test_the_right_to_one_offer_is_no_right_to_another(
    offer: str, own: str, others: tuple[str, ...], attacked: Attacked
) -> None:
    """A reviewer may ask for packages: not for a run by way of a package's button. The others are tried as admin."""
    role, run = ("reviewer" if offer == "package" else "admin"), base_run(attacked.store)

    def press(kind: str, run: str, role: str) -> tuple[int, int]:
        before, wild = len(attacked.asked_for()), {"offer": f"{kind}:{run}"}
        values = {"press": 1, "wanted": {"kind": kind, "run": run}}
        held = {
            f'{{"offer":["MATCH"],"part":"{offer}-{part}"}}.{"n_clicks" if part == "press" else "data"}': [(wild, one)]
            for part, one in values.items()
        }
        code = attacked.call(f"press_{offer}", held, role).status_code
        return code, len(attacked.asked_for()) - before

    for kind in others:
        assert press(kind, run, role) == (403, 0), kind
    for strange in ("../x", "", "pilot-9999-00000000"):
        assert own == "run" or press(own, strange, role)[1] == 0, strange
    assert press(own, run, "viewer") == (403, 0)
    assert press(own, run, role) == (200, 1)


@pytest.mark.parametrize("role", ROLES)
def test_a_page_is_given_out_by_the_update_endpoint_only_to_those_who_may_see_it(role: str, attacked: Attacked) -> None:
    for page in PAGES:
        asked = {"url.pathname": f"/{page.name}", "url.search": f"?run={base_run(attacked.store)}&lang=en"}
        shown = attacked.call("go", asked, role).get_json()["response"]
        may = role in MATRIX[f"page:{page.name}"]
        text = json.dumps(shown["page"])
        assert ("You may not see this page" in text) is not may, page.name
        assert (f"/{page.name}?" in json.dumps(shown["nav"])) is may
        if not may:
            assert len(text) < 1_000, "a refusal alone"
            assert shown["drawn"]["data"]["held"].keys() == {"run"}


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_nothing_of_a_page_is_drawn_or_downloaded_past_the_page(
    role: str, attacked: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page with panels is taken away from all but the admin; what is left are its panels and their data."""
    monkeypatch.setattr("dashboards.roles.MATRIX", {**MATRIX, "page:operations": frozenset({"admin"})})
    run = base_run(attacked.store)
    page = next(page for page in PAGES if page.name == "operations")
    for panel in page.panels[:3]:
        drawn = attacked.call("draw", wanted("operations", panel.name, run), role)
        rows = attacked.ask(f"/download/csv/operations/{panel.name}?run={run}&lang=en", role)
        body = json.dumps(drawn.get_json()["response"])
        if role == "viewer":
            assert "You may not see this page" in body
            assert run not in body
            assert (rows.status_code, rows.mimetype) == (404, "text/plain")
            assert "there is none for you" in rows.text
        else:
            assert "You may not see this page" not in body
            assert rows.status_code == 200 or "no data to download" in rows.text, panel.name


@pytest.mark.parametrize("role", ["viewer", "planner"])
def test_the_draw_callback_gives_nothing_of_the_page_plan(role: str, attacked: Attacked) -> None:
    for panel in ("form", "queue", "plan", ""):
        drawn = attacked.call("draw", wanted("plan", panel, ""), role)
        assert "This panel does not exist" in json.dumps(drawn.get_json()["response"])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\x00", b"[]", b"{}", b'{"output": "x"}', b'{"output": "page.children", "inputs": []}',
        b'{"output": "plan-told.children", "inputs": [], "outputs": []}',
        b"[" * 20_000, json.dumps({"output": "x" * 100_000}).encode(),
    ],
)  # fmt: skip
def test_a_body_that_no_browser_sends_is_refused_without_telling_anything(body: bytes, attacked: Attacked) -> None:
    answer = attacked.server.test_client().post(
        UPDATE, data=body, headers=headers_of("admin"), content_type="application/json"
    )
    assert answer.status_code >= 400
    for told in ("Traceback", "Error:", ".py", str(attacked.store)):
        assert told not in answer.text


@pytest.mark.parametrize("asked", ["", "null", "[]", '{"page":1}', "x" * 100_000, "{" * 5_000, None, 3, {"a": 1}])
def test_a_panel_that_no_page_asks_for_is_answered_in_words(asked: Any, attacked: Attacked) -> None:
    answer = attacked.call("draw", {WANT: [({"page": "x", "panel": "y"}, asked)]}, "viewer")
    assert answer.status_code == 200
    assert "eload the page" in answer.text
    assert "Traceback" not in answer.text


# --- strangers, other sites -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/_dash-layout", "/_dash-dependencies", "/assets/twin.js", "/download/run/latest"])
def test_a_stranger_gets_nothing(path: str, attacked: Attacked) -> None:
    client = attacked.server.test_client()
    assert client.get(path).status_code == 401
    away = client.get(path, headers=headers_of("admin"), environ_overrides={"REMOTE_ADDR": "10.1.2.3"})
    assert away.status_code == 401, "headers count from the proxy alone"
    assert client.get(path, headers={"X-Forwarded-User": "anna"}).status_code == 403, "a person without any role"


def test_a_stranger_calls_no_callback(attacked: Attacked) -> None:
    client, before = attacked.server.test_client(), attacked.files()
    for _, known in attacked.callbacks.values():
        assert client.post(UPDATE, json=body_of(known, {})).status_code == 401
    assert attacked.files() == before


@pytest.mark.parametrize(
    "sender",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Referer": "https://evil.example/page"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_cannot_ask_for_a_run_in_the_name_of_a_planner(sender: dict[str, str], attacked: Attacked) -> None:
    """The same body with the dashboard's own address as its origin is obeyed: it is the sender that is refused."""

    def send(more: dict[str, str], kind: str = "application/json") -> tuple[int, int]:
        before = len(attacked.asked_for())
        body = json.dumps(body_of(attacked.known("submit"), {"plan-seed.value": str(31 + before)}))
        headers = {**headers_of("planner"), **more}
        answer = attacked.server.test_client().post(UPDATE, data=body, content_type=kind, headers=headers)
        return answer.status_code, len(attacked.asked_for()) - before

    assert send(sender) == (403, 0)
    assert send(sender, "text/plain") == (403, 0)
    assert send({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}) == (200, 1)


# --- downloads --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_a_download_is_given_exactly_to_those_whom_the_table_names(role: str, attacked: Attacked) -> None:
    run = base_run(attacked.store)
    real = {
        "csv": f"/download/csv/overview/when?run={run}&lang=en",
        "weekly": f"/download/weekly/{run}/2027-W03?lang=en",
        "run": f"/download/run/{run}",
        "package": f"/download/package/{PACKAGE}",
    }
    assert real.keys() == attacked.downloads.keys()
    for kind, action in attacked.downloads.items():
        refused = role not in MATRIX[action]
        for path in (f"/download/{kind}/x", f"/download/{kind}/x/y/z?run=x"):
            assert attacked.ask(path, role).status_code == (403 if refused else 404), path
        answer = attacked.ask(real[kind], role)
        assert answer.status_code == (403 if refused else 200), kind
        assert ("Content-Disposition" in answer.headers) is not refused
        assert b"root:" not in answer.data
        for method in ("POST", "PUT", "DELETE"):
            assert attacked.ask(real[kind], role, method=method).status_code == 405


TRICKS = (
    "..", "%2e%2e", "../..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5cetc", "%2Fetc%2Fpasswd", "a%00b", "%00",
    ".", "%2e", "artefacts", "catalogue.sqlite", "jobs.sqlite", "a" * 300, "a" * 5_000, "%ff%fe", "%0d%0aX-Evil:%201",
    "~", "*", "%25", "CON",
)  # fmt: skip


def paths(trick: str) -> Iterator[str]:
    """Return the downloads that a trick could reach."""
    for kind in ("run", "package", "weekly", "csv"):
        yield f"/download/{kind}/{trick}"
        yield f"/download/{kind}/{trick}/2027-W03"
    yield f"/download/csv/overview/when?run={trick}"
    yield f"/download/csv/runs/files?run={trick}&lang={trick}"


@pytest.mark.parametrize("trick", TRICKS)
def test_no_path_leads_out_of_what_may_be_downloaded(trick: str, attacked: Attacked) -> None:
    for path in paths(trick):
        answer = attacked.ask(path, "admin")
        assert "Content-Disposition" not in answer.headers, path
        assert answer.status_code in (308, 404) or "_dash-config" in answer.text, (
            path
        )  # 200: the frame of an unknown page
        assert not answer.data.startswith((b"SQLite", b"PK"))
        assert "root:" not in answer.text
        assert "Traceback" not in answer.text
        assert "X-Evil" not in answer.headers


# --- what people type -------------------------------------------------------------------------------------------------


def as_markup(shown: Any) -> list[str]:
    """Return each hostile text that a browser would read as markup or as an address: not what is only written out."""
    return [
        f"{kind}.{prop}: {text[:80]}"
        for kind, prop, text in texts_in(shown)
        if (
            ("<img" in text or "<script" in text)
            and (kind in ("Markdown", "Graph", "AgGrid", "Iframe") or prop in ("href", "src", "srcDoc", "style"))
        )
        or (prop in ("href", "src") and not re.match(r"[/#?]|https://|$", text))
    ]


def typed(page: str, attacked: Attacked) -> str:
    """Return a query in which every value is hostile."""
    keys = {"lang", "run", "job", "title", "from", "base", "seed", "replicates", "set.campaign.target_t_d", "strange"}
    shown = json.dumps(
        attacked.call(
            "go", {"url.pathname": f"/{page}", "url.search": f"?run={base_run(attacked.store)}"}, "admin"
        ).get_json()
    )
    keys |= set(re.findall(r'"key": "([a-z_]+)"', shown))
    return "&".join(f"{key}={HOSTILE.replace('&', '%26').replace('=', '%3D')}" for key in sorted(keys))


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_what_stands_in_an_address_never_becomes_part_of_the_page(page: str, attacked: Attacked) -> None:
    query = typed(page, attacked)
    real = query.replace(f"run={HOSTILE.replace('=', '%3D')}", f"run={base_run(attacked.store)}")
    assert real != query
    for search in (query, real):
        answer = attacked.call("go", {"url.pathname": f"/{page}", "url.search": f"?{search}"}, "admin", HOSTILE[:100])
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        shown = answer.get_json()["response"]
        assert as_markup(shown) == []
        assert "alert(2)" in json.dumps(shown), "what was typed is told, as it was typed"
        landed = attacked.ask(f"/{page}?{search}", "admin")
        assert "alert(" not in landed.text
        assert "<" not in landed.headers.get("Location", "")


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_data_of_a_panel_are_named_safely_whatever_was_typed(page: str, attacked: Attacked) -> None:
    query = f"lang={HOSTILE}&strange={HOSTILE}&replicate=%3D1%2B1%0d%0aX-Evil: 1"
    shown = next(one for one in PAGES if one.name == page)
    for panel in shown.panels[:2]:
        answer = attacked.ask(f"/download/csv/{page}/{panel.name}?run=calm&{query}", "viewer")
        assert "X-Evil" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype in ("text/csv", "text/plain")
        assert "alert(" not in answer.text
        if answer.status_code == 200:
            assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+\.csv"', answer.headers["Content-Disposition"])


def test_the_title_of_a_job_and_who_asked_for_it_are_written_out_and_nothing_more(attacked: Attacked) -> None:
    form = {
        "plan-replicates.value": "2",
        "plan-seed.value": "41",
        "plan-title.value": HOSTILE,
        "url.search": "?lang=en&job=" + HOSTILE,
    }
    submitted = attacked.call("submit", form, "planner", HOSTILE)
    assert submitted.status_code == 200
    assert attacked.asked_for()[0].title == HOSTILE
    asked = {"plan-ask.data": {"at": 1}, "url.search": "?lang=en"}
    queue = attacked.call("look", asked, "admin", "anna")
    assert HOSTILE in {text for _, _, text in texts_in(queue.get_json()["response"])}
    for answer in (submitted, queue):
        assert as_markup(answer.get_json()["response"]) == []


def test_the_name_of_a_person_is_written_out_and_nothing_more(attacked: Attacked) -> None:
    asked = {"url.pathname": "/overview", "url.search": "?lang=en"}
    shown = attacked.call("go", asked, "viewer", HOSTILE).get_json()["response"]
    assert any(HOSTILE in text for _, _, text in texts_in(shown["tools"]))
    assert as_markup(shown) == []
    refused = attacked.ask("/download/run/latest", "viewer", HOSTILE, more={"Accept": "text/html"})
    assert refused.status_code == 403
    assert "<img" not in refused.text


def test_no_two_callbacks_have_one_name(attacked: Attacked) -> None:
    """The table of actions goes by name: a second callback of a name would hide the action of the first."""
    names = Counter(name_of(known) for known in attacked.app.callback_map.values() if "callback" in known)
    assert [name for name, count in names.items() if count > 1] == []
