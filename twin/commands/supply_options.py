"""What the verbs of the supply chain take. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from twin.commands.readers import common_options, one_of, whole_number, workers_option

STATEMENT: Final = "supply-statement"
MOST_DRAWS: Final = 100_000
DRAWS: Final = 200
PARTS: Final = (
    "contribution", "demand", "network", "shock", "kpis", "levers", "finance", "logistics", "published", "inputs",
    "coverage",
)  # fmt: skip


def study_options(parser: argparse.ArgumentParser) -> None:
    """Add what a supply study is made with."""
    parser.add_argument(
        "--set",
        dest="sets",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="choice or number of the supply chain of your own ('--show inputs' lists them); may be repeated",
    )
    study_inputs(parser)
    workers_option(parser)


def study_inputs(parser: argparse._ActionsContainer) -> None:
    """Add files of one's own, the number of draws, and what may be left out."""
    parser.add_argument("--case", metavar="FILE.toml", help="choices and numbers of your own as a file")
    parser.add_argument("--tables", metavar="DIR", help="folder of tables of your own, named as the packaged ones")
    parser.add_argument("--customs", metavar="FILE.csv", help="your own shipment records for the lead-time panels")
    parser.add_argument(
        "--draws",
        metavar="N",
        type=whole_number(1, MOST_DRAWS, str(DRAWS)),
        help=f"how often what is not known is drawn (default: {DRAWS})",
    )
    parser.add_argument(
        "--no-scale-up", action="store_true", help="leave out the ten-year run at 3,500 t/day and its accounts"
    )


def supply_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin supply`` takes."""
    parser.add_argument(
        "run",
        metavar="SCENARIO|RUN",
        help="run id or its beginning, 'latest', or a scenario (its newest run; it is played if there is none)",
    )
    study_options(parser)
    parser.add_argument("--show", metavar="PART", type=one_of(*PARTS), help=f"one part in full: {', '.join(PARTS)}")
    parser.add_argument("--csv", metavar="FILE", help="write every indicator as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write pictures that any browser shows")
    common_options(parser)
