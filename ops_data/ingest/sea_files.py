"""Met-ocean series to readings of the site: CSV with named columns, and NetCDF extracts of ERA5.

Columns of a CSV and variables of a NetCDF file are recognised by the names in `NAMES`; a name that carries its unit
(``hs_m``) needs no other. The two components ``u10`` and ``v10`` of the wind become its speed and the direction it
blows *from*. ``mwp`` is a mean period: it becomes the peak period of the register only if ``[tags]`` says so, and is
uncertain. Times: see `ops_data.observations.record_files`; NetCDF by the CF convention, in UTC. A file is read whole:
fifty years of hours are some megabytes.

    format = "sea"
    [tags]
    mwp = "site.sea.tp"
    Welle = { tag = "site.sea.hs", unit = "m" }
    [reader]
    latitude_deg = 23.2             # else the site of the default scenario
    longitude_deg = 154.9
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from ops_data.errors import ObservationError, did_you_mean
from ops_data.ingest.mapping import EPOCHS, Mapping_
from ops_data.ingest.rows import CHUNK_ROWS, TEXT_LETTERS, Chunk, RawRows, Real, Refused, Whole
from ops_data.ingest.sea_grid import MISSING, read_grid
from ops_data.ingest.sea_series import (
    COMPONENTS,
    NAMES,
    Series,
    components_in,
    first_line,
    named,
    wind_from,
    wind_series,
)
from ops_data.observations.record_files import read_frame, times_utc_s
from ops_data.observations.user_files import TIME_NAMES

if TYPE_CHECKING:
    import pandas as pd

NETCDF: Final = (".nc", ".nc4", ".cdf")


def read_sea(path: Path, mapping: Mapping_) -> Iterator[Chunk]:
    """Yield the readings of a met-ocean file in chunks; a row is a row of the CSV, or a time of the NetCDF file.

    Raises
    ------
    UsageError
        A key of ``[reader]`` that is not known.
    ObservationError
        The file cannot be read, its times have no zone or are none, it has no column that is known, or no point near.
    """
    if path.suffix.lower() in NETCDF:
        time_utc, series = read_grid(path, mapping)
    else:
        time_utc, series = _table(path, mapping)
    if not series:
        known = ", ".join((*NAMES, *COMPONENTS))
        raise ObservationError(
            f"{path}: no column is known as a series of the sea; call it {known}, or name it in [tags]"
        )
    step = max(1, CHUNK_ROWS // len(series))
    told = {(one.row, place): one for place, own in enumerate(series) for one in own.refused}
    for first in range(0, len(time_utc), step):
        end = min(first + step, len(time_utc))
        here = sorted(key for key in told if first < key[0] <= end)
        left_out = [(row - 1 - first) * len(series) + place for row, place in here]
        rows = _chunk(time_utc, series, first, end)
        yield rows.part(np.setdiff1d(np.arange(len(rows)), left_out)), [told[key] for key in here]


def _chunk(time_utc: Whole, series: list[Series], first: int, end: int) -> RawRows:
    rows, count = end - first, len(series)
    words = [np.array([getattr(one, name) for one in series], dtype=object) for name in ("tag", "unit", "quality")]
    tag, unit, quality = (np.tile(word, rows) for word in words)
    value = np.column_stack([one.value[first:end] for one in series]).ravel()
    row = np.repeat(np.arange(first + 1, end + 1, dtype=np.int64), count)
    return RawRows(tag, np.repeat(time_utc[first:end], count), value, unit, quality, None, row)


def _table(path: Path, mapping: Mapping_) -> tuple[Whole, list[Series]]:
    """Return times and series of a CSV or Parquet file."""
    frame = _frame(path, mapping)
    names = [str(column) for column in frame.columns]
    wanted = mapping.time_column.lower()
    time_name = next((name for name in names if name.lower() in ((wanted,) if wanted else TIME_NAMES)), None)
    if time_name is None:
        raise ObservationError(
            f"{path}: no column of times; {did_you_mean(wanted or 'time_utc', names)}; call it time_utc, or name it as "
            "time.column in the mapping"
        )
    if mapping.time_format:
        frame[time_name] = _moments(frame[time_name], mapping.time_format)
    epoch = mapping.time_format in EPOCHS
    zone = (
        "UTC" if epoch else mapping.time_zone if mapping.time_zone in ("", "UTC") else _fixed(path, mapping.time_zone)
    )
    time_utc = times_utc_s(path, frame, time_name, zone or None)
    series = []
    for name in names:
        found = None if name == time_name else named(name, mapping)
        if found is not None:
            values, refused = _numbers(frame, name, mapping)
            series.append(Series(found[0].tag, found[0].unit, found[1], values, refused))
    components = components_in(path, {name.partition("[")[0].strip(): name for name in names})
    if components:
        east, north = (_numbers(frame, name, mapping) for name in components)
        units = [_named_unit(name) for name in components]
        speed, direction = wind_series(path, wind_from(east[0], north[0]), units[0], units[1])
        series += [replace(speed, refused=(*east[1], *north[1])), direction]
    return time_utc, series


def _frame(path: Path, mapping: Mapping_) -> "pd.DataFrame":
    """Return the table of a file; of a CSV in the encoding, with the separator and decimal mark of the mapping."""
    import pandas as pd

    if path.suffix.lower() != ".csv" or not (mapping.encoding or mapping.delimiter or mapping.decimal != "."):
        return read_frame(path, MISSING, ", ".join(NAMES))
    try:
        return pd.read_csv(
            path, encoding=mapping.encoding or "utf-8-sig", sep=mapping.delimiter or ",", decimal=mapping.decimal,
            skipinitialspace=True,
        )  # fmt: skip
    except ValueError as error:
        raise ObservationError(f"{path}: cannot be read as CSV ({first_line(error)}); correct the mapping") from error


def _moments(column: "pd.Series[str]", pattern: str) -> "pd.Series[pd.Timestamp]":
    """Return times written by a pattern of strptime, or as epoch_s or epoch_ms; NaT where they are not."""
    import pandas as pd

    if pattern in EPOCHS:
        unit: Literal["s", "ms"] = "s" if pattern == "epoch_s" else "ms"
        return pd.to_datetime(pd.to_numeric(column, errors="coerce"), unit=unit, errors="coerce")
    return pd.to_datetime(column.astype(str).str.strip(), format=pattern, errors="coerce")


def _named_unit(name: str) -> str:
    return name.partition("[")[2].rstrip("] ").strip()


def _fixed(path: Path, zone: str) -> str:
    """Return the offset of a zone whose clock never changes; ObservationError for another."""
    from datetime import datetime

    from ops_data.ingest.local_times import zone_named

    offsets = {datetime(2027, month, 1, tzinfo=zone_named(zone)).strftime("%z") for month in range(1, 13)}
    if len(offsets) > 1:
        raise ObservationError(f"{path}: the clock of {zone} changes in the year; export the series in UTC")
    text = offsets.pop()
    return f"{text[:3]}:{text[3:5]}"


def _numbers(frame: "pd.DataFrame", name: str, mapping: Mapping_) -> tuple[Real, tuple[Refused, ...]]:
    """Return the numbers of a column, NaN where there is none, and as refused the words that are none."""
    import pandas as pd

    column = frame[name]
    if not pd.api.types.is_numeric_dtype(column):
        column = column.astype(str).str.strip()
        column = column.mask(column.isin(["", "nan", "None", *mapping.missing]))
    values = np.asarray(pd.to_numeric(column, errors="coerce"), np.float64)
    wrong = np.flatnonzero(np.isnan(values) & column.notna().to_numpy())
    refused = tuple(
        Refused(
            place + 1,
            f"column '{name}': '{column.iloc[place]}' is not a number; correct it, or add it to 'missing'",
            str(column.iloc[place])[:TEXT_LETTERS],
        )
        for place in wrong.tolist()
    )
    return np.where(np.isfinite(values), values, np.nan), refused
