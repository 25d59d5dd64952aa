"""Contracts, waterfall, stock and the investment rule (truth: *derived* by hand, or a balance that must hold)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_data.errors import ModelError
from twin.models.inventory_finance import break_even_rebate, margin_calls, price_and_volume, recycler_margin
from twin.models.investment_rule import invest_by_trailing_price
from twin.models.price_contracts import depth_price, shared_upside_floor, take_or_pay, two_way_floor
from twin.models.waterfall import Claims, Owners, class_flows, closure, waterfall

OWNERS = Owners({"trading": 0.35, "local": 0.5}, 0.15, 0.08, 0.0)
YEARS = 12
CASH = st.lists(st.floats(-100.0, 200.0), min_size=YEARS, max_size=YEARS)
TONNES = st.lists(st.floats(0.0, 100.0), min_size=YEARS, max_size=YEARS)


def due(senior: float, premium: float = 0.0, guarantee: float = 0.0, mezzanine: float = 0.0) -> Claims:
    """Return the same senior service every year, half a year of it in reserve."""
    service = np.full(YEARS, senior)
    return Claims(np.full(YEARS, premium), service, 0.05, 0.5 * service, guarantee, mezzanine, 0.1, 8)


@settings(max_examples=80, deadline=None)
@given(
    CASH, st.floats(0.0, 80.0), st.floats(0.0, 5.0), st.floats(0.0, 1.0), st.floats(0.0, 200.0), st.floats(0.0, 500.0)
)
def test_every_year_of_a_waterfall_uses_what_it_has(
    cash: list[float], senior: float, premium: float, guarantee: float, mezzanine: float, equity: float
) -> None:
    """Derived: uses equal cash, support and guarantee; nobody is paid less than nothing."""
    paid = waterfall(cash, due(senior, premium, guarantee, mezzanine), OWNERS, equity)
    assert closure(cash, paid) < 1e-9
    for part in (paid.senior, paid.mezzanine, paid.agency, paid.ordinary, paid.support, paid.guarantee):
        assert (part >= -1e-9).all()
    assert paid.reserve.sum() == pytest.approx(0.0, abs=1e-9)
    flows = class_flows(paid, OWNERS, equity)
    total = sum(float(flow.sum()) for flow in flows.values())
    assert total == pytest.approx(float((paid.ordinary + paid.agency - paid.support).sum()) - equity)


def test_equity_gets_nothing_in_a_year_in_which_debt_is_left_unpaid() -> None:
    paid = waterfall(np.full(YEARS, 30.0), due(40.0), OWNERS, 100.0)
    assert (paid.unpaid_senior > 0.0).all()
    assert not paid.ordinary.any()
    assert not paid.agency.any()


def test_the_reserve_pays_before_the_guarantor_and_the_guarantor_its_share() -> None:
    """Derived: a good year fills 20; the next lacks 40, 20 come from the reserve, half of the rest guaranteed."""
    cash = np.array([100.0, 0.0] + 10 * [40.0])
    paid = waterfall(cash, due(40.0, guarantee=0.5), OWNERS, 100.0)
    assert paid.reserve_balance[0] == 20.0
    assert paid.reserve[1] == -20.0
    assert paid.guarantee[1] == 10.0
    assert paid.unpaid_senior[1] == 10.0
    assert paid.senior[1] == 30.0


def test_the_agency_waits_until_ordinary_shares_have_their_return() -> None:
    """Derived: 85 of ordinary money at 8 % before the agency sees its 15; then 85 to 15."""
    none = np.zeros(2)
    nothing = Claims(none, none, 0.0, none, 0.0, 0.0, 0.0, 1)
    paid = waterfall([91.8, 100.0], nothing, OWNERS, 100.0)
    assert paid.ordinary.tolist() == pytest.approx([91.8, 0.85 * 85.0])
    assert paid.agency.tolist() == pytest.approx([0.0, 15.0 + 0.15 * 85.0])


def test_owners_put_in_what_running_cost_lacks_and_lenders_do_not_get_it() -> None:
    paid = waterfall(np.full(YEARS, -10.0), due(40.0), OWNERS, 100.0)
    assert paid.support.tolist() == [10.0] * YEARS
    assert not paid.senior.any()


def test_mezzanine_that_waited_is_paid_when_there_is_cash() -> None:
    """Derived: 100 at 10 %, nothing for three years, then all of it from plenty."""
    cash = np.array([0.0, 0.0, 0.0] + 9 * [1000.0])
    paid = waterfall(cash, due(0.0, mezzanine=100.0), OWNERS, 0.0)
    assert paid.mezzanine_balance[2] == pytest.approx(100.0 * 1.1**3)
    assert paid.mezzanine_balance[8] == pytest.approx(0.0, abs=1e-9)
    assert float(paid.mezzanine @ 1.1 ** -np.arange(1.0, 13.0)) == pytest.approx(100.0)


@settings(max_examples=80, deadline=None)
@given(TONNES, TONNES, st.floats(0.0, 120.0), st.floats(0.0, 1.0), st.integers(0, 6))
def test_take_or_pay_hands_over_no_more_than_there_is_and_loses_nothing(
    made: list[float], called: list[float], contracted: float, share: float, years: int
) -> None:
    """Derived: available and held become taken, sold elsewhere or held; what is paid is taken now, later or lapses."""
    paid = take_or_pay(made, called, contracted, share, years)
    assert paid.gap(made) < 1e-9
    for part in (paid.paid, paid.taken, paid.make_up, paid.shortfall, paid.free, paid.bank):
        assert (part >= -1e-9).all()
    assert (paid.paid >= np.minimum(share * contracted, made) - 1e-9).all()
    assert paid.make_up.sum() <= paid.shortfall.sum() + 1e-9
    assert paid.bank[-1] == 0.0


def test_without_take_or_pay_only_what_is_called_is_paid() -> None:
    paid = take_or_pay([10.0, 10.0], [4.0, 12.0], 9.0, 0.0, 5)
    assert paid.paid.tolist() == paid.taken.tolist() == [4.0, 9.0]
    assert paid.free.tolist() == [6.0, 1.0]


def test_force_majeure_suspends_the_duty_to_take() -> None:
    stopped = np.array([True, False])
    paid = take_or_pay([10.0, 10.0], [0.0, 0.0], 10.0, 0.8, 5, stopped)
    assert paid.paid.tolist() == [0.0, 8.0]


def test_a_right_to_make_up_lapses_and_the_seller_sells_it() -> None:
    """Derived: 8 paid in year 0 can be called until year 1, and are sold elsewhere in year 2."""
    paid = take_or_pay([10.0, 0.0, 0.0], [0.0, 0.0, 0.0], 10.0, 0.8, 1)
    assert paid.bank.tolist() == [8.0, 8.0, 0.0]
    assert paid.free.tolist() == [2.0, 0.0, 8.0]


def test_without_a_floor_both_designs_leave_the_price() -> None:
    prices = np.array([10.0, 500.0])
    assert two_way_floor(prices, 2.0, 0.0, 0.3).received.tolist() == [20.0, 1000.0]
    assert shared_upside_floor(prices, 2.0, 0.0, 150.0, 0.3, 1e9).received.tolist() == [20.0, 1000.0]


def test_the_cap_of_the_rebate_holds_for_all_elements_of_a_year_together() -> None:
    """Derived: 30 and 15 wanted, 9 allowed: 6 and 3."""
    price = np.array([[250.0], [200.0]])
    paid = shared_upside_floor(price, 1.0, 110.0, 150.0, 0.3, 9.0)
    assert paid.given_back.ravel().tolist() == pytest.approx([6.0, 3.0])


def test_a_negative_price_is_refused() -> None:
    with pytest.raises(ModelError, match="price floor: price is -1"):
        two_way_floor(-1.0, 1.0, 110.0, 0.3)


def test_a_deep_market_does_not_notice_and_a_thin_one_pays_no_less_than_elsewhere() -> None:
    assert float(depth_price(425.0, 100.0, np.inf, 0.05, 0.4)) == 425.0
    prices = depth_price(425.0, [0.0, 50.0, 500.0, 5e5], 1000.0, 0.05, 0.4, 8.0)
    assert prices[0] == prices[1] == 425.0
    assert 8.0 < prices[2] < 425.0
    assert prices[3] == 8.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1.0, 500.0), min_size=1, max_size=30), st.floats(0.0, 0.9), st.floats(0.0, 0.5))
def test_margin_calls_add_up_to_the_fall_of_the_loan(prices: list[float], haircut: float, trigger: float) -> None:
    margin = margin_calls(10.0, prices, haircut, trigger)
    first = 10.0 * prices[0] * (1.0 - haircut)
    assert first - margin.call.sum() == pytest.approx(margin.loan[-1])
    assert (margin.call >= 0.0).all()
    assert (margin.loan <= 10.0 * np.array(prices) * (1.0 - haircut) / (1.0 - trigger) + 1e-9).all()


def test_the_break_even_rebate_leaves_the_recycler_nothing() -> None:
    rebate = break_even_rebate(40.0, 0.85, 50.0)
    assert float(recycler_margin(40.0, 0.85, rebate, 50.0)) == pytest.approx(0.0, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(*(st.floats(0.0, 1e3) for _ in range(4)))
def test_price_and_volume_explain_all_of_a_change(p0: float, q0: float, p: float, q: float) -> None:
    split = price_and_volume(p0, q0, p, q)
    assert float(split.price + split.volume) == pytest.approx(p * q - p0 * q0, abs=1e-6)


def test_who_builds_at_the_peak_sells_in_the_trough() -> None:
    """Derived: a peak of prices; cost between peak and trough; every decision of known outcome loses."""
    trap = invest_by_trailing_price([200.0, 150.0, 70.0, 60.0, 50.0, 40.0, 45.0], 65.0, 2, 3)
    assert trap.decided.tolist() == [1, 2]
    assert trap.realised.tolist() == [-15.0, -25.0]
    assert trap.trapped_share == 1.0
    assert np.isnan(invest_by_trailing_price([1.0, 1.0], 65.0, 2, 3).trapped_share)
