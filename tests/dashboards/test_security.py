"""Headers, foreign senders, safe files (truth: derived by hand; inline scripts are hashed here a second time)."""

import base64
import csv
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from dash import Dash, Input, Output, dcc, html
from flask import Flask, Response
from flask.testing import FlaskClient

from dashboards.auth import install_sign_in
from dashboards.security import content_policy, csv_bytes, install_security, safe_name
from dashboards.settings import Settings
from tests.dashboards.signing import application

LOCAL = Settings("runs")
PUBLIC = Settings(
    "runs", host="0.0.0.0", sign_in="proxy", proxy_addresses=("127.0.0.1",), public_url="https://twin.example.org"
)
AS_ANNA = {"X-Forwarded-User": "anna"}


def small_app(settings: Settings = LOCAL) -> Dash:
    """Return an application with an inline script, behind sign-in and headers."""
    server = Flask("small")
    install_sign_in(server, settings)
    app = application("small", server)
    app.layout = html.Div([dcc.Input(id="typed"), html.P(id="shown")])
    clientside: Callable[..., None] = app.clientside_callback
    clientside("function(text) { return text; }", Output("shown", "children"), Input("typed", "value"))
    install_security(app, settings)

    @server.get("/broken")
    def broken() -> Response:
        raise ValueError("a mistake")

    return app


@pytest.fixture
def client() -> FlaskClient:
    found: FlaskClient = small_app().server.test_client()
    return found


def policy_of(text: str) -> dict[str, list[str]]:
    """Return the rules of a content security policy."""
    return {words[0]: words[1:] for words in (rule.split() for rule in text.split(";"))}


def inline_scripts(page: str) -> list[str]:
    """Return the scripts that stand in a page and are run."""
    found: list[str] = []
    inside = [False]

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            said = dict(attrs)
            inside[0] = tag == "script" and "src" not in said and said.get("type") != "application/json"

        def handle_data(self, data: str) -> None:
            if inside[0]:
                found.append(data)

        def handle_endtag(self, tag: str) -> None:
            inside[0] = False

    Reader().feed(page)
    return found


# --- headers ----------------------------------------------------------------------------------------------------------


def test_every_inline_script_of_a_page_is_named_by_its_hash_and_nothing_else_may_run(client: FlaskClient) -> None:
    got = client.get("/")
    allowed = policy_of(got.headers["Content-Security-Policy"])["script-src"]
    digests = [hashlib.sha256(script.encode()).digest() for script in inline_scripts(got.text)]
    assert len(digests) == 2  # the clientside callback, and what starts the page
    assert set(allowed) == {"'self'", *(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)}


