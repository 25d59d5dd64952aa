"""Requests and who works on them: a queue in SQL that web pages write to and workers take from.

A job is what somebody asked for, under a random id; a run is what came out. Two people who ask for the same have two
jobs. A worker holds a job for as long as its lease runs and it renews that; a job whose lease ran out is taken over by
the next worker. Times are Unix UTC seconds of the clock of each machine, so machines that share a queue keep the same
time.

submitted → running → sealed | failed | cancelled
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ops_data.errors import StoreError, UnknownNameError, did_you_mean
from ops_data.jobs_table import FILE, JOBS, WORKERS, holds_something, open_inside, open_url, refusals
from ops_data.manifest import canonical_json, json_sha256

RUN: Final = "run"
KINDS: Final = (RUN, "environment", "supply", "environmental-review", "supply-statement")
SUBMITTED: Final = "submitted"
RUNNING: Final = "running"
SEALED: Final = "sealed"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
ENDED: Final = (SEALED, FAILED, CANCELLED)
STATES: Final = (SUBMITTED, RUNNING, *ENDED)
MOST_ATTEMPTS: Final = 3
FORGOTTEN_S: Final = 86_400.0  # a worker that was not heard of for so long is no longer listed
UNREADABLE: Final = "its request cannot be read; submit it anew"
Hold = Literal["ours", "cancel", "lost"]


@dataclass(frozen=True)
class Job:
    """One request, and how far it has come.

    Attributes
    ----------
    job_id : its random name.
    kind : one of `KINDS`.
    scenario : name of the scenario it is about.
    request : what is asked for, as JSON values; empty, with `UNREADABLE` as message, where they are damaged.
    title : what the person called it.
    submitted_by : who asked.
    cloned_from : job id it was copied from; empty for none.
    run_id : the run it rests on or, of kind ``run``, will give.
    state : one of `STATES`.
    submitted_s, started_s, ended_s : Unix UTC seconds, 0 = not yet; of the attempt under way.
    done, total : units of progress of the stage.
    stage : short key of what is under way, such as ``playing``.
    attempt : how often it was taken up.
    worker, lease_until_s : who holds it, and until when.
    ready_s : it is not taken up before.
    cancel_asked : whether it shall be stopped.
    result : run id, artefact id or name of the package; empty until sealed.
    message : why it failed or waits, one line; empty otherwise.
    """

    job_id: str
    kind: str
    scenario: str
    request: Mapping[str, Any]
    title: str
    submitted_by: str
    cloned_from: str
    run_id: str
    state: str
    submitted_s: float
    started_s: float
    ended_s: float
    done: int
    total: int
    stage: str
    attempt: int
    worker: str
    lease_until_s: float
    ready_s: float
    cancel_asked: bool
    result: str
    message: str

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED


@dataclass(frozen=True)
class Worker:
    """A process that takes jobs: its name, machine and process id, and when it was last heard of."""

    worker: str
    host: str
    pid: int
    seen_s: float


@dataclass(frozen=True, eq=False)
class Queue:
    """The jobs and workers of one store; got from `open_queue`. Threads and processes may share it.

    Parameters
    ----------
    engine : the database.
    place : what to call it in messages.
    prefix : what the paths of this store begin with; empty for a queue inside the store.
    clock : gives Unix UTC seconds.
    file : where a queue inside the store is; None for a database elsewhere.
    """

    engine: sa.Engine
    place: str
    prefix: str
    clock: Callable[[], float] = time.time
    file: Path | None = None

    @property
    def is_there(self) -> bool:
        """Whether its file was not moved away or emptied; once it was, open the queue again to begin an empty one."""
        return self.file is None or holds_something(self.file)

    def submit(
        self,
        kind: str,
        request: Mapping[str, Any],
        *,
        scenario: str,
        run_id: str,
        title: str = "",
        submitted_by: str = "",
        cloned_from: str = "",
    ) -> Job:
        """Put a request at the end of the queue; check it first with `twin.request_rules.check_request`.

        Raises
        ------
        StoreError
            A kind that is not known, a request that is not JSON, or the database refuses.
        """
        if kind not in KINDS:
            raise StoreError(f"job of kind '{kind}': not known; {did_you_mean(kind, KINDS)}")
        try:
            text = canonical_json(dict(request))
        except (TypeError, ValueError) as error:
            raise StoreError(f"job of kind '{kind}': its request is not JSON ({error}); give plain values") from error
        job_id = f"job-{secrets.token_hex(6)}"
        row = {
            "job_id": job_id, "store": self.prefix, "kind": kind, "scenario": scenario, "request": text,
            "title": title, "submitted_by": submitted_by, "cloned_from": cloned_from, "run_id": run_id,
            "state": SUBMITTED, "submitted_s": self.clock(), "started_s": 0.0, "ended_s": 0.0, "done": 0, "total": 0,
            "stage": "", "attempt": 0, "worker": "", "lease_until_s": 0.0, "ready_s": 0.0, "cancel_asked": False,
            "result": "", "message": "", "playing": None,
        }  # fmt: skip
        with refusals(self.place), self.engine.begin() as connection:
            connection.execute(sa.insert(JOBS).values(row))
        return self.job(job_id)

    def job(self, job_id: str) -> Job:
        """Return one job; UnknownNameError when there is none of that id."""
        rows = self._rows(sa.select(JOBS).where(self._mine, JOBS.c.job_id == job_id))
        if not rows:
            raise UnknownNameError(f"job '{job_id}': not in queue {self.place}; look it up in the list of jobs")
        return _job(rows[0])

    def jobs(self, limit: int = 100) -> list[Job]:
        """Return the jobs submitted last, newest first."""
        query = sa.select(JOBS).where(self._mine).order_by(JOBS.c.number.desc()).limit(limit)
        return [_job(row) for row in self._rows(query)]

    def place_in_queue(self, job_id: str) -> int:
        """Return how many jobs are taken up before this one, counting itself: 1 = next; 0 = it does not wait."""
        waits = sa.select(JOBS.c.number).where(self._mine, JOBS.c.job_id == job_id, JOBS.c.state == SUBMITTED)
        before = JOBS.c.number <= waits.scalar_subquery()
        query = sa.select(sa.func.count().label("place")).where(self._mine, JOBS.c.state == SUBMITTED, before)
        return int(self._rows(query)[0]["place"])

    def waiting(self) -> int:
        """Return how many jobs nobody works on yet."""
        query = sa.select(sa.func.count().label("jobs")).where(self._mine, JOBS.c.state == SUBMITTED)
        return int(self._rows(query)[0]["jobs"])

    def claim(self, worker: str, lease_s: float) -> Job | None:
        """Take up the oldest job that can be; None when there is none. Two workers never get the same one.

        A running job whose lease ran out is taken over; it is cancelled when that was asked for, and has failed when
        it was taken up `MOST_ATTEMPTS` times. A job that makes what another running one makes waits for that.
        """
        now_s = self.clock()
        ready = sa.and_(JOBS.c.state == SUBMITTED, JOBS.c.ready_s <= now_s)
        lapsed = sa.and_(JOBS.c.state == RUNNING, JOBS.c.lease_until_s <= now_s)
        query = sa.select(JOBS).where(self._mine, sa.or_(ready, lapsed)).order_by(JOBS.c.number)
        for row in self._rows(query):
            if _request(row) is None:
                over = {"state": FAILED, "message": UNREADABLE, "ended_s": now_s, "playing": None}
                self._update(_as_read(row), over)
                continue
            if row["state"] == RUNNING and (row["cancel_asked"] or row["attempt"] >= MOST_ATTEMPTS):
                self._update(_as_read(row), _given_up(row, now_s))
                continue
            taken = {
                "state": RUNNING, "worker": worker, "lease_until_s": now_s + lease_s, "started_s": now_s, "done": 0,
                "total": 0, "stage": "starting", "attempt": row["attempt"] + 1, "message": "", "playing": _making(row),
            }  # fmt: skip
            if self._take(row, taken):
                return self.job(row["job_id"])
        return None

    def _take(self, row: sa.RowMapping, values: Mapping[str, Any]) -> bool:
        with refusals(self.place):
            try:
                return self._change(_as_read(row), values)
            except IntegrityError:  # another running job makes the same
                return False

    def renew(self, job: Job, done: int, total: int, stage: str, lease_s: float) -> Hold:
        """Hold a claimed job for another `lease_s` seconds and tell how far it is.

        Returns
        -------
        ``ours``, ``cancel`` (ours, and somebody asked to stop it) or ``lost`` (it is another's now: drop the work).
        """
        values = {"done": done, "total": total, "stage": stage, "lease_until_s": self.clock() + lease_s}
        if not self._update(_held(job), values):
            return "lost"
        rows = self._rows(sa.select(JOBS.c.cancel_asked).where(*_held(job)))
        return "cancel" if rows and rows[0]["cancel_asked"] else "ours"

    def finish(self, job: Job, state: str, result: str = "", message: str = "") -> bool:
        """End a claimed job as sealed, failed or cancelled; return False when it is no longer ours."""
        if state not in ENDED:
            raise StoreError(f"job '{job.job_id}': it cannot end as '{state}'; {did_you_mean(state, ENDED)}")
        over = {"state": state, "result": result, "message": message, "ended_s": self.clock(), "playing": None}
        return self._update(_held(job), over)

    def give_back(self, job: Job, *, counted: bool, wait_s: float = 0.0, message: str = "") -> bool:
        """Put a claimed job back where it was in the queue; return False when it is no longer ours.

        Parameters
        ----------
        job : as claimed.
        counted : whether this attempt counts; the last one that does makes the job fail with the message.
        wait_s : it is not taken up again before.
        message : why, one line.

        Notes
        -----
        A job that somebody asked to stop is cancelled instead.
        """
        now_s = self.clock()
        if counted and job.attempt >= MOST_ATTEMPTS:
            return self.finish(job, FAILED, message=f"{message} ({job.attempt} attempts)")
        asked = JOBS.c.cancel_asked
        values = {
            "state": sa.case((asked, CANCELLED), else_=SUBMITTED),
            "ended_s": sa.case((asked, now_s), else_=0.0),
            "started_s": sa.case((asked, JOBS.c.started_s), else_=0.0),
            "attempt": job.attempt if counted else job.attempt - 1,
            "ready_s": now_s + wait_s, "worker": "", "stage": "", "lease_until_s": 0.0, "message": message,
            "playing": None,
        }  # fmt: skip
        return self._update(_held(job), values)

    def ask_cancel(self, job_id: str) -> Job:
        """Ask for a job to be stopped, and return it as it then is.

        One that waits, or whose worker was lost, is cancelled at once; one that is over stays what it is.
        """
        now_s = self.clock()
        idle = sa.or_(JOBS.c.state == SUBMITTED, JOBS.c.lease_until_s <= now_s)
        values = {
            "cancel_asked": True,
            "state": sa.case((idle, CANCELLED), else_=JOBS.c.state),
            "ended_s": sa.case((idle, now_s), else_=JOBS.c.ended_s),
            "playing": sa.case((idle, sa.null()), else_=JOBS.c.playing),
        }
        self._update((JOBS.c.job_id == job_id, JOBS.c.state.in_((SUBMITTED, RUNNING))), values)
        return self.job(job_id)

    def beat(self, worker: str, host: str, pid: int) -> None:
        """Tell that a worker is there."""
        now_s = self.clock()
        here = sa.and_(WORKERS.c.store == self.prefix, WORKERS.c.worker == worker)
        row = {"worker": worker, "store": self.prefix, "host": host, "pid": pid, "seen_s": now_s}
        with refusals(self.place), self.engine.begin() as connection:
            if not connection.execute(sa.update(WORKERS).where(here).values(seen_s=now_s)).rowcount:
                connection.execute(sa.insert(WORKERS).values(row))
                connection.execute(sa.delete(WORKERS).where(WORKERS.c.seen_s < now_s - FORGOTTEN_S))

    def leave(self, worker: str) -> None:
        """Tell that a worker is no longer there."""
        with refusals(self.place), self.engine.begin() as connection:
            connection.execute(sa.delete(WORKERS).where(WORKERS.c.store == self.prefix, WORKERS.c.worker == worker))

    def live_workers(self, within_s: float = 30.0) -> list[Worker]:
        """Return the workers that were heard of within some seconds, by name."""
        seen = WORKERS.c.seen_s >= self.clock() - within_s
        query = sa.select(WORKERS).where(WORKERS.c.store == self.prefix, seen).order_by(WORKERS.c.worker)
        return [Worker(row["worker"], row["host"], row["pid"], row["seen_s"]) for row in self._rows(query)]

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        return JOBS.c.store == self.prefix

    def _rows(self, query: sa.Select[Any]) -> list[sa.RowMapping]:
        with refusals(self.place), self.engine.connect() as connection:
            return list(connection.execute(query).mappings())

    def _update(self, where: tuple[sa.ColumnElement[bool], ...], values: Mapping[str, Any]) -> bool:
        with refusals(self.place):
            return self._change(where, values)

    def _change(self, where: tuple[sa.ColumnElement[bool], ...], values: Mapping[str, Any]) -> bool:
        """Change a row in one statement if it still is what `where` says; return whether it was."""
        statement = sa.update(JOBS).where(self._mine, *where).values(dict(values))
        with self.engine.begin() as connection:
            return connection.execute(statement).rowcount == 1


def _job(row: sa.RowMapping) -> Job:
    told = {name: value for name, value in row.items() if name not in ("number", "store", "playing")}
    request = _request(row)
    if request is None:
        return Job(**{**told, "request": {}, "message": row["message"] or UNREADABLE})
    return Job(**{**told, "request": request})


def _request(row: sa.RowMapping) -> dict[str, Any] | None:
    """Return what a row asks for; None where that is damaged."""
    try:
        found = json.loads(row["request"])
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _as_read(row: sa.RowMapping) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what says that nobody has taken, given back or cancelled a job since it was read."""
    names = ("job_id", "state", "attempt", "lease_until_s", "ready_s", "cancel_asked")
    return tuple(JOBS.c[name] == row[name] for name in names)


def _held(job: Job) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what says that a job is still held by the one who claimed it."""
    by = JOBS.c.worker == job.worker, JOBS.c.attempt == job.attempt
    return JOBS.c.job_id == job.job_id, JOBS.c.state == RUNNING, *by


def _making(row: sa.RowMapping) -> str:
    """Return a hash of what a job makes; the same for two jobs that make the same."""
    what = row["run_id"] if row["kind"] == RUN else json.loads(row["request"])
    return json_sha256([row["store"], row["kind"], what])


def _given_up(row: sa.RowMapping, now_s: float) -> dict[str, Any]:
    """Return what becomes of a job that lost its worker and is not taken up again."""
    over = {"ended_s": now_s, "playing": None}
    if row["cancel_asked"]:
        return {**over, "state": CANCELLED}
    message = (
        f"its worker was lost {row['attempt']} times and it is not tried again; see what the workers said, "
        "then submit it anew: finished replicates are kept"
    )
    return {**over, "state": FAILED, "message": message}


def open_queue(store: Path, url: str | None = None, clock: Callable[[], float] = time.time) -> Queue:
    """Open the queue of a store, making it when there is none yet.

    Parameters
    ----------
    store : folder of the store; it is there already.
    url : SQLAlchemy URL of a database that several machines and stores may share; None: a file inside the store, which
        must then lie on a disk of this machine.
    clock : gives Unix UTC seconds.

    Raises
    ------
    StoreError
        The store is not there or may not be written; the queue is damaged, of another version, or cannot be reached.
    """
    if not store.is_dir():
        raise StoreError(f"store {store}: there is no such folder; make a run first, or name the folder with --store")
    if url is None:
        return Queue(open_inside(store), str(store / FILE), "", clock, (store / FILE).absolute())
    engine, place = open_url(url)
    return Queue(engine, place, f"{store.absolute()}/", clock)
