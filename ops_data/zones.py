"""Read a person's own zones (preservation and impact reference zones) and say in one line what is wrong with them.

A file of polygons: GeoJSON, GeoParquet or GeoPackage, with the properties ``name`` and ``kind`` (PRZ, IRZ or other;
upper or lower case is the same). Coordinates are longitude and latitude, or those of the system the file declares.
"""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import ObservationError, did_you_mean

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

KINDS: Final = ("PRZ", "IRZ", "other")  # preservation reference zone, impact reference zone
GEOJSON: Final = (".geojson", ".json")
PARQUET: Final = (".parquet", ".geoparquet")
GEOPACKAGE: Final = ".gpkg"
SUFFIXES: Final = (*GEOJSON, *PARQUET, GEOPACKAGE)
WGS84: Final = "OGC:CRS84"
PIECES: Final = 200  # of an edge, before it goes from a declared system to longitude and latitude
PLACE: Final = re.compile(r"(.*)\[(\S+) (\S+)\]")  # how a fault and its coordinates are told


@dataclass(frozen=True, eq=False)
class Zone:
    """One zone.

    Attributes
    ----------
    name : its own name, unique in the file.
    kind : one of `KINDS`.
    area : polygon or multipolygon in longitude and latitude [° E, ° N, WGS 84], without heights.
    """

    name: str
    kind: str
    area: "shapely.Geometry"


def read_zones(path: Path) -> tuple[Zone, ...]:
    """Read and check a file of zones.

    Parameters
    ----------
    path : a GeoJSON (.geojson, .json), GeoParquet (.parquet, .geoparquet) or GeoPackage (.gpkg) file.

    Returns
    -------
    The zones in the order of the file.

    Raises
    ------
    ObservationError
        No file or not readable, no zones, no or doubled names, an unknown kind, something else than polygons, a polygon
        that crosses itself, coordinates that are no longitude and latitude, a polygon across the antimeridian.
    """
    frame = _read(path)
    if not len(frame):
        raise ObservationError(f"{path}: no zones found; at least one polygon is needed; draw one, or name no file")
    names, kinds = _column(path, frame, "name"), _column(path, frame, "kind")
    zones: list[Zone] = []
    for number, (name, kind, area) in enumerate(zip(names, kinds, frame.geometry, strict=True), start=1):
        said = _name(path, number, name)
        if said in {zone.name for zone in zones}:
            raise ObservationError(f"{path}: zone {number}: the name '{said}' stands twice; give each zone its own")
        where = f"{path}: zone '{said}'"
        zones.append(Zone(said, _kind(where, kind), _checked(where, area)))
    return tuple(zones)


