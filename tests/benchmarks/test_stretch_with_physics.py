"""The stretch reads what the lift physics found from tables: it is as fast with physics on. Run with `make bench`."""

from collections.abc import Callable

import pytest

from tests.benchmarks.test_speed import best
from twin.operations import codes as c
from twin.operations.campaign import fleet_of, tables_of
from twin.operations.laws import Luck
from twin.scenario import draw_parameters, load_scenario

pytestmark = pytest.mark.benchmark
TEN_YEARS = (
    "campaign.charter_end=2036-12-01T00:00:00Z", "campaign.end=2037-01-01T00:00:00Z", "mining.hold_m3=900000",
    'transfer.method="none"', "shuttles.count=0", "carriers.count=0", 'campaign.variability="drawn"',
)  # fmt: skip


def stretch_of(system: str) -> tuple[Callable[[], int], Callable[[], int]]:
    """Return what plays ten years of a mining vessel without a meeting, and what tells how many rows that made."""
    scenario = load_scenario("calm", (*TEN_YEARS, f'lift.system="{system}"'))
    luck = Luck(scenario, draw_parameters(scenario, 1, 0, "fixed"), 1, 0)
    vessel = fleet_of(luck, tables_of(luck), compiled=True).mining[0]
    begin = list(vessel.view)
    vessel.play(scenario.end_s)  # draws and rows grow to what is needed

    def again() -> int:
        vessel.s[:] = begin
        return vessel.play(scenario.end_s)

    return again, lambda: int(vessel.view[c.N_ROWS]) // c.ROW_FIELDS


def test_a_row_takes_at_most_a_twentieth_longer_with_physics_than_with_stated_durations() -> None:
    stated, stated_rows = stretch_of("stated")
    pumped, pumped_rows = stretch_of("surface_pumps")
    stated_s, pumped_s = best(stated, pumped)
    a_row_ns = 1e9 * stated_s / stated_rows(), 1e9 * pumped_s / pumped_rows()
    print(f"\nstretch, {stated_rows()} and {pumped_rows()} rows: {a_row_ns[0]:.1f} ns a row stated, "
          f"{a_row_ns[1]:.1f} ns with physics = {a_row_ns[1] / a_row_ns[0]:.3f}x")  # fmt: skip
    assert stated_rows() > 10_000
    assert a_row_ns[1] <= 1.05 * a_row_ns[0]
