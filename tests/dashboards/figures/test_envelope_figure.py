"""The picture of an operating envelope: what it shows of the grid (derived)."""

from dataclasses import replace

import numpy as np
import pytest

from dashboards.figures.envelope import envelope_figure
from tests.twin.models.made_up_circuits import AIR, made_up_circuit
from twin.models.lift_circuit import LiftCircuit
from twin.models.lift_point import Envelope

FRACTIONS, FLOWS = np.linspace(0.002, 0.11, 30), np.linspace(5.0, 160.0, 40)
TARGETS = {"350 t/d wet, lifting all day": 6.0, "350 t/d dry, lifting all day": 14.6}


def names(lift: LiftCircuit, grid: Envelope) -> list[str]:
    figure = envelope_figure(grid, lift.operating_point(), "Pilot", "wet", TARGETS)
    return [trace.name for trace in figure.data if trace.name is not None]


def test_limits_targets_and_the_operating_point_are_named() -> None:
    lift = made_up_circuit()
    shown = names(lift, lift.envelope(FRACTIONS, FLOWS))
    assert {"limit: flow", "limit: concentration", *TARGETS} <= set(shown)
    assert any(name.startswith("operating point:<br>33.8 t/h wet") for name in shown)


def test_a_limit_that_the_grid_does_not_reach_is_left_out() -> None:
    lift = made_up_circuit()
    assert "limit: power" not in names(lift, lift.envelope(FRACTIONS, FLOWS[:20]))


@pytest.mark.parametrize("mass_basis", ["wet", "dry"])
def test_shading_and_point_are_on_the_basis_asked_for(mass_basis: str) -> None:
    lift = made_up_circuit()
    grid = lift.envelope(FRACTIONS, FLOWS)
    shading = envelope_figure(grid, lift.operating_point(), "Pilot", mass_basis, TARGETS).data[0]
    np.testing.assert_array_equal(shading.z, grid.wet_t_h if mass_basis == "wet" else grid.dry_t_h)
    np.testing.assert_allclose(shading.y, 100.0 * FRACTIONS)


def test_states_that_an_air_lift_cannot_reach_do_not_break_the_picture() -> None:
    lift = made_up_circuit(drive=replace(AIR, capacity_m3_s=0.5))
    grid = lift.envelope(FRACTIONS, FLOWS)
    assert np.isinf(grid.power_mw).any()
    assert "limit: pump curve" in names(lift, grid)
