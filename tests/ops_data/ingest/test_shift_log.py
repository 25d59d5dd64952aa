"""Shift logs and daily reports (truth: derived by hand; files made here)."""

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ops_data.errors import ObservationError, UsageError
from ops_data.ingest import shift_log
from ops_data.ingest.local_times import LocalTimeError, utc_s, zone_named
from ops_data.ingest.log_entries import LogEntry, ShiftLog
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.shift_log import read_shift_log
from ops_data.ingest.shift_log_times import clock, day, length_s

COLUMNS = {
    "date": "Date",
    "begin": "From",
    "end": "To",
    "activity": "Operation",
    "hole": "Hole",
    "wet_t": "Mud t",
    "remark": "Note",
}
ACTIVITIES = {
    "wow|waiting on weather": "lift waiting weather",
    "^lift": "lift",
    "run.*pipe": "run_string",
    "pump repair": "repair repairing failure",
}
MIDNIGHT_UTC = 1_801_321_200  # 2027-01-31 00:00 in Japan


def mapping(**changes: Any) -> Mapping_:
    reader = {"asset": "chikyu", "columns": COLUMNS, "activities": ACTIVITIES, **changes}
    zone = reader.pop("zone", "Asia/Tokyo")
    source = reader.pop("source", "diary")
    return Mapping_(source=source, time_zone=zone, reader=reader)


def log_of(tmp_path: Path, rows: str, how: Mapping_ | None = None) -> ShiftLog:
    path = tmp_path / "log.csv"
    path.write_text(f"Date,From,To,Operation,Hole,Mud t,Note\n{rows}", encoding="utf-8")
    return read_shift_log(path, how or mapping())


def spans(log: ShiftLog) -> list[tuple[int, float, str]]:
    """Return row, hour of the begin after the first midnight, and activity of the entries."""
    return [(one.row, (one.start_utc - MIDNIGHT_UTC) / 3600, one.activity) for one in log.entries]


def test_a_daily_report_becomes_entries_with_the_date_carried_down(tmp_path: Path) -> None:
    rows = "2027-01-31,00:00,06:30,Lifting mud,7,120.5,ok\n,06:30,10:00,WOW,,,Hs 4 m\n,10:00,24:00,Pump repair,,,\n"
    log = log_of(tmp_path, rows)
    start = MIDNIGHT_UTC
    assert log.source == "diary" and log.refused == () and log.findings == ()
    assert log.entries == (
        LogEntry("chikyu", "lift", "working", "none", start, 23_400, 7, wet_t=120.5, remark="ok", row=2),
        LogEntry("chikyu", "lift", "waiting", "weather", start + 23_400, 12_600, remark="Hs 4 m", row=3),
        LogEntry("chikyu", "repair", "repairing", "failure", start + 36_000, 50_400, row=4),
    )


def test_midnight_may_pass_without_a_word(tmp_path: Path) -> None:
    crossing = "2027-01-31,20:00,02:00,lift,,,\n,02:00,05:00,WOW,,,\n,05:00,24:00,lift,,,\n,00:00,01:00,WOW,,,\n"
    log = log_of(tmp_path, crossing)
    assert spans(log) == [(2, 20.0, "lift"), (3, 26.0, "lift"), (4, 29.0, "lift"), (5, 48.0, "lift")]
    assert log.entries[0].duration_s == 6 * 3600 and log.findings == ()


def test_an_entry_that_begins_earlier_with_no_midnight_between_is_out_of_order(tmp_path: Path) -> None:
    log = log_of(tmp_path, "2027-01-31,06:00,12:00,lift,,,\n,00:00,06:00,lift,,,\n,12:00,13:00,lift,,,\n")
    assert spans(log) == [(2, 6.0, "lift"), (3, 0.0, "lift"), (4, 12.0, "lift")]
    (finding,) = log.findings
    assert finding.told().startswith("row 3: chikyu: stands behind row 2, which starts later, from 2027-01-30T15:00:00")


def test_overlaps_and_gaps_are_told_and_kept(tmp_path: Path) -> None:
    log = log_of(tmp_path, "2027-01-31,00:00,06:00,lift,,,\n,05:00,07:00,WOW,,,\n,08:00,09:00,lift,,,\n")
    assert len(log.entries) == 3
    assert [(one.kind, one.row, one.other_row, one.end_utc - one.begin_utc) for one in log.findings] == [
        ("overlap", 3, 2, 3600),
        ("gap", 4, 3, 3600),
    ]


