"""Every page in a real browser (truth: what a person may expect of any page)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.driving import Watched
from tests.dashboards.stores import base_run

pytestmark = pytest.mark.browser
Open = Callable[..., Watched]
PAGES = (
    "overview", "live", "calibration", "skill", "operations", "processing", "environment", "supply", "compare", "plan",
    "runs",
)  # fmt: skip
SCIENTIFIC = re.compile(r"(?<![\w.])\d(?:\.\d+)?[eE][+-]?\d+(?!\w)|×10")


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_drawn_without_an_error_a_request_outside_or_a_serious_finding(
    page: str, lang: str, look: Open, small_store: Path
) -> None:
    one = look(lang=lang)
    shown = one.open(f"/{page}?run={base_run(small_store)}&lang={lang}")
    assert shown.locator("html").get_attribute("lang") == lang
    assert shown.locator(".message.wrong").count() == 0
    assert shown.locator("main h1").count() == 1
    findings: list[dict[str, Any]] = Axe().run(shown).response["violations"]
    serious = [
        f"{found['id']}: {found['nodes'][0]['html'][:160]}"
        for found in findings
        if found["impact"] in ("serious", "critical")
    ]
    assert serious == []
    one.assert_clean()


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_telephone(page: str, lang: str, look: Open, small_store: Path) -> None:
    one = look(width=390, lang=lang)
    shown = one.open(f"/{page}?run={base_run(small_store)}&lang={lang}")
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390
    one.assert_clean()


@pytest.mark.parametrize("page", PAGES)
def test_people_read_no_scientific_notation(page: str, look: Open, small_store: Path) -> None:
    shown = look().open(f"/{page}?run={base_run(small_store)}&lang=en")
    drawn = shown.evaluate(
        "[...document.querySelectorAll('main .graph text, main .card, main td')].map(one => one.textContent)"
    )
    assert [text for text in drawn if SCIENTIFIC.search(text)] == []


def test_a_figure_offers_no_way_to_send_it_to_anybody(look: Open, small_store: Path) -> None:
    shown = look().open(f"/operations?run={base_run(small_store)}&lang=en")
    titles = shown.evaluate("[...document.querySelectorAll('.modebar-btn')].map(one => one.dataset.title)")
    assert titles
    assert [title for title in titles if re.search("share|cloud|chart studio|plotly", title, re.IGNORECASE)] == []


def test_what_is_chosen_stands_in_the_address_and_a_fresh_browser_shows_the_same(look: Open, small_store: Path) -> None:
    one = look()
    shown = one.open(f"/operations?run={base_run(small_store)}&lang=en")
    shown.locator(".controls .control button").first.click()
    shown.get_by_role("option").nth(2).click()
    shown.wait_for_url(re.compile(r"replicate="))
    one.settle()
    held = shown.locator(".controls .control button").first.inner_text()
    links = shown.locator("a.csv").evaluate_all("all => all.map(link => link.getAttribute('href'))")
    other = look(lang="ja")
    again = other.open(shown.url.removeprefix(one.base))
    assert again.locator(".controls .control button").first.inner_text() == held
    assert again.locator("a.csv").evaluate_all("all => all.map(link => link.getAttribute('href'))") == links
    assert again.locator("html").get_attribute("lang") == "en"
    shown.go_back()
    one.settle()
    expect(shown.locator(".controls .control button").first).not_to_have_text(held)
    one.assert_clean()


def test_the_language_is_changed_in_place_and_the_view_stays(look: Open, small_store: Path) -> None:
    one = look()
    shown = one.open(f"/operations?run={base_run(small_store)}&lang=en&replicate=2")
    shown.get_by_role("link", name="日本語").click()
    expect(shown.locator("html")).to_have_attribute("lang", "ja")
    one.settle()
    assert "replicate=2" in shown.url
    assert re.search("[\u3040-\u30ff\u4e00-\u9fff]", shown.locator("h1").inner_text())


def test_going_back_before_a_page_is_drawn_still_shows_the_page_of_the_address(look: Open, small_store: Path) -> None:
    one = look()
    shown = one.open(f"/plan?run={base_run(small_store)}&lang=en")
    for number in (0, 2, 4):
        shown.locator("nav a").nth(number).click()
        shown.go_back()
    expect(shown).to_have_url(re.compile("/plan"))
    expect(shown.locator("h1")).to_have_text("Plan a run")
    one.settle()
    one.assert_clean()


def test_a_page_is_used_with_the_keyboard_alone(look: Open, small_store: Path) -> None:
    one = look()
    shown = one.open(f"/operations?run={base_run(small_store)}&lang=en")
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    shown.locator(".controls .control button").first.focus()
    for key in ("Enter", "ArrowDown", "ArrowDown", "Enter"):
        shown.keyboard.press(key)
        shown.wait_for_timeout(150)
    shown.wait_for_url(re.compile("replicate="))
    shown.locator("nav").get_by_role("link", name="Processing").focus()
    shown.keyboard.press("Enter")
    shown.wait_for_url(re.compile("/processing"))
    one.settle()
    one.assert_clean()


def test_a_figure_is_saved_as_png_and_its_data_as_csv(look: Open, small_store: Path, tmp_path: Path) -> None:
    shown = look().open(f"/operations?run={base_run(small_store)}&lang=en")
    panel = shown.locator(".panel").filter(has=shown.locator(".graph")).first
    with shown.expect_download() as picture:
        panel.locator("button.png").click()
    picture.value.save_as(tmp_path / "one.png")
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")
    with shown.expect_download() as rows:
        panel.locator("a.csv").click()
    rows.value.save_as(tmp_path / "one.csv")
    assert (tmp_path / "one.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows.value.suggested_filename.endswith(".csv")


def test_a_printed_page_leaves_out_what_is_only_for_a_screen(look: Open, small_store: Path) -> None:
    shown = look().open(f"/overview?run={base_run(small_store)}&lang=en")
    shown.emulate_media(media="print")
    assert not shown.locator("nav").is_visible()
    assert not shown.locator(".tools").first.is_visible()
    assert shown.locator("h1").is_visible()
    assert shown.pdf(format="A4").startswith(b"%PDF")
