"""The register of sensors: one row of ``sensors.csv`` per tag, with its unit, its possible range and its rhythm."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.errors import UnknownNameError, did_you_mean
from ops_data.reference.rows import CsvRow, collect

FILE: Final = Path(__file__).with_name("sensors.csv")


@dataclass(frozen=True, slots=True)
class Sensor:
    """One tag.

    Attributes
    ----------
    tag : name of the sensor in the ``readings`` table.
    title : what it measures, in words.
    asset : who carries it: an asset of a scenario, ``site`` or ``seabed``.
    quantity : what kind of quantity it is; tags of one quantity can be compared.
    unit : unit of its readings in the store; files that say another one are converted.
    low, high : least and greatest value that is physically possible there; a reading outside is flagged, never lost.
    interval_s : seconds between readings when all is well.
    stuck_after_s : a value other than zero that has not changed for so long is flagged as stuck; 0: never.
    gap_after_s : silence of so long is a gap.
    error_sd, relative_error : standard deviation of one reading about the truth: a part in the unit, and a fraction of
        the value; see :meth:`error`.
    """

    tag: str
    title: str
    asset: str
    quantity: str
    unit: str
    low: float
    high: float
    interval_s: int
    stuck_after_s: int
    gap_after_s: int
    error_sd: float
    relative_error: float
    source: str
    confidence: str
    note: str

    def error(self, value: ArrayLike) -> NDArray[np.float64]:
        """Return the standard deviation of readings about these true values, in the unit; any shape."""
        return np.asarray(np.hypot(self.error_sd, self.relative_error * np.abs(value)))


def read_sensors(path: Path) -> dict[str, Sensor]:
    """Return the rows of a register by tag: the packaged one, or one of a user's own with the same columns.

    Raises
    ------
    FailedError
        The header, a word or a number breaks a rule; one line with file, line, tag, rule and remedy.
    """
    return collect(path, Sensor, _sensor)


def _sensor(row: CsvRow) -> Sensor:
    row.ordered(["low", "high"])
    row.ordered(["interval_s", "gap_after_s"])
    seconds = {name: _seconds(row, name) for name in ("interval_s", "stuck_after_s", "gap_after_s")}
    if seconds["interval_s"] == 0:
        raise row.fail("interval_s 0", "readings come at some rhythm", "give the seconds between two of them")
    if 0 < seconds["stuck_after_s"] <= seconds["interval_s"]:
        raise row.fail(
            f"stuck_after_s {seconds['stuck_after_s']}", "longer than interval_s, or 0 for never", "correct the cell"
        )
    error_sd, relative_error = row.number("error_sd"), row.number("relative_error")
    if min(error_sd, relative_error) < 0.0 or error_sd + relative_error == 0.0:
        found = f"error_sd {error_sd:g}, relative_error {relative_error:g}"
        raise row.fail(found, "neither below 0, one above: no reading is exact", "state the error of one reading")
    cells = row.cells
    return Sensor(
        cells["tag"], cells["title"], cells["asset"], cells["quantity"], cells["unit"],
        row.number("low"), row.number("high"), **seconds, error_sd=error_sd, relative_error=relative_error,
        source=row.source(), confidence=cells["confidence"], note=cells["note"],
    )  # fmt: skip


def _seconds(row: CsvRow, column: str) -> int:
    value = row.number(column)
    if value < 0 or value != int(value):
        raise row.fail(f"{column} '{row.cells[column]}'", "whole seconds, 0 or more", "correct the cell")
    return int(value)


@cache
def sensors() -> dict[str, Sensor]:
    """Return the packaged register by tag; treat the dictionary as read-only."""
    return read_sensors(FILE)


def sensor(tag: str) -> Sensor:
    """Return the sensor of a tag; UnknownNameError for a tag that is not in the register."""
    if tag not in sensors():
        raise UnknownNameError(f"sensor '{tag}': not in the register; {did_you_mean(tag, sensors())}")
    return sensors()[tag]
