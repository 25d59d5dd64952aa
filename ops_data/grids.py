"""Maps as NetCDF-4 files after CF-1.11 and ACDD-1.3: the same input gives the same bytes.

East and north count in metres from a site, on the azimuthal equidistant projection around it (WGS 84); beside them
stand the latitude and longitude of every cell.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import StoreError
from ops_data.files import told

if TYPE_CHECKING:
    import netCDF4
    import xarray as xr

Floats = NDArray[np.float64]

CONVENTIONS: Final = "CF-1.11, ACDD-1.3"
NAMES: Final = "CF Standard Name Table v93"
CC_BY: Final = "https://creativecommons.org/licenses/by/4.0/"
_ZLIB_LEVEL: Final = 4
_HORIZONTAL: Final = ("y", "x")
_WGS_84: Final = {"semi_major_axis": 6378137.0, "inverse_flattening": 298.257223563}


@dataclass(frozen=True)
class Site:
    """Where east and north count from, and how deep the sea bed lies there.

    Attributes
    ----------
    latitude_deg, longitude_deg : degrees north and east, WGS 84.
    depth_m : depth of the sea bed [m], positive.
    """

    latitude_deg: float
    longitude_deg: float
    depth_m: float

    @cached_property
    def projection(self) -> str:
        """The local projection in the words of PROJ."""
        return f"+proj=aeqd +lat_0={self.latitude_deg!r} +lon_0={self.longitude_deg!r} +datum=WGS84 +units=m +type=crs"

    def lonlat(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Return longitude and latitude [degrees] of places east and north of the site [m], any one shape."""
        return self._transformed(x_m, y_m, inverse=True)

    def metres(self, longitude_deg: Floats, latitude_deg: Floats) -> tuple[Floats, Floats]:
        """Return metres east and north of the site of places in degrees, any one shape."""
        return self._transformed(longitude_deg, latitude_deg, inverse=False)

    def _transformed(self, first: Floats, second: Floats, inverse: bool) -> tuple[Floats, Floats]:
        from pyproj import Proj

        found = Proj(self.projection)(np.asarray(first, float), np.asarray(second, float), inverse=inverse)
        return np.asarray(found[0], dtype=np.float64), np.asarray(found[1], dtype=np.float64)


@dataclass(frozen=True)
class About:
    """What a file says about itself as a whole.

    Attributes
    ----------
    title, summary : one line; a few sentences.
    run_id, code_version, seed : which run, by which version of the software, from which seed.
    created : ISO 8601 UTC; the sealing time of the run, so that a second export gives the same bytes.
    starts, ends : ISO 8601 UTC; the time that the values cover.
    history : how the values came to be, one line.
    licence, creator_name, creator_url, creator_email, institution, project, acknowledgement : who to ask and to cite.
    """

    title: str
    summary: str
    run_id: str
    code_version: str
    seed: int
    created: str
    starts: str
    ends: str
    history: str = "written from a sealed run by the export of the review package"
    licence: str = CC_BY
    creator_name: str = "minamitorishima-twin"
    creator_url: str = "https://example.org/minamitorishima-twin"
    creator_email: str = "contact@example.org"
    institution: str = "open project"
    project: str = "minamitorishima-twin"
    acknowledgement: str = "made with open software; model output, not a measurement"


@dataclass(frozen=True, eq=False)
class Axis:
    """A dimension besides y and x, and its coordinate variable of shape (n,)."""

    name: str
    values: NDArray[Any]
    units: str
    long_name: str
    standard_name: str | None = None
    attrs: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class GridVariable:
    """One variable of a file.

    Attributes
    ----------
    name : name in the file.
    dims : names of axes; a map ends in ``("y", "x")``, row 0 in the south.
    values : array of the shape of ``dims``, its type is kept; or its slices along the first dimension, one after the
        other (anything with a length and numbered items), which then need not be in memory together.
    units : unit in the words of UDUNITS; ``1`` for none.
    long_name : meaning, with the words a reader needs beside the number.
    standard_name : name in the CF table; None when the table has none.
    attrs : further attributes, e.g. ``cell_methods`` or ``comment``.
    """

    name: str
    dims: tuple[str, ...]
    values: NDArray[Any] | Sequence[NDArray[Any]]
    units: str
    long_name: str
    standard_name: str | None = None
    attrs: Mapping[str, str | float] = field(default_factory=dict)


