"""The packaged records and the loader for a person's own files.

Truth: *published* = the record statistics of the source packages and the SHA-256 written in ATTRIBUTION.md; *derived* =
small files written by hand.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ops_data.errors import ObservationError
from ops_data.observations import HERE, SEA_RECORDS, STORM_TRACKS, load_sea_record, load_tracks
from ops_data.observations.cut_observations import check_sha256
from ops_data.observations.cut_observations import main as cut
from ops_data.observations.user_files import read_sea_file

HOURS = 366 * 24


def made_frame(hours: int = HOURS, step_h: int = 1) -> pd.DataFrame:
    """Return a clean year: Hs rises a millimetre an hour from 1 m and falls back each day; wind 7 m/s."""
    rows = np.arange(0, hours, step_h)
    return pd.DataFrame(
        {
            "time_utc": pd.Timestamp("2020-01-01", tz="UTC") + pd.to_timedelta(rows, unit="h"),
            "Hs": 1.0 + 0.001 * (rows % 24),
            "U10": np.full(len(rows), 7.0),
        }
    )


def written(folder: Path, frame: pd.DataFrame, name: str = "mine.csv") -> str:
    path = folder / name
    if name.endswith(".csv"):
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    return str(path)


def complaint(path: str, zone: str | None = None) -> str:
    """Return the loader's message, which is one line and starts with the file."""
    with pytest.raises(ObservationError) as caught:
        load_sea_record(path, zone)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(path)
    return message.removeprefix(path)


def test_the_packaged_sea_record_is_31_whole_years_of_hours() -> None:
    """Published: 271,728 hours, mean Hs 1.94, 99th percentile 4.51, maximum 8.62 m."""
    record = load_sea_record("era5-41N-125W")
    assert np.datetime64(record.origin_s, "s") == np.datetime64("1989-01-01T00")
    assert len(record.hs_m) == len(record.wind_m_s) == 271_728
    assert (round(float(record.hs_m.mean()), 2), round(float(record.hs_m.max()), 2)) == (1.94, 8.62)
    assert round(float(np.percentile(record.hs_m, 99)), 2) == 4.51
    assert 0.0 <= float(record.wind_m_s.min()) <= float(record.wind_m_s.max()) < 30.0


@pytest.mark.parametrize(("name", "storms", "rows", "period"), [("jtwc", 530, 19_260, 1), ("wmo", 581, 25_016, 10)])
def test_the_packaged_tracks_hold_the_storms_within_1500_km(name: str, storms: int, rows: int, period: int) -> None:
    """Published: 530 storms and 19,260 rows of JTWC; the WMO count is that of the same cut."""
    tracks = load_tracks(name)
    assert (len(tracks.storm_id), len(tracks.time_s), tracks.wind_period_min) == (storms, rows, period)
    assert tracks.first_row[0] == 0 and tracks.first_row[-1] == rows


def test_every_packaged_file_is_the_one_its_attribution_names() -> None:
    text = (HERE / "ATTRIBUTION.md").read_text(encoding="utf-8")
    for file in (*SEA_RECORDS.values(), *STORM_TRACKS.values()):
        content = (HERE / file).read_bytes()
        assert hashlib.sha256(content).hexdigest() in text
        assert len(content) < 2_000_000
        assert b"attribution" in pq.read_schema(HERE / file).metadata


def test_the_cutting_script_refuses_another_version_of_a_source(tmp_path: Path) -> None:
    source = tmp_path / "jtwc.csv"
    source.write_text("track_id,time\n", encoding="utf-8")
    with pytest.raises(ObservationError, match=r"SHA-256 starts .*, expected a6306e3f67ebf47e"):
        check_sha256(source, "a6306e3f67ebf47e")
    assert cut([]) == 2


def test_a_clean_file_is_read_the_same_from_csv_and_parquet(tmp_path: Path) -> None:
    frame = made_frame()
    for name in ("mine.csv", "mine.parquet"):
        record = load_sea_record(written(tmp_path, frame, name))
        assert record.origin_s == 1_577_836_800
        assert record.note == ""
        assert np.array_equal(record.hs_m, frame["Hs"].to_numpy().astype(np.float32))


def test_offsets_are_converted_to_utc(tmp_path: Path) -> None:
    """Derived: 2020-01-01 09:00 in Japan is midnight UTC."""
    frame = made_frame().rename(columns={"time_utc": "time"})
    frame["time"] = frame["time"].dt.tz_convert("Asia/Tokyo").map(lambda time: time.isoformat())
    assert load_sea_record(written(tmp_path, frame)).origin_s == 1_577_836_800


def test_times_without_zone_need_a_declaration(tmp_path: Path) -> None:
    frame = made_frame().rename(columns={"time_utc": "time"})
    frame["time"] = frame["time"].dt.tz_localize(None)
    for name in ("mine.csv", "mine.parquet"):
        path = written(tmp_path, frame, name)
        assert complaint(path).endswith(
            "has no zone; if the times are UTC name the column time_utc, else write each with its offset, "
            "such as 2020-01-31T15:00+09:00"
        )
        assert load_sea_record(path, zone="UTC").origin_s == 1_577_836_800
        assert load_sea_record(path, zone="+09:00").origin_s == 1_577_836_800 - 9 * 3_600
        assert complaint(path, zone="JST") == ": zone 'JST' is not known; give \"UTC\" or an offset such as +09:00"


