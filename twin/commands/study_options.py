"""What the verbs take that play a scenario at many points. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from twin.commands.readers import (
    MAX_REPLICATES,
    common_options,
    one_of,
    power_of_two,
    scenario_options,
    seed_option,
    whole_number,
    workers_option,
)

SENSITIVITY_OUTCOMES: Final = (
    "lifted_wet_t,lifted_dry_t,lifted_nd_kg,lifted_dy_kg,oxide_kg[Nd],oxide_kg[Dy],energy_mwh,fuel_t,marine_cost_jpy,"
    "cost_per_dry_t_jpy"
)
SWEEP_OUTCOMES: Final = "lifted_wet_t,lifted_nd_kg,energy_mwh,marine_cost_jpy,cost_per_dry_t_jpy"


def _study(parser: argparse.ArgumentParser, outcomes: str, replicates: int, most: int) -> None:
    parser.add_argument(
        "--replicates",
        metavar="N",
        type=whole_number(1, most, str(replicates)),
        default=replicates,
        help=f"campaigns at every point, on the same weather and luck (default: {replicates})",
    )
    seed_option(parser)
    workers_option(parser)
    parser.add_argument(
        "--outcomes",
        metavar="NAME,…",
        default=outcomes,
        help=f"indicators to tell, name or name[item] (default: {outcomes.replace(',', ', ')})",
    )
    parser.add_argument("--csv", metavar="FILE", help="write the numbers as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write a picture that any browser shows")
    common_options(parser)


def sensitivity_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin sensitivity`` takes."""
    scenario_options(parser)
    counts = (
        ("--trajectories", 10, whole_number(2, 1_000, "10"), "paths of the screening of all quantities (default: 10)"),
        ("--top", 8, whole_number(1, 100, "8"), "strongest quantities that share the variance (default: 8)"),
        ("--samples", 128, power_of_two(2, 65_536, "128"), "base points of those shares (default: 128)"),
    )
    for option, default, read, said in counts:
        parser.add_argument(option, metavar="N", type=read, default=default, help=said)
    _study(parser, SENSITIVITY_OUTCOMES, 4, 1_000)


def sweep_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin sweep`` takes."""
    scenario_options(parser)
    parser.add_argument(
        "axes",
        metavar="KEY=VALUES",
        nargs="+",
        help="key=a:b:n (n values from a to b) or key=v1,v2,…; 'start' moves the whole campaign",
    )
    _study(parser, SWEEP_OUTCOMES, 100, MAX_REPLICATES)
    parser.add_argument(
        "--parameters",
        metavar="fixed|drawn",
        type=one_of("fixed", "drawn"),
        default="drawn",
        help="uncertain parameters as stated, or drawn once per replicate (default: drawn)",
    )
