"""Settings of a served dashboard (truth: derived, by hand)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from dashboards.settings import ENVIRONMENT, Settings, from_environment, from_json, own_address, to_json
from ops_data.errors import FailedError, UsageError

LOCAL = Settings("runs")
PROXY = Settings("runs", host="0.0.0.0", sign_in="proxy", proxy_addresses=("10.0.0.5",))
OIDC = Settings(
    "runs",
    host="0.0.0.0",
    sign_in="oidc",
    oidc_issuer="https://login.example.org/realm",
    oidc_client_id="twin",
    public_url="https://twin.example.org",
    role_groups={"planner": ("計画課",)},
)

WRONG: dict[str, tuple[Settings, dict[str, Any], str]] = {
    "another host without sign-in": (
        LOCAL,
        {"host": "0.0.0.0"},
        "--host 0.0.0.0: others could reach it and nobody has to sign in; "
        "keep to 127.0.0.1, or choose --sign-in proxy or --sign-in oidc",
    ),
    "a name that only begins like loopback": (LOCAL, {"host": "127.0.0.1.example.org"}, "--host 127.0.0.1.example"),
    "all of version 6": (LOCAL, {"host": "::"}, "--host ::: others could reach it"),
    "no host": (LOCAL, {"host": " "}, "--host and --store: an empty text found"),
    "a public address without sign-in": (LOCAL, {"public_url": "https://a.example"}, "--public-url https://a.example:"),
    "an unknown way": (LOCAL, {"sign_in": "ldap"}, "--sign-in: 'ldap' found; one of none, proxy, oidc is needed"),
    "an unknown role": (LOCAL, {"local_role": "plannner"}, "--role: 'plannner' found; one of viewer,"),
    "groups of an unknown role": (LOCAL, {"role_groups": {"boss": ("a",)}}, "--roles: groups: 'boss' found"),
    "an unknown default role": (LOCAL, {"default_role": "guest"}, "--roles: default_role: 'guest' found"),
    "a port that is none": (LOCAL, {"port": 65_536}, "--port: 65536 found; a whole number from 1 to 65,535 is needed"),
    "no web process": (LOCAL, {"http_workers": 0}, "--http-workers: 0 found"),
    "no thread": (LOCAL, {"threads": 0}, "threads: 0 found"),
    "no proxy": (PROXY, {"proxy_addresses": ()}, "--proxy-address: not given; headers are believed from stated"),
    "a proxy's name": (
        PROXY,
        {"proxy_addresses": ("proxy",)},
        "--proxy-address: 'proxy' found; an address or",
    ),
    "everybody a proxy": (PROXY, {"proxy_addresses": ("0.0.0.0/0",)}, "--proxy-address: '0.0.0.0/0' is everybody"),
    "everybody in version 6": (PROXY, {"proxy_addresses": ("::/0",)}, "--proxy-address: '::/0' is everybody"),
    "a header with an underscore": (PROXY, {"user_header": "X_User"}, "--user-header: 'X_User' found; letters, digits"),
    "one header for both": (PROXY, {"groups_header": "x-forwarded-USER"}, "--groups-header: 'x-forwarded-USER' is"),
    "no provider": (OIDC, {"oidc_issuer": ""}, "--oidc-issuer: not given"),
    "a provider without https": (OIDC, {"oidc_issuer": "http://login.example.org"}, "--oidc-issuer: 'http://login"),
    "a provider that is no address": (OIDC, {"oidc_issuer": "login"}, "--oidc-issuer: 'login' found; an address is"),
    "no name at the provider": (OIDC, {"oidc_client_id": ""}, "--oidc-client-id: not given"),
    "a scope that names nobody": (OIDC, {"oidc_scope": "profile"}, "--roles: scope: 'profile' lacks openid"),
    "no way back": (OIDC, {"public_url": ""}, "--public-url: not given; after signing in"),
    "a way back without https": (OIDC, {"public_url": "http://twin.example.org"}, "--public-url: 'http://twin"),
    "a way back with a path": (OIDC, {"public_url": "https://a.example/twin"}, "--public-url: path '/twin' found"),
    "a way back with a bad port": (OIDC, {"public_url": "https://a.example:x"}, "--public-url: 'https://a.example:x'"),
    "a way back with a password": (OIDC, {"public_url": "https://u:p@a.example"}, "--public-url: 'https://u:p@a"),
}


@pytest.mark.parametrize("case", WRONG)
def test_settings_that_break_a_rule_are_refused_in_one_line(case: str) -> None:
    settings, changes, beginning = WRONG[case]
    with pytest.raises(UsageError) as caught:
        replace(settings, **changes)
    assert str(caught.value).startswith(beginning)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("settings", [LOCAL, PROXY, OIDC], ids=["none", "proxy", "oidc"])
def test_settings_come_back_from_their_text(settings: Settings) -> None:
    assert from_json(to_json(settings)) == settings
    assert "\n" not in to_json(settings)


def test_no_setting_is_a_secret() -> None:
    """Derived: the fields, read by hand; a new one has to be judged here."""
    assert set(json.loads(to_json(LOCAL))) == {
        *("store", "host", "port", "sign_in", "local_role", "proxy_addresses", "user_header", "groups_header"),
        *("role_groups", "default_role", "groups_claim", "oidc_issuer", "oidc_client_id", "oidc_scope"),
        *("public_url", "secure_cookies", "http_workers", "threads"),
    }


def test_web_processes_read_settings_from_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, to_json(OIDC))
    assert from_environment() == OIDC
    monkeypatch.delenv(ENVIRONMENT)
    with pytest.raises(FailedError, match=r"^TWIN_DASHBOARD: not set; start the dashboard with 'twin dashboard'"):
        from_environment()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"store": "runs", "secret": "s"}', '{"role_groups": 3}'])
def test_a_text_that_is_no_settings_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"^TWIN_DASHBOARD: not settings of a dashboard: "):
        from_json(text)


def test_a_dashboard_says_where_browsers_reach_it() -> None:
    assert own_address(LOCAL) == "http://127.0.0.1:8050"
    assert own_address(replace(LOCAL, host="::1", port=80)) == "http://[::1]:80"
    assert own_address(replace(OIDC, public_url="https://twin.example.org/")) == "https://twin.example.org"
