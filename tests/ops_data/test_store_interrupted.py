"""A run that is cut, starved or raced is either whole under its name or not there, and nothing finished is lost.

Truth: derived; an undisturbed run made beside each disturbed one.
"""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ops_data.errors import StoreError
from ops_data.files import DurableFile
from ops_data.sealed import verify
from ops_data.store import open_store
from tests.ops_data.made_up_runs import LAST, PARTS, identity, make, part_tables, seal

RUN_ID = identity().run_id


def player(root: Path, *words: str) -> subprocess.Popen[str]:
    """Start a real process that plays a part of `made_up_runs`."""
    command = [sys.executable, "-m", "tests.ops_data.made_up_runs", *words]
    return subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def said(root: Path, *words: str) -> str:
    """Return what such a process prints, without its line end."""
    process = player(root, *words)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return output.strip()


def hashes(store: Path) -> dict[str, str]:
    """Return table → SHA-256 of the sealed run."""
    return {name: entry.sha256 for name, entry in open_store(store).open(RUN_ID).manifest.tables.items()}


def test_a_run_killed_at_any_step_is_whole_or_absent_and_resumes_to_the_same_hashes(root: Path, tmp_path: Path) -> None:
    assert said(root, "kill", str(tmp_path)) == ""
    undisturbed = open_store(tmp_path / "undisturbed").open(RUN_ID).manifest.sha256
    stores = sorted(path for path in tmp_path.iterdir() if path.is_dir() and path.name != "undisturbed")
    assert len(stores) > 50
    cut_whole = 0
    for store in stores:
        finished = [int(line) for line in store.with_suffix(".done").read_text().split()]
        opened = open_store(store)
        if (store / RUN_ID).exists():
            cut_whole += 1
            assert [row.run_id for row in opened.runs()] == [RUN_ID], store.name
        else:
            assert opened.runs() == [], store.name
            with opened.begin(identity()) as writer:
                missing = writer.missing()
                made_before = [last for _, last in PARTS if last not in missing]
                assert made_before[: len(finished)] == finished, store.name
                assert len(made_before) <= len(finished) + 1, store.name
            make(store)
        sealed = open_store(store)
        run = sealed.open("latest")
        assert verify(run) == [], store.name
        assert run.manifest.sha256 == undisturbed, store.name
        left = {path.name for path in store.iterdir()} - {".catalogue.lock", f".{RUN_ID}.lock"}
        assert left == {"catalogue.sqlite", RUN_ID}, store.name
        assert sealed.unfinished() == []
    assert cut_whole >= 3


def test_two_processes_cannot_seal_the_same_run_and_a_killed_one_frees_it(root: Path, tmp_path: Path) -> None:
    holder = player(root, "hold", str(tmp_path))
    assert holder.stdout is not None
    number = int(holder.stdout.readline())
    with pytest.raises(StoreError) as caught:
        make(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}/.{RUN_ID}.lock: process {number} is writing this run now; "
        "wait until it has finished, or stop it, and repeat"
    )
    holder.send_signal(signal.SIGKILL)
    assert holder.wait(timeout=60) == -signal.SIGKILL
    assert make(tmp_path).run_id == RUN_ID  # though a worker of the killed process is still there
    holder.communicate("", timeout=60)


def test_two_processes_may_make_different_runs_in_one_store(root: Path, tmp_path: Path) -> None:
    holder = player(root, "hold", str(tmp_path))
    assert holder.stdout is not None
    holder.stdout.readline()
    with open_store(tmp_path).begin(identity(seed=8)) as writer:
        writer.parts.write(0, LAST, part_tables(0, LAST))
        seal(writer)
    assert [row.seed for row in open_store(tmp_path).runs()] == [8]
    holder.communicate("", timeout=60)
    assert holder.returncode == 0


