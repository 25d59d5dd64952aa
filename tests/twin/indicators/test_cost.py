"""Fuel and cost (truth: derived; the kernel's own fuel gauge; hand arithmetic)."""

from dataclasses import fields

import numpy as np
import pytest

from ops_data.units import GRAMS_PER_TONNE, SECONDS_PER_DAY
from tests.twin.indicators.made_up import doing, scenario
from twin.indicators import cost
from twin.indicators.record import Replicate, Rows, read_replicate
from twin.operations import codes as c
from twin.operations.campaign import simulate
from twin.operations.yard import burn_rates
from twin.scenario import draw_parameters, load_scenario


@pytest.mark.parametrize(
    ("name", "replicates"), [("pilot-2027", 25), ("storm-season", 15), ("connection-test-2026", 15)]
)
def test_fuel_from_the_rows_is_what_the_tank_has_lost(name: str, replicates: int) -> None:
    """Derived: without bunkering and port calls, full tank minus what is left, to the gram."""
    plan = load_scenario(name)
    full_g = round(plan.fleet["mining"].fuel_capacity_t * GRAMS_PER_TONNE)
    compared = 0
    for number in range(replicates):
        values = draw_parameters(plan, 11, number, "drawn")
        one = read_replicate(plan, values, simulate(plan, 11, number))
        rows, state = one.mining[0], one.fields["mining"][0]
        if not rows.does("bunker", "port_call").any():
            assert cost.mining_fuel_g(rows, burn_rates(values, "mining")) == full_g - state[c.FUEL_G]
            compared += 1
    assert compared >= replicates // 3


def test_after_bunkering_the_tank_has_lost_what_was_burnt_since() -> None:
    """Derived: full at the end of a bunkering or port call, so what is missing was burnt after one, to the gram."""
    plan = load_scenario("annual-pilot")
    full_g = round(plan.fleet["mining"].fuel_capacity_t * GRAMS_PER_TONNE)
    compared = 0
    for number in range(8):
        values = draw_parameters(plan, 11, number, "drawn")
        one = read_replicate(plan, values, simulate(plan, 11, number))
        rows, state = one.mining[0], one.fields["mining"][0]
        ends = np.flatnonzero(rows.does("bunker", "port_call")) + 1
        rate = burn_rates(values, "mining")
        burnt_g = cost.mining_fuel_g(rows, rate)
        since_g = {burnt_g - cost.mining_fuel_g(first_rows(rows, int(end)), rate) for end in ends}
        if since_g:
            assert full_g - state[c.FUEL_G] in since_g
            compared += 1
    assert compared > 0


def first_rows(rows: Rows, count: int) -> Rows:
    """Return the first rows of an asset."""
    names = [field.name for field in fields(Rows)]
    return Rows(*(getattr(rows, name)[:count] for name in names))


def test_fuel_of_a_short_voyage_is_days_times_rates() -> None:
    """Derived: two days of transit, one on station, half a day of lifting, half a day of restarting circulation."""
    one = doing(
        ("transit_out", "working", "none", 24),
        ("set_up", "waiting", "weather", 24),
        ("lift", "working", "none", 12),
        ("restart", "waiting", "weather", 6),
        ("restart", "working", "none", 6),
        ("transit_home", "working", "none", 24),
    )
    rate = burn_rates(one.values, "mining")
    expected_g = 86_400 * (2 * rate["transit"] + rate["station"] + rate["lift"])
    assert cost.fuel_t(one)["mining"] == expected_g / 1e6
    assert cost.fuel_t(one)["total"] == expected_g / 1e6


def test_a_restart_after_a_storm_burns_as_on_station_and_so_does_the_wait_before_it() -> None:
    one = doing(("restart", "waiting", "weather", 6), ("restart", "working", "storm", 36))
    assert cost.fuel_t(one)["mining"] == 42 * 3_600 * burn_rates(one.values, "mining")["station"] / 1e6


def test_sailing_clear_burns_as_transit_and_staying_clear_as_on_station() -> None:
    one = doing(("evade", "working", "storm", 10), ("evade", "waiting", "storm", 10))
    rate = burn_rates(one.values, "mining")
    assert cost.fuel_t(one)["mining"] == 36_000 * (rate["transit"] + rate["station"]) / 1e6


def test_the_mining_vessel_is_paid_until_off_hire_and_the_parts_make_the_total() -> None:
    one = doing(("transit_out", "working", "none", 36))
    paid = cost.marine_cost_jpy(one)
    assert paid["mining_vessel"] == 1.5 * scenario().quantities["cost.mining_vessel_day_jpy"].value
    assert paid["guard_vessel"] == 1.5 * scenario().quantities["cost.guard_vessel_day_jpy"].value
    assert paid["shuttle"] == paid["carrier"] == paid["island"] == 0.0
    assert paid["total"] == pytest.approx(sum(paid.values()) - paid["total"])


def calm_until(end: str) -> Replicate:
    """Return the calm campaign, whole fleet, with its horizon moved."""
    plan = load_scenario("calm", [f"campaign.end={end}"])
    values = draw_parameters(plan, 1, 0, "fixed")
    return read_replicate(plan, values, simulate(plan, 1, 0, parameters="fixed"))


def test_a_later_horizon_changes_no_cost_and_no_fuel() -> None:
    """Derived: all is delivered before either horizon, and waiting for it is not paid."""
    one, later = (calm_until(f"2027-{month}-10T09:00:00+09:00") for month in ("05", "07"))
    assert later.end_s - one.end_s == 61 * SECONDS_PER_DAY
    assert cost.marine_cost_jpy(later) == cost.marine_cost_jpy(one)
    assert cost.fuel_t(later) == cost.fuel_t(one)
    assert cost.co2_t(later) == cost.co2_t(one)


def test_hire_ends_with_the_last_unloading_and_with_the_last_cake() -> None:
    """Derived: in calm the carrier's last round trip empties the island."""
    one = calm_until("2027-05-10T09:00:00+09:00")
    carrier = one.rows["carrier"][0]
    unloaded, loaded = (carrier.end_s[np.flatnonzero(carrier.does(name))[-1]] for name in ("unload", "load"))
    assert cost.hire_ends_s(one, "carrier") == (unloaded,)
    assert cost.hire_ends_s(one, "island") == (loaded,)
    assert cost.hire_ends_s(one, "shuttle") == tuple(rows.off_hire_s for rows in one.rows["shuttle"])


def test_fuel_of_a_carrier_from_all_its_rows_is_what_its_tank_has_lost() -> None:
    """Derived: a carrier never takes fuel, to the gram."""
    plan = load_scenario("pilot-2027")
    for number in range(5):
        values = draw_parameters(plan, 11, number, "drawn")
        one = read_replicate(plan, values, simulate(plan, 11, number))
        rows, state = one.rows["carrier"][0], one.fields["carrier"][0]
        assert cost.carrier_fuel_g(rows, burn_rates(values, "carrier"), one.start_s) == -state[c.FUEL_G]


def test_a_cost_per_tonne_of_nothing_has_no_value() -> None:
    assert cost.cost_per_dry_t_jpy(doing(("transit_out", "working", "none", 36))) is None
    one = doing(("lift", "working", "none", 2))
    assert cost.cost_per_dry_t_jpy(one) == pytest.approx(cost.marine_cost_jpy(one)["total"] / 10.0)
