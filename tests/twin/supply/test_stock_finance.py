"""Finance beside a project (truth: *derived* by hand; the record of prices is the published one)."""

import numpy as np
import pytest

from ops_data.errors import FailedError
from tests.twin.supply.finance_values import central, tables
from twin.supply.stock_finance import avoided_loss_jpy, investment_trap, price_record, recycling, stock_finance


def test_a_stock_is_lent_against_less_the_haircut_and_called_when_the_price_falls() -> None:
    """Derived: 1,000 kg at 100 USD and 150 JPY/USD: 15 m, 10.5 m lent; a fall by a fifth calls 2.1 m."""
    stock = np.zeros(8)
    stock[2] = 1000.0
    prices = np.repeat(np.array([[100.0, 80.0, 80.0]]), 8, axis=0)
    held = stock_finance(central(), stock, prices)
    assert (held.value_jpy[2], held.limit_jpy[2], held.own_jpy[2]) == pytest.approx((15e6, 10.5e6, 4.5e6))
    assert held.calls_jpy[2].tolist() == pytest.approx([0.0, 2.1e6, 0.0])
    assert held.carrying_jpy_yr[2].tolist() == pytest.approx([0.6e6, 0.48e6, 0.48e6])
    assert not held.calls_jpy[0].any()


def test_a_recycler_needs_a_rebate_when_oxide_is_cheap_and_can_pay_one_when_it_is_dear() -> None:
    """Derived: 85 % of the price less 25 USD/kg."""
    found = recycling(central(), np.array([20.0, 60.0]))
    assert found.margin.tolist() == pytest.approx([-8.0, 26.0])
    assert found.rebate.tolist() == pytest.approx([8.0, -26.0])


def test_avoided_loss_is_days_times_their_cost() -> None:
    """Derived: 0.15 of 10 days."""
    assert avoided_loss_jpy(central(), [0.15, 0.85], [30.0, 5.0], [20.0, 5.0]) == pytest.approx(1.5 * 7.2e9)


def test_the_record_takes_the_average_of_a_year_before_its_end() -> None:
    """Published: U.S. Geological Survey, Mineral Commodity Summaries 2016 and 2019."""
    years, prices = price_record(central(), tables(), "Nd")
    assert years[0] == 2011
    assert dict(zip(years.tolist(), prices.tolist(), strict=True)) | {2012: 77.5, 2014: 63.0} == dict(
        zip(years.tolist(), prices.tolist(), strict=True)
    )
    assert (np.diff(years) == 1).all()


def test_whoever_invested_on_the_prices_of_2011_to_2013_met_prices_below_cost() -> None:
    """Derived from the published record: Nd oxide at a cost of 60 USD/kg, mean of two years, four years of building.

    The rule says yes in 2012, 2013 and 2014; output meets 40, 50 and 50 USD/kg.
    """
    years, trap = investment_trap(central(), tables(), "Nd", 60.0, 2011, 2020)
    assert years[trap.decided].tolist() == [2012, 2013, 2014]
    assert trap.realised.tolist() == pytest.approx([-20.0, -10.0, -10.0])
    assert trap.trapped_share == 1.0
    six_years, short = investment_trap(central(), tables(), "Nd", 60.0, 2011, 2016)
    assert six_years[short.decided].tolist() == [2012, 2013, 2014]
    assert np.isfinite(short.realised).tolist() == [True, False, False]


def test_a_record_with_a_gap_or_none_is_refused() -> None:
    with pytest.raises(FailedError, match="'Nd' has 5 yearly prices from 2007 to 2015"):
        investment_trap(central(), tables(), "Nd", 60.0, 2007, 2015)
    with pytest.raises(FailedError, match="no yearly price of 'Ho'"):
        price_record(central(), tables(), "Ho")
