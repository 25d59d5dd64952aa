"""Panels of the page Operations on weather: waves against limits, open hours and storms by month."""

from typing import Final

import numpy as np
import pandas as pd

from dashboards import components
from dashboards.figures.operations_weather import Strip, chance_figure, open_figure, sea_figure
from dashboards.page import Drawn, View
from dashboards.pages.operations_days import days_of, spread, summed
from dashboards.pages.operations_gantt import intervals_of, no_span
from dashboards.pages.operations_intervals import KINDS, Floats, Ints
from dashboards.pages.operations_sea import (
    SHOWN,
    SeaOf,
    closed,
    limits_used,
    made_alike,
    open_hours,
    sea_of,
    stretches,
)
from dashboards.pages.operations_span import (
    ISO_MONTH,
    MS_PER_S,
    Span,
    between,
    campaign_span,
    chosen_replicate,
    chosen_span,
    cut_to_calendar,
    japan_ms,
    keeps_intervals,
    replicates,
)
from ops_data.readings_lines import line
from ops_data.reference.japanese import title
from ops_data.units import PERCENT, SECONDS_PER_HOUR
from twin.indicators.statistics import wilson_interval
from twin.indicators.summary import CONFIDENCE

POINTS: Final = 2_000  # of a line: about what a screen can show
MOST_MONTHS: Final = 24  # of a campaign whose months are shown one by one; of a longer one the months of the year are
P: Final = ("p10", "p50", "p90")
CHANCES: Final = {"storm": "storm_h", "emergency": "emergency_h"}  # what happens → series of the hours it takes


def no_waves(view: View) -> Drawn:
    """Return what is shown of a scenario with a calm sea."""
    return Drawn(components.nothing(view.words, view.text("nothing.calm")))


def draw_sea(view: View) -> Drawn:
    """Draw the waves of the chosen replicate against the limits of work."""
    span = chosen_span(view)
    if span is None:
        return no_span(view)
    if view.scenario.weather.kind == "calm":
        return no_waves(view)
    of = sea_of(view, chosen_replicate(view))
    begin_s, end_s = cut_to_calendar(span, view.scenario)
    inside = (of.start_s >= begin_s - SECONDS_PER_HOUR + 1) & (of.start_s < end_s)
    time_s, hs_m = of.start_s[inside], of.hs_m[inside].astype(np.float64)
    drawn = line(time_s, hs_m, np.ones(len(hs_m), dtype=np.bool_), POINTS)
    limits = [(view.text(f"limit.{name}"), of.limits_m[name]) for name in SHOWN]
    strips = [_closed_strip(view, of, name, begin_s, end_s) for name in limits_used(view.scenario)]
    strips += _storm_strips(view, of, span)
    ends_ms = japan_ms(np.array([span.begin_s, span.end_s])).tolist()
    figure = sea_figure(japan_ms(drawn.time_utc), drawn.value, limits, strips, ends_ms, view.words)
    is_open = {name: of.open(name)[inside] for name in limits_used(view.scenario)}
    fill = {
        "replicate": view.value("replicate"),
        "mining": view.words.percent(float(is_open["mining"].mean())),
        "string": view.words.percent(float(is_open["string"].mean())),
        "highest": f"{hs_m.max():.1f}",
        "limit": f"{of.limits_m['mining']:.1f}",
        "wind": f"{of.wind_limit_m_s:.0f}",
    }
    rows = pd.DataFrame(
        {
            "hour_utc": [f"{text}Z" for text in np.datetime_as_string(time_s.astype("datetime64[s]"), unit="m")],
            "hs_m": np.round(hs_m, 3),
            "wind_m_s": np.round(of.wind_m_s[inside].astype(np.float64), 3),
            "cyclone_near": of.storm_near[inside],
            **{f"{name}_open": values for name, values in is_open.items()},
        }
    )
    notes = [view.text("sea.note", fill), *([] if made_alike(view) else [view.text("sea.other")])]
    return Drawn(figure, rows, "m", view.text("sea.alt", fill), " ".join(notes))


def _closed_strip(view: View, of: SeaOf, name: str, begin_s: int, end_s: int) -> Strip:
    begins_s, ends_s = closed(of, name, begin_s, end_s)
    label = view.text(f"limit.{name}")
    return _strip(view, label, "weather", begins_s, ends_s, view.text("sea.closed", {"limit": label}))


def _storm_strips(view: View, of: SeaOf, span: Span) -> list[Strip]:
    """Return when a tropical cyclone was near, and when the vessels lost time to one or to a disconnect."""
    begin_s, end_s = cut_to_calendar(span, view.scenario)
    near = view.text("sea.near")
    found = [_strip(view, near, "storm", *stretches(of.storm_near, of.origin_s, begin_s, end_s), near)]
    if keeps_intervals(view):
        rows = intervals_of(view, span)
        lost = rows.of(rows.mining & (rows.kinds() == KINDS.index("storm")))
        names = [title("activity", name, view.state.lang) for name in rows.activities]
        told = [f"<b>{names[at]}</b><br>" for at in lost.activity]
        plain = _strip(view, view.text("sea.response"), "storm", lost.start_s, lost.end_s, "")
        hover = [head + text.removeprefix("<b></b><br>") for head, text in zip(told, plain.hover, strict=True)]
        found.append(Strip(plain.label, plain.kind, plain.begin_ms, plain.duration_ms, hover))
    return found


