"""Sharing out a shortage: what share of its need each sector gets when materials do not go round."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from ops_data.errors import ModelError
from twin.models.allocation_kernel import MINIMUM, PRO_RATA, PROGRAMME, STRICT, share_out
from twin.models.limits import FloatArray, not_negative, refuse_where
from twin.models.queueing import Ints

PLACE: Final = "allocation"
RULES: Final = ("strict_priority", "pro_rata", "minimum_shares", "linear_programme")
RULE_NUMBERS: Final = {
    "strict_priority": STRICT,
    "pro_rata": PRO_RATA,
    "minimum_shares": MINIMUM,
    "linear_programme": PROGRAMME,
}


def strict_priority(need_t: ArrayLike, available_t: ArrayLike, priority: ArrayLike) -> FloatArray:
    """Return the fill of each sector when sectors are served one after the other.

    Parameters
    ----------
    need_t : need of each sector and element [t], 0 or above, shape (sectors, elements). A sector needs its elements
        together: a fill f takes f of each.
    available_t : what there is [t], 0 or above, shape (elements,).
    priority : rank of each sector, all different; the smallest is served first.

    Returns
    -------
    Fill of each sector [1], 0 to 1, shape (sectors,); 1 for a sector that needs nothing. What is handed out is never
    more than what there is, but for rounding.

    Raises
    ------
    ModelError : a need or an amount is negative or not finite, or ranks repeat.

    Examples
    --------
    >>> strict_priority([[4.0], [2.0], [4.0]], [5.0], [3, 1, 2]).tolist()
    [0.0, 1.0, 0.75]
    """
    need, left = _amounts(need_t, available_t)
    return _shared(STRICT, need, left, order_of(priority, len(need)), np.ones(len(need)), np.zeros(len(need)))


def pro_rata(need_t: ArrayLike, available_t: ArrayLike) -> FloatArray:
    """Return the fill of each sector when all fills rise together until a sector lacks an element.

    Parameters, returns and errors as :func:`strict_priority`.

    Notes
    -----
    With one element every sector gets the ratio of supply to need. With several, a sector stops when one of its
    elements is used up and the others go on: no fill can be raised without lowering a smaller or equal one
    (max-min fairness).

    References
    ----------
    Bertsekas and Gallager (1992), Data Networks, 2nd ed., section 6.5.2 (progressive filling).

    Examples
    --------
    >>> pro_rata([[4.0], [2.0], [4.0]], [5.0]).tolist()
    [0.5, 0.5, 0.5]
    """
    need, left = _amounts(need_t, available_t)
    n = len(need)
    return _shared(PRO_RATA, need, left, np.arange(n), np.ones(n), np.zeros(n))


def minimum_shares(
    need_t: ArrayLike, available_t: ArrayLike, least: ArrayLike, weight: ArrayLike
) -> FloatArray:  # fmt: skip
    """Return the fill of each sector when each first gets a minimum share, and the rest goes by weight.

    Parameters
    ----------
    need_t, available_t : as :func:`strict_priority`.
    least : minimum share of each sector [1], 0 to 1, shape (sectors,) or scalar. If there is not enough for all
        minima, all rise in proportion to them.
    weight : how fast each fill rises after that, above 0, shape (sectors,).

    Returns, errors
    ---------------
    As :func:`strict_priority`.

    Examples
    --------
    Two tenths each, then the rest three to one:

    >>> minimum_shares([[5.0], [5.0]], [6.0], 0.2, [3.0, 1.0]).round(3).tolist()
    [0.8, 0.4]
    """
    need, left = _amounts(need_t, available_t)
    floor = np.broadcast_to(not_negative(PLACE, "minimum share [1]", least, "0.2 is a fifth"), len(need)).copy()
    refuse_where(floor > 1.0, PLACE, "minimum share [1]", floor, "must be at most 1", "0.2 is a fifth")
    return _shared(MINIMUM, need, left, np.arange(len(need)), _weights(weight, len(need)), floor)


def linear_programme(need_t: ArrayLike, available_t: ArrayLike, weight: ArrayLike) -> FloatArray:
    """Return the fills whose weighted sum is largest: max Σ w f, Σ f need ≤ available, 0 ≤ f ≤ 1.

    Parameters
    ----------
    need_t, available_t : as :func:`strict_priority`.
    weight : worth of serving a sector wholly w, above 0, shape (sectors,).

    Returns, errors
    ---------------
    As :func:`strict_priority`.

    References
    ----------
    Huangfu and Hall (2018), Math. Program. Comput. 10, 119-142 (HiGHS, which solves it).

    Examples
    --------
    The small sector is cheap to serve:

    >>> linear_programme([[9.0], [1.0]], [5.5], [2.0, 1.0]).tolist()
    [0.5, 1.0]
    """
    need, left = _amounts(need_t, available_t)
    found = linprog(-_weights(weight, len(need)), A_ub=need.T, b_ub=left, bounds=(0.0, 1.0), method="highs")
    if found.x is None:
        raise ModelError(f"{PLACE}: linear programme not solved; {found.message}: check needs and amounts")
    fill = np.clip(np.asarray(found.x, np.float64), 0.0, 1.0)
    fill[~(need > 0.0).any(axis=1)] = 1.0
    return fill


def order_of(priority: ArrayLike, sectors: int) -> Ints:
    """Return the sectors in the order of their ranks; ModelError if there are not as many ranks, or some repeat."""
    ranks = np.asarray(priority, np.float64)
    if ranks.shape != (sectors,) or len(np.unique(ranks)) != sectors:
        raise ModelError(
            f"{PLACE}: priority {ranks.tolist()} found; {sectors} different ranks are needed: renumber them"
        )
    return np.argsort(ranks).astype(np.int64)


def _weights(weight: ArrayLike, sectors: int) -> FloatArray:
    weights = np.broadcast_to(np.asarray(weight, np.float64), sectors).copy()
    refuse_where(~(weights > 0.0), PLACE, "weight [1]", weights, "must be above 0", "1 weighs a sector as usual")
    return weights


def _amounts(need_t: ArrayLike, available_t: ArrayLike) -> tuple[FloatArray, FloatArray]:
    need = np.atleast_2d(not_negative(PLACE, "need [t]", need_t, "count what is used"))
    left = np.atleast_1d(not_negative(PLACE, "available amount [t]", available_t, "an empty store is 0")).copy()
    if need.shape[1:] != left.shape:
        raise ModelError(
            f"{PLACE}: amounts of {left.shape[0]} elements for needs of {need.shape[1]} found; they are the same: "
            "give one amount per element"
        )
    return need, left


def _shared(
    rule: int, need: FloatArray, left: FloatArray, order: Ints, weight: FloatArray, least: FloatArray
) -> FloatArray:
    fill = np.zeros(len(need))
    share_out(rule, need, left, order, weight, least, np.ones(len(need)), fill)
    fill[~(need > 0.0).any(axis=1)] = 1.0
    return fill