def test_one_process_cannot_claim_a_run_twice(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.begin(identity()), pytest.raises(StoreError, match=f"process {os.getpid()} is writing this run now"):
        store.begin(identity())


def test_a_sealed_run_cannot_be_begun_again(tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path).begin(identity())
    assert str(caught.value) == (
        f"{tmp_path / RUN_ID}: the run is sealed already; open it, or remove the folder to redo it"
    )


def test_leaving_without_any_part_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_store(tmp_path).begin(identity()):
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["catalogue.sqlite"]


def test_leaving_with_parts_keeps_them_and_lists_the_run_as_unfinished(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(KeyboardInterrupt), store.begin(identity()) as writer:
        writer.parts.write(2, 4, part_tables(2, 4))
        raise KeyboardInterrupt
    assert store.unfinished() == [identity()]
    assert store.runs() == []
    with store.begin(identity()) as writer:
        assert writer.missing() == [0, 1, 5]
    (tmp_path / f".{RUN_ID}.partial" / "identity.json").write_text('{"shape": 1}')
    assert store.unfinished() == []  # and a warning: of another version


def test_a_damaged_or_truncated_part_is_made_again(tmp_path: Path) -> None:
    reference = make(tmp_path / "reference").manifest.sha256
    store = open_store(tmp_path / "runs", create=True)
    with store.begin(identity()) as writer:
        for first, last in PARTS:
            writer.parts.write(first, last, part_tables(first, last))
        parts = writer.parts.folder
        flipped = bytearray((parts / "000000-000001.daily.parquet").read_bytes())
        flipped[len(flipped) // 2] ^= 1
        (parts / "000000-000001.daily.parquet").write_bytes(flipped)
        whole = (parts / "000005-000005.intervals.parquet").read_bytes()
        (parts / "000005-000005.intervals.parquet").write_bytes(whole[:-100])
        assert writer.missing() == [0, 1, 5]
        with pytest.raises(StoreError, match=f"run '{RUN_ID}': 3 replicates are missing, first 0; write them"):
            seal(writer)
    assert make(tmp_path / "runs").manifest.sha256 == reference


@pytest.mark.parametrize("writes", [0, 5, 60, 100])
def test_a_full_disk_is_told_in_one_line_and_finished_replicates_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    reference = make(tmp_path / "reference").manifest.sha256
    write, left = os.write, writes

    def filling(number: int, data: bytes) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(number, data)

    store = open_store(tmp_path / "runs", create=True)
    with store.begin(identity()) as writer:
        writer.parts.write(0, 1, part_tables(0, 1))
        with monkeypatch.context() as full:
            full.setattr(os, "write", filling)
            with pytest.raises(StoreError) as caught:
                for first, last in PARTS[1:]:
                    writer.parts.write(first, last, part_tables(first, last))
        assert list(writer.parts.folder.glob("*.tmp")) == []
        kept = writer.missing()
    assert str(caught.value) in {
        f"{writer.parts.folder}: cannot write replicates {first} to {last}: the disk is full; "
        "free some space and repeat the command: finished replicates are kept"
        for first, last in PARTS[1:]
    }
    assert kept in ([2, 3, 4, 5], [5])
    assert make(tmp_path / "runs").manifest.sha256 == reference


@pytest.mark.parametrize("writes", [0, 10, 45])
def test_a_disk_that_fills_while_sealing_leaves_no_run_and_loses_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    write, left = os.write, writes

    def filling(number: int, data: bytes) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(number, data)

    store = open_store(tmp_path)
    with store.begin(identity()) as writer:
        writer.parts.write(0, LAST, part_tables(0, LAST))
        with monkeypatch.context() as full:
            full.setattr(os, "write", filling)
            with pytest.raises(StoreError) as caught:
                seal(writer)
        assert str(caught.value) == (
            f"{tmp_path / RUN_ID}: cannot seal the run: the disk is full; "
            "free some space and repeat the command: finished replicates are kept"
        )
        assert not (tmp_path / RUN_ID).exists()
        assert writer.missing() == []
        assert verify(seal(writer)) == []


def test_nothing_is_written_through_a_file_whose_block_has_ended(tmp_path: Path) -> None:
    """Derived: the next file opened gets the same number; late bytes must not end in it."""
    with pytest.raises(RuntimeError), DurableFile(tmp_path / "first") as file:
        file.write(b"begun")
        raise RuntimeError
    other = tmp_path / "other"
    with other.open("wb"), pytest.raises(ValueError, match="first: write to a closed file"):
        file.write(b"late")
    assert other.read_bytes() == b""
    assert not (tmp_path / "first").exists()


def test_a_file_size_limit_is_told_in_one_line(root: Path, tmp_path: Path) -> None:
    store = tmp_path / "runs"
    open_store(store, create=True)  # the catalogue is there before the limit
    assert said(root, "starve", str(store), "3000") == (
        f"{store}/.{RUN_ID}.partial/parts: cannot write replicates 0 to 1: the file would pass the size limit; "
        "raise the limit (ulimit -f) and repeat the command"
    )
    assert verify(make(store)) == []
