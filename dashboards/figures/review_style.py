"""How the pictures of the review report look, and how they become SVG: the same bytes for the same input."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ops_data.export.report_text import Words
from ops_data.export.typesetting import font_folders

INK: Final = "#1d2733"
FAINT: Final = "#5b6b7a"
BLUE: Final = "#0072b2"  # colours of Okabe and Ito, told apart by colour-blind readers
ORANGE: Final = "#d55e00"
GREEN: Final = "#009e73"
PURPLE: Final = "#8f2d73"
WIDTH_IN: Final = 6.5  # width of the text of an A4 page
FAMILY: Final = {"en": ["DejaVu Sans", "IPAexGothic"], "ja": ["IPAexGothic", "DejaVu Sans"]}
LOOK: Final[Any] = {  # the library types its settings by name, one by one
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "review",  # identifiers repeat
    "font.size": 8.0,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.titlesize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "axes.unicode_minus": True,
    "legend.frameon": False,
    "date.autoformatter.month": "%Y-%m",
    "date.autoformatter.day": "%Y-%m-%d",
    "date.autoformatter.hour": "%m-%d %H:%M",
}


@contextmanager
def look(words: Words) -> Iterator[None]:
    """Draw in the report's style and in the language's typeface; the settings before come back afterwards."""
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    if "IPAexGothic" not in known:
        font_manager.fontManager.addfont(font_folders()[1] / "ipaexg.ttf")
    with matplotlib.rc_context({**LOOK, "font.family": FAMILY[words.language]}):
        yield


def canvas(height_in: float) -> tuple[Figure, Axes]:
    """Return a figure of the page's width with one pair of axes."""
    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    return figure, figure.add_subplot()


def to_svg(figure: Figure) -> bytes:
    """Return the figure as SVG without date or program."""
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
