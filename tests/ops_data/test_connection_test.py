"""The connection test of 2026 as a measured data set (truth: the published events it was made of)."""

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ops_data import observations
from ops_data.ingest.log_book import entries, intervals
from ops_data.ingest.log_ingest import ingest_log, is_shift_log
from ops_data.ingest.mapping import read_mapping

FOLDER = Path(observations.__file__).parent / "connection_test_2026"
RECEIVED = int(datetime(2026, 2, 17, tzinfo=ZoneInfo("UTC")).timestamp())


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def utc_s(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tokyo")).timestamp())


@pytest.mark.parametrize("name", ["events.csv", "log.csv"])
def test_every_row_has_a_source_and_a_confidence(name: str) -> None:
    for row in rows_of(name):
        assert None not in row and None not in row.values()
        assert len(row["source"]) > 20 and "20" in row["source"]
        assert row["confidence"] in ("H", "M", "L")


def test_events_are_in_order_and_have_room_for_what_the_words_leave_open() -> None:
    events = rows_of("events.csv")
    for row in events:
        assert utc_s(row["earliest_jst"]) < utc_s(row["latest_jst"])
        assert row["published"]
    latest = [utc_s(row["latest_jst"]) for row in events]
    assert latest == sorted(latest)


def test_the_log_says_only_what_is_certain_between_two_events() -> None:
    events = {row["event"]: row for row in rows_of("events.csv")}
    for row in rows_of("log.csv"):
        assert row["from_jst"] == events[row["after_event"]]["latest_jst"]
        assert row["to_jst"] == events[row["before_event"]]["earliest_jst"]


def test_the_log_is_taken_in_without_a_refused_row_and_shows_its_gaps(tmp_path: Path) -> None:
    mapping = read_mapping(FOLDER / "mapping.toml")
    assert is_shift_log(FOLDER / "log.csv", mapping)
    report = ingest_log(tmp_path, FOLDER / "log.csv", mapping, RECEIVED)
    assert (report.state, report.source) == ("done", "connection-test-2026")
    assert (report.recorded.new, report.recorded.refused, report.recorded.future) == (3, 0, 0)
    assert {one.kind for one in report.recorded.findings} == {"gap"}
    begin, end = (utc_s(text) for text in ("2026-01-12T10:00", "2026-02-01T00:00"))
    kept = [one.entry for one in entries(tmp_path, begin, end)]
    assert [(one.asset, one.activity, one.start_utc, one.end_utc) for one in kept] == [
        ("chikyu", row["activity"], utc_s(row["from_jst"]), utc_s(row["to_jst"])) for row in rows_of("log.csv")
    ]
    assert all(one.dry_t is None and one.slurry_m3 is None for one in kept)
    told = intervals(tmp_path, begin, end)
    assert [gap.end_utc - gap.begin_utc for gap in told.gaps] == [2 * 86_400, 86_400]
