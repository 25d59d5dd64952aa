"""Programs beside a command: begun again, ended with all they started (truth: derived; real processes)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from twin.commands import programs
from twin.commands.programs import FIRST_REST_S, LONGEST_REST_S, Kept, Program, end, end_at_once, keep, running, start

SLEEPS = "import time; time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)"
STUBBORN = f"{DEAF}; {SLEEPS}"
Begin = Callable[..., "subprocess.Popen[bytes]"]


def program(code: str) -> Program:
    return Program("a program", (sys.executable, "-c", code), dict(os.environ))


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Give what starts a program; whatever a test leaves running is ended."""
    begun: list[subprocess.Popen[bytes]] = []

    def started(code: str) -> "subprocess.Popen[bytes]":
        begun.append(start(program(code)))
        return begun[-1]

    yield started
    end_at_once(running(begun))


def until(true: Callable[[], bool]) -> None:
    """Wait for something that comes soon."""
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come")


def alive(pid: int) -> bool:
    """Say whether a process runs (Linux); one that ended and that nobody asked for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_program_that_ends_when_asked_is_not_killed(begin: Begin) -> None:
    process = begin(SLEEPS)
    end([process])
    assert process.returncode == -15


def test_a_program_that_does_not_end_is_killed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "GRACE_S", 0.3)
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == b"up\n"
        end([process])
    assert process.returncode == -9


def test_what_a_program_started_ends_with_it(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "GRACE_S", 0.3)
    said = tmp_path / "pid"
    child = f"import subprocess, sys, pathlib; p = subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]); "
    process = begin(f"{child}pathlib.Path({str(said)!r}).write_text(str(p.pid)); p.wait()")
    until(lambda: said.exists() and said.read_text() != "")
    end([process])
    until(lambda: not alive(int(said.read_text())))


def test_a_program_that_fails_is_begun_again_after_rests_that_grow(capsys: pytest.CaptureFixture[str]) -> None:
    """Derived: 1, 2, 4 … 60 s, and 1 s again once it has lasted longer than the longest rest."""
    kept = keep(program("raise SystemExit(3)"))
    now_s, rests = kept.begun_s, []
    for _ in range(8):
        kept.process.wait()
        kept.look_after(now_s)
        assert kept.due_s is not None
        rests.append(kept.due_s - now_s)
        kept.look_after(kept.due_s - 0.01)  # too early
        assert kept.due_s is not None
        now_s = kept.due_s
        kept.look_after(now_s)
        assert kept.due_s is None
    assert rests == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST_REST_S, LONGEST_REST_S]
    kept.process.wait()
    kept.look_after(now_s + LONGEST_REST_S + 1.0)
    assert kept.rest_s == FIRST_REST_S
    told = capsys.readouterr().err.splitlines()
    assert told[1] == "twin: a program ended with code 3; it is begun again in 2 s"
    assert len(told) == 9


def test_a_program_that_runs_is_left_alone(begin: Begin) -> None:
    process = begin(SLEEPS)
    kept = Kept(program(SLEEPS), process, time.monotonic())
    kept.look_after(time.monotonic() + 1_000.0)
    assert kept.process is process
    assert kept.due_s is None


def test_a_program_ends_when_the_command_that_keeps_it_is_killed(tmp_path: Path) -> None:
    """Derived: Linux asks a process to end when its parent has gone, if it was told to."""
    said = tmp_path / "pid"
    code = (
        "import sys, time, pathlib; from twin.commands.programs import Program, start; "
        f"p = start(Program('x', (sys.executable, '-c', {SLEEPS!r}), {{}})); "
        f"pathlib.Path({str(said)!r}).write_text(str(p.pid)); time.sleep(600)"
    )
    command = subprocess.Popen([sys.executable, "-c", code])
    until(lambda: said.exists() and said.read_text() != "")
    kept = int(said.read_text())
    assert alive(kept)
    command.kill()
    command.wait()
    until(lambda: not alive(kept))
