"""Investing by looking back: whoever builds when prices have been high sells when they no longer are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.models.finance import Floats
from twin.models.limits import positive


@dataclass(frozen=True, eq=False)
class Trap:
    """A decision rule played through a record of prices.

    Attributes
    ----------
    decided : index of the years in which the rule says yes, shape (k,).
    expected : margin over cost that it sees, per unit, shape (k,).
    realised : margin when output begins, per unit, shape (k,); nan: after the end of the record.
    """

    decided: NDArray[np.int64]
    expected: Floats
    realised: Floats

    @property
    def trapped_share(self) -> float:
        """Return the share of decisions of known outcome that sell below cost [1]; nan where none is known."""
        known = self.realised[np.isfinite(self.realised)]
        return float((known < 0.0).mean()) if len(known) else float("nan")


def invest_by_trailing_price(prices: ArrayLike, cost: float, window: int, lead: int) -> Trap:
    """Return when a firm that builds on the mean price of the last years would build, and what it then meets.

    Parameters
    ----------
    prices : yearly, per unit, above 0, shape (n,).
    cost : levelised cost, same unit.
    window : years of the mean, 1 or more; the first decision is possible when they are known.
    lead : years from decision to output, 0 or more.

    Notes
    -----
    Yes in year t where mean(p[t-window+1 … t]) > cost; expected margin that mean less cost, realised p[t+lead] - cost.

    Examples
    --------
    >>> trap = invest_by_trailing_price([100.0, 80.0, 60.0, 40.0], 70.0, 2, 1)
    >>> trap.decided.tolist(), trap.expected.tolist(), trap.realised.tolist()
    ([1], [20.0], [-10.0])
    """
    given = positive("investment rule", "price", prices, "leave out years without a price")
    positive("investment rule", "window [a]", window, "a year at least")
    means = np.convolve(given, np.ones(window), "valid") / window
    years = np.arange(window - 1, len(given))
    decided = years[means > cost]
    met = np.full(len(decided), np.nan)
    inside = decided + lead < len(given)
    met[inside] = given[decided[inside] + lead] - cost
    return Trap(decided, means[means > cost] - cost, met)
