"""Accounts of a project (truth: *derived*: balances, hand sums of plain cases, and the direction of each support)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.errors import FailedError
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin.supply.finance_values import central, chain, choices, mine
from twin.models.finance import capital_recovery_factor, internal_rate, net_present_value
from twin.supply.incentives import SUPPORTS, cost_gap_usd_kg, gains, loss_by_cause
from twin.supply.project import LINES, RETURNS, project
from twin.supply.project_inputs import ProjectInputs
from twin.supply.project_revenue import revenue

PLAIN = {  # no debt, no tax, no contract, nothing beside investment, running cost and sales
    "finance.tax_rate": 0.0, "finance.gearing": 0.0, "finance.guaranteed_loan_share": 0.0,
    "capital.3500_chartered_share": 0.0,
    "finance.mezzanine_share": 0.0, "finance.contracted_share": 0.0, "finance.spot_discount": 0.0,
    "finance.closure_share": 0.0, "finance.working_capital_days": 0.0,
}  # fmt: skip


def rich(inputs: ProjectInputs, factor: float = 8.0) -> ProjectInputs:
    """Return a project at so high prices that it earns."""
    return replace(inputs, prices_usd_kg=factor * inputs.prices_usd_kg, china_usd_kg=factor * inputs.china_usd_kg)


def cases() -> list[ProjectInputs]:
    values = central()
    return [
        mine(values),
        mine(values, "ex_china", "S3", 2),
        rich(mine(values)),
        chain(values),
        chain(values, "china", "none"),
    ]


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("supported", [False, True])
def test_every_balance_of_a_project_closes(at: int, supported: bool) -> None:
    """Derived: sources and uses, every year of the waterfall, the contract's volume, and sums of the lines."""
    chosen = choices()
    if supported:
        chosen = choices(
            price_floor="shared_upside",
            take_or_pay=True,
            depreciation="declining_balance",
            tax_credit=True,
            subsidy=True,
        )
    result = project(central(), chosen, cases()[at])
    assert result.closure < 1e-9
    lines = result.lines
    assert tuple(lines) == LINES
    cash = sum(
        lines[name]
        for name in ("revenue", "floor_receipts", "upside_paid", "opex", "feed", "renewals", "closure",
                     "working_capital", "tax")
    )  # fmt: skip
    assert np.asarray(cash)[1:] == pytest.approx(lines["cfads"][1:], rel=1e-9)
    used = sum(
        lines[name] for name in ("cfads", "insurance_premium", "debt_service", "into_reserve", "mezzanine", "guarantee")
    )
    paid = sum(lines[f"paid_to_{name}"] for name in ("agency", "trading", "local"))
    assert np.asarray(used - paid)[1:] == pytest.approx(0.0, abs=1e-9 * float(np.abs(lines["cfads"]).max()))
    sold = sum(lines[f"revenue_{element}"] for element in SUPPLY_ELEMENTS) + lines["revenue_other"]
    assert sold == pytest.approx(lines["revenue"])
    assert lines["working_capital"].sum() == pytest.approx(0.0, abs=1.0)


def test_a_plain_project_can_be_worked_out_by_hand() -> None:
    """Derived: even years: revenue less cost over twenty years at 8 %, levelised cost by the annuity."""
    values = central() | PLAIN
    given = replace(mine(values, "flat"), renewal_jpy_yr=0.0)
    result = project(values, choices(), given)
    earned = 150.0 * 1e3 * float((given.sales_t[:, 0] * given.prices_usd_kg[:, 0]).sum())
    annuity = capital_recovery_factor(0.08, 20)
    assert result.npv_jpy == pytest.approx((earned - 50.2e9) / annuity - 190e9)
    assert result.npv_operation_jpy == pytest.approx((earned - 50.2e9) / annuity)
    assert result.lco_jpy_per_kg["all"] == pytest.approx((50.2e9 + 190e9 * annuity) / 3_340e3)
    assert result.break_even_price_factor == pytest.approx((50.2e9 + 190e9 * annuity) / earned)
    assert cost_gap_usd_kg(values, result, given) == pytest.approx(
        (result.lco_jpy_per_kg["all"] - earned / 3_340e3) / 150.0
    )
    assert result.irr["project"] != result.irr["project"]  # never earns: nan, no sentinel
    assert np.isnan([result.dscr_min, result.llcr, result.irr["senior"]]).all()


