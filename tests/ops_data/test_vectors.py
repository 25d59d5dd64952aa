"""Outlines and places on disk: valid GeoParquet, the same bytes every time, areas one can compute by hand.

Truth: the GeoParquet validator; derived otherwise.
"""

import math
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from ops_data.errors import StoreError
from ops_data.vectors import Features, contours, points, write_geopackage, write_geoparquet
from tests.ops_data.export.made_up_package import SEALED, SITE, shapes
from tests.ops_data.export.validators import geoparquet_faults

PLACE = np.arange(-1000.0, 1001.0, 10.0)
RADIUS = np.hypot(*np.meshgrid(PLACE, PLACE))
EMPTY = contours("concentration", RADIUS, PLACE, PLACE, [1e9], "m")


@pytest.mark.parametrize("layer", [*shapes(), EMPTY], ids=["contours", "holes", "zones", "empty"])
def test_the_validator_passes_core_and_covering(layer: Features, tmp_path: Path) -> None:
    path = tmp_path / "shapes.parquet"
    write_geoparquet(path, layer, SITE)
    assert geoparquet_faults(path) == []


def test_a_round_hill_has_round_outlines() -> None:
    """Derived: a cone, above its level within a circle; straight pieces lose less than 1e-4 of the area."""
    found = contours("hill", 1000.0 - RADIUS, PLACE, PLACE, [500.0, 900.0, 2000.0], "m")
    assert list(found.properties["level"]) == [500.0, 900.0]
    expected = [math.pi * 0.5**2, math.pi * 0.1**2]
    np.testing.assert_allclose(np.asarray(found.properties["area_km2"]), expected, rtol=3e-3)


def test_a_ring_keeps_its_hole_and_two_hills_are_one_shape_of_two_parts() -> None:
    ring = contours("ring", 500.0 - np.abs(RADIUS - 500.0), PLACE, PLACE, [400.0], "m").geometries[0]
    assert len(shapely.get_parts(ring)) == 1
    assert ring.area == pytest.approx(math.pi * (600.0**2 - 400.0**2), rel=3e-3)
    x, y = np.meshgrid(PLACE, PLACE)
    hills = np.maximum(100.0 - np.hypot(x - 500.0, y), 100.0 - np.hypot(x + 500.0, y))
    assert len(shapely.get_parts(contours("hills", hills, PLACE, PLACE, [50.0], "m").geometries[0])) == 2


def test_a_map_above_the_level_everywhere_is_outlined_by_the_edge_of_the_grid() -> None:
    """Derived: 3 by 2 cells of 10 m."""
    found = contours("flat", np.ones((2, 3)), np.array([0.0, 10.0, 20.0]), np.array([0.0, 10.0]), [0.5], "m")
    assert found.geometries[0].bounds == (-5.0, -5.0, 25.0, 15.0)
    assert list(found.properties["area_km2"]) == [600e-6]


def test_places_go_to_the_files_in_degrees_and_come_back(tmp_path: Path) -> None:
    holes = points("holes", np.array([0.0, 1000.0]), np.array([0.0, 0.0]), {"hole": np.array([4, 5], dtype=np.int32)})
    write_geoparquet(tmp_path / "holes.parquet", holes, SITE)
    found = gpd.read_parquet(tmp_path / "holes.parquet")
    assert found["hole"].tolist() == [4, 5]
    assert found.crs.to_authority() == ("OGC", "CRS84")
    x_m, y_m = SITE.metres(found.geometry.x.to_numpy(), found.geometry.y.to_numpy())
    np.testing.assert_allclose(x_m, [0.0, 1000.0], atol=1e-6)
    np.testing.assert_allclose(y_m, 0.0, atol=1e-6)


def test_a_geopackage_holds_every_layer_with_its_rows_and_kind(tmp_path: Path) -> None:
    write_geopackage(tmp_path / "review.gpkg", [*shapes(), Features("none", "Point", [], {"hole": []})], SITE, SEALED)
    names = dict(pyogrio.list_layers(tmp_path / "review.gpkg").tolist())
    assert names == {"concentration": "MultiPolygon", "holes": "Point", "zones": "MultiPolygon", "none": "Point"}
    found = gpd.read_file(tmp_path / "review.gpkg", layer="zones")
    assert found["zone"].tolist() == ["North"]
    assert found.geometry[0].bounds == (153.99, 24.30, 154.01, 24.32)


def test_writing_again_later_gives_the_same_bytes(tmp_path: Path) -> None:
    first = [write_geopackage(tmp_path / "a.gpkg", shapes(), SITE, SEALED)]
    first += [write_geoparquet(tmp_path / "a.parquet", layer, SITE) for layer in shapes()]
    time.sleep(1.1)  # a clock in a file counts seconds
    again = [write_geopackage(tmp_path / "b.gpkg", shapes(), SITE, SEALED)]
    again += [write_geoparquet(tmp_path / "b.parquet", layer, SITE) for layer in shapes()]
    assert first == again
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gpkg", "a.parquet", "b.gpkg", "b.parquet"]


def test_properties_that_do_not_fit_and_a_folder_that_is_missing_are_told_in_one_line(tmp_path: Path) -> None:
    odd = points("holes", np.array([0.0]), np.array([0.0]), {"hole": np.array([4, 5])})
    with pytest.raises(StoreError) as caught:
        write_geoparquet(tmp_path / "holes.parquet", odd, SITE)
    assert str(caught.value) == (
        f"{tmp_path}/holes.parquet: layer 'holes' has 1 shapes and 2 values of 'hole'; give one value per shape"
    )
    with pytest.raises(StoreError, match=r"holes\.parquet: cannot write the shapes: a file or folder has gone"):
        write_geoparquet(tmp_path / "none" / "holes.parquet", shapes()[1], SITE)
    with pytest.raises(StoreError, match=r"review\.gpkg: cannot write the shapes: "):
        write_geopackage(tmp_path / "none" / "review.gpkg", shapes(), SITE, SEALED)
