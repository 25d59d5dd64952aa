"""Made-up files of readings for the tests, and the processes that are killed or raced while they ingest them.

Run as ``python -m tests.ops_data.ingest.made_up_files MODE FOLDER [NUMBER]`` by the tests.
"""

import importlib
import itertools
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ops_data.ingest import layout, text_lines
from ops_data.ingest.buffer import closing, open_buffer
from ops_data.ingest.ingesting import FileReport, Setting, ingest_file
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.sealing import all_readings, seal_days
from ops_data.reference.sensor_rows import Sensor, sensors
from tests.ops_data.made_up_runs import Changes

BEGIN = int(datetime(2027, 1, 5, tzinfo=UTC).timestamp())
DAY_S = 86_400
RECEIVED = BEGIN + DAY_S
LATER = BEGIN + 4 * DAY_S
FLOW, PRESSURE, HS = "chikyu.lift.flow", "chikyu.lift.pressure", "site.sea.hs"
TAGS = (FLOW, PRESSURE, HS)

Row = tuple[str, str, int, int, float, str]  # source, tag, time_utc, seq, value, quality
Said = tuple[str, int, float]  # tag, time_utc, value


def iso(time_utc: int) -> str:
    """Return a time as ISO 8601 writes it."""
    return datetime.fromtimestamp(time_utc, UTC).isoformat().replace("+00:00", "Z")


def write_csv(path: Path, rows: Iterable[Said]) -> Path:
    """Write readings in the units of the register, one a row."""
    units = {tag: one.unit for tag, one in sensors().items()}
    lines = [f"{tag},{iso(at)},{value!r},{units.get(tag, '')}\n" for tag, at, value in rows]
    path.write_text("tag,time,value,unit\n" + "".join(lines))
    return path


def ingested(
    store: Path,
    *paths: Path,
    mapping: Mapping_ | None = None,
    received_utc: int = RECEIVED,
    register: Mapping[str, Sensor] | None = None,
) -> list[FileReport]:
    """Ingest files of one source, ``scada``, and return their reports."""
    setting = Setting(mapping or Mapping_(source="scada"), register or sensors(), received_utc)
    with closing(open_buffer(store)) as buffer:
        return [ingest_file(buffer, path, setting) for path in paths]


def rows_in(
    store: Path,
    as_of_utc: int | None = None,
    tags: Sequence[str] | None = None,
    begin_utc: int = 0,
    end_utc: int = 1 << 40,
) -> list[Row]:
    """Return every reading of a store, sealed or not."""
    table = all_readings(store, tags, begin_utc, end_utc, as_of_utc)
    columns = [table.column(name).to_pylist() for name in ("source", "tag", "time_utc", "seq", "value", "quality")]
    return list(zip(*columns, strict=True))


