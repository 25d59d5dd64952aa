"""Which activity runs which loads, and what the tank therefore loses (truth: derived, arithmetic by hand)."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.units import GRAMS_PER_TONNE, SECONDS_PER_DAY, SECONDS_PER_HOUR
from tests.twin.indicators.made_up import DP_MW, LOADS_MW, PLANT, PORT_MW, demand, scenario
from twin.models.power import fuel_t_h
from twin.operations import codes as c
from twin.operations.campaign import tables_of, weather_of
from twin.operations.laws import Luck
from twin.operations.loads import USES, activity_burn, demand_of, dp_mw, uses_of
from twin.operations.method import mining_steps
from twin.operations.weather import build_sea
from twin.scenario import draw_parameters, load_scenario

STEPS = {step.label: step for step in mining_steps(activity_burn(demand(scenario())), 560, 250_000)}
SAILING = {"transit_out", "transit_home", "return_to_site", "evade"}


def grams_per_second(load_mw: float) -> int:
    """Return the fuel of a load [g/s]."""
    return round(float(fuel_t_h(load_mw, PLANT)) * GRAMS_PER_TONNE / SECONDS_PER_HOUR)


def test_every_step_of_the_method_has_its_loads_and_each_load_is_used() -> None:
    working = {step.activity: set(uses_of(step.activity, "working")) for step in STEPS.values()}
    assert set().union(*working.values()) == set(USES)
    for activity, uses in working.items():
        if activity == "off_hire":
            assert uses == set()
        elif activity == "port_call":
            assert uses == {"hotel"}
        else:
            assert "hotel" in uses
            assert ("propulsion" in uses) == (activity in SAILING)
            assert ("dp" in uses) != ("propulsion" in uses)
    assert working["lift"] == {"hotel", "dp", "lift", "processing"}
    assert working["insert"] == working["disaggregate"] == {"hotel", "dp", "tool", "circulation"}
    assert working["shift"] == working["restart"] == {"hotel", "dp", "handling", "circulation"}
    assert working["flush"] == {"hotel", "dp", "circulation"}
    assert working["run_string"] == working["recover_string"] == {"hotel", "dp", "handling"}


@pytest.mark.parametrize("state", ["waiting", "repairing"])
def test_a_vessel_at_sea_that_does_not_work_only_keeps_its_place(state: str) -> None:
    for activity in c.ACTIVITIES:
        if activity not in {"transit_out", "transit_home", "return_to_site", "port_call", "off_hire"}:
            assert uses_of(activity, state) == ("hotel", "dp")


def test_burn_rates_are_those_of_the_loads_by_hand() -> None:
    standing_mw = LOADS_MW["hotel"] + DP_MW
    burn = activity_burn(demand(scenario()))
    assert burn["station"] == burn["hang_off"] == burn["repair"] == burn["crew_change"] == grams_per_second(standing_mw)
    assert burn["run_string"] == grams_per_second(standing_mw + 1.0)
    assert burn["disaggregate"] == grams_per_second(standing_mw + 0.5 + 0.0625)
    assert burn["shift"] == burn["restart"] == grams_per_second(standing_mw + 1.0 + 0.0625)
    assert burn["lift"] == grams_per_second(standing_mw + 0.25 + 0.125)
    assert burn["flush"] == grams_per_second(standing_mw + 0.0625)
    assert burn["transit_out"] == burn["evade"] == round(18.0 * 0.2 * GRAMS_PER_TONNE / SECONDS_PER_HOUR)
    assert burn["port_call"] == round(PORT_MW * 0.2 * GRAMS_PER_TONNE / SECONDS_PER_HOUR)
    assert burn["off_hire"] == 0


def test_steps_that_stand_burn_the_rate_of_standing_and_all_others_that_of_their_activity() -> None:
    burn = activity_burn(demand(scenario()))
    standing = {"meet", "hang_off", "stay_clear", "ride", "await_spare"}
    for label, step in STEPS.items():
        assert step.burn_g_s == burn["station" if label in standing else step.activity], label


@pytest.mark.parametrize(
    ("use", "where"),
    [("lift", {"lift"}), ("circulation", {"shift", "insert", "disaggregate", "restart", "flush"})],
)
def test_more_power_for_lift_or_circulation_burns_more_where_it_runs_and_nowhere_else(
    use: str, where: set[str]
) -> None:
    needs = demand(scenario())
    weak, strong = (
        activity_burn(replace(needs, use_mw=dict(LOADS_MW) | {use: LOADS_MW[use] + more_mw})) for more_mw in (0.0, 1.0)
    )
    assert {name for name in weak if strong[name] != weak[name]} == where
    assert all(strong[name] > weak[name] for name in where)


def test_demand_takes_the_lift_from_its_model_and_the_stated_power_where_there_is_none() -> None:
    for system in ("surface_pumps", "stated"):
        plan = load_scenario("calm", [f'lift.system="{system}"'])
        luck = Luck(plan, draw_parameters(plan, 1, 0, "fixed"), 1, 0)
        needs = demand_of(luck, tables_of(luck))
        assert (luck.lift is None) == (system == "stated")
        assert needs.use_mw["lift"] == (luck.lift.power_mw if luck.lift else luck.values["lift.stated_power_mw"])
        assert needs.use_mw["circulation"] == (luck.lift.circulation_mw if luck.lift else 0.0)


def test_stated_fuel_on_passage_and_in_port_is_what_burns_there() -> None:
    plan = load_scenario("calm")
    luck = Luck(plan, draw_parameters(plan, 1, 0, "fixed"), 1, 0)
    burn = activity_burn(demand_of(luck, tables_of(luck)))
    for name, key in (("transit_out", "fuel.transit_t_d"), ("port_call", "fuel.port_t_d")):
        assert burn[name] * SECONDS_PER_DAY / GRAMS_PER_TONNE == pytest.approx(luck.values[key], abs=0.05)


def test_the_tank_takes_the_mean_of_station_keeping_in_the_replicates_own_sea() -> None:
    """Derived: the mean over the hours from departure to the horizon, whole months around them left out."""
    plan = load_scenario("pilot-2027")
    luck = Luck(plan, draw_parameters(plan, 3, 1, "drawn"), 3, 1)
    tables = tables_of(luck)
    sea = build_sea(weather_of(luck), 3, 1, plan.start_s, plan.end_s)
    assert tables.dp_mw.tolist() == dp_mw(luck.values, sea).tolist()
    first = (plan.start_s - sea.origin_s) // SECONDS_PER_HOUR
    hours = (plan.end_s - plan.start_s) // SECONDS_PER_HOUR
    needs = demand_of(luck, tables)
    assert needs.mean_dp_mw == pytest.approx(tables.dp_mw[first : first + hours].mean(), rel=1e-3)
    assert tables.dp_mw.min() < needs.mean_dp_mw < tables.dp_mw.max()


def test_a_calm_sea_leaves_the_current_to_hold_against() -> None:
    plan = load_scenario("calm")
    luck = Luck(plan, draw_parameters(plan, 1, 0, "fixed"), 1, 0)
    held = tables_of(luck).dp_mw
    still = tables_of(Luck(plan, dict(luck.values) | {"dp.current_m_s": 0.0}, 1, 0)).dp_mw
    assert np.unique(held).size == np.unique(still).size == 1
    assert still[0] == pytest.approx(0.1 * 6 * 4.15)
    assert held[0] > still[0]
