"""What ``twin state`` takes. Light: loaded for every ``--help``."""

import argparse

from twin.commands.measured_options import measured_options
from twin.commands.readers import INSTANT, common_options, moment, seed_option, whole_number

MOST_REPLICATE = 999_999


def state_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin state`` takes."""
    parser.add_argument(
        "run",
        metavar="RUN",
        nargs="?",
        default="",
        help="run id or its beginning, a scenario (newest run), or 'latest'; without one, the log book and readings",
    )
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
        help="which replicate of the run, or whose luck a measured state goes on with (default: 0)",
    )
    measured_options(parser)
    seed_option(parser)
    parser.add_argument("--out", metavar="FILE.json", help="write the state, for a run to go on from")
    common_options(parser)
