"""First in, first out: when a plant of limited capacity has done what arrives, in campaigns, in batches, with a lag."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.models.limits import FloatArray, not_negative, refuse_where

Ints = NDArray[np.int64]

ROUNDING: Final = 1e-12  # relative; a sum that misses a least amount by no more than this reaches it
AMOUNT: Final = "count what is there; nothing is 0"


def fifo(arrive_s: ArrayLike, work_s: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return when one server starts and finishes jobs that it takes in the order of their arrival.

    Parameters
    ----------
    arrive_s : arrivals a [s], any origin, ascending along the last axis, shape (..., n).
    work_s : how long the server needs for each w [s], 0 or above, broadcast to the same shape.

    Returns
    -------
    Start and finish [s], shape (..., n).

    Raises
    ------
    ModelError : an arrival is earlier than the one before it or not finite, or a duration is negative or not finite.

    Notes
    -----
    finish_k = max(a_k, finish_k-1) + w_k. With W_k = w_1 + ... + w_k this is W_k + max over j <= k of (a_j - W_j-1), a
    running maximum: no loop over jobs. A job once begun is not broken off.

    References
    ----------
    Lindley (1952), Math. Proc. Camb. Philos. Soc. 48, 277-289 (recursion of the waiting time).

    Examples
    --------
    The third job finds the server idle:

    >>> start, finish = fifo([0.0, 1.0, 20.0], [5.0, 5.0, 5.0])
    >>> start.tolist(), finish.tolist()
    ([0.0, 5.0, 20.0], [5.0, 10.0, 25.0])
    """
    arrive, work = np.broadcast_arrays(_ascending(arrive_s), _work(work_s))
    if arrive.shape[-1] == 0:
        return arrive.copy(), arrive.copy()
    done = np.cumsum(work, axis=-1)
    finish = done + np.maximum.accumulate(arrive - (done - work), axis=-1)
    start = arrive.copy()
    start[..., 1:] = np.maximum(arrive[..., 1:], finish[..., :-1])
    return start, finish


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """When jobs are worked on.

    Attributes
    ----------
    start_s, finish_s : of each job [s], shape (n,).
    campaign : number of the campaign each belongs to, from 0, shape (n,).
    """

    start_s: FloatArray
    finish_s: FloatArray
    campaign: Ints


def campaigns(arrive_s: ArrayLike, amount: ArrayLike, work_s: ArrayLike, least: float) -> Served:
    """Return when a server works that begins only with a least amount in stock, and then goes on until it is empty.

    Parameters
    ----------
    arrive_s : arrivals [s], ascending, shape (n,).
    amount : what each brings, any unit, 0 or above, shape (n,).
    work_s : how long each takes [s], 0 or above, shape (n,) or scalar.
    least : stock that a campaign needs to begin [unit of ``amount``], 0 or above; 0: it begins with any arrival.

    Raises
    ------
    ModelError : as `fifo`; an amount is negative or not finite.

    Notes
    -----
    An idle server begins when the stock reaches ``least``, or at the last arrival of all, when no more is to come. It
    then works first in, first out, on what arrives meanwhile too (an arrival in the second of the last finish counts
    as meanwhile), until nothing is left. Within a campaign :func:`fifo`; one pass per campaign.

    Examples
    --------
    The first two make a campaign together; the last begins alone because no more is to come:

    >>> served = campaigns([0.0, 10.0, 50.0], [6.0, 6.0, 6.0], 3.0, 10.0)
    >>> served.finish_s.tolist(), served.campaign.tolist()
    ([13.0, 16.0, 53.0], [0, 0, 1])
    """
    arrive = _ascending(arrive_s)
    work = np.broadcast_to(_work(work_s), arrive.shape)
    total = np.cumsum(_amounts(amount, arrive))
    n = len(arrive)
    start, finish, campaign = np.empty(n), np.empty(n), np.empty(n, np.int64)
    first, number = 0, 0
    while first < n:
        begin_s = arrive[_reached(total, first, least)]
        started, finished = fifo(np.maximum(arrive[first:], begin_s), work[first:])
        idle = np.flatnonzero(arrive[first + 1 :] > finished[:-1])
        jobs = int(idle[0]) + 1 if len(idle) else n - first
        start[first : first + jobs], finish[first : first + jobs] = started[:jobs], finished[:jobs]
        campaign[first : first + jobs] = number
        first, number = first + jobs, number + 1
    return Served(start, finish, campaign)


