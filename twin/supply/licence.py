"""The licence desk: examiners of limited number, a legal limit after which files come back, refusals and new tries."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Generic, TypeVar

WORKING_DAYS: Final = 5  # of a week
WEEK: Final = 7
Asked = TypeVar("Asked")
MARGIN_D: Final = 140  # days counted beyond the last: files handed in near the end are decided after it


class Calendar:
    """Working days, Monday to Friday, from a first day on; public holidays count as working days."""

    def __init__(self, start: date, first_d: int, last_d: int) -> None:
        """Count the days from ``first_d`` to ``last_d``, both from ``start``; days long after go on in proportion."""
        self.first_d = first_d
        last_d += MARGIN_D
        weekday = start.weekday()
        self.days = [day for day in range(first_d, last_d) if (weekday + day) % WEEK < WORKING_DAYS]
        self.count: list[int] = []
        done = 0
        for day in range(first_d, last_d):
            self.count.append(done)
            done += (weekday + day) % WEEK < WORKING_DAYS
        self.count.append(done)

    def after(self, day: int, working_days: float) -> int:
        """Return the day by which a number of working days has passed since the start of a day.

        Examples
        --------
        From a Monday, five working days end the next Monday:

        >>> Calendar(date(2027, 4, 5), 0, 100).after(0, 5)
        7
        """
        at = self.count[min(day - self.first_d, len(self.count) - 1)] + math.ceil(working_days)
        if at < len(self.days):
            return self.days[at]
        return self.days[-1] + math.ceil((at - len(self.days) + 1) * WEEK / WORKING_DAYS)


@lru_cache(maxsize=16)
def calendar_of(start: date, first_d: int, last_d: int) -> Calendar:
    """Return the calendar of a case; draws and scenarios share it."""
    return Calendar(start, first_d, last_d)


@dataclass(frozen=True, slots=True)
class Terms:
    """Rules of the desk.

    Attributes
    ----------
    examiners : how many files are worked on at once, 1 or more.
    effort_wd : work on one file [working days].
    limit_wd : legal limit; a file not decided by then is returned and filed again [working days].
    refile_d : days between a return or refusal and filing again.
    tries : how often an order is filed before it is given up, returns not counted.
    """

    examiners: int
    effort_wd: float
    limit_wd: float
    refile_d: int
    tries: int


@dataclass
class File(Generic[Asked]):
    """An order at the desk.

    Attributes
    ----------
    order : what is asked for; the desk does not look at it.
    filed_d : day on which it was handed in last.
    rest_wd : working days of review that are left, from that day on, if no examiner is lacking.
    """

    order: Asked
    filed_d: int
    rest_wd: float


class Desk(Generic[Asked]):
    """Examiners who take files in the order in which they come, day by day."""

    def __init__(self, terms: Terms, calendar: Calendar) -> None:
        self.terms = terms
        self.calendar = calendar
        self.idle = terms.examiners
        self.waiting: deque[File[Asked]] = deque()
        self.freed: defaultdict[int, int] = defaultdict(int)
        self.returned: defaultdict[int, list[File[Asked]]] = defaultdict(list)
        self.decided: defaultdict[int, list[Asked]] = defaultdict(list)

    def hand_in(self, day: int, order: Asked, review_wd: float) -> None:
        """Take a file; ``review_wd``: working days from filing to decision if no examiner is lacking."""
        self.waiting.append(File(order, day, review_wd))

    def work(self, day: int) -> list[Asked]:
        """Return the orders that are decided on a day; days are asked for in their order, none left out.

        A review longer than the legal limit is cut at the limit: the file comes back, waits to be filed again, needs an
        examiner again, and the review goes on with what is left of it.
        """
        self.idle += self.freed.pop(day, 0)
        for file in self.returned.pop(day, []):
            self.hand_in(day, file.order, file.rest_wd)
        while self.idle and self.waiting:
            self._examine(day, self.waiting.popleft())
        return self.decided.pop(day, [])

    def _examine(self, day: int, file: File[Asked]) -> None:
        terms, after = self.terms, self.calendar.after
        examined_d = after(day, terms.effort_wd)
        self.idle -= 1
        self.freed[examined_d] += 1
        due_d = max(examined_d, after(file.filed_d, min(file.rest_wd, terms.limit_wd)))
        if file.rest_wd > terms.limit_wd:
            file.rest_wd -= terms.limit_wd
            self.returned[due_d + terms.refile_d].append(file)
        else:
            self.decided[due_d].append(file.order)
