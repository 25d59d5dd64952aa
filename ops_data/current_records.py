"""Read a person's own record of the near-bottom current and say in one line what is wrong with it.

Columns (upper or lower case is the same): a time, as in a sea record; and the current either as components towards east
and north, ``u_m_s`` and ``v_m_s`` (or ``u_cm_s`` and ``v_cm_s``), or as ``speed_m_s`` (``speed_cm_s``) and
``direction_deg``, the direction it flows to, clockwise from north. The unit may stand as ``u [cm/s]``; in NetCDF it is
the attribute ``units``. Few missing values are filled and told; more are refused.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ObservationError
from ops_data.observations.record_files import check_order, find_column, read_frame, stamp, times_utc_s
from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIME_NAMES: Final = ("time_utc", "time", "datetime", "timestamp")
SEA_WATER: Final = "ward_sea_water_velocity"
EAST_NAMES: Final = ("u", "uo", "ucur", f"east{SEA_WATER}", f"east{SEA_WATER}_at_sea_floor")
NORTH_NAMES: Final = ("v", "vo", "vcur", f"north{SEA_WATER}", f"north{SEA_WATER}_at_sea_floor")
SPEED_NAMES: Final = ("speed", "current_speed", "cspd", "sea_water_speed", "sea_water_speed_at_sea_floor")
DIRECTION_NAMES: Final = ("direction_deg", "direction", "cdir", "sea_water_velocity_to_direction")
UNITS_M_S: Final = {"m_s": 1.0, "m/s": 1.0, "m s-1": 1.0, "cm_s": 0.01, "cm/s": 0.01, "cm s-1": 0.01}
HEADING: Final = re.compile(r"(.+?)[ _]*[\[(]?((?:c?m)(?:_s|/s| s-1))[\])]?")
EXPECTED: Final = "u_m_s and v_m_s, u_cm_s and v_cm_s, or speed_m_s and direction_deg"
MISSING_FILE: Final = 'give the path of a CSV, Parquet or NetCDF file that exists, or choose current = "synthetic"'

FASTEST_M_S: Final = 2.0
SUSPECT_MEDIAN_M_S: Final = 0.5  # near the abyssal bed the fastest eddies bring some 0.4 m/s
SLOWEST_MAXIMUM_M_S: Final = 0.002
FINEST_STEP_S: Final = SECONDS_PER_MINUTE
COARSEST_STEP_S: Final = 3 * SECONDS_PER_HOUR  # four values in a semidiurnal tide
LONGEST_GAP_STEPS: Final = 3
LARGEST_FILLED_SHARE: Final = 0.05
LARGEST_OFFSET_SHARE: Final = 0.1  # of a step, off the even times
LEAST_DAYS: Final = 15.0  # spring tide to spring tide is 14.8 days


@dataclass(frozen=True, eq=False)
class CurrentRecord:
    """A near-bottom current at even times, without a gap.

    Attributes
    ----------
    name : file name.
    time_s : Unix UTC seconds, ``step_s`` apart, shape (n,).
    u_m_s, v_m_s : towards east and towards north [m/s], shape (n,).
    step_s : step [s].
    notes : what was done to the file while reading it, one sentence each; empty for nothing.
    """

    name: str
    time_s: Ints
    u_m_s: Floats
    v_m_s: Floats
    step_s: int
    notes: tuple[str, ...]


def read_current_file(path: Path, zone: str | None = None) -> CurrentRecord:
    """Read, check and bring to even UTC times one record of the near-bottom current.

    Parameters
    ----------
    path : a CSV, Parquet or NetCDF file.
    zone : what the file's times mean when they carry no zone: ``"UTC"`` or an offset such as ``"+09:00"``. Times of
        NetCDF are UTC unless said otherwise, as its conventions have it.

    Raises
    ------
    ObservationError
        Missing or unreadable file, missing column or unit, times without zone, unordered, doubled or uneven, a gap of
        more than three steps, more than 5 % missing, speeds no near-bottom current has, or less than 15 days.

    Notes
    -----
    Up to three missing values in a row are filled linearly, missing ones at the ends are cut off, and times up to a
    tenth of a step off are brought to even ones; ``notes`` counts each.
    """
    frame = read_frame(path, MISSING_FILE, "time_utc, u_m_s, v_m_s")
    time_name = find_column(path, frame, TIME_NAMES, "time_utc")
    zone = "UTC" if zone is None and path.suffix.lower() == ".nc" else zone
    time_s = times_utc_s(path, frame, time_name, zone)
    if len(time_s) < 2:
        raise ObservationError(
            f"{path}: {len(time_s)} rows; a current record needs at least {LEAST_DAYS:g} days; add them"
        )
    check_order(path, time_name, time_s)
    u_m_s, v_m_s, told = _components(path, frame)
    _check_speeds(path, time_s, np.hypot(u_m_s, v_m_s))
    known = np.isfinite(u_m_s) & np.isfinite(v_m_s)
    step_s = _step_s(path, time_name, time_s)
    slots, off_s = _slots(path, time_name, time_s, step_s)
    _check_gaps(path, time_s[0], slots[known], step_s)
    whole = np.arange(slots[known][0], slots[known][-1] + 1)
    even_s = time_s[0] + step_s * whole
    _check_span(path, even_s, step_s)
    notes = [*told, *_repairs(slots, known, off_s)]
    return CurrentRecord(
        path.name,
        even_s,
        np.interp(even_s, time_s[known], u_m_s[known]),
        np.interp(even_s, time_s[known], v_m_s[known]),
        step_s,
        tuple(notes),
    )


def _components(path: Path, frame: "pd.DataFrame") -> tuple[Floats, Floats, list[str]]:
    """Return the components towards east and north [m/s], nan where missing, and what was understood."""
    named = {name: _heading(path, frame, str(name)) for name in frame.columns}
    east, north, speed, direction = (
        next((column for wanted in names for column, (base, _) in named.items() if base == wanted), None)
        for names in (EAST_NAMES, NORTH_NAMES, SPEED_NAMES, DIRECTION_NAMES)
    )
    if east is not None and north is not None:
        (u, u_told), (v, v_told) = (_velocity(path, frame, column, named[column][1]) for column in (east, north))
        return u, v, list(dict.fromkeys([*u_told, *v_told]))
    if speed is not None and direction is not None:
        fast, told = _velocity(path, frame, speed, named[speed][1])
        return *_from_direction(path, frame, fast, speed, direction), [
            *told, f"'{direction}' was read as the direction the water flows to, clockwise from north"
        ]  # fmt: skip
    found = [str(column) for column in frame.columns if column not in (east, north, speed, direction)]
    wanted = "v_m_s" if east else "u_m_s" if north else "direction_deg" if speed else "u_m_s"
    raise ObservationError(
        f"{path}: column '{wanted}' is missing; the other columns are {', '.join(found)}; a current is {EXPECTED}"
    )


def _heading(path: Path, frame: "pd.DataFrame", name: str) -> tuple[str, str]:
    """Return what a column is called without its unit, and its unit or an empty text."""
    said = str(frame.attrs.get(name, {}).get("units", "")).strip().lower()
    found = HEADING.fullmatch(name.strip().lower())
    if found is None:
        return name.strip().lower(), said
    return found[1], found[2]


def _velocity(path: Path, frame: "pd.DataFrame", name: str, unit: str) -> tuple[Floats, list[str]]:
    if unit not in UNITS_M_S:
        declared = f"declares the unit '{unit}'" if unit else "declares no unit"
        raise ObservationError(
            f"{path}: column '{name}' {declared}; metres or centimetres per second are known; end its name in _m_s or "
            "_cm_s, or give a NetCDF variable the attribute units = 'm s-1'"
        )
    values = _numbers(path, frame, name)
    return values * UNITS_M_S[unit], ["centimetres per second were turned into metres per second"] * unit.startswith(
        "c"
    )


def _numbers(path: Path, frame: "pd.DataFrame", name: str) -> Floats:
    """Return a column, nan where a cell is empty; raise where it is no number."""
    import pandas as pd

    values = np.asarray(pd.to_numeric(frame[name], errors="coerce"), np.float64)
    wrong = (np.isnan(values) & frame[name].notna().to_numpy()) | np.isinf(values)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ObservationError(
            f"{path}: row {row + 1}, column '{name}': '{frame[name].iloc[row]}' is not a number; correct it, or leave "
            "the cell empty where the value is missing"
        )
    return values


def _from_direction(
    path: Path, frame: "pd.DataFrame", speed_m_s: Floats, speed: str, direction: str
) -> tuple[Floats, Floats]:
    to_deg = _numbers(path, frame, direction)
    for name, values, wrong, rule in (
        (speed, speed_m_s, speed_m_s < 0.0, "is a speed below 0"),
        (direction, to_deg, (to_deg < 0.0) | (to_deg > 360.0), "is outside 0 … 360°"),
    ):
        if wrong.any():
            row = int(np.argmax(wrong))
            raise ObservationError(f"{path}: row {row + 1}, column '{name}': {values[row]:g} {rule}; correct it")
    to_rad = np.radians(np.where(speed_m_s == 0.0, 0.0, to_deg))
    return speed_m_s * np.sin(to_rad), speed_m_s * np.cos(to_rad)


def _check_speeds(path: Path, time_s: Ints, speed_m_s: Floats) -> None:
    known = speed_m_s[np.isfinite(speed_m_s)]
    if not len(known):
        raise ObservationError(f"{path}: every value of the current is missing; export the record again")
    median, fastest = float(np.median(known)), float(known.max())
    if median > SUSPECT_MEDIAN_M_S:
        raise ObservationError(
            f"{path}: the median speed is {median:.3g} m/s, above {SUSPECT_MEDIAN_M_S:g}: no current near the deep sea "
            "bed; this looks like centimetres per second: call the columns u_cm_s and v_cm_s"
        )
    if fastest > FASTEST_M_S:
        row = int(np.argmax(np.nan_to_num(speed_m_s) > FASTEST_M_S))
        raise ObservationError(
            f"{path}: row {row + 1} ({stamp(time_s[row])}): speed {speed_m_s[row]:g} m/s is above {FASTEST_M_S:g}; "
            "correct it, or leave the cell empty where 9999 or the like stands for a missing value"
        )
    if fastest < SLOWEST_MAXIMUM_M_S:
        raise ObservationError(
            f"{path}: the fastest speed is {fastest:.3g} m/s, below {SLOWEST_MAXIMUM_M_S:g}; this looks like metres "
            "per second called centimetres, or a stuck instrument: check the unit, or choose current = "
            '"none" for still water'
        )


def _step_s(path: Path, name: str, time_s: Ints) -> int:
    step_s = round(float(np.median(np.diff(time_s))))
    if FINEST_STEP_S <= step_s <= COARSEST_STEP_S:
        return step_s
    raise ObservationError(
        f"{path}: column '{name}': the step is {step_s / SECONDS_PER_MINUTE:g} min, it must be 1 … "
        f"{COARSEST_STEP_S // SECONDS_PER_MINUTE} min, so that a tide is seen; average or interpolate it"
    )


def _slots(path: Path, name: str, time_s: Ints, step_s: int) -> tuple[Ints, Ints]:
    """Return the number of each row's even time, and how far the row is off it [s]."""
    slots = np.asarray(np.rint((time_s - time_s[0]) / step_s), dtype=np.int64)
    off_s = time_s - time_s[0] - slots * step_s
    wrong = np.abs(off_s) > LARGEST_OFFSET_SHARE * step_s
    wrong[1:] |= np.diff(slots) == 0
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ObservationError(
            f"{path}: row {row + 1}, column '{name}': {stamp(time_s[row])} is {abs(int(off_s[row]))} s off the even "
            f"times of a record with a step of {step_s} s; interpolate the record to even times"
        )
    return slots, off_s


