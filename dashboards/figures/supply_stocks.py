"""Picture of how long stocks last."""

import math
from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go

from dashboards.figures.supply_parts import COLOURS, HOVER, bars, cells_of, plain, said
from dashboards.theme import laid_out
from dashboards.words import Words
from ops_data.reference.japanese import title
from ops_data.supply_names import SUPPLY_ELEMENTS

if TYPE_CHECKING:
    import pandas as pd

SYMBOLS: Final = ("circle", "diamond", "square", "triangle-up", "cross", "x")
ROW_PX: Final = 46  # of one element
TICKS_D: Final = (10, 30, 90, 365, 1_000, 3_650)
YEAR_D: Final = 365.0
RIGHT_RATIO: Final = 1.4  # of the edges of the axis to the outermost numbers
ROOM: Final = 0.36  # from the middle of a row to its outermost dot


def cover_figure(cover: "pd.DataFrame", words: Words) -> go.Figure:
    """Return how many days stocks of each element last in each scenario.

    Parameters
    ----------
    cover : columns scenario, element, p10_days, p50_days, p90_days; what lasts without end is not drawn, and a range
        without end goes to the right edge.
    words : texts by key.
    """
    scenarios = list(dict.fromkeys(cover["scenario"]))
    elements = [name for name in SUPPLY_ELEMENTS if name in set(cover["element"])]
    rows = {name: place for place, name in enumerate(reversed(elements))}
    unit = words("supply.unit.days")
    ends = [
        day for name in ("p50_days", "p90_days", "p10_days") for day in cover[name] if math.isfinite(day) and day > 0.0
    ]
    right = RIGHT_RATIO * max(ends, default=YEAR_D)
    figure = go.Figure()
    for place, scenario in enumerate(scenarios):
        part = cover[(cover["scenario"] == scenario) & (cover["p50_days"] > 0.0)]
        part = part[part["p50_days"].map(math.isfinite)]
        cells = cells_of(part, "element", "p50_days", "p10_days", "p90_days")
        shift = ROOM - 2.0 * ROOM * place / max(1, len(scenarios) - 1)
        colour = COLOURS[place % len(COLOURS)]
        dots = go.Scatter(
            x=[one[1] for one in cells], y=[rows[one[0]] + shift for one in cells], mode="markers",
            name=plain(str(scenario)), marker={"color": colour, "size": 8, "symbol": SYMBOLS[place % len(SYMBOLS)]},
            error_x=bars(
                [one[2] for one in cells], [one[1] for one in cells], [min(one[3], right) for one in cells], colour
            ),
            text=[said(f"{title('element', name, words.lang)}, {plain(str(scenario))}", days, unit, words)
                  for name, *days in cells],
            hovertemplate=HOVER,
        )  # fmt: skip
        figure.add_trace(dots)
    figure.update_xaxes(
        type="log",
        range=[math.log10(min(ends, default=YEAR_D) / RIGHT_RATIO), math.log10(right)],
        title_text=words("supply.axis.cover"),
        tickvals=list(TICKS_D),
        ticktext=[f"{day:,}" for day in TICKS_D],
    )
    figure.update_yaxes(
        tickvals=list(rows.values()), ticktext=list(rows), range=[-0.5, len(rows) - 0.5], zeroline=False
    )
    return laid_out(figure, ROW_PX * max(1, len(elements)) + 120)
