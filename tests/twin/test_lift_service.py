"""The lift in service: what a target asks, the head between insertions, draws. Truth is derived by hand."""

from dataclasses import replace

import numpy as np
import pytest

from twin.lift_service import MET, grid_axes, insertion, needs, spread, swing
from twin.lift_system import OperatingPoint, Values, circuit
from twin.scenario import Scenario, draw_parameters, load_scenario


def at_work(name: str, *sets: str) -> tuple[Scenario, Values, OperatingPoint]:
    """Return a scenario, its stated values and where its lift works."""
    scenario = load_scenario(name, sets)
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    return scenario, values, circuit(values, scenario.lift, scenario.site.latitude_deg).operating_point()


def test_an_insertion_takes_the_tool_its_shares_and_the_shift_and_the_lift_its_slurry() -> None:
    """Derived: 1.8 h * (0.15 + 0.35) + 0.8 h; 11.66 t / 2.5 t/m3 / 0.05 = 93.3 m3 over 105 m3/h."""
    one = insertion(*at_work("pilot-2027"))
    assert one.tool_h == pytest.approx(1.7)
    assert one.slurry_m3 == pytest.approx(93.3, abs=0.05)
    assert one.lift_h == pytest.approx(93.3 / 105.0, abs=1e-3)


def test_a_cycle_that_includes_the_shift_is_divided_after_taking_it_out() -> None:
    """Derived: (1.8 - 0.8) h * 0.5 + 0.8 h."""
    assert insertion(*at_work("pilot-2027", "mining.cycle_includes_shift=true")).tool_h == pytest.approx(1.3)


def test_what_the_target_asks_is_compared_with_tool_and_lift_alone_and_in_turn() -> None:
    """Derived: 24 h over 1.7 h, 0.889 h and 2.589 h, times 28.63 t."""
    scenario, values, point = at_work("pilot-2027")
    wet, partly, dry, _ = needs(scenario, insertion(scenario, values, point), point)
    assert wet.tool_t_d == pytest.approx(24 / 1.7 * 28.63, rel=1e-3)
    assert wet.lift_t_d == pytest.approx(24 / 0.8886 * 28.63, rel=1e-3)
    assert wet.both_t_d == pytest.approx(24 / 2.5886 * 28.63, rel=1e-3)
    assert partly.both_t_d == pytest.approx(0.6 * wet.both_t_d)
    assert dry.both_t_d == pytest.approx(wet.both_t_d * 11.663 / 28.628, rel=1e-3)


def test_a_quick_tool_leaves_the_lift_to_bind_by_its_own_limit() -> None:
    """Derived: a cycle of 0.1 h and no shift; the lift alone gives 315 t dry a day, below 350."""
    quick = ("mining.cycle_h=0.1", "mining.shift_h=0")
    scenario, values, point = at_work("dry-basis", *quick)
    assert needs(scenario, insertion(scenario, values, point), point)[2].binding == "flow"
    scenario, values, point = at_work("dry-basis", *quick, "pump.pressure_limit_mpa=3")
    assert needs(scenario, insertion(scenario, values, point), point)[2].binding == "pressure"


def test_a_target_that_is_met_binds_nothing_and_vessels_share_it() -> None:
    scenario, values, point = at_work("scale-up-3500")
    full = needs(scenario, insertion(scenario, values, point), point)
    assert full[2].target_t_d == pytest.approx(3500 / 6)
    assert [need.binding for need in full] == [MET] * 4


def test_the_head_swings_between_clear_water_and_one_insertion() -> None:
    """Derived: 93.3 m3 of slurry, then 178.5 m3 of water, in a pipe of 175.9 m3."""
    scenario, values, point = at_work("pilot-2027")
    found = swing(values, 23.2, insertion(scenario, values, point), point)
    assert found.filled_share == pytest.approx(93.3 / 175.9, rel=1e-3)
    assert found.least_mpa == pytest.approx(0.0, abs=1e-9)
    assert found.most_mpa == pytest.approx(found.full_mpa * found.filled_share, rel=0.01)
    assert found.full_mpa == pytest.approx(point.static_mpa, rel=0.01)


def test_an_insertion_longer_than_the_pipe_fills_it() -> None:
    scenario, values, point = at_work("pilot-2027")
    long = replace(insertion(scenario, values, point), slurry_m3=500.0)
    found = swing(values, 23.2, long, point)
    assert found.filled_share == 1.0
    assert found.most_mpa == pytest.approx(found.full_mpa)


def test_draws_are_those_of_the_replicates_of_a_run() -> None:
    scenario = load_scenario("pilot-2027")
    some, more = spread(scenario, 5, 1), spread(scenario, 10, 1)
    np.testing.assert_array_equal(some.dry_t_h, more.dry_t_h[:5])
    assert sum(more.binding.values()) == 10
    assert more.none_allowed == 0


@pytest.mark.parametrize("name", ["pilot-2027", "scale-up-3500"])
def test_wet_tonnes_an_hour_and_of_an_insertion_are_on_one_basis(name: str) -> None:
    scenario, values, point = at_work(name)
    one = insertion(scenario, values, point)
    assert point.wet_t_h / point.dry_t_h == pytest.approx(one.wet_t / one.dry_t, rel=1e-12)
    drawn = draw_parameters(scenario, 1, 0, "drawn")
    one, few = insertion(scenario, drawn, point), spread(scenario, 1, 1)
    assert few.wet_t_h[0] / few.dry_t_h[0] == pytest.approx(one.wet_t / one.dry_t, rel=1e-12)


def test_draws_in_which_a_full_pipe_cannot_be_started_are_counted() -> None:
    """Derived: nothing is stiff at a gel factor of 1 and a wide limit; at 100 times the yield stress every pipe is."""
    wide = ("pump.pressure_limit_mpa=50", "pump.shutoff_mpa=60")
    assert spread(load_scenario("pilot-2027", [*wide, "slurry.gel_factor=1"]), 5, 1).no_restart == 0
    assert spread(load_scenario("pilot-2027", ["slurry.gel_factor=100"]), 5, 1).no_restart == 5


def test_draws_in_which_nothing_is_allowed_are_counted() -> None:
    """Derived: least velocity of 8 mm grains in 0.2 m and more than 105 m3/h."""
    stuck = load_scenario("pilot-2027", ["riser.velocity_margin=20", "riser.flow_m3_h=20"])
    found = spread(stuck, 5, 1)
    assert (found.none_allowed, len(found.dry_t_h)) == (5, 0)


def test_the_grid_reaches_beyond_the_crews_limits_but_not_to_packing() -> None:
    scenario, values, _ = at_work("pilot-2027")
    lift = circuit(values, scenario.lift, 23.2)
    fractions, flows = grid_axes(lift, values, 50)
    assert (len(fractions), len(flows)) == (50, 50)
    assert 0.0 < fractions[0] < 0.09 < fractions[-1] < values["slurry.packing_fraction"]
    assert 0.0 < flows[0] < 105.0 < flows[-1]
