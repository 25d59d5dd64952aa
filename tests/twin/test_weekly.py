"""Numbers of a week. Truth: derived (a small table made up by hand; what a run's outcomes and indicators say)."""

import json
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest

from ops_data.errors import UsageError
from ops_data.export.weekly_data import Chance, IsoWeek, Percentiles, Week, WeekNumbers
from ops_data.manifest import Manifest, RunIdentity
from ops_data.sealed import Run
from ops_data.store import open_store
from ops_data.units import HOURS_PER_DAY
from twin.__main__ import main
from twin.indicators.categories import LOST, PLANNED, PRODUCTIVE
from twin.indicators.statistics import wilson_interval
from twin.indicators.summary import CONFIDENCE, read_spreads
from twin.scenario import Scenario, load_scenario
from twin.weekly import read_week, sampling, week_numbers, weeks_of

CALENDAR: Final = ("campaign.start=2027-01-08T00:00:00Z", "campaign.end=2027-05-10T00:00:00Z")
FIRST_REPLICATE: Final = 10
WEEK: Final = IsoWeek(2027, 5)
HELD: Final = {"held_target_1d": (1.0, 1.0, 0.0), "held_target_3d": (1.0, 0.0, 0.0), "held_target_7d": (0.0, 0.0, 0.0)}
REPLICATES: Final = 3
Rows = list[tuple[int, str, str, float]]


def scenario(*sets: str) -> Scenario:
    return load_scenario("pilot-2027", [*CALENDAR, "campaign.target_by=[2027-02-28]", *sets])


def manifest(of: Scenario, origin: str = "simulated") -> Manifest:
    who = RunIdentity(
        of.name, of.hash, 7, FIRST_REPLICATE, FIRST_REPLICATE + REPLICATES - 1, "drawn", "daily",
        of.campaign.mass_basis, "0.1.0", origin,
    )  # fmt: skip
    return Manifest(who, of.model_dump(mode="json"), {}, {}, "2026-09-20T04:05:06.789000+00:00", 1.0)


def lifted(replicate: int, days: dict[str, float]) -> Rows:
    """Return wet mud of some days, and the dry solids in it: four tenths."""
    wet = [(replicate, day, "lifted_wet_t", value) for day, value in days.items()]
    return wet + [(replicate, day, "lifted_dry_t", 0.4 * value) for day, value in days.items()]


def by_hand() -> pd.DataFrame:
    """Return three replicates that lift 2,800 t, 2,450 t and nothing in the week of 1 February 2027."""
    week = [f"2027-02-0{day}" for day in range(1, 8)]
    rows: Rows = [
        *lifted(10, {"2027-01-31": 70.0, **dict.fromkeys(week, 400.0), "2027-02-08": 10.0}),
        *lifted(11, {"2027-01-29": 35.0, **dict.fromkeys(week[:6], 349.0), week[6]: 356.0}),
        *lifted(12, dict.fromkeys(week, 0.0)),
        *[(10, day, "lifting_h", 24.0) for day in week],
        *[(11, day, "lifting_h", 18.0) for day in week],
        *[(11, day, "weather_h", 6.0) for day in week],
        *[(12, day, "storm_h", 24.0) for day in week],
        (11, "2027-02-08", "storm_h", 24.0),
        (10, "2027-01-20", "oxide_nd_kg", 5.0),
        (10, "2027-02-07", "oxide_dy_kg", 2.0),
        (11, "2027-02-08", "oxide_nd_kg", 9.0),
        (12, "2027-08-20", "oxide_nd_kg", 9.0),
    ]
    return pd.DataFrame(rows, columns=["replicate", "date", "name", "value"]).astype({"replicate": "int32"})


def outcomes() -> pd.DataFrame:
    rows = [
        (10 + at, name, "2027-02-28", "", value) for name, values in HELD.items() for at, value in enumerate(values)
    ]
    rows += [(10, "oxide_kg", "total", "", 7.0), (11, "oxide_kg", "total", "", 9.0), (12, "oxide_kg", "total", "", 9.0)]
    rows += [(10, "first_oxide_day", "", "", 12.7), (11, "first_oxide_day", "", "", 31.0)]  # of departure at 09:00 JST
    return pd.DataFrame(rows, columns=["replicate", "name", "item", "period", "value"])


