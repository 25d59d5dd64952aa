"""What ``twin state`` takes. Light: loaded for every ``--help``."""

import argparse

from twin.commands.readers import INSTANT, common_options, moment, run_argument, whole_number

MOST_REPLICATE = 999_999


def state_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin state`` takes."""
    run_argument(parser)
    parser.add_argument(
        "--at",
        metavar="TIME",
        type=moment,
        required=True,
        help=f"instant, as {INSTANT}, or a day in Japan for its beginning",
    )
    parser.add_argument(
        "--replicate",
        metavar="N",
        type=whole_number(0, MOST_REPLICATE, "0"),
        default=0,
        help="which replicate of the run (default: 0)",
    )
    parser.add_argument("--out", metavar="FILE.json", help="write the state, for a run to go on from")
    common_options(parser)
