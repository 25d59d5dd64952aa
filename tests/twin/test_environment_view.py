"""A sealed study, read back (truth: derived; its own tables and maps, counted once more with numpy)."""

import json
from pathlib import Path

import numpy as np
import pytest

from ops_data.artefacts import of_run
from ops_data.store import open_store
from twin.__main__ import main
from twin.environment_view import StudyView
from twin.scenario import load_scenario

SITE = load_scenario("calm").site
MEMBERS = 2
SETS = ("environment.grid_km=6", "environment.cell_m=150", 'environment.return_water="mid_water"', "plume.follow_d=2")


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> StudyView:
    """Return a study of two members with return water, and a zone that holds the middle of the maps and one off it."""
    place = tmp_path_factory.mktemp("store")
    path = place / "zones.geojson"
    lon, lat = SITE.longitude_deg, SITE.latitude_deg
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "kind": kind},
            "geometry": {"type": "Polygon", "coordinates": [[
                [lon + a, lat + b], [lon + a + 0.004, lat + b], [lon + a + 0.004, lat + b + 0.004],
                [lon + a, lat + b + 0.004], [lon + a, lat + b],
            ]]},
        }
        for name, kind, a, b in (("middle", "IRZ", -0.002, -0.002), ("corner", "PRZ", 0.02, 0.02))
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    words = ["--store", str(place), "--workers", "1"]
    assert main(["run", "calm", "--replicates", str(MEMBERS), *words]) == 0
    choices = [word for text in SETS for word in ("--set", text)]
    assert main(["environment", "latest", "--zones", str(path), *choices, *words]) == 0
    return opened(place)


def opened(place: Path) -> StudyView:
    """Return the one study of a store."""
    (found,) = of_run(place, open_store(str(place)).open("latest").run_id, "environment")
    return StudyView(found)


def test_it_knows_its_settings_its_members_and_its_grid(view: StudyView) -> None:
    assert view.members == MEMBERS
    assert view.scenario.environment.return_water == "mid_water"
    assert (view.grid.columns, view.grid.cell_m) == (40, 150.0)
    assert (view.site.latitude_deg, view.site.longitude_deg) == (SITE.latitude_deg, SITE.longitude_deg)


def test_everything_released_is_found_again(view: StudyView) -> None:
    assert view.residual <= 1e-12
    kinds = view.releases.groupby(["replicate", "kind"], observed=True)["dry_kg"].sum().unstack() / 1e3
    assert view.closure["seabed_loss_t"].to_numpy() == pytest.approx(kinds["seabed_loss"].to_numpy(), rel=1e-12)
    assert view.closure["return_water_t"].to_numpy() == pytest.approx(kinds["return_water"].to_numpy(), rel=1e-12)
    assert view.closure["return_water_t"].to_numpy() == pytest.approx(view.closure["filtrate_t"].to_numpy(), rel=1e-12)


def test_sums_are_percentiles_over_members(view: StudyView) -> None:
    table = view.closure.drop(columns="replicate")
    for name, found in view.sums().items():
        assert found == pytest.approx(np.percentile(table[name], [10.0, 50.0, 90.0]), rel=1e-12)


def test_indicators_are_percentiles_over_members_and_probabilities_count_them(view: StudyView) -> None:
    rows = view.outcomes
    area = rows[(rows["name"] == "plume_area_km2") & (rows["item"] == "0.1 mg/L")]["value"].to_numpy()
    one = view.spread("plume_area_km2", "0.1 mg/L")
    assert one is not None
    assert (one.low, one.value, one.high) == pytest.approx(tuple(np.percentile(area, [10.0, 50.0, 90.0])))
    assert dict(view.exceeded("concentration"))[0.1] == pytest.approx((area > 0.0).mean())
    thick = view.maps["deposit_probability"].to_numpy()
    for place, (_, share) in enumerate(view.exceeded("deposit")):
        assert share >= thick[place].max() - 1e-6
    assert view.spread("plume_area_km2", "7 mg/L") is None


def test_return_water_is_a_layer_of_its_own(view: StudyView) -> None:
    assert [words for _, words in view.layers] == ["", "return water"]
    assert [level for level, _ in view.exceeded("concentration", "return water")] == [0.1, 1.0, 10.0]
    one = view.spread("plume_highest_mg_l", "return water")
    assert one is not None
    assert one.value > 0.0


def test_holes_are_told_once_each(view: StudyView) -> None:
    east, north = view.holes_m
    places = set(zip(east.tolist(), north.tolist(), strict=True))
    assert len(places) == len(east)
    assert places == set(zip(view.releases["x_m"], view.releases["y_m"], strict=True))


def test_zones_come_back_from_the_study_itself(view: StudyView) -> None:
    """The person's own file may be gone: the study keeps a copy."""
    Path(view.scenario.environment.zones).unlink(missing_ok=True)
    assert [(zone.name, zone.kind) for zone in view.zones] == [("middle", "IRZ"), ("corner", "PRZ")]
    east, north = np.meshgrid(view.grid.x_m, view.grid.y_m)
    middle, corner = (zone.cells for zone in view.zones)
    assert np.hypot(east[middle], north[middle]).max() < 600.0
    assert east[corner].min() > 1_500.0


def test_contacts_count_the_members_above_each_level_in_each_zone(view: StudyView) -> None:
    table = view.artefact.table("contacts")
    assert len(view.contacts) >= 2 * 2 * 3
    for one in view.contacts:
        assert one.members == MEMBERS
        assert one.touched <= MEMBERS
        rows = table[(table["zone"] == one.zone) & table["quantity"].astype(str).str.contains(one.quantity)]
        assert one.highest <= rows["highest"].max()
    deposit = {(one.zone, one.level): one.touched for one in view.contacts if one.quantity == "deposit"}
    assert deposit["middle", 0.1] == MEMBERS
    assert deposit["corner", 10.0] == 0
