"""Real weather: one packaged hourly sea record, two sets of tropical-cyclone tracks, and a person's own files.

Public face: :func:`load_sea_record`, :func:`load_tracks`, and the names they know. What the packaged files hold, where
they come from and under which terms is in ``ATTRIBUTION.md`` and ``README.md`` beside this file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ObservationError, did_you_mean

HERE: Final = Path(__file__).parent
SEA_RECORDS: Final = {"era5-41N-125W": "era5_41.0N_125.0W_1989_2019.parquet"}
STORM_TRACKS: Final = {"jtwc": "tropical_cyclones_jtwc.parquet", "wmo": "tropical_cyclones_wmo.parquet"}
TRACKS_LATITUDE_DEG: Final = 24.3  # the packaged tracks hold every storm that passes within TRACKS_RADIUS_KM of here
TRACKS_LONGITUDE_DEG: Final = 153.98
TRACKS_RADIUS_KM: Final = 1_500.0
FILE_SUFFIXES: Final = (".csv", ".parquet", ".pqt", ".nc")


@dataclass(frozen=True, eq=False)
class SeaRecord:
    """An hourly sea record without a gap.

    Attributes
    ----------
    name : packaged name or file name.
    origin_s : Unix UTC second of hour 0, a whole hour.
    hs_m : significant wave height [m], float32, shape (hours,), 0 … 30.
    wind_m_s : 10 m wind speed [m/s], float32, shape (hours,), 0 … 100.
    note : what was done to the file while reading it, one sentence, or an empty text.
    """

    name: str
    origin_s: int
    hs_m: NDArray[np.float32]
    wind_m_s: NDArray[np.float32]
    note: str


@dataclass(frozen=True, eq=False)
class StormTracks:
    """Best tracks of many storms, one row per record, storms one after another.

    Attributes
    ----------
    name : packaged name or file name.
    storm_id : name of each storm, length n.
    first_row : row where each storm starts, and the number of rows at the end, int64, shape (n + 1,).
    time_s : Unix UTC seconds, int64, increasing within a storm.
    lat_deg, lon_deg : position of the centre [°N, °E], float64.
    wind_kn : maximum sustained wind [kn], float64; 0 where the agency gives none.
    wind_period_min : averaging period of that wind [min], 1 or 10.
    """

    name: str
    storm_id: tuple[str, ...]
    first_row: NDArray[np.int64]
    time_s: NDArray[np.int64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    wind_kn: NDArray[np.float64]
    wind_period_min: int


def load_sea_record(name_or_path: str, zone: str | None = None) -> SeaRecord:
    """Read a packaged sea record by name, or a person's own file by path.

    Parameters
    ----------
    name_or_path : a key of :data:`SEA_RECORDS`, or the path of a CSV, Parquet or NetCDF file.
    zone : ``"UTC"`` (or an offset such as ``"+09:00"``) when the file's times carry no zone.

    Returns
    -------
    The record, hourly, in UTC.

    Raises
    ------
    ObservationError
        The name is unknown, or the file breaks a rule; one line with file, place, value, rule and remedy.
    """
    if name_or_path in SEA_RECORDS:
        return _packaged_sea_record(name_or_path)
    _require_file(name_or_path, SEA_RECORDS, "sea record")
    from ops_data.observations.user_files import read_sea_file

    return read_sea_file(Path(name_or_path), zone)


def load_tracks(name_or_path: str) -> StormTracks:
    """Read packaged storm tracks by name, or a Parquet file of the same columns by path.

    Parameters
    ----------
    name_or_path : a key of :data:`STORM_TRACKS`, or the path of a Parquet file with the columns storm_id, time_utc,
        lat_deg, lon_deg, wind_kn and the file metadata ``wind_period_min``.

    Raises
    ------
    ObservationError
        The name is unknown, or the file breaks a rule.
    """
    if name_or_path not in STORM_TRACKS:
        _require_file(name_or_path, STORM_TRACKS, "set of storm tracks")
    from ops_data.observations.track_files import read_track_file

    file = STORM_TRACKS.get(name_or_path)
    return read_track_file(name_or_path, Path(name_or_path) if file is None else HERE / file)


def _require_file(name_or_path: str, packaged: dict[str, str], kind: str) -> None:
    """Raise unless the text names a file that is there; a text without a file suffix was meant as a name."""
    path = Path(name_or_path)
    if path.is_file():
        return
    if path.suffix.lower() in FILE_SUFFIXES:
        raise ObservationError(f"{name_or_path}: no such file; give the path of a {kind} that exists")
    raise ObservationError(f"'{name_or_path}' is no packaged {kind}: {did_you_mean(name_or_path, packaged)}")


def _packaged_sea_record(name: str) -> SeaRecord:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(HERE / SEA_RECORDS[name])
    time_s = table["time_utc"].to_numpy().astype("datetime64[s]").astype(np.int64)
    return SeaRecord(
        name=name,
        origin_s=int(time_s[0]),
        hs_m=(table["hs_mm"].to_numpy() / 1_000.0).astype(np.float32),
        wind_m_s=(table["wind_cm_s"].to_numpy() / 100.0).astype(np.float32),
        note="",
    )
