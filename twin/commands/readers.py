"""Readers of typed words, and the options that several verbs share. Light: loaded for every ``--help``."""

import argparse
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from ops_data.errors import did_you_mean
from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY

STORE_DEFAULT: Final = "runs"
MAX_REPLICATES: Final = 1_000_000
MAX_WORKERS: Final = 1_024
MAX_SEED: Final = 2**63 - 1
INSTANT: Final = "2027-02-10T06:00:00+09:00"  # an example of one


def whole_number(least: int, most: int, example: str) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        found = int(text) if re.fullmatch(r"-?\d{1,25}", text) else None
        if found is None or not least <= found <= most:
            rule = f"a whole number from {least} to {most:,}"
            raise argparse.ArgumentTypeError(f"'{text}' found; {rule} is needed; give for example {example}")
        return found

    return read


def decimal(least: float, most: float, example: str) -> Callable[[str], float]:
    """Return a reader of numbers from `least` to `most`."""

    def read(text: str) -> float:
        found = float(text) if re.fullmatch(r"-?\d{1,25}(?:\.\d{0,25})?(?:[eE][+-]?\d{1,2})?", text) else None
        if found is None or not least <= found <= most:
            rule = f"a number from {least:g} to {most:,.12g}"
            raise argparse.ArgumentTypeError(f"'{text}' found; {rule} is needed; give for example {example}")
        return found

    return read


def power_of_two(least: int, most: int, example: str) -> Callable[[str], int]:
    """Return a reader of powers of two from `least` to `most`."""
    whole = whole_number(least, most, example)

    def read(text: str) -> int:
        found = whole(text)
        if found & (found - 1):
            below = 1 << (found.bit_length() - 1)
            rule = "a power of two is needed (points of a Sobol' sequence)"
            raise argparse.ArgumentTypeError(f"'{text}' found; {rule}; give {below} or {2 * below}")
        return found

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader of one of some words."""

    def read(text: str) -> str:
        if text not in words:
            rule = f"one of {', '.join(words)} is needed"
            raise argparse.ArgumentTypeError(f"'{text}' found; {rule}; {did_you_mean(text, words)}")
        return text

    return read


def moment(text: str) -> int:
    """Return the UTC second of an instant with its zone, or of the beginning of a day in Japan."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1970 <= found.year < 2200:
        raise argparse.ArgumentTypeError(f"'{text}' found; an instant is needed; give for example {INSTANT}")
    if len(text) == len("2027-02-10"):
        return int(found.replace(tzinfo=UTC).timestamp()) // SECONDS_PER_DAY * SECONDS_PER_DAY - JST_OFFSET_S
    if found.tzinfo is None:
        rule = "an instant says its zone"
        raise argparse.ArgumentTypeError(f"'{text}' found; {rule}; write {text}+09:00 for Japan or {text}Z for UTC")
    return int(found.timestamp())


def _place(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty text found; a folder is needed; give for example ./runs")
    return text


def available_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def common_options(parser: argparse.ArgumentParser, store: bool = True) -> None:
    """Add what every verb takes: where the runs are, and how to print."""
    if store:
        parser.add_argument(
            "--store",
            metavar="PATH|URL",
            type=_place,
            default=os.environ.get("TWIN_STORE") or STORE_DEFAULT,
            help="folder of the runs (default: TWIN_STORE, else ./runs)",
        )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")


def run_argument(parser: argparse.ArgumentParser, more: str = "") -> None:
    """Add the name of a sealed run."""
    said = f"run id or its beginning, a scenario (newest run), or 'latest'{more}"
    parser.add_argument("run", metavar="RUN", help=said)


def scenario_options(parser: argparse.ArgumentParser) -> None:
    """Add a scenario and its overrides."""
    parser.add_argument("scenario", metavar="SCENARIO", help="packaged name, or path of a TOML file")
    set_option(parser)


def set_option(parser: argparse.ArgumentParser) -> None:
    """Add overrides of a scenario."""
    parser.add_argument(
        "--set",
        dest="sets",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="put a value of your own in place; may be repeated",
    )


def seed_option(parser: argparse.ArgumentParser) -> None:
    """Add the seed of everything that is drawn."""
    parser.add_argument(
        "--seed", metavar="S", type=whole_number(0, MAX_SEED, "1"), default=1, help="which luck (default: 1)"
    )


def workers_option(parser: argparse.ArgumentParser) -> None:
    """Add the number of processes; every processor by default."""
    cpus = available_cpus()
    parser.add_argument(
        "--workers",
        metavar="W",
        type=whole_number(1, MAX_WORKERS, str(cpus)),
        default=cpus,
        help=f"processes that play; changes no result (default here: {cpus})",
    )
