"""Met-ocean files (truth: derived; small files made here, wind directions by hand)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray

from ops_data.errors import ObservationError, UsageError
from ops_data.ingest import sea_files
from ops_data.ingest.mapping import Mapping_, Target
from ops_data.ingest.sea_files import read_sea
from ops_data.ingest.sea_grid import default_site, grid_point, nearest_point
from ops_data.ingest.sea_series import wind_from


def read(path: Path, mapping: Mapping_ | None = None) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for raw, refused in read_sea(path, mapping or Mapping_()):
        assert not refused and raw.seq is None
        columns = [column.tolist() for column in (raw.row, raw.tag, raw.time_utc, raw.value, raw.unit, raw.quality)]
        rows += list(zip(*columns, strict=True))
    return rows


def extract(
    path: Path, *, longitudes: tuple[float, ...] = (154.5, 155.0), time_name: str = "time", **more: Any
) -> Path:
    """Write two hours of a box of ERA5 round the site; wave heights tell the place they stand at."""
    latitudes = (23.5, 23.0, 22.5)
    shape = (2, len(latitudes), len(longitudes))
    swh = np.arange(np.prod(shape), dtype=np.float64).reshape(shape) / 10
    dims = (time_name, "latitude", "longitude")
    full = {name: (dims, np.full(shape, value), {"units": "m s**-1"}) for name, value in (("u10", 0.0), ("v10", -5.0))}
    data = xarray.Dataset(
        {"swh": (dims, swh, {"units": "m"}), "mwp": (dims, swh + 7, {"units": "s"}), **full},
        coords={
            time_name: (time_name, np.array([0, 1], dtype=np.int64), {"units": "hours since 1970-01-02"}),
            "latitude": list(latitudes),
            "longitude": list(longitudes),
        },
    )
    data.assign(**more).to_netcdf(path)
    return path


def test_a_csv_with_named_columns_becomes_readings_of_the_site(tmp_path: Path) -> None:
    path = tmp_path / "sea.csv"
    path.write_text("time_utc,hs_m,Tp [s],U10 [kn],comment\n1970-01-01T00:00Z,1.5,9,20,a\n1970-01-01T01:00Z,,10,21,b\n")
    rows = read(path)
    assert rows[:3] == [
        (1, "site.sea.hs", 0, 1.5, "m", ""),
        (1, "site.sea.tp", 0, 9.0, "s", ""),
        (1, "site.wind.speed", 0, 20.0, "kn", ""),
    ]
    assert np.isnan(rows[3][3]) and [row[2] for row in rows[3:]] == [3600] * 3


def test_a_cell_that_is_no_number_is_refused_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sea_files, "CHUNK_ROWS", 4)
    path = tmp_path / "sea.csv"
    lines = [f"1970-01-01T00:00:0{at}Z,{hs},{tp}" for at, (hs, tp) in enumerate([(1, 5), ("high", 6), ("-", "?")])]
    path.write_text("\n".join(["time_utc,hs_m,tp_s", *lines, ""]))
    chunks = list(read_sea(path, Mapping_()))
    assert [raw.value.tolist() for raw, _ in chunks] == [[1.0, 5.0, 6.0], []]
    told = [[(one.row, one.text, one.reason.split(";")[0]) for one in refused] for _, refused in chunks]
    assert told == [
        [(2, "high", "column 'hs_m': 'high' is not a number")],
        [(3, "-", "column 'hs_m': '-' is not a number"), (3, "?", "column 'tp_s': '?' is not a number")],
    ]


def test_names_and_zone_of_a_mapping_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "sea.csv"
    path.write_text("Zeit,Welle,swh\n1970-01-01T09:00,150,9\n1970-01-01T10:00,-99,9\n")
    tags = {"Welle": Target("site.sea.hs", "cm"), "swh": Target("")}
    mapping = Mapping_(time_column="Zeit", time_zone="Asia/Tokyo", missing=("-99",), tags=tags)
    with pytest.raises(ObservationError, match="the clock of America/New_York changes"):
        read(path, Mapping_(time_column="Zeit", time_zone="America/New_York", tags=tags))
    rows = read(path, mapping)
    assert rows[0] == (1, "site.sea.hs", 0, 150.0, "cm", "")
    assert len(rows) == 2


def test_encoding_separator_decimal_mark_and_form_of_the_times_are_those_of_the_mapping(tmp_path: Path) -> None:
    path = tmp_path / "sea.csv"
    path.write_bytes("Zeit;Höhe\n01.01.1970 09:30;1,5\n".encode("latin-1"))
    tags = {"Höhe": Target("site.sea.hs", "m")}
    mapping = Mapping_(
        encoding="latin-1",
        delimiter=";",
        decimal=",",
        time_column="Zeit",
        time_zone="Asia/Tokyo",
        time_format="%d.%m.%Y %H:%M",
        tags=tags,
    )
    assert read(path, mapping) == [(1, "site.sea.hs", 1_800, 1.5, "m", "")]
    with pytest.raises(ObservationError, match="row 1, column 'Zeit': the time is missing"):
        read(path, replace(mapping, time_format="%Y"))
    with pytest.raises(ObservationError, match="cannot be read as CSV"):
        read(path, Mapping_(delimiter=";", time_column="Zeit", tags=tags))
    path.write_text("t,hs_m\n1800000,1.5\n")
    assert read(path, Mapping_(time_column="t", time_format="epoch_ms"))[0][2] == 1_800


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("time_utc,depth\n1970-01-01T00:00Z,1\n", "no column is known as a series of the sea"),
        ("when,hs_m\n1970-01-01T00:00Z,1\n", "no column of times"),
        ("time,hs_m\n1970-01-01T00:00,1\n", "has no zone"),
        ("time_utc,u10\n1970-01-01T00:00Z,1\n", "'u10' without the other of u10 and v10"),
        ("time_utc,u10 [m/s],v10 [kn]\n1970-01-01T00:00Z,1,1\n", r"u10 is in 'm/s', v10 in 'kn'|u10 is in 'm/s' and"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "sea.csv"
    path.write_text(text)
    with pytest.raises(ObservationError, match=told) as error:
        read(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("time_name", ["time", "valid_time"])
@pytest.mark.parametrize("turn", [0.0, 360.0])
def test_an_extract_of_era5_gives_the_point_nearest_to_the_site(tmp_path: Path, time_name: str, turn: float) -> None:
    assert default_site() == (23.2, 154.9)
    longitudes = (154.5 - turn, 155.0 - turn)
    path = extract(tmp_path / "era5.nc", longitudes=longitudes, time_name=time_name)
    rows = read(path)
    assert rows[:3] == [
        (1, "site.sea.hs", 86_400, 0.3, "m", ""),
        (1, "site.wind.speed", 86_400, 5.0, "m/s", ""),
        (1, "site.wind.direction", 86_400, 0.0, "deg", ""),
    ]
    assert rows[3][:4] == (2, "site.sea.hs", 90_000, 0.9)
    point = grid_point(path, Mapping_())
    assert (point.latitude_deg, point.longitude_deg) == (23.0, longitudes[1])
    assert point.distance_km == pytest.approx(24.48, abs=0.05)  # 0.2° north, 0.1° x cos 23.1° east, of 111.195 km each
    assert point.told().startswith("nearest grid point 23° N")


def test_a_mean_period_is_taken_only_when_asked_for_and_is_uncertain(tmp_path: Path) -> None:
    rows = read(extract(tmp_path / "era5.nc"), Mapping_(tags={"mwp": Target("site.sea.tp")}))
    assert [row[3:] for row in rows if row[1] == "site.sea.tp"] == [(7.3, "s", "uncertain"), (7.9, "s", "uncertain")]


def test_a_site_too_far_from_the_grid_is_refused_with_the_distance(tmp_path: Path) -> None:
    path = extract(tmp_path / "era5.nc")
    mapping = Mapping_(reader={"latitude_deg": 24.3, "longitude_deg": 154.0})
    with pytest.raises(
        ObservationError, match=r"102\.\d km from the site at 24.3° N 154° E, 0\.92° away; at most 0.5°"
    ):
        read(path, mapping)
    with pytest.raises(UsageError, match=r"did you mean 'latitude_deg'\?"):
        read(path, Mapping_(reader={"latitude": 24.3}))


def test_final_and_preliminary_values_of_era5_are_joined(tmp_path: Path) -> None:
    times = (np.array([0, 1], dtype=np.int64), {"units": "hours since 1970-01-01"})
    values = np.array([[1.0, np.nan], [np.nan, 2.0]])[:, :, None, None]
    dims = ("expver", "time", "latitude", "longitude")
    coords = {"expver": [1, 5], "time": ("time", *times), "latitude": [23.0], "longitude": [155.0]}
    xarray.Dataset({"swh": (dims, values, {"units": "m"})}, coords=coords).to_netcdf(tmp_path / "era5.nc")
    assert [row[3] for row in read(tmp_path / "era5.nc")] == [1.0, 2.0]
    xarray.Dataset(
        {"swh": (("number", *dims[1:]), values, {"units": "m"})},
        coords={"number": [0, 1], **{name: coords[name] for name in dims[1:]}},
    ).to_netcdf(tmp_path / "ensemble.nc")
    with pytest.raises(ObservationError, match="'swh' varies along number too"):
        read(tmp_path / "ensemble.nc")


def test_a_file_that_is_no_netcdf_or_has_no_times_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "era5.nc"
    with pytest.raises(ObservationError, match="no such file"):
        read(path)
    path.write_bytes(b"no NetCDF")
    with pytest.raises(ObservationError, match="cannot be read as NetCDF"):
        read(path)
    xarray.Dataset(coords={"time": [0.0, 1.0], "latitude": [23.0], "longitude": [155.0]}).to_netcdf(tmp_path / "b.nc")
    with pytest.raises(ObservationError, match="has no times by the CF convention"):
        read(tmp_path / "b.nc")


def test_the_wind_is_told_by_where_it_comes_from() -> None:
    u, v = np.array([0.0, -1.0, 0.0, 1.0, 1.0, 0.0]), np.array([-1.0, 0.0, 1.0, 0.0, 1.0, 0.0])
    speed, direction = wind_from(u, v)
    assert direction[:5].tolist() == [0.0, 90.0, 180.0, 270.0, 225.0]
    assert np.isnan(direction[5]) and speed[5] == 0.0 and speed[4] == pytest.approx(2**0.5)


def test_the_nearest_point_is_found_across_the_date_line() -> None:
    point = nearest_point(Path("x"), np.array([0.0]), np.array([-179.9, 179.0]), (0.0, 179.8))
    assert point.longitude_deg == -179.9 and point.offset_deg == pytest.approx(0.3)


def test_long_series_come_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sea_files, "CHUNK_ROWS", 4)
    path = tmp_path / "sea.csv"
    lines = [f"1970-01-01T{hour:02d}:00Z,1,2" for hour in range(5)]
    path.write_text("\n".join(["time_utc,hs_m,tp_s", *lines, ""]))
    assert [raw.row.tolist() for raw, _ in read_sea(path, Mapping_())] == [[1, 1, 2, 2], [3, 3, 4, 4], [5, 5]]
