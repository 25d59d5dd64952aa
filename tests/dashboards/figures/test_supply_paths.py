"""What goes over time in a supply study: shocks, cash, prices, lead times (derived by hand)."""

import pandas as pd
import pytest

from dashboards.figures.supply_parts import views
from dashboards.figures.supply_paths import (
    CASH_BARS,
    TOTAL,
    cash_flow_figure,
    lead_times_figure,
    price_figure,
    project_title,
    records_figure,
    scenario_title,
    shock_figure,
)
from dashboards.words import Words, read_words
from tests.twin.made_supply import frames
from twin.supply.project import LINES


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return frames()


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words("en")


def test_a_shock_shows_the_median_and_the_band_of_every_rule_in_every_scenario(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    months = tables["supply_shock_months"]
    figure = shock_figure(months, tables["supply_weights"], words)
    assert len(views(figure)) == 9 and views(figure)[0] == "Electric and hybrid vehicles"
    seen = [trace for trace in figure.data if trace.visible and trace.showlegend is not False]
    assert [trace.name for trace in seen] == ["Strict priority", "Pro rata"]
    told = [trace for trace in figure.data if trace.visible and trace.name == "Pro rata"]
    assert len(told) == 4
    s3 = told[2]
    one = months[(months["scenario"] == "S3") & (months["rule"] == "pro_rata") & (months["item"] == "ev")]
    month = one[one["month"] == 10]["value"]
    assert s3.y[10] == pytest.approx(100.0 * month.median())
    low = words.number(100.0 * float(month.quantile(0.1)))
    assert s3.text[10].startswith("Month 10, Pro rata: P50") and f"(P10 {low}," in s3.text[10]
    assert {trace.line.dash for trace in told} == {"dash"}


def test_a_page_draws_the_chosen_sector_of_a_shock_alone(tables: dict[str, pd.DataFrame], words: Words) -> None:
    figure = shock_figure(tables["supply_shock_months"], tables["supply_weights"], words, ["defence"])
    assert views(figure) == ["Defence"] and all(trace.visible for trace in figure.data)
    assert len(figure.data) == 4 * 2 * 2  # scenarios, rules, band and line
    assert [note.text for note in figure.layout.annotations][2] == "S3 Shock embargo"


def test_a_scenario_of_ones_own_keeps_its_words() -> None:
    assert scenario_title("S1", "anything", "ja") == "S1 管理された緊張緩和"
    assert scenario_title("mine", "My shock", "ja") == "mine My shock"


def test_cash_is_told_in_thousand_million_yen_with_the_running_total_below(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    figure = cash_flow_figure(tables["supply_cash_flow"], words)
    assert views(figure)[:2] == [
        "Campaign as if run all year · Prices within China",
        "Campaign as if run all year · Prices outside China",
    ]
    seen = {trace.name: trace for trace in figure.data if trace.visible}
    assert seen["Revenue"].y[1] == pytest.approx(24.0) and seen["Running cost"].y[1] == pytest.approx(-45.0)
    assert seen["Investment, renewals"].y[0] == pytest.approx(-260.0)
    assert "Support" not in seen
    assert seen["Free cash so far"].mode == "lines" and seen["Free cash so far"].yaxis == "y2"


def test_japanese_cash_is_told_in_hundred_millions(tables: dict[str, pd.DataFrame]) -> None:
    figure = cash_flow_figure(tables["supply_cash_flow"], read_words("ja"), [("pilot", "china")])
    seen = {trace.name: trace for trace in figure.data}
    assert len(views(figure)) == 1 and seen["収入"].y[1] == pytest.approx(240.0)
    assert project_title("pilot", "china", "ja") == "操業を通年続けたと仮定した場合 · 中国国内の価格"


def test_the_lines_that_are_drawn_are_lines_of_the_accounts_and_each_stands_in_one_bar() -> None:
    lines = [line for of_bar, _ in CASH_BARS.values() for line in of_bar]
    assert {*lines, TOTAL} <= set(LINES)
    assert len(lines) == len(set(lines))


def test_prices_have_a_band_and_a_line_in_each_world(tables: dict[str, pd.DataFrame], words: Words) -> None:
    figure = price_figure(tables["supply_prices"], words)
    assert views(figure) == ["Neodymium", "Dysprosium"]
    named = [trace.name for trace in figure.data if trace.visible and trace.name]
    assert named == ["Prices within China", "Prices outside China"]
    (line,) = [trace for trace in figure.data if trace.name == "Prices outside China" and trace.meta == "Dysprosium"]
    assert set(line.y) == {625.0}


def test_lead_times_of_all_shocks_stand_beside_each_other_by_months_since_they_began(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    rows = tables["supply_logistics"].copy()
    late = rows["scenario"] == "S2"
    rows.loc[late, "month"] = [f"2031-{month[5:]}" for month in rows.loc[late, "month"]]
    figure = lead_times_figure(rows, words)
    assert len(figure.data) == 4 * 4  # kinds and scenarios
    assert [trace.name for trace in figure.data if trace.showlegend] == ["S1", "S2", "S3", "S4"]
    assert {tuple(trace.x) for trace in figure.data} == {tuple(range(9))}
    assert figure.data[0].y[0] == 49.0 and "one in twenty above 94" in figure.data[0].text[0]
    assert [note.text for note in figure.layout.annotations] == [
        "Licence delay (days)", "Licence backlog (applications)", "Shipping time (days)", "Customs lead time (days)",
    ]  # fmt: skip


def test_own_records_stand_by_calendar_month_and_are_no_part_of_the_shocks(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    rows = tables["supply_logistics"]
    own = rows[rows["scenario"] == "S1"].assign(origin="own records", scenario="")
    both = pd.concat([own, rows])
    figure = records_figure(both, words)
    assert len(figure.data) == 4 * 2
    assert figure.data[0].x[0] == "2027-04" and figure.data[1].y[0] == 94.0
    assert len(lead_times_figure(both, words).data) == 4 * 4