def batches(amount: ArrayLike, least: float) -> Ints:
    """Return which batch each arrival goes into, when a batch is closed as soon as it holds a least amount.

    Parameters
    ----------
    amount : what each brings, in the order of arrival, any unit, 0 or above, shape (n,).
    least : what closes a batch [unit of ``amount``], 0 or above; 0: every arrival is a batch.

    Returns
    -------
    Number of the batch, from 0, ascending, shape (n,).

    Notes
    -----
    Arrivals are not cut: a batch holds at least ``least``, but for the last one, which holds what is left. Arrivals
    of nothing after the last amount join the last batch.

    Examples
    --------
    >>> batches([6.0, 6.0, 15.0, 2.0], 10.0).tolist()
    [0, 0, 1, 2]
    """
    given = np.atleast_1d(np.asarray(amount, np.float64))
    total = np.cumsum(_amounts(given, given))
    group = np.empty(len(total), np.int64)
    first, number = 0, 0
    while first < len(total):
        last = _reached(total, first, least)
        if total[last] == total[-1]:
            last = len(total) - 1
        group[first : last + 1] = number
        first, number = last + 1, number + 1
    return group


def passed(time_s: ArrayLike, start_s: ArrayLike, finish_s: ArrayLike) -> FloatArray:
    """Return which share of each job has passed at given times, when it passes evenly from its start to its finish.

    Parameters
    ----------
    time_s : when one looks [s], shape (t,) or scalar.
    start_s, finish_s : of the jobs [s], finish not before start, shape (n,); all at once where they are equal.

    Returns
    -------
    Shares [1], 0 to 1, shape (t, n) or (n,).

    Examples
    --------
    >>> passed([0.0, 15.0, 30.0], [10.0, 30.0], [20.0, 30.0]).tolist()
    [[0.0, 0.0], [0.5, 0.0], [1.0, 1.0]]
    """
    at, start, finish = _looked_at(time_s, start_s, finish_s)
    length = finish - start
    sudden = np.asarray(at >= finish, np.float64)
    gone = np.divide(at - start, length, out=sudden, where=length > 0.0)
    return np.asarray(np.clip(gone, 0.0, 1.0))


def first_order_passed(time_s: ArrayLike, start_s: ArrayLike, finish_s: ArrayLike, lag_s: float) -> FloatArray:
    """Return which share of each job has left a first-order hold-up that it enters evenly from start to finish.

    Parameters
    ----------
    time_s, start_s, finish_s : as in :func:`passed`.
    lag_s : time constant τ of the hold-up [s], 0 or above; 0: what enters leaves at once.

    Returns
    -------
    Shares [1], 0 to below 1, shape (t, n) or (n,).

    Notes
    -----
    The hold-up M gives M / τ: a well-mixed circuit, or a long train seen from far. With the feed over D seconds, u of
    them gone, and v seconds after its end: share = u/D - (τ/D) (1 - exp(-u/τ)) exp(-v/τ); all at once (D = 0):
    1 - exp(-v/τ). A real train of many stages has first a dead time; its mean is the same.

    References
    ----------
    Levenspiel (1999), Chemical Reaction Engineering, 3rd ed., ch. 11 (residence times of vessels; mixed flow).

    Examples
    --------
    One time constant after a sudden feed 63 % is out:

    >>> first_order_passed([0.0, 10.0], [0.0], [0.0], 10.0).ravel().round(4).tolist()
    [0.0, 0.6321]
    """
    lag = float(not_negative("first-order hold-up", "time constant [s]", lag_s, "no lag is 0"))
    entered = passed(time_s, start_s, finish_s)
    if lag == 0.0:
        return entered
    at, start, finish = _looked_at(time_s, start_s, finish_s)
    after = np.maximum(at - finish, 0.0)
    held = _held_share(finish - start, entered, lag)
    return np.asarray(np.maximum(entered - held * np.exp(-after / lag), 0.0))


