"""Queues in time (truth: derived, job by job or second by second, unless a test says published)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from twin.models.queueing import batches, campaigns, fifo, first_order_date, first_order_passed, passed


def one_by_one(arrive: list[float], work: list[float]) -> list[float]:
    """Return finishes by the recursion itself."""
    free, found = -np.inf, []
    for at, takes in zip(arrive, work, strict=True):
        free = max(at, free) + takes
        found.append(free)
    return found


def played(arrive: list[float], amount: list[float], work: list[float], least: float) -> list[tuple[float, float, int]]:
    """Return start, finish and campaign of each job, the plant played event by event."""
    found: list[tuple[float, float, int]] = []
    now, number = -np.inf, -1
    while len(found) < len(arrive):
        done = len(found)
        if arrive[done] > now:  # nothing is in stock
            number += 1
            stock = 0.0
            for at in range(done, len(arrive)):
                now, stock = arrive[at], stock + amount[at]
                if stock >= least:
                    break
        found.append((now, now + work[done], number))
        now += work[done]
    return found


def test_jobs_finish_as_the_recursion_says_in_five_hundred_random_queues() -> None:
    random = np.random.default_rng(1)
    arrive = np.sort(random.uniform(0.0, 100.0, (500, 30)), axis=1)
    work = random.exponential(3.0, (500, 30)) * (random.random((500, 30)) < 0.8)
    start, finish = fifo(arrive, work)
    expected = [one_by_one(a, w) for a, w in zip(arrive.tolist(), work.tolist(), strict=True)]
    assert finish == pytest.approx(np.array(expected), rel=1e-12)
    assert finish - start == pytest.approx(work, abs=1e-10)
    assert (start >= arrive).all()


def test_a_stack_of_queues_is_each_queue_by_itself() -> None:
    arrive = np.array([[0.0, 1.0, 9.0], [5.0, 5.0, 5.0]])
    for at in range(2):
        assert fifo(arrive, 2.0)[1][at].tolist() == fifo(arrive[at], 2.0)[1].tolist()
    assert [one.tolist() for one in fifo([], [])] == [[], []]


def test_times_of_this_century_keep_a_microsecond() -> None:
    arrive = 1_800_000_000.0 + np.arange(2_000) * 10.0
    assert fifo(arrive, 12.5)[1][-1] == pytest.approx(arrive[0] + 2_000 * 12.5, abs=1e-6)


def test_the_mean_wait_is_that_of_pollaczek_and_khinchine() -> None:
    """Published: mean wait w rho / (2 (1 - rho)) of Poisson arrivals at a server of fixed duration w.

    Pollaczek (1930), Khinchine (1932); 0.8 busy; tolerance four standard errors of the seeded sample.
    """
    random = np.random.default_rng(2)
    arrive = np.cumsum(random.exponential(1.25, (400, 4_000)), axis=1)
    wait = (fifo(arrive, 1.0)[0] - arrive)[:, 1_000:].mean(axis=1)
    assert wait.mean() == pytest.approx(0.8 / (2.0 * 0.2), abs=4.0 * wait.std() / 20.0)


def test_campaigns_are_those_of_a_plant_played_event_by_event() -> None:
    random = np.random.default_rng(3)
    for _ in range(400):
        n = int(random.integers(0, 25))
        arrive = np.sort(random.integers(0, 60, n)).astype(float).tolist()
        amount = random.integers(0, 8, n).astype(float).tolist()
        work = random.integers(0, 6, n).astype(float).tolist()
        least = float(random.integers(0, 25))
        served = campaigns(arrive, amount, work, least)
        found = zip(served.start_s.tolist(), served.finish_s.tolist(), served.campaign.tolist(), strict=True)
        assert list(found) == played(arrive, amount, work, least), (arrive, amount, work, least)


def test_campaigns_without_a_least_amount_are_a_plain_queue() -> None:
    arrive, work = [0.0, 4.0, 30.0], [6.0, 6.0, 6.0]
    served = campaigns(arrive, [0.0, 1.0, 1.0], work, 0.0)
    assert served.finish_s.tolist() == fifo(arrive, work)[1].tolist()
    assert served.campaign.tolist() == [0, 0, 1]


def test_a_sum_that_misses_the_least_amount_by_rounding_reaches_it() -> None:
    amount = [0.1] * 10  # sums to 0.9999999999999999
    served = campaigns(np.arange(10.0), amount, 0.0, 1.0)
    assert served.campaign.tolist() == [0] * 10
    assert batches([*amount, 0.1], 1.0).tolist() == [0] * 10 + [1]


def test_batches_hold_the_least_amount_but_for_the_last_and_are_closed_at_once() -> None:
    random = np.random.default_rng(4)
    for _ in range(300):
        amount = random.integers(0, 9, int(random.integers(1, 30)))
        least = float(random.integers(0, 20))
        group = batches(amount, least)
        assert group[0] == 0
        assert set(np.diff(group).tolist()) <= {0, 1}
        held = np.bincount(group, weights=amount)
        assert (held[:-1] >= least).all()
        closing = np.flatnonzero(np.diff(group))
        assert (held[:-1] - amount[closing] < least).all() or least == 0.0


def test_lots_of_nothing_at_the_end_make_no_batch_of_their_own() -> None:
    assert batches([5.0, 5.0, 0.0, 0.0], 5.0).tolist() == [0, 1, 1, 1]
    assert batches([0.0, 0.0], 5.0).tolist() == [0, 0]
    assert batches([], 5.0).tolist() == []


def test_a_hold_up_empties_as_its_equation_integrated_in_small_steps() -> None:
    start, finish, lag, step = 100.0, 400.0, 120.0, 0.01
    time = np.arange(0.0, 1_500.0, step)
    fed = ((time >= start) & (time < finish)) / (finish - start)
    held = np.zeros(len(time) + 1)
    decay = np.exp(-step / lag)
    for at, rate in enumerate(fed.tolist()):
        held[at + 1] = held[at] * decay + rate * lag * (1.0 - decay)
    out = np.cumsum(fed) * step - held[1:]
    looked = np.array([50.0, 150.0, 399.0, 600.0, 1_400.0])
    exact = first_order_passed(looked, [start], [finish], lag).ravel()
    assert exact == pytest.approx(np.interp(looked, time + step, out), abs=1e-6)


def test_without_a_lag_a_hold_up_lets_pass_what_enters() -> None:
    time, start, finish = [0.0, 5.0, 10.0, 20.0], [0.0, 10.0], [10.0, 10.0]
    assert first_order_passed(time, start, finish, 0.0).tolist() == passed(time, start, finish).tolist()
    assert first_order_passed(time, start, finish, 1e-3) == pytest.approx(
        np.array([[0.0, 0.0], [0.5, 0.0], [1.0, 0.0], [1.0, 1.0]]), abs=2e-4
    )
    assert first_order_date(start, finish, 0.0, 0.95).tolist() == finish


def test_the_date_is_when_the_share_is_out_and_never_before_the_feed_ends() -> None:
    random = np.random.default_rng(5)
    start = random.uniform(0.0, 100.0, 300)
    finish = start + random.uniform(0.0, 50.0, 300) * (random.random(300) < 0.9)
    for lag in (0.5, 10.0, 300.0):
        date = first_order_date(start, finish, lag, 0.95)
        out = np.array([first_order_passed(d, s, f, lag) for d, s, f in zip(date, start, finish, strict=True)])
        assert (date >= finish).all()
        assert out[date > finish] == pytest.approx(0.95, abs=1e-9)
        assert (out[date == finish] >= 0.95 - 1e-9).all()


def test_shares_of_one_time_are_those_of_many() -> None:
    start, finish = np.array([0.0, 3.0]), np.array([8.0, 3.0])
    many = first_order_passed([1.0, 5.0], start, finish, 2.0)
    for at, time in enumerate((1.0, 5.0)):
        assert first_order_passed(time, start, finish, 2.0).tolist() == many[at].tolist()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fifo([1.0, 0.0], 1.0), "arrival [s] is 0 at state 0; it must not be before the one ahead"),
        (lambda: fifo([1.0, np.nan], 1.0), "arrival [s] is nan"),
        (lambda: fifo([1.0], -2.0), "duration [s] is -2"),
        (lambda: campaigns([1.0], -1.0, 1.0, 0.0), "amount is -1"),
        (lambda: batches([np.inf], 1.0), "amount is inf"),
        (lambda: passed(0.0, [2.0], [1.0]), "finish [s] is 1 at state 0; it must not be before the start"),
        (lambda: first_order_passed(0.0, [0.0], [1.0], -1.0), "time constant [s] is -1"),
        (lambda: first_order_date([0.0], [1.0], 1.0, 1.0), "share that is out [1] is 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(ModelError) as error:
        call()
    assert words in str(error.value)
