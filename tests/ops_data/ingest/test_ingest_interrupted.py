"""Every acknowledged reading is there exactly once, whoever is killed and whenever, and whoever else is ingesting.

Truth: derived; the made-up nights themselves.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops_data.ingest.made_up_files import expected_rows, rows_in, write_nights


def player(root: Path, mode: str, folder: Path, number: int = 0) -> subprocess.Popen[str]:
    """Start a real process that plays a part of `made_up_files`."""
    command = [sys.executable, "-m", "tests.ops_data.ingest.made_up_files", mode, str(folder), str(number)]
    return subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("moments", [10, pytest.param(50, marks=pytest.mark.heavy)])
def test_who_is_killed_at_random_moments_has_lost_nothing_it_acknowledged(
    root: Path, tmp_path: Path, moments: int
) -> None:
    killer = player(root, "kill", tmp_path, moments)
    assert killer.communicate(timeout=600)[0].split() == ["checked", str(moments)]
    assert killer.returncode == 0


@pytest.mark.heavy
def test_who_is_killed_at_any_change_to_the_disk_while_sealing_has_lost_and_doubled_nothing(
    root: Path, tmp_path: Path
) -> None:
    killer = player(root, "kill_sealing", tmp_path)
    word, changes = killer.communicate(timeout=600)[0].split()
    assert (killer.returncode, word) == (0, "checked")
    assert int(changes) > 20


def test_two_who_ingest_and_seal_the_same_files_at_once_leave_each_reading_once(root: Path, tmp_path: Path) -> None:
    write_nights(tmp_path / "files")
    players = [player(root, "race", tmp_path, number) for number in (0, 1)]
    for one in players:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in players:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for one in players:
        one.communicate(timeout=300)
        assert one.returncode == 0
    found = [(tag, at, value) for _, tag, at, _, value, _ in rows_in(tmp_path / "store")]
    assert sorted(found) == expected_rows()
