"""The store that the dashboard is measured on: 50 runs of 200 replicates, two studies of one, ten million readings.

Two campaigns are played: pilot-2027 as stated, and with three shuttles. The other runs are sealed by the store's own
writer from the rows of these two under other seeds: the bytes are those of real runs, without minutes of playing.
"""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa

from ops_data.columns import TableData
from ops_data.readings import open_readings, seal_day
from ops_data.store import Store, open_store
from tests.benchmarks.test_readings_speed import DAYS, FIRST, arrived
from twin.indicators.summary import indicator_columns, summarise
from twin.run import Job, identity
from twin.scenario import Scenario, load_scenario

RUNS, REPLICATES, SEED = 50, 200, 1
SCENARIO: Final = "pilot-2027"
OTHER: Final = ("shuttles.count=3",)
STUDIES: Final = ("environment {run} --members 6", "supply {run} --draws 4 --no-scale-up")


def make_full_store(folder: Path) -> str:
    """Make the store; return the run with the studies, which is the newest, so that pages show it first."""
    store = open_store(folder, create=True)
    stated, changed = load_scenario(SCENARIO), load_scenario(SCENARIO, OTHER)
    played = {one.hash: Job(one.to_json(), SEED, "drawn").play(0, REPLICATES - 1) for one in (stated, changed)}
    for seed in range(SEED + RUNS - 1, SEED, -1):
        one = (stated, changed)[seed % 2]
        _seal(store, one, seed, played[one.hash])
    run_id = _seal(store, stated, SEED, played[stated.hash])
    for words in STUDIES:
        line = [sys.executable, "-m", "twin", *words.format(run=run_id).split(), "--store", str(folder)]
        subprocess.run(line, check=True, capture_output=True)
    return run_id


def _seal(store: Store, scenario: Scenario, seed: int, tables: Mapping[str, TableData]) -> str:
    who = replace(identity(scenario, SEED, REPLICATES, "drawn"), seed=seed)
    with store.begin(who) as writer:
        writer.parts.write(0, REPLICATES - 1, tables)
        outcomes = pa.concat_tables(writer.read("outcomes")).unify_dictionaries().to_pandas()
        indicators = indicator_columns(summarise(outcomes, REPLICATES))
        return writer.seal(scenario.model_dump(mode="json"), {"indicators": indicators}, 0.0).run_id


def add_readings(folder: Path) -> int:
    """Seal the readings of the benchmark of readings into a store; return how many."""
    for number in range(DAYS):
        seal_day(folder, FIRST + timedelta(days=number), arrived(number))
    readings = open_readings(folder)
    assert readings is not None
    return sum(day.rows for day in readings.days.values())
