"""How long 10,000 states of pipe flow take; run by 'make bench', on an idle machine."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from twin.models.pipe_laminar import wall_stress
from twin.models.pipe_turbulent import friction_gradient
from twin.models.slurry import HerschelBulkley, herschel_bulkley

pytestmark = pytest.mark.benchmark

RANDOM = np.random.default_rng(1)
VELOCITY = RANDOM.uniform(0.0, 4.0, 10_000)
FRACTION = RANDOM.uniform(0.001, 0.12, 10_000)
DENSITY = 1042.0 + FRACTION * 1458.0


def mud() -> HerschelBulkley:
    """Return a law with an index below 1, the costlier case."""
    return herschel_bulkley(
        FRACTION,
        water_viscosity_pa_s=1.75e-3,
        yield_coefficient_pa=2e4,
        yield_exponent=3.0,
        index=0.85,
        viscosity_factor=2.0,
        packing_fraction=0.22,
    )


def best_ms(call: Callable[[], object]) -> float:
    """Return the shortest wall time of seven calls [ms]."""
    taken = []
    for _ in range(7):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return 1e3 * min(taken)


def test_ten_thousand_wall_stresses_take_less_than_40_ms() -> None:
    law = mud()
    taken_ms = best_ms(lambda: wall_stress(VELOCITY, 0.2, law))
    print(f"\nwall_stress, 10,000 states: {taken_ms:.1f} ms")
    assert taken_ms < 40.0


def test_ten_thousand_friction_gradients_take_less_than_80_ms() -> None:
    law, water = mud(), HerschelBulkley(0.0, 1.75e-3, 1.0)
    taken_ms = {
        "wilson_thomas": best_ms(lambda: friction_gradient(VELOCITY, 0.2, law, DENSITY, "wilson_thomas", 4.5e-5)),
        "darby_melson": best_ms(lambda: friction_gradient(VELOCITY, 0.2, law, DENSITY, "darby_melson", 4.5e-5)),
        "water": best_ms(lambda: friction_gradient(VELOCITY, 0.2, water, 1042.0)),
    }
    print("\nfriction_gradient, 10,000 states: " + ", ".join(f"{k} {v:.1f} ms" for k, v in taken_ms.items()))
    assert max(taken_ms.values()) < 80.0
