"""The verbs of ``twin``: what each takes, with one line of help and examples. Light: loaded for every ``--help``."""

import argparse
from typing import Final

from ops_data.elements import CONSTITUENTS
from twin.commands.dashboard_options import dashboard_options
from twin.commands.loop_verbs import LOOP_VERBS
from twin.commands.readers import (
    MAX_REPLICATES,
    common_options,
    decimal,
    one_of,
    run_argument,
    scenario_options,
    seed_option,
    whole_number,
    workers_option,
)
from twin.commands.review_options import environment_options, export_options
from twin.commands.study_options import sensitivity_options, sweep_options
from twin.commands.supply_options import supply_options
from twin.commands.verb import Verb
from twin.commands.worker_options import worker_options


def _run(parser: argparse.ArgumentParser) -> None:
    scenario_options(parser)
    parser.add_argument(
        "--replicates",
        metavar="N",
        type=whole_number(1, MAX_REPLICATES, "200"),
        default=200,
        help="how often it is played, each time on other weather and luck (default: 200)",
    )
    seed_option(parser)
    workers_option(parser)
    parser.add_argument(
        "--parameters",
        metavar="fixed|drawn",
        type=one_of("fixed", "drawn"),
        default="drawn",
        help="uncertain parameters as stated, or drawn once per replicate (default: drawn)",
    )
    parser.add_argument(
        "--both-bases",
        action="store_true",
        help="play it twice, the target read as wet mud and as dry solids, and show both side by side",
    )
    common_options(parser)


def _scenarios(parser: argparse.ArgumentParser) -> None:
    common_options(parser, store=False)


def _parameters(parser: argparse.ArgumentParser) -> None:
    scenario_options(parser)
    parser.add_argument("--filter", metavar="TEXT", default="", help="only keys, sources or notes that hold this text")
    common_options(parser, store=False)


def _runs(parser: argparse.ArgumentParser) -> None:
    common_options(parser)


def _one_run(parser: argparse.ArgumentParser) -> None:
    run_argument(parser)
    common_options(parser)


def _verify(parser: argparse.ArgumentParser) -> None:
    run_argument(parser, "; or the folder of a review package")
    common_options(parser)


def _balance(parser: argparse.ArgumentParser) -> None:
    _one_run(parser)
    parser.add_argument(
        "--element",
        metavar="SYMBOL",
        type=one_of(*CONSTITUENTS),
        default="Nd",
        help="rare earth or tracer whose way is told (default: Nd)",
    )
    parser.add_argument("--csv", metavar="FILE", help="write every element as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write a picture that any browser shows")


def _plant(parser: argparse.ArgumentParser) -> None:
    scenario_options(parser)
    basis = one_of("wet", "dry")
    parser.add_argument(
        "--mass",
        metavar="T",
        type=decimal(0.001, 1e9, "1000"),
        default=1000.0,
        help="mud fed to the plants, in tonnes (default: 1,000)",
    )
    parser.add_argument(
        "--mass-basis",
        metavar="wet|dry",
        type=basis,
        default="dry",
        help="whether that is in-situ mud or dry solids (default: dry)",
    )
    parser.add_argument(
        "--grade",
        metavar="PPM",
        type=decimal(1.0, 1e6, "2500"),
        help="rare earths with yttrium in it, mass ppm (default: what the scenario's tool takes)",
    )
    parser.add_argument(
        "--grade-basis",
        metavar="wet|dry",
        type=basis,
        help="per what mass; the same basis as the mass (default: dry)",
    )
    parser.set_defaults(figure=None)  # there is none
    parser.add_argument("--csv", metavar="FILE", help="write every stream as CSV ('-': standard output)")
    common_options(parser, store=False)


def _show(parser: argparse.ArgumentParser) -> None:
    _one_run(parser)
    parser.add_argument("--csv", metavar="FILE", help="write the calendar of one replicate ('-': standard output)")
    parser.add_argument(
        "--replicate",
        metavar="N",
        type=whole_number(0, MAX_REPLICATES, "0"),
        help="which replicate's calendar (default: 0)",
    )


