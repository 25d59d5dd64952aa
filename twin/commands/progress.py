"""How far an ensemble has come, on standard error: a bar on a terminal, a line now and then elsewhere, or nothing."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from twin.commands.output import note

LINE_EVERY_S: Final = 10.0


@contextmanager
def progress(kept: int, total: int, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Give a function to call with the number of replicates of each finished chunk.

    Parameters
    ----------
    kept : replicates that an earlier attempt finished.
    total : replicates of the run.
    quiet : say nothing when standard error is not a terminal.
    """
    if sys.stderr.isatty():
        with _bar(kept, total) as advance:
            yield advance
    elif quiet:
        yield lambda _count: None
    else:
        yield _lines(kept, total)


@contextmanager
def _bar(kept: int, total: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("gone"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("starting", total=total, completed=kept)

        def advance(count: int) -> None:
            bar.update(task, advance=count, description="playing ")

        yield advance


def _lines(kept: int, total: int) -> Callable[[int], None]:
    begin = told = time.monotonic()
    done = 0

    def advance(count: int) -> None:
        nonlocal done, told
        done += count
        now = time.monotonic()
        if now - told >= LINE_EVERY_S and kept + done < total:
            told = now
            left_s = (now - begin) / done * (total - kept - done)
            note(f"{kept + done} of {total} replicates, about {left_s:.0f} s left")

    return advance
