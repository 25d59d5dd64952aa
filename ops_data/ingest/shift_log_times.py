"""Dates and clock times as people write them into a log: text, spreadsheet times, 24:00, past midnight."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from ops_data.ingest.local_times import utc_s
from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

Cell: TypeAlias = object  # text, number, bool, date, time, datetime, timedelta or None
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?|(\d{2})(\d{2})", re.ASCII)
_LENGTH: Final = re.compile(r"(\d+):([0-5]\d)", re.ASCII)
SPREADSHEET_YEAR: Final = 1900  # a clock time of 24 h or more comes out of a spreadsheet as a day of this year
DAY: Final = timedelta(days=1)
LENGTH_UNITS: Final = {"h": SECONDS_PER_HOUR, "min": SECONDS_PER_MINUTE, "s": 1}


def clock(cell: Cell) -> "int | datetime":
    """Return seconds since the midnight before, 0 … 86,400, or the moment that the cell says in full.

    Raises
    ------
    ValueError
        It is no time; the message says what to write.

    Examples
    --------
    >>> clock("24:00"), clock("06:30"), clock("0630"), clock(0.25), clock(time(6, 30))
    (86400, 23400, 23400, 21600, 23400)
    """
    if isinstance(cell, datetime):
        if cell.year > SPREADSHEET_YEAR:
            return cell
        seconds = _of_day(cell.time())
        return seconds or SECONDS_PER_DAY
    if isinstance(cell, time):
        return _of_day(cell)
    seconds = -1
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell <= 1:
        seconds = round(cell * SECONDS_PER_DAY)
    elif isinstance(cell, str):
        found = _CLOCK.fullmatch(cell.strip())
        if found is None:
            return _in_full(cell)
        hours, minutes = int(found[1] or found[4]), int(found[2] or found[5])
        seconds = hours * SECONDS_PER_HOUR + minutes * SECONDS_PER_MINUTE + int(found[3] or 0)
        seconds = seconds if minutes < 60 and int(found[3] or 0) < 60 else -1
    if not 0 <= seconds <= SECONDS_PER_DAY:
        raise ValueError(f"'{cell}' is not a time of day; write 00:00 to 24:00")
    return seconds


def _of_day(found: time) -> int:
    return found.hour * SECONDS_PER_HOUR + found.minute * SECONDS_PER_MINUTE + found.second


def _in_full(cell: str) -> datetime:
    try:
        return datetime.fromisoformat(cell.strip())
    except ValueError as error:
        raise ValueError(f"'{cell}' is not a time; write 06:30, or 2027-01-31T06:30") from error


def day(cell: Cell, pattern: str) -> date:
    """Return the day of a cell; texts by a pattern of strptime ("": ISO 8601).

    Raises
    ------
    ValueError
        It is no day; the message says what to write.

    Examples
    --------
    >>> day("31.01.2027", "%d.%m.%Y"), day(datetime(2027, 1, 31), "")
    (datetime.date(2027, 1, 31), datetime.date(2027, 1, 31))
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        if not isinstance(cell, str):
            raise ValueError
        return datetime.strptime(cell.strip(), pattern).date() if pattern else date.fromisoformat(cell.strip())
    except ValueError as error:
        how = f"as {pattern}" if pattern else "as 2027-01-31, or say reader.date_format in the mapping"
        raise ValueError(f"'{cell}' is not a date; write it {how}") from error


def length_s(cell: Cell, unit: str) -> int:
    """Return a length of time [s]: h:mm, a spreadsheet's time, or a number in a unit (h, min or s).

    Raises
    ------
    ValueError
        It is no length; the message says what to write.

    Examples
    --------
    >>> length_s("1:30", "h"), length_s(1.5, "h"), length_s("90", "min"), length_s(timedelta(hours=25), "h")
    (5400, 5400, 5400, 90000)
    """
    if isinstance(cell, timedelta):
        return round(cell.total_seconds())
    if isinstance(cell, time):
        return _of_day(cell)
    if isinstance(cell, str) and (found := _LENGTH.fullmatch(cell.strip())):
        return int(found[1]) * SECONDS_PER_HOUR + int(found[2]) * SECONDS_PER_MINUTE
    try:
        if isinstance(cell, bool) or not isinstance(cell, str | int | float):
            raise ValueError
        return round(float(cell) * LENGTH_UNITS[unit])
    except (ValueError, OverflowError) as error:
        raise ValueError(f"'{cell}' is not a length of time; write 1:30, or a number in {unit}") from error


@dataclass
class Calendar:
    """Follows the days of a log downwards: a date is said once and holds until the next; midnight passes unsaid.

    A row without a date of its own that begins earlier in the day than the row of its asset before, where that one went
    on to midnight or past it, belongs to the next day. Any other such row is out of order, on the same day.
    """

    zone: ZoneInfo
    today: date | None = None
    last: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)  # asset → local begin and end

    def span(
        self, asset: str, new_day: date | None, begin: "int | datetime", end: "int | datetime | timedelta"
    ) -> "Span":
        """Return begin and end [Unix s] of a row.

        Parameters
        ----------
        new_day : date said in this row, None: none.
        begin : as from `clock`.
        end : as from `clock`, or the length of the entry.

        Raises
        ------
        ValueError
            No date, no single moment (see `utc_s`), or no length; the message says what to write.
        """
        self.today = new_day or self.today
        first = begin if isinstance(begin, datetime) else self._on_day(begin)
        if not isinstance(begin, datetime) and new_day is None and asset in self.last and self.today is not None:
            before, until = self.last[asset]
            if first < before and until.date() > self.today:
                self.today += DAY
                first += DAY
        begin_utc = utc_s(first, self.zone)
        naive = first.replace(tzinfo=None)
        if isinstance(end, timedelta):
            end_utc = begin_utc + round(end.total_seconds())
            local_end = datetime.fromtimestamp(end_utc, self.zone).replace(tzinfo=None)
        else:
            last = end if isinstance(end, datetime) else self._end(naive, end)
            end_utc, local_end = utc_s(last, self.zone), last.replace(tzinfo=None)
        self.last[asset] = (naive, local_end)
        return Span(begin_utc, end_utc)

    def _on_day(self, seconds: int) -> datetime:
        if self.today is None:
            raise ValueError("no date is said in this row or above it; write it into the column of dates")
        return datetime.combine(self.today, time()) + timedelta(seconds=seconds)

    @staticmethod
    def _end(begin: datetime, seconds: int) -> datetime:
        """Return the first moment with a clock time behind a begin; a row without length keeps none."""
        last = datetime.combine(begin.date(), time()) + timedelta(seconds=seconds)
        return last if last >= begin else last + DAY


@dataclass(frozen=True)
class Span:
    """Begin and end of a row, Unix seconds."""

    begin_utc: int
    end_utc: int
