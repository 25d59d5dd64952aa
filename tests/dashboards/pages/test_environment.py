"""Page Environment: what its panels draw of a real study, and what they say without one or without any release."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboards.data import Data
from dashboards.frame import Frame
from dashboards.page import Drawn, View
from dashboards.pages import environment
from dashboards.pages.environment_air import surroundings
from dashboards.pages.environment_study import atlas_of, study_of
from dashboards.state import PageState
from dashboards.words import Lang
from ops_data.errors import StoreError
from ops_data.units import KG_M3_PER_MG_L
from tests.dashboards.stores import twin
from twin.environment_view import StudyView
from twin.indicators.summary import read_spreads

ViewOf = Callable[..., View]
PANELS = [panel.name for panel in environment.PAGE.panels]
OF_STUDY = ["map", "reach", "zones", "closure"]
UNITS = {
    "highest": "mg_l",
    "hours": "h",
    "concentration_probability": "percent",
    "deposit": "mm",
    "deposit_probability": "percent",
}
ZONE = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "<b>Reserve</b>",
"kind": "PRZ"}, "geometry": {"type": "Polygon", "coordinates":
[[[154.88, 23.19], [154.92, 23.19], [154.92, 23.21], [154.88, 23.21], [154.88, 23.19]]]}}]}"""


def drawn(view: View, name: str) -> Drawn:
    """Return what a panel draws."""
    panel = environment.PAGE.panel(name)
    assert panel is not None
    return panel.draw(view)


def study(view: View) -> StudyView:
    """Return the study of a view."""
    found = study_of(view)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def other_stores(tmp_path_factory: pytest.TempPathFactory, small_store: Path) -> dict[str, Data]:
    """Return stores with a run of one replicate: its study with a zone and return water, without a release, none."""
    folder = tmp_path_factory.mktemp("studies")
    (folder / "zones.geojson").write_text(ZONE, encoding="utf-8")
    asked = {
        "zone": f"environment calm --zones {folder / 'zones.geojson'} --set environment.return_water=mid_water",
        "nothing": "environment calm --set environment.seabed_loss=none",
    }
    for name, words in asked.items():
        shutil.copytree(small_store, folder / name, ignore=shutil.ignore_patterns("artefacts", "pilot-*"))
        found = twin(words, folder / name)
        assert found.returncode == 0, found.stderr
    return {"": Data(str(small_store))} | {name: Data(str(folder / name)) for name in asked}


@pytest.fixture(scope="module")
def calm(other_stores: dict[str, Data], view_of: ViewOf) -> ViewOf:
    """Return what makes a view of the run of one replicate: study ("" for none), language, values."""

    def make(name: str, lang: Lang = "en", values: Mapping[str, str] | None = None) -> View:
        data, user = other_stores[name], view_of("environment").user
        run = next(one.run_id for one in data.runs() if one.scenario == "calm")
        state = PageState("environment", lang, run, dict(values or {}))
        return Frame(data, {"environment": environment.PAGE}).view(state, user)[0]

    return make


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", [name for name in PANELS if name not in ("zones", "package")])
def test_each_panel_is_told_in_words_with_its_data(view_of: ViewOf, name: str, lang: str) -> None:
    found = drawn(view_of("environment", lang=lang), name)
    assert found.rows is not None and len(found.rows)
    assert "{" not in found.alt + found.note


@pytest.mark.parametrize("name", ["map", "reach", "closure"])
def test_panels_of_the_study_name_it(view_of: ViewOf, name: str) -> None:
    view = view_of("environment")
    found = drawn(view, name)
    assert (found.source, found.sealed) == (study(view).artefact.artefact_id, study(view).artefact.created)


@pytest.mark.parametrize("quantity", list(UNITS))
def test_the_data_of_a_map_are_the_cells_that_are_seen(view_of: ViewOf, quantity: str) -> None:
    rows = drawn(view_of("environment", {"quantity": quantity}), "map").rows
    assert rows is not None
    assert list(rows.columns) == ["east_km", "north_km", f"{quantity}_{UNITS[quantity]}"]


def test_the_highest_cell_of_the_map_is_that_of_the_grid(view_of: ViewOf) -> None:
    """Derived: P90 over members, in mg/L, as kept in the grid of the study."""
    view = view_of("environment")
    rows = drawn(view, "map").rows
    assert rows is not None
    kept = study(view).maps["max_concentration_p90"].to_numpy().astype(np.float64) / KG_M3_PER_MG_L
    assert rows["highest_mg_l"].max() == pytest.approx(float(kept.max()))
    least = 0.01  # a tenth of the lowest level
    assert len(rows) == int((kept > least).sum())


def test_the_level_is_picked_from_those_of_the_study(view_of: ViewOf) -> None:
    view = view_of("environment", {"quantity": "concentration_probability", "concentration": "1"})
    lower = view_of("environment", {"quantity": "concentration_probability"})
    above, more = drawn(view, "map").rows, drawn(lower, "map").rows
    assert above is not None and more is not None and len(above) < len(more)
    assert view_of("environment", {"concentration": "7"}).value("concentration") == "0.1"


def test_the_map_says_over_which_members_where_the_site_lies_and_that_levels_are_no_rule(view_of: ViewOf) -> None:
    note = drawn(view_of("environment"), "map").note
    assert "P90 of 6 members" in note and "23.20° N, 154.90° E" in note and "not a rule" in note
    assert "mean of 6 members" in drawn(view_of("environment", {"quantity": "hours"}), "map").note
    assert "スクリーニング水準であり規制値ではない" in drawn(view_of("environment", lang="ja"), "map").note


