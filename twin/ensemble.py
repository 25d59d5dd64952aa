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
from dataclasses import dataclass, field
from multiprocessing import connection, get_context, parent_process
from statistics import median
from typing import Final, Protocol, TypeVar

from ops_data.errors import SimulationError

CHUNK_S: Final = 0.25  # aim of a chunk's length: soon done after Ctrl-C, long against handing it out
CHUNK_REPLICATES: Final = 10  # a chunk is one part of the run on disk
POOL_WORTH_S: Final = 1.0  # time saved below which starting workers does not pay
POLL_S: Final = 0.2  # how soon a request to stop is noticed while waiting


Result = TypeVar("Result", covariant=True)
Written = TypeVar("Written", contravariant=True)
Piece = TypeVar("Piece")


class Playable(Protocol[Result]):
    """What is played: replicates of a run, cases of a design, members of an environmental study; can be pickled."""

    def part(self, numbers: range) -> "Playable[Result]":
        """Return what a worker needs to play some successive numbers."""

    def play(self, first: int, last: int) -> Result:
        """Play numbers `first` to `last`, both included."""


class Write(Protocol[Written]):
    """What takes first number, last number and what was played of them; can be pickled."""

    def __call__(self, first: int, last: int, played: Written, /) -> None:
        """Write, whole or not at all."""


@dataclass
class Plan:
    """Replicates still to be handed out, and how long one took in the last few chunks [s]."""

    stretches: deque[range]
    replicates: int
    recent_s: deque[float] = field(default_factory=lambda: deque(maxlen=7))

    @property
    def replicate_s(self) -> float:
        """Seconds one replicate takes; `CHUNK_S` before any chunk is finished.

        A median: the first chunk of a worker takes long, for it loads what the others have.
        """
        return median(self.recent_s) if self.recent_s else CHUNK_S

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
        self.recent_s.append(seconds / replicates)

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
    job: Playable[Piece],
    replicates: Sequence[int],
    write: Write[Piece],
    *,
    workers: int = 1,
    on_done: Callable[[int], None] = lambda _count: None,
    stop: Callable[[], bool] = lambda: False,
    pool_worth_s: float = POOL_WORTH_S,
) -> None:
    """Play replicates and write each chunk as soon as it is done; return when all are done or a stop was asked for.

    The first two replicates are played in this process: the kernel is compiled once and found on disk by every worker,
    an error in the scenario shows before any worker starts, and the time of one replicate tells whether workers pay.

    Parameters
    ----------
    job : the run.
    replicates : numbers to play, in the order to hand them out.
    write : takes first replicate, last replicate and their tables; it can be pickled.
    workers : processes that play, this one included; 1 or more.
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
        if workers > 1 and not warm_up and saved_s >= pool_worth_s:
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


def play_chunk(job: Playable[Piece], chunk: range, write: Write[Piece]) -> float:
    """Play and write successive replicates; return the seconds it took."""
    begin = time.perf_counter()
    write(chunk[0], chunk[-1], job.play(chunk[0], chunk[-1]))
    return time.perf_counter() - begin


def _play_in_pool(
    job: Playable[Piece],
    todo: Plan,
    write: Write[Piece],
    workers: int,
    on_done: Callable[[int], None],
    stop: Callable[[], bool],
) -> None:
    """Play with `workers` - 1 processes and, while they start and work, in this one too.

    When it ends early, by a stop or an error, workers drop what they are playing: a chunk is written whole or not at
    all, and it is short.
    """
    context = get_context("spawn")
    heard, halt = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers - 1, mp_context=context, initializer=_begin_worker, initargs=(heard,))
    finished = False
    try:
        finished = _share_out(pool, job, todo, write, workers, on_done, stop)
    except BrokenProcessPool as error:
        if not stop():
            raise SimulationError(
                "a worker process was killed, perhaps for lack of memory; finished replicates are kept: "
                "repeat the command, with fewer --workers if memory is short"
            ) from error
    finally:
        if not finished:
            halt.close()
        pool.shutdown(wait=True, cancel_futures=True)
        halt.close()
        heard.close()


def _share_out(
    pool: ProcessPoolExecutor,
    job: Playable[Piece],
    todo: Plan,
    write: Write[Piece],
    workers: int,
    on_done: Callable[[int], None],
    stop: Callable[[], bool],
) -> bool:
    """Hand chunks to the pool and play the others; return True when all are done, False when asked to stop."""
    running: dict[Future[float], range] = {}
    while not stop():
        while len(running) < 2 * (workers - 1) and (chunk := todo.take(todo.chunk_size(workers))):
            with _interrupts_held():
                running[pool.submit(play_chunk, job.part(chunk), chunk, write)] = chunk
        own = todo.take(todo.chunk_size(workers))
        if own is None and not running:
            return True
        if own is not None:
            todo.note(len(own), play_chunk(job, own, write))
            on_done(len(own))
        _collect(running, todo, on_done, POLL_S if own is None else 0.0)
    return False


def _collect(
    running: dict[Future[float], range], todo: Plan, on_done: Callable[[int], None], patience_s: float
) -> None:
    """Take note of chunks that workers have finished; wait for one no longer than `patience_s`."""
    for future in wait(running, timeout=patience_s, return_when=FIRST_COMPLETED).done:
        chunk = running.pop(future)
        todo.note(len(chunk), future.result())
        on_done(len(chunk))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while a worker is started: the worker inherits that, so it never dies of its parent's Ctrl-C."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_worker(heard: connection.Connection) -> None:
    """Leave Ctrl-C to the parent; end at once when the parent says so, or has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    ends = [heard] if parent is None else [heard, parent.sentinel]
    threading.Thread(target=_end_with, args=(ends,), daemon=True).start()


def _end_with(ends: list[connection.Connection | int]) -> None:
    connection.wait(ends)
    os._exit(1)
