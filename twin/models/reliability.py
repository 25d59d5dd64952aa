"""Operating lives of components, drawn by inverse transform."""

from math import gamma

import numpy as np
from numpy.typing import NDArray


def weibull_lives(mean: float, shape: float, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Weibull lives of a given mean; shape 1 is exponential.

    Parameters
    ----------
    mean : mean life, any unit, above 0.
    shape : Weibull shape, above 0; above 1 wears out, below 1 is early failure.
    u : uniform draws on [0, 1), any shape.

    Notes
    -----
    t = eta (-ln(1 - u))^(1/beta), eta = mean / Gamma(1 + 1/beta).

    Examples
    --------
    >>> round(float(weibull_lives(400.0, 1.0, np.array([1.0 - np.exp(-1.0)]))[0]), 9)
    400.0
    """
    return np.asarray(mean / gamma(1.0 + 1.0 / shape) * (-np.log1p(-u)) ** (1.0 / shape))
