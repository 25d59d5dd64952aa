"""How long ensembles take, what workers save, that memory does not grow; run by 'make bench', on an idle machine."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops_data.store import open_store
from twin.operations.campaign import simulate
from twin.run import Job, identity
from twin.scenario import load_scenario

pytestmark = pytest.mark.benchmark


def wall_s(store: Path, *words: str) -> float:
    """Return the wall time of a whole command."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "twin", "run", *words, "--json", "--store", str(store)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["replicates"] > 0
    return time.perf_counter() - begin


def test_two_hundred_replicates_of_the_pilot_take_less_than_15_s(tmp_path: Path) -> None:
    wall_s(tmp_path / "first", "calm", "--replicates", "1")  # the kernel is compiled once per version
    taken_s = wall_s(tmp_path / "second", "pilot-2027", "--replicates", "200")
    print(f"\npilot-2027, 200 replicates: {taken_s:.1f} s")
    assert taken_s < 15.0


def test_a_hundred_decades_of_the_scaled_up_fleet_take_less_than_a_minute(tmp_path: Path) -> None:
    taken_s = wall_s(tmp_path, "scale-up-3500", "--replicates", "100", "--workers", "2")
    print(f"\nscale-up-3500, 100 replicates of ten years: {taken_s:.1f} s")
    assert taken_s < 60.0


def test_two_workers_are_at_least_1_8_times_as_fast_as_one(tmp_path: Path) -> None:
    best: dict[str, float] = {}
    for attempt in range(5):
        for workers in ("1", "2"):
            store = tmp_path / f"{attempt}-{workers}"
            taken_s = wall_s(store, "pilot-2027", "--replicates", "2500", "--workers", workers)
            best[workers] = min(taken_s, best.get(workers, taken_s))
    print(f"\npilot-2027, 2,500 replicates: {best['1']:.1f} s by one, {best['2']:.1f} s by two workers")
    assert best["1"] >= 20.0
    assert best["1"] / best["2"] >= 1.8


def test_keeping_a_replicate_costs_little_beside_playing_it(tmp_path: Path) -> None:
    scenario = load_scenario("pilot-2027")
    job = Job(scenario.to_json(), 1, "drawn")
    job.play(0, 0)
    with open_store(tmp_path).begin(identity(scenario, 1, 101, "drawn")) as writer:
        begin = time.perf_counter()
        for replicate in range(1, 101):
            simulate(scenario, 1, replicate)
        between = time.perf_counter()
        for first in range(1, 101, 10):
            writer.parts.write(first, first + 9, job.play(first, first + 9))
        end = time.perf_counter()
    played_ms, kept_ms = (between - begin) * 10.0, (end - between) * 10.0
    print(f"\none replicate: {played_ms:.1f} ms played, {kept_ms:.1f} ms played, evaluated and written")
    assert kept_ms < 1.5 * played_ms


def test_a_thousand_replicates_in_one_process_add_less_than_20_mb(tmp_path: Path) -> None:
    scenario = load_scenario("pilot-2027")
    job = Job(scenario.to_json(), 1, "drawn")
    with open_store(tmp_path).begin(identity(scenario, 1, 1_200, "drawn")) as writer:
        for first in range(0, 1_200, 10):
            if first == 200:
                before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            writer.parts.write(first, first + 9, job.play(first, first + 9))
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) / 1024.0
    print(f"\n1,000 more replicates: peak memory {grown_mb:+.1f} MB")
    assert grown_mb < 20.0
