"""What becomes of the rows of a file: taken, flagged, told apart from what is there already, refused with a reason.

Truth: derived, by hand.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ops_data.ingest.buffer import Counts, RefusedRow, closing, open_buffer
from ops_data.ingest.ingesting import Setting
from ops_data.ingest.mapping import Mapping_, Target, read_mapping
from ops_data.ingest.rows import RawRows, Refused
from ops_data.ingest.streaming import open_stream
from ops_data.reference.sensor_rows import sensors
from ops_data.schemas import arrow_schema
from tests.ops_data.ingest.made_up_files import BEGIN, FLOW, HS, PRESSURE, RECEIVED, ingested, iso, rows_in, write_csv


def refused(store: Path, file: str | None = None) -> list[RefusedRow]:
    """Return the refused rows of a store."""
    with closing(open_buffer(store)) as buffer:
        return list(buffer.refused(file))


def text(path: Path, *lines: str) -> Path:
    """Write lines, each with its end."""
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_a_file_with_one_reading_a_row_is_taken_in_the_units_of_the_register(tmp_path: Path) -> None:
    file = text(
        tmp_path / "deck.csv",
        "tag,time,value,unit,quality,seq",
        f"{FLOW},2027-01-05T00:00:00Z,6000,L/min,good,4",
        f"{PRESSURE},2027-01-05T09:00:01+09:00,250,kPa,,5",
        f"{HS},2027-01-05T00:00:02.250Z,2.5,m,uncertain,",
    )
    (report,) = ingested(tmp_path, file, mapping=Mapping_())
    assert (report.state, report.format, report.source) == ("done", "csv", "deck")
    assert report.counts == Counts(read=3, accepted=3, flags={"uncertain": 1})
    assert rows_in(tmp_path) == [
        ("deck", FLOW, BEGIN, 4, 360.0, "good"),
        ("deck", PRESSURE, BEGIN + 1, 5, 2.5, "good"),
        ("deck", HS, BEGIN + 2, 250_000, 2.5, "uncertain"),
    ]


def test_a_file_with_a_column_for_each_tag_gives_a_reading_a_cell_and_none_for_an_empty_one(tmp_path: Path) -> None:
    file = text(
        tmp_path / "wide.csv",
        f"timestamp;{FLOW} [m³/h];PUMP;other",
        f"{iso(BEGIN)};300,5;1,2;x",
        f"{iso(BEGIN + 60)};;1,3;y",
        f"{iso(BEGIN + 120)};-999,25;1,4;z",
    )
    mapping = Mapping_(
        source="scada", decimal=",", missing=("-999,25",),
        tags={"PUMP": Target(PRESSURE, "MPa"), "other": Target("")},
    )  # fmt: skip
    (report,) = ingested(tmp_path, file, mapping=mapping)
    assert report.counts == Counts(read=4, accepted=4)
    assert [row[1:5] for row in rows_in(tmp_path)] == [
        (FLOW, BEGIN, 0, 300.5),
        (PRESSURE, BEGIN, 0, 12.0),
        (PRESSURE, BEGIN + 60, 0, 13.0),
        (PRESSURE, BEGIN + 120, 0, 14.0),
    ]


def test_each_kind_of_wrong_row_is_refused_with_its_place_and_a_remedy_and_the_others_are_taken(tmp_path: Path) -> None:
    file = text(
        tmp_path / "bad.csv",
        "tag,time,value,unit",
        f"{FLOW},{iso(BEGIN)},1,m3/h",
        f"chikyu.lift.flo,{iso(BEGIN)},1,m3/h",
        f"{FLOW},{iso(BEGIN + 1)},1,",
        f"{FLOW},{iso(BEGIN + 2)},1,bar",
        f"{FLOW},1999-12-31T23:59:59Z,1,m3/h",
        f"{FLOW},yesterday,1,m3/h",
        f"{FLOW},2027-01-05T00:00:00,1,m3/h",
        f"{FLOW},{iso(BEGIN + 3)},,m3/h",
        f"{FLOW},{iso(BEGIN + 4)},inf,m3/h",
        f"{FLOW},{iso(BEGIN + 5)},12x,m3/h",
        f"{FLOW},{iso(BEGIN + 6)},1,m3/h,1,2",
        f"{FLOW},{iso(BEGIN)},2,m3/h",
    )
    (report,) = ingested(tmp_path, file)
    assert report.state == "done"
    assert report.counts == Counts(read=12, accepted=1, conflicting=1, refused=10, out_of_order=0)
    found = refused(tmp_path)
    assert [row.row for row in found] == list(range(3, 14))
    assert {row.file for row in found} == {str(file)}
    for row, said in zip(
        found,
        (
            "did you mean 'chikyu.lift.flow'?", "no unit is declared (the register has 'm3/h')",
            "unit 'bar' (pressure) cannot become 'm3/h'", "not of the years 2000 to 2099", "'yesterday' is not a time",
            "carries no zone; give the zone", "no value, and the source does not flag it", "not a finite number",
            "value '12x' is not a number", "the line has 6 cells, the header 4", "says 1.0, this row 2.0",
        ),
        strict=True,
    ):  # fmt: skip
        assert said in row.reason
    assert found[4].text == f"{FLOW},yesterday,1,m3/h"
    assert rows_in(tmp_path) == [("scada", FLOW, BEGIN, 0, 1.0, "good")]


def test_flags_have_their_priority_and_flagged_readings_are_kept(tmp_path: Path) -> None:
    file = text(
        tmp_path / "flags.csv",
        "tag,time,value,unit,quality",
        f"{FLOW},{iso(RECEIVED + 301)},9999,m3/h,BAD",
        f"{FLOW},{iso(RECEIVED + 302)},9999,m3/h,uncertain",
        f"{FLOW},{iso(RECEIVED + 303)},10,m3/h,uncertain",
        f"{FLOW},{iso(RECEIVED + 300)},10,m3/h,uncertain",
        f"{FLOW},{iso(RECEIVED - 5)},,m3/h,bad",
        f"{FLOW},{iso(RECEIVED - 4)},1000,m3/h,good",
        f"{FLOW},{iso(RECEIVED - 3)},1000.01,m3/h,good",
        f"{FLOW},{iso(RECEIVED - 2)},1,m3/h,fine",
    )
    (report,) = ingested(tmp_path, file)
    flags = {"bad": 2, "out_of_range": 2, "future": 1, "uncertain": 1}
    assert report.counts == Counts(read=8, accepted=7, refused=1, out_of_order=4, flags=flags)
    assert [(row[2] - RECEIVED, row[5]) for row in rows_in(tmp_path)] == [
        (-5, "bad"), (-4, "good"), (-3, "out_of_range"), (300, "uncertain"), (301, "bad"), (302, "out_of_range"),
        (303, "future"),
    ]  # fmt: skip
    assert np.isnan(rows_in(tmp_path)[0][4])
    again = text(tmp_path / "again.csv", *file.read_text().splitlines(), "")
    assert ingested(tmp_path, again)[0].counts.duplicate == 7


def test_late_and_out_of_order_rows_and_gaps_are_counted(tmp_path: Path) -> None:
    times = (0, 60, 120, 90, 1_000, 200, 4_000)
    file = write_csv(tmp_path / "late.csv", [(FLOW, BEGIN + at, float(at)) for at in times])
    (report,) = ingested(tmp_path, file, received_utc=BEGIN + 2 * 86_400 + 100)
    assert (report.counts.late, report.counts.out_of_order) == (3, 2)
    (tag,) = report.tags
    assert (tag.rows, tag.first_utc, tag.last_utc) == (7, BEGIN, BEGIN + 4_000)
    assert (tag.gaps, tag.silent_s, tag.longest_gap_s) == (2, 3_800, 3_000)


def test_the_same_bytes_under_another_name_are_recognised_and_nothing_is_read_twice(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [(FLOW, BEGIN, 1.0)])
    second = tmp_path / "b.csv"
    second.write_bytes(first.read_bytes())
    one, other = ingested(tmp_path, first, second, mapping=Mapping_())
    assert (one.state, other.state, other.same_as) == ("done", "known", str(first))
    assert len(rows_in(tmp_path)) == 1


def test_a_file_is_read_again_once_its_mapping_is_mended(tmp_path: Path) -> None:
    file = text(tmp_path / "local.csv", "tag,time,value,unit", f"{FLOW},2027-01-05 09:00:00,1,m3/h")
    assert ingested(tmp_path, file)[0].counts.refused == 1
    mended = Mapping_(source="scada", time_zone="Asia/Tokyo")
    assert ingested(tmp_path, file, mapping=mended)[0].counts.accepted == 1
    assert rows_in(tmp_path) == [("scada", FLOW, BEGIN, 0, 1.0, "good")]


def test_an_overlapping_file_adds_what_is_new_and_names_both_values_of_a_conflict(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [(FLOW, BEGIN + at, float(at)) for at in range(10)])
    second = write_csv(tmp_path / "b.csv", [(FLOW, BEGIN + at, float(at if at != 7 else 77)) for at in range(5, 15)])
    assert ingested(tmp_path, first, second)[1].counts == Counts(read=10, accepted=5, duplicate=4, conflicting=1)
    assert [row[4] for row in rows_in(tmp_path)] == [float(at) for at in range(15)]
    (row,) = refused(tmp_path, "b.csv")
    assert (row.row, "says 7.0, this row 77.0" in row.reason) == (4, True)


def test_parquet_long_and_wide_and_of_the_table_of_readings_itself(tmp_path: Path) -> None:
    long = pa.table(
        {
            "tag": pa.array([FLOW, PRESSURE]).dictionary_encode(),
            "time": pa.array([BEGIN * 1_000, BEGIN * 1_000 + 500], pa.timestamp("ms", "Asia/Tokyo")),
            "value": pa.array([1.0, 2.0], pa.float32()),
            "unit": ["m3/h", "bar"],
        }
    )
    wide = pa.table({"time_utc": [BEGIN + 60, BEGIN + 120], f"{FLOW} [m3/s]": [0.1, None]})
    own = pa.table(
        {
            "source": ["x"], "tag": [HS], "time_utc": [BEGIN], "value": [3.0], "quality": ["good"],
            "received_utc": [BEGIN], "seq": [8],
        }
    ).cast(arrow_schema("readings"))  # fmt: skip
    paths = [tmp_path / f"{name}.parquet" for name in ("long", "wide", "own")]
    for table, path in zip((long, wide, own), paths, strict=True):
        pq.write_table(table, path)
    for report in ingested(tmp_path, *paths):
        assert (report.state, report.counts.refused, report.first_refused) == ("done", 0, ())
    assert [row[1:] for row in rows_in(tmp_path)] == [
        (FLOW, BEGIN, 0, 1.0, "good"),
        (FLOW, BEGIN + 60, 0, pytest.approx(360.0), "good"),
        (PRESSURE, BEGIN, 500_000, 2.0, "good"),
        (HS, BEGIN, 8, 3.0, "good"),
    ]


def test_a_mapping_file_says_all_of_this(tmp_path: Path) -> None:
    path = text(
        tmp_path / "rig.toml",
        'source = "rig"', 'delimiter = "|"', 'decimal = ","', 'missing = ["-"]', "assume_register_units = true",
        "[time]", 'column = "Zeit"', 'zone = "Europe/Berlin"', 'format = "%d.%m.%Y %H:%M:%S"',
        "[columns]", 'tag = "Name"', 'value = "Wert"', 'quality = "Guete"',
        "[quality]", '"192" = "good"', '"0" = "bad"',
        "[tags]", f'P1 = {{ tag = "{PRESSURE}", unit = "kPa" }}', f'F1 = "{FLOW}"',
    )  # fmt: skip
    file = text(
        tmp_path / "rig.csv", "Zeit|Name|Wert|Guete", "05.01.2027 01:00:00|P1|250,0|192", "05.01.2027 01:00:01|F1|-|0"
    )
    ingested(tmp_path, file, mapping=read_mapping(path))
    found = rows_in(tmp_path)
    assert found[1] == ("rig", PRESSURE, BEGIN, 0, 2.5, "good")
    assert found[0][:4] == ("rig", FLOW, BEGIN + 1, 0)
    assert found[0][5] == "bad"


def test_messages_of_a_stream_are_kept_as_they_come_each_with_its_time_of_arrival(tmp_path: Path) -> None:
    setting = Setting(Mapping_(source="mqtt"), sensors(), BEGIN)

    def message(at: int, value: float) -> RawRows:
        words = [np.array([word], dtype=object) for word in (FLOW, "m3/h", "")]
        time_utc, row = np.array([BEGIN + at]), np.array([at + 1])
        return RawRows(words[0], time_utc, np.array([value]), words[1], words[2], None, row)

    with closing(open_buffer(tmp_path)) as buffer:
        for start in (0, 2):  # connected twice; the second message comes again
            stream = open_stream(buffer, "mqtt broker", "mqtt", setting)
            for at in (start, start + 1, 2):
                stream.take(message(at, 5.0), [Refused(9, "not JSON; mend the sender", "{")], BEGIN + at + 10)
            stream.end()
        assert [batch.counts.accepted for batch in buffer.batches()] == [3, 1]
        assert [batch.state for batch in buffer.batches()] == ["done", "done"]
        assert buffer.batches()[1].counts == Counts(read=6, accepted=1, duplicate=2, refused=3, out_of_order=1)
        assert len(list(buffer.refused("mqtt broker"))) == 6
    assert [len(rows_in(tmp_path, as_of_utc=BEGIN + at)) for at in (9, 10, 11, 12, 13)] == [0, 1, 2, 3, 4]
