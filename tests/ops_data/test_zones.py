"""A person's own zones: what is read, and how each fault is told (derived: small files written by hand)."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from ops_data.errors import ObservationError
from ops_data.zones import KINDS, read_zones

SQUARE = [[154.0, 24.4], [154.1, 24.4], [154.1, 24.5], [154.0, 24.5], [154.0, 24.4]]
BOW_TIE = [[154.0, 24.4], [154.1, 24.5], [154.1, 24.4], [154.0, 24.5], [154.0, 24.4]]


def feature(ring: Any = SQUARE, shape: str = "Polygon", **properties: Any) -> dict[str, Any]:
    """Return a GeoJSON feature named "north", a PRZ, unless said otherwise."""
    coordinates = [ring] if shape == "Polygon" else ring
    return {
        "type": "Feature",
        "properties": {"name": "north", "kind": "PRZ"} | properties,
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def geojson(folder: Path, *features: dict[str, Any], **members: Any) -> Path:
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)} | members), encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    """Return the reader's message, which is one line and starts with the file."""
    with pytest.raises(ObservationError) as caught:
        read_zones(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message.removeprefix(str(path))


def test_zones_are_read_in_order_with_name_kind_and_outline(tmp_path: Path) -> None:
    raised = [[x, y, -5600.0] for x, y in SQUARE]
    path = geojson(tmp_path, feature(raised), feature(name=" south ", kind="Other"), feature(name="west", kind="irz"))
    zones = read_zones(path)
    assert [(zone.name, zone.kind) for zone in zones] == [("north", "PRZ"), ("south", "other"), ("west", "IRZ")]
    assert {zone.kind for zone in zones} == set(KINDS)
    assert zones[0].area.equals(shapely.Polygon(SQUARE)) and not zones[0].area.has_z


def test_geojson_geoparquet_and_geopackage_hold_the_same_zones(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"name": ["north"], "kind": ["PRZ"]}, geometry=[shapely.Polygon(SQUARE)], crs="EPSG:4326")
    frame.to_parquet(tmp_path / "zones.parquet")
    frame.to_file(tmp_path / "zones.gpkg")
    for path in (geojson(tmp_path, feature()), tmp_path / "zones.parquet", tmp_path / "zones.gpkg"):
        (zone,) = read_zones(path)
        assert zone.area.equals_exact(shapely.Polygon(SQUARE), 1e-12, normalize=True), path


def test_coordinates_of_a_declared_system_are_brought_to_longitude_and_latitude(tmp_path: Path) -> None:
    """Derived: UTM zone 53 N has its central meridian, 500 km, at 135° E; a long edge stays in place within 1 m."""
    edge = shapely.Polygon([(400e3, 2_700e3), (600e3, 2_700e3), (600e3, 2_710e3), (400e3, 2_710e3)])
    frame = gpd.GeoDataFrame({"name": ["wide"], "kind": ["other"]}, geometry=[edge], crs="EPSG:32653")
    frame.to_parquet(tmp_path / "zones.parquet")
    (zone,) = read_zones(tmp_path / "zones.parquet")
    west, _, east, _ = zone.area.bounds
    assert west + east == pytest.approx(270.0, abs=1e-9)
    middle = gpd.GeoSeries([shapely.Point(500e3, 2_700e3)], crs="EPSG:32653").to_crs("EPSG:4326").iloc[0]
    assert middle.x == pytest.approx(135.0, abs=1e-9)
    assert zone.area.exterior.distance(middle) < 1.0 / 111_000.0


