"""Drives the served dashboard in Debian's Chromium, and remembers what a person would never see: errors, requests."""

import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from ops_data.jobs import Job, Queue, open_queue

CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
START_S: Final = 120.0
DRAWN_MS: Final = 20_000
ALL_DRAWN: Final = """() => {
  const bodies = [...document.querySelectorAll('.panel .body')];
  return document.querySelector('main h1, main .message') && !document.querySelector('.drawing')
    && bodies.every(body => body.children.length)
    && [...document.querySelectorAll('.graph')].every(one =>
      one.querySelector('.js-plotly-plot .main-svg, .gl-container'));
}"""


def chromium_path() -> str:
    """Return the path of the browser."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    assert found is not None, "no Chromium: 'make test' installs it where it may, and leaves these tests out where not"
    return found


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def served(store: Path, *options: str, port: int = 0) -> Iterator[str]:
    """Serve a store as a person does, at any free port where none is given; give the address."""
    port = port or free_port()
    words = [sys.executable, "-m", "twin", "dashboard", "--store", str(store), "--port", str(port), *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


@contextmanager
def working(store: Path, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a worker that takes over after two seconds what another one has left behind."""
    words = [sys.executable, "-m", "twin", "worker", "--store", str(store), "--lease", "2", "--poll", "0.2", *options]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _wait_for(address: str, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()[0]
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:  # nobody listens yet, or what listens is still warming up
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer within {START_S:g} s")


@dataclass(frozen=True)
class Desk:
    """A dashboard without workers behind a proxy, over a store of its own."""

    base: str
    store: Path

    @property
    def queue(self) -> Queue:
        """The queue of the store."""
        return open_queue(self.store)

    def newest(self) -> Job:
        """Return the job that was asked for last."""
        return self.queue.jobs()[0]

    def sealed(self) -> set[str]:
        """Return the runs of the store."""
        return {path.parent.name for path in self.store.glob("*/manifest.json")}


@dataclass
class Watched:
    """A page, and what happened in it behind a person's back."""

    page: Page
    base: str
    console: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path and wait until everything is drawn."""
        self.page.goto(self.base + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until every panel is drawn."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(ALL_DRAWN, timeout=DRAWN_MS)

    def assert_clean(self) -> None:
        """Assert that nothing went wrong that a person does not see."""
        assert (self.console, self.outside, self.refused) == ([], [], [])


def watched(
    browser: Browser, base: str, width: int = 1280, lang: str = "en", headers: Mapping[str, str] | None = None
) -> tuple[BrowserContext, Watched]:
    """Return a fresh browser profile with one page that is watched; `headers` stand in for a reverse proxy."""
    locale = {"en": "en-GB", "ja": "ja-JP"}[lang]
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale, accept_downloads=True)
    context.set_extra_http_headers(dict(headers or {}))
    one = Watched(context.new_page(), base)

    def on_console(told: ConsoleMessage) -> None:
        if told.type in ("error", "warning"):
            one.console.append(f"{told.type}: {told.text}")

    def on_request(asked: Request) -> None:
        if not asked.url.startswith(("data:", "blob:")) and urlsplit(asked.url).netloc != urlsplit(base).netloc:
            one.outside.append(asked.url)

    def on_response(answer: Response) -> None:
        if answer.status >= 400:
            one.refused.append(f"{answer.status} {answer.url}")

    one.page.on("console", on_console)
    one.page.on("pageerror", lambda error: one.console.append(str(error)))
    one.page.on("request", on_request)
    one.page.on("response", on_response)
    return context, one
