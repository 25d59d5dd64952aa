"""What tests of the pages of measured data share: a store with a measured campaign, and views of it."""

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
from tests.dashboards.measured import make_measured


@pytest.fixture(scope="session")
def measured_store(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return a store with forty days of a rehearsal, calibrations, four forecasts, alarms and a decision."""
    base = tmp_path_factory.getbasetemp()
    return make_measured((base if worker_id == "master" else base.parent) / "measured-store")


@pytest.fixture(scope="session")
def measured_frame(measured_store: Path) -> Frame:
    """Return all pages over that store."""
    return Frame(Data(str(measured_store)), {page.name: page for page in PAGES})


@pytest.fixture(scope="session")
def measured_view(measured_frame: Frame) -> Callable[..., View]:
    """Return what makes the view of a page over that store: page, chosen values, language, role."""

    def make(page: str, values: Mapping[str, str] | None = None, lang: Lang = "en", role: str = "admin") -> View:
        state = PageState(page, lang, "", dict(values or {}))
        return measured_frame.view(state, User("somebody", frozenset({role})))[0]

    return make


@pytest.fixture(scope="session")
def empty_view(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., View]:
    """Return what makes the view of a page over a store with nothing in it."""
    frame = Frame(Data(str(tmp_path_factory.mktemp("empty") / "runs")), {page.name: page for page in PAGES})

    def make(page: str, lang: Lang = "en") -> View:
        return frame.view(PageState(page, lang, "", {}), User("somebody", frozenset({"viewer"})))[0]

    return make