def test_prices_at_the_break_even_factor_leave_no_present_value() -> None:
    values = central() | PLAIN
    given = replace(mine(values, "flat"), depth=False)
    factor = project(values, choices(), given).break_even_price_factor
    result = project(values, choices(), rich(given, factor))
    assert result.npv_jpy == pytest.approx(0.0, abs=1.0)
    assert result.irr["project"] == pytest.approx(0.08)


def test_cost_shared_by_mass_or_by_value_adds_up_to_the_same_cost() -> None:
    """Derived: Σ kg · cost of each oxide is the whole; by mass all cost the same, by value as their prices."""
    values = central()
    given = replace(mine(values, "flat"), other_t=np.zeros(20))
    by_mass = project(values, choices(allocation="mass"), given).lco_jpy_per_kg
    by_value = project(values, choices(allocation="value"), given).lco_jpy_per_kg
    kg = dict(zip(SUPPLY_ELEMENTS, given.sales_t[:, 0] * 1e3, strict=True))
    for shared in (by_mass, by_value):
        assert sum(kg[e] * shared[e] for e in SUPPLY_ELEMENTS) == pytest.approx(sum(kg.values()) * shared["all"])
    assert len({round(by_mass[e], 6) for e in SUPPLY_ELEMENTS}) == 1
    assert by_value["Tb"] / by_value["Dy"] == pytest.approx(773.0 / 248.0)


def test_an_element_that_is_not_made_has_no_cost() -> None:
    result = project(central(), choices(), chain(central()))
    assert np.isnan(result.lco_jpy_per_kg["Lu"])
    assert np.isfinite(result.lco_jpy_per_kg["Dy"])


@pytest.mark.parametrize("name", SUPPORTS)
def test_each_support_raises_the_return_of_a_project_that_earns(name: str) -> None:
    values = central()
    gain = gains(values, choices(), chain(values, "ex_china", "S2"))[name]
    assert gain.npv_jpy > 0.0
    assert gain.irr > 0.0
    assert gain.equity_irr > 0.0


def test_without_support_the_five_choices_do_nothing() -> None:
    values = central() | {"finance.tax_credit_share": 0.0, "finance.subsidy_share": 0.0}
    found = gains(values, choices(), chain(values))
    assert found["tax credit"].npv_jpy == found["subsidy"].npv_jpy == 0.0


def test_a_grant_costs_the_public_what_it_gives() -> None:
    values = central()
    with_it = project(values, choices(subsidy=True), mine(values))
    assert with_it.stack.grant == pytest.approx(0.3 * 0.4 * 190e9)
    assert with_it.lines["grant"][0] == with_it.stack.grant


def test_the_floor_tops_up_what_the_public_pays() -> None:
    """Derived: the public cost of the floor is the present value of its line, other support off."""
    values = central() | {"finance.guarantee_share": 0.0}
    result = project(values, choices(price_floor="two_way"), mine(values))
    yearly = result.lines["floor_receipts"] + result.lines["upside_paid"]
    assert result.public_cost_jpy == pytest.approx(net_present_value(0.08, yearly))


def test_take_or_pay_brings_in_money_when_buyers_call_little() -> None:
    values = central() | {"finance.nomination_share": 0.5}
    given = chain(values)
    free, bound = (revenue(values, choices(take_or_pay=on), given) for on in (False, True))
    assert bound.contracted.sum() > free.contracted.sum()
    assert (free.paid_not_taken_t == 0.0).all()
    assert bound.paid_not_taken_t[0] == pytest.approx((0.85 - 0.5) * 0.7 * given.sales_t[:, 0].sum())


def test_cover_by_contracts_alone_is_below_cover_by_all_cash() -> None:
    result = project(central(), choices(), chain(central()))
    assert result.dscr_contracted_average < result.dscr_average
    assert result.dscr_min <= result.dscr_average


