"""``twin dashboard`` as a person starts and ends it: real processes on loopback (truth: derived)."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
import requests

from dashboards.settings import ENVIRONMENT, Settings, from_json
from ops_data.errors import UsageError
from ops_data.jobs import open_queue
from twin.__main__ import main
from twin.commands.dashboard import programs, settings_of
from twin.commands.parser import parse

OIDC = ("--sign-in", "oidc", "--oidc-issuer", "https://login.example.org", "--oidc-client-id", "twin")
SECRETS = {"TWIN_OIDC_CLIENT_SECRET": "a b c d e f", "TWIN_SESSION_KEY": "k" * 32}
ENDS_WITHIN_S = 40.0


def mistake(capsys: pytest.CaptureFixture[str], code: int, *words: str) -> str:
    """Run a command that is wrong; return the one line it says on standard error."""
    assert main(["dashboard", *words]) == code
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    return errors.removeprefix("twin: ").removesuffix("\n")


# --- what is refused --------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "another host without sign-in": (
        ("--host", "0.0.0.0"),
        "--host 0.0.0.0: others could reach it and nobody has to sign in; "
        "keep to 127.0.0.1, or choose --sign-in proxy or --sign-in oidc",
    ),
    "an unknown role": (("--role", "plannr"), "--role: 'plannr' found; one of viewer, reviewer, planner, operator,"),
    "an unknown way of sign-in": (("--sign-in", "ldap"), "--sign-in: 'ldap' found; one of none, proxy, oidc is needed"),
    "a proxy without its address": (("--sign-in", "proxy"), "--proxy-address: not given; headers are believed from"),
    "a provider without its address": (
        ("--sign-in", "oidc", "--oidc-client-id", "twin"),
        "--oidc-issuer: not given; --sign-in oidc needs the address of the identity provider; give it",
    ),
    "a role for people who sign in": (
        (*OIDC, "--role", "admin"),
        "--role: goes with --sign-in none only; leave it out",
    ),
    "a proxy nobody asked for": (("--proxy-address", "10.0.0.5"), "--proxy-address: goes with --sign-in proxy only"),
    "a provider nobody asked for": (("--oidc-issuer", "https://a"), "--oidc-issuer: goes with --sign-in oidc only"),
    "a header nobody reads": ((*OIDC, "--user-header", "X-User"), "--user-header: goes with --sign-in proxy only"),
    "a file of roles nobody needs": (("--roles", "r.toml"), "--roles: nobody signs in; choose --sign-in proxy or oidc"),
    "a public address for this machine": (("--public-url", "https://a.example"), "--public-url https://a.example:"),
    "a port that is none": (("--port", "70000"), "--port: '70000' found; a whole number from 0 to 65,535 is needed"),
    "no web process": (("--http-workers", "0"), "--http-workers: '0' found; a whole number from 1 to 64 is needed"),
    "a host that is none": (
        ("--sign-in", "proxy", "--proxy-address", "10.0.0.5", "--host", "nowhere.invalid"),
        "--host nowhere.invalid: no such address; give one of this machine, for example 127.0.0.1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_served_is_refused_before_anything_starts(
    case: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    words, beginning = REFUSED[case]
    assert mistake(capsys, 2, *words, "--store", str(tmp_path / "runs")).startswith(beginning)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("name", "value", "beginning"),
    [
        ("TWIN_OIDC_CLIENT_SECRET", "", "TWIN_OIDC_CLIENT_SECRET: not set in the environment; --sign-in oidc needs"),
        ("TWIN_SESSION_KEY", "short", "TWIN_SESSION_KEY: 5 letters found; at least 32 are needed; leave it unset"),
    ],
)
def test_secrets_that_are_no_use_are_refused(
    name: str, value: str, beginning: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for one, found in (SECRETS | {name: value}).items():
        monkeypatch.setenv(one, found)
    said = mistake(capsys, 2, *OIDC)
    assert said.startswith(beginning)
    assert "a b c d e f" not in said


def test_a_port_that_is_taken_is_named_with_a_way_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert mistake(capsys, 2, "--port", port, "--store", str(tmp_path)) == (
            f"--port {port}: cannot be used at 127.0.0.1: Address already in use; "
            "choose another with --port, or 0 for any free one"
        )


def test_a_store_that_is_a_file_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert mistake(capsys, 1, "--port", "0", "--store", str(file)).startswith(f"store {file}: ")


@pytest.mark.parametrize(("workers", "line"), [("0", "served"), ("1", "it may not be written")])
def test_a_store_that_may_only_be_read_is_served_without_workers(
    workers: str, line: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached(*_: object) -> None:
        raise UsageError("served")

    monkeypatch.setattr(os, "access", lambda _path, mode: mode == os.R_OK)
    monkeypatch.setattr("twin.commands.dashboard.programs", reached)
    words = ("--port", "0", "--role", "viewer", "--workers", workers, "--store", str(tmp_path))
    assert line in mistake(capsys, 2 if workers == "0" else 1, *words)
    assert list(tmp_path.iterdir()) == []


# --- what is started --------------------------------------------------------------------------------------------------


def options(*words: str) -> Namespace:
    return parse(["dashboard", *words])


def test_plain_options_serve_this_machine_as_admin() -> None:
    found = settings_of(options("--store", "runs"))
    assert found == Settings("runs", secure_cookies=False)
    assert settings_of(options("--role", "viewer")).local_role == "viewer"


def test_options_of_a_proxy_and_a_file_of_roles_are_taken_over(tmp_path: Path) -> None:
    roles = tmp_path / "roles.toml"
    roles.write_text('default_role = ""\n[groups]\nplanner = ["計画課"]\n', encoding="utf-8")
    words = ("--sign-in", "proxy", "--proxy-address", "10.0.0.5", "--proxy-address", "fd00::/64", "--roles", str(roles))
    found = settings_of(options(*words, "--host", "0.0.0.0", "--user-header", "Remote-User", "--store", "runs"))
    assert found == Settings(
        "runs",
        host="0.0.0.0",
        sign_in="proxy",
        proxy_addresses=("10.0.0.5", "fd00::/64"),
        user_header="Remote-User",
        role_groups={"planner": ("計画課",)},
        default_role="",
    )


@pytest.mark.parametrize(
    ("words", "secure"),
    [
        ((), False),
        (("--public-url", "https://twin.example.org"), True),
        (("--host", "0.0.0.0", "--public-url", "https://twin.example.org"), True),
        (("--public-url", "http://localhost:8050"), False),
    ],
)
def test_cookies_need_https_except_on_this_machine(
    words: tuple[str, ...], secure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWIN_OIDC_CLIENT_SECRET", "s")
    assert settings_of(options(*OIDC, *words)).secure_cookies is secure


def test_secrets_go_to_the_web_server_alone_and_never_into_words(tmp_path: Path) -> None:
    server, workers = programs(Settings("runs"), tmp_path, 2, {"PATH": "p", **SECRETS})
    assert server.environment["TWIN_OIDC_CLIENT_SECRET"] == "a b c d e f"
    assert server.environment["TWIN_SESSION_KEY"] == "k" * 32
    assert from_json(server.environment[ENVIRONMENT]).store == str(tmp_path)
    assert "a b c d e f" not in server.environment[ENVIRONMENT]
    assert [worker.name for worker in workers] == ["worker 1", "worker 2"]
    assert [dict(worker.environment) for worker in workers] == [{"PATH": "p"}] * 2
    words = " ".join([*server.words, *workers[0].words])
    assert not any(secret in words for secret in SECRETS.values())


def test_a_key_for_cookies_is_made_at_random_where_none_is_given(tmp_path: Path) -> None:
    keys = {programs(Settings("runs"), tmp_path, 0, {})[0].environment["TWIN_SESSION_KEY"] for _ in range(3)}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {64}


# --- served for real --------------------------------------------------------------------------------------------------


class Served:
    """A dashboard in processes of its own. Everything it starts holds its standard error."""

    def __init__(self, folder: Path, words: Sequence[str]) -> None:
        home = folder / "home"
        home.mkdir()
        hidden = ("XDG_RUNTIME_DIR", "GUNICORN_CMD_ARGS", *SECRETS)
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        self.home, self.store = home, folder / "runs"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "twin", "dashboard", "--port", "0", "--store", str(self.store), *words],
            env={**environment, "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def line(self) -> str:
        """Return the next line of standard output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def url(self) -> str:
        """Return the address it tells."""
        return self.line().split()[4]

    def ended(self) -> tuple[int, str]:
        """Wait until it and everything it started has ended; return its exit code and standard error."""
        _, errors = self.process.communicate(timeout=ENDS_WITHIN_S)
        return self.process.returncode, errors


