"""Files that a verb is asked to write: refused before any work, written whole, told on standard error."""

from argparse import Namespace
from pathlib import Path

from ops_data.errors import FailedError, UsageError
from twin.commands.output import note

STANDARD_OUTPUT = "-"
PAGES = (".html", ".htm")


def check_outputs(options: Namespace) -> None:
    """Refuse, before any work, files of ``--csv`` and ``--figure`` that cannot be written; UsageError."""
    check_file("--csv", options.csv)
    check_file("--figure", options.figure)
    if options.figure == STANDARD_OUTPUT:
        raise UsageError("--figure -: a picture goes into a file; name one, for example picture.html")
    if options.figure is not None and Path(options.figure).suffix.lower() not in PAGES:
        raise UsageError(f"--figure {options.figure}: a picture is a page for the browser; let its name end in .html")
    if options.figure is not None and options.figure == options.csv:
        raise UsageError(f"--figure {options.figure}: --csv names the same file; name another one")
    if options.json and options.csv == STANDARD_OUTPUT:
        raise UsageError("--csv -: standard output holds the JSON document already; name a file, or leave out --json")


def check_file(option: str, file: str | None) -> None:
    """Refuse a file that an option names if it cannot be written; UsageError."""
    if file is None or file == STANDARD_OUTPUT:
        return
    path = Path(file).expanduser()
    if path.exists() and not path.is_file():
        raise UsageError(f"{option} {file}: it is not a plain file; name a file")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {file}: there is no folder {path.parent}; make it, or name a file elsewhere")


def write_text(option: str, file: str, text: str) -> None:
    """Write a text to the file that an option names; FailedError if that cannot be done."""
    from ops_data.files import write_whole

    try:
        write_whole(Path(file).expanduser(), text.encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise FailedError(f"{option} {file}: cannot be written: {reason}; name another file") from error
    note(f"{option.removeprefix('--')} written to {file}")
