"""The table and the picture that a sensitivity study or a sweep may write to files."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from twin.commands.files import STANDARD_OUTPUT, write_text

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


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


def _readable(frame: "pd.DataFrame", numbers: Sequence[str]) -> "pd.DataFrame":
    from twin.commands.summary import scaled

    told, scales = frame.copy(), [scaled(unit) for unit in frame["unit"]]
    told["unit"] = [unit for _, unit in scales]
    for name in numbers:
        told[name] = frame[name] / [scale for scale, _ in scales]
    return told
