"""Debt of a project and what its output must cost: coverage, sculpted debt, levelised cost, the valley, break-even."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from twin.models.finance import Floats, capital_recovery_factor, discount_factors
from twin.models.limits import not_negative, positive, refuse_where


def debt_service_cover(cash: ArrayLike, service: ArrayLike) -> Floats:
    """Return how often the cash of each year covers the debt service of the year; nan where none is due.

    Parameters
    ----------
    cash : available for debt service, any currency, shape (n,); may be negative.
    service : interest and principal due, same currency, 0 or more, shape (n,).

    Notes
    -----
    DSCR = CFADS / debt service.

    Examples
    --------
    >>> debt_service_cover([450_000, 100, 5], [300_000, 80, 0]).tolist()
    [1.5, 1.25, nan]
    """
    due = not_negative("debt", "service", service, "count what is paid out")
    given = np.broadcast_to(np.asarray(cash, np.float64), due.shape)
    found: Floats = np.divide(given, due, out=np.full(due.shape, np.nan), where=due > 0.0)
    return found


@dataclass(frozen=True, eq=False)
class Loan:
    """A loan year by year: what is owed before each payment, and the payment, shape (n,), one currency.

    Attributes
    ----------
    amount : sum lent at the start of the first year.
    balance : owed at the start of each year.
    interest, principal : due at the end of each year.
    """

    amount: float
    balance: Floats
    interest: Floats
    principal: Floats

    @property
    def service(self) -> Floats:
        """Interest and principal due."""
        return self.interest + self.principal


def sculpted_capacity(cash: ArrayLike, cover: float, rate: float, grace: int, years: int) -> float:
    """Return the largest loan that the cash of its term repays with a given cover, any currency.

    Parameters
    ----------
    cash : available for debt service at the end of each year, shape (n,); negative years carry nothing.
    cover : wanted in every year of repayment [1], above 0.
    rate : interest [1/a], 0 or more.
    grace : years of interest only before, 0 or more.
    years : of repayment, 1 or more; years beyond n carry nothing.

    Notes
    -----
    Σ max(CFADS_t, 0) / cover / (1 + r)^(t - grace) over the years of repayment: interest of the grace is paid when due,
    so the whole loan is owed when repayment begins.

    Examples
    --------
    >>> round(sculpted_capacity([150.0, 150.0], 1.5, 0.10, 0, 2), 4)
    173.5537
    """
    positive("debt", "cover [1]", cover, "lenders ask for more than nothing")
    not_negative("debt", "rate [1/a]", rate, "write 8 % as 0.08")
    paid = np.maximum(np.asarray(cash, np.float64)[grace : grace + years], 0.0) / cover
    return float(paid @ discount_factors(rate, len(paid) + 1)[1:])


def sculpted_loan(amount: float, cash: ArrayLike, rate: float, grace: int, years: int) -> Loan:
    """Return a loan whose service follows the cash of its term: level where there is no cash to follow.

    Parameters
    ----------
    amount : sum lent, any currency, 0 or more.
    cash : by which the service is shaped, shape (n,), same currency; negative years carry nothing.
    rate, grace, years : as in :func:`sculpted_capacity`.

    Notes
    -----
    Service_t = CFADS_t · amount / Σ CFADS/(1+r)^t over the years of repayment, so the cover is the same in each of
    them and equals the loan-life cover. Where all cash is 0 the payments are level. A year whose cash is below the
    interest adds to the loan.

    Examples
    --------
    >>> loan = sculpted_loan(100.0, [60.0, 60.0], 0.10, 0, 2)
    >>> loan.service.round(4).tolist(), loan.balance.round(4).tolist()
    ([57.619, 57.619], [100.0, 52.381])
    """
    lent = float(not_negative("debt", "amount", amount, "a loan is a sum received"))
    given = np.asarray(cash, np.float64)
    n = len(given)
    term = slice(grace, min(grace + years, n))
    refuse_where(
        np.asarray(lent > 0.0 and term.start >= n), "debt", "grace [a]", np.asarray(float(grace)),
        "must end before the project does", "shorten it",
    )  # fmt: skip
    shape = np.zeros(n)
    shape[term] = np.maximum(given[term], 0.0)
    if not shape.any():
        shape[term] = 1.0
    worth = float(shape[term] @ discount_factors(rate, n + 1)[1 : len(shape[term]) + 1]) if lent else 1.0
    service = shape * (lent / worth)
    service[:grace] = lent * rate
    balance, interest = np.zeros(n), np.zeros(n)
    owed = lent
    for year in range(n):
        balance[year], interest[year] = owed, owed * rate
        owed = owed + interest[year] - service[year]
        if year + 1 >= term.stop:
            owed = 0.0  # what is left is rounding
    return Loan(lent, balance, interest, service - interest)


def loan_life_cover(cash: ArrayLike, loan: Loan, rate: float) -> float:
    """Return the present value of the cash of a loan's life over the loan; nan without a loan.

    Parameters
    ----------
    cash : available for debt service, shape (n,).
    loan : the loan.
    rate : its interest [1/a].

    Notes
    -----
    LLCR = Σ CFADS_t / (1 + r)^t / amount, over the years in which something is due.

    Examples
    --------
    >>> cash = [150.0, 150.0]
    >>> loan = sculpted_loan(sculpted_capacity(cash, 1.5, 0.1, 0, 2), cash, 0.1, 0, 2)
    >>> round(loan_life_cover(cash, loan, 0.1), 9)
    1.5
    """
    if loan.amount == 0.0:
        return float("nan")
    given = np.where(loan.service > 0.0, np.asarray(cash, np.float64), 0.0)
    return float(given @ discount_factors(rate, len(given) + 1)[1:]) / loan.amount


def levelised_cost(investment: float, cost: float, credit: float, output_kg: float, rate: float, years: float) -> float:
    """Return the price that pays an even output of an even cost [currency/kg].

    Parameters
    ----------
    investment : spent in year 0.
    cost, credit : of a year: running cost, and earnings of by-products.
    output_kg : a year [kg], above 0.
    rate, years : discount rate [1/a] and years of operation [a].

    Notes
    -----
    LCO = (CRF · investment + cost - credit) / output.

    Examples
    --------
    >>> round(levelised_cost(100.0, 10.0, 2.0, 4.0, 0.08, 20), 4)
    4.5463
    """
    positive("levelised cost", "output [kg/a]", output_kg, "without output there is no cost per kg")
    return (capital_recovery_factor(rate, years) * investment + cost - credit) / output_kg


def levelised_cost_of_flows(cost: ArrayLike, output_kg: ArrayLike, rate: float) -> float:
    """Return present value of cost over present value of output [currency/kg]; nan without output.

    Parameters
    ----------
    cost, output_kg : of year 0 … n-1, shape (n,); year 0 is the investment.
    rate : discount rate [1/a].

    Notes
    -----
    The price, the same every year, at which the flows have no present value; equals :func:`levelised_cost` where all
    years are alike.

    Examples
    --------
    >>> round(levelised_cost_of_flows([100.0] + 20 * [8.0], [0.0] + 20 * [4.0], 0.08), 4)
    4.5463
    """
    spent = np.asarray(cost, np.float64)
    factors = discount_factors(rate, len(spent))
    made = float(np.asarray(output_kg, np.float64) @ factors)
    return float(spent @ factors) / made if made > 0.0 else float("nan")


@dataclass(frozen=True, slots=True)
class Valley:
    """The years in which a project has not yet earned back what was put in.

    Attributes
    ----------
    years : how many years the sum of all cash so far is below 0.
    deepest : lowest sum, 0 or below, unit of the cash.
    out : first year from which on it stays at 0 or above; nan: never.
    """

    years: int
    deepest: float
    out: float


def investment_valley(cash: ArrayLike) -> Valley:
    """Return the valley of yearly free cash, shape (n,).

    Examples
    --------
    >>> investment_valley([-10.0, 4.0, 8.0])
    Valley(years=2, deepest=-10.0, out=2.0)
    >>> investment_valley([-10.0, 4.0]).out
    nan
    """
    total = np.cumsum(np.asarray(cash, np.float64))
    under = np.flatnonzero(total < 0.0)
    last = int(under[-1]) if len(under) else -1
    out = float("nan") if last == len(total) - 1 else float(last + 1)
    return Valley(len(under), float(min(total.min(), 0.0)), out)


def break_even_factor(revenue: ArrayLike, cost: ArrayLike, rate: float) -> float:
    """Return by what all prices would have to be multiplied for no present value before tax; nan without revenue.

    Examples
    --------
    >>> round(break_even_factor([0.0, 55.0], [100.0, 0.0], 0.10), 9)
    2.0
    """
    earned = np.asarray(revenue, np.float64)
    factors = discount_factors(rate, len(earned))
    worth = float(earned @ factors)
    return float(np.asarray(cost, np.float64) @ factors) / worth if worth > 0.0 else float("nan")
