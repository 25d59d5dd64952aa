"""Plain arithmetic of cost and return: what an investment costs a year, what a unit of output costs, what it earns.

Present values, rates of return and level payments are those of numpy-financial; flows with dates go to pyxirr.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import numpy_financial as npf
import pyxirr
from numpy.typing import ArrayLike, NDArray

from twin.models.limits import positive, refuse_where

Floats = NDArray[np.float64]
ROUNDING: Final = 1e-12  # of the largest flow; less is none


def straight_line_depreciation(investment: ArrayLike, life_years: ArrayLike, residual: ArrayLike = 0.0) -> Floats:
    """Return the yearly depreciation of an investment.

    Parameters
    ----------
    investment : sum invested, any currency, 0 or more.
    life_years : years over which it is written off [a], above 0.
    residual : what it is worth afterwards, same currency.

    Notes
    -----
    (investment - residual) / life, the same every year.

    Examples
    --------
    >>> float(straight_line_depreciation(262.2, 20.0))
    13.11
    """
    found: Floats = (np.asarray(investment, np.float64) - np.asarray(residual, np.float64)) / np.asarray(
        life_years, np.float64
    )
    return found


def unit_cost(cost_per_year: ArrayLike, output_per_year: ArrayLike) -> Floats:
    """Return what one unit of output costs.

    Parameters
    ----------
    cost_per_year : yearly cost, any currency, 0 or more.
    output_per_year : yearly output, any unit, above 0.

    Notes
    -----
    cost / output.

    Examples
    --------
    63 billion yen a year for 1.05 million tonnes:

    >>> float(unit_cost(63e9, 1.05e6))
    60000.0
    """
    found: Floats = np.asarray(cost_per_year, np.float64) / np.asarray(output_per_year, np.float64)
    return found


def net_present_value(rate: float, flows: ArrayLike) -> float:
    """Return the present value of yearly flows, the first of them now.

    Parameters
    ----------
    rate : discount rate [1/a], above -1.
    flows : any currency, shape (n,).

    Raises
    ------
    ModelError : the rate is -1 or below.

    Notes
    -----
    Σ flow_t / (1 + r)^t, t = 0 … n-1.

    Examples
    --------
    >>> round(net_present_value(0.05, [-15000, 1500, 2500, 3500, 4500, 6000]), 2)
    122.89
    """
    _rate(rate)
    return float(npf.npv(rate, np.asarray(flows, np.float64)))


def internal_rate(flows: ArrayLike) -> float:
    """Return the rate at which yearly flows have no present value; nan where there is no such rate.

    Parameters
    ----------
    flows : any currency, the first now, shape (n,).

    Notes
    -----
    Where flows change sign more than once there can be several rates; the one nearest to 0 is returned, see
    :func:`sign_changes`. A rate is above -1. Flows below 1e-12 of the largest count as none: they are rounding.

    Examples
    --------
    >>> round(internal_rate([-100, 39, 59, 55, 20]), 5), internal_rate([1, 2, 3])
    (0.28095, nan)
    """
    given = np.asarray(flows, np.float64)
    largest = float(np.abs(given).max(initial=0.0))
    kept = np.where(np.abs(given) > ROUNDING * largest, given, 0.0)
    if not (kept.min(initial=0.0) < 0.0 < kept.max(initial=0.0)):
        return float("nan")
    return float(npf.irr(kept / largest))


def sign_changes(flows: ArrayLike) -> int:
    """Return how often flows change sign; above 1 a rate of return may not be the only one.

    Examples
    --------
    >>> sign_changes([-100, 0, 120]), sign_changes([-100, 300, -210])
    (1, 2)
    """
    signs = np.sign(np.asarray(flows, np.float64))
    signs = signs[signs != 0.0]
    return int(np.count_nonzero(np.diff(signs)))


def dated_internal_rate(days: Sequence[date], flows: ArrayLike) -> float:
    """Return the yearly rate at which dated flows have no present value; nan where there is none.

    Parameters
    ----------
    days : when each flow is paid, shape (n,).
    flows : any currency, shape (n,).

    Notes
    -----
    Σ flow / (1 + r)^(days since the first / 365).

    Examples
    --------
    >>> round(dated_internal_rate([date(2027, 1, 1), date(2028, 1, 1)], [-100.0, 110.0]), 9)
    0.1
    """
    given = np.asarray(flows, np.float64)
    if not (given.min(initial=0.0) < 0.0 < given.max(initial=0.0)):
        return float("nan")
    found = pyxirr.xirr(list(days), given.tolist())
    return float("nan") if found is None else float(found)


def level_payment(rate: float, periods: float, principal: float) -> float:
    """Return the payment of each period that repays a loan; negative, as it leaves the borrower.

    Parameters
    ----------
    rate : interest of a period [1], above -1; 0: the principal in equal parts.
    periods : how many [1], above 0.
    principal : sum lent, any currency.

    Examples
    --------
    >>> round(level_payment(0.08 / 12, 60, 15000), 6), level_payment(0.0, 60, 15000)
    (-304.145914, -250.0)
    """
    _rate(rate)
    positive("loan", "periods", periods, "a loan has at least one")
    return float(npf.pmt(rate, periods, principal))


def capital_recovery_factor(rate: float, years: float) -> float:
    """Return the yearly payment per unit of capital that recovers it with interest [1/a].

    Parameters
    ----------
    rate : interest [1/a], above -1; 0: one over the years.
    years : above 0 [a].

    Notes
    -----
    r (1 + r)^n / ((1 + r)^n - 1).

    Examples
    --------
    >>> round(capital_recovery_factor(0.08, 20), 5)
    0.10185
    """
    return -level_payment(rate, years, 1.0)


def discount_factors(rate: float, count: int) -> Floats:
    """Return what one unit in year 0 … count-1 is worth in year 0, shape (count,).

    Examples
    --------
    >>> discount_factors(0.25, 3).tolist()
    [1.0, 0.8, 0.64]
    """
    _rate(rate)
    found: Floats = (1.0 + rate) ** -np.arange(count, dtype=np.float64)
    return found


def _rate(rate: float) -> None:
    bad = np.asarray(not rate > -1.0)
    refuse_where(bad, "present value", "rate [1/a]", np.asarray(rate), "must be above -1", "write 8 % as 0.08")
