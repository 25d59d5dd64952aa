"""Cost, return, debt and tax of a project (truth: *derived* by hand, or by a second formula)."""

from datetime import date

import numpy as np
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_data.errors import ModelError
from twin.models.finance import (
    capital_recovery_factor,
    dated_internal_rate,
    discount_factors,
    internal_rate,
    net_present_value,
    sign_changes,
)
from twin.models.project_finance import (
    break_even_factor,
    debt_service_cover,
    investment_valley,
    levelised_cost,
    levelised_cost_of_flows,
    loan_life_cover,
    sculpted_capacity,
    sculpted_loan,
)
from twin.models.taxes import income_tax, written_off

CASH = st.lists(st.floats(-50.0, 200.0), min_size=1, max_size=25)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.just(0.0) | st.floats(0.1, 100.0), min_size=1, max_size=20), st.floats(10.0, 500.0))
def test_the_rate_of_return_takes_away_the_present_value(receipts: list[float], spent: float) -> None:
    """Derived: its definition; pyxirr, an independent root search, finds the same where it finds one."""
    flows = np.array([-spent, *receipts])
    rate = internal_rate(flows)
    if not np.isfinite(rate):
        assert max(receipts) == 0.0
        return
    factors = discount_factors(rate, len(flows))
    assert float(flows @ factors) == pytest.approx(0.0, abs=1e-6 * float(np.abs(flows) @ factors))
    other = pyxirr.irr(flows.tolist())
    if other is not None and rate > -0.9:
        assert rate == pytest.approx(other, abs=1e-6)


def test_what_rounding_leaves_behind_is_no_flow() -> None:
    """Derived: a year of 1e-17 beside hundreds is a year of nothing."""
    assert internal_rate([-100.0, 110.0, 1e-17]) == pytest.approx(0.10)
    assert np.isnan(internal_rate([-100.0, 1e-17]))


def test_the_size_of_the_currency_does_not_change_a_rate_of_return() -> None:
    assert internal_rate([-1e12, 6e11, 6e11]) == pytest.approx(internal_rate([-1.0, 0.6, 0.6]))


def test_flows_that_turn_twice_are_told_to() -> None:
    """Derived: -100, 230, -132 has the rates 10 and 20 %; the one nearest to 0 is given."""
    assert sign_changes([-100.0, 230.0, -132.0]) == 2
    assert internal_rate([-100.0, 230.0, -132.0]) == pytest.approx(0.10)


def test_dated_flows_a_year_apart_earn_the_yearly_rate() -> None:
    """Derived: years of 365 days."""
    days = [date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1)]
    assert dated_internal_rate(days, [-100.0, 60.0, 60.0]) == pytest.approx(internal_rate([-100.0, 60.0, 60.0]))
    assert np.isnan(dated_internal_rate(days, [1.0, 1.0, 1.0]))


def test_a_rate_of_minus_one_and_below_is_refused() -> None:
    with pytest.raises(ModelError, match="must be above -1"):
        net_present_value(-1.0, [1.0, 1.0])


def test_without_interest_capital_is_recovered_in_equal_parts() -> None:
    assert capital_recovery_factor(0.0, 20.0) == pytest.approx(0.05)


@settings(max_examples=60, deadline=None)
@given(CASH, st.floats(0.0, 0.15), st.integers(0, 3), st.integers(1, 15), st.floats(1.0, 500.0))
def test_a_loan_is_repaid_with_its_interest(
    cash: list[float], rate: float, grace: int, years: int, amount: float
) -> None:
    """Derived: principal adds up to the loan, and its service is worth the loan at its own interest."""
    grace = min(grace, len(cash) - 1)
    loan = sculpted_loan(amount, cash, rate, grace, years)
    assert loan.principal.sum() == pytest.approx(amount)
    assert float(loan.service @ discount_factors(rate, len(cash) + 1)[1:]) == pytest.approx(amount)
    assert (loan.service >= 0.0).all()


def test_sculpted_debt_is_covered_alike_in_every_year_and_over_its_life() -> None:
    """Derived: the definition of sculpting; the loan-life cover is then the same."""
    cash = np.array([100.0, 150.0, 80.0, 120.0, 90.0])
    amount = sculpted_capacity(cash, 1.4, 0.05, 0, 5)
    loan = sculpted_loan(amount, cash, 0.05, 0, 5)
    assert debt_service_cover(cash, loan.service) == pytest.approx(np.full(5, 1.4))
    assert loan_life_cover(cash, loan, 0.05) == pytest.approx(1.4)


