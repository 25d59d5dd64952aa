"""From the stated range of a number to the belief that data update: its 5 % and 95 % points."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from ops_data.errors import ModelError, did_you_mean

PLACE: Final = "prior from a range"
LAWS: Final = ("lognormal", "triangular", "uniform")
EDGES: Final[NDArray[np.float64]] = np.array([0.05, 0.95])  # chances of staying below the low and the high end
SHAPES: Final = (0.01, 1e8)  # events or cases that a belief may be worth


def law_range(law: str, value: float, low: float, high: float) -> tuple[float, float]:
    """Return the 5 % and 95 % points of a law of ignorance, as the rows of parameters state it.

    Parameters
    ----------
    law : triangular or uniform between low and high, or lognormal with low and high as 5 % and 95 % points.
    value : the row's own; mode of the triangular law, else not used.
    low, high : of the row, low below high.

    Raises
    ------
    ModelError : the law has no range, or low, value and high are out of order.

    Examples
    --------
    >>> [round(end, 6) for end in law_range("triangular", 1.0, 0.0, 2.0)]
    [0.316228, 1.683772]
    >>> law_range("lognormal", 3.0, 2.0, 5.0)
    (2.0, 5.0)
    """
    if law not in LAWS:
        raise ModelError(f"{PLACE}: law is '{law}'; it must have a range: {did_you_mean(law, LAWS)}")
    if not low < high or (law == "triangular" and not low <= value <= high) or (law == "lognormal" and low <= 0.0):
        raise ModelError(
            f"{PLACE}: low, value, high are {low:g}, {value:g}, {high:g}; they must ascend, and be above 0 for a "
            "lognormal: correct the row"
        )
    if law == "lognormal":
        return low, high
    width, edge = high - low, float(EDGES[0])
    if law == "uniform":
        return low + edge * width, high - edge * width
    rise = (value - low) / width
    return _triangular(low, high, rise, edge), _triangular(low, high, rise, 1.0 - edge)


def matched_shape(miss: Callable[[float], float]) -> float:
    """Return the shape at which a range fits.

    Parameters
    ----------
    miss : how far the range of a shape misses the one wanted; changes sign once between 0.01 and 1e8.

    Raises
    ------
    ModelError : it does not: the range is too wide or too narrow for the family.
    """
    ends = miss(SHAPES[0]), miss(SHAPES[1])
    if not ends[0] * ends[1] <= 0.0:
        raise ModelError(
            f"{PLACE}: the range is too wide or too narrow; a belief must be worth {SHAPES[0]:g} to {SHAPES[1]:g} "
            "cases: state another"
        )
    return float(np.exp(brentq(lambda x: miss(float(np.exp(x))), *np.log(SHAPES), xtol=1e-13)))


def _triangular(low: float, high: float, rise: float, p: float) -> float:
    width = high - low
    if p < rise:
        return low + width * float(np.sqrt(p * rise))
    return high - width * float(np.sqrt((1.0 - p) * (1.0 - rise)))
