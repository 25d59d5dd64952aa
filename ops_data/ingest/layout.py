"""What the columns of a table mean: one reading a row (tag, time, value …), or a column for each tag.

Long: ``tag``, ``time_utc`` or ``time``, ``value``, and, if they are there, ``unit``, ``quality``, ``seq``.
Wide: a column of times, every other one a tag, as ``name`` or ``name [unit]``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ops_data.errors import ObservationError, did_you_mean
from ops_data.ingest.cells import Numbers, Times, numbers_of, times_of
from ops_data.ingest.mapping import Mapping_, Target
from ops_data.ingest.rows import CHUNK_ROWS, RawRows, Whole, Words, repeated
from ops_data.reference.sensor_rows import sensors

TIME_NAMES: Final = ("time_utc", "time", "timestamp", "datetime", "date_time")
_HEADER: Final = re.compile(r"\s*(?P<name>.*?)\s*\[(?P<unit>[^\[\]]*)\]\s*")
_SWAPPED: Final = (
    "; the column of values holds times: the two are swapped, name them in a mapping (time.column, columns.value)"
)
REGISTER_UNITS: Final = "unit of the tag"  # how a column of our own ``readings`` table declares its unit

Wrong = Mapping[int, str]  # place of a row in a table → reason


@dataclass(frozen=True)
class Layout:
    """Which column is what; ``long`` names by meaning, or ``wide`` targets by column; ``unread``: header → reason."""

    time: str
    long: Mapping[str, str]
    wide: Mapping[str, Target]
    unread: Mapping[str, str]
    rows: int  # of a table at a time, so that no more than a chunk of readings comes of them


def layout_of(place: str, header: Sequence[str], mapping: Mapping_) -> Layout:
    """Return what the columns of a table mean.

    Parameters
    ----------
    place : file, for the words of an error.
    header : names of the columns.
    mapping : which may name them.

    Raises
    ------
    ObservationError
        A column comes twice, or there is none of times or of values.
    """
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise ObservationError(f"{place}: column '{twice[0]}' comes twice; give each column a name of its own")
    time = mapping.time_column or next((name for name in TIME_NAMES if name in header), "")
    if time not in header:
        wanted = f"'{time}' of the mapping" if time else f"of times ({', '.join(TIME_NAMES)})"
        listed = ", ".join(f"'{name}'" for name in header[:8])
        raise ObservationError(
            f"{place}: there is no column {wanted}; found {listed}; name it in a mapping (time.column)"
        )
    named = {meaning: mapping.columns.get(meaning, meaning) for meaning in ("tag", "value", "unit", "quality", "seq")}
    for meaning in mapping.columns:
        if named[meaning] not in header:
            raise ObservationError(
                f"{place}: no column '{named[meaning]}' (columns.{meaning}); {did_you_mean(named[meaning], header)}"
            )
    if named["tag"] in header and named["value"] in header:
        present = {meaning: name for meaning, name in named.items() if name in header}
        return Layout(time, present, {}, {}, CHUNK_ROWS)
    wide, unread = _wide([name for name in header if name != time], mapping)
    if not wide:
        why = next(iter(unread.values()), "it has a column of times only")
        raise ObservationError(f"{place}: no column of it is a tag: {why}")
    return Layout(time, {}, wide, unread, max(1, CHUNK_ROWS // len(wide)))


def _wide(names: Sequence[str], mapping: Mapping_) -> tuple[dict[str, Target], dict[str, str]]:
    found: dict[str, Target] = {}
    unread: dict[str, str] = {}
    for header in names:
        parts = _HEADER.fullmatch(header)
        name, unit = (parts["name"], parts["unit"].strip()) if parts else (header.strip(), "")
        target = mapping.tags.get(header) or mapping.target(name)
        if target.tag in sensors():
            found[header] = Target(target.tag, unit or target.unit)
        elif target.tag:
            unread[header] = (
                f"column '{header}': tag '{target.tag}' is not in the register of sensors; "
                f"{did_you_mean(target.tag, sensors())}; none of its values was read"
            )
    return found, unread


def rows_of(table: pa.Table, layout: Layout, mapping: Mapping_, number: Whole) -> tuple[RawRows, dict[int, str]]:
    """Return the readings of some rows of a table, and the places of rows that cannot be read, with their reasons.

    Parameters
    ----------
    table : its rows; at most ``layout.rows``.
    layout : meaning of its columns.
    mapping : of its file.
    number : of each row in the file.
    """
    times = times_of(_column(table, layout.time), layout.time, mapping)
    return (
        _long(table, layout, mapping, times, number) if layout.long else _across(table, layout, mapping, times, number)
    )


def _column(table: pa.Table, name: str) -> pa.Array:
    found = table.column(name).combine_chunks()
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) else found


def _long(
    table: pa.Table, layout: Layout, mapping: Mapping_, times: Times, number: Whole
) -> tuple[RawRows, dict[int, str]]:
    """Return the readings of a table with one a row."""
    columns = {meaning: _column(table, name) for meaning, name in layout.long.items()}
    wrong = dict(times.wrong)
    if wrong and len(wrong) == len(number) and not times_of(columns["value"], layout.time, mapping).wrong:
        wrong = {place: reason + _SWAPPED for place, reason in wrong.items()}
    values = numbers_of(columns["value"], mapping)
    for place in values.wrong:
        wrong.setdefault(place, _no_number(columns["value"][place]))
    names, codes = _words(columns["tag"])
    targets = [mapping.target(name) for name in names]
    tag = _taken([one.tag for one in targets], codes)
    unit = _units(table, layout, columns, targets, codes)
    quality = repeated("", len(number))
    if "quality" in columns:
        words, said = _words(columns["quality"])
        quality = _taken([mapping.quality.get(word, word.casefold()) for word in words], said)
    seq = times.microseconds
    if "seq" in columns:
        seq, not_whole = _sequence(numbers_of(columns["seq"], mapping), times)
        for place in not_whole:
            wrong.setdefault(place, f"sequence number '{columns['seq'][place]}' is not a whole number; correct it")
    raw = RawRows(tag, times.time_utc, values.value, unit, quality, seq, number)
    sound = tag != ""
    for place in [place for place in wrong if not sound[place]]:
        del wrong[place]
    sound[list(wrong)] = False
    return (raw if sound.all() else raw.part(np.flatnonzero(sound))), wrong


def _units(
    table: pa.Table, layout: Layout, columns: Mapping[str, pa.Array], targets: Sequence[Target], codes: Whole
) -> Words:
    """Return the declared unit of each row: of its own cell, else of the mapping, else of the table's schema."""
    declared = (table.schema.field(layout.long["value"]).metadata or {}).get(b"unit", b"").decode()
    if declared == REGISTER_UNITS:
        return _taken([sensors()[one.tag].unit if one.tag in sensors() else "" for one in targets], codes)
    mapped = _taken([one.unit or declared for one in targets], codes)
    if "unit" not in columns:
        return mapped
    words, said = _words(columns["unit"])
    own = _taken(words, said)
    return np.where(own == "", mapped, own)


