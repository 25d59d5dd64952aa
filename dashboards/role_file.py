"""The file of ``--roles``: which groups give which role, and where an identity token lists groups."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dashboards.people import ROLES
from dashboards.settings import NOBODY, Settings
from ops_data.errors import UsageError, did_you_mean

EXAMPLE: Final = 'planner = ["mining-planning"]'


@dataclass(frozen=True)
class RoleFile:
    """What the file says; the defaults are those of `Settings`.

    Attributes
    ----------
    groups : role → groups that give it.
    default_role : role of a signed-in person in none of them; `NOBODY`: no role.
    groups_claim, scope : claim of an identity token that lists the groups, and what to ask the provider for.
    """

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_role: str = Settings.default_role
    groups_claim: str = Settings.groups_claim
    scope: str = Settings.oidc_scope


def read_roles(file: str) -> RoleFile:
    """Return what a file of roles says.

    Parameters
    ----------
    file : path of a TOML file: table ``groups`` (role = list of groups); keys ``default_role``, ``groups_claim``,
        ``scope``, each optional.

    Raises
    ------
    UsageError
        The file cannot be read, or breaks a rule.
    """
    place = f"--roles {file}"
    try:
        found = tomllib.loads(Path(file).expanduser().read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{place}: not TOML: {' '.join(str(error).split())}; mend the file") from error
    except OSError as error:
        raise UsageError(f"{place}: cannot be read: {error.strerror or error}; name another file") from error
    known = ("groups", "default_role", "groups_claim", "scope")
    for key in found:
        if key not in known:
            raise UsageError(f"{place}: key '{key}': unknown; {did_you_mean(key, known)}")
    return RoleFile(
        groups=_groups(place, found.get("groups", {})),
        default_role=_role(place, "default_role", found.get("default_role", RoleFile.default_role)),
        groups_claim=_text(place, "groups_claim", found.get("groups_claim", RoleFile.groups_claim)),
        scope=_text(place, "scope", found.get("scope", RoleFile.scope)),
    )


def _groups(place: str, found: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(found, Mapping):
        raise UsageError(f"{place}: key 'groups': {found!r} found; a table is needed; write [groups] and {EXAMPLE}")
    for role, names in found.items():
        _role(place, f"groups.{role}", role)
        texts = isinstance(names, list) and all(isinstance(name, str) and name.strip() for name in names)
        if not texts:
            rule = "a list of names of groups is needed"
            raise UsageError(f"{place}: key 'groups.{role}': {names!r} found; {rule}; write for example {EXAMPLE}")
    return {role: tuple(name.strip() for name in names) for role, names in found.items()}


def _role(place: str, key: str, found: Any) -> str:
    text = found if found == NOBODY else _text(place, key, found)
    if text != NOBODY and text not in ROLES:
        rule = f"one of {', '.join(ROLES)} is needed"
        raise UsageError(f"{place}: key '{key}': '{text}' found; {rule}; {did_you_mean(text, ROLES)}")
    return text


def _text(place: str, key: str, found: Any) -> str:
    if not isinstance(found, str) or not found.strip():
        raise UsageError(f"{place}: key '{key}': {found!r} found; a text is needed; write it in quotation marks")
    return found.strip()
