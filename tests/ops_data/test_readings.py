"""Sealed readings come back as they were given, one sensor and one range at a time.

Truth: derived; the same rows filtered and sorted in plain Python.
"""

import hashlib
import json
import logging
import os
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data import readings_sealing
from ops_data.errors import StoreError, UnknownNameError, UsageError
from ops_data.manifest import json_sha256
from ops_data.readings import Readings, Series, TagSummary, open_readings, seal_day
from ops_data.store import open_store
from tests.ops_data.made_up_readings import BEGIN, DAY, DAY_S, one_tag, rows_of

EMPTY = rows_of([], [], [])
NAMES = (
    "riser.pressure",
    "it's",
    'a "quoted" one',
    "'; DROP TABLE readings; --",
    "x' OR '1'='1",
    "$tag",
    "%",
    "揚鉱管/圧力",
    "tag\0with nul",
    "",
    " ",
    "🌊",
)


def opened(store: Path) -> Readings:
    """Return the readings of a store that has some."""
    found = open_readings(store)
    assert found is not None
    return found


def drawn(series: Series) -> list[tuple[int, float]]:
    """Return the points of a line that are no breaks."""
    whole = np.isfinite(series.value)
    return list(zip(series.time_utc[whole].tolist(), series.value[whole].tolist(), strict=True))


Row = tuple[str, str, int, float, str, int]


@st.composite
def days(draw: st.DrawFn) -> list[Row]:
    """Return readings of two days, (source, tag, time, value, quality, seq), no two with the same key, in any order."""
    keys = st.tuples(
        st.sampled_from(["scada", "wits"]),
        st.sampled_from(NAMES),
        st.integers(BEGIN, BEGIN + 2 * DAY_S - 1),
        st.integers(0, 3),
    )
    held = draw(st.lists(keys, max_size=60, unique=True))
    values = draw(st.lists(st.floats(-1e9, 1e9), min_size=len(held), max_size=len(held)))
    flags = draw(st.lists(st.sampled_from(["good", "good", "stuck", "o'late"]), min_size=len(held), max_size=len(held)))
    return [(*key[:3], value, flag, key[3]) for key, value, flag in zip(held, values, flags, strict=True)]


def seal_rows(store: Path, day: date, rows: list[Row]) -> None:
    """Seal rows of one day."""
    source, tag, times, values, quality, seq = (
        (list(column) for column in zip(*rows, strict=True)) if rows else [[]] * 6
    )
    given: dict[str, Any] = {"source": source, "tag": tag, "quality": quality}
    given |= {name: np.array(times, dtype=np.int64) for name in ("time_utc", "received_utc")}
    given |= {"value": np.array(values, dtype=np.float64), "seq": np.array(seq, dtype=np.int64)}
    seal_day(store, day, given)