def test_rows_that_are_no_entries_are_refused_with_the_reason(tmp_path: Path) -> None:
    rows = (
        "2027-01-31,00:00,01:00,Lifft,,,\n,01:00,01:00,lift,,,\n,25:00,26:00,lift,,,\n,,,Total 24 h,,,\n"
        "31.1.27,02:00,03:00,lift,,,\n,03:00,04:00,lift,,,\n2027-01-31,04:00,05:00,lift,x,,\n,04:00,05:00,lift,,-3,\n"
        ",04:00,05:00,lift,,,\n,04:00,06:00,WOW,,,\n,,,,,,\n"
    )
    log = log_of(tmp_path, rows)
    assert spans(log) == [(10, 4.0, "lift")]
    assert [one.row for one in log.refused] == [2, 3, 4, 5, 6, 7, 8, 9, 11]
    reasons = [one.reason for one in log.refused]
    assert "did you mean 'lift'?" in reasons[0] and "'^Lifft$' = \"lift\"" in reasons[0]
    assert reasons[1].startswith("the entry ends when it begins")
    assert reasons[2] == "'25:00' is not a time of day; write 00:00 to 24:00"
    assert reasons[3] == "nothing stands under 'From' (begin); write it"
    assert reasons[4].startswith("'31.1.27' is not a date")
    assert reasons[5].startswith("no date is said in this row or above it")
    assert reasons[6:8] == [
        "hole 'x' is not a whole number; correct it",
        "wet_t -3 is below zero or no number; correct it",
    ]
    assert reasons[8].startswith("chikyu has begun something else at 2027-01-30T19:00:00Z in row 10")
    assert log.refused[0].text == "2027-01-31 | 00:00 | 01:00 | Lifft"


def test_the_line_to_add_makes_the_row_known(tmp_path: Path) -> None:
    row = "2027-01-31,00:00,01:00,Mud (trial) 'a' *,,,\n"
    (refused,) = log_of(tmp_path, row).refused
    line = refused.reason.split("of the mapping: ")[1].split(", or what it is")[0]
    pattern, activity = line.split(" = ")
    log = log_of(tmp_path, row, mapping(activities={pattern.strip("'"): activity.strip('"')}))
    assert spans(log) == [(2, 0.0, "lift")]


def test_clock_changes_are_counted_and_their_double_hour_is_refused(tmp_path: Path) -> None:
    rows = (
        "2026-11-01,00:30,03:00,lift,,,\n,01:30,02:30,lift,,,\n2026-11-01,2026-11-01T01:30-04:00,02:30,lift,,,\n"
        "2026-03-08,01:00,03:00,lift,,,\n,02:30,03:30,WOW,,,\n"
    )
    log = log_of(tmp_path, rows, mapping(zone="America/New_York"))
    assert [(one.row, one.duration_s) for one in log.entries] == [(2, 12_600), (4, 7_200), (5, 3_600)]
    assert ["comes twice" in log.refused[0].reason, "does not exist" in log.refused[1].reason] == [True, True]
    assert "write it with its offset, such as 2026-11-01T01:30-04:00" in log.refused[0].reason


def test_lengths_instead_of_ends(tmp_path: Path) -> None:
    columns = {**{name: head for name, head in COLUMNS.items() if name != "end"}, "duration": "To"}
    how = mapping(columns=columns, duration_unit="h")
    log = log_of(tmp_path, "2027-01-31,20:00,5.5,lift,,,\n,01:30,0:30,WOW,,,\n,02:00,0,lift,,,\n", how)
    assert [(one.start_utc - MIDNIGHT_UTC, one.duration_s) for one in log.entries] == [
        (72_000, 19_800),
        (91_800, 1_800),
    ]
    assert len(log.refused) == 1


