"""Read a person's own sea record (an ERA5 or JRA-3Q extract, or any table) and say in one line what is wrong with it.

Columns (upper or lower case is the same, except where said): a time (``time_utc``, ``time``, ``valid_time``,
``datetime``), ``Hs`` [m] (``hs_m``, ``swh``), and the 10 m wind either as speed (``U10`` in capitals, ``wind_m_s``,
``ws10``) or as the two components ``u10`` and ``v10``. Other columns, such as ``Tp``, may be there and are not read.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ObservationError
from ops_data.observations import SEA_RECORDS, SeaRecord
from ops_data.observations.record_files import check_order, find_column, read_frame, stamp, times_utc_s
from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR

if TYPE_CHECKING:
    import pandas as pd


MISSING: Final = (
    f"give the path of a CSV, Parquet or NetCDF file that exists, or a packaged record: {', '.join(SEA_RECORDS)}"
)
COLUMNS: Final = "time_utc, Hs, U10"
TIME_NAMES: Final = ("time_utc", "time", "valid_time", "datetime")
HS_NAMES: Final = ("hs_m", "hs", "swh")
WIND_NAMES: Final = ("wind_m_s", "ws10", "wind_speed_10m")
MAXIMUM_HS_M: Final = 30.0
MAXIMUM_WIND_M_S: Final = 100.0
SUSPECT_MEDIAN_HS_M: Final = 15.0
ALLOWED_STEPS_H: Final = (1, 3, 6)
MINIMUM_HOURS: Final = 365 * 24
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_sea_file(path: Path, zone: str | None = None) -> SeaRecord:
    """Read, check and bring to hourly UTC one sea record.

    Parameters
    ----------
    path : a CSV, Parquet or NetCDF file.
    zone : what the file's times mean when they carry no zone: ``"UTC"`` or an offset such as ``"+09:00"``.

    Returns
    -------
    The record; ``note`` says when a 3- or 6-hourly series was interpolated to hours.

    Raises
    ------
    ObservationError
        Missing or unreadable file, missing column, times without zone, not sorted, doubled or with a gap, a value that
        is missing or impossible, or less than one year.
    """
    frame = read_frame(path, MISSING, COLUMNS)
    time_name = find_column(path, frame, TIME_NAMES, "time_utc")
    hs_name = find_column(path, frame, HS_NAMES, "Hs")
    time_s = times_utc_s(path, frame, time_name, zone)
    hs_m = _numbers(path, frame, hs_name)
    wind_m_s = _wind(path, frame)
    step_h = _check_times(path, time_name, time_s)
    _check_range(path, hs_name, hs_m, frame[time_name], MAXIMUM_HS_M)
    _check_range(path, "wind", wind_m_s, frame[time_name], MAXIMUM_WIND_M_S)
    _check_span(path, time_s, step_h)
    note = ""
    if step_h > 1:
        hours_s = np.arange(time_s[0], time_s[-1] + 1, SECONDS_PER_HOUR)
        hs_m, wind_m_s = np.interp(hours_s, time_s, hs_m), np.interp(hours_s, time_s, wind_m_s)
        note = f"{step_h}-hourly values were interpolated linearly to hours"
    return SeaRecord(path.name, int(time_s[0]), hs_m.astype(np.float32), wind_m_s.astype(np.float32), note)


def _numbers(path: Path, frame: "pd.DataFrame", name: str) -> NDArray[np.float64]:
    import pandas as pd

    values = np.asarray(pd.to_numeric(frame[name], errors="coerce"), np.float64)
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values)))
        raise ObservationError(
            f"{path}: row {row + 1}, column '{name}': '{frame[name].iloc[row]}' is not a number; "
            "fill it or cut the record before it"
        )
    return values


def _wind(path: Path, frame: "pd.DataFrame") -> NDArray[np.float64]:
    """Return the 10 m wind speed [m/s] from a speed column or from the two components."""
    columns = {str(column): str(column) for column in frame.columns}
    if "u10" in columns or "v10" in columns:
        for name in ("u10", "v10"):
            if name not in columns:
                raise ObservationError(
                    f"{path}: column '{name}' is missing; components need both u10 and v10; a speed is called U10"
                )
        return np.hypot(_numbers(path, frame, "u10"), _numbers(path, frame, "v10"))
    return _numbers(path, frame, find_column(path, frame, (*WIND_NAMES, "u10"), "U10"))


def _check_times(path: Path, name: str, time_s: NDArray[np.int64]) -> int:
    """Return the step of the series [h]; raise when it is not regular."""
    if len(time_s) < 2:
        raise ObservationError(f"{path}: {len(time_s)} rows; a sea record needs at least one year of hours")
    check_order(path, name, time_s)
    steps_s = np.diff(time_s)
    step_s = int(np.median(steps_s))
    if step_s % SECONDS_PER_HOUR or step_s // SECONDS_PER_HOUR not in ALLOWED_STEPS_H:
        raise ObservationError(
            f"{path}: column '{name}': the step is {step_s / SECONDS_PER_HOUR:g} h, it must be 1, 3 or 6 h; resample it"
        )
    irregular = steps_s != step_s
    if irregular.any():
        row = int(np.argmax(irregular))
        length_h = (time_s[row + 1] - time_s[row] - step_s) / SECONDS_PER_HOUR
        where = f"after {stamp(time_s[row])} (row {row + 1})"
        if length_h < 0:
            raise ObservationError(
                f"{path}: column '{name}': a time too many {where}, the step is {step_s // 3600} h; remove it"
            )
        raise ObservationError(
            f"{path}: column '{name}': gap of {length_h:g} h {where}; a record has no gaps: fill it or cut it there"
        )
    if time_s[0] % SECONDS_PER_HOUR:
        raise ObservationError(f"{path}: column '{name}': {stamp(time_s[0])} is not a whole hour in UTC; resample it")
    return step_s // SECONDS_PER_HOUR


def _check_range(path: Path, name: str, values: NDArray[np.float64], times: "pd.Series[str]", maximum: float) -> None:
    median = float(np.median(values))
    if maximum == MAXIMUM_HS_M and median > SUSPECT_MEDIAN_HS_M:
        raise ObservationError(
            f"{path}: column '{name}': the median is {median:g}, above {SUSPECT_MEDIAN_HS_M:g} m; "
            "this looks like centimetres or feet: convert to metres"
        )
    wrong = (values < 0) | (values > maximum)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ObservationError(
            f"{path}: row {row + 1} ({times.iloc[row]}), column '{name}': {values[row]:g} is outside 0 … {maximum:g}; "
            "correct it or cut the record there"
        )


def _check_span(path: Path, time_s: NDArray[np.int64], step_h: int) -> None:
    """Raise unless the record holds one year, and so every calendar month."""
    hours = (int(time_s[-1]) - int(time_s[0])) // SECONDS_PER_HOUR + step_h
    if hours >= MINIMUM_HOURS:
        return
    months = time_s.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
    missing = [MONTHS[month] for month in range(12) if month not in set(months.tolist())]
    season = f"no data in {', '.join(missing)}; " if missing else ""
    days = hours * SECONDS_PER_HOUR / SECONDS_PER_DAY
    raise ObservationError(
        f"{path}: {days:.0f} days from {stamp(time_s[0])} to {stamp(time_s[-1])}: {season}"
        "a record covers at least 365 days, so that every season is real; add the missing months"
    )
