"""Outlines and places as GeoParquet 1.1 and GeoPackage: the same input gives the same bytes.

In files all is in degrees of longitude and latitude (WGS 84, OGC:CRS84). Areas are of the outline in metres on the
local projection of the site.
"""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import StoreError
from ops_data.files import DurableFile, told
from ops_data.grids import Floats, Site

if TYPE_CHECKING:
    import geopandas as gpd

CRS84: Final = "OGC:CRS84"
_LAYER_TIME: Final = "%Y-%m-%dT%H:%M:%S.000Z"


@dataclass(frozen=True, eq=False)
class Features:
    """Shapes of one kind, and what is known of each.

    Attributes
    ----------
    name : name of the layer.
    kind : ``Point`` or ``MultiPolygon``; a polygon is taken as one of several parts.
    geometries : shapely geometries, shape (n,).
    properties : name → one value per shape: words, whole numbers or numbers; also of an empty layer.
    lonlat : whether the geometries are in degrees; else in metres east and north of the site.
    """

    name: str
    kind: str
    geometries: Sequence[Any]
    properties: Mapping[str, NDArray[Any] | Sequence[str] | Sequence[int] | Sequence[float]]
    lonlat: bool = False


def contours(name: str, values: Floats, x_m: Floats, y_m: Floats, levels: Sequence[float], unit: str) -> Features:
    """Return the outlines of where a map is above each level.

    Parameters
    ----------
    name : name of the layer.
    values : map, shape (rows, columns), row 0 in the south; not finite counts as 0.
    x_m, y_m : centres of columns and rows [m], evenly spaced, at least two each.
    levels : levels in the unit of the map; each above 0.
    unit : that unit, written beside each level.

    Returns
    -------
    One shape per level that is passed anywhere, in the order of the levels; properties ``level``, ``unit``,
    ``area_km2``.

    Notes
    -----
    Lines run straight between the centres of cells, where the value is interpolated linearly; from the outermost
    centres to the edge of the grid the value is kept. So the area differs a little from that of the cells above the
    level.

    Examples
    --------
    A tent of height 4 over the middle of a grid of 100 m cells stands above 2 within half a cell, a square on its tip:

    >>> tent = np.zeros((5, 5)); tent[2, 2] = 4.0
    >>> place = np.arange(5) * 100.0
    >>> contours("tent", tent, place, place, [2.0, 9.0], "mg L-1").properties["area_km2"].tolist()
    [0.005]
    """
    import shapely
    from contourpy import FillType, contour_generator

    padded = np.pad(np.where(np.isfinite(values), values, 0.0), 1, mode="edge")
    generator = contour_generator(_with_edges(x_m), _with_edges(y_m), padded, fill_type=FillType.OuterOffset)
    shapes, passed = [], []
    for level in levels:
        filled: Any = generator.filled(level, np.inf)  # of the fill type above: points of each outline, its rings
        rings = [[outline[a:b] for a, b in pairwise(start)] for outline, start in zip(*filled, strict=True)]
        polygons = [shapely.Polygon(one[0], one[1:]) for one in rings]
        whole = shapely.normalize(shapely.make_valid(shapely.union_all(polygons)))
        if whole.area > 0.0:
            shapes.append(whole)
            passed.append(float(level))
    area_km2 = np.array([shape.area for shape in shapes], dtype=np.float64) / 1e6
    properties = {"level": np.array(passed, dtype=np.float64), "unit": np.full(len(passed), unit), "area_km2": area_km2}
    return Features(name, "MultiPolygon", shapes, properties)


def points(name: str, x_m: Floats, y_m: Floats, properties: Mapping[str, NDArray[Any] | Sequence[str]]) -> Features:
    """Return places east and north of the site [m], e.g. holes, with what is known of each."""
    import shapely

    return Features(name, "Point", list(shapely.points(x_m, y_m)), properties)


def write_geoparquet(path: Path, features: Features, site: Site) -> str:
    """Write shapes as GeoParquet 1.1 with a bounding box per row; return the SHA-256 of the file.

    Raises
    ------
    StoreError
        Properties and shapes differ in number, or the disk refuses.
    """
    frame = _frame(path, features, site)
    with told(path, "write the shapes"), DurableFile(path) as file:
        frame.to_parquet(file, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True)
        return file.sha256


def write_geopackage(path: Path, layers: Sequence[Features], site: Site, created: str) -> str:
    """Write layers of shapes into one GeoPackage; return the SHA-256 of the file.

    Parameters
    ----------
    path : final name, ending in ``.gpkg``.
    layers : layers with names of their own.
    site : where metres count from.
    created : ISO 8601 time that the file says it was changed at.

    Raises
    ------
    StoreError
        Properties and shapes differ in number, or the disk refuses.
    """
    import pyogrio

    temporary = path.with_name(f".{path.stem}.{os.getpid()}.gpkg")
    date = datetime.fromisoformat(created).astimezone(UTC).strftime(_LAYER_TIME)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": date})
    try:
        for layer in layers:
            frame = _frame(path, layer, site)
            pyogrio.write_dataframe(
                frame,
                temporary,
                layer=layer.name,
                driver="GPKG",
                geometry_type=layer.kind,
                append=False,
                dataset_options={"VERSION": "1.3"} if layer is layers[0] else None,
            )
        _settle(temporary)
        with told(path, "write the shapes"), DurableFile(path) as file:
            file.write(temporary.read_bytes())
            return file.sha256
    except (RuntimeError, sqlite3.Error) as error:  # what GDAL's errors are
        raise StoreError(f"{path}: cannot write the shapes: {error}; check the disk and repeat the command") from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        temporary.unlink(missing_ok=True)


def _with_edges(centres_m: Floats) -> Floats:
    """Return the centres with the two outer edges of the grid around them."""
    half = (centres_m[1] - centres_m[0]) / 2.0
    return np.concatenate([[centres_m[0] - half], centres_m, [centres_m[-1] + half]])


def _frame(path: Path, features: Features, site: Site) -> "gpd.GeoDataFrame":
    import geopandas as gpd
    import shapely

    for name, values in features.properties.items():
        if len(values) != len(features.geometries):
            raise StoreError(
                f"{path}: layer '{features.name}' has {len(features.geometries)} shapes and {len(values)} values of "
                f"'{name}'; give one value per shape"
            )
    shapes = np.asarray(list(features.geometries), dtype=object)
    if not features.lonlat and len(shapes):
        shapes = shapely.transform(shapes, lambda xy: np.stack(site.lonlat(xy[:, 0], xy[:, 1]), axis=1))
    if features.kind == "MultiPolygon":
        shapes = np.array([_several(shape) for shape in shapes], dtype=object)
    return gpd.GeoDataFrame(dict(features.properties), geometry=list(shapes), crs=CRS84)


def _several(shape: Any) -> Any:
    import shapely

    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.orient_polygons(shapely.MultiPolygon(parts))


def _settle(path: Path) -> None:
    """Rewrite a GeoPackage page by page in one order, so that how it was made leaves no trace."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("VACUUM")
