"""Time lost in the last days: waits for the sea, and failures."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import ndtr, pdtr, pdtrc

from ops_data.reference.sensor_rows import sensors
from ops_data.units import HOURS_PER_DAY, SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.calibration.incidents import incidents
from twin.calibration.jobs import VesselRows, rows_of
from twin.calibration.limits import SEA_TAG, HourlySea, Hours, hourly_sea, hours_of, windy_hours
from twin.deviation_found import Deviation
from twin.deviation_week import Floats, Week
from twin.operations import codes as c
from twin.operations.campaign import roles_of
from twin.operations.laws import BLOCKAGE

FAR_SD: Final = 2.0  # errors of the sea beyond a limit from which on a run of hours is told as not expected
LEAST_OFF, MOST_OFF = -1.0, 2.7  # errors of the sea: runs below say nothing; none counts more, so one is not enough
CUT_MEAN, CUT_SD = 0.2876, 0.7935  # of a standard normal number above the first of them
SEA_WEEKS: Final = 2  # waits are few: looked at over twice the days
FAILURE_WEEKS: Final = 8  # failures are rare: counted over eight times the days
LEAST_FAILURES: Final = 1.0  # expected
WEATHER: Final = "weather"
FAILURES: Final = "failures"
FLEET: Final = "fleet"


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs of hours in which somebody waited for a limit, or worked.

    Attributes
    ----------
    level_m, sd_m : sea that decides of each run, and its error, shape (n,).
    hours : how many hours each has, shape (n,).
    """

    level_m: Floats
    sd_m: Floats
    hours: Floats


def limit_key(limit: str) -> str:
    """Return the key of a limit by its name."""
    return f"limits.{limit}_hs_m"


def runs_of(hours: set[int], sea: HourlySea, sign: int) -> list[tuple[float, float, float]]:
    """Return level, error and length of each run of successive hours: of its highest (1) or lowest (-1) hour."""
    told = np.array(sorted(hour for hour in hours if hour in sea.mean_m), dtype=np.int64)
    found = []
    for run in np.split(told, np.flatnonzero(np.diff(told) > 1) + 1) if len(told) else []:
        top = max(run.tolist(), key=lambda hour: sign * sea.mean_m[hour])
        found.append((sea.mean_m[top], sea.sd_m[top], float(len(run))))
    return found


def sea_waits(week: Week) -> dict[tuple[str, str], tuple[Runs, Runs]]:
    """Return by mining vessel and limit: runs of hours waited for the sea, and of hours worked, in the days.

    Hours of hard wind, of storms and emergencies, and hours both worked and waited are left out; so is everything where
    nobody measured the sea.
    """
    sea = hourly_sea(week.log)
    found: dict[tuple[str, str], tuple[Runs, Runs]] = {}
    if sea is None:
        return found
    wind = windy_hours(week.log) or set()
    spread_h = week.log.scenario.quantities["weather.forecast_error_24h"].value / HOURS_PER_DAY
    first = week.begin_s // SECONDS_PER_HOUR
    for vessel in week.vessels:
        told: defaultdict[str, Hours] = defaultdict(Hours)
        hours_of(week.log, vessel, told)
        other = wind | _storm_hours(vessel)
        for limit, own in told.items():
            closed = {hour for hour in own.closed - own.open - other if hour >= first}
            opened = {hour for hour in own.open - own.closed if hour >= first}
            waits = runs_of(closed, sea, -1)
            for asked in own.refused:
                ahead = sea.ahead(asked, spread_h) if min(asked) >= first and not other & asked.keys() else None
                if ahead is not None:
                    waits.append((*ahead, float(max(asked) - min(asked) + 1)))
            found[vessel.name, limit] = _runs(waits), _runs(runs_of(opened, sea, 1))
    return found


