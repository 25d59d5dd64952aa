"""Sign-in by OpenID Connect over real HTTP on loopback (truth: an independent provider, and forged tokens by hand)."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from flask import Flask

from dashboards.auth_oidc import local_path
from dashboards.settings import SECRET_ENVIRONMENT, SESSION_ENVIRONMENT, Settings
from ops_data.errors import UsageError
from tests.dashboards.signing import (
    CLIENT,
    GROUPS,
    KEY,
    SECRET,
    agree,
    forging_provider,
    free_port,
    guarded_server,
    public_provider,
    served,
    sign_in,
    state_of,
)

PEOPLE: dict[str, dict[str, object]] = {
    "anna": {"preferred_username": "anna.n", "groups": ["計画課", "sales"]},
    "bob": {"groups": "env-review"},
    "eve": {"email": "eve@example.org"},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with public_provider(PEOPLE) as address:
        yield address


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SESSION_ENVIRONMENT, KEY)
    monkeypatch.setenv(SECRET_ENVIRONMENT, SECRET)


def settings_for(provider: str, **changes: Any) -> Settings:
    given = {"port": free_port(), "default_role": "", "role_groups": GROUPS, "secure_cookies": False, **changes}
    return Settings("runs", sign_in="oidc", oidc_issuer=provider, oidc_client_id=CLIENT, **given)


@pytest.fixture
def dashboard(provider: str, secrets: None) -> Iterator[str]:
    settings = settings_for(provider)
    with served(guarded_server(settings), settings.port) as address:
        yield address


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["Accept"] = "text/html"
        yield session


# --- the way in and out -----------------------------------------------------------------------------------------------


def test_a_person_signs_in_and_sees_the_page_asked_for(dashboard: str, browser: requests.Session) -> None:
    got = sign_in(browser, f"{dashboard}/operations?run=a-1&lang=ja", "anna")
    assert got.url == f"{dashboard}/operations?run=a-1&lang=ja"
    assert got.json() == {"path": "operations", "name": "anna.n", "roles": ["planner"]}


@pytest.mark.parametrize(("sub", "name", "roles"), [("anna", "anna.n", ["planner"]), ("bob", "bob", ["reviewer"])])
def test_page_callback_and_download_know_the_same_person(
    sub: str, name: str, roles: list[str], dashboard: str, browser: requests.Session
) -> None:
    sign_in(browser, dashboard, sub)
    assert browser.get(f"{dashboard}/plan").json() == {"path": "plan", "name": name, "roles": roles}
    assert browser.get(f"{dashboard}/download/runs").json() == {"name": name, "roles": roles}
    posted = browser.post(f"{dashboard}/_dash-update-component", json={})
    assert posted.status_code == (200 if "planner" in roles else 403)


def test_a_stranger_is_sent_to_sign_in_from_pages_and_refused_elsewhere(
    dashboard: str, browser: requests.Session
) -> None:
    page = browser.get(f"{dashboard}/plan?a=1&b=%E6%B5%B7", allow_redirects=False)
    assert (page.status_code, page.headers["Location"]) == (302, "/signin?next=%2Fplan%3Fa%3D1%26b%3D%25E6%25B5%25B7")
    for path in (
        "/_dash-layout",
        "/_dash-dependencies",
        "/assets/a.css",
        "/download/runs",
        "/_dash-component-suites/a",
    ):
        assert browser.get(f"{dashboard}{path}", allow_redirects=False).status_code == 401
    assert browser.post(f"{dashboard}/_dash-update-component", json={}).status_code == 401
    assert browser.post(f"{dashboard}/plan", json={}).status_code == 401
    assert browser.get(f"{dashboard}/healthz").text == "ok\n"


def test_a_signed_in_person_without_a_role_gets_in_nowhere(dashboard: str, browser: requests.Session) -> None:
    got = sign_in(browser, dashboard, "eve")
    assert got.status_code == 403
    assert "eve@example.org is signed in, but none" in got.text
    assert 'href="/signout"' in got.text
    assert browser.get(f"{dashboard}/download/runs").status_code == 403


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(
    dashboard: str, browser: requests.Session
) -> None:
    asked = browser.get(dashboard)
    back = browser.get(agree(browser, asked.url, "anna").headers["Location"], allow_redirects=False)
    cookie = back.headers["Set-Cookie"]
    assert cookie.startswith("twin=")
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert "; Path=/" in cookie


def test_behind_https_the_cookie_is_bound_to_the_host_and_to_https(provider: str, secrets: None) -> None:
    settings = settings_for(provider, secure_cookies=True, host="0.0.0.0", public_url="https://twin.example.org")
    client = guarded_server(settings).test_client()
    answer = client.get("/signin", base_url="https://twin.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-twin=")
    assert "; Secure" in cookie
    assert "Domain" not in cookie
    assert quote("https://twin.example.org/signin/callback", safe="") in answer.headers["Location"]


def test_signing_out_forgets_the_person_here_and_tells_the_provider(
    dashboard: str, provider: str, browser: requests.Session
) -> None:
    sign_in(browser, dashboard, "anna")
    out = browser.get(f"{dashboard}/signout", allow_redirects=False)
    assert out.headers["Location"].startswith(f"{provider}/oauth2/end_session?client_id={CLIENT}&")
    assert out.headers["Location"].endswith(quote(f"{dashboard}/signed-out", safe=""))
    assert browser.get(f"{dashboard}/plan", allow_redirects=False).status_code == 302
    ended = browser.get(f"{dashboard}/signed-out", headers={"Accept-Language": "ja"})
    assert (ended.status_code, "サインアウト済み" in ended.text) == (200, True)


def test_a_cookie_signed_with_another_key_is_nobodys(
    dashboard: str, provider: str, browser: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SESSION_ENVIRONMENT, "x" * 32)
    settings = settings_for(provider)
    with served(guarded_server(settings), settings.port) as other:
        assert sign_in(browser, other, "anna").status_code == 200
    assert browser.get(f"{dashboard}/plan", allow_redirects=False).status_code == 302


def test_many_pages_opened_at_once_do_not_overfill_the_cookie(dashboard: str, browser: requests.Session) -> None:
    """Derived: browsers drop a cookie of more than 4,096 bytes, its name and attributes among them."""
    waiting = [browser.get(f"{dashboard}/plan?n={place}&{'é' * 100}") for place in range(6)]
    assert max(len(f"{cookie.name}={cookie.value}") for cookie in browser.cookies) < 4_000
    last = browser.get(agree(browser, waiting[-1].url, "anna").headers["Location"])
    assert last.url.startswith(f"{dashboard}/plan?n=5")
    first = browser.get(agree(browser, waiting[0].url, "anna").headers["Location"])
    assert (first.status_code, first.json()["name"]) == (200, "anna.n")  # signed in by now, so no complaint


# --- attacks ----------------------------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "evil.example",
    "",
    "/signout",
    "/signin?next=/plan",
    "/" + "a" * 700,
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_an_address_that_could_lead_elsewhere_becomes_the_first_page(path: str) -> None:
    assert local_path(path) == "/"


@pytest.mark.parametrize("path", ["/", "/plan", "/plan?run=a&lang=ja", "/runs?x=https://evil.example", "/@x", "/a//b"])
def test_an_address_of_our_own_stays(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_after_signing_in_nobody_is_sent_elsewhere(path: str, dashboard: str, browser: requests.Session) -> None:
    begun = browser.get(f"{dashboard}/signin", params={"next": path})
    back = browser.get(agree(browser, begun.url, "anna").headers["Location"], allow_redirects=False)
    assert (back.status_code, back.headers["Location"]) == (302, "/")
    again = browser.get(f"{dashboard}/signin", params={"next": path}, allow_redirects=False)
    assert (again.status_code, again.headers["Location"]) == (302, "/")


def test_a_sign_in_begun_by_another_browser_is_refused(dashboard: str, browser: requests.Session) -> None:
    with requests.Session() as attacker:
        location = agree(attacker, attacker.get(dashboard).url, "eve").headers["Location"]
    got = browser.get(location)
    assert (got.status_code, "Sign in again" in got.text) == (400, True)
    assert browser.get(f"{dashboard}/plan", allow_redirects=False).status_code == 302


@pytest.mark.parametrize("change", ["wrong", "missing", "no code", "twice", "denied"])
def test_an_answer_with_a_wrong_state_or_code_is_refused(
    change: str, dashboard: str, browser: requests.Session
) -> None:
    location = agree(browser, browser.get(dashboard).url, "anna").headers["Location"]
    callback = f"{dashboard}/signin/callback"
    changed = {
        "wrong": location.replace(state_of(location), "x" * 32),
        "missing": location.partition("&state=")[0],
        "no code": f"{callback}?state={state_of(location)}",
        "twice": location,
        "denied": f"{callback}?error=access_denied&error_description=<script>&state={state_of(location)}",
    }[change]
    if change == "twice":
        assert browser.get(location).status_code == 200
        browser.cookies.clear()
    got = browser.get(changed)
    assert got.status_code == 400
    assert "<script>" not in got.text
    assert browser.get(f"{dashboard}/plan", allow_redirects=False).status_code == 302


def by_forger(wrong: dict[str, object], kind: str, browser: requests.Session) -> requests.Response:
    """Sign in at a provider that forges; return what the dashboard says."""
    with served(forging_provider(wrong, kind)) as provider:
        settings = settings_for(provider, default_role="viewer")
        with served(guarded_server(settings), settings.port) as address:
            return browser.get(address)


def test_a_right_token_of_the_forging_provider_is_believed(secrets: None, browser: requests.Session) -> None:
    assert by_forger({}, "", browser).json() == {"path": "", "name": "anna", "roles": ["viewer"]}


FORGED: dict[str, tuple[dict[str, object], str]] = {
    "another nonce": ({"nonce": "x"}, ""),
    "no nonce": ({"nonce": None}, ""),
    "another issuer": ({"iss": "https://evil.example"}, ""),
    "another audience": ({"aud": "other"}, ""),
    "another audience, for us": ({"aud": "other", "azp": CLIENT}, ""),
    "expired": ({"exp": 1_000_000_000}, ""),
    "no subject": ({"sub": None}, ""),
    "an empty subject": ({"sub": ""}, ""),
    "groups that are no list": ({"groups": 3}, ""),
    "signed by a stranger": ({}, "stranger"),
    "signed with our secret": ({}, "ours"),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_identity_token_lets_nobody_in(case: str, secrets: None, browser: requests.Session) -> None:
    got = by_forger(*FORGED[case], browser)
    assert (got.status_code, "Sign-in failed" in got.text) == (400, True)


def test_a_provider_that_does_not_answer_is_said_in_words(secrets: None, browser: requests.Session) -> None:
    settings = settings_for(f"http://127.0.0.1:{free_port()}")
    with served(guarded_server(settings), settings.port) as address:
        got = browser.get(f"{address}/plan")
    assert (got.status_code, "The identity provider does not answer" in got.text) == (502, True)
    assert urlsplit(got.url).path == "/signin"


def broken_provider(answer: Callable[[], Any]) -> Flask:
    server = Flask("broken")
    server.add_url_rule("/.well-known/openid-configuration", "metadata", answer)
    return server


@pytest.mark.parametrize("answer", ["{}", "no document", "[]", '{"authorization_endpoint": 3}'])
def test_a_provider_that_talks_nonsense_is_said_in_words(answer: str, secrets: None, browser: requests.Session) -> None:
    with served(broken_provider(lambda: answer)) as provider:
        settings = settings_for(provider)
        with served(guarded_server(settings), settings.port) as address:
            assert browser.get(f"{address}/plan").status_code == 502


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (SESSION_ENVIRONMENT, "short", "TWIN_SESSION_KEY: 5 letters found; at least 32 are needed"),
        (SECRET_ENVIRONMENT, "", "TWIN_OIDC_CLIENT_SECRET: 0 letters found"),
    ],
)
def test_a_server_without_its_secrets_does_not_start(
    name: str, value: str, said: str, secrets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=f"^{said}"):
        guarded_server(settings_for("https://login.example.org"))
