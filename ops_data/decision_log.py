"""The decision log of a store: what was advised, what somebody decided, when, on what ground, and what is set.

<store>/readings/decisions.sqlite, appended to and never changed (`ops_data.kept_book`). A decision that does not hold
any more is withdrawn by a later entry; both stay. Set-points are the way back to the asset: a person carries them out,
no software does.
"""

import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ops_data.errors import UnknownNameError, UsageError
from ops_data.kept_book import Book, writing
from ops_data.observations.record_files import stamp
from ops_data.spreadsheets import harmless

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
COLUMNS: Final = (
    "number", "decided_utc", "by", "what", "set_point", "value", "advised", "basis", "withdrawn_utc", "withdrawn_by",
    "withdrawn_note",
)  # fmt: skip
BOOK: Final = Book(
    "decisions.sqlite",
    "decision log",
    1,
    """
CREATE TABLE IF NOT EXISTS decisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, decided_utc INTEGER NOT NULL, by TEXT NOT NULL, what TEXT NOT NULL,
    advised TEXT NOT NULL, basis TEXT NOT NULL, set_points TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS withdrawals (
    number INTEGER PRIMARY KEY REFERENCES decisions (number), withdrawn_utc INTEGER NOT NULL, by TEXT NOT NULL,
    note TEXT NOT NULL);
""",
    ("decisions", "withdrawals"),
)


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes
    ----------
    number : from 1, in the order of recording.
    decided_utc, by, what : when (Unix second), who, and what was decided.
    advised : what the twin or a person advised; "" for nothing.
    basis : artefact that it rests on; "" for none.
    set_points : what is to be set on the asset, by name.
    withdrawn_utc, withdrawn_by, withdrawn_note : when, by whom and why it was withdrawn; None, "", "" while it holds.
    """

    number: int
    decided_utc: int
    by: str
    what: str
    advised: str
    basis: str
    set_points: Mapping[str, str] = field(default_factory=dict)
    withdrawn_utc: int | None = None
    withdrawn_by: str = ""
    withdrawn_note: str = ""


def decisions(store: Path, as_of_utc: int | None = None) -> list[Decision]:
    """Return every decision, the newest first, as known at a second; None: as known now."""
    if not BOOK.path(store).exists():
        return []
    with BOOK.opened(store) as book:
        return _decisions(book, as_of_utc)


def record_decision(
    store: Path, by: str, what: str, now_utc: int, advised: str = "", basis: str = "",
    set_points: Mapping[str, str] = NOTHING,
) -> Decision:  # fmt: skip
    """Record a decision; durable when it returns.

    Parameters
    ----------
    store : folder of the store; the log is made if it is not there.
    by, what : who decided what; neither is empty.
    now_utc : when, Unix second.
    advised, basis, set_points : see `Decision`.

    Raises
    ------
    UsageError
        Who, what, or the name or value of a set-point is empty.
    StoreError
        The log cannot be written, is damaged, or a newer version wrote it.
    """
    _filled({"by": by, "what": what}, "say who decided, and what")
    for key, value in set_points.items():
        _filled({"name of a set-point": key, f"set-point '{key}'": value}, "give it as KEY=VALUE, with its unit")
    told = json.dumps({key.strip(): value.strip() for key, value in set_points.items()}, ensure_ascii=False)
    values = (now_utc, by.strip(), what.strip(), advised.strip(), basis.strip(), told)
    with BOOK.opened(store) as book, writing(book):
        columns = "decided_utc, by, what, advised, basis, set_points"
        book.execute(f"INSERT INTO decisions ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values)
        return _decisions(book, None)[0]


def withdraw_decision(store: Path, number: int, by: str, note: str, now_utc: int) -> Decision:
    """Record that a decision does not hold any more; durable when it returns.

    Raises
    ------
    UnknownNameError
        There is no such decision.
    UsageError
        It is withdrawn already, or who or why is empty.
    StoreError
        The log cannot be written, is damaged, or a newer version wrote it.
    """
    _filled({"by": by, "note": note}, "say who withdraws it, and why")
    count = len(decisions(store))
    if not 1 <= number <= count:
        allowed = f"allowed: 1 to {count}" if count else "none is recorded; record one with 'twin decisions --record'"
        raise UnknownNameError(f"decision {number}: not in the decision log; {allowed}")
    with BOOK.opened(store) as book, writing(book):
        before = _one(book, number)
        if before.withdrawn_utc is not None:
            raise UsageError(
                f"decision {number}: {before.withdrawn_by} withdrew it at {stamp(before.withdrawn_utc)}; "
                "record a new decision to change the course again"
            )
        book.execute("INSERT INTO withdrawals VALUES (?, ?, ?, ?)", (number, now_utc, by.strip(), note.strip()))
        return _one(book, number)


def standing_set_points(found: Iterable[Decision]) -> dict[str, Decision]:
    """Return which decision holds for each set-point: the newest that names it and is not withdrawn."""
    standing: dict[str, Decision] = {}
    for one in sorted(found, key=lambda one: one.number):
        if one.withdrawn_utc is None:
            standing |= dict.fromkeys(one.set_points, one)
    return dict(sorted(standing.items()))


def to_csv(found: Iterable[Decision]) -> str:
    """Return decisions as CSV, oldest first, a row for each set-point; one without any has one row.

    What somebody typed cannot become a formula of a spreadsheet.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for one in sorted(found, key=lambda one: one.number):
        gone = "" if one.withdrawn_utc is None else stamp(one.withdrawn_utc)
        for key, value in one.set_points.items() or [("", "")]:
            typed = map(harmless, (one.by, one.what, key, value, one.advised, one.basis))
            ended = (gone, harmless(one.withdrawn_by), harmless(one.withdrawn_note))
            table.writerow((one.number, stamp(one.decided_utc), *typed, *ended))
    return text.getvalue()


def _filled(texts: Mapping[str, str], remedy: str) -> None:
    for name, text in texts.items():
        if not text.strip():
            raise UsageError(f"decision: '{name}' is empty; {remedy}")


def _one(book: sqlite3.Connection, number: int) -> Decision:
    return next(one for one in _decisions(book, None) if one.number == number)


def _decisions(book: sqlite3.Connection, as_of_utc: int | None) -> list[Decision]:
    asked = (
        "SELECT decisions.number, decided_utc, decisions.by, what, advised, basis, set_points, withdrawn_utc, "
        "withdrawals.by, note FROM decisions LEFT JOIN withdrawals ON withdrawals.number = decisions.number "
        "AND (?1 IS NULL OR withdrawn_utc <= ?1) WHERE ?1 IS NULL OR decided_utc <= ?1 ORDER BY decisions.number DESC"
    )
    found = []
    for number, decided_utc, by, what, advised, basis, told, *gone in book.execute(asked, (as_of_utc,)):
        withdrawn = (gone[0], gone[1] or "", gone[2] or "")
        found.append(Decision(number, decided_utc, by, what, advised, basis, json.loads(told), *withdrawn))
    return found
