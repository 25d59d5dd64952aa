"""Met-ocean series out of NetCDF extracts of ERA5: the grid point nearest to the site."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ops_data.errors import ObservationError, UsageError, did_you_mean
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.rows import Real, Whole
from ops_data.ingest.sea_series import NETCDF_UNITS, Series, components_in, first_line, named, wind_from, wind_series
from ops_data.units import EARTH_RADIUS_KM

if TYPE_CHECKING:
    import xarray

MAXIMUM_OFFSET_DEG: Final = 0.5  # two cells of ERA5: farther away it is another sea
MISSING: Final = "give the path of a CSV or NetCDF file that exists"
DEFAULT_SCENARIO: Final = Path(__file__).parents[1] / "scenarios" / "pilot-2027.toml"
_KEYS: Final = ("latitude_deg", "longitude_deg")


@dataclass(frozen=True)
class GridPoint:
    """The point of a grid that is taken for a site: latitude and longitude [°], and how far away it is [°, km]."""

    latitude_deg: float
    longitude_deg: float
    offset_deg: float
    distance_km: float

    def told(self) -> str:
        """Return where it is, for a report.

        Examples
        --------
        >>> GridPoint(23.25, 155.0, 0.1, 11.64).told()
        'nearest grid point 23.25° N 155° E, 11.6 km from the site'
        """
        where = f"{self.latitude_deg:g}° N {self.longitude_deg:g}° E"
        return f"nearest grid point {where}, {self.distance_km:.1f} km from the site"


@cache
def default_site() -> tuple[float, float]:
    """Return latitude and longitude [°] of the site of the default scenario."""
    site = tomllib.loads(DEFAULT_SCENARIO.read_text(encoding="utf-8"))["site"]
    return float(site["latitude_deg"]), float(site["longitude_deg"])


def nearest_point(path: Path, latitudes_deg: Real, longitudes_deg: Real, site: tuple[float, float]) -> GridPoint:
    """Return the grid point nearest to a site on the sphere.

    Parameters
    ----------
    latitudes_deg, longitudes_deg : axes of the grid; longitudes -180 … 180 or 0 … 360.
    site : latitude and longitude [°].

    Raises
    ------
    ObservationError
        No point, or the nearest lies more than `MAXIMUM_OFFSET_DEG` of arc away.
    """
    if not len(latitudes_deg) or not len(longitudes_deg):
        raise ObservationError(f"{path}: the grid has no point; extract the box around the site again")
    lat, lon = np.radians(site[0]), np.radians(site[1])
    lats, lons = np.radians(latitudes_deg)[:, None], np.radians(longitudes_deg)[None, :]
    half = np.sin((lats - lat) / 2) ** 2 + np.cos(lat) * np.cos(lats) * np.sin((lons - lon) / 2) ** 2
    arc = 2 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    row, column = np.unravel_index(int(np.argmin(arc)), arc.shape)
    offset = float(arc[row, column])
    found = GridPoint(
        float(latitudes_deg[row]), float(longitudes_deg[column]), float(np.degrees(offset)), offset * EARTH_RADIUS_KM
    )
    if found.offset_deg > MAXIMUM_OFFSET_DEG:
        raise ObservationError(
            f"{path}: {found.told()} at {site[0]:g}° N {site[1]:g}° E, {found.offset_deg:.2f}° away; at most "
            f"{MAXIMUM_OFFSET_DEG}° is taken; extract a box around the site, or give [reader] latitude_deg and "
            "longitude_deg in the mapping"
        )
    return found


def grid_point(path: Path, mapping: Mapping_) -> GridPoint:
    """Return which point of a NetCDF file is taken for a mapping's site; ObservationError as in `nearest_point`."""
    with _opened(path) as data:
        return _point(path, data, site_of(mapping))


def read_grid(path: Path, mapping: Mapping_) -> tuple[Whole, list[Series]]:
    """Return times and series of the grid point nearest to the site."""
    try:
        with _opened(path) as data:
            return _at_site(path, data, mapping)
    except (RuntimeError, OSError, IndexError) as error:  # what the NetCDF library says of wrong bytes
        raise ObservationError(f"{path}: damaged ({first_line(error)}); fetch or export it again") from error


