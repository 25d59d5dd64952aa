"""The pictures of a supply study: what is drawn where, and what the page says (derived by hand)."""

import math
import re

import pandas as pd
import pytest

from dashboards.figures.supply import (
    LEAST_RATIO,
    contribution_figure,
    demand_figure,
    dependency_figure,
    drivers_figure,
    keys,
    kpi_figure,
    logistics_figure,
    views,
)
from dashboards.figures.supply_page import supply_page
from dashboards.figures.supply_paths import CASH_LINES, TOTAL, cash_flow_figure, price_figure, shock_figure
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin.made_contribution import DEMAND_T, WET_T
from tests.twin.made_supply import frames, made_view
from twin.supply.project import LINES


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return frames()


def test_each_reading_has_a_panel_with_wet_dry_and_demand_on_an_axis_of_powers_of_ten(
    tables: dict[str, pd.DataFrame],
) -> None:
    figure = contribution_figure(tables["indicators"], DEMAND_T)
    assert len(figure.data) == 5 * 3  # four readings and the run at full scale
    wet, dry, demand = figure.data[6:9]
    assert [trace.name for trace in (wet, dry, demand)] == ["wet basis", "dry basis", "Japan’s demand now"]
    assert list(wet.x) == [WET_T[element] for element in reversed(SUPPLY_ELEMENTS)]
    assert list(wet.error_x.arrayminus) == [value * 0.5 for value in wet.x]
    assert list(wet.error_x.array) == list(wet.x)
    assert all(above > below for above, below in zip(wet.y, dry.y, strict=True))
    assert sorted(demand.x) == sorted(DEMAND_T.values())
    assert figure.layout.xaxis.type == "log"
    titles = [note.text for note in figure.layout.annotations]
    assert titles[0] == "Campaign as simulated (t)" and titles[-1].startswith("Run at full scale")


def test_a_contribution_of_zero_or_unknown_is_not_drawn_and_an_end_at_zero_stays_on_the_axis() -> None:
    columns = ["name", "item", "period", "value", "low", "high", "unit"]
    rows = [
        ("contribution_element_t", "run_rate wet Nd", "", 10.0, 0.0, 20.0, "t"),
        ("contribution_element_t", "run_rate wet Dy", "", 0.0, 0.0, 0.0, "t"),
        ("contribution_element_t", "run_rate wet Tb", "", math.nan, math.nan, math.nan, "t"),
        ("contribution_element_t", "run_rate wet Nd", "2027", 99.0, 99.0, 99.0, "t"),
    ]
    wet = contribution_figure(pd.DataFrame(rows, columns=columns), {"Dy": math.nan}).data[0]
    assert list(wet.x) == [10.0]
    assert list(wet.error_x.arrayminus) == [10.0 - 10.0 * LEAST_RATIO]


def test_drivers_of_an_element_fill_the_bar_and_each_basis_is_a_view(tables: dict[str, pd.DataFrame]) -> None:
    figure = drivers_figure(tables["supply_drivers"])
    assert views(figure) == ["both", "wet", "dry"]
    seen = [trace for trace in figure.data if trace.visible]
    assert {trace.meta for trace in seen} == {"both"}
    assert sum(trace.x[0] for trace in seen) == pytest.approx(100.0)
    assert seen[0].name == "mass basis"


def test_demand_is_stacked_by_sector_and_the_sum_of_all_is_not_drawn_again(tables: dict[str, pd.DataFrame]) -> None:
    figure = demand_figure(tables["supply_demand"])
    assert views(figure)[:2] == ["Nd", "Dy"]
    seen = [trace for trace in figure.data if trace.visible and len(trace.x)]
    assert sum(trace.y[2] for trace in seen) == pytest.approx(4_200.0 * 1.02)
    assert len(keys(figure)) == 9


def test_the_share_from_china_has_a_view_for_every_basis_and_year(tables: dict[str, pd.DataFrame]) -> None:
    figure = dependency_figure(tables["supply_dependency"])
    assert len(views(figure)) == 8 and views(figure)[0] == "mass direct, 2024"
    heat = figure.data[0]
    assert list(heat.y) == ["Nd", "Dy", "light", "heavy", "all"]
    assert heat.z[3][2] == 0.97 and heat.text[3][2] == "97%"
    assert (heat.zmin, heat.zmax) == (0.0, 1.0)


