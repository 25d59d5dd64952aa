"""Words typed after ``twin``: read by argparse, complained about in our own words. Light: loaded for ``--help``."""

import argparse
import re
from collections.abc import Sequence
from typing import Final, NoReturn

from ops_data.errors import UsageError, did_you_mean
from twin.commands.verbs import VERBS


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
