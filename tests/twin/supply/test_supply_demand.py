"""Demand by sector: it meets its figures, it balances, and each option has a sibling without it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import ModelError
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from tests.twin.supply.demand_values import central, drawn, tables
from twin.supply.demand import FLOW_NAMES, YEARS, closure, demand, demand_in, inflow_driven, recycled_in, stock_driven
from twin.supply.demand_checks import (
    comparisons,
    magnets_from_above_t,
    magnets_from_below_t,
    project_orders_t,
    recycling_rates,
)
from twin.supply.demand_paths import figures_t, goods_in_use, ramp, shares

KNOWN = ("Nd", "Pr", "Dy", "Tb", "Sm", "Y")
AT = {element: place for place, element in enumerate(SUPPLY_ELEMENTS)}
EV, PHOSPHORS = SECTORS.index("ev"), SECTORS.index("phosphors")
STILL = {
    "demand.dy_thrift_per_year": 0.0, "demand.dy_past_ratio": 1.0, "demand.magnet_free_share_2040": 0.0,
    "demand.uptake_start_year": 1961.0, "demand.uptake_full_year": 1962.0, "demand.growth_settling_years": 1.0,
    **{f"demand.{sector}_growth_per_year": 0.0 for sector in SECTORS},
    **{f"demand.{sector}_past_growth_per_year": 0.0 for sector in SECTORS},
}  # fmt: skip


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_demand_of_the_base_year_is_the_figure_times_the_share_of_each_sector(seed: int | None) -> None:
    """Derived: the figures and shares of the draw, multiplied here once more."""
    values = central() if seed is None else drawn(seed)
    found = demand_in(demand(values, tables()), 2024)
    figures = figures_t(values, tables(), "current")
    for element in KNOWN:
        raw = np.array([values[f"sector_shares.{element}.{sector}"] for sector in SECTORS])
        assert found[:, AT[element]] == pytest.approx(figures[element] * raw / raw.sum(), rel=1e-12)


def test_elements_without_a_figure_have_no_demand_no_stock_and_no_waste() -> None:
    """Derived: nothing is invented for gadolinium and lutetium."""
    found = demand(central(), tables())
    for name, array in found.flows().items():
        assert array.shape == (len(SECTORS), len(SUPPLY_ELEMENTS), len(YEARS)), name
        assert np.isnan(array[:, [AT["Gd"], AT["Lu"]]]).all(), name
        assert np.isfinite(array[:, [AT[element] for element in KNOWN]]).all(), name
    assert tuple(found.flows()) == FLOW_NAMES


@pytest.mark.parametrize("seed", range(8))
def test_every_stock_closes_in_every_year(seed: int) -> None:
    """Derived: what comes in less what leaves is the change of stock, each computed from another table."""
    found = demand(drawn(seed), tables())
    assert closure(found) < 1e-12
    assert (found.demand_t[:, AT["Nd"]] >= 0.0).all()
    assert (np.nan_to_num(found.recycled_t) <= np.nan_to_num(found.end_of_life_t)).all()


def test_a_gap_in_a_balance_is_seen() -> None:
    """Derived: one tonne is taken out of a stock by hand."""
    found = demand(central(), tables())
    found.stock_t[EV, AT["Nd"], 10] -= 1.0
    assert closure(found) > 1e-6


def test_without_growth_thrifting_or_new_designs_demand_stays_and_all_that_goes_in_comes_out() -> None:
    """Derived: a steady state; goods bought in one year equal goods worn out, and stock is inflow × mean life."""
    values = central() | STILL
    found = demand(values, tables(), np.arange(2040, 2051))
    at = AT["Nd"]
    assert found.demand_t[EV, at] == pytest.approx(np.full(11, 1050.0), rel=1e-3)
    assert found.end_of_life_t[EV, at] == pytest.approx(found.domestic_inflow_t[EV, at], rel=1e-3)
    life = values["demand.ev_lifetime_years"]
    assert found.stock_t[EV, at] / found.domestic_inflow_t[EV, at] == pytest.approx(np.full(11, life + 0.5), rel=1e-3)


def test_domestic_inflow_is_demand_less_loss_and_exports() -> None:
    """Derived: 1,050 t × (1 - 0.2) × 0.5 = 420 t of neodymium in cars that stay."""
    found = demand(central(), tables())
    assert found.domestic_inflow_t[EV, AT["Nd"], 2024 - 1990] == pytest.approx(420.0, rel=1e-12)


def test_thrifting_lowers_dysprosium_and_terbium_in_magnets_and_nothing_else() -> None:
    """Derived: by the law exp(-0.05 × 10) against no thrifting, ten years on."""
    off = demand(central() | {"demand.dy_thrift_per_year": 0.0}, tables())
    on = demand(central() | {"demand.dy_thrift_per_year": 0.05, "demand.dy_thrift_floor": 0.1}, tables())
    ratio = demand_in(on, 2034) / demand_in(off, 2034)
    assert ratio[EV, AT["Dy"]] == pytest.approx(np.exp(-0.5), rel=1e-12)
    assert ratio[EV, AT["Tb"]] == pytest.approx(np.exp(-0.5), rel=1e-12)
    assert ratio[PHOSPHORS, AT["Tb"]] == ratio[EV, AT["Nd"]] == 1.0


def test_goods_without_magnets_lower_demand_by_their_share_in_the_sectors_that_can() -> None:
    """Derived: 30 % in 2040, none in disk drives."""
    off = demand(central() | {"demand.magnet_free_share_2040": 0.0}, tables())
    on = demand(central() | {"demand.magnet_free_share_2040": 0.3}, tables())
    ratio = demand_in(on, 2040) / demand_in(off, 2040)
    assert ratio[EV, AT["Nd"]] == pytest.approx(0.7, rel=1e-12)
    assert ratio[SECTORS.index("electronics"), AT["Nd"]] == 1.0
    assert demand_in(on, 2024)[EV, AT["Nd"]] == demand_in(off, 2024)[EV, AT["Nd"]]


def test_old_goods_leave_with_what_they_were_made_with() -> None:
    """Derived: when dysprosium was halved to 2024, goods that come to their end held more than new ones of the year."""
    found = demand(central() | STILL | {"demand.dy_past_ratio": 2.0}, tables())
    at = 2024 - 1990
    left = found.end_of_life_t[EV, AT["Dy"], at] / found.end_of_life_t[EV, AT["Nd"], at]
    made = found.domestic_inflow_t[EV, AT["Dy"], at] / found.domestic_inflow_t[EV, AT["Nd"], at]
    assert 1.3 * made < left < 2.0 * made


def test_recycling_is_the_recovered_share_of_what_comes_to_its_end_and_none_of_phosphors() -> None:
    """Derived: 0.1 × 0.08 × 0.85 = 0.68 % today; 15 points more from 2030 on with the lever."""
    values = central() | {"demand.recovery_gain_share": 0.15}
    found = demand(values, tables())
    at = AT["Nd"]
    assert found.recycled_t[EV, at, 34] == pytest.approx(0.0068 * found.end_of_life_t[EV, at, 34], rel=1e-12)
    assert found.recycled_t[EV, at, 40] == pytest.approx(0.1568 * found.end_of_life_t[EV, at, 40], rel=1e-12)
    assert (found.recycled_t[PHOSPHORS, AT["Y"]] == 0.0).all()


def test_magnets_brought_from_abroad_add_what_they_hold_and_none_are_brought_by_default() -> None:
    """Derived: 1,000 t × 0.203 × 0.85 of neodymium at full ramp."""
    assert (demand(central(), tables()).recycled_imports_t == 0.0).all()
    with_them = demand(central() | {"demand.eol_imports_t": 1000.0}, tables())
    extra = recycled_in(with_them, 2040) - recycled_in(demand(central(), tables()), 2040)
    assert extra[AT["Nd"]] == pytest.approx(1000.0 * 0.203 * 0.85, rel=1e-9)
    assert extra[AT["Tb"]] == 0.0


def test_recycling_is_told_over_waste_and_over_demand_apart() -> None:
    """Derived: with every sector taken and 20 % recovered, the first rate is 0.2 and the second by hand."""
    values = central() | {
        "demand.collection_share": 0.5,
        "demand.dismantling_share": 0.5,
        "demand.recycling_yield": 0.8,
    }
    found = demand(values, tables())
    over_waste, over_demand = recycling_rates(found, 2030)
    at, year = AT["Nd"], 2030 - 1990
    without = found.end_of_life_t[:PHOSPHORS, at, year].sum() / found.end_of_life_t[:, at, year].sum()
    assert over_waste[at] == pytest.approx(0.2 * without, rel=1e-12)
    by_hand = found.recycled_t[:, at, year].sum() / found.demand_t[:, at, year].sum()
    assert over_demand[at] == pytest.approx(by_hand, rel=1e-12)
    assert over_demand[at] < over_waste[at]
    assert np.isnan([over_waste[AT["Lu"]], over_demand[AT["Lu"]]]).all()


def test_the_path_of_goods_has_no_step_in_its_growth() -> None:
    """Derived: the rate before and after 2024 are equal to the order of a year over the settling time."""
    index = goods_in_use(np.arange(2022, 2028), np.array([0.12]), np.array([0.0]), 8.0)[:, 0]
    rates = np.diff(np.log(index))
    assert rates[:2] == pytest.approx([0.12, 0.12])
    assert (np.diff(rates[1:]) < 0.0).all() and rates[2] > 0.11


@given(st.floats(1.0, 30.0), st.floats(1.0, 6.0), st.integers(0, 1000))
def test_what_is_bought_to_hold_a_stock_builds_that_stock(life: float, shape: float, seed: int) -> None:
    """Derived: the two solutions of one balance are inverse to each other."""
    inflow = np.random.default_rng(seed).uniform(0.5, 2.0, (30, 2))
    built = inflow_driven(inflow, life, shape)
    assert stock_driven(built.stock, life, shape).inflow == pytest.approx(inflow, rel=1e-7)
    assert built.outflow_by_cohort.sum(axis=1) == pytest.approx(built.outflow, rel=1e-12)


def test_drawn_shares_are_brought_to_a_sum_of_one_and_elements_without_rows_have_none() -> None:
    """Derived: the sum over sectors of every element."""
    assert shares(drawn(5), tables()).sum(axis=0) == pytest.approx([1, 1, 1, 1, 1, 0, 0, 1], abs=1e-12)


def test_the_published_figures_of_2008_and_2024_stand_beside_the_model() -> None:
    """Published: stock and input of dysprosium 2008 (substance flow analysis); calibration of the years of uptake."""
    found = {row.key: row for row in comparisons(demand(central(), tables()), tables())}
    assert found["Dy.stock_2008"].inside and found["Dy.domestic_input_2008"].inside
    ratio = found["Dy.stock_2008"].computed / found["Dy.domestic_input_2008"].computed
    assert 4.0 <= ratio <= 6.5
    assert found["NdPr.2024"].computed == pytest.approx(5300.0)
    assert set(found) == {"Dy.imports_2008", "Dy.domestic_input_2008", "Dy.stock_2008", "NdPr.2024", "Y.2017",
                          "Nd.waste_2050"}  # fmt: skip


def test_magnets_counted_from_below_are_of_the_order_of_the_sector_shares() -> None:
    """Derived: goods × magnet per good against demand of 2024; compressors for plants abroad explain a factor of 3."""
    below = magnets_from_below_t(central())
    above = magnets_from_above_t(demand(central(), tables()), central())
    assert above["ev"] == pytest.approx(below["ev"], rel=0.25)
    assert above["wind"] == pytest.approx(below["wind"], rel=0.25)
    assert 1.0 < above["air_conditioning"] / below["air_conditioning"] < 3.0


def test_wind_orders_come_in_whole_projects_and_keep_their_mean() -> None:
    """Derived: eight projects a year of an eighth each; 400 years scatter round the mean by 2 %."""
    days = 400 * 365
    orders = project_orders_t(80.0, central(), days, np.random.default_rng(3))
    assert set(np.unique(orders).tolist()) <= {0.0, 10.0, 20.0, 30.0}
    assert orders.sum() / 400.0 == pytest.approx(80.0, rel=0.05)
    again = project_orders_t(80.0, central(), days, np.random.default_rng(3))
    assert (orders == again).all()


def test_a_ramp_of_no_length_is_a_step() -> None:
    """Derived: by hand."""
    assert ramp(np.array([2029, 2030, 2031]), 2030.0, 0.0).tolist() == [0.0, 1.0, 1.0]


def test_same_values_give_the_same_numbers_and_nothing_kept_is_changed() -> None:
    """Derived: the table of survival is kept between calls; two calls with another in between agree to the bit."""
    first = demand(drawn(1), tables())
    demand(drawn(2), tables())
    second = demand(drawn(1), tables())
    for one, other in zip(first.flows().values(), second.flows().values(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: demand(central(), tables(), np.array([2020, 2022])), "years 2020 to 2022, 2 of them; one after the"),
        (lambda: demand(central(), tables(), np.arange(1950, 2000)), "one after the other from 1961 on"),
        (lambda: demand(central(), tables(), np.array([], np.int64)), "years none"),
        (lambda: demand_in(demand(central(), tables()), 1989), "year 1989 was not computed; 1990 to 2050 were"),
        (lambda: stock_driven([1.0, 1.0], 5.0, 2.0), "must hold 3 years or more"),
        (lambda: stock_driven([1.0, -1.0, 1.0], 5.0, 2.0), "stock is -1 at state 1; it must be 0 or above"),
        (lambda: stock_driven([1.0, 1.0, 1.0], 0.0, 2.0), "mean life .* is 0; it must be above 0"),
        (
            lambda: stock_driven([1.0, 1.0, 1.0], 5.0, 2.0, "gamma"),
            "law 'gamma' is not known; allowed: fixed, lognormal",
        ),
        (lambda: stock_driven([9.0, 1.0, 1.0], 50.0, 4.0), "inflow of year 1 is -.*; it must be 0 or above"),
        (lambda: project_orders_t(1.0, central(), 0, np.random.default_rng(1)), "over 0 days"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call: object, message: str) -> None:
    """Derived: each rule broken once, by hand."""
    assert callable(call)
    with pytest.raises(ModelError, match=message):
        call()
