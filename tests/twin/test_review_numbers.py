"""The numbers of the summary page, against maps and tables read with numpy alone, and by hand (truth: derived)."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from numpy.typing import NDArray

from ops_data.export.report_text import words
from ops_data.reference.indicator_rows import indicator_rows
from tests.twin.reviews import AFAR, AT_SITE, NORTH_DEG, REPLICATES, SIDE_DEG, SITE_DEG, Made, made
from twin.environment_rows import in_every_layer
from twin.environment_view import StudyView
from twin.indicators.statistics import wilson_interval
from twin.review_numbers import OF_RUN, numbers, told_outcomes

Floats = NDArray[np.float64]
MG_L, MM, HOUR_S, DAY_S, KM = 1e-3, 1e-3, 3_600.0, 86_400.0, 1_000.0
CELL_KM2 = 0.04
LEVELS = (0.1, 1.0, 10.0)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the run and its package."""
    return made(tmp_path_factory)


@pytest.fixture(scope="module")
def members(review: Made) -> xr.Dataset:
    """Return the maps of every member."""
    with xr.open_dataset(review.package / "grids" / "members.nc", decode_timedelta=False) as file:
        return file.load()


def spread(values: Floats) -> list[float]:
    """Return P50, P10 and P90."""
    found: list[float] = np.quantile(values, [0.5, 0.1, 0.9]).tolist()
    return found


def told(review: Made, name: str) -> list[float]:
    """Return value, low and high of a number of the summary."""
    return [float(review.summary[name][column]) for column in ("value", "low", "high")]


def by_member(
    members: xr.Dataset, measure: Callable[[Floats], float], variable: str, level: float = math.nan
) -> Floats:
    """Return a measure of each member's map, at a level if the maps have levels."""
    maps = members[variable]
    if "concentration_level" in maps.dims:
        maps = maps.isel(concentration_level=LEVELS.index(level))
    return np.array([measure(one.astype(float)) for one in maps.to_numpy()])


@pytest.mark.parametrize(("prefix", "layer"), [("", "sea bed"), ("return_", "return water")])
@pytest.mark.parametrize("level", LEVELS)
def test_numbers_of_a_layer_are_what_its_maps_say(
    review: Made, members: xr.Dataset, prefix: str, layer: str, level: float
) -> None:
    peaks, item = f"{prefix}max_concentration", f"{'' if not prefix else 'return water '}{level:g} mg/L"
    highest = by_member(members, np.max, peaks) / MG_L
    assert told(review, f"plume_highest_mg_l[{layer}]") == pytest.approx(spread(highest))
    area = by_member(members, lambda one: CELL_KM2 * np.count_nonzero(one > level * MG_L), peaks)
    assert told(review, f"plume_area_km2[{item}]") == pytest.approx(spread(area))
    above = by_member(members, lambda one: CELL_KM2 * float(one.sum()) / DAY_S, f"{prefix}above_time", level)
    assert told(review, f"plume_area_time_km2_d[{item}]") == pytest.approx(spread(above))
    longest = by_member(members, np.max, f"{prefix}longest_time", level) / HOUR_S
    assert told(review, f"plume_longest_hours[{item}]") == pytest.approx(spread(longest))
    share, low, high = told(review, f"exceedance[{item}]")
    assert share == pytest.approx(np.mean(area > 0.0))
    assert (low, high) == pytest.approx(wilson_interval(int((area > 0.0).sum()), REPLICATES, 0.8))


@pytest.mark.parametrize("level", LEVELS)
def test_the_furthest_deposit_is_that_from_the_nearest_hole_of_the_same_member(
    review: Made, members: xr.Dataset, level: float
) -> None:
    x_m, y_m = np.meshgrid(members["x"].to_numpy(), members["y"].to_numpy())
    holes, found = review.table("holes"), []
    for number, one in zip(members["member"].to_numpy(), members["deposit_thickness"].to_numpy(), strict=True):
        own, there = holes[holes["replicate"] == number], one.astype(float) > level * MM
        if not there.any():
            found.append(0.0)
            continue
        east, north = (x_m[there][:, None] - own["x_m"].to_numpy(), y_m[there][:, None] - own["y_m"].to_numpy())
        found.append(float(np.hypot(east, north).min(axis=1).max()) / KM)
    assert told(review, f"deposit_furthest_km[{level:g} mm]") == pytest.approx(spread(np.array(found)))


