"""A person's own near-bottom current: what is read, what is mended and told, what is refused.

Truth: *derived* = small files written by hand.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from ops_data.current_records import CurrentRecord, read_current_file
from ops_data.errors import ObservationError

ROWS = 16 * 144  # 16 days of 10 minutes


def made_frame(rows: int = ROWS, step_min: float = 10.0) -> pd.DataFrame:
    """Return a clean record: 1 cm/s to the east, and a tide of 3 cm/s to and from the north."""
    minutes = np.arange(rows) * step_min
    return pd.DataFrame(
        {
            "time_utc": pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(minutes, unit="min"),
            "u_m_s": 0.01,
            "v_m_s": 0.03 * np.sin(2.0 * np.pi * minutes / (12.42 * 60.0)),
        }
    )


def read(folder: Path, frame: pd.DataFrame, name: str = "mine.csv") -> CurrentRecord:
    if name.endswith(".csv"):
        frame.to_csv(folder / name, index=False)
    else:
        frame.to_parquet(folder / name)
    return read_current_file(folder / name)


def complaint(folder: Path, frame: pd.DataFrame) -> str:
    """Return the reader's message, which is one line and starts with the file."""
    with pytest.raises(ObservationError) as caught:
        read(folder, frame)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{folder / 'mine.csv'}: ")
    return message.removeprefix(f"{folder / 'mine.csv'}: ")


def test_a_clean_record_is_read_the_same_from_csv_and_parquet_and_nothing_is_told(tmp_path: Path) -> None:
    frame = made_frame()
    for name in ("mine.csv", "mine.parquet"):
        record = read(tmp_path, frame, name)
        assert (record.name, record.step_s, record.notes) == (name, 600, ())
        assert record.time_s[0] == 1_767_225_600 and np.all(np.diff(record.time_s) == 600)
        assert np.array_equal(record.u_m_s, frame["u_m_s"]) and np.allclose(record.v_m_s, frame["v_m_s"], atol=1e-17)


@pytest.mark.parametrize(
    ("east", "north"), [("u_cm_s", "v_cm_s"), ("U [cm/s]", "V [cm/s]"), ("ucur_cm_s", "VCUR(cm/s)")]
)
def test_centimetres_per_second_are_turned_into_metres_and_told(tmp_path: Path, east: str, north: str) -> None:
    frame = made_frame()
    shown = pd.DataFrame({"time_utc": frame["time_utc"], east: 100.0 * frame["u_m_s"], north: 100.0 * frame["v_m_s"]})
    record = read(tmp_path, shown)
    assert np.allclose(record.v_m_s, frame["v_m_s"], atol=1e-15)
    assert record.notes == ("centimetres per second were turned into metres per second",)


def test_speed_and_direction_give_the_components(tmp_path: Path) -> None:
    """Derived: 2 cm/s to 90° flows east, to 180° south; a still moment needs no direction."""
    frame = made_frame()[["time_utc"]].assign(speed_cm_s=2.0, direction_deg=90.0)
    frame.loc[1, "direction_deg"] = 180.0
    frame.loc[2, ["speed_cm_s", "direction_deg"]] = [0.0, np.nan]
    record = read(tmp_path, frame)
    assert record.u_m_s[:3] == pytest.approx([0.02, 0.0, 0.0]) and record.v_m_s[:3] == pytest.approx([0.0, -0.02, 0.0])
    assert record.notes[1:] == ("'direction_deg' was read as the direction the water flows to, clockwise from north",)
    assert complaint(tmp_path, frame.assign(direction_deg=400.0)) == (
        "row 1, column 'direction_deg': 400 is outside 0 … 360°; correct it"
    )
    assert complaint(tmp_path, frame.assign(speed_cm_s=-1.0)) == (
        "row 1, column 'speed_cm_s': -0.01 is a speed below 0; correct it"
    )


