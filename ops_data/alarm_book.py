"""The alarm book of a store: what deviated from what was expected, who acknowledged it, when it was over.

<store>/readings/alarms.sqlite, appended to and never changed (`ops_data.kept_book`). A deviation that is found again
under the same key goes on as the same alarm; one that a later look does not find any more is over; found once more, it
is a new alarm. An alarm that was acknowledged and gets worse is open again.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from ops_data.errors import UnknownNameError, UsageError, did_you_mean
from ops_data.kept_book import Book, writing
from ops_data.observations.record_files import stamp

Severity: TypeAlias = Literal["notice", "warning", "alarm"]
AlarmState: TypeAlias = Literal["open", "acknowledged", "over"]

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)  # from the least to the worst
BOOK: Final = Book(
    "alarms.sqlite",
    "alarm book",
    1,
    """
CREATE TABLE IF NOT EXISTS alarms (
    id INTEGER PRIMARY KEY AUTOINCREMENT, campaign TEXT NOT NULL, key TEXT NOT NULL, at_utc INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, alarm INTEGER NOT NULL REFERENCES alarms (id), at_utc INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('found', 'acknowledged', 'over')),
    severity TEXT NOT NULL, said TEXT NOT NULL, by TEXT NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS looks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, campaign TEXT NOT NULL, at_utc INTEGER NOT NULL);