def test_what_is_deposited_nearby_is_a_share_of_what_was_released_by_those_that_release(
    review: Made, members: xr.Dataset
) -> None:
    """The maps reach 8 km each way round the holes: a circle of 10 km is not told, one of 5 km holds less."""
    drawn, closure = review.table("drawn"), review.table("closure").set_index("replicate")
    density = drawn[drawn["key"] == "plume.deposit_density_kg_m3"].set_index("replicate")["value"]
    on_maps_t = members["deposit_thickness"].astype(float).sum(["y", "x"]).to_series() * density * 40.0
    shares = (on_maps_t / closure["released_t"]).dropna().to_numpy()
    assert 0 < len(shares) < REPLICATES
    assert "deposited_share[within 10 km]" not in review.summary
    near, further = (told(review, f"deposited_share[within {far} km]")[0] for far in (1, 5))
    assert 0.0 < near <= further <= spread(shares)[0] * (1.0 + 1e-6)


def test_numbers_of_plumes_are_those_of_the_study_and_of_its_tables(review: Made) -> None:
    """What ``twin environment`` prints and what a reviewer reads is one number."""
    table = review.table("plume_indicators")
    labels = table["name"] + ("[" + table["item"] + "]").where(table["item"] != "", "")
    known = dict(zip(labels, table[["value", "low", "high"]].to_numpy().tolist(), strict=True))
    both = [name for name in review.summary if name in known and name.startswith(("plume_", "deposit"))]
    assert len(both) > 30
    assert "deposited_share[within 5 km]" in both
    for name in both:
        assert np.isfinite(known[name]).all(), name
        assert told(review, name) == pytest.approx(known[name]), name


def test_balances_close_and_their_parts_are_percentiles_of_the_members(review: Made) -> None:
    closure = review.table("closure")
    for name in ("seabed_loss_t", "emergency_dump_t", "return_water_t", "released_t", "near_field_t", "beyond_t"):
        assert told(review, name) == pytest.approx(spread(closure[name].to_numpy()))
    assert told(review, "plume_residual")[0] < 1e-12
    assert told(review, "releases_residual")[0] < 1e-12


WAYS = (("concentration", "", "mg/L"), ("concentration", "return water", "mg/L"), ("deposit", "", "mm"))


def test_a_zone_is_touched_in_the_share_of_members_whose_highest_value_is_above_the_level(review: Made) -> None:
    contacts = review.table("contacts")
    for zone in (AT_SITE, AFAR):
        for quantity, layer, unit in WAYS:
            of = (
                (contacts["zone"] == zone)
                & (contacts["quantity"] == quantity)
                & (contacts["layer"].fillna("") == layer)
            )
            highest = contacts[of]["highest"]
            assert len(highest) == REPLICATES
            for level in LEVELS:
                where = f"{zone} {layer}".strip()
                share, low, high = told(review, f"zone_contact[{where} {level:g} {unit}]")
                assert share == pytest.approx((highest > level).mean())
                assert low <= share <= high
    assert "where.zone=North 北%3B 50 %25" in review.summary[f"zone_contact[{AFAR} 1 mm]"]["rule"]


def test_the_highest_value_in_a_zone_is_that_of_the_map_of_the_layer(review: Made, members: xr.Dataset) -> None:
    """A cell that the zone only touches counts too, so the value lies between those of a smaller and a wider zone."""
    table = review.table("contacts").fillna({"layer": ""})
    contacts = table.set_index(["zone", "quantity", "layer", "replicate"])["highest"]
    water, afar = (
        members[name].to_numpy().astype(float) / MG_L for name in ("max_concentration", "return_max_concentration")
    )
    bed = members["deposit_thickness"].to_numpy().astype(float) / MM
    cell_deg, east, north = 0.2 / 110.8, members["longitude"].to_numpy(), members["latitude"].to_numpy()
    for zone in (AT_SITE, AFAR):
        off_deg = np.maximum(np.abs(east - SITE_DEG[0]), np.abs(north - SITE_DEG[1] - NORTH_DEG[zone]))
        inside, touched = off_deg < 0.5 * SIDE_DEG, off_deg < 0.5 * SIDE_DEG + cell_deg
        for number in range(REPLICATES):
            for (quantity, layer, _), maps in zip(WAYS, (water, afar, bed), strict=True):
                found = float(contacts.loc[(zone, quantity, layer, number)])
                low, high = maps[number][inside].max(), maps[number][touched].max()
                assert low * (1.0 - 1e-6) <= found <= high * (1.0 + 1e-6)


