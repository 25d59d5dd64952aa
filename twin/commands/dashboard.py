"""``twin dashboard``: serves the pages and keeps processes that play what is asked for there."""

import http.client
import os
import secrets
import signal
import socket
import sys
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import FailedError, UsageError
from twin.commands.output import note, tell_warnings
from twin.commands.programs import Kept, Program, end, end_at_once, ended_how, keep, running, start
from twin.commands.readers import available_cpus
from twin.commands.run import INTERRUPTED, signals_heard

if TYPE_CHECKING:
    import subprocess

    from dashboards.settings import Settings

TICK_S: Final = 0.2
READY_WITHIN_S: Final = 180.0  # a cold start reads every library once; a slow disk takes a minute
ASK_S: Final = 5.0
KEY_BYTES: Final = 32
GOES_WITH: Final = {
    "role": "none",
    "proxy_address": "proxy",
    "user_header": "proxy",
    "groups_header": "proxy",
    "oidc_issuer": "oidc",
    "oidc_client_id": "oidc",
}
ANY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def dashboard(options: Namespace) -> int:
    """Obey ``twin dashboard``."""
    from ops_data.store import folder_of, open_store

    settings = settings_of(options)
    check_place(settings.host, settings.port)
    tell_warnings()
    create = options.workers > 0 or not folder_of(options.store).exists()  # without workers it may be for reading only
    store = open_store(options.store, create=create).folder.absolute()
    server, workers = programs(settings, store, options.workers, os.environ)
    if settings.sign_in != "none" and not settings.role_groups:
        note("no --roles: all who sign in get the default role, and nobody can ask for runs")
    with signals_heard() as asked:
        serving = start(server)
        kept = [] if asked else [keep(worker) for worker in workers]
        try:
            if _wait_until_ready(settings, serving, asked):
                _tell_ready(options.json, settings)
                _look_after(serving, kept, asked)
            end([serving, *(one.process for one in kept)])
        finally:
            end_at_once(running([serving, *(one.process for one in kept)]))
    return INTERRUPTED if signal.SIGINT in asked else 0


def settings_of(options: Namespace) -> "Settings":
    """Return the settings that the options ask for; UsageError when they do not go together."""
    from dashboards.role_file import RoleFile, read_roles
    from dashboards.settings import Settings, is_loopback

    for name, sign_in in GOES_WITH.items():
        if getattr(options, name) is not None and options.sign_in != sign_in:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option}: goes with --sign-in {sign_in} only; leave it out, or choose that")
    if options.roles is not None and options.sign_in == "none":
        raise UsageError("--roles: nobody signs in; choose --sign-in proxy or oidc, or give --role instead")
    if options.sign_in == "oidc":
        _check_secrets(os.environ)
    said = RoleFile() if options.roles is None else read_roles(options.roles)
    typed = {
        "local_role": options.role,
        "proxy_addresses": None if options.proxy_address is None else tuple(options.proxy_address),
        "user_header": options.user_header,
        "groups_header": options.groups_header,
        "oidc_issuer": options.oidc_issuer,
        "oidc_client_id": options.oidc_client_id,
        "public_url": options.public_url,
    }
    given: dict[str, Any] = {name: value for name, value in typed.items() if value is not None}
    plain = not (options.public_url or "").startswith("https:") and is_loopback(options.host)
    return Settings(
        store=options.store,
        host=options.host,
        port=options.port or _free_port(options.host),
        sign_in=options.sign_in,
        role_groups=said.groups,
        default_role=said.default_role,
        groups_claim=said.groups_claim,
        oidc_scope=said.scope,
        secure_cookies=not plain,
        http_workers=options.http_workers,
        **given,
    )


def _check_secrets(environment: Mapping[str, str]) -> None:
    from dashboards.settings import SECRET_ENVIRONMENT, SESSION_ENVIRONMENT, SHORTEST_KEY

    if not environment.get(SECRET_ENVIRONMENT):
        rule = "--sign-in oidc needs the secret of our name at the identity provider"
        raise UsageError(f"{SECRET_ENVIRONMENT}: not set in the environment; {rule}; set it")
    key = environment.get(SESSION_ENVIRONMENT, "")
    if 0 < len(key) < SHORTEST_KEY:
        rule = f"at least {SHORTEST_KEY} are needed"
        raise UsageError(f"{SESSION_ENVIRONMENT}: {len(key)} letters found; {rule}; leave it unset for a random one")


