"""What ``twin alarms`` and ``twin decisions`` take. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from twin.commands.measured_options import measured_options
from twin.commands.readers import INSTANT, common_options, moment, whole_number

MOST_DAYS: Final = 28
MOST_DECISIONS: Final = 10**6


def alarm_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin alarms`` takes."""
    parser.add_argument(
        "--at",
        metavar="TIME",
        type=moment,
        help=f"look at the days before an instant, as {INSTANT}, or a day in Japan for its beginning, and record "
        "what deviates (left out: only what is recorded is shown)",
    )
    parser.add_argument(
        "--days",
        metavar="N",
        type=whole_number(1, MOST_DAYS, "7"),
        default=7,
        help="days of the log that are compared with what is expected (default: 7)",
    )
    parser.add_argument("--all", action="store_true", help="show alarms that are over as well")
    parser.add_argument("--acknowledge", metavar="ID", help="record that somebody has seen an alarm, as A7")
    parser.add_argument("--by", metavar="NAME", default="", help="who acknowledges it")
    parser.add_argument("--note", metavar="TEXT", default="", help="why it may stand, or what is done about it")
    measured_options(parser)
    common_options(parser)


def decision_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin decisions`` takes."""
    parser.add_argument("--record", metavar="WHAT", help="record what was decided")
    parser.add_argument("--by", metavar="NAME", default="", help="who decided it, or withdraws it")
    parser.add_argument("--advised", metavar="TEXT", default="", help="what was advised")
    parser.add_argument("--basis", metavar="ARTEFACT", default="", help="forecast or other artefact that it rests on")
    parser.add_argument(
        "--set-point",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="set_points",
        help="what a person is to set on the asset, with its unit; may be given more than once",
    )
    parser.add_argument(
        "--withdraw",
        metavar="NUMBER",
        type=whole_number(1, MOST_DECISIONS, "3"),
        help="record that a decision does not hold any more",
    )
    parser.add_argument("--note", metavar="TEXT", default="", help="why it is withdrawn")
    parser.add_argument("--as-of", metavar="TIME", type=moment, help="show what had been recorded by then")
    parser.add_argument("--export", metavar="FILE.csv", help="write decisions and set-points ('-': standard output)")
    common_options(parser)
