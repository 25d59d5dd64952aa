"""Charts of the review report: thresholds, noise, emissions; the maps are in ``review_maps``."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes

from dashboards.figures.review_style import BLUE, FAINT, GREEN, ORANGE, canvas, look, to_svg
from ops_data.export.report_data import ProxyRow, Quantity, ThresholdRow
from ops_data.export.report_tables import level_title
from ops_data.export.report_text import Words, number, plain

COLOURS: Final[dict[Quantity, str]] = {"concentration": BLUE, "deposit": ORANGE}
FURTHEST: Final = ("plume_furthest_km", "deposit_furthest_km")
Spread = tuple[float, float, float]


def threshold_chart(rows: Sequence[ThresholdRow], words: Words) -> bytes:
    """Return how far each screening level reaches, P10 to P90, for concentration and deposit.

    Parameters
    ----------
    rows : the threshold table; of it the rows of `FURTHEST` are drawn.
    words : language.
    """
    shown = [row for row in rows if row.metric in FURTHEST]
    names = [level_title(row, words) for row in shown]
    with look(words):
        figure, axes = canvas(0.9 + 0.27 * len(shown))
        spreads = [(row.low, row.value, row.high) for row in shown]
        _ranges(axes, names, spreads, [COLOURS[row.quantity] for row in shown], words.text("axes", "not_even_high"))
        axes.set_xlim(left=0.0)
        axes.set_xlabel(f"{words.text('axes', 'distance')} – {words.text('axes', 'screening')}")
        return to_svg(figure)


def noise_chart(rows: Sequence[ProxyRow], words: Words) -> bytes:
    """Return the range to each noise level, P10 to P90, on a logarithmic scale; ranges of 0 are left out.

    Losses of hearing with 15 lg R are left to the table, which has room for them.

    Parameters
    ----------
    rows : ranges in km; ``detail`` names the level.
    words : language.
    """
    shown = [row for row in rows if not row.detail.endswith(("TTS 15 lg R", "injury 15 lg R"))]
    names = [words.detail(row.detail) for row in shown]
    spreads = [_spread(row) for row in shown]
    with look(words):
        figure, axes = canvas(0.9 + 0.24 * len(shown))
        axes.set_xscale("log")
        _ranges(axes, names, spreads, [GREEN] * len(shown), words.text("axes", "not_even_high"))
        axes.set_xlabel(words.text("axes", "range"))
        axes.xaxis.set_major_formatter(lambda value, _: plain(float(f"{value:.3g}")))
        return to_svg(figure)


def emission_chart(rows: Sequence[ProxyRow], words: Words) -> bytes:
    """Return what is emitted to the air, P10 to P90, on a logarithmic scale, with P50 in figures.

    Parameters
    ----------
    rows : tonnes; ``detail`` names the gas.
    words : language.
    """
    names = [f"{words.detail(row.detail)}  {number(row.value)} t" for row in rows]
    with look(words):
        figure, axes = canvas(0.9 + 0.24 * len(rows))
        axes.set_xscale("log")
        _ranges(axes, names, [_spread(row) for row in rows], [ORANGE] * len(rows), "")
        axes.set_xlabel(words.text("axes", "emission"))
        axes.xaxis.set_major_formatter(lambda value, _: plain(float(f"{value:.3g}")))
        return to_svg(figure)


def _spread(row: ProxyRow) -> Spread:
    low = row.value if row.low is None else row.low
    high = row.value if row.high is None else row.high
    return low, row.value, high


def _ranges(axes: Axes, names: Sequence[str], spreads: Sequence[Spread], colours: Sequence[str], nothing: str) -> None:
    """Draw P10 to P90 as a bar and P50 as a mark, one line each, the first on top; a word where all is 0."""
    places = np.arange(len(names))[::-1]
    for place, (low, middle, high), colour in zip(places, spreads, colours, strict=True):
        if not high > 0.0:
            axes.annotate(
                nothing, (0.0, place), xycoords=("axes fraction", "data"), xytext=(4, 0),
                textcoords="offset points", va="center", color=FAINT, fontsize=7.0,
            )  # fmt: skip
            continue
        axes.plot([low, high], [place, place], color=colour, linewidth=5.0, alpha=0.35, solid_capstyle="butt")
        axes.plot([middle], [place], marker="D", markersize=4.5, color=colour)
    axes.set_yticks(places, names)
    axes.set_ylim(-0.7, len(names) - 0.3)
    axes.tick_params(axis="y", length=0.0)
    axes.grid(axis="x", color="#e2e8ec", linewidth=0.6)
    axes.set_axisbelow(True)
