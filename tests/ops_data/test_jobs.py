"""Requests are taken up once, in order, under a lease, and never lost by accident (truth: derived, by hand)."""

import multiprocessing
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from ops_data import jobs_table
from ops_data.errors import StoreError, UnknownNameError
from ops_data.jobs import (
    CANCELLED,
    FAILED,
    KINDS,
    MOST_ATTEMPTS,
    RUNNING,
    SEALED,
    SUBMITTED,
    Job,
    Queue,
    open_queue,
)
from ops_data.jobs_table import FILE

NOON_S = 1_800_000_000.0
LEASE_S = 30.0


@dataclass
class Clock:
    """A clock that a test sets."""

    now_s: float = NOON_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(tmp_path: Path, clock: Clock) -> Queue:
    return open_queue(tmp_path, clock=clock)


def submitted(queue: Queue, run_id: str = "calm-00000000", kind: str = "run", title: str = "") -> Job:
    """Submit a small request."""
    request = {"scenario": "calm", "seed": 1} if kind == "run" else {"run": run_id, "sets": []}
    return queue.submit(kind, request, scenario="calm", run_id=run_id, title=title, submitted_by="ann")


def claimed(queue: Queue, worker: str = "w1") -> Job:
    """Take up a job; there is one."""
    job = queue.claim(worker, LEASE_S)
    assert job is not None
    return job


def test_a_request_is_kept_as_it_was_made(queue: Queue) -> None:
    first = submitted(queue, title="重い海 <b>")
    assert len(first.job_id) == 16
    assert first.job_id.startswith("job-")
    copy = queue.submit("run", first.request, scenario="calm", run_id="calm-00000000", cloned_from=first.job_id)
    assert queue.job(first.job_id) == first
    assert (first.state, first.submitted_s, first.started_s, first.ended_s) == (SUBMITTED, NOON_S, 0.0, 0.0)
    assert (first.request, first.title, first.submitted_by) == ({"scenario": "calm", "seed": 1}, "重い海 <b>", "ann")
    assert (copy.cloned_from, copy.job_id != first.job_id) == (first.job_id, True)
    assert [job.job_id for job in queue.jobs()] == [copy.job_id, first.job_id]
    assert queue.jobs(limit=1) == [copy]


def test_jobs_are_taken_up_in_order_and_know_their_place(queue: Queue, clock: Clock) -> None:
    waiting = [submitted(queue, f"calm-0000000{number}") for number in range(3)]
    assert [queue.place_in_queue(job.job_id) for job in waiting] == [1, 2, 3]
    clock.now_s += 5.0
    first = claimed(queue)
    assert (first.job_id, first.state, first.attempt) == (waiting[0].job_id, RUNNING, 1)
    assert (first.worker, first.started_s, first.lease_until_s) == ("w1", NOON_S + 5.0, NOON_S + 5.0 + LEASE_S)
    assert [queue.place_in_queue(job.job_id) for job in waiting] == [0, 1, 2]
    assert queue.waiting() == 2
    assert claimed(queue).job_id == waiting[1].job_id
    assert claimed(queue).job_id == waiting[2].job_id
    assert queue.claim("w1", LEASE_S) is None
    assert queue.place_in_queue("job-000000000000") == 0


def test_a_finished_job_tells_what_came_of_it_and_changes_no_more(queue: Queue, clock: Clock) -> None:
    submitted(queue)
    job = claimed(queue)
    clock.now_s += 9.0
    assert queue.finish(job, SEALED, result="calm-00000000")
    over = queue.job(job.job_id)
    assert (over.state, over.result, over.ended_s, over.is_over) == (SEALED, "calm-00000000", NOON_S + 9.0, True)
    assert not queue.finish(job, FAILED, message="late")
    assert queue.renew(job, 1, 2, "playing", LEASE_S) == "lost"
    assert queue.ask_cancel(job.job_id) == over
    assert queue.claim("w2", LEASE_S) is None


def test_renewing_tells_progress_and_hears_of_a_cancel(queue: Queue, clock: Clock) -> None:
    submitted(queue)
    job = claimed(queue)
    clock.now_s += 20.0
    assert queue.renew(job, 3, 10, "playing", LEASE_S) == "ours"
    told = queue.job(job.job_id)
    assert (told.done, told.total, told.stage, told.lease_until_s) == (3, 10, "playing", NOON_S + 20.0 + LEASE_S)
    assert queue.ask_cancel(job.job_id).state == RUNNING
    assert queue.renew(job, 4, 10, "playing", LEASE_S) == "cancel"
    assert queue.finish(job, CANCELLED)
    assert queue.job(job.job_id).state == CANCELLED


def test_a_waiting_job_is_cancelled_at_once(queue: Queue, clock: Clock) -> None:
    job = submitted(queue)
    clock.now_s += 1.0
    cancelled = queue.ask_cancel(job.job_id)
    assert (cancelled.state, cancelled.ended_s, cancelled.cancel_asked) == (CANCELLED, NOON_S + 1.0, True)
    assert queue.claim("w1", LEASE_S) is None


