"""What browser tests share: one Chromium, one served store per process."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.driving import FLAGS, Watched, chromium_path, served, watched
from tests.dashboards.stores import make_store

Open = Callable[..., Watched]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the store that page tests use too."""
    base = tmp_path_factory.getbasetemp()
    return make_store((base if worker_id == "master" else base.parent) / "small-store")


@pytest.fixture(scope="session")
def dashboard(small_store: Path) -> Iterator[str]:
    """Return the address of the served small store."""
    with served(small_store, "--workers", "0", "--http-workers", "1") as address:
        yield address


@pytest.fixture
def profile(browser: Browser) -> Iterator[Open]:
    """Return what opens a fresh browser profile at an address; see `driving.watched`."""
    contexts = []

    def begin(base: str, width: int = 1280, lang: str = "en", headers: Mapping[str, str] | None = None) -> Watched:
        context, one = watched(browser, base, width, lang, headers)
        contexts.append(context)
        return one

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture
def look(profile: Open, dashboard: str) -> Open:
    """Return what opens a fresh browser profile on the served small store."""
    return partial(profile, dashboard)