@given(days(), st.integers(BEGIN - 10, BEGIN + 2 * DAY_S), st.integers(0, DAY_S))
def test_each_tag_comes_back_in_order_whatever_its_name(rows: list[Row], begin: int, length: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number in range(2):
            first = BEGIN + number * DAY_S
            held = [row for row in rows if first <= row[2] < first + DAY_S]
            seal_rows(Path(folder), DAY + timedelta(days=number), held)
        readings = opened(Path(folder))
        expected = sorted(rows, key=lambda row: (row[1], row[2], row[5], row[0]))
        tags = sorted({row[1] for row in rows})
        assert [one.tag for one in readings.tags()] == tags
        for tag, told in zip(tags, readings.tags(), strict=True):
            all_of_it = [row for row in expected if row[1] == tag]
            assert told == TagSummary(
                tag, len(all_of_it), all_of_it[0][2], all_of_it[-1][2], tuple(sorted({row[0] for row in all_of_it}))
            )
            inside = [row for row in all_of_it if begin <= row[2] < begin + length]
            found = readings.series(tag, begin, begin + length)
            assert (found.rows, found.thinned) == (len(inside), False)
            assert drawn(found) == [(row[2], row[3]) for row in inside if row[4] == "good"]
            marks = zip(found.flagged_time_utc, found.flagged_value, found.flagged_quality, strict=True)
            assert list(marks) == [row[2:5] for row in inside if row[4] != "good"]
            assert sum(found.flags.values()) == len(found.flagged_quality)


def test_a_store_without_readings_has_none(tmp_path: Path) -> None:
    assert open_readings(tmp_path) is None
    (tmp_path / "readings").mkdir()
    assert open_readings(tmp_path) is None


def test_a_file_is_sorted_and_says_of_each_group_which_tags_and_times_it_holds(tmp_path: Path) -> None:
    times = np.tile(np.arange(BEGIN, BEGIN + DAY_S, 4), 5)
    tags = np.repeat(["d", "b", "e", "a", "c"], DAY_S // 4).tolist()
    seal_day(tmp_path, DAY, rows_of(tags, times.tolist(), np.arange(len(times)).tolist()))
    file = pq.ParquetFile(tmp_path / "readings" / "2027-01-05.1.parquet")
    rows = file.read(["tag", "time_utc", "seq"]).to_pylist()
    keys = [(row["tag"], row["time_utc"], row["seq"]) for row in rows]
    assert keys == sorted(keys)
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    assert [group.num_rows for group in groups] == [43_200, 43_200, 21_600]
    spans = [(group.column(1).statistics.min, group.column(1).statistics.max) for group in groups]
    assert spans == [("a", "b"), ("c", "d"), ("e", "e")]
    assert groups[2].column(2).statistics.max == BEGIN + DAY_S - 4


def test_the_order_in_which_rows_arrive_leaves_no_trace(tmp_path: Path) -> None:
    rows = [("scada", f"tag{number % 7}", BEGIN + number, number / 3, "good", number) for number in range(1_000)]
    seal_rows(tmp_path / "one", DAY, rows)
    seal_rows(tmp_path / "two", DAY, rows[::-1])
    one, two = (opened(tmp_path / name).days["2027-01-05"] for name in ("one", "two"))
    assert one.sha256 == two.sha256


def test_a_late_day_is_a_new_version_and_who_opened_the_older_one_goes_on_reading_it(tmp_path: Path) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))
    before = opened(tmp_path)
    seal_day(tmp_path, DAY, one_tag([BEGIN, BEGIN + 10], [1.0, 2.0]))
    after = opened(tmp_path)
    asked = ("riser.pressure", BEGIN, BEGIN + DAY_S)
    assert (drawn(before.series(*asked)), before.days["2027-01-05"].version) == ([(BEGIN, 1.0)], 1)
    assert drawn(after.series(*asked)) == [(BEGIN, 1.0), (BEGIN + 10, 2.0)]
    assert before.sha256 != after.sha256
    files = sorted(path.name for path in (tmp_path / "readings").iterdir())
    assert files == ["2027-01-05.1.parquet", "2027-01-05.2.parquet", "days.json"]


def test_a_file_that_no_manifest_names_is_not_there(tmp_path: Path) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))
    folder = tmp_path / "readings"
    (folder / "2027-01-06.1.parquet").write_bytes((folder / "2027-01-05.1.parquet").read_bytes())
    (folder / "2027-01-05.2.parquet.77.tmp").write_bytes(b"PAR1 half")
    assert opened(tmp_path).series("riser.pressure", BEGIN, BEGIN + 9 * DAY_S).rows == 1
    seal_day(tmp_path, DAY + timedelta(days=1), one_tag([BEGIN + DAY_S], [7.0]))  # takes the name of the stray file
    assert drawn(opened(tmp_path).series("riser.pressure", BEGIN + 1, BEGIN + 9 * DAY_S)) == [(BEGIN + DAY_S, 7.0)]


def test_an_empty_day_is_sealed_and_takes_the_place_of_a_full_one(tmp_path: Path) -> None:
    seal_day(tmp_path, DAY, EMPTY)
    assert opened(tmp_path).tags() == []
    with pytest.raises(UnknownNameError, match=r"no tag 'riser\.pressure'; no readings are sealed yet"):
        opened(tmp_path).series("riser.pressure", BEGIN, BEGIN + 1)
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))
    seal_day(tmp_path, DAY, EMPTY)
    assert opened(tmp_path).tags() == []
    entry = opened(tmp_path).days["2027-01-05"]
    assert (entry.version, entry.rows, entry.first_utc, entry.last_utc) == (3, 0, None, None)


def test_a_range_begins_with_its_begin_and_ends_before_its_end(tmp_path: Path) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN, BEGIN + 10, BEGIN + 20], [0.0, 1.0, 2.0]))
    readings = opened(tmp_path)
    assert drawn(readings.series("riser.pressure", BEGIN + 10, BEGIN + 20)) == [(BEGIN + 10, 1.0)]
    for begin, end in ((BEGIN + 11, BEGIN + 20), (BEGIN + 10, BEGIN + 10), (BEGIN + DAY_S, BEGIN + 2 * DAY_S)):
        assert readings.series("riser.pressure", begin, end).rows == 0
    with pytest.raises(UsageError, match=f"ends at {BEGIN}, before it begins at {BEGIN + 1}; swap them"):
        readings.series("riser.pressure", BEGIN + 1, BEGIN)