def test_cash_below_zero_carries_no_debt_and_a_loan_all_the_same_is_level() -> None:
    assert sculpted_capacity([-1.0, -1.0], 1.5, 0.05, 0, 2) == 0.0
    level = sculpted_loan(100.0, [-1.0, -1.0], 0.05, 0, 2).service
    assert level == pytest.approx(np.full(2, 100.0 * capital_recovery_factor(0.05, 2)))


def test_a_year_without_debt_service_has_no_cover() -> None:
    assert np.isnan(debt_service_cover([1.0], [0.0])).all()
    assert np.isnan(loan_life_cover([1.0], sculpted_loan(0.0, [1.0], 0.05, 0, 1), 0.05))


def test_both_formulas_of_the_levelised_cost_agree_for_even_years() -> None:
    """Derived: the annuity is the sum of the discount factors."""
    even = levelised_cost_of_flows([1000.0] + 15 * [70.0], [0.0] + 15 * [3.0], 0.06)
    assert even == pytest.approx(levelised_cost(1000.0, 70.0, 0.0, 3.0, 0.06, 15))
    assert np.isnan(levelised_cost_of_flows([1.0], [0.0], 0.06))


def test_at_the_break_even_factor_the_present_value_is_zero() -> None:
    revenue, cost = np.array([0.0, 30.0, 40.0]), np.array([80.0, 5.0, 5.0])
    factor = break_even_factor(revenue, cost, 0.07)
    assert net_present_value(0.07, factor * revenue - cost) == pytest.approx(0.0, abs=1e-12)


def test_the_valley_lasts_until_the_sum_stays_above_water() -> None:
    """Derived: sums -10, 2, -1, 4."""
    valley = investment_valley([-10.0, 12.0, -3.0, 5.0])
    assert (valley.years, valley.deepest, valley.out) == (2, -10.0, 3.0)
    assert investment_valley([1.0, 1.0]).years == 0


@pytest.mark.parametrize("method", ["straight_line", "declining_balance"])
@pytest.mark.parametrize(("life", "count"), [(20, 20), (20, 7), (5, 12), (1, 1)])
def test_all_of_an_investment_is_written_off_by_the_end(method: str, life: int, count: int) -> None:
    off = written_off(300.0, life, count, method)
    assert off.sum() == pytest.approx(300.0)
    assert (off >= 0.0).all()


def test_declining_balance_writes_off_earlier() -> None:
    fast, even = (np.cumsum(written_off(300.0, 10, 10, name)) for name in ("declining_balance", "straight_line"))
    assert (fast >= even - 1e-9).all()
    assert fast[0] == pytest.approx(60.0)


def test_losses_lapse_when_their_years_are_over() -> None:
    """Derived: a loss of year 0 usable for two years, profits in years 3 and 1."""
    assert income_tax([-100.0, 0.0, 0.0, 50.0], 0.3, loss_years=2).paid[3] == pytest.approx(15.0)
    assert income_tax([-100.0, 0.0, 50.0], 0.3, loss_years=2).paid[2] == 0.0
    assert income_tax([-100.0, 50.0], 0.3, loss_years=0).paid[1] == pytest.approx(15.0)


def test_the_oldest_loss_is_used_first() -> None:
    """Derived: losses of 40 and 60; a profit of 50 uses 40 and 10; the rest of 50 is still there for the last."""
    taxed = income_tax([-40.0, -60.0, 50.0, 0.0, 80.0], 0.5, loss_years=3)
    assert taxed.losses.tolist() == [40.0, 100.0, 50.0, 50.0, 0.0]
    assert taxed.paid.tolist() == [0.0, 0.0, 0.0, 0.0, 15.0]


def test_a_credit_takes_off_no_more_than_its_cap_and_goes_on() -> None:
    """Derived: tax 30 a year, a fifth of it each year until 15 are used."""
    taxed = income_tax([100.0, 100.0, 100.0], 0.3, credit=15.0, credit_cap_share=0.2)
    assert taxed.credit.tolist() == pytest.approx([6.0, 6.0, 3.0])
    assert taxed.paid.tolist() == pytest.approx([24.0, 24.0, 27.0])
