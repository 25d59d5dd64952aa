"""The circuit: sums of pressure, points, drives, the grid, errors. Truth is derived unless a test says otherwise."""

from dataclasses import asdict, replace
from functools import partial

import numpy as np
import pytest

from ops_data.errors import ModelError
from tests.twin.models.made_up_circuits import AIR, PUMP, WATER, made_up_circuit, made_up_mud
from twin.models.circuit_parts import Pipes, Rules, static_head
from twin.models.lift_circuit import DeckPumps, Drive, LiftCircuit, SubseaPump
from twin.models.lift_search import LIMITS
from twin.models.slurry import herschel_bulkley

DRIVES = (DeckPumps(PUMP), SubseaPump(PUMP, 50.0), AIR)


def test_the_pump_carries_head_friction_of_both_legs_and_the_tool() -> None:
    state = made_up_circuit().state(105 / 3600, 0.05)
    parts = state.static_pa + state.up_pa + state.down_pa + 0.5e6
    assert float(state.duty.pressure_pa) == pytest.approx(float(parts), rel=1e-12)


def test_a_subsea_pump_has_no_down_leg() -> None:
    state = made_up_circuit(drive=SubseaPump(PUMP, 50.0)).state(105 / 3600, 0.05)
    assert float(state.down_pa) == 0.0


def test_water_alone_weighs_nothing_in_the_circuit() -> None:
    assert float(made_up_circuit().state(105 / 3600, 0.0).static_pa) == 0.0


def test_a_profile_of_concentration_weighs_what_its_cells_weigh() -> None:
    """Derived: half of the pipe at 8 %, half clear, is the head of 4 % everywhere."""
    half = np.repeat([0.08, 0.0], 28) * (2500.0 - 1042.0)
    even = np.full(56, 0.04) * (2500.0 - 1042.0)
    assert float(static_head(half, 100.0)) == pytest.approx(float(static_head(even, 100.0)))
    np.testing.assert_allclose(static_head(np.stack((half, 2 * half)), 100.0)[1], 2 * static_head(half, 100.0))


def test_coarse_grains_that_lag_make_the_pipe_heavier_than_what_it_delivers() -> None:
    """Derived: C_c V/(V - v) with v hindered at the concentration in the pipe."""
    slow, fast = (made_up_circuit(mud=made_up_mud(coarse_share=0.1)).state(q / 3600, 0.05) for q in (30, 300))
    even = made_up_circuit().state(30 / 3600, 0.05)
    assert float(slow.static_pa) > float(fast.static_pa) > float(even.static_pa)
    velocity, slip = float(slow.velocity_m_s), float(made_up_mud().slip_m_s(np.array(0.05)))
    extra = 0.005 * (velocity / (velocity - slip) - 1.0) * (2000.0 - 1042.0) * 9.80665 * 5600.0
    assert float(slow.static_pa - even.static_pa) == pytest.approx(extra, rel=0.05)


@pytest.mark.parametrize("drive", DRIVES)
def test_vectors_equal_scalars(drive: DeckPumps) -> None:
    lift = made_up_circuit(drive=drive, mud=made_up_mud(coarse_share=0.05))
    flows, fractions = np.array([60.0, 105.0, 200.0]) / 3600, np.array([[0.01], [0.05], [0.09]])
    together = lift.state(flows, fractions)
    for row in range(3):
        for column in range(3):
            alone = lift.state(flows[column], fractions[row, 0])
            np.testing.assert_allclose(together.use[:, row, column], alone.use, rtol=1e-9)


def test_the_grid_is_the_state_in_practical_units() -> None:
    lift = made_up_circuit()
    grid = lift.envelope([0.02, 0.05], [60.0, 105.0, 150.0])
    state = lift.state(150 / 3600, 0.05)
    assert grid.dry_t_h.shape == (2, 3)
    assert grid.dry_t_h[1, 2] == pytest.approx(150 * 0.05 * 2.65)
    assert grid.wet_t_h[1, 2] == pytest.approx(2.43 * 150 * 0.05 * 2.65)
    assert grid.pressure_mpa[1, 2] == pytest.approx(float(state.duty.pressure_pa) / 1e6)
    np.testing.assert_allclose(grid.margin[:, 1, 2], 1.0 - state.use)
    assert LIMITS[grid.limiting[1, 2]] == "flow"
    assert grid.feasible.tolist() == [[True, True, False], [True, True, False]]


