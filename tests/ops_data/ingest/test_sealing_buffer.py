"""Days leave the buffer for sealed files; both are read as one, as known now or on an earlier day.

Truth: derived, by hand.
"""

from pathlib import Path

import pytest

from ops_data.errors import StoreError
from ops_data.ingest.buffer import Counts, closing, open_buffer
from ops_data.ingest.sealing import seal_days
from ops_data.readings import open_readings
from ops_data.reference.sensor_rows import sensors
from tests.ops_data.ingest.made_up_files import BEGIN, DAY_S, FLOW, HS, LATER, ingested, rows_in, write_csv


def buffered(store: Path) -> int:
    """Return how many readings are not sealed yet."""
    with closing(open_buffer(store)) as buffer:
        return buffer.count()


def test_a_day_is_sealed_once_it_is_over_by_the_grace_and_its_readings_leave_the_buffer(tmp_path: Path) -> None:
    ingested(tmp_path, write_csv(tmp_path / "a.csv", [(FLOW, BEGIN, 1.0), (FLOW, BEGIN + DAY_S, 2.0)]))
    assert seal_days(tmp_path, BEGIN + DAY_S + 6 * 3_600 - 1, sensors()) == []
    (day,) = seal_days(tmp_path, BEGIN + DAY_S + 6 * 3_600, sensors())
    assert (day.day, day.version, day.rows, day.added) == ("2027-01-05", 1, 1, 1)
    assert buffered(tmp_path) == 1
    assert [row[4] for row in rows_in(tmp_path)] == [1.0, 2.0]
    readings = open_readings(tmp_path)
    assert readings is not None
    assert readings.series(FLOW, BEGIN, BEGIN + DAY_S).value.tolist() == [1.0]


def test_late_rows_make_a_new_version_and_rows_that_are_sealed_already_are_duplicates(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [(FLOW, BEGIN, 1.0), (FLOW, BEGIN + 60, 2.0)])
    late = write_csv(tmp_path / "b.csv", [(FLOW, BEGIN, 1.0), (FLOW, BEGIN + 30, 3.0), (FLOW, BEGIN + 60, 9.0)])
    ingested(tmp_path, first)
    seal_days(tmp_path, LATER, sensors())
    counts = ingested(tmp_path, late)[0].counts
    assert counts == Counts(read=3, accepted=1, duplicate=1, conflicting=1)
    (day,) = seal_days(tmp_path, LATER, sensors())
    assert (day.version, day.rows, day.added) == (2, 3, 1)
    assert seal_days(tmp_path, LATER, sensors()) == []
    assert [row[4] for row in rows_in(tmp_path)] == [1.0, 3.0, 2.0]


def test_a_sensor_is_stuck_after_its_time_and_not_at_zero_nor_across_a_gap(tmp_path: Path) -> None:
    limit, gap = sensors()[HS].stuck_after_s, sensors()[HS].gap_after_s
    step = 1_800
    same = [(HS, BEGIN + at, 2.5) for at in range(0, limit + 2 * step, step)]
    broken = [(HS, BEGIN + DAY_S + at + (gap if at > limit // 2 else 0), 2.5) for at in range(0, limit + step, step)]
    zero = [(HS, BEGIN + 2 * DAY_S + at, 0.0) for at in range(0, limit + 2 * step, step)]
    ingested(tmp_path, write_csv(tmp_path / "a.csv", same + broken + zero), received_utc=LATER)
    found = [(row[2] - BEGIN, row[5]) for row in rows_in(tmp_path)]
    assert [at for at, quality in found if quality == "stuck"] == [limit, limit + step]
    assert {quality for _, quality in found} == {"good", "stuck"}


def test_a_sealed_day_is_judged_anew_when_a_late_row_of_the_evening_before_shows_that_it_was_not_stuck(
    tmp_path: Path,
) -> None:
    limit, step = sensors()[HS].stuck_after_s, 1_800
    night = [(HS, BEGIN + DAY_S + at, 2.5) for at in range(-limit // 2, limit // 2 + step, step)]
    ingested(tmp_path, write_csv(tmp_path / "a.csv", night), received_utc=LATER)
    assert [(day.version, day.flags) for day in seal_days(tmp_path, LATER, sensors())] == [(1, {}), (1, {"stuck": 1})]
    assert [row[5] for row in rows_in(tmp_path)][-1] == "stuck"
    late = write_csv(tmp_path / "b.csv", [(HS, BEGIN + DAY_S - step // 2, 2.6)])
    ingested(tmp_path, late, received_utc=LATER + 60)
    sealed = seal_days(tmp_path, LATER, sensors())
    assert [(day.day, day.version, day.added) for day in sealed] == [("2027-01-05", 2, 1), ("2027-01-06", 2, 0)]
    assert {row[5] for row in rows_in(tmp_path)} == {"good"}
    assert [row[5] for row in rows_in(tmp_path, as_of_utc=LATER)][-1] == "stuck"


def test_as_of_an_earlier_moment_only_what_had_been_received_is_known(tmp_path: Path) -> None:
    for number, received in enumerate((100, 200)):
        file = write_csv(tmp_path / f"{number}.csv", [(FLOW, BEGIN + number, 1.0)])
        ingested(tmp_path, file, received_utc=BEGIN + received)
        for as_of, known in ((99, 0), (100, 1), (199, 1), (200, 1 + number)):
            assert len(rows_in(tmp_path, as_of_utc=BEGIN + as_of)) == known
    seal_days(tmp_path, LATER, sensors())
    assert [len(rows_in(tmp_path, as_of_utc=BEGIN + as_of)) for as_of in (99, 100, 199, 200)] == [0, 1, 1, 2]


def test_tags_and_the_range_of_time_are_those_asked_for(tmp_path: Path) -> None:
    rows = [(tag, BEGIN + DAY_S - 1 + at, 2.0) for tag in (FLOW, HS) for at in range(3)]
    ingested(tmp_path, write_csv(tmp_path / "a.csv", rows), received_utc=LATER)
    for _ in range(2):
        found = rows_in(tmp_path, tags=[HS], begin_utc=BEGIN + DAY_S - 1, end_utc=BEGIN + DAY_S + 1)
        assert [row[1:3] for row in found] == [(HS, BEGIN + DAY_S - 1), (HS, BEGIN + DAY_S)]
        seal_days(tmp_path, BEGIN + DAY_S + 21_600, sensors())
    assert rows_in(tmp_path / "nowhere") == []


def test_a_damaged_sealed_day_is_told_of_and_not_read(tmp_path: Path) -> None:
    ingested(tmp_path, write_csv(tmp_path / "a.csv", [(FLOW, BEGIN, 1.0)]))
    seal_days(tmp_path, LATER, sensors())
    (file,) = (tmp_path / "readings").glob("*.parquet")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(StoreError, match="is damaged; restore it from a copy"):
        rows_in(tmp_path)


def test_a_buffer_of_a_newer_version_or_none_at_all_is_told_of(tmp_path: Path) -> None:
    with closing(open_buffer(tmp_path)) as buffer:
        buffer.database.execute("PRAGMA user_version = 9")
    with pytest.raises(StoreError, match="written by a newer version"):
        open_buffer(tmp_path)
    (tmp_path / "other" / "readings").mkdir(parents=True)
    (tmp_path / "other" / "readings" / "buffer.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="the buffer of readings cannot be used"):
        open_buffer(tmp_path / "other")