def numbers(*sets: str, week: IsoWeek = WEEK, daily: pd.DataFrame | None = None) -> WeekNumbers:
    of = scenario(*sets)
    return week_numbers(of, manifest(of), by_hand() if daily is None else daily, outcomes(), week)


def three(found: Percentiles | None) -> list[float]:
    """Return P10, P50 and P90."""
    assert found is not None
    return [found.p10, found.p50, found.p90]


def near(*values: float) -> Any:
    """Return three numbers that others may differ from by rounding."""
    return pytest.approx(list(values))


def chance(count: int) -> Chance:
    return Chance(count, REPLICATES, *wilson_interval(count, REPLICATES, CONFIDENCE))


def test_mud_of_a_week_is_the_sum_of_its_days_in_japan() -> None:
    """P10 and P90 of 0, 2,450 and 2,800 t lie a fifth of the way from the outer values, by linear interpolation."""
    mud = numbers().this.mud
    assert three(mud.wet_t) == near(490.0, 2450.0, 2730.0)
    assert three(mud.dry_t) == near(196.0, 980.0, 1092.0)
    assert (mud.days, mud.target_t, mud.lifted_t) == (7, 2450.0, mud.wet_t)
    assert (mud.reached, mud.none) == (chance(2), chance(1))


def test_days_at_the_target_are_counted_day_by_day() -> None:
    """Seven days of 400 t; one of 356 t beside six of 349 t; none."""
    assert three(numbers().this.days_at_target) == near(0.2, 1.0, 5.8)


def test_the_target_is_read_as_the_scenario_reads_it() -> None:
    """1,120 t of dry solids at most, below the 2,450 t that the target asks."""
    mud = numbers("campaign.mass_basis=dry").this.mud
    assert mud.lifted_t == mud.dry_t
    assert mud.reached == chance(0)


def test_what_was_lifted_up_to_the_end_of_a_week_counts_every_day_since_departure() -> None:
    """8 January to 7 February are 31 days; 2,870 t, 2,485 t and nothing."""
    so_far = numbers().this.to_date
    assert (so_far.days, so_far.target_t) == (31, 31 * 350.0)
    assert three(so_far.wet_t) == near(497.0, 2485.0, 2793.0)


def test_the_weeks_beside_it_have_numbers_of_their_own() -> None:
    found = numbers()
    assert found.before is not None and found.after is not None
    assert (found.before.week.label, found.after.week.label) == ("2027-W04", "2027-W06")
    assert found.before.mud.wet_t.p50 == pytest.approx(35.0)
    assert three(found.after.mud.wet_t) == near(0.0, 0.0, 8.0)
    assert found.after.to_date.wet_t.p90 == pytest.approx(2485.0 + 0.8 * (2880.0 - 2485.0))


def test_hours_are_means_over_the_replicates_and_add_up_to_the_calendar() -> None:
    week = numbers().this
    found = {(one.category, one.group): one.mean for one in week.hours if one.mean}
    assert found == pytest.approx({("lifting", "productive"): 98.0, ("weather", "lost"): 14.0, ("storm", "lost"): 56.0})
    assert week.all_hours == pytest.approx(168.0)
    assert [one.category for one in week.lost] == ["storm", "weather"]
    weather = next(one for one in week.hours if one.category == "weather")
    assert (weather.p10, weather.p90) == pytest.approx((0.0, 0.8 * 42.0))


def test_a_storm_counts_in_the_replicates_that_lose_hours_to_it_in_the_week() -> None:
    found = numbers()
    assert found.after is not None
    assert (found.this.storm, found.after.storm) == (chance(1), chance(1))