def test_a_workbook_with_merged_days_and_spreadsheet_times_is_read(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.title = "Cover"
    sheet = book.create_sheet("Diary")
    sheet.append(["Daily report"])
    sheet.append(["Date", "From", "To", "Vessel", "Operation", "Dry t"])
    sheet.append([datetime(2027, 1, 31), time(0, 0), time(6, 30), "D/V Chikyu", "lift", 40.25])
    sheet.append([None, time(6, 30), time(18, 0), None, "wow", None])
    sheet.append([None, time(18, 0), timedelta(days=1), None, "lift", 12])
    sheet.append([None, time(0, 0), time(3, 0), "Shuttle A", "load", None])
    sheet.append([None, None, None, None, None, None])
    sheet.merge_cells("A3:A6")
    book.save(tmp_path / "report.xlsx")
    columns = {name: COLUMNS[name] for name in ("date", "begin", "end", "activity")}
    how = mapping(
        sheet="Diary",
        header_row=2,
        asset="",
        columns={**columns, "asset": "Vessel", "dry_t": "dry T"},
        assets={"D/V Chikyu": "chikyu", "Shuttle A": "shuttle-1"},
        activities={"wow": "lift waiting weather"},
    )
    log = read_shift_log(tmp_path / "report.xlsx", how)
    assert log.refused == ()
    assert [(one.asset, one.start_utc - MIDNIGHT_UTC, one.duration_s, one.dry_t) for one in log.entries] == [
        ("chikyu", 0, 23_400, 40.25),
        ("chikyu", 23_400, 41_400, None),
        ("chikyu", 64_800, 21_600, 12.0),
        ("shuttle-1", 0, 10_800, None),
    ]
    with pytest.raises(ObservationError, match=r"no sheet 'Diry'; did you mean 'Diary'\?"):
        read_shift_log(tmp_path / "report.xlsx", mapping(sheet="Diry"))


def test_japanese_spreadsheet_text_is_read_with_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes("日付,開始,終了,作業\n2027/01/31,0:00,6:00,揚泥\n".encode("cp932"))
    columns = {"date": "日付", "begin": "開始", "end": "終了", "activity": "作業"}
    how = mapping(columns=columns, activities={"揚泥": "lift"}, date_format="%Y/%m/%d")
    with pytest.raises(ObservationError, match="say encoding in the mapping, such as cp932"):
        read_shift_log(path, how)
    encoded = Mapping_(encoding="cp932", time_zone=how.time_zone, reader=how.reader)
    assert [(one.activity, one.duration_s) for one in read_shift_log(path, encoded).entries] == [("lift", 21_600)]


def test_the_strict_format_needs_no_mapping(tmp_path: Path) -> None:
    path = tmp_path / "island.csv"
    head = "asset,activity,state,cause,hole,dry_t,start_utc,duration_s,over_limit_s,remark\n"
    path.write_text(
        f'{head}chikyu,lift,working,none,3,12.5,0,60,10,"a, b"\n'
        "chikyu,shift,waiting,weather,-1,,1970-01-01T09:01:00+09:00,60,0,\n"
        "chikyu,lifft,working,none,-1,,200,60,0,\nchikyu,lift,working,none,-1,,1970-01-01T00:00,60,0,\n"
        "chikyu,lift,working,none,-1,,300,60,61,\nchikyu,lift,working,none,-1,,300,0,0,\nchikyu,lift\n"
    )
    log = read_shift_log(path)
    assert log.source == "island"
    assert log.entries == (
        LogEntry("chikyu", "lift", "working", "none", 0, 60, 3, 12.5, None, None, 10, "a, b", 2),
        LogEntry("chikyu", "shift", "waiting", "weather", 60, 60, row=3),
    )
    assert [(one.row, one.reason.split(";")[0]) for one in log.refused] == [
        (4, "activity 'lifft' is not known"),
        (5, "start_utc '1970-01-01T00:00' has no zone"),
        (6, "over_limit_s 61 is outside 0 … duration_s 60"),
        (7, "the entry ends when it begins, or before"),
        (8, "2 cells under 10 headings"),
    ]
    path.write_text(head.replace("cause", "couse"))
    with pytest.raises(ObservationError, match=r"heading 'couse' is not known; did you mean 'cause'\?"):
        read_shift_log(path)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"zone": ""}, "key 'time.zone' is missing"),
        ({"colums": {}}, r"key 'reader\.colums' is not known to a shift log; did you mean 'columns'\?"),
        ({"columns": {**COLUMNS, "begin": "Form"}}, r"heading 'Form' .* is missing; did you mean 'From'\?"),
        ({"columns": {**COLUMNS, "strat": "From"}}, r"key 'reader.columns.strat' is not known"),
        ({"columns": {**COLUMNS, "duration": "Note"}}, "one of them is needed"),
        ({"asset": ""}, "say whose log it is"),
        ({"activities": {"x": "lifft"}}, r"activity 'lifft' is not known; did you mean 'lift'\?"),
        ({"activities": {"x": "lift waiting wether"}}, r"did you mean 'weather'\?"),
        ({"activities": {"(": "lift"}}, "is no regular expression"),
        ({"header_row": 0}, "rows count from 1"),
        ({"duration_unit": "hours"}, "key 'reader.duration_unit'"),
    ],
)
def test_a_wrong_mapping_is_told_with_key_and_remedy(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told) as error:
        log_of(tmp_path, "2027-01-31,00:00,01:00,lift,,,\n", mapping(**changes))
    assert "\n" not in str(error.value)


