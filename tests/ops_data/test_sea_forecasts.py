"""Forecast files of the sea: the same numbers from CSV and NetCDF, and one plain line for what is wrong.

Truth: *derived* = small files by hand.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ops_data.errors import ObservationError, UsageError
from ops_data.ingest.mapping import Mapping_, Target
from ops_data.sea_forecasts import SeaForecast, read_sea_forecast

ISSUED_S = int(np.datetime64("2027-09-10T00:00", "s").astype(np.int64))
TIMES = ("2027-09-10T00:00Z", "2027-09-10T03:00Z", "2027-09-10T06:00Z", "2027-09-10T12:00Z")
HS_M, WIND_M_S = (1.5, 1.7, 2.0, 2.6), (6.0, 7.0, 9.0, 12.0)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of CSV files: a heading, and a row per time with its values."""

    def written(heading: str, *columns: tuple[object, ...], times: tuple[str, ...] = TIMES) -> Path:
        path = tmp_path / "forecast.csv"
        lines = [",".join(map(str, row)) for row in zip(times, *columns, strict=True)]
        path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
        return path

    return written


def refused(path: Path, words: str, mapping: Mapping_ | None = None, issued_s: int | None = None) -> None:
    with pytest.raises(ObservationError) as told:
        read_sea_forecast(path, mapping or Mapping_(), issued_s)
    assert words in str(told.value)
    assert str(told.value).startswith(str(path))
    assert "\n" not in str(told.value)


def test_a_csv_is_read_with_its_first_time_as_the_issue(write: Callable[..., Path]) -> None:
    found = read_sea_forecast(write("time_utc,hs_m,wind_m_s", HS_M, WIND_M_S), Mapping_())
    assert found.issued_s == ISSUED_S
    assert (found.time_s - ISSUED_S).tolist() == [0, 10_800, 21_600, 43_200]
    assert found.hs_m.tolist() == list(HS_M)
    assert found.wind_m_s.tolist() == list(WIND_M_S)


def test_the_time_of_issue_may_be_given(write: Callable[..., Path]) -> None:
    path = write("time_utc,hs_m,wind_m_s", HS_M, WIND_M_S)
    assert read_sea_forecast(path, Mapping_(), ISSUED_S - 7_200).issued_s == ISSUED_S - 7_200


def test_units_are_converted_and_a_mapping_names_columns(write: Callable[..., Path]) -> None:
    """Derived: 10 ft are 3.048 m, 18 km/h are 5 m/s."""
    path = write("Zeit,Welle,Wind [km/h]", (10.0,) * 4, (18.0,) * 4)
    tags = {"Welle": Target("site.sea.hs", "ft"), "Wind": Target("site.wind.speed")}
    found = read_sea_forecast(path, Mapping_(time_column="Zeit", tags=tags))
    assert found.hs_m == pytest.approx(3.048)
    assert found.wind_m_s == pytest.approx(5.0)


def test_the_names_of_the_register_are_headings_too(write: Callable[..., Path]) -> None:
    found = read_sea_forecast(write("time_utc,site.sea.hs [m],site.wind.speed [kn]", HS_M, (10.0,) * 4), Mapping_())
    assert found.hs_m.tolist() == list(HS_M)
    assert found.wind_m_s == pytest.approx(10.0 * 1852.0 / 3600.0)


def test_a_missing_file_and_a_missing_column_name_the_headings(write: Callable[..., Path], tmp_path: Path) -> None:
    refused(tmp_path / "none.csv", "no such file; name a CSV, Parquet or NetCDF file with time_utc, hs_m or site.sea")
    refused(write("time_utc,hs_m", HS_M), "no column of wind; a forecast holds Hs and wind: call it wind_m_s or site")


