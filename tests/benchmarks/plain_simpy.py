"""The yardstick: the cyclic lift campaign as a plain event-driven SimPy script with precomputed weather windows.

Written as a competent person would: one generator per activity, a Store of waiting shuttles, a tuple per interval.
"""

from collections.abc import Generator, Sequence
from typing import Any

import simpy

HOUR = 3_600
Row = tuple[str, str, str, str, float, float]  # asset, activity, state, cause, start [s], end [s]
Process = Generator[simpy.Event, Any, None]


class Spread:
    """What fails: the operating seconds it still lasts, and the draws to come."""

    def __init__(self, lives_s: Sequence[int], repairs_s: Sequence[int]) -> None:
        self.lives_s, self.repairs_s = iter(lives_s), iter(repairs_s)
        self.left_s = next(self.lives_s)


def run(
    windows: dict[str, list[int]], lives_s: Sequence[int], repairs_s: Sequence[int], horizon_s: int
) -> tuple[list[Row], int]:
    """Return the interval log and the number of lifts.

    Parameters
    ----------
    windows : per activity limit and hour, the second at which the open run ends, or minus the second at which the next
        open hour starts.
    lives_s, repairs_s : operating seconds between failures and seconds of repair, in order of use.
    horizon_s : end of the run [s from 0].
    """
    env = simpy.Environment()
    log: list[Row] = []
    shuttles: simpy.Store = simpy.Store(env)
    spread = Spread(lives_s, repairs_s)
    lifts = 0

    def next_window(limit: list[int], duration: int) -> int:
        t = int(env.now)
        while t < horizon_s:
            run_end = limit[t // HOUR]
            if run_end < 0:
                t = -run_end
            elif run_end >= t + duration:
                break
            else:
                t = run_end
        return t

    def activity(asset: str, name: str, duration: int, limit: list[int], wears: bool = False) -> Process:
        left = duration
        while left > 0:
            start = next_window(limit, left)
            if start > env.now:
                log.append((asset, name, "waiting", "weather", env.now, start))
                yield env.timeout(start - env.now)
            work = left
            if wears and spread.left_s < left:
                work = spread.left_s
            began = env.now
            yield env.timeout(work)
            left -= work
            if wears:
                spread.left_s -= work
            if work:
                log.append((asset, name, "working", "none", began, env.now))
            if left:
                began = env.now
                yield env.timeout(next(spread.repairs_s))
                log.append((asset, "repair", "repairing", "failure", began, env.now))
                spread.left_s = next(spread.lives_s)

    def vessel() -> Process:
        nonlocal lifts
        while True:
            yield from activity("vessel", "run_string", 36 * HOUR, windows["lower"], wears=True)
            for _ in range(2):
                for _ in range(20):
                    yield from activity("vessel", "shift", 1 * HOUR, windows["mine"], wears=True)
                    yield from activity("vessel", "disaggregate", 2 * HOUR, windows["mine"], wears=True)
                    yield from activity("vessel", "lift", 3 * HOUR, windows["mine"], wears=True)
                    lifts += 1
                start = env.now
                come, loaded = yield shuttles.get()
                if env.now > start:
                    log.append(("vessel", "offload", "waiting", "shuttle", start, env.now))
                come.succeed()
                yield from activity("vessel", "offload", 8 * HOUR, windows["offload"])
                loaded.succeed()

    def shuttle(name: str) -> Process:
        while True:
            come, loaded = env.event(), env.event()
            start = env.now
            yield shuttles.put((come, loaded))
            yield come
            if env.now > start:
                log.append((name, "wait_at_site", "waiting", "mud", start, env.now))
            start = env.now
            yield loaded
            log.append((name, "load", "working", "none", start, env.now))
            yield from activity(name, "sail_to_island", 72 * HOUR, windows["sail"])
            yield from activity(name, "unload", 24 * HOUR, windows["unload"])
            yield from activity(name, "sail_to_site", 72 * HOUR, windows["sail"])

    env.process(vessel())
    env.process(shuttle("shuttle-1"))
    env.process(shuttle("shuttle-2"))
    env.run(until=horizon_s)
    return log, lifts
