"""A day of readings is seen whole or not at all, whoever is killed and whenever.

Truth: derived; every value of a version is the number of the version.
"""

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

from ops_data.readings import open_readings, seal_day
from tests.ops_data.made_up_readings import BEGIN, DAY, DAY_S, TAGS, day_of, seal_days, values_of


def player(root: Path, mode: str, folder: Path) -> subprocess.Popen[str]:
    """Start a real process that plays a part of `made_up_readings`."""
    command = [sys.executable, "-m", "tests.ops_data.made_up_readings", mode, str(folder)]
    return subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def drawn(store: Path, days: int) -> list[float]:
    """Return the values of the first tag."""
    readings = open_readings(store)
    assert readings is not None
    found = readings.series(TAGS[0], BEGIN, BEGIN + days * DAY_S).value
    return [value for value in found.tolist() if value == value]


def test_a_sealing_killed_at_any_change_to_the_disk_leaves_the_old_day_or_the_new_one(
    root: Path, tmp_path: Path
) -> None:
    killer = player(root, "kill", tmp_path)
    killer.communicate(timeout=300)
    assert killer.returncode == 0
    stores = sorted(path for path in tmp_path.iterdir() if path.name != "first")
    assert len(stores) > 10
    seen = [values_of(store) for store in stores]
    assert set(map(frozenset, seen)) == {frozenset({1.0}), frozenset({2.0})}
    assert seen == sorted(seen)  # once the new day is seen it stays
    for store in stores:
        seal_day(store, DAY, day_of(3))
        assert values_of(store) == {3.0}, store.name
        assert not list((store / "readings").glob("*.tmp")), store.name


def test_a_writer_killed_at_random_moments_loses_nothing_it_said_was_sealed(root: Path, tmp_path: Path) -> None:
    luck = random.Random(7)
    for number in range(6):
        store = tmp_path / str(number)
        writer = player(root, "for_ever", store)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(luck.uniform(0.0, 0.5))
        writer.kill()
        told = [line.split() for line in writer.communicate(timeout=60)[0].splitlines()]
        sealed = max((int(version) for word, version in told if word == "sealed"), default=0)
        found = values_of(store)
        assert found in ({float(sealed)}, {float(sealed + 1)}) or (sealed == 0 and found == set())


def test_who_reads_while_versions_are_sealed_sees_one_version_at_a_time_and_never_an_older_one(
    root: Path, tmp_path: Path
) -> None:
    writer = player(root, "for_ever", tmp_path)
    seen: list[float] = []
    try:
        while len(set(seen)) < 5:
            values = values_of(tmp_path, TAGS[len(seen) % len(TAGS)])
            assert len(values) <= 1
            seen += values
    finally:
        writer.kill()
        writer.communicate(timeout=60)
    assert seen == sorted(seen)


def test_days_that_two_processes_seal_at_once_are_all_there(root: Path, tmp_path: Path) -> None:
    sealers = [player(root, mode, tmp_path) for mode in ("even", "odd")]
    for sealer in sealers:
        assert sealer.stdout is not None
        assert sealer.stdout.readline() == "ready\n"
    for sealer in sealers:
        assert sealer.stdin is not None
        sealer.stdin.write("\n")
        sealer.stdin.flush()
    for sealer in sealers:
        sealer.communicate(timeout=120)
        assert sealer.returncode == 0
    assert drawn(tmp_path, 40) == [float(number) for number in range(40)]


def test_days_that_threads_seal_at_once_are_all_there(tmp_path: Path) -> None:
    threads = [threading.Thread(target=seal_days, args=(tmp_path, first)) for first in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert drawn(tmp_path, 40) == [float(number) for number in range(40)]


def test_a_forked_process_asks_with_an_engine_of_its_own(root: Path, tmp_path: Path) -> None:
    seal_day(tmp_path, DAY, day_of(1))
    asked = player(root, "fork", tmp_path)
    assert asked.communicate(timeout=60)[0].split() == ["1.0", "1.0"]
    assert asked.returncode == 0