def test_a_shock_shows_the_median_and_the_band_of_every_rule_in_every_scenario(
    tables: dict[str, pd.DataFrame],
) -> None:
    months = tables["supply_shock_months"]
    figure = shock_figure(months, tables["supply_weights"])
    assert len(views(figure)) == 9 and views(figure)[0] == "electric and hybrid vehicles"
    seen = [trace for trace in figure.data if trace.visible and trace.showlegend is not False]
    assert [trace.name for trace in seen] == ["strict priority", "pro rata"]
    told = [trace for trace in figure.data if trace.visible and trace.name == "pro rata"]
    assert len(told) == 4
    s3 = told[2]
    one = months[(months["scenario"] == "S3") & (months["rule"] == "pro_rata") & (months["item"] == "ev")]
    assert s3.y[10] == pytest.approx(100.0 * one[one["month"] == 10]["value"].median())
    assert s3.customdata[10][0] == pytest.approx(100.0 * one[one["month"] == 10]["value"].quantile(0.1))
    assert {trace.line.dash for trace in told} == {"dash"}


def test_cash_is_told_in_thousand_million_yen_with_the_running_total(tables: dict[str, pd.DataFrame]) -> None:
    figure = cash_flow_figure(tables["supply_cash_flow"])
    assert views(figure)[:2] == [
        "campaign as if run all year, prices in China",
        "campaign as if run all year, prices outside China",
    ]
    seen = {trace.name: trace for trace in figure.data if trace.visible}
    assert seen["revenue"].y[1] == pytest.approx(24.0) and seen["running cost"].y[1] == pytest.approx(-45.0)
    assert seen["investment"].y[0] == pytest.approx(-260.0)
    assert "price floor" not in seen
    assert seen["free cash so far"].mode == "lines"


def test_the_lines_that_are_drawn_are_lines_of_the_accounts() -> None:
    assert set(CASH_LINES) | {TOTAL} <= set(LINES)


def test_prices_have_a_band_and_a_line_in_each_world(tables: dict[str, pd.DataFrame]) -> None:
    figure = price_figure(tables["supply_prices"])
    assert views(figure) == ["Nd", "Dy"]
    assert list(keys(figure)) == ["in China", "outside China"]


def test_a_target_is_drawn_in_its_last_year_as_computed_over_target(tables: dict[str, pd.DataFrame]) -> None:
    figure = kpi_figure(tables["supply_kpis"])
    met, missed = figure.data
    assert list(met.x) == [pytest.approx(120.0 / 90.0)]
    assert list(missed.x) == [pytest.approx(0.9 / 0.2), pytest.approx(60.0 / 7_000.0)]
    words = [note.text for note in figure.layout.annotations]
    assert words[0] == "004-K1 Dependency on China, heavy (2031)" and len(words) == 3
    assert keys(figure) == {"target met": (met.marker.color, "bar"), "target not met": (missed.marker.color, "bar")}


def test_a_target_whose_range_is_not_known_has_a_dot_without_a_bar(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["supply_kpis"].assign(low=math.nan, high=math.inf)
    met, missed = kpi_figure(rows).data
    for trace in (met, missed):
        assert set(trace.error_x.array) | set(trace.error_x.arrayminus) == {0.0}


def test_each_source_of_lead_times_is_a_view_that_says_whether_it_is_simulated(
    tables: dict[str, pd.DataFrame],
) -> None:
    rows = tables["supply_logistics"]
    own = rows[rows["scenario"] == "S1"].assign(origin="own records", scenario="")
    figure = logistics_figure(pd.concat([own, rows]))
    assert views(figure)[:2] == ["own records", "simulated: S1"]
    assert list(keys(figure)) == ["median", "exceeded by one in twenty"]
    assert len(figure.layout.annotations) == 4


def test_the_page_needs_nothing_else_and_names_every_section() -> None:
    text = supply_page(made_view())
    sections = re.findall(r'<section id="(\w+)">', text)
    assert sections == [
        "contribution", "drivers", "demand", "dependency", "shock", "cash", "prices", "kpis", "logistics",
        "conflicts", "cautions",
    ]  # fmt: skip
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="http', text)
    assert "another simulation, with other gear, on its own basis." in text
    assert "no live data are shown" in text
    assert text.count('<select onchange="pick(this)">') == 7
    assert 'class="verdict conflict">conflict</span>Magnet output needs' in text


def test_words_of_a_study_cannot_break_the_page() -> None:
    tables = frames()
    tables["supply_conflicts"] = tables["supply_conflicts"].assign(statement="<b>a & b</b>")
    text = supply_page(made_view(tables))
    assert "&lt;b&gt;a &amp; b&lt;/b&gt;" in text and "<b>a & b</b>" not in text


def test_a_study_without_rows_says_so_in_every_section() -> None:
    empty = {name: frame.iloc[:0] for name, frame in frames().items()}
    assert supply_page(made_view(empty)).count("This study has none.") == 10
