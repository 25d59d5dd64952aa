"""The tables of a weekly summary: the week beside its neighbours, hours of the vessels, chances by date."""

from collections.abc import Callable, Mapping, Sequence

from ops_data.export.report_blocks import Table
from ops_data.export.report_text import Words
from ops_data.export.weekly_data import Chance, HeldBy, Mud, Percentiles, Week, WeekNumbers
from ops_data.export.weekly_words import (
    amount,
    basis,
    between,
    brief_week,
    cell,
    chance_cell,
    days_cell,
    divided,
    full_day,
    hours,
    portion,
    share_cell,
    unit_of,
)

DATES_TOLD = 4
GROUPS = ("productive", "planned", "lost", "off_hire")
NONE = Percentiles(0.0, 0.0, 0.0)
Cells = tuple[str, ...]


def week_table(numbers: WeekNumbers, said: Words) -> Table:
    """Return mud, target, storms and oxide of the week, the one before and the one after."""
    weeks = (numbers.before, numbers.this, numbers.after)
    nothing, in_days = f"\n{said.text('document', 'no_data')}", said.text("units", "days")

    def row(key: str, unit: str, of: Callable[[Week], str]) -> Cells:
        title = said.text("rows", key).format(basis=basis(numbers.facts, said))
        return (title, unit, *(nothing if one is None else of(one) for one in weeks))

    def masses(key: str, unit: tuple[float, str], of: Callable[[Week], Percentiles]) -> Cells:
        return row(key, unit[1], lambda one: cell(divided(of(one), unit[0]), said))

    def mud(of: Callable[[Week], Mud]) -> list[Cells]:
        found = [of(one) for one in weeks if one is not None]
        unit = unit_of("mass", max(max(one.wet_t.p90, one.target_t) for one in found), said)
        return [
            row("days", in_days, lambda one: f"{of(one).days:,}"),
            masses("wet", unit, lambda one: of(one).wet_t),
            masses("dry", unit, lambda one: of(one).dry_t),
            row("per_day", said.text("units", "rate"), lambda one: cell(divided(of(one).lifted_t, of(one).days), said)),
            row("target", unit[1], lambda one: amount(of(one).target_t / unit[0], said)),
            row("share", "", lambda one: share_cell(of(one).lifted_t, of(one).target_t, said)),
            row("reached", "", lambda one: chance_cell(of(one).reached, said)),
        ]

    rows = [
        (said.text("bands", "week"),),
        *mud(lambda one: one.mud),
        row("at_target", in_days, lambda one: days_cell(one.days_at_target, said)),
        row("storm", "", lambda one: chance_cell(one.storm, said)),
        (said.text("bands", "to_date"),),
        *mud(lambda one: one.to_date),
    ]
    if numbers.oxide is not None:
        kg = [one.oxide_kg or NONE for one in weeks if one is not None]
        unit = unit_of("oxide", max(one.p90 for one in kg), said)
        rows.append(masses("oxide", unit, lambda one: one.oxide_kg or NONE))
    head = (said.text("columns", "quantity"), said.text("columns", "unit"), *_heads(numbers, said))
    return Table(said.text("captions", "weeks"), head, tuple(rows), (1.35, 0, 1, 1, 1), "llrrr")


def _heads(numbers: WeekNumbers, said: Words) -> Sequence[str]:
    """Return what stands above the three weeks: name and days, or why there is no such week."""
    own = {"before": numbers.before, "this": numbers.this, "after": numbers.after}
    heads = []
    for key, week in own.items():
        below = said.text("weeks", f"no_{key}") if week is None else brief_week(week.week, said)
        heads.append(said.text("weeks", "head").format(name=said.text("weeks", key), week=below))
    return heads


def hours_table(numbers: WeekNumbers, said: Words) -> Table:
    """Return the hours of the mining vessels by activity and cause; what has none in all three weeks is left out."""
    this = numbers.this
    before, after = (_means(week) for week in (numbers.before, numbers.after))
    nothing = f"\n{said.text('document', 'no_data')}"

    def beside(means: Mapping[str, float] | None, key: str) -> str:
        return nothing if means is None else hours(means[key])

    rows: list[Cells] = []
    for group in GROUPS:
        own = [one for one in this.hours if one.group == group]
        told = [
            (said.text("categories", one.category), hours(one.mean), between(hours(one.p10), hours(one.p90), said),
             portion(one.mean / this.all_hours), beside(before, one.category), beside(after, one.category))
            for one in own
            if any((means or {}).get(one.category) for means in (_means(this), before, after))
        ]  # fmt: skip
        if told:
            sum_h = sum(one.mean for one in own)
            gaps = {"hours": hours(sum_h), "share": portion(sum_h / this.all_hours)}
            rows.append((said.text("groups", "band").format(group=said.text("groups", group), **gaps),))
        rows += told
    sums = [nothing if means is None else hours(sum(means.values())) for means in (before, after)]
    rows.append((said.text("groups", "all"), hours(this.all_hours), "", portion(1.0), *sums))
    head = tuple(said.text("columns", key) for key in ("activity", "mean", "range", "share", "before", "after"))
    return Table(said.text("captions", "time"), head, tuple(rows), (2.6, 1, 1.4, 0.9, 1.3, 1.3), "lrrrrr")


def _means(week: Week | None) -> Mapping[str, float] | None:
    return None if week is None else {one.category: one.mean for one in week.hours}


def held_table(held: Sequence[HeldBy], said: Words) -> Table:
    """Return the chance that the target was held for some days in a row by each date of the scenario."""

    def chances(one: HeldBy) -> Sequence[Chance]:
        return [found for _, found in one.chances]

    rows = [(full_day(one.day, said), *(chance_cell(found, said) for found in chances(one))) for one in held]
    days = [days for days, _ in held[0].chances]
    head = (said.text("columns", "date"), *(said.text("columns", f"held_{count}") for count in days))
    widths = (1.4, *(1.0 for _ in days))
    rest = len(rows) - DATES_TOLD
    more = said.text("captions", "held_more").format(count=f"{rest:,}") if rest > 0 else ""
    caption = said.text("captions", "held") + more
    return Table(caption, head, tuple(rows[:DATES_TOLD]), widths, "l" + "r" * len(days))
