"""Cash flow of a project in one draw: what it earns and costs, who is paid, and what one kilogram of oxide costs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ops_data.reference.supply.finance_rows import CLASSES
from ops_data.supply_names import SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR, KG_PER_TONNE
from twin.models.finance import discount_factors, internal_rate, net_present_value
from twin.models.project_finance import (
    Valley,
    break_even_factor,
    debt_service_cover,
    investment_valley,
    levelised_cost_of_flows,
    loan_life_cover,
)
from twin.models.taxes import Taxed, income_tax, written_off
from twin.models.waterfall import Claims, Waterfall, class_flows, closure, waterfall
from twin.supply.capital import Stack, capital_stack, claims, mezzanine_interest, owners
from twin.supply.price_worlds import Floats, Values, per_element
from twin.supply.project_inputs import ProjectInputs
from twin.supply.project_revenue import Revenue, inflation, revenue
from twin.supply_settings import Supply

RETURNS: Final = ("project", "ordinary", *CLASSES, "mezzanine", "senior")
COST_ITEMS: Final = (*SUPPLY_ELEMENTS, "all")
LINES: Final = (
    *(f"revenue_{element}" for element in SUPPLY_ELEMENTS), "revenue_other", "revenue", "floor_receipts",
    "upside_paid", "opex", "feed", "renewals", "closure", "working_capital", "depreciation", "result_before_tax", "tax",
    "capex", "grant", "free_cash", "free_cash_so_far", "cfads", "cfads_contracted", "insurance_premium",
    "senior_interest", "senior_principal", "debt_service", "unpaid_senior", "into_reserve", "mezzanine",
    "support_by_owners", "guarantee", *(f"paid_to_{name}" for name in CLASSES),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ProjectResult:
    """What one draw of a project gives; JPY where nothing else is said, year 0 is the investment.

    Attributes
    ----------
    lines : line of `LINES` → amount of year 0 … n, shape (n + 1,); what leaves the project is negative.
    npv_jpy : present value after tax, before financing; ``npv_operation_jpy`` leaves the investment out as sunk.
    irr : one of `RETURNS` → yearly rate; nan where there is none.
    lco_jpy_per_kg : element or all → levelised cost of a kilogram of oxide; nan where none is made.
    dscr_min, dscr_average, dscr_contracted_min, dscr_contracted_average : cover of senior service, from all cash and
        from cash of contracts alone; nan without debt that the bank case bears.
    llcr : cash of the loan's life over the loan, both at its interest; nan likewise.
    valley : years under water of the free cash.
    break_even_price_factor : by what all prices must be multiplied for no present value before tax, floor left out.
    public_cost_jpy : present value of grant, floor, tax credit and guarantee less what the floor gives back.
    stack : who paid for the investment.
    closure : largest gap of any balance over its largest term [1]: sources and uses, waterfall, contract volume.
    """

    lines: Mapping[str, Floats]
    npv_jpy: float
    npv_operation_jpy: float
    irr: Mapping[str, float]
    lco_jpy_per_kg: Mapping[str, float]
    dscr_min: float
    dscr_average: float
    dscr_contracted_min: float
    dscr_contracted_average: float
    llcr: float
    valley: Valley
    break_even_price_factor: float
    public_cost_jpy: float
    stack: Stack
    closure: float


@dataclass(frozen=True, eq=False)
class _Costs:
    """What a project costs [JPY/a], 0 or more but for the change of working capital, shape (n,)."""

    running: Floats
    feed: Floats
    renewals: Floats
    closure: Floats
    working_capital: Floats

    @property
    def total(self) -> Floats:
        """All but working capital, which comes back."""
        found: Floats = self.expensed + self.renewals
        return found

    @property
    def expensed(self) -> Floats:
        """What is taken off profit in its year: all but renewals, which are written off."""
        found: Floats = self.running + self.feed + self.closure
        return found


@dataclass(frozen=True, eq=False)
class _Played:
    """How the years go: free cash of year 0 … n, the rest of year 1 … n; flows of equity from year 0 on."""

    depreciation: Floats
    taxed: Taxed
    free: Floats
    cash: Floats
    contracted: Floats
    due: Claims
    paid: Waterfall
    classes: Mapping[str, Floats]


def project(values: Values, choices: Supply, inputs: ProjectInputs) -> ProjectResult:
    """Return the accounts of a project in one draw.

    Parameters
    ----------
    values : quantities of the draw by key: ``finance.*`` and ``capital.*``.
    choices : price floor, take-or-pay, depreciation, credit, subsidy, and how cost is shared out to elements.
    inputs : output, cost and prices year by year.

    Notes
    -----
    Senior debt is sized on a bank case: long-run prices inside China times ``finance.bank_price_factor``, the floor if
    one is chosen, volumes times ``finance.bank_volume_factor``; then the draw plays out and covers differ from the
    target. Tax before financing (present value, project return) leaves interest out; tax in the cash for debt service
    takes senior and planned mezzanine interest and premium off. Cash of contracts alone bears all cost but the feed of
    what is sold beside them. A project that loses money is run to its end: what owners put in then is a line.
    """
    earned = revenue(values, choices, inputs)
    costs = _costs(values, inputs, earned)
    stack = capital_stack(values, inputs.investment_jpy, choices.subsidy, _bank_cash(values, choices, inputs))
    played = _played(values, choices, inputs, earned, costs, stack)
    rate, senior = values["finance.discount_rate"], played.due.senior
    borne = senior if stack.carries_debt else np.zeros_like(senior)
    total, part = debt_service_cover(played.cash, borne), debt_service_cover(played.contracted, borne)
    npv = net_present_value(rate, played.free)
    return ProjectResult(
        lines=_lines(inputs, earned, costs, stack, played),
        npv_jpy=npv,
        npv_operation_jpy=npv - float(played.free[0]),
        irr=_returns(played, stack),
        lco_jpy_per_kg=_levelised(values, choices, inputs, earned, costs),
        dscr_min=_least(total),
        dscr_average=_average(total),
        dscr_contracted_min=_least(part),
        dscr_contracted_average=_average(part),
        llcr=loan_life_cover(played.cash, stack.loan, stack.rate) if stack.carries_debt else float("nan"),
        valley=investment_valley(played.free),
        break_even_price_factor=_break_even(inputs, earned, costs, rate),
        public_cost_jpy=_public_cost(earned, stack, played, rate),
        stack=stack,
        closure=_closure(inputs, earned, stack, played),
    )


def _played(
    values: Values, choices: Supply, inputs: ProjectInputs, earned: Revenue, costs: _Costs, stack: Stack
) -> _Played:
    """Return how the years go once the investment is paid for."""
    off = _depreciation(values, choices, inputs, costs, stack)
    taken_off = costs.expensed + off
    financing = taken_off + _interest(values, stack, len(inputs.years))
    spent = costs.total + costs.working_capital
    plain = _tax(values, choices, inputs, earned.total - taken_off)
    taxed = _tax(values, choices, inputs, earned.total - financing)
    beside = inputs.feed_share * earned.spot.sum(axis=0)  # feed of what is not under contract
    narrow = _tax(values, choices, inputs, earned.contracted - (financing - beside))
    cash = earned.total - spent - taxed.paid
    due, owned = claims(values, stack), owners(values)
    paid = waterfall(cash, due, owned, stack.equity)
    return _Played(
        depreciation=off,
        taxed=taxed,
        free=np.concatenate([[stack.grant - inputs.investment_jpy], earned.total - spent - plain.paid]),
        cash=cash,
        contracted=earned.contracted - (spent - beside) - narrow.paid,
        due=due,
        paid=paid,
        classes=class_flows(paid, owned, stack.equity),
    )


def _costs(values: Values, inputs: ProjectInputs, earned: Revenue) -> _Costs:
    n = len(inputs.years)
    risen = inflation(values, n)
    running = inputs.opex_jpy * risen
    tied = values["finance.working_capital_days"] / DAYS_PER_YEAR * running
    tied[-1] = 0.0
    closing = np.zeros(n)
    closing[-1] = values["finance.closure_share"] * inputs.investment_jpy * risen[-1]
    return _Costs(
        running=running,
        feed=inputs.feed_share * earned.market.sum(axis=0),
        renewals=inputs.renewal_jpy_yr * risen,
        closure=closing,
        working_capital=np.diff(tied, prepend=0.0),
    )


def _bank_cash(values: Values, choices: Supply, inputs: ProjectInputs) -> Floats:
    """Return the cash for debt service that lenders count on, tax without interest [JPY/a], shape (n,)."""
    means = values["finance.bank_price_factor"] * per_element(values, "mean_usd_kg")
    prices = np.repeat(means[:, np.newaxis], len(inputs.years), axis=1)
    volume = values["finance.bank_volume_factor"]
    case = replace(
        inputs, prices_usd_kg=prices, china_usd_kg=prices, sales_t=volume * inputs.sales_t,
        other_t=volume * inputs.other_t, other_jpy=volume * inputs.other_jpy, depth=False,
    )  # fmt: skip
    earned = revenue(values, choices, case)
    costs = _costs(values, case, earned)
    plain = written_off(inputs.investment_jpy, round(values["finance.depreciation_years"]), len(inputs.years))
    tax = _tax(values, choices, inputs, earned.total - costs.total - plain)
    found: Floats = earned.total - costs.total - costs.working_capital - tax.paid
    return found


def _depreciation(values: Values, choices: Supply, inputs: ProjectInputs, costs: _Costs, stack: Stack) -> Floats:
    """Return what is written off [JPY/a]: investment less grant, interest while building, and renewals."""
    n, factor = len(inputs.years), values["finance.declining_factor"]
    life = max(round(values["finance.depreciation_years"]), 1)
    base = inputs.investment_jpy - stack.grant + stack.construction_interest
    found = written_off(base, life, n, choices.depreciation, factor)
    for year, spent in enumerate(costs.renewals.tolist()):
        if spent > 0.0:
            found[year:] += written_off(spent, life, n - year, choices.depreciation, factor)
    return found


def _tax(values: Values, choices: Supply, inputs: ProjectInputs, profit: Floats) -> Taxed:
    credit = values["finance.tax_credit_share"] * inputs.investment_jpy if choices.tax_credit else 0.0
    return income_tax(
        profit, values["finance.tax_rate"], values["finance.loss_offset_share"], round(values["finance.loss_years"]),
        credit, values["finance.tax_credit_cap_share"],
    )  # fmt: skip


def _interest(values: Values, stack: Stack, count: int) -> Floats:
    """Return what financing takes off profit [JPY/a]."""
    found: Floats = stack.loan.interest + claims(values, stack).premium + mezzanine_interest(values, stack, count)
    return found


def _lines(inputs: ProjectInputs, earned: Revenue, costs: _Costs, stack: Stack, played: _Played) -> dict[str, Floats]:
    """Return the lines of the accounts, year 0 first."""
    paid, off = played.paid, played.depreciation
    yearly = {f"revenue_{element}": earned.market[at] for at, element in enumerate(SUPPLY_ELEMENTS)}
    yearly |= {
        "revenue_other": earned.other, "revenue": earned.market.sum(axis=0) + earned.other,
        "floor_receipts": earned.topped_up, "upside_paid": -earned.given_back, "opex": -costs.running,
        "feed": -costs.feed, "renewals": -costs.renewals, "closure": -costs.closure,
        "working_capital": -costs.working_capital, "depreciation": -off,
        "result_before_tax": earned.total - costs.expensed - off, "tax": -played.taxed.paid, "cfads": played.cash,
        "cfads_contracted": played.contracted, "insurance_premium": -paid.premium,
        "senior_interest": -stack.loan.interest, "senior_principal": -stack.loan.principal,
        "debt_service": -paid.senior, "unpaid_senior": paid.unpaid_senior, "into_reserve": -paid.reserve,
        "mezzanine": -paid.mezzanine, "support_by_owners": paid.support, "guarantee": paid.guarantee,
    }  # fmt: skip
    found = {name: np.concatenate([[0.0], line]) for name, line in yearly.items()}
    first = np.zeros(len(played.free))
    first[0] = 1.0
    found |= {"capex": -inputs.investment_jpy * first, "grant": stack.grant * first}
    found |= {"free_cash": played.free, "free_cash_so_far": np.cumsum(played.free)}
    found |= {f"paid_to_{name}": flow for name, flow in played.classes.items()}
    return {name: found[name] for name in LINES}


def _returns(played: _Played, stack: Stack) -> dict[str, float]:
    """Return the rate of return of each who put money in."""
    classes = played.classes
    flows = {
        "project": played.free,
        "ordinary": np.asarray(sum(flow for name, flow in classes.items() if name != "agency")),
        **classes,
        "mezzanine": np.concatenate([[-stack.mezzanine], played.paid.mezzanine]),
        "senior": np.concatenate([[-stack.senior], played.paid.senior]),
    }
    return {name: internal_rate(flows[name]) for name in RETURNS}


def _levelised(
    values: Values, choices: Supply, inputs: ProjectInputs, earned: Revenue, costs: _Costs
) -> dict[str, float]:
    """Return what a kilogram of oxide costs before tax [JPY/kg], cost shared out by mass or by value.

    By mass every oxide costs the same. By value cost over price is the same for all; oxides of other elements and
    by-products bear their part.
    """
    rate = values["finance.discount_rate"]
    spent = np.concatenate([[inputs.investment_jpy], costs.total])
    mean = levelised_cost_of_flows(spent, np.concatenate([[0.0], inputs.output_kg]), rate)
    if choices.allocation == "mass":
        made = inputs.sales_t.sum(axis=1) > 0.0
        return {element: mean if made[at] else float("nan") for at, element in enumerate(SUPPLY_ELEMENTS)} | {
            "all": mean
        }
    factors = discount_factors(rate, len(spent))
    worth, kg = earned.market @ factors[1:], KG_PER_TONNE * (inputs.sales_t @ factors[1:])
    whole = float(worth.sum() + earned.other @ factors[1:])
    cost = float(spent @ factors)
    return {
        element: cost * float(worth[at]) / whole / float(kg[at]) if kg[at] > 0.0 and whole > 0.0 else float("nan")
        for at, element in enumerate(SUPPLY_ELEMENTS)
    } | {"all": mean}


def _break_even(inputs: ProjectInputs, earned: Revenue, costs: _Costs, rate: float) -> float:
    market = np.concatenate([[0.0], earned.market.sum(axis=0) - costs.feed])
    spent = np.concatenate([[inputs.investment_jpy], costs.total - costs.feed - earned.other])
    return break_even_factor(market, spent, rate)


def _public_cost(earned: Revenue, stack: Stack, played: _Played, rate: float) -> float:
    yearly = earned.topped_up - earned.given_back + played.taxed.credit + played.paid.guarantee
    return net_present_value(rate, np.concatenate([[stack.grant], yearly]))


def _closure(inputs: ProjectInputs, earned: Revenue, stack: Stack, played: _Played) -> float:
    made = float(inputs.sales_t.sum(axis=0).max())
    volume = earned.volume_gap_t / made if made else 0.0
    return max(stack.gap, closure(played.cash, played.paid), volume)


def _least(cover: Floats) -> float:
    known = cover[np.isfinite(cover)]
    return float(known.min()) if len(known) else float("nan")


def _average(cover: Floats) -> float:
    known = cover[np.isfinite(cover)]
    return float(known.mean()) if len(known) else float("nan")
