"""The pictures of a supply study: what is drawn where, in which words (derived by hand)."""

import math

import pandas as pd
import pytest

from dashboards.figures.supply import LEAST_SHARE, contribution_figure, drivers_figure, readings_figure
from dashboards.figures.supply_origins import (
    SMALLER,
    demand_figure,
    dependency_figure,
    dependency_years_figure,
    measured,
)
from dashboards.figures.supply_parts import lines_of, said, views
from dashboards.figures.supply_stocks import cover_figure
from dashboards.figures.supply_targets import kpi_figure, last_of_each
from dashboards.words import Words, read_words
from ops_data.reference.japanese import title
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from tests.twin.made_contribution import DEMAND_T, WET_T
from tests.twin.made_supply import frames

COLUMNS = ["name", "item", "period", "value", "low", "high", "unit"]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return frames()


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words("en")


def given(*rows: tuple[str, float, float, float]) -> pd.DataFrame:
    """Return contributions over a whole reading: item, P50, P10, P90."""
    filled = [("contribution_element_t", item, "", *cells, "t") for item, *cells in rows]
    return pd.DataFrame(filled, columns=COLUMNS)


def test_each_reading_has_a_panel_with_wet_dry_and_demand_on_an_axis_of_powers_of_ten(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    figure = contribution_figure(tables["indicators"], DEMAND_T, words)
    assert len(figure.data) == 5 * 3  # four readings and the run at full scale
    wet, dry, demand = figure.data[6:9]
    assert [trace.name for trace in (wet, dry, demand)] == ["Wet", "Dry", "Demand now"]
    assert list(wet.x) == [WET_T[element] for element in reversed(SUPPLY_ELEMENTS)]
    assert list(wet.error_x.arrayminus) == [value * 0.5 for value in wet.x]
    assert list(wet.error_x.array) == list(wet.x)
    assert all(above > below for above, below in zip(wet.y, dry.y, strict=True))
    assert sorted(demand.x) == sorted(DEMAND_T.values())
    assert figure.layout.xaxis.type == "log"
    heads = [note.text for note in figure.layout.annotations]
    assert heads[0] == "Campaign (t)" and heads[-1] == "Run at full scale (t/year)"


def test_a_page_draws_the_chosen_reading_alone(tables: dict[str, pd.DataFrame], words: Words) -> None:
    figure = contribution_figure(tables["indicators"], DEMAND_T, words, ["run_rate"])
    assert len(figure.data) == 3
    assert list(figure.data[0].x) == [WET_T[element] for element in reversed(SUPPLY_ELEMENTS)]
    assert figure.layout.xaxis.title.text == "Element, t/year"


def test_a_contribution_of_zero_or_unknown_is_not_drawn_and_one_that_goes_down_to_zero_ends_at_the_left_edge(
    words: Words,
) -> None:
    none = math.nan
    rows = given(
        ("run_rate wet Nd", 10.0, 0.0, 20.0), ("run_rate wet Dy", 0.0, 0.0, 0.0), ("run_rate wet Tb", none, none, none)
    )
    later = pd.DataFrame([("contribution_element_t", "run_rate wet Nd", "2027", 9.0, 9.0, 9.0, "t")], columns=COLUMNS)
    figure = contribution_figure(pd.concat([rows, later]), {"Dy": math.nan}, words)
    wet, edge = figure.data[0], 10.0 ** figure.layout.xaxis.range[0]
    assert list(wet.x) == [10.0]
    assert wet.x[0] - wet.error_x.arrayminus[0] == pytest.approx(edge) and edge == pytest.approx(1.0)
    assert 10.0 ** figure.layout.xaxis.range[1] > 20.0


def test_all_readings_of_an_element_stand_on_one_axis_with_demand_as_a_line(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    names = {"campaign": "Campaign, t", "run_rate": "Run-rate", "extrapolation": "× 10", "achieved_rate": "Achieved"}
    figure = readings_figure(tables["indicators"], "Nd", DEMAND_T, names | {"full_scale_run": "Full scale"}, words)
    wet, dry, demand = figure.data
    assert len(wet.x) == 4 and len(dry.x) == 5  # the run at full scale has its own basis
    assert wet.x[2] == WET_T["Nd"] and dry.x[2] == 2.5 * WET_T["Nd"] and dry.x[4] == 180.0
    assert list(demand.x) == [4_200.0, 4_200.0]
    assert figure.layout.annotations[0].text == "Campaign, t"
    assert len(readings_figure(tables["indicators"], "Gd", DEMAND_T, names | {"full_scale_run": ""}, words).data) == 2


def test_drivers_of_an_element_fill_the_bar_in_a_panel_for_each_basis(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    figure = drivers_figure(tables["supply_drivers"], words)
    heads = [note.text for note in figure.layout.annotations]
    assert heads == ["Wet or dry, either as likely", "Target read as wet", "Target read as dry"]
    for panel in ("x", "x2", "x3"):
        assert sum(trace.x[0] for trace in figure.data if trace.xaxis == panel) == pytest.approx(100.0)
    assert figure.data[0].name == "Mass basis"


def test_what_hardly_drives_anything_is_told_as_other(words: Words) -> None:
    rows = [("wet", "Nd", name, share) for name, share in (("grade", 0.997), ("recovery", 0.002), ("other", 0.001))]
    figure = drivers_figure(pd.DataFrame(rows, columns=["basis", "element", "factor", "share"]), words)
    assert LEAST_SHARE > 0.002
    assert {trace.name: trace.x[0] for trace in figure.data} == {
        "Grade": pytest.approx(99.7),
        "Other": pytest.approx(0.3),
    }


def test_demand_is_stacked_by_sector_and_the_sum_of_all_is_not_drawn_again(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    figure = demand_figure(tables["supply_demand"], words)
    assert views(figure)[:2] == ["Neodymium", "Dysprosium"]
    seen = [trace for trace in figure.data if trace.visible]
    assert sum(trace.y[2] for trace in seen) == pytest.approx(4_200.0 * 1.02)
    assert {trace.name for trace in seen} == {title("supply_sector", name, "en") for name in SECTORS[:4]}


def test_smaller_sectors_are_added_up_where_few_are_told_by_name(words: Words) -> None:
    sizes = dict(zip(SECTORS, (9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0), strict=True))
    rows = [("Nd", sector, year, "demand", size) for sector, size in sizes.items() for year in (2024, 2030)]
    table = pd.DataFrame(rows, columns=["element", "sector", "year", "flow", "value"])
    figure = demand_figure(table, words, ["Nd"], most=5)
    assert len(figure.data) == 6 and SMALLER not in {trace.name for trace in figure.data}
    assert figure.data[-1].name == words("supply.smaller_sectors")
    assert list(figure.data[-1].y) == [10.0, 10.0]  # 4 + 3 + 2 + 1
    assert figure.data[0].name == title("supply_sector", SECTORS[0], "en") and list(figure.data[0].y) == [9.0, 9.0]


def test_the_share_from_china_has_a_view_for_every_basis_and_year_that_is_asked_for(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    asked = [("mass direct", 2024), ("value direct", 2024), ("mass direct", 2030)]
    figure = dependency_figure(tables["supply_dependency"], words, asked)
    assert views(figure) == ["By mass, direct, 2024", "By value, direct, 2024", "By mass, direct, 2030"]
    heat = figure.data[0]
    assert list(heat.y) == ["Nd", "Dy", "Light", "Heavy", "All"]
    assert heat.z[3][2] == 0.97 and heat.text[3][2] == "97 %"
    assert (heat.zmin, heat.zmax) == (0.0, 1.0)


def test_a_later_year_stands_below_and_what_was_never_bought_is_no_zero(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    table = tables["supply_dependency"]
    figure = dependency_figure(table, words, [("mass direct", 2024)], later=2030)
    assert figure.data[0].text[0][2] == "55 %<br>→ 55 %"
    figure = dependency_figure(table, words, [("mass direct", 2024)], "hhi")
    assert list(figure.data[0].y) == ["Dy"] and figure.data[0].text[0][0] == "8,490"
    bought = table.assign(value=table["value"].where(table["stage"] != "ore"))
    heat = dependency_figure(bought, words, [("mass direct", 2024)]).data[0]
    assert heat.z[0][0] is None and heat.text[0][0] == "–"
    assert "nothing bought abroad" in heat.customdata[0][0]


@pytest.mark.parametrize(
    ("value", "measure", "text"),
    [
        (0.2836, "china_share", "28 %"),
        (0.9995, "china_share", "> 99 %"),
        (1.0, "largest_share", "100 %"),
        (0.0, "china_share", "0 %"),
        (5_904.2, "hhi", "5,904"),
        (-112.05, "hhi_change", "-112"),
        (0.7349, "evenness", "0.73"),
        (math.nan, "hhi", "–"),
    ],
)
def test_measures_are_written_as_people_read_them(value: float, measure: str, text: str) -> None:
    assert measured(value, measure) == text


def test_the_years_of_a_measure_are_a_line_and_a_band_for_each_stage(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    figure = dependency_years_figure(tables["supply_dependency"], words, "china_share", "mass direct", "Dy")
    assert len(figure.data) == 5 * 2
    band, line = figure.data[4:6]
    assert line.name == "Separated oxide" and list(line.x) == [2024, 2030]
    assert list(line.y) == pytest.approx([95.0, 95.0])
    assert list(band.y) == pytest.approx([85.0, 85.0, 100.0, 100.0])


def test_a_target_is_drawn_in_its_last_year_as_computed_over_target(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    figure = kpi_figure(tables["supply_kpis"], words)
    met, missed = figure.data
    assert (met.name, missed.name) == ("Met", "Missed")
    assert list(met.x) == [pytest.approx(120.0 / 90.0)]
    assert list(missed.x) == [pytest.approx(0.9 / 0.2), pytest.approx(60.0 / 7_000.0)]
    texts = [note.text for note in figure.layout.annotations]
    assert texts[0] == "<b>Dependency on China (2031)</b>" and "Heavy" in texts[3]
    assert len(kpi_figure(tables["supply_kpis"], words, named=False).layout.annotations) == 3


def test_a_target_whose_range_is_not_known_has_a_dot_without_a_bar(
    tables: dict[str, pd.DataFrame], words: Words
) -> None:
    rows = tables["supply_kpis"].assign(low=math.nan, high=math.inf)
    met, missed = kpi_figure(rows, words).data
    for trace in (met, missed):
        assert set(trace.error_x.array) | set(trace.error_x.arrayminus) == {0.0}


def test_the_last_year_of_each_target_and_item_counts(tables: dict[str, pd.DataFrame]) -> None:
    last = last_of_each(tables["supply_kpis"])
    assert list(last["kpi"]) == ["004-K1", "004-K2", "004-K6", "004-K7"]
    assert set(last["year"]) == {2031}


def test_a_stock_that_lasts_without_end_is_not_drawn_and_a_range_without_end_goes_to_the_edge(words: Words) -> None:
    none = math.inf
    rows = [("S3", "Dy", 99.0, 121.0, 173.0), ("S4", "Dy", 500.0, none, none), ("S4", "Sm", 480.0, 1_300.0, none)]
    table = pd.DataFrame(rows, columns=["scenario", "element", "p10_days", "p50_days", "p90_days"])
    figure = cover_figure(table, words)
    s3, s4 = figure.data
    assert list(s3.x) == [121.0] and list(s4.x) == [1_300.0]
    assert s3.error_x.array[0] == pytest.approx(52.0)
    assert s4.x[0] + s4.error_x.array[0] == pytest.approx(10.0 ** figure.layout.xaxis.range[1])


def test_figures_speak_japanese(tables: dict[str, pd.DataFrame]) -> None:
    words = read_words("ja")
    figure = contribution_figure(tables["indicators"], DEMAND_T, words, ["run_rate"])
    assert figure.data[0].name == "湿重量" and "湿重量" in figure.data[0].text[0]
    assert kpi_figure(tables["supply_kpis"], words).data[0].name == "達成"
    assert "電動車" in {trace.name for trace in demand_figure(tables["supply_demand"], words).data}


def test_long_names_go_on_in_another_line_and_a_point_without_range_says_its_value_alone(words: Words) -> None:
    assert lines_of("one two three", words, 8) == "one two<br>three"
    assert lines_of("供給途絶時の充足率", read_words("ja"), 10) == "供給途絶時の<br>充足率"
    assert said("Nd", (2.2, 1.7, 6.4), "t", words) == "Nd: P50 2.2 t (P10 1.7, P90 6.4)"
    assert said("Nd", (2.2, math.nan, math.nan), "t", words) == "Nd: 2.2 t"
