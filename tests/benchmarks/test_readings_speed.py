"""How long sealed readings take to write and to ask; run by 'make bench'. Times are printed, not asserted."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from ops_data.columns import Coded, TableData
from ops_data.readings import open_readings, seal_day
from ops_data.tables import to_arrow

pytestmark = pytest.mark.benchmark

FIRST = date(2027, 1, 5)
BEGIN = int(datetime(2027, 1, 5, tzinfo=UTC).timestamp())
DAY_S, STEP_S, DAYS, TAGS = 86_400, 10, 23, 50
NAMES = tuple(f"lift.sensor_{number:02d}" for number in range(TAGS))
ASKED = 40
QUESTION = (
    "SELECT time_utc, value FROM read_parquet($files) WHERE tag = $tag AND time_utc >= $begin AND time_utc < $end"
)


def arrived(day: int) -> TableData:
    """Return a day of 50 sensors every ten seconds as they arrive, two decimals, one in a thousand flagged."""
    luck = np.random.default_rng(day)
    times = np.repeat(np.arange(BEGIN + day * DAY_S, BEGIN + (day + 1) * DAY_S, STEP_S), TAGS)
    tags = np.tile(np.arange(TAGS), DAY_S // STEP_S)
    wave = 100.0 * np.sin(2.0 * np.pi * times / 28_800.0 + tags)
    return {
        "source": Coded(np.zeros(len(times), dtype=np.int8), ("scada",)),
        "tag": Coded(tags, NAMES),
        "time_utc": times,
        "value": np.round(wave + luck.normal(size=len(times)), 2),
        "quality": Coded((luck.random(len(times)) < 1e-3).astype(np.int8), ("good", "stuck")),
        "received_utc": times + luck.integers(1, 60, len(times)),
        "seq": (times - BEGIN) // STEP_S,
    }


def median_ms(ask: Callable[[int], object]) -> float:
    """Return the median time of a question asked again and again, each time of something else."""
    taken = []
    for number in range(ASKED):
        begin = time.perf_counter()
        ask(number)
        taken.append(1e3 * (time.perf_counter() - begin))
    return median(taken)


def test_a_week_of_one_sensor_out_of_ten_million_readings(tmp_path: Path) -> None:
    """50 sensors, every 10 s, 23 days; against the same rows in the order they arrived in, and a plain rewrite."""
    seal_s, plain_s = 0.0, 0.0
    for number in range(DAYS):
        data = arrived(number)
        begin = time.perf_counter()
        seal_day(tmp_path, FIRST + timedelta(days=number), data)
        middle = time.perf_counter()
        pq.write_table(to_arrow("readings", data), tmp_path / f"{number:02d}.parquet", compression="zstd")
        seal_s, plain_s = seal_s + middle - begin, plain_s + time.perf_counter() - middle
    begin = time.perf_counter()
    readings = open_readings(tmp_path)
    open_ms = 1e3 * (time.perf_counter() - begin)
    assert readings is not None
    rows = sum(day.rows for day in readings.days.values())

    def ask(number: int, days: int = 7, points: int = 1 << 20) -> int:
        start = BEGIN + (number % (DAYS - days + 1)) * DAY_S + (DAY_S // 2 if days < DAYS else 0)
        return readings.series(NAMES[number % TAGS], start, start + days * DAY_S, points).rows

    loose = sorted(str(path) for path in tmp_path.glob("*.parquet"))
    sealed = [str(readings.folder / day.file) for day in readings.days.values()]
    engine = duckdb.connect(":memory:")

    def ask_plainly(files: list[str], number: int) -> int:
        start = BEGIN + (number % 16) * DAY_S + DAY_S // 2
        asked = {"files": files, "tag": NAMES[number % TAGS], "begin": start, "end": start + 7 * DAY_S}
        return len(engine.execute(QUESTION, asked).fetchnumpy()["value"])

    begin = time.perf_counter()
    assert ask(0) == 7 * DAY_S // STEP_S
    first_ms = 1e3 * (time.perf_counter() - begin)
    assert ask_plainly(loose, 0) == ask_plainly(sealed, 0) == 7 * DAY_S // STEP_S
    begin = time.perf_counter()
    ask(0, DAYS)  # hashes what is left
    hash_ms = 1e3 * (time.perf_counter() - begin)
    sorted_ms, unsorted_ms = (median_ms(partial(ask_plainly, files)) for files in (sealed, loose))
    found = {
        "rows": rows,
        "load": [round(one, 2) for one in os.getloadavg()],
        "seal_s": round(seal_s, 2),
        "sealed_rows_per_s": round(rows / seal_s),
        "plain_write_s": round(plain_s, 2),
        "bytes_a_row": round(sum(day.bytes for day in readings.days.values()) / rows, 2),
        "unsorted_bytes_a_row": round(sum(Path(path).stat().st_size for path in loose) / rows, 2),
        "open_ms": round(open_ms, 1),
        "first_question_ms": round(first_ms, 1),
        "whole_range_with_hashes_ms": round(hash_ms, 1),
        "tag_week_ms": round(median_ms(ask), 1),
        "tag_week_thinned_ms": round(median_ms(lambda number: ask(number, points=2_000)), 1),
        "tag_day_thinned_ms": round(median_ms(lambda number: ask(number, 1, 2_000)), 1),
        "tag_23_days_thinned_ms": round(median_ms(lambda number: ask(number, DAYS, 2_000)), 1),
        "bare_query_sorted_ms": round(sorted_ms, 1),
        "bare_query_unsorted_ms": round(unsorted_ms, 1),
        "unsorted_to_sorted": round(unsorted_ms / sorted_ms, 1),
    }
    print("\n" + json.dumps(found))
    assert rows == TAGS * DAYS * DAY_S // STEP_S
