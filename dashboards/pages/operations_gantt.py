"""Panels of the page Operations on intervals of one replicate: who did what when, and the longest interruptions."""

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dashboards import components
from dashboards.components import plain
from dashboards.figures.operations import gantt_figure
from dashboards.page import Drawn, View
from dashboards.pages.operations_intervals import KINDS, Bars, Intervals, bars, interruptions, read_intervals
from dashboards.pages.operations_span import (
    MS_PER_S,
    Span,
    asset_names,
    asset_title,
    between,
    chosen_replicate,
    chosen_span,
    iso,
    japan_ms,
    keeps_intervals,
    mining_names,
)
from dashboards.roles import allowed
from dashboards.state import address, at_page
from ops_data.reference.japanese import title
from ops_data.units import HOURS_PER_DAY, JST_OFFSET_S, SECONDS_PER_HOUR
from twin.indicators.categories import CATEGORIES
from twin.indicators.replicate import calendar_rows

if TYPE_CHECKING:
    from dash.development.base_component import Component

MOST_BARS: Final = 400  # intervals up to which each has its own bar
SEEN: Final = 1_000  # of the width of the chart: bars shorter than one part of it cannot be seen
LONGEST: Final = 10
MOST_NAMED: Final = 3  # activities of an interruption


def no_intervals(view: View) -> Drawn:
    """Return what is shown of a run that kept no interval log: how to get one."""
    there = components.link(view.text("nothing.plan"), address(at_page(view.state, "plan")))
    links = [there] if allowed(view.user, "page:plan") else []
    return Drawn(components.nothing(view.words, view.text("nothing.intervals"), links))


def no_span(view: View) -> Drawn:
    """Return what is shown where the days chosen end before they begin."""
    fill = {"from": view.value("from"), "to": view.value("to")}
    return Drawn(components.nothing(view.words, view.text("nothing.span", fill)))


def intervals_of(view: View, span: Span) -> Intervals:
    """Return the intervals of the chosen replicate within some days."""
    rows = read_intervals(view.data.calendar(view.run, chosen_replicate(view)), mining_names(view.scenario))
    return rows.within(span.begin_s, span.end_s)


def log_rows(view: View, span: Span, kinds: np.ndarray) -> pd.DataFrame:
    """Return the interval log of the chosen replicate within some days, as its CSV gives it."""
    frame = view.data.calendar(view.run, chosen_replicate(view))
    end_s = frame["start_utc"].to_numpy(np.int64) + frame["duration_s"].to_numpy(np.int64)
    kept = frame[(end_s > span.begin_s) & (frame["start_utc"].to_numpy(np.int64) < span.end_s)]
    rows = calendar_rows(kept, chosen_replicate(view)).rename(columns={"hours": "duration_h"})
    rows.insert(8, "kind_of_time", np.array(KINDS, dtype=object)[kinds])
    return rows


def draw_gantt(view: View) -> Drawn:
    """Draw what each asset did from when to when."""
    if not keeps_intervals(view):
        return no_intervals(view)
    span = chosen_span(view)
    if span is None:
        return no_span(view)
    rows = intervals_of(view, span)
    if not len(rows.start_s):
        return Drawn(components.nothing(view.words, view.text("nothing.no_intervals")))
    drawn = bars(rows, MOST_BARS, (span.end_s - span.begin_s) / SEEN)
    lang = view.state.lang
    shown = {name: asset_title(name, lang) for name in asset_names(view)}
    frame = pd.DataFrame(
        {
            "row": [list(shown).index(rows.assets[at]) for at in rows.asset[drawn.row]],
            "kind": np.array(KINDS, dtype=object)[drawn.kind],
            "start_ms": japan_ms(drawn.start_s),
            "duration_ms": (drawn.end_s - drawn.start_s) * MS_PER_S,
            "hover": _hover(view, rows, drawn),
        }
    )
    limits = japan_ms(np.array([span.begin_s, span.end_s])).tolist()
    count, bar_count = len(rows.start_s), len(drawn.row)
    names = [plain(one) for one in shown.values()]
    figure = gantt_figure(frame, names, limits, bar_count == count, view.words)
    fill = {
        "replicate": view.value("replicate"),
        "from": view.value("from"),
        "to": view.value("to"),
        "assets": str(len(shown)),
        "intervals": f"{count:,}",
        "bars": f"{bar_count:,}",
        "longest": _longest_kind(view, rows, span),
    }
    note = view.text("gantt.joined", fill) if bar_count < count else view.text("gantt.each", fill)
    return Drawn(figure, log_rows(view, span, rows.kinds()), "h", view.text("gantt.alt", fill), note)