def write_grid(
    path: Path,
    about: About,
    site: Site,
    x_m: Floats,
    y_m: Floats,
    axes: Sequence[Axis],
    variables: Sequence[GridVariable],
) -> str:
    """Write maps to a file that gets its name when it is whole.

    Parameters
    ----------
    path : final name, ending in ``.nc``.
    about, site : what the file says about itself, and where.
    x_m, y_m : centres of columns and rows east and north of the site [m], evenly spaced, at least two each.
    axes : further dimensions.
    variables : what is written, in this order.

    Returns
    -------
    SHA-256 of the file, in hexadecimal digits.

    Raises
    ------
    StoreError
        Axes and values do not fit each other, or the disk refuses.
    """
    import netCDF4

    sizes = {"y": len(y_m), "x": len(x_m)} | {axis.name: len(axis.values) for axis in axes}
    for variable in variables:
        _check(path, variable, sizes)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with told(path, "write the grid"):
            temporary.touch()  # says what is wrong with the folder, which the library does not
            with netCDF4.Dataset(str(temporary), "w", format="NETCDF4") as file:
                _write_frame(file, about, site, x_m, y_m)
                for axis in axes:
                    _write_axis(file, axis)
                for variable in variables:
                    _write_variable(file, variable)
            return _named(temporary, path)
    except RuntimeError as error:  # what the library raises when the disk is full
        raise StoreError(f"{path}: cannot write the grid: {error}; check the disk and repeat the command") from error
    finally:
        temporary.unlink(missing_ok=True)


