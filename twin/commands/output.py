"""What commands print: text for people on a terminal or in a file, or one JSON document."""

import json
import logging
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, Literal, cast

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDEST: Final = 120
NARROWEST: Final = 60
NO_BREAK: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Trimmed:
    """Standard output without the spaces that a layout leaves at the ends of lines."""

    def write(self, text: str) -> int:
        """Write a text of whole lines."""
        return sys.stdout.write("\n".join(line.rstrip(" ") for line in text.split("\n")))

    def flush(self) -> None:
        """Hand everything on."""
        sys.stdout.flush()


def console() -> "Console":
    """Return standard output for people: as wide as the terminal within reason; plain, 80 letters wide in a file."""
    from rich.console import Console

    plain = None if sys.stdout.isatty() else cast(IO[str], Trimmed())
    found = Console(file=plain, highlight=False, emoji=False, markup=False)
    found.width = max(NARROWEST, min(found.width, WIDEST))
    return found


def plain_table(*headings: str, right: Sequence[str] = ()) -> "Table":
    """Return an empty table without lines; the first column gives way when the width is short, numbers never do."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, heading in enumerate(headings):
        side: Literal["left", "right"] = "right" if heading in right else "left"
        table.add_column(heading, justify=side, no_wrap=place > 0)
    return table


def paragraph(out: "Console", text: str, indent: int = 0, mark: str = "") -> None:
    """Print a text that wraps within the width, after a mark that stands in the indent of its first line."""
    whole = text.replace(" %", f"{NO_BREAK}%")
    lines = textwrap.wrap(whole, out.width - indent, break_long_words=False, break_on_hyphens=False)
    for place, line in enumerate(lines or [""]):
        shown = line.replace(NO_BREAK, " ")
        out.print(f"{mark if place == 0 else '':<{indent}}{shown}", soft_wrap=True)


def document(value: object) -> None:
    """Print one JSON document on standard output."""
    print(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))


def note(message: str) -> None:
    """Tell something by the way, one line on standard error."""
    print("twin:", message, file=sys.stderr)


def tell_warnings() -> None:
    """Let warnings of the store come out as notes."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="twin: %(message)s")