def test_a_missing_sea_file_is_told_with_the_packaged_records() -> None:
    with pytest.raises(
        ObservationError, match=r"^nowhere\.csv: no such file; .*, or a packaged record: era5-41N-125W$"
    ):
        read_sea_file(Path("nowhere.csv"))


@pytest.mark.parametrize(("mark", "called"), [(";", "';'"), ("\t", "a tab")])
def test_another_separator_than_the_comma_is_named(mark: str, called: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"time_utc{mark}Hs{mark}U10\n2020-01-01T00:00Z{mark}1,5{mark}3,0\n")
    assert complaint(str(path)) == (
        f": the columns are parted by {called}; the separator must be a comma (and the decimal mark a point); "
        "export it again so"
    )


def test_wind_components_give_the_speed(tmp_path: Path) -> None:
    """Derived: 3 and 4 m/s make 5 m/s."""
    frame = made_frame().drop(columns="U10").assign(u10=3.0, v10=-4.0)
    assert float(load_sea_record(written(tmp_path, frame)).wind_m_s[0]) == 5.0
    assert complaint(written(tmp_path, frame.drop(columns="v10"))) == (
        ": column 'v10' is missing; components need both u10 and v10; a speed is called U10"
    )


@pytest.mark.parametrize("step_h", [3, 6])
def test_a_coarser_series_is_interpolated_and_the_note_says_so(tmp_path: Path, step_h: int) -> None:
    frame = made_frame(step_h=step_h)
    record = load_sea_record(written(tmp_path, frame))
    assert record.note == f"{step_h}-hourly values were interpolated linearly to hours"
    assert len(record.hs_m) == HOURS - step_h + 1
    assert float(record.hs_m[1]) == pytest.approx(1.001, abs=1e-6)


def test_a_missing_file_and_an_unknown_name_are_told_apart() -> None:
    assert complaint("nowhere.csv") == ": no such file; give the path of a sea record that exists"
    with pytest.raises(ObservationError) as caught:
        load_sea_record("era5-41N-125")
    assert str(caught.value) == "'era5-41N-125' is no packaged sea record: did you mean 'era5-41N-125W'?"
    with pytest.raises(ObservationError, match=r"^'jtcw' is no packaged set of storm tracks: did you mean 'jtwc'\?$"):
        load_tracks("jtcw")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "mine.parquet"
    broken.write_bytes(b"PAR1 but not really")
    assert "cannot be read as parquet" in complaint(str(broken))
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    assert "cannot be read as csv" in complaint(str(empty))
    other = tmp_path / "mine.xlsx"
    other.write_bytes(b"")
    assert complaint(str(other)) == ": ending '.xlsx' is not known; export a .csv, .parquet or .nc file"


def test_netcdf_without_xarray_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    path = tmp_path / "era5.nc"
    path.write_bytes(b"CDF")
    assert complaint(str(path)) == (
        ": reading NetCDF needs the package xarray, which is not installed; install it, or export the series as CSV or "
        "Parquet with columns time_utc, Hs, U10"
    )


def test_a_missing_column_is_named_with_the_closest_one(tmp_path: Path) -> None:
    path = written(tmp_path, made_frame().rename(columns={"Hs": "Hsig"}))
    assert complaint(path) == ": column 'Hs' is missing; did you mean 'Hsig'?; it may be called hs_m, hs, swh"


def test_a_value_that_is_missing_or_no_number_is_named_with_its_row(tmp_path: Path) -> None:
    frame = made_frame()
    frame.loc[41, "Hs"] = np.nan
    assert complaint(written(tmp_path, frame)) == (
        ": row 42, column 'Hs': 'nan' is not a number; fill it or cut the record before it"
    )
    frame = made_frame().astype({"Hs": object})
    frame.loc[7, "Hs"] = "calm"
    assert ": row 8, column 'Hs': 'calm' is not a number" in complaint(written(tmp_path, frame))


def test_times_out_of_order_doubled_or_missing_are_named(tmp_path: Path) -> None:
    frame = made_frame()
    swapped = pd.concat([frame.iloc[:10], frame.iloc[[11, 10]], frame.iloc[12:]])
    assert complaint(written(tmp_path, swapped)) == (
        ": row 12, column 'time_utc': 2020-01-01T10:00:00Z is earlier than the row before; sort by time"
    )
    doubled = pd.concat([frame.iloc[:11], frame.iloc[10:]])
    assert complaint(written(tmp_path, doubled)) == (
        ": row 12, column 'time_utc': 2020-01-01T10:00:00Z stands twice; keep one row per time"
    )
    holed = pd.concat([frame.iloc[:100], frame.iloc[105:]])
    assert complaint(written(tmp_path, holed)) == (
        ": column 'time_utc': gap of 5 h after 2020-01-05T03:00:00Z (row 100); a record has no gaps: fill it or cut it "
        "there"
    )
    frame["time_utc"] = frame["time_utc"].map(lambda time: time.isoformat())
    frame.loc[5, "time_utc"] = "yesterday"
    assert complaint(written(tmp_path, frame)) == (
        ": row 6, column 'time_utc': 'yesterday' is not a time; write 2020-01-31T06:00Z"
    )


