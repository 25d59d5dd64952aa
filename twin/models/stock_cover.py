"""How long a stock lasts when supply is cut: the closed form, and day by day while demand and supply react."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.units import DAYS_PER_YEAR
from twin.models.limits import FloatArray, not_negative, refuse_where

PLACE: Final = "stock cover"


def cover_days(stock_t: ArrayLike, demand_t_d: ArrayLike, surviving_t_d: ArrayLike) -> FloatArray:
    """Return how long a stock makes up for missing supply.

    Parameters
    ----------
    stock_t : stock S [t], 0 or above, any shape.
    demand_t_d : demand D, net of what is given up [t/d], 0 or above.
    surviving_t_d : supply that still comes s [t/d], 0 or above.

    Returns
    -------
    T = S/(D - s) [d], broadcast shape; infinite where s ≥ D.

    Raises
    ------
    ModelError : an amount is negative or not finite.

    Examples
    --------
    60 days of stock, 65 % of supply lost:

    >>> cover_days(60.0, 1.0, [0.35, 0.0, 1.0]).round(1).tolist()
    [92.3, 60.0, inf]
    """
    stock = not_negative(PLACE, "stock [t]", stock_t, "an empty store is 0")
    demand = not_negative(PLACE, "demand [t/d]", demand_t_d, "no demand is 0")
    surviving = not_negative(PLACE, "surviving supply [t/d]", surviving_t_d, "no supply is 0")
    missing = demand - surviving
    shape = np.broadcast_shapes(stock.shape, missing.shape)
    none = np.full(shape, np.inf)
    return np.asarray(np.divide(stock, missing, out=none, where=np.broadcast_to(missing > 0.0, shape)))


@dataclass(frozen=True, slots=True, eq=False)
class Ramped:
    """A shock under which demand falls and new supply grows.

    Attributes
    ----------
    stock_d : stock at the end of each day, in days of the usual demand, shape (days,).
    shortfall : demand of each day that is not served, of the usual demand [1], shape (days,).
    dry_day : days until the stock is gone; infinite if it is not.
    """

    stock_d: FloatArray
    shortfall: FloatArray
    dry_day: float

    @property
    def mean_shortfall(self) -> float:
        """Mean shortfall over all days, of the usual demand [1]."""
        return float(self.shortfall.mean())


def shock_with_ramps(
    stock_d: float, cut: float, substitution_per_year: float, new_supply_per_year: float, days: int
) -> Ramped:
    """Return how a stock runs down when a share of supply is lost while demand and new supply react evenly.

    Parameters
    ----------
    stock_d : stock at first S, in days of the usual demand, 0 or above.
    cut : share of supply lost c [1], 0 to 1.
    substitution_per_year : demand given up a, of the usual demand [1/yr], 0 or above.
    new_supply_per_year : new supply b, of the usual demand [1/yr], 0 or above.
    days : how long it is followed [d].

    Raises
    ------
    ModelError : a number is out of range.

    Notes
    -----
    Missing on day t (the middle of the day, in years): m = max(0, c - (a + b) t). It is taken from the stock while
    there is one. In the closed form the stock is gone when c t - (a + b) t²/2 = S. Stock does not grow again.

    Examples
    --------
    >>> found = shock_with_ramps(60.0, 0.6, 0.1, 0.04, 730)
    >>> found.dry_day, round(100.0 * found.mean_shortfall, 1)
    (103.0, 37.8)
    """
    for name, value in (("stock [d]", stock_d), ("cut [1]", cut)):
        not_negative(PLACE, name, value, "no stock or cut is 0")
    for value in (substitution_per_year, new_supply_per_year):
        not_negative(PLACE, "ramp [1/yr]", value, "no reaction is 0")
    given = np.asarray(cut)
    refuse_where(given > 1.0, PLACE, "cut [1]", given, "must be at most 1", "0.6 is 60 %")
    at_yr = (np.arange(days) + 0.5) / DAYS_PER_YEAR
    missing = np.maximum(cut - (substitution_per_year + new_supply_per_year) * at_yr, 0.0)
    wanted = np.cumsum(missing)
    taken = np.minimum(wanted, stock_d)
    short = np.where(wanted > stock_d, missing - np.diff(taken, prepend=0.0), 0.0)
    dry = np.flatnonzero(wanted > stock_d)
    return Ramped(stock_d - taken, short, float(dry[0]) if len(dry) else float("inf"))
