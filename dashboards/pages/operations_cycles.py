"""Panels of the page Operations on how long things take: the insertion cycle, and all that comes back."""

from typing import Final

import numpy as np
import pandas as pd

from dashboards import components
from dashboards.figures.operations_weather import histogram_figure
from dashboards.page import Drawn, View
from dashboards.pages.operations_durations import (
    STEPS,
    Cycles,
    Lasted,
    insertion_cycles,
    round_trips,
    string_trips,
)
from dashboards.pages.operations_gantt import no_intervals, no_span
from dashboards.pages.operations_intervals import COLUMNS, Floats, Ints, read_intervals
from dashboards.pages.operations_span import (
    INTERVALS,
    Span,
    chosen_replicate,
    chosen_span,
    keeps_intervals,
    mining_names,
)
from ops_data.reference.japanese import title
from ops_data.units import HOURS_PER_DAY, PERCENT, SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from twin.indicators.statistics import percentiles
from twin.indicators.summary import SHARES

CLASSES: Final = 30
LEAST_SPREAD_H: Final = 0.01  # under which durations are the same to people
SHOWN: Final = (0.002, 0.998)  # shares of the cycles between which the classes lie; the outer ones hold the rest
MINUTES: Final = SECONDS_PER_HOUR // SECONDS_PER_MINUTE


def cycles_of(view: View, span: Span) -> Cycles:
    """Return the insertions of all replicates that began within some days."""
    frame = view.data.table(view.run, INTERVALS, COLUMNS)
    return insertion_cycles(read_intervals(frame, mining_names(view.scenario))).within(span.begin_s, span.end_s)


def draw_cycles(view: View) -> Drawn:
    """Draw how long insertions take."""
    if not keeps_intervals(view):
        return no_intervals(view)
    span = chosen_span(view)
    if span is None:
        return no_span(view)
    cycles = cycles_of(view, span)
    if not len(cycles.start_s):
        return Drawn(components.nothing(view.words, view.text("nothing.cycles")))
    hours, own = cycles.cycle_h, cycles.cycle_h[cycles.replicate == chosen_replicate(view)]
    low, middle, high = (float(one) for one in percentiles(hours, SHARES))
    if high - low < LEAST_SPREAD_H:
        least, most = (view.words.number(float(one)) for one in (hours.min(), hours.max()))
        fill = {"n": f"{len(hours):,}", "hours": view.words.number(middle), "least": least, "most": most}
        return Drawn(components.message("note", view.text("cycles.same", fill)))
    edges, share, own_share = classes(hours, own)
    marks = [("P10", low), ("P50", middle), ("P90", high)]
    one = view.text("one", {"replicate": view.value("replicate")})
    figure = histogram_figure(edges, share, own_share, marks, one, view.words)
    fill = {
        "n": f"{len(hours):,}",
        "own": f"{len(own):,}",
        "replicate": view.value("replicate"),
        "spread": view.words.spread(low, middle, high, "h"),
    }
    rows = pd.DataFrame(
        {
            "from_h": edges[:-1],
            "to_h": edges[1:],
            "share_all_percent": share,
            "share_chosen_replicate_percent": own_share,
        }
    )
    return Drawn(figure, rows, "h", view.text("cycles.alt", fill), view.text("cycles.note", fill))


def classes(hours: Floats, own: Floats) -> tuple[Floats, Floats, Floats]:
    """Return edges of classes, and the share of all durations and of those of one replicate in each [%]."""
    low, high = np.quantile(hours, SHOWN)
    if high - low < LEAST_SPREAD_H:
        low, high = hours.min(), hours.max()
    edges = np.linspace(low, high, CLASSES + 1)
    counts = [np.histogram(np.clip(one, edges[0], edges[-1]), edges)[0] for one in (hours, own)]
    share, own_share = (one / max(1, one.sum()) / PERCENT for one in counts)
    return edges, share, own_share


