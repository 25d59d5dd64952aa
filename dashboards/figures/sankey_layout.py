"""Where the places and bands of an element balance stand in a picture: the sea bed on top, what goes on at the left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

GAP: Final = 0.025  # share of the width between two places of a row
KINDS: Final = ("flow", "product", "loss", "held", "reagent")  # of places of one row, from left to right
OWN: Final = "\n"  # parts the name of what brings something in from the number of its way


@dataclass(frozen=True)
class Way:
    """Mass that went from one place to another; kind as in the table ``balance``."""

    source: str
    target: str
    kind: str
    mass_kg: float


@dataclass(frozen=True)
class Place:
    """A place in the picture.

    Attributes
    ----------
    name : as in the table ``balance``.
    kind : of what ends or begins there; "flow" for what mass passes, and for the sea bed.
    row : how many steps below the sea bed.
    mass_kg : what passes.
    left, width : shares of the width of the picture.
    """

    name: str
    kind: str
    row: int
    mass_kg: float
    left: float
    width: float


@dataclass(frozen=True)
class Band:
    """A way in the picture: its left edge where it begins and ends, its rows, its width."""

    way: Way
    from_row: int
    to_row: int
    from_left: float
    to_left: float
    width: float


@dataclass(frozen=True)
class Layout:
    """Places and bands (in the order of the ways), and how many rows there are."""

    places: tuple[Place, ...]
    bands: tuple[Band, ...]
    rows: int


def layout(ways: Sequence[Way]) -> Layout:
    """Return where everything stands.

    Parameters
    ----------
    ways : of one element; what enters a place leaves it.

    Notes
    -----
    A place stands as far below the sea bed as its longest way is. What is brought in from elsewhere stands just above
    the place it goes to, once for each. Widths are in proportion to mass; the fullest row has the whole width.
    """
    ends = [_own_origin(way, number, ways) for number, way in enumerate(ways)]
    rows, kinds = _rows(ends), _kinds(ends)
    mass = {name: _mass(ends, name) for name in rows}
    in_row: list[list[str]] = [[] for _ in range(1 + max(rows.values(), default=-1))]
    for name in sorted(rows, key=lambda name: (KINDS.index(kinds[name]), -mass[name])):
        in_row[rows[name]].append(name)
    over = [sum(way.mass_kg for way in ends if rows[way.source] < row < rows[way.target]) for row in range(len(in_row))]
    fits = [
        (1.0 - GAP * (len(names) - 1 + (passing > 0.0))) / (sum(mass[name] for name in names) + passing)
        for names, passing in zip(in_row, over, strict=True)
        if any(mass[name] for name in names)
    ]
    per_kg = min(fits, default=0.0)
    left: dict[str, float] = {}
    for row, names in enumerate(in_row):
        at = 0.0
        for name in names:
            if kinds[name] != "flow" and over[row] > 0.0:  # ends stand right of what passes them by
                at, over[row] = at + per_kg * over[row] + GAP, 0.0
            left[name] = at
            at += per_kg * mass[name] + GAP
    places = [
        Place(name.partition(OWN)[0], kinds[name], rows[name], mass[name], left[name], per_kg * mass[name])
        for names in in_row
        for name in names
    ]
    bands = _bands(ends, rows, left, per_kg)
    own = [replace(band, way=way) for band, way in zip(bands, ways, strict=True)]
    return Layout(tuple(places), tuple(own), len(in_row))


def _own_origin(way: Way, number: int, ways: Sequence[Way]) -> Way:
    """Return a way that brings something in as beginning in a place of its own, any other as it is."""
    comes_in = way.kind == "reagent" and all(other.target != way.source for other in ways)
    return replace(way, source=f"{way.source}{OWN}{number}") if comes_in else way


def _mass(ways: Sequence[Way], name: str) -> float:
    into = sum(way.mass_kg for way in ways if way.target == name)
    return max(into, sum(way.mass_kg for way in ways if way.source == name))


def _kinds(ways: Sequence[Way]) -> dict[str, str]:
    """Return for each place the kind of what ends there; "reagent" where that begins, "flow" between the ends."""
    sources, targets = {way.source for way in ways}, {way.target for way in ways}
    found = {way.target: "flow" if way.target in sources else way.kind for way in ways}
    begin = {way.source: "reagent" if OWN in way.source else "flow" for way in ways if way.source not in targets}
    return found | begin


def _rows(ways: Sequence[Way]) -> dict[str, int]:
    found = dict.fromkeys((name for way in ways for name in (way.source, way.target)), 0)
    for _ in range(len(found)):  # longest way to each place; a ring ends with the last pass
        for way in ways:
            if OWN not in way.source:
                found[way.target] = max(found[way.target], found[way.source] + 1)
    return found | {way.source: max(found[way.target] - 1, 0) for way in ways if OWN in way.source}


def _bands(ways: Sequence[Way], rows: Mapping[str, int], left: Mapping[str, float], per_kg: float) -> list[Band]:
    """Return the bands, side by side without crossing each other where they leave and where they arrive."""
    leaves, arrives = dict(left), dict(left)
    begin, end = [0.0] * len(ways), [0.0] * len(ways)
    numbered = list(enumerate(ways))
    for number, way in sorted(
        numbered, key=lambda one: (one[1].kind != "flow", rows[one[1].target], left[one[1].target])
    ):
        begin[number] = leaves[way.source]
        leaves[way.source] += per_kg * way.mass_kg
    for number, way in sorted(numbered, key=lambda one: (-rows[one[1].source], left[one[1].source])):
        end[number] = arrives[way.target]
        arrives[way.target] += per_kg * way.mass_kg
    return [
        Band(way, rows[way.source], rows[way.target], begin[number], end[number], per_kg * way.mass_kg)
        for number, way in numbered
    ]
