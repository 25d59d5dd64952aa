"""The energy ledger (truth: derived, rows of known hours in round numbers; the kernel's tank within a tolerance)."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from ops_data.tables import to_arrow
from ops_data.units import GRAMS_PER_TONNE
from tests.twin.indicators.made_up import DP_MW, LOADS_MW, PLANT, PORT_MW, doing, replicate, rows_from, scenario
from twin.indicators import energy
from twin.indicators.categories import CATEGORY
from twin.indicators.cost import co2_t, fuel_t
from twin.indicators.ledger import vessel_ledger
from twin.indicators.record import Replicate, read_replicate
from twin.indicators.replicate import replicate_tables
from twin.models.power import fuel_t_h, online_mw
from twin.operations import codes as c
from twin.operations.campaign import simulate
from twin.operations.loads import USES
from twin.scenario import draw_parameters, load_scenario

PASSAGE_MW = LOADS_MW["hotel"] + LOADS_MW["propulsion"]
STANDING_MW = LOADS_MW["hotel"] + DP_MW


def test_energy_of_a_short_voyage_by_hand() -> None:
    """Derived: a day each of passage, string, standing, passage; half a day of tool work and of lifting."""
    one = doing(
        ("transit_out", "working", "none", 24),
        ("run_string", "working", "none", 24),
        ("run_string", "waiting", "weather", 24),
        ("insert", "working", "none", 6),
        ("disaggregate", "working", "none", 6),
        ("lift", "working", "none", 12),
        ("transit_home", "working", "none", 24),
    )
    assert energy.energy_mwh(one) == pytest.approx(
        {
            "hotel": 5.0 * 120,
            "dp": 3.0 * 72,
            "handling": 1.0 * 24,
            "tool": 0.5 * 12,
            "lift": 0.25 * 12,
            "circulation": 0.0625 * 12,
            "processing": 0.125 * 12,
            "propulsion": 13.0 * 48,
            "total": 600 + 216 + 24 + 6 + 3 + 0.75 + 1.5 + 624,
        }
    )
    assert energy.generator_load_mean_mw(one) == pytest.approx(1_475.25 / 120)
    assert energy.generator_load_peak_mw(one) == 18.0
    assert energy.energy_per_dry_t_kwh(one) == pytest.approx(
        {name: e * 100.0 for name, e in energy.energy_mwh(one).items()}
    )


def test_fuel_of_that_voyage_is_that_of_the_running_sets_at_their_load() -> None:
    """Derived: 18 MW on passage at the stated 0.2 t/MWh; 9 and 8 MW on three large sets."""
    one = doing(
        ("transit_out", "working", "none", 10),
        ("run_string", "working", "none", 20),
        ("run_string", "waiting", "weather", 30),
        ("port_call", "working", "none", 40),
    )
    string_t, waiting_t = 20 * float(fuel_t_h(9.0, PLANT)), 30 * float(fuel_t_h(8.0, PLANT))
    factor = 0.455 * 0.6**2 - 0.710 * 0.6 + 1.280
    assert string_t == pytest.approx(20 * 9.0 * 0.2 * factor)
    expected_t = 10 * 18.0 * 0.2 + string_t + waiting_t + 40 * PORT_MW * 0.2
    assert fuel_t(one) == pytest.approx(
        {"mining": expected_t, "shuttle": 0, "island": 0, "carrier": 0, "total": expected_t}
    )
    assert co2_t(one) == pytest.approx(3.206 * expected_t)
    by_time = energy.mining_fuel_t(one)
    assert (by_time["transit"], by_time["string_handling"]) == pytest.approx((36.0, string_t))
    assert (by_time["weather"], by_time["port"]) == pytest.approx((waiting_t, 24.0))
    assert sum(by_time.values()) == pytest.approx(expected_t)
    running_mwh = 10 * 25.0 + 50 * 15.0 + 40 * 10.0
    assert online_mw([18.0, 9.0, 3.0], PLANT).tolist() == [25.0, 15.0, 10.0]
    assert energy.generator_load_share(one) == pytest.approx((180 + 180 + 240 + 120) / running_mwh)


def test_a_row_that_begins_and_ends_within_hours_takes_its_part_of_each() -> None:
    """Derived: half an hour at 2 MW, an hour at 4 MW, a quarter of one at 8 MW; the peak is in that quarter."""
    one = doing(
        ("transit_out", "working", "none", 0.5),
        ("hang_off", "waiting", "storm", 1.75),
        ("transit_home", "working", "none", 0.25),
        dp_mw=(2.0, 4.0, 8.0, 20.0),
    )
    assert energy.energy_mwh(one)["dp"] == pytest.approx(0.5 * 2.0 + 4.0 + 0.25 * 8.0)
    assert energy.generator_load_peak_mw(one) == 18.0
    standing_t = sum(h * float(fuel_t_h(5.0 + mw, PLANT)) for h, mw in ((0.5, 2.0), (1.0, 4.0), (0.25, 8.0)))
    assert energy.mining_fuel_t(one)["storm"] == pytest.approx(standing_t)


def test_many_short_rows_use_what_one_long_row_uses() -> None:
    """Derived: cutting a row anywhere changes no sum."""
    sea = np.random.default_rng(1).uniform(2.0, 12.0, 400)
    cuts = np.sort(np.random.default_rng(2).uniform(0.0, 300.0, 99)).round(3)
    short = [("recover_string", "working", "none", b - a) for a, b in pairwise([0.0, *cuts.tolist(), 300.0])]
    many, long = (
        doing(*short, dp_mw=sea.tolist()),
        doing(("recover_string", "working", "none", 300), dp_mw=sea.tolist()),
    )
    assert energy.energy_mwh(many) == pytest.approx(energy.energy_mwh(long), rel=1e-5)
    assert many.ledger.fuel_t == pytest.approx(long.ledger.fuel_t, rel=1e-4)
    assert energy.energy_mwh(long)["dp"] == pytest.approx(sea[:300].sum())


def test_nothing_is_used_after_the_vessel_is_off_hire() -> None:
    one = doing(("transit_out", "working", "none", 36))
    assert one.ledger.running_h == 36.0
    assert energy.energy_mwh(one)["total"] == pytest.approx(36 * PASSAGE_MW)
    assert one.ledger.fuel_t[2:].sum() == 0.0
    idle = doing(("off_hire", "idle", "none", 1))
    assert energy.energy_mwh(idle)["total"] == energy.generator_load_mean_mw(idle) == 0.0
    assert energy.generator_load_share(idle) == energy.generator_load_peak_mw(idle) == 0.0
    assert energy.energy_per_dry_t_kwh(idle) is None


def test_a_repair_in_port_takes_the_port_load_and_one_at_sea_keeps_the_ship_in_place() -> None:
    """Derived: before departure, at home between two voyages and after the last one; on the way and on site at sea."""
    mend = ("repair", "repairing", "failure", 10)
    out, home = ("transit_out", "working", "none", 10), ("transit_home", "working", "none", 10)
    one = doing(
        mend, out, mend, out, ("run_string", "working", "none", 10), mend, home, mend, home, mend, out, home, mend
    )
    assert energy.energy_mwh(one)["dp"] == pytest.approx(DP_MW * 40)
    assert energy.mining_fuel_t(one)["failure"] == pytest.approx(
        30 * PORT_MW * 0.2 + 30 * float(fuel_t_h(STANDING_MW, PLANT))
    )


def test_hours_that_ask_for_more_than_all_sets_give_are_counted() -> None:
    """Derived: 5 + 31 MW is above the 35 MW installed, 5 + 29 is not; both hours count in full."""
    one = doing(("hang_off", "waiting", "storm", 6), dp_mw=(29.0, 31.0, 31.0, 29.0))
    assert energy.overload_hours(one) == 2.0
    assert energy.generator_load_peak_mw(one) == 36.0
    assert energy.overload_hours(doing(("hang_off", "waiting", "storm", 6))) == 0.0


def test_a_rougher_sea_takes_more_of_dp_only() -> None:
    calm, rough = (doing(("lift", "working", "none", 50), dp_mw=(mw,)) for mw in (2.0, 6.0))
    differ = {use for use in USES if energy.energy_mwh(calm)[use] != energy.energy_mwh(rough)[use]}
    assert differ == {"dp"}
    assert energy.energy_mwh(rough)["dp"] - energy.energy_mwh(calm)["dp"] == pytest.approx(200.0)
    assert fuel_t(rough)["mining"] > fuel_t(calm)["mining"]


def test_a_lift_at_four_per_cent_and_5_3_mpa_takes_23_kwh_a_dry_tonne() -> None:
    """Published: facts 0, 23 kWh/t at efficiency 0.6 and grains of 2.65 t/m3; here lifted by the ledger."""
    flow_m3_h, pressure_mpa, fraction = 95.0, 5.3, 0.04
    lift_mw = flow_m3_h / 3_600 * pressure_mpa / 0.6
    hours = 10.0 / (flow_m3_h * fraction * 2.65)
    one = doing(*[("lift", "working", "none", hours)] * 20)  # ten tonnes each
    stronger = replace(one, demand=replace(one.demand, use_mw=dict(LOADS_MW) | {"lift": lift_mw}))
    found = energy.energy_per_dry_t_kwh(stronger)
    assert found is not None
    assert found["lift"] == pytest.approx(23.1, abs=0.2)


def test_days_are_those_of_japan_and_sum_to_the_campaign() -> None:
    """Derived: departure at 09:00 in Japan, so the first day has 15 hours."""
    plan = scenario()
    rows = rows_from(plan.start_s, [("hang_off", "waiting", "storm", 100)], plan.end_s)
    one = replicate(plan, rows)
    assert one.ledger.energy_mwh[:3, USES.index("hotel")].tolist() == pytest.approx([5.0 * 15, 5.0 * 24, 5.0 * 24])
    assert one.ledger.energy_mwh.sum() == pytest.approx(100 * STANDING_MW)
    assert one.ledger.fuel_t.sum() == pytest.approx(one.ledger.category_fuel_t[CATEGORY["storm"]])


@pytest.fixture(scope="module")
def pilots() -> list[Replicate]:
    """Return a few pilot campaigns."""
    plan = load_scenario("pilot-2027")
    values = [draw_parameters(plan, 11, number, "drawn") for number in range(12)]
    return [read_replicate(plan, drawn, simulate(plan, 11, number)) for number, drawn in enumerate(values)]


def test_hotel_and_passage_of_a_simulated_campaign_are_hours_times_power(pilots: list[Replicate]) -> None:
    """Derived: what does not depend on the sea, added up row by row in plain Python."""
    for one in pilots:
        hours = dict.fromkeys(USES, 0.0)
        for activity, state, lasts_s in zip(
            one.mining[0].activity, one.mining[0].state, one.mining[0].duration_s, strict=True
        ):
            name, working = c.ACTIVITIES[activity], state == c.WORKING
            hours["propulsion"] += lasts_s / 3_600 * (name in ("transit_out", "transit_home", "return_to_site"))
            hours["propulsion"] += lasts_s / 3_600 * (name == "evade" and working)
            hours["lift"] += lasts_s / 3_600 * (name == "lift" and working)
            pumps_water = name in ("shift", "insert", "disaggregate", "restart", "flush")
            hours["circulation"] += lasts_s / 3_600 * (pumps_water and working)
        for use in ("propulsion", "lift", "circulation"):
            assert energy.energy_mwh(one)[use] == pytest.approx(hours[use] * one.demand.use_mw[use])


def test_station_keeping_of_a_simulated_campaign_is_the_integral_over_its_sea(pilots: list[Replicate]) -> None:
    """Derived: hour by hour in plain Python, the seconds spent neither on passage nor in port nor off hire."""
    one = pilots[0]
    total_mwh = 0.0
    for at, activity in enumerate(one.mining[0].activity):
        if c.ACTIVITIES[activity] in ("transit_out", "transit_home", "return_to_site", "port_call", "off_hire"):
            continue
        second, end = int(one.mining[0].start_s[at]), int(one.mining[0].end_s[at])
        while second < end:
            until = min(end, (second // 3_600 + 1) * 3_600)
            total_mwh += one.demand.dp_mw[(second - one.demand.origin_s) // 3_600] * (until - second) / 3_600
            second = until
    assert energy.energy_mwh(one)["dp"] == pytest.approx(total_mwh, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "replicates"), [("pilot-2027", 20), ("storm-season", 15), ("connection-test-2026", 15)]
)
def test_the_ledger_agrees_with_the_tank_within_15_per_cent_and_6_on_average(name: str, replicates: int) -> None:
    """Derived: the tank takes the mean sea, and waits at the rate of the work waited for, so it loses a little more."""
    plan = load_scenario(name)
    full_g = round(plan.fleet["mining"].fuel_capacity_t * GRAMS_PER_TONNE)
    ratios = []
    for number in range(replicates):
        one = read_replicate(plan, draw_parameters(plan, 11, number, "drawn"), simulate(plan, 11, number))
        if not one.mining[0].does("bunker", "port_call").any():
            lost_t = (full_g - one.fields["mining"][0][c.FUEL_G]) / GRAMS_PER_TONNE
            ratios.append(float(one.ledger.fuel_t.sum()) / lost_t)
    assert len(ratios) >= replicates // 3
    assert max(abs(ratio - 1.0) for ratio in ratios) < 0.15
    assert 0.94 < np.mean(ratios) < 1.01


def test_in_a_steady_sea_ledger_and_tank_are_the_same_but_for_whole_grams_a_second() -> None:
    plan = load_scenario("calm")
    one = read_replicate(plan, draw_parameters(plan, 1, 0, "drawn"), simulate(plan, 1, 0))
    lost_t = plan.fleet["mining"].fuel_capacity_t - one.fields["mining"][0][c.FUEL_G] / GRAMS_PER_TONNE
    assert float(one.ledger.fuel_t.sum()) == pytest.approx(lost_t, rel=2e-3)


def test_two_vessels_use_what_each_uses() -> None:
    plan = load_scenario("pilot-2027", ["mining.vessels=2"])
    one = read_replicate(plan, draw_parameters(plan, 1, 0, "drawn"), simulate(plan, 1, 0))
    each = [vessel_ledger(rows, one.demand, one.first_day, one.n_days) for rows in one.mining]
    assert one.ledger.energy_mwh.sum() == pytest.approx(sum(own.energy_mwh.sum() for own in each))
    assert one.ledger.peak_mw == max(own.peak_mw for own in each)
    assert energy.generator_load_mean_mw(one) < one.ledger.peak_mw


def test_daily_energy_and_fuel_sum_to_the_indicators(pilots: list[Replicate]) -> None:
    """Derived: kept to the kWh and the kg."""
    plan, values = pilots[0].scenario, pilots[0].values
    daily = to_arrow("daily", replicate_tables(plan, values, 0, simulate(plan, 11, 0))["daily"]).to_pandas()
    sums = daily.groupby("name", observed=True)["value"].sum()
    for use in USES:
        assert sums[f"{use}_mwh"] == pytest.approx(energy.energy_mwh(pilots[0])[use], abs=0.1)
    assert sums["mining_fuel_t"] == pytest.approx(fuel_t(pilots[0])["mining"], abs=0.1)
