"""Picture of greenhouse gases: how much, and who gives it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import plotly.graph_objects as go

from dashboards.figures.ranges import Range, range_bars
from dashboards.theme import BLUE, GREEN, INK
from dashboards.words import Words

COLOURS: Final = {"total": INK, "ships": BLUE, "plants": GREEN}


@dataclass(frozen=True)
class Emitted:
    """What one source gives off.

    Attributes
    ----------
    name, label : its code name, and what it is called.
    low_t, value_t, high_t : P10, P50, P90 [t CO2e].
    kind : a key of `COLOURS`.
    """

    name: str
    label: str
    low_t: float
    value_t: float
    high_t: float
    kind: str


def emission_figure(emitted: Sequence[Emitted], axis: str, words: Words) -> go.Figure:
    """Return a bar for each source with its range.

    Parameters
    ----------
    emitted : from top to bottom.
    axis : title of the axis, with the unit.
    words : language.
    """
    rows = []
    for one in emitted:
        fill = {"value": words.number(one.value_t), "low": words.number(one.low_t), "high": words.number(one.high_t)}
        told = words("environment.closure.told", fill)
        rows.append(Range(one.label, one.low_t, one.value_t, one.high_t, told, colour=COLOURS[one.kind]))
    return range_bars(rows, axis)