def _at_site(path: Path, data: "xarray.Dataset", mapping: Mapping_) -> tuple[Whole, list[Series]]:
    point = _point(path, data, site_of(mapping))
    time_name = _axis(path, data, ("time", "valid_time"))
    times = np.atleast_1d(data[time_name].to_numpy())
    if not np.issubdtype(times.dtype, np.datetime64) or np.isnat(times).any():
        raise ObservationError(
            f"{path}: '{time_name}' has no times by the CF convention (units 'hours since …'); export it again"
        )
    here = _at(path, data, point)
    series = []
    for name in map(str, data.data_vars):
        found = named(name, mapping)
        if found is not None:
            unit = found[0].unit or _unit(data, name)
            series.append(Series(found[0].tag, unit, found[1], _line(path, here[name], name, time_name)))
    components = components_in(path, {str(name): str(name) for name in data.data_vars})
    if components:
        wind = wind_from(*(_line(path, here[name], name, time_name) for name in components))
        series += wind_series(path, wind, _unit(data, "u10"), _unit(data, "v10"))
    return times.astype("datetime64[s]").astype(np.int64), series


def site_of(mapping: Mapping_) -> tuple[float, float]:
    """Return latitude and longitude [°] of the site: of the mapping, else of the default scenario."""
    for key in mapping.reader:
        if key not in _KEYS:
            raise UsageError(f"key 'reader.{key}' is not known to met-ocean files; {did_you_mean(key, _KEYS)}")
    found = [mapping.reader.get(key, default) for key, default in zip(_KEYS, default_site(), strict=True)]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in found):
        raise UsageError("keys 'reader.latitude_deg' and 'reader.longitude_deg' are numbers in degrees; correct them")
    return float(found[0]), float(found[1])


def _opened(path: Path) -> "xarray.Dataset":
    import xarray

    if not path.is_file():
        raise ObservationError(f"{path}: no such file; {MISSING}")
    try:
        return xarray.open_dataset(path, decode_times=xarray.coders.CFDatetimeCoder(use_cftime=False))
    except (ValueError, OSError, KeyError, RuntimeError, AttributeError, OverflowError) as error:
        raise ObservationError(f"{path}: cannot be read as NetCDF ({first_line(error)}); export it again") from error


def _axis(path: Path, data: "xarray.Dataset", names: tuple[str, ...]) -> str:
    for name in names:
        if name in data.coords:
            return name
    raise ObservationError(
        f"{path}: no coordinate {' or '.join(names)}; {did_you_mean(names[0], map(str, data.coords))}"
    )


def _point(path: Path, data: "xarray.Dataset", site: tuple[float, float]) -> GridPoint:
    latitude, longitude = (_axis(path, data, names) for names in (("latitude", "lat"), ("longitude", "lon")))
    north, east = (np.atleast_1d(np.asarray(data[name], np.float64)) for name in (latitude, longitude))
    return nearest_point(path, north, east, site)


def _unit(data: "xarray.Dataset", name: str) -> str:
    said = str(data[name].attrs.get("units", ""))
    return NETCDF_UNITS.get(said, said)


def _at(path: Path, data: "xarray.Dataset", point: GridPoint) -> "xarray.Dataset":
    """Return the part of a file at one grid point."""
    here: xarray.Dataset = data
    for names, wanted in ((("latitude", "lat"), point.latitude_deg), (("longitude", "lon"), point.longitude_deg)):
        name = _axis(path, data, names)
        if name in data.dims:
            here = here.isel({name: int(np.argmin(np.abs(np.asarray(data[name], np.float64) - wanted)))})
    return here


def _line(path: Path, data: "xarray.DataArray", name: str, time_name: str) -> Real:
    """Return the values over time; along ``expver`` (final and preliminary ERA5) the first that is there."""
    values: Any = data
    if "expver" in values.dims:
        parts = [values.isel(expver=place) for place in range(values.sizes["expver"])]
        values = parts[0]
        for part in parts[1:]:
            values = values.fillna(part)
    others = [str(dim) for dim in values.dims if dim != time_name and values.sizes[dim] > 1]
    if others:
        raise ObservationError(
            f"{path}: '{name}' varies along {', '.join(others)} too; a series runs along time alone; pick one of them"
        )
    return np.atleast_1d(np.asarray(values, np.float64).squeeze())
