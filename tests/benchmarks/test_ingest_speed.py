"""How fast files of readings become durable; run by 'make bench'. Times are printed, not asserted.

Target: 200,000 readings a second from Parquet and 50,000 from CSV, with all checks and each chunk flushed to the disk.
"""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyarrow import csv as arrow_csv

from ops_data.ingest.buffer import closing, open_buffer
from ops_data.ingest.ingesting import FileReport, Setting, ingest_file
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.sealing import all_readings, seal_days
from ops_data.reference.sensor_rows import sensors
from ops_data.units import SECONDS_PER_DAY

pytestmark = pytest.mark.benchmark

ROWS = 2_000_000
STEP_S = 10
BEGIN = int(datetime(2027, 1, 5, tzinfo=UTC).timestamp())
NAMES = tuple(sensors())


def readings() -> pa.Table:
    """Return two million readings of every sensor of the register, every ten seconds, one a row."""
    tag = pa.array(np.tile(np.arange(len(NAMES)), ROWS // len(NAMES) + 1)[:ROWS], pa.int32())
    times = BEGIN + np.repeat(np.arange(ROWS // len(NAMES) + 1) * STEP_S, len(NAMES))[:ROWS]
    value = np.round(10.0 * np.random.default_rng(1).random(ROWS), 3)
    units = [sensors()[name].unit for name in NAMES]
    return pa.table(
        {
            "tag": pa.DictionaryArray.from_arrays(tag, NAMES),
            "time": pa.array(times).cast(pa.timestamp("s", "UTC")),
            "value": value,
            "unit": pa.DictionaryArray.from_arrays(tag, units),
        }
    )


def as_text(table: pa.Table) -> pa.Table:
    """Return the readings as a CSV file holds them."""
    moment = pc.replace_substring(pc.strftime(table["time"], "%Y-%m-%d %H:%M:%S"), " ", "T")
    words = {name: table[name].cast(pa.string()) for name in ("tag", "unit")}
    return pa.table({"time": pc.binary_join_element_wise(moment, "Z", ""), "value": table["value"], **words})


def wide(table: pa.Table) -> pa.Table:
    """Return the readings with a column for each tag."""
    rows = ROWS // len(NAMES)
    values = table["value"].to_numpy()[: rows * len(NAMES)].reshape(rows, len(NAMES))
    columns = {f"{name} [{sensors()[name].unit}]": values[:, at] for at, name in enumerate(NAMES)}
    return pa.table({"time": as_text(table)["time"].combine_chunks()[: rows * len(NAMES) : len(NAMES)], **columns})


def rate(work: Callable[[], object]) -> int:
    """Return readings per second of some work on all of them."""
    begin = time.perf_counter()
    work()
    return round(ROWS / (time.perf_counter() - begin))


def test_readings_become_durable(tmp_path: Path) -> None:
    table = readings()
    pq.write_table(table, tmp_path / "long.parquet")
    pq.write_table(table, tmp_path / "again.parquet", compression="zstd")
    arrow_csv.write_csv(as_text(table), tmp_path / "long.csv")
    arrow_csv.write_csv(wide(table), tmp_path / "wide.csv")
    now = BEGIN + ROWS // len(NAMES) * STEP_S + 2 * SECONDS_PER_DAY
    setting = Setting(Mapping_(source="scada"), sensors(), now)
    found: dict[str, object] = {"rows": ROWS, "load": [round(one, 2) for one in os.getloadavg()]}

    def ingest(store: str, name: str) -> FileReport:
        with closing(open_buffer(tmp_path / f"of-{store}")) as buffer:
            return ingest_file(buffer, tmp_path / name, setting)

    for name in ("long.parquet", "long.csv", "wide.csv"):
        begin = time.perf_counter()
        counts = ingest(name, name).counts
        found[f"{name}_per_s"] = round(ROWS / (time.perf_counter() - begin))
        assert (counts.refused, counts.accepted >= ROWS - len(NAMES)) == (0, True)
    found["again_in_buffer_per_s"] = rate(lambda: ingest("long.parquet", "again.parquet"))
    begin = time.perf_counter()
    all_readings(tmp_path / "of-long.parquet", [NAMES[10]], BEGIN, BEGIN + 7 * SECONDS_PER_DAY)
    found["tag_week_buffered_ms"] = round(1e3 * (time.perf_counter() - begin), 1)
    found["seal_per_s"] = rate(lambda: seal_days(tmp_path / "of-long.parquet", now, sensors()))
    begin = time.perf_counter()
    all_readings(tmp_path / "of-long.parquet", [NAMES[10]], BEGIN, BEGIN + 7 * SECONDS_PER_DAY)
    found["tag_week_sealed_ms"] = round(1e3 * (time.perf_counter() - begin), 1)
    print("\n" + json.dumps(found))
