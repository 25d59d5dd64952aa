"""Page Forecast skill over a rehearsal (truth: the scores of the command line, and counts by hand)."""

from collections.abc import Callable
from functools import partial

import pytest

from dashboards.measured import known, scores
from dashboards.measured_archive import Asked, archived
from dashboards.page import View
from dashboards.pages import skill
from dashboards.pages.skill_scores import coverages, losses, places, same_origins, scored
from tests.dashboards.measured import CAMPAIGN, panel_of, rows_of_panel, text_of
from twin.forecast_scores import SCORED
from twin.measured_results import FORECAST, mean_scores, scores_of

ViewOf = Callable[..., View]
PANELS = [panel.name for panel in skill.PAGE.panels]
NOW = Asked(CAMPAIGN, None)


drawn, rows_of = partial(panel_of, skill.PAGE), partial(rows_of_panel, skill.PAGE)


@pytest.mark.parametrize("series", SCORED)
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", PANELS)
def test_every_panel_is_drawn_with_its_data(measured_view: ViewOf, name: str, lang: str, series: str) -> None:
    found = drawn(measured_view("skill", {"series": series}, lang), name)
    assert found.rows is not None and len(found.rows)
    assert "message wrong" not in text_of(found)
    assert found.until and found.source
    assert "{" not in found.alt + found.note


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", PANELS)
def test_without_measurements_each_panel_says_so_and_what_to_do(empty_view: ViewOf, name: str, lang: str) -> None:
    found = drawn(empty_view("skill", lang), name)
    assert found.rows is None and "twin ingest" in text_of(found)


def test_what_cannot_be_scored_yet_is_said_in_words(measured_view: ViewOf) -> None:
    early = measured_view("skill", {"as_of": "2027-01-31"})
    assert "None of them has a scored lead behind it yet" in text_of(drawn(early, "loss"))
    assert rows_of(early, "archive")["scored_leads_d"].eq("").all()
    before = measured_view("skill", {"as_of": "2027-01-25"})
    assert "No forecast from the measured state" in text_of(drawn(before, "loss"))
    long = measured_view("skill", {"lead": "30"})
    assert "No forecast is scored at a lead of 30 days" in text_of(drawn(long, "said"))


def test_scores_are_those_of_the_command_line(measured_view: ViewOf) -> None:
    data = measured_view("skill").data
    logged = known(data, NOW).logged
    assert logged is not None
    there = archived(data, NOW, FORECAST)
    assert {one.artefact_id: scores(data, NOW, one) for one in there} == {
        one.artefact_id: scores_of(one, logged.log) for one in there
    }
    means = mean_scores(there, {one.artefact_id: scores(data, NOW, one) for one in there})
    for series in SCORED:
        shown = rows_of(measured_view("skill", {"series": series}), "loss").set_index(["forecast", "lead_d"])
        unit = skill.UNITS[series]
        for one in (one for one in means if one["series"] == series):
            assert shown.loc[(one["values"], one["lead_d"]), f"crps_{unit}"] == pytest.approx(one["crps"])
            bias = rows_of(measured_view("skill", {"series": series}), "bias").set_index(["forecast", "lead_d"])
            assert bias.loc[(one["values"], one["lead_d"]), f"bias_{unit}"] == pytest.approx(one["bias"])


def test_persistence_counts_each_origin_once(measured_view: ViewOf) -> None:
    view = measured_view("skill")
    found = scored(view)
    assert len(found) == 4 and not same_origins(found, "lifted_dry_t")
    steady = {one.kind: one for one in losses(found, "lifted_dry_t")}["persistence"]
    assert list(steady.count) == [2, 2, 2], "two origins with a score, three forecasts"
    assert "not of the same origins" in drawn(view, "loss").note


def test_coverage_is_a_share_within_wilsons_range(measured_view: ViewOf) -> None:
    for one in coverages(scored(measured_view("skill")), "lifted_dry_t"):
        for share, low, high in zip(one.value, one.low, one.high, strict=True):
            assert 0.0 <= low <= share <= high <= 100.0 and high - low > 20.0, "few forecasts say little"


def test_what_came_has_its_place_among_the_members(measured_view: ViewOf) -> None:
    view = measured_view("skill")
    found = places(view, scored(view), "lifted_dry_t", 7)
    assert len(found) == 2 and all(0.0 < place < 1.0 for _, place in found)
    said = rows_of(view, "said").set_index("forecast")
    for one, place in found:
        row = said.loc[one.sealed.artefact_id]
        assert (place > 0.5) == (row["measured"] >= row["p50"]) or row["measured"] == pytest.approx(row["p50"])


def test_the_archive_lists_what_each_forecast_knew(measured_view: ViewOf) -> None:
    rows = rows_of(measured_view("skill"), "archive")
    assert len(rows) == 4 and list(rows["origin_utc"]) == sorted(rows["origin_utc"], reverse=True)
    assert set(rows["values"]) == {"calibrated", "planned"}
    assert set(rows.loc[rows["values"] == "planned", "calibration"]) == {""}
    assert rows["log_sha256"].str.fullmatch("[0-9a-f]{64}").all()
    shown = text_of(drawn(measured_view("skill"), "archive"))
    assert "no storm given" in shown and "log to 2027-01-30 00:00 JST" in shown
