"""Time-series packages in the manner of ISO 19848 (JSON): read as readings, written from readings.

What is followed, by the public JSON schema and documentation of DNV's Vista SDK (the text of the standard itself was
not at hand): an object ``Package`` with ``Header`` (``ShipID``; ``TimeSpan``, ``DateCreated``, ``Author``) and a list
``TimeSeriesData``, each with ``DataConfiguration`` (``ID``, ``TimeStamp``), a list ``TabularData`` (``DataChannelID``:
a list; ``DataSet``: a list of ``TimeStamp``, ``Value`` and ``Quality`` in the order of the channels) and one
``EventData`` (``DataSet`` of ``TimeStamp``, ``DataChannelID``, ``Value``, ``Quality``). All values are texts. Not read:
the counts ``NumberOfDataSet`` and ``NumberOfDataChannel`` (the lists count), data channel lists (a package of their
own), the XML form. A channel is a tag by ``[tags]`` of the mapping, or by having the same name.

The package tells no units: they stand in the data channel list. So the mapping declares them; packages written here
name the register of sensors as their configuration and are in its units. Quality texts are ``good``, ``uncertain``,
``bad`` or what ``[quality]`` of the mapping makes of them: "0" is good in one coding of OPC and bad in another, so
nothing is guessed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from ops_data.errors import ObservationError, UsageError
from ops_data.ingest.local_times import LocalTimeError, utc_s, zone_named
from ops_data.ingest.mapping import SAID, Mapping_
from ops_data.ingest.rows import TEXT_LETTERS, Chunk, Refused, RowsInHand
from ops_data.reference.sensor_rows import Sensor, sensors

LARGEST_BYTES: Final = 256 << 20  # a package is read whole; in memory it takes about six times its size
REGISTER_ID: Final = "minamitorishima-twin/sensors.csv"  # configuration of packages whose values are in register units
MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True)
class _Said:
    """One value of a package as found; ``row`` counts data sets from 1."""

    row: int
    time: object
    channel: object
    value: object
    quality: object
    registered: bool  # the configuration is the register of sensors


def read_iso19848(path: Path, mapping: Mapping_) -> Iterator[Chunk]:
    """Yield the readings of a package in chunks; a row is a data set, counted through the file from 1.

    Raises
    ------
    UsageError
        The mapping asks for something of this reader: it takes no ``[reader]`` keys.
    ObservationError
        Larger than `LARGEST_BYTES`, not JSON, or not a package of time series; OSError if it cannot be opened.
    """
    if mapping.reader:
        raise UsageError(f"key 'reader.{next(iter(mapping.reader))}' is not known to ISO 19848 packages; remove it")
    rows = RowsInHand()
    for said in _values(path, _document(path)):
        if isinstance(said, Refused):
            rows.refused.append(said)
        else:
            _take(rows, said, mapping)
        if rows.full():
            yield rows.chunk()
            rows = RowsInHand()
    yield rows.chunk()


def _document(path: Path) -> Sequence[Any]:
    """Return the list of time series of a package."""
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise ObservationError(
            f"{path}: {size >> 20} MiB; a package is read whole, up to {LARGEST_BYTES >> 20} MiB; split it by time"
        )
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, numbers without end
        first = str(error).splitlines()[0]
        raise ObservationError(
            f"{path}: not JSON: {first}; wait until it is written to its end, or export it again"
        ) from error
    package = document.get("Package") if isinstance(document, dict) else None
    series = package.get("TimeSeriesData") if isinstance(package, dict) else None
    if not isinstance(series, list) or not all(isinstance(one, dict) for one in series):
        raise ObservationError(
            f"{path}: no list 'TimeSeriesData' in 'Package'; a package of ISO 19848 time series has one; export it so"
        )
    return series


def _values(path: Path, series: Sequence[Mapping[str, Any]]) -> Iterator[_Said | Refused]:
    row = 0
    for one in series:
        configuration = one.get("DataConfiguration")
        registered = isinstance(configuration, dict) and configuration.get("ID") == REGISTER_ID
        for table in _listed(path, "TabularData", one.get("TabularData")):
            channels = table.get("DataChannelID")
            for data_set in _listed(path, "DataSet", table.get("DataSet")):
                row += 1
                yield from _tabular(row, channels, data_set, registered)
        events = one.get("EventData") or {}
        if not isinstance(events, dict):
            raise ObservationError(f"{path}: 'EventData' is not an object; export the package again")
        for event in _listed(path, "DataSet", events.get("DataSet")):
            row += 1
            channel, value, quality = event.get("DataChannelID"), event.get("Value"), event.get("Quality")
            yield _Said(row, event.get("TimeStamp"), channel, value, quality, registered)


def _listed(path: Path, name: str, found: object) -> Sequence[Mapping[str, Any]]:
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ObservationError(f"{path}: '{name}' is not a list of objects; export the package again")
    return found


def _tabular(row: int, channels: object, data_set: Mapping[str, Any], registered: bool) -> Iterator[_Said | Refused]:
    values, qualities = data_set.get("Value"), data_set.get("Quality")
    named = isinstance(channels, list) and isinstance(values, list) and len(channels) == len(values)
    if not named or (
        qualities is not None and not (isinstance(qualities, list) and len(qualities) == len(values or ()))
    ):
        reason = "Value and Quality have one text for each DataChannelID of their table; correct the sender"
        yield Refused(row, reason, _text(data_set))
        return
    assert isinstance(channels, list) and isinstance(values, list)
    said = qualities if isinstance(qualities, list) else [None] * len(values)
    for channel, value, quality in zip(channels, values, said, strict=True):
        yield _Said(row, data_set.get("TimeStamp"), channel, value, quality, registered)


def _text(found: object) -> str:
    return json.dumps(found, ensure_ascii=False)[:TEXT_LETTERS]


def _take(rows: RowsInHand, said: _Said, mapping: Mapping_) -> None:
    """Put one value among the rows, or among the refused."""
    target = mapping.target(str(said.channel))
    if not target.tag:
        return
    text = _text({"TimeStamp": said.time, "DataChannelID": said.channel, "Value": said.value, "Quality": said.quality})
    try:
        time_utc, seq = _moment(said.time, mapping)
        value, quality = _number(said.value, mapping), _quality(said.quality, mapping)
    except ValueError as error:
        rows.refused.append(Refused(said.row, str(error), text))
        return
    known = sensors().get(target.tag)
    rows.tag.append(target.tag)
    rows.time_utc.append(time_utc)
    rows.seq.append(seq)
    rows.value.append(value)
    rows.quality.append(quality)
    rows.unit.append(known.unit if said.registered and known is not None and not target.unit else target.unit)
    rows.row.append(said.row)


def _moment(found: object, mapping: Mapping_) -> tuple[int, int]:
    """Return Unix second and microseconds; ValueError (LocalTimeError is one) says what is wrong."""
    try:
        moment = datetime.fromisoformat(found if isinstance(found, str) else "")
    except ValueError as error:
        raise LocalTimeError(f"TimeStamp {found!r} is not a time of ISO 8601; write 2027-01-31T06:00:00Z") from error
    if moment.tzinfo is None and not mapping.time_zone:
        raise LocalTimeError(f'TimeStamp {found!r} has no zone; write time.zone = "UTC", or what it is, in the mapping')
    return utc_s(moment, zone_named(mapping.time_zone or "UTC")), moment.microsecond


def _number(found: object, mapping: Mapping_) -> float:
    if found is None or found == "" or found in mapping.missing:
        return float("nan")
    if isinstance(found, bool) or not isinstance(found, str | int | float) or "_" in str(found):
        raise ValueError(f"value {found!r} is not a number")
    try:
        value = float(found)
    except (ValueError, OverflowError) as error:
        raise ValueError(f'value {found!r} is not a number; leave the channel out with {{ tag = "" }}') from error
    if not np.isfinite(value):
        raise ValueError(f"value {found!r} is not a finite number; add it to 'missing' if it means no value")
    return value


def _quality(found: object, mapping: Mapping_) -> str:
    if found is None or found == "":
        return ""
    word = str(found)
    said = mapping.quality.get(word, word)
    if said not in SAID:
        raise ValueError(
            f"quality {found!r} means different things in different codings; write "
            f'[quality] "{word}" = "good", "uncertain" or "bad" in the mapping (--mapping)'
        )
    return said


@dataclass(frozen=True, eq=False)
class Outgoing:
    """Readings of one tag to be written: times [Unix s], numbers within the second [µs], values, qualities."""

    tag: str
    time_utc: Sequence[int]
    seq: Sequence[int]
    value: Sequence[float]
    quality: Sequence[str]


def package(ship_id: str, created_utc: int, readings: Sequence[Outgoing], register: Mapping[str, Sensor]) -> bytes:
    """Return a package of readings as UTF-8 JSON; the same readings give the same bytes.

    Tags follow by name, the readings of each by time and number, as one table of one channel. The numbers within a
    second are written as its microseconds, values with the fewest digits that give them back exactly, an absent one as
    an empty text. Qualities that a check found (out_of_range, stuck, future) are written as ``uncertain``: other
    readers know only the three words.

    Raises
    ------
    UsageError
        No readings, a tag that is not in the register, or a number within a second that is no microsecond.
    """
    spans = [(min(one.time_utc), max(one.time_utc)) for one in readings if len(one.time_utc)]
    if not spans:
        raise UsageError("no readings to write into a package; widen the range of time, or name other tags")
    begin, end = min(first for first, _ in spans), max(last for _, last in spans)
    created = _stamp(created_utc, 0)
    header = {"ShipID": ship_id, "TimeSpan": {"Start": _stamp(begin, 0), "End": _stamp(end, 0)}}
    configuration = {"ID": REGISTER_ID, "TimeStamp": created}
    tables = [_table(one, register) for one in sorted(readings, key=lambda one: one.tag) if len(one.time_utc)]
    document = {
        "Package": {
            "Header": {**header, "DateCreated": created, "Author": "minamitorishima-twin"},
            "TimeSeriesData": [{"DataConfiguration": configuration, "TabularData": tables}],
        }
    }
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _table(one: Outgoing, register: Mapping[str, Sensor]) -> dict[str, Any]:
    if one.tag not in register:
        raise UsageError(f"tag '{one.tag}': not in the register of sensors, so its unit is not known; leave it out")
    if any(not 0 <= number < MICROSECONDS for number in one.seq):
        raise UsageError(
            f"tag '{one.tag}': a number within a second is below 0 or above {MICROSECONDS - 1}; export as CSV"
        )
    found = sorted(zip(one.time_utc, one.seq, one.value, one.quality, strict=True), key=lambda row: (row[0], row[1]))
    data_sets = [
        {
            "TimeStamp": _stamp(time_utc, seq),
            "Value": ["" if np.isnan(value) else repr(float(value))],
            "Quality": [quality if quality in SAID else "uncertain"],
        }
        for time_utc, seq, value, quality in found
    ]
    return {
        "NumberOfDataSet": len(data_sets), "NumberOfDataChannel": 1, "DataChannelID": [one.tag], "DataSet": data_sets
    }  # fmt: skip


def _stamp(time_utc: int, microseconds: int) -> str:
    """Return a time as text.

    Examples
    --------
    >>> _stamp(0, 0), _stamp(0, 250000)
    ('1970-01-01T00:00:00Z', '1970-01-01T00:00:00.250000Z')
    """
    fraction = f".{microseconds:06d}" if microseconds else ""
    return f"{np.datetime64(int(time_utc), 's')}{fraction}Z"
