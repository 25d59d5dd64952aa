"""Who asks: the person of the present request, the same in pages, callbacks and downloads."""

from dataclasses import dataclass
from typing import Final

from flask import g, has_request_context

from ops_data.errors import FailedError

ROLES: Final = ("viewer", "reviewer", "planner", "operator", "admin")
PERSON_KEY: Final = "twin.person"  # in a request's environment; a header can only make names that begin with HTTP_


@dataclass(frozen=True)
class User:
    """A person, or the process itself when it warms up.

    Attributes
    ----------
    name : as the sign-in gives it; jobs are submitted under it.
    roles : what the person may be, of `ROLES`.
    """

    name: str
    roles: frozenset[str]


def current_user() -> User:
    """Return the person of the present request.

    Raises
    ------
    FailedError
        There is no request, or no sign-in was installed: nobody is allowed anything by accident.
    """
    found = g.get("twin_person") if has_request_context() else None
    if not isinstance(found, User):
        raise FailedError("current_user: no person known here; it is asked within a request after install_sign_in only")
    return found


def set_current_user(user: User) -> None:
    """Make somebody the person of the present request."""
    g.twin_person = user
