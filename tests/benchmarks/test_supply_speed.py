"""How long shocks take; run by 'make bench', on an idle machine."""

import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from ops_data.supply_names import SECTORS, STAGES, SUPPLY_ELEMENTS
from tests.twin.supply.shock_cases import case
from twin.supply.shock import shock

pytestmark = pytest.mark.benchmark
SCENARIOS = ("S1", "S2", "S3", "S4")


CORES = 2
BOUND_S = 60.0


def play(first: int, last: int) -> tuple[int, float]:
    """Play four scenarios under two rules of some draws; return how many, and the processor time they took [s]."""
    begin = time.process_time()
    played = [shock(case(scenario, draw=draw)).outcomes for draw in range(first, last) for scenario in SCENARIOS]
    return len(played), time.process_time() - begin


def test_two_years_of_one_shock_take_less_than_half_a_second() -> None:
    result = shock(case("S3", rules=("pro_rata",)))  # compiled once per version
    assert result.chain.arrivals_t.shape == (730, len(STAGES), len(SUPPLY_ELEMENTS))
    assert result.outcomes["pro_rata"].fill.shape == (len(SECTORS), 730)
    begin = time.perf_counter()
    shock(case("S3"))
    taken_s = time.perf_counter() - begin
    print(f"\n730 days, 5 stages, 9 sectors, 8 elements, two rules: {1000.0 * taken_s:.0f} ms")
    assert taken_s < 0.5


def test_the_slowest_rule_stays_within_the_same_bound() -> None:
    shock(case("S2", rules=("linear_programme",)))
    begin = time.perf_counter()
    shock(case("S2", rules=("minimum_shares", "linear_programme")))
    taken_s = time.perf_counter() - begin
    print(f"\nminimum shares and linear programme: {1000.0 * taken_s:.0f} ms")
    assert taken_s < 0.5


def test_a_thousand_draws_of_four_scenarios_take_less_than_a_minute_on_two_cores() -> None:
    """Processor time over the cores is held against the bound: what else runs on the machine does not count."""
    play(0, 1)
    begin = time.perf_counter()
    with ProcessPoolExecutor(CORES) as pool:
        parts = list(pool.map(play, range(0, 1000, 50), range(50, 1001, 50)))
    taken_s, worked_s = time.perf_counter() - begin, sum(worked for _, worked in parts)
    print(f"\n1,000 draws x 4 scenarios x 2 rules: {taken_s:.1f} s, of processors {worked_s:.1f} s")
    assert sum(played for played, _ in parts) == 4_000
    assert worked_s / CORES < BOUND_S
