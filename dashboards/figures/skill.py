"""Figures of the page Forecast skill: loss, coverage and bias by lead, where what came lay among the members."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboards.figures.operations import day_axis
from dashboards.theme import AMBER, BLUE, GREY, INK, ORANGE, faint, laid_out
from dashboards.words import Words
from ops_data.units import SECONDS_PER_HOUR

HEIGHT_PX: Final = 360
NOMINAL: Final = 90.0  # per cent of the range that is scored
COLOURS: Final = {"calibrated": BLUE, "planned": AMBER, "persistence": GREY}
PATTERNS: Final = {"calibrated": "", "planned": "/", "persistence": "."}
SYMBOLS: Final = {"calibrated": "circle", "planned": "diamond", "persistence": "square"}
ASIDE: Final = 0.12  # by which two marks of one lead stand apart; leads are 1 apart


@dataclass(frozen=True)
class ByLead:
    """A mean by lead.

    Attributes
    ----------
    kind : ``calibrated``, ``planned`` or ``persistence``; gives the colour.
    leads_d : days, in order.
    value : of each lead.
    count : forecasts behind each.
    low, high : ends of its range where it has one, else as the value.
    """

    kind: str
    leads_d: Sequence[int]
    value: Sequence[float]
    count: Sequence[int]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


def loss_figure(groups: Sequence[ByLead], leads_d: Sequence[int], unit: str, words: Words) -> go.Figure:
    """Return the mean loss by lead as bars side by side; shorter is better.

    Parameters
    ----------
    groups : of one lead or more; one that lacks a lead has no bar there.
    leads_d : every lead, in order.
    unit : of the loss.
    words : texts ``skill.figure.…`` and ``measured.short.…``.
    """
    figure = go.Figure()
    for one in groups:
        figure.add_trace(
            go.Bar(
                x=[leads_d.index(lead) for lead in one.leads_d], y=list(one.value), marker=_marked(one.kind),
                name=words(f"measured.short.{one.kind}"), customdata=_said(one, words),
                hovertemplate=words("skill.figure.loss_hover", {"unit": unit}),
            )
        )  # fmt: skip
    figure.update_layout(barmode="group", bargap=0.3)
    return _by_lead(figure, leads_d, words("skill.figure.loss_axis", {"unit": unit}), words).update_yaxes(
        rangemode="tozero"
    )


def coverage_figure(groups: Sequence[ByLead], leads_d: Sequence[int], words: Words) -> go.Figure:
    """Return how often the 90 % range held what came, with Wilson's range, by lead.

    Parameters
    ----------
    groups : values, low and high in per cent.
    leads_d, words : as for :func:`loss_figure`.
    """
    figure = go.Figure()
    for number, one in enumerate(groups):
        aside = ASIDE * (2 * number - len(groups) + 1)
        figure.add_trace(
            go.Scatter(
                x=[leads_d.index(lead) + aside for lead in one.leads_d], y=list(one.value), mode="markers",
                name=words(f"measured.short.{one.kind}"),
                marker={"color": COLOURS[one.kind], "size": 10, "symbol": SYMBOLS[one.kind]},
                error_y={
                    "type": "data", "symmetric": False, "color": COLOURS[one.kind], "thickness": 2, "width": 5,
                    "array": np.subtract(one.high, one.value).tolist(),
                    "arrayminus": np.subtract(one.value, one.low).tolist(),
                },
                customdata=_said(one, words), hovertemplate=words("skill.figure.coverage_hover"),
            )
        )  # fmt: skip
    figure.add_hline(y=NOMINAL, line={"color": ORANGE, "width": 1.5, "dash": "dash"})
    _by_lead(figure, leads_d, words("skill.figure.coverage_axis"), words)
    return figure.update_yaxes(range=[-3, 103], ticksuffix=" %")


def bias_figure(groups: Sequence[ByLead], leads_d: Sequence[int], unit: str, words: Words) -> go.Figure:
    """Return the mean of median less what came, by lead: above zero too much was forecast.

    Parameters
    ----------
    groups, leads_d, unit, words : as for :func:`loss_figure`.
    """
    figure = go.Figure()
    for one in groups:
        figure.add_trace(
            go.Bar(
                x=[leads_d.index(lead) for lead in one.leads_d], y=list(one.value), marker=_marked(one.kind),
                name=words(f"measured.short.{one.kind}"), customdata=_said(one, words),
                hovertemplate=words("skill.figure.bias_hover", {"unit": unit}),
            )
        )  # fmt: skip
    figure.update_layout(barmode="group", bargap=0.3)
    figure.add_hline(y=0.0, line={"color": INK, "width": 1})
    return _by_lead(figure, leads_d, words("skill.figure.bias_axis", {"unit": unit}), words)


def place_figure(counts: Sequence[int], expected: float, words: Words) -> go.Figure:
    """Return how often what came lay in each part of the forecast, from below all members to above all.

    Parameters
    ----------
    counts : by parts of equal chance, from low to high.
    expected : count of each part if forecasts are neither off, too narrow nor too wide.
    words : texts ``skill.figure.…``.
    """
    edges = np.linspace(0.0, 100.0, len(counts) + 1)
    middles = [(low + high) / 2.0 for low, high in pairwise(edges)]
    names = [f"{low:.0f}–{high:.0f} %" for low, high in pairwise(edges)]
    figure = go.Figure(
        go.Bar(
            x=middles, y=list(counts), marker={"color": faint(BLUE, 0.75)}, showlegend=False, customdata=names,
            hovertemplate=words("skill.figure.place_hover"),
        )
    )  # fmt: skip
    figure.add_hline(y=expected, line={"color": ORANGE, "width": 1.5, "dash": "dash"})
    figure.update_xaxes(title_text=words("skill.figure.place_axis"), range=[0, 100], tickvals=edges.tolist())
    figure.update_yaxes(title_text=words("skill.figure.count_axis"), tickformat=",d", rangemode="tozero")
    if max(counts) <= 5:
        figure.update_yaxes(dtick=1)
    return laid_out(figure, HEIGHT_PX).update_layout(bargap=0.06)


@dataclass(frozen=True)
class Said:
    """What one forecast said for one lead, and what came.

    Attributes
    ----------
    kind : ``calibrated`` or ``planned``.
    when : end of its log in Japan's time.
    low, middle, high : 5, 50 and 95 % points.
    came : what was measured.
    """

    kind: str
    when: str
    low: float
    middle: float
    high: float
    came: float


def said_figure(rows: Sequence[Said], unit: str, words: Words) -> go.Figure:
    """Return for each forecast its range and what came, by the end of its log.

    Parameters
    ----------
    rows : of one lead, one at least.
    unit : of all values.
    words : texts ``skill.figure.…``.
    """
    figure = go.Figure()
    kinds = list(dict.fromkeys(one.kind for one in rows))
    for number, kind in enumerate(kinds):
        own = [one for one in rows if one.kind == kind]
        aside_h = 5 * (2 * number - len(kinds) + 1)
        figure.add_trace(
            go.Scatter(
                x=[_moved(one.when, aside_h) for one in own], y=[one.middle for one in own], mode="markers",
                name=words(f"measured.short.{kind}"),
                marker={"color": COLOURS[kind], "size": 9, "symbol": SYMBOLS[kind]},
                error_y={
                    "type": "data", "symmetric": False, "color": COLOURS[kind], "thickness": 3, "width": 6,
                    "array": [one.high - one.middle for one in own],
                    "arrayminus": [one.middle - one.low for one in own],
                },
                customdata=[[words.number(part) for part in (one.low, one.middle, one.high)] for one in own],
                hovertemplate=words("skill.figure.said_hover", {"unit": unit}),
            )
        )  # fmt: skip
    came = {one.when: one.came for one in rows}
    figure.add_trace(
        go.Scatter(
            x=list(came), y=list(came.values()), mode="markers", name=words("skill.figure.came"),
            marker={"symbol": "line-ew", "size": 26, "line": {"color": INK, "width": 3}},
            hovertemplate=words("skill.figure.came_hover", {"unit": unit}),
        )
    )  # fmt: skip
    laid_out(figure, HEIGHT_PX)
    whens = sorted(came)
    day_axis(figure, words("skill.figure.origin_axis"), [_moved(whens[0], -48), _moved(whens[-1], 48)])
    return figure.update_yaxes(
        title_text=words("skill.figure.sum_axis", {"unit": unit}), rangemode="tozero", exponentformat="none",
        separatethousands=True,
    )  # fmt: skip


def _marked(kind: str) -> dict[str, Any]:
    colour = COLOURS[kind]
    if not PATTERNS[kind]:
        return {"color": colour}
    pattern = {"shape": PATTERNS[kind], "bgcolor": colour, "fgcolor": "white", "fgopacity": 0.75, "size": 7}
    return {"color": colour, "pattern": pattern}


def _said(one: ByLead, words: Words) -> list[list[str]]:
    """Return what is said of each mark: what, lead, value, count, ends."""
    ends = list(zip(one.low, one.high, strict=True)) or [(value, value) for value in one.value]
    return [
        [words(f"measured.short.{one.kind}"), str(lead), words.number(value), str(count),
         words.number(low), words.number(high)]
        for lead, value, count, (low, high) in zip(one.leads_d, one.value, one.count, ends, strict=True)
    ]  # fmt: skip


def _by_lead(figure: go.Figure, leads_d: Sequence[int], axis: str, words: Words) -> go.Figure:
    laid_out(figure, HEIGHT_PX)
    figure.update_xaxes(
        tickvals=list(range(len(leads_d))), ticktext=[str(lead) for lead in leads_d], zeroline=False,
        range=[-0.6, len(leads_d) - 0.4], title_text=words("skill.figure.lead_axis"), gridcolor="white",
    )  # fmt: skip
    return figure.update_yaxes(title_text=axis, exponentformat="none", separatethousands=True)


def _moved(when: str, hours: float) -> str:
    return str(np.datetime64(when, "s") + np.timedelta64(int(SECONDS_PER_HOUR * hours), "s"))
