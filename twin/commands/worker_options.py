"""What ``twin worker`` takes. Light: loaded for every ``--help``."""

import argparse
import os

from twin.commands.readers import common_options, decimal, workers_option


def worker_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin worker`` takes."""
    parser.add_argument("--once", action="store_true", help="end when nothing waits any more")
    parser.add_argument(
        "--poll",
        metavar="SECONDS",
        type=decimal(0.05, 3600.0, "1"),
        default=1.0,
        help="rest between two looks at an empty queue (default: 1)",
    )
    parser.add_argument(
        "--lease",
        metavar="SECONDS",
        type=decimal(1.0, 86_400.0, "30"),
        default=30.0,
        help="after so long without a word from this worker another one takes its job over (default: 30)",
    )
    parser.add_argument(
        "--queue",
        metavar="URL",
        default=os.environ.get("TWIN_QUEUE"),
        help="database that several machines share, as an SQLAlchemy URL (default: TWIN_QUEUE, else in the store)",
    )
    workers_option(parser)
    common_options(parser)
