"""The licence desk: examiners of limited number, a legal limit after which files come back, refusals and new tries."""

import math
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from datetime import date
from typing import Final

import simpy

WORKING_DAYS: Final = 5  # of a week
WEEK: Final = 7
MARGIN_D: Final = 140  # days counted beyond the last: files handed in near the end are decided after it

Process = Generator[simpy.Event, object, None]


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


class Desk:
    """Examiners who take files in the order in which they come."""

    def __init__(self, env: simpy.Environment, terms: Terms, calendar: Calendar) -> None:
        self.env = env
        self.terms = terms
        self.calendar = calendar
        self.idle = terms.examiners
        self.waiting: deque[simpy.Event] = deque()

    def decide(self, review_wd: float) -> Process:
        """Wait until a file is decided; ``review_wd``: working days from filing to decision if no examiner is lacking.

        A review longer than the legal limit is cut at the limit: the file comes back, waits to be filed again, needs an
        examiner again, and the review goes on with what is left of it.
        """
        env, terms = self.env, self.terms
        rest_wd = review_wd
        while True:
            filed_d = int(env.now)
            yield from self.examine()
            due_d = self.calendar.after(filed_d, min(rest_wd, terms.limit_wd))
            if due_d > env.now:
                yield env.timeout(due_d - env.now)
            rest_wd -= terms.limit_wd
            if rest_wd <= 0.0:
                return
            yield env.timeout(terms.refile_d)

    def examine(self) -> Process:
        """Wait for an examiner and for the work on the file; the next file in the queue takes over the examiner."""
        if self.idle:
            self.idle -= 1
        else:
            turn = self.env.event()
            self.waiting.append(turn)
            yield turn
        now_d = int(self.env.now)
        yield self.env.timeout(self.calendar.after(now_d, self.terms.effort_wd) - now_d)
        if self.waiting:
            self.waiting.popleft().succeed()
        else:
            self.idle += 1