def draw_durations(view: View) -> Drawn:
    """Draw a table of how long things take."""
    if not keeps_intervals(view):
        return no_intervals(view)
    span = chosen_span(view)
    if span is None:
        return no_span(view)
    rows = duration_rows(view, span)
    if rows.empty:
        return Drawn(components.nothing(view.words, view.text("nothing.durations")))
    words = view.words
    cells = rows[["count", "p10_h", "p50_h", "p90_h", "chosen_replicate_count", "chosen_replicate_p50_h"]].to_numpy()
    units = [_unit(float(high)) for high in rows["p90_h"]]
    shown = pd.DataFrame(
        {
            words("operations.column.what"): [_named(view, name) for name in rows["what"]],
            words("operations.column.unit"): [view.text(f"unit.{unit}") for unit, _ in units],
            "P10": [_number(view, row[1], factor) for row, (_, factor) in zip(cells, units, strict=True)],
            "P50": [_number(view, row[2], factor) for row, (_, factor) in zip(cells, units, strict=True)],
            "P90": [_number(view, row[3], factor) for row, (_, factor) in zip(cells, units, strict=True)],
            words("operations.column.count"): [f"{row[0]:,.0f}" for row in cells],
            words("operations.column.own", {"replicate": view.value("replicate")}): [
                f"{_number(view, row[5], factor)} ({row[4]:,.0f})" if row[4] else words("common.no_value")
                for row, (_, factor) in zip(cells, units, strict=True)
            ],
        }
    )
    body = components.table(shown, list(shown.columns[1:]), view.text("durations.caption"))
    return Drawn([body], rows, "min, h, d")


def duration_rows(view: View, span: Span) -> pd.DataFrame:
    """Return durations of what began within some days: columns what, count, p10_h …, of all and of one replicate."""
    frame = view.data.table(view.run, INTERVALS, COLUMNS)
    rows = read_intervals(frame, mining_names(view.scenario))
    cycles = insertion_cycles(rows).within(span.begin_s, span.end_s)
    found: list[tuple[str, Ints, Floats]] = [("cycle", cycles.replicate, cycles.cycle_h)]
    found += [(step, cycles.replicate, cycles.work_h[:, at]) for at, step in enumerate(STEPS)]
    found += [("elapsed", cycles.replicate, cycles.elapsed_h)]
    trips: list[tuple[str, Lasted]] = [(name, string_trips(rows, name)) for name in ("run_string", "recover_string")]
    trips += [("shuttle", round_trips(rows, "sail_to_site")), ("carrier", round_trips(rows, "sail_to_mainland"))]
    for name, one in trips:
        kept = one.within(span.begin_s, span.end_s)
        found.append((name, kept.replicate, kept.hours))
    chosen = chosen_replicate(view)
    return pd.DataFrame([_row(name, of, hours, chosen) for name, of, hours in found if len(hours)])


def _row(name: str, replicate: Ints, hours: Floats, chosen: int) -> dict[str, object]:
    low, middle, high = percentiles(hours, SHARES)
    own = hours[replicate == chosen]
    own_middle = float(np.median(own)) if len(own) else np.nan
    return {
        "what": name, "count": len(hours), "p10_h": low, "p50_h": middle, "p90_h": high,
        "chosen_replicate": chosen, "chosen_replicate_count": len(own), "chosen_replicate_p50_h": own_middle,
    }  # fmt: skip


def _named(view: View, name: str) -> str:
    own = f"what.{name}"
    return view.text(own) if view.words.has(f"operations.{own}") else title("activity", name, view.state.lang)


def _unit(high_h: float) -> tuple[str, float]:
    """Return the unit in which people read a duration, and how many of it an hour has."""
    if high_h < 2.0:
        return "min", float(MINUTES)
    return ("h", 1.0) if high_h < 2.0 * HOURS_PER_DAY else ("d", 1.0 / HOURS_PER_DAY)


def _number(view: View, hours: float, factor: float) -> str:
    return view.words.number(hours * factor)