@pytest.fixture
def begun() -> Iterator[list[Served]]:
    """Give a list of dashboards; what still runs at the end is ended."""
    found: list[Served] = []
    yield found
    for one in found:
        if one.process.poll() is None:
            one.process.terminate()
            one.ended()


def serve(begun: list[Served], folder: Path, *words: str) -> Served:
    begun.append(Served(folder, words))
    return begun[-1]


def test_it_tells_where_it_is_serves_pages_and_ctrl_c_ends_all_of_it(begun: list[Served], tmp_path: Path) -> None:
    one = serve(begun, tmp_path)
    line = one.line()
    url = line.split()[4]
    assert line == f"The dashboard is at {url} (Ctrl-C ends it)\n"
    assert requests.get(f"{url}healthz", timeout=10.0).text == "ok\n"
    page = requests.get(url, timeout=10.0)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert one.store.is_dir()
    os.killpg(one.process.pid, signal.SIGINT)  # a terminal sends it to the whole group
    assert one.ended() == (130, "")
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5.0)
    assert not (one.home / ".gunicorn").exists()


def test_as_json_it_tells_the_address_once_and_a_request_to_end_is_obeyed(begun: list[Served], tmp_path: Path) -> None:
    one = serve(begun, tmp_path, "--json", "--workers", "0")
    text = "".join(one.line() for _ in range(3))
    url = json.loads(text)["url"]
    assert requests.get(f"{url}healthz", timeout=10.0).status_code == 200
    one.process.terminate()
    assert one.ended() == (0, "")


