"""Numbers of one week of a run, made from its daily series and outcomes: what a weekly summary says.

A week is an ISO week of calendar days in Japan standard time. Percentiles are over all replicates and are taken of each
replicate's own sum over the week, so the medians of weeks do not add up to the median of the campaign.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.elements import ELEMENTS
from ops_data.errors import UsageError
from ops_data.export.weekly_data import (
    Chance,
    Day,
    HeldBy,
    Hours,
    IsoWeek,
    Mud,
    Oxide,
    Percentiles,
    Sampling,
    TimeGroup,
    Week,
    WeekFacts,
    WeekNumbers,
    iso_week,
)
from ops_data.manifest import Manifest
from ops_data.reference.rows import ASSUMPTION
from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY
from twin.changes import changed
from twin.indicators.categories import CATEGORIES, OFF_HIRE, PLANNED, PRODUCTIVE
from twin.indicators.oxides import TOTAL
from twin.indicators.record import Floats, Ints
from twin.indicators.statistics import median_interval, percentiles, wilson_interval
from twin.indicators.summary import CONFIDENCE, FEWEST, NARROW, SHARES, by_indicator, with_never
from twin.indicators.target import EPOCH
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

IN_A_ROW: Final = (1, 3, 7)  # days for which the target is held, of the indicators held_target_<n>d
OXIDE_SERIES: Final = tuple(f"oxide_{name.lower()}_kg" for name in ELEMENTS)
STORM: Final = "storm"
_WRITTEN: Final = re.compile(r"(\d{4})-W(\d{2})")
_GROUPS: Final[Mapping[str, TimeGroup]] = {
    **dict.fromkeys(PRODUCTIVE, "productive"),
    **dict.fromkeys(PLANNED, "planned"),
    OFF_HIRE: "off_hire",
}
_ROUNDING: Final = 1.0 - 1e-12  # the target is reached by what rounding alone keeps below it
Outcomes = Mapping[tuple[str, str, str], Floats]


def span(scenario: Scenario) -> tuple[date, date]:
    """Return the first and the last day (Japan) that the calendar of a scenario touches."""
    return _jst_date(scenario.start_s), _jst_date(scenario.end_s - 1)


def _jst_date(second: int) -> date:
    return EPOCH + timedelta(days=(second + JST_OFFSET_S) // SECONDS_PER_DAY)


def weeks_of(scenario: Scenario) -> list[IsoWeek]:
    """Return the weeks that the calendar of a scenario touches, in order."""
    first, last = span(scenario)
    mondays = range(iso_week(first).monday.toordinal(), last.toordinal() + 1, 7)
    return [iso_week(date.fromordinal(monday)) for monday in mondays]


def read_week(text: str, scenario: Scenario) -> IsoWeek:
    """Return the week that a text such as ``2027-W05`` names.

    Raises
    ------
    UsageError
        It is no ISO week, or the calendar of the scenario has no day in it.
    """
    known = weeks_of(scenario)
    remedy = f"this run has weeks {known[0].label} to {known[-1].label}; give one of them, as YYYY-Www"
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise UsageError(f"week '{text}': not a week as ISO 8601 writes it; {remedy}")
    week = IsoWeek(int(written[1]), int(written[2]))
    if week in known:
        return week
    try:
        day = week.monday
    except ValueError:
        raise UsageError(f"week '{text}': that year has no such week; {remedy}") from None
    place = "before departure" if day < known[0].monday else "after the end of the calendar"
    raise UsageError(f"week '{text}': it lies {place}; {remedy}")


def week_numbers(
    scenario: Scenario,
    manifest: Manifest,
    daily: "pd.DataFrame",
    outcomes: "pd.DataFrame",
    week: IsoWeek,
) -> WeekNumbers:
    """Return the numbers of a week of a run.

    Parameters
    ----------
    scenario, manifest : of the run.
    daily, outcomes : its tables of these names.
    week : one of `weeks_of` the scenario.
    """
    known = weeks_of(scenario)
    series = _Series(scenario, manifest.identity.first_replicate, manifest.identity.last_replicate, daily)
    own = {one.label: _week(series, one) for one in (week.moved(-1), week, week.moved(1)) if one in known}
    before, this, after = own.get(week.moved(-1).label), own[week.label], own.get(week.moved(1).label)
    found = by_indicator(outcomes)
    until = this.last if after is None else after.last
    return WeekNumbers(
        facts=_facts(scenario, manifest),
        this=this,
        before=before,
        after=after,
        days=tuple(series.days_until(until)),
        oxide=_oxide(scenario, found, series.replicates),
        held=tuple(_held(scenario, found, series.replicates)),
        sampling=sampling(series.lifted_t[:, series.places(this.first, this.last)].sum(axis=1)),
    )


@dataclass(frozen=True, eq=False)
class _Series:
    """The daily series of a run as arrays."""

    scenario: Scenario
    first_replicate: int
    last_replicate: int
    daily: "pd.DataFrame"

    @property
    def replicates(self) -> int:
        return self.last_replicate - self.first_replicate + 1

    @cached_property
    def span(self) -> tuple[date, date]:
        return span(self.scenario)

    @cached_property
    def _day(self) -> Ints:
        """Place of each row's day, counted from the first of the calendar."""
        import pandas as pd

        codes, texts = pd.factorize(self.daily["date"])
        first = self.span[0]
        return np.array([(date.fromisoformat(text) - first).days for text in texts], dtype=np.int64)[codes]

    def _cells(self, names: Sequence[str], places: slice) -> tuple[Ints, Ints, Ints, Floats]:
        """Return the rows of some series on some days: places of name, replicate and day, and their values."""
        near = (self._day >= places.start) & (self._day < places.stop)
        kept = np.flatnonzero(near & self.daily["name"].isin(list(names)).to_numpy())
        rows = self.daily.iloc[kept]
        at = np.asarray(rows["name"].astype("str").map({name: at for at, name in enumerate(names)}), dtype=np.int64)
        replicate = np.asarray(rows["replicate"], dtype=np.int64) - self.first_replicate
        return at, replicate, self._day[kept], np.asarray(rows["value"], dtype=np.float64)

    def array(self, *names: str) -> Floats:
        """Return the sum of some series, shape (replicates, days of the calendar); a day without a row is nought."""
        days = self.places(*self.span)
        _, replicate, day, value = self._cells(names, days)
        found = np.zeros((self.replicates, days.stop))
        np.add.at(found, (replicate, day), value)
        return found

    def hours(self, places: slice) -> Floats:
        """Return the hours of some days by category of time, shape (categories, replicates)."""
        at, replicate, _, value = self._cells([f"{name}_h" for name in CATEGORIES], places)
        found = np.zeros((len(CATEGORIES), self.replicates))
        np.add.at(found, (at, replicate), value)
        return found

    @cached_property
    def wet_t(self) -> Floats:
        return self.array("lifted_wet_t")

    @cached_property
    def dry_t(self) -> Floats:
        return self.array("lifted_dry_t")

    @property
    def lifted_t(self) -> Floats:
        """Mud as the target is read."""
        return self.wet_t if self.scenario.campaign.mass_basis == "wet" else self.dry_t

    @cached_property
    def oxide_kg(self) -> Floats:
        return self.array(*OXIDE_SERIES)

    def places(self, first: date, last: date) -> slice:
        """Return where the days from one to another stand."""
        return slice((first - self.span[0]).days, (last - self.span[0]).days + 1)

    def days_until(self, last: date) -> list[Day]:
        """Return the mud of every day from departure on."""
        first = self.span[0]
        columns = self.lifted_t[:, self.places(first, last)].T
        return [Day(first + timedelta(days=at), _percentiles(column)) for at, column in enumerate(columns)]


