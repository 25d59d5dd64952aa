"""Shift logs and daily reports (CSV, XLSX) as entries of the log book.

With a mapping (`shift_log_mapping`) any table of begin, end and activity is read. Without one a CSV file has the
columns of the ``intervals`` table by their names: `STRICT`, with `ALSO` if it likes; ``start_utc`` as Unix seconds or
as a time with its zone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from ops_data.errors import ObservationError, UsageError, did_you_mean
from ops_data.ingest.log_entries import (
    NO_HOLE,
    LogEntry,
    ShiftLog,
    findings,
    length_fault,
    without_repeats,
    word_fault,
)
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.rows import Refused
from ops_data.ingest.shift_log_mapping import LogMapping, log_mapping
from ops_data.ingest.shift_log_sheets import row_text, sheet_rows, text_of
from ops_data.ingest.shift_log_times import Calendar, Cell, clock, day, length_s

STRICT: Final = (
    "asset", "activity", "state", "cause", "hole", "dry_t", "start_utc", "duration_s", "over_limit_s"
)  # fmt: skip
ALSO: Final = ("replicate", "batch_id", "wet_t", "slurry_m3", "remark")
WHOLE: Final = re.compile(r"-?\d{1,11}", re.ASCII)
_MASSES: Final = ("dry_t", "wet_t", "slurry_m3")


def read_shift_log(path: Path, mapping: Mapping_ | None = None) -> ShiftLog:
    """Read a file of entries.

    Parameters
    ----------
    mapping : how the file is to be understood; None, or one that has nothing under ``[reader]``: the strict format.

    Raises
    ------
    UsageError
        The mapping breaks a rule, or names a heading that the file does not have.
    ObservationError
        The file cannot be read as a whole.
    """
    plain = mapping or Mapping_()
    found = _mapped(path, log_mapping(plain, path.stem)) if plain.reader else _strict(path, plain)
    entries: list[LogEntry] = []
    refused: list[Refused] = []
    for one in found:
        if isinstance(one, Refused):
            refused.append(one)
        else:
            entries.append(one)
    kept, repeats = without_repeats(entries)
    refused += repeats
    source = plain.source or path.stem
    return ShiftLog(source, tuple(kept), tuple(sorted(refused, key=lambda one: one.row)), findings(kept))


def _mapped(path: Path, mapping: LogMapping) -> Iterator[LogEntry | Refused]:
    places: dict[str, int] | None = None
    follower = _Follower(mapping, Calendar(mapping.zone))
    for number, cells in sheet_rows(path, mapping.encoding, mapping.delimiter, mapping.sheet):
        if number < mapping.header_row:
            continue
        if places is None:
            places = _places(path, number, cells, mapping.columns)
            continue
        row = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
        try:
            entry = follower.entry(number, row)
        except ValueError as error:
            yield Refused(number, str(error), row_text(cells))
            continue
        except OverflowError:
            yield Refused(number, "the date or a length is beyond every calendar; correct it", row_text(cells))
            continue
        if entry is not None:
            yield entry
    if places is None:
        raise ObservationError(f"{path}: no row {mapping.header_row} with headings; correct reader.header_row")


def _places(path: Path, number: int, cells: Sequence[Cell], columns: Mapping[str, str]) -> dict[str, int]:
    headings = [text_of(cell) for cell in cells]
    folded = [heading.casefold() for heading in headings]
    places = {}
    for name, heading in columns.items():
        wanted = " ".join(heading.split()).casefold()
        if folded.count(wanted) != 1:
            how = "stands twice" if wanted in folded else "is missing"
            remedy = did_you_mean(heading, [one for one in headings if one])
            raise UsageError(
                f"{path}: row {number}: heading '{heading}' (reader.columns.{name}) {how}; {remedy}; correct the "
                "mapping, its sheet or its header_row"
            )
        places[name] = folded.index(wanted)
    return places


@dataclass
class _Follower:
    """Reads rows downwards: a date and an asset hold until the next one is said."""

    mapping: LogMapping
    calendar: Calendar
    asset: str = ""

    def entry(self, number: int, row: Mapping[str, Cell]) -> LogEntry | None:
        """Return the entry of a row, None for one that says nothing; ValueError says why it is none."""
        plain = {name: text_of(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        said = {name: cell for name, cell in plain.items() if text_of(cell) not in ("", *self.mapping.missing)}
        new_day = self._day(said["date"]) if "date" in said else None
        if "asset" in said:
            name = text_of(said["asset"])
            self.asset = self.mapping.assets.get(name, name)
        if not set(said) - {"date", "asset"}:
            return None
        asset = self.asset or self.mapping.asset
        if not asset:
            raise ValueError("no asset is said in this row or above it; write it, or say reader.asset in the mapping")
        for name in ("begin", "activity", "duration" if "duration" in self.mapping.columns else "end"):
            if name not in said:
                raise ValueError(f"nothing stands under '{self.mapping.columns[name]}' ({name}); write it")
        begin = clock(said["begin"])
        end: int | datetime | timedelta = (
            timedelta(seconds=length_s(self._point(said["duration"]), self.mapping.duration_unit))
            if "duration" in said
            else clock(said["end"])
        )
        span = self.calendar.span(asset, new_day, begin, end)
        if fault := length_fault(span.end_utc - span.begin_utc):
            raise ValueError(fault)
        meaning = self.mapping.meaning(text_of(said["activity"]))
        state, cause = (
            _word(name, text_of(said[name])) if name in said else getattr(meaning, name) for name in ("state", "cause")
        )
        dry_t, wet_t, slurry_m3 = (_amount(name, self._point(said.get(name))) for name in _MASSES)
        remark = text_of(said.get("remark"))
        hole = _hole(text_of(said["hole"])) if "hole" in said else NO_HOLE
        return LogEntry(
            asset, meaning.activity, state, cause, span.begin_utc, span.end_utc - span.begin_utc, hole,
            remark=remark, row=number, dry_t=dry_t, wet_t=wet_t, slurry_m3=slurry_m3,
        )  # fmt: skip

    def _day(self, cell: Cell) -> date:
        """Return the day said in a row; after one that cannot be read, rows below have none until the next."""
        self.calendar.today = None
        self.calendar.today = day(cell, self.mapping.date_format)
        return self.calendar.today

    def _point(self, cell: Cell) -> Cell:
        return cell.strip().replace(self.mapping.decimal, ".") if isinstance(cell, str) else cell


def _strict(path: Path, mapping: Mapping_) -> Iterator[LogEntry | Refused]:
    names: list[str] | None = None
    for number, cells in sheet_rows(path, mapping.encoding, mapping.delimiter, ""):
        if names is None:
            names = _headings(path, cells)
            continue
        if not any(text_of(cell) for cell in cells):
            continue
        try:
            if len(cells) != len(names):
                raise ValueError(f"{len(cells)} cells under {len(names)} headings; quote cells that hold commas")
            yield _strict_entry(number, dict(zip(names, map(text_of, cells), strict=True)))
        except ValueError as error:
            yield Refused(number, str(error), row_text(cells))
    if names is None:
        raise ObservationError(f"{path}: empty; a log has a row of headings: {','.join(STRICT)}")


def _headings(path: Path, cells: Sequence[Cell]) -> list[str]:
    names = [text_of(cell) for cell in cells]
    remedy = f"columns of a log without a mapping are {','.join(STRICT)}; name them so, or give a mapping (--mapping)"
    for name in names:
        if name not in (*STRICT, *ALSO):
            raise ObservationError(
                f"{path}: heading '{name}' is not known; {did_you_mean(name, STRICT + ALSO)}; {remedy}"
            )
    for name in STRICT:
        if names.count(name) != 1:
            raise ObservationError(f"{path}: heading '{name}' is missing or stands twice; {remedy}")
    return names


def _strict_entry(number: int, row: Mapping[str, str]) -> LogEntry:
    if not row["asset"]:
        raise ValueError("no asset; write its name")
    words = [_word(name, row[name]) for name in ("activity", "state", "cause")]
    start_utc, duration_s = _start(row["start_utc"]), _whole("duration_s", row["duration_s"])
    over_limit_s = _whole("over_limit_s", row["over_limit_s"] or "0")
    if fault := length_fault(duration_s):
        raise ValueError(fault)
    if not 0 <= over_limit_s <= duration_s:
        raise ValueError(f"over_limit_s {over_limit_s} is outside 0 … duration_s {duration_s}; correct it")
    dry_t, wet_t, slurry_m3 = (_amount(name, row.get(name)) for name in _MASSES)
    return LogEntry(
        row["asset"], words[0], words[1], words[2], start_utc, duration_s, _hole(row["hole"]),
        over_limit_s=over_limit_s, remark=row.get("remark", ""), row=number,
        dry_t=dry_t, wet_t=wet_t, slurry_m3=slurry_m3,
    )  # fmt: skip


def _word(column: str, text: str) -> str:
    if fault := word_fault(column, text):
        raise ValueError(fault)
    return text


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ValueError(f"{name} '{text}' is not a whole number; correct it") from error


def _hole(text: str) -> int:
    if not text:
        return NO_HOLE
    number = _whole("hole", text)
    if not NO_HOLE <= number < 2**31:
        raise ValueError(f"hole {number}: holes count from 0, -1 is none; correct it")
    return number


def _start(text: str) -> int:
    if WHOLE.fullmatch(text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"start_utc '{text}' is not a time; write Unix seconds or 2027-01-31T06:30Z") from error
    if moment.tzinfo is None:
        raise ValueError(f"start_utc '{text}' has no zone; write it with Z for UTC, or with its offset")
    return int(moment.timestamp() // 1)


def _amount(name: str, cell: Cell) -> float | None:
    if cell is None or cell == "":
        return None
    try:
        if isinstance(cell, bool) or not isinstance(cell, str | int | float):
            raise ValueError
        value = float(cell)
    except ValueError as error:
        raise ValueError(f"{name} '{cell}' is not a number; correct it") from error
    if not 0.0 <= value < float("inf"):
        raise ValueError(f"{name} {value:g} is below zero or no number; correct it")
    return value
