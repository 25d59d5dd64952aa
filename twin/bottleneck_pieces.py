"""The hours of a mining vessel in pieces, each with the constraint it is charged to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.indicators.categories import LIFTING_ACTIVITIES, planned_trip_home
from twin.indicators.record import Floats, Ints, Rows
from twin.models.learning import learning_factors
from twin.operations import codes as c

OVER: Final = "campaign over"
CONSTRAINTS: Final[Mapping[str, str]] = {
    "tool cycle": "shifting, inserting and breaking up the mud",
    "learning": "insertions take longer than practised ones",
    "pump": "the lift: pumps at a limit, or more flow gives most",
    "concentration": "the lift: solids at a limit, or thicker gives most",
    "hold": "hold full, and smaller than what a shuttle takes",
    "shuttle": "hold full, shuttles too few or too small",
    "transfer": "mining stops while mud is pumped to a shuttle",
    "dewatering": "shuttle held up by berth, tank or plant ashore",
    "weather": "sea or wind above a limit",
    "storm": "tropical cyclone near or expected",
    "emergency": "emergency disconnect and getting back to work",
    "failure": "a component failed",
    "crew change": "crew change",
    "bunkering": "taking on fuel",
    "string": "running and recovering the string",
    "set-up": "survey, rig-up, landing, restart, moving on",
    "transit": "sailing, and turning round in port",
    OVER: "home for good",
}
NUMBER: Final = {name: place for place, name in enumerate(CONSTRAINTS)}
MINING: Final = [NUMBER[name] for name in ("tool cycle", "learning", "pump", "concentration")]

_OF_CAUSE: Final = {
    "weather": "weather",
    "storm": "storm",
    "emergency": "emergency",
    "failure": "failure",
    "crew_change": "crew change",
    "bunkering": "bunkering",
}
_OF_ACTIVITY: Final = {
    **dict.fromkeys(LIFTING_ACTIVITIES, "tool cycle"),
    "offload": "transfer",
    **dict.fromkeys(("run_string", "recover_string"), "string"),
    **dict.fromkeys(("transit_out", "transit_home", "evade", "return_to_site", "port_call"), "transit"),
    "crew_change": "crew change",
    "bunker": "bunkering",
    "off_hire": OVER,
}
_OF_DELAY: Final = {  # why a shuttle was late → constraint
    "berth": "dewatering",
    "stock": "dewatering",
    "weather": "weather",
    "storm": "storm",
    "failure": "failure",
}


@dataclass(frozen=True)
class Circumstances:
    """What the pieces of one replicate hang on besides its rows.

    Attributes
    ----------
    lift : constraint that the hours of lifting are charged to.
    lift_learns : whether the lift, too, takes longer while the crew is learning.
    first_factor, learning_rate : of `models.learning`.
    held : constraint of a wait for a shuttle that nothing delayed: hold or shuttle.
    departure_s : latest departure from the site [UTC s].
    """

    lift: str
    lift_learns: bool
    first_factor: float
    learning_rate: float
    held: str
    departure_s: int


@dataclass(frozen=True, eq=False)
class Pieces:
    """Pieces of time, arrays of shape (n,): begin and end [UTC s], number of the constraint, share of the time."""

    start_s: Ints
    end_s: Ints
    what: Ints
    share: Floats


def _of_code() -> NDArray[np.int64]:
    table = np.empty((len(c.CAUSES), len(c.ACTIVITIES)), dtype=np.int64)
    for k, cause in enumerate(c.CAUSES):
        for a, activity in enumerate(c.ACTIVITIES):
            named = _OF_ACTIVITY.get(activity, "set-up")
            if not planned_trip_home(activity, cause):
                named = _OF_CAUSE.get(cause, named)
            table[k, a] = NUMBER[named]
    return table


OF_CAUSE_AND_ACTIVITY: Final = _of_code()  # shape (causes, activities)


def pieces_of(rows: Rows, shuttles: Sequence[Rows], about: Circumstances) -> Iterator[Pieces]:
    """Yield the time of a mining vessel in pieces that tile it; shares of pieces over the same time sum to 1.

    Parameters
    ----------
    rows : rows of the vessel, from departure to horizon.
    shuttles : rows of the shuttles.
    about : circumstances of the replicate.
    """
    what = OF_CAUSE_AND_ACTIVITY[rows.cause, rows.activity]
    mined = (rows.cause == c.C_NONE) & rows.does(*LIFTING_ACTIVITIES)
    waits = (rows.cause == c.CAUSE["shuttle"]) & rows.does("offload")
    for at in np.flatnonzero(waits).tolist():
        yield traced(int(rows.start_s[at]), int(rows.end_s[at]), shuttles, about.held)
    over = rows.does("off_hire")
    whole = ~(mined | waits | over)
    yield Pieces(rows.start_s[whole], rows.end_s[whole], what[whole], np.ones(np.count_nonzero(whole)))
    if over.any():
        yield _off_hire(rows, over, about.departure_s)
    yield from _insertions(rows, mined, about)


def _off_hire(rows: Rows, over: NDArray[np.bool_], departure_s: int) -> Pieces:
    """Return the time at home: an emergency's until the latest departure if one sent the ship home, else just over."""
    start_s, end_s = int(rows.start_s[over][0]), int(rows.end_s[over][-1])
    sailed = np.flatnonzero(rows.does("transit_home"))
    sent = len(sailed) > 0 and int(rows.cause[sailed[-1]]) == c.C_EMERGENCY
    middle_s = min(max(departure_s, start_s), end_s) if sent else start_s
    what = np.array([NUMBER["emergency"], NUMBER[OVER]])
    edges = np.array([start_s, middle_s, end_s])
    kept = np.diff(edges) > 0
    return Pieces(edges[:-1][kept], edges[1:][kept], what[kept], np.ones(np.count_nonzero(kept)))


