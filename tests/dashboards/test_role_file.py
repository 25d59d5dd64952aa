"""The file that says which groups give which role (truth: derived, by hand)."""

from pathlib import Path

import pytest

from dashboards.role_file import RoleFile, read_roles
from ops_data.errors import UsageError


def read(folder: Path, text: str) -> RoleFile:
    file = folder / "roles.toml"
    file.write_text(text, encoding="utf-8")
    return read_roles(str(file))


def test_a_file_of_roles_is_read_whole(tmp_path: Path) -> None:
    text = 'default_role = ""\ngroups_claim = "roles"\nscope = "openid groups"\n[groups]\nplanner = ["計画課", " b "]\n'
    assert read(tmp_path, text) == RoleFile({"planner": ("計画課", "b")}, "", "roles", "openid groups")


def test_an_empty_file_leaves_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "") == RoleFile({}, "viewer", "groups", "openid profile email")


WRONG = {
    "groups = 3": "key 'groups': 3 found; a table is needed",
    "[groups]\nboss = ['a']": "key 'groups.boss': 'boss' found; one of viewer, reviewer",
    "[groups]\nplanner = 'a'": "key 'groups.planner': 'a' found; a list of names of groups is needed",
    "[groups]\nplanner = ['a', 3]": "key 'groups.planner': ['a', 3] found; a list of names",
    "[groups]\nplanner = [' ']": "key 'groups.planner': [' '] found; a list of names",
    "default_role = 'guest'": "key 'default_role': 'guest' found; one of viewer",
    "groups_claim = 1": "key 'groups_claim': 1 found; a text is needed",
    "planer = []": "key 'planer': unknown; allowed: default_role",
    "default = 'viewer'": "key 'default': unknown; did you mean 'default_role'?",
    "groups = ": "not TOML: ",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_file_that_breaks_a_rule_is_refused_by_name_and_key(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"--roles {tmp_path / 'roles.toml'}: {WRONG[text]}")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file or directory; name another file"):
        read_roles(str(tmp_path / "missing.toml"))
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not TOML: "):
        read_roles(str(tmp_path / "binary.toml"))