def test_oxide_is_what_is_finished_by_the_end_of_the_week() -> None:
    """7 kg in one replicate by 7 February; the others' comes later, the last after the end of the calendar."""
    found = numbers()
    assert three(found.this.oxide_kg) == near(0.0, 0.0, 0.8 * 7.0)
    assert found.oxide is not None
    assert found.oxide.total_kg.p50 == 9.0
    # between day 12.7 (P0) and day 31 (P50) for P10; the third replicate has no first oxide
    assert found.oxide.first == (date(2027, 1, 24), date(2027, 2, 8), None)


def test_a_chain_that_separates_nothing_has_no_oxide_rather_than_nought() -> None:
    found = numbers('processing.steps=["dewater", "leach"]')
    assert (found.oxide, found.this.oxide_kg) == (None, None)


def test_the_chance_of_holding_the_target_is_that_of_the_outcomes() -> None:
    (held,) = numbers().held
    assert held.day == date(2027, 2, 28)
    assert held.chances == ((1, chance(2)), (3, chance(1)), (7, chance(0)))


def test_a_week_that_the_calendar_cuts_has_fewer_days_and_nothing_beside_it() -> None:
    """Departure on Friday 8 January; the calendar ends on Monday 10 May at 09:00 in Japan."""
    first, last = numbers(week=IsoWeek(2027, 1)), numbers(week=IsoWeek(2027, 19))
    assert (first.this.first, first.this.last, first.this.mud.days) == (date(2027, 1, 8), date(2027, 1, 10), 3)
    assert (last.this.first, last.this.last, last.this.mud.target_t) == (date(2027, 5, 10), date(2027, 5, 10), 350.0)
    assert (first.before, last.after) == (None, None)
    assert first.after is not None and last.before is not None


def test_days_run_from_departure_to_the_end_of_the_week_after() -> None:
    days = numbers().days
    assert (days[0].day, days[-1].day, len(days)) == (date(2027, 1, 8), date(2027, 2, 14), 38)
    (first,) = [one.mud_t for one in days if one.day == date(2027, 2, 1)]
    assert three(first) == near(69.8, 349.0, 389.8)


def test_words_as_categories_and_as_texts_give_the_same_numbers() -> None:
    plain = numbers()
    coded = numbers(daily=by_hand().astype({"date": "category", "name": "category"}))
    assert (coded.this, coded.before, coded.after, coded.days) == (plain.this, plain.before, plain.after, plain.days)


def test_it_says_which_run_it_is() -> None:
    facts = numbers().facts
    assert (facts.replicates, facts.seed, facts.basis, facts.parameters) == (3, 7, "wet", "drawn")
    assert facts.sealed.isoformat() == "2026-09-20T04:05:06+00:00"
    assert 0 < facts.assumed < facts.quantities
    assert facts.changes == ("campaign.target_by = [2027-02-28]",)


def test_weeks_of_a_calendar_are_those_it_touches_in_japan() -> None:
    """An end at midnight in Japan between Sunday 9 and Monday 10 May leaves the week of the Monday out."""
    labels = [week.label for week in weeks_of(scenario())]
    assert (labels[0], labels[-1], len(labels)) == ("2027-W01", "2027-W19", 19)
    assert weeks_of(scenario("campaign.end=2027-05-09T15:00:00Z"))[-1].label == "2027-W18"
    assert weeks_of(scenario("campaign.end=2027-05-09T15:00:01Z"))[-1].label == "2027-W19"


def test_a_year_that_ends_with_week_53_goes_on_with_week_1() -> None:
    start = scenario("campaign.start=2026-12-30T00:00:00Z", "campaign.target_by=[]")
    assert [week.label for week in weeks_of(start)][:2] == ["2026-W53", "2027-W01"]


@pytest.mark.parametrize("text", ["2027-W60", "2027-W00", "0000-W01", "2026-W53", "2027-W20", "nonsense", "2027-w05",
                                  "2027-W5", ""])  # fmt: skip
def test_a_week_that_is_none_is_refused_with_the_weeks_there_are(text: str) -> None:
    with pytest.raises(UsageError, match=rf"^week '{text}': .*; this run has weeks 2027-W01 to 2027-W19; give"):
        read_week(text, scenario())


