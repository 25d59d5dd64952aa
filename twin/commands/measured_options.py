"""What every verb that reads a measured campaign takes. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from twin.commands.readers import moment, set_option

DEFAULT_SCENARIO: Final = "pilot-2027"


def measured_options(parser: argparse.ArgumentParser) -> None:
    """Add which campaign a log book is of, and what of it was known when."""
    parser.add_argument(
        "--scenario",
        metavar="SCENARIO",
        default=DEFAULT_SCENARIO,
        help=f"the measured campaign as planned: packaged name, or path of a TOML file (default: {DEFAULT_SCENARIO})",
    )
    set_option(parser)
    parser.add_argument(
        "--as-of",
        metavar="TIME",
        type=moment,
        help="use only what had been received by then (default: all that is known now)",
    )
