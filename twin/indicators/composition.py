"""What the parcels of a replicate are made of: rare earths by element, from the grade of every hole to the mainland."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from ops_data.elements import CONSTITUENTS, ELEMENTS
from ops_data.units import GRAMS_PER_KG, PPM
from twin.indicators.record import Floats, Ints, Replicate, Rows
from twin.operations import codes as c
from twin.operations.campaign import Played
from twin.operations.world import Lot
from twin.processing.mixing import Mixed, Move, mixed

TANK, STOCK, SEA = "tank", "stock", "sea"
# stage of a lot → its rank among moves of one second; what was taken from a common pool before: which, and that rank
RANK: Final = {"transfer": 1, "landed": 1, "island": 2, "cake": 3, "filtrate": 3, "delivered": 6}
TAKING: Final = {"cake": (TANK, 4), "filtrate": (TANK, 4), "delivered": (STOCK, 5)}


def lifted_element_kg(one: Replicate) -> Floats:
    """Return the mass of each rare earth lifted [kg], shape (len(ELEMENTS),)."""
    return one.lifted_kg[: len(ELEMENTS)]


def lifted_rey_kg(one: Replicate) -> float:
    """Return rare earths with yttrium lifted [kg, as elements]."""
    return float(lifted_element_kg(one).sum())


def lifted_nd_kg(one: Replicate) -> float:
    """Return neodymium lifted [kg, as element]."""
    return float(lifted_element_kg(one)[ELEMENTS.index("Nd")])


def lifted_dy_kg(one: Replicate) -> float:
    """Return dysprosium lifted [kg, as element]."""
    return float(lifted_element_kg(one)[ELEMENTS.index("Dy")])


def mean_grade_ppm(one: Replicate) -> float | None:
    """Return rare earths in the dry solids lifted [ppm ΣREY]; no value when nothing was lifted."""
    dry_g = sum(int(rows.dry_g[rows.lifted].sum()) for rows in one.mining)
    return lifted_rey_kg(one) * GRAMS_PER_KG / dry_g / PPM if dry_g else None


def mixed_lots(one: Replicate, played: Played) -> Mixed:
    """Return what each constituent of the solids went through, lot by lot, from the hold to the mainland.

    Notes
    -----
    Hold, tank and cake stock are well-mixed pools. A plant takes its mud when it begins to dewater, a carrier its cake
    when it begins to load. What an emergency disconnect dumps is taken at the grade of the hold.
    """
    vessels = one.names["mining"]
    asked = zip(vessels, one.mining, one.fields["mining"], strict=True)
    moves = [move for name, rows, state in asked for move in _dumped(name, rows, state[c.LOST_DRY_G])]
    starts, taken = _takings(one), _Taken()
    for number, lot in enumerate(played.lots):
        target = {"island": TANK, "cake": STOCK, "filtrate": SEA}.get(lot.stage, lot.to_asset)
        if lot.stage in TAKING:
            pool, rank = TAKING[lot.stage]
            begin = taken.since(lot, starts[lot.from_asset])
            moves.append(Move(begin, rank, pool, lot.from_asset, lot.dry_g, c.NONE))
        moves.append(Move(lot.time_s, RANK[lot.stage], lot.from_asset, target, lot.dry_g, number))
    return mixed(dict(zip(vessels, one.feeds, strict=True)), moves, len(played.lots), len(CONSTITUENTS))


def _dumped(vessel: str, rows: Rows, lost_dry_g: int) -> list[Move]:
    """Return what emergency disconnects took out of the hold's account.

    Their rows hold what lifts broken off had in the pipe as well; that is left out in proportion.
    """
    dumps = np.flatnonzero(rows.does("disconnect") & (rows.dry_g > 0))
    share = lost_dry_g / max(1, int(rows.dry_g[dumps].sum()))
    return [Move(int(rows.end_s[at]), 0, vessel, SEA, round(rows.dry_g[at] * share), c.NONE) for at in dumps]


def _takings(one: Replicate) -> Mapping[str, Ints]:
    """Return the starts of all working rows in which plants dewater and carriers load [s], by asset."""
    found: dict[str, Ints] = {}
    for kind, activity in (("island", "dewater"), ("carrier", "load")):
        for name, rows in zip(one.names[kind], one.rows[kind], strict=True):
            found[name] = rows.start_s[rows.does(activity) & (rows.state == c.WORKING)]
    return found


class _Taken:
    """Remembers the lots of each asset, to tell when it began to take the next one."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, int]] = {}  # asset → time of its last lot, and of the one at another time

    def since(self, lot: Lot, starts: Ints) -> int:
        """Return when the asset began to take what became this lot [s]: its first work after the lot before."""
        last, before = self._last.get(lot.from_asset, (-1, -1))
        if lot.time_s != last:
            before = last
            self._last[lot.from_asset] = (lot.time_s, before)
        return int(starts[np.searchsorted(starts, before, side="left")])
