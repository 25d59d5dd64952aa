"""Made-up readings for the tests, and the processes that are killed or raced while they seal them.

Run as ``python -m tests.ops_data.made_up_readings MODE STORE`` by the tests.
"""

import importlib
import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from ops_data.columns import TableData
from ops_data.readings import open_readings, seal_day
from tests.ops_data.made_up_runs import Changes

DAY = date(2027, 1, 5)
BEGIN = int(datetime(2027, 1, 5, tzinfo=UTC).timestamp())
DAY_S = 86_400
TAGS = ("riser.pressure", "pump.current", "deck.flow")


def rows_of(
    tags: Sequence[str],
    times: Sequence[int],
    values: Sequence[float],
    quality: Sequence[str] = (),
    source: str = "scada",
) -> TableData:
    """Return rows of the table of readings, received five seconds later, numbered as they come."""
    return {
        "source": [source] * len(times),
        "tag": list(tags),
        "time_utc": np.array(times, dtype=np.int64),
        "value": np.array(values, dtype=np.float64),
        "quality": list(quality) or ["good"] * len(times),
        "received_utc": np.array(times, dtype=np.int64) + 5,
        "seq": np.arange(len(times)),
    }


def one_tag(times: Sequence[int], values: Sequence[float], quality: Sequence[str] = ()) -> TableData:
    """Return readings of one tag."""
    return rows_of(["riser.pressure"] * len(times), times, values, quality)


def day_of(version: int) -> TableData:
    """Return a day of three tags every 20 seconds, each of whose values is the number of the version."""
    times = np.tile(np.arange(BEGIN, BEGIN + DAY_S, 20), len(TAGS))
    tags = np.repeat(TAGS, len(times) // len(TAGS)).tolist()
    return rows_of(tags, times.tolist(), [float(version)] * len(times))


def values_of(store: Path, tag: str = TAGS[0]) -> set[float]:
    """Return the distinct values of a tag in a store of such days, after counting its readings."""
    readings = open_readings(store)
    if readings is None:
        return set()
    found = readings.series(tag, BEGIN, BEGIN + DAY_S)
    assert found.rows == DAY_S // 20
    return set(found.value.tolist())


def kill_at_every_step(base: Path) -> None:
    """Kill a process at each change it makes to the disk while it seals a second version in ``base/<number>``."""
    importlib.import_module("pandas")  # once, before the forks; pyarrow asks for it at its first array
    first = base / "first"
    seal_day(first, DAY, day_of(1))
    for number in itertools.count(1):
        store = base / f"{number:03d}"
        shutil.copytree(first, store)
        child = os.fork()
        if child == 0:
            Changes(number)
            seal_day(store, DAY, day_of(2))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            return
        if os.WTERMSIG(status) != signal.SIGKILL:
            raise SystemExit(f"step {number} ended with signal {os.WTERMSIG(status)}")


def seal_for_ever(store: Path) -> None:
    """Seal one version after the other; say each one before it is begun and once it is sealed."""
    for version in itertools.count(1):
        print("begun", version, flush=True)
        seal_day(store, DAY, day_of(version))
        print("sealed", version, flush=True)


def seal_days(store: Path, first: int) -> None:
    """Seal every other one of forty days, a reading each."""
    for number in range(first, 40, 2):
        begin = BEGIN + number * DAY_S
        seal_day(store, DAY + timedelta(days=number), one_tag([begin], [float(number)]))


def seal_when_told(store: Path, first: int) -> None:
    """Say that this process is ready, and seal once a line has come."""
    print("ready", flush=True)
    sys.stdin.readline()
    seal_days(store, first)


def ask_in_a_fork(store: Path) -> None:
    """Ask once here, once in a forked child; both print what they found."""
    print(*values_of(store), flush=True)
    if os.fork() == 0:
        print(*values_of(store), flush=True)
        os._exit(0)
    os.wait()


def main(mode: str, folder: str) -> None:
    """Play the part that a test asks for."""
    parts: dict[str, Callable[[Path], None]] = {
        "kill": kill_at_every_step,
        "for_ever": seal_for_ever,
        "even": lambda store: seal_when_told(store, 0),
        "odd": lambda store: seal_when_told(store, 1),
        "fork": ask_in_a_fork,
    }
    parts[mode](Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