def test_netcdf_is_read_with_the_units_of_its_attributes_and_times_in_utc(tmp_path: Path) -> None:
    frame = made_frame()
    times = frame["time_utc"].dt.tz_localize(None).to_numpy()
    data = xr.Dataset(
        {
            "uo": (("time", "depth"), 100.0 * frame[["u_m_s"]].to_numpy(), {"units": "cm s-1"}),
            "vo": (("time", "depth"), 100.0 * frame[["v_m_s"]].to_numpy(), {"units": "cm s-1"}),
        },
        coords={"time": times, "depth": [5_600.0]},
    )
    data.to_netcdf(tmp_path / "mine.nc")
    record = read_current_file(tmp_path / "mine.nc")
    assert record.time_s[0] == 1_767_225_600 and np.allclose(record.v_m_s, frame["v_m_s"], atol=1e-15)
    two = xr.concat([data, data.assign_coords(depth=[5_500.0])], dim="depth")
    two.to_netcdf(tmp_path / "two.nc")
    with pytest.raises(
        ObservationError, match=r"two\.nc: row 2, column 'time': .* stands twice; keep one row per time"
    ):
        read_current_file(tmp_path / "two.nc")


def test_times_without_a_zone_need_one_in_csv(tmp_path: Path) -> None:
    frame = made_frame().rename(columns={"time_utc": "time"})
    frame["time"] = frame["time"].dt.tz_localize(None)
    assert "has no zone; if the times are UTC name the column time_utc" in complaint(tmp_path, frame)
    assert read_current_file(tmp_path / "mine.csv", "+09:00").time_s[0] == 1_767_225_600 - 9 * 3_600


def test_few_missing_values_are_filled_linearly_and_counted(tmp_path: Path) -> None:
    """Derived: rows 10 to 12 are absent, row 100 is empty, the first two and the last have no value."""
    frame = made_frame()
    frame.loc[[0, 1, 100, ROWS - 1], "v_m_s"] = np.nan
    record = read(tmp_path, frame.drop(index=[10, 11, 12]))
    assert record.notes == (
        f"4 of {ROWS - 3} values were missing (at most 3 in a row) and were filled linearly",
        "3 rows without a value were cut off at the ends",
    )
    assert len(record.time_s) == ROWS - 3 and np.all(np.diff(record.time_s) == 600)
    v = frame["v_m_s"]
    assert record.v_m_s[8:11] == pytest.approx(v[9] + (v[13] - v[9]) * np.array([0.25, 0.5, 0.75]))
    assert record.v_m_s[98] == pytest.approx((v[99] + v[101]) / 2.0)


def test_times_a_little_off_even_ones_are_mended_and_told(tmp_path: Path) -> None:
    frame = made_frame()
    frame["time_utc"] += pd.to_timedelta(np.where(frame.index == 5, 12, 0), unit="s")
    record = read(tmp_path, frame)
    assert record.notes == ("times were up to 12 s off even ones; values were interpolated to even times",)
    assert np.all(np.diff(record.time_s) == 600)
    frame["time_utc"] += pd.to_timedelta(np.where(frame.index == 5, 60, 0), unit="s")
    assert complaint(tmp_path, frame) == (
        "row 6, column 'time_utc': 2026-01-01T00:51:12Z is 72 s off the even times of a record with a step of 600 s; "
        "interpolate the record to even times"
    )


def test_a_long_gap_and_many_short_ones_are_refused(tmp_path: Path) -> None:
    frame = made_frame()
    assert complaint(tmp_path, frame.drop(index=[10, 11, 12, 13])) == (
        "gap of 4 steps (0.667 h) after 2026-01-01T01:30:00Z; at most 3 steps in a row may be missing; fill it, or cut "
        "the record there"
    )
    emptied = frame.copy()
    emptied.loc[10:13, "u_m_s"] = np.nan
    assert complaint(tmp_path, emptied).startswith("gap of 4 steps (0.667 h) after 2026-01-01T01:30:00Z; ")
    assert complaint(tmp_path, frame[(frame.index % 10 != 5)]) == (
        "10.0% of the values are missing, one by one; at most 5% may be; fill them, or use a better stretch of the "
        "record"
    )
    assert complaint(tmp_path, frame.assign(u_m_s=np.nan)) == (
        "every value of the current is missing; export the record again"
    )