def _across(
    table: pa.Table, layout: Layout, mapping: Mapping_, times: Times, number: Whole
) -> tuple[RawRows, dict[int, str]]:
    """Return the readings of a table with a column for each tag; an empty cell is no reading."""
    wrong = dict(times.wrong)
    timed = np.ones(len(number), dtype=bool)
    timed[list(wrong)] = False
    parts = []
    for header, target in layout.wide.items():
        column = _column(table, header)
        values = numbers_of(column, mapping)
        for place in values.wrong:
            if timed[place]:
                told = f"column '{header}': {_no_number(column[place])}"
                wrong[place] = f"{wrong[place]}; {told}" if place in wrong else told
        sound = timed & ~values.missing
        sound[list(values.wrong)] = False
        parts.append((target, np.flatnonzero(sound), values.value))
    places = np.concatenate([there for _, there, _ in parts])
    return RawRows(
        np.concatenate([repeated(target.tag, len(there)) for target, there, _ in parts]),
        times.time_utc[places],
        np.concatenate([value[there] for _, there, value in parts]),
        np.concatenate([repeated(target.unit, len(there)) for target, there, _ in parts]),
        repeated("", len(places)),
        times.microseconds[places],
        number[places],
    ), wrong


def _no_number(cell: pa.Scalar) -> str:
    """Return why a cell is no value."""
    remedy = "correct it, or name it in a mapping (missing)"
    if str(cell).count(",") == 1:
        remedy = 'correct it, or say the decimal sign in a mapping (decimal = ",")'
    return f"value '{cell}' is not a number; {remedy}"


def _sequence(found: Numbers, times: Times) -> tuple[Whole, list[int]]:
    """Return sequence numbers, the microseconds of the time where there is none, and the places of what is none."""
    whole = found.missing | ((found.value == np.floor(found.value)) & (np.abs(found.value) < 2**53))
    whole[list(found.wrong)] = False
    filled = np.where(whole & ~found.missing, found.value, times.microseconds)
    return filled.astype(np.int64), np.flatnonzero(~whole).tolist()


def _words(column: pa.Array) -> tuple[list[str], Whole]:
    """Return the distinct words of a column, trimmed, and which of them each row holds."""
    coded = column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()
    names = ["" if name is None else str(name).strip() for name in coded.dictionary.to_pylist()]
    codes = pc.fill_null(coded.indices.cast(pa.int64()), len(names)).to_numpy(zero_copy_only=False)
    return [*names, ""], codes


def _taken(words: Sequence[str], codes: Whole) -> Words:
    named = np.empty(len(words), dtype=object)
    named[:] = words
    return named[codes]
