"""Logged entries as rows of the ``intervals`` table: at every second of an asset at most one thing, the best known.

Where entries of one source overlap, the one received last counts, of those received together the one that starts
later, then the one further down in its file: whoever writes later knows more. Where sources overlap after that, the
shorter entry counts, whenever it came, of equally long ones the one received last: a report of whole shifts does not
undo the log of single steps. An entry that is covered in part keeps the rest, in pieces if need be, and of what it
lifted the share of that rest in its whole length. Only where its own source tells more than half of it again later,
with the same activity and state, it is the same piece of work at another time, and nothing of it is kept.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import UsageError
from ops_data.ingest.log_entries import NO_HOLE, LogEntry, word_fault
from ops_data.schemas import INTERVALS

if TYPE_CHECKING:
    import pyarrow as pa

LIFTING: Final = "lift"
REPLICATE: Final = 0
NO_BATCH: Final = -1


@dataclass(frozen=True)
class KeptEntry:
    """An entry of the log book: what it says, from which source, when it came, from which file."""

    entry: LogEntry
    source: str
    received_utc: int
    file: str


@dataclass(frozen=True)
class Gap:
    """A range of time in which nothing is known of an asset."""

    asset: str
    begin_utc: int
    end_utc: int


@dataclass(frozen=True, eq=False)
class Tiled:
    """Rows of the ``intervals`` table by asset and time; gaps between them; entries of which others leave nothing."""

    table: "pa.Table"
    gaps: tuple[Gap, ...]
    covered: tuple[KeptEntry, ...]


@dataclass(frozen=True)
class _Piece:
    kept: KeptEntry
    begin_utc: int
    end_utc: int


def as_intervals(
    entries: Sequence[KeptEntry], begin_utc: int, end_utc: int, gap_words: tuple[str, str, str] | None = None
) -> Tiled:
    """Return entries as an ``intervals`` table, cut to a range of time, without overlaps.

    ``replicate`` is 0 and ``batch_id`` -1. ``dry_t`` of a lift whose dry mass the log does not say is NaN, of anything
    else 0.

    Parameters
    ----------
    begin_utc, end_utc : range of time, the end not included.
    gap_words : activity, state and cause that stand for what is not known, for example ("idle", "idle", "none"): the
        rows then tile the range of every asset that has an entry in it. None: gaps stay gaps. They are told either way.

    Raises
    ------
    UsageError
        A range without length, or a word for gaps that the table does not know.
    """
    if begin_utc >= end_utc:
        raise UsageError(f"intervals from {begin_utc} to {end_utc}: the end comes after the begin; exchange them")
    for column, word in zip(("activity", "state", "cause"), gap_words or (), strict=gap_words is not None):
        if fault := word_fault(column, word):
            raise UsageError(f"words for gaps: {fault}")
    inside = [one for one in entries if one.entry.start_utc < end_utc and one.entry.end_utc > begin_utc]
    rows: list[dict[str, Any]] = []
    gaps: list[Gap] = []
    covered: list[KeptEntry] = []
    for asset, group in groupby(sorted(inside, key=lambda one: one.entry.asset), key=lambda one: one.entry.asset):
        own = list(group)
        pieces = _pieces(own)
        seen = {id(piece.kept) for piece in pieces}
        covered += [one for one in own if id(one) not in seen]
        cut = [_cut(piece, begin_utc, end_utc) for piece in pieces]
        known = [piece for piece in cut if piece.begin_utc < piece.end_utc]
        missing = _gaps(asset, known, begin_utc, end_utc)
        gaps += missing
        rows += [_row(piece) for piece in known]
        rows += [_gap_row(gap, gap_words) for gap in missing if gap_words is not None]
    rows.sort(key=lambda row: (row["asset"], row["start_utc"]))
    return Tiled(_table(rows), tuple(gaps), tuple(covered))


def _pieces(own: Sequence[KeptEntry]) -> list[_Piece]:
    """Return what is left of each entry of one asset, in order of time: first of each source, then of all of them."""
    by_source: dict[str, list[KeptEntry]] = {}
    for one in own:
        by_source.setdefault(one.source, []).append(one)
    pieces: list[_Piece] = []
    for told in by_source.values():
        again = _told_again(told)
        whole = (_Piece(one, one.entry.start_utc, one.entry.end_utc) for one in told if id(one) not in again)
        pieces += _best(whole, _later)
    return _best(pieces, _finer)


def _later(one: KeptEntry) -> tuple[int, ...]:
    return one.received_utc, one.entry.start_utc, one.entry.row


def _finer(one: KeptEntry) -> tuple[int, ...]:
    return -one.entry.duration_s, *_later(one)


def _told_again(told: Iterable[KeptEntry]) -> set[int]:
    """Return the id of each entry of which a newer one with its words covers more than half; all are of one source."""
    by_words: dict[tuple[str, str], list[KeptEntry]] = {}
    for one in sorted(told, key=lambda one: one.entry.start_utc):
        by_words.setdefault((one.entry.activity, one.entry.state), []).append(one)
    found: set[int] = set()
    for own in by_words.values():
        for number, one in enumerate(own):
            for other in own[number + 1 :]:
                if other.entry.start_utc >= one.entry.end_utc:
                    break
                both_s = min(one.entry.end_utc, other.entry.end_utc) - other.entry.start_utc
                older = min(one, other, key=lambda of: of.received_utc)
                if one.received_utc != other.received_utc and 2 * both_s > older.entry.duration_s:
                    found.add(id(older))
    return found


def _best(pieces: Iterable[_Piece], rank: Callable[[KeptEntry], tuple[int, ...]]) -> list[_Piece]:
    """Return the piece of highest rank at every second, in order of time: a sweep over all begins and ends."""
    ranked = sorted(pieces, key=lambda piece: rank(piece.kept), reverse=True)
    begins = sorted(range(len(ranked)), key=lambda place: ranked[place].begin_utc)
    edges = sorted({edge for piece in ranked for edge in (piece.begin_utc, piece.end_utc)})
    active: list[int] = []  # places among the ranked, the best first; ended ones leave when they come to the top
    begun = 0
    found: list[_Piece] = []
    for first, second in pairwise(edges):
        while begun < len(begins) and ranked[begins[begun]].begin_utc <= first:
            heappush(active, begins[begun])
            begun += 1
        while active and ranked[active[0]].end_utc <= first:
            heappop(active)
        if not active:
            continue
        best = ranked[active[0]].kept
        if found and found[-1].kept is best and found[-1].end_utc == first:
            found[-1] = _Piece(best, found[-1].begin_utc, second)
        else:
            found.append(_Piece(best, first, second))
    return found


def _cut(piece: _Piece, begin_utc: int, end_utc: int) -> _Piece:
    return _Piece(piece.kept, max(piece.begin_utc, begin_utc), min(piece.end_utc, end_utc))


def _gaps(asset: str, pieces: Sequence[_Piece], begin_utc: int, end_utc: int) -> list[Gap]:
    edges = [begin_utc, *(edge for piece in pieces for edge in (piece.begin_utc, piece.end_utc)), end_utc]
    return [Gap(asset, first, second) for first, second in zip(edges[::2], edges[1::2], strict=True) if first < second]


def _row(piece: _Piece) -> dict[str, Any]:
    entry, length_s = piece.kept.entry, piece.end_utc - piece.begin_utc
    dry_t = entry.dry_t if entry.dry_t is not None else float("nan") if entry.activity == LIFTING else 0.0
    return {
        "replicate": REPLICATE, "asset": entry.asset, "activity": entry.activity, "state": entry.state,
        "cause": entry.cause, "hole": entry.hole, "batch_id": NO_BATCH, "dry_t": dry_t * length_s / entry.duration_s,
        "start_utc": piece.begin_utc, "duration_s": length_s,
        "over_limit_s": min(length_s, entry.over_limit_s * length_s // entry.duration_s),
    }  # fmt: skip


def _gap_row(gap: Gap, words: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "replicate": REPLICATE, "asset": gap.asset, "activity": words[0], "state": words[1], "cause": words[2],
        "hole": NO_HOLE, "batch_id": NO_BATCH, "dry_t": 0.0, "start_utc": gap.begin_utc,
        "duration_s": gap.end_utc - gap.begin_utc, "over_limit_s": 0,
    }  # fmt: skip


def _table(rows: Sequence[dict[str, Any]]) -> "pa.Table":
    from ops_data.tables import to_arrow

    return to_arrow("intervals", {column.name: [row[column.name] for row in rows] for column in INTERVALS.columns})
