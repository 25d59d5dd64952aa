"""How long the envelope and operating points take; run by 'make bench', on an idle machine."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from twin.lift_system import circuit
from twin.scenario import draw_parameters, load_scenario

pytestmark = pytest.mark.benchmark

PILOT = load_scenario("pilot-2027")
STATED = {key: quantity.value for key, quantity in PILOT.quantities.items()}
FRACTIONS, FLOWS = np.linspace(0.001, 0.108, 100), np.linspace(1.5, 157.0, 100)


def best_s(call: Callable[[], object], rounds: int = 7) -> float:
    """Return the shortest wall time of some calls [s]."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return min(taken)


@pytest.mark.parametrize("system", ["surface_pumps", "subsea_pump", "air_lift"])
def test_an_envelope_of_ten_thousand_points_takes_less_than_0_2_s_and_beats_single_states(system: str) -> None:
    lift = circuit(STATED, PILOT.lift.model_copy(update={"system": system}), 23.2)
    grid_s = best_s(lambda: lift.envelope(FRACTIONS, FLOWS))
    single_s = best_s(lambda: [lift.state(flow / 3600.0, 0.05) for flow in FLOWS[:20]]) / 20
    print(f"\n{system}: envelope of 100 x 100 in {1e3 * grid_s:.0f} ms, {10_000 * single_s / grid_s:.0f} times as "
          "fast as state by state")  # fmt: skip
    assert grid_s < 0.2
    assert 10_000 * single_s / grid_s > 20.0


@pytest.mark.parametrize("changes", [{}, {"pump.pressure_limit_mpa": 5.0}])
def test_an_operating_point_costs_little_per_replicate(changes: dict[str, float]) -> None:
    drawn = [draw_parameters(PILOT, 1, replicate, "drawn") | changes for replicate in range(100)]
    points_s = best_s(lambda: [circuit(values, PILOT.lift, 23.2).operating_point() for values in drawn], 3) / 100
    print(f"\noperating point, {changes or 'pilot'}: {1e3 * points_s:.2f} ms per replicate")
    assert points_s < (8e-3 if changes else 2e-3)
