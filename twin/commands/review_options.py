"""What the verbs of an environmental review take. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from twin.commands.readers import MAX_REPLICATES, common_options, one_of, run_argument, whole_number, workers_option
from twin.commands.supply_options import STATEMENT, study_inputs
from twin.commands.weekly_options import WEEKLY, weekly_options

REVIEW: Final = "environmental-review"
EXPORTS: Final = (REVIEW, STATEMENT, WEEKLY)
EXTERNAL: Final = ("parcels", "opendrift")
PARTICLES: Final = 2_000
STEP_S: Final = 300


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
    own_files(parser)
    workers_option(parser)


def own_files(parser: argparse._ActionsContainer) -> None:
    """Add files of one's own and the number of members of an environmental study."""
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


def _external_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--external",
        metavar="PROGRAM",
        type=one_of(*EXTERNAL),
        help=f"run one replicate with another particle model and compare: {' or '.join(EXTERNAL)}",
    )
    parser.add_argument("--python", metavar="PATH", help="interpreter in which that model is installed")
    parser.add_argument(
        "--replicate",
        metavar="N",
        type=whole_number(0, MAX_REPLICATES, "0"),
        help="which replicate it is given (default: that with the median of the released mass)",
    )
    parser.add_argument(
        "--particles",
        metavar="N",
        type=whole_number(1, 1_000_000, str(PARTICLES)),
        help=f"how many particles it is given (default: {PARTICLES:,})",
    )
    parser.add_argument(
        "--step", metavar="S", type=whole_number(1, 3_600, str(STEP_S)), help=f"its time step (default: {STEP_S} s)"
    )
    parser.add_argument("--keep", metavar="DIR", help="folder to make for the exchanged files (default: none is kept)")


def environment_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin environment`` takes."""
    run_argument(parser)
    _study_options(parser)
    _external_options(parser)
    parser.add_argument("--csv", metavar="FILE", help="write every indicator as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write maps that any browser shows")
    parser.add_argument(
        "--sound",
        action="store_true",
        help="how far simple spreading of sound is off at the site, by a parabolic equation (extra 'acoustics')",
    )
    common_options(parser)


def export_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin export`` takes."""
    kinds = ", ".join(EXPORTS)
    parser.add_argument("what", metavar="WHAT", type=one_of(*EXPORTS), help=f"what is exported: {kinds}")
    run_argument(parser, f"; for a {STATEMENT} also a scenario that is not run yet")
    parser.add_argument(
        "--out",
        metavar="DIR|FILE.pdf",
        required=True,
        help=f"folder to make; it may not be there yet. For a {WEEKLY} the PDF to write",
    )
    parser.add_argument(
        "--set",
        dest="sets",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help=f"value of your own, of the environment or of the supply chain; may be repeated; not for a {WEEKLY}",
    )
    own_files(parser.add_argument_group(f"for an {REVIEW}"))
    study_inputs(parser.add_argument_group(f"for a {STATEMENT}"))
    weekly_options(parser.add_argument_group(f"for a {WEEKLY}"))
    workers_option(parser)
    common_options(parser)
