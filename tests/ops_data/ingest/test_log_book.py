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
    assert replace(keep(tmp_path, log(LIFT, source="other"), 400, "x"), overlaps=()) == Recorded(new=1)


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


def test_overlaps_within_and_among_sources_are_kept_and_told(tmp_path: Path) -> None:
    keep(tmp_path, log(LIFT))
    late = replace(WAIT, start_utc=3000)
    done = keep(tmp_path, log(late), 200)
    assert [(one.kind, one.begin_utc, one.end_utc, one.row, one.other_row) for one in done.overlaps] == [
        ("overlap", 3000, 3600, 3, 2)
    ]
    assert "overlaps row 2 of at-100.csv from 1970-01-01T00:50:00 to" in done.overlaps[0].told()
    others = keep(tmp_path, log(replace(late, row=4), source="other"), 300)
    assert others.new == 1
    assert [(one.begin_utc, one.end_utc, one.row, one.other_row, one.other_file) for one in others.overlaps] == [
        (3000, 3600, 4, 2, "at-100.csv"),
        (3000, 4800, 4, 3, "at-200.csv"),
    ]
    found = odd_entries(entries(tmp_path, 0, 9_999))
    assert [(source, [one.kind for one in own]) for source, own in found.items()] == [
        ("diary", ["overlap"]),
        ("other", []),
    ]


def test_a_report_of_a_whole_shift_over_the_log_of_another_source_is_told(tmp_path: Path) -> None:
    keep(tmp_path, log(LIFT, WAIT))
    done = keep(tmp_path, log(replace(LIFT, duration_s=5400, row=9), source="report"), 200)
    assert (done.new, done.superseding, done.duplicate) == (1, 0, 0)
    assert [(one.begin_utc, one.end_utc, one.row, one.other_row, one.other_file) for one in done.overlaps] == [
        (0, 3600, 9, 2, "at-100.csv"),
        (3600, 5400, 9, 3, "at-100.csv"),
    ]
    assert keep(tmp_path, log(LIFT, source="third"), 300).overlaps[0].end_utc == 3600
    assert keep(tmp_path, log(replace(LIFT, asset="shuttle-1"), source="third"), 400).overlaps == ()


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
        ("chikyu", "lift", "working", 0, 600, 10.0 * 600 / 3600),
        ("chikyu", "lift", "waiting", 600, 900, pytest.approx(nan, nan_ok=True)),
        ("chikyu", "lift", "working", 1500, 2100, 10.0 * 2100 / 3600),
    ]
    tiled = as_intervals(found, 0, 5000)
    assert tiled.gaps == (Gap("chikyu", 3600, 5000), Gap("shuttle-1", 3600, 5000)) and tiled.covered == ()
    filled = rows_of(found, 0, 5000, ("idle", "idle", "none"))
    assert filled[3] == ("chikyu", "idle", "idle", 3600, 1400, 0.0)
    clipped = rows_of(found, 300, 1000)
    assert [row[3:5] for row in clipped] == [(300, 300), (600, 400), (300, 700)]
    assert clipped[0][5] == pytest.approx(10.0 * 300 / 3600)
    assert intervals(tmp_path, 0, 5000, as_of_utc=EVENING + 150).table.num_rows == 1


def test_an_entry_covered_by_a_later_one_is_told(tmp_path: Path) -> None:
    first = KeptEntry(LIFT, "diary", 100, "a")
    second = KeptEntry(replace(WAIT, start_utc=0, duration_s=7200), "diary", 200, "b")
    tiled = as_intervals([first, second], 0, 7200)
    assert tiled.covered == (first,) and tiled.table.num_rows == 1 and tiled.gaps == ()
    assert math.isnan(tiled.table.column("dry_t")[0].as_py())
    for begin, words, told in ((7200, None, "the end comes after"), (0, ("sleep", "idle", "none"), "words for gaps: ")):
        with pytest.raises(UsageError, match=told):
            as_intervals([first], begin, 7200, words)


def kept(entry: LogEntry, source: str, received_utc: int) -> KeptEntry:
    return KeptEntry(entry, source, received_utc, "f")


def told(found: list[KeptEntry], end: int = 10_000) -> list[tuple[object, ...]]:
    """Return state, begin, length and dry solids of the rows of the one asset there is."""
    return [(row[2], *row[3:]) for row in rows_of(found, 0, end)]


