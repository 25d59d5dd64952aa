"""The table and the picture that a sensitivity study or a sweep may write to files."""

import sys
import textwrap
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from twin.commands.files import STANDARD_OUTPUT, write_text

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

TITLE_LETTERS: Final = 60  # in one line above a picture; 600 pixels hold as many


def write_outputs(
    options: Namespace,
    frame: "pd.DataFrame",
    numbers: Sequence[str],
    draw: "Callable[[pd.DataFrame], go.Figure]",
) -> None:
    """Write the files that were asked for.

    Parameters
    ----------
    options : with csv and figure.
    frame : the table; its column ``unit`` says what `numbers` are in.
    numbers : columns that the picture shows in units for people, such as million JPY.
    draw : makes the picture of such a table.
    """
    if options.csv is not None:
        text: str = frame.to_csv(index=False, lineterminator="\n")
        if options.csv == STANDARD_OUTPUT:
            sys.stdout.write(text)
        else:
            write_text("--csv", options.csv, text)
    if options.figure is not None:
        write_text("--figure", options.figure, draw(_readable(frame, numbers)).to_html(include_plotlyjs=True))


def picture_title(*sentences: str) -> str:
    """Return what stands above a picture: every sentence in lines that a narrow window holds.

    Examples
    --------
    >>> picture_title("Pilot", "sweep of one.very_long_key_of_thirty_letters and another.long_key")
    'Pilot<br>sweep of one.very_long_key_of_thirty_letters and<br>another.long_key'
    """
    return "<br>".join(line for text in sentences for line in textwrap.wrap(text, TITLE_LETTERS))


def _readable(frame: "pd.DataFrame", numbers: Sequence[str]) -> "pd.DataFrame":
    from twin.commands.summary import scaled

    told, scales = frame.copy(), [scaled(unit) for unit in frame["unit"]]
    told["unit"] = [unit for _, unit in scales]
    for name in numbers:
        told[name] = frame[name] / [scale for scale, _ in scales]
    return told