def test_the_policy_is_the_one_of_the_documentation() -> None:
    assert content_policy(["'sha256-x'"]) == (
        "default-src 'self'; script-src 'self' 'sha256-x'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


@pytest.mark.parametrize(
    ("path", "code"),
    [("/", 200), ("/_dash-layout", 200), ("/_dash-dependencies", 200), ("/healthz", 200), ("/broken", 500)],
)
def test_every_answer_carries_the_headers(path: str, code: int, client: FlaskClient) -> None:
    got = client.get(path)
    assert got.status_code == code
    policy = policy_of(got.headers["Content-Security-Policy"])
    assert "unsafe" not in " ".join(policy["script-src"])
    assert policy["frame-ancestors"] == ["'none'"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Referrer-Policy"] == "same-origin"
    assert got.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in got.headers["Permissions-Policy"]
    assert got.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in got.headers
    assert "Server" not in got.headers
    assert "a mistake" not in got.text


def test_refusals_carry_the_headers_and_no_hash_of_a_script() -> None:
    client = small_app(PUBLIC).server.test_client()
    got = client.get("/", environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    assert got.status_code == 401
    assert policy_of(got.headers["Content-Security-Policy"])["script-src"] == ["'self'"]
    assert "<script" not in got.text
    assert client.get("/", headers=AS_ANNA).status_code == 200


def test_files_that_say_how_long_they_keep_are_left_so(client: FlaskClient) -> None:
    source = re.search(r'src="(/_dash-component-suites/[^"]+)"', client.get("/").text)
    assert source is not None
    assert "max-age" in client.get(source[1]).headers["Cache-Control"]


def test_https_is_asked_to_stay_where_it_is_used_and_only_there(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" in client.get("/healthz", base_url="https://localhost").headers
    assert "Strict-Transport-Security" in small_app(PUBLIC).server.test_client().get("/healthz").headers


# --- who may send -----------------------------------------------------------------------------------------------------

UPDATE = "/_dash-update-component"
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:8051"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:x"},
    {"Referer": "https://evil.example/page"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]
OWN: list[dict[str, str]] = [
    {},
    {"Origin": "http://localhost"},
    {"Origin": "http://LOCALHOST:80"},
    {"Referer": "http://localhost/plan?run=a"},
    {"Sec-Fetch-Site": "same-origin"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_a_page_of_another_site_sends_is_refused(
    headers: dict[str, str], method: str, client: FlaskClient
) -> None:
    got = client.open(UPDATE, method=method, json={}, headers=headers)
    assert got.status_code == 403
    assert got.get_json()["error"] == "Refused"


@pytest.mark.parametrize("headers", OWN)
def test_what_our_own_pages_send_is_heard(headers: dict[str, str], client: FlaskClient) -> None:
    assert client.post("/healthz", headers=headers).status_code == 405  # heard, and answered that one only asks there


@pytest.mark.parametrize("headers", FOREIGN)
def test_looking_is_free_from_anywhere_where_people_sign_in(headers: dict[str, str]) -> None:
    """Derived: a link on another site leads here; its pages cannot read the answer."""
    client = small_app(PUBLIC).server.test_client()
    assert client.get("/", headers={**headers, **AS_ANNA}).status_code == 200


@pytest.mark.parametrize("host", ["", "[", "a:b", ":8050"])
@pytest.mark.parametrize("origin", ["null", "http://[", "http://:8050", ""])
def test_a_sender_without_a_place_is_foreign_whatever_host_was_asked(host: str, origin: str) -> None:
    """Derived: neither names a place, so neither is ours."""
    client = small_app(PUBLIC).server.test_client()
    sent = {"Origin": origin, "Host": host, "Sec-Fetch-Site": "cross-site", **AS_ANNA}
    assert client.post("/healthz", headers=sent).status_code in (400, 403)


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("https://twin.example.org", 405),
        ("https://twin.example.org:443", 405),
        ("http://10.0.0.7:8050", 405),
        ("https://twin.example.org:8443", 403),
        ("https://example.org", 403),
    ],
)
def test_behind_a_proxy_the_public_address_is_ours_as_well(origin: str, code: int) -> None:
    client = small_app(PUBLIC).server.test_client()
    sent = {"Origin": origin, "Host": "10.0.0.7:8050", **AS_ANNA}
    assert client.post("/healthz", headers=sent).status_code == code


# --- files ------------------------------------------------------------------------------------------------------------


def rows(frame: pd.DataFrame) -> list[list[str]]:
    """Return what a reader of CSV finds."""
    return list(csv.reader(StringIO(csv_bytes(frame).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+81 3",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "  =1",
        "\N{NO-BREAK SPACE}=1",
        "\N{IDEOGRAPHIC SPACE}=1",
        "\N{FULLWIDTH EQUALS SIGN}1",
        "\N{FULLWIDTH PLUS SIGN}1",
        "\N{FULLWIDTH HYPHEN-MINUS}1",
        "\N{FULLWIDTH COMMERCIAL AT}x",
        '=HYPERLINK("https://evil.example","x")',
    ],
)
def test_a_text_that_could_start_a_formula_begins_with_an_apostrophe(text: str) -> None:
    """Derived: what spreadsheets take for the beginning of a formula, the full-width signs in Japanese ones."""
    texts = {"c": pd.Categorical([text]), "d": pd.Series([text], dtype="string")}
    frame = pd.DataFrame({"a": [text], text: ["x"], **texts})
    assert rows(frame) == [["a", f"'{text}", "c", "d"], [f"'{text}", "x", f"'{text}", f"'{text}"]]


@pytest.mark.parametrize("text", ["350 t/d", "a=b", "2027-01-01", "南鳥島", "'quoted'", "−5", "", '"', "a,b"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert rows(pd.DataFrame({"a": [text], "b": ["end"]})) == [["a", "b"], [text, "end"]]


def test_numbers_stay_numbers() -> None:
    frame = pd.DataFrame({"a": [-1.5, np.nan], "b": [-3, 4], "c": [-1, "@x"], "d": [True, False]})
    assert rows(frame) == [["a", "b", "c", "d"], ["-1.5", "-3", "-1", "True"], ["", "4", "'@x", "False"]]


def test_a_table_is_utf8_with_its_mark_and_ends_lines_in_one_way() -> None:
    frame = pd.DataFrame({"元素": ["ネオジム", "ジスプロシウム"], "値": [1.0, -2.0]}, index=[5, 5])
    assert csv_bytes(frame) == "\ufeff元素,値\r\nネオジム,1.0\r\nジスプロシウム,-2.0\r\n".encode()


def test_times_missing_values_and_doubled_columns_come_through() -> None:
    times = pd.Series([datetime(2027, 1, 1, tzinfo=UTC), pd.NaT])
    frame = pd.concat([times, pd.Series(["x", None])], axis=1, keys=["a", "a"])
    assert rows(frame) == [["a", "a"], ["2027-01-01 00:00:00+00:00", "x"], ["", ""]]


def test_an_empty_table_is_its_headings() -> None:
    assert rows(pd.DataFrame({"=a": [], "b": []})) == [["'=a", "b"]]


def test_the_table_itself_is_not_changed() -> None:
    frame = pd.DataFrame({"a": ["=1"]}, index=[7])
    csv_bytes(frame)
    assert frame.equals(pd.DataFrame({"a": ["=1"]}, index=[7]))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("pilot-2027-1a2b3c4d.csv", "pilot-2027-1a2b3c4d.csv"),
        ("../../etc/passwd", "etc-passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/passwd", "etc-passwd"),
        ("計画 A.csv", "A.csv"),
        ("南鳥島", "download"),
        ("", "download"),
        ("...", "download"),
        (".hidden", "hidden"),
        ("a\r\nSet-Cookie: x=1", "a-Set-Cookie-x-1"),
        ('a"; filename="b.exe', "a-filename-b.exe"),
        ("con", "download-con"),
        ("NUL.csv", "download-NUL.csv"),
        ("console.csv", "console.csv"),
        ("a\x00b", "a-b"),
        ("\N{FULLWIDTH FULL STOP}\N{FULLWIDTH SOLIDUS}a", "a"),
        ("a" * 300, "a" * 100),
    ],
)
def test_a_name_of_a_file_is_plain_and_never_a_path(text: str, name: str) -> None:
    assert safe_name(text) == name
