"""Fuel and cost (truth: derived; the kernel's own fuel gauge for carriers; hand arithmetic)."""

import numpy as np
import pytest

from ops_data.units import SECONDS_PER_DAY
from tests.twin.indicators.made_up import doing, scenario
from twin.indicators import cost
from twin.indicators.record import Replicate, read_replicate
from twin.operations import codes as c
from twin.operations.campaign import simulate
from twin.operations.yard import burn_rates
from twin.scenario import draw_parameters, load_scenario


def test_fuel_of_the_mining_vessel_is_that_of_the_ledger_and_the_parts_make_the_total() -> None:
    """Derived: a day on passage at the stated 0.2 t/MWh."""
    one = doing(("transit_out", "working", "none", 24))
    assert cost.fuel_t(one)["mining"] == cost.fuel_t(one)["total"] == float(one.ledger.fuel_t.sum())
    assert cost.fuel_t(one)["mining"] == pytest.approx(24 * 18.0 * 0.2)


def test_fuel_is_paid_by_the_tonne() -> None:
    one = doing(("transit_out", "working", "none", 24))
    price = scenario().quantities["cost.fuel_jpy_per_t"].value
    assert cost.marine_cost_jpy(one)["fuel"] == pytest.approx(86.4 * price)


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
