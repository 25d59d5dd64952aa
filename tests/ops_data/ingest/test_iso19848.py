"""Time-series packages (truth: derived; packages written by hand in the structure that is named, and round trips)."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import ObservationError, UsageError
from ops_data.ingest import iso19848
from ops_data.ingest import rows as ingest_rows
from ops_data.ingest.iso19848 import Outgoing, package, read_iso19848
from ops_data.ingest.mapping import Mapping_, Target
from ops_data.ingest.rows import Refused
from ops_data.reference.sensor_rows import sensors

MAPPING = Mapping_(
    tags={"0010": Target("chikyu.lift.pressure", "kPa"), "0011": Target("")}, quality={"0": "good", "192": "bad"}
)
CONFIGURATION = {"ID": "channels.xml", "TimeStamp": "2027-01-01T00:00:00Z"}
TABLE = {
    "NumberOfDataSet": 99,
    "DataChannelID": ["0010", "chikyu.string.depth"],
    "DataSet": [
        {"TimeStamp": "1970-01-01T09:00:01+09:00", "Value": ["100.5", "5600"], "Quality": ["0", "good"]},
        {"TimeStamp": "1970-01-01T00:00:02.250Z", "Value": ["", "x"], "Quality": ["192", ""]},
        {"TimeStamp": "1970-01-01T00:00:03Z", "Value": ["1"]},
    ],
}
EVENTS = {
    "DataSet": [
        {"TimeStamp": "1970-01-01T00:01:00Z", "DataChannelID": "0011", "Value": "HIGH", "Quality": "0"},
        {"TimeStamp": "1970-01-01T00:01:00Z", "DataChannelID": "0010", "Value": "7", "Quality": "64"},
        {"TimeStamp": "1970-01-01T00:01:00", "DataChannelID": "0010", "Value": "7"},
        {"TimeStamp": "1970-01-01T00:01:00Z", "DataChannelID": "0010", "Value": 7.5},
    ]
}


def written(tmp_path: Path, series: Any) -> Path:
    path = tmp_path / "package.json"
    path.write_text(json.dumps({"Package": {"Header": {"ShipID": "IMO1234567"}, "TimeSeriesData": series}}))
    return path


def read(path: Path, mapping: Mapping_ = MAPPING) -> tuple[list[tuple[Any, ...]], list[Refused]]:
    rows: list[tuple[Any, ...]] = []
    refused: list[Refused] = []
    for raw, bad in read_iso19848(path, mapping):
        assert raw.seq is not None or not len(raw)
        seq = [] if raw.seq is None else raw.seq.tolist()
        columns = [column.tolist() for column in (raw.row, raw.tag, raw.time_utc, raw.value, raw.unit, raw.quality)]
        rows += list(zip(*columns, seq, strict=True))
        refused += bad
    return rows, refused


def test_a_known_package_gives_known_readings(tmp_path: Path) -> None:
    series = [{"DataConfiguration": CONFIGURATION, "TabularData": [TABLE], "EventData": EVENTS}]
    rows, refused = read(written(tmp_path, series))
    pressure, depth = ("chikyu.lift.pressure", "kPa"), ("chikyu.string.depth", "")
    assert rows[:2] == [(1, pressure[0], 1, 100.5, "kPa", "good", 0), (1, depth[0], 1, 5600.0, "", "good", 0)]
    assert rows[2][:3] == (2, pressure[0], 2) and math.isnan(rows[2][3]) and rows[2][4:] == ("kPa", "bad", 250_000)
    assert rows[3:] == [(7, pressure[0], 60, 7.5, "kPa", "", 0)]
    assert [(one.row, one.reason.split(";")[0]) for one in refused] == [
        (2, "value 'x' is not a number"),
        (3, "Value and Quality have one text for each DataChannelID of their table"),
        (5, "quality '64' means different things in different codings"),
        (6, "TimeStamp '1970-01-01T00:01:00' has no zone"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"Package": {"TimeSeriesData": [{', "not JSON: .*; wait until it is written to its end"),
        ("[]", "no list 'TimeSeriesData' in 'Package'"),
        ('{"Package": {"TimeSeriesData": [{"TabularData": 3}]}}', "'TabularData' is not a list of objects"),
        ('{"Package": {"TimeSeriesData": [{"EventData": [1]}]}}', "'EventData' is not an object"),
    ],
)
def test_what_is_no_package_is_refused_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "package.json"
    path.write_text(text)
    with pytest.raises(ObservationError, match=told) as error:
        list(read_iso19848(path, MAPPING))
    assert "\n" not in str(error.value)


def test_a_package_too_large_for_memory_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iso19848, "LARGEST_BYTES", 10)
    with pytest.raises(ObservationError, match="split it by time"):
        list(read_iso19848(written(tmp_path, []), MAPPING))


def test_an_unknown_key_for_the_reader_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"key 'reader\.units' is not known"):
        list(read_iso19848(written(tmp_path, []), Mapping_(reader={"units": "fps"})))


def test_long_packages_come_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_rows, "CHUNK_ROWS", 2)
    data_sets = [{"TimeStamp": f"1970-01-01T00:00:0{at}Z", "Value": [str(at)]} for at in range(5)]
    path = written(tmp_path, [{"TabularData": [{"DataChannelID": ["0010"], "DataSet": data_sets}]}])
    assert [len(raw) for raw, _ in read_iso19848(path, MAPPING)] == [2, 2, 1]


readings = st.dictionaries(
    st.sampled_from(sorted(sensors())),
    st.dictionaries(
        st.tuples(st.integers(-(10**9), 4 * 10**9), st.integers(0, 999_999)),
        st.tuples(st.floats(allow_infinity=False), st.sampled_from(["good", "bad", "uncertain"])),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
    max_size=3,
)


@given(readings)
def test_readings_written_as_a_package_come_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, found: dict[str, dict[tuple[int, int], tuple[float, str]]]
) -> None:
    outgoing = [
        Outgoing(
            tag,
            [time for time, _ in own],
            [seq for _, seq in own],
            [value for value, _ in own.values()],
            [quality for _, quality in own.values()],
        )
        for tag, own in found.items()
    ]
    data = package("IMO1234567", 0, outgoing, sensors())
    assert package("IMO1234567", 0, outgoing[::-1], sensors()) == data
    path = tmp_path_factory.mktemp("round") / "package.json"
    path.write_bytes(data)
    rows, refused = read(path, Mapping_())
    assert refused == []
    back = {(tag, time, seq): (repr(value), unit, quality) for _, tag, time, value, unit, quality, seq in rows}
    assert back == {
        (tag, time, seq): (repr(value), sensors()[tag].unit, quality)
        for tag, own in found.items()
        for (time, seq), (value, quality) in own.items()
    }


def test_what_a_check_found_is_written_as_uncertain_and_times_follow() -> None:
    data = package("X", 0, [Outgoing("site.sea.hs", [5, 1], [0, 0], [2.0, float("nan")], ["stuck", "good"])], sensors())
    (series,) = json.loads(data)["Package"]["TimeSeriesData"]
    assert series["TabularData"][0]["DataSet"] == [
        {"TimeStamp": "1970-01-01T00:00:01Z", "Value": [""], "Quality": ["good"]},
        {"TimeStamp": "1970-01-01T00:00:05Z", "Value": ["2.0"], "Quality": ["uncertain"]},
    ]


def test_what_a_package_cannot_say_is_refused() -> None:
    for outgoing, told in (
        (Outgoing("site.sea.hs", [], [], [], []), "no readings to write"),
        (Outgoing("mine", [1], [0], [1.0], ["good"]), "not in the register"),
        (Outgoing("site.sea.hs", [1], [1_000_000], [1.0], ["good"]), "is below 0 or above 999999"),
    ):
        with pytest.raises(UsageError, match=told):
            package("X", 0, [outgoing], sensors())


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
sets = st.fixed_dictionaries(
    {},
    optional={
        "TimeStamp": st.sampled_from(["1970-01-01T00:00:00Z", "0001-01-01T00:00+14:00", "9999-12-31T23:59Z"])
        | anything,
        "DataChannelID": st.just("0010") | anything,
        "Value": st.just(["1", 10**400]) | anything,
        "Quality": st.just("0") | anything,
    },
)
tables = st.fixed_dictionaries(
    {}, optional={"DataChannelID": st.just(["0010", "x"]) | anything, "DataSet": st.lists(sets, max_size=3) | anything}
)


@given(st.lists(st.fixed_dictionaries({}, optional={"TabularData": st.lists(tables, max_size=2), "EventData": tables})))
def test_whatever_stands_in_a_package_is_read_or_told(tmp_path_factory: pytest.TempPathFactory, series: Any) -> None:
    path = written(tmp_path_factory.mktemp("any"), series)
    try:
        rows, refused = read(path)
    except ObservationError as error:
        assert "\n" not in str(error)
    else:
        assert all("\n" not in one.reason for one in refused) and all(row[1] for row in rows)
