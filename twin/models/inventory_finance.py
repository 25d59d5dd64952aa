"""Money tied up in stock and in old magnets: lending against stock, margin calls, a recycler's margin, avoided loss."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from twin.models.finance import Floats
from twin.models.limits import not_negative, positive


def borrow_limit(stock_kg: ArrayLike, price: ArrayLike, haircut: float) -> Floats:
    """Return the most that is lent against a stock.

    Parameters
    ----------
    stock_kg : [kg], 0 or more.
    price : per kg, any currency, 0 or more.
    haircut : part of the value that is not lent against [1], 0 to 1.

    Notes
    -----
    S p (1 - h).

    Examples
    --------
    >>> float(borrow_limit(1000.0, 50.0, 0.25))
    37500.0
    """
    stock = not_negative("stock loan", "stock [kg]", stock_kg, "count what is there")
    worth = stock * not_negative("stock loan", "price", price, "per kg")
    return np.asarray(worth * (1.0 - haircut), np.float64)


def carrying_cost(stock_kg: ArrayLike, price: ArrayLike, repo_rate: float, storage_share: float) -> Floats:
    """Return what holding a stock costs a year.

    Parameters
    ----------
    stock_kg, price : as in :func:`borrow_limit`.
    repo_rate : interest on its value [1/a].
    storage_share : warehouse, insurance and assay as share of its value [1/a].

    Notes
    -----
    S p (r + storage). The part that no lender finances is counted at the same rate.

    Examples
    --------
    >>> float(carrying_cost(1000.0, 50.0, 0.03, 0.01))
    2000.0
    """
    worth = np.asarray(stock_kg, np.float64) * np.asarray(price, np.float64)
    return np.asarray(worth * (repo_rate + storage_share), np.float64)


@dataclass(frozen=True, eq=False)
class Margin:
    """A loan against stock while the price moves, one currency, shape (n,).

    Attributes
    ----------
    loan : owed after the calls of each date.
    call : cash handed in at each date, 0 or more.
    """

    loan: Floats
    call: Floats


def margin_calls(stock_kg: float, prices: ArrayLike, haircut: float, trigger: float) -> Margin:
    """Return the margin calls on a loan of the borrow limit of the first price.

    Parameters
    ----------
    stock_kg : held throughout [kg], 0 or more.
    prices : at each date, per kg, above 0, shape (n,).
    haircut : as in :func:`borrow_limit`.
    trigger : fall of the price since the loan was last set at which cash is called [1], 0 or more, below 1.

    Notes
    -----
    When the price is below (1 - trigger) of that at the last setting, cash brings the loan down to S p (1 - h). A price
    that rises again calls nothing and lends nothing more. What is called adds up to the fall of the loan.

    Examples
    --------
    >>> margin = margin_calls(10.0, [100.0, 95.0, 80.0, 90.0], 0.3, 0.1)
    >>> margin.loan.round(6).tolist(), margin.call.round(6).tolist()
    ([700.0, 700.0, 560.0, 560.0], [0.0, 0.0, 140.0, 0.0])
    """
    given = positive("stock loan", "price", prices, "a stock without price is no cover")
    loan, call = np.zeros(len(given)), np.zeros(len(given))
    owed, set_at = float(borrow_limit(stock_kg, given[0], haircut)), float(given[0])
    for at, price in enumerate(given.tolist()):
        if price < set_at * (1.0 - trigger):
            allowed = float(borrow_limit(stock_kg, price, haircut))
            call[at] = owed - allowed
            owed, set_at = allowed, price
        loan[at] = owed
    return Margin(loan, call)


def recycler_margin(price: ArrayLike, payable_share: ArrayLike, rebate: ArrayLike, cost: ArrayLike) -> Floats:
    """Return what a recycler keeps of a kilogram of oxide got from old magnets, currency/kg.

    Parameters
    ----------
    price : of new oxide. payable_share : of it that is paid for recycled oxide [1].
    rebate : paid by the magnet's maker for taking it back; negative: paid to the maker.
    cost : of collection and treatment.

    Examples
    --------
    >>> float(recycler_margin(30.0, 0.8, 5.0, 25.0))
    4.0
    """
    earned = np.asarray(payable_share, np.float64) * np.asarray(price, np.float64)
    return np.asarray(earned + np.asarray(rebate, np.float64) - np.asarray(cost, np.float64), np.float64)


def break_even_rebate(price: ArrayLike, payable_share: ArrayLike, cost: ArrayLike) -> Floats:
    """Return the rebate at which a recycler neither earns nor loses, currency/kg; negative: the recycler can pay.

    Examples
    --------
    >>> float(break_even_rebate(30.0, 0.8, 25.0)), float(break_even_rebate(60.0, 0.8, 25.0))
    (1.0, -23.0)
    """
    return -recycler_margin(price, payable_share, 0.0, cost)


def insurance_value(
    probability: ArrayLike, lost_days_without: ArrayLike, lost_days_with: ArrayLike, cost_per_day: float
) -> float:
    """Return the expected loss that a measure avoids, unit of the cost.

    Parameters
    ----------
    probability : of each scenario, 0 or more, summing to at most 1, shape (n,).
    lost_days_without, lost_days_with : days of full stop, or equal to it, in each scenario [d], shape (n,).
    cost_per_day : of a day of full stop, any currency.

    Notes
    -----
    Σ P (days without - days with) · cost. Before the price of the measure itself.

    Examples
    --------
    >>> insurance_value([0.15, 0.1], [100.0, 40.0], [90.0, 40.0], 2.0)
    3.0
    """
    weights = not_negative("insurance value", "probability", probability, "a chance is 0 to 1")
    saved = np.asarray(lost_days_without, np.float64) - np.asarray(lost_days_with, np.float64)
    return float((weights * saved).sum()) * cost_per_day


@dataclass(frozen=True, eq=False)
class Split:
    """A change of revenue by cause, one currency."""

    price: Floats
    volume: Floats


def price_and_volume(planned_price: ArrayLike, planned: ArrayLike, price: ArrayLike, sold: ArrayLike) -> Split:
    """Return how much of a change of revenue comes from price and how much from volume; the two add up to it.

    Parameters
    ----------
    planned_price, price : per unit, any shape. planned, sold : units, same shape.

    Notes
    -----
    Δp (q + q0)/2 and Δq (p + p0)/2: what both together do is halved between them, whoever is counted first.

    Examples
    --------
    >>> split = price_and_volume(10.0, 4.0, 8.0, 3.0)
    >>> float(split.price), float(split.volume)
    (-7.0, -9.0)
    """
    p0, q0, p, q = (np.asarray(one, np.float64) for one in (planned_price, planned, price, sold))
    return Split(np.asarray((p - p0) * (q + q0) / 2.0), np.asarray((q - q0) * (p + p0) / 2.0))
