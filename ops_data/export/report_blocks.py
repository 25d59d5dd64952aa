"""Pieces a report is set from: headings, paragraphs, tables, figures. The template lays them out."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "heading", "text", "lead", "list", "fill", "callout", "table", "figure", "landscape", "portrait"
]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as printed.

    Attributes
    ----------
    caption : what it shows.
    head : column titles.
    rows : cells; a row of a single cell is a subheading across all columns; in a table of more columns, the second of
        two cells is a remark across all others. Of a cell with several lines the first stands out.
    widths : of the columns, as shares of the page; 0 for as wide as the content.
    align : one letter a column, ``l`` or ``r``.
    note : small print below, empty for none.
    bands : whether subheadings are repeated where the table goes on over the page, and titles stay with their rows.
    unbroken : whether it always stays on one page.
    groups : a line above the column titles: title and how many columns it spans; empty for none.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    align: str
    note: str = ""
    groups: tuple[tuple[str, int], ...] = ()
    bands: bool = False
    unbroken: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One piece; ``level`` is that of a heading, ``figure`` the name of a picture, ``alt`` its description in words."""

    kind: Kind
    text: str = ""
    level: int = 0
    lines: tuple[str, ...] = ()
    table: Table | None = None
    figure: str = ""
    alt: str = ""


def heading(text: str, level: int) -> Block:
    """Return a heading; level 1 is a section."""
    return Block("heading", text, level)


def paragraph(text: str) -> Block:
    """Return a paragraph."""
    return Block("text", text)


def lead(text: str) -> Block:
    """Return a paragraph that stays with what follows it."""
    return Block("lead", text)


def callout(text: str) -> Block:
    """Return a paragraph that stands out."""
    return Block("callout", text)


def to_fill(head: str, text: str) -> Block:
    """Return a place that the proponent fills: its label and what belongs there."""
    return Block("fill", head, lines=(text,))
