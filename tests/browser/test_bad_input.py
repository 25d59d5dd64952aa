"""What goes wrong in front of a person: strange addresses, broken runs, a server that is gone (truth: plain words)."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Page, expect

from dashboards.app import PAGES
from dashboards.data import Data
from dashboards.forms import MOST_CHANGES
from dashboards.frame import Frame
from dashboards.people import User
from dashboards.state import PageState
from ops_data.jobs import open_queue
from ops_data.manifest import MANIFEST
from tests.browser.driving import Watched, served
from tests.dashboards.stores import base_run
from twin.scenario import load_scenario

pytestmark = pytest.mark.browser
Open = Callable[..., Watched]
SOON_MS = 30_000
HOSTILE = "<img src=x onerror='window.hacked=1'><script>window.hacked=2</script>"
UNTOLD = re.compile(r"Traceback|\b[A-Z][a-z]+(?:[A-Z][a-z]+)*(?:Error|Exception)\b|File \".*\.py\"|\.py:\d+|NoneType")
AWAY = re.compile(
    r"error: (Failed to load resource: net::ERR_CONNECTION_REFUSED|Error: Callback failed: the server did not)"
)


def assert_in_words(page: Page) -> None:
    """Assert that a page says something, and nothing of the machinery."""
    text = page.locator("main").inner_text()
    assert len(text.strip()) > 20
    assert UNTOLD.findall(text) == []
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x']").count() == 0


def assert_drawn(one: Watched) -> None:
    """Assert that the page that was gone to is drawn whole."""
    expect(one.page.locator("main .panel").first).to_be_visible(timeout=SOON_MS)
    one.settle()
    assert one.page.locator(".message.wrong").all_inner_texts() == []


@pytest.mark.parametrize("page", ["operations", "compare"])
def test_an_unknown_run_is_named_and_those_that_are_there_are_offered(page: str, look: Open, small_store: Path) -> None:
    one = look()
    shown = one.open(f"/{page}?run=pilot-9999-00000000&lang=en")
    expect(shown.locator(".message.wrong")).to_contain_text("pilot-9999-00000000")
    assert_in_words(shown)
    shown.get_by_role("main").get_by_role("link", name=base_run(small_store)).click()
    shown.wait_for_url(re.compile(base_run(small_store)))
    assert_drawn(one)
    one.assert_clean()


def controls_of(page: str, store: Path) -> list[str]:
    """Return the keys of the controls of a page."""
    frame = Frame(Data(str(store)), {one.name: one for one in PAGES})
    view, _, _ = frame.view(PageState(page, "en", base_run(store), {}), User("a", frozenset({"admin"})))
    return list(view.chosen)


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_an_address_full_of_rubbish_shows_the_page_and_says_what_it_did_not_take(
    page: str, look: Open, small_store: Path
) -> None:
    keys = controls_of(page, small_store)
    one = look()
    typed = dict.fromkeys((*keys, "strange", "job", "x" * 200), HOSTILE)
    shown = one.open(f"/{page}?{urlencode({'run': base_run(small_store), 'lang': 'xx', **typed})}")
    remarks = shown.locator("main > .message.note").all_inner_texts()
    for key in keys:
        assert any(f"{key}=<img" in remark for remark in remarks), f"nothing said of {key}"
    assert_in_words(shown)
    assert shown.locator("html").get_attribute("lang") == "en"
    one.assert_clean()


def test_a_language_that_is_none_gives_that_of_the_browser(look: Open, small_store: Path) -> None:
    one = look(lang="ja")
    shown = one.open(f"/overview?run={base_run(small_store)}&lang=klingon")
    assert shown.locator("html").get_attribute("lang") == "ja"
    one.assert_clean()


def test_a_page_that_is_none_leads_to_the_overview(look: Open) -> None:
    one = look()
    shown = one.open("/nowhere/at-all?run=<script>&lang=en")
    expect(shown.locator(".message.wrong")).to_contain_text("nowhere")
    assert_in_words(shown)
    shown.get_by_role("main").get_by_role("link").first.click()
    shown.wait_for_url(re.compile("/overview"))
    one.assert_clean()


def test_an_address_of_a_hundred_kilobytes_is_answered_in_words(look: Open, small_store: Path) -> None:
    """A server takes so much of a line and no more; an address made in the browser is read up to its limit."""
    one = look()
    answer = one.page.goto(f"{one.base}/operations?replicate={'9' * 100_000}")
    assert answer is not None
    assert answer.status in (400, 414)
    assert UNTOLD.findall(one.page.locator("body").inner_text()) == []
    shown = one.open(f"/operations?run={base_run(small_store)}&lang=en")
    before = len(one.refused)
    shown.evaluate("search => window.dash_clientside.set_props('url', {search})", f"?lang=en&run={'9' * 100_000}")
    expect(shown.locator(".message.wrong")).to_contain_text("999", timeout=SOON_MS)
    assert_in_words(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") <= 1280
    assert one.refused[before:] == []


def test_a_draft_with_as_many_ranges_as_an_address_holds_is_there_again_after_a_reload(look: Open) -> None:
    numbers = sorted(load_scenario("pilot-2027").quantities, key=len)[-MOST_CHANGES:]
    ranges = {f"set.{key}": "{value = 3.25, low = 2.125, high = 4.5}" for key in numbers}
    one = look(lang="ja")
    one.page.goto(f"{one.base}/plan?{urlencode({'lang': 'ja', 'title': '南鳥島' * 40, **ranges})}")
    expect(one.page.locator("#plan-numbers .number-row")).to_have_count(MOST_CHANGES, timeout=SOON_MS)
    one.page.reload()
    expect(one.page.locator("#plan-title")).to_have_value("南鳥島" * 40, timeout=SOON_MS)
    one.assert_clean()


# --- the form ---------------------------------------------------------------------------------------------------------


def test_values_out_of_bounds_are_refused_at_their_fields_and_nothing_is_submitted(
    look: Open, small_store: Path
) -> None:
    one, before = look(), open_queue(small_store).jobs()
    rows = {"base": "calm", "replicates": "5000", "seed": "-1", "set.shuttles.count": "999", "set.nothing.at_all": "1"}
    shown = one.page
    shown.goto(f"{one.base}/plan?{urlencode({**rows, 'title': 'x' * 500, 'lang': 'en'})}")
    summary = shown.locator("#plan-summary .message.wrong")
    expect(summary).to_contain_text("Cannot be submitted yet: 5 to mend", timeout=SOON_MS)
    assert shown.locator("#plan-form .refused").count() == 5
    expect(shown.locator(".field", has=shown.locator("#plan-replicates")).locator(".refused")).to_contain_text("1,000")
    shown.locator("#plan-submit").click()
    expect(shown.locator("#plan-told .message.wrong")).to_contain_text("Not submitted", timeout=SOON_MS)
    assert open_queue(small_store).jobs() == before
    assert_in_words(shown)
    shown.locator("#plan-replicates").fill("three")
    shown.keyboard.press("Tab")
    expect(shown.locator("#plan-form .refused", has_text="'three' is no number")).to_be_visible(timeout=SOON_MS)
    shown.wait_for_url(re.compile("replicates=three"))
    shown.locator("#plan-replicates").fill("3")
    shown.keyboard.press("Tab")
    expect(summary).to_contain_text("4 to mend", timeout=SOON_MS)
    one.assert_clean()


@pytest.mark.parametrize("base", ["no-such-scenario", HOSTILE, "../../etc/passwd"])
def test_a_scenario_that_is_none_is_said_and_another_taken(base: str, look: Open) -> None:
    one = look()
    one.page.goto(f"{one.base}/plan?base={quote(base)}&lang=en")
    expect(one.page.locator("main .message.note").first).to_contain_text(base[:20], timeout=SOON_MS)
    expect(one.page.locator("#plan-summary")).to_contain_text("pilot-2027", timeout=SOON_MS)
    assert_in_words(one.page)
    one.assert_clean()


# --- broken stores ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    """A served store of four runs: sound, of a newer version (the newest of all), damaged, to be removed."""

    base: str
    store: Path
    sound: str
    newer: str
    damaged: str
    removed: str


@pytest.fixture(scope="module")
def broken(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broken]:
    store = tmp_path_factory.mktemp("broken") / "runs"
    shutil.copytree(small_store, store)
    own = [row.run_id for row in Data(str(store)).runs()]
    newer, removed, sound, damaged = own
    assert sound == base_run(store)
    _rewrite(store / newer / MANIFEST)
    for table in ("balance", "daily"):
        _damage(store / damaged / f"{table}.parquet")
    with served(store, "--workers", "0", "--http-workers", "1") as address:
        yield Broken(address, store, sound, newer, damaged, removed)


def _damage(table: Path) -> None:
    """Flip one bit in the middle of a file."""
    whole = table.read_bytes()
    middle = len(whole) // 2
    table.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])


def _rewrite(manifest: Path) -> None:
    """Let a manifest be one that a newer version wrote."""
    text = manifest.read_text(encoding="utf-8")
    (version,) = re.findall(r'"format": (\d+)', text)
    manifest.write_text(text.replace(f'"format": {version}', f'"format": {int(version) + 1}'), encoding="utf-8")
    assert json.loads(manifest.read_text(encoding="utf-8"))["format"] == int(version) + 1


def test_a_run_of_a_newer_version_asks_for_an_upgrade_and_other_runs_go_on(profile: Open, broken: Broken) -> None:
    """It is the newest run too, which pages take where an address names none."""
    one = profile(broken.base)
    for path in ("/", f"/operations?run={broken.newer}&lang=ja"):
        shown = one.open(path)
        expect(shown.locator(".message.wrong")).to_contain_text("upgrade the software")
        assert_in_words(shown)
    shown.get_by_role("main").get_by_role("link", name=broken.sound).click()
    shown.wait_for_url(re.compile(broken.sound))
    assert_drawn(one)
    for page in ("overview", "runs"):
        one.open(f"/{page}?run={broken.sound}&lang=en")
        assert_drawn(one)
    one.open(f"/compare?run={broken.sound}&with={broken.newer}&lang=en")
    assert {broken.newer in text for text in shown.locator(".message.wrong").all_inner_texts()} == {True}
    assert_in_words(shown)
    shown.goto(f"{one.base}/plan?base=pilot-2027&lang=en")
    expect(shown.locator("#plan-summary")).to_contain_text("Judged by", timeout=SOON_MS)
    one.assert_clean()


def test_damaged_tables_are_named_where_they_are_missed_and_all_else_is_drawn(profile: Open, broken: Broken) -> None:
    one = profile(broken.base)
    shown = one.open(f"/processing?run={broken.damaged}&lang=en")
    wrong = shown.locator(".panel .message.wrong")
    assert 0 < wrong.count() < shown.locator(".panel").count()
    for text in wrong.all_inner_texts():
        assert "balance.parquet" in text
        assert "it is damaged; see 'twin verify" in text
    assert shown.locator(".graph .main-svg").count() > 0
    assert_in_words(shown)
    for page, told in (("operations", "daily.parquet"), ("runs", "SHA-256 differs")):
        one.open(f"/{page}?run={broken.damaged}&lang=en")
        expect(shown.locator(".message.wrong").first).to_contain_text(told)
        assert_in_words(shown)
    one.assert_clean()


def test_a_run_that_is_removed_while_it_is_looked_at_is_said_to_be_gone(profile: Open, broken: Broken) -> None:
    one = profile(broken.base)
    shown = one.open(f"/processing?run={broken.removed}&lang=en")
    shutil.rmtree(broken.store / broken.removed)
    shown.locator(".controls .control button").first.click()
    shown.get_by_role("option").nth(1).click()
    expect(shown.locator("main .message.wrong").first).to_contain_text(broken.removed, timeout=SOON_MS)
    assert_in_words(shown)
    shown.reload()
    expect(shown.locator(".message.wrong")).to_contain_text(broken.removed, timeout=SOON_MS)
    shown.get_by_role("main").get_by_role("link", name=broken.sound).click()
    shown.wait_for_url(re.compile(broken.sound))
    assert_drawn(one)
    one.assert_clean()


def test_a_server_that_is_gone_is_said_and_its_return_too(profile: Open, small_store: Path, tmp_path: Path) -> None:
    shutil.copytree(small_store, tmp_path / "runs")
    words = ("--workers", "0", "--http-workers", "1")
    with served(tmp_path / "runs", *words) as address:
        one = profile(address)
        shown = one.open(f"/operations?run={base_run(small_store)}&lang=en")
    shown.locator(".controls .control button").first.click()
    shown.get_by_role("option").nth(2).click()
    alert = shown.locator("#alert")
    expect(alert).to_contain_text("cannot be reached", timeout=SOON_MS)
    assert shown.locator(".graph .main-svg").count() > 0, "what was drawn stays"
    assert_in_words(shown)
    assert [line for line in one.console if not AWAY.match(line)] == []
    with served(tmp_path / "runs", *words, port=int(address.rpartition(":")[2])):
        shown.locator(".controls .control button").first.click()
        shown.get_by_role("option").nth(1).click()
        expect(alert).to_be_hidden(timeout=SOON_MS)
