"""Who is let in without sign-in and behind a reverse proxy (truth: derived from the rules in docs/dashboard.md)."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from dashboards.auth import sign_out_path
from dashboards.people import PERSON_KEY, User
from dashboards.settings import Settings
from tests.dashboards.signing import GROUPS, guarded_server

PROXY = "10.0.0.5"


def local(role: str = "admin") -> FlaskClient:
    return guarded_server(Settings("runs", local_role=role)).test_client()


def behind(*addresses: str, default_role: str = "viewer") -> FlaskClient:
    settings = Settings(
        "runs",
        host="0.0.0.0",
        sign_in="proxy",
        proxy_addresses=addresses or (PROXY,),
        role_groups=GROUPS,
        default_role=default_role,
    )
    return guarded_server(settings).test_client()


def asked(client: FlaskClient, address: str = PROXY, **headers: str) -> tuple[int, dict[str, object]]:
    """Ask for a page from an address, with a user and groups in headers; return code and answer."""
    names = {"user": "X-Forwarded-User", "groups": "X-Forwarded-Groups"}
    sent = {names[key]: value for key, value in headers.items()}
    got = client.get("/plan", headers=sent, environ_overrides={"REMOTE_ADDR": address})
    return got.status_code, got.get_json() if got.is_json else {"page": got.text}


# --- nobody signs in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["viewer", "planner", "admin"])
def test_without_sign_in_everybody_at_this_machine_has_the_local_role(role: str) -> None:
    assert local(role).get("/plan").get_json() == {"path": "plan", "name": "local", "roles": [role]}


@pytest.mark.parametrize("host", ["localhost", "localhost:8050", "127.0.0.1:8050", "127.9.9.9", "[::1]:8050"])
def test_this_machine_is_known_by_its_loopback_names(host: str) -> None:
    assert local().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8050", "localhost.evil.example", "192.168.0.9"])
def test_another_name_that_leads_here_is_refused(host: str) -> None:
    """Derived: a page of a foreign site that renames itself to 127.0.0.1 still sends its own name as Host."""
    got = local().get("/", headers={"Host": host})
    assert (got.status_code, got.mimetype) == (403, "text/html")
    assert f"was asked for as {host}" in got.text


@pytest.mark.parametrize(
    "mark",
    [
        "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "Via", "X-Forwarded-Proto",
        "X-Forwarded-Server", "X-Forwarded-User", "CF-Connecting-IP",
    ],
)  # fmt: skip
def test_a_reverse_proxy_in_front_of_no_sign_in_is_refused(mark: str) -> None:
    got = local().get("/", headers={mark: "203.0.113.7"})
    assert got.status_code == 403
    assert "Start the dashboard with --sign-in proxy." in got.text


@pytest.mark.parametrize("host", [None, ""])
def test_a_request_that_names_no_host_is_refused(host: str | None) -> None:
    """Derived: HTTP/1.0 knows no Host; what a proxy sends so would else take the address listened at for its name."""
    server = guarded_server(Settings("runs"))
    environ = EnvironBuilder(path="/plan").get_environ()
    del environ["HTTP_HOST"]
    if host is not None:
        environ["HTTP_HOST"] = host
    _, status, _ = run_wsgi_app(server, environ)
    assert status.startswith("403")


@pytest.mark.parametrize("header", ["Origin", "Referer"])
@pytest.mark.parametrize("sender", ["https://evil.example/page", "null", "http://[", "http://127.0.0.1.evil.example"])
def test_a_page_of_another_site_gets_nothing_where_nobody_signs_in(header: str, sender: str) -> None:
    got = local().get("/plan", headers={header: sender})
    assert (got.status_code, "came from another site" in got.text) == (403, True)


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_pages_of_this_machine_lead_to_one_another(header: str) -> None:
    assert local().get("/plan", headers={header: "http://127.0.0.1:8050"}).status_code == 200


# --- a reverse proxy names the person ---------------------------------------------------------------------------------


def test_the_proxy_names_person_and_groups() -> None:
    assert asked(behind(), user="anna", groups="planning, it") == (
        200,
        {"path": "plan", "name": "anna", "roles": ["admin", "planner"]},
    )


@pytest.mark.parametrize("groups", ["planning;sales", "sales|planning", " planning ", "a b,planning"])
def test_groups_are_told_apart_as_proxies_write_them(groups: str) -> None:
    assert asked(behind(), user="anna", groups=groups)[1]["roles"] == ["planner"]


def test_names_beyond_ascii_arrive_as_they_were_sent() -> None:
    """Derived: a header holds the bytes of UTF-8, which the server hands on letter by letter as Latin-1."""

    def sent(text: str) -> str:
        return text.encode().decode("latin-1")

    code, answer = asked(behind(), user=sent("中村 彩"), groups=sent("計画課"))
    assert (code, answer["name"], answer["roles"]) == (200, "中村 彩", ["planner"])


@pytest.mark.parametrize("address", ["10.0.0.6", "127.0.0.1", "::1", "::ffff:10.0.0.6", "", "unix"])
def test_headers_from_another_address_are_not_believed(address: str) -> None:
    code, answer = asked(behind(), address, user="mallory", groups="it")
    assert code == 401
    assert "Sign-in comes from the reverse proxy alone" in str(answer["page"])
    assert "mallory" not in str(answer["page"])


@pytest.mark.parametrize("address", ["10.0.0.17", "::ffff:10.0.0.18", "fd00::9"])
def test_a_network_of_proxies_is_believed(address: str) -> None:
    assert asked(behind("10.0.0.16/28", "fd00::/64"), address, user="anna")[0] == 200


def test_a_claimed_forwarding_does_not_change_where_a_request_comes_from() -> None:
    headers = {"X-Forwarded-User": "eve", "X-Forwarded-For": PROXY, "X-Real-IP": PROXY, "Forwarded": f"for={PROXY}"}
    got = behind().get("/plan", headers=headers, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    assert got.status_code == 401


@pytest.mark.parametrize("user", ["", "   ", "a" * 201, "anna\x07", "anna\x80", "anna,eve", "anna, eve"])
def test_a_proxy_that_names_nobody_lets_nobody_in(user: str) -> None:
    code, answer = asked(behind(), user=user, groups="it")
    assert code == 401
    assert "its header X-Forwarded-User is missing or unusable" in str(answer["page"])


def test_nobody_in_particular_is_a_viewer_or_gets_no_role_as_the_file_says() -> None:
    assert asked(behind(), user="anna", groups="sales")[1]["roles"] == ["viewer"]
    code, answer = asked(behind(default_role=""), user="anna", groups="sales")
    assert code == 403
    assert "anna is signed in, but none of that account&#x27;s groups gives a role" in str(answer["page"])


def test_the_way_past_the_proxy_is_closed_for_callbacks_and_downloads_too() -> None:
    client = behind()
    stranger = {"REMOTE_ADDR": "203.0.113.7"}
    forged = {"X-Forwarded-User": "eve", "X-Forwarded-Groups": "it"}
    for got in (
        client.post("/_dash-update-component", json={}, headers=forged, environ_overrides=stranger),
        client.get("/download/runs", headers=forged, environ_overrides=stranger),
        client.get("/_dash-layout", headers=forged, environ_overrides=stranger),
        client.get("/assets/app.css", headers=forged, environ_overrides=stranger),
    ):
        assert (got.status_code, got.get_json()["error"]) == (401, "Not signed in")


# --- all ways ---------------------------------------------------------------------------------------------------------


def test_health_tells_anybody_that_it_lives_and_nothing_else() -> None:
    for client in (local(), behind(default_role="")):
        got = client.get("/healthz", environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
        assert (got.status_code, got.text, got.mimetype) == (200, "ok\n", "text/plain")
    assert local().get("/healthz/").get_json()["path"] == "healthz/"


def test_the_process_itself_is_let_in_by_its_environment() -> None:
    inside = {PERSON_KEY: User("warm-up", frozenset({"admin"})), "REMOTE_ADDR": "203.0.113.7"}
    assert behind().get("/plan", environ_overrides=inside).get_json()["name"] == "warm-up"


def test_only_sign_in_of_our_own_has_a_way_out() -> None:
    oidc = Settings("runs", sign_in="oidc", oidc_issuer="https://login.example.org", oidc_client_id="twin")
    assert sign_out_path(oidc) == "/signout"
    assert sign_out_path(Settings("runs")) == ""
