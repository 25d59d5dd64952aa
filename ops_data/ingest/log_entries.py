"""Entries of a log of work: an asset doing one thing from start to end, as somebody wrote it down; and what is odd."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ops_data.errors import did_you_mean
from ops_data.ingest.rows import Refused
from ops_data.observations.record_files import stamp
from ops_data.schemas import ACTIVITIES, CAUSES, STATES

WORDS: Final[Mapping[str, Mapping[str, str]]] = {"activity": ACTIVITIES, "state": STATES, "cause": CAUSES}
NO_HOLE: Final = -1
LONGEST_S: Final = 366 * 86_400  # of one entry; a longer one is a slip of the pen in the year


@dataclass(frozen=True)
class LogEntry:
    """One entry: columns of the ``intervals`` table, and what only a log says.

    Attributes
    ----------
    asset, activity, state, cause : words of the ``intervals`` table.
    hole : number of the hole worked on; -1: none said.
    dry_t, wet_t, slurry_m3 : what was lifted or moved, in the basis the log names; None: not said in that basis.
    start_utc : Unix second.
    duration_s : above zero.
    over_limit_s : part of it worked above the sea limit, as the log says.
    remark : as written.
    row : row of the file, from 1.
    """

    asset: str
    activity: str
    state: str
    cause: str
    start_utc: int
    duration_s: int
    hole: int = NO_HOLE
    dry_t: float | None = None
    wet_t: float | None = None
    slurry_m3: float | None = None
    over_limit_s: int = 0
    remark: str = ""
    row: int = 0

    @property
    def end_utc(self) -> int:
        """Unix second at which it ends."""
        return self.start_utc + self.duration_s


@dataclass(frozen=True)
class Finding:
    """Something odd that is kept all the same: ``overlap``, ``gap`` or ``out_of_order``; with its range of time."""

    kind: str
    asset: str
    begin_utc: int
    end_utc: int
    row: int
    other_row: int
    other_file: str = ""  # of an overlap with what another file said

    def told(self) -> str:
        """Return it as one line.

        Examples
        --------
        >>> Finding("gap", "chikyu", 0, 1800, 7, 6).told()
        'row 7: chikyu: nothing is said from 1970-01-01T00:00:00 to 1970-01-01T00:30:00Z (0.50 h), since row 6'
        """
        hours = (self.end_utc - self.begin_utc) / 3_600
        span = f"from {stamp(self.begin_utc)[:-1]} to {stamp(self.end_utc)} ({hours:.2f} h)"
        of = f" of {self.other_file}" if self.other_file else ""
        if self.kind == "gap":
            return f"row {self.row}: {self.asset}: nothing is said {span}, since row {self.other_row}"
        if self.kind == "overlap":
            return f"row {self.row}: {self.asset}: overlaps row {self.other_row}{of} {span}; both are kept"
        return f"row {self.row}: {self.asset}: stands behind row {self.other_row}, which starts later, {span}"


@dataclass(frozen=True)
class ShiftLog:
    """What a file of entries says: its source, entries in the order of the file, refused rows, and what is odd."""

    source: str
    entries: tuple[LogEntry, ...]
    refused: tuple[Refused, ...]
    findings: tuple[Finding, ...]


def word_fault(column: str, word: str) -> str | None:
    """Return what is wrong with a word of a column (activity, state or cause), or None.

    Examples
    --------
    >>> word_fault("activity", "lifft")
    "activity 'lifft' is not known; did you mean 'lift'?"
    """
    allowed = WORDS[column]
    return None if word in allowed else f"{column} '{word}' is not known; {did_you_mean(word, allowed)}"


def length_fault(duration_s: int) -> str | None:
    """Return what is wrong with the length of an entry, or None."""
    if duration_s <= 0:
        return "the entry ends when it begins, or before; write a whole day as 00:00 to 24:00"
    if duration_s > LONGEST_S:
        return f"the entry lasts {duration_s / 86_400:.0f} days; correct the date"
    return None


def without_repeats(entries: Iterable[LogEntry]) -> tuple[list[LogEntry], list[Refused]]:
    """Return entries, and as refused those that begin at the same second as an earlier one of the asset in the file."""
    kept: dict[tuple[str, int], LogEntry] = {}
    refused = []
    for one in entries:
        first = kept.setdefault((one.asset, one.start_utc), one)
        if first is not one:
            reason = f"{one.asset} has begun something else at {stamp(one.start_utc)} in row {first.row}; correct one"
            refused.append(Refused(one.row, reason, f"{one.activity} {one.remark}".strip()))
    return list(kept.values()), refused


def findings(entries: Sequence[LogEntry]) -> tuple[Finding, ...]:
    """Return overlaps and gaps between the entries of each asset, and entries that stand out of order; by row."""
    found = list(_disorder(entries))
    by_time = sorted(entries, key=lambda one: (one.asset, one.start_utc, one.end_utc, one.row))
    for _, group in groupby(by_time, key=lambda one: one.asset):
        last: LogEntry | None = None
        for one in group:
            if last is not None and one.start_utc < last.end_utc:
                end = min(one.end_utc, last.end_utc)
                found.append(Finding("overlap", one.asset, one.start_utc, end, one.row, last.row))
            elif last is not None and one.start_utc > last.end_utc:
                found.append(Finding("gap", one.asset, last.end_utc, one.start_utc, one.row, last.row))
            if last is None or one.end_utc > last.end_utc:
                last = one
    return tuple(sorted(found, key=lambda one: (one.row, one.kind, one.other_row)))


def _disorder(entries: Iterable[LogEntry]) -> Iterator[Finding]:
    latest: dict[str, LogEntry] = {}
    for one in entries:
        before = latest.get(one.asset)
        if before is not None and one.start_utc < before.start_utc:
            yield Finding("out_of_order", one.asset, one.start_utc, before.start_utc, one.row, before.row)
        else:
            latest[one.asset] = one
