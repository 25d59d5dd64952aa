"""How long closed-form plumes take; run by 'make bench', on an idle machine."""

import math
import statistics
import time
from collections.abc import Callable

import numpy as np
import pytest

from twin.models.currents import Rose
from twin.models.ermak import Source, concentration_kg_m3
from twin.models.near_field import radial_deposit_kg_m2
from twin.models.plume import Grid, Layer, Releases, Water
from twin.models.plume_rose import mean_field

pytestmark = pytest.mark.benchmark

FACTS_MS = 10.7  # the same map, 1,500 x 301 points, by the code of the facts


def median_ms(call: Callable[[], object], times: int = 9) -> float:
    """Return the median wall time of some calls, after one that warms up [ms]."""
    call()
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return 1e3 * statistics.median(taken)


def test_a_map_of_450_000_points_takes_less_than_15_ms() -> None:
    """One class, one direction, at the bed."""
    water = Water(np.array([1e-3]), 1e-3, 0.1, math.inf, "flux")
    source = Source(np.array([0.1]), 3.0, 0.0, 0.035)
    x, y = np.linspace(10.0, 15e3, 1500)[:, np.newaxis], np.linspace(-1500.0, 1500.0, 301)
    assert concentration_kg_m3(x, y, 0.0, source, water).size == 451_500
    taken_ms = median_ms(lambda: concentration_kg_m3(x, y, 0.0, source, water))
    print(f"\nErmak, 451,500 points: {taken_ms:.1f} ms (facts {FACTS_MS} ms)")
    assert taken_ms < 15.0


def test_a_mean_map_of_400_releases_over_16_directions_takes_less_than_2_s() -> None:
    """Four classes, 400 x 400 cells of 50 m, a layer of 5 m, under a lid."""
    water = Water(np.array([5e-5, 2e-4, 1e-3, 5e-3]), 1e-3, 0.1, 65.0, "flux")
    random = np.random.default_rng(1)
    n = 400
    given = Releases(
        np.arange(n) * 7200, np.full(n, 3600.0), random.uniform(0.0, 80.0, n), random.uniform(0.0, 60.0, n),
        np.full(n, 3.0), np.full(n, 5.0), np.full((n, 1), 0.1) * [0.2, 0.4, 0.3, 0.1],
    )  # fmt: skip
    towards = np.arange(16) / 16.0 * 2.0 * math.pi
    rose = Rose(towards, np.full(16, 0.035), np.full(16, 1.0 / 16.0))
    grid = Grid(-10e3, -10e3, 50.0, 400, 400)
    taken_ms = median_ms(lambda: mean_field(given, water, rose, grid, Layer(0.0, 5.0), 90 * 86_400.0, 3), 3)
    print(f"\nmean field, 400 releases, 16 directions, 4 classes, 160,000 cells: {taken_ms:.0f} ms")
    assert taken_ms < 2000.0


def test_the_near_deposit_of_400_places_takes_less_than_50_ms() -> None:
    random = np.random.default_rng(1)
    x, y = random.uniform(0.0, 80.0, 400), random.uniform(0.0, 60.0, 400)
    grid = Grid(-10e3, -10e3, 50.0, 400, 400)
    taken_ms = median_ms(lambda: radial_deposit_kg_m2(np.ones(400), x, y, 66.0, grid))
    print(f"\nnear deposit, 400 places, 160,000 cells: {taken_ms:.1f} ms")
    assert taken_ms < 50.0
