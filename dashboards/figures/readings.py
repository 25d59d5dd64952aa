"""A picture of one sensor over time: a line that breaks where readings are missing, and marks on flagged ones."""

import textwrap
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboards.theme import AMBER, BLUE, FAINT, GREEN, INK, ORANGE, PURPLE, laid_out
from ops_data.readings import Series
from ops_data.units import JST_OFFSET_S

HEIGHT_PX: Final = 380
LETTERS, WIDE_LETTERS = 26, 14  # of a line beside the axis
MS_PER_S: Final = 1e3  # a date axis counts milliseconds
MARKS: Final = (  # shape and colour of a flag, the most frequent first; the last of them for all further flags
    ("x-thin", ORANGE),
    ("triangle-up-open", PURPLE),
    ("square-open", GREEN),
    ("diamond-open", AMBER),
    ("star-open", INK),
)
NO_WORDS: Final[Mapping[str, str]] = MappingProxyType({})
INSTANT: Final = "%Y-%m-%d %H:%M:%S"
TICKS: Final = (  # between which distances of ticks [ms] they are written so; without names of months, in any language
    (None, 60_000, "%H:%M:%S\n%Y-%m-%d"),
    (60_000, 86_400_000, "%H:%M\n%Y-%m-%d"),
    (86_400_000, "M1", "%m-%d\n%Y"),
    ("M1", None, "%Y-%m"),
)


def readings_figure(
    series: Series, tag: str, unit: str, words: Callable[..., str], flags: Mapping[str, str] = NO_WORDS
) -> go.Figure:
    """Return the readings of one sensor over the range asked for.

    Parameters
    ----------
    series : the readings.
    tag, unit : what the axis is called; the unit may be empty.
    words : text of a key, and of a key with what its braces hold.
    flags : what flags are called; one that is not in it by its own word.

    Returns
    -------
    The line of good readings, a dot where one stands alone between two gaps, a mark of another shape for each flag, and
    in place of the line a sentence when there is nothing to draw. The time axis is in UTC; hovering tells Japan's too.
    """
    figure = go.Figure([_line(series, words), _alone(series), *_marks(series, words, flags)])
    for trace in figure.data:
        trace.meta = [_plain(unit)]
    title = words("readings.time")
    if series.thinned:
        drawn = int(np.isfinite(series.value).sum()) + len(series.flagged_value)
        count = words("readings.thinned", {"drawn": f"{drawn:,}", "rows": f"{series.rows:,}"})
        title = "<br>".join([title, count, words("readings.kept")])
    figure.update_xaxes(
        type="date", range=[series.begin_utc * MS_PER_S, series.end_utc * MS_PER_S], title={"text": title},
        tickformatstops=[{"dtickrange": [low, high], "value": text} for low, high, text in TICKS],
    )  # fmt: skip
    named = f"{tag} ({unit})" if unit else tag
    lines = textwrap.wrap(named, LETTERS if named.isascii() else WIDE_LETTERS)  # no longer than the axis is high
    figure.update_yaxes(title={"text": "<br>".join(map(_plain, lines))}, exponentformat="none", separatethousands=True)
    if not np.isfinite(series.value).any() and not np.isfinite(series.flagged_value).any():
        key, fill = ("readings.nothing", {}) if not series.rows else ("readings.no_value", {"rows": f"{series.rows:,}"})
        figure.add_annotation(
            text=words(key, fill), xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False,
            font={"size": 15, "color": FAINT},
        )  # fmt: skip
        figure.update_yaxes(showticklabels=False)
    figure.update_layout(showlegend=bool(series.flags))
    return laid_out(figure, HEIGHT_PX)


def _line(series: Series, words: Callable[..., str]) -> go.Scatter:
    return go.Scatter(
        x=series.time_utc * MS_PER_S, y=series.value, customdata=_in_japan(series.time_utc), mode="lines",
        line={"color": BLUE, "width": 1.5}, connectgaps=False, name=words("readings.good"), hovertemplate=_hover(""),
    )  # fmt: skip


def _alone(series: Series) -> go.Scatter:
    """Return dots for the readings that no line reaches."""
    drawn = np.concatenate([[False], np.isfinite(series.value), [False]])
    alone = drawn[1:-1] & ~drawn[:-2] & ~drawn[2:]
    times = series.time_utc[alone]
    return go.Scatter(
        x=times * MS_PER_S, y=series.value[alone], customdata=_in_japan(times), mode="markers",
        marker={"color": BLUE, "size": 4}, showlegend=False, hovertemplate=_hover(""),
    )  # fmt: skip


def _marks(series: Series, words: Callable[..., str], called: Mapping[str, str]) -> list[go.Scatter]:
    """Return a trace for each of the most frequent flags, and one for all others."""
    flags = sorted(series.flags, key=lambda flag: (-series.flags[flag], flag))
    single = flags if len(flags) <= len(MARKS) else flags[: len(MARKS) - 1]
    rest = flags[len(single) :]
    names = {flag: _plain(called.get(flag, flag)) for flag in flags}
    groups = [([flag], words("readings.flag", _count(names[flag], series.flags[flag]))) for flag in single]
    if rest:
        groups.append((rest, words("readings.other_flags", _count("", sum(series.flags[flag] for flag in rest)))))
    quality = np.asarray(series.flagged_quality, dtype=object)
    traces = []
    for (held, name), (symbol, colour) in zip(groups, MARKS, strict=False):
        places = np.isin(quality, held)
        times = series.flagged_time_utc[places]
        trace = go.Scatter(
            x=times * MS_PER_S, y=series.flagged_value[places], customdata=_in_japan(times), mode="markers", name=name,
            text=[names[flag] for flag in quality[places]],
            marker={"symbol": symbol, "color": colour, "size": 9, "line": {"color": colour, "width": 1.5}},
            hovertemplate=_hover("<br>%{text}"),
        )  # fmt: skip
        traces.append(trace)
    return traces


def _plain(text: str) -> str:
    """Return a person's text so that it is read neither as HTML nor as a template."""
    return escape(text).replace("{", "&#123;")


def _count(flag: str, rows: int) -> dict[str, str]:
    return {"flag": flag, "rows": f"{rows:,}"}


def _hover(more: str) -> str:
    return f"%{{y:,.6~r}} %{{meta[0]}}{more}<br>%{{x|{INSTANT}}} UTC<br>%{{customdata|{INSTANT}}} JST<extra></extra>"


def _in_japan(time_utc: NDArray[np.int64]) -> NDArray[Any]:
    """Return times as they are written in Japan."""
    return np.datetime_as_string((time_utc + JST_OFFSET_S).astype("datetime64[s]"))
