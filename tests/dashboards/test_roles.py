"""Who may do what (truth: the table in docs/dashboard.md, repeated here by hand)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboards.people import PERSON_KEY, User, current_user
from dashboards.roles import MATRIX, ROLES, allowed, matrix_rows, may_cancel, require, roles_from
from dashboards.settings import Settings
from ops_data.errors import FailedError, UnknownNameError
from tests.dashboards.signing import GROUPS, guarded_server

PAGES = (
    "overview",
    "live",
    "calibration",
    "skill",
    "operations",
    "processing",
    "environment",
    "supply",
    "compare",
    "runs",
)
EVERYBODY = {*(f"page:{name}" for name in PAGES), "do:panel", "export:csv", "export:weekly"}
TAKES_AWAY = {"do:package", "do:cancel", "export:package", "export:run"}
STEERS = {"do:acknowledge", "do:decide"}
PLANS = {"page:plan", "do:queue", "do:estimate", "do:submit", "do:study"}
MAY = {
    "viewer": EVERYBODY,
    "reviewer": EVERYBODY | TAKES_AWAY,
    "planner": EVERYBODY | TAKES_AWAY | PLANS | STEERS,
    "operator": EVERYBODY | TAKES_AWAY | STEERS,
    "admin": EVERYBODY | TAKES_AWAY | PLANS | STEERS,
}
ACTIONS = sorted(EVERYBODY | TAKES_AWAY | PLANS | STEERS)


def somebody(*roles: str) -> User:
    return User("anna", frozenset(roles))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_role_may_do_what_its_row_says_and_nothing_else(role: str, action: str) -> None:
    assert allowed(somebody(role), action) is (action in MAY[role])


def test_the_table_has_the_actions_of_this_test_and_no_other() -> None:
    assert sorted(MATRIX) == ACTIONS
    assert [action for action, _ in matrix_rows()] == list(MATRIX)
    assert {role for _, roles in matrix_rows() for role in roles} == set(ROLES)
    assert dict(matrix_rows())["page:plan"] == ("planner", "admin")


def test_nobody_may_do_an_action_without_a_row() -> None:
    with pytest.raises(UnknownNameError, match=r"^action 'do:delete': not in the table of roles; "):
        allowed(somebody(*ROLES), "do:delete")


@pytest.mark.parametrize("action", ACTIONS)
def test_no_role_and_a_made_up_role_allow_nothing(action: str) -> None:
    assert not allowed(somebody(), action)
    assert not allowed(somebody("root", "Admin", ""), action)


def test_two_roles_allow_what_either_allows() -> None:
    assert allowed(somebody("viewer", "planner"), "do:submit")
    assert not allowed(somebody("viewer", "operator"), "do:submit")


def test_who_may_ask_for_something_cancels_own_jobs_and_an_admin_any() -> None:
    for role in ("reviewer", "operator", "planner"):
        assert may_cancel(somebody(role), "anna")
        assert not may_cancel(somebody(role), "bob")
    assert may_cancel(somebody("admin"), "bob")
    assert not may_cancel(somebody("viewer"), "anna")


@pytest.mark.parametrize(
    ("groups", "default", "roles"),
    [
        (["planning"], "viewer", {"planner"}),
        (["計画課", "env-review"], "viewer", {"planner", "reviewer"}),
        (["sales"], "viewer", {"viewer"}),
        ([], "", set()),
        (["sales"], "", set()),
        (["Planning", "planner", ""], "", set()),
    ],
)
def test_groups_give_roles_by_their_exact_names(groups: list[str], default: str, roles: set[str]) -> None:
    settings = Settings("runs", role_groups=GROUPS, default_role=default)
    assert roles_from(groups, settings) == roles


# --- within a request -------------------------------------------------------------------------------------------------


@pytest.fixture
def client() -> FlaskClient:
    return guarded_server(Settings("runs", local_role="viewer")).test_client()


def as_(*roles: str) -> dict[str, object]:
    return {PERSON_KEY: somebody(*roles)}


@pytest.mark.parametrize("role", ROLES)
def test_a_callback_and_a_download_ask_for_the_role_themselves(role: str, client: FlaskClient) -> None:
    posted = client.post("/_dash-update-component", json={}, environ_overrides=as_(role))
    assert posted.status_code == (200 if "do:submit" in MAY[role] else 403)
    got = client.get("/download/runs", environ_overrides=as_(role))
    assert got.status_code == (200 if "export:run" in MAY[role] else 403)


def test_a_refusal_names_person_role_and_what_is_needed(client: FlaskClient) -> None:
    posted = client.post("/_dash-update-component", json={})
    assert (posted.status_code, posted.get_json()) == (
        403,
        {"error": "Not allowed", "message": "local has the role viewer; this takes one of: planner, admin."},
    )


def test_a_refusal_speaks_japanese_to_those_who_read_it(client: FlaskClient) -> None:
    posted = client.post("/_dash-update-component", json={}, headers={"Accept-Language": "ja,en;q=0.8"})
    assert posted.get_json()["message"].startswith("local の役割は「閲覧者」である。")
    assert posted.get_json()["message"].endswith("計画担当者、管理者。")


def test_what_a_person_is_called_cannot_become_part_of_the_page(client: FlaskClient) -> None:
    user = User("<script>alert(1)</script>{needed}", frozenset({"viewer"}))
    got = client.get("/download/runs", headers={"Accept": "text/html"}, environ_overrides={PERSON_KEY: user})
    assert (got.status_code, got.mimetype) == (403, "text/html")
    assert "<script" not in got.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{needed} has the role viewer" in got.text


def test_a_header_cannot_name_the_person_as_the_process_itself_does(client: FlaskClient) -> None:
    """Derived: a server puts the header X under HTTP_X into the environment, never under its bare name."""
    forged = {"twin.person": "admin", "Twin-Person": "admin", "HTTP_twin.person": "admin"}
    assert client.get("/", headers=forged).get_json() == {"path": "", "name": "local", "roles": ["viewer"]}
    assert client.get("/", environ_overrides={PERSON_KEY: "admin"}).get_json()["roles"] == ["viewer"]


def test_outside_a_request_and_without_sign_in_nobody_is_known() -> None:
    with pytest.raises(FailedError, match=r"^current_user: no person known here"):
        current_user()
    bare = Flask("bare")
    with bare.test_request_context("/"), pytest.raises(FailedError, match="after install_sign_in only"):
        require("page:overview")
