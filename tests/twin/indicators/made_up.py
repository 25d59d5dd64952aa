"""Replicates made up by hand: a few rows with known times, so that every indicator has a plain answer."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Literal

import numpy as np

from ops_data.units import GRAMS_PER_TONNE, SECONDS_PER_HOUR
from twin.indicators.processed import Processed, processed
from twin.indicators.record import Replicate, read_replicate
from twin.models.power import Plant
from twin.operations import codes as c
from twin.operations.campaign import Played, State
from twin.operations.loads import Demand
from twin.operations.world import Lot, Stocks
from twin.scenario import Scenario, draw_parameters, load_scenario

Line = tuple[str, str, str, float]  # activity, state, cause, hours
GRADE_PPM = 2_000.0
WET_PER_DRY = 2.0
DP_MW = 3.0
LOADS_MW = {
    "hotel": 5.0, "handling": 1.0, "tool": 0.5, "lift": 0.25, "circulation": 0.0625, "processing": 0.125,
    "propulsion": 13.0,
}  # fmt: skip
PORT_MW = 3.0
PLANT = Plant(large_mw=5.0, large_sets=6, small_mw=2.5, small_sets=2, highest_load_share=0.85, fuel_g_kwh=200.0)


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


def demand(plan: Scenario, dp_mw: Sequence[float] = (DP_MW,)) -> Demand:
    """Return loads in round numbers; station keeping hour by hour from departure on, the last value for good."""
    hours = (plan.end_s - plan.start_s) // SECONDS_PER_HOUR + 1
    kept = np.concatenate([dp_mw, np.full(max(0, hours - len(dp_mw)), dp_mw[-1])])
    return Demand(plan.start_s, kept, float(kept.mean()), LOADS_MW, PORT_MW, PLANT)


def played(plan: Scenario, rows: np.ndarray, lots: Sequence[Lot] = (), dp_mw: Sequence[float] = (DP_MW,)) -> Played:
    """Return what a lone mining vessel did, with its rows given."""
    vector = [0] * c.FIELDS
    vector[c.STRINGS] = 1
    state = State(plan.end_s, {"chikyu": tuple(vector)}, vars(Stocks()), {}, {}, (), ())
    lifts = (rows[:, c.R_DRY_G] > 0) & (rows[:, c.R_CODE] % c.STATE_UNIT == c.ACTIVITY["lift"])
    grades = {"chikyu": np.full(int(lifts.sum()), GRADE_PPM)}
    return Played({"chikyu": rows}, lots, state, WET_PER_DRY, grades, demand(plan, dp_mw))


def replicate(plan: Scenario, rows: np.ndarray) -> Replicate:
    """Return a replicate of a lone mining vessel."""
    return read_replicate(plan, draw_parameters(plan, 1, 0, "fixed"), played(plan, rows))


def doing(*lines: Line, dp_mw: Sequence[float] = (DP_MW,)) -> Replicate:
    """Return a replicate of a lone mining vessel that does these things from departure on, `dp_mw` hour by hour."""
    plan = scenario()
    rows = rows_from(plan.start_s, lines, plan.end_s)
    return read_replicate(plan, draw_parameters(plan, 1, 0, "fixed"), played(plan, rows, dp_mw=dp_mw))


def mud_of(
    plan: Scenario, number: int, what: Played, seed: int = 1, mode: Literal["fixed", "drawn"] = "drawn"
) -> Processed:
    """Return what became of the mud of a simulated campaign."""
    return processed(read_replicate(plan, draw_parameters(plan, seed, number, mode), what), what)


def mud_of_doing(*lines: Line) -> Processed:
    """Return what became of the mud of a lone mining vessel that does these things: it hands nothing over."""
    plan = scenario()
    return mud_of(plan, 0, played(plan, rows_from(plan.start_s, lines, plan.end_s)), mode="fixed")