def test_a_multipolygon_cut_at_the_antimeridian_is_read(tmp_path: Path) -> None:
    east = [[[179.9, 24.0], [180.0, 24.0], [180.0, 24.1], [179.9, 24.1], [179.9, 24.0]]]
    west = [[[-180.0, 24.0], [-179.9, 24.0], [-179.9, 24.1], [-180.0, 24.1], [-180.0, 24.0]]]
    (zone,) = read_zones(geojson(tmp_path, feature([east, west], "MultiPolygon")))
    assert zone.area.geom_type == "MultiPolygon"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            feature(BOW_TIE),
            ": zone 'north': its outline crosses itself near 154.05° E, 24.45° N; a zone has a simple outline; redraw "
            "its outline there",
        ),
        (
            feature([24.4, 154.0], "Point"),
            ": zone 'north': is a Point; a zone is a Polygon or MultiPolygon; close its outline",
        ),
        (
            feature([[y, x] for x, y in SQUARE]),
            ": zone 'north': latitude 154.1 is outside -90 … 90; coordinates are longitude, then latitude, in degrees; "
            "exchange the two, or declare the file's coordinate system",
        ),
        (
            feature([[179.5, 24.0], [180.5, 24.0], [180.5, 24.5], [179.5, 24.5], [179.5, 24.0]]),
            ": zone 'north': reaches from 179.5 to 180.5° E; longitudes lie in -180 … 180 and no polygon crosses the "
            "antimeridian; cut it there into two parts of a MultiPolygon",
        ),
        (
            feature([[179.5, 24.0], [-179.5, 24.0], [-179.5, 24.5], [179.5, 24.5], [179.5, 24.0]]),
            ": zone 'north': reaches from -179.5 to 179.5° E; longitudes lie in -180 … 180 and no polygon crosses the "
            "antimeridian; cut it there into two parts of a MultiPolygon",
        ),
        (
            feature() | {"geometry": None},
            ": zone 'north': has no area; draw its polygon or remove it",
        ),
        (
            feature(kind="reserve"),
            ": zone 'north': kind 'reserve' is not known; it is one of PRZ, IRZ, other; set it in 'kind'",
        ),
        (
            feature(shape="Circle"),
            ": zone 'north': has no area; draw its polygon or remove it",
        ),
        (feature(name=""), ": zone 1: has no name (found ''); give it a text in 'name'"),
    ],
)  # fmt: skip
def test_a_wrong_zone_is_named_with_what_to_do(tmp_path: Path, given: dict[str, Any], expected: str) -> None:
    assert complaint(geojson(tmp_path, given)) == expected


def test_doubled_names_and_missing_properties_are_told(tmp_path: Path) -> None:
    assert complaint(geojson(tmp_path, feature(), feature())) == (
        ": zone 2: the name 'north' stands twice; give each zone its own"
    )
    renamed = feature()
    renamed["properties"] = {"names": "north", "kind": "PRZ"}
    assert complaint(geojson(tmp_path, renamed)) == (
        ": property 'name' is missing; did you mean 'names'?; every zone needs a name of its own"
    )
    renamed["properties"] = {}
    assert complaint(geojson(tmp_path, renamed)) == (
        ": property 'name' is missing; the file has no properties; every zone needs a name of its own"
    )
    renamed["properties"] = {"name": "north"}
    assert complaint(geojson(tmp_path, renamed)) == (
        ": property 'kind' is missing; allowed: name; every zone needs one of PRZ, IRZ, other"
    )


def test_a_file_that_is_missing_empty_or_not_what_its_ending_says_is_told(tmp_path: Path) -> None:
    assert complaint(tmp_path / "none.geojson") == ": no such file; give the path of a file of polygons that exists"
    assert complaint(tmp_path / "zones.shp") == (
        ": ending '.shp' is not known; export one of .geojson, .json, .parquet, .geoparquet, .gpkg"
    )
    assert complaint(geojson(tmp_path)) == (
        ": no zones found; at least one polygon is needed; draw one, or name no file"
    )
    for name in ("bad.geojson", "bad.parquet", "bad.gpkg"):
        (tmp_path / name).write_text("neither one nor the other", encoding="utf-8")
        assert ": cannot be read as " in complaint(tmp_path / name)
    pd.DataFrame({"name": ["north"]}).to_parquet(tmp_path / "table.parquet")
    assert ": cannot be read as parquet (Missing geo metadata" in complaint(tmp_path / "table.parquet")


def test_a_file_without_coordinate_system_or_with_two_layers_is_refused(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"name": ["north"], "kind": ["PRZ"]}, geometry=[shapely.Polygon(SQUARE)])
    frame.to_parquet(tmp_path / "zones.parquet")
    assert complaint(tmp_path / "zones.parquet") == (
        ": declares no coordinate system; longitude and latitude (EPSG:4326) or any declared system will do; export it "
        "with one"
    )
    path = tmp_path / "zones.gpkg"
    known = frame.set_crs("EPSG:4326")
    known.to_file(path, layer="one")
    known.to_file(path, layer="two")
    assert complaint(path) == (": 2 layers (one, two); a file of zones has one; export the layer of zones alone")
