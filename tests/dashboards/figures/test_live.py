"""Figures of the page Live (truth: what is given to them)."""

import pytest

from dashboards.figures.live import Fan, Measured, chance_figure, daily_figure, total_figure
from dashboards.words import read_words

WORDS = read_words("en")
MEASURED = Measured(("2027-02-01", "2027-02-02", "2027-02-03"), (10.0, 30.0, 30.0))
FAN = Fan(("2027-02-02", "2027-02-03", "2027-02-04"), (10.0, 12.0, 12.0), (20.0, 25.0, 40.0), (30.0, 50.0, 70.0))


def test_sums_hold_at_the_ends_of_days_and_the_fan_begins_where_its_first_day_does() -> None:
    figure = total_figure(MEASURED, 10.0, FAN, "2027-02-02T09:00:00", "t", WORDS)
    low, high, middle, measured = figure.data
    assert list(measured.x) == ["2027-02-02T00:00:00", "2027-02-03T00:00:00", "2027-02-04T00:00:00"]
    assert list(measured.y) == list(MEASURED.value)
    assert list(middle.x) == ["2027-02-02T00:00:00", *(f"2027-02-0{day}T00:00:00" for day in (3, 4, 5))]
    assert [list(one.y) for one in (low, middle, high)] == [
        [10.0, 10.0, 12.0, 12.0], [10.0, 20.0, 25.0, 40.0], [10.0, 30.0, 50.0, 70.0],
    ]  # fmt: skip
    assert figure.layout.shapes[0].x0 == "2027-02-02T09:00:00"
    assert "P50 20 t" in middle.customdata[1] and "2027-02-02" in middle.customdata[1]


def test_without_a_forecast_only_what_is_measured_is_drawn() -> None:
    figure = total_figure(MEASURED, 0.0, None, "", "t", WORDS)
    assert len(figure.data) == 1 and not figure.layout.shapes
    daily = daily_figure(MEASURED, None, "", (350.0, "target"), "t/d", WORDS)
    assert [one.type for one in daily.data] == ["bar", "scatter"]


def test_days_stand_against_the_target_which_is_never_cut_off() -> None:
    figure = daily_figure(MEASURED, FAN, "2027-02-02T09:00:00", (350.0, "target 350"), "t/d", WORDS)
    assert list(figure.data[0].y) == list(MEASURED.value)
    (target,) = [one for one in figure.data if one.name == "target 350"]
    assert list(target.y) == [350.0, 350.0]
    assert figure.layout.yaxis.range[0] == 0.0 and figure.layout.yaxis.range[1] > 350.0


def test_chances_are_shown_in_per_cent_and_told_apart_without_colour() -> None:
    days = ("2027-02-01", "2027-02-02")
    figure = chance_figure({"learnt": (days, (0.0, 0.25)), "planned": (days, (0.5, 1.0))}, WORDS)
    assert [list(one.y) for one in figure.data] == [[0.0, 25.0], [50.0, 100.0]]
    assert len({one.line.dash for one in figure.data}) == 2
    assert figure.layout.yaxis.range[0] < 0.0 and figure.layout.yaxis.range[1] > 100.0


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_names_in_the_legend_are_words_of_the_language(lang: str) -> None:
    words = read_words("ja" if lang == "ja" else "en")
    figure = total_figure(MEASURED, 10.0, FAN, "2027-02-02T09:00:00", "t", words)
    assert {one.name for one in figure.data if one.name} == {
        words(f"live.figure.{key}") for key in ("measured", "range", "middle")
    }
