"""``twin worker`` as a service: real processes, real signals, one queue (truth: derived, from undisturbed runs)."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ops_data.export.package import building
from ops_data.files import Lock
from ops_data.jobs import CANCELLED, RUNNING, SEALED, SUBMITTED, Job, Queue, open_queue
from ops_data.store import open_store
from ops_data.writer import lock_file
from twin import run
from twin.__main__ import main
from twin.commands import export, supply_statement
from twin.commands.job_child import Said, Task, outcome
from twin.commands.progress import begin_stage
from twin.commands.worker import Working
from twin.request_rules import check_request, check_run_request, run_identity

LONG = {"scenario": "annual-pilot", "replicates": 60, "seed": 4}  # some seconds of one process
SHORT = {"scenario": "calm", "replicates": 3, "parameters": "fixed"}


@contextmanager
def worker(store: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Start a worker in a process group of its own, as a terminal does; it is gone when the block ends."""
    command = [sys.executable, "-m", "twin", "worker", "--poll", "0.1", "--workers", "1", "--store", str(store)]
    environment = {name: value for name, value in os.environ.items() if name != "TWIN_QUEUE"}
    process = subprocess.Popen(
        [*command, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=60)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a worker to end; return its exit code and both streams."""
    output, errors = process.communicate(timeout=120)
    return process.returncode, output, errors


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    open_store(tmp_path, create=True)
    return open_queue(tmp_path)


def asked(queue: Queue, request: Mapping[str, Any], kind: str = "run", by: str = "ann") -> Job:
    """Submit a request as a page does."""
    checked = check_request(kind, request)
    return queue.submit(
        checked.kind, checked.request, scenario=checked.scenario, run_id=checked.run_id, submitted_by=by
    )


def wait_for(queue: Queue, job: Job, holds: Callable[[Job], bool]) -> Job:
    """Wait until something holds of a job; return it as it then is."""
    until_s = time.monotonic() + 60.0
    while not holds(found := queue.job(job.job_id)):
        assert time.monotonic() < until_s, found
        time.sleep(0.02)
    return found


def wait_for_parts(store: Path, count: int) -> None:
    """Wait until a run under way has written so many parts."""
    until_s = time.monotonic() + 60.0
    while len(list(store.glob(".*.partial/parts/*.done.json"))) < count:
        assert time.monotonic() < until_s
        time.sleep(0.01)


def player(store: Path, run_id: str) -> int:
    """Return the process that plays a run now: the one that holds its lock."""
    return int(lock_file(store, run_id).read_text())


# --- a day at work ----------------------------------------------------------------------------------------------------


@pytest.mark.heavy
def test_two_workers_share_a_queue_and_equal_requests_share_a_run_in_words_only(tmp_path: Path, queue: Queue) -> None:
    long, same = asked(queue, LONG), asked(queue, LONG, by="bob")
    short = asked(queue, SHORT)
    forged = queue.submit("run", {"scenario": "./mine.toml"}, scenario="mine", run_id="mine-00000000")
    with worker(tmp_path, "--once", "--json") as first, worker(tmp_path, "--once", "--json") as second:
        on_the_way = wait_for(queue, long, lambda job: job.stage == "playing" and job.done > 0)
        assert (on_the_way.state, on_the_way.total) == (RUNNING, 60)
        assert len(queue.live_workers()) == 2
        assert queue.job(same.job_id).state == SUBMITTED
        told = [ended(process) for process in (first, second)]
    assert [code for code, _, _ in told] == [0, 0]
    documents = [json.loads(output) for _, output, _ in told]
    done = {job["job_id"]: job for one in documents for job in one["jobs"]}
    assert sum(len(one["jobs"]) for one in documents) == 4
    assert {job.job_id: job.state for job in queue.jobs()} == {one: job["state"] for one, job in done.items()}
    assert [queue.job(one.job_id).result for one in (long, same, short)] == [long.run_id, long.run_id, short.run_id]
    assert queue.job(same.job_id).started_s >= queue.job(long.job_id).ended_s
    assert {row.run_id for row in open_store(tmp_path).runs()} == {long.run_id, short.run_id}
    assert done[forged.job_id]["state"] == "failed"
    assert done[forged.job_id]["message"].startswith("request: key 'scenario': \"./mine.toml\" found; the name of")
    assert "".join(errors for _, _, errors in told).count(f"run {long.run_id} was sealed before and is used again") == 1
    assert queue.live_workers() == []


@pytest.mark.heavy
def test_a_run_that_loses_two_workers_is_taken_over_and_comes_out_as_if_undisturbed(
    tmp_path: Path, queue: Queue
) -> None:
    job = asked(queue, LONG)
    with worker(tmp_path) as stopped:
        wait_for_parts(tmp_path, 2)
        os.killpg(stopped.pid, signal.SIGINT)  # a terminal sends it to the whole group
        code, _, errors = ended(stopped)
    assert code == 130
    assert errors.splitlines()[-1] == f"twin: {job.job_id}: submitted"
    back = queue.job(job.job_id)
    assert (back.state, back.attempt, queue.live_workers()) == (SUBMITTED, 0, [])
    with worker(tmp_path, "--lease", "1.5") as killed:
        wait_for(queue, job, lambda one: one.stage == "playing" and one.done > 10)
        killed.kill()
        killed.wait(60)
    lost = queue.job(job.job_id)
    assert (lost.state, lost.attempt) == (RUNNING, 1)
    time.sleep(max(0.0, lost.lease_until_s - time.time()))
    Lock(lock_file(tmp_path, job.run_id), wait=True).release()  # free soon: what played it ends with its worker
    with worker(tmp_path, "--once") as third:
        code, _, errors = ended(third)
    over = queue.job(job.job_id)
    assert (code, over.state, over.result, over.attempt) == (0, SEALED, job.run_id, 2)
    kept = int(errors.partition(" of 60 replicates were kept")[0].rpartition(" ")[2])
    assert kept > 10
    assert (
        main(["run", "annual-pilot", "--replicates", "60", "--seed", "4", "--store", f"{tmp_path}/own", "--json"]) == 0
    )
    ours, theirs = (open_store(place).open(job.run_id).manifest.sha256 for place in (tmp_path, tmp_path / "own"))
    assert ours == theirs


@pytest.mark.heavy
def test_cancelling_stops_one_request_and_harms_no_other(tmp_path: Path, queue: Queue) -> None:
    first, second = asked(queue, LONG), asked(queue, LONG, by="bob")
    with worker(tmp_path) as process:
        wait_for_parts(tmp_path, 2)
        assert queue.ask_cancel(first.job_id).state == RUNNING
        cancelled = wait_for(queue, first, lambda job: job.is_over)
        assert (cancelled.state, cancelled.result, cancelled.message) == (CANCELLED, "", "")
        assert not (tmp_path / first.run_id).exists()
        wait_for(queue, second, lambda job: job.stage == "playing" and job.done > 10)
        os.kill(player(tmp_path, second.run_id), signal.SIGKILL)  # as a system short of memory does
        assert wait_for(queue, second, lambda job: job.is_over).state == SEALED
        process.terminate()
        code, _, errors = ended(process)
    assert code == 0
    assert (queue.job(second.job_id).attempt, queue.job(second.job_id).result) == (2, first.run_id)
    assert (
        f"twin: {second.job_id}: submitted: the process that played it was killed by signal 9, perhaps for lack of "
        "memory; it is tried again\n"
    ) in errors


def test_a_run_that_somebody_plays_by_hand_waits_and_does_not_fail(tmp_path: Path, queue: Queue) -> None:
    job = asked(queue, SHORT)
    with open_store(tmp_path).begin(run_identity(SHORT)), worker(tmp_path) as process:
        waiting = wait_for(queue, job, lambda one: one.message != "")
        process.terminate()
        assert ended(process)[0] == 0
    assert (waiting.state, waiting.attempt) == (SUBMITTED, 0)
    assert waiting.ready_s > time.time() - 60.0
    assert waiting.message == (
        f"{tmp_path.name}/.{job.run_id}.lock: process {os.getpid()} is writing this run now; wait until it has "
        "finished, or stop it, and repeat"
    )


def test_an_idle_worker_ends_when_asked_to(tmp_path: Path, queue: Queue) -> None:
    with worker(tmp_path) as process:
        until_s = time.monotonic() + 60.0
        while not queue.live_workers() and time.monotonic() < until_s:
            time.sleep(0.02)
        (there,) = queue.live_workers()
        assert there.pid == process.pid
        process.send_signal(signal.SIGINT)
        assert ended(process) == (130, "", "")
    assert queue.live_workers() == []


def test_a_damaged_queue_ends_the_worker_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "jobs.sqlite").write_bytes(b"\0")
    assert main(["worker", "--once", "--store", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"twin: queue {tmp_path}/jobs.sqlite: the file is damaged or of another")


def test_a_worker_begins_a_queue_anew_whose_file_was_moved_away(
    tmp_path: Path, queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    working = Working(queue, tmp_path, "w", 1, 30.0, 0.1, True, [])
    (tmp_path / "jobs.sqlite").rename(tmp_path / "kept.sqlite")
    working.work()
    assert [one.worker for one in queue.live_workers()] == ["w"]
    assert "jobs.sqlite: its file was gone; an empty one was begun" in capsys.readouterr().err


def test_an_empty_queue_ends_a_worker_that_works_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "--once", "--json", "--store", str(tmp_path / "new")]) == 0
    assert json.loads(capsys.readouterr().out)["jobs"] == []


# --- one job, in this process -----------------------------------------------------------------------------------------


def said(store: Path, kind: str, request: Mapping[str, Any]) -> tuple[Said, list[tuple[str, int, int]]]:
    """Play a job here; return its last word and what was told on the way."""
    told: list[tuple[str, int, int]] = []
    word = outcome(Task(kind, request, store, 1), lambda stage, done, total: told.append((stage, done, total)))
    return word, told


def test_a_run_tells_each_stage_and_a_sealed_one_is_used_again(tmp_path: Path) -> None:
    run_id = run_identity(SHORT).run_id
    word, told = said(tmp_path, "run", SHORT)
    assert word == Said("sealed", run_id)
    assert told == [*(("playing", done, 3) for done in range(4)), ("sealing", 0, 0)]
    assert said(tmp_path, "run", SHORT) == (word, [])


def test_what_was_kept_counts_as_done(tmp_path: Path) -> None:
    with open_store(tmp_path).begin(run_identity(SHORT)) as writer:
        writer.parts.write(0, 0, run.Job(check_run_request(SHORT).to_json(), 1, "fixed").play(0, 0))
    assert said(tmp_path, "run", SHORT)[1][0] == ("playing", 1, 3)


def made_up(target: Path) -> int:
    """Write a package of one file."""
    begin_stage("writing")
    with building(target) as folder:
        (folder / "README.txt").write_text("made up\n")
    return 1


@pytest.mark.heavy
def test_studies_and_packages_are_made_once_and_named_after_what_they_are_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in real packages is tested with the verb that writes them."""
    monkeypatch.setattr(export, "write_review", lambda _run, _study, target: made_up(target))
    monkeypatch.setattr(supply_statement, "write_statement", lambda _study, target: made_up(target))
    run_id = said(tmp_path, "run", SHORT)[0].text
    request = {"run": run_id, "members": 1}
    study, told = said(tmp_path, "environment", request)
    assert study.what == "sealed"
    assert study.text.startswith(f"{run_id}-environment-")
    assert told == [("members", 0, 1), ("members", 1, 1), ("sealing", 0, 0)]
    package, told = said(tmp_path, "environmental-review", request)
    assert (package.what, told) == ("sealed", [("writing", 0, 0)])
    assert package.text.startswith(f"{run_id}-environmental-review-")
    assert said(tmp_path, "environmental-review", request) == (package, [])
    supply = {"run": run_id, "draws": 2, "no_scale_up": True}
    statement, told = said(tmp_path, "supply-statement", supply)
    assert (statement.what, told[-2:]) == ("sealed", [("sealing", 0, 0), ("writing", 0, 0)])
    assert {stage for stage, _, _ in told} == {"playing", "draws", "sealing", "writing"}
    assert {path.name for path in (tmp_path / "packages").iterdir()} == {package.text, statement.text}
    assert said(tmp_path, "supply", supply)[0].text.startswith(f"{run_id}-supply-")
    assert [row.run_id for row in open_store(tmp_path).runs() if not row.linked] == [run_id]


@pytest.mark.parametrize(
    ("kind", "request_", "message"),
    [
        ("environment", {"run": "calm-00000000"}, "run 'calm-00000000': store {store} holds no run yet; make one with"),
        ("supply", {"run": "calm-00000000"}, "run 'calm-00000000': store {store} holds no run yet; make one with"),
        (
            "run",
            {**SHORT, "sets": ['weather.record="secret.csv"']},
            "--set: key 'weather.record': it names a file; a request names no files: others could be read that way; ",
        ),
        ("supply", {"run": "calm"}, "request: key 'run': \"calm\" found; the whole id of a sealed run is needed; "),
    ],
)
def test_what_cannot_be_played_fails_with_one_line(
    tmp_path: Path, kind: str, request_: Mapping[str, Any], message: str
) -> None:
    word, told = said(tmp_path, kind, request_)
    assert (word.what, told) == ("failed", [])
    assert word.text.startswith(message.format(store=tmp_path.name))
    assert str(tmp_path) not in word.text


def test_a_request_to_stop_is_the_last_word(tmp_path: Path) -> None:
    def interrupt(_stage: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    assert outcome(Task("run", SHORT, tmp_path, 1), interrupt) == Said("stopped")
    assert open_store(tmp_path).runs() == []
