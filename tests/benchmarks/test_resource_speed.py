"""Time of the resource model: a whole conditional field, and the grades of a campaign's holes."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from twin.resource import hole_grades
from twin.resource_estimate import ground
from twin.scenario import load_scenario

pytestmark = pytest.mark.benchmark


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the shortest time [s]."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def made_up_cores(path: Path, count: int) -> None:
    rng = np.random.default_rng(1)
    lines = ["core_id,x_km,y_km,top_m,bottom_m,rey_ppm"]
    for core in range(count):
        x, y, peak = rng.uniform(-24, 24), rng.uniform(-24, 24), rng.uniform(2, 8)
        lines += [
            f"c{core},{x},{y},{z},{z + 0.5},{450 + 4000 * np.exp(-((z - peak) ** 2)) * rng.uniform(0.8, 1.2)}"
            for z in np.arange(0.0, 10.0, 0.5)
        ]
    path.write_text("\n".join(lines), encoding="utf-8")


def test_a_conditional_field_of_10000_blocks_and_20_layers_takes_less_than_three_seconds(tmp_path: Path) -> None:
    made_up_cores(tmp_path / "cores.csv", 25)
    sets = ["resource.model=blocks", f'resource.cores="{tmp_path / "cores.csv"}"', "resource.block_km=0.5"]
    scenario = load_scenario("pilot-2027", sets)
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    assert ground(scenario, values, 1, 0, 2500.0, 10.0).grade_ppm.shape == (10_000, 20)
    spent = best_of(3, lambda: ground(scenario, values, 1, 1, 2500.0, 10.0))
    print(f"\nconditional field of 10,000 x 20, 25 cores: {spent:.2f} s")
    assert spent < 3.0


def test_the_grades_of_1000_holes_take_less_than_three_milliseconds() -> None:
    for model in ("uniform", "blocks"):
        scenario = load_scenario("pilot-2027", [f"resource.model={model}"])
        values = {key: quantity.value for key, quantity in scenario.quantities.items()}
        hole_grades(scenario, values, 1, 0, 1_000)
        spent = best_of(50, lambda: hole_grades(scenario, values, 1, 1, 1_000))  # noqa: B023 - called at once
        print(f"\n1,000 holes, {model}: {spent * 1e3:.2f} ms")
        assert spent < 3e-3
