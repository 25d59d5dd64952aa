"""What every file of maps begins with: what it is, where it lies, and when."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import netCDF4

Floats = NDArray[np.float64]

CONVENTIONS: Final = "CF-1.11, ACDD-1.3"
NAMES: Final = "CF Standard Name Table v93"
CC_BY: Final = "https://creativecommons.org/licenses/by/4.0/"
HORIZONTAL: Final = ("y", "x")
ZLIB_LEVEL: Final = 4
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
    part : which of several files of the run, so that each has an identity of its own.
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
    part: str = ""
    history: str = "written from a sealed run by the export of the review package"
    licence: str = CC_BY
    creator_name: str = "minamitorishima-twin"
    creator_url: str = "https://example.org/minamitorishima-twin"
    creator_email: str = "contact@example.org"
    institution: str = "open project"
    project: str = "minamitorishima-twin"
    acknowledgement: str = "made with open software; model output, not a measurement"


def write_frame(file: "netCDF4.Dataset", about: About, site: Site, x_m: Floats, y_m: Floats) -> None:
    """Write the global attributes, the projection, and where each cell lies."""
    from pyproj import CRS

    longitude, latitude = site.lonlat(*np.meshgrid(x_m, y_m))
    cell_m = float(x_m[1] - x_m[0])
    file.setncatts(_global_attributes(about) | _place_attributes(site, longitude, latitude, cell_m))
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
        variable = file.createVariable(name, "f8", HORIZONTAL, zlib=True, complevel=ZLIB_LEVEL)
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


def _global_attributes(about: About) -> dict[str, str | float]:
    """Return what the file says about itself, its makers and its time."""
    span = datetime.fromisoformat(about.ends) - datetime.fromisoformat(about.starts)
    makers = {
        f"{role}_{what}": value
        for role in ("creator", "publisher")
        for what, value in (
            ("name", about.creator_name),
            ("type", "institution"),
            ("url", about.creator_url),
            ("email", about.creator_email),
        )
    }
    dates = {f"date_{what}": about.created for what in ("created", "modified", "issued", "metadata_modified")}
    return {
        "Conventions": CONVENTIONS,
        "title": about.title,
        "summary": about.summary,
        "keywords": "deep-sea mining, sediment plume, suspended matter, redeposition, Minamitorishima",
        "id": "/".join(part for part in (about.run_id, about.part) if part),
        "naming_authority": about.project,
        "history": f"{about.created}: {about.history}",
        "source": f"{about.project} {about.code_version}, seed {about.seed}",
        "references": "docs/environment.md of the software",
        "comment": "model output above background; levels are screening levels, not rules",
        "processing_level": "model output",
        "license": about.licence,
        "standard_name_vocabulary": NAMES,
        **makers,
        "contributor_name": about.creator_name,
        "contributor_role": "author",
        "institution": about.institution,
        "project": about.project,
        "program": about.project,
        "acknowledgement": about.acknowledgement,
        "product_version": about.code_version,
        **dates,
        "time_coverage_start": about.starts,
        "time_coverage_end": about.ends,
        "time_coverage_duration": f"PT{int(span.total_seconds())}S",
        "time_coverage_resolution": f"PT{int(span.total_seconds())}S",
    }


def _place_attributes(site: Site, longitude: Floats, latitude: Floats, cell_m: float) -> dict[str, str | float]:
    """Return where the cells of the file lie; all of them at the depth of the sea bed."""
    west, east = float(longitude.min()), float(longitude.max())
    south, north = float(latitude.min()), float(latitude.max())
    corners = [(south, west), (south, east), (north, east), (north, west), (south, west)]
    return {
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
    }
