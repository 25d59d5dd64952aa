"""What a run would cost: how long it plays and how much it takes on disk, judged by sealed runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from dashboards.data import Data, RunRow
from ops_data.errors import StoreError
from ops_data.units import SECONDS_PER_DAY
from twin.scenario import Scenario

MOST_RUNS: Final = 5  # newest sealed runs that tell


@dataclass(frozen=True)
class Past:
    """A sealed run: what it took, and how much was played in it.

    Attributes
    ----------
    scenario, detail : of the run.
    replicate_days : simulated days of all replicates together.
    wall_s : seconds it took.
    size_bytes : of its tables.
    """

    scenario: str
    detail: str
    replicate_days: float
    wall_s: float
    size_bytes: int


@dataclass(frozen=True)
class Estimate:
    """What a run would cost.

    Attributes
    ----------
    wall_s, low_s, high_s : seconds, by all runs that tell together, and by the quickest and the slowest of them.
    size_bytes : on disk.
    same_scenario : whether runs of the same scenario tell; else others, scaled by simulated days and replicates.
    runs : how many tell.
    """

    wall_s: float
    low_s: float
    high_s: float
    size_bytes: float
    same_scenario: bool
    runs: int


def estimate(pasts: Sequence[Past], scenario: str, detail: str, replicate_days: float) -> Estimate | None:
    """Return what a run would cost, None when there is no sealed run to judge by.

    Parameters
    ----------
    pasts : sealed runs; those of the same scenario are taken where there are any.
    scenario, detail : of the new run.
    replicate_days : simulated days of all its replicates together.

    Examples
    --------
    Two runs of 100 replicate-days in 10 s and 20 s; 400 replicate-days take twice as long as both:

    >>> pasts = [Past("a", "daily", 100.0, 10.0, 1000), Past("a", "daily", 100.0, 20.0, 3000)]
    >>> estimate(pasts, "a", "daily", 400.0)
    Estimate(wall_s=60.0, low_s=40.0, high_s=80.0, size_bytes=8000.0, same_scenario=True, runs=2)
    """
    same = [past for past in pasts if past.scenario == scenario]
    telling = same or list(pasts)
    if not telling:
        return None
    days = sum(past.replicate_days for past in telling)
    rates = [past.wall_s / past.replicate_days for past in telling]
    sized = [past for past in telling if past.detail == detail] or telling
    size = sum(past.size_bytes for past in sized) / sum(past.replicate_days for past in sized)
    return Estimate(
        wall_s=sum(past.wall_s for past in telling) / days * replicate_days,
        low_s=min(rates) * replicate_days,
        high_s=max(rates) * replicate_days,
        size_bytes=size * replicate_days,
        same_scenario=bool(same),
        runs=len(telling),
    )


def simulated_days(scenario: Scenario) -> float:
    """Return how many days a replicate of a scenario spans."""
    return (scenario.end_s - scenario.start_s) / SECONDS_PER_DAY


def pasts_of(data: Data, scenario: str) -> list[Past]:
    """Return the newest sealed runs of a scenario, or the newest of all when there is none of it."""
    rows = data.runs()
    telling = [row for row in rows if row.scenario == scenario] or rows
    found = []
    for row in telling[:MOST_RUNS]:
        found.append(data.memory.get(("past", row.run_id, row.created), partial(_past, data, row)))
    return [past for past in found if past is not None]


def _past(data: Data, row: RunRow) -> Past | None:
    try:
        manifest = data.run(row.run_id).manifest
    except StoreError:
        return None
    campaign: dict[str, Any] = manifest.scenario["campaign"]
    span = datetime.fromisoformat(campaign["end"]) - datetime.fromisoformat(campaign["start"])
    days = row.replicates * span.total_seconds() / SECONDS_PER_DAY
    return Past(row.scenario, row.detail, days, row.wall_s, sum(table.bytes for table in manifest.tables.values()))