def test_a_week_is_read_as_iso_8601_writes_it() -> None:
    assert read_week("2027-W05", scenario()) == IsoWeek(2027, 5)


def test_the_median_of_few_or_scattered_replicates_asks_for_more() -> None:
    """Binomial (100, 1/2): 9.7 % at 43 or fewer, 13.6 % at 44; so places 43 and 56 of 0 to 99 enclose the median."""
    wide = sampling(np.arange(100.0))
    assert (wide.low, wide.high, wide.verdict) == (43.0, 56.0, "wide")
    assert sampling(np.arange(29.0)).verdict == "few"
    assert sampling(1000.0 + np.arange(100.0)).verdict == "enough"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run as people make one."""
    store = tmp_path_factory.mktemp("weekly")
    words = ["run", "pilot-2027", "--replicates", "4", "--workers", "1", "--json", "--store", str(store)]
    assert main(words) == 0
    return open_store(str(store)).open("latest")


def every_week(run: Run, replicate: int) -> list[Week]:
    """Return the weeks of one replicate alone: its percentiles are its values."""
    of = Scenario.from_json(json.dumps(run.manifest.scenario))
    identity = replace(run.manifest.identity, first_replicate=replicate, last_replicate=replicate)
    alone = replace(run.manifest, identity=identity)
    daily, found = (run.table(name, replicates=[replicate]) for name in ("daily", "outcomes"))
    return [week_numbers(of, alone, daily, found, week).this for week in weeks_of(of)]


def outcome(run: Run, replicate: int, name: str, item: str = "") -> float:
    rows = run.table("outcomes", replicates=[replicate])
    (value,) = rows[(rows["name"] == name) & (rows["item"] == item)]["value"]
    return float(value)


@pytest.mark.parametrize("replicate", range(4))
def test_the_weeks_of_a_replicate_add_up_to_its_outcomes(run: Run, replicate: int) -> None:
    weeks = every_week(run, replicate)
    assert sum(week.mud.wet_t.p50 for week in weeks) == pytest.approx(outcome(run, replicate, "lifted_wet_t"))
    assert sum(week.mud.dry_t.p50 for week in weeks) == pytest.approx(outcome(run, replicate, "lifted_dry_t"))
    assert sum(week.days_at_target.p50 for week in weeks) == outcome(run, replicate, "days_at_target")
    hours = pd.Series([one.mean for week in weeks for one in week.hours], dtype=np.float64)
    hours = hours.groupby([one.category for week in weeks for one in week.hours]).sum()
    for name, indicator in (("weather", "weather_days"), ("storm", "storm_days")):
        assert hours[name] / HOURS_PER_DAY == pytest.approx(outcome(run, replicate, indicator))
    for item, names in (("productive", PRODUCTIVE), ("planned", PLANNED), ("lost", LOST), ("off_hire", ("off_hire",))):
        days = outcome(run, replicate, "calendar_days", item)
        assert hours[list(names)].sum() / HOURS_PER_DAY == pytest.approx(days)


def test_the_last_week_ends_with_the_indicators_of_the_run(run: Run) -> None:
    of = Scenario.from_json(json.dumps(run.manifest.scenario))
    last = week_numbers(of, run.manifest, run.table("daily"), run.table("outcomes"), weeks_of(of)[-1])
    told = {(one.name, one.item): one for one in read_spreads(run.table("indicators")) if not one.period}
    for name, found in (("lifted_wet_t", last.this.to_date.wet_t), ("lifted_dry_t", last.this.to_date.dry_t)):
        wanted = told[name, ""]
        assert three(found) == near(wanted.low, wanted.value, wanted.high)
    assert last.oxide is not None
    assert last.oxide.total_kg.p50 == pytest.approx(told["oxide_kg", "total"].value)
    for held in last.held:
        for days, chances in held.chances:
            wanted = told[f"held_target_{days}d", held.day.isoformat()]
            assert (chances.share, chances.low, chances.high) == pytest.approx((wanted.value, wanted.low, wanted.high))
