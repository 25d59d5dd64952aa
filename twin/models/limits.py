"""What a formula refuses: the first state out of range, named with its value, the rule and the remedy."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.errors import ModelError

FloatArray = NDArray[np.float64]


def positive(place: str, name: str, values: ArrayLike, remedy: str) -> FloatArray:
    """Return values as an array, all above 0 and finite; see :func:`refuse_where` for the rest.

    Examples
    --------
    >>> positive("pipe", "bore [m]", [0.1, 0.2], "widen it").tolist()
    [0.1, 0.2]
    """
    array = np.asarray(values, dtype=np.float64)
    refuse_where(~((array > 0.0) & (array < np.inf)), place, name, array, "must be above 0", remedy)
    return array


def not_negative(place: str, name: str, values: ArrayLike, remedy: str) -> FloatArray:
    """Return values as an array, all 0 or above and finite; see :func:`refuse_where` for the rest.

    Examples
    --------
    >>> not_negative("pipe", "velocity [m/s]", 0, "count it along the flow").tolist()
    0.0
    """
    array = np.asarray(values, dtype=np.float64)
    refuse_where(~((array >= 0.0) & (array < np.inf)), place, name, array, "must be 0 or above", remedy)
    return array


def refuse_where(bad: NDArray[np.bool_], place: str, name: str, values: FloatArray, rule: str, remedy: str) -> None:
    """Raise the error of the first bad state, if there is one.

    Parameters
    ----------
    bad : true where the rule is broken, any shape.
    place, name : the formula and the quantity, with its unit.
    values : the quantity; broadcasts to ``bad``.
    rule, remedy : what must hold, what to do about it.

    Raises
    ------
    ModelError : one line of place, quantity, value, state, rule and remedy.

    Examples
    --------
    >>> refuse_where(np.array([False, True]), "pipe", "bore [m]", np.array([0.2, 0.0]), "must be above 0", "widen it")
    Traceback (most recent call last):
    ops_data.errors.ModelError: pipe: bore [m] is 0 at state 1; it must be above 0: widen it
    """
    if not bad.any():
        return
    first = int(np.argmax(bad))
    value = float(np.broadcast_to(values, bad.shape).flat[first])
    state = f" at state {first}" if bad.ndim else ""
    raise ModelError(f"{place}: {name} is {value:g}{state}; it {rule}: {remedy}")
