"""Regular shipments under a quota: what leaves, what leaks, and what was lost and is ordered again."""

from typing import Final, NamedTuple

import numpy as np

from twin.models.compiled import compiled
from twin.models.limits import FloatArray


class Quota(NamedTuple):
    """Shipments of some trades; amounts in days of each one's usual flow.

    Attributes
    ----------
    ceiling : largest flow over the usual at each order, shape (orders, trades) [1].
    ahead : orders over the usual, shape (orders,) [1].
    foreign, leaks, makes_up : per trade: 1 where it buys ahead; share of a cut that leaks; 1 where it orders again what
        was lost; shape (trades,).
    most : what the route carries over the usual, shape (trades,) [1].
    step_d : days between orders.
    again_d : most that is ordered again with one order [d].
    bucket_d : days of quota that can be saved up.
    most_owed_d : most that is ever owed [d].
    """

    ceiling: FloatArray
    ahead: FloatArray
    foreign: FloatArray
    leaks: FloatArray
    makes_up: FloatArray
    most: FloatArray
    step_d: float
    again_d: float
    bucket_d: float
    most_owed_d: float


def send(quota: Quota, sent: FloatArray) -> None:
    """Write what is shipped and what leaks with each order, shape (2, orders, trades)."""
    orders, trades = quota.ceiling.shape
    for j in range(trades):
        owed, saved = 0.0, quota.bucket_d * quota.ceiling[0, j]
        for n in range(orders):
            extra = quota.step_d * quota.ahead[n] * quota.foreign[j]
            usual, level = quota.step_d + extra, quota.ceiling[n, j]
            saved = min(saved + quota.step_d * level, quota.bucket_d * level)
            shipped = min(usual + min(owed, quota.again_d), saved + extra, quota.most[j] * quota.step_d)
            saved = max(saved - shipped, 0.0)
            leaked = quota.leaks[j] * max(usual - shipped, 0.0)
            owed = min(max(owed + usual - shipped - leaked, 0.0), quota.most_owed_d) * quota.makes_up[j]
            sent[0, n, j], sent[1, n, j] = shipped, leaked


SENDING: Final = (send,)


def quota_flow(quota: Quota) -> FloatArray:
    """Return what is shipped and what leaks, shape (2, orders, trades) [days of the usual flow].

    Notes
    -----
    Each order: the quota of its days is added to what is saved, of which there are never more than ``bucket_d`` days of
    the present ceiling; shipped is the least of what is wanted, the saved quota and what the route carries. Wanted is
    the usual, what is bought ahead (outside the quota), and part of what was lost before. Of what is missing of the
    usual a share leaks.

    Examples
    --------
    A flow of one half, weekly, with a week of quota saved; a fifth of the cut leaks:

    >>> one = np.ones(1)
    >>> half = Quota(np.full((4, 1), 0.5), np.zeros(4), one, 0.2 * one, 0.0 * one, 9.0 * one, 7.0, 0.0, 14.0, 0.0)
    >>> quota_flow(half)[:, :, 0].round(3).tolist()
    [[7.0, 3.5, 3.5, 3.5], [0.0, 0.7, 0.7, 0.7]]
    """
    sent = np.zeros((2, *quota.ceiling.shape))
    compiled(SENDING)["send"](quota, sent)
    return sent
