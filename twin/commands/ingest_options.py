"""What ``twin ingest`` takes. Light: loaded for every ``--help``."""

import argparse

from twin.commands.readers import INSTANT, common_options, decimal, moment


def ingest_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin ingest`` takes."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="files of sensor readings, or logs of work")
    parser.add_argument("--mapping", metavar="FILE.toml", help="how the files are to be understood")
    parser.add_argument(
        "--source", metavar="NAME", help="who speaks in them (default: the mapping's, else each file's name)"
    )
    parser.add_argument(
        "--received",
        metavar="TIME",
        type=moment,
        help=f"when they became available, as {INSTANT}, or a day in Japan for its beginning (default: now)",
    )
    parser.add_argument(
        "--assume-register-units",
        action="store_true",
        help="take values without a declared unit to be in the units of the register of sensors",
    )
    parser.add_argument(
        "--watch", metavar="FOLDER", help="take every whole file that comes into a folder, until interrupted"
    )
    parser.add_argument(
        "--settle",
        metavar="SECONDS",
        type=decimal(0.0, 86_400.0, "10"),
        default=10.0,
        help="with --watch: a file is whole when it has not changed for so long (default: 10)",
    )
    parser.add_argument("--seal", action="store_true", help="then seal every UTC day that is over by six hours")
    parser.add_argument(
        "--rejected",
        metavar="FILE",
        nargs="?",
        const="",
        help="print the refused rows of a file that was ingested, or of all, as CSV; ingests nothing",
    )
    common_options(parser)