def check_place(host: str, port: int) -> None:
    """Refuse an address of another machine and a port that is taken; UsageError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise UsageError(f"--host {host}: no such address; give one of this machine, for example 127.0.0.1") from error
    family, kind, protocol, _, place = found[0]
    with closing(socket.socket(family, kind, protocol)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except PermissionError as error:
            raise UsageError(f"--port {port}: kept for the system; choose one above 1023") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(
                f"--port {port}: cannot be used at {host}: {reason}; choose another with --port, or 0 for any free one"
            ) from error


def programs(
    settings: "Settings", store: Path, workers: int, environment: Mapping[str, str]
) -> tuple[Program, list[Program]]:
    """Return the web server, and the workers that play; secrets go to the server alone.

    Parameters
    ----------
    settings : how it is served.
    store : folder of the runs.
    workers : how many play.
    environment : what the programs inherit.
    """
    from dataclasses import replace

    from dashboards.serve import gunicorn_words
    from dashboards.settings import ENVIRONMENT, SECRET_ENVIRONMENT, SESSION_ENVIRONMENT, to_json

    key = environment.get(SESSION_ENVIRONMENT) or secrets.token_hex(KEY_BYTES)
    handed = {ENVIRONMENT: to_json(replace(settings, store=str(store))), SESSION_ENVIRONMENT: key}
    words = (sys.executable, "-m", "gunicorn", *gunicorn_words(settings))
    server = Program("the web server", words, {**environment, **handed})
    secret = (ENVIRONMENT, SECRET_ENVIRONMENT, SESSION_ENVIRONMENT)
    open_environment = {name: value for name, value in environment.items() if name not in secret}
    share = max(1, available_cpus() // max(1, workers))
    play = (sys.executable, "-m", "twin", "worker", "--store", str(store), "--workers", str(share))
    return server, [Program(f"worker {place + 1}", play, open_environment) for place in range(workers)]


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        try:
            probe.bind((host, 0))
        except OSError as error:
            raise UsageError(f"--host {host}: not an address of this machine; give for example 127.0.0.1") from error
        return int(probe.getsockname()[1])


def _wait_until_ready(settings: "Settings", serving: "subprocess.Popen[bytes]", asked: Sequence[int]) -> bool:
    """Wait for the first answer of the web server; False when a stop was asked for before it came."""
    until_s = time.monotonic() + READY_WITHIN_S
    while not asked:
        _check(serving)
        if _answers(settings):
            return True
        if time.monotonic() > until_s:
            raise FailedError(f"the web server did not answer within {READY_WITHIN_S:.0f} s; see what it said above")
        time.sleep(TICK_S)
    return False


def _answers(settings: "Settings") -> bool:
    from dashboards.auth import HEALTH

    host = ANY_ADDRESS.get(settings.host, settings.host)
    with closing(http.client.HTTPConnection(host, settings.port, timeout=ASK_S)) as line:
        try:
            line.request("GET", HEALTH)
            return line.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def _tell_ready(as_json: bool, settings: "Settings") -> None:
    from dashboards.settings import own_address
    from twin.commands.output import document

    url = own_address(settings) + "/"
    if as_json:
        document({"url": url})
    else:
        print(f"The dashboard is at {url} (Ctrl-C ends it)")
    sys.stdout.flush()  # it goes on; whoever reads this waits for it


def _look_after(serving: "subprocess.Popen[bytes]", kept: Sequence[Kept], asked: Sequence[int]) -> None:
    while not asked:
        _check(serving)
        for one in kept:
            one.look_after(time.monotonic())
        time.sleep(TICK_S)


def _check(serving: "subprocess.Popen[bytes]") -> None:
    code = serving.poll()
    if code is not None:
        end_at_once([serving])  # what it left behind
        raise FailedError(f"the web server {ended_how(code)}; what it said stands above; mend that and start it again")
