"""Currents near the bed, the same all over the site: made up from a few numbers, blocks of a record, or none."""

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from ops_data.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from twin.models.limits import not_negative, positive, refuse_where
from twin.models.plume import Current, Floats, Ints
from twin.models.streams import generator, uniforms

M2_PERIOD_S: Final = 12.4206012 * SECONDS_PER_HOUR
SIDEREAL_DAY_S: Final = 86_164.0905
COMMON_STEP_S: Final = 600
DECIMALS: Final = 7
ROSE_SPEEDS_M_S: Final = (0.01, 0.02, 0.03, 0.04, 0.06, 0.08)
EQUATOR_DEG: Final = 2.0  # nearer to the equator the inertial period has no meaning for a day's current


@dataclass(frozen=True)
class Synthetic:
    """What a made-up current consists of.

    Attributes
    ----------
    mean_m_s : speed of the slow flow [m/s], 0 or above.
    towards_deg : where the slow flow goes on average, clockwise from north [deg].
    turning_deg : standard deviation of its direction about that average [deg], 0 or above; 0 does not turn.
    turning_d : time in which its direction forgets itself [d], above 0.
    m2_m_s : speed of the lunar tide along the long axis of its ellipse [m/s], 0 or above.
    m2_minor_share : short by long axis, -1 to 1, below 0 clockwise [1].
    inertial_m_s : root mean square speed of near-inertial motion [m/s], 0 or above.
    inertial_d : time in which near-inertial motion forgets its phase and strength [d], above 0.
    latitude_deg : of the site, at least 2 from the equator; sets the inertial period and its sense.
    """

    mean_m_s: float
    towards_deg: float
    turning_deg: float
    turning_d: float
    m2_m_s: float
    m2_minor_share: float
    inertial_m_s: float
    inertial_d: float
    latitude_deg: float


@dataclass(frozen=True, eq=False)
class Rose:
    """How often a current goes where and how fast; one row per class that occurs.

    Attributes
    ----------
    towards_rad : middle of the direction, anticlockwise from east [rad], shape (n,).
    speed_m_s : speed that carries as much water as the class does, its mean [m/s], shape (n,).
    share : share of the time [1], shape (n,), sum 1.
    """

    towards_rad: Floats
    speed_m_s: Floats
    share: Floats


def inertial_period_s(latitude_deg: float) -> float:
    """Return the period of inertial motion, half a sidereal day by the sine of the latitude.

    Examples
    --------
    At Minamitorishima, in hours:

    >>> round(inertial_period_s(24.3) / 3600, 2)
    29.08
    """
    latitude = np.asarray(latitude_deg)
    outside = ~((np.abs(latitude) >= EQUATOR_DEG) & (np.abs(latitude) <= 90.0))
    rule = f"must be {EQUATOR_DEG:g} to 90, north or south"
    refuse_where(outside, "inertial period", "latitude [deg]", latitude, rule, "give the site's own")
    return 0.5 * SIDEREAL_DAY_S / abs(math.sin(math.radians(latitude_deg)))


def still(start_s: int, end_s: int) -> Current:
    """Return water at rest from one Unix second to a later one.

    Examples
    --------
    >>> still(0, 600).u_m_s.tolist()
    [0.0, 0.0]
    """
    times = _times(start_s, end_s, max(1, end_s - start_s))
    return Current(times, np.zeros(len(times)), np.zeros(len(times)))


def synthetic(
    parts: Synthetic, start_s: int, end_s: int, seed: int, replicate: int, step_s: int = COMMON_STEP_S
) -> Current:
    """Return a made-up current over a time: slow flow that turns, lunar tide, near-inertial motion.

    Parameters
    ----------
    parts : what it consists of; a part of speed 0 is left out.
    start_s, end_s : Unix seconds, the second above the first; a longer series begins with the shorter one.
    seed, replicate : choose phase and axis of the tide, the turns and the near-inertial motion, each by its own stream.
    step_s : distance of the points between which it is linear [s].

    Returns
    -------
    Current from the first second to the last or up to a step beyond, rounded to 1e-7 m/s.

    Notes
    -----
    Slow flow: speed fixed, direction an Ornstein-Uhlenbeck process about its average. Tide: an ellipse at the M2 period
    with constant phase; no spring and neap. Near-inertial: complex Ornstein-Uhlenbeck amplitude on a circle at the
    inertial period, clockwise in the north. Both processes are stationary and exact at any step. Straight lines between
    points make the tide smaller by (ω Δt)²/12, 0.06 % at 600 s. Eddies that come and go are not included. The rounding
    hides the last bits of sines, which differ between machines.

    References
    ----------
    Uhlenbeck, G. E., Ornstein, L. S. (1930): On the theory of the Brownian motion. Phys. Rev. 36, 823-841.

    Examples
    --------
    Towards the east, without tide and inertial motion:

    >>> parts = Synthetic(0.01, 90.0, 0.0, 10.0, 0.0, 0.0, 0.0, 10.0, 24.3)
    >>> found = synthetic(parts, 0, 1200, 1, 0)
    >>> found.time_s.tolist(), found.u_m_s.tolist(), found.v_m_s.tolist()
    ([0, 600, 1200], [0.01, 0.01, 0.01], [0.0, 0.0, 0.0])
    """
    _check(parts)
    times = _times(start_s, end_s, step_s)
    since = (times - times[0]).astype(np.float64)

    def wander(forget_d: float, owner: str) -> Floats:
        return _wander(len(times), step_s / (forget_d * SECONDS_PER_DAY), generator(seed, replicate, "current", owner))

    heading = math.radians(90.0 - parts.towards_deg) - math.radians(parts.turning_deg) * wander(parts.turning_d, "turn")
    flow = parts.mean_m_s * np.exp(1j * heading)
    phase, axis = 2.0 * math.pi * uniforms(seed, replicate, "current", "tide", 2)
    angle = 2.0 * math.pi * since / M2_PERIOD_S + phase
    flow += parts.m2_m_s * (np.cos(angle) + 1j * parts.m2_minor_share * np.sin(angle)) * np.exp(1j * axis)
    turn = -math.copysign(2.0 * math.pi / inertial_period_s(parts.latitude_deg), parts.latitude_deg)
    strength = wander(parts.inertial_d, "inertial east") + 1j * wander(parts.inertial_d, "inertial north")
    flow += parts.inertial_m_s * math.sqrt(0.5) * strength * np.exp(1j * turn * since)
    return Current(times, np.round(flow.real, DECIMALS) + 0.0, np.round(flow.imag, DECIMALS) + 0.0)