def _strip(view: View, label: str, kind: str, begins_s: Ints, ends_s: Ints, told: str) -> Strip:
    spent_h = ((ends_s - begins_s) / SECONDS_PER_HOUR).tolist()
    lasted = view.text("gantt.lasted")
    hover = [
        f"<b>{told}</b><br>{when}<br>{lasted.format(h=f'{hours:,.1f}')}"
        for when, hours in zip(between(begins_s, ends_s), spent_h, strict=True)
    ]
    return Strip(label, kind, japan_ms(begins_s), np.asarray((ends_s - begins_s) * MS_PER_S), hover)


def draw_windows(view: View) -> Drawn:
    """Draw the share of hours in which limits are open, month by month, over replicates."""
    if view.scenario.weather.kind == "calm":
        return no_waves(view)
    found = open_hours(view)
    months, fans = by_month(campaign_span(view.scenario), found.share / PERCENT)
    labels = [view.text(f"limit.{name}") for name in found.limits]
    figure = open_figure(months, {label: fans[:, :, at] for at, label in enumerate(labels)}, view.words)
    worst = int(fans[1, :, found.limits.index("mining")].argmin())
    fill = {
        "month": months[worst],
        "mining": f"{fans[1, worst, found.limits.index('mining')]:.0f}",
        "string": f"{fans[1, worst, found.limits.index('string')]:.0f}",
        "n": str(len(found.share)),
        "all": str(len(replicates(view))),
    }
    cells = [(month, at) for at in range(len(found.limits)) for month in range(len(months))]
    rows = pd.DataFrame(
        {
            "month_jst": [months[month] for month, _ in cells],
            "limit": [found.limits[at] for _, at in cells],
            **{f"{name}_open_percent": [fan[cell] for cell in cells] for name, fan in zip(P, fans, strict=True)},
        }
    )
    note = " ".join([view.text("windows.note", fill), *_years(view)])
    return Drawn(figure, rows, "%", view.text("windows.alt", fill), note)


def by_month(whole: Span, values: Floats) -> tuple[list[str], Floats]:
    """Return the months that are shown and P10, P50 and P90 of values by replicate and month, shape (3, months, …).

    Of a campaign longer than `MOST_MONTHS` the months of the year are shown, over replicates and years.
    """
    months = whole.months()
    if len(months) <= MOST_MONTHS:
        return [one.first.isoformat()[:ISO_MONTH] for one in months], spread(values)
    of_year = np.array([one.first.month for one in months])
    fans = [spread(values[:, of_year == month].reshape(-1, *values.shape[2:])) for month in range(1, 13)]
    return [f"{month:02d}" for month in range(1, 13)], np.stack(fans, axis=1)


def draw_storms(view: View) -> Drawn:
    """Draw how likely each month loses time to a tropical cyclone or an emergency disconnect."""
    if view.scenario.weather.kind == "calm":
        return no_waves(view)
    whole, days = campaign_span(view.scenario), days_of(view)
    parts = [one.places(whole) for one in whole.months()]
    chances, rows = {}, []
    for name, series in CHANCES.items():
        months, counts, of = happened(whole, summed(days.of(series), parts) > 0.0)
        limits = [wilson_interval(count, trials, CONFIDENCE) for count, trials in zip(counts, of, strict=True)]
        chance = [count / trials for count, trials in zip(counts, of, strict=True)]
        values = np.array([chance, [low for low, _ in limits], [high for _, high in limits]]) / PERCENT
        chances[view.text(f"storms.{name}")] = values
        rows.append(
            pd.DataFrame(
                {
                    "month_jst": months,
                    "event": name,
                    "replicates_with_it": counts,
                    "replicates": of,
                    "probability_percent": values[0],
                    "low_80_percent": values[1],
                    "high_80_percent": values[2],
                }
            )
        )
    figure = chance_figure(months, chances, view.words)
    fill = {"n": str(len(replicates(view)))}
    for name, series in CHANCES.items():
        fill[name] = view.words.percent(float((days.of(series).sum(axis=1) > 0.0).mean()))
    note = " ".join([view.text("storms.note", fill), *_years(view)])
    return Drawn(figure, pd.concat(rows), "%", view.text("storms.alt", fill), note)


def _years(view: View) -> list[str]:
    long = len(campaign_span(view.scenario).months()) > MOST_MONTHS
    return [view.text("all_years")] if long else []


def happened(whole: Span, yes: np.ndarray) -> tuple[list[str], list[int], list[int]]:
    """Return the months that are shown (see `by_month`), in how many replicates something happened, and of how many."""
    months = whole.months()
    if len(months) <= MOST_MONTHS:
        return [one.first.isoformat()[:ISO_MONTH] for one in months], yes.sum(axis=0).tolist(), [len(yes)] * len(months)
    of_year = np.array([one.first.month for one in months])
    counts = [int(yes[:, of_year == month].sum()) for month in range(1, 13)]
    of = [len(yes) * int((of_year == month).sum()) for month in range(1, 13)]
    return [f"{month:02d}" for month in range(1, 13)], counts, of