def _read(path: Path) -> "gpd.GeoDataFrame":
    """Return the file in longitude and latitude."""
    import geopandas as gpd
    import shapely

    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ObservationError(f"{path}: ending '{suffix}' is not known; export one of {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise ObservationError(f"{path}: no such file; give the path of a file of polygons that exists")
    try:
        if suffix in PARQUET:
            frame = gpd.read_parquet(path)
        else:
            _check_layers(path)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # of shapes the reader leaves out: told below, by name
                frame = gpd.read_file(path)
    except (RuntimeError, ValueError, OSError, KeyError, shapely.errors.ShapelyError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ObservationError(f"{path}: cannot be read as {suffix[1:]} ({first}); export it again") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ObservationError(f"{path}: holds no polygons, only a table; export the zones with their geometry")
    return _in_degrees(path, frame)


def _check_layers(path: Path) -> None:
    import pyogrio

    layers = [str(layer) for layer, _ in pyogrio.list_layers(path)]
    if len(layers) > 1:
        raise ObservationError(
            f"{path}: {len(layers)} layers ({', '.join(layers)}); a file of zones has one; "
            "export the layer of zones alone"
        )


def _in_degrees(path: Path, frame: "gpd.GeoDataFrame") -> "gpd.GeoDataFrame":
    """Return the frame in longitude and latitude; edges of another system are cut first, so that they stay in place."""
    if frame.crs is None:
        raise ObservationError(
            f"{path}: declares no coordinate system; longitude and latitude (EPSG:4326) or any declared system will "
            "do; export it with one"
        )
    if frame.crs.equals(WGS84, ignore_axis_order=True) or not len(frame):
        return frame
    west, south, east, north = frame.total_bounds
    length = max(east - west, north - south) / PIECES
    if length > 0.0 and length < float("inf") and not frame.crs.is_geographic:
        frame = frame.set_geometry(frame.geometry.segmentize(length))
    return frame.to_crs(WGS84)


def _column(path: Path, frame: "gpd.GeoDataFrame", wanted: str) -> list[Any]:
    found = [str(column) for column in frame.columns if column != frame.geometry.name]
    for column in found:
        if column.lower() == wanted:
            return list(frame[column])
    rule = f"one of {', '.join(KINDS)}" if wanted == "kind" else "a name of its own"
    closest = did_you_mean(wanted, found) if found else "the file has no properties"
    raise ObservationError(f"{path}: property '{wanted}' is missing; {closest}; every zone needs {rule}")


def _name(path: Path, number: int, value: object) -> str:
    said = value.strip() if isinstance(value, str) else ""
    if not said:
        raise ObservationError(f"{path}: zone {number}: has no name (found {value!r}); give it a text in 'name'")
    return said


def _kind(where: str, value: object) -> str:
    for kind in KINDS:
        if isinstance(value, str) and value.strip().lower() == kind.lower():
            return kind
    raise ObservationError(f"{where}: kind {value!r} is not known; it is one of {', '.join(KINDS)}; set it in 'kind'")


def _checked(where: str, area: "shapely.Geometry | None") -> "shapely.Geometry":
    """Return the area without heights; raise unless it is a sound polygon in degrees."""
    import shapely

    if area is None or area.is_empty:
        raise ObservationError(f"{where}: has no area; draw its polygon or remove it")
    if area.geom_type not in ("Polygon", "MultiPolygon"):
        raise ObservationError(
            f"{where}: is a {area.geom_type}; a zone is a Polygon or MultiPolygon; close its outline"
        )
    flat = shapely.force_2d(area)
    west, south, east, north = flat.bounds
    if not (south >= -90.0 and north <= 90.0):
        wrong = south if south < -90.0 else north
        raise ObservationError(
            f"{where}: latitude {wrong:g} is outside -90 … 90; coordinates are longitude, then latitude, in degrees; "
            "exchange the two, or declare the file's coordinate system"
        )
    wide = any(part.bounds[2] - part.bounds[0] > 180.0 for part in shapely.get_parts(flat))
    if wide or not (west >= -180.0 and east <= 180.0):
        raise ObservationError(
            f"{where}: reaches from {west:g} to {east:g}° E; longitudes lie in -180 … 180 and no polygon crosses the "
            "antimeridian; cut it there into two parts of a MultiPolygon"
        )
    if not shapely.is_valid(flat):
        raise ObservationError(f"{where}: {_fault(shapely.is_valid_reason(flat))}; redraw its outline there")
    return flat


def _fault(reason: str) -> str:
    """Return why a polygon is unsound, in words.

    Examples
    --------
    >>> _fault("Self-intersection[153.98 24.3]")
    'its outline crosses itself near 153.98° E, 24.3° N; a zone has a simple outline'
    >>> _fault("Hole lies outside shell[1 2]")
    'it is no sound polygon (hole lies outside shell) near 1° E, 2° N; a zone has a simple outline'
    """
    found = PLACE.fullmatch(reason)
    word, near = (reason, "") if found is None else (found[1], f" near {float(found[2]):g}° E, {float(found[3]):g}° N")
    fault = "its outline crosses itself" if "elf-intersection" in word else f"it is no sound polygon ({word.lower()})"
    return f"{fault}{near}; a zone has a simple outline"
