"""Scenarios resolve in a stated order, keep where each number came from, and survive a round trip."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops_data.reference import components, parameters, vessels
from twin.assets import quay_load_fraction, sailing_factor
from twin.overrides import NO_SOURCE
from twin.parameters_table import parameter_lines
from twin.scenario import Scenario, json_schema, list_scenarios, load_scenario, setting_keys

NAMES = [
    "pilot-2027", "annual-pilot", "calm", "connection-test-2026", "dry-basis", "scale-up-3500", "storm-season",
]  # fmt: skip


def write(tmp_path: Path, text: str, name: str = "mine.toml") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_seven_scenarios_are_listed_with_a_title_and_one_line() -> None:
    listed = list_scenarios()
    assert [item.name for item in listed] == NAMES
    assert all(item.title and item.description and "\n" not in item.description for item in listed)


@pytest.mark.parametrize("name", NAMES)
def test_a_packaged_scenario_carries_its_name_and_every_quantity(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert set(parameters()) < set(scenario.quantities)
    assert {"mining.hold_m3", "shuttle.hold_m3", "carrier.payload_t"} < set(scenario.quantities)


@pytest.mark.parametrize("name", NAMES)
def test_every_override_of_a_packaged_scenario_has_a_source(name: str) -> None:
    for quantity in load_scenario(name).quantities.values():
        assert quantity.source != NO_SOURCE, quantity.key
        if quantity.origin != "reference":
            assert quantity.origin.startswith("scenario file "), quantity.key
            assert len(quantity.source) > 30, quantity.key
            assert quantity.source.startswith("assumption: ") == (quantity.confidence == "A"), quantity.key


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_survives_a_round_trip_through_json(name: str) -> None:
    scenario = load_scenario(name)
    again = Scenario.from_json(scenario.to_json())
    assert again == scenario
    assert again.hash == scenario.hash
    assert len(scenario.hash) == 64


def test_scenarios_differ_in_their_hash_and_the_same_one_does_not() -> None:
    hashes = {load_scenario(name).hash for name in NAMES}
    assert len(hashes) == len(NAMES)
    assert load_scenario("calm").hash in hashes
    assert load_scenario("calm", ["tool.bore_m=2.9"]).hash not in hashes


def test_the_time_zone_in_which_a_time_is_written_does_not_change_the_scenario() -> None:
    utc = load_scenario("pilot-2027", ["campaign.start=2027-01-08T00:00:00Z"])
    assert utc.hash == load_scenario("pilot-2027").hash
    assert utc.start_s == int(datetime(2027, 1, 8, tzinfo=UTC).timestamp())


def test_the_pilot_stays_75_to_90_days_on_site_by_plan() -> None:
    """Derived: from start, charter end, sailing time and margin."""
    scenario = load_scenario("pilot-2027")
    q = scenario.quantities
    sailing = timedelta(hours=2 * q["transit.home_h"].value + q["departure.margin_h"].value)
    stay = scenario.campaign.charter_end - scenario.campaign.start - sailing
    assert 75 <= stay.days <= 90


def test_the_connection_test_has_the_dates_and_depth_that_were_published() -> None:
    """Published: JAMSTEC 2026-02-02, Yomiuri 2026-02-02."""
    scenario = load_scenario("connection-test-2026")
    assert scenario.campaign.start == datetime(2026, 1, 12, 0, tzinfo=UTC)
    assert scenario.quantities["site.water_depth_m"].value == 5700
    assert (scenario.campaign.locations, scenario.campaign.insertions_per_location) == (3, 1)
    assert scenario.transfer.method == "none"


def test_dry_basis_differs_from_the_pilot_in_the_reading_of_the_target_only() -> None:
    pilot, dry = (load_scenario(name).model_dump() for name in ("pilot-2027", "dry-basis"))
    pilot["campaign"]["mass_basis"] = "dry"
    for heading in ("name", "title", "description"):
        pilot[heading] = dry[heading]
    assert dry == pilot


def test_the_calm_world_has_no_weather_storms_failures_or_spread() -> None:
    scenario = load_scenario("calm")
    assert (scenario.weather.kind, scenario.storms.kind, scenario.failures.enabled) == ("calm", "none", False)


def test_the_scale_up_fleet_reaches_its_target_by_the_arithmetic_it_states() -> None:
    """Derived: the sums in the head of scale-up-3500.toml."""
    scenario = load_scenario("scale-up-3500")
    q = {key: quantity.value for key, quantity in scenario.quantities.items()}
    insertion_t = 3.141592653589793 / 4 * q["tool.bore_m"] ** 2 * q["tool.stroke_m"] * q["mud.dry_bulk_density_t_m3"]
    per_vessel = insertion_t * 24 / (q["mining.cycle_h"] + q["mining.shift_h"])
    assert insertion_t == pytest.approx(166, abs=1)
    assert per_vessel * scenario.mining.vessels * 0.6 > 3_500 > per_vessel * 3
    slurry_m3_d = 3_500 / q["mud.grain_density_t_m3"] / q["slurry.solids_volume_fraction"]
    assert slurry_m3_d == pytest.approx(17_500)
    trip_h = 2 + 1.5 + 16 + q["shuttle.hold_m3"] / q["transfer.hose_rate_m3_h"] * 2
    assert scenario.shuttles.count * q["shuttle.hold_m3"] * 24 / trip_h * 0.5 > slurry_m3_d
    assert q["island.dewatering_rate_t_h"] * 24 > 3_500 * 1.4
    load_t = q["carrier.payload_t"] * quay_load_fraction(scenario.fleet["carrier"], q["island.quay_depth_m"])
    leg_h = q["carrier.sail_h"] * sailing_factor(scenario, "carrier")
    voyage_h = 2 * leg_h + load_t / q["carrier.load_rate_t_h"] + load_t / q["carrier.unload_rate_t_h"]
    assert scenario.carriers.count * load_t * 24 / voyage_h > 3_500 / (1 - q["island.cake_water_fraction"]) * 1.3


def test_numbers_resolve_from_reference_then_base_then_file_then_set(tmp_path: Path) -> None:
    text = 'extends = "connection-test-2026"\n[tool]\nbore_m = 2.8\nstroke_m = 2.9\n'
    scenario = load_scenario(write(tmp_path, text), ["tool.stroke_m=3.1"])
    origins = {key: (quantity.value, quantity.origin) for key, quantity in scenario.quantities.items()}
    assert origins["mud.grain_density_t_m3"] == (2.5, "reference")
    assert origins["site.water_depth_m"] == (5700, "scenario file connection-test-2026.toml")
    assert origins["tool.bore_m"] == (2.8, "scenario file mine.toml")
    assert origins["tool.stroke_m"] == (3.1, "--set")


def test_a_file_may_extend_a_file_beside_it(tmp_path: Path) -> None:
    write(tmp_path, 'extends = "calm"\n[mining]\nvessels = 2\n', "base.toml")
    scenario = load_scenario(write(tmp_path, 'extends = "base.toml"\n[shuttles]\ncount = 3\n'))
    assert (scenario.mining.vessels, scenario.shuttles.count) == (2, 3)


def test_a_file_without_a_heading_is_called_by_its_own_name_not_its_base(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, 'extends = "calm"\n'))
    assert (scenario.name, scenario.title, scenario.description) == ("mine", "mine", "Extends calm.")


def test_a_bare_number_in_a_file_fixes_the_value_and_says_it_has_no_source(tmp_path: Path) -> None:
    text = 'extends = "pilot-2027"\n[mining]\nshift_h = 1\n'
    shift = load_scenario(write(tmp_path, text)).quantities["mining.shift_h"]
    assert (shift.low, shift.high, shift.law, shift.source) == (1.0, 1.0, "fixed", NO_SOURCE)


def test_the_hash_of_a_file_does_not_depend_on_its_folder(tmp_path: Path) -> None:
    text = 'extends = "pilot-2027"\n[mining]\nshift_h = 1\n'
    (tmp_path / "b").mkdir()
    assert load_scenario(write(tmp_path, text)).hash == load_scenario(write(tmp_path / "b", text)).hash


def test_a_set_number_keeps_its_event_law_with_bounds_in_proportion() -> None:
    """Derived: 0.8 h between 0.4 and 1.2 h, doubled."""
    shift = load_scenario("pilot-2027", ["mining.shift_h=1.6"]).quantities["mining.shift_h"]
    assert (shift.value, shift.event_law, shift.law) == (1.6, "triangular", "fixed")
    assert (shift.event_low, shift.event_high) == pytest.approx((0.8, 2.4))


def test_a_number_may_carry_the_unit_of_its_row() -> None:
    scenario = load_scenario("pilot-2027", ["site.island_distance_km=200 km", 'tool.bore_m="2.5 m"'])
    assert scenario.quantities["site.island_distance_km"].value == 200.0
    assert scenario.quantities["tool.bore_m"].value == 2.5


def test_a_table_gives_range_law_and_source() -> None:
    text = 'slurry.solids_volume_fraction={value=0.06, low=0.05, high=0.07, law="uniform", source="pump test"}'
    found = load_scenario("pilot-2027", [text]).quantities["slurry.solids_volume_fraction"]
    assert (found.value, found.low, found.high, found.law, found.source) == (0.06, 0.05, 0.07, "uniform", "pump test")


def test_component_lives_repair_times_and_holds_are_quantities_a_person_can_set() -> None:
    sets = ["components.riser_blockage.mtbf_h=1000", "mining.hold_m3=3000"]
    scenario = load_scenario("pilot-2027", sets)
    assert scenario.quantities["components.riser_blockage.mtbf_h"].value == 1000.0
    assert scenario.quantities["mining.hold_m3"].value == 3000.0
    assert set(scenario.components) == set(components())


def record_of_ones_own(tmp_path: Path) -> str:
    return write(tmp_path, "time,hs_m\n", "buoy.csv")


def test_a_record_of_ones_own_keeps_its_own_values(tmp_path: Path) -> None:
    record = record_of_ones_own(tmp_path)
    mine = write(tmp_path, f'extends = "pilot-2027"\n[weather]\nrecord = "{record}"\n')
    assert load_scenario(mine).weather.marginals == "record"
    assert load_scenario("pilot-2027", [f'weather.record="{record}"']).weather.marginals == "record"
    assert load_scenario("pilot-2027").weather.marginals == "site"
    assert load_scenario("pilot-2027", ['weather.record="era5-41N-125W"']).weather.marginals == "site"


def test_a_record_of_ones_own_is_mapped_to_the_site_if_that_is_asked_with_it_or_later(tmp_path: Path) -> None:
    record = record_of_ones_own(tmp_path)
    plain = write(tmp_path, f'extends = "pilot-2027"\n[weather]\nrecord = "{record}"\n', "plain.toml")
    asked = f'extends = "pilot-2027"\n[weather]\nmarginals = "site"\nrecord = "{record}"\n'
    later = 'extends = "plain.toml"\n[weather]\nmarginals = "site"\n'
    assert load_scenario(write(tmp_path, asked)).weather.marginals == "site"
    assert load_scenario(write(tmp_path, later)).weather.marginals == "site"
    assert load_scenario(plain, ["weather.marginals=site"]).weather.marginals == "site"
    both = ["weather.marginals=site", f'weather.record="{record}"']
    assert load_scenario("pilot-2027", both).weather.marginals == "site"


def test_marginals_asked_for_another_record_do_not_hold_for_a_record_named_later(tmp_path: Path) -> None:
    text = 'extends = "pilot-2027"\n[weather]\nmarginals = "site"\n'
    sets = [f'weather.record="{record_of_ones_own(tmp_path)}"']
    assert load_scenario(write(tmp_path, text), sets).weather.marginals == "record"


def test_a_slurry_range_that_is_not_drawn_need_not_fit_the_mud() -> None:
    sets = ['slurry.solids_volume_fraction={value=0.15, low=0.1, high=0.19, law="fixed"}']
    assert load_scenario("pilot-2027", sets).quantities["slurry.solids_volume_fraction"].high == 0.19


def test_a_heading_can_be_set() -> None:
    assert load_scenario("calm", ["name=calm_2.b"]).name == "calm_2.b"
    assert load_scenario("calm", ["title=My run"]).title == "My run"


def test_the_schema_gives_unit_range_and_description_of_every_key() -> None:
    schema = json_schema()
    for key in setting_keys():
        section, _, name = key.rpartition(".")
        if section:
            field = schema["$defs"][section.capitalize()]["properties"][name]
            assert field["description"], key
            if field["type"] in ("integer", "number"):
                assert {"minimum", "maximum", "unit"} <= set(field), key
    for key, field in schema["quantities"].items():
        assert field["unit"] and field["description"] and field["minimum"] <= field["maximum"], key


def test_the_parameter_table_shows_value_range_unit_laws_source_and_origin() -> None:
    scenario = load_scenario("pilot-2027", ["tool.bore_m=2.5"])
    lines = {line.key: line for line in parameter_lines(scenario)}
    cost, depth, shift, bore = (
        lines[key] for key in ("cost.mining_vessel_day_jpy", "site.water_depth_m", "mining.shift_h", "tool.bore_m")
    )
    assert (cost.value, cost.range, cost.unit) == ("50,000,000", "25,000,000–90,000,000", "JPY/d")
    assert (depth.law, depth.confidence) == ("shown, not drawn", "H")
    assert (shift.law, shift.events) == ("triangular", "triangular 0.4–1.2")
    assert (bore.value, bore.range, bore.origin) == ("2.5", "", "--set")
    assert list(lines) == list(scenario.quantities)


def test_a_ship_loads_by_the_line_between_its_draughts() -> None:
    """Derived: (8.0 - 4.5) / (9.6 - 4.5)."""
    carrier = vessels()["carrier-20000"]
    assert quay_load_fraction(carrier, 8.0) == pytest.approx(3.5 / 5.1)
    assert quay_load_fraction(carrier, 4.0) == 0.0
    assert quay_load_fraction(carrier, 12.0) == 1.0


def test_sailing_time_grows_with_distance_and_falls_with_speed() -> None:
    assert sailing_factor(load_scenario("pilot-2027"), "mining") == 1.0
    assert sailing_factor(load_scenario("pilot-2027", ["site.home_distance_km=4116"]), "mining") == pytest.approx(2.0)
    assert sailing_factor(load_scenario("pilot-2027", ["site.island_distance_km=75"]), "shuttle") == pytest.approx(0.5)
    assert sailing_factor(load_scenario("scale-up-3500"), "carrier") == pytest.approx(10 / 12)


def test_reading_a_scenario_loads_no_heavy_library() -> None:
    code = (
        "import sys; from twin.scenario import load_scenario, draw_parameters; "
        "draw_parameters(load_scenario('pilot-2027'), 1, 0, 'fixed'); "
        "print([m for m in ('pandas', 'numba', 'pyarrow', 'scipy', 'simpy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