@pytest.mark.parametrize("name", ["mine.csv", "mine.parquet"])
def test_a_missing_time_is_named(tmp_path: Path, name: str) -> None:
    frame = made_frame()
    frame.loc[3, "time_utc"] = pd.NaT
    assert complaint(written(tmp_path, frame, name)) == (
        ": row 4, column 'time_utc': the time is missing; fill or remove the row"
    )


def test_a_series_between_whole_hours_or_with_an_odd_step_is_refused(tmp_path: Path) -> None:
    frame = made_frame()
    frame["time_utc"] += pd.Timedelta(minutes=30)
    assert "2020-01-01T00:30:00Z is not a whole hour in UTC" in complaint(written(tmp_path, frame))
    assert "the step is 2 h, it must be 1, 3 or 6 h" in complaint(written(tmp_path, made_frame(step_h=2)))


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("Hs", -0.1, "column 'Hs': -0.1 is outside 0 … 30"),
        ("Hs", 31.0, "column 'Hs': 31 is outside 0 … 30"),
        ("U10", 101.0, "column 'wind': 101 is outside 0 … 100"),
    ],
)
def test_an_impossible_value_is_named_with_row_and_time(
    tmp_path: Path, column: str, value: float, expected: str
) -> None:
    frame = made_frame()
    frame.loc[2, column] = value
    message = complaint(written(tmp_path, frame))
    assert message.startswith(": row 3 (2020-01-01 02:00:00+00:00), ")
    assert expected in message


def test_centimetres_and_feet_are_suspected(tmp_path: Path) -> None:
    message = complaint(written(tmp_path, made_frame().assign(Hs=210.0)))
    assert message == (
        ": column 'Hs': the median is 210, above 15 m; this looks like centimetres or feet: convert to metres"
    )


def test_a_record_without_a_season_is_refused(tmp_path: Path) -> None:
    message = complaint(written(tmp_path, made_frame(hours=274 * 24)))
    assert message == (
        ": 274 days from 2020-01-01T00:00:00Z to 2020-09-30T23:00:00Z: no data in Oct, Nov, Dec; a record covers at "
        "least 365 days, so that every season is real; add the missing months"
    )


def track_file(folder: Path, **changed: list[object]) -> str:
    columns: dict[str, object] = {
        "storm_id": ["A", "A", "B"],
        "time_utc": pa.array([0, 21_600, 0], pa.timestamp("s", "UTC")),
        "lat_deg": [20.0, 21.0, 15.0],
        "lon_deg": [150.0, 151.0, 160.0],
        "wind_kn": [35.0, None, 50.0],
    }
    table = pa.table(columns | changed).replace_schema_metadata({"wind_period_min": "10"})
    pq.write_table(table, folder / "tracks.parquet")
    return str(folder / "tracks.parquet")


def test_a_persons_own_tracks_are_read_and_unknown_wind_counts_as_calm(tmp_path: Path) -> None:
    tracks = load_tracks(track_file(tmp_path))
    assert tracks.storm_id == ("A", "B")
    assert tracks.first_row.tolist() == [0, 2, 3]
    assert tracks.wind_kn.tolist() == [35.0, 0.0, 50.0]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"lat_deg": [20.0, 91.0, 15.0]}, ": row 2, column 'lat_deg': 91 is outside -90 … 90; correct it"),
        ({"storm_id": ["A", "B", "A"]}, ": rows of one storm_id stand apart; sort the file by storm_id, then time_utc"),
        (
            {"storm_id": ["A", "A", "A"]},
            ": row 3, storm 'A': time_utc does not increase; sort by storm_id, then time_utc",
        ),
    ],
)
def test_a_wrong_track_file_is_explained(tmp_path: Path, changed: dict[str, list[object]], expected: str) -> None:
    path = track_file(tmp_path, **changed)
    with pytest.raises(ObservationError) as caught:
        load_tracks(path)
    assert str(caught.value) == path + expected


def test_tracks_say_over_how_long_their_wind_is_averaged(tmp_path: Path) -> None:
    path = track_file(tmp_path)
    pq.write_table(pq.read_table(path).replace_schema_metadata({}), path)
    with pytest.raises(ObservationError, match="wind_period_min is '', it must be 1 or 10"):
        load_tracks(path)
    pq.write_table(pa.table({"storm_id": ["A"]}), path)
    with pytest.raises(ObservationError, match="column 'time_utc' is missing"):
        load_tracks(path)
