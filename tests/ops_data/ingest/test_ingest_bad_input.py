"""Files as they really come: encodings, clocks, halves, swapped columns, no tables at all. Nothing is lost unsaid.

Truth: derived, by hand; the changes of the clock of Berlin in 2026 are those of the IANA list.
"""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ops_data.errors import StoreError, UsageError
from ops_data.ingest.buffer import closing, open_buffer
from ops_data.ingest.ingesting import Setting, ingest_file
from ops_data.ingest.mapping import Mapping_, Target, read_mapping
from ops_data.reference.sensor_rows import sensors
from tests.ops_data.ingest.made_up_files import BEGIN, FLOW, PRESSURE, ingested, iso, rows_in, write_csv
from tests.ops_data.ingest.test_ingest_rows import refused, text

HEADER = "tag,time,value,unit"
ROW = f"{FLOW},{iso(BEGIN)},1,m3/h"
JAPANESE = f"時刻,流量\r\n{iso(BEGIN)},6000\r\n"
FLOW_IN_JAPANESE = Mapping_(source="scada", time_column="時刻", tags={"流量": Target(FLOW, "L/min")})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932"])
def test_an_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "ja.csv"
    file.write_bytes(JAPANESE.encode(encoding))
    mapping = FLOW_IN_JAPANESE
    if encoding.startswith("utf-16-"):  # without its mark it is told by the bytes of ASCII only
        file.write_bytes(f"time,{FLOW} [L/min]\r\n{iso(BEGIN)},6000\r\n".encode(encoding))
        mapping = Mapping_(source="scada")
    (report,) = ingested(tmp_path, file, mapping=mapping)
    assert (report.state, report.counts.accepted, report.counts.refused) == ("done", 1, 0)
    assert rows_in(tmp_path) == [("scada", FLOW, BEGIN, 0, 360.0, "good")]


def test_bytes_of_another_encoding_cost_their_line_and_are_told_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "latin.csv"
    lines = [HEADER.encode(), ROW.encode(), f"{FLOW},{iso(BEGIN + 1)},2,m\xb3/h".encode("latin-1"), b""]
    file.write_bytes(b"\n".join(lines))
    (report,) = ingested(tmp_path, file)
    assert (report.counts.accepted, report.counts.refused) == (1, 1)
    assert 'are not utf-8; declare the encoding in a mapping (encoding = "cp932")' in refused(tmp_path)[0].reason
    assert refused(tmp_path)[0].row == 3
    (report,) = ingested(tmp_path, file, mapping=Mapping_(source="scada", encoding="latin-1"))
    assert (report.counts.accepted, report.counts.duplicate) == (1, 1)


def test_a_half_written_file_says_so_and_goes_on_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "live.csv"
    whole = "".join(f"{FLOW},{iso(BEGIN + at)},12.5,m3/h\n" for at in range(3))
    file.write_text(f"{HEADER}\n{whole[:-10]}")
    (report,) = ingested(tmp_path, file)
    assert (report.state, report.counts.accepted, report.counts.refused) == ("cut off", 2, 1)
    assert "ends within this row" in report.first_refused[0].reason
    file.write_text(f"{HEADER}\n{whole}")
    (report,) = ingested(tmp_path, file)
    assert (report.state, report.counts.accepted, report.counts.duplicate) == ("done", 1, 2)


def test_swapped_columns_are_told(tmp_path: Path) -> None:
    file = text(tmp_path / "swapped.csv", "tag,value,time,unit", ROW, f"{FLOW},{iso(BEGIN + 1)},2,m3/h")
    (report,) = ingested(tmp_path, file)
    assert (report.counts.accepted, report.counts.refused) == (0, 2)
    assert "the two are swapped, name them in a mapping" in report.first_refused[0].reason


