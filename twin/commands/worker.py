"""``twin worker``: takes jobs from the queue of a store and plays each in a process of its own."""

import os
import signal
import socket
import time
from argparse import Namespace
from dataclasses import dataclass, field
from multiprocessing import connection, get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from ops_data.errors import StoreError
from ops_data.jobs import CANCELLED, FAILED, SEALED, Hold, Job, Queue, open_queue
from twin.commands.job_child import Said, Task, interrupts_held, play_job
from twin.commands.output import document, note, tell_warnings
from twin.commands.run import INTERRUPTED, signals_heard

TICK_S: Final = 0.2  # how soon a stop or a lost lease is acted on
RENEW_S: Final = 1.0  # between renewals: how soon somebody's cancel is noticed
RENEW_PROGRESS_S: Final = 0.5
BEAT_S: Final = 5.0
GRACE_S: Final = 20.0  # for a process that was asked to stop; then it is killed
BUSY_S: Final = 5.0  # before a job is tried again that another process plays


def worker(options: Namespace) -> int:
    """Obey ``twin worker``."""
    from ops_data.store import open_store

    tell_warnings()
    store = open_store(options.store, create=True).folder.absolute()
    queue = open_queue(store, options.queue)
    name = f"{socket.gethostname()}-{os.getpid()}-{token_hex(3)}"
    with signals_heard() as asked:
        working = Working(queue, store, name, options.workers, options.lease, options.poll, options.once, asked)
        try:
            working.work()
        finally:
            if working.queue.is_there:
                working.queue.leave(name)
    if options.json:
        document({"worker": name, "jobs": working.ended})
    return INTERRUPTED if signal.SIGINT in asked else 0


