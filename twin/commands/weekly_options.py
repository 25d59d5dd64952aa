"""What ``twin export weekly-summary`` takes. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from twin.commands.readers import one_of

WEEKLY: Final = "weekly-summary"
ENGLISH: Final = "en"


def weekly_options(parser: argparse._ActionsContainer) -> None:
    """Add the week and the language of a weekly summary."""
    parser.add_argument("--week", metavar="YYYY-Www", help="ISO week, Monday to Sunday in Japan, as 2027-W05")
    parser.add_argument(
        "--lang", metavar="en|ja", type=one_of(ENGLISH, "ja"), help=f"language of the document (default: {ENGLISH})"
    )
