"""What the random walk refuses, when it begins and ends, and how long its steps may be."""

from typing import Final

import numpy as np

from twin.models.limits import not_negative, positive, refuse_where
from twin.models.plume import Current, Floats, Layer, Releases, Water

PLACE: Final = "random walk"
FALL_PER_STEP: Final = 0.01  # a step lets a grain settle by at most this share of its release height or of Kz/ws
SHORTEST_S: Final = 1.0  # no step is cut below this


def window(releases: Releases, current: Current, step_s: float) -> tuple[int, int]:
    """Return begin of the walk and number of its samples."""
    begin_s, end_s = int(current.time_s[0]), int(current.time_s[-1])
    positive(PLACE, "step of the samples [s]", step_s, "600 s is common")
    steps = int((end_s - begin_s) / step_s)
    step = np.asarray(step_s)
    refuse_where(np.asarray(steps < 1), PLACE, "step of the samples [s]", step, "must fit the current", "shorten it")
    last = releases.start_s + releases.duration_s
    early = releases.start_s.astype(np.float64)
    rule = f"must be at least {begin_s}, the begin of the current"
    refuse_where(releases.start_s < begin_s, PLACE, "start of a release [s]", early, rule, "make the series longer")
    rule = f"must be at most {begin_s + steps * step_s:.0f}, the last sample"
    refuse_where(last > begin_s + steps * step_s, PLACE, "end of a release [s]", last, rule, "make the series longer")
    return begin_s, steps


def near_wall_step_s(settling_m_s: float, water: Water, height_m: float, longest_s: float) -> float:
    """Return a time step in which a grain settles little against its release height and against Kz/ws."""
    scale_m = max(height_m, water.kz_m2_s / settling_m_s)
    return min(longest_s, max(SHORTEST_S, FALL_PER_STEP * scale_m / settling_m_s))


def check_water(water: Water, height_m: Floats) -> None:
    """Refuse water and release heights for which the walk has no meaning."""
    positive(PLACE, "settling velocity [m/s]", water.settling_m_s, "count it downwards, 1e-3 is 1 mm/s")
    not_negative(PLACE, "vertical diffusivity [m2/s]", water.kz_m2_s, "still water has 0")
    not_negative(PLACE, "horizontal diffusivity [m2/s]", water.kh_m2_s, "still water has 0")
    lid = np.asarray(water.lid_m)
    refuse_where(~(lid > 0.0), PLACE, "lid [m]", lid, "must be above 0", "infinity is no lid")
    heights = not_negative(PLACE, "release height [m]", height_m, "the bed is at 0")
    refuse_where(
        heights > lid, PLACE, "release height [m]", heights, f"must be at most the lid, {lid:g} m", "raise the lid"
    )


def check_releases(releases: Releases, water: Water) -> None:
    """Refuse releases of no duration, of negative mass or of other classes than the water's."""
    positive(PLACE, "duration of a release [s]", releases.duration_s, "a sudden one lasts a second")
    not_negative(PLACE, "spread of a release [m]", releases.spread_m, "a point has 0")
    rate = not_negative(PLACE, "rate of a release [kg/s]", releases.rate_kg_s, "a class that is absent has 0")
    classes = np.asarray(float(rate.shape[1]))
    rule = f"must be {len(water.settling_m_s)}, as in the water"
    refuse_where(
        classes != len(water.settling_m_s), PLACE, "settling classes [1]", classes, rule, "give one rate a class"
    )


def check_counts(layer: Layer, particles: int, step_s: float) -> None:
    """Refuse a layer without thickness, a walk without grains and steps without time."""
    not_negative(PLACE, "bottom of the layer [m]", layer.bottom_m, "the bed is at 0")
    positive(PLACE, "thickness of the layer [m]", layer.thickness_m, "the top is above the bottom")
    positive(PLACE, "grains [1]", particles, "one is the least")
    positive(PLACE, "time step [s]", step_s, "60 s is common")
