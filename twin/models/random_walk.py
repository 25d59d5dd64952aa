"""Sediment as grains that walk at random: pulsed releases in a current that changes with time."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from twin.models.compiled import compiled
from twin.models.limits import not_negative, positive, refuse_where
from twin.models.plume import Floats, Layer, Water
from twin.models.walk_kernel import COLUMN

FALL_PER_STEP: Final = 0.01  # a step lets a grain settle by at most this share of its release height or of Kz/ws
STEP_PER_AGE: Final = 0.02  # a step on the way to an age is at most this share of it
_SHORTEST_S: Final = 1.0  # no step is cut below this


@dataclass(frozen=True, eq=False)
class Vertical:
    """How a release spreads over the height, by settling class.

    Attributes
    ----------
    age_s : time since the release [s], shape (ages,).
    in_layer : share of the class's mass afloat in the layer [1], shape (classes, ages).
    deposited : share on the bed [1], same shape; never falls with age.
    height_m : mean height of what is still afloat [m], same shape; 0 where nothing is.
    """

    age_s: Floats
    in_layer: Floats
    deposited: Floats
    height_m: Floats


def vertical_walk(
    water: Water,
    height_m: float,
    layer: Layer,
    ages_s: Floats,
    particles: int,
    seed: int,
    step_s: float = 600.0,
) -> Vertical:
    """Return where grains released at one height are at given ages, by a random walk in the vertical.

    Parameters
    ----------
    water : how grains settle and are mixed.
    height_m : where they are released, above the bed and not above the lid [m].
    layer : slice of water in which they are counted.
    ages_s : increasing times since the release, 0 or above [s], shape (ages,).
    particles : grains per class, 1 or more; the standard error of a share p is √(p (1 - p)/particles).
    seed : key of the grains' streams, 0 to 2^64 - 1 (see `random_numbers.key`).
    step_s : longest time step near bed and lid [s], above 0.

    Returns
    -------
    Shares by class and age; afloat and deposited add up to 1 exactly, as grains are counted.

    Raises
    ------
    ModelError
        A settling velocity, diffusivity, height or age is out of range.

    Notes
    -----
    Each step: z + √(2 Kz Δt) N(0, 1); reflect at bed and lid; less ws Δt; a grain at or below the bed stays there. With
    the bed rule ``first_touch`` a grain that ends above the bed has touched it with probability exp(-z z'/(Kz Δt)), and
    the moment of the touch is drawn, so no step is too long for it. Kz does not change with height; grains do not
    interact, break or join.

    References
    ----------
    Visser, A. W. (1997): Using random walk models to simulate the vertical distribution of particles in a turbulent
    water column. Mar. Ecol. Prog. Ser. 158, 275-281.

    Examples
    --------
    Without mixing grains fall as stones do, 1 mm/s:

    >>> water = Water(np.array([1e-3]), 0.0, 0.0, np.inf, "flux")
    >>> found = vertical_walk(water, 5.0, Layer(0.0, 3.0), np.array([0.0, 4000.0, 6000.0]), 10, 1)
    >>> found.in_layer[0].tolist(), found.deposited[0].tolist(), found.height_m[0].round(6).tolist()
    ([0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [5.0, 1.0, 0.0])
    """
    _check(water, np.asarray(height_m))
    place = "vertical walk"
    ages = not_negative(place, "age [s]", ages_s, "the release is at age 0")
    refuse_where(np.diff(ages) <= 0.0, place, "step of ages [s]", np.diff(ages), "must be above 0", "sort the ages")
    positive(place, "particles [1]", particles, "one grain is the least")
    positive(place, "time step [s]", step_s, "60 s is common")
    shape = len(water.settling_m_s), len(ages)
    in_layer, settled, height = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    early = np.maximum(_SHORTEST_S, STEP_PER_AGE * ages)
    walk = compiled(COLUMN)["column"]
    for row, ws in enumerate(water.settling_m_s.tolist()):
        walk(
            ws, water.kz_m2_s, water.lid_m, water.bed == "first_touch", np.minimum(early, _step_s(ws, water, height_m, step_s)),
            height_m, layer.bottom_m, layer.top_m, ages, particles, np.uint64(seed), row * particles, in_layer[row], settled[row],
            height[row],
        )  # fmt: skip
    on_bed = settled.cumsum(axis=1)
    afloat = particles - on_bed
    mean = np.divide(height, afloat, out=np.zeros(shape), where=afloat > 0.0)
    return Vertical(ages, in_layer / particles, on_bed / particles, mean)


def _step_s(settling_m_s: float, water: Water, height_m: float, longest_s: float) -> float:
    """Return a time step in which a grain settles little against its release height and against Kz/ws."""
    scale_m = max(height_m, water.kz_m2_s / settling_m_s)
    return min(longest_s, max(_SHORTEST_S, FALL_PER_STEP * scale_m / settling_m_s))


def _check(water: Water, height_m: Floats) -> None:
    """Refuse water and release heights for which the walk has no meaning."""
    place = "random walk"
    positive(place, "settling velocity [m/s]", water.settling_m_s, "count it downwards, 1e-3 is 1 mm/s")
    not_negative(place, "vertical diffusivity [m2/s]", water.kz_m2_s, "still water has 0")
    not_negative(place, "horizontal diffusivity [m2/s]", water.kh_m2_s, "still water has 0")
    lid = np.asarray(water.lid_m)
    refuse_where(~(lid > 0.0), place, "lid [m]", lid, "must be above 0", "infinity is no lid")
    heights = not_negative(place, "release height [m]", height_m, "the bed is at 0")
    refuse_where(
        heights > lid, place, "release height [m]", heights, f"must be at most the lid, {lid:g} m", "raise the lid"
    )