def resampled(record: Current, start_s: int, end_s: int, block_s: float, seed: int, replicate: int) -> Current:
    """Return a current over a time made of blocks of a record, drawn with replacement.

    Parameters
    ----------
    record : measured current, longer than a block by a lunar tide (12.42 h) or more.
    start_s, end_s : Unix seconds, the second above the first.
    block_s : length of a block [s], above 0; a few times as long as the current remembers itself.
    seed, replicate : choose where in the record each block begins.

    Returns
    -------
    Current at the usual step of the record, from the first second to the last or up to a step beyond.

    Raises
    ------
    ModelError
        The record is too short for the blocks.

    Notes
    -----
    Moving-block bootstrap. A block is moved by a whole number of M2 periods, so that the tide runs on from block to
    block; other motions jump there, over one step. Nothing slower than a block survives. A block's points lie between
    those of the record, by straight lines.

    References
    ----------
    Künsch, H. R. (1989): The jackknife and the bootstrap for general stationary observations. Ann. Stat. 17, 1217-1241.

    Examples
    --------
    >>> record = Current(np.arange(0, 40 * 86400, 3600), np.full(960, 0.02), np.zeros(960))
    >>> found = resampled(record, 10**9, 10**9 + 86400, 10 * 86400.0, 1, 0)
    >>> len(found.time_s), found.u_m_s.min(), found.u_m_s.max()
    (25, np.float64(0.02), np.float64(0.02))
    """
    positive("current blocks", "length [s]", block_s, "ten days is common")
    step_s = max(1, round(float(np.median(np.diff(record.time_s)))))
    times = _times(start_s, end_s, step_s)
    begin, end = float(record.time_s[0]), float(record.time_s[-1])
    if end - begin < block_s + M2_PERIOD_S:
        raise ModelError(
            f"current blocks: a record of {(end - begin) / SECONDS_PER_DAY:.2f} d found for blocks of "
            f"{block_s / SECONDS_PER_DAY:.2f} d; it must be longer than a block by 12.42 h, a lunar tide: "
            "shorten the blocks or give a longer record"
        )
    luck = generator(seed, replicate, "current", "blocks")
    moved = np.empty(len(times))
    per_block = max(1, math.floor(block_s / step_s))
    for first in range(0, len(times), per_block):
        least = math.ceil((begin - times[first]) / M2_PERIOD_S)
        most = math.floor((end - block_s - times[first]) / M2_PERIOD_S)
        rows = slice(first, first + per_block)
        moved[rows] = times[rows] + M2_PERIOD_S * int(luck.integers(least, most, endpoint=True))
    return Current(
        times, np.interp(moved, record.time_s, record.u_m_s), np.interp(moved, record.time_s, record.v_m_s)
    )  # fmt: skip


def travelled(current: Current, times_s: ArrayLike) -> tuple[Floats, Floats]:
    """Return how far the current has carried since its first point.

    Parameters
    ----------
    times_s : Unix UTC seconds within the series, any shape.

    Returns
    -------
    Way east and north [m], same shape; exact for straight lines between the points.

    Raises
    ------
    ModelError
        A time lies outside the series.

    Examples
    --------
    A current that grows from 0 to 0.1 m/s in 1,000 s, half-way and at the end:

    >>> current = Current(np.array([0, 1000]), np.array([0.0, 0.1]), np.zeros(2))
    >>> travelled(current, [500.0, 1000.0])[0].tolist()
    [12.5, 50.0]
    """
    asked = np.asarray(times_s, dtype=np.float64)
    first, last = int(current.time_s[0]), int(current.time_s[-1])
    outside = ~((asked >= first) & (asked <= last))
    refuse_where(outside, "current", "time [s]", asked, f"must be {first} to {last}", "make the series longer")
    steps = np.diff(current.time_s).astype(np.float64)
    at = np.clip(np.searchsorted(current.time_s, asked, side="right") - 1, 0, len(steps) - 1)
    since = asked - current.time_s[at]

    def way(speed: Floats) -> Floats:
        whole = np.concatenate([[0.0], np.cumsum(0.5 * (speed[1:] + speed[:-1]) * steps)])
        slope = np.diff(speed) / steps
        return np.asarray(whole[at] + since * (speed[at] + 0.5 * slope[at] * since))

    return way(current.u_m_s), way(current.v_m_s)


