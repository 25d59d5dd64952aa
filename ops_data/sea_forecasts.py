"""Forecasts of the sea that a person is sent: waves and wind ahead of an issue time, from CSV or NetCDF.

A file is read as any met-ocean series is (`ops_data.ingest.sea_files`): columns by name, each with its unit in the name
or in brackets (``hs_m``, ``wind_m_s``, ``swh [ft]``, ``site.sea.hs [m]``), NetCDF variables with their attribute
``units``, the wind as a speed or as ``u10`` and ``v10``, the grid point nearest to the site. It needs Hs and the 10 m
wind at the same times, hourly to six-hourly; other series of the sea in it are not used.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ObservationError, UsageError
from ops_data.ingest.mapping import Mapping_, Target
from ops_data.ingest.rows import RawRows
from ops_data.ingest.sea_files import read_sea
from ops_data.observations.record_files import stamp
from ops_data.observations.user_files import MAXIMUM_HS_M, MAXIMUM_WIND_M_S
from ops_data.unit_conversion import conversion
from ops_data.units import SECONDS_PER_HOUR

Floats = NDArray[np.float64]
LONGEST_STEP_H: Final = 6
WANTED: Final = (("site.sea.hs", "m", "Hs", "hs_m"), ("site.wind.speed", "m/s", "wind", "wind_m_s"))
BY_TAG: Final = {tag: Target(tag) for tag, *_ in WANTED}  # the register's own names are headings too
HEADINGS: Final = "time_utc, hs_m or site.sea.hs [m], wind_m_s or site.wind.speed [m/s]"


@dataclass(frozen=True, eq=False)
class SeaForecast:
    """A forecast of waves and wind at the site.

    Attributes
    ----------
    issued_s : Unix UTC second from which its errors grow: the time of the analysis it starts from.
    time_s : UTC seconds it is for, ascending, at most `LONGEST_STEP_H` apart, shape (n,), n at least 2.
    hs_m, wind_m_s : significant wave height [m], 0 … 30, and 10 m wind [m/s], 0 … 100, shape (n,).

    Raises
    ------
    ObservationError
        A rule above is broken, or nothing in it is ahead of the issue.
    """

    issued_s: int
    time_s: NDArray[np.int64]
    hs_m: Floats
    wind_m_s: Floats

    def __post_init__(self) -> None:
        """Check the rules."""
        check_forecast("sea forecast", self.issued_s, self.time_s, self.hs_m, self.wind_m_s)


def check_forecast(place: str, issued_s: int, time_s: NDArray[np.int64], hs_m: Floats, wind_m_s: Floats) -> None:
    """Raise ObservationError, with the place first, where a forecast breaks a rule of :class:`SeaForecast`."""
    if not len(time_s) == len(hs_m) == len(wind_m_s) >= 2:
        raise ObservationError(
            f"{place}: {len(time_s)} times, {len(hs_m)} of Hs, {len(wind_m_s)} of wind; at least two times, each with "
            "both, are needed; export it again"
        )
    check_ascending(place, time_s)
    check_levels(place, "Hs", time_s, hs_m, MAXIMUM_HS_M, "m")
    check_levels(place, "wind", time_s, wind_m_s, MAXIMUM_WIND_M_S, "m/s")
    steps_s = np.diff(time_s)
    if steps_s.max() > LONGEST_STEP_H * SECONDS_PER_HOUR:
        row = int(steps_s.argmax())
        raise ObservationError(
            f"{place}: {steps_s[row] / SECONDS_PER_HOUR:g} h without a value after {stamp(time_s[row])}; steps are at "
            f"most {LONGEST_STEP_H} h; cut the forecast there or export it finer"
        )
    if time_s[-1] <= issued_s:
        raise ObservationError(
            f"{place}: issued {stamp(issued_s)} and ends {stamp(time_s[-1])}; a forecast reaches beyond its issue; "
            "correct the time of issue"
        )


def check_ascending(place: str, time_s: NDArray[np.int64]) -> None:
    """Raise ObservationError unless every time is later than the one before."""
    wrong = np.diff(time_s) <= 0
    if wrong.any():
        row = int(wrong.argmax()) + 1
        raise ObservationError(
            f"{place}: time {row + 1}, {stamp(time_s[row])}, is not later than the one before; sort by time and keep "
            "one row per time"
        )


def check_levels(place: str, name: str, time_s: NDArray[np.int64], values: Floats, highest: float, unit: str) -> None:
    """Raise ObservationError unless every value is a number from 0 to the highest."""
    wrong = ~((values >= 0.0) & (values <= highest))
    if wrong.any():
        row = int(wrong.argmax())
        raise ObservationError(
            f"{place}: {name} at {stamp(time_s[row])} is {values[row]:g}; it must be 0 … {highest:g} {unit}; correct "
            "it, or take the row out"
        )


def read_sea_forecast(path: Path, mapping: Mapping_, issued_s: int | None = None) -> SeaForecast:
    """Read and check one forecast file.

    Parameters
    ----------
    path : a CSV, Parquet or NetCDF file (see `ops_data.ingest.sea_files`).
    mapping : how the file is to be understood; ``Mapping_()`` when its names say it all.
    issued_s : Unix UTC second of the issue; None: the first time in the file.

    Raises
    ------
    ObservationError
        The file cannot be read, a column is missing or has no known unit, a cell is no number, or a rule of
        :class:`SeaForecast` is broken; one line that begins with the path.
    UsageError
        A key of ``[reader]`` in the mapping that is not known.
    """
    if not path.is_file():
        raise ObservationError(f"{path}: no such file; name a CSV, Parquet or NetCDF file with {HEADINGS}")
    chunks = []
    for rows, refused in read_sea(path, replace(mapping, tags={**BY_TAG, **mapping.tags})):
        if refused:
            raise ObservationError(f"{path}: row {refused[0].row}, {refused[0].reason}")
        chunks.append(rows)
    times, values = zip(*(_series(path, chunks, wanted) for wanted in WANTED), strict=True)
    if not np.array_equal(*times):
        raise ObservationError(
            f"{path}: Hs and wind are not given at the same times ({len(times[0])} and {len(times[1])}); "
            "fill or take out the rows that have one alone"
        )
    issued = int(times[0][0]) if issued_s is None else issued_s
    check_forecast(str(path), issued, times[0], values[0], values[1])
    return SeaForecast(issued, times[0], values[0], values[1])


def _series(path: Path, chunks: list[RawRows], wanted: tuple[str, str, str, str]) -> tuple[NDArray[np.int64], Floats]:
    """Return times and values of one series in its own unit; cells without a value are left out."""
    tag, unit, name, column = wanted
    own = [rows.tag == tag for rows in chunks]
    time_s = np.concatenate([rows.time_utc[here] for rows, here in zip(chunks, own, strict=True)])
    value = np.concatenate([rows.value[here] for rows, here in zip(chunks, own, strict=True)])
    units = {str(word) for rows, here in zip(chunks, own, strict=True) for word in rows.unit[here]}
    if not units:
        raise ObservationError(
            f"{path}: no column of {name}; a forecast holds Hs and wind: call it {column} or {tag} [{unit}]"
        )
    if len(units) > 1:
        raise ObservationError(f"{path}: {name} stands in two columns; leave one of them out in [tags] of the mapping")
    declared = units.pop()
    if not declared:
        raise ObservationError(f"{path}: {name} has no unit; call the column {column}, or write the unit in brackets")
    try:
        converted = conversion(declared, unit)(value)
    except UsageError as error:
        raise ObservationError(f"{path}: {name}: {error}") from error
    given = ~np.isnan(converted)
    return time_s[given], converted[given]
