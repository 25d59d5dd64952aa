"""Read tropical-cyclone tracks from a Parquet file, and say in one line what is wrong with it."""

from pathlib import Path

import numpy as np

from ops_data.errors import ObservationError, did_you_mean
from ops_data.observations import StormTracks

COLUMNS = ("storm_id", "time_utc", "lat_deg", "lon_deg", "wind_kn")
MAXIMUM_WIND_KN = 250.0


def read_track_file(name: str, path: Path) -> StormTracks:
    """Read and check one file of tracks.

    Parameters
    ----------
    name : what the set is called in scenarios and messages.
    path : a Parquet file with :data:`COLUMNS`; its metadata says ``wind_period_min`` (1 or 10).

    Raises
    ------
    ObservationError
        The file is not Parquet, misses a column, is not in time order, or holds an impossible position or wind.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path)
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise ObservationError(
            f"{path}: not a readable Parquet file ({str(error).splitlines()[0]}); write it again"
        ) from error
    for column in COLUMNS:
        if column not in table.column_names:
            remedy = did_you_mean(column, table.column_names)
            raise ObservationError(f"{path}: column '{column}' is missing; {remedy}; tracks need {', '.join(COLUMNS)}")
    period = (table.schema.metadata or {}).get(b"wind_period_min", b"").decode()
    if period not in ("1", "10"):
        raise ObservationError(
            f"{path}: metadata wind_period_min is '{period}', it must be 1 or 10 (minutes); add it to the file"
        )
    storm = table["storm_id"].to_numpy().astype(str)
    tracks = StormTracks(
        name=name,
        storm_id=tuple(str(word) for word in storm[np.r_[True, storm[1:] != storm[:-1]]]) if len(storm) else (),
        first_row=np.r_[0, np.flatnonzero(storm[1:] != storm[:-1]) + 1, len(storm)].astype(np.int64),
        time_s=table["time_utc"].to_numpy().astype("datetime64[s]").astype(np.int64),
        lat_deg=table["lat_deg"].to_numpy().astype(np.float64),
        lon_deg=table["lon_deg"].to_numpy().astype(np.float64),
        wind_kn=np.nan_to_num(table["wind_kn"].to_numpy().astype(np.float64), nan=0.0),
        wind_period_min=int(period),
    )
    _check(path, tracks, storm)
    return tracks


def _check(path: Path, tracks: StormTracks, storm: np.ndarray) -> None:
    if not len(storm):
        raise ObservationError(f"{path}: no rows; a set of tracks needs at least one storm")
    if len(set(tracks.storm_id)) != len(tracks.storm_id):
        raise ObservationError(f"{path}: rows of one storm_id stand apart; sort the file by storm_id, then time_utc")
    backward = (np.diff(tracks.time_s) <= 0) & (storm[1:] == storm[:-1])
    if backward.any():
        row = int(np.argmax(backward)) + 1
        raise ObservationError(
            f"{path}: row {row + 1}, storm '{storm[row]}': time_utc does not increase; sort by storm_id, then time_utc"
        )
    bounds = (("lat_deg", tracks.lat_deg, -90.0, 90.0), ("lon_deg", tracks.lon_deg, -180.0, 360.0))
    for column, values, low, high in (*bounds, ("wind_kn", tracks.wind_kn, 0.0, MAXIMUM_WIND_KN)):
        wrong = ~((values >= low) & (values <= high))
        if wrong.any():
            row = int(np.argmax(wrong))
            raise ObservationError(
                f"{path}: row {row + 1}, column '{column}': {values[row]:g} is outside {low:g} … {high:g}; correct it"
            )
