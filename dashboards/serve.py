"""How gunicorn serves the dashboard: the names in small letters are its settings, `make_server` is what it calls."""

from typing import TYPE_CHECKING, Final

from flask import Flask

from dashboards.people import PERSON_KEY, User
from dashboards.settings import Settings, from_environment

if TYPE_CHECKING:
    from gunicorn.workers.base import Worker

ENTRY: Final = "dashboards.serve:make_server()"
WARM_UP: Final = "twin_warm_up"  # extension of the server: a function that warms it up better than asking for its pages
WARMER: Final = User("warm-up", frozenset({"admin"}))
FIRST_PATHS: Final = ("/", "/_dash-layout", "/_dash-dependencies")
BROKEN: Final = 500

worker_class = "gthread"
preload_app = False  # each process sets itself up: threads of libraries do not survive a fork
control_socket_disable = True  # it would lie in the home of the person who serves
timeout = 120  # seconds of silence after which a process is taken for dead; threads answer on while one works
graceful_timeout = 10  # seconds that answers under way get at the end
keepalive = 75  # seconds; longer than a reverse proxy keeps its side (nginx: 60), so it never meets a closing one
limit_request_line = 8_190  # letters: a draft of a run with many changes is one address
loglevel = "warning"
forwarder_headers = ""  # no header of a proxy replaces a variable of the environment


def post_worker_init(worker: "Worker") -> None:
    """Warm a process up before it takes its first request: Dash sets itself up in the first one it sees."""
    for path in warm_up(worker.wsgi):
        worker.log.warning("the page %s could not be made ready", path)


def make_server() -> Flask:
    """Return the dashboard as the environment describes it."""
    from dashboards.app import make_app

    server: Flask = make_app(from_environment()).server
    return server


def warm_up(server: Flask) -> list[str]:
    """Ask a server once for each of its pages; return the paths that failed."""
    own = server.extensions.get(WARM_UP)
    if own is not None:
        own()
        return []
    from dash import page_registry

    pages = [page["path"] for page in page_registry.values() if page.get("path_template") is None]
    client = server.test_client(use_cookies=False)
    failed = []
    for path in dict.fromkeys([*FIRST_PATHS, *pages]):
        with client.get(path, environ_overrides={PERSON_KEY: WARMER}) as answer:
            if answer.status_code >= BROKEN:
                failed.append(path)
    return failed


def gunicorn_words(settings: Settings) -> list[str]:
    """Return what gunicorn is started with, after its own name."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return [
        "--config=python:dashboards.serve",
        f"--bind={host}:{settings.port}",
        f"--workers={settings.http_workers}",
        f"--threads={settings.threads}",
        f"--forwarded-allow-ips={','.join(settings.proxy_addresses)}",
        ENTRY,
    ]
