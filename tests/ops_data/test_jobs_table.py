"""The file of a queue: made once, never emptied or believed when damaged (truth: derived, by hand)."""

import sqlite3
from pathlib import Path

import pytest

from ops_data.errors import StoreError
from ops_data.jobs import FAILED, SUBMITTED, UNREADABLE, open_queue
from ops_data.jobs_table import FILE
from tests.ops_data.test_jobs import claimed, submitted


@pytest.mark.parametrize("content", [b"\0", b"not a database at all, but long enough to look like one " * 40])
def test_a_damaged_queue_is_told_and_never_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StoreError) as caught:
        open_queue(tmp_path)
    assert str(caught.value) == (
        f"queue {tmp_path / FILE}: the file is damaged or of another version; it is not made anew, for requests would "
        "be lost: put a copy back, or move it away to begin an empty queue (sealed runs are not touched)"
    )
    assert (tmp_path / FILE).read_bytes() == content


def test_a_queue_that_was_moved_away_is_not_made_empty_by_those_who_ask_and_is_begun_anew_when_opened(
    tmp_path: Path,
) -> None:
    queue = open_queue(tmp_path)
    job = submitted(queue)
    assert queue.is_there
    (tmp_path / FILE).rename(tmp_path / "kept.sqlite")
    (tmp_path / f"{FILE}-wal").write_bytes(b"what a killed process left")
    assert not queue.is_there
    with pytest.raises(StoreError, match="unable to open database file"):
        queue.jobs()
    assert not (tmp_path / FILE).exists()
    assert open_queue(tmp_path).jobs() == []
    assert not (tmp_path / f"{FILE}-wal").exists()
    assert queue.is_there and queue.jobs() == []  # each question connects anew
    (tmp_path / "kept.sqlite").replace(tmp_path / FILE)
    assert queue.jobs() == [job]


def test_an_empty_file_is_a_new_queue(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    queue = open_queue(tmp_path)
    assert queue.is_there and queue.jobs() == []
    (tmp_path / FILE).write_bytes(b"")
    assert not queue.is_there


@pytest.mark.parametrize("name", ["a b", "50%", "what?mode=ro", "a#b", "海"])
def test_a_store_of_any_name_can_hold_a_queue(tmp_path: Path, name: str) -> None:
    store = tmp_path / name
    store.mkdir()
    job = submitted(open_queue(store))
    assert open_queue(store).jobs() == [job]
    assert (store / FILE).is_file()


@pytest.mark.parametrize("damaged", ["{", "", "[]", "3"])
@pytest.mark.parametrize("kind", ["run", "supply"])
def test_a_request_that_cannot_be_read_fails_alone(tmp_path: Path, damaged: str, kind: str) -> None:
    queue = open_queue(tmp_path)
    bad, good = submitted(queue, kind=kind), submitted(queue, "calm-11111111")
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE jobs SET request = ? WHERE job_id = ?", (damaged, bad.job_id))
    connection.close()
    assert [(job.job_id, job.state, job.message) for job in queue.jobs()] == [
        (good.job_id, SUBMITTED, ""),
        (bad.job_id, SUBMITTED, UNREADABLE),
    ]
    assert claimed(queue).job_id == good.job_id
    found = queue.job(bad.job_id)
    assert (found.state, found.message, dict(found.request)) == (FAILED, UNREADABLE, {})


def test_a_queue_of_another_version_is_told(tmp_path: Path) -> None:
    open_queue(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("ALTER TABLE jobs DROP COLUMN ready_s")
    connection.close()
    with pytest.raises(StoreError, match="damaged or of another version"):
        open_queue(tmp_path)


def test_a_queue_that_cannot_be_asked_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError) as caught:
        open_queue(tmp_path)
    assert str(caught.value) == (
        f"queue {tmp_path / FILE}: unable to open database file; "
        "check that the database is there, has room and may be written"
    )


def test_the_file_of_a_queue_is_in_write_ahead_mode_and_left_alone_by_the_next_one(tmp_path: Path) -> None:
    job = submitted(open_queue(tmp_path))
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    assert open_queue(tmp_path).jobs() == [job]