def read_grid(path: Path) -> "xr.Dataset":
    """Return all that is in a file, loaded and the file closed; StoreError when it cannot be read."""
    import xarray as xr

    try:
        with told(path, "read the grid"), xr.open_dataset(path, engine="netcdf4", decode_timedelta=False) as file:
            return file.load()
    except (ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise StoreError(f"{path}: the grid cannot be read: {reason}; restore it from a copy") from error


def _check(path: Path, variable: GridVariable, sizes: Mapping[str, int]) -> None:
    unknown = [name for name in variable.dims if name not in sizes]
    if unknown:
        raise StoreError(f"{path}: variable '{variable.name}' has dimension '{unknown[0]}'; give an axis of that name")
    wanted = tuple(sizes[name] for name in variable.dims)
    found: tuple[int, ...] = np.shape(variable.values) if isinstance(variable.values, np.ndarray) else ()
    if not isinstance(variable.values, np.ndarray):
        found = (len(variable.values), *(np.shape(variable.values[0]) if len(variable.values) else wanted[1:]))
    if found != wanted:
        raise StoreError(f"{path}: variable '{variable.name}' has shape {found}, its dimensions say {wanted}")


def _named(temporary: Path, path: Path) -> str:
    """Flush a finished file to the disk, give it its name and return its hash."""
    with temporary.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    temporary.replace(path)
    return digest


def _write_frame(file: "netCDF4.Dataset", about: About, site: Site, x_m: Floats, y_m: Floats) -> None:
    """Write the global attributes, the projection, and where each cell lies."""
    from pyproj import CRS

    longitude, latitude = site.lonlat(*np.meshgrid(x_m, y_m))
    file.setncatts(_global_attributes(about, site, longitude, latitude, float(x_m[1] - x_m[0])))
    file.createDimension("y", len(y_m))
    file.createDimension("x", len(x_m))
    file.createDimension("side", 2)
    mapping = file.createVariable("crs", "i4", ())
    mapping.setncatts(
        {
            "grid_mapping_name": "azimuthal_equidistant",
            "long_name": "local projection around the site, WGS 84",
            "latitude_of_projection_origin": site.latitude_deg,
            "longitude_of_projection_origin": site.longitude_deg,
            "false_easting": 0.0,
            "false_northing": 0.0,
            **_WGS_84,
            "crs_wkt": CRS(site.projection).to_wkt(),
        }
    )
    mapping[...] = 0
    for name, centres, direction in (("x", x_m, "east"), ("y", y_m, "north")):
        step = centres[1] - centres[0]
        variable = file.createVariable(name, "f8", (name,))
        variable.setncatts(
            {
                "standard_name": f"projection_{name}_coordinate",
                "long_name": f"distance {direction} of the site, centre of the cell",
                "units": "m",
                "axis": name.upper(),
                "bounds": f"{name}_bounds",
            }
        )
        variable[:] = centres
        bounds = file.createVariable(f"{name}_bounds", "f8", (name, "side"))
        bounds[:] = np.stack([centres - step / 2.0, centres + step / 2.0], axis=1)
    _write_place_and_time(file, about, site)
    for name, values, units in (("latitude", latitude, "degrees_north"), ("longitude", longitude, "degrees_east")):
        variable = file.createVariable(name, "f8", _HORIZONTAL, zlib=True, complevel=_ZLIB_LEVEL)
        variable.setncatts(
            {
                "standard_name": name,
                "long_name": f"{name} of the cell's centre, WGS 84",
                "units": units,
                "coverage_content_type": "coordinate",
            }
        )
        variable[:] = values


def _write_place_and_time(file: "netCDF4.Dataset", about: About, site: Site) -> None:
    """Write, the depth that the maps lie at and the time that they cover."""
    depth = file.createVariable("depth", "f8", ())
    depth.setncatts(
        {
            "standard_name": "depth",
            "long_name": "depth of the sea bed at the site",
            "units": "m",
            "positive": "down",
            "axis": "Z",
            "coverage_content_type": "coordinate",
        }
    )
    depth[...] = site.depth_m
    file.createDimension("span", 2)
    span = file.createVariable("span", "f8", ("span",))
    span.setncatts(
        {
            "standard_name": "time",
            "long_name": "begin and end of the time that the maps cover",
            "units": "seconds since 1970-01-01 00:00:00 UTC",
            "calendar": "standard",
            "units_metadata": "leap_seconds: none",
            "axis": "T",
            "coverage_content_type": "coordinate",
        }
    )
    span[:] = [datetime.fromisoformat(time).timestamp() for time in (about.starts, about.ends)]


def _global_attributes(
    about: About, site: Site, longitude: Floats, latitude: Floats, cell_m: float
) -> dict[str, str | float]:
    west, east = float(longitude.min()), float(longitude.max())
    south, north = float(latitude.min()), float(latitude.max())
    corners = [(south, west), (south, east), (north, east), (north, west), (south, west)]
    span = datetime.fromisoformat(about.ends) - datetime.fromisoformat(about.starts)
    return {
        "Conventions": CONVENTIONS,
        "title": about.title,
        "summary": about.summary,
        "keywords": "deep-sea mining, sediment plume, suspended matter, redeposition, Minamitorishima",
        "id": about.run_id,
        "naming_authority": about.project,
        "history": f"{about.created}: {about.history}",
        "source": f"{about.project} {about.code_version}, seed {about.seed}",
        "references": "docs/environment.md of the software",
        "comment": "model output above background; levels are screening levels, not rules",
        "processing_level": "model output",
        "license": about.licence,
        "standard_name_vocabulary": NAMES,
        "creator_name": about.creator_name,
        "creator_type": "institution",
        "creator_url": about.creator_url,
        "creator_email": about.creator_email,
        "publisher_name": about.creator_name,
        "publisher_type": "institution",
        "publisher_url": about.creator_url,
        "publisher_email": about.creator_email,
        "contributor_name": about.creator_name,
        "contributor_role": "author",
        "institution": about.institution,
        "project": about.project,
        "program": about.project,
        "acknowledgement": about.acknowledgement,
        "product_version": about.code_version,
        "date_created": about.created,
        "date_modified": about.created,
        "date_issued": about.created,
        "date_metadata_modified": about.created,
        "geospatial_bounds": "POLYGON ((" + ", ".join(f"{a!r} {b!r}" for a, b in corners) + "))",
        "geospatial_bounds_crs": "EPSG:4326",
        "geospatial_bounds_vertical_crs": "EPSG:5831",
        "geospatial_lat_min": south,
        "geospatial_lat_max": north,
        "geospatial_lat_units": "degrees_north",
        "geospatial_lat_resolution": f"{cell_m:g} m",
        "geospatial_lon_min": west,
        "geospatial_lon_max": east,
        "geospatial_lon_units": "degrees_east",
        "geospatial_lon_resolution": f"{cell_m:g} m",
        "geospatial_vertical_min": site.depth_m,
        "geospatial_vertical_max": site.depth_m,
        "geospatial_vertical_units": "m",
        "geospatial_vertical_positive": "down",
        "geospatial_vertical_resolution": "one layer above the sea bed",
        "time_coverage_start": about.starts,
        "time_coverage_end": about.ends,
        "time_coverage_duration": f"PT{int(span.total_seconds())}S",
        "time_coverage_resolution": f"PT{int(span.total_seconds())}S",
    }


def _write_axis(file: "netCDF4.Dataset", axis: Axis) -> None:
    file.createDimension(axis.name, len(axis.values))
    variable = file.createVariable(axis.name, np.asarray(axis.values).dtype, (axis.name,))
    named = {"standard_name": axis.standard_name} if axis.standard_name else {}
    variable.setncatts({**named, "long_name": axis.long_name, "units": axis.units, **axis.attrs})
    variable[:] = axis.values


def _write_variable(file: "netCDF4.Dataset", variable: GridVariable) -> None:
    values, dims = variable.values, variable.dims
    kind = values.dtype if isinstance(values, np.ndarray) else np.asarray(values[0]).dtype
    on_map = dims[-2:] == _HORIZONTAL
    pieces = tuple(file.dimensions[name].size if name in _HORIZONTAL else 1 for name in dims)
    written = file.createVariable(
        variable.name,
        kind,
        dims,
        zlib=on_map,
        complevel=_ZLIB_LEVEL,
        chunksizes=pieces if on_map else None,
        fill_value=kind.type(np.nan) if kind.kind == "f" else False,
    )
    named = {"standard_name": variable.standard_name} if variable.standard_name else {}
    placed = {"grid_mapping": "crs", "coordinates": "depth latitude longitude"} if on_map else {}
    content = {"coverage_content_type": "modelResult"}
    written.setncatts(
        {**named, "long_name": variable.long_name, "units": variable.units, **placed, **content, **variable.attrs}
    )
    if isinstance(values, np.ndarray):
        written[...] = values
        return
    for number in range(len(values)):
        written[number] = values[number]
