"""Sign-in by a reverse proxy: the person stands in headers, believed from the proxy's own addresses only."""

import ipaddress
import re
from typing import Final

from flask import Response, request

from dashboards.people import User
from dashboards.plain_pages import refusal
from dashboards.roles import roles_from
from dashboards.settings import Settings

MOST_LETTERS: Final = 200  # of a name; longer ones are not names of people
SEPARATORS: Final = re.compile("[,;|]")  # of groups; a space may stand within a name


def person_of_proxy(settings: Settings) -> User | Response:
    """Return the person that the proxy names; a refusal when it is not the proxy, or names nobody."""
    address = request.remote_addr or ""
    if not _is_proxy(address, settings.proxy_addresses):
        return refusal(401, "not_the_proxy", {"address": address})
    name = _text_of(settings.user_header).strip()
    if not 0 < len(name) <= MOST_LETTERS or not name.isprintable() or "," in name:  # a comma joins two headers
        return refusal(401, "nobody_named", {"header": settings.user_header})
    groups = [group.strip() for group in SEPARATORS.split(_text_of(settings.groups_header))]
    return User(name, roles_from(groups, settings))


def _text_of(header: str) -> str:
    """Return a header's value; what was sent as UTF-8 arrives as Latin-1."""
    arrived = request.headers.get(header, "")
    try:
        return arrived.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return arrived


def _is_proxy(address: str, believed: tuple[str, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found
    return any(plain in ipaddress.ip_network(network) for network in believed)
