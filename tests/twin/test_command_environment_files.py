"""``twin environment`` with a person's own zones and current record (truth: derived; zones placed by hand)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ops_data.grids import read_grid
from tests.twin.studies import VOYAGE, left, said, study, told
from twin.__main__ import main
from twin.scenario import load_scenario

SITE = load_scenario("calm").site
MEMBERS = 5
KM_PER_DEG = 111.2


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with a voyage of five replicates."""
    place = str(tmp_path_factory.mktemp("store"))
    assert main(["run", VOYAGE, "--replicates", str(MEMBERS), "--workers", "1", "--store", place]) == 0
    return place


def square(name: str, east_km: float, north_km: float, half_km: float) -> dict[str, Any]:
    """Return a square zone about a place east and north of the site."""
    north = 1.0 / KM_PER_DEG
    east = north / np.cos(np.radians(SITE.latitude_deg))
    ring = [
        [SITE.longitude_deg + east * (east_km + a * half_km), SITE.latitude_deg + north * (north_km + b * half_km)]
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"name": name, "kind": "PRZ"}, "geometry": shape}


def zones(folder: Path, *features: dict[str, Any]) -> str:
    """Write a file of zones; return its path."""
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return str(path)


def test_a_zone_around_the_site_is_touched_and_one_far_away_is_not(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The near zone holds everything above 0.1 mg/L, so its probability is that of the maps."""
    path = zones(tmp_path, square("near", 0.0, 0.0, 1.5), square("far", 8.5, 8.5, 0.5))
    wide = ("--zones", path, "--set", "environment.grid_km=20", "--set", "environment.cell_m=200")
    document = told(capsys, store, *wide)
    by = {(one["zone"], one["level"]): one for one in document["zones"]}
    assert {zone for zone, _ in by} == {"near", "far"}
    for (zone, level), one in by.items():
        share = 0.0 if zone == "far" else document["probability_above"][level]
        assert (one["touched"], one["probability"]) == (share > 0.0, pytest.approx(share)), (zone, level)
        assert one["kind"] == "PRZ"
    assert by["near", "0.1 mm"]["touched"] or by["near", "0.1 mg/L"]["touched"]
    contacts = study(capsys, store, *wide).table("contacts")
    assert len(contacts) % (2 * MEMBERS) == 0
    text, _ = said(capsys, store, *wide)
    assert "near" in text and "far" in text


def test_zones_with_another_content_are_another_study(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = []
    for half_km in (0.5, 0.6):
        ids.append(study(capsys, store, "--zones", zones(tmp_path, square("near", 0.0, 0.0, half_km))).artefact_id)
    assert ids[0] != ids[1]


def test_a_zone_off_the_maps_is_refused_with_the_grid_that_would_hold_it(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = left(store)
    _, notes = said(capsys, store, "--zones", zones(tmp_path, square("far", 5.0, 0.0, 0.5)), code=2)
    assert "zone 'far' lies wholly off the grid" in notes
    assert "set environment.grid_km to 12 or more" in notes
    assert left(store) == before


def test_a_record_of_ones_own_carries_the_plumes_and_its_repairs_are_told(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Water that always goes east at 4 cm/s; one reading is missing."""
    path = tmp_path / "mooring.csv"
    times = pd.date_range("2025-01-01", periods=60 * 24, freq="h", tz="UTC")
    lines = [f"{time.isoformat()},0.04,0.0" for place, time in enumerate(times) if place != 50]
    path.write_text("\n".join(["time,u_m_s,v_m_s", *lines]) + "\n")
    sealed = study(capsys, store, "--current", str(path))
    current = sealed.table("currents")
    assert current["east_m_s"].to_numpy() == pytest.approx(0.04)
    assert len(sealed.notes) == 1
    assert "mooring.csv" in sealed.notes[0]
    maps = read_grid(sealed.file("maps.nc"))
    mean = maps["mean_concentration_mean"].to_numpy()
    assert mean[:, 21:].sum() > 20.0 * mean[:, :18].sum()
