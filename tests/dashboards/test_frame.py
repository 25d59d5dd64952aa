"""The frame of all pages (truth: what an address may and may not do)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from dashboards import app as dashboard
from dashboards.app import PAGES, make_app
from dashboards.callbacks import actions_of
from dashboards.data import Data
from dashboards.frame import Frame, read_want, want
from dashboards.page import Control, View
from dashboards.people import ROLES, User
from dashboards.roles import MATRIX, allowed
from dashboards.settings import Settings
from dashboards.state import PageState
from ops_data.errors import UnknownNameError
from tests.dashboards.stores import base_run

ADMIN = User("somebody", frozenset({"admin"}))


def texts_of(part: Any) -> str:
    """Return all that can be read in some components."""
    if isinstance(part, Component):
        return " ".join([texts_of(getattr(part, "children", None)), str(getattr(part, "aria-label", "") or "")])
    if isinstance(part, list | tuple):
        return " ".join(texts_of(one) for one in part)
    return "" if part is None else str(part)


@pytest.fixture(scope="session")
def client(small_store: Path) -> FlaskClient:
    found: FlaskClient = make_app(Settings(store=str(small_store))).server.test_client()
    return found


def test_every_page_has_its_right_its_title_and_a_title_for_every_panel(view_of: Callable[..., View]) -> None:
    for page in PAGES:
        view = view_of(page.name)
        assert f"page:{page.name}" in MATRIX
        for lang in ("en", "ja"):
            words = view_of(page.name, lang=lang).words
            assert words(f"{page.name}.title")
            assert all(words(f"{page.name}.panel.{panel.name}") for panel in page.panels)
            assert all(
                words.has(f"{page.name}.control.{one.key}") or words.has(f"common.control.{one.key}")
                for one in page.controls(view)
            )


def test_a_panel_needs_only_controls_that_its_page_has(view_of: Callable[..., View]) -> None:
    for page in PAGES:
        keys = {one.key for one in page.controls(view_of(page.name))}
        assert {need for panel in page.panels for need in panel.needs} <= keys


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_every_panel_is_drawn_with_its_data_and_its_foot(
    page: str, lang: str, small_frame: Frame, view_of: Callable[..., View]
) -> None:
    view = view_of(page, lang=lang)
    shown = small_frame.pages[page]
    for panel in shown.panels:
        body = small_frame.panel(want(view, shown, panel), ADMIN)
        assert "message wrong" not in json.dumps(body, cls=PlotlyJSONEncoder), panel.name
        assert len(texts_of(body)) > 20, panel.name


def test_every_figure_has_words_that_stand_for_it_and_data_to_download(
    small_frame: Frame, view_of: Callable[..., View]
) -> None:
    import plotly.graph_objects as go

    for page in PAGES:
        view = view_of(page.name)
        for panel in page.panels:
            drawn = panel.draw(view)
            if isinstance(drawn.body, go.Figure):
                assert len(drawn.alt) > 15, f"{page.name}/{panel.name}"
                assert drawn.rows is not None and len(drawn.rows), f"{page.name}/{panel.name}"


def test_a_control_takes_what_it_offers_and_names_what_it_does_not() -> None:
    """Derived: by hand."""
    one = Control("element", (("Nd", "Nd"), ("Dy", "Dy")), "Nd")
    many = Control("runs", (("a", "a"), ("b", "b")), "a", several=True)
    assert one.chosen(None) == ("Nd", ())
    assert one.chosen("Dy") == ("Dy", ())
    assert one.chosen("<script>") == ("Nd", ("<script>",))
    assert many.chosen("b,a,b") == ("b,a", ())
    assert many.chosen("b,x") == ("b", ("x",))
    assert many.chosen("") == ("", ())
    assert many.chosen("x") == ("a", ("x",))


def test_an_address_with_a_strange_value_shows_the_default_and_says_so(small_frame: Frame, small_store: Path) -> None:
    state = PageState("operations", "en", base_run(small_store), {"replicate": "99999"})
    parts, _ = small_frame.page(state, ADMIN)
    assert "replicate=99999 is not a choice here" in texts_of(parts)


@pytest.mark.parametrize("page", [page.name for page in PAGES if page.needs_run])
def test_an_unknown_run_is_said_and_others_are_offered(page: str, small_frame: Frame) -> None:
    parts, mark = small_frame.page(PageState(page, "en", "pilot-9999-00000000", {}), ADMIN)
    said = texts_of(parts)
    assert "pilot-9999-00000000" in said
    assert "Runs that can be read" in said
    assert mark == ""


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_an_empty_store_gives_a_page_that_says_what_to_do(page: str, tmp_path: Path) -> None:
    frame = Frame(Data(str(tmp_path / "runs")), {one.name: one for one in PAGES})
    parts, _ = frame.page(PageState(page, "en", "", {}), ADMIN)
    assert len(texts_of(parts)) > 20


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_a_page_is_drawn_only_for_roles_that_may_see_it(page: str, role: str, small_frame: Frame) -> None:
    user = User("somebody", frozenset({role}))
    parts, _ = small_frame.page(PageState(page, "en", "", {}), user)
    assert ("You may not see this page" in texts_of(parts)) is not allowed(user, f"page:{page}")


def test_what_a_browser_asks_of_a_panel_is_read_back_and_checked(view_of: Callable[..., View]) -> None:
    view = view_of("operations")
    shown = next(page for page in PAGES if page.name == "operations")
    state, name = read_want(want(view, shown, shown.panels[0]))
    assert (state.page, state.run, name) == ("operations", view.run.run_id, shown.panels[0].name)
    for strange in ("", "{}", "[]", "null", '{"page": 1}', '{"page":"x","panel":"y","lang":"xx","values":{}}'):
        with pytest.raises(UnknownNameError, match="reload"):
            read_want(strange)


def test_a_bare_address_is_sent_to_the_one_that_says_run_and_language(client: FlaskClient, small_store: Path) -> None:
    answer = client.get("/", headers={"Accept-Language": "ja"})
    assert answer.status_code == 302
    assert answer.location.startswith("/overview?run=")
    assert "lang=ja" in answer.location
    assert client.get(answer.location).status_code == 200


def test_an_unknown_path_is_answered_with_the_frame(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 200


def test_every_callback_and_download_asks_for_a_right(client: FlaskClient) -> None:
    server = client.application
    actions = actions_of(server)
    assert set(actions.values()) <= set(MATRIX)
    app = make_app(Settings(store="."))
    called = [one for one in app.callback_map.values() if "callback" in one]
    assert len(called) == sum(name.startswith("callback ") for name in actions_of(app.server))


def test_the_data_of_a_panel_come_as_csv_with_a_byte_order_mark(client: FlaskClient, small_store: Path) -> None:
    page = next(page for page in PAGES if page.name == "operations")
    answer = client.get(f"/download/csv/operations/{page.panels[0].name}?run={base_run(small_store)}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    missing = client.get("/download/csv/operations/nothing?run=x")
    assert (missing.status_code, missing.mimetype) == (404, "text/plain")


def test_the_model_context_server_of_dash_is_off(client: FlaskClient) -> None:
    assert client.get("/_mcp").status_code in (404, 200)
    assert not [rule.rule for rule in client.application.url_map.iter_rules() if "mcp" in rule.rule]


def test_pages_stand_in_the_order_of_the_navigation() -> None:
    assert [page.name for page in dashboard.PAGES] == [
        "overview",
        "live",
        "calibration",
        "skill",
        "operations",
        "processing",
        "environment",
        "supply",
        "compare",
        "plan",
        "runs",
    ]
