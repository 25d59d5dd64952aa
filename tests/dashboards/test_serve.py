"""How the dashboard is served: what gunicorn is told, and that a process is warm before its first request."""

from pathlib import Path

import pytest
from dash import html
from flask import Flask, Response, request
from gunicorn.app.wsgiapp import WSGIApplication

from dashboards import serve
from dashboards.auth import current_user, install_sign_in
from dashboards.settings import ENVIRONMENT, Settings, to_json
from tests.dashboards.signing import application

PROXY = Settings("runs", host="::1", port=8051, sign_in="proxy", proxy_addresses=("10.0.0.5", "fd00::/64"))


def configured(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> WSGIApplication:
    """Return gunicorn as it reads our words and settings, not started."""
    monkeypatch.delenv("GUNICORN_CMD_ARGS", raising=False)
    monkeypatch.setattr("sys.argv", ["gunicorn", *serve.gunicorn_words(settings)])
    return WSGIApplication()


def test_gunicorn_understands_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = configured(PROXY, monkeypatch).cfg
    assert told.address == [("::1", 8051)]
    assert (told.workers, told.threads, told.worker_class_str) == (2, 4, "gthread")
    assert told.forwarded_allow_ips == ["10.0.0.5", "fd00::/64"]
    assert told.forwarder_headers == []
    assert (told.preload_app, told.control_socket_disable, told.accesslog) == (False, True, None)
    assert told.post_worker_init == serve.post_worker_init


def test_without_a_proxy_nobody_may_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    told = configured(Settings("runs"), monkeypatch).cfg
    assert (told.address, told.forwarded_allow_ips) == ([("127.0.0.1", 8050)], [])


def test_a_process_asks_for_its_pages_as_somebody_who_may_see_them_before_the_first_request() -> None:
    seen: list[str] = []
    server = Flask("cold")
    install_sign_in(server, PROXY)
    app = application("cold", server)
    app.layout = html.Div("page")

    @server.before_request
    def see() -> None:
        seen.append(f"{current_user().name} {request.path}")

    assert serve.warm_up(server) == []
    assert seen == ["warm-up /", "warm-up /_dash-layout", "warm-up /_dash-dependencies"]


def test_a_page_that_cannot_be_made_ready_is_named() -> None:
    server = Flask("broken")
    install_sign_in(server, Settings("runs"))

    @server.get("/")
    def page() -> Response:
        raise ValueError("a mistake")

    for path in serve.FIRST_PATHS[1:]:
        server.add_url_rule(path, path, lambda: "fine")
    assert serve.warm_up(server) == ["/"]


def test_a_server_that_warms_itself_up_is_asked_to() -> None:
    warmed: list[bool] = []
    server = Flask("own")
    server.extensions[serve.WARM_UP] = lambda: warmed.append(True)
    assert serve.warm_up(server) == []
    assert warmed == [True]


def test_the_dashboard_is_made_as_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, to_json(Settings(str(tmp_path), local_role="viewer")))
    assert serve.make_server().test_client().get("/healthz").text == "ok\n"
