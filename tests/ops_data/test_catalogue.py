"""The catalogue lists what is in the store, and can always be made again (truth: derived, from the folders)."""

import logging
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import sqlalchemy as sa

from ops_data import schemas
from ops_data.catalogue import FILE, RunRow
from ops_data.errors import StoreError
from ops_data.manifest import MANIFEST
from ops_data.store import open_store
from ops_data.writer import working_folder
from tests.ops_data.made_up_runs import INDICATORS, LAST, SCENARIO, identity, make, part_tables, seal

RUN_ID = identity().run_id


def ids(store: Path, url: str | None = None) -> list[str]:
    """Return the run ids the catalogue lists after opening."""
    return [row.run_id for row in open_store(store, url).runs()]


def test_a_row_tells_what_the_runs_table_declares(tmp_path: Path) -> None:
    assert [field.name for field in fields(RunRow)] == [column.name for column in schemas.RUNS.columns]
    run = make(tmp_path)
    (row,) = open_store(tmp_path).runs()
    assert row == RunRow(
        run_id=RUN_ID,
        origin="simulated",
        scenario="pilot-2027",
        scenario_sha256=identity().scenario_sha256,
        code_version="0.1.0",
        seed=7,
        first_replicate=0,
        last_replicate=LAST,
        parameters="drawn",
        detail="intervals",
        mass_basis="wet",
        created=run.manifest.created,
        wall_s=1.25,
        state="sealed",
        path=RUN_ID,
        linked=(),
    )
    assert row.replicates == LAST + 1


def test_linked_run_ids_are_listed(tmp_path: Path) -> None:
    with open_store(tmp_path).begin(identity()) as writer:
        writer.parts.write(0, LAST, part_tables(0, LAST))
        writer.seal(SCENARIO, INDICATORS, wall_s=0.0, linked=["dry-basis-00000000", "calm-11111111"])
    assert open_store(tmp_path).runs()[0].linked == ("dry-basis-00000000", "calm-11111111")


def test_a_missing_catalogue_is_made_again(tmp_path: Path) -> None:
    make(tmp_path)
    before = open_store(tmp_path).runs()
    (tmp_path / FILE).unlink()
    assert open_store(tmp_path).runs() == before


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look like one " * 40])
def test_a_damaged_catalogue_is_made_again_and_said_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    make(tmp_path)
    before = open_store(tmp_path).runs()
    (tmp_path / FILE).write_bytes(content)
    assert open_store(tmp_path).runs() == before
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        f"{tmp_path / FILE}: the catalogue is damaged or of another version; made anew from the manifests"
    ]


