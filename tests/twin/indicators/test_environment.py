"""Ground, carbon, discharge, lamps and decks (truth: derived, rows of known hours; a simulated campaign re-added)."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ops_data.columns import Coded
from ops_data.units import GRAMS_PER_TONNE
from tests.twin.indicators.made_up import WET_PER_DRY, doing, mud_of, mud_of_doing, played, rows_from, scenario
from twin.indicators import environment, seabed
from twin.indicators.processed import Processed
from twin.indicators.record import Replicate, read_replicate
from twin.indicators.replicate import interval_columns
from twin.operations import codes as c
from twin.operations.campaign import Played, simulate
from twin.scenario import draw_parameters, load_scenario

INSERTION = (
    ("insert", "working", "none", 1.0),
    ("disaggregate", "working", "none", 1.0),
    ("lift", "working", "none", 2.0),
)
SCENARIOS = ("pilot-2027", "storm-season", "connection-test-2026")


def with_holes(one: Replicate, used: int) -> Replicate:
    """Return a made-up replicate whose state says how many holes are used up."""
    vector = list(one.fields["mining"][0])
    vector[c.LIFTS] = used
    return replace(one, fields={**one.fields, "mining": (tuple(vector),)})


def insertions(count: int) -> Replicate:
    """Return a replicate that lifts so often, ten tonnes of dry solids each."""
    return with_holes(doing(*INSERTION * count), count)


@cache
def pilot(name: str, number: int, *sets: str) -> tuple[Processed, Played]:
    """Return a simulated campaign and what became of its mud."""
    plan = load_scenario(name, sets)
    what = simulate(plan, 3, number)
    return mud_of(plan, number, what, seed=3), what


def test_ground_taken_is_holes_times_the_disc_of_the_tool() -> None:
    """Derived: stated bore 3 m, four holes apart."""
    one = insertions(4)
    assert seabed.seabed_cut_m2(one) == pytest.approx(4 * np.pi / 4.0 * 9.0)
    assert seabed.seabed_m2_per_dry_t(one) == pytest.approx(np.pi * 9.0 / 40.0)
    assert seabed.seabed_m2_per_wet_t(one) == pytest.approx(np.pi * 9.0 / (40.0 * WET_PER_DRY))


def test_ground_worked_holds_the_ground_between_the_holes_and_of_obstacles() -> None:
    """Derived: hexagons of 3.45 m spacing; one place in twenty is skipped."""
    assert seabed.seabed_worked_m2(insertions(4)) == pytest.approx(4 * np.sqrt(3.0) / 2.0 * 3.45**2 / 0.95)


def test_a_hole_under_way_counts_and_one_used_up_counts_once() -> None:
    begun = with_holes(doing(*INSERTION, ("insert", "working", "none", 0.5)), 1)
    assert seabed.holes(begun) == 2.0
    assert seabed.holes(insertions(3)) == 3.0
    assert seabed.holes(doing(("insert", "waiting", "weather", 5.0))) == 0.0


def test_a_hole_from_which_nothing_came_stirs_up_what_the_others_do() -> None:
    """Derived: ten tonnes each at the stated share."""
    begun = with_holes(doing(*INSERTION * 2, ("insert", "working", "none", 0.5)), 2)
    assert seabed.seabed_loss_dry_t(begun) == pytest.approx(30.0 * begun.values["seabed.loss_share"])


def test_holes_without_any_lift_stir_up_the_share_of_full_strokes() -> None:
    """Derived: 21.2 m3 at 0.55 t/m3."""
    begun = doing(("insert", "working", "none", 0.5))
    full_t = np.pi / 4.0 * 9.0 * 3.0 * 0.55
    assert seabed.seabed_loss_dry_t(begun) == pytest.approx(full_t * begun.values["seabed.loss_share"])


def test_a_scenario_without_loss_stirs_nothing_up() -> None:
    plan = scenario('environment.seabed_loss="none"')
    rows = rows_from(plan.start_s, INSERTION, plan.end_s)
    one = read_replicate(plan, draw_parameters(plan, 1, 0, "fixed"), played(plan, rows))
    assert seabed.seabed_loss_dry_t(one) == 0.0
    assert seabed.organic_carbon_t(one)["stirred_up"] == 0.0


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_holes_are_those_of_the_interval_rows(name: str, number: int) -> None:
    """Derived: another way, different hole numbers of rows in which the tool is pushed; one may be left half-pushed."""
    one, what = pilot(name, number)
    rows = interval_columns(number, what)
    activity, state, asset = rows["activity"], rows["state"], rows["asset"]
    assert isinstance(activity, Coded) and isinstance(state, Coded) and isinstance(asset, Coded)
    pushed = np.isin(activity.codes, [c.ACTIVITY["insert"], c.ACTIVITY["disaggregate"]]) & (state.codes == c.WORKING)
    hole = np.asarray(rows["hole"])
    assert abs(seabed.holes(one.campaign) - len(np.unique(hole[pushed & (asset.codes == 0)]))) <= 1


def test_carbon_is_that_of_what_is_lifted_and_stirred_up_and_its_oxygen_follows() -> None:
    """Derived: 0.2 per cent; 32 g of oxygen per 12 g of carbon."""
    one = insertions(4)
    carbon = seabed.organic_carbon_t(one)
    assert carbon["lifted"] == pytest.approx(0.08)
    assert carbon["stirred_up"] == pytest.approx(0.08 * one.values["seabed.loss_share"])
    assert carbon["total"] == pytest.approx(carbon["lifted"] + carbon["stirred_up"])
    oxygen = seabed.oxygen_demand_t(one)
    assert set(oxygen) == set(carbon)
    assert oxygen["total"] == pytest.approx(2.664 * carbon["total"], rel=1e-3)
    assert seabed.organic_carbon_co2_t(one) == pytest.approx(3.664 * carbon["total"], rel=1e-3)


def test_recovery_is_within_the_range_of_every_clock_and_nothing_recovers_from_nothing() -> None:
    one = insertions(1)
    low, high = (
        seabed.recovery_years(replace(one, values={**one.values, "seabed.recovery_position": p})) for p in (0.0, 1.0)
    )
    assert (low["meiofauna"], high["meiofauna"]) == pytest.approx((1.0, 3.0))
    assert all(low[name] <= years <= high[name] for name, years in seabed.recovery_years(one).items())
    assert set(seabed.recovery_years(doing(("transit_out", "working", "none", 5.0))).values()) == {0.0}


def test_a_campaign_that_lifts_nothing_has_no_ground_per_tonne() -> None:
    one = doing(("transit_out", "working", "none", 5.0))
    assert seabed.seabed_cut_m2(one) == seabed.seabed_loss_dry_t(one) == 0.0
    assert seabed.seabed_m2_per_dry_t(one) is seabed.seabed_m2_per_wet_t(one) is None


def test_lamps_burn_while_the_tool_works_at_the_bed() -> None:
    """Derived: four hours at the stated 2 kW."""
    one = doing(("run_string", "working", "none", 50.0), *INSERTION, ("hang_off", "waiting", "storm", 9.0))
    assert environment.lamp_kwh(one) == pytest.approx(8.0)


def test_decks_are_lit_in_the_nights_on_station_and_not_on_passage() -> None:
    """Derived: in January nights at 23 N have a little more than 13 hours."""
    out, home = ("transit_out", "working", "none", 48.0), ("transit_home", "working", "none", 48.0)
    one = doing(out, ("hang_off", "waiting", "storm", 240.0), home)
    assert environment.station_hours(one) == 240.0
    assert environment.deck_light_hours(one) == pytest.approx(10 * 13.2, abs=4.0)
    assert environment.deck_light_hours(doing(out, home)) == 0.0


def test_the_filtrate_of_the_island_is_what_the_lots_lost() -> None:
    one, _ = pilot("pilot-2027", 0)
    lost_t = one.campaign.stocks["lost_dry_g"] / GRAMS_PER_TONNE
    assert environment.island_discharge_dry_t(one) == pytest.approx(lost_t)
    water_m3 = one.campaign.stocks["filtrate_g"] / GRAMS_PER_TONNE / one.values["dewater.water_density_t_m3"]
    assert environment.island_discharge_mg_l(one) == pytest.approx(lost_t * 1e6 / water_m3, rel=1e-6)


def test_water_that_is_returned_at_sea_is_no_discharge_of_the_island_and_brings_heat_and_metals() -> None:
    """Derived: excess over dilution."""
    one, _ = pilot("pilot-2027", 0, 'environment.return_water="near_bed"')
    v = one.values
    assert environment.island_discharge_dry_t(one) == environment.island_discharge_mg_l(one) == 0.0
    assert environment.return_water_heat_k(one.campaign) == v["metal.excess_kelvin"] / v["metal.dilution"]
    copper = (v["metal.cu_return_nmol_l"] - v["metal.cu_bottom_nmol_l"]) / v["metal.dilution"]
    assert environment.return_water_metal_nmol_l(one.campaign)["Cu"] == pytest.approx(copper)


def test_without_return_water_there_is_neither_heat_nor_metal() -> None:
    one = insertions(1)
    assert environment.return_water_heat_k(one) == 0.0
    assert environment.return_water_metal_nmol_l(one) == {"Cu": 0.0, "Co": 0.0, "Mn": 0.0}


def test_a_vessel_alone_has_no_island() -> None:
    one = mud_of_doing(*INSERTION)
    assert environment.island_discharge_dry_t(one) == environment.island_discharge_mg_l(one) == 0.0
