"""The README is true: its commands are run, in order, in one empty folder."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = ".venv/bin/twin"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def command_lines(root: Path) -> list[str]:
    """Return every line of the README's shell blocks, comments dropped."""
    blocks = BLOCK.findall((root / "README.md").read_text(encoding="utf-8"))
    lines = [shlex.join(shlex.split(line, comments=True)) for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_shell_blocks_hold_only_make_and_the_command(root: Path) -> None:
    assert command_lines(root)
    assert [line for line in command_lines(root) if line.split()[0] not in {"make", COMMAND}] == []


def test_every_make_target_of_the_readme_exists(root: Path) -> None:
    named = {line.split()[1] for line in command_lines(root) if line.startswith("make ")}
    assert {"demo", "test"} <= named
    assert named <= set(TARGET.findall((root / "Makefile").read_text(encoding="utf-8")))


@pytest.mark.heavy
def test_every_twin_command_of_the_readme_works_in_an_empty_folder(root: Path, tmp_path: Path) -> None:
    twin = Path(sys.executable).parent / "twin"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    for line in command_lines(root):
        words = shlex.split(line)
        if words[0] != COMMAND:
            continue
        done = subprocess.run(
            [str(twin), *words[1:]],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), f"{line}\n{done.stdout}\n{done.stderr}"