def _week(series: _Series, week: IsoWeek) -> Week:
    """Return the numbers of a week; of one that the calendar cuts, of its days within."""
    first, last = max(week.monday, series.span[0]), min(week.sunday, series.span[1])
    own, so_far = series.places(first, last), series.places(series.span[0], last)
    at_target = series.lifted_t[:, own] >= series.scenario.campaign.target_t_d * _ROUNDING
    separated = "separate" in series.scenario.processing.steps
    hours = series.hours(own)
    return Week(
        week=week,
        first=first,
        last=last,
        mud=_mud(series, own),
        to_date=_mud(series, so_far),
        days_at_target=_percentiles(at_target.sum(axis=1)),
        storm=_chance(hours[CATEGORIES.index(STORM)] > 0.0),
        oxide_kg=_percentiles(series.oxide_kg[:, so_far].sum(axis=1)) if separated else None,
        hours=tuple(_hours(*one) for one in zip(CATEGORIES, hours, strict=True)),
    )


def _mud(series: _Series, places: slice) -> Mud:
    wet_t, dry_t, lifted_t = (all_t[:, places].sum(axis=1) for all_t in (series.wet_t, series.dry_t, series.lifted_t))
    days = places.stop - places.start
    target_t = series.scenario.campaign.target_t_d * days
    return Mud(
        days=days,
        wet_t=_percentiles(wet_t),
        dry_t=_percentiles(dry_t),
        lifted_t=_percentiles(lifted_t),
        target_t=target_t,
        reached=_chance(lifted_t >= target_t * _ROUNDING),
        none=_chance(lifted_t <= 0.0),
    )


