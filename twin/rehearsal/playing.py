"""A rehearsal played day by day: what is delivered when a day is over, and what may be wrong with it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from ops_data.errors import UsageError, did_you_mean
from ops_data.ingest.log_entries import LogEntry
from ops_data.reference.sensor_rows import sensors
from ops_data.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from twin.campaign_log import Series
from twin.rehearsal.day_files import log_name, write_readings, write_shift_log
from twin.rehearsal.days import Day, Habit, days_of, told_of
from twin.rehearsal.truth import Truth

# What can be wrong, and what the loop should say of it.
IMPERFECTIONS: Final[Mapping[str, str]] = {
    "duplicate": "the same bytes were received under another name: nothing is read again",
    "late": "readings of three days ago are late: counted, in the series, not in what was known before",
    "spike": "one reading of the wind is out_of_range: kept with that word",
    "gap": "the wave height is silent for six hours: a gap",
    "clock": "entries of the mining vessel overlap, or leave a gap, by a minute: both are kept, the later one counts",
    "correction": "an entry of the day before supersedes the older one, which stays for whoever asks what was known",
}
EVERY_D: Final = 5  # each imperfection comes every fifth day, the first on the day of its place in the table
LATE_D: Final = 3
SPIKE_TAG: Final = "site.wind.speed"
SPIKE_FACTOR: Final = 10.0  # of the highest possible value
GAP_TAG: Final = "site.sea.hs"
GAP_H: Final = (6, 12)  # hours of the day in which nothing is heard
WRONG_FACTOR: Final = 2.0  # of what was lifted, in an entry that is corrected the next day


def write_day(
    truth: Truth, day: date, folder: Path, imperfections: Collection[str] = (), habit: Habit = "whole"
) -> list[Path]:
    """Write the files that are delivered when a day (UTC) is over; return them in the order of their delivery.

    Files are ``shift_log_DAY.csv``, ``sensors_DAY.csv`` and ``sea_DAY.csv``; `twin ingest` reads them without a mapping
    and under one ``--source``, which lets an entry take the place of an older one. Each appears whole under its name.

    Parameters
    ----------
    day : one of `days_of`.
    folder : is there.
    imperfections : names of `IMPERFECTIONS`.
    habit : what log-keepers do at midnight.

    Raises
    ------
    UsageError
        An imperfection is not known, or the campaign does not have the day.
    StoreError
        A file cannot be written.
    """
    for name in imperfections:
        if name not in IMPERFECTIONS:
            raise UsageError(f"imperfection '{name}': not known; {did_you_mean(name, IMPERFECTIONS)}")
    days = days_of(truth)
    if day not in days:
        raise UsageError(f"day {day}: the campaign lasts from {days[0]} to {days[-1]}; choose a day of it")
    number = days.index(day)
    told = told_of(truth, day, habit)
    for name, change in CHANGES.items():
        if name in imperfections and comes(name, number):
            told = change(told)
    entries = told.entries
    if "correction" in imperfections and number and comes("correction", number - 1):
        before = told_of(truth, days[number - 1], habit)
        entries = (*_first_lift(before), *entries)
    written = [write_shift_log(folder / log_name(day), entries)]
    late = "late" in imperfections
    if not (late and comes("late", number) and number + LATE_D < len(days)):
        written += write_readings(dict(told.readings), day, folder)
    if late and number >= LATE_D and comes("late", number - LATE_D):
        then = days[number - LATE_D]
        written += write_readings(dict(told_of(truth, then, habit).readings), then, folder)
    if "duplicate" in imperfections and comes("duplicate", number):
        written += write_readings(dict(told.readings), day, folder, "_again")
    return written


def comes(name: str, number: int) -> bool:
    """Say whether an imperfection comes on a day of the campaign, counted from 0."""
    return number % EVERY_D == list(IMPERFECTIONS).index(name) % EVERY_D


def _spike(day: Day) -> Day:
    """Let one reading at noon be far beyond what is possible."""
    one = day.readings[SPIKE_TAG]
    value = one.value.copy()
    noon = np.searchsorted(one.time_s, (day.begin_s + day.end_s) // 2)
    value[noon : noon + 1] = SPIKE_FACTOR * sensors()[SPIKE_TAG].high
    return replace(day, readings={**day.readings, SPIKE_TAG: replace(one, value=value)})


def _gap(day: Day) -> Day:
    """Let a sensor be silent for some hours."""
    one = day.readings[GAP_TAG]
    hour = (one.time_s - day.begin_s) / SECONDS_PER_HOUR
    heard = (hour < GAP_H[0]) | (hour >= GAP_H[1])
    return replace(day, readings={**day.readings, GAP_TAG: Series(one.time_s[heard], one.value[heard])})


def _clock(day: Day) -> Day:
    """Let the clock of the first asset of the log, the mining vessel, be a minute fast all day."""
    asset = day.entries[0].asset if day.entries else ""

    def shifted(one: LogEntry) -> LogEntry:
        begin_s = one.start_utc + SECONDS_PER_MINUTE * (one.start_utc >= day.begin_s)
        end_s = max(min(one.end_utc + SECONDS_PER_MINUTE, day.end_s), begin_s + 1)
        return replace(one, start_utc=begin_s, duration_s=end_s - begin_s)

    return replace(day, entries=tuple(shifted(one) if one.asset == asset else one for one in day.entries))


def _first_lift(day: Day) -> tuple[LogEntry, ...]:
    """Return the first entry of a lift that was brought up on a day; none if none was."""
    return tuple(one for one in day.entries if one.activity == "lift" and one.dry_t)[:1]


def _wrong(day: Day) -> Day:
    """Let the first lift of the day be written down with a wrong mass."""
    wrong = {id(one) for one in _first_lift(day)}
    entries = tuple(
        replace(one, dry_t=one.dry_t * WRONG_FACTOR) if id(one) in wrong and one.dry_t else one for one in day.entries
    )
    return replace(day, entries=entries)


CHANGES: Final[Mapping[str, Callable[[Day], Day]]] = {
    "spike": _spike, "gap": _gap, "clock": _clock, "correction": _wrong,
}  # fmt: skip