def test_a_job_whose_lease_ran_out_is_taken_over_and_lost_to_the_first_worker(queue: Queue, clock: Clock) -> None:
    submitted(queue)
    first = claimed(queue, "w1")
    clock.now_s += LEASE_S - 1.0
    assert queue.claim("w2", LEASE_S) is None
    clock.now_s += 1.0
    second = claimed(queue, "w2")
    assert (second.job_id, second.worker, second.attempt) == (first.job_id, "w2", 2)
    assert queue.renew(first, 9, 10, "playing", LEASE_S) == "lost"
    assert not queue.finish(first, SEALED, result="calm-00000000")
    assert not queue.give_back(first, counted=False)
    assert queue.job(first.job_id) == second


def test_a_late_worker_keeps_its_job_when_nobody_took_it_over(queue: Queue, clock: Clock) -> None:
    submitted(queue)
    job = claimed(queue)
    clock.now_s += 10.0 * LEASE_S
    assert queue.renew(job, 1, 10, "playing", LEASE_S) == "ours"
    assert queue.claim("w2", LEASE_S) is None


def test_a_job_that_loses_its_worker_each_time_fails_with_a_message(queue: Queue, clock: Clock) -> None:
    job = submitted(queue)
    for attempt in range(MOST_ATTEMPTS):
        assert claimed(queue, f"w{attempt}").attempt == attempt + 1
        clock.now_s += LEASE_S
    assert queue.claim("w9", LEASE_S) is None
    over = queue.job(job.job_id)
    assert (over.state, over.message) == (
        FAILED,
        "its worker was lost 3 times and it is not tried again; see what the workers said, then submit it anew: "
        "finished replicates are kept",
    )


def test_a_cancelled_job_whose_worker_is_lost_is_not_taken_over(queue: Queue, clock: Clock) -> None:
    submitted(queue)
    job = claimed(queue)
    queue.ask_cancel(job.job_id)
    clock.now_s += LEASE_S
    assert queue.claim("w2", LEASE_S) is None
    assert queue.job(job.job_id).state == CANCELLED


def test_a_job_without_a_living_worker_is_cancelled_without_one(queue: Queue, clock: Clock) -> None:
    submitted(queue)
    job = claimed(queue)
    clock.now_s += LEASE_S
    assert queue.ask_cancel(job.job_id).state == CANCELLED
    assert queue.renew(job, 1, 2, "playing", LEASE_S) == "lost"


def test_a_job_given_back_waits_where_it_was_and_not_before_its_time(queue: Queue, clock: Clock) -> None:
    first, second = submitted(queue), submitted(queue, "calm-00000001")
    job = claimed(queue)
    assert queue.give_back(job, counted=False, wait_s=5.0, message="another process plays it")
    back = queue.job(first.job_id)
    assert (back.state, back.attempt, back.worker, back.stage) == (SUBMITTED, 0, "", "")
    assert back.message == "another process plays it"
    assert queue.place_in_queue(first.job_id) == 1
    assert claimed(queue).job_id == second.job_id
    assert queue.claim("w1", LEASE_S) is None
    clock.now_s += 5.0
    again = claimed(queue, "w2")
    assert (again.job_id, again.attempt, again.message) == (first.job_id, 1, "")


def test_attempts_that_count_end_in_failure_and_those_that_do_not_never_do(queue: Queue) -> None:
    submitted(queue)
    for _ in range(2 * MOST_ATTEMPTS):
        queue.give_back(claimed(queue), counted=False)
    for _ in range(MOST_ATTEMPTS):
        job = claimed(queue)
        queue.give_back(job, counted=True, message="its process was killed")
    over = queue.job(job.job_id)
    assert (over.state, over.message) == (FAILED, "its process was killed (3 attempts)")


def test_a_job_given_back_after_somebody_asked_to_stop_it_is_cancelled(queue: Queue) -> None:
    submitted(queue)
    job = claimed(queue)
    queue.ask_cancel(job.job_id)
    assert queue.give_back(job, counted=False)
    assert queue.job(job.job_id).state == CANCELLED


def test_two_jobs_that_make_the_same_are_played_one_after_the_other(queue: Queue, clock: Clock) -> None:
    first, second, other = submitted(queue), submitted(queue), submitted(queue, "calm-00000001")
    assert claimed(queue, "w1").job_id == first.job_id
    assert claimed(queue, "w2").job_id == other.job_id
    assert queue.claim("w3", LEASE_S) is None
    clock.now_s += LEASE_S  # both workers are lost: the older two are taken over, the second still waits
    taken = claimed(queue, "w3")
    assert taken.job_id == first.job_id
    assert claimed(queue, "w3").job_id == other.job_id
    assert queue.claim("w3", LEASE_S) is None
    queue.finish(taken, CANCELLED)
    assert claimed(queue, "w3").job_id == second.job_id


def test_studies_of_one_run_with_other_choices_do_not_wait_for_each_other(queue: Queue) -> None:
    first, same = submitted(queue, kind="environment"), submitted(queue, kind="environment")
    other = submitted(queue, kind="supply")
    assert [claimed(queue).job_id, claimed(queue).job_id] == [first.job_id, other.job_id]
    assert queue.claim("w1", LEASE_S) is None
    assert queue.job(same.job_id).state == SUBMITTED


