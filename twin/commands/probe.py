"""One campaign played before many: how long it takes, and which outcomes it has."""

import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from twin.scenario import Scenario

LATER = 5  # campaigns timed, after one that is not
MINUTE_S = 60.0
HOUR_S = 3600.0


@dataclass(frozen=True)
class Probe:
    """Seconds a campaign takes once everything is loaded, and (name, item) of its outcomes."""

    seconds: float
    outcomes: frozenset[tuple[str, str]]


def probe(scenario: "Scenario", seed: int) -> Probe:
    """Play a few campaigns of a scenario at its stated values; the first also compiles, and loads code and records.

    The time is the median of the later ones, so that one that was held up does not count.
    """
    from ops_data.columns import Coded
    from twin.run import Job

    job = Job(scenario.to_json(), seed, "fixed")
    found = job.play(0, 0)["outcomes"]
    seconds = []
    for number in range(1, 1 + LATER):
        begin = time.perf_counter()
        job.play(number, number)
        seconds.append(time.perf_counter() - begin)
    columns = []
    for name in ("name", "item"):
        column = found[name]
        columns.append(column.words() if isinstance(column, Coded) else np.asarray(column).tolist())
    return Probe(median(seconds), frozenset(zip(*columns, strict=True)))


def spoken(seconds: float) -> str:
    """Return a length of time as people say it.

    Examples
    --------
    >>> spoken(3.2), spoken(48.0), spoken(200.0), spoken(9000.0)
    ('a few seconds', 'about 50 s', 'about 3 min', 'about 2.5 h')
    """
    if seconds < 5.0:
        return "a few seconds"
    if seconds < 2 * MINUTE_S:
        return f"about {10 * max(1, round(seconds / 10))} s"
    return f"about {seconds / MINUTE_S:.0f} min" if seconds < 2 * HOUR_S else f"about {seconds / HOUR_S:,.1f} h"
