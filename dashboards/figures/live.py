"""Figures of the page Live: measured beside forecast, by day in Japan, and the chance of the target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import plotly.graph_objects as go

from dashboards.figures.operations import day_axis
from dashboards.theme import AMBER, BLUE, FAINT, INK, ORANGE, faint, laid_out
from dashboards.words import Words

HEIGHT_PX: Final = 380
CHANCE_PX: Final = 330
SHADE: Final = 0.22
ROOM: Final = 1.08  # above the highest line
BEGIN: Final = "T00:00:00"  # of a day: where its bar begins
NOON: Final = "T12:00:00"  # where the bar of a day stands


@dataclass(frozen=True)
class Fan:
    """Days of a forecast with their 10, 50 and 90 % points.

    Attributes
    ----------
    days : ISO 8601, days in Japan, in order; sums hold at their ends.
    low, middle, high : P10, P50, P90 of each.
    """

    days: Sequence[str]
    low: Sequence[float]
    middle: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True)
class Measured:
    """What was measured on each day in Japan; the last day may not be over."""

    days: Sequence[str]
    value: Sequence[float]


def total_figure(measured: Measured, start: float, fan: Fan | None, origin: str, unit: str, words: Words) -> go.Figure:
    """Return sums since the campaign's start: the measured line, and the fan of a forecast from its origin on.

    Parameters
    ----------
    measured : sums at the end of each day.
    start : sum at the beginning of the forecast's first day.
    fan : of the forecast; None where there is none.
    origin : instant at which the log ended, in Japan's time, as 2027-02-15T09:00:00; empty without a forecast.
    unit : of all values.
    words : texts ``live.figure.…``.
    """
    figure = go.Figure()
    if fan is not None:
        days = [f"{fan.days[0]}{BEGIN}", *(_end(day) for day in fan.days)]
        lines = [[start, *values] for values in (fan.low, fan.middle, fan.high)]
        _add_fan(figure, days, lines, "linear", words, _hovers(["", *fan.days], lines, unit, words))
    figure.add_trace(
        go.Scatter(
            x=[_end(day) for day in measured.days], y=list(measured.value), mode="lines",
            line={"color": INK, "width": 2.5}, name=words("live.figure.measured"),
            customdata=list(measured.days),
            hovertemplate=words("live.figure.total_hover", {"unit": unit}),
        )
    )  # fmt: skip
    _add_origin(figure, origin, words)
    return _finished(figure, _limits(measured, fan), words("live.figure.total_axis", {"unit": unit}), words)


def daily_figure(
    measured: Measured, fan: Fan | None, origin: str, target: tuple[float, str], unit: str, words: Words
) -> go.Figure:
    """Return what was measured each day as bars, the range forecast for each day, and the target as a line.

    Parameters
    ----------
    measured, fan, origin, unit, words : as for :func:`total_figure`, values of single days.
    target : a day's target and what it is called.
    """
    figure = go.Figure(
        go.Bar(
            x=[f"{day}{NOON}" for day in measured.days], y=list(measured.value), width=0.8 * 86_400_000,
            marker={"color": faint(INK, 0.75)}, name=words("live.figure.measured"), customdata=list(measured.days),
            hovertemplate=words("live.figure.day_hover", {"unit": unit}),
        )
    )  # fmt: skip
    if fan is not None:
        days = [f"{day}{NOON}" for day in fan.days]
        lines = [list(values) for values in (fan.low, fan.middle, fan.high)]
        _add_fan(figure, days, lines, "hvh", words, _hovers(fan.days, lines, unit, words))
    limits = _limits(measured, fan)
    value, called = target
    figure.add_trace(
        go.Scatter(
            x=limits, y=[value, value], mode="lines", line={"color": ORANGE, "width": 1.5, "dash": "dash"}, name=called,
            hoverinfo="skip",
        )
    )  # fmt: skip
    _add_origin(figure, origin, words)
    _finished(figure, limits, words("live.figure.day_axis", {"unit": unit}), words)
    highest = max([value, *measured.value, *(fan.high if fan is not None else ())])
    return figure.update_yaxes(range=[0.0, ROOM * highest])


def chance_figure(lines: Mapping[str, tuple[Sequence[str], Sequence[float]]], words: Words) -> go.Figure:
    """Return the chance by date that something is reached.

    Parameters
    ----------
    lines : what each line is called → its days and the chance by the end of each, 0 to 1.
    words : texts ``live.figure.…``.
    """
    figure = go.Figure()
    looks = ((BLUE, "solid"), (AMBER, "dash"), (FAINT, "dot"))
    for (name, (days, chance)), (colour, dash) in zip(lines.items(), looks, strict=False):
        figure.add_trace(
            go.Scatter(
                x=[_end(day) for day in days], y=[100.0 * one for one in chance], mode="lines+markers",
                line={"color": colour, "width": 2.5, "dash": dash}, marker={"size": 5}, name=name,
                customdata=list(days), hovertemplate=words("live.figure.chance_hover", {"name": name}),
            )
        )  # fmt: skip
    every = sorted({day for days, _ in lines.values() for day in days})
    _finished(figure, [f"{every[0]}{BEGIN}", _end(every[-1])], words("live.figure.chance_axis"), words)
    figure.update_yaxes(range=[-3, 103], ticksuffix=" %")
    return figure.update_layout(height=CHANCE_PX)


def _add_fan(
    figure: go.Figure, days: Sequence[str], lines: Sequence[Sequence[float]], shape: str, words: Words,
    hovers: Sequence[str],
) -> None:  # fmt: skip
    low, middle, high = lines
    plain: dict[str, Any] = {"width": 0, "shape": shape}
    figure.add_trace(
        go.Scatter(x=list(days), y=list(low), mode="lines", line=plain, hoverinfo="skip", showlegend=False)
    )
    figure.add_trace(
        go.Scatter(
            x=list(days), y=list(high), mode="lines", line=plain, fill="tonexty", fillcolor=faint(BLUE, SHADE),
            name=words("live.figure.range"), hoverinfo="skip",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=list(days), y=list(middle), mode="lines", line={"color": BLUE, "width": 2, "shape": shape},
            name=words("live.figure.middle"), customdata=list(hovers), hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip


def _hovers(days: Sequence[str], lines: Sequence[Sequence[float]], unit: str, words: Words) -> list[str]:
    """Return what is said of each day of a forecast; the beginning of the first has no name."""
    return [
        words(
            "live.figure.fan_hover" if day else "live.figure.begin_hover",
            {"day": day, "unit": unit}
            | {name: words.number(point) for name, point in zip(("low", "middle", "high"), points, strict=True)},
        )
        for day, *points in zip(days, *lines, strict=True)
    ]


def _add_origin(figure: go.Figure, origin: str, words: Words) -> None:
    """Mark the instant from which is forecast."""
    if origin:
        figure.add_vline(x=origin, line={"color": FAINT, "width": 1, "dash": "dot"})
        figure.add_annotation(
            x=origin, xref="x", y=1.0, yref="paper", text=words("live.figure.origin"), showarrow=False, xanchor="left",
            yanchor="top", xshift=4, font={"size": 11, "color": FAINT}, bgcolor="rgba(255, 255, 255, 0.7)",
        )  # fmt: skip


def _limits(measured: Measured, fan: Fan | None) -> list[str]:
    days = [*measured.days, *(fan.days if fan is not None else ())]
    return [f"{min(days)}{BEGIN}", _end(max(days))]


def _end(day: str) -> str:
    """Return the end of a day as the instant that plotly knows: midnight of the day after."""
    return f"{date.fromisoformat(day) + timedelta(days=1)}{BEGIN}"


def _finished(figure: go.Figure, limits: Sequence[str], axis: str, words: Words) -> go.Figure:
    laid_out(figure, HEIGHT_PX)
    day_axis(figure, words("live.figure.date_axis"), limits)
    figure.update_yaxes(title_text=axis, rangemode="tozero", exponentformat="none", separatethousands=True)
    return figure.update_layout(barmode="overlay", margin={"t": 56}, legend={"traceorder": "normal"})
