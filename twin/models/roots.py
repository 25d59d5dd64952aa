"""Roots of many increasing functions at once: Newton's steps, kept inside a bracket that only shrinks."""

from collections.abc import Callable
from typing import Final

import numpy as np

from ops_data.errors import ModelError
from twin.models.limits import FloatArray

TOLERANCE: Final = 1e-10  # of the last step; Newton squares it, a bracket halved to it still is below 1e-9
MAXIMUM_STEPS: Final = 200

Function = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


def increasing_root(
    function: Function,
    low: FloatArray,
    high: FloatArray,
    describe: Callable[[int], str],
    start: FloatArray | None = None,
) -> FloatArray:
    """Return where increasing functions cross 0, each between its own ends.

    Parameters
    ----------
    function : gives value and slope for an array of arguments; every element is a function of its own.
    low, high : ends of the brackets, one shape; the value must be at most 0 at ``low`` and at least 0 at ``high``.
    describe : says in words what the state of a flat index is; used in errors only.
    start : first guess between the ends; None takes the point where the chord crosses 0.

    Returns
    -------
    The roots, shape of ``low``; absolute error below 1e-9.

    Raises
    ------
    ModelError : where a root is not bracketed or not reached, naming the state.

    Notes
    -----
    Newton's step is taken where it stays in the bracket, else the bracket is halved, so that convergence is sure.

    Examples
    --------
    >>> roots = increasing_root(lambda x: (x**3 - 8.0, 3.0 * x**2), np.zeros(2), np.full(2, 5.0), lambda i: "a cube")
    >>> [round(float(root), 9) for root in roots]
    [2.0, 2.0]
    """
    at_low, _ = function(low)
    at_high, _ = function(high)
    bad = ~((at_low <= 0.0) & (at_high >= 0.0))
    if bad.any():
        first = int(np.argmax(bad))
        ends = f"{at_low.flat[first]:g} at its lower and {at_high.flat[first]:g} at its upper end"
        raise ModelError(
            f"{describe(first)}: no root in the bracket, the function is {ends}; it must go from below to above 0: "
            "check the values and units of this state"
        )
    x = low - at_low * (high - low) / np.where(at_high > at_low, at_high - at_low, 1.0) if start is None else start
    for _ in range(MAXIMUM_STEPS):
        value, slope = function(x)
        low = np.where(value <= 0.0, x, low)
        high = np.where(value >= 0.0, x, high)
        newton = x - value / np.where(slope > 0.0, slope, np.nan)
        following = np.where((newton >= low) & (newton <= high), newton, 0.5 * (low + high))
        moving = np.abs(following - x) > TOLERANCE
        x = following
        if not moving.any():
            return x
    raise ModelError(
        f"{describe(int(np.argmax(moving)))}: no root after {MAXIMUM_STEPS} steps; the function must increase: "
        "check the values and units of this state"
    )
