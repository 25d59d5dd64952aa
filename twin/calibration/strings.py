"""How fast joints are run and recovered, from whole trips of the string and from stretches whose depth was measured."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import log_ndtr, ndtr

from ops_data.reference.sensor_rows import sensors
from ops_data.units import SECONDS_PER_HOUR
from twin.calibration.block import Block, Check, nothing, span
from twin.calibration.jobs import VesselRows
from twin.calibration.prior import Floats, grid_posterior, open_keys, prior_of, ratio_law
from twin.campaign_log import CampaignLog
from twin.models.event_ratio import OUTSIDE_DENSITY, OUTSIDE_SHARE
from twin.operations import codes as c
from twin.scenario import Scenario

NAME: Final = "string"
KEYS: Final = {"run_string": "string.run_joint_h", "recover_string": "string.recover_joint_h"}
DEPTH_TAG: Final = "{vessel}.string.depth"
DOWN_THEN: Final = frozenset({"land_string", "shift", "insert", "disaggregate", "lift"})
UP_THEN: Final = frozenset({"transit_home", "evade", "relocate", "port_call", "off_hire", "land_string"})


@dataclass(frozen=True)
class Trip:
    """Joints run or recovered in a time worked.

    Attributes
    ----------
    activity : ``run_string`` or ``recover_string``.
    joints, joints_sd : how many; the second where a sensor says it.
    worked_s : seconds.
    whole : whether the joints were done in that time; else they take longer.
    first_s, last_s : when.
    """

    activity: str
    joints: float
    joints_sd: float
    worked_s: int
    whole: bool
    first_s: int
    last_s: int


def trips(log: CampaignLog, vessel: VesselRows) -> list[Trip]:
    """Return what the rows of a mining vessel say of joints: measured stretches, else whole trips.

    A trip is whole where it begins with the string at its one end and ends at the other, waits and repairs in between
    left out; one that a storm, a fault or an emergency turns round half way says nothing unless depth is measured.
    """
    q = log.scenario.quantities
    depth_m, joint_m = q["site.water_depth_m"].value, q["string.joint_m"].value
    most = max(1, round(depth_m / joint_m))
    measured = _measured(log, vessel, joint_m)
    if measured is not None:
        return measured
    found: list[Trip] = []
    depth: int | None = 0  # joints; None: not known
    number = 0
    while number < len(vessel.activity):
        activity = vessel.activity[number]
        if activity == "disconnect":
            depth = _after_disconnect(vessel, number, depth)
        if activity not in KEYS:
            number += 1
            continue
        own, number = _stretch(vessel, number)
        following = next((one for one in vessel.activity[number:] if one != "repair"), "")
        down = activity == "run_string"
        reached = following in DOWN_THEN if down else following in UP_THEN
        worked_s = int(sum(vessel.end_s[i] - vessel.start_s[i] for i in own))
        begins = depth == (0 if down else most)
        under_way = not following
        if begins and worked_s > 0 and (reached or under_way):
            span_s = int(vessel.start_s[own[0]]), int(vessel.end_s[own[-1]])
            found.append(Trip(activity, most, 0.0, worked_s, reached, *span_s))
        depth = (most if down else 0) if reached else None
    return found


def _stretch(vessel: VesselRows, first: int) -> tuple[list[int], int]:
    """Return the working rows of a trip that begins at a row, and the number of the row after it."""
    activity, at, own = vessel.activity[first], first, []
    while at < len(vessel.activity) and vessel.activity[at] in (activity, "repair"):
        if vessel.activity[at] == activity and vessel.state[at] == c.WORKING:
            own.append(at)
        at += 1
    return own or [first], at


def _after_disconnect(vessel: VesselRows, number: int, depth: int | None) -> int | None:
    """Return the joints after an emergency: the string is lost unless it is ridden out or connected again."""
    following = next((one for one in vessel.activity[number + 1 :] if one != "repair"), "")
    return depth if following in ("hang_off", "reconnect", "disconnect") else 0 if following else None


def _measured(log: CampaignLog, vessel: VesselRows, joint_m: float) -> list[Trip] | None:
    """Return each working row with the joints that the depth sensor saw pass; None without a sensor."""
    tag = DEPTH_TAG.format(vessel=vessel.name)
    series = log.measured.get(tag)
    if series is None or not len(series.time_s):
        return None
    found = []
    for number, activity in enumerate(vessel.activity):
        if activity not in KEYS or vessel.state[number] != c.WORKING:
            continue
        begin_s, end_s = int(vessel.start_s[number]), int(vessel.end_s[number])
        first, last = np.searchsorted(series.time_s, (begin_s, end_s + 1)).tolist()
        if last - first < 2:
            continue
        ends = [first, last - 1]
        depths = series.value[ends]
        error_m = float(np.hypot(*sensors()[tag].error(depths)))
        joints = abs(float(depths[1] - depths[0])) / joint_m
        worked_s = int(series.time_s[ends[1]] - series.time_s[ends[0]])
        if worked_s > 0 and joints > 3.0 * error_m / joint_m and joints >= 1.0:
            found.append(Trip(activity, joints, error_m / joint_m, worked_s, True, begin_s, end_s))
    return found


def calibrate_string(scenario: Scenario, told: list[Trip], members: int, random: np.random.Generator) -> list[Block]:
    """Return what trips say about the time of a joint, running and recovering.

    Notes
    -----
    The sum of n joints, each a draw of the event law, is normal (n some hundreds): mean n c m, variance n c² v with the
    law's mean m and variance v, and (c m s)² more where the joints are measured with an error s.
    """
    return [
        _calibrate(scenario, key, [trip for trip in told if trip.activity == activity], members, random)
        for activity, key in KEYS.items()
        if open_keys(scenario, [key])
    ]


def _calibrate(scenario: Scenario, key: str, told: list[Trip], members: int, random: np.random.Generator) -> Block:
    name = f"{NAME}, {key.removeprefix('string.').removesuffix('_joint_h')}"
    if not told:
        return nothing(name, [key], "the log has no trip of the string whose joints are known")
    prior, law = prior_of(scenario, key), ratio_law(scenario.quantities[key])
    hours = np.array([trip.worked_s / SECONDS_PER_HOUR for trip in told])
    joints, errors = np.array([trip.joints for trip in told]), np.array([trip.joints_sd for trip in told])
    whole = np.array([trip.whole for trip in told])

    def scores(central: Floats) -> tuple[Floats, Floats]:
        mean = np.multiply.outer(central * law.mean, joints)
        relative = np.sqrt(law.variance / joints / law.mean**2 + (errors / joints) ** 2 + 1e-8)
        return (hours - mean) / (mean * relative), relative

    def log_likelihood(u: Floats) -> Floats:
        z, relative = scores(prior.values(u))
        density = np.exp(-0.5 * z**2) / (relative * np.sqrt(2.0 * np.pi))
        exact = np.log((1.0 - OUTSIDE_SHARE) * density + OUTSIDE_SHARE * OUTSIDE_DENSITY)
        return np.asarray(np.where(whole, exact, np.logaddexp(log_ndtr(-z), np.log(OUTSIDE_SHARE))).sum(axis=1))

    draws = prior.values(grid_posterior(log_likelihood).draws(members, random))
    z, _ = scores(np.array([np.median(draws)]))
    far = whole & (np.abs(z[0]) > 5.0)
    p = float(np.min(2.0 * ndtr(-np.abs(z[0][whole])), initial=1.0))
    check = Check(
        name, "trips against joints times the time of one", len(told), min(1.0, p * len(told)), int(far.sum())
    )
    joint_words = f"{joints[whole].sum():.0f} joints" if whole.any() else "a trip under way"
    used = f"{joint_words} in {len(told)} stretches {span(told[0].first_s, told[-1].last_s)}"
    return Block(name, used, {key: draws}, checks=(check,))
