"""What plays one job: a process of its own, started by ``twin worker``, that tells through a pipe how it goes."""

import os
import signal
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection, parent_process
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, Literal

from ops_data.errors import StoreError, TwinError, UnknownNameError

if TYPE_CHECKING:
    from ops_data.artefacts import Artefact
    from ops_data.sealed import Run
    from ops_data.store import Store

TELL_EVERY_S: Final = 0.2


@dataclass(frozen=True)
class Task:
    """What the process needs: the job's kind and request, the folder of the store, how many processes may play."""

    kind: str
    request: Mapping[str, Any]
    store: Path
    workers: int


@dataclass(frozen=True)
class Said:
    """What the process says: how far it is or, as its last word, what came of the job.

    Attributes
    ----------
    what : ``progress``, or the last word: ``sealed``, ``failed``, ``busy`` (another process makes the same) or
        ``stopped`` (it was asked to).
    text : stage, result or message.
    done, total : units of the stage.
    """

    what: Literal["progress", "sealed", "failed", "busy", "stopped"]
    text: str = ""
    done: int = 0
    total: int = 0


@dataclass
class Teller:
    """Tells progress through a pipe: each new stage, each end, and now and then in between."""

    pipe: connection.Connection
    stage: str = ""
    told_s: float = field(default_factory=monotonic)

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Tell how far a stage is."""
        if stage == self.stage and done < total and monotonic() - self.told_s < TELL_EVERY_S:
            return
        self.stage, self.told_s = stage, monotonic()
        self.pipe.send(Said("progress", stage, done, total))


def play_job(pipe: connection.Connection, task: Task) -> None:
    """Play a job; the body of the process."""
    _end_with_parent()
    signal.signal(signal.SIGTERM, _interrupt)
    said = outcome(task, Teller(pipe))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pipe.send(said)


def outcome(task: Task, listener: Callable[[str, int, int], None]) -> Said:
    """Play a job and return the last word about it.

    Parameters
    ----------
    task : the job.
    listener : takes stage, units done, units in all.
    """
    from twin.commands.progress import told_to

    try:
        with told_to(listener):
            result = _result(task)
    except KeyboardInterrupt:
        return Said("stopped")
    except TwinError as error:
        taken = isinstance(error.__cause__, BlockingIOError)  # the lock of a run, a study or a package
        return Said("busy" if taken else "failed", _without_machine(str(error), task.store))
    except OSError as error:
        place = error.filename or "input or output"
        line = f"{place}: {error.strerror or error}; mend that and submit it again"
        return Said("failed", _without_machine(line, task.store))
    return Said("stopped") if result is None else Said("sealed", result)


def _result(task: Task) -> str | None:
    """Return the name of what was made; None when a stop was asked for."""
    from ops_data.store import open_store
    from twin.commands.output import tell_warnings
    from twin.request_rules import check_request

    tell_warnings()
    request = check_request(task.kind, task.request).request
    return _PLAYERS[task.kind](open_store(task.store, create=True), request, task.workers)


def _run(store: "Store", request: Mapping[str, Any], workers: int) -> str | None:
    from twin.commands.run import Playing, sealed_run
    from twin.request_rules import check_run_request

    how = Playing(request["seed"], request["replicates"], request["parameters"], workers, quiet=True)
    sealed = sealed_run(store, check_run_request(request), how)
    return None if sealed is None else sealed.run_id


def _environment(store: "Store", request: Mapping[str, Any], workers: int) -> str | None:
    study = _environment_study(store, _asked(store, request), request, workers)
    return None if study is None else study.artefact_id


def _supply(store: "Store", request: Mapping[str, Any], workers: int) -> str | None:
    study = _supply_study(store, request, workers)
    return None if study is None else study.artefact_id


def _review(store: "Store", request: Mapping[str, Any], workers: int) -> str | None:
    from twin.commands.export import write_review

    run = _asked(store, request)
    study = _environment_study(store, run, request, workers)
    if study is None:
        return None
    return _package(store, study, "environmental-review", lambda target: write_review(run, study, target))


def _statement(store: "Store", request: Mapping[str, Any], workers: int) -> str | None:
    from twin.commands.supply_statement import viewed, write_statement

    study = _supply_study(store, request, workers)
    if study is None:
        return None
    return _package(store, study, "supply-statement", lambda target: write_statement(viewed(store, study), target))


def _environment_study(store: "Store", run: "Run", request: Mapping[str, Any], workers: int) -> "Artefact | None":
    from twin.commands.environment_made import study_of

    return study_of(store.folder, run, request["sets"], request["members"], workers, quiet=True)


def _supply_study(store: "Store", request: Mapping[str, Any], workers: int) -> "Artefact | None":
    from twin.commands.supply_made import supply_study

    run = _asked(store, request)
    options = Namespace(
        run=run.run_id,
        sets=request["sets"],
        case=None,
        tables=None,
        customs=None,
        draws=request["draws"],
        no_scale_up=request["no_scale_up"],
        workers=workers,
        json=True,
    )
    return supply_study(options, store)


def _asked(store: "Store", request: Mapping[str, Any]) -> "Run":
    """Return the run a request names by its whole id."""
    run = store.open(request["run"])
    if run.run_id != request["run"]:
        raise UnknownNameError(f"run '{request['run']}': not in the store; take its id from the list of runs")
    return run


def _package(store: "Store", study: "Artefact", kind: str, write: Callable[[Path], int]) -> str:
    """Return the name of the package of a study, written now if it is not there; same inputs, same name."""
    from ops_data.artefacts import PACKAGES
    from ops_data.export.package import MANIFEST
    from ops_data.export.software import installed
    from ops_data.manifest import json_sha256

    name = f"{study.identity.run_id}-{kind}-{json_sha256([study.artefact_id, installed()])[:8]}"
    target = store.folder / PACKAGES / name
    if not (target / MANIFEST).is_file():
        try:
            write(target)
        except StoreError:
            if not (target / MANIFEST).is_file():  # another process has not just written it either
                raise
    return name


_PLAYERS: Final[Mapping[str, Callable[["Store", Mapping[str, Any], int], str | None]]] = {
    "run": _run,
    "environment": _environment,
    "supply": _supply,
    "environmental-review": _review,
    "supply-statement": _statement,
}


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while the process is started: it inherits that, and is stopped by its worker alone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    """End at once when the worker has ended, however it did: its lease runs out and another may take the job over."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _without_machine(line: str, store: Path) -> str:
    """Return a message on one line that names the store by its last folder only: pages show it."""
    return " ".join(line.replace(str(store.absolute()), store.absolute().name).split())
