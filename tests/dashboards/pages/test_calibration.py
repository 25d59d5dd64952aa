"""Page Calibration over a rehearsal (truth: the sealed calibrations themselves)."""

from collections.abc import Callable
from functools import partial

import pytest

from dashboards.measured_archive import Asked, archived, calibration
from dashboards.page import View
from dashboards.pages import calibration as page
from tests.dashboards.measured import CAMPAIGN, panel_of, rows_of_panel, text_of
from twin.measured_results import CALIBRATION

ViewOf = Callable[..., View]
PANELS = [panel.name for panel in page.PAGE.panels]


drawn, rows_of = partial(panel_of, page.PAGE), partial(rows_of_panel, page.PAGE)


@pytest.mark.parametrize("shown", ["identified", "unknown", "all"])
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", PANELS)
def test_every_panel_is_drawn_with_its_data(measured_view: ViewOf, name: str, lang: str, shown: str) -> None:
    found = drawn(measured_view("calibration", {"shown": shown}, lang), name)
    assert found.rows is not None and len(found.rows)
    assert "message wrong" not in text_of(found)
    assert found.source and found.sealed and found.until
    assert "{" not in found.alt + found.note


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", PANELS)
def test_without_measurements_each_panel_says_so_and_what_to_do(empty_view: ViewOf, name: str, lang: str) -> None:
    found = drawn(empty_view("calibration", lang), name)
    assert found.rows is None
    assert "twin ingest" in text_of(found) and "twin calibrate" in text_of(found)


def test_a_logged_campaign_without_a_calibration_says_how_to_make_one(measured_view: ViewOf) -> None:
    found = drawn(measured_view("calibration", {"as_of": "2027-01-20"}), "summary")
    assert found.rows is None
    assert "twin calibrate --at" in text_of(found) and "twin ingest" not in text_of(found)


def test_each_number_stands_in_one_of_the_two_groups_with_the_ranges_of_the_calibration(measured_view: ViewOf) -> None:
    view = measured_view("calibration")
    sealed = archived(view.data, Asked(CAMPAIGN, None), CALIBRATION)[-1]
    found = calibration(view.data, sealed)
    learnt, unknown, every = (
        rows_of(measured_view("calibration", {"shown": shown}), "learnt") for shown in ("identified", "unknown", "all")
    )
    assert sorted([*learnt["key"], *unknown["key"]]) == sorted(every["key"])
    assert sorted(every["key"]) == sorted(one.key for one in (*found.numbers, *found.products))
    assert learnt["identified"].all() and not unknown["identified"].any()
    for row in every.itertuples():
        one = found.number(str(row.key))
        assert (row.planned_p05, row.planned_p50, row.planned_p95) == one.prior
        assert (row.learnt_p05, row.learnt_p50, row.learnt_p95) == one.posterior
    assert list(learnt["variance_removed_percent"]) == sorted(learnt["variance_removed_percent"], reverse=True)


def test_another_calibration_can_be_chosen_and_later_ones_are_not_known_before(measured_view: ViewOf) -> None:
    there = archived(measured_view("calibration").data, Asked(CAMPAIGN, None), CALIBRATION)
    assert len(there) == 3
    for sealed in there:
        view = measured_view("calibration", {"calibration": sealed.artefact_id})
        assert drawn(view, "summary").source == sealed.artefact_id
    before = measured_view("calibration", {"as_of": "2027-02-01"})
    assert drawn(before, "summary").source == there[0].artefact_id
    assert len(rows_of(before, "history")) == 1
    assert len(rows_of(measured_view("calibration"), "history")) == 3


def test_the_history_is_that_of_the_chosen_number(measured_view: ViewOf) -> None:
    rows = rows_of(measured_view("calibration", {"number": "mining.cycle_h"}), "history")
    there = archived(measured_view("calibration").data, Asked(CAMPAIGN, None), CALIBRATION)
    data = measured_view("calibration").data
    expected = [calibration(data, one).number("mining.cycle_h").posterior[1] for one in there]
    assert list(rows["learnt_p50"]) == expected
    assert list(rows["origin_utc"]) == sorted(rows["origin_utc"])


def test_every_part_product_and_check_has_words_on_the_page(measured_view: ViewOf) -> None:
    view = measured_view("calibration", lang="ja")
    for sealed in archived(view.data, Asked(CAMPAIGN, None), CALIBRATION):
        found = calibration(view.data, sealed)
        assert all(view.words.has(f"calibration.block.{used.block}") for used in found.used)
        assert all(view.words.has(f"calibration.product.{one.key}") for one in found.products)
        told = text_of(drawn(measured_view("calibration", {"calibration": sealed.artefact_id}, "ja"), "checks"))
        assert not [one.what for one in found.checks if one.what in told]


def test_a_check_that_fails_is_told(measured_view: ViewOf) -> None:
    """Derived: by hand."""
    nan = float("nan")
    cases = {(0.5, 0): "fits", (0.03, 0): "doubtful", (0.009, 0): "odd", (0.5, 1): "odd", (nan, 0): "untested"}
    assert {case: page.verdict(*case) for case in cases} == cases
    words = measured_view("calibration").words
    assert all(words.has(f"calibration.verdict.{name}") for name in cases.values())
