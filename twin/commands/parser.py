"""Words typed after ``twin``: what they may be, what is said when they are not. Light: loaded for every ``--help``."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from ops_data.errors import UsageError, did_you_mean

STORE_DEFAULT: Final = "runs"
MAX_REPLICATES: Final = 1_000_000
MAX_WORKERS: Final = 1_024
MAX_SEED: Final = 2**63 - 1


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one-line `UsageError`."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found as an error in our own form."""
        raise UsageError(_in_our_words(message, self.prog))


def _in_our_words(message: str, command: str) -> str:
    text = re.sub(r"^argument (\S+?)(?:/\S+)?: ", r"\1: ", message)
    if required := re.match(r"the following arguments are required: ([^,]+)", message):
        return f"{required[1]}: not given; '{command}' needs it; see '{command} --help'"
    if valued := re.match(r"(\S+): expected one argument", text):
        return f"{valued[1]}: no value found; it needs one; see '{command} --help'"
    return text


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


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader of one of some words."""

    def read(text: str) -> str:
        if text not in words:
            rule = f"one of {', '.join(words)} is needed"
            raise argparse.ArgumentTypeError(f"'{text}' found; {rule}; {did_you_mean(text, words)}")
        return text

    return read


def _place(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty text found; a folder is needed; give for example ./runs")
    return text


@dataclass(frozen=True)
class Verb:
    """One verb: its module in ``twin.commands``, one line of help, what it takes, examples."""

    module: str
    summary: str
    add: Callable[[argparse.ArgumentParser], None]
    examples: tuple[str, ...]


def available_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _common(parser: argparse.ArgumentParser, store: bool = True) -> None:
    if store:
        parser.add_argument(
            "--store",
            metavar="PATH|URL",
            type=_place,
            default=os.environ.get("TWIN_STORE") or STORE_DEFAULT,
            help="folder of the runs (default: TWIN_STORE, else ./runs)",
        )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")


def _scenario(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO", help="packaged name, or path of a TOML file")
    parser.add_argument(
        "--set",
        dest="sets",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="put a value of your own in place; may be repeated",
    )


def _run(parser: argparse.ArgumentParser) -> None:
    _scenario(parser)
    cpus = available_cpus()
    parser.add_argument(
        "--replicates",
        metavar="N",
        type=whole_number(1, MAX_REPLICATES, "200"),
        default=200,
        help="how often it is played, each time on other weather and luck (default: 200)",
    )
    parser.add_argument(
        "--seed", metavar="S", type=whole_number(0, MAX_SEED, "1"), default=1, help="which luck (default: 1)"
    )
    parser.add_argument(
        "--workers",
        metavar="W",
        type=whole_number(1, MAX_WORKERS, str(cpus)),
        default=cpus,
        help=f"processes that play; changes no result (default here: {cpus})",
    )
    parser.add_argument(
        "--parameters",
        metavar="fixed|drawn",
        type=one_of("fixed", "drawn"),
        default="drawn",
        help="uncertain parameters as stated, or drawn once per replicate (default: drawn)",
    )
    _common(parser)


def _scenarios(parser: argparse.ArgumentParser) -> None:
    _common(parser, store=False)


def _parameters(parser: argparse.ArgumentParser) -> None:
    _scenario(parser)
    parser.add_argument("--filter", metavar="TEXT", default="", help="only keys, sources or notes that hold this text")
    _common(parser, store=False)


def _runs(parser: argparse.ArgumentParser) -> None:
    _common(parser)


def _one_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="run id or its beginning, a scenario (newest run), or 'latest'")
    _common(parser)


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
    _common(parser, store=False)


def _compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", nargs="+", help="two runs or more; the first is what others differ from")
    _common(parser)


def _bottleneck(parser: argparse.ArgumentParser) -> None:
    _one_run(parser)
    parser.add_argument(
        "--replicates",
        metavar="N",
        type=whole_number(0, MAX_REPLICATES, "50"),
        help="replicates of each paired rerun; 0: no reruns (default: 50, or all of a smaller run)",
    )
    cpus = available_cpus()
    parser.add_argument(
        "--workers",
        metavar="W",
        type=whole_number(1, MAX_WORKERS, str(cpus)),
        default=cpus,
        help=f"processes that play; changes no result (default here: {cpus})",
    )
    parser.add_argument("--csv", metavar="FILE", help="write every day as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write a picture that any browser shows")


def _resource(parser: argparse.ArgumentParser) -> None:
    _scenario(parser)
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
    parser.add_argument(
        "--seed", metavar="S", type=whole_number(0, MAX_SEED, "1"), default=1, help="which luck (default: 1)"
    )
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
    _common(parser, store=False)


def _envelope(parser: argparse.ArgumentParser) -> None:
    _scenario(parser)
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
    parser.add_argument(
        "--seed", metavar="S", type=whole_number(0, MAX_SEED, "1"), default=1, help="which draws (default: 1)"
    )
    parser.add_argument("--csv", metavar="FILE", help="write every point of the grid as CSV ('-': standard output)")
    parser.add_argument("--figure", metavar="FILE.html", help="write a picture that any browser shows")
    _common(parser, store=False)


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
    "verify": Verb("runs", "check a sealed run against its manifest", _one_run, ("twin verify latest",)),
    "compare": Verb(
        "compare",
        "paired differences between runs, with their uncertainty",
        _compare,
        ("twin compare pilot-2027 dry-basis",),
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
            "twin resource pilot-2027 --set resource.model=blocks --csv blocks.csv --figure ground.html",
            "twin resource pilot-2027 --set tool.stroke_m=5 --area-km2 1 --depth-m 5",
        ),
    ),
    "envelope": Verb(
        "envelope",
        "what the lift system of a scenario can do, and what limits it",
        _envelope,
        (
            "twin envelope pilot-2027 --figure envelope.html",
            "twin envelope pilot-2027 --set riser.bore_m=0.25 --set lift.system=subsea_pump --csv grid.csv",
        ),
    ),
}

_SUMMARY: Final = """Digital twin of deep-sea mud mining: plays lift campaigns on recorded seas and typhoons.