def test_pages_of_the_catalogue_overwritten_are_noticed(tmp_path: Path) -> None:
    make(tmp_path)
    before = open_store(tmp_path).runs()
    data = bytearray((tmp_path / FILE).read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    (tmp_path / FILE).write_bytes(data)
    assert open_store(tmp_path).runs() == before


def test_a_catalogue_of_another_version_is_made_again(tmp_path: Path) -> None:
    make(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("ALTER TABLE runs DROP COLUMN linked")
    connection.close()
    assert ids(tmp_path) == [RUN_ID]


def test_a_catalogue_that_cannot_be_asked_is_told_and_not_thrown_away(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path)
    assert str(caught.value) == (
        f"catalogue {tmp_path / FILE}: unable to open database file; "
        "check that the database is there, has room and may be written"
    )
    assert (tmp_path / FILE).is_dir()


def test_a_run_sealed_just_before_its_process_died_is_listed_and_tidied(tmp_path: Path) -> None:
    make(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("DELETE FROM runs")
    connection.close()
    left = working_folder(tmp_path, RUN_ID)
    (left / "parts").mkdir(parents=True)
    assert ids(tmp_path) == [RUN_ID]
    assert not left.exists()


def test_a_catalogue_that_fails_after_the_seal_costs_nothing_but_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(tmp_path)
    with store.begin(identity()) as writer:
        writer.parts.write(0, LAST, part_tables(0, LAST))
        (tmp_path / FILE).unlink()
        (tmp_path / FILE).mkdir()
        seal(writer)
    (message,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert message.endswith(f"(run '{RUN_ID}' is sealed; it will be listed when the store is next opened)")
    (tmp_path / FILE).rmdir()
    assert ids(tmp_path) == [RUN_ID]


def test_a_removed_run_leaves_the_catalogue(tmp_path: Path) -> None:
    shutil.rmtree(make(tmp_path).folder)
    assert ids(tmp_path) == []


def test_a_store_that_was_moved_keeps_its_runs(tmp_path: Path) -> None:
    make(tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    assert open_store(tmp_path / "there").open("latest").run_id == RUN_ID


def test_a_damaged_manifest_is_passed_over_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = make(tmp_path)
    (tmp_path / FILE).unlink()
    (run.folder / MANIFEST).write_text("{")
    assert ids(tmp_path) == []
    (message,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert message.startswith(f"{run.folder / MANIFEST}: the manifest is damaged: it is not a manifest in JSON")
    assert message.endswith("(left out of the catalogue)")
    assert ids(tmp_path) == []
    warned = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warned) == 1  # once in a process, however often the store is opened


def test_two_stores_can_share_a_catalogue_by_url(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    for name, seed in (("a", 7), ("a_b", 8)):
        with open_store(tmp_path / name, url, create=True).begin(identity(seed)) as writer:
            writer.parts.write(0, LAST, part_tables(0, LAST))
            seal(writer)
    assert ids(tmp_path / "a", url) == [identity(7).run_id]
    assert ids(tmp_path / "a_b", url) == [identity(8).run_id]
    assert not (tmp_path / "a" / FILE).exists()
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM runs")).scalar_one() == 2


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "catalogue URL: not understood; write it like postgresql+psycopg://host/database"),
        (
            "sqlite:////nowhere/at/all.sqlite",
            "catalogue sqlite:////nowhere/at/all.sqlite: unable to open database file; "
            "check that the database is there, has room and may be written",
        ),
        (
            "postgresql+pg8000://planner:secret@host/twin",
            "catalogue postgresql+pg8000://planner:***@host/twin: its driver 'pg8000' is not installed; install it",
        ),
    ],
)
def test_a_catalogue_that_cannot_be_reached_is_told_in_one_line_without_its_password(
    tmp_path: Path, url: str, message: str
) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path, url)
    assert str(caught.value) == message


def test_a_store_that_is_not_there_is_a_file_or_another_kind_of_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    wrong = {
        tmp_path / "none": (False, "there is no such folder; make a run first, or name the folder with --store"),
        tmp_path / "file": (False, "it is a file, not a folder; choose a folder with --store"),
    }
    for place, (create, rule) in wrong.items():
        with pytest.raises(StoreError) as caught:
            open_store(place, create=create)
        assert str(caught.value) == f"store {place}: {rule}"
    for place in (tmp_path / "file", tmp_path / "file" / "runs"):
        with pytest.raises(StoreError) as caught:
            open_store(place, create=True)
        assert str(caught.value) == (
            f"store {place}: cannot make the folder: a file stands where a folder is needed; "
            "choose a folder with --store"
        )
    with pytest.raises(StoreError) as caught:
        open_store("s3://bucket/runs")
    assert str(caught.value) == (
        "store s3://bucket/runs: 's3' is not served by this version; give a folder or file:// URL"
    )


def test_a_file_url_is_a_folder(tmp_path: Path) -> None:
    make(tmp_path / "my runs")
    assert open_store(f"file://{tmp_path}/my%20runs").open("latest").run_id == RUN_ID


@pytest.fixture
def read_only() -> Iterator[Path]:
    """Yield a folder that everybody may read and nobody but root may write, holding one sealed run."""
    base = Path(tempfile.mkdtemp())
    base.chmod(0o755)
    store = base / "runs"
    make(store)
    store.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    yield store
    store.chmod(0o755)
    shutil.rmtree(base)


def test_a_store_that_may_not_be_written_is_told_before_any_work(root: Path, read_only: Path) -> None:
    command = [sys.executable, "-m", "tests.ops_data.made_up_runs", "unprivileged"]
    for place, rule in (
        (read_only, "it may not be written; choose a folder you may write to with --store"),
        (
            read_only / "new",
            "cannot make the folder: it may not be written here; choose a folder you may write to with --store",
        ),
    ):
        done = subprocess.run([*command, str(place)], cwd=root, capture_output=True, text=True, check=True)
        assert done.stdout == f"store {place}: {rule}\n"


def test_a_store_that_may_not_be_written_can_still_be_read(read_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, mode: mode == os.R_OK)
    store = open_store(read_only)
    assert [row.run_id for row in store.runs()] == [RUN_ID]
    assert len(store.open("latest").table("daily")) == 2 * (LAST + 1)