def test_netcdf_gives_the_grid_point_nearest_to_the_site(tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray")
    times = np.array([one.rstrip("Z") for one in TIMES], "datetime64[ns]")
    near, u10 = np.array(HS_M), np.array(WIND_M_S)
    hs = np.stack([near, near + 5.0], axis=1)[:, :, None]
    data = xarray.Dataset(
        {
            "swh": (("time", "latitude", "longitude"), hs, {"units": "m"}),
            "u10": (("time", "latitude", "longitude"), np.repeat(u10[:, None, None], 2, axis=1), {"units": "m s**-1"}),
            "v10": (("time", "latitude", "longitude"), np.zeros((4, 2, 1)), {"units": "m s**-1"}),
        },
        {"time": times, "latitude": [23.25, 24.0], "longitude": [155.0]},
    )
    path = tmp_path / "forecast.nc"
    data.to_netcdf(path)
    found = read_sea_forecast(path, Mapping_())
    assert found.hs_m == pytest.approx(HS_M)
    assert found.wind_m_s == pytest.approx(WIND_M_S)


def test_a_time_without_any_value_is_left_out(write: Callable[..., Path]) -> None:
    found = read_sea_forecast(write("time_utc,hs_m,wind_m_s", (1.0, "", 2.0, 3.0), (5.0, "", 6.0, 7.0)), Mapping_())
    assert len(found.time_s) == 3


def test_columns_that_are_not_known_or_missing_are_named(write: Callable[..., Path]) -> None:
    refused(write("time_utc,height,breeze", HS_M, WIND_M_S), "no column is known")
    refused(write("time_utc,hs_m,breeze", HS_M, WIND_M_S), "no column of wind")
    refused(write("time_utc,height,wind_m_s", HS_M, WIND_M_S), "no column of Hs")
    refused(write("time_utc,swh,wind_m_s", HS_M, WIND_M_S), "Hs has no unit; call the column hs_m")
    refused(write("time_utc,swh [kg],wind_m_s", HS_M, WIND_M_S), "Hs: unit 'kg'")
    refused(write("time_utc,hs_m,swh [ft],wind_m_s", HS_M, HS_M, WIND_M_S), "Hs stands in two columns")


def test_values_that_cannot_be_are_named_with_their_time(write: Callable[..., Path]) -> None:
    heading = "time_utc,hs_m,wind_m_s"
    refused(write(heading, (1.0, -0.5, 1.0, 1.0), WIND_M_S), "Hs at 2027-09-10T03:00:00Z is -0.5; it must be 0 … 30 m")
    refused(write(heading, HS_M, (5.0, 5.0, 500.0, 5.0)), "wind at 2027-09-10T06:00:00Z is 500")
    refused(write(heading, HS_M, (5.0, "calm", 5.0, 5.0)), "row 2, column 'wind_m_s': 'calm' is not a number")
    refused(write(heading, (1.0, "", 1.0, 1.0), WIND_M_S), "not given at the same times (3 and 4)")


def test_times_that_cannot_be_are_named(write: Callable[..., Path]) -> None:
    heading = "time_utc,hs_m,wind_m_s"
    refused(write(heading, HS_M, WIND_M_S, times=TIMES[::-1]), "time 2, 2027-09-10T06:00:00Z, is not later")
    refused(write(heading, HS_M, WIND_M_S, times=(*TIMES[:3], TIMES[2])), "time 4, 2027-09-10T06:00:00Z, is not later")
    late = (*TIMES[:3], "2027-09-10T13:00Z")
    refused(write(heading, HS_M, WIND_M_S, times=late), "7 h without a value after 2027-09-10T06:00:00Z")
    refused(write(heading, HS_M, WIND_M_S), "correct the time of issue", issued_s=ISSUED_S + 43_200)
    refused(write(heading, HS_M[:1], WIND_M_S[:1], times=TIMES[:1]), "at least two times")
    refused(write("time,hs_m,wind_m_s", HS_M, WIND_M_S, times=tuple(one.rstrip("Z") for one in TIMES)), "has no zone")


def test_a_file_that_is_not_there_and_a_key_that_is_not_known_are_named(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    refused(tmp_path / "none.csv", "no such file")
    with pytest.raises(UsageError, match=r"key 'reader.latitude'"):
        xarray = pytest.importorskip("xarray")
        path = tmp_path / "grid.nc"
        xarray.Dataset(coords={"time": [0], "latitude": [23.0], "longitude": [155.0]}).to_netcdf(path)
        read_sea_forecast(path, Mapping_(reader={"latitude": 23.0}))


def test_a_forecast_put_together_in_the_program_keeps_the_same_rules() -> None:
    times = ISSUED_S + np.array([0, 3_600], np.int64)
    with pytest.raises(ObservationError, match=r"^sea forecast: Hs at 2027-09-10T00:00:00Z is -1"):
        SeaForecast(ISSUED_S, times, np.array([-1.0, 1.0]), np.array([5.0, 5.0]))
    with pytest.raises(ObservationError, match="2 times, 1 of Hs, 2 of wind"):
        SeaForecast(ISSUED_S, times, np.array([1.0]), np.array([5.0, 5.0]))
