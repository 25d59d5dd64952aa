"""Replicates made up by hand: a few rows with known times, so that every indicator has a plain answer."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

import numpy as np

from ops_data.units import GRAMS_PER_TONNE, SECONDS_PER_HOUR
from twin.indicators.record import Replicate, read_replicate
from twin.operations import codes as c
from twin.operations.campaign import Played, State
from twin.operations.world import Lot, Stocks
from twin.scenario import Scenario, draw_parameters, load_scenario

Line = tuple[str, str, str, float]  # activity, state, cause, hours
WET_PER_DRY = 2.0


@cache
def scenario(*sets: str) -> Scenario:
    """Return the calm scenario, without shuttles, island and carriers, with overrides on top."""
    alone = ('transfer.method="none"', "shuttles.count=0", "carriers.count=0")
    return load_scenario("calm", (*alone, *sets))


def utc_s(text: str) -> int:
    """Return the Unix second of an ISO time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def rows_from(start_s: int, lines: Sequence[Line], end_s: int) -> np.ndarray:
    """Return kernel rows that follow one another from a start, filled up with off hire until the end.

    A working lift carries ten tonnes of dry solids.
    """
    rows, at = [], start_s
    for activity, state, cause, hours in lines:
        until = at + round(hours * SECONDS_PER_HOUR)
        code = c.ACTIVITY[activity] + c.STATES.index(state) * c.STATE_UNIT + c.CAUSE[cause] * c.CAUSE_UNIT
        lifted = 10 * GRAMS_PER_TONNE if (activity, state) == ("lift", "working") else 0
        rows.append((code, at, until, c.NONE, lifted, 0))
        at = until
    if at < end_s:
        rows.append((c.ACTIVITY["off_hire"] + c.IDLE * c.STATE_UNIT, at, end_s, c.NONE, 0, 0))
    return np.array(rows, dtype=np.int64)


def lifts_at(times_s: Sequence[int], dry_t: Sequence[float], start_s: int, end_s: int) -> np.ndarray:
    """Return kernel rows of a vessel that does nothing but lift, each lift ending at a given second."""
    edges = [start_s, *times_s]
    lift = c.ACTIVITY["lift"]
    rows = [
        (lift, before, at, c.NONE, round(mass * GRAMS_PER_TONNE), 0)
        for before, at, mass in zip(edges, times_s, dry_t, strict=False)
    ]
    if edges[-1] < end_s:
        rows.append((c.ACTIVITY["hang_off"], edges[-1], end_s, c.NONE, 0, 0))
    return np.array(rows, dtype=np.int64).reshape(-1, c.ROW_FIELDS)


def played(plan: Scenario, rows: np.ndarray, lots: Sequence[Lot] = ()) -> Played:
    """Return what a lone mining vessel did, with its rows given."""
    vector = [0] * c.FIELDS
    vector[c.STRINGS] = 1
    state = State(plan.end_s, {"chikyu": tuple(vector)}, vars(Stocks()), {}, {}, (), ())
    return Played({"chikyu": rows}, lots, state, WET_PER_DRY)


def replicate(plan: Scenario, rows: np.ndarray) -> Replicate:
    """Return a replicate of a lone mining vessel."""
    return read_replicate(plan, draw_parameters(plan, 1, 0, "fixed"), played(plan, rows))


def doing(*lines: Line) -> Replicate:
    """Return a replicate of a lone mining vessel in calm that does these things from departure on."""
    plan = scenario()
    return replicate(plan, rows_from(plan.start_s, lines, plan.end_s))