def test_only_days_of_the_range_are_opened(tmp_path: Path) -> None:
    for number in range(3):
        seal_day(tmp_path, DAY + timedelta(days=number), one_tag([BEGIN + number * DAY_S], [float(number)]))
    for day in ("2027-01-05", "2027-01-07"):
        (tmp_path / "readings" / f"{day}.1.parquet").unlink()
    middle = opened(tmp_path).series("riser.pressure", BEGIN + 1, BEGIN + 2 * DAY_S)
    assert drawn(middle) == [(BEGIN + DAY_S, 1.0)]
    with pytest.raises(StoreError, match=r"2027-01-07\.1\.parquet: .*it is missing; restore it from a copy"):
        opened(tmp_path).series("riser.pressure", BEGIN + 1, BEGIN + 3 * DAY_S)


def test_missing_values_gaps_and_flags_are_told_apart(tmp_path: Path) -> None:
    times = [BEGIN + 10 * number for number in (0, 1, 2, 3, 4, 50, 51)]
    values = [1.0, float("nan"), 3.0, 99.0, 5.0, 6.0, 7.0]
    seal_day(tmp_path, DAY, one_tag(times, values, ["good", "good", "good", "stuck", "good", "good", "late"]))
    found = opened(tmp_path).series("riser.pressure", BEGIN, BEGIN + DAY_S)
    assert np.array_equal(found.value, np.array([1.0, np.nan, 3.0, 5.0, np.nan, 6.0]), equal_nan=True)
    assert found.flagged_value.tolist() == [99.0, 7.0]
    assert (found.flagged_quality, found.flags) == (("stuck", "late"), {"stuck": 1, "late": 1})
    assert (found.rows, found.thinned) == (7, False)


def test_a_long_series_is_thinned_and_keeps_its_extremes(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=DAY_S)
    flags = np.where(np.arange(DAY_S) % 2, "good", "late").tolist()
    seal_day(tmp_path, DAY, one_tag(range(BEGIN, BEGIN + DAY_S), values.tolist(), flags))
    found = opened(tmp_path).series("riser.pressure", BEGIN, BEGIN + DAY_S, points=500)
    assert (found.rows, found.thinned, found.flags) == (DAY_S, True, {"late": DAY_S // 2})
    assert len(found.value) <= 500
    assert len(found.flagged_value) <= 500
    for kept, whole in ((found.value, values[1::2]), (found.flagged_value, values[::2])):
        assert (kept.min(), kept.max()) == (whole.min(), whole.max())


def test_an_unknown_tag_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))
    with pytest.raises(UnknownNameError, match=r"no tag 'riser\.presure'; did you mean 'riser\.pressure'\?"):
        opened(tmp_path).series("riser.presure", BEGIN, BEGIN + 1)


@pytest.mark.parametrize("name", ["a*", "a?", "[ab]", "tag=z", 'it\'s; "x"', "{a,b}", "船 内"])
def test_a_store_may_have_any_name(tmp_path: Path, name: str) -> None:
    """A name that DuckDB would take for a pattern, or for a column of its own, is a name here."""
    for folder in ("ab", "a", "b", name):
        seal_day(tmp_path / folder, DAY, one_tag([BEGIN], [float(folder == name)]))
    assert drawn(opened(tmp_path / name).series("riser.pressure", BEGIN, BEGIN + 1)) == [(BEGIN, 1.0)]


def test_the_folder_of_readings_is_not_taken_for_a_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))
    with caplog.at_level(logging.WARNING):
        assert open_store(tmp_path).runs() == []
    assert caplog.messages == []


def test_rows_of_another_day_twice_or_of_a_wrong_kind_are_refused_and_nothing_is_sealed(tmp_path: Path) -> None:
    for time_utc in (BEGIN - 1, BEGIN + DAY_S):
        with pytest.raises(StoreError) as caught:
            seal_day(tmp_path, DAY, one_tag([BEGIN, time_utc], [1.0, 2.0]))
        assert str(caught.value) == (
            f"readings of 2027-01-05: 1 rows are of another day, first tag 'riser.pressure' at time_utc {time_utc}; "
            f"give {BEGIN} <= time_utc < {BEGIN + DAY_S}"
        )
    twice = {**one_tag([BEGIN + 1, BEGIN, BEGIN + 1], [1.0, 2.0, 3.0]), "seq": np.array([4, 4, 4])}
    with pytest.raises(StoreError, match=rf"1 readings come twice, .*'scada', time_utc {BEGIN + 1}, seq 4; keep one"):
        seal_day(tmp_path, DAY, twice)
    with pytest.raises(StoreError, match="column 'quality' is missing"):
        seal_day(tmp_path, DAY, {name: column for name, column in EMPTY.items() if name != "quality"})
    assert open_readings(tmp_path) is None


