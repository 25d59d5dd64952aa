"""An ensemble: replicates handed out in small chunks, to this process or to a pool of workers.

Neither the number of workers nor the order of chunks leaves a trace: a replicate's rows depend on its number only, and
every chunk is written by the one who played it, whole or not at all.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from typing import Final

from ops_data.errors import SimulationError
from twin.run import Job, WriteTables, play

CHUNK_S: Final = 0.25  # aim of a chunk's length: soon done after Ctrl-C, long against handing it out
CHUNK_REPLICATES: Final = 10  # a chunk is one part of the run on disk
POOL_WORTH_S: Final = 1.5  # time saved below which starting workers does not pay
POLL_S: Final = 0.2  # how soon a request to stop is noticed


@dataclass
class Plan:
    """Replicates still to be handed out, and how long one takes."""

    stretches: deque[range]
    replicates: int
    played: int = 0
    seconds: float = 0.0

    @property
    def replicate_s(self) -> float:
        """Seconds one replicate takes, from the chunks finished so far; `CHUNK_S` before there is one."""
        return self.seconds / self.played if self.played else CHUNK_S

    def take(self, most: int) -> range | None:
        """Return the next successive replicates, up to `most`, or None when all are handed out."""
        if not self.stretches:
            return None
        whole = self.stretches.popleft()
        chunk, rest = whole[:most], whole[most:]
        if rest:
            self.stretches.appendleft(rest)
        self.replicates -= len(chunk)
        return chunk

    def note(self, replicates: int, seconds: float) -> None:
        """Learn how long a finished chunk took."""
        self.played += replicates
        self.seconds += seconds

    def chunk_size(self, workers: int) -> int:
        """Return how many replicates to hand out at once: short chunks, and all workers busy to the end."""
        fair = -(-self.replicates // (2 * workers))
        return max(1, min(CHUNK_REPLICATES, fair, int(CHUNK_S / self.replicate_s)))


def plan(replicates: Sequence[int]) -> Plan:
    """Return a plan for some replicates, handed out in the order given.

    Examples
    --------
    >>> plan([0, 1, 2, 7, 8, 5]).stretches
    deque([range(0, 3), range(7, 9), range(5, 6)])
    """
    stretches: deque[range] = deque()
    for number in replicates:
        if stretches and number == stretches[-1].stop:
            stretches[-1] = range(stretches[-1].start, number + 1)
        else:
            stretches.append(range(number, number + 1))
    return Plan(stretches, len(replicates))


def play_ensemble(
    job: Job,
    replicates: Sequence[int],
    write: WriteTables,
    *,
    workers: int = 1,
    on_done: Callable[[int], None] = lambda _count: None,
    stop: Callable[[], bool] = lambda: False,
    pool_worth_s: float = POOL_WORTH_S,
) -> None:
    """Play replicates and write each chunk as soon as it is done; return when all are done or a stop was asked for.

    The first two replicates are played in this process: the kernel is compiled once and found on disk by every worker,
    an error in the scenario shows before any worker starts, and the time of one replicate tells whether a pool pays.

    Parameters
    ----------
    job : the run.
    replicates : numbers to play, in the order to hand them out.
    write : takes first replicate, last replicate and their tables; it can be pickled.
    workers : processes that play, 1 or more; 1 plays in this process.
    on_done : called with the number of replicates of each finished chunk.
    stop : asked several times a second; once true, nothing more is handed out and running chunks are finished.
    pool_worth_s : start workers only when they save this much time [s].

    Raises
    ------
    SimulationError
        A worker died; finished chunks are kept.
    TwinError
        What the campaign or the writer raises; finished chunks are kept.
    """
    todo = plan(replicates)
    warm_up = 2
    while not stop():
        saved_s = todo.replicates * todo.replicate_s * (1.0 - 1.0 / workers)
        if not warm_up and saved_s > pool_worth_s:
            _play_in_pool(job, todo, write, workers, on_done, stop)
            return
        chunk = todo.take(1 if warm_up else todo.chunk_size(1))
        if chunk is None:
            return
        seconds = play_chunk(job, chunk, write)
        on_done(len(chunk))
        warm_up = max(0, warm_up - 1)
        if not warm_up:  # the very first replicate also pays for compiling and reading files
            todo.note(len(chunk), seconds)


def play_chunk(job: Job, chunk: range, write: WriteTables) -> float:
    """Play and write successive replicates; return the seconds it took."""
    begin = time.perf_counter()
    write(chunk[0], chunk[-1], play(job, chunk[0], chunk[-1]))
    return time.perf_counter() - begin


def _play_in_pool(
    job: Job,
    todo: Plan,
    write: WriteTables,
    workers: int,
    on_done: Callable[[int], None],
    stop: Callable[[], bool],
) -> None:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin_worker)
    running: dict[Future[float], range] = {}
    try:
        while True:
            while not stop() and len(running) < 2 * workers and (chunk := todo.take(todo.chunk_size(workers))):
                with _interrupts_held():
                    running[pool.submit(play_chunk, job, chunk, write)] = chunk
            if stop():
                running = {future: chunk for future, chunk in running.items() if not future.cancel()}
            if not running:
                return
            for future in wait(running, timeout=POLL_S, return_when=FIRST_COMPLETED).done:
                chunk = running.pop(future)
                todo.note(len(chunk), future.result())
                on_done(len(chunk))
    except BrokenProcessPool as error:
        if not stop():
            raise SimulationError(
                "a worker process was killed, perhaps for lack of memory; finished replicates are kept: "
                "repeat the command, with fewer --workers if memory is short"
            ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while a worker is started: the worker inherits that, so it never dies of its parent's Ctrl-C."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
