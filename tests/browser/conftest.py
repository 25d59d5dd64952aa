"""What browser tests share: one Chromium, one served store per process."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from dashboards.people import ROLES
from tests.browser.driving import FLAGS, Desk, Watched, chromium_path, served, watched
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


@pytest.fixture(scope="session")
def desk(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a served copy of the small store where a proxy names people, and groups are called as roles are."""
    folder = tmp_path_factory.mktemp("desk")
    roles = folder / "roles.toml"
    roles.write_text("[groups]\n" + "".join(f'{role} = ["{role}"]\n' for role in ROLES))
    shutil.copytree(small_store, folder / "runs")
    words = ("--sign-in", "proxy", "--proxy-address", "127.0.0.1", "--roles", str(roles))
    with served(folder / "runs", "--workers", "0", "--http-workers", "1", *words) as address:
        yield Desk(address, folder / "runs")


@pytest.fixture
def person(profile: Open, desk: Desk) -> Open:
    """Return what opens a fresh browser profile of somebody at the desk."""

    def begin(name: str = "anna", role: str = "planner", lang: str = "en") -> Watched:
        return profile(desk.base, lang=lang, headers={"X-Forwarded-User": name, "X-Forwarded-Groups": role})

    return begin
