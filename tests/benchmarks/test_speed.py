"""Speed as ratios within one run (machines are noisy); best of interleaved rounds. Run with `make bench`."""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ops_data.columns import Coded, TableData
from ops_data.tables import to_arrow, write_parquet
from ops_data.units import GRAMS_PER_TONNE
from tests.benchmarks import cyclic_lift, plain_simpy
from twin.operations import codes as c
from twin.operations import stretch
from twin.operations.engine import compiled_play
from twin.operations.program import Ints

pytestmark = pytest.mark.benchmark
ROUNDS = 9


def best(*jobs: Callable[[], object]) -> list[float]:
    """Return the shortest wall time of each job over interleaved rounds [s]."""
    times = [float("inf")] * len(jobs)
    for _ in range(ROUNDS):
        for i, job in enumerate(jobs):
            start = time.perf_counter()
            job()
            times[i] = min(times[i], time.perf_counter() - start)
    return times


def test_the_compiled_kernel_beats_plain_simpy_eight_times_and_the_interpreted_one_is_never_slower() -> None:
    sea = cyclic_lift.tables()
    luck = cyclic_lift.draws(1, 0)
    ready, windows = cyclic_lift.prepare(sea, luck), cyclic_lift.plain_windows(sea)
    lives, repairs = luck.life_s.tolist(), luck.repair_s.tolist()
    compiled = compiled_play()
    cyclic_lift.run(ready, compiled, True)
    plain_s, compiled_s, interpreted_s = best(
        lambda: plain_simpy.run(windows, lives, repairs, sea.hours * 3_600),
        lambda: cyclic_lift.run(ready, compiled, True),
        lambda: cyclic_lift.run(ready, stretch.play, False),
    )
    print(f"\ncyclic lift campaign, 20 years, full log: plain SimPy {1e3 * plain_s:.1f} ms, "
          f"compiled {1e3 * compiled_s:.1f} ms = {plain_s / compiled_s:.1f}x, "
          f"interpreted {1e3 * interpreted_s:.1f} ms = {plain_s / interpreted_s:.2f}x")  # fmt: skip
    assert plain_s / compiled_s >= 8.0
    assert plain_s / interpreted_s >= 1.0


def test_end_to_end_with_tables_and_draws() -> None:
    def everything() -> None:
        sea = cyclic_lift.tables()
        cyclic_lift.run(cyclic_lift.prepare(sea, cyclic_lift.draws(1, 0)), compiled_play(), True)

    everything()
    (seconds,) = best(everything)
    print(f"\ncyclic lift campaign end to end (limit tables, draws, program, run): {1e3 * seconds:.1f} ms")
    assert seconds < 1.0


def log_columns(log: dict[str, Ints]) -> TableData:
    """Return an interval log as the columns of the table."""
    code, start, end, hole, dry_g, over_s = np.ascontiguousarray(np.concatenate(list(log.values())).T)
    code, none = code.astype(np.int32), np.zeros(len(start), np.int32)
    return {
        "replicate": none,
        "asset": Coded(np.repeat(np.arange(len(log), dtype=np.int32), [len(r) for r in log.values()]), tuple(log)),
        "activity": Coded(code & (c.STATE_UNIT - 1), c.ACTIVITIES),
        "state": Coded((code >> 8) & 15, c.STATES),
        "cause": Coded(code >> 12, c.CAUSES),
        "hole": hole.astype(np.int32),
        "batch_id": none,
        "dry_t": dry_g * (1.0 / GRAMS_PER_TONNE),
        "start_utc": start,
        "duration_s": (end - start).astype(np.int32),
        "over_limit_s": over_s.astype(np.int32),
    }


def test_the_parquet_log_takes_eight_bytes_a_row_and_no_more_time_than_the_run() -> None:
    """The file lies in memory where there is such a folder: what a disk takes to make it durable is not the log's."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    sea = cyclic_lift.tables()
    ready, compiled = cyclic_lift.prepare(sea, cyclic_lift.draws(1, 0)), compiled_play()
    log = cyclic_lift.run(ready, compiled, True)
    path = folder / "intervals.parquet"

    def write() -> None:
        write_parquet(path, "intervals", [to_arrow("intervals", log_columns(log))])

    run_s, write_s = best(lambda: cyclic_lift.run(ready, compiled, True), write)
    rows = sum(len(r) for r in log.values())
    each = path.stat().st_size / rows
    shutil.rmtree(folder)
    print(f"\nlog of {rows} rows: {each:.2f} bytes a row; run {1e3 * run_s:.1f} ms, Parquet {1e3 * write_s:.1f} ms")
    assert each <= 8.0
    assert write_s <= run_s