def first_order_date(start_s: ArrayLike, finish_s: ArrayLike, lag_s: float, share: float) -> FloatArray:
    """Return when a share of each job has left a first-order hold-up, and not before all of it has entered.

    Parameters
    ----------
    start_s, finish_s, lag_s : as in :func:`first_order_passed`.
    share : of the job [1], 0 or above and below 1.

    Returns
    -------
    Times [s], shape (n,).

    Notes
    -----
    :func:`first_order_passed` solved for the time: finish + τ ln(h / (1 - share)), h the share held at the finish;
    the finish itself where h is at most 1 - share.

    Examples
    --------
    Three time constants for 95 % of a sudden feed:

    >>> first_order_date([0.0], [0.0], 10.0, 0.95).round(2).tolist()
    [29.96]
    """
    refuse_where(
        np.asarray(not 0.0 <= share < 1.0), "first-order hold-up", "share that is out [1]", np.asarray(share),
        "must be 0 or above and below 1", "the last of it never comes out",
    )  # fmt: skip
    lag = float(not_negative("first-order hold-up", "time constant [s]", lag_s, "no lag is 0"))
    _, start, finish = _looked_at(0.0, start_s, finish_s)
    if lag == 0.0:
        return finish + 0.0
    held = _held_share(finish - start, np.ones_like(finish), lag)
    return finish + lag * np.log(np.maximum(held / (1.0 - share), 1.0))


def _held_share(length_s: FloatArray, entered: FloatArray, lag_s: float) -> FloatArray:
    """Return what a hold-up holds of a job of which a share has entered, as share of the job, at the last entry."""
    in_lags = np.broadcast_to(length_s / lag_s, entered.shape)
    held = -np.expm1(-in_lags * entered)
    return np.divide(held, in_lags, out=np.array(entered), where=in_lags > 0.0)


def _reached(total: FloatArray, first: int, least: float) -> int:
    """Return the place at which the sum from ``first`` on reaches a least amount; the last place if it never does."""
    wanted = (float(total[first - 1]) if first else 0.0) + least
    place = int(np.searchsorted(total, wanted * (1.0 - ROUNDING)))
    return min(max(first, place), len(total) - 1)


def _ascending(arrive_s: ArrayLike) -> FloatArray:
    arrive = np.atleast_1d(np.asarray(arrive_s, np.float64))
    name = "arrival [s]"
    refuse_where(~np.isfinite(arrive), "queue", name, arrive, "must be a finite number", "leave out what never comes")
    early = np.diff(arrive, axis=-1) < 0.0
    refuse_where(early, "queue", name, arrive[..., 1:], "must not be before the one ahead of it", "sort the arrivals")
    return arrive


def _work(work_s: ArrayLike) -> FloatArray:
    return not_negative("queue", "duration [s]", work_s, "what needs no work has 0")


def _amounts(amount: ArrayLike, arrive: FloatArray) -> FloatArray:
    return np.broadcast_to(not_negative("queue", "amount", amount, AMOUNT), arrive.shape)


def _looked_at(time_s: ArrayLike, start_s: ArrayLike, finish_s: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return times as a column against jobs as a row, checked."""
    start, finish = np.asarray(start_s, np.float64), np.asarray(finish_s, np.float64)
    refuse_where(~(finish >= start), "queue", "finish [s]", finish, "must not be before the start", "turn them round")
    at = np.asarray(time_s, np.float64)
    return (at[:, np.newaxis] if at.ndim else at), start, finish
