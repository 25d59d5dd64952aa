"""What ``twin state`` takes. Light: loaded for every ``--help``."""

import argparse
from datetime import UTC, datetime

from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY
from twin.commands.readers import common_options, run_argument, whole_number

EXAMPLE = "2027-02-10T06:00:00+09:00"
MOST_REPLICATE = 999_999


def moment(text: str) -> int:
    """Return the UTC second of an instant with its zone, or of the beginning of a day in Japan."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1970 <= found.year < 2200:
        raise argparse.ArgumentTypeError(f"'{text}' found; an instant is needed; give for example {EXAMPLE}")
    if len(text) == len("2027-02-10"):
        return int(found.replace(tzinfo=UTC).timestamp()) // SECONDS_PER_DAY * SECONDS_PER_DAY - JST_OFFSET_S
    if found.tzinfo is None:
        rule = "an instant says its zone"
        raise argparse.ArgumentTypeError(f"'{text}' found; {rule}; write {text}+09:00 for Japan or {text}Z for UTC")
    return int(found.timestamp())


def state_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``twin state`` takes."""
    run_argument(parser)
    parser.add_argument(
        "--at",
        metavar="TIME",
        type=moment,
        required=True,
        help=f"instant, as {EXAMPLE}, or a day in Japan for its beginning",
    )
    parser.add_argument(
        "--replicate",
        metavar="N",
        type=whole_number(0, MOST_REPLICATE, "0"),
        default=0,
        help="which replicate of the run (default: 0)",
    )
    parser.add_argument("--out", metavar="FILE.json", help="write the state, for a run to go on from")
    common_options(parser)