def displacement(current: Current, from_s: ArrayLike, to_s: ArrayLike) -> tuple[Floats, Floats]:
    """Return how far the current carries from one time to another, east and north [m].

    Examples
    --------
    >>> current = Current(np.array([0, 1000]), np.array([0.1, 0.1]), np.zeros(2))
    >>> displacement(current, 200.0, [200.0, 700.0])[0].tolist()
    [0.0, 50.0]
    """
    x0, y0 = travelled(current, from_s)
    x1, y1 = travelled(current, to_s)
    return x1 - x0, y1 - y0


def rose(current: Current, directions: int = 16, speeds_m_s: ArrayLike = ROSE_SPEEDS_M_S) -> Rose:
    """Return how often a current goes where and how fast.

    Parameters
    ----------
    directions : how many directions of equal width, the first towards east.
    speeds_m_s : increasing upper ends of the speed classes but the last, which has none [m/s].

    Notes
    -----
    Each point counts with half the time to its neighbours. The speed of a class is the mean of its points, so a rose
    keeps the time and the way of the current but not its order: a model fed with a rose knows no return of the tide.

    Examples
    --------
    A tide that goes east one half of the time and north the other:

    >>> current = Current(np.array([0, 1, 2, 3]), np.array([0.02, 0.02, 0.0, 0.0]), np.array([0.0, 0.0, 0.02, 0.02]))
    >>> found = rose(current)
    >>> found.towards_rad.round(3).tolist(), found.speed_m_s.tolist(), found.share.tolist()
    ([0.0, 1.571], [0.02, 0.02], [0.5, 0.5])
    """
    positive("rose", "directions [1]", directions, "16 is common")
    half = 0.5 * np.diff(current.time_s)
    weight = np.concatenate([half, [0.0]]) + np.concatenate([[0.0], half])
    speed = np.hypot(current.u_m_s, current.v_m_s)
    width = 2.0 * math.pi / directions
    sector = np.rint(np.arctan2(current.v_m_s, current.u_m_s) / width).astype(np.int64) % directions
    edges = np.asarray(speeds_m_s, dtype=np.float64)
    number = sector * (len(edges) + 1) + np.searchsorted(edges, speed)
    count = directions * (len(edges) + 1)
    time = np.bincount(number, weight, count)
    way = np.bincount(number, weight * speed, count)
    met = np.flatnonzero(time > 0.0)
    middle: Floats = np.asarray(width * (met // (len(edges) + 1)), dtype=np.float64)
    return Rose(middle, way[met] / time[met], time[met] / weight.sum())


def _times(start_s: int, end_s: int, step_s: int) -> Ints:
    """Return even times from the first second to the last or up to a step beyond."""
    positive("current", "time step [s]", step_s, "600 s is common")
    positive("current", "time covered [s]", end_s - start_s, "the end is a later second than the start")
    return np.arange(start_s, end_s + step_s, step_s, dtype=np.int64)


def _wander(count: int, step_by_memory: float, luck: np.random.Generator) -> Floats:
    """Return a stationary Ornstein-Uhlenbeck process of mean 0 and variance 1 at even steps."""
    keep, kick = math.exp(-step_by_memory), math.sqrt(-math.expm1(-2.0 * step_by_memory))
    draws = luck.standard_normal(count)
    draws[1:] *= kick
    return np.fromiter(accumulate(draws.tolist(), lambda last, draw: keep * last + draw), np.float64, count)


def _check(parts: Synthetic) -> None:
    place = "current"
    for name, speed in (("mean", parts.mean_m_s), ("tide", parts.m2_m_s), ("inertial", parts.inertial_m_s)):
        not_negative(place, f"{name} speed [m/s]", speed, "a part that is absent has 0")
    not_negative(place, "turning [deg]", parts.turning_deg, "a direction that stays has 0")
    positive(place, "memory of the turning [d]", parts.turning_d, "two weeks are common")
    positive(place, "memory of the inertial motion [d]", parts.inertial_d, "a week or two are common")
    share = np.asarray(parts.m2_minor_share)
    refuse_where(~(np.abs(share) <= 1.0), place, "minor share [1]", share, "must be -1 to 1", "0 is a straight line")
    towards = np.asarray(parts.towards_deg)
    refuse_where(~np.isfinite(towards), place, "direction [deg]", towards, "must be a number", "0 is north, 90 east")
