"""Writes the sections of one report: knows its data, the words of its language, and which figures there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ops_data.export.report_blocks import Block, Table, callout, heading, lead, paragraph, to_fill
from ops_data.export.report_data import Figures
from ops_data.export.report_text import Words

Data = TypeVar("Data")


@dataclass(frozen=True, eq=False)
class Writer(Generic[Data]):
    """What the sections of a report are written with; the words have tables ``headings``, ``text`` and ``captions``."""

    data: Data
    figures: Figures
    words: Words

    def head(self, key: str, level: int = 1) -> Block:
        """Return a heading."""
        return heading(self.words.text("headings", key), level)

    def say(self, key: str) -> Block:
        """Return a paragraph."""
        return paragraph(self.words.text("text", key))

    def lead(self, key: str) -> Block:
        """Return a paragraph that stays with the table below it."""
        return lead(self.words.text("text", key))

    def tell(self, key: str, numbers: Mapping[str, str]) -> Block:
        """Return a paragraph with numbers in its gaps, which stays with the table below it."""
        return lead(self.words.text("text", key).format_map(numbers))

    def warn(self, key: str) -> Block:
        """Return a paragraph that stands out."""
        return callout(self.words.text("text", key))

    def fill(self, key: str) -> Block:
        """Return a place for the proponent."""
        return to_fill(self.words.text("document", "to_be_filled"), self.words.text("text", key))

    def table(self, table: Table) -> Block:
        """Return a table, or a sentence that says it has no rows."""
        return Block("table", table=table) if table.rows else paragraph(self.words.text("text", "empty"))

    def show(self, *names: str) -> Sequence[Block]:
        """Return the figures that there are."""
        return [
            Block("figure", self.words.text("captions", name), figure=name, alt=self.words.text("alts", name))
            for name in names
            if name in self.figures
        ]