def _describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", metavar="TABLE", nargs="?", help="name of a table; without it: list them")
    common_options(parser, store=False)


def _compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "runs",
        metavar="RUN",
        nargs="+",
        help="two runs or more, the first is what others differ from; or two folders of review packages",
    )
    common_options(parser)


def _bottleneck(parser: argparse.ArgumentParser) -> None:
    _one_run(parser)
    parser.add_argument(
        "--replicates",
        metavar="N",
        type=whole_number(0, MAX_REPLICATES, "50"),
        help="replicates of each paired rerun; 0: no reruns (default: 50, or all of a smaller run)",
    )
    workers_option(parser)
    parser.add_argument("--csv", metavar="FILE", help="write every day as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write a picture that any browser shows")


def _resource(parser: argparse.ArgumentParser) -> None:
    scenario_options(parser)
    parser.add_argument(
        "--area-km2", metavar="A", type=decimal(1e-6, 1e7, "2500"), help="area that counts (default: that of the model)"
    )
    parser.add_argument(
        "--depth-m", metavar="Z", type=decimal(0.01, 1e4, "10"), help="depth that counts (default: all mud described)"
    )
    parser.add_argument(
        "--draws",
        metavar="N",
        type=whole_number(1, 100_000, "100"),
        default=100,
        help="how often what is not known is drawn (default: 100)",
    )
    seed_option(parser)
    parser.add_argument(
        "--replicate",
        metavar="N",
        type=whole_number(0, MAX_REPLICATES, "0"),
        default=0,
        help="whose field the blocks, the picture and the site's profile show (default: 0)",
    )
    parser.add_argument(
        "--parameters",
        metavar="fixed|drawn",
        type=one_of("fixed", "drawn"),
        default="drawn",
        help="uncertain parameters as stated, or drawn once per draw (default: drawn)",
    )
    parser.add_argument("--csv", metavar="FILE", help="write every block and layer as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write a picture that any browser shows")
    common_options(parser, store=False)


def _envelope(parser: argparse.ArgumentParser) -> None:
    scenario_options(parser)
    parser.add_argument(
        "--points",
        metavar="N",
        type=whole_number(2, 1_000, "100"),
        default=100,
        help="concentrations and flows of the grid, each (default: 100)",
    )
    parser.add_argument(
        "--draws",
        metavar="N",
        type=whole_number(0, MAX_REPLICATES, "500"),
        default=500,
        help="drawn parameter sets that show how sure it is; 0: none (default: 500)",
    )
    seed_option(parser)
    parser.add_argument("--csv", metavar="FILE", help="write every point of the grid as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write a picture that any browser shows")
    common_options(parser, store=False)


