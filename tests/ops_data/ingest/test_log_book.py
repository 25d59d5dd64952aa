"""The log book (truth: derived by hand; what an undisturbed writer says it has kept)."""

import math
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data import schemas
from ops_data.errors import StoreError, UsageError
from ops_data.ingest.log_book import Recorded, entries, intervals, odd_entries, record, refused_entries
from ops_data.ingest.log_entries import LogEntry, ShiftLog
from ops_data.ingest.log_tiling import Gap, KeptEntry, as_intervals
from ops_data.ingest.rows import Refused
from tests.ops_data.ingest.log_writer import ENTRIES

LIFT = LogEntry("chikyu", "lift", "working", "none", 0, 3600, 7, dry_t=10.0, remark="night shift", row=2)
EVENING = 10_000  # all made-up work is over by then
WAIT = LogEntry("chikyu", "lift", "waiting", "weather", 3600, 1800, row=3)


def log(*found: LogEntry, source: str = "diary", refused: tuple[Refused, ...] = ()) -> ShiftLog:
    return ShiftLog(source, found, refused, ())


def keep(store: Path, found: ShiftLog, after_s: int = 100, sha256: str = "") -> Recorded:
    """Keep entries as received so long after `EVENING`."""
    return record(store, found, f"at-{after_s}.csv", sha256 or f"sha {after_s}", "", EVENING + after_s)


def test_entries_come_back_as_they_were_kept(tmp_path: Path) -> None:
    done = keep(tmp_path, log(LIFT, WAIT, refused=(Refused(9, "why", "what"),)))
    assert done == Recorded(new=2, refused=1)
    assert entries(tmp_path, 0, 10_000) == [
        KeptEntry(LIFT, "diary", EVENING + 100, "at-100.csv"),
        KeptEntry(WAIT, "diary", EVENING + 100, "at-100.csv"),
    ]
    assert entries(tmp_path, 3600, 3601) == [KeptEntry(WAIT, "diary", EVENING + 100, "at-100.csv")]
    assert entries(tmp_path, 5400, 9000) == entries(tmp_path, 0, 9000, sources=["other"]) == []
    (refused,) = refused_entries(tmp_path)
    assert (refused.file, refused.row, refused.reason, refused.text) == ("at-100.csv", 9, "why", "what")


def test_entries_that_end_after_they_were_received_are_counted(tmp_path: Path) -> None:
    assert keep(tmp_path, log(LIFT, WAIT), 5_399 - EVENING).future == 1
    assert keep(tmp_path, log(LIFT, WAIT), 5_400 - EVENING).future == 0


