"""Sign-in: finds the person of each request before anything else sees the request, or answers it.

Three ways: nobody signs in, and only this machine is served; a trusted reverse proxy names the person in headers;
an identity provider is asked by OpenID Connect.
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.auth_oidc import SIGN_OUT, install_oidc, is_sign_in_route
from dashboards.auth_proxy import person_of_proxy
from dashboards.people import PERSON_KEY, User, current_user, set_current_user
from dashboards.plain_pages import refusal
from dashboards.settings import Settings, is_loopback

__all__ = ["HEALTH", "PERSON_KEY", "User", "current_user", "install_sign_in", "sign_out_path"]

HEALTH: Final = "/healthz"
LOCAL_NAME: Final = "local"
PROXY_MARKS: Final = (
    "CF-Connecting-IP",
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Groups",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Forwarded-Server",
    "X-Forwarded-User",
    "X-Real-IP",
)
MOST_SHOWN: Final = 100  # letters of a foreign address in a refusal

Finder = Callable[[], User | AnyResponse]


def install_sign_in(server: Flask, settings: Settings) -> None:
    """Let every request of a server know its person; call it before anything else is added to the server.

    Parameters
    ----------
    server : without routes and hooks of others: the first hook to run is the one that sees strangers.
    settings : which way of sign-in.
    """
    find = _finder(server, settings)

    @server.get(HEALTH)
    def health() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @server.before_request
    def know_the_person() -> AnyResponse | None:
        if request.path == HEALTH or is_sign_in_route():
            return None
        inside = request.environ.get(PERSON_KEY)
        found = inside if isinstance(inside, User) else find()
        if not isinstance(found, User):
            return found
        if not found.roles:
            return refusal(403, "no_role", {"name": found.name}, href=sign_out_path(settings))
        set_current_user(found)
        return None


def sign_out_path(settings: Settings) -> str:
    """Return where a person signs out; empty where signing in is not ours."""
    return SIGN_OUT if settings.sign_in == "oidc" else ""


def _finder(server: Flask, settings: Settings) -> Finder:
    if settings.sign_in == "oidc":
        return install_oidc(server, settings)
    if settings.sign_in == "proxy":
        return lambda: person_of_proxy(settings)
    user = User(LOCAL_NAME, frozenset({settings.local_role}))
    return lambda: _outside() or user


def _outside() -> Response | None:
    """Refuse what does not come from a browser at this machine, such as a foreign name that leads here."""
    host = request.headers.get("Host", "")
    if not is_loopback(_host_of(f"//{host}")):
        return refusal(403, "foreign_host", {"host": host[:MOST_SHOWN] or "?"})
    for sender in (request.headers.get("Origin"), request.headers.get("Referer")):
        if sender is not None and not is_loopback(_host_of(sender)):
            return refusal(403, "foreign_origin", {"origin": sender[:MOST_SHOWN] or "?"})
    if any(mark in request.headers for mark in PROXY_MARKS):
        return refusal(403, "behind_proxy", {})
    return None


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
