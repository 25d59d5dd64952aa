"""WITS level 0: the line stream of a rig contractor or mud logger, from a file or packet by packet.

Mapping: the names in ``[tags]`` are record and item as four digits; items that are not named there are left out.

    format = "wits"
    time.zone = "Asia/Tokyo"        # of the items date and time, which carry none
    missing = ["-999.25"]           # besides -9999 and -8888, the null values of WITS
    [tags]
    0108 = "chikyu.string.depth"    # unit: of the specification, in the system declared below
    0141 = { tag = "chikyu.lift.flow", unit = "m3/h" }   # spare items have no unit of their own
    [reader]
    units = "metric"                # or "fps" (foot, pound, second): the sender's choice, told nowhere in the stream

The time of a reading is that of items 05 (YYMMDD) and 06 (HHMMSS) of its own record in the same packet, else those of
record 01 there. A two-digit year is one of 2000 … 2099.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from ops_data.errors import ObservationError, UsageError, did_you_mean
from ops_data.ingest.local_times import LocalTimeError, utc_s, zone_named
from ops_data.ingest.mapping import Mapping_, Target
from ops_data.ingest.rows import CHUNK_ROWS, CUT_OFF, TEXT_LETTERS, Chunk, RawRows, Refused, no_rows
from ops_data.ingest.wits_packets import Broken, Found, Packet, PacketParser
from ops_data.reference.wits_rows import SYSTEMS, wits_items

NULLS: Final = (-9999.0, -8888.0)  # null values of the WITS specification
PIECE_BYTES: Final = 1 << 20
_KEYS: Final = ("units",)
_SIX: Final = re.compile(r"(\d{1,6})(?:\.0*)?", re.ASCII)
_ITEM: Final = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True)
class Value:
    """One value of a packet: line, tag, Unix UTC second, value (NaN: null) and its unit."""

    line: int
    tag: str
    time_utc: int
    value: float
    unit: str


@dataclass(frozen=True)
class Items:
    """What items stand for: four digits → tag and unit; the zone of their times; texts that mean no value."""

    targets: Mapping[str, Target]
    zone: ZoneInfo | None
    missing: frozenset[str]


def items_of(mapping: Mapping_) -> Items:
    """Return what a mapping says of WITS items.

    Raises
    ------
    UsageError
        No system of units, no items, a name that is not four digits, or an item whose unit nothing tells.
    """
    for key in mapping.reader:
        if key not in _KEYS:
            raise UsageError(f"key 'reader.{key}' is not known to WITS; {did_you_mean(key, _KEYS)}")
    system = mapping.reader.get("units", "")
    if system not in SYSTEMS:
        raise UsageError(
            f"key 'reader.units' is '{system}': a WITS stream does not tell its units; ask the sender and write "
            '[reader] units = "metric" or "fps" in the mapping (--mapping)'
        )
    if not mapping.tags:
        raise UsageError('no items under [tags]: a WITS stream has numbers only; write 0108 = "chikyu.string.depth"')
    zone = zone_named(mapping.time_zone) if mapping.time_zone else None
    targets = {name: _target(name, one, system) for name, one in mapping.tags.items() if one.tag}
    return Items(targets, zone, frozenset(mapping.missing))


def _target(name: str, declared: Target, system: str) -> Target:
    if _ITEM.fullmatch(name) is None:
        raise UsageError(f"key 'tags.{name}': a WITS item is four digits, record and item; write for example 0108")
    if declared.unit:
        return declared
    known = wits_items().get(name)
    if known is None:
        raise UsageError(
            f"key 'tags.{name}': the unit of this item is not predefined; write "
            f'{name} = {{ tag = "{declared.tag}", unit = "…" }}'
        )
    return Target(declared.tag, known.unit(system))


def values(packet: Packet, items: Items, received_utc: int | None = None) -> tuple[list[Value], list[Broken]]:
    """Return the values of a packet, and what cannot be read of it.

    Parameters
    ----------
    received_utc : time of a packet that tells none; None: its values are refused.
    """
    clock: dict[str, str] = {}
    for one in packet.items:
        clock.setdefault(one.item, one.text)
    found: list[Value] = []
    broken: list[Broken] = []
    times: dict[str, int | str] = {}
    for one in packet.items:
        target = items.targets.get(one.item)
        if target is None:
            continue
        record = one.item[:2]
        if record not in times:
            times[record] = _time(clock, record, items.zone, received_utc)
        time, value = times[record], _number(one.text, items.missing)
        if isinstance(time, str):
            broken.append(Broken(one.line, time, (one.item + one.text)[:TEXT_LETTERS]))
        elif value is None:
            reason = f"'{one.text}' behind item {one.item} is not a number"
            broken.append(Broken(one.line, reason, (one.item + one.text)[:TEXT_LETTERS]))
        else:
            found.append(Value(one.line, target.tag, time, value, target.unit))
    return found, broken


def _number(text: str, missing: frozenset[str]) -> float | None:
    """Return a value, NaN for a null, None for what is not a finite number."""
    if not text or text in missing:
        return float("nan")
    try:
        value = float(text) if "_" not in text else float("inf")
    except ValueError:
        return None
    if value in NULLS:
        return float("nan")
    return value if np.isfinite(value) else None


def _time(clock: Mapping[str, str], record: str, zone: ZoneInfo | None, received_utc: int | None) -> int | str:
    """Return the Unix second of a record, or why there is none."""
    for one in (record, "01"):
        if f"{one}05" in clock and f"{one}06" in clock:
            return _moment(clock[f"{one}05"], clock[f"{one}06"], zone)
    if received_utc is not None:
        return received_utc
    return (
        f"the packet has no date and time: items {record}05 and {record}06, or 0105 and 0106, are missing; "
        "let the sender transmit them"
    )


def _moment(date: str, time: str, zone: ZoneInfo | None) -> int | str:
    numbers = [_SIX.fullmatch(date), _SIX.fullmatch(time)]
    if numbers[0] is None or numbers[1] is None:
        return f"date '{date}' and time '{time}' are not YYMMDD and HHMMSS; correct the sender"
    day, clock = numbers[0][1].zfill(6), numbers[1][1].zfill(6)
    try:
        local = datetime.strptime(f"20{day}{clock}", "%Y%m%d%H%M%S")
    except ValueError:
        return f"date '{date}' and time '{time}' are no day and hour of the calendar; correct the sender's clock"
    if zone is None:
        return (
            'the times of WITS carry no zone; write time.zone = "Asia/Tokyo", or what it is, in the mapping (--mapping)'
        )
    try:
        return utc_s(local, zone)
    except LocalTimeError as error:
        return f"{error}; or let the sender transmit UTC"


def read_wits(path: Path, mapping: Mapping_) -> Iterator[Chunk]:
    """Yield the readings of a file that holds a WITS level 0 stream, in chunks; a row is a line.

    Raises
    ------
    UsageError
        The mapping does not say what a WITS stream leaves open.
    ObservationError
        The file holds no packet at all; OSError if it cannot be opened.
    """
    items = items_of(mapping)
    rows: list[Value] = []
    refused: list[Refused] = []
    packets = 0
    for found in _found(path):
        if isinstance(found, Packet):
            packets += 1
            good, bad = values(found, items)
            rows += good
        else:
            bad = [found]
        refused += [Refused(one.line, one.reason, one.text) for one in bad]
        while len(rows) >= CHUNK_ROWS or len(refused) >= CHUNK_ROWS:
            yield _rows(rows[:CHUNK_ROWS]), refused[:CHUNK_ROWS]
            rows, refused = rows[CHUNK_ROWS:], refused[CHUNK_ROWS:]
    if not packets:
        raise ObservationError(f"{path}: no packet from && to !! is in it; name another format in the mapping")
    yield _rows(rows), refused


def _found(path: Path) -> Iterator[Found]:
    """Yield packets and broken lines of a file; a packet that its end cuts off is told as such."""
    parser = PacketParser()
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield from parser.feed(piece)
    for one in parser.close():
        cut = isinstance(one, Broken) and one.reason.startswith("the stream ends")
        yield Broken(one.line, CUT_OFF, one.text) if isinstance(one, Broken) and cut else one


def _rows(found: Iterable[Value]) -> RawRows:
    listed = list(found)
    if not listed:
        return no_rows()
    words = [np.array([getattr(one, name) for one in listed], dtype=object) for name in ("tag", "unit")]
    whole = [np.array([getattr(one, name) for one in listed], dtype=np.int64) for name in ("time_utc", "line")]
    value = np.array([one.value for one in listed], dtype=np.float64)
    return RawRows(words[0], whole[0], value, words[1], np.full(len(listed), "", dtype=object), None, whole[1])
