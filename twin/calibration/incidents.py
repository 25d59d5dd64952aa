"""Failures in a log: when something failed, how it was mended, and what every part had worked by then."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ops_data.reference import ComponentRow
from ops_data.units import SECONDS_PER_HOUR
from twin.calibration.jobs import VesselRows
from twin.calibration.prior import Floats, ratio_law
from twin.models.event_ratio import log_density, log_survival
from twin.models.failure_labels import Incidents
from twin.operations import codes as c
from twin.scenario import Scenario

HEAVY: Final = frozenset({"flush", "recover_string", "transit_home", "port_call"})
RESPONSES: Final = frozenset({c.C_STORM, c.C_EMERGENCY})
UNLIKELY: Final = 1e-4  # chance of what the rows of a part exclude, such as failing while it does not work
AT_ONCE: Final = 0.1  # assumption: share of failures that ask for a string trip while no string is out
EXACT: Final = 0.01  # of the time to get a spare, within which a wait fits it
SPOT, TRIP, PORT = range(3)  # where it was mended


@dataclass
class Incident:
    """One failure.

    Attributes
    ----------
    worked_h : what each part had worked when it came.
    activity : what was done when it came; empty where that is not known.
    kind : mended on the spot, after a string trip, or in port.
    repair_s, spare_s : seconds of repair, and of waiting for a spare.
    done : whether the repair was finished.
    """

    worked_h: Floats
    activity: str
    kind: int
    repair_s: int = 0
    spare_s: int = 0
    done: bool = False
    spare_done: bool = field(default=False)


def incidents(vessel: VesselRows, parts: Sequence[ComponentRow]) -> tuple[list[Incident], Floats]:
    """Return the failures of an asset in order, and what each part has worked until the end of the log [h].

    A repair that waits or is interrupted by a storm is one; two repairs without a gap are two. A fault that needs a
    string trip or a port shows first in the steps that lead there, which name failure as their cause.
    """
    wears = {name: np.array([name in part.wears_during for part in parts]) for name in set(vessel.activity)}
    worked_h, last, found = np.zeros(len(parts)), "", list[Incident]()
    current: Incident | None = None
    mended_before = False  # the row before was a repair that ended with it
    for number, activity in enumerate(vessel.activity):
        state, cause = int(vessel.state[number]), int(vessel.cause[number])
        lasted_s = int(vessel.end_s[number] - vessel.start_s[number])
        heavy = cause == c.C_FAILURE and activity in HEAVY
        if activity == "repair":
            spare = state == c.WAITING and cause == c.C_FAILURE
            if current is not None and mended_before and (spare or state == c.REPAIRING):
                current.done, current, last = True, None, ""
            if current is None:
                current = Incident(worked_h.copy(), last, SPOT)
                found.append(current)
            current.spare_s += lasted_s if spare else 0
            current.repair_s += lasted_s if state == c.REPAIRING else 0
            current.spare_done = current.repair_s > 0
            mended_before = state == c.REPAIRING
            continue
        mended_before = False
        if current is not None and current.repair_s > 0 and cause not in RESPONSES:
            current.done, current = True, None
        if heavy and current is None and not (found and found[-1].done and activity == "port_call"):
            current = Incident(worked_h.copy(), last, TRIP)
            found.append(current)
        if heavy and current is not None and activity == "transit_home":
            current.kind = PORT
        if state == c.WORKING:
            worked_h = worked_h + wears[activity] * (lasted_s / SECONDS_PER_HOUR)
            last = activity
    return found, worked_h


def told_by(scenario: Scenario, vessel: VesselRows, parts: Sequence[ComponentRow]) -> Incidents:
    """Return what an asset's log says of its parts, for `sample_labels`."""
    seen, total_h = incidents(vessel, parts)
    worked = np.array([one.worked_h for one in seen]).reshape(-1, len(parts))
    fit = np.array([[_log_fit(scenario, one, part) for part in parts] for one in seen]).reshape(-1, len(parts))
    return Incidents(worked, total_h, fit)


def _log_fit(scenario: Scenario, seen: Incident, part: ComponentRow) -> float:
    """Return the logarithm of the chance of what was seen of an incident if it was of a part."""
    total = 0.0
    if seen.activity and seen.activity not in part.wears_during:
        total += np.log(UNLIKELY)
    total += np.log(max(_kinds(part)[seen.kind], UNLIKELY))
    quantity = scenario.quantities[f"components.{part.name}.repair_h"]
    if seen.repair_s > 0 and quantity.value > 0.0:
        z = np.log(seen.repair_s / SECONDS_PER_HOUR / quantity.value)
        law = ratio_law(quantity)
        total += float(log_density(law, z) if seen.done else log_survival(law, z))
    if seen.spare_s > 0:
        waits_h, spare_h = seen.spare_s / SECONDS_PER_HOUR, part.resupply_h
        fits = abs(waits_h - spare_h) <= EXACT * spare_h if seen.spare_done else waits_h <= spare_h * (1.0 + EXACT)
        if part.spares == 0 or not fits:
            total += np.log(UNLIKELY)
    return float(total)


def _kinds(part: ComponentRow) -> tuple[float, float, float]:
    """Return the chances that a failure of a part is mended on the spot, after a string trip and in port."""
    more = part.escalation_probability
    if part.asset_kind != "mining":
        return 1.0, 0.0, 0.0
    if part.repair_class in ("in_place", "rov"):
        return 1.0 - more * (1.0 - AT_ONCE), more * (1.0 - AT_ONCE), 0.0
    if part.repair_class == "string_trip":
        return AT_ONCE * (1.0 - more), (1.0 - AT_ONCE) * (1.0 - more), more
    return 0.0, 0.0, 1.0
