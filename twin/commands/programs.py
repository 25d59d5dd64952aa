"""Programs that run beside a command: started in sessions of their own, begun again when they fail, ended with it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from twin.commands.output import note

STANDARD_ERROR: Final = 2
FIRST_REST_S: Final = 1.0  # before a program that failed is begun again; doubled each time
LONGEST_REST_S: Final = 60.0
GRACE_S: Final = 25.0  # for all to end by themselves: a worker gives the process that plays 20 s
TICK_S: Final = 0.05
END_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of Linux


@dataclass(frozen=True)
class Program:
    """A program: what it is called in messages, its words, its environment."""

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass
class Kept:
    """A program that is begun again whenever it ends.

    Attributes
    ----------
    program, process : what runs.
    begun_s : monotonic second of its start.
    rest_s : pause before the next start; 0 while none was needed.
    due_s : monotonic second of the next start; None while it runs.
    """

    program: Program
    process: "subprocess.Popen[bytes]"
    begun_s: float
    rest_s: float = 0.0
    due_s: float | None = None

    def look_after(self, now_s: float) -> None:
        """Begin it again if it has ended and has rested."""
        code = self.process.poll()
        if code is None:
            return
        if self.due_s is None:
            end_at_once([self.process])  # what it left behind
            lasted = now_s - self.begun_s > LONGEST_REST_S
            self.rest_s = FIRST_REST_S if lasted or not self.rest_s else min(2.0 * self.rest_s, LONGEST_REST_S)
            self.due_s = now_s + self.rest_s
            note(f"{self.program.name} {ended_how(code)}; it is begun again in {self.rest_s:.0f} s")
        elif now_s >= self.due_s:
            self.process, self.begun_s, self.due_s = start(self.program), now_s, None


def start(program: Program) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own: Ctrl-C reaches the command alone, which ends the others in order."""
    return subprocess.Popen(
        program.words,
        env=dict(program.environment),
        stdin=subprocess.DEVNULL,
        stdout=STANDARD_ERROR,  # standard output is the command's
        start_new_session=True,
        preexec_fn=_end_with(os.getpid()),
    )


def keep(program: Program) -> Kept:
    """Start a program that is to be begun again whenever it ends."""
    return Kept(program, start(program), time.monotonic())


def ended_how(code: int) -> str:
    """Return how a process ended, from its exit code."""
    return f"ended with code {code}" if code >= 0 else f"was ended by signal {-code}"


def end(processes: "Sequence[subprocess.Popen[bytes]]") -> None:
    """Ask processes to end, wait for them, end what is left of them and of what they started."""
    asked = running(processes)
    for process in asked:
        process.terminate()
    until_s = time.monotonic() + GRACE_S
    while time.monotonic() < until_s and running(asked):
        time.sleep(TICK_S)
    end_at_once(asked)


def running(processes: "Sequence[subprocess.Popen[bytes]]") -> "list[subprocess.Popen[bytes]]":
    """Return those that have not ended."""
    return [process for process in processes if process.poll() is None]


def end_at_once(processes: "Sequence[subprocess.Popen[bytes]]") -> None:
    """End processes and all that they started; call it while they run or as soon as they end: numbers come again."""
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):  # gone already
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _end_with(parent: int) -> Callable[[], None] | None:
    """Return what a process of Linux does to be asked to end when its parent is killed; None on other systems."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)

    def follow() -> None:
        library.prctl(END_WITH_PARENT, signal.SIGTERM)
        if os.getppid() != parent:  # it was killed in between
            os.kill(os.getpid(), signal.SIGTERM)

    return follow
