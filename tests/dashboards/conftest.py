"""What tests of pages share: a small store with studies, and views of it."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dashboards.app import PAGES, make_app
from dashboards.data import Data
from dashboards.frame import Frame
from dashboards.page import View
from dashboards.people import ROLES, User
from dashboards.settings import Settings
from dashboards.state import PageState
from dashboards.words import Lang
from tests.dashboards.attacking import PACKAGE, Attacked
from tests.dashboards.stores import base_run, make_store

ViewOf = Callable[..., View]


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return a store: pilot-2027 wet and dry with studies, calm, and pilot-2027 with three shuttles."""
    base = tmp_path_factory.getbasetemp()
    return make_store((base if worker_id == "master" else base.parent) / "small-store")


@pytest.fixture(scope="session")
def small_frame(small_store: Path) -> Frame:
    """Return all pages over the small store."""
    return Frame(Data(str(small_store)), {page.name: page for page in PAGES})


@pytest.fixture(scope="session")
def view_of(small_store: Path, small_frame: Frame) -> ViewOf:
    """Return what makes the view of a page: page, chosen values, language, role, run (the one with studies)."""
    run_id = base_run(small_store)

    def make(
        page: str, values: Mapping[str, str] | None = None, lang: Lang = "en", role: str = "admin", run: str = run_id
    ) -> View:
        state = PageState(page, lang, run, dict(values or {}))
        return small_frame.view(state, User("somebody", frozenset({role})))[0]

    return make


@pytest.fixture(scope="module")
def attacked(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    """Return a dashboard behind a proxy, with a package in its store that has a link out of it."""
    store = tmp_path_factory.mktemp("attacked") / "runs"
    shutil.copytree(small_store, store)
    package = store / "packages" / PACKAGE
    package.mkdir(parents=True)
    (package / "report.txt").write_text("a report")
    (package / "link").symlink_to("/etc/passwd")
    settings = Settings(
        str(store),
        sign_in="proxy",
        proxy_addresses=("127.0.0.1",),
        role_groups={role: (role,) for role in ROLES},
        default_role="",
    )
    return Attacked(make_app(settings), store)