def _hours(category: str, hours: Floats) -> Hours:
    spread = _percentiles(hours)
    return Hours(category, _GROUPS.get(category, "lost"), float(hours.mean()), spread.p10, spread.p90)


def _percentiles(values: Floats) -> Percentiles:
    return Percentiles(*percentiles(values, SHARES).tolist())


def _chance(so: NDArray[np.bool_]) -> Chance:
    return _counted(int(np.count_nonzero(so)), len(so))


def _counted(count: int, replicates: int) -> Chance:
    return Chance(count, replicates, *wilson_interval(count, replicates, CONFIDENCE))


def _oxide(scenario: Scenario, found: Outcomes, replicates: int) -> Oxide | None:
    """Return the separated oxide of the whole run, its first day in Japan; None where the chain separates none."""
    if "separate" not in scenario.processing.steps:
        return None
    total_kg = with_never(found.get(("oxide_kg", TOTAL, ""), np.zeros(0)), replicates)
    after_d = with_never(found.get(("first_oxide_day", "", ""), np.zeros(0)), replicates)
    days = [_after(scenario, float(days)) for days in percentiles(after_d, SHARES)]
    return Oxide(_percentiles(total_kg), (days[0], days[1], days[2]))


def _after(scenario: Scenario, days: float) -> date | None:
    return _jst_date(scenario.start_s + int(days * SECONDS_PER_DAY)) if np.isfinite(days) else None


def _held(scenario: Scenario, found: Outcomes, replicates: int) -> list[HeldBy]:
    held = []
    for day in scenario.campaign.target_by:
        counts = [(days, found[f"held_target_{days}d", day.isoformat(), ""]) for days in IN_A_ROW]
        held.append(HeldBy(day, tuple((days, _counted(round(float(yes.sum())), replicates)) for days, yes in counts)))
    return held


def sampling(values_t: Floats) -> Sampling:
    """Return how well the median of replicates is known, by the rules of ``twin show``.

    Parameters
    ----------
    values_t : one number a replicate.

    Notes
    -----
    ``one``: a single replicate; ``same``: no spread at all; ``few``: under 30, P10 and P90 rest on two or three values;
    ``wide``: the median's 80 % interval (order statistics, no distribution assumed) is over a tenth of it.

    Examples
    --------
    >>> sampling(np.array([5.0])).verdict, sampling(np.full(9, 5.0)).verdict, sampling(np.arange(200.0)).verdict
    ('one', 'same', 'wide')
    """
    if len(values_t) == 1:
        return Sampling(None, None, "one")
    if values_t.min() == values_t.max():
        return Sampling(float(values_t[0]), float(values_t[0]), "same")
    interval = median_interval(values_t, CONFIDENCE)
    low, high = (None, None) if interval is None else interval
    if len(values_t) < FEWEST or low is None or high is None:
        return Sampling(low, high, "few")
    middle = float(percentiles(values_t, [0.5])[0])
    return Sampling(low, high, "enough" if high - low <= NARROW * abs(middle) else "wide")


def _facts(scenario: Scenario, manifest: Manifest) -> WeekFacts:
    who, campaign = manifest.identity, scenario.campaign
    first, last = span(scenario)
    used = list(scenario.quantities.values())
    return WeekFacts(
        title=scenario.title,
        scenario=scenario.name,
        changes=tuple(changed(manifest.scenario)),
        run_id=manifest.run_id,
        origin=who.origin,
        seed=who.seed,
        version=who.code_version,
        replicates=who.last_replicate - who.first_replicate + 1,
        parameters="fixed" if campaign.variability == "central" else who.parameters,
        basis=campaign.mass_basis,
        target_t_d=campaign.target_t_d,
        vessels=scenario.mining.vessels,
        sealed=datetime.fromisoformat(manifest.created).replace(microsecond=0),
        first=first,
        last=last,
        assumed=sum(one.source.startswith(ASSUMPTION) for one in used),
        quantities=len(used),
    )