verbs:
{verbs}

'twin VERB --help' tells more. Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""


def build() -> Parser:
    """Return the parser of the whole command."""
    lines = "\n".join(f"  {name:<11} {verb.summary}" for name, verb in VERBS.items())
    parser = Parser(
        prog="twin",
        usage="twin VERB … [--help] [--version]",
        description=_SUMMARY.format(verbs=lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    verbs = parser.add_subparsers(dest="verb", prog="twin", help=argparse.SUPPRESS, metavar="VERB")
    for name, verb in VERBS.items():
        sub = verbs.add_parser(
            name,
            description=f"{verb.summary[0].upper()}{verb.summary[1:]}.",
            epilog="examples:\n" + "\n".join(f"  {line}" for line in verb.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        verb.add(sub)
    return parser


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return the options that the words ask for.

    Raises
    ------
    UsageError
        A verb, option or value that is not known, with the closest one that is.
    """
    _check_verb(words)
    parser = build()
    options, unknown = parser.parse_known_args(words)
    if unknown:
        raise UsageError(_about_unknown(unknown[0], options.verb))
    return options


def _check_verb(words: Sequence[str]) -> None:
    first = words[0] if words else "--help"
    if first.startswith("-") and first not in ("-h", "--help", "--version"):
        raise UsageError(f"'{first}': not known before a verb; write the verb first, as in 'twin run SCENARIO {first}'")
    if not first.startswith("-") and first not in VERBS:
        raise UsageError(f"'{first}' is not a verb of twin; {did_you_mean(first, VERBS)}")


def _about_unknown(word: str, verb: str | None) -> str:
    if verb is None:
        return f"'{word}': goes with no verb; see 'twin --help'"
    if not word.startswith("-"):
        return f"'{word}': one word too many for 'twin {verb}'; see 'twin {verb} --help'"
    probe = argparse.ArgumentParser()
    VERBS[verb].add(probe)
    known = re.findall(r"--[a-z][a-z0-9-]*", probe.format_help())
    option = word.partition("=")[0]
    return f"'{option}': not an option of 'twin {verb}'; {did_you_mean(option, known)}"
