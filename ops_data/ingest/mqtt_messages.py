"""What messages of a broker say: JSON objects and lists of readings, and plain numbers on topics of the mapping.

A message is a JSON object with ``value``, ``time_utc`` (or ``time``) and ``tag``, if wanted ``unit``, ``quality`` and
``seq``; or a list of such objects; other keys are left alone. Time is ISO 8601 with its zone, or a number: seconds
since 1970 under ``time_utc``, else what the mapping's ``time.format`` says (``epoch_s``, ``epoch_ms``). A topic under
``[tags]`` of the mapping gives the tag, and the unit, of messages that name none. A plain number on such a topic has no
time of its own: it is refused, unless the mapping says that it is of the moment in which it arrived:

[tags]
"site/hs" = { tag = "site.sea.hs", unit = "m" }
[reader]
time = "arrival"

``[columns]`` and ``time.column`` name other keys, ``[quality]`` other words, ``missing`` numbers that mean no value, as
in files. What cannot be read is refused with its topic, the reason and its text. Sparkplug B, whose payloads are binary
and whose tags have aliases, is not read.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ops_data.errors import UsageError, did_you_mean
from ops_data.ingest.local_times import LocalTimeError, utc_s, zone_named
from ops_data.ingest.mapping import EPOCHS, Mapping_, Target
from ops_data.ingest.rows import TEXT_LETTERS, Chunk, Refused, RowsInHand

FORMAT: Final = "mqtt"
ARRIVAL: Final = "arrival"
LARGEST_BYTES: Final = 16 << 20  # assumption: a list of 100,000 readings has about 10 MB; a message is held in memory
SPARKPLUG: Final = "spBv1.0/"
SHOWN: Final = 40  # letters of what was found that a reason repeats
MICROSECONDS: Final = 1_000_000
MOST_SECONDS: Final = 1e13  # as in files; the checks refuse what is not of this century
_MOST_WHOLE: Final = 1 << 63
_JSON_REMEDY: Final = 'publish {"tag": …, "time_utc": …, "value": …, "unit": …}, or a list of such objects'


@dataclass(frozen=True)
class Message:
    """A message as it came.

    Attributes
    ----------
    arrived_us : microseconds since 1970.
    retained : the broker kept it from before.
    """

    topic: str
    payload: bytes
    arrived_us: int
    retained: bool = False


@dataclass
class _Rows(RowsInHand):
    """Rows on their way out of some messages; `count` is the number of the one in hand."""

    count: int = 0


class _RefusedError(ValueError):
    """A message, or a reading of it, that is not taken; says why and what to do."""


def timed_by_arrival(mapping: Mapping_) -> bool:
    """Say whether the mapping gives numbers without a time the moment in which they arrived.

    Raises
    ------
    UsageError
        The mapping is of files of another format, or has a ``[reader]`` key that messages do not know.
    """
    if mapping.format not in ("", FORMAT):
        raise UsageError(f"key 'format' is '{mapping.format}'; a mapping of messages has none, or '{FORMAT}'")
    for key in mapping.reader:
        if key != "time":
            raise UsageError(f"key 'reader.{key}' is not known to messages; {did_you_mean(key, ['time'])}")
    found = mapping.reader.get("time")
    if found not in (None, ARRIVAL):
        raise UsageError(f"key 'reader.time' is {found!r}; messages know '{ARRIVAL}', or leave it out")
    return found == ARRIVAL


def rows_of(messages: Sequence[Message], first_row: int, mapping: Mapping_) -> tuple[Chunk, int]:
    """Return what some messages say, and the number of the next row.

    Parameters
    ----------
    messages : in the order they came.
    first_row : number of the first row within the stream. Each reading has a number, and so has each message that is
        refused as a whole; what the mapping leaves out has one too.
    mapping : of the stream; `timed_by_arrival` has found it in order.
    """
    rows = _Rows(count=first_row)
    for message in messages:
        try:
            found = _document(message, mapping)
            entries = found if isinstance(found, list) else [found]
            if not entries:
                raise _RefusedError(f"the list is empty; {_JSON_REMEDY}")
        except _RefusedError as refusal:
            _refuse(rows, message, str(refusal), message.payload.decode("utf-8", "replace"))
            rows.count += 1
            continue
        for entry in entries:
            try:
                if isinstance(found, list) and not isinstance(entry, dict):
                    raise _RefusedError(f"{_shown(entry)} in a list is no reading; {_JSON_REMEDY}")
                _take(rows, entry, message, mapping)
            except _RefusedError as refusal:
                _refuse(rows, message, str(refusal), _json(entry))
            rows.count += 1
    return rows.chunk(), rows.count


def _refuse(rows: _Rows, message: Message, reason: str, text: str) -> None:
    """Keep what is refused with its topic, in the reason and before the text as found."""
    rows.refused.append(
        Refused(rows.count, f"topic '{message.topic}': {reason}", f"{message.topic} {text}"[:TEXT_LETTERS])
    )


def _document(message: Message, mapping: Mapping_) -> object:
    """Return the object, list or number of a message."""
    if message.topic.startswith(SPARKPLUG):
        raise _RefusedError("Sparkplug B is not read; let its host application publish the readings as JSON")
    if len(message.payload) > LARGEST_BYTES:
        raise _RefusedError(
            f"{len(message.payload):,} bytes; at most {LARGEST_BYTES:,} are read; publish shorter lists"
        )
    try:
        text = message.payload.decode(mapping.encoding or "utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise _RefusedError(f"its bytes are not {mapping.encoding or 'UTF-8'}; {_JSON_REMEDY}") from error
    if not text:
        raise _RefusedError("the message is empty; nothing to keep")
    if message.topic in mapping.tags and not text.startswith(("{", "[")):
        return _plain_number(text, mapping)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits are ValueErrors too
        raise _RefusedError(f"not JSON: {str(error).splitlines()[0]}; {_JSON_REMEDY}") from error


def _plain_number(text: str, mapping: Mapping_) -> float | None:
    if text in mapping.missing:
        return None
    try:
        return float(text.replace(mapping.decimal, "."))
    except ValueError as error:
        raise _RefusedError(f"'{text[:SHOWN]}' is not a number; publish a number, or JSON") from error


def _take(rows: _Rows, entry: object, message: Message, mapping: Mapping_) -> None:
    """Add one reading."""
    if not isinstance(entry, dict):
        _take_plain(rows, entry, message, mapping)
        return
    target, unit = _named(entry, message, mapping)
    if not target.tag:
        return  # the mapping leaves it out
    seconds, microseconds = _time(entry, mapping)
    quality = entry.get(_key("quality", mapping))
    said = "" if quality is None else str(quality) if _is_whole(quality) else _word("quality", quality)
    value = _value(entry, mapping)
    seq = entry.get(_key("seq", mapping))
    if seq is not None and not (_is_whole(seq) and -_MOST_WHOLE <= seq < _MOST_WHOLE):
        raise _RefusedError(f"'seq' is {_shown(seq)}; a whole number from 0 is needed, or none")
    _add(rows, target.tag, unit, value, seconds, microseconds if seq is None else int(seq))
    rows.quality.append(mapping.quality.get(said, said))


def _add(rows: _Rows, tag: str, unit: str, value: float, time_utc: int, seq: int) -> None:
    rows.tag.append(tag)
    rows.unit.append(unit)
    rows.value.append(value)
    rows.time_utc.append(time_utc)
    rows.seq.append(seq)
    rows.row.append(rows.count)


def _take_plain(rows: _Rows, entry: object, message: Message, mapping: Mapping_) -> None:
    """Add a reading whose message is nothing but a number."""
    if entry is not None and not _is_number(entry):
        raise _RefusedError(f"{_shown(entry)} is no reading; {_JSON_REMEDY}")
    target = mapping.tags.get(message.topic)
    if target is None:
        raise _RefusedError("a number without a tag; name the tag of the topic under [tags] of a mapping (--mapping)")
    if not target.tag:
        return
    if not timed_by_arrival(mapping):
        raise _RefusedError(
            f'a number without a time; publish it with "time_utc", or write time = "{ARRIVAL}" in a mapping ([reader])'
        )
    if message.retained:
        raise _RefusedError("a number that the broker kept from before, without a time: nobody knows of when it is")
    seconds, microseconds = divmod(message.arrived_us, MICROSECONDS)
    _add(rows, target.tag, target.unit, _number(entry, mapping), seconds, microseconds)
    rows.quality.append("")


def _named(entry: Mapping[str, object], message: Message, mapping: Mapping_) -> tuple[Target, str]:
    """Return what the tag of a reading, or else its topic, stands for, and its unit."""
    name = entry.get(_key("tag", mapping))
    if name is None:
        if message.topic not in mapping.tags:
            raise _RefusedError(f"no 'tag' in it, and none for the topic under [tags] of a mapping; {_JSON_REMEDY}")
        target = mapping.tags[message.topic]
    else:
        target = mapping.target(_word("tag", name))
    unit = entry.get(_key("unit", mapping))
    return target, target.unit if unit is None else _word("unit", unit)


def _value(entry: Mapping[str, object], mapping: Mapping_) -> float:
    key = _key("value", mapping)
    if key not in entry:
        raise _RefusedError(f"no '{key}' in it; publish null for a reading without one, and its quality")
    found = entry[key]
    if found is not None and not _is_number(found):
        raise _RefusedError(f"'{key}' is {_shown(found)}; a number is needed, without quotes")
    return _number(found, mapping)


def _number(found: object, mapping: Mapping_) -> float:
    """Return a number; NaN for none, and for those that mean none."""
    if not isinstance(found, int | float):
        return math.nan
    try:
        value = float(found)
    except OverflowError:
        return math.inf  # the checks refuse it
    return math.nan if any(_same(word, value) for word in mapping.missing) else value


def _same(word: str, value: float) -> bool:
    try:
        return float(word) == value
    except ValueError:
        return False


def _time(entry: Mapping[str, object], mapping: Mapping_) -> tuple[int, int]:
    """Return second and microsecond of a reading."""
    keys = (mapping.time_column,) if mapping.time_column else ("time_utc", "time")
    key = next((one for one in keys if entry.get(one) is not None), None)
    if key is None:
        raise _RefusedError(f"no '{keys[0]}' in it; publish the time as ISO 8601 with its zone")
    found, form = entry[key], mapping.time_format
    if _is_number(found) and isinstance(found, int | float):
        epoch = form if form in EPOCHS else "epoch_s" if key == "time_utc" else ""
        if not epoch:
            raise _RefusedError(
                f"'{key}' is the number {_shown(found)}; say what it counts in a mapping (time.format = \"epoch_ms\")"
            )
        if not abs(found) < MOST_SECONDS:  # so is NaN
            raise _RefusedError(f"'{key}' is {_shown(found)}, which is no time; correct the clock")
        return divmod(round(found * (1_000 if epoch == "epoch_ms" else MICROSECONDS)), MICROSECONDS)
    text = _word(key, found).strip()
    try:
        moment = datetime.strptime(text, form) if form and form not in EPOCHS else datetime.fromisoformat(text)
    except ValueError as error:
        raise _RefusedError(f"'{key}' is '{text[:SHOWN]}'; a time as ISO 8601 with its zone is needed") from error
    if moment.tzinfo is None and not mapping.time_zone:
        raise _RefusedError(
            f"'{key}' is '{text[:SHOWN]}' and has no zone; write it with Z or +09:00, or give time.zone in a mapping"
        )
    try:
        return utc_s(moment, zone_named(mapping.time_zone or "UTC")), moment.microsecond
    except LocalTimeError as error:
        raise _RefusedError(f"'{key}': {error}") from error


def _key(name: str, mapping: Mapping_) -> str:
    return mapping.columns.get(name, name)


def _word(key: str, found: object) -> str:
    """Return a text that can be kept."""
    if not isinstance(found, str):
        raise _RefusedError(f"'{key}' is {_shown(found)}; a text is needed")
    try:
        found.encode()
    except UnicodeEncodeError as error:  # half of a pair of code units, as "\ud800"
        raise _RefusedError(f"'{key}' is {found!r}, which is not Unicode; correct it") from error
    return found


def _is_whole(found: object) -> bool:
    return isinstance(found, int) and not isinstance(found, bool)


def _is_number(found: object) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


def _json(found: object) -> str:
    try:
        return json.dumps(found)
    except RecursionError:
        return "lists within lists"


def _shown(found: object) -> str:
    return _json(found)[:SHOWN]
