"""In which order holes are made, where, and how much of each is still unmined mud.

Holes stand on a hexagonal grid and each is made once. Holes on ground that keeps the tool out are skipped. Where
holes are nearer than their bore, a later one finds part of its mud gone.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import ModelError
from twin.models.streams import uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Order = Literal["rows", "spiral"]

CLOSEST: Final = math.sqrt(3.0) / 2.0  # spacing in bores at which the discs of a hexagonal grid leave no gap
ROW_PITCH: Final = math.sqrt(3.0) / 2.0  # distance of rows in spacings
NEIGHBOURS: Final = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)])  # on the grid's skewed axes


@dataclass(frozen=True)
class Pattern:
    """How holes are laid out.

    Attributes
    ----------
    spacing_m : distance of neighbouring hole centres [m].
    bore_m : diameter of a hole [m].
    order : rows one after the other, or a spiral outwards from the first hole.
    row_m : length of a row [m]; not used by the spiral.
    obstacle_share : share of the ground on which the tool cannot work, 0 to below 1.
    obstacle_patch_m : side of the square patches of such ground [m].
    """

    spacing_m: float
    bore_m: float
    order: Order
    row_m: float
    obstacle_share: float
    obstacle_patch_m: float


@dataclass(frozen=True, eq=False)
class MinePlan:
    """Holes in the order in which they are made.

    Attributes
    ----------
    x_m, y_m : centre east and north of the first place of the grid [m], shape (n,).
    fresh : share of the hole's area that no earlier hole has taken [1], shape (n,).
    skipped : places passed over because of obstacles before the last hole.
    """

    x_m: Floats
    y_m: Floats
    fresh: Floats
    skipped: int


def plan(pattern: Pattern, count: int, seed: int, replicate: int) -> MinePlan:
    """Return the first holes of a mine plan.

    Parameters
    ----------
    pattern : how holes are laid out.
    count : how many holes, 0 or more; a longer plan begins with the shorter one.
    seed, replicate : choose where the obstacles lie.

    Raises
    ------
    ModelError
        The spacing is below 0.866 bores: the holes would leave no mud between them and only lose time.

    Examples
    --------
    >>> rows = plan(Pattern(3.5, 3.0, "rows", 10.0, 0.0, 50.0), 5, 1, 0)
    >>> rows.x_m.round(2).tolist(), rows.y_m.round(2).tolist()
    ([0.0, 3.5, 7.0, 8.75, 5.25], [0.0, 0.0, 0.0, 3.03, 3.03])
    """
    if pattern.spacing_m < CLOSEST * pattern.bore_m * (1.0 - 1e-9):
        raise ModelError(
            f"mine plan: spacing {pattern.spacing_m:g} m of holes of {pattern.bore_m:g} m found; at least "
            f"{CLOSEST:.3f} bores ({CLOSEST * pattern.bore_m:.2f} m), where no mud is left; raise mine.spacing_bores"
        )
    asked = count
    while True:
        places = _spiral(asked) if pattern.order == "spiral" else _rows(asked, _per_row(pattern))
        x, y = _position(places, pattern.spacing_m)
        free = np.flatnonzero(~_obstructed(x, y, pattern, seed, replicate))
        if len(free) >= count:
            break
        asked = math.ceil((asked + count - len(free)) * 1.2) + 16
    made = free[:count]
    skipped = int(made[-1]) + 1 - count if count else 0
    return MinePlan(x[made], y[made], _fresh(places[made], pattern), skipped)


def _per_row(pattern: Pattern) -> int:
    return max(1, math.floor(pattern.row_m / pattern.spacing_m + 1e-9) + 1)


def _rows(count: int, per_row: int) -> Ints:
    """Return grid places (q, r) row by row, every other row backwards; rows lean so that they stay above each other."""
    number = np.arange(count)
    row, at = number // per_row, number % per_row
    along = np.where(row % 2 == 0, at, per_row - 1 - at)
    return np.column_stack([along - row // 2, row])


def _spiral(count: int) -> Ints:
    """Return grid places (q, r) ring by ring from the first; ring k has 6 k places."""
    number = np.arange(count)
    ring = np.ceil((np.sqrt(12.0 * number + 9.0) - 3.0) / 6.0 - 1e-9).astype(np.int64)
    inside = number - (3 * ring * (ring - 1) + 1)
    side, step = np.divmod(np.maximum(inside, 0), np.maximum(ring, 1))
    corners = np.array([(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)])
    heading = np.array([(-1, 1), (-1, 0), (0, -1), (1, -1), (1, 0), (0, 1)])
    found: Ints = ring[:, np.newaxis] * corners[side] + step[:, np.newaxis] * heading[side]
    return found


def _position(places: Ints, spacing_m: float) -> tuple[Floats, Floats]:
    q, r = places[:, 0].astype(np.float64), places[:, 1].astype(np.float64)
    return spacing_m * (q + 0.5 * r), spacing_m * ROW_PITCH * r


def _obstructed(x_m: Floats, y_m: Floats, pattern: Pattern, seed: int, replicate: int) -> Bools:
    """Return which places lie on a patch that keeps the tool out; a patch is a function of its place and the luck."""
    if pattern.obstacle_share <= 0.0:
        return np.zeros(len(x_m), dtype=np.bool_)
    number = _patch_number(
        np.floor(x_m / pattern.obstacle_patch_m).astype(np.int64),
        np.floor(y_m / pattern.obstacle_patch_m).astype(np.int64),
    )
    draws = uniforms(seed, replicate, "obstacle", "site", int(number.max(initial=0)) + 1)
    found: Bools = draws[number] < pattern.obstacle_share
    return found


def _patch_number(column: Ints, row: Ints) -> Ints:
    """Return one number, 0 or more, for each pair of whole numbers; near pairs have small numbers (Szudzik 2006)."""
    a = np.where(column >= 0, 2 * column, -2 * column - 1)
    b = np.where(row >= 0, 2 * row, -2 * row - 1)
    found: Ints = np.where(a >= b, a * a + a + b, b * b + a)
    return found


def _fresh(places: Ints, pattern: Pattern) -> Floats:
    lost = lens_share(pattern.spacing_m, pattern.bore_m)
    if lost == 0.0 or not len(places):
        return np.ones(len(places))
    shifted = places - places.min(axis=0) + 1
    turn = np.full(shifted.max(axis=0) + 2, len(places))
    turn[shifted[:, 0], shifted[:, 1]] = np.arange(len(places))
    around = shifted[:, np.newaxis, :] + NEIGHBOURS
    earlier = turn[around[..., 0], around[..., 1]] < np.arange(len(places))[:, np.newaxis]
    found: Floats = 1.0 - lost * earlier.sum(axis=1)
    return found


def lens_share(spacing_m: float, bore_m: float) -> float:
    """Return the share of a hole's area that it has in common with one neighbour.

    Parameters
    ----------
    spacing_m, bore_m : distance of the centres and diameter [m], above 0.

    Notes
    -----
    With c = spacing / bore below 1: (2/π) (arccos c - c √(1 - c²)); else 0. Down to c = 0.866 the lenses of a
    hexagonal grid do not meet, so a hole's own area is one less the sum of its lenses.

    Examples
    --------
    At the closest spacing each of the six lenses is 5.8 % of the hole:

    >>> round(lens_share(CLOSEST * 3.0, 3.0), 4), lens_share(3.0, 3.0)
    (0.0577, 0.0)
    """
    c = spacing_m / bore_m
    return 0.0 if c >= 1.0 else 2.0 / math.pi * (math.acos(c) - c * math.sqrt(1.0 - c * c))


def areal_recovery(spacing_m: float, bore_m: float, obstacle_share: float = 0.0) -> float:
    """Return the share of the ground that an endless hexagonal grid of holes takes.

    Parameters
    ----------
    spacing_m, bore_m : distance of the centres and diameter [m]; spacing at least 0.866 bores.
    obstacle_share : share of the ground that is skipped, 0 to 1.

    Notes
    -----
    A hole has √3/2 spacing² of ground; it takes π/4 bore² less three lenses (six, each shared by two).

    Examples
    --------
    Holes that touch, and holes that leave no gap:

    >>> round(areal_recovery(3.0, 3.0), 4), round(areal_recovery(CLOSEST * 3.0, 3.0), 4)
    (0.9069, 1.0)
    """
    own = math.pi / 4.0 * bore_m**2 * (1.0 - 3.0 * lens_share(spacing_m, bore_m))
    return own / (ROW_PITCH * spacing_m**2) * (1.0 - obstacle_share)


def holes_per_km2(spacing_m: float, obstacle_share: float = 0.0) -> float:
    """Return how many holes a square kilometre has on the hexagonal grid.

    Examples
    --------
    >>> round(holes_per_km2(3.45))
    97013
    """
    return (1.0 - obstacle_share) * 1e6 / (ROW_PITCH * spacing_m**2)
