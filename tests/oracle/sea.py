"""The sea as the oracle reads it: open or closed, hour by hour. Nothing but the sign of a limit table is used."""

from twin.operations.program import SeaTables

HOUR_S = 3600


class Sea:
    """What is open when, by name of the limit, and what the forecasts say."""

    def __init__(self, tables: SeaTables, issue_s: int) -> None:
        def table(start: int) -> list[int]:
            return [int(x) for x in tables.values[start : start + tables.hours]]

        self.origin_s = tables.origin_s
        self.issue_s = issue_s
        self.hours = tables.hours
        self.arrival_s = table(tables.observed["arrival"])
        self.open = {name: [x > 0 for x in table(at)] for name, at in tables.observed.items() if name != "arrival"}
        self.expected_until_s = {name: table(at) for name, at in tables.forecast.items()}

    def hour(self, t: int) -> int:
        """Return the hour of the tables that holds a second; the last one goes on for ever."""
        return min((t - self.origin_s) // HOUR_S, self.hours - 1)

    def is_open(self, name: str, t: int) -> bool:
        return self.open[name][self.hour(t)]

    def next_second(self, name: str, wanted: bool, t: int, before: int) -> int:
        """Return the first second from t on that is open (or closed, as wanted); `before` if none is before that."""
        while t < before:
            if self.is_open(name, t) == wanted:
                return t
            t += HOUR_S - (t - self.origin_s) % HOUR_S
        return before

    def window_reaches(self, name: str, t: int, end: int) -> bool:
        """Tell whether one looking at t expects the limit to hold until a second."""
        if name in self.expected_until_s:
            return self.expected_until_s[name][self.hour(t)] >= end
        return self.next_second(name, False, t, end) == end

    def window_start(self, name: str, t: int, work_s: int, before: int) -> int:
        """Return the first second at which work of a length may start on what is then known."""
        while t < before:
            if not self.is_open(name, t):
                t = self.next_second(name, True, t, before)
            elif self.window_reaches(name, t, t + work_s):
                return t
            else:
                next_issue = t + self.issue_s - (t - self.origin_s) % self.issue_s
                t = self.next_second(name, False, t, next_issue)
        return before

    def closed_seconds(self, name: str, start: int, end: int) -> int:
        """Return how many seconds of a span are closed."""
        closed = 0
        while start < end:
            stop = min(end, start + HOUR_S - (start - self.origin_s) % HOUR_S)
            if not self.is_open(name, start):
                closed += stop - start
            start = stop
        return closed
