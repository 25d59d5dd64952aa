"""How long one member of a 90-day campaign takes as puffs; run by 'make bench', on an idle machine."""

import time
import tracemalloc

import numpy as np
import pytest

from twin.models.plume import Current, Grid, Layer, Releases, Water
from twin.models.puffs import puff_field, solved

pytestmark = pytest.mark.benchmark

DAYS, COUNT = 90, 400
GRID = Grid(-10_000.0, -10_000.0, 50.0, 400, 400)
LAYER = Layer(0.0, 5.0)
LEVELS = np.array([1e-4, 1e-3, 1e-2])
SEA = Water(np.array([5e-5, 2e-4, 1e-3, 5e-3]), 1e-3, 0.1, 65.0, "flux")


def campaign() -> tuple[Releases, Current]:
    """Return 400 pulses of one to two hours and 0.5 t in 80 days, and a mean, tidal and inertial current of 90."""
    luck = np.random.default_rng(2)
    releases = Releases(
        np.sort(luck.integers(0, (DAYS - 10) * 86_400, COUNT)),
        luck.uniform(3600.0, 7200.0, COUNT),
        luck.uniform(-100.0, 100.0, COUNT),
        luck.uniform(-100.0, 100.0, COUNT),
        np.full(COUNT, 3.0),
        np.full(COUNT, 10.0),
        np.full((COUNT, 4), 0.025),
    )
    t = np.arange(0, DAYS * 86_400 + 1, 600)
    tide, inertial = 2.0 * np.pi * t / 44_714.0, 2.0 * np.pi * t / 104_688.0
    u = 0.01 + 0.025 * np.cos(tide) + 0.02 * np.cos(inertial)
    return releases, Current(t, u, 0.02 * np.sin(tide) - 0.02 * np.sin(inertial))


def test_a_member_of_a_90_day_campaign_takes_less_than_600_ms() -> None:
    """Two hundred members in a minute on two cores."""
    releases, current = campaign()

    def member() -> None:
        puff_field(releases, SEA, current, GRID, LAYER, LEVELS, solved(releases, SEA, LAYER, current))

    member()
    taken = []
    for _ in range(5):
        begin = time.perf_counter()
        member()
        taken.append(time.perf_counter() - begin)
    tracemalloc.start()
    member()
    peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(f"\n400 pulses, 4 classes, 12,960 steps, 160,000 cells: {1e3 * min(taken):.0f} ms, {peak_mb:.0f} MB")
    assert min(taken) < 0.6
    assert peak_mb < 200.0
