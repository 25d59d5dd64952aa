"""Made-up runs for the tests of the store, and the processes that are stopped, starved or killed while making them.

Run as ``python -m tests.ops_data.made_up_runs MODE STORE [NUMBER]`` by the tests.
"""

import importlib
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ops_data.columns import Coded, TableData
from ops_data.errors import TwinError
from ops_data.manifest import RunIdentity, json_sha256
from ops_data.schemas import CAUSES, STATES
from ops_data.sealed import Run
from ops_data.store import open_store
from ops_data.writer import RunWriter

SCENARIO = {"name": "pilot-2027", "title": "パイロット", "tool": {"bore_m": 3.0}}
PARTS = ((0, 1), (2, 4), (5, 5))
LAST = 5
ACTIVITIES = ("shift", "insert", "disaggregate", "lift", "offload", "run_string", "repair", "relocate")
START_UTC = 1_798_761_600


def identity(seed: int = 7, last_replicate: int = LAST, scenario: str = "pilot-2027") -> RunIdentity:
    """Return the identity of the made-up run."""
    return RunIdentity(
        scenario=scenario,
        scenario_sha256=json_sha256(SCENARIO),
        seed=seed,
        first_replicate=0,
        last_replicate=last_replicate,
        parameters="drawn",
        detail="intervals",
        mass_basis="wet",
        code_version="0.1.0",
    )


def interval_log(rows: int, replicate: int = 0) -> dict[str, NDArray[Any] | Coded]:
    """Return a realistic log: cycles of four activities, one row in twelve other, random seconds and masses."""
    random = np.random.default_rng(replicate)
    other = random.random(rows) < 1 / 12
    activity = np.where(other, random.integers(4, 8, rows), np.arange(rows) % 4)
    duration_s = (random.triangular(0.5, 1.0, 2.5, rows) * 3600).astype(np.int32)
    lifted_g = random.integers(9_000_000, 11_700_000, rows)
    batch_id = np.cumsum(activity == 0).astype(np.int32)
    return {
        "replicate": np.full(rows, replicate, dtype=np.int32),
        "asset": Coded(np.zeros(rows, dtype=np.int8), ("chikyu",)),
        "activity": Coded(activity, ACTIVITIES),
        "state": Coded(other.astype(np.int8), tuple(STATES)),
        "cause": Coded(np.where(other, random.integers(1, 5, rows), 0), tuple(CAUSES)),
        "hole": batch_id // 12,
        "batch_id": batch_id,
        "dry_t": np.where(activity == 3, lifted_g / 1e6, 0.0),
        "start_utc": START_UTC + np.cumsum(duration_s, dtype=np.int64) - duration_s,
        "duration_s": duration_s,
        "over_limit_s": np.zeros(rows, dtype=np.int32),
    }


def replicate_rows(replicate: int) -> int:
    """Return how many intervals a replicate has; the third has none."""
    return 0 if replicate == 2 else 40 + 13 * replicate


def part_tables(first: int, last: int) -> dict[str, TableData]:
    """Return the tables of some replicates; the codes of text columns differ from part to part, the words do not."""
    logs = [interval_log(replicate_rows(number), number) for number in range(first, last + 1)]
    turned = ACTIVITIES[first % 8 :] + ACTIVITIES[: first % 8]
    joined: dict[str, NDArray[Any] | Coded] = {}
    for name, column in logs[0].items():
        if isinstance(column, Coded):
            names = turned if name == "activity" else column.names
            words = [word for log in logs for word in words_of(log[name])]
            joined[name] = Coded(np.array([names.index(word) for word in words], dtype=np.int16), names)
        else:
            joined[name] = np.concatenate([np.asarray(log[name]) for log in logs])
    numbers = np.repeat(np.arange(first, last + 1), 2)
    daily: TableData = {
        "replicate": numbers,
        "date": Coded(np.arange(len(numbers)) % 2, ("2027-01-01", "2027-01-02")),
        "name": Coded(np.zeros(len(numbers), dtype=np.int8), ("lifted_dry_t",)),
        "value": numbers * 1.5,
    }
    return {"intervals": joined, "daily": daily}


