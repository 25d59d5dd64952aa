"""Sign-in by OpenID Connect: an identity provider says who somebody is, a signed cookie remembers it for a shift."""

import os
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, current_app, redirect, request, session
from joserfc.errors import JoseError
from requests import RequestException as NoAnswerError
from werkzeug.wrappers import Response as AnyResponse

from dashboards.people import User
from dashboards.plain_pages import is_page, refusal
from dashboards.roles import roles_from
from dashboards.settings import SECRET_ENVIRONMENT, SESSION_ENVIRONMENT, SHORTEST_KEY, Settings, own_address
from ops_data.errors import FailedError, UsageError

SIGN_IN: Final = "/signin"
CALLBACK: Final = "/signin/callback"
SIGN_OUT: Final = "/signout"
SIGNED_OUT: Final = "/signed-out"
ROUTES: Final = (SIGN_IN, CALLBACK, SIGN_OUT, SIGNED_OUT)
PROVIDER: Final = "provider"
PERSON, RETURN_TO = "person", "return_to"
SHIFT: Final = timedelta(hours=12)  # a working shift at sea; then one signs in again
WAIT_S: Final = 10.0  # for an answer of the provider
MOST_BEGUN: Final = 2  # sign-ins of one browser at once: each takes room in a cookie of 4 kB
MOST_PATH: Final = 700  # letters of an address that is kept through a sign-in: two fit the cookie
MOST_NAME: Final = 200
NEEDED: Final = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")  # of what a provider says of itself
NAMES: Final = ("preferred_username", "email", "sub")
FAILURES: Final = (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError)  # of a token that is not right


def is_sign_in_route() -> bool:
    """Say whether the present request is for a page of the sign-in itself, which strangers may see."""
    endpoint = request.endpoint or ""
    return endpoint.startswith("twin_") and request.path in ROUTES


def install_oidc(server: Flask, settings: Settings) -> Callable[[], User | AnyResponse]:
    """Add the routes of the sign-in; return what finds the person of a request.

    Raises
    ------
    UsageError
        A secret is not in the environment, or too short.
    """
    server.secret_key = _secret(SESSION_ENVIRONMENT, SHORTEST_KEY)
    secure = settings.secure_cookies
    server.config.update(
        SESSION_COOKIE_NAME="__Host-twin" if secure else "twin",  # that beginning binds it to this host over https
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SHIFT,
    )
    client = OAuth(server).register(
        PROVIDER,
        client_id=settings.oidc_client_id,
        client_secret=_secret(SECRET_ENVIRONMENT, 1),
        server_metadata_url=settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": settings.oidc_scope, "code_challenge_method": "S256", "default_timeout": WAIT_S},
    )
    server.add_url_rule(SIGN_IN, "twin_sign_in", lambda: _sign_in(client, settings))
    server.add_url_rule(CALLBACK, "twin_callback", lambda: _come_back(client, settings))
    server.add_url_rule(SIGN_OUT, "twin_sign_out", lambda: _sign_out(client, settings))
    server.add_url_rule(SIGNED_OUT, "twin_signed_out", lambda: refusal(200, "signed_out", {}, href=SIGN_IN))
    return lambda: _signed_in(settings)


def local_path(text: str) -> str:
    """Return an address within this dashboard; ``/`` for anything that could lead elsewhere.

    Examples
    --------
    >>> local_path("/plan?run=a"), local_path("//evil.example"), local_path("https://evil.example")
    ('/plan?run=a', '/', '/')
    """
    inside = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    of_sign_in = text.partition("?")[0] in ROUTES
    return text if inside and not of_sign_in and len(text) <= MOST_PATH else "/"


def _secret(name: str, shortest: int) -> str:
    found = os.environ.get(name, "")
    if len(found) < shortest:
        raise UsageError(
            f"{name}: {len(found)} letters found; at least {shortest} are needed; set it in the environment"
        )
    return found


def _signed_in(settings: Settings) -> User | AnyResponse:
    kept = session.get(PERSON)
    if isinstance(kept, Mapping):
        return User(str(kept["name"]), roles_from(kept["groups"], settings))
    if not is_page():
        return refusal(401, "stranger", {})
    asked = request.full_path if request.query_string else request.path
    return _to(f"{SIGN_IN}?{urlencode({'next': local_path(asked)})}")