""",
    ("alarms", "events", "looks"),
)


@dataclass(frozen=True)
class Found:
    """A deviation as it is recorded: its key, how bad it is, and what is said of it."""

    key: str
    severity: Severity
    said: str


@dataclass(frozen=True)
class Alarm:
    """One alarm.

    Attributes
    ----------
    alarm_id : its name, as A7.
    key : of the deviation.
    severity, said : as last found.
    first_utc, last_utc : when it was first and last found, Unix seconds.
    state : open, acknowledged, or over: not found any more.
    acknowledged_by, acknowledged_utc, note : who last acknowledged it, when and why; "", None, "" before.
    campaign : whose alarm it is: name of the scenario.
    over_utc : when it was not found any more; None before.
    """

    alarm_id: str
    key: str
    severity: Severity
    said: str
    first_utc: int
    last_utc: int
    state: AlarmState
    acknowledged_by: str
    acknowledged_utc: int | None
    note: str
    campaign: str
    over_utc: int | None


def alarms(store: Path, as_of_utc: int | None = None, campaign: str | None = None) -> list[Alarm]:
    """Return every alarm, the newest first.

    Parameters
    ----------
    store : folder of the store.
    as_of_utc : as they stood at that second; None: now.
    campaign : of one scenario only; None: of all.
    """
    if not BOOK.path(store).exists():
        return []
    with BOOK.opened(store) as book:
        return _alarms(book, as_of_utc, campaign)


def last_look_utc(store: Path, campaign: str) -> int | None:
    """Return the second of the last look at a campaign that was recorded; None where there was none."""
    if not BOOK.path(store).exists():
        return None
    with BOOK.opened(store) as book:
        return _last_look(book, campaign)


def record_alarms(store: Path, found: Sequence[Found], now_utc: int, campaign: str) -> list[Alarm]:
    """Record what one look found; durable when it returns.

    Parameters
    ----------
    store : folder of the store; the book is made if it is not there.
    found : every deviation of the look, each key once; alarms of the campaign whose key is not among them are over.
    now_utc : instant of the look, Unix second.
    campaign : what was looked at: name of the scenario.

    Returns
    -------
    The alarms that are not over.

    Raises
    ------
    UsageError
        A later look at the campaign is recorded already, or a key comes twice.
    StoreError
        The book cannot be written, is damaged, or a newer version wrote it.
    """
    by_key = {one.key: one for one in found}
    if len(by_key) < len(found):
        twice = next(one.key for one in found if by_key[one.key] is not one)
        raise UsageError(f"alarm book: key '{twice}' comes twice in one look; join the deviations of one key")
    with BOOK.opened(store) as book, writing(book):
        last = _last_look(book, campaign)
        if last is not None and now_utc < last:
            raise UsageError(
                f"alarm book: a look at {stamp(last)} is recorded, later than {stamp(now_utc)}; "
                "looks are recorded in order of time: look at a later instant"
            )
        book.execute("INSERT INTO looks (campaign, at_utc) VALUES (?, ?)", (campaign, now_utc))
        lasting = {one.key: one for one in _alarms(book, None, campaign) if one.state != "over"}
        for key, one in by_key.items():
            number = _number(lasting[key].alarm_id) if key in lasting else _new(book, campaign, key, now_utc)
            _note(book, number, now_utc, ("found", one.severity, one.said, "", ""))
        for key, alarm in lasting.items():
            if key not in by_key:
                _note(book, _number(alarm.alarm_id), now_utc, ("over", alarm.severity, alarm.said, "", ""))
        return [one for one in _alarms(book, None, campaign) if one.state != "over"]


def acknowledge(store: Path, alarm_id: str, by: str, note: str, now_utc: int) -> Alarm:
    """Record that somebody has seen an alarm; durable when it returns.

    Parameters
    ----------
    alarm_id : as A7.
    by, note : who, and why it may stand or what is done about it; neither is empty.
    now_utc : when, Unix second.

    Raises
    ------
    UnknownNameError
        There is no such alarm.
    UsageError
        It is over, or ``by`` or ``note`` is empty.
    StoreError
        The book cannot be written, is damaged, or a newer version wrote it.
    """
    for name, text in (("by", by), ("note", note)):
        if not text.strip():
            raise UsageError(f"alarm '{alarm_id}': '{name}' is empty; say who acknowledges it and why")
    known = {one.alarm_id: one for one in alarms(store)}
    if alarm_id not in known:
        remedy = did_you_mean(alarm_id, known) if known else "no alarm is recorded; look with 'twin alarms --at TIME'"
        raise UnknownNameError(f"alarm '{alarm_id}': not in the alarm book; {remedy}")
    with BOOK.opened(store) as book, writing(book):
        alarm = next(one for one in _alarms(book, None, None) if one.alarm_id == alarm_id)
        if alarm.state == "over":
            raise UsageError(f"alarm '{alarm_id}': it is over; only what still stands is acknowledged")
        said = ("acknowledged", alarm.severity, alarm.said, by.strip(), note.strip())
        _note(book, _number(alarm_id), now_utc, said)
        return next(one for one in _alarms(book, None, None) if one.alarm_id == alarm_id)


def _number(alarm_id: str) -> int:
    return int(alarm_id.removeprefix("A"))


def _last_look(book: sqlite3.Connection, campaign: str) -> int | None:
    found = book.execute("SELECT MAX(at_utc) FROM looks WHERE campaign = ?", (campaign,)).fetchone()[0]
    return None if found is None else int(found)


def _new(book: sqlite3.Connection, campaign: str, key: str, now_utc: int) -> int:
    values = (campaign, key, now_utc)
    made = book.execute("INSERT INTO alarms (campaign, key, at_utc) VALUES (?, ?, ?)", values).lastrowid
    assert made is not None
    return made


def _note(book: sqlite3.Connection, number: int, now_utc: int, said: tuple[str, str, str, str, str]) -> None:
    asked = "INSERT INTO events (alarm, at_utc, what, severity, said, by, note) VALUES (?, ?, ?, ?, ?, ?, ?)"
    book.execute(asked, (number, now_utc, *said))


def _alarms(book: sqlite3.Connection, as_of_utc: int | None, campaign: str | None) -> list[Alarm]:
    """Return alarms as their events tell them, in the order in which they were recorded; the newest first."""
    asked = (
        "SELECT alarms.id, key, campaign, events.at_utc, what, severity, said, by, note FROM events "
        "JOIN alarms ON alarms.id = alarm WHERE (?1 IS NULL OR events.at_utc <= ?1) AND (?2 IS NULL OR campaign = ?2) "
        "ORDER BY events.id"
    )
    found: dict[int, Alarm] = {}
    for number, key, of, *event in book.execute(asked, (as_of_utc, campaign)):
        before = found.get(number)
        if before is None:
            at_utc, severity, said = event[0], event[2], event[3]
            before = Alarm(f"A{number}", key, severity, said, at_utc, at_utc, "open", "", None, "", of, None)
        found[number] = _after(before, event)
    return [found[number] for number in sorted(found, reverse=True)]


def _after(alarm: Alarm, event: Sequence[Any]) -> Alarm:
    """Return an alarm after one more event."""
    at_utc, what, severity, said, by, note = event
    if what == "over":
        return replace(alarm, state="over", over_utc=at_utc)
    if what == "acknowledged":
        return replace(alarm, state="acknowledged", acknowledged_by=by, acknowledged_utc=at_utc, note=note)
    worse = SEVERITIES.index(severity) > SEVERITIES.index(alarm.severity)
    return replace(alarm, severity=severity, said=said, last_utc=at_utc, state="open" if worse else alarm.state)
