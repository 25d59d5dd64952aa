"""Settings of a served dashboard: checked when made, handed to the web processes as one environment variable."""

import ipaddress
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from dashboards.people import ROLES
from ops_data.errors import FailedError, UsageError, did_you_mean

ENVIRONMENT: Final = "TWIN_DASHBOARD"  # settings as JSON; never a secret
SECRET_ENVIRONMENT: Final = "TWIN_OIDC_CLIENT_SECRET"
SESSION_ENVIRONMENT: Final = "TWIN_SESSION_KEY"
SHORTEST_KEY: Final = 32  # letters of the key that signs cookies
SIGN_INS: Final = ("none", "proxy", "oidc")
NOBODY: Final = ""
MAX_HTTP_WORKERS: Final = 64
MAX_THREADS: Final = 64
HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")  # no underscore: it could be taken for a hyphen on the way


@dataclass(frozen=True)
class Settings:
    """How a dashboard is served and who may do what.

    Attributes
    ----------
    store : folder or URL of the runs.
    host, port : where it listens.
    sign_in : ``none`` (one person at this machine), ``proxy`` (headers of a reverse proxy) or ``oidc``.
    local_role : role of everybody with ``none``.
    proxy_addresses : addresses or networks from which the headers below are believed.
    user_header, groups_header : who asks, and the groups of that person.
    role_groups : role → groups that give it.
    default_role : role of a person who is in none of these groups; `NOBODY`: no role.
    groups_claim : claim of an identity token that lists the groups.
    oidc_issuer, oidc_client_id, oidc_scope : the identity provider, our name there, what we ask for.
    public_url : where browsers reach it; empty: at host and port.
    secure_cookies : whether cookies travel over https only.
    http_workers, threads : web processes, and threads in each.
    """

    store: str
    host: str = "127.0.0.1"
    port: int = 8050
    sign_in: str = "none"
    local_role: str = "admin"
    proxy_addresses: tuple[str, ...] = ()
    user_header: str = "X-Forwarded-User"
    groups_header: str = "X-Forwarded-Groups"
    role_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_role: str = "viewer"
    groups_claim: str = "groups"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_scope: str = "openid profile email"
    public_url: str = ""
    secure_cookies: bool = True
    http_workers: int = 2
    threads: int = 4

    def __post_init__(self) -> None:
        """Refuse what breaks a rule; UsageError."""
        _check_word("--sign-in", self.sign_in, SIGN_INS)
        _check_word("--role", self.local_role, ROLES)
        _check_roles(self.role_groups, self.default_role)
        if not self.host.strip() or not self.store.strip():
            raise UsageError("--host and --store: an empty text found; both are needed; give for example 127.0.0.1")
        _check_number("--port", self.port, 1, 65_535)
        _check_number("--http-workers", self.http_workers, 1, MAX_HTTP_WORKERS)
        _check_number("threads", self.threads, 1, MAX_THREADS)
        if self.public_url:
            _check_url("--public-url", self.public_url, path=False)
        _CHECKS[self.sign_in](self)


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine alone.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "[::1]", "localhost", "0.0.0.0", "example.org")]
    [True, True, True, True, False, False]
    """
    bare = host.removeprefix("[").removesuffix("]")
    if bare.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def own_address(settings: Settings) -> str:
    """Return the URL at which browsers reach a dashboard, without a slash at its end."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{shown}:{settings.port}"


def to_json(settings: Settings) -> str:
    """Return settings as one line of text."""
    return json.dumps(asdict(settings), ensure_ascii=True, sort_keys=True)


