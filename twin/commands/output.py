"""What commands print: text for people on a terminal or in a file, or one JSON document."""

import json
import logging
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDEST: Final = 120
NARROWEST: Final = 60
PIPED: Final = 100  # width of text that goes to a file or another program


def console() -> "Console":
    """Return standard output for people: as wide as the terminal within reason, plain in a file."""
    from rich.console import Console

    found = Console(highlight=False, emoji=False, markup=False)
    width = found.width if found.is_terminal or found.legacy_windows else PIPED
    found.width = max(NARROWEST, min(width, WIDEST))
    return found


def plain_table(*headings: str, right: tuple[str, ...] = (), folding: tuple[str, ...] = ()) -> "Table":
    """Return an empty table without lines; columns named in `folding` may wrap, numbers stand to the right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        table.add_column(
            heading,
            justify="right" if heading in right else "left",
            no_wrap=heading not in folding,
            overflow="fold" if heading in folding else "ellipsis",
        )
    return table


def document(value: object) -> None:
    """Print one JSON document on standard output."""
    print(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))


def note(message: str) -> None:
    """Tell something by the way, one line on standard error."""
    print("twin:", message, file=sys.stderr)


def tell_warnings() -> None:
    """Let warnings of the store come out as notes."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="twin: %(message)s")
