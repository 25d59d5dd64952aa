"""Start of the ``twin`` command: reads words, calls the verb, turns every error into one line and an exit code."""

import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import StringIO, TextIOWrapper

from ops_data.errors import TwinError
from twin.commands.parser import build, parse
from twin.commands.verbs import VERBS

INTERRUPTED = 130
ONE_THREAD = "OPENBLAS_NUM_THREADS"  # work is shared out by processes; threads on small matrices only cost time


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    os.environ.setdefault(ONE_THREAD, "1")  # before numpy is loaded, here and in workers
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller, as in 'twin runs >&-'
            setattr(sys, name, StringIO())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows '?', it does not fail
    try:
        code = _obey(sys.argv[1:] if words is None else words)
        sys.stdout.flush()
        return code
    except TwinError as error:
        return _say(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)
    except BrokenPipeError:  # the reader has seen enough, as in 'twin runs | head -1'
        _drop_output()
        return 1
    except OSError as error:
        _drop_output()
        place = error.filename or "standard output"
        return _say(f"{place}: {error.strerror or error}; mend that and repeat the command", 1)


def _obey(words: Sequence[str]) -> int:
    options = parse(words)
    if options.version:
        from importlib.metadata import version

        print(f"twin {version('minamitorishima-twin')}")
        return 0
    if options.verb is None:
        build().print_help()
        return 0
    verb = importlib.import_module(f"twin.commands.{VERBS[options.verb].module}")
    code: int = getattr(verb, options.verb)(options)
    return code


def _say(message: str, code: int) -> int:
    """Print one line on standard error; return the exit code."""
    with suppress(OSError):
        print("twin:", " ".join(message.split()), file=sys.stderr)
    return code


def _drop_output() -> None:
    """Let the interpreter's own last flush of standard output go nowhere."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