def test_a_project_no_bank_would_lend_to_has_the_guaranteed_loan_and_nothing_more() -> None:
    """Derived: the bank case of the mine loses money, so it carries nothing; 30 % of its 76 bn are guaranteed."""
    result = project(central(), choices(), mine(central()))
    assert result.stack.bankable == 0.0
    assert result.stack.senior == pytest.approx(0.3 * 0.4 * 190e9)
    assert np.isnan([result.dscr_min, result.dscr_contracted_min, result.llcr]).all()
    none = project(central() | {"finance.guaranteed_loan_share": 0.0}, choices(), mine(central()))
    assert none.stack.senior == 0.0
    assert np.isnan(none.dscr_min)


def test_debt_of_the_bank_case_is_covered_as_asked_when_that_case_comes_true() -> None:
    """Derived: at the bank's prices and volumes, without tax and premium, the cover is the target in every year."""
    values = central() | {
        "finance.tax_rate": 0.0, "finance.cover_premium": 0.0, "finance.gearing": 1.0,
        "finance.senior_grace_years": 0.0,
        "finance.bank_price_factor": 1.0, "finance.bank_volume_factor": 1.0, "finance.guaranteed_loan_share": 0.0,
    }  # fmt: skip
    given = replace(mine(values, "flat"), opex_jpy=np.full(20, 5e9), depth=False)
    result = project(values, choices(), given)
    assert result.stack.senior == pytest.approx(result.stack.bankable)
    assert result.dscr_min == pytest.approx(1.5)
    assert result.dscr_average == pytest.approx(1.5)
    assert result.llcr == pytest.approx(1.5)


def test_ordinary_classes_earn_alike_and_the_agency_less() -> None:
    result = project(central(), choices(), rich(mine(central())))
    assert tuple(result.irr) == RETURNS
    assert result.irr["trading"] == pytest.approx(result.irr["local"])
    assert result.irr["agency"] < result.irr["ordinary"]
    assert result.irr["senior"] == pytest.approx(0.6 * 0.025 + 0.4 * 0.04)
    assert internal_rate(result.lines["free_cash"]) == result.irr["project"]


def test_inflation_raises_prices_and_cost_alike() -> None:
    values = central() | {"finance.inflation_per_year": 0.02}
    plain, risen = project(central(), choices(), mine(central())), project(values, choices(), mine(central()))
    assert risen.lines["opex"][20] == pytest.approx(plain.lines["opex"][20] * 1.02**19)
    assert risen.lines["revenue_Dy"][20] == pytest.approx(plain.lines["revenue_Dy"][20] * 1.02**19)


def test_revenue_missed_splits_into_price_and_volume() -> None:
    plan = mine(central(), "flat")
    met = replace(mine(central()), sales_t=0.8 * plan.sales_t)
    split = loss_by_cause(central(), plan, met)
    missed = 150e3 * (met.sales_t * met.prices_usd_kg - plan.sales_t * plan.prices_usd_kg)
    assert split.price + split.volume == pytest.approx(missed)


def test_a_project_of_one_year_or_of_no_output_still_has_accounts() -> None:
    values = central() | {"capital.3500_years": 1.0}
    one = project(values, choices(), mine(values))
    assert len(one.lines["cfads"]) == 2
    assert one.closure < 1e-9
    none = project(values, choices(take_or_pay=True), replace(mine(values), sales_t=np.zeros((8, 1))))
    assert np.isnan(none.lco_jpy_per_kg["Dy"])
    assert np.isnan(none.break_even_price_factor)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sales_t": np.zeros((7, 20))}, "sales_t of shape"),
        ({"opex_jpy": -np.ones(20)}, "opex_jpy holds a number below 0"),
        ({"prices_usd_kg": np.full((8, 20), np.nan)}, "prices_usd_kg holds a number below 0 or none"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(change: dict[str, np.ndarray], words: str) -> None:
    given = mine(central())
    with pytest.raises(FailedError, match=words):
        replace(given, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(("share", "left"), [(0.0, 1.0), (0.6, 0.4), (1.0, 0.0)])
def test_what_day_rates_pay_already_is_taken_off_investment_and_renewals(share: float, left: float) -> None:
    """Derived: 190 bn and 3.61 bn a year less the share that is chartered; 0: all of it is spent."""
    given = mine(central() | {"capital.3500_chartered_share": share})
    assert given.investment_jpy == pytest.approx(left * 190e9)
    assert given.renewal_jpy_yr == pytest.approx(left * 3.61e9)