def _storm_hours(vessel: VesselRows) -> set[int]:
    """Return the hours since 1970 in which a storm or an emergency decided, not the sea of the hour."""
    decided = np.isin(vessel.cause, (c.C_STORM, c.C_EMERGENCY))
    spans = zip(vessel.start_s[decided].tolist(), vessel.end_s[decided].tolist(), strict=True)
    whole = (range(begin_s // SECONDS_PER_HOUR, -(-end_s // SECONDS_PER_HOUR)) for begin_s, end_s in spans)
    return {hour for hours in whole for hour in hours}


def _runs(told: list[tuple[float, float, float]]) -> Runs:
    """Return runs as columns, each with the error of an hour's own readings added.

    Where the sea changes fast the smoothed sea lags, and the highest or lowest hour is one that was chosen.
    """
    table = np.array(told).reshape(-1, 3)
    gauge = sensors()[SEA_TAG]
    own_m = gauge.error(table[:, 0]) / np.sqrt(SECONDS_PER_HOUR / gauge.interval_s)
    return Runs(table[:, 0], np.hypot(table[:, 1], own_m), table[:, 2])


def errors_off(runs: Runs, limit_m: float, sign: int) -> Floats:
    """Return by how many errors the sea of each run lay on the wrong side: below (1) or above (-1) the limit."""
    return np.asarray(sign * (limit_m - runs.level_m) / runs.sd_m)


def chance_of(off: Floats) -> float:
    """Return the chance of runs that lie so far on the wrong side of limits that were kept.

    Notes
    -----
    Of a limit that was kept every run lies on the right side, up to the error of the sea: at worst the numbers of
    errors are standard normal. Runs below `LEAST_OFF` say nothing and are left out, so the sum of the others is
    compared with that of normal numbers above it. Each counts `MOST_OFF` at most: something else can have decided it.

    Examples
    --------
    >>> chance_of(np.array([3.0, 3.0, 3.0])) < 1e-6 < 1e-4 < chance_of(np.array([9.0]))
    True
    """
    near = off[off > LEAST_OFF]
    if not len(near):
        return 1.0
    return float(ndtr(-(np.minimum(near, MOST_OFF) - CUT_MEAN).sum() / (CUT_SD * np.sqrt(len(near)))))


def compared_sea(week: Week) -> Iterator[Deviation]:
    """Yield the hours that each mining vessel waited for the sea against those in which it was above a limit.

    Over `SEA_WEEKS` times the days and all limits together. Waits under a sea below the limit speak against what is
    expected, as does work above it; see `chance_of`. Hours of a run that lies more than `FAR_SD` errors on the wrong
    side are those told as not expected.
    """
    longer = replace(week, days=SEA_WEEKS * week.days)
    told = sea_waits(longer)
    for vessel in week.vessels:
        own = {limit: runs for (name, limit), runs in told.items() if name == vessel.name}
        if not any(len(waits.hours) for waits, _ in own.values()):
            continue
        waited_h = sum(float(waits.hours.sum()) for waits, _ in own.values())
        closed_h, below, above = np.full(len(week.members), waited_h), [], []
        for number, luck in enumerate(week.members):
            off = [errors_off(waits, luck.values[limit_key(limit)], 1) for limit, (waits, _) in own.items()]
            over = [errors_off(works, luck.values[limit_key(limit)], -1) for limit, (_, works) in own.items()]
            below.append(chance_of(np.concatenate(off)))
            above.append(chance_of(np.concatenate(over)))
            for (waits, works), early, late in zip(own.values(), off, over, strict=True):
                closed_h[number] += works.hours[late > FAR_SD].sum() - waits.hours[early > FAR_SD].sum()
        low, middle, high = np.quantile(closed_h, (0.05, 0.5, 0.95)).tolist()
        p = min(1.0, 2.0 * min(float(np.mean(below)), float(np.mean(above))))
        yield Deviation(
            "time_lost", vessel.name, WEATHER, longer.begin_s, week.end_s, waited_h, low, middle, high, "h", p
        )  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """Failures of one kind of asset since a second: how many, and how many each member expects, shape (members,)."""

    role: str
    count: int
    expected: Floats
    begin_s: int


def compared_failures(week: Week) -> Iterator[Deviation]:
    """Yield the failures of all assets in `FAILURE_WEEKS` times the days against what the rates of their parts say.

    Each member expects the hours that its parts worked over their mean times to failure, a Poisson law; with the
    members' rates it is the Poisson-gamma law where those are gamma. Parts that wear (Weibull) fail more evenly than
    that, which makes the comparison cautious.
    """
    if not week.log.scenario.failures.enabled:
        return
    every = failures(week)
    expected = np.sum([one.expected for one in every], axis=0)
    if not every or float(expected.mean()) < LEAST_FAILURES:
        return
    count = sum(one.count for one in every)
    grid = np.arange(int(4 * expected.max()) + 10)
    chances = pdtr(grid[:, np.newaxis], expected).mean(axis=1)
    low, middle, high = (float(grid[np.searchsorted(chances, edge)]) for edge in (0.05, 0.5, 0.95))
    p = count_chance(count, expected)
    yield Deviation(
        "rate", FLEET, FAILURES, every[0].begin_s, week.end_s, float(count), low, middle, high, "failures", p
    )  # fmt: skip


def count_chance(count: int, expected: Floats) -> float:
    """Return the chance of a count at least so far off, two-sided, of members that expect so many each.

    Notes
    -----
    Counts are small, so little is told early: where 20 failures are expected, a rate that has doubled is told in two of
    three cases; where four are expected, as in eight weeks of a pilot campaign, in one of sixteen.

    Examples
    --------
    >>> round(count_chance(0, np.full(5, 4.0)), 4)
    0.0366
    """
    below = float(pdtr(count, expected).mean())
    above = float(pdtrc(count - 1, expected).mean()) if count else 1.0
    return min(1.0, 2.0 * min(below, above))


def failures(week: Week) -> list[Counted]:
    """Return the failures of each kind of asset in `FAILURE_WEEKS` times the days, and what members expect."""
    scenario = week.log.scenario
    begin_s = max(scenario.start_s, week.end_s - FAILURE_WEEKS * week.days * SECONDS_PER_DAY)
    roles = roles_of(scenario)
    found = []
    for role in dict.fromkeys(roles.values()):
        parts = [part for part in scenario.components.values() if part.asset_kind == role]
        if not parts:
            continue
        mtbf_h = np.array([week.values(f"components.{part.name}.mtbf_h") for part in parts])
        for part, row in zip(parts, mtbf_h, strict=True):
            if part.name == BLOCKAGE:
                row /= np.array([luck.lift.blockage_factor if luck.lift else 1.0 for luck in week.members])
        count, worked_h = 0, np.zeros(len(parts))
        for name in (name for name, own in roles.items() if own == role):
            whole = rows_of(week.log, name)
            before = _first(whole, int((whole.start_s < begin_s).sum()))
            (seen, total_h), (earlier, earlier_h) = incidents(whole, parts), incidents(before, parts)
            count += len(seen) - len(earlier)
            worked_h = worked_h + total_h - earlier_h
        found.append(Counted(role, count, (worked_h[:, np.newaxis] / mtbf_h).sum(axis=0), begin_s))
    return found


def _first(vessel: VesselRows, many: int) -> VesselRows:
    """Return the first rows of an asset."""
    return VesselRows(vessel.name, vessel.rows[:many], vessel.activity[:many], vessel.state[:many], vessel.cause[:many])