def test_every_number_has_a_name_of_its_own_a_unit_and_a_section_that_both_languages_know(review: Made) -> None:
    rows = list(review.summary.values())
    assert [row["id"] for row in rows if not row["unit"] or not row["item"]] == []
    for language in ("en", "ja"):
        assert {row["section"] for row in rows} - {"maps"} <= set(words(language).table["sections"])
    files = {row["file"] for row in rows}
    assert {path.split("/")[0] for path in files} == {"tables", "grids"}
    assert [path for path in files if not (review.package / path).is_file()] == []


def test_every_kind_of_map_is_checked_against_those_of_the_members(review: Made) -> None:
    checked = [name for name in review.summary if name.startswith("map_check[")]
    assert len(checked) == 2 * (3 + len(LEVELS)) + 3 + len(LEVELS)
    assert {review.summary[name]["value"] for name in checked} == {0.0}


def test_every_proxy_of_the_surroundings_is_told(review: Made) -> None:
    outcomes = review.table("run_outcomes")
    wanted = {name for name, row in indicator_rows().items() if row.group == "environment"} | set(OF_RUN)
    assert {name.split("[")[0] for name in review.summary} >= set(outcomes["name"])
    assert wanted - set(outcomes["name"]) == set()


def test_a_distance_is_written_into_its_rule_with_all_its_digits(review: Made) -> None:
    view = StudyView(review.study.artefact)
    chosen = view.scenario.environment.model_copy(update={"within_km": (1.0, 5.000000001)})
    vars(view)["scenario"] = view.scenario.model_copy(update={"environment": chosen})
    ledger = review.table("emissions")[["replicate", "fuel_t", "co2_t"]]
    found = [one for one in numbers(view, review.table("run_outcomes"), ledger) if one.name == "deposited_share"]
    assert "within_km=5.000000001" in found[-1].rule


def frame(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    """Return rows of the table ``outcomes``."""
    told = [(number, name, item, "", value) for number, name, item, value in rows]
    return pd.DataFrame(told, columns=["replicate", "name", "item", "period", "value"])


def test_a_member_that_returns_no_water_has_none_in_its_layer() -> None:
    """By hand: member 1 has a layer of return water, members 0 and 2 have not; the rest stays as it is."""
    given = frame(
        (0, "plume_area_km2", "1 mg/L", 3.0),
        (0, "deposited_share", "within 1 km", 0.5),
        (1, "plume_area_km2", "1 mg/L", 4.0),
        (1, "plume_area_km2", "return water 1 mg/L", 5.0),
        (2, "plume_area_km2", "1 mg/L", 0.0),
    )
    found = in_every_layer(given, [0, 1, 2])
    afar = found[found["item"] == "return water 1 mg/L"]
    assert afar[["replicate", "value"]].to_numpy().tolist() == [[0.0, 0.0], [1.0, 5.0], [2.0, 0.0]]
    rest = found[found["item"] != "return water 1 mg/L"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, given[given["item"] != "return water 1 mg/L"].reset_index(drop=True))
    assert found["replicate"].is_monotonic_increasing
    without = given[given["item"] != "return water 1 mg/L"]
    assert len(in_every_layer(without, [0, 1, 2])) == len(without)


@pytest.mark.parametrize("own", [False, True])
def test_a_replicate_in_which_a_thing_never_happened_lies_beyond_all_others(review: Made, own: bool) -> None:
    """By hand: replicate 1 lifts nothing, so no emission has a dry tonne; replicate 2 is no member.

    With settings of its own the study tells the surroundings, here ten times as much, and the run the rest.
    """
    view = StudyView(review.study.artefact)
    emitted = frame((0, "air_co2_per_dry_t", "co2", 90.0))
    vars(view)["outcomes"] = frame((0, "plume_area_km2", "1 mg/L", 3.0)) if not own else emitted
    given = frame(
        (0, "air_co2_per_dry_t", "co2", 9.0),
        (2, "air_co2_per_dry_t", "co2", 7.0),
        (0, "home_day", "", 90.0),
        (0, "lifted_dry_t", "", 5.0),
        (1, "lifted_dry_t", "", 0.0),
        (2, "lifted_dry_t", "", 8.0),
    )
    found = told_outcomes(given, view, range(2)).sort_values(["name", "replicate"])
    assert found[["name", "replicate", "value"]].to_numpy().tolist() == [
        ["air_co2_per_dry_t", 0, 90.0 if own else 9.0],
        ["air_co2_per_dry_t", 1, np.inf],
        ["lifted_dry_t", 0, 5.0],
        ["lifted_dry_t", 1, 0.0],
    ]
