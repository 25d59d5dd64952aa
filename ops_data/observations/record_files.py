"""Tables a person brings: CSV, Parquet or NetCDF, with times that are brought to UTC."""

import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ObservationError, did_you_mean
from ops_data.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

if TYPE_CHECKING:
    import pandas as pd


def read_frame(path: Path, missing: str, columns: str) -> "pd.DataFrame":
    """Return the table of a file.

    Parameters
    ----------
    path : a CSV, Parquet or NetCDF file.
    missing : what to do when there is no such file.
    columns : columns to export when NetCDF cannot be read.

    Raises
    ------
    ObservationError
        No file, another ending, or a file that cannot be read.
    """
    import pandas as pd

    if not path.is_file():
        raise ObservationError(f"{path}: no such file; {missing}")
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            return _with_commas(path, pd.read_csv(path, skipinitialspace=True))
        if suffix in (".parquet", ".pqt"):
            return pd.read_parquet(path).reset_index()
        if suffix == ".nc":
            return _read_netcdf(path, columns)
    except (ValueError, OSError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ObservationError(f"{path}: cannot be read as {suffix[1:]} ({first}); export it again") from error
    raise ObservationError(f"{path}: ending '{suffix}' is not known; export a .csv, .parquet or .nc file")


def _with_commas(path: Path, frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the frame of a CSV; raise when its only column is a line that another separator parts."""
    heading = str(frame.columns[0])
    for mark, name in ((";", "';'"), ("\t", "a tab")):
        if len(frame.columns) == 1 and mark in heading:
            raise ObservationError(
                f"{path}: the columns are parted by {name}; the separator must be a comma (and the decimal mark a "
                "point); export it again so"
            )
    return frame


def _read_netcdf(path: Path, columns: str) -> "pd.DataFrame":
    try:
        xarray = importlib.import_module("xarray")
    except ImportError as error:
        raise ObservationError(
            f"{path}: reading NetCDF needs the package xarray, which is not installed; install it, or export the "
            f"series as CSV or Parquet with columns {columns}"
        ) from error
    with xarray.open_dataset(path) as data:
        frame: pd.DataFrame = data.to_dataframe().reset_index()
        frame.attrs = {str(name): dict(variable.attrs) for name, variable in data.variables.items()}
    return frame


def find_column(path: Path, frame: "pd.DataFrame", names: Sequence[str], wanted: str) -> str:
    """Return the file's own name of a wanted column, or raise with the closest one."""
    for name in names:
        for column in frame.columns:
            if str(column).lower() == name:
                return str(column)
    found = [str(column) for column in frame.columns]
    raise ObservationError(
        f"{path}: column '{wanted}' is missing; {did_you_mean(wanted, found)}; it may be called {', '.join(names)}"
    )


def times_utc_s(path: Path, frame: "pd.DataFrame", name: str, zone: str | None) -> NDArray[np.int64]:
    """Return Unix UTC seconds; times without a zone need the column name time_utc or the argument."""
    import pandas as pd

    column = frame[name]
    if column.isna().any():
        row = int(column.isna().to_numpy().argmax())
        raise ObservationError(f"{path}: row {row + 1}, column '{name}': the time is missing; fill or remove the row")
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return np.asarray(column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[s]").astype(np.int64))
    if pd.api.types.is_datetime64_any_dtype(column):
        naive_s = column.to_numpy("datetime64[s]").astype(np.int64)
        return np.asarray(naive_s - _declared_offset_s(path, name, column.iloc[0], zone))
    text = column.astype(str).str.strip()
    has_zone = text.str.contains(r"(?:Z|[+-]\d{2}:?\d{2})$", regex=True)
    parsed = pd.to_datetime(text, utc=True, errors="coerce", format="ISO8601")
    if parsed.isna().any():
        row = int(parsed.isna().to_numpy().argmax())
        raise ObservationError(
            f"{path}: row {row + 1}, column '{name}': '{column.iloc[row]}' is not a time; write 2020-01-31T06:00Z"
        )
    seconds = parsed.dt.tz_localize(None).to_numpy("datetime64[s]").astype(np.int64)
    if has_zone.all():
        return np.asarray(seconds)
    row = int((~has_zone).to_numpy().argmax())
    if has_zone.any():
        raise ObservationError(
            f"{path}: row {row + 1}, column '{name}': '{text.iloc[row]}' has no zone but other rows do; give all one"
        )
    return np.asarray(seconds - _declared_offset_s(path, name, text.iloc[0], zone))


def _declared_offset_s(path: Path, name: str, first: object, zone: str | None) -> int:
    """Return how far the declared zone is ahead of UTC [s]; raise when nothing declares it."""
    if zone is None:
        if name.lower() == "time_utc":
            return 0
        raise ObservationError(
            f"{path}: column '{name}': '{first}' has no zone; if the times are UTC name the column time_utc, else "
            "write each with its offset, such as 2020-01-31T15:00+09:00"
        )
    match = re.fullmatch(r"([+-])(\d{2}):(\d{2})", zone)
    if zone == "UTC":
        return 0
    if match is None:
        raise ObservationError(f"{path}: zone '{zone}' is not known; give \"UTC\" or an offset such as +09:00")
    size = int(match[2]) * SECONDS_PER_HOUR + int(match[3]) * SECONDS_PER_MINUTE
    return size if match[1] == "+" else -size


def stamp(time_s: int) -> str:
    """Return a Unix second as text.

    Examples
    --------
    >>> stamp(0)
    '1970-01-01T00:00:00Z'
    """
    return f"{np.datetime64(int(time_s), 's')}Z"


def check_order(path: Path, name: str, time_s: NDArray[np.int64]) -> None:
    """Raise unless times increase from row to row."""
    steps_s = np.diff(time_s)
    for wrong, rule in (
        (steps_s < 0, "is earlier than the row before; sort by time"),
        (steps_s == 0, "stands twice; keep one row per time"),
    ):
        if wrong.any():
            row = int(np.argmax(wrong)) + 1
            raise ObservationError(f"{path}: row {row + 1}, column '{name}': {stamp(time_s[row])} {rule}")
