"""How long the accounts of a project take (truth: *measured*)."""

from time import perf_counter

import pytest

from tests.twin.supply.finance_values import central, choices, mine
from twin.supply.project import project

DRAWS = 50
ALLOWED_S = 0.010  # for one draw


@pytest.mark.benchmark
def test_the_accounts_of_a_project_take_ten_milliseconds_a_draw() -> None:
    """Measured: twenty years of one project in one draw, its price paths of both worlds among them."""
    values, chosen = central(), choices()
    project(values, chosen, mine(values, "ex_china", "S2"))
    begun = perf_counter()
    for draw in range(DRAWS):
        project(values, chosen, mine(values, "ex_china", "S2", draw))
    taken_s = (perf_counter() - begun) / DRAWS
    print(f"\naccounts of a project, one draw: {1e3 * taken_s:.1f} ms")
    assert taken_s < ALLOWED_S