def test_maps_are_read_once(view_of: ViewOf) -> None:
    view = view_of("environment")
    assert atlas_of(view, study(view), "bed") is atlas_of(view, study(view), "bed")


def test_reach_tells_every_indicator_of_the_study_and_the_share_of_members_above(view_of: ViewOf) -> None:
    view = view_of("environment")
    rows = drawn(view, "reach").rows
    assert rows is not None
    furthest = rows[(rows["indicator"] == "plume_furthest_km") & (rows["item"] == "0.1 mg/L")].iloc[0]
    told = study(view).spread("plume_furthest_km", "0.1 mg/L")
    assert told is not None and (furthest["p10"], furthest["p90"]) == (told.low, told.high)
    above = rows[(rows["indicator"] == "members_above") & (rows["item"] == "0.1 mg/L")].iloc[0]
    assert above["p50"] == dict(study(view).exceeded("concentration"))[0.1]


def test_what_is_released_is_said_to_be_found_again(view_of: ViewOf) -> None:
    view = view_of("environment")
    found = drawn(view, "closure")
    assert found.rows is not None and "1,000,000,000" in found.note and "e-" not in found.note
    table = found.rows.set_index("sum")
    released = study(view).closure["released_t"]
    assert table.loc["released_t", "p50_t"] == pytest.approx(float(np.median(released)))


def test_noise_tells_every_range_and_source_of_the_run(view_of: ViewOf) -> None:
    view = view_of("environment")
    rows = drawn(view, "noise").rows
    told = [one for one in read_spreads(view.data.table(view.run, "indicators")) if one.name.startswith("noise_")]
    assert rows is not None and len(rows) == len(told)


def test_greenhouse_gases_by_source_add_up_in_a_run_of_one_replicate(calm: ViewOf) -> None:
    """Derived: with one replicate P50 is the value, and parts add up to the whole."""
    rows = drawn(calm(""), "air").rows
    assert rows is not None
    parts = rows[rows["indicator"] == "co2e_by_source_t"].set_index("item")["p50"]
    assert parts.drop("total").sum() == pytest.approx(parts["total"])
    ships = rows[(rows["indicator"] == "air_emissions_t") & (rows["item"] == "co2e_well_to_wake")]["p50"].iloc[0]
    assert parts[["mining", "shuttle", "carrier", "island"]].sum() == pytest.approx(ships)


def test_other_proxies_leave_out_what_is_nothing_in_every_replicate(view_of: ViewOf) -> None:
    view = view_of("environment")
    rows = drawn(view, "surroundings").rows
    assert rows is not None
    names = set(rows["indicator"])
    assert "seabed_cut_m2" in names and "return_water_heat_k" not in names and "noise_range_km" not in names
    assert names < {one.name for one in surroundings(view)}


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_zones_and_return_water_are_told(calm: ViewOf, lang: str) -> None:
    view = calm("zone", lang)
    assert [one.key for one in environment.PAGE.controls(view)][3] == "layer"
    rows = drawn(view, "zones").rows
    assert rows is not None
    assert set(rows["layer"]) == {"", "return water"} and set(rows["zone"]) == {"<b>Reserve</b>"}
    assert len(rows) == 9
    found = drawn(calm("zone", lang, {"layer": "return"}), "map")
    assert found.rows is not None and len(found.rows)
    assert {"en": "return water", "ja": "余水"}[lang] in found.note


def test_the_settings_of_a_study_tell_its_other_proxies(calm: ViewOf) -> None:
    """Derived: water is returned in the study only, so that only there the sea is warmed."""
    rows = drawn(calm("zone"), "surroundings").rows
    assert rows is not None and "return_water_heat_k" in set(rows["indicator"])


@pytest.mark.parametrize(("lang", "said"), [("en", "Nothing is released"), ("ja", "放出なし")])
@pytest.mark.parametrize("name", ["map", "reach", "closure"])
def test_a_study_without_any_release_says_that_this_is_a_result(calm: ViewOf, name: str, lang: str, said: str) -> None:
    found = drawn(calm("nothing", lang), name)
    assert said in str(found.body) and "No data" not in str(found.body) and found.rows is None


def test_without_zones_the_panel_says_how_to_give_some(view_of: ViewOf) -> None:
    assert "--zones" in str(drawn(view_of("environment"), "zones").body)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_without_a_study_there_is_an_offer_and_the_rest_of_the_page(calm: ViewOf, lang: str) -> None:
    view = calm("", lang)
    body = str(drawn(view, "map").body)
    assert f"twin environment {view.run.run_id}" in body and "Button" in body
    for name in OF_STUDY:
        assert drawn(view, name).rows is None
    for name in ("noise", "air", "surroundings"):
        assert isinstance(drawn(view, name).rows, pd.DataFrame)


def test_a_damaged_study_is_told_in_its_panels_and_leaves_the_rest_of_the_page(
    calm: ViewOf, other_stores: dict[str, Data], tmp_path: Path
) -> None:
    """Derived: one byte of the manifest of the study is changed in a copy of the store."""
    shutil.copytree(other_stores["nothing"].folder, tmp_path / "runs")
    (manifest,) = (tmp_path / "runs" / "artefacts").glob("*/manifest.json")
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"members": 1', '"members": 2'), encoding="utf-8")
    whole = calm("nothing")
    view = replace(whole, data=Data(str(tmp_path / "runs")))
    assert [one.key for one in environment.PAGE.controls(view)] == list(whole.chosen)
    with pytest.raises(StoreError, match="the artefact is damaged"):
        drawn(view, "map")
    assert drawn(view, "package").rows is None
