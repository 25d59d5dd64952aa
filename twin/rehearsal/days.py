"""What there is to tell of one day (UTC) of a rehearsal: entries of the log-keepers and readings of the sensors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ops_data.ingest.log_entries import NO_HOLE, LogEntry
from ops_data.units import GRAMS_PER_TONNE, LITRES_PER_M3, SECONDS_PER_DAY
from twin.campaign_log import Series
from twin.operations import codes as c
from twin.operations.world import Lot
from twin.rehearsal.truth import Truth

# What log-keepers do with what is under way at midnight. "whole": it is written as far as it went, and whole in the
# next day's file, which takes its place. "cut": it is written in pieces, the later ones with the remark `CONTINUED`.
Habit: TypeAlias = Literal["whole", "cut"]
CONTINUED: Final = "continued"


@dataclass(frozen=True, eq=False)
class Day:
    """What is told of a day.

    Attributes
    ----------
    begin_s, end_s : UTC seconds, the end not included.
    entries : of the log, by asset and begin.
    readings : by tag.
    """

    begin_s: int
    end_s: int
    entries: tuple[LogEntry, ...]
    readings: Mapping[str, Series]


def days_of(truth: Truth) -> list[date]:
    """Return the UTC days of a campaign, in order."""
    first, last = (
        datetime.fromtimestamp(second, UTC).date() for second in (truth.scenario.start_s, truth.scenario.end_s - 1)
    )
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def begin_of(day: date) -> int:
    """Return the second at which a UTC day begins; the day before is over then, and its files are written."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def told_of(truth: Truth, day: date, habit: Habit = "whole") -> Day:
    """Return what an ideal log-keeper and the sensors tell of a day."""
    begin_s = begin_of(day)
    end_s = begin_s + SECONDS_PER_DAY
    readings = {tag: one.between(begin_s, end_s) for tag, one in truth.measured.items()}
    return Day(begin_s, end_s, tuple(_entries(truth, begin_s, end_s, habit)), readings)


def _entries(truth: Truth, begin_s: int, end_s: int, habit: Habit) -> Iterator[LogEntry]:
    handed: dict[tuple[str, int], list[Lot]] = {}
    for lot in truth.whole.lots:
        handed.setdefault((lot.from_asset, lot.time_s), []).append(lot)
    for asset, rows in truth.whole.rows.items():
        of_day = rows[(rows[:, c.R_START] < end_s) & (rows[:, c.R_END] > begin_s)]
        for row in of_day:
            yield entry_of(asset, row, begin_s if habit == "cut" else None, end_s, handed)


def entry_of(
    asset: str, row: NDArray[np.int64], from_s: int | None, until_s: int,
    handed: Mapping[tuple[str, int], list[Lot]],
) -> LogEntry:  # fmt: skip
    """Return the entry of a row as it is written at a second.

    Parameters
    ----------
    row : one interval row, shape (ROW_FIELDS,).
    from_s : what was before is in an earlier piece; None: the entry is whole.
    until_s : what goes on after it is not known yet.
    handed : lots by giver and second.
    """
    start_s, end_s = int(row[c.R_START]), int(row[c.R_END])
    first_s, last_s = max(start_s, from_s or start_s), min(end_s, until_s)
    code = int(row[c.R_CODE])
    activity = c.ACTIVITIES[code % c.STATE_UNIT]
    ended = end_s <= until_s
    own_g = int(row[c.R_DRY_G]) if ended else 0
    dry_t, slurry_m3 = _amounts(activity, own_g, handed.get((asset, end_s), []) if ended else [])
    return LogEntry(
        asset, activity, c.STATES[code % c.CAUSE_UNIT // c.STATE_UNIT], c.CAUSES[code // c.CAUSE_UNIT],
        first_s, last_s - first_s, int(row[c.R_HOLE]) if row[c.R_HOLE] >= 0 else NO_HOLE,
        dry_t=dry_t, slurry_m3=slurry_m3, over_limit_s=min(int(row[c.R_OVER_S]), last_s - first_s),
        remark=CONTINUED if first_s > start_s else "",
    )  # fmt: skip


def _amounts(activity: str, own_g: int, lots: list[Lot]) -> tuple[float | None, float | None]:
    """Return dry solids [t] and slurry [m3] that an entry names.

    A lift names what it brought, 0 before its end; a disconnection what was dumped. A giver names its parcel, a plant
    the dry solids of its cake and the slurry that it pressed: what is lost with the filtrate follows.
    """
    if activity == "lift" or own_g:
        return own_g / GRAMS_PER_TONNE, None
    products = [lot for lot in lots if lot.kind == "product"]
    volume_l = sum(lot.volume_l for lot in lots)
    dry_t = sum(lot.dry_g for lot in products) / GRAMS_PER_TONNE if products else None
    return dry_t, volume_l / LITRES_PER_M3 if volume_l else None
