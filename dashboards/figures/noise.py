"""Picture of underwater noise: how far from the vessel each level is met, by group of animals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import plotly.graph_objects as go

from dashboards.figures.ranges import lay_out_rows, write_names
from dashboards.theme import BLUE, INK, ORANGE
from dashboards.words import Words

HARMS: Final = {"disturbance": INK, "TTS": BLUE, "injury": ORANGE}
SPREADS: Final = {"20 lg R": "circle", "15 lg R": "diamond-open", "20 lg R with surface image": "square"}
OFFSETS: Final = {"disturbance": 0.0, "TTS": 0.1, "injury": -0.16}  # of marks of one row
ROW_PX: Final = 58
LEGEND_PX: Final = 84
TICKS_KM: Final = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1_000.0)


@dataclass(frozen=True)
class Heard:
    """How far one level of noise reaches.

    Attributes
    ----------
    row : what stands at its row: a group of animals, or disturbance.
    harm : "disturbance", "TTS" or "injury".
    spreading : a key of `SPREADS`.
    low_km, value_km, high_km : P10, P50, P90; not finite where there is none.
    """

    row: str
    harm: str
    spreading: str
    low_km: float
    value_km: float
    high_km: float


def noise_figure(heard: Sequence[Heard], words: Words) -> go.Figure:
    """Return ranges as marks with their P10 to P90, on an axis in powers of ten.

    Parameters
    ----------
    heard : all ranges; rows in the order of their first.
    words : language.
    """
    rows = list(dict.fromkeys(one.row for one in heard))
    figure = go.Figure()
    for harm in HARMS:
        for spreading in SPREADS:
            found = [one for one in heard if (one.harm, one.spreading) == (harm, spreading) and one.value_km > 0.0]
            if found:
                figure.add_trace(_marks(found, rows, harm, spreading, words))
    write_names(figure, [(row, "") for row in rows])
    lay_out_rows(figure, len(rows), words("environment.noise.axis"), ROW_PX, LEGEND_PX)
    ends = [end for one in heard for end in (one.low_km, one.high_km) if math.isfinite(end) and end > 0.0]
    low, high = math.log10(min(ends, default=0.1)) - 0.1, math.log10(max(ends, default=10.0)) + 0.1
    ticks = [tick for tick in TICKS_KM if low <= math.log10(tick) <= high]
    figure.update_xaxes(type="log", range=[low, high], tickvals=ticks, ticktext=[f"{tick:,g}" for tick in ticks])
    return figure


def _marks(found: Sequence[Heard], rows: Sequence[str], harm: str, spreading: str, words: Words) -> go.Scatter:
    law = words(f"environment.noise.spreading.{spreading.replace(' ', '_')}")
    said = words("environment.noise.mark", {"harm": words(f"environment.noise.{harm}"), "spreading": law})
    return go.Scatter(
        x=[one.value_km for one in found],
        y=[OFFSETS[harm] - rows.index(one.row) for one in found],
        mode="markers", name=said,
        marker={"symbol": SPREADS[spreading], "size": 9, "color": HARMS[harm], "line": {"width": 1.5}},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1.5, "width": 4, "color": HARMS[harm],
            "array": [max(one.high_km - one.value_km, 0.0) if math.isfinite(one.high_km) else 0.0 for one in found],
            "arrayminus": [max(one.value_km - one.low_km, 0.0) for one in found],
        },
        customdata=[
            [escape(one.row, quote=False), *(words.number(end) for end in (one.low_km, one.value_km, one.high_km))]
            for one in found
        ],
        hovertemplate=f"<b>%{{customdata[0]}}</b><br>{said}<br>P50 %{{customdata[2]}} km<br>"
        "P10 %{customdata[1]}, P90 %{customdata[3]} km<extra></extra>",
    )  # fmt: skip
