"""What tests of pages share: a small store with studies, and views of it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dashboards.app import PAGES
from dashboards.data import Data
from dashboards.frame import Frame
from dashboards.page import View
from dashboards.people import User
from dashboards.state import PageState
from dashboards.words import Lang
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