def test_the_operating_point_is_a_point_of_the_grid_and_is_allowed() -> None:
    lift = made_up_circuit()
    point = lift.operating_point()
    grid = lift.envelope([point.solids_fraction], [point.flow_m3_h])
    assert grid.feasible.all()
    assert grid.dry_t_h[0, 0] == pytest.approx(point.dry_t_h)
    assert grid.power_mw[0, 0] == pytest.approx(point.power_mw)
    assert point.binding == "flow"
    assert max(point.use.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("limit", ["pressure_limit_pa", "power_limit_w", "shutoff_pa"])
def test_a_tight_drive_is_used_up_and_named(limit: str) -> None:
    tight = replace(PUMP, **{limit: {"pressure_limit_pa": 4e6, "power_limit_w": 1e5, "shutoff_pa": 4.5e6}[limit]})
    point = made_up_circuit(drive=DeckPumps(tight)).operating_point()
    word = {"pressure_limit_pa": "pressure", "power_limit_w": "power", "shutoff_pa": "pump curve"}[limit]
    assert point.binding == word
    assert point.use[word] == pytest.approx(1.0, rel=1e-4)
    assert point.dry_t_h < made_up_circuit().operating_point().dry_t_h


def test_the_best_of_a_fine_grid_is_not_better_than_the_operating_point() -> None:
    """Derived: brute force over 200 x 200 points up to the crew's target and flow."""
    for pump in (replace(PUMP, pressure_limit_pa=4e6), replace(PUMP, power_limit_w=1e5)):
        lift = made_up_circuit(drive=DeckPumps(pump))
        grid = lift.envelope(0.05 * np.arange(1, 201) / 200, 105.0 * np.arange(1, 201) / 200)
        best_t_h = grid.dry_t_h[grid.feasible].max()
        point = lift.operating_point()
        assert best_t_h * (1 - 1e-4) <= point.dry_t_h <= best_t_h * 1.02


def test_transit_flush_and_inventory_follow_from_the_pipe() -> None:
    point = made_up_circuit().operating_point()
    assert point.transit_s == pytest.approx(point.pipe_m3 / point.flow_m3_h * 3600)
    assert point.flush_s == pytest.approx(point.transit_s)
    assert point.pipe_dry_t == pytest.approx(point.pipe_m3 * 0.05 * 2.65)
    assert point.gel_mpa == pytest.approx(4 * 2.0 * 2.5 * 5600 / 0.2 / 1e6)
    assert point.restart_mpa == pytest.approx(point.static_mpa + point.gel_mpa + point.tool_mpa)


@pytest.mark.parametrize("drive", DRIVES)
def test_what_is_in_the_pipe_is_flow_times_transit_for_every_drive(drive: Drive) -> None:
    lift = made_up_circuit(drive=drive)
    point = lift.operating_point()
    assert point.pipe_m3 == pytest.approx(point.transit_s * point.flow_m3_h / 3600, rel=1e-12)
    assert point.pipe_dry_t == pytest.approx(point.pipe_m3 * 0.05 * 2.65)
    assert point.flush_s == pytest.approx(point.transit_s)
    assert point.pipe_m3 <= lift.pipes.volume_m3 * (1 + 1e-12)
    assert (point.pipe_m3 < 0.99 * lift.pipes.volume_m3) == (drive is AIR)


@pytest.mark.parametrize("drive", [DeckPumps(PUMP), SubseaPump(PUMP, 50.0)])
def test_a_start_from_rest_is_held_against_the_lower_of_pressure_limit_and_shut_off(drive: DeckPumps) -> None:
    point = made_up_circuit(drive=drive).operating_point()
    assert point.restart_use == pytest.approx(point.restart_mpa / 10.0)
    weak = made_up_circuit(drive=replace(drive, pump=replace(PUMP, shutoff_pa=8e6))).operating_point()
    assert weak.restart_use == pytest.approx(weak.restart_mpa / 8.0)


def test_air_first_enters_against_weight_and_gel_of_the_slurry_over_the_inlet() -> None:
    """Derived: barometric formula of the air line over half of the depth; 0.2 MPa at the separator."""
    point = made_up_circuit(drive=AIR).operating_point()
    at_rest = 0.2 + 2800.0 * 9.80665 * 1042.0 / 1e6 + 0.5 * (point.static_mpa + point.gel_mpa)
    line = np.exp(0.0289652 * 9.80665 * 2800.0 / (8.314462618 * 277.0))
    assert point.restart_use == pytest.approx(at_rest / line / 30.0, rel=1e-9)


def test_a_stiff_gel_cannot_be_started_though_the_pipe_can_be_run() -> None:
    stiff = made_up_circuit(mud=replace(made_up_mud(), gel_factor=30.0)).operating_point()
    assert stiff.binding == "flow"
    assert stiff.restart_use > 1.0


@pytest.mark.parametrize("drive", DRIVES)
def test_between_lifts_water_circulates_at_the_power_of_a_slurry_without_solids(drive: DeckPumps) -> None:
    """Derived: a mud as thin as water (Thomas' 1.003 at no solids) at concentration 0 is the same circuit."""
    law = partial(
        herschel_bulkley,
        water_viscosity_pa_s=WATER.viscosity_pa_s,
        yield_coefficient_pa=0.0,
        yield_exponent=3.0,
        index=1.0,
        viscosity_factor=1.0,
        packing_fraction=0.22,
    )
    lift = made_up_circuit(drive=drive, mud=replace(made_up_mud(), flow_law=law))
    point = lift.operating_point()
    clear = lift.state(point.flow_m3_h / 3600, 0.0)
    assert point.circulation_mw == pytest.approx(float(clear.duty.power_w) / 1e6, rel=2e-3)
    assert 0.0 < point.circulation_mw < 0.5 * point.power_mw


@pytest.mark.parametrize("drive", DRIVES)
def test_flow_or_solids_alone_may_rise_up_to_the_next_limit_and_no_further(drive: DeckPumps) -> None:
    lift = made_up_circuit(drive=drive)
    point = lift.operating_point()
    more_flow, more_solids = lift.headroom(point)
    flow, fraction = point.flow_m3_h / 3600, point.solids_fraction
    faster = lift.state(flow * more_flow * np.array([0.999, 1.001]), fraction).use[1:].max(axis=0)
    assert faster[0] <= 1.0 < faster[1]
    thicker = lift.state(flow, fraction * more_solids * np.array([0.999, 1.001])).use[1:].max(axis=0)
    assert thicker[0] <= 1.0 < thicker[1]


def test_where_pressure_is_used_up_neither_flow_nor_solids_may_rise() -> None:
    lift = made_up_circuit(drive=DeckPumps(replace(PUMP, pressure_limit_pa=4e6)))
    assert lift.headroom(lift.operating_point()) == pytest.approx((1.0, 1.0), abs=1e-4)


def test_gas_shortens_the_transit() -> None:
    pumped, lifted = (made_up_circuit(drive=drive).operating_point() for drive in (DeckPumps(PUMP), AIR))
    assert 0.8 * pumped.transit_s < lifted.transit_s < pumped.transit_s


def test_pressures_along_the_circuit_add_up_to_the_pump() -> None:
    lift = made_up_circuit()
    point = lift.operating_point()
    outlet, foot, tool, _, top = lift.pressures(point)
    assert outlet.above_sea_mpa == pytest.approx(point.pressure_mpa)
    assert outlet.above_sea_mpa - foot.above_sea_mpa == pytest.approx(point.friction_down_mpa)
    assert foot.above_sea_mpa - tool.above_sea_mpa == pytest.approx(point.tool_mpa)
    assert tool.above_sea_mpa == pytest.approx(point.static_mpa + point.friction_up_mpa)
    assert top.above_sea_mpa == 0.0
    assert tool.pressure_mpa == pytest.approx(WATER.bottom_pa / 1e6 + tool.above_sea_mpa)


def test_a_subsea_pump_leaves_the_tool_at_the_pressure_of_the_sea_and_sucks_below_it() -> None:
    lift = made_up_circuit(drive=SubseaPump(PUMP, 100.0))
    point = lift.operating_point()
    sea, inlet, outlet, _, _ = lift.pressures(point)
    up = point.static_mpa + point.friction_up_mpa
    assert sea.above_sea_mpa == 0.0
    assert inlet.above_sea_mpa == pytest.approx(-0.5 - up * 100.0 / 5600.0)
    assert outlet.above_sea_mpa == pytest.approx(up * 5500.0 / 5600.0)


def test_under_air_lift_the_riser_is_below_the_sea() -> None:
    lift = made_up_circuit(drive=AIR)
    places = {place.place: place for place in lift.pressures(lift.operating_point())}
    assert places["riser at the air inlet"].above_sea_mpa < places["tool outlet"].above_sea_mpa < 0.0


def message(lift: LiftCircuit) -> str:
    with pytest.raises(ModelError) as caught:
        lift.operating_point()
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_flow_too_slow_for_the_coarse_grains_is_refused_with_the_remedy() -> None:
    text = message(made_up_circuit(flow_m3_h=5.0))
    assert text.startswith("lift circuit: riser.flow_m3_h 5 m3/h is 0.04 m/s in a bore of 0.2 m; coarse grains need")
    assert "raise the flow" in text


@pytest.mark.parametrize(
    ("drive", "key"),
    [
        (DeckPumps(replace(PUMP, pressure_limit_pa=1e5)), "pump.pressure_limit_mpa"),
        (DeckPumps(replace(PUMP, power_limit_w=10.0)), "pump.power_limit_mw"),
        (DeckPumps(replace(PUMP, shutoff_pa=1e5)), "pump.shutoff_mpa"),
        (SubseaPump(replace(PUMP, free_flow_m3_s=1e-4), 50.0), "subsea_pump.free_flow_m3_h"),
        (replace(AIR, capacity_m3_s=1e-3), "airlift.capacity_m3_h"),
        (replace(AIR, pressure_limit_pa=1e6), "airlift.pressure_limit_mpa"),
    ],
)
def test_a_drive_too_weak_for_clear_water_is_refused_by_name(drive: DeckPumps, key: str) -> None:
    assert f"what {key} allows" in message(made_up_circuit(drive=drive))


def test_a_pipe_without_a_bore_or_an_annulus_is_refused() -> None:
    with pytest.raises(ModelError, match=r"riser: bore \(riser.bore_m\) \[m\] is 0; it must be above 0"):
        Pipes(5600.0, 0.0, 0.01, 0.32, 4.5e-5, 1150.0)
    with pytest.raises(ModelError, match=r"outer bore is 0.22 m and leaves no annulus .* raise riser.outer_bore_ratio"):
        Pipes(5600.0, 0.2, 0.01, 0.22, 4.5e-5, 1150.0)


def test_rules_without_a_flow_and_concentrations_beyond_packing_are_refused() -> None:
    with pytest.raises(ModelError, match=r"flow limit \(riser.flow_m3_h\) .* is 0"):
        Rules(0.0, 0.05, 0.09, 2.0, 1.0)
    with pytest.raises(ModelError, match=r"solids volume fraction \[-\] is 0.25.* below the packing fraction 0.22"):
        made_up_circuit().envelope([0.05, 0.25], [100.0])


def test_an_operating_point_holds_plain_numbers_only() -> None:
    values = asdict(made_up_circuit().operating_point())
    assert {type(value) for value in values.values()} == {float, str, dict}
    assert {type(value) for value in values["use"].values()} == {float}
