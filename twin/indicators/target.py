"""Whether the target was held: days in a row, and the rolling sum of 24 hours beside it.

A day is a calendar day in Japan standard time; mud counts when it is on deck. "By a date" means before that day ends.
"""

from collections.abc import Callable
from datetime import date

import numpy as np

from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY
from twin.indicators.record import Replicate

EPOCH = date(1970, 1, 1)


def days_at_target(one: Replicate) -> float:
    """Return the number of JST days on which the target was reached."""
    return float(np.count_nonzero(one.day_t >= one.scenario.campaign.target_t_d))


def first_run_end(at_target: np.ndarray, days: int) -> int | None:
    """Return the place of the last day of the first run of `days` days in a row at the target; None if there is none.

    Examples
    --------
    >>> first_run_end(np.array([True, True, False, True, True, True]), 3)
    5
    """
    counted = np.concatenate([[0], np.cumsum(at_target)])
    full = np.flatnonzero(counted[days:] - counted[:-days] == days)
    return int(full[0]) + days - 1 if len(full) else None


def first_rolling_end_s(time_s: np.ndarray, mass_t: np.ndarray, target_t: float, days: int, end_s: int) -> int | None:
    """Return the second at which the rolling sum had stayed at the target for `days` days on end, for the first time.

    Parameters
    ----------
    time_s : seconds at which mud came on deck, in order.
    mass_t : mud that came [t].
    target_t : least sum of the 24 hours before any second [t].
    days : how long it must stay there [d].
    end_s : end of the calendar; nothing is known beyond it.

    Notes
    -----
    The sum over (t - 24 h, t] steps up when mud comes on deck and down 24 h later; between steps it is constant.
    """
    if not len(time_s):
        return None
    step_s = np.concatenate([time_s, time_s + SECONDS_PER_DAY])
    order = np.argsort(step_s, kind="stable")
    step_s = step_s[order]
    held = np.cumsum(np.concatenate([mass_t, -mass_t])[order]) >= target_t * (1.0 - 1e-12)
    last = np.append(step_s[1:] != step_s[:-1], True)  # of the steps of one second, the sum after the last counts
    step_s, held = step_s[last], held[last]
    starts = np.flatnonzero(held & ~np.concatenate([[False], held[:-1]]))
    breaks = np.flatnonzero(~held & np.concatenate([[False], held[:-1]]))
    begin_s = step_s[starts]
    stop_s = np.minimum(step_s[breaks], end_s)
    long = np.flatnonzero(stop_s - begin_s >= days * SECONDS_PER_DAY)
    return int(begin_s[long[0]]) + days * SECONDS_PER_DAY if len(long) else None


def _by_date(one: Replicate, reached: Callable[[int], bool]) -> dict[str, float]:
    """Return 1 or 0 for each date of the scenario, asked by the second at which the day ends."""
    found = {}
    for day in one.scenario.campaign.target_by:
        end_s = ((day - EPOCH).days + 1) * SECONDS_PER_DAY - JST_OFFSET_S
        found[day.isoformat()] = float(reached(end_s))
    return found


def _held_days(one: Replicate, days: int) -> dict[str, float]:
    last = first_run_end(one.day_t >= one.scenario.campaign.target_t_d, days)
    if last is None:
        return _by_date(one, lambda end_s: False)
    reached_s = (one.first_day + last + 1) * SECONDS_PER_DAY - JST_OFFSET_S
    return _by_date(one, lambda end_s: reached_s <= end_s)


def _held_rolling(one: Replicate, days: int) -> dict[str, float]:
    time_s, dry_g = one.lifts
    mass_t = dry_g * one.basis_t_per_g
    reached_s = first_rolling_end_s(time_s, mass_t, one.scenario.campaign.target_t_d, days, one.end_s)
    if reached_s is None:
        return _by_date(one, lambda end_s: False)
    return _by_date(one, lambda end_s: reached_s <= end_s)


def held_target_1d(one: Replicate) -> dict[str, float]:
    """Return for each date 1 if by then there was a JST day at the target, else 0."""
    return _held_days(one, 1)


def held_target_3d(one: Replicate) -> dict[str, float]:
    """Return for each date 1 if by then there were three JST days in a row at the target, else 0."""
    return _held_days(one, 3)


def held_target_7d(one: Replicate) -> dict[str, float]:
    """Return for each date 1 if by then there were seven JST days in a row at the target, else 0."""
    return _held_days(one, 7)


def held_target_rolling_1d(one: Replicate) -> dict[str, float]:
    """Return for each date 1 if by then the rolling 24 h sum had stayed at the target for 1 day, else 0."""
    return _held_rolling(one, 1)


def held_target_rolling_3d(one: Replicate) -> dict[str, float]:
    """Return for each date 1 if by then the rolling 24 h sum had stayed at the target for 3 days, else 0."""
    return _held_rolling(one, 3)


def held_target_rolling_7d(one: Replicate) -> dict[str, float]:
    """Return for each date 1 if by then the rolling 24 h sum had stayed at the target for 7 days, else 0."""
    return _held_rolling(one, 7)
