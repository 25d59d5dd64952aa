"""Where a crew that keeps to its limits runs the lift: the search over flow and concentration, for any circuit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from twin.models.limits import FloatArray

LIMITS: Final = ("flow", "concentration", "pressure", "power", "pump curve", "minimum velocity")
MINIMUM_VELOCITY: Final = LIMITS.index("minimum velocity")
DRIVE: Final = slice(LIMITS.index("pressure"), MINIMUM_VELOCITY)
ROUNDING: Final = 1.0 + 1e-9
FLOWS: Final = 33  # of a round of the search
WIDE: Final = 33  # concentrations at each flow in the first round
NARROW: Final = 9  # in the later ones
ROUNDS: Final = 3  # each looks closer round the best flow of the one before; tonnes per hour come out to 1e-4
THINNEST: Final = 0.02  # of the concentration aimed at, below which a slurry is hardly more than clear water
SHRINK: Final = 1.0 - np.append(0.0, np.geomspace(1e-8, 1e-2, 19))  # of the concentration found, until it is allowed
FURTHEST: Final = 16.0  # greatest factor that is looked at when flow alone rises
RISES: Final = 17  # factors of a round
CLOSE: Final = 1.0 + 2e-3  # over the least flow that still counts as the least flow

Use = Callable[[FloatArray, FloatArray], FloatArray]
LeastFlow = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Found:
    """Where to run: flow [m3/s], solids by volume [-], the limit that more tonnes per hour meet first.

    ``allowed`` false: no flow is allowed at any concentration; then flow and concentration are those of the thinnest
    slurry at the flow that comes nearest, and ``binding`` is what forbids it.
    """

    flow_m3_s: float
    solids_fraction: float
    binding: str
    allowed: bool = True


def at_full_flow(target: float, trip: float) -> str:
    """Return the limit met first at the greatest flow: the trip concentration if the crew aims above it."""
    return "concentration" if target > trip else "flow"


def search(use: Use, least_flow: LeastFlow, flow_limit: float, target: float, trip: float) -> Found:
    """Return where the crew runs the lift.

    Parameters
    ----------
    use : gives need over what is allowed, one row per word of :data:`LIMITS`, for flows [m3/s] and concentrations that
        broadcast.
    least_flow : gives the flow [m3/s] of the least velocity at concentrations.
    flow_limit : most flow, and what the crew aims at [m3/s].
    target, trip : concentration it aims at and the one it may not exceed [-].

    Notes
    -----
    The crew takes its target concentration, or the trip limit if that is lower, and its full flow. Where pressure,
    power or pump forbid that, it lifts as many solids per hour as they allow: at each flow from the least velocity to
    the full one the greatest concentration up to its target that is allowed, and of these the flow with the largest
    product. So a wider limit never lowers what it lifts. More solids per hour would then meet the drive's limit of
    which most is used; where the flow is the least one, the least velocity is named, since slower flow would carry
    more. Assumes that need grows with concentration. What is found keeps every limit: it is thinned by a few parts in
    a million at the end. Where the need of an air lift has several branches, a grid of all flows and concentrations may
    find up to some 3 % more.

    Examples
    --------
    A pump whose pressure rises with flow and concentration alike, no velocity limit to speak of:

    >>> def use(q, c):
    ...     return np.stack(np.broadcast_arrays(q / 2.0, c / 0.1, 0.5 * q + 10.0 * c, 0 * q, 0 * q, 1e-3 / q))
    >>> found = search(use, lambda c: np.full_like(c, 1e-3), 2.0, 0.06, 0.1)
    >>> round(found.flow_m3_s, 3), round(found.solids_fraction, 4), found.binding
    (1.0, 0.05, 'pressure')
    """
    most = min(target, trip)
    least = float(least_flow(np.array(most)))
    if least > flow_limit * ROUNDING:
        return Found(flow_limit, most, "minimum velocity", allowed=False)
    flows = np.linspace(least, max(flow_limit, least), FLOWS)
    low, high = np.full(FLOWS, THINNEST * most), np.full(FLOWS, most)
    points = WIDE
    for _ in range(ROUNDS):
        fractions = low + np.linspace(0.0, 1.0, points)[:, None] * (high - low)
        need = use(flows, fractions)
        densest = _densest(need[DRIVE].max(axis=0), fractions)
        densest = np.where(least_flow(densest) <= flows * ROUNDING, densest, 0.0)
        best = int(np.argmax(flows * densest))
        if densest[best] == 0.0:
            return _nothing(use, flows, THINNEST * most)
        around = slice(max(best - 1, 0), best + 2)
        step = (high[best] - low[best]) / (points - 1)
        flow, fraction = float(flows[best]), float(densest[best])
        finer = np.linspace(flows[around][0], flows[around][-1], FLOWS)
        guess = np.interp(finer, flows[around], np.where(densest[around] > 0.0, densest[around], fraction))
        spread = 2.0 * (step + float(np.ptp(guess)))
        low, high = np.maximum(guess - spread, THINNEST * most), np.minimum(guess + spread, most)
        flows, points = finer, NARROW
    flow, fraction = _within(use, least_flow, flow, fraction, flow_limit)
    return Found(flow, fraction, _binding(use, least_flow, flow, fraction, flow_limit, target, trip))


def _densest(worst: FloatArray, fractions: FloatArray) -> FloatArray:
    """Return the greatest allowed concentration at each flow, shape (flows,), 0 where the thinnest is too much.

    ``worst`` and ``fractions`` have shape (concentrations, flows), concentrations rising.
    """
    allowed = worst <= ROUNDING
    count = len(allowed)
    last = count - 1 - np.argmax(allowed[::-1], axis=0)
    following = np.minimum(last + 1, count - 1)
    at, after = (np.take_along_axis(worst, place[None], axis=0)[0] for place in (last, following))
    here, there = (np.take_along_axis(fractions, place[None], axis=0)[0] for place in (last, following))
    crossing = np.isfinite(after) & (after > at)
    rise = np.subtract(after, at, out=np.ones_like(at), where=crossing)
    share = np.where(crossing, np.maximum(1.0 - at, 0.0) / rise, 0.0)
    return np.where(allowed.any(axis=0), here + np.minimum(share, 1.0) * (there - here), 0.0)


def _within(use: Use, least_flow: LeastFlow, flow: float, fraction: float, flow_limit: float) -> tuple[float, float]:
    """Return flow and concentration thinned until no limit is exceeded; a flow at the least one follows it."""
    fractions = fraction * SHRINK
    flows = np.clip(least_flow(fractions), flow, max(flow, flow_limit))
    at = int(np.argmax(use(flows, fractions)[DRIVE].max(axis=0) <= 1.0))
    return float(flows[at]), float(fractions[at])


def headroom(use: Use, flow: float, fraction: float, trip: float) -> tuple[float, float]:
    """Return the greatest factors on flow alone and on concentration alone that a drive and the grains allow.

    Parameters
    ----------
    use : as for :func:`search`.
    flow, fraction : where the lift works [m3/s], [-], an allowed state.
    trip : greatest concentration [-].

    Notes
    -----
    The crew's flow limit is left out. Both factors are looked for at once: seventeen between 1 and sixteen (or the
    trip limit), and twice more round the greatest allowed one.

    Examples
    --------
    >>> def use(q, c):
    ...     return np.stack(np.broadcast_arrays(q, c / 0.09, 0.2 * q + 6.0 * c, 0 * q, 0 * q, 0 * q))
    >>> [round(factor, 6) for factor in headroom(use, 1.0, 0.05, 0.09)]
    [3.5, 1.8]
    """
    low, most = np.ones(2), np.array([FURTHEST, max(trip / fraction, 1.0)])
    high, found = most, low
    for _ in range(ROUNDS):
        factors = low + np.linspace(0.0, 1.0, RISES)[:, None] * (high - low)
        need = use(flow * np.where([True, False], factors, 1.0), fraction * np.where([False, True], factors, 1.0))
        found = np.maximum(_densest(need[DRIVE.start :].max(axis=0), factors), 1.0)
        step = (high - low) / (RISES - 1)
        low, high = np.maximum(found - step, 1.0), np.minimum(found + step, most)
    return float(found[0]), float(found[1])


def _nothing(use: Use, flows: FloatArray, thinnest: float) -> Found:
    """Return the flow at which the thinnest slurry comes nearest to being allowed, and what forbids it."""
    need = use(flows, np.full(len(flows), thinnest))[DRIVE]
    at = int(np.argmin(need.max(axis=0)))
    return Found(float(flows[at]), thinnest, LIMITS[DRIVE][int(np.argmax(need[:, at]))], allowed=False)


def _binding(
    use: Use, least_flow: LeastFlow, flow: float, fraction: float, flow_limit: float, target: float, trip: float
) -> str:
    if flow * ROUNDING >= flow_limit and fraction * ROUNDING >= min(target, trip):
        return at_full_flow(target, trip)
    if flow <= float(least_flow(np.array(fraction))) * CLOSE:
        return "minimum velocity"
    need = use(np.array(flow), np.array(fraction))[DRIVE]
    return LIMITS[DRIVE][int(np.argmax(need))]