@pytest.mark.parametrize("harm", ["cut", "flipped", "swapped"])
def test_a_damaged_file_is_found_before_it_is_read(tmp_path: Path, harm: str) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))
    path = tmp_path / "readings" / "2027-01-05.1.parquet"
    assert opened(tmp_path).series("riser.pressure", BEGIN, BEGIN + 1).rows == 1
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    harmed = {"cut": data[:-1], "flipped": data, "swapped": data[::-1]}[harm]
    path.write_bytes(harmed)
    os.utime(path, ns=(1, 1))
    with pytest.raises(StoreError) as caught:
        opened(tmp_path).series("riser.pressure", BEGIN, BEGIN + 1)
    assert str(caught.value) == (
        f"{path}: the readings cannot be read: it is damaged; restore it from a copy, or seal its day again"
    )


def test_a_file_is_hashed_once_as_long_as_it_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))
    hashed = []
    real = hashlib.file_digest

    def watched(file: BinaryIO, name: str) -> object:
        hashed.append(file.name)
        return real(file, name)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "file_digest", watched)
    for _ in range(3):
        opened(tmp_path).series("riser.pressure", BEGIN, BEGIN + 1)
    assert len(hashed) == 1
    os.utime(tmp_path / "readings" / "2027-01-05.1.parquet", ns=(1, 1))
    opened(tmp_path).series("riser.pressure", BEGIN, BEGIN + 1)
    assert len(hashed) == 2


def test_a_disk_that_refuses_is_told_in_one_line_and_readers_see_the_day_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(readings_sealing, "write_days", full)
    with pytest.raises(StoreError, match="cannot seal a day of readings: the disk is full"):
        seal_day(tmp_path, DAY, one_tag([BEGIN], [2.0]))
    assert drawn(opened(tmp_path).series("riser.pressure", BEGIN, BEGIN + 1)) == [(BEGIN, 1.0)]


def manifest_of(store: Path) -> dict[str, Any]:
    """Return the manifest as JSON gives it."""
    document: dict[str, Any] = json.loads((store / "readings" / "days.json").read_text())
    return document


def rewrite(store: Path, document: dict[str, Any]) -> None:
    """Write a manifest whose own hash fits, whatever it says."""
    body = {key: value for key, value in document.items() if key != "sha256"}
    (store / "readings" / "days.json").write_text(json.dumps(body | {"sha256": json_sha256(body)}))


def test_a_manifest_of_a_newer_version_asks_for_an_upgrade(tmp_path: Path) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))
    rewrite(tmp_path, manifest_of(tmp_path) | {"format": 2, "shape": "of tomorrow"})
    for ask in (open_readings, lambda store: seal_day(store, DAY, EMPTY)):
        with pytest.raises(StoreError, match=r"days\.json: key 'format' is 2, written by a newer .* upgrade the soft"):
            ask(tmp_path)


def test_a_damaged_manifest_is_told_of_and_never_written_over(tmp_path: Path) -> None:
    seal_day(tmp_path, DAY, one_tag([BEGIN], [1.0]))
    path, whole = tmp_path / "readings" / "days.json", manifest_of(tmp_path)
    day = whole["days"]["2027-01-05"]
    texts = [path.read_text().replace('"rows":1', '"rows":2', 1), "{", "[]", "{}", "", "null", '{"format": "one"}']
    documents: list[dict[str, Any]] = [
        whole | {"days": {"2027-01-05": day | {"file": "../../elsewhere.parquet"}}},
        whole | {"days": {"../../x": day | {"file": "../../x.1.parquet"}}},
        whole | {"days": {"2027-01-05": day | {"tags": 3}}},
        whole | {"days": {"2027-01-05": {"rows": 1}}},
        whole | {"days": [day]},
    ]
    for document in documents:
        rewrite(tmp_path, document)
        texts.append(path.read_text())
    for text in texts:
        path.write_text(text)
        before = path.read_bytes()
        for ask in (open_readings, lambda store: seal_day(store, DAY, EMPTY)):
            with pytest.raises(StoreError, match=r"days\.json: the manifest of the readings is damaged: .*; restore"):
                ask(tmp_path)
        assert path.read_bytes() == before