def _to(address: str) -> AnyResponse:
    return redirect(address)


def _sign_in(client: Any, settings: Settings) -> AnyResponse:
    then = local_path(request.args.get("next", "/"))
    if PERSON in session:
        return _to(then)
    _forget_oldest()
    state = secrets.token_urlsafe(24)
    try:
        _told_by_provider(client, settings)
        answer: AnyResponse = client.authorize_redirect(own_address(settings) + CALLBACK, state=state)
    except (NoAnswerError, FailedError) as error:
        return _away(error)
    session[RETURN_TO] = [*session.get(RETURN_TO, []), [state, then]]
    return answer


def _told_by_provider(client: Any, settings: Settings) -> Mapping[str, Any]:
    """Return what the provider says of itself; FailedError, and asked again next time, when that is no use."""
    try:
        found: dict[str, Any] = client.load_server_metadata()
        whole = all(isinstance(found.get(key), str) for key in NEEDED)
        ours = whole and found["issuer"].rstrip("/") == settings.oidc_issuer.rstrip("/")
    except TypeError:  # not even a table
        ours = False
    if not ours:
        client.server_metadata.clear()
        raise FailedError(
            f"--oidc-issuer {settings.oidc_issuer}: what it says of itself names another issuer or lacks an address; "
            "give the issuer exactly as the provider writes it"
        )
    return found


def _forget_oldest() -> None:
    """Keep few sign-ins that were begun and not ended: a browser opens many pages at once, a cookie is small."""
    begun = list(session.get(RETURN_TO, []))
    for state, _then in begun[: -(MOST_BEGUN - 1)]:
        session.pop(f"_state_{PROVIDER}_{state}", None)
    session[RETURN_TO] = begun[-(MOST_BEGUN - 1) :]


def _come_back(client: Any, settings: Settings) -> AnyResponse:
    then = dict(session.get(RETURN_TO, [])).get(request.args.get("state", ""), "/")
    issuer = settings.oidc_issuer.rstrip("/")
    expected = {
        "iss": {"essential": True, "values": [issuer, f"{issuer}/"]},
        "aud": {"essential": True, "values": [settings.oidc_client_id]},
    }
    try:
        _told_by_provider(client, settings)
        token = client.authorize_access_token(claims_options=expected)
        claims: Mapping[str, Any] = token["userinfo"]
        person = _person(claims, settings)
    except (NoAnswerError, FailedError) as error:
        return _away(error)
    except FAILURES as error:
        _log("a sign-in failed", error)
        if PERSON in session:  # another page of this browser was quicker
            return _to(local_path(then))
        return refusal(400, "failed", {}, href=f"{SIGN_IN}?{urlencode({'next': then})}")
    session.clear()
    session.permanent = True
    session[PERSON] = person
    return _to(local_path(then))


def _person(claims: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return what the cookie remembers: the name, and those groups that give a role."""
    name = next((str(claims[key]) for key in NAMES if claims.get(key)), "")[:MOST_NAME]
    if not name:
        raise KeyError("sub")
    found = claims.get(settings.groups_claim, [])
    groups = {found} if isinstance(found, str) else {str(group) for group in found}
    known = {group for names in settings.role_groups.values() for group in names}
    return {"name": name, "groups": sorted(groups & known)}


def _sign_out(client: Any, settings: Settings) -> AnyResponse:
    session.clear()
    back = own_address(settings) + SIGNED_OUT
    try:
        end = _told_by_provider(client, settings).get("end_session_endpoint")
    except (NoAnswerError, FailedError) as error:
        _log("the provider was not told of a sign-out", error)
        end = None
    if not end:
        return _to(SIGNED_OUT)
    joint = "&" if "?" in end else "?"
    return _to(end + joint + urlencode({"client_id": settings.oidc_client_id, "post_logout_redirect_uri": back}))


def _away(error: Exception) -> Response:
    _log("the identity provider does not answer as it should", error)
    return refusal(502, "provider_away", {}, href=SIGN_IN)


def _log(what: str, error: Exception) -> None:
    current_app.logger.warning("%s: %s", what, " ".join(repr(error).split()))