def _longest_kind(view: View, rows: Intervals, span: Span) -> str:
    """Return the kind of time that takes most of the hours of the mining vessels, with its share."""
    inside_s = np.minimum(rows.end_s, span.end_s) - np.maximum(rows.start_s, span.begin_s)
    spent_s = np.bincount(rows.kinds()[rows.mining], weights=inside_s[rows.mining], minlength=len(KINDS))
    name = view.text(f"kind.{KINDS[int(spent_s.argmax())]}")
    return f"{name} {view.words.percent(float(spent_s.max() / max(1.0, spent_s.sum())))}"


def _hover(view: View, rows: Intervals, drawn: Bars) -> list[str]:
    """Return what each bar says when pointed at."""
    lang = view.state.lang
    activity, state, cause = (
        [title(kind, name, lang) for name in names]
        for kind, names in (("activity", rows.activities), ("state", rows.states), ("cause", rows.causes))
    )
    kinds = [view.text(f"kind.{kind}") for kind in KINDS]
    many = view.text("gantt.many")
    lasted, solids = view.text("gantt.lasted"), view.text("gantt.solids")
    spent_h = ((drawn.end_s - drawn.start_s) / SECONDS_PER_HOUR).tolist()
    when = between(drawn.start_s, drawn.end_s)
    single = zip(
        rows.activity[drawn.row].tolist(), rows.state[drawn.row].tolist(), rows.cause[drawn.row].tolist(), strict=True
    )
    told = []
    for at, (of_activity, of_state, of_cause) in enumerate(single):
        if drawn.count[at] == 1:
            line = f"<b>{activity[of_activity]}</b> · {state[of_state]}"
            if rows.causes[of_cause] != "none":
                line += f"<br>{view.text('gantt.cause')} {cause[of_cause]}"
        else:
            line = f"<b>{kinds[drawn.kind[at]]}</b> · " + many.format(n=f"{drawn.count[at]:,}")
        parts = [line, when[at], lasted.format(h=f"{spent_h[at]:,.1f}")]
        if drawn.dry_t[at] > 0.0:
            parts.append(solids.format(t=f"{drawn.dry_t[at]:,.1f}"))
        told.append("<br>".join(parts))
    return told


def draw_interruptions(view: View) -> Drawn:
    """Draw the longest interruptions of the mining vessels as a table."""
    if not keeps_intervals(view):
        return no_intervals(view)
    span = chosen_span(view)
    if span is None:
        return no_span(view)
    rows, lang = intervals_of(view, span), view.state.lang
    found = interruptions(rows, LONGEST)
    if not len(found.row):
        return Drawn(components.nothing(view.words, view.text("nothing.interruptions")))
    begin_s, end_s = np.maximum(found.start_s, span.begin_s), np.minimum(found.end_s, span.end_s)
    spent_h = (end_s - begin_s) / SECONDS_PER_HOUR
    category = np.array(CATEGORIES, dtype=object)[rows.items(CATEGORIES)[found.row]]
    during = [
        list(dict.fromkeys(rows.activities[at] for at in rows.activity[first : last + 1]))
        for first, last in zip(found.row, found.last, strict=True)
    ]
    data = pd.DataFrame(
        {
            "asset": [rows.assets[at] for at in rows.asset[found.row]],
            "cause": category,
            "hours_h": spent_h,
            "from_utc": [f"{one}Z" for one in iso(begin_s)],
            "to_utc": [f"{one}Z" for one in iso(end_s)],
            "from_jst": iso(begin_s, JST_OFFSET_S),
            "to_jst": iso(end_s, JST_OFFSET_S),
            "during": ["; ".join(names) for names in during],
        }
    )
    named = view.words
    table = pd.DataFrame(
        {
            named("operations.column.cause"): [title("category", str(one), lang) for one in category],
            named("operations.column.hours"): [f"{one:,.1f}" for one in spent_h],
            named("operations.column.days"): [f"{one / HOURS_PER_DAY:,.1f}" for one in spent_h],
            named("operations.column.from"): data["from_jst"],
            named("operations.column.to"): data["to_jst"],
            named("operations.column.during"): [_listed(view, names) for names in during],
        }
    )
    if len(mining_names(view.scenario)) > 1:
        table.insert(0, named("operations.column.asset"), [asset_title(name, lang) for name in data["asset"]])
    numbers = [named(f"operations.column.{key}") for key in ("hours", "days", "from", "to", "during")]
    caption = view.text("interruptions.caption", {"n": str(len(table)), "replicate": view.value("replicate")})
    body: list[Component] = [components.table(table, numbers, caption)]
    return Drawn(body, data, "h, d")


def _listed(view: View, names: list[str]) -> str:
    """Return activities in words, the first ones of many."""
    said = [title("activity", name, view.state.lang) for name in names]
    more = [view.text("more")] if len(said) > MOST_NAMED else []
    return view.text("between").join([*said[:MOST_NAMED], *more])
