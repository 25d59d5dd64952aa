"""Time and memory of the processing chain beside the campaign that feeds it."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.twin.indicators.made_up import mud_of
from twin.indicators.processed import processed
from twin.indicators.record import read_replicate
from twin.operations.campaign import simulate
from twin.processing.refinery import refine
from twin.scenario import draw_parameters, load_scenario

pytestmark = pytest.mark.benchmark

MEMORY = """
import resource, sys
from twin.__main__ import main
code = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def test_the_toll_chain_of_a_pilot_year_takes_under_50_ms_and_a_quarter_of_the_campaigns_time() -> None:
    plan = load_scenario("annual-pilot")
    simulate(plan, 1, 0)
    mud_of(plan, 0, simulate(plan, 1, 0))
    played_s, chain_s, plants_s, lots = 0.0, 0.0, 0.0, 0
    for number in range(1, 31):
        values = draw_parameters(plan, 1, number, "drawn")
        begin = time.perf_counter()
        what = simulate(plan, 1, number)
        played = time.perf_counter()
        one = processed(read_replicate(plan, values, what), what)
        done = time.perf_counter()
        refine(one.refined.plan.arrive_s, one.refined.received, values, plan.processing)  # type: ignore[union-attr]
        plants_s += time.perf_counter() - done
        played_s, chain_s, lots = played_s + played - begin, chain_s + done - played, lots + len(what.lots)
    print(
        f"\none pilot year, mean of 30: campaign {played_s / 30 * 1e3:.1f} ms; reading it, mixing its "
        f"parcels and the plants {chain_s / 30 * 1e3:.1f} ms, of that the plants {plants_s / 30 * 1e3:.1f} ms; "
        f"{lots / 30:.0f} parcels"
    )
    assert chain_s / 30 < 0.050
    assert plants_s < 0.25 * played_s


def test_two_hundred_pilot_years_stay_under_a_gigabyte_and_a_half(tmp_path: Path) -> None:
    words = ["run", "annual-pilot", "--replicates", "200", "--workers", "1", "--json", "--store", str(tmp_path)]
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", MEMORY, *words], capture_output=True, text=True, check=True)
    peak_mb = int(done.stderr.split()[-1]) / 1024.0
    print(f"\n200 pilot years: {time.perf_counter() - begin:.1f} s, peak memory {peak_mb:.0f} MB")
    assert peak_mb < 1_500.0


def test_one_own_circuit_takes_under_two_seconds_a_batch() -> None:
    plan = load_scenario("pilot-2027", ['processing.separation="own_circuit"'])
    what = simulate(plan, 1, 0)
    one = mud_of(plan, 0, what)
    begin = time.perf_counter()
    again = mud_of(plan, 0, what)
    spent_s = time.perf_counter() - begin
    batches = len(again.refined.batches or ())
    print(f"\nown circuit: {spent_s:.2f} s for {batches} batches")
    assert one.refined.batches is not None and batches > 0
    assert spent_s < 2.0 * batches