def test_rows_keep_their_line_through_blank_lines_quotes_and_line_ends_of_windows(tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    lines = [
        "", HEADER, "", f'"{FLOW}",{iso(BEGIN)},"1",m3/h', "   ", f'"{FLOW},{iso(BEGIN + 1)},2,m3/h',
        f"{FLOW},x,3,m3/h", f"{FLOW},{iso(BEGIN + 2)},4,m3/h",
    ]  # fmt: skip
    file.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    (report,) = ingested(tmp_path, file)
    assert [row[4] for row in rows_in(tmp_path)] == [1.0, 4.0]
    assert [(row.row, row.reason.split(";")[0].split(":")[0]) for row in refused(tmp_path)] == [
        (6, "the line cannot be taken apart"),
        (7, "time 'x' is not a time as ISO 8601 writes it"),
    ]
    assert report.counts.read == 4


def test_zones_may_be_mixed_and_what_a_changing_clock_shows_twice_or_never_is_refused(tmp_path: Path) -> None:
    spring, autumn = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
    moments = [
        ("2026-03-29 01:59:59", int(spring.timestamp()) - 1),
        ("2026-03-29 02:30:00", None),
        ("2026-03-29 03:00:00", int(spring.timestamp())),
        ("2026-10-25 01:59:59", int(autumn.timestamp()) - 3_601),
        ("2026-10-25 02:30:00", None),
        ("2026-10-25 03:00:00", int(autumn.timestamp()) + 3_600),
        ("2026-10-25T02:30:00+01:00", int(autumn.timestamp()) + 1_800),
        ("2026-10-25T02:30:00+0200", int(autumn.timestamp()) - 1_800),
        ("2026-10-25T09:45:00+09", int(autumn.timestamp()) - 900),
    ]
    file = text(tmp_path / "clock.csv", HEADER, *(f"{FLOW},{moment},1,m3/h" for moment, _ in moments))
    ingested(tmp_path, file, mapping=Mapping_(source="scada", time_zone="Europe/Berlin"))
    assert [row[2] for row in rows_in(tmp_path)] == sorted(at for _, at in moments if at is not None)
    assert [row.row for row in refused(tmp_path)] == [3, 6]
    assert all("comes twice or never in Europe/Berlin" in row.reason for row in refused(tmp_path))


def test_timestamps_of_parquet_without_a_zone_need_one_and_then_obey_it(tmp_path: Path) -> None:
    file = tmp_path / "naive.parquet"
    pq.write_table(pa.table({"time": pa.array([datetime(2027, 1, 5, 9), None]), f"{FLOW} [m3/h]": [1.0, 2.0]}), file)
    assert ingested(tmp_path, file)[0].counts.refused == 2
    assert "carries no zone" in refused(tmp_path)[0].reason
    (report,) = ingested(tmp_path, file, mapping=Mapping_(source="scada", time_zone="Asia/Tokyo"))
    assert (report.counts.accepted, report.counts.refused) == (1, 1)
    assert rows_in(tmp_path)[0][2] == BEGIN


def test_times_that_are_numbers_are_taken_only_where_it_is_said_what_they_count(tmp_path: Path) -> None:
    for number, (header, mapping, cell, accepted) in enumerate(
        (
            ("time_utc", Mapping_(source="a"), f"{BEGIN}.5", 1),
            ("time", Mapping_(source="b"), f"{BEGIN}", 0),
            ("time", Mapping_(source="c", time_format="epoch_ms"), f"{BEGIN}500", 1),
            ("time_utc", Mapping_(source="d"), "2027-01-05T00:00:00.5Z", 1),
        )
    ):
        file = text(tmp_path / f"{number}.csv", f"{header},{FLOW} [m3/h]", f"{cell},1")
        assert ingested(tmp_path, file, mapping=mapping)[0].counts.accepted == accepted
    assert [row[:4] for row in rows_in(tmp_path)] == [(source, FLOW, BEGIN, 500_000) for source in "acd"]


def test_a_clock_that_jumps_back_shows_in_the_counts(tmp_path: Path) -> None:
    times = [*range(100), *range(50, 150)]
    file = text(tmp_path / "jump.csv", HEADER, *(f"{FLOW},{iso(BEGIN + at)},{n},m3/h" for n, at in enumerate(times)))
    counts = ingested(tmp_path, file)[0].counts
    assert (counts.accepted, counts.conflicting, counts.out_of_order) == (150, 50, 49)


def test_what_is_no_table_is_told_in_one_line_and_the_other_files_go_in(tmp_path: Path) -> None:
    good = text(tmp_path / "good.csv", HEADER, ROW)
    pq.write_table(pa.table({"time_utc": [BEGIN], f"{PRESSURE} [bar]": [1.0]}), tmp_path / "whole.parquet")
    made = {
        "empty.csv": b"", "header.csv": f"{HEADER}\n".encode(), "junk.csv": bytes(range(256)) * 40,
        "long.csv": b"x" * (3 << 20), "blank.csv": b"\n\n\n", "mac.csv": b"a\rb\r",
        "twice.csv": b"time,time,x\n1,2,3\n",
        "no_time.csv": b"tag,value\na,1\n", "no_tag.csv": b"time,foo\n1,1\n", "book.xlsx": b"PK\x03\x04",
        "half.parquet": (tmp_path / "whole.parquet").read_bytes()[:-20],
    }  # fmt: skip
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    names = [*made, ".", "missing.csv"]
    reports = ingested(tmp_path, *(tmp_path / name for name in names), good)
    for name, report, said in zip(
        names,
        reports,
        (
            "the file is empty", "a header and no row", "it is binary", "has no end within",
            "its header cannot be read",
            "carriage return alone", "column 'time' comes twice", "no column of times", "no column of it is a tag",
            "no kind of file that is read", "cannot be read as Parquet", "it is a folder", "No such file",
        ),
        strict=False,
    ):  # fmt: skip
        assert report.state == "failed", name
        assert said in report.error, name
        assert "\n" not in report.error
        assert str(tmp_path) in report.error
    assert reports[-1].state == "done"
    assert len(rows_in(tmp_path)) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('sorce = "a"', "key 'sorce' is not known; did you mean 'source'?"),
        ('time = "a"', "key 'time' is not a table"),
        ('encoding = "klingon"', "not an encoding"),
        ('encoding = "rot13"', "not an encoding"),
        ('[time]\nzone = "Asia/Tokio"', "not a zone of the IANA list"),
        ("source = 3", "key 'source' is 3, a text is needed"),
        ('[quality]\nx = "fine"', "key 'quality.x' is 'fine'"),
        ('[tags]\nx = { tagg = "a" }', "key 'tags.x.tagg' is not known"),
        ('decimal = ","\ndelimiter = ","', "not the same"),
        ('missing = "a"', "a list of texts"),
        ("[", "not TOML"),
    ],
)
def test_a_mapping_that_breaks_a_rule_is_told_with_its_file_and_key(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(f"{line}\n")
    with pytest.raises(UsageError) as error:
        read_mapping(path)
    assert str(error.value).startswith(f"{path}: ")
    assert said in str(error.value)


def test_a_comma_where_a_point_is_expected_is_told_with_the_remedy(tmp_path: Path) -> None:
    file = text(tmp_path / "comma.csv", f"time;{FLOW} [m3/h]", f"{iso(BEGIN)};300,5")
    assert ingested(tmp_path, file)[0].counts.refused == 1
    assert 'say the decimal sign in a mapping (decimal = ",")' in refused(tmp_path)[0].reason


def test_a_full_disk_is_told_and_what_was_acknowledged_is_there_when_the_file_is_ingested_again(tmp_path: Path) -> None:
    rows = [(tag, BEGIN + at, float(at % 50)) for tag in (FLOW, PRESSURE) for at in range(120_000)]
    file = write_csv(tmp_path / "big.csv", rows)
    setting = Setting(Mapping_(source="scada"), sensors(), BEGIN)
    heard: list[int] = []
    with closing(open_buffer(tmp_path)) as buffer:
        buffer.database.execute("PRAGMA max_page_count = 200")
        with pytest.raises(StoreError, match="disk is full; free the disk"):
            ingest_file(buffer, file, setting, heard.append)
    assert 0 < heard[-1] < len(rows)
    assert len(rows_in(tmp_path)) == heard[-1]
    (report,) = ingested(tmp_path, file, received_utc=BEGIN)
    assert (report.state, report.counts.accepted, report.counts.duplicate) == ("done", len(rows), 0)
    assert len(rows_in(tmp_path)) == len(rows)


def test_a_file_that_changes_while_it_is_read_is_read_whole_when_it_comes_again(tmp_path: Path) -> None:
    rows = [(FLOW, BEGIN + at, float(at % 50)) for at in range(200_000)]
    file = write_csv(tmp_path / "live.csv", rows)
    setting = Setting(Mapping_(source="scada"), sensors(), BEGIN)
    with closing(open_buffer(tmp_path)) as buffer:
        report = ingest_file(buffer, file, setting, lambda _: file.touch())
        assert (report.state, 0 < report.counts.accepted < len(rows)) == ("failed", True)
        assert "it changed while it was read" in report.error
        report = ingest_file(buffer, file, setting)
    assert report.state == "done"
    assert report.counts.accepted + report.counts.duplicate == len(rows)
    assert len(rows_in(tmp_path)) == len(rows)


def test_a_format_that_lacks_what_only_a_mapping_can_say_fails_alone(tmp_path: Path) -> None:
    stream = tmp_path / "rig.wits"
    stream.write_text("&&\n01081234.5\n!!\n")
    good = text(tmp_path / "good.csv", HEADER, ROW)
    one, other = ingested(tmp_path, stream, good)
    assert (one.state, one.format, other.state) == ("failed", "wits", "done")
    assert one.error.startswith(str(stream))