def from_json(text: str) -> Settings:
    """Return the settings that `to_json` wrote; UsageError when it is something else."""
    try:
        found: dict[str, Any] = json.loads(text)
        groups = {role: tuple(names) for role, names in found.pop("role_groups", {}).items()}
        addresses = tuple(found.pop("proxy_addresses", ()))
        return Settings(role_groups=groups, proxy_addresses=addresses, **found)
    except (ValueError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(
            f"{ENVIRONMENT}: not settings of a dashboard: {reason}; let 'twin dashboard' set it"
        ) from error


def from_environment() -> Settings:
    """Return the settings that ``twin dashboard`` left for its web processes; FailedError when there are none."""
    text = os.environ.get(ENVIRONMENT)
    if not text:
        raise FailedError(f"{ENVIRONMENT}: not set; start the dashboard with 'twin dashboard', which sets it")
    return from_json(text)


def _check_word(place: str, found: str, allowed: tuple[str, ...]) -> None:
    if found not in allowed:
        rule = f"one of {', '.join(allowed)} is needed"
        raise UsageError(f"{place}: '{found}' found; {rule}; {did_you_mean(found, allowed)}")


def _check_number(place: str, found: int, least: int, most: int) -> None:
    if not least <= found <= most:
        raise UsageError(
            f"{place}: {found} found; a whole number from {least} to {most:,} is needed; choose one of these"
        )


def _check_roles(role_groups: Mapping[str, tuple[str, ...]], default_role: str) -> None:
    for role in role_groups:
        _check_word("--roles: groups", role, ROLES)
    if default_role != NOBODY:
        _check_word("--roles: default_role", default_role, ROLES)


def _check_url(place: str, url: str, path: bool) -> None:
    parts = urlsplit(url)
    try:
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        raise UsageError(f"{place}: '{url}' found; an address is needed; give for example https://twin.example.org")
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(f"{place}: '{url}' found; without https anybody on the way can read it; give an https address")
    if not path and parts.path not in ("", "/"):
        raise UsageError(f"{place}: path '{parts.path}' found; it is served at the root of a host; leave the path out")


def _check_none(settings: Settings) -> None:
    if not is_loopback(settings.host):
        raise UsageError(
            f"--host {settings.host}: others could reach it and nobody has to sign in; "
            "keep to 127.0.0.1, or choose --sign-in proxy or --sign-in oidc"
        )
    if settings.public_url:
        raise UsageError(
            f"--public-url {settings.public_url}: with --sign-in none it serves this machine only; "
            "leave it out, or choose --sign-in proxy or --sign-in oidc"
        )


def _check_proxy(settings: Settings) -> None:
    if not settings.proxy_addresses:
        raise UsageError(
            "--proxy-address: not given; headers are believed from stated addresses only; "
            "give that of the reverse proxy, for example --proxy-address 10.0.0.5"
        )
    for address in settings.proxy_addresses:
        try:
            network = ipaddress.ip_network(address)
        except ValueError as error:
            rule = "an address or a network is needed"
            raise UsageError(
                f"--proxy-address: '{address}' found; {rule}; give for example 10.0.0.5 or 10.0.0.0/28"
            ) from error
        if network.prefixlen == 0:
            raise UsageError(
                f"--proxy-address: '{address}' is everybody; anyone could name a user; give the proxy alone"
            )
    for option, header in (("--user-header", settings.user_header), ("--groups-header", settings.groups_header)):
        if HEADER.fullmatch(header) is None:
            rule = "letters, digits and hyphens are needed"
            raise UsageError(f"{option}: '{header}' found; {rule}; give for example X-Forwarded-User")
    if settings.user_header.lower() == settings.groups_header.lower():
        raise UsageError(f"--groups-header: '{settings.groups_header}' is the user header too; name two headers")


def _check_oidc(settings: Settings) -> None:
    if not settings.oidc_issuer:
        raise UsageError("--oidc-issuer: not given; --sign-in oidc needs the address of the identity provider; give it")
    _check_url("--oidc-issuer", settings.oidc_issuer, path=True)
    if not settings.oidc_client_id:
        raise UsageError("--oidc-client-id: not given; --sign-in oidc needs our name at the identity provider; give it")
    if "openid" not in settings.oidc_scope.split():
        raise UsageError(f"--roles: scope: '{settings.oidc_scope}' lacks openid; without it nobody is named; add it")
    if not settings.public_url and not is_loopback(settings.host):
        raise UsageError(
            f"--public-url: not given; after signing in browsers cannot come back to {settings.host}; "
            "give the https address of the reverse proxy"
        )


_CHECKS: Final = {"none": _check_none, "proxy": _check_proxy, "oidc": _check_oidc}
