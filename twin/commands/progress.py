"""How far an ensemble has come, on standard error: a bar on a terminal, a line now and then elsewhere, or nothing.

Whoever called the verb can listen to the same with `told_to`.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeAlias

from twin.commands.output import note

LINE_EVERY_S: Final = 10.0
UNITS: Final = {"members": "members", "days": "days", "rehearsals": "rehearsals"}  # by stage; else replicates
Listener: TypeAlias = Callable[[str, int, int], None]  # takes stage, units done, units in all
_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Let a function hear of all progress that is made inside the block."""
    before = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(before)


def begin_stage(stage: str) -> None:
    """Tell whoever listens that a stage without countable units begins, such as ``sealing``."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(stage, 0, 0)


@contextmanager
def progress(kept: int, total: int, quiet: bool, stage: str = "playing") -> Iterator[Callable[[int], None]]:
    """Give a function to call with the number of replicates of each finished chunk.

    Parameters
    ----------
    kept : replicates that an earlier attempt finished.
    total : replicates of the run.
    quiet : say nothing when standard error is not a terminal.
    stage : key of what is played, for whoever listens.
    """
    with _shown(kept, total, quiet, UNITS.get(stage, "replicates")) as advance:
        listener = _LISTENER.get()
        yield advance if listener is None else _heard(advance, listener, stage, kept, total)


def _heard(
    advance: Callable[[int], None], listener: Listener, stage: str, kept: int, total: int
) -> Callable[[int], None]:
    done = kept
    listener(stage, done, total)

    def both(count: int) -> None:
        nonlocal done
        done += count
        advance(count)
        listener(stage, done, total)

    return both


@contextmanager
def _shown(kept: int, total: int, quiet: bool, unit: str) -> Iterator[Callable[[int], None]]:
    if sys.stderr.isatty():
        with _bar(kept, total) as advance:
            yield advance
    elif quiet:
        yield lambda _count: None
    else:
        yield _lines(kept, total, unit)


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


def _lines(kept: int, total: int, unit: str) -> Callable[[int], None]:
    begin = told = time.monotonic()
    done = 0

    def advance(count: int) -> None:
        nonlocal done, told
        done += count
        now = time.monotonic()
        if now - told >= LINE_EVERY_S and kept + done < total:
            told = now
            left_s = (now - begin) / done * (total - kept - done)
            note(f"{kept + done} of {total} {unit}, about {left_s:.0f} s left")

    return advance
