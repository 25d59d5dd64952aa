"""What happened how often: string trips, storm responses, repairs, disconnects; read from the order of the rows."""

import numpy as np
from numpy.typing import NDArray

from twin.indicators.record import KINDS, Replicate, Rows
from twin.operations import codes as c

Flags = NDArray[np.bool_]

TRIP_CAUSES = ("planned", "storm", "failure", "emergency", "bunkering", "other")
_CAUSE_OF_TRIP = {"none": "planned", "storm": "storm", "failure": "failure", "emergency": "emergency",
                  "bunkering": "bunkering"}  # fmt: skip
_STRING_MOVES = ("transit_out", "run_string", "land_string", "lift", "evade", "transit_home")
_STORM_WORK = ("flush", "secure", "hang_off", "recover_string", "evade")


def begins(flags: Flags) -> Flags:
    """Tell for each row whether it is flagged and the row before it is not.

    Examples
    --------
    >>> begins(np.array([True, True, False, True])).tolist()
    [True, False, False, True]
    """
    found: Flags = flags & ~np.concatenate([[False], flags[:-1]])
    return found


def recoveries(rows: Rows) -> list[str]:
    """Return the cause of every recovery of the string that was begun, in the order of time.

    Rows that only interrupt a recovery (waits, repairs, hanging off) do not end it; running or landing the string,
    lifting and sailing do.
    """
    working = rows.state == c.WORKING
    pulling = rows.does("recover_string") & working
    moves = np.flatnonzero(pulling | (rows.does(*_STRING_MOVES) & working))
    first = moves[begins(pulling[moves])]
    return [_CAUSE_OF_TRIP.get(c.CAUSES[cause], "other") for cause in rows.cause[first].tolist()]


def string_trips(one: Replicate) -> dict[str, float]:
    """Return recoveries of the string begun, by cause; planned: at the end of the campaign."""
    causes = [cause for rows in one.mining for cause in recoveries(rows)]
    return {cause: float(causes.count(cause)) for cause in TRIP_CAUSES}


def storm_responses(rows: Rows) -> int:
    """Return how often an alert made the vessel break off, hang off, recover or sail clear.

    A response begins with the first such row and ends with any other work; waits do not end it.
    """
    storm = rows.cause == c.C_STORM
    sheltering = storm & rows.does(*_STORM_WORK) & ((rows.state == c.WORKING) | rows.does("hang_off", "evade"))
    told = np.flatnonzero(sheltering | (rows.state == c.WORKING))
    return int(np.count_nonzero(begins(sheltering[told])))


def storm_alerts(one: Replicate) -> float:
    """Return the number of storm responses of the mining vessels."""
    return float(sum(storm_responses(rows) for rows in one.mining))


def failures(one: Replicate) -> dict[str, float]:
    """Return stretches of repair, or of waiting for a spare, by kind of asset.

    A repair broken off by a storm and taken up again counts twice.
    """
    return {
        kind: float(sum(int(np.count_nonzero(begins(rows.does("repair")))) for rows in one.rows[kind]))
        for kind in KINDS
    }


def emergency_disconnects(one: Replicate) -> float:
    """Return the number of emergency disconnects."""
    return float(sum(int(np.count_nonzero(begins(rows.does("disconnect")))) for rows in one.mining))


def string_lost(one: Replicate) -> float:
    """Return 1 if a mining vessel lost a string, else 0."""
    carried = 1 + round(one.values["string.spare_strings"])
    return float(any(state[c.STRINGS] < carried for state in one.fields["mining"]))
