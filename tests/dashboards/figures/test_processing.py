"""The pictures of the plants (truth: derived; the numbers handed in)."""

import pandas as pd
import pytest

from dashboards.figures.processing import ledger_bars, oxide_fan
from dashboards.words import read_words

EN, JA = read_words("en"), read_words("ja")
FAN = pd.DataFrame(
    {
        "date": ["2027-01-08", "2027-06-01", "2027-06-09"],
        "p10_kg": [0.0, 0.0, 10.0],
        "p50_kg": [0.0, 20.0, 50.0],
        "p90_kg": [0.0, 80.0, 90.0],
    }
)
SUMS = pd.DataFrame(
    [("leach", "reagents", 12.0), ("leach", "water", 3.0), ("purify", "reagents", 40.0), ("purify", "waste", 5.0)],
    columns=["step", "group", "value"],
)
STEPS = [("leach", "Leaching <1>", "15 · 25 %"), ("purify", "Purification", "45 · 75 %")]


def test_the_fan_goes_from_p10_to_p90_in_steps_around_the_median() -> None:
    low, high, middle = oxide_fan(FAN, EN).data
    assert low.y.tolist() == FAN["p10_kg"].tolist()
    assert high.y.tolist() == FAN["p90_kg"].tolist() and high.fill == "tonexty"
    assert middle.y.tolist() == FAN["p50_kg"].tolist()
    assert {one.line.shape for one in (low, high, middle)} == {"hv"}
    assert list(middle.x) == FAN["date"].tolist()
    assert oxide_fan(FAN, JA).layout.yaxis.title.text.startswith("酸化物の累計")


def test_dates_are_written_without_names_of_months() -> None:
    stops = oxide_fan(FAN, EN).layout.xaxis.tickformatstops
    assert [stop.value for stop in stops] == ["%m-%d\n%Y", "%Y-%m"]


def test_a_bar_of_a_step_is_parted_by_what_it_is_for_and_groups_without_any_are_left_out() -> None:
    figure = ledger_bars(SUMS, STEPS, "million JPY", EN)
    assert [one.name for one in figure.data] == ["reagents", "water", "waste"]
    assert [one.x.tolist() for one in figure.data] == [[12.0, 40.0], [3.0, 0.0], [0.0, 5.0]]
    assert figure.layout.barmode == "relative"
    assert sum(sum(one.x) for one in figure.data) == pytest.approx(SUMS["value"].sum())
    assert [note.text for note in figure.layout.annotations[:2]] == ["Leaching &lt;1&gt;", "15 · 25 %"]
    assert len({one.marker.pattern.shape for one in figure.data}) == 3