def _insertions(rows: Rows, mined: NDArray[np.bool_], about: Circumstances) -> Iterator[Pieces]:
    """Yield the practised part of every mining row, charged to tool or lift, and the part that learning adds."""
    lifted: Ints = np.cumsum(rows.lifted) - rows.lifted  # insertions on deck before the row
    count = int(lifted[-1]) + 1 if len(lifted) else 0
    factor = learning_factors(count, about.first_factor, about.learning_rate)[lifted[mined]]
    lifting = rows.activity[mined] == c.ACTIVITY["lift"]
    if not about.lift_learns:
        factor = np.where(lifting, 1.0, factor)
    start_s, end_s = rows.start_s[mined], rows.end_s[mined]
    steps = np.where(lifting, NUMBER[about.lift], NUMBER["tool cycle"])
    yield Pieces(start_s, end_s, steps, 1.0 / factor)
    yield Pieces(start_s, end_s, np.full(len(start_s), NUMBER["learning"]), 1.0 - 1.0 / factor)


def traced(start_s: int, end_s: int, shuttles: Sequence[Rows], held: str) -> Pieces:
    """Return a wait for a shuttle as pieces over its whole time, shared out by what held the shuttle up.

    Parameters
    ----------
    start_s, end_s : the wait of a mining vessel with a full hold [UTC s].
    shuttles : rows of the shuttles.
    held : constraint of the part of the wait for which no shuttle was delayed.

    Notes
    -----
    The shuttle is the one that ends the wait by coming alongside, else the one that next comes to the site. Its delays
    d_k are its waits and repairs from the end of its last loading until it comes, or until the wait ends. With D their
    sum and L the length of the wait, delay k has the share d_k / max(L, D), and `held` what is left.
    """
    length_s = end_s - start_s
    delay_s = dict.fromkeys(_OF_DELAY.values(), 0)
    late = _late_shuttle(start_s, end_s, shuttles)
    if late is not None:
        rows, comes_s = late
        loaded = rows.does("load") & (rows.end_s <= min(comes_s, end_s))
        from_s = int(rows.end_s[loaded][-1]) if loaded.any() else int(rows.start_s[0])
        spent_s = np.minimum(rows.end_s, min(comes_s, end_s)) - np.maximum(rows.start_s, from_s)
        for cause, name in _OF_DELAY.items():
            of_it = (rows.cause == c.CAUSE[cause]) & (spent_s > 0)
            delay_s[name] += int(spent_s[of_it].sum())
    whole_s = max(length_s, sum(delay_s.values()))
    shares = {name: seconds / whole_s for name, seconds in delay_s.items() if seconds}
    rest = (whole_s - sum(delay_s.values())) / whole_s
    if rest > 0.0 or not shares:
        shares[held] = rest
    many = len(shares)
    return Pieces(
        np.full(many, start_s),
        np.full(many, end_s),
        np.array([NUMBER[name] for name in shares]),
        np.array(list(shares.values())),
    )


def _late_shuttle(start_s: int, end_s: int, shuttles: Sequence[Rows]) -> tuple[Rows, int] | None:
    """Return the rows of the shuttle that a wait is for, and when it comes [UTC s]; None without any shuttle."""
    for rows in shuttles:
        if np.any(rows.does("load") & (rows.start_s == end_s)):
            return rows, end_s
    coming = []
    for place, rows in enumerate(shuttles):
        there = rows.does("wait_at_site", "load") & (rows.start_s >= start_s)
        coming.append((int(rows.start_s[there][0]) if there.any() else c.FAR, place))
    if not coming:
        return None
    comes_s, place = min(coming)
    return shuttles[place], comes_s