def test_files_that_are_no_logs_are_refused_as_a_whole(tmp_path: Path) -> None:
    broken, empty, half = tmp_path / "a.xlsx", tmp_path / "b.csv", tmp_path / "c.csv"
    for path, told in (
        (tmp_path / "none.csv", "cannot be read: No such file"),
        (tmp_path / "a.xls", "of the old kind"),
    ):
        with pytest.raises(ObservationError, match=told):
            read_shift_log(path, mapping())
    broken.write_bytes(b"PK but no workbook")
    empty.write_text("")
    half.write_text('Date,From,To,Operation,Hole,Mud t,Note\n2027-01-31,00:00,01:00,"lif')
    for path, told in ((broken, "no workbook"), (empty, "no row 1 with headings"), (half, "not CSV")):
        with pytest.raises(ObservationError, match=told):
            read_shift_log(path, mapping())
    with pytest.raises(ObservationError, match="empty; a log has a row of headings"):
        read_shift_log(empty)


def test_clock_times_and_lengths_in_all_their_spellings() -> None:
    assert [clock(cell) for cell in ("00:00", "6:05:30", "2400", time(23, 59, 59), timedelta(hours=24), 1, 0.5)] == [
        0, 21_930, 86_400, 86_399, 86_400, 86_400, 43_200
    ]  # fmt: skip
    assert clock(datetime(1900, 1, 1)) == 86_400
    assert clock("2027-01-31 06:30") == datetime(2027, 1, 31, 6, 30)
    for wrong in ("6h", "12:60", "24:01", 2.5, True, None, timedelta(hours=-1)):
        with pytest.raises((ValueError, TypeError)):
            clock(wrong)
    assert [length_s(cell, "min") for cell in (90, "1:30", "90", time(1, 30), timedelta(minutes=90))] == [5400] * 5
    for wrong in ("x", True, None, "1e400"):
        with pytest.raises(ValueError, match="is not a length of time"):
            length_s(wrong, "h")
    with pytest.raises(ValueError, match=r"write it as %d\.%m\.%Y"):
        day("2027-01-31", "%d.%m.%Y")


def test_zones_are_known_by_their_names() -> None:
    assert utc_s(datetime(2027, 1, 31), zone_named("Asia/Tokyo")) == MIDNIGHT_UTC
    with pytest.raises(UsageError, match="zone 'JST': is no IANA time zone"):
        zone_named("JST")
    with pytest.raises(LocalTimeError, match="does not exist in Europe/Berlin"):
        utc_s(datetime(2027, 3, 28, 2, 30), zone_named("Europe/Berlin"))


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(["2027-01-31", "9999-12-31", "24:00", "00:00", "6:30", "lift", "1e15", "99999999:00"]),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)


@given(st.lists(st.lists(cells, min_size=7, max_size=7), max_size=8), st.booleans())
def test_whatever_stands_in_the_cells_is_read_or_refused_in_one_line(rows: list[list[object]], lengths: bool) -> None:
    columns = {("duration" if lengths and name == "end" else name): head for name, head in COLUMNS.items()}
    with pytest.MonkeyPatch.context() as patch:
        sheet = [list(COLUMNS.values()), *rows]
        patch.setattr(shift_log, "sheet_rows", lambda *_: enumerate(sheet, start=1))
        log = read_shift_log(Path("log.xlsx"), mapping(columns=columns, zone="America/New_York"))
    assert all("\n" not in one.reason for one in log.refused)
    assert all(one.duration_s > 0 for one in log.entries)