def test_workers_are_listed_while_they_are_heard_of(queue: Queue, clock: Clock) -> None:
    queue.beat("w1", "ship", 7)
    clock.now_s += 20.0
    queue.beat("w2", "shore", 8)
    assert [(one.worker, one.host, one.pid, one.seen_s) for one in queue.live_workers(within_s=30.0)] == [
        ("w1", "ship", 7, NOON_S),
        ("w2", "shore", 8, NOON_S + 20.0),
    ]
    clock.now_s += 20.0
    queue.beat("w2", "shore", 8)
    assert [one.worker for one in queue.live_workers(within_s=30.0)] == ["w2"]
    queue.leave("w2")
    assert queue.live_workers(within_s=30.0) == []


def test_what_is_not_known_is_told_in_one_line(queue: Queue, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        queue.job("job-8f3a1c20b7d4")
    assert str(caught.value) == (
        f"job 'job-8f3a1c20b7d4': not in queue {tmp_path / FILE}; look it up in the list of jobs"
    )
    with pytest.raises(UnknownNameError, match="job 'x': not in queue"):
        queue.ask_cancel("x")
    with pytest.raises(StoreError, match="job of kind 'runs': not known; did you mean 'run'\\?"):
        submitted(queue, kind="runs")
    with pytest.raises(StoreError, match="its request is not JSON"):
        queue.submit("run", {"seed": float("nan")}, scenario="calm", run_id="calm-00000000")
    submitted(queue)
    job = claimed(queue)
    with pytest.raises(StoreError, match=f"job '{job.job_id}': it cannot end as 'done'; allowed: cancelled, failed"):
        queue.finish(job, "done")
    with pytest.raises(StoreError, match="there is no such folder"):
        open_queue(tmp_path / "nowhere")


def test_the_record_of_a_job_and_its_table_have_the_same_fields() -> None:
    own = {"number", "store", "playing"}
    assert {field.name for field in fields(Job)} == set(jobs_table.JOBS.c.keys()) - own
    assert all(len(kind) <= 64 for kind in KINDS)


# --- files and databases ----------------------------------------------------------------------------------------------


def test_stores_that_share_a_database_do_not_see_one_anothers_jobs(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    one, two = (open_queue(tmp_path / name, url, clock) for name in ("a", "b"))
    job = submitted(one)
    assert (one.place, two.jobs(), two.claim("w", LEASE_S), two.place_in_queue(job.job_id)) == (url, [], None, 0)
    with pytest.raises(UnknownNameError):
        two.ask_cancel(job.job_id)
    two.beat("w", "ship", 1)
    assert one.live_workers() == []
    same = submitted(two)  # the same run in another store is another run
    assert (claimed(one).job_id, claimed(two).job_id) == (job.job_id, same.job_id)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("no url", "queue URL: not understood; write it like postgresql+psycopg://host/database"),
        (
            "mysql+mysqldb://me:secret@127.0.0.1:1/x",
            "queue mysql+mysqldb://me:***@127.0.0.1:1/x: its driver 'MySQLdb' is not installed; install it",
        ),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_queue(tmp_path, url)
    assert str(caught.value) == message


# --- many at once -----------------------------------------------------------------------------------------------------


def take_all(place: str, worker: str) -> list[str]:
    """Claim until nothing is left; return the ids taken."""
    queue, taken = open_queue(Path(place)), []
    while (job := queue.claim(worker, LEASE_S)) is not None:
        taken.append(job.job_id)
    return taken


def test_two_claimers_at_once_never_get_the_same_job(tmp_path: Path) -> None:
    queue = open_queue(tmp_path)
    ids = [submitted(queue, f"calm-{number:08x}").job_id for number in range(40)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        taken = pool.starmap(take_all, [(str(tmp_path), f"p{number}") for number in range(2)], chunksize=1)
    assert Counter(job_id for one in taken for job_id in one) == Counter(ids)


def test_threads_may_open_and_use_one_queue_at_once(tmp_path: Path) -> None:
    def ask(number: int) -> str:
        queue = open_queue(tmp_path)
        return submitted(queue, f"calm-{number:08x}").job_id

    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(ask, range(24)))
        taken = list(threads.map(take_all, [str(tmp_path)] * 4, "abcd"))
    assert len(set(ids)) == 24
    assert Counter(job_id for one in taken for job_id in one) == Counter(ids)


def test_processes_that_make_the_queue_at_once_make_one(root: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ops_data.jobs import open_queue; sys.stdin.readline(); "
        "open_queue(Path(sys.argv[1])).submit('run', {}, scenario='calm', run_id='calm-00000000')"
    )
    makers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=root, stdin=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for maker in makers:
        assert maker.stdin is not None
        maker.stdin.write("\n")
        maker.stdin.flush()
    for maker in makers:
        maker.communicate(timeout=60)
    assert [maker.returncode for maker in makers] == [0, 0, 0]
    assert len(open_queue(tmp_path).jobs()) == 3