def night(number: int, rows: int = 6_000) -> list[Said]:
    """Return the readings of a night: two sensors every 20 seconds, then some that lie a day back."""
    step = range(rows // 2)
    return [
        (tag, BEGIN + number * DAY_S + 20 * at - (DAY_S if at % 10 == 9 else 0), float((at * 7 + number) % 90))
        for at in step
        for tag in (FLOW, PRESSURE)
    ]


def write_nights(folder: Path) -> list[Path]:
    """Write three nights into a folder; they are there already for all but the first who asks."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number}.csv" for number in range(3)]
    for number, path in enumerate(paths):
        if not path.exists():
            write_csv(path, night(number))
    return paths


def expected_rows() -> list[tuple[str, int, float]]:
    """Return tag, time and value of each reading of the three nights, once."""
    return sorted({row for number in range(3) for row in night(number)})


def small_chunks() -> None:
    """Make chunks small, so that there are many moments between two of them."""
    setattr(layout, "CHUNK_ROWS", 500)  # noqa: B010 - a constant, which mypy holds to be one
    setattr(text_lines, "BLOCK_BYTES", 1 << 14)  # noqa: B010


def play(store: Path, paths: Sequence[Path], said: Callable[[str], None]) -> None:
    """Ingest the nights and seal after each, saying what is acknowledged."""
    setting = Setting(Mapping_(source="scada"), sensors(), LATER)
    for path in paths:
        with closing(open_buffer(store)) as buffer:

            def heard(rows: int, name: str = path.name) -> None:
                said(f"{name} {rows}\n")

            ingest_file(buffer, path, setting, heard)
        seal_days(store, LATER, sensors())


def acknowledged(path: Path) -> set[Said]:
    """Return the readings that were acknowledged, from the notes of a player that was killed."""
    most: dict[str, int] = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        name, rows = line.split()
        most[name] = int(rows)
    return {row for name, rows in most.items() for row in night(int(name.removesuffix(".csv")))[:rows]}


def check(store: Path, notes: Path, paths: Sequence[Path]) -> None:
    """Raise AssertionError unless every acknowledged reading is there once, and all are once the work is done."""
    found = [(tag, at, value) for _, tag, at, _, value, _ in rows_in(store)]
    assert len(found) == len(set(found)), "a reading is there twice"
    assert acknowledged(notes) <= set(found), "an acknowledged reading is lost"
    play(store, paths, lambda _: None)
    found = [(tag, at, value) for _, tag, at, _, value, _ in rows_in(store)]
    assert sorted(found) == expected_rows(), "the finished store differs"


def in_a_child(work: Callable[[], None], killed_after_s: float | None = None) -> int:
    """Do some work in a forked process, killed after a while if that is said; return how it ended."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if killed_after_s is not None:
        time.sleep(killed_after_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def kill_at_random(folder: Path, moments: int) -> None:
    """Kill a player at random moments, a store each, and check what it leaves."""
    for name in ("pandas", "pyarrow.parquet", "pyarrow.csv", "ops_data.ingest.csv_files"):
        importlib.import_module(name)  # once, before the forks
    small_chunks()
    paths = write_nights(folder / "files")
    begin = time.monotonic()
    assert in_a_child(lambda: play(folder / "whole", paths, lambda _: None)) == 0
    taken_s = time.monotonic() - begin
    luck = random.Random(moments)
    for number in range(moments):
        store, notes = folder / f"{number:02d}", folder / f"{number:02d}.txt"
        with notes.open("ab", buffering=0) as file:
            in_a_child(partial(play, store, paths, partial(note, file.fileno())), luck.uniform(0.0, taken_s))
        if in_a_child(partial(check, store, notes, paths)) != 0:
            raise SystemExit(f"store {number} is not as it must be; its notes end with {notes.read_text()[-40:]!r}")
        shutil.rmtree(store)
    print("checked", moments, flush=True)


def note(number: int, line: str) -> None:
    """Write a line to a file so that it outlives this process."""
    os.write(number, line.encode())


def kill_sealing(folder: Path) -> None:
    """Kill a process at each change it makes to the disk while it seals, a store each, and check what it leaves."""
    for name in ("pandas", "pyarrow.parquet", "pyarrow.csv", "ops_data.ingest.csv_files"):
        importlib.import_module(name)
    paths = write_nights(folder / "files")
    assert in_a_child(lambda: _ingest_only(folder / "first", paths)) == 0
    notes = folder / "notes.txt"
    notes.write_text("".join(f"{path.name} 6000\n" for path in paths))
    for number in itertools.count(1):
        store = folder / f"{number:03d}"
        shutil.copytree(folder / "first", store)
        ended = in_a_child(partial(_seal_until, store, number))
        if in_a_child(partial(check, store, notes, paths)) != 0:
            raise SystemExit(f"killed at change {number}: the store is not as it must be")
        if ended != -signal.SIGKILL:
            print("checked", number, flush=True)
            raise SystemExit(ended)


def _ingest_only(store: Path, paths: Sequence[Path]) -> None:
    ingested(store, *paths)


def _seal_until(store: Path, number: int) -> None:
    Changes(number)
    seal_days(store, LATER, sensors())


def ingest_when_told(folder: Path, number: int) -> None:
    """Say that this process is ready, and ingest and seal the nights once a line has come, in one order or another."""
    small_chunks()
    paths = write_nights(folder / "files")
    print("ready", flush=True)
    sys.stdin.readline()
    play(folder / "store", paths if number else paths[::-1], lambda _: None)


def main(mode: str, folder: str, number: str = "0") -> None:
    """Play the part that a test asks for."""
    parts: dict[str, Callable[[Path, int], None]] = {
        "kill": kill_at_random,
        "kill_sealing": lambda path, _: kill_sealing(path),
        "race": ingest_when_told,
    }
    parts[mode](Path(folder), int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
