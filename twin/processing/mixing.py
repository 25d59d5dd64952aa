"""What parcels are made of: content carried from pool to pool, each of them well mixed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Feed:
    """What enters a pool from outside, in the order of time.

    Attributes
    ----------
    time_s : seconds at which it enters, shape (n,), ascending.
    dry_g : dry solids [g], shape (n,).
    content_kg : mass of each constituent [kg], shape (n, k).
    """

    time_s: Ints
    dry_g: Ints
    content_kg: Floats


class Move(NamedTuple):
    """Dry solids that pass from one pool to another; of one second, in the order of the chain.

    Attributes
    ----------
    time_s : when.
    rank : order among moves of the same second.
    source, target : names of the pools.
    dry_g : dry solids moved [g].
    lot : number of the lot whose content is asked for; negative for none.
    """

    time_s: int
    rank: int
    source: str
    target: str
    dry_g: int
    lot: int


@dataclass(frozen=True, eq=False)
class Mixed:
    """What became of the content that entered the pools.

    Attributes
    ----------
    lots_kg : content of each lot [kg], shape (lots, k).
    moved_kg : content that passed from one pool to another [kg], shape (k,), by their names.
    left_kg : content that is in each pool after the last move [kg], shape (k,).
    """

    lots_kg: Floats
    moved_kg: Mapping[tuple[str, str], Floats]
    left_kg: Mapping[str, Floats]


def mixed(feeds: Mapping[str, Feed], moves: Sequence[Move], lots: int, constituents: int) -> Mixed:
    """Return the content of lots, what passed between pools and what stays in them.

    Parameters
    ----------
    feeds : pool → what enters it from outside (at or before a move's second: before the move).
    moves : what passes between pools, in any order.
    lots : how many lots there are; a lot that no move names has no content.
    constituents : how many constituents each feed has.

    Notes
    -----
    A pool is well mixed: what leaves it has the content per dry solids of what is in it. So dry solids and every
    constituent are conserved, up to rounding of floating point. A pool from which more is taken than it has (because
    it held something before the first feed) gives all its content.

    Examples
    --------
    Two insertions of 10 and 30 t, at 1 and 2 kg per t, leave in two parcels of 10 and 20 t:

    >>> feed = Feed(np.array([0, 5]), np.array([10, 30]) * 10**6, np.array([[10.0], [60.0]]))
    >>> parcels = [Move(9, 0, "hold", "shuttle", 10 * 10**6, 0), Move(9, 0, "hold", "shuttle", 20 * 10**6, 1)]
    >>> done = mixed({"hold": feed}, parcels, 2, 1)
    >>> done.lots_kg.ravel().tolist(), done.left_kg["hold"].tolist()
    ([17.5, 35.0], [17.5])
    """
    dry: dict[str, float] = {}
    content: dict[str, Floats] = {}
    moved: dict[tuple[str, str], Floats] = {}
    fed = {name: _Inflow.of(feed) for name, feed in feeds.items()}
    found = np.zeros((lots, constituents))
    for move in sorted(moves):
        for name in (move.source, move.target):
            if name not in content:
                dry[name], content[name] = 0.0, np.zeros(constituents)
        if move.source in fed:
            more_g, more_kg = fed[move.source].until(move.time_s)
            dry[move.source] += more_g
            content[move.source] = content[move.source] + more_kg
        has_g = dry[move.source]
        part = content[move.source] * min(1.0, move.dry_g / has_g) if has_g > 0 else np.zeros(constituents)
        dry[move.source] = max(0.0, has_g - move.dry_g)
        content[move.source] = content[move.source] - part
        dry[move.target] += move.dry_g
        content[move.target] = content[move.target] + part
        way = (move.source, move.target)
        moved[way] = moved[way] + part if way in moved else part
        if move.lot >= 0:
            found[move.lot] += part
    for name, inflow in fed.items():
        content[name] = content.get(name, np.zeros(constituents)) + inflow.rest()
    return Mixed(found, moved, content)


@dataclass(eq=False)
class _Inflow:
    """Running sums of a feed and how far they have been taken."""

    time_s: Ints
    dry_g: Floats
    content_kg: Floats
    taken: int = 0

    @classmethod
    def of(cls, feed: Feed) -> "_Inflow":
        zeros = np.zeros((1, feed.content_kg.shape[1]))
        sums = np.concatenate([zeros, np.cumsum(feed.content_kg, axis=0)])
        return cls(feed.time_s, np.concatenate([[0.0], np.cumsum(feed.dry_g, dtype=np.float64)]), sums)

    def until(self, time_s: int) -> tuple[float, Floats]:
        """Return dry solids and content that entered since the last call, up to and with a second."""
        upto = int(np.searchsorted(self.time_s, time_s, side="right"))
        first, self.taken = self.taken, max(self.taken, upto)
        return float(self.dry_g[self.taken] - self.dry_g[first]), self.content_kg[self.taken] - self.content_kg[first]

    def rest(self) -> Floats:
        """Return the content that no call of :meth:`until` has taken."""
        found: Floats = self.content_kg[-1] - self.content_kg[self.taken]
        return found
