"""The drop folder (truth: derived; a folder is filled by hand and a clock is turned)."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ops_data.errors import ObservationError, StoreError, UsageError
from ops_data.ingest.drop_folder import DropFolder, Handled, watch


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def dropped(folder: Path, ingest: Callable[[Path], str], clock: Clock) -> DropFolder:
    return DropFolder(folder, ingest, settle_s=10.0, now_s=clock)


def tree(folder: Path) -> dict[str, str]:
    """Return relative path → text of every file."""
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_whole_files_are_handed_over_once_in_order_of_name_and_put_away(tmp_path: Path) -> None:
    clock, seen = Clock(), list[str]()

    def ingest(path: Path) -> str:
        seen.append(path.name)
        return "" if path.name != "b.csv" else "no row of it can be read"

    drop = dropped(tmp_path, ingest, clock)
    for name in ("c.csv", "a.csv", "b.csv"):
        (tmp_path / name).write_text(name)
    assert list(drop.sweep()) == []
    clock.now_s = 10.0
    done, failed = tmp_path / "done", tmp_path / "failed"
    assert list(drop.sweep()) == [
        Handled("a.csv", done / "a.csv", ""),
        Handled("b.csv", failed / "b.csv", "no row of it can be read"),
        Handled("c.csv", done / "c.csv", ""),
    ]
    clock.now_s = 100.0
    assert list(drop.sweep()) == [] and seen == ["a.csv", "b.csv", "c.csv"]
    assert tree(tmp_path) == {
        "done/a.csv": "a.csv",
        "done/c.csv": "c.csv",
        "failed/b.csv": "b.csv",
        "failed/b.csv.reason.txt": "no row of it can be read\n",
    }


def test_a_file_that_still_grows_waits(tmp_path: Path) -> None:
    clock, seen = Clock(), list[str]()

    def ingest(path: Path) -> str:
        seen.append(path.read_text())
        return ""

    drop = dropped(tmp_path, ingest, clock)
    path = tmp_path / "long.csv"
    for second in range(0, 40, 8):
        path.write_text("x" * second)
        clock.now_s = float(second)
        assert list(drop.sweep()) == []
    clock.now_s = 42.0
    assert [one.name for one in drop.sweep()] == ["long.csv"] and seen == ["x" * 32]


def test_a_file_rewritten_with_the_same_size_waits_too(tmp_path: Path) -> None:
    clock = Clock()
    drop = dropped(tmp_path, lambda path: "", clock)
    path = tmp_path / "a.csv"
    path.write_text("old")
    assert list(drop.sweep()) == []
    clock.now_s = 9.0
    path.write_text("new")
    os.utime(path, ns=(1, 1))
    assert list(drop.sweep()) == []
    clock.now_s = 18.0
    assert list(drop.sweep()) == []
    clock.now_s = 19.0
    assert len(list(drop.sweep())) == 1


def test_a_marker_says_at_once_that_a_file_is_whole_and_goes_with_it(tmp_path: Path) -> None:
    drop = dropped(tmp_path, lambda path: "", Clock())
    (tmp_path / "a.csv").write_text("a")
    (tmp_path / "b.csv").write_text("b")
    (tmp_path / "a.csv.done").touch()
    assert [one.name for one in drop.sweep()] == ["a.csv"]
    assert tree(tmp_path) == {"b.csv": "b", "done/a.csv": "a"}


def test_files_on_their_way_hidden_files_links_and_folders_are_left_alone(tmp_path: Path) -> None:
    clock = Clock()
    drop = dropped(tmp_path, lambda path: "", clock)
    names = ["a.csv.part", "a.TMP", "a.csv~", "a.csv.filepart", ".a.csv", "~$report.xlsx", "a.csv.done"]
    for name in names:
        (tmp_path / name).write_text("half")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.TMP")
    assert list(drop.sweep()) == []
    clock.now_s = 1_000.0
    assert list(drop.sweep()) == []


def test_nothing_that_was_put_away_is_overwritten(tmp_path: Path) -> None:
    clock = Clock()
    drop = dropped(tmp_path, lambda path: "bad" if path.read_text() == "bad" else "", clock)
    for text in ("1", "2", "bad", "bad", "3"):
        (tmp_path / "a.csv").write_text(text)
        (tmp_path / "a.csv.done").touch()
        assert len(list(drop.sweep())) == 1
    assert tree(tmp_path) == {
        "done/a.csv": "1",
        "done/a-2.csv": "2",
        "done/a-3.csv": "3",
        "failed/a.csv": "bad",
        "failed/a.csv.reason.txt": "bad\n",
        "failed/a-2.csv": "bad",
        "failed/a-2.csv.reason.txt": "bad\n",
    }


def test_faults_of_a_file_are_reasons_and_faults_of_the_store_leave_it_there(tmp_path: Path) -> None:
    def ingest(path: Path) -> str:
        if path.name == "1.csv":
            raise ObservationError("1.csv: empty")
        if path.name == "2.csv":
            raise UsageError("2.csv: name a mapping")
        raise StoreError("the disk is full")

    for name in ("1.csv", "2.csv", "3.csv"):
        (tmp_path / name).write_text(name)
        (tmp_path / f"{name}.done").touch()
    sweep = dropped(tmp_path, ingest, Clock()).sweep()
    assert [next(sweep).reason, next(sweep).reason] == ["1.csv: empty", "2.csv: name a mapping"]
    with pytest.raises(StoreError, match="the disk is full"):
        next(sweep)
    assert sorted(tree(tmp_path))[:2] == ["3.csv", "3.csv.done"]


def test_an_interrupt_at_any_step_leaves_a_file_that_is_handed_over_again(tmp_path: Path) -> None:
    seen = list[str]()

    def ingest(path: Path) -> str:
        seen.append(path.read_text())
        if len(seen) == 1:
            raise KeyboardInterrupt
        return ""

    (tmp_path / "a.csv").write_text("a")
    (tmp_path / "a.csv.done").touch()
    with pytest.raises(KeyboardInterrupt):
        list(watch(dropped(tmp_path, ingest, Clock()), sweeps=1))
    assert sorted(tree(tmp_path)) == ["a.csv", "a.csv.done"]
    assert [one.name for one in watch(dropped(tmp_path, ingest, Clock()), sweeps=1)] == ["a.csv"]
    assert tree(tmp_path) == {"done/a.csv": "a"} and seen == ["a", "a"]


def test_an_interrupt_while_putting_away_leaves_no_second_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    (tmp_path / "a.csv").write_text("a")
    (tmp_path / "a.csv.done").touch()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            list(dropped(tmp_path, lambda path: "", Clock()).sweep())
    assert tree(tmp_path) == {"a.csv": "a"}


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    clock, seen = Clock(), list[str]()

    def ingest(path: Path) -> str:
        seen.append(path.read_text())
        if len(seen) == 1:
            path.write_text("all of it")
        return ""

    drop = dropped(tmp_path, ingest, clock)
    (tmp_path / "a.csv").write_text("half")
    assert list(drop.sweep()) == []
    clock.now_s = 10.0
    (found,) = drop.sweep()
    assert found.path is None and "changed while it was read" in found.reason
    assert list(drop.sweep()) == []
    clock.now_s = 20.0
    assert [one.path for one in drop.sweep()] == [tmp_path / "done" / "a.csv"] and seen == ["half", "all of it"]


def test_a_missing_folder_is_told_and_a_watch_pauses_between_its_sweeps(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        list(dropped(tmp_path / "none", lambda path: "", Clock()).sweep())
    pauses = list[float]()
    drop = dropped(tmp_path, lambda path: "", Clock())
    assert list(watch(drop, poll_s=3.0, sleep=pauses.append, sweeps=3)) == [] and pauses == [3.0, 3.0]


def test_a_watcher_killed_at_any_moment_loses_no_file_and_leaves_none_twice(root: Path, tmp_path: Path) -> None:
    rng, count, said = random.Random(8), 60, set[str]()
    for number in range(count):
        (tmp_path / f"{number:02d}.csv").write_text(f"{number:02d}")
    command = [sys.executable, "-m", "tests.ops_data.ingest.folder_watcher", str(tmp_path)]
    for last in (False, False, False, False, True):
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said.add(process.stdout.readline().strip())
            deadline = time.monotonic() + (20.0 if last else rng.uniform(0.0, 0.01))
            while time.monotonic() < deadline and (not last or list(tmp_path.glob("*.csv"))):
                time.sleep(0.001)
            process.send_signal(signal.SIGINT if last else signal.SIGKILL)
            said.update(process.stdout.read().split())
    names = {f"{number:02d}": "failed" if number % 2 else "done" for number in range(count)}
    assert said == set(names)
    found = {path: text for path, text in tree(tmp_path).items() if text and path.endswith(".csv")}
    assert sorted(found.values()) == sorted(names)
    assert all(path.startswith(f"{names[text]}/{text}") for path, text in found.items())
