"""When things happened, in days after departure; what never happened before the horizon has no value."""

from collections.abc import Iterable

import numpy as np

from ops_data.units import SECONDS_PER_DAY
from twin.indicators.record import Replicate, Rows
from twin.indicators.time_use import on_site_s


def _day(one: Replicate, time_s: int | None) -> float | None:
    return None if time_s is None else (time_s - one.start_s) / SECONDS_PER_DAY


def _first(times_s: Iterable[int | None]) -> int | None:
    return min((at for at in times_s if at is not None), default=None)


def _arrival_s(rows: Rows) -> int | None:
    out = rows.does("transit_out")
    others = np.flatnonzero(~out & ~rows.does("repair"))
    return int(rows.start_s[others[0]]) if len(others) and out[: others[0]].any() else None


def _touchdown_s(rows: Rows) -> int | None:
    landing = np.flatnonzero(rows.does("land_string"))
    return int(rows.start_s[landing[0]]) if len(landing) else None


def _lift_s(rows: Rows) -> tuple[int, int] | None:
    lifted = np.flatnonzero(rows.lifted)
    return (int(rows.end_s[lifted[0]]), int(rows.end_s[lifted[-1]])) if len(lifted) else None


def on_site_day(one: Replicate) -> float | None:
    """Return when the first mining vessel arrived at the site [d]."""
    return _day(one, _first(_arrival_s(rows) for rows in one.mining))


def string_down_day(one: Replicate) -> float | None:
    """Return when the first string had been run to the sea bed and landing began [d]."""
    return _day(one, _first(_touchdown_s(rows) for rows in one.mining))


def first_mud_day(one: Replicate) -> float | None:
    """Return when the first mud was on deck [d]."""
    time_s = one.lifts[0]
    return _day(one, int(time_s[0])) if len(time_s) else None


def last_lift_day(one: Replicate) -> float | None:
    """Return when the last mud of the campaign was on deck [d]."""
    time_s = one.lifts[0]
    return _day(one, int(time_s[-1])) if len(time_s) else None


def home_day(one: Replicate) -> float | None:
    """Return when the last mining vessel was back in port for good [d]."""
    homes = [rows.home_s for rows in one.mining]
    return None if None in homes else max(one.away_s) / SECONDS_PER_DAY


def mud_by_horizon(one: Replicate) -> float:
    """Return 1 if any mud came on deck before the horizon, else 0."""
    return float(len(one.lifts[0]) > 0)


def home_by_horizon(one: Replicate) -> float:
    """Return 1 if every mining vessel was home for good before the horizon, else 0."""
    return float(home_day(one) is not None)


def charter_overrun_days(one: Replicate) -> float:
    """Return how long after the end of the charter the last mining vessel came home, or the horizon came [d]."""
    return max(0, one.start_s + max(one.away_s) - one.scenario.charter_end_s) / SECONDS_PER_DAY


def lifting_window_share(one: Replicate) -> float:
    """Return the time from first touchdown to last lift over the time on site; 0 for a vessel that never lifts."""
    window_s = site_s = 0
    for rows in one.mining:
        down_s, lifted = _touchdown_s(rows), _lift_s(rows)
        site_s += on_site_s(rows)
        window_s += lifted[1] - down_s if down_s is not None and lifted is not None else 0
    return window_s / site_s if site_s else 0.0


def ramp_days(one: Replicate) -> float | None:
    """Return days from the first mud on deck to the first JST day at the target, whole days; no value if never."""
    reached = np.flatnonzero(one.day_t >= one.scenario.campaign.target_t_d)
    started = np.flatnonzero(one.day_dry_g)
    return float(reached[0] - started[0]) if len(reached) else None