def _check_gaps(path: Path, first_s: int, known: Ints, step_s: int) -> None:
    """Raise when too many even times in a row, or in all, have no value."""
    absent = np.diff(known) - 1
    if absent.max(initial=0) > LONGEST_GAP_STEPS:
        at = int(np.argmax(absent > LONGEST_GAP_STEPS))
        raise ObservationError(
            f"{path}: gap of {absent[at]} steps ({absent[at] * step_s / SECONDS_PER_HOUR:.3g} h) after "
            f"{stamp(first_s + known[at] * step_s)}; at most {LONGEST_GAP_STEPS} steps in a row may be missing; fill "
            "it, or cut the record there"
        )
    share = float(absent.sum() / (known[-1] - known[0] + 1))
    if share > LARGEST_FILLED_SHARE:
        raise ObservationError(
            f"{path}: {share:.1%} of the values are missing, one by one; at most {LARGEST_FILLED_SHARE:.0%} may be; "
            "fill them, or use a better stretch of the record"
        )


def _check_span(path: Path, even_s: Ints, step_s: int) -> None:
    days = (int(even_s[-1]) - int(even_s[0]) + step_s) / SECONDS_PER_DAY
    if days < LEAST_DAYS:
        raise ObservationError(
            f"{path}: {days:.3g} days from {stamp(even_s[0])} to {stamp(even_s[-1])}; a record covers at least "
            f"{LEAST_DAYS:g} days, from spring tide to spring tide; use a longer one"
        )


def _repairs(slots: Ints, known: NDArray[np.bool_], off_s: Ints) -> list[str]:
    """Return what was done to the record, counted."""
    within = slots[known]
    whole = int(within[-1] - within[0] + 1)
    filled, longest = whole - len(within), int(np.diff(within).max(initial=1)) - 1
    cut = int((slots < within[0]).sum() + (slots > within[-1]).sum())
    off = int(np.abs(off_s).max())
    notes = [
        (filled, f"{filled} of {whole} values were missing (at most {longest} in a row) and were filled linearly"),
        (cut, f"{cut} rows without a value were cut off at the ends"),
        (off, f"times were up to {off} s off even ones; values were interpolated to even times"),
    ]
    return [note for count, note in notes if count]
