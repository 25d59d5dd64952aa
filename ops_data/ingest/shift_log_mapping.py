"""What a mapping says of a shift log or daily report: sheet, columns, assets, and what its activities mean.

    source = "daily-report"         # else the name of the file
    format = "shift_log"
    time.zone = "Asia/Tokyo"        # of clock times; needed
    encoding = "cp932"              # of CSV files; else UTF-8
    [reader]
    sheet = "Diary"                 # of a workbook; else the first
    header_row = 4                  # else 1
    asset = "chikyu"                # of every row; else a column
    date_format = "%d.%m.%Y"        # of dates written as text; else ISO 8601
    duration_unit = "h"             # or min, s: of a column of lengths
    [reader.columns]                # what is needed: heading in the file
    date = "Date"
    begin = "From"
    end = "To"                      # or duration = "Hours"
    activity = "Operation"
    hole = "Hole no."               # also: asset, state, cause, dry_t, wet_t, slurry_m3, remark
    [reader.assets]                 # name in the log → asset; a name that is not listed is the asset's own
    "D/V Chikyu" = "chikyu"
    [reader.activities]             # regular expression, capitals or not → activity, or activity state cause
    "lift" = "lift"
    "w(ait)?.?o(n)?.?w(eather)?" = "lift waiting weather"

The first pattern that is found in the text of the activity counts; a text that is a word of the ``intervals`` table
needs none. Without more, an activity is worked on (state ``working``) without loss (cause ``none``). What was lifted is
taken in the basis whose column is named: dry solids, wet mud, or volume of slurry; it is never converted here.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from ops_data.errors import UsageError, did_you_mean
from ops_data.ingest.local_times import zone_named
from ops_data.ingest.log_entries import word_fault
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.shift_log_times import LENGTH_UNITS
from ops_data.schemas import ACTIVITIES

FORMAT: Final = "shift_log"
COLUMNS: Final = (
    "date", "begin", "end", "duration", "asset", "activity", "state", "cause", "hole", "dry_t", "wet_t", "slurry_m3",
    "remark",
)  # fmt: skip
_TEXTS: Final = {"sheet": "", "asset": "", "date_format": "", "duration_unit": "h"}
_KEYS: Final = (*_TEXTS, "header_row", "columns", "assets", "activities")


@dataclass(frozen=True)
class Meaning:
    """What an activity is in the words of the ``intervals`` table."""

    activity: str
    state: str
    cause: str


@dataclass(frozen=True)
class LogMapping:
    """What a mapping says of a log, checked; see the head of this module."""

    source: str
    zone: ZoneInfo
    encoding: str
    delimiter: str
    decimal: str
    missing: frozenset[str]
    sheet: str
    asset: str
    date_format: str
    duration_unit: str
    header_row: int
    columns: Mapping[str, str]
    assets: Mapping[str, str]
    activities: tuple[tuple[re.Pattern[str], Meaning], ...]

    def meaning(self, text: str) -> Meaning:
        """Return what the text of an activity means.

        Raises
        ------
        ValueError
            Nothing says so; the message has the line to add to the mapping.
        """
        for pattern, found in self.activities:
            if pattern.search(text):
                return found
        if text.lower() in ACTIVITIES:
            return Meaning(text.lower(), "working", "none")
        near = _nearest(text)
        hint = f"did you mean '{near}'?" if near else did_you_mean(text, ACTIVITIES)
        raise ValueError(
            f"activity '{text}' is not known; {hint}; add under [reader.activities] of the mapping: "
            f"'^{_literal(text)}$' = \"{near or 'lift'}\", or what it is"
        )


def _literal(text: str) -> str:
    """Return a text as a regular expression that can stand between the single quotes of TOML."""
    return re.escape(text).replace("'", ".")


def _nearest(text: str) -> str:
    """Return the activity that a text, or a word of it, resembles most; "" if none.

    Examples
    --------
    >>> _nearest("Liftng of mud"), _nearest("crew change"), _nearest("???")
    ('lift', 'crew_change', '')
    """
    words = [text.lower().replace(" ", "_"), *re.findall(r"[a-z]+", text.lower())]
    scored = [
        (difflib.SequenceMatcher(None, word, name).ratio(), name) for word in words for name in ACTIVITIES if word
    ]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= 0.7 else ""


def log_mapping(mapping: Mapping_, stem: str) -> LogMapping:
    """Return what a mapping says of a log.

    Parameters
    ----------
    stem : of the file's name: the source, if the mapping names none.

    Raises
    ------
    UsageError
        A key is unknown, of the wrong kind or missing; one line with key, rule and remedy.
    """
    _known("reader.", mapping.reader, _KEYS)
    if not mapping.time_zone:
        raise UsageError("key 'time.zone' is missing: clock times need their zone; write time.zone = \"Asia/Tokyo\"")
    texts = {key: _text(key, mapping.reader.get(key, default)) for key, default in _TEXTS.items()}
    if texts["duration_unit"] not in LENGTH_UNITS:
        raise UsageError(f"key 'reader.duration_unit': {did_you_mean(texts['duration_unit'], LENGTH_UNITS)}")
    header_row = mapping.reader.get("header_row", 1)
    if not isinstance(header_row, int) or isinstance(header_row, bool) or header_row < 1:
        raise UsageError(f"key 'reader.header_row' is {header_row!r}; rows count from 1; correct it")
    columns = _texts("columns", mapping.reader)
    _known("reader.columns.", columns, COLUMNS)
    _check_columns(columns, texts["asset"])
    return LogMapping(
        mapping.source or stem, zone_named(mapping.time_zone), mapping.encoding, mapping.delimiter, mapping.decimal,
        frozenset(mapping.missing), texts["sheet"], texts["asset"], texts["date_format"], texts["duration_unit"],
        header_row, columns, _texts("assets", mapping.reader), _activities(_texts("activities", mapping.reader)),
    )  # fmt: skip


def _check_columns(columns: Mapping[str, str], asset: str) -> None:
    for name in ("begin", "activity"):
        if name not in columns:
            raise UsageError(f"key 'reader.columns.{name}' is missing; give the heading of that column")
    if ("end" in columns) == ("duration" in columns):
        raise UsageError("keys 'reader.columns.end' and 'reader.columns.duration': one of them is needed; give one")
    if not asset and "asset" not in columns:
        raise UsageError("key 'reader.asset' is missing, and no column has it; say whose log it is")


def _activities(found: Mapping[str, str]) -> tuple[tuple[re.Pattern[str], Meaning], ...]:
    patterns = []
    for pattern, said in found.items():
        place = f"key 'reader.activities.{pattern}'"
        words = said.split()
        if not 1 <= len(words) <= 3:
            raise UsageError(f"{place} is '{said}'; write an activity, or activity, state and cause")
        whole = (*words, *("", "working", "none")[len(words) :])
        for column, word in zip(("activity", "state", "cause"), whole, strict=True):
            if fault := word_fault(column, word):
                raise UsageError(f"{place}: {fault}")
        try:
            patterns.append((re.compile(pattern, re.IGNORECASE), Meaning(*whole)))
        except re.error as error:
            raise UsageError(
                f"{place} is no regular expression: {error}; put \\ before a sign meant as such"
            ) from error
    return tuple(patterns)


def _known(place: str, table: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    for key in table:
        if key not in allowed:
            raise UsageError(f"key '{place}{key}' is not known to a shift log; {did_you_mean(key, allowed)}")


def _text(key: str, found: object) -> str:
    if not isinstance(found, str):
        raise UsageError(f"key 'reader.{key}' is {found!r}, a text is needed; put it in quotes")
    return found


def _texts(key: str, table: Mapping[str, Any]) -> dict[str, str]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise UsageError(f"key 'reader.{key}' is not a table; write [reader.{key}] above its lines")
    return {name: _text(f"{key}.{name}", one) for name, one in found.items()}
