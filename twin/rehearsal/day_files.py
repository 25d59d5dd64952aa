"""The files of a day: shift log, sensors and sea, each there whole or not at all."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import numpy as np

from ops_data.files import write_whole
from ops_data.ingest.log_entries import LogEntry
from ops_data.ingest.shift_log import STRICT
from ops_data.reference.sensor_rows import sensors
from twin.campaign_log import Series

LOG_COLUMNS: Final = (*STRICT, "slurry_m3", "remark")
SITE: Final = "site"  # asset of the tags that go into the file of the sea


def iso(time_s: int) -> str:
    """Return a UTC second as files have it.

    Examples
    --------
    >>> iso(0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_shift_log(path: Path, entries: Sequence[LogEntry]) -> Path:
    """Write entries in the format of a shift log that needs no mapping: grams, litres and seconds are exact."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(LOG_COLUMNS)
    for one in entries:
        dry_t = "" if one.dry_t is None else f"{one.dry_t:.6f}"
        slurry_m3 = "" if one.slurry_m3 is None else f"{one.slurry_m3:.3f}"
        table.writerow(
            (one.asset, one.activity, one.state, one.cause, one.hole, dry_t, iso(one.start_utc), one.duration_s,
             one.over_limit_s, slurry_m3, one.remark)
        )  # fmt: skip
    write_whole(path, text.getvalue().encode())
    return path


def write_sensors(path: Path, readings: dict[str, Series]) -> Path:
    """Write readings one a row, in order of time."""
    rows = [
        (time_s, tag, value)
        for tag, one in readings.items()
        for time_s, value in zip(one.time_s.tolist(), one.value.tolist(), strict=True)
    ]
    lines = [f"{tag},{iso(time_s)},{value!r},{sensors()[tag].unit}\n" for time_s, tag, value in sorted(rows)]
    write_whole(path, "".join(("tag,time_utc,value,unit\n", *lines)).encode())
    return path


def write_sea(path: Path, readings: dict[str, Series]) -> Path:
    """Write readings in a column for each tag, with its unit in the header; where there is none the cell is empty."""
    times_s = np.unique(np.concatenate([one.time_s for one in readings.values()]))
    said = [dict(zip(one.time_s.tolist(), one.value.tolist(), strict=True)) for one in readings.values()]
    header = ",".join(("time_utc", *(f"{tag} [{sensors()[tag].unit}]" for tag in readings)))
    lines = [
        ",".join((iso(time_s), *("" if (value := one.get(time_s)) is None else repr(value) for one in said)))
        for time_s in times_s.tolist()
    ]
    write_whole(path, "\n".join((header, *lines, "")).encode())
    return path


def log_name(day: date) -> str:
    """Return the name of the shift log of a day."""
    return f"shift_log_{day.isoformat()}.csv"


def write_readings(readings: dict[str, Series], day: date, folder: Path, copy: str = "") -> list[Path]:
    """Write the sensor file and the sea file of a day; return those that have anything to say.

    Parameters
    ----------
    copy : put behind the names, of a second delivery.
    """
    sea = {tag: one for tag, one in readings.items() if sensors()[tag].asset == SITE and len(one.value)}
    other = {tag: one for tag, one in readings.items() if tag not in sea and len(one.value)}
    written = []
    if other:
        written.append(write_sensors(folder / f"sensors_{day.isoformat()}{copy}.csv", other))
    if sea:
        written.append(write_sea(folder / f"sea_{day.isoformat()}{copy}.csv", sea))
    return written
