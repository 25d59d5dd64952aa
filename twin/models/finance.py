"""Plain cost arithmetic: what an investment costs a year, and what a unit of output costs."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


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
