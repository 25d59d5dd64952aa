"""How a repeated task gets faster."""

import numpy as np
from numpy.typing import NDArray


def learning_factors(count: int, first_factor: float, rate: float) -> NDArray[np.float64]:
    """Return the factor on the practised duration of repetition 1 … count, never below 1.

    Parameters
    ----------
    count : repetitions, 0 or more.
    first_factor : factor of the first one, 1 or more.
    rate : factor at every doubling of the repetitions, above 0 to 1.

    Notes
    -----
    Wright's law with a floor: max(1, a n^b), b = log2(rate).

    References
    ----------
    Wright, T. P. (1936): Factors affecting the cost of airplanes. J. Aeronautical Sciences 3(4), 122-128.

    Examples
    --------
    >>> np.round(learning_factors(4, 2.0, 0.8), 3).tolist()
    [2.0, 1.6, 1.404, 1.28]
    """
    n = np.arange(1, count + 1, dtype=np.float64)
    return np.asarray(np.maximum(1.0, first_factor * n ** np.log2(rate)))
