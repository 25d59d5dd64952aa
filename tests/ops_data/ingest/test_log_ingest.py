"""Files of entries into the log book (truth: derived by hand)."""

from pathlib import Path

import pytest

from ops_data.errors import UsageError
from ops_data.ingest.log_book import entries
from ops_data.ingest.log_ingest import ingest_log, is_shift_log
from ops_data.ingest.mapping import Mapping_, read_mapping

HEAD = "asset,activity,state,cause,hole,dry_t,start_utc,duration_s,over_limit_s\n"
TOML = """
source = "diary"
format = "shift_log"
time.zone = "Asia/Tokyo"
[reader]
asset = "chikyu"
[reader.columns]
date = "Date"
begin = "From"
end = "To"
activity = "Operation"
[reader.activities]
'^lift(ing)?\\b' = "lift"
"w(ait)?.?o(n)?.?w(eather)?" = "lift waiting weather"
"""


def test_a_report_with_its_mapping_file_is_recorded_once(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(TOML)
    path = tmp_path / "day.csv"
    path.write_text("Date,From,To,Operation\n1970-01-01,09:00,10:00,Lifting\n,10:00,24:00,WoW\n,,,Sum\n")
    mapping = read_mapping(tmp_path / "map.toml")
    assert is_shift_log(path, mapping)
    report = ingest_log(tmp_path, path, mapping, 50_000)
    assert (report.state, report.source, report.recorded.new, report.recorded.refused) == ("done", "diary", 2, 1)
    assert [one.row for one in report.first_refused] == [4]
    assert [(one.entry.start_utc, one.entry.duration_s, one.entry.cause) for one in entries(tmp_path, 0, 60_000)] == [
        (0, 3_600, "none"),
        (3_600, 50_400, "weather"),
    ]
    copy = path.rename(tmp_path / "copy.csv")
    again = ingest_log(tmp_path, copy, mapping, 60_000)
    assert (again.state, again.recorded.known_as) == ("known", str(path))


def test_a_file_that_cannot_be_read_is_told_and_a_wrong_mapping_is_raised(tmp_path: Path) -> None:
    report = ingest_log(tmp_path, tmp_path / "none.csv", Mapping_(), 0)
    assert report.state == "failed" and "No such file" in report.error
    with pytest.raises(UsageError, match=r"key 'reader\.x' is not known"):
        ingest_log(tmp_path, tmp_path / "none.csv", Mapping_(reader={"x": 1}), 0)


def test_logs_are_told_from_readings(tmp_path: Path) -> None:
    log, readings, other = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.bin"
    log.write_text(HEAD, encoding="utf-8-sig")
    readings.write_text("tag,time_utc,value\n")
    other.write_bytes(b"\xff\xfe\x00")
    plain = Mapping_()
    assert [is_shift_log(path, plain) for path in (log, readings, other, tmp_path / "none.csv")] == [
        True,
        False,
        False,
        False,
    ]
    assert is_shift_log(tmp_path / "report.xlsx", plain) and not is_shift_log(log, Mapping_(format="csv"))