VERBS: Final[dict[str, Verb]] = {
    "run": Verb(
        "run",
        "play a scenario many times and keep the result",
        _run,
        (
            "twin run pilot-2027 --replicates 20 --seed 1",
            "twin run pilot-2027 --set shuttles.count=3 --set limits.mining_hs_m=3.0",
            "twin run my-campaign.toml --parameters fixed --json",
        ),
    ),
    "scenarios": Verb("scenarios", "list the packaged scenarios", _scenarios, ("twin scenarios",)),
    "parameters": Verb(
        "scenarios",
        "every number of a scenario with range, unit, source and confidence",
        _parameters,
        ("twin parameters pilot-2027 --filter limits", "twin parameters pilot-2027 --set mining.cycle_h=1.5 --json"),
    ),
    "runs": Verb("runs", "list what has been run", _runs, ("twin runs", "twin runs --store ./other")),
    "show": Verb(
        "runs",
        "one run in plain words, or a replicate's calendar as CSV",
        _show,
        ("twin show latest", "twin show pilot-2027 --csv calendar.csv --replicate 3"),
    ),
    "describe": Verb("runs", "the columns of a table, with units", _describe, ("twin describe intervals",)),
    "verify": Verb(
        "verify",
        "check a sealed run or a review package against its manifest",
        _verify,
        ("twin verify latest", "twin verify ./review"),
    ),
    "compare": Verb(
        "compare",
        "paired differences between runs, with their uncertainty",
        _compare,
        ("twin compare pilot-2027 dry-basis", "twin compare ./review-a ./review-b"),
    ),
    "balance": Verb(
        "balance",
        "where every kilogram of an element went, from the sea bed to the oxide",
        _balance,
        ("twin balance latest", "twin balance pilot-2027 --element Dy --figure balance.html"),
    ),
    **LOOP_VERBS,
    "environment": Verb(
        "environment",
        "where the sediment of a run goes: maps, distances, thickness, probabilities",
        environment_options,
        (
            "twin environment latest --figure maps.html",
            "twin environment pilot-2027 --zones reserves.geojson --current mooring.csv",
            'twin environment latest --set environment.return_water="mid_water" --members 50',
        ),
    ),
    "supply": Verb(
        "supply",
        "what the mud contributes to Japan: shares, dependency, shocks, targets, money",
        supply_options,
        (
            "twin supply pilot-2027",
            "twin supply latest --show contribution --figure supply.html",
            "twin supply latest --set finance.jpy_per_usd=140 --tables ./my-tables --customs shipments.csv",
        ),
    ),
    "export": Verb(
        "export",
        "a folder that a reviewer can re-check without this software, or a week to print",
        export_options,
        (
            "twin export environmental-review latest --out ./review",
            "twin export supply-statement latest --out ./statement",
            "twin export weekly-summary latest --week 2027-W05 --lang ja --out week.pdf",
        ),
    ),
    "plant": Verb(
        "plant",
        "what the plants of a scenario make of a parcel of mud, and at what cost",
        _plant,
        (
            "twin plant pilot-2027",
            "twin plant pilot-2027 --mass 500 --grade 5000 --csv streams.csv",
            "twin plant scale-up-3500 --set processing.separation=own_circuit",
        ),
    ),
    "bottleneck": Verb(
        "bottleneck",
        "what held each day of a run back, and what easing each constraint gives",
        _bottleneck,
        (
            "twin bottleneck pilot-2027",
            "twin bottleneck latest --replicates 20 --csv days.csv --figure days.html",
        ),
    ),
    "resource": Verb(
        "resource",
        "what the ground holds, what the tool reaches of it, how many holes it takes",
        _resource,
        (
            "twin resource pilot-2027",
            "twin resource pilot-2027 --set resource.model=blocks --figure ground.html",
            "twin resource pilot-2027 --set tool.stroke_m=5 --area-km2 1 --depth-m 5",
        ),
    ),
    "envelope": Verb(
        "envelope",
        "what the lift system of a scenario can do, and what limits it",
        _envelope,
        (
            "twin envelope pilot-2027 --figure envelope.html",
            "twin envelope pilot-2027 --set lift.system=subsea_pump --csv grid.csv",
        ),
    ),
    "sensitivity": Verb(
        "sensitivity",
        "which unknown numbers matter most to the result",
        sensitivity_options,
        (
            "twin sensitivity pilot-2027",
            "twin sensitivity pilot-2027 --outcomes fuel_t[mining] --figure ranks.html",
            "twin sensitivity mine.toml --trajectories 40 --samples 512 --csv ranks.csv",
        ),
    ),
    "sweep": Verb(
        "sweep",
        "a scenario at every point of a grid, on the same weather and luck",
        sweep_options,
        (
            "twin sweep pilot-2027 shuttles.count=1:4:4",
            "twin sweep pilot-2027 start=2027-01-01:2027-03-01:5 --figure sweep.html",
            "twin sweep pilot-2027 shuttles.count=1,2 storms.policy=ride_out,hang_off",
        ),
    ),
    "worker": Verb(
        "worker",
        "play what is asked for on the pages of the dashboard, one request after the other",
        worker_options,
        ("twin worker", "twin worker --once --workers 2 --store ./other"),
    ),
    "dashboard": Verb(
        "dashboard",
        "serve the pages on which people look, compare and ask for runs",
        dashboard_options,
        ("twin dashboard --store ./runs", "twin dashboard --sign-in proxy --proxy-address 10.0.0.5 --roles roles.toml"),
    ),
}