@dataclass
class Child:
    """The process that plays a job.

    Attributes
    ----------
    process, pipe : the process, and what it tells.
    progress : what it said last of how far it is.
    last_word : what came of the job; None until it says so.
    stopping_s : monotonic second at which it was asked to stop; None: it was not.
    """

    process: SpawnProcess
    pipe: connection.Connection
    progress: Said = field(default_factory=lambda: Said("progress", "starting"))
    last_word: Said | None = None
    stopping_s: float | None = None

    def listen(self, patience_s: float) -> bool:
        """Hear what it says within some seconds; return whether it may still say something."""
        connection.wait([self.pipe, self.process.sentinel], patience_s)
        ended = not self.process.is_alive()  # asked first: what it said before it ended is all in the pipe
        try:
            while self.pipe.poll():
                said: Said = self.pipe.recv()
                if said.what == "progress":
                    self.progress = said
                else:
                    self.last_word = said
        except EOFError:
            self.process.join()
            ended = True
        return not ended

    def stop(self) -> None:
        """Ask it to stop and, when it has not after a while, kill it."""
        now_s = time.monotonic()
        if self.stopping_s is None:
            self.stopping_s = now_s
            self.process.terminate()
        elif now_s - self.stopping_s > GRACE_S:
            self.process.kill()

    def end(self) -> int:
        """Kill it if it is still there; return its exit code, negative for a signal."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        code = self.process.exitcode or 0
        self.pipe.close()
        self.process.close()
        return code


@dataclass
class Working:
    """A worker at work.

    Attributes
    ----------
    queue, store, name : where jobs come from, where results go, what the worker is called.
    workers : processes that play one job.
    lease_s, poll_s : how long a job is held without a word; rest between two looks at an empty queue.
    once : end when nothing waits any more.
    asked : signals that asked the worker to end.
    ended : what became of each job, for a document.
    beaten_s : monotonic second at which the queue last heard of the worker; None: not yet.
    """

    queue: Queue
    store: Path
    name: str
    workers: int
    lease_s: float
    poll_s: float
    once: bool
    asked: list[int]
    ended: list[dict[str, Any]] = field(default_factory=list)
    beaten_s: float | None = None

    def work(self) -> None:
        """Take jobs and play them until the worker is asked to end or, with ``once``, until nothing waits."""
        trouble = ""
        while not self.asked:
            try:
                self._find_queue()
                self._beat()
                job = self.queue.claim(self.name, self.lease_s)
                if job is None and self.once and not self.queue.waiting():
                    return
                trouble = ""
            except StoreError as error:
                if self.once:
                    raise
                if str(error) != trouble:  # told once, not at every look
                    trouble = str(error)
                    note(f"{trouble}; trying again every {self.poll_s:g} s")
                job = None
            if job is None:
                self._rest()
            else:
                self._obey(job)

    def _find_queue(self) -> None:
        """Begin an empty queue where the file of the old one was moved away."""
        if not self.queue.is_there:
            self.queue, self.beaten_s = open_queue(self.store, clock=self.queue.clock), None
            note(f"queue {self.queue.place}: its file was gone; an empty one was begun")

    def _beat(self) -> None:
        now_s = time.monotonic()
        if self.beaten_s is None or now_s - self.beaten_s >= BEAT_S:
            self.beaten_s = now_s
            self.queue.beat(self.name, socket.gethostname(), os.getpid())

    def _rest(self) -> None:
        until_s = time.monotonic() + self.poll_s
        while not self.asked and (left_s := until_s - time.monotonic()) > 0.0:
            time.sleep(min(TICK_S, left_s))

    def _obey(self, job: Job) -> None:
        """Play a claimed job and settle what becomes of it."""
        note(f"{job.job_id}: {job.kind} of {job.scenario} taken up")
        child = self._started(job)
        try:
            hold = self._watch(child, job)
        except KeyboardInterrupt:  # asked twice to end
            child.end()
            self.queue.give_back(job, counted=False)
            raise
        code = child.end()
        try:
            self._settle(job, child, hold, code)
        except StoreError as error:  # its lease runs out, and the next attempt finds what is finished
            note(f"{job.job_id}: {error}")

    def _started(self, job: Job) -> Child:
        context = get_context("spawn")
        heard, tell = context.Pipe(duplex=False)
        task = Task(job.kind, job.request, self.store, self.workers)
        process = context.Process(target=play_job, args=(tell, task), name=job.job_id)
        with interrupts_held():
            process.start()
        tell.close()
        return Child(process, heard)

    def _watch(self, child: Child, job: Job) -> Hold:
        """Renew the lease while the child plays; return how the job is held at its end."""
        hold: Hold = "ours"
        told, renewed_s = child.progress, time.monotonic()
        while child.listen(TICK_S):
            wait_s = min(RENEW_S if child.progress == told else RENEW_PROGRESS_S, self.lease_s / 4.0)
            if time.monotonic() - renewed_s >= wait_s:
                told = child.progress
                hold, renewed_s = self._renewed(job, told, renewed_s)
            if hold == "lost":
                child.process.kill()
            elif hold == "cancel" or self.asked:
                child.stop()
        return hold

    def _renewed(self, job: Job, progress: Said, before_s: float) -> tuple[Hold, float]:
        """Return how a job is held and when that was last made sure; a queue out of reach is borne for a lease."""
        try:
            self._beat()
            hold = self.queue.renew(job, progress.done, progress.total, progress.text, self.lease_s)
        except StoreError as error:
            note(f"{job.job_id}: {error}")
            return ("ours" if time.monotonic() - before_s < self.lease_s else "lost"), before_s
        return hold, time.monotonic()

    def _settle(self, job: Job, child: Child, hold: Hold, code: int) -> None:
        """Tell the queue what became of a job."""
        if hold == "lost":
            note(f"{job.job_id}: dropped, for its lease ran out")
            return
        word = child.last_word
        if word is not None and word.what == "sealed":
            self.queue.finish(job, SEALED, result=word.text)
        elif word is not None and word.what == "failed":
            self.queue.finish(job, FAILED, message=word.text)
        elif hold == "cancel":
            self.queue.finish(job, CANCELLED)
        elif word is not None and word.what == "busy":
            self.queue.give_back(job, counted=False, wait_s=BUSY_S, message=word.text)
        elif self.asked:
            self.queue.give_back(job, counted=False)
        elif word is not None or code < 0:
            how = "asked to stop" if word is not None else f"killed by signal {-code}, perhaps for lack of memory"
            self.queue.give_back(job, counted=True, message=f"the process that played it was {how}; it is tried again")
        else:
            line = (
                f"the process that played it broke off with exit code {code}; what it said stands in the worker's log"
            )
            self.queue.finish(job, FAILED, message=line)
        self._tell(self.queue.job(job.job_id))

    def _tell(self, job: Job) -> None:
        note(f"{job.job_id}: {job.state}{': ' if job.result or job.message else ''}{job.result or job.message}")
        self.ended.append(
            {"job_id": job.job_id, "kind": job.kind, "state": job.state, "result": job.result, "message": job.message}
        )
