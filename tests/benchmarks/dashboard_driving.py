"""What a person at a browser waits for, timed inside the page: from the click or the address to what is drawn."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.browser.driving import ALL_DRAWN, DRAWN_MS, FLAGS, chromium_path

UPDATE: Final = "_dash-update-component"
ADDRESS: Final = '"output":"..page.children'  # in the question that brings a page
AFTER_MS: Final = 300
WATCH: Final = """(() => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const chart = () => document.querySelector('.js-plotly-plot .main-svg path') !== null;
  const body = () => [...document.querySelectorAll('.panel .body')].some(one => !one.querySelector('.drawing'));
  async function until(test, begin) {
    while (!test()) {
      if (performance.now() - begin > 20000) return null;
      await frame();
    }
    return performance.now() - begin;
  }
  window.watched = {
    first: until(chart, 0),
    async turn(page) {
      const told = () => (document.querySelector('main h1') || {}).textContent, old = told();
      const begin = performance.now();
      document.querySelector(`nav a[href^="/${page}?"]`).click();
      const title = await until(() => told() && told() !== old, begin);
      if (!document.querySelector('.panel .body')) return { title, panel: null, chart: null };
      const panel = await until(body, begin);
      const all = () => !document.querySelector('.panel .body .drawing');
      await until(() => chart() || all(), begin);
      const drawn = chart() ? performance.now() - begin : null;
      return { title, panel, chart: drawn };
    },
    async choose(place) {
      const last = {};
      let begin = 0;
      const seen = new MutationObserver(all => all.forEach(one => {
        const part = one.target.nodeType === 1 ? one.target : one.target.parentElement;
        const inside = part && part.closest('.panel .body');
        if (inside && !part.closest('.foot')) last[part.closest('.panel').id] = performance.now() - begin;
      }));
      const everything = { childList: true, subtree: true, attributes: true, characterData: true };
      seen.observe(document.querySelector('main'), everything);
      const options = [...document.querySelectorAll('[role=option]')];
      begin = performance.now();
      options[place % options.length].click();
      const still = () => {
        const now = performance.now() - begin, newest = Math.max(0, ...Object.values(last));
        return now > (newest ? newest + 700 : 1500);
      };
      await until(still, begin);
      seen.disconnect();
      return last;
    },
    async zoom(from, to) {
      const plot = document.querySelector('#panel-readings .js-plotly-plot'), before = plot.data;
      let redrawn = null, begin = 0;
      plot.on('plotly_afterplot', () => {
        if (redrawn === null && plot.data !== before) redrawn = performance.now() - begin;
      });
      begin = performance.now();
      window.Plotly.relayout(plot, { 'xaxis.range[0]': from, 'xaxis.range[1]': to });
      await until(() => redrawn !== null, begin);
      plot.removeAllListeners('plotly_afterplot');
      return redrawn;
    },
  };
})()"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser, and end it."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        yield started
        started.close()


@contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """Open a page in a browser profile of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def settle(page: Page) -> None:
    """Wait until every panel is drawn, and what a drawn panel asks for by itself is there too."""
    page.wait_for_function(ALL_DRAWN, timeout=DRAWN_MS)
    page.wait_for_timeout(AFTER_MS)


def first_chart_ms(address: str) -> float:
    """Return how long after the start of navigation a new browser shows the first chart of an address."""
    with chromium() as browser, fresh_page(browser) as page:
        page.goto(address, wait_until="commit")
        found: float = page.evaluate("watched.first")
        return found


def turn_ms(page: Page, name: str) -> dict[str, float | None]:
    """Return how long after a click on a page's link its title, its first panel and its first chart stand there."""
    found: dict[str, float | None] = page.evaluate("name => watched.turn(name)", name)
    settle(page)
    return found


def choose_ms(page: Page, control: int, place: int) -> dict[str, float]:
    """Return how long after a choice each panel that follows it was redrawn."""
    page.locator(".controls .control button.dash-dropdown").nth(control).click()
    page.locator("[role=option]").first.wait_for()
    found: dict[str, float] = page.evaluate("place => watched.choose(place)", place)
    page.keyboard.press("Escape")
    settle(page)
    return found


def zoom_ms(page: Page, begin: str, end: str) -> float | None:
    """Return how long after a zoom into the readings the finer line is drawn."""
    found: float | None = page.evaluate("([begin, end]) => watched.zoom(begin, end)", [begin, end])
    settle(page)
    return found


@dataclass(frozen=True)
class Visit:
    """A page, and what a browser that comes from the page before asks the server for it, the page itself first."""

    name: str
    bodies: tuple[str, ...]


def recorded(address: str, names: Sequence[str]) -> list[Visit]:
    """Return what a browser asks for while a person goes through pages, ending with the first."""
    asked: list[str] = []

    def remember(request: Request) -> None:
        if UPDATE in request.url:
            asked.append(request.post_data or "")

    visits = []
    with chromium() as browser, fresh_page(browser) as page:
        page.goto(address)
        settle(page)
        page.on("request", remember)
        for name in [*names[1:], names[0]]:
            turn_ms(page, name)
            assert page.locator(".message.wrong").count() == 0, f"{name}: {page.locator('.message.wrong').inner_text()}"
            visits.append(Visit(name, tuple(sorted(asked, key=lambda body: ADDRESS not in body))))
            assert ADDRESS in visits[-1].bodies[0]
            asked.clear()
    return visits


def controls_of(page: Page) -> list[str]:
    """Return the names of the controls of the page that is shown."""
    found: list[str] = page.locator(".controls .control .label").all_inner_texts()
    return found