def test_a_store_without_a_book_has_no_entries_and_gets_none(tmp_path: Path) -> None:
    assert entries(tmp_path, 0, 1) == [] and refused_entries(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_same_bytes_are_known_under_any_name_and_the_same_entries_in_any_file(tmp_path: Path) -> None:
    keep(tmp_path, log(LIFT, WAIT), sha256="x")
    before = entries(tmp_path, 0, 10_000)
    assert keep(tmp_path, log(LIFT, WAIT), 200, "x") == Recorded(known_as="at-100.csv")
    assert keep(tmp_path, log(replace(LIFT, row=77), WAIT), 300) == Recorded(duplicate=2)
    assert entries(tmp_path, 0, 10_000) == before
    assert keep(tmp_path, log(LIFT, source="other"), 400, "x") == Recorded(new=1)


def test_a_corrected_entry_takes_the_place_of_the_older_which_can_still_be_asked_for(tmp_path: Path) -> None:
    longer = replace(LIFT, duration_s=3000, remark="corrected")
    keep(tmp_path, log(LIFT), 100)
    assert keep(tmp_path, log(longer, WAIT), 200) == Recorded(new=1, superseding=1)
    assert [one.entry for one in entries(tmp_path, 0, 9_999)] == [longer, WAIT]
    assert [one.entry for one in entries(tmp_path, 0, 9_999, as_of_utc=EVENING + 199)] == [LIFT]
    assert [one.entry for one in entries(tmp_path, 0, 9_999, as_of_utc=EVENING + 200)] == [longer, WAIT]
    assert entries(tmp_path, 0, 9_999, as_of_utc=EVENING + 99) == []
    assert keep(tmp_path, log(LIFT), 300, "late copy") == Recorded(outdated=1)
    assert [one.entry for one in entries(tmp_path, 0, 9_999)] == [longer, WAIT]


def test_overlaps_of_a_source_are_kept_and_told(tmp_path: Path) -> None:
    keep(tmp_path, log(LIFT))
    late = replace(WAIT, start_utc=3000)
    done = keep(tmp_path, log(late), 200)
    assert [(one.kind, one.begin_utc, one.end_utc, one.row, one.other_row) for one in done.overlaps] == [
        ("overlap", 3000, 3600, 3, 2)
    ]
    assert "overlaps row 2 of at-100.csv from 1970-01-01T00:50:00 to" in done.overlaps[0].told()
    assert keep(tmp_path, log(late, source="other"), 300).overlaps == ()
    found = odd_entries(entries(tmp_path, 0, 9_999))
    assert [(source, [one.kind for one in own]) for source, own in found.items()] == [
        ("diary", ["overlap"]),
        ("other", []),
    ]


def rows_of(
    found: list[KeptEntry], begin: int, end: int, words: tuple[str, str, str] | None = None
) -> list[tuple[object, ...]]:
    tiled = as_intervals(found, begin, end, words)
    assert tiled.table.schema.equals(schemas.arrow_schema("intervals"), check_metadata=True)
    names = ("asset", "activity", "state", "start_utc", "duration_s", "dry_t")
    return [tuple(row[name] for name in names) for row in tiled.table.to_pylist()]


def test_entries_become_intervals_without_overlaps(tmp_path: Path) -> None:
    keep(tmp_path, log(LIFT))
    keep(tmp_path, log(replace(WAIT, start_utc=600, duration_s=900), replace(LIFT, asset="shuttle-1", dry_t=None)), 200)
    found = entries(tmp_path, 0, 5000)
    nan = float("nan")
    rows = rows_of(found, 0, 5000)
    assert rows[:3] == [
        ("chikyu", "lift", "working", 0, 600, 10.0 * 600 / 2700),
        ("chikyu", "lift", "waiting", 600, 900, pytest.approx(nan, nan_ok=True)),
        ("chikyu", "lift", "working", 1500, 2100, 10.0 * 2100 / 2700),
    ]
    tiled = as_intervals(found, 0, 5000)
    assert tiled.gaps == (Gap("chikyu", 3600, 5000), Gap("shuttle-1", 3600, 5000)) and tiled.covered == ()
    filled = rows_of(found, 0, 5000, ("idle", "idle", "none"))
    assert filled[3] == ("chikyu", "idle", "idle", 3600, 1400, 0.0)
    clipped = rows_of(found, 300, 1000)
    assert [row[3:5] for row in clipped] == [(300, 300), (600, 400), (300, 700)]
    assert clipped[0][5] == pytest.approx(10.0 * 300 / 2700)
    assert intervals(tmp_path, 0, 5000, as_of_utc=EVENING + 150).table.num_rows == 1


def test_an_entry_covered_by_a_later_one_is_told(tmp_path: Path) -> None:
    first = KeptEntry(LIFT, "diary", 100, "a")
    second = KeptEntry(replace(WAIT, start_utc=0, duration_s=7200), "report", 200, "b")
    tiled = as_intervals([first, second], 0, 7200)
    assert tiled.covered == (first,) and tiled.table.num_rows == 1 and tiled.gaps == ()
    assert math.isnan(tiled.table.column("dry_t")[0].as_py())
    for begin, words, told in ((7200, None, "the end comes after"), (0, ("sleep", "idle", "none"), "words for gaps: ")):
        with pytest.raises(UsageError, match=told):
            as_intervals([first], begin, 7200, words)


made_up = st.builds(
    lambda asset, start, length, received, row: KeptEntry(
        LogEntry(asset, "lift", "working", "none", start, length, dry_t=float(length), row=row), "s", received, "f"
    ),
    st.sampled_from(["chikyu", "shuttle-1"]),
    st.integers(0, 50),
    st.integers(1, 30),
    st.integers(0, 3),
    st.integers(1, 9),
)


@given(st.lists(made_up, max_size=8))
def test_filled_intervals_tile_the_range_and_lose_no_mass_but_that_of_covered_entries(found: list[KeptEntry]) -> None:
    tiled = as_intervals(found, 0, 80, ("idle", "idle", "none"))
    rows = tiled.table.to_pylist()
    for asset in {one.entry.asset for one in found}:
        own = [row for row in rows if row["asset"] == asset]
        edges = [0, *(row["start_utc"] + row["duration_s"] for row in own)]
        assert [row["start_utc"] for row in own] == edges[:-1] and edges[-1] == 80
        known = {
            second
            for one in found
            if one.entry.asset == asset
            for second in range(one.entry.start_utc, one.entry.end_utc)
        }
        assert sum(row["duration_s"] for row in own if row["activity"] == "lift") == len(known)
    kept = sum(one.entry.dry_t or 0.0 for one in found) - sum(one.entry.dry_t or 0.0 for one in tiled.covered)
    assert sum(row["dry_t"] for row in rows) == pytest.approx(kept)


def writer(root: Path, store: Path, source: str, files: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.ops_data.ingest.log_writer", str(store), source, str(files)]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)


def counted(store: Path) -> Counter[tuple[str, int]]:
    """Return entries of each source and file number."""
    kept = entries(store, 0, 10**9)
    return Counter((one.source, one.entry.start_utc // (ENTRIES * 60)) for one in kept)


def test_a_writer_killed_at_any_moment_has_kept_whole_files_and_all_it_acknowledged(root: Path, tmp_path: Path) -> None:
    rng = random.Random(8)
    for _ in range(6):
        with writer(root, tmp_path, "diary", 10_000) as process:
            assert process.stdout is not None
            said = [int(process.stdout.readline())]
            time.sleep(rng.uniform(0.0, 0.15))
            process.kill()
            said += [int(line) for line in process.stdout.read().split()]
        kept = counted(tmp_path)
        assert set(kept.values()) == {ENTRIES}
        assert {number for _, number in kept} >= set(range(max(said) + 1))
        assert len(refused_entries(tmp_path)) == len(kept)
    book = sqlite3.connect(tmp_path / "readings" / "logbook.sqlite")
    assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    book.close()


def test_two_writers_at_once_wait_for_one_another(root: Path, tmp_path: Path) -> None:
    with ExitStack() as running:
        processes = [running.enter_context(writer(root, tmp_path, name, 25)) for name in ("diary", "diary", "report")]
        assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert counted(tmp_path) == {(source, number): ENTRIES for source in ("diary", "report") for number in range(25)}
    assert len(refused_entries(tmp_path)) == 50


def test_a_damaged_or_newer_book_is_told_in_one_line(tmp_path: Path) -> None:
    keep(tmp_path, log(LIFT))
    path = tmp_path / "readings" / "logbook.sqlite"
    book = sqlite3.connect(path)
    book.execute("PRAGMA user_version = 9")
    book.close()
    with pytest.raises(StoreError, match="by a newer version"):
        entries(tmp_path, 0, 1)
    for left in path.parent.glob("logbook.sqlite*"):
        left.unlink()
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="the log book is damaged") as error:
        keep(tmp_path, log(LIFT))
    assert "\n" not in str(error.value)
