"""Taxes of a project: how investment is written off, how losses are carried forward, what a credit takes off."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from twin.models.finance import Floats
from twin.models.limits import not_negative, positive

METHODS: Final = ("straight_line", "declining_balance")


def written_off(investment: float, life: int, count: int, method: str = "straight_line", factor: float = 2.0) -> Floats:
    """Return what is written off each year of a project, shape (count,); the last year takes what is left.

    Parameters
    ----------
    investment : any currency, 0 or more.
    life : years over which it is written off [a], 1 or more.
    count : years of the project, 1 or more.
    method : one of `METHODS`.
    factor : declining balance: its rate over that of the straight line, 1 or more.

    Notes
    -----
    Straight line: investment / life. Declining balance: factor / life of what is left, until an even write-off of the
    rest over the remaining years is more.

    Examples
    --------
    >>> written_off(100.0, 4, 5).tolist()
    [25.0, 25.0, 25.0, 25.0, 0.0]
    >>> written_off(100.0, 4, 4, "declining_balance", 2.0).tolist()
    [50.0, 25.0, 12.5, 12.5]
    """
    left = float(not_negative("write-off", "investment", investment, "count what is spent"))
    positive("write-off", "life [a]", life, "a year at least")
    found = np.zeros(count)
    for year in range(min(life, count)):
        even = left / (life - year)
        share = max(factor * left / life, even) if method == METHODS[1] else even
        found[year] = min(share, left)
        left -= found[year]
    found[-1] += left
    return found


@dataclass(frozen=True, eq=False)
class Taxed:
    """Tax year by year, shape (n,), one currency.

    Attributes
    ----------
    paid : tax after losses and credit, 0 or more.
    offset : profit of the year that old losses took out.
    credit : credit used.
    losses : losses still usable at the end of each year.
    """

    paid: Floats
    offset: Floats
    credit: Floats
    losses: Floats


def income_tax(
    profit: ArrayLike,
    rate: float,
    offset_share: float = 1.0,
    loss_years: int = 10,
    credit: float = 0.0,
    credit_cap_share: float = 1.0,
) -> Taxed:
    """Return the tax on yearly profit, with losses carried forward and an investment credit.

    Parameters
    ----------
    profit : before tax, any currency, shape (n,); below 0 a loss.
    rate : of tax [1], 0 to 1.
    offset_share : most of a profit that old losses may take out [1], 0 to 1.
    loss_years : years a loss stays usable [a], 0: losses are lost at once.
    credit : sum to be taken off tax, same currency; what is left goes on to later years.
    credit_cap_share : most of a year's tax that it may take off [1], 0 to 1.

    Notes
    -----
    The oldest loss is used first. Losses are never paid out: a project that never earns pays no tax and gets nothing.

    Examples
    --------
    >>> taxed = income_tax([-100.0, 80.0, 80.0], 0.3, 0.5)
    >>> taxed.paid.tolist(), taxed.losses.tolist()
    ([0.0, 12.0, 12.0], [100.0, 60.0, 20.0])
    """
    given = np.asarray(profit, np.float64)
    n = len(given)
    paid, offset, used, losses = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    stock = np.zeros(n)  # loss of each year that is left
    left = float(not_negative("tax", "credit", credit, "none is 0"))
    for year in range(n):
        stock[: max(year - loss_years, 0)] = 0.0
        if given[year] < 0.0:
            stock[year] = -given[year] if loss_years else 0.0
        wanted = offset_share * max(given[year], 0.0)
        before = np.concatenate([[0.0], np.cumsum(stock)])
        taken = np.diff(np.minimum(before, wanted))
        stock -= taken
        offset[year] = taken.sum()
        due = rate * (max(given[year], 0.0) - offset[year])
        used[year] = min(left, credit_cap_share * due)
        left -= used[year]
        paid[year] = due - used[year]
        losses[year] = stock.sum()
    return Taxed(paid, offset, used, losses)