def words_of(column: NDArray[Any] | Coded) -> list[str]:
    """Return the words of a coded column."""
    assert isinstance(column, Coded)
    return column.words()


INDICATORS: dict[str, TableData] = {
    "indicators": {
        "name": ["lifted_dry_t", "lost_d"],
        "item": ["", "storm"],
        "period": ["", ""],
        "value": [1200.0, 4.5],
        "low": [900.0, 1.0],
        "high": [1500.0, 9.0],
        "unit": ["t", "d"],
    }
}


def seal(writer: RunWriter) -> Run:
    """Seal the made-up run."""
    return writer.seal(SCENARIO, INDICATORS, wall_s=1.25)


def make(folder: Path, parts: tuple[tuple[int, int], ...] = PARTS, done: Callable[[int], None] = lambda _: None) -> Run:
    """Make and seal the made-up run in a store, in the given parts; go on where an earlier attempt was cut."""
    with open_store(folder, create=True).begin(identity()) as writer:
        missing = writer.missing()
        for first, last in parts:
            if set(range(first, last + 1)) & set(missing):
                writer.parts.write(first, last, part_tables(first, last))
                done(last)
        return seal(writer)


CHANGES = ("write", "fsync", "rename", "replace", "unlink", "rmdir", "mkdir")


class Changes:
    """Counts every change a process makes to the disk, and kills it in the middle of the chosen one (0: none)."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.seen: list[str] = []
        self.write = os.write
        for name in CHANGES:
            setattr(os, name, self._watched(name, getattr(os, name)))

    def _watched(self, name: str, change: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            self.seen.append(name)
            if len(self.seen) == self.fatal:
                if name == "write":
                    change(given[0], given[1][: len(given[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*given, **named)

        return watched


def run_killed(store: Path, fatal: int, told: int) -> list[str]:
    """Make the run in ``store`` until the fatal change; write each finished part's last replicate to ``told``."""
    changes = Changes(fatal)

    def done(last: int) -> None:
        changes.write(told, f"{last}\n".encode())

    make(store, done=done)
    return changes.seen


def kill_at_every_step(base: Path) -> None:
    """Kill a process at each change (of the writes, at each fifteenth); keep what it leaves in ``base/<number>``."""
    importlib.import_module("pandas")  # once, before the forks; pyarrow asks for it at its first array
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, " ".join(run_killed(base / "undisturbed", 0, os.open(os.devnull, os.O_WRONLY))).encode())
        os._exit(0)
    os.wait()
    steps = os.read(reader, 1 << 16).decode().split()
    for number, step in enumerate(steps, start=1):
        if step == "write" and number % 15:
            continue
        store = base / f"{number:04d}"
        store.mkdir()
        told = os.open(base / f"{number:04d}.done", os.O_WRONLY | os.O_CREAT)
        if os.fork() == 0:
            run_killed(store, number, told)
            os._exit(0)
        _, status = os.wait()
        os.close(told)
        if os.WTERMSIG(status) != signal.SIGKILL:
            raise SystemExit(f"step {number} of {len(steps)} ({step}) was not reached")


def main(mode: str, folder: str, *rest: str) -> None:
    """Play the part that a test asks for; an error of the project is printed as its one line."""
    if mode == "kill":
        return kill_at_every_step(Path(folder))
    if mode == "unprivileged" and os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        if mode == "hold":
            with open_store(folder, create=True).begin(identity()):
                worker = os.fork()  # as ensemble workers are; it lives on when its parent is killed
                if worker != 0:
                    print(os.getpid(), flush=True)
                sys.stdin.read()
                if worker == 0:
                    os._exit(0)
        elif mode == "starve":
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(rest[0]), int(rest[0])))
            make(Path(folder))
        else:
            open_store(folder, create=True)
    except TwinError as error:
        print(error)
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
