"""Charts of the weekly summary as SVG: mud on deck day by day, and hours lost in the week by cause."""

from collections.abc import Sequence
from datetime import date, timedelta
from threading import Lock
from typing import Final

import numpy as np
from matplotlib.axes import Axes

from dashboards.figures.review_style import BLUE, FAINT, INK, ORANGE, canvas, look, to_svg
from ops_data.export.report_text import Words
from ops_data.export.weekly import WEEKS_DRAWN
from ops_data.export.weekly_data import DAYS_PER_WEEK, Day, Hours, WeekNumbers
from ops_data.export.weekly_words import amount, brief_day, hours
from ops_data.units import HOURS_PER_DAY

SHADE: Final = "#f3dca8"
GRID: Final = "#e2e8ec"
MOST_TICKS: Final = 9
ROOM: Final = 1.12  # above the highest value
_DRAWING: Final = Lock()  # the library's settings are those of the whole process, and pages are served by threads


def weekly_figures(numbers: WeekNumbers, words: Words) -> dict[str, bytes]:
    """Return the charts by name, as SVG in the language of the words; that of lost hours only where any are lost."""
    with _DRAWING:
        drawn = {"mud": mud_chart(numbers, words)}
        if numbers.this.lost:
            drawn["hours"] = hours_chart(numbers.this.lost, words)
    return drawn


def mud_chart(numbers: WeekNumbers, words: Words) -> bytes:
    """Return mud on deck per day with P10, P50 and P90, the week shaded, the target as a line, the outlook dashed.

    Of a campaign longer than half a year the last half-year is drawn.
    """
    week, target_t_d = numbers.this, numbers.facts.target_t_d
    since = week.last - timedelta(weeks=WEEKS_DRAWN) + timedelta(days=1)
    days = [one for one in numbers.days if one.day >= since]
    so_far, later = ([one for one in days if (one.day <= week.last) == past] for past in (True, False))
    highest = max([target_t_d, *(one.mud_t.p90 for one in days)])
    with look(words):
        figure, axes = canvas(2.1)
        axes.axvspan(
            *_edges(week.first, week.last), color=SHADE, alpha=0.55, linewidth=0.0, label=words.text("axes", "this")
        )
        _steps(axes, so_far, (words.text("axes", "spread"), words.text("axes", "median")), outlook=False)
        if later:
            _steps(axes, later, ("", words.text("axes", "outlook")), outlook=True)
        target = words.text("axes", "target").format(target=amount(target_t_d, words))
        axes.axhline(target_t_d, color=ORANGE, linewidth=1.1, linestyle=(0, (6.0, 2.0)), label=target)
        _day_axis(axes, days, words)
        axes.set_ylim(0.0, highest * ROOM)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if highest >= 5.0 else f"{value:g}")
        axes.set_ylabel(words.text("axes", "mud"))
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=5, fontsize=7.0)
        return to_svg(figure)


def _edges(first: date, last: date) -> tuple[float, float]:
    """Return where the first day begins and the last one ends."""
    return float(first.toordinal()), float(last.toordinal() + 1)


def _steps(axes: Axes, days: Sequence[Day], names: tuple[str, str], outlook: bool) -> None:
    """Draw P10 to P90 as a band and P50 as a line, both level over each day, under names for the legend."""
    begin, end = _edges(days[0].day, days[-1].day)
    edges = np.linspace(begin, end, len(days) + 1)
    low, middle, high = (
        np.array([getattr(one.mud_t, name) for one in days], dtype=np.float64) for name in ("p10", "p50", "p90")
    )
    line, alpha = ((0, (3.0, 1.6)), 0.14) if outlook else ("-", 0.32)
    axes.stairs(high, edges, baseline=low, fill=True, color=BLUE, alpha=alpha, linewidth=0.0, label=names[0])
    axes.stairs(middle, edges, baseline=None, color=BLUE, linewidth=1.4, linestyle=line, label=names[1])


def _day_axis(axes: Axes, days: Sequence[Day], words: Words) -> None:
    """Put a mark at the beginning of Mondays, of as many as there is room for."""
    begin, end = _edges(days[0].day, days[-1].day)
    mondays = [one.day for one in days if one.day.weekday() == 0] or [days[0].day]
    apart = -(-len(mondays) // MOST_TICKS)
    shown = mondays[::-1][::apart][::-1]
    axes.set_xlim(begin, end)
    axes.set_xticks([day.toordinal() for day in shown], [brief_day(day, words) for day in shown])
    if len(mondays) <= DAYS_PER_WEEK * MOST_TICKS:
        axes.set_xticks([day.toordinal() for day in mondays], minor=True)


def hours_chart(causes: Sequence[Hours], words: Words) -> bytes:
    """Return hours lost in the week, a bar a cause for the mean and a line for P10 to P90, the longest on top.

    The scale reaches a day at least, so that an hour looks like an hour.
    """
    places = np.arange(len(causes))[::-1]
    names = [words.text("categories", one.category) for one in causes]
    with look(words):
        figure, axes = canvas(0.5 + 0.165 * len(causes))
        axes.barh(places, [one.mean for one in causes], 0.62, color=ORANGE, alpha=0.75)
        for one, place in zip(causes, places.tolist(), strict=True):
            axes.plot([one.p10, one.p90], [place, place], color=INK, linewidth=1.0, marker="|", markersize=5.0)
            said = words.text("axes", "hour").format(hours=hours(one.mean))
            axes.annotate(
                said, (max(one.mean, one.p90), place), xytext=(5.0, 0.0), textcoords="offset points", va="center",
                fontsize=7.0, color=FAINT,
            )  # fmt: skip
        axes.set_yticks(places, names)
        axes.set_ylim(-0.6, len(causes) - 0.4)
        axes.set_xlim(0.0, max(float(HOURS_PER_DAY), *(max(one.mean, one.p90) for one in causes)) * ROOM)
        axes.tick_params(axis="y", length=0.0)
        axes.set_xlabel(words.text("axes", "hours"))
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        return to_svg(figure)
