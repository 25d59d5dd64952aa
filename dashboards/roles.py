"""Who may do what: one table of actions and roles, asked inside every page, callback and download."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from flask import abort

from dashboards.people import ROLES, User, current_user
from dashboards.plain_pages import refusal, request_words
from dashboards.settings import NOBODY, Settings
from ops_data.errors import UnknownNameError, did_you_mean

__all__ = ["MATRIX", "ROLES", "allowed", "matrix_rows", "may_cancel", "require", "require_cancel", "roles_from"]

_ALL: Final = frozenset(ROLES)
_PLANS: Final = frozenset({"planner", "admin"})
_STEERS: Final = frozenset({"operator", "planner", "admin"})
_TAKES_AWAY: Final = frozenset({"reviewer", "planner", "operator", "admin"})

MATRIX: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "page:overview": _ALL,
        "page:operations": _ALL,
        "page:processing": _ALL,
        "page:environment": _ALL,
        "page:supply": _ALL,
        "page:compare": _ALL,
        "page:runs": _ALL,
        "page:live": _ALL,
        "page:calibration": _ALL,
        "page:skill": _ALL,
        "page:plan": _PLANS,
        "do:panel": _ALL,
        "do:queue": _PLANS,
        "do:estimate": _PLANS,
        "do:submit": _PLANS,
        "do:cancel": _TAKES_AWAY,
        "do:study": _PLANS,
        "do:acknowledge": _STEERS,
        "do:decide": _STEERS,
        "do:package": _TAKES_AWAY,
        "export:csv": _ALL,
        "export:weekly": _ALL,
        "export:package": _TAKES_AWAY,
        "export:run": _TAKES_AWAY,
    }
)


def allowed(user: User, action: str) -> bool:
    """Say whether somebody may do something.

    Parameters
    ----------
    user : the person.
    action : a row of `MATRIX`.

    Raises
    ------
    UnknownNameError
        The action has no row: nothing is allowed by default.

    Examples
    --------
    >>> allowed(User("anna", frozenset({"viewer"})), "do:submit")
    False
    """
    if action not in MATRIX:
        raise UnknownNameError(f"action '{action}': not in the table of roles; {did_you_mean(action, MATRIX)}")
    return not MATRIX[action].isdisjoint(user.roles)


def require(action: str) -> User:
    """Return the person of the present request, or end the request with 403 when the action is not theirs."""
    user = current_user()
    if not allowed(user, action):
        fill = {"name": user.name, "roles": _named(user.roles), "needed": _named(MATRIX[action])}
        abort(refusal(403, "not_allowed", fill))
    return user


def may_cancel(user: User, submitted_by: str) -> bool:
    """Say whether somebody may cancel a job: their own, or any as admin."""
    return allowed(user, "do:cancel") and ("admin" in user.roles or user.name == submitted_by)


def require_cancel(submitted_by: str) -> None:
    """End the present request with 403 when the person may not cancel a job of this owner."""
    if not may_cancel(current_user(), submitted_by):
        abort(refusal(403, "not_yours", {"owner": submitted_by}))


def roles_from(groups: Iterable[str], settings: Settings) -> frozenset[str]:
    """Return the roles that groups give; the default role to a person in none that counts."""
    mine = set(groups)
    found = frozenset(role for role, names in settings.role_groups.items() if not mine.isdisjoint(names))
    if found or settings.default_role == NOBODY:
        return found
    return frozenset({settings.default_role})


def matrix_rows() -> list[tuple[str, tuple[str, ...]]]:
    """Return each action with the roles that may do it, in the order of `ROLES`."""
    return [(action, tuple(role for role in ROLES if role in MATRIX[action])) for action in MATRIX]


def _named(roles: frozenset[str]) -> str:
    words = request_words()
    return words("signin.separator").join(words(f"common.role.{role}") for role in ROLES if role in roles)
