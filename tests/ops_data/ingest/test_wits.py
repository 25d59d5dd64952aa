"""WITS level 0 (truth: derived by hand from its rules; known bytes give known readings)."""

import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import FailedError, ObservationError, UsageError
from ops_data.ingest.mapping import Mapping_, Target
from ops_data.ingest.rows import CUT_OFF, Refused
from ops_data.ingest.wits import items_of, read_wits, values
from ops_data.ingest.wits_packets import Broken, Found, Item, Packet, PacketParser
from ops_data.reference.rows import collect
from ops_data.reference.wits_rows import FILE, WitsItem, _item, wits_items

MAPPING = Mapping_(
    time_zone="Asia/Tokyo",
    missing=("-999.25",),
    tags={
        "0108": Target("chikyu.string.depth"),
        "0121": Target("chikyu.lift.pressure"),
        "1110": Target("chikyu.hold.volume"),
        "0141": Target("chikyu.lift.flow", "m3/h"),
        "0114": Target(""),
    },
    reader={"units": "metric"},
)
STREAM = (
    b"&&\r\n0105270131\r\n0106063000\r\n01085600.25\r\n01211500\r\n0114250\r\n0199text\r\n!!\r\n"
    b"&&\r\n1105270131\r\n1106063005\r\n1110900.5\r\n0105270131\r\n010663001\r\n0141-9999\r\n0121-8888.0\r\n0108-999.25\r\n!!\r\n"
)
TIME_UTC = 1_801_344_600  # 2027-01-31 06:30:00 in Japan, 2027-01-30 21:30:00 UTC


def parsed(pieces: list[bytes]) -> list[Found]:
    parser = PacketParser()
    return [found for piece in pieces for found in parser.feed(piece)] + parser.close()


def read(path: Path, mapping: Mapping_ = MAPPING) -> tuple[list[tuple[int, str, int, float, str]], list[Refused]]:
    rows: list[tuple[int, str, int, float, str]] = []
    refused: list[Refused] = []
    for raw, bad in read_wits(path, mapping):
        columns = (raw.row, raw.tag, raw.time_utc, raw.value, raw.unit)
        rows += list(zip(*(column.tolist() for column in columns), strict=True))
        refused += bad
    return rows, refused


def test_known_packets_give_known_readings(tmp_path: Path) -> None:
    path = tmp_path / "rig.wits"
    path.write_bytes(STREAM)
    rows, refused = read(path)
    assert refused == []
    assert rows[:3] == [
        (4, "chikyu.string.depth", TIME_UTC, 5600.25, "m"),
        (5, "chikyu.lift.pressure", TIME_UTC, 1500.0, "kPa"),
        (12, "chikyu.hold.volume", TIME_UTC + 5, 900.5, "m3"),
    ]
    assert [row[:3] for row in rows[3:]] == [
        (15, "chikyu.lift.flow", TIME_UTC + 1),
        (16, "chikyu.lift.pressure", TIME_UTC + 1),
        (17, "chikyu.string.depth", TIME_UTC + 1),
    ]
    assert all(math.isnan(row[3]) for row in rows[3:])