def test_times_out_of_order_or_doubled_are_named(tmp_path: Path) -> None:
    frame = made_frame()
    assert complaint(tmp_path, pd.concat([frame[:10], frame[11:12], frame[10:11], frame[12:]])) == (
        "row 12, column 'time_utc': 2026-01-01T01:40:00Z is earlier than the row before; sort by time"
    )
    assert complaint(tmp_path, pd.concat([frame[:11], frame[10:]])) == (
        "row 12, column 'time_utc': 2026-01-01T01:40:00Z stands twice; keep one row per time"
    )


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (
            100.0,
            "the median speed is 2.35 m/s, above 0.5: no current near the deep sea bed; this looks like centimetres "
            "per second: call the columns u_cm_s and v_cm_s",
        ),
        (
            0.01,
            "the fastest speed is 0.000316 m/s, below 0.002; this looks like metres per second called centimetres, "
            'or a stuck instrument: check the unit, or choose current = "none" for still water',
        ),
    ],
)
def test_wrong_units_are_suspected(tmp_path: Path, factor: float, expected: str) -> None:
    frame = made_frame()
    assert complaint(tmp_path, frame.assign(u_m_s=factor * frame["u_m_s"], v_m_s=factor * frame["v_m_s"])) == expected


def test_a_fill_value_and_a_word_are_named_with_their_row(tmp_path: Path) -> None:
    frame = made_frame()
    frame.loc[7, "v_m_s"] = 9999.0
    assert complaint(tmp_path, frame) == (
        "row 8 (2026-01-01T01:10:00Z): speed 9999 m/s is above 2; correct it, or leave the cell empty where 9999 or "
        "the like stands for a missing value"
    )
    words = made_frame().astype({"u_m_s": object})
    words.loc[7, "u_m_s"] = "slack"
    assert complaint(tmp_path, words) == (
        "row 8, column 'u_m_s': 'slack' is not a number; correct it, or leave the cell empty where the value is missing"
    )


def test_a_missing_column_or_unit_is_named(tmp_path: Path) -> None:
    frame = made_frame()
    assert complaint(tmp_path, frame.rename(columns={"v_m_s": "north_m_s"})) == (
        "column 'v_m_s' is missing; the other columns are time_utc, north_m_s; a current is u_m_s and v_m_s, u_cm_s "
        "and v_cm_s, or speed_m_s and direction_deg"
    )
    assert complaint(tmp_path, frame.rename(columns={"u_m_s": "u", "v_m_s": "v"})) == (
        "column 'u' declares no unit; metres or centimetres per second are known; end its name in _m_s or _cm_s, or "
        "give a NetCDF variable the attribute units = 'm s-1'"
    )
    assert complaint(tmp_path, frame.drop(columns="time_utc")).startswith("column 'time_utc' is missing; ")


def test_a_record_too_short_or_with_too_coarse_a_step_is_refused(tmp_path: Path) -> None:
    assert complaint(tmp_path, made_frame(14 * 144)) == (
        "14 days from 2026-01-01T00:00:00Z to 2026-01-14T23:50:00Z; a record covers at least 15 days, from spring tide "
        "to spring tide; use a longer one"
    )
    assert complaint(tmp_path, made_frame(100, 360.0)) == (
        "column 'time_utc': the step is 360 min, it must be 1 … 180 min, so that a tide is seen; average or "
        "interpolate it"
    )
    assert complaint(tmp_path, made_frame(1)) == "1 rows; a current record needs at least 15 days; add them"
    with pytest.raises(ObservationError, match=r"none\.csv: no such file; give the path of a CSV, Parquet or NetCDF"):
        read_current_file(tmp_path / "none.csv")
