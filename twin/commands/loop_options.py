"""What ``twin calibrate`` and ``twin forecast`` take. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from twin.commands.measured_options import measured_options
from twin.commands.readers import (
    INSTANT,
    MAX_REPLICATES,
    common_options,
    decimal,
    moment,
    one_of,
    scenario_options,
    seed_option,
    whole_number,
    workers_option,
)

MOST_MEMBERS: Final = 10_000
MOST_DAYS: Final = 366
LEAST_DRAWS: Final = 100
USUAL_DAYS: Final = 30
USUAL_MEMBERS: Final = 500
USUAL_VALUES: Final = "calibrated"


def calibrate_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin calibrate`` takes."""
    _origin(parser, "--at")
    parser.add_argument(
        "--members",
        metavar="N",
        type=whole_number(LEAST_DRAWS, MOST_MEMBERS, "1000"),
        default=1_000,
        help="joint draws of what is believed (default: 1000)",
    )
    measured_options(parser)
    seed_option(parser)
    parser.add_argument("--out", metavar="FILE.toml", help="write the calibrated scenario ('-': standard output)")
    common_options(parser)


def forecast_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin forecast`` takes."""
    _origin(parser, "--from")
    parser.add_argument(
        "--days",
        metavar="N",
        type=whole_number(1, MOST_DAYS, "30"),
        help=f"whole days in Japan after the one in which the log ends (default: {USUAL_DAYS})",
    )
    parser.add_argument(
        "--members",
        metavar="N",
        type=whole_number(2, MOST_MEMBERS, "500"),
        help=f"campaigns that go on from the state, each with its own values, luck and sea (default: {USUAL_MEMBERS})",
    )
    parser.add_argument(
        "--values",
        metavar="calibrated|planned",
        type=one_of(USUAL_VALUES, "planned"),
        help=f"values learnt from the log, or as the scenario has them (default: {USUAL_VALUES})",
    )
    parser.add_argument("--sea-forecast", metavar="FILE", help="waves and wind ahead: CSV, Parquet or NetCDF")
    parser.add_argument(
        "--storm",
        metavar="LAT,LON,KN[,TO,KN]",
        type=_storm,
        help="an active tropical cyclone at the origin: place, wind, and if known course [deg] and speed [kn]",
    )
    parser.add_argument(
        "--total-t",
        metavar="T",
        type=decimal(0.0, 1e9, "5000"),
        help="also tell the chance that so many tonnes (on the mass basis) are lifted in all by each date",
    )
    parser.add_argument(
        "--scores", action="store_true", help="instead, score the archived forecasts against what is measured by then"
    )
    measured_options(parser)
    seed_option(parser)
    workers_option(parser)
    parser.add_argument("--csv", metavar="FILE", help="write every member and day ('-': standard output)")
    common_options(parser)


def rehearse_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin rehearse`` takes."""
    scenario_options(parser)
    parser.add_argument(
        "--days",
        metavar="N",
        type=whole_number(1, MOST_DAYS, "60"),
        default=0,
        help="days to tell (default: the whole campaign)",
    )
    parser.add_argument(
        "--every",
        metavar="N",
        type=whole_number(1, MOST_DAYS, "7"),
        default=7,
        help="days from one calibration and forecast to the next (default: 7)",
    )
    parser.add_argument(
        "--horizon",
        metavar="N",
        type=whole_number(1, MOST_DAYS, "14"),
        default=14,
        help="days that each forecast looks ahead (default: 14)",
    )
    parser.add_argument(
        "--members",
        metavar="N",
        type=whole_number(2, MOST_MEMBERS, "100"),
        default=100,
        help="members of each forecast (default: 100)",
    )
    parser.add_argument(
        "--imperfections",
        metavar="NAME,…",
        type=_names,
        default=(),
        help="what shall be wrong with the files: duplicate, late, spike, gap, clock, correction",
    )
    parser.add_argument(
        "--times",
        metavar="N",
        type=whole_number(1, MAX_REPLICATES, "400"),
        default=0,
        help="play so many hidden campaigns in memory, and tell how well the loop knew them; nothing is stored",
    )
    parser.add_argument(
        "--after",
        metavar="N",
        type=whole_number(1, MOST_DAYS, "10"),
        default=10,
        help="with --times: days after the first mud on deck at which the log ends (default: 10)",
    )
    seed_option(parser)
    workers_option(parser)
    common_options(parser)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _origin(parser: argparse.ArgumentParser, option: str) -> None:
    parser.add_argument(
        option,
        dest="at",
        metavar="TIME",
        type=moment,
        required=True,
        help=f"instant, as {INSTANT}, or a day in Japan for its beginning; the log is told up to there",
    )


def _storm(text: str) -> tuple[float, ...]:
    """Read latitude, longitude and wind of a storm, and its course and speed where they are given."""
    try:
        found = tuple(map(float, text.split(",")))
    except ValueError:
        found = ()
    if len(found) in (3, 5) and not found[2] > 0.0:
        raise argparse.ArgumentTypeError(
            f"'{text}' found; the wind of a storm is above 0 kn; give for example 18.5,151.2,75"
        )
    if len(found) not in (3, 5):
        rule = "latitude, longitude and wind are needed, then if known course and speed, with commas between"
        raise argparse.ArgumentTypeError(
            f"'{text}' found; {rule}; give for example 18.5,151.2,75 or 18.5,151.2,75,320,9"
        )
    return found
