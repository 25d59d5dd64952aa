"""What the verbs of an environmental review take. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from twin.commands.readers import MAX_REPLICATES, common_options, one_of, run_argument, whole_number, workers_option

REVIEW: Final = "environmental-review"


def _study_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        dest="sets",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="environmental setting or plume quantity of your own (environment., plume., current., near_field., "
        "discharge.); may be repeated",
    )
    parser.add_argument(
        "--current", metavar="FILE", help="near-bottom current record of your own: CSV, Parquet, NetCDF"
    )
    parser.add_argument(
        "--zones", metavar="FILE", help="zones that plumes may not touch: GeoJSON, GeoParquet, GeoPackage"
    )
    parser.add_argument(
        "--members",
        metavar="N",
        type=whole_number(1, MAX_REPLICATES, "200"),
        help="how many replicates of the run (default: all, up to 200)",
    )
    workers_option(parser)


def environment_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin environment`` takes."""
    run_argument(parser)
    _study_options(parser)
    parser.add_argument("--csv", metavar="FILE", help="write every indicator as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write maps that any browser shows")
    common_options(parser)


def export_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin export`` takes."""
    parser.add_argument("what", metavar="WHAT", type=one_of(REVIEW), help=f"what is exported: {REVIEW}")
    run_argument(parser)
    parser.add_argument("--out", metavar="DIR", required=True, help="folder to make; it may not be there yet")
    _study_options(parser)
    common_options(parser)
