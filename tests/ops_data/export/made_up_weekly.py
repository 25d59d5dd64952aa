"""Numbers of a week made up for tests: every figure is another one, so that each is found again on the page."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

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
)

SEALED = datetime(2026, 9, 20, 4, 5, 6, tzinfo=UTC)
REPLICATES = 40
TARGET_T_D = 350.0
FIRST = date(2027, 1, 8)
LAST = date(2027, 5, 10)
WEEK = IsoWeek(2027, 5)
GROUPS: dict[str, TimeGroup] = {
    "lifting": "productive", "offloading": "productive", "string_handling": "planned", "transit": "planned",
    "set_up": "planned", "port": "planned", "other": "planned", "weather": "lost", "storm": "lost", "failure": "lost",
    "emergency": "lost", "waiting_shuttle": "lost", "crew_change": "lost", "bunkering": "lost",
    "waiting_other": "lost", "off_hire": "off_hire",
}  # fmt: skip


def facts() -> WeekFacts:
    """Return which run it is."""
    return WeekFacts(
        title="Made-up campaign", scenario="made-up", changes=(), run_id="made-up-0123abcd", origin="simulated",
        seed=7, version="0.1.0+code.0123456789ab.data.ba9876543210", replicates=REPLICATES, parameters="drawn",
        basis="wet", target_t_d=TARGET_T_D, vessels=1, sealed=SEALED, first=FIRST, last=LAST, assumed=426,
        quantities=544,
    )  # fmt: skip


def mud(days: int, wet_t: float) -> Mud:
    """Return mud of some days whose median is given; a fifth of the replicates reach the target."""
    wet = Percentiles(0.5 * wet_t, wet_t, 1.5 * wet_t)
    dry = Percentiles(0.2 * wet_t, 0.4 * wet_t, 0.6 * wet_t)
    return Mud(days, wet, dry, wet, TARGET_T_D * days, Chance(8, 40, 0.13, 0.29), Chance(3, 40, 0.04, 0.15))


def hours(every: bool) -> tuple[Hours, ...]:
    """Return hours by category that make up a week: all of them, or without what is rare."""
    rare = ("port", "other", "storm", "bunkering", "waiting_other", "off_hire")
    means = {name: float(place + 2) for place, name in enumerate(GROUPS)}
    means |= {name: 0.0 for name in rare if not every}
    means["lifting"] += 168.0 - sum(means.values())
    return tuple(
        Hours(name, group, means[name], 0.5 * means[name], 1.5 * means[name]) for name, group in GROUPS.items()
    )


def week(moved: int, every: bool = False) -> Week:
    """Return numbers of the week so many weeks later; days and mud are counted from departure."""
    one = WEEK.moved(moved)
    return Week(
        week=one, first=one.monday, last=one.sunday, mud=mud(7, 1234.0 + 100.0 * moved),
        to_date=mud((one.sunday - FIRST).days + 1, 4321.0 + 1000.0 * moved),
        days_at_target=Percentiles(0.0, 1.0, 3.0), storm=Chance(6, 40, 0.09, 0.23),
        oxide_kg=Percentiles(11.0, 22.0, 33.0), hours=hours(every),
    )  # fmt: skip


def numbers() -> WeekNumbers:
    """Return a week in the middle of a campaign."""
    until = WEEK.moved(1).sunday
    days = [FIRST + timedelta(days=at) for at in range((until - FIRST).days + 1)]
    held = HeldBy(date(2027, 3, 31), ((1, Chance(31, 40, 0.68, 0.85)), (3, Chance(9, 40, 0.15, 0.32)),
                                      (7, Chance(1, 40, 0.01, 0.08))))  # fmt: skip
    return WeekNumbers(
        facts=facts(), this=week(0), before=week(-1), after=week(1),
        days=tuple(Day(day, Percentiles(0.0, 5.0 * at, 10.0 * at)) for at, day in enumerate(days)),
        oxide=Oxide(Percentiles(111.0, 222.0, 333.0), (date(2027, 1, 20), date(2027, 1, 25), None)),
        held=(held,), sampling=Sampling(1111.0, 1357.0, "wide"),
    )  # fmt: skip


def fullest() -> WeekNumbers:
    """Return a week that fills its pages: every category has hours, many dates, many changes, a long title."""
    found = numbers()
    held = tuple(HeldBy(date(2027, 2, day), found.held[0].chances) for day in range(1, 9))
    told = replace(
        found.facts, title="Two drillships from Shimizu to the site 150 km south-east of the island, " * 2, vessels=2,
        changes=tuple(f"environment.concentration_levels_mg_l = [0.1, 1.0, {place}.0]" for place in range(8)),
    )  # fmt: skip
    weeks = [week(moved, every=True) for moved in (-1, 0, 1)]
    return replace(found, facts=told, before=weeks[0], this=weeks[1], after=weeks[2], held=held)