def test_the_system_of_units_is_the_declared_one() -> None:
    packet = Packet(1, (Item(2, "0105", "270131"), Item(3, "0106", "0"), Item(4, "0108", "18000")))
    for system, unit in (("metric", "m"), ("fps", "ft")):
        mapping = Mapping_(time_zone="UTC", tags=dict(MAPPING.tags), reader={"units": system})
        ((found,), bad) = values(packet, items_of(mapping))
        assert (found.unit, found.value, bad) == (unit, 18000.0, [])


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (Mapping_(tags={"0108": Target("x")}), r"^key 'reader.units' is '': a WITS stream does not tell its units; "),
        (Mapping_(tags={"0108": Target("x")}, reader={"unit": "fps"}), r"did you mean 'units'\?"),
        (Mapping_(reader={"units": "fps"}), r"^no items under \[tags\]"),
        (Mapping_(tags={"108": Target("x")}, reader={"units": "fps"}), r"a WITS item is four digits"),
        (Mapping_(tags={"0141": Target("x")}, reader={"units": "fps"}), r'write 0141 = \{ tag = "x", unit = "…" \}'),
    ],
)
def test_a_mapping_that_leaves_open_what_the_stream_does_not_tell_is_refused(mapping: Mapping_, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        items_of(mapping)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("01085600", "the packet has no date and time: items 0105 and 0106"),
        ("0105271331\n0106063000\n01085600", "no day and hour of the calendar"),
        ("0105270131\n01066h\n01085600", "are not YYMMDD and HHMMSS"),
        ("0105270131\n0106063000\n01085600m", "'5600m' behind item 0108 is not a number"),
        ("0105270131\n0106063000\n0108inf", "is not a number"),
        ("0105270131\n0106063000\n01085_6", "is not a number"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, lines: str, reason: str) -> None:
    path = tmp_path / "rig.wits"
    path.write_text(f"&&\n{lines}\n!!\n")
    rows, refused = read(path)
    assert rows == []
    assert [(one.row, reason in one.reason, one.text[:4]) for one in refused] == [(lines.count("\n") + 2, True, "0108")]


def test_times_need_a_zone_and_an_hour_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rig.wits"
    path.write_text("&&\n0105261101\n0106013000\n01085600\n!!\n")
    for zone, reason in (("", "times of WITS carry no zone"), ("America/New_York", "comes twice in America/New_York")):
        mapping = Mapping_(time_zone=zone, tags=MAPPING.tags, reader=MAPPING.reader)
        rows, refused = read(path, mapping)
        assert rows == [] and len(refused) == 1 and reason in refused[0].reason


def test_a_stream_may_take_the_time_of_reception() -> None:
    packet = Packet(1, (Item(2, "0108", "5600"),))
    ((found,), bad) = values(packet, items_of(MAPPING), received_utc=17)
    assert (found.time_utc, bad) == (17, [])


def test_broken_packets_are_told_and_the_next_one_is_read() -> None:
    stream = b"x\n&&\n01081\n&&\n01082\n12\n!!\n!!\n&&\n01083!!\n&&\n01084"
    assert parsed([stream]) == [
        Broken(1, "text outside of && and !!", "x"),
        Broken(2, "the next packet begins before this one was closed with !!; none of its values is taken", "01081"),
        Broken(6, "four digits for record and item are missing at the beginning of the line", "12"),
        Packet(4, (Item(5, "0108", "2"),)),
        Broken(8, "!! without && before it", "!!"),
        Packet(9, ()),
        Broken(10, "!! stands behind other text, which may be cut off", "01083!!"),
        Broken(11, "the stream ends within this packet; none of its values is taken", "01084"),
    ]


def test_a_file_that_ends_within_a_packet_says_so_and_one_without_packets_is_none(tmp_path: Path) -> None:
    path = tmp_path / "rig.wits"
    path.write_bytes(STREAM + b"&&\r\n0108560")
    rows, refused = read(path)
    assert len(rows) == 6 and refused == [Refused(19, CUT_OFF, "0108560")]
    path.write_bytes(b"time,tag\n")
    with pytest.raises(ObservationError, match="no packet from && to !!"):
        read(path)


def test_endless_lines_and_packets_do_not_fill_the_memory() -> None:
    parser = PacketParser()
    for _ in range(64):
        assert parser.feed(b"7" * 4096) == []
    assert len(parser._rest) <= 1025
    assert [type(one) for one in parser.feed(b"\n&&\n")] == [Broken]
    found = parser.feed(b"01081\n" * 2_001)
    assert len(found) == 1 and isinstance(found[0], Broken) and found[0].reason.startswith("more than 2000 lines")


item_lines = st.builds(
    lambda item, text: f"{item:04d}{text}".encode(),
    st.integers(0, 9999),
    st.text("0123456789.-+eE ABC", max_size=12),
)
junk = st.binary(max_size=20).map(lambda raw: raw.replace(b"&&", b"").replace(b"!!", b""))
line_ends = st.sampled_from([b"\r\n", b"\n", b"\r"])


@given(
    st.lists(st.one_of(item_lines, junk, st.sampled_from([b"&&", b"!!", b"", b"7" * 1030])), max_size=30),
    line_ends,
    st.lists(st.integers(0, 2_000), max_size=12),
)
def test_any_cut_of_the_stream_gives_the_same_packets(lines: list[bytes], end: bytes, cuts: list[int]) -> None:
    stream = end.join(lines)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[first:last] for first, last in pairwise(edges)]
    whole = parsed([stream])
    assert parsed(pieces) == whole
    assert parsed([bytes([byte]) for byte in stream]) == whole


@given(st.lists(st.lists(item_lines, max_size=5), max_size=5), st.lists(junk, min_size=6, max_size=6), line_ends)
def test_junk_between_packets_changes_no_packet(packets: list[list[bytes]], between: list[bytes], end: bytes) -> None:
    clean, dirty = b"", b""
    for items, noise in zip(packets, between[1:], strict=False):
        packet = end.join([b"&&", *items, b"!!", b""])
        clean += packet
        dirty += packet + noise + end

    def items_in(stream: bytes) -> list[list[tuple[str, str]]]:
        found = parsed([stream])
        return [[(one.item, one.text) for one in packet.items] for packet in found if isinstance(packet, Packet)]

    assert items_in(between[0] + end + dirty) == items_in(clean)
    assert len(items_in(clean)) == min(len(packets), 5)


def test_the_predefined_items_have_units_in_both_systems() -> None:
    assert (wits_items()["0121"].unit("metric"), wits_items()["0121"].unit("fps")) == ("kPa", "psi")
    assert list(wits_items()) == sorted(wits_items())


def test_a_wrong_cell_of_the_items_is_told_with_its_line(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8").replace("0108,", "108,", 1)
    path = tmp_path / "wits_items.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FailedError, match=r"^wits_items.csv:2: key '108': item '108' found; "):
        collect(path, WitsItem, _item)
