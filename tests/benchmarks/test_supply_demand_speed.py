"""How long demand of one draw takes; run by 'make bench', on an idle machine."""

import time

import pytest

from tests.twin.supply.demand_values import drawn, tables
from twin.supply.demand import demand

pytestmark = pytest.mark.benchmark


def test_demand_of_a_draw_with_lives_of_its_own_takes_less_than_20_ms() -> None:
    values = [drawn(seed) for seed in range(21)]
    demand(values[0], tables())
    begin = time.perf_counter()
    for one in values[1:]:
        demand(one, tables())
    taken_ms = 1e3 * (time.perf_counter() - begin) / 20
    print(f"\ndemand of a draw: {taken_ms:.1f} ms")
    assert taken_ms < 20.0
