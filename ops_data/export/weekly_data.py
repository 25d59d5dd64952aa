"""What a weekly summary says: numbers of one ISO week of a run, of the weeks beside it, and which run it is.

Nothing is computed here but the dates of a week. Names (activities, verdicts) are keys of the text tables
``weekly_en.toml`` and ``weekly_ja.toml``, so that one `WeekNumbers` serves both languages. Days are calendar days in
Japan standard time.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias

FIGURES: Final = ("mud", "hours")
DAYS_PER_WEEK: Final = 7
TimeGroup: TypeAlias = Literal["productive", "planned", "lost", "off_hire"]
Verdict: TypeAlias = Literal["one", "same", "few", "wide", "enough"]


@dataclass(frozen=True, slots=True, order=True)
class IsoWeek:
    """A week from Monday to Sunday as ISO 8601 counts it.

    Examples
    --------
    >>> week = IsoWeek(2027, 5)
    >>> week.label, week.monday.isoformat(), week.sunday.isoformat(), week.moved(-5).label
    ('2027-W05', '2027-02-01', '2027-02-07', '2026-W53')
    """

    year: int
    number: int

    @property
    def label(self) -> str:
        """Year and number as ISO 8601 writes them."""
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def monday(self) -> date:
        """First day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """Last day."""
        return date.fromisocalendar(self.year, self.number, DAYS_PER_WEEK)

    def moved(self, weeks: int) -> "IsoWeek":
        """Return the week so many weeks later, or earlier."""
        return iso_week(self.monday + timedelta(weeks=weeks))


def iso_week(day: date) -> IsoWeek:
    """Return the week that a day lies in.

    Examples
    --------
    >>> iso_week(date(2027, 1, 3)).label, iso_week(date(2027, 1, 4)).label
    ('2026-W53', '2027-W01')
    """
    year, number, _ = day.isocalendar()
    return IsoWeek(year, number)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """P10, P50 and P90 over the replicates; infinite where it never happens in as many of them."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Chance:
    """In how many replicates something is so: ``count`` of ``of``, and the 80 % interval of that share (Wilson)."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share of the replicates [1]."""
        return self.count / self.of


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of all mining vessels together in one category of time, in one week.

    Attributes
    ----------
    category : of `twin.indicators.categories`.
    group : what kind of time that is.
    mean, p10, p90 : over the replicates [h].
    """

    category: str
    group: TimeGroup
    mean: float
    p10: float
    p90: float


@dataclass(frozen=True, slots=True)
class Mud:
    """Mud that came on deck in some days, and whether that is the target times the days.

    Attributes
    ----------
    days : how many; a day that the calendar of the run only touches counts as one.
    wet_t, dry_t : in-situ mud, and the dry solids in it [t].
    lifted_t : one of the two, as the target is read [t].
    target_t : target of a day times the days [t].
    reached : replicates in which the mud is at least that.
    none : replicates in which no mud came on deck.
    """

    days: int
    wet_t: Percentiles
    dry_t: Percentiles
    lifted_t: Percentiles
    target_t: float
    reached: Chance
    none: Chance


@dataclass(frozen=True, slots=True)
class Week:
    """Numbers of one week.

    Attributes
    ----------
    week : which.
    first, last : its days that the calendar of the run touches, both included.
    mud : of these days.
    to_date : of all days from departure to the last of them.
    days_at_target : days on which the target was reached.
    storm : replicates in which mining vessels lost hours to a tropical cyclone or getting ready for it.
    oxide_kg : separated oxide finished from departure to the end of the week; None where the chain makes none.
    hours : every category of time, in the order of people's interest; together the calendar of the vessels.
    """

    week: IsoWeek
    first: date
    last: date
    mud: Mud
    to_date: Mud
    days_at_target: Percentiles
    storm: Chance
    oxide_kg: Percentiles | None
    hours: tuple[Hours, ...]

    @property
    def all_hours(self) -> float:
        """Hours of the calendar of the mining vessels in the week."""
        return sum(one.mean for one in self.hours)

    @property
    def lost(self) -> tuple[Hours, ...]:
        """Causes of lost time that cost any hours, the largest mean first."""
        found = [one for one in self.hours if one.group == "lost" and one.mean > 0.0]
        return tuple(sorted(found, key=lambda one: -one.mean))


@dataclass(frozen=True, slots=True)
class Oxide:
    """Separated oxide of the whole run: all of it [kg], and the day of the first; None where there never is any."""

    total_kg: Percentiles
    first: tuple[date | None, date | None, date | None]


@dataclass(frozen=True, slots=True)
class HeldBy:
    """How many replicates held the target for 1, 3 and 7 days in a row by the end of a day."""

    day: date
    chances: tuple[tuple[int, Chance], ...]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How well the median of the week's mud is known: its 80 % interval [t] (None: too few), and what that means."""

    low: float | None
    high: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Day:
    """Mud on deck on one day, as the target is read [t]."""

    day: date
    mud_t: Percentiles


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """Which run it is.

    Attributes
    ----------
    title, scenario : title as written, and name, of the scenario.
    changes : ``key = value`` of what differs from the packaged scenario; empty for nothing.
    run_id, origin, seed, version : of the run; ``origin`` is simulated, measured or forecast.
    replicates : how often it was played.
    parameters : ``fixed`` or ``drawn``.
    basis : how the target is read, ``wet`` or ``dry``.
    target_t_d : target of a day [t/d].
    vessels : mining vessels.
    sealed : when, with time zone; the document bears this time and no other.
    first, last : days of the calendar of the run, both included.
    assumed, quantities : how many of its values are assumptions, of how many.
    """

    title: str
    scenario: str
    changes: tuple[str, ...]
    run_id: str
    origin: str
    seed: int
    version: str
    replicates: int
    parameters: str
    basis: Literal["wet", "dry"]
    target_t_d: float
    vessels: int
    sealed: datetime
    first: date
    last: date
    assumed: int
    quantities: int


@dataclass(frozen=True, eq=False)
class WeekNumbers:
    """All that a weekly summary says.

    Attributes
    ----------
    facts : which run it is.
    this : numbers of the week.
    before, after : of the weeks beside it; None before departure, and after the end of the calendar.
    days : every day from departure to the end of the week after.
    oxide : of the whole run; None where the chain of the scenario separates none.
    held : by the dates of the scenario.
    sampling : of the median of the week's mud.
    """

    facts: WeekFacts
    this: Week
    before: Week | None
    after: Week | None
    days: tuple[Day, ...]
    oxide: Oxide | None
    held: tuple[HeldBy, ...]
    sampling: Sampling

    @property
    def week(self) -> IsoWeek:
        """The week."""
        return self.this.week
