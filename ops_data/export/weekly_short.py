"""The sentences of a weekly summary: what a planner says first in a meeting, and how sure it is."""

from ops_data.export.report_text import Words
from ops_data.export.weekly_data import Hours, Mud, Week, WeekNumbers
from ops_data.export.weekly_words import (
    amount,
    basis,
    brief_day,
    chance,
    divided,
    full_day,
    hours,
    interval,
    spread,
    unbroken,
    unit_of,
)


def short(numbers: WeekNumbers, said: Words) -> tuple[str, ...]:
    """Return the week in a few sentences: mud, target, lost hours, storms, the week after, oxide."""
    week = numbers.this
    told = [*_lifted(numbers, said), _reached(week.mud, said), _lost(week, said), _storm(week, said)]
    return tuple(unbroken(line) for line in (*told, _next(numbers, said), _oxide(numbers, said)))


def _alike(numbers: WeekNumbers, mud: Mud) -> bool:
    """Say whether every replicate has the same mud, so that there is no range to tell."""
    return numbers.facts.replicates == 1 or mud.lifted_t.p10 == mud.lifted_t.p90


def _lifted(numbers: WeekNumbers, said: Words) -> list[str]:
    mud, facts = numbers.this.mud, numbers.facts
    if mud.none.count == mud.none.of:
        busiest = max(numbers.this.hours, key=lambda one: one.mean)
        return [said.text("text", "nothing").format(activity=_inside(busiest, said))]
    gaps = {
        "value": amount(mud.lifted_t.p50, said), "range": spread(mud.lifted_t, said), "days": str(mud.days),
        "high": amount(mud.lifted_t.p90, said), "none": chance(mud.none, said), "basis": basis(facts, said),
        "target": amount(mud.target_t, said), "target_t_d": amount(facts.target_t_d, said),
    }  # fmt: skip
    if _alike(numbers, mud):
        return [said.text("text", "lifted_alike").format_map(gaps)]
    if mud.lifted_t.p50 == 0.0:
        return [said.text("text", "lifted_rarely").format_map(gaps)]
    some = [said.text("text", "some_nothing").format_map(gaps)] if mud.none.count else []
    return [said.text("text", "lifted").format_map(gaps), *some]


def _reached(mud: Mud, said: Words) -> str:
    gaps = {
        "count": f"{mud.reached.count:,}", "of": f"{mud.reached.of:,}", "chance": chance(mud.reached, said),
        "range": interval(mud.reached, said),
    }  # fmt: skip
    return said.text("text", "reached" if mud.reached.of > 1 else "reached_one").format_map(gaps)


def _lost(week: Week, said: Words) -> str:
    causes = week.lost
    if not causes:
        return said.text("text", "lost_nothing")
    named = [_cause(one, said) for one in causes[:2]]
    gaps = {
        "all": amount(round(week.all_hours, 1), said), "lost": hours(sum(one.mean for one in causes)),
        "first": named[0], "second": named[-1],
    }  # fmt: skip
    return said.text("text", "lost" if len(named) == 1 else "lost_two").format_map(gaps)


def _cause(one: Hours, said: Words) -> str:
    return said.text("text", "lost_one").format(cause=_inside(one, said), hours=hours(one.mean))


def _inside(one: Hours, said: Words) -> str:
    """Return what a category is called inside a sentence."""
    title = said.text("categories", one.category)
    return title[:1].lower() + title[1:]


def _storm(week: Week, said: Words) -> str:
    weather = next(one.mean for one in week.hours if one.category == "weather")
    gaps = {
        "chance": chance(week.storm, said), "range": interval(week.storm, said), "weather": hours(weather),
    }  # fmt: skip
    return said.text("text", "storm" if week.storm.of > 1 else "storm_one").format_map(gaps)


def _next(numbers: WeekNumbers, said: Words) -> str:
    after = numbers.after
    if after is None:
        return said.text("text", "next_none").format(last=full_day(numbers.facts.last, said))
    gaps = {
        "value": amount(after.mud.lifted_t.p50, said), "range": spread(after.mud.lifted_t, said),
        "chance": chance(after.mud.reached, said),
    }  # fmt: skip
    key = "next" if not _alike(numbers, after.mud) else "next_alike" if numbers.facts.replicates > 1 else "next_one"
    return said.text("text", key).format_map(gaps)


def _oxide(numbers: WeekNumbers, said: Words) -> str:
    oxide, so_far = numbers.oxide, numbers.this.oxide_kg
    if oxide is None or so_far is None:
        return said.text("text", "no_chain")
    if so_far.p90 == 0.0:
        first = oxide.first[1]
        if first is None:
            return said.text("text", "oxide_never")
        if oxide.first[0] == oxide.first[2]:
            return said.text("text", "oxide_later").format(first=full_day(first, said))
        low, _, high = (said.text("document", "never") if day is None else brief_day(day, said) for day in oxide.first)
        days = said.text("document", "range").format(low=low, high=high)
        return said.text("text", "oxide_none").format(first=full_day(first, said), range=days)
    size, unit = unit_of("oxide", max(so_far.p90, oxide.total_kg.p50), said)
    gaps = {
        "value": amount(so_far.p50 / size, said), "range": spread(divided(so_far, size), said),
        "total": amount(oxide.total_kg.p50 / size, said), "unit": unit,
    }  # fmt: skip
    return said.text("text", "oxide" if gaps["range"] else "oxide_alike").format_map(gaps)


def unsure(numbers: WeekNumbers, said: Words) -> tuple[str, ...]:
    """Return what is uncertain: how well the median is known, what the range holds, how much is assumed."""
    facts, sampling = numbers.facts, numbers.sampling
    low, high = (amount(limit, said) if limit is not None else "" for limit in (sampling.low, sampling.high))
    known = said.text("sampling", sampling.verdict).format(replicates=f"{facts.replicates:,}", low=low, high=high)
    spread_of = "measured" if facts.origin == "measured" else facts.parameters
    assumed = said.text("unsure", "assumed").format(assumed=f"{facts.assumed:,}", quantities=f"{facts.quantities:,}")
    return tuple(unbroken(line) for line in (known, said.text("unsure", spread_of), assumed))