def test_of_work_told_again_at_another_time_nothing_is_left() -> None:
    """A lift of 7 t is moved by ten minutes: without the rule the first ten would lift again."""
    first = replace(LIFT, dry_t=7.0)
    moved = kept(replace(first, start_utc=600, row=5), "diary", 200)
    tiled = as_intervals([kept(first, "diary", 100), moved], 0, 10_000)
    assert [one.entry for one in tiled.covered] == [first] and tiled.gaps[0] == Gap("chikyu", 0, 600)
    assert told([kept(first, "diary", 100), moved]) == [("working", 600, 3600, 7.0)]
    for other in (
        kept(replace(first, start_utc=1800), "diary", 200),  # half of it, not more
        kept(replace(first, start_utc=600, state="waiting", dry_t=0.0), "diary", 200),  # other words: a wait
    ):
        left_s = other.entry.start_utc
        assert told([kept(first, "diary", 100), other])[0] == ("working", 0, left_s, pytest.approx(7.0 * left_s / 3600))
    together = kept(replace(first, start_utc=600), "diary", 100)  # of one file: two lifts, whatever their clocks
    assert [row[1:3] for row in told([kept(first, "diary", 100), together])] == [(0, 600), (600, 3600)]


def test_what_is_covered_of_a_lift_is_lost_from_it() -> None:
    wait = kept(replace(WAIT, start_utc=600, duration_s=3000), "diary", 200)
    assert told([kept(replace(LIFT, dry_t=6.0), "diary", 100), wait])[0] == ("working", 0, 600, 1.0)


def test_of_sources_the_finer_entry_counts_and_of_one_source_the_later() -> None:
    shift = replace(LIFT, duration_s=7200, dry_t=8.0, row=9)
    fine = [kept(LIFT, "diary", 100), kept(WAIT, "diary", 100)]
    assert told([*fine, kept(shift, "report", 200)])[::2] == [
        ("working", 0, 3600, 10.0),
        ("working", 5400, 1800, 2.0),
    ]
    assert told([*fine, kept(shift, "diary", 200)]) == [("working", 0, 7200, 8.0)]
    same = replace(LIFT, dry_t=9.0)
    assert told([kept(LIFT, "diary", 100), kept(same, "report", 200)]) == [("working", 0, 3600, 9.0)]
    assert told([kept(LIFT, "diary", 200), kept(same, "report", 100)]) == [("working", 0, 3600, 10.0)]


def test_a_superseding_longer_entry_does_not_let_its_older_one_win_against_another_source() -> None:
    """Of the diary the three hours count, and against those the two hours of the report."""
    found = [
        kept(LIFT, "diary", 100),
        kept(replace(LIFT, start_utc=1, duration_s=10_800), "diary", 300),
        kept(replace(LIFT, start_utc=1, duration_s=7200, dry_t=1.0), "report", 200),
    ]
    assert [row[1:3] for row in told(found, 20_000)] == [(1, 7200), (7201, 3600)]


made_up = st.builds(
    lambda asset, source, start, length, received, row: KeptEntry(
        LogEntry(asset, "lift", "working", "none", start, length, dry_t=float(length), row=row), source, received, "f"
    ),
    st.sampled_from(["chikyu", "shuttle-1"]),
    st.sampled_from(["diary", "report"]),
    st.integers(0, 50),
    st.integers(1, 30),
    st.integers(0, 3),
    st.integers(1, 9),
)


def told_again(one: KeptEntry, found: list[KeptEntry]) -> bool:
    """Say whether a newer entry of asset and source covers more than half of one, second by second."""
    own = set(range(one.entry.start_utc, one.entry.end_utc))
    return any(
        (other.entry.asset, other.source) == (one.entry.asset, one.source)
        and other.received_utc > one.received_utc
        and 2 * len(own & set(range(other.entry.start_utc, other.entry.end_utc))) > len(own)
        for other in found
    )


@given(st.lists(made_up, max_size=8))
def test_filled_intervals_tile_the_range_and_lift_a_tonne_in_each_second_that_counts(found: list[KeptEntry]) -> None:
    """Each entry lifts a tonne a second: nothing is lifted twice, and nothing is moved to another second."""
    tiled = as_intervals(found, 0, 80, ("idle", "idle", "none"))
    rows = tiled.table.to_pylist()
    again = {id(one) for one in found if told_again(one, found)}
    assert again <= {id(one) for one in tiled.covered}
    for asset in {one.entry.asset for one in found}:
        own = [row for row in rows if row["asset"] == asset]
        edges = [0, *(row["start_utc"] + row["duration_s"] for row in own)]
        assert [row["start_utc"] for row in own] == edges[:-1] and edges[-1] == 80
        known = {
            second
            for one in found
            if one.entry.asset == asset and id(one) not in again
            for second in range(one.entry.start_utc, one.entry.end_utc)
        }
        lifts = [row for row in own if row["activity"] == "lift"]
        assert {at for row in lifts for at in range(row["start_utc"], row["start_utc"] + row["duration_s"])} == known
        assert [row["dry_t"] for row in lifts] == pytest.approx([row["duration_s"] for row in lifts])


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