def test_a_request_to_end_before_it_is_ready_is_obeyed_too(begun: list[Served], tmp_path: Path) -> None:
    one = serve(begun, tmp_path)
    while not one.store.is_dir():  # it has read its options and is about to start the others
        time.sleep(0.02)
    time.sleep(0.3)
    one.process.terminate()
    code, errors = one.ended()
    assert (code, "Traceback" in errors) == (0, False)


def live_pids(store: Path) -> set[int]:
    return {worker.pid for worker in open_queue(store).live_workers()}


def test_a_worker_that_is_killed_is_begun_again(begun: list[Served], tmp_path: Path) -> None:
    one = serve(begun, tmp_path, "--workers", "1", "--http-workers", "1")
    one.url()
    while not (before := live_pids(one.store)):
        time.sleep(0.05)
    os.kill(before.pop(), signal.SIGKILL)
    until_s = time.monotonic() + ENDS_WITHIN_S
    while len(live_pids(one.store)) < 2 and time.monotonic() < until_s:  # the killed one did not say goodbye
        time.sleep(0.1)
    assert len(live_pids(one.store)) == 2
    one.process.terminate()
    code, errors = one.ended()
    assert code == 0
    assert "twin: worker 1 was ended by signal 9; it is begun again in 1 s\n" in errors


def test_nothing_goes_on_when_the_command_itself_is_killed(begun: list[Served], tmp_path: Path) -> None:
    """Derived: standard error ends only when the last process that holds it has ended (Linux ends them)."""
    one = serve(begun, tmp_path)
    one.url()
    one.process.kill()
    code, errors = one.ended()
    assert (code, "Traceback" in errors) == (-9, False)


def test_a_web_server_that_cannot_start_ends_the_command(tmp_path: Path) -> None:
    environment = {**os.environ, "GUNICORN_CMD_ARGS": "--no-such-option"}
    words = [sys.executable, "-m", "twin", "dashboard", "--port", "0", "--store", str(tmp_path)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60.0, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    last = done.stderr.splitlines()[-1]
    assert last == "twin: the web server ended with code 2; what it said stands above; mend that and start it again"


def test_behind_a_proxy_headers_count_from_its_address_only(begun: list[Served], tmp_path: Path) -> None:
    """Derived: the real server in front, for it decides what becomes of a header with an underscore."""
    roles = tmp_path / "roles.toml"
    roles.write_text('[groups]\nplanner = ["planning"]\n', encoding="utf-8")
    words = ("--sign-in", "proxy", "--roles", str(roles), "--workers", "0", "--http-workers", "1")
    one = serve(begun, tmp_path, *words, "--proxy-address", "127.0.0.1")
    url = one.url()
    named = {"X-Forwarded-User": "anna", "X-Forwarded-Groups": "planning"}
    assert requests.get(f"{url}_dash-layout", headers=named, timeout=10.0).status_code == 200
    for headers in ({}, {"X_Forwarded_User": "eve"}, {"X_FORWARDED_USER": "eve", "twin.person": "eve"}):
        assert requests.get(f"{url}_dash-layout", headers=headers, timeout=10.0).status_code == 401
    sent = {**named, "Origin": "https://evil.example"}
    assert requests.post(f"{url}_dash-update-component", json={}, headers=sent, timeout=10.0).status_code == 403


def test_headers_from_past_the_proxy_count_for_nothing(begun: list[Served], tmp_path: Path) -> None:
    words = ("--sign-in", "proxy", "--workers", "0", "--http-workers", "1")
    url = serve(begun, tmp_path, *words, "--proxy-address", "10.0.0.5").url()
    forged = {"X-Forwarded-User": "eve", "X-Forwarded-For": "10.0.0.5", "X-Forwarded-Proto": "https"}
    for path in ("", "_dash-layout", "download/csv/overview/x", "_dash-component-suites/dash/deps/react.js"):
        assert requests.get(f"{url}{path}", headers=forged, timeout=10.0).status_code == 401
    assert requests.get(f"{url}healthz", timeout=10.0).status_code == 200
